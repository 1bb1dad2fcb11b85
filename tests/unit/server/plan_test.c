/* SPDX-License-Identifier: MIT */
/* plan_test.c - another configuration while serving: leases stay, held replies leave as they were
 * decided, and nothing is half done. */
#include "support/talk.h"

#include <stdio.h>
#include <string.h>

#include "server/dp_server.h"

static talk t;

static void open_default(void)
{
    talk_prepare(&t);
    talk_open(&t);
}

/* ---- another configuration ------------------------------------------------------------------ */

/* Like talk's, with another range, to be changed and then applied. */
static struct {
    dhcpperf_server_config *config;
    dhcpperf_pool *pool;
    dhcpperf_server_plan *plan;
} other;

static void begin_other(const char *first, const char *last)
{
    dhcpperf_mac mac = {{2, 0, 0, 0, 0xff, 1}};

    ck_assert_int_eq(dhcpperf_server_config_new(&other.config, &t.af.mem), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_identity(other.config, talk_ip("10.0.0.1"), mac),
                     0);
    ck_assert_int_eq(dhcpperf_server_config_set_max_held(other.config, 256), 0);
    ck_assert_int_eq(dhcpperf_pool_new(&other.pool, talk_ip("10.0.0.0"), 24, &t.af.mem), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(other.pool, talk_ip(first), talk_ip(last)), 0);
    ck_assert_int_eq(dhcpperf_pool_add_option(other.pool, 6, "192.0.2.9"), 0);
}

static void set_other(const char *key, const char *value)
{
    int rc = dhcpperf_server_config_set(other.config, key, value);

    ck_assert_msg(rc == 0, "%s=%s: %s", key, value, dhcpperf_strerror(rc));
}

/* Reserves an address for one of talk's clients. */
static void reserve_other(unsigned client, const char *ip)
{
    uint8_t key[] = {1, 2, 0, 0, 0, (uint8_t)(client >> 8), (uint8_t)client};

    ck_assert_int_eq(dhcpperf_pool_reserve(other.pool, DHCPPERF_KEY_HARDWARE,
                                           (dhcpperf_bytes){key, sizeof key}, talk_ip(ip)),
                     0);
}

static void prepare_other(void)
{
    ck_assert_int_eq(dhcpperf_server_config_add_pool(other.config, other.pool), 0);
    ck_assert_int_eq(dhcpperf_server_prepare(&other.plan, other.config, &t.af.mem), 0);
}

static void end_other(void)
{
    dhcpperf_server_plan_free(other.plan);
    dhcpperf_pool_free(other.pool);
    dhcpperf_server_config_free(other.config);
    memset(&other, 0, sizeof other);
}

/* Calls until it is in force; how often. */
static unsigned finish_other(void)
{
    unsigned n = 0;
    int rc;

    do {
        rc = dhcpperf_server_apply(t.server, other.plan, t.now);
        ck_assert_msg(rc == 0 || rc == 1, "apply: %s", dhcpperf_strerror(rc));
        ck_assert_uint_lt(++n, 10000);
    } while (rc == 1);
    return n;
}

static void apply_other(void)
{
    uint64_t calls;

    prepare_other();
    calls = t.af.calls;
    (void)finish_other();
    ck_assert_uint_eq(t.af.calls, calls); /* no memory taken, none given back */
    end_other();
}

/* ---- the sink ------------------------------------------------------------------------------- */

static struct {
    unsigned n;
    uint64_t seq;
    dhcpperf_lease_state state;
    dhcpperf_ip4 ip;
    dhcpperf_ts ends;
    int fail;
} sunk;

static int sink(void *user, uint64_t seq, const dhcpperf_lease *l)
{
    (void)user;
    ck_assert_uint_eq(seq, sunk.seq + 1);
    sunk.seq = seq;
    sunk.n++;
    sunk.state = l->state;
    sunk.ip = l->ip;
    sunk.ends = l->ends;
    return sunk.fail;
}

static void open_sunk(int hold_ack)
{
    memset(&sunk, 0, sizeof sunk);
    talk_prepare(&t);
    ck_assert_int_eq(dhcpperf_server_config_set_lease_sink(t.config, sink, &sunk, hold_ack), 0);
    talk_open(&t);
}

static void begin_sunk(const char *first, const char *last, int hold_ack)
{
    begin_other(first, last);
    ck_assert_int_eq(dhcpperf_server_config_set_lease_sink(other.config, sink, &sunk, hold_ack), 0);
}

/* The lease of an address in one line, or "none". */
static const char *lease_of(const char *ip)
{
    static char text[4][160];
    static unsigned turn;
    char *to = text[turn++ % 4];
    dhcpperf_lease l;
    unsigned i;
    int n;

    if (dhcpperf_server_find_lease(t.server, talk_ip(ip), &l, sizeof l) != 0) {
        return "none";
    }
    n = snprintf(to, sizeof text[0], "%d %llu-%llu seen %llu renewals %u xid %u ", (int)l.state,
                 (unsigned long long)(l.starts / SECOND), (unsigned long long)(l.ends / SECOND),
                 (unsigned long long)(l.last_seen / SECOND), (unsigned)l.renewals, (unsigned)l.xid);
    for (i = 0; i < l.key.bytes.len && n < 150; i++) {
        n += snprintf(to + n, sizeof text[0] - (size_t)n, "%02x", l.key.bytes.data[i]);
    }
    return to;
}

/* ---- leases stay ---------------------------------------------------------------------------- */

START_TEST(leases_stay_and_new_options_are_served)
    {
        char before[2][160];

        open_default();
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.10");
        talk_wait(&t, 5 * SECOND);
        ck_assert_str_eq(talk_bind(&t, 2), "10.0.0.11");
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 2, .ciaddr = "10.0.0.11");
        snprintf(before[0], sizeof before[0], "%s", lease_of("10.0.0.10"));
        snprintf(before[1], sizeof before[1], "%s", lease_of("10.0.0.11"));
        begin_other("10.0.0.5", "10.0.0.200"); /* grown at both ends */
        set_other("lease.time", "10m");
        apply_other();
        ck_assert_str_eq(lease_of("10.0.0.10"), before[0]);
        ck_assert_str_eq(lease_of("10.0.0.11"), before[1]);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_RELEASED), 1);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DISPLACED), 0);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = "10.0.0.1",
             .list = "1,3,6,15");
        HEAR(&t, "ACK yiaddr=10.0.0.10 6=192.0.2.9 51=600 !3 !15");
        ck_assert_str_eq(talk_bind(&t, 3), "10.0.0.5");
        ck_assert_str_eq(talk_bind(&t, 2), "10.0.0.11"); /* its own again */
        talk_close(&t);
    }
END_TEST

START_TEST(a_plan_tells_which_addresses_it_brings)
    {
        dhcpperf_ip4 first, last;

        talk_prepare(&t);
        talk_open(&t);
        begin_other("10.0.0.30", "10.0.0.39");
        prepare_other();
        ck_assert_int_eq(dhcpperf_server_plan_get_range(other.plan, 0, &first, &last), 1);
        assert_ip4_eq(first, "10.0.0.30");
        assert_ip4_eq(last, "10.0.0.39");
        ck_assert_int_eq(dhcpperf_server_plan_get_range(other.plan, 1, &first, &last), 0);
        ck_assert_int_eq(dhcpperf_server_plan_get_range(NULL, 0, &first, &last),
                         DHCPPERF_E_INVALID);
        end_other();
        talk_close(&t);
    }
END_TEST

START_TEST(leases_end_at_their_time_under_the_new_configuration)
    {
        open_sunk(0);
        (void)talk_bind(&t, 1);
        begin_sunk("10.0.0.10", "10.0.0.30", 0);
        apply_other();
        ck_assert_uint_eq(sunk.n, 1);
        ck_assert_uint_gt(dhcpperf_engine_deadline(t.engine), t.now);
        ck_assert_uint_le(dhcpperf_engine_deadline(t.engine), 3601 * SECOND);
        talk_wait(&t, 3599 * SECOND);
        ck_assert_uint_eq(sunk.n, 1);
        talk_wait(&t, SECOND);
        ck_assert_uint_eq(sunk.n, 2);
        ck_assert_int_eq(sunk.state, DHCPPERF_LEASE_EXPIRED);
        talk_close(&t);
    }
END_TEST

START_TEST(an_offer_can_be_accepted_after_the_change)
    {
        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        begin_other("10.0.0.10", "10.0.0.12");
        apply_other();
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(a_repeated_request_is_still_known_as_one)
    {
        open_sunk(0);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .xid = 77);
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .xid = 77, .wish = "10.0.0.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK 51=3600");
        begin_sunk("10.0.0.10", "10.0.0.19", 0);
        set_other("lease.time", "2m");
        apply_other();
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .xid = 77, .wish = "10.0.0.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10 51=3600"); /* the same ACK again */
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_BOUND), 1);
        talk_close(&t);
    }
END_TEST

/* Twenty octets: kept outside the record. */
START_TEST(long_client_identifiers_are_moved)
    {
        static const char id[] = "ff00112233445566778899aabbccddeeff001122";

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .id = id);
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .id = id, .wish = "10.0.0.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK");
        begin_other("10.0.0.2", "10.0.0.30");
        apply_other();
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 9, .id = id, .ciaddr = "10.0.0.10",
             .to = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(addresses_are_used_again_in_the_old_order)
    {
        static const unsigned order[] = {7, 2, 9, 1, 4};
        char want[16];
        unsigned k;

        open_default();
        for (k = 0; k < 10; k++) {
            snprintf(want, sizeof want, "10.0.0.%u", 10 + k);
            ck_assert_str_eq(talk_bind(&t, k), want);
        }
        for (k = 0; k < 5; k++) {
            snprintf(want, sizeof want, "10.0.0.%u", 10 + order[k]);
            talk_wait(&t, SECOND);
            SEND(&t, .type = DHCPPERF_RELEASE, .client = order[k], .ciaddr = want);
        }
        begin_other("10.0.0.10", "10.0.0.19");
        apply_other();
        for (k = 0; k < 5; k++) {
            snprintf(want, sizeof want, "10.0.0.%u", 10 + order[k]);
            ck_assert_str_eq(talk_bind(&t, 100 + k), want);
        }
        talk_close(&t);
    }
END_TEST

START_TEST(a_quarantine_lasts_on)
    {
        open_default();
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.10");
        SEND(&t, .type = DHCPPERF_DECLINE, .client = 1, .wish = "10.0.0.10");
        begin_other("10.0.0.10", "10.0.0.11");
        apply_other();
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_DECLINED), 1);
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.11");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        HEAR(&t, "nothing");
        talk_wait(&t, 601 * SECOND);
        ck_assert_str_eq(talk_bind(&t, 2), "10.0.0.10");
        talk_close(&t);
    }
END_TEST

/* ---- leases without a place ----------------------------------------------------------------- */

START_TEST(a_lease_outside_ends_and_is_told)
    {
        open_sunk(0);
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.10");
        ck_assert_str_eq(talk_bind(&t, 2), "10.0.0.11");
        begin_sunk("10.0.0.11", "10.0.0.12", 0);
        set_other("authoritative", "true");
        apply_other();
        ck_assert_uint_eq(sunk.n, 3);
        ck_assert_int_eq(sunk.state, DHCPPERF_LEASE_EXPIRED);
        assert_ip4_eq(sunk.ip, "10.0.0.10");
        ck_assert_uint_eq(sunk.ends, t.now);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DISPLACED), 1);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_EXPIRED), 1);
        ck_assert_str_eq(lease_of("10.0.0.10"), "none");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = "10.0.0.1");
        HEAR(&t, "NAK");
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.12");
        talk_close(&t);
    }
END_TEST

/* Two subnets, of which one goes; and what was offered there. */
START_TEST(a_subnet_that_goes_takes_its_leases_along)
    {
        dhcpperf_pool *second;

        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_pool_new(&second, talk_ip("10.7.0.0"), 24, &t.af.mem), 0);
        ck_assert_int_eq(
            dhcpperf_pool_add_range(second, talk_ip("10.7.0.10"), talk_ip("10.7.0.20")), 0);
        ck_assert_int_eq(dhcpperf_server_config_add_pool(t.config, second), 0);
        dhcpperf_pool_free(second);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.7.0.1", .from = "10.7.0.1");
        HEAR(&t, "OFFER yiaddr=10.7.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.7.0.1", .from = "10.7.0.1",
             .wish = "10.7.0.10", .server = "10.0.0.1");
        HEAR(&t, "ACK");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .giaddr = "10.7.0.1", .from = "10.7.0.1");
        HEAR(&t, "OFFER");
        ck_assert_str_eq(talk_bind(&t, 3), "10.0.0.10");
        begin_other("10.0.0.10", "10.0.0.19");
        apply_other();
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DISPLACED), 1);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_OFFERS_EXPIRED), 1);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_OFFERED), 0);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.7.0.1", .from = "10.7.0.1");
        HEAR(&t, "nothing");
        talk_close(&t);
    }
END_TEST

/* Client 1 has what is now reserved for client 2: it is not given to both. */
START_TEST(an_address_reserved_for_somebody_else_waits_for_its_lease)
    {
        open_sunk(0);
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.10");
        talk_wait(&t, 100 * SECOND);
        begin_sunk("10.0.0.10", "10.0.0.19", 0);
        reserve_other(2, "10.0.0.10");
        apply_other();
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DISPLACED), 1);
        ck_assert_int_eq(sunk.state, DHCPPERF_LEASE_DECLINED);
        ck_assert_uint_eq(sunk.ends / SECOND, 3601);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        HEAR(&t, "nothing");
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.11");
        talk_wait(&t, 3500 * SECOND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

/* Client 1 is to have another address than it has: the old one is nobody's while it lasts. */
START_TEST(a_client_with_a_new_reservation_moves_there)
    {
        open_sunk(0);
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.10");
        begin_sunk("10.0.0.10", "10.0.0.12", 0);
        reserve_other(1, "10.0.0.50");
        apply_other();
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DISPLACED), 1);
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.50");
        ck_assert_str_eq(talk_bind(&t, 2), "10.0.0.11");
        ck_assert_str_eq(talk_bind(&t, 3), "10.0.0.12");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 4);
        HEAR(&t, "nothing");
        talk_wait(&t, 3600 * SECOND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 4);
        HEAR(&t, "OFFER");
        talk_close(&t);
    }
END_TEST

START_TEST(reservations_come_stay_and_go)
    {
        open_sunk(0);
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.10");
        begin_sunk("10.0.0.10", "10.0.0.19", 0);
        reserve_other(1, "10.0.0.10"); /* what it has anyway */
        reserve_other(5, "10.0.0.50");
        apply_other();
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        ck_assert_str_eq(talk_bind(&t, 5), "10.0.0.50");
        begin_sunk("10.0.0.10", "10.0.0.19", 0);
        reserve_other(5, "10.0.0.50"); /* as before */
        apply_other();
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 2);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DISPLACED), 0);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 5, .ciaddr = "10.0.0.50", .to = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.50");
        begin_sunk("10.0.0.10", "10.0.0.60", 0); /* an address like any other, and still its own */
        apply_other();
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 2);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 5, .ciaddr = "10.0.0.50", .to = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.50");
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 5, .ciaddr = "10.0.0.50");
        begin_sunk("10.0.0.10", "10.0.0.60", 0);
        reserve_other(6, "10.0.0.50");
        apply_other();
        ck_assert_str_eq(talk_bind(&t, 6), "10.0.0.50"); /* it was free */
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DISPLACED), 0);
        talk_close(&t);
    }
END_TEST

/* A client of two links that become one: the lease it has goes before the one it remembers, and of
 * two leases one stays. */
START_TEST(links_that_become_one_leave_a_client_one_lease)
    {
        static const char *const networks[] = {"10.0.0.0", "10.7.0.0"};
        static const char *const relays[] = {"10.0.0.2", "10.7.0.2"};
        static const char *const firsts[] = {"10.0.0.10", "10.7.0.10"};
        dhcpperf_pool *second;
        unsigned k;

        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_pool_new(&second, talk_ip(networks[1]), 24, &t.af.mem), 0);
        ck_assert_int_eq(dhcpperf_pool_add_range(second, talk_ip(firsts[1]), talk_ip("10.7.0.20")),
                         0);
        ck_assert_int_eq(dhcpperf_server_config_add_pool(t.config, second), 0);
        talk_open(&t);
        for (k = 0; k < 2; k++) {
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = relays[k]);
            HEAR(&t, "OFFER");
            SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = relays[k], .wish = firsts[k],
                 .server = "10.0.0.1");
            HEAR(&t, "ACK");
        }
        if (_i == 0) {
            SEND(&t, .type = DHCPPERF_RELEASE, .client = 1, .ciaddr = firsts[0]);
        }
        begin_other("10.0.0.10", "10.0.0.20");
        ck_assert_int_eq(dhcpperf_pool_set_shared(other.pool, "lan"), 0);
        ck_assert_int_eq(dhcpperf_pool_set_shared(second, "lan"), 0);
        ck_assert_int_eq(dhcpperf_server_config_add_pool(other.config, second), 0);
        dhcpperf_pool_free(second);
        apply_other();
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DISPLACED), (uint64_t)_i);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = relays[0]);
        HEAR(&t, _i == 0 ? "OFFER yiaddr=10.7.0.10" : "OFFER yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

/* ---- held replies --------------------------------------------------------------------------- */

START_TEST(a_held_reply_leaves_as_it_was_decided)
    {
        talk_prepare(&t);
        talk_set(&t, "service.time", "10ms");
        talk_set(&t, "boot-file", "old");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .list = "1,3,6,15", .info = "0102aabb");
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_IN_FLIGHT), 1);
        begin_other("10.0.0.30", "10.0.0.39");
        set_other("boot-file", "new");
        apply_other();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .list = "1,3,6,15");
        HEAR(&t, "OFFER yiaddr=10.0.0.30 6=192.0.2.9 !15 file=new");
        HEAR(&t, "nothing");
        talk_wait(&t, 10 * DHCPPERF_NS_PER_MS);
        HEAR(&t, "OFFER yiaddr=10.0.0.10 6=192.0.2.1,192.0.2.2 15=example.org file=old");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_IN_FLIGHT), 0);
        talk_close(&t);
    }
END_TEST

/* Each under a configuration of its own; the one after the last waits for a place. */
START_TEST(replies_of_many_configurations_can_be_held)
    {
        char text[64];
        unsigned k;

        talk_prepare(&t);
        talk_set(&t, "service.time", "10s");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 0, .list = "6");
        for (k = 1; k <= DP_PASTS; k++) {
            begin_other("10.0.0.10", "10.0.0.99");
            snprintf(text, sizeof text, "192.0.3.%u", k);
            ck_assert_int_eq(dhcpperf_pool_add_option(other.pool, 6, text), 0);
            set_other("service.time", "10s");
            apply_other();
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = k, .list = "6");
        }
        begin_other("10.0.0.10", "10.0.0.99");
        prepare_other();
        ck_assert_int_eq(dhcpperf_server_apply(t.server, other.plan, t.now), 1);
        ck_assert_int_eq(dhcpperf_server_apply(t.server, other.plan, t.now), 1);
        talk_wait(&t, 10 * SECOND);
        HEAR(&t, "OFFER yiaddr=10.0.0.10 6=192.0.2.1,192.0.2.2");
        ck_assert_int_eq(dhcpperf_server_apply(t.server, other.plan, t.now), 0);
        end_other();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 70, .list = "6");
        for (k = 1; k <= DP_PASTS; k++) {
            snprintf(text, sizeof text, "OFFER 6=192.0.3.%u yiaddr=10.0.0.%u", k, 10 + k);
            HEAR(&t, text);
        }
        HEAR(&t, "OFFER 6=192.0.2.9");
        HEAR(&t, "nothing");
        begin_other("10.0.0.10", "10.0.0.99"); /* takes with it what is left of all of them */
        apply_other();
        for (k = 0; k < DP_PASTS; k++) {
            ck_assert_ptr_null(t.server->past[k].pools);
        }
        talk_close(&t);
    }
END_TEST

START_TEST(held_replies_are_freed_with_the_server)
    {
        talk_prepare(&t);
        talk_set(&t, "service.time", "10ms");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        begin_other("10.0.0.30", "10.0.0.39");
        apply_other();
        talk_close(&t); /* sees that no memory is left */
    }
END_TEST

START_TEST(an_ack_that_waits_for_its_commit_is_not_lost)
    {
        open_sunk(1);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1",
             .list = "6");
        HEAR(&t, "nothing");
        begin_sunk("10.0.0.5", "10.0.0.60", 1);
        apply_other();
        HEAR(&t, "nothing");
        ck_assert_int_eq(dhcpperf_server_commit(t.server, sunk.seq, t.now), 0);
        HEAR(&t, "ACK yiaddr=10.0.0.10 6=192.0.2.1,192.0.2.2");
        talk_close(&t);
    }
END_TEST

START_TEST(a_server_without_delays_can_get_some)
    {
        open_default();
        begin_other("10.0.0.10", "10.0.0.19");
        set_other("service.time", "1s");
        apply_other();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "nothing");
        talk_wait(&t, SECOND);
        HEAR(&t, "OFFER");
        begin_other("10.0.0.10", "10.0.0.19");
        apply_other();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        HEAR(&t, "OFFER");
        talk_close(&t);
    }
END_TEST

/* A new limit, and the silence stays. */
START_TEST(a_paused_server_stays_paused)
    {
        open_default();
        ck_assert_int_eq(dhcpperf_server_set_paused(t.server, 1), 0);
        begin_other("10.0.0.10", "10.0.0.19");
        set_other("rate.max", "100");
        apply_other();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_PAUSED), 1);
        ck_assert_int_eq(dhcpperf_server_set_paused(t.server, 0), 0);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER");
        talk_close(&t);
    }
END_TEST

/* What a second's limit has left is not more for a new configuration with the same limit. */
START_TEST(a_limit_that_stays_is_not_filled_up)
    {
        unsigned k;

        talk_prepare(&t);
        talk_set(&t, "rate.max", "3");
        talk_open(&t);
        for (k = 0; k < 4; k++) {
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = k);
        }
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_RATE), 1);
        begin_other("10.0.0.10", "10.0.0.19");
        set_other("rate.max", "3");
        apply_other();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 5);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_RATE), 2);
        begin_other("10.0.0.10", "10.0.0.19");
        set_other("rate.max", "4");
        apply_other();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 6);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_RATE), 2);
        talk_close(&t);
    }
END_TEST

/* ---- what hangs on leases ------------------------------------------------------------------- */

/* At most two leases behind a remote id: those of before count. */
START_TEST(leases_per_remote_id_are_counted_on)
    {
        static const char info[] = "0204deadbeef";
        unsigned k;

        talk_prepare(&t);
        talk_set(&t, "remote-id.max-leases", "2");
        talk_open(&t);
        for (k = 0; k < 2; k++) {
            char wish[16];

            snprintf(wish, sizeof wish, "10.0.0.%u", 10 + k);
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = k, .info = info, .giaddr = "10.0.0.2");
            HEAR(&t, "OFFER");
            SEND(&t, .type = DHCPPERF_REQUEST, .client = k, .info = info, .giaddr = "10.0.0.2",
                 .wish = wish, .server = "10.0.0.1");
            HEAR(&t, "ACK");
        }
        begin_other("10.0.0.5", "10.0.0.60");
        set_other("remote-id.max-leases", "2");
        set_other("seed", "99");
        apply_other();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 7, .info = info, .giaddr = "10.0.0.2");
        HEAR(&t, "nothing");
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 0, .ciaddr = "10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 7, .info = info, .giaddr = "10.0.0.2");
        HEAR(&t, "OFFER");
        talk_close(&t);
    }
END_TEST

START_TEST(relay_agents_are_told_of_leases_of_before)
    {
        talk_prepare(&t);
        talk_set(&t, "leasequery.enabled", "true");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .info = "0102aabb", .giaddr = "10.0.0.2");
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .info = "0102aabb", .giaddr = "10.0.0.2",
             .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "ACK");
        begin_other("10.0.0.5", "10.0.0.60");
        set_other("leasequery.enabled", "true");
        set_other("seed", "99");
        apply_other();
        SEND(&t, .type = DHCPPERF_LEASEQUERY, .client = 1, .giaddr = "10.0.0.2");
        HEAR(&t, "LEASEACTIVE ciaddr=10.0.0.10 82=0102aabb");
        talk_close(&t);
    }
END_TEST

/* ---- half way ------------------------------------------------------------------------------- */

/* A server with many addresses, and leases made without talking. */
enum {
    MANY = 100000
};

static void open_many(void)
{
    talk_prepare(&t);
    dhcpperf_pool_free(t.pool);
    ck_assert_int_eq(dhcpperf_pool_new(&t.pool, talk_ip("10.0.0.0"), 14, &t.af.mem), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(t.pool, talk_ip("10.1.0.0"), talk_ip("10.2.255.255")),
                     0);
    ck_assert_int_eq(dhcpperf_server_config_set_lease_sink(t.config, sink, &sunk, 0), 0);
    memset(&sunk, 0, sizeof sunk);
    talk_open(&t);
}

static void begin_many(void)
{
    begin_sunk("10.0.0.10", "10.0.0.19", 0);
    dhcpperf_pool_free(other.pool);
    ck_assert_int_eq(dhcpperf_pool_new(&other.pool, talk_ip("10.0.0.0"), 14, &t.af.mem), 0);
    ck_assert_int_eq(
        dhcpperf_pool_add_range(other.pool, talk_ip("10.1.0.0"), talk_ip("10.3.255.254")), 0);
}

static dhcpperf_ip4 nth(uint32_t i)
{
    uint32_t ip = (10u << 24 | 1u << 16) + i;

    return (dhcpperf_ip4){
        {(uint8_t)(ip >> 24), (uint8_t)(ip >> 16), (uint8_t)(ip >> 8), (uint8_t)ip}};
}

static void import(uint32_t i, uint32_t client, dhcpperf_lease_state state)
{
    uint8_t key[] = {1, 2, 0, 0, (uint8_t)(client >> 16), (uint8_t)(client >> 8), (uint8_t)client};
    dhcpperf_lease l = {.size = sizeof l, .state = state, .ip = nth(i)};

    l.key.kind = DHCPPERF_KEY_HARDWARE;
    l.key.bytes = (dhcpperf_bytes){key, sizeof key};
    l.htype = 1;
    l.starts = t.now;
    l.ends = t.now + (1000 + client % 1000) * SECOND;
    l.xid = client;
    ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &l, t.now), 0);
}

/* All leases in a few numbers that no two different sets have in common. */
static uint64_t digest(void)
{
    uint64_t cursor = 0, sum = 0;
    dhcpperf_lease l;

    while (dhcpperf_server_next_lease(t.server, &cursor, &l, sizeof l)) {
        uint64_t v = (uint64_t)l.ip.b[1] << 16 | (uint64_t)l.ip.b[2] << 8 | l.ip.b[3];
        size_t i;

        v = v << 8 | (uint64_t)l.state;
        v = dp_mix64(v ^ l.ends) ^ dp_mix64(l.starts) ^ l.renewals;
        for (i = 0; i < l.key.bytes.len; i++) {
            v = dp_mix64(v + l.key.bytes.data[i]);
        }
        sum += dp_mix64(v ^ l.xid);
    }
    return sum;
}

/* What happens between the calls is there afterwards, wherever it happens. */
START_TEST(changes_while_leases_are_moved_are_not_lost)
    {
        uint64_t rng = (uint64_t)_i + 1, before;
        unsigned calls = 0, k;
        int rc;

        open_many();
        for (k = 0; k < 3000; k++) {
            import(k * 7, k, k % 5 == 0 ? DHCPPERF_LEASE_RELEASED : DHCPPERF_LEASE_BOUND);
        }
        begin_many();
        prepare_other();
        do {
            rc = dhcpperf_server_apply(t.server, other.plan, t.now);
            ck_assert_int_ge(rc, 0);
            for (k = 0; rc == 1 && k < 40; k++) {
                uint32_t at = (uint32_t)dp_below(rng = dp_mix64(rng + k), 21000);

                switch (dp_below(rng = dp_mix64(rng + 1), 4)) {
                case 0:
                    (void)dhcpperf_server_end_lease(t.server, nth(at / 7 * 7),
                                                    DHCPPERF_LEASE_RELEASED, t.now);
                    break;
                case 1:
                    (void)dhcpperf_server_end_lease(t.server, nth(at / 7 * 7),
                                                    DHCPPERF_LEASE_DECLINED, t.now);
                    break;
                case 2:
                    if (at % 7 != 0) {
                        dhcpperf_lease l;

                        if (dhcpperf_server_find_lease(t.server, nth(at), &l, sizeof l) != 0) {
                            import(at, 1000000 + at, DHCPPERF_LEASE_BOUND);
                        }
                    }
                    break;
                default:
                    talk_wait(&t, dp_below(rng, 2) * SECOND);
                    break;
                }
            }
            before = digest();
            calls++;
        } while (rc == 1 && calls < 1000);
        ck_assert_int_eq(rc, 0);
        ck_assert_uint_gt(calls, 5);
        ck_assert_msg(digest() == before, "seed %d", _i + 1);
        ck_assert_int_eq(dhcpperf_server_apply(t.server, other.plan, t.now),
                         0); /* once is enough */
        end_other();
        ck_assert_msg(digest() == before, "seed %d", _i + 1);
        talk_close(&t);
    }
END_TEST

/* What changes without a change of state: what was heard last. */
START_TEST(a_bound_client_heard_of_meanwhile_is_remembered)
    {
        char before[160];
        uint32_t k;

        open_many();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .xid = 5);
        HEAR(&t, "OFFER yiaddr=10.1.0.0");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .xid = 5, .wish = "10.1.0.0",
             .server = "10.0.0.1");
        HEAR(&t, "ACK");
        for (k = 0; k < 5000; k++) {
            import(10000 + k, 1000 + k, DHCPPERF_LEASE_BOUND);
        }
        begin_many();
        prepare_other();
        ck_assert_int_eq(dhcpperf_server_apply(t.server, other.plan, t.now), 1);
        talk_wait(&t, 7 * SECOND);
        if (_i == 0) {
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .xid = 6);
            HEAR(&t, "OFFER yiaddr=10.1.0.0");
        } else {
            SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .xid = 5, .wish = "10.1.0.0",
                 .server = "10.0.0.1");
            HEAR(&t, "ACK");
        }
        snprintf(before, sizeof before, "%s", lease_of("10.1.0.0"));
        (void)finish_other();
        end_other();
        ck_assert_str_eq(lease_of("10.1.0.0"), before);
        talk_close(&t);
    }
END_TEST

/* The digest before the last call, which changes nothing but the configuration. */
START_TEST(more_changes_than_are_noted_begin_the_move_anew)
    {
        uint64_t before;
        unsigned calls = 0;
        uint32_t k;

        open_many();
        for (k = 0; k < MANY; k++) {
            import(k, k, DHCPPERF_LEASE_BOUND);
        }
        begin_many();
        prepare_other();
        while (calls++ < 90) {
            ck_assert_int_eq(dhcpperf_server_apply(t.server, other.plan, t.now), 1);
        }
        for (k = 0; k < 80000; k++) {
            ck_assert_int_eq(
                dhcpperf_server_end_lease(t.server, nth(k), DHCPPERF_LEASE_RELEASED, t.now), 0);
        }
        before = digest();
        calls += finish_other();
        ck_assert_uint_gt(calls, 90 + 97);
        end_other();
        ck_assert(digest() == before);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_RELEASED), 80000);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), MANY - 80000);
        talk_close(&t);
    }
END_TEST

START_TEST(a_plan_given_up_half_way_leaves_the_old_one)
    {
        uint64_t before;
        uint32_t k;

        open_many();
        for (k = 0; k < 5000; k++) {
            import(k, k, DHCPPERF_LEASE_BOUND);
        }
        begin_many();
        prepare_other();
        ck_assert_int_eq(dhcpperf_server_apply(t.server, other.plan, t.now), 1);
        ck_assert_int_eq(
            dhcpperf_server_end_lease(t.server, nth(3), DHCPPERF_LEASE_RELEASED, t.now), 0);
        before = digest();
        end_other();
        ck_assert(digest() == before);
        ck_assert_int_eq(
            dhcpperf_server_end_lease(t.server, nth(4), DHCPPERF_LEASE_RELEASED, t.now), 0);
        before = digest();
        begin_many();
        apply_other();
        ck_assert(digest() == before);
        talk_close(&t);
    }
END_TEST

/* ---- what cannot be ------------------------------------------------------------------------- */

START_TEST(what_a_running_server_cannot_change_is_refused)
    {
        char before[160];

        open_sunk(0);
        (void)talk_bind(&t, 1);
        snprintf(before, sizeof before, "%s", lease_of("10.0.0.10"));
        begin_sunk("10.0.0.10", "10.0.0.19", _i == 0);
        if (_i == 1) {
            ck_assert_int_eq(dhcpperf_server_config_set_shard(other.config, 0, 2), 0);
        } else if (_i == 2) {
            ck_assert_int_eq(dhcpperf_server_config_set_max_held(other.config, 257), 0);
        }
        prepare_other();
        ck_assert_int_eq(dhcpperf_server_apply(t.server, other.plan, t.now), DHCPPERF_E_STATE);
        end_other();
        ck_assert_str_eq(lease_of("10.0.0.10"), before);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = "10.0.0.1",
             .list = "6");
        HEAR(&t, "ACK 6=192.0.2.1,192.0.2.2");
        talk_close(&t);
    }
END_TEST

START_TEST(two_plans_at_a_time_are_refused)
    {
        dhcpperf_server_plan *second = NULL;
        uint32_t k;

        open_many();
        for (k = 0; k < 5000; k++) {
            import(k, k, DHCPPERF_LEASE_BOUND);
        }
        begin_many();
        prepare_other();
        ck_assert_int_eq(dhcpperf_server_prepare(&second, other.config, &t.af.mem), 0);
        ck_assert_int_eq(dhcpperf_server_apply(t.server, other.plan, t.now), 1);
        ck_assert_int_eq(dhcpperf_server_apply(t.server, second, t.now), DHCPPERF_E_STATE);
        (void)finish_other();
        end_other();
        ck_assert_int_eq(dhcpperf_server_apply(t.server, second, t.now), 1);
        dhcpperf_server_plan_free(second);
        talk_close(&t);
    }
END_TEST

START_TEST(impossible_configurations_are_refused_by_prepare)
    {
        dhcpperf_server_plan *p = NULL;

        open_default();
        ck_assert_int_eq(dhcpperf_server_prepare(NULL, t.config, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_server_prepare(&p, NULL, NULL), DHCPPERF_E_INVALID);
        begin_other("10.0.0.10", "10.0.0.19");
        ck_assert_int_eq(dhcpperf_server_prepare(&p, other.config, NULL), DHCPPERF_E_INVALID);
        set_other("service.jitter", "1s");
        ck_assert_int_eq(dhcpperf_server_config_add_pool(other.config, other.pool), 0);
        ck_assert_int_eq(dhcpperf_server_prepare(&p, other.config, NULL), DHCPPERF_E_RANGE);
        set_other("service.jitter", "0s");
        ck_assert_int_eq(dhcpperf_server_config_add_pool(other.config, other.pool), 0);
        ck_assert_int_eq(dhcpperf_server_prepare(&p, other.config, NULL), DHCPPERF_E_INVALID);
        ck_assert_ptr_null(p); /* twice the same subnet */
        end_other();
        ck_assert_int_eq(dhcpperf_server_apply(NULL, p, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_server_apply(t.server, NULL, 0), DHCPPERF_E_INVALID);
        ck_assert_uint_eq(dhcpperf_server_plan_prefault(NULL, 0), 0);
        dhcpperf_server_plan_free(NULL);
        talk_close(&t);
    }
END_TEST

START_TEST(any_allocation_of_prepare_may_fail)
    {
        uint64_t n;
        int rc = DHCPPERF_E_NOMEM;

        open_default();
        ck_assert_str_eq(talk_bind(&t, 1), "10.0.0.10");
        begin_other("10.0.0.10", "10.0.0.30");
        set_other("service.time", "1ms");
        set_other("leasequery.enabled", "true");
        set_other("remote-id.max-leases", "5");
        reserve_other(3, "10.0.0.40");
        ck_assert_int_eq(dhcpperf_server_config_add_pool(other.config, other.pool), 0);
        for (n = 1; rc != 0; n++) {
            dhcpperf_server_plan *p = NULL;
            allocfail af;

            allocfail_init(&af, n);
            rc = dhcpperf_server_prepare(&p, other.config, &af.mem);
            ck_assert_msg(rc == 0 || rc == DHCPPERF_E_NOMEM, "allocation %u: %d", (unsigned)n, rc);
            ck_assert_msg((p != NULL) == (rc == 0), "allocation %u: handle", (unsigned)n);
            SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = "10.0.0.1",
                 .list = "6");
            HEAR(&t, "ACK 6=192.0.2.1,192.0.2.2");
            dhcpperf_server_plan_free(p);
            ck_assert_msg(allocfail_is_clean(&af), "allocation %u leaks", (unsigned)n);
            ck_assert_uint_lt(n, 100);
        }
        ck_assert_uint_gt(n, 20);
        end_other();
        talk_close(&t);
    }
END_TEST

/* The plan's memory may be another's than the server's: each goes back where it came from. */
START_TEST(a_plan_may_have_an_allocator_of_its_own)
    {
        allocfail af;

        talk_prepare(&t);
        talk_set(&t, "service.time", "1ms");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        allocfail_init(&af, 0);
        begin_other("10.0.0.10", "10.0.0.30");
        ck_assert_int_eq(dhcpperf_server_config_add_pool(other.config, other.pool), 0);
        ck_assert_int_eq(dhcpperf_server_prepare(&other.plan, other.config, &af.mem), 0);
        (void)finish_other();
        end_other();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        HEAR(&t, "OFFER yiaddr=10.0.0.11");
        talk_close(&t);
        ck_assert(allocfail_is_clean(&af));
    }
END_TEST

static int do_nothing(void *user, const dhcpperf_msg *request, dhcpperf_ip4 *ip, uint32_t *lease_s)
{
    (void)request;
    (void)ip;
    (void)lease_s;
    ck_assert_int_eq(dhcpperf_server_apply(t.server, user, t.now), DHCPPERF_E_REENTRANT);
    return 0;
}

START_TEST(a_callback_cannot_apply)
    {
        talk_prepare(&t);
        begin_other("10.0.0.10", "10.0.0.19");
        prepare_other();
        ck_assert_int_eq(dhcpperf_server_config_set_decide(t.config, do_nothing, other.plan), 0);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER");
        end_other();
        talk_close(&t);
    }
END_TEST

START_TEST(a_sink_that_fails_is_reported_and_the_plan_goes_on)
    {
        open_sunk(0);
        (void)talk_bind(&t, 1);
        begin_sunk("10.0.0.15", "10.0.0.19", 0);
        prepare_other();
        sunk.fail = 1;
        ck_assert_int_eq(dhcpperf_server_apply(t.server, other.plan, t.now), DHCPPERF_E_CALLBACK);
        sunk.fail = 0;
        (void)finish_other();
        end_other();
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 0);
        talk_close(&t);
    }
END_TEST

/* ---- shards --------------------------------------------------------------------------------- */

enum {
    SHARDS = 3
};

static dhcpperf_server *new_shard(unsigned index, const char *last, const dhcpperf_server *like,
                                  dhcpperf_server_plan **ret_plan)
{
    dhcpperf_server_config *c;
    dhcpperf_server *s = NULL;
    dhcpperf_pool *pool;

    ck_assert_int_eq(dhcpperf_server_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_pool_new(&pool, talk_ip("10.0.0.0"), 16, NULL), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(pool, talk_ip("10.0.0.10"), talk_ip(last)), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_pool(c, pool), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_shard(c, index, SHARDS), 0);
    if (like != NULL) {
        ck_assert_int_eq(dhcpperf_server_config_set_division(c, like), 0);
        ck_assert_int_eq(dhcpperf_server_config_set_division(c, like), 0); /* instead of that */
    }
    if (ret_plan != NULL) {
        ck_assert_int_eq(dhcpperf_server_prepare(ret_plan, c, NULL), 0);
    } else {
        ck_assert_int_eq(dhcpperf_server_new(&s, c, NULL), 0);
    }
    dhcpperf_server_config_free(c);
    dhcpperf_pool_free(pool);
    return s;
}

static void apply_to_shard(dhcpperf_server *s, unsigned index, const char *last,
                           const dhcpperf_server *like)
{
    dhcpperf_server_plan *p;
    int rc;

    (void)new_shard(index, last, like, &p);
    do {
        rc = dhcpperf_server_apply(s, p, SECOND);
    } while (rc == 1);
    ck_assert_int_eq(rc, 0);
    dhcpperf_server_plan_free(p);
}

/* A lease on each address of each shard. */
static uint32_t fill(dhcpperf_server *s, unsigned index)
{
    uint32_t i, n = 0;

    for (i = 0; i < 1200; i++) {
        uint8_t key[] = {1, 2, 0, 0, (uint8_t)index, (uint8_t)(i >> 8), (uint8_t)i};
        dhcpperf_lease l = {.size = sizeof l, .state = DHCPPERF_LEASE_BOUND};

        l.ip = (dhcpperf_ip4){{10, 0, (uint8_t)(i >> 8), (uint8_t)i}};
        l.key.kind = DHCPPERF_KEY_HARDWARE;
        l.key.bytes = (dhcpperf_bytes){key, sizeof key};
        l.htype = 1;
        l.ends = 1000 * SECOND;
        n += dhcpperf_server_import_lease(s, &l, SECOND) == 0;
    }
    return n;
}

START_TEST(shards_keep_their_addresses_when_pools_change)
    {
        static const char *const lasts[] = {"10.0.2.200", "10.0.4.100", "10.0.1.200"};
        dhcpperf_server *s[SHARDS], *next[SHARDS];
        uint32_t bound[SHARDS], total = 0, i, k;

        for (k = 0; k < SHARDS; k++) {
            s[k] = new_shard(k, "10.0.2.0", NULL, NULL);
            bound[k] = fill(s[k], k);
            total += bound[k];
        }
        ck_assert_uint_eq(total, 503); /* .0.10 to .2.0 */
        for (k = 0; k < SHARDS; k++) {
            next[k] = s[k];
            apply_to_shard(s[k], k, lasts[_i], s[0]);
        }
        for (k = 0, total = 0; k < SHARDS; k++) {
            uint32_t n = dhcpperf_server_count(s[k], DHCPPERF_LEASE_BOUND);

            ck_assert_msg(_i == 2 ? n <= bound[k] : n == bound[k], "case %d: shard %u: %u of %u",
                          _i, k, n, bound[k]);
            total += n;
        }
        ck_assert_uint_eq(total, _i == 2 ? 447 : 503);
        /* Every address is somebody's, and nobody else's. */
        for (k = 0, total = 0; k < SHARDS; k++) {
            for (i = 0; i < s[k]->store.n; i++) {
                uint32_t ip = dp_store_ip(&s[k]->store, i), other_k;

                for (other_k = 0; other_k < SHARDS; other_k++) {
                    assert_fast(dp_store_share_of_ip(&s[other_k]->store, ip, SHARDS) == (int)k,
                                "case %d: %x", _i, ip);
                }
            }
            total += s[k]->store.n;
        }
        ck_assert_uint_eq(total, _i == 0 ? 703 : _i == 1 ? 1115 : 447);
        for (k = 0; k < SHARDS; k++) {
            ck_assert_ptr_eq(next[k], s[k]);
            dhcpperf_server_free(s[k]);
        }
    }
END_TEST

/* Nothing of the last shard's part is left; and who is alone has no part. */
START_TEST(a_shard_that_would_have_no_address_is_refused)
    {
        dhcpperf_server *s = new_shard(0, "10.0.2.0", NULL, NULL);
        dhcpperf_server_config *c;
        dhcpperf_server_plan *p = NULL;
        dhcpperf_pool *pool;

        ck_assert_int_eq(dhcpperf_server_config_new(&c, NULL), 0);
        ck_assert_int_eq(dhcpperf_pool_new(&pool, talk_ip("10.0.0.0"), 16, NULL), 0);
        ck_assert_int_eq(dhcpperf_pool_add_range(pool, talk_ip("10.0.0.10"), talk_ip("10.0.0.250")),
                         0);
        ck_assert_int_eq(dhcpperf_server_config_add_pool(c, pool), 0);
        ck_assert_int_eq(dhcpperf_server_config_set_division(c, s), 0);
        ck_assert_int_eq(dhcpperf_server_config_set_shard(c, SHARDS - 1, SHARDS), 0);
        ck_assert_int_eq(dhcpperf_server_prepare(&p, c, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_server_config_set_shard(c, 0, 1), 0);
        ck_assert_int_eq(dhcpperf_server_prepare(&p, c, NULL), 0);
        ck_assert_uint_eq(p->next->store.n, 241);
        dhcpperf_server_plan_free(p);
        ck_assert_int_eq(dhcpperf_server_config_set_division(NULL, s), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_server_config_set_division(c, NULL), DHCPPERF_E_INVALID);
        dhcpperf_server_free(s);
        dhcpperf_server_config_free(c);
        dhcpperf_pool_free(pool);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, leases_stay_and_new_options_are_served);
    tcase_add_test(tc, a_plan_tells_which_addresses_it_brings);
    tcase_add_test(tc, leases_end_at_their_time_under_the_new_configuration);
    tcase_add_test(tc, an_offer_can_be_accepted_after_the_change);
    tcase_add_test(tc, a_repeated_request_is_still_known_as_one);
    tcase_add_test(tc, long_client_identifiers_are_moved);
    tcase_add_test(tc, addresses_are_used_again_in_the_old_order);
    tcase_add_test(tc, a_quarantine_lasts_on);
    tcase_add_test(tc, a_lease_outside_ends_and_is_told);
    tcase_add_test(tc, a_subnet_that_goes_takes_its_leases_along);
    tcase_add_test(tc, an_address_reserved_for_somebody_else_waits_for_its_lease);
    tcase_add_test(tc, a_client_with_a_new_reservation_moves_there);
    tcase_add_test(tc, reservations_come_stay_and_go);
    tcase_add_loop_test(tc, links_that_become_one_leave_a_client_one_lease, 0, 2);
    tcase_add_test(tc, a_held_reply_leaves_as_it_was_decided);
    tcase_add_test(tc, replies_of_many_configurations_can_be_held);
    tcase_add_test(tc, held_replies_are_freed_with_the_server);
    tcase_add_test(tc, an_ack_that_waits_for_its_commit_is_not_lost);
    tcase_add_test(tc, a_server_without_delays_can_get_some);
    tcase_add_test(tc, a_paused_server_stays_paused);
    tcase_add_test(tc, a_limit_that_stays_is_not_filled_up);
    tcase_add_test(tc, leases_per_remote_id_are_counted_on);
    tcase_add_test(tc, relay_agents_are_told_of_leases_of_before);
    tcase_add_loop_test(tc, changes_while_leases_are_moved_are_not_lost, 0, 10);
    tcase_add_loop_test(tc, a_bound_client_heard_of_meanwhile_is_remembered, 0, 2);
    tcase_add_test(tc, more_changes_than_are_noted_begin_the_move_anew);
    tcase_add_test(tc, a_plan_given_up_half_way_leaves_the_old_one);
    tcase_add_loop_test(tc, what_a_running_server_cannot_change_is_refused, 0, 3);
    tcase_add_test(tc, two_plans_at_a_time_are_refused);
    tcase_add_test(tc, impossible_configurations_are_refused_by_prepare);
    tcase_add_test(tc, any_allocation_of_prepare_may_fail);
    tcase_add_test(tc, a_plan_may_have_an_allocator_of_its_own);
    tcase_add_test(tc, a_callback_cannot_apply);
    tcase_add_test(tc, a_sink_that_fails_is_reported_and_the_plan_goes_on);
    tcase_add_test(tc, a_shard_that_would_have_no_address_is_refused);
    tcase_add_loop_test(tc, shards_keep_their_addresses_when_pools_change, 0, 3);
}

HARNESS_MAIN("server/plan", tests)
