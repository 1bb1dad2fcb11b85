/* SPDX-License-Identifier: MIT */
/* udp_sys.c - the system calls of the hot path and what replaces them where the C library or the
 * kernel lacks them: many messages a call, else one. */
#include "io/dp_udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/udp.h>
#include <string.h>
#include <unistd.h>

#if defined(HAVE_LINUX_ERRQUEUE_H)
#include <linux/types.h>
#include <time.h>
#include <linux/errqueue.h>
#endif

static int send_single(int fd, dp_mmsg *msgs, unsigned n)
{
    unsigned i;
    ssize_t len;

    for (i = 0; i < n; i++) {
        len = sendmsg(fd, &msgs[i].msg_hdr, MSG_DONTWAIT);
        if (len < 0) {
            return i > 0 ? (int)i : -1;
        }
        msgs[i].msg_len = (unsigned int)len;
    }
    return (int)n;
}

static int recv_single(int fd, dp_mmsg *msgs, unsigned n)
{
    unsigned i;
    ssize_t len;

    for (i = 0; i < n; i++) {
        len = recvmsg(fd, &msgs[i].msg_hdr, MSG_DONTWAIT);
        if (len < 0) {
            return i > 0 ? (int)i : -1;
        }
        msgs[i].msg_len = (unsigned int)len;
    }
    return (int)n;
}

static int send_many(int fd, dp_mmsg *msgs, unsigned n)
{
#if DP_HAVE_MMSG
    int rc = sendmmsg(fd, msgs, n, MSG_DONTWAIT);

    if (rc >= 0 || errno != ENOSYS) {
        return rc;
    }
#endif
    return send_single(fd, msgs, n);
}

static int recv_many(int fd, dp_mmsg *msgs, unsigned n)
{
#if DP_HAVE_MMSG
    int rc = recvmmsg(fd, msgs, n, MSG_DONTWAIT, NULL);

    if (rc >= 0 || errno != ENOSYS) {
        return rc;
    }
#endif
    return recv_single(fd, msgs, n);
}

/* Reports pile up only as fast as ICMP errors arrive; the bound keeps the call bounded even so. */
static int drain_errors(int fd)
{
    int n = 0;
#if defined(HAVE_LINUX_ERRQUEUE_H)
    char ctrl[256], byte;
    struct iovec iov = {.iov_base = &byte, .iov_len = sizeof byte};
    struct msghdr msg;

    while (n < 4096) {
        memset(&msg, 0, sizeof msg);
        msg.msg_iov = &iov;
        msg.msg_iovlen = 1;
        msg.msg_control = ctrl;
        msg.msg_controllen = sizeof ctrl;
        if (recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) {
            break;
        }
        n++;
    }
#else
    (void)fd;
#endif
    return n;
}

const dp_sys dp_sys_kernel = {
    .send = send_many,
    .recv = recv_many,
    .drain_errors = drain_errors,
};

const dp_sys dp_sys_single = {
    .send = send_single,
    .recv = recv_single,
    .drain_errors = drain_errors,
};

#if defined(HAVE_DECL_UDP_SEGMENT) && HAVE_DECL_UDP_SEGMENT

/* Segments are one byte long, so the limit on their number is the one that is met. */
static bool takes_train(int fd, uint32_t n)
{
    static const uint8_t zeros[128];
    int seg = 1;

    if (setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT, &seg, sizeof seg) != 0) {
        return false;
    }
    return send(fd, zeros, n, MSG_DONTWAIT) == (ssize_t)n;
}

/* A socket connected to itself: what the kernel takes is known, and nobody else hears it. */
static int self_connected(void)
{
    struct sockaddr_in sin;
    socklen_t len = sizeof sin;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    memset(&sin, 0, sizeof sin);
    sin.sin_family = AF_INET;
    sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd >= 0 && (bind(fd, (struct sockaddr *)&sin, sizeof sin) != 0 ||
                    getsockname(fd, (struct sockaddr *)&sin, &len) != 0 ||
                    connect(fd, (struct sockaddr *)&sin, len) != 0)) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

uint32_t dp_udp_train_max(void)
{
    static const uint32_t sizes[] = {128, 64, 32, 2};
    uint32_t max = 1;
    int fd = self_connected();
    size_t i;

    for (i = 0; fd >= 0 && max == 1 && i < sizeof sizes / sizeof sizes[0]; i++) {
        if (takes_train(fd, sizes[i])) {
            max = sizes[i];
        }
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return max;
}

#else

uint32_t dp_udp_train_max(void)
{
    return 1;
}

#endif
