/* SPDX-License-Identifier: MIT */
/* units.h - the small text forms of option values: ranges, suffixes, word lists. */
#ifndef TOOLS_UNITS_H
#define TOOLS_UNITS_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/types.h>

/* All parsers: 0, or -1 when the text has another form or lies outside the range "LO..HI". */
/* Decimal digits with an optional k, M or G (powers of 1000). */
int units_parse_count(const char *text, const char *range, uint64_t *ret);
/* The same with a fraction: "1.5", "2.5k".  No exponent, no hexadecimal, no inf. */
int units_parse_number(const char *text, const char *range, double *ret);
/* The library's durations. */
int units_parse_duration(const char *text, const char *range, dhcpperf_dur *ret);
/* "A.B.C.D" (prefix 0) or "A.B.C.D/1..32". */
int units_parse_prefixed(const char *text, dhcpperf_ip4 *ret_ip, unsigned *ret_prefix);
/* "255.255.255.0", "24" or "/24"; 1..32. */
int units_parse_netmask(const char *text, unsigned *ret_prefix);
/* true/false, yes/no, on/off, 1/0. */
int units_parse_switch(const char *text, int *ret);

/* "LO..HI" into two buffers of cap bytes. */
void units_split_range(const char *range, char *lo, char *hi, size_t cap);
/* Index of the word in "a|b|c", or -1. */
int units_find_word(const char *words, const char *word);
/* "a|b|c" as "a, b or c". */
void units_list_words(const char *words, char *buf, size_t cap);

/* Splits at blanks; '...' and "..." keep them.  `room` has strlen(line) + 1 bytes; argv room for
 * half as many words and one.  Number of words, or -1 for an open quote. */
int units_split_words(const char *line, char *room, char **argv);

/* An address as a number, and back. */
uint32_t units_ip4_number(dhcpperf_ip4 ip);
dhcpperf_ip4 units_ip4_of(uint32_t number);

#endif
