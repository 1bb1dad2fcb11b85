/* SPDX-License-Identifier: MIT */
/* search_conditions_test.c - conditions as text, and when a value keeps them. */
#include "policy/dp_search.h"

#include <string.h>

#include "support/harness.h"

/* Text, and the canonical form of its last condition. */
static const char *const good[][2] = {
    {"loss<0.1%", "loss(dora)<0.1%"},
    {"loss<0.1%,p99<20ms", "p99(dora)<20ms"},
    {" loss ( offer ) <= 0% ", "loss(offer)<=0%"},
    {"loss(ack)<100%", "loss(ack)<100%"},
    {"nak<1e-3%", "nak<0.001%"},
    {"nak<0.0000001%", "nak<0.0000001%"},
    {"success>=99.990%", "success>=99.99%"},
    {"success>0%", "success>0%"},
    {"rate>=100%", "rate>=100%"},
    {"p50(offer)<1us", "p50(offer)<1us"},
    {"p90(ack)<1500us", "p90(ack)<1ms500us"},
    {"p95 < 1h30m", "p95(dora)<1h30m"},
    {"p999(dora)<=1ns", "p999(dora)<=1ns"},
    {"max<2s", "max(dora)<2s"},
    {"mean(ack)<2s,\n\tmax<2s", "max(dora)<2s"},
};

START_TEST(every_form_is_understood_and_has_one_canonical_form)
    {
        dp_conditions c, again;
        size_t at = 0;
        const char *text;

        ck_assert_msg(dp_conditions_parse(&c, good[_i][0], &at) == 0, "\"%s\" at %zu", good[_i][0],
                      at);
        text = c.at[c.n - 1].text;
        ck_assert_str_eq(text, good[_i][1]);
        ck_assert_msg(dp_conditions_parse(&again, text, &at) == 0, "\"%s\"", text);
        ck_assert_str_eq(again.at[0].text, text);
        ck_assert_uint_eq(again.at[0].limit, c.at[c.n - 1].limit);
    }
END_TEST

static const struct {
    const char *text;
    int want;
    size_t at;
} bad[] = {
    {"", DHCPPERF_E_SYNTAX, 0},
    {"  ", DHCPPERF_E_SYNTAX, 2},
    {",", DHCPPERF_E_SYNTAX, 0},
    {"loss<1%,", DHCPPERF_E_SYNTAX, 8},
    {"loss<1%;p99<1s", DHCPPERF_E_SYNTAX, 5},
    {"loss<1% p99<1s", DHCPPERF_E_SYNTAX, 8},
    {"lost<1%", DHCPPERF_E_SYNTAX, 0},
    {"Loss<1%", DHCPPERF_E_SYNTAX, 0},
    {"loss", DHCPPERF_E_SYNTAX, 4},
    {"loss=1%", DHCPPERF_E_SYNTAX, 4},
    {"loss>1%", DHCPPERF_E_SYNTAX, 4},
    {"success<99%", DHCPPERF_E_SYNTAX, 7},
    {"rate<99%", DHCPPERF_E_SYNTAX, 4},
    {"p99>1s", DHCPPERF_E_SYNTAX, 3},
    {"p98<1s", DHCPPERF_E_SYNTAX, 0},
    {"p9<1s", DHCPPERF_E_SYNTAX, 0},
    {"loss()<1%", DHCPPERF_E_SYNTAX, 5},
    {"loss(renew)<1%", DHCPPERF_E_SYNTAX, 5},
    {"loss(ack", DHCPPERF_E_SYNTAX, 8},
    {"loss(ack x)<1%", DHCPPERF_E_SYNTAX, 5},
    {"nak(ack)<1%", DHCPPERF_E_SYNTAX, 3},
    {"rate(dora)>1%", DHCPPERF_E_SYNTAX, 4},
    {"loss<", DHCPPERF_E_SYNTAX, 5},
    {"loss<%", DHCPPERF_E_SYNTAX, 5},
    {"loss<0.01", DHCPPERF_E_SYNTAX, 5},
    {"loss<-1%", DHCPPERF_E_SYNTAX, 5},
    {"loss<1%%", DHCPPERF_E_SYNTAX, 5},
    {"loss<20ms", DHCPPERF_E_SYNTAX, 5},
    {"loss<0000000000000000000000000000000000000000000000001%", DHCPPERF_E_SYNTAX, 5},
    {"p99<20", DHCPPERF_E_SYNTAX, 4},
    {"p99<20%", DHCPPERF_E_SYNTAX, 4},
    {"loss<100.1%", DHCPPERF_E_RANGE, 5},
    {"loss<0%", DHCPPERF_E_RANGE, 5},
    {"loss<0.00000001%", DHCPPERF_E_RANGE, 5},
    {"success>100%", DHCPPERF_E_RANGE, 8},
    {"p99<0s", DHCPPERF_E_RANGE, 4},
    {"p99<=0s", DHCPPERF_E_RANGE, 5},
    {"p99<infinite", DHCPPERF_E_RANGE, 4},
    {"p99<999999999999h", DHCPPERF_E_RANGE, 4},
    {"loss<1%,loss<1%,loss<1%,loss<1%,loss<1%,loss<1%,loss<1%,loss<1%,"
     "loss<1%,loss<1%,loss<1%,loss<1%,loss<1%,loss<1%,loss<1%,loss<1%,max<1s",
     DHCPPERF_E_RANGE, 128},
};

START_TEST(what_is_no_condition_is_pointed_at)
    {
        dp_conditions c;
        size_t at = 999;
        int rc = dp_conditions_parse(&c, bad[_i].text, &at);

        ck_assert_msg(rc == bad[_i].want, "\"%s\": %s", bad[_i].text, dhcpperf_strerror(rc));
        ck_assert_msg(at == bad[_i].at, "\"%s\": at %zu", bad[_i].text, at);
    }
END_TEST

static const struct {
    const char *text;
    double value;
    int holds;
} judged[] = {
    {"loss<1%", 0.01, 0},      {"loss<1%", 0.00999, 1}, {"loss<=1%", 0.01, 1},
    {"loss<=0%", 0, 1},        {"loss<1%", -1, 0},      {"success>99%", 0.99, 0},
    {"success>=99%", 0.99, 1}, {"success>=99%", -1, 0}, {"rate>=100%", 1.2, 1},
    {"p99<20ms", 20000000, 0}, {"p99<=20ms", 2e7, 1},   {"p99<20ms", 1.99e7, 1},
    {"p99<=9999h", -1, 0},
};

START_TEST(limits_hold_as_their_signs_say_and_nothing_is_no_value)
    {
        dp_conditions c;
        size_t at;

        ck_assert_int_eq(dp_conditions_parse(&c, judged[_i].text, &at), 0);
        ck_assert_msg(dp_condition_holds(&c.at[0], judged[_i].value) == judged[_i].holds,
                      "%s with %g", judged[_i].text, judged[_i].value);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, every_form_is_understood_and_has_one_canonical_form, 0,
                        sizeof good / sizeof good[0]);
    tcase_add_loop_test(tc, what_is_no_condition_is_pointed_at, 0, sizeof bad / sizeof bad[0]);
    tcase_add_loop_test(tc, limits_hold_as_their_signs_say_and_nothing_is_no_value, 0,
                        sizeof judged / sizeof judged[0]);
}

HARNESS_MAIN("policy/search_conditions", tests)
