/* SPDX-License-Identifier: MIT */
/* fake_kernel.c - see fake_kernel.h. */
#include "unit/io/fake_kernel.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <time.h>

#include "base/dp_mem.h"
#include "base/dp_text.h"
#include "support/harness.h"

fake_kernel fk;

static uint32_t seg_of(const struct msghdr *h, size_t len, dhcpperf_ip4 *ret_src)
{
    struct cmsghdr *c;
    uint32_t seg = (uint32_t)len;

    memset(ret_src, 0, sizeof *ret_src);
    for (c = CMSG_FIRSTHDR(h); c != NULL; c = CMSG_NXTHDR((struct msghdr *)(uintptr_t)h, c)) {
        if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_SEGMENT) {
            uint16_t s;

            memcpy(&s, CMSG_DATA(c), sizeof s);
            seg = s;
        } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;

            memcpy(&info, CMSG_DATA(c), sizeof info);
            memcpy(ret_src->b, &info.ipi_spec_dst, sizeof ret_src->b);
        }
    }
    return seg;
}

/* Reads a send as the kernel would: gathers, then cuts at the segment length. */
static uint32_t read_send(const dp_mmsg *m, fk_sent *out)
{
    static uint8_t flat[DP_UDP_LEN_MAX + 1];
    const struct sockaddr_in *to = m->msg_hdr.msg_name;
    dhcpperf_ip4 src;
    size_t len = 0, i;
    uint32_t seg, n = 0, off;

    for (i = 0; i < m->msg_hdr.msg_iovlen; i++) {
        ck_assert_uint_le(len + m->msg_hdr.msg_iov[i].iov_len, DP_UDP_LEN_MAX);
        memcpy(flat + len, m->msg_hdr.msg_iov[i].iov_base, m->msg_hdr.msg_iov[i].iov_len);
        len += m->msg_hdr.msg_iov[i].iov_len;
    }
    seg = seg_of(&m->msg_hdr, len, &src);
    for (off = 0; off < len || n == 0; off += seg) {
        uint32_t l = (uint32_t)len - off < seg ? (uint32_t)len - off : seg;

        ck_assert_uint_lt(n, 128);
        out[n] = (fk_sent){.src = src, .port = ntohs(to->sin_port), .len = (uint16_t)l};
        memcpy(out[n].dst.b, &to->sin_addr, 4);
        if (l >= 8) {
            memcpy(&out[n].id, flat + off + 4, 4);
        }
        n++;
    }
    return n;
}

static int fake_send(int fd, dp_mmsg *msgs, unsigned n)
{
    fk_sent one[128];
    unsigned i, k, count;
    int err;

    (void)fd;
    for (i = 0; i < n; i++) {
        count = read_send(&msgs[i], one);
        one[0].of = count;
        err = fk.verdict != NULL ? fk.verdict(fk.n_sends, &one[0]) : 0;
        if (err == EPIPE && i > 0) {
            return (int)i;
        }
        if (err != 0 && err != EPIPE) {
            errno = err;
            return i > 0 ? (int)i : -1;
        }
        for (k = 0; k < count; k++) {
            ck_assert_uint_lt(fk.n_sent, FK_SENT_MAX);
            one[k].train = fk.n_sends;
            one[k].of = count;
            fk.sent[fk.n_sent++] = one[k];
        }
        fk.iovecs += (uint32_t)msgs[i].msg_hdr.msg_iovlen;
        fk.n_sends++;
    }
    return (int)n;
}

static void put_gro(struct msghdr *h, int seg)
{
    struct cmsghdr *c = CMSG_FIRSTHDR(h);

    c->cmsg_level = IPPROTO_UDP;
    c->cmsg_type = UDP_GRO;
    c->cmsg_len = CMSG_LEN(sizeof seg);
    memcpy(CMSG_DATA(c), &seg, sizeof seg);
    h->msg_controllen = CMSG_SPACE(sizeof seg);
}

static void put_stamp(struct msghdr *h, int64_t aged_s)
{
    struct cmsghdr *c = CMSG_FIRSTHDR(h);
    struct timespec stamp;

    (void)clock_gettime(CLOCK_REALTIME, &stamp);
    stamp.tv_sec -= (time_t)aged_s;
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SO_TIMESTAMPNS;
    c->cmsg_len = CMSG_LEN(sizeof stamp);
    memcpy(CMSG_DATA(c), &stamp, sizeof stamp);
    h->msg_controllen = CMSG_SPACE(sizeof stamp);
}

static void put_arrival(dp_mmsg *m, const fk_arrival *a)
{
    struct sockaddr_in *from = m->msg_hdr.msg_name;
    uint8_t *data = m->msg_hdr.msg_iov[0].iov_base;
    uint32_t off, id = a->first_id;

    ck_assert_uint_eq(m->msg_hdr.msg_namelen, sizeof *from);
    ck_assert_uint_ge(m->msg_hdr.msg_controllen, DP_UDP_RX_CTRL);
    ck_assert_uint_ge(m->msg_hdr.msg_iov[0].iov_len, a->len);
    memset(from, 0, sizeof *from);
    from->sin_family = AF_INET;
    from->sin_port = htons(a->port);
    memcpy(&from->sin_addr, a->src.b, 4);
    memset(data, 0, a->len);
    for (off = 0; off + 8 <= a->len; off += a->seg, id++) {
        memcpy(data + off + 4, &id, 4);
    }
    m->msg_len = a->len;
    m->msg_hdr.msg_flags = a->truncated ? MSG_TRUNC : 0;
    if (a->seg < a->len) {
        put_gro(&m->msg_hdr, (int)a->seg);
    } else if (fk.aged_s != 0) {
        put_stamp(&m->msg_hdr, fk.aged_s);
    } else {
        m->msg_hdr.msg_controllen = 0;
    }
}

static int fake_recv(int fd, dp_mmsg *msgs, unsigned n)
{
    unsigned i;

    (void)fd;
    if (fk.pending_errors > 0) {
        errno = ECONNREFUSED;
        return -1;
    }
    for (i = 0; i < n && fk.next_arrival < fk.n_arrivals; i++) {
        put_arrival(&msgs[i], &fk.arrivals[fk.next_arrival++]);
    }
    if (i == 0) {
        errno = EAGAIN;
        return -1;
    }
    return (int)i;
}

static int fake_drain(int fd)
{
    int n = fk.pending_errors;

    (void)fd;
    fk.pending_errors = 0;
    return n;
}

static const dp_sys fake_sys = {fake_send, fake_recv, fake_drain};

void fk_open(const char *const *settings)
{
    dhcpperf_transport_config *c;
    char key[32];
    void *self;
    int err;

    memset(&fk, 0, sizeof fk);
    ck_assert_int_eq(dhcpperf_transport_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_transport_config_set(c, "bind", "127.0.0.1"), 0);
    for (; settings != NULL && *settings != NULL; settings++) {
        const char *eq = strchr(*settings, '=');

        memset(key, 0, sizeof key);
        memcpy(key, *settings, (size_t)(eq - *settings));
        ck_assert_msg(dhcpperf_transport_config_set(c, key, eq + 1) == 0, "%s", *settings);
    }
    ck_assert_int_eq(dp_udp_open(&fk.ops, &self, c, -1, &dp_mem_libc, &err), 0);
    dhcpperf_transport_config_free(c);
    fk.u = self;
    fk.u->sys = &fake_sys;
    if (fk.u->config.gso != DP_OFF) {
        fk.u->train_max = 128; /* whatever this kernel takes */
    }
}

void fk_close(void)
{
    fk.ops.close(fk.u);
}

dhcpperf_ip4 fk_to_server(uint32_t id)
{
    (void)id;
    return dp_ip4_of(0x7f000001);
}

unsigned fk_send(uint32_t first_id, unsigned n, uint16_t len, dhcpperf_ip4 (*dst_of)(uint32_t id),
                 dhcpperf_ts now)
{
    static dhcpperf_pkt pkts[4096];
    unsigned total = 0, i;
    int lent;

    while (total < n) {
        lent = fk.ops.tx_loan(fk.u, pkts, n - total, len);
        ck_assert_int_ge(lent, 0);
        if (lent == 0) {
            break;
        }
        for (i = 0; i < (unsigned)lent; i++) {
            uint32_t id = first_id + total + i;

            ck_assert_uint_ge(pkts[i].cap, len);
            memset(pkts[i].data, 0, len);
            memcpy(pkts[i].data + 4, &id, sizeof id);
            pkts[i].len = len;
            pkts[i].cookie = id;
            pkts[i].dst.ip = dst_of(id);
            pkts[i].dst.port = 67;
        }
        ck_assert_int_eq(fk.ops.tx_commit(fk.u, pkts, (unsigned)lent, (unsigned)lent, now), 0);
        total += (unsigned)lent;
    }
    return total;
}

void fk_arrive(const fk_arrival *a)
{
    if (fk.next_arrival == fk.n_arrivals) {
        fk.next_arrival = fk.n_arrivals = 0;
    }
    ck_assert_uint_lt(fk.n_arrivals, FK_ARRIVALS_MAX);
    fk.arrivals[fk.n_arrivals++] = *a;
}

unsigned fk_receive(dhcpperf_ts now)
{
    dhcpperf_pkt pkts[32];
    unsigned total = 0;
    int n;

    do {
        n = fk.ops.rx_burst(fk.u, pkts, 32, now);
        ck_assert_int_ge(n, 0);
        fk.ops.rx_done(fk.u, pkts, (unsigned)n);
        total += (unsigned)n;
    } while (n == 32);
    return total;
}

unsigned fk_fates(dhcpperf_txdone *done, unsigned max, dhcpperf_ts now)
{
    int n;

    (void)fk_receive(now);
    n = fk.ops.tx_done(fk.u, done, max, now);
    ck_assert_int_ge(n, 0);
    return (unsigned)n;
}
