/* SPDX-License-Identifier: MIT */
/* answers.h - flags on what clients do with the answers they get. */
#ifndef TESTER_ANSWERS_H
#define TESTER_ANSWERS_H

#include "dhcp-tester/plan.h"

/* Both: 0, or -1 with p->error filled. */
/* Judges the flags; after those on retransmission. */
int answers_judge(plan *p, const options *o);
int answers_configure(plan *p, const options *o, dhcpperf_client_config *c);

#endif
