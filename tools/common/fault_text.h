/* SPDX-License-Identifier: MIT */
/* fault_text.h - a fault plan put together from flags and files, which knows of each octet where it
 * comes from, so that a message about it can say so. */
#ifndef TOOLS_FAULT_TEXT_H
#define TOOLS_FAULT_TEXT_H

#include <stddef.h>

/* Where a part of a plan was written. */
typedef struct fault_source {
    char *label;   /* "--fault", or the path of a file, as messages show it */
    char *folder;  /* that paths in it begin at: of a file its own, else "" */
    char *text;    /* as it was written */
    unsigned line; /* of the file in which it begins; 0 = it is no file's */
    int is_part;   /* one value of a file, which may have begun further to the right */
} fault_source;

/* Octets of the plan that are one after the other in their source, too. */
typedef struct fault_piece {
    size_t from; /* in the plan */
    size_t at;   /* in the source */
    unsigned source;
} fault_piece;

typedef struct fault_text {
    char *text; /* NULL until something was added */
    size_t len, cap;
    fault_source *sources;
    fault_piece *pieces;
    unsigned n_sources, n_pieces, cap_pieces;
    int no_files; /* an @ is nothing special */
    char *error;  /* where to put a sentence after a failure */
    size_t error_cap;
} fault_text;

/* All functions returning int: 0, or -1 with the sentence in x->error. */
void fault_text_init(fault_text *x, char *error, size_t error_cap);
void fault_text_free(fault_text *x);
/* A text of its own lines; `line` 0 = not out of a file.  Words that begin with @ are replaced by
 * the words of the file that they name. */
int fault_text_add(fault_text *x, const char *label, unsigned line, int is_part, const char *text);
/* The whole of a file. */
int fault_text_add_file(fault_text *x, const char *path);
/* Says what is wrong at an octet of the plan: where it was written, what would be right, and the
 * line with a mark below it.  -1. */
int fault_text_fail(const fault_text *x, size_t at, const char *reason);

#endif
