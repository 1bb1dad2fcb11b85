/* SPDX-License-Identifier: MIT */
/* dp_mischief.h - what clients do wrong on purpose, as a fault plan says: messages spoiled, lost
 * and sent twice, answers lost, and strangers who send hostile messages among the stations. */
#ifndef DP_MISCHIEF_H
#define DP_MISCHIEF_H

#include <libdhcpperf/hostile.h>

#include "client/dp_client.h"
#include "policy/dp_fault.h"

enum {
    DP_EXTRAS = 64,            /* messages that wait to leave by themselves */
    DP_STRANGE_JOBS = 64,      /* rules that wait for their hostile messages to be sent */
    DP_STRANGE_XIDS = 1 << 16, /* of the latest hostile messages, */
    DP_STRANGE_WAYS = 4        /* so many of the same hash, the latest first */
};

/* A message that leaves by itself: a copy, or one that has grown beyond the buffer it was in. */
typedef struct dp_extra {
    dhcpperf_ts due;
    dhcpperf_dur gap; /* between copies */
    uint32_t copies;  /* left; 0 = unused */
    uint32_t station;
    bool is_copy;      /* not counted when it was composed */
    dhcpperf_pkt head; /* but for the octets */
    uint8_t octets[DP_CLIENT_MAX_MESSAGE];
} dp_extra;

/* Hostile messages number, number + step, ... */
typedef struct dp_strange_job {
    uint64_t number, left, step;
    dhcpperf_pkt head; /* where from and to: as the message that was struck */
    dhcpperf_ip4 giaddr;
} dp_strange_job;

typedef struct dp_strangers {
    dhcpperf_hostile_facts facts;
    dp_strange_job jobs[DP_STRANGE_JOBS]; /* first in, first out */
    unsigned first_job, n_jobs;
    uint64_t given;   /* of the running numbers */
    dhcpperf_dur gap; /* between messages; 0 = as they can be sent */
    dhcpperf_ts due;  /* of the next one */
    bool rests;       /* it is the stations' turn */
    uint32_t *xids;   /* NULL: the plan has no hostile messages */
} dp_strangers;

typedef struct dp_mischief {
    dp_faults rules;
    dp_extra extras[DP_EXTRAS];
    unsigned n_extras;
    unsigned blocked;   /* pulls in a row that began with a buffer too short */
    bool wants_circuit; /* some rule goes by the circuit id */
    /* By station: 1 + the latest attempt with a message that surgery changed; and with one that any
     * rule touched.  0 = none. */
    uint32_t *tampered, *touched;
    dp_strangers strangers;
    uint8_t scratch[DP_CLIENT_MAX_MESSAGE];
} dp_mischief;

/* -- mischief.c -- */
/* Nothing when the configuration has no plan; NOMEM. */
int dp_mischief_init(dhcpperf_client *cli);
void dp_mischief_fini(dhcpperf_client *cli);
/* The rules act on a message that has been composed; false when it does not leave now. */
bool dp_mischief_send(dhcpperf_client *cli, uint32_t i, dp_station_tx tx, dhcpperf_pkt *pkt,
                      dhcpperf_ts now);
/* Fills the buffer, which may be the first of a pull, with something that leaves by itself: 1, 0 =
 * nothing is due, -1 = it is too short for what is. */
int dp_mischief_pull(dhcpperf_client *cli, dhcpperf_pkt *pkt, bool is_first, dhcpperf_ts now);
/* When that will be. */
dhcpperf_ts dp_mischief_deadline(const dhcpperf_client *cli);
/* Whether all messages that wait to leave have the common length. */
bool dp_mischief_is_even(const dhcpperf_client *cli);
/* Whether nothing waits. */
bool dp_mischief_is_over(const dhcpperf_client *cli);
/* The exchange in flight ends without an answer. */
void dp_mischief_gave_up(dhcpperf_client *cli, uint32_t i);
/* An answer to a station's attempt: true when a rule takes it away.  What answers a message that
 * surgery changed is not judged. */
bool dp_mischief_take(dhcpperf_client *cli, const dp_arrival *a, dhcpperf_ts at);

/* -- strangers.c -- */
int dp_strangers_init(dhcpperf_client *cli);
void dp_strangers_fini(dhcpperf_client *cli);
/* More hostile messages, from and to where that message of a station goes; false when too many
 * wait. */
bool dp_strangers_add(dhcpperf_client *cli, const dp_fault_action *a, const dhcpperf_pkt *pkt);
/* The same of them; `skip` = one that has no room will never have. */
int dp_strangers_pull(dhcpperf_client *cli, dhcpperf_pkt *pkt, bool skip, dhcpperf_ts now);
dhcpperf_ts dp_strangers_deadline(const dhcpperf_client *cli);
/* No more of them. */
void dp_strangers_stop(dhcpperf_client *cli);
/* Whether an arrival, which parses, answers one of them. */
bool dp_strangers_are_meant(const dhcpperf_client *cli, const uint8_t *data);

#endif
