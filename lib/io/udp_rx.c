/* SPDX-License-Identifier: MIT */
/* udp_rx.c - arrivals.  A train stays where the kernel put it and is handed out as packets that
 * point into it; its slot is free again when the last of them comes back. */
#include "io/dp_udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <time.h>

#include "base/dp_mem.h"
#include "io/dp_socket.h"

enum {
    ASK_MIN = 16
};

int dp_udp_rx_init(dp_udp *u)
{
    dp_udp_rx *rx = &u->rx;
    uint32_t n = u->config.slots;
    int rc = dp_slots_init(&rx->slots, n, &u->mem);

    rx->msgs = DP_ARRAY(&u->mem, n, dp_mmsg);
    rx->iov = DP_ARRAY(&u->mem, n, struct iovec);
    rx->names = DP_ARRAY(&u->mem, n, struct sockaddr_in);
    rx->ctrl = dp_mem_zarray(&u->mem, n, DP_UDP_RX_CTRL, 16);
    if (rc != 0 || rx->msgs == NULL || rx->iov == NULL || rx->names == NULL || rx->ctrl == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    rx->ask = ASK_MIN < n ? ASK_MIN : n;
    rx->per = 1;
    return 0;
}

void dp_udp_rx_fini(dp_udp *u)
{
    dp_udp_rx *rx = &u->rx;
    uint32_t n = u->config.slots;

    dp_slots_fini(&rx->slots, &u->mem);
    DP_FREE_ARRAY(&u->mem, rx->msgs, n);
    DP_FREE_ARRAY(&u->mem, rx->iov, n);
    DP_FREE_ARRAY(&u->mem, rx->names, n);
    dp_mem_release(&u->mem, rx->ctrl, (size_t)n * DP_UDP_RX_CTRL);
}

/* Gives the first positions of the receive array a slot each; how many have one. */
static uint32_t bind_slots(dp_udp_rx *rx, uint32_t want)
{
    struct msghdr *h;
    uint32_t i;
    int is_new;

    for (i = 0; i < want; i++) {
        is_new = dp_slots_bind(&rx->slots, i);
        if (is_new == 0) {
            continue;
        }
        if (is_new < 0) {
            break;
        }
        rx->iov[i].iov_base = dp_slots_at(&rx->slots, i);
        rx->iov[i].iov_len = DP_UDP_SLOT;
        h = &rx->msgs[i].msg_hdr;
        h->msg_name = &rx->names[i];
        h->msg_namelen = sizeof rx->names[i];
        h->msg_iov = &rx->iov[i];
        h->msg_iovlen = 1;
        h->msg_control = rx->ctrl + (size_t)i * DP_UDP_RX_CTRL;
        h->msg_controllen = DP_UDP_RX_CTRL;
        h->msg_flags = 0;
    }
    return i;
}

static void read_ctrl(dp_udp_rx *rx, struct msghdr *h, const struct timespec *real, dhcpperf_ts now)
{
    struct cmsghdr *c;

    for (c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c)) {
#if defined(HAVE_DECL_UDP_GRO) && HAVE_DECL_UDP_GRO
        if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO) {
            int seg;

            memcpy(&seg, CMSG_DATA(c), sizeof seg);
            rx->seg = seg > 0 ? (uint32_t)seg : rx->seg;
        }
#endif
#if defined(HAVE_DECL_IP_PKTINFO) && HAVE_DECL_IP_PKTINFO
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;

            memcpy(&info, CMSG_DATA(c), sizeof info);
            memcpy(rx->like.dst.ip.b, &info.ipi_addr, sizeof rx->like.dst.ip.b);
            rx->like.ifindex = (uint32_t)info.ipi_ifindex;
            if (info.ipi_addr.s_addr == htonl(INADDR_BROADCAST)) {
                rx->like.flags |= DHCPPERF_PKT_BCAST;
            }
        }
#endif
#if defined(HAVE_DECL_SO_TIMESTAMPNS) && HAVE_DECL_SO_TIMESTAMPNS
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
            struct timespec stamp;

            memcpy(&stamp, CMSG_DATA(c), sizeof stamp);
            rx->like.ts =
                dp_socket_arrival(&stamp, real, rx->emptied < now ? rx->emptied : now, now);
        }
#endif
    }
}

/* Makes the next arrival the current one. */
static void begin_arrival(dp_udp *u, const struct timespec *real, dhcpperf_ts now)
{
    dp_udp_rx *rx = &u->rx;
    uint32_t pos = rx->next, len = rx->msgs[pos].msg_len;
    struct msghdr *h = &rx->msgs[pos].msg_hdr;
    uint32_t n;

    memset(&rx->like, 0, sizeof rx->like);
    rx->like.data = dp_slots_at(&rx->slots, pos);
    memcpy(rx->like.src.ip.b, &rx->names[pos].sin_addr, sizeof rx->like.src.ip.b);
    rx->like.src.port = ntohs(rx->names[pos].sin_port);
    rx->like.dst = u->local;
    rx->like.ts = now;
    rx->seg = len;
    rx->off = 0;
    read_ctrl(rx, h, real, now);
    if ((h->msg_flags & MSG_TRUNC) != 0) {
        rx->like.flags |= DHCPPERF_PKT_TRUNC;
        u->stats.rx_truncated++;
    }
    n = len > rx->seg ? (len + rx->seg - 1) / rx->seg : 1;
    dp_slots_hold(&rx->slots, pos, n);
    u->stats.rx_messages += n;
    rx->per = n;
    if (n > 1) {
        u->stats.rx_trains++;
        u->stats.rx_train_msgs += n;
    }
    if (u->config.gso == DP_AUTO) {
        dp_udp_heard(u, rx->like.src.ip, rx->like.src.port, rx->like.data, len, rx->seg);
    }
}

/* Hands out what is left of the current arrival; packets filled.  Works on copies, so that the
 * compiler need not fear that a packet overwrites the state. */
static unsigned split(dp_udp_rx *rx, dhcpperf_pkt *pkts, unsigned max)
{
    const uint32_t len = rx->msgs[rx->next].msg_len, seg = rx->seg;
    const dhcpperf_pkt like = rx->like;
    uint32_t off = rx->off, take;
    unsigned n = 0;

    do { /* an empty datagram is one packet too */
        take = len - off < seg ? len - off : seg;
        pkts[n] = like;
        pkts[n].data = like.data + off;
        pkts[n].len = pkts[n].cap = (uint16_t)take;
        off += take;
        n++;
    } while (off < len && n < max);
    rx->off = off;
    if (off >= len) {
        rx->off = 0;
        rx->next++;
    }
    return n;
}

/* Hands out packets of the arrivals at hand; how many. */
static unsigned deliver(dp_udp *u, dhcpperf_pkt *pkts, unsigned max, const struct timespec *real,
                        dhcpperf_ts now)
{
    dp_udp_rx *rx = &u->rx;
    unsigned n = 0;

    while (n < max && rx->next < rx->n_arrived) {
        if (rx->off == 0) {
            begin_arrival(u, real, now);
        }
        n += split(rx, pkts + n, max - n);
    }
    return n;
}

/* Fetches arrivals for about `want` messages: trains fetched long before they are looked at would
 * have left the cache.  Count, 0 when nothing waits, or an error. */
static int fetch(dp_udp *u, uint32_t want, bool *ret_empty)
{
    dp_udp_rx *rx = &u->rx;
    uint32_t ask = want / rx->per + 1;
    unsigned tries;
    int n = 0;

    ask = bind_slots(rx, ask < rx->ask ? ask : rx->ask);
    *ret_empty = true;
    rx->next = rx->n_arrived = 0;
    if (ask == 0) {
        return 0; /* the caller holds every slot */
    }
    for (tries = 0; tries < 8; tries++) {
        n = u->sys->recv(u->fd, rx->msgs, ask);
        u->stats.rx_calls++;
        if (n >= 0 || (errno != EINTR && !dp_udp_was_pending_error(u, errno))) {
            break;
        }
    }
    if (n < 0) {
        return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || tries == 8
                   ? 0
                   : dp_udp_fail(u, errno);
    }
    rx->n_arrived = (uint32_t)n;
    *ret_empty = (uint32_t)n < ask;
    if (!*ret_empty) {
        rx->ask = 2 * rx->ask < rx->slots.n ? 2 * rx->ask : rx->slots.n;
    } else {
        rx->ask = rx->ask / 2 > (uint32_t)n ? rx->ask / 2 : rx->ask;
        rx->ask = rx->ask > ASK_MIN || ASK_MIN > rx->slots.n ? rx->ask : ASK_MIN;
    }
    return n;
}

int dp_udp_rx_burst(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    dp_udp *u = self;
    struct timespec real = {0};
    unsigned n;
    bool empty = false;
    int rc = 0;

    if (u->config.timestamps) {
        (void)clock_gettime(CLOCK_REALTIME, &real);
    }
    n = deliver(u, pkts, max, &real, now);
    while (n < max && !empty && rc >= 0) {
        rc = fetch(u, max - n, &empty);
        if (rc > 0) {
            n += deliver(u, pkts + n, max - n, &real, now);
        }
    }
    if (empty) { /* an answer that waited to be read has come in time */
        dp_udp_probes_expire(u, now);
        if (u->rx.next >= u->rx.n_arrived) {
            u->rx.emptied = now;
        }
    }
    return n > 0 || rc >= 0 ? (int)n : rc;
}

void dp_udp_rx_done(void *self, dhcpperf_pkt *pkts, unsigned n)
{
    dp_udp *u = self;

    dp_slots_done(&u->rx.slots, pkts, n);
}
