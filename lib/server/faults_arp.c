/* SPDX-License-Identifier: MIT */
/* faults_arp.c - what a server says and asks on its link: that an address it gave is in use, and
 * whether clients not heard of for long are still there.  On carriers of frames only. */
#include "server/dp_faulty.h"

#include <string.h>

#include "base/dp_text.h"

#define ANSWER_WAIT (1 * DHCPPERF_NS_PER_S) /* for an answer to a probe */

enum {
    LOOKED_AT = 65536 /* records in one turn */
};

static dp_faulty_link link_of(const dhcpperf_pkt *pkt)
{
    return (dp_faulty_link){pkt->ifindex, {pkt->vlan[0], pkt->vlan[1]}};
}

/* 0 when too many wait. */
static int push(struct dp_faulty *f, const dp_arp *arp, dp_faulty_link link, int is_broadcast)
{
    dp_faulty_arp *a = &f->arps[f->arp_tail % DP_FAULTY_ARPS];

    if (f->arp_tail - f->arp_head == DP_FAULTY_ARPS) {
        return 0;
    }
    a->arp = *arp;
    a->link = link;
    a->is_broadcast = is_broadcast;
    f->arp_tail++;
    return 1;
}

int dp_faulty_pull_arp(dhcpperf_server *s, dhcpperf_pkt *pkt)
{
    struct dp_faulty *f = s->faulty;
    const dp_faulty_arp *a = &f->arps[f->arp_head++ % DP_FAULTY_ARPS];
    uint8_t *data = pkt->data;
    uint16_t cap = pkt->cap;

    memset(pkt, 0, sizeof *pkt);
    pkt->data = data;
    pkt->cap = cap;
    pkt->ifindex = a->link.ifindex;
    memcpy(pkt->vlan, a->link.vlan, sizeof pkt->vlan);
    pkt->flags = a->is_broadcast ? DHCPPERF_PKT_BCAST : 0;
    pkt->src.mac = a->arp.sender_mac;
    pkt->src.ip = a->arp.sender_ip;
    pkt->dst.mac = a->arp.target_mac;
    pkt->dst.ip = a->arp.target_ip;
    if (dp_arp_put(pkt, &a->arp) != 0) {
        dp_stats_add(&s->stats, DHCPPERF_C_TX_ERRORS, 1);
        return 0;
    }
    return 1;
}

/* ---- addresses in use ----------------------------------------------------------------------- */

void dp_faulty_conflict(struct dp_faulty *f, uint32_t ip)
{
    uint32_t i, n = f->n_conflicts < DP_FAULTY_CONFLICTS ? f->n_conflicts : DP_FAULTY_CONFLICTS;

    for (i = 0; i < n && f->conflicts[i] != ip; i++) {
    }
    if (i == n && ip != 0) {
        f->conflicts[f->n_conflicts++ % DP_FAULTY_CONFLICTS] = ip;
    }
}

static int is_in_use(const struct dp_faulty *f, uint32_t ip)
{
    uint32_t i;

    for (i = 0; i < f->n_conflicts && i < DP_FAULTY_CONFLICTS; i++) {
        if (f->conflicts[i] == ip) {
            return 1;
        }
    }
    return 0;
}

/* Whoever asks for the address hears that another host has it. */
static int answer(struct dp_faulty *f, const dhcpperf_pkt *pkt, const dp_arp *asked)
{
    dp_arp a = {.op = DP_ARP_REPLY,
                .sender_ip = asked->target_ip,
                .target_mac = asked->sender_mac,
                .target_ip = asked->sender_ip};

    if (asked->op != DP_ARP_REQUEST || !is_in_use(f, dp_ip4_num(asked->target_ip))) {
        return 0;
    }
    a.sender_mac.b[0] = 0x02; /* locally administered, and nobody's */
    a.sender_mac.b[1] = 0xfa;
    memcpy(a.sender_mac.b + 2, asked->target_ip.b, sizeof asked->target_ip.b);
    return push(f, &a, link_of(pkt), 0);
}

/* ---- quiet clients -------------------------------------------------------------------------- */

void dp_faulty_sweep_begin(dhcpperf_server *s, const dp_request *r, unsigned rule,
                           dhcpperf_dur quiet)
{
    dp_faulty_sweep *w = &s->faulty->sweep;

    if (w->is_on) {
        return;
    }
    memset(w, 0, sizeof *w);
    w->is_on = 1;
    w->rule = rule;
    w->quiet = quiet;
    w->link = link_of(r->pkt);
}

/* Leased on our own link to a client that has not been heard of for so long. */
static int is_quiet(const dp_lease *l, dhcpperf_dur quiet, dhcpperf_ts now)
{
    dhcpperf_ts seen = l->starts + l->seen_ms * DHCPPERF_NS_PER_MS;

    return l->state == DP_LEASE_BOUND && l->giaddr == 0 && now > seen && now - seen >= quiet;
}

static int probe(dhcpperf_server *s, uint32_t lease, dhcpperf_ts now)
{
    dp_faulty_sweep *w = &s->faulty->sweep;
    uint32_t ip = s->store.lease[lease].ip;
    dp_arp a = {.op = DP_ARP_REQUEST,
                .sender_mac = s->set.mac,
                .sender_ip = s->set.server_id,
                .target_ip = dp_ip4_of(ip)};
    unsigned k;

    for (k = 0; w->probes[k].until != 0; k++) {
    }
    if (!push(s->faulty, &a, w->link, 1)) {
        return 0;
    }
    w->probes[k] = (dp_faulty_probe){.lease = lease, .ip = ip, .until = now + ANSWER_WAIT};
    w->n++;
    return 1;
}

static void stop_waiting(dp_faulty_sweep *w, unsigned k)
{
    w->probes[k].until = 0;
    w->n--;
}

/* Nobody has answered: the lease ends, unless its client was heard of in another way. */
static unsigned end_unanswered(dhcpperf_server *s, dhcpperf_ts now)
{
    dp_faulty_sweep *w = &s->faulty->sweep;
    unsigned k, n = 0;

    for (k = 0; k < DP_FAULTY_PROBES && w->n > 0; k++) {
        dp_faulty_probe *p = &w->probes[k];

        if (p->until == 0 || p->until > now) {
            continue;
        }
        stop_waiting(w, k);
        n++;
        if (s->store.lease[p->lease].ip == p->ip &&
            is_quiet(&s->store.lease[p->lease], w->quiet, now)) {
            (void)dp_server_end(s, p->lease, DHCPPERF_LEASE_EXPIRED, now);
            s->faulty->run.plan->rules[w->rule].hits++;
            dp_faulty_tell(s, w->rule, NULL, NULL, now);
        }
    }
    return n;
}

unsigned dp_faulty_sweep_go_on(dhcpperf_server *s, dhcpperf_ts now)
{
    dp_faulty_sweep *w = &s->faulty->sweep;
    unsigned n = end_unanswered(s, now);
    uint32_t looked;

    for (looked = 0; w->next < s->store.n && w->n < DP_FAULTY_PROBES && looked < LOOKED_AT;
         looked++) {
        if (is_quiet(&s->store.lease[w->next], w->quiet, now)) {
            if (!probe(s, w->next, now)) {
                break;
            }
            n++;
        }
        w->next++;
    }
    w->is_on = w->next < s->store.n || w->n > 0;
    return n;
}

dhcpperf_ts dp_faulty_sweep_deadline(const struct dp_faulty *f)
{
    const dp_faulty_sweep *w = &f->sweep;
    dhcpperf_ts first = DHCPPERF_NEVER;
    unsigned k;

    if (!w->is_on) {
        return DHCPPERF_NEVER;
    }
    if (w->n == 0) {
        return 0; /* there are records left to be looked at */
    }
    for (k = 0; k < DP_FAULTY_PROBES; k++) {
        if (w->probes[k].until != 0 && w->probes[k].until < first) {
            first = w->probes[k].until;
        }
    }
    return first;
}

/* A client that was looked for is there. */
static int found(dhcpperf_server *s, const dp_arp *said, dhcpperf_ts now)
{
    dp_faulty_sweep *w = &s->faulty->sweep;
    uint32_t ip = dp_ip4_num(said->sender_ip);
    unsigned k;

    for (k = 0; k < DP_FAULTY_PROBES && w->n > 0; k++) {
        const dp_faulty_probe *p = &w->probes[k];

        if (p->until != 0 && p->ip == ip) {
            const dp_lease *l = &s->store.lease[p->lease];

            dp_store_touch(&s->store, p->lease);
            dp_store_seen(&s->store, p->lease, now, l->xid, l->giaddr);
            stop_waiting(w, k);
            return 1;
        }
    }
    return 0;
}

int dp_faulty_hear_arp(dhcpperf_server *s, const dhcpperf_pkt *pkt, dhcpperf_ts now)
{
    dp_arp arp;

    if ((pkt->flags & DHCPPERF_PKT_FRAME) == 0 || dp_arp_read(pkt, &arp) != 0) {
        return 0;
    }
    return answer(s->faulty, pkt, &arp) || found(s, &arp, now);
}
