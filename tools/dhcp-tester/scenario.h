/* SPDX-License-Identifier: MIT */
/* scenario.h - which scenario a run plays, and the flags that change it. */
#ifndef TESTER_SCENARIO_H
#define TESTER_SCENARIO_H

#include "dhcp-tester/plan.h"

/* Both: 0, or -1 with p->error filled. */
/* Makes p->scenario; reads a file when --scenario names one. */
int scenario_build(plan *p, const options *o);
/* Gives it to the engine, with the settings that belong to it. */
int scenario_configure(plan *p, const options *o, dhcpperf_client_config *c);

#endif
