/* SPDX-License-Identifier: MIT */
/* fuzz_load.c - the input is an arrival profile as text.  What is understood has a canonical form
 * that reads as the same; what is not is pointed at. */
#include <libdhcpperf/load.h>

#include <string.h>

#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dhcpperf_load *l = NULL, *again = NULL;
    char *text, *first, *second;
    size_t at = SIZE_MAX, cap;
    int rc, n;

    if (size > 4096) {
        return 0;
    }
    text = malloc(size + 1);
    REQUIRE(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    rc = dhcpperf_load_parse(&l, text, &at, NULL);
    if (rc != 0) {
        REQUIRE(rc == DHCPPERF_E_SYNTAX || rc == DHCPPERF_E_RANGE || rc == DHCPPERF_E_STATE);
        REQUIRE(l == NULL && at <= strlen(text));
        free(text);
        return 0;
    }
    cap = 80 * (size + 1); /* no stage is shorter than two octets or longer than 100 */
    first = malloc(cap);
    second = malloc(cap);
    REQUIRE(first != NULL && second != NULL);
    n = dhcpperf_load_format(l, first, cap);
    REQUIRE(n > 0 && strlen(first) == (size_t)n);
    REQUIRE(dhcpperf_load_parse(&again, first, NULL, NULL) == 0);
    REQUIRE(dhcpperf_load_format(again, second, cap) == n && strcmp(first, second) == 0);
    REQUIRE(dhcpperf_load_count(l) == dhcpperf_load_count(again));
    REQUIRE(dhcpperf_load_length(l) == dhcpperf_load_length(again));
    dhcpperf_load_free(l);
    dhcpperf_load_free(again);
    free(first);
    free(second);
    free(text);
    return 0;
}
