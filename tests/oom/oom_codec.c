/* SPDX-License-Identifier: MIT */
/* oom_codec.c - messages, options and texts: after their handles are there, nothing takes memory.
 */
#include <string.h>

#include "oom/oom.h"

void oom_texts(void)
{
    dhcpperf_event ev = {.size = sizeof ev, .now = 1, .kind = DHCPPERF_EV_RX, .station = 7};
    dhcpperf_dur d = 0;
    dhcpperf_mac mac;
    dhcpperf_ip4 a;
    char text[200];

    FINE(dhcpperf_ip4_parse(&a, "192.0.2.1"));
    FINE(dhcpperf_ip4_format(a, text, sizeof text));
    FINE(dhcpperf_mac_parse(&mac, "02:00:00:00:00:01"));
    FINE(dhcpperf_mac_format(mac, text, sizeof text));
    FINE(dhcpperf_dur_parse(&d, "1h30m"));
    FINE(dhcpperf_dur_format(d, text, sizeof text));
    ck_assert_str_eq(text, "1h30m");
    FINE(dhcpperf_event_format(&ev, text, sizeof text));
    ck_assert_str_eq(dhcpperf_event_kind_name(DHCPPERF_EV_RX), "rx");
    ck_assert_ptr_nonnull(dhcpperf_strerror(DHCPPERF_E_NOMEM));
    ck_assert_str_eq(dhcpperf_errname(DHCPPERF_E_NOMEM), "DHCPPERF_E_NOMEM");
    ck_assert_int_eq(dhcpperf_is_fatal(0), 0);
    ck_assert_str_eq(dhcpperf_version(), DHCPPERF_VERSION);
    ck_assert_uint_eq(dhcpperf_version_num(), DHCPPERF_VERSION_NUM);
    (void)dhcpperf_feature(0);
    ck_assert_str_eq(dhcpperf_msg_type_name(1), "DISCOVER");
    ck_assert_ptr_nonnull(dhcpperf_state_name(DHCPPERF_ST_BOUND));
    ck_assert_ptr_nonnull(dhcpperf_level_name(DHCPPERF_LEVEL_MUST));
    ck_assert_ptr_nonnull(dhcpperf_counter_name(DHCPPERF_C_BOUND));
    ck_assert_ptr_nonnull(dhcpperf_series_name(DHCPPERF_S_FULL_BIND));
    ck_assert_ptr_nonnull(dhcpperf_exchange_name(DHCPPERF_X_RENEW));
    ck_assert_ptr_nonnull(dhcpperf_outcome_name(DHCPPERF_OUT_LATE));
    ck_assert_ptr_nonnull(dhcpperf_mem_lines());
    ck_assert_uint_gt(dhcpperf_clock_monotonic(), 0);
}

void oom_options(void)
{
    static const uint8_t info[] = {1, 2, 'e', '0', 5, 4, 10, 1, 0, 0};
    static const uint8_t vendor[] = {0, 0, 17, 139, 3, 1, 1, 9};
    dhcpperf_bytes relay_info = {info, sizeof info}, vivso = {vendor, sizeof vendor}, value;
    uint8_t buf[64], code;
    size_t len = 0, at = 0;
    uint32_t enterprise;
    dhcpperf_ip4 link;
    char text[100];

    ck_assert_str_eq(dhcpperf_opt_name(3), "router");
    ck_assert_int_eq(dhcpperf_opt_code("router"), 3);
    ck_assert_int_eq(dhcpperf_opt_get_status(3), DHCPPERF_OPT_ASSIGNED);
    ck_assert_int_eq(dhcpperf_opt_datatype(3), DHCPPERF_OPTTYPE_IP4_LIST);
    ck_assert_ptr_nonnull(dhcpperf_opt_type_name(DHCPPERF_OPTTYPE_IP4_LIST));
    (void)dhcpperf_opt_fields(90);
    ck_assert_str_eq(dhcpperf_relay_subopt_name(1), "circuit-id");
    ck_assert_int_eq(dhcpperf_relay_subopt_code("circuit-id"), 1);
    FINE(dhcpperf_opt_check(82, relay_info));
    FINE(dhcpperf_opt_encode_text(3, "10.0.0.1", buf, sizeof buf, &len));
    FINE(dhcpperf_opt_encode_text_at(3, "10.0.0.1", buf, sizeof buf, &len, &at));
    FINE(dhcpperf_opt_parse_assignment("router=10.0.0.1", &code, buf, sizeof buf, &len, &at));
    FINE(dhcpperf_opt_format(82, relay_info, text, sizeof text));
    at = 0;
    FINE(dhcpperf_subopt_next(relay_info, &at, &code, &value));
    FINE(dhcpperf_subopt_find(relay_info, 5, &value));
    FINE(dhcpperf_relay_get_ip4(relay_info, 5, &link));
    at = 0;
    FINE(dhcpperf_enterprise_next(vivso, &at, &enterprise, &value));
    ck_assert_uint_eq(enterprise, 4491);
}

/* A reply with something for every getter. */
static size_t compose(dhcpperf_writer *w, uint8_t *buf, size_t cap)
{
    static const uint8_t auth[] = {1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 1, 1,
                                   2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7};
    dhcpperf_ip4 dns[2] = {oom_ip(0, 2), oom_ip(0, 3)};
    size_t len = 0;

    dhcpperf_writer_begin(w, buf, cap, DHCPPERF_ACK, 1);
    dhcpperf_writer_set_op(w, 2);
    dhcpperf_writer_set_chaddr(w, 1, oom_bytes("\002mac56"));
    dhcpperf_writer_set_htype(w, 1);
    dhcpperf_writer_set_hlen(w, 6);
    dhcpperf_writer_set_hops(w, 1);
    dhcpperf_writer_set_xid(w, 0x01020304);
    dhcpperf_writer_set_secs(w, 5);
    dhcpperf_writer_set_flags(w, DHCPPERF_FLAG_BROADCAST);
    dhcpperf_writer_set_ciaddr(w, oom_ip(0, 9));
    dhcpperf_writer_set_yiaddr(w, oom_ip(0, 9));
    dhcpperf_writer_set_siaddr(w, oom_ip(0, 1));
    dhcpperf_writer_set_giaddr(w, oom_ip(9, 1));
    dhcpperf_writer_set_sname(w, oom_bytes("server"));
    dhcpperf_writer_set_file(w, oom_bytes("boot"));
    dhcpperf_writer_set_raw(w, 43, oom_bytes("x"));
    dhcpperf_writer_set_limit(w, cap);
    dhcpperf_writer_set_max_size(w, 1000);
    dhcpperf_writer_set_quirks(w, DHCPPERF_WRITE_NO_OVERLOAD);
    dhcpperf_writer_add_option(w, 61, oom_bytes("\001client"));
    dhcpperf_writer_add_u8(w, 23, 64);
    dhcpperf_writer_add_u16(w, 57, 1000);
    dhcpperf_writer_add_u32(w, 58, 1800);
    dhcpperf_writer_add_dur(w, 51, 3600 * DHCPPERF_NS_PER_S);
    dhcpperf_writer_add_ip4(w, 6, dns, 2);
    dhcpperf_writer_add_str(w, 12, "host");
    dhcpperf_writer_add_text(w, 121, "10.0.0.0/8 via 10.0.0.1");
    dhcpperf_writer_add_option(w, 90, (dhcpperf_bytes){auth, sizeof auth});
    dhcpperf_writer_add_u8(w, 225, 1);
    dhcpperf_writer_remove_option(w, 225);
    dhcpperf_writer_add_raw(w, 224, 1, oom_bytes("a"));
    dhcpperf_writer_add_octets(w, oom_bytes("\340\001b"));
    FINE(dhcpperf_writer_get_error(w));
    FINE(dhcpperf_writer_finish(w, 300, &len));
    return len;
}

static void read_fields(const dhcpperf_msg *m)
{
    ck_assert_uint_gt(dhcpperf_msg_get_payload(m).len, 0);
    (void)dhcpperf_msg_get_warnings(m);
    ck_assert_int_eq(dhcpperf_msg_get_type(m), DHCPPERF_ACK);
    ck_assert_int_eq(dhcpperf_msg_has_cookie(m), 1);
    ck_assert_uint_eq(dhcpperf_msg_get_op(m), 2);
    ck_assert_uint_eq(dhcpperf_msg_get_htype(m), 1);
    ck_assert_uint_eq(dhcpperf_msg_get_hlen(m), 6);
    ck_assert_uint_eq(dhcpperf_msg_get_hops(m), 1);
    ck_assert_uint_eq(dhcpperf_msg_get_xid(m), 0x01020304);
    ck_assert_uint_eq(dhcpperf_msg_get_secs(m), 5);
    ck_assert_uint_eq(dhcpperf_msg_get_flags(m), DHCPPERF_FLAG_BROADCAST);
    assert_ip4_eq(dhcpperf_msg_get_ciaddr(m), "10.0.0.9");
    assert_ip4_eq(dhcpperf_msg_get_yiaddr(m), "10.0.0.9");
    assert_ip4_eq(dhcpperf_msg_get_siaddr(m), "10.0.0.1");
    assert_ip4_eq(dhcpperf_msg_get_giaddr(m), "10.0.9.1");
    ck_assert_uint_eq(dhcpperf_msg_get_chaddr(m).len, 6);
    ck_assert_uint_eq(dhcpperf_msg_get_sname(m).len, 6);
    ck_assert_uint_eq(dhcpperf_msg_get_file(m).len, 4);
    ck_assert_uint_eq(dhcpperf_msg_get_overload(m), 0);
}

static void read_options(const dhcpperf_msg *m)
{
    dhcpperf_bytes value;
    dhcpperf_route route;
    dhcpperf_ip4 ips[2];
    dhcpperf_auth auth;
    dhcpperf_dur d;
    uint8_t buf[600], code;
    uint16_t word;
    uint32_t number;
    size_t at = 0, len;

    FINE(dhcpperf_msg_get_option(m, 12, &value));
    FINE(dhcpperf_msg_get_option_u8(m, 23, &code));
    FINE(dhcpperf_msg_get_option_u16(m, 57, &word));
    FINE(dhcpperf_msg_get_option_u32(m, 58, &number));
    FINE(dhcpperf_msg_get_option_dur(m, 51, &d));
    (void)dhcpperf_msg_get_option_ip4(m, 54, ips);
    FINE(dhcpperf_msg_get_option_ip4s(m, 6, ips, 2));
    FINE(dhcpperf_msg_get_client_id(m, &value));
    FINE(dhcpperf_msg_get_max_size(m, &word));
    FINE(dhcpperf_msg_get_boot_file(m, &value));
    FINE(dhcpperf_msg_get_boot_server(m, &value));
    FINE(dhcpperf_msg_next_option(m, &at, &code, &value));
    at = 0;
    FINE(dhcpperf_msg_next_route(m, &at, &route));
    FINE(dhcpperf_msg_get_auth(m, &auth));
    FINE(dhcpperf_msg_get_auth_input(m, buf, sizeof buf, &len));
}

void oom_reading(void)
{
    static uint8_t buf[600];
    static char text[20000];
    dhcpperf_parse_error error;
    dhcpperf_writer *w = NULL;
    dhcpperf_msg *m = NULL;
    size_t len;

    TRY(dhcpperf_writer_new(&w, oom_mem));
    TRY(dhcpperf_msg_new(&m, oom_mem));
    len = compose(w, buf, sizeof buf);
    FINE(dhcpperf_msg_parse(m, buf, len, DHCPPERF_PARSE_LENIENT, &error));
    read_fields(m);
    read_options(m);
    FINE(dhcpperf_msg_format(m, text, sizeof text));
    FINE(dhcpperf_msg_dump(m, text, sizeof text));
    FINE(dhcpperf_msg_annotate((dhcpperf_bytes){buf, len}, text, sizeof text));
    dhcpperf_writer_free(w);
    dhcpperf_msg_free(m);
}

void oom_writing(void)
{
    static uint8_t first[600], second[600];
    dhcpperf_writer *w = NULL;
    dhcpperf_msg *m = NULL;
    size_t len, reply_len;

    TRY(dhcpperf_msg_new(&m, oom_mem));
    TRY(dhcpperf_writer_new(&w, oom_mem));
    len = compose(w, first, sizeof first);
    FINE(dhcpperf_msg_parse(m, first, len, 0, NULL));
    dhcpperf_writer_copy_of(w, second, sizeof second, m);
    FINE(dhcpperf_writer_finish(w, 300, &reply_len));
    dhcpperf_writer_begin(w, first, sizeof first, DHCPPERF_DISCOVER, 1);
    FINE(dhcpperf_writer_finish(w, 300, &len));
    FINE(dhcpperf_msg_parse(m, first, len, 0, NULL));
    dhcpperf_writer_reply_to(w, second, sizeof second, DHCPPERF_OFFER, m);
    FINE(dhcpperf_writer_finish(w, 300, &reply_len));
    ck_assert_uint_eq(reply_len, 300);
    dhcpperf_writer_free(w);
    dhcpperf_msg_free(m);
}

void oom_frames(void)
{
    uint8_t buf[400] = {0};
    dhcpperf_pkt p = {.data = buf + 64, .len = 300, .cap = 300, .flags = DHCPPERF_PKT_BCAST};

    p.src.port = 67;
    p.dst.port = 68;
    ck_assert_int_gt(dhcpperf_frame_headroom(&p), 0);
    p.data = buf;
    p.cap = sizeof buf;
    FINE(dhcpperf_frame_wrap(&p, 0));
    FINE(dhcpperf_frame_unwrap(&p, 0));
    ck_assert_uint_eq(p.len, 300);
}
