/* SPDX-License-Identifier: MIT */
/* kernel.h - what the kernel counts of UDP and of arrivals, to be looked at before and after a run.
 *
 * Those are counts of the whole network namespace, softnet's of the whole machine: other programs
 * have a part in them. */
#ifndef TOOLS_KERNEL_H
#define TOOLS_KERNEL_H

#include <stdint.h>

#include <libdhcpperf/types.h>

typedef enum kernel_count {
    KERNEL_IN_DATAGRAMS,
    KERNEL_NO_PORTS,      /* nobody listened */
    KERNEL_IN_ERRORS,     /* all receive errors, those below among them */
    KERNEL_RCVBUF_ERRORS, /* a receive buffer was full; a train counts once */
    KERNEL_SNDBUF_ERRORS,
    KERNEL_IN_CSUM_ERRORS,
    KERNEL_SOFTNET_DROPS, /* the queue of a processor was full */
    KERNEL_PEER_DROPS, /* RCVBUF_ERRORS of the sockets of one address and port, see kernel_look */
    KERNEL_COUNTS
} kernel_count;

#define KERNEL_ABSENT UINT64_MAX

typedef struct kernel_counts {
    uint64_t at[KERNEL_COUNTS]; /* KERNEL_ABSENT: the system does not tell */
} kernel_counts;

/* Everything absent. */
void kernel_nothing(kernel_counts *ret);
/* Looks at all of them now; `peer` names the sockets of PEER_DROPS, NULL = none.  Sockets bound to
 * exactly that address and port are meant, or if there are none, those bound to that port on all
 * addresses; only those of this namespace can be seen. */
void kernel_look(kernel_counts *ret, const dhcpperf_endpoint *peer);
/* What was counted between two looks, wrapped counters included; absent where one of them is. */
uint64_t kernel_since(const kernel_counts *before, const kernel_counts *after, kernel_count c);
/* "rcvbuf_errors" */
const char *kernel_name(kernel_count c);
/* Datagrams that full receive buffers of this namespace lost, without the `own` ones. */
uint64_t kernel_lost_by_others(const kernel_counts *before, const kernel_counts *after,
                               uint64_t own);

enum {
    KERNEL_TEXT = 400 /* room for any description */
};

/* What went wrong between two looks, in words: of the losses at full receive buffers the `own` ones
 * as ours.  Empty when nothing did, or nobody tells. */
const char *kernel_describe(char buf[KERNEL_TEXT], const kernel_counts *before,
                            const kernel_counts *after, uint64_t own);

/* The texts of /proc/net/snmp, softnet_stat and udp; what they do not hold, or not as it should be,
 * is left as it was. */
void kernel_parse_snmp(kernel_counts *inout, const char *text);
void kernel_parse_softnet(kernel_counts *inout, const char *text);
void kernel_parse_sockets(kernel_counts *inout, const char *text, const dhcpperf_endpoint *peer);

#endif
