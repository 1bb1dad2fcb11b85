/* SPDX-License-Identifier: MIT */
/* bitmap.c - searching bitmaps a word at a time. */
#include "base/dp_bitmap.h"

static size_t next_one(const uint64_t *words, size_t n, size_t from, uint64_t flip)
{
    size_t w = from / 64;
    uint64_t bits;

    if (from >= n) {
        return n;
    }
    bits = (words[w] ^ flip) & (UINT64_MAX << (from % 64));
    while (bits == 0) {
        w++;
        if (w * 64 >= n) {
            return n;
        }
        bits = words[w] ^ flip;
    }
    w = w * 64 + (size_t)__builtin_ctzll(bits);
    return w < n ? w : n;
}

size_t dp_bitmap_next_clear(const uint64_t *words, size_t n, size_t from)
{
    return next_one(words, n, from, UINT64_MAX);
}

size_t dp_bitmap_next_set(const uint64_t *words, size_t n, size_t from)
{
    return next_one(words, n, from, 0);
}
