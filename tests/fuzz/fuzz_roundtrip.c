/* SPDX-License-Identifier: MIT */
/* fuzz_roundtrip.c - the input is a list of things to write: a size limit in two octets, then
 * codes, lengths (scaled, so that some exceed 255) and value octets.  What the writer accepts the
 * reader gives back, within the limit and within the buffer. */
#include <libdhcpperf/dhcpperf.h>

#include <string.h>

#include "fuzz/fuzz.h"

enum {
    CAP = 3000
};

typedef struct expected {
    size_t len;
    uint8_t octets[8192];
} expected;

static expected values[256];

static int is_writers_own(uint8_t code)
{
    return code == DHCPPERF_OPT_PAD || code == DHCPPERF_OPT_END || code == DHCPPERF_OPT_OVERLOAD;
}

/* Adds what the input says; remembers per code what must come back. */
static void add_options(dhcpperf_writer *w, const uint8_t *data, size_t size)
{
    size_t at = 0;

    while (size - at >= 2) {
        uint8_t code = data[at];
        size_t len = data[at + 1] > 200 ? (size_t)(data[at + 1] - 200) * 20 : data[at + 1];
        dhcpperf_bytes v;

        at += 2;
        len = len > size - at ? size - at : len;
        v.data = data + at;
        v.len = len;
        at += len;
        if (is_writers_own(code) || values[code].len + len > sizeof values[code].octets) {
            continue;
        }
        dhcpperf_writer_add_option(w, code, v);
        memcpy(values[code].octets + values[code].len, v.data, len);
        values[code].len += len;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static dhcpperf_writer *writer;
    static dhcpperf_msg *msg;
    size_t limit, len = 0, min_len;
    uint8_t *buf;
    unsigned i;
    int rc;

    if (writer == NULL) {
        REQUIRE(dhcpperf_writer_new(&writer, NULL) == 0);
        REQUIRE(dhcpperf_msg_new(&msg, NULL) == 0);
    }
    if (size < 3) {
        return 0;
    }
    for (i = 0; i < 256; i++) {
        values[i].len = 0;
    }
    limit = (size_t)(data[0] << 8 | data[1]) & 0x7ff;
    min_len = data[2] * 4u;
    buf = malloc(CAP);
    dhcpperf_writer_begin(writer, buf, CAP, DHCPPERF_DISCOVER, 1);
    dhcpperf_writer_set_limit(writer, limit);
    add_options(writer, data + 3, size - 3);
    rc = dhcpperf_writer_finish(writer, min_len, &len);
    if (rc == 0) {
        REQUIRE(len <= CAP && len >= min_len);
        REQUIRE(limit == 0 || len <= limit || len == min_len);
        REQUIRE(dhcpperf_msg_parse(msg, buf, len, 0, NULL) == 0);
        REQUIRE((dhcpperf_msg_get_warnings(msg) &
                 ~(unsigned)(DHCPPERF_WARN_SHORT | DHCPPERF_WARN_BAD_VALUE)) == 0);
        for (i = 1; i < 255; i++) {
            dhcpperf_bytes v;

            if (values[i].len > 0 && i != DHCPPERF_OPT_MSG_TYPE) {
                REQUIRE(dhcpperf_msg_get_option(msg, (uint8_t)i, &v) == 0);
                REQUIRE(v.len == values[i].len);
                REQUIRE(memcmp(v.data, values[i].octets, v.len) == 0);
            }
        }
    } else {
        REQUIRE(rc == DHCPPERF_E_NOBUFS);
        REQUIRE(len > CAP || (limit != 0 && len > limit));
    }
    free(buf);
    return 0;
}
