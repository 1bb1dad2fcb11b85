/* SPDX-License-Identifier: MIT */
/* referee_close.c - an answer looked at closely: its header, its options 61 and 82 and its
 * addresses beside those of the message it answers. */
#include "client/dp_hearing.h"

#include <string.h>

void dp_hearing_note_number(const dp_hearing *h, dp_rule rule, const char *what, uint64_t n)
{
    char buf[DP_EXAMPLE_LEN];
    dp_text t;

    dp_text_begin(&t, buf, sizeof buf);
    dp_text_str(&t, what);
    dp_text_u64(&t, n);
    dp_hearing_note(h, rule, &t);
}

static void note_ip(const dp_hearing *h, dp_rule rule, const char *what, uint32_t ip)
{
    char buf[DP_EXAMPLE_LEN];
    dp_text t;

    dp_text_begin(&t, buf, sizeof buf);
    dp_text_str(&t, what);
    dp_text_ip4(&t, dp_ip4_of(ip));
    dp_hearing_note(h, rule, &t);
}

static void note_ips(const dp_hearing *h, dp_rule rule, const char *what, uint32_t a,
                     const char *between, uint32_t b)
{
    dp_referee_note_ips(h->cli, rule, h->i, h->at, what, a, between, b);
}

/* "<what>0a0b, sent as 0a0c" */
static void note_octets(const dp_hearing *h, dp_rule rule, const char *what, dhcpperf_bytes got,
                        dhcpperf_bytes sent)
{
    char buf[DP_EXAMPLE_LEN];
    dp_text t;

    dp_text_begin(&t, buf, sizeof buf);
    dp_text_str(&t, what);
    dp_text_bytes(&t, got.data, got.len, '\0');
    dp_text_str(&t, ", sent as ");
    dp_text_bytes(&t, sent.data, sent.len, '\0');
    dp_hearing_note(h, rule, &t);
}

/* -- header ------------------------------------------------------------------------------------ */

static bool all_zero(const uint8_t *p, size_t n)
{
    while (n > 0 && *p == 0) {
        p++;
        n--;
    }
    return n == 0;
}

static void check_zeros(const dp_hearing *h)
{
    const uint8_t *p = h->v->data;

    if (p[DP_OFF_HOPS] != 0) {
        dp_hearing_note_number(h, DP_RULE_HOPS, "hops ", p[DP_OFF_HOPS]);
    }
    if (dp_get16(p + DP_OFF_SECS) != 0) {
        dp_hearing_note_number(h, DP_RULE_SECS, "secs ", dp_get16(p + DP_OFF_SECS));
    }
}

/* A NAK through a relay has the bit set whatever the client sent, for the relay to broadcast it
 * (RFC 2131 section 4.3.2). */
static void check_flags(const dp_hearing *h)
{
    const uint8_t *p = h->v->data;
    uint16_t flags = dp_get16(p + DP_OFF_FLAGS), sent = dp_get16(h->sent->data + DP_OFF_FLAGS);
    char buf[DP_EXAMPLE_LEN];
    dp_text t;

    if (h->v->type == DHCPPERF_NAK && dp_get32(p + DP_OFF_GIADDR) != 0) {
        if ((flags & DHCPPERF_FLAG_BROADCAST) == 0) {
            dp_hearing_note(h, DP_RULE_NAK_BROADCAST, NULL);
        }
        sent |= DHCPPERF_FLAG_BROADCAST;
        flags |= DHCPPERF_FLAG_BROADCAST;
    }
    if (flags != sent) {
        dp_text_begin(&t, buf, sizeof buf);
        dp_text_str(&t, "flags 0x");
        dp_text_hex(&t, flags, 4);
        dp_text_str(&t, ", sent as 0x");
        dp_text_hex(&t, sent, 4);
        dp_hearing_note(h, DP_RULE_FLAGS, &t);
    }
}

static void check_copies(const dp_hearing *h)
{
    const uint8_t *p = h->v->data, *s = h->sent->data;

    size_t known = s[DP_OFF_HLEN]; /* octets of chaddr; they and hlen were looked at before */

    check_flags(h);
    if (p[DP_OFF_HLEN] == known && (p[DP_OFF_HTYPE] != s[DP_OFF_HTYPE] ||
                                    memcmp(p + DP_OFF_CHADDR + known, s + DP_OFF_CHADDR + known,
                                           DP_CHADDR_LEN - known) != 0)) {
        note_octets(h, DP_RULE_CHADDR, "chaddr ",
                    (dhcpperf_bytes){p + DP_OFF_CHADDR, DP_CHADDR_LEN},
                    (dhcpperf_bytes){s + DP_OFF_CHADDR, DP_CHADDR_LEN});
    }
}

/* A string with its NUL, or nothing at all. */
static void check_text_field(const dp_hearing *h, const char *name, size_t from, size_t len)
{
    const uint8_t *p = h->v->data + from;
    char buf[DP_EXAMPLE_LEN];
    dp_text t;

    dp_text_begin(&t, buf, sizeof buf);
    dp_text_str(&t, name);
    if (h->v->type == DHCPPERF_NAK && !all_zero(p, len)) {
        dp_text_str(&t, " is used in a NAK");
    } else if (*p == 0 && !all_zero(p, len)) {
        dp_text_str(&t, " is empty, yet not zero");
    } else if (*p != 0 && memchr(p, 0, len) == NULL) {
        dp_text_str(&t, " is not closed by NUL");
    } else {
        return;
    }
    dp_hearing_note(h, DP_RULE_FILE_SNAME, &t);
}

static void check_ends(const dp_hearing *h)
{
    unsigned overload = dhcpperf_msg_get_overload(h->msg);
    unsigned warnings = dhcpperf_msg_get_warnings(h->msg);
    char buf[DP_EXAMPLE_LEN];
    dp_text t;

    if ((overload & 1) == 0) {
        check_text_field(h, "file", DP_OFF_FILE, DP_OFF_COOKIE - DP_OFF_FILE);
    }
    if ((overload & 2) == 0) {
        check_text_field(h, "sname", DP_OFF_SNAME, DP_OFF_FILE - DP_OFF_SNAME);
    }
    if ((warnings & (DHCPPERF_WARN_NO_END | DHCPPERF_WARN_TRAILING)) != 0) {
        dp_text_begin(&t, buf, sizeof buf);
        dp_text_str(&t, (warnings & DHCPPERF_WARN_NO_END) != 0
                            ? "no End"
                            : "octets other than pad behind End");
        dp_hearing_note(h, DP_RULE_END, &t);
    }
    if (h->sent != NULL && h->v->len > dp_reply_limit(h->sent)) {
        dp_hearing_note_number(h, DP_RULE_SIZE, "octets of payload: ", h->v->len);
    }
}

/* -- values ------------------------------------------------------------------------------------ */

static dhcpperf_bytes value_of(const dp_view *v, dp_view_slot slot)
{
    return dp_view_has(v, slot) ? (dhcpperf_bytes){dp_view_val(v, slot), dp_view_len(v, slot)}
                                : (dhcpperf_bytes){NULL, 0};
}

static bool is_equal(dhcpperf_bytes a, dhcpperf_bytes b)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): what has octets has data */
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* RFC 6842, which overrides table 3 of RFC 2131. */
static void check_client_id(const dp_hearing *h)
{
    dhcpperf_bytes got = value_of(h->v, DP_V_CLIENT_ID), sent = value_of(h->sent, DP_V_CLIENT_ID);

    if (sent.data != NULL && got.data == NULL) {
        dp_hearing_note(h, DP_RULE_CLIENT_ID_MISSING, NULL);
    } else if (sent.data == NULL && got.data != NULL) {
        dp_hearing_note(h, DP_RULE_CLIENT_ID_UNASKED, NULL);
    } else if (!is_equal(got, sent)) {
        note_octets(h, DP_RULE_CLIENT_ID_CHANGED, "option 61 ", got, sent);
    }
}

/* RFC 5107: a relay agent may have itself addressed as the server. */
static void check_override(const dp_hearing *h, dhcpperf_bytes sent)
{
    uint32_t server = 0;
    size_t at = 0;

    (void)dp_view_u32(h->v, DP_V_SERVER_ID, &server);
    while (at + 2 <= sent.len && at + 2 + sent.data[at + 1] <= sent.len) {
        const uint8_t *sub = sent.data + at;

        if (sub[0] == DP_SUBOPT_OVERRIDE && sub[1] == 4 && dp_get32(sub + 2) != server) {
            note_ips(h, DP_RULE_OVERRIDE, "option 54 is ", server, ", sub-option 11 asks for ",
                     dp_get32(sub + 2));
        }
        at += 2u + sub[1];
    }
}

static void check_relay_info(const dp_hearing *h)
{
    dhcpperf_bytes got = value_of(h->v, DP_V_RELAY_INFO), sent = value_of(h->sent, DP_V_RELAY_INFO);
    bool nak = h->v->type == DHCPPERF_NAK;

    if (sent.data == NULL) {
        if (got.data != NULL) {
            dp_hearing_note(h, DP_RULE_RELAY_INFO_UNASKED, NULL);
        }
        return;
    }
    check_override(h, sent);
    if (got.data == NULL) {
        /* Without room for all of it a server leaves it out (RFC 3046 section 2.2). */
        if (h->msg->end + 2 + sent.len <= dp_reply_limit(h->sent)) {
            dp_hearing_note(h, nak ? DP_RULE_RELAY_INFO_NAK : DP_RULE_RELAY_INFO_MISSING, NULL);
        }
    } else if (!is_equal(got, sent) && h->msg->opt[DHCPPERF_OPT_RELAY_INFO].pieces == 1) {
        note_octets(h, nak ? DP_RULE_RELAY_INFO_NAK : DP_RULE_RELAY_INFO_CHANGED, "option 82 ", got,
                    sent);
    }
}

static void check_ciaddr(const dp_hearing *h)
{
    uint32_t got = dp_get32(h->v->data + DP_OFF_CIADDR), sent = 0;

    if (got == 0 || (h->sent == NULL && h->v->type == DHCPPERF_ACK)) {
        return;
    }
    if (h->sent != NULL && h->v->type == DHCPPERF_ACK) {
        sent = dp_get32(h->sent->data + DP_OFF_CIADDR);
    }
    if (got != sent) {
        note_ip(h, DP_RULE_CIADDR, "ciaddr ", got);
    }
}

/* What left without giaddr may have got one from a relay agent between us. */
static void check_giaddr(const dp_hearing *h)
{
    uint32_t got = dp_get32(h->v->data + DP_OFF_GIADDR);
    uint32_t sent = h->sent != NULL ? dp_get32(h->sent->data + DP_OFF_GIADDR) : 0;

    if (sent != 0 && got != sent) {
        note_ips(h, DP_RULE_GIADDR, "giaddr ", got, ", sent as ", sent);
    }
}

static void check_yiaddr(const dp_hearing *h)
{
    uint32_t ip = dp_get32(h->v->data + DP_OFF_YIADDR), server = 0, mask = UINT32_MAX;

    if (h->asked == DP_ASKED_INFORM) {
        if (ip != 0) {
            note_ip(h, DP_RULE_INFORM_ADDRESS, "yiaddr ", ip);
        }
        return;
    }
    if (!dp_is_unicast(ip)) {
        return;
    }
    (void)dp_view_u32(h->v, DP_V_SERVER_ID, &server);
    (void)dp_view_u32(h->v, DP_V_SUBNET_MASK, &mask);
    if (ip == server) {
        note_ip(h, DP_RULE_NO_HOST, "the server's own address ", ip);
    } else if (~mask >= 2 && ((ip & ~mask) == 0 || (ip | mask) == UINT32_MAX)) {
        note_ips(h, DP_RULE_NO_HOST, "yiaddr ", ip, " in a network of mask ", mask);
    }
}

static void check_addresses(const dp_hearing *h)
{
    const uint8_t *p = h->v->data;

    check_ciaddr(h);
    check_giaddr(h);
    if (h->v->type != DHCPPERF_NAK) {
        check_yiaddr(h);
        return;
    }
    if (dp_get32(p + DP_OFF_YIADDR) != 0) {
        note_ip(h, DP_RULE_NAK_YIADDR, "yiaddr ", dp_get32(p + DP_OFF_YIADDR));
    }
    if (dp_get32(p + DP_OFF_SIADDR) != 0) {
        note_ip(h, DP_RULE_NAK_SIADDR, "siaddr ", dp_get32(p + DP_OFF_SIADDR));
    }
}

uint64_t dp_referee_check_closely(dhcpperf_client *cli, uint32_t i, const dp_view *v,
                                  dp_asked asked, dhcpperf_ts at)
{
    dp_hearing h = {.cli = cli, .i = i, .asked = asked, .at = at, .v = v, .msg = cli->msg};
    uint8_t request[DP_CLIENT_MAX_MESSAGE];
    uint64_t of_pattern;
    dp_view sent;

    if (cli->referee.plain &&
        dhcpperf_msg_parse(cli->msg, v->data, v->len, DHCPPERF_PARSE_LENIENT, NULL) != 0) {
        return 0;
    }
    if (cli->cfg.edit == NULL &&
        dp_view_parse(&sent, request, dp_requests_again(cli, i, request), NULL) == 0) {
        h.sent = &sent;
    }
    cli->referee.broken = 0;
    dp_hearing_check_options(&h);
    check_zeros(&h);
    check_ends(&h);
    if (h.sent != NULL) {
        check_copies(&h);
    }
    of_pattern = cli->referee.broken;
    check_addresses(&h);
    if (h.sent != NULL) {
        check_client_id(&h);
        check_relay_info(&h);
    }
    return of_pattern;
}

/* -- ACK --------------------------------------------------------------------------------------- */

static void check_acked_address(dhcpperf_client *cli, uint32_t i, dp_asked asked,
                                const dp_answer *ack, dhcpperf_ts at)
{
    uint32_t ip = cli->stations[i].ip;

    if (ack->ip == ip) {
        return;
    }
    switch (asked) {
    case DP_ASKED_REQUEST:
        dp_referee_note_ips(cli, DP_RULE_ACK_ADDRESS, i, at, "ACK of ", ack->ip, ", the OFFER was ",
                            ip);
        break;
    case DP_ASKED_REBOOT:
        dp_referee_note_ips(cli, DP_RULE_REBOOT_ADDRESS, i, at, "ACK of ", ack->ip,
                            ", asked for was ", ip);
        break;
    case DP_ASKED_RENEW:
    case DP_ASKED_REBIND:
        dp_referee_note_ips(cli, DP_RULE_RENEW_ADDRESS, i, at, "ACK of ", ack->ip,
                            ", to be extended was ", ip);
        break;
    case DP_ASKED_DISCOVER:
    case DP_ASKED_INFORM:
        break;
    }
}

void dp_referee_check_ack(dhcpperf_client *cli, uint32_t i, const dp_view *v, dp_asked asked,
                          const dp_answer *ack, dhcpperf_ts at)
{
    uint32_t t1 = 0, t2 = UINT32_MAX;
    int has_t1 = dp_view_u32(v, DP_V_T1, &t1), has_t2 = dp_view_u32(v, DP_V_T2, &t2);
    char buf[DP_EXAMPLE_LEN];
    dp_text t;

    check_acked_address(cli, i, asked, ack, at);
    if (ack->lease_s == UINT32_MAX) {
        return;
    }
    if (cli->referee.wants_timers && (!has_t1 || !has_t2)) {
        dp_referee_note(cli, DP_RULE_TIMERS_MISSING, i, at, NULL);
    }
    if ((has_t1 || has_t2) &&
        (t1 >= ack->lease_s || (has_t2 && (t2 >= ack->lease_s || t1 >= t2)))) {
        dp_text_begin(&t, buf, sizeof buf);
        dp_text_str(&t, "T1 ");
        dp_text_u64(&t, t1);
        dp_text_str(&t, " s, T2 ");
        dp_text_u64(&t, has_t2 ? t2 : 0);
        dp_text_str(&t, " s, lease ");
        dp_text_u64(&t, ack->lease_s);
        dp_text_str(&t, " s");
        dp_referee_note(cli, DP_RULE_TIMERS, i, at, &t);
    }
}
