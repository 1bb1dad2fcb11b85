/* SPDX-License-Identifier: MIT */
/* fault_match_test.c - which rule acts on a message: who, when, how often, by chance, in which
 * order. */
#include <stdio.h>
#include <string.h>

#include "policy/dp_fault.h"
#include "support/harness.h"

#define SEC DHCPPERF_NS_PER_S

enum {
    MANY = 100000
};

static dp_faults faults;
static uint8_t mac[16];

/* Facts about an OFFER to client number `client` at second `t`. */
static dp_fault_facts offer(uint32_t client, uint64_t t)
{
    dp_fault_facts x;

    memset(&x, 0, sizeof x);
    memset(mac, 0, sizeof mac);
    mac[0] = 2;
    mac[2] = (uint8_t)(client >> 24);
    mac[3] = (uint8_t)(client >> 16);
    mac[4] = (uint8_t)(client >> 8);
    mac[5] = (uint8_t)client;
    x.now = t * SEC;
    x.chaddr = mac;
    x.hlen = 6;
    x.type = DP_FT_OFFER;
    x.ip = 0x0a000001 + client;
    return x;
}

static void plan_seeded(const char *text, uint64_t seed)
{
    dhcpperf_fault_plan *p = NULL;
    const char *reason = "";
    size_t at = 0;

    ck_assert_msg(dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_SERVER, text, &at, &reason, NULL) ==
                      0,
                  "\"%s\" at %zu: %s", text, at, reason);
    dp_faults_fini(&faults);
    ck_assert_int_eq(dp_faults_init(&faults, p, seed, NULL), 0);
    dhcpperf_fault_plan_free(p);
}

static void plan(const char *text)
{
    plan_seeded(text, 1);
}

/* The first rule that acts, or -1. */
static int strike(const dp_fault_facts *x)
{
    unsigned cursor = 0;

    return dp_faults_strike(&faults, x, &cursor);
}

/* A bit for each rule that acts. */
static uint64_t strike_all(const dp_fault_facts *x)
{
    unsigned cursor = 0;
    uint64_t rules = 0;
    int rule;

    while ((rule = dp_faults_strike(&faults, x, &cursor)) >= 0) {
        rules |= UINT64_C(1) << rule;
    }
    return rules;
}

/* "x" for each of n messages to client 0 that is struck, "." for the others. */
static const char *history(unsigned n)
{
    static char text[128];
    unsigned i;

    for (i = 0; i < n; i++) {
        dp_fault_facts x = offer(0, 0);

        text[i] = strike(&x) >= 0 ? 'x' : '.';
    }
    text[n] = '\0';
    return text;
}

static void teardown(void)
{
    dp_faults_fini(&faults);
}

/* ---- how often ------------------------------------------------------------------------------- */

static const struct {
    const char *conditions, *history;
} counts[] = {
    {"", "xxxxxxxxxxxx"},
    {"nth=3", "..x........."},
    {"nth=1", "x..........."},
    {"every=5", "....x....x.."},
    {"every=1", "xxxxxxxxxxxx"},
    {"skip=2", "..xxxxxxxxxx"},
    {"skip=2 nth=3", "....x......."},
    {"skip=2 every=3", "....x..x..x."},
    {"count=4", "xxxx........"},
    {"skip=3 count=2", "...xx......."},
    {"every=3 count=2", "..x..x......"},
    {"nth=3 burst=4", "..xxxx......"},
    {"every=5 burst=3", "....xxx..xxx"},
    {"every=4 burst=2 count=3", "...xx..x...."},
    {"p=0", "............"},
    {"p=1", "xxxxxxxxxxxx"},
    {"p=0 burst=4", "............"},
    {"p=100% skip=11", "...........x"},
    {"armed=no", "............"},
    {"leases=1", "............"},
};

START_TEST(messages_are_counted)
    {
        char text[80];

        snprintf(text, sizeof text, "drop on offer %s", counts[_i].conditions);
        plan(text);
        ck_assert_msg(strcmp(history(12), counts[_i].history) == 0, "%s: %s", text, history(12));
    }
END_TEST

START_TEST(clients_are_counted_apart_when_asked_for)
    {
        dp_fault_facts x;
        uint32_t i, turn;

        plan("drop on offer nth=2 per=client");
        for (turn = 1; turn <= 3; turn++) {
            for (i = 0; i < 1000; i++) {
                x = offer(i, 0);
                assert_fast((strike(&x) == 0) == (turn == 2), "client %u, turn %u", i, turn);
            }
        }
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(faults.plan, 0), 1000);
    }
END_TEST

START_TEST(bursts_are_each_client_s_own_when_counted_apart)
    {
        dp_fault_facts a, b;

        plan("drop on offer nth=1 burst=2 per=client");
        a = offer(1, 0);
        ck_assert_int_eq(strike(&a), 0);
        b = offer(2, 0);
        ck_assert_int_eq(strike(&b), 0);
        a = offer(1, 0);
        ck_assert_int_eq(strike(&a), 0);
        ck_assert_int_eq(strike(&a), -1);
        b = offer(2, 0);
        ck_assert_int_eq(strike(&b), 0);
        ck_assert_int_eq(strike(&b), -1);
    }
END_TEST

/* Two rules count the same client apart. */
START_TEST(rules_count_clients_for_themselves)
    {
        dp_fault_facts x = offer(1, 0);
        unsigned cursor = 0;

        plan("match all; drop on offer nth=1 per=client; delay 1s on offer nth=2 per=client");
        ck_assert_int_eq(dp_faults_strike(&faults, &x, &cursor), 0);
        ck_assert_int_eq(dp_faults_strike(&faults, &x, &cursor), -1);
        cursor = 0;
        ck_assert_int_eq(dp_faults_strike(&faults, &x, &cursor), 1);
    }
END_TEST

START_TEST(clients_beyond_the_bound_are_counted_as_one)
    {
        dp_fault_facts x;
        uint32_t i;

        plan("drop on offer nth=2 per=client");
        for (i = 0; i < DP_FAULT_CLIENTS; i++) {
            x = offer(i, 0);
            assert_fast(strike(&x) == -1, "client %u", i);
        }
        ck_assert_uint_eq(faults.n_clients, DP_FAULT_CLIENTS);
        x = offer(i, 0); /* first of those without a place */
        ck_assert_int_eq(strike(&x), -1);
        x = offer(i + 1, 0);
        ck_assert_int_eq(strike(&x), 0);
        x = offer(i, 0);
        ck_assert_int_eq(strike(&x), -1);
        x = offer(7, 0); /* who has one keeps it */
        ck_assert_int_eq(strike(&x), 0);
    }
END_TEST

/* ---- chance -----------------------------------------------------------------------------------
 */

static unsigned hits_of(unsigned n, uint64_t *ret_pattern)
{
    unsigned i, hits = 0;

    *ret_pattern = 0;
    for (i = 0; i < n; i++) {
        dp_fault_facts x = offer(i, 0);
        int hit = strike(&x) == 0;

        hits += (unsigned)hit;
        *ret_pattern = *ret_pattern * 31 + (unsigned)hit;
    }
    return hits;
}

START_TEST(chance_keeps_its_share_and_follows_the_seed)
    {
        uint64_t first, again, other;
        unsigned hits;

        plan_seeded("drop on offer p=0.1", 5);
        hits = hits_of(MANY, &first);
        ck_assert_uint_gt(hits, MANY / 10 - 400); /* over four deviations of 95 */
        ck_assert_uint_lt(hits, MANY / 10 + 400);
        plan_seeded("drop on offer p=10%", 5);
        ck_assert_uint_eq(hits_of(MANY, &again), hits);
        ck_assert_uint_eq(again, first);
        plan_seeded("drop on offer p=0.1", 6);
        (void)hits_of(MANY, &other);
        ck_assert_uint_ne(other, first);
    }
END_TEST

/* Rule 2 has the same luck whatever rule 1 is about. */
START_TEST(no_rule_changes_the_luck_of_another)
    {
        static const char *const plans[] = {
            "match all; delay 1s on nak; drop on offer p=0.3",
            "match all; delay 1s on offer p=0.7; drop on offer p=0.3"};
        static uint8_t lucky[1000];
        unsigned turn, i;

        for (turn = 0; turn < 2; turn++) {
            plan(plans[turn]);
            for (i = 0; i < 1000; i++) {
                dp_fault_facts x = offer(i, 0);
                int hit = (strike_all(&x) & 2) != 0;

                assert_fast(turn == 0 || lucky[i] == hit, "message %u", i);
                lucky[i] = (uint8_t)hit;
            }
        }
        ck_assert_uint_gt(faults.plan->rules[1].hits, 200);
    }
END_TEST

START_TEST(rules_alike_have_different_luck)
    {
        unsigned i, same = 0;

        plan("match all; drop on offer p=0.5; delay 1s on offer p=0.5");
        for (i = 0; i < 1000; i++) {
            dp_fault_facts x = offer(i, 0);
            uint64_t struck = strike_all(&x);

            same += struck == 0 || struck == 3;
        }
        ck_assert_uint_gt(same, 400);
        ck_assert_uint_lt(same, 600);
    }
END_TEST

START_TEST(a_share_is_always_the_same_clients)
    {
        unsigned turn, i, hits = 0, other = 0;
        static uint8_t struck[MANY];

        for (turn = 0; turn < 3; turn++) {
            plan_seeded(turn < 2 ? "drop on offer share=20%" : "drop on offer share=30%", turn);
            for (i = 0; i < MANY; i++) {
                dp_fault_facts x = offer(i, 0);
                int hit = strike(&x) == 0;

                hits += turn == 0 && hit;
                other += turn == 2 && hit;
                assert_fast(turn != 1 || struck[i] == hit, "client %u", i);
                assert_fast(turn != 2 || !struck[i] || hit, "client %u", i);
                struck[i] = turn == 0 ? (uint8_t)hit : struck[i];
            }
        }
        ck_assert_uint_gt(hits, MANY / 5 - 600);
        ck_assert_uint_lt(hits, MANY / 5 + 600);
        ck_assert_uint_gt(other, MANY * 3 / 10 - 600);
        ck_assert_uint_lt(other, MANY * 3 / 10 + 600);
    }
END_TEST

/* ---- who and when -----------------------------------------------------------------------------
 */

START_TEST(who_a_message_is_for_is_told_by_all_there_is)
    {
        static const struct {
            const char *condition;
            int is_a, is_b; /* meant? */
        } who[] = {
            {"mac=02:00:00:00:00:07", 1, 0},
            {"mac=02:*:*:*:*:*", 1, 1},
            {"mac=*:*:*:*:*:08", 0, 1},
            {"class=gold", 1, 0},
            {"class=go", 0, 0},
            {"relay=10.0.0.0/8", 1, 0},
            {"relay=10.1.0.1", 1, 0},
            {"relay=0.0.0.0/0", 1, 0}, /* any relay, but one */
            {"ip=10.0.0.8", 1, 0},
            {"ip=10.0.0.0/24", 1, 1},
            {"ip=10.0.1.0/24", 0, 0},
            {"circuit=eth0/1", 1, 0},
            {"circuit=eth0*", 1, 0},
            {"circuit=eth0", 0, 0},
            {"circuit=*", 1, 0}, /* any circuit, but one */
            {"leases=10", 1, 0},
            {"mac=02:*:*:*:*:* class=gold leases=11", 0, 0},
        };
        unsigned i;

        for (i = 0; i < sizeof who / sizeof who[0]; i++) {
            dp_fault_facts a = offer(7, 0), b;
            char text[100];

            snprintf(text, sizeof text, "drop on offer %s", who[i].condition);
            plan(text);
            a.class_ = "gold";
            a.giaddr = 0x0a010001;
            a.circuit = (dhcpperf_bytes){(const uint8_t *)"eth0/1", 6};
            a.leases = 10;
            ck_assert_msg((strike(&a) == 0) == who[i].is_a, "%s", text);
            b = offer(8, 0);
            b.leases = 9;
            ck_assert_msg((strike(&b) == 0) == who[i].is_b, "%s, of another", text);
        }
    }
END_TEST

START_TEST(a_pattern_is_for_hardware_addresses_of_six_octets)
    {
        dp_fault_facts x = offer(1, 0);

        plan("drop on offer mac=*:*:*:*:*:*");
        ck_assert_int_eq(strike(&x), 0);
        x.hlen = 16;
        ck_assert_int_eq(strike(&x), -1);
        x.hlen = 0;
        ck_assert_int_eq(strike(&x), -1);
    }
END_TEST

static int is_struck_at(uint64_t t)
{
    dp_fault_facts x = offer(0, t);

    return strike(&x) == 0;
}

START_TEST(windows_open_and_close)
    {
        plan("drop on offer time=10s..20s");
        dp_faults_begin(&faults, 100 * SEC);
        ck_assert_int_eq(is_struck_at(100), 0);
        ck_assert_int_eq(is_struck_at(109), 0);
        ck_assert_int_eq(is_struck_at(110), 1);
        ck_assert_int_eq(is_struck_at(119), 1);
        ck_assert_int_eq(is_struck_at(120), 0);
        ck_assert_int_eq(is_struck_at(90), 0); /* before it began */
        plan("drop on offer time=10s..");
        dp_faults_begin(&faults, 100 * SEC);
        ck_assert_int_eq(is_struck_at(109), 0);
        ck_assert_int_eq(is_struck_at(1000000), 1);
        plan("drop on offer time=10s..20s cycle=1m");
        dp_faults_begin(&faults, 100 * SEC);
        ck_assert_int_eq(is_struck_at(111), 1);
        ck_assert_int_eq(is_struck_at(131), 0);
        ck_assert_int_eq(is_struck_at(165), 0);
        ck_assert_int_eq(is_struck_at(171), 1);
        ck_assert_int_eq(is_struck_at(100 + 60 * 1000 + 19), 1);
    }
END_TEST

START_TEST(what_is_outside_a_window_does_not_count)
    {
        plan("drop on offer nth=1 time=10s..20s");
        dp_faults_begin(&faults, 0);
        ck_assert_int_eq(is_struck_at(5), 0);
        ck_assert_int_eq(is_struck_at(12), 1);
        ck_assert_int_eq(is_struck_at(13), 0);
    }
END_TEST

START_TEST(a_rule_waits_until_it_is_armed)
    {
        plan("drop on offer nth=1 time=0s..10s armed=no");
        dp_faults_begin(&faults, 0);
        ck_assert_int_eq(dhcpperf_fault_plan_is_armed(faults.plan, 0), 0);
        ck_assert_int_eq(is_struck_at(5), 0);
        dp_faults_arm(&faults, 0, true);
        ck_assert_int_eq(dhcpperf_fault_plan_is_armed(faults.plan, 0), 1);
        ck_assert_int_eq(is_struck_at(1000), 1); /* its window begins with it */
        ck_assert_int_eq(is_struck_at(1001), 0);
        dp_faults_arm(&faults, 0, false);
        dp_faults_arm(&faults, 0, true);
        ck_assert_int_eq(is_struck_at(1020), 1); /* anew, with nothing counted */
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(faults.plan, 0), 2);
    }
END_TEST

START_TEST(arming_forgets_what_was_counted_of_clients)
    {
        dp_fault_facts x = offer(3, 0);

        plan("match all; drop on offer nth=1 per=client; delay 1s on offer nth=2 per=client");
        ck_assert_uint_eq(strike_all(&x), 1);
        dp_faults_arm(&faults, 0, true);
        ck_assert_uint_eq(strike_all(&x), 3); /* for the other rule it is the second */
        ck_assert_uint_eq(strike_all(&x), 0);
    }
END_TEST

/* ---- order ------------------------------------------------------------------------------------
 */

START_TEST(the_first_rule_that_matches_acts)
    {
        dp_fault_facts x = offer(0, 0);
        unsigned cursor = 0;

        plan("drop on nak; drop on offer nth=2; delay 1s on offer; delay 2s on offer");
        ck_assert_int_eq(dp_faults_strike(&faults, &x, &cursor), 2);
        ck_assert_int_eq(dp_faults_strike(&faults, &x, &cursor), -1);
        cursor = 0;
        ck_assert_int_eq(dp_faults_strike(&faults, &x, &cursor), 1);
        ck_assert_int_eq(dp_faults_strike(&faults, &x, &cursor), -1);
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(faults.plan, 3), 0);
    }
END_TEST

START_TEST(all_rules_that_match_act_when_asked_for)
    {
        dp_fault_facts x = offer(0, 0);
        unsigned cursor = 0;

        plan("match all; drop on nak; drop on offer nth=1; delay 1s on offer; delay 2s on offer");
        ck_assert_int_eq(dp_faults_strike(&faults, &x, &cursor), 1);
        ck_assert_int_eq(dp_faults_strike(&faults, &x, &cursor), 2);
        ck_assert_int_eq(dp_faults_strike(&faults, &x, &cursor), 3);
        ck_assert_int_eq(dp_faults_strike(&faults, &x, &cursor), -1);
        ck_assert_int_eq(dp_faults_strike(&faults, &x, &cursor), -1);
    }
END_TEST

/* Its place among the others does not matter. */
START_TEST(a_rule_may_act_besides_the_first)
    {
        dp_fault_facts x = offer(0, 0);

        plan("delay 1s on offer also=yes; drop on offer nth=2; delay 2s on offer; "
             "delay 3s on offer; delay 4s on offer also=yes; delay 5s on nak also=yes");
        ck_assert_uint_eq(strike_all(&x), 1 | 4 | 16);
        ck_assert_uint_eq(strike_all(&x), 1 | 2 | 16);
        plan("match all; delay 1s on offer also=yes; delay 2s on offer; delay 3s on offer");
        ck_assert_uint_eq(strike_all(&x), 7);
    }
END_TEST

START_TEST(what_no_rule_is_about_is_seen_at_once)
    {
        unsigned type;

        plan("drop on offer, ack; nak on renew");
        for (type = 0; type < DP_FT_COUNT; type++) {
            bool wanted = type == DP_FT_OFFER || type == DP_FT_RENEW ||
                          (type >= DP_FT_SELECT_ACK && type <= DP_FT_RAPID_ACK);

            ck_assert_msg(dp_faults_want(&faults, type) == wanted, "type %u", type);
        }
    }
END_TEST

START_TEST(hits_of_surgery_are_counted_when_it_is_done)
    {
        plan("match all; truncate 10 on offer; truncate 10, delay 1s on offer");
        (void)history(3);
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(faults.plan, 0), 0);
        plan("truncate 10, delay 1s on offer");
        (void)history(3);
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(faults.plan, 0), 3);
        dp_faults_take_back(&faults, 0);
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(faults.plan, 0), 2);
        plan("truncate 10 on offer");
        dp_faults_take_back(&faults, 0);
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(faults.plan, 0), 0);
    }
END_TEST

/* The last rule of a full plan, whose bit is the last of a word. */
START_TEST(all_64_rules_can_act)
    {
        char text[64 * 16] = "match all\n";
        unsigned cursor = 0, i;
        dp_fault_facts x = offer(0, 0);

        for (i = 0; i < 64; i++) {
            strcat(text, "drop offer\n");
        }
        plan(text);
        for (i = 0; i < 64; i++) {
            ck_assert_int_eq(dp_faults_strike(&faults, &x, &cursor), (int)i);
        }
        ck_assert_int_eq(dp_faults_strike(&faults, &x, &cursor), -1);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, NULL, teardown);
    tcase_add_loop_test(tc, messages_are_counted, 0, (int)(sizeof counts / sizeof counts[0]));
    tcase_add_test(tc, clients_are_counted_apart_when_asked_for);
    tcase_add_test(tc, bursts_are_each_client_s_own_when_counted_apart);
    tcase_add_test(tc, rules_count_clients_for_themselves);
    tcase_add_test(tc, clients_beyond_the_bound_are_counted_as_one);
    tcase_add_test(tc, chance_keeps_its_share_and_follows_the_seed);
    tcase_add_test(tc, no_rule_changes_the_luck_of_another);
    tcase_add_test(tc, rules_alike_have_different_luck);
    tcase_add_test(tc, a_share_is_always_the_same_clients);
    tcase_add_test(tc, who_a_message_is_for_is_told_by_all_there_is);
    tcase_add_test(tc, a_pattern_is_for_hardware_addresses_of_six_octets);
    tcase_add_test(tc, windows_open_and_close);
    tcase_add_test(tc, what_is_outside_a_window_does_not_count);
    tcase_add_test(tc, a_rule_waits_until_it_is_armed);
    tcase_add_test(tc, arming_forgets_what_was_counted_of_clients);
    tcase_add_test(tc, the_first_rule_that_matches_acts);
    tcase_add_test(tc, all_rules_that_match_act_when_asked_for);
    tcase_add_test(tc, a_rule_may_act_besides_the_first);
    tcase_add_test(tc, what_no_rule_is_about_is_seen_at_once);
    tcase_add_test(tc, hits_of_surgery_are_counted_when_it_is_done);
    tcase_add_test(tc, all_64_rules_can_act);
}
HARNESS_MAIN("policy/fault_match", tests)
