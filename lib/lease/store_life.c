/* SPDX-License-Identifier: MIT */
/* store_life.c - what happens to a lease: chosen, offered, bound, released, expired, declined.
 *
 * Invariants: a record is on the wheel exactly while it is OFFERED, DECLINED or BOUND with an end,
 * and in exactly one list of its subnet or area while it is free and not reserved; count[] tells
 * the number of records of each state; a client is never the owner of two records of a link. */
#include "lease/dp_store.h"

#include <assert.h>
#include <string.h>

static dp_subnet *subnet_of(dp_store *st, const dp_lease *l)
{
    return &st->subnet[dp_store_find_subnet(st, l->ip)];
}

static void set_state(dp_store *st, dp_lease *l, dp_lease_state to)
{
    dp_store_touch(st, (uint32_t)(l - st->lease));
    st->count[l->state]--;
    st->count[to]++;
    l->state = (uint8_t)to;
}

/* ---- lists of free addresses ---------------------------------------------------------------- */

static int is_listed(const dp_lease *l)
{
    return (l->mark & DP_LEASE_RESERVED) == 0 &&
           (l->state == DP_LEASE_FREE || l->state == DP_LEASE_RELEASED ||
            l->state == DP_LEASE_EXPIRED);
}

static dp_list *list_of(dp_store *st, const dp_lease *l)
{
    int unleased = l->state == DP_LEASE_FREE && (l->mark & DP_LEASE_LATE) == 0;
    dp_subnet *sub = subnet_of(st, l);
    dp_area *a = sub->areas > 0 ? dp_store_area(st, (uint32_t)(l - st->lease)) : NULL;

    if (a != NULL) {
        a = &st->area[a->lists];
        return unleased ? &a->unleased : &a->leased;
    }
    return unleased ? &sub->unleased : &sub->leased;
}

void dp_store_list(dp_store *st, uint32_t i)
{
    dp_lease *l = &st->lease[i];
    dp_list *list = list_of(st, l);

    l->timer.next = 0;
    l->timer.prev = list->tail;
    if (list->tail != 0) {
        st->lease[list->tail - 1].timer.next = i + 1;
    } else {
        list->head = i + 1;
    }
    list->tail = i + 1;
}

void dp_store_unlist(dp_store *st, uint32_t i)
{
    dp_lease *l = &st->lease[i];
    dp_list *list = list_of(st, l);

    if (l->timer.prev != 0) {
        st->lease[l->timer.prev - 1].timer.next = l->timer.next;
    } else {
        list->head = l->timer.next;
    }
    if (l->timer.next != 0) {
        st->lease[l->timer.next - 1].timer.prev = l->timer.prev;
    } else {
        list->tail = l->timer.prev;
    }
    l->timer.next = l->timer.prev = 0;
}

/* Takes the record off its list or the wheel, whichever it is on. */
static void detach(dp_store *st, uint32_t i)
{
    if (is_listed(&st->lease[i])) {
        dp_store_unlist(st, i);
    } else {
        dp_wheel_cancel(&st->wheel, i);
    }
}

/* The record becomes free as of now and its subnet's to give. */
static void set_free(dp_store *st, uint32_t i, dp_lease_state to, dhcpperf_ts now)
{
    dp_lease *l = &st->lease[i];

    set_state(st, l, to);
    l->timer.due = now;
    if (is_listed(l)) {
        dp_store_list(st, i);
    }
}

/* ---- choosing ------------------------------------------------------------------------------- */

/* The address that the key hashes to, when nobody ever had it. */
static uint32_t pick_by_hash(const dp_store *st, const dp_subnet *sub, const dp_key *key)
{
    uint32_t i = sub->base + (uint32_t)dp_below(dp_mix64(key->hash), sub->n);

    return st->lease[i].state == DP_LEASE_NEVER && dp_store_may_have(st, i, 0) ? i : DP_LEASE_NONE;
}

/* The first record from *fresh on that nobody ever had.  Each is looked at once in the life of the
 * store. */
static int find_fresh(const dp_store *st, uint32_t *fresh, uint32_t end)
{
    while (*fresh < end && st->lease[*fresh].state != DP_LEASE_NEVER) {
        ++*fresh;
    }
    return *fresh < end;
}

/* Likewise among those for everybody. */
static uint32_t pick_fresh(const dp_store *st, dp_subnet *sub)
{
    const dp_area *a;

    while (find_fresh(st, &sub->fresh, sub->base + sub->n)) {
        a = sub->areas > 0 ? dp_store_area(st, sub->fresh) : NULL;
        if (a == NULL) {
            return sub->fresh;
        }
        sub->fresh = a->base + a->n;
    }
    return DP_LEASE_NONE;
}

static uint32_t pick_freed(const dp_list *unleased, const dp_list *leased)
{
    return (unleased->head != 0 ? unleased->head : leased->head) - 1;
}

/* From the ranges of a class in a subnet. */
static uint32_t pick_in_areas(dp_store *st, const dp_subnet *sub, unsigned class_)
{
    dp_area *a = &st->area[sub->area], *lists = NULL;
    uint32_t k;

    for (k = 0; k < sub->areas; k++, a++) {
        if (a->class_ != class_) {
            continue;
        }
        if (find_fresh(st, &a->fresh, a->base + a->n)) {
            return a->fresh;
        }
        lists = &st->area[a->lists];
    }
    return lists != NULL ? pick_freed(&lists->unleased, &lists->leased) : DP_LEASE_NONE;
}

/* From the ranges for everybody in a subnet. */
static uint32_t pick_in_subnet(dp_store *st, dp_subnet *sub, const dp_key *key)
{
    uint32_t i = DP_LEASE_NONE;

    if (sub->n == 0) {
        return DP_LEASE_NONE;
    }
    if (sub->pool->policy == DHCPPERF_ALLOC_HASH) {
        i = pick_by_hash(st, sub, key);
    }
    if (i == DP_LEASE_NONE) {
        i = pick_fresh(st, sub);
    }
    return i != DP_LEASE_NONE ? i : pick_freed(&sub->unleased, &sub->leased);
}

/* From the whole link, ranges of the class first. */
static uint32_t pick_on_link(dp_store *st, const dp_key *key)
{
    uint32_t i = DP_LEASE_NONE, k;

    if (key->class_ != 0 && st->areas > 0) {
        for (k = key->subnet; i == DP_LEASE_NONE && k != DP_LEASE_NONE; k = st->subnet[k].next) {
            i = pick_in_areas(st, &st->subnet[k], key->class_);
        }
    }
    for (k = key->subnet; i == DP_LEASE_NONE && k != DP_LEASE_NONE; k = st->subnet[k].next) {
        i = pick_in_subnet(st, &st->subnet[k], key);
    }
    return i;
}

uint32_t dp_store_pick(dp_store *st, const dp_key *key, uint32_t wish)
{
    uint32_t i;

    if (wish != 0 && dp_store_on_link(st, key->subnet, wish)) {
        i = dp_store_find_ip(st, wish);
        if (i != DP_LEASE_NONE && dp_store_is_free(st, i) &&
            dp_store_may_have(st, i, key->class_)) {
            return i;
        }
    }
    return st->links || st->areas > 0 ? pick_on_link(st, key)
                                      : pick_in_subnet(st, &st->subnet[key->subnet], key);
}

/* ---- claiming ------------------------------------------------------------------------------- */

static void drop_long_key(dp_store *st, dp_lease *l)
{
    uint32_t name;

    if (l->key_len > DP_LEASE_KEY) {
        memcpy(&name, l->key, sizeof name);
        dp_cells_drop(&st->cells, name);
        l->key_len = 0;
    }
}

/* The client goes to another address: what it had is free and forgotten. */
static void forget(dp_store *st, uint32_t i, dhcpperf_ts now)
{
    dp_lease *l = &st->lease[i];

    detach(st, i);
    dp_store_unlink(st, i);
    drop_long_key(st, l);
    l->mark &= (uint8_t) ~(DP_LEASE_HELD | DP_LEASE_LATE);
    set_free(st, i, DP_LEASE_FREE, now);
}

void dp_store_forget(dp_store *st, uint32_t i, dhcpperf_ts now)
{
    dp_lease *l = &st->lease[i];

    if ((l->mark & DP_LEASE_RESERVED) != 0) {
        detach(st, i);
        l->mark &= (uint8_t)~DP_LEASE_HELD;
        set_free(st, i, DP_LEASE_FREE, now);
    } else {
        forget(st, i, now);
    }
}

int dp_store_claim(dp_store *st, uint32_t i, const dp_key *key)
{
    return dp_store_claim_from(st, i, key, dp_store_find(st, key));
}

int dp_store_claim_from(dp_store *st, uint32_t i, const dp_key *key, uint32_t old)
{
    dp_lease *l = &st->lease[i];
    uint32_t name = 0, ip = dp_store_ip(st, i);

    assert(l->state != DP_LEASE_OFFERED && l->state != DP_LEASE_BOUND);
    if (old != i) {
        if (old != DP_LEASE_NONE && (st->lease[old].mark & DP_LEASE_RESERVED) != 0) {
            return 0;
        }
        if (key->len > DP_LEASE_KEY) {
            name = dp_cells_put(&st->cells, key->data, key->len, NULL, 0);
            if (name == 0) {
                return 0;
            }
        }
        if (old != DP_LEASE_NONE) {
            forget(st, old, st->lease[old].timer.due);
        }
    }
    detach(st, i);
    dp_store_use(st, i);
    set_state(st, l, DP_LEASE_CLAIMED);
    l->ip = ip;
    l->timer.due = 0;
    l->mark &= (uint8_t)~DP_LEASE_LATE;
    if (old == i) {
        return 1;
    }
    dp_store_unlink(st, i);
    drop_long_key(st, l);
    l->mark = key->kind;
    l->htype = key->htype;
    l->key_len = key->len;
    if (key->len > DP_LEASE_KEY) {
        memcpy(l->key, &name, sizeof name);
    } else {
        memcpy(l->key, key->data, key->len);
    }
    st->more[i].renewals = 0;
    dp_store_link(st, i, key->hash);
    return 1;
}

void dp_store_set_chaddr(dp_store *st, uint32_t i, uint8_t htype, const uint8_t *chaddr,
                         size_t hlen)
{
    dp_lease_more *m = &st->more[i];

    st->lease[i].htype = htype;
    m->hlen = (uint8_t)(hlen < sizeof m->chaddr ? hlen : sizeof m->chaddr);
    memset(m->chaddr, 0, sizeof m->chaddr);
    memcpy(m->chaddr, chaddr, m->hlen);
}

/* ---- changing ------------------------------------------------------------------------------- */

void dp_store_offer(dp_store *st, uint32_t i, dhcpperf_ts now, dhcpperf_dur hold, uint32_t lease_s)
{
    dp_lease *l = &st->lease[i];

    detach(st, i);
    set_state(st, l, DP_LEASE_OFFERED);
    l->starts = now;
    l->lease_s = lease_s;
    dp_wheel_set(&st->wheel, i, hold > DHCPPERF_NEVER - 1 - now ? DHCPPERF_NEVER - 1 : now + hold);
}

static inline void count_from(dp_store *st, uint32_t i, dhcpperf_ts now)
{
    dp_lease *l = &st->lease[i];

    l->starts = now;
    if (l->lease_s == UINT32_MAX) {
        dp_wheel_cancel(&st->wheel, i);
        l->timer.due = DHCPPERF_NEVER;
    } else {
        dp_wheel_set(&st->wheel, i, now + l->lease_s * DHCPPERF_NS_PER_S);
    }
}

void dp_store_bind(dp_store *st, uint32_t i, dhcpperf_ts now, uint32_t lease_s)
{
    dp_lease *l = &st->lease[i];

    if (l->state == DP_LEASE_BOUND) {
        st->more[i].renewals++;
    }
    if (is_listed(l)) {
        dp_store_unlist(st, i);
    }
    set_state(st, l, DP_LEASE_BOUND);
    l->mark |= DP_LEASE_HELD;
    l->lease_s = lease_s;
    count_from(st, i, now);
}

void dp_store_restart(dp_store *st, uint32_t i, dhcpperf_ts now)
{
    dp_store_touch(st, i);
    count_from(st, i, now);
}

static void end(dp_store *st, uint32_t i, dhcpperf_ts now, dp_lease_state to)
{
    detach(st, i);
    set_free(st, i, (st->lease[i].mark & DP_LEASE_HELD) != 0 ? to : DP_LEASE_FREE, now);
}

void dp_store_release(dp_store *st, uint32_t i, dhcpperf_ts now)
{
    end(st, i, now, DP_LEASE_RELEASED);
}

void dp_store_expire(dp_store *st, uint32_t i, dhcpperf_ts now)
{
    end(st, i, now, DP_LEASE_EXPIRED);
}

void dp_store_decline(dp_store *st, uint32_t i, dhcpperf_ts now, dhcpperf_dur quarantine)
{
    dp_lease *l = &st->lease[i];

    l->ip = dp_store_ip(st, i); /* it may never have been used */
    dp_store_use(st, i);
    detach(st, i);
    if ((l->mark & DP_LEASE_RESERVED) == 0) {
        dp_store_unlink(st, i);
    }
    set_state(st, l, DP_LEASE_DECLINED);
    l->starts = now;
    dp_wheel_set(&st->wheel, i,
                 quarantine > DHCPPERF_NEVER - 1 - now ? DHCPPERF_NEVER - 1 : now + quarantine);
}

int dp_store_withdraw(dp_store *st, uint32_t i, dhcpperf_ts now)
{
    dp_lease *l = &st->lease[i];

    if (l->state == DP_LEASE_BOUND) {
        return 0;
    }
    l->ip = dp_store_ip(st, i); /* it may never have been used */
    dp_store_use(st, i);
    detach(st, i);
    dp_store_unlink(st, i);
    drop_long_key(st, l);
    l->mark = DP_LEASE_RESERVED; /* for nobody */
    set_free(st, i, DP_LEASE_FREE, now);
    return 1;
}

uint32_t dp_store_pop(dp_store *st, dhcpperf_ts now, dp_lease_state *ret_was)
{
    uint32_t i = dp_wheel_pop(&st->wheel, now);
    dp_lease *l;

    if (i == DP_WHEEL_NONE) {
        return DP_LEASE_NONE;
    }
    l = &st->lease[i];
    *ret_was = (dp_lease_state)l->state;
    if (l->state == DP_LEASE_DECLINED) {
        l->mark &= (uint8_t)~DP_LEASE_HELD;
        l->mark |= DP_LEASE_LATE;
        if ((l->mark & DP_LEASE_LINKED) == 0) {
            drop_long_key(st, l); /* nobody is told any more who refused it */
        }
        set_free(st, i, DP_LEASE_FREE, l->timer.due);
    } else {
        end(st, i, l->timer.due, DP_LEASE_EXPIRED);
    }
    return i;
}
