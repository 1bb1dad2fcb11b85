/* SPDX-License-Identifier: MIT */
/* md5.c - see md5.h. */
#include "support/md5.h"

#include <math.h>
#include <string.h>

enum {
    BLOCK = 64
};

typedef struct md5 {
    uint32_t h[4];
    uint64_t len;
    uint8_t block[BLOCK];
} md5;

static uint32_t rotate(uint32_t v, unsigned by)
{
    return v << by | v >> (32 - by);
}

static uint32_t word(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* RFC 1321 section 3.4. */
static void digest_block(uint32_t *h, const uint8_t *p)
{
    static const unsigned shifts[4][4] = {
        {7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3];
    unsigned i;

    for (i = 0; i < BLOCK; i++) {
        uint32_t f = i < 16   ? (b & c) | (~b & d)
                     : i < 32 ? (d & b) | (~d & c)
                     : i < 48 ? b ^ c ^ d
                              : c ^ (b | ~d);
        unsigned which = (i < 16 ? i : i < 32 ? 5 * i + 1 : i < 48 ? 3 * i + 5 : 7 * i) % 16;
        uint32_t constant = (uint32_t)(fabs(sin(i + 1.0)) * 4294967296.0);

        f += a + constant + word(p + 4 * (size_t)which);
        a = d;
        d = c;
        c = b;
        b += rotate(f, shifts[i / 16][i % 4]);
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
}

static void begin(md5 *m)
{
    static const uint32_t start[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};

    memcpy(m->h, start, sizeof start);
    m->len = 0;
}

static void add(md5 *m, const void *data, size_t len)
{
    const uint8_t *p = data;

    while (len-- > 0) {
        m->block[m->len++ % BLOCK] = *p++;
        if (m->len % BLOCK == 0) {
            digest_block(m->h, m->block);
        }
    }
}

static void finish(md5 *m, uint8_t ret[MD5_LEN])
{
    uint64_t bits = m->len * 8;
    uint8_t length[8];
    unsigned i;

    for (i = 0; i < 8; i++) {
        length[i] = (uint8_t)(bits >> 8 * i);
    }
    add(m, "\x80", 1);
    while (m->len % BLOCK != BLOCK - 8) {
        add(m, "", 1);
    }
    add(m, length, sizeof length);
    for (i = 0; i < MD5_LEN; i++) {
        ret[i] = (uint8_t)(m->h[i / 4] >> 8 * (i % 4));
    }
}

void hmac_md5(const void *key, size_t key_len, const void *data, size_t len, uint8_t ret[MD5_LEN])
{
    uint8_t inner[BLOCK] = {0}, outer[BLOCK];
    unsigned i;
    md5 m;

    memcpy(inner, key, key_len);
    for (i = 0; i < BLOCK; i++) {
        outer[i] = inner[i] ^ 0x5c;
        inner[i] ^= 0x36;
    }
    begin(&m);
    add(&m, inner, BLOCK);
    add(&m, data, len);
    finish(&m, ret);
    begin(&m);
    add(&m, outer, BLOCK);
    add(&m, ret, MD5_LEN);
    finish(&m, ret);
}
