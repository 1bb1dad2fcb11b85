/* SPDX-License-Identifier: MIT */
/* lease_list.h - leases that were read from a store, on their way into engines; and back. */
#ifndef TOOLS_LEASE_LIST_H
#define TOOLS_LEASE_LIST_H

#include "common/leases/lease_store.h"

/* Leases in memory. */
typedef struct lease_list {
    struct lease_list_item *at;
    size_t n, cap;
    struct lease_list_block *blocks; /* octets */
    int no_memory;
} lease_list;

enum {
    LEASE_NO_MEMORY = 1 /* what lease_list_add() ends a loading with */
};

/* A lease_load_fn: user is the list, which begins as all zeros. */
int lease_list_add(void *user, const lease_record *r);
void lease_list_free(lease_list *l);

/* What became of them. */
typedef struct lease_list_report {
    uint64_t placed;
    uint64_t outside;  /* in no pool of any engine */
    uint64_t refused;  /* of a client or an address that has a newer one, or a reservation */
    uint64_t outdated; /* free ones of clients that have another since: of no interest */
    unsigned shown;    /* of `outside` and `refused`, here: a sentence each */
    char why[LEASE_DAMAGE_SHOWN][160];
} lease_list_report;

/* Puts all into the engine that has the address.  `skew` is wall clock minus the engines' clock, in
 * ns.  Of two leases of a client the later one wins; free addresses are used again in the order in
 * which they became free.  The list is in another order afterwards. */
void lease_list_place(lease_list *l, dhcpperf_server *const *servers, unsigned n, dhcpperf_ts now,
                      int64_t skew, lease_list_report *ret);

/* Writes all leases of the engines to a store as one group.  0, or -1 with a sentence. */
int lease_list_write(lease_store *to, const dhcpperf_server *const *servers, unsigned n,
                     int64_t skew, char *error, size_t cap);

#endif
