/* SPDX-License-Identifier: MIT */
/* figures.c - three digits are enough for people; documents carry the exact numbers. */
#include "common/figures.h"

#include <stdio.h>
#include <string.h>

/* A value below 1000 with three digits. */
static void three_digits(char *buf, double v, const char *unit)
{
    int decimals = v < 9.995 ? 2 : v < 99.95 ? 1 : 0;

    snprintf(buf, FIGURE_SIZE, "%.*f %s", decimals, v, unit);
}

const char *figure_time(char buf[FIGURE_SIZE], double ns)
{
    if (ns < 0.5) {
        snprintf(buf, FIGURE_SIZE, "0");
    } else if (ns < 999.5) {
        snprintf(buf, FIGURE_SIZE, "%.0f ns", ns);
    } else if (ns < 999.5e3) {
        three_digits(buf, ns / 1e3, "us");
    } else if (ns < 999.5e6) {
        three_digits(buf, ns / 1e6, "ms");
    } else if (ns < 300e9) {
        three_digits(buf, ns / 1e9, "s");
    } else {
        snprintf(buf, FIGURE_SIZE, "%.0f min", ns / 60e9);
    }
    return buf;
}

const char *figure_rate(char buf[FIGURE_SIZE], double v)
{
    if (v < 0.005) {
        snprintf(buf, FIGURE_SIZE, "0");
    } else if (v < 100) {
        snprintf(buf, FIGURE_SIZE, "%.2f", v);
    } else if (v < 1e6) {
        snprintf(buf, FIGURE_SIZE, "%.0f", v);
    } else {
        snprintf(buf, FIGURE_SIZE, "%.3f M", v / 1e6);
    }
    return buf;
}

const char *figure_bytes(char buf[FIGURE_SIZE], uint64_t bytes)
{
    if (bytes < 1024) {
        snprintf(buf, FIGURE_SIZE, "%u B", (unsigned)bytes);
    } else if (bytes < 1024 * 1024) {
        snprintf(buf, FIGURE_SIZE, "%.0f KiB", (double)bytes / 1024);
    } else {
        snprintf(buf, FIGURE_SIZE, "%.1f MiB", (double)bytes / (1024 * 1024));
    }
    return buf;
}

void figures_of(figures *f, const dhcpperf_hist *hist)
{
    static const double quantiles[] = {0.5, 0.9, 0.95, 0.99, 0.999};
    uint64_t at[5];

    memset(f, 0, sizeof *f);
    if (hist == NULL || dhcpperf_hist_count(hist) == 0 ||
        dhcpperf_hist_quantiles(hist, quantiles, at, 5) != 0) {
        return;
    }
    f->count = dhcpperf_hist_count(hist);
    f->min = dhcpperf_hist_min(hist);
    f->max = dhcpperf_hist_max(hist);
    f->mean = dhcpperf_hist_mean(hist);
    f->p50 = at[0];
    f->p90 = at[1];
    f->p95 = at[2];
    f->p99 = at[3];
    f->p999 = at[4];
}
