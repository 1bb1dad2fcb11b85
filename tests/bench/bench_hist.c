/* SPDX-License-Identifier: MIT */
/* bench_hist.c - what a sample, a percentile, a merge and a snapshot cost. */
#include <libdhcpperf/stats.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    SAMPLES = 1 << 16 /* prepared, so that drawing them is not measured */
};

static uint64_t samples[SAMPLES];
static int json;

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void say(unsigned bits, const char *what, double took, double times)
{
    printf("hist %2u bits %-28s %12.1f ns\n", bits, what, took * 1e9 / times);
    if (json) {
        printf("{\"bench\":\"hist\",\"bits\":%u,\"what\":\"%s\",\"ns\":%.3f}\n", bits, what,
               took * 1e9 / times);
    }
}

/* Latencies as a busy server gives them: 20 us to some ms, with a tail. */
static void prepare(void)
{
    uint64_t x = 88172645463325252u;
    unsigned i;

    for (i = 0; i < SAMPLES; i++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        samples[i] = 20000 + ((x & 0xfffff) >> ((x >> 40) % 8)) * ((x >> 50) % 16);
    }
}

static void bench_questions(unsigned bits, dhcpperf_hist *h)
{
    static const double q[7] = {0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 1.0};
    uint64_t values[7], sum = 0;
    double from = seconds();
    unsigned i;

    for (i = 0; i < 2000; i++) {
        sum += dhcpperf_hist_quantile(h, 0.999);
    }
    say(bits, "quantile", seconds() - from, 2000);
    from = seconds();
    for (i = 0; i < 2000; i++) {
        (void)dhcpperf_hist_quantiles(h, q, values, 7);
        sum += values[6];
    }
    say(bits, "seven quantiles in one pass", seconds() - from, 2000);
    if (sum == 1) {
        puts(""); /* the answers are used */
    }
}

static int bench_copies(unsigned bits, dhcpperf_hist *h)
{
    dhcpperf_hist *total = NULL, *copy = NULL;
    uint8_t *bytes;
    size_t len = 0;
    double from;
    unsigned i;

    if (dhcpperf_hist_new(&total, bits, NULL) != 0) {
        return 1;
    }
    from = seconds();
    for (i = 0; i < 500; i++) {
        (void)dhcpperf_hist_merge(total, h);
    }
    say(bits, "merge", seconds() - from, 500);
    from = seconds();
    for (i = 0; i < 500; i++) {
        if (dhcpperf_hist_clone(&copy, h) != 0) {
            return 1;
        }
        dhcpperf_hist_free(copy);
    }
    say(bits, "clone and free", seconds() - from, 500);
    (void)dhcpperf_hist_encode(h, NULL, 0, &len);
    bytes = malloc(len);
    from = seconds();
    for (i = 0; i < 500 && bytes != NULL; i++) {
        (void)dhcpperf_hist_encode(h, bytes, len, &len);
    }
    say(bits, "encode", seconds() - from, 500);
    from = seconds();
    for (i = 0; i < 500 && bytes != NULL; i++) {
        if (dhcpperf_hist_decode(&copy, bytes, len, NULL) != 0) {
            return 1;
        }
        dhcpperf_hist_free(copy);
    }
    say(bits, "decode and free", seconds() - from, 500);
    free(bytes);
    dhcpperf_hist_free(total);
    return 0;
}

static int bench(unsigned bits)
{
    dhcpperf_hist *h = NULL;
    unsigned round, i;
    double from;
    int rc;

    if (dhcpperf_hist_new(&h, bits, NULL) != 0) {
        return 1;
    }
    from = seconds();
    for (round = 0; round < 500; round++) {
        for (i = 0; i < SAMPLES; i++) {
            dhcpperf_hist_record(h, samples[i]);
        }
    }
    say(bits, "record", seconds() - from, 500.0 * SAMPLES);
    bench_questions(bits, h);
    rc = bench_copies(bits, h);
    dhcpperf_hist_free(h);
    return rc;
}

int main(int argc, char **argv)
{
    json = argc > 1 && strcmp(argv[1], "--json") == 0;
    prepare();
    return bench(DHCPPERF_HIST_2_DIGITS) || bench(DHCPPERF_HIST_3_DIGITS) ? EXIT_FAILURE
                                                                          : EXIT_SUCCESS;
}
