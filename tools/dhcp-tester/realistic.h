/* SPDX-License-Identifier: MIT */
/* realistic.h - a run over UDP against a server somewhere. */
#ifndef TESTER_REALISTIC_H
#define TESTER_REALISTIC_H

#include "dhcp-tester/result.h"

/* Runs the plan, fills and hands the result to `report`.  An exit status, 0 when the run came to
 * its end; failures are said. */
int realistic_run(plan *p, const options *o, const run_facts *run, report_fn report, void *user);

#endif
