/* SPDX-License-Identifier: MIT */
/* vectors.h - test vectors kept as text: octets in hex with comments, and lines of columns. */
#ifndef TESTS_VECTORS_H
#define TESTS_VECTORS_H

#include <stddef.h>
#include <stdint.h>

/* Whole file into fresh memory with a NUL behind it (free() it); NULL when it cannot be read. */
char *vectors_read(const char *path, size_t *ret_len);

/* Path of tests/vectors/NAME from wherever the test runs; static storage. */
const char *vectors_path(const char *name);

/* Hex text to octets in place or elsewhere: blanks are skipped, # starts a comment up to the end of
 * the line, "00*12" repeats an octet.  The number of octets, or -1 when it is not hex or too long.
 */
long vectors_hex(const char *text, uint8_t *buf, size_t cap);

/* tests/vectors/NAME as octets; -1 when it cannot be read or is not hex. */
long vectors_load_hex(const char *name, uint8_t *buf, size_t cap);

/* One line of tests/vectors/options.txt. */
typedef struct option_vector {
    uint8_t code;
    const char *text;      /* as a user writes it */
    const char *canonical; /* as it comes back */
    const uint8_t *value;
    size_t len;
    unsigned line;
} option_vector;

/* All of them, loaded once; NULL when the file is missing or wrong. */
const option_vector *vectors_options(size_t *ret_n);

#endif
