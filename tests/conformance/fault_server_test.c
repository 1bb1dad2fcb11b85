/* SPDX-License-Identifier: MIT */
/* fault_server_test.c - a server that refuses, is silent at a stage, is not alone, or plays with
 * its addresses: F-027 to F-031; and plans that are changed while it runs. */
#include <stdio.h>
#include <string.h>

#include <libdhcpperf/frame.h>

#include "support/faulted.h"

#define MS     DHCPPERF_NS_PER_MS
#define SERVER "10.0.0.1"

static faulted f;

static void open_with(const char *plan)
{
    faulted_prepare(&f, plan);
    faulted_open(&f);
}

static void discover(faulted *g, unsigned client)
{
    ASK(g, .type = DHCPPERF_DISCOVER, .client = client);
}

static void request(faulted *g, unsigned client, const char *ip)
{
    ASK(g, .type = DHCPPERF_REQUEST, .client = client, .wish = ip, .server = SERVER);
}

static void renew(faulted *g, unsigned client, const char *ip)
{
    ASK(g, .type = DHCPPERF_REQUEST, .client = client, .ciaddr = ip, .from = ip, .to = SERVER);
}

static void rebind(faulted *g, unsigned client, const char *ip)
{
    ASK(g, .type = DHCPPERF_REQUEST, .client = client, .ciaddr = ip, .from = ip);
}

static void reboot(faulted *g, unsigned client, const char *ip)
{
    ASK(g, .type = DHCPPERF_REQUEST, .client = client, .wish = ip);
}

/* A client goes through all states. */
static void live(faulted *g)
{
    discover(g, 1);
    request(g, 1, "10.0.0.10");
    faulted_wait(g, 100 * MS);
    renew(g, 1, "10.0.0.10");
    faulted_wait(g, 100 * MS);
    rebind(g, 1, "10.0.0.10");
    faulted_wait(g, 100 * MS);
    reboot(g, 1, "10.0.0.10");
}

/* Types of what was heard, a letter each. */
static void heard_types(const char *types)
{
    char got[FAULTED_MAX + 1] = "";
    unsigned k;

    for (k = 0; k < f.n; k++) {
        got[k] = "?DOR?AN?I"[f.at[k].bytes[242] % 9];
    }
    ck_assert_str_eq(got, types);
}

static uint32_t bound(void)
{
    return dhcpperf_server_count(f.t.server, DHCPPERF_LEASE_BOUND);
}

/* ---- refusals ------------------------------------------------------------------------------- */

START_TEST(f_027_requests_are_refused_in_each_state)
    {
        static const struct {
            const char *plan, *types;
            unsigned hits;
        } cases[] = {
            {"nak on select", "ON", 1},           {"nak on renew", "OANAA", 1},
            {"nak on rebind", "OAANA", 1},        {"nak on reboot", "OAAAN", 1},
            {"nak on request", "ONNNN", 4},       {"nak on request count=2", "ON", 1},
            {"nak on renew, rebind", "OANNA", 2},
        };

        open_with(cases[_i].plan);
        live(&f);
        if (strlen(cases[_i].types) < f.n && strlen(cases[_i].types) == 2) {
            f.n = 2; /* who was refused at first has no lease to go on with */
        }
        heard_types(cases[_i].types);
        faulted_close(&f);
        faulted_repeats(cases[_i].plan, live);
    }
END_TEST

static void renew_five_times(faulted *g)
{
    unsigned k;

    discover(g, 1);
    request(g, 1, "10.0.0.10");
    for (k = 0; k < 5; k++) {
        renew(g, 1, "10.0.0.10");
    }
}

START_TEST(f_027_so_many_in_a_row_and_told_to_everybody_or_not)
    {
        open_with("nak on renew count=3 per=client");
        renew_five_times(&f);
        heard_types("OANNNAA");
        SAYS(&f, 2, "NAK dst=255.255.255.255:68 !51 !1 56=refused");
        ck_assert((f.at[2].pkt.flags & DHCPPERF_PKT_BCAST) != 0);
        ck_assert_uint_eq(bound(), 1); /* only said */
        FAULTS(&f, 3);
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_NAKED), 3);
        faulted_close(&f);
        faulted_repeats("nak on renew count=3 per=client", renew_five_times);

        open_with("nak unicast on renew nth=2");
        renew_five_times(&f);
        heard_types("OAANAAA");
        SAYS(&f, 3, "NAK dst=10.0.0.10:68 yiaddr=0.0.0.0");
        ck_assert((f.at[3].pkt.flags & DHCPPERF_PKT_BCAST) == 0);
        FAULTS(&f, 1);
        faulted_close(&f);

        open_with("nak on renew nth=1; append option 3 = 10.0.0.1, append option 51 = 1h on nak");
        renew_five_times(&f);
        SAYS(&f, 2, "NAK 3=10.0.0.1 51=3600");
        FAULTS(&f, 2);
        faulted_close(&f);
    }
END_TEST

/* ---- silence -------------------------------------------------------------------------------- */

START_TEST(f_028_a_stage_gets_no_answer)
    {
        static const struct {
            const char *plan, *types;
        } cases[] = {
            {"drop on offer", "AAAA"},     {"drop on select-ack", "OAAA"},
            {"drop on renew-ack", "OAAA"}, {"drop on rebind-ack", "OAAA"},
            {"drop on renew", "OAAA"},     {"drop on ack", "O"},
        };
        static const dhcpperf_ts missing[] = {0, 0, 100, 200, 100, 0};
        unsigned k;

        open_with(cases[_i].plan);
        live(&f);
        heard_types(cases[_i].types);
        for (k = 0; k < f.n && missing[_i] != 0; k++) {
            ck_assert_uint_ne(f.at[k].when, missing[_i] * MS);
        }
        FAULTS(&f, 5 - f.n);
        faulted_close(&f);
        faulted_repeats(cases[_i].plan, live);
    }
END_TEST

/* ---- identity ------------------------------------------------------------------------------- */

#define ROGUE "rogue 10.9.9.9 10.9.9.100-10.9.9.200"

static void take_what_the_rogue_gives(faulted *g)
{
    char ip[32];
    unsigned k;

    discover(g, 1);
    faulted_wait(g, 100 * MS);
    for (k = 0; k < g->n && g->at[k].bytes[17] != 9; k++) {
    }
    ck_assert_uint_lt(k, g->n);
    snprintf(ip, sizeof ip, "10.9.9.%u", g->at[k].bytes[19]);
    ASK(g, .type = DHCPPERF_REQUEST, .client = 1, .wish = ip, .server = "10.9.9.9", .id = "0101");
    faulted_wait(g, 100 * MS);
    ASK(g, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = ip, .from = ip, .to = "10.9.9.9");
    faulted_wait(g, 100 * MS);
}

START_TEST(f_029_a_second_server_answers_too)
    {
        static const struct {
            const char *plan;
            unsigned rogue; /* which of the OFFERs is its */
            dhcpperf_dur ours, its;
        } cases[] = {
            {ROGUE, 1, 0, 0},
            {ROGUE " before 1ms", 0, MS, 0},
            {ROGUE " after 20ms", 1, 0, 20 * MS},
        };
        unsigned rogue = cases[_i].rogue;

        faulted_prepare(&f, cases[_i].plan);
        f.has_macs = 1;
        faulted_open(&f);
        take_what_the_rogue_gives(&f);
        SAYS(&f, 1 - rogue, "OFFER 54=10.0.0.1 yiaddr=10.0.0.10 src=10.0.0.1:67");
        SAYS(&f, rogue, "OFFER 54=10.9.9.9 3=10.9.9.9 6=10.9.9.9 51=3600 src=10.9.9.9:67");
        WHEN(&f, 1 - rogue, cases[_i].ours);
        WHEN(&f, rogue, cases[_i].its);
        ck_assert_uint_ge(f.at[rogue].bytes[19], 100);
        ck_assert_uint_le(f.at[rogue].bytes[19], 200);
        /* it confirms what it has offered, and ours stays out of it */
        ck_assert_uint_eq(f.n, 4);
        SAYS(&f, 2, "ACK 54=10.9.9.9 61=0101");
        assert_mem_eq(f.at[2].bytes + 16, f.at[rogue].bytes + 16, 4);
        SAYS(&f, 3, "ACK 54=10.9.9.9");
        ck_assert_uint_eq(talk_exchange(&f.t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_STARTED), 1);
        ck_assert_uint_eq(talk_exchange(&f.t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_ANSWERED), 1);
        FAULTS(&f, 3);
        faulted_close(&f);
        faulted_repeats(cases[_i].plan, take_what_the_rogue_gives);
    }
END_TEST

START_TEST(f_029_the_rogue_leaves_alone_what_is_not_its_business)
    {
        open_with(ROGUE);
        discover(&f, 1);
        ck_assert_uint_eq(f.n, 2);
        request(&f, 1, "10.0.0.10"); /* of ours */
        renew(&f, 1, "10.0.0.10");
        ck_assert_uint_eq(f.n, 4);
        SAYS(&f, 2, "ACK 54=10.0.0.1");
        FAULTS(&f, 1);
        SAYS(&f, 1, "OFFER 54=10.9.9.9 src=10.0.0.1:67"); /* no link: only ours is a source */
        faulted_close(&f);
    }
END_TEST

START_TEST(f_029_the_server_identifier_changes_within_a_lease)
    {
        open_with("set option 54 = 10.0.0.3 on renew-ack");
        live(&f);
        SAYS(&f, 1, "ACK 54=10.0.0.1");
        SAYS(&f, 2, "ACK 54=10.0.0.3");
        SAYS(&f, 3, "ACK 54=10.0.0.1");
        FAULTS(&f, 1);
        faulted_close(&f);
        faulted_repeats("set option 54 = 10.0.0.3 on renew-ack", live);
    }
END_TEST

/* ---- addresses ------------------------------------------------------------------------------ */

static void two_clients(faulted *g)
{
    discover(g, 1);
    discover(g, 2);
    request(g, 1, "10.0.0.15");
    request(g, 2, "10.0.0.15");
    renew(g, 2, "10.0.0.15");
    request(g, 1, "10.0.0.11");
}

START_TEST(f_030_one_address_is_given_to_two_clients)
    {
        open_with("same-address 10.0.0.15");
        two_clients(&f);
        heard_types("OOAAAA");
        SAYS(&f, 0, "OFFER yiaddr=10.0.0.15 51=3600");
        SAYS(&f, 1, "OFFER yiaddr=10.0.0.15");
        SAYS(&f, 2, "ACK yiaddr=10.0.0.15");
        SAYS(&f, 3, "ACK yiaddr=10.0.0.15");
        SAYS(&f, 4, "ACK yiaddr=10.0.0.15");
        SAYS(&f, 5, "ACK yiaddr=10.0.0.11"); /* others are as ever */
        ck_assert_uint_eq(bound(), 1);
        FAULTS(&f, 2);
        faulted_close(&f);
        faulted_repeats("same-address 10.0.0.15", two_clients);
    }
END_TEST

static void ask_when_full(faulted *g)
{
    discover(g, 1);
    request(g, 1, "10.0.0.10");
    discover(g, 2);
    discover(g, 1); /* it has one */
    renew(g, 1, "10.0.0.10");
}

START_TEST(f_030_no_address_is_left)
    {
        open_with("exhaust skip=1");
        ask_when_full(&f);
        heard_types("OAOA");
        SAYS(&f, 2, "OFFER yiaddr=10.0.0.10");
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_DROP_EXHAUSTED), 1);
        FAULTS(&f, 1);
        faulted_close(&f);
        faulted_repeats("exhaust skip=1", ask_when_full);
    }
END_TEST

static void request_offer(faulted *g)
{
    discover(g, 1);
    request(g, 1, "10.0.0.10");
    discover(g, 1);
    request(g, 1, "10.0.0.10");
}

START_TEST(f_030_an_offer_runs_out_before_it_is_taken)
    {
        open_with("expire-offer on select nth=1");
        request_offer(&f);
        heard_types("ONOA");
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_OFFERS_EXPIRED), 1);
        FAULTS(&f, 1);
        faulted_close(&f);
        faulted_repeats("expire-offer on select nth=1", request_offer);
    }
END_TEST

START_TEST(f_030_a_lease_is_withdrawn)
    {
        open_with("withdraw on renew");
        live(&f);
        heard_types("OANAA"); /* nobody else has the address yet: S-079 */
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_EXPIRED), 1);
        FAULTS(&f, 1);
        faulted_close(&f);
        open_with("withdraw on renew");
        live(&f);
        f.n = 0;
        renew(&f, 2, "10.0.0.13"); /* nothing that could be */
        FAULTS(&f, 1);
        faulted_close(&f);
        faulted_repeats("withdraw on renew", live);
    }
END_TEST

START_TEST(f_030_a_client_is_forgotten)
    {
        open_with("forget on renew nth=1");
        live(&f);
        heard_types("OA"); /* nobody knows it: RFC 2131 4.3.2 */
        ck_assert_uint_eq(bound(), 0);
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_DROP_UNKNOWN), 3);
        FAULTS(&f, 1);
        discover(&f, 2);
        SAYS(&f, 2, "OFFER yiaddr=10.0.0.11"); /* never used goes before used */
        faulted_close(&f);
        faulted_repeats("forget on renew nth=1", live);
    }
END_TEST

/* ---- ARP ------------------------------------------------------------------------------------ */

/* An ARP packet in a frame; sender and target are addresses as text. */
static void arp(faulted *g, unsigned op, const char *sender, const char *target)
{
    uint8_t b[60] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 8, 6, 0, 1, 8, 0, 6, 4};
    dhcpperf_ip4 from = talk_ip(sender), to = talk_ip(target);
    dhcpperf_pkt pkt = {.data = b, .len = sizeof b, .cap = sizeof b};

    b[21] = (uint8_t)op;
    memcpy(b + 22, b + 6, 6);
    memcpy(b + 28, from.b, 4);
    memcpy(b + 38, to.b, 4);
    pkt.flags = DHCPPERF_PKT_FRAME | DHCPPERF_PKT_BCAST;
    faulted_send(g, &pkt);
}

/* Packet k is ARP: operation, sender and target address. */
static void is_arp(unsigned k, unsigned op, const char *sender, const char *target)
{
    const uint8_t *b = f.at[k].bytes;
    dhcpperf_ip4 ip;

    ck_assert((f.at[k].pkt.flags & DHCPPERF_PKT_FRAME) != 0);
    ck_assert_uint_eq(f.at[k].len, 60);
    assert_mem_eq(b + 12, "\x08\x06\x00\x01\x08\x00\x06\x04\x00", 9);
    ck_assert_uint_eq(b[21], op);
    memcpy(ip.b, b + 28, 4);
    assert_ip4_eq(ip, sender);
    memcpy(ip.b, b + 38, 4);
    assert_ip4_eq(ip, target);
}

static void probe_what_was_given(faulted *g)
{
    discover(g, 1);
    arp(g, 1, "0.0.0.0", "10.0.0.10");
    request(g, 1, "10.0.0.10");
    arp(g, 1, "0.0.0.0", "10.0.0.11");
    arp(g, 1, "0.0.0.0", "10.0.0.10");
    ASK(g, .type = DHCPPERF_DECLINE, .client = 1, .wish = "10.0.0.10", .server = SERVER);
    discover(g, 1);
}

START_TEST(f_031_the_address_is_found_in_use)
    {
        open_with("conflict nth=1");
        probe_what_was_given(&f);
        ck_assert_uint_eq(f.n, 4); /* only the third probe is about what an ACK gave */
        SAYS(&f, 1, "ACK yiaddr=10.0.0.10");
        is_arp(2, 2, "10.0.0.10", "0.0.0.0");
        assert_mem_eq(f.at[2].bytes, "\x02\x00\x00\x00\x00\x01", 6); /* to whom it concerns */
        ck_assert_int_ne(memcmp(f.at[2].bytes + 22, "\x02\x00\x00\x00\xff\x01", 6), 0);
        SAYS(&f, 3, "OFFER yiaddr=10.0.0.11");
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_DECLINED), 1);
        FAULTS(&f, 1);
        faulted_close(&f);
        faulted_repeats("conflict nth=1", probe_what_was_given);
    }
END_TEST

/* Clients 1 to 3 are bound; two hours later 1 has renewed, 2 answers ARP, 3 is gone. */
static void go_quiet(faulted *g)
{
    discover(g, 1);
    request(g, 1, "10.0.0.10");
    discover(g, 2);
    request(g, 2, "10.0.0.11");
    discover(g, 3);
    request(g, 3, "10.0.0.12");
    faulted_wait(g, 40 * 60 * SECOND);
    renew(g, 1, "10.0.0.10");
    faulted_wait(g, 5 * 60 * SECOND);
    g->n = 0;
    discover(g, 4);
    arp(g, 2, "10.0.0.11", SERVER);
    faulted_wait(g, 2 * SECOND);
}

START_TEST(f_031_quiet_clients_are_looked_for_and_lose_their_leases)
    {
        dhcpperf_lease l;

        open_with("reclaim quiet 30m on discover skip=3");
        go_quiet(&f);
        ck_assert_uint_eq(f.n, 3);
        is_arp(0, 1, SERVER, "10.0.0.11");
        is_arp(1, 1, SERVER, "10.0.0.12");
        SAYS(&f, 2, "OFFER yiaddr=10.0.0.13");
        assert_mem_eq(f.at[0].bytes, "\xff\xff\xff\xff\xff\xff", 6);
        ck_assert_uint_eq(bound(), 2);
        ck_assert_int_eq(dhcpperf_server_find_lease(f.t.server, talk_ip("10.0.0.12"), &l, sizeof l),
                         0);
        ck_assert_int_eq(l.state, DHCPPERF_LEASE_EXPIRED);
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_EXPIRED), 1);
        FAULTS(&f, 1);
        faulted_close(&f);
        faulted_repeats("reclaim quiet 30m on discover skip=3", go_quiet);
    }
END_TEST

/* ---- which rule ----------------------------------------------------------------------------- */

START_TEST(f_027_the_first_rule_that_matches_acts_or_all_do)
    {
        open_with("one: drop on offer nth=1; two: set op = 3 on offer");
        live(&f);
        discover(&f, 2);
        heard_types("AAAAO");
        ck_assert_uint_eq(faulted_hits(&f, 0), 1);
        ck_assert_uint_eq(faulted_hits(&f, 1), 1);
        FAULTS(&f, 2);
        faulted_close(&f);
        open_with("match all; one: delay 10ms on offer; two: set op = 3 on offer; "
                  "three: set secs = 7, duplicate on offer");
        discover(&f, 1);
        faulted_wait(&f, SECOND);
        ck_assert_uint_eq(f.n, 2);
        WHEN(&f, 0, 10 * MS);
        SAYS(&f, 0, "OFFER op=3 secs=7");
        SAYS(&f, 1, "OFFER op=3 secs=7");
        ck_assert_uint_eq(faulted_hits(&f, 0), 1);
        ck_assert_uint_eq(faulted_hits(&f, 2), 1);
        faulted_close(&f);
    }
END_TEST

static struct {
    unsigned n;
    char last[64];
    int type;
} told;

static void listen(void *user, const dhcpperf_event *ev)
{
    (void)user;
    ck_assert_int_eq(ev->kind, DHCPPERF_EV_FAULT);
    told.n++;
    told.type = ev->msg_type;
    snprintf(told.last, sizeof told.last, "%s", ev->detail);
}

START_TEST(f_027_each_act_is_told)
    {
        memset(&told, 0, sizeof told);
        faulted_prepare(&f, "tired: nak on renew; set op = 3 on rebind-ack");
        ck_assert_int_eq(dhcpperf_server_config_set_trace(f.t.config, listen, NULL,
                                                          UINT64_C(1) << DHCPPERF_EV_FAULT),
                         0);
        faulted_open(&f);
        discover(&f, 1);
        request(&f, 1, "10.0.0.10");
        ck_assert_uint_eq(told.n, 0);
        renew(&f, 1, "10.0.0.10");
        ck_assert_uint_eq(told.n, 1);
        ck_assert_str_eq(told.last, "tired");
        ck_assert_int_eq(told.type, DHCPPERF_REQUEST);
        rebind(&f, 1, "10.0.0.10");
        ck_assert_uint_eq(told.n, 2);
        ck_assert_str_eq(told.last, "rule-2");
        ck_assert_int_eq(told.type, DHCPPERF_ACK);
        faulted_close(&f);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, f_027_requests_are_refused_in_each_state, 0, 7);
    tcase_add_test(tc, f_027_so_many_in_a_row_and_told_to_everybody_or_not);
    tcase_add_loop_test(tc, f_028_a_stage_gets_no_answer, 0, 6);
    tcase_add_loop_test(tc, f_029_a_second_server_answers_too, 0, 3);
    tcase_add_test(tc, f_029_the_rogue_leaves_alone_what_is_not_its_business);
    tcase_add_test(tc, f_029_the_server_identifier_changes_within_a_lease);
    tcase_add_test(tc, f_030_one_address_is_given_to_two_clients);
    tcase_add_test(tc, f_030_no_address_is_left);
    tcase_add_test(tc, f_030_an_offer_runs_out_before_it_is_taken);
    tcase_add_test(tc, f_030_a_lease_is_withdrawn);
    tcase_add_test(tc, f_030_a_client_is_forgotten);
    tcase_add_test(tc, f_031_the_address_is_found_in_use);
    tcase_add_test(tc, f_031_quiet_clients_are_looked_for_and_lose_their_leases);
    tcase_add_test(tc, f_027_the_first_rule_that_matches_acts_or_all_do);
    tcase_add_test(tc, f_027_each_act_is_told);
}

HARNESS_MAIN("conformance/fault_server", tests)
