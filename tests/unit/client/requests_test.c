/* SPDX-License-Identifier: MIT */
/* requests_test.c - what stations put on the wire (conformance K-001 to K-028, K-080 to K-085,
 * K-120 to K-122). */
#include "client/dp_client.h"

#include <stdio.h>
#include <string.h>

#include "support/harness.h"
#include "unit/client/fake.h"

/* Every message that left, as it was. */
typedef struct capture {
    uint8_t data[64][FAKE_MAX_LEN];
    dhcpperf_pkt pkt[64];
    unsigned type[64], n;
    unsigned silent_requests; /* REQUESTs left unanswered */
} capture;

static capture cap;

static void keep(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    ck_assert_uint_lt(cap.n, 64);
    memcpy(cap.data[cap.n], pkt->data, pkt->len);
    cap.pkt[cap.n] = *pkt;
    cap.pkt[cap.n].data = cap.data[cap.n];
    cap.type[cap.n++] = (unsigned)dhcpperf_msg_get_type(msg);
    if (dhcpperf_msg_get_type(msg) == DHCPPERF_REQUEST && cap.silent_requests > 0) {
        cap.silent_requests--;
        return;
    }
    fake_serve(f, pkt, msg);
}

static void begin(fake *f, dhcpperf_client_config *c, dhcpperf_ts until)
{
    memset(&cap, 0, offsetof(capture, silent_requests));
    fake_init(f, c);
    f->serve = keep;
    fake_begin(f, until);
}

static void do_and_run(fake *f, uint32_t i, dhcpperf_command what)
{
    ck_assert_int_eq(dhcpperf_client_do(f->cli, i, what), 0);
    fake_run(f, f->now + FAKE_S);
}

static const dhcpperf_msg *parsed(fake *f, unsigned k)
{
    ck_assert_uint_lt(k, cap.n);
    ck_assert_int_eq(
        dhcpperf_msg_parse(f->msg, cap.data[k], cap.pkt[k].len, DHCPPERF_PARSE_STRICT, NULL), 0);
    return f->msg;
}

static uint32_t option_ip(const dhcpperf_msg *m, uint8_t code)
{
    dhcpperf_ip4 ip;

    return dhcpperf_msg_get_option_ip4(m, code, &ip) == 0 ? fake_num(ip) : 0;
}

static int has(const dhcpperf_msg *m, uint8_t code)
{
    dhcpperf_bytes value;

    return dhcpperf_msg_get_option(m, code, &value) == 0;
}

/* A life of all four messages: DISCOVER, REQUEST, RELEASE, DISCOVER, REQUEST, DECLINE. */
static void live(fake *f, const char *const *settings)
{
    dhcpperf_client_config *c = fake_config(settings);

    begin(f, c, FAKE_S);
    do_and_run(f, 0, DHCPPERF_DO_RELEASE);
    do_and_run(f, 0, DHCPPERF_DO_START);
    do_and_run(f, 0, DHCPPERF_DO_DECLINE);
    ck_assert_uint_eq(cap.n, 6);
    dhcpperf_client_config_free(c);
}

static const unsigned life[] = {DHCPPERF_DISCOVER, DHCPPERF_REQUEST, DHCPPERF_RELEASE,
                                DHCPPERF_DISCOVER, DHCPPERF_REQUEST, DHCPPERF_DECLINE};

START_TEST(fixed_fields_are_those_of_table_5)
    {
        static const uint8_t zero[192] = {0};
        static const uint8_t chaddr[16] = {0x02};
        const dhcpperf_msg *m;
        unsigned codes[256] = {0};
        dhcpperf_bytes value;
        size_t cursor = 0;
        uint8_t code;
        fake f;

        live(&f, NULL);
        ck_assert_msg(cap.type[_i] == life[_i], "message %d", _i);
        m = parsed(&f, (unsigned)_i);
        ck_assert_msg(dhcpperf_msg_get_op(m) == 1, "K-001, message %d", _i);
        ck_assert_msg(cap.data[_i][1] == 1 && cap.data[_i][2] == 6, "K-002, message %d", _i);
        assert_mem_eq(cap.data[_i] + 28, chaddr, 16);
        ck_assert_msg(dhcpperf_msg_get_hops(m) == 0, "K-003, message %d", _i);
        ck_assert_msg(fake_num(dhcpperf_msg_get_yiaddr(m)) == 0 &&
                          fake_num(dhcpperf_msg_get_siaddr(m)) == 0,
                      "K-004, message %d", _i);
        ck_assert_msg(fake_num(dhcpperf_msg_get_giaddr(m)) == 0, "K-005, message %d", _i);
        ck_assert_msg(cap.pkt[_i].len >= 300, "K-007, message %d", _i);
        ck_assert_msg(fake_num(dhcpperf_msg_get_ciaddr(m)) ==
                          (life[_i] == DHCPPERF_RELEASE ? f.pool + 1 : 0),
                      "K-008, K-013, K-080, message %d", _i);
        ck_assert_msg(dhcpperf_msg_get_flags(m) == 0, "K-020, K-028, message %d", _i);
        ck_assert_msg(memcmp(cap.data[_i] + 44, zero, 192) == 0, "K-024, message %d", _i);
        ck_assert_msg(!has(m, DHCPPERF_OPT_RELAY_INFO), "K-025, message %d", _i);
        while (dhcpperf_msg_next_option(m, &cursor, &code, &value) == 1) {
            ck_assert_msg(codes[code]++ == 0, "K-023, message %d, option %u", _i, code);
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(options_are_those_of_table_5)
    {
        static const uint8_t id[] = {1, 2, 0, 0, 0, 0, 0};
        int asks = life[_i] == DHCPPERF_DISCOVER || life[_i] == DHCPPERF_REQUEST;
        const dhcpperf_msg *m;
        dhcpperf_bytes value;
        fake f;

        live(&f, NULL);
        m = parsed(&f, (unsigned)_i);
        ck_assert_msg(option_ip(m, DHCPPERF_OPT_SERVER_ID) ==
                          (life[_i] == DHCPPERF_DISCOVER ? 0 : f.server_id),
                      "K-009, K-011, K-081, message %d", _i);
        ck_assert_msg(
            option_ip(m, DHCPPERF_OPT_REQUESTED_IP) ==
                (life[_i] == DHCPPERF_REQUEST || life[_i] == DHCPPERF_DECLINE ? f.pool + 1 : 0),
            "K-012, K-056, K-082, message %d", _i);
        ck_assert_msg(has(m, DHCPPERF_OPT_PARAM_LIST) == asks, "K-016, K-082, message %d", _i);
        ck_assert_msg(has(m, DHCPPERF_OPT_MAX_SIZE) == asks, "K-120, K-082, message %d", _i);
        ck_assert_msg(!has(m, 56) && !has(m, 51), "K-121, message %d", _i);
        ck_assert_int_eq(dhcpperf_msg_get_option(m, DHCPPERF_OPT_CLIENT_ID, &value), 0);
        ck_assert_msg(value.len == sizeof id && memcmp(value.data, id, sizeof id) == 0,
                      "K-017, K-022, K-084, message %d", _i);
        fake_fini(&f);
    }
END_TEST

START_TEST(request_carries_on_from_its_discover)
    {
        const char *const settings[] = {"exchange.timeout=1h", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        unsigned k;
        fake f;

        memset(&cap, 0, sizeof cap);
        cap.silent_requests = 2;
        fake_init(&f, c);
        f.serve = keep;
        f.latency = 10 * FAKE_S; /* the DISCOVER is repeated, and its OFFERs come late */
        fake_begin(&f, 100 * FAKE_S);
        for (k = 1; k < cap.n; k++) {
            ck_assert_msg(memcmp(cap.data[k] + 4, cap.data[0] + 4, 4) == 0, "K-014, K-066: %u", k);
            ck_assert_msg(memcmp(&cap.pkt[k].dst, &cap.pkt[0].dst, sizeof cap.pkt[0].dst) == 0,
                          "K-019: %u", k);
        }
        for (k = 0; k < cap.n && cap.type[k] == DHCPPERF_DISCOVER; k++) {
            unsigned secs = dhcpperf_msg_get_secs(parsed(&f, k));

            ck_assert_msg(secs == (cap.pkt[k].ts - cap.pkt[0].ts) / FAKE_S, "K-063: %u", k);
        }
        ck_assert_uint_ge(k, 2);
        for (; k < cap.n; k++) {
            unsigned was = dhcpperf_msg_get_secs(parsed(&f, 1));

            ck_assert_uint_eq(cap.type[k], DHCPPERF_REQUEST);
            ck_assert_msg(was > 0 && dhcpperf_msg_get_secs(parsed(&f, k)) == was, "K-015: %u", k);
        }
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* K-064. */
START_TEST(a_retransmission_differs_in_secs_alone)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        unsigned k;
        fake f;

        cap.silent_requests = 100;
        begin(&f, c, 30 * FAKE_S);
        cap.silent_requests = 0;
        ck_assert_uint_ge(cap.n, 4);
        for (k = 2; k < cap.n; k++) {
            ck_assert_uint_eq(cap.type[k], DHCPPERF_REQUEST);
            assert_mem_eq(cap.data[k], cap.data[1], 8);
            assert_mem_eq(cap.data[k] + 10, cap.data[1] + 10, cap.pkt[1].len - 10u);
        }
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(a_release_goes_to_the_server_from_the_address)
    {
        fake f;

        live(&f, NULL);
        ck_assert_uint_eq(fake_num(cap.pkt[2].dst.ip), f.server_id); /* K-085 */
        ck_assert_uint_eq(fake_num(cap.pkt[2].src.ip), f.pool + 1);
        ck_assert_uint_eq(cap.pkt[2].flags & DHCPPERF_PKT_BCAST, 0);
        ck_assert(memcmp(cap.data[2] + 4, cap.data[1] + 4, 4) != 0); /* own xid */
        ck_assert_uint_eq(fake_num(cap.pkt[0].dst.ip), UINT32_MAX);
        ck_assert_uint_eq(fake_num(cap.pkt[0].src.ip), 0); /* K-124 */
        ck_assert_uint_ne(cap.pkt[0].flags & DHCPPERF_PKT_BCAST, 0);
        ck_assert_uint_eq(cap.pkt[0].src.port, 68);
        ck_assert_uint_eq(cap.pkt[0].dst.port, 67);
        ck_assert_uint_ne(cap.pkt[5].flags & DHCPPERF_PKT_BCAST, 0); /* K-056 */
        fake_fini(&f);
    }
END_TEST

START_TEST(settings_reach_the_wire)
    {
        const char *const settings[] = {"client.broadcast=true",      "client.id=none",
                                        "client.max-size=576",        "server.address=192.0.2.9",
                                        "server.port=6767",           "client.port=6768",
                                        "mac.base=06:05:04:03:02:01", NULL};
        const dhcpperf_msg *m;
        uint16_t size;
        unsigned k;
        fake f;

        live(&f, settings);
        for (k = 0; k < cap.n; k++) {
            int asks = life[k] == DHCPPERF_DISCOVER || life[k] == DHCPPERF_REQUEST;

            m = parsed(&f, k);
            /* K-083: what ends a lease has no flags. */
            ck_assert_uint_eq(dhcpperf_msg_get_flags(m), asks ? 0x8000 : 0);
            ck_assert(!has(m, DHCPPERF_OPT_CLIENT_ID));
            ck_assert_uint_eq(fake_num(cap.pkt[k].dst.ip), 0xc0000209);
            ck_assert_uint_eq(cap.pkt[k].dst.port, 6767);
            ck_assert_uint_eq(cap.pkt[k].src.port, 6768);
            ck_assert_uint_eq(cap.pkt[k].flags, 0);
            ck_assert_uint_eq(cap.data[k][28 + 5], 1);
            if (asks) {
                ck_assert_int_eq(dhcpperf_msg_get_option_u16(m, 57, &size), 0);
                ck_assert_uint_eq(size, 576); /* K-021 */
            }
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(a_size_that_cannot_be_announced_is_refused)
    {
        const char *const settings[] = {"client.max-size=575", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        dhcpperf_client *cli;

        ck_assert_int_eq(dhcpperf_client_new(&cli, c, NULL), DHCPPERF_E_RANGE);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* -- options of the caller, relays ------------------------------------------------------------- */

START_TEST(own_options_reach_the_wire)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        dhcpperf_bytes value;
        const dhcpperf_msg *m;
        unsigned k;
        fake f;

        ck_assert_int_eq(dhcpperf_client_config_set_stations(c, 12), 0);
        ck_assert_int_eq(dhcpperf_client_config_add_option(c, 12, "host-{station}"), 0);
        ck_assert_int_eq(dhcpperf_client_config_add_option(c, 60, "first"), 0);
        ck_assert_int_eq(dhcpperf_client_config_add_option(c, 60, "MSFT 5.0"), 0);
        ck_assert_int_eq(dhcpperf_client_config_add_option(c, 55, "1,3"), 0);
        ck_assert_int_eq(dhcpperf_client_config_add_option(c, 61, "{hex:00}id-{mac}"), 0);
        ck_assert_int_eq(dhcpperf_client_config_add_option(c, 61, "{hex:00}{mac}"), 0);
        begin(&f, c, FAKE_S);
        do_and_run(&f, 11, DHCPPERF_DO_RELEASE);
        ck_assert_uint_eq(cap.n, 25);
        for (k = 0; k < cap.n; k++) {
            char want[32];
            unsigned i = cap.data[k][28 + 5];

            m = parsed(&f, k);
            ck_assert_int_eq(dhcpperf_msg_get_option(m, 61, &value), 0);
            ck_assert_uint_eq(value.len, 18);
            ck_assert_int_eq(value.data[0], 0);
            snprintf(want, sizeof want, "02:00:00:00:00:%02x", i);
            assert_mem_eq(value.data + 1, want, 17);
            if (cap.type[k] == DHCPPERF_RELEASE) {
                ck_assert(!has(m, 12) && !has(m, 60) && !has(m, 55)); /* K-082 */
                continue;
            }
            ck_assert_int_eq(dhcpperf_msg_get_option(m, 12, &value), 0);
            snprintf(want, sizeof want, "host-%u", i);
            ck_assert_msg(value.len == strlen(want) && memcmp(value.data, want, value.len) == 0,
                          "station %u", i);
            ck_assert_int_eq(dhcpperf_msg_get_option(m, 60, &value), 0);
            ck_assert_uint_eq(value.len, 8); /* K-122 */
            ck_assert_int_eq(dhcpperf_msg_get_option(m, 55, &value), 0);
            ck_assert_uint_eq(value.len, 2);
        }
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_VIOLATIONS), 0);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(options_the_engine_writes_cannot_be_added)
    {
        static const uint8_t codes[] = {0, 50, 52, 53, 54, 82, 255};
        dhcpperf_client_config *c = fake_config(NULL);
        char longest[300];

        ck_assert_msg(dhcpperf_client_config_add_option(c, codes[_i], "1") == DHCPPERF_E_INVALID,
                      "code %u", codes[_i]);
        ck_assert_int_eq(dhcpperf_client_config_add_option(c, 57, "large"), DHCPPERF_E_SYNTAX);
        ck_assert_int_eq(dhcpperf_client_config_add_option(c, 12, "{host}"), DHCPPERF_E_SYNTAX);
        memset(longest, 'x', sizeof longest);
        longest[256] = '\0';
        ck_assert_int_eq(dhcpperf_client_config_add_option(c, 12, longest), DHCPPERF_E_NOBUFS);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(relays_speak_for_their_stations)
    {
        const char *const settings[] = {"stations=20", "relay.hops=3", "server.address=192.0.2.1",
                                        "client.port=67", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        dhcpperf_ip4 first = {{10, 9, 0, 1}};
        const dhcpperf_msg *m;
        unsigned k;
        fake f;

        ck_assert_int_eq(dhcpperf_client_config_add_relays(c, first, 3, 4, "port-{station}",
                                                           "{hex:beef}{relay}"),
                         0);
        begin(&f, c, FAKE_S);
        ck_assert_uint_eq(cap.n, 40);
        for (k = 0; k < cap.n; k++) {
            unsigned i = cap.data[k][28 + 5], relay = i / 4 % 3;
            dhcpperf_bytes value;
            uint8_t want[64];
            int n;

            m = parsed(&f, k);
            ck_assert_uint_eq(dhcpperf_msg_get_hops(m), 3);
            ck_assert_uint_eq(fake_num(dhcpperf_msg_get_giaddr(m)), 0x0a090001 + relay);
            ck_assert_uint_eq(fake_num(cap.pkt[k].src.ip), 0x0a090001 + relay);
            ck_assert_uint_eq(fake_num(cap.pkt[k].dst.ip), 0xc0000201);
            ck_assert_int_eq(dhcpperf_msg_get_option(m, DHCPPERF_OPT_RELAY_INFO, &value), 0);
            n = snprintf((char *)want + 2, sizeof want - 2, "port-%u", i);
            want[0] = 1;
            want[1] = (uint8_t)n;
            n += 2;
            memcpy(want + n, "\x02\x03\xbe\xef", 4);
            want[n + 4] = (uint8_t)('0' + relay);
            ck_assert_uint_eq(value.len, (unsigned)n + 5u);
            assert_mem_eq(value.data, want, value.len);
            ck_assert_uint_eq(value.data[value.len], DHCPPERF_OPT_END); /* K-025: last */
        }
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RELAYED), 40);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_VIOLATIONS), 0);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(all_messages_have_one_length)
    {
        const char *const settings[] = {"stations=1500", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        dhcpperf_ip4 first = {{10, 9, 0, 1}};
        uint32_t i, len;
        uint8_t buf[FAKE_MAX_LEN];
        char text[256];
        fake f;

        memset(text, 'a', sizeof text);
        text[240] = '\0';
        if (_i == 1) { /* more than 300 octets */
            memcpy(text, "{station}", 9);
            ck_assert_int_eq(dhcpperf_client_config_add_option(c, 12, text), 0);
            ck_assert_int_eq(dhcpperf_client_config_add_relays(c, first, 2000, 0, "{relay}", "r"),
                             0);
        }
        fake_init(&f, c);
        len = dhcpperf_engine_msg_len(f.e);
        ck_assert_msg(_i == 1 ? len > 500 : len == 300, "case %d: %u", _i, len);
        ck_assert_int_eq(dhcpperf_client_begin(f.cli, 0), 0);
        for (i = 0; i < 1500; i++) {
            dhcpperf_pkt pkt = {.data = buf, .cap = (uint16_t)len};

            memset(buf, 0xee, sizeof buf);
            ck_assert_int_eq(dhcpperf_engine_pull(f.e, &pkt, 1, 0), 1);
            ck_assert_msg(pkt.len == len, "case %d, station %u: %u", _i, i, pkt.len);
            ck_assert_msg(buf[len] == 0xee, "case %d: written past the end", _i);
            ck_assert_int_eq(dhcpperf_msg_parse(f.msg, buf, len, DHCPPERF_PARSE_STRICT, NULL), 0);
        }
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(what_does_not_fit_a_frame_is_refused_at_new)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        dhcpperf_client *cli;
        char text[250];
        uint8_t code;

        memset(text, 'a', sizeof text);
        text[249] = '\0';
        for (code = 224; code < 229; code++) {
            char hex[520] = "text:";

            strcat(hex, text);
            ck_assert_int_eq(dhcpperf_client_config_add_option(c, code, hex), 0);
        }
        ck_assert_int_eq(dhcpperf_client_new(&cli, c, NULL), DHCPPERF_E_NOBUFS);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(a_small_buffer_changes_nothing)
    {
        const char *const settings[] = {"stations=3", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        uint8_t buf[3][300];
        dhcpperf_pkt pkts[3];
        unsigned k;
        fake f;

        memset(pkts, 0, sizeof pkts);
        for (k = 0; k < 3; k++) {
            pkts[k].data = buf[k];
            pkts[k].cap = 300;
        }
        fake_init(&f, c);
        ck_assert_int_eq(dhcpperf_client_begin(f.cli, 0), 0);
        pkts[0].cap = 299;
        ck_assert_int_eq(dhcpperf_engine_pull(f.e, pkts, 3, 0), DHCPPERF_E_NOBUFS);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_TX_PACKETS), 0);
        pkts[0].cap = 300;
        pkts[2].cap = 0;
        ck_assert_int_eq(dhcpperf_engine_pull(f.e, pkts, 3, 0), 2);
        ck_assert_int_eq(dhcpperf_engine_pull(f.e, pkts, 2, 0), 1);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_STARTED), 3);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* -- the edit function ------------------------------------------------------------------------- */

static int add_name(void *user, uint32_t station, dhcpperf_msg_type type, dhcpperf_writer *w)
{
    unsigned *calls = user;
    dhcpperf_bytes value = {(const uint8_t *)"edited", 6};

    (*calls)++;
    if (station == 1 && type == DHCPPERF_DISCOVER) {
        return -1;
    }
    dhcpperf_writer_add_option(w, 12, value);
    return 0;
}

static int leave_it(void *user, uint32_t station, dhcpperf_msg_type type, dhcpperf_writer *w)
{
    unsigned *calls = user;

    (void)station;
    (void)type;
    (void)w;
    (*calls)++;
    return 0;
}

/* Options of a message in a fixed order: code, length, value. */
static size_t canonical(fake *f, unsigned k, uint8_t *buf)
{
    const dhcpperf_msg *m = parsed(f, k);
    dhcpperf_bytes value;
    unsigned code;
    size_t n = 0;

    for (code = 1; code < 255; code++) {
        if (dhcpperf_msg_get_option(m, (uint8_t)code, &value) == 0) {
            buf[n++] = (uint8_t)code;
            buf[n++] = (uint8_t)value.len;
            memcpy(buf + n, value.data, value.len);
            n += value.len;
        }
    }
    return n;
}

START_TEST(the_writer_and_the_images_say_the_same)
    {
        const char *const settings[] = {"stations=5", "client.broadcast=true", NULL};
        static uint8_t want[64][1500], got[1500];
        static size_t want_len[64];
        static capture plain;
        dhcpperf_client_config *c = fake_config(settings);
        dhcpperf_ip4 first = {{10, 9, 0, 1}};
        unsigned calls = 0, k, round;
        fake f;

        ck_assert_int_eq(dhcpperf_client_config_add_relays(c, first, 2, 2, "c{station}", NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_add_option(c, 12, "name"), 0);
        ck_assert_int_eq(dhcpperf_client_config_add_option(c, 60, "v{station}"), 0);
        for (round = 0; round < 2; round++) {
            begin(&f, c, FAKE_S);
            ck_assert_uint_eq(dhcpperf_engine_msg_len(f.e) == 0, round);
            do_and_run(&f, 0, DHCPPERF_DO_RELEASE);
            do_and_run(&f, 1, DHCPPERF_DO_DECLINE);
            ck_assert_uint_eq(cap.n, 12);
            for (k = 0; k < cap.n; k++) {
                if (round == 0) {
                    want_len[k] = canonical(&f, k, want[k]);
                    continue;
                }
                assert_mem_eq(cap.data[k], plain.data[k], 240);
                ck_assert_uint_eq(canonical(&f, k, got), want_len[k]);
                assert_mem_eq(got, want[k], want_len[k]);
            }
            plain = cap;
            fake_fini(&f);
            ck_assert_int_eq(dhcpperf_client_config_set_edit(c, leave_it, &calls), 0);
        }
        ck_assert_uint_eq(calls, 12);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(an_edit_that_fails_is_told_and_loses_nothing)
    {
        const char *const settings[] = {"stations=4", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        uint8_t buf[4][400];
        dhcpperf_pkt pkts[4];
        unsigned calls = 0, k;
        fake f;

        memset(pkts, 0, sizeof pkts);
        for (k = 0; k < 4; k++) {
            pkts[k].data = buf[k];
            pkts[k].cap = 400;
        }
        ck_assert_int_eq(dhcpperf_client_config_set_edit(c, add_name, &calls), 0);
        fake_init(&f, c);
        ck_assert_int_eq(dhcpperf_client_begin(f.cli, 0), 0);
        ck_assert_int_eq(dhcpperf_engine_pull(f.e, pkts, 4, 0), 1); /* what was ready goes out */
        ck_assert_int_eq(dhcpperf_msg_parse(f.msg, buf[0], pkts[0].len, 0, NULL), 0);
        ck_assert(has(f.msg, 12));
        ck_assert_uint_le(dhcpperf_engine_deadline(f.e), 0);
        ck_assert_int_eq(dhcpperf_engine_pull(f.e, pkts, 4, 0), DHCPPERF_E_CALLBACK);
        ck_assert_int_eq(dhcpperf_engine_pull(f.e, pkts, 4, 0), 2);
        ck_assert_int_eq(dhcpperf_engine_pull(f.e, pkts, 4, 0), 0);
        ck_assert_uint_eq(calls, 4);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_TX_PACKETS), 3);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_TX_ERRORS), 1);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_IN_FLIGHT), 4);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, fixed_fields_are_those_of_table_5, 0, 6);
    tcase_add_loop_test(tc, options_are_those_of_table_5, 0, 6);
    tcase_add_test(tc, request_carries_on_from_its_discover);
    tcase_add_test(tc, a_retransmission_differs_in_secs_alone);
    tcase_add_test(tc, a_release_goes_to_the_server_from_the_address);
    tcase_add_test(tc, settings_reach_the_wire);
    tcase_add_test(tc, a_size_that_cannot_be_announced_is_refused);
    tcase_add_test(tc, own_options_reach_the_wire);
    tcase_add_loop_test(tc, options_the_engine_writes_cannot_be_added, 0, 7);
    tcase_add_test(tc, relays_speak_for_their_stations);
    tcase_add_loop_test(tc, all_messages_have_one_length, 0, 2);
    tcase_add_test(tc, what_does_not_fit_a_frame_is_refused_at_new);
    tcase_add_test(tc, a_small_buffer_changes_nothing);
    tcase_add_test(tc, the_writer_and_the_images_say_the_same);
    tcase_add_test(tc, an_edit_that_fails_is_told_and_loses_nothing);
}

HARNESS_MAIN("client/requests", tests)
