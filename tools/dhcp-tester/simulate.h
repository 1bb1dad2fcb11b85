/* SPDX-License-Identifier: MIT */
/* simulate.h - a run in memory against an embedded server. */
#ifndef TESTER_SIMULATE_H
#define TESTER_SIMULATE_H

#include "dhcp-tester/result.h"

/* Runs the plan and hands the result to `report`.  An exit status, 0 when the run came to its end;
 * failures are said. */
int simulate_run(plan *p, const options *o, const run_facts *run, report_fn report, void *user);

#endif
