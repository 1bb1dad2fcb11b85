/* SPDX-License-Identifier: MIT */
/* oom_engines.c - servers, clients and relays: everything is taken when they are made. */
#include <string.h>

#include "oom/oom.h"

dhcpperf_ip4 oom_ip(unsigned c, unsigned d)
{
    dhcpperf_ip4 a = {{10, 0, (uint8_t)c, (uint8_t)d}};

    return a;
}

dhcpperf_bytes oom_bytes(const char *text)
{
    dhcpperf_bytes b = {(const uint8_t *)text, strlen(text)};

    return b;
}

static void watch(void *user, const dhcpperf_event *ev)
{
    (void)ev;
    ++*(unsigned *)user;
}

static unsigned seen;

/* -- servers -- */

static void make_pool(dhcpperf_pool **ret)
{
    char key[] = "\001\002\000\000\000\000\000";
    dhcpperf_bytes k = {(const uint8_t *)key, 7};
    unsigned i;

    TRY(dhcpperf_pool_new(ret, oom_ip(0, 0), 16, oom_mem));
    for (i = 0; i < 20; i++) {
        TRY(dhcpperf_pool_add_range(*ret, oom_ip(2 * i, 10), oom_ip(2 * i, 250)));
        TRY(dhcpperf_pool_exclude(*ret, oom_ip(2 * i, 20), oom_ip(2 * i, 29)));
        key[6] = (char)i;
        TRY(dhcpperf_pool_reserve(*ret, DHCPPERF_KEY_HARDWARE, k, oom_ip(2 * i, 100)));
        TRY(dhcpperf_pool_reserve(*ret, DHCPPERF_KEY_CIRCUIT,
                                  oom_bytes(&"port-abcdefghijklmnopqrstuv"[i]),
                                  oom_ip(2 * i, 101)));
        TRY(dhcpperf_pool_reserve_option(*ret, DHCPPERF_KEY_HARDWARE, k, 3, "10.0.0.1"));
        TRY(dhcpperf_pool_reserve_option(*ret, DHCPPERF_KEY_HARDWARE, k, 12, "single"));
        TRY(dhcpperf_pool_add_class_range(*ret, oom_ip(2 * i + 1, 10), oom_ip(2 * i + 1, 20),
                                          i % 2 == 0 ? "even" : "odd"));
    }
    TRY(dhcpperf_pool_add_option(*ret, DHCPPERF_OPT_ROUTER, "10.0.0.1"));
    TRY(dhcpperf_pool_add_option(*ret, 6, "10.0.0.2,10.0.0.3"));
    TRY(dhcpperf_pool_add_option(*ret, 15, "example.net"));
    TRY(dhcpperf_pool_set_boot(*ret, oom_ip(0, 1), "menu"));
    FINE(dhcpperf_pool_set_policy(*ret, DHCPPERF_ALLOC_HASH));
    FINE(dhcpperf_pool_set_lease(*ret, 3600, 60, 7200));
    FINE(dhcpperf_pool_set_t1_t2(*ret, 0.5, 0.875));
    FINE(dhcpperf_pool_set_catch_all(*ret, 1));
    TRY(dhcpperf_pool_set_shared(*ret, "wire"));
    ck_assert_uint_gt(dhcpperf_pool_size(*ret), 0);
}

static void add_class(dhcpperf_server_config *config, const char *name)
{
    dhcpperf_class *c = NULL;
    unsigned i;

    TRY(dhcpperf_class_new(&c, name, oom_mem));
    for (i = 0; i < 20; i++) {
        TRY(dhcpperf_class_match(c, 60, -1, DHCPPERF_MATCH_PREFIX, oom_bytes(name)));
    }
    TRY(dhcpperf_class_add_option(c, 3, "10.0.0.2"));
    TRY(dhcpperf_class_add_option(c, 15, name));
    FINE(dhcpperf_class_set_lease(c, 600, 60, 1200));
    TRY(dhcpperf_server_config_add_class(config, c));
    dhcpperf_class_free(c);
}

static int agree(void *user, const dhcpperf_msg *request, dhcpperf_ip4 *inout_ip,
                 uint32_t *inout_lease_s)
{
    (void)user, (void)request, (void)inout_ip, (void)inout_lease_s;
    return 0;
}

static int keep(void *user, uint64_t seq, const dhcpperf_lease *lease)
{
    (void)lease;
    *(uint64_t *)user = seq;
    return 0;
}

static void describe_server(const dhcpperf_server_config *config)
{
    const char *key, *unit, *usual, *help;
    char text[100];

    FINE(dhcpperf_server_config_describe(0, &key, &unit, &usual, &help));
    FINE(dhcpperf_server_config_get(config, "authoritative", text, sizeof text));
}

static void add_server_faults(dhcpperf_server_config *config)
{
    dhcpperf_fault_plan *plan = NULL;
    const char *reason = "";
    size_t at = 0;

    TRY(dhcpperf_fault_plan_parse(&plan, DHCPPERF_FAULT_SERVER, "drop on offer nth=1000", &at,
                                  &reason, oom_mem));
    TRY(dhcpperf_server_config_set_faults(config, plan));
    dhcpperf_fault_plan_free(plan);
}

static void set_up_server(dhcpperf_server_config *config)
{
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};

    FINE(dhcpperf_server_config_set_identity(config, oom_ip(0, 1), mac));
    TRY(dhcpperf_server_config_add_address(config, oom_ip(0, 2)));
    add_class(config, "even");
    add_class(config, "odd");
    TRY(dhcpperf_server_config_add_inform_subnet(config, oom_ip(0, 0), 16));
    TRY(dhcpperf_server_config_add_inform_mac(config, mac));
    TRY(dhcpperf_server_config_add_inform_option(config, 6));
    FINE(dhcpperf_server_config_set(config, "leasequery.enabled", "true"));
    FINE(dhcpperf_server_config_set_seed(config, 7));
    FINE(dhcpperf_server_config_set_max_sessions(config, 0));
    FINE(dhcpperf_server_config_set_offer_hold(config, 30 * DHCPPERF_NS_PER_S));
    FINE(dhcpperf_server_config_set_service_time(config, 0, 0));
    FINE(dhcpperf_server_config_set_max_held(config, 1000));
    FINE(dhcpperf_server_config_set_shard(config, 0, 1));
    FINE(dhcpperf_server_config_set_decide(config, agree, NULL));
    FINE(dhcpperf_server_config_set_trace(config, watch, &seen, UINT64_MAX));
    describe_server(config);
    add_server_faults(config);
}

static dhcpperf_server *make_server(dhcpperf_lease_fn sink, uint64_t *user)
{
    dhcpperf_server_config *config = NULL;
    dhcpperf_server *server = NULL;
    dhcpperf_pool *pool = NULL;

    make_pool(&pool);
    TRY(dhcpperf_server_config_new(&config, oom_mem));
    set_up_server(config);
    TRY(dhcpperf_server_config_add_pool(config, pool));
    FINE(dhcpperf_server_config_set_lease_sink(config, sink, user, sink != NULL));
    TRY(dhcpperf_server_new(&server, config, oom_mem));
    dhcpperf_server_config_free(config);
    dhcpperf_pool_free(pool);
    return server;
}

dhcpperf_server *oom_server(void)
{
    return make_server(NULL, NULL);
}

/* Another configuration: what is prepared can be applied without memory. */
static void reload(dhcpperf_server *server)
{
    dhcpperf_server_config *config = NULL;
    dhcpperf_server_plan *plan = NULL;
    dhcpperf_pool *pool = NULL;
    dhcpperf_ip4 first, last;

    make_pool(&pool);
    TRY(dhcpperf_server_config_new(&config, oom_mem));
    set_up_server(config);
    TRY(dhcpperf_server_config_add_pool(config, pool));
    TRY(dhcpperf_server_config_set_division(config, server));
    TRY(dhcpperf_server_prepare(&plan, config, oom_mem));
    (void)dhcpperf_server_plan_prefault(plan, 4096);
    (void)dhcpperf_server_plan_get_range(plan, 0, &first, &last);
    FINE(dhcpperf_server_apply(server, plan, 2));
    dhcpperf_server_plan_free(plan);
    dhcpperf_server_config_free(config);
    dhcpperf_pool_free(pool);
}

/* A plan that cannot be taken leaves the one in force alone. */
static void misbehave(dhcpperf_server *server)
{
    dhcpperf_fault_plan *plan = NULL;
    const char *reason = "";
    size_t at = 0;

    TRY(dhcpperf_fault_plan_parse(&plan, DHCPPERF_FAULT_SERVER,
                                  "fragment 576 on offer; nak on renew count=3 per=client", &at,
                                  &reason, oom_mem));
    ck_assert_uint_eq(dhcpperf_fault_plan_count(dhcpperf_server_faults(server)), 1);
    TRY(dhcpperf_server_set_faults(server, plan, 5));
    ck_assert_uint_eq(dhcpperf_fault_plan_count(dhcpperf_server_faults(server)), 2);
    FINE(dhcpperf_server_arm_fault(server, 1, 0));
    FINE(dhcpperf_server_set_faults(server, NULL, 6));
    ck_assert_ptr_null(dhcpperf_server_faults(server));
    dhcpperf_fault_plan_free(plan);
}

void oom_servers(void)
{
    dhcpperf_server *server = oom_server();

    FINE(dhcpperf_engine_advance(dhcpperf_server_engine(server), 1));
    ck_assert_ptr_nonnull(dhcpperf_server_stats(server));
    (void)dhcpperf_server_prefault(server, 4096);
    FINE(dhcpperf_server_set_paused(server, 0));
    reload(server);
    misbehave(server);
    dhcpperf_server_free(server);
}

/* -- leases -- */

/* The verbs, with one DISCOVER and one REQUEST. */
static void obtain(dhcpperf_server *server, dhcpperf_writer *w)
{
    dhcpperf_engine *e = dhcpperf_server_engine(server);
    uint8_t buf[600];
    dhcpperf_pkt p = {.data = buf, .cap = sizeof buf, .dst.ip = oom_ip(0, 1), .src.port = 68};
    dhcpperf_txdone done = {0};
    dhcpperf_ip4 offered;
    size_t len = 0;

    dhcpperf_writer_begin(w, buf, sizeof buf, DHCPPERF_DISCOVER, 5);
    dhcpperf_writer_set_chaddr(w, 1, oom_bytes("\002client"));
    FINE(dhcpperf_writer_finish(w, 300, &len));
    p.len = (uint16_t)len;
    ck_assert_int_eq(dhcpperf_engine_owner(e, &p), 0);
    FINE(dhcpperf_engine_recv(e, &p, 1, 1));
    ck_assert_uint_le(dhcpperf_engine_deadline(e), 1);
    (void)dhcpperf_engine_msg_len(e);
    memset(&p, 0, sizeof p);
    p.data = buf;
    p.cap = sizeof buf;
    ck_assert_int_eq(dhcpperf_engine_pull(e, &p, 1, 2), 1);
    dhcpperf_engine_sent(e, &done, 1, 2);
    memcpy(offered.b, buf + 16, 4);
    dhcpperf_writer_begin(w, buf, sizeof buf, DHCPPERF_REQUEST, 5);
    dhcpperf_writer_set_chaddr(w, 1, oom_bytes("\002client"));
    dhcpperf_writer_add_ip4(w, DHCPPERF_OPT_REQUESTED_IP, &offered, 1);
    dhcpperf_writer_add_u32(w, DHCPPERF_OPT_SERVER_ID, 0x0a000001);
    FINE(dhcpperf_writer_finish(w, 300, &len));
    p.len = (uint16_t)len;
    p.dst.ip = oom_ip(0, 1);
    FINE(dhcpperf_engine_recv(e, &p, 1, 3));
}

void oom_leases(void)
{
    uint64_t seq = 0, cursor = 0;
    dhcpperf_server *server = make_server(keep, &seq);
    dhcpperf_writer *w = NULL;
    dhcpperf_lease lease, saved;
    dhcpperf_ip4 first, last;
    dhcpperf_key key;
    uint8_t copy[16];

    TRY(dhcpperf_writer_new(&w, oom_mem));
    obtain(server, w);
    FINE(dhcpperf_server_commit(server, seq, 4));
    ck_assert_uint_eq(dhcpperf_server_count(server, DHCPPERF_LEASE_BOUND), 1);
    ck_assert_int_eq(dhcpperf_server_next_lease(server, &cursor, &lease, sizeof lease), 1);
    FINE(dhcpperf_server_find_lease(server, lease.ip, &lease, sizeof lease));
    ck_assert_int_eq(dhcpperf_server_get_range(server, 0, &first, &last), 1);
    key = lease.key;
    memcpy(copy, key.bytes.data, key.bytes.len);
    key.bytes.data = copy;
    FINE(dhcpperf_server_find_client(server, &key, &lease, sizeof lease));
    FINE(dhcpperf_server_end_lease(server, lease.ip, DHCPPERF_LEASE_RELEASED, 5));
    memset(&saved, 0, sizeof saved);
    saved.size = sizeof saved;
    saved.state = DHCPPERF_LEASE_BOUND;
    saved.ip = oom_ip(2, 200);
    saved.key.kind = DHCPPERF_KEY_HARDWARE;
    saved.key.bytes = oom_bytes("\001\002other");
    saved.htype = 1;
    saved.chaddr = oom_bytes("\002other");
    saved.starts = 1;
    saved.ends = DHCPPERF_NEVER;
    FINE(dhcpperf_server_import_lease(server, &saved, 6));
    dhcpperf_writer_free(w);
    dhcpperf_server_free(server);
}

/* -- clients -- */

static int edit(void *user, uint32_t station, dhcpperf_msg_type type, dhcpperf_writer *w)
{
    (void)user, (void)station, (void)type, (void)w;
    return 0;
}

static int vouch(void *user, uint32_t station, const dhcpperf_msg *msg)
{
    (void)user, (void)station, (void)msg;
    return 1;
}

static void add_policies(dhcpperf_client_config *config)
{
    dhcpperf_scenario *scenario = NULL;
    dhcpperf_retry *retry = NULL;
    dhcpperf_load *load = NULL;

    TRY(dhcpperf_retry_new(&retry, "fast", oom_mem));
    TRY(dhcpperf_client_config_set_retry(config, retry));
    TRY(dhcpperf_load_parse(&load, "closed 50", NULL, oom_mem));
    TRY(dhcpperf_client_config_set_load(config, load));
    TRY(dhcpperf_scenario_new(&scenario, "dora", oom_mem));
    TRY(dhcpperf_client_config_set_scenario(config, scenario));
    dhcpperf_scenario_free(scenario);
    dhcpperf_retry_free(retry);
    dhcpperf_load_free(load);
}

static void add_faults(dhcpperf_client_config *config)
{
    dhcpperf_fault_plan *plan = NULL;

    TRY(dhcpperf_fault_plan_parse(&plan, DHCPPERF_FAULT_CLIENT,
                                  "hostile nth=3 per=client; set secs = other p=0.1", NULL, NULL,
                                  oom_mem));
    TRY(dhcpperf_client_config_set_faults(config, plan));
    dhcpperf_fault_plan_free(plan);
}

static void add_to_messages(dhcpperf_client_config *config)
{
    unsigned i;

    for (i = 0; i < 10; i++) {
        TRY(dhcpperf_client_config_add_option(config, (uint8_t)(224 + i), "{hex:0102}{station}"));
    }
    TRY(dhcpperf_client_config_add_option(config, 12, "host-{station}"));
    TRY(dhcpperf_client_config_add_relays(config, oom_ip(99, 1), 3, 64, "port-{station}", "{mac}"));
    TRY(dhcpperf_client_config_add_relays(config, oom_ip(99, 101), 5, 64, NULL, "{relay}"));
    TRY(dhcpperf_client_config_add_relays_step(config, oom_ip(90, 1), 256, 3, 64, "{relay}", NULL));
    TRY(dhcpperf_client_config_add_relay_option(config, 151, "vpn:red"));
}

static void set_up_client(dhcpperf_client_config *config)
{
    dhcpperf_mac base = {{2, 1, 0, 0, 0, 0}}, macs[200];
    const char *key, *unit, *usual, *help;
    char text[100];
    unsigned i;

    for (i = 0; i < 200; i++) {
        macs[i] = (dhcpperf_mac){{2, 3, 0, 0, 0, (uint8_t)i}};
    }
    FINE(dhcpperf_client_config_set_stations(config, 200));
    FINE(dhcpperf_client_config_set_shard(config, 0, 1));
    FINE(dhcpperf_client_config_set_seed(config, 3));
    FINE(dhcpperf_client_config_set_mac_base(config, base));
    TRY(dhcpperf_client_config_set_macs(config, macs, 200));
    FINE(dhcpperf_client_config_set_server(config, oom_ip(0, 1)));
    FINE(dhcpperf_client_config_set_ports(config, 67, 68));
    FINE(dhcpperf_client_config_describe(0, &key, &unit, &usual, &help));
    FINE(dhcpperf_client_config_get(config, key, text, sizeof text));
    FINE(dhcpperf_client_config_set(config, "client.broadcast", "true"));
    FINE(dhcpperf_client_config_set_trace(config, watch, &seen, UINT64_MAX));
    FINE(dhcpperf_client_config_set_edit(config, edit, NULL));
    FINE(dhcpperf_client_config_set_authenticate(config, vouch, NULL));
}

dhcpperf_client *oom_client(void)
{
    dhcpperf_client_config *config = NULL;
    dhcpperf_client *client = NULL;

    TRY(dhcpperf_client_config_new(&config, oom_mem));
    set_up_client(config);
    add_policies(config);
    add_faults(config);
    add_to_messages(config);
    TRY(dhcpperf_client_new(&client, config, oom_mem));
    dhcpperf_client_config_free(config);
    return client;
}

void oom_clients(void)
{
    dhcpperf_client *client = oom_client();
    dhcpperf_violation v;
    dhcpperf_station station;
    dhcpperf_stage stage;
    dhcpperf_ts since;
    unsigned index;

    FINE(dhcpperf_client_begin(client, 0));
    FINE(dhcpperf_engine_advance(dhcpperf_client_engine(client), 1));
    FINE(dhcpperf_client_do(client, 0, DHCPPERF_DO_VANISH));
    ck_assert_uint_eq(dhcpperf_client_count(client), 200);
    (void)dhcpperf_client_count_in(client, DHCPPERF_ST_IDLE);
    FINE(dhcpperf_client_get_station(client, 3, &station, sizeof station));
    FINE(dhcpperf_client_get_stage(client, 0, &stage, sizeof stage));
    FINE(dhcpperf_client_stage_is_over(client, &index, &since));
    (void)dhcpperf_client_next_stage(client, 1);
    FINE(dhcpperf_client_get_violation(client, 0, &v, sizeof v));
    ck_assert_int_eq(dhcpperf_client_is_done(client), 0);
    ck_assert_ptr_nonnull(dhcpperf_client_stats(client));
    FINE(dhcpperf_client_arm_fault(client, 0, 0));
    ck_assert_uint_eq(dhcpperf_fault_plan_count(dhcpperf_client_faults(client)), 2);
    FINE(dhcpperf_client_stop(client, 0, 0));
    dhcpperf_client_free(client);
}

/* -- relays -- */

void oom_relays(void)
{
    const char *key, *unit, *usual, *help;
    dhcpperf_relay_config *c = NULL;
    dhcpperf_relay_counts counts;
    dhcpperf_relay *r = NULL;
    char text[100];

    TRY(dhcpperf_relay_config_new(&c, oom_mem));
    FINE(dhcpperf_relay_config_set_giaddr(c, oom_ip(1, 1)));
    TRY(dhcpperf_relay_config_add_address(c, oom_ip(1, 2)));
    TRY(dhcpperf_relay_config_add_server(c, oom_ip(0, 1)));
    FINE(dhcpperf_relay_config_set(c, "deliver", "source"));
    FINE(dhcpperf_relay_config_get(c, "deliver", text, sizeof text));
    FINE(dhcpperf_relay_config_describe(0, &key, &unit, &usual, &help));
    TRY(dhcpperf_relay_config_set_suboption(c, 1, "port {relay}"));
    FINE(dhcpperf_relay_config_set_trace(c, watch, &seen, UINT64_MAX));
    TRY(dhcpperf_relay_new(&r, c, oom_mem));
    ck_assert_ptr_ne(dhcpperf_relay_client_side(r), dhcpperf_relay_server_side(r));
    FINE(dhcpperf_relay_get_counts(r, &counts, sizeof counts));
    dhcpperf_relay_config_free(c);
    dhcpperf_relay_free(r);
}
