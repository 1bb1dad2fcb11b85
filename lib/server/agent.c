/* SPDX-License-Identifier: MIT */
/* agent.c - what a relay agent says in option 82 (RFC 3046), and how many leases its clients may
 * have.
 *
 * Invariants: an option with a sub-option that overruns says nothing at all; a lease is counted for
 * the remote id that it was granted with, from its grant to its end. */
#include "server/dp_server.h"

#include <string.h>

#include "base/dp_hash.h"
#include "base/dp_mem.h"

/* Sub-options that mean something here. */
enum {
    CIRCUIT_ID = 1,       /* RFC 3046 3.1 */
    REMOTE_ID = 2,        /* RFC 3046 3.2 */
    LINK_SELECTION = 5,   /* RFC 3527 */
    SERVER_OVERRIDE = 11, /* RFC 5107 */
    SOURCE_PORT = 19      /* RFC 8357 */
};

static uint32_t address_of(const uint8_t *value, size_t len)
{
    return len == 4 ? dp_get32(value) : 0; /* C-046: other lengths make it absent */
}

static void read_suboption(dp_agent *a, uint8_t code, const uint8_t *value, uint8_t len)
{
    switch (code) {
    case CIRCUIT_ID:
        a->circuit = (dhcpperf_bytes){value, len};
        break;
    case REMOTE_ID:
        a->remote = (dhcpperf_bytes){value, len};
        break;
    case LINK_SELECTION:
        a->link = address_of(value, len);
        break;
    case SERVER_OVERRIDE:
        a->server = address_of(value, len);
        break;
    case SOURCE_PORT:
        a->own_port = 1;
        break;
    default:
        break;
    }
}

void dp_agent_read(const dp_view *v, dp_agent *ret)
{
    const uint8_t *p, *end;

    memset(ret, 0, sizeof *ret);
    if (!dp_view_has(v, DP_V_RELAY_INFO)) {
        return;
    }
    p = dp_view_val(v, DP_V_RELAY_INFO);
    end = p + dp_view_len(v, DP_V_RELAY_INFO);
    while (p < end) {
        if (end - p < 2 || end - p - 2 < p[1]) {
            memset(ret, 0, sizeof *ret);
            return;
        }
        read_suboption(ret, p[0], p + 2, p[1]);
        p += 2 + p[1];
    }
}

/* ---- leases per remote id ------------------------------------------------------------------- */

int dp_remotes_init(dp_remotes *t, uint32_t limit, uint64_t seed, uint32_t leases,
                    const dhcpperf_mem *mem)
{
    memset(t, 0, sizeof *t);
    t->limit = limit;
    t->seed = seed;
    if (limit == 0) {
        return 0;
    }
    t->leases = leases;
    t->buckets = 1;
    while (t->buckets < leases) {
        t->buckets *= 2;
    }
    t->bucket = DP_ARRAY(mem, t->buckets, uint32_t);
    t->at = DP_ARRAY(mem, leases, dp_remote);
    t->of_lease = DP_ARRAY(mem, leases, uint32_t);
    return t->bucket != NULL && t->at != NULL && t->of_lease != NULL ? 0 : DHCPPERF_E_NOMEM;
}

void dp_remotes_fini(dp_remotes *t, const dhcpperf_mem *mem)
{
    DP_FREE_ARRAY(mem, t->bucket, t->buckets);
    DP_FREE_ARRAY(mem, t->at, t->leases);
    DP_FREE_ARRAY(mem, t->of_lease, t->leases);
}

/* The name of the remote id (1 + place), or 0; *ret_link is where it is named in its chain. */
static uint32_t find_remote(const dp_remotes *t, uint64_t hash, uint32_t **ret_link)
{
    uint32_t *link = &t->bucket[hash & (t->buckets - 1)];

    while (*link != 0 && t->at[*link - 1].hash != hash) {
        link = &t->at[*link - 1].next;
    }
    *ret_link = link;
    return *link;
}

static uint64_t hash_of(const dp_remotes *t, dhcpperf_bytes remote)
{
    return dp_hash_bytes(t->seed, remote.data, remote.len);
}

int dp_remotes_is_full(const dp_remotes *t, dhcpperf_bytes remote, uint32_t lease)
{
    uint32_t *link, name;

    if (t->limit == 0 || remote.len == 0) {
        return 0;
    }
    name = find_remote(t, hash_of(t, remote), &link);
    return name != 0 && t->at[name - 1].leases >= t->limit &&
           (lease == DP_LEASE_NONE || t->of_lease[lease] != name);
}

void dp_remotes_drop(dp_remotes *t, uint32_t lease)
{
    uint32_t name = t->limit != 0 ? t->of_lease[lease] : 0, *link;

    if (name == 0) {
        return;
    }
    t->of_lease[lease] = 0;
    if (--t->at[name - 1].leases == 0) {
        (void)find_remote(t, t->at[name - 1].hash, &link);
        *link = t->at[name - 1].next;
        t->at[name - 1].next = t->free;
        t->free = name;
    }
}

/* There are at most as many names as leases, so that one is always free. */
static void add(dp_remotes *t, uint32_t lease, uint64_t hash)
{
    uint32_t *link, name = find_remote(t, hash, &link);

    if (name == 0) {
        if (t->free != 0) {
            name = t->free;
            t->free = t->at[name - 1].next;
        } else {
            name = ++t->fresh;
        }
        t->at[name - 1] = (dp_remote){.hash = hash};
        *link = name;
    }
    t->at[name - 1].leases++;
    t->of_lease[lease] = name;
}

void dp_remotes_add(dp_remotes *t, uint32_t lease, dhcpperf_bytes remote)
{
    dp_remotes_drop(t, lease);
    if (t->limit != 0 && remote.len > 0) {
        add(t, lease, hash_of(t, remote));
    }
}

void dp_remotes_copy(dp_remotes *t, uint32_t lease, const dp_remotes *from, uint32_t old)
{
    dp_remotes_drop(t, lease);
    if (from->of_lease[old] != 0) {
        add(t, lease, from->at[from->of_lease[old] - 1].hash);
    }
}
