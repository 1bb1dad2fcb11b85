/* SPDX-License-Identifier: MIT */
/* mischief.h - clients that misbehave on purpose: the flags, what is said of it before the run, and
 * what came of it. */
#ifndef TESTER_MISCHIEF_H
#define TESTER_MISCHIEF_H

#include <stdio.h>

#include "dhcp-tester/result.h"

/* Judges --fault, --fault-file and the hostile flags; 0, or -1 with p->error filled. */
int mischief_judge(plan *p, const options *o);
/* Gives the plan to an engine; 0 or a library error. */
int mischief_configure(const plan *p, dhcpperf_client_config *c);
/* The addresses that hostile messages are about. */
int mischief_set_range(dhcpperf_client_config *c, dhcpperf_ip4 first, dhcpperf_ip4 last);
/* One line for each rule in force, on standard error: nobody may take such a run for another. */
void mischief_announce(const plan *p);

/* How often a rule has acted, in all workers. */
uint64_t mischief_hits(const tester_result *r, unsigned rule);
/* The part of the summary; nothing when there was no plan. */
void mischief_print(const tester_result *r, FILE *out);

#endif
