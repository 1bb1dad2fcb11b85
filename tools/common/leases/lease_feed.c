/* SPDX-License-Identifier: MIT */
/* lease_feed.c - what a change of a lease costs the thread that answers clients: a copy of it.
 *
 * A record that promises something has the number of its change; those that are written over a gap
 * have 0.  The mark at the end of writing all anew has the number of the latest change: it and all
 * before it are covered. */
#include "common/leases/lease_feed.h"

#include <string.h>
#include <time.h>

#include "common/units.h"

enum {
    SLICE = 2048,   /* addresses looked at in one turn */
    JUMP_S = 2,     /* the wall clock was set by more than that */
    SKEW_MS = 1000, /* how often to look at it */
    ROOM_MS = 1,    /* how soon to look for room in the queue again */
    AGAIN_MS = 100, /* until the next attempt to write all anew, at first */
    AGAIN_MAX_S = 10
};

void lease_feed_init(lease_feed *f, void *mem, size_t size, int is_ack)
{
    memset(f, 0, sizeof *f);
    lease_queue_init(&f->queue, mem, size);
    atomic_init(&f->told, 0);
    atomic_init(&f->missed, 0);
    atomic_init(&f->anew, 0);
    atomic_init(&f->has_gap, 0);
    atomic_init(&f->committed, 0);
    atomic_init(&f->wanted, 0);
    atomic_init(&f->is_up, 1);
    f->state = LEASE_FEED_WHOLE;
    f->again_in = AGAIN_MS * DHCPPERF_NS_PER_MS;
    f->is_ack = is_ack;
}

/* ---- the wall clock ------------------------------------------------------------------------- */

int64_t lease_skew(dhcpperf_ts now)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * (int64_t)DHCPPERF_NS_PER_S + ts.tv_nsec - (int64_t)now;
}

int64_t lease_feed_look_at_clock(lease_feed *f, dhcpperf_ts now)
{
    const int64_t most = JUMP_S * (int64_t)DHCPPERF_NS_PER_S;
    int64_t skew = lease_skew(now), jump = skew - f->skew;

    /* The clock was set: what the store has is wrong by as much. */
    if (f->skew_due != 0 && (jump > most || jump < -most)) {
        f->state = LEASE_FEED_GAP;
    }
    f->skew = skew;
    f->skew_due = now + SKEW_MS * DHCPPERF_NS_PER_MS;
    return skew;
}

/* ---- pushing -------------------------------------------------------------------------------- */

/* 0 when there is no room. */
static int push(lease_feed *f, const dhcpperf_lease *l, uint64_t seq)
{
    size_t size = lease_record_packed_size(l);
    uint8_t *to = lease_queue_room(&f->queue, size);

    if (to == NULL) {
        return 0;
    }
    lease_record_pack(to, l, seq, f->skew);
    lease_queue_put(&f->queue, size);
    return 1;
}

static void miss(lease_feed *f)
{
    f->has_broken |= f->state == LEASE_FEED_ANEW;
    f->state = LEASE_FEED_GAP;
    f->missed_here++;
}

int lease_feed_tell(void *user, uint64_t seq, const dhcpperf_lease *lease)
{
    lease_feed *f = user;

    f->seq = seq;
    switch (f->state) {
    case LEASE_FEED_WHOLE:
        if (!push(f, lease, seq)) {
            miss(f);
        }
        break;
    case LEASE_FEED_ANEW: /* what is still ahead of the walk will be seen by it */
        if (units_ip4_number(lease->ip) < f->cursor && !push(f, lease, 0)) {
            miss(f);
        }
        break;
    case LEASE_FEED_GAP:
        f->missed_here++;
        break;
    }
    return 0;
}

/* ---- all leases anew ------------------------------------------------------------------------ */

static void begin_anew(lease_feed *f, unsigned wanted)
{
    f->served = wanted;
    f->range = 0;
    f->cursor = 0;
    f->state = LEASE_FEED_ANEW;
}

/* The next address of the engine; 0 at the end.  Ranges are asked for each time: they may change
 * with the configuration. */
static int next_address(lease_feed *f, const dhcpperf_server *s, uint32_t *ret)
{
    dhcpperf_ip4 first, last;

    while (dhcpperf_server_get_range(s, f->range, &first, &last) == 1) {
        uint32_t from = units_ip4_number(first);

        if (f->cursor < from) {
            f->cursor = from;
        }
        if (f->cursor <= units_ip4_number(last)) {
            *ret = (uint32_t)f->cursor;
            return 1;
        }
        f->range++;
    }
    return 0;
}

/* Nothing is missing any more once this is safe.  0 when there is no room. */
static int push_mark(lease_feed *f)
{
    dhcpperf_lease mark;

    memset(&mark, 0, sizeof mark);
    mark.key.subnet = f->served - 1; /* records count them from 1 */
    return push(f, &mark, f->seq);
}

static void end_anew(lease_feed *f)
{
    if (push_mark(f)) {
        f->state = LEASE_FEED_WHOLE;
        f->again_in = AGAIN_MS * DHCPPERF_NS_PER_MS;
        atomic_fetch_add_explicit(&f->anew, 1, memory_order_relaxed);
    }
}

/* Offers are nobody's business: what was there before them was told when it ended. */
static int is_kept(const dhcpperf_lease *l)
{
    return l->state != DHCPPERF_LEASE_OFFERED;
}

static void write_slice(lease_feed *f, dhcpperf_server *s)
{
    dhcpperf_lease l;
    uint32_t ip;
    unsigned i;

    f->range = 0;
    for (i = 0; i < SLICE; i++) {
        if (!next_address(f, s, &ip)) {
            end_anew(f);
            return;
        }
        if (dhcpperf_server_find_lease(s, units_ip4_of(ip), &l, sizeof l) == 0 && is_kept(&l) &&
            !push(f, &l, 0)) {
            return; /* from here again when there is room */
        }
        f->cursor++;
    }
}

/* Leaves half of the queue to changes, which must not find it full. */
static int has_room(lease_feed *f)
{
    return lease_queue_used(&f->queue) < f->queue.size / 4;
}

static void mend(lease_feed *f, dhcpperf_server *s, dhcpperf_ts now)
{
    unsigned wanted = atomic_load_explicit(&f->wanted, memory_order_acquire);

    if (wanted != f->served) {
        f->state = LEASE_FEED_GAP;
    }
    if (f->has_broken) {
        const dhcpperf_dur most = AGAIN_MAX_S * DHCPPERF_NS_PER_S;

        f->has_broken = 0;
        f->again_due = now + f->again_in;
        f->again_in = 2 * f->again_in < most ? 2 * f->again_in : most;
    }
    if (f->state == LEASE_FEED_GAP && now >= f->again_due && has_room(f) &&
        atomic_load_explicit(&f->is_up, memory_order_acquire)) {
        begin_anew(f, wanted);
    }
    if (f->state == LEASE_FEED_ANEW && has_room(f)) {
        write_slice(f, s);
    }
}

/* ---- a turn --------------------------------------------------------------------------------- */

static void show(lease_feed *f)
{
    atomic_store_explicit(&f->told, f->seq, memory_order_relaxed);
    if (f->missed_here > 0) {
        atomic_fetch_add_explicit(&f->missed, f->missed_here, memory_order_relaxed);
        f->missed_here = 0;
    }
    atomic_store_explicit(&f->has_gap, f->state != LEASE_FEED_WHOLE, memory_order_relaxed);
    if (lease_queue_show(&f->queue) && atomic_load(f->sleeps)) {
        mailbox_post(f->writer, 0);
    }
}

static void release_acks(lease_feed *f, dhcpperf_server *s, dhcpperf_ts now)
{
    uint64_t committed = atomic_load_explicit(&f->committed, memory_order_acquire);

    if (committed != f->passed_on) {
        f->passed_on = committed;
        (void)dhcpperf_server_commit(s, committed, now);
    }
}

static void wake_at(dhcpperf_ts *inout_wake, dhcpperf_ts when)
{
    if (when < *inout_wake) {
        *inout_wake = when;
    }
}

void lease_feed_turn(lease_feed *f, dhcpperf_server *s, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    if (now >= f->skew_due) {
        (void)lease_feed_look_at_clock(f, now);
    }
    if (f->state != LEASE_FEED_WHOLE ||
        atomic_load_explicit(&f->wanted, memory_order_relaxed) != f->served) {
        mend(f, s, now);
    }
    show(f);
    if (f->is_ack) {
        release_acks(f, s, now);
    }
    if (f->state == LEASE_FEED_ANEW) {
        wake_at(inout_wake, has_room(f) ? now : now + ROOM_MS * DHCPPERF_NS_PER_MS);
    } else if (f->state == LEASE_FEED_GAP) {
        wake_at(inout_wake, now + AGAIN_MS * DHCPPERF_NS_PER_MS);
    }
}

void lease_feed_all_anew(lease_feed *f)
{
    f->state = LEASE_FEED_GAP;
}

int lease_feed_is_whole(lease_feed *f)
{
    return f->state == LEASE_FEED_WHOLE && atomic_load(&f->wanted) == f->served &&
           atomic_load(&f->committed) == f->seq;
}
