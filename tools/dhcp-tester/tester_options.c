/* SPDX-License-Identifier: MIT */
/* tester_options.c - the table behind tester_options.h. */
#include "dhcp-tester/tester_options.h"

const option_spec tester_option_specs[] = {
#define OPTION(id, name, letter, type, arg, range, init, env, keys, group, help)                   \
    {name, letter, OPTION_##type, arg, range, init, env, keys, group, help},
#define LATER(name, help) {name, 0, OPTION_LATER, NULL, NULL, NULL, NULL, NULL, NULL, help},
#define NEVER(name, why)  {name, 0, OPTION_LATER, NULL, "never", NULL, NULL, NULL, NULL, why},
#include "dhcp-tester/options.def"
#undef OPTION
#undef LATER
#undef NEVER
};

const unsigned tester_option_count = sizeof tester_option_specs / sizeof tester_option_specs[0];
