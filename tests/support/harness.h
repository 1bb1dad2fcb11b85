/* SPDX-License-Identifier: MIT */
/* harness.h - what a test file needs besides its tests: Check, one table, one main.
 *
 *     START_TEST(a_claim_in_words) { ... } END_TEST
 *     static void tests(TCase *tc) { tcase_add_test(tc, a_claim_in_words); }
 *     HARNESS_MAIN("base/wheel", tests)
 *
 * TAP goes to stdout.  Loop tests print identical TAP lines, so their messages must name _i or the
 * seed.  CK_FORK=no, CK_RUN_CASE and CK_EXCLUDE_TAGS work as usual. */
#ifndef TESTS_HARNESS_H
#define TESTS_HARNESS_H

#include <check.h>
#include <stdint.h>
#include <stdlib.h>

#include <libdhcpperf/types.h>

/* Runs one suite with one case built by `add`; the exit status for main. */
int harness_run(const char *name, void (*add)(TCase *tc));

#define HARNESS_MAIN(name, add)                                                                    \
    int main(void)                                                                                 \
    {                                                                                              \
        return harness_run((name), (add));                                                         \
    }

/* Arrays compared with a message that shows the first difference. */
void harness_mem_eq(const void *got, const void *want, size_t n, const char *file, int line);
#define assert_mem_eq(got, want, n) harness_mem_eq((got), (want), (n), __FILE__, __LINE__)

/* ck_assert_msg() for loops of many thousands: Check writes a line for every assertion that it
 * passes, this one only fails. */
#define assert_fast(cond, ...)                                                                     \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            ck_abort_msg(__VA_ARGS__);                                                             \
        }                                                                                          \
    } while (0)

/* dhcpperf_ip4 against dotted text. */
void harness_ip4_eq(dhcpperf_ip4 got, const char *want, const char *file, int line);
#define assert_ip4_eq(got, want) harness_ip4_eq((got), (want), __FILE__, __LINE__)

/* Seeds of property tests: HARNESS_SEED overrides the default of the call. */
uint64_t harness_seed(uint64_t otherwise);

#endif
