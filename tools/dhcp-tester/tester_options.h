/* SPDX-License-Identifier: MIT */
/* tester_options.h - the registry of dhcp-tester's flags. */
#ifndef TOOLS_TESTER_OPTIONS_H
#define TOOLS_TESTER_OPTIONS_H

#include "common/options.h"

typedef enum tester_option {
#define OPTION(id, name, letter, type, arg, range, init, env, keys, group, help) TESTER_##id,
#define LATER(name, help)
#define NEVER(name, why)
#include "dhcp-tester/options.def"
#undef OPTION
#undef LATER
#undef NEVER
    TESTER_N_OPTIONS /* those of this build; the refused ones follow in the table */
} tester_option;

extern const option_spec tester_option_specs[];
extern const unsigned tester_option_count;

#endif
