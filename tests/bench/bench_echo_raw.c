/* SPDX-License-Identifier: MIT */
/* bench_echo_raw.c - the limit: an echo pair that does nothing but move datagrams.  Messages are
 * composed once and never looked at; the server sends each train back from where it arrived.  Asked
 * to compose, it writes every message anew with its transaction id, as any engine must. */
#ifdef HAVE_CONFIG_H
#include "config.h" /* _GNU_SOURCE */
#endif

#include "bench_echo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
    VEC = 64,
    SLOT = 65536,
    CTRL = 128
};

typedef struct lane {
    struct mmsghdr msgs[VEC];
    struct iovec iov[VEC];
    struct sockaddr_in names[VEC];
    _Alignas(8) char ctrl[VEC][CTRL];
} lane;

static double now_s(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int open_raw(const echo_case *c, uint32_t ip)
{
    struct sockaddr_in sin = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(ip)};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int one = 1, big = 64 << 20;

    if (fd < 0 || bind(fd, (struct sockaddr *)&sin, sizeof sin) != 0) {
        return -1;
    }
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof big) != 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof big);
    }
    if (c->train > 1) {
        (void)setsockopt(fd, IPPROTO_UDP, UDP_GRO, &one, sizeof one);
    }
    return fd;
}

static void prepare_rx(lane *l, char *mem)
{
    int i;

    for (i = 0; i < VEC; i++) {
        l->iov[i] = (struct iovec){mem + (size_t)i * SLOT, SLOT};
        l->msgs[i].msg_hdr = (struct msghdr){.msg_name = &l->names[i],
                                             .msg_namelen = sizeof l->names[i],
                                             .msg_iov = &l->iov[i],
                                             .msg_iovlen = 1};
    }
}

/* Control bytes of one send: source address when not 0, segment length when a train. */
static void set_ctrl(lane *l, int i, uint32_t src, int train)
{
    struct msghdr *h = &l->msgs[i].msg_hdr;
    struct cmsghdr *cm = (struct cmsghdr *)(void *)l->ctrl[i];
    struct in_pktinfo info = {.ipi_spec_dst.s_addr = htonl(src)};
    uint16_t seg = ECHO_LEN;
    size_t at = 0;

    if (src != 0) {
        cm->cmsg_level = IPPROTO_IP;
        cm->cmsg_type = IP_PKTINFO;
        cm->cmsg_len = CMSG_LEN(sizeof info);
        memcpy(CMSG_DATA(cm), &info, sizeof info);
        at = CMSG_SPACE(sizeof info);
    }
    if (train) {
        cm = (struct cmsghdr *)(void *)(l->ctrl[i] + at);
        cm->cmsg_level = IPPROTO_UDP;
        cm->cmsg_type = UDP_SEGMENT;
        cm->cmsg_len = CMSG_LEN(sizeof seg);
        memcpy(CMSG_DATA(cm), &seg, sizeof seg);
        at += CMSG_SPACE(sizeof seg);
    }
    h->msg_control = at > 0 ? l->ctrl[i] : NULL;
    h->msg_controllen = at;
}

static int send_all(int fd, lane *l, int n)
{
    int sent = 0, rc;

    while (sent < n) {
        rc = sendmmsg(fd, l->msgs + sent, (unsigned)(n - sent), 0);
        if (rc < 0) {
            return -1;
        }
        sent += rc;
    }
    return 0;
}

/* The length is a variable, as in an engine, so that the copy is the C library's. */
static uint8_t image[ECHO_LEN];
static size_t image_len = ECHO_LEN;

enum {
    XID_AT = 4
};

/* Writes the messages of a train with the ids they have. */
static void answer_all(char *train, size_t len)
{
    char xid[4];
    size_t at;

    for (at = 0; at + ECHO_LEN <= len; at += ECHO_LEN) {
        memcpy(xid, train + at + XID_AT, sizeof xid);
        memcpy(train + at, image, image_len);
        memcpy(train + at + XID_AT, xid, sizeof xid);
    }
}

/* Writes the messages of a train with new ids. */
static void compose_all(char *train, unsigned n, uint32_t *xid)
{
    for (; n > 0; n--, train += ECHO_LEN) {
        memcpy(train, image, image_len);
        memcpy(train + XID_AT, xid, sizeof *xid);
        (*xid)++;
    }
}

int raw_server(const echo_case *c, volatile int *port)
{
    static lane rx;
    char *mem = malloc((size_t)VEC * SLOT);
    struct sockaddr_in sin;
    socklen_t len = sizeof sin;
    int fd = open_raw(c, INADDR_LOOPBACK), n, i;

    if (fd < 0 || mem == NULL || getsockname(fd, (struct sockaddr *)&sin, &len) != 0) {
        return -1;
    }
    *port = ntohs(sin.sin_port);
    while (!*c->stop) {
        prepare_rx(&rx, mem);
        n = recvmmsg(fd, rx.msgs, VEC, MSG_DONTWAIT, NULL);
        if (n <= 0) {
            struct pollfd p = {.fd = fd, .events = POLLIN};

            (void)poll(&p, 1, 50);
            continue;
        }
        for (i = 0; i < n; i++) {
            rx.iov[i].iov_len = rx.msgs[i].msg_len;
            if (c->compose) {
                answer_all(rx.iov[i].iov_base, rx.msgs[i].msg_len);
            }
            set_ctrl(&rx, i, 0, rx.msgs[i].msg_len > ECHO_LEN);
        }
        if (send_all(fd, &rx, n) != 0) {
            return -1;
        }
    }
    free(mem);
    return close(fd);
}

typedef struct raw_run {
    int fd;
    const echo_case *c;
    struct sockaddr_in to;
    uint64_t sent, received, lost;
    uint32_t xid;
    char *out;
    lane tx, rx;
} raw_run;

static int fill_window(raw_run *r)
{
    unsigned room = r->c->window - (unsigned)(r->sent - r->received - r->lost);
    int n = 0;

    while (room >= r->c->train && n < VEC) {
        unsigned relay = (unsigned)(r->sent / r->c->run) % r->c->relays;

        r->tx.iov[n] = (struct iovec){r->out + (size_t)n * SLOT, (size_t)r->c->train * ECHO_LEN};
        r->tx.msgs[n].msg_hdr = (struct msghdr){.msg_name = &r->to,
                                                .msg_namelen = sizeof r->to,
                                                .msg_iov = &r->tx.iov[n],
                                                .msg_iovlen = 1};
        set_ctrl(&r->tx, n, echo_relay(relay), r->c->train > 1);
        if (r->c->compose) {
            compose_all(r->tx.iov[n].iov_base, r->c->train, &r->xid);
        }
        r->sent += r->c->train;
        room -= r->c->train;
        n++;
    }
    return n > 0 ? send_all(r->fd, &r->tx, n) : 0;
}

static void drain(raw_run *r, char *mem)
{
    struct pollfd p = {.fd = r->fd, .events = POLLIN};
    int n, i;

    prepare_rx(&r->rx, mem);
    n = recvmmsg(r->fd, r->rx.msgs, VEC, MSG_DONTWAIT, NULL);
    if (n <= 0 && poll(&p, 1, 100) == 0) {
        r->lost = r->sent - r->received;
    }
    for (i = 0; i < n; i++) {
        r->received += r->rx.msgs[i].msg_len / ECHO_LEN;
    }
    if (r->received + r->lost > r->sent) { /* not lost, only late */
        r->lost = r->sent - r->received;
    }
}

int raw_client(const echo_case *c, int port, echo_result *ret)
{
    static raw_run r;
    char *mem = malloc((size_t)VEC * SLOT);
    double start = now_s(), t = start, from = 0;
    uint64_t at = 0;

    memset(&r, 0, sizeof r);
    r.c = c;
    r.fd = open_raw(c, INADDR_ANY);
    r.out = calloc(VEC, SLOT);
    r.to = (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (r.fd < 0 || r.out == NULL || mem == NULL) {
        return -1;
    }
    while (from == 0 || t < from + c->seconds) {
        if (fill_window(&r) != 0) {
            return -1;
        }
        drain(&r, mem);
        t = now_s();
        if (from == 0 && t > start + c->seconds / 4) {
            from = t;
            at = r.received;
        }
    }
    ret->per_s = (double)(r.received - at) / (t - from);
    ret->total = r.received;
    ret->lost = r.lost;
    ret->tx_messages = r.sent;
    ret->tx_trains = c->train > 1 ? r.sent / c->train : 0;
    free(mem);
    free(r.out);
    return close(r.fd);
}
