/* SPDX-License-Identifier: MIT */
/* pacing.h - --pacing: how messages meet their due times. */
#ifndef TESTER_PACING_H
#define TESTER_PACING_H

#include "dhcp-tester/plan.h"

enum {
    PACING_PRECISE_MAX = 50000 /* clients a second; above, the default is to send in batches */
};

/* Settles p->pacing and p->tick; after the load flags and the scenario.  0, or -1 with p->error
 * filled. */
int pacing_judge(plan *p, const options *o);

/* The same without a word, for a rate that nobody typed. */
void pacing_settle(plan *p, const options *o);

/* The greatest rate the run will see; 0 = none is known. */
double pacing_peak(const plan *p);
/* Whether anything is due at any time, or all waits for answers. */
int pacing_has_schedule(const plan *p);

/* "auto" when messages leave when they are due, else "batch" or "precise". */
const char *pacing_name(dhcpperf_pacing pacing);

#endif
