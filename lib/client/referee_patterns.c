/* SPDX-License-Identifier: MIT */
/* referee_patterns.c - answers that look like one judged before.
 *
 * A server under load sends the same message over and over but for a few values.  Comparing all its
 * octets with those of one judged before, the values left out, is cheaper than walking its options,
 * and tells at once where every value lies and which rules the rest keeps. */
#include "client/dp_referee.h"

#include <string.h>

#include "wire/dp_message.h"

enum {
    SET = 4, /* patterns are in pairs: of a set and its second */
    AT_TYPE = DP_OFF_OPTIONS + 2,
    PLAIN_FROM = 48, /* between those no octet is left out: */
    PLAIN_TO = DP_OFF_OPTIONS,
    STEP = 64,                /* divides what is between */
    LEAST = PLAIN_TO + 2 * 16 /* shorter answers are looked at closely */
};

typedef uint64_t pair __attribute__((vector_size(16)));

static pair load(const uint8_t *p)
{
    pair v;

    memcpy(&v, p, sizeof v);
    return v;
}

/* Bits that differ in 16 octets, in 64, and in 16 under the mask. */
static pair differ(const dp_pattern *p, const uint8_t *data, size_t at)
{
    return load(data + at) ^ load(p->octets + at);
}

static pair differ_step(const dp_pattern *p, const uint8_t *data, size_t at)
{
    return differ(p, data, at) | differ(p, data, at + 16) | differ(p, data, at + 32) |
           differ(p, data, at + 48);
}

static pair compare(const dp_pattern *p, const uint8_t *data, size_t at)
{
    return differ(p, data, at) & load(p->mask + at);
}

/* In steps as long as can be, since this is what most of the referee's time goes to: the last two
 * overlap with what was compared before. */
static bool matches(const dp_pattern *p, const uint8_t *data, size_t len)
{
    pair any = compare(p, data, 0) | compare(p, data, 16) | compare(p, data, 32) |
               compare(p, data, len - 32) | compare(p, data, len - 16);
    size_t at;

    for (at = PLAIN_FROM; at < PLAIN_TO; at += STEP) {
        any |= differ_step(p, data, at);
    }
    for (at = PLAIN_TO; at + 32 < len; at += 32) {
        any |= compare(p, data, at) | compare(p, data, at + 16);
    }
    return (any[0] | any[1]) == 0;
}

/* Mostly option 53 is the first, so OFFER and ACK do not displace each other. */
static unsigned set_of(const uint8_t *data, size_t len)
{
    return (unsigned)(data[AT_TYPE] + len) % SET;
}

dp_pattern *dp_pattern_find(const dp_referee *r, const uint8_t *data, size_t len)
{
    dp_pattern *p;

    if (len < LEAST || len > DP_PATTERN_LEN) {
        return NULL;
    }
    p = &r->patterns[set_of(data, len)];
    if (p->len == len && matches(p, data, len)) {
        return p;
    }
    p += SET;
    return p->len == len && matches(p, data, len) ? p : NULL;
}

void dp_pattern_view(const dp_pattern *p, const uint8_t *data, dp_view *ret)
{
    *ret = p->view;
    ret->data = ret->base = data;
}

/* Leaves values out, but for the type: they are judged one by one or not at all. */
static void mask_values(dp_pattern *p)
{
    uint8_t *mask = p->mask;
    size_t at = DP_OFF_OPTIONS;

    memset(mask, 0xff, p->len);
    memset(mask + DP_OFF_XID, 0, 4);
    memset(mask + DP_OFF_CIADDR, 0, DP_OFF_CHADDR + 6 - DP_OFF_CIADDR);
    while (at < p->len && p->octets[at] != DHCPPERF_OPT_END) {
        if (p->octets[at] == DHCPPERF_OPT_PAD) {
            at++;
            continue;
        }
        if (p->octets[at] != DHCPPERF_OPT_MSG_TYPE) {
            memset(mask + at + 2, 0, p->octets[at + 1]);
        }
        at += 2u + p->octets[at + 1];
    }
}

dp_pattern *dp_pattern_learn(dp_referee *r, const dp_view *v)
{
    dp_pattern *p;

    if (!r->plain || v->flags != 0 || v->len < LEAST || v->len > DP_PATTERN_LEN) {
        return NULL;
    }
    p = &r->patterns[set_of(v->data, v->len)];
    p[SET] = p[0];
    p[SET].generation = ++r->generation;
    p->generation = ++r->generation;
    p->judged = 0;
    p->len = v->len;
    p->view = *v;
    memcpy(p->octets, v->data, v->len);
    mask_values(p);
    return p;
}
