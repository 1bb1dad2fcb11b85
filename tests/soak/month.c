/* SPDX-License-Identifier: MIT */
/* month.c - thirty days of 100,000 clients that come and go and misbehave, on the virtual clock:
 * not an allocation after the start, memory flat to the page, and once everything is quiet again
 * exactly the leases in the server that clients hold.
 *
 *     month [CLIENTS [DAYS [SEED]]] */
#include <libdhcpperf/dhcpperf.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/allocfail.h"

#define S   DHCPPERF_NS_PER_S
#define DAY (UINT64_C(86400) * S)

enum {
    WARM_DAYS = 4,   /* by then everything has been touched that ever is */
    QUIET_DAYS = 3,  /* at the end: longer than a lease, so that all that is not meant is over */
    LEASE_S = 86400, /* T1 at 12 h */
    DEED_EVERY_S = 60,
    STARTS_PER_S = 500
};

/* Enough of everything for clients to feel it, little enough for them to live. */
static const char misbehaviour[] = "loss: drop p=1%\n"
                                   "twice: duplicate after 5ms p=0.5%\n"
                                   "bent: flip bits 2 p=0.2%\n"
                                   "cut: truncate random p=0.1%\n"
                                   "deaf: drop on any-reply p=0.5%\n"
                                   "strange: hostile next p=2%\n";

/* Of the server nothing that breaks a rule: slow, forgetful of messages, and now and then dead for
 * a while, but never wrong. */
static const char server_faults[] = "match all\n"
                                    "loss: drop on any-request p=0.5%\n"
                                    "dumb: drop on any-reply p=0.5%\n"
                                    "slow: delay uniform 1ms..800ms on any-reply p=5%\n"
                                    "twice: duplicate after 3ms on any-reply p=0.5%\n"
                                    "late: reorder 2 on any-reply p=0.5%\n"
                                    "dead: stall 5s on any-request every=50000\n";

typedef struct month {
    uint32_t clients;
    unsigned days;
    uint64_t seed;
    allocfail engines, network;
    dhcpperf_client *client;
    dhcpperf_server *server;
    dhcpperf_vnet *net;
    dhcpperf_port client_port, server_port;
    dhcpperf_ts quiet_from;
    uint32_t returned;     /* stations told to come in for good */
    uint64_t draws, deeds; /* of the churn */
    long warm_pages, most_pages;
    size_t warm_bytes, most_bytes;
} month;

static unsigned claims, failures;

static void claim(int holds, const char *what)
{
    printf("%s %u - %s\n", holds ? "ok" : "not ok", ++claims, what);
    failures += !holds;
}

static void must(const char *what, int rc)
{
    if (rc < 0) {
        printf("Bail out! %s: %s\n", what, dhcpperf_strerror(rc));
        exit(1);
    }
}

static dhcpperf_ip4 address(const char *text)
{
    dhcpperf_ip4 ip;

    must(text, dhcpperf_ip4_parse(&ip, text));
    return ip;
}

static dhcpperf_ip4 plus(dhcpperf_ip4 ip, uint32_t n)
{
    n += (uint32_t)ip.b[0] << 24 | (uint32_t)ip.b[1] << 16 | (uint32_t)ip.b[2] << 8 | ip.b[3];
    return (dhcpperf_ip4){{(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}};
}

/* -- building ---------------------------------------------------------------------------------- */

static void add_faults(month *m, dhcpperf_client_config *c)
{
    dhcpperf_fault_plan *plan = NULL;

    must("faults", dhcpperf_fault_plan_parse(&plan, DHCPPERF_FAULT_CLIENT, misbehaviour, NULL, NULL,
                                             &m->engines.mem));
    must("faults", dhcpperf_client_config_set_faults(c, plan));
    must("hostile.server", dhcpperf_client_config_set(c, "hostile.server", "10.0.0.1"));
    must("hostile.first", dhcpperf_client_config_set(c, "hostile.first", "10.0.0.10"));
    must("hostile.last", dhcpperf_client_config_set(c, "hostile.last", "10.1.200.200"));
    dhcpperf_fault_plan_free(plan);
}

static void make_client(month *m)
{
    dhcpperf_client_config *c = NULL;
    dhcpperf_scenario *s = NULL;
    dhcpperf_load *l = NULL;
    char load[40];

    (void)snprintf(load, sizeof load, "rate %d/s", STARTS_PER_S);
    must("client", dhcpperf_client_config_new(&c, &m->engines.mem));
    must("stations", dhcpperf_client_config_set_stations(c, m->clients));
    must("seed", dhcpperf_client_config_set_seed(c, m->seed));
    must("scenario", dhcpperf_scenario_new(&s, "lifecycle", &m->engines.mem));
    must("scenario", dhcpperf_client_config_set_scenario(c, s));
    must("load", dhcpperf_load_parse(&l, load, NULL, &m->engines.mem));
    must("load", dhcpperf_client_config_set_load(c, l));
    must("fuzz", dhcpperf_client_config_set(c, "lease.fuzz", "10"));
    add_faults(m, c);
    must("client", dhcpperf_client_new(&m->client, c, &m->engines.mem));
    dhcpperf_client_config_free(c);
    dhcpperf_scenario_free(s);
    dhcpperf_load_free(l);
}

/* A quarter more addresses than clients: declined ones and those of strangers are out of use. */
static void make_server(month *m)
{
    dhcpperf_server_config *c = NULL;
    dhcpperf_pool *p = NULL;
    dhcpperf_ip4 first = address("10.0.0.10");
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};
    dhcpperf_fault_plan *plan = NULL;

    must("server's faults", dhcpperf_fault_plan_parse(&plan, DHCPPERF_FAULT_SERVER, server_faults,
                                                      NULL, NULL, &m->engines.mem));
    must("server", dhcpperf_server_config_new(&c, &m->engines.mem));
    must("identity", dhcpperf_server_config_set_identity(c, address("10.0.0.1"), mac));
    must("seed", dhcpperf_server_config_set_seed(c, m->seed));
    must("pool", dhcpperf_pool_new(&p, address("10.0.0.0"), 8, &m->engines.mem));
    must("range", dhcpperf_pool_add_range(p, first, plus(first, m->clients + m->clients / 4)));
    must("lease", dhcpperf_pool_set_lease(p, LEASE_S, 60, LEASE_S));
    must("pool", dhcpperf_server_config_add_pool(c, p));
    must("server's faults", dhcpperf_server_config_set_faults(c, plan));
    must("server", dhcpperf_server_new(&m->server, c, &m->engines.mem));
    dhcpperf_fault_plan_free(plan);
    dhcpperf_server_config_free(c);
    dhcpperf_pool_free(p);
}

static void make_network(month *m)
{
    dhcpperf_segment lan;

    must("network", dhcpperf_vnet_new(&m->net, m->seed, &m->network.mem));
    must("segment", dhcpperf_vnet_add_segment(m->net, &lan));
    must("clients",
         dhcpperf_vnet_attach(m->net, lan, dhcpperf_client_engine(m->client), &m->client_port));
    must("server",
         dhcpperf_vnet_attach(m->net, lan, dhcpperf_server_engine(m->server), &m->server_port));
    must("address", dhcpperf_vnet_add_address(m->net, m->server_port, address("10.0.0.1"), 32));
    must("delay", dhcpperf_vnet_set_delay(m->net, m->client_port, DHCPPERF_NS_PER_MS,
                                          DHCPPERF_NS_PER_MS / 2));
    must("delay", dhcpperf_vnet_set_delay(m->net, m->server_port, DHCPPERF_NS_PER_MS,
                                          DHCPPERF_NS_PER_MS / 2));
    must("loss", dhcpperf_vnet_set_loss(m->net, m->client_port, 0.005, 0.002, 0.002));
    must("loss", dhcpperf_vnet_set_loss(m->net, m->server_port, 0.005, 0.002, 0.002));
}

/* -- coming and going -------------------------------------------------------------------------- */

static uint64_t draw(month *m)
{
    uint64_t x = m->seed + ++m->draws * UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

/* Who is out comes in; who is in leaves in one of the ways there are, or moves. */
static void one_deed(month *m)
{
    static const dhcpperf_command ways[] = {
        DHCPPERF_DO_RELEASE, DHCPPERF_DO_RELEASE, DHCPPERF_DO_VANISH,
        DHCPPERF_DO_VANISH,  DHCPPERF_DO_REBOOT,  DHCPPERF_DO_REBOOT,
        DHCPPERF_DO_RENEW,   DHCPPERF_DO_REBIND,  DHCPPERF_DO_DECLINE};
    uint32_t i = (uint32_t)(draw(m) % m->clients);
    uint64_t way = draw(m);
    dhcpperf_station st;

    must("station", dhcpperf_client_get_station(m->client, i, &st, sizeof st));
    if (st.state == DHCPPERF_ST_IDLE || st.state == DHCPPERF_ST_FAILED) {
        m->deeds += dhcpperf_client_do(m->client, i,
                                       way % 8 == 0   ? DHCPPERF_DO_INFORM
                                       : way % 8 == 1 ? DHCPPERF_DO_REBOOT
                                                      : DHCPPERF_DO_START) == 0;
    } else {
        m->deeds +=
            dhcpperf_client_do(m->client, i, ways[way % (sizeof ways / sizeof ways[0])]) == 0;
    }
}

/* Everybody does something about every second day. */
static void churn(void *user, dhcpperf_ts now)
{
    month *m = user;
    uint32_t n = m->clients / (2 * 86400 / DEED_EVERY_S) + 1;

    while (n-- > 0) {
        one_deed(m);
    }
    if (now + DEED_EVERY_S * S < m->quiet_from) {
        must("churn", dhcpperf_vnet_at(m->net, now + DEED_EVERY_S * S, churn, m));
    }
}

/* Who is out comes in, one after the other, as on the first day. */
static void come_in(void *user, dhcpperf_ts now)
{
    month *m = user;

    (void)dhcpperf_client_do(m->client, m->returned++, DHCPPERF_DO_START);
    if (m->returned < m->clients) {
        must("come in", dhcpperf_vnet_at(m->net, now + S / STARTS_PER_S, come_in, m));
    }
}

/* From now on all behave, and the network does, too. */
static void be_quiet(void *user, dhcpperf_ts now)
{
    month *m = user;
    unsigned rule;

    for (rule = 0; dhcpperf_client_arm_fault(m->client, rule, 0) == 0; rule++) {
    }
    for (rule = 0; dhcpperf_server_arm_fault(m->server, rule, 0) == 0; rule++) {
    }
    must("loss", dhcpperf_vnet_set_loss(m->net, m->client_port, 0, 0, 0));
    must("loss", dhcpperf_vnet_set_loss(m->net, m->server_port, 0, 0, 0));
    come_in(m, now);
}

/* -- looking ----------------------------------------------------------------------------------- */

static long pages(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    long size = 0, resident = 0;

    if (f != NULL) {
        if (fscanf(f, "%ld %ld", &size, &resident) != 2) {
            resident = 0;
        }
        fclose(f);
    }
    return resident;
}

static uint64_t client_counter(const month *m, dhcpperf_counter c)
{
    return dhcpperf_stats_counter(dhcpperf_client_stats(m->client), c);
}

static uint64_t server_counter(const month *m, dhcpperf_counter c)
{
    return dhcpperf_stats_counter(dhcpperf_server_stats(m->server), c);
}

static uint32_t holding(const month *m)
{
    return dhcpperf_client_count_in(m->client, DHCPPERF_ST_BOUND) +
           dhcpperf_client_count_in(m->client, DHCPPERF_ST_RENEWING) +
           dhcpperf_client_count_in(m->client, DHCPPERF_ST_REBINDING);
}

static void look_at_day(month *m, unsigned day)
{
    long now = pages();

    printf("# day %2u: %" PRIu32 " clients hold a lease, %" PRIu32 " leases, %" PRIu64
           " renewed, %" PRIu64 " expired, %" PRIu64 " faults, %" PRIu64 " hostile, %ld pages\n",
           day, holding(m), dhcpperf_server_count(m->server, DHCPPERF_LEASE_BOUND),
           client_counter(m, DHCPPERF_C_RENEWED), client_counter(m, DHCPPERF_C_EXPIRED),
           client_counter(m, DHCPPERF_C_FAULTS), client_counter(m, DHCPPERF_C_TX_HOSTILE), now);
    fflush(stdout);
    if (day == WARM_DAYS) {
        m->warm_pages = now;
        m->warm_bytes = m->network.live_bytes;
    }
    if (day >= WARM_DAYS) {
        m->most_pages = now > m->most_pages ? now : m->most_pages;
        m->most_bytes =
            m->network.live_bytes > m->most_bytes ? m->network.live_bytes : m->most_bytes;
    }
}

static int exchanges_balance(const dhcpperf_stats *s)
{
    int x;

    for (x = DHCPPERF_X_DISCOVER; x <= DHCPPERF_X_QUERY; x++) {
        dhcpperf_exchange kind = (dhcpperf_exchange)x;

        if (dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_STARTED) !=
            dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_ANSWERED) +
                dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_LATE) +
                dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_REFUSED) +
                dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_UNANSWERED) +
                dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_IN_FLIGHT)) {
            printf("# exchanges of %s\n", dhcpperf_exchange_name(kind));
            return 0;
        }
    }
    return 1;
}

static int packets_balance(const month *m)
{
    dhcpperf_vnet_counts all, c, s;

    must("counts", dhcpperf_vnet_get_counts(m->net, DHCPPERF_PORT_NONE, &all, sizeof all));
    must("counts", dhcpperf_vnet_get_counts(m->net, m->client_port, &c, sizeof c));
    must("counts", dhcpperf_vnet_get_counts(m->net, m->server_port, &s, sizeof s));
    return all.sent + all.duplicated + all.flooded == all.delivered + all.lost + all.overflowed +
                                                          all.unplugged + all.unreachable +
                                                          all.in_flight &&
           c.sent == client_counter(m, DHCPPERF_C_TX_PACKETS) +
                         client_counter(m, DHCPPERF_C_TX_HOSTILE) &&
           c.delivered == client_counter(m, DHCPPERF_C_RX_PACKETS) +
                              client_counter(m, DHCPPERF_C_RX_HOSTILE) &&
           s.sent == server_counter(m, DHCPPERF_C_TX_PACKETS) &&
           s.delivered == server_counter(m, DHCPPERF_C_RX_PACKETS);
}

/* Stations that hold a lease which the server does not know as theirs. */
static uint32_t disowned(const month *m)
{
    uint32_t i, wrong = 0;

    for (i = 0; i < m->clients; i++) {
        dhcpperf_station st;
        dhcpperf_lease lease;

        must("station", dhcpperf_client_get_station(m->client, i, &st, sizeof st));
        wrong += st.lease_s != 0 &&
                 !(dhcpperf_server_find_lease(m->server, st.ip, &lease, sizeof lease) == 0 &&
                   lease.state == DHCPPERF_LEASE_BOUND && lease.chaddr.len == 6 &&
                   memcmp(lease.chaddr.data, st.mac.b, 6) == 0);
    }
    return wrong;
}

static void print_broken_rules(const month *m)
{
    dhcpperf_violation v;
    unsigned i;

    for (i = 0; dhcpperf_client_get_violation(m->client, i, &v, sizeof v) == 1; i++) {
        if (v.count > 0) {
            printf("# %" PRIu64 " x %s: %s\n", v.count, v.rule, v.example);
        }
    }
}

/* -- the month --------------------------------------------------------------------------------- */

static void judge(month *m, uint64_t calls)
{
    uint32_t leases = dhcpperf_server_count(m->server, DHCPPERF_LEASE_BOUND);

    printf("# %" PRIu64 " deeds, %" PRIu64 " obtained, %" PRIu64 " refused, %" PRIu64
           " declined, %" PRIu64 " released, %" PRIu64 " spoiled, digest %016" PRIx64 "\n",
           m->deeds, client_counter(m, DHCPPERF_C_BOUND), client_counter(m, DHCPPERF_C_NAKED),
           client_counter(m, DHCPPERF_C_DECLINED), client_counter(m, DHCPPERF_C_RELEASED),
           client_counter(m, DHCPPERF_C_SPOILED), dhcpperf_vnet_digest(m->net));
    print_broken_rules(m);
    claim(m->deeds > (uint64_t)m->clients * (m->days - QUIET_DAYS) / 4, "clients came and went");
    claim(client_counter(m, DHCPPERF_C_FAULTS) > m->clients / 2, "and misbehaved");
    claim(server_counter(m, DHCPPERF_C_FAULTS) > m->clients / 2, "as did the server");
    claim(client_counter(m, DHCPPERF_C_VIOLATIONS) == 0, "no answer to them broke a rule");
    claim(holding(m) == m->clients, "in the end all hold a lease");
    claim(leases == m->clients, "the server has as many leases as clients hold");
    claim(disowned(m) == 0, "and each of them is its client's");
    claim(exchanges_balance(dhcpperf_client_stats(m->client)) &&
              exchanges_balance(dhcpperf_server_stats(m->server)),
          "every exchange has one fate");
    claim(packets_balance(m), "every packet is accounted for");
    claim(m->engines.calls == calls, "the engines took no memory after the start");
    claim(m->most_bytes == m->warm_bytes, "the network took none after it was warm");
    if (m->warm_pages > 0) {
        printf("# %ld pages after %u days, at most %ld later\n", m->warm_pages, WARM_DAYS,
               m->most_pages);
        claim(m->most_pages <= m->warm_pages, "memory is flat to the page");
    }
}

int main(int argc, char **argv)
{
    static month m;
    uint64_t calls;
    unsigned day;

    m.clients = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 0) : 100000;
    m.days = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 0) : 30;
    m.seed = argc > 3 ? strtoull(argv[3], NULL, 0) : 1;
    if (m.days <= WARM_DAYS + QUIET_DAYS || m.clients == 0) {
        printf("Bail out! a month has more than %d days\n", WARM_DAYS + QUIET_DAYS);
        return 1;
    }
    allocfail_init(&m.engines, 0);
    allocfail_init(&m.network, 0);
    make_client(&m);
    make_server(&m);
    make_network(&m);
    m.quiet_from = (m.days - QUIET_DAYS) * DAY;
    must("begin", dhcpperf_client_begin(m.client, 0));
    must("churn", dhcpperf_vnet_at(m.net, DAY / 2, churn, &m));
    must("quiet", dhcpperf_vnet_at(m.net, m.quiet_from, be_quiet, &m));
    calls = m.engines.calls;
    for (day = 1; day <= m.days; day++) {
        must("run", dhcpperf_vnet_run_until(m.net, day * DAY));
        look_at_day(&m, day);
    }
    judge(&m, calls);
    dhcpperf_vnet_free(m.net);
    dhcpperf_client_free(m.client);
    dhcpperf_server_free(m.server);
    claim(allocfail_is_clean(&m.engines) && allocfail_is_clean(&m.network),
          "all memory was given back");
    printf("1..%u\n", claims);
    return failures > 0;
}
