/* SPDX-License-Identifier: MIT */
/* profile.h - --profile and --arrivals: when clients start, stage by stage or one by one. */
#ifndef TESTER_PROFILE_H
#define TESTER_PROFILE_H

#include "dhcp-tester/plan.h"

/* Reads the profile or the arrivals into p->profile, NULL when neither is asked for.  A flag of the
 * command line wins over others from the environment; two of one source exclude each other.  0, or
 * -1 with p->error filled. */
int profile_judge(plan *p, const options *o);

/* How many clients start by it, refused when it is more than may be.  0, or -1 with p->error
 * filled. */
int profile_judge_clients(plan *p, const options *o);

/* How it is called in reports: "profile 'rate 5k/s 10s'", "120 arrivals". */
void profile_describe(const plan *p, char *buf, size_t cap);

/* -- arrivals.c -- */
/* The instants in a file, one a line, as a profile.  0, or -1 with p->error filled. */
int arrivals_read(plan *p, const char *path, dhcpperf_load **ret);

#endif
