/* SPDX-License-Identifier: MIT */
/* serve.h - the server on its socket, or sockets, until it is told to stop. */
#ifndef SERVER_SERVE_H
#define SERVER_SERVE_H

#include <libdhcpperf/server.h>

#include "common/options.h"
#include "common/output.h"
#include "common/run.h"
#include "common/server_setup.h"

/* c is what server_setup_configure() made of s and o; it stays the caller's.  An exit status;
 * failures are said. */
int serve_run(server_setup *s, dhcpperf_server_config *c, const options *o, const outputs *out,
              const run_facts *run);

#endif
