/* SPDX-License-Identifier: MIT */
/* fake_kernel.h - a UDP carrier whose system calls are played: what it sends is recorded message by
 * message, errors and arrivals are scripted. */
#ifndef FAKE_KERNEL_H
#define FAKE_KERNEL_H

#include "io/dp_udp.h"

enum {
    FK_SENT_MAX = 20000,
    FK_ARRIVALS_MAX = 64
};

typedef struct fk_sent {
    dhcpperf_ip4 dst, src;
    uint16_t port, len;
    uint32_t id;    /* octets 4 to 7 */
    uint32_t train; /* number of the send it was part of */
    uint32_t of;    /* messages in that send */
} fk_sent;

typedef struct fk_arrival {
    dhcpperf_ip4 src;
    uint16_t port;
    uint32_t len, seg; /* seg < len: a train */
    uint32_t first_id; /* octets 4 to 7 of the first message, then counting */
    int truncated;
} fk_arrival;

typedef struct fake_kernel {
    dhcpperf_transport_ops ops;
    dp_udp *u;
    fk_sent sent[FK_SENT_MAX];
    uint32_t n_sent, n_sends, iovecs;
    /* Before each message of a send: 0 = take it, an errno = refuse, EPIPE = end the call early. */
    int (*verdict)(uint32_t send, const fk_sent *first);
    int pending_errors; /* reports that drain_errors will find */
    fk_arrival arrivals[FK_ARRIVALS_MAX];
    uint32_t n_arrivals, next_arrival;
    int64_t aged_s; /* not 0: the kernel stamps arrivals as that many seconds old */
} fake_kernel;

extern fake_kernel fk;

/* Opens a carrier on loopback with settings given as "key=value" texts, NULL at the end. */
void fk_open(const char *const *settings);
void fk_close(void);

/* Sends n messages: ids first_id .. and destinations by `dst_of`; cookies are the ids.  Messages
 * lent and committed. */
unsigned fk_send(uint32_t first_id, unsigned n, uint16_t len, dhcpperf_ip4 (*dst_of)(uint32_t id),
                 dhcpperf_ts now);
dhcpperf_ip4 fk_to_server(uint32_t id);

void fk_arrive(const fk_arrival *a);
/* Receives everything and gives it back; messages. */
unsigned fk_receive(dhcpperf_ts now);
unsigned fk_fates(dhcpperf_txdone *done, unsigned max, dhcpperf_ts now);

#endif
