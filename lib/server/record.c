/* SPDX-License-Identifier: MIT */
/* record.c - which record a client has, for how long, and how it gets another one. */
#include "server/dp_decide.h"

#include <string.h>

static const dp_subnet *subnet_of(const dhcpperf_server *s, const dp_request *r)
{
    return &s->store.subnet[r->subnet];
}

void dp_settle_on_link(dhcpperf_server *s, dp_request *r, uint32_t ip)
{
    uint32_t subnet = dp_store_find_subnet(&s->store, ip);

    if (subnet != DP_LEASE_NONE && s->store.subnet[subnet].link == r->key.subnet) {
        r->subnet = subnet;
    }
}

/* ---- the client's record -------------------------------------------------------------------- */

/* A circuit id means something only together with the relay agent that gave it (RFC 3046 3.1,
 * S-115): behind another agent of the link it is another circuit while the lease lasts. */
static int is_other_circuit(const dp_lease *l, const dp_request *r)
{
    return (l->state == DP_LEASE_BOUND || l->state == DP_LEASE_OFFERED) && l->giaddr != 0 &&
           r->giaddr != 0 && l->giaddr != r->giaddr;
}

/* The record reserved for another of the client's names; the request's key becomes that name. */
static uint32_t find_reserved(dhcpperf_server *s, dp_request *r, unsigned kind)
{
    dp_key key = r->key;
    uint32_t i;

    if ((s->store.subnet[key.subnet].reserved_kinds >> kind & 1) == 0 || key.kind == kind) {
        return DP_LEASE_NONE;
    }
    key.kind = (uint8_t)kind;
    if (kind == DHCPPERF_KEY_HARDWARE) {
        key.data = r->view.data + DP_OFF_CHADDR;
        key.len = r->view.data[DP_OFF_HLEN];
        key.htype = r->view.data[DP_OFF_HTYPE];
    } else {
        key.data = r->agent.circuit.data;
        key.len = (uint8_t)r->agent.circuit.len;
    }
    dp_store_key(&s->store, &key);
    i = dp_store_find(&s->store, &key);
    if (i == DP_LEASE_NONE || (s->store.lease[i].mark & DP_LEASE_RESERVED) == 0 ||
        (kind == DHCPPERF_KEY_CIRCUIT && is_other_circuit(&s->store.lease[i], r))) {
        return DP_LEASE_NONE;
    }
    r->key = key;
    return i;
}

/* Past the relay agent there is no circuit id (RFC 2131 4.4.5): who has the address of a circuit is
 * known by the address and the hardware address that it was leased with. */
static uint32_t find_circuit_by_ip(dhcpperf_server *s, const dp_request *r)
{
    uint32_t i = r->ciaddr != 0 && dp_is_on_network(s, r, r->ciaddr)
                     ? dp_store_find_ip(&s->store, r->ciaddr)
                     : DP_LEASE_NONE;
    const dp_lease *l = i != DP_LEASE_NONE ? &s->store.lease[i] : NULL;
    const uint8_t *data = r->view.data;
    dhcpperf_bytes chaddr;

    if (l == NULL ||
        (l->mark & (DP_LEASE_RESERVED | DP_LEASE_HELD)) != (DP_LEASE_RESERVED | DP_LEASE_HELD) ||
        (l->mark & DP_LEASE_KIND) != DHCPPERF_KEY_CIRCUIT || l->htype != data[DP_OFF_HTYPE]) {
        return DP_LEASE_NONE;
    }
    chaddr = dp_server_chaddr(s, i);
    return chaddr.len > 0 && chaddr.len == data[DP_OFF_HLEN] &&
                   memcmp(chaddr.data, data + DP_OFF_CHADDR, chaddr.len) == 0
               ? i
               : DP_LEASE_NONE;
}

/* The record reserved for the circuit that the client is behind. */
static uint32_t find_circuit(dhcpperf_server *s, dp_request *r)
{
    if ((s->store.subnet[r->key.subnet].reserved_kinds >> DHCPPERF_KEY_CIRCUIT & 1) == 0) {
        return DP_LEASE_NONE;
    }
    return dp_view_has(&r->view, DP_V_RELAY_INFO) && r->agent.circuit.len > 0
               ? find_reserved(s, r, DHCPPERF_KEY_CIRCUIT)
               : find_circuit_by_ip(s, r);
}

uint32_t dp_find_reserved(dhcpperf_server *s, dp_request *r, uint32_t own)
{
    uint32_t reserved;

    if (own != DP_LEASE_NONE && (s->store.lease[own].mark & DP_LEASE_RESERVED) != 0) {
        return own;
    }
    reserved = find_reserved(s, r, DHCPPERF_KEY_HARDWARE);
    if (reserved == DP_LEASE_NONE) {
        reserved = find_circuit(s, r);
    }
    return reserved != DP_LEASE_NONE ? reserved : own;
}

__attribute__((noinline)) uint32_t dp_find_client_it(dhcpperf_server *s, dp_request *r)
{
    return dp_find_client(s, r);
}

uint32_t dp_lease_time(const dhcpperf_server *s, const dp_request *r)
{
    const dhcpperf_class *c = r->key.class_ != 0 ? s->classes.at[r->key.class_ - 1] : NULL;
    uint32_t wish = 0;
    int asked = dp_view_u32(&r->view, DP_V_LEASE_TIME, &wish);

    if (c != NULL && c->has_lease) {
        return asked ? dp_lease_within(wish, c->lease_min, c->lease_max) : c->lease_default;
    }
    return dp_pool_lease(subnet_of(s, r)->pool, asked, wish);
}

/* What remains of a lease: at least a second. */
static uint32_t remaining_time(const dp_lease *l, dhcpperf_ts now)
{
    if (l->lease_s == UINT32_MAX) {
        return UINT32_MAX;
    }
    return l->timer.due > now + DHCPPERF_NS_PER_S
               ? (uint32_t)((l->timer.due - now) / DHCPPERF_NS_PER_S)
               : 1;
}

uint32_t dp_promised_time(const dhcpperf_server *s, const dp_request *r, uint32_t i,
                          dhcpperf_ts now)
{
    const dp_lease *l = &s->store.lease[i];
    uint32_t wish;

    if (i == r->lease && l->state == DP_LEASE_OFFERED && r->exchange != DHCPPERF_X_DISCOVER) {
        return l->lease_s;
    }
    if (s->set.offer_remaining && i == r->lease && l->state == DP_LEASE_BOUND &&
        (r->exchange == DHCPPERF_X_DISCOVER || r->exchange == DHCPPERF_X_REQUEST) &&
        !dp_view_u32(&r->view, DP_V_LEASE_TIME, &wish)) {
        return remaining_time(l, now);
    }
    return dp_lease_time(s, r);
}

int dp_claim_other(dhcpperf_server *s, dp_request *r, uint32_t i, dhcpperf_ts now)
{
    uint32_t old = r->lease;

    if (!dp_store_can_claim(&s->store, &r->key, old)) {
        return 0;
    }
    if (old != DP_LEASE_NONE && s->store.lease[old].state == DP_LEASE_BOUND) {
        dp_store_release(&s->store, old, now);
        dp_server_lease_event(s, old, r, DHCPPERF_EV_LEASE_ENDED, DP_LEASE_BOUND, now);
    }
    r->lease = i;
    if (s->query.on) {
        dp_query_forget(s, i);
    }
    return dp_store_claim_from(&s->store, i, &r->key, old);
}

void dp_remember(dhcpperf_server *s, const dp_request *r, dhcpperf_ts now)
{
    const uint8_t *data = r->view.data;

    if (r->key.kind != DHCPPERF_KEY_HARDWARE) {
        dp_store_set_chaddr(&s->store, r->lease, data[DP_OFF_HTYPE], data + DP_OFF_CHADDR,
                            data[DP_OFF_HLEN]);
    }
    /* Who renews past the relay agent is behind it all the same. */
    dp_store_seen(&s->store, r->lease, now, r->xid,
                  r->giaddr == 0 && r->ciaddr != 0 ? s->store.lease[r->lease].giaddr : r->giaddr);
    if (s->query.on) {
        dhcpperf_bytes info = {NULL, 0};

        if (dp_view_has(&r->view, DP_V_RELAY_INFO)) {
            info.data = dp_view_val(&r->view, DP_V_RELAY_INFO);
            info.len = dp_view_len(&r->view, DP_V_RELAY_INFO);
        }
        dp_query_remember(s, r->lease, info);
    }
}
