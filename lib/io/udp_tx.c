/* SPDX-License-Identifier: MIT */
/* udp_tx.c - loans, sending, fates.  A burst is composed in the carrier's memory, planned into
 * trains, and stays where it is until every message of it has been reported.  Invariants: messages
 * leave in the order of their burst's plan; outcomes are recorded in that order; n_msgs of a batch
 * = messages in its fates + messages in entries from `next` on.  */
#include "io/dp_udp.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <time.h>

#include "base/dp_mem.h"
#include "base/dp_text.h"
#include "io/dp_socket.h"

enum {
    RETRY_MS = 1,
    LEND_MIN = 512, /* messages; their buffers stay in the caches of a core */
    LONG_RUN = 32   /* messages in a row to one destination that make a good train by themselves */
};

/* -- memory -- */

static void free_batch(dp_udp *u, dp_udp_batch *b)
{
    uint32_t n = u->config.burst;

    dp_mem_release(&u->mem, b->data, u->batch_bytes);
    DP_FREE_ARRAY(&u->mem, b->msgs, n);
    DP_FREE_ARRAY(&u->mem, b->iov, n);
    DP_FREE_ARRAY(&u->mem, b->entries, n);
    DP_FREE_ARRAY(&u->mem, b->dests, n);
    DP_FREE_ARRAY(&u->mem, b->cookies, n);
    DP_FREE_ARRAY(&u->mem, b->fates, n);
}

static int new_batch(dp_udp *u, dp_udp_batch *b)
{
    uint32_t n = u->config.burst;

    b->data = dp_mem_zalloc(&u->mem, u->batch_bytes, 16);
    b->msgs = DP_ARRAY(&u->mem, n, dp_mmsg);
    b->iov = DP_ARRAY(&u->mem, n, struct iovec);
    b->entries = DP_ARRAY(&u->mem, n, dp_udp_entry);
    b->dests = DP_ARRAY(&u->mem, n, dp_udp_dest);
    b->cookies = DP_ARRAY(&u->mem, n, uint64_t);
    b->fates = DP_ARRAY(&u->mem, n, dp_udp_fate);
    return b->data != NULL && b->msgs != NULL && b->iov != NULL && b->entries != NULL &&
                   b->dests != NULL && b->cookies != NULL && b->fates != NULL
               ? 0
               : DHCPPERF_E_NOMEM;
}

int dp_udp_tx_init(dp_udp *u)
{
    unsigned i;
    int rc = dp_plan_init(&u->plan, u->config.burst, &u->mem);

    /* One message of the greatest length must fit even when bursts are short. */
    u->batch_bytes = (size_t)u->config.burst * DP_UDP_LEN_ANY;
    u->batch_bytes = u->batch_bytes > DP_UDP_LEN_MAX ? u->batch_bytes : DP_UDP_LEN_MAX;
    for (i = 0; i < DP_UDP_BATCHES && rc == 0; i++) {
        rc = new_batch(u, &u->batches[i]);
        u->free_batches[i] = (uint8_t)i;
    }
    u->n_free_batches = DP_UDP_BATCHES;
    u->lend = u->config.burst < LEND_MIN ? u->config.burst : LEND_MIN;
    return rc;
}

void dp_udp_tx_fini(dp_udp *u)
{
    unsigned i;

    dp_plan_fini(&u->plan, &u->mem);
    for (i = 0; i < DP_UDP_BATCHES; i++) {
        free_batch(u, &u->batches[i]);
    }
}

/* -- planning a burst into trains and single messages -- */

static size_t put_ctrl(uint8_t *at, int level, int type, const void *data, size_t len)
{
    struct cmsghdr *c = (struct cmsghdr *)(void *)at;

    memset(at, 0, CMSG_SPACE(len));
    c->cmsg_level = level;
    c->cmsg_type = type;
    c->cmsg_len = CMSG_LEN(len);
    memcpy(CMSG_DATA(c), data, len);
    return CMSG_SPACE(len);
}

void dp_udp_dest_set(dp_udp_dest *d, const dp_group *g)
{
    size_t at = 0;

    memset(&d->name, 0, sizeof d->name);
    d->name.sin_family = AF_INET;
    d->name.sin_port = htons(g->port);
    memcpy(&d->name.sin_addr, g->dst.b, sizeof g->dst.b);
#if defined(HAVE_DECL_IP_PKTINFO) && HAVE_DECL_IP_PKTINFO
    if (dp_ip4_num(g->src) != 0 || g->ifindex != 0) {
        struct in_pktinfo info = {.ipi_ifindex = (int)g->ifindex};

        memcpy(&info.ipi_spec_dst, g->src.b, sizeof g->src.b);
        at += put_ctrl(d->ctrl + at, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
    }
#endif
    d->ctrl_single = (uint32_t)at;
#if defined(HAVE_DECL_UDP_SEGMENT) && HAVE_DECL_UDP_SEGMENT
    at += put_ctrl(d->ctrl + at, IPPROTO_UDP, UDP_SEGMENT, &g->len, sizeof g->len);
#endif
    d->ctrl_train = (uint32_t)at;
}

/* Starts a train or single message to the destination added last. */
static dp_udp_entry *open_entry(dp_udp_batch *b, uint16_t len)
{
    dp_udp_entry *e = &b->entries[b->n_entries];
    struct msghdr *h = &b->msgs[b->n_entries].msg_hdr;

    *e = (dp_udp_entry){.dest = b->n_dests - 1, .len = len};
    h->msg_name = &b->dests[e->dest].name;
    h->msg_namelen = sizeof b->dests[e->dest].name;
    h->msg_iov = &b->iov[b->n_iov];
    h->msg_iovlen = 0;
    h->msg_control = b->dests[e->dest].ctrl;
    h->msg_controllen = b->dests[e->dest].ctrl_single;
    h->msg_flags = 0;
    return e;
}

static void close_entry(dp_udp_batch *b, dp_udp_entry *e)
{
    dp_udp_dest *d = &b->dests[e->dest];
    struct msghdr *h = &b->msgs[b->n_entries].msg_hdr;

    if (e->count > 1) {
        h->msg_controllen = d->ctrl_train;
    }
    if (h->msg_controllen == 0) {
        h->msg_control = NULL;
    }
    b->n_entries++;
}

/* The n messages from pkts on, which lie adjacent, join the entry. */
static void add_messages(dp_udp_batch *b, dp_udp_entry *e, const dhcpperf_pkt *pkts, uint32_t n)
{
    uint64_t *cookies = b->cookies + b->n_msgs;
    uint32_t i;

    b->iov[b->n_iov].iov_base = pkts[0].data;
    b->iov[b->n_iov].iov_len = (size_t)n * e->len;
    b->n_iov++;
    b->msgs[b->n_entries].msg_hdr.msg_iovlen++;
    for (i = 0; i < n; i++) {
        cookies[i] = pkts[i].cookie;
    }
    b->n_msgs += n;
    e->count = (uint16_t)(e->count + n);
}

/* A walk over the messages of a group in entries of at most `limit`; the first entry may have
 * another limit and be a probe. */
static void add_entries(dp_udp *u, dp_udp_batch *b, const dp_group *g, const dhcpperf_pkt *pkts,
                        uint32_t limit, uint8_t probe)
{
    uint32_t room = probe != 0 ? 2 : limit, run, at, take;
    dp_udp_entry *e = open_entry(b, g->len);

    e->probe = probe;
    for (run = g->first_run; run != DP_PLAN_NONE; run = u->plan.runs[run].next) {
        const dp_run *r = &u->plan.runs[run];

        for (at = 0; at < r->n; at += take) {
            if (room == 0) {
                close_entry(b, e);
                e = open_entry(b, g->len);
                room = limit;
            }
            take = r->n - at < room ? r->n - at : room;
            add_messages(b, e, pkts + r->first + at, take);
            room -= take;
        }
    }
    close_entry(b, e);
}

static const dhcpperf_pkt *second_of(const dp_udp *u, const dp_group *g, const dhcpperf_pkt *pkts)
{
    const dp_run *r = &u->plan.runs[g->first_run];

    return r->n > 1 ? &pkts[r->first + 1] : &pkts[u->plan.runs[r->next].first];
}

static void find_repeats(dp_udp *u, const dp_group *g, const dhcpperf_pkt *pkts)
{
    uint32_t run, i;

    for (run = g->first_run; run != DP_PLAN_NONE; run = u->plan.runs[run].next) {
        for (i = 0; i < u->plan.runs[run].n; i++) {
            dp_udp_probe_repeated(u, g, pkts[u->plan.runs[run].first + i].data);
        }
    }
}

static void add_group(dp_udp *u, dp_udp_batch *b, const dp_group *g, const dhcpperf_pkt *pkts)
{
    dp_udp_way way = dp_udp_way_to(u, g);
    uint32_t limit = 1;
    uint8_t probe = 0;

    dp_udp_dest_set(&b->dests[b->n_dests++], g);
    if (way == DP_WAY_TRAINS && g->len > 0) {
        limit = DP_UDP_LEN_MAX / g->len;
        limit = limit < u->train_max ? limit : u->train_max;
        limit = limit > 0 ? limit : 1;
    } else if (way == DP_WAY_PROBE) {
        probe = dp_udp_probe_new(u, g, pkts[u->plan.runs[g->first_run].first].data,
                                 second_of(u, g, pkts)->data);
    }
    add_entries(u, b, g, pkts, limit, probe);
    if (u->n_probes > 0 && probe == 0) {
        find_repeats(u, g, pkts);
    }
}

/* Destinations that come in long runs are sent best in short bursts, whose buffers never leave the
 * cache; destinations that interleave need long bursts to make trains of. */
static void adapt_lend(dp_udp *u, uint32_t n)
{
    const dp_run *last = &u->plan.runs[u->plan.n_runs - 1];
    uint32_t whole = u->plan.n_runs > 2 ? last[-1].n : 0;

    if (n < u->lend) {
        return;
    }
    if (n / u->plan.n_runs >= LONG_RUN) {
        u->lend = u->config.burst < LEND_MIN ? u->config.burst : LEND_MIN;
        if (last->n < whole && whole < u->lend) { /* the rest of the cut run, then whole ones */
            u->lend -= u->lend % whole + last->n;
        }
    } else if (u->lend < u->config.burst) {
        u->lend = u->config.burst - u->lend > u->lend ? 2 * u->lend : u->config.burst;
    }
}

static void fill_batch(dp_udp *u, dp_udp_batch *b, const dhcpperf_pkt *pkts, uint32_t n)
{
    uint32_t i;

    b->n_msgs = b->n_entries = b->n_iov = b->n_dests = 0;
    b->next = b->part = b->n_fates = b->fate = b->fate_part = b->n_reported = 0;
    dp_plan_build(&u->plan, pkts, n);
    for (i = 0; i < u->plan.n_groups; i++) {
        add_group(u, b, &u->plan.groups[i], pkts);
    }
    assert(b->n_msgs == n);
    adapt_lend(u, n);
}

/* -- sending -- */

static void add_fate(dp_udp_batch *b, uint32_t count, int status, dhcpperf_ts ts)
{
    if (b->n_fates > b->fate) {
        dp_udp_fate *f = &b->fates[b->n_fates - 1];

        if (f->status == status && f->ts == ts) {
            f->count += count;
            return;
        }
    }
    b->fates[b->n_fates++] = (dp_udp_fate){.ts = ts, .status = status, .count = count};
}

static void entry_sent(dp_udp *u, dp_udp_batch *b, dhcpperf_ts ts)
{
    dp_udp_entry *e = &b->entries[b->next++];

    add_fate(b, e->count, 0, ts);
    u->stats.tx_messages += e->count;
    if (e->count > 1) {
        u->stats.tx_trains++;
        u->stats.tx_train_msgs += e->count;
    }
    if (e->probe != 0) {
        dp_udp_probe_sent(u, e->probe, true, ts);
    }
}

static void entry_failed(dp_udp *u, dp_udp_batch *b, int err, dhcpperf_ts ts)
{
    dp_udp_entry *e = &b->entries[b->next++];

    add_fate(b, e->count, dp_udp_fail(u, err), ts);
    u->stats.tx_errors += e->count;
    if (e->probe != 0) {
        dp_udp_probe_sent(u, e->probe, false, ts);
    }
}

/* The kernel had no room.  A full socket becomes writable; missing buffers are waited for. */
static void wait_for_room(dp_udp *u, int err, dhcpperf_ts now)
{
    u->stats.tx_again++;
    if (err == ENOBUFS || err == ENOMEM) {
        u->retry_at = now + RETRY_MS * DHCPPERF_NS_PER_MS;
    } else {
        u->wants_write = true;
    }
}

/* Errors by which drivers, old kernels and small MTUs refuse a train that they would take message
 * by message. */
static bool is_train_refused(int err)
{
    return err == EIO || err == EINVAL || err == EMSGSIZE || err == EOPNOTSUPP ||
           err == ENOPROTOOPT || err == EPERM;
}

/* Message k of a train as a message of its own. */
static void message_of(const dp_udp_batch *b, uint32_t entry, uint32_t k, dp_mmsg *msg,
                       struct iovec *iov)
{
    const dp_udp_entry *e = &b->entries[entry];
    dp_udp_dest *d = &b->dests[e->dest];
    const struct iovec *v = b->msgs[entry].msg_hdr.msg_iov;
    size_t off = (size_t)k * e->len;

    while (off >= v->iov_len) {
        off -= v->iov_len;
        v++;
    }
    iov->iov_base = (uint8_t *)v->iov_base + off;
    iov->iov_len = e->len;
    *msg = (dp_mmsg){0};
    msg->msg_hdr.msg_name = &d->name;
    msg->msg_hdr.msg_namelen = sizeof d->name;
    msg->msg_hdr.msg_iov = iov;
    msg->msg_hdr.msg_iovlen = 1;
    msg->msg_hdr.msg_control = d->ctrl_single > 0 ? d->ctrl : NULL;
    msg->msg_hdr.msg_controllen = d->ctrl_single;
}

/* Sends a refused train message by message.  True when it is through. */
static bool send_split(dp_udp *u, dp_udp_batch *b, dhcpperf_ts now)
{
    dp_udp_entry *e = &b->entries[b->next];
    struct iovec iov;
    dp_mmsg msg;
    bool any = false;
    int n;

    while (b->part < e->count) {
        message_of(b, b->next, b->part, &msg, &iov);
        n = u->sys->send(u->fd, &msg, 1);
        u->stats.tx_calls++;
        if (n == 1) {
            add_fate(b, 1, 0, now);
            u->stats.tx_messages++;
            any = true;
        } else if (dp_socket_is_full(errno)) {
            wait_for_room(u, errno, now);
            return false;
        } else if (errno == EINTR || dp_udp_was_pending_error(u, errno)) {
            continue;
        } else {
            add_fate(b, 1, dp_udp_fail(u, errno), now);
            u->stats.tx_errors++;
        }
        b->part++;
    }
    if (any) { /* so it was the train, not the address */
        const struct sockaddr_in *sin = &b->dests[e->dest].name;
        dhcpperf_ip4 ip;

        memcpy(ip.b, &sin->sin_addr, sizeof ip.b);
        dp_udp_refuse(u, ip, ntohs(sin->sin_port));
    }
    if (e->probe != 0) {
        dp_udp_probe_sent(u, e->probe, false, now);
    }
    b->part = 0;
    b->next++;
    return true;
}

/* Sends what is left of a batch.  True when nothing is. */
static bool send_batch(dp_udp *u, dp_udp_batch *b, dhcpperf_ts now)
{
    struct timespec t0, t;
    dhcpperf_ts ts = now;
    uint32_t left;
    bool first = true;
    int n;

    (void)clock_gettime(CLOCK_MONOTONIC, &t0);
    while (b->next < b->n_entries) {
        if (b->entries[b->next].split) {
            if (!send_split(u, b, ts)) {
                return false;
            }
            continue;
        }
        if (!first) { /* a long burst takes its time; each part of it left when it left */
            (void)clock_gettime(CLOCK_MONOTONIC, &t);
            ts = now + (dhcpperf_ts)((t.tv_sec - t0.tv_sec) * (int64_t)DHCPPERF_NS_PER_S +
                                     (t.tv_nsec - t0.tv_nsec));
        }
        first = false;
        left = b->n_entries - b->next;
        n = u->sys->send(u->fd, b->msgs + b->next, left < DP_UDP_CALL ? left : DP_UDP_CALL);
        u->stats.tx_calls++;
        if (n > 0) {
            for (; n > 0; n--) {
                entry_sent(u, b, ts);
            }
        } else if (dp_socket_is_full(errno)) {
            wait_for_room(u, errno, ts);
            return false;
        } else if (errno == EINTR || dp_udp_was_pending_error(u, errno)) {
            continue;
        } else if (b->entries[b->next].count > 1 && is_train_refused(errno)) {
            b->entries[b->next].split = 1;
        } else {
            entry_failed(u, b, errno, ts);
        }
    }
    return true;
}

/* Sends what is queued, oldest first. */
static void flush(dp_udp *u, dhcpperf_ts now)
{
    u->wants_write = false;
    u->retry_at = DHCPPERF_NEVER;
    while (u->n_sent < u->n_queue && send_batch(u, &u->batches[u->queue[u->n_sent]], now)) {
        u->n_sent++;
    }
}

/* -- the carrier's functions -- */

int dp_udp_tx_loan(void *self, dhcpperf_pkt *pkts, unsigned want, uint32_t msg_len)
{
    dp_udp *u = self;
    uint32_t stride = msg_len != 0 ? msg_len : DP_UDP_LEN_ANY, n, i;
    dhcpperf_pkt blank;

    if (stride > DP_UDP_LEN_MAX) {
        return DHCPPERF_E_INVALID;
    }
    if (u->lent != NULL) {
        return DHCPPERF_E_STATE;
    }
    if (u->n_free_batches == 0) {
        return 0;
    }
    u->lent = &u->batches[u->free_batches[u->n_free_batches - 1]];
    n = want < u->lend ? want : u->lend;
    n = n < u->batch_bytes / stride ? n : (uint32_t)(u->batch_bytes / stride);
    memset(&blank, 0, sizeof blank);
    blank.data = u->lent->data;
    blank.cap = (uint16_t)stride;
    for (i = 0; i < n; i++) {
        pkts[i] = blank;
        blank.data += stride;
    }
    return (int)n;
}

int dp_udp_tx_commit(void *self, dhcpperf_pkt *pkts, unsigned n, unsigned fill, dhcpperf_ts now)
{
    dp_udp *u = self;
    dp_udp_batch *b = u->lent;

    (void)n;
    if (b == NULL) {
        return DHCPPERF_E_STATE;
    }
    if (fill > u->config.burst) {
        return DHCPPERF_E_INVALID;
    }
    u->lent = NULL;
    if (fill > 0) {
        fill_batch(u, b, pkts, fill);
        u->queue[u->n_queue++] = u->free_batches[--u->n_free_batches];
    }
    if (u->n_sent < u->n_queue) {
        flush(u, now);
    }
    return 0;
}

/* Outcomes of one batch; 0..max. */
static unsigned report(dp_udp_batch *b, dhcpperf_txdone *done, unsigned max)
{
    unsigned n = 0;

    while (n < max && b->fate < b->n_fates) {
        dp_udp_fate *f = &b->fates[b->fate];
        const uint64_t *cookies = b->cookies + b->n_reported;
        uint32_t left = f->count - b->fate_part, i;

        left = left < max - n ? left : max - n;
        for (i = 0; i < left; i++) {
            done[n + i] = (dhcpperf_txdone){.cookie = cookies[i], .ts = f->ts, .status = f->status};
        }
        n += left;
        b->n_reported += left;
        b->fate_part += left;
        if (b->fate_part == f->count) {
            b->fate_part = 0;
            b->fate++;
        }
    }
    return n;
}

int dp_udp_tx_done(void *self, dhcpperf_txdone *done, unsigned max, dhcpperf_ts now)
{
    dp_udp *u = self;
    dp_udp_batch *b;
    unsigned n = 0;

    if (u->n_sent < u->n_queue && (u->retry_at == DHCPPERF_NEVER || u->retry_at <= now)) {
        flush(u, now);
    }
    while (u->n_queue > 0 && n < max) {
        b = &u->batches[u->queue[0]];
        n += report(b, done + n, max - n);
        if (b->n_reported < b->n_msgs) {
            break;
        }
        u->free_batches[u->n_free_batches++] = u->queue[0];
        u->n_queue--;
        u->n_sent--;
        memmove(u->queue, u->queue + 1, u->n_queue);
    }
    return (int)n;
}
