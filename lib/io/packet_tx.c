/* SPDX-License-Identifier: MIT */
/* packet_tx.c - loans, sending, fates.  Payloads are composed with room in front, where their
 * headers go when they are committed: nothing is moved.  A burst stays where it is until every
 * message of it has been reported; bursts and messages leave in the order they came. */
#include "io/dp_packet.h"

#if DP_HAVE_PACKET

#include <errno.h>
#include <string.h>

#include "base/dp_mem.h"
#include "io/dp_socket.h"
#include "wire/dp_frame.h"

enum {
    RETRY_MS = 1,
    LINE = 64
};

static uint32_t stride_of(uint32_t msg_len)
{
    return (msg_len + 2 * DP_PACKET_ROOM + LINE - 1) / LINE * LINE;
}

/* -- memory -- */

static int new_batch(dp_packet *p, dp_packet_batch *b)
{
    uint32_t n = p->config.burst;

    b->data = dp_mem_zalloc(&p->mem, p->batch_bytes, LINE);
    b->msgs = DP_ARRAY(&p->mem, n, dp_mmsg);
    b->iov = DP_ARRAY(&p->mem, (size_t)2 * n, struct iovec);
    b->done = DP_ARRAY(&p->mem, n, dhcpperf_txdone);
    return b->data != NULL && b->msgs != NULL && b->iov != NULL && b->done != NULL
               ? 0
               : DHCPPERF_E_NOMEM;
}

int dp_packet_tx_init(dp_packet *p)
{
    unsigned i;
    int rc = 0;

    p->batch_bytes = (size_t)p->config.burst * stride_of(DP_PACKET_LEN_ANY);
    if (p->batch_bytes < stride_of(DP_PACKET_LEN_MAX)) {
        p->batch_bytes = stride_of(DP_PACKET_LEN_MAX);
    }
    for (i = 0; i < DP_PACKET_BATCHES && rc == 0; i++) {
        rc = new_batch(p, &p->batches[i]);
    }
    return rc;
}

void dp_packet_tx_fini(dp_packet *p)
{
    uint32_t n = p->config.burst;
    unsigned i;

    for (i = 0; i < DP_PACKET_BATCHES; i++) {
        dp_packet_batch *b = &p->batches[i];

        dp_mem_release(&p->mem, b->data, p->batch_bytes);
        DP_FREE_ARRAY(&p->mem, b->msgs, n);
        DP_FREE_ARRAY(&p->mem, b->iov, (size_t)2 * n);
        DP_FREE_ARRAY(&p->mem, b->done, n);
    }
}

/* -- frames -- */

static bool is_zero(const dhcpperf_mac *mac)
{
    static const dhcpperf_mac zero;

    return memcmp(mac, &zero, sizeof zero) == 0;
}

/* A payload becomes a frame; what its composer left open is as the interface has it, and who has no
 * hardware address is everybody. */
static struct iovec frame_of(const dp_packet *p, const dhcpperf_pkt *pkt)
{
    dhcpperf_pkt full = *pkt;
    size_t headers;

    if ((pkt->flags & DHCPPERF_PKT_FRAME) != 0) {
        return (struct iovec){pkt->data, pkt->len};
    }
    if (is_zero(&full.src.mac)) {
        full.src.mac = p->local.mac;
    }
    if (is_zero(&full.dst.mac)) {
        full.flags |= DHCPPERF_PKT_BCAST;
    }
    if (full.vlan[0] == 0 && p->config.vlan != DP_PACKET_VLAN_ANY) {
        full.vlan[0] = (uint16_t)p->config.vlan;
    }
    headers = dp_frame_put(&full, 0);
    return (struct iovec){pkt->data - headers, pkt->len + headers};
}

static void fill_batch(dp_packet *p, dp_packet_batch *b, const dhcpperf_pkt *pkts, uint32_t n)
{
    uint32_t i;

    b->n = n;
    b->sent = b->told = 0;
    for (i = 0; i < n; i++) {
        struct iovec *iov = &b->iov[2 * i];

        iov[0] = (struct iovec){&p->plain, p->told_len};
        iov[1] = frame_of(p, &pkts[i]);
        b->msgs[i] = (dp_mmsg){0};
        b->msgs[i].msg_hdr.msg_iov = iov;
        b->msgs[i].msg_hdr.msg_iovlen = 2;
        b->done[i].cookie = pkts[i].cookie;
        b->done[i].flags = 0;
    }
}

/* -- sending -- */

static void settle(dp_packet_batch *b, int status, dhcpperf_ts ts)
{
    b->done[b->sent].status = status;
    b->done[b->sent].ts = ts;
    b->sent++;
}

/* The kernel had no room.  A full socket becomes writable; missing buffers are waited for. */
static void wait_for_room(dp_packet *p, int err, dhcpperf_ts now)
{
    p->stats.tx_again++;
    if (err == ENOBUFS || err == ENOMEM) {
        p->retry_at = now + RETRY_MS * DHCPPERF_NS_PER_MS;
    } else {
        p->wants_write = true;
    }
}

/* Sends what is left of a batch.  True when nothing is. */
static bool send_batch(dp_packet *p, dp_packet_batch *b, dhcpperf_ts now)
{
    while (b->sent < b->n) {
        uint32_t left = b->n - b->sent;
        int n =
            p->sys->send(p->fd, b->msgs + b->sent, left < DP_PACKET_CALL ? left : DP_PACKET_CALL);
        int err = errno;

        p->stats.tx_calls++;
        if (n > 0) {
            p->stats.tx_messages += (uint32_t)n;
            for (; n > 0; n--) {
                settle(b, 0, now);
            }
        } else if (dp_socket_is_full(err)) {
            wait_for_room(p, err, now);
            return false;
        } else if (err != EINTR) {
            (void)dp_packet_is_down(p, err, now);
            p->stats.tx_errors++;
            settle(b, dp_packet_fail(p, err), now);
        }
    }
    return true;
}

/* Sends what is queued, oldest first. */
static void flush(dp_packet *p, dhcpperf_ts now)
{
    p->wants_write = false;
    p->retry_at = DHCPPERF_NEVER;
    while (p->sent != p->end && send_batch(p, &p->batches[p->sent % DP_PACKET_BATCHES], now)) {
        p->sent++;
    }
}

/* -- the carrier's functions -- */

int dp_packet_tx_loan(void *self, dhcpperf_pkt *pkts, unsigned want, uint32_t msg_len)
{
    dp_packet *p = self;
    uint32_t len = msg_len != 0 ? msg_len : DP_PACKET_LEN_ANY, stride, n, i;
    dhcpperf_pkt blank;

    if (len > DP_PACKET_LEN_MAX) {
        return DHCPPERF_E_INVALID;
    }
    if (p->is_lent) {
        return DHCPPERF_E_STATE;
    }
    if (p->end - p->first == DP_PACKET_BATCHES) {
        return 0;
    }
    p->is_lent = true;
    stride = stride_of(len);
    n = want < p->config.burst ? want : p->config.burst;
    n = n < p->batch_bytes / stride ? n : (uint32_t)(p->batch_bytes / stride);
    memset(&blank, 0, sizeof blank);
    blank.data = p->batches[p->end % DP_PACKET_BATCHES].data + DP_PACKET_ROOM;
    blank.cap = (uint16_t)(len < UINT16_MAX - DP_PACKET_ROOM ? len + DP_PACKET_ROOM : len);
    for (i = 0; i < n; i++) {
        pkts[i] = blank;
        blank.data += stride;
    }
    return (int)n;
}

int dp_packet_tx_commit(void *self, dhcpperf_pkt *pkts, unsigned n, unsigned fill, dhcpperf_ts now)
{
    dp_packet *p = self;

    (void)n;
    if (!p->is_lent) {
        return DHCPPERF_E_STATE;
    }
    if (fill > p->config.burst) {
        return DHCPPERF_E_INVALID;
    }
    p->is_lent = false;
    if (fill > 0) {
        fill_batch(p, &p->batches[p->end++ % DP_PACKET_BATCHES], pkts, fill);
    }
    if (p->sent != p->end) {
        flush(p, now);
    }
    return 0;
}

int dp_packet_tx_done(void *self, dhcpperf_txdone *done, unsigned max, dhcpperf_ts now)
{
    dp_packet *p = self;
    unsigned n = 0;

    if (p->sent != p->end && (p->retry_at == DHCPPERF_NEVER || p->retry_at <= now)) {
        flush(p, now);
    }
    while (p->first != p->end && n < max) {
        dp_packet_batch *b = &p->batches[p->first % DP_PACKET_BATCHES];
        uint32_t some = b->sent - b->told < max - n ? b->sent - b->told : max - n;

        memcpy(done + n, b->done + b->told, some * sizeof *done);
        n += some;
        b->told += some;
        if (b->told < b->n) {
            break;
        }
        p->first++;
    }
    return (int)n;
}

#endif
