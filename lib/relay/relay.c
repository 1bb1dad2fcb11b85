/* SPDX-License-Identifier: MIT */
/* relay.c - a relay agent as its user sees it: life, and the verbs of its two sides.
 *
 * What arrives at one side waits for the pull of the other.  Nothing is ever sent back to the side
 * it came from, and an agent that is not pulled fills up and drops what comes beyond. */
#include "relay/dp_relay.h"

#include <assert.h>
#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_text.h"

/* -- events ------------------------------------------------------------------------------------ */

static void tell(dhcpperf_relay *r, dhcpperf_event_kind kind, const dhcpperf_pkt *pkt,
                 const char *detail, dhcpperf_ts now)
{
    dhcpperf_event ev = {.now = now, .kind = kind, .station = UINT32_MAX, .pkt = pkt};

    ev.xid = pkt->len >= DP_OFF_SECS ? dp_get32(pkt->data + DP_OFF_XID) : 0;
    ev.detail = detail;
    dp_trace_emit(&r->cfg.trace, &ev);
}

void dp_relay_ignore(dhcpperf_relay *r, uint64_t *counter, const dhcpperf_pkt *pkt, const char *why,
                     dhcpperf_ts now)
{
    ++*counter;
    if (dp_trace_wants(&r->cfg.trace, DHCPPERF_EV_IGNORED)) {
        tell(r, DHCPPERF_EV_IGNORED, pkt, why, now);
    }
}

void dp_relay_told(dhcpperf_relay *r, dhcpperf_event_kind kind, const dhcpperf_pkt *pkt,
                   dhcpperf_ts now)
{
    if (dp_trace_wants(&r->cfg.trace, kind)) {
        tell(r, kind, pkt, NULL, now);
    }
}

/* -- the verbs --------------------------------------------------------------------------------- */

static int clients_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    unsigned i;

    for (i = 0; i < n; i++) {
        dp_relay_forward((dhcpperf_relay *)self, &pkts[i], now);
    }
    return (int)n;
}

static int servers_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    unsigned i;

    for (i = 0; i < n; i++) {
        dp_relay_deliver_reply((dhcpperf_relay *)self, &pkts[i], now);
    }
    return (int)n;
}

/* The first of the queue into a buffer; NOBUFS when that is too small. */
static int fill(dhcpperf_relay *r, const dp_relay_held *h, dhcpperf_pkt *pkt, dhcpperf_ts now)
{
    if (pkt->cap < h->len) {
        return DHCPPERF_E_NOBUFS;
    }
    memcpy(pkt->data, h->data, h->len);
    pkt->len = h->len;
    pkt->src = (dhcpperf_endpoint){.port = (uint16_t)r->cfg.set.port};
    dp_put32(pkt->src.ip.b, r->cfg.giaddr);
    pkt->dst = h->dst;
    pkt->flags = h->flags;
    pkt->ifindex = h->ifindex;
    memcpy(pkt->vlan, h->vlan, sizeof pkt->vlan);
    pkt->ts = now;
    pkt->cookie = 0;
    return 0;
}

static int pull(dhcpperf_relay *r, dp_relay_queue *q, dhcpperf_pkt *pkts, unsigned max,
                dhcpperf_ts now)
{
    unsigned n = 0;

    while (n < max && q->n > 0) {
        dp_relay_held *h = &q->at[q->head];
        int rc = fill(r, h, &pkts[n], now);

        if (rc != 0) {
            return n > 0 ? (int)n : rc;
        }
        h->copies--;
        if (q == &r->to_servers) {
            dp_put32(pkts[n].dst.ip.b, r->cfg.server[r->cfg.n_server - 1 - h->copies]);
        }
        if (h->copies == 0) {
            q->head = q->head + 1 < q->cap ? q->head + 1 : 0;
            q->n--;
        }
        dp_relay_told(r, DHCPPERF_EV_TX, &pkts[n], now);
        n++;
    }
    return (int)n;
}

static int clients_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    dhcpperf_relay *r = (dhcpperf_relay *)self;

    return pull(r, &r->to_clients, pkts, max, now);
}

static int servers_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    dhcpperf_relay *r = (dhcpperf_relay *)self;

    return pull(r, &r->to_servers, pkts, max, now);
}

/* Whatever waits is due since the beginning of time: the other side's clock is not ours. */
static dhcpperf_ts clients_deadline(const void *self)
{
    return ((const dhcpperf_relay *)self)->to_clients.n > 0 ? 0 : DHCPPERF_NEVER;
}

static dhcpperf_ts servers_deadline(const void *self)
{
    return ((const dhcpperf_relay *)self)->to_servers.n > 0 ? 0 : DHCPPERF_NEVER;
}

static const dhcpperf_engine_ops clients_ops = {.size = sizeof clients_ops,
                                                .recv = clients_recv,
                                                .pull = clients_pull,
                                                .deadline = clients_deadline};
static const dhcpperf_engine_ops servers_ops = {.size = sizeof servers_ops,
                                                .recv = servers_recv,
                                                .pull = servers_pull,
                                                .deadline = servers_deadline};

/* -- life -------------------------------------------------------------------------------------- */

static int allocate(dhcpperf_relay *r)
{
    const dp_relay_settings *set = &r->cfg.set;
    int rc = dp_engine_init(&r->clients, &clients_ops, r);

    rc = rc != 0 ? rc : dp_engine_init(&r->servers, &servers_ops, r);
    rc = rc != 0 ? rc : dp_relay_queue_init(&r->to_clients, set->max_held, &r->mem);
    rc = rc != 0 ? rc : dp_relay_queue_init(&r->to_servers, set->max_held, &r->mem);
    if (rc == 0 && set->deliver == DP_DELIVER_SOURCE) {
        rc = dp_relay_sources_init(&r->sources, set->max_clients, &r->mem);
    }
    return rc;
}

int dhcpperf_relay_new(dhcpperf_relay **ret, const dhcpperf_relay_config *c,
                       const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_relay *r;
    int rc;

    if (ret == NULL || c == NULL || c->giaddr == 0 || c->n_server == 0) {
        return DHCPPERF_E_INVALID;
    }
    rc = dp_relay_info_check(c);
    if (rc != 0) {
        return rc;
    }
    r = DP_NEW(&m, dhcpperf_relay);
    if (r == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    r->mem = m;
    r->cfg = *c;
    r->counts.size = sizeof r->counts;
    rc = allocate(r);
    if (rc != 0) {
        dhcpperf_relay_free(r);
        return rc;
    }
    *ret = r;
    return 0;
}

void dhcpperf_relay_free(dhcpperf_relay *r)
{
    dhcpperf_mem m;

    if (r == NULL) {
        return;
    }
    assert(r->clients.borrowers == 0 && r->servers.borrowers == 0);
    m = r->mem;
    dp_relay_queue_fini(&r->to_clients, &m);
    dp_relay_queue_fini(&r->to_servers, &m);
    if (r->sources.at != NULL) {
        dp_relay_sources_fini(&r->sources, &m);
    }
    DP_FREE(&m, r);
}

dhcpperf_engine *dhcpperf_relay_client_side(dhcpperf_relay *r)
{
    return r != NULL ? &r->clients : NULL;
}

dhcpperf_engine *dhcpperf_relay_server_side(dhcpperf_relay *r)
{
    return r != NULL ? &r->servers : NULL;
}

int dhcpperf_relay_get_counts(const dhcpperf_relay *r, dhcpperf_relay_counts *ret, size_t ret_size)
{
    size_t size = ret_size < sizeof *ret ? ret_size : sizeof *ret;

    if (r == NULL || ret == NULL || ret_size < sizeof ret->size) {
        return DHCPPERF_E_INVALID;
    }
    memset(ret, 0, ret_size);
    memcpy(ret, &r->counts, size);
    ret->size = size;
    return 0;
}
