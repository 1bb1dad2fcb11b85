/* SPDX-License-Identifier: MIT */
/* numbers.h - what the workers did so far, told as one result. */
#ifndef SERVER_NUMBERS_H
#define SERVER_NUMBERS_H

#include "dhcp-server/team.h"

/* The result so far, as soon as all workers have given their part of it; who asks meanwhile gets
 * the same one. */
void numbers_tell_snapshot(team *t);

#ifdef HAVE_JANSSON
#include <jansson.h>

/* The same for somebody in particular: the document, whose reference is his, and the summary; both
 * NULL when there is no memory for them. */
typedef void (*numbers_told_fn)(void *user, json_t *document, const char *summary);
void numbers_ask(team *t, numbers_told_fn told, void *user);
#endif

/* The result, after the end of the threads.  0 or an exit status; failures are said. */
int numbers_tell_end(team *t);

#endif
