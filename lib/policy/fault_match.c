/* SPDX-License-Identifier: MIT */
/* fault_match.c - which rule acts on a message.
 *
 * Who and when are tested first; messages that pass are counted; then chance is drawn.  A draw
 * depends on the seed, the number of the rule and how many messages the rule has counted, so no
 * rule changes another one's luck. */
#include <string.h>

#include "base/dp_hash.h"
#include "base/dp_mem.h"
#include "policy/dp_fault.h"

enum { /* what draws are for */
    PURPOSE_CHANCE = 0x6661,
    PURPOSE_ACT,
    PURPOSE_CLIENT
};

/* The same for all seeds: a share of the clients is always the same ones. */
#define SHARE_KEY UINT64_C(0x5ca1ab1e0ddba115)

#define N_SLOTS   (2 * (uint32_t)DP_FAULT_CLIENTS) /* a power of two, never more than half full */

/* ---- life ------------------------------------------------------------------------------------ */

static bool wants_other(const dhcpperf_fault_plan *p)
{
    uint32_t i;

    for (i = 0; i < p->n_actions; i++) {
        if (p->actions[i].verb == DP_FV_SET_FIELD && p->actions[i].how == DP_FX_OTHER) {
            return true;
        }
    }
    return false;
}

/* By type which rules there are; whether any counts by client. */
static bool index_rules(dp_faults *f)
{
    bool per_client = false;
    unsigned i, type;

    for (i = 0; i < f->plan->n; i++) {
        const dp_fault_rule *r = &f->plan->rules[i];

        f->types |= r->types;
        per_client |= (r->has & DP_FC_PER_CLIENT) != 0;
        f->also |= (uint64_t)((r->has & DP_FC_ALSO) != 0) << i;
        for (type = 0; type < DP_FT_COUNT; type++) {
            f->by_type[type] |= (uint64_t)((r->types >> type) & 1) << i;
        }
    }
    return per_client;
}

int dp_faults_init(dp_faults *f, const dhcpperf_fault_plan *p, uint64_t seed,
                   const dhcpperf_mem *mem)
{
    int rc;

    memset(f, 0, sizeof *f);
    f->mem = dp_mem_pick(mem);
    f->seed = seed;
    rc = dp_fault_plan_copy(&f->plan, p, mem);
    if (rc != 0) {
        return rc;
    }
    f->wants_other = wants_other(f->plan);
    if (index_rules(f)) {
        f->clients = dp_mem_sparse(&f->mem, N_SLOTS, sizeof *f->clients, _Alignof(dp_fault_client));
        if (f->clients == NULL) {
            dp_faults_fini(f);
            return DHCPPERF_E_NOMEM;
        }
    }
    return 0;
}

void dp_faults_fini(dp_faults *f)
{
    dhcpperf_mem m = f->mem;

    dhcpperf_fault_plan_free(f->plan);
    DP_FREE_ARRAY(&m, f->clients, f->clients != NULL ? N_SLOTS : 0);
    memset(f, 0, sizeof *f);
}

void dp_faults_share(dp_faults *f, uint32_t engines)
{
    uint32_t i;

    for (i = 0; i < f->plan->n_actions; i++) {
        f->plan->actions[i].share = engines;
    }
}

void dp_faults_begin(dp_faults *f, dhcpperf_ts now)
{
    unsigned i;

    for (i = 0; i < f->plan->n; i++) {
        f->plan->rules[i].since = f->plan->rules[i].armed ? now : DHCPPERF_NEVER;
    }
}

/* Nothing was counted of any client yet. */
static void forget_clients(dp_faults *f, unsigned rule)
{
    uint32_t i;

    for (i = 0; f->n_clients > 0 && i < N_SLOTS; i++) {
        if (f->clients[i].key != 0 && f->clients[i].rule == rule) {
            memset(&f->clients[i].counted, 0, sizeof f->clients[i].counted);
        }
    }
}

void dp_faults_arm(dp_faults *f, unsigned rule, bool on)
{
    dp_fault_rule *r = &f->plan->rules[rule];

    r->armed = on;
    r->since = DHCPPERF_NEVER;
    memset(&r->counted, 0, sizeof r->counted);
    if ((r->has & DP_FC_PER_CLIENT) != 0) {
        forget_clients(f, rule);
    }
}

/* ---- who and when ---------------------------------------------------------------------------- */

static bool has(const dp_fault_rule *r, uint32_t condition)
{
    return (r->has & condition) != 0;
}

static bool is_mac(const dp_fault_rule *r, const dp_fault_facts *x)
{
    unsigned i;

    if (x->hlen != sizeof r->mac) {
        return false;
    }
    for (i = 0; i < sizeof r->mac; i++) {
        if (((x->chaddr[i] ^ r->mac[i]) & r->mac_mask[i]) != 0) {
            return false;
        }
    }
    return true;
}

static bool is_circuit(const dhcpperf_fault_plan *p, const dp_fault_rule *r,
                       const dp_fault_facts *x)
{
    if (r->circuit_prefix ? x->circuit.len < r->circuit_len : x->circuit.len != r->circuit_len) {
        return false;
    }
    return x->circuit.len > 0 &&
           (r->circuit_len == 0 ||
            memcmp(x->circuit.data, p->octets + r->circuit, r->circuit_len) == 0);
}

static bool is_inside(const dp_fault_prefix *net, uint32_t ip)
{
    return ip != 0 && (ip & net->mask) == net->network;
}

static bool is_shared(const dp_fault_rule *r, const dp_fault_facts *x)
{
    return dp_below(dp_hash_bytes(SHARE_KEY, x->chaddr, x->hlen), DP_FAULT_BILLION) < r->share;
}

static bool is_time(const dp_fault_rule *r, dhcpperf_ts now)
{
    dhcpperf_dur age = now > r->since ? now - r->since : 0;

    if (has(r, DP_FC_CYCLE)) {
        age %= r->cycle;
    }
    return age >= r->from && age < r->to;
}

static bool is_meant(const dhcpperf_fault_plan *p, const dp_fault_rule *r, const dp_fault_facts *x)
{
    return !(has(r, DP_FC_SHARE) && !is_shared(r, x)) && !(has(r, DP_FC_MAC) && !is_mac(r, x)) &&
           !(has(r, DP_FC_CLASS) && (x->class_ == NULL || strcmp(x->class_, r->class_) != 0)) &&
           !(has(r, DP_FC_RELAY) && !is_inside(&r->relay, x->giaddr)) &&
           !(has(r, DP_FC_IP) && !is_inside(&r->ip, x->ip)) &&
           !(has(r, DP_FC_CIRCUIT) && !is_circuit(p, r, x)) &&
           !(has(r, DP_FC_TIME) && !is_time(r, x->now)) &&
           !(has(r, DP_FC_LEASES) && x->leases < r->leases);
}

/* ---- how often ------------------------------------------------------------------------------- */

/* What was counted of the client, or of the rule when it does not tell clients apart, or knows too
 * many of them. */
static dp_fault_count *count_of(dp_faults *f, unsigned rule, const dp_fault_facts *x)
{
    dp_fault_rule *r = &f->plan->rules[rule];
    uint64_t key;
    uint32_t i;

    if (!has(r, DP_FC_PER_CLIENT)) {
        return &r->counted;
    }
    key = dp_hash_bytes(dp_draw(f->seed, rule, PURPOSE_CLIENT, 0), x->chaddr, x->hlen) | 1;
    for (i = (uint32_t)(key >> 32) & (N_SLOTS - 1); f->clients[i].key != 0;
         i = (i + 1) & (N_SLOTS - 1)) {
        if (f->clients[i].key == key) {
            return &f->clients[i].counted;
        }
    }
    if (f->n_clients == DP_FAULT_CLIENTS) {
        return &r->counted;
    }
    f->n_clients++;
    f->clients[i].key = key;
    f->clients[i].rule = (uint8_t)rule;
    return &f->clients[i].counted;
}

static bool is_lucky(const dp_faults *f, unsigned rule)
{
    const dp_fault_rule *r = &f->plan->rules[rule];

    return !has(r, DP_FC_CHANCE) || dp_below(dp_draw(f->seed, rule, PURPOSE_CHANCE, r->candidates),
                                             DP_FAULT_BILLION) < r->chance;
}

/* Is it the turn of message number `seen`? */
static bool is_turn(const dp_fault_rule *r, uint64_t seen)
{
    if (seen <= r->skip) {
        return false;
    }
    seen -= r->skip;
    return !(has(r, DP_FC_NTH) && seen != r->nth) && !(has(r, DP_FC_EVERY) && seen % r->every != 0);
}

static bool is_struck(dp_faults *f, unsigned rule, const dp_fault_facts *x)
{
    dp_fault_rule *r = &f->plan->rules[rule];
    dp_fault_count *c;

    if (!r->armed) {
        return false;
    }
    if (r->since == DHCPPERF_NEVER) {
        r->since = x->now;
    }
    if (!is_meant(f->plan, r, x)) {
        return false;
    }
    c = count_of(f, rule, x);
    c->seen++;
    r->candidates++;
    if (has(r, DP_FC_COUNT) && c->struck >= r->count) {
        return false;
    }
    if (c->burst > 0) {
        c->burst--;
    } else if (is_turn(r, c->seen) && is_lucky(f, rule)) {
        c->burst = has(r, DP_FC_BURST) ? r->burst - 1 : 0;
    } else {
        return false;
    }
    c->struck++;
    return true;
}

int dp_faults_strike(dp_faults *f, const dp_fault_facts *x, unsigned *cursor)
{
    unsigned rule = *cursor % DP_FAULT_FOUND, found = *cursor & DP_FAULT_FOUND;
    uint64_t rules = f->by_type[x->type] & (found != 0 ? f->also : UINT64_MAX);

    for (; rule < f->plan->n; rule++) {
        if (((rules >> rule) & 1) != 0 && is_struck(f, rule, x)) {
            if (!f->plan->match_all && ((f->also >> rule) & 1) == 0) {
                found = DP_FAULT_FOUND;
            }
            f->plan->rules[rule].hits += !f->plan->rules[rule].only_edits;
            *cursor = (rule + 1) | found;
            return (int)rule;
        }
    }
    *cursor = rule | found;
    return -1;
}

void dp_faults_take_back(dp_faults *f, unsigned rule)
{
    f->plan->rules[rule].hits -= f->plan->rules[rule].hits > 0;
}

uint64_t dp_faults_draw(dp_faults *f, unsigned rule)
{
    return dp_draw(f->seed, rule, PURPOSE_ACT, f->plan->rules[rule].draws++);
}
