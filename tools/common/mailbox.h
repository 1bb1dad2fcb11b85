/* SPDX-License-Identifier: MIT */
/* mailbox.h - how threads that share nothing ask each other for something: wishes as bits in one
 * word, and a descriptor that wakes a sleeper. */
#ifndef TOOLS_MAILBOX_H
#define TOOLS_MAILBOX_H

#include <stdatomic.h>

enum {
    MAILBOX_LINE = 64 /* a cache line: words of different writers are this far apart */
};

/* Belongs to one thread, which takes; every other thread may post. */
typedef struct mailbox {
    _Alignas(MAILBOX_LINE) atomic_uint wishes;
    _Alignas(MAILBOX_LINE) int fds[2]; /* to read, to write; often one and the same */
} mailbox;

/* 0, or -1 with errno. */
int mailbox_open(mailbox *m);
void mailbox_close(mailbox *m);

/* Becomes readable when something was posted: for the owner's poll. */
int mailbox_fd(const mailbox *m);
/* Adds wishes and wakes the owner.  Bits 0: only wakes. */
void mailbox_post(mailbox *m, unsigned wishes);
/* The wishes since the last look, which are hereby gone; cheap when there are none. */
unsigned mailbox_take(mailbox *m);
/* Makes the descriptor quiet; to be called by the owner once awake, before mailbox_take(). */
void mailbox_clear(mailbox *m);

#endif
