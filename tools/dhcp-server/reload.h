/* SPDX-License-Identifier: MIT */
/* reload.h - the file of --config read again while serving. */
#ifndef SERVER_RELOAD_H
#define SERVER_RELOAD_H

struct team;

/* What came of a reload: NULL when what the file says is in force, else one sentence. */
typedef void (*reload_told_fn)(void *user, const char *error);

/* Opaque; what team->reload is. */
typedef struct reload reload;

/* Reads the file, and has all workers take it over when it is right; else the old one stays in
 * force, and that is said.  Who asks while this goes on, has it done once more afterwards.  `told`
 * may be NULL. */
void reload_begin(struct team *t, reload_told_fn told, void *user);
/* After the end of the jobs. */
void reload_free(reload *r);

#endif
