/* SPDX-License-Identifier: MIT */
/* vnet_run.c - how the virtual network advances.
 *
 * The next instant is the earliest of arrivals, acts and the engines' deadlines.  At an instant:
 * acts, then arrivals in (instant, sequence) order as bursts per port, then advance, then pull
 * until every engine has nothing more; again until it is quiet.  Nothing but integers and the order
 * of attachment decides anything, so equal calls give equal histories; the size of a burst only
 * cuts the same sequence of packets differently. */
#include "drive/dp_vnet.h"

#include <limits.h>
#include <string.h>

#include "base/dp_rng.h"

/* -- acts: a binary heap -- */

static int act_before(const dp_vnet_act *a, const dp_vnet_act *b)
{
    return a->when < b->when || (a->when == b->when && a->seq < b->seq);
}

int dhcpperf_vnet_at(dhcpperf_vnet *net, dhcpperf_ts when, dhcpperf_vnet_act_fn fn, void *user)
{
    dp_vnet_act act = {.fn = fn, .user = user};
    size_t i;

    if (net == NULL || fn == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (dp_vnet_grow(&net->mem, (void **)&net->acts, &net->cap_acts, net->n_acts, sizeof act,
                     _Alignof(dp_vnet_act)) != 0) {
        return DHCPPERF_E_NOMEM;
    }
    act.when = when > net->now ? when : net->now;
    act.seq = net->act_seq++;
    for (i = net->n_acts++; i > 0 && act_before(&act, &net->acts[(i - 1) / 2]); i = (i - 1) / 2) {
        net->acts[i] = net->acts[(i - 1) / 2];
    }
    net->acts[i] = act;
    return 0;
}

static dp_vnet_act pop_act(dhcpperf_vnet *net)
{
    dp_vnet_act first = net->acts[0], last = net->acts[--net->n_acts];
    size_t i = 0, child;

    while ((child = 2 * i + 1) < net->n_acts) {
        if (child + 1 < net->n_acts && act_before(&net->acts[child + 1], &net->acts[child])) {
            child++;
        }
        if (!act_before(&net->acts[child], &last)) {
            break;
        }
        net->acts[i] = net->acts[child];
        i = child;
    }
    net->acts[i] = last;
    return first;
}

static unsigned run_acts(dhcpperf_vnet *net)
{
    uint64_t given = net->act_seq; /* an act given now by an act waits for the next round */
    unsigned n = 0;

    while (net->n_acts > 0 && net->acts[0].when <= net->now && net->acts[0].seq < given) {
        dp_vnet_act act = pop_act(net);

        act.fn(act.user, net->now);
        n++;
    }
    return n;
}

/* -- arrivals -- */

static uint64_t load64(const uint8_t *p)
{
    return (uint64_t)p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
           (uint64_t)p[7] << 56;
}

/* Hash of a delivery.  Four lanes over little-endian words, because it runs on every packet. */
static void digest(dhcpperf_vnet *net, uint32_t port, const dhcpperf_pkt *pkt)
{
    static const uint64_t k = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t a = net->digest, b = net->now ^ k, c = port + k, d = pkt->len;
    const uint8_t *p = pkt->data;
    size_t n = pkt->len, i;

    for (; n >= 32; n -= 32, p += 32) {
        a = (a ^ load64(p)) * k;
        b = (b ^ load64(p + 8)) * k;
        c = (c ^ load64(p + 16)) * k;
        d = (d ^ load64(p + 24)) * k;
        a ^= a >> 29;
        b ^= b >> 31;
        c ^= c >> 33;
        d ^= d >> 35;
    }
    for (i = 0; i < n; i++) {
        a = (a ^ p[i]) * k;
    }
    net->digest = dp_mix64(a + dp_mix64(b + dp_mix64(c + dp_mix64(d))));
}

/* Moves what is due into its receivers' inboxes. */
static void gather(dhcpperf_vnet *net)
{
    dp_vnet_slot *slot;

    while ((slot = dp_vnet_queue_pop(net, net->now)) != NULL) {
        dp_vnet_port *port = net->ports[slot->to];

        if (port->inbox == NULL) {
            port->inbox = slot;
        } else {
            port->inbox_tail->next = slot;
        }
        port->inbox_tail = slot;
    }
}

/* Done with the first packet of an inbox. */
static void shift(dhcpperf_vnet *net, dp_vnet_port *port, uint64_t *counter)
{
    dp_vnet_slot *slot = port->inbox;

    port->inbox = slot->next;
    net->ports[slot->from]->counts.in_flight--;
    ++*counter;
    dp_vnet_slot_give(net, slot);
}

static void show(dhcpperf_vnet *net, dp_vnet_port *port, dp_vnet_slot *slot)
{
    if (slot->offered) {
        return;
    }
    slot->offered = 1;
    digest(net, port->id, &slot->pkt);
    if (net->tap != NULL) {
        net->tap(net->tap_user, slot->from, port->id, &slot->pkt);
    }
}

static int deliver_to_relay(dhcpperf_vnet *net, dp_vnet_port *port)
{
    int rc = 0;

    while (rc == 0 && port->inbox != NULL) {
        show(net, port, port->inbox);
        rc = dp_vnet_relay_recv(net, port, &port->inbox->pkt);
        shift(net, port, &port->counts.delivered);
    }
    return rc;
}

static int deliver_to_engine(dhcpperf_vnet *net, dp_vnet_port *port)
{
    while (port->inbox != NULL) {
        dp_vnet_slot *slot;
        unsigned n = 0, k;
        int taken;

        for (slot = port->inbox; slot != NULL && n < net->burst; slot = slot->next) {
            show(net, port, slot);
            net->rx[n++] = slot->pkt;
        }
        taken = dhcpperf_engine_recv(port->engine, net->rx, n, net->now);
        /* After an error nobody can say which of them were looked at: all are over. */
        for (k = 0; k < (taken >= 0 && (unsigned)taken < n ? (unsigned)taken : n); k++) {
            shift(net, port, &port->counts.delivered);
        }
        if (taken < 0) {
            return taken;
        }
        port->refused = k == 0;
        if (k < n) {
            return 0; /* the engine is full: the rest is offered again after it was pulled */
        }
    }
    return 0;
}

static int deliver(dhcpperf_vnet *net, dp_vnet_port *port, unsigned *inout_events)
{
    uint64_t before = port->counts.delivered;
    int rc = 0;

    if (!port->up) {
        while (port->inbox != NULL) {
            shift(net, port, &port->counts.unplugged);
        }
    } else if (port->engine == NULL) {
        rc = deliver_to_relay(net, port);
    } else {
        rc = deliver_to_engine(net, port);
    }
    port->busy += port->counts.delivered - before;
    *inout_events += (unsigned)(port->counts.delivered - before);
    return rc;
}

/* -- departures -- */

static int send_burst(dhcpperf_vnet *net, dp_vnet_port *port, unsigned n)
{
    int rc = 0, bad = 0;
    unsigned i;

    for (i = 0; i < n; i++) {
        const dhcpperf_pkt *pkt = &net->tx[i];

        net->done[i] = (dhcpperf_txdone){.cookie = pkt->cookie, .ts = net->now};
        if (pkt->len > DP_VNET_MAX_LEN) {
            net->done[i].status = bad = DHCPPERF_E_CALLBACK; /* it wrote past what was lent */
        } else {
            rc = rc == 0 ? dp_vnet_transmit(net, port, pkt) : rc;
            net->done[i].status = rc;
        }
        dp_vnet_lend(net, i);
    }
    dhcpperf_engine_sent(port->engine, net->done, n, net->now);
    return rc != 0 ? rc : bad;
}

static int pull(dhcpperf_vnet *net, dp_vnet_port *port)
{
    unsigned total = 0;

    while (total < DP_VNET_PULL_CAP) {
        unsigned room = DP_VNET_PULL_CAP - total;
        unsigned want = room < net->burst ? room : net->burst;
        int n, rc;

        n = dhcpperf_engine_pull(port->engine, net->tx, want, net->now);
        if (n <= 0) {
            return n;
        }
        total += (unsigned)n;
        port->busy += (unsigned)n;
        port->refused = 0; /* there is room again */
        rc = send_burst(net, port, (unsigned)n);
        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

/* -- one instant -- */

static int is_due(const dhcpperf_vnet *net, const dp_vnet_port *port)
{
    return port->engine != NULL && dhcpperf_engine_deadline(port->engine) <= net->now;
}

static int round_of(dhcpperf_vnet *net, unsigned *inout_events)
{
    size_t i;
    int rc;

    *inout_events += run_acts(net);
    gather(net);
    for (i = 0; i < net->n_ports; i++) {
        dp_vnet_port *port = net->ports[i];

        port->active = port->inbox != NULL;
        if (port->active && (rc = deliver(net, port, inout_events)) != 0) {
            net->culprit = port->id;
            return rc;
        }
        port->active = port->engine != NULL && (port->active || is_due(net, port));
    }
    for (i = 0; i < net->n_ports; i++) {
        dp_vnet_port *port = net->ports[i];

        if (port->active) {
            port->busy++;
            rc = dhcpperf_engine_advance(port->engine, net->now);
            if (rc < 0) {
                net->culprit = port->id;
                return rc;
            }
            *inout_events += (unsigned)rc;
            port->refused &= rc == 0;
        }
    }
    for (i = 0; i < net->n_ports; i++) {
        dp_vnet_port *port = net->ports[i];

        if (port->active && (rc = pull(net, port)) != 0) {
            net->culprit = port->id;
            return rc;
        }
    }
    return 0;
}

/* What has arrived waits, as in the buffer of a socket: the engine takes nothing, did nothing else,
 * and says when it goes on. */
static int is_waiting(const dhcpperf_vnet *net, const dp_vnet_port *port)
{
    dhcpperf_ts d;

    if (!port->refused || port->engine == NULL) {
        return 0;
    }
    d = dhcpperf_engine_deadline(port->engine);
    return d > net->now && d != DHCPPERF_NEVER;
}

static int is_quiet(const dhcpperf_vnet *net)
{
    size_t i;

    if (dp_vnet_queue_first(net) <= net->now ||
        (net->n_acts > 0 && net->acts[0].when <= net->now)) {
        return 0;
    }
    for (i = 0; i < net->n_ports; i++) {
        const dp_vnet_port *port = net->ports[i];

        if ((port->inbox != NULL && !is_waiting(net, port)) || is_due(net, port)) {
            return 0;
        }
    }
    return 1;
}

static int livelock(dhcpperf_vnet *net)
{
    uint64_t most = 0;
    size_t i;

    net->culprit = DHCPPERF_PORT_NONE;
    for (i = 0; i < net->n_ports; i++) {
        if (net->ports[i]->busy > most) {
            most = net->ports[i]->busy;
            net->culprit = (uint32_t)i;
        }
    }
    return DHCPPERF_E_LIVELOCK;
}

static int instant(dhcpperf_vnet *net, dhcpperf_ts when, unsigned *inout_events)
{
    unsigned rounds;
    size_t i;
    int rc = 0;

    if (when > net->now) {
        net->now = when;
    }
    net->culprit = DHCPPERF_PORT_NONE;
    for (i = 0; i < net->n_ports; i++) {
        net->ports[i]->busy = 0;
    }
    for (rounds = 0; rc == 0 && (rounds == 0 || !is_quiet(net)); rounds++) {
        rc = rounds == DP_VNET_ROUNDS ? livelock(net) : round_of(net, inout_events);
    }
    return rc;
}

static dhcpperf_ts next_event(const dhcpperf_vnet *net)
{
    dhcpperf_ts first = dp_vnet_queue_first(net);
    size_t i;

    if (net->n_acts > 0 && net->acts[0].when < first) {
        first = net->acts[0].when;
    }
    for (i = 0; i < net->n_ports; i++) {
        const dp_vnet_port *port = net->ports[i];
        dhcpperf_ts d =
            port->engine != NULL ? dhcpperf_engine_deadline(port->engine) : DHCPPERF_NEVER;

        if (port->inbox != NULL && !is_waiting(net, port)) {
            d = net->now; /* left over from an instant that failed */
        }
        if (d < first) {
            first = d;
        }
    }
    return first;
}

/* Runs instants up to `limit` while cond allows; 1 when cond ended it. */
static int run(dhcpperf_vnet *net, dhcpperf_ts limit, dhcpperf_vnet_cond_fn cond, void *user,
               uint64_t *ret_events)
{
    int rc = 0;

    if (net == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (net->running) {
        return DHCPPERF_E_REENTRANT;
    }
    net->running = 1;
    *ret_events = 0;
    while (rc == 0) {
        dhcpperf_ts when;
        unsigned events = 0;

        if (cond != NULL && !cond(user)) {
            rc = 1;
            break;
        }
        when = next_event(net); /* after cond, which may give an engine something to do */
        if (when == DHCPPERF_NEVER || when > limit) {
            break;
        } else {
            rc = instant(net, when, &events);
            *ret_events += events;
        }
    }
    if (rc == 0 && limit != DHCPPERF_NEVER && limit > net->now) {
        net->now = limit;
    }
    net->running = 0;
    return rc;
}

int dhcpperf_vnet_run_until(dhcpperf_vnet *net, dhcpperf_ts when)
{
    uint64_t events;
    int rc = run(net, when, NULL, NULL, &events);

    if (rc < 0) {
        return rc;
    }
    return events > INT_MAX ? INT_MAX : (int)events;
}

int dhcpperf_vnet_run_while(dhcpperf_vnet *net, dhcpperf_vnet_cond_fn cond, void *user,
                            dhcpperf_ts limit)
{
    uint64_t events;

    return cond != NULL ? run(net, limit, cond, user, &events) : DHCPPERF_E_INVALID;
}

int dhcpperf_vnet_step(dhcpperf_vnet *net)
{
    dhcpperf_ts when;
    unsigned events = 0;
    int rc;

    if (net == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (net->running) {
        return DHCPPERF_E_REENTRANT;
    }
    when = next_event(net);
    if (when == DHCPPERF_NEVER) {
        return 0;
    }
    net->running = 1;
    rc = instant(net, when, &events);
    net->running = 0;
    return rc == 0 ? 1 : rc;
}
