/* SPDX-License-Identifier: MIT */
/* handover.c - one queue from each worker to each other.
 *
 * Only what is handed over is copied, once; everything else stays in the buffers of the socket's
 * carrier.  A full queue is a counted drop: a worker never waits for another one.
 *
 * Invariant: whoever puts a packet into a queue looks afterwards whether the taker sleeps, and
 * whoever goes to sleep says so before looking at its queues; both in one order (sequential
 * consistency), so that one of them sees the other. */
#include "dhcp-server/handover.h"

#include <string.h>

#include <libdhcpperf/error.h>
#include <libdhcpperf/memory.h>

#include "common/queue.h"
#include "common/workers.h"

enum {
    QUEUES_SIZE = 8 << 20, /* octets of all queues to one worker together, used as needed */
    QUEUE_MIN = 256 << 10, /* the longest datagram fits wherever the ring stands */
    ROUNDS = 16            /* bursts of nothing but foreign messages in one call */
};

typedef struct side {
    _Alignas(QUEUE_LINE)
        atomic_uint sleeps; /* written by the worker, and cleared by who wakes it */
    _Alignas(QUEUE_LINE) handover *all;
    unsigned index;
    dhcpperf_transport *inner;
    const dhcpperf_engine *engine;
    queue *in; /* from each worker, itself included though unused */
    uint8_t *octets;
    size_t octets_size;
    unsigned turn;     /* whose queue is looked at first */
    unsigned borrowed; /* packets in queues that the pump has not given back ... */
    int has_taken;     /* ... and there were some since the last release */
    uint64_t to;       /* bit per worker: it has been put something */
    handover_counts counts;
} side;

struct handover {
    unsigned n;
    mailbox *boxes;
    side *sides;
};

/* ---- giving --------------------------------------------------------------------------------- */

/* One arrival of somebody else's. */
static void give(side *s, unsigned to, const dhcpperf_pkt *pkt)
{
    if (queue_put(&s->all->sides[to].in[s->index], pkt)) {
        s->counts.handed_over++;
        s->to |= UINT64_C(1) << to;
    } else {
        s->counts.dropped++;
    }
}

/* After a burst: what was put is shown, and sleepers are woken. */
static void show(side *s)
{
    handover *h = s->all;
    unsigned to;

    for (; s->to != 0; s->to &= s->to - 1) {
        to = (unsigned)__builtin_ctzll(s->to);
        queue_show(&h->sides[to].in[s->index]);
        if (atomic_load(&h->sides[to].sleeps) && atomic_exchange(&h->sides[to].sleeps, 0)) {
            mailbox_post(&h->boxes[to], 0);
        }
    }
}

/* Keeps the worker's own packets at the front; how many. */
static unsigned sort_out(side *s, dhcpperf_pkt *pkts, unsigned n)
{
    unsigned own = 0, i;

    s->counts.received += n;
    for (i = 0; i < n; i++) {
        unsigned to = (unsigned)dhcpperf_engine_owner(s->engine, &pkts[i]);

        if (to == s->index || to >= s->all->n) {
            if (own != i) {
                pkts[own] = pkts[i];
            }
            own++;
        } else {
            give(s, to, &pkts[i]);
            dhcpperf_transport_rx_done(s->inner, &pkts[i], 1);
        }
    }
    return own;
}

/* ---- taking --------------------------------------------------------------------------------- */

/* Octets go back when the pump has none of them left; it gives all back before it asks again,
 * unless the engine wants to be pulled first. */
static void release(side *s)
{
    unsigned from;

    if (s->borrowed > 0 || !s->has_taken) {
        return;
    }
    s->has_taken = 0;
    for (from = 0; from < s->all->n; from++) {
        if (from != s->index) {
            queue_release(&s->in[from]);
        }
    }
}

/* From all queues in turn, so that a busy one does not hide the others. */
static unsigned take(side *s, dhcpperf_pkt *pkts, unsigned max)
{
    unsigned n = 0, k, all = s->all->n;

    for (k = 0; k < all && n < max; k++) {
        unsigned from = (s->turn + k) % all;

        while (n < max && from != s->index && queue_get(&s->in[from], &pkts[n])) {
            n++;
        }
    }
    s->turn = s->turn + 1 < all ? s->turn + 1 : 0;
    s->borrowed += n;
    s->has_taken |= n > 0;
    s->counts.taken_over += n;
    return n;
}

/* ---- a carrier ------------------------------------------------------------------------------ */

/* Half of the room at most for what comes from others, so that the socket is emptied as well. */
static int rx_burst(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    side *s = self;
    unsigned n = take(s, pkts, (max + 1) / 2), round, want;
    int got = 0;

    for (round = 0; round < ROUNDS && n < max; round++) {
        want = max - n;
        got = dhcpperf_transport_rx(s->inner, pkts + n, want, now);
        if (got <= 0) {
            break;
        }
        n += sort_out(s, pkts + n, (unsigned)got);
        if ((unsigned)got < want) {
            break;
        }
    }
    show(s);
    return got < 0 && n == 0 ? got : (int)n;
}

static int is_from_queue(const side *s, const dhcpperf_pkt *pkt)
{
    return (uintptr_t)pkt->data - (uintptr_t)s->octets < s->octets_size;
}

static void rx_done(void *self, dhcpperf_pkt *pkts, unsigned n)
{
    side *s = self;
    unsigned i = 0, end;

    while (i < n) {
        if (is_from_queue(s, &pkts[i])) {
            s->borrowed--;
            i++;
            continue;
        }
        for (end = i + 1; end < n && !is_from_queue(s, &pkts[end]); end++) {
        }
        dhcpperf_transport_rx_done(s->inner, pkts + i, end - i);
        i = end;
    }
    release(s);
}

static int tx_loan(void *self, dhcpperf_pkt *pkts, unsigned want, uint32_t msg_len)
{
    return dhcpperf_transport_tx_loan(((side *)self)->inner, pkts, want, msg_len);
}

static int tx_commit(void *self, dhcpperf_pkt *pkts, unsigned n, unsigned fill, dhcpperf_ts now)
{
    return dhcpperf_transport_tx_commit(((side *)self)->inner, pkts, n, fill, now);
}

static int tx_done(void *self, dhcpperf_txdone *done, unsigned max, dhcpperf_ts now)
{
    return dhcpperf_transport_tx_done(((side *)self)->inner, done, max, now);
}

static int wants_write(void *self)
{
    return dhcpperf_transport_wants_write(((side *)self)->inner);
}

static int stats(void *self, dhcpperf_carrier_stats *ret, size_t ret_size)
{
    return dhcpperf_transport_stats(((side *)self)->inner, ret, ret_size);
}

static int fd(void *self)
{
    return dhcpperf_transport_fd(((side *)self)->inner);
}

static int sys_errno(void *self)
{
    return dhcpperf_transport_errno(((side *)self)->inner);
}

static dhcpperf_ts deadline(void *self)
{
    return dhcpperf_transport_deadline(((side *)self)->inner);
}

static int get_local(void *self, dhcpperf_endpoint *ret)
{
    return dhcpperf_transport_get_local(((side *)self)->inner, ret);
}

static void close_inner(void *self)
{
    side *s = self;

    dhcpperf_transport_free(s->inner);
    s->inner = NULL;
}

static const dhcpperf_transport_ops ops = {
    .size = sizeof ops,
    .rx_burst = rx_burst,
    .rx_done = rx_done,
    .tx_loan = tx_loan,
    .tx_commit = tx_commit,
    .tx_done = tx_done,
    .wants_write = wants_write,
    .stats = stats,
    .fd = fd,
    .sys_errno = sys_errno,
    .close = close_inner,
    .deadline = deadline,
    .get_local = get_local,
};

int handover_carrier(handover *h, unsigned index, dhcpperf_transport *inner,
                     const dhcpperf_engine *engine, dhcpperf_transport **ret)
{
    side *s = &h->sides[index];
    int rc = dhcpperf_transport_new(ret, &ops, s, dhcpperf_mem_lines());

    if (rc == 0) {
        s->inner = inner;
        s->engine = engine;
    }
    return rc;
}

/* ---- sleep ---------------------------------------------------------------------------------- */

int handover_may_sleep(handover *h, unsigned index)
{
    side *s = &h->sides[index];
    unsigned from;

    atomic_store(&s->sleeps, 1);
    for (from = 0; from < h->n; from++) {
        if (from != index && !queue_is_empty(&s->in[from])) {
            handover_is_awake(h, index);
            return 0;
        }
    }
    return 1;
}

void handover_is_awake(handover *h, unsigned index)
{
    atomic_store(&h->sides[index].sleeps, 0);
}

handover_counts handover_count(const handover *h, unsigned index)
{
    return h->sides[index].counts;
}

/* ---- life ----------------------------------------------------------------------------------- */

static void *room(size_t size)
{
    const dhcpperf_mem *m = dhcpperf_mem_lines();

    return m->alloc(m->user, size, QUEUE_LINE);
}

static void give_room_back(void *at, size_t size)
{
    const dhcpperf_mem *m = dhcpperf_mem_lines();

    m->release(m->user, at, size);
}

/* Octets of one queue, a power of two. */
static size_t queue_size(unsigned n)
{
    size_t size = QUEUES_SIZE;

    while (size > QUEUE_MIN && size * (n - 1) > QUEUES_SIZE) {
        size /= 2;
    }
    return size;
}

/* Octets are not zeroed: only what is used takes memory. */
static int open_side(handover *h, unsigned index)
{
    side *s = &h->sides[index];
    size_t each = queue_size(h->n);
    unsigned from;

    s->all = h;
    s->index = index;
    s->octets_size = each * h->n;
    s->in = room(h->n * sizeof *s->in);
    s->octets = room(s->octets_size);
    if (s->in == NULL || s->octets == NULL) {
        return -1;
    }
    for (from = 0; from < h->n; from++) {
        queue_init(&s->in[from], s->octets + from * each, each);
    }
    return 0;
}

handover *handover_new(unsigned n, mailbox *boxes)
{
    handover *h = room(sizeof *h);
    unsigned i;

    if (h == NULL) {
        return NULL;
    }
    h->n = n;
    h->boxes = boxes;
    h->sides = room(n * sizeof *h->sides);
    if (h->sides == NULL) {
        give_room_back(h, sizeof *h);
        return NULL;
    }
    memset(h->sides, 0, n * sizeof *h->sides);
    for (i = 0; i < n; i++) {
        if (open_side(h, i) != 0) {
            handover_free(h);
            return NULL;
        }
    }
    return h;
}

void handover_free(handover *h)
{
    unsigned i;

    if (h == NULL) {
        return;
    }
    for (i = 0; i < h->n; i++) {
        give_room_back(h->sides[i].in, h->n * sizeof *h->sides[i].in);
        give_room_back(h->sides[i].octets, h->sides[i].octets_size);
    }
    give_room_back(h->sides, h->n * sizeof *h->sides);
    give_room_back(h, sizeof *h);
}
