/* SPDX-License-Identifier: MIT */
/* generator.h - is this generator a witness to be trusted, or did it get in its own way?
 *
 * What is judged is the generator alone, whatever the server did: a run can be valid and show a
 * server that lost everything. */
#ifndef TESTER_GENERATOR_H
#define TESTER_GENERATOR_H

#include <stdint.h>

#include <libdhcpperf/types.h>

#include "common/figures.h"

typedef enum generator_fault {
    GENERATOR_DROPS,     /* answers were lost in its own socket */
    GENERATOR_UNSTARTED, /* clients that were due did not start */
    GENERATOR_LAG,       /* its schedule was not kept */
    GENERATOR_SATURATED, /* and a processor was not enough */
    GENERATOR_FAULTS
} generator_fault;

typedef struct generator_facts {
    uint64_t socket_drops;
    uint64_t receive_buffer; /* octets granted */
    double cpu_share;        /* of the worker that used most of its processor, 1 = all of it */
    /* of an open-loop schedule; without one the rest is 0 */
    int has_schedule, is_precise;
    dhcpperf_dur interval; /* mean, from one start to the next */
    dhcpperf_dur tick;     /* of batch pacing; else 0 */
    dhcpperf_dur max_lag;  /* that the user allows; 0 = did not say */
    figures start_lag;     /* of the clients' first messages */
    uint64_t due, started; /* clients, until the schedule or the run was over */
} generator_facts;

typedef struct generator_finding {
    generator_fault fault;
    double value, limit; /* ns of a lag, shares of a processor, else counts */
    char text[256];      /* a sentence with both, and what helps */
} generator_finding;

typedef struct generator_verdict {
    unsigned n; /* 0 = valid */
    generator_finding at[GENERATOR_FAULTS];
} generator_verdict;

void generator_judge(generator_verdict *ret, const generator_facts *f);
/* "lag" */
const char *generator_fault_name(generator_fault fault);

/* The most that one first message in a hundred may be late. */
dhcpperf_dur generator_lag_limit(const generator_facts *f);

#endif
