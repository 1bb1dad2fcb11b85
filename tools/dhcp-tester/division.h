/* SPDX-License-Identifier: MIT */
/* division.h - how many workers play the clients, and on which processors. */
#ifndef TESTER_DIVISION_H
#define TESTER_DIVISION_H

#include "dhcp-tester/plan.h"

/* Judges --workers and --cpus, once clients and load are known.  0, or -1 with p->error filled. */
int division_judge(plan *p, const options *o);
/* Says what came out otherwise than was asked for, and keeps the main thread to its processor when
 * it is the only worker.  0, or an exit status after saying why. */
int division_begin(const plan *p);

#endif
