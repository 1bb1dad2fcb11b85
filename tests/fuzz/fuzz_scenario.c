/* SPDX-License-Identifier: MIT */
/* fuzz_scenario.c - the input is a scenario as text.  What is understood has a canonical form that
 * reads as the same; what is not is pointed at. */
#include <libdhcpperf/scenario.h>

#include <string.h>

#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dhcpperf_scenario *s = NULL, *again = NULL;
    char *text, *first, *second;
    size_t at = SIZE_MAX, cap;
    int rc, n;

    if (size > 8192) {
        return 0;
    }
    text = malloc(size + 1);
    REQUIRE(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    rc = dhcpperf_scenario_parse(&s, text, &at, NULL);
    if (rc != 0) {
        REQUIRE(rc == DHCPPERF_E_SYNTAX || rc == DHCPPERF_E_RANGE || rc == DHCPPERF_E_STATE ||
                rc == DHCPPERF_E_NOKEY || rc == DHCPPERF_E_NOBUFS);
        REQUIRE(s == NULL && at <= strlen(text));
        free(text);
        return 0;
    }
    cap = 80 * (size + 1); /* as for a profile, which is what grows most */
    first = malloc(cap);
    second = malloc(cap);
    REQUIRE(first != NULL && second != NULL);
    n = dhcpperf_scenario_format(s, first, cap);
    REQUIRE(n > 0 && strlen(first) == (size_t)n);
    REQUIRE(dhcpperf_scenario_format(s, second, (size_t)n) == DHCPPERF_E_NOBUFS);
    REQUIRE(dhcpperf_scenario_parse(&again, first, NULL, NULL) == 0);
    REQUIRE(dhcpperf_scenario_format(again, second, cap) == n && strcmp(first, second) == 0);
    REQUIRE(dhcpperf_scenario_count(s) == dhcpperf_scenario_count(again));
    REQUIRE(dhcpperf_scenario_is_endless(s) == dhcpperf_scenario_is_endless(again));
    dhcpperf_scenario_free(s);
    dhcpperf_scenario_free(again);
    free(first);
    free(second);
    free(text);
    return 0;
}
