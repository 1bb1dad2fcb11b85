/* SPDX-License-Identifier: MIT */
/* dp_template.h - texts that differ from station to station, compiled once, rendered per message
 * without a format string:
 *
 *   {station}, {relay}, {mac}   numbers from 0, the hardware address
 *   {giaddr}, {giaddr/24}       the relay's address; its subnet part
 *   {ip:192.0.2.0+256}          an address per relay: relay number times 256 beyond 192.0.2.0
 *   {raw:station}, ...          the same as octets: 4, the hardware address 6
 *   {hex:0a0b}                  octets */
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
    DP_PIECE_MAC,
    DP_PIECE_GIADDR,
    DP_PIECE_IP
} dp_piece_kind;

typedef struct dp_piece {
    uint8_t kind; /* dp_piece_kind */
    bool raw;     /* octets instead of text */
    uint8_t off;
    uint8_t len; /* of a literal; of the prefix of a giaddr */
} dp_piece;

typedef struct dp_template {
    uint8_t n;       /* pieces */
    uint8_t max_len; /* longest rendering with the limits given to dp_template_limit() */
    uint8_t literals;
    bool has_hex;         /* literals hold octets given as digits */
    uint32_t ip, ip_step; /* of {ip:...}, of which there is one at most */
    dp_piece pieces[DP_TEMPLATE_PIECES];
    uint8_t text[DP_TEMPLATE_MAX];
} dp_template;

/* What a rendering is about. */
typedef struct dp_template_values {
    uint32_t station, relay;
    uint32_t giaddr; /* as a number; 0 = none */
    dhcpperf_mac mac;
} dp_template_values;

/* True when text holds a brace, that is, must be compiled rather than encoded by type. */
bool dp_template_is_one(const char *text);

/* Compiles text; SYNTAX (unknown or unclosed braces, bad hex), NOBUFS (over 255 octets, 16 pieces
 * or one {ip:...}).  A doubled brace stands for itself. */
int dp_template_parse(dp_template *ret, const char *text);
/* The same, but what is outside of braces are pairs of hexadecimal digits. */
int dp_template_parse_hex(dp_template *ret, const char *text);

/* A template of fixed octets; NOBUFS over 255. */
int dp_template_literal(dp_template *ret, const uint8_t *data, size_t len);

/* Computes max_len for numbers of stations and relays below these counts; NOBUFS over 255, RANGE
 * when an address would lie beyond 255.255.255.255.  UINT32_MAX relays: not known yet. */
int dp_template_limit(dp_template *t, uint32_t stations, uint32_t relays);

/* True when every station renders the same octets. */
bool dp_template_is_fixed(const dp_template *t);

/* True when nothing but text comes out. */
bool dp_template_is_text(const dp_template *t);

/* Writes at most max_len octets; returns how many. */
size_t dp_template_render(const dp_template *t, const dp_template_values *v, uint8_t *buf);

#endif
