/* SPDX-License-Identifier: MIT */
/* udp.c - life of a UDP carrier: the socket, its options, what the kernel granted, statistics.
 * Everything is allocated here, at open; a socket option that only makes things better is asked for
 * and done without, one that the configuration demands fails the open. */
#include "io/dp_udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/udp.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#if defined(HAVE_LINUX_SOCK_DIAG_H)
#include <linux/sock_diag.h>
#endif

#include "base/dp_mem.h"
#include "base/dp_rng.h"
#include "base/dp_text.h"
#include "io/dp_socket.h"

int dp_udp_fail(dp_udp *u, int err)
{
    u->err = err;
    return dp_socket_error(err);
}

/* An ICMP error that came back for an earlier message is reported by whichever call comes next.
 * That call did nothing wrong and is to be repeated. */
bool dp_udp_was_pending_error(dp_udp *u, int err)
{
    int n;

    switch (err) {
    case ECONNREFUSED:
    case EHOSTUNREACH:
    case ENETUNREACH:
    case EHOSTDOWN:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case EMSGSIZE:
    case EPROTO:
#ifdef ENONET
    case ENONET:
#endif
        n = u->sys->drain_errors(u->fd);
        u->stats.unreachable += (uint64_t)n;
        return n > 0;
    default:
        return false;
    }
}

/* -- options -- */

static void ask_reports(dp_udp *u)
{
#if defined(HAVE_DECL_IP_PKTINFO) && HAVE_DECL_IP_PKTINFO
    if (u->config.pktinfo == DP_ON ||
        (u->config.pktinfo == DP_AUTO && dp_ip4_num(u->local.ip) == 0)) {
        (void)dp_socket_set(u->fd, IPPROTO_IP, IP_PKTINFO, 1);
    }
#endif
#if defined(HAVE_DECL_SO_TIMESTAMPNS) && HAVE_DECL_SO_TIMESTAMPNS
    if (u->config.timestamps) {
        u->stats.stamps = dp_socket_set(u->fd, SOL_SOCKET, SO_TIMESTAMPNS, 1) == 0;
    }
#endif
#if defined(IP_RECVERR)
    (void)dp_socket_set(u->fd, IPPROTO_IP, IP_RECVERR, 1);
#endif
}

static void ask_trains(dp_udp *u)
{
    u->train_max = u->config.gso == DP_OFF ? 1 : dp_udp_train_max();
    u->train_max = u->train_max < u->config.train ? u->train_max : u->config.train;
    u->stats.train_max = u->train_max;
#if defined(HAVE_DECL_UDP_GRO) && HAVE_DECL_UDP_GRO
    u->gro = u->config.gso != DP_OFF && dp_socket_set(u->fd, IPPROTO_UDP, UDP_GRO, 1) == 0;
#endif
}

static int demand_before_bind(dp_udp *u)
{
    const dhcpperf_transport_config *c = &u->config;
    int fd = u->fd;

    if (c->reuse == DP_REUSE_ADDR && dp_socket_set(fd, SOL_SOCKET, SO_REUSEADDR, 1) != 0) {
        return errno;
    }
    if (c->reuse == DP_REUSE_PORT && dp_socket_set(fd, SOL_SOCKET, SO_REUSEPORT, 1) != 0) {
        return errno;
    }
    if (c->broadcast && dp_socket_set(fd, SOL_SOCKET, SO_BROADCAST, 1) != 0) {
        return errno;
    }
#if defined(IP_FREEBIND)
    if (c->freebind && dp_socket_set(fd, IPPROTO_IP, IP_FREEBIND, 1) != 0) {
        return errno;
    }
#endif
#if defined(SO_BINDTODEVICE)
    if (c->interface[0] != '\0' && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, c->interface,
                                              (socklen_t)strlen(c->interface) + 1) != 0) {
        return errno;
    }
#endif
    return 0;
}

static int bind_socket(dp_udp *u)
{
    struct sockaddr_in sin;

    memset(&sin, 0, sizeof sin);
    sin.sin_family = AF_INET;
    sin.sin_port = htons((uint16_t)u->config.port);
    memcpy(&sin.sin_addr, u->config.bind.b, sizeof u->config.bind.b);
    return bind(u->fd, (struct sockaddr *)&sin, sizeof sin) == 0 ? 0 : errno;
}

static int learn_local(dp_udp *u)
{
    struct sockaddr_in sin;
    socklen_t len = sizeof sin;

    memset(&sin, 0, sizeof sin);
    if (getsockname(u->fd, (struct sockaddr *)&sin, &len) != 0) {
        return errno;
    }
    if (sin.sin_family != AF_INET) {
        return EAFNOSUPPORT;
    }
    memcpy(u->local.ip.b, &sin.sin_addr, sizeof u->local.ip.b);
    u->local.port = ntohs(sin.sin_port);
    return 0;
}

/* errno or 0. */
static int open_socket(dp_udp *u)
{
    int err;

    u->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP);
    if (u->fd < 0) {
        return errno;
    }
    err = demand_before_bind(u);
    return err != 0 ? err : bind_socket(u);
}

static int adopt_socket(dp_udp *u, int fd)
{
    int type = 0;
    socklen_t len = sizeof type;
    int flags;

    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) != 0) {
        return errno;
    }
    flags = fcntl(fd, F_GETFL);
    if (type != SOCK_DGRAM || flags < 0) {
        return type != SOCK_DGRAM ? EPROTOTYPE : errno;
    }
    if (fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) {
        return errno;
    }
    u->fd = fd;
    return 0;
}

/* -- the carrier's other functions -- */

static int udp_wants_write(void *self)
{
    const dp_udp *u = self;

    return u->wants_write;
}

static int udp_fd(void *self)
{
    const dp_udp *u = self;

    return u->fd;
}

static int udp_errno(void *self)
{
    const dp_udp *u = self;

    return u->err;
}

static int udp_get_local(void *self, dhcpperf_endpoint *ret)
{
    const dp_udp *u = self;

    *ret = u->local;
    return 0;
}

static dhcpperf_ts udp_deadline(void *self)
{
    const dp_udp *u = self;
    dhcpperf_ts t = dp_udp_probes_deadline(u);

    return t < u->retry_at ? t : u->retry_at;
}

/* SO_RXQ_OVFL rides on packets and is silent while none arrives; SO_MEMINFO can be asked. */
static void look_at_drops(dp_udp *u)
{
#if defined(HAVE_LINUX_SOCK_DIAG_H) && defined(HAVE_DECL_SO_MEMINFO) && HAVE_DECL_SO_MEMINFO
    uint32_t info[SK_MEMINFO_VARS];
    socklen_t len = sizeof info;

    if (getsockopt(u->fd, SOL_SOCKET, SO_MEMINFO, info, &len) == 0 &&
        len > SK_MEMINFO_DROPS * sizeof info[0]) {
        u->stats.rx_dropped += (uint32_t)(info[SK_MEMINFO_DROPS] - u->drops_seen);
        u->drops_seen = info[SK_MEMINFO_DROPS];
    }
#else
    (void)u;
#endif
}

static int udp_stats(void *self, dhcpperf_carrier_stats *ret, size_t ret_size)
{
    dp_udp *u = self;

    look_at_drops(u);
    u->stats.peers = u->peers.count;
    u->stats.peers_evicted = u->peers.evicted;
    u->stats.size = ret_size < sizeof u->stats ? ret_size : sizeof u->stats;
    memcpy(ret, &u->stats, u->stats.size);
    if (ret_size > sizeof u->stats) {
        memset((char *)ret + sizeof u->stats, 0, ret_size - sizeof u->stats);
    }
    return 0;
}

static void udp_close(void *self)
{
    dp_udp *u = self;
    dhcpperf_mem m = u->mem;

    dp_udp_train_fini(u);
    dp_udp_tx_fini(u);
    dp_udp_rx_fini(u);
    if (u->fd >= 0) {
        (void)close(u->fd);
    }
    DP_FREE(&m, u);
}

static const dhcpperf_transport_ops udp_ops = {
    .size = sizeof udp_ops,
    .rx_burst = dp_udp_rx_burst,
    .rx_done = dp_udp_rx_done,
    .tx_loan = dp_udp_tx_loan,
    .tx_commit = dp_udp_tx_commit,
    .tx_done = dp_udp_tx_done,
    .wants_write = udp_wants_write,
    .stats = udp_stats,
    .fd = udp_fd,
    .sys_errno = udp_errno,
    .close = udp_close,
    .deadline = udp_deadline,
    .get_local = udp_get_local,
};

static int allocate(dp_udp *u)
{
    int rc = dp_udp_rx_init(u);

    if (rc == 0) {
        rc = dp_udp_tx_init(u);
    }
    if (rc == 0) {
        rc = dp_udp_train_init(u);
    }
    return rc;
}

int dp_udp_open(dhcpperf_transport_ops *ret_ops, void **ret_self,
                const dhcpperf_transport_config *c, int fd, const dhcpperf_mem *mem,
                int *reterr_errno)
{
    dp_udp *u = DP_NEW(mem, dp_udp);
    int rc, err;

    *reterr_errno = 0;
    if (u == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    u->mem = *mem;
    u->config = *c;
    u->fd = -1;
    u->sys = &dp_sys_kernel;
    u->retry_at = DHCPPERF_NEVER;
    rc = allocate(u);
    if (rc == 0) {
        err = fd >= 0 ? adopt_socket(u, fd) : open_socket(u);
        err = err != 0 ? err : learn_local(u);
        if (err != 0) {
            *reterr_errno = err;
            rc = dp_udp_fail(u, err);
        }
    }
    if (rc != 0) {
        u->fd = u->fd == fd ? -1 : u->fd; /* an adopted one stays the caller's */
        udp_close(u);
        return rc;
    }
    if (u->config.steer > 0) {
        dp_udp_steer(u);
    }
    dp_socket_ask_buffers(u->fd, c->rcvbuf, c->sndbuf, &u->stats);
    ask_reports(u);
    ask_trains(u);
    *ret_ops = udp_ops;
    *ret_self = u;
    return 0;
}
