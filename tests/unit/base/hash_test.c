/* SPDX-License-Identifier: MIT */
/* hash_test.c - the keyed hash of short strings: spread, length, key. */
#include "base/dp_hash.h"

#include <math.h>

#include "support/harness.h"

/* Consecutive MAC addresses, the usual keys, over 1,024 cells by either end of the hash. */
START_TEST(consecutive_addresses_spread_evenly)
    {
        enum {
            N = 102400,
            CELLS = 1024
        };
        static unsigned low[CELLS], high[CELLS];
        double a = 0, b = 0;
        unsigned i;

        memset(low, 0, sizeof low); /* the next key may run in the same process */
        memset(high, 0, sizeof high);
        for (i = 0; i < N; i++) {
            uint8_t mac[6] = {
                2, 0, (uint8_t)(i >> 24), (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i};
            uint64_t h = dp_hash_bytes((uint64_t)_i * 77, mac, sizeof mac);

            low[h % CELLS]++;
            high[h >> 54]++;
        }
        for (i = 0; i < CELLS; i++) {
            a += (low[i] - 100.0) * (low[i] - 100.0) / 100.0;
            b += (high[i] - 100.0) * (high[i] - 100.0) / 100.0;
        }
        /* 1,023 degrees of freedom, deviation 45 */
        ck_assert_msg(a > 800 && a < 1250 && b > 800 && b < 1250, "key %d: %f %f", _i, a, b);
    }
END_TEST

/* Prefixes of a run of zeros and a changed bit anywhere give different hashes. */
START_TEST(length_and_every_bit_matter)
    {
        uint8_t data[40] = {0};
        uint64_t seen[41], h;
        size_t len, i;
        unsigned bit;

        for (len = 0; len <= sizeof data; len++) {
            seen[len] = dp_hash_bytes(5, data, len);
            for (i = 0; i < len; i++) {
                ck_assert_msg(seen[i] != seen[len], "lengths %zu and %zu", i, len);
            }
        }
        for (bit = 0; bit < 8 * sizeof data; bit++) {
            data[bit / 8] ^= (uint8_t)(1u << (bit % 8));
            h = dp_hash_bytes(5, data, sizeof data);
            ck_assert_msg(h != seen[sizeof data], "bit %u", bit);
            data[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        }
        ck_assert(dp_hash_bytes(5, data, 8) != dp_hash_bytes(6, data, 8));
    }
END_TEST

/* A changed input bit changes half of the output bits. */
START_TEST(a_changed_bit_changes_half_of_the_hash)
    {
        uint8_t data[19];
        double flips = 0;
        unsigned n = 0, i, bit;

        for (i = 0; i < 500; i++) {
            uint64_t r = dp_draw(8, i, 0, 0), h;

            memset(data, (int)(r & 255), sizeof data);
            memcpy(data, &r, 8);
            h = dp_hash_bytes(r, data, sizeof data);
            for (bit = 0; bit < 8 * sizeof data; bit += 5, n++) {
                data[bit / 8] ^= (uint8_t)(1u << (bit % 8));
                flips += __builtin_popcountll(h ^ dp_hash_bytes(r, data, sizeof data));
                data[bit / 8] ^= (uint8_t)(1u << (bit % 8));
            }
        }
        ck_assert_double_lt(fabs(flips / n - 32.0), 0.3);
    }
END_TEST

/* An exact-size copy at every alignment: nothing is read past the end. */
START_TEST(any_alignment_gives_the_same_hash)
    {
        static const uint8_t text[] = "0123456789abcdefghijklmnopq";
        size_t len, shift;

        for (len = 0; len < sizeof text; len++) {
            for (shift = 0; shift < 8; shift++) {
                uint8_t *copy = malloc(len + shift + (len + shift == 0));

                memcpy(copy + shift, text, len);
                assert_fast(dp_hash_bytes(9, copy + shift, len) == dp_hash_bytes(9, text, len),
                            "%zu octets, shifted by %zu", len, shift);
                free(copy);
            }
        }
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, consecutive_addresses_spread_evenly, 0, 3);
    tcase_add_test(tc, length_and_every_bit_matter);
    tcase_add_test(tc, a_changed_bit_changes_half_of_the_hash);
    tcase_add_test(tc, any_alignment_gives_the_same_hash);
}

HARNESS_MAIN("base/hash", tests)
