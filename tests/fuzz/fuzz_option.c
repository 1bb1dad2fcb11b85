/* SPDX-License-Identifier: MIT */
/* fuzz_option.c - the first octet is an option; the rest is both a value and a text.  A value that
 * formats encodes back to itself, a text that encodes comes to rest after one round. */
#include <libdhcpperf/dhcpperf.h>

#include <string.h>

#include "fuzz/fuzz.h"

enum {
    CAP = 300000
};

static char text[CAP], again[CAP];
static uint8_t value[CAP];

/* Names can be compressed in several ways: only their text is the same after a round. */
static int has_names(uint8_t code)
{
    dhcpperf_opt_type type = dhcpperf_opt_datatype(code);

    return type == DHCPPERF_OPTTYPE_DOMAIN || type == DHCPPERF_OPTTYPE_DOMAIN_LIST ||
           type == DHCPPERF_OPTTYPE_SEARCH_LIST || type == DHCPPERF_OPTTYPE_SIP_SERVERS ||
           type == DHCPPERF_OPTTYPE_RECORD;
}

static void check_value(uint8_t code, dhcpperf_bytes v)
{
    size_t len, cursor = 0;
    dhcpperf_bytes sub;
    uint32_t enterprise;
    uint8_t c;
    int n = dhcpperf_opt_format(code, v, text, sizeof text);

    REQUIRE(dhcpperf_opt_check(code, v) == (n < 0 ? DHCPPERF_E_MALFORMED : 0));
    while (dhcpperf_subopt_next(v, &cursor, &c, &sub) == 1) {
        REQUIRE(sub.data >= v.data && sub.data + sub.len <= v.data + v.len);
    }
    cursor = 0;
    while (dhcpperf_enterprise_next(v, &cursor, &enterprise, &sub) == 1) {
        REQUIRE(sub.data >= v.data && sub.data + sub.len <= v.data + v.len);
    }
    if (n < 0) {
        return;
    }
    REQUIRE(strlen(text) == (size_t)n);
    REQUIRE(dhcpperf_opt_encode_text(code, text, value, sizeof value, &len) == 0);
    if (!has_names(code)) {
        REQUIRE(len == v.len && (len == 0 || memcmp(value, v.data, len) == 0));
    } else {
        sub.data = value;
        sub.len = len;
        /* uncompressed, a name may outgrow its option's own limit; its text may not change */
        if (dhcpperf_opt_format(code, sub, again, sizeof again) >= 0) {
            REQUIRE(strcmp(text, again) == 0);
        }
    }
}

static void check_text(uint8_t code, const char *written)
{
    size_t len, len2, offset = 0;
    dhcpperf_bytes v = {value, 0};
    int rc = dhcpperf_opt_encode_text_at(code, written, value, sizeof value, &len, &offset);

    if (rc != 0) {
        REQUIRE(rc == DHCPPERF_E_NOBUFS || offset <= strlen(written));
        return;
    }
    v.len = len;
    if (dhcpperf_opt_format(code, v, again, sizeof again) >= 0) {
        static uint8_t back[CAP];

        REQUIRE(dhcpperf_opt_encode_text(code, again, back, sizeof back, &len2) == 0);
        REQUIRE(has_names(code) || (len == len2 && (len == 0 || memcmp(value, back, len) == 0)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dhcpperf_bytes v;
    char *written;
    uint8_t code;

    if (size < 1 || size > 20000) {
        return 0;
    }
    code = data[0];
    v.data = data + 1;
    v.len = size - 1;
    check_value(code, v);
    written = malloc(size);
    REQUIRE(written != NULL);
    memcpy(written, data + 1, size - 1);
    written[size - 1] = '\0';
    check_text(code, written);
    (void)dhcpperf_opt_parse_assignment(written, &code, value, sizeof value, &v.len, NULL);
    free(written);
    return 0;
}
