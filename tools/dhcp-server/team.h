/* SPDX-License-Identifier: MIT */
/* team.h - the workers of this server, one or several, and what they have in common. */
#ifndef SERVER_TEAM_H
#define SERVER_TEAM_H

#include "common/mailbox.h"
#include "common/options.h"
#include "common/output.h"
#include "common/run.h"
#include "common/server_setup.h"
#include "common/workers.h"
#include "dhcp-server/control.h"
#include "dhcp-server/handover.h"
#include "dhcp-server/job.h"
#include "dhcp-server/leases.h"
#include "dhcp-server/reload.h"
#include "dhcp-server/worker.h"

/* Wishes to the main thread, posted into team->office. */
enum {
    OFFICE_END = 1 << 0, /* a worker has ended, by itself or as told */
    OFFICE_JOB = 1 << 1  /* all workers have done the job they were asked for */
};

/* What is not the workers' own belongs to the main thread. */
typedef struct team {
    server_setup *setup;
    const options *options;  /* of the start */
    const options *in_force; /* the same, or those of the latest reload */
    const outputs *outputs;
    const run_facts *run;
    unsigned n;
    uint16_t port; /* in use */
    int verbose;
    dhcpperf_ts began;
    handover *between; /* NULL for one worker */
    atomic_uint ended; /* workers that have */
    jobs jobs;
    leases *leases;
    reload *reload;
    control *control;       /* NULL = nobody controls */
    int stop_is_wished;     /* otherwise than by a signal */
    int is_stopping, stops; /* and signals to stop that had come when that began */
    dhcpperf_ts alive_due;  /* when the service manager wants to hear of us */
    int snapshot_is_due;    /* somebody asked for one */
    uint64_t reloads, reloads_refused;
    mailbox office;
    mailbox boxes[WORKERS_MAX];
    worker workers[WORKERS_MAX];
} team;

/* Makes the workers with their engines and sockets; nobody serves yet.  c is what
 * server_setup_configure() made of s and o; it stays the caller's.  0 or an exit status; failures
 * are said, and the team is to be freed all the same.  NULL when there is no memory. */
team *team_new(server_setup *s, const options *o, const outputs *out, const run_facts *run);
int team_make(team *t, dhcpperf_server_config *c);
void team_free(team *t);

/* Makes c that of one worker's engine beyond what server_setup_share() does, also when it is to
 * take another one's place.  0, or DHCPPERF_E_*. */
int team_configure(team *t, dhcpperf_server_config *c, unsigned index, int verbose);
/* How much of its lease tables an engine is to have memory behind before clients come: finding and
 * clearing a page takes longer than many replies.  No more than half of what there is for all of
 * them, as few clients may ever come. */
size_t team_memory_to_back(const team *t);

/* Tells every worker something: WORKER_* bits. */
void team_tell(team *t, unsigned wishes);

/* The threads of the workers.  0, or -1 with errno. */
int team_start(team *t, workers **ret);

#endif
