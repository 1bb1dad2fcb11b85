/* SPDX-License-Identifier: MIT */
/* dp_text.h - text in and out without stdio or locale. */
#ifndef DP_TEXT_H
#define DP_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <libdhcpperf/types.h>

#include "base/dp_octets.h"

/* -- writing: counts what is needed like snprintf, always NUL-terminates when cap > 0 -- */
typedef struct dp_text {
    char *buf;
    size_t cap;
    size_t len; /* bytes the whole text needs, without the NUL */
} dp_text;

void dp_text_begin(dp_text *t, char *buf, size_t cap);
void dp_text_char(dp_text *t, char c);
void dp_text_str(dp_text *t, const char *s);
void dp_text_u64(dp_text *t, uint64_t v);
void dp_text_i64(dp_text *t, int64_t v);
void dp_text_hex(dp_text *t, uint64_t v, unsigned digits);            /* lower case, no 0x */
void dp_text_bytes(dp_text *t, const uint8_t *b, size_t n, char sep); /* sep 0 = none */
void dp_text_ip4(dp_text *t, dhcpperf_ip4 ip);
void dp_text_mac(dp_text *t, dhcpperf_mac mac);
void dp_text_dur(dp_text *t, dhcpperf_dur d);
/* A fixed-point number: value / 10^decimals. */
void dp_text_fixed(dp_text *t, uint64_t value, unsigned decimals);
/* Printable form of untrusted bytes: control bytes, quotes and backslash as \xNN or \" \\. */
void dp_text_escaped(dp_text *t, const uint8_t *b, size_t n);
/* Bytes written, or DHCPPERF_E_NOBUFS when the text did not fit. */
int dp_text_end(const dp_text *t);

/* -- reading: 0 or DHCPPERF_E_SYNTAX / _RANGE; *ret only on success -- */
/* Decimal, or hexadecimal after 0x; the whole string; lo <= value <= hi. */
int dp_parse_u64(const char *s, uint64_t lo, uint64_t hi, uint64_t *ret);
/* Decimal with an optional k, M or G (powers of 1000): "50k". */
int dp_parse_count(const char *s, uint64_t hi, uint64_t *ret);
/* Decimal number with fraction and exponent, the C locale's form, nothing after it. */
int dp_parse_double(const char *s, double lo, double hi, double *ret);
/* true/false, yes/no, on/off, 1/0. */
int dp_parse_bool(const char *s, int *ret);
/* Hex digits, optionally with ':' or '-' or ' ' between octets; writes at most cap octets. */
int dp_parse_hex(const char *s, size_t n, uint8_t *buf, size_t cap, size_t *ret_len);

/* Value of one hex digit, or -1. */
int dp_hex_digit(char c);

/* 1 when the first n bytes of a equal the whole of b, letter case apart. */
int dp_text_equal_nocase(const char *a, const char *b);

/* -- addresses as numbers -- */
static inline uint32_t dp_ip4_num(dhcpperf_ip4 ip)
{
    uint32_t octets;

    memcpy(&octets, ip.b, sizeof octets);
    return dp_network32(octets);
}

static inline dhcpperf_ip4 dp_ip4_of(uint32_t n)
{
    uint32_t octets = dp_network32(n);
    dhcpperf_ip4 ip;

    memcpy(ip.b, &octets, sizeof ip.b);
    return ip;
}

#endif
