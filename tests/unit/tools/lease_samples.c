/* SPDX-License-Identifier: MIT */
/* lease_samples.c - leases that are made of numbers. */
#include "lease_samples.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/network.h"

static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static dhcpperf_bytes octets(uint8_t *room, size_t n, uint64_t *state)
{
    dhcpperf_bytes b = {room, n};
    size_t i;

    for (i = 0; i < n; i++) {
        room[i] = (uint8_t)next(state);
    }
    return b;
}

/* Mostly short, now and then the longest. */
static size_t some(size_t least, size_t most, uint64_t *state)
{
    uint64_t r = next(state);

    return r % 8 == 0 ? most
                      : least + (size_t)(r >> 8) % (most - least < 24 ? most - least + 1 : 24);
}

static void make_key(lease_sample *s, uint64_t *state)
{
    static const unsigned kinds[] = {DHCPPERF_KEY_HARDWARE, DHCPPERF_KEY_HARDWARE,
                                     DHCPPERF_KEY_CLIENT_ID, DHCPPERF_KEY_CIRCUIT};

    s->r.key_kind = kinds[next(state) % 4];
    s->r.htype = (uint8_t)(next(state) % 4 == 0 ? next(state) : 1);
    if (s->r.key_kind == DHCPPERF_KEY_HARDWARE) {
        s->r.chaddr = octets(s->chaddr, next(state) % 4 == 0 ? some(1, 16, state) : 6, state);
        s->key[0] = s->r.htype;
        memcpy(s->key + 1, s->chaddr, s->r.chaddr.len);
        s->r.key.data = s->key;
        s->r.key.len = 1 + s->r.chaddr.len;
        return;
    }
    s->r.key = octets(s->key, some(2, LEASE_KEY_MAX, state), state);
    if (next(state) % 4 != 0) {
        s->r.chaddr = octets(s->chaddr, 6, state);
    } else {
        s->r.htype = 0;
    }
}

void lease_sample_make(lease_sample *ret, uint32_t address, uint64_t draw, int64_t grain)
{
    uint64_t state = draw * UINT64_C(0x2545f4914f6cdd1d) + address;
    uint32_t ip = UINT32_C(0x0a000000) + address;
    lease_record *r = &ret->r;
    int64_t length;

    memset(ret, 0, sizeof *ret);
    r->ip =
        (dhcpperf_ip4){{(uint8_t)(ip >> 24), (uint8_t)(ip >> 16), (uint8_t)(ip >> 8), (uint8_t)ip}};
    r->state = DHCPPERF_LEASE_BOUND + (int)(next(&state) % 4);
    r->subnet = (uint32_t)(next(&state) % 3) + 1;
    if (r->state != DHCPPERF_LEASE_DECLINED || next(&state) % 2 == 0) {
        make_key(ret, &state);
    }
    if (next(&state) % 2 == 0) {
        r->hostname = octets(ret->hostname, some(1, LEASE_TEXT_MAX, &state), &state);
    }
    if (next(&state) % 2 == 0) {
        r->relay_info = octets(ret->relay_info, some(1, LEASE_TEXT_MAX, &state), &state);
        r->giaddr = (dhcpperf_ip4){{10, 0, (uint8_t)next(&state), 1}};
    }
    r->starts =
        (int64_t)(INT64_C(1700000000000) + (int64_t)(next(&state) % 100000000)) / grain * grain;
    length = ((int64_t)(next(&state) % UINT32_C(3000000000)) / grain + 1) * grain;
    r->ends = r->state == DHCPPERF_LEASE_BOUND && next(&state) % 8 == 0 ? LEASE_FOREVER
                                                                        : r->starts + length;
    r->last_seen = r->starts + (int64_t)(next(&state) % 5000) / grain * grain;
    r->seq = next(&state) >> 1;
}

static dhcpperf_bytes kept(uint8_t *room, dhcpperf_bytes from)
{
    dhcpperf_bytes b = {room, from.len};

    if (from.len > 0) {
        memcpy(room, from.data, from.len);
    }
    return b;
}

void lease_sample_copy(lease_sample *ret, const lease_record *r)
{
    memset(ret, 0, sizeof *ret);
    ret->r = *r;
    ret->r.key = kept(ret->key, r->key);
    ret->r.chaddr = kept(ret->chaddr, r->chaddr);
    ret->r.hostname = kept(ret->hostname, r->hostname);
    ret->r.relay_info = kept(ret->relay_info, r->relay_info);
}

static size_t hex(char *buf, const char *name, dhcpperf_bytes b)
{
    size_t i, len = (size_t)sprintf(buf, " %s=", name);

    for (i = 0; i < b.len; i++) {
        len += (size_t)sprintf(buf + len, "%02x", b.data[i]);
    }
    return len;
}

const char *lease_sample_text(const lease_record *r)
{
    static char text[4096];
    char ip[24], giaddr[24];
    size_t len = (size_t)sprintf(text,
                                 "%s state=%d subnet=%" PRIu32 " giaddr=%s starts=%" PRId64
                                 " ends=%" PRId64 " seen=%" PRId64 " kind=%u htype=%u",
                                 network_ip_text(r->ip, ip), r->state, r->subnet,
                                 network_ip_text(r->giaddr, giaddr), r->starts, r->ends,
                                 r->last_seen, r->key_kind, r->htype);

    len += hex(text + len, "key", r->key);
    len += hex(text + len, "chaddr", r->chaddr);
    len += hex(text + len, "hostname", r->hostname);
    len += hex(text + len, "relay", r->relay_info);
    return text;
}
