/* SPDX-License-Identifier: MIT */
/* macs.h - hardware addresses out of a file and out of a range. */
#ifndef TESTER_MACS_H
#define TESTER_MACS_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/types.h>

/* Both: 0, or -1 with one sentence in `error`, without the command and the full stop. */
/* One address per line; blank lines and what follows a # are skipped.  At least one address, none
 * twice, each of one card.  The array is for free(). */
int macs_read(const char *path, dhcpperf_mac **ret, uint32_t *ret_n, char *error, size_t cap);
/* "FIRST-LAST" with equal first octets: the first one, and how many there are. */
int macs_parse_range(const char *text, dhcpperf_mac *ret_first, uint64_t *ret_n, char *error,
                     size_t cap);

#endif
