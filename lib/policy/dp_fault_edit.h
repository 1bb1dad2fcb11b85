/* SPDX-License-Identifier: MIT */
/* dp_fault_edit.h - a message under surgery, shared by the files that cut it.
 *
 *     fault_tlv.c      finding options, and making room
 *     fault_options.c  what is done to one option
 *     fault_edit.c     what is done to fields and the message, and the order of it all
 *
 * Nothing here trusts the octets: they may come from a client, or from the action before. */
#ifndef DP_FAULT_EDIT_H
#define DP_FAULT_EDIT_H

#include "policy/dp_fault.h"

typedef struct dp_edit {
    uint8_t *at;
    size_t len;   /* without the zeros behind the end */
    size_t least; /* octets it is padded to when all is done */
    size_t cap;
    bool has_options; /* it had the cookie */
    uint64_t bits;    /* state of its chance */
} dp_edit;

/* Where options are: the options field, then file and sname when option 52 says so. */
typedef enum dp_edit_region {
    DP_EDIT_OPTIONS,
    DP_EDIT_FILE,
    DP_EDIT_SNAME,
    DP_EDIT_REGIONS
} dp_edit_region;

typedef struct dp_edit_tlv {
    dp_edit_region region;
    uint8_t code;
    size_t at, len; /* of the code; of the value */
} dp_edit_tlv;

enum {
    DP_EDIT_TLV_MAX = 2 + 255
};

/* -- fault_tlv.c -- */
/* 64 random bits. */
uint64_t dp_edit_random(dp_edit *e);
/* The next option of a region from *inout_at on, which begins at dp_edit_from(). */
bool dp_edit_next(const dp_edit *e, dp_edit_region region, size_t *inout_at, dp_edit_tlv *ret);
size_t dp_edit_from(dp_edit_region region);
/* Where the End of a region is, or would be. */
size_t dp_edit_end(const dp_edit *e, dp_edit_region region);
/* Occurrence number `nth`, from 0, of an option, in all regions that hold any. */
bool dp_edit_find(const dp_edit *e, uint8_t code, unsigned nth, dp_edit_tlv *ret);
unsigned dp_edit_count(const dp_edit *e, uint8_t code);
/* Makes `old` octets in a region `now` octets; what is new is undefined.  false, and nothing
 * changed, when there is no room. */
bool dp_edit_splice(dp_edit *e, dp_edit_region region, size_t at, size_t old, size_t now);
/* A whole option into the options field. */
bool dp_edit_insert(dp_edit *e, size_t at, uint8_t code, const uint8_t *value, size_t len);
void dp_edit_remove(dp_edit *e, const dp_edit_tlv *tlv);
/* Flips up to n different bits; false when there are none. */
bool dp_edit_flip(dp_edit *e, uint8_t *octets, size_t len, unsigned n);

/* -- fault_options.c -- */
/* Surgery on options; true when something changed.  `value` is that of SET and APPEND, NULL = can't
 * be known. */
bool dp_edit_option(dp_edit *e, const dp_fault_action *a, const uint8_t *value, size_t len);

#endif
