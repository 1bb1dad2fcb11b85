/* SPDX-License-Identifier: MIT */
/* fuzz_fault_edit.c - the input is surgery and a patient: a plan's text up to the first octet 0,
 * one octet of spare room (in steps of four), and a message of any octets.  Each rule of the plan
 * is tried on it; nothing outside the buffer may be touched, what was not done leaves all octets as
 * they are, and a seed means the same cuts.  Links the core: only engines cut. */
#include <string.h>

#include "fuzz/fuzz.h"
#include "policy/dp_fault.h"

static const dp_fault_edit_facts facts = {
    .network = 0x0a000000, .broadcast = 0x0a0000ff, .own = 0x0a000007, .server = 0x0a000001};

/* All rules one after the other on a copy with no octet to spare: the new length, and the copy. */
static size_t edit(const dhcpperf_fault_plan *p, const uint8_t *msg, size_t len, size_t cap,
                   uint8_t **ret)
{
    uint8_t *octets = malloc(cap > 0 ? cap : 1), *before = malloc(cap > 0 ? cap : 1);
    unsigned i, done;
    size_t was;
    dp_faults f;

    REQUIRE(octets != NULL && before != NULL && dp_faults_init(&f, p, 5, NULL) == 0);
    if (len > 0) {
        memcpy(octets, msg, len);
    }
    dp_faults_remember(&f, octets, len);
    for (i = 0; i < p->n; i++) {
        was = len;
        if (len > 0) {
            memcpy(before, octets, len);
        }
        len = dp_faults_edit(&f, i, octets, len, cap, &facts, &done);
        REQUIRE(len <= cap);
        REQUIRE(done > 0 || (len == was && (len == 0 || memcmp(octets, before, len) == 0)));
        REQUIRE(done <= p->rules[i].n);
        dp_faults_remember(&f, octets, len);
    }
    dp_faults_fini(&f);
    free(before);
    *ret = octets;
    return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *end = size > 0 ? memchr(data, 0, size) : NULL;
    dhcpperf_fault_plan *p = NULL;
    uint8_t *first, *second;
    size_t len, spare, n;

    if (end == NULL || end + 2 > data + size) {
        return 0;
    }
    spare = (size_t)end[1] * 4;
    len = size - (size_t)(end + 2 - data);
    if (len > 4096 || dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_SERVER, (const char *)data, NULL,
                                                NULL, NULL) != 0) {
        return 0;
    }
    n = edit(p, end + 2, len, len + spare, &first);
    REQUIRE(edit(p, end + 2, len, len + spare, &second) == n);
    REQUIRE(n == 0 || memcmp(first, second, n) == 0);
    free(first);
    free(second);
    dhcpperf_fault_plan_free(p);
    return 0;
}
