/* SPDX-License-Identifier: MIT */
/* dp_store.h - who has which address: the lease store of a simulated server.
 *
 * One record of 64 octets per assignable address, dense and in address order, 24 more that are
 * seldom touched, and a slot table of 32-bit numbers: 94 octets per address, all indexes included.
 * Allocate, find by address, find by client, release and expire are O(1) (find by address is
 * logarithmic in the number of separate ranges).  Nothing is allocated after dp_store_init().
 *
 * A burst is served in steps: hash all keys and prefetch their slots, prefetch the records that the
 * slots point to, then act. */
#ifndef DP_STORE_H
#define DP_STORE_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/types.h>

#include "base/dp_wheel.h"
#include "lease/dp_cells.h"
#include "lease/dp_pool.h"

#define DP_LEASE_NONE UINT32_MAX

enum {
    DP_LEASE_KEY = 16,         /* octets of a key inside the record */
    DP_STORE_MAX = 1 << 28,    /* most addresses of one store */
    DP_STORE_BLOCK = 512,      /* records that are walked over at once while nobody had any */
    DP_STORE_SUBNETS = 1 << 16 /* most subnets */
};

/* States of a record; 1 to 5 are dhcpperf_lease_state. */
typedef enum dp_lease_state {
    DP_LEASE_NEVER,    /* nobody ever had it: the record is not filled in */
    DP_LEASE_OFFERED,  /* held back until its timer fires */
    DP_LEASE_BOUND,    /* leased until its timer fires */
    DP_LEASE_RELEASED, /* free again; remembers its client */
    DP_LEASE_EXPIRED,  /* likewise */
    DP_LEASE_DECLINED, /* in quarantine until its timer fires */
    DP_LEASE_FREE,     /* free again without having been leased, or after the quarantine */
    DP_LEASE_CLAIMED,  /* between dp_store_claim() and what must follow at once */
    DP_LEASE_STATES
} dp_lease_state;

enum {
    DP_LEASE_KIND = 3,          /* mask: dhcpperf_key_kind */
    DP_LEASE_LINKED = 1 << 2,   /* the slot table leads from the key to this record */
    DP_LEASE_HELD = 1 << 3,     /* the client of the key had it leased */
    DP_LEASE_RESERVED = 1 << 4, /* for the client of the key only */
    DP_LEASE_LATE = 1 << 5,     /* FREE, but to be used last */
    DP_LEASE_ACKED = 1 << 6,    /* BOUND by the message with this xid */
    DP_LEASE_NOTED = 1 << 7     /* while leases are being moved: see move.c */
};

/* One address.  While its state is a free one, `timer` links it into its subnet's list of free
 * addresses and timer.due is when it became free; without an end (infinite lease) the timer is not
 * set and timer.due is NEVER. */
typedef struct dp_lease {
    dp_timer timer;
    dhcpperf_ts starts; /* of the lease, the offer or the quarantine */
    uint32_t ip;
    uint32_t seen_ms; /* last message of the client after `starts` */
    uint32_t lease_s; /* granted or promised */
    uint32_t giaddr;
    uint32_t xid;
    uint8_t state;             /* dp_lease_state */
    uint8_t mark;              /* DP_LEASE_KIND and flags */
    uint8_t key_len;           /* octets of the key, without the hardware type */
    uint8_t htype;             /* of the client; part of a hardware key */
    uint8_t key[DP_LEASE_KEY]; /* the key, or the name of its cells when it is longer */
} dp_lease;

/* What is known besides. */
typedef struct dp_lease_more {
    uint8_t chaddr[16]; /* when it is not the key */
    uint8_t hlen;
    uint8_t spare[3];
    uint32_t renewals;
} dp_lease_more;

/* A client on a link (RFC 2131 4.2).  The hash is filled in by dp_store_key(). */
typedef struct dp_key {
    uint64_t hash;
    const uint8_t *data; /* without the hardware type */
    uint32_t subnet;     /* the first of its link: dp_subnet.link */
    uint8_t kind, len, htype;
    uint8_t class_; /* whose ranges it may use besides those for everybody; 0 = none.  Not part of
                       who it is */
} dp_key;

typedef struct dp_list {
    uint32_t head, tail; /* 1 + record, 0 = empty */
} dp_list;

/* Consecutive dynamic addresses that are for one of several stores. */
typedef struct dp_part {
    uint32_t first, last, share;
} dp_part;

typedef struct dp_parts {
    dp_part *at;
    uint32_t n, cap;
} dp_parts;

/* Consecutive addresses in consecutive records. */
typedef struct dp_span {
    uint32_t first, n, base;
} dp_span;

typedef struct dp_subnet {
    const dhcpperf_pool *pool;
    uint32_t network, mask;
    uint32_t link;          /* the first subnet of the shared network; itself when it is alone */
    uint32_t next;          /* subnet of the link, or DP_LEASE_NONE */
    uint32_t base, n;       /* its records */
    uint32_t fresh;         /* first record that may never have been used */
    dp_list unleased;       /* FREE: first to be used again */
    dp_list leased;         /* RELEASED and EXPIRED (and LATE): longest free first */
    uint32_t area, areas;   /* of its records, those for single classes: the first, their number */
    uint8_t reserved_kinds; /* bit per dhcpperf_key_kind with a reservation on the link */
} dp_subnet;

/* Records of a subnet that are for the clients of one class: a range. */
typedef struct dp_area {
    uint32_t base, n, fresh; /* as in dp_subnet */
    uint32_t class_;
    uint32_t lists;           /* area with the lists: the first one of the class in the subnet */
    dp_list unleased, leased; /* as in dp_subnet */
} dp_area;

typedef struct dp_store {
    dhcpperf_mem mem;
    uint64_t seed;
    uint32_t n; /* records */
    uint32_t subnets, spans;
    uint32_t slots, index_bits;
    dp_lease *lease;
    dp_lease_more *more;
    uint32_t *slot;
    uint64_t *used;    /* a bit for each block: somebody had one of its records */
    dp_subnet *subnet; /* in the order of the pools */
    dp_area *area;     /* by subnet, then ascending by record */
    uint32_t areas;
    int links;                       /* some subnets share one */
    uint32_t *by_network;            /* subnets, ascending by network */
    dp_span *span;                   /* ascending by address and by record */
    dp_parts parts;                  /* of all stores */
    void *lease_block;               /* what `lease` was aligned in */
    size_t bytes;                    /* of the tables above */
    uint32_t last_span, last_subnet; /* where the last search ended */
    uint32_t count[DP_LEASE_STATES];
    dp_cells cells;
    dp_wheel wheel;
    struct dp_move *move; /* what is told of every change; NULL = nobody */
} dp_store;

/* Share of a store among several that divide clients and addresses. */
typedef struct dp_share {
    uint32_t index, of;
} dp_share;

/* Builds the store over pools that stay where they are.  INVALID (no address, subnets overlap),
 * RANGE (too many), CONFLICT (a key reserved twice), NOMEM.  Of `share`, dynamic addresses are
 * divided in consecutive parts; reservations belong to the share that dp_store_share_of() names. */
int dp_store_init(dp_store *st, const dhcpperf_pool *const *pools, uint32_t n, dp_share share,
                  uint64_t seed, const dhcpperf_mem *mem);
/* The same, but addresses that were divided before (NULL = none) stay with the share that they were
 * given to. */
int dp_store_init_like(dp_store *st, const dhcpperf_pool *const *pools, uint32_t n, dp_share share,
                       const dp_parts *before, uint64_t seed, const dhcpperf_mem *mem);
void dp_store_fini(dp_store *st);
/* As if nobody ever had an address: all leases and clients are forgotten, reservations are as they
 * were at first.  `share` as for dp_store_init().  Takes no memory; linear in the records. */
void dp_store_clear(dp_store *st, dp_share share);
/* Has pages behind the tables, of each the first part when they are more than `limit` bytes (0 = no
 * limit); bytes backed. */
size_t dp_store_back(dp_store *st, size_t limit);

/* The subnet that contains the address, or DP_LEASE_NONE. */
uint32_t dp_store_find_subnet(dp_store *st, uint32_t ip);

/* 1 when the address is on the link of that first subnet. */
static inline int dp_store_on_link(const dp_store *st, uint32_t link, uint32_t ip);

/* The record of the address, or DP_LEASE_NONE; and back. */
uint32_t dp_store_find_ip(dp_store *st, uint32_t ip);
uint32_t dp_store_ip(dp_store *st, uint32_t i);

/* First record at or after the address that was ever used, or DP_LEASE_NONE. */
uint32_t dp_store_next(const dp_store *st, uint64_t from_ip);
/* The first record from i on in whose block somebody had one; n when there is none. */
uint32_t dp_store_skip(const dp_store *st, uint32_t i);
/* A record that nobody had is about to be somebody's. */
static inline void dp_store_use(dp_store *st, uint32_t i)
{
    uint32_t block = i / DP_STORE_BLOCK;

    st->used[block / 64] |= UINT64_C(1) << (block % 64);
}

/* -- links and areas (links.c) -- */
/* The areas of all subnets; their records must have their places.  NOMEM. */
int dp_store_build_areas(dp_store *st);
/* Which subnets are one link.  NOMEM. */
int dp_store_build_links(dp_store *st);
/* dp_store_on_link() for links of several subnets. */
int dp_store_is_sibling(const dp_store *st, uint32_t link, uint32_t ip);
/* The area of a record, or NULL. */
dp_area *dp_store_area(const dp_store *st, uint32_t i);
/* The first record at or after the address. */
uint32_t dp_store_from_ip(const dp_store *st, uint32_t ip);

/* -- clients -- */
/* Fills in the hash.  For HARDWARE `data` is chaddr. */
static inline void dp_store_key(const dp_store *st, dp_key *key);
/* Step one of a burst: fetch the slot.  Step two: fetch the record that it leads to, which is
 * returned as a guess (DP_LEASE_NONE for none).  Step three, for leases that will be extended or
 * ended: fetch what hangs on the record. */
static inline void dp_store_prefetch_slot(const dp_store *st, const dp_key *key);
uint32_t dp_store_prefetch_lease(const dp_store *st, const dp_key *key);
static inline void dp_store_prefetch_rest(const dp_store *st, uint32_t i);
/* Record of the client, or DP_LEASE_NONE. */
uint32_t dp_store_find(const dp_store *st, const dp_key *key);
/* The same when there is a guess (or DP_LEASE_NONE), which is mostly right: no other record can be
 * the client's as well. */
static inline uint32_t dp_store_find_near(const dp_store *st, const dp_key *key, uint32_t guess);
/* 1 when the record is the client's. */
static inline int dp_store_is_owner(const dp_store *st, uint32_t i, const dp_key *key);
/* Copies the key of a record (hardware type apart); its length. */
size_t dp_store_get_key(const dp_store *st, uint32_t i, uint8_t *buf);
/* The slot table's own entries; for store_life.c. */
void dp_store_link(dp_store *st, uint32_t i, uint64_t hash);
void dp_store_unlink(dp_store *st, uint32_t i);
/* A free record that is not reserved: into its list, as the one freed last, and out of it. */
void dp_store_list(dp_store *st, uint32_t i);
void dp_store_unlist(dp_store *st, uint32_t i);
/* The record changed while leases are being moved (move.c). */
void dp_store_note(dp_store *st, uint32_t i);
/* Which of `of` shares a client belongs to: runs of 64 hardware addresses stay together. */
uint32_t dp_store_share_of(int kind, const uint8_t *data, size_t len, uint32_t of);
/* Which of `of` shares has the address; -1 when none has. */
int dp_store_share_of_ip(dp_store *st, uint32_t ip, uint32_t of);
/* -- parts (parts.c) -- */
/* Divides the addresses of all subnets.  NOMEM. */
int dp_store_build_parts(dp_store *st, uint32_t of, const dp_parts *before);
/* The first part that ends at or after the address. */
uint32_t dp_parts_from(const dp_parts *p, uint32_t ip);

/* -- changing.  The caller knows the record's state; nothing here can fail unless it says so. -- */
/* 1 when the address may be given to somebody new. */
static inline int dp_store_is_free(const dp_store *st, uint32_t i);
/* 1 when clients of the class (0 = none) may have the address. */
static inline int dp_store_may_have(const dp_store *st, uint32_t i, unsigned class_);
/* A free record for a client without one: the wish when it is free and for the client, else from
 * the ranges of its class, else from those for everybody, in the first subnet of the link that has
 * one: by the pool's policy, else the one free for longest.  DP_LEASE_NONE when there is none. */
uint32_t dp_store_pick(dp_store *st, const dp_key *key, uint32_t wish);
/* Makes a free record the client's; offer, bind or decline must follow.  What it remembered is
 * forgotten, and so is another record that the client had.  0, and nothing has changed, when a long
 * key finds no room or the client's other record is reserved. */
int dp_store_claim(dp_store *st, uint32_t i, const dp_key *key);
/* The same when the client's record is known: `old` is what dp_store_find() says. */
int dp_store_claim_from(dp_store *st, uint32_t i, const dp_key *key, uint32_t old);
/* 1 when a claim of a free record will succeed for the client, whose record is `old`. */
static inline int dp_store_can_claim(const dp_store *st, const dp_key *key, uint32_t old)
{
    return (old == DP_LEASE_NONE || (st->lease[old].mark & DP_LEASE_RESERVED) == 0) &&
           (key->len <= DP_LEASE_KEY || dp_cells_have_room(&st->cells, key->len));
}
/* The client's own record: held back until now + hold. */
void dp_store_offer(dp_store *st, uint32_t i, dhcpperf_ts now, dhcpperf_dur hold, uint32_t lease_s);
/* The client's own record: leased from now for lease_s seconds (0xffffffff = for ever). */
void dp_store_bind(dp_store *st, uint32_t i, dhcpperf_ts now, uint32_t lease_s);
/* BOUND: its time counts from now again. */
void dp_store_restart(dp_store *st, uint32_t i, dhcpperf_ts now);
/* OFFERED or BOUND: the client gives it back. */
void dp_store_release(dp_store *st, uint32_t i, dhcpperf_ts now);
/* OFFERED or BOUND: it ends as if its time had run out. */
void dp_store_expire(dp_store *st, uint32_t i, dhcpperf_ts now);
/* The client's own record is lost: its lease ends, and nobody remembers whose it was.  A
 * reservation stays one. */
void dp_store_forget(dp_store *st, uint32_t i, dhcpperf_ts now);
/* Any state: out of use until now + quarantine, then free for everybody. */
void dp_store_decline(dp_store *st, uint32_t i, dhcpperf_ts now, dhcpperf_dur quarantine);
/* Nobody gets the address any more; an offer of it ends.  0, and nothing has changed, while it is
 * leased. */
int dp_store_withdraw(dp_store *st, uint32_t i, dhcpperf_ts now);
/* The client's hardware address, where it is not the key. */
void dp_store_set_chaddr(dp_store *st, uint32_t i, uint8_t htype, const uint8_t *chaddr,
                         size_t hlen);
/* The next record whose time ran out at or before now, already in its new state (*ret_was tells the
 * old one), or DP_LEASE_NONE. */
uint32_t dp_store_pop(dp_store *st, dhcpperf_ts now, dp_lease_state *ret_was);
static inline dhcpperf_ts dp_store_deadline(dp_store *st)
{
    return dp_wheel_deadline(&st->wheel);
}

/* Whatever changes a record without changing its state says so, while leases are being moved. */
static inline void dp_store_touch(dp_store *st, uint32_t i)
{
    if (st->move != NULL) {
        dp_store_note(st, i);
    }
}

/* Remembers that the client was heard of; the caller touches the record. */
static inline void dp_store_seen(dp_store *st, uint32_t i, dhcpperf_ts now, uint32_t xid,
                                 uint32_t giaddr)
{
    dp_lease *l = &st->lease[i];
    dhcpperf_dur ms = now > l->starts ? (now - l->starts) / DHCPPERF_NS_PER_MS : 0;

    l->seen_ms = ms > UINT32_MAX ? UINT32_MAX : (uint32_t)ms;
    l->xid = xid;
    l->giaddr = giaddr;
}

#include "base/dp_hash.h"

static inline uint64_t dp_store_hash(const dp_store *st, uint32_t subnet, unsigned kind,
                                     unsigned htype, const uint8_t *data, size_t len)
{
    uint64_t who = ((uint64_t)subnet << 16) | (kind << 8) | htype;

    return dp_hash_bytes(st->seed + who * UINT64_C(0x9e3779b97f4a7c15), data, len);
}

static inline void dp_store_key(const dp_store *st, dp_key *key)
{
    if (key->kind != DHCPPERF_KEY_HARDWARE) {
        key->htype = 0;
    }
    key->hash = dp_store_hash(st, key->subnet, key->kind, key->htype, key->data, key->len);
}

/* Where a hash begins to look: the high half scaled to the table. */
static inline uint32_t dp_store_home(const dp_store *st, uint64_t hash)
{
    return (uint32_t)(((hash >> 32) * st->slots) >> 32);
}

static inline void dp_store_prefetch_slot(const dp_store *st, const dp_key *key)
{
    __builtin_prefetch(&st->slot[dp_store_home(st, key->hash)]);
}

static inline void dp_store_prefetch_rest(const dp_store *st, uint32_t i)
{
    const dp_timer *t = &st->lease[i].timer;

    __builtin_prefetch(&st->more[i], 1);
    if (t->next - 1 < st->n) {
        __builtin_prefetch(&st->lease[t->next - 1], 1);
    }
    if (t->prev - 1 < st->n) {
        __builtin_prefetch(&st->lease[t->prev - 1], 1);
    }
}

static inline int dp_store_on_link(const dp_store *st, uint32_t link, uint32_t ip)
{
    const dp_subnet *sub = &st->subnet[link];

    return (ip & sub->mask) == sub->network ||
           (sub->next != DP_LEASE_NONE && dp_store_is_sibling(st, link, ip));
}

/* Are they equal?  Without a call, as most keys and lists are short. */
static inline int dp_same(const uint8_t *a, const uint8_t *b, size_t n)
{
    uint64_t x, y;
    uint32_t v, w;

    while (n > 8) {
        memcpy(&x, a, 8);
        memcpy(&y, b, 8);
        if (x != y) {
            return 0;
        }
        a += 8;
        b += 8;
        n -= 8;
    }
    if (n == 8) {
        memcpy(&x, a, 8);
        memcpy(&y, b, 8);
        return x == y;
    }
    if (n >= 4) { /* the last four may overlap with the first */
        memcpy(&v, a, 4);
        memcpy(&w, b, 4);
        x = v ^ w;
        memcpy(&v, a + n - 4, 4);
        memcpy(&w, b + n - 4, 4);
        return (x | (v ^ w)) == 0;
    }
    while (n > 0 && a[n - 1] == b[n - 1]) {
        n--;
    }
    return n == 0;
}

static inline int dp_store_is_owner(const dp_store *st, uint32_t i, const dp_key *key)
{
    const dp_lease *l = &st->lease[i];
    uint32_t name;

    if ((l->mark & (DP_LEASE_KIND | DP_LEASE_LINKED)) != (key->kind | DP_LEASE_LINKED) ||
        l->key_len != key->len || !dp_store_on_link(st, key->subnet, l->ip) ||
        (key->kind == DHCPPERF_KEY_HARDWARE && l->htype != key->htype)) {
        return 0;
    }
    if (key->len <= DP_LEASE_KEY) {
        return dp_same(l->key, key->data, key->len);
    }
    memcpy(&name, l->key, sizeof name);
    return dp_cells_equal(&st->cells, name, key->data, key->len);
}

static inline uint32_t dp_store_find_near(const dp_store *st, const dp_key *key, uint32_t guess)
{
    return guess != DP_LEASE_NONE && dp_store_is_owner(st, guess, key) ? guess
                                                                       : dp_store_find(st, key);
}

static inline int dp_store_may_have(const dp_store *st, uint32_t i, unsigned class_)
{
    const dp_area *a = st->areas > 0 ? dp_store_area(st, i) : NULL;

    return a == NULL || a->class_ == class_;
}

static inline int dp_store_is_free(const dp_store *st, uint32_t i)
{
    const dp_lease *l = &st->lease[i];

    return (l->mark & DP_LEASE_RESERVED) == 0 &&
           (l->state == DP_LEASE_NEVER || l->state == DP_LEASE_FREE ||
            l->state == DP_LEASE_RELEASED || l->state == DP_LEASE_EXPIRED);
}

#endif
