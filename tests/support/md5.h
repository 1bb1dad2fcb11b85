/* SPDX-License-Identifier: MIT */
/* md5.h - HMAC-MD5 (RFC 1321, RFC 2104) for tests of authenticated messages; the library itself
 * holds no cryptography. */
#ifndef TESTS_MD5_H
#define TESTS_MD5_H

#include <stddef.h>
#include <stdint.h>

enum {
    MD5_LEN = 16
};

/* key_len at most 64. */
void hmac_md5(const void *key, size_t key_len, const void *data, size_t len, uint8_t ret[MD5_LEN]);

#endif
