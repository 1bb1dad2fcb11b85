/* SPDX-License-Identifier: MIT */
/* load.c - arrival profiles as data: building, copying and measuring them.
 *
 * Invariants: every stage passed dp_load_add(), so rates and lengths are within the bounds of
 * dp_load.h, and only the last stage may be endless. */
#include "policy/dp_load.h"

#include <string.h>

#include "base/dp_mem.h"

enum {
    FIRST_CAP = 8,
    PEAK_PER_S = 10 /* the density of listed arrivals is looked at in tenths of a second */
};

int dhcpperf_load_new(dhcpperf_load **ret, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_load *l;

    if (ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    l = DP_NEW(&m, dhcpperf_load);
    if (l == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    l->mem = m;
    *ret = l;
    return 0;
}

void dp_load_stage_free(dp_load_stage *s, const dhcpperf_mem *mem)
{
    if (s->at != NULL) {
        DP_FREE_ARRAY(mem, s->at, s->stations);
    }
    s->at = NULL;
}

void dhcpperf_load_free(dhcpperf_load *l)
{
    dhcpperf_mem m;
    unsigned i;

    if (l != NULL) {
        m = l->mem;
        for (i = 0; i < l->n; i++) {
            dp_load_stage_free(&l->stages[i], &m);
        }
        DP_FREE_ARRAY(&m, l->stages, l->cap);
        DP_FREE(&m, l);
    }
}

/* A list of arrivals of the caller's own; NOMEM. */
static int copy_at(dp_load_stage *s, const dhcpperf_dur *at, const dhcpperf_mem *mem)
{
    s->at = DP_ARRAY(mem, s->stations, dhcpperf_dur);
    if (s->at == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    memcpy(s->at, at, s->stations * sizeof *at);
    return 0;
}

static int copy_stages(dhcpperf_load *copy, const dhcpperf_load *l)
{
    copy->stages = DP_ARRAY(&copy->mem, l->n, dp_load_stage);
    if (copy->stages == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    copy->cap = l->n;
    while (copy->n < l->n) {
        dp_load_stage *s = &copy->stages[copy->n];

        *s = l->stages[copy->n];
        if (s->at != NULL && copy_at(s, l->stages[copy->n].at, &copy->mem) != 0) {
            return DHCPPERF_E_NOMEM;
        }
        copy->n++;
    }
    return 0;
}

int dp_load_copy(dhcpperf_load **ret, const dhcpperf_load *l, const dhcpperf_mem *mem)
{
    dhcpperf_load *copy;
    int rc = dhcpperf_load_new(&copy, mem);

    if (rc == 0 && l->n > 0) {
        rc = copy_stages(copy, l);
        if (rc != 0) {
            dhcpperf_load_free(copy);
        }
    }
    if (rc == 0) {
        *ret = copy;
    }
    return rc;
}

int dhcpperf_load_clone(dhcpperf_load **ret, const dhcpperf_load *l)
{
    return ret != NULL && l != NULL ? dp_load_copy(ret, l, &l->mem) : DHCPPERF_E_INVALID;
}

static int check_arrivals(const dp_load_stage *s)
{
    uint32_t i;

    for (i = 1; i < s->stations; i++) {
        if (s->at[i] < s->at[i - 1]) {
            return DHCPPERF_E_RANGE;
        }
    }
    return s->length <= DP_LOAD_MAX_LENGTH ? 0 : DHCPPERF_E_RANGE;
}

static int check_stage(const dp_load_stage *s)
{
    int endless = s->length == DHCPPERF_NEVER;

    if (s->kind == DP_LOAD_ARRIVALS) {
        return check_arrivals(s);
    }
    if (s->kind == DP_LOAD_BURST) {
        return s->stations > 0 ? 0 : DHCPPERF_E_RANGE;
    }
    if (s->length == 0 || (s->length > DP_LOAD_MAX_LENGTH && !endless)) {
        return DHCPPERF_E_RANGE;
    }
    if (s->kind == DP_LOAD_CLOSED) {
        return s->stations > 0 ? 0 : DHCPPERF_E_RANGE;
    }
    if (s->from_mps > DP_LOAD_MAX_MPS || s->to_mps > DP_LOAD_MAX_MPS ||
        (endless && (s->from_mps != s->to_mps || s->from_mps == 0))) {
        return DHCPPERF_E_RANGE;
    }
    return 0;
}

int dp_load_add(dhcpperf_load *l, const dp_load_stage *stage)
{
    dp_load_stage *more;
    unsigned cap;
    int rc = check_stage(stage);

    if (rc != 0) {
        return rc;
    }
    if (l->n > 0 && l->stages[l->n - 1].length == DHCPPERF_NEVER) {
        return DHCPPERF_E_STATE;
    }
    if (l->n == l->cap) {
        cap = l->cap == 0 ? FIRST_CAP : 2 * l->cap;
        more = DP_ARRAY(&l->mem, cap, dp_load_stage);
        if (more == NULL) {
            return DHCPPERF_E_NOMEM;
        }
        if (l->n > 0) {
            memcpy(more, l->stages, l->n * sizeof *more);
        }
        DP_FREE_ARRAY(&l->mem, l->stages, l->cap);
        l->stages = more;
        l->cap = cap;
    }
    l->stages[l->n++] = *stage;
    return 0;
}

int dhcpperf_load_add_rate(dhcpperf_load *l, double from_per_s, double to_per_s,
                           dhcpperf_dur length, int poisson)
{
    dp_load_stage s = {.kind = DP_LOAD_RATE, .poisson = poisson != 0, .length = length};
    double max = (double)(DP_LOAD_MAX_MPS / 1000);

    if (l == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (!(from_per_s >= 0.0 && from_per_s <= max) || !(to_per_s >= 0.0 && to_per_s <= max)) {
        return DHCPPERF_E_RANGE;
    }
    s.from_mps = (uint64_t)(from_per_s * 1000.0 + 0.5);
    s.to_mps = (uint64_t)(to_per_s * 1000.0 + 0.5);
    if ((from_per_s > 0 && s.from_mps == 0) || (to_per_s > 0 && s.to_mps == 0)) {
        return DHCPPERF_E_RANGE; /* not silently nobody */
    }
    return dp_load_add(l, &s);
}

int dhcpperf_load_add_burst(dhcpperf_load *l, uint32_t stations)
{
    dp_load_stage s = {.kind = DP_LOAD_BURST, .stations = stations};

    return l != NULL ? dp_load_add(l, &s) : DHCPPERF_E_INVALID;
}

int dhcpperf_load_add_closed(dhcpperf_load *l, uint32_t in_flight, dhcpperf_dur length)
{
    dp_load_stage s = {.kind = DP_LOAD_CLOSED, .stations = in_flight, .length = length};

    return l != NULL ? dp_load_add(l, &s) : DHCPPERF_E_INVALID;
}

int dhcpperf_load_add_arrivals(dhcpperf_load *l, const dhcpperf_dur *at, uint32_t n)
{
    dp_load_stage s = {.kind = DP_LOAD_ARRIVALS, .stations = n};
    int rc;

    if (l == NULL || at == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (n == 0) {
        return DHCPPERF_E_RANGE;
    }
    s.length = at[n - 1];
    rc = copy_at(&s, at, &l->mem);
    if (rc == 0) {
        rc = dp_load_add(l, &s);
        if (rc != 0) {
            dp_load_stage_free(&s, &l->mem);
        }
    }
    return rc;
}

uint64_t dhcpperf_load_count(const dhcpperf_load *l)
{
    const uint64_t one = UINT64_C(1000000000000);
    dp_u128 sum = {0, 0};
    uint64_t bursts = 0, rest;
    unsigned i;

    if (l == NULL) {
        return 0;
    }
    for (i = 0; i < l->n; i++) {
        const dp_load_stage *s = &l->stages[i];

        if (s->kind == DP_LOAD_CLOSED || s->length == DHCPPERF_NEVER) {
            return UINT64_MAX;
        }
        if (s->kind == DP_LOAD_BURST || s->kind == DP_LOAD_ARRIVALS) {
            bursts += s->stations;
        } else {
            sum = dp_wide_add(sum, dp_load_integral(s, s->length));
        }
    }
    sum = dp_wide_div(sum, one, &rest);
    sum = dp_wide_add(sum, dp_wide(rest != 0));
    sum = dp_wide_add(sum, dp_wide(bursts));
    return sum.hi != 0 ? UINT64_MAX : sum.lo;
}

dhcpperf_dur dhcpperf_load_length(const dhcpperf_load *l)
{
    dhcpperf_dur sum = 0;
    unsigned i;

    for (i = 0; l != NULL && i < l->n; i++) {
        if (l->stages[i].length >= DHCPPERF_NEVER - sum) {
            return DHCPPERF_NEVER;
        }
        sum += l->stages[i].length;
    }
    return sum;
}

/* The most arrivals in any tenth of a second, per second. */
static double peak_of_arrivals(const dp_load_stage *s)
{
    const dhcpperf_dur window = DHCPPERF_NS_PER_S / PEAK_PER_S;
    uint32_t first = 0, i, most = 0;

    for (i = 0; i < s->stations; i++) {
        while (s->at[i] - s->at[first] >= window) {
            first++;
        }
        most = i - first >= most ? i - first + 1 : most;
    }
    return (double)most * PEAK_PER_S;
}

double dhcpperf_load_peak(const dhcpperf_load *l)
{
    double peak = 0, p;
    unsigned i;

    for (i = 0; l != NULL && i < l->n; i++) {
        const dp_load_stage *s = &l->stages[i];

        if (s->kind == DP_LOAD_ARRIVALS) {
            p = peak_of_arrivals(s);
        } else if (s->kind == DP_LOAD_RATE) {
            p = (double)(s->from_mps > s->to_mps ? s->from_mps : s->to_mps) / 1000;
        } else {
            continue;
        }
        peak = p > peak ? p : peak;
    }
    return peak;
}

int dhcpperf_load_is_random(const dhcpperf_load *l)
{
    unsigned i;

    for (i = 0; l != NULL && i < l->n; i++) {
        if (l->stages[i].poisson) {
            return 1;
        }
    }
    return 0;
}
