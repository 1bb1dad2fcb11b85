/* SPDX-License-Identifier: MIT */
/* transport.c - the carrier handle: configuration through one table, and dispatch to the functions
 * of a carrier, ours or the caller's.  It checks arguments and fills in what older or smaller
 * carriers leave out; it knows no socket. */
#include <libdhcpperf/transport.h>

#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_settings.h"
#include "io/dp_transport.h"

struct dhcpperf_transport {
    dhcpperf_transport_ops ops; /* complete: absent functions are replaced by defaults */
    void *self;
    dhcpperf_mem mem;
};

/* -- configuration -- */

#if DP_HAVE_PACKET
static const char *const kind_names[] = {"udp", "packet", NULL};
#else
static const char *const kind_names[] = {"udp", NULL};
#endif
static const char *const auto_names[] = {"auto", "on", "off", NULL};
static const char *const probe_names[] = {"auto", "on", "off", NULL};
static const char *const reuse_names[] = {"none", "addr", "port", NULL};

#define FIELD(name) offsetof(dhcpperf_transport_config, name)

static const dp_setting settings[] = {
    {"kind", "", "udp", "what carries the packets: a UDP socket, or frames on one interface",
     DP_SET_ENUM, FIELD(kind), 0, 0, kind_names},
    {"bind", "", "0.0.0.0", "local address", DP_SET_IP4, FIELD(bind), 0, 0, NULL},
    {"interface", "", "", "network interface to keep to, empty for any; kind=packet needs one",
     DP_SET_TEXT, FIELD(interface), 0, 15, NULL},
    {"port", "", "0", "local UDP port, 0 for one that is free; with kind=packet 0 is 67 and 68",
     DP_SET_U32, FIELD(port), 0, 65535, NULL},
    {"burst", "messages", "2048", "most messages lent at once", DP_SET_U32, FIELD(burst), 1, 16384,
     NULL},
    {"slots", "buffers", "512", "receive buffers of 64 KiB, each holds a train", DP_SET_U32,
     FIELD(slots), 8, 8192, NULL},
    {"rcvbuf", "bytes", "134217728", "receive buffer to ask the kernel for, 0 for its default",
     DP_SET_U32, FIELD(rcvbuf), 0, 1u << 30, NULL},
    {"sndbuf", "bytes", "4194304", "send buffer to ask the kernel for, 0 for its default",
     DP_SET_U32, FIELD(sndbuf), 0, 1u << 30, NULL},
    {"gso", "", "auto", "trains of messages: auto = to peers that have earned them", DP_SET_ENUM,
     FIELD(gso), 0, 0, auto_names},
    {"train", "messages", "128", "most messages in one train, within what the kernel takes",
     DP_SET_U32, FIELD(train), 2, 128, NULL},
    {"probe", "", "auto",
     "with gso=auto, who is offered a train of two: auto = peers that we spoke to first",
     DP_SET_ENUM, FIELD(probe), 0, 0, probe_names},
    {"probe-timeout", "time", "150ms", "wait for the answers to a train of two", DP_SET_DUR,
     FIELD(probe_timeout), DHCPPERF_NS_PER_MS, 60 * DHCPPERF_NS_PER_S, NULL},
    {"peers", "peers", "16384", "peers whose standing is remembered", DP_SET_U32, FIELD(peers), 8,
     1u << 24, NULL},
    {"timestamps", "", "on", "arrival times taken by the kernel", DP_SET_BOOL, FIELD(timestamps), 0,
     0, NULL},
    {"pktinfo", "", "auto",
     "learn destination address and interface of arrivals: auto = unless bound to one address",
     DP_SET_ENUM, FIELD(pktinfo), 0, 0, auto_names},
    {"broadcast", "", "on", "allow sending to broadcast addresses", DP_SET_BOOL, FIELD(broadcast),
     0, 0, NULL},
    {"freebind", "", "off", "allow addresses that this host does not have", DP_SET_BOOL,
     FIELD(freebind), 0, 0, NULL},
    {"reuse", "", "none", "share the port: addr, or port = one socket per worker", DP_SET_ENUM,
     FIELD(reuse), 0, 0, reuse_names},
    {"steer", "sockets", "0",
     "with reuse=port, deal arrivals to that many sockets by hardware address, 0 = as the kernel "
     "does",
     DP_SET_U32, FIELD(steer), 0, DP_STEER_MAX, NULL},
    {"vlan", "", "0",
     "with kind=packet, the VLAN to keep to: 0 = frames without a tag, 4095 = with any or none",
     DP_SET_U32, FIELD(vlan), 0, 4095, NULL},
    {"promisc", "", "off", "with kind=packet, hear frames for other hardware addresses, too",
     DP_SET_BOOL, FIELD(promisc), 0, 0, NULL},
    {"arp", "", "off", "with kind=packet, hand out ARP frames, too", DP_SET_BOOL, FIELD(arp), 0, 0,
     NULL},
    {"hold-port", "", "on",
     "with kind=packet, keep the kernel from calling the port unreachable by a socket on it",
     DP_SET_BOOL, FIELD(hold_port), 0, 0, NULL},
};

enum {
    N_SETTINGS = sizeof settings / sizeof settings[0]
};

int dhcpperf_transport_config_new(dhcpperf_transport_config **ret, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_transport_config *c;

    if (ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    c = DP_NEW(&m, dhcpperf_transport_config);
    if (c == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    c->mem = m;
    dp_settings_defaults(settings, N_SETTINGS, c);
    *ret = c;
    return 0;
}

void dhcpperf_transport_config_free(dhcpperf_transport_config *c)
{
    if (c != NULL) {
        dhcpperf_mem m = c->mem;

        DP_FREE(&m, c);
    }
}

int dhcpperf_transport_config_set(dhcpperf_transport_config *c, const char *key, const char *value)
{
    if (c == NULL || key == NULL || value == NULL) {
        return DHCPPERF_E_INVALID;
    }
#if !DP_HAVE_PACKET
    if (strcmp(key, "kind") == 0 && strcmp(value, "packet") == 0) {
        return DHCPPERF_E_UNSUPPORTED;
    }
#endif
    return dp_settings_set(settings, N_SETTINGS, c, key, value);
}

int dhcpperf_transport_config_get(const dhcpperf_transport_config *c, const char *key, char *buf,
                                  size_t cap)
{
    if (c == NULL || key == NULL || (buf == NULL && cap > 0)) {
        return DHCPPERF_E_INVALID;
    }
    return dp_settings_get(settings, N_SETTINGS, c, key, buf, cap);
}

int dhcpperf_transport_config_describe(unsigned index, const char **ret_key, const char **ret_unit,
                                       const char **ret_default, const char **ret_help)
{
    if (ret_key == NULL || ret_unit == NULL || ret_default == NULL || ret_help == NULL) {
        return DHCPPERF_E_INVALID;
    }
    return dp_settings_describe(settings, N_SETTINGS, index, ret_key, ret_unit, ret_default,
                                ret_help);
}

/* -- defaults of absent functions -- */

static int zero(void *self)
{
    (void)self;
    return 0;
}

static int no_fd(void *self)
{
    (void)self;
    return -1;
}

static void nothing(void *self)
{
    (void)self;
}

static dhcpperf_ts never(void *self)
{
    (void)self;
    return DHCPPERF_NEVER;
}

static int no_stats(void *self, dhcpperf_carrier_stats *ret, size_t ret_size)
{
    (void)self;
    (void)ret;
    (void)ret_size;
    return DHCPPERF_E_UNSUPPORTED;
}

static int no_local(void *self, dhcpperf_endpoint *ret)
{
    (void)self;
    (void)ret;
    return DHCPPERF_E_UNSUPPORTED;
}

static int complete_ops(dhcpperf_transport_ops *dst, const dhcpperf_transport_ops *src)
{
    if (src == NULL || src->size < offsetof(dhcpperf_transport_ops, wants_write)) {
        return DHCPPERF_E_INVALID;
    }
    memset(dst, 0, sizeof *dst);
    memcpy(dst, src, src->size < sizeof *dst ? src->size : sizeof *dst);
    if (dst->rx_burst == NULL || dst->rx_done == NULL || dst->tx_loan == NULL ||
        dst->tx_commit == NULL || dst->tx_done == NULL) {
        return DHCPPERF_E_INVALID;
    }
    dst->size = sizeof *dst;
    dst->wants_write = dst->wants_write != NULL ? dst->wants_write : zero;
    dst->stats = dst->stats != NULL ? dst->stats : no_stats;
    dst->fd = dst->fd != NULL ? dst->fd : no_fd;
    dst->sys_errno = dst->sys_errno != NULL ? dst->sys_errno : zero;
    dst->close = dst->close != NULL ? dst->close : nothing;
    dst->deadline = dst->deadline != NULL ? dst->deadline : never;
    dst->get_local = dst->get_local != NULL ? dst->get_local : no_local;
    return 0;
}

/* -- the handle -- */

int dhcpperf_transport_new(dhcpperf_transport **ret, const dhcpperf_transport_ops *ops, void *self,
                           const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_transport *t;
    int rc;

    if (ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    t = DP_NEW(&m, dhcpperf_transport);
    if (t == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    rc = complete_ops(&t->ops, ops);
    if (rc != 0) {
        DP_FREE(&m, t);
        return rc;
    }
    t->self = self;
    t->mem = m;
    *ret = t;
    return 0;
}

void dhcpperf_transport_free(dhcpperf_transport *t)
{
    if (t != NULL) {
        dhcpperf_mem m = t->mem;

        t->ops.close(t->self);
        DP_FREE(&m, t);
    }
}

static int open_kind(dhcpperf_transport **ret, int fd, const dhcpperf_transport_config *c,
                     const dhcpperf_mem *mem, int *reterr_errno)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_transport *t;
    int ignored;
    int rc;

    reterr_errno = reterr_errno != NULL ? reterr_errno : &ignored;
    if (ret == NULL || c == NULL || (fd < 0 && c->steer > 0 && c->reuse != DP_REUSE_PORT)) {
        *reterr_errno = 0;
        return DHCPPERF_E_INVALID;
    }
    t = DP_NEW(&m, dhcpperf_transport);
    if (t == NULL) {
        *reterr_errno = 0;
        return DHCPPERF_E_NOMEM;
    }
    rc = (c->kind == DP_KIND_PACKET ? dp_packet_open : dp_udp_open)(&t->ops, &t->self, c, fd, &m,
                                                                    reterr_errno);
    if (rc != 0) {
        DP_FREE(&m, t);
        return rc;
    }
    t->mem = m;
    *ret = t;
    return 0;
}

int dhcpperf_transport_open(dhcpperf_transport **ret, const dhcpperf_transport_config *c,
                            const dhcpperf_mem *mem, int *reterr_errno)
{
    return open_kind(ret, -1, c, mem, reterr_errno);
}

int dhcpperf_transport_adopt_fd(dhcpperf_transport **ret, int fd,
                                const dhcpperf_transport_config *c, const dhcpperf_mem *mem,
                                int *reterr_errno)
{
    if (fd < 0) {
        if (reterr_errno != NULL) {
            *reterr_errno = 0;
        }
        return DHCPPERF_E_INVALID;
    }
    return open_kind(ret, fd, c, mem, reterr_errno);
}

int dhcpperf_transport_rx(dhcpperf_transport *t, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    if (t == NULL || (pkts == NULL && max > 0)) {
        return DHCPPERF_E_INVALID;
    }
    return max > 0 ? t->ops.rx_burst(t->self, pkts, max, now) : 0;
}

void dhcpperf_transport_rx_done(dhcpperf_transport *t, dhcpperf_pkt *pkts, unsigned n)
{
    if (t != NULL && pkts != NULL && n > 0) {
        t->ops.rx_done(t->self, pkts, n);
    }
}

int dhcpperf_transport_tx_loan(dhcpperf_transport *t, dhcpperf_pkt *pkts, unsigned want,
                               uint32_t msg_len)
{
    if (t == NULL || (pkts == NULL && want > 0)) {
        return DHCPPERF_E_INVALID;
    }
    return want > 0 ? t->ops.tx_loan(t->self, pkts, want, msg_len) : 0;
}

int dhcpperf_transport_tx_commit(dhcpperf_transport *t, dhcpperf_pkt *pkts, unsigned n,
                                 unsigned fill, dhcpperf_ts now)
{
    if (t == NULL || (pkts == NULL && n > 0) || fill > n) {
        return DHCPPERF_E_INVALID;
    }
    return n > 0 ? t->ops.tx_commit(t->self, pkts, n, fill, now) : 0;
}

int dhcpperf_transport_tx_done(dhcpperf_transport *t, dhcpperf_txdone *done, unsigned max,
                               dhcpperf_ts now)
{
    if (t == NULL || (done == NULL && max > 0)) {
        return DHCPPERF_E_INVALID;
    }
    return t->ops.tx_done(t->self, done, max, now);
}

int dhcpperf_transport_wants_write(const dhcpperf_transport *t)
{
    return t != NULL ? t->ops.wants_write(t->self) : 0;
}

dhcpperf_ts dhcpperf_transport_deadline(const dhcpperf_transport *t)
{
    return t != NULL ? t->ops.deadline(t->self) : DHCPPERF_NEVER;
}

int dhcpperf_transport_stats(const dhcpperf_transport *t, dhcpperf_carrier_stats *ret,
                             size_t ret_size)
{
    if (t == NULL || ret == NULL || ret_size < sizeof ret->size) {
        return DHCPPERF_E_INVALID;
    }
    return t->ops.stats(t->self, ret, ret_size);
}

int dhcpperf_transport_fd(const dhcpperf_transport *t)
{
    return t != NULL ? t->ops.fd(t->self) : -1;
}

int dhcpperf_transport_errno(const dhcpperf_transport *t)
{
    return t != NULL ? t->ops.sys_errno(t->self) : 0;
}

int dhcpperf_transport_get_local(const dhcpperf_transport *t, dhcpperf_endpoint *ret)
{
    if (t == NULL || ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    return t->ops.get_local(t->self, ret);
}
