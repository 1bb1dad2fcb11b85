/* SPDX-License-Identifier: MIT */
/* dp_plan.h - sorts a burst by destination so that each gets as few and as long trains as its
 * messages allow.  Pure: packets in, groups out. */
#ifndef DP_PLAN_H
#define DP_PLAN_H

#include <stdint.h>

#include <libdhcpperf/memory.h>
#include <libdhcpperf/types.h>

/* Adjacent messages of one group: buffers that touch, one iovec. */
typedef struct dp_run {
    uint32_t first; /* index of the first packet */
    uint32_t n;
    uint32_t next; /* the group's next run, DP_PLAN_NONE */
} dp_run;

/* Messages that may share a train: same source, destination, interface and length. */
typedef struct dp_group {
    dhcpperf_ip4 src, dst;
    uint32_t ifindex;
    uint16_t port;
    uint16_t len;
    uint32_t total; /* messages */
    uint32_t first_run, last_run;
} dp_group;

#define DP_PLAN_NONE UINT32_MAX

typedef struct dp_plan {
    dp_group *groups; /* in the order of their first message */
    dp_run *runs;
    uint32_t n_groups, n_runs;
    uint32_t cap; /* messages */
    struct {
        uint32_t epoch, group;
    } * table;
    uint32_t table_mask;
    uint32_t epoch;
} dp_plan;

int dp_plan_init(dp_plan *p, uint32_t cap, const dhcpperf_mem *mem);
void dp_plan_fini(dp_plan *p, const dhcpperf_mem *mem);

/* Replaces the plan by one for pkts[0 .. n-1], n <= cap. */
void dp_plan_build(dp_plan *p, const dhcpperf_pkt *pkts, uint32_t n);

#endif
