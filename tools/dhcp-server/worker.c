/* SPDX-License-Identifier: MIT */
/* worker.c - the thread of one worker: it moves packets, and between the moves it does what has to
 * be done to its engine.
 *
 * Nothing here may wait or take long: as long as it takes, clients get no answer.  What needs a
 * file, a clock of the day or a conversation is the main thread's business (office.c), which asks
 * for its part here by a job (job.h). */
#include "dhcp-server/worker.h"

#include <stddef.h>

#include "common/drive.h"
#include "common/say.h"
#include "dhcp-server/handover.h"
#include "dhcp-server/job.h"
#include "dhcp-server/team.h"

enum {
    LAST_STEPS = 256 /* of the pump, with what had arrived when the end was called for */
};

/* Who sent before now is served. */
static void begin_to_drain(worker *w)
{
    unsigned i = 0;

    while (i++ < LAST_STEPS && dhcpperf_pump_step(w->pump, dhcpperf_clock_monotonic()) > 0) {
    }
    (void)dhcpperf_server_set_paused(w->server, 1);
    w->drains = 1;
}

static int is_drained(const worker *w)
{
    return worker_held(w) == 0 && !dhcpperf_pump_wants_write(w->pump);
}

uint64_t worker_held(const worker *w)
{
    const dhcpperf_stats *s = dhcpperf_server_stats(w->server);
    uint64_t n = 0;
    unsigned x;

    for (x = DHCPPERF_X_DISCOVER; x <= DHCPPERF_X_QUERY; x++) {
        n += dhcpperf_stats_exchange(s, (dhcpperf_exchange)x, DHCPPERF_OUT_IN_FLIGHT);
    }
    return n;
}

/* Between steps: what is to be done again and again, one call for each thing.  A call that has to
 * come back at some time lowers *inout_wake to it.  The store hears last, of what all else has
 * changed: it may be a long sleep until the next turn. */
static int turn(void *user, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    worker *w = user;
    unsigned wishes = mailbox_take(&w->team->boxes[w->index]);

    if ((wishes & WORKER_JOB) != 0 || w->has_job) {
        w->has_job = jobs_do(&w->team->jobs, w);
        *inout_wake = w->has_job ? now : *inout_wake;
    }
    if ((wishes & WORKER_DRAIN) != 0 && !w->drains) {
        begin_to_drain(w);
    }
    leases_turn(w->team->leases, w, now, inout_wake);
    return (wishes & WORKER_STOP) != 0 || (w->drains && is_drained(w));
}

static int idle(void *user, int goes_to_sleep)
{
    worker *w = user;
    handover *between = w->team->between;

    if (goes_to_sleep) {
        return between == NULL || handover_may_sleep(between, w->index);
    }
    if (between != NULL) {
        handover_is_awake(between, w->index);
    }
    mailbox_clear(&w->team->boxes[w->index]);
    return 0;
}

int worker_serve(worker *w)
{
    w->failure = drive_pump_beside(w->pump, mailbox_fd(&w->team->boxes[w->index]), turn, idle, w);
    if (w->failure != 0) {
        w->code = dhcpperf_transport_errno(w->transport);
    }
    atomic_fetch_add(&w->team->ended, 1);
    mailbox_post(&w->team->office, OFFICE_END);
    return w->failure != 0 ? EXIT_RUNTIME : 0;
}
