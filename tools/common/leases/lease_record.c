/* SPDX-License-Identifier: MIT */
/* lease_record.c - leases between engines, whose clock begins anywhere, and stores.
 *
 * A packed lease is a head and the octets of key, hardware address, host name and relay agent
 * information behind each other.  It never leaves this process: numbers are in the order of the
 * machine. */
#include "common/leases/lease_record.h"

#include <string.h>

/* ---- judging -------------------------------------------------------------------------------- */

static const char *key_flaw(const lease_record *r)
{
    switch (r->key_kind) {
    case 0:
        return r->key.len > 0                        ? "a key of no kind"
               : r->state != DHCPPERF_LEASE_DECLINED ? "no client"
                                                     : NULL;
    case DHCPPERF_KEY_HARDWARE:
        return r->key.len < 2 || r->key.len > 1 + LEASE_CHADDR_MAX
                   ? "a hardware address has 1 to 16 octets"
                   : NULL;
    case DHCPPERF_KEY_CLIENT_ID:
        return r->key.len < 2 || r->key.len > LEASE_KEY_MAX
                   ? "a client identifier has 2 to 255 octets"
                   : NULL;
    case DHCPPERF_KEY_CIRCUIT:
        return r->key.len < 1 || r->key.len > LEASE_KEY_MAX ? "a circuit id has 1 to 255 octets"
                                                            : NULL;
    default:
        return "a key of unknown kind";
    }
}

static const char *flaw(const lease_record *r)
{
    const char *why = key_flaw(r);

    if (why != NULL) {
        return why;
    }
    if ((r->ip.b[0] | r->ip.b[1] | r->ip.b[2] | r->ip.b[3]) == 0) {
        return "the address 0.0.0.0";
    }
    if (r->state < DHCPPERF_LEASE_BOUND || r->state > DHCPPERF_LEASE_DECLINED) {
        return "an unknown state";
    }
    if (r->chaddr.len > LEASE_CHADDR_MAX) {
        return "a hardware address has 1 to 16 octets";
    }
    if (r->hostname.len > LEASE_TEXT_MAX) {
        return "a host name has at most 255 octets";
    }
    if (r->relay_info.len > LEASE_TEXT_MAX) {
        return "relay agent information has at most 255 octets";
    }
    return r->starts < 0 || r->last_seen < 0 || r->ends < r->starts ? "it ends before it begins"
                                                                    : NULL;
}

int lease_record_is_sound(const lease_record *r, const char **ret_why)
{
    *ret_why = flaw(r);
    return *ret_why == NULL;
}

static int same_bytes(dhcpperf_bytes a, dhcpperf_bytes b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

int lease_record_equal(const lease_record *a, const lease_record *b)
{
    return memcmp(&a->ip, &b->ip, sizeof a->ip) == 0 &&
           memcmp(&a->giaddr, &b->giaddr, sizeof a->giaddr) == 0 && a->state == b->state &&
           a->subnet == b->subnet && a->key_kind == b->key_kind && same_bytes(a->key, b->key) &&
           (a->chaddr.len == 0 || a->htype == b->htype) && same_bytes(a->chaddr, b->chaddr) &&
           same_bytes(a->hostname, b->hostname) && same_bytes(a->relay_info, b->relay_info) &&
           a->starts == b->starts && a->ends == b->ends && a->last_seen == b->last_seen;
}

/* ---- clocks --------------------------------------------------------------------------------- */

static int64_t wall_ms(dhcpperf_ts ts, int64_t skew)
{
    return ((int64_t)ts + skew) / (int64_t)DHCPPERF_NS_PER_MS;
}

/* Rounded up: a client must never believe longer in its lease than the store does. */
static int64_t wall_end(dhcpperf_ts ts, int64_t skew)
{
    return ts == DHCPPERF_NEVER ? LEASE_FOREVER : wall_ms(ts + (DHCPPERF_NS_PER_MS - 1), skew);
}

/* An engine's clock may have begun after the instant: then its beginning is the nearest it has. */
static dhcpperf_ts engine_ts(int64_t ms, int64_t skew)
{
    int64_t most = INT64_MAX / (int64_t)DHCPPERF_NS_PER_MS - 1, ns;

    if (ms == LEASE_FOREVER) {
        return DHCPPERF_NEVER;
    }
    ns = (ms < most ? ms : most) * (int64_t)DHCPPERF_NS_PER_MS;
    if (skew < 0 && ns > INT64_MAX + skew) {
        return (dhcpperf_ts)INT64_MAX;
    }
    return ns > skew ? (dhcpperf_ts)(ns - skew) : 0;
}

/* ---- engine and record ---------------------------------------------------------------------- */

void lease_record_from(lease_record *ret, const dhcpperf_lease *l, int64_t skew)
{
    memset(ret, 0, sizeof *ret);
    ret->ip = l->ip;
    ret->giaddr = l->giaddr;
    ret->state = (int)l->state;
    ret->subnet = l->key.subnet + 1;
    ret->key_kind = l->key.kind;
    ret->key = l->key.bytes;
    ret->htype = l->htype;
    ret->chaddr = l->chaddr;
    ret->hostname = l->hostname;
    ret->relay_info = l->relay_info;
    ret->starts = wall_ms(l->starts, skew);
    ret->ends = wall_end(l->ends, skew);
    ret->last_seen = wall_ms(l->last_seen, skew);
}

static dhcpperf_bytes or_none(dhcpperf_bytes b)
{
    if (b.len == 0) {
        b.data = NULL;
    }
    return b;
}

void lease_record_to(const lease_record *r, dhcpperf_lease *ret, int64_t skew)
{
    memset(ret, 0, sizeof *ret);
    ret->size = sizeof *ret;
    ret->state = (dhcpperf_lease_state)r->state;
    ret->ip = r->ip;
    ret->giaddr = r->giaddr;
    ret->key.kind = r->key_kind;
    ret->key.bytes = or_none(r->key);
    ret->htype = r->htype;
    ret->chaddr = or_none(r->chaddr);
    ret->relay_info = or_none(r->relay_info);
    ret->hostname = or_none(r->hostname);
    ret->starts = engine_ts(r->starts, skew);
    ret->ends = engine_ts(r->ends, skew);
    ret->last_seen = engine_ts(r->last_seen, skew);
}

/* ---- packing -------------------------------------------------------------------------------- */

typedef struct packed_head {
    uint16_t size;
    uint8_t state, key_kind;
    uint8_t key_len, chaddr_len, hostname_len, relay_len;
    dhcpperf_ip4 ip, giaddr;
    int64_t starts, ends, last_seen;
    uint64_t seq;
    uint32_t subnet;
    uint8_t htype;
    uint8_t chaddr_in_key; /* the hardware address is the key without its first octet */
    uint8_t spare[2];
} packed_head;

_Static_assert(sizeof(packed_head) == LEASE_PACKED_HEAD, "the head is as long as the header says");

static uint8_t at_most(size_t len, size_t max)
{
    return (uint8_t)(len <= max ? len : 0);
}

static int is_in_key(const dhcpperf_lease *l)
{
    return l->key.kind == DHCPPERF_KEY_HARDWARE && l->chaddr.len + 1 == l->key.bytes.len;
}

static size_t whole(size_t octets)
{
    return (octets + 7) & ~(size_t)7;
}

size_t lease_record_packed_size(const dhcpperf_lease *l)
{
    return whole(LEASE_PACKED_HEAD + at_most(l->key.bytes.len, LEASE_KEY_MAX) +
                 (is_in_key(l) ? 0 : (size_t)at_most(l->chaddr.len, LEASE_CHADDR_MAX)) +
                 at_most(l->hostname.len, LEASE_TEXT_MAX) +
                 at_most(l->relay_info.len, LEASE_TEXT_MAX));
}

static uint8_t *put(uint8_t *to, const uint8_t *from, size_t n)
{
    if (n > 0) {
        memcpy(to, from, n);
    }
    return to + n;
}

void lease_record_pack(uint8_t *to, const dhcpperf_lease *l, uint64_t seq, int64_t skew)
{
    packed_head *h = (packed_head *)(void *)to;
    uint8_t *at = to + LEASE_PACKED_HEAD;

    h->size = (uint16_t)lease_record_packed_size(l);
    h->state = (uint8_t)l->state;
    h->key_kind = (uint8_t)l->key.kind;
    h->key_len = at_most(l->key.bytes.len, LEASE_KEY_MAX);
    h->chaddr_len = at_most(l->chaddr.len, LEASE_CHADDR_MAX);
    h->hostname_len = at_most(l->hostname.len, LEASE_TEXT_MAX);
    h->relay_len = at_most(l->relay_info.len, LEASE_TEXT_MAX);
    h->ip = l->ip;
    h->giaddr = l->giaddr;
    h->starts = wall_ms(l->starts, skew);
    h->ends = wall_end(l->ends, skew);
    h->last_seen = wall_ms(l->last_seen, skew);
    h->seq = seq;
    h->subnet = l->key.subnet + 1;
    h->htype = l->htype;
    h->chaddr_in_key = (uint8_t)is_in_key(l);
    at = put(at, l->key.bytes.data, h->key_len);
    if (!h->chaddr_in_key) {
        at = put(at, l->chaddr.data, h->chaddr_len);
    }
    at = put(at, l->hostname.data, h->hostname_len);
    (void)put(at, l->relay_info.data, h->relay_len);
}

size_t lease_record_size_at(const uint8_t *from)
{
    return ((const packed_head *)(const void *)from)->size;
}

static const uint8_t *get(dhcpperf_bytes *ret, const uint8_t *at, size_t n)
{
    ret->data = at;
    ret->len = n;
    return at + n;
}

void lease_record_unpack(lease_record *ret, const uint8_t *from)
{
    const packed_head *h = (const packed_head *)(const void *)from;
    const uint8_t *at = from + LEASE_PACKED_HEAD;

    ret->ip = h->ip;
    ret->giaddr = h->giaddr;
    ret->state = h->state;
    ret->subnet = h->subnet;
    ret->key_kind = h->key_kind;
    ret->htype = h->htype;
    ret->starts = h->starts;
    ret->ends = h->ends;
    ret->last_seen = h->last_seen;
    ret->seq = h->seq;
    ret->worker = 0;
    at = get(&ret->key, at, h->key_len);
    if (h->chaddr_in_key) {
        (void)get(&ret->chaddr, ret->key.data + 1, h->chaddr_len);
    } else {
        at = get(&ret->chaddr, at, h->chaddr_len);
    }
    at = get(&ret->hostname, at, h->hostname_len);
    (void)get(&ret->relay_info, at, h->relay_len);
}
