/* SPDX-License-Identifier: MIT */
/* referee.c - accounting: a broken rule is counted, its first example is kept in words and octets,
 * and the client goes on as a real one would.  Which rules there are is rules.def; this file knows
 * none of them. */
#include "client/dp_client.h"

#include <string.h>

#include "base/dp_mem.h"

#define MUST   DHCPPERF_LEVEL_MUST
#define SHOULD DHCPPERF_LEVEL_SHOULD

static const struct {
    const char *name, *requirement, *rfc;
    dhcpperf_level level;
} rules[DP_N_RULES] = {
#define X(id, name, requirement, level, rfc) {name, requirement, rfc, level},
#include "client/rules.def"
#undef X
};

int dp_referee_init(dhcpperf_client *cli)
{
    dp_referee *r = &cli->referee;

    r->examples = DP_ARRAY(&cli->mem, DP_N_RULES, dp_example);
    r->patterns = DP_ARRAY(&cli->mem, DP_PATTERNS, dp_pattern);
    return r->examples != NULL && r->patterns != NULL ? 0 : DHCPPERF_E_NOMEM;
}

void dp_referee_fini(dhcpperf_client *cli)
{
    if (cli->referee.examples != NULL) {
        DP_FREE_ARRAY(&cli->mem, cli->referee.examples, DP_N_RULES);
    }
    if (cli->referee.patterns != NULL) {
        DP_FREE_ARRAY(&cli->mem, cli->referee.patterns, DP_PATTERNS);
    }
}

/* "station 5, xid 0x0badcafe: " and what is wrong. */
static void put_words(const dhcpperf_client *cli, char *buf, dp_rule rule, uint32_t i,
                      const dp_text *text)
{
    dp_text t;

    dp_text_begin(&t, buf, DP_EXAMPLE_LEN);
    dp_text_str(&t, "station ");
    dp_text_u64(&t, dp_station_global(cli, i));
    dp_text_str(&t, ", xid 0x");
    dp_text_hex(&t, dp_station_xid(cli, i), 8);
    dp_text_str(&t, ": ");
    dp_text_str(&t, text != NULL ? text->buf : rules[rule].name);
}

static void keep_example(dp_referee *r, dp_rule rule, const char *words)
{
    dp_example *e = &r->examples[rule];

    memcpy(e->words, words, sizeof e->words);
    if (r->view != NULL) {
        e->len = r->view->len < DP_EXAMPLE_OCTETS ? r->view->len : DP_EXAMPLE_OCTETS;
        memcpy(e->octets, r->view->data, e->len);
    }
}

static void count(dhcpperf_client *cli, dp_rule rule)
{
    cli->referee.counts[rule]++;
    dp_stats_add(&cli->stats,
                 rules[rule].level == MUST ? DHCPPERF_C_VIOLATIONS : DHCPPERF_C_REMARKS, 1);
}

void dp_referee_note(dhcpperf_client *cli, dp_rule rule, uint32_t i, dhcpperf_ts at,
                     const dp_text *text)
{
    dp_referee *r = &cli->referee;
    bool told = dp_client_traces(cli, DHCPPERF_EV_VIOLATION);
    uint32_t acting = cli->acting; /* whom the listener of another event may have commanded */
    char words[DP_EXAMPLE_LEN];

    if (r->looks_away) {
        return;
    }
    count(cli, rule);
    r->broken |= UINT64_C(1) << rule;
    if (r->counts[rule] > 1 && !told) {
        return;
    }
    put_words(cli, words, rule, i, text);
    if (r->counts[rule] == 1) {
        keep_example(r, rule, words);
    }
    if (told) {
        cli->acting = i; /* its arrival is acted upon after this */
        dp_client_trace(cli, DHCPPERF_EV_VIOLATION, i, at, NULL, 0, 0, 0, (int)rule, words);
        cli->acting = acting;
    }
}

void dp_referee_note_again(dhcpperf_client *cli, uint64_t broken)
{
    unsigned rule;

    if (broken == 0 || cli->referee.looks_away) {
        return;
    }
    for (rule = 0; broken != 0; rule++, broken >>= 1) {
        if ((broken & 1) != 0) {
            count(cli, (dp_rule)rule);
        }
    }
}

void dp_referee_note_ips(dhcpperf_client *cli, dp_rule rule, uint32_t i, dhcpperf_ts at,
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
    uint32_t other;

    if (cli->referee.looks_away) {
        return; /* nobody knows whose address that is */
    }
    other = dp_referee_hold(cli, i, at); /* before the listener hears: it may move slots */
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

const char *dhcpperf_level_name(dhcpperf_level level)
{
    switch (level) {
    case DHCPPERF_LEVEL_MUST:
        return "must";
    case DHCPPERF_LEVEL_SHOULD:
        return "should";
    case DHCPPERF_LEVEL__FORCE_INT:
        break;
    }
    return NULL;
}

int dhcpperf_client_get_violation(const dhcpperf_client *cli, unsigned index,
                                  dhcpperf_violation *ret, size_t ret_size)
{
    dhcpperf_violation out;
    const dp_example *e;

    if (cli == NULL || ret == NULL || ret_size < sizeof ret->size) {
        return DHCPPERF_E_INVALID;
    }
    if (index >= DP_N_RULES) {
        return 0;
    }
    e = &cli->referee.examples[index];
    memset(&out, 0, sizeof out);
    out.size = sizeof out < ret_size ? sizeof out : ret_size;
    out.rule = rules[index].name;
    out.rfc = rules[index].rfc;
    out.count = cli->referee.counts[index];
    out.example = e->words;
    out.id = rules[index].requirement;
    out.level = rules[index].level;
    out.packet = (dhcpperf_bytes){e->octets, e->len};
    memset(ret, 0, ret_size);
    memcpy(ret, &out, out.size);
    return 1;
}
