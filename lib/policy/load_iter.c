/* SPDX-License-Identifier: MIT */
/* load_iter.c - walking an arrival profile.
 *
 * Every open-loop stage is one function: the integral of its rate over time, in 10^-12 arrivals.
 * The next arrival is due when that integral reaches the next target; targets are 1 apart when
 * spacing is even, and exponential when it is Poisson (a Poisson process of any rate is one of
 * rate 1 on the time scale of its integral).  What a stage leaves over goes on to the next, so no
 * window of a profile is ever more than one arrival away from its ideal.
 *
 * Where engines share a profile each walks all of it and passes over what is not its own: that
 * needs the targets alone, not the instants, and is a few additions for every arrival taken. */
#include "policy/dp_load.h"

#include <string.h>

#include "base/dp_rng.h"

enum {
    DRAW_LOAD = 0x4c4f41, /* purpose of the draws below */
    NEWTON_STEPS = 16     /* then bisection, which ends in 62 */
};

/* One arrival. */
#define ONE UINT64_C(1000000000000)

enum {
    CARRIED_NOTHING,
    CARRIED_EVEN,
    CARRIED_POISSON
};

/* (to - from) * t^2 / (2 * length), rounded down; *ret_exact tells whether it came out even. */
static dp_u128 slope_part(uint64_t delta, dhcpperf_dur t, dhcpperf_dur length, int *ret_exact)
{
    uint64_t rest, last;
    dp_u128 whole = dp_wide_div(dp_wide_mul(delta, t), 2 * length, &rest);
    dp_u128 part = dp_wide_div(dp_wide_mul(rest, t), 2 * length, &last);

    /* whole <= delta / 2, so its product with t stays in 128 bits */
    *ret_exact = last == 0;
    return dp_wide_add(dp_wide_mul(whole.lo, t), part);
}

dp_u128 dp_load_integral(const dp_load_stage *s, dhcpperf_dur t)
{
    dp_u128 sum = dp_wide_mul(s->from_mps, t), part;
    int exact;

    if (s->from_mps < s->to_mps) {
        sum = dp_wide_add(sum, slope_part(s->to_mps - s->from_mps, t, s->length, &exact));
    } else if (s->from_mps > s->to_mps) {
        part = slope_part(s->from_mps - s->to_mps, t, s->length, &exact);
        sum = dp_wide_sub(sum, part);
        if (!exact) { /* rounded down means subtracting what was rounded up */
            sum = dp_wide_sub(sum, dp_wide(1));
        }
    }
    return sum;
}

/* The rate at t, in 1/1000 per second. */
static uint64_t rate_at(const dp_load_stage *s, dhcpperf_dur t)
{
    uint64_t rest;

    if (s->from_mps <= s->to_mps) {
        return s->from_mps +
               dp_wide_div(dp_wide_mul(s->to_mps - s->from_mps, t), s->length, &rest).lo;
    }
    return s->from_mps - dp_wide_div(dp_wide_mul(s->from_mps - s->to_mps, t), s->length, &rest).lo;
}

/* Where Newton's method points from `at`, whose integral is `sum`; next to it when the step is
 * below one ns. */
static dhcpperf_dur newton(const dp_load_stage *s, dhcpperf_dur at, dp_u128 sum, dp_u128 target)
{
    uint64_t rate = rate_at(s, at), rest;
    int below = dp_wide_less(sum, target);
    dp_u128 miss = below ? dp_wide_sub(target, sum) : dp_wide_sub(sum, target);
    dp_u128 step;

    if (rate == 0) {
        return at;
    }
    step = dp_wide_div(miss, rate, &rest);
    if (step.hi != 0 || step.lo > s->length) {
        return at;
    }
    step.lo += step.lo == 0;
    if (below) {
        return at + step.lo;
    }
    return at > step.lo ? at - step.lo : 0;
}

/* The first t in (lo, hi] with integral >= target, given integral(lo) < target <= integral(hi). */
static dhcpperf_dur search(const dp_load_stage *s, dp_u128 target, dhcpperf_dur lo, dhcpperf_dur hi)
{
    dhcpperf_dur guess = newton(s, lo, dp_load_integral(s, lo), target);
    dp_u128 sum;
    unsigned i;

    for (i = 0; hi - lo > 1; i++) {
        if (guess <= lo || guess >= hi || i >= NEWTON_STEPS) {
            guess = lo + (hi - lo) / 2;
        }
        sum = dp_load_integral(s, guess);
        if (dp_wide_less(sum, target)) {
            lo = guess;
        } else {
            hi = guess;
        }
        guess = newton(s, guess, sum, target);
    }
    return hi;
}

dhcpperf_dur dp_load_inverse(const dp_load_stage *s, dp_u128 target, dhcpperf_dur hint)
{
    dp_u128 t;
    uint64_t rest;

    if (s->from_mps == 0 && s->to_mps == 0) {
        return DHCPPERF_NEVER;
    }
    if (target.hi == 0 && target.lo == 0) {
        return 0;
    }
    if (s->from_mps == s->to_mps) {
        t = dp_wide_div(target, s->from_mps, &rest);
        t = dp_wide_add(t, dp_wide(rest != 0));
        return t.hi != 0 || t.lo >= s->length ? DHCPPERF_NEVER : t.lo;
    }
    if (dp_wide_less(dp_load_integral(s, s->length - 1), target)) {
        return DHCPPERF_NEVER;
    }
    if (hint >= s->length || !dp_wide_less(dp_load_integral(s, hint), target)) {
        hint = 0;
    }
    return search(s, target, hint, s->length - 1);
}

static dhcpperf_ts later(dhcpperf_ts start, dhcpperf_dur by)
{
    return by < DHCPPERF_NEVER - start ? start + by : DHCPPERF_NEVER;
}

/* Whether its arrivals are counted out, not computed. */
static int is_listed(const dp_load_stage *s)
{
    return s->kind == DP_LOAD_BURST || s->kind == DP_LOAD_ARRIVALS;
}

static int is_silent(const dp_load_stage *s)
{
    return s->from_mps == 0 && s->to_mps == 0;
}

/* From one target to the next: one arrival, or an exponential number of them with mean one. */
static dp_u128 gap(const dp_load_iter *it, uint64_t counter)
{
    dp_u128 w;

    if (!it->load->stages[it->stage].poisson) {
        return dp_wide(ONE);
    }
    w = dp_wide_mul(dp_exponential(dp_draw(it->seed, it->stage, DRAW_LOAD, counter)), ONE);
    return dp_wide((w.hi << 32) | (w.lo >> 32));
}

/* Enters the stage at it->stage.  Its target goes on from the stage before when that was spaced in
 * the same way. */
static void enter(dp_load_iter *it)
{
    const dp_load_stage *s;
    int want;

    it->in_stage = 0;
    if (it->stage == it->load->n) {
        return;
    }
    s = &it->load->stages[it->stage];
    if (s->kind != DP_LOAD_RATE || is_silent(s)) {
        return;
    }
    if (it->share.of > 1) {
        it->limit = s->length == DHCPPERF_NEVER ? (dp_u128){UINT64_MAX, UINT64_MAX}
                                                : dp_load_integral(s, s->length - 1);
    }
    want = s->poisson ? CARRIED_POISSON : CARRIED_EVEN;
    if (it->carried != want) {
        it->carried = want;
        it->target = s->poisson ? gap(it, 0) : dp_wide(0);
    }
}

static void leave(dp_load_iter *it)
{
    const dp_load_stage *s = &it->load->stages[it->stage];
    dp_u128 sum;

    if (s->kind == DP_LOAD_RATE && !is_silent(s)) {
        sum = dp_load_integral(s, s->length);
        it->target = dp_wide_less(it->target, sum) ? dp_wide(0) : dp_wide_sub(it->target, sum);
    }
    if (s->kind == DP_LOAD_CLOSED || s->kind == DP_LOAD_ARRIVALS) {
        it->carried = CARRIED_NOTHING;
    }
    if (s->kind != DP_LOAD_BURST) {
        it->stage_start = later(it->stage_start, s->length);
    }
    it->stage++;
    enter(it);
}

/* One arrival has been, whoever takes it. */
static void pass(dp_load_iter *it)
{
    it->in_stage++;
    if (it->load->stages[it->stage].kind == DP_LOAD_RATE) {
        it->target = dp_wide_add(it->target, gap(it, it->in_stage));
    }
    if (it->share.of > 1) {
        it->member = it->member + 1 < it->share.members ? it->member + 1 : 0;
    }
}

static int is_own(const dp_load_iter *it)
{
    return it->member / it->share.run % it->share.of == it->share.index;
}

/* Passes over what others take in this stage; it may come to the stage's end. */
static void pass_others(dp_load_iter *it, const dp_load_stage *s)
{
    if (is_listed(s)) {
        while (it->in_stage < s->stations && !is_own(it)) {
            pass(it);
        }
    } else if (!is_silent(s)) {
        while (!dp_wide_less(it->limit, it->target) && !is_own(it)) {
            pass(it);
        }
    }
}

/* Finds the next open-loop arrival from here on, across stages; stops before a closed stage, which
 * only time can enter. */
static void seek(dp_load_iter *it)
{
    const dhcpperf_load *l = it->load;

    it->next = DHCPPERF_NEVER;
    for (; it->stage < l->n; leave(it)) {
        const dp_load_stage *s = &l->stages[it->stage];
        dhcpperf_dur t;

        if (s->kind == DP_LOAD_CLOSED) {
            return;
        }
        if (it->share.of > 1) {
            pass_others(it, s);
        }
        if (is_listed(s)) {
            if (it->in_stage < s->stations) {
                it->next =
                    s->at == NULL ? it->stage_start : later(it->stage_start, s->at[it->in_stage]);
                return;
            }
            continue;
        }
        t = dp_load_inverse(s, it->target,
                            it->last > it->stage_start ? it->last - it->stage_start
                                                       : (dhcpperf_dur)0);
        if (t != DHCPPERF_NEVER) {
            it->next = later(it->stage_start, t);
            return;
        }
        if (s->length == DHCPPERF_NEVER ||
            (it->stage + 1 < l->n && l->stages[it->stage + 1].kind == DP_LOAD_CLOSED)) {
            return;
        }
    }
}

uint32_t dp_load_sharers(const dp_load_share *share)
{
    uint32_t runs = share->members / share->run + (share->members % share->run != 0);

    return runs < share->of ? runs : share->of;
}

uint32_t dp_load_narrowest(const dhcpperf_load *l)
{
    uint32_t narrowest = UINT32_MAX;
    unsigned i;

    for (i = 0; i < l->n; i++) {
        if (l->stages[i].kind == DP_LOAD_CLOSED && l->stages[i].stations < narrowest) {
            narrowest = l->stages[i].stations;
        }
    }
    return narrowest;
}

void dp_load_begin(dp_load_iter *it, const dhcpperf_load *load, uint64_t seed, dhcpperf_ts origin,
                   const dp_load_share *share)
{
    static const dp_load_share all = {0, 1, 1, 1};

    memset(it, 0, sizeof *it);
    it->load = load;
    it->seed = seed;
    it->share = share != NULL ? *share : all;
    it->origin = it->stage_start = it->last = origin;
    if (it->share.of > 1 && it->share.index >= dp_load_sharers(&it->share)) {
        it->stage = load->n; /* who owns no member has no part */
    }
    enter(it);
    seek(it);
}

void dp_load_advance(dp_load_iter *it, dhcpperf_ts now)
{
    while (it->stage < it->load->n && it->next == DHCPPERF_NEVER &&
           it->load->stages[it->stage].length != DHCPPERF_NEVER && now >= dp_load_stage_end(it)) {
        leave(it);
        seek(it);
    }
}

void dp_load_take(dp_load_iter *it)
{
    it->last = it->next;
    pass(it);
    seek(it);
}

static uint32_t window_of(const dp_load_share *share, uint32_t all)
{
    uint32_t sharers;

    if (share->of == 1) {
        return all;
    }
    sharers = dp_load_sharers(share);
    return all / sharers + (share->index < all % sharers);
}

uint32_t dp_load_window(const dp_load_iter *it)
{
    const dp_load_stage *s;

    if (it->stage == it->load->n) {
        return 0;
    }
    s = &it->load->stages[it->stage];
    return s->kind == DP_LOAD_CLOSED ? window_of(&it->share, s->stations) : UINT32_MAX;
}

dhcpperf_ts dp_load_stage_end(const dp_load_iter *it)
{
    const dp_load_stage *s;

    if (it->stage == it->load->n) {
        return DHCPPERF_NEVER;
    }
    s = &it->load->stages[it->stage];
    return s->kind == DP_LOAD_BURST ? DHCPPERF_NEVER : later(it->stage_start, s->length);
}

int dp_load_is_over(const dp_load_iter *it)
{
    return it->stage == it->load->n;
}
