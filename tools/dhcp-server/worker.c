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

/* Between steps: what is to be done again and again, one call for each thing.  A call that has to
 * come back at some time lowers *inout_wake to it. */
static int turn(void *user, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    worker *w = user;
    unsigned wishes = mailbox_take(&w->team->boxes[w->index]);

    leases_turn(w->team->leases, w, now, inout_wake);
    if ((wishes & WORKER_JOB) != 0) {
        jobs_do(&w->team->jobs, w);
    }
    return (wishes & WORKER_STOP) != 0;
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
    if (w->failure == 0) {
        return 0;
    }
    w->code = dhcpperf_transport_errno(w->transport);
    mailbox_post(&w->team->office, OFFICE_END);
    return EXIT_RUNTIME;
}
