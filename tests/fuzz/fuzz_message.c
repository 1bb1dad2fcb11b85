/* SPDX-License-Identifier: MIT */
/* fuzz_message.c - the input is a payload.  Whatever it is: parsing is total, values lie inside,
 * text needs what it says, and a message written again reads the same. */
#include <libdhcpperf/dhcpperf.h>

#include <string.h>

#include "fuzz/fuzz.h"

static dhcpperf_msg *msg, *second;
static dhcpperf_writer *writer;
static uint8_t again[70000];

static void prepare(void)
{
    if (msg == NULL) {
        REQUIRE(dhcpperf_msg_new(&msg, NULL) == 0);
        REQUIRE(dhcpperf_msg_new(&second, NULL) == 0);
        REQUIRE(dhcpperf_writer_new(&writer, NULL) == 0);
    }
}

/* Joined lengths are the sums of the pieces, and each piece lies in the payload. */
static void check_options(const uint8_t *data, size_t size)
{
    size_t total[256] = {0}, pieces[256] = {0}, cursor = 0;
    unsigned overload = dhcpperf_msg_get_overload(msg), i;
    dhcpperf_bytes v;
    uint8_t code;

    while (dhcpperf_msg_next_option(msg, &cursor, &code, &v) == 1) {
        REQUIRE(code != 0 && code != 255);
        REQUIRE(v.data >= data && v.data + v.len <= data + size);
        REQUIRE(v.data >= data + 240 || (overload != 0 && v.data >= data + 44));
        if (code != DHCPPERF_OPT_OVERLOAD || v.data >= data + 240) {
            total[code] += v.len;
            pieces[code]++;
        }
    }
    for (i = 0; i < 256; i++) {
        int rc = dhcpperf_msg_get_option(msg, (uint8_t)i, &v);

        REQUIRE(rc == (pieces[i] > 0 ? 0 : DHCPPERF_E_NOTFOUND));
        REQUIRE(rc != 0 || v.len == total[i]);
    }
}

static void check_text(void)
{
    static char text[400000];
    int n = dhcpperf_msg_format(msg, text, sizeof text);

    REQUIRE(n >= 0 && (size_t)n < sizeof text && strlen(text) == (size_t)n);
    REQUIRE(dhcpperf_msg_format(msg, NULL, 0) == n);
    n = dhcpperf_msg_dump(msg, text, sizeof text);
    REQUIRE(n >= 0 && (size_t)n < sizeof text && strlen(text) == (size_t)n);
    for (; n > 0; n--) {
        REQUIRE((text[n - 1] >= 0x20 && text[n - 1] < 0x7f) || text[n - 1] == '\n');
    }
}

static void check_written_again(void)
{
    size_t len;
    unsigned i;

    dhcpperf_writer_copy_of(writer, again, sizeof again, msg);
    if (dhcpperf_writer_finish(writer, 0, &len) != 0) {
        return; /* file and sname hold more than the options field had left */
    }
    if (dhcpperf_msg_parse(second, again, len, 0, NULL) != 0) {
        REQUIRE(len > 65535);
        return;
    }
    REQUIRE(memcmp(dhcpperf_msg_get_payload(msg).data, again, 44) == 0);
    for (i = 0; i < 256; i++) {
        dhcpperf_bytes a = {NULL, 0}, b = {NULL, 0};

        REQUIRE(i == DHCPPERF_OPT_OVERLOAD ||
                (dhcpperf_msg_get_option(msg, (uint8_t)i, &a) ==
                     dhcpperf_msg_get_option(second, (uint8_t)i, &b) &&
                 a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0)));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    dhcpperf_parse_error e = {0, 0, 0};
    size_t cursor = 0, steps = 0;
    dhcpperf_route route;
    int rc, strict;

    prepare();
    strict = dhcpperf_msg_parse(msg, data, size, DHCPPERF_PARSE_STRICT, &e);
    REQUIRE(strict == 0 || (e.code == strict && e.offset <= size));
    if (strict == 0) {
        REQUIRE((dhcpperf_msg_get_warnings(msg) &
                 (DHCPPERF_WARN_NO_END | DHCPPERF_WARN_BAD_VALUE | DHCPPERF_WARN_BAD_OP)) == 0);
    }
    rc = dhcpperf_msg_parse(msg, data, size, 0, &e);
    REQUIRE(rc == 0 || (e.code == rc && e.offset <= size && strict != 0));
    check_options(data, size);
    check_text();
    while (dhcpperf_msg_next_route(msg, &cursor, &route) == 1) {
        REQUIRE(route.width <= 32 && ++steps <= size);
    }
    if (rc == 0) {
        check_written_again();
    }
    return 0;
}
