/* SPDX-License-Identifier: MIT */
/* rogue.c - a second server on the link that nobody has asked for: it remembers nothing, gives
 * every client the address of its range that a hash of the hardware address leads to, and says that
 * it is router and name server itself.  Also other replies that no template has. */
#include "server/dp_faulty.h"

#include "base/dp_hash.h"
#include "base/dp_rng.h"
#include "base/dp_text.h"

enum {
    ROGUE_LEASE_S = 3600
};

#define ADDRESS_KEY UINT64_C(0x726f677565)

static uint32_t address_for(const dp_request *r, const dp_fault_action *a)
{
    const uint8_t *data = r->view.data;
    uint64_t hash = dp_hash_bytes(ADDRESS_KEY, data + DP_OFF_CHADDR, data[DP_OFF_HLEN]);

    return a->ip[1] + (uint32_t)dp_below(dp_mix64(hash), (uint64_t)a->ip[2] - a->ip[1] + 1);
}

/* The address that a REQUEST is about. */
static uint32_t asked_for(const dp_request *r)
{
    return r->ciaddr != 0 ? r->ciaddr : r->wish;
}

/* It gives whatever it would give, and confirms whatever it might have given. */
int dp_rogue_hears(const dhcpperf_server *s, const dp_request *r, const dp_fault_action *a)
{
    uint32_t server, ip = asked_for(r);

    if (dp_held_is_full(&s->held)) {
        return 0;
    }
    if (r->exchange == DHCPPERF_X_DISCOVER) {
        return 1;
    }
    if (dp_view_u32(&r->view, DP_V_SERVER_ID, &server)) {
        return server == a->ip[0] && ip != 0;
    }
    return ip >= a->ip[1] && ip <= a->ip[2];
}

/* Where a request came with hardware addresses a reply may have any source. */
static int has_link(const dhcpperf_pkt *pkt)
{
    static const dhcpperf_mac none = {{0, 0, 0, 0, 0, 0}};

    return memcmp(&pkt->src.mac, &none, sizeof none) != 0;
}

void dp_rogue_answer(dhcpperf_server *s, const dp_request *r, const dp_fault_action *a,
                     dhcpperf_ts now)
{
    int offers = r->exchange == DHCPPERF_X_DISCOVER;
    uint32_t ip = offers ? address_for(r, a) : asked_for(r);
    dp_reply *d =
        dp_server_begin_extra(s, r, offers ? DHCPPERF_OFFER : DHCPPERF_ACK, DP_SHAPE_ROGUE, ip);
    dhcpperf_ts due;

    if (d == NULL) {
        return;
    }
    d->name = a->ip[0];
    d->lease_s = ROGUE_LEASE_S;
    if (has_link(r->pkt)) {
        d->src_ip = a->ip[0];
    }
    due = dp_server_due(s, d, now);
    if (a->how == DP_FR_AFTER) {
        due = a->d < DHCPPERF_NEVER - 1 - due ? due + a->d : DHCPPERF_NEVER - 1;
    }
    dp_held_queue(&s->held, (uint32_t)(d - s->held.reply), due, now); /* it writes nothing down */
}

/* ---- composing ------------------------------------------------------------------------------ */

static void add_ip(dhcpperf_writer *w, uint8_t code, uint32_t ip)
{
    dhcpperf_writer_add_u32(w, code, ip);
}

int dp_rogue_compose(dhcpperf_server *s, uint32_t held, uint8_t *buf, size_t cap)
{
    const dp_reply *d = &s->held.reply[held];
    size_t len;
    int rc;

    dhcpperf_writer_begin(s->writer, buf, cap, (dhcpperf_msg_type)d->type, 0);
    dhcpperf_writer_set_limit(s->writer, d->limit < cap ? d->limit : cap);
    add_ip(s->writer, DHCPPERF_OPT_SERVER_ID, d->name);
    if (d->shape == DP_SHAPE_ROGUE) {
        dhcpperf_writer_add_u32(s->writer, DHCPPERF_OPT_LEASE_TIME, d->lease_s);
        add_ip(s->writer, DHCPPERF_OPT_SUBNET_MASK, s->store.subnet[d->subnet].mask);
        add_ip(s->writer, DHCPPERF_OPT_ROUTER, d->name);
        add_ip(s->writer, DHCPPERF_OPT_DNS, d->name);
        dp_reply_add_echo(s, d, 1);
    }
    rc = dhcpperf_writer_finish(s->writer, d->len < cap ? d->len : cap, &len);
    return rc != 0 ? rc : (int)len;
}
