/* SPDX-License-Identifier: MIT */
/* lease_queue.h - packed leases from one thread to one other, without a lock: a ring of memory that
 * the giver packs into and the taker reads in place. */
#ifndef TOOLS_LEASE_QUEUE_H
#define TOOLS_LEASE_QUEUE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "common/leases/lease_record.h"

enum {
    LEASE_QUEUE_LINE = 64,      /* a cache line: words of different writers are this far apart */
    LEASE_QUEUE_LEAST = 1 << 12 /* octets: the smallest ring */
};

/* Each line has one writer.  Places are octets since the beginning. */
typedef struct lease_queue {
    _Alignas(LEASE_QUEUE_LINE) _Atomic uint64_t given; /* up to here it may be read */
    _Alignas(LEASE_QUEUE_LINE) struct {
        uint64_t at;         /* where the next lease goes */
        uint64_t taken_seen; /* `taken` when it was last looked at */
    } giver;
    _Alignas(LEASE_QUEUE_LINE) _Atomic uint64_t taken; /* up to here it may be overwritten */
    _Alignas(LEASE_QUEUE_LINE) struct {
        uint64_t at;         /* the next lease to be read */
        uint64_t given_seen; /* `given` when it was last looked at */
    } taker;
    _Alignas(LEASE_QUEUE_LINE) uint8_t *mem;
    uint64_t size; /* a power of two */
} lease_queue;

/* Over memory of the caller's, aligned to 8; size is a power of two, LEASE_QUEUE_LEAST at least. */
void lease_queue_init(lease_queue *q, void *mem, size_t size);

/* -- the giver -- */
/* Room for so many octets (a multiple of 8), or NULL when there is none. */
uint8_t *lease_queue_room(lease_queue *q, size_t n);
/* They were packed; unseen until lease_queue_show(). */
void lease_queue_put(lease_queue *q, size_t n);
/* Lets the taker see all that was put.  1 when there was something new. */
int lease_queue_show(lease_queue *q);
/* Octets in the ring, not yet given back. */
uint64_t lease_queue_used(lease_queue *q);

/* -- the taker -- */
/* 1 when nothing is there.  What was shown before the giver read a word that the taker had written
 * before this call is seen by it (sequential consistency): nobody sleeps over a lease. */
int lease_queue_is_empty(lease_queue *q);
/* The next packed lease, in the ring until lease_queue_release(); NULL when there is none. */
const uint8_t *lease_queue_get(lease_queue *q);
/* Gives back the octets of all leases got so far. */
void lease_queue_release(lease_queue *q);

#endif
