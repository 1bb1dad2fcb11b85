/* SPDX-License-Identifier: MIT */
/* lease_text.h - numbers and octets as text and back, for forms that are written by the million. */
#ifndef TOOLS_LEASE_TEXT_H
#define TOOLS_LEASE_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <libdhcpperf/types.h>

/* -- writers: behind what they wrote; the caller has seen to the room -- */
static inline char *lease_put(char *to, const char *text, size_t n)
{
    memcpy(to, text, n);
    return to + n;
}
#define LEASE_PUT(to, literal) lease_put((to), (literal), sizeof(literal) - 1)
/* At most 20 digits. */
char *lease_put_number(char *to, uint64_t n);
/* Exactly `digits`, with zeros in front. */
char *lease_put_digits(char *to, unsigned n, unsigned digits);
char *lease_put_ip(char *to, dhcpperf_ip4 ip);
/* Two digits an octet, `between` them unless it is 0: at most 3 characters an octet. */
char *lease_put_hex(char *to, dhcpperf_bytes b, char between);

/* -- readers, of exactly n characters: 1, or 0 when they are something else -- */
int lease_get_number(const char *text, size_t n, uint64_t max, uint64_t *ret);
int lease_get_ip(const char *text, size_t n, dhcpperf_ip4 *ret);
/* As lease_put_hex() writes them, in either case; with `between`, octets may have one digit.  At
 * most cap octets. */
int lease_get_hex(const char *text, size_t n, char between, uint8_t *to, size_t cap,
                  size_t *ret_len);
/* The value of a hexadecimal digit, or -1. */
int lease_hex_digit(char c);

/* Copies text for a message: at most cap - 1 characters, dots for what is not printable, "..." for
 * what does not fit. */
void lease_show(char *to, size_t cap, const char *text, size_t n);

#endif
