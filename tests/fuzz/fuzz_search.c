/* SPDX-License-Identifier: MIT */
/* fuzz_search.c - the input is conditions as text, a zero octet, and what becomes of each trial.
 * What is understood has a canonical form that reads as the same; what is not is pointed at.
 * Whatever the trials say, the search ends, keeps its bounds, and answers with a rate that held. */
#include <libdhcpperf/search.h>

#include <string.h>

#include "fuzz/fuzz.h"
#include "stats/dp_stats.h"

enum {
    LOWEST = 10,
    HIGHEST = 1000000,
    MOST = 50
};

/* Reads each condition's own text again. */
static void check_conditions(const dhcpperf_search *s)
{
    dhcpperf_search_condition c, again;
    dhcpperf_search *one;
    unsigned i;

    for (i = 0; dhcpperf_search_get_condition(s, i, &c, sizeof c) == 1; i++) {
        REQUIRE(dhcpperf_search_new(&one, c.text, NULL, NULL) == 0);
        REQUIRE(dhcpperf_search_get_condition(one, 0, &again, sizeof again) == 1);
        REQUIRE(strcmp(c.text, again.text) == 0 && strcmp(c.quantity, again.quantity) == 0);
        REQUIRE(c.limit >= again.limit && c.limit <= again.limit);
        REQUIRE(dhcpperf_search_get_condition(one, 1, &again, sizeof again) == 0);
        dhcpperf_search_free(one);
    }
    REQUIRE(i > 0 && i <= 16);
}

/* An octet as a verdict: everybody bound, everybody lost, or a generator that failed. */
static void report(dhcpperf_search *s, uint8_t octet)
{
    dhcpperf_stats stats;
    dhcpperf_search_measured m = {.size = sizeof m, .stats = &stats, .offered = 100};

    memset(&stats, 0, sizeof stats);
    stats.counters[octet % 3 == 1 ? DHCPPERF_C_GAVE_UP : DHCPPERF_C_BOUND] = 100;
    m.leases = octet % 3 == 1 ? 0 : 100;
    m.invalid = octet % 3 == 2 ? "so it is" : NULL;
    REQUIRE(dhcpperf_search_report(s, &m) == 0);
}

static void play(dhcpperf_search *s, const uint8_t *verdicts, size_t n)
{
    dhcpperf_search_trial t, past;
    dhcpperf_search_answer a;
    size_t i;
    int held = 0;

    REQUIRE(dhcpperf_search_set_rates(s, 1000, LOWEST, HIGHEST) == 0);
    REQUIRE(dhcpperf_search_set_most_trials(s, MOST) == 0);
    for (i = 0; dhcpperf_search_next(s, &t, sizeof t) == 1; i++) {
        REQUIRE(i < MOST);
        REQUIRE(t.rate_per_s >= LOWEST && t.rate_per_s <= HIGHEST);
        report(s, i < n ? verdicts[i] : 0);
    }
    REQUIRE(dhcpperf_search_get_answer(s, &a, sizeof a) == 0);
    REQUIRE(a.end != DHCPPERF_SEARCH_GOES_ON && a.trials == i);
    for (i = 0; dhcpperf_search_get_trial(s, (unsigned)i, &past, sizeof past) == 1; i++) {
        held |= past.verdict == DHCPPERF_SEARCH_HELD && past.rate_per_s >= a.rate_per_s &&
                past.rate_per_s <= a.rate_per_s;
    }
    REQUIRE(a.rate_per_s <= 0 || held);
    REQUIRE(a.failed_per_s <= 0 || a.rate_per_s < a.failed_per_s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dhcpperf_search *s = NULL;
    size_t at = SIZE_MAX, len;
    char *text;
    int rc;

    if (size > 4096) {
        return 0;
    }
    text = malloc(size + 1);
    REQUIRE(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    len = strlen(text);
    rc = dhcpperf_search_new(&s, text, &at, NULL);
    if (rc != 0) {
        REQUIRE(rc == DHCPPERF_E_SYNTAX || rc == DHCPPERF_E_RANGE);
        REQUIRE(s == NULL && at <= len);
    } else {
        check_conditions(s);
        play(s, data + len + (len < size), size - len - (len < size));
        dhcpperf_search_free(s);
    }
    free(text);
    return 0;
}
