/* SPDX-License-Identifier: MIT */
/* dp_fsm.h - what the state machine and its timers share. */
#ifndef DP_FSM_H
#define DP_FSM_H

#include "client/dp_client.h"

/* What a state asks. */
typedef struct dp_state_kind {
    bool asks, holds; /* has an exchange; holds a lease */
    bool active;      /* counts in the closed-loop window; leases that are kept do not */
    uint8_t exchange, phase;
} dp_state_kind;

extern const dp_state_kind dp_state_kinds[DP_N_STATES];

static inline bool dp_fsm_is_keeping(const dp_station *st)
{
    return st->state == DHCPPERF_ST_RENEWING || st->state == DHCPPERF_ST_REBINDING;
}

/* -- timers.c -- */
/* When RENEWING or REBINDING is over. */
dhcpperf_ts dp_timers_phase_end(const dhcpperf_client *cli, const dp_station *st);
/* NEVER = none. */
void dp_timers_set(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at);
/* A wait in INIT, or for OFFERs; never beyond the bound of the whole exchange. */
void dp_timers_wait(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at, dhcpperf_dur wait);
/* T1 of the lease just obtained, or when its station leaves; it is BOUND when this is called. */
void dp_timers_bound(dhcpperf_client *cli, uint32_t i, unsigned from, dhcpperf_ts at);

#endif
