/* SPDX-License-Identifier: MIT */
/* json.h - pieces that the documents of both commands are made of; only with jansson. */
#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/stats.h>

#include "common/kernel.h"

/* All constructors return a new reference; NULL when out of memory, which the jansson functions
 * that take references pass on, so that only the last result needs a look. */
json_t *json_count(uint64_t n);
/* Text that came from outside: octets that are no UTF-8 become \xNN. */
json_t *json_text(const char *text);
/* {count, min, mean, p50, p90, p95, p99, p999, max, histogram}; hist may be NULL. */
json_t *json_hist(const dhcpperf_hist *hist);
/* {before, after, during: an object of all counts each, null where absent; own_socket_drops,
 * lost_by_others}. */
json_t *json_kernel(const kernel_counts *before, const kernel_counts *after, uint64_t own_drops);
/* The words of a command line. */
json_t *json_words(int argc, char *const *argv);
/* "2026-11-20T15:04:05.123Z" */
json_t *json_instant(uint64_t unix_ns);

/* Writes a document to a file (or - for standard output) and gives the reference up.
 * 0, or -1 with a sentence in error. */
int json_write(json_t *doc, const char *path, char *error, size_t cap);

#endif
