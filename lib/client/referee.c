/* SPDX-License-Identifier: MIT */
/* referee.c - answers held against the RFC while load runs.  A broken rule is counted, its first
 * example is kept in words, and the client goes on as a real one would.
 *
 * The address table is flat and open: a slot holds a station and eight bits of the address's hash.
 * A station is in it exactly while it is BOUND, at most once, so with two slots per station the
 * table cannot fill up.  Removal closes the gap behind it: there are no tombstones. */
#include "client/dp_client.h"

#include <string.h>

#include "base/dp_mem.h"

#define INDEX_MASK UINT32_C(0x00ffffff)
#define TAG_MASK   UINT32_C(0xff000000)

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

int dp_referee_init(dhcpperf_client *cli)
{
    uint32_t slots = 2;

    while (slots < 2 * cli->n) {
        slots *= 2;
    }
    cli->referee.slots = DP_ARRAY(&cli->mem, slots, uint32_t);
    cli->referee.mask = slots - 1;
    return cli->referee.slots != NULL ? 0 : DHCPPERF_E_NOMEM;
}

void dp_referee_fini(dhcpperf_client *cli)
{
    DP_FREE_ARRAY(&cli->mem, cli->referee.slots, cli->referee.mask + 1);
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

    if (cli->cfg.relays > 0) {
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

    if (ack->ip != st->ip) {
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

/* -- who holds which address ------------------------------------------------------------------- */

static uint64_t hash_of(const dhcpperf_client *cli, uint32_t ip)
{
    return dp_mix64(cli->address_key ^ ip);
}

/* The high bits; never zero, so that no slot in use looks empty. */
static uint32_t tag_of(uint64_t hash)
{
    return ((uint32_t)(hash >> 32) & TAG_MASK) | UINT32_C(0x01000000);
}

void dp_referee_prefetch(const dhcpperf_client *cli, uint32_t ip)
{
    __builtin_prefetch(&cli->referee.slots[(uint32_t)hash_of(cli, ip) & cli->referee.mask], 1);
}

/* Where the slot of this address is, or the empty one where it would be. */
static uint32_t find_slot(const dhcpperf_client *cli, uint32_t ip)
{
    const dp_referee *r = &cli->referee;
    uint64_t hash = hash_of(cli, ip);
    uint32_t at = (uint32_t)hash & r->mask, tag = tag_of(hash);

    while (r->slots[at] != 0 && ((r->slots[at] & TAG_MASK) != tag ||
                                 cli->stations[r->slots[at] & INDEX_MASK].ip != ip)) {
        at = (at + 1) & r->mask;
    }
    return at;
}

static bool is_live(const dp_station *st, dhcpperf_ts at)
{
    return st->u.lease[0] == UINT32_MAX ||
           at < dp_after(st->sent, st->u.lease[0] * DHCPPERF_NS_PER_S);
}

void dp_referee_bind(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    uint32_t ip = cli->stations[i].ip, *slot = &cli->referee.slots[find_slot(cli, ip)];
    uint32_t held = *slot, other = held & INDEX_MASK;
    char buf[DP_EXAMPLE_LEN];
    dp_text t;

    *slot = tag_of(hash_of(cli, ip)) | i; /* before the listener hears of it: it may move slots */
    if (held != 0 && is_live(&cli->stations[other], at)) {
        dp_text_begin(&t, buf, sizeof buf);
        dp_text_str(&t, "address ");
        dp_text_ip4(&t, dp_ip4_of(ip));
        dp_text_str(&t, " is leased to station ");
        dp_text_u64(&t, dp_station_global(cli, other));
        dp_referee_note(cli, DP_RULE_CONFLICT, i, at, &t);
    }
}

void dp_referee_unbind(dhcpperf_client *cli, uint32_t i)
{
    uint32_t *slots = cli->referee.slots, mask = cli->referee.mask;
    uint32_t gap = find_slot(cli, cli->stations[i].ip), at;

    if (slots[gap] == 0 || (slots[gap] & INDEX_MASK) != i) {
        return; /* another station took the address over */
    }
    for (at = (gap + 1) & mask; slots[at] != 0; at = (at + 1) & mask) {
        uint32_t ip = cli->stations[slots[at] & INDEX_MASK].ip;
        uint32_t home = (uint32_t)hash_of(cli, ip) & mask;

        /* May move into the gap unless its home lies behind it. */
        if (((at - home) & mask) >= ((at - gap) & mask)) {
            slots[gap] = slots[at];
            gap = at;
        }
    }
    slots[gap] = 0;
}
