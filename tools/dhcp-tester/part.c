/* SPDX-License-Identifier: MIT */
/* part.c - between two steps of an engine: the stages that all parts go through together, and the
 * end, which is there when nobody has anything to do. */
#include "dhcp-tester/part.h"

#include <stdlib.h>

int part_begin(part *x, const plan *p, dhcpperf_ts began, int release)
{
    x->began = x->log.began = began;
    x->mark_at = p->warm_up > 0 ? began + p->warm_up : DHCPPERF_NEVER;
    x->stage = PART_NONE;
    ending_begin(&x->ending, p, began, release);
    return dhcpperf_client_begin(x->client, began);
}

static void mind_stage(part *x)
{
    dhcpperf_ts since;
    unsigned stage;

    if (x->stage == PART_NONE && dhcpperf_client_stage_is_over(x->client, &stage, &since)) {
        x->stage = stage;
        gate_arrive(x->gate, stage, since);
    }
    if (x->stage != PART_NONE && gate_is_open(x->gate, x->stage, &since)) {
        x->stage = PART_NONE;
        (void)dhcpperf_client_next_stage(x->client, since); /* STATE: it was stopped meanwhile */
    }
}

/* When the last part had nothing to do any more, for which this one tells whether it has; NEVER
 * before. */
static dhcpperf_ts done_at(part *x, int is_done, dhcpperf_ts now)
{
    if (x->gate == NULL) {
        return now;
    }
    if (is_done != x->is_done && gate_done_at(x->gate) == DHCPPERF_NEVER) {
        x->is_done = is_done;
        gate_set_done(x->gate, is_done, now);
    }
    return gate_done_at(x->gate);
}

static int is_holding(dhcpperf_state s)
{
    return s == DHCPPERF_ST_BOUND || s == DHCPPERF_ST_RENEWING || s == DHCPPERF_ST_REBINDING;
}

/* What is held when it is counted, before anything is given back.  Without memory fewer are listed
 * than held, and merge_parts() fails. */
static void list_leases(part *x)
{
    uint32_t i, n = dhcpperf_client_count(x->client);
    dhcpperf_station st;

    if (x->gate == NULL || x->leases != NULL || x->ending.holding == 0) {
        return;
    }
    x->leases = malloc(x->ending.holding * sizeof *x->leases);
    for (i = 0; x->leases != NULL && i < n && x->n_leases < x->ending.holding; i++) {
        if (dhcpperf_client_get_station(x->client, i, &st, sizeof st) == 0 &&
            is_holding(st.state)) {
            uint32_t ip = (uint32_t)st.ip.b[0] << 24 | (uint32_t)st.ip.b[1] << 16 |
                          (uint32_t)st.ip.b[2] << 8 | st.ip.b[3];

            x->leases[x->n_leases++] = (part_lease){ip, i};
        }
    }
}

int part_turn(part *x, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    dhcpperf_ts at;
    int is_done;

    if (now >= x->mark_at) {
        (void)dhcpperf_stats_clone(&x->mark, dhcpperf_client_stats(x->client));
        x->mark_at = DHCPPERF_NEVER;
    }
    ending_note(&x->ending, x->client, now);
    if (x->gate != NULL && x->ending.phase == ENDING_RUNNING) {
        mind_stage(x);
    }
    is_done = ending_is_near(&x->ending, x->client, now);
    at = done_at(x, is_done, now);
    if (is_done && at != DHCPPERF_NEVER) {
        part_cut(x, at < now ? at : now);
        if (ending_go_on(&x->ending, x->client)) {
            return 1;
        }
    }
    if (x->mark_at < *inout_wake) {
        *inout_wake = x->mark_at;
    }
    if (x->ending.load_end < *inout_wake) {
        *inout_wake = x->ending.load_end;
    }
    if (x->ending.phase == ENDING_RUNNING && x->ending.stop_at < *inout_wake) {
        *inout_wake = x->ending.stop_at;
    }
    return 0;
}

void part_cut(part *x, dhcpperf_ts now)
{
    ending_count(&x->ending, x->client, now);
    list_leases(x);
}

void part_free(part *x)
{
    dhcpperf_client_free(x->client);
    dhcpperf_stats_free(x->mark);
    free(x->leases);
    x->leases = NULL;
    x->client = NULL;
    x->mark = NULL;
}
