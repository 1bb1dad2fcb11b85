/* SPDX-License-Identifier: MIT */
/* lease_queue.c - leases lie behind each other and never around the end: what is left there is
 * passed over, marked by a size of 0.
 *
 * Invariant: taker.at <= given <= giver.at <= taken + size, each but giver.at and taker.at shown by
 * an atomic store that releases what was written before. */
#include "common/leases/lease_queue.h"

#include <string.h>

void lease_queue_init(lease_queue *q, void *mem, size_t size)
{
    memset(&q->giver, 0, sizeof q->giver);
    memset(&q->taker, 0, sizeof q->taker);
    atomic_init(&q->given, 0);
    atomic_init(&q->taken, 0);
    q->mem = mem;
    q->size = size;
}

/* ---- the giver ------------------------------------------------------------------------------ */

static uint8_t *place(const lease_queue *q, uint64_t at)
{
    return q->mem + (size_t)(at & (q->size - 1));
}

static uint64_t to_end(const lease_queue *q, uint64_t at)
{
    return q->size - (at & (q->size - 1));
}

static int has_room(lease_queue *q, uint64_t n)
{
    if (q->size - (q->giver.at - q->giver.taken_seen) >= n) {
        return 1;
    }
    q->giver.taken_seen = atomic_load_explicit(&q->taken, memory_order_acquire);
    return q->size - (q->giver.at - q->giver.taken_seen) >= n;
}

uint8_t *lease_queue_room(lease_queue *q, size_t n)
{
    uint64_t rest = to_end(q, q->giver.at);
    uint64_t skip = rest < n ? rest : 0;

    if (!has_room(q, skip + n)) {
        return NULL;
    }
    if (skip > 0) {
        memset(place(q, q->giver.at), 0, 8);
        q->giver.at += skip;
    }
    return place(q, q->giver.at);
}

void lease_queue_put(lease_queue *q, size_t n)
{
    q->giver.at += n;
}

int lease_queue_show(lease_queue *q)
{
    if (q->giver.at == atomic_load_explicit(&q->given, memory_order_relaxed)) {
        return 0;
    }
    atomic_store(&q->given, q->giver.at); /* in one order with the taker's "I sleep" */
    return 1;
}

uint64_t lease_queue_used(lease_queue *q)
{
    return q->giver.at - atomic_load_explicit(&q->taken, memory_order_relaxed);
}

/* ---- the taker ------------------------------------------------------------------------------ */

int lease_queue_is_empty(lease_queue *q)
{
    return atomic_load(&q->given) == q->taker.at;
}

static int is_there(lease_queue *q)
{
    if (q->taker.at == q->taker.given_seen) {
        q->taker.given_seen = atomic_load_explicit(&q->given, memory_order_acquire);
    }
    return q->taker.at != q->taker.given_seen;
}

const uint8_t *lease_queue_get(lease_queue *q)
{
    const uint8_t *at;

    if (!is_there(q)) {
        return NULL;
    }
    at = place(q, q->taker.at);
    if (lease_record_size_at(at) == 0) {
        q->taker.at += to_end(q, q->taker.at);
        if (!is_there(q)) {
            return NULL;
        }
        at = place(q, q->taker.at);
    }
    q->taker.at += lease_record_size_at(at);
    return at;
}

void lease_queue_release(lease_queue *q)
{
    atomic_store_explicit(&q->taken, q->taker.at, memory_order_release);
}
