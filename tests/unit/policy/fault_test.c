/* SPDX-License-Identifier: MIT */
/* fault_test.c - fault plans as data: names, counters, copies; and for plans made at random, that
 * what is written reads as the same plan. */
#include <stdio.h>
#include <string.h>

#include "base/dp_rng.h"
#include "policy/dp_fault.h"
#include "support/harness.h"

static dhcpperf_fault_plan *parse(const char *text)
{
    dhcpperf_fault_plan *p = NULL;
    const char *reason = "";
    size_t at = 0;

    ck_assert_msg(dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_SERVER, text, &at, &reason, NULL) ==
                      0,
                  "\"%s\" at %zu: %s", text, at, reason);
    return p;
}

START_TEST(rules_are_found_by_name)
    {
        dhcpperf_fault_plan *p = parse("drop; slow: delay 1s; drop; rule-4: drop; rule-x: drop");

        ck_assert_uint_eq(dhcpperf_fault_plan_count(p), 5);
        ck_assert_str_eq(dhcpperf_fault_plan_name(p, 0), "rule-1");
        ck_assert_str_eq(dhcpperf_fault_plan_name(p, 1), "slow");
        ck_assert_str_eq(dhcpperf_fault_plan_name(p, 2), "rule-3");
        ck_assert_str_eq(dhcpperf_fault_plan_name(p, 3), "rule-4");
        ck_assert_str_eq(dhcpperf_fault_plan_name(p, 4), "rule-x");
        ck_assert_ptr_null(dhcpperf_fault_plan_name(p, 5));
        ck_assert_int_eq(dhcpperf_fault_plan_find(p, "slow"), 1);
        ck_assert_int_eq(dhcpperf_fault_plan_find(p, "rule-1"), 0);
        ck_assert_int_eq(dhcpperf_fault_plan_find(p, "rule-2"), DHCPPERF_E_NOTFOUND);
        ck_assert_int_eq(dhcpperf_fault_plan_find(p, ""), DHCPPERF_E_NOTFOUND);
        ck_assert_int_eq(dhcpperf_fault_plan_find(p, NULL), DHCPPERF_E_INVALID);
        dhcpperf_fault_plan_free(p);
    }
END_TEST

START_TEST(rules_tell_whether_they_are_armed)
    {
        dhcpperf_fault_plan *p = parse("drop; drop armed=no");

        ck_assert_int_eq(dhcpperf_fault_plan_is_armed(p, 0), 1);
        ck_assert_int_eq(dhcpperf_fault_plan_is_armed(p, 1), 0);
        ck_assert_int_eq(dhcpperf_fault_plan_is_armed(p, 2), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_fault_plan_is_armed(NULL, 0), DHCPPERF_E_INVALID);
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(p, 0), 0);
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(p, 2), 0);
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(NULL, 0), 0);
        ck_assert_uint_eq(dhcpperf_fault_plan_count(NULL), 0);
        ck_assert_ptr_null(dhcpperf_fault_plan_class(p, 0));
        ck_assert_ptr_null(dhcpperf_fault_plan_class(p, 9));
        ck_assert_ptr_null(dhcpperf_fault_plan_class(NULL, 0));
        dhcpperf_fault_plan_free(p);
        dhcpperf_fault_plan_free(NULL);
    }
END_TEST

START_TEST(rules_tell_the_class_they_are_for)
    {
        dhcpperf_fault_plan *p = parse("drop; drop class=\"a b\"");

        ck_assert_ptr_null(dhcpperf_fault_plan_class(p, 0));
        ck_assert_str_eq(dhcpperf_fault_plan_class(p, 1), "a b");
        dhcpperf_fault_plan_free(p);
    }
END_TEST

START_TEST(rules_tell_whether_they_need_frames)
    {
        static const struct {
            const char *text;
            int needs;
        } rules[] = {
            {"drop", 0},
            {"to broadcast", 0},
            {"to port 6868", 0},
            {"from port 66", 1},
            {"from address 10.0.0.1", 1},
            {"delay 1s, fragment 576", 1},
            {"conflict", 1},
            {"reclaim quiet 1m", 1},
            {"rogue 10.0.0.9 10.0.0.100-10.0.0.200", 0},
            {"flip bits 1", 0},
        };
        unsigned i;

        for (i = 0; i < sizeof rules / sizeof rules[0]; i++) {
            dhcpperf_fault_plan *p = parse(rules[i].text);

            ck_assert_msg(dhcpperf_fault_plan_needs_frames(p, 0) == rules[i].needs, "%s",
                          rules[i].text);
            ck_assert_int_eq(dhcpperf_fault_plan_needs_frames(p, 1), DHCPPERF_E_RANGE);
            dhcpperf_fault_plan_free(p);
        }
        ck_assert_int_eq(dhcpperf_fault_plan_needs_frames(NULL, 0), DHCPPERF_E_INVALID);
    }
END_TEST

static const char everything[] =
    "match all\na: delay samples 1s 2s, set sname = \"x\" on offer circuit=\"eth0*\" nth=1 "
    "per=client\nlimit 1/s armed=no\nset yiaddr = other\n";

START_TEST(an_engine_has_a_plan_of_its_own)
    {
        dhcpperf_fault_plan *p = parse(everything);
        static char text[1000], copy[1000];
        dp_faults f;

        ck_assert_int_eq(dp_faults_init(&f, p, 1, NULL), 0);
        ck_assert_int_gt(dhcpperf_fault_plan_format(p, text, sizeof text), 0);
        f.plan->rules[0].hits = 7;
        dp_faults_arm(&f, 1, true);
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(p, 0), 0);
        ck_assert_int_eq(dhcpperf_fault_plan_is_armed(p, 1), 0);
        dhcpperf_fault_plan_free(p);
        ck_assert_int_gt(dhcpperf_fault_plan_format(f.plan, copy, sizeof copy), 0);
        ck_assert_str_eq(copy, text); /* armed=no is what the rule says, not what it is now */
        dp_faults_fini(&f);
        dp_faults_fini(&f);
    }
END_TEST

/* A copy of one that ran starts anew. */
START_TEST(a_copy_has_counted_nothing)
    {
        dhcpperf_fault_plan *p = parse(everything);
        dp_faults f, again;

        ck_assert_int_eq(dp_faults_init(&f, p, 1, NULL), 0);
        f.plan->rules[0].hits = f.plan->rules[0].counted.seen = 7;
        f.plan->actions[2].clock = 9;
        dp_faults_arm(&f, 1, true);
        ck_assert_int_eq(dp_faults_init(&again, f.plan, 1, NULL), 0);
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(again.plan, 0), 0);
        ck_assert_uint_eq(again.plan->rules[0].counted.seen, 0);
        ck_assert_uint_eq(again.plan->actions[2].clock, 0);
        ck_assert_int_eq(dhcpperf_fault_plan_is_armed(again.plan, 1), 0);
        dp_faults_fini(&again);
        dp_faults_fini(&f);
        dhcpperf_fault_plan_free(p);
    }
END_TEST

/* ---- what is written reads as the same --------------------------------------------------------
 */

static uint64_t seed, drawn;

static unsigned below(unsigned n)
{
    return (unsigned)dp_below(dp_draw(seed, 0, 0, drawn++), n);
}

static const char *const names[] = {"", "", "", "a: ", "slow.1: ", "B-c_d: "};
static const char *const decisions[] = {"nak",
                                        "nak unicast",
                                        "forget",
                                        "stall 1.5s",
                                        "restart",
                                        "restart keep down 2h",
                                        "rogue 10.9.9.9 10.9.9.1-10.9.9.2",
                                        "rogue 10.9.9.9 10.9.9.1-10.9.9.2 after 3ms",
                                        "reclaim quiet 90s"};
static const char *const replies[] = {"delay 1us",
                                      "delay uniform 0s..1ns",
                                      "delay normal 1.000000001s 2m",
                                      "delay exponential 1h",
                                      "delay samples 1ms 2ms 3d",
                                      "duplicate",
                                      "duplicate 64 after 1ms",
                                      "reorder 9",
                                      "bandwidth 1G",
                                      "bandwidth 12345 queue 600",
                                      "limit 0.001/s",
                                      "limit 1000000000/s burst 9 queue 9",
                                      "to port 1",
                                      "to broadcast",
                                      "to unicast",
                                      "to address 1.2.3.4",
                                      "from port 65535",
                                      "from address 0.0.0.0",
                                      "fragment 68"};
static const char *const edits[] = {"set op = 0",
                                    "set flags = 1",
                                    "set xid = other",
                                    "set xid = -4294967295",
                                    "set secs = +1",
                                    "set yiaddr = 255.255.255.255",
                                    "set yiaddr = network",
                                    "set chaddr = 02:00:00:00:00:01",
                                    "set chaddr = hex:00",
                                    "set sname = \"\\x01 \\\" \\\\\"",
                                    "set file = hex:6100",
                                    "drop option 1",
                                    "set option 51 = hex:",
                                    "append option 82 copy",
                                    "append octets hex:00",
                                    "drop end",
                                    "append octets random 1",
                                    "move option 82 last",
                                    "truncate 0",
                                    "truncate random",
                                    "truncate option 3 3",
                                    "flip option 3 bits 64",
                                    "flip bits 1",
                                    "sort option 82",
                                    "split option 6 1",
                                    "overload both",
                                    "overrun",
                                    "pad 255",
                                    "size 65507"};
static const char *const conditions[] = {
    "p=0.000000001",      "p=99.9999999%",   "nth=4294967295",    "skip=1",
    "count=1 per=client", "burst=2",         "share=33.3333333%", "mac=*:*:*:*:*:ff",
    "class=\"a \\\" b\"", "relay=0.0.0.0/0", "ip=1.2.3.4/32",     "circuit=\"\\x00*\"",
    "circuit=\"*\\x2a\"", "time=1.5s..",     "leases=1",          "time=1ns..2d cycle=3d",
    "armed=no",           "also=yes"};

#define ANY(list) list[below(sizeof(list) / sizeof(list)[0])]

/* An option's value: often octets of any kind, sometimes text of another option. */
static void add_option(char *text)
{
    unsigned code = 1 + below(254), n = below(12);

    sprintf(text + strlen(text), "%s option %u = ", below(2) ? "set" : "append", code);
    if (below(4) == 0) {
        strcat(text, below(2) ? "\"10.0.0.1, 10.0.0.2\"" : "\"text \\\" \\\\ \\x00 # ; ,\"");
        return;
    }
    strcat(text, "hex:");
    while (n-- > 0) {
        sprintf(text + strlen(text), "%02x", below(3) ? 0x20 + below(0x5f) : below(256));
    }
}

static void add_rule(char *text)
{
    unsigned phase = below(3), n = 1 + below(4), i;

    strcat(text, ANY(names));
    for (i = 0; i < n; i++) {
        strcat(text, i > 0 ? "," : "");
        if (phase == 0) {
            strcat(text, ANY(decisions));
        } else if (below(3) == 0) {
            strcat(text, ANY(replies));
        } else if (below(2) == 0) {
            add_option(text);
        } else {
            strcat(text, ANY(edits));
        }
    }
    if (below(2) == 0) {
        strcat(text, phase == 0 ? " on renew,discover,rebind" : " on nak, ack,offer");
    }
    for (i = below(4); i > 0; i--) {
        strcat(text, " ");
        strcat(text, ANY(conditions));
    }
    strcat(text, below(2) ? ";" : " # x\n");
}

/* Compares all that was read; what runs is at its start in both. */
static void assert_same(const dhcpperf_fault_plan *a, const dhcpperf_fault_plan *b)
{
    ck_assert_uint_eq(a->n, b->n);
    ck_assert_int_eq(a->match_all, b->match_all);
    assert_mem_eq(a->rules, b->rules, a->n * sizeof *a->rules);
    ck_assert_uint_eq(a->n_actions, b->n_actions);
    assert_mem_eq(a->actions, b->actions, a->n_actions * sizeof *a->actions);
    ck_assert_uint_eq(a->n_octets, b->n_octets);
    ck_assert(a->n_octets == 0 || memcmp(a->octets, b->octets, a->n_octets) == 0);
    ck_assert_uint_eq(a->n_durs, b->n_durs);
    ck_assert(a->n_durs == 0 || memcmp(a->durs, b->durs, a->n_durs * sizeof *a->durs) == 0);
}

START_TEST(a_plan_made_at_random_reads_as_it_was_written)
    {
        static char text[20000], first[DHCPPERF_FAULT_TEXT_MAX + 1],
            second[DHCPPERF_FAULT_TEXT_MAX + 1];
        dhcpperf_fault_plan *p, *again;
        unsigned i, n, understood = 0;

        seed = harness_seed(1);
        for (i = 0; i < 3000; i++) {
            text[0] = '\0';
            strcat(text, below(4) == 0 ? "match all\n" : "");
            for (n = 1 + below(6); n > 0; n--) {
                add_rule(text);
            }
            if (dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_SERVER, text, NULL, NULL, NULL) != 0) {
                continue; /* a name or a condition twice, ... */
            }
            understood++;
            assert_fast(dhcpperf_fault_plan_format(p, first, sizeof first) > 0, "%s", text);
            again = parse(first);
            assert_same(p, again);
            assert_fast(dhcpperf_fault_plan_format(again, second, sizeof second) > 0 &&
                            strcmp(first, second) == 0,
                        "seed %ju: %s", (uintmax_t)seed, text);
            dhcpperf_fault_plan_free(p);
            dhcpperf_fault_plan_free(again);
        }
        ck_assert_uint_gt(understood, 500);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, rules_are_found_by_name);
    tcase_add_test(tc, rules_tell_whether_they_are_armed);
    tcase_add_test(tc, rules_tell_the_class_they_are_for);
    tcase_add_test(tc, rules_tell_whether_they_need_frames);
    tcase_add_test(tc, an_engine_has_a_plan_of_its_own);
    tcase_add_test(tc, a_copy_has_counted_nothing);
    tcase_add_test(tc, a_plan_made_at_random_reads_as_it_was_written);
}
HARNESS_MAIN("policy/fault", tests)
