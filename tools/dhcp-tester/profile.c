/* SPDX-License-Identifier: MIT */
/* profile.c - a load profile given as text or in a file; what is wrong with it is said with its
 * place and with what would have been right. */
#include "dhcp-tester/profile.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp-tester/tester_options.h"

enum {
    MAX_FILE = 65536,
    MAX_CLIENTS = 1 << 24,
    SHOWN = 160,
    QUOTED = 48 /* octets of the text in a message */
};

static int fail(plan *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(plan *p, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(p->error, sizeof p->error, format, ap);
    va_end(ap);
    return -1;
}

/* -- what is wrong ----------------------------------------------------------------------------- */

/* What each stage takes. */
static const struct {
    const char *stage, *takes;
} stages[] = {
    {"rate", "a rate such as 500/s or 5k, and how long, such as 10s"},
    {"ramp", "two rates such as 0..5k, and how long, such as 30s"},
    {"poisson", "a rate such as 5k, or two such as 0..5k, and how long, such as 10s"},
    {"hold", "how long, such as 10s"},
    {"pause", "how long, such as 10s"},
    {"burst", "a number of clients such as 10k"},
    {"closed", "a number of clients such as 1k, and how long, such as 10s"},
    {"at", "times that do not fall, such as 0s,10ms,1.5s"},
};

/* The stage around an offset: where it begins, and the first word of it. */
static size_t stage_at(const char *text, size_t offset, char word[16])
{
    size_t start = offset, n;

    while (start > 0 && text[start - 1] != ';') {
        start--;
    }
    start += strspn(text + start, " \t\r\n");
    n = strcspn(text + start, "; \t\r\n");
    snprintf(word, 16, "%.*s", (int)(n < 15 ? n : 15), text + start);
    return start;
}

static const char *takes(const char *word)
{
    unsigned i;

    for (i = 0; i < sizeof stages / sizeof stages[0]; i++) {
        if (strcmp(stages[i].stage, word) == 0) {
            return stages[i].takes;
        }
    }
    return NULL;
}

/* The text from an offset to the end of its stage, for a message. */
static const char *quote(const char *text, size_t offset, char *shown, size_t cap)
{
    char part[QUOTED];
    size_t n = strcspn(text + offset, ";\r\n");

    while (n > 0 && (text[offset + n - 1] == ' ' || text[offset + n - 1] == '\t')) {
        n--;
    }
    snprintf(part, sizeof part, "%.*s", (int)(n < sizeof part - 1 ? n : sizeof part - 1),
             text + offset);
    options_escape(part, shown, cap);
    return shown;
}

/* "--profile, column 15" or "FILE line 3, column 15". */
static void place(const char *path, const char *text, size_t offset, char *buf, size_t cap)
{
    unsigned line = 1;
    size_t start = 0, i;

    for (i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            line++;
            start = i + 1;
        }
    }
    if (path != NULL) {
        snprintf(buf, cap, "%s line %u, column %u", path, line, (unsigned)(offset - start) + 1);
    } else {
        snprintf(buf, cap, "--profile, column %u", (unsigned)offset + 1);
    }
}

/* `text` is as it was written, `parsed` what the language saw of it, octet by octet. */
static int refuse(plan *p, const char *path, const char *text, const char *parsed, size_t offset,
                  int rc)
{
    char word[16], at[SHOWN + 64], shown[SHOWN], name[64];
    size_t start = stage_at(parsed, offset, word);
    const char *needs = takes(word);

    place(path, text, offset, at, sizeof at);
    quote(parsed, offset, shown, sizeof shown);
    options_escape(word, name, sizeof name);
    if (needs == NULL) {
        return fail(p,
                    "%s: '%s' is no stage; the stages are rate, ramp, poisson, hold, pause, burst, "
                    "closed and at, separated by semicolons",
                    at, name);
    }
    if (rc == DHCPPERF_E_STATE) {
        return fail(p, "%s: '%s' follows a stage that never ends: say how long that one lasts", at,
                    shown);
    }
    if (rc == DHCPPERF_E_RANGE && offset == start) {
        return fail(p,
                    "%s: '%s' would start nobody and never end, or change its rate for ever; %s "
                    "takes %s",
                    at, shown, name, needs);
    }
    if (rc == DHCPPERF_E_RANGE) {
        return fail(p,
                    "%s: '%s' is out of range: %s takes %s; rates go from 0.001 to 1G a second in "
                    "steps of 0.001, numbers from 1 to 4G, times up to 146 years",
                    at, shown, name, needs);
    }
    return shown[0] != '\0'
               ? fail(p, "%s: '%s' is not understood: %s takes %s", at, shown, name, needs)
               : fail(p, "%s: something is missing: %s takes %s", at, name, needs);
}

/* -- reading ----------------------------------------------------------------------------------- */

/* A file may have comments, and a stage a line: both become what the language has, octet by octet,
 * so that places stay where they are. */
static void plain(char *text)
{
    char *p, *end;
    int open = 0; /* a stage has begun that no semicolon has ended */

    for (p = text; *p != '\0'; p = *end == '\0' ? end : end + 1) {
        char *q;

        end = p + strcspn(p, "\n");
        for (q = p; q < end && *q != '#'; q++) {
            open = *q == ';' ? 0 : open || (*q != ' ' && *q != '\t' && *q != '\r');
        }
        memset(q, ' ', (size_t)(end - q));
        if (*end == '\n') {
            *end = open ? ';' : ' ';
            open = 0;
        }
    }
}

static int read_text(plan *p, const char *path, const char *shown, char **ret)
{
    FILE *f = fopen(path, "r");
    char *text;
    size_t n;

    if (f == NULL) {
        return fail(p, "cannot read the profile '%s': %s", shown, strerror(errno));
    }
    text = malloc(MAX_FILE + 1);
    errno = ENOMEM;
    n = text != NULL ? fread(text, 1, MAX_FILE + 1, f) : 0;
    if (text == NULL || ferror(f) || n > MAX_FILE || memchr(text, '\0', n) != NULL) {
        int code = errno;

        fclose(f);
        free(text);
        return n > 0
                   ? fail(p, "'%s' is no profile: a text of at most %d octets is", shown, MAX_FILE)
                   : fail(p, "cannot read the profile '%s': %s", shown, strerror(code));
    }
    fclose(f);
    text[n] = '\0';
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0) {
        memset(text, ' ', 3); /* the mark of UTF-8 that some editors write */
    }
    *ret = text;
    return 0;
}

static int parse(plan *p, const char *path, const char *text)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): a file was read */
    char *copy = strdup(text);
    size_t offset = 0;
    int rc = DHCPPERF_E_NOMEM;

    if (copy != NULL) {
        if (path != NULL) {
            plain(copy);
        }
        rc = dhcpperf_load_parse(&p->profile, copy, &offset, NULL);
    }
    if (rc == DHCPPERF_E_NOMEM) {
        rc = fail(p, "the profile: out of memory");
    } else if (rc != 0) {
        rc = refuse(p, path, text, copy, offset, rc);
    }
    free(copy);
    return rc;
}

static int read_profile(plan *p, const char *given)
{
    char shown[SHOWN], *text = NULL;
    int rc;

    if (given[0] != '@') {
        return parse(p, NULL, given);
    }
    options_escape(given + 1, shown, sizeof shown);
    if (read_text(p, given + 1, shown, &text) != 0) {
        return -1;
    }
    rc = parse(p, shown, text);
    free(text);
    return rc;
}

/* -- judging ----------------------------------------------------------------------------------- */

/* Which of the flags that say when clients start counts: -1 none, -2 after a refusal. */
static int choose(plan *p, const options *o)
{
    static const tester_option flags[] = {TESTER_PROFILE, TESTER_ARRIVALS, TESTER_RATE,
                                          TESTER_CONCURRENCY};
    int best = -1, rival = -1;
    unsigned i;

    for (i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        const option_value *v = &o->values[flags[i]];

        if (!options_given(o, flags[i])) {
            continue;
        }
        if (best < 0 || v->source > o->values[best].source) {
            best = (int)flags[i];
            rival = -1;
        } else if (v->source == o->values[best].source && rival < 0) {
            rival = (int)flags[i];
        }
    }
    if (rival >= 0 && (best == TESTER_PROFILE || best == TESTER_ARRIVALS)) {
        fail(p, "--%s and --%s exclude each other: both say when clients start",
             tester_option_specs[best].name, tester_option_specs[rival].name);
        return -2;
    }
    return best;
}

/* A stage of the scenario that takes its load from the flags. */
static int has_place(const plan *p)
{
    unsigned i, n = dhcpperf_scenario_count(p->scenario);
    char load[16];

    for (i = 0; i < n; i++) {
        if (dhcpperf_scenario_get_stage(p->scenario, i, "load", load, sizeof load) > 0 &&
            strcmp(load, "default") == 0) {
            return 1;
        }
    }
    return 0;
}

int profile_judge(plan *p, const options *o)
{
    int flag = choose(p, o);

    if (flag != TESTER_PROFILE && flag != TESTER_ARRIVALS) {
        return flag == -2 ? -1 : 0;
    }
    p->profile_flag = tester_option_specs[flag].name;
    if (!has_place(p)) {
        return fail(p,
                    "--%s has no meaning in the scenario %s, whose stages have loads of their own",
                    p->profile_flag, p->scenario_name);
    }
    if (p->plain && o->values[TESTER_DURATION].source == OPTION_FROM_COMMAND_LINE) {
        return fail(p, "--duration and --%s exclude each other: the %s itself how long it takes",
                    p->profile_flag,
                    flag == TESTER_PROFILE ? "profile says" : "file of arrivals says");
    }
    if (flag == TESTER_ARRIVALS ? arrivals_read(p, o->values[flag].text, &p->profile) != 0
                                : read_profile(p, o->values[flag].text) != 0) {
        return -1;
    }
    if (dhcpperf_load_count(p->profile) == 0) {
        return fail(p, "--%s starts no client at all", p->profile_flag);
    }
    return 0;
}

int profile_judge_clients(plan *p, const options *o)
{
    uint64_t n = dhcpperf_load_count(p->profile), room = n;
    int is_random = dhcpperf_load_is_random(p->profile);

    if (n == UINT64_MAX || !p->plain) {
        return 0; /* the number of clients is the only bound, or they have several turns */
    }
    if (is_random) { /* arrivals vary around the mean: room for eight standard deviations */
        room += (uint64_t)ceil(8 * sqrt((double)n)) + 8;
    }
    if (options_given(o, TESTER_CLIENTS)) {
        return is_random || n <= p->clients
                   ? 0
                   : fail(p,
                          "--%s starts %llu clients and --clients has %u: leave --clients away, "
                          "and there are as many as are started",
                          p->profile_flag, (unsigned long long)n, (unsigned)p->clients);
    }
    if (room > MAX_CLIENTS) {
        return fail(p, "--%s starts %llu clients, more than %d", p->profile_flag,
                    (unsigned long long)n, MAX_CLIENTS);
    }
    p->clients = (uint32_t)room;
    p->clients_follow = is_random;
    return 0;
}

void profile_describe(const plan *p, char *buf, size_t cap)
{
    char text[SHOWN];

    if (strcmp(p->profile_flag, "arrivals") == 0) {
        snprintf(buf, cap, "%llu arrivals", (unsigned long long)dhcpperf_load_count(p->profile));
    } else if (dhcpperf_load_format(p->profile, text, sizeof text) >= 0) {
        snprintf(buf, cap, "profile '%s'", text);
    } else {
        snprintf(buf, cap, "profile of up to %.10g/s", dhcpperf_load_peak(p->profile));
    }
}
