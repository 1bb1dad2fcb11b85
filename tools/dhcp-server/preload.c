/* SPDX-License-Identifier: MIT */
/* preload.c - a server that looks as if it had run for long.
 *
 * Who serves a client is asked of the engines themselves, with a message as it would come. */
#include "dhcp-server/preload.h"

#include <string.h>

#include <libdhcpperf/engine.h>

#include "common/units.h"
#include "common/workers.h"

enum {
    HEAD = 236, /* octets of a message before its options */
    CHADDR = 28
};

/* The next address of an engine that may be free. */
typedef struct walk {
    uint32_t range;
    uint64_t at;
    uint32_t subnet; /* of the latest */
    int is_over;
} walk;

typedef struct client {
    uint8_t octets[HEAD + 20]; /* a DISCOVER; the client identifier is in it */
    uint8_t *chaddr, *id;
} client;

enum {
    ID_LEN = 7
};

static void begin_client(client *c)
{
    static const uint8_t options[] = {99, 130, 83, 99, 53, 1, 1, 61, ID_LEN,
                                      1,  0,   0,  0,  0,  0, 0, 255};

    memset(c, 0, sizeof *c);
    c->octets[0] = c->octets[1] = 1;
    c->octets[2] = 6;
    memcpy(c->octets + HEAD, options, sizeof options);
    c->chaddr = c->octets + CHADDR;
    c->id = c->octets + HEAD + 9;
}

/* 02:00:00:00:00:00 and so many more. */
static void number_client(client *c, uint64_t n)
{
    unsigned i;

    n += UINT64_C(0x020000000000);
    for (i = 0; i < 6; i++) {
        c->chaddr[i] = c->id[1 + i] = (uint8_t)(n >> (40 - 8 * i));
    }
}

static unsigned owner_of(client *c, dhcpperf_server *const *servers, unsigned n)
{
    dhcpperf_pkt pkt;
    int owner;

    if (n == 1) {
        return 0;
    }
    memset(&pkt, 0, sizeof pkt);
    pkt.data = c->octets;
    pkt.len = pkt.cap = sizeof c->octets;
    owner = dhcpperf_engine_owner(dhcpperf_server_engine(servers[0]), &pkt);
    return owner > 0 && (unsigned)owner < n ? (unsigned)owner : 0;
}

/* The next address that nobody has; 0 when there is none. */
static int next_free(walk *w, const dhcpperf_server *s, dhcpperf_ip4 *ret)
{
    dhcpperf_ip4 first, last;
    dhcpperf_lease l;

    while (dhcpperf_server_get_range(s, w->range, &first, &last) == 1) {
        if (w->at < units_ip4_number(first)) {
            w->at = units_ip4_number(first);
        }
        while (w->at <= units_ip4_number(last)) {
            *ret = units_ip4_of((uint32_t)w->at++);
            if (dhcpperf_server_find_lease(s, *ret, &l, sizeof l) != 0 ||
                l.state == DHCPPERF_LEASE_RELEASED || l.state == DHCPPERF_LEASE_EXPIRED) {
                return 1;
            }
        }
        w->range++;
    }
    w->is_over = 1;
    return 0;
}

/* 1 when the client has a lease in the subnet; -1 when there is no such subnet. */
static int has_lease(const dhcpperf_server *s, const client *c, uint32_t subnet)
{
    dhcpperf_key key = {DHCPPERF_KEY_CLIENT_ID, subnet, {c->id, ID_LEN}};
    dhcpperf_lease l;
    int rc = dhcpperf_server_find_client(s, &key, &l, sizeof l);

    return rc == DHCPPERF_E_INVALID ? -1 : rc == 0 && l.state == DHCPPERF_LEASE_BOUND;
}

/* In which subnet the client has one; -1 when he has none. */
static int find_lease(const dhcpperf_server *s, const client *c)
{
    int subnet, has;

    for (subnet = 0; (has = has_lease(s, c, (uint32_t)subnet)) == 0; subnet++) {
    }
    return has > 0 ? subnet : -1;
}

static void fill(dhcpperf_lease *l, const client *c, uint32_t lease_s, dhcpperf_ts now)
{
    memset(l, 0, sizeof *l);
    l->size = sizeof *l;
    l->state = DHCPPERF_LEASE_BOUND;
    l->key.kind = DHCPPERF_KEY_CLIENT_ID;
    l->key.bytes = (dhcpperf_bytes){c->id, ID_LEN};
    l->htype = 1;
    l->chaddr = (dhcpperf_bytes){c->chaddr, 6};
    l->starts = l->last_seen = now;
    l->ends = lease_s == UINT32_MAX ? DHCPPERF_NEVER : now + lease_s * DHCPPERF_NS_PER_S;
}

static uint32_t subnet_of(const dhcpperf_server *s, dhcpperf_ip4 ip)
{
    dhcpperf_lease l;

    return dhcpperf_server_find_lease(s, ip, &l, sizeof l) == 0 ? l.key.subnet : 0;
}

/* A lease for the client at the next address that he can have: 1; 0 when there is none. */
static int lease_to(const client *c, dhcpperf_server *s, walk *w, uint32_t lease_s, dhcpperf_ts now)
{
    dhcpperf_lease l;
    int subnet;

    if (has_lease(s, c, w->subnet) == 1) {
        return 1;
    }
    fill(&l, c, lease_s, now);
    while (!w->is_over && next_free(w, s, &l.ip)) {
        if (dhcpperf_server_import_lease(s, &l, now) == 0) {
            w->subnet = subnet_of(s, l.ip);
            return 1;
        }
        subnet = find_lease(s, c);
        if (subnet >= 0) {
            w->subnet = (uint32_t)subnet;
            w->at--; /* the address is good for the next client */
            return 1;
        }
    }
    return 0;
}

uint64_t preload_leases(dhcpperf_server *const *servers, unsigned n_servers, uint64_t n,
                        uint32_t lease_s, dhcpperf_ts now)
{
    walk walks[WORKERS_MAX];
    uint64_t i, done = 0;
    unsigned k;
    client c;

    memset(walks, 0, sizeof walks);
    begin_client(&c);
    for (i = 0; i < n; i++) {
        number_client(&c, i);
        k = owner_of(&c, servers, n_servers);
        done += (unsigned)lease_to(&c, servers[k], &walks[k], lease_s, now);
    }
    return done;
}
