/* SPDX-License-Identifier: MIT */
/* leases_test.c - leases from outside: the sink, held ACKs, look-ups, ends and imports. */
#include "support/talk.h"

#include <string.h>

static talk t;

static void open_default(void)
{
    talk_prepare(&t);
    talk_open(&t);
}

/* ---- the sink ------------------------------------------------------------------------------- */

enum {
    EVENTS = 64
};

static struct {
    unsigned n;
    uint64_t seq;
    dhcpperf_lease_state state[EVENTS];
    dhcpperf_ip4 ip[EVENTS];
    dhcpperf_ts starts, ends;
    uint8_t key[64], info[64], hostname[64];
    size_t key_len, info_len, hostname_len;
    uint32_t renewals;
    int fail;
} sunk;

static int sink(void *user, uint64_t seq, const dhcpperf_lease *l)
{
    ck_assert_ptr_eq(user, &sunk);
    ck_assert_uint_eq(seq, sunk.seq + 1);
    ck_assert_uint_eq(l->size, sizeof *l);
    sunk.seq = seq;
    sunk.state[sunk.n % EVENTS] = l->state;
    sunk.ip[sunk.n % EVENTS] = l->ip;
    sunk.n++;
    sunk.starts = l->starts;
    sunk.ends = l->ends;
    sunk.renewals = l->renewals;
    memcpy(sunk.key, l->key.bytes.data, sunk.key_len = l->key.bytes.len);
    sunk.info_len = l->relay_info.len;
    if (sunk.info_len > 0) {
        memcpy(sunk.info, l->relay_info.data, l->relay_info.len);
    }
    sunk.hostname_len = l->hostname.len;
    if (sunk.hostname_len > 0) {
        memcpy(sunk.hostname, l->hostname.data, l->hostname.len);
    }
    return sunk.fail;
}

static void open_sunk(int hold_ack)
{
    talk_prepare(&t);
    ck_assert_int_eq(dhcpperf_server_config_set_lease_sink(t.config, sink, &sunk, hold_ack), 0);
    talk_open(&t);
}

START_TEST(every_change_of_a_lease_is_told_in_order)
    {
        static const dhcpperf_lease_state want[] = {DHCPPERF_LEASE_BOUND,    DHCPPERF_LEASE_BOUND,
                                                    DHCPPERF_LEASE_RELEASED, DHCPPERF_LEASE_BOUND,
                                                    DHCPPERF_LEASE_DECLINED, DHCPPERF_LEASE_BOUND,
                                                    DHCPPERF_LEASE_EXPIRED};
        static const uint8_t key[] = {1, 2, 0, 0, 0, 0, 1}, info[] = {1, 2, 0xaa, 0xbb};
        dhcpperf_ts bound;
        size_t k;

        open_sunk(0);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER");
        ck_assert_uint_eq(sunk.n, 0); /* offers are nobody's business */
        bound = t.now;
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1",
             .info = "0102aabb", .more = "0c03706331");
        HEAR(&t, "ACK");
        ck_assert_uint_eq(sunk.n, 1);
        ck_assert_uint_eq(sunk.key_len, sizeof key);
        assert_mem_eq(sunk.key, key, sizeof key);
        ck_assert_uint_eq(sunk.info_len, sizeof info);
        assert_mem_eq(sunk.info, info, sizeof info);
        ck_assert_uint_eq(sunk.hostname_len, 3);
        assert_mem_eq(sunk.hostname, "pc1", 3);
        ck_assert_uint_eq(sunk.starts, bound);
        ck_assert_uint_eq(sunk.ends, bound + 3600 * SECOND);
        talk_wait(&t, SECOND);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = "10.0.0.1");
        HEAR(&t, "ACK");
        ck_assert_uint_eq(sunk.renewals, 1);
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 1, .ciaddr = "10.0.0.10");
        ck_assert_uint_eq(sunk.ends, t.now);
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_DECLINE, .client = 1, .wish = "10.0.0.10");
        (void)talk_bind(&t, 2);
        talk_wait(&t, 3600 * SECOND);
        ck_assert_uint_eq(sunk.n, sizeof want / sizeof want[0]);
        for (k = 0; k < sunk.n; k++) {
            ck_assert_msg(sunk.state[k] == want[k], "event %zu is %d", k, sunk.state[k]);
        }
        talk_close(&t);
    }
END_TEST

START_TEST(an_ack_waits_for_its_commit)
    {
        open_sunk(1);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER"); /* nothing to be saved */
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(sunk.seq, 1);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        HEAR(&t, "OFFER yiaddr=10.0.0.11"); /* others go on */
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .wish = "10.0.0.11", .server = "10.0.0.1");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 3, .wish = "198.51.100.1");
        HEAR(&t, "NAK"); /* neither does a refusal */
        SEND(&t, .type = DHCPPERF_INFORM, .client = 3, .ciaddr = "10.0.0.77");
        HEAR(&t, "ACK yiaddr=0.0.0.0");
        ck_assert_int_eq(dhcpperf_server_commit(t.server, 3, t.now), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_server_commit(t.server, 1, t.now), 0);
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        HEAR(&t, "nothing");
        ck_assert_int_eq(dhcpperf_server_commit(t.server, 2, t.now), 0);
        HEAR(&t, "ACK yiaddr=10.0.0.11");
        ck_assert_int_eq(dhcpperf_server_commit(t.server, 1, t.now), 0); /* old news */
        talk_close(&t);
    }
END_TEST

START_TEST(one_commit_frees_all_that_it_covers)
    {
        unsigned k;

        open_sunk(1);
        for (k = 1; k <= 8; k++) {
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = k);
            HEAR(&t, "OFFER");
            SEND(&t, .type = DHCPPERF_REQUEST, .client = k, .server = "10.0.0.1",
                 .wish = (const char *const[]){"10.0.0.10", "10.0.0.11", "10.0.0.12", "10.0.0.13",
                                               "10.0.0.14", "10.0.0.15", "10.0.0.16",
                                               "10.0.0.17"}[k - 1]);
        }
        HEAR(&t, "nothing");
        ck_assert_int_eq(dhcpperf_server_commit(t.server, 6, t.now), 0);
        for (k = 1; k <= 6; k++) {
            HEAR(&t, "ACK");
            ck_assert_uint_eq(dhcpperf_msg_get_yiaddr(t.msg).b[3], 9 + k);
        }
        HEAR(&t, "nothing");
        talk_close(&t); /* two are still waiting */
    }
END_TEST

/* Client 1 has been granted 10.0.0.10; its ACK waits for event 1. */
static void hold_one(void)
{
    open_sunk(1);
    SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
    HEAR(&t, "OFFER");
    SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
    HEAR(&t, "nothing");
}

/* All is saved; what the clients hear, and that the balance of REQUESTs is even. */
static void commit_and_hear(const char *want, uint64_t stale)
{
    const dhcpperf_stats *s = dhcpperf_server_stats(t.server);

    ck_assert_int_eq(dhcpperf_server_commit(t.server, sunk.seq, t.now), 0);
    HEAR(&t, want);
    HEAR(&t, "nothing");
    ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_STALE), stale);
    ck_assert_uint_eq(dhcpperf_stats_exchange(s, DHCPPERF_X_REQUEST, DHCPPERF_OUT_UNANSWERED),
                      stale);
    ck_assert_uint_eq(dhcpperf_stats_exchange(s, DHCPPERF_X_REQUEST, DHCPPERF_OUT_IN_FLIGHT), 0);
}

START_TEST(an_ack_is_not_sent_when_its_lease_was_revoked_meanwhile)
    {
        hold_one();
        ck_assert_int_eq(dhcpperf_server_end_lease(t.server, (dhcpperf_ip4){{10, 0, 0, 10}},
                                                   DHCPPERF_LEASE_EXPIRED, t.now),
                         0);
        commit_and_hear("nothing", 1);
        talk_close(&t);
    }
END_TEST

START_TEST(an_ack_is_not_sent_when_its_lease_has_run_out)
    {
        hold_one();
        t.now += 3600 * SECOND; /* nobody has looked at the clock since */
        commit_and_hear("nothing", 1);
        talk_close(&t);
    }
END_TEST

START_TEST(an_ack_is_sent_when_its_lease_has_just_not_run_out)
    {
        hold_one();
        t.now += 3600 * SECOND - 1;
        commit_and_hear("ACK yiaddr=10.0.0.10", 0);
        talk_close(&t);
    }
END_TEST

START_TEST(an_ack_is_not_sent_when_its_address_went_to_another_client)
    {
        hold_one();
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 1, .ciaddr = "10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "nothing");
        commit_and_hear("ACK yiaddr=10.0.0.10 xid=5", 1);
        talk_close(&t);
    }
END_TEST

START_TEST(an_ack_is_sent_when_its_lease_was_renewed_meanwhile)
    {
        hold_one();
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = "10.0.0.1");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(sunk.seq, 2);
        ck_assert_int_eq(dhcpperf_server_commit(t.server, 1, t.now), 0);
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        commit_and_hear("ACK yiaddr=10.0.0.10", 0);
        talk_close(&t);
    }
END_TEST

START_TEST(a_sink_that_fails_is_reported_and_the_server_goes_on)
    {
        uint8_t buf[TALK_CAP];
        dhcpperf_pkt pkt;

        open_sunk(0);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER");
        sunk.fail = 1;
        talk_compose(
            &t,
            &(ask){
                .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1"},
            buf, &pkt);
        ck_assert_int_eq(dhcpperf_engine_recv(t.engine, &pkt, 1, t.now), DHCPPERF_E_CALLBACK);
        HEAR(&t, "ACK");
        sunk.fail = 0;
        (void)talk_bind(&t, 2);
        sunk.fail = 1;
        ck_assert_int_eq(dhcpperf_engine_advance(t.engine, t.now + 4000 * SECOND),
                         DHCPPERF_E_CALLBACK);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_EXPIRED), 2);
        talk_close(&t);
    }
END_TEST

START_TEST(held_acks_need_somebody_who_commits)
    {
        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_server_config_set_lease_sink(t.config, NULL, NULL, 1),
                         DHCPPERF_E_INVALID);
        talk_open(&t);
        talk_close(&t);
    }
END_TEST

/* ---- looking -------------------------------------------------------------------------------- */

START_TEST(a_lease_is_found_by_address_and_by_client)
    {
        uint8_t id[64], hw[7] = {1, 2, 0, 0, 0, 0, 1};
        dhcpperf_lease l;
        dhcpperf_key key = {DHCPPERF_KEY_HARDWARE, 0, {hw, sizeof hw}};

        open_default();
        (void)talk_bind(&t, 1);
        ck_assert_int_eq(dhcpperf_server_find_lease(t.server, talk_ip("10.0.0.10"), &l, sizeof l),
                         0);
        ck_assert_int_eq(l.state, DHCPPERF_LEASE_BOUND);
        ck_assert_uint_eq(l.key.kind, DHCPPERF_KEY_HARDWARE);
        ck_assert_uint_eq(l.key.bytes.len, 7);
        assert_mem_eq(l.key.bytes.data, hw, 7);
        ck_assert_uint_eq(l.chaddr.len, 6);
        assert_mem_eq(l.chaddr.data, hw + 1, 6);
        ck_assert_uint_eq(l.ends, l.starts + 3600 * SECOND);
        ck_assert_int_eq(dhcpperf_server_find_client(t.server, &key, &l, sizeof l), 0);
        assert_ip4_eq(l.ip, "10.0.0.10");
        key.bytes.len = 1;
        ck_assert_int_eq(dhcpperf_server_find_client(t.server, &key, &l, sizeof l),
                         DHCPPERF_E_INVALID);
        key.bytes.len = 6;
        ck_assert_int_eq(dhcpperf_server_find_client(t.server, &key, &l, sizeof l),
                         DHCPPERF_E_NOTFOUND);
        key.subnet = 1;
        ck_assert_int_eq(dhcpperf_server_find_client(t.server, &key, &l, sizeof l),
                         DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_server_find_lease(t.server, talk_ip("10.0.0.11"), &l, sizeof l),
                         DHCPPERF_E_NOTFOUND);
        ck_assert_int_eq(dhcpperf_server_find_lease(t.server, talk_ip("10.0.1.11"), &l, sizeof l),
                         DHCPPERF_E_NOTFOUND);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 0x1234, .giaddr = "10.0.0.2",
             .id = "ff00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff001122334455"
                   "6677",
             .wish = "10.0.0.15");
        HEAR(&t, "OFFER yiaddr=10.0.0.15");
        ck_assert_int_eq(dhcpperf_server_find_lease(t.server, talk_ip("10.0.0.15"), &l, sizeof l),
                         0);
        ck_assert_int_eq(l.state, DHCPPERF_LEASE_OFFERED);
        ck_assert_uint_eq(l.key.bytes.len, talk_hex("ff00112233445566778899aabbccddeeff00112233445"
                                                    "566778899aabbccddeeff0011223344556677",
                                                    id, sizeof id));
        assert_mem_eq(l.key.bytes.data, id, l.key.bytes.len);
        ck_assert_uint_eq(l.chaddr.len, 6);
        ck_assert_uint_eq(l.chaddr.data[4], 0x12);
        assert_ip4_eq(l.giaddr, "10.0.0.2");
        talk_close(&t);
    }
END_TEST

START_TEST(an_older_program_gets_the_members_it_knows)
    {
        struct {
            dhcpperf_lease l;
            uint8_t guard;
        } box;
        size_t size = offsetof(dhcpperf_lease, htype);

        open_default();
        (void)talk_bind(&t, 1);
        memset(&box, 0x77, sizeof box);
        ck_assert_int_eq(dhcpperf_server_find_lease(t.server, talk_ip("10.0.0.10"), &box.l, size),
                         0);
        ck_assert_uint_eq(box.l.size, size);
        ck_assert_uint_eq(box.l.key.bytes.len, 7);
        ck_assert_uint_eq(((uint8_t *)&box)[size], 0x77);
        ck_assert_int_eq(dhcpperf_server_find_lease(t.server, talk_ip("10.0.0.10"), &box.l, 4),
                         DHCPPERF_E_INVALID);
        talk_close(&t);
    }
END_TEST

START_TEST(a_newer_program_gets_zeroes_for_what_we_lack)
    {
        struct {
            dhcpperf_lease l;
            uint64_t later;
        } box;

        open_default();
        (void)talk_bind(&t, 1);
        memset(&box, 0x77, sizeof box);
        ck_assert_int_eq(
            dhcpperf_server_find_lease(t.server, talk_ip("10.0.0.10"), &box.l, sizeof box), 0);
        ck_assert_uint_eq(box.l.size, sizeof box.l);
        ck_assert_uint_eq(box.later, 0);
        talk_close(&t);
    }
END_TEST

START_TEST(all_leases_come_in_address_order_while_they_change)
    {
        uint64_t cursor = 0;
        dhcpperf_lease l;
        unsigned n = 0;
        uint8_t last = 0;

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 9, .wish = "10.0.0.18");
        HEAR(&t, "OFFER yiaddr=10.0.0.18");
        (void)talk_bind(&t, 1);
        (void)talk_bind(&t, 2);
        (void)talk_bind(&t, 3);
        while (dhcpperf_server_next_lease(t.server, &cursor, &l, sizeof l) == 1) {
            ck_assert_uint_gt(l.ip.b[3], last);
            last = l.ip.b[3];
            if (n++ == 0) {
                (void)talk_bind(&t, 4); /* .13 appears ahead of the cursor */
                ck_assert_int_eq(dhcpperf_server_end_lease(t.server, talk_ip("10.0.0.11"),
                                                           DHCPPERF_LEASE_RELEASED, t.now),
                                 0);
            }
        }
        ck_assert_uint_eq(n, 5);
        ck_assert_uint_eq(last, 18);
        talk_close(&t);
    }
END_TEST

START_TEST(addresses_are_told_by_ranges)
    {
        dhcpperf_ip4 first, last;

        talk_prepare(&t); /* 10.0.0.10 to 10.0.0.19 */
        ck_assert_int_eq(dhcpperf_pool_exclude(t.pool, talk_ip("10.0.0.14"), talk_ip("10.0.0.15")),
                         0);
        ck_assert_int_eq(dhcpperf_pool_reserve(t.pool, DHCPPERF_KEY_CLIENT_ID,
                                               (dhcpperf_bytes){(const uint8_t *)"xyz", 3},
                                               talk_ip("10.0.0.200")),
                         0);
        talk_open(&t);
        ck_assert_int_eq(dhcpperf_server_get_range(t.server, 0, &first, &last), 1);
        assert_ip4_eq(first, "10.0.0.10");
        assert_ip4_eq(last, "10.0.0.13");
        ck_assert_int_eq(dhcpperf_server_get_range(t.server, 1, &first, &last), 1);
        assert_ip4_eq(first, "10.0.0.16");
        assert_ip4_eq(last, "10.0.0.19");
        ck_assert_int_eq(dhcpperf_server_get_range(t.server, 2, &first, &last), 1);
        assert_ip4_eq(first, "10.0.0.200");
        assert_ip4_eq(last, "10.0.0.200");
        ck_assert_int_eq(dhcpperf_server_get_range(t.server, 3, &first, &last), 0);
        ck_assert_int_eq(dhcpperf_server_get_range(NULL, 0, &first, &last), DHCPPERF_E_INVALID);
        talk_close(&t);
    }
END_TEST

START_TEST(shards_have_ranges_of_their_own)
    {
        dhcpperf_ip4 first, last;

        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_server_config_set_shard(t.config, 1, 3), 0);
        talk_open(&t);
        ck_assert_int_eq(dhcpperf_server_get_range(t.server, 0, &first, &last), 1);
        assert_ip4_eq(first, "10.0.0.13");
        assert_ip4_eq(last, "10.0.0.15");
        ck_assert_int_eq(dhcpperf_server_get_range(t.server, 1, &first, &last), 0);
        talk_close(&t);
    }
END_TEST

/* ---- ending --------------------------------------------------------------------------------- */

START_TEST(a_lease_can_be_ended_from_outside)
    {
        static const dhcpperf_lease_state why[] = {DHCPPERF_LEASE_RELEASED, DHCPPERF_LEASE_EXPIRED,
                                                   DHCPPERF_LEASE_DECLINED};

        open_sunk(0);
        (void)talk_bind(&t, 1);
        ck_assert_int_eq(dhcpperf_server_end_lease(t.server, talk_ip("10.0.0.10"), why[_i], t.now),
                         0);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, why[_i]), 1);
        ck_assert_uint_eq(sunk.n, 2);
        ck_assert_int_eq(sunk.state[1], why[_i]);
        ck_assert_int_eq(dhcpperf_server_end_lease(t.server, talk_ip("10.0.0.10"), why[_i], t.now),
                         DHCPPERF_E_STATE);
        ck_assert_int_eq(dhcpperf_server_end_lease(t.server, talk_ip("10.0.0.11"), why[_i], t.now),
                         DHCPPERF_E_NOTFOUND);
        ck_assert_int_eq(
            dhcpperf_server_end_lease(t.server, talk_ip("10.0.0.10"), DHCPPERF_LEASE_BOUND, t.now),
            DHCPPERF_E_INVALID);
        /* the client learns it at its renewal */
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = "10.0.0.1");
        HEAR(&t, _i == 2 ? "nothing" : "ACK");
        talk_close(&t);
    }
END_TEST

/* ---- importing ------------------------------------------------------------------------------ */

static const uint8_t hw1[] = {1, 2, 0, 0, 0, 0, 1}, hw2[] = {1, 2, 0, 0, 0, 0, 2};

static dhcpperf_lease saved(const char *ip, const uint8_t *hw, dhcpperf_lease_state state)
{
    dhcpperf_lease l;

    memset(&l, 0, sizeof l);
    l.size = sizeof l;
    l.state = state;
    l.ip = talk_ip(ip);
    l.key.kind = DHCPPERF_KEY_HARDWARE;
    l.key.bytes.data = hw;
    l.key.bytes.len = 7;
    l.starts = 100 * SECOND;
    l.ends = 700 * SECOND;
    l.last_seen = 300 * SECOND;
    l.renewals = 3;
    return l;
}

START_TEST(leases_survive_a_restart)
    {
        /* S-144 */
        dhcpperf_lease l = saved("10.0.0.15", hw1, DHCPPERF_LEASE_BOUND), got;

        open_sunk(0);
        t.now = 400 * SECOND;
        ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &l, t.now), 0);
        ck_assert_uint_eq(sunk.n, 0);
        ck_assert_int_eq(
            dhcpperf_server_find_lease(t.server, talk_ip("10.0.0.15"), &got, sizeof got), 0);
        ck_assert_uint_eq(got.starts, l.starts);
        ck_assert_uint_eq(got.ends, l.ends);
        ck_assert_uint_eq(got.last_seen, l.last_seen);
        ck_assert_uint_eq(got.renewals, 3);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.15");
        HEAR(&t, "ACK yiaddr=10.0.0.15");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .wish = "10.0.0.15");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(an_imported_lease_ends_when_it_should_or_has_ended)
    {
        dhcpperf_lease a = saved("10.0.0.15", hw1, DHCPPERF_LEASE_BOUND);
        dhcpperf_lease b = saved("10.0.0.16", hw2, DHCPPERF_LEASE_BOUND);

        open_default();
        b.ends = 300 * SECOND;
        t.now = 400 * SECOND;
        ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &a, t.now), 0);
        ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &b, t.now), 0);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_EXPIRED), 1);
        talk_wait(&t, 300 * SECOND - 1);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        talk_wait(&t, 1);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 0);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        HEAR(&t, "OFFER yiaddr=10.0.0.16"); /* remembered */
        talk_close(&t);
    }
END_TEST

START_TEST(released_declined_and_endless_leases_are_imported_as_they_are)
    {
        dhcpperf_lease a = saved("10.0.0.15", hw1, DHCPPERF_LEASE_RELEASED);
        dhcpperf_lease b = saved("10.0.0.16", hw2, DHCPPERF_LEASE_DECLINED);
        dhcpperf_lease c = saved("10.0.0.17", hw2, DHCPPERF_LEASE_BOUND), got;

        open_default();
        c.ends = DHCPPERF_NEVER;
        ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &a, t.now), 0);
        ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &b, t.now), 0);
        ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &c, t.now), 0);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_RELEASED), 1);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_DECLINED), 1);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 5, .wish = "10.0.0.16");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_wait(&t, 100000 * SECOND);
        ck_assert_int_eq(
            dhcpperf_server_find_lease(t.server, talk_ip("10.0.0.17"), &got, sizeof got), 0);
        ck_assert_int_eq(got.state, DHCPPERF_LEASE_BOUND);
        ck_assert_uint_eq(got.ends, DHCPPERF_NEVER);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_DECLINED), 0);
        talk_close(&t);
    }
END_TEST

START_TEST(imports_that_contradict_are_refused)
    {
        dhcpperf_lease l = saved("10.0.0.15", hw1, DHCPPERF_LEASE_BOUND);

        open_default();
        ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &l, t.now), 0);
        ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &l, t.now), DHCPPERF_E_CONFLICT);
        l = saved("10.0.0.15", hw2, DHCPPERF_LEASE_BOUND);
        ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &l, t.now), DHCPPERF_E_CONFLICT);
        l = saved("10.0.0.16", hw1, DHCPPERF_LEASE_BOUND);
        ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &l, t.now), DHCPPERF_E_CONFLICT);
        l = saved("10.0.0.99", hw2, DHCPPERF_LEASE_BOUND);
        ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &l, t.now), DHCPPERF_E_NOTFOUND);
        l = saved("10.0.0.16", hw2, DHCPPERF_LEASE_OFFERED);
        ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &l, t.now), DHCPPERF_E_INVALID);
        l = saved("10.0.0.16", hw2, DHCPPERF_LEASE_BOUND);
        l.key.bytes.len = 0;
        ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &l, t.now), DHCPPERF_E_INVALID);
        l = saved("10.0.0.16", hw2, DHCPPERF_LEASE_BOUND);
        l.size = 4;
        ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &l, t.now), DHCPPERF_E_INVALID);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        talk_close(&t);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, every_change_of_a_lease_is_told_in_order);
    tcase_add_test(tc, an_ack_waits_for_its_commit);
    tcase_add_test(tc, one_commit_frees_all_that_it_covers);
    tcase_add_test(tc, an_ack_is_not_sent_when_its_lease_was_revoked_meanwhile);
    tcase_add_test(tc, an_ack_is_not_sent_when_its_lease_has_run_out);
    tcase_add_test(tc, an_ack_is_sent_when_its_lease_has_just_not_run_out);
    tcase_add_test(tc, an_ack_is_not_sent_when_its_address_went_to_another_client);
    tcase_add_test(tc, an_ack_is_sent_when_its_lease_was_renewed_meanwhile);
    tcase_add_test(tc, a_sink_that_fails_is_reported_and_the_server_goes_on);
    tcase_add_test(tc, held_acks_need_somebody_who_commits);
    tcase_add_test(tc, addresses_are_told_by_ranges);
    tcase_add_test(tc, shards_have_ranges_of_their_own);
    tcase_add_test(tc, a_lease_is_found_by_address_and_by_client);
    tcase_add_test(tc, an_older_program_gets_the_members_it_knows);
    tcase_add_test(tc, a_newer_program_gets_zeroes_for_what_we_lack);
    tcase_add_test(tc, all_leases_come_in_address_order_while_they_change);
    tcase_add_loop_test(tc, a_lease_can_be_ended_from_outside, 0, 3);
    tcase_add_test(tc, leases_survive_a_restart);
    tcase_add_test(tc, an_imported_lease_ends_when_it_should_or_has_ended);
    tcase_add_test(tc, released_declined_and_endless_leases_are_imported_as_they_are);
    tcase_add_test(tc, imports_that_contradict_are_refused);
}

HARNESS_MAIN("server/leases", tests)
