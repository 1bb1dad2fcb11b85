/* SPDX-License-Identifier: MIT */
/* trial.h - one measurement among several: the clients of a plan once more, from the first one on,
 * on fresh engines and at a rate that is given.
 *
 * The clients are the same in every trial (their hardware addresses do not follow the seed), so a
 * pool that is large enough for the largest trial is large enough for all. */
#ifndef TESTER_TRIAL_H
#define TESTER_TRIAL_H

#include "dhcp-tester/result.h"

typedef struct trial {
    double rate;          /* clients started per second */
    dhcpperf_dur warm_up; /* at that rate, but not among the figures; may be 0 */
    dhcpperf_dur length;  /* that is measured; then exchanges under way may end */
    unsigned number;      /* of the trial: others are those of other xids */
    int may_be_silent;    /* the server has answered before: no reply is a result, not a failure */
} trial;

/* Clients that take part. */
uint32_t trial_clients(const trial *t);
/* Runs it in the plan's mode; the plan is afterwards as before.  `report` gets the result: its
 * stats and rates are those after the warm-up, `carrier` and the clients' ends are of the whole
 * trial.  An exit status, that of `report` among them; failures are said. */
int trial_run(const trial *t, plan *p, const options *o, const run_facts *run, report_fn report,
              void *user);

#endif
