/* SPDX-License-Identifier: MIT */
/* fuzz_hist.c - the input is a histogram as bytes.  What is understood answers every question
 * without contradiction and encodes to bytes that decode to the same. */
#include <libdhcpperf/stats.h>

#include <string.h>

#include "fuzz/fuzz.h"

static void check_answers(const dhcpperf_hist *h)
{
    static const double q[] = {0.0, 0.5, 0.9, 0.999, 1.0};
    uint64_t v[5], lo, hi, count, total = 0;
    size_t cursor = 0;
    unsigned i;

    while (dhcpperf_hist_next(h, &cursor, &lo, &hi, &count) == 1) {
        REQUIRE(lo <= hi && count > 0);
        total += count;
    }
    REQUIRE(total == dhcpperf_hist_count(h));
    REQUIRE(dhcpperf_hist_quantiles(h, q, v, 5) == 0);
    for (i = 0; i < 5; i++) {
        REQUIRE(v[i] == dhcpperf_hist_quantile(h, q[i]));
        REQUIRE(i == 0 || v[i] >= v[i - 1]);
        REQUIRE(v[i] >= dhcpperf_hist_min(h) && v[i] <= dhcpperf_hist_max(h));
    }
    REQUIRE(dhcpperf_hist_count_below(h, dhcpperf_hist_max(h)) == total);
    REQUIRE(dhcpperf_hist_stddev(h) >= 0.0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dhcpperf_hist *h = NULL, *again = NULL;
    uint8_t *first, *second;
    size_t len = 0, len2 = 0;
    int rc = dhcpperf_hist_decode(&h, data, size, NULL);

    if (rc != 0) {
        REQUIRE(h == NULL);
        REQUIRE(rc == DHCPPERF_E_TRUNCATED || rc == DHCPPERF_E_MALFORMED ||
                rc == DHCPPERF_E_UNSUPPORTED);
        return 0;
    }
    check_answers(h);
    REQUIRE(dhcpperf_hist_encode(h, NULL, 0, &len) == DHCPPERF_E_NOBUFS);
    REQUIRE(len <= size); /* ours is the shortest form */
    first = malloc(len);
    second = malloc(len);
    REQUIRE(first != NULL && second != NULL);
    REQUIRE(dhcpperf_hist_encode(h, first, len, &len) == 0);
    REQUIRE(dhcpperf_hist_decode(&again, first, len, NULL) == 0);
    REQUIRE(dhcpperf_hist_encode(again, second, len, &len2) == 0 && len2 == len);
    REQUIRE(memcmp(first, second, len) == 0);
    REQUIRE(dhcpperf_hist_subtract(again, h) == 0 && dhcpperf_hist_count(again) == 0);
    REQUIRE(dhcpperf_hist_merge(again, h) == 0);
    REQUIRE(dhcpperf_hist_encode(again, second, len, &len2) == 0 &&
            memcmp(first, second, len) == 0);
    dhcpperf_hist_free(h);
    dhcpperf_hist_free(again);
    free(first);
    free(second);
    return 0;
}
