/* SPDX-License-Identifier: MIT */
/* dp_value.h - the value of an option or sub-option from the user's text: octets that are the same
 * for all stations, a template of octets, or a template of text that is encoded by the option's
 * type once it is filled in. */
#ifndef DP_VALUE_H
#define DP_VALUE_H

#include <libdhcpperf/option.h>

#include "wire/dp_template.h"

typedef struct dp_value {
    dp_template form;
    bool by_type; /* what the template renders is text to be encoded, else the octets */
    dhcpperf_opt_type type;
    const char *fields; /* of a RECORD */
    uint8_t max_len;    /* longest value with the limits given to dp_value_limit() */
} dp_value;

/* SYNTAX, RANGE, NOBUFS (over 255 octets). */
int dp_value_parse(dp_value *ret, dhcpperf_opt_type type, const char *fields, const char *text);
/* The same of octets without a notation of their own, where text stands for itself: "hex:" begins
 * digits, "text:" may be put before what would be misunderstood. */
int dp_value_parse_octets(dp_value *ret, const char *text);
/* Octets that are the same for all; NOBUFS over 255. */
int dp_value_literal(dp_value *ret, const uint8_t *data, size_t len);
/* Computes max_len as dp_template_limit() does; what that refuses, and SYNTAX or RANGE when the
 * longest text is none of the type. */
int dp_value_limit(dp_value *v, uint32_t stations, uint32_t relays);

static inline bool dp_value_is_fixed(const dp_value *v)
{
    return dp_template_is_fixed(&v->form);
}

/* Writes at most max_len octets; returns how many. */
size_t dp_value_render(const dp_value *v, const dp_template_values *of, uint8_t *buf);

#endif
