/* SPDX-License-Identifier: MIT */
/* capacity_flags.c - the flags of a search, judged together with those that make the load of a
 * single run. */
#include "dhcp-tester/capacity.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dhcp-tester/pacing.h"
#include "dhcp-tester/tester_options.h"

#define DEFAULT_START 1000.0
#define MOST_CLIENTS  16777216.0
#define MOST_RATE     100e6
/* An embedded server without --sim-limit has no limit but our patience. */
#define SIMULATED_RATE 100e3
/* The lowest rate: this share of the first one, but so many clients in a trial. */
#define LOWEST_SHARE   0.001
#define LOWEST_CLIENTS 10.0

static int fail(plan *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(plan *p, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(p->error, sizeof p->error, format, ap);
    va_end(ap);
    return -1;
}

static int judge_without(plan *p, const options *o)
{
    static const tester_option of_searches[] = {TESTER_HIGHEST_RATE, TESTER_WARM_UP,
                                                TESTER_RESOLUTION, TESTER_CONFIRMATIONS,
                                                TESTER_MOST_TRIALS};
    unsigned i;

    for (i = 0; i < sizeof of_searches / sizeof of_searches[0]; i++) {
        if (o->values[of_searches[i]].source == OPTION_FROM_COMMAND_LINE) {
            return fail(p, "--%s needs --find-capacity, whose trials it is about",
                        tester_option_specs[of_searches[i]].name);
        }
    }
    return 0;
}

/* What a search decides itself; weaker sources than its own give way. */
static int judge_conflicts(plan *p, const options *o)
{
    static const struct {
        tester_option flag;
        const char *why;
    } theirs[] = {
        {TESTER_CLIENTS, "each trial has as many clients as its rate and its length make"},
        {TESTER_CONCURRENCY, "clients start at the rate of the trial, whatever became of others"},
        {TESTER_PROFILE, "the search makes the load of each trial"},
        {TESTER_ARRIVALS, "the search makes the load of each trial"},
        {TESTER_RAMP, "--warm-up is what goes before the measuring of each trial"},
    };
    unsigned i;

    for (i = 0; i < sizeof theirs / sizeof theirs[0]; i++) {
        if (options_given(o, theirs[i].flag) &&
            o->values[theirs[i].flag].source >= o->values[TESTER_FIND_CAPACITY].source) {
            return fail(p, "--find-capacity takes no --%s: %s",
                        tester_option_specs[theirs[i].flag].name, theirs[i].why);
        }
    }
    return p->plain ? 0
                    : fail(p,
                           "--find-capacity is for the scenario dora, in which every client "
                           "obtains one lease, not for %s",
                           p->scenario_name);
}

/* Says where the text stops being conditions, and what would be right. */
static int refuse_conditions(plan *p, const char *text, size_t offset, int rc)
{
    char shown[200], rest[80];

    options_escape(text, shown, sizeof shown);
    options_escape(text + offset, rest, sizeof rest);
    if (rc == DHCPPERF_E_NOMEM) {
        return fail(p, "out of memory");
    }
    if (rc == DHCPPERF_E_RANGE) {
        return strchr("0123456789", rest[0]) == NULL
                   ? fail(p, "--find-capacity '%s' has more than 16 conditions", shown)
                   : fail(p,
                          "--find-capacity '%s': nothing can keep the limit '%s': a share is from "
                          "0%% to 100%%, of which loss<=0%% allows none and success>=100%% needs "
                          "all, and a latency is longer than 0",
                          shown, rest);
    }
    return fail(p,
                "--find-capacity '%s' is not understood %s%s%s: conditions are separated by "
                "commas, shares such as loss<0.1%%, nak<1%%, success>99%% or rate>99%%, and "
                "latencies such as p99<20ms, p999<50ms or mean(ack)<5ms",
                shown, rest[0] != '\0' ? "at '" : "where it ends", rest,
                rest[0] != '\0' ? "'" : "");
}

static int is_precise(const options *o)
{
    return strcmp(o->values[TESTER_PACING].text, "precise") == 0;
}

/* The highest rate there can be: by the clients of a trial, by the pacing. */
static double most_per_s(const plan *p, const options *o, double seconds)
{
    double most = fmin(MOST_RATE, fmin(MOST_CLIENTS, (double)p->identity.room) / seconds);

    return is_precise(o) ? fmin(most, PACING_PRECISE_MAX) : most;
}

static int refuse_rate(plan *p, const options *o, const char *flag, double rate, double most,
                       double seconds)
{
    return fail(p,
                "--%s %.10g is more than the %.10g clients a second of which trials of %.10g s "
                "can be made: there are %.0f clients at most%s",
                flag, rate, floor(most * 1000) / 1000, seconds,
                fmin(MOST_CLIENTS, (double)p->identity.room),
                is_precise(o) ? ", and --pacing precise starts 50000 a second" : "");
}

/* The first, the lowest and the highest rate. */
static int settle_rates(plan *p, const options *o, dhcpperf_dur warm_up, dhcpperf_dur length)
{
    double seconds = (double)(warm_up + length) / 1e9, measured = (double)length / 1e9;
    double most = most_per_s(p, o, seconds);
    double lowest = fmax(p->rate * LOWEST_SHARE, LOWEST_CLIENTS / measured);
    double highest = p->mode == PLAN_SIMULATION ? fmin(most, fmax(SIMULATED_RATE, p->rate)) : most;
    int rc;

    if (options_given(o, TESTER_HIGHEST_RATE)) {
        highest = o->values[TESTER_HIGHEST_RATE].number;
    }
    if (p->rate * measured < 1) {
        return fail(p,
                    "--rate %.10g starts nobody in the %.10g s of a trial: raise it or --duration",
                    p->rate, measured);
    }
    if (highest > most) {
        return refuse_rate(p, o, "highest-rate", highest, most, seconds);
    }
    if (p->rate > most) {
        return refuse_rate(p, o, "rate", p->rate, most, seconds);
    }
    if (p->rate > highest) {
        return fail(p, "--rate %.10g, where the search begins, is above --highest-rate %.10g",
                    p->rate, highest);
    }
    rc = dhcpperf_search_set_rates(p->search, p->rate, fmin(lowest, p->rate), highest);
    return rc != 0 ? fail(p, "--rate: %s", dhcpperf_strerror(rc)) : 0;
}

static int settle(plan *p, const options *o)
{
    const option_value *v = o->values;
    dhcpperf_dur warm_up = v[TESTER_WARM_UP].dur, length = 5 * DHCPPERF_NS_PER_S;
    int rc;

    if (options_given(o, TESTER_DURATION)) {
        length = v[TESTER_DURATION].dur;
    }
    if (p->rate <= 0) {
        p->rate = DEFAULT_START;
    }
    if (settle_rates(p, o, warm_up, length) != 0) {
        return -1;
    }
    rc = dhcpperf_search_set_lengths(p->search, warm_up, length);
    rc = rc != 0 ? rc : dhcpperf_search_set_resolution(p->search, v[TESTER_RESOLUTION].number);
    rc = rc != 0 ? rc
                 : dhcpperf_search_set_confirmations(p->search,
                                                     (unsigned)v[TESTER_CONFIRMATIONS].count);
    rc = rc != 0
             ? rc
             : dhcpperf_search_set_most_trials(p->search, (unsigned)v[TESTER_MOST_TRIALS].count);
    return rc != 0 ? fail(p, "--find-capacity: %s", dhcpperf_strerror(rc)) : 0;
}

/* Of the first trial. */
static uint32_t first_clients(const plan *p)
{
    dhcpperf_search_trial t;

    return dhcpperf_search_next(p->search, &t, sizeof t) == 1
               ? (uint32_t)ceil(t.rate_per_s * (double)(t.warm_up + t.length) / 1e9 - 1e-6)
               : 1;
}

int capacity_judge(plan *p, const options *o)
{
    const char *text = o->values[TESTER_FIND_CAPACITY].text;
    size_t offset = 0;
    int rc;

    if (!options_given(o, TESTER_FIND_CAPACITY)) {
        return judge_without(p, o);
    }
    if (judge_conflicts(p, o) != 0) {
        return -1;
    }
    rc = dhcpperf_search_new(&p->search, text, &offset, NULL);
    if (rc != 0) {
        return refuse_conditions(p, text, offset, rc);
    }
    if (settle(p, o) != 0) {
        return -1;
    }
    p->concurrency = 0;
    p->concurrency_auto = 0;
    p->clients = first_clients(p);
    p->clients_follow = 0;
    return 0;
}
