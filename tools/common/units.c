/* SPDX-License-Identifier: MIT */
/* units.c - reading numbers with suffixes, ranges and word lists.  Nothing here depends on the
 * locale, and nothing is accepted "up to where it made sense". */
#include "common/units.h"

#include <stdio.h>
#include <string.h>

void units_split_range(const char *range, char *lo, char *hi, size_t cap)
{
    const char *dots = strstr(range, "..");

    snprintf(lo, cap, "%.*s", (int)(dots - range), range);
    snprintf(hi, cap, "%s", dots + 2);
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* k, M, G as powers of 1000; 0 = no such suffix. */
static uint64_t suffix(const char *text)
{
    if (text[0] == '\0') {
        return 1;
    }
    if (text[1] != '\0') {
        return 0;
    }
    switch (text[0]) {
    case 'k':
    case 'K':
        return 1000;
    case 'M':
        return 1000000;
    case 'G':
        return 1000000000;
    default:
        return 0;
    }
}

static int scan_count(const char *text, uint64_t *ret)
{
    uint64_t n = 0, factor;

    if (!is_digit(*text)) {
        return -1;
    }
    for (; is_digit(*text); text++) {
        uint64_t digit = (uint64_t)(*text - '0');

        if (n > (UINT64_MAX - digit) / 10) {
            return -1;
        }
        n = n * 10 + digit;
    }
    factor = suffix(text);
    if (factor == 0 || n > UINT64_MAX / factor) {
        return -1;
    }
    *ret = n * factor;
    return 0;
}

int units_parse_count(const char *text, const char *range, uint64_t *ret)
{
    char lo_text[32], hi_text[32];
    uint64_t n, lo, hi;

    units_split_range(range, lo_text, hi_text, sizeof lo_text);
    if (scan_count(lo_text, &lo) != 0 || scan_count(hi_text, &hi) != 0 ||
        scan_count(text, &n) != 0 || n < lo || n > hi) {
        return -1;
    }
    *ret = n;
    return 0;
}

/* Digits by hand: strtod() follows the locale and takes "inf", "nan" and hexadecimal. */
static int scan_number(const char *text, double *ret)
{
    double n = 0, place = 1;
    uint64_t factor;
    int digits = 0;

    for (; is_digit(*text); text++, digits++) {
        n = n * 10 + (*text - '0');
    }
    if (*text == '.') {
        for (text++; is_digit(*text); text++, digits++) {
            n = n * 10 + (*text - '0');
            place *= 10;
        }
    }
    factor = suffix(text);
    if (digits == 0 || digits > 18 || factor == 0) {
        return -1;
    }
    *ret = n / place * (double)factor;
    return 0;
}

int units_parse_number(const char *text, const char *range, double *ret)
{
    char lo_text[32], hi_text[32];
    double n, lo, hi;

    units_split_range(range, lo_text, hi_text, sizeof lo_text);
    if (scan_number(lo_text, &lo) != 0 || scan_number(hi_text, &hi) != 0 ||
        scan_number(text, &n) != 0 || n < lo || n > hi) {
        return -1;
    }
    *ret = n;
    return 0;
}

int units_parse_duration(const char *text, const char *range, dhcpperf_dur *ret)
{
    char lo_text[32], hi_text[32];
    dhcpperf_dur d, lo, hi;

    units_split_range(range, lo_text, hi_text, sizeof lo_text);
    if (dhcpperf_dur_parse(&lo, lo_text) != 0 || dhcpperf_dur_parse(&hi, hi_text) != 0 ||
        dhcpperf_dur_parse(&d, text) != 0 || d < lo || d > hi) {
        return -1;
    }
    *ret = d;
    return 0;
}

int units_parse_prefixed(const char *text, dhcpperf_ip4 *ret_ip, unsigned *ret_prefix)
{
    const char *slash = strchr(text, '/');
    char address[32];
    uint64_t prefix = 0;
    dhcpperf_ip4 ip;

    if (slash != NULL && (slash[1] == '0' || units_parse_count(slash + 1, "1..32", &prefix) != 0)) {
        return -1;
    }
    if (snprintf(address, sizeof address, "%.*s",
                 (int)(slash != NULL ? (size_t)(slash - text) : strlen(text)),
                 text) >= (int)sizeof address ||
        dhcpperf_ip4_parse(&ip, address) != 0) {
        return -1;
    }
    *ret_ip = ip;
    *ret_prefix = (unsigned)prefix;
    return 0;
}

int units_parse_netmask(const char *text, unsigned *ret_prefix)
{
    dhcpperf_ip4 ip;
    uint64_t prefix;
    uint32_t mask, hosts;

    if (strchr(text, '.') == NULL) {
        text += text[0] == '/';
        if (text[0] == '0' || units_parse_count(text, "1..32", &prefix) != 0) {
            return -1;
        }
        *ret_prefix = (unsigned)prefix;
        return 0;
    }
    if (dhcpperf_ip4_parse(&ip, text) != 0) {
        return -1;
    }
    mask = units_ip4_number(ip);
    hosts = ~mask;
    if (mask == 0 || (hosts & (hosts + 1)) != 0) {
        return -1; /* ones, then zeros, and at least one of the ones */
    }
    for (*ret_prefix = 32; hosts != 0; hosts >>= 1) {
        --*ret_prefix;
    }
    return 0;
}

int units_parse_switch(const char *text, int *ret)
{
    static const char words[] = "false|true|no|yes|off|on|0|1";
    int i = units_find_word(words, text);

    if (i < 0) {
        return -1;
    }
    *ret = i % 2;
    return 0;
}

int units_find_word(const char *words, const char *word)
{
    size_t n = strlen(word);
    int i = 0;

    for (;; i++) {
        size_t len = strcspn(words, "|");

        if (len == n && memcmp(words, word, n) == 0) {
            return i;
        }
        if (words[len] == '\0') {
            return -1;
        }
        words += len + 1;
    }
}

void units_list_words(const char *words, char *buf, size_t cap)
{
    size_t used = 0;

    buf[0] = '\0';
    while (*words != '\0' && used < cap) {
        size_t len = strcspn(words, "|");
        const char *rest = words + len + (words[len] == '|');
        const char *glue = *rest == '\0' ? "" : strchr(rest, '|') != NULL ? ", " : " or ";

        used += (size_t)snprintf(buf + used, cap - used, "%.*s%s", (int)len, words, glue);
        words = rest;
    }
}

int units_split_words(const char *line, char *room, char **argv)
{
    int argc = 0;

    for (;;) {
        char quote = '\0';

        line += strspn(line, " \t\n");
        if (*line == '\0') {
            return argc;
        }
        argv[argc++] = room;
        for (; *line != '\0'; line++) {
            if (quote != '\0' ? *line == quote : (*line == '\'' || *line == '"')) {
                quote = quote != '\0' ? '\0' : *line;
            } else if (quote == '\0' && strchr(" \t\n", *line) != NULL) {
                break;
            } else {
                *room++ = *line;
            }
        }
        if (quote != '\0') {
            return -1;
        }
        if (*line != '\0') {
            line++; /* the blank's place in the room is the end of the word */
        }
        *room++ = '\0';
    }
}

uint32_t units_ip4_number(dhcpperf_ip4 ip)
{
    return ((uint32_t)ip.b[0] << 24) | ((uint32_t)ip.b[1] << 16) | ((uint32_t)ip.b[2] << 8) |
           ip.b[3];
}

dhcpperf_ip4 units_ip4_of(uint32_t number)
{
    dhcpperf_ip4 ip = {{(uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                        (uint8_t)number}};

    return ip;
}
