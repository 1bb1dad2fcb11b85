/* SPDX-License-Identifier: MIT */
/* result.h - what came out of a run, and the forms it is told in. */
#ifndef TESTER_RESULT_H
#define TESTER_RESULT_H

#include <stdio.h>

#include <libdhcpperf/client.h>
#include <libdhcpperf/transport.h>

#include "common/kernel.h"
#include "common/run.h"
#include "dhcp-tester/generator.h"
#include "dhcp-tester/merge.h"
#include "dhcp-tester/plan.h"

enum {
    RESULT_SHARES = 4 /* of time_to_bound */
};

typedef struct tester_result {
    const plan *plan;
    const run_facts *run;
    const merged *all;              /* the workers' clients together */
    const dhcpperf_stats *stats;    /* of all->stats */
    dhcpperf_ts began;              /* what the engine's instants are told from */
    uint32_t clients;               /* of the plan, or as many as came */
    char server[80];                /* "127.0.0.1:6767", or "embedded" */
    double elapsed_s;               /* on the wall */
    double simulated_s;             /* < 0: real time */
    dhcpperf_carrier_stats carrier; /* size 0: no socket was used */
    kernel_counts before, after;    /* of the kernel, when one was */
    uint64_t digest;                /* of a simulation's history */
    double cpu_share;
    uint64_t memory;
    /* clients by their end; unfinished were stopped on their way */
    uint64_t started, bound, failed, ipv6_only, unfinished;
    double success_rate; /* per cent, rounded down to 1/100: of the clients started those bound;
                          * where they do more than that, of the exchanges those answered */
    double dora_per_s;   /* in simulated time where there is one */
    uint64_t leases;     /* obtained, by DISCOVER or after a reboot */
    double to_bound_s[RESULT_SHARES]; /* from the start until 50, 95, 99 and 100 per cent of those
                                       * who started had a lease; < 0: not all of these have */
    double packets_per_bound;         /* sent for one lease; < 0: there is none */
    uint64_t retries;
    dhcpperf_dur max_lag; /* that was allowed; 0 = there was no schedule */
    generator_verdict verdict;
    const char *invalid; /* why the generator is no witness; NULL = it kept up */
    char invalid_text[GENERATOR_FAULTS * sizeof((generator_finding *)0)->text];
} tester_result;

/* Takes the result of a run that is over; an exit status. */
typedef int (*report_fn)(void *user, const tester_result *r);

/* Fills in what follows from the engine's counters; the fields above `cpu_share` are given. */
void result_settle(tester_result *r);

/* A worker's processor time over the time of the run; < 0: it had no thread of its own. */
double result_cpu_share(const tester_result *r, unsigned worker);

/* The summary for people. */
void result_print(const tester_result *r, FILE *out);

/* The document "dhcpperf.result/1".  0, or -1 with a sentence in error. */
int result_write_json(const tester_result *r, const char *path, char *error, size_t cap);

#endif
