/* SPDX-License-Identifier: MIT */
/* fault_time.c - how long a reply is held: delays of several distributions, and the token buckets
 * of a narrow link and a slow server.  Integers only, so that a seed means the same everywhere. */
#include "base/dp_rng.h"
#include "policy/dp_fault.h"

enum {
    IP_UDP_LEN = 28,   /* headers that a link carries with each reply */
    NORMAL_DRAWS = 12, /* uniform ones, whose sum has the variance 1 */
    STEP_BITS = 32
};

/* ---- delays ---------------------------------------------------------------------------------- */

/* d * factor / 2^32 */
static dhcpperf_dur scaled(dhcpperf_dur d, uint64_t factor)
{
    dp_u128 product = dp_wide_mul(d, factor);

    return product.hi << (64 - STEP_BITS) | product.lo >> STEP_BITS;
}

/* The sum of twelve uniform draws is so near to the normal distribution that no log tells, as far
 * as six deviations, and needs no logarithm or root. */
static dhcpperf_dur normal(dhcpperf_dur mean, dhcpperf_dur deviation, uint64_t bits)
{
    const uint64_t middle = (uint64_t)NORMAL_DRAWS / 2 << STEP_BITS;
    uint64_t sum = 0;
    dhcpperf_dur off;
    unsigned i;

    for (i = 0; i < NORMAL_DRAWS / 2; i++) {
        uint64_t pair = dp_mix64(bits + i * UINT64_C(0x9e3779b97f4a7c15));

        sum += (pair & UINT32_MAX) + (pair >> STEP_BITS);
    }
    off = scaled(deviation, sum > middle ? sum - middle : middle - sum);
    if (sum > middle) {
        return mean + off;
    }
    return mean > off ? mean - off : 0;
}

dhcpperf_dur dp_fault_delay_of(const dhcpperf_fault_plan *p, const dp_fault_action *a,
                               uint64_t bits)
{
    switch ((dp_fault_delay)a->how) {
    case DP_FD_FIXED:
        break;
    case DP_FD_UNIFORM:
        return a->d + dp_below(bits, a->e - a->d + 1);
    case DP_FD_NORMAL:
        return normal(a->d, a->e, bits);
    case DP_FD_EXPONENTIAL:
        return scaled(a->d, dp_exponential(bits));
    case DP_FD_SAMPLES:
        return p->durs[a->at + dp_below(bits, a->len)];
    }
    return a->d;
}

dhcpperf_dur dp_faults_delay(dp_faults *f, unsigned rule, const dp_fault_action *a)
{
    return dp_fault_delay_of(f->plan, a, dp_faults_draw(f, rule));
}

/* ---- buckets --------------------------------------------------------------------------------- */

/* This engine's part, at least what a bucket cannot be without. */
static uint64_t part_of(const dp_fault_action *a, uint64_t whole, uint64_t least)
{
    uint64_t part = a->share > 1 ? whole / a->share : whole;

    return part > least ? part : least;
}

/* A link: each message leaves when its last bit has, behind those before it. */
static bool pass_link(dp_fault_action *a, size_t octets, dhcpperf_ts due, dhcpperf_ts *ret_due)
{
    dhcpperf_ts start = a->clock > due ? a->clock : due;
    uint64_t rate = part_of(a, a->rate, 1), queue = part_of(a, (uint64_t)a->n * 8, 1);
    uint64_t bits = (octets + IP_UDP_LEN) * 8, rest, waiting;

    waiting = dp_wide_div(dp_wide_mul(start - due, rate), DHCPPERF_NS_PER_S, &rest).lo;
    if (waiting > 0 && waiting + bits > queue) {
        return false;
    }
    a->clock = start + bits * DHCPPERF_NS_PER_S / rate;
    *ret_due = a->clock;
    return true;
}

/* A server that makes so many replies a second: `clock` is when a bucket of no tokens will be full
 * less its burst, as in the generic cell rate algorithm. */
static bool pass_limit(dp_fault_action *a, dhcpperf_ts due, dhcpperf_ts *ret_due)
{
    dhcpperf_dur gap = UINT64_C(1000000000000) / part_of(a, a->rate, 1);
    dhcpperf_dur slack = gap * (part_of(a, a->n, 1) - 1);
    dhcpperf_ts ready = a->clock > slack ? a->clock - slack : 0;

    if (ready > due) {
        if ((ready - due + gap - 1) / gap > part_of(a, a->m, 0)) {
            return false;
        }
        due = ready;
    }
    a->clock = (a->clock > due ? a->clock : due) + gap;
    *ret_due = due;
    return true;
}

bool dp_fault_pass(dp_fault_action *a, size_t octets, dhcpperf_ts due, dhcpperf_ts *ret_due)
{
    return a->verb == DP_FV_BANDWIDTH ? pass_link(a, octets, due, ret_due)
                                      : pass_limit(a, due, ret_due);
}
