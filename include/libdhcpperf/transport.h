/* SPDX-License-Identifier: MIT */
/* transport.h - carriers of packet bursts: UDP sockets, frames on an interface, or yours. */
#ifndef DHCPPERF_TRANSPORT_H
#define DHCPPERF_TRANSPORT_H

#include <libdhcpperf/error.h>
#include <libdhcpperf/memory.h>
#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

/* Moves bursts of packets.  Buffers are on loan: received ones from rx until rx_done, empty ones
 * from tx_loan until tx_commit.  No call blocks.  `now` is the caller's present instant; all
 * timestamps a carrier hands out are on that clock.  One thread at a time. */
typedef struct dhcpperf_transport dhcpperf_transport;

/* What a carrier has done so far.  GROWING: `size` comes back as the bytes that carry meaning. */
typedef struct dhcpperf_carrier_stats {
    size_t size;
    uint64_t tx_trains;   /* sends that carried two messages or more in one trip */
    uint64_t tx_messages; /* messages the kernel took, in trains or alone, resent ones included */
    uint64_t rx_trains;   /* arrivals that held two messages or more */
    uint64_t rx_messages; /* messages received, in trains or alone */
    uint64_t rx_dropped;  /* own receive drops; a dropped train counts once (SK_MEMINFO_DROPS) */
    uint64_t tx_errors;   /* messages whose fate was an error */
    uint32_t rcvbuf;      /* receive buffer granted, bytes as the kernel accounts them */
    uint32_t train_max;   /* most messages one train may carry; 1 = trains are off or impossible */
    uint32_t sndbuf;      /* send buffer granted, same unit */
    uint32_t peers;       /* peers whose standing is remembered */
    uint64_t tx_train_msgs; /* of tx_messages, those in trains */
    uint64_t rx_train_msgs; /* of rx_messages, those in trains */
    uint64_t tx_calls;      /* system calls that sent */
    uint64_t rx_calls;      /* system calls that received */
    uint64_t tx_again;      /* times the kernel had no room and messages stayed queued */
    uint64_t unreachable;   /* ICMP errors that came back (port, host or network unreachable) */
    uint64_t rx_truncated;  /* arrivals longer than a buffer */
    uint64_t probes;        /* trains of two sent to find out whether a peer can take trains */
    uint64_t probe_resent;  /* messages of unanswered probes that were sent again alone */
    uint64_t peers_earned;  /* peers that earned trains */
    uint64_t peers_refused; /* peers that lost a probe, or whose route cannot carry a train */
    uint64_t peers_evicted; /* standings forgotten because the table was full */
    uint64_t stamps;        /* 1 = the kernel stamps arrivals, 0 = they are stamped when read */
} dhcpperf_carrier_stats;

/* A caller's own carrier.  GROWING: size = sizeof ops.  The first five functions are needed, every
 * other may be NULL.  All return 0 or a count, or DHCPPERF_E_*. */
typedef struct dhcpperf_transport_ops {
    size_t size;
    /* Fills pkts with arrivals: 0..max; fewer than max means that nothing more is waiting.  The
     * data stay valid until the packet is given to rx_done. */
    int (*rx_burst)(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now);
    /* Takes back n packets of rx_burst, in any order and any grouping. */
    void (*rx_done)(void *self, dhcpperf_pkt *pkts, unsigned n);
    /* Lends empty packets: data and cap set, all else zero; 0..want, and 0 means back-pressure.
     * msg_len is the length all messages will have, 0 = varies; equal lengths lie adjacent. */
    int (*tx_loan)(void *self, dhcpperf_pkt *pkts, unsigned want, uint32_t msg_len);
    /* Ends the loan of n packets and takes over the first `fill` of them.  Each of those gets
     * exactly one fate by tx_done.  0, or an error that concerns none of them in particular. */
    int (*tx_commit)(void *self, dhcpperf_pkt *pkts, unsigned n, unsigned fill, dhcpperf_ts now);
    /* Sends what is queued or has come due, then hands out fates: 0..max. */
    int (*tx_done)(void *self, dhcpperf_txdone *done, unsigned max, dhcpperf_ts now);
    /* 1 while messages are queued that wait for the descriptor to become writable. */
    int (*wants_write)(void *self);
    int (*stats)(void *self, dhcpperf_carrier_stats *ret, size_t ret_size);
    int (*fd)(void *self); /* pollable for reading (and writing while wants_write), or -1 */
    int (*sys_errno)(void *self);
    void (*close)(void *self);
    /* When rx_burst and tx_done must be called even if nothing arrives; DHCPPERF_NEVER. */
    dhcpperf_ts (*deadline)(void *self);
    int (*get_local)(void *self, dhcpperf_endpoint *ret);
} dhcpperf_transport_ops;

/* A carrier over the caller's functions, which are copied; `self` is handed to each.  On success
 * the transport owns self and calls close once, in _free.  INVALID, NOMEM. */
DHCPPERF_API int dhcpperf_transport_new(dhcpperf_transport **ret, const dhcpperf_transport_ops *ops,
                                        void *self, const dhcpperf_mem *mem);
/* Closes.  Messages still queued are gone without a fate.  NULL is a no-op. */
DHCPPERF_API void dhcpperf_transport_free(dhcpperf_transport *t);

/* -- the carriers over sockets: UDP, and frames on one interface -- */
typedef struct dhcpperf_transport_config dhcpperf_transport_config;
DHCPPERF_API int dhcpperf_transport_config_new(dhcpperf_transport_config **ret,
                                               const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_transport_config_free(dhcpperf_transport_config *c);
/* Keys: see _describe.  NOKEY, SYNTAX, RANGE; UNSUPPORTED for what this system has not (kind=packet
 * anywhere but on Linux).  The config is unchanged on failure. */
DHCPPERF_API int dhcpperf_transport_config_set(dhcpperf_transport_config *c, const char *key,
                                               const char *value);
/* Canonical text of a setting; bytes written without NUL; NOKEY, NOBUFS. */
DHCPPERF_API int dhcpperf_transport_config_get(const dhcpperf_transport_config *c, const char *key,
                                               char *buf, size_t cap);
/* The index-th setting: 1 and four static texts, 0 past the end. */
DHCPPERF_API int dhcpperf_transport_config_describe(unsigned index, const char **ret_key,
                                                    const char **ret_unit, const char **ret_default,
                                                    const char **ret_help);
/* Opens a carrier as configured (the config is copied).  PERMISSION (privileged port: EACCES;
 * packet socket: EPERM; ...), SYSTEM (port in use, no such address or interface, ...), NOTFOUND (no
 * such interface, kind=packet), UNSUPPORTED (an interface without Ethernet frames), NOMEM, INVALID
 * (steer without reuse=port, kind=packet without interface).  reterr_errno, which may be NULL, gets
 * the errno where the system refused, else 0. */
DHCPPERF_API int dhcpperf_transport_open(dhcpperf_transport **ret,
                                         const dhcpperf_transport_config *c,
                                         const dhcpperf_mem *mem, int *reterr_errno);
/* The same over a UDP socket opened and bound by a privileged parent or by systemd, or over a raw
 * packet socket; it is closed with the transport, and stays the caller's on failure. */
DHCPPERF_API int dhcpperf_transport_adopt_fd(dhcpperf_transport **ret, int fd,
                                             const dhcpperf_transport_config *c,
                                             const dhcpperf_mem *mem, int *reterr_errno);

/* -- moving packets: as in dhcpperf_transport_ops -- */
DHCPPERF_API int dhcpperf_transport_rx(dhcpperf_transport *t, dhcpperf_pkt *pkts, unsigned max,
                                       dhcpperf_ts now);
DHCPPERF_API void dhcpperf_transport_rx_done(dhcpperf_transport *t, dhcpperf_pkt *pkts, unsigned n);
/* STATE while the last loan is not committed. */
DHCPPERF_API int dhcpperf_transport_tx_loan(dhcpperf_transport *t, dhcpperf_pkt *pkts,
                                            unsigned want, uint32_t msg_len);
DHCPPERF_API int dhcpperf_transport_tx_commit(dhcpperf_transport *t, dhcpperf_pkt *pkts, unsigned n,
                                              unsigned fill, dhcpperf_ts now);
/* The buffers of messages return to the carrier with their fates: loans dry up when nobody asks. */
DHCPPERF_API int dhcpperf_transport_tx_done(dhcpperf_transport *t, dhcpperf_txdone *done,
                                            unsigned max, dhcpperf_ts now);
DHCPPERF_API int dhcpperf_transport_wants_write(const dhcpperf_transport *t);
DHCPPERF_API dhcpperf_ts dhcpperf_transport_deadline(const dhcpperf_transport *t);

/* -- what it is -- */
/* Copies min(ret_size, known) bytes.  UNSUPPORTED when the carrier keeps none. */
DHCPPERF_API int dhcpperf_transport_stats(const dhcpperf_transport *t, dhcpperf_carrier_stats *ret,
                                          size_t ret_size);
/* Descriptor for the caller's poll, or -1. */
DHCPPERF_API int dhcpperf_transport_fd(const dhcpperf_transport *t);
/* Errno of the last SYSTEM or PERMISSION, also of fates; 0 = none yet. */
DHCPPERF_API int dhcpperf_transport_errno(const dhcpperf_transport *t);
/* Address and port in use, for instance after port=0.  UNSUPPORTED. */
DHCPPERF_API int dhcpperf_transport_get_local(const dhcpperf_transport *t, dhcpperf_endpoint *ret);

DHCPPERF_END_DECLS

#endif
