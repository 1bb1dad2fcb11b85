/* SPDX-License-Identifier: MIT */
/* transport.h - carriers of packet bursts: UDP sockets, or yours. */
#ifndef DHCPPERF_TRANSPORT_H
#define DHCPPERF_TRANSPORT_H

#include <libdhcpperf/error.h>
#include <libdhcpperf/memory.h>
#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

/* Moves bursts of packets.  Buffers are on loan: from rx_burst until rx_done, from tx_loan until
 * tx_commit. */
typedef struct dhcpperf_transport dhcpperf_transport;
typedef struct dhcpperf_carrier_stats {
    size_t size;
    uint64_t tx_trains, tx_messages, rx_trains, rx_messages, rx_dropped, tx_errors;
    uint32_t rcvbuf, train_max;
} dhcpperf_carrier_stats;
typedef struct dhcpperf_transport_ops {
    size_t size;
    int (*rx_burst)(void *self, dhcpperf_pkt *pkts, unsigned max,
                    dhcpperf_ts now); /* 0..max, or error */
    void (*rx_done)(void *self, dhcpperf_pkt *pkts, unsigned n);
    int (*tx_loan)(
        void *self, dhcpperf_pkt *pkts, unsigned want,
        uint32_t msg_len); /* adjacent empty buffers, 0..want: back-pressure lives here */
    int (*tx_commit)(void *self, dhcpperf_pkt *pkts, unsigned n, unsigned fill,
                     dhcpperf_ts now); /* takes over all `fill`; their fate comes by tx_done, none
                                          is lost unsaid */
    int (*tx_done)(void *self, dhcpperf_txdone *done, unsigned max,
                   dhcpperf_ts now); /* 0..max fates */
    int (*wants_write)(void *self);
    int (*stats)(void *self, dhcpperf_carrier_stats *ret,
                 size_t ret_size); /* trains, messages, own drops, buffer granted */
    int (*fd)(void *self);         /* pollable, or -1 */
    int (*sys_errno)(void *self);
    void (*close)(void *self);
} dhcpperf_transport_ops;
DHCPPERF_API int dhcpperf_transport_new(dhcpperf_transport **ret, const dhcpperf_transport_ops *ops,
                                        void *self, const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_transport_free(dhcpperf_transport *t);
typedef struct dhcpperf_transport_config dhcpperf_transport_config;
DHCPPERF_API int dhcpperf_transport_config_new(dhcpperf_transport_config **ret,
                                               const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_transport_config_free(dhcpperf_transport_config *c);
/* "kind=udp|packet", "bind", "interface", "port", "vlan", "burst", "sndbuf", "rcvbuf", "gso",
 * "promisc". */
DHCPPERF_API int dhcpperf_transport_config_set(dhcpperf_transport_config *c, const char *key,
                                               const char *value);
DHCPPERF_API int dhcpperf_transport_config_describe(unsigned index, const char **ret_key,
                                                    const char **ret_unit, const char **ret_default,
                                                    const char **ret_help);
/* PERMISSION, SYSTEM, UNSUPPORTED, INVALID. */
DHCPPERF_API int dhcpperf_transport_open(dhcpperf_transport **ret,
                                         const dhcpperf_transport_config *c,
                                         const dhcpperf_mem *mem);
/* Socket opened by a privileged parent or systemd. */
DHCPPERF_API int dhcpperf_transport_adopt_fd(dhcpperf_transport **ret, int fd,
                                             const dhcpperf_transport_config *c,
                                             const dhcpperf_mem *mem);
DHCPPERF_API int dhcpperf_transport_rx(dhcpperf_transport *t, dhcpperf_pkt *pkts, unsigned max,
                                       dhcpperf_ts now);
DHCPPERF_API void dhcpperf_transport_rx_done(dhcpperf_transport *t, dhcpperf_pkt *pkts, unsigned n);
DHCPPERF_API int dhcpperf_transport_tx_loan(dhcpperf_transport *t, dhcpperf_pkt *pkts,
                                            unsigned want, uint32_t msg_len);
DHCPPERF_API int dhcpperf_transport_tx_commit(dhcpperf_transport *t, dhcpperf_pkt *pkts, unsigned n,
                                              unsigned fill, dhcpperf_ts now);
DHCPPERF_API int dhcpperf_transport_tx_done(dhcpperf_transport *t, dhcpperf_txdone *done,
                                            unsigned max, dhcpperf_ts now);
DHCPPERF_API int dhcpperf_transport_wants_write(const dhcpperf_transport *t);
DHCPPERF_API int dhcpperf_transport_stats(const dhcpperf_transport *t, dhcpperf_carrier_stats *ret,
                                          size_t ret_size);
DHCPPERF_API int dhcpperf_transport_fd(const dhcpperf_transport *t);
/* Errno of the last SYSTEM or PERMISSION. */
DHCPPERF_API int dhcpperf_transport_errno(const dhcpperf_transport *t);

DHCPPERF_END_DECLS

#endif
