/* SPDX-License-Identifier: MIT */
/* lease_isc.h - what writer and reader of dhcpd.leases(5) share. */
#ifndef TOOLS_LEASE_ISC_H
#define TOOLS_LEASE_ISC_H

#include "common/leases/lease_form.h"

/* Names of hardware types: other ones are "unknown-N". */
typedef struct lease_isc_hardware {
    uint8_t type;
    const char *name;
} lease_isc_hardware;
extern const lease_isc_hardware lease_isc_hardwares[]; /* a NULL name at the end */

/* Names of sub-options of option 82 in the space "agent"; other ones are "unknown-N". */
typedef struct lease_isc_agent {
    uint8_t code;
    const char *name;
} lease_isc_agent;
extern const lease_isc_agent lease_isc_agents[]; /* a NULL name at the end */

/* Variables of ours in a lease. */
#define LEASE_ISC_GIADDR  "dhcpperf-giaddr"
#define LEASE_ISC_CIRCUIT "dhcpperf-circuit"
#define LEASE_ISC_RELAY   "dhcpperf-relay-info"

/* The last second that a date can tell: years have four digits. */
#define LEASE_ISC_LAST INT64_C(253402300799)

/* The lease_form.cut and .parse of this form. */
size_t lease_isc_cut(const char *text, size_t len);
lease_piece lease_isc_parse(const lease_dialect *dialect, const char *piece, size_t len,
                            lease_draft *ret);
int lease_isc_begin(lease_dialect *ret, const char *piece, size_t len, int *ret_is_lease);
void lease_isc_begin_empty(lease_dialect *ret);

#endif
