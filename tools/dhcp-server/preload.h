/* SPDX-License-Identifier: MIT */
/* preload.h - leases of clients that never asked. */
#ifndef SERVER_PRELOAD_H
#define SERVER_PRELOAD_H

#include <libdhcpperf/server.h>

/* Leases for the first n clients as dhcp-tester numbers and names them, from the lowest free
 * addresses on, each in the engine that would serve the client.  The number of clients that have a
 * lease now. */
uint64_t preload_leases(dhcpperf_server *const *servers, unsigned n_servers, uint64_t n,
                        uint32_t lease_s, dhcpperf_ts now);

#endif
