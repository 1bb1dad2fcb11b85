/* SPDX-License-Identifier: MIT */
/* macs.c - hardware addresses out of a file and out of a range. */
#include "dhcp-tester/macs.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/options.h"

enum {
    MAX_MACS = 1 << 24,
    MAX_LINE = 256,
    SHOWN = 160
};

/* An address and the line it stands in, to name both lines of twins. */
typedef struct entry {
    dhcpperf_mac mac;
    uint32_t line;
} entry;

typedef struct reader {
    const char *path; /* as shown */
    FILE *file;
    entry *entries;
    uint32_t n, cap, line;
    char *error;
    size_t error_cap;
} reader;

static int fail(char *error, size_t cap, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int fail(char *error, size_t cap, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(error, cap, format, ap);
    va_end(ap);
    return -1;
}

/* A line cannot be an address: its number and its text. */
static int fail_line(const reader *r, const char *line, const char *why)
{
    char shown[SHOWN];

    options_escape(line, shown, sizeof shown);
    return fail(r->error, r->error_cap, "--mac-file '%s', line %u: '%s' %s", r->path,
                (unsigned)r->line, shown, why);
}

static int add(reader *r, dhcpperf_mac mac)
{
    uint32_t cap = r->cap > 0 ? r->cap * 2 : 1024;
    entry *bigger;

    if (r->n == MAX_MACS) {
        return fail(r->error, r->error_cap, "--mac-file '%s' holds more than %u addresses", r->path,
                    (unsigned)MAX_MACS);
    }
    if (r->n == r->cap) {
        bigger = realloc(r->entries, cap * sizeof *bigger);
        if (bigger == NULL) {
            return fail(r->error, r->error_cap, "--mac-file '%s': out of memory", r->path);
        }
        r->entries = bigger;
        r->cap = cap;
    }
    r->entries[r->n].mac = mac;
    r->entries[r->n++].line = r->line;
    return 0;
}

/* Cuts off the comment and the blanks at both ends. */
static char *trim(char *line)
{
    size_t n;

    line[strcspn(line, "#\r\n")] = '\0';
    line += strspn(line, " \t");
    n = strlen(line);
    while (n > 0 && (line[n - 1] == ' ' || line[n - 1] == '\t')) {
        line[--n] = '\0';
    }
    return line;
}

/* A line of len octets. */
static int read_line(reader *r, char *line, size_t len)
{
    static const char mark[] = "\xef\xbb\xbf"; /* of UTF-8, as some editors write it */
    char *text;
    dhcpperf_mac mac;

    r->line++;
    if (strlen(line) != len) {
        return fail_line(r, line, "is followed by an octet 0, so this is no text");
    }
    if (strchr(line, '\n') == NULL && !feof(r->file)) {
        return fail_line(r, line, "is too long for a line with a MAC address");
    }
    if (r->line == 1 && strncmp(line, mark, sizeof mark - 1) == 0) {
        line += sizeof mark - 1;
    }
    text = trim(line);
    if (*text == '\0') {
        return 0;
    }
    if (dhcpperf_mac_parse(&mac, text) != 0) {
        return fail_line(r, text, "is no MAC address such as 02:00:00:00:00:01");
    }
    if ((mac.b[0] & 1) != 0) {
        return fail_line(r, text, "is a group address, not the address of one card");
    }
    return add(r, mac);
}

static int compare(const void *a, const void *b)
{
    const entry *x = a, *y = b;
    int order = memcmp(&x->mac, &y->mac, sizeof x->mac);

    return order != 0 ? order : x->line < y->line ? -1 : 1;
}

/* The twins that the reader of the file meets first. */
static int refuse_twins(const reader *r)
{
    const entry *twin = NULL, *first = NULL;
    entry *sorted = malloc(r->n * sizeof *sorted);
    char text[18];
    uint32_t i;
    int rc = 0;

    if (sorted == NULL) {
        return fail(r->error, r->error_cap, "--mac-file '%s': out of memory", r->path);
    }
    memcpy(sorted, r->entries, r->n * sizeof *sorted);
    qsort(sorted, r->n, sizeof *sorted, compare);
    for (i = 1; i < r->n; i++) {
        if (memcmp(&sorted[i - 1].mac, &sorted[i].mac, sizeof sorted[i].mac) == 0 &&
            (twin == NULL || sorted[i].line < twin->line)) {
            first = &sorted[i - 1];
            twin = &sorted[i];
        }
    }
    if (twin != NULL) {
        (void)dhcpperf_mac_format(twin->mac, text, sizeof text);
        rc = fail(r->error, r->error_cap,
                  "--mac-file '%s', line %u: '%s' stands in line %u already, and every client "
                  "needs an address of its own",
                  r->path, (unsigned)twin->line, text, (unsigned)first->line);
    }
    free(sorted);
    return rc;
}

static int read_all(reader *r)
{
    char line[MAX_LINE];
    size_t len;
    int rc = 0;

    /* The last octet 0 is the one that fgets() wrote. */
    while (memset(line, ' ', sizeof line), rc == 0 && fgets(line, sizeof line, r->file) != NULL) {
        for (len = sizeof line - 1; line[len] != '\0'; len--) {
        }
        rc = read_line(r, line, len);
    }
    if (rc == 0 && ferror(r->file)) {
        rc = fail(r->error, r->error_cap, "cannot read --mac-file '%s': %s", r->path,
                  strerror(errno));
    }
    if (rc != 0) {
        return rc;
    }
    if (r->entries == NULL) {
        return fail(r->error, r->error_cap, "--mac-file '%s' holds no address", r->path);
    }
    return refuse_twins(r);
}

static dhcpperf_mac *copy_all(const reader *r)
{
    dhcpperf_mac *macs = malloc(r->n * sizeof *macs);
    uint32_t i;

    for (i = 0; macs != NULL && i < r->n; i++) {
        macs[i] = r->entries[i].mac;
    }
    return macs;
}

int macs_read(const char *path, dhcpperf_mac **ret, uint32_t *ret_n, char *error, size_t cap)
{
    char shown[SHOWN];
    reader r = {.path = shown, .error = error, .error_cap = cap};
    int rc;

    options_escape(path, shown, sizeof shown);
    r.file = fopen(path, "r");
    if (r.file == NULL) {
        return fail(error, cap, "cannot read --mac-file '%s': %s", shown, strerror(errno));
    }
    rc = read_all(&r);
    fclose(r.file);
    if (rc == 0) {
        *ret = copy_all(&r);
        *ret_n = r.n;
        if (*ret == NULL) {
            rc = fail(error, cap, "--mac-file '%s': out of memory", shown);
        }
    }
    free(r.entries);
    return rc;
}

static uint64_t number(dhcpperf_mac mac)
{
    uint64_t v = 0;
    unsigned i;

    for (i = 0; i < sizeof mac.b; i++) {
        v = v << 8 | mac.b[i];
    }
    return v;
}

/* The - between two addresses, which may have some themselves. */
static int split_range(const char *text, dhcpperf_mac *ret_first, dhcpperf_mac *ret_last)
{
    const char *dash;
    char first[24];

    for (dash = strchr(text, '-'); dash != NULL; dash = strchr(dash + 1, '-')) {
        size_t n = (size_t)(dash - text);

        if (n < sizeof first) {
            memcpy(first, text, n);
            first[n] = '\0';
            if (dhcpperf_mac_parse(ret_first, first) == 0 &&
                dhcpperf_mac_parse(ret_last, dash + 1) == 0) {
                return 0;
            }
        }
    }
    return -1;
}

int macs_parse_range(const char *text, dhcpperf_mac *ret_first, uint64_t *ret_n, char *error,
                     size_t cap)
{
    dhcpperf_mac first, last;
    char shown[SHOWN];

    options_escape(text, shown, sizeof shown);
    if (split_range(text, &first, &last) != 0) {
        return fail(error, cap,
                    "--mac-range must be FIRST-LAST, such as "
                    "02:00:00:00:00:00-02:00:00:00:ff:ff, not '%s'",
                    shown);
    }
    if ((first.b[0] & 1) != 0) {
        return fail(error, cap,
                    "--mac-range '%s' begins with a group address, not with one of a "
                    "card",
                    shown);
    }
    if (number(last) < number(first)) {
        return fail(error, cap, "--mac-range '%s' ends before it begins", shown);
    }
    if (first.b[0] != last.b[0]) {
        return fail(error, cap, "--mac-range '%s' must have the same first octet at both ends",
                    shown);
    }
    *ret_first = first;
    *ret_n = number(last) - number(first) + 1;
    return 0;
}
