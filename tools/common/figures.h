/* SPDX-License-Identifier: MIT */
/* figures.h - numbers as people read them. */
#ifndef TOOLS_FIGURES_H
#define TOOLS_FIGURES_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/stats.h>

enum {
    FIGURE_SIZE = 32 /* room for any of them */
};

/* "0", "850 ns", "12.3 us", "4.00 ms", "63.2 s", "27 min": three digits and a unit. */
const char *figure_time(char buf[FIGURE_SIZE], double ns);
/* "0", "12.5", "1234", "1.23 M": a rate or a large count. */
const char *figure_rate(char buf[FIGURE_SIZE], double per_second);
/* "512 B", "208 KiB", "4.0 MiB". */
const char *figure_bytes(char buf[FIGURE_SIZE], uint64_t bytes);

/* The percentiles every report shows. */
typedef struct figures {
    uint64_t count, min, max, p50, p90, p95, p99, p999;
    double mean;
} figures;

/* hist may be NULL: all zero. */
void figures_of(figures *f, const dhcpperf_hist *hist);

#endif
