/* SPDX-License-Identifier: MIT */
/* privileges.h - becoming nobody in particular once what needs root has been done. */
#ifndef TOOLS_PRIVILEGES_H
#define TOOLS_PRIVILEGES_H

#include <stddef.h>
#include <sys/types.h>

typedef struct privileges {
    int keeps_all;    /* --keep-root */
    int changes_user; /* started as root: uid and gid are to be taken */
    uid_t uid;
    gid_t gid;
    int has_groups; /* the further groups of `name` are taken as well */
    char name[64];  /* of the user, for messages: also when it stays the same */
} privileges;

/* Who is to go on with the work.  `user` is NAME or NAME:GROUP, names or numbers; NULL: whoever
 * called sudo(8), else dhcpperf if there is such a user, else nobody.  0, or -1 with a sentence. */
int privileges_choose(privileges *ret, const char *user, int keep_root, char *error, size_t cap);

/* fn() with the rights of that user, and back to those of before; returns what it returns.  For a
 * process of one thread. */
int privileges_try(const privileges *p, int (*fn)(void *user), void *user);

/* What can be kept for a while, by those who open sockets again and again. */
enum privileges_kept {
    PRIVILEGES_NONE,
    PRIVILEGES_SOCKETS /* ports below 1024, large receive buffers, packet sockets */
};

/* Becomes that user for good, with no capability left but `kept` and no way to gain any.  Threads
 * started later are the same; earlier ones have to call privileges_forget().  0, or -1 with a
 * sentence: then the process must end. */
int privileges_drop(const privileges *p, enum privileges_kept kept, char *error, size_t cap);
/* Whether this build can keep any. */
int privileges_can_keep(void);
/* The calling thread gives up what privileges_drop() left it.  0, or -1 with errno. */
int privileges_forget(void);

#endif
