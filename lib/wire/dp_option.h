/* SPDX-License-Identifier: MIT */
/* dp_option.h - the inside of the option texts, shared by the files of lib/wire. */
#ifndef DP_OPTION_H
#define DP_OPTION_H

#include <stdbool.h>

#include <libdhcpperf/option.h>

#include "base/dp_text.h"

enum {
    DP_NAME_MAX = 255, /* a domain name on the wire (RFC 1035 section 2.3.4) */
    DP_LABEL_MAX = 63,
    DP_COMPRESSED = 0xc0 /* the two top bits of a pointer (RFC 1035 section 4.1.4) */
};

/* -- text in: a slice of the user's text; failures leave `at` where the trouble is -- */
typedef struct dp_scan {
    const char *at;
    const char *end;
    bool dangling; /* the last stop taken had nothing behind it: an empty part is due */
} dp_scan;

/* Spaces at both ends mean nothing. */
void dp_scan_trim(dp_scan *s);
bool dp_scan_empty(const dp_scan *s);
/* Skips spaces, then takes c if it is next. */
bool dp_scan_char(dp_scan *s, char c);
/* Takes `word` if the text goes on with it. */
bool dp_scan_word(dp_scan *s, const char *word);
/* Decimal or 0x number up to hi; SYNTAX, RANGE. */
int dp_scan_number(dp_scan *s, uint64_t hi, uint64_t *ret);
int dp_scan_ip4(dp_scan *s, dhcpperf_ip4 *ret);
int dp_scan_ip6(dp_scan *s, uint8_t ret[16]);
/* Cuts off the part before the next `stop` (or all of it) into *ret, trimmed, and takes the stop.
 * false when nothing is left.  An escaped stop does not count; behind a last one lies an empty
 * part. */
bool dp_scan_until(dp_scan *s, char stop, dp_scan *ret);
/* The whole text matches a word, letter case apart. */
bool dp_scan_is(const dp_scan *s, const char *word);

/* -- octets out: counts past the capacity, writes only within -- */
typedef struct dp_out {
    uint8_t *buf;
    size_t cap;
    size_t len;
} dp_out;

void dp_out_octet(dp_out *o, uint8_t b);
void dp_out_octets(dp_out *o, const uint8_t *b, size_t n);
void dp_out_number(dp_out *o, uint64_t v, unsigned octets);
/* Writes over an octet given before. */
void dp_out_patch(dp_out *o, size_t at, uint8_t b);

/* -- pieces both directions are made of -- */
/* "hex:...", else text with \xNN, \\ and \": consumes all of s. */
int dp_encode_token(dp_scan *s, dp_out *o);
int dp_encode_hex(dp_scan *s, dp_out *o);
int dp_encode_string(dp_scan *s, dp_out *o);
/* What dp_encode_token reads back: text when printable, hex: otherwise; characters in `stops` are
 * escaped. */
void dp_format_token(dp_text *t, dhcpperf_bytes v, const char *stops);
/* The same as text whatever the octets. */
void dp_format_string(dp_text *t, dhcpperf_bytes v, const char *stops);
void dp_format_ip6(dp_text *t, const uint8_t ip[16]);

/* -- domain names (domain.c) -- */
/* One name from text onto the wire.  `terminate` adds the root label; compression against names
 * already in o when `compress`.  SYNTAX, RANGE. */
int dp_encode_domain(dp_scan *s, dp_out *o, bool terminate, bool compress);
int dp_encode_domains(dp_scan *s, dp_out *o, bool compress);
/* The name at *inout_at, which moves behind it; pointers go strictly backwards (C-042). */
int dp_format_domain(dp_text *t, dhcpperf_bytes v, size_t *inout_at);
int dp_format_domains(dp_text *t, dhcpperf_bytes v);
/* Option 81 (RFC 4702). */
int dp_encode_fqdn(dp_scan *s, dp_out *o);
int dp_format_fqdn(dp_text *t, dhcpperf_bytes v);

/* -- values made of values (option_nested.c) -- */
int dp_encode_user_class(dp_scan *s, dp_out *o);
int dp_format_user_class(dp_text *t, dhcpperf_bytes v);
int dp_encode_subopts(dp_scan *s, dp_out *o);
int dp_format_subopts(dp_text *t, dhcpperf_bytes v);
int dp_encode_relay_info(dp_scan *s, dp_out *o);
int dp_format_relay_info(dp_text *t, dhcpperf_bytes v);
int dp_encode_vi_class(dp_scan *s, dp_out *o);
int dp_format_vi_class(dp_text *t, dhcpperf_bytes v);
int dp_encode_vi_info(dp_scan *s, dp_out *o);
int dp_format_vi_info(dp_text *t, dhcpperf_bytes v);
int dp_encode_vss(dp_scan *s, dp_out *o);
int dp_format_vss(dp_text *t, dhcpperf_bytes v);
int dp_encode_sip(dp_scan *s, dp_out *o);
int dp_format_sip(dp_text *t, dhcpperf_bytes v);

/* -- by shape (option_encode.c, option_format.c) -- */
int dp_encode_type(dhcpperf_opt_type type, const char *fields, dp_scan *s, dp_out *o);
int dp_format_type(dhcpperf_opt_type type, const char *fields, dp_text *t, dhcpperf_bytes v);
/* Lengths a shape allows: at least min, at most max, a multiple of unit; the shape's own. */
bool dp_type_length_fits(dhcpperf_opt_type type, size_t len);

/* -- the registry (option.c) -- */
dhcpperf_opt_type dp_relay_subopt_type(uint8_t code);

#endif
