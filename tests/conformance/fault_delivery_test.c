/* SPDX-License-Identifier: MIT */
/* fault_delivery_test.c - replies that do not leave, leave late, twice, in disorder, in pieces, or
 * to and from where they should not; servers that are slow, stand still or die: F-001 to F-003,
 * F-026, F-033, F-035 and F-036. */
#include <string.h>

#include <libdhcpperf/frame.h>

#include "support/faulted.h"

#define MS DHCPPERF_NS_PER_MS

static faulted f;

static void open_with(const char *plan)
{
    faulted_prepare(&f, plan);
    faulted_open(&f);
}

/* DISCOVERs of clients 1, 2, 3..., 100 ms apart. */
static void discover_six(faulted *g)
{
    unsigned k;

    for (k = 1; k <= 6; k++) {
        ASK(g, .type = DHCPPERF_DISCOVER, .client = k);
        faulted_wait(g, 100 * MS);
    }
}

/* Which of six clients got an OFFER, in the order in which they did. */
static void got(const char *clients)
{
    char who[FAULTED_MAX + 1] = "";
    unsigned k;

    for (k = 0; k < f.n; k++) {
        who[k] = (char)('0' + f.at[k].bytes[28 + 5]);
    }
    ck_assert_str_eq(who, clients);
}

/* ---- loss ----------------------------------------------------------------------------------- */

START_TEST(f_001_messages_are_lost)
    {
        static const struct {
            const char *plan, *heard;
            unsigned lost;
        } cases[] = {
            {"drop on offer", "", 6},
            {"drop on discover", "", 6},
            {"drop on offer nth=2", "13456", 1},
            {"drop on discover every=2", "135", 3},
            {"drop on offer nth=2 burst=3", "156", 3},
            {"drop on discover skip=4", "1234", 2},
            {"drop on offer count=4", "56", 4},
            {"drop on offer time=150ms..350ms", "1256", 2},
            {"drop on offer mac=02:00:00:00:00:05", "12346", 1},
        };

        open_with(cases[_i].plan);
        discover_six(&f);
        got(cases[_i].heard);
        FAULTS(&f, cases[_i].lost);
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_DROP_FAULT), cases[_i].lost);
        ck_assert_uint_eq(talk_exchange(&f.t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_UNANSWERED),
                          cases[_i].lost);
        ck_assert_uint_eq(talk_exchange(&f.t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_ANSWERED),
                          6 - cases[_i].lost);
        faulted_close(&f);
        faulted_repeats(cases[_i].plan, discover_six);
    }
END_TEST

START_TEST(f_001_chance_comes_from_the_seed)
    {
        char who[2][FAULTED_MAX + 1];
        unsigned k, i;

        for (k = 0; k < 2; k++) {
            faulted_prepare(&f, "drop on offer p=50%");
            ck_assert_int_eq(dhcpperf_server_config_set_seed(f.t.config, 100 + k), 0);
            faulted_open(&f);
            discover_six(&f);
            memset(who[k], 0, sizeof who[k]);
            for (i = 0; i < f.n; i++) {
                who[k][i] = (char)('0' + f.at[i].bytes[28 + 5]);
            }
            FAULTS(&f, 6 - f.n);
            faulted_close(&f);
        }
        ck_assert_str_ne(who[0], who[1]);
        faulted_repeats("drop on offer p=50%", discover_six);
    }
END_TEST

/* ---- delay ---------------------------------------------------------------------------------- */

static dhcpperf_dur late(unsigned k)
{
    return f.at[k].when - (f.at[k].bytes[28 + 5] - 1u) * 100 * MS;
}

START_TEST(f_002_replies_are_late_by_as_much)
    {
        open_with("delay 30ms on offer");
        discover_six(&f);
        got("123456");
        WHEN(&f, 0, 30 * MS);
        WHEN(&f, 5, 530 * MS);
        FAULTS(&f, 6);
        faulted_close(&f);
        faulted_repeats("delay 30ms on offer", discover_six);
        open_with("delay 7s on offer nth=1"); /* longer than any client waits for the first time */
        discover_six(&f);
        got("23456");
        faulted_wait(&f, 7 * SECOND);
        got("234561");
        WHEN(&f, 5, 7 * SECOND);
        faulted_close(&f);
    }
END_TEST

START_TEST(f_002_replies_are_late_by_chance)
    {
        static const struct {
            const char *plan;
            dhcpperf_dur least, most;
        } cases[] = {
            {"delay uniform 10ms..50ms", 10 * MS, 50 * MS},
            {"delay normal 50ms 5ms", 20 * MS, 80 * MS},
            {"delay exponential 5ms", 0, 100 * MS},
            {"delay samples 1ms 2ms 3ms 5ms 8ms", 1 * MS, 8 * MS},
        };
        unsigned k, different = 0;

        open_with(cases[_i].plan);
        discover_six(&f);
        faulted_wait(&f, SECOND);
        ck_assert_uint_eq(f.n, 6);
        for (k = 0; k < 6; k++) {
            ck_assert_msg(late(k) >= cases[_i].least && late(k) <= cases[_i].most, "%s: %u us late",
                          cases[_i].plan, (unsigned)(late(k) / 1000));
            different += late(k) != late(0);
        }
        ck_assert_uint_gt(different, 0);
        FAULTS(&f, 6);
        faulted_close(&f);
        faulted_repeats(cases[_i].plan, discover_six);
    }
END_TEST

START_TEST(f_002_a_slow_server_is_slower_by_a_delay)
    {
        faulted_prepare(&f, "delay 30ms on offer nth=2");
        ck_assert_int_eq(dhcpperf_server_config_set_service_time(f.t.config, 10 * MS, 0), 0);
        faulted_open(&f);
        discover_six(&f);
        WHEN(&f, 0, 10 * MS);
        WHEN(&f, 1, 140 * MS);
        WHEN(&f, 2, 210 * MS);
        FAULTS(&f, 1);
        faulted_close(&f);
    }
END_TEST

/* ---- copies, disorder ----------------------------------------------------------------------- */

START_TEST(f_003_a_reply_comes_twice)
    {
        unsigned k;

        open_with("duplicate on offer nth=1");
        discover_six(&f);
        got("1123456");
        WHEN(&f, 1, 0);
        assert_mem_eq(f.at[1].bytes, f.at[0].bytes, f.at[0].len);
        FAULTS(&f, 1);
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_TX_PACKETS), 7);
        ck_assert_uint_eq(talk_exchange(&f.t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_ANSWERED), 6);
        ck_assert_uint_eq(talk_exchange(&f.t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_IN_FLIGHT), 0);
        faulted_close(&f);
        faulted_repeats("duplicate on offer nth=1", discover_six);

        open_with("duplicate 3 after 10ms on offer nth=2");
        discover_six(&f);
        got("122223456");
        for (k = 1; k < 5; k++) {
            WHEN(&f, k, 100 * MS + (k - 1) * 10 * MS);
            ck_assert_uint_eq(f.at[k].len, f.at[1].len);
            assert_mem_eq(f.at[k].bytes, f.at[1].bytes, f.at[1].len);
        }
        FAULTS(&f, 1);
        faulted_close(&f);
    }
END_TEST

/* What does not fit beside a reply is copied, too. */
START_TEST(f_003_a_copy_has_all_that_comes_back)
    {
        static char info[2 * 200 + 1];

        memset(info, '3', sizeof info - 1);
        memcpy(info, "01c6", 4); /* one sub-option of 198 octets */
        open_with("duplicate after 1s");
        ASK(&f, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.9", .info = info,
            .to = "10.0.0.1", .from = "10.0.0.9");
        faulted_wait(&f, SECOND);
        ck_assert_uint_eq(f.n, 2);
        ck_assert_uint_eq(f.at[1].len, f.at[0].len);
        assert_mem_eq(f.at[1].bytes, f.at[0].bytes, f.at[0].len);
        SAYS(&f, 1, "OFFER +82 dst=10.0.0.9:67");
        faulted_close(&f);
    }
END_TEST

START_TEST(f_003_a_reply_is_overtaken)
    {
        open_with("reorder 2 on offer nth=1");
        discover_six(&f);
        got("231456");
        WHEN(&f, 2, 200 * MS);
        FAULTS(&f, 1);
        faulted_close(&f);
        faulted_repeats("reorder 2 on offer nth=1", discover_six);

        open_with("reorder on offer"); /* an OFFER behind the ACK: nobody else is there */
        ASK(&f, .type = DHCPPERF_DISCOVER, .client = 1);
        ASK(&f, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
        ck_assert_uint_eq(f.n, 2);
        SAYS(&f, 0, "ACK");
        SAYS(&f, 1, "OFFER");
        faulted_close(&f);

        open_with("reorder 5 on offer nth=1"); /* nobody comes: after a second */
        ASK(&f, .type = DHCPPERF_DISCOVER, .client = 1);
        faulted_wait(&f, SECOND - 1);
        ck_assert_uint_eq(f.n, 0);
        faulted_wait(&f, 1);
        ck_assert_uint_eq(f.n, 1);
        faulted_close(&f);
    }
END_TEST

/* ---- where to and from ---------------------------------------------------------------------- */

static void ask_for_an_offer(faulted *g)
{
    ASK(g, .type = DHCPPERF_DISCOVER, .client = 1);
    ASK(g, .type = DHCPPERF_DISCOVER, .client = 1, .flags = 0x8000);
}

static int is_framed(unsigned k)
{
    return (f.at[k].pkt.flags & DHCPPERF_PKT_FRAME) != 0;
}

START_TEST(f_033_replies_go_elsewhere)
    {
        static const struct {
            const char *plan, *first, *second; /* without and with the broadcast flag */
            int broadcast[2];
        } cases[] = {
            {"delay 0s", "dst=10.0.0.10:68", "dst=255.255.255.255:68", {0, 1}},
            {"to port 6868", "dst=10.0.0.10:6868", "dst=255.255.255.255:6868", {0, 1}},
            {"to broadcast", "dst=255.255.255.255:68", "dst=255.255.255.255:68", {1, 1}},
            {"to unicast", "dst=10.0.0.10:68", "dst=10.0.0.10:68", {0, 0}},
            {"to address 10.0.0.99", "dst=10.0.0.99:68", "dst=10.0.0.99:68", {0, 0}},
        };

        open_with(cases[_i].plan);
        ask_for_an_offer(&f);
        ck_assert_uint_eq(f.n, 2);
        SAYS(&f, 0, cases[_i].first);
        SAYS(&f, 1, cases[_i].second);
        SAYS(&f, 0, "OFFER src=10.0.0.1:67 flags=0000");
        SAYS(&f, 1, "OFFER src=10.0.0.1:67 flags=8000");
        ck_assert_int_eq((f.at[0].pkt.flags & DHCPPERF_PKT_BCAST) != 0, cases[_i].broadcast[0]);
        ck_assert_int_eq((f.at[1].pkt.flags & DHCPPERF_PKT_BCAST) != 0, cases[_i].broadcast[1]);
        ck_assert(!is_framed(0));
        FAULTS(&f, 2);
        faulted_close(&f);
        faulted_repeats(cases[_i].plan, ask_for_an_offer);
    }
END_TEST

START_TEST(f_033_replies_come_from_elsewhere)
    {
        static const struct {
            const char *plan, *src;
        } cases[] = {
            {"from port 6767", "src=10.0.0.1:6767"},
            {"from address 10.0.0.200", "src=10.0.0.200:67"},
            {"from port 1, from address 192.0.2.1", "src=192.0.2.1:1"},
        };
        heard plain;

        open_with(NULL);
        ask_for_an_offer(&f);
        plain = f.at[0];
        faulted_close(&f);
        open_with(cases[_i].plan);
        ask_for_an_offer(&f);
        ck_assert_uint_eq(f.n, 2);
        ck_assert(is_framed(0) && is_framed(1));
        SAYS(&f, 0, cases[_i].src);
        SAYS(&f, 0, "OFFER dst=10.0.0.10:68");
        SAYS(&f, 1, "OFFER dst=255.255.255.255:68");
        assert_mem_eq(f.at[0].bytes, "\x02\x00\x00\x00\x00\x01", 6); /* to the client */
        assert_mem_eq(f.at[1].bytes, "\xff\xff\xff\xff\xff\xff", 6);
        ck_assert_uint_eq(f.at[0].len, 42 + plain.len); /* what it says is not touched */
        assert_mem_eq(f.at[0].bytes + 42, plain.bytes, plain.len);
        FAULTS(&f, 2);
        faulted_close(&f);
        faulted_repeats(cases[_i].plan, ask_for_an_offer);
    }
END_TEST

/* ---- pieces --------------------------------------------------------------------------------- */

/* Puts IP fragments together, which must have come in order: the payload of the datagram. */
static size_t reassemble(uint8_t *buf, size_t most)
{
    size_t at = 0, n;
    unsigned k;

    for (k = 0; k < f.n; k++) {
        const uint8_t *ip = f.at[k].bytes + 14;
        unsigned where = (unsigned)(ip[6] << 8 | ip[7]);
        uint32_t sum = 0;

        ck_assert(is_framed(k));
        ck_assert_uint_eq(f.at[k].bytes[12] << 8 | f.at[k].bytes[13], 0x0800);
        for (n = 0; n < 20; n += 2) {
            sum += (uint32_t)(ip[n] << 8 | ip[n + 1]);
        }
        ck_assert_uint_eq((sum & 0xffff) + (sum >> 16), 0xffff); /* the checksum is right */
        ck_assert_uint_eq((where & 0x1fff) * 8, at);
        ck_assert_int_eq((where & 0x2000) != 0, k + 1 < f.n);
        assert_mem_eq(ip + 4, f.at[0].bytes + 14 + 4, 2); /* one datagram */
        n = (size_t)(ip[2] << 8 | ip[3]);
        ck_assert_uint_le(n, most);
        ck_assert_uint_eq(f.at[k].len, 14 + n);
        memcpy(buf + at, ip + 20, n - 20);
        at += n - 20;
    }
    ck_assert_uint_eq(buf[4] << 8 | buf[5], at); /* UDP's own length */
    memmove(buf, buf + 8, at - 8);
    return at - 8;
}

static void ask_once(faulted *g)
{
    ASK(g, .type = DHCPPERF_DISCOVER, .client = 1);
}

START_TEST(f_026_a_long_message_comes_in_fragments)
    {
        static const struct {
            const char *plan;
            size_t len, most;
            unsigned pieces;
        } cases[] = {
            {"size 4000, fragment 1500 on offer", 4000, 1500, 3},
            {"fragment 68 on offer", 0, 68, 7},
            {"size 16000, fragment 576 on offer", 16000, 576, 29},
        };
        static uint8_t whole[20000];
        heard plain;
        size_t n;

        open_with(NULL);
        ask_once(&f);
        plain = f.at[0];
        faulted_close(&f);
        open_with(cases[_i].plan);
        ask_once(&f);
        n = reassemble(whole, cases[_i].most);
        ck_assert_uint_eq(f.n, cases[_i].pieces);
        ck_assert_uint_eq(n, cases[_i].len != 0 ? cases[_i].len : plain.len);
        assert_mem_eq(whole, plain.bytes, plain.len);
        for (; n > plain.len; n--) {
            ck_assert_uint_eq(whole[n - 1], 0);
        }
        FAULTS(&f, 1);
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_TX_PACKETS), 1);
        faulted_close(&f);
        faulted_repeats(cases[_i].plan, ask_once);
    }
END_TEST

/* ---- FORCERENEW ----------------------------------------------------------------------------- */

static void bind_and_wait(faulted *g)
{
    ASK(g, .type = DHCPPERF_DISCOVER, .client = 1);
    ASK(g, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
    faulted_wait(g, 10 * SECOND);
}

START_TEST(f_035_a_forcerenew_follows)
    {
        open_with("forcerenew after 3s on select-ack");
        bind_and_wait(&f);
        ck_assert_uint_eq(f.n, 3);
        WHEN(&f, 2, 3 * SECOND);
        SAYS(&f, 2, "FORCERENEW op=2 ciaddr=10.0.0.10 54=10.0.0.1 dst=10.0.0.10:68 !90");
        assert_mem_eq(f.at[2].bytes + 28, f.at[1].bytes + 28, 16);
        FAULTS(&f, 1);
        ck_assert_uint_eq(talk_exchange(&f.t, DHCPPERF_X_REQUEST, DHCPPERF_OUT_ANSWERED), 1);
        faulted_close(&f);
        faulted_repeats("forcerenew after 3s on select-ack", bind_and_wait);

        open_with("forcerenew broadcast");
        bind_and_wait(&f);
        WHEN(&f, 2, 0);
        SAYS(&f, 2, "FORCERENEW dst=255.255.255.255:68");
        ck_assert((f.at[2].pkt.flags & DHCPPERF_PKT_BCAST) != 0);
        faulted_close(&f);
    }
END_TEST

/* ---- rate ----------------------------------------------------------------------------------- */

static void discover_at_once(faulted *g)
{
    unsigned k;

    for (k = 1; k <= 6; k++) {
        ASK(g, .type = DHCPPERF_DISCOVER, .client = k);
    }
    faulted_wait(g, 10 * SECOND);
}

START_TEST(f_036_replies_share_a_narrow_link)
    {
        dhcpperf_dur each;
        unsigned k;

        open_with("bandwidth 64k");
        discover_at_once(&f);
        got("123456");
        each = (f.at[0].len + 28) * 8 * DHCPPERF_NS_PER_S / 64000;
        for (k = 0; k < 6; k++) {
            WHEN(&f, k, (k + 1) * each);
        }
        FAULTS(&f, 6);
        faulted_close(&f);
        faulted_repeats("bandwidth 64k", discover_at_once);

        open_with("bandwidth 64k queue 1000"); /* which is room for three */
        discover_at_once(&f);
        got("123");
        FAULTS(&f, 6);
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_DROP_FAULT), 3);
        faulted_close(&f);
    }
END_TEST

START_TEST(f_036_only_so_many_replies_leave_a_second)
    {
        open_with("limit 10/s burst 2 queue 3");
        discover_at_once(&f);
        got("12345");
        WHEN(&f, 1, 0);
        WHEN(&f, 2, 100 * MS);
        WHEN(&f, 4, 300 * MS);
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_DROP_FAULT), 1);
        FAULTS(&f, 6);
        faulted_close(&f);
        faulted_repeats("limit 10/s burst 2 queue 3", discover_at_once);
    }
END_TEST

START_TEST(f_036_a_server_that_stands_still_answers_later)
    {
        unsigned k;

        open_with("stall 250ms on discover nth=2");
        discover_six(&f);
        got("123456");
        WHEN(&f, 0, 0);
        for (k = 1; k < 4; k++) {
            WHEN(&f, k, 350 * MS); /* what came meanwhile was not lost */
        }
        WHEN(&f, 4, 400 * MS);
        FAULTS(&f, 1);
        ck_assert_uint_eq(talk_exchange(&f.t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_ANSWERED), 6);
        faulted_close(&f);
        faulted_repeats("stall 250ms on discover nth=2", discover_six);
    }
END_TEST

/* A burst is cut where the server stops. */
START_TEST(f_036_a_server_stands_still_in_the_middle_of_a_burst)
    {
        uint8_t buf[3][TALK_CAP];
        dhcpperf_pkt pkts[3];
        unsigned k;

        open_with("stall 1s on discover nth=2");
        for (k = 0; k < 3; k++) {
            talk_compose(&f.t, &(ask){.type = DHCPPERF_DISCOVER, .client = k + 1}, buf[k],
                         &pkts[k]);
        }
        ck_assert_int_eq(dhcpperf_engine_recv(f.t.engine, pkts, 3, 5), 2);
        ck_assert_int_eq(dhcpperf_engine_recv(f.t.engine, pkts + 2, 1, 6), 0);
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_RX_PACKETS), 2);
        ck_assert_uint_eq(dhcpperf_engine_deadline(f.t.engine), 5 + SECOND);
        f.t.now = SECOND;
        HEAR(&f.t, "nothing");
        f.t.now = SECOND + 5;
        ck_assert_int_eq(dhcpperf_engine_recv(f.t.engine, pkts + 2, 1, f.t.now), 1);
        HEAR(&f.t, "OFFER yiaddr=10.0.0.10");
        HEAR(&f.t, "OFFER yiaddr=10.0.0.11");
        HEAR(&f.t, "OFFER yiaddr=10.0.0.12");
        HEAR(&f.t, "nothing");
        faulted_close(&f);
    }
END_TEST

static void bind_then_renew(faulted *g)
{
    unsigned k;

    ASK(g, .type = DHCPPERF_DISCOVER, .client = 1);
    ASK(g, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .server = "10.0.0.1");
    ASK(g, .type = DHCPPERF_DISCOVER, .client = 2);
    for (k = 0; k < 3; k++) {
        faulted_wait(g, 3 * SECOND);
        ASK(g, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .from = "10.0.0.10",
            .to = "10.0.0.1");
    }
}

START_TEST(f_036_a_server_dies_and_has_forgotten_all)
    {
        open_with("restart down 5s on renew nth=1");
        bind_then_renew(&f);
        ck_assert_uint_eq(f.n, 3); /* what came when it died, or was down, is lost: 3 s and 6 s */
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_DROP_FAULT), 2);
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_DROP_UNKNOWN), 1); /* at 9 s */
        ck_assert_uint_eq(dhcpperf_server_count(f.t.server, DHCPPERF_LEASE_BOUND), 0);
        ck_assert_uint_eq(dhcpperf_server_count(f.t.server, DHCPPERF_LEASE_OFFERED), 0);
        FAULTS(&f, 1);
        ASK(&f, .type = DHCPPERF_DISCOVER, .client = 3);
        SAYS(&f, 3, "OFFER yiaddr=10.0.0.10"); /* as on its first day */
        faulted_close(&f);
        faulted_repeats("restart down 5s on renew nth=1", bind_then_renew);
    }
END_TEST

START_TEST(f_036_a_server_dies_and_has_its_leases_still)
    {
        open_with("restart keep down 5s on renew nth=1");
        bind_then_renew(&f);
        ck_assert_uint_eq(f.n, 4);
        WHEN(&f, 3, 9 * SECOND);
        SAYS(&f, 3, "ACK yiaddr=10.0.0.10");
        ck_assert_uint_eq(dhcpperf_server_count(f.t.server, DHCPPERF_LEASE_BOUND), 1);
        ck_assert_uint_eq(dhcpperf_server_count(f.t.server, DHCPPERF_LEASE_OFFERED), 0);
        FAULTS(&f, 1);
        faulted_close(&f);
    }
END_TEST

/* What was decided but not sent dies with the server; reservations are configuration. */
START_TEST(f_036_replies_die_with_the_server_and_reservations_do_not)
    {
        static const uint8_t key[] = {1, 2, 0, 0, 0, 0, 7};

        faulted_prepare(&f, "delay 2s; restart on inform");
        ck_assert_int_eq(dhcpperf_pool_reserve(f.t.pool, DHCPPERF_KEY_HARDWARE,
                                               (dhcpperf_bytes){key, sizeof key},
                                               talk_ip("10.0.0.15")),
                         0);
        faulted_open(&f);
        ASK(&f, .type = DHCPPERF_DISCOVER, .client = 7);
        ASK(&f, .type = DHCPPERF_DISCOVER, .client = 1);
        faulted_wait(&f, SECOND);
        ASK(&f, .type = DHCPPERF_INFORM, .client = 9, .ciaddr = "10.0.0.99", .to = "10.0.0.1");
        faulted_wait(&f, 5 * SECOND);
        ck_assert_uint_eq(f.n, 0);
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_DROP_FAULT), 3);
        ck_assert_uint_eq(talk_exchange(&f.t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_UNANSWERED), 2);
        ASK(&f, .type = DHCPPERF_DISCOVER, .client = 7);
        ASK(&f, .type = DHCPPERF_DISCOVER, .client = 1);
        faulted_wait(&f, 2 * SECOND);
        SAYS(&f, 0, "OFFER yiaddr=10.0.0.15");
        SAYS(&f, 1, "OFFER yiaddr=10.0.0.10");
        faulted_close(&f);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, f_001_messages_are_lost, 0, 9);
    tcase_add_test(tc, f_001_chance_comes_from_the_seed);
    tcase_add_test(tc, f_002_replies_are_late_by_as_much);
    tcase_add_loop_test(tc, f_002_replies_are_late_by_chance, 0, 4);
    tcase_add_test(tc, f_002_a_slow_server_is_slower_by_a_delay);
    tcase_add_test(tc, f_003_a_reply_comes_twice);
    tcase_add_test(tc, f_003_a_copy_has_all_that_comes_back);
    tcase_add_test(tc, f_003_a_reply_is_overtaken);
    tcase_add_loop_test(tc, f_026_a_long_message_comes_in_fragments, 0, 3);
    tcase_add_loop_test(tc, f_033_replies_go_elsewhere, 0, 5);
    tcase_add_loop_test(tc, f_033_replies_come_from_elsewhere, 0, 3);
    tcase_add_test(tc, f_035_a_forcerenew_follows);
    tcase_add_test(tc, f_036_replies_share_a_narrow_link);
    tcase_add_test(tc, f_036_only_so_many_replies_leave_a_second);
    tcase_add_test(tc, f_036_a_server_that_stands_still_answers_later);
    tcase_add_test(tc, f_036_a_server_stands_still_in_the_middle_of_a_burst);
    tcase_add_test(tc, f_036_a_server_dies_and_has_forgotten_all);
    tcase_add_test(tc, f_036_a_server_dies_and_has_its_leases_still);
    tcase_add_test(tc, f_036_replies_die_with_the_server_and_reservations_do_not);
}

HARNESS_MAIN("conformance/fault_delivery", tests)
