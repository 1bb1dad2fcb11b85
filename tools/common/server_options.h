/* SPDX-License-Identifier: MIT */
/* server_options.h - the registry of dhcp-server's flags, which dhcp-tester --sim-server reads too.
 */
#ifndef TOOLS_SERVER_OPTIONS_H
#define TOOLS_SERVER_OPTIONS_H

#include "common/options.h"

typedef enum server_option {
#define OPTION(id, name, letter, type, arg, range, init, env, keys, group, help) SERVER_##id,
#define LATER(name, help)
#define NEVER(name, why)
#include "common/server_options.def"
#undef OPTION
#undef LATER
#undef NEVER
    SERVER_N_OPTIONS /* those of this build; the refused ones follow in the table */
} server_option;

extern const option_spec server_option_specs[];
extern const unsigned server_option_count;

#endif
