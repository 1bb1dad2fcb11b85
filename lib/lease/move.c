/* SPDX-License-Identifier: MIT */
/* move.c - leases from one store into another one.
 *
 * Invariants: in `from`, DP_LEASE_NOTED is set while the record is among the notes.  In `to`, it is
 * set while a free record is on the wheel instead of in its list: the wheel sorts by the instant
 * since when it is free, so that the addresses are used again in the old order.  Nobody is the
 * owner of two records of a link in `to`. */
#include "lease/dp_move.h"

#include <assert.h>
#include <string.h>

/* ---- noting --------------------------------------------------------------------------------- */

void dp_move_begin(dp_move *m, dp_store *from, dp_store *to)
{
    m->from = from;
    m->to = to;
    m->at = m->notes = 0;
    m->overflow = 0;
    from->move = m;
}

void dp_move_end(dp_move *m)
{
    while (m->notes > 0) {
        m->from->lease[m->note[--m->notes]].mark &= (uint8_t)~DP_LEASE_NOTED;
    }
    m->from->move = NULL;
}

void dp_store_note(dp_store *st, uint32_t i)
{
    dp_move *m = st->move;

    if (i >= m->at || (st->lease[i].mark & DP_LEASE_NOTED) != 0) {
        return; /* it will be moved as it is then */
    }
    if (m->notes == DP_MOVE_NOTES) {
        m->overflow = 1;
        return;
    }
    st->lease[i].mark |= DP_LEASE_NOTED;
    m->note[m->notes++] = i;
}

uint32_t dp_move_next(dp_move *m, uint32_t *inout_looks)
{
    uint32_t i;

    if (m->overflow) {
        m->overflow = 0;
        m->at = 0;
    }
    if (m->notes > 0) {
        i = m->note[--m->notes];
        m->from->lease[i].mark &= (uint8_t)~DP_LEASE_NOTED;
        return i;
    }
    while (m->at<m->from->n && * inout_looks> 0) {
        --*inout_looks;
        i = m->at++;
        if (m->from->lease[i].state != DP_LEASE_NEVER) {
            return i;
        }
        if (m->at % DP_STORE_BLOCK == 0 && m->at < m->from->n) {
            m->at = dp_store_skip(m->from, m->at);
        }
    }
    return DP_LEASE_NONE;
}

/* ---- moving --------------------------------------------------------------------------------- */

static int is_free(const dp_lease *l)
{
    return l->state == DP_LEASE_FREE || l->state == DP_LEASE_RELEASED ||
           l->state == DP_LEASE_EXPIRED;
}

static void set_state(dp_store *st, dp_lease *l, dp_lease_state to)
{
    st->count[l->state]--;
    st->count[to]++;
    l->state = (uint8_t)to;
}

static void drop_long_key(dp_store *st, dp_lease *l)
{
    uint32_t name;

    if (l->key_len > DP_LEASE_KEY) {
        memcpy(&name, l->key, sizeof name);
        dp_cells_drop(&st->cells, name);
    }
}

/* A record that is reserved stays its client's; any other one is as if nobody ever had it. */
void dp_move_undo(dp_store *to, uint32_t k)
{
    dp_lease *l = &to->lease[k];

    if (l->state == DP_LEASE_NEVER) {
        return;
    }
    if (is_free(l) && (l->mark & (DP_LEASE_RESERVED | DP_LEASE_NOTED)) == 0) {
        dp_store_unlist(to, k);
    } else {
        dp_wheel_cancel(&to->wheel, k);
    }
    memset(&to->more[k], 0, sizeof to->more[k]);
    if ((l->mark & DP_LEASE_RESERVED) != 0) {
        set_state(to, l, DP_LEASE_RELEASED);
        l->mark &= DP_LEASE_KIND | DP_LEASE_LINKED | DP_LEASE_RESERVED;
        l->timer.due = 0;
        return;
    }
    dp_store_unlink(to, k);
    drop_long_key(to, l);
    set_state(to, l, DP_LEASE_NEVER);
    memset(l, 0, sizeof *l);
}

/* The client of a record, as a client of the other store; `buf` takes the octets. */
static void client_of(const dp_move *m, uint32_t i, uint8_t *buf, dp_key *ret)
{
    const dp_lease *l = &m->from->lease[i];

    memset(ret, 0, sizeof *ret);
    ret->kind = l->mark & DP_LEASE_KIND;
    ret->htype = l->htype;
    ret->len = (uint8_t)dp_store_get_key(m->from, i, buf);
    ret->data = buf;
    ret->subnet = m->to->subnet[dp_store_find_subnet(m->to, l->ip)].link;
    dp_store_key(m->to, ret);
}

/* Whether the client can have the record in the other store, which nobody has there.  A memory of
 * its own that is in the way is given up. */
static int can_have(dp_move *m, uint32_t i, uint32_t k, const dp_key *key)
{
    const dp_lease *had;
    uint32_t other;

    if ((m->to->lease[k].mark & DP_LEASE_RESERVED) != 0) {
        return dp_store_is_owner(m->to, k, key);
    }
    if (key->kind == DHCPPERF_KEY_CIRCUIT) {
        return 0; /* known by reservations alone */
    }
    other = dp_store_find(m->to, key);
    if (other != DP_LEASE_NONE) {
        had = &m->to->lease[other];
        if (!is_free(had) || (had->mark & DP_LEASE_RESERVED) != 0 || is_free(&m->from->lease[i])) {
            return 0;
        }
        dp_move_undo(m->to, other);
    }
    return key->len <= DP_LEASE_KEY || dp_cells_have_room(&m->to->cells, key->len);
}

/* What is said of the lease itself; the key, the mark and the place apart. */
static void copy_facts(dp_move *m, uint32_t i, uint32_t k)
{
    const dp_lease *l = &m->from->lease[i];
    dp_lease *to = &m->to->lease[k];

    dp_store_use(m->to, k);
    set_state(m->to, to, (dp_lease_state)l->state);
    to->starts = l->starts;
    to->ip = l->ip;
    to->seen_ms = l->seen_ms;
    to->lease_s = l->lease_s;
    to->giaddr = l->giaddr;
    to->xid = l->xid;
    to->htype = l->htype;
    to->timer.due = l->timer.due;
    m->to->more[k] = m->from->more[i];
}

/* Under the client's key, unless the record is reserved for it already. */
static void copy_key(dp_move *m, uint32_t k, const dp_key *key)
{
    dp_lease *to = &m->to->lease[k];
    uint32_t name;

    if ((to->mark & DP_LEASE_RESERVED) != 0) {
        return;
    }
    to->mark = key->kind;
    to->key_len = key->len;
    if (key->len > DP_LEASE_KEY) {
        name = dp_cells_put(&m->to->cells, key->data, key->len, NULL, 0);
        memcpy(to->key, &name, sizeof name);
    } else {
        memcpy(to->key, key->data, key->len);
    }
    dp_store_link(m->to, k, key->hash);
}

/* A timer that runs; the list of free ones, by way of the wheel; or neither. */
static void place(dp_move *m, uint32_t i, uint32_t k, dhcpperf_ts now)
{
    const dp_lease *l = &m->from->lease[i];
    dp_lease *to = &m->to->lease[k];

    if (!is_free(l)) {
        if (l->timer.due != DHCPPERF_NEVER) {
            dp_wheel_set(&m->to->wheel, k, l->timer.due);
        }
    } else if ((to->mark & DP_LEASE_RESERVED) == 0) {
        to->mark |= DP_LEASE_NOTED;
        dp_wheel_set(&m->to->wheel, k, l->timer.due < now ? l->timer.due : now);
    }
}

/* In quarantine: who refused it is told as long as it is known, but does not own it. */
static void move_declined(dp_move *m, uint32_t i, uint32_t k)
{
    const dp_lease *l = &m->from->lease[i];
    dp_lease *to = &m->to->lease[k];

    copy_facts(m, i, k);
    if ((to->mark & DP_LEASE_RESERVED) == 0 && l->key_len <= DP_LEASE_KEY) {
        to->mark = l->mark & DP_LEASE_KIND;
        to->key_len = l->key_len;
        memcpy(to->key, l->key, l->key_len);
    }
    dp_wheel_set(&m->to->wheel, k, l->timer.due);
}

/* Reserved and never leased, or reserved for nobody: the other store knows that of itself. */
static int is_worth_moving(const dp_lease *l)
{
    return l->state != DP_LEASE_NEVER &&
           !(is_free(l) && (l->mark & DP_LEASE_RESERVED) != 0 && (l->mark & DP_LEASE_HELD) == 0);
}

dp_fate dp_move_one(dp_move *m, uint32_t i, dhcpperf_ts now, uint32_t *ret)
{
    const dp_lease *l = &m->from->lease[i];
    uint32_t ip = dp_store_ip(m->from, i), k = dp_store_find_ip(m->to, ip);
    uint8_t octets[UINT8_MAX];
    dp_key key;

    *ret = k;
    if (k != DP_LEASE_NONE) {
        dp_move_undo(m->to, k);
    }
    if (!is_worth_moving(l)) {
        return DP_FATE_NONE;
    }
    if (k == DP_LEASE_NONE) {
        return DP_FATE_OUTSIDE;
    }
    if (l->state == DP_LEASE_DECLINED) {
        move_declined(m, i, k);
        return DP_FATE_MOVED;
    }
    if ((l->mark & DP_LEASE_LINKED) == 0) { /* free, and nobody's */
        if ((m->to->lease[k].mark & DP_LEASE_RESERVED) != 0) {
            return DP_FATE_NONE;
        }
        copy_facts(m, i, k);
    } else {
        client_of(m, i, octets, &key);
        if (!can_have(m, i, k, &key)) {
            return DP_FATE_CLASH;
        }
        copy_facts(m, i, k);
        copy_key(m, k, &key);
    }
    m->to->lease[k].mark |= l->mark & (DP_LEASE_HELD | DP_LEASE_LATE | DP_LEASE_ACKED);
    place(m, i, k, now);
    return DP_FATE_MOVED;
}

unsigned dp_move_sort(dp_move *m, dhcpperf_ts now, unsigned max)
{
    unsigned n = 0;
    uint32_t k;

    while (n < max && (k = dp_wheel_pop(&m->to->wheel, now)) != DP_WHEEL_NONE) {
        assert((m->to->lease[k].mark & DP_LEASE_NOTED) != 0);
        m->to->lease[k].mark &= (uint8_t)~DP_LEASE_NOTED;
        dp_store_list(m->to, k);
        n++;
    }
    return n;
}
