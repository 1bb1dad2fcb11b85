/* SPDX-License-Identifier: MIT */
/* hist_codec_test.c - histograms as bytes: identity, the fixed form, and bytes nobody should send.
 */
#include "stats/dp_hist.h"

#include <string.h>

#include "base/dp_rng.h"
#include "support/allocfail.h"
#include "support/harness.h"

enum {
    HEAD = 52
};

static dhcpperf_hist *hist(unsigned bits)
{
    dhcpperf_hist *h = NULL;

    ck_assert_int_eq(dhcpperf_hist_new(&h, bits, NULL), 0);
    return h;
}

static dhcpperf_hist *filled(unsigned bits, unsigned n)
{
    dhcpperf_hist *h = hist(bits);
    unsigned i;

    for (i = 0; i < n; i++) {
        uint64_t r = dp_draw(harness_seed(31), bits, 1, i), s = dp_draw(31, bits, 2, i);

        dhcpperf_hist_record_n(h, r >> (s % 64), 1 + (s >> 40 >> (r % 24)));
    }
    return h;
}

/* An exact-size heap copy, so that a read past the end is seen by the sanitizer. */
static int decode(dhcpperf_hist **ret, const uint8_t *bytes, size_t len)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    int rc;

    memcpy(copy, bytes, len);
    rc = dhcpperf_hist_decode(ret, copy, len, NULL);
    free(copy);
    return rc;
}

static uint8_t *encode(const dhcpperf_hist *h, size_t *ret_len)
{
    uint8_t *bytes;
    size_t len = 0;

    ck_assert_int_eq(dhcpperf_hist_encode(h, NULL, 0, &len), DHCPPERF_E_NOBUFS);
    bytes = malloc(len);
    ck_assert_int_eq(dhcpperf_hist_encode(h, bytes, len, ret_len), 0);
    ck_assert_uint_eq(*ret_len, len);
    return bytes;
}

static void assert_same(const dhcpperf_hist *a, const dhcpperf_hist *b, int i)
{
    assert_fast(a->bits == b->bits && a->total == b->total && a->min == b->min &&
                    a->max == b->max && a->sum.hi == b->sum.hi && a->sum.lo == b->sum.lo,
                "case %d: heads differ", i);
    assert_fast(memcmp(a->counts, b->counts, a->n * sizeof a->counts[0]) == 0,
                "case %d: buckets differ", i);
}

START_TEST(decoding_an_encoding_gives_the_same_histogram)
    {
        static const unsigned sizes[] = {0, 1, 2, 10, 1000};
        dhcpperf_hist *h = filled(1 + (unsigned)_i % 17, sizes[_i / 17]), *back = NULL;
        size_t len;
        uint8_t *bytes = encode(h, &len);

        ck_assert_int_eq(decode(&back, bytes, len), 0);
        assert_same(h, back, _i);
        dhcpperf_hist_record(back, 77); /* and it lives on */
        ck_assert_uint_eq(dhcpperf_hist_count(back), dhcpperf_hist_count(h) + 1);
        dhcpperf_hist_free(h);
        dhcpperf_hist_free(back);
        free(bytes);
    }
END_TEST

START_TEST(extreme_values_and_counts_survive)
    {
        dhcpperf_hist *h = hist(7), *back = NULL;
        uint8_t *bytes;
        size_t len;

        dhcpperf_hist_record_n(h, 0, 1);
        dhcpperf_hist_record_n(h, UINT64_MAX, INT64_MAX - 1);
        bytes = encode(h, &len);
        ck_assert_int_eq(decode(&back, bytes, len), 0);
        assert_same(h, back, 0);
        dhcpperf_hist_free(h);
        dhcpperf_hist_free(back);
        free(bytes);
    }
END_TEST

START_TEST(merged_and_subtracted_histograms_survive)
    {
        dhcpperf_hist *fine = filled(12, 200), *coarse = filled(3, 100), *back = NULL, *then = NULL;
        uint8_t *bytes;
        size_t len;

        ck_assert_int_eq(dhcpperf_hist_clone(&then, fine), 0);
        ck_assert_int_eq(dhcpperf_hist_merge(fine, coarse), 0);
        bytes = encode(fine, &len);
        ck_assert_int_eq(decode(&back, bytes, len), 0);
        assert_same(fine, back, 0);
        free(bytes);
        dhcpperf_hist_free(back);
        ck_assert_int_eq(dhcpperf_hist_subtract(fine, then), 0);
        bytes = encode(fine, &len);
        ck_assert_int_eq(decode(&back, bytes, len), 0);
        assert_same(fine, back, 1);
        free(bytes);
        dhcpperf_hist_free(back);
        dhcpperf_hist_free(then);
        dhcpperf_hist_free(fine);
        dhcpperf_hist_free(coarse);
    }
END_TEST

/* The form is a promise to files: 1, 1, 200 and 1000 at 7 bits, octet by octet. */
START_TEST(the_bytes_are_the_documented_ones)
    {
        static const uint8_t want[] = {
            'D',  'P',  'H', 1, 7, 0, 0, 0,    /* head */
            0,    0,    0,   0, 0, 0, 0, 4,    /* count */
            0,    0,    0,   0, 0, 0, 0, 1,    /* min */
            0,    0,    0,   0, 0, 0, 3, 0xe8, /* max */
            0,    0,    0,   0, 0, 0, 0, 0,    /* sum */
            0,    0,    0,   0, 0, 0, 4, 0xb2, /* 1202 */
            0,    0,    0,   8,                /* length of what follows */
            0,                                 /* bucket 0 empty */
            4,                                 /* 2 in bucket 1: ZigZag 4 */
            0x8b, 0x03,                        /* 198 empty: ZigZag 395 */
            2,                                 /* 1 in bucket 200 */
            0xe1, 0x04,                        /* 305 empty: ZigZag 609 */
            2,                                 /* 1 in bucket 506 */
        };
        dhcpperf_hist *h = hist(7);
        uint8_t *bytes;
        size_t len;

        dhcpperf_hist_record_n(h, 1, 2);
        dhcpperf_hist_record(h, 200);
        dhcpperf_hist_record(h, 1000); /* 2 * 128 + 1000 / 4 = 506 */
        bytes = encode(h, &len);
        ck_assert_uint_eq(len, sizeof want);
        assert_mem_eq(bytes, want, sizeof want);
        free(bytes);
        dhcpperf_hist_free(h);
    }
END_TEST

/* What hdr-histogram-js 3.0.1 makes of the same samples: the payload of its V2 encoding, and its
 * percentiles.  tests/integration/hdr_js.test compares much more when that program is there. */
static const struct {
    unsigned bits;
    const char *payload;
    uint64_t quantiles[4]; /* 0.3, 0.5, 0.75, 0.9 */
} golden[] = {
    {4,
     "0204990102023b0485010453029b03023d027902c50102",
     {UINT64_C(271), UINT64_C(1023), UINT64_C(1006632959), UINT64_C(60129542143)}},
    {7,
     "0204f9030202ef030202c10804a70502f71902fd0302df0702bd0c02",
     {UINT64_C(257), UINT64_C(1003), UINT64_C(1002438655), UINT64_C(60129542143)}},
    {10,
     "0204f9030202cb0b0202f14304cb2a02d1cf0102fd1f028f3e02836402",
     {UINT64_C(256), UINT64_C(1000), UINT64_C(1000341503), UINT64_C(60028878847)}},
    {14,
     "0204f9030202cb0b0202eda8020202dba90502c7fa1902fdff030297e20702f7c00c02",
     {UINT64_C(256), UINT64_C(1000), UINT64_C(1000013823), UINT64_C(60001615871)}},
    {17,
     "0204f9030202cb0b0202eda8020202bbd00c02d5ddce0102fdff1f02c7913e02d9876402",
     {UINT64_C(256), UINT64_C(1000), UINT64_C(1000001535), UINT64_C(60000043007)}},
};

START_TEST(buckets_and_percentiles_are_those_of_hdrhistogram)
    {
        static const uint64_t samples[] = {0,         1,          1,           255,          256,
                                           999,       1000,       20000,       20001,        123456,
                                           999999937, 4000000000, 60000000000, 4398046511103};
        static const double q[] = {0.3, 0.5, 0.75, 0.9};
        dhcpperf_hist *h = hist(golden[_i].bits);
        size_t len, i;
        uint8_t *bytes;
        unsigned k;

        for (k = 0; k < sizeof samples / sizeof samples[0]; k++) {
            dhcpperf_hist_record(h, samples[k]);
        }
        bytes = encode(h, &len);
        ck_assert_uint_eq(2 * (len - HEAD), strlen(golden[_i].payload));
        for (i = HEAD; i < len; i++) {
            char hex[3] = {"0123456789abcdef"[bytes[i] >> 4], "0123456789abcdef"[bytes[i] & 15], 0};

            assert_fast(strncmp(hex, golden[_i].payload + 2 * (i - HEAD), 2) == 0,
                        "%u bits, octet %zu", golden[_i].bits, i - HEAD);
        }
        for (k = 0; k < 4; k++) {
            ck_assert_msg(dhcpperf_hist_quantile(h, q[k]) == golden[_i].quantiles[k],
                          "%u bits, quantile %f", golden[_i].bits, q[k]);
        }
        free(bytes);
        dhcpperf_hist_free(h);
    }
END_TEST

START_TEST(a_short_buffer_is_told_the_need_and_not_overrun)
    {
        dhcpperf_hist *h = filled(7, 50);
        uint8_t buf[2048], *bytes;
        size_t len, need, cap;

        bytes = encode(h, &need);
        ck_assert_uint_lt(need, sizeof buf);
        for (cap = 0; cap < need; cap++) {
            memset(buf, 0xee, sizeof buf);
            len = 0;
            ck_assert_int_eq(dhcpperf_hist_encode(h, buf, cap, &len), DHCPPERF_E_NOBUFS);
            ck_assert_uint_eq(len, need);
            ck_assert_uint_eq(buf[cap], 0xee);
        }
        free(bytes);
        dhcpperf_hist_free(h);
    }
END_TEST

START_TEST(every_truncation_is_refused)
    {
        dhcpperf_hist *h = filled(7, 60), *back = NULL;
        size_t len, cut;
        uint8_t *bytes = encode(h, &len);

        for (cut = 0; cut < len; cut++) {
            assert_fast(decode(&back, bytes, cut) == DHCPPERF_E_TRUNCATED, "cut at %zu", cut);
        }
        ck_assert_ptr_null(back);
        free(bytes);
        dhcpperf_hist_free(h);
    }
END_TEST

/* Any octet changed in any way is refused, or gives a histogram that is whole: it encodes, decodes
 * and adds up. */
START_TEST(no_changed_octet_does_harm)
    {
        dhcpperf_hist *h = filled(5, 25), *back, *again;
        size_t len, at, len2;
        uint8_t *bytes = encode(h, &len), *bytes2;
        unsigned refused = 0, change;

        for (at = 0; at < len; at++) {
            for (change = 1; change < 256; change++) {
                uint64_t total = 0, count;
                size_t cursor = 0;

                back = again = NULL;
                bytes[at] ^= (uint8_t)change;
                if (decode(&back, bytes, len) != 0) {
                    assert_fast(back == NULL, "octet %zu: written on failure", at);
                    refused++;
                } else {
                    while (dhcpperf_hist_next(back, &cursor, NULL, NULL, &count)) {
                        total += count;
                    }
                    assert_fast(total == back->total, "octet %zu change %u", at, change);
                    len2 = 0;
                    (void)dhcpperf_hist_encode(back, NULL, 0, &len2);
                    bytes2 = malloc(len2);
                    assert_fast(dhcpperf_hist_encode(back, bytes2, len2, &len2) == 0, "encode");
                    assert_fast(decode(&again, bytes2, len2) == 0, "octet %zu change %u", at,
                                change);
                    assert_same(back, again, (int)at);
                    dhcpperf_hist_free(again);
                    dhcpperf_hist_free(back);
                    free(bytes2);
                }
                bytes[at] ^= (uint8_t)change;
            }
        }
        ck_assert_uint_gt(refused, (unsigned)len * 200);
        free(bytes);
        dhcpperf_hist_free(h);
    }
END_TEST

/* A head for one sample of value 0 at 17 bits, the dearest precision; the tail is the case's. */
START_TEST(hostile_bytes_are_refused_before_any_memory_is_taken)
    {
        static const struct {
            const char *what;
            uint8_t tail[12];
            uint8_t tail_len, bits, count, max_high;
            int want;
        } cases[] = {
            {"the good one", {2}, 1, 17, 1, 0, 0},
            {"no buckets", {0}, 0, 17, 1, 0, DHCPPERF_E_MALFORMED},
            {"0 bits", {2}, 1, 0, 1, 0, DHCPPERF_E_MALFORMED},
            {"18 bits", {2}, 1, 18, 1, 0, DHCPPERF_E_MALFORMED},
            {"255 bits", {2}, 1, 255, 1, 0, DHCPPERF_E_MALFORMED},
            {"fewer counted", {2}, 1, 17, 2, 0, DHCPPERF_E_MALFORMED},
            {"more counted", {4}, 1, 17, 1, 0, DHCPPERF_E_MALFORMED},
            {"count 2^63-1",
             {0xfe, 255, 255, 255, 255, 255, 255, 255, 255},
             9,
             17,
             1,
             0,
             DHCPPERF_E_MALFORMED},
            {"run of 2^63",
             {255, 255, 255, 255, 255, 255, 255, 255, 255},
             9,
             17,
             1,
             0,
             DHCPPERF_E_MALFORMED},
            {"run of 2^62",
             {255, 255, 255, 255, 255, 255, 255, 255, 127, 2},
             10,
             17,
             1,
             0x80,
             DHCPPERF_E_MALFORMED},
            {"run past max", {7, 2}, 2, 17, 1, 0, DHCPPERF_E_MALFORMED},
            {"endless number", {0x82, 0x80}, 2, 17, 1, 0, DHCPPERF_E_MALFORMED},
            {"bucket after max", {2, 2}, 2, 17, 2, 0, DHCPPERF_E_MALFORMED},
            {"empty tail", {2, 0}, 2, 17, 1, 0, DHCPPERF_E_MALFORMED},
            {"max elsewhere", {2}, 1, 17, 1, 0x80, DHCPPERF_E_MALFORMED},
            {"nothing with buckets", {2}, 1, 17, 0, 0, DHCPPERF_E_MALFORMED},
            {"nothing with a max", {0}, 0, 17, 0, 1, DHCPPERF_E_MALFORMED},
        };
        uint8_t bytes[HEAD + 12] = {'D', 'P', 'H', 1};
        dhcpperf_hist *h = NULL;
        allocfail af;
        int rc;

        bytes[4] = cases[_i].bits;
        bytes[15] = cases[_i].count;
        bytes[24] = cases[_i].max_high;
        bytes[51] = cases[_i].tail_len;
        memcpy(bytes + HEAD, cases[_i].tail, sizeof cases[_i].tail);
        allocfail_init(&af, 0);
        rc = dhcpperf_hist_decode(&h, bytes, HEAD + (size_t)cases[_i].tail_len, &af.mem);
        ck_assert_msg(rc == cases[_i].want, "%s: %d", cases[_i].what, rc);
        ck_assert_msg(af.calls == (rc == 0 ? 1 : 0), "%s: memory was taken", cases[_i].what);
        dhcpperf_hist_free(h);
        ck_assert(allocfail_is_clean(&af));
    }
END_TEST

START_TEST(heads_that_lie_are_refused)
    {
        dhcpperf_hist *h = filled(7, 3), *back = NULL;
        size_t len;
        uint8_t *bytes = encode(h, &len), keep;

        keep = bytes[3];
        bytes[3] = 2;
        ck_assert_int_eq(decode(&back, bytes, len), DHCPPERF_E_UNSUPPORTED);
        bytes[3] = 0;
        ck_assert_int_eq(decode(&back, bytes, len), DHCPPERF_E_MALFORMED);
        bytes[3] = keep;
        bytes[0] = 'd';
        ck_assert_int_eq(decode(&back, bytes, len), DHCPPERF_E_MALFORMED);
        ck_assert_int_eq(decode(&back, bytes, 5), DHCPPERF_E_MALFORMED);
        bytes[0] = 'D';
        bytes[6] = 1; /* reserved */
        ck_assert_int_eq(decode(&back, bytes, len), DHCPPERF_E_MALFORMED);
        bytes[6] = 0;
        bytes[32] = 0x80; /* a sum beyond count times max */
        ck_assert_int_eq(decode(&back, bytes, len), DHCPPERF_E_MALFORMED);
        bytes[32] = 0;
        bytes[51]--; /* octets left over */
        ck_assert_int_eq(decode(&back, bytes, len), DHCPPERF_E_MALFORMED);
        bytes[51]++;
        ck_assert_int_eq(decode(&back, bytes, len), 0);
        dhcpperf_hist_free(back);
        dhcpperf_hist_free(h);
        free(bytes);
    }
END_TEST

START_TEST(out_of_memory_and_wrong_arguments_write_nothing)
    {
        dhcpperf_hist *h = filled(7, 3), *back = NULL;
        allocfail af;
        size_t len;
        uint8_t *bytes = encode(h, &len);

        allocfail_init(&af, 1);
        ck_assert_int_eq(dhcpperf_hist_decode(&back, bytes, len, &af.mem), DHCPPERF_E_NOMEM);
        ck_assert_ptr_null(back);
        ck_assert(allocfail_is_clean(&af));
        ck_assert_int_eq(dhcpperf_hist_decode(NULL, bytes, len, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_hist_decode(&back, NULL, 1, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_hist_decode(&back, NULL, 0, NULL), DHCPPERF_E_TRUNCATED);
        ck_assert_int_eq(dhcpperf_hist_encode(NULL, bytes, len, &len), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_hist_encode(h, NULL, 1, &len), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_hist_encode(h, bytes, len, NULL), DHCPPERF_E_INVALID);
        free(bytes);
        dhcpperf_hist_free(h);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, decoding_an_encoding_gives_the_same_histogram, 0, 85);
    tcase_add_test(tc, extreme_values_and_counts_survive);
    tcase_add_test(tc, merged_and_subtracted_histograms_survive);
    tcase_add_test(tc, the_bytes_are_the_documented_ones);
    tcase_add_loop_test(tc, buckets_and_percentiles_are_those_of_hdrhistogram, 0, 5);
    tcase_add_test(tc, a_short_buffer_is_told_the_need_and_not_overrun);
    tcase_add_test(tc, every_truncation_is_refused);
    tcase_add_test(tc, no_changed_octet_does_harm);
    tcase_add_loop_test(tc, hostile_bytes_are_refused_before_any_memory_is_taken, 0, 17);
    tcase_add_test(tc, heads_that_lie_are_refused);
    tcase_add_test(tc, out_of_memory_and_wrong_arguments_write_nothing);
}

HARNESS_MAIN("stats/hist_codec", tests)
