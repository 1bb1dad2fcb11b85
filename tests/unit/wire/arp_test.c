/* SPDX-License-Identifier: MIT */
/* arp_test.c - ARP in frames: a golden request, round trips, every way to be refused. */
#include "wire/dp_arp.h"

#include <stdlib.h>
#include <string.h>

#include <libdhcpperf/error.h>

#include "base/dp_rng.h"
#include "support/harness.h"
#include "wire/dp_frame.h"

/* Who has 192.0.2.7? asked by 02:00:00:00:00:01, which has no address yet (RFC 5227 2.1.1). */
static const uint8_t golden[DP_FRAME_MIN] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0, 0, 0, 0, 1, 0x08, 0x06,             /* */
    0x00, 0x01, 0x08, 0x00, 6,    4,    0,    1, 2, 0, 0, 0, 0,    1,    0, 0, 0, 0, /* */
    0,    0,    0,    0,    0,    0,    0xc0, 0, 2, 7,
};

static const dp_arp probe = {
    .op = DP_ARP_REQUEST, .sender_mac = {{2, 0, 0, 0, 0, 1}}, .target_ip = {{0xc0, 0, 2, 7}}};

static int put(uint8_t *buf, size_t cap, const dp_arp *arp, dhcpperf_pkt *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->data = buf;
    ret->cap = (uint16_t)cap;
    ret->src.mac = arp->sender_mac;
    ret->flags = DHCPPERF_PKT_BCAST;
    return dp_arp_put(ret, arp);
}

/* Reads an exact-size heap copy, so that a sanitizer sees any octet read outside it. */
static int read_copy(const uint8_t *frame, size_t len, uint32_t flags, dp_arp *ret)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    dhcpperf_pkt p = {.data = copy, .len = (uint16_t)len, .cap = (uint16_t)len, .flags = flags};
    int rc;

    ck_assert_ptr_nonnull(copy);
    if (len > 0) {
        memcpy(copy, frame, len);
    }
    rc = dp_arp_read(&p, ret);
    free(copy);
    return rc;
}

START_TEST(a_probe_is_the_golden_frame_whatever_was_in_the_buffer)
    {
        uint8_t buf[64];
        dhcpperf_pkt p;

        memset(buf, 0xaa, sizeof buf);
        ck_assert_int_eq(put(buf, DP_FRAME_MIN, &probe, &p), 0);
        ck_assert_uint_eq(p.len, DP_FRAME_MIN);
        ck_assert_uint_eq(p.flags, DHCPPERF_PKT_BCAST | DHCPPERF_PKT_FRAME);
        assert_mem_eq(buf, golden, sizeof golden);
        ck_assert_uint_eq(buf[DP_FRAME_MIN], 0xaa);
    }
END_TEST

START_TEST(the_golden_frame_is_read)
    {
        dp_arp got;

        ck_assert_int_eq(read_copy(golden, 42, DHCPPERF_PKT_FRAME, &got), 0);
        ck_assert_uint_eq(got.op, DP_ARP_REQUEST);
        ck_assert_uint_eq(got.sender_mac.b[5], 1);
        assert_ip4_eq(got.sender_ip, "0.0.0.0");
        assert_ip4_eq(got.target_ip, "192.0.2.7");
    }
END_TEST

START_TEST(random_ones_round_trip_with_tags)
    {
        uint64_t seed = harness_seed((uint64_t)_i);
        uint8_t buf[64];
        dp_arp arp, got;
        dhcpperf_pkt p = {.data = buf, .cap = sizeof buf};
        size_t i;

        memset(&arp, 0, sizeof arp);
        arp.op = (uint16_t)(1 + _i % 2);
        for (i = 0; i < 6; i++) {
            arp.sender_mac.b[i] = (uint8_t)dp_draw(seed, 1, 0, i);
            arp.target_mac.b[i] = (uint8_t)dp_draw(seed, 2, 0, i);
            arp.sender_ip.b[i % 4] = (uint8_t)dp_draw(seed, 3, 0, i);
            arp.target_ip.b[i % 4] = (uint8_t)dp_draw(seed, 4, 0, i);
        }
        p.vlan[0] = (uint16_t)(_i % 3 > 0 ? 7 : 0);
        p.vlan[1] = (uint16_t)(_i % 3 > 1 ? 9 : 0);
        ck_assert_int_eq(dp_arp_put(&p, &arp), 0);
        ck_assert_msg(p.len == DP_FRAME_MIN, "seed %d: %u octets", _i, p.len);
        ck_assert_int_eq(read_copy(buf, p.len, p.flags, &got), 0);
        ck_assert_msg(memcmp(&got, &arp, sizeof arp) == 0, "seed %d", _i);
    }
END_TEST

START_TEST(too_little_room_is_refused)
    {
        uint8_t buf[64] = {0};
        dhcpperf_pkt p;

        ck_assert_int_eq(put(buf, DP_FRAME_MIN - 1, &probe, &p), DHCPPERF_E_NOBUFS);
        ck_assert_uint_eq(buf[0], 0);
        ck_assert_uint_eq(p.len, 0);
    }
END_TEST

START_TEST(every_shortened_frame_is_truncated)
    {
        dp_arp got;

        ck_assert_msg(read_copy(golden, (size_t)_i, DHCPPERF_PKT_FRAME, &got) ==
                          DHCPPERF_E_TRUNCATED,
                      "length %d", _i);
    }
END_TEST

static const struct {
    const char *what;
    int at, value, rc;
} refused[] = {
    {"IPv4", 13, 0x00, DHCPPERF_E_NOTFOUND},
    {"another link", 15, 6, DHCPPERF_E_MALFORMED},
    {"another protocol", 17, 1, DHCPPERF_E_MALFORMED},
    {"hardware addresses of 8 octets", 18, 8, DHCPPERF_E_MALFORMED},
    {"protocol addresses of 16 octets", 19, 16, DHCPPERF_E_MALFORMED},
};

START_TEST(what_is_not_for_ipv4_over_ethernet_is_refused)
    {
        uint8_t frame[sizeof golden];
        dp_arp got;
        int rc;

        memcpy(frame, golden, sizeof golden);
        frame[refused[_i].at] = (uint8_t)refused[_i].value;
        rc = read_copy(frame, sizeof frame, DHCPPERF_PKT_FRAME, &got);
        ck_assert_msg(rc == refused[_i].rc, "%s: %s", refused[_i].what, dhcpperf_strerror(rc));
        ck_assert_int_eq(read_copy(golden, sizeof golden, 0, &got), DHCPPERF_E_INVALID);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_probe_is_the_golden_frame_whatever_was_in_the_buffer);
    tcase_add_test(tc, the_golden_frame_is_read);
    tcase_add_loop_test(tc, random_ones_round_trip_with_tags, 0, 30);
    tcase_add_test(tc, too_little_room_is_refused);
    tcase_add_loop_test(tc, every_shortened_frame_is_truncated, 0, 42);
    tcase_add_loop_test(tc, what_is_not_for_ipv4_over_ethernet_is_refused, 0,
                        (int)(sizeof refused / sizeof refused[0]));
}

HARNESS_MAIN("wire/arp", tests)
