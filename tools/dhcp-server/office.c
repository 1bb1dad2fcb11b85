/* SPDX-License-Identifier: MIT */
/* office.c - the main thread answers no client: it waits for signals and for the workers, and does
 * what takes time, so that they need not.
 *
 * What belongs to a worker is not touched from here: a job (job.h) asks for it. */
#include "dhcp-server/office.h"

#include <poll.h>
#include <stdlib.h>

#include "common/notify.h"
#include "common/signals.h"
#include "dhcp-server/control.h"
#include "dhcp-server/log.h"
#include "dhcp-server/numbers.h"
#include "dhcp-server/reload.h"

enum {
    FLUSH_MS = 50 /* how long a line of the log may wait */
};

static void wake_at(dhcpperf_ts *inout_wake, dhcpperf_ts when)
{
    if (when < *inout_wake) {
        *inout_wake = when;
    }
}

/* ---- the service manager -------------------------------------------------------------------- */

static int pulse_part(job *j, worker *w)
{
    (void)j;
    (void)w;
    return 0;
}

static void end_pulse(job *j, team *t)
{
    t->alive_due = notify_alive(dhcpperf_clock_monotonic());
    free(j);
}

/* It is told that we live once all workers have shown that they do. */
static void show_life(team *t, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    job *j;

    if (now < t->alive_due) {
        wake_at(inout_wake, t->alive_due);
        return;
    }
    t->alive_due = DHCPPERF_NEVER; /* until they have */
    j = calloc(1, sizeof *j);
    if (j != NULL && atomic_load(&t->ended) == 0) {
        j->part = pulse_part;
        j->done = end_pulse;
        jobs_add(&t->jobs, j);
        return;
    }
    free(j);
    t->alive_due = notify_alive(now);
    wake_at(inout_wake, t->alive_due);
}

/* ---- turns ---------------------------------------------------------------------------------- */

/* Once a wake-up: what is to be done again and again, one call for each thing.  A call that has to
 * come back at some time lowers *inout_wake to it. */
static void turn(team *t, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    if (signals_take_reopen()) {
        log_reopen();
        reload_begin(t, NULL, NULL);
    }
    if (signals_take_snapshot()) {
        numbers_tell_snapshot(t);
    }
    control_turn(t->control, now, inout_wake);
    if (t->verbose) {
        log_flush(now);
        wake_at(inout_wake, now + FLUSH_MS * DHCPPERF_NS_PER_MS);
    }
    show_life(t, now, inout_wake);
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

/* Signals, the workers, and whoever wants to control us. */
static void wait_for_something(team *t, int ms)
{
    struct pollfd fds[2 + CONTROL_FDS] = {{.fd = signals_fd(), .events = POLLIN},
                                          {.fd = mailbox_fd(&t->office), .events = POLLIN}};
    nfds_t n = 2 + control_watch(t->control, fds + 2);

    (void)poll(fds, n, ms);
    signals_clear();
    mailbox_clear(&t->office);
}

/* One round; the workers' wishes. */
static unsigned work(team *t, dhcpperf_ts until)
{
    dhcpperf_ts now = dhcpperf_clock_monotonic(), wake = until;
    unsigned wishes;

    turn(t, now, &wake);
    wait_for_something(t, wait_ms(now, wake));
    wishes = mailbox_take(&t->office);
    if ((wishes & OFFICE_JOB) != 0) {
        jobs_collect(&t->jobs);
    }
    return wishes;
}

void office_watch(team *t)
{
    unsigned wishes = 0;

    while (signals_stops() == 0 && !t->stop_is_wished && (wishes & OFFICE_END) == 0) {
        wishes = work(t, DHCPPERF_NEVER);
    }
}

int office_is_hurried(const team *t)
{
    return t->is_stopping && signals_stops() > t->stops;
}

void office_drain(team *t, dhcpperf_ts end)
{
    notify_stopping(NULL);
    t->stops = signals_stops();
    t->is_stopping = 1;
    team_tell(t, WORKER_DRAIN);
    while (atomic_load(&t->ended) < t->n && dhcpperf_clock_monotonic() < end &&
           !office_is_hurried(t)) {
        (void)work(t, end);
    }
}
