/* SPDX-License-Identifier: MIT */
/* lease_feed.h - from one server engine to the writer of the lease store: what the engine's thread
 * does.  It never waits, and takes no memory.
 *
 * Changes go into a queue.  When that is full, or when the store failed, some of them are missing
 * there: the feed has a gap.  From then on nothing is promised, and as soon as the store takes
 * leases again all of them are written anew, a slice in each turn, while the changes to those that
 * were written already are queued again.  At its end a mark says that nothing is missing any more.
 * So whatever happens, the store has it all in the end, and no ACK is released before its lease is
 * there. */
#ifndef TOOLS_LEASE_FEED_H
#define TOOLS_LEASE_FEED_H

#include <stdatomic.h>

#include <libdhcpperf/server.h>

#include "common/leases/lease_queue.h"
#include "common/leases/lease_store.h"
#include "common/mailbox.h"

typedef enum lease_feed_state {
    LEASE_FEED_WHOLE, /* every change is in the queue, or was */
    LEASE_FEED_GAP,   /* some are not */
    LEASE_FEED_ANEW   /* all leases are being written anew */
} lease_feed_state;

/* One engine's.  Words that both threads write are lines of their own. */
typedef struct lease_feed {
    lease_queue queue;
    /* -- told by the engine's thread -- */
    _Alignas(LEASE_QUEUE_LINE) _Atomic uint64_t told; /* changes so far */
    _Atomic uint64_t missed;                          /* of them, not queued because it was full */
    _Atomic uint64_t anew;                            /* times that all was written anew */
    atomic_int has_gap;
    /* -- told by the writer -- */
    _Alignas(LEASE_QUEUE_LINE) _Atomic uint64_t committed; /* changes that are safe */
    atomic_uint wanted; /* counts the times that all has to be written anew */
    atomic_int is_up;   /* the store takes leases */
    /* -- of the engine's thread alone -- */
    _Alignas(LEASE_QUEUE_LINE) lease_feed_state state;
    uint64_t seq;          /* of the latest change */
    uint64_t passed_on;    /* committed, as far as the engine knows */
    uint64_t missed_here;  /* `missed` that was not shown yet */
    uint32_t range;        /* of the walk over all leases: where it is, */
    uint64_t cursor;       /* and the next address as a number */
    unsigned served;       /* the latest `wanted` that is being or was served */
    int64_t skew;          /* wall clock minus ours, in ns */
    dhcpperf_ts skew_due;  /* when to look at it again */
    dhcpperf_ts again_due; /* not before: the latest attempt did not get through */
    dhcpperf_dur again_in; /* after the next failure */
    int has_broken;        /* writing all anew did not get through */
    int is_ack;            /* ACKs wait for their commit */
    /* -- settled before either thread begins -- */
    mailbox *writer;    /* to wake the writer */
    atomic_int *sleeps; /* it does */
    mailbox *box;       /* to wake the engine's thread */
} lease_feed;

/* Over memory of the caller's, as for lease_queue_init(). */
void lease_feed_init(lease_feed *f, void *mem, size_t size, int is_ack);

/* The dhcpperf_lease_fn for the engine; user is the feed.  Packs and pushes, never fails. */
int lease_feed_tell(void *user, uint64_t seq, const dhcpperf_lease *lease);

/* Once a turn of the engine's thread: shows the writer what is new, releases ACKs whose leases are
 * safe, writes a slice of all leases when that is due.  Lowers *inout_wake when it has to come
 * back. */
void lease_feed_turn(lease_feed *f, dhcpperf_server *s, dhcpperf_ts now, dhcpperf_ts *inout_wake);

/* Wall clock minus ours, in ns. */
int64_t lease_skew(dhcpperf_ts now);
/* Looks at the wall clock, as turns do every second.  To be called once before the engine begins.
 */
int64_t lease_feed_look_at_clock(lease_feed *f, dhcpperf_ts now);

/* All leases are to be written anew: they changed in ways that were not told. */
void lease_feed_all_anew(lease_feed *f);

/* 1 when every change is safe: for the end of a run, when no thread has the engine. */
int lease_feed_is_whole(lease_feed *f);

/* A record with this state is no lease but the mark; its `subnet` is what was wanted. */
enum {
    LEASE_MARK = 0
};

#endif
