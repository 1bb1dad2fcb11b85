/* SPDX-License-Identifier: MIT */
/* requests.c - composing what stations send.
 *
 * One image per message type is written at new by the ordinary writer; sending is a copy of it and
 * a few patched fields.  All images have one length, that of the longest message any station can
 * need (trains want equal segments); what differs in length between stations stands at the end,
 * option 82 last (RFC 3046 section 2.1).  With an edit function the writer composes every message.
 */
#include "client/dp_client.h"

#include <string.h>

#include "base/dp_mem.h"

enum {
    MIN_MESSAGE = 300 /* RFC 1542 section 2.1 */
};

#define BROADCAST_IP    UINT32_MAX
#define COOKIE_DUE_MASK ((UINT64_C(1) << DP_COOKIE_DUE_BITS) - 1)

static const struct {
    dhcpperf_msg_type type;
    dhcpperf_exchange exchange;
    bool ciaddr, requested_ip, server_id; /* the address there, options 50 and 54 */
    bool parameters; /* 57 and the caller's options: not in what ends a lease (K-082) */
    bool answered;   /* else it is over when it has left */
} kinds[DP_N_IMAGES] = {
    [DP_IMAGE_DISCOVER] = {.type = DHCPPERF_DISCOVER,
                           .exchange = DHCPPERF_X_DISCOVER,
                           .parameters = true,
                           .answered = true},
    [DP_IMAGE_REQUEST] = {.type = DHCPPERF_REQUEST,
                          .exchange = DHCPPERF_X_REQUEST,
                          .requested_ip = true,
                          .server_id = true,
                          .parameters = true,
                          .answered = true},
    [DP_IMAGE_DECLINE] = {.type = DHCPPERF_DECLINE,
                          .exchange = DHCPPERF_X_DECLINE,
                          .requested_ip = true,
                          .server_id = true},
    [DP_IMAGE_RELEASE] = {.type = DHCPPERF_RELEASE,
                          .exchange = DHCPPERF_X_RELEASE,
                          .ciaddr = true,
                          .server_id = true},
    /* K-071: the address stands in ciaddr alone. */
    [DP_IMAGE_RENEW] = {.type = DHCPPERF_REQUEST,
                        .exchange = DHCPPERF_X_RENEW,
                        .ciaddr = true,
                        .parameters = true,
                        .answered = true},
    /* K-054 */
    [DP_IMAGE_REBOOT] = {.type = DHCPPERF_REQUEST,
                         .exchange = DHCPPERF_X_REBOOT,
                         .requested_ip = true,
                         .parameters = true,
                         .answered = true},
    [DP_IMAGE_INFORM] = {.type = DHCPPERF_INFORM,
                         .exchange = DHCPPERF_X_INFORM,
                         .ciaddr = true,
                         .parameters = true,
                         .answered = true},
    [DP_IMAGE_QUERY] = {.type = DHCPPERF_LEASEQUERY,
                        .exchange = DHCPPERF_X_QUERY,
                        .answered = true},
};

/* -- what a kind of message holds -------------------------------------------------------------- */

static bool is_bare_query(const dhcpperf_client *cli, unsigned kind, dp_query_by by)
{
    return kind == DP_IMAGE_QUERY && cli->cfg.set.query_by != (int)by;
}

/* RFC 4388 section 6.1: a query names one thing and no other. */
static bool has_chaddr(const dhcpperf_client *cli, unsigned kind)
{
    return cli->cfg.set.hlen > 0 && !is_bare_query(cli, kind, DP_QUERY_MAC);
}

static bool has_client_id(const dhcpperf_client *cli, unsigned kind)
{
    return !is_bare_query(cli, kind, DP_QUERY_ID);
}

static bool has_ciaddr(const dhcpperf_client *cli, unsigned kind)
{
    return kind == DP_IMAGE_QUERY ? cli->cfg.set.query_by == DP_QUERY_IP : kinds[kind].ciaddr;
}

static bool has_requested_ip(const dhcpperf_client *cli, unsigned kind)
{
    return kinds[kind].requested_ip || (kind == DP_IMAGE_RENEW && cli->cfg.set.renew_with_50_54);
}

static bool has_server_id(const dhcpperf_client *cli, unsigned kind)
{
    return kinds[kind].server_id || (kind == DP_IMAGE_RENEW && cli->cfg.set.renew_with_50_54);
}

/* K-028: of use only while there is no address to send a unicast to. */
static bool has_broadcast_flag(const dhcpperf_client *cli, unsigned kind)
{
    const dp_client_settings *set = &cli->cfg.set;

    return (set->broadcast || set->hlen == 0) && kinds[kind].parameters && !kinds[kind].ciaddr;
}

/* A query is the relay's own: it says nothing about itself. */
static bool has_relay_info(const dhcpperf_client *cli, unsigned kind, const dp_template_values *v)
{
    return cli->has_relay_info && v->giaddr != 0 && kind != DP_IMAGE_QUERY;
}

bool dp_requests_is_direct(const dhcpperf_client *cli, const dp_station *st)
{
    return cli->cfg.set.renew_direct && st->state == DHCPPERF_ST_RENEWING;
}

/* -- with the writer --------------------------------------------------------------------------- */

/* The caller's option of that kind of message, by whether it is the same for all stations. */
static bool belongs(const dhcpperf_client *cli, const dp_client_option *o, unsigned kind,
                    bool fixed)
{
    if (dp_value_is_fixed(&o->value) != fixed) {
        return false;
    }
    if (o->code == DHCPPERF_OPT_CLIENT_ID) {
        return has_client_id(cli, kind);
    }
    if (o->code == DHCPPERF_OPT_LEASE_TIME && kind == DP_IMAGE_INFORM) {
        return false; /* K-086 */
    }
    return kinds[kind].parameters || (kind == DP_IMAGE_QUERY && o->code == DHCPPERF_OPT_PARAM_LIST);
}

static void add_octets(dhcpperf_writer *w, uint8_t code, const uint8_t *data, size_t len)
{
    dhcpperf_bytes value = {data, len};

    dhcpperf_writer_add_option(w, code, value);
}

/* Octets that the engine adds to the caller's option: 108 to the request list (K-090). */
static size_t extra_len(const dhcpperf_client *cli, const dp_client_option *o, unsigned kind)
{
    return cli->cfg.set.ipv6_only && o->code == DHCPPERF_OPT_PARAM_LIST &&
           (kinds[kind].type == DHCPPERF_DISCOVER || kinds[kind].type == DHCPPERF_REQUEST);
}

/* Value of the caller's option in that kind of message; its length. */
static size_t render_option(const dhcpperf_client *cli, const dp_client_option *o, unsigned kind,
                            const dp_template_values *v, uint8_t value[DP_TEMPLATE_MAX])
{
    size_t len = dp_value_render(&o->value, v, value);

    if (extra_len(cli, o, kind) > 0 && len < DP_TEMPLATE_MAX &&
        memchr(value, DHCPPERF_OPT_IPV6_ONLY, len) == NULL) {
        value[len++] = DHCPPERF_OPT_IPV6_ONLY;
    }
    return len;
}

static void add_options(const dhcpperf_client *cli, dhcpperf_writer *w, unsigned kind, bool fixed,
                        const dp_template_values *v)
{
    uint8_t value[DP_TEMPLATE_MAX];
    unsigned k;

    for (k = 0; k < cli->cfg.n_options; k++) {
        const dp_client_option *o = &cli->cfg.options[k];

        if (belongs(cli, o, kind, fixed)) {
            add_octets(w, o->code, value, render_option(cli, o, kind, v, value));
        }
    }
}

static bool has_own_option(const dhcpperf_client *cli, uint8_t code)
{
    unsigned k;

    for (k = 0; k < cli->cfg.n_options; k++) {
        if (cli->cfg.options[k].code == code) {
            return true;
        }
    }
    return false;
}

/* Everything that is the same for all stations, and room for what is patched. */
static void write_common(const dhcpperf_client *cli, dhcpperf_writer *w, unsigned kind,
                         const dp_template_values *v, dhcpperf_ip4 ip, dhcpperf_ip4 server)
{
    const dp_client_settings *set = &cli->cfg.set;
    uint8_t id[UINT8_MAX], chaddr[16] = {0};
    dhcpperf_bytes hardware = {chaddr, set->hlen}, none = {NULL, 0};
    size_t id_len =
        cli->own_id == NULL && has_client_id(cli, kind) ? dp_identity_render(cli, v, id) : 0;

    dhcpperf_writer_set_quirks(w, DHCPPERF_WRITE_NO_OVERLOAD);
    if (set->hlen > 0) {
        memcpy(chaddr, v->mac.b, sizeof v->mac.b);
    }
    if (is_bare_query(cli, kind, DP_QUERY_MAC)) {
        dhcpperf_writer_set_chaddr(w, 0, none);
    } else {
        dhcpperf_writer_set_chaddr(w, (uint8_t)set->htype, hardware);
    }
    if (v->giaddr != 0) {
        dhcpperf_writer_set_giaddr(w, dp_ip4_of(v->giaddr));
        dhcpperf_writer_set_hops(w, (uint8_t)set->hops);
    }
    if (has_broadcast_flag(cli, kind)) {
        dhcpperf_writer_set_flags(w, DHCPPERF_FLAG_BROADCAST);
    }
    if (has_ciaddr(cli, kind)) {
        dhcpperf_writer_set_ciaddr(w, ip);
    }
    if (id_len > 0) {
        add_octets(w, DHCPPERF_OPT_CLIENT_ID, id, id_len);
    }
    if (has_requested_ip(cli, kind)) {
        dhcpperf_writer_add_ip4(w, DHCPPERF_OPT_REQUESTED_IP, &ip, 1);
    }
    if (has_server_id(cli, kind)) {
        dhcpperf_writer_add_ip4(w, DHCPPERF_OPT_SERVER_ID, &server, 1);
    }
    if (kinds[kind].parameters && set->max_size != 0 &&
        !has_own_option(cli, DHCPPERF_OPT_MAX_SIZE)) {
        dhcpperf_writer_add_u16(w, DHCPPERF_OPT_MAX_SIZE, (uint16_t)set->max_size);
    }
    if (kind == DP_IMAGE_DISCOVER && set->rapid_commit &&
        !has_own_option(cli, DHCPPERF_OPT_RAPID_COMMIT)) {
        add_octets(w, DHCPPERF_OPT_RAPID_COMMIT, NULL, 0);
    }
    add_options(cli, w, kind, true, v);
}

/* Octets that options of differing length add to an image at most. */
static int varying_len(dhcpperf_client *cli, unsigned kind, size_t *ret_len)
{
    size_t len = 0, relay_len;
    unsigned k;
    int rc = 0;

    for (k = 0; rc == 0 && k < cli->cfg.n_options; k++) {
        dp_client_option *o = &cli->cfg.options[k];

        if (belongs(cli, o, kind, false)) {
            rc = dp_value_limit(&o->value, cli->cfg.set.stations, cli->cfg.relays);
            len += 2u + o->value.max_len + extra_len(cli, o, kind);
        }
    }
    rc = rc != 0 ? rc : dp_relays_limit(cli, &relay_len);
    if (rc != 0) {
        return rc;
    }
    cli->has_relay_info = relay_len > 0;
    *ret_len = len + (relay_len > 0 ? 2 + relay_len : 0);
    return 0;
}

/* Measures one image: fills `end`, returns the longest message of the kind. */
static int measure(dhcpperf_client *cli, unsigned kind, size_t *ret_len)
{
    dp_template_values none = {0};
    dhcpperf_ip4 zero = {{0}};
    size_t len = 0, varying;
    int rc = varying_len(cli, kind, &varying);

    if (rc != 0) {
        return rc;
    }
    cli->varies = cli->varies || varying > 0;
    dhcpperf_writer_begin(cli->writer, NULL, 0, kinds[kind].type, 0);
    write_common(cli, cli->writer, kind, &none, zero, zero);
    rc = dhcpperf_writer_finish(cli->writer, 0, &len);
    if (rc != 0 && (rc != DHCPPERF_E_NOBUFS || len == 0)) {
        return rc;
    }
    if (len + varying > DP_CLIENT_MAX_MESSAGE) {
        return DHCPPERF_E_NOBUFS;
    }
    cli->image[kind].end = (uint16_t)(len - 1);
    *ret_len = len + varying;
    return 0;
}

static uint16_t offset_in(const dp_view *v, dp_view_slot slot)
{
    return dp_view_has(v, slot) ? (uint16_t)(dp_view_val(v, slot) - v->data) : 0;
}

static int write_image(dhcpperf_client *cli, unsigned kind)
{
    dp_image *image = &cli->image[kind];
    dp_template_values none = {0};
    dhcpperf_ip4 zero = {{0}};
    size_t len;
    dp_view v;
    int rc;

    image->octets = cli->images + (size_t)kind * cli->msg_len;
    image->chaddr = has_chaddr(cli, kind);
    image->ciaddr = has_ciaddr(cli, kind);
    dhcpperf_writer_begin(cli->writer, image->octets, cli->msg_len, kinds[kind].type, 0);
    write_common(cli, cli->writer, kind, &none, zero, zero);
    rc = dhcpperf_writer_finish(cli->writer, cli->msg_len, &len);
    if (rc == 0) {
        rc = dp_view_parse(&v, image->octets, len, NULL);
    }
    if (rc == 0) {
        image->at_ip = offset_in(&v, DP_V_REQUESTED_IP);
        image->at_server = offset_in(&v, DP_V_SERVER_ID);
        image->at_id = cli->own_id == NULL ? offset_in(&v, DP_V_CLIENT_ID) : 0;
    }
    return rc;
}

int dp_requests_prepare(dhcpperf_client *cli)
{
    size_t len, longest = MIN_MESSAGE;
    unsigned kind;
    int rc = 0;

    if (cli->cfg.set.max_size != 0 && cli->cfg.set.max_size < DP_MIN_MAX_SIZE) {
        return DHCPPERF_E_RANGE;
    }
    for (kind = 0; rc == 0 && kind < DP_N_IMAGES; kind++) {
        rc = measure(cli, kind, &len);
        longest = rc == 0 && len > longest ? len : longest;
    }
    if (rc != 0) {
        return rc;
    }
    cli->msg_len = (uint32_t)longest;
    cli->images = DP_ARRAY(&cli->mem, DP_N_IMAGES * longest, uint8_t);
    if (cli->images == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    for (kind = 0; rc == 0 && kind < DP_N_IMAGES; kind++) {
        rc = write_image(cli, kind);
    }
    return rc;
}

/* -- one message ------------------------------------------------------------------------------- */

static uint8_t *put_option(uint8_t *p, uint8_t code, size_t len)
{
    p[0] = code;
    p[1] = (uint8_t)len;
    return p + 2 + len;
}

/* Options that differ in length, and End behind them; the image is zero from there on. */
static void put_varying(const dhcpperf_client *cli, uint32_t i, unsigned kind,
                        const dp_template_values *v, uint8_t *p)
{
    unsigned k;

    for (k = 0; k < cli->cfg.n_options; k++) {
        const dp_client_option *o = &cli->cfg.options[k];

        if (belongs(cli, o, kind, false)) {
            p = put_option(p, o->code, render_option(cli, o, kind, v, p + 2));
        }
    }
    if (has_relay_info(cli, kind, v)) {
        size_t len = dp_relays_render(cli, i, v, p + 2);

        p = len > 0 ? put_option(p, DHCPPERF_OPT_RELAY_INFO, len) : p;
    }
    *p = DHCPPERF_OPT_END;
}

/* From the image. */
static inline __attribute__((always_inline)) uint32_t patch(const dhcpperf_client *cli, uint32_t i,
                                                            unsigned kind,
                                                            const dp_template_values *v, uint8_t *p)
{
    const dp_station *st = &cli->stations[i];
    const dp_image *image = &cli->image[kind];

    memcpy(p, image->octets, cli->msg_len);
    dp_put32(p + DP_OFF_XID, dp_station_xid(cli, i));
    if (image->chaddr) {
        memcpy(p + DP_OFF_CHADDR, v->mac.b, sizeof v->mac.b);
    }
    if (kinds[kind].parameters) {
        dp_put16(p + DP_OFF_SECS, st->secs);
    }
    if (v->giaddr != 0) {
        dp_put32(p + DP_OFF_GIADDR, v->giaddr);
        p[DP_OFF_HOPS] = (uint8_t)cli->cfg.set.hops;
    }
    if (image->ciaddr) {
        dp_put32(p + DP_OFF_CIADDR, st->ip);
    }
    if (image->at_ip != 0) {
        dp_put32(p + image->at_ip, st->ip);
    }
    if (image->at_server != 0) {
        dp_put32(p + image->at_server, st->server_id);
    }
    if (image->at_id != 0 && cli->cfg.set.client_id == DP_CLIENT_ID_MAC) {
        memcpy(p + image->at_id + 1, v->mac.b, sizeof v->mac.b); /* the type is in the image */
    } else if (image->at_id != 0) {
        (void)dp_identity_render(cli, v, p + image->at_id);
    }
    if (cli->varies) {
        put_varying(cli, i, kind, v, p + image->end);
    }
    return cli->msg_len;
}

/* By the writer, for the edit function; CALLBACK when that, or what it made of the message, fails.
 */
static int edit(dhcpperf_client *cli, uint32_t i, unsigned kind, const dp_template_values *v,
                const dhcpperf_pkt *pkt, uint32_t *ret_len)
{
    const dp_station *st = &cli->stations[i];
    uint8_t relay_info[UINT8_MAX];
    dhcpperf_writer *w = cli->writer;
    size_t len;
    int rc;

    dhcpperf_writer_begin(w, pkt->data, pkt->cap, kinds[kind].type, dp_station_xid(cli, i));
    if (kinds[kind].parameters) {
        dhcpperf_writer_set_secs(w, st->secs);
    }
    write_common(cli, w, kind, v, dp_ip4_of(st->ip), dp_ip4_of(st->server_id));
    add_options(cli, w, kind, false, v);
    len = has_relay_info(cli, kind, v) ? dp_relays_render(cli, i, v, relay_info) : 0;
    if (len > 0) {
        add_octets(w, DHCPPERF_OPT_RELAY_INFO, relay_info, len);
    }
    cli->acting = i; /* it may command others, not the one whose message this is */
    rc = cli->cfg.edit(cli->cfg.edit_user, i, kinds[kind].type, w);
    cli->acting = DP_STATION_NONE;
    if (rc != 0 || dhcpperf_writer_finish(w, MIN_MESSAGE, &len) != 0) {
        return DHCPPERF_E_CALLBACK;
    }
    *ret_len = (uint32_t)len;
    return 0;
}

/* The server all messages go to, or everybody. */
static uint32_t known_server(const dhcpperf_client *cli, const dp_station *st)
{
    return st->unheard ? BROADCAST_IP : cli->server;
}

/* RFC 2131 section 4.4.4: what is for one server goes there alone; with a server configured,
 * everything goes to that one, unless a renewal is to pass the relay by. */
static uint32_t destination(const dhcpperf_client *cli, uint32_t i, unsigned kind)
{
    const dp_station *st = &cli->stations[i];
    uint32_t server = known_server(cli, st);

    if (kind == DP_IMAGE_RENEW && dp_requests_is_direct(cli, st)) {
        return st->server_id; /* K-072 */
    }
    if (server != BROADCAST_IP || kind < DP_IMAGE_DECLINE) {
        return server;
    }
    if (kind == DP_IMAGE_RELEASE || st->state == DHCPPERF_ST_RENEWING) {
        return st->server_id;
    }
    if (kind == DP_IMAGE_INFORM && st->kept && cli->keep[i].last_server != 0) {
        return cli->keep[i].last_server; /* K-087 */
    }
    return server;
}

/* Who has an address of its own speaks from it, unless its relay does it. */
static uint32_t source(const dhcpperf_client *cli, const dp_station *st, unsigned kind,
                       uint32_t giaddr)
{
    if (kind == DP_IMAGE_RELEASE) {
        return known_server(cli, st) == BROADCAST_IP ? st->ip : giaddr;
    }
    return giaddr == 0 && kinds[kind].ciaddr ? st->ip : giaddr;
}

/* Where the message goes and what it is remembered by. */
static void address(const dhcpperf_client *cli, uint32_t i, unsigned kind,
                    const dp_template_values *v, dhcpperf_ts due, dhcpperf_pkt *pkt)
{
    const dp_station *st = &cli->stations[i];
    uint32_t to = destination(cli, i, kind);

    pkt->src.ip = dp_ip4_of(source(cli, st, kind, v->giaddr));
    pkt->src.port = (uint16_t)cli->cfg.set.client_port;
    pkt->src.mac = v->mac;
    pkt->dst.ip = dp_ip4_of(to);
    pkt->dst.port = (uint16_t)cli->cfg.set.server_port;
    memset(&pkt->dst.mac, to == BROADCAST_IP ? 0xff : 0, sizeof pkt->dst.mac);
    pkt->flags = to == BROADCAST_IP ? DHCPPERF_PKT_BCAST : 0;
    pkt->ifindex = 0;
    pkt->vlan[0] = pkt->vlan[1] = 0;
    pkt->ts = due;
    pkt->cookie = (due & COOKIE_DUE_MASK) << DP_COOKIE_INDEX_BITS | i;
}

/* Seconds since the client began (K-063); a REQUEST in REQUESTING has those of its DISCOVER
 * (K-015), a renewal counts anew. */
static uint16_t secs_at(const dp_station *st, unsigned kind, dhcpperf_ts now)
{
    uint64_t secs;

    if (kind == DP_IMAGE_REQUEST) {
        return st->secs;
    }
    secs = dp_since(now, kind == DP_IMAGE_DISCOVER ? st->u.began : st->due) / DHCPPERF_NS_PER_S;
    return secs < UINT16_MAX ? (uint16_t)secs : UINT16_MAX;
}

/* A transmission happened (or was refused by the edit function): its place in the exchange. */
static void account(dhcpperf_client *cli, uint32_t i, unsigned kind, dhcpperf_exchange x,
                    dhcpperf_ts now)
{
    dp_station *st = &cli->stations[i];

    if (!kinds[kind].answered) {
        dp_stats_exchange(&cli->stats, x, DHCPPERF_OUT_STARTED, 1);
        dp_stats_exchange(&cli->stats, x, DHCPPERF_OUT_ANSWERED, 1);
        dp_stats_add(&cli->stats,
                     kind == DP_IMAGE_RELEASE ? DHCPPERF_C_RELEASED : DHCPPERF_C_DECLINED, 1);
        st->ip = st->server_id = 0;
        return;
    }
    if (st->tries == 0) {
        dp_stats_exchange(&cli->stats, x, DHCPPERF_OUT_STARTED, 1);
        dp_stats_exchange(&cli->stats, x, DHCPPERF_OUT_IN_FLIGHT, 1);
        st->sent = now; /* until the carrier tells the true instant */
    } else {
        dp_stats_exchange(&cli->stats, x, DHCPPERF_OUT_RETRANSMITS, 1);
        dp_stats_add(&cli->stats, DHCPPERF_C_RETRANSMITS, 1);
    }
    st->tries = st->tries < UINT8_MAX ? (uint8_t)(st->tries + 1u) : UINT8_MAX;
}

static unsigned kind_of(const dp_station *st)
{
    static const uint8_t of_state[DP_N_STATES] = {
        [DHCPPERF_ST_SELECTING] = DP_IMAGE_DISCOVER, [DHCPPERF_ST_REQUESTING] = DP_IMAGE_REQUEST,
        [DHCPPERF_ST_RENEWING] = DP_IMAGE_RENEW,     [DHCPPERF_ST_REBINDING] = DP_IMAGE_RENEW,
        [DHCPPERF_ST_REBOOTING] = DP_IMAGE_REBOOT,   [DHCPPERF_ST_INFORMING] = DP_IMAGE_INFORM,
        [DHCPPERF_ST_QUERYING] = DP_IMAGE_QUERY,
    };

    switch ((dp_station_tx)st->tx) {
    case DP_TX_RELEASE:
        return DP_IMAGE_RELEASE;
    case DP_TX_DECLINE:
        return DP_IMAGE_DECLINE;
    case DP_TX_NONE:
    case DP_TX_EXCHANGE:
        break;
    }
    return of_state[st->state];
}

static dhcpperf_exchange exchange_of(const dp_station *st, unsigned kind)
{
    return kind == DP_IMAGE_RENEW && st->state == DHCPPERF_ST_REBINDING ? DHCPPERF_X_REBIND
                                                                        : kinds[kind].exchange;
}

/* When the message was due: the station's timer told, unless it is needed for the end of a phase.
 */
static dhcpperf_ts due_of(const dp_station *st, unsigned kind)
{
    if (st->tries == 0) {
        return st->due;
    }
    return kind == DP_IMAGE_RENEW ? st->u.again : st->timer.due;
}

int dp_requests_compose(dhcpperf_client *cli, uint32_t i, dhcpperf_pkt *pkt, dhcpperf_ts now)
{
    dp_station *st = &cli->stations[i];
    unsigned kind = kind_of(st);
    dhcpperf_exchange x = exchange_of(st, kind);
    dp_template_values v;
    uint32_t len;
    int rc = 0;

    dp_identity_values(cli, i, &v);
    if (pkt->cap < (cli->cfg.edit != NULL ? MIN_MESSAGE : cli->msg_len)) {
        return DHCPPERF_E_NOBUFS;
    }
    if (kind == DP_IMAGE_RENEW && dp_requests_is_direct(cli, st)) {
        v.giaddr = 0;
    }
    st->secs = secs_at(st, kind, now);
    address(cli, i, kind, &v, due_of(st, kind), pkt);
    if (cli->cfg.edit != NULL) {
        rc = edit(cli, i, kind, &v, pkt, &len);
    } else {
        len = patch(cli, i, kind, &v, pkt->data);
    }
    account(cli, i, kind, x, now);
    if (rc != 0) {
        dp_stats_add(&cli->stats, DHCPPERF_C_TX_ERRORS, 1);
        return rc;
    }
    pkt->len = (uint16_t)len;
    dp_stats_exchange(&cli->stats, x, DHCPPERF_OUT_PACKETS, 1);
    dp_stats_add(&cli->stats, DHCPPERF_C_TX_PACKETS, 1);
    dp_stats_add(&cli->stats, DHCPPERF_C_TX_BYTES, len);
    dp_stats_add(&cli->stats, DHCPPERF_C_RELAYED, v.giaddr != 0);
    return 0;
}

uint32_t dp_requests_again(const dhcpperf_client *cli, uint32_t i, uint8_t *buf)
{
    const dp_station *st = &cli->stations[i];
    dp_template_values v;

    dp_identity_values(cli, i, &v);
    if (dp_requests_is_direct(cli, st)) {
        v.giaddr = 0;
    }
    return patch(cli, i, kind_of(st), &v, buf);
}

void dp_requests_trace(const dhcpperf_client *cli, uint32_t i, const dhcpperf_pkt *pkt,
                       dhcpperf_ts now)
{
    /* Option 53 is the first, whoever composed the message. */
    dp_client_trace(cli, DHCPPERF_EV_TX, i, now, pkt, pkt->data[DP_OFF_OPTIONS + 2], 0, 0, 0, NULL);
}
