/* SPDX-License-Identifier: MIT */
/* fault_conditions.c - when a rule acts, as text. */
#include <string.h>

#include "policy/dp_fault_text.h"

#define ANY_CONDITION                                                                              \
    "a message type or a condition is expected here, as in offer, p=0.1, nth=3 or time=10s..20s"
#define ANY_EQUALS  "a condition goes on with an equals sign and a value, as in p=0.1"
#define BAD_COUNT   "this counts messages, from 1 on"
#define BAD_PER     "counting is per=client or not said"
#define BAD_MAC     "a pattern has six parts, each an octet or *, as in 02:00:*:*:*:1f"
#define BAD_CLASS   "a class is a name of 1 to 63 characters"
#define BAD_CIRCUIT "a circuit is text of 1 to 255 characters, which may end with *"
#define BAD_ALSO    "a rule acts besides others with also=yes; also=no is what it is without"
#define BAD_ARMED   "a rule waits with armed=no; armed=yes is what it is without"
#define BAD_LEASES  "this is a number of leases, from 1 on"

/* ---- one condition each ---------------------------------------------------------------------- */

static int read_chance(dp_fault_reader *r, dp_fault_rule *rule)
{
    return dp_fault_read_share(r, &rule->chance);
}

static int read_nth(dp_fault_reader *r, dp_fault_rule *rule)
{
    return dp_fault_read_number(r, 1, UINT32_MAX, BAD_COUNT, &rule->nth);
}

static int read_every(dp_fault_reader *r, dp_fault_rule *rule)
{
    return dp_fault_read_number(r, 1, UINT32_MAX, BAD_COUNT, &rule->every);
}

static int read_skip(dp_fault_reader *r, dp_fault_rule *rule)
{
    return dp_fault_read_number(r, 1, UINT32_MAX, BAD_COUNT, &rule->skip);
}

static int read_count(dp_fault_reader *r, dp_fault_rule *rule)
{
    return dp_fault_read_number(r, 1, UINT32_MAX, BAD_COUNT, &rule->count);
}

static int read_burst(dp_fault_reader *r, dp_fault_rule *rule)
{
    return dp_fault_read_number(r, 1, UINT32_MAX, BAD_COUNT, &rule->burst);
}

static int read_per(dp_fault_reader *r, dp_fault_rule *rule)
{
    (void)rule;
    return dp_fault_take(r, "client") ? 0 : dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_PER);
}

static int read_share(dp_fault_reader *r, dp_fault_rule *rule)
{
    return dp_fault_read_share(r, &rule->share);
}

/* One part of the pattern at p: how many characters, 0 = it is none. */
static size_t read_part(const char *p, uint8_t *ret_octet, uint8_t *ret_mask)
{
    int high = dp_hex_digit(p[0]), low;

    *ret_octet = *ret_mask = 0;
    if (p[0] == '*') {
        return 1;
    }
    low = high >= 0 ? dp_hex_digit(p[1]) : -1;
    if (low < 0) {
        return 0;
    }
    *ret_octet = (uint8_t)(high << 4 | low);
    *ret_mask = UINT8_MAX;
    return 2;
}

static int read_mac(dp_fault_reader *r, dp_fault_rule *rule)
{
    size_t n = dp_fault_word(r), at = 0, step;
    unsigned i;

    for (i = 0; i < 6; i++) {
        step = read_part(r->p + at, &rule->mac[i], &rule->mac_mask[i]);
        at += step;
        if (step == 0 || (i < 5 ? r->p[at] != ':' : at != n)) {
            return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_MAC);
        }
        at++;
    }
    r->p += n;
    return 0;
}

static int read_class(dp_fault_reader *r, dp_fault_rule *rule)
{
    uint8_t name[DP_FAULT_WORD - 1];
    const char *at;
    size_t len = 0;
    int rc;

    (void)dp_fault_word(r);
    at = r->p;
    rc = dp_fault_read_text(r, name, sizeof name, BAD_CLASS, &len);
    if (rc != 0) {
        return rc;
    }
    if (len == 0 || memchr(name, 0, len) != NULL) {
        return dp_fault_fail(r, at, DHCPPERF_E_SYNTAX, BAD_CLASS);
    }
    memcpy(rule->class_, name, len);
    rule->class_[len] = '\0';
    return 0;
}

static int read_relay(dp_fault_reader *r, dp_fault_rule *rule)
{
    return dp_fault_read_prefix(r, &rule->relay);
}

static int read_ip(dp_fault_reader *r, dp_fault_rule *rule)
{
    return dp_fault_read_prefix(r, &rule->ip);
}

static int read_circuit(dp_fault_reader *r, dp_fault_rule *rule)
{
    uint8_t text[DP_FAULT_VALUE_MAX + 1], *to;
    const char *at;
    size_t len = 0;
    int rc;

    (void)dp_fault_word(r);
    at = r->p;
    rc = dp_fault_read_text(r, text, sizeof text, BAD_CIRCUIT, &len);
    if (rc != 0) {
        return rc;
    }
    /* An escaped * is an octet of the circuit: what counts is how it was written. */
    if (len > 0 && text[len - 1] == '*' && (r->p[-1] == '*' || r->p[-2] == '*')) {
        rule->circuit_prefix = true;
        len--;
    }
    if (len > DP_FAULT_VALUE_MAX || (len == 0 && !rule->circuit_prefix)) {
        return dp_fault_fail(r, at, DHCPPERF_E_RANGE, BAD_CIRCUIT);
    }
    rule->circuit = r->plan->n_octets;
    rule->circuit_len = (uint32_t)len;
    to = len > 0 ? dp_fault_add_octets(r->plan, len) : NULL;
    if (to != NULL) {
        memcpy(to, text, len);
    }
    return len > 0 && to == NULL ? DHCPPERF_E_NOMEM : 0;
}

static int read_time(dp_fault_reader *r, dp_fault_rule *rule)
{
    return dp_fault_read_durs(r, true, &rule->from, &rule->to);
}

static int read_cycle(dp_fault_reader *r, dp_fault_rule *rule)
{
    return dp_fault_read_dur(r, 1, &rule->cycle);
}

static int read_leases(dp_fault_reader *r, dp_fault_rule *rule)
{
    return dp_fault_read_number(r, 1, UINT32_MAX, BAD_LEASES, &rule->leases);
}

static int read_also(dp_fault_reader *r, dp_fault_rule *rule)
{
    if (dp_fault_take(r, "no")) {
        rule->has &= ~(uint32_t)DP_FC_ALSO;
        return 0;
    }
    return dp_fault_take(r, "yes") ? 0 : dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_ALSO);
}

static int read_armed(dp_fault_reader *r, dp_fault_rule *rule)
{
    if (dp_fault_take(r, "yes")) {
        rule->has &= ~(uint32_t)DP_FC_UNARMED;
        return 0;
    }
    return dp_fault_take(r, "no") ? 0 : dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_ARMED);
}

static const struct {
    const char *word;
    uint32_t bit;
    int (*read)(dp_fault_reader *r, dp_fault_rule *rule);
} conditions[] = {
    {"p", DP_FC_CHANCE, read_chance},
    {"nth", DP_FC_NTH, read_nth},
    {"every", DP_FC_EVERY, read_every},
    {"skip", DP_FC_SKIP, read_skip},
    {"count", DP_FC_COUNT, read_count},
    {"burst", DP_FC_BURST, read_burst},
    {"per", DP_FC_PER_CLIENT, read_per},
    {"share", DP_FC_SHARE, read_share},
    {"mac", DP_FC_MAC, read_mac},
    {"class", DP_FC_CLASS, read_class},
    {"relay", DP_FC_RELAY, read_relay},
    {"ip", DP_FC_IP, read_ip},
    {"circuit", DP_FC_CIRCUIT, read_circuit},
    {"time", DP_FC_TIME, read_time},
    {"cycle", DP_FC_CYCLE, read_cycle},
    {"leases", DP_FC_LEASES, read_leases},
    {"also", DP_FC_ALSO, read_also},
    {"armed", DP_FC_UNARMED, read_armed},
};
enum {
    N_CONDITIONS = sizeof conditions / sizeof conditions[0]
};

/* ---- all of a rule --------------------------------------------------------------------------- */

/* Where each condition stands, for what can be said only when all are known. */
typedef struct places {
    const char *at[N_CONDITIONS];
} places;

static int read_one(dp_fault_reader *r, dp_fault_rule *rule, places *where)
{
    const char *word;
    unsigned i;

    (void)dp_fault_word(r);
    word = r->p;
    for (i = 0; i < N_CONDITIONS; i++) {
        if (dp_fault_take(r, conditions[i].word)) {
            break;
        }
    }
    if (i == N_CONDITIONS) {
        return dp_fault_fail(r, word, DHCPPERF_E_SYNTAX, ANY_CONDITION);
    }
    if (where->at[i] != NULL) {
        return dp_fault_fail(r, word, DHCPPERF_E_SYNTAX, "each condition is given once");
    }
    if (!dp_fault_take_char(r, '=')) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, ANY_EQUALS);
    }
    where->at[i] = word;
    rule->has |= conditions[i].bit;
    return conditions[i].read(r, rule);
}

static const char *place_of(const places *where, uint32_t bit)
{
    unsigned i = 0;

    while (conditions[i].bit != bit) {
        i++;
    }
    return where->at[i];
}

static bool has(const dp_fault_rule *rule, uint32_t bits)
{
    return (rule->has & bits) != 0;
}

/* Conditions that make no sense together. */
static int check(dp_fault_reader *r, const dp_fault_rule *rule, const places *where)
{
    uint32_t bit = 0;
    const char *reason = NULL;

    if (has(rule, DP_FC_CYCLE) && !has(rule, DP_FC_TIME)) {
        bit = DP_FC_CYCLE;
        reason = "a cycle repeats a window: add one, as in time=10s..20s";
    } else if (has(rule, DP_FC_CYCLE) && rule->from >= rule->cycle) {
        bit = DP_FC_TIME;
        reason = "the window begins within its cycle";
    } else if (has(rule, DP_FC_CYCLE) && rule->to != DHCPPERF_NEVER && rule->to > rule->cycle) {
        bit = DP_FC_TIME;
        reason = "the window ends within its cycle";
    } else if (has(rule, DP_FC_NTH) && has(rule, DP_FC_EVERY)) {
        bit = DP_FC_EVERY;
        reason = "nth means one message and every means many: only one of them is given";
    } else if (has(rule, DP_FC_PER_CLIENT) &&
               !has(rule, DP_FC_NTH | DP_FC_EVERY | DP_FC_SKIP | DP_FC_COUNT | DP_FC_BURST)) {
        bit = DP_FC_PER_CLIENT;
        reason = "per=client needs something to count: nth, every, skip, count or burst";
    } else if (has(rule, DP_FC_CLASS) && r->plan->side == DHCPPERF_FAULT_CLIENT) {
        bit = DP_FC_CLASS;
        reason = "only servers have classes: mac or share tells clients apart";
    }
    return reason == NULL ? 0 : dp_fault_fail(r, place_of(where, bit), DHCPPERF_E_RANGE, reason);
}

int dp_fault_read_conditions(dp_fault_reader *r, dp_fault_rule *rule)
{
    places where;
    int rc = 0;

    memset(&where, 0, sizeof where);
    while (rc == 0 && !dp_fault_ends(r)) {
        rc = read_one(r, rule, &where);
    }
    return rc != 0 ? rc : check(r, rule, &where);
}
