/* SPDX-License-Identifier: MIT */
/* handover.h - carriers of several workers on one port, which give each other what arrived at the
 * wrong one. */
#ifndef SERVER_HANDOVER_H
#define SERVER_HANDOVER_H

#include <stdint.h>

#include <libdhcpperf/engine.h>
#include <libdhcpperf/transport.h>

#include "common/mailbox.h"

/* What one worker's socket heard, and what became of it. */
typedef struct handover_counts {
    uint64_t received;    /* messages, from its own socket */
    uint64_t handed_over; /* to the workers they belonged to */
    uint64_t taken_over;  /* from other workers */
    uint64_t dropped;     /* not handed over: the queue was full */
} handover_counts;

/* All workers' queues. */
typedef struct handover handover;
/* For n workers, of which number i is woken through boxes[i].  NULL when there is no memory. */
handover *handover_new(unsigned n, mailbox *boxes);
/* After the carriers. */
void handover_free(handover *h);

/* A carrier for worker `index` over `inner`, which it owns from now on.  Its arrivals are those of
 * inner that the engine says are its own, and those of the other workers' sockets that are.
 * 0, or DHCPPERF_E_*: inner stays the caller's. */
int handover_carrier(handover *h, unsigned index, dhcpperf_transport *inner,
                     const dhcpperf_engine *engine, dhcpperf_transport **ret);

/* A drive_idle_fn's business: 1 when worker `index` may sleep, being woken by whoever has
 * something for it; and back. */
int handover_may_sleep(handover *h, unsigned index);
void handover_is_awake(handover *h, unsigned index);

/* For the thread of the worker, or after its end. */
handover_counts handover_count(const handover *h, unsigned index);

#endif
