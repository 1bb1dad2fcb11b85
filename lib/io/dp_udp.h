/* SPDX-License-Identifier: MIT */
/* dp_udp.h - state of one UDP carrier, shared by the files of its parts: udp.c (life, options,
 * statistics), udp_sys.c (system calls and their fall-backs), udp_rx.c (arrivals), udp_tx.c (loans,
 * queue, fates), udp_train.c (who gets trains, probes), udp_steer.c (which worker gets an arrival).
 */
#ifndef DP_UDP_H
#define DP_UDP_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <libdhcpperf/transport.h>

#include "io/dp_peers.h"
#include "io/dp_plan.h"
#include "io/dp_slots.h"
#include "io/dp_sys.h"
#include "io/dp_transport.h"

/* Most messages the kernel takes in one train over loopback; 1 = no trains. */
uint32_t dp_udp_train_max(void);

/* -- sending -- */

enum {
    DP_UDP_BATCHES = 4,      /* bursts that may be queued at once */
    DP_UDP_PROBES = 32,      /* trains of two under way at once */
    DP_UDP_PROBE_LEN = 1500, /* longest message that is tried in one */
    DP_UDP_CALL = 64,        /* trains or single messages a system call */
    DP_UDP_CTRL = 64,        /* IP_PKTINFO and UDP_SEGMENT */
    DP_UDP_RX_CTRL = 128,    /* IP_PKTINFO, UDP_GRO, SO_TIMESTAMPNS */
    DP_UDP_SLOT = 65536,     /* of a receive buffer: the longest train fits */
    DP_UDP_LEN_MAX = 65507,  /* payload of the longest UDP datagram, and of a train */
    DP_UDP_LEN_ANY = 1500    /* room per message when the lengths vary */
};

/* Where one group of a burst goes. */
typedef struct dp_udp_dest {
    struct sockaddr_in name;
    uint32_t ctrl_single; /* bytes of ctrl without UDP_SEGMENT */
    uint32_t ctrl_train;  /* and with it */
    _Alignas(8) uint8_t ctrl[DP_UDP_CTRL];
} dp_udp_dest;

/* One element of a sendmmsg: a train or a single message. */
typedef struct dp_udp_entry {
    uint32_t dest;
    uint16_t count; /* messages */
    uint16_t len;   /* of each */
    uint8_t split;  /* the kernel refused the train: its messages go one by one */
    uint8_t probe;  /* 1 + index of the probe, 0 = none */
} dp_udp_entry;

/* Messages in a row with one outcome. */
typedef struct dp_udp_fate {
    dhcpperf_ts ts;
    int32_t status;
    uint32_t count;
} dp_udp_fate;

/* One committed burst until its last fate is handed out. */
typedef struct dp_udp_batch {
    uint8_t *data;
    dp_mmsg *msgs;
    struct iovec *iov;
    dp_udp_entry *entries;
    dp_udp_dest *dests;
    uint64_t *cookies; /* in sending order */
    dp_udp_fate *fates;
    uint32_t n_msgs, n_entries, n_iov, n_dests;
    uint32_t next;       /* first entry not sent */
    uint32_t part;       /* messages of it that went one by one */
    uint32_t n_fates;    /* known outcomes ... */
    uint32_t fate;       /* ... of which the first not handed out whole */
    uint32_t fate_part;  /* messages of that one handed out */
    uint32_t n_reported; /* messages handed out in all */
} dp_udp_batch;

/* A train of two whose answers are awaited. */
typedef struct dp_udp_probe {
    uint8_t state;    /* dp_udp_probe_state */
    uint8_t answered; /* bit per message: answered, or sent again by the engine */
    bool tainted;     /* an answer may be to what the engine sent again, alone */
    bool heard;       /* anything came from the peer since */
    uint16_t len;
    dhcpperf_ip4 ip;
    uint16_t port;
    dhcpperf_ts deadline;
    dp_udp_dest dest;
    uint8_t data[2][DP_UDP_PROBE_LEN];
} dp_udp_probe;

enum dp_udp_probe_state {
    DP_PROBE_FREE,
    DP_PROBE_QUEUED,  /* committed, not yet taken by the kernel */
    DP_PROBE_WAITING, /* for two answers or the deadline */
    DP_PROBE_RESENDING
};

/* -- receiving -- */

typedef struct dp_udp_rx {
    dp_slots slots; /* one for each position in msgs */
    dp_mmsg *msgs;
    struct iovec *iov;
    struct sockaddr_in *names;
    uint8_t *ctrl;
    uint32_t per;             /* messages per arrival at the last call */
    uint32_t ask;             /* positions to offer at the next call, adapts to what arrives */
    uint32_t n_arrived, next; /* arrivals of the last call, and the first not delivered whole */
    uint32_t off;             /* bytes of that one delivered */
    uint32_t seg;             /* length of its messages */
    dhcpperf_pkt like;        /* what its packets have in common */
    dhcpperf_ts emptied;      /* when the socket was last seen empty: all that waits came later */
} dp_udp_rx;

typedef struct dp_udp {
    dhcpperf_mem mem;
    dhcpperf_transport_config config;
    const dp_sys *sys;
    int fd;
    int err; /* errno of the last SYSTEM or PERMISSION */
    dhcpperf_endpoint local;
    uint32_t train_max;
    bool gro;

    dp_udp_rx rx;

    dp_udp_batch batches[DP_UDP_BATCHES];
    uint8_t free_batches[DP_UDP_BATCHES], n_free_batches;
    uint8_t queue[DP_UDP_BATCHES]; /* committed and not all reported, oldest first */
    uint8_t n_queue;
    uint8_t n_sent;       /* of those, sent to the end */
    dp_udp_batch *lent;   /* on loan, or NULL */
    dhcpperf_ts retry_at; /* the kernel had no buffers: try again then, not when writable */
    bool wants_write;
    size_t batch_bytes;
    uint32_t lend; /* messages lent at once: follows how destinations interleave */
    dp_plan plan;

    dp_peers peers;
    dp_peer *heard; /* peer of the last arrival */
    dp_udp_probe *probes;
    uint32_t n_probes; /* in use */

    uint32_t drops_seen; /* SK_MEMINFO_DROPS at the last look: 32 bits that wrap */
    dhcpperf_carrier_stats stats;
} dp_udp;

/* udp_rx.c */
int dp_udp_rx_init(dp_udp *u);
void dp_udp_rx_fini(dp_udp *u);
int dp_udp_rx_burst(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now);
void dp_udp_rx_done(void *self, dhcpperf_pkt *pkts, unsigned n);

/* udp_tx.c */
int dp_udp_tx_init(dp_udp *u);
void dp_udp_tx_fini(dp_udp *u);
int dp_udp_tx_loan(void *self, dhcpperf_pkt *pkts, unsigned want, uint32_t msg_len);
int dp_udp_tx_commit(void *self, dhcpperf_pkt *pkts, unsigned n, unsigned fill, dhcpperf_ts now);
int dp_udp_tx_done(void *self, dhcpperf_txdone *done, unsigned max, dhcpperf_ts now);
/* Prepares name and control bytes of a destination. */
void dp_udp_dest_set(dp_udp_dest *d, const dp_group *g);

/* udp_train.c */
typedef enum dp_udp_way {
    DP_WAY_SINGLES,
    DP_WAY_TRAINS,
    DP_WAY_PROBE /* the first two as a train of two, the rest single */
} dp_udp_way;

int dp_udp_train_init(dp_udp *u);
void dp_udp_train_fini(dp_udp *u);
dp_udp_way dp_udp_way_to(dp_udp *u, const dp_group *g);
/* Keeps copies of the two messages; 1 + index, or 0 when no probe is free. */
uint8_t dp_udp_probe_new(dp_udp *u, const dp_group *g, const uint8_t *first, const uint8_t *second);
void dp_udp_probe_sent(dp_udp *u, uint8_t probe, bool as_train, dhcpperf_ts now);
/* The route to g cannot carry trains. */
void dp_udp_refuse(dp_udp *u, dhcpperf_ip4 ip, uint16_t port);
/* An arrival of messages of `seg` bytes from a peer. */
void dp_udp_heard(dp_udp *u, dhcpperf_ip4 ip, uint16_t port, const uint8_t *data, uint32_t len,
                  uint32_t seg);
/* Messages that go alone to a peer being probed: does one repeat what the probe carries? */
void dp_udp_probe_repeated(dp_udp *u, const dp_group *g, const uint8_t *msg);
/* Ends probes that have waited long enough; to be called when every arrival has been read. */
void dp_udp_probes_expire(dp_udp *u, dhcpperf_ts now);
dhcpperf_ts dp_udp_probes_deadline(const dp_udp *u);

/* udp.c */
/* Takes queued ICMP errors; true when the errno just seen came from there and not from the call. */
bool dp_udp_was_pending_error(dp_udp *u, int err);
/* PERMISSION or SYSTEM for an errno, which is remembered. */
int dp_udp_fail(dp_udp *u, int err);

/* udp_steer.c */
/* Asks the kernel to deal arrivals as config.steer says; done without where it cannot. */
void dp_udp_steer(dp_udp *u);

#endif
