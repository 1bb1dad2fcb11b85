/* SPDX-License-Identifier: MIT */
/* codec_samples.c - frames in the form text2pcap reads: a message of every type, one per named
 * option with its sample from tests/vectors/options.txt, and the layouts that go beyond one field.
 * Before each frame a line "#EXPECT code type" says what a decoder must find in it. */
#include <libdhcpperf/dhcpperf.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/vectors.h"

enum {
    CAP = 2000
};

static dhcpperf_writer *writer;
static uint8_t buf[CAP];

static void begin(int type)
{
    static const uint8_t mac[] = {2, 0, 0, 0, 0, 1};
    dhcpperf_bytes addr = {mac, sizeof mac};

    dhcpperf_writer_begin(writer, buf, CAP, (dhcpperf_msg_type)type, 0x12345678);
    dhcpperf_writer_set_chaddr(writer, 1, addr);
}

/* Frames the message and prints it as a hex dump. */
static void emit(int code, int type)
{
    dhcpperf_pkt p = {0};
    size_t len = 0, i;
    int rc = dhcpperf_writer_finish(writer, 300, &len);

    p.data = buf;
    p.len = (uint16_t)len;
    p.cap = CAP;
    p.flags = DHCPPERF_PKT_BCAST;
    p.src.mac.b[0] = 2;
    p.src.port = buf[0] == 1 ? 68 : 67;
    p.dst.port = buf[0] == 1 ? 67 : 68;
    memset(p.dst.ip.b, 0xff, 4);
    rc = rc == 0 ? dhcpperf_frame_wrap(&p, 0) : rc;
    if (rc != 0) {
        fprintf(stderr, "option %d: %s\n", code, dhcpperf_strerror(rc));
        exit(1);
    }
    printf("#EXPECT %d %d\n", code, type);
    for (i = 0; i < p.len; i++) {
        if (i % 16 == 0) {
            printf("%s%06x", i > 0 ? "\n" : "", (unsigned)i);
        }
        printf(" %02x", p.data[i]);
    }
    printf("\n\n");
}

static void emit_options(void)
{
    size_t n, i;
    const option_vector *v = vectors_options(&n);
    int last = -1;

    if (v == NULL) {
        exit(1);
    }
    for (i = 0; i < n; i++) {
        /* the first line of each option; 52 and 53 are the writer's own */
        if (v[i].code != last && v[i].code != DHCPPERF_OPT_OVERLOAD &&
            v[i].code != DHCPPERF_OPT_MSG_TYPE) {
            last = v[i].code;
            begin(DHCPPERF_ACK);
            dhcpperf_writer_add_text(writer, v[i].code, v[i].text);
            emit(v[i].code, DHCPPERF_ACK);
        }
    }
}

static void emit_layouts(void)
{
    uint8_t value[300];
    dhcpperf_bytes v = {value, sizeof value};

    memset(value, 'a', sizeof value);
    begin(DHCPPERF_OFFER); /* file and sname overloaded */
    dhcpperf_writer_set_limit(writer, 300);
    v.len = 100;
    dhcpperf_writer_add_option(writer, 17, v);
    v.len = 40;
    dhcpperf_writer_add_option(writer, DHCPPERF_OPT_HOSTNAME, v);
    dhcpperf_writer_add_option(writer, DHCPPERF_OPT_DOMAIN, v);
    emit(DHCPPERF_OPT_OVERLOAD, DHCPPERF_OFFER);
    begin(DHCPPERF_OFFER); /* a text in two pieces (RFC 3396) */
    v.len = sizeof value;
    dhcpperf_writer_add_option(writer, DHCPPERF_OPT_MESSAGE, v);
    emit(DHCPPERF_OPT_MESSAGE, DHCPPERF_OFFER);
    begin(DHCPPERF_OFFER); /* every sub-option of 82 that has a shape */
    dhcpperf_writer_add_text(writer, DHCPPERF_OPT_RELAY_INFO,
                             "circuit-id:eth0, remote-id:hex:0102, link-selection:192.0.2.0, "
                             "subscriber-id:s1, flags:128, server-id-override:192.0.2.9");
    emit(DHCPPERF_OPT_RELAY_INFO, DHCPPERF_OFFER);
}

int main(void)
{
    int type;

    if (dhcpperf_writer_new(&writer, NULL) != 0) {
        return 1;
    }
    for (type = DHCPPERF_DISCOVER; type <= DHCPPERF_TLS; type++) {
        begin(type);
        emit(DHCPPERF_OPT_MSG_TYPE, type);
    }
    emit_options();
    emit_layouts();
    dhcpperf_writer_free(writer);
    return 0;
}
