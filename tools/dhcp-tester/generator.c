/* SPDX-License-Identifier: MIT */
/* generator.c - the limits, and what to say when one is passed.
 *
 * A closed-loop run has no schedule to be late for, and uses all of a processor when the server is
 * faster than this side: only lost answers make it invalid. */
#include "dhcp-tester/generator.h"

#include <inttypes.h>
#include <stdio.h>

#define SATURATED 0.95 /* of a processor; the system has a part in the rest */

/* A message sent alone should leave within this part of the mean interval; one that shares a train
 * with the others of a tick may wait for the tick, and a wake-up that comes late takes its time. */
#define PRECISE_SHARE 100
#define PRECISE_FLOOR (50 * DHCPPERF_NS_PER_US) /* what precise pacing is good for at best */
#define WAKE_UP       DHCPPERF_NS_PER_MS

static const char *const names[GENERATOR_FAULTS] = {"socket_drops", "unstarted", "lag",
                                                    "saturated"};

const char *generator_fault_name(generator_fault fault)
{
    return names[fault];
}

static int is_wide(const generator_facts *f)
{
    return f->interval / PRECISE_SHARE > PRECISE_FLOOR;
}

dhcpperf_dur generator_lag_limit(const generator_facts *f)
{
    if (f->max_lag > 0) {
        return f->max_lag;
    }
    if (f->is_precise) {
        return is_wide(f) ? f->interval / PRECISE_SHARE : PRECISE_FLOOR;
    }
    return WAKE_UP + f->tick;
}

static generator_finding *find(generator_verdict *v, generator_fault fault, double value,
                               double limit)
{
    generator_finding *x = &v->at[v->n++];

    x->fault = fault;
    x->value = value;
    x->limit = limit;
    return x;
}

static void judge_drops(generator_verdict *v, const generator_facts *f)
{
    char buffer[FIGURE_SIZE];
    generator_finding *x;

    if (f->socket_drops == 0) {
        return;
    }
    x = find(v, GENERATOR_DROPS, (double)f->socket_drops, 0);
    snprintf(x->text, sizeof x->text,
             "its own receive buffer of %s overflowed %" PRIu64 " times (limit 0): those answers "
             "were lost here, not by the server; raise net.core.rmem_max or lower the load",
             figure_bytes(buffer, f->receive_buffer), f->socket_drops);
}

static void judge_starts(generator_verdict *v, const generator_facts *f)
{
    generator_finding *x;

    if (f->started >= f->due) {
        return;
    }
    x = find(v, GENERATOR_UNSTARTED, (double)(f->due - f->started), 0);
    snprintf(x->text, sizeof x->text,
             "%" PRIu64 " of %" PRIu64 " clients that were due had not started at the end (limit "
             "0): the load was lower than planned",
             f->due - f->started, f->due);
}

/* Whose limit it is. */
static const char *limit_is(const generator_facts *f)
{
    return f->max_lag > 0  ? "--max-lag"
           : f->is_precise ? is_wide(f) ? "1 % of the mean interval between starts"
                                        : "the least with --pacing precise"
           : f->tick > 0   ? "1 ms to wake up and a tick"
                           : "to wake up";
}

static int judge_lag(generator_verdict *v, const generator_facts *f)
{
    char lag[FIGURE_SIZE], limit[FIGURE_SIZE];
    dhcpperf_dur most = generator_lag_limit(f);
    generator_finding *x;

    if (f->start_lag.p99 <= most) {
        return 0;
    }
    x = find(v, GENERATOR_LAG, (double)f->start_lag.p99, (double)most);
    snprintf(x->text, sizeof x->text,
             "the schedule was not kept: 1 %% of the clients started %s late or later (limit %s, "
             "%s)",
             figure_time(lag, (double)f->start_lag.p99), figure_time(limit, (double)most),
             limit_is(f));
    return 1;
}

static void judge_processor(generator_verdict *v, const generator_facts *f)
{
    generator_finding *x;

    if (f->cpu_share <= SATURATED) {
        return;
    }
    x = find(v, GENERATOR_SATURATED, f->cpu_share, SATURATED);
    snprintf(x->text, sizeof x->text,
             "a processor is saturated: the busiest worker used %.0f %% of one (limit %.0f %%) and "
             "fell behind; lower the rate or give it more with --workers",
             f->cpu_share * 100, SATURATED * 100);
}

void generator_judge(generator_verdict *ret, const generator_facts *f)
{
    int is_behind;

    ret->n = 0;
    judge_drops(ret, f);
    if (!f->has_schedule) {
        return;
    }
    judge_starts(ret, f);
    is_behind = judge_lag(ret, f) || f->started < f->due;
    if (is_behind) {
        judge_processor(ret, f);
    }
}
