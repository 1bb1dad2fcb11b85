/* SPDX-License-Identifier: MIT */
/* progress.c - on a terminal the line is rewritten in place five times a second, elsewhere it is a
 * line of its own every second.  It never holds the label of the summary's first line. */
#include "dhcp-tester/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/figures.h"
#include "common/say.h"

void progress_begin(progress *p, int on, uint64_t clients, dhcpperf_ts now)
{
    memset(p, 0, sizeof *p);
    p->on = on;
    p->is_terminal = isatty(STDERR_FILENO);
    p->interval = p->is_terminal ? 200 * DHCPPERF_NS_PER_MS : DHCPPERF_NS_PER_S;
    p->next = on ? now + p->interval : DHCPPERF_NEVER;
    p->clients = clients;
}

void progress_count(const dhcpperf_client *client, progress_figures *inout_sum)
{
    inout_sum->bound += dhcpperf_client_count_in(client, DHCPPERF_ST_BOUND);
    inout_sum->failed += dhcpperf_client_count_in(client, DHCPPERF_ST_FAILED);
    inout_sum->started += dhcpperf_stats_counter(dhcpperf_client_stats(client), DHCPPERF_C_STARTED);
}

int progress_is_due(const progress *p, dhcpperf_ts now)
{
    return now >= p->next;
}

void progress_print(progress *p, const progress_figures *f, double seconds, dhcpperf_ts now)
{
    uint64_t over = f->bound + f->failed;
    char line[160], rate[FIGURE_SIZE], time[FIGURE_SIZE];
    int len;

    len = snprintf(line, sizeof line,
                   "%" PRIu64 "/%" PRIu64 " bound, %" PRIu64 " under way, %" PRIu64
                   " failed, %s DORA/s, %s",
                   f->bound, p->clients, f->started > over ? f->started - over : 0, f->failed,
                   figure_rate(rate, seconds > 0 ? (double)f->bound / seconds : 0),
                   figure_time(time, seconds * 1e9));
    if (p->is_terminal && p->on) {
        fprintf(stderr, "\r%-*s", p->width, line);
        p->width = len;
        say_line_open(1);
    } else {
        fprintf(stderr, "%s\n", line);
    }
    fflush(stderr);
    if (now >= p->next) {
        p->next = now + p->interval;
    }
}

void progress_end(progress *p, const progress_figures *f, double seconds)
{
    if (!p->on) {
        return;
    }
    progress_print(p, f, seconds, 0);
    if (p->is_terminal) {
        fputc('\n', stderr);
        say_line_open(0);
    }
    p->on = 0;
    p->next = DHCPPERF_NEVER;
}
