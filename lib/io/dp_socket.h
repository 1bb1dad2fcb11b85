/* SPDX-License-Identifier: MIT */
/* dp_socket.h - what both kinds of sockets are asked and told. */
#ifndef DP_SOCKET_H
#define DP_SOCKET_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include <libdhcpperf/transport.h>
#include <libdhcpperf/types.h>

int dp_socket_set(int fd, int level, int name, int value);
/* Asks for buffers, 0 for those there are, and puts what was granted into *inout.  The privileged
 * option passes the system's limit, the plain one is cut to it. */
void dp_socket_ask_buffers(int fd, uint32_t rcvbuf, uint32_t sndbuf, dhcpperf_carrier_stats *inout);
/* PERMISSION or SYSTEM for an errno. */
int dp_socket_error(int err);
/* The kernel had no room for what was to be sent. */
bool dp_socket_is_full(int err);

/* What the kernel stamped CLOCK_REALTIME, on the caller's clock: as long before `now` as the stamp
 * is before the present real time, never after `now`, and never before the socket was last seen
 * empty, however far somebody has set the real-time clock meanwhile. */
dhcpperf_ts dp_socket_arrival(const struct timespec *stamp, const struct timespec *real,
                              dhcpperf_ts emptied, dhcpperf_ts now);

#endif
