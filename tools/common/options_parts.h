/* SPDX-License-Identifier: MIT */
/* options_parts.h - what the sources behind options.h share. */
#ifndef TOOLS_OPTIONS_PARTS_H
#define TOOLS_OPTIONS_PARTS_H

#include "common/options.h"

/* Fills o->error; -1. */
int options_fail(options *o, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Refuses a flag that is in no registry, with the nearest one; name is the word without dashes. */
int options_fail_unknown(options *o, const char *word, const char *name);
/* The allowed form of a value, as the end of a sentence "--x must be ...". */
void options_describe_form(const option_spec *s, char *buf, size_t cap);

#endif
