/* SPDX-License-Identifier: MIT */
/* team.h - several workers: threads that each have a socket, a server engine, a part of the clients
 * and of the pool. */
#ifndef SERVER_TEAM_H
#define SERVER_TEAM_H

#include "common/options.h"
#include "common/output.h"
#include "common/run.h"
#include "common/server_setup.h"

/* As serve_run(), for s->workers of them. */
int team_run(server_setup *s, dhcpperf_server_config *c, const options *o, const outputs *out,
             const run_facts *run);

#endif
