/* SPDX-License-Identifier: MIT */
/* fault.c - fault plans as data: memory, copies, names and counters.
 *
 * Invariants: every rule has a type and at least one action; its actions lie together, in the order
 * of the text; names are unique.  Octets and durations of all rules are one array each, so a copy
 * is a few blocks. */
#include <string.h>

#include "base/dp_mem.h"
#include "policy/dp_fault.h"

int dp_fault_plan_new(dhcpperf_fault_plan **ret, dhcpperf_fault_side side, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_fault_plan *p = DP_NEW(&m, dhcpperf_fault_plan);

    if (p == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    p->mem = m;
    p->side = side;
    *ret = p;
    return 0;
}

void dhcpperf_fault_plan_free(dhcpperf_fault_plan *p)
{
    dhcpperf_mem m;

    if (p == NULL) {
        return;
    }
    m = p->mem;
    DP_FREE_ARRAY(&m, p->actions, p->cap_actions);
    DP_FREE_ARRAY(&m, p->octets, p->cap_octets);
    DP_FREE_ARRAY(&m, p->durs, p->cap_durs);
    DP_FREE(&m, p);
}

/* A copy of the n elements of an array, with room for no more.  NOMEM. */
static int copy_array(void **ret, uint32_t *ret_cap, const void *from, uint32_t n, size_t size,
                      size_t align, const dhcpperf_mem *mem)
{
    *ret = NULL;
    *ret_cap = 0;
    if (n == 0) {
        return 0;
    }
    *ret = dp_mem_zarray(mem, n, size, align);
    if (*ret == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    memcpy(*ret, from, n * size);
    *ret_cap = n;
    return 0;
}

#define COPY(to, from, array, n, cap)                                                              \
    copy_array((void **)(void *)&(to)->array, &(to)->cap, (from)->array, (from)->n,                \
               sizeof *(from)->array, _Alignof(max_align_t), &(to)->mem)

static void reset(dhcpperf_fault_plan *p)
{
    uint32_t i;

    for (i = 0; i < p->n; i++) {
        dp_fault_rule *r = &p->rules[i];

        r->armed = (r->has & DP_FC_UNARMED) == 0;
        r->since = DHCPPERF_NEVER;
        r->hits = r->draws = r->candidates = 0;
        memset(&r->counted, 0, sizeof r->counted);
    }
    for (i = 0; i < p->n_actions; i++) {
        p->actions[i].clock = p->actions[i].share = 0;
    }
}

int dp_fault_plan_copy(dhcpperf_fault_plan **ret, const dhcpperf_fault_plan *p,
                       const dhcpperf_mem *mem)
{
    dhcpperf_fault_plan *copy;
    int rc = dp_fault_plan_new(&copy, p->side, mem);

    if (rc != 0) {
        return rc;
    }
    copy->match_all = p->match_all;
    copy->n = p->n;
    copy->n_actions = p->n_actions;
    copy->n_octets = p->n_octets;
    copy->n_durs = p->n_durs;
    memcpy(copy->rules, p->rules, sizeof copy->rules);
    rc = COPY(copy, p, actions, n_actions, cap_actions);
    rc = rc != 0 ? rc : COPY(copy, p, octets, n_octets, cap_octets);
    rc = rc != 0 ? rc : COPY(copy, p, durs, n_durs, cap_durs);
    if (rc != 0) {
        dhcpperf_fault_plan_free(copy);
        return rc;
    }
    reset(copy);
    *ret = copy;
    return 0;
}

int dp_fault_plan_replace(dhcpperf_fault_plan **inout, const dhcpperf_fault_plan *p,
                          dhcpperf_fault_side side, const dhcpperf_mem *mem)
{
    dhcpperf_fault_plan *copy = NULL;
    int rc = 0;

    if (p != NULL) {
        rc = p->side == side ? dp_fault_plan_copy(&copy, p, mem) : DHCPPERF_E_INVALID;
    }
    if (rc == 0) {
        dhcpperf_fault_plan_free(*inout);
        *inout = copy;
    }
    return rc;
}

/* Room for `extra` further elements behind n of them.  false, and nothing changed, when memory is
 * short. */
static bool grow(const dhcpperf_mem *mem, void **at, uint32_t *cap, uint32_t n, size_t extra,
                 size_t size)
{
    size_t need = n + extra, roomy = *cap < 16 ? 32 : (size_t)*cap * 2;
    void *more;

    if (need <= *cap) {
        return true;
    }
    roomy = roomy < need ? need : roomy;
    more = roomy <= UINT32_MAX ? dp_mem_zarray(mem, roomy, size, _Alignof(max_align_t)) : NULL;
    if (more == NULL) {
        return false;
    }
    if (n > 0) {
        memcpy(more, *at, n * size);
    }
    dp_mem_release(mem, *at, *cap * size);
    *at = more;
    *cap = (uint32_t)roomy;
    return true;
}

#define GROW(p, array, n, cap, extra)                                                              \
    grow(&(p)->mem, (void **)(void *)&(p)->array, &(p)->cap, (p)->n, (extra), sizeof *(p)->array)

dp_fault_action *dp_fault_add_action(dhcpperf_fault_plan *p)
{
    return GROW(p, actions, n_actions, cap_actions, 1) ? &p->actions[p->n_actions++] : NULL;
}

uint8_t *dp_fault_add_octets(dhcpperf_fault_plan *p, size_t n)
{
    uint8_t *at;

    if (!GROW(p, octets, n_octets, cap_octets, n)) {
        return NULL;
    }
    at = p->octets + p->n_octets;
    p->n_octets += (uint32_t)n;
    return at;
}

dhcpperf_dur *dp_fault_add_durs(dhcpperf_fault_plan *p, size_t n)
{
    dhcpperf_dur *at;

    if (!GROW(p, durs, n_durs, cap_durs, n)) {
        return NULL;
    }
    at = p->durs + p->n_durs;
    p->n_durs += (uint32_t)n;
    return at;
}

/* ---- looking at a plan ---------------------------------------------------------------------- */

unsigned dhcpperf_fault_plan_count(const dhcpperf_fault_plan *p)
{
    return p != NULL ? p->n : 0;
}

static const dp_fault_rule *rule_of(const dhcpperf_fault_plan *p, unsigned rule)
{
    return p != NULL && rule < p->n ? &p->rules[rule] : NULL;
}

const char *dhcpperf_fault_plan_name(const dhcpperf_fault_plan *p, unsigned rule)
{
    const dp_fault_rule *r = rule_of(p, rule);

    return r != NULL ? dp_fault_name(r) : NULL;
}

int dhcpperf_fault_plan_find(const dhcpperf_fault_plan *p, const char *name)
{
    unsigned i;

    if (p == NULL || name == NULL) {
        return DHCPPERF_E_INVALID;
    }
    for (i = 0; i < p->n; i++) {
        if (strcmp(dp_fault_name(&p->rules[i]), name) == 0) {
            return (int)i;
        }
    }
    return DHCPPERF_E_NOTFOUND;
}

uint64_t dhcpperf_fault_plan_hits(const dhcpperf_fault_plan *p, unsigned rule)
{
    const dp_fault_rule *r = rule_of(p, rule);

    return r != NULL ? r->hits : 0;
}

int dhcpperf_fault_plan_is_armed(const dhcpperf_fault_plan *p, unsigned rule)
{
    const dp_fault_rule *r = rule_of(p, rule);

    if (r == NULL) {
        return p == NULL ? DHCPPERF_E_INVALID : DHCPPERF_E_RANGE;
    }
    return r->armed;
}

const char *dhcpperf_fault_plan_class(const dhcpperf_fault_plan *p, unsigned rule)
{
    const dp_fault_rule *r = rule_of(p, rule);

    return r != NULL && (r->has & DP_FC_CLASS) != 0 ? r->class_ : NULL;
}

int dhcpperf_fault_plan_needs_frames(const dhcpperf_fault_plan *p, unsigned rule)
{
    const uint64_t framed = UINT64_C(1) << DP_FV_RECLAIM | UINT64_C(1) << DP_FV_CONFLICT |
                            UINT64_C(1) << DP_FV_FROM_PORT | UINT64_C(1) << DP_FV_FROM_ADDRESS |
                            UINT64_C(1) << DP_FV_FRAGMENT;
    const dp_fault_rule *r = rule_of(p, rule);
    uint32_t i;

    if (r == NULL) {
        return p == NULL ? DHCPPERF_E_INVALID : DHCPPERF_E_RANGE;
    }
    for (i = 0; i < r->n; i++) {
        if (((framed >> dp_fault_actions(p, r)[i].verb) & 1) != 0) {
            return 1;
        }
    }
    return 0;
}
