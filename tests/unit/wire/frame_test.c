/* SPDX-License-Identifier: MIT */
/* frame_test.c - headers around a payload: a golden frame, round trips, every way to be refused. */
#include <libdhcpperf/frame.h>

#include <string.h>

#include <libdhcpperf/error.h>

#include "base/dp_rng.h"
#include "support/harness.h"

/* Ethernet broadcast, 192.0.2.1:67 to 255.255.255.255:68, "hello"; checksums computed elsewhere. */
static const uint8_t golden[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0x00,
                                 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, /* Ethernet */
                                 0x45, 0x00, 0x00, 0x21, 0x00, 0x00, 0x00, 0x00,
                                 0x40, 0x11, 0xb8, 0xcb, 0xc0, 0x00,             /* IPv4 */
                                 0x02, 0x01, 0xff, 0xff, 0xff, 0xff,             /* */
                                 0x00, 0x43, 0x00, 0x44, 0x00, 0x0d, 0xf9, 0x79, /* UDP */
                                 'h',  'e',  'l',  'l',  'o'};

static dhcpperf_pkt packet(uint8_t *buf, size_t cap, const void *payload, size_t len)
{
    dhcpperf_pkt p = {0};

    if (len > 0) {
        memcpy(buf, payload, len);
    }
    p.data = buf;
    p.len = (uint16_t)len;
    p.cap = (uint16_t)cap;
    p.src.mac.b[0] = 2;
    p.src.mac.b[5] = 1;
    p.src.port = 67;
    p.dst.port = 68;
    memcpy(p.src.ip.b, "\xc0\x00\x02\x01", 4);
    memset(p.dst.ip.b, 0xff, 4);
    p.flags = DHCPPERF_PKT_BCAST;
    return p;
}

/* Unwraps an exact-size heap copy, so that a sanitizer sees any octet read outside it. */
static int unwrap(const uint8_t *frame, size_t len, unsigned flags, dhcpperf_pkt *ret)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);
    dhcpperf_pkt p = {0}, before;
    int rc;

    ck_assert_ptr_nonnull(copy);
    if (len > 0) {
        memcpy(copy, frame, len);
    }
    p.data = copy;
    p.len = p.cap = (uint16_t)len;
    p.flags = DHCPPERF_PKT_FRAME;
    before = p;
    rc = dhcpperf_frame_unwrap(&p, flags);
    if (rc != 0) {
        ck_assert_msg(memcmp(&before, &p, sizeof p) == 0, "a refused packet was changed");
    } else {
        ck_assert_ptr_eq(p.data + p.cap, copy + len);
        ck_assert_uint_le(p.len, p.cap);
        p.data = (uint8_t *)(uintptr_t)(frame + (p.data - copy));
    }
    free(copy);
    *ret = p;
    return rc;
}

START_TEST(a_wrapped_payload_is_the_golden_frame)
    {
        uint8_t buf[64];
        dhcpperf_pkt p = packet(buf, sizeof buf, "hello", 5);

        ck_assert_int_eq(dhcpperf_frame_headroom(&p), 42);
        ck_assert_int_eq(dhcpperf_frame_wrap(&p, 0), 0);
        ck_assert_uint_eq(p.len, sizeof golden);
        ck_assert_uint_eq(p.flags, DHCPPERF_PKT_BCAST | DHCPPERF_PKT_FRAME);
        assert_mem_eq(buf, golden, sizeof golden);
        ck_assert_int_eq(dhcpperf_frame_wrap(&p, 0), DHCPPERF_E_INVALID);
    }
END_TEST

START_TEST(the_golden_frame_unwraps)
    {
        dhcpperf_pkt p;

        ck_assert_int_eq(unwrap(golden, sizeof golden, 0, &p), 0);
        ck_assert_uint_eq(p.len, 5);
        assert_mem_eq(p.data, "hello", 5);
        assert_ip4_eq(p.src.ip, "192.0.2.1");
        assert_ip4_eq(p.dst.ip, "255.255.255.255");
        ck_assert_uint_eq(p.src.port, 67);
        ck_assert_uint_eq(p.dst.port, 68);
        ck_assert_uint_eq(p.flags, DHCPPERF_PKT_BCAST);
        ck_assert_uint_eq(p.src.mac.b[5], 1);
        ck_assert_uint_eq(p.vlan[0], 0);
    }
END_TEST

START_TEST(random_payloads_and_tags_round_trip)
    {
        uint64_t seed = harness_seed((uint64_t)_i);
        uint8_t buf[1600], payload[1500];
        size_t i, len = dp_below(dp_draw(seed, 0, 1, 0), sizeof payload);
        dhcpperf_pkt p, q, r;

        for (i = 0; i < len; i++) {
            payload[i] = (uint8_t)dp_draw(seed, 0, 2, i);
        }
        p = packet(buf, sizeof buf, payload, len);
        p.flags = 0;
        for (i = 0; i < 6; i++) {
            p.dst.mac.b[i] = (uint8_t)(dp_draw(seed, 0, 3, i) & 0xfe);
        }
        p.vlan[0] = (uint16_t)(_i % 3 > 0 ? 100 + _i : 0);
        p.vlan[1] = (uint16_t)(_i % 3 > 1 ? 200 + _i : 0);
        q = p;
        ck_assert_int_eq(dhcpperf_frame_wrap(&q, _i % 2 ? DHCPPERF_FRAME_NO_CSUM : 0), 0);
        ck_assert_msg(q.len - p.len == 42 + 4 * (_i % 3), "seed %d", _i);
        ck_assert_int_eq(unwrap(q.data, q.len, 0, &r), 0);
        ck_assert_msg(r.len == len && memcmp(r.data, payload, len) == 0, "seed %d", _i);
        ck_assert_msg(memcmp(&r.src, &p.src, sizeof p.src) == 0 &&
                          memcmp(&r.dst, &p.dst, sizeof p.dst) == 0,
                      "seed %d", _i);
        ck_assert_msg(memcmp(r.vlan, p.vlan, sizeof p.vlan) == 0, "seed %d", _i);
    }
END_TEST

START_TEST(too_little_room_is_refused_and_nothing_moves)
    {
        uint8_t buf[64] = {0};
        dhcpperf_pkt p = packet(buf, 46, "hello", 5);

        ck_assert_int_eq(dhcpperf_frame_wrap(&p, 0), DHCPPERF_E_NOBUFS);
        assert_mem_eq(buf, "hello", 5);
        ck_assert_uint_eq(p.len, 5);
        p.cap = 47;
        ck_assert_int_eq(dhcpperf_frame_wrap(&p, 0), 0);
        ck_assert_int_eq(dhcpperf_frame_wrap(&p, 1u << 30), DHCPPERF_E_INVALID);
    }
END_TEST

START_TEST(every_shortened_frame_is_truncated)
    {
        dhcpperf_pkt p;

        ck_assert_msg(unwrap(golden, (size_t)_i, 0, &p) == DHCPPERF_E_TRUNCATED, "length %d", _i);
    }
END_TEST

START_TEST(any_changed_octet_under_a_checksum_is_found)
    {
        uint8_t frame[sizeof golden];
        dhcpperf_pkt p;
        int rc;

        memcpy(frame, golden, sizeof golden);
        frame[14 + _i] ^= 0x04;
        rc = unwrap(frame, sizeof frame, 0, &p);
        ck_assert_msg(rc != 0, "octet %d", _i);
        rc = unwrap(frame, sizeof frame, DHCPPERF_FRAME_TRUST_CSUM | DHCPPERF_FRAME_ANY_PORT, &p);
        ck_assert_msg(rc != DHCPPERF_E_CHECKSUM, "octet %d", _i);
    }
END_TEST

START_TEST(a_bad_checksum_made_on_purpose_is_bad_and_not_absent)
    {
        uint8_t buf[64];
        dhcpperf_pkt p = packet(buf, sizeof buf, "hello", 5), q;

        ck_assert_int_eq(dhcpperf_frame_wrap(&p, DHCPPERF_FRAME_BAD_CSUM), 0);
        ck_assert_int_eq(unwrap(p.data, p.len, 0, &q), DHCPPERF_E_CHECKSUM);
        ck_assert_int_eq(unwrap(p.data, p.len, DHCPPERF_FRAME_TRUST_CSUM, &q), 0);
    }
END_TEST

START_TEST(a_checksum_of_zero_means_none)
    {
        uint8_t buf[64];
        dhcpperf_pkt p = packet(buf, sizeof buf, "hello", 5), q;

        ck_assert_int_eq(dhcpperf_frame_wrap(&p, DHCPPERF_FRAME_NO_CSUM), 0);
        ck_assert_uint_eq(p.data[40] | p.data[41], 0);
        p.data[45] ^= 1;
        ck_assert_int_eq(unwrap(p.data, p.len, 0, &q), 0);
    }
END_TEST

START_TEST(ethernet_padding_is_cut_off)
    {
        uint8_t frame[60] = {0};
        dhcpperf_pkt p;

        memcpy(frame, golden, sizeof golden);
        ck_assert_int_eq(unwrap(frame, sizeof frame, 0, &p), 0);
        ck_assert_uint_eq(p.len, 5);
    }
END_TEST

START_TEST(ip_options_are_skipped)
    {
        uint8_t frame[sizeof golden + 4];
        dhcpperf_pkt p;

        memcpy(frame, golden, 34);
        memset(frame + 34, 1, 4); /* no operation, four times */
        memcpy(frame + 38, golden + 34, sizeof golden - 34);
        frame[14] = 0x46;
        frame[17] = 0x25;
        ck_assert_int_eq(unwrap(frame, sizeof frame, DHCPPERF_FRAME_TRUST_CSUM, &p), 0);
        ck_assert_uint_eq(p.len, 5);
        assert_mem_eq(p.data, "hello", 5);
    }
END_TEST

/* One octet changed, checksums not looked at. */
static const struct {
    const char *what;
    int at, value, rc;
} refused[] = {
    {"ARP", 13, 0x06, DHCPPERF_E_NOTFOUND},
    {"IPv6 in IPv4's type", 14, 0x65, DHCPPERF_E_MALFORMED},
    {"header of 16 octets", 14, 0x44, DHCPPERF_E_MALFORMED},
    {"header longer than the packet", 14, 0x4f, DHCPPERF_E_MALFORMED},
    {"total under the header", 17, 19, DHCPPERF_E_MALFORMED},
    {"total past the frame", 17, 0x22, DHCPPERF_E_TRUNCATED},
    {"total without UDP", 17, 20, DHCPPERF_E_TRUNCATED},
    {"more fragments", 20, 0x20, DHCPPERF_E_MALFORMED},
    {"not the first fragment", 21, 0x01, DHCPPERF_E_MALFORMED},
    {"TCP", 23, 6, DHCPPERF_E_NOTFOUND},
    {"UDP length of 7", 39, 7, DHCPPERF_E_MALFORMED},
    {"UDP length past the packet", 39, 14, DHCPPERF_E_TRUNCATED},
    {"do not fragment is no fragment", 20, 0x40, 0},
    {"UDP length of 8", 39, 8, 0},
};

START_TEST(wrong_headers_are_refused)
    {
        uint8_t frame[sizeof golden];
        dhcpperf_pkt p;
        int rc;

        memcpy(frame, golden, sizeof golden);
        frame[refused[_i].at] = (uint8_t)refused[_i].value;
        rc = unwrap(frame, sizeof frame, DHCPPERF_FRAME_TRUST_CSUM, &p);
        ck_assert_msg(rc == refused[_i].rc, "%s: %s", refused[_i].what, dhcpperf_strerror(rc));
    }
END_TEST

START_TEST(other_ports_are_not_dhcp_unless_asked_for)
    {
        uint8_t buf[64];
        dhcpperf_pkt p = packet(buf, sizeof buf, "hello", 5), q;

        p.src.port = 6767;
        p.dst.port = 6868;
        ck_assert_int_eq(dhcpperf_frame_wrap(&p, 0), 0);
        ck_assert_int_eq(unwrap(p.data, p.len, 0, &q), DHCPPERF_E_NOTFOUND);
        ck_assert_int_eq(unwrap(p.data, p.len, DHCPPERF_FRAME_ANY_PORT, &q), 0);
        ck_assert_uint_eq(q.src.port, 6767);
    }
END_TEST

START_TEST(three_tags_are_not_ours)
    {
        uint8_t frame[sizeof golden + 12];
        dhcpperf_pkt p;
        int i;

        memcpy(frame, golden, 12);
        for (i = 0; i < 3; i++) {
            memcpy(frame + 12 + 4 * i, "\x81\x00\x00\x05", 4);
        }
        memcpy(frame + 24, golden + 12, sizeof golden - 12);
        ck_assert_int_eq(unwrap(frame, sizeof frame, 0, &p), DHCPPERF_E_NOTFOUND);
        memmove(frame + 12, frame + 16, sizeof frame - 16);
        ck_assert_int_eq(unwrap(frame, sizeof frame - 4, 0, &p), 0);
        ck_assert_uint_eq(p.vlan[0], 5);
        ck_assert_uint_eq(p.vlan[1], 5);
        ck_assert_int_eq(unwrap(frame, 15, 0, &p), DHCPPERF_E_TRUNCATED);
    }
END_TEST

START_TEST(a_payload_is_not_unwrapped)
    {
        uint8_t buf[64];
        dhcpperf_pkt p = packet(buf, sizeof buf, "hello", 5);

        ck_assert_int_eq(dhcpperf_frame_unwrap(&p, 0), DHCPPERF_E_INVALID);
    }
END_TEST

#define N_OF(array) ((int)(sizeof(array) / sizeof(array)[0]))

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_wrapped_payload_is_the_golden_frame);
    tcase_add_test(tc, the_golden_frame_unwraps);
    tcase_add_loop_test(tc, random_payloads_and_tags_round_trip, 0, 60);
    tcase_add_test(tc, too_little_room_is_refused_and_nothing_moves);
    tcase_add_loop_test(tc, every_shortened_frame_is_truncated, 0, (int)sizeof golden);
    tcase_add_loop_test(tc, any_changed_octet_under_a_checksum_is_found, 0, 33);
    tcase_add_test(tc, a_bad_checksum_made_on_purpose_is_bad_and_not_absent);
    tcase_add_test(tc, a_checksum_of_zero_means_none);
    tcase_add_test(tc, ethernet_padding_is_cut_off);
    tcase_add_test(tc, ip_options_are_skipped);
    tcase_add_loop_test(tc, wrong_headers_are_refused, 0, N_OF(refused));
    tcase_add_test(tc, other_ports_are_not_dhcp_unless_asked_for);
    tcase_add_test(tc, three_tags_are_not_ours);
    tcase_add_test(tc, a_payload_is_not_unwrapped);
}

HARNESS_MAIN("wire/frame", tests)
