/* SPDX-License-Identifier: MIT */
/* dp_bitmap.h - bits in 64-bit words; the caller owns the words. */
#ifndef DP_BITMAP_H
#define DP_BITMAP_H

#include <stddef.h>
#include <stdint.h>

/* Words needed for n bits. */
static inline size_t dp_bitmap_words(size_t n)
{
    return (n + 63) / 64;
}

static inline int dp_bitmap_get(const uint64_t *words, size_t i)
{
    return (int)((words[i / 64] >> (i % 64)) & 1);
}

static inline void dp_bitmap_set(uint64_t *words, size_t i)
{
    words[i / 64] |= UINT64_C(1) << (i % 64);
}

static inline void dp_bitmap_clear(uint64_t *words, size_t i)
{
    words[i / 64] &= ~(UINT64_C(1) << (i % 64));
}

/* First clear bit at or after `from` and below n; n when all are set. */
size_t dp_bitmap_next_clear(const uint64_t *words, size_t n, size_t from);

/* First set bit at or after `from` and below n; n when there is none. */
size_t dp_bitmap_next_set(const uint64_t *words, size_t n, size_t from);

#endif
