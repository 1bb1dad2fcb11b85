/* SPDX-License-Identifier: MIT */
/* dp_packet.h - state of one packet carrier, shared by the files of its parts: packet.c (life,
 * options, statistics), packet_filter.c (what the kernel lets through), packet_rx.c (arrivals),
 * packet_tx.c (loans, queue, fates). */
#ifndef DP_PACKET_H
#define DP_PACKET_H

#include "io/dp_transport.h"

#if DP_HAVE_PACKET

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>

#include <libdhcpperf/transport.h>

#include "io/dp_slots.h"
#include "io/dp_sys.h"

enum {
    DP_PACKET_BATCHES = 4,    /* bursts that may be queued at once */
    DP_PACKET_CALL = 64,      /* frames a system call */
    DP_PACKET_ROOM = 64,      /* octets kept for headers, in front of each payload and behind */
    DP_PACKET_RX_CTRL = 128,  /* PACKET_AUXDATA, SO_TIMESTAMPNS */
    DP_PACKET_LEN_ANY = 1500, /* room per message when the lengths vary */
    DP_PACKET_LEN_MAX = 65507,
    DP_PACKET_FILTER_MAX = 40, /* instructions */
    DP_PACKET_VLAN_ANY = 4095  /* an id that no network has: all of them, and none */
};

/* One committed burst until its last fate is handed out. */
typedef struct dp_packet_batch {
    uint8_t *data;
    dp_mmsg *msgs;
    struct iovec *iov;     /* two per message: what the kernel is told of it, the frame */
    dhcpperf_txdone *done; /* of the first `sent` messages */
    uint32_t n, sent, told;
} dp_packet_batch;

typedef struct dp_packet_rx {
    dp_slots slots; /* one for each position in msgs */
    dp_mmsg *msgs;
    struct iovec *iov;            /* two per position */
    struct virtio_net_hdr *heads; /* what the kernel tells of each arrival */
    struct sockaddr_ll *names;
    uint8_t *ctrl;
    uint32_t n_arrived, next; /* arrivals of the last call, and the first not delivered whole */
    uint32_t len, off, seg;   /* of that one: octets, those delivered, those of each message */
    dhcpperf_pkt like;        /* what its packets have in common */
    dhcpperf_ts emptied;      /* when the socket was last seen empty: all that waits came later */
} dp_packet_rx;

typedef struct dp_packet {
    dhcpperf_mem mem;
    dhcpperf_transport_config config;
    const dp_sys *sys;
    int fd;
    int held_fd; /* holds the UDP port, so that the kernel does not call it unreachable; or -1 */
    int err;     /* errno of the last SYSTEM or PERMISSION */
    int ifindex;
    dhcpperf_endpoint local;
    struct virtio_net_hdr plain; /* for what is sent: nothing is left to the kernel */
    size_t told_len;             /* octets the kernel tells and is told of each frame */

    dp_packet_rx rx;

    dp_packet_batch batches[DP_PACKET_BATCHES];
    uint32_t first, sent, end; /* numbers of bursts: told to the end, sent to the end, committed */
    size_t batch_bytes;
    bool is_lent;
    bool wants_write;
    dhcpperf_ts retry_at; /* the kernel had no buffers: try again then, not when writable */
    dhcpperf_ts look_at;  /* the interface was down: look whether it is back, or another one */

    dhcpperf_carrier_stats stats;
} dp_packet;

/* packet.c */
/* PERMISSION or SYSTEM for an errno, which is remembered. */
int dp_packet_fail(dp_packet *p, int err);
/* The interface went down or away: it is looked for from now on.  False when the errno means
 * something else. */
bool dp_packet_is_down(dp_packet *p, int err, dhcpperf_ts now);
/* Looks after an interface that was down, when that is due. */
void dp_packet_look(dp_packet *p, dhcpperf_ts now);

/* packet_filter.c */
/* A program that lets through what is for us: UDP to the port (0: 67 and 68), of that VLAN, in
 * whole datagrams or their first fragment; ARP if wanted.  Instructions written. */
unsigned dp_packet_filter(struct sock_filter *code, const dhcpperf_transport_config *c);

/* packet_rx.c */
int dp_packet_rx_init(dp_packet *p);
void dp_packet_rx_fini(dp_packet *p);
int dp_packet_rx_burst(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now);
void dp_packet_rx_done(void *self, dhcpperf_pkt *pkts, unsigned n);

/* packet_tx.c */
int dp_packet_tx_init(dp_packet *p);
void dp_packet_tx_fini(dp_packet *p);
int dp_packet_tx_loan(void *self, dhcpperf_pkt *pkts, unsigned want, uint32_t msg_len);
int dp_packet_tx_commit(void *self, dhcpperf_pkt *pkts, unsigned n, unsigned fill, dhcpperf_ts now);
int dp_packet_tx_done(void *self, dhcpperf_txdone *done, unsigned max, dhcpperf_ts now);

#endif
#endif
