/* SPDX-License-Identifier: MIT */
/* confine.h - what the server gives up before it answers anybody. */
#ifndef SERVER_CONFINE_H
#define SERVER_CONFINE_H

#include "common/options.h"
#include "common/output.h"

/* Judges --user, --keep-root.  0, or an exit status after a sentence. */
int confine_choose(const options *o);
/* The rights of root, once all sockets are open; files that have to be opened again later are tried
 * with the rights that remain, and what will not work is said.  For the main thread, before all
 * others.  0, or an exit status after a sentence. */
int confine(const options *o, const outputs *out);
/* Who goes on with the work, for messages about files. */
const char *confine_name(void);

#endif
