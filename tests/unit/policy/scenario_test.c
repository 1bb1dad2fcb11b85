/* SPDX-License-Identifier: MIT */
/* scenario_test.c - scenarios as text and as calls. */
#include "policy/dp_scenario.h"

#include <string.h>

#include "support/allocfail.h"
#include "support/harness.h"

/* Text and its canonical form. */
static const char *const good[][2] = {
    {"stage x", "stage x\n"},
    {"\n\n# nothing\n stage\tx # but this\n\n", "stage x\n"},
    {"name night\r\nstage x\r\ndo start\r\n", "name night\nstage x\ndo start\n"},
    {"hold 60s\nthen release 9, vanish 1\npause exponential 90s\nstage x\n",
     "hold 1m\nthen release 9, vanish\npause exponential 1m30s\nstage x\n"},
    {"hold never\nthen release\npause never\nkeep no\npersist off\ndecline 0\nstage x\n",
     "stage x\n"},
    {"keep true\npersist 1\ndecline 0.1\nstage x\n",
     "decline 0.1\nkeep yes\npersist yes\nstage x\n"},
    {"decline 1\nstage x\n", "decline 1\nstage x\n"},
    {"stage x\ndo renew 3,reboot , start 1\n", "stage x\ndo start, renew 3, reboot\n"},
    {"stage x\ndo start\ndo none\n", "stage x\n"},
    {"stage x\nload rate 5k/s 60s;hold\n", "stage x\nload rate 5000/s 1m; rate 5000/s\n"},
    {"stage x\nload all\n", "stage x\nload all\n"},
    {"stage x\nload burst 1\nload default\n", "stage x\n"},
    {"stage x\nrounds 1k\nuntil given\n", "stage x\nrounds 1000\nuntil given\n"},
    {"stage x\nrounds endless\nuntil 3600s\nstage y\nuntil never\n",
     "stage x\nrounds endless\nuntil 1h\nstage y\nuntil never\n"},
};

START_TEST(every_form_is_understood_and_has_one_canonical_form)
    {
        dhcpperf_scenario *s = NULL, *again = NULL;
        char text[512], text2[512];

        ck_assert_msg(dhcpperf_scenario_parse(&s, good[_i][0], NULL, NULL) == 0, "\"%s\"",
                      good[_i][0]);
        ck_assert_int_eq(dhcpperf_scenario_format(s, text, sizeof text), (int)strlen(good[_i][1]));
        ck_assert_str_eq(text, good[_i][1]);
        ck_assert_int_eq(dhcpperf_scenario_parse(&again, text, NULL, NULL), 0);
        ck_assert_int_gt(dhcpperf_scenario_format(again, text2, sizeof text2), 0);
        ck_assert_str_eq(text, text2);
        dhcpperf_scenario_free(s);
        dhcpperf_scenario_free(again);
    }
END_TEST

/* Text, the failure, and what it points at. */
static const struct {
    const char *text;
    int rc;
    const char *at;
} bad[] = {
    {"", DHCPPERF_E_STATE, ""},
    {"name x\n", DHCPPERF_E_STATE, ""},
    {"nam x\nstage x\n", DHCPPERF_E_NOKEY, "nam x\nstage x\n"},
    {"a-key-that-is-far-too-long 1\n", DHCPPERF_E_NOKEY, "a-key-that-is-far-too-long 1\n"},
    {"do start\nstage x\n", DHCPPERF_E_NOKEY, "do start\nstage x\n"},
    {"stage x\nkeep yes\n", DHCPPERF_E_NOKEY, "keep yes\n"},
    {"name x y\nstage x\n", DHCPPERF_E_SYNTAX, "x y\nstage x\n"},
    {"stage\n", DHCPPERF_E_SYNTAX, "\n"},
    {"stage x123456789012345678901234567890x\n", DHCPPERF_E_RANGE,
     "x123456789012345678901234567890x\n"},
    {"hold\nstage x\n", DHCPPERF_E_SYNTAX, "\nstage x\n"},
    {"hold 5 parsecs\nstage x\n", DHCPPERF_E_SYNTAX, "5 parsecs\nstage x\n"},
    {"hold exponential 0s\nstage x\n", DHCPPERF_E_RANGE, "exponential 0s\nstage x\n"},
    {"hold infinite\nstage x\n", DHCPPERF_E_RANGE, "infinite\nstage x\n"},
    {"then start\nstage x\n", DHCPPERF_E_SYNTAX, "start\nstage x\n"},
    {"then release 5, vanish 0\nstage x\n", DHCPPERF_E_RANGE, "0\nstage x\n"},
    {"then release, release\nstage x\n", DHCPPERF_E_SYNTAX, "release\nstage x\n"},
    {"decline 1.1\nstage x\n", DHCPPERF_E_RANGE, "1.1\nstage x\n"},
    {"keep maybe\nstage x\n", DHCPPERF_E_SYNTAX, "maybe\nstage x\n"},
    {"stage x\ndo start renew\n", DHCPPERF_E_SYNTAX, "renew\n"},
    {"stage x\ndo start,\n", DHCPPERF_E_SYNTAX, "\n"},
    {"stage x\ndo start 1001\n", DHCPPERF_E_RANGE, "1001\n"},
    {"stage x\nload rate 5/s 1s; rat 5\n", DHCPPERF_E_SYNTAX, "rat 5\n"},
    {"stage x\nrounds 0\n", DHCPPERF_E_RANGE, "0\n"},
    {"stage x\nuntil soon\n", DHCPPERF_E_SYNTAX, "soon\n"},
    {"stage x\nuntil 0s\n", DHCPPERF_E_RANGE, "0s\n"},
    {"stage x\nuntil never\nstage y\n", DHCPPERF_E_STATE, "stage y\n"},
    {"keep yes\npause 5s # then again\nstage x\n", DHCPPERF_E_STATE,
     "pause 5s # then again\nstage x\n"},
};

START_TEST(what_is_not_understood_is_pointed_at)
    {
        dhcpperf_scenario *s = NULL;
        size_t at = SIZE_MAX;

        ck_assert_msg(dhcpperf_scenario_parse(&s, bad[_i].text, &at, NULL) == bad[_i].rc, "\"%s\"",
                      bad[_i].text);
        ck_assert_ptr_null(s);
        ck_assert_uint_le(at, strlen(bad[_i].text));
        ck_assert_str_eq(bad[_i].text + at, bad[_i].at);
    }
END_TEST

START_TEST(a_line_and_the_number_of_stages_are_bounded)
    {
        dhcpperf_scenario *s = NULL;
        char line[2000], many[17 * 8 + 1] = "";
        size_t at = 0;
        int i;

        memset(line, 'x', sizeof line - 1);
        memcpy(line, "name ", 5);
        line[sizeof line - 1] = '\0';
        ck_assert_int_eq(dhcpperf_scenario_parse(&s, line, &at, NULL), DHCPPERF_E_RANGE);
        ck_assert_uint_eq(at, 5);
        for (i = 0; i < 17; i++) {
            strcat(many, "stage x\n");
        }
        ck_assert_int_eq(dhcpperf_scenario_parse(&s, many, &at, NULL), DHCPPERF_E_NOBUFS);
        ck_assert_uint_eq(at, 16 * 8);
        ck_assert_int_eq(dhcpperf_scenario_parse(&s, many + 8, &at, NULL), 0);
        ck_assert_uint_eq(dhcpperf_scenario_count(s), 16);
        dhcpperf_scenario_free(s);
    }
END_TEST

START_TEST(every_preset_is_a_scenario_of_its_name)
    {
        const char *name, *help;
        unsigned i, endless = 0;

        for (i = 0; dhcpperf_scenario_describe(i, &name, &help) == 1; i++) {
            dhcpperf_scenario *s = NULL;
            char got[DP_SCENARIO_WORD];

            ck_assert_msg(dhcpperf_scenario_new(&s, name, NULL) == 0, "%s", name);
            ck_assert_int_gt(dhcpperf_scenario_get(s, "name", got, sizeof got), 0);
            ck_assert_str_eq(got, name);
            ck_assert_uint_gt(strlen(help), 10);
            ck_assert_uint_ge(dhcpperf_scenario_count(s), 1);
            endless += dhcpperf_scenario_is_endless(s) == 1;
            dhcpperf_scenario_free(s);
        }
        ck_assert_uint_eq(i, 12);
        ck_assert_uint_eq(endless, 4); /* lifecycle, renew, churn, mix */
    }
END_TEST

START_TEST(settings_can_be_changed_one_by_one)
    {
        dhcpperf_scenario *s = NULL;
        char text[64];

        ck_assert_int_eq(dhcpperf_scenario_new(&s, "nothing", NULL), DHCPPERF_E_NOKEY);
        ck_assert_int_eq(dhcpperf_scenario_new(&s, "renew", NULL), 0);
        ck_assert_int_eq(dhcpperf_scenario_set(s, "hold", "1h"), 0);
        ck_assert_int_eq(dhcpperf_scenario_set(s, "hold", "long"), DHCPPERF_E_SYNTAX);
        ck_assert_int_eq(dhcpperf_scenario_get(s, "hold", text, sizeof text), 2);
        ck_assert_str_eq(text, "1h");
        ck_assert_int_eq(dhcpperf_scenario_get(s, "hold", text, 2), DHCPPERF_E_NOBUFS);
        ck_assert_int_eq(dhcpperf_scenario_set(s, "do", "start"), DHCPPERF_E_NOKEY);
        ck_assert_int_eq(dhcpperf_scenario_get(s, "load", text, sizeof text), DHCPPERF_E_NOKEY);
        ck_assert_int_eq(dhcpperf_scenario_set_stage(s, 1, "load", "rate 5/s"), 0);
        ck_assert_int_eq(dhcpperf_scenario_get_stage(s, 1, "load", text, sizeof text), 8);
        ck_assert_int_eq(dhcpperf_scenario_set_stage(s, 2, "load", "all"), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_scenario_get_stage(s, 2, "load", text, sizeof text),
                         DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_scenario_get_stage(s, 0, "hold", text, sizeof text),
                         DHCPPERF_E_NOKEY);
        ck_assert_int_eq(dhcpperf_scenario_set_stage(s, 0, "until", "never"), DHCPPERF_E_STATE);
        ck_assert_int_eq(dhcpperf_scenario_get_stage(s, 0, "until", text, sizeof text), 7);
        ck_assert_str_eq(text, "settled");
        dhcpperf_scenario_free(s);
    }
END_TEST

START_TEST(every_allocation_may_fail)
    {
        unsigned k;

        for (k = 1; k < 20; k++) {
            dhcpperf_scenario *s = NULL, *copy = NULL;
            allocfail af;
            int rc;

            allocfail_init(&af, k);
            rc = dhcpperf_scenario_parse(&s, "stage a\nload rate 5\nstage b\nload burst 1\n", NULL,
                                         &af.mem);
            if (rc == 0) {
                rc = dp_scenario_copy(&copy, s, &af.mem);
            }
            ck_assert(rc == 0 || rc == DHCPPERF_E_NOMEM);
            dhcpperf_scenario_free(s);
            dhcpperf_scenario_free(copy);
            ck_assert(allocfail_is_clean(&af));
            if (rc == 0) {
                break;
            }
        }
        ck_assert_uint_gt(k, 6);
        ck_assert_uint_lt(k, 20);
    }
END_TEST

static void tests(TCase *t)
{
    tcase_add_loop_test(t, every_form_is_understood_and_has_one_canonical_form, 0,
                        (int)(sizeof good / sizeof good[0]));
    tcase_add_loop_test(t, what_is_not_understood_is_pointed_at, 0,
                        (int)(sizeof bad / sizeof bad[0]));
    tcase_add_test(t, a_line_and_the_number_of_stages_are_bounded);
    tcase_add_test(t, every_preset_is_a_scenario_of_its_name);
    tcase_add_test(t, settings_can_be_changed_one_by_one);
    tcase_add_test(t, every_allocation_may_fail);
}

HARNESS_MAIN("policy/scenario", tests)
