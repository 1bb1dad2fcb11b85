/* SPDX-License-Identifier: MIT */
/* held.c - messages between the side they came to and the side they leave from: a ring of slots
 * taken once at new. */
#include "relay/dp_relay.h"

#include <string.h>

#include "base/dp_mem.h"

int dp_relay_queue_init(dp_relay_queue *q, uint32_t cap, const dhcpperf_mem *mem)
{
    q->at = DP_ARRAY(mem, cap, dp_relay_held);
    q->cap = q->at != NULL ? cap : 0;
    q->head = q->n = 0;
    return q->at != NULL ? 0 : DHCPPERF_E_NOMEM;
}

void dp_relay_queue_fini(dp_relay_queue *q, const dhcpperf_mem *mem)
{
    DP_FREE_ARRAY(mem, q->at, q->cap);
    q->at = NULL;
}

static dp_relay_held *behind(const dp_relay_queue *q)
{
    uint32_t at = q->head + q->n;

    return &q->at[at < q->cap ? at : at - q->cap];
}

dp_relay_held *dp_relay_queue_begin(dp_relay_queue *q, const dhcpperf_pkt *pkt)
{
    dp_relay_held *h = behind(q);

    if (q->n == q->cap || pkt->len > DP_RELAY_SLOT) {
        return NULL;
    }
    memset(h, 0, offsetof(dp_relay_held, data));
    memcpy(h->data, pkt->data, pkt->len);
    h->len = pkt->len;
    return h;
}

void dp_relay_queue_end(dp_relay_queue *q, unsigned copies)
{
    behind(q)->copies = (uint16_t)copies;
    q->n++;
}
