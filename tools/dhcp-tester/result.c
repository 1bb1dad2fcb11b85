/* SPDX-License-Identifier: MIT */
/* result.c - settling a run: rates, and whether the generator is a witness to be trusted. */
#include "dhcp-tester/result.h"

#include <math.h>

#include "common/figures.h"

/* An open-loop schedule was not kept when one message in a hundred left later than this. */
#define MAX_LAG_NS (10 * DHCPPERF_NS_PER_MS)

static void judge_generator(tester_result *r)
{
    char lag[FIGURE_SIZE];
    figures f;

    figures_of(&f, dhcpperf_stats_hist(r->stats, DHCPPERF_S_SEND_LAG, DHCPPERF_FROM_INTENDED));
    if (r->carrier.rx_dropped > 0) {
        snprintf(r->invalid_text, sizeof r->invalid_text,
                 "own receive buffer overflowed %llu times: answers were lost here, not by the "
                 "server",
                 (unsigned long long)r->carrier.rx_dropped);
        r->invalid = r->invalid_text;
    } else if (r->plan->rate > 0 && f.p99 > MAX_LAG_NS) {
        snprintf(r->invalid_text, sizeof r->invalid_text,
                 "the schedule was not kept: 1 %% of the messages left more than %s late",
                 figure_time(lag, (double)f.p99));
        r->invalid = r->invalid_text;
    }
}

void result_settle(tester_result *r)
{
    double seconds = r->simulated_s >= 0 ? r->simulated_s : r->elapsed_s;
    uint64_t over;

    r->cpu_share = run_cpu_share(r->run);
    r->memory = run_peak_memory();
    r->started = dhcpperf_stats_counter(r->stats, DHCPPERF_C_STARTED);
    r->clients = r->plan->clients_follow ? (uint32_t)r->started : r->plan->clients;
    r->bound = dhcpperf_client_count_in(r->client, DHCPPERF_ST_BOUND);
    r->failed = dhcpperf_client_count_in(r->client, DHCPPERF_ST_FAILED);
    r->ipv6_only = dhcpperf_stats_counter(r->stats, DHCPPERF_C_IPV6_ONLY);
    over = r->bound + r->failed + r->ipv6_only;
    r->unfinished = r->started > over ? r->started - over : 0;
    r->success_rate =
        r->started == 0 ? 0 : floor((double)r->bound * 10000 / (double)r->started) / 100;
    r->dora_per_s = seconds > 0 ? (double)r->bound / seconds : 0;
    r->retries = dhcpperf_stats_counter(r->stats, DHCPPERF_C_RETRANSMITS);
    judge_generator(r);
}
