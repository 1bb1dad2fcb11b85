/* SPDX-License-Identifier: MIT */
/* fault_parse_test.c - fault plans as text: every form and its canonical one, and what is too much.
 */
#include "policy/dp_fault.h"

#include <stdio.h>
#include <string.h>

#include "support/harness.h"

#define SERVER DHCPPERF_FAULT_SERVER
#define CLIENT DHCPPERF_FAULT_CLIENT

/* ---- what is understood ---------------------------------------------------------------------- */

static const struct {
    dhcpperf_fault_side side;
    const char *text, *canonical;
} good[] = {
    /* the shape of plans and rules */
    {SERVER, "", ""},
    {SERVER, " ;; # nothing\n\n\t;", ""},
    {SERVER, "match first\n drop", "drop on any-request\n"},
    {SERVER, "drop; match all # at the end\r\n", "match all\ndrop on any-request\n"},
    {SERVER, "drop offer p=0.1; nak request nth=3", "drop on offer p=0.1\nnak on request nth=3\n"},
    {SERVER, "slow: delay normal 80ms 20ms on offer, ack p=30%",
     "slow: delay normal 80ms 20ms on offer, ack p=0.3\n"},
    {SERVER, "rule-1: drop\nrule-2:drop\nA.b_c-9: drop",
     "drop on any-request\ndrop on any-request\nA.b_c-9: drop on any-request\n"},
    {SERVER, "on: drop on offer", "on: drop on offer\n"},
    /* messages */
    {SERVER, "drop on discover,select,reboot,renew,rebind,inform,release,decline,leasequery,bootp",
     "drop on any-request\n"},
    {SERVER,
     "drop on offer,nak,inform-ack,select-ack,reboot-ack,renew-ack,rebind-ack,rapid-ack,"
     "query-reply,bootp-reply",
     "drop on any-reply\n"},
    {SERVER, "drop on rebind, renew, reboot, select, discover", "drop on discover, request\n"},
    {SERVER, "drop on ack, nak, offer, offer", "drop on offer, nak, ack\n"},
    {SERVER, "drop any-reply", "drop on any-reply\n"},
    {SERVER, "drop nak", "drop on nak\n"},
    /* on the way in */
    {SERVER, "nak", "nak on request\n"},
    {SERVER, "nak unicast renew count=3 per=client", "nak unicast on renew count=3 per=client\n"},
    {SERVER, "exhaust", "exhaust on discover\n"},
    {SERVER, "exhaust bootp", "exhaust on bootp\n"},
    {SERVER, "forget, nak", "forget, nak on request\n"},
    {SERVER, "forget, exhaust", "forget, exhaust on discover, bootp\n"},
    {SERVER, "withdraw", "withdraw on reboot, renew, rebind\n"},
    {SERVER, "expire-offer", "expire-offer on select\n"},
    {SERVER, "same-address 10.0.0.9", "same-address 10.0.0.9 on discover\n"},
    {SERVER, "commit", "commit on discover\n"},
    {SERVER, "stall 2s on any-request every=1000", "stall 2s on any-request every=1000\n"},
    {SERVER, "restart", "restart empty on any-request\n"},
    {SERVER, "restart keep down 1500ms", "restart keep down 1s500ms on any-request\n"},
    {SERVER, "restart empty down 5s on any-request leases=1000 count=1",
     "restart empty down 5s on any-request count=1 leases=1000\n"},
    {SERVER, "rogue 10.9.9.9 10.9.9.100-10.9.9.200 before 1ms",
     "rogue 10.9.9.9 10.9.9.100-10.9.9.200 before 1ms on discover, request\n"},
    {SERVER, "rogue 10.9.9.9 10.9.9.100-10.9.9.100 on discover",
     "rogue 10.9.9.9 10.9.9.100-10.9.9.100 on discover\n"},
    {SERVER, "rogue 10.9.9.9 10.9.9.1-10.9.9.2 after 2s discover",
     "rogue 10.9.9.9 10.9.9.1-10.9.9.2 after 2s on discover\n"},
    {SERVER, "reclaim quiet 30s", "reclaim quiet 30s on discover\n"},
    /* on the way out */
    {SERVER, "conflict", "conflict on ack\n"},
    {SERVER, "conflict offer", "conflict on offer\n"},
    {SERVER, "delay 0s", "delay 0s on any-reply\n"},
    {SERVER, "delay 1.5s", "delay 1s500ms on any-reply\n"},
    {SERVER, "delay uniform 10ms..1s", "delay uniform 10ms..1s on any-reply\n"},
    {SERVER, "delay uniform 1.5s..1.5s", "delay uniform 1s500ms..1s500ms on any-reply\n"},
    {SERVER, "delay exponential 3ms", "delay exponential 3ms on any-reply\n"},
    {SERVER, "delay samples 1ms 2ms 0s offer", "delay samples 1ms 2ms 0s on offer\n"},
    {SERVER, "delay 8760h", "delay 8760h on any-reply\n"},
    {SERVER, "duplicate", "duplicate 1 on any-reply\n"},
    {SERVER, "duplicate 3 after 10ms ack", "duplicate 3 after 10ms on ack\n"},
    {SERVER, "duplicate after 10ms", "duplicate 1 after 10ms on any-reply\n"},
    {SERVER, "reorder", "reorder 1 on any-reply\n"},
    {SERVER, "reorder 5", "reorder 5 on any-reply\n"},
    {SERVER, "bandwidth 64k", "bandwidth 64k queue 64k on any-reply\n"},
    {SERVER, "bandwidth 1500000 queue 3000", "bandwidth 1500k queue 3k on any-reply\n"},
    {SERVER, "bandwidth 1234 queue 999", "bandwidth 1234 queue 999 on any-reply\n"},
    {SERVER, "limit 100/s", "limit 100/s burst 1 queue 0 on any-reply\n"},
    {SERVER, "limit 0.5/s burst 10 queue 20", "limit 0.5/s burst 10 queue 20 on any-reply\n"},
    {SERVER, "forcerenew", "forcerenew on ack\n"},
    {SERVER, "forcerenew broadcast after 1s select-ack",
     "forcerenew broadcast after 1s on select-ack\n"},
    {SERVER, "to port 6868", "to port 6868 on any-reply\n"},
    {SERVER, "to broadcast; to unicast; to address 10.0.0.1",
     "to broadcast on any-reply\nto unicast on any-reply\nto address 10.0.0.1 on any-reply\n"},
    {SERVER, "from port 66; from address 0.0.0.0",
     "from port 66 on any-reply\nfrom address 0.0.0.0 on any-reply\n"},
    {SERVER, "fragment 576", "fragment 576 on any-reply\n"},
    /* fields */
    {SERVER, "set op=3, set htype = 0x20 , set hlen = 17, set hops=hex:ff, set secs=65535",
     "set op = 3, set htype = 32, set hlen = 17, set hops = 255, set secs = 65535 on any-reply\n"},
    {SERVER, "set xid = 1, set xid = +1, set xid = -4294967295, set xid=random, set xid=other",
     "set xid = 0x00000001, set xid = +1, set xid = -4294967295, set xid = random, "
     "set xid = other on any-reply\n"},
    {SERVER, "set flags = 0x8000, set flags = hex:01",
     "set flags = 0x8000, set flags = hex:01 on "
     "any-reply\n"},
    {SERVER,
     "set ciaddr=10.0.0.1, set yiaddr=broadcast, set siaddr=network, set giaddr=0.0.0.0, "
     "set yiaddr=own, set siaddr=server, set yiaddr=+1",
     "set ciaddr = 10.0.0.1, set yiaddr = broadcast, set siaddr = network, set giaddr = 0.0.0.0, "
     "set yiaddr = own, set siaddr = server, set yiaddr = +1 on any-reply\n"},
    {SERVER, "set chaddr = 02:00:00:00:00:1f, set chaddr = other, set chaddr=hex:01, set chaddr=+1",
     "set chaddr = 02:00:00:00:00:1f, set chaddr = other, set chaddr = hex:01, set chaddr = +1 on "
     "any-reply\n"},
    {SERVER, "set chaddr = hex:000102030405060708090a0b0c0d0e0f",
     "set chaddr = hex:000102030405060708090a0b0c0d0e0f on any-reply\n"},
    {SERVER, "set sname = \"a \\\"b\\\" # ; , = \\\\\", set file = random",
     "set sname = \"a \\\"b\\\" # ; , = \\\\\", set file = random on any-reply\n"},
    {SERVER, "set sname = \"\"", "set sname = \"\" on any-reply\n"},
    {SERVER, "set file = hex:ff00", "set file = hex:ff00 on any-reply\n"},
    {SERVER, "set cookie = hex:63825364, set cookie = 0x63825363",
     "set cookie = 0x63825364, set cookie = 0x63825363 on any-reply\n"},
    /* options */
    {SERVER, "set option 51 = 0 on inform-ack", "set option 51 = 0 on inform-ack\n"},
    {SERVER, "set option lease-time = 1h on offer", "set option 51 = 3600 on offer\n"},
    {SERVER, "set option 51 = hex:0a0b0c", "set option 51 = hex:0a0b0c on any-reply\n"},
    {SERVER, "set option 54 = 0.0.0.0; set option 54 = hex:",
     "set option 54 = 0.0.0.0 on any-reply\nset option 54 = hex: on any-reply\n"},
    {SERVER, "set option 54 = random, set option 54 = network, set option 54 = server",
     "set option 54 = random, set option 54 = network, set option 54 = server on any-reply\n"},
    {SERVER, "set option 53 = \"NAK\"; set option 53=255",
     "set option 53 = \"NAK\" on any-reply\nset option 53 = 255 on any-reply\n"},
    {SERVER, "set option 6 = \"10.0.0.1, 10.0.0.2\"",
     "set option 6 = \"10.0.0.1, 10.0.0.2\" on any-reply\n"},
    {SERVER, "set option 12 = server, set option 12 = \"server\"",
     "set option 12 = server, set option 12 = \"server\" on any-reply\n"},
    {SERVER, "set option 15 = \"a\\\"b\"", "set option 15 = \"a\\\"b\" on any-reply\n"},
    {SERVER, "set option 56 = \"\\x01\\x02\"", "set option 56 = \"\\x01\\x02\" on any-reply\n"},
    {SERVER, "drop option 54 on offer nth=1 per=client",
     "drop option 54 on offer nth=1 per=client\n"},
    {SERVER, "drop option relay-agent-info", "drop option 82 on any-reply\n"},
    {SERVER, "append option 82 copy", "append option 82 copy on any-reply\n"},
    {SERVER, "append option 222 = hex:00", "append option 222 = hex:00 on any-reply\n"},
    {SERVER, "move option 82 first, move option 53 last",
     "move option 82 first, move option 53 last on any-reply\n"},
    {SERVER, "truncate option 82 0", "truncate option 82 0 on any-reply\n"},
    {SERVER, "flip option 82 bits 3", "flip option 82 bits 3 on any-reply\n"},
    {SERVER, "sort option 82", "sort option 82 on any-reply\n"},
    {SERVER, "split option 6 4", "split option 6 4 on any-reply\n"},
    /* the message */
    {SERVER, "overload file, overload sname, overload both",
     "overload file, overload sname, overload both on any-reply\n"},
    {SERVER, "drop end, append octets hex:deadbeef, append octets random 100",
     "drop end, append octets hex:deadbeef, append octets random 100 on any-reply\n"},
    {SERVER, "overrun, pad 3", "overrun, pad 3 on any-reply\n"},
    {SERVER, "flip bits 3 on any-reply p=0.01", "flip bits 3 on any-reply p=0.01\n"},
    {SERVER, "truncate 250; truncate random; size 4000",
     "truncate 250 on any-reply\ntruncate random on any-reply\nsize 4000 on any-reply\n"},
    /* conditions */
    {SERVER, "drop p=1 nth=3 skip=2 count=10 burst=4 per=client",
     "drop on any-request p=1 nth=3 skip=2 count=10 burst=4 per=client\n"},
    {SERVER, "drop per=client every=5 p=0.000000001",
     "drop on any-request p=0.000000001 every=5 per=client\n"},
    {SERVER, "drop p=0%", "drop on any-request p=0\n"},
    {SERVER, "drop p=12.3456789%", "drop on any-request p=0.123456789\n"},
    {SERVER, "drop share=20% armed=yes", "drop on any-request share=20%\n"},
    {SERVER, "drop share=0.5", "drop on any-request share=50%\n"},
    {SERVER, "drop mac=02:00:*:*:*:1F class=gold relay=10.0.0.0/8 ip=10.0.0.7",
     "drop on any-request mac=02:00:*:*:*:1f class=\"gold\" relay=10.0.0.0/8 ip=10.0.0.7\n"},
    {SERVER, "drop relay=0.0.0.0/0", "drop on any-request relay=0.0.0.0/0\n"},
    {SERVER, "drop circuit=eth0/1", "drop on any-request circuit=\"eth0/1\"\n"},
    {SERVER, "drop circuit=eth0* class=\"a b\"",
     "drop on any-request class=\"a b\" circuit=\"eth0*\"\n"},
    {SERVER, "drop circuit=\"a\\x2a\"", "drop on any-request circuit=\"a\\x2a\"\n"},
    {SERVER, "drop circuit=*", "drop on any-request circuit=\"*\"\n"},
    {SERVER, "drop circuit=\"\\x00\\xff\"", "drop on any-request circuit=\"\\x00\\xff\"\n"},
    {SERVER, "drop time=10s..20s cycle=1m leases=1000 armed=no",
     "drop on any-request time=10s..20s cycle=1m leases=1000 armed=no\n"},
    {SERVER, "drop time=10s..", "drop on any-request time=10s..\n"},
    {SERVER, "drop time=0s..1.5s cycle=1.5s",
     "drop on any-request time=0s..1s500ms cycle=1s500ms\n"},
    {SERVER, "drop armed=no also=yes; drop also=no",
     "drop on any-request also=yes armed=no\ndrop on any-request\n"},
    {SERVER, "drop p = 0.5 nth= 2", "drop on any-request p=0.5 nth=2\n"},
    /* clients */
    {CLIENT, "drop; drop offer", "drop on any-request\ndrop on offer\n"},
    {CLIENT, "duplicate", "duplicate 1 on any-request\n"},
    {CLIENT, "append option 50 = own on request", "append option 50 = own on request\n"},
    {CLIENT, "truncate random discover p=1%", "truncate random on discover p=0.01\n"},
    {CLIENT, "hostile; hostile all; hostile 0; hostile 3..9; hostile 4..4 on discover",
     "hostile next on any-request\nhostile all on any-request\nhostile 0 on any-request\n"
     "hostile 3..9 on any-request\nhostile 4 on discover\n"},
    {CLIENT, "hostile next 1; hostile next 5k on renew; hostile next on renew p=0.5",
     "hostile next on any-request\nhostile next 5000 on renew\nhostile next on renew p=0.5\n"},
};

static char *format(const dhcpperf_fault_plan *p)
{
    static char text[2][DHCPPERF_FAULT_TEXT_MAX + 1];
    static unsigned turn;

    turn = !turn;
    ck_assert_int_ge(dhcpperf_fault_plan_format(p, text[turn], sizeof text[turn]), 0);
    return text[turn];
}

static dhcpperf_fault_plan *parse(dhcpperf_fault_side side, const char *text)
{
    dhcpperf_fault_plan *p = NULL;
    const char *reason = "";
    size_t at = 0;
    int rc = dhcpperf_fault_plan_parse(&p, side, text, &at, &reason, NULL);

    ck_assert_msg(rc == 0, "\"%s\" at %zu: %s", text, at, reason);
    return p;
}

START_TEST(every_form_has_one_canonical_form)
    {
        dhcpperf_fault_plan *p = parse(good[_i].side, good[_i].text), *again;
        const char *text = format(p);

        ck_assert_str_eq(text, good[_i].canonical);
        again = parse(good[_i].side, text);
        ck_assert_str_eq(format(again), text);
        dhcpperf_fault_plan_free(p);
        dhcpperf_fault_plan_free(again);
    }
END_TEST

/* ---- limits -----------------------------------------------------------------------------------
 */

static char *repeat(const char *what, unsigned n)
{
    size_t len = strlen(what);
    char *text = malloc(len * n + 1);
    unsigned i;

    ck_assert_ptr_nonnull(text);
    for (i = 0; i < n; i++) {
        memcpy(text + i * len, what, len);
    }
    text[len * n] = '\0';
    return text;
}

static void assert_full(const char *text, size_t where, const char *what)
{
    dhcpperf_fault_plan *p = NULL;
    const char *reason = "";
    size_t at = 0;

    ck_assert_int_eq(dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_SERVER, text, &at, &reason, NULL),
                     DHCPPERF_E_FULL);
    ck_assert_uint_eq(at, where);
    ck_assert_msg(strstr(reason, what) != NULL, "%s", reason);
}

START_TEST(a_plan_has_64_rules_at_most)
    {
        char *text = repeat("drop\n", 64);
        dhcpperf_fault_plan *p = parse(DHCPPERF_FAULT_SERVER, text);

        ck_assert_uint_eq(dhcpperf_fault_plan_count(p), DHCPPERF_FAULT_RULES);
        ck_assert_str_eq(dhcpperf_fault_plan_name(p, 63), "rule-64");
        dhcpperf_fault_plan_free(p);
        free(text);
        text = repeat("drop\n", 65);
        assert_full(text, 64 * 5, "64 rules");
        free(text);
    }
END_TEST

START_TEST(a_plan_is_64_kib_of_text_at_most)
    {
        char *text = repeat("\n", DHCPPERF_FAULT_TEXT_MAX);
        dhcpperf_fault_plan *p = parse(DHCPPERF_FAULT_SERVER, text);

        ck_assert_uint_eq(dhcpperf_fault_plan_count(p), 0);
        dhcpperf_fault_plan_free(p);
        free(text);
        text = repeat("\n", DHCPPERF_FAULT_TEXT_MAX + 1);
        assert_full(text, DHCPPERF_FAULT_TEXT_MAX, "65536");
        free(text);
    }
END_TEST

/* "1.5ms" is written "1ms500us": what is read must be short enough to be read again. */
START_TEST(a_plan_that_grows_when_it_is_written_fits_too)
    {
        char *samples = repeat("1.5ms ", 7000), *text;
        dhcpperf_fault_plan *p;

        text = malloc(strlen(samples) + 64);
        ck_assert_ptr_nonnull(text);
        strcpy(text, "delay samples ");
        strcat(text, samples);
        p = parse(DHCPPERF_FAULT_SERVER, text);
        ck_assert_uint_gt(strlen(format(p)), strlen(text));
        dhcpperf_fault_plan_free(p);
        free(samples);
        samples = repeat("1.5ms ", 7400);
        text = realloc(text, strlen(samples) + 64);
        ck_assert_ptr_nonnull(text);
        strcpy(text, "delay samples ");
        strcat(text, samples);
        ck_assert_uint_lt(strlen(text), DHCPPERF_FAULT_TEXT_MAX);
        assert_full(text, strlen(text), "written in full");
        free(samples);
        free(text);
    }
END_TEST

START_TEST(an_option_has_255_octets_at_most)
    {
        char *octets = repeat("0a", 256), text[600];
        dhcpperf_fault_plan *p = NULL;
        size_t at = 0;

        snprintf(text, sizeof text, "set option 56 = hex:%s", octets);
        ck_assert_int_eq(
            dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_SERVER, text, &at, NULL, NULL),
            DHCPPERF_E_RANGE);
        ck_assert_uint_eq(at, 16);
        text[strlen(text) - 2] = '\0';
        p = parse(DHCPPERF_FAULT_SERVER, text);
        ck_assert_uint_eq(p->actions[0].len, 255);
        dhcpperf_fault_plan_free(p);
        snprintf(text, sizeof text, "set option 56 = \"%.256s\"", octets);
        ck_assert_int_eq(
            dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_SERVER, text, &at, NULL, NULL),
            DHCPPERF_E_RANGE);
        free(octets);
    }
END_TEST

START_TEST(arguments_are_checked)
    {
        dhcpperf_fault_plan *p = NULL;
        char buf[8];

        ck_assert_int_eq(
            dhcpperf_fault_plan_parse(NULL, DHCPPERF_FAULT_SERVER, "", NULL, NULL, NULL),
            DHCPPERF_E_INVALID);
        ck_assert_int_eq(
            dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_SERVER, NULL, NULL, NULL, NULL),
            DHCPPERF_E_INVALID);
        ck_assert_int_eq(
            dhcpperf_fault_plan_parse(&p, (dhcpperf_fault_side)3, "", NULL, NULL, NULL),
            DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_fault_plan_format(NULL, buf, sizeof buf), DHCPPERF_E_INVALID);
        p = parse(DHCPPERF_FAULT_SERVER, "drop");
        ck_assert_int_eq(dhcpperf_fault_plan_format(p, NULL, 1), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_fault_plan_format(p, buf, sizeof buf), DHCPPERF_E_NOBUFS);
        ck_assert_int_eq(dhcpperf_fault_plan_format_rule(p, 0, buf, sizeof buf), DHCPPERF_E_NOBUFS);
        ck_assert_int_eq(dhcpperf_fault_plan_format_rule(p, 1, buf, sizeof buf), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_fault_plan_format_rule(NULL, 0, buf, sizeof buf),
                         DHCPPERF_E_INVALID);
        dhcpperf_fault_plan_free(p);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, every_form_has_one_canonical_form, 0,
                        (int)(sizeof good / sizeof good[0]));
    tcase_add_test(tc, a_plan_has_64_rules_at_most);
    tcase_add_test(tc, a_plan_is_64_kib_of_text_at_most);
    tcase_add_test(tc, a_plan_that_grows_when_it_is_written_fits_too);
    tcase_add_test(tc, an_option_has_255_octets_at_most);
    tcase_add_test(tc, arguments_are_checked);
}
HARNESS_MAIN("policy/fault_parse", tests)
