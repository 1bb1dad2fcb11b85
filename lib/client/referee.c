/* SPDX-License-Identifier: MIT */
/* referee.c - answers held against the RFC while load runs.  A broken rule is counted, its first
 * example is kept in words, and the client goes on as a real one would. */
#include "client/dp_client.h"

#include <string.h>

static const char *const rule_names[DP_N_RULES] = {
#define X(id, name, rfc) name,
#include "client/rules.def"
#undef X
};

static const char *const rule_rfcs[DP_N_RULES] = {
#define X(id, name, rfc) rfc,
#include "client/rules.def"
#undef X
};

const char *dp_rule_name(dp_rule rule)
{
    return rule_names[rule];
}

const char *dp_rule_rfc(dp_rule rule)
{
    return rule_rfcs[rule];
}

/* -- rules ------------------------------------------------------------------------------------- */

/* "station 5, xid 0x0badcafe: " and what is wrong. */
static void put_example(const dhcpperf_client *cli, dp_text *t, dp_rule rule, uint32_t i,
                        const dp_text *text)
{
    dp_text_str(t, "station ");
    dp_text_u64(t, dp_station_global(cli, i));
    dp_text_str(t, ", xid 0x");
    dp_text_hex(t, dp_station_xid(cli, i), 8);
    dp_text_str(t, ": ");
    dp_text_str(t, text != NULL ? text->buf : rule_names[rule]);
}

void dp_referee_note(dhcpperf_client *cli, dp_rule rule, uint32_t i, dhcpperf_ts at,
                     const dp_text *text)
{
    dp_referee *r = &cli->referee;
    char example[DP_EXAMPLE_LEN];
    dp_text t;

    r->counts[rule]++;
    dp_stats_add(&cli->stats, DHCPPERF_C_VIOLATIONS, 1);
    if (r->counts[rule] > 1 && !dp_client_traces(cli, DHCPPERF_EV_VIOLATION)) {
        return;
    }
    dp_text_begin(&t, example, sizeof example);
    put_example(cli, &t, rule, i, text);
    if (r->counts[rule] == 1) {
        memcpy(r->examples[rule], example, sizeof example);
    }
    if (dp_client_traces(cli, DHCPPERF_EV_VIOLATION)) {
        cli->acting = i; /* its arrival is acted upon after this */
        dp_client_trace(cli, DHCPPERF_EV_VIOLATION, i, at, NULL, 0, 0, 0, (int)rule, example);
        cli->acting = DP_STATION_NONE;
    }
}

/* Notes "<what> A<between>B" with two addresses. */
static void note_addresses(dhcpperf_client *cli, dp_rule rule, uint32_t i, dhcpperf_ts at,
                           const char *what, uint32_t a, const char *between, uint32_t b)
{
    char buf[DP_EXAMPLE_LEN];
    dp_text t;

    dp_text_begin(&t, buf, sizeof buf);
    dp_text_str(&t, what);
    dp_text_ip4(&t, dp_ip4_of(a));
    dp_text_str(&t, between);
    dp_text_ip4(&t, dp_ip4_of(b));
    dp_referee_note(cli, rule, i, at, &t);
}

static void check_relay_info(dhcpperf_client *cli, uint32_t i, const dp_view *v, dhcpperf_ts at)
{
    uint8_t sent[UINT8_MAX];
    size_t len = dp_relays_info(cli, i, sent);

    if (len == 0) {
        return;
    }
    if (!dp_view_has(v, DP_V_RELAY_INFO)) {
        dp_referee_note(cli, DP_RULE_RELAY_INFO_MISSING, i, at, NULL);
    } else if (v->vlen[DP_V_RELAY_INFO] != len || memcmp(v->val[DP_V_RELAY_INFO], sent, len) != 0) {
        dp_referee_note(cli, DP_RULE_RELAY_INFO_CHANGED, i, at, NULL);
    }
}

/* RFC 6842: a server that echoes option 61 echoes it unchanged; older ones leave it out. */
static void check_client_id(dhcpperf_client *cli, uint32_t i, const dp_view *v, dhcpperf_ts at)
{
    uint8_t sent[UINT8_MAX];
    size_t len;

    if (!dp_view_has(v, DP_V_CLIENT_ID)) {
        return;
    }
    len = dp_identity_client_id(cli, i, sent);
    if (v->vlen[DP_V_CLIENT_ID] != len ||
        (len > 0 && memcmp(v->val[DP_V_CLIENT_ID], sent, len) != 0)) {
        dp_referee_note(cli, DP_RULE_CLIENT_ID_CHANGED, i, at, NULL);
    }
}

void dp_referee_check_echo(dhcpperf_client *cli, uint32_t i, const dp_view *v, dhcpperf_ts at)
{
    uint32_t want, got = dp_get32(v->data + DP_OFF_GIADDR);

    if (cli->cfg.relays > 0 && !dp_requests_is_direct(cli, &cli->stations[i])) {
        want = dp_station_giaddr(cli, dp_station_relay(cli, dp_station_global(cli, i)));
        if (got != want) {
            note_addresses(cli, DP_RULE_GIADDR, i, at, "giaddr ", got, ", sent as ", want);
        }
        if (cli->has_relay_info) {
            check_relay_info(cli, i, v, at);
        }
    }
    check_client_id(cli, i, v, at);
}

void dp_referee_check_ack(dhcpperf_client *cli, uint32_t i, const dp_view *v, const dp_answer *ack,
                          dhcpperf_ts at)
{
    const dp_station *st = &cli->stations[i];
    uint32_t t1 = 0, t2 = UINT32_MAX;
    int has_t1 = dp_view_u32(v, DP_V_T1, &t1), has_t2 = dp_view_u32(v, DP_V_T2, &t2);
    char buf[DP_EXAMPLE_LEN];
    dp_text t;

    if (ack->ip != st->ip && st->state != DHCPPERF_ST_SELECTING) { /* not asked for before */
        note_addresses(cli, DP_RULE_ACK_ADDRESS, i, at, "ACK of ", ack->ip, ", the OFFER was ",
                       st->ip);
    }
    if (ack->lease_s == UINT32_MAX || (!has_t1 && !has_t2)) {
        return;
    }
    if (t1 >= ack->lease_s || (has_t2 && (t2 >= ack->lease_s || t1 >= t2))) {
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

/* -- addresses --------------------------------------------------------------------------------- */

static void note_conflict(dhcpperf_client *cli, uint32_t i, uint32_t ip, uint32_t other,
                          dhcpperf_ts at)
{
    char buf[DP_EXAMPLE_LEN];
    dp_text t;

    dp_text_begin(&t, buf, sizeof buf);
    dp_text_str(&t, "address ");
    dp_text_ip4(&t, dp_ip4_of(ip));
    dp_text_str(&t, " is leased to station ");
    dp_text_u64(&t, dp_station_global(cli, other));
    dp_referee_note(cli, DP_RULE_CONFLICT, i, at, &t);
}

void dp_referee_bind(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    uint32_t other = dp_referee_hold(cli, i, at); /* before the listener hears: it may move slots */

    if (other != DP_STATION_NONE) {
        note_conflict(cli, i, cli->stations[i].ip, other, at);
    }
}

bool dp_referee_is_taken(dhcpperf_client *cli, uint32_t i, uint32_t ip, dhcpperf_ts at)
{
    uint32_t other = dp_referee_other(cli, i, ip, at);

    if (other != DP_STATION_NONE) {
        note_conflict(cli, i, ip, other, at);
    }
    return other != DP_STATION_NONE;
}
