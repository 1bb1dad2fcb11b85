/* SPDX-License-Identifier: MIT */
/* output.h - the documents a command was asked for with --output KIND=FILE. */
#ifndef TOOLS_OUTPUT_H
#define TOOLS_OUTPUT_H

#include <stddef.h>

#include "common/options.h"
#include "common/privileges.h"

typedef struct output {
    const char *path; /* borrowed from the options */
} output;

typedef struct outputs {
    output *json;
    unsigned n_json;
} outputs;

/* Reads the items of the --output list.  0, or -1 with a sentence in error. */
int outputs_parse(outputs *o, const option_value *list, char *error, size_t cap);
/* Whether each file could be written now: said before a run, not after it.  0, or -1 with a
 * sentence in error, which is bad input. */
int outputs_probe(const outputs *o, char *error, size_t cap);
/* For a process that is about to become that user: files that the user cannot write are opened now,
 * and written in place later, not replaced.  0, or -1 with a sentence in error. */
int outputs_keep(const outputs *o, const privileges *who, char *error, size_t cap);
/* Whether one of them goes to standard output. */
int outputs_use_stdout(const outputs *o);
void outputs_free(outputs *o);

/* Writes text to a file so that readers see the old document or the whole new one; - is standard
 * output.  0, or -1 with a sentence in error. */
int output_write(const char *path, const char *text, size_t len, char *error, size_t cap);

#endif
