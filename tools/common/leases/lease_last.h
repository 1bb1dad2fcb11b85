/* SPDX-License-Identifier: MIT */
/* lease_last.h - where the last word on each address stands: 24 octets an address at most. */
#ifndef TOOLS_LEASE_LAST_H
#define TOOLS_LEASE_LAST_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/types.h>

/* A place in a series of files. */
typedef struct lease_place {
    uint32_t file;
    uint64_t offset;
} lease_place;

typedef struct lease_last {
    struct lease_last_entry *at;
    size_t cap, n; /* cap is 0 or a power of two */
} lease_last;

void lease_last_free(lease_last *t);
/* The address stands there now; 0.0.0.0 is no address.  0, or -1 without memory. */
int lease_last_put(lease_last *t, dhcpperf_ip4 ip, lease_place place);
/* 1 when this is where it stands. */
int lease_last_is(const lease_last *t, dhcpperf_ip4 ip, lease_place place);

#endif
