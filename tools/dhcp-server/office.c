/* SPDX-License-Identifier: MIT */
/* office.c - the main thread answers no client: it waits for signals and for the workers, and does
 * what takes time, so that they need not.
 *
 * What belongs to a worker is not touched from here: a job (job.h) asks for it. */
#include "dhcp-server/office.h"

#include <poll.h>

#include "common/signals.h"
#include "dhcp-server/log.h"
#include "dhcp-server/numbers.h"

enum {
    FLUSH_MS = 50 /* how long a line of the log may wait */
};

/* Once a wake-up: what is to be done again and again, one call for each thing.  A call that has to
 * come back at some time lowers *inout_wake to it. */
static void turn(team *t, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    if (signals_take_reopen()) {
        log_reopen();
    }
    if (signals_take_snapshot()) {
        numbers_tell_snapshot(t);
    }
    if (t->verbose) {
        log_flush(now);
        *inout_wake = now + FLUSH_MS * DHCPPERF_NS_PER_MS;
    }
}

/* In milliseconds for poll(2), rounded up: never early, never a busy loop. */
static int wait_ms(dhcpperf_ts now, dhcpperf_ts wake)
{
    dhcpperf_dur d = wake > now ? wake - now : 0;

    if (wake == DHCPPERF_NEVER) {
        return -1;
    }
    return d > 60 * DHCPPERF_NS_PER_S ? 60000
                                      : (int)((d + DHCPPERF_NS_PER_MS - 1) / DHCPPERF_NS_PER_MS);
}

static void wait_for_something(team *t, int ms)
{
    struct pollfd fds[2] = {{.fd = signals_fd(), .events = POLLIN},
                            {.fd = mailbox_fd(&t->office), .events = POLLIN}};

    (void)poll(fds, 2, ms);
    signals_clear();
    mailbox_clear(&t->office);
}

void office_watch(team *t)
{
    unsigned wishes = 0;

    while (signals_stops() == 0 && (wishes & OFFICE_END) == 0) {
        dhcpperf_ts now = dhcpperf_clock_monotonic(), wake = DHCPPERF_NEVER;

        turn(t, now, &wake);
        wait_for_something(t, wait_ms(now, wake));
        wishes = mailbox_take(&t->office);
        if ((wishes & OFFICE_JOB) != 0) {
            jobs_collect(&t->jobs);
        }
    }
}
