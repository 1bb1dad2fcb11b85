/* SPDX-License-Identifier: MIT */
/* server_options.c - the table behind server_options.h. */
#include "common/server_options.h"

const option_spec server_option_specs[] = {
#define OPTION(id, name, letter, type, arg, range, init, env, keys, group, help)                   \
    {name, letter, OPTION_##type, arg, range, init, env, keys, group, help},
#define LATER(name, help) {name, 0, OPTION_LATER, NULL, NULL, NULL, NULL, NULL, NULL, help},
#define NEVER(name, why)  {name, 0, OPTION_LATER, NULL, "never", NULL, NULL, NULL, NULL, why},
#include "common/server_options.def"
#undef OPTION
#undef LATER
#undef NEVER
};

const unsigned server_option_count = sizeof server_option_specs / sizeof server_option_specs[0];
