/* SPDX-License-Identifier: MIT */
/* decode.c - reads one DHCP message as hexadecimal from standard input and prints what is in it.
 *
 *     xxd -p message.bin | decode
 */
#include <libdhcpperf/error.h>
#include <libdhcpperf/message.h>

#include <stdio.h>
#include <stdlib.h>

static size_t read_hex(uint8_t *buf, size_t cap)
{
    size_t n = 0;
    unsigned octet;

    while (n < cap && scanf("%2x", &octet) == 1) {
        buf[n++] = (uint8_t)octet;
    }
    return n;
}

int main(void)
{
    static uint8_t packet[65535];
    static char text[65536];
    dhcpperf_parse_error why;
    dhcpperf_msg *msg;
    size_t len = read_hex(packet, sizeof packet);
    int rc;

    if (dhcpperf_msg_new(&msg, NULL) != 0) {
        return EXIT_FAILURE;
    }
    rc = dhcpperf_msg_parse(msg, packet, len, DHCPPERF_PARSE_LENIENT, &why);
    if (rc == 0) {
        dhcpperf_msg_dump(msg, text, sizeof text);
        puts(text);
    } else {
        fprintf(stderr, "decode: %s, at octet %zu", dhcpperf_strerror(rc), why.offset);
        fprintf(stderr, why.option >= 0 ? ", option %d\n" : "\n", why.option);
    }
    dhcpperf_msg_free(msg);
    return rc == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
