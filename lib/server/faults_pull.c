/* SPDX-License-Identifier: MIT */
/* faults_pull.c - replies that leave under a fault plan: surgery on their octets, sources that are
 * not ours, datagrams in pieces.  What no socket would send goes as frames.
 *
 * Invariant: a datagram that has begun to leave in pieces is finished before anything else. */
#include "server/dp_faulty.h"

#include <string.h>

#include "base/dp_text.h"

enum {
    ETH_LEN = 14,
    TAG_LEN = 4,
    IP_LEN = 20,
    IP_TOTAL = 2, /* offsets in the IP header (RFC 791) */
    IP_ID = 4,
    IP_FRAGMENT = 6,
    IP_CHECKSUM = 10,
    MORE = 0x2000,
    UNIT = 8 /* octets that offsets of fragments count */
};

/* ---- surgery -------------------------------------------------------------------------------- */

static dp_fault_edit_facts edit_facts(const dhcpperf_server *s, const dp_reply *d)
{
    const dp_subnet *sub = (d->mark & DP_HELD_PAST) != 0 ? &s->past[d->past].subnet[d->subnet]
                                                         : &s->store.subnet[d->subnet];
    uint32_t yiaddr = dp_reply_ip(d, DP_OFF_YIADDR);

    return (dp_fault_edit_facts){.network = sub->network,
                                 .broadcast = sub->network | ~sub->mask,
                                 .own = yiaddr != 0 ? yiaddr : dp_reply_ip(d, DP_OFF_CIADDR),
                                 .server = d->name};
}

static size_t operate(dhcpperf_server *s, uint32_t held, uint8_t *octets, size_t len, size_t cap,
                      dhcpperf_ts now)
{
    struct dp_faulty *f = s->faulty;
    const dp_reply *d = &s->held.reply[held];
    uint64_t rules = f->of[held].edits;
    dp_fault_edit_facts x = edit_facts(s, d);
    unsigned rule, done;

    for (rule = 0; rules != 0; rule++, rules >>= 1) {
        if ((rules & 1) == 0) {
            continue;
        }
        len = dp_faults_edit(&f->run, rule, octets, len, cap, &x, &done);
        if (done > 0 && f->run.plan->rules[rule].only_edits) {
            dp_faulty_tell(s, rule, NULL, d, now);
        }
    }
    return len;
}

/* Composed and operated on; its length, or an error. */
static int compose(dhcpperf_server *s, uint32_t held, uint8_t *octets, size_t cap, dhcpperf_ts now)
{
    struct dp_faulty *f = s->faulty;
    int len = dp_reply_compose_it(s, held, octets, cap);

    if (len < 0) {
        return len;
    }
    if (f->run.wants_other) {
        dp_faults_remember(&f->run, octets, (size_t)len);
    }
    if ((s->held.reply[held].mark & DP_HELD_FAULT) != 0 && f->of[held].edits != 0) {
        len = (int)operate(s, held, octets, (size_t)len, cap, now);
    }
    return len;
}

/* ---- frames --------------------------------------------------------------------------------- */

static void address(const dhcpperf_server *s, uint32_t held, dhcpperf_pkt *pkt)
{
    const dp_faulty_reply *known = &s->faulty->of[held];

    dp_server_address(s, held, pkt);
    if ((s->held.reply[held].mark & DP_HELD_FAULT) != 0) {
        pkt->src.ip = known->from_ip != 0 ? dp_ip4_of(known->from_ip) : pkt->src.ip;
        pkt->src.port = known->from_port != 0 ? known->from_port : pkt->src.port;
    }
}

/* RFC 1071, of the header of 20 octets whose checksum is 0. */
static uint16_t ip_checksum(const uint8_t *ip)
{
    uint32_t sum = 0;
    unsigned i;

    for (i = 0; i < IP_LEN; i += 2) {
        sum += dp_get16(ip + i);
    }
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}

/* The next piece of the datagram that leaves in some; 0 when the buffer is too short. */
static int pull_piece(struct dp_faulty *f, dhcpperf_pkt *pkt)
{
    dp_faulty_pieces *p = &f->pieces;
    size_t n = p->len - p->at < p->step ? p->len - p->at : p->step;
    uint8_t *data = pkt->data, *ip = data + p->head - IP_LEN;
    uint16_t cap = pkt->cap;
    size_t offset = (p->at - p->head) / UNIT;

    if (p->head + n > cap) {
        p->at = p->len; /* it never will: the rest is lost */
        return 0;
    }
    *pkt = p->pkt;
    pkt->data = data;
    pkt->cap = cap;
    pkt->len = (uint16_t)(p->head + n);
    pkt->flags |= DHCPPERF_PKT_FRAME;
    memcpy(data, p->octets, p->head);
    memcpy(data + p->head, p->octets + p->at, n);
    p->at += n;
    dp_put16(ip + IP_TOTAL, (uint16_t)(IP_LEN + n));
    dp_put16(ip + IP_ID, p->id);
    dp_put16(ip + IP_FRAGMENT, (uint16_t)(offset | (p->at < p->len ? MORE : 0)));
    dp_put16(ip + IP_CHECKSUM, 0);
    dp_put16(ip + IP_CHECKSUM, ip_checksum(ip));
    return 1;
}

/* The whole datagram is laid out and begins to leave; 0 when it cannot be composed. */
static int begin_pieces(dhcpperf_server *s, uint32_t held, dhcpperf_ts now)
{
    struct dp_faulty *f = s->faulty;
    dp_faulty_pieces *p = &f->pieces;
    uint8_t *payload = p->octets + DP_FRAME_ROOM;
    int len = compose(s, held, payload, DP_FAULTY_DATAGRAM, now);
    size_t headers;

    if (len < 0) {
        return 0;
    }
    memset(&p->pkt, 0, sizeof p->pkt);
    p->pkt.data = payload;
    p->pkt.len = (uint16_t)len;
    address(s, held, &p->pkt);
    headers = dp_frame_put(&p->pkt, 0);
    memmove(p->octets, payload - headers, headers + (size_t)len);
    p->head = headers - 8; /* UDP's own is cut like the rest */
    p->at = p->head;
    p->len = headers + (size_t)len;
    p->step = (f->of[held].fragment - (size_t)IP_LEN) / UNIT * UNIT;
    p->id = (uint16_t)(p->id == UINT16_MAX ? 1 : p->id + 1); /* 0 would be as good, but unusual */
    dp_server_finish(s, held, &p->pkt, now);
    return 1;
}

/* One reply in one buffer; 0 when it cannot be composed. */
static int hand_over(dhcpperf_server *s, uint32_t held, dhcpperf_pkt *pkt, dhcpperf_ts now)
{
    const dp_faulty_reply *known = &s->faulty->of[held];
    int framed = (s->held.reply[held].mark & DP_HELD_FAULT) != 0 && known->is_framed;
    int len = compose(s, held, pkt->data, pkt->cap, now);

    if (len < 0) {
        return 0;
    }
    pkt->len = (uint16_t)len;
    address(s, held, pkt);
    if (framed && dhcpperf_frame_wrap(pkt, 0) != 0) {
        return 0;
    }
    dp_server_finish(s, held, pkt, now);
    return 1;
}

/* ---- the pull ------------------------------------------------------------------------------- */

static int wants_pieces(const dhcpperf_server *s, uint32_t held)
{
    return (s->held.reply[held].mark & DP_HELD_FAULT) != 0 && s->faulty->of[held].fragment != 0;
}

/* Frames that no reply is behind, any more; 0 when there is none. */
static int pull_frame(dhcpperf_server *s, dhcpperf_pkt *pkt)
{
    struct dp_faulty *f = s->faulty;

    return f->pieces.at < f->pieces.len ? pull_piece(f, pkt) : dp_faulty_pull_arp(s, pkt);
}

static unsigned pull_reply(dhcpperf_server *s, uint32_t held, dhcpperf_pkt *pkt, dhcpperf_ts now)
{
    int begun, left;

    if (wants_pieces(s, held)) {
        begun = begin_pieces(s, held, now);
        left = begun && pull_piece(s->faulty, pkt);
    } else {
        begun = left = hand_over(s, held, pkt, now);
    }
    if (!begun) {
        dp_server_give_up(s, held);
    }
    dp_faulty_left(s, held);
    return (unsigned)left;
}

int dp_faulty_pull(dhcpperf_server *s, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    struct dp_faulty *f = s->faulty;
    unsigned n = 0;
    uint32_t held;

    if (dp_faulty_is_still(f, now)) {
        return 0;
    }
    (void)dp_held_advance(&s->held, now);
    while (n < max) {
        if (dp_faulty_has_frames(f)) {
            n += (unsigned)pull_frame(s, &pkts[n]);
        } else if ((held = dp_held_next(&s->held)) != DP_LEASE_NONE) {
            n += pull_reply(s, held, &pkts[n], now);
        } else {
            break;
        }
    }
    return (int)n;
}
