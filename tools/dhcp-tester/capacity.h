/* SPDX-License-Identifier: MIT */
/* capacity.h - --find-capacity: trials at one rate after the other, until the highest rate is known
 * at which the server meets the conditions. */
#ifndef TESTER_CAPACITY_H
#define TESTER_CAPACITY_H

#include <libdhcpperf/search.h>

#include "dhcp-tester/result.h"

/* Judges the flags (capacity_flags.c) and makes p->search, if they ask for one; after those of the
 * load.  0, or -1 with p->error filled. */
int capacity_judge(plan *p, const options *o);

/* Does the trials and tells what came out, also of a search that was stopped.  An exit status. */
int capacity_run(plan *p, const options *o, const run_facts *run);

/* How the search ended before it was over. */
typedef enum capacity_cut {
    CAPACITY_WHOLE,   /* it did not */
    CAPACITY_STOPPED, /* by a signal, or by a failure of our own */
    CAPACITY_SILENT   /* nobody answers any more */
} capacity_cut;

/* -- telling (capacity_report.c) -- */

/* What one trial was, as a note. */
void capacity_say_trial(const dhcpperf_search *s, unsigned index);
/* The answer and the table of the trials. */
void capacity_print(const dhcpperf_search *s, const char *server, capacity_cut cut, FILE *out);
/* Why the answer is what it is: "server", "generator", "highest-rate", "none", "trials",
 * "stopped", "no-reply". */
const char *capacity_limit(const dhcpperf_search *s, capacity_cut cut);

#endif
