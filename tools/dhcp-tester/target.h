/* SPDX-License-Identifier: MIT */
/* target.h - the server a run is against, and from where on this host it is spoken to. */
#ifndef TESTER_TARGET_H
#define TESTER_TARGET_H

#include "common/network.h"
#include "dhcp-tester/plan.h"

typedef struct target {
    dhcpperf_ip4 server, giaddr; /* giaddr: of the first relay agent */
    network_socket socket;       /* of the first worker */
    int by_relay; /* several workers: each has one relay agent's address and its port */
} target;

/* Looks everything up and judges it.  0, or an exit status after saying why. */
int target_find(target *ret, const plan *p);
/* The socket of one of several workers. */
void target_socket(const target *t, const plan *p, unsigned index, unsigned of,
                   network_socket *ret);

/* Where the server's sockets are bound if it is on this host and they cannot be taken for ours:
 * fills and returns `ret`, else NULL. */
const dhcpperf_endpoint *target_peer(const target *t, const plan *p, dhcpperf_endpoint *ret);

#endif
