/* SPDX-License-Identifier: MIT */
/* near.h - "did you mean": the name of a registry that a mistyped word is nearest to. */
#ifndef TOOLS_NEAR_H
#define TOOLS_NEAR_H

typedef struct near_search {
    const char *word;
    const char *best; /* NULL while nothing is near */
    unsigned steps;   /* from the word to it */
} near_search;

void near_begin(near_search *n, const char *word);
/* Keeps the name when it is near and nearer than those before; the text must outlive the search. */
void near_try(near_search *n, const char *name);

#endif
