/* SPDX-License-Identifier: MIT */
/* world.c - builder of simulated worlds, and the rules that hold on every packet in them:
 *
 *   - every message parses strictly (RFC 2131 tables 3 and 5);
 *   - every reply answers a request: its xid and chaddr were seen from a client;
 *   - a REQUEST in SELECTING names the address and server of an OFFER that was delivered;
 *   - no address is acknowledged to a client while another one's lease of it lasts;
 *   - T1 < T2 < lease. */
#include "support/world.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "support/harness.h"

enum {
    OFFERS = 4 /* remembered per exchange */
};

/* -- a table of what the tap has seen, by 64-bit key -- */

typedef struct cell {
    uint64_t key; /* 0 = free */
    union {
        struct {
            unsigned n;
            dhcpperf_ip4 ip[OFFERS], server[OFFERS];
        } exchange;
        struct {
            uint64_t owner;
            dhcpperf_ts ends;
        } lease;
    } u;
} cell;

struct world_table {
    cell *cells;
    size_t cap, n;
};

static uint64_t hash(uint64_t h, const void *data, size_t n)
{
    const uint8_t *p = data;

    while (n-- > 0) {
        h = (h ^ *p++) * UINT64_C(0x100000001b3);
        h ^= h >> 29;
    }
    return h | 1;
}

static cell *place(cell *cells, size_t cap, uint64_t key)
{
    size_t i = (size_t)((key * UINT64_C(0x9e3779b97f4a7c15)) >> 20) & (cap - 1);

    while (cells[i].key != 0 && cells[i].key != key) {
        i = (i + 1) & (cap - 1);
    }
    return &cells[i];
}

static world_table *table_new(void)
{
    world_table *t = calloc(1, sizeof *t);

    ck_assert_ptr_nonnull(t);
    t->cap = 1024;
    t->cells = calloc(t->cap, sizeof *t->cells);
    ck_assert_ptr_nonnull(t->cells);
    return t;
}

static void table_free(world_table *t)
{
    free(t->cells);
    free(t);
}

/* The cell of a key, or NULL. */
static cell *table_find(world_table *t, uint64_t key)
{
    cell *c = place(t->cells, t->cap, key);

    return c->key != 0 ? c : NULL;
}

static cell *table_add(world_table *t, uint64_t key)
{
    cell *c;
    size_t i;

    if (2 * t->n >= t->cap) {
        cell *wider = calloc(2 * t->cap, sizeof *wider);

        ck_assert_ptr_nonnull(wider);
        for (i = 0; i < t->cap; i++) {
            if (t->cells[i].key != 0) {
                *place(wider, 2 * t->cap, t->cells[i].key) = t->cells[i];
            }
        }
        free(t->cells);
        t->cells = wider;
        t->cap *= 2;
    }
    c = place(t->cells, t->cap, key);
    if (c->key == 0) {
        c->key = key;
        t->n++;
    }
    return c;
}

/* -- rules -- */

static void violation(world *w, const char *format, ...)
{
    va_list ap;

    if (w->violations++ == 0) {
        va_start(ap, format);
        vsnprintf(w->first_violation, sizeof w->first_violation, format, ap);
        va_end(ap);
    }
}

static uint64_t exchange_key(const dhcpperf_msg *m)
{
    uint32_t xid = dhcpperf_msg_get_xid(m);
    dhcpperf_bytes chaddr = dhcpperf_msg_get_chaddr(m);

    return hash(hash(2131, &xid, sizeof xid), chaddr.data, chaddr.len);
}

/* RFC 2131 4.2: the client identifier, else the hardware address. */
static uint64_t identity(const dhcpperf_msg *m)
{
    dhcpperf_bytes id;

    if (dhcpperf_msg_get_option(m, DHCPPERF_OPT_CLIENT_ID, &id) == 0 && id.len >= 2) {
        return hash(61, id.data, id.len);
    }
    id = dhcpperf_msg_get_chaddr(m);
    return hash(1, id.data, id.len);
}

static int same_ip(dhcpperf_ip4 a, dhcpperf_ip4 b)
{
    return memcmp(a.b, b.b, 4) == 0;
}

static void look_at_request(world *w, const dhcpperf_msg *m)
{
    cell *c = table_add(w->exchanges, exchange_key(m));
    dhcpperf_ip4 wanted, server, none = {{0, 0, 0, 0}};
    int type = dhcpperf_msg_get_type(m);
    unsigned i;

    if (type == DHCPPERF_RELEASE || type == DHCPPERF_DECLINE) {
        dhcpperf_ip4 ip = dhcpperf_msg_get_ciaddr(m);

        if (type == DHCPPERF_DECLINE &&
            dhcpperf_msg_get_option_ip4(m, DHCPPERF_OPT_REQUESTED_IP, &ip) != 0) {
            ip = none;
        }
        c = table_find(w->leases, hash(82, ip.b, 4));
        if (c != NULL && c->u.lease.owner == identity(m)) {
            c->u.lease.ends = 0;
        }
        return;
    }
    if (type != DHCPPERF_REQUEST ||
        dhcpperf_msg_get_option_ip4(m, DHCPPERF_OPT_SERVER_ID, &server) != 0) {
        return;
    }
    if (dhcpperf_msg_get_option_ip4(m, DHCPPERF_OPT_REQUESTED_IP, &wanted) != 0) {
        wanted = none;
    }
    for (i = 0; i < c->u.exchange.n && i < OFFERS; i++) {
        if (same_ip(c->u.exchange.ip[i], wanted) && same_ip(c->u.exchange.server[i], server)) {
            return;
        }
    }
    if (w->mischief) {
        return;
    }
    violation(w, "REQUEST xid %08" PRIx32 " for %u.%u.%u.%u which no OFFER had",
              dhcpperf_msg_get_xid(m), wanted.b[0], wanted.b[1], wanted.b[2], wanted.b[3]);
}

static void look_at_times(world *w, const dhcpperf_msg *m)
{
    uint32_t t1, t2, lease;

    if (dhcpperf_msg_get_option_u32(m, DHCPPERF_OPT_LEASE_TIME, &lease) != 0) {
        return;
    }
    if (dhcpperf_msg_get_option_u32(m, DHCPPERF_OPT_T2, &t2) == 0 && t2 >= lease &&
        lease != UINT32_MAX) {
        violation(w, "T2 %" PRIu32 " is not below the lease of %" PRIu32, t2, lease);
    }
    if (dhcpperf_msg_get_option_u32(m, DHCPPERF_OPT_T1, &t1) == 0 &&
        dhcpperf_msg_get_option_u32(m, DHCPPERF_OPT_T2, &t2) == 0 && t1 >= t2 && lease > 3 &&
        lease != UINT32_MAX) {
        violation(w, "T1 %" PRIu32 " is not below T2 %" PRIu32, t1, t2);
    }
}

static void look_at_ack(world *w, const dhcpperf_msg *m, dhcpperf_ts now)
{
    dhcpperf_ip4 ip = dhcpperf_msg_get_yiaddr(m);
    uint64_t who = identity(m);
    dhcpperf_dur lease;
    cell *c;

    if (dhcpperf_msg_get_option_dur(m, DHCPPERF_OPT_LEASE_TIME, &lease) != 0) {
        return; /* the answer to an INFORM */
    }
    c = table_add(w->leases, hash(82, ip.b, 4));
    if (c->u.lease.ends > now && c->u.lease.owner != who) {
        violation(w, "%u.%u.%u.%u is acknowledged to two clients at once", ip.b[0], ip.b[1],
                  ip.b[2], ip.b[3]);
    }
    c->u.lease.owner = who;
    /* The server counts from the moment it answered: allow for the way. */
    c->u.lease.ends = lease == DHCPPERF_NEVER ? lease : now + lease;
    if (lease != DHCPPERF_NEVER && lease > DHCPPERF_NS_PER_S) {
        c->u.lease.ends -= DHCPPERF_NS_PER_S;
    }
}

static void look_at_reply(world *w, const dhcpperf_msg *m, dhcpperf_ts now)
{
    cell *c = table_find(w->exchanges, exchange_key(m));
    int type = dhcpperf_msg_get_type(m);

    if (type >= DHCPPERF_LEASEUNASSIGNED && type <= DHCPPERF_LEASEACTIVE) {
        return; /* names whom it is about, not who asked */
    }
    if (c == NULL) {
        violation(w, "a reply of type %d to nobody, xid %08" PRIx32, type, dhcpperf_msg_get_xid(m));
        return;
    }
    look_at_times(w, m);
    if (type == DHCPPERF_OFFER) {
        unsigned i = c->u.exchange.n++ % OFFERS;

        c->u.exchange.ip[i] = dhcpperf_msg_get_yiaddr(m);
        if (dhcpperf_msg_get_option_ip4(m, DHCPPERF_OPT_SERVER_ID, &c->u.exchange.server[i]) != 0) {
            violation(w, "an OFFER without server identifier");
        }
    } else if (type == DHCPPERF_ACK) {
        look_at_ack(w, m, now);
    }
}

static int is_reply(const world *w, dhcpperf_port from)
{
    return from == w->server_port || (w->relayed && from == w->relay_clients);
}

/* Options 61 and 82 come back as they were sent, however wrong (RFC 6842, RFC 3046 section 2.2). */
static int is_echo(world *w, const dhcpperf_pkt *pkt, const dhcpperf_parse_error *why)
{
    return w->mischief &&
           (why->option == DHCPPERF_OPT_RELAY_INFO || why->option == DHCPPERF_OPT_CLIENT_ID) &&
           dhcpperf_msg_parse(w->msg, pkt->data, pkt->len, DHCPPERF_PARSE_LENIENT, NULL) == 0;
}

static void tap(void *user, dhcpperf_port from, dhcpperf_port to, const dhcpperf_pkt *pkt)
{
    world *w = user;
    dhcpperf_parse_error why;

    w->packets++;
    if (w->mischief && !is_reply(w, from)) {
        if (dhcpperf_msg_parse(w->msg, pkt->data, pkt->len, DHCPPERF_PARSE_LENIENT, NULL) == 0) {
            look_at_request(w, w->msg);
        }
        return;
    }
    if (dhcpperf_msg_parse(w->msg, pkt->data, pkt->len, DHCPPERF_PARSE_STRICT, &why) != 0 &&
        !is_echo(w, pkt, &why)) {
        violation(w, "a message from port %u is not right: %s, option %d at octet %zu",
                  (unsigned)from, dhcpperf_strerror(why.code), why.option, why.offset);
        return;
    }
    w->by_type[dhcpperf_msg_get_type(w->msg) & 15]++;
    if (dhcpperf_msg_get_op(w->msg) == 1) {
        look_at_request(w, w->msg);
    } else {
        look_at_reply(w, w->msg, pkt->ts);
    }
    if (w->watch != NULL) {
        w->watch(w->watch_user, w->msg, pkt, from, to);
    }
}

/* -- building -- */

static void must(const world *w, const char *what, int rc)
{
    ck_assert_msg(rc >= 0, "seed %" PRIu64 ": %s: %s", w->seed, what, dhcpperf_strerror(rc));
}

static dhcpperf_ip4 address(const char *text)
{
    dhcpperf_ip4 ip;

    ck_assert_msg(dhcpperf_ip4_parse(&ip, text) == 0, "bad address %s", text);
    return ip;
}

world *world_new(uint64_t seed)
{
    world *w = calloc(1, sizeof *w);
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};

    ck_assert_ptr_nonnull(w);
    w->seed = seed;
    w->burst = 256;
    w->server_ip = address("10.0.0.1");
    must(w, "client config", dhcpperf_client_config_new(&w->client_config, NULL));
    must(w, "client seed", dhcpperf_client_config_set_seed(w->client_config, seed));
    must(w, "server config", dhcpperf_server_config_new(&w->server_config, NULL));
    must(w, "server seed", dhcpperf_server_config_set_seed(w->server_config, seed));
    must(w, "identity", dhcpperf_server_config_set_identity(w->server_config, w->server_ip, mac));
    must(w, "pool", dhcpperf_pool_new(&w->pool, address("10.0.0.0"), 8, NULL));
    must(w, "lease time", dhcpperf_pool_set_lease(w->pool, 3600, 60, 86400));
    must(w, "parser", dhcpperf_msg_new(&w->msg, NULL));
    w->n_clients = 1;
    w->exchanges = table_new();
    w->leases = table_new();
    return w;
}

void world_clients(world *w, uint32_t n)
{
    w->n_clients = n;
    must(w, "stations", dhcpperf_client_config_set_stations(w->client_config, n));
}

void world_server(world *w, const char *first, const char *last)
{
    must(w, "range", dhcpperf_pool_add_range(w->pool, address(first), address(last)));
}

void world_load(world *w, const char *text)
{
    dhcpperf_load *load;
    size_t offset = 0;

    must(w, text, dhcpperf_load_parse(&load, text, &offset, NULL));
    must(w, "load", dhcpperf_client_config_set_load(w->client_config, load));
    dhcpperf_load_free(load);
}

void world_retry(world *w, const char *preset)
{
    dhcpperf_retry *retry;

    must(w, preset, dhcpperf_retry_new(&retry, preset, NULL));
    must(w, "retry", dhcpperf_client_config_set_retry(w->client_config, retry));
    dhcpperf_retry_free(retry);
}

void world_faults(world *w, const char *text)
{
    dhcpperf_fault_plan *plan;

    must(w, text, dhcpperf_fault_plan_parse(&plan, DHCPPERF_FAULT_CLIENT, text, NULL, NULL, NULL));
    must(w, "faults", dhcpperf_client_config_set_faults(w->client_config, plan));
    dhcpperf_fault_plan_free(plan);
    w->mischief = 1;
}

void world_link(world *w, dhcpperf_dur delay, dhcpperf_dur jitter)
{
    w->delay = delay;
    w->jitter = jitter;
}

void world_impair(world *w, double loss, double duplicate, double reorder)
{
    w->loss = loss;
    w->duplicate = duplicate;
    w->reorder = reorder;
}

void world_relay(world *w, const char *giaddr)
{
    w->relayed = 1;
    w->giaddr = address(giaddr);
}

void world_burst(world *w, unsigned packets)
{
    w->burst = packets;
}

static void plug(world *w, dhcpperf_segment seg, dhcpperf_engine *e, dhcpperf_port *ret)
{
    must(w, "attach", dhcpperf_vnet_attach(w->net, seg, e, ret));
    must(w, "delay", dhcpperf_vnet_set_delay(w->net, *ret, w->delay, w->jitter));
    must(w, "loss", dhcpperf_vnet_set_loss(w->net, *ret, w->loss, w->duplicate, w->reorder));
}

void world_freeze_clients(world *w, dhcpperf_ts from, dhcpperf_ts to)
{
    w->freeze_clients[0] = from;
    w->freeze_clients[1] = to;
}

void world_freeze_server(world *w, dhcpperf_ts from, dhcpperf_ts to)
{
    w->freeze_server[0] = from;
    w->freeze_server[1] = to;
}

/* The engine, or the one around it that stands still for a while. */
static dhcpperf_engine *wrap(dhcpperf_engine *e, const dhcpperf_ts when[2], freeze **ret)
{
    if (when[1] == 0) {
        return e;
    }
    *ret = freeze_new(e, when[0], when[1]);
    return freeze_engine(*ret);
}

void world_start(world *w)
{
    dhcpperf_segment lan, core;

    if (dhcpperf_pool_size(w->pool) == 0) {
        world_server(w, "10.0.0.10", "10.0.0.250");
    }
    must(w, "add pool", dhcpperf_server_config_add_pool(w->server_config, w->pool));
    must(w, "client", dhcpperf_client_new(&w->client, w->client_config, NULL));
    must(w, "server", dhcpperf_server_new(&w->server, w->server_config, NULL));
    must(w, "network", dhcpperf_vnet_new(&w->net, w->seed, NULL));
    must(w, "burst", dhcpperf_vnet_set_burst(w->net, w->burst));
    must(w, "segment", dhcpperf_vnet_add_segment(w->net, &lan));
    core = lan;
    if (w->relayed) {
        must(w, "segment", dhcpperf_vnet_add_segment(w->net, &core));
    }
    plug(w, lan, wrap(dhcpperf_client_engine(w->client), w->freeze_clients, &w->frozen_clients),
         &w->client_port);
    plug(w, core, wrap(dhcpperf_server_engine(w->server), w->freeze_server, &w->frozen_server),
         &w->server_port);
    must(w, "address", dhcpperf_vnet_add_address(w->net, w->server_port, w->server_ip, 32));
    if (w->relayed) {
        must(w, "relay",
             dhcpperf_vnet_add_relay(w->net, lan, core, w->giaddr, w->server_ip, &w->relay_clients,
                                     &w->relay_servers));
    }
    must(w, "tap", dhcpperf_vnet_tap(w->net, tap, w));
    must(w, "begin", dhcpperf_client_begin(w->client, 0));
}

/* -- running -- */

static void no_violation(const world *w)
{
    ck_assert_msg(w->violations == 0, "seed %" PRIu64 ": %u violations; first: %s", w->seed,
                  w->violations, w->first_violation);
}

void world_until(world *w, dhcpperf_ts when)
{
    must(w, "run", dhcpperf_vnet_run_until(w->net, when));
    no_violation(w);
}

static int not_done(void *user)
{
    return !dhcpperf_client_is_done(((world *)user)->client);
}

void world_until_done(world *w, dhcpperf_ts limit)
{
    int rc = dhcpperf_vnet_run_while(w->net, not_done, w, limit);

    must(w, "run", rc);
    ck_assert_msg(rc == 1,
                  "seed %" PRIu64 ": not done at %" PRIu64 " s: %u bound, %u selecting, "
                  "%u requesting, %u init, %u failed",
                  w->seed, dhcpperf_vnet_now(w->net) / DHCPPERF_NS_PER_S,
                  world_in(w, DHCPPERF_ST_BOUND), world_in(w, DHCPPERF_ST_SELECTING),
                  world_in(w, DHCPPERF_ST_REQUESTING), world_in(w, DHCPPERF_ST_INIT),
                  world_in(w, DHCPPERF_ST_FAILED));
    no_violation(w);
}

uint32_t world_in(const world *w, dhcpperf_state state)
{
    return dhcpperf_client_count_in(w->client, state);
}

dhcpperf_station world_station(const world *w, uint32_t i)
{
    dhcpperf_station st;

    must(w, "station", dhcpperf_client_get_station(w->client, i, &st, sizeof st));
    return st;
}

uint64_t world_client_counter(const world *w, dhcpperf_counter c)
{
    return dhcpperf_stats_counter(dhcpperf_client_stats(w->client), c);
}

uint64_t world_server_counter(const world *w, dhcpperf_counter c)
{
    return dhcpperf_stats_counter(dhcpperf_server_stats(w->server), c);
}

uint32_t world_leases(const world *w, dhcpperf_lease_state state)
{
    return dhcpperf_server_count(w->server, state);
}

/* -- accounts -- */

static void check_exchanges(const world *w, const char *side, const dhcpperf_stats *s)
{
    int x;

    for (x = DHCPPERF_X_DISCOVER; x <= DHCPPERF_X_QUERY; x++) {
        dhcpperf_exchange kind = (dhcpperf_exchange)x;
        uint64_t started = dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_STARTED), ended = 0;

        ended += dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_ANSWERED);
        ended += dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_LATE);
        ended += dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_REFUSED);
        ended += dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_UNANSWERED);
        ended += dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_IN_FLIGHT);
        ck_assert_msg(started == ended,
                      "seed %" PRIu64 ": %s: %" PRIu64 " %s exchanges started, %" PRIu64
                      " accounted for",
                      w->seed, side, started, dhcpperf_exchange_name(kind), ended);
    }
}

static void check_packets(const world *w)
{
    dhcpperf_vnet_counts all, c, s;

    must(w, "counts", dhcpperf_vnet_get_counts(w->net, DHCPPERF_PORT_NONE, &all, sizeof all));
    must(w, "counts", dhcpperf_vnet_get_counts(w->net, w->client_port, &c, sizeof c));
    must(w, "counts", dhcpperf_vnet_get_counts(w->net, w->server_port, &s, sizeof s));
    ck_assert_msg(all.sent + all.duplicated + all.flooded == all.delivered + all.lost +
                                                                 all.overflowed + all.unplugged +
                                                                 all.unreachable + all.in_flight,
                  "seed %" PRIu64 ": the network's packets do not balance", w->seed);
    ck_assert_msg(c.sent == world_client_counter(w, DHCPPERF_C_TX_PACKETS) +
                                world_client_counter(w, DHCPPERF_C_TX_HOSTILE) &&
                      s.sent == world_server_counter(w, DHCPPERF_C_TX_PACKETS),
                  "seed %" PRIu64 ": the network took %" PRIu64 " and %" PRIu64
                  " packets, the engines sent %" PRIu64 " and %" PRIu64,
                  w->seed, c.sent, s.sent, world_client_counter(w, DHCPPERF_C_TX_PACKETS),
                  world_server_counter(w, DHCPPERF_C_TX_PACKETS));
    ck_assert_msg(c.delivered == world_client_counter(w, DHCPPERF_C_RX_PACKETS) +
                                     world_client_counter(w, DHCPPERF_C_RX_HOSTILE) &&
                      s.delivered == world_server_counter(w, DHCPPERF_C_RX_PACKETS),
                  "seed %" PRIu64 ": the network delivered %" PRIu64 " and %" PRIu64
                  " packets, the engines received %" PRIu64 " and %" PRIu64,
                  w->seed, c.delivered, s.delivered, world_client_counter(w, DHCPPERF_C_RX_PACKETS),
                  world_server_counter(w, DHCPPERF_C_RX_PACKETS));
}

void world_check(const world *w)
{
    dhcpperf_violation v;
    unsigned i;

    no_violation(w);
    check_exchanges(w, "client", dhcpperf_client_stats(w->client));
    check_exchanges(w, "server", dhcpperf_server_stats(w->server));
    check_packets(w);
    for (i = 0; dhcpperf_client_get_violation(w->client, i, &v, sizeof v) == 1; i++) {
        ck_assert_msg(v.count == 0, "seed %" PRIu64 ": the referee says %s: %s", w->seed, v.rule,
                      v.example);
    }
}

void world_check_leases(const world *w)
{
    uint32_t i, bound = 0;

    for (i = 0; i < w->n_clients; i++) {
        dhcpperf_station st = world_station(w, i);
        dhcpperf_lease lease;

        if (st.lease_s == 0) { /* holds none: not BOUND, RENEWING or REBINDING */
            continue;
        }
        bound++;
        ck_assert_msg(dhcpperf_server_find_lease(w->server, st.ip, &lease, sizeof lease) == 0 &&
                          lease.state == DHCPPERF_LEASE_BOUND && lease.chaddr.len == 6 &&
                          memcmp(lease.chaddr.data, st.mac.b, 6) == 0,
                      "seed %" PRIu64 ": station %u holds a lease the server does not know",
                      w->seed, (unsigned)i);
    }
    ck_assert_msg(bound == world_leases(w, DHCPPERF_LEASE_BOUND) ||
                      (w->mischief && bound < world_leases(w, DHCPPERF_LEASE_BOUND)),
                  "seed %" PRIu64 ": %u stations bound, %u leases", w->seed, (unsigned)bound,
                  (unsigned)world_leases(w, DHCPPERF_LEASE_BOUND));
}

void world_free(world *w)
{
    if (w->net != NULL) {
        world_check(w);
    }
    dhcpperf_vnet_free(w->net);
    freeze_free(w->frozen_clients);
    freeze_free(w->frozen_server);
    dhcpperf_client_free(w->client);
    dhcpperf_server_free(w->server);
    dhcpperf_client_config_free(w->client_config);
    dhcpperf_server_config_free(w->server_config);
    dhcpperf_pool_free(w->pool);
    dhcpperf_msg_free(w->msg);
    table_free(w->exchanges);
    table_free(w->leases);
    free(w);
}
