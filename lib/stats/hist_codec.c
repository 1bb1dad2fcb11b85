/* SPDX-License-Identifier: MIT */
/* hist_codec.c - histograms as portable bytes.
 *
 * All integers big-endian:
 *      0  "DPH" and the version, 1
 *      4  precision bits, then three octets 0
 *      8  count   16 min   24 max   32 sum (128 bits)
 *     48  length of the rest (32 bits)
 *     52  the buckets from 0 to the one of max, as in the V2 encoding of HdrHistogram: ZigZag
 * LEB128 numbers of at most 9 octets (the ninth holds 8 bits), n > 0 a count, 0 one empty bucket,
 *         -n a run of n empty buckets
 * An empty histogram has min, max and sum 0 and no rest.  The decoder trusts nothing: it walks the
 * buckets once to prove that they agree with the head, and only then takes memory. */
#include "stats/dp_hist.h"

#include <string.h>

#include "base/dp_mem.h"

enum {
    VERSION = 1,
    HEAD = 52,
    LEB_MAX = 9
};

static void put_be(uint8_t *at, uint64_t v, unsigned octets)
{
    while (octets-- > 0) {
        at[octets] = (uint8_t)v;
        v >>= 8;
    }
}

static uint64_t get_be(const uint8_t *at, unsigned octets)
{
    uint64_t v = 0;

    while (octets-- > 0) {
        v = (v << 8) | *at++;
    }
    return v;
}

/* Appends one number at *at, which counts on past `cap`. */
static void put_leb(uint8_t *buf, size_t cap, size_t *at, int64_t n)
{
    uint64_t v = ((uint64_t)n << 1) ^ (n < 0 ? UINT64_MAX : 0);
    unsigned i;

    for (i = 1; i < LEB_MAX && v >= 0x80; i++) {
        if (*at < cap) {
            buf[*at] = (uint8_t)(v | 0x80);
        }
        (*at)++;
        v >>= 7;
    }
    if (*at < cap) {
        buf[*at] = (uint8_t)v;
    }
    (*at)++;
}

/* Reads one number; 0 or TRUNCATED. */
static int get_leb(const uint8_t *buf, size_t len, size_t *at, int64_t *ret)
{
    uint64_t v = 0;
    unsigned i;

    for (i = 0; i < LEB_MAX; i++) {
        uint64_t octet;

        if (*at >= len) {
            return DHCPPERF_E_TRUNCATED;
        }
        octet = buf[(*at)++];
        if (i == LEB_MAX - 1) { /* the last one has no continuation bit */
            v |= octet << 56;
            break;
        }
        v |= (octet & 0x7f) << (7 * i);
        if ((octet & 0x80) == 0) {
            break;
        }
    }
    *ret = (int64_t)((v >> 1) ^ ((v & 1) != 0 ? UINT64_MAX : 0));
    return 0;
}

static void put_buckets(const dhcpperf_hist *h, uint8_t *buf, size_t cap, size_t *at)
{
    unsigned i, last = dp_hist_index(h->bits, h->max);
    int64_t empty = 0;

    for (i = 0; i <= last; i++) {
        if (h->counts[i] == 0) {
            empty++;
            continue;
        }
        if (empty > 0) {
            put_leb(buf, cap, at, empty == 1 ? 0 : -empty);
            empty = 0;
        }
        put_leb(buf, cap, at, (int64_t)h->counts[i]);
    }
}

int dhcpperf_hist_encode(const dhcpperf_hist *h, uint8_t *buf, size_t cap, size_t *ret_len)
{
    size_t at = HEAD;

    if (h == NULL || ret_len == NULL || (buf == NULL && cap > 0)) {
        return DHCPPERF_E_INVALID;
    }
    if (h->total > 0) {
        put_buckets(h, buf, cap, &at);
    }
    *ret_len = at;
    if (at > cap) {
        return DHCPPERF_E_NOBUFS;
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): without room there was NOBUFS */
    memset(buf, 0, HEAD);
    /* NOLINTNEXTLINE(bugprone-not-null-terminated-result): three octets, not a string */
    memcpy(buf, "DPH", 3);
    buf[3] = VERSION;
    buf[4] = (uint8_t)h->bits;
    if (h->total > 0) {
        put_be(buf + 8, h->total, 8);
        put_be(buf + 16, h->min, 8);
        put_be(buf + 24, h->max, 8);
        put_be(buf + 32, h->sum.hi, 8);
        put_be(buf + 40, h->sum.lo, 8);
        put_be(buf + 48, at - HEAD, 4);
    }
    return 0;
}

/* What the head claims. */
typedef struct head {
    unsigned bits;
    uint64_t total, min, max;
    dp_u128 sum;
} head;

static int read_head(const uint8_t *buf, size_t len, head *ret)
{
    uint64_t rest;

    if (len < HEAD) {
        return len >= 3 && memcmp(buf, "DPH", 3) != 0 ? DHCPPERF_E_MALFORMED : DHCPPERF_E_TRUNCATED;
    }
    if (memcmp(buf, "DPH", 3) != 0 || buf[3] == 0) {
        return DHCPPERF_E_MALFORMED;
    }
    if (buf[3] != VERSION) {
        return DHCPPERF_E_UNSUPPORTED;
    }
    ret->bits = buf[4];
    ret->total = get_be(buf + 8, 8);
    ret->min = get_be(buf + 16, 8);
    ret->max = get_be(buf + 24, 8);
    ret->sum.hi = get_be(buf + 32, 8);
    ret->sum.lo = get_be(buf + 40, 8);
    rest = get_be(buf + 48, 4);
    if (rest > len - HEAD) {
        return DHCPPERF_E_TRUNCATED;
    }
    if (ret->bits < 1 || ret->bits > DHCPPERF_HIST_MAX_BITS || get_be(buf + 5, 3) != 0 ||
        ret->total > INT64_MAX || ret->min > ret->max || rest != len - HEAD) {
        return DHCPPERF_E_MALFORMED;
    }
    if (ret->total == 0 && (ret->max != 0 || rest != 0)) {
        return DHCPPERF_E_MALFORMED;
    }
    /* the mean lies between min and max; this also makes the sum of nothing 0 */
    return dp_wide_less(ret->sum, dp_wide_mul(ret->min, ret->total)) ||
                   dp_wide_less(dp_wide_mul(ret->max, ret->total), ret->sum)
               ? DHCPPERF_E_MALFORMED
               : 0;
}

/* Walks the buckets; with `h` it also fills them in.  Everything that can be wrong is found in the
 * walk without one. */
static int read_buckets(const head *hd, const uint8_t *buf, size_t len, dhcpperf_hist *h)
{
    unsigned last = dp_hist_index(hd->bits, hd->max);
    uint64_t total = 0, index = 0;
    size_t at = HEAD;
    int64_t n = 0;

    while (at < len) {
        int rc = get_leb(buf, len, &at, &n);

        if (rc != 0) {
            return DHCPPERF_E_MALFORMED; /* cut inside what the head called complete */
        }
        if (n <= 0) {
            uint64_t run = n == 0 ? 1 : UINT64_C(0) - (uint64_t)n;

            if (run > last - index) {
                return DHCPPERF_E_MALFORMED;
            }
            index += run;
            continue;
        }
        if (index > last || (uint64_t)n > hd->total - total ||
            (total == 0 && index != dp_hist_index(hd->bits, hd->min))) {
            return DHCPPERF_E_MALFORMED;
        }
        if (h != NULL) {
            h->counts[index] = (uint64_t)n;
        }
        total += (uint64_t)n;
        index++;
    }
    return total == hd->total && n > 0 && index == (uint64_t)last + 1 ? 0 : DHCPPERF_E_MALFORMED;
}

int dhcpperf_hist_decode(dhcpperf_hist **ret, const uint8_t *buf, size_t len,
                         const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_hist *h;
    head hd;
    int rc;

    if (ret == NULL || (buf == NULL && len > 0)) {
        return DHCPPERF_E_INVALID;
    }
    rc = read_head(buf, len, &hd);
    if (rc == 0 && hd.total > 0) {
        rc = read_buckets(&hd, buf, len, NULL);
    }
    if (rc != 0) {
        return rc;
    }
    h = dp_hist_new(hd.bits, &m);
    if (h == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    if (hd.total > 0) {
        (void)read_buckets(&hd, buf, len, h);
        h->total = hd.total;
        h->min = hd.min;
        h->max = hd.max;
        h->sum = hd.sum;
    }
    *ret = h;
    return 0;
}
