/* SPDX-License-Identifier: MIT */
/* dp_hostile.h - a hostile message in the making, shared by the files that know what can be wrong:
 *
 *   hostile.c          numbers, kinds        hostile_options.c   what is wrong with options
 *   hostile_draft.c    good messages         hostile_clients.c   with what is asked for
 *   hostile_header.c   the fixed fields      hostile_shape.c     with the octets as a whole
 */
#ifndef DP_HOSTILE_H
#define DP_HOSTILE_H

#include <stdbool.h>

#include <libdhcpperf/hostile.h>
#include <libdhcpperf/message.h>

#include "base/dp_text.h"
#include "wire/dp_view.h"

/* The good messages that others are made of. */
typedef enum dp_draft_base {
    DP_DRAFT_DISCOVER,
    DP_DRAFT_SELECT,
    DP_DRAFT_REBOOT,
    DP_DRAFT_RENEW,
    DP_DRAFT_INFORM,
    DP_DRAFT_RELEASE,
    DP_DRAFT_DECLINE,
    DP_DRAFT_QUERY,
    DP_DRAFT_BOOTP,
    DP_N_DRAFTS
} dp_draft_base;

/* What is written never goes past the end: what has no room is left out. */
typedef struct dp_draft {
    dhcpperf_hostile_facts facts; /* filled in */
    uint64_t seed, number;
    uint64_t draws; /* so far */
    bool is_closed; /* it is not to be given an End */
    size_t len;     /* so far; what is behind is zero */
    uint8_t at[DHCPPERF_HOSTILE_MAX];
} dp_draft;

/* Messages that have the same fault; variant 0 to count - 1. */
typedef struct dp_hostile_kind {
    const char *name, *help;
    uint32_t count;
    void (*make)(dp_draft *d, uint32_t variant);
} dp_hostile_kind;

/* Each ends with an entry without name. */
extern const dp_hostile_kind dp_hostile_header[];
extern const dp_hostile_kind dp_hostile_options[];
extern const dp_hostile_kind dp_hostile_clients[];
extern const dp_hostile_kind dp_hostile_shape[];

/* -- hostile.c -- */
/* Message number n < dhcpperf_hostile_count() into an empty draft. */
void dp_hostile_make(dp_draft *d, uint64_t n);

/* -- hostile_draft.c -- */
/* 64 bits that depend on seed and number, others with each call. */
uint64_t dp_draft_draw(dp_draft *d);
uint32_t dp_draft_below(dp_draft *d, uint32_t bound);
/* An address that the server may have given to another client. */
uint32_t dp_draft_foreign_ip(dp_draft *d);
/* The hardware address of another client, or of nobody else when there are no victims. */
void dp_draft_victim(dp_draft *d, uint8_t ret[6]);
/* Addresses of no client, and the server's: number k of DP_N_BAD_IPS. */
enum {
    DP_N_BAD_IPS = 16
};
uint32_t dp_draft_bad_ip(dp_draft *d, uint32_t k);
/* A good message as far as its End, without that option (0 = with all). */
void dp_draft_begin(dp_draft *d, dp_draft_base base, uint8_t without);
/* Only the fixed fields and the cookie. */
void dp_draft_header(dp_draft *d);
void dp_draft_octets(dp_draft *d, const void *data, size_t n);
void dp_draft_fill(dp_draft *d, uint8_t octet, size_t n);
void dp_draft_random(dp_draft *d, size_t n);
void dp_draft_option(dp_draft *d, uint8_t code, const void *data, size_t len);
/* One of that length, every octet of which is the same. */
void dp_draft_option_of(dp_draft *d, uint8_t code, size_t len, uint8_t octet);
void dp_draft_option_ip(dp_draft *d, uint8_t code, uint32_t ip);
/* End, and zeros up to the length that all messages have at least. */
void dp_draft_close(dp_draft *d);

/* -- hostile_shape.c -- */
/* What numbers beyond those made by hand are. */
void dp_hostile_mutate(dp_draft *d);

#endif
