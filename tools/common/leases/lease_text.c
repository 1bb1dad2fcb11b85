/* SPDX-License-Identifier: MIT */
/* lease_text.c - without printf and scanf: a busy server has a million leases a second to write. */
#include "common/leases/lease_text.h"

char *lease_put_number(char *to, uint64_t n)
{
    char digits[20];
    unsigned i = sizeof digits;

    do {
        digits[--i] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    return lease_put(to, digits + i, sizeof digits - i);
}

char *lease_put_digits(char *to, unsigned n, unsigned digits)
{
    unsigned i;

    for (i = digits; i > 0; i--) {
        to[i - 1] = (char)('0' + n % 10);
        n /= 10;
    }
    return to + digits;
}

static char *put_octet(char *to, unsigned n)
{
    if (n >= 100) {
        *to++ = (char)('0' + n / 100);
        n %= 100;
        *to++ = (char)('0' + n / 10);
    } else if (n >= 10) {
        *to++ = (char)('0' + n / 10);
    }
    *to++ = (char)('0' + n % 10);
    return to;
}

char *lease_put_ip(char *to, dhcpperf_ip4 ip)
{
    unsigned i;

    for (i = 0; i < 4; i++) {
        if (i > 0) {
            *to++ = '.';
        }
        to = put_octet(to, ip.b[i]);
    }
    return to;
}

char *lease_put_hex(char *to, dhcpperf_bytes b, char between)
{
    static const char digits[] = "0123456789abcdef";
    size_t i;

    for (i = 0; i < b.len; i++) {
        if (i > 0 && between != 0) {
            *to++ = between;
        }
        *to++ = digits[b.data[i] >> 4];
        *to++ = digits[b.data[i] & 15];
    }
    return to;
}

int lease_get_number(const char *text, size_t n, uint64_t max, uint64_t *ret)
{
    uint64_t v = 0;
    size_t i;

    if (n == 0) {
        return 0;
    }
    for (i = 0; i < n; i++) {
        unsigned digit = (unsigned)(text[i] - '0');

        if (digit > 9 || digit > max || v > (max - digit) / 10) {
            return 0;
        }
        v = v * 10 + digit;
    }
    *ret = v;
    return 1;
}

int lease_get_ip(const char *text, size_t n, dhcpperf_ip4 *ret)
{
    unsigned part = 0, value = 0, digits = 0;
    size_t i;

    for (i = 0; i <= n; i++) {
        if (i < n && text[i] >= '0' && text[i] <= '9') {
            value = value * 10 + (unsigned)(text[i] - '0');
            if (++digits > 3 || value > 255) {
                return 0;
            }
        } else {
            if (digits == 0 || part > 3 || (i < n && text[i] != '.')) {
                return 0;
            }
            ret->b[part++] = (uint8_t)value;
            value = digits = 0;
        }
    }
    return part == 4;
}

int lease_hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* One octet at text: the characters it took, or 0. */
static size_t get_octet(const char *text, size_t n, int one_will_do, uint8_t *ret)
{
    int high = n > 0 ? lease_hex_digit(text[0]) : -1;
    int low = n > 1 ? lease_hex_digit(text[1]) : -1;

    if (high < 0 || (low < 0 && !one_will_do)) {
        return 0;
    }
    *ret = (uint8_t)(low < 0 ? high : high * 16 + low);
    return low < 0 ? 1 : 2;
}

int lease_get_hex(const char *text, size_t n, char between, uint8_t *to, size_t cap,
                  size_t *ret_len)
{
    size_t at = 0, len = 0, took;

    while (at < n) {
        if (len > 0 && between != 0) {
            if (text[at++] != between) {
                return 0;
            }
        }
        took = len < cap ? get_octet(text + at, n - at, between != 0, &to[len]) : 0;
        if (took == 0) {
            return 0;
        }
        at += took;
        len++;
    }
    *ret_len = len;
    return 1;
}

void lease_show(char *to, size_t cap, const char *text, size_t n)
{
    size_t i, fits = n < cap ? n : cap - 4;

    for (i = 0; i < fits; i++) {
        to[i] = (char)(text[i] >= ' ' && text[i] <= '~' ? text[i] : '.');
    }
    if (fits < n) {
        memcpy(to + i, "...", 3);
        i += 3;
    }
    to[i] = '\0';
}
