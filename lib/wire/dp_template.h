/* SPDX-License-Identifier: MIT */
/* dp_template.h - option values that differ from station to station: text with {station}, {mac},
 * {relay} and {hex:...} compiled once, rendered per message without a format string. */
#ifndef DP_TEMPLATE_H
#define DP_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/types.h>

enum {
    DP_TEMPLATE_PIECES = 16,
    DP_TEMPLATE_MAX = 255 /* octets rendered, and of literal text */
};

typedef enum dp_piece_kind {
    DP_PIECE_LITERAL,
    DP_PIECE_STATION,
    DP_PIECE_RELAY,
    DP_PIECE_MAC
} dp_piece_kind;

typedef struct dp_piece {
    uint8_t kind; /* dp_piece_kind */
    uint8_t off, len;
} dp_piece;

typedef struct dp_template {
    uint8_t n;       /* pieces */
    uint8_t max_len; /* longest rendering with the limits given to dp_template_limit() */
    uint8_t literals;
    dp_piece pieces[DP_TEMPLATE_PIECES];
    uint8_t text[DP_TEMPLATE_MAX];
} dp_template;

/* What a rendering is about. */
typedef struct dp_template_values {
    uint32_t station, relay;
    dhcpperf_mac mac;
} dp_template_values;

/* True when text holds a brace, that is, must be compiled rather than encoded by type. */
bool dp_template_is_one(const char *text);

/* Compiles text; SYNTAX (unknown or unclosed braces, bad hex), NOBUFS (over 255 octets or 16
 * pieces).  A doubled brace stands for itself. */
int dp_template_parse(dp_template *ret, const char *text);

/* A template of fixed octets; NOBUFS over 255. */
int dp_template_literal(dp_template *ret, const uint8_t *data, size_t len);

/* Computes max_len for numbers of stations and relays below these counts; NOBUFS over 255. */
int dp_template_limit(dp_template *t, uint32_t stations, uint32_t relays);

/* True when every station renders the same octets. */
bool dp_template_is_fixed(const dp_template *t);

/* Writes at most max_len octets; returns how many. */
size_t dp_template_render(const dp_template *t, const dp_template_values *v, uint8_t *buf);

#endif
