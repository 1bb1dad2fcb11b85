/* SPDX-License-Identifier: MIT */
/* receive_test.c - what is let in: S-052, S-053, S-120 to S-139; bursts and shards. */
#include <libdhcpperf/frame.h>

#include "support/talk.h"

#include <string.h>

#include "base/dp_rng.h"

static talk t;

static void open_default(void)
{
    talk_prepare(&t);
    talk_open(&t);
}

START_TEST(what_is_no_request_is_dropped_by_cause)
    {
        static const struct {
            ask a;
            dhcpperf_counter cause;
        } cases[] = {
            {{.type = DHCPPERF_DISCOVER, .op = 99}, DHCPPERF_C_DROP_OP}, /* S-123 */
            {{.type = DHCPPERF_DISCOVER, .op = 2}, DHCPPERF_C_DROP_OP},
            {{.type = DHCPPERF_DISCOVER, .op = 3}, DHCPPERF_C_DROP_OP},
            {{.type = DHCPPERF_OFFER}, DHCPPERF_C_DROP_TYPE}, /* S-124 */
            {{.type = DHCPPERF_ACK}, DHCPPERF_C_DROP_TYPE},
            {{.type = DHCPPERF_NAK}, DHCPPERF_C_DROP_TYPE},
            {{.type = 0}, DHCPPERF_C_DROP_TYPE}, /* S-122: BOOTP */
            {{.type = DHCPPERF_DISCOVER, .cut = "350100ff"}, DHCPPERF_C_DROP_TYPE}, /* S-138 */
            {{.type = DHCPPERF_DISCOVER, .cut = "350164ff"}, DHCPPERF_C_DROP_TYPE},
            {{.type = DHCPPERF_DISCOVER, .cut = "3501ffff"}, DHCPPERF_C_DROP_TYPE},
            {{.type = DHCPPERF_DISCOVER, .cut = "35020101ff"}, DHCPPERF_C_DROP_TYPE}, /* S-127 */
            {{.type = DHCPPERF_DISCOVER, .cut = "3500ff"}, DHCPPERF_C_DROP_TYPE},
            {{.type = DHCPPERF_DISCOVER, .hlen = 99}, DHCPPERF_C_DROP_IDENTITY}, /* S-128 */
            {{.type = DHCPPERF_DISCOVER, .hlen = 17}, DHCPPERF_C_RX_MALFORMED},
            {{.type = DHCPPERF_DISCOVER, .hlen = 255}, DHCPPERF_C_RX_MALFORMED},
            {{.type = DHCPPERF_DISCOVER, .cut = "3501013dc80102"}, DHCPPERF_C_RX_MALFORMED},
            {{.type = DHCPPERF_DISCOVER, .cut = "350101ff", .len = 239}, DHCPPERF_C_RX_MALFORMED},
        };

        open_default();
        talk_send(&t, &cases[_i].a);
        HEAR(&t, "nothing");
        ck_assert_msg(talk_counter(&t, cases[_i].cause) == 1, "case %d: counter %d", _i,
                      cases[_i].cause);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_PACKETS), 1);
        (void)talk_bind(&t, 1);
        talk_close(&t);
    }
END_TEST

START_TEST(what_is_unusual_is_served)
    {
        static const ask cases[] = {
            {.type = DHCPPERF_DISCOVER, .client = 1, .cut = "350101"},             /* S-126 */
            {.type = DHCPPERF_DISCOVER, .client = 1, .cut = "0c0161350101ff"},     /* S-052 */
            {.type = DHCPPERF_DISCOVER, .client = 1, .cut = "00000035010100ff"},   /* S-132 */
            {.type = DHCPPERF_DISCOVER, .client = 1, .cut = "350101de00fa0101ff"}, /* S-053 */
            {.type = DHCPPERF_DISCOVER, .client = 1, .hops = 16},                  /* S-130 */
            {.type = DHCPPERF_DISCOVER, .client = 1, .hops = 255},
            {.type = DHCPPERF_DISCOVER, .client = 1, .flags = 0x7fff},                /* S-135 */
            {.type = DHCPPERF_DISCOVER, .client = 1, .secs = 65535},                  /* S-136 */
            {.type = DHCPPERF_DISCOVER, .htype = 32, .hlen = 99, .id = "ff01020304"}, /* S-129 */
            {.type = DHCPPERF_DISCOVER, .hlen = 16, .chaddr = "000102030405060708090a0b0c0d0e0f"},
            {.type = DHCPPERF_DISCOVER, .client = 1, .cut = "3501013203010203ff"}, /* S-127 */
            {.type = DHCPPERF_DISCOVER, .client = 1, .cut = "35010133020102ff"},
            {.type = DHCPPERF_DISCOVER, .client = 1, .cut = "35010136020102ff"},
            {.type = DHCPPERF_DISCOVER, .client = 1, .cut = "350101390101ff"},
        };

        open_default();
        talk_send(&t, &cases[_i]);
        if (_i == 12) { /* option 54 is there, whatever its length: S-045 */
            HEAR(&t, "nothing");
        } else {
            HEAR(&t, "OFFER yiaddr=10.0.0.10 51=3600");
        }
        talk_close(&t);
    }
END_TEST

START_TEST(every_length_up_to_the_fixed_part_is_survived)
    {
        /* S-120, S-121 */
        uint8_t buf[TALK_CAP];
        dhcpperf_pkt pkt;
        size_t len;

        open_default();
        talk_compose(&t, &(ask){.type = DHCPPERF_DISCOVER, .client = 1}, buf, &pkt);
        for (len = 0; len < 240; len++) {
            talk_raw(&t, buf, len);
            HEAR(&t, "nothing");
        }
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_MALFORMED), 240);
        for (len = 0; len < 4; len++) {
            buf[236 + len] ^= 1;
            talk_raw(&t, buf, 300);
            buf[236 + len] ^= 1;
            HEAR(&t, "nothing");
        }
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_MALFORMED), 244);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_OFFERED), 0);
        talk_close(&t);
    }
END_TEST

START_TEST(mutations_do_no_harm)
    {
        /* S-131: whatever arrived, ten honest clients get ten addresses */
        uint64_t seed = harness_seed((uint64_t)_i + 1), step;
        uint8_t buf[TALK_CAP];
        dhcpperf_pkt pkt;
        unsigned k;

        open_default();
        for (step = 0; step < 3000; step++) {
            uint64_t r = dp_draw(seed, 0, 0, step);
            static const int types[] = {DHCPPERF_DISCOVER, DHCPPERF_REQUEST, DHCPPERF_RELEASE,
                                        DHCPPERF_DECLINE, DHCPPERF_INFORM};

            talk_compose(&t,
                         &(ask){.type = types[r % 5],
                                .client = (unsigned)(r >> 8) % 8,
                                .id = (r >> 16) % 2 != 0 ? "00112233" : NULL,
                                .wish = (r >> 17) % 2 != 0 ? "10.0.0.12" : NULL,
                                .server = (r >> 18) % 2 != 0 ? "10.0.0.1" : NULL,
                                .ciaddr = (r >> 19) % 2 != 0 ? "10.0.0.13" : NULL,
                                .giaddr = (r >> 20) % 4 != 0 ? NULL : "10.0.0.2",
                                .info = (r >> 22) % 2 != 0 ? "0102aabb0201cc" : NULL,
                                .list = "1,3,6,15",
                                .max_size = 1000},
                         buf, &pkt);
            for (k = 0; k < (r >> 24) % 4; k++) {
                uint64_t m = dp_draw(seed, 1, k, step);

                buf[m % 300] = (uint8_t)(m >> 32);
            }
            talk_raw(&t, buf, 240 + (size_t)((r >> 28) % 61));
            while (talk_hear(&t)) {
            }
            talk_wait(&t, (r >> 40) % SECOND);
        }
        talk_wait(&t, 4000 * SECOND);
        for (k = 0; k < 10; k++) {
            (void)talk_bind(&t, 500 + k);
        }
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 10);
        talk_close(&t);
    }
END_TEST

START_TEST(a_huge_datagram_is_handled)
    {
        /* S-139 */
        uint8_t *buf = calloc(1, 65507), head[TALK_CAP];
        dhcpperf_pkt pkt;
        size_t at = 243;

        ck_assert_ptr_nonnull(buf);
        open_default();
        talk_compose(&t, &(ask){.type = DHCPPERF_DISCOVER, .client = 1}, head, &pkt);
        memcpy(buf, head, 243);
        while (at + 257 < 65507) {
            buf[at] = (uint8_t)(224 + at % 20);
            buf[at + 1] = 255;
            at += 257;
        }
        buf[at] = 255;
        talk_raw(&t, buf, 65507);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        free(buf);
        talk_close(&t);
    }
END_TEST

START_TEST(an_identifier_in_pieces_or_in_other_fields_is_the_same_identifier)
    {
        /* S-133, S-134 */
        uint8_t buf[TALK_CAP];
        dhcpperf_pkt pkt;

        open_default();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .id = "00aabbccdd");
        HEAR(&t, "OFFER yiaddr=10.0.0.10 61=00aabbccdd");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .more = "3d0200aa3d03bbccdd");
        HEAR(&t, "OFFER yiaddr=10.0.0.10 61=00aabbccdd");
        talk_compose(&t, &(ask){.type = DHCPPERF_DISCOVER, .client = 3, .more = "340102"}, buf,
                     &pkt);
        (void)talk_hex("3d0500aabbccddff", buf + 44, 64); /* sname */
        ck_assert_int_eq(dhcpperf_engine_recv(t.engine, &pkt, 1, t.now), 1);
        HEAR(&t, "OFFER yiaddr=10.0.0.10 61=00aabbccdd !52");
        /* two options 50 make one of 8 octets: a wish that cannot be used (C-024) */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 4, .more = "32040a00000f32040a00000f");
        HEAR(&t, "OFFER yiaddr=10.0.0.11");
        talk_close(&t);
    }
END_TEST

START_TEST(an_overloaded_field_that_overruns_is_malformed)
    {
        uint8_t buf[TALK_CAP];
        dhcpperf_pkt pkt;

        open_default();
        talk_compose(&t, &(ask){.type = DHCPPERF_DISCOVER, .client = 3, .more = "340102"}, buf,
                     &pkt);
        (void)talk_hex("3d6000aa", buf + 44, 64);
        ck_assert_int_eq(dhcpperf_engine_recv(t.engine, &pkt, 1, t.now), 1);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_MALFORMED), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(hops_and_relays_are_limited_when_told_so)
    {
        talk_prepare(&t);
        talk_set(&t, "relay.max-hops", "4");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .hops = 4);
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .hops = 5);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_HOPS), 1);
        talk_close(&t);
        talk_prepare(&t);
        talk_set(&t, "relay.enabled", "false");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.2");
        HEAR(&t, "nothing");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        HEAR(&t, "OFFER");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_HOPS), 1);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RELAYED), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(a_truncated_arrival_and_a_frame_of_something_else_are_not_parsed)
    {
        uint8_t buf[TALK_CAP];
        dhcpperf_pkt pkt;

        open_default();
        talk_compose(&t, &(ask){.type = DHCPPERF_DISCOVER, .client = 3}, buf, &pkt);
        pkt.flags = _i == 0 ? DHCPPERF_PKT_TRUNC : DHCPPERF_PKT_FRAME;
        ck_assert_int_eq(dhcpperf_engine_recv(t.engine, &pkt, 1, t.now), 1);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(
            talk_counter(&t, _i == 0 ? DHCPPERF_C_RX_MALFORMED : DHCPPERF_C_RX_UNMATCHED), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(a_frame_is_unwrapped_when_it_is_for_the_port)
    {
        uint8_t buf[TALK_CAP];
        dhcpperf_pkt pkt;

        open_default();
        talk_compose(&t, &(ask){.type = DHCPPERF_DISCOVER, .client = 3}, buf, &pkt);
        pkt.vlan[0] = 7;
        pkt.dst.port = _i == 0 ? 67 : 6767;
        ck_assert_int_eq(dhcpperf_frame_wrap(&pkt, 0), 0);
        ck_assert_int_eq(dhcpperf_engine_recv(t.engine, &pkt, 1, t.now), 1);
        if (_i == 0) {
            HEAR(&t, "OFFER yiaddr=10.0.0.10");
            ck_assert_uint_eq(t.reply.vlan[0], 7);
        } else {
            HEAR(&t, "nothing");
            ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_UNMATCHED), 1);
        }
        talk_close(&t);
    }
END_TEST

/* ---- bursts --------------------------------------------------------------------------------- */

enum {
    HISTORY = 4096
};

static uint8_t requests[HISTORY][400];
static dhcpperf_pkt burst[HISTORY];

/* A hash of all replies to a history of requests delivered in bursts of `size`. */
static uint64_t play(uint64_t seed, unsigned size)
{
    uint64_t digest = seed;
    unsigned i, n;

    talk_prepare(&t);
    ck_assert_int_eq(dhcpperf_server_config_set_max_held(t.config, HISTORY), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(t.pool, talk_ip("10.0.0.100"), talk_ip("10.0.0.150")),
                     0);
    talk_open(&t);
    for (i = 0; i < HISTORY; i++) {
        uint64_t r = dp_draw(seed, 0, 0, i);
        static const int types[] = {DHCPPERF_DISCOVER, DHCPPERF_REQUEST, DHCPPERF_REQUEST,
                                    DHCPPERF_RELEASE,  DHCPPERF_DECLINE, DHCPPERF_INFORM};
        static const char *const ips[] = {"10.0.0.10", "10.0.0.11", "10.0.0.12", "10.0.0.140"};
        uint8_t buf[TALK_CAP];

        talk_compose(
            &t,
            &(ask){.type = types[r % 6],
                   .client = (unsigned)(r >> 8) % 80,
                   .id = (r >> 16) % 4 == 0 ? "00112233445566778899aabbccddeeff0011" : NULL,
                   .wish = (r >> 18) % 2 != 0 ? ips[(r >> 32) % 4] : NULL,
                   .server = (r >> 19) % 2 != 0 ? "10.0.0.1" : NULL,
                   .ciaddr = (r >> 20) % 2 != 0 ? ips[(r >> 34) % 4] : NULL,
                   .info = (r >> 22) % 2 != 0 ? "0102aabb0201cc" : NULL,
                   .list = (r >> 23) % 2 != 0 ? "1,3,6,15" : NULL},
            buf, &burst[i]);
        memcpy(requests[i], buf, burst[i].len);
        burst[i].data = requests[i];
    }
    for (i = 0; i < HISTORY; i += n) {
        n = HISTORY - i < size ? HISTORY - i : size;
        ck_assert_int_eq(dhcpperf_engine_recv(t.engine, burst + i, n, t.now), (int)n);
    }
    while (talk_hear(&t)) {
        for (i = 0; i < t.reply.len; i++) {
            digest = dp_mix64(digest ^ t.bytes[i]) + 1;
        }
        digest = dp_mix64(digest ^ t.reply.dst.port);
    }
    talk_close(&t);
    return digest;
}

START_TEST(a_history_does_not_depend_on_the_size_of_bursts)
    {
        uint64_t seed = harness_seed((uint64_t)_i + 1), one = play(seed, 1);

        ck_assert_msg(play(seed, 64) == one, "seed %d: bursts of 64 differ", _i);
        ck_assert_msg(play(seed, 2048) == one, "seed %d: bursts of 2,048 differ", _i);
        ck_assert_msg(play(seed, 63) == one, "seed %d: bursts of 63 differ", _i);
        ck_assert_msg(play(seed + 1000, 1) != one, "seed %d: another seed, the same history", _i);
    }
END_TEST

/* ---- shards --------------------------------------------------------------------------------- */

START_TEST(clients_and_their_reservations_meet_in_one_shard)
    {
        enum {
            OF = 3
        };
        talk shards[OF];
        unsigned k, s;

        for (s = 0; s < OF; s++) {
            static const uint8_t circuit[] = {'e', '7'};

            talk_prepare(&shards[s]);
            ck_assert_int_eq(dhcpperf_server_config_set_shard(shards[s].config, s, OF), 0);
            for (k = 0; k < 1000; k += 100) {
                uint8_t mac[] = {1, 2, 0, 0, 0, (uint8_t)(k >> 8), (uint8_t)k};

                ck_assert_int_eq(
                    dhcpperf_pool_reserve(shards[s].pool, DHCPPERF_KEY_HARDWARE,
                                          (dhcpperf_bytes){mac, sizeof mac},
                                          (dhcpperf_ip4){{10, 0, 0, (uint8_t)(100 + k / 100)}}),
                    0);
            }
            ck_assert_int_eq(dhcpperf_pool_reserve(shards[s].pool, DHCPPERF_KEY_CIRCUIT,
                                                   (dhcpperf_bytes){circuit, sizeof circuit},
                                                   talk_ip("10.0.0.200")),
                             0);
            talk_open(&shards[s]);
        }
        for (k = 0; k <= 1000; k += 100) {
            uint8_t buf[TALK_CAP];
            dhcpperf_pkt pkt;
            int owner;

            /* reserved clients have names of their own and sit behind circuits, reserved or not */
            talk_compose(&shards[0],
                         &(ask){.type = DHCPPERF_DISCOVER,
                                .client = k,
                                .id = k % 200 == 0 ? "00616263" : NULL,
                                .info = k == 1000 || k % 300 == 0 ? "01026537"
                                        : k % 500 == 0            ? "0103616263"
                                                                  : NULL},
                         buf, &pkt);
            owner = dhcpperf_engine_owner(shards[0].engine, &pkt);
            for (s = 0; s < OF; s++) {
                ck_assert_int_eq(dhcpperf_engine_owner(shards[s].engine, &pkt), owner);
            }
            ck_assert_int_eq(dhcpperf_engine_recv(shards[owner].engine, &pkt, 1, SECOND), 1);
            HEAR(&shards[owner], "OFFER");
            ck_assert_uint_eq(dhcpperf_msg_get_yiaddr(shards[owner].msg).b[3],
                              k == 1000 ? 200 : 100 + k / 100);
        }
        for (s = 0; s < OF; s++) {
            talk_close(&shards[s]);
        }
    }
END_TEST

/* Several engines of one configuration. */
enum {
    TEAM = 3
};

static void open_team(talk *team, const char *key, const char *value)
{
    static const uint8_t circuit[] = {'e', '7'};
    unsigned s;

    for (s = 0; s < TEAM; s++) {
        talk_prepare(&team[s]);
        ck_assert_int_eq(
            dhcpperf_pool_add_range(team[s].pool, talk_ip("10.0.0.20"), talk_ip("10.0.0.99")), 0);
        ck_assert_int_eq(dhcpperf_pool_reserve(team[s].pool, DHCPPERF_KEY_CIRCUIT,
                                               (dhcpperf_bytes){circuit, sizeof circuit},
                                               talk_ip("10.0.0.200")),
                         0);
        ck_assert_int_eq(dhcpperf_server_config_set_shard(team[s].config, s, TEAM), 0);
        talk_set(&team[s], key, value);
        talk_open(&team[s]);
    }
}

static void close_team(talk *team)
{
    unsigned s;

    for (s = 0; s < TEAM; s++) {
        talk_close(&team[s]);
    }
}

/* Delivers a request to the engine that all name as its owner; that one. */
static talk *team_send(talk *team, const ask *a)
{
    uint8_t buf[TALK_CAP];
    dhcpperf_pkt pkt;
    int owner;
    unsigned s;

    talk_compose(&team[0], a, buf, &pkt);
    owner = dhcpperf_engine_owner(team[0].engine, &pkt);
    for (s = 1; s < TEAM; s++) {
        ck_assert_int_eq(dhcpperf_engine_owner(team[s].engine, &pkt), owner);
    }
    ck_assert_int_eq(dhcpperf_engine_recv(team[owner].engine, &pkt, 1, SECOND), 1);
    return &team[owner];
}
#define TEAM_SEND(team, ...) team_send((team), &(ask){__VA_ARGS__})

/* DISCOVER and REQUEST; the address as text. */
static const char *team_bind(talk *team, ask a, char *text)
{
    talk *it;

    a.type = DHCPPERF_DISCOVER;
    it = team_send(team, &a);
    HEAR(it, "OFFER");
    (void)dhcpperf_ip4_format(dhcpperf_msg_get_yiaddr(it->msg), text, 16);
    a.type = DHCPPERF_REQUEST;
    a.wish = text;
    a.server = "10.0.0.1";
    it = team_send(team, &a);
    HEAR(it, "ACK");
    return text;
}

START_TEST(a_query_reaches_the_shard_that_can_answer_it)
    {
        talk team[TEAM];
        char ips[8][16];
        unsigned k;

        open_team(team, "leasequery.enabled", "true");
        for (k = 0; k < 8; k++) {
            (void)team_bind(team, (ask){.client = 64 * k, .id = k == 1 ? "00616263" : NULL},
                            ips[k]);
        }
        for (k = 0; k < 8; k++) {
            /* By address, whoever asks: relay agents have hardware addresses of their own. */
            talk *it = TEAM_SEND(team, .type = DHCPPERF_LEASEQUERY, .client = 5000, .hlen = 99,
                                 .ciaddr = ips[k], .giaddr = "10.0.0.2", .to = "10.0.0.1");

            HEAR(it, "LEASEACTIVE");
            if (k != 1) {
                it = TEAM_SEND(team, .type = DHCPPERF_LEASEQUERY, .client = 64 * k,
                               .giaddr = "10.0.0.2", .to = "10.0.0.1");
                HEAR(it, "LEASEACTIVE");
            }
        }
        HEAR(TEAM_SEND(team, .type = DHCPPERF_LEASEQUERY, .id = "00616263", .giaddr = "10.0.0.2",
                       .to = "10.0.0.1"),
             "LEASEACTIVE");
        HEAR(TEAM_SEND(team, .type = DHCPPERF_LEASEQUERY, .hlen = 99, .ciaddr = "10.0.0.200",
                       .giaddr = "10.0.0.2", .to = "10.0.0.1"),
             "LEASEUNASSIGNED");
        close_team(team);
    }
END_TEST

START_TEST(who_is_behind_a_circuit_of_another_relay_agent_is_found_again)
    {
        talk team[TEAM], *there = NULL, *it;
        char text[16];
        unsigned k;

        open_team(team, "authoritative", "false");
        /* The first behind the circuit gets its address; others are behind another relay agent's
         * circuit of that name, and are served by the same shard. */
        ck_assert_str_eq(
            team_bind(team, (ask){.client = 1, .giaddr = "10.0.0.2", .info = "01026537"}, text),
            "10.0.0.200");
        for (k = 1; k < 6; k++) {
            (void)team_bind(team, (ask){.client = 64 * k, .giaddr = "10.0.0.3", .info = "01026537"},
                            text);
            ck_assert_str_ne(text, "10.0.0.200");
            it = TEAM_SEND(team, .type = DHCPPERF_REQUEST, .client = 64 * k, .ciaddr = text,
                           .to = "10.0.0.1");
            there = k == 1 ? it : there;
            ck_assert_msg(it == there, "client %u is looked for in another shard", k);
            HEAR(it, "ACK");
            (void)TEAM_SEND(team, .type = DHCPPERF_RELEASE, .client = 64 * k, .ciaddr = text,
                            .server = "10.0.0.1", .to = "10.0.0.1");
            ck_assert_uint_eq(talk_counter(there, DHCPPERF_C_RELEASED), k);
        }
        it = TEAM_SEND(team, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.200",
                       .to = "10.0.0.1");
        ck_assert_ptr_eq(it, there);
        HEAR(it, "ACK yiaddr=10.0.0.200");
        close_team(team);
    }
END_TEST

START_TEST(an_address_of_another_share_is_not_given_and_not_promised)
    {
        talk team[TEAM], *it;
        char other[16], text[16];

        open_team(team, "authoritative", "true");
        (void)team_bind(team, (ask){.client = 0}, other);
        /* Wished for: it gets one of its own shard.  Claimed: it is told to begin again. */
        (void)team_bind(team, (ask){.client = 64, .wish = other}, text);
        ck_assert_str_ne(text, other);
        it = TEAM_SEND(team, .type = DHCPPERF_REQUEST, .client = 128, .wish = other);
        HEAR(it, "NAK");
        it = TEAM_SEND(team, .type = DHCPPERF_REQUEST, .client = 64, .wish = other);
        HEAR(it, "NAK");
        close_team(team);
    }
END_TEST

START_TEST(garbage_belongs_to_whoever_has_it)
    {
        uint8_t garbage[10] = {0};
        dhcpperf_pkt pkt = {.data = garbage, .len = sizeof garbage};

        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_server_config_set_shard(t.config, 2, 4), 0);
        talk_open(&t);
        ck_assert_int_eq(dhcpperf_engine_owner(t.engine, &pkt), 2);
        talk_close(&t);
    }
END_TEST

START_TEST(a_paused_server_is_silent_and_counts)
    {
        talk_prepare(&t);
        talk_set(&t, "service.time", "1s");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        ck_assert_int_eq(dhcpperf_server_set_paused(t.server, 1), 0);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        talk_raw(&t, (const uint8_t *)"garbage", 7);
        talk_wait(&t, SECOND);
        HEAR(&t, "OFFER yiaddr=10.0.0.10"); /* decided before */
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_PAUSED), 2);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_MALFORMED), 1);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_PACKETS), 4);
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_UNANSWERED), 1);
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_REQUEST, DHCPPERF_OUT_UNANSWERED), 1);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 0);
        ck_assert_int_eq(dhcpperf_server_set_paused(t.server, 0), 0);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        talk_wait(&t, SECOND);
        HEAR(&t, "ACK yiaddr=10.0.0.10");
        ck_assert_int_eq(dhcpperf_server_set_paused(NULL, 1), DHCPPERF_E_INVALID);
        talk_close(&t);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, what_is_no_request_is_dropped_by_cause, 0, 17);
    tcase_add_loop_test(tc, what_is_unusual_is_served, 0, 14);
    tcase_add_test(tc, every_length_up_to_the_fixed_part_is_survived);
    tcase_add_loop_test(tc, mutations_do_no_harm, 0, 10);
    tcase_add_test(tc, a_huge_datagram_is_handled);
    tcase_add_test(tc, an_identifier_in_pieces_or_in_other_fields_is_the_same_identifier);
    tcase_add_test(tc, an_overloaded_field_that_overruns_is_malformed);
    tcase_add_test(tc, hops_and_relays_are_limited_when_told_so);
    tcase_add_loop_test(tc, a_truncated_arrival_and_a_frame_of_something_else_are_not_parsed, 0, 2);
    tcase_add_loop_test(tc, a_frame_is_unwrapped_when_it_is_for_the_port, 0, 2);
    tcase_add_loop_test(tc, a_history_does_not_depend_on_the_size_of_bursts, 0, 5);
    tcase_add_test(tc, clients_and_their_reservations_meet_in_one_shard);
    tcase_add_test(tc, a_query_reaches_the_shard_that_can_answer_it);
    tcase_add_test(tc, who_is_behind_a_circuit_of_another_relay_agent_is_found_again);
    tcase_add_test(tc, an_address_of_another_share_is_not_given_and_not_promised);
    tcase_add_test(tc, garbage_belongs_to_whoever_has_it);
    tcase_add_test(tc, a_paused_server_is_silent_and_counts);
}

HARNESS_MAIN("server/receive", tests)
