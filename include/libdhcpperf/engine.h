/* SPDX-License-Identifier: MIT */
/* engine.h - the five verbs every protocol core answers. */
#ifndef DHCPPERF_ENGINE_H
#define DHCPPERF_ENGINE_H

#include <libdhcpperf/error.h>
#include <libdhcpperf/memory.h>
#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

/* The five verbs every protocol core answers.  No verb blocks, reads a clock, or touches a
 * descriptor. `now` must never go backwards.  A verb called from inside the same engine's callback
 * returns REENTRANT. */
typedef struct dhcpperf_engine dhcpperf_engine;
/* Feed arrivals; packets consumed, or error. */
DHCPPERF_API int dhcpperf_engine_recv(dhcpperf_engine *e, dhcpperf_pkt *pkts, unsigned n,
                                      dhcpperf_ts now);
/* Fill caller's buffers with due packets; 0..max. */
DHCPPERF_API int dhcpperf_engine_pull(dhcpperf_engine *e, dhcpperf_pkt *pkts, unsigned max,
                                      dhcpperf_ts now);
/* Fate and actual time of pulled packets. */
DHCPPERF_API void dhcpperf_engine_sent(dhcpperf_engine *e, const dhcpperf_txdone *done, unsigned n,
                                       dhcpperf_ts now);
/* The one length this engine pads its messages to; 0 = varies. */
DHCPPERF_API uint32_t dhcpperf_engine_msg_len(const dhcpperf_engine *e);
/* Pure: index of the shard this arrival belongs to. */
DHCPPERF_API int dhcpperf_engine_owner(const dhcpperf_engine *e, const dhcpperf_pkt *pkt);
/* Next instant advance/pull has work; <= now means "pull me"; NEVER. */
DHCPPERF_API dhcpperf_ts dhcpperf_engine_deadline(const dhcpperf_engine *e);
/* Expire timers up to now; number fired. */
DHCPPERF_API int dhcpperf_engine_advance(dhcpperf_engine *e, dhcpperf_ts now);
/* A caller's own core (a relay, a rogue server) that drivers and the virtual network can run. size
 * = sizeof ops. */
typedef struct dhcpperf_engine_ops {
    size_t size;
    int (*recv)(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now);
    int (*pull)(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now);
    void (*sent)(void *self, const dhcpperf_txdone *done, unsigned n, dhcpperf_ts now);
    uint32_t (*msg_len)(const void *self);
    int (*owner)(const void *self, const dhcpperf_pkt *pkt);
    dhcpperf_ts (*deadline)(const void *self);
    int (*advance)(void *self, dhcpperf_ts now);
    void (*release)(void *self);
} dhcpperf_engine_ops;
/* INVALID, NOMEM. */
DHCPPERF_API int dhcpperf_engine_new(dhcpperf_engine **ret, const dhcpperf_engine_ops *ops,
                                     void *self, const dhcpperf_mem *mem);
/* Only for engines made here. */
DHCPPERF_API void dhcpperf_engine_free(dhcpperf_engine *e);

DHCPPERF_END_DECLS

#endif
