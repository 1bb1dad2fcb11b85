/* SPDX-License-Identifier: MIT */
/* arrivals.c - recorded instants out of a file.  They may be seconds since any time: the first
 * client starts at once and the others as long after it as the file says. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp-tester/profile.h"

enum {
    MAX_ARRIVALS = 1 << 24,
    MAX_LINE = 128,
    SHOWN = 160,
    DECIMALS = 9 /* of a second: a nanosecond */
};

typedef struct reader {
    const char *path; /* as shown */
    dhcpperf_dur *at;
    uint32_t n, cap;
    unsigned line;
    dhcpperf_dur origin; /* of the file */
    char *error;
    size_t error_cap;
} reader;

static int fail(reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(reader *r, const char *format, ...)
{
    va_list ap;
    int n = snprintf(r->error, r->error_cap, "%s", r->path);

    if (r->line > 0) {
        n += snprintf(r->error + n, r->error_cap - (size_t)n, ":%u", r->line);
    }
    n += snprintf(r->error + n, r->error_cap - (size_t)n, ": ");
    va_start(ap, format);
    vsnprintf(r->error + n, r->error_cap - (size_t)n, format, ap);
    va_end(ap);
    return -1;
}

/* "12", "12.5", "1700000000.123456789": seconds, exactly. */
static int parse_seconds(const char *text, dhcpperf_dur *ret)
{
    const uint64_t most = (UINT64_C(1) << 62) / DHCPPERF_NS_PER_S;
    uint64_t seconds = 0, ns = 0, unit = DHCPPERF_NS_PER_S;
    const char *s = text;
    unsigned n = 0;

    for (; *s >= '0' && *s <= '9'; s++, n++) {
        seconds = seconds * 10 + (uint64_t)(*s - '0');
        if (seconds > most) {
            return DHCPPERF_E_RANGE;
        }
    }
    if (*s == '.') {
        for (s++; *s >= '0' && *s <= '9'; s++, n++) {
            unit /= 10;
            if (unit == 0 && *s != '0') {
                return DHCPPERF_E_RANGE;
            }
            ns += (uint64_t)(*s - '0') * unit;
        }
    }
    *ret = seconds * DHCPPERF_NS_PER_S + ns;
    return n > 0 && *s == '\0' ? 0 : DHCPPERF_E_SYNTAX;
}

static int add(reader *r, dhcpperf_dur at)
{
    if (r->n == MAX_ARRIVALS) {
        return fail(r, "there are more than %d arrivals", MAX_ARRIVALS);
    }
    if (r->n == r->cap) {
        uint32_t cap = r->cap > 0 ? r->cap * 2 : 1024;
        dhcpperf_dur *bigger = realloc(r->at, cap * sizeof *bigger);

        if (bigger == NULL) {
            return fail(r, "out of memory");
        }
        r->at = bigger;
        r->cap = cap;
    }
    r->at[r->n++] = at;
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

/* One line without its comment; an empty one says nothing. */
static int read_line(reader *r, const char *text)
{
    char shown[SHOWN];
    dhcpperf_dur at;
    int rc;

    if (*text == '\0') {
        return 0;
    }
    rc = parse_seconds(text, &at);
    if (rc == DHCPPERF_E_SYNTAX) {
        rc = dhcpperf_dur_parse(&at, text);
    }
    options_escape(text, shown, sizeof shown);
    if (rc == DHCPPERF_E_RANGE || (rc == 0 && at > UINT64_C(1) << 62)) {
        return fail(r, "'%s' is finer than a nanosecond or longer than 146 years", shown);
    }
    if (rc != 0) {
        return fail(r, "'%s' is no instant: seconds such as 12.5, or a duration such as 12500ms",
                    shown);
    }
    if (r->n == 0) {
        r->origin = at;
    } else if (at < r->origin || at - r->origin < r->at[r->n - 1]) {
        return fail(r, "'%s' is before the instant in front of it: sort the file ('sort -n')",
                    shown);
    }
    return add(r, at - r->origin);
}

static int read_all(reader *r, FILE *f)
{
    char line[MAX_LINE];

    while (fgets(line, sizeof line, f) != NULL) {
        char *text = line;

        r->line++;
        if (strchr(line, '\n') == NULL && !feof(f) && strchr(line, '#') == NULL) {
            return fail(r, "the line is too long for an instant");
        }
        if (strchr(line, '\n') == NULL) { /* the rest is comment */
            int c = 0;

            while (!feof(f) && c != '\n' && c != EOF) {
                c = getc(f);
            }
        }
        if (r->line == 1 && strncmp(text, "\xef\xbb\xbf", 3) == 0) {
            text += 3; /* the mark of UTF-8 that some editors write */
        }
        if (read_line(r, trim(text)) != 0) {
            return -1;
        }
    }
    r->line = 0;
    if (ferror(f)) {
        return fail(r, "%s", strerror(errno));
    }
    return r->n > 0 ? 0 : fail(r, "there is no arrival in the file of --arrivals");
}

int arrivals_read(plan *p, const char *path, dhcpperf_load **ret)
{
    char shown[SHOWN];
    reader r = {.path = shown, .error = p->error, .error_cap = sizeof p->error};
    dhcpperf_load *l = NULL;
    FILE *f = fopen(path, "r");
    int rc;

    options_escape(path, shown, sizeof shown);
    if (f == NULL) {
        return fail(&r, "the file of --arrivals cannot be read: %s", strerror(errno));
    }
    rc = read_all(&r, f);
    fclose(f);
    if (rc == 0) {
        rc = dhcpperf_load_new(&l, NULL);
        rc = rc != 0 ? rc : dhcpperf_load_add_arrivals(l, r.at, r.n);
        if (rc != 0) {
            dhcpperf_load_free(l);
            rc = fail(&r, "%s", dhcpperf_strerror(rc));
        }
    }
    free(r.at);
    if (rc == 0) {
        *ret = l;
    }
    return rc;
}
