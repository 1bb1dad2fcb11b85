/* SPDX-License-Identifier: MIT */
/* limits.c - how many requests a second are looked at, of each source and in all.
 *
 * A source is judged before the whole: what is too much of one leaves the share of the others
 * alone.  The table of sources has a fixed size; when it is full of busy ones, the one that has
 * used the least is forgotten, and begins anew.  Whoever makes up sources faster than that meets
 * the limit for all. */
#include "server/dp_server.h"

#include <string.h>

#include "base/dp_hash.h"
#include "base/dp_mem.h"
#include "base/dp_text.h"

enum {
    SOURCES = 1 << 16, /* 1 MiB of them */
    WAYS = 4
};

int dp_limits_init(dp_limits *l, uint32_t rate, uint32_t source_rate, uint64_t seed,
                   const dhcpperf_mem *mem)
{
    l->mem = *mem;
    l->rate = rate;
    l->source_rate = source_rate;
    l->seed = dp_mix64(seed ^ UINT64_C(0x736f75726365)); /* of its own: "source" */
    if (source_rate != 0) {
        l->source = DP_ARRAY(mem, SOURCES, dp_source);
        if (l->source == NULL) {
            return DHCPPERF_E_NOMEM;
        }
        memset(l->source, 0, SOURCES * sizeof *l->source);
    }
    l->on = rate != 0 || source_rate != 0;
    return 0;
}

void dp_limits_fini(dp_limits *l)
{
    DP_FREE_ARRAY(&l->mem, l->source, SOURCES);
}

/* The address that packets come from; where that is nobody's or a relay agent's, the hardware
 * address, with the agent. */
static uint64_t hash_of(const dp_limits *l, const dp_request *r)
{
    const uint8_t *data = r->view.data;
    uint8_t key[4 + 1 + 16];
    uint32_t giaddr = dp_get32(data + DP_OFF_GIADDR), from = dp_ip4_num(r->pkt->src.ip);

    if (giaddr == 0 && dp_is_unicast(from)) {
        return dp_hash_bytes(l->seed, r->pkt->src.ip.b, 4);
    }
    memcpy(key, data + DP_OFF_GIADDR, 4);
    key[4] = data[DP_OFF_HTYPE];
    memcpy(key + 5, data + DP_OFF_CHADDR, 16);
    return dp_hash_bytes(l->seed, key, sizeof key);
}

static dhcpperf_ts *bucket_of(dp_limits *l, const dp_request *r)
{
    uint64_t hash = hash_of(l, r);
    dp_source *set = &l->source[(hash & (SOURCES / WAYS - 1)) * WAYS], *least = set;
    unsigned i;

    for (i = 0; i < WAYS; i++) {
        if (set[i].hash == hash) {
            return &set[i].full_at;
        }
        if (set[i].full_at < least->full_at) {
            least = &set[i];
        }
    }
    least->hash = hash;
    least->full_at = 0;
    return &least->full_at;
}

void dp_limits_pause(dp_limits *l, int on)
{
    l->paused = on;
    l->on = on || l->rate != 0 || l->source_rate != 0;
}

dhcpperf_counter dp_limits_judge(dp_limits *l, const dp_request *r, dhcpperf_ts now)
{
    if (l->paused) {
        return DHCPPERF_C_DROP_PAUSED;
    }
    if (l->source_rate != 0 && !dp_take_token(bucket_of(l, r), l->source_rate, now)) {
        return DHCPPERF_C_DROP_SOURCE_RATE;
    }
    if (!dp_take_token(&l->full_at, l->rate, now)) {
        return DHCPPERF_C_DROP_RATE;
    }
    return DP_CAUSE_NONE;
}
