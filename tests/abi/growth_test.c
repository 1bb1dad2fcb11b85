/* SPDX-License-Identifier: MIT */
/* growth_test.c - growing structures with the sizes of older and newer programs.
 *
 * An older program gives less room: exactly that much is written.  A newer one gives more: what
 * this library does not know comes back as zeroes.  An older table of functions lacks its tail,
 * which is defaulted; a newer one has more, which is ignored. */
#include <libdhcpperf/dhcpperf.h>

#include <string.h>

#include "support/harness.h"
#include "support/world.h"

enum {
    ROOM = 1024
};

/* A getter under test: fills `ret`, of which `size` octets belong to it. */
typedef int (*getter)(void *ret, size_t size);

static uint8_t full[ROOM], part[ROOM];

static void assert_grows(const char *what, getter get, size_t known)
{
    size_t n, i;

    memset(full, 0xa5, sizeof full);
    ck_assert_int_eq(get(full, known), 0);
    for (n = sizeof(size_t); n <= ROOM / 2; n += 4) {
        size_t carried = n < known ? n : known, said;

        memset(part, 0xa5, sizeof part);
        ck_assert_msg(get(part, n) == 0, "%s: %zu octets refused", what, n);
        memcpy(&said, part, sizeof said);
        ck_assert_msg(said == carried, "%s: given %zu octets it says %zu", what, n, said);
        for (i = sizeof said; i < ROOM; i++) {
            uint8_t want = i < carried ? full[i] : i < n ? 0 : 0xa5;

            ck_assert_msg(part[i] == want, "%s: given %zu octets, octet %zu is %02x", what, n, i,
                          part[i]);
        }
    }
    for (n = 0; n < sizeof(size_t); n++) {
        memset(part, 0xa5, sizeof part);
        ck_assert_msg(get(part, n) < 0, "%s: %zu octets accepted", what, n);
        for (i = 0; i < ROOM; i++) {
            ck_assert_msg(part[i] == 0xa5, "%s: wrote after refusing", what);
        }
    }
}

/* -- the virtual network's counts -- */

static dhcpperf_vnet *net;

static int get_counts(void *ret, size_t size)
{
    return dhcpperf_vnet_get_counts(net, DHCPPERF_PORT_NONE, ret, size);
}

START_TEST(vnet_counts_honour_both_sizes)
    {
        ck_assert_int_eq(dhcpperf_vnet_new(&net, 1, NULL), 0);
        assert_grows("vnet_counts", get_counts, sizeof(dhcpperf_vnet_counts));
        dhcpperf_vnet_free(net);
    }
END_TEST

/* -- what clients, servers and carriers show of themselves -- */

static dhcpperf_client *client;
static dhcpperf_server *server;
static dhcpperf_transport *transport;
static dhcpperf_ip4 leased;

static int get_station(void *ret, size_t size)
{
    return dhcpperf_client_get_station(client, 0, ret, size);
}

static int get_stage(void *ret, size_t size)
{
    return dhcpperf_client_get_stage(client, 0, ret, size) == 1 ? 0 : -1;
}

static int get_violation(void *ret, size_t size)
{
    return dhcpperf_client_get_violation(client, 0, ret, size) == 1 ? 0 : -1;
}

static int find_lease(void *ret, size_t size)
{
    return dhcpperf_server_find_lease(server, leased, ret, size);
}

static int next_lease(void *ret, size_t size)
{
    uint64_t cursor = 0;

    return dhcpperf_server_next_lease(server, &cursor, ret, size) == 1 ? 0 : -1;
}

static int get_carrier_stats(void *ret, size_t size)
{
    return dhcpperf_transport_stats(transport, ret, size);
}

START_TEST(stations_rules_and_leases_honour_both_sizes)
    {
        world *w = world_new(1);

        world_start(w);
        world_until_done(w, DHCPPERF_NS_PER_S);
        client = w->client;
        server = w->server;
        leased = world_station(w, 0).ip;
        assert_grows("station", get_station, sizeof(dhcpperf_station));
        assert_grows("stage", get_stage, sizeof(dhcpperf_stage));
        assert_grows("violation", get_violation, sizeof(dhcpperf_violation));
        assert_grows("lease", find_lease, sizeof(dhcpperf_lease));
        assert_grows("next lease", next_lease, sizeof(dhcpperf_lease));
        world_free(w);
    }
END_TEST

START_TEST(carrier_statistics_honour_both_sizes)
    {
        dhcpperf_transport_config *config;

        ck_assert_int_eq(dhcpperf_transport_config_new(&config, NULL), 0);
        ck_assert_int_eq(dhcpperf_transport_config_set(config, "bind", "127.0.0.1"), 0);
        ck_assert_int_eq(dhcpperf_transport_config_set(config, "port", "0"), 0);
        ck_assert_int_eq(dhcpperf_transport_open(&transport, config, NULL, NULL), 0);
        assert_grows("carrier_stats", get_carrier_stats, sizeof(dhcpperf_carrier_stats));
        dhcpperf_transport_free(transport);
        dhcpperf_transport_config_free(config);
    }
END_TEST

/* -- tables of functions: engines -- */

typedef struct newer_engine_ops {
    dhcpperf_engine_ops known;
    int (*unknown)(void);
} newer_engine_ops;

static int calls;

static int eng_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    (void)self, (void)pkts, (void)now;
    return (int)n;
}

static int eng_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    (void)self, (void)pkts, (void)max, (void)now;
    return 0;
}

static dhcpperf_ts eng_deadline(const void *self)
{
    (void)self;
    return 4711;
}

static int eng_advance(void *self, dhcpperf_ts now)
{
    (void)self, (void)now;
    calls++;
    return 3;
}

static int never(void)
{
    ck_abort_msg("a function of a later version was called");
    return 0;
}

START_TEST(an_older_engine_gets_defaults_for_what_it_lacks)
    {
        static const dhcpperf_engine_ops ops = {.size = offsetof(dhcpperf_engine_ops, sent),
                                                .recv = eng_recv,
                                                .pull = eng_pull,
                                                .deadline = eng_deadline,
                                                .advance = eng_advance};
        dhcpperf_engine *e;

        calls = 0;
        ck_assert_int_eq(dhcpperf_engine_new(&e, &ops, NULL, NULL), 0);
        ck_assert_uint_eq(dhcpperf_engine_deadline(e), DHCPPERF_NEVER); /* beyond its size */
        ck_assert_int_eq(dhcpperf_engine_advance(e, 1), 0);
        ck_assert_int_eq(calls, 0);
        dhcpperf_engine_free(e);
    }
END_TEST

START_TEST(a_newer_engine_works_without_what_is_unknown_here)
    {
        static const newer_engine_ops ops = {.known = {.size = sizeof ops,
                                                       .recv = eng_recv,
                                                       .pull = eng_pull,
                                                       .deadline = eng_deadline,
                                                       .advance = eng_advance},
                                             .unknown = never};
        dhcpperf_engine *e;

        calls = 0;
        ck_assert_int_eq(dhcpperf_engine_new(&e, &ops.known, NULL, NULL), 0);
        ck_assert_uint_eq(dhcpperf_engine_deadline(e), 4711);
        ck_assert_int_eq(dhcpperf_engine_advance(e, 1), 3);
        ck_assert_int_eq(calls, 1);
        dhcpperf_engine_free(e);
    }
END_TEST

START_TEST(an_engine_too_old_to_have_verbs_is_refused)
    {
        static const size_t sizes[] = {0, sizeof(size_t), offsetof(dhcpperf_engine_ops, pull),
                                       offsetof(dhcpperf_engine_ops, sent) - 1};
        dhcpperf_engine_ops ops = {.size = sizes[_i], .recv = eng_recv, .pull = eng_pull};
        dhcpperf_engine *e = NULL;

        ck_assert_msg(dhcpperf_engine_new(&e, &ops, NULL, NULL) == DHCPPERF_E_INVALID,
                      "size %zu (%d) accepted", sizes[_i], _i);
        ck_assert_ptr_null(e);
    }
END_TEST

/* -- a search -- */

static dhcpperf_search *search;

static int next_trial(void *ret, size_t size)
{
    return dhcpperf_search_next(search, ret, size) == 1 ? 0 : -1;
}

static int get_trial(void *ret, size_t size)
{
    return dhcpperf_search_get_trial(search, 0, ret, size) == 1 ? 0 : -1;
}

static int get_answer(void *ret, size_t size)
{
    return dhcpperf_search_get_answer(search, ret, size);
}

static int get_condition(void *ret, size_t size)
{
    return dhcpperf_search_get_condition(search, 0, ret, size) == 1 ? 0 : -1;
}

START_TEST(searches_honour_both_sizes)
    {
        struct {
            dhcpperf_search_measured known;
            uint64_t unknown;
        } m;
        dhcpperf_stats *stats;

        memset(&m, 0, sizeof m);
        ck_assert_int_eq(dhcpperf_stats_new(&stats, NULL), 0);
        ck_assert_int_eq(dhcpperf_search_new(&search, "loss<1%", NULL, NULL), 0);
        assert_grows("next trial", next_trial, sizeof(dhcpperf_search_trial));
        m.known.stats = stats;
        m.known.offered = 1;
        m.known.invalid = "";
        m.known.size = sizeof m.known - 1;
        ck_assert_int_eq(dhcpperf_search_report(search, &m.known), DHCPPERF_E_INVALID);
        m.known.size = sizeof m;
        ck_assert_int_eq(dhcpperf_search_report(search, &m.known), 0);
        assert_grows("trial", get_trial, sizeof(dhcpperf_search_trial));
        assert_grows("answer", get_answer, sizeof(dhcpperf_search_answer));
        assert_grows("condition", get_condition, sizeof(dhcpperf_search_condition));
        dhcpperf_search_free(search);
        dhcpperf_stats_free(stats);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, vnet_counts_honour_both_sizes);
    tcase_add_test(tc, stations_rules_and_leases_honour_both_sizes);
    tcase_add_test(tc, carrier_statistics_honour_both_sizes);
    tcase_add_test(tc, searches_honour_both_sizes);
    tcase_add_test(tc, an_older_engine_gets_defaults_for_what_it_lacks);
    tcase_add_test(tc, a_newer_engine_works_without_what_is_unknown_here);
    tcase_add_loop_test(tc, an_engine_too_old_to_have_verbs_is_refused, 0, 4);
}

HARNESS_MAIN("abi/growth", tests)
