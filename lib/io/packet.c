/* SPDX-License-Identifier: MIT */
/* packet.c - life of a packet carrier: the socket on one interface, its options, what the interface
 * is, and finding it again when it was away.  Everything is allocated here, at open.  The filter is
 * in place before the socket hears anything. */
#include "io/dp_transport.h"

#include <string.h>

#include "base/dp_mem.h"

#if DP_HAVE_PACKET

#include <errno.h>
#include <fcntl.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/dp_text.h"
#include "io/dp_packet.h"
#include "io/dp_socket.h"

enum {
    LOOK_MS = 500
};

int dp_packet_fail(dp_packet *p, int err)
{
    p->err = err;
    return dp_socket_error(err);
}

/* -- the interface -- */

static int ask(const dp_packet *p, unsigned long what, struct ifreq *ret)
{
    memset(ret, 0, sizeof *ret);
    memcpy(ret->ifr_name, p->config.interface, sizeof p->config.interface);
    return ioctl(p->fd, what, ret) == 0 ? 0 : errno;
}

/* Number and hardware address; its IPv4 address, unless one was given, may be none.  0 or errno. */
static int learn_interface(dp_packet *p)
{
    struct sockaddr_in sin;
    struct ifreq r;
    int err = ask(p, SIOCGIFINDEX, &r);

    if (err != 0) {
        return err;
    }
    p->ifindex = r.ifr_ifindex;
    err = ask(p, SIOCGIFHWADDR, &r);
    if (err != 0) {
        return err;
    }
    if (r.ifr_hwaddr.sa_family != ARPHRD_ETHER && r.ifr_hwaddr.sa_family != ARPHRD_LOOPBACK) {
        return EAFNOSUPPORT;
    }
    memcpy(p->local.mac.b, r.ifr_hwaddr.sa_data, sizeof p->local.mac.b);
    p->local.ip = p->config.bind;
    if (dp_ip4_num(p->local.ip) == 0 && ask(p, SIOCGIFADDR, &r) == 0) {
        memcpy(&sin, &r.ifr_addr, sizeof sin);
        memcpy(p->local.ip.b, &sin.sin_addr, sizeof p->local.ip.b);
    }
    return 0;
}

static int bind_interface(dp_packet *p)
{
    struct sockaddr_ll at;

    memset(&at, 0, sizeof at);
    at.sll_family = AF_PACKET;
    at.sll_protocol = htons(ETH_P_ALL); /* bound to IPv4 alone, it would not see tags */
    at.sll_ifindex = p->ifindex;
    return bind(p->fd, (struct sockaddr *)&at, sizeof at) == 0 ? 0 : errno;
}

static int be_promiscuous(dp_packet *p)
{
    struct packet_mreq m = {.mr_ifindex = p->ifindex, .mr_type = PACKET_MR_PROMISC};

    return !p->config.promisc ||
                   setsockopt(p->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &m, sizeof m) == 0
               ? 0
               : errno;
}

/* 0 or errno. */
static int attach(dp_packet *p)
{
    int err = learn_interface(p);

    err = err != 0 ? err : bind_interface(p);
    return err != 0 ? err : be_promiscuous(p);
}

bool dp_packet_is_down(dp_packet *p, int err, dhcpperf_ts now)
{
    if (err != ENETDOWN && err != ENXIO && err != ENODEV) {
        return false;
    }
    if (p->look_at == DHCPPERF_NEVER) {
        p->look_at = now + LOOK_MS * DHCPPERF_NS_PER_MS;
    }
    return true;
}

/* Up, and the one that the socket is bound to: the kernel will tell of the next change.  Of one
 * that goes away while it is down it says nothing. */
static bool is_as_before(const dp_packet *p)
{
    struct ifreq r;

    return ask(p, SIOCGIFINDEX, &r) == 0 && r.ifr_ifindex == p->ifindex &&
           ask(p, SIOCGIFFLAGS, &r) == 0 && (r.ifr_flags & IFF_UP) != 0;
}

void dp_packet_look(dp_packet *p, dhcpperf_ts now)
{
    struct ifreq r;

    if (now < p->look_at) {
        return;
    }
    p->look_at = now + LOOK_MS * DHCPPERF_NS_PER_MS;
    if (ask(p, SIOCGIFINDEX, &r) == 0 && r.ifr_ifindex != p->ifindex && attach(p) != 0) {
        p->ifindex = 0; /* to be tried again */
    }
    if (is_as_before(p)) {
        p->look_at = DHCPPERF_NEVER;
    }
}

/* -- options -- */

/* errno or 0. */
static int set_filter(dp_packet *p)
{
    struct sock_filter code[DP_PACKET_FILTER_MAX];
    struct sock_fprog program = {.filter = code};

    program.len = (unsigned short)dp_packet_filter(code, &p->config);
    return setsockopt(p->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0 ? 0
                                                                                          : errno;
}

static void ask_reports(dp_packet *p)
{
    (void)dp_socket_set(p->fd, SOL_PACKET, PACKET_AUXDATA, 1);
    if (dp_socket_set(p->fd, SOL_PACKET, PACKET_VNET_HDR, 1) == 0) {
        p->told_len = sizeof p->plain;
    }
#if defined(PACKET_IGNORE_OUTGOING)
    (void)dp_socket_set(p->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
#endif
#if defined(HAVE_DECL_SO_TIMESTAMPNS) && HAVE_DECL_SO_TIMESTAMPNS
    if (p->config.timestamps) {
        p->stats.stamps = dp_socket_set(p->fd, SOL_SOCKET, SO_TIMESTAMPNS, 1) == 0;
    }
#endif
    dp_socket_ask_buffers(p->fd, p->config.rcvbuf, p->config.sndbuf, &p->stats);
    p->stats.train_max = 1;
}

/* The kernel tells whoever writes to a port of ours that nobody listens there, unless somebody
 * does. This one takes nothing: every packet is dropped before it is queued.  errno or 0. */
static int hold_port(dp_packet *p)
{
    struct sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
    struct sock_fprog program = {.len = 1, .filter = &nothing};
    struct sockaddr_in sin;
    int err;

    if (!p->config.hold_port || p->local.port == 0 || dp_ip4_num(p->local.ip) == 0) {
        return 0;
    }
    p->held_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP);
    if (p->held_fd < 0) {
        return errno;
    }
    memset(&sin, 0, sizeof sin);
    sin.sin_family = AF_INET;
    sin.sin_port = htons(p->local.port);
    memcpy(&sin.sin_addr, p->local.ip.b, sizeof p->local.ip.b);
    if (setsockopt(p->held_fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0 &&
        bind(p->held_fd, (struct sockaddr *)&sin, sizeof sin) == 0) {
        return 0;
    }
    err = errno;
    return err == EADDRNOTAVAIL ? 0 : err; /* not the kernel's address: it will say nothing */
}

/* -- opening -- */

/* errno or 0. */
static int open_socket(dp_packet *p)
{
    int err;

    p->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (p->fd < 0) {
        return errno;
    }
    err = set_filter(p);
    if (err == 0) {
        ask_reports(p);
        err = attach(p);
    }
    return err;
}

static int adopt_socket(dp_packet *p, int fd)
{
    int domain = 0, type = 0, flags = fcntl(fd, F_GETFL);
    socklen_t len = sizeof domain;

    if (flags < 0 || getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) != 0 ||
        getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) != 0) {
        return errno;
    }
    if (domain != AF_PACKET || type != SOCK_RAW) {
        return EPROTOTYPE;
    }
    if (fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0) {
        return errno;
    }
    p->fd = fd;
    flags = set_filter(p);
    if (flags == 0) {
        ask_reports(p);
        flags = attach(p);
    }
    return flags;
}

/* -- the carrier's other functions -- */

static int packet_wants_write(void *self)
{
    const dp_packet *p = self;

    return p->wants_write;
}

static int packet_fd(void *self)
{
    const dp_packet *p = self;

    return p->fd;
}

static int packet_errno(void *self)
{
    const dp_packet *p = self;

    return p->err;
}

static int packet_get_local(void *self, dhcpperf_endpoint *ret)
{
    const dp_packet *p = self;

    *ret = p->local;
    return 0;
}

static dhcpperf_ts packet_deadline(void *self)
{
    const dp_packet *p = self;

    return p->retry_at < p->look_at ? p->retry_at : p->look_at;
}

static int packet_stats(void *self, dhcpperf_carrier_stats *ret, size_t ret_size)
{
    dp_packet *p = self;
    struct tpacket_stats s;
    socklen_t len = sizeof s;

    if (getsockopt(p->fd, SOL_PACKET, PACKET_STATISTICS, &s, &len) == 0) {
        p->stats.rx_dropped += s.tp_drops; /* since the last look */
    }
    p->stats.size = ret_size < sizeof p->stats ? ret_size : sizeof p->stats;
    memcpy(ret, &p->stats, p->stats.size);
    if (ret_size > sizeof p->stats) {
        memset((char *)ret + sizeof p->stats, 0, ret_size - sizeof p->stats);
    }
    return 0;
}

static void packet_close(void *self)
{
    dp_packet *p = self;
    dhcpperf_mem m = p->mem;

    dp_packet_tx_fini(p);
    dp_packet_rx_fini(p);
    if (p->held_fd >= 0) {
        (void)close(p->held_fd);
    }
    if (p->fd >= 0) {
        (void)close(p->fd);
    }
    DP_FREE(&m, p);
}

static const dhcpperf_transport_ops packet_ops = {
    .size = sizeof packet_ops,
    .rx_burst = dp_packet_rx_burst,
    .rx_done = dp_packet_rx_done,
    .tx_loan = dp_packet_tx_loan,
    .tx_commit = dp_packet_tx_commit,
    .tx_done = dp_packet_tx_done,
    .wants_write = packet_wants_write,
    .stats = packet_stats,
    .fd = packet_fd,
    .sys_errno = packet_errno,
    .close = packet_close,
    .deadline = packet_deadline,
    .get_local = packet_get_local,
};

/* The error that an errno of opening means. */
static int open_error(dp_packet *p, int err)
{
    switch (err) {
    case ENODEV:
        return DHCPPERF_E_NOTFOUND;
    case EAFNOSUPPORT: /* no packet sockets, or an interface without Ethernet frames */
        return DHCPPERF_E_UNSUPPORTED;
    default:
        return dp_packet_fail(p, err);
    }
}

int dp_packet_open(dhcpperf_transport_ops *ret_ops, void **ret_self,
                   const dhcpperf_transport_config *c, int fd, const dhcpperf_mem *mem,
                   int *reterr_errno)
{
    dp_packet *p;
    int rc, err;

    *reterr_errno = 0;
    if (c->interface[0] == '\0') {
        return DHCPPERF_E_INVALID;
    }
    p = DP_NEW(mem, dp_packet);
    if (p == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    p->mem = *mem;
    p->config = *c;
    p->fd = p->held_fd = -1;
    p->sys = &dp_sys_kernel;
    p->local.port = (uint16_t)c->port;
    p->retry_at = p->look_at = DHCPPERF_NEVER;
    rc = dp_packet_rx_init(p);
    rc = rc != 0 ? rc : dp_packet_tx_init(p);
    if (rc == 0) {
        err = fd >= 0 ? adopt_socket(p, fd) : open_socket(p);
        err = err != 0 ? err : hold_port(p);
        if (err != 0) {
            *reterr_errno = err;
            rc = open_error(p, err);
        }
    }
    if (rc != 0) {
        p->fd = p->fd == fd ? -1 : p->fd; /* an adopted one stays the caller's */
        packet_close(p);
        return rc;
    }
    *ret_ops = packet_ops;
    *ret_self = p;
    return 0;
}

#else

int dp_packet_open(dhcpperf_transport_ops *ret_ops, void **ret_self,
                   const dhcpperf_transport_config *c, int fd, const dhcpperf_mem *mem,
                   int *reterr_errno)
{
    (void)ret_ops;
    (void)ret_self;
    (void)c;
    (void)fd;
    (void)mem;
    *reterr_errno = 0;
    return DHCPPERF_E_UNSUPPORTED;
}

#endif
