/* SPDX-License-Identifier: MIT */
/* target.h - the server a run is against, and from where on this host it is spoken to. */
#ifndef TESTER_TARGET_H
#define TESTER_TARGET_H

#include "common/network.h"
#include "dhcp-tester/plan.h"

typedef struct target {
    dhcpperf_ip4 server, giaddr; /* giaddr: of the first relay agent */
    network_socket socket;
} target;

/* Looks everything up and judges it.  0, or an exit status after saying why. */
int target_find(target *ret, const plan *p);

#endif
