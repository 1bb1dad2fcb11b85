/* SPDX-License-Identifier: MIT */
/* load_test.c - arrival profiles as text and as calls. */
#include "policy/dp_load.h"

#include <math.h>
#include <string.h>

#include "base/dp_rng.h"
#include "support/allocfail.h"
#include "support/harness.h"

#define S DHCPPERF_NS_PER_S

/* Text and its canonical form. */
static const char *const good[][2] = {
    {"ramp 0..5000/s 30s; hold 60s; burst 10000",
     "ramp 0..5000/s 30s; rate 5000/s 1m; burst 10000"},
    {"rate 50000/s 10s", "rate 50000/s 10s"},
    {"rate 50k 10s", "rate 50000/s 10s"},
    {"rate 1.5k/s", "rate 1500/s"},
    {"rate 0.25/s 1m", "rate 0.25/s 1m"},
    {"rate 0.001/s 1m", "rate 0.001/s 1m"},
    {"rate 12.3450000/s 1h", "rate 12.345/s 1h"},
    {"rate 1.234567k", "rate 1234.567/s"},
    {"rate 1.234567891M", "rate 1234567.891/s"},
    {"rate 1G", "rate 1000000000/s"},
    {"rate 1000000000 1ns", "rate 1000000000/s 1ns"},
    {"poisson 2000/s 1m", "poisson 2000/s 1m"},
    {"poisson 1..2/s 1m ; hold", "poisson 1..2/s 1m; poisson 2/s"},
    {"ramp 5/s..1/s 1s", "ramp 5..1/s 1s"},
    {"ramp 5..5/s 1s", "rate 5/s 1s"},
    {"ramp 1.5..2.5 1s", "ramp 1.5..2.5/s 1s"},
    {"closed 1000", "closed 1000"},
    {"closed 1k 30s; hold 5s", "closed 1000 30s; closed 1000 5s"},
    {"closed 5 infinite", "closed 5"},
    {"burst 1; hold 3s; burst 2", "burst 1; pause 3s; burst 2"},
    {"rate 5/s 1s; burst 7; hold 1s", "rate 5/s 1s; burst 7; rate 5/s 1s"},
    {"rate 0 5s; rate 3 1s", "pause 5s; rate 3/s 1s"},
    {"at 0s", "at 0s"},
    {"at  1ms, 1ms ,\t1500us;burst 1", "at 1ms,1ms,1ms500us; burst 1"},
    {"rate 5 1s; at 1s; hold", "rate 5/s 1s; at 1s; rate 5/s"},
    {"pause 5s", "pause 5s"},
    {"  rate\t5/s\n1s ;\n\n burst 4294967295 ; ", "rate 5/s 1s; burst 4294967295"},
    {"rate 5/s 1h30m", "rate 5/s 1h30m"},
};

START_TEST(every_form_is_understood_and_has_one_canonical_form)
    {
        dhcpperf_load *l = NULL, *again = NULL;
        char text[256], text2[256];
        unsigned i;

        ck_assert_msg(dhcpperf_load_parse(&l, good[_i][0], NULL, NULL) == 0, "\"%s\"", good[_i][0]);
        ck_assert_int_ge(dhcpperf_load_format(l, text, sizeof text), 0);
        ck_assert_str_eq(text, good[_i][1]);
        ck_assert_msg(dhcpperf_load_parse(&again, text, NULL, NULL) == 0, "\"%s\"", text);
        ck_assert_int_ge(dhcpperf_load_format(again, text2, sizeof text2), 0);
        ck_assert_str_eq(text, text2);
        ck_assert_uint_eq(l->n, again->n);
        for (i = 0; i < l->n; i++) { /* lists are compared by what they hold */
            dhcpperf_dur *at = again->stages[i].at;

            if (at != NULL) {
                assert_mem_eq(l->stages[i].at, at, l->stages[i].stations * sizeof *at);
            }
            again->stages[i].at = l->stages[i].at;
            assert_mem_eq(&l->stages[i], &again->stages[i], sizeof l->stages[i]);
            again->stages[i].at = at;
        }
        dhcpperf_load_free(l);
        dhcpperf_load_free(again);
    }
END_TEST

static const struct {
    const char *text;
    int want;
    size_t at;
} bad[] = {
    {"", DHCPPERF_E_SYNTAX, 0},
    {"  ", DHCPPERF_E_SYNTAX, 2},
    {";", DHCPPERF_E_SYNTAX, 0},
    {"rate 5/s 1s;; burst 5", DHCPPERF_E_SYNTAX, 12},
    {"run 5/s", DHCPPERF_E_SYNTAX, 0},
    {"Rate 5/s", DHCPPERF_E_SYNTAX, 0},
    {"rate", DHCPPERF_E_SYNTAX, 4},
    {"rate x", DHCPPERF_E_SYNTAX, 5},
    {"rate -5/s", DHCPPERF_E_SYNTAX, 5},
    {"rate 5/m", DHCPPERF_E_SYNTAX, 6},
    {"rate 5/sec", DHCPPERF_E_SYNTAX, 8},
    {"rate 5..6/s 1s", DHCPPERF_E_SYNTAX, 6},
    {"rate 5. 1s", DHCPPERF_E_SYNTAX, 6},
    {"rate .5 1s", DHCPPERF_E_SYNTAX, 5},
    {"rate 5/s 1", DHCPPERF_E_SYNTAX, 9},
    {"rate 5/s 1s 2s", DHCPPERF_E_SYNTAX, 12},
    {"rate 5/s 0s", DHCPPERF_E_RANGE, 9},
    {"rate 5/s 147y", DHCPPERF_E_SYNTAX, 9},
    {"rate 5/s 99999999999999999999999s", DHCPPERF_E_RANGE, 9},
    {"rate 5/s 1300000h", DHCPPERF_E_RANGE, 9},
    {"rate 1000000001/s 1s", DHCPPERF_E_RANGE, 5},
    {"rate 1.1G/s 1s", DHCPPERF_E_RANGE, 5},
    {"rate 18446744073709551616/s 1s", DHCPPERF_E_RANGE, 5},
    {"rate 0.0001/s 1s", DHCPPERF_E_RANGE, 5},
    {"at", DHCPPERF_E_SYNTAX, 2},
    {"at 5", DHCPPERF_E_SYNTAX, 3},
    {"at 5s,", DHCPPERF_E_SYNTAX, 6},
    {"at 5s,4s", DHCPPERF_E_RANGE, 6},
    {"at 5s 6s", DHCPPERF_E_SYNTAX, 6},
    {"at infinite", DHCPPERF_E_RANGE, 3},
    {"rate 5; at 1s", DHCPPERF_E_STATE, 8},
    {"rate 0/s", DHCPPERF_E_RANGE, 0},
    {"ramp 5/s 1s; ramp 0.. 1s", DHCPPERF_E_SYNTAX, 21},
    {"ramp 0..5/s", DHCPPERF_E_RANGE, 0},
    {"hold", DHCPPERF_E_RANGE, 0},
    {"pause", DHCPPERF_E_RANGE, 0},
    {"burst 0", DHCPPERF_E_RANGE, 0},
    {"burst 4294967296", DHCPPERF_E_RANGE, 6},
    {"burst 5G", DHCPPERF_E_RANGE, 6},
    {"burst 5 1s", DHCPPERF_E_SYNTAX, 8},
    {"burst", DHCPPERF_E_SYNTAX, 5},
    {"closed 0", DHCPPERF_E_RANGE, 0},
    {"closed 5; burst 3", DHCPPERF_E_STATE, 10},
    {"rate 5/s ; hold 3s", DHCPPERF_E_STATE, 11},
    {"closed 5 0s", DHCPPERF_E_RANGE, 9},
    {"ratexxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx 5", DHCPPERF_E_SYNTAX,
     0},
    {"rate 5/s 1sxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", DHCPPERF_E_SYNTAX,
     9},
};

START_TEST(errors_point_at_the_offending_text)
    {
        dhcpperf_load *l = NULL;
        size_t at = 999;
        int rc = dhcpperf_load_parse(&l, bad[_i].text, &at, NULL);

        ck_assert_msg(rc == bad[_i].want, "\"%s\": %d", bad[_i].text, rc);
        ck_assert_msg(at == bad[_i].at, "\"%s\": at %zu", bad[_i].text, at);
        ck_assert_ptr_null(l);
        ck_assert_int_eq(dhcpperf_load_parse(&l, bad[_i].text, NULL, NULL), bad[_i].want);
    }
END_TEST

/* Random texts out of the grammar's own pieces: no crash, no read past the end, and whatever is
 * understood survives its canonical form. */
START_TEST(random_text_is_refused_or_survives_its_canonical_form)
    {
        static const char *const pieces[] = {
            "rate", "ramp", "poisson", "hold", "pause", "burst", "closed",   " ",          " ",
            " ",    ";",    "..",      "5",    "0",     "1.5",   "k",        "M",          "/s",
            "10s",  "1ms",  "9",       ".",    "\n",    "\x80",  "infinite", "99999999999"};
        uint64_t k, seed = harness_seed(12);
        unsigned understood = 0;

        for (k = 0; k < 20000; k++) {
            dhcpperf_load *l = NULL, *again = NULL;
            char text[128] = "", canonical[512], *exact;
            size_t at = 0;
            unsigned i, n = 1 + (unsigned)dp_below(dp_draw(seed, k, 0, 0), 8);

            for (i = 0; i < n; i++) {
                strcat(text,
                       pieces[dp_below(dp_draw(seed, k, 1, i), sizeof pieces / sizeof pieces[0])]);
            }
            exact = malloc(strlen(text) + 1);
            memcpy(exact, text, strlen(text) + 1);
            if (dhcpperf_load_parse(&l, exact, &at, NULL) == 0) {
                understood++;
                assert_fast(dhcpperf_load_format(l, canonical, sizeof canonical) > 0, "\"%s\"",
                            text);
                assert_fast(dhcpperf_load_parse(&again, canonical, NULL, NULL) == 0, "\"%s\"",
                            canonical);
                assert_fast(l->n == again->n &&
                                memcmp(l->stages, again->stages, l->n * sizeof l->stages[0]) == 0,
                            "\"%s\"", text);
            } else {
                assert_fast(at <= strlen(text), "\"%s\": offset %zu", text, at);
            }
            dhcpperf_load_free(l);
            dhcpperf_load_free(again);
            free(exact);
        }
        ck_assert_uint_gt(understood, 20);
    }
END_TEST

START_TEST(calls_build_what_text_builds)
    {
        dhcpperf_load *a = NULL, *b = NULL;
        char text[256];
        unsigned i;

        ck_assert_int_eq(dhcpperf_load_new(&a, NULL), 0);
        ck_assert_int_eq(dhcpperf_load_add_rate(a, 0, 5000, 30 * S, 0), 0);
        ck_assert_int_eq(dhcpperf_load_add_rate(a, 0.1, 0.1, S, 1), 0);
        ck_assert_int_eq(dhcpperf_load_add_burst(a, 10000), 0);
        ck_assert_int_eq(dhcpperf_load_add_closed(a, 7, DHCPPERF_NEVER), 0);
        ck_assert_int_ge(dhcpperf_load_format(a, text, sizeof text), 0);
        ck_assert_str_eq(text, "ramp 0..5000/s 30s; poisson 0.1/s 1s; burst 10000; closed 7");
        ck_assert_int_eq(dhcpperf_load_parse(&b, text, NULL, NULL), 0);
        ck_assert_uint_eq(a->n, b->n);
        for (i = 0; i < a->n; i++) {
            ck_assert_uint_eq(a->stages[i].kind, b->stages[i].kind);
            ck_assert_int_eq(a->stages[i].poisson, b->stages[i].poisson);
            ck_assert_uint_eq(a->stages[i].from_mps, b->stages[i].from_mps);
            ck_assert_uint_eq(a->stages[i].to_mps, b->stages[i].to_mps);
            ck_assert_uint_eq(a->stages[i].length, b->stages[i].length);
            ck_assert_uint_eq(a->stages[i].stations, b->stages[i].stations);
        }
        dhcpperf_load_free(a);
        dhcpperf_load_free(b);
    }
END_TEST

START_TEST(impossible_stages_are_refused)
    {
        dhcpperf_load *l = NULL;

        ck_assert_int_eq(dhcpperf_load_new(&l, NULL), 0);
        ck_assert_int_eq(dhcpperf_load_add_rate(l, -1, 1, S, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_load_add_rate(l, 1, (double)NAN, S, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_load_add_rate(l, 1, 1.1e9, S, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_load_add_rate(l, 0.0004, 0.0004, S, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_load_add_rate(l, 1, 0.0004, S, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_load_add_rate(l, 1, 1, 0, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_load_add_rate(l, 1, 2, DHCPPERF_NEVER, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_load_add_rate(l, 0, 0, DHCPPERF_NEVER, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_load_add_rate(l, 1, 1, DHCPPERF_NEVER - 1, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_load_add_burst(l, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_load_add_closed(l, 0, S), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_load_add_closed(l, 1, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_load_add_rate(NULL, 1, 1, S, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_load_add_burst(NULL, 1), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_load_add_closed(NULL, 1, S), DHCPPERF_E_INVALID);
        ck_assert_uint_eq(l->n, 0);
        ck_assert_int_eq(dhcpperf_load_add_closed(l, 1, DHCPPERF_NEVER), 0);
        ck_assert_int_eq(dhcpperf_load_add_burst(l, 1), DHCPPERF_E_STATE);
        dhcpperf_load_free(l);
        dhcpperf_load_free(NULL);
    }
END_TEST

START_TEST(count_and_length_sum_the_stages)
    {
        static const struct {
            const char *text;
            uint64_t count;
            dhcpperf_dur length;
        } cases[] = {
            {"rate 10/s 1s", 10, S},
            {"rate 10/s 1050ms", 11, 1050 * DHCPPERF_NS_PER_MS},
            {"ramp 0..5000/s 30s; hold 60s; burst 10000", 75000 + 300000 + 10000, 90 * S},
            {"pause 5s", 0, 5 * S},
            {"burst 4294967295; burst 4294967295", UINT64_C(8589934590), 0},
            {"closed 5 1s; burst 3", UINT64_MAX, S},
            {"rate 5/s", UINT64_MAX, DHCPPERF_NEVER},
            {"rate 0.5/s 1s; rate 0.5/s 1s", 1, 2 * S},
        };
        dhcpperf_load *l = NULL;
        dp_load_iter it;
        uint64_t n = 0;

        ck_assert_int_eq(dhcpperf_load_parse(&l, cases[_i].text, NULL, NULL), 0);
        ck_assert_msg(dhcpperf_load_count(l) == cases[_i].count, "%s", cases[_i].text);
        ck_assert_msg(dhcpperf_load_length(l) == cases[_i].length, "%s", cases[_i].text);
        if (cases[_i].count < 1000000) { /* the walk agrees */
            for (dp_load_begin(&it, l, 1, 0, NULL); !dp_load_is_over(&it); dp_load_take(&it)) {
                n++;
            }
            ck_assert_msg(n == cases[_i].count, "%s: %llu", cases[_i].text, (unsigned long long)n);
        }
        dhcpperf_load_free(l);
        ck_assert_uint_eq(dhcpperf_load_count(NULL), 0);
        ck_assert_uint_eq(dhcpperf_load_length(NULL), 0);
    }
END_TEST

START_TEST(lists_of_arrivals_are_copied_and_checked)
    {
        dhcpperf_dur at[] = {0, 5, 5, 2 * S};
        dhcpperf_load *l = NULL, *copy = NULL;
        char text[64];

        ck_assert_int_eq(dhcpperf_load_new(&l, NULL), 0);
        ck_assert_int_eq(dhcpperf_load_add_arrivals(l, at, 0), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_load_add_arrivals(l, NULL, 3), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_load_add_arrivals(NULL, at, 4), DHCPPERF_E_INVALID);
        at[2] = 4;
        ck_assert_int_eq(dhcpperf_load_add_arrivals(l, at, 4), DHCPPERF_E_RANGE);
        at[2] = 5;
        at[3] = DHCPPERF_NEVER;
        ck_assert_int_eq(dhcpperf_load_add_arrivals(l, at, 4), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_load_format(l, text, sizeof text), 0); /* nothing was added */
        at[3] = 2 * S;
        ck_assert_int_eq(dhcpperf_load_add_arrivals(l, at, 4), 0);
        at[1] = 77; /* it has its own */
        ck_assert_int_eq(dhcpperf_load_clone(&copy, l), 0);
        dhcpperf_load_free(l);
        ck_assert_int_gt(dhcpperf_load_format(copy, text, sizeof text), 0);
        ck_assert_str_eq(text, "at 0s,5ns,5ns,2s");
        ck_assert_uint_eq(dhcpperf_load_count(copy), 4);
        ck_assert_uint_eq(dhcpperf_load_length(copy), 2 * S);
        ck_assert_int_eq(dhcpperf_load_add_rate(copy, 5, 5, DHCPPERF_NEVER, 0), 0);
        at[1] = 0;
        ck_assert_int_eq(dhcpperf_load_add_arrivals(copy, at, 2), DHCPPERF_E_STATE);
        dhcpperf_load_free(copy);
    }
END_TEST

START_TEST(the_peak_is_the_greatest_rate)
    {
        static const struct {
            const char *text;
            double peak;
            int is_random;
        } cases[] = {
            {"rate 5/s 1s; rate 7.5/s 1s; rate 6/s", 7.5, 0},
            {"ramp 0..9k 1s; pause 1s", 9000, 0},
            {"ramp 9k..1 1s; poisson 3 1s", 9000, 1},
            {"burst 100k", 0, 0},
            {"closed 100 10s", 0, 0},
            {"at 0s,50ms,99ms,100ms,150ms,1s", 30, 0},
            {"at 3s", 10, 0},
            {"at 0s,0s,0s,0s; rate 39 1s", 40, 0},
        };
        dhcpperf_load *l = NULL;
        double peak;

        ck_assert_int_eq(dhcpperf_load_parse(&l, cases[_i].text, NULL, NULL), 0);
        peak = dhcpperf_load_peak(l);
        ck_assert_msg(peak > cases[_i].peak - 1e-9 && peak < cases[_i].peak + 1e-9, "%s: %f",
                      cases[_i].text, peak);
        ck_assert_msg(dhcpperf_load_is_random(l) == cases[_i].is_random, "%s", cases[_i].text);
        dhcpperf_load_free(l);
        ck_assert(dhcpperf_load_peak(NULL) <= 0);
        ck_assert_int_eq(dhcpperf_load_is_random(NULL), 0);
    }
END_TEST

START_TEST(a_copy_is_independent)
    {
        dhcpperf_load *l = NULL, *copy = NULL, *empty = NULL, *copy2 = NULL;
        char text[64];

        ck_assert_int_eq(dhcpperf_load_parse(&l, "rate 5/s 1s; burst 3", NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_load_clone(&copy, l), 0);
        ck_assert_int_eq(dhcpperf_load_add_burst(l, 9), 0);
        dhcpperf_load_free(l);
        ck_assert_int_ge(dhcpperf_load_format(copy, text, sizeof text), 0);
        ck_assert_str_eq(text, "rate 5/s 1s; burst 3");
        ck_assert_int_eq(dhcpperf_load_add_burst(copy, 9), 0);
        dhcpperf_load_free(copy);
        ck_assert_int_eq(dhcpperf_load_new(&empty, NULL), 0);
        ck_assert_int_eq(dhcpperf_load_clone(&copy2, empty), 0);
        ck_assert_int_eq(dhcpperf_load_format(copy2, text, sizeof text), 0);
        ck_assert_str_eq(text, "");
        dhcpperf_load_free(empty);
        dhcpperf_load_free(copy2);
        ck_assert_int_eq(dhcpperf_load_clone(&copy2, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_load_format(NULL, text, 5), DHCPPERF_E_INVALID);
    }
END_TEST

START_TEST(out_of_memory_leaves_nothing_behind)
    {
        const char *text =
            "burst 1;burst 2;burst 3;burst 4;burst 5;burst 6;burst 7;burst 8;at 1s,2s";
        dhcpperf_load *l, *copy;
        allocfail af;
        uint64_t n;
        size_t at = 4711;
        int rc;

        for (n = 1, rc = DHCPPERF_E_NOMEM; rc != 0; n++) {
            allocfail_init(&af, n);
            l = copy = NULL;
            rc = dhcpperf_load_parse(&l, text, &at, &af.mem);
            if (rc == 0) {
                ck_assert_uint_eq(l->n, 9);
                rc = dhcpperf_load_clone(&copy, l);
            }
            ck_assert(rc == 0 || rc == DHCPPERF_E_NOMEM);
            ck_assert_uint_eq(at, 4711);
            dhcpperf_load_free(l);
            dhcpperf_load_free(copy);
            ck_assert(allocfail_is_clean(&af));
        }
        ck_assert_uint_eq(n - 1, 8);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, every_form_is_understood_and_has_one_canonical_form, 0,
                        sizeof good / sizeof good[0]);
    tcase_add_loop_test(tc, errors_point_at_the_offending_text, 0, sizeof bad / sizeof bad[0]);
    tcase_add_test(tc, random_text_is_refused_or_survives_its_canonical_form);
    tcase_add_test(tc, calls_build_what_text_builds);
    tcase_add_test(tc, impossible_stages_are_refused);
    tcase_add_loop_test(tc, count_and_length_sum_the_stages, 0, 8);
    tcase_add_test(tc, lists_of_arrivals_are_copied_and_checked);
    tcase_add_loop_test(tc, the_peak_is_the_greatest_rate, 0, 8);
    tcase_add_test(tc, a_copy_is_independent);
    tcase_add_test(tc, out_of_memory_leaves_nothing_behind);
}

HARNESS_MAIN("policy/load", tests)
