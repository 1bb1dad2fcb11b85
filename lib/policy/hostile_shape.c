/* SPDX-License-Identifier: MIT */
/* hostile_shape.c - messages that are wrong as octets, whatever they mean: cut off anywhere, of odd
 * sizes, with bits turned over; and mutations, of which there is no end. */
#include "policy/dp_hostile.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum {
    N_CUTS = 577,
    N_FLIPS = 64 /* messages of each kind with bits turned over */
};

/* -- by hand ----------------------------------------------------------------------------------- */

/* A good message that is options to the end, so that each cut goes through something. */
static void make_cut(dp_draft *d, uint32_t variant)
{
    dp_draft_begin(d, DP_DRAFT_SELECT, 0);
    dp_draft_option_of(d, DHCPPERF_OPT_VENDOR_CLASS, 40, 'v');
    dp_draft_option_of(d, DHCPPERF_OPT_USER_CLASS, 20, 19);
    dp_draft_option_of(d, DHCPPERF_OPT_HOSTNAME, 30, 'h');
    while (d->len < N_CUTS) {
        dp_draft_option_of(d, (uint8_t)(224 + d->len % 30), 17, 0xaa);
    }
    dp_draft_close(d);
    d->len = variant;
}

static void flip(dp_draft *d, unsigned bits)
{
    while (d->len > 0 && bits-- > 0) {
        d->at[dp_draft_below(d, (uint32_t)d->len)] ^= (uint8_t)(1u << dp_draft_below(d, 8));
    }
}

static void make_flipped(dp_draft *d, uint32_t variant)
{
    dp_draft_begin(d, (dp_draft_base)(variant / N_FLIPS), 0);
    dp_draft_close(d);
    flip(d, 1 + variant % 8);
}

/* Of odd sizes, with the first octets of a message or with anything. */
static void make_size(dp_draft *d, uint32_t variant)
{
    static const uint16_t sizes[] = {0,   1,   2,   7,   27,  28,  235, 236,  237, 239,
                                     240, 241, 243, 244, 299, 576, 577, 1471, 1472};
    size_t size = sizes[variant % COUNT(sizes)], good;

    switch (variant / COUNT(sizes)) {
    case 0:
        dp_draft_fill(d, 0, size);
        break;
    case 1:
        dp_draft_fill(d, 0xff, size);
        break;
    case 2:
        dp_draft_random(d, size);
        break;
    default:
        dp_draft_begin(d, DP_DRAFT_DISCOVER, 0);
        good = d->len;
        memset(d->at + good, variant / COUNT(sizes) == 3 ? 0 : 1, sizeof d->at - good);
        d->len = size;
        break;
    }
    d->is_closed = true;
}

const dp_hostile_kind dp_hostile_shape[] = {
    {"cut", "a good message that ends after each of its octets", N_CUTS, make_cut},
    {"flipped", "a good message with one to eight bits turned over", DP_N_DRAFTS *N_FLIPS,
     make_flipped},
    {"size", "the shortest and the longest there are", 19 * 5, make_size},
    {NULL, NULL, 0, NULL},
};

/* -- mutations --------------------------------------------------------------------------------- */

/* Mostly among the options: what is wrong with the header keeps the rest from being looked at. */
static size_t place(dp_draft *d)
{
    uint32_t len = (uint32_t)d->len;

    if (len > DP_OFF_OPTIONS && dp_draft_below(d, 4) != 0) {
        return DP_OFF_OPTIONS + dp_draft_below(d, len - DP_OFF_OPTIONS);
    }
    return dp_draft_below(d, len);
}

/* Octets around which comparisons go wrong, and codes that change what others mean. */
static uint8_t odd_octet(dp_draft *d)
{
    static const uint8_t odd[] = {0, 1, 2, 3, 4, 0x7f, 0x80, 0xfe, 0xff, 52, 53, 54, 61, 82};

    return odd[dp_draft_below(d, COUNT(odd))];
}

static void put_address(dp_draft *d, size_t at)
{
    uint32_t k = dp_draft_below(d, DP_N_BAD_IPS + 4);

    if (at + 4 <= d->len) {
        dp_put32(d->at + at, k < DP_N_BAD_IPS ? dp_draft_bad_ip(d, k) : dp_draft_foreign_ip(d));
    }
}

/* Octets go, and those behind them close up. */
static void take_out(dp_draft *d, size_t at)
{
    size_t n = 1 + dp_draft_below(d, 16);

    n = n < d->len - at ? n : d->len - at;
    memmove(d->at + at, d->at + at + n, d->len - at - n);
    d->len -= n;
    memset(d->at + d->len, 0, n);
}

/* Octets come in: some of the message again, or anything. */
static void put_in(dp_draft *d, size_t at)
{
    size_t n = 1 + dp_draft_below(d, 32), i, from = place(d);
    bool again = dp_draft_below(d, 2) != 0;

    n = n < sizeof d->at - d->len ? n : sizeof d->at - d->len;
    memmove(d->at + at + n, d->at + at, d->len - at);
    d->len += n;
    for (i = 0; i < n; i++) {
        d->at[at + i] = again ? d->at[(from + i) % d->len] : (uint8_t)dp_draft_draw(d);
    }
}

static void mutate_once(dp_draft *d)
{
    size_t at = place(d);

    switch (dp_draft_below(d, 10)) {
    case 0:
    case 1:
        d->at[at] ^= (uint8_t)(1u << dp_draft_below(d, 8));
        break;
    case 2:
    case 3:
        d->at[at] = odd_octet(d);
        break;
    case 4:
        d->at[at] = (uint8_t)dp_draft_draw(d);
        break;
    case 5:
        put_address(d, at);
        break;
    case 6:
        take_out(d, at);
        break;
    case 7:
    case 8:
        put_in(d, at);
        break;
    default: /* now and then, since nothing behind the cut matters any more */
        if (dp_draft_below(d, 4) == 0) {
            d->len = at;
        } else {
            d->at[at] = (uint8_t)(d->at[at] + dp_draft_below(d, 9) - 4);
        }
        break;
    }
}

void dp_hostile_mutate(dp_draft *d)
{
    unsigned left;

    d->facts.victims = 0; /* or some might come to have all that others are known by */
    if (dp_draft_below(d, 2) != 0) {
        dp_draft_begin(d, (dp_draft_base)dp_draft_below(d, DP_N_DRAFTS), 0);
        dp_draft_close(d);
    } else {
        dp_hostile_make(d, dp_draft_below(d, (uint32_t)dhcpperf_hostile_count()));
    }
    for (left = 1 + dp_draft_below(d, 8); left > 0 && d->len > 0; left--) {
        mutate_once(d);
    }
}
