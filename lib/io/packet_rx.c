/* SPDX-License-Identifier: MIT */
/* packet_rx.c - arrivals.  A frame stays where the kernel put it and is handed out as a packet that
 * points behind its headers.  What a program on this host sent as a train comes as one giant frame:
 * it is split as the network would have split it.  Frames that are no DHCP message but may be meant
 * as one, or that the caller wants (ARP), are handed out whole, marked as frames. */
#include "io/dp_packet.h"

#if DP_HAVE_PACKET

#include <errno.h>
#include <string.h>

#include "base/dp_mem.h"
#include "io/dp_socket.h"
#include "wire/dp_frame.h"

#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif

enum {
    TRIES = 8,
    SERVER_PORT = 67,
    CLIENT_PORT = 68
};

int dp_packet_rx_init(dp_packet *p)
{
    dp_packet_rx *rx = &p->rx;
    uint32_t n = p->config.slots;
    int rc = dp_slots_init(&rx->slots, n, &p->mem);

    rx->msgs = DP_ARRAY(&p->mem, n, dp_mmsg);
    rx->iov = DP_ARRAY(&p->mem, (size_t)2 * n, struct iovec);
    rx->heads = DP_ARRAY(&p->mem, n, struct virtio_net_hdr);
    rx->names = DP_ARRAY(&p->mem, n, struct sockaddr_ll);
    rx->ctrl = dp_mem_zarray(&p->mem, n, DP_PACKET_RX_CTRL, 16);
    return rc == 0 && rx->msgs != NULL && rx->iov != NULL && rx->heads != NULL &&
                   rx->names != NULL && rx->ctrl != NULL
               ? 0
               : DHCPPERF_E_NOMEM;
}

void dp_packet_rx_fini(dp_packet *p)
{
    dp_packet_rx *rx = &p->rx;
    uint32_t n = p->config.slots;

    dp_slots_fini(&rx->slots, &p->mem);
    DP_FREE_ARRAY(&p->mem, rx->msgs, n);
    DP_FREE_ARRAY(&p->mem, rx->iov, (size_t)2 * n);
    DP_FREE_ARRAY(&p->mem, rx->heads, n);
    DP_FREE_ARRAY(&p->mem, rx->names, n);
    dp_mem_release(&p->mem, rx->ctrl, (size_t)n * DP_PACKET_RX_CTRL);
}

/* Gives the first positions of the receive array a slot each; how many have one. */
static uint32_t bind_slots(dp_packet *p, uint32_t want)
{
    dp_packet_rx *rx = &p->rx;
    uint32_t i;

    for (i = 0; i < want && dp_slots_bind(&rx->slots, i) >= 0; i++) {
        struct msghdr *h = &rx->msgs[i].msg_hdr;
        struct iovec *iov = &rx->iov[2 * i];

        iov[0] = (struct iovec){&rx->heads[i], p->told_len};
        iov[1] = (struct iovec){dp_slots_at(&rx->slots, i), DP_SLOT_LEN};
        h->msg_name = &rx->names[i];
        h->msg_namelen = sizeof rx->names[i];
        h->msg_iov = iov;
        h->msg_iovlen = 2;
        h->msg_control = rx->ctrl + (size_t)i * DP_PACKET_RX_CTRL;
        h->msg_controllen = DP_PACKET_RX_CTRL;
        h->msg_flags = 0;
    }
    return i;
}

/* What the kernel says beside the frame: the tag it took off, and whether checksums were left to a
 * card that the frame has not passed. */
typedef struct aside {
    uint16_t tag;
    bool csum_open;
} aside;

static aside read_ctrl(dp_packet_rx *rx, struct msghdr *h, const struct timespec *real,
                       dhcpperf_ts now)
{
    aside a = {0, false};
    struct cmsghdr *c;

    for (c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR(h, c)) {
        if (c->cmsg_level == SOL_PACKET && c->cmsg_type == PACKET_AUXDATA) {
            struct tpacket_auxdata aux;

            memcpy(&aux, CMSG_DATA(c), sizeof aux);
            a.tag = (aux.tp_status & TP_STATUS_VLAN_VALID) != 0 ? aux.tp_vlan_tci : 0;
            a.csum_open = (aux.tp_status & TP_STATUS_CSUMNOTREADY) != 0;
        }
#if defined(HAVE_DECL_SO_TIMESTAMPNS) && HAVE_DECL_SO_TIMESTAMPNS
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
            struct timespec stamp;

            memcpy(&stamp, CMSG_DATA(c), sizeof stamp);
            rx->like.ts =
                dp_socket_arrival(&stamp, real, rx->emptied < now ? rx->emptied : now, now);
        }
#endif
    }
    return a;
}

static bool is_wanted_port(const dp_packet *p, uint16_t port)
{
    return p->config.port != 0 ? port == p->config.port
                               : port == SERVER_PORT || port == CLIENT_PORT;
}

/* Of a datagram: where its payload lies, and how it is split. */
static void set_payload(dp_packet *p, uint8_t *at, size_t len, const struct virtio_net_hdr *head)
{
    dp_packet_rx *rx = &p->rx;

    rx->like.data = at;
    rx->len = rx->seg = (uint32_t)len;
    if (p->told_len > 0 &&
        (head->gso_type & ~VIRTIO_NET_HDR_GSO_ECN) == VIRTIO_NET_HDR_GSO_UDP_L4 &&
        head->gso_size > 0 && head->gso_size < len) {
        rx->seg = head->gso_size;
    }
}

static void set_frame(dp_packet *p, uint8_t *frame, size_t len)
{
    dp_packet_rx *rx = &p->rx;

    rx->like.data = frame;
    rx->like.flags |= DHCPPERF_PKT_FRAME;
    if (len > UINT16_MAX) {
        len = UINT16_MAX;
        rx->like.flags |= DHCPPERF_PKT_TRUNC;
        p->stats.rx_truncated++;
    }
    rx->len = rx->seg = (uint32_t)len;
}

/* Looks at the next arrival; false when nobody wants it. */
static bool read_arrival(dp_packet *p, const struct timespec *real, dhcpperf_ts now)
{
    dp_packet_rx *rx = &p->rx;
    const struct virtio_net_hdr *head = &rx->heads[rx->next];
    dp_mmsg *m = &rx->msgs[rx->next];
    uint8_t *frame = dp_slots_at(&rx->slots, rx->next);
    size_t all = m->msg_len > p->told_len ? m->msg_len - p->told_len : 0, len;
    unsigned flags = DHCPPERF_FRAME_ANY_PORT;
    dhcpperf_pkt said;
    aside a;
    int at;

    memset(&rx->like, 0, sizeof rx->like);
    rx->like.ts = now;
    rx->like.ifindex = (uint32_t)rx->names[rx->next].sll_ifindex;
    a = read_ctrl(rx, &m->msg_hdr, real, now);
    if (a.csum_open || (p->told_len > 0 && (head->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0)) {
        flags |= DHCPPERF_FRAME_TRUST_CSUM;
    }
    said = rx->like;
    at = dp_frame_read(frame, all, flags, &said, &len);
    if (at == DHCPPERF_E_NOTFOUND ? !p->config.arp : at >= 0 && !is_wanted_port(p, said.dst.port)) {
        return false;
    }
    if (at >= 0) {
        rx->like = said;
        rx->like.vlan[1] = a.tag != 0 ? said.vlan[0] : said.vlan[1];
        rx->like.vlan[0] = a.tag != 0 ? a.tag : said.vlan[0];
        set_payload(p, frame + at, len, head);
    } else {
        rx->like.vlan[0] = a.tag;
        set_frame(p, frame, all);
    }
    return true;
}

/* Makes the next arrival the current one; false when it was none of ours. */
static bool begin_arrival(dp_packet *p, const struct timespec *real, dhcpperf_ts now)
{
    dp_packet_rx *rx = &p->rx;
    uint32_t n;

    if (!read_arrival(p, real, now)) {
        dp_slots_hold(&rx->slots, rx->next++, 0);
        return false;
    }
    n = rx->len > rx->seg ? (rx->len + rx->seg - 1) / rx->seg : 1;
    dp_slots_hold(&rx->slots, rx->next, n);
    p->stats.rx_messages += n;
    if (n > 1) {
        p->stats.rx_trains++;
        p->stats.rx_train_msgs += n;
    }
    return true;
}

/* Hands out what is left of the current arrival; packets filled. */
static unsigned split(dp_packet_rx *rx, dhcpperf_pkt *pkts, unsigned max)
{
    uint32_t take;
    unsigned n = 0;

    do { /* an empty datagram is one packet too */
        take = rx->len - rx->off < rx->seg ? rx->len - rx->off : rx->seg;
        pkts[n] = rx->like;
        pkts[n].data = rx->like.data + rx->off;
        pkts[n].len = pkts[n].cap = (uint16_t)take;
        rx->off += take;
        n++;
    } while (rx->off < rx->len && n < max);
    if (rx->off >= rx->len) {
        rx->off = 0;
        rx->next++;
    }
    return n;
}

static unsigned deliver(dp_packet *p, dhcpperf_pkt *pkts, unsigned max, const struct timespec *real,
                        dhcpperf_ts now)
{
    dp_packet_rx *rx = &p->rx;
    unsigned n = 0;

    while (n < max && rx->next < rx->n_arrived) {
        if (rx->off > 0 || begin_arrival(p, real, now)) {
            n += split(rx, pkts + n, max - n);
        }
    }
    return n;
}

/* Whether to receive again after a failed call. */
static bool is_passing(dp_packet *p, int err, dhcpperf_ts now)
{
    if (err == EINVAL) { /* a train that this kernel cannot describe: it is gone */
        p->stats.rx_dropped++;
        return true;
    }
    return err == EINTR || dp_packet_is_down(p, err, now);
}

/* Fetches arrivals, at most `want`.  Count, 0 when nothing waits, or an error. */
static int fetch(dp_packet *p, uint32_t want, dhcpperf_ts now, bool *ret_empty)
{
    dp_packet_rx *rx = &p->rx;
    uint32_t ask = want < DP_PACKET_CALL ? want : DP_PACKET_CALL;
    unsigned tries = 0;
    int n;

    ask = bind_slots(p, ask < rx->slots.n ? ask : rx->slots.n);
    *ret_empty = true;
    rx->next = rx->n_arrived = 0;
    if (ask == 0) {
        return 0; /* the caller holds every slot */
    }
    do {
        n = p->sys->recv(p->fd, rx->msgs, ask);
        p->stats.rx_calls++;
    } while (n < 0 && is_passing(p, errno, now) && ++tries < TRIES);
    if (n < 0) {
        return errno == EAGAIN || errno == EWOULDBLOCK || tries == TRIES ? 0
                                                                         : dp_packet_fail(p, errno);
    }
    rx->n_arrived = (uint32_t)n;
    *ret_empty = (uint32_t)n < ask;
    return n;
}

int dp_packet_rx_burst(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    dp_packet *p = self;
    struct timespec real = {0};
    unsigned n;
    bool empty = false;
    int rc = 0;

    dp_packet_look(p, now);
    if (p->config.timestamps) {
        (void)clock_gettime(CLOCK_REALTIME, &real);
    }
    n = deliver(p, pkts, max, &real, now);
    while (n < max && !empty && rc >= 0) {
        rc = fetch(p, max - n, now, &empty);
        if (rc > 0) {
            n += deliver(p, pkts + n, max - n, &real, now);
        }
    }
    if (empty && p->rx.next >= p->rx.n_arrived) {
        p->rx.emptied = now;
    }
    return n > 0 || rc >= 0 ? (int)n : rc;
}

void dp_packet_rx_done(void *self, dhcpperf_pkt *pkts, unsigned n)
{
    dp_packet *p = self;

    dp_slots_done(&p->rx.slots, pkts, n);
}

#endif
