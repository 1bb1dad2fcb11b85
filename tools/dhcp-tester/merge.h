/* SPDX-License-Identifier: MIT */
/* merge.h - what several workers found, as one result. */
#ifndef TESTER_MERGE_H
#define TESTER_MERGE_H

#include "dhcp-tester/part.h"

/* An address that stations of two workers held at the end: no engine sees both. */
typedef struct merge_conflicts {
    uint64_t count;
    char example[160]; /* the first in words */
} merge_conflicts;

typedef struct merged {
    part *const *parts;
    unsigned n;
    const dhcpperf_stats *stats; /* borrowed from the only part, or `own` */
    dhcpperf_stats *own;
    ending ending; /* sums; counted_at is the latest */
    merge_conflicts conflicts;
} merged;

/* Of parts that have come to their end; borrows them.  0, or NOMEM. */
int merge_parts(merged *ret, part *const *parts, unsigned n);
void merge_free(merged *m);

/* As dhcpperf_client_get_stage() and dhcpperf_client_get_violation(), of all: a stage begins with
 * the first worker and ends with the last; a rule's example is that of the first worker that has
 * one. */
int merge_get_stage(const merged *m, unsigned index, dhcpperf_stage *ret);
int merge_get_violation(const merged *m, unsigned index, dhcpperf_violation *ret);

#endif
