/* SPDX-License-Identifier: MIT */
/* packet_filter_test.c - what the filter of packet sockets lets through: run by the kernel itself,
 * on frames sent over a pair of local sockets, to whose messages the same programs can be attached.
 * They have no direction and no tags: see carrier_packet.c for those. */
#include "io/dp_packet.h"

#include <stdio.h>
#include <stdlib.h>

#include "support/harness.h"

#if DP_HAVE_PACKET

#include <string.h>
#include <unistd.h>

#include "base/dp_text.h"
#include "wire/dp_arp.h"
#include "wire/dp_frame.h"

enum {
    ANY = DP_PACKET_VLAN_ANY
};

/* 1 when the frame passes. */
static int passes(const dhcpperf_transport_config *c, const uint8_t *frame, size_t len)
{
    struct sock_filter code[DP_PACKET_FILTER_MAX];
    struct sock_fprog program = {.filter = code};
    uint8_t got[2000];
    int pair[2];
    ssize_t n;

    program.len = (unsigned short)dp_packet_filter(code, c);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, pair), 0);
    ck_assert_msg(setsockopt(pair[1], SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0,
                  "the kernel refuses the program");
    (void)send(pair[0], frame, len, 0); /* which fails for a message that the filter drops */
    n = recv(pair[1], got, sizeof got, 0);
    if (n >= 0) {
        ck_assert_int_eq(n, (ssize_t)len); /* never shortened */
    }
    (void)close(pair[0]);
    (void)close(pair[1]);
    return n >= 0;
}

static dhcpperf_transport_config config(uint32_t port, uint32_t vlan, int arp)
{
    dhcpperf_transport_config c = {.port = port, .vlan = vlan, .arp = arp};

    return c;
}

static size_t datagram(uint8_t *buf, uint16_t to_port, uint16_t inner_tag)
{
    dhcpperf_pkt p = {.data = buf + DP_FRAME_ROOM, .len = 300, .cap = 300};
    size_t headers;

    memset(buf, 0, 400);
    p.dst.port = to_port;
    p.vlan[0] = inner_tag;
    headers = dp_frame_put(&p, 0);
    memmove(buf, p.data - headers, headers + p.len);
    return headers + p.len;
}

static const struct {
    uint32_t port, vlan;
    uint16_t to, tag;
    int passes;
} cases[] = {
    {67, 0, 67, 0, 1},   {67, 0, 68, 0, 0},   {68, 0, 68, 0, 1},     {0, 0, 67, 0, 1},
    {0, 0, 68, 0, 1},    {0, 0, 69, 0, 0},    {6767, 0, 6767, 0, 1}, {67, 0, 67, 5, 0},
    {67, ANY, 67, 5, 1}, {67, ANY, 67, 0, 1}, {67, ANY, 68, 5, 0},   {67, 5, 67, 0, 0},
};

START_TEST(datagrams_pass_by_port_and_tag)
    {
        dhcpperf_transport_config c = config(cases[_i].port, cases[_i].vlan, 0);
        uint8_t buf[400];
        size_t len = datagram(buf, cases[_i].to, cases[_i].tag);

        ck_assert_msg(passes(&c, buf, len) == cases[_i].passes, "case %d", _i);
    }
END_TEST

START_TEST(every_kind_of_tag_is_known)
    {
        static const uint16_t types[] = {0x8100, 0x88a8, 0x9100, 0x9200};
        dhcpperf_transport_config c = config(67, ANY, 0);
        uint8_t buf[400];
        size_t len = datagram(buf, 67, 5);

        buf[12] = (uint8_t)(types[_i] >> 8);
        buf[13] = (uint8_t)types[_i];
        ck_assert_int_eq(passes(&c, buf, len), _i < 3);
    }
END_TEST

/* One octet of a datagram for port 67 changed. */
static const struct {
    const char *what;
    int at, value, passes;
} changed[] = {
    {"TCP", 23, 6, 0},
    {"IPv6", 12, 0x86, 0},
    {"a later fragment", 21, 1, 0},
    {"a later fragment, far behind", 20, 0x1f, 0},
    {"the first fragment", 20, 0x20, 1},
    {"do not fragment", 20, 0x40, 1},
};

START_TEST(other_packets_do_not_pass)
    {
        dhcpperf_transport_config c = config(67, _i % 2 == 0 ? 0 : ANY, 0);
        uint8_t buf[400];
        size_t len = datagram(buf, 67, 0);

        buf[changed[_i].at] = (uint8_t)changed[_i].value;
        ck_assert_msg(passes(&c, buf, len) == changed[_i].passes, "%s", changed[_i].what);
    }
END_TEST

START_TEST(ip_options_are_passed_over)
    {
        dhcpperf_transport_config c = config(67, 0, 0);
        uint8_t buf[400], longer[404];
        size_t len = datagram(buf, 67, 0);

        memcpy(longer, buf, 34);
        memset(longer + 34, 1, 4);
        memcpy(longer + 38, buf + 34, len - 34);
        longer[14] = 0x46;
        ck_assert_int_eq(passes(&c, longer, len + 4), 1);
        longer[41] = 68; /* the port where it is now */
        ck_assert_int_eq(passes(&c, longer, len + 4), 0);
    }
END_TEST

START_TEST(arp_passes_when_it_is_wanted)
    {
        dhcpperf_transport_config c = config(67, _i % 2 == 0 ? 0 : ANY, _i / 2);
        dp_arp arp = {.op = DP_ARP_REQUEST};
        uint8_t buf[100];
        dhcpperf_pkt p = {.data = buf, .cap = sizeof buf};

        ck_assert_int_eq(dp_arp_put(&p, &arp), 0);
        ck_assert_int_eq(passes(&c, buf, p.len), _i / 2);
        p.vlan[0] = 5;
        ck_assert_int_eq(dp_arp_put(&p, &arp), 0);
        ck_assert_int_eq(passes(&c, buf, p.len), _i == 3);
    }
END_TEST

START_TEST(short_frames_do_not_pass)
    {
        dhcpperf_transport_config c = config(67, ANY, 1);
        uint8_t buf[400];

        (void)datagram(buf, 67, 0);
        ck_assert_msg(!passes(&c, buf, (size_t)_i), "%d octets", _i);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, datagrams_pass_by_port_and_tag, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_loop_test(tc, every_kind_of_tag_is_known, 0, 4);
    tcase_add_loop_test(tc, other_packets_do_not_pass, 0,
                        (int)(sizeof changed / sizeof changed[0]));
    tcase_add_test(tc, ip_options_are_passed_over);
    tcase_add_loop_test(tc, arp_passes_when_it_is_wanted, 0, 4);
    tcase_add_loop_test(tc, short_frames_do_not_pass, 1, 38);
}

HARNESS_MAIN("io/packet_filter", tests)

#else

int main(void)
{
    puts("1..0 # SKIP no packet sockets on this system");
    return EXIT_SUCCESS;
}

#endif
