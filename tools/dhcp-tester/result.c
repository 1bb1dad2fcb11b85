/* SPDX-License-Identifier: MIT */
/* result.c - settling a run: rates, and whether the generator is a witness to be trusted. */
#include "dhcp-tester/result.h"

#include <math.h>
#include <string.h>

#include "common/figures.h"
#include "common/signals.h"
#include "dhcp-tester/pacing.h"

double result_cpu_share(const tester_result *r, unsigned worker)
{
    const part *x = r->all->parts[worker];
    dhcpperf_dur wall = x->ending.counted_at - x->began;

    return r->simulated_s >= 0 || wall == 0 ? -1 : (double)x->cpu / (double)wall;
}

/* From one start to the next. */
static dhcpperf_dur mean_interval(const plan *p)
{
    dhcpperf_dur length = p->profile != NULL ? dhcpperf_load_length(p->profile) : p->duration;
    uint64_t n = p->profile != NULL ? dhcpperf_load_count(p->profile) : p->clients;

    if ((p->profile != NULL || p->ramp > 0) && length != DHCPPERF_NEVER && n > 0 &&
        n != UINT64_MAX) {
        return length / n;
    }
    return pacing_peak(p) > 0 ? (dhcpperf_dur)(1e9 / pacing_peak(p) + 0.5) : 0;
}

/* The processor of the worker that used most of its own. */
static double busiest(const tester_result *r)
{
    double most = 0, share;
    unsigned i;

    for (i = 0; i < r->all->n; i++) {
        share = result_cpu_share(r, i);
        most = share > most ? share : most;
    }
    return most;
}

/* Clients that the schedule starts, however long that takes; 0 where something else has a say: a
 * signal, a scenario, chance, a part of the run that does not count, or that nobody is there. */
static uint64_t count_due(const tester_result *r)
{
    const plan *p = r->plan;
    plan copy = *p;
    dhcpperf_load *l = NULL;
    uint64_t n;

    if (!p->plain || p->profile != NULL || p->poisson || p->warm_up > 0 || signals_stops() > 0 ||
        dhcpperf_stats_counter(r->stats, DHCPPERF_C_RX_PACKETS) == 0 ||
        plan_make_load(&copy, &l) != 0) {
        return 0;
    }
    n = dhcpperf_load_count(l);
    dhcpperf_load_free(l);
    return n < p->clients ? n : p->clients;
}

/* Of an open-loop schedule. */
static void fill_schedule(const tester_result *r, generator_facts *f)
{
    const plan *p = r->plan;
    const dhcpperf_hist *starts =
        dhcpperf_stats_hist(r->stats, DHCPPERF_S_START_LAG, DHCPPERF_FROM_INTENDED);

    f->has_schedule = 1;
    f->is_precise = p->pacing == DHCPPERF_PACE_PRECISE;
    f->tick = p->tick;
    f->max_lag = p->max_lag;
    f->interval = mean_interval(p);
    figures_of(&f->start_lag, starts);
    f->started = r->started;
    f->due = count_due(r);
}

static void judge_generator(tester_result *r)
{
    generator_facts f;
    size_t n = 0;
    unsigned i;

    memset(&f, 0, sizeof f);
    f.socket_drops = r->carrier.rx_dropped;
    f.receive_buffer = r->carrier.rcvbuf;
    f.cpu_share = busiest(r);
    if (plan_is_open(r->plan)) {
        fill_schedule(r, &f);
        r->max_lag = generator_lag_limit(&f);
    }
    generator_judge(&r->verdict, &f);
    for (i = 0; i < r->verdict.n; i++) {
        n += (size_t)snprintf(r->invalid_text + n, sizeof r->invalid_text - n, "%s%s",
                              i == 0 ? "" : "; ", r->verdict.at[i].text);
    }
    r->invalid = n > 0 ? r->invalid_text : NULL;
}

/* How long after its first message was due a share of those who started had a lease: by rank, for
 * those who never had one count as the slowest.  Not where addresses are declined: leases are more
 * than clients then. */
static void settle_shares(tester_result *r)
{
    static const double shares[RESULT_SHARES] = {0.50, 0.95, 0.99, 1.00};
    const dhcpperf_hist *h =
        dhcpperf_stats_hist(r->stats, DHCPPERF_S_FULL_BIND, DHCPPERF_FROM_INTENDED);
    uint64_t bound = h != NULL ? dhcpperf_hist_count(h) : 0;
    uint64_t sent = dhcpperf_stats_counter(r->stats, DHCPPERF_C_TX_PACKETS);
    unsigned i;

    for (i = 0; i < RESULT_SHARES; i++) {
        double rank = ceil(shares[i] * (double)r->started - 1e-9);

        r->to_bound_s[i] = bound == 0 || rank > (double)bound || r->plan->declines
                               ? -1
                               : (double)dhcpperf_hist_quantile(h, rank / (double)bound) / 1e9;
    }
    r->packets_per_bound = bound > 0 ? (double)sent / (double)bound : -1;
}

/* Of all exchanges that have ended those answered in time, in per cent. */
static double answered_share(const tester_result *r)
{
    uint64_t answered = 0, ended = 0;
    unsigned x;

    for (x = 0; x <= DHCPPERF_X_QUERY; x++) {
        dhcpperf_exchange kind = (dhcpperf_exchange)x;
        uint64_t n = dhcpperf_stats_exchange(r->stats, kind, DHCPPERF_OUT_ANSWERED);

        if (kind == DHCPPERF_X_RELEASE || kind == DHCPPERF_X_DECLINE) {
            continue; /* nobody answers those */
        }
        answered += n;
        ended += n + dhcpperf_stats_exchange(r->stats, kind, DHCPPERF_OUT_LATE) +
                 dhcpperf_stats_exchange(r->stats, kind, DHCPPERF_OUT_REFUSED) +
                 dhcpperf_stats_exchange(r->stats, kind, DHCPPERF_OUT_UNANSWERED);
    }
    return ended == 0 ? 0 : floor((double)answered * 10000 / (double)ended) / 100;
}

/* Clients that were started: one turn each where everybody starts once. */
static uint64_t count_started(const tester_result *r)
{
    dhcpperf_stage stage;

    if (r->plan->each_once && merge_get_stage(r->all, 0, &stage) == 1) {
        return stage.given;
    }
    return dhcpperf_stats_counter(r->stats, DHCPPERF_C_STARTED);
}

void result_settle(tester_result *r)
{
    double seconds = r->simulated_s >= 0 ? r->simulated_s : r->elapsed_s;
    uint64_t over;

    r->cpu_share = run_cpu_share(r->run);
    r->memory = run_peak_memory();
    r->started = count_started(r);
    r->clients = r->plan->clients_follow ? (uint32_t)r->started : r->plan->clients;
    r->bound = r->all->ending.holding;
    r->failed = r->all->ending.failed;
    r->leases = dhcpperf_stats_counter(r->stats, DHCPPERF_C_BOUND);
    r->ipv6_only = dhcpperf_stats_counter(r->stats, DHCPPERF_C_IPV6_ONLY);
    over = r->bound + r->failed + r->ipv6_only;
    r->unfinished = r->all->ending.busy;
    if (r->plan->each_once) {
        r->unfinished = r->started > over ? r->started - over : 0;
        r->success_rate =
            r->started == 0 ? 0 : floor((double)r->bound * 10000 / (double)r->started) / 100;
    } else {
        r->success_rate = answered_share(r);
    }
    r->dora_per_s = seconds > 0 ? (double)(r->plan->each_once ? r->bound : r->leases) / seconds : 0;
    settle_shares(r);
    r->retries = dhcpperf_stats_counter(r->stats, DHCPPERF_C_RETRANSMITS);
    judge_generator(r);
}
