/* SPDX-License-Identifier: MIT */
/* vnet_queue.c - packets under way, in the order in which they arrive.
 *
 * Slots come from chunks that are kept until the network is freed, so a run stops allocating once
 * it has seen its largest crowd.  Order is (instant, sequence); the sequence is given when a packet
 * is filed, so ties are broken the same way in every run.  Invariant: a run is sorted, its first
 * slot is in the heap and no other of it is. */
#include "drive/dp_vnet.h"

#include <assert.h>
#include <string.h>

#include "base/dp_mem.h"

enum {
    CHUNK_SLOTS = 128
};

static const uint16_t class_len[DP_VNET_CLASSES] = {352, 608, 1504, DP_VNET_MAX_LEN};

struct dp_vnet_chunk {
    dp_vnet_chunk *next;
    size_t bytes;
};

/* Slots start behind the chunk's head, on a cache line. */
#define CHUNK_HEAD 64u

static size_t slot_bytes(unsigned size_class)
{
    return (sizeof(dp_vnet_slot) + class_len[size_class] + 63) / 64 * 64;
}

static int add_chunk(dhcpperf_vnet *net, unsigned size_class)
{
    size_t each = slot_bytes(size_class), bytes = CHUNK_HEAD + CHUNK_SLOTS * each;
    uint8_t *raw = net->mem.alloc(net->mem.user, bytes, 64);
    dp_vnet_chunk *chunk = (dp_vnet_chunk *)(void *)raw;
    unsigned i;

    if (raw == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    chunk->next = net->queue.chunks;
    chunk->bytes = bytes;
    net->queue.chunks = chunk;
    for (i = CHUNK_SLOTS; i-- > 0;) {
        dp_vnet_slot *slot = (dp_vnet_slot *)(void *)(raw + CHUNK_HEAD + i * each);

        slot->size_class = (uint8_t)size_class;
        slot->next = net->queue.free_slots[size_class];
        net->queue.free_slots[size_class] = slot;
    }
    return 0;
}

dp_vnet_slot *dp_vnet_slot_take(dhcpperf_vnet *net, size_t len)
{
    unsigned size_class = 0;
    dp_vnet_slot *slot;

    assert(len <= DP_VNET_MAX_LEN);
    while (class_len[size_class] < len) {
        size_class++;
    }
    if (net->queue.free_slots[size_class] == NULL && add_chunk(net, size_class) != 0) {
        return NULL;
    }
    slot = net->queue.free_slots[size_class];
    net->queue.free_slots[size_class] = slot->next;
    net->queue.live++;
    slot->next = NULL;
    slot->in_run = 0;
    slot->offered = 0;
    slot->pkt.data = (uint8_t *)(slot + 1);
    slot->pkt.cap = class_len[size_class];
    return slot;
}

void dp_vnet_slot_give(dhcpperf_vnet *net, dp_vnet_slot *slot)
{
    slot->next = net->queue.free_slots[slot->size_class];
    net->queue.free_slots[slot->size_class] = slot;
    net->queue.live--;
}

static int before(const dp_vnet_entry *a, const dp_vnet_entry *b)
{
    return a->when < b->when || (a->when == b->when && a->seq < b->seq);
}

static void sift_up(dp_vnet_entry *heap, size_t i, dp_vnet_entry e)
{
    while (i > 0 && before(&e, &heap[(i - 1) / 4])) {
        heap[i] = heap[(i - 1) / 4];
        i = (i - 1) / 4;
    }
    heap[i] = e;
}

static void sift_down(dp_vnet_entry *heap, size_t n, dp_vnet_entry e)
{
    size_t i = 0, child, best, k;

    while ((child = 4 * i + 1) < n) {
        best = child;
        for (k = child + 1; k < child + 4 && k < n; k++) {
            if (before(&heap[k], &heap[best])) {
                best = k;
            }
        }
        if (!before(&heap[best], &e)) {
            break;
        }
        heap[i] = heap[best];
        i = best;
    }
    heap[i] = e;
}

int dp_vnet_queue_push(dhcpperf_vnet *net, dp_vnet_slot *slot)
{
    dp_vnet_queue *q = &net->queue;
    dp_vnet_port *sender = net->ports[slot->from];
    dp_vnet_slot *tail = sender->run_tail;
    dp_vnet_entry e;

    if (tail != NULL && slot->when >= tail->when) {
        slot->seq = q->seq++;
        slot->in_run = 1;
        tail->next = slot;
        sender->run_tail = slot;
        return 0;
    }
    if (dp_vnet_grow(&net->mem, (void **)&q->heap, &q->cap, q->n, sizeof *q->heap,
                     _Alignof(dp_vnet_entry)) != 0) {
        return DHCPPERF_E_NOMEM;
    }
    slot->seq = q->seq++;
    slot->in_run = tail == NULL;
    if (tail == NULL) {
        sender->run_tail = slot;
    }
    e = (dp_vnet_entry){slot->when, slot->seq, slot};
    sift_up(q->heap, q->n++, e);
    return 0;
}

dp_vnet_slot *dp_vnet_queue_pop(dhcpperf_vnet *net, dhcpperf_ts now)
{
    dp_vnet_queue *q = &net->queue;
    dp_vnet_slot *slot, *next;

    if (q->n == 0 || q->heap[0].when > now) {
        return NULL;
    }
    slot = q->heap[0].slot;
    next = slot->in_run ? slot->next : NULL;
    if (next != NULL) {
        sift_down(q->heap, q->n, (dp_vnet_entry){next->when, next->seq, next});
    } else {
        if (slot->in_run) {
            net->ports[slot->from]->run_tail = NULL;
        }
        q->n--;
        if (q->n > 0) {
            sift_down(q->heap, q->n, q->heap[q->n]);
        }
    }
    slot->next = NULL;
    return slot;
}

dhcpperf_ts dp_vnet_queue_first(const dhcpperf_vnet *net)
{
    return net->queue.n > 0 ? net->queue.heap[0].when : DHCPPERF_NEVER;
}

void dp_vnet_queue_free(dhcpperf_vnet *net)
{
    dp_vnet_chunk *chunk = net->queue.chunks, *next;

    for (; chunk != NULL; chunk = next) {
        next = chunk->next;
        dp_mem_release(&net->mem, chunk, chunk->bytes);
    }
    DP_FREE_ARRAY(&net->mem, net->queue.heap, net->queue.cap);
}
