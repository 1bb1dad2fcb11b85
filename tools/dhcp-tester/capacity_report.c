/* SPDX-License-Identifier: MIT */
/* capacity_report.c - what a search found, for people: the answer with what it is limited by, and
 * the table of the trials. */
#include "dhcp-tester/capacity.h"

#include <stdio.h>
#include <string.h>

#include "common/figures.h"
#include "common/say.h"

enum {
    CELL = 16, /* width of a column of values */
    WORDS = 64
};

/* A share in per cent, a latency with its unit. */
static const char *value_text(char buf[FIGURE_SIZE], const dhcpperf_search_condition *c, double v)
{
    if (v < 0) {
        snprintf(buf, FIGURE_SIZE, "-");
    } else if (c->is_latency) {
        figure_time(buf, v);
    } else {
        snprintf(buf, FIGURE_SIZE, "%.4g %%", v * 100);
    }
    return buf;
}

static const char *rate_text(char buf[FIGURE_SIZE], double per_second)
{
    snprintf(buf, FIGURE_SIZE, "%.10g", per_second);
    return buf;
}

/* "p99(dora) 34.2 ms", of a trial or the median. */
static const char *missed_text(char *buf, size_t cap, const dhcpperf_search *s, unsigned index,
                               unsigned condition)
{
    dhcpperf_search_condition c;
    char text[FIGURE_SIZE];
    double v = -1;

    buf[0] = '\0';
    if (dhcpperf_search_get_condition(s, condition, &c, sizeof c) == 1 &&
        dhcpperf_search_get_value(s, index, condition, &v) == 1) {
        snprintf(buf, cap, "%s %s", c.quantity,
                 v < 0 ? "without a value" : value_text(text, &c, v));
    }
    return buf;
}

void capacity_say_trial(const dhcpperf_search *s, unsigned index)
{
    dhcpperf_search_trial t;
    char rate[FIGURE_SIZE], missed[WORDS];

    if (dhcpperf_search_get_trial(s, index, &t, sizeof t) != 1) {
        return; /* cut off */
    }
    rate_text(rate, t.rate_per_s);
    if (t.verdict == DHCPPERF_SEARCH_INVALID) {
        say_note("trial %u, %s, %s clients/s: invalid, %s", t.number,
                 dhcpperf_search_step_name(t.step), rate, t.reason);
    } else if (t.verdict == DHCPPERF_SEARCH_MISSED) {
        say_note("trial %u, %s, %s clients/s: missed, %s", t.number,
                 dhcpperf_search_step_name(t.step), rate,
                 missed_text(missed, sizeof missed, s, index, (unsigned)t.failed));
    } else {
        say_note("trial %u, %s, %s clients/s: held", t.number, dhcpperf_search_step_name(t.step),
                 rate);
    }
}

const char *capacity_limit(const dhcpperf_search *s, capacity_cut cut)
{
    dhcpperf_search_answer a = {.end = DHCPPERF_SEARCH_GOES_ON};

    (void)dhcpperf_search_get_answer(s, &a, sizeof a);
    if (cut == CAPACITY_SILENT) {
        return "no-reply"; /* whatever the search made of it */
    }
    if (a.end == DHCPPERF_SEARCH_GOES_ON && cut == CAPACITY_STOPPED) {
        return "stopped";
    }
    return a.end == DHCPPERF_SEARCH_HIGHEST ? "highest-rate" : dhcpperf_search_end_name(a.end);
}

/* Index of the latest trial at a rate that had a verdict; -1 = none. */
static int find_trial(const dhcpperf_search *s, double rate, dhcpperf_search_verdict verdict)
{
    dhcpperf_search_trial t;
    int found = -1, i;

    for (i = 0; dhcpperf_search_get_trial(s, (unsigned)i, &t, sizeof t) == 1; i++) {
        if (t.rate_per_s >= rate && t.rate_per_s <= rate && t.verdict == verdict) {
            found = i;
        }
    }
    return found;
}

static void print_limit(const dhcpperf_search *s, const dhcpperf_search_answer *a, capacity_cut cut,
                        FILE *out)
{
    char rate[FIGURE_SIZE], missed[WORDS];
    dhcpperf_search_trial t;
    int i;

    rate_text(rate, a->failed_per_s);
    fputs("limited by       ", out);
    if (cut == CAPACITY_SILENT) {
        fputs("the server, which answers nobody any more\n", out);
        return;
    }
    switch (a->end) {
    case DHCPPERF_SEARCH_SERVER:
    case DHCPPERF_SEARCH_NONE:
        i = find_trial(s, a->failed_per_s, DHCPPERF_SEARCH_MISSED);
        fprintf(out, "the server: at %s clients/s %s\n", rate,
                missed_text(missed, sizeof missed, s, (unsigned)i, (unsigned)a->failed));
        break;
    case DHCPPERF_SEARCH_GENERATOR:
        i = find_trial(s, a->failed_per_s, DHCPPERF_SEARCH_INVALID);
        fprintf(out, "this generator, not the server: at %s clients/s %s\n", rate,
                dhcpperf_search_get_trial(s, (unsigned)i, &t, sizeof t) == 1 ? t.reason
                                                                             : "it fails");
        break;
    case DHCPPERF_SEARCH_HIGHEST:
        fputs("the highest rate that was allowed, not the server\n", out);
        break;
    case DHCPPERF_SEARCH_TRIALS:
        fputs("the number of trials: the answer is not certain\n", out);
        break;
    case DHCPPERF_SEARCH_GOES_ON:
    case DHCPPERF_SEARCH_END__FORCE_INT:
        fprintf(out, "%s: the search is not over\n",
                cut == CAPACITY_STOPPED ? "the end of the run" : "nothing");
        break;
    }
}

static void print_answer(const dhcpperf_search *s, const dhcpperf_search_answer *a, FILE *out)
{
    char rate[FIGURE_SIZE], got[FIGURE_SIZE], text[FIGURE_SIZE];
    dhcpperf_search_condition c;
    double v;
    unsigned i;

    if (a->rate_per_s <= 0) {
        fputs("capacity         none: the conditions held at no rate\n", out);
        return;
    }
    fprintf(out, "capacity         %s clients/s, %s leases/s", rate_text(rate, a->rate_per_s),
            figure_rate(got, a->achieved_per_s));
    if (a->confirmed) {
        fprintf(out, ", confirmed by %u of %u further trials\n", a->held, a->runs);
    } else {
        fputs(", not confirmed\n", out);
    }
    fputs("there            ", out);
    for (i = 0; dhcpperf_search_get_condition(s, i, &c, sizeof c) == 1; i++) {
        v = -1;
        (void)dhcpperf_search_get_value(s, DHCPPERF_SEARCH_MEDIAN, i, &v);
        fprintf(out, "%s%s %s", i > 0 ? ", " : "", c.quantity, value_text(text, &c, v));
    }
    fputc('\n', out);
}

static void print_row(const dhcpperf_search *s, const dhcpperf_search_trial *t, FILE *out)
{
    char rate[FIGURE_SIZE], got[FIGURE_SIZE], text[FIGURE_SIZE];
    dhcpperf_search_condition c;
    double v = -1;
    unsigned i;

    fprintf(out, "%5u  %-8s %12s %9llu %10s", t->number, dhcpperf_search_step_name(t->step),
            rate_text(rate, t->rate_per_s), (unsigned long long)t->offered,
            figure_rate(got, t->achieved_per_s));
    for (i = 0; dhcpperf_search_get_condition(s, i, &c, sizeof c) == 1; i++) {
        (void)dhcpperf_search_get_value(s, t->number - 1, i, &v);
        fprintf(out, " %*s", CELL, value_text(text, &c, v));
    }
    fprintf(out, "  %s%s%s\n", dhcpperf_search_verdict_name(t->verdict),
            t->reason[0] != '\0' ? ": " : "", t->reason);
}

static void print_table(const dhcpperf_search *s, FILE *out)
{
    dhcpperf_search_condition c;
    dhcpperf_search_trial t;
    unsigned i;

    fprintf(out, "\n%5s  %-8s %12s %9s %10s", "trial", "step", "clients/s", "offered", "leases/s");
    for (i = 0; dhcpperf_search_get_condition(s, i, &c, sizeof c) == 1; i++) {
        fprintf(out, " %*s", CELL, c.quantity);
    }
    fputs("  verdict\n", out);
    for (i = 0; dhcpperf_search_get_trial(s, i, &t, sizeof t) == 1; i++) {
        print_row(s, &t, out);
    }
}

void capacity_print(const dhcpperf_search *s, const char *server, capacity_cut cut, FILE *out)
{
    dhcpperf_search_answer a;
    dhcpperf_search_condition c;
    unsigned i;

    if (dhcpperf_search_get_answer(s, &a, sizeof a) != 0) {
        return;
    }
    fprintf(out, "Search for the capacity of %s%s under ",
            strcmp(server, "embedded") == 0 ? "the embedded server" : server,
            strcmp(server, "embedded") == 0 ? " (simulated)" : "");
    for (i = 0; dhcpperf_search_get_condition(s, i, &c, sizeof c) == 1; i++) {
        fprintf(out, "%s%s", i > 0 ? ", " : "", c.text);
    }
    fputs(".\n\n", out);
    print_answer(s, &a, out);
    print_limit(s, &a, cut, out);
    print_table(s, out);
}
