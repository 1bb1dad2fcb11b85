/* SPDX-License-Identifier: MIT */
/* wheel.c - the timing wheel.  Invariants: a timer whose tick is not after w->tick is in the
 * current list, sorted by due time; any other one is on the level of the highest digit (base 64) in
 * which its tick differs from w->tick.  So the first occupied slot of the lowest occupied level is
 * always the earliest, and moving w->tick up to just before it keeps every placement valid. */
#include "base/dp_wheel.h"

#include <string.h>

enum {
    CURRENT = DP_WHEEL_LEVELS * DP_WHEEL_SLOTS
};

static dp_timer *timer_of(dp_wheel *w, uint32_t id)
{
    return (dp_timer *)(void *)(w->base + (size_t)(id - 1) * w->stride);
}

/* A timer or a list head. */
static dp_timer *node(dp_wheel *w, uint32_t id)
{
    return id <= w->n ? timer_of(w, id) : &w->heads[id - w->n - 1];
}

static uint32_t head_id(const dp_wheel *w, unsigned slot)
{
    return w->n + 1 + slot;
}

static int list_is_empty(const dp_wheel *w, unsigned slot)
{
    return w->heads[slot].next == head_id(w, slot);
}

static void list_reset(dp_wheel *w, unsigned slot)
{
    w->heads[slot].next = w->heads[slot].prev = head_id(w, slot);
}

static void list_insert_after(dp_wheel *w, uint32_t where, uint32_t id)
{
    dp_timer *before = node(w, where), *t = timer_of(w, id);

    t->prev = where;
    t->next = before->next;
    node(w, before->next)->prev = id;
    before->next = id;
}

static void list_append(dp_wheel *w, unsigned slot, dp_timer *t, uint32_t id)
{
    dp_timer *head = &w->heads[slot];

    t->prev = head->prev;
    t->next = head_id(w, slot);
    node(w, head->prev)->next = id;
    head->prev = id;
}

static void list_remove(dp_wheel *w, dp_timer *t)
{
    node(w, t->prev)->next = t->next;
    node(w, t->next)->prev = t->prev;
    t->next = t->prev = 0;
}

/* Into the sorted list, after everything that is due at the same instant. */
static void insert_current(dp_wheel *w, uint32_t id)
{
    dhcpperf_ts due = timer_of(w, id)->due;
    uint32_t where = w->heads[CURRENT].prev;

    while (where != head_id(w, CURRENT) && node(w, where)->due > due) {
        where = node(w, where)->prev;
    }
    list_insert_after(w, where, id);
}

static unsigned level_of(uint64_t difference)
{
    return (63 ^ (unsigned)__builtin_clzll(difference)) / DP_WHEEL_BITS;
}

static void place(dp_wheel *w, uint32_t id)
{
    dp_timer *t = timer_of(w, id);
    uint64_t tick = t->due >> DP_WHEEL_SHIFT;
    unsigned level, digit;

    if (tick <= w->tick) {
        insert_current(w, id);
        return;
    }
    level = level_of(tick ^ w->tick);
    digit = (unsigned)(tick >> (level * DP_WHEEL_BITS)) % DP_WHEEL_SLOTS;
    w->occupied[level] |= UINT64_C(1) << digit;
    list_append(w, level * DP_WHEEL_SLOTS + digit, t, id);
}

/* The earliest occupied slot and the tick at which it begins; 0 when the wheel is empty. */
static int first_slot(dp_wheel *w, unsigned *ret_level, unsigned *ret_digit, uint64_t *ret_start)
{
    unsigned level, digit, shift;

    for (level = 0; level < DP_WHEEL_LEVELS; level++) {
        while (w->occupied[level] != 0) {
            digit = (unsigned)__builtin_ctzll(w->occupied[level]);
            if (list_is_empty(w, level * DP_WHEEL_SLOTS + digit)) {
                w->occupied[level] &= ~(UINT64_C(1) << digit); /* all of it was cancelled */
                continue;
            }
            shift = level * DP_WHEEL_BITS;
            *ret_level = level;
            *ret_digit = digit;
            *ret_start = (((w->tick >> shift) & ~(uint64_t)(DP_WHEEL_SLOTS - 1)) | digit) << shift;
            return 1;
        }
    }
    return 0;
}

/* Merges two chains (linked by next, ended by 0) stably by due time. */
static uint32_t merge(dp_wheel *w, uint32_t a, uint32_t b)
{
    uint32_t first = 0, *tail = &first;

    while (a != 0 && b != 0) {
        uint32_t *from = node(w, b)->due < node(w, a)->due ? &b : &a;

        *tail = *from;
        tail = &node(w, *from)->next;
        *from = *tail;
    }
    *tail = a != 0 ? a : b;
    return first;
}

/* Bottom-up merge sort of a chain: bin i holds a sorted chain of 2^i timers. */
static uint32_t sort_chain(dp_wheel *w, uint32_t chain)
{
    uint32_t bins[32] = {0}, sorted = 0;
    unsigned i;

    while (chain != 0) {
        uint32_t one = chain;

        chain = node(w, one)->next;
        node(w, one)->next = 0;
        for (i = 0; i < 31 && bins[i] != 0; i++) {
            one = merge(w, bins[i], one);
            bins[i] = 0;
        }
        bins[i] = bins[i] != 0 ? merge(w, bins[i], one) : one;
    }
    for (i = 0; i < 32; i++) {
        sorted = merge(w, bins[i], sorted);
    }
    return sorted;
}

/* Takes all timers of a slot out as a chain in the order they were set. */
static uint32_t take_chain(dp_wheel *w, unsigned slot)
{
    uint32_t first = w->heads[slot].next;

    node(w, w->heads[slot].prev)->next = 0;
    list_reset(w, slot);
    return first;
}

/* Moves w->tick to the beginning of the earliest slot and spreads its timers further down. */
static void open_slot(dp_wheel *w, unsigned level, unsigned digit, uint64_t start)
{
    uint32_t id = take_chain(w, level * DP_WHEEL_SLOTS + digit), next;

    w->occupied[level] &= ~(UINT64_C(1) << digit);
    w->tick = start;
    if (level == 0) {
        id = sort_chain(w, id); /* one tick: all of it becomes current */
    }
    for (; id != 0; id = next) {
        next = node(w, id)->next;
        place(w, id);
    }
}

void dp_wheel_init(dp_wheel *w, dp_timer *first, size_t stride, uint32_t n, dhcpperf_ts now)
{
    unsigned slot;

    memset(w, 0, sizeof *w);
    w->base = (uint8_t *)first;
    w->stride = stride;
    w->n = n;
    w->tick = now >> DP_WHEEL_SHIFT;
    for (slot = 0; slot <= CURRENT; slot++) {
        list_reset(w, slot);
    }
}

void dp_wheel_set(dp_wheel *w, uint32_t i, dhcpperf_ts due)
{
    dp_timer *t = timer_of(w, i + 1);

    if (dp_timer_is_set(t)) {
        list_remove(w, t);
    } else {
        w->armed++;
    }
    t->due = due;
    place(w, i + 1);
}

void dp_wheel_cancel(dp_wheel *w, uint32_t i)
{
    dp_timer *t = timer_of(w, i + 1);

    if (dp_timer_is_set(t)) {
        list_remove(w, t);
        w->armed--;
    }
}

uint32_t dp_wheel_pop(dp_wheel *w, dhcpperf_ts now)
{
    unsigned level, digit;
    uint64_t start;

    while (list_is_empty(w, CURRENT)) {
        if (w->armed == 0 || !first_slot(w, &level, &digit, &start) ||
            start > now >> DP_WHEEL_SHIFT) {
            return DP_WHEEL_NONE;
        }
        open_slot(w, level, digit, start);
    }
    {
        uint32_t id = w->heads[CURRENT].next;
        dp_timer *t = node(w, id);

        if (t->due > now) {
            return DP_WHEEL_NONE;
        }
        list_remove(w, t);
        w->armed--;
        return id - 1;
    }
}

dhcpperf_ts dp_wheel_deadline(dp_wheel *w)
{
    unsigned level, digit;
    uint64_t start;

    if (!list_is_empty(w, CURRENT)) {
        return node(w, w->heads[CURRENT].next)->due;
    }
    if (w->armed == 0 || !first_slot(w, &level, &digit, &start)) {
        return DHCPPERF_NEVER;
    }
    return start << DP_WHEEL_SHIFT;
}
