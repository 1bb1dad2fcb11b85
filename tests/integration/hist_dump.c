/* SPDX-License-Identifier: MIT */
/* hist_dump.c - a histogram for other programs to judge: reads "VALUE COUNT" lines, writes what it
 * holds.  hdr_js.test compares that with HdrHistogram.
 *
 *     hist_dump PRECISION_BITS QUANTILE... <samples */
#include <libdhcpperf/stats.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    HEAD = 52 /* octets before the buckets */
};

static int dump(const dhcpperf_hist *h, int n, char **quantiles)
{
    uint8_t *bytes;
    size_t len = 0, i;
    int k;

    (void)dhcpperf_hist_encode(h, NULL, 0, &len);
    bytes = malloc(len);
    if (bytes == NULL || dhcpperf_hist_encode(h, bytes, len, &len) != 0) {
        free(bytes);
        return 1;
    }
    printf("{\"count\":%" PRIu64 ",\"max\":%" PRIu64 ",\"buckets\":\"", dhcpperf_hist_count(h),
           dhcpperf_hist_max(h));
    for (i = HEAD; i < len; i++) {
        printf("%02x", bytes[i]);
    }
    printf("\",\"quantiles\":[");
    for (k = 0; k < n; k++) {
        printf("%s%" PRIu64, k > 0 ? "," : "",
               dhcpperf_hist_quantile(h, strtod(quantiles[k], NULL)));
    }
    printf("]}\n");
    free(bytes);
    return 0;
}

int main(int argc, char **argv)
{
    dhcpperf_hist *h = NULL;
    uint64_t value, count;
    int rc;

    if (argc < 2 || dhcpperf_hist_new(&h, (unsigned)strtoul(argv[1], NULL, 10), NULL) != 0) {
        fputs("usage: hist_dump PRECISION_BITS QUANTILE... <samples\n", stderr);
        return 2;
    }
    while (scanf("%" SCNu64 " %" SCNu64, &value, &count) == 2) {
        dhcpperf_hist_record_n(h, value, count);
    }
    rc = dump(h, argc - 2, argv + 2);
    dhcpperf_hist_free(h);
    return rc;
}
