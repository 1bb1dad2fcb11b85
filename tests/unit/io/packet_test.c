/* SPDX-License-Identifier: MIT */
/* packet_test.c - frames in and out of a packet carrier whose system calls are played. */
#include "io/dp_packet.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/harness.h"

#if DP_HAVE_PACKET

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <time.h>

#include "base/dp_mem.h"
#include "base/dp_text.h"
#include "wire/dp_arp.h"
#include "wire/dp_frame.h"

#define HEAD sizeof(struct virtio_net_hdr)

enum {
    MOST = 64,
    FRAME_CAP = 66000
};

/* What the kernel has to deliver, and what it got. */
static struct {
    uint8_t frame[MOST][FRAME_CAP];
    size_t len[MOST];
    struct virtio_net_hdr head[MOST];
    struct tpacket_auxdata aux[MOST];
    unsigned n, next;
    int fails[8]; /* errnos of the next calls, 0 at the end */
    unsigned n_fails;
    uint8_t sent[MOST][2000];
    size_t sent_len[MOST];
    unsigned n_sent, per_call;
} net;

static int next_failure(void)
{
    return net.fails[net.n_fails] != 0 ? net.fails[net.n_fails++] : 0;
}

static void put_aux(struct msghdr *h, const struct tpacket_auxdata *aux)
{
    struct cmsghdr *c = CMSG_FIRSTHDR(h);

    c->cmsg_level = SOL_PACKET;
    c->cmsg_type = PACKET_AUXDATA;
    c->cmsg_len = CMSG_LEN(sizeof *aux);
    memcpy(CMSG_DATA(c), aux, sizeof *aux);
    h->msg_controllen = CMSG_SPACE(sizeof *aux);
}

static int fake_recv(int fd, dp_mmsg *msgs, unsigned n)
{
    unsigned i;
    int err = next_failure();

    (void)fd;
    if (err != 0 || net.next == net.n) {
        errno = err != 0 ? err : EAGAIN;
        return -1;
    }
    for (i = 0; i < n && net.next < net.n; i++, net.next++) {
        struct msghdr *h = &msgs[i].msg_hdr;
        size_t told = h->msg_iov[0].iov_len;

        ck_assert_uint_eq(h->msg_iovlen, 2);
        ck_assert_uint_ge(h->msg_controllen, DP_PACKET_RX_CTRL);
        ck_assert_uint_ge(h->msg_iov[1].iov_len, net.len[net.next]);
        memcpy(h->msg_iov[0].iov_base, &net.head[net.next], told);
        memcpy(h->msg_iov[1].iov_base, net.frame[net.next], net.len[net.next]);
        memset(h->msg_name, 0, sizeof(struct sockaddr_ll));
        ((struct sockaddr_ll *)h->msg_name)->sll_ifindex = 9;
        put_aux(h, &net.aux[net.next]);
        msgs[i].msg_len = (unsigned)(told + net.len[net.next]);
    }
    return (int)i;
}

static int fake_send(int fd, dp_mmsg *msgs, unsigned n)
{
    unsigned i;
    int err = next_failure();

    (void)fd;
    if (err != 0) {
        errno = err;
        return -1;
    }
    n = net.per_call != 0 && net.per_call < n ? net.per_call : n;
    for (i = 0; i < n; i++) {
        const struct iovec *v = msgs[i].msg_hdr.msg_iov;

        ck_assert_uint_lt(net.n_sent, MOST);
        ck_assert_uint_eq(v[0].iov_len, HEAD);
        memcpy(net.sent[net.n_sent], v[1].iov_base, v[1].iov_len);
        net.sent_len[net.n_sent++] = v[1].iov_len;
    }
    return (int)n;
}

static const dp_sys fake_sys = {.send = fake_send, .recv = fake_recv};

/* A carrier without a socket, of few buffers. */
static dp_packet *begin(void)
{
    dhcpperf_transport_config *c;
    dp_packet *p = DP_NEW(&dp_mem_libc, dp_packet);

    memset(&net, 0, sizeof net);
    ck_assert_ptr_nonnull(p);
    ck_assert_int_eq(dhcpperf_transport_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_transport_config_set(c, "kind", "packet"), 0);
    ck_assert_int_eq(dhcpperf_transport_config_set(c, "interface", "nonesuch0"), 0);
    ck_assert_int_eq(dhcpperf_transport_config_set(c, "slots", "8"), 0);
    ck_assert_int_eq(dhcpperf_transport_config_set(c, "burst", "16"), 0);
    ck_assert_int_eq(dhcpperf_transport_config_set(c, "port", "67"), 0);
    p->mem = dp_mem_libc;
    p->config = *c;
    dhcpperf_transport_config_free(c);
    p->fd = p->held_fd = -1;
    p->sys = &fake_sys;
    p->told_len = HEAD;
    p->retry_at = p->look_at = DHCPPERF_NEVER;
    p->local.mac = (dhcpperf_mac){{2, 0, 0, 0, 0, 0x67}};
    ck_assert_int_eq(dp_packet_rx_init(p), 0);
    ck_assert_int_eq(dp_packet_tx_init(p), 0);
    return p;
}

static void end(dp_packet *p)
{
    dp_packet_tx_fini(p);
    dp_packet_rx_fini(p);
    dp_mem_release(&dp_mem_libc, p, sizeof *p);
}

/* Something with every field of its own. */
static dhcpperf_pkt some_packet(void)
{
    dhcpperf_pkt p = {.src = {dp_ip4_of(0), 68, {{2, 0, 0, 0, 0, 1}}},
                      .dst = {dp_ip4_of(UINT32_MAX), 67, {{0}}},
                      .flags = DHCPPERF_PKT_BCAST};

    return p;
}

/* Delivers a datagram of `len` octets that count up from `first`. */
static void arrive_from(const dhcpperf_pkt *like, size_t len, uint8_t first)
{
    uint8_t *frame = net.frame[net.n];
    dhcpperf_pkt p = *like;
    size_t i;

    ck_assert_uint_lt(net.n, MOST);
    p.data = frame + DP_FRAME_ROOM;
    p.len = (uint16_t)len;
    for (i = 0; i < len; i++) {
        p.data[i] = (uint8_t)(first + i);
    }
    i = dp_frame_put(&p, 0);
    memmove(frame, p.data - i, i + len);
    net.len[net.n++] = i + len;
}

static void arrive(size_t len, uint8_t first)
{
    dhcpperf_pkt like = some_packet();

    arrive_from(&like, len, first);
}

/* Slots neither free nor waiting for an arrival. */
static uint32_t held_slots(const dp_packet *p)
{
    uint32_t i, n = p->rx.slots.n - p->rx.slots.n_free;

    for (i = 0; i < p->rx.slots.n; i++) {
        n -= p->rx.slots.bound[i] != DP_SLOT_NONE;
    }
    return n;
}

/* ---- arrivals -------------------------------------------------------------------------------- */

START_TEST(a_frame_comes_as_its_payload_with_all_addresses)
    {
        dp_packet *p = begin();
        dhcpperf_pkt got[4];

        arrive(300, 7);
        ck_assert_int_eq(dp_packet_rx_burst(p, got, 4, 1000), 1);
        ck_assert_uint_eq(got[0].len, 300);
        ck_assert_uint_eq(got[0].cap, 300);
        ck_assert_uint_eq(got[0].data[0], 7);
        ck_assert_uint_eq(got[0].flags, DHCPPERF_PKT_BCAST);
        ck_assert_uint_eq(got[0].src.mac.b[5], 1);
        ck_assert_uint_eq(got[0].src.port, 68);
        assert_ip4_eq(got[0].dst.ip, "255.255.255.255");
        ck_assert_uint_eq(got[0].ifindex, 9);
        ck_assert_uint_eq(got[0].ts, 1000);
        ck_assert_uint_eq(got[0].vlan[0], 0);
        dp_packet_rx_done(p, got, 1);
        ck_assert_int_eq(dp_packet_rx_burst(p, got, 4, 1000), 0);
        ck_assert_uint_eq(p->stats.rx_messages, 1);
        end(p);
    }
END_TEST

/* As a program on this host sends it: one frame with an open checksum. */
static void arrive_as_train(size_t len, uint16_t seg)
{
    arrive(len, 0);
    net.head[net.n - 1].gso_type = 5; /* VIRTIO_NET_HDR_GSO_UDP_L4 */
    net.head[net.n - 1].gso_size = seg;
    net.head[net.n - 1].flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
    net.frame[net.n - 1][40] ^= 0x55;
}

START_TEST(a_train_of_a_local_sender_is_split_with_a_short_tail)
    {
        dp_packet *p = begin();
        dhcpperf_pkt got[8];
        int i;

        arrive_as_train(3 * 300 + 40, 300);
        ck_assert_int_eq(dp_packet_rx_burst(p, got, 2, 1), 2);
        ck_assert_int_eq(dp_packet_rx_burst(p, got + 2, 6, 1), 2);
        for (i = 0; i < 4; i++) {
            ck_assert_ptr_eq(got[i].data, got[0].data + 300 * i);
            ck_assert_uint_eq(got[i].len, i < 3 ? 300 : 40);
            ck_assert_uint_eq(got[i].data[0], (uint8_t)(300 * i));
            ck_assert_uint_eq(got[i].src.port, 68);
        }
        ck_assert_uint_eq(p->stats.rx_trains, 1);
        ck_assert_uint_eq(p->stats.rx_train_msgs, 4);
        ck_assert_uint_eq(held_slots(p), 1);
        dp_packet_rx_done(p, got, 3);
        ck_assert_uint_eq(held_slots(p), 1);
        dp_packet_rx_done(p, got + 3, 1);
        ck_assert_uint_eq(held_slots(p), 0);
        end(p);
    }
END_TEST

START_TEST(the_longest_train_is_split_though_no_packet_could_hold_its_frame)
    {
        dp_packet *p = begin();
        dhcpperf_pkt got[8];

        arrive_as_train(65507, 20000);
        ck_assert_int_eq(dp_packet_rx_burst(p, got, 8, 1), 4);
        ck_assert_uint_eq(got[3].len, 65507 - 60000);
        ck_assert_uint_eq(got[3].data[5506], (uint8_t)65506);
        dp_packet_rx_done(p, got, 4);
        end(p);
    }
END_TEST

START_TEST(tags_that_the_kernel_took_off_come_back_in_front)
    {
        dp_packet *p = begin();
        dhcpperf_pkt like = some_packet(), got[2];

        like.vlan[0] = 7;
        arrive_from(&like, 300, 0);
        arrive(300, 0);
        net.aux[0].tp_status = net.aux[1].tp_status = TP_STATUS_VLAN_VALID;
        net.aux[0].tp_vlan_tci = net.aux[1].tp_vlan_tci = 0x2005;
        ck_assert_int_eq(dp_packet_rx_burst(p, got, 2, 1), 2);
        ck_assert_uint_eq(got[0].vlan[0], 0x2005);
        ck_assert_uint_eq(got[0].vlan[1], 7);
        ck_assert_uint_eq(got[1].vlan[0], 0x2005);
        ck_assert_uint_eq(got[1].vlan[1], 0);
        dp_packet_rx_done(p, got, 2);
        end(p);
    }
END_TEST

START_TEST(a_checksum_that_was_left_to_a_card_is_not_looked_at)
    {
        dp_packet *p = begin();
        dhcpperf_pkt got[4];

        arrive(300, 0);
        arrive(300, 0);
        net.frame[0][40] ^= 1;
        net.frame[1][40] ^= 1;
        net.aux[1].tp_status = TP_STATUS_CSUMNOTREADY;
        ck_assert_int_eq(dp_packet_rx_burst(p, got, 4, 1), 2);
        ck_assert_uint_eq(got[0].flags & DHCPPERF_PKT_FRAME, DHCPPERF_PKT_FRAME); /* the engine's */
        ck_assert_uint_eq(got[0].len, 342);
        ck_assert_uint_eq(got[1].flags & DHCPPERF_PKT_FRAME, 0);
        dp_packet_rx_done(p, got, 2);
        end(p);
    }
END_TEST

static void arrive_arp(void)
{
    dp_arp ask = {.op = DP_ARP_REQUEST, .target_ip = {{10, 0, 0, 1}}};
    dhcpperf_pkt pkt = {.data = net.frame[net.n], .cap = 100, .flags = DHCPPERF_PKT_BCAST};

    ck_assert_int_eq(dp_arp_put(&pkt, &ask), 0);
    net.len[net.n++] = pkt.len;
}

START_TEST(arp_is_handed_out_whole_when_it_is_wanted)
    {
        dp_packet *p = begin();
        dhcpperf_pkt got[4];
        dp_arp arp;

        arrive_arp();
        ck_assert_int_eq(dp_packet_rx_burst(p, got, 4, 1), 0);
        ck_assert_uint_eq(held_slots(p), 0);
        p->config.arp = 1;
        arrive_arp();
        ck_assert_int_eq(dp_packet_rx_burst(p, got, 4, 1), 1);
        ck_assert_int_eq(dp_arp_read(&got[0], &arp), 0);
        assert_ip4_eq(arp.target_ip, "10.0.0.1");
        dp_packet_rx_done(p, got, 1);
        end(p);
    }
END_TEST

START_TEST(other_ports_are_left_alone_and_zero_means_both_of_dhcp)
    {
        dp_packet *p = begin();
        dhcpperf_pkt like = some_packet(), got[4];
        uint16_t ports[] = {67, 68, 69};
        int i;

        for (i = 0; i < 6; i++) {
            like.dst.port = ports[i % 3];
            if (i == 3) {
                ck_assert_int_eq(dp_packet_rx_burst(p, got, 4, 1), 1);
                dp_packet_rx_done(p, got, 1);
                p->config.port = 0;
            }
            arrive_from(&like, 300, 0);
        }
        ck_assert_int_eq(dp_packet_rx_burst(p, got, 4, 1), 2);
        dp_packet_rx_done(p, got, 2);
        end(p);
    }
END_TEST

START_TEST(what_is_held_is_not_overwritten_and_comes_back)
    {
        dp_packet *p = begin();
        dhcpperf_pkt got[20];
        unsigned i;

        for (i = 0; i < 12; i++) {
            arrive(300, (uint8_t)(10 * i));
        }
        ck_assert_int_eq(dp_packet_rx_burst(p, got, 20, 1), 8);
        ck_assert_int_eq(dp_packet_rx_burst(p, got + 8, 12, 1), 0);
        dp_packet_rx_done(p, &got[3], 1);
        ck_assert_int_eq(dp_packet_rx_burst(p, &got[3], 1, 1), 1);
        ck_assert_uint_eq(got[3].data[0], 80);
        for (i = 0; i < 8; i++) {
            ck_assert_uint_eq(got[i].data[0], i == 3 ? 80 : 10 * i);
        }
        dp_packet_rx_done(p, got, 8);
        ck_assert_int_eq(dp_packet_rx_burst(p, got, 20, 1), 3);
        dp_packet_rx_done(p, got, 3);
        end(p);
    }
END_TEST

static const struct {
    int err, rc;
    uint64_t dropped;
} failures[] = {{EINTR, 1, 0},
                {EINVAL, 1, 1}, /* a train it cannot describe: lost, and what follows is not */
                {ENETDOWN, 1, 0},
                {ENOTCONN, DHCPPERF_E_SYSTEM, 0},
                {EPERM, DHCPPERF_E_PERMISSION, 0}};

START_TEST(a_failing_receive_is_understood)
    {
        dp_packet *p = begin();
        dhcpperf_pkt got[4];
        int rc;

        arrive(300, 0);
        net.fails[0] = failures[_i].err;
        rc = dp_packet_rx_burst(p, got, 4, 1);
        ck_assert_msg(rc == failures[_i].rc, "%s: %d", strerror(failures[_i].err), rc);
        ck_assert_uint_eq(p->stats.rx_dropped, failures[_i].dropped);
        ck_assert_int_eq(p->look_at != DHCPPERF_NEVER, failures[_i].err == ENETDOWN);
        if (rc > 0) {
            dp_packet_rx_done(p, got, (unsigned)rc);
        }
        if (failures[_i].err == ENETDOWN) { /* there is no such interface: looked for for ever */
            dhcpperf_ts due = p->look_at;

            dp_packet_look(p, due - 1);
            ck_assert_uint_eq(p->look_at, due);
            dp_packet_look(p, due);
            ck_assert_uint_gt(p->look_at, due);
            ck_assert_uint_ne(p->look_at, DHCPPERF_NEVER);
        }
        end(p);
    }
END_TEST

/* ---- sending --------------------------------------------------------------------------------- */

/* Commits n messages of `len` octets from cookie `first` on; how many were lent. */
static unsigned commit(dp_packet *p, uint64_t first, unsigned n, uint16_t len, dhcpperf_ts now)
{
    dhcpperf_pkt pkts[MOST];
    int lent = dp_packet_tx_loan(p, pkts, n, len);
    unsigned i;

    ck_assert_int_ge(lent, 0);
    for (i = 0; i < (unsigned)lent; i++) {
        dhcpperf_pkt like = some_packet();

        ck_assert_uint_ge(pkts[i].cap, len);
        memset(pkts[i].data, (int)(first + i), len);
        pkts[i].len = len;
        pkts[i].cookie = first + i;
        pkts[i].src = like.dst;
        pkts[i].dst = like.src;
    }
    if (lent > 0) {
        ck_assert_int_eq(dp_packet_tx_commit(p, pkts, (unsigned)lent, (unsigned)lent, now), 0);
    }
    return (unsigned)lent;
}

static dhcpperf_pkt sent(unsigned i)
{
    dhcpperf_pkt p = {.data = net.sent[i],
                      .len = (uint16_t)net.sent_len[i],
                      .cap = (uint16_t)net.sent_len[i],
                      .flags = DHCPPERF_PKT_FRAME};

    ck_assert_int_eq(dhcpperf_frame_unwrap(&p, 0), 0);
    return p;
}

START_TEST(payloads_leave_as_frames_each_with_its_own_octets)
    {
        dp_packet *p = begin();
        dhcpperf_txdone done[MOST];
        dhcpperf_pkt got;
        unsigned i;

        ck_assert_uint_eq(commit(p, 5, 16, 300, 77), 16);
        ck_assert_uint_eq(net.n_sent, 16);
        ck_assert_int_eq(dp_packet_tx_done(p, done, MOST, 78), 16);
        for (i = 0; i < 16; i++) {
            got = sent(i);
            ck_assert_uint_eq(got.len, 300);
            ck_assert_uint_eq(got.data[0], 5 + i);
            ck_assert_uint_eq(got.data[299], 5 + i);
            ck_assert_uint_eq(got.dst.mac.b[5], 1);
            ck_assert_uint_eq(got.src.mac.b[5], 0x67); /* the interface's */
            ck_assert_uint_eq(got.dst.port, 68);
            ck_assert_uint_eq(done[i].cookie, 5 + i);
            ck_assert_uint_eq(done[i].ts, 77);
            ck_assert_int_eq(done[i].status, 0);
        }
        ck_assert_uint_eq(p->stats.tx_messages, 16);
        end(p);
    }
END_TEST

START_TEST(who_has_no_hardware_address_is_everybody)
    {
        dp_packet *p = begin();
        dhcpperf_pkt pkt[1], got;

        p->config.vlan = 42;
        ck_assert_int_eq(dp_packet_tx_loan(p, pkt, 1, 0), 1);
        pkt[0].len = 1;
        pkt[0].src.mac.b[0] = 6;
        pkt[0].src.port = 67;
        ck_assert_int_eq(dp_packet_tx_commit(p, pkt, 1, 1, 1), 0);
        got = sent(0);
        ck_assert_uint_eq(got.flags, DHCPPERF_PKT_BCAST);
        ck_assert_uint_eq(got.src.mac.b[0], 6);
        ck_assert_uint_eq(got.vlan[0], 42);
        end(p);
    }
END_TEST

START_TEST(frames_leave_as_they_are_and_have_room_to_be_made)
    {
        dp_packet *p = begin();
        dhcpperf_pkt pkt[2];
        uint8_t copy[400];

        ck_assert_int_eq(dp_packet_tx_loan(p, pkt, 1, 300), 1);
        memset(pkt[0].data, 3, 300);
        pkt[0].len = 300;
        pkt[0].src.port = 4011;
        ck_assert_int_eq(dhcpperf_frame_wrap(&pkt[0], DHCPPERF_FRAME_BAD_CSUM), 0);
        memcpy(copy, pkt[0].data, pkt[0].len);
        ck_assert_int_eq(dp_packet_tx_commit(p, pkt, 1, 1, 1), 0);
        ck_assert_uint_eq(net.sent_len[0], 342);
        assert_mem_eq(net.sent[0], copy, 342);
        end(p);
    }
END_TEST

START_TEST(bursts_that_are_not_told_are_not_lent_again)
    {
        dp_packet *p = begin();
        dhcpperf_txdone done[MOST];
        dhcpperf_pkt pkt[2];
        int i;

        for (i = 0; i < DP_PACKET_BATCHES; i++) {
            ck_assert_uint_eq(commit(p, (uint64_t)i, 1, 300, 1), 1);
        }
        ck_assert_uint_eq(commit(p, 9, 1, 300, 1), 0);
        ck_assert_int_eq(dp_packet_tx_done(p, done, 2, 1), 2);
        ck_assert_int_eq(dp_packet_tx_loan(p, pkt, 1, 300), 1);
        ck_assert_int_eq(dp_packet_tx_loan(p, pkt, 1, 300), DHCPPERF_E_STATE);
        ck_assert_int_eq(dp_packet_tx_commit(p, pkt, 1, 0, 1), 0);
        ck_assert_int_eq(dp_packet_tx_commit(p, pkt, 1, 0, 1), DHCPPERF_E_STATE);
        ck_assert_int_eq(dp_packet_tx_done(p, done, MOST, 1), 2);
        ck_assert_uint_eq(done[1].cookie, 3);
        end(p);
    }
END_TEST

START_TEST(what_finds_no_room_leaves_later_and_in_order)
    {
        const int err = _i == 0 ? EAGAIN : ENOBUFS;
        dp_packet *p = begin();
        dhcpperf_txdone done[MOST];
        unsigned i;

        net.fails[0] = err;
        ck_assert_uint_eq(commit(p, 0, 4, 300, 1), 4);
        ck_assert_uint_eq(net.n_sent, 0);
        ck_assert_int_eq(p->wants_write, err == EAGAIN);
        ck_assert_int_eq(p->retry_at != DHCPPERF_NEVER, err == ENOBUFS);
        if (err == ENOBUFS) {
            ck_assert_int_eq(dp_packet_tx_done(p, done, MOST, 1), 0);
        }
        net.per_call = 3;
        ck_assert_int_eq(dp_packet_tx_done(p, done, MOST, 1 + DHCPPERF_NS_PER_MS), 4);
        for (i = 0; i < 4; i++) {
            ck_assert_uint_eq(sent(i).data[0], i);
            ck_assert_uint_eq(done[i].cookie, i);
            ck_assert_uint_eq(done[i].ts, 1 + DHCPPERF_NS_PER_MS);
        }
        ck_assert_uint_eq(p->stats.tx_again, 1);
        end(p);
    }
END_TEST

START_TEST(a_message_that_cannot_leave_fails_alone)
    {
        dp_packet *p = begin();
        dhcpperf_txdone done[MOST];

        net.per_call = 1;
        net.fails[0] = EMSGSIZE;
        net.fails[1] = EINTR;
        ck_assert_uint_eq(commit(p, 0, 3, 300, 1), 3);
        ck_assert_int_eq(dp_packet_tx_done(p, done, MOST, 1), 3);
        ck_assert_int_eq(done[0].status, DHCPPERF_E_SYSTEM);
        ck_assert_int_eq(done[1].status, 0);
        ck_assert_int_eq(done[2].status, 0);
        ck_assert_uint_eq(p->stats.tx_errors, 1);
        ck_assert_int_eq(p->err, EMSGSIZE);
        ck_assert_uint_eq(net.n_sent, 2);
        end(p);
    }
END_TEST

START_TEST(a_message_may_be_as_long_as_udp_allows)
    {
        dp_packet *p = begin();
        dhcpperf_pkt pkt[4];

        ck_assert_int_eq(dp_packet_tx_loan(p, pkt, 4, DP_PACKET_LEN_MAX), 1);
        ck_assert_uint_eq(pkt[0].cap, DP_PACKET_LEN_MAX);
        ck_assert_int_eq(dp_packet_tx_commit(p, pkt, 1, 0, 1), 0);
        ck_assert_int_eq(dp_packet_tx_loan(p, pkt, 4, DP_PACKET_LEN_MAX + 1), DHCPPERF_E_INVALID);
        end(p);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_frame_comes_as_its_payload_with_all_addresses);
    tcase_add_test(tc, a_train_of_a_local_sender_is_split_with_a_short_tail);
    tcase_add_test(tc, the_longest_train_is_split_though_no_packet_could_hold_its_frame);
    tcase_add_test(tc, tags_that_the_kernel_took_off_come_back_in_front);
    tcase_add_test(tc, a_checksum_that_was_left_to_a_card_is_not_looked_at);
    tcase_add_test(tc, arp_is_handed_out_whole_when_it_is_wanted);
    tcase_add_test(tc, other_ports_are_left_alone_and_zero_means_both_of_dhcp);
    tcase_add_test(tc, what_is_held_is_not_overwritten_and_comes_back);
    tcase_add_loop_test(tc, a_failing_receive_is_understood, 0,
                        (int)(sizeof failures / sizeof failures[0]));
    tcase_add_test(tc, payloads_leave_as_frames_each_with_its_own_octets);
    tcase_add_test(tc, who_has_no_hardware_address_is_everybody);
    tcase_add_test(tc, frames_leave_as_they_are_and_have_room_to_be_made);
    tcase_add_test(tc, bursts_that_are_not_told_are_not_lent_again);
    tcase_add_loop_test(tc, what_finds_no_room_leaves_later_and_in_order, 0, 2);
    tcase_add_test(tc, a_message_that_cannot_leave_fails_alone);
    tcase_add_test(tc, a_message_may_be_as_long_as_udp_allows);
}

HARNESS_MAIN("io/packet", tests)

#else

int main(void)
{
    puts("1..0 # SKIP no packet sockets on this system");
    return EXIT_SUCCESS;
}

#endif
