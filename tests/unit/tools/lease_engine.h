/* SPDX-License-Identifier: MIT */
/* lease_engine.h - a server engine with leases of its own making, for tests of what carries them to
 * a store: addresses 10.0.0.1 to 10.0.0.0 + n, of which each is leased to the client of its number.
 */
#ifndef TESTS_LEASE_ENGINE_H
#define TESTS_LEASE_ENGINE_H

#include <libdhcpperf/server.h>

/* With n addresses; `fn`, which may be NULL, is told the changes. */
dhcpperf_server *lease_engine_new(unsigned n, dhcpperf_lease_fn fn, void *user);

/* A lease of the address, from now on for an hour. */
void lease_engine_make(dhcpperf_lease *ret, unsigned number, dhcpperf_ts now);
/* The same, put into the engine; nobody is told. */
void lease_engine_bind(dhcpperf_server *s, unsigned number, dhcpperf_ts now);
/* Ends it as RELEASED; the function is told. */
void lease_engine_release(dhcpperf_server *s, unsigned number, dhcpperf_ts now);

unsigned lease_engine_number(dhcpperf_ip4 ip);
dhcpperf_ip4 lease_engine_ip(unsigned number);

#endif
