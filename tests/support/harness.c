/* SPDX-License-Identifier: MIT */
/* harness.c - the main of every Check program. */
#include "support/harness.h"

#include <stdio.h>
#include <string.h>

#include <libdhcpperf/types.h>

int harness_run(const char *name, void (*add)(TCase *tc))
{
    Suite *suite = suite_create(name);
    TCase *tc = tcase_create(name);
    SRunner *runner;
    int failed;

    tcase_set_timeout(tc, 60.0);
    add(tc);
    suite_add_tcase(suite, tc);
    runner = srunner_create(suite);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

void harness_mem_eq(const void *got, const void *want, size_t n, const char *file, int line)
{
    const uint8_t *a = got, *b = want;
    size_t i;

    for (i = 0; i < n; i++) {
        if (a[i] != b[i]) {
            ck_abort_msg("%s:%d: octet %zu of %zu is 0x%02x, expected 0x%02x", file, line, i, n,
                         a[i], b[i]);
        }
    }
    mark_point();
}

void harness_ip4_eq(dhcpperf_ip4 got, const char *want, const char *file, int line)
{
    char text[16];

    dhcpperf_ip4_format(got, text, sizeof text);
    if (strcmp(text, want) != 0) {
        ck_abort_msg("%s:%d: address is %s, expected %s", file, line, text, want);
    }
    mark_point();
}

uint64_t harness_seed(uint64_t otherwise)
{
    const char *text = getenv("HARNESS_SEED");

    return text != NULL ? strtoull(text, NULL, 0) : otherwise;
}
