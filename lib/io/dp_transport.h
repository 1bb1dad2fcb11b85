/* SPDX-License-Identifier: MIT */
/* dp_transport.h - the carrier configuration, and what the dispatcher needs of each kind. */
#ifndef DP_TRANSPORT_H
#define DP_TRANSPORT_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <libdhcpperf/transport.h>

#if defined(HAVE_LINUX_IF_PACKET_H) && defined(HAVE_LINUX_VIRTIO_NET_H)
#define DP_HAVE_PACKET 1
#else
#define DP_HAVE_PACKET 0
#endif

enum {
    DP_KIND_UDP,
    DP_KIND_PACKET
};

/* gso and pktinfo. */
enum {
    DP_AUTO,
    DP_ON,
    DP_OFF
};

enum {
    DP_PROBE_AUTO, /* only peers that we spoke to first */
    DP_PROBE_ON,   /* every peer */
    DP_PROBE_OFF
};

enum {
    DP_REUSE_NONE,
    DP_REUSE_ADDR,
    DP_REUSE_PORT
};

enum {
    DP_STEER_MAX = 64
};

struct dhcpperf_transport_config {
    dhcpperf_mem mem;
    int kind;
    dhcpperf_ip4 bind;
    char interface[16]; /* empty = any */
    uint32_t port;
    uint32_t burst; /* messages per loan */
    uint32_t slots; /* receive buffers of 64 KiB */
    uint32_t rcvbuf;
    uint32_t sndbuf;
    int gso;
    uint32_t train; /* most messages in one */
    int probe;
    dhcpperf_dur probe_timeout;
    uint32_t peers;
    int timestamps;
    int pktinfo;
    int broadcast;
    int freebind;
    int reuse;
    uint32_t steer; /* sockets that share the port, 0 = the kernel deals as it likes */
    uint32_t vlan;  /* kind=packet: 0 = frames without a tag, 4095 = all */
    int promisc;
    int arp;
    int hold_port;
};

/* Opens a UDP carrier's functions and state.  fd >= 0 is adopted on success. */
int dp_udp_open(dhcpperf_transport_ops *ret_ops, void **ret_self,
                const dhcpperf_transport_config *c, int fd, const dhcpperf_mem *mem,
                int *reterr_errno);
/* The same of a packet carrier. */
int dp_packet_open(dhcpperf_transport_ops *ret_ops, void **ret_self,
                   const dhcpperf_transport_config *c, int fd, const dhcpperf_mem *mem,
                   int *reterr_errno);

#endif
