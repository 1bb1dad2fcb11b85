/* SPDX-License-Identifier: MIT */
/* error_test.c - the error list is complete and told apart; the version is that of the headers. */
#include <libdhcpperf/error.h>
#include <libdhcpperf/version.h>

#include <string.h>

#include "support/harness.h"

static const struct {
    int code, number;
    const char *name, *text;
} list[] = {
#define ROW(num, id, sentence) {DHCPPERF_E_##id, num, "DHCPPERF_E_" #id, sentence},
    DHCPPERF_ERROR_MAP(ROW)
#undef ROW
};
enum {
    N = sizeof list / sizeof list[0]
};

START_TEST(every_error_has_its_number_name_and_sentence)
    {
        int i;

        ck_assert_int_eq(list[_i].code, list[_i].number);
        ck_assert_str_eq(dhcpperf_errname(list[_i].code), list[_i].name);
        ck_assert_str_eq(dhcpperf_strerror(list[_i].code), list[_i].text);
        ck_assert_msg(list[_i].code <= -1001 && list[_i].code >= -1999, "%s", list[_i].name);
        for (i = 0; i < _i; i++) {
            ck_assert_msg(list[i].code != list[_i].code, "%s and %s", list[i].name, list[_i].name);
            ck_assert_msg(strcmp(list[i].text, list[_i].text) != 0, "%s and %s", list[i].name,
                          list[_i].name);
        }
    }
END_TEST

/* Every number of the range that is not in the list is unknown: no name, but always a sentence. */
START_TEST(what_is_not_in_the_list_is_unknown)
    {
        int code, i, known, names = 0;

        for (code = -2100; code <= 100; code++) {
            known = code == 0;
            for (i = 0; i < N; i++) {
                known |= list[i].code == code;
            }
            names += dhcpperf_errname(code) != NULL;
            assert_fast((dhcpperf_errname(code) != NULL) == known, "%d", code);
            assert_fast(dhcpperf_strerror(code) != NULL, "%d", code);
            assert_fast(known == (strcmp(dhcpperf_strerror(code), "unknown error") != 0), "%d",
                        code);
        }
        ck_assert_int_eq(names, N + 1);
        ck_assert_str_eq(dhcpperf_errname(0), "DHCPPERF_OK");
        ck_assert_str_eq(dhcpperf_strerror(INT32_MIN), "unknown error");
        ck_assert_str_eq(dhcpperf_strerror(INT32_MAX), "unknown error");
    }
END_TEST

START_TEST(only_memory_and_callback_failures_are_fatal)
    {
        int i;

        for (i = 0; i < N; i++) {
            ck_assert_msg(dhcpperf_is_fatal(list[i].code) == (list[i].code == DHCPPERF_E_NOMEM ||
                                                              list[i].code == DHCPPERF_E_CALLBACK),
                          "%s", list[i].name);
        }
        ck_assert_int_eq(dhcpperf_is_fatal(0), 0);
        ck_assert_int_eq(dhcpperf_is_fatal(5), 0);
    }
END_TEST

START_TEST(the_running_version_is_the_compiled_one)
    {
        const char *v = dhcpperf_version();
        unsigned part[3] = {0, 0, 0}, i = 0;

        ck_assert_str_eq(v, DHCPPERF_VERSION);
        ck_assert_uint_eq(dhcpperf_version_num(), DHCPPERF_VERSION_NUM);
        for (; *v != '\0' && i < 3; v++) {
            if (*v == '.') {
                i++;
            } else if (*v >= '0' && *v <= '9') {
                part[i] = part[i] * 10 + (unsigned)(*v - '0');
            } else {
                break; /* "-rc1" */
            }
        }
        ck_assert_uint_eq(dhcpperf_version_num(), part[0] << 16 | part[1] << 8 | part[2]);
    }
END_TEST

START_TEST(features_are_enumerated_once_each_up_to_null)
    {
        unsigned n, i;

        for (n = 0; dhcpperf_feature(n) != NULL; n++) {
            for (i = 0; i < n; i++) {
                ck_assert_str_ne(dhcpperf_feature(i), dhcpperf_feature(n));
            }
            ck_assert_uint_lt(n, 100);
        }
        for (i = n; i < n + 100; i++) {
            ck_assert_ptr_null(dhcpperf_feature(i));
        }
        ck_assert_ptr_null(dhcpperf_feature(UINT32_MAX));
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, every_error_has_its_number_name_and_sentence, 0, N);
    tcase_add_test(tc, what_is_not_in_the_list_is_unknown);
    tcase_add_test(tc, only_memory_and_callback_failures_are_fatal);
    tcase_add_test(tc, the_running_version_is_the_compiled_one);
    tcase_add_test(tc, features_are_enumerated_once_each_up_to_null);
}

HARNESS_MAIN("base/error", tests)
