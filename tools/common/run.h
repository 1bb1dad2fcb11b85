/* SPDX-License-Identifier: MIT */
/* run.h - facts about this process and this run that reports carry. */
#ifndef TOOLS_RUN_H
#define TOOLS_RUN_H

#include <stdint.h>

#include <libdhcpperf/types.h>

#include "common/kernel.h"

/* The command line as given, and the label in DHCP_ENV ("" when unset). */
typedef struct run_facts {
    int argc;
    char *const *argv;
    const char *env;
    uint64_t started_unix_ns;
    dhcpperf_ts started;  /* monotonic */
    uint64_t cpu_ns;      /* used until then */
    kernel_counts kernel; /* as they stood when somebody looked; at first absent */
} run_facts;

/* Also sees to it that standard input, output and error are open: a socket that took the number of
 * a closed one would get what is printed. */
void run_begin(run_facts *r, int argc, char *const *argv);
/* Seconds since run_begin(). */
double run_elapsed(const run_facts *r);
/* Processor time used since run_begin() over the time that passed, 1 = one core. */
double run_cpu_share(const run_facts *r);
/* Most memory the process has had resident, bytes. */
uint64_t run_peak_memory(void);
/* A seed that differs from run to run, below 2^53 so that every JSON reader keeps it. */
uint64_t run_fresh_seed(void);

#endif
