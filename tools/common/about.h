/* SPDX-License-Identifier: MIT */
/* about.h - what --version says, and the last look at standard output. */
#ifndef TOOLS_ABOUT_H
#define TOOLS_ABOUT_H

#include <stdio.h>

void about_print(const char *command, FILE *out);

/* Whether everything on standard output has arrived: a full disk is said.  0, or -1. */
int about_end_output(void);

#endif
