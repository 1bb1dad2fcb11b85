/* SPDX-License-Identifier: MIT */
/* retry.c - when a message is sent again.  The policy is data, the answer a pure function of it and
 * of the arguments; all arithmetic is integer, so equal random bits wait equally long everywhere.
 *
 * Invariants of a phase: 0 < initial <= cap, factor_q32 >= 1.0, jitter_q32 <= 1.0. */
#include "policy/dp_retry.h"

#include <stddef.h>
#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_rng.h"
#include "base/dp_wide.h"

#define Q32      (UINT64_C(1) << 32)
#define DUR_MAX  (DHCPPERF_NEVER - 1)
#define FACTOR_2 (2 * Q32)

enum {
    ATTEMPTS_MAX = 255 /* what a station counts to; a greater bound would never be met */
};

/* RFC 2131 4.1: 4, 8, 16, 32, 64 s, "plus a uniform number in -1 to +1". */
static const dp_retry_phase rfc_backoff = {
    .initial = 4 * DHCPPERF_NS_PER_S,
    .cap = 64 * DHCPPERF_NS_PER_S,
    .factor_q32 = FACTOR_2,
    .jitter = DHCPPERF_NS_PER_S,
    .max_attempts = 5,
    .then = DHCPPERF_GIVE_UP_RESTART,
    .jitter_follows = 1,
};

/* RFC 2131 4.4.5: half of the remaining time, down to a minimum of 60 s. */
static const dp_retry_phase rfc_halving = {
    .initial = 60 * DHCPPERF_NS_PER_S,
    .cap = 60 * DHCPPERF_NS_PER_S,
    .factor_q32 = Q32,
    .then = DHCPPERF_GIVE_UP_RESTART,
    .halving = 1,
};

static const dp_retry_phase fast_backoff = {
    .initial = 100 * DHCPPERF_NS_PER_MS,
    .cap = 1600 * DHCPPERF_NS_PER_MS,
    .factor_q32 = FACTOR_2,
    .jitter_q32 = Q32 / 10,
    .max_attempts = 5,
    .then = DHCPPERF_GIVE_UP_RESTART,
};

static const dp_retry_phase single_wait = {
    .initial = 5 * DHCPPERF_NS_PER_S,
    .cap = 5 * DHCPPERF_NS_PER_S,
    .factor_q32 = Q32,
    .max_attempts = 1,
    .then = DHCPPERF_GIVE_UP_STOP,
};

static int is_renewal(unsigned p)
{
    return p == DHCPPERF_PHASE_RENEWING || p == DHCPPERF_PHASE_REBINDING;
}

int dp_retry_init(dhcpperf_retry *r, const char *preset, const dhcpperf_mem *mem)
{
    const dp_retry_phase *first, *renewal;
    unsigned p;

    if (strcmp(preset, "rfc2131") == 0) {
        first = &rfc_backoff;
        renewal = &rfc_halving;
    } else if (strcmp(preset, "fast") == 0) {
        first = renewal = &fast_backoff;
    } else if (strcmp(preset, "none") == 0) {
        first = &single_wait;
        renewal = &rfc_halving;
    } else {
        return DHCPPERF_E_NOKEY;
    }
    memset(r, 0, sizeof *r);
    r->mem = dp_mem_pick(mem);
    for (p = 0; p < DP_N_PHASES; p++) {
        r->phases[p] = is_renewal(p) ? *renewal : *first;
        if (first == &single_wait) {
            r->phases[p].max_attempts = 1;
        }
    }
    if (first == &rfc_backoff) { /* an INFORM has no INIT to go back to (RFC 2131 4.4.3) */
        r->phases[DHCPPERF_PHASE_INFORMING].then = DHCPPERF_GIVE_UP_STOP;
    }
    return 0;
}

int dhcpperf_retry_new(dhcpperf_retry **ret, const char *preset, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_retry *r;
    int rc;

    if (ret == NULL || preset == NULL) {
        return DHCPPERF_E_INVALID;
    }
    r = DP_NEW(&m, dhcpperf_retry);
    if (r == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    rc = dp_retry_init(r, preset, &m);
    if (rc != 0) {
        DP_FREE(&m, r);
        return rc;
    }
    *ret = r;
    return 0;
}

int dhcpperf_retry_clone(dhcpperf_retry **ret, const dhcpperf_retry *r)
{
    dhcpperf_retry *copy;

    if (ret == NULL || r == NULL) {
        return DHCPPERF_E_INVALID;
    }
    copy = DP_NEW(&r->mem, dhcpperf_retry);
    if (copy == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    *copy = *r;
    *ret = copy;
    return 0;
}

void dhcpperf_retry_free(dhcpperf_retry *r)
{
    dhcpperf_mem m;

    if (r != NULL) {
        m = r->mem;
        DP_FREE(&m, r);
    }
}

/* The phase to change, or NULL for bad arguments. */
static dp_retry_phase *phase_of(dhcpperf_retry *r, dhcpperf_phase p)
{
    return r != NULL && (unsigned)p < DP_N_PHASES ? &r->phases[p] : NULL;
}

/* A new first wait: jitter that follows is a quarter of it, at most 1 s (K-069). */
static void set_initial(dp_retry_phase *phase, dhcpperf_dur initial)
{
    phase->initial = initial;
    if (phase->jitter_follows) {
        phase->jitter = initial / 4 < DHCPPERF_NS_PER_S ? initial / 4 : DHCPPERF_NS_PER_S;
    }
}

int dhcpperf_retry_set_backoff(dhcpperf_retry *r, dhcpperf_phase p, dhcpperf_dur initial,
                               double factor, dhcpperf_dur cap)
{
    dp_retry_phase *phase = phase_of(r, p);

    if (phase == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (initial == 0 || initial > DUR_MAX || cap < initial || cap > DUR_MAX ||
        !(factor >= 1.0 && factor <= 1000.0)) {
        return DHCPPERF_E_RANGE;
    }
    set_initial(phase, initial);
    phase->cap = cap;
    phase->factor_q32 = (uint64_t)(factor * (double)Q32 + 0.5);
    phase->halving = 0;
    return 0;
}

int dhcpperf_retry_set_halving(dhcpperf_retry *r, dhcpperf_phase p, dhcpperf_dur at_least)
{
    dp_retry_phase *phase = phase_of(r, p);

    if (phase == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (at_least == 0 || at_least > DUR_MAX) {
        return DHCPPERF_E_RANGE;
    }
    if (!phase->halving && phase->jitter_follows) { /* 4.4.5 asks for none */
        phase->jitter = 0;
        phase->jitter_follows = 0;
    }
    phase->initial = phase->cap = at_least;
    phase->factor_q32 = Q32;
    phase->halving = 1;
    return 0;
}

int dhcpperf_retry_set_jitter(dhcpperf_retry *r, dhcpperf_phase p, dhcpperf_dur absolute,
                              double fraction)
{
    dp_retry_phase *phase = phase_of(r, p);

    if (phase == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (absolute > DUR_MAX || !(fraction >= 0.0 && fraction <= 1.0)) {
        return DHCPPERF_E_RANGE;
    }
    phase->jitter = absolute;
    phase->jitter_q32 = (uint64_t)(fraction * (double)Q32 + 0.5);
    phase->jitter_follows = 0;
    return 0;
}

int dhcpperf_retry_set_attempts(dhcpperf_retry *r, dhcpperf_phase p, unsigned max,
                                dhcpperf_give_up then)
{
    dp_retry_phase *phase = phase_of(r, p);

    if (phase == NULL || (then != DHCPPERF_GIVE_UP_RESTART && then != DHCPPERF_GIVE_UP_STOP)) {
        return DHCPPERF_E_INVALID;
    }
    if (max > ATTEMPTS_MAX) {
        return DHCPPERF_E_RANGE;
    }
    phase->max_attempts = max;
    phase->then = then;
    return 0;
}

int dhcpperf_retry_get_attempts(const dhcpperf_retry *r, dhcpperf_phase p, unsigned *ret_max,
                                dhcpperf_give_up *ret_then)
{
    if (r == NULL || (unsigned)p >= DP_N_PHASES) {
        return DHCPPERF_E_INVALID;
    }
    if (ret_max != NULL) {
        *ret_max = r->phases[p].max_attempts;
    }
    if (ret_then != NULL) {
        *ret_then = r->phases[p].then;
    }
    return 0;
}

int dhcpperf_retry_set_function(dhcpperf_retry *r, dhcpperf_retry_fn fn, void *user)
{
    if (r == NULL) {
        return DHCPPERF_E_INVALID;
    }
    r->fn = fn;
    r->user = user;
    return 0;
}

/* a * b / 2^32, at most `cap`. */
static uint64_t scale_q32(uint64_t a, uint64_t b, uint64_t cap)
{
    dp_u128 w = dp_wide_mul(a, b);
    uint64_t v = (w.hi << 32) | (w.lo >> 32);

    return (w.hi >> 32) != 0 || v > cap ? cap : v;
}

/* initial * factor^n, at most cap; powers by squaring, so a large n costs 32 steps. */
static dhcpperf_dur grown(const dp_retry_phase *phase, unsigned n)
{
    uint64_t power = phase->factor_q32, growth = Q32;

    if (n == 0) {
        return phase->initial;
    }
    for (; n > 0; n >>= 1) {
        if ((n & 1) != 0) {
            growth = scale_q32(growth, power, UINT64_MAX);
        }
        power = scale_q32(power, power, UINT64_MAX);
    }
    return scale_q32(phase->initial, growth, phase->cap);
}

/* Uniform in delay +-(jitter + fraction of the delay), 1 ns at least. */
static dhcpperf_dur varied(const dp_retry_phase *phase, dhcpperf_dur delay, uint64_t random)
{
    uint64_t spread = phase->jitter_q32 != 0 ? scale_q32(delay, phase->jitter_q32, DUR_MAX) : 0;

    spread = spread > DUR_MAX - phase->jitter ? DUR_MAX : spread + phase->jitter;
    if (spread >= delay) {
        spread = delay - 1;
    }
    if (spread > (DUR_MAX - delay)) {
        spread = DUR_MAX - delay;
    }
    return delay - spread + dp_below(random, 2 * spread + 1);
}

dp_retry_first dp_retry_first_of(const dhcpperf_retry *r, dhcpperf_phase p)
{
    const dp_retry_phase *phase = &r->phases[p];

    if (r->fn != NULL || phase->halving || phase->jitter_q32 != 0 ||
        phase->jitter >= phase->initial || phase->initial >= DHCPPERF_NEVER / 2) {
        return (dp_retry_first){0};
    }
    return (dp_retry_first){
        .least = phase->initial - phase->jitter, .span = 2 * phase->jitter + 1, .cap = phase->cap};
}

dhcpperf_dur dhcpperf_retry_delay(const dhcpperf_retry *r, dhcpperf_phase p, unsigned attempt,
                                  dhcpperf_dur remaining, uint64_t random)
{
    const dp_retry_phase *phase;
    dhcpperf_dur delay;

    if (r == NULL || (unsigned)p >= DP_N_PHASES || attempt == 0) {
        return DHCPPERF_NEVER;
    }
    if (r->fn != NULL) {
        return r->fn(r->user, p, attempt, remaining, random);
    }
    phase = &r->phases[p];
    if (remaining == 0 || (phase->max_attempts != 0 && attempt > phase->max_attempts)) {
        return DHCPPERF_NEVER;
    }
    if (!phase->halving) {
        delay = grown(phase, attempt - 1);
    } else if (remaining == DHCPPERF_NEVER) { /* a lease without end needs no second request */
        return DHCPPERF_NEVER;
    } else {
        delay = remaining / 2 > phase->initial ? remaining / 2 : phase->initial;
    }
    delay = varied(phase, delay, random);
    if (!phase->halving && delay > phase->cap) {
        delay = phase->cap; /* "up to a maximum of 64 seconds" (RFC 2131 4.1) is the whole wait */
    }
    return delay < remaining ? delay : remaining;
}
