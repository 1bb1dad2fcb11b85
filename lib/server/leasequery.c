/* SPDX-License-Identifier: MIT */
/* leasequery.c - what relay agents ask about leases (RFC 4388), and what is kept for it: whose
 * records have a hardware address or a client identifier in common, and the relay agent information
 * that each client came with last.  Nothing is kept unless leasequery.enabled is set.
 *
 * Invariant: every record that is bound is under the hashes of its client's names. */
#include "server/dp_server.h"

#include <string.h>

enum {
    CHADDR = 16,    /* octets in front of the options of an answer */
    ADDRESSES = 63, /* as many as one option 92 has room for */
    CELLS_PER_LEASE = 2,
    CELLS_MIN = 1024,
    /* chaddr; options 61, 51, 58, 59, 91, 92 and 82 */
    ANSWER_MAX = CHADDR + 257 + 4 * 6 + 2 + 4 * ADDRESSES + 257
};

int dp_query_init(dp_query *q, uint32_t n, const dhcpperf_mem *mem)
{
    uint64_t cells = (uint64_t)n * CELLS_PER_LEASE;

    q->n = n;
    q->info = DP_ARRAY(mem, n, dp_query_info);
    if (q->info == NULL || dp_index_init(&q->by_chaddr, n, mem) != 0 ||
        dp_index_init(&q->by_id, n, mem) != 0 ||
        dp_cells_init(&q->cells, cells < CELLS_MIN ? CELLS_MIN : (uint32_t)cells, mem) != 0) {
        return DHCPPERF_E_NOMEM;
    }
    q->on = 1;
    return 0;
}

void dp_query_fini(dp_query *q, const dhcpperf_mem *mem)
{
    DP_FREE_ARRAY(mem, q->info, q->n);
    dp_index_fini(&q->by_chaddr, mem);
    dp_index_fini(&q->by_id, mem);
    dp_cells_fini(&q->cells, mem);
}

/* ---- keeping -------------------------------------------------------------------------------- */

static uint64_t chaddr_hash(const dhcpperf_server *s, unsigned htype, dhcpperf_bytes chaddr)
{
    return dp_hash_bytes(s->set.seed + htype, chaddr.data, chaddr.len);
}

static uint64_t id_hash(const dhcpperf_server *s, dhcpperf_bytes id)
{
    return dp_hash_bytes(s->set.seed, id.data, id.len);
}

void dp_query_forget(dhcpperf_server *s, uint32_t lease)
{
    dp_query_info *info = &s->query.info[lease];

    dp_cells_drop(&s->query.cells, info->name);
    memset(info, 0, sizeof *info);
}

/* What is as before stays where it is. */
static void keep_info(dp_query *q, dp_query_info *info, dhcpperf_bytes value)
{
    if (info->name != 0 && info->len == value.len &&
        dp_cells_equal(&q->cells, info->name, value.data, value.len)) {
        return;
    }
    dp_cells_drop(&q->cells, info->name);
    info->name = dp_cells_put(&q->cells, value.data, value.len, NULL, 0); /* 0: without, then */
    info->len = (uint8_t)value.len;
}

void dp_query_remember(dhcpperf_server *s, uint32_t lease, dhcpperf_bytes relay_info)
{
    const dp_lease *l = &s->store.lease[lease];
    dhcpperf_bytes id = {s->key_buf, 0};

    dp_index_put(&s->query.by_chaddr, lease, chaddr_hash(s, l->htype, dp_server_chaddr(s, lease)));
    if ((l->mark & DP_LEASE_KIND) == DHCPPERF_KEY_CLIENT_ID) {
        id.len = dp_store_get_key(&s->store, lease, s->key_buf);
        dp_index_put(&s->query.by_id, lease, id_hash(s, id));
    } else {
        dp_index_drop(&s->query.by_id, lease);
    }
    if (relay_info.data != NULL && relay_info.len <= UINT8_MAX) {
        keep_info(&s->query, &s->query.info[lease], relay_info);
    }
}

/* ---- finding -------------------------------------------------------------------------------- */

/* The leases of a client: the one heard of last, and the addresses of all. */
typedef struct found {
    uint32_t lease; /* DP_LEASE_NONE = no lease */
    dhcpperf_ts seen;
    unsigned n;
    uint8_t ips[4 * ADDRESSES];
} found;

static dhcpperf_ts last_seen(const dp_lease *l)
{
    return l->starts + l->seen_ms * DHCPPERF_NS_PER_MS;
}

static void take(const dhcpperf_server *s, uint32_t i, found *f)
{
    const dp_lease *l = &s->store.lease[i];

    if (f->lease == DP_LEASE_NONE || last_seen(l) > f->seen) {
        f->lease = i;
        f->seen = last_seen(l);
    }
    if (f->n < ADDRESSES) {
        dp_put32(f->ips + 4 * (size_t)f->n++, l->ip);
    }
}

static void find_by_chaddr(const dhcpperf_server *s, unsigned htype, dhcpperf_bytes chaddr,
                           found *f)
{
    uint32_t i = dp_index_first(&s->query.by_chaddr, chaddr_hash(s, htype, chaddr));

    for (; i != DP_INDEX_NONE; i = dp_index_next(&s->query.by_chaddr, i)) {
        dhcpperf_bytes other = dp_server_chaddr(s, i);

        if (s->store.lease[i].state == DP_LEASE_BOUND && s->store.lease[i].htype == htype &&
            other.len == chaddr.len && memcmp(other.data, chaddr.data, chaddr.len) == 0) {
            take(s, i, f);
        }
    }
}

static void find_by_id(dhcpperf_server *s, dhcpperf_bytes id, found *f)
{
    uint32_t i = dp_index_first(&s->query.by_id, id_hash(s, id));
    uint8_t key[UINT8_MAX];

    for (; i != DP_INDEX_NONE; i = dp_index_next(&s->query.by_id, i)) {
        const dp_lease *l = &s->store.lease[i];

        if (l->state == DP_LEASE_BOUND && (l->mark & DP_LEASE_KIND) == DHCPPERF_KEY_CLIENT_ID &&
            dp_store_get_key(&s->store, i, key) == id.len && memcmp(key, id.data, id.len) == 0) {
            take(s, i, f);
        }
    }
}

/* The lease of an address, with all the others of its client. */
static void find_by_ip(dhcpperf_server *s, uint32_t ip, found *f)
{
    uint32_t i = dp_store_find_ip(&s->store, ip);
    const dp_lease *l = i != DP_LEASE_NONE ? &s->store.lease[i] : NULL;
    dhcpperf_bytes id = {s->key_buf, 0};

    if (l == NULL || l->state != DP_LEASE_BOUND) {
        return;
    }
    if ((l->mark & DP_LEASE_KIND) == DHCPPERF_KEY_CLIENT_ID) {
        id.len = dp_store_get_key(&s->store, i, s->key_buf);
        find_by_id(s, id, f);
    } else {
        find_by_chaddr(s, l->htype, dp_server_chaddr(s, i), f);
    }
    f->lease = i;
}

/* ---- answering (RFC 4388 6.4) --------------------------------------------------------------- */

/* An answer being written: chaddr, then options. */
typedef struct answer {
    dhcpperf_server *s;
    const dp_request *r;
    size_t len;
    uint8_t octets[ANSWER_MAX];
} answer;

static void put(answer *a, uint8_t code, const uint8_t *data, size_t len)
{
    uint8_t *to = a->octets + a->len;

    to[0] = code;
    to[1] = (uint8_t)len;
    memcpy(to + 2, data, len);
    a->len += 2 + len;
}

/* Times and relay agent information are for those who ask for them, or for nothing at all. */
static int is_wanted(const answer *a, uint8_t code)
{
    const dp_view *v = &a->r->view;

    return !dp_view_has(v, DP_V_PARAM_LIST) || dp_view_len(v, DP_V_PARAM_LIST) == 0 ||
           memchr(dp_view_val(v, DP_V_PARAM_LIST), code, dp_view_len(v, DP_V_PARAM_LIST)) != NULL;
}

static void put_time(answer *a, uint8_t code, uint32_t seconds)
{
    uint8_t octets[4];

    if (is_wanted(a, code)) {
        dp_put32(octets, seconds);
        put(a, code, octets, sizeof octets);
    }
}

/* Seconds until an instant; 0 when it is over. */
static uint32_t until(dhcpperf_ts when, dhcpperf_ts now)
{
    dhcpperf_dur s = when > now ? (when - now) / DHCPPERF_NS_PER_S : 0;

    return s < UINT32_MAX ? (uint32_t)s : UINT32_MAX - 1;
}

/* What is left of the lease and of its T1 and T2; those that are over are left out. */
static void put_times(answer *a, const dp_lease *l, dhcpperf_ts now)
{
    uint32_t subnet = dp_store_find_subnet(&a->s->store, l->ip), t1, t2;

    put_time(a, DHCPPERF_OPT_LEASE_TIME,
             l->lease_s == UINT32_MAX ? UINT32_MAX : until(l->timer.due, now));
    if (dp_pool_t1_t2(a->s->store.subnet[subnet].pool, l->lease_s, &t1, &t2)) {
        t1 = until(l->starts + t1 * DHCPPERF_NS_PER_S, now);
        t2 = until(l->starts + t2 * DHCPPERF_NS_PER_S, now);
        if (t1 > 0) {
            put_time(a, DHCPPERF_OPT_T1, t1);
        }
        if (t2 > 0) {
            put_time(a, DHCPPERF_OPT_T2, t2);
        }
    }
    put_time(a, DHCPPERF_OPT_LAST_TRANSACTION, until(now, last_seen(l)));
}

static void put_chaddr(answer *a, dhcpperf_bytes chaddr)
{
    memset(a->octets, 0, CHADDR);
    memcpy(a->octets, chaddr.data, chaddr.len);
    a->len = CHADDR;
}

static void answer_active(answer *a, const found *f, dhcpperf_ts now)
{
    dhcpperf_server *s = a->s;
    const dp_lease *l = &s->store.lease[f->lease];
    const dp_query_info *info = &s->query.info[f->lease];
    dhcpperf_bytes chaddr = dp_server_chaddr(s, f->lease);
    uint8_t octets[UINT8_MAX];

    put_chaddr(a, chaddr);
    if ((l->mark & DP_LEASE_KIND) == DHCPPERF_KEY_CLIENT_ID) {
        put(a, DHCPPERF_OPT_CLIENT_ID, octets, dp_store_get_key(&s->store, f->lease, octets));
    }
    put_times(a, l, now);
    if (f->n > 1) {
        put(a, DHCPPERF_OPT_ASSOCIATED_IP, f->ips, 4 * (size_t)f->n);
    }
    if (info->name != 0 && is_wanted(a, DHCPPERF_OPT_RELAY_INFO)) {
        dp_cells_get(&s->query.cells, info->name, octets, info->len);
        put(a, DHCPPERF_OPT_RELAY_INFO, octets, info->len);
    }
    dp_server_answer(s, a->r, DHCPPERF_LEASEACTIVE, l->ip, l->htype, (uint8_t)chaddr.len,
                     (dhcpperf_bytes){a->octets, a->len}, now);
}

/* Nobody has it: the question comes back. */
static void answer_none(answer *a, dhcpperf_msg_type type, dhcpperf_ts now)
{
    const dp_view *v = &a->r->view;
    dhcpperf_bytes chaddr = {v->data + DP_OFF_CHADDR, CHADDR};

    put_chaddr(a, chaddr);
    if (dp_view_has(v, DP_V_CLIENT_ID) && dp_view_len(v, DP_V_CLIENT_ID) <= UINT8_MAX) {
        put(a, DHCPPERF_OPT_CLIENT_ID, dp_view_val(v, DP_V_CLIENT_ID),
            dp_view_len(v, DP_V_CLIENT_ID));
    }
    dp_server_answer(a->s, a->r, type, a->r->ciaddr, v->data[DP_OFF_HTYPE], v->data[DP_OFF_HLEN],
                     (dhcpperf_bytes){a->octets, a->len}, now);
}

int dp_query_is_served(const dhcpperf_server *s, const dp_request *r)
{
    const dp_view *v = &r->view;

    return s->query.on && r->giaddr != 0 &&
           (r->ciaddr != 0 || v->data[DP_OFF_HLEN] > 0 ||
            (dp_view_has(v, DP_V_CLIENT_ID) && dp_view_len(v, DP_V_CLIENT_ID) <= UINT8_MAX));
}

void dp_server_query(dhcpperf_server *s, dp_request *r, dhcpperf_ts now)
{
    const dp_view *v = &r->view;
    dhcpperf_bytes name;
    answer a;
    found f;

    a.s = s;
    a.r = r;
    f.lease = DP_LEASE_NONE;
    f.n = 0;
    if (r->ciaddr != 0) {
        find_by_ip(s, r->ciaddr, &f);
    } else if (dp_view_has(v, DP_V_CLIENT_ID) && dp_view_len(v, DP_V_CLIENT_ID) <= UINT8_MAX) {
        name.data = dp_view_val(v, DP_V_CLIENT_ID);
        name.len = dp_view_len(v, DP_V_CLIENT_ID);
        find_by_id(s, name, &f);
    } else {
        name.data = v->data + DP_OFF_CHADDR;
        name.len = v->data[DP_OFF_HLEN];
        find_by_chaddr(s, v->data[DP_OFF_HTYPE], name, &f);
    }
    if (f.lease != DP_LEASE_NONE) {
        answer_active(&a, &f, now);
    } else if (r->ciaddr != 0 && dp_store_find_ip(&s->store, r->ciaddr) != DP_LEASE_NONE) {
        answer_none(&a, DHCPPERF_LEASEUNASSIGNED, now);
    } else {
        answer_none(&a, DHCPPERF_LEASEUNKNOWN, now);
    }
}
