/* SPDX-License-Identifier: MIT */
/* plan.h - what a run will do: the flags, judged together. */
#ifndef TESTER_PLAN_H
#define TESTER_PLAN_H

#include <libdhcpperf/client.h>
#include <libdhcpperf/pump.h>
#include <libdhcpperf/search.h>

#include "common/options.h"
#include "common/output.h"
#include "common/workers.h"
#include "dhcp-tester/identity.h"

typedef enum plan_mode {
    PLAN_SIMULATION,
    PLAN_REALISTIC
} plan_mode;

enum {
    PLAN_OUTAGES = 16
};

typedef struct plan_outage {
    dhcpperf_dur from, to;
} plan_outage;

/* Text is borrowed from the options. */
typedef struct plan {
    plan_mode mode;
    const char *server; /* as given; NULL in a simulation */
    uint16_t server_port;
    int client_port; /* -1: by default */
    const char *sim_server;
    int has_bind;
    dhcpperf_ip4 bind;
    const char *gso;
    /* load */
    uint32_t clients;
    int clients_follow;     /* from a random number of arrivals: known when the run is over */
    uint32_t concurrency;   /* 0 = open loop */
    int concurrency_auto;   /* concurrency is settled when the receive buffer is known */
    double rate;            /* per second; 0 = closed loop */
    unsigned workers;       /* that play the clients, at least 1 */
    unsigned workers_asked; /* as many, or more than can have clients */
    workers_cpus cpus;
    dhcpperf_dur ramp;
    int poisson;
    dhcpperf_dur duration;    /* NEVER = no ceiling */
    dhcpperf_dur warm_up;     /* at the beginning, not among the figures */
    dhcpperf_load *profile;   /* owned; NULL = as rate or concurrency say */
    const char *profile_flag; /* that gave it */
    dhcpperf_pacing pacing;
    dhcpperf_dur tick; /* of batch pacing; else 0 */
    identity identity;
    dhcpperf_search *search; /* NULL = one run, whose load is above */
    unsigned trial;          /* of the search, from 1; 0 = there is none, or none yet */
    int may_be_silent;       /* a server known to be there: no reply is a figure like others */
    /* scenario */
    dhcpperf_scenario *scenario;
    char scenario_name[32];
    int endless;              /* goes on until it is stopped */
    int stops_by_default;     /* at stop_after, which nobody asked for */
    int takes_turns;          /* clients have turns for as long as it goes on */
    int each_once;            /* every client just gets a lease */
    int plain;                /* and that as the load flags say: dora */
    int keeps, persists;      /* leases are kept; clients never give up */
    int informs, queries;     /* INFORM, DHCPLEASEQUERY are among the deeds */
    dhcpperf_ip4 inform_base; /* address of the first client that informs */
    int at_once;              /* the last stage begins for everybody at one instant */
    int starts;               /* clients are told to obtain a lease */
    int leases;               /* clients ask for addresses */
    int reboots;              /* clients ask for the addresses they had */
    int declines;             /* a share of the addresses is declined */
    double decline_share;
    int renews;              /* leases are renewed, by their age or by a stage */
    int renew_direct;        /* past the relay agents */
    dhcpperf_dur stop_after; /* NEVER = when everything is done */
    int release_at_end;      /* -1 = as the target is */
    /* simulated network */
    dhcpperf_dur sim_delay;
    double sim_loss, sim_limit; /* limit 0 = none */
    uint32_t sim_queue;
    plan_outage outages[PLAN_OUTAGES];
    unsigned n_outages;
    uint64_t seed;
    /* retransmission */
    int retry;
    const char *retry_policy;
    dhcpperf_dur timeout;       /* of an answer */
    dhcpperf_dur whole_timeout; /* of a client's whole exchange; NEVER = none */
    /* misbehaviour */
    dhcpperf_fault_plan *faults; /* owned; NULL = clients do nothing wrong */
    uint32_t hostile_rate;
    int has_hostile_range;
    dhcpperf_ip4 hostile_first, hostile_last;
    /* relay agents */
    int relay, has_relay_ip;
    dhcpperf_ip4 relay_ip;
    uint32_t relay_count, relay_step, relay_run, relay_hops;
    const char *circuit_id, *remote_id;
    /* how far to believe the figures */
    int user_stamps;      /* of arrivals: when they are read */
    dhcpperf_dur max_lag; /* 0 = by the pacing */
    int require_valid;
    /* output */
    int progress, verbose, quiet;
    outputs outputs;
    char error[640]; /* one sentence after a failure */
} plan;

/* All functions returning int: 0, or -1 with p->error filled. */
/* Judges the flags, reading the files they name; touches no network and writes nothing. */
int plan_build(plan *p, const options *o);
void plan_free(plan *p);
/* Whether clients start by a schedule, and not when others are through. */
int plan_is_open(const plan *p);

/* The engine's configuration, except for what only a mode knows: server address, ports and the
 * relay agents' addresses. */
int plan_configure(plan *p, const options *o, dhcpperf_client_config **ret);
/* The relay agents, the first of them at that address. */
int plan_add_relays(plan *p, const options *o, dhcpperf_client_config *c, dhcpperf_ip4 first);
/* The arrival profile; needs p->concurrency settled. */
int plan_make_load(plan *p, dhcpperf_load **ret);

/* How the load is called in reports: "concurrency 100", "50000/s (Poisson)"; the scenario first,
 * unless it is dora. */
void plan_describe_load(const plan *p, char *buf, size_t cap);

#endif
