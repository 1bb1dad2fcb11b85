/* SPDX-License-Identifier: MIT */
/* queue.h - packets from one thread to one other, without a lock: a ring of memory that the giver
 * copies into and the taker reads in place. */
#ifndef TOOLS_QUEUE_H
#define TOOLS_QUEUE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/types.h>

enum {
    QUEUE_LINE = 64 /* a cache line, and the unit that the ring is dealt in */
};

/* Each line has one writer.  Places are counted in lines since the beginning, modulo 2^32. */
typedef struct queue {
    _Alignas(QUEUE_LINE) atomic_uint given; /* by the giver: up to here it may be read */
    _Alignas(QUEUE_LINE) struct {
        uint32_t at;         /* where the next packet goes */
        uint32_t taken_seen; /* `taken` when it was last looked at */
    } giver;
    _Alignas(QUEUE_LINE) atomic_uint taken; /* by the taker: up to here it may be overwritten */
    _Alignas(QUEUE_LINE) struct {
        uint32_t at;         /* the next packet to be read */
        uint32_t given_seen; /* `given` when it was last looked at */
    } taker;
    _Alignas(QUEUE_LINE) uint8_t *mem;
    uint32_t lines;
} queue;

/* Over memory of the caller's, aligned to a line; size is a power of two, at least
 * 4 lines.  Before either side begins. */
void queue_init(queue *q, void *mem, size_t size);

/* -- the giver -- */

/* Copies a packet in, unseen until queue_show(); 0 when there is no room for it. */
int queue_put(queue *q, const dhcpperf_pkt *pkt);
/* Lets the taker see all that was put. */
void queue_show(queue *q);

/* -- the taker -- */

/* 1 when nothing is there.  What was shown before the giver read a word that the taker had written
 * before this call is seen by it (sequential consistency): nobody sleeps over a packet. */
int queue_is_empty(queue *q);
/* The next packet, its octets in the ring until queue_release(); 0 when there is none. */
int queue_get(queue *q, dhcpperf_pkt *ret);
/* Gives back the octets of all packets got so far. */
void queue_release(queue *q);

#endif
