/* SPDX-License-Identifier: MIT */
/* plan.c - groups a burst.  Invariants: every packet is in exactly one run, every run in exactly
 * one group; within a group packets keep their order.  The cost is a comparison per message and a
 * hash look-up per run, so a burst to one destination hashes once. */
#include "io/dp_plan.h"

#include <stdbool.h>
#include <string.h>

#include <libdhcpperf/error.h>

#include "base/dp_mem.h"
#include "base/dp_rng.h"
#include "base/dp_text.h"

int dp_plan_init(dp_plan *p, uint32_t cap, const dhcpperf_mem *mem)
{
    uint32_t size = 16;

    memset(p, 0, sizeof *p);
    while (size < 2 * cap) {
        size *= 2;
    }
    p->cap = cap;
    p->table_mask = size - 1;
    p->groups = DP_ARRAY(mem, cap, dp_group);
    p->runs = DP_ARRAY(mem, cap, dp_run);
    p->table = dp_mem_zarray(mem, size, sizeof *p->table, _Alignof(uint32_t));
    if (p->groups == NULL || p->runs == NULL || p->table == NULL) {
        dp_plan_fini(p, mem);
        return DHCPPERF_E_NOMEM;
    }
    return 0;
}

void dp_plan_fini(dp_plan *p, const dhcpperf_mem *mem)
{
    DP_FREE_ARRAY(mem, p->groups, p->cap);
    DP_FREE_ARRAY(mem, p->runs, p->cap);
    DP_FREE_ARRAY(mem, p->table, (size_t)p->table_mask + 1);
    memset(p, 0, sizeof *p);
}

static bool same_ip(dhcpperf_ip4 a, dhcpperf_ip4 b)
{
    return memcmp(a.b, b.b, sizeof a.b) == 0;
}

static bool same_key(const dhcpperf_pkt *a, const dhcpperf_pkt *b)
{
    return a->len == b->len && same_ip(a->dst.ip, b->dst.ip) && a->dst.port == b->dst.port &&
           same_ip(a->src.ip, b->src.ip) && a->ifindex == b->ifindex;
}

static bool in_group(const dp_group *g, const dhcpperf_pkt *pkt)
{
    return g->len == pkt->len && same_ip(g->dst, pkt->dst.ip) && g->port == pkt->dst.port &&
           same_ip(g->src, pkt->src.ip) && g->ifindex == pkt->ifindex;
}

static uint32_t add_group(dp_plan *p, const dhcpperf_pkt *pkt)
{
    dp_group *g = &p->groups[p->n_groups];

    g->src = pkt->src.ip;
    g->dst = pkt->dst.ip;
    g->ifindex = pkt->ifindex;
    g->port = pkt->dst.port;
    g->len = pkt->len;
    g->total = 0;
    g->first_run = g->last_run = DP_PLAN_NONE;
    return p->n_groups++;
}

static uint32_t group_of(dp_plan *p, const dhcpperf_pkt *pkt)
{
    uint64_t h =
        dp_mix64(((uint64_t)dp_ip4_num(pkt->dst.ip) << 32 | dp_ip4_num(pkt->src.ip)) ^
                 dp_mix64((uint64_t)pkt->ifindex << 32 | (uint32_t)pkt->dst.port << 16 | pkt->len));
    uint32_t i = (uint32_t)h & p->table_mask;

    while (p->table[i].epoch == p->epoch) {
        if (in_group(&p->groups[p->table[i].group], pkt)) {
            return p->table[i].group;
        }
        i = (i + 1) & p->table_mask;
    }
    p->table[i].epoch = p->epoch;
    p->table[i].group = add_group(p, pkt);
    return p->table[i].group;
}

static void add_run(dp_plan *p, uint32_t group, uint32_t first, uint32_t n)
{
    dp_group *g = &p->groups[group];
    uint32_t run = p->n_runs++;

    p->runs[run] = (dp_run){.first = first, .n = n, .next = DP_PLAN_NONE};
    if (g->first_run == DP_PLAN_NONE) {
        g->first_run = run;
    } else {
        p->runs[g->last_run].next = run;
    }
    g->last_run = run;
    g->total += n;
}

static void next_epoch(dp_plan *p)
{
    if (++p->epoch == 0) {
        memset(p->table, 0, ((size_t)p->table_mask + 1) * sizeof *p->table);
        p->epoch = 1;
    }
}

void dp_plan_build(dp_plan *p, const dhcpperf_pkt *pkts, uint32_t n)
{
    uint32_t first = 0, i;

    next_epoch(p);
    p->n_groups = p->n_runs = 0;
    while (first < n) {
        for (i = first + 1; i < n; i++) {
            if (pkts[i].data != pkts[i - 1].data + pkts[first].len ||
                !same_key(&pkts[i], &pkts[first])) {
                break;
            }
        }
        add_run(p, group_of(p, &pkts[first]), first, i - first);
        first = i;
    }
}
