/* SPDX-License-Identifier: MIT */
/* json.c - counters, histograms and instants as JSON.
 *
 * Numbers are exact: counters and nanoseconds are integers, and a histogram goes in whole, as the
 * base64 of its portable form, so that other programs can merge runs. */
#include "common/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/figures.h"
#include "common/output.h"

json_t *json_count(uint64_t n)
{
    /* jansson's integers are signed; a counter that large has left every purpose. */
    return json_integer(n > INT64_MAX ? INT64_MAX : (json_int_t)n);
}

json_t *json_text(const char *text)
{
    json_t *s = json_string(text);
    size_t len = strlen(text), i, used = 0;
    char *plain;

    if (s != NULL) {
        return s;
    }
    plain = malloc(len * 4 + 1);
    if (plain == NULL) {
        return NULL;
    }
    for (i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c < 0x80) {
            plain[used++] = (char)c;
        } else {
            used += (size_t)sprintf(plain + used, "\\x%02x", c);
        }
    }
    plain[used] = '\0';
    s = json_string(plain);
    free(plain);
    return s;
}

static char *base64(const uint8_t *data, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *text = malloc((len + 2) / 3 * 4 + 1), *out = text;
    size_t i;

    for (i = 0; text != NULL && i < len; i += 3) {
        uint32_t word = (uint32_t)data[i] << 16;

        word |= i + 1 < len ? (uint32_t)data[i + 1] << 8 : 0;
        word |= i + 2 < len ? (uint32_t)data[i + 2] : 0;
        *out++ = digits[word >> 18];
        *out++ = digits[(word >> 12) & 63];
        *out++ = i + 1 < len ? digits[(word >> 6) & 63] : '=';
        *out++ = i + 2 < len ? digits[word & 63] : '=';
    }
    if (text != NULL) {
        *out = '\0';
    }
    return text;
}

static json_t *encoded(const dhcpperf_hist *hist)
{
    size_t len = 0;
    uint8_t *data;
    char *text = NULL;
    json_t *s = NULL;

    if (hist == NULL) {
        return json_null();
    }
    (void)dhcpperf_hist_encode(hist, NULL, 0, &len);
    data = malloc(len + 1);
    if (data != NULL && dhcpperf_hist_encode(hist, data, len, &len) == 0) {
        text = base64(data, len);
    }
    if (text != NULL) {
        s = json_string(text);
    }
    free(text);
    free(data);
    return s;
}

json_t *json_hist(const dhcpperf_hist *hist)
{
    figures f;

    figures_of(&f, hist);
    return json_pack("{s:o, s:o, s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "count",
                     json_count(f.count), "min", json_count(f.min), "mean", f.mean, "p50",
                     json_count(f.p50), "p90", json_count(f.p90), "p95", json_count(f.p95), "p99",
                     json_count(f.p99), "p999", json_count(f.p999), "max", json_count(f.max),
                     "histogram", encoded(hist));
}

static json_t *count_or_null(uint64_t n)
{
    return n != KERNEL_ABSENT ? json_count(n) : json_null();
}

json_t *json_kernel(const kernel_counts *before, const kernel_counts *after, uint64_t own_drops)
{
    json_t *from = json_object(), *to = json_object(), *during = json_object();
    unsigned i;

    for (i = 0; i < KERNEL_COUNTS; i++) {
        const char *name = kernel_name((kernel_count)i);

        json_object_set_new(from, name, count_or_null(before->at[i]));
        json_object_set_new(to, name, count_or_null(after->at[i]));
        json_object_set_new(during, name,
                            count_or_null(kernel_since(before, after, (kernel_count)i)));
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "before", from, "after", to, "during", during,
                     "own_socket_drops", json_count(own_drops), "lost_by_others",
                     count_or_null(kernel_lost_by_others(before, after, own_drops)));
}

json_t *json_words(int argc, char *const *argv)
{
    json_t *list = json_array();
    int i;

    for (i = 0; i < argc; i++) {
        json_array_append_new(list, json_text(argv[i]));
    }
    return list;
}

json_t *json_instant(uint64_t unix_ns)
{
    time_t seconds = (time_t)(unix_ns / DHCPPERF_NS_PER_S);
    char text[48];
    struct tm tm;
    size_t used;

    if (gmtime_r(&seconds, &tm) == NULL) {
        return json_null();
    }
    used = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
    snprintf(text + used, sizeof text - used, ".%03uZ",
             (unsigned)(unix_ns % DHCPPERF_NS_PER_S / DHCPPERF_NS_PER_MS));
    return json_string(text);
}

int json_write(json_t *doc, const char *path, char *error, size_t cap)
{
    char *text = doc != NULL ? json_dumps(doc, JSON_INDENT(2) | JSON_REAL_PRECISION(12)) : NULL;
    size_t len;
    int rc;

    json_decref(doc);
    if (text == NULL) {
        snprintf(error, cap, "out of memory");
        return -1;
    }
    len = strlen(text);
    text[len] = '\n'; /* in place of the end of the string */
    rc = output_write(path, text, len + 1, error, cap);
    free(text);
    return rc;
}
