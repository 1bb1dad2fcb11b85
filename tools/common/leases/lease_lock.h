/* SPDX-License-Identifier: MIT */
/* lease_lock.h - one server at a time for stores in files. */
#ifndef TOOLS_LEASE_LOCK_H
#define TOOLS_LEASE_LOCK_H

#include <stddef.h>

/* Locks PATH.lock, which is made and stays; whoever holds it has left his process id there.  The
 * lock goes with its process, however that ends.  A descriptor to be closed, or -1 with a sentence.
 */
int lease_lock(const char *path, char *error, size_t cap);

/* 1 when PATH.lock exists: a store is there, or was. */
int lease_lock_is_there(const char *path);

#endif
