/* SPDX-License-Identifier: MIT */
/* text.c - numbers, addresses and durations as text.  No locale, no stdio, no allocation. */
#include "base/dp_text.h"

#include <string.h>

#include <libdhcpperf/error.h>

/* ---- writing ----------------------------------------------------------------------------------
 */

void dp_text_begin(dp_text *t, char *buf, size_t cap)
{
    t->buf = buf;
    t->cap = cap;
    t->len = 0;
    if (cap > 0) {
        buf[0] = '\0';
    }
}

void dp_text_char(dp_text *t, char c)
{
    if (t->len + 1 < t->cap) {
        t->buf[t->len] = c;
        t->buf[t->len + 1] = '\0';
    }
    t->len++;
}

void dp_text_str(dp_text *t, const char *s)
{
    while (*s != '\0') {
        dp_text_char(t, *s++);
    }
}

void dp_text_u64(dp_text *t, uint64_t v)
{
    char digits[20];
    unsigned n = 0;

    do {
        digits[n++] = (char)('0' + v % 10);
        v /= 10;
    } while (v != 0);
    while (n > 0) {
        dp_text_char(t, digits[--n]);
    }
}

void dp_text_i64(dp_text *t, int64_t v)
{
    if (v < 0) {
        dp_text_char(t, '-');
        dp_text_u64(t, UINT64_C(0) - (uint64_t)v);
    } else {
        dp_text_u64(t, (uint64_t)v);
    }
}

void dp_text_hex(dp_text *t, uint64_t v, unsigned digits)
{
    while (digits-- > 0) {
        dp_text_char(t, "0123456789abcdef"[(v >> (digits * 4)) & 15]);
    }
}

void dp_text_bytes(dp_text *t, const uint8_t *b, size_t n, char sep)
{
    size_t i;

    for (i = 0; i < n; i++) {
        if (i > 0 && sep != '\0') {
            dp_text_char(t, sep);
        }
        dp_text_hex(t, b[i], 2);
    }
}

void dp_text_ip4(dp_text *t, dhcpperf_ip4 ip)
{
    unsigned i;

    for (i = 0; i < 4; i++) {
        if (i > 0) {
            dp_text_char(t, '.');
        }
        dp_text_u64(t, ip.b[i]);
    }
}

void dp_text_mac(dp_text *t, dhcpperf_mac mac)
{
    dp_text_bytes(t, mac.b, sizeof mac.b, ':');
}

void dp_text_fixed(dp_text *t, uint64_t value, unsigned decimals)
{
    uint64_t unit = 1;
    unsigned i;

    for (i = 0; i < decimals; i++) {
        unit *= 10;
    }
    dp_text_u64(t, value / unit);
    if (decimals > 0) {
        dp_text_char(t, '.');
        for (value %= unit; unit > 1; value %= unit) {
            unit /= 10;
            dp_text_char(t, (char)('0' + value / unit));
        }
    }
}

/* The units of Go's time package, largest first. */
static const struct {
    const char *name;
    uint64_t ns;
} dur_units[] = {
    {"h", 3600 * DHCPPERF_NS_PER_S}, {"m", 60 * DHCPPERF_NS_PER_S}, {"s", DHCPPERF_NS_PER_S},
    {"ms", DHCPPERF_NS_PER_MS},      {"us", DHCPPERF_NS_PER_US},    {"ns", 1},
};
enum {
    N_DUR_UNITS = sizeof dur_units / sizeof dur_units[0]
};

void dp_text_dur(dp_text *t, dhcpperf_dur d)
{
    unsigned i;

    if (d == DHCPPERF_NEVER) {
        dp_text_str(t, "infinite");
        return;
    }
    if (d == 0) {
        dp_text_str(t, "0s");
        return;
    }
    for (i = 0; i < N_DUR_UNITS; i++) {
        if (d >= dur_units[i].ns) {
            dp_text_u64(t, d / dur_units[i].ns);
            dp_text_str(t, dur_units[i].name);
            d %= dur_units[i].ns;
        }
    }
}

void dp_text_escaped(dp_text *t, const uint8_t *b, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        if (b[i] == '"' || b[i] == '\\') {
            dp_text_char(t, '\\');
            dp_text_char(t, (char)b[i]);
        } else if (b[i] >= 0x20 && b[i] < 0x7f) {
            dp_text_char(t, (char)b[i]);
        } else {
            dp_text_str(t, "\\x");
            dp_text_hex(t, b[i], 2);
        }
    }
}

int dp_text_end(const dp_text *t)
{
    if (t->len >= t->cap || t->len > INT32_MAX) {
        return DHCPPERF_E_NOBUFS;
    }
    return (int)t->len;
}

/* ---- reading ----------------------------------------------------------------------------------
 */

int dp_hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return -1;
}

enum {
    DECIMAL_MAX = 100000 /* beyond any exponent of a double */
};

/* Digits of `base` from *s on; SYNTAX without any, RANGE past 64 bits. */
static int scan_digits(const char **s, unsigned base, uint64_t *ret)
{
    const char *p = *s;
    uint64_t v = 0;
    int digit;

    for (digit = dp_hex_digit(*p); digit >= 0 && (unsigned)digit < base; digit = dp_hex_digit(*p)) {
        if (v > (UINT64_MAX - (unsigned)digit) / base) {
            return DHCPPERF_E_RANGE;
        }
        v = v * base + (unsigned)digit;
        p++;
    }
    if (p == *s) {
        return DHCPPERF_E_SYNTAX;
    }
    *s = p;
    *ret = v;
    return 0;
}

int dp_parse_u64(const char *s, uint64_t lo, uint64_t hi, uint64_t *ret)
{
    uint64_t v;
    int rc;

    if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X')) {
        s += 2;
        rc = scan_digits(&s, 16, &v);
    } else {
        rc = scan_digits(&s, 10, &v);
    }
    if (rc != 0) {
        return rc;
    }
    if (*s != '\0') {
        return DHCPPERF_E_SYNTAX;
    }
    if (v < lo || v > hi) {
        return DHCPPERF_E_RANGE;
    }
    *ret = v;
    return 0;
}

int dp_parse_count(const char *s, uint64_t hi, uint64_t *ret)
{
    uint64_t v, unit = 1;
    int rc = scan_digits(&s, 10, &v);

    if (rc != 0) {
        return rc;
    }
    switch (*s) {
    case 'k':
    case 'K':
        unit = 1000;
        s++;
        break;
    case 'M':
        unit = 1000000;
        s++;
        break;
    case 'G':
        unit = 1000000000;
        s++;
        break;
    default:
        break;
    }
    if (*s != '\0') {
        return DHCPPERF_E_SYNTAX;
    }
    if (v > hi / unit) {
        return DHCPPERF_E_RANGE;
    }
    *ret = v * unit;
    return 0;
}

/* Digits and an optional fraction as mantissa * 10^*exponent, good to 19 digits; how many there
 * were. */
static unsigned scan_decimal(const char **s, uint64_t *mantissa, int *exponent)
{
    const char *p = *s;
    unsigned digits = 0;
    int fraction = 0;

    *mantissa = 0;
    *exponent = 0;
    for (;; p++) {
        if (*p == '.' && !fraction) {
            fraction = 1;
            continue;
        }
        if (*p < '0' || *p > '9') {
            break;
        }
        digits++;
        if (*mantissa < UINT64_MAX / 10 - 1) {
            *mantissa = *mantissa * 10 + (uint64_t)(*p - '0');
            *exponent -= fraction;
        } else {
            *exponent += !fraction;
        }
        if (*exponent > DECIMAL_MAX || *exponent < -DECIMAL_MAX) {
            *exponent = *exponent > 0 ? DECIMAL_MAX : -DECIMAL_MAX;
        }
    }
    *s = p;
    return digits;
}

/* "e-3" at *s, added to *exponent; SYNTAX without digits. */
static int scan_exponent(const char **s, int *exponent)
{
    const char *p = *s;
    int sign = 1, v = 0;

    if (*p != 'e' && *p != 'E') {
        return 0;
    }
    p++;
    if (*p == '-' || *p == '+') {
        sign = *p++ == '-' ? -1 : 1;
    }
    if (*p < '0' || *p > '9') {
        return DHCPPERF_E_SYNTAX;
    }
    for (; *p >= '0' && *p <= '9'; p++) {
        v = v < DECIMAL_MAX ? v * 10 + (*p - '0') : v;
    }
    *exponent += sign * v;
    *s = p;
    return 0;
}

/* v * 10^exponent; powers up to 10^22 are exact, so usual numbers are rounded once. */
static double scale_decimal(double v, int exponent)
{
    double power = 1.0;
    int steps = exponent < 0 ? -exponent : exponent;

    for (; steps > 22 && v > 0.0 && v < 1e300; steps -= 22) {
        v = exponent < 0 ? v / 1e22 : v * 1e22;
    }
    for (steps = steps > 22 ? 22 : steps; steps > 0; steps--) {
        power *= 10.0;
    }
    return exponent < 0 ? v / power : v * power;
}

int dp_parse_double(const char *s, double lo, double hi, double *ret)
{
    int negative = 0, exponent;
    uint64_t mantissa;
    double v;

    if (*s == '-' || *s == '+') {
        negative = *s++ == '-';
    }
    if (scan_decimal(&s, &mantissa, &exponent) == 0 || scan_exponent(&s, &exponent) != 0 ||
        *s != '\0') {
        return DHCPPERF_E_SYNTAX;
    }
    v = scale_decimal((double)mantissa, exponent);
    if (negative) {
        v = -v;
    }
    if (!(v >= lo && v <= hi)) {
        return DHCPPERF_E_RANGE;
    }
    *ret = v;
    return 0;
}

int dp_text_equal_nocase(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        char x = (char)(*a >= 'A' && *a <= 'Z' ? *a + 32 : *a);
        char y = (char)(*b >= 'A' && *b <= 'Z' ? *b + 32 : *b);

        if (x != y) {
            return 0;
        }
    }
    return *a == *b;
}

int dp_parse_bool(const char *s, int *ret)
{
    static const char *const words[][2] = {
        {"false", "true"}, {"no", "yes"}, {"off", "on"}, {"0", "1"}};
    size_t i;
    int v;

    for (i = 0; i < sizeof words / sizeof words[0]; i++) {
        for (v = 0; v < 2; v++) {
            if (dp_text_equal_nocase(s, words[i][v])) {
                *ret = v;
                return 0;
            }
        }
    }
    return DHCPPERF_E_SYNTAX;
}

static int is_hex_separator(char c)
{
    return c == ':' || c == '-' || c == ' ';
}

int dp_parse_hex(const char *s, size_t n, uint8_t *buf, size_t cap, size_t *ret_len)
{
    size_t len = 0, i = 0;
    int apart = 0; /* a separator stands before s[i] */

    while (i < n) {
        int high = dp_hex_digit(s[i]);
        int low = i + 1 < n ? dp_hex_digit(s[i + 1]) : -1;

        if (high < 0) {
            return DHCPPERF_E_SYNTAX;
        }
        if (low < 0) { /* a lone digit stands for an octet only between separators: "2:0:1" */
            if ((!apart && len > 0) || (len == 0 && i + 1 == n)) {
                return DHCPPERF_E_SYNTAX;
            }
            low = high;
            high = 0;
            i += 1;
        } else {
            i += 2;
        }
        if (len == cap) {
            return DHCPPERF_E_NOBUFS;
        }
        buf[len++] = (uint8_t)(high << 4 | low);
        apart = i < n && is_hex_separator(s[i]);
        i += (size_t)apart;
    }
    if (apart) { /* nothing follows the last separator */
        return DHCPPERF_E_SYNTAX;
    }
    *ret_len = len;
    return 0;
}

/* ---- the public forms of types.h --------------------------------------------------------------
 */

int dhcpperf_ip4_parse(dhcpperf_ip4 *ret, const char *text)
{
    dhcpperf_ip4 ip;
    uint64_t part;
    unsigned i;

    if (ret == NULL || text == NULL) {
        return DHCPPERF_E_INVALID;
    }
    for (i = 0; i < 4; i++) {
        const char *from = text;

        if (scan_digits(&text, 10, &part) != 0 || part > 255 || text - from > 3) {
            return DHCPPERF_E_SYNTAX;
        }
        ip.b[i] = (uint8_t)part;
        if (*text++ != (i < 3 ? '.' : '\0')) {
            return DHCPPERF_E_SYNTAX;
        }
    }
    *ret = ip;
    return 0;
}

int dhcpperf_mac_parse(dhcpperf_mac *ret, const char *text)
{
    dhcpperf_mac mac;
    size_t n;

    if (ret == NULL || text == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (dp_parse_hex(text, strlen(text), mac.b, sizeof mac.b, &n) != 0 || n != sizeof mac.b) {
        return DHCPPERF_E_SYNTAX;
    }
    *ret = mac;
    return 0;
}

/* The unit at *s, longest name first; 0 when there is none. */
static uint64_t scan_unit(const char **s)
{
    uint64_t best = 0;
    size_t best_len = 0, len;
    unsigned i;

    for (i = 0; i < N_DUR_UNITS; i++) {
        len = strlen(dur_units[i].name);
        if (len > best_len && strncmp(*s, dur_units[i].name, len) == 0) {
            best = dur_units[i].ns;
            best_len = len;
        }
    }
    if (best == 0 && strncmp(*s, "d", 1) == 0) {
        best = 24 * 3600 * DHCPPERF_NS_PER_S;
        best_len = 1;
    }
    *s += best_len;
    return best;
}

/* One "12.5ms" of a duration, added to *total. */
static int scan_dur_part(const char **s, uint64_t *total)
{
    uint64_t whole, unit, fraction = 0, scale = 1, part;
    int rc = scan_digits(s, 10, &whole);

    if (rc != 0) {
        return rc;
    }
    if (**s == '.') {
        for ((*s)++; **s >= '0' && **s <= '9'; (*s)++) {
            if (scale < UINT64_C(1000000000)) {
                fraction = fraction * 10 + (uint64_t)(**s - '0');
                scale *= 10;
            }
        }
        if (scale == 1) {
            return DHCPPERF_E_SYNTAX;
        }
    }
    unit = scan_unit(s);
    if (unit == 0) {
        return DHCPPERF_E_SYNTAX;
    }
    if (whole > (DHCPPERF_NEVER - 1) / unit) {
        return DHCPPERF_E_RANGE;
    }
    part = unit >= scale ? unit / scale * fraction : unit * fraction / scale;
    if (part > DHCPPERF_NEVER - 1 - whole * unit) {
        return DHCPPERF_E_RANGE;
    }
    part += whole * unit;
    if (part > DHCPPERF_NEVER - 1 - *total) {
        return DHCPPERF_E_RANGE;
    }
    *total += part;
    return 0;
}

int dhcpperf_dur_parse(dhcpperf_dur *ret, const char *text)
{
    uint64_t total = 0;
    int rc;

    if (ret == NULL || text == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (strcmp(text, "infinite") == 0) {
        *ret = DHCPPERF_NEVER;
        return 0;
    }
    if (strcmp(text, "0") == 0) {
        *ret = 0;
        return 0;
    }
    do {
        rc = scan_dur_part(&text, &total);
        if (rc != 0) {
            return rc;
        }
    } while (*text != '\0');
    *ret = total;
    return 0;
}

int dhcpperf_ip4_format(dhcpperf_ip4 ip, char *buf, size_t cap)
{
    dp_text t;

    if (buf == NULL && cap > 0) {
        return DHCPPERF_E_INVALID;
    }
    dp_text_begin(&t, buf, cap);
    dp_text_ip4(&t, ip);
    return dp_text_end(&t);
}

int dhcpperf_mac_format(dhcpperf_mac mac, char *buf, size_t cap)
{
    dp_text t;

    if (buf == NULL && cap > 0) {
        return DHCPPERF_E_INVALID;
    }
    dp_text_begin(&t, buf, cap);
    dp_text_mac(&t, mac);
    return dp_text_end(&t);
}

int dhcpperf_dur_format(dhcpperf_dur dur, char *buf, size_t cap)
{
    dp_text t;

    if (buf == NULL && cap > 0) {
        return DHCPPERF_E_INVALID;
    }
    dp_text_begin(&t, buf, cap);
    dp_text_dur(&t, dur);
    return dp_text_end(&t);
}
