/* SPDX-License-Identifier: MIT */
/* fuzz_fault.c - the input is a fault plan as text: the first octet is the side, even = server.
 * What is understood has a canonical form that reads as the same plan; what is not is pointed at,
 * with a reason. */
#include <libdhcpperf/fault.h>

#include <string.h>

#include "fuzz/fuzz.h"

static char first[DHCPPERF_FAULT_TEXT_MAX + 1], second[DHCPPERF_FAULT_TEXT_MAX + 1];

/* The plan is the one that `first` is the text of. */
static void check_rules(const dhcpperf_fault_plan *p, size_t len)
{
    unsigned n = dhcpperf_fault_plan_count(p), i;
    const char *at = strncmp(first, "match all\n", 10) == 0 ? first + 10 : first;

    REQUIRE(n <= DHCPPERF_FAULT_RULES);
    for (i = 0; i < n; i++) {
        int rule = dhcpperf_fault_plan_format_rule(p, i, second, sizeof second);

        REQUIRE(rule > 0 && strncmp(at, second, (size_t)rule) == 0 && at[rule] == '\n');
        at += rule + 1;
        REQUIRE(dhcpperf_fault_plan_find(p, dhcpperf_fault_plan_name(p, i)) == (int)i);
        REQUIRE(dhcpperf_fault_plan_hits(p, i) == 0);
        REQUIRE(dhcpperf_fault_plan_is_armed(p, i) >= 0);
        REQUIRE(dhcpperf_fault_plan_needs_frames(p, i) >= 0);
    }
    REQUIRE(at == first + len);
}

static void check_error(int rc, size_t at, const char *reason, const char *text)
{
    REQUIRE(rc == DHCPPERF_E_SYNTAX || rc == DHCPPERF_E_RANGE || rc == DHCPPERF_E_FULL ||
            rc == DHCPPERF_E_CONFLICT);
    REQUIRE(at <= strlen(text));
    REQUIRE(reason != NULL && reason[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dhcpperf_fault_plan *p = NULL, *again = NULL;
    dhcpperf_fault_side side;
    const char *reason = NULL;
    size_t at = SIZE_MAX;
    char *text;
    int rc, n;

    if (size == 0) {
        return 0;
    }
    side = data[0] % 2 == 0 ? DHCPPERF_FAULT_SERVER : DHCPPERF_FAULT_CLIENT;
    text = malloc(size);
    REQUIRE(text != NULL);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    rc = dhcpperf_fault_plan_parse(&p, side, text, &at, &reason, NULL);
    if (rc != 0) {
        REQUIRE(p == NULL);
        check_error(rc, at, reason, text);
        free(text);
        return 0;
    }
    n = dhcpperf_fault_plan_format(p, first, sizeof first);
    REQUIRE(n >= 0 && strlen(first) == (size_t)n);
    REQUIRE(dhcpperf_fault_plan_format(p, second, (size_t)n) == DHCPPERF_E_NOBUFS);
    check_rules(p, (size_t)n);
    REQUIRE(dhcpperf_fault_plan_parse(&again, side, first, NULL, NULL, NULL) == 0);
    REQUIRE(dhcpperf_fault_plan_format(again, second, sizeof second) == n);
    REQUIRE(strcmp(first, second) == 0);
    dhcpperf_fault_plan_free(p);
    dhcpperf_fault_plan_free(again);
    free(text);
    return 0;
}
