/* SPDX-License-Identifier: MIT */
/* udp_train.c - who gets trains.  On the same host a train is one giant frame to a peer on a raw
 * socket, which drops it; so trains are earned: by sending us one, or by answering both messages of
 * a train of two.  A probe keeps copies: what is not answered in time goes again, alone, and the
 * peer stays single.  Nothing is ever lost to a train, only delayed by one probe. */
#include "io/dp_udp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_rng.h"

enum {
    XID_AT = 4, /* RFC 2131 2: the transaction id is octets 4 to 7 */
    XID_LEN = 4,
    BOTH = 3
};

int dp_udp_train_init(dp_udp *u)
{
    int rc = 0;

    if (u->config.gso == DP_AUTO) {
        rc = dp_peers_init(&u->peers, u->config.peers, dp_mix64((uint64_t)(uintptr_t)u), &u->mem);
        if (rc == 0) {
            u->probes = DP_ARRAY(&u->mem, DP_UDP_PROBES, dp_udp_probe);
            rc = u->probes != NULL ? 0 : DHCPPERF_E_NOMEM;
        }
    }
    return rc;
}

void dp_udp_train_fini(dp_udp *u)
{
    DP_FREE_ARRAY(&u->mem, u->probes, DP_UDP_PROBES);
    dp_peers_fini(&u->peers, &u->mem);
}

/* 224.0.0.0 and above, the broadcast address included: many receivers of unknown kinds. */
static bool is_group_address(dhcpperf_ip4 ip)
{
    return ip.b[0] >= 224;
}

static bool may_probe(const dp_udp *u, const dp_peer *p, const dp_group *g)
{
    if (g->total < 2 || g->len < XID_AT + XID_LEN || g->len > DP_UDP_PROBE_LEN ||
        u->n_probes == DP_UDP_PROBES) {
        return false;
    }
    return u->config.probe == DP_PROBE_ON ||
           (u->config.probe == DP_PROBE_AUTO && (p->flags & DP_PEER_SPOKE_FIRST) == 0);
}

dp_udp_way dp_udp_way_to(dp_udp *u, const dp_group *g)
{
    const dp_peer *p;

    if (u->train_max < 2 || u->config.gso == DP_OFF || is_group_address(g->dst)) {
        return DP_WAY_SINGLES;
    }
    if (u->config.gso == DP_ON) {
        return DP_WAY_TRAINS;
    }
    p = dp_peers_get(&u->peers, g->dst, g->port, 0);
    if (p == NULL) {
        return DP_WAY_SINGLES;
    }
    switch ((dp_standing)p->standing) {
    case DP_PEER_EARNED:
        return DP_WAY_TRAINS;
    case DP_PEER_UNKNOWN:
        return may_probe(u, p, g) ? DP_WAY_PROBE : DP_WAY_SINGLES;
    case DP_PEER_PROBING:
    case DP_PEER_REFUSED:
        break;
    }
    return DP_WAY_SINGLES;
}

static void stand(dp_udp *u, dhcpperf_ip4 ip, uint16_t port, dp_standing standing)
{
    dp_peer *p = u->peers.slots != NULL ? dp_peers_get(&u->peers, ip, port, 0) : NULL;

    if (p == NULL || p->standing == standing) {
        return;
    }
    p->standing = (uint8_t)standing;
    u->stats.peers_earned += standing == DP_PEER_EARNED;
    u->stats.peers_refused += standing == DP_PEER_REFUSED;
}

void dp_udp_refuse(dp_udp *u, dhcpperf_ip4 ip, uint16_t port)
{
    stand(u, ip, port, DP_PEER_REFUSED);
}

/* -- probes -- */

uint8_t dp_udp_probe_new(dp_udp *u, const dp_group *g, const uint8_t *first, const uint8_t *second)
{
    unsigned i;
    dp_udp_probe *p;

    for (i = 0; i < DP_UDP_PROBES; i++) {
        p = &u->probes[i];
        if (p->state == DP_PROBE_FREE) {
            p->state = DP_PROBE_QUEUED;
            p->answered = 0;
            p->tainted = p->heard = false;
            p->len = g->len;
            p->ip = g->dst;
            p->port = g->port;
            dp_udp_dest_set(&p->dest, g);
            memcpy(p->data[0], first, g->len);
            memcpy(p->data[1], second, g->len);
            u->n_probes++;
            stand(u, g->dst, g->port, DP_PEER_PROBING);
            return (uint8_t)(i + 1);
        }
    }
    return 0;
}

static void end_probe(dp_udp *u, dp_udp_probe *p)
{
    p->state = DP_PROBE_FREE;
    u->n_probes--;
}

void dp_udp_probe_sent(dp_udp *u, uint8_t probe, bool as_train, dhcpperf_ts now)
{
    dp_udp_probe *p = &u->probes[probe - 1];

    if (as_train) {
        p->state = DP_PROBE_WAITING;
        p->deadline = now + u->config.probe_timeout;
        u->stats.probes++;
    } else { /* it went alone or not at all, so nothing is to be learned from it */
        stand(u, p->ip, p->port, DP_PEER_REFUSED);
        end_probe(u, p);
    }
}

/* Which of the two has the transaction id of a message?  Both may have one.  True when one that was
 * open is now answered. */
static bool answer(dp_udp_probe *p, const uint8_t *msg, uint32_t len)
{
    unsigned i;

    for (i = 0; len >= XID_AT + XID_LEN && i < 2; i++) {
        if ((p->answered & (1u << i)) == 0 &&
            memcmp(msg + XID_AT, p->data[i] + XID_AT, XID_LEN) == 0) {
            p->answered = (uint8_t)(p->answered | (1u << i));
            return true;
        }
    }
    return false;
}

static dp_udp_probe *waiting_probe(dp_udp *u, dhcpperf_ip4 ip, uint16_t port)
{
    dp_udp_probe *p;

    for (p = u->probes; p < u->probes + DP_UDP_PROBES; p++) {
        if (p->state == DP_PROBE_WAITING && p->port == port &&
            memcmp(p->ip.b, ip.b, sizeof ip.b) == 0) {
            return p;
        }
    }
    return NULL;
}

/* An engine that sends again sooner than a probe ends gets an answer that proves nothing about
 * trains.  The message need not be sent again by us. */
void dp_udp_probe_repeated(dp_udp *u, const dp_group *g, const uint8_t *msg)
{
    dp_udp_probe *p = waiting_probe(u, g->dst, g->port);

    if (p != NULL && answer(p, msg, g->len)) {
        p->tainted = true;
    }
}

static void heard_while_probing(dp_udp *u, dhcpperf_ip4 ip, uint16_t port, const uint8_t *data,
                                uint32_t len, uint32_t seg)
{
    dp_udp_probe *p = waiting_probe(u, ip, port);
    uint32_t off;

    if (p == NULL) {
        return;
    }
    p->heard = true;
    for (off = 0; off < len && p->answered != BOTH; off += seg) {
        (void)answer(p, data + off, len - off < seg ? len - off : seg);
    }
    if (p->answered == BOTH) {
        stand(u, ip, port, p->tainted ? DP_PEER_REFUSED : DP_PEER_EARNED);
        end_probe(u, p);
    }
}

void dp_udp_heard(dp_udp *u, dhcpperf_ip4 ip, uint16_t port, const uint8_t *data, uint32_t len,
                  uint32_t seg)
{
    dp_peer *p = u->heard;

    if (p == NULL || !dp_peer_is(p, ip, port)) {
        p = dp_peers_get(&u->peers, ip, port, DP_PEER_SPOKE_FIRST);
        u->heard = p;
        if (p == NULL) {
            return;
        }
    } else { /* one that only sends is in use as well: not the first to be forgotten */
        p->used = ++u->peers.clock;
    }
    if (p->standing == DP_PEER_UNKNOWN && len > seg) {
        stand(u, ip, port, DP_PEER_EARNED);
    } else if (p->standing == DP_PEER_PROBING) {
        heard_while_probing(u, ip, port, data, len, seg);
    }
}

/* Sends the unanswered messages alone.  True when they are through. */
static bool resend(dp_udp *u, dp_udp_probe *p)
{
    unsigned i;

    for (i = 0; i < 2; i++) {
        struct iovec iov = {.iov_base = p->data[i], .iov_len = p->len};
        dp_mmsg msg = {.msg_hdr = {.msg_name = &p->dest.name,
                                   .msg_namelen = sizeof p->dest.name,
                                   .msg_iov = &iov,
                                   .msg_iovlen = 1}};

        if ((p->answered & (1u << i)) != 0) {
            continue;
        }
        msg.msg_hdr.msg_control = p->dest.ctrl_single > 0 ? p->dest.ctrl : NULL;
        msg.msg_hdr.msg_controllen = p->dest.ctrl_single;
        u->stats.tx_calls++;
        if (u->sys->send(u->fd, &msg, 1) == 1) {
            u->stats.tx_messages++;
            u->stats.probe_resent++;
        } else if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == EINTR ||
                   dp_udp_was_pending_error(u, errno)) {
            return false;
        } /* any other error would have met the message the first time too */
        p->answered = (uint8_t)(p->answered | (1u << i));
    }
    return true;
}

/* Silence is no verdict on trains while the peer says nothing at all: it may not be up yet.  But it
 * is asked a few times only. */
static void conclude(dp_udp *u, const dp_udp_probe *p)
{
    dp_peer *peer = dp_peers_find(&u->peers, p->ip, p->port);

    if (!p->heard && peer != NULL && (peer->flags & DP_PEER_TRIES) < DP_PEER_TRIES - DP_PEER_TRY) {
        peer->flags = (uint8_t)(peer->flags + DP_PEER_TRY);
        peer->standing = DP_PEER_UNKNOWN;
    } else {
        stand(u, p->ip, p->port, DP_PEER_REFUSED);
    }
}

void dp_udp_probes_expire(dp_udp *u, dhcpperf_ts now)
{
    unsigned i;

    for (i = 0; u->n_probes > 0 && i < DP_UDP_PROBES; i++) {
        dp_udp_probe *p = &u->probes[i];

        if (p->state < DP_PROBE_WAITING || p->deadline > now) {
            continue;
        }
        if (p->state == DP_PROBE_WAITING) {
            conclude(u, p);
            p->state = DP_PROBE_RESENDING;
        }
        if (resend(u, p)) {
            end_probe(u, p);
        } else {
            p->deadline = now + DHCPPERF_NS_PER_MS;
        }
    }
}

dhcpperf_ts dp_udp_probes_deadline(const dp_udp *u)
{
    dhcpperf_ts t = DHCPPERF_NEVER;
    unsigned i;

    for (i = 0; u->n_probes > 0 && i < DP_UDP_PROBES; i++) {
        if (u->probes[i].state >= DP_PROBE_WAITING && u->probes[i].deadline < t) {
            t = u->probes[i].deadline;
        }
    }
    return t;
}
