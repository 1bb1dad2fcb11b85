/* SPDX-License-Identifier: MIT */
/* option_form.h - what a value of a DHCP option looks like, for those whose value was refused. */
#ifndef TOOLS_OPTION_FORM_H
#define TOOLS_OPTION_FORM_H

#include <stdint.h>

enum {
    OPTION_FORM_CAP = 160
};

/* ", such as 192.0.2.1", to end a sentence with; empty for what any text fits.  Returns buf. */
const char *option_form(uint8_t code, char buf[OPTION_FORM_CAP]);

#endif
