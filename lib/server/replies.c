/* SPDX-License-Identifier: MIT */
/* replies.c - from a decision to a held reply: what of the request comes back, how long the reply
 * is, and where it goes. */
#include "server/dp_faulty.h"

#include <string.h>

#include "base/dp_rng.h"
#include "base/dp_text.h"

enum {
    PURPOSE_SERVICE = 1, /* of a random draw */
    RELAY_INFO_MAX = 2048,
    BOOTP_LEN = 300
};

/* ---- what comes back ------------------------------------------------------------------------ */

/* An option as TLVs, split when it is long (RFC 3396). */
static size_t put_option(uint8_t *buf, uint8_t code, const uint8_t *data, size_t len)
{
    size_t at = 0;

    do {
        size_t piece = len < UINT8_MAX ? len : UINT8_MAX;

        buf[at] = code;
        buf[at + 1] = (uint8_t)piece;
        if (piece > 0) {
            memcpy(buf + at + 2, data, piece);
        }
        at += 2 + piece;
        data += piece;
        len -= piece;
    } while (len > 0);
    return at;
}

/* The usual case: both options are in the request as one TLV each. */
static inline int echo_plain(dhcpperf_server *s, const dp_view *v, dp_reply *d, int with_id)
{
    const uint8_t *part[2] = {NULL, NULL};
    size_t len[2] = {0, 0}, all;

    if (with_id) {
        part[0] = dp_view_val(v, DP_V_CLIENT_ID) - 2;
        len[0] = (size_t)dp_view_len(v, DP_V_CLIENT_ID) + 2;
    }
    if (dp_view_has(v, DP_V_RELAY_INFO)) {
        part[1] = dp_view_val(v, DP_V_RELAY_INFO) - 2;
        len[1] = (size_t)dp_view_len(v, DP_V_RELAY_INFO) + 2;
    }
    all = len[0] + len[1];
    d->echo_len = (uint16_t)all;
    if (all > DP_ECHO_SHORT) {
        d->echo = dp_cells_put(&s->held.cells, part[0], len[0], part[1], len[1]);
        return d->echo != 0;
    }
    if (len[0] > 0) {
        dp_copy_brief(d->brief, part[0], len[0]);
    }
    if (len[1] > 0) {
        dp_copy_brief(d->brief + len[0], part[1], len[1]);
    }
    return 1;
}

static size_t put_u32(uint8_t *buf, uint8_t code, uint32_t v)
{
    uint8_t octets[4];

    dp_put32(octets, v);
    return put_option(buf, code, octets, sizeof octets);
}

/* Options of this reply that are not the template's. */
static size_t put_extras(const dhcpperf_server *s, const dp_request *r, uint8_t *buf)
{
    size_t at = 0;
    uint32_t subnet;

    if ((r->extras & DP_EXTRA_RAPID_COMMIT) != 0 &&
        (s->faulty == NULL || !s->faulty->order.commits)) {
        at += put_option(buf, DHCPPERF_OPT_RAPID_COMMIT, buf, 0);
    }
    if ((r->extras & DP_EXTRA_IPV6_ONLY) != 0) {
        at += put_u32(buf + at, DHCPPERF_OPT_IPV6_ONLY, s->set.ipv6_only_wait);
    }
    if ((r->extras & DP_EXTRA_SUBNET_SELECTION) != 0 &&
        dp_view_u32(&r->view, DP_V_SUBNET_SELECTION, &subnet)) {
        at += put_u32(buf + at, DHCPPERF_OPT_SUBNET_SELECTION, subnet);
    }
    return at;
}

/* Options in wire form that are returned; 0 when there is no room. */
static int keep_echo(dhcpperf_server *s, dp_reply *d, const uint8_t *data, size_t len)
{
    d->echo_len = (uint16_t)len;
    if (len > DP_ECHO_SHORT) {
        d->echo = dp_cells_put(&s->held.cells, data, len, NULL, 0);
        return d->echo != 0;
    }
    if (len > 0) {
        dp_copy_brief(d->brief, data, len);
    }
    return 1;
}

/* Split or overloaded options, and extra ones. */
static __attribute__((noinline)) int echo_any(dhcpperf_server *s, const dp_request *r, dp_reply *d,
                                              int with_id)
{
    const dp_view *v = &r->view;
    uint8_t *buf = s->echo_buf;
    size_t at = 0;

    if (with_id) {
        at += put_option(buf, DHCPPERF_OPT_CLIENT_ID, dp_view_val(v, DP_V_CLIENT_ID),
                         dp_view_len(v, DP_V_CLIENT_ID));
    }
    at += put_extras(s, r, buf + at);
    if (dp_view_has(v, DP_V_RELAY_INFO)) {
        if (dp_view_len(v, DP_V_RELAY_INFO) <= RELAY_INFO_MAX) {
            at += put_option(buf + at, DHCPPERF_OPT_RELAY_INFO, dp_view_val(v, DP_V_RELAY_INFO),
                             dp_view_len(v, DP_V_RELAY_INFO));
        } else {
            dp_stats_add(&s->stats, DHCPPERF_C_RELAY_INFO_LOST, 1);
        }
    }
    return keep_echo(s, d, buf, at);
}

static inline int echo(dhcpperf_server *s, const dp_request *r, dp_reply *d)
{
    const dp_view *v = &r->view;
    /* No client has a longer one, but a leasequery may bring anything; a vendor area of BOOTP has
     * no room for what only DHCP knows. */
    int with_id = s->set.echo_client_id && r->view.type != 0 && dp_view_has(v, DP_V_CLIENT_ID) &&
                  dp_view_len(v, DP_V_CLIENT_ID) <= UINT8_MAX;

    if ((v->flags & DP_VIEW_COMPLEX) == 0 && r->extras == 0) {
        return echo_plain(s, v, d, with_id);
    }
    return echo_any(s, r, d, with_id);
}

/* ---- where it goes: RFC 2131 section 4.1, and --reply-to ------------------------------------ */

static void to_source(const dp_request *r, dp_reply *d)
{
    d->dst_ip = dp_ip4_num(r->pkt->src.ip);
    d->dst_port = r->pkt->src.port;
    memcpy(d->mac, r->pkt->src.mac.b, sizeof d->mac);
}

static void to_relay(const dhcpperf_server *s, const dp_request *r, dp_reply *d)
{
    d->dst_ip = r->giaddr;
    d->dst_port = 67;
    if ((s->set.reply_to == DP_REPLY_AUTO && s->set.port != 67) ||
        (dp_view_has(&r->view, DP_V_RELAY_INFO) && r->agent.own_port)) {
        d->dst_port = r->pkt->src.port; /* no test relay is on port 67; others say so: RFC 8357 */
    }
    memcpy(d->mac, r->pkt->src.mac.b, sizeof d->mac);
}

static void to_client(const dhcpperf_server *s, const dp_request *r, dp_reply *d)
{
    static const dhcpperf_mac everybody = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
    uint32_t ciaddr = dp_reply_ip(d, DP_OFF_CIADDR), yiaddr = dp_reply_ip(d, DP_OFF_YIADDR);
    int inform = d->exchange == DHCPPERF_X_INFORM;

    d->dst_port = (uint16_t)s->set.client_port;
    if (inform || (ciaddr != 0 && d->type != DHCPPERF_NAK)) {
        d->dst_ip = ciaddr != 0 ? ciaddr : dp_ip4_num(r->pkt->src.ip);
        memcpy(d->mac, r->pkt->src.mac.b, sizeof d->mac);
    } else if (d->type == DHCPPERF_NAK ||
               (dp_get16(d->head + DP_OFF_FLAGS) & DHCPPERF_FLAG_BROADCAST) != 0 || yiaddr == 0) {
        d->dst_ip = UINT32_MAX;
        d->mark |= DP_HELD_BCAST;
        memcpy(d->mac, everybody.b, sizeof d->mac);
    } else {
        d->dst_ip = yiaddr;
        memcpy(d->mac, d->head + DP_OFF_CHADDR, sizeof d->mac);
    }
}

static inline void route(const dhcpperf_server *s, const dp_request *r, dp_reply *d)
{
    uint32_t src = dp_ip4_num(r->pkt->src.ip), dst = dp_ip4_num(r->pkt->dst.ip);

    if (s->set.reply_to == DP_REPLY_SOURCE) {
        to_source(r, d);
    } else if (dp_reply_ip(d, DP_OFF_GIADDR) != 0) {
        to_relay(s, r, d);
    } else if (s->set.reply_to == DP_REPLY_AUTO && r->ciaddr == 0 && dp_is_unicast(src)) {
        to_source(r, d); /* no real client without an address has one to send from */
    } else if (s->set.reply_to == DP_REPLY_AUTO && s->set.port != 67 && src == r->ciaddr) {
        to_source(r, d); /* a test client that renews is not on port 68 */
    } else {
        to_client(s, r, d);
    }
    d->src_ip = dp_is_unicast(dst) ? dst : r->local;
    d->ifindex = r->pkt->ifindex;
    memcpy(d->vlan, r->pkt->vlan, sizeof d->vlan);
}

/* ---- how long it is ------------------------------------------------------------------------- */

/* Longest payload that the client takes (RFC 2132 9.10, C-053). */
static uint32_t payload_limit(const dp_view *v)
{
    uint32_t max = 576;

    if (dp_view_has(v, DP_V_MAX_SIZE) && dp_view_len(v, DP_V_MAX_SIZE) == 2) {
        uint32_t asked = dp_get16(dp_view_val(v, DP_V_MAX_SIZE));

        max = asked > max ? asked : max;
    }
    return max - 28;
}

/* What is longer than every client takes, or laid out for one alone. */
static __attribute__((noinline)) void measure_long(dhcpperf_server *s, const dp_request *r,
                                                   dp_reply *d, uint32_t natural)
{
    uint32_t limit = payload_limit(&r->view);

    if (natural > limit || natural > DP_TEMPLATE_MAX || (d->mark & DP_HELD_OWN) != 0) {
        d->mark |= DP_HELD_FIT;
        d->limit = (uint16_t)limit;
        natural = natural < limit ? natural : limit;
    }
    if (natural > DP_PAYLOAD_DEFAULT) {
        d->mark |= DP_HELD_LONG;
        s->held.longs++;
        d->len = (uint16_t)natural;
        return;
    }
    s->pad = (uint16_t)(s->pad > natural ? s->pad : natural);
    d->len = s->pad;
}

/* All replies of up to 548 octets have the length of the longest so far, so that they can share
 * trains; that is within everybody's limit. */
static inline void measure(dhcpperf_server *s, const dp_request *r, dp_reply *d)
{
    uint32_t natural;

    if (d->shape == DP_SHAPE_BOOTP) { /* RFC 1542 2.1: a vendor area of 64 octets */
        d->mark |= DP_HELD_FIT | DP_HELD_LONG;
        s->held.longs++;
        d->len = d->limit = BOOTP_LEN;
        return;
    }
    if ((d->mark & DP_HELD_OWN) != 0) {
        measure_long(s, r, d, dp_own_length(s, d) + d->echo_len);
        return;
    }
    natural = dp_template_find(s, d->subnet, d->profile, (dp_shape)d->shape)->natural + d->echo_len;
    if (natural > DP_PAYLOAD_DEFAULT) {
        measure_long(s, r, d, natural);
        return;
    }
    if (natural > s->pad) {
        s->pad = (uint16_t)natural;
    }
    d->len = s->pad;
}

/* ---- holding -------------------------------------------------------------------------------- */

dhcpperf_ts dp_server_due(const dhcpperf_server *s, const dp_reply *d, dhcpperf_ts now)
{
    dhcpperf_dur delay = s->set.service_time;
    uint64_t who = 0;

    if (s->set.service_jitter > 0) {
        memcpy(&who, d->head + DP_OFF_CHADDR, 6);
        who = dp_draw(s->set.seed, who, PURPOSE_SERVICE,
                      dp_get32(d->head + DP_OFF_XID) + ((uint64_t)d->type << 32));
        delay += dp_below(who, 2 * s->set.service_jitter + 1);
        delay -= delay < s->set.service_jitter ? delay : s->set.service_jitter;
    }
    return now + delay + (s->faulty != NULL ? dp_faulty_delay(s, d) : 0);
}

static int needs_commit(const dhcpperf_server *s, const dp_reply *d)
{
    return s->hold_ack && (d->type == DHCPPERF_ACK || d->shape == DP_SHAPE_BOOTP) &&
           d->exchange != DHCPPERF_X_INFORM;
}

/* Octets that the echo takes at most: both options in pieces, and all extras; 0 for a plain
 * request, which has nothing to be echoed. */
static inline __attribute__((always_inline)) size_t most_echo(const dhcpperf_server *s,
                                                              const dp_view *v)
{
    const uint32_t echoed = UINT32_C(1) << DP_V_CLIENT_ID | UINT32_C(1) << DP_V_RELAY_INFO |
                            UINT32_C(1) << DP_V_RAPID_COMMIT | UINT32_C(1) << DP_V_SUBNET_SELECTION;
    size_t id, info;

    if ((v->seen & echoed) == 0 && s->set.ipv6_only_wait == 0) {
        return 0;
    }
    id = dp_view_has(v, DP_V_CLIENT_ID) ? dp_view_len(v, DP_V_CLIENT_ID) + 4u : 0;
    info = dp_view_has(v, DP_V_RELAY_INFO) ? dp_view_len(v, DP_V_RELAY_INFO) : 0;
    info = info < RELAY_INFO_MAX ? info : RELAY_INFO_MAX;
    return id + info + info / UINT8_MAX * 2 + 2 + DP_EXTRAS_LEN;
}

/* 1 when there is room for what would be echoed. */
static inline __attribute__((always_inline)) int has_room(const dhcpperf_server *s,
                                                          const dp_view *v)
{
    size_t most = most_echo(s, v);

    return !dp_held_is_full(&s->held) &&
           (most <= DP_ECHO_SHORT || dp_cells_have_room(&s->held.cells, most));
}

static inline dhcpperf_bytes request_list(const dp_view *v)
{
    dhcpperf_bytes list = {v->data, 0};

    if (dp_view_has(v, DP_V_PARAM_LIST)) {
        list.len = dp_view_len(v, DP_V_PARAM_LIST);
        list.data = list.len > 0 ? dp_view_val(v, DP_V_PARAM_LIST) : v->data;
    }
    return list;
}

static inline int take_profile(dp_request *r, int profile)
{
    r->profile = (uint16_t)profile;
    return profile >= 0;
}

int dp_server_can_hold(dhcpperf_server *s, dp_request *r)
{
    dhcpperf_bytes list;

    if (!has_room(s, &r->view)) {
        return 0;
    }
    list = request_list(&r->view);
    return take_profile(
        r, dp_profile_find(&s->templates, s->set.seed, r->key.class_, list.data, list.len));
}

__attribute__((noinline)) int dp_server_can_hold_it(dhcpperf_server *s, dp_request *r)
{
    dhcpperf_bytes list;

    if (!has_room(s, &r->view)) {
        return 0;
    }
    list = request_list(&r->view);
    return take_profile(
        r, dp_profile_find_it(&s->templates, s->set.seed, r->key.class_, list.data, list.len));
}

/* What every reply has; 0 when the echo finds no room. */
static inline __attribute__((always_inline)) int
fill(dhcpperf_server *s, const dp_request *r, dp_reply *d, dhcpperf_msg_type type, uint32_t yiaddr)
{
    memcpy(d->head, r->view.data, sizeof d->head); /* RFC 2131 table 3 */
    d->head[DP_OFF_OP] = 2;
    d->head[DP_OFF_HOPS] = 0;
    dp_put16(d->head + DP_OFF_SECS, 0);
    if (type != DHCPPERF_ACK && r->view.type != 0) {
        dp_put32(d->head + DP_OFF_CIADDR, 0);
    }
    dp_put32(d->head + DP_OFF_YIADDR, yiaddr);
    d->type = (uint8_t)type;
    d->mark = 0;
    d->echo = 0;
    d->name = r->name;
    d->exchange = (uint8_t)r->exchange;
    d->arrival = r->arrival;
    return echo(s, r, d);
}

/* A descriptor, built in its place; NULL, and the request is dropped, when there is no room, which
 * dp_server_can_hold() has ruled out before anything was changed. */
static inline __attribute__((always_inline)) dp_reply *begin(dhcpperf_server *s,
                                                             const dp_request *r,
                                                             dhcpperf_msg_type type,
                                                             uint32_t yiaddr, dhcpperf_ts now)
{
    uint32_t i = dp_held_take(&s->held);

    if (i == DP_LEASE_NONE) {
        dp_server_drop(s, r, DHCPPERF_C_DROP_HELD, now);
        return NULL;
    }
    if (!fill(s, r, &s->held.reply[i], type, yiaddr)) {
        dp_held_drop(&s->held, i);
        dp_server_drop(s, r, DHCPPERF_C_DROP_HELD, now);
        return NULL;
    }
    return &s->held.reply[i];
}

dp_reply *dp_server_begin_extra(dhcpperf_server *s, const dp_request *r, dhcpperf_msg_type type,
                                dp_shape shape, uint32_t yiaddr)
{
    uint32_t i = dp_held_take(&s->held);
    dp_reply *d;

    if (i == DP_LEASE_NONE) {
        return NULL;
    }
    d = &s->held.reply[i];
    if (!fill(s, r, d, type, yiaddr)) {
        dp_held_drop(&s->held, i);
        return NULL;
    }
    d->shape = (uint8_t)shape;
    d->subnet = r->subnet != DP_LEASE_NONE ? (uint16_t)r->subnet : 0;
    d->profile = 0;
    d->lease_s = 0;
    route(s, r, d);
    d->mark |= DP_HELD_FIT | DP_HELD_LONG | DP_HELD_EXTRA;
    s->held.longs++;
    d->len = BOOTP_LEN;
    d->limit = (uint16_t)payload_limit(&r->view);
    return d;
}

static inline __attribute__((always_inline)) void queue(dhcpperf_server *s, dp_reply *d,
                                                        dhcpperf_ts due, dhcpperf_ts now)
{
    uint32_t i = (uint32_t)(d - s->held.reply);

    if (needs_commit(s, d) && s->seq > s->committed) {
        dp_held_wait(&s->held, i,
                     (dp_wait){s->seq, dp_server_holder(s, dp_reply_ip(d, DP_OFF_YIADDR), now)});
    } else {
        dp_held_queue(&s->held, i, due, now);
    }
}

__attribute__((noinline)) void dp_server_queue(dhcpperf_server *s, dp_reply *d, dhcpperf_ts due,
                                               dhcpperf_ts now)
{
    queue(s, d, due, now);
}

/* Where replies take their time, or worse. */
static __attribute__((noinline)) void queue_late(dhcpperf_server *s, const dp_request *r,
                                                 dp_reply *d, dhcpperf_ts now)
{
    if (s->faulty != NULL) {
        dp_faulty_hold(s, r, d, now);
    } else {
        dp_server_queue(s, d, dp_server_due(s, d, now), now);
    }
}

static inline __attribute__((always_inline)) void hold(dhcpperf_server *s, const dp_request *r,
                                                       dp_reply *d, dhcpperf_ts now)
{
    route(s, r, d);
    measure(s, r, d);
    dp_stats_exchange(&s->stats, r->exchange, DHCPPERF_OUT_STARTED, 1);
    dp_stats_exchange(&s->stats, r->exchange, DHCPPERF_OUT_IN_FLIGHT, 1);
    if (s->held.timer != NULL) {
        queue_late(s, r, d, now);
    } else {
        queue(s, d, now, now);
    }
}

/* Is the address reserved for a client with options of its own? */
static int has_own_options(const dhcpperf_server *s, const dp_reply *d)
{
    uint32_t ip = dp_reply_ip(d, d->shape == DP_SHAPE_INFORM ? DP_OFF_CIADDR : DP_OFF_YIADDR);
    const dhcpperf_pool *p = s->store.subnet[d->subnet].pool;

    return dp_pool_own_options(p, ip) != NULL;
}

void dp_server_reply(dhcpperf_server *s, dp_request *r, dhcpperf_msg_type type, uint32_t yiaddr,
                     uint32_t lease_s, dhcpperf_ts now)
{
    dp_reply *d;
    uint32_t t1, t2;

    if (dp_server_is_ipv6_only(s, r)) {
        r->extras |= DP_EXTRA_IPV6_ONLY;
    }
    if (dp_view_has(&r->view, DP_V_SUBNET_SELECTION)) {
        r->extras |= DP_EXTRA_SUBNET_SELECTION; /* RFC 3011 */
    }
    d = begin(s, r, type, yiaddr, now);
    if (d == NULL) {
        return;
    }
    d->subnet = (uint16_t)r->subnet;
    d->profile = r->profile;
    d->lease_s = lease_s;
    if (r->view.type == 0) {
        d->shape = DP_SHAPE_BOOTP;
    } else if (r->exchange == DHCPPERF_X_INFORM) {
        d->shape = DP_SHAPE_INFORM;
    } else if (dp_pool_t1_t2(s->store.subnet[r->subnet].pool, lease_s, &t1, &t2)) {
        d->shape = DP_SHAPE_LEASE;
    } else {
        d->shape = DP_SHAPE_SHORT;
    }
    if (s->some_own && has_own_options(s, d)) {
        d->mark |= DP_HELD_OWN;
    }
    s->templates.profiles[r->profile].refs++;
    hold(s, r, d, now);
}

void dp_server_nak(dhcpperf_server *s, const dp_request *r, dp_nak why, dhcpperf_ts now)
{
    dp_reply *d = begin(s, r, DHCPPERF_NAK, 0, now);

    if (d == NULL) {
        return;
    }
    d->subnet = 0;
    d->shape = DP_SHAPE_NAK;
    d->profile = (uint16_t)why;
    d->lease_s = 0;
    if (r->giaddr != 0) {
        d->head[DP_OFF_FLAGS] |= DHCPPERF_FLAG_BROADCAST >> 8; /* RFC 2131 4.3.2 */
    }
    hold(s, r, d, now);
}

void dp_server_answer(dhcpperf_server *s, const dp_request *r, dhcpperf_msg_type type, uint32_t ip,
                      uint8_t htype, uint8_t hlen, dhcpperf_bytes octets, dhcpperf_ts now)
{
    dp_reply *d = begin(s, r, type, 0, now);

    if (d == NULL) {
        return;
    }
    dp_cells_drop(&s->held.cells, d->echo); /* the answer's options instead of the question's */
    d->echo = 0;
    if (!keep_echo(s, d, octets.data + 16, octets.len - 16)) {
        dp_held_drop(&s->held, (uint32_t)(d - s->held.reply));
        dp_server_drop(s, r, DHCPPERF_C_DROP_HELD, now);
        return;
    }
    memcpy(d->head + DP_OFF_CHADDR, octets.data, 16);
    dp_put32(d->head + DP_OFF_CIADDR, ip);
    d->head[DP_OFF_HTYPE] = htype;
    d->head[DP_OFF_HLEN] = hlen;
    d->subnet = 0;
    d->profile = r->profile;
    d->shape = DP_SHAPE_QUERY;
    d->lease_s = 0;
    s->templates.profiles[r->profile].refs++;
    hold(s, r, d, now);
}
