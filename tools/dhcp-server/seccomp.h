/* SPDX-License-Identifier: MIT */
/* seccomp.h - the system calls that a serving dhcp-server may make, as a filter in the kernel. */
#ifndef SERVER_SECCOMP_H
#define SERVER_SECCOMP_H

#include <stddef.h>

/* Why this build has no filter, or NULL when it has one. */
const char *seccomp_absent(void);

/* From now on this process, in all its threads, makes only the system calls of the list: others
 * fail with EPERM, and those by which an intruder would go on end it with a sentence.  0, or -1
 * with a sentence in error. */
int seccomp_enter(char *error, size_t cap);

#endif
