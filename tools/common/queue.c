/* SPDX-License-Identifier: MIT */
/* queue.c - a packet lies in the ring as its description, then its octets, in whole lines and never
 * around the end: what is left there is passed over, marked by a description without octets.
 *
 * Invariant: taker.at <= given <= giver.at <= taken + lines, each but giver.at and taker.at shown
 * by an atomic store that releases what was written before. */
#include "common/queue.h"

#include <string.h>

static uint32_t lines_of(size_t octets)
{
    return (uint32_t)((octets + QUEUE_LINE - 1) / QUEUE_LINE);
}

static dhcpperf_pkt *head_at(const queue *q, uint32_t at)
{
    return (dhcpperf_pkt *)(void *)(q->mem + (size_t)(at & (q->lines - 1)) * QUEUE_LINE);
}

static uint8_t *octets_at(const queue *q, uint32_t at)
{
    return (uint8_t *)head_at(q, at) + lines_of(sizeof(dhcpperf_pkt)) * QUEUE_LINE;
}

void queue_init(queue *q, void *mem, size_t size)
{
    memset(&q->giver, 0, sizeof q->giver);
    memset(&q->taker, 0, sizeof q->taker);
    atomic_init(&q->given, 0);
    atomic_init(&q->taken, 0);
    q->mem = mem;
    q->lines = (uint32_t)(size / QUEUE_LINE);
}

static int has_room(queue *q, uint32_t lines)
{
    if (q->lines - (q->giver.at - q->giver.taken_seen) >= lines) {
        return 1;
    }
    q->giver.taken_seen = atomic_load_explicit(&q->taken, memory_order_acquire);
    return q->lines - (q->giver.at - q->giver.taken_seen) >= lines;
}

int queue_put(queue *q, const dhcpperf_pkt *pkt)
{
    uint32_t need = lines_of(sizeof *pkt) + lines_of(pkt->len);
    uint32_t to_end = q->lines - (q->giver.at & (q->lines - 1));
    uint32_t skip = to_end < need ? to_end : 0;

    if (!has_room(q, skip + need)) {
        return 0;
    }
    if (skip > 0) {
        head_at(q, q->giver.at)->data = NULL;
        q->giver.at += skip;
    }
    *head_at(q, q->giver.at) = *pkt;
    memcpy(octets_at(q, q->giver.at), pkt->data, pkt->len);
    q->giver.at += need;
    return 1;
}

void queue_show(queue *q)
{
    atomic_store(&q->given, q->giver.at); /* in one order with the taker's "I sleep" */
}

int queue_is_empty(queue *q)
{
    return atomic_load(&q->given) == q->taker.at;
}

int queue_get(queue *q, dhcpperf_pkt *ret)
{
    const dhcpperf_pkt *head;

    if (q->taker.at == q->taker.given_seen) {
        q->taker.given_seen = atomic_load_explicit(&q->given, memory_order_acquire);
        if (q->taker.at == q->taker.given_seen) {
            return 0;
        }
    }
    head = head_at(q, q->taker.at);
    if (head->data == NULL) { /* the packet is at the beginning */
        q->taker.at += q->lines - (q->taker.at & (q->lines - 1));
        head = head_at(q, q->taker.at);
    }
    *ret = *head;
    ret->data = octets_at(q, q->taker.at);
    ret->cap = ret->len;
    q->taker.at += lines_of(sizeof *head) + lines_of(ret->len);
    return 1;
}

void queue_release(queue *q)
{
    atomic_store_explicit(&q->taken, q->taker.at, memory_order_release);
}
