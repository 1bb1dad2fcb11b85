/* SPDX-License-Identifier: MIT */
/* leases.h - leases that last: the store of this server, from its flags to its last commit. */
#ifndef SERVER_LEASES_H
#define SERVER_LEASES_H

#include "common/leases/lease_writer.h"
#include "common/options.h"

struct team;
struct worker;

/* Opaque; what --lease-store, --lease-sync, --preload and --dump-leases say. */
typedef struct leases leases;

/* All functions returning int: 0 or an exit status; failures are said.  NULL, for a server without
 * any of the flags, is allowed everywhere. */

/* Judges the flags and makes what the engines' configuration refers to. */
int leases_new(leases **ret, struct team *t);
void leases_free(leases *x);
/* Makes c that of one worker's engine. */
int leases_configure(leases *x, dhcpperf_server_config *c, unsigned index);
/* Opens the store, puts what is in it and what --preload wants into the engines. */
int leases_load(leases *x);
/* Whether the store can keep what `plans`, one for each worker, bring.  0, or -1 with a sentence in
 * error. */
int leases_judge(const leases *x, dhcpperf_server_plan *const *plans, char *error, size_t cap);
/* Begins to write.  May start a thread. */
int leases_start(leases *x);
/* In a worker's turn. */
void leases_turn(leases *x, struct worker *w, dhcpperf_ts now, dhcpperf_ts *inout_wake);
/* In the thread of a worker: addresses changed hands otherwise than by the engine's word. */
void leases_all_anew(leases *x, unsigned index);
/* Once the workers have ended: the rest is written, until `end` at most or until somebody has no
 * patience, and the dump. */
int leases_finish(leases *x, dhcpperf_ts end);

/* What the store is called and how far it is; 0 when there is none. */
int leases_look(leases *x, const char **ret_store, int *ret_is_ack, lease_figures *ret);

#endif
