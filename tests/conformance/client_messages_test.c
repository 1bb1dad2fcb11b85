/* SPDX-License-Identifier: MIT */
/* client_messages_test.c - what a client puts on the wire, each test named after its requirement:
 * the contents of messages, and secs and repetition. */
#include <libdhcpperf/client.h>

#include <string.h>

#include "support/harness.h"
#include "unit/client/fake.h"

enum {
    MESSAGES = 64,
    CROWD = 100000,
    OFF_XID = 4,
    OFF_SECS = 8,
    OFF_FLAGS = 10,
    OFF_CHADDR = 28,
    OFF_SNAME = 44,
    OFF_COOKIE = 236,
    OFF_OPTIONS = 240
};

/* Every message that left, as it was. */
typedef struct capture {
    uint8_t data[MESSAGES][FAKE_MAX_LEN];
    dhcpperf_pkt pkt[MESSAGES];
    int type[MESSAGES];
    unsigned n;
    unsigned silent; /* messages of a type left unanswered before the first answer */
    int silent_type;
} capture;

static capture cap;

static void keep(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    ck_assert_uint_lt(cap.n, MESSAGES);
    memcpy(cap.data[cap.n], pkt->data, pkt->len);
    cap.pkt[cap.n] = *pkt;
    cap.pkt[cap.n].data = cap.data[cap.n];
    cap.type[cap.n++] = dhcpperf_msg_get_type(msg);
    if (dhcpperf_msg_get_type(msg) == cap.silent_type && cap.silent > 0) {
        cap.silent--;
        return;
    }
    fake_serve(f, pkt, msg);
}

static void begin(fake *f, const dhcpperf_client_config *c, dhcpperf_ts until)
{
    fake_init(f, c);
    f->serve = keep;
    fake_begin(f, until);
}

static void forget(void)
{
    memset(&cap, 0, sizeof cap);
}

static void command(fake *f, dhcpperf_command what)
{
    ck_assert_int_eq(dhcpperf_client_do(f->cli, 0, what), 0);
    fake_run(f, f->now + FAKE_S);
}

/* A life that sends every kind of message: obtained, given back, obtained again, declined. */
static void live_with(fake *f, dhcpperf_client_config *c)
{
    forget();
    begin(f, c, FAKE_S);
    command(f, DHCPPERF_DO_RELEASE);
    command(f, DHCPPERF_DO_START);
    command(f, DHCPPERF_DO_DECLINE);
    ck_assert_uint_ge(cap.n, 6);
    dhcpperf_client_config_free(c);
}

static void live(fake *f, const char *const *settings)
{
    live_with(f, fake_config(settings));
}

/* The same behind a relay agent that adds option 82. */
static void live_relayed(fake *f)
{
    dhcpperf_client_config *c = fake_config(NULL);

    ck_assert_int_eq(
        dhcpperf_client_config_add_relays(c, fake_ip(0x0a090001), 1, 0, "port-{station}", NULL), 0);
    live_with(f, c);
}

static const dhcpperf_msg *parsed(fake *f, unsigned k)
{
    ck_assert_uint_lt(k, cap.n);
    ck_assert_int_eq(
        dhcpperf_msg_parse(f->msg, cap.data[k], cap.pkt[k].len, DHCPPERF_PARSE_STRICT, NULL), 0);
    return f->msg;
}

static unsigned first_of(int type)
{
    unsigned k;

    for (k = 0; k < cap.n && cap.type[k] != type; k++) {
    }
    ck_assert_msg(k < cap.n, "no message of type %d was sent", type);
    return k;
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

/* Walks the options of message k by hand: the last code before End, and where End stands. */
static uint8_t last_option(unsigned k, size_t *ret_end)
{
    const uint8_t *data = cap.data[k];
    size_t at = OFF_OPTIONS;
    uint8_t last = 0;

    while (at + 1 < cap.pkt[k].len && data[at] != DHCPPERF_OPT_END) {
        last = data[at];
        at += data[at] == DHCPPERF_OPT_PAD ? 1 : 2 + (size_t)data[at + 1];
    }
    ck_assert_msg(at < cap.pkt[k].len && data[at] == DHCPPERF_OPT_END, "message %u has no End", k);
    *ret_end = at;
    return last;
}

/* -- header ------------------------------------------------------------------------------------ */

START_TEST(k_001_op_is_a_request)
    {
        unsigned k;
        fake f;

        live(&f, NULL);
        for (k = 0; k < cap.n; k++) {
            ck_assert_msg(cap.data[k][0] == 1, "message %u: op %u", k, cap.data[k][0]);
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(k_002_the_hardware_address_stays_the_same)
    {
        static const char *const settings[] = {"mac.base=06:11:22:33:44:55", NULL};
        static const uint8_t chaddr[16] = {0x06, 0x11, 0x22, 0x33, 0x44, 0x55};
        unsigned k;
        fake f;

        live(&f, settings);
        for (k = 0; k < cap.n; k++) {
            ck_assert_msg(cap.data[k][1] == 1 && cap.data[k][2] == 6, "message %u: htype, hlen", k);
            assert_mem_eq(cap.data[k] + OFF_CHADDR, chaddr, sizeof chaddr);
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(k_003_hops_are_a_relay_agents)
    {
        unsigned k;
        fake f;

        live(&f, NULL);
        for (k = 0; k < cap.n; k++) {
            ck_assert_msg(cap.data[k][3] == 0, "message %u", k);
        }
        fake_fini(&f);
        live_relayed(&f);
        for (k = 0; k < cap.n; k++) {
            ck_assert_msg(cap.data[k][3] == 1, "relayed message %u", k);
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(k_004_yiaddr_and_siaddr_are_a_servers)
    {
        const dhcpperf_msg *m;
        unsigned k;
        fake f;

        live(&f, NULL);
        for (k = 0; k < cap.n; k++) {
            m = parsed(&f, k);
            ck_assert_msg(fake_num(dhcpperf_msg_get_yiaddr(m)) == 0, "message %u: yiaddr", k);
            ck_assert_msg(fake_num(dhcpperf_msg_get_siaddr(m)) == 0, "message %u: siaddr", k);
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(k_005_giaddr_is_a_relay_agents_and_constant)
    {
        unsigned k;
        fake f;

        live(&f, NULL);
        for (k = 0; k < cap.n; k++) {
            ck_assert_msg(fake_num(dhcpperf_msg_get_giaddr(parsed(&f, k))) == 0, "message %u", k);
        }
        fake_fini(&f);
        live_relayed(&f);
        for (k = 0; k < cap.n; k++) {
            ck_assert_msg(fake_num(dhcpperf_msg_get_giaddr(parsed(&f, k))) == 0x0a090001,
                          "relayed message %u", k);
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(k_006_cookie_type_and_end_are_always_there)
    {
        static const uint8_t cookie[] = {99, 130, 83, 99};
        unsigned k;
        fake f;

        live(&f, NULL);
        for (k = 0; k < cap.n; k++) {
            size_t end, at;

            assert_mem_eq(cap.data[k] + OFF_COOKIE, cookie, sizeof cookie);
            ck_assert_msg(dhcpperf_msg_get_type(parsed(&f, k)) == cap.type[k] && cap.type[k] > 0,
                          "message %u has no type", k);
            (void)last_option(k, &end);
            for (at = end + 1; at < cap.pkt[k].len; at++) {
                ck_assert_msg(cap.data[k][at] == 0, "message %u: octet %u behind End", k,
                              (unsigned)at);
            }
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(k_007_a_message_has_at_least_300_octets)
    {
        static const char *const settings[] = {"client.id=none", "client.max-size=0", NULL};
        unsigned k;
        fake f;

        live(&f, settings); /* the shortest there are */
        for (k = 0; k < cap.n; k++) {
            ck_assert_msg(cap.pkt[k].len >= 300, "message %u: %u octets", k, cap.pkt[k].len);
        }
        fake_fini(&f);
    }
END_TEST

/* -- DISCOVER and the REQUEST that follows it -------------------------------------------------- */

START_TEST(k_008_discover_has_no_ciaddr)
    {
        unsigned k;
        fake f;

        live(&f, NULL);
        for (k = 0; k < cap.n; k++) {
            if (cap.type[k] == DHCPPERF_DISCOVER) {
                ck_assert_uint_eq(fake_num(dhcpperf_msg_get_ciaddr(parsed(&f, k))), 0);
            }
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(k_009_discover_and_inform_name_no_server)
    {
        unsigned k;
        fake f;

        live(&f, NULL);
        for (k = 0; k < cap.n; k++) {
            if (cap.type[k] == DHCPPERF_DISCOVER || cap.type[k] == DHCPPERF_INFORM) {
                ck_assert_msg(!has(parsed(&f, k), DHCPPERF_OPT_SERVER_ID), "message %u", k);
            }
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(k_010_an_offer_is_followed_by_a_request)
    {
        fake f;

        live(&f, NULL);
        ck_assert_int_eq(cap.type[0], DHCPPERF_DISCOVER);
        ck_assert_int_eq(cap.type[1], DHCPPERF_REQUEST);
        ck_assert_uint_eq(cap.pkt[1].ts, cap.pkt[0].ts + f.latency); /* the instant it arrived */
        fake_fini(&f);
    }
END_TEST

START_TEST(k_011_request_names_the_server_of_the_offer)
    {
        fake f;

        live(&f, NULL);
        ck_assert_uint_eq(option_ip(parsed(&f, first_of(DHCPPERF_REQUEST)), DHCPPERF_OPT_SERVER_ID),
                          f.server_id);
        fake_fini(&f);
    }
END_TEST

START_TEST(k_012_request_asks_for_the_address_offered)
    {
        fake f;

        live(&f, NULL);
        ck_assert_uint_eq(
            option_ip(parsed(&f, first_of(DHCPPERF_REQUEST)), DHCPPERF_OPT_REQUESTED_IP),
            f.pool + 1);
        fake_fini(&f);
    }
END_TEST

START_TEST(k_013_a_selecting_request_has_no_ciaddr)
    {
        fake f;

        live(&f, NULL);
        ck_assert_uint_eq(fake_num(dhcpperf_msg_get_ciaddr(parsed(&f, first_of(DHCPPERF_REQUEST)))),
                          0);
        fake_fini(&f);
    }
END_TEST

START_TEST(k_014_request_has_the_xid_of_the_offer)
    {
        fake f;

        live(&f, NULL);
        assert_mem_eq(cap.data[first_of(DHCPPERF_REQUEST)] + OFF_XID,
                      cap.data[first_of(DHCPPERF_DISCOVER)] + OFF_XID, 4);
        fake_fini(&f);
    }
END_TEST

START_TEST(k_019_request_goes_where_the_discover_went)
    {
        static const char *const unicast[] = {"server.address=192.0.2.9", NULL};
        fake f;

        live(&f, NULL);
        ck_assert_uint_eq(fake_num(cap.pkt[0].dst.ip), UINT32_MAX);
        ck_assert_uint_eq(fake_num(cap.pkt[1].dst.ip), UINT32_MAX);
        ck_assert_uint_ne(cap.pkt[1].flags & DHCPPERF_PKT_BCAST, 0);
        fake_fini(&f);
        live(&f, unicast);
        ck_assert_uint_eq(fake_num(cap.pkt[0].dst.ip), 0xc0000209);
        ck_assert_uint_eq(fake_num(cap.pkt[1].dst.ip), 0xc0000209);
        fake_fini(&f);
    }
END_TEST

/* -- everything -------------------------------------------------------------------------------- */

START_TEST(k_020_reserved_flags_are_zero)
    {
        static const char *const settings[] = {"client.broadcast=true", NULL};
        unsigned k;
        fake f;

        live(&f, settings);
        for (k = 0; k < cap.n; k++) {
            ck_assert_msg((dhcpperf_msg_get_flags(parsed(&f, k)) & 0x7fff) == 0, "message %u", k);
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(k_021_no_size_below_576_is_announced)
    {
        static const char *const least[] = {"client.max-size=576", NULL};
        static const char *const less[] = {"client.max-size=575", NULL};
        dhcpperf_client_config *c = fake_config(less);
        dhcpperf_client *cli;
        uint16_t size;
        unsigned k;
        fake f;

        ck_assert_int_eq(dhcpperf_client_new(&cli, c, NULL), DHCPPERF_E_RANGE);
        dhcpperf_client_config_free(c);
        live(&f, least);
        for (k = 0; k < cap.n; k++) {
            if (dhcpperf_msg_get_option_u16(parsed(&f, k), DHCPPERF_OPT_MAX_SIZE, &size) == 0) {
                ck_assert_uint_eq(size, 576);
            }
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(k_022_a_client_identifier_has_at_least_two_octets)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        dhcpperf_bytes id;
        unsigned k;
        fake f;

        ck_assert_int_lt(dhcpperf_client_config_add_option(c, DHCPPERF_OPT_CLIENT_ID, "00"), 0);
        live_with(&f, c);
        for (k = 0; k < cap.n; k++) {
            ck_assert_int_eq(dhcpperf_msg_get_option(parsed(&f, k), DHCPPERF_OPT_CLIENT_ID, &id),
                             0);
            ck_assert_msg(id.len >= 2, "message %u", k);
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(k_023_an_option_occurs_once)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        unsigned k;
        fake f;

        /* Options the engine would write too. */
        ck_assert_int_eq(dhcpperf_client_config_add_option(c, DHCPPERF_OPT_MAX_SIZE, "600"), 0);
        ck_assert_int_eq(
            dhcpperf_client_config_add_option(c, DHCPPERF_OPT_CLIENT_ID, "id-{station}"), 0);
        ck_assert_int_eq(dhcpperf_client_config_add_option(c, DHCPPERF_OPT_PARAM_LIST, "1,3"), 0);
        live_with(&f, c);
        for (k = 0; k < cap.n; k++) {
            unsigned codes[256] = {0};
            dhcpperf_bytes value;
            size_t cursor = 0;
            uint8_t code;

            (void)parsed(&f, k);
            while (dhcpperf_msg_next_option(f.msg, &cursor, &code, &value) == 1) {
                ck_assert_msg(codes[code]++ == 0, "message %u: option %u twice", k, code);
            }
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(k_024_sname_and_file_are_zero)
    {
        static const uint8_t zero[192] = {0};
        unsigned k;
        fake f;

        live(&f, NULL);
        for (k = 0; k < cap.n; k++) {
            assert_mem_eq(cap.data[k] + OFF_SNAME, zero, sizeof zero);
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(k_025_option_82_is_a_relay_agents_and_last)
    {
        unsigned k;
        size_t end;
        fake f;

        live(&f, NULL);
        for (k = 0; k < cap.n; k++) {
            ck_assert_msg(!has(parsed(&f, k), DHCPPERF_OPT_RELAY_INFO), "message %u", k);
        }
        fake_fini(&f);
        live_relayed(&f);
        for (k = 0; k < cap.n; k++) {
            ck_assert_msg(last_option(k, &end) == DHCPPERF_OPT_RELAY_INFO, "relayed message %u", k);
        }
        fake_fini(&f);
    }
END_TEST

static uint32_t xids[CROWD];
static unsigned n_xids;

static void keep_xid(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    (void)f;
    (void)pkt;
    assert_fast(n_xids < CROWD, "more than one message each");
    xids[n_xids++] = dhcpperf_msg_get_xid(msg);
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* The xid of station 0 among a crowd that has one message each in flight. */
static uint32_t crowd(const char *seed)
{
    const char *const settings[] = {"stations=100000", seed, NULL};
    dhcpperf_client_config *c = fake_config(settings);
    uint32_t first;
    unsigned k;
    fake f;

    n_xids = 0;
    fake_init(&f, c);
    f.serve = keep_xid;
    f.burst = 4096;
    fake_begin(&f, 0);
    ck_assert_uint_eq(n_xids, CROWD);
    first = xids[0];
    qsort(xids, CROWD, sizeof *xids, by_number);
    for (k = 1; k < CROWD; k++) {
        assert_fast(xids[k] != xids[k - 1], "xid %08x is in use twice", (unsigned)xids[k]);
    }
    fake_fini(&f);
    dhcpperf_client_config_free(c);
    return first;
}

START_TEST(k_027_xids_differ_by_run_and_never_collide)
    {
        ck_assert_uint_ne(crowd("seed=1"), crowd("seed=2"));
    }
END_TEST

START_TEST(k_028_the_broadcast_flag_is_set_on_demand)
    {
        static const char *const deaf[] = {"client.broadcast=true", NULL};
        fake f;

        live(&f, NULL);
        ck_assert_uint_eq(dhcpperf_msg_get_flags(parsed(&f, 0)), 0);
        ck_assert_uint_eq(dhcpperf_msg_get_flags(parsed(&f, 1)), 0);
        fake_fini(&f);
        live(&f, deaf);
        ck_assert_uint_eq(dhcpperf_msg_get_flags(parsed(&f, 0)), DHCPPERF_FLAG_BROADCAST);
        ck_assert_uint_eq(dhcpperf_msg_get_flags(parsed(&f, 1)), DHCPPERF_FLAG_BROADCAST);
        fake_fini(&f);
    }
END_TEST

/* -- secs and repetition ----------------------------------------------------------------------- */

static uint16_t last_secs;
static dhcpperf_ts last_at;

static void keep_secs(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    (void)pkt;
    last_secs = dhcpperf_msg_get_secs(msg);
    last_at = f->now;
}

START_TEST(k_063_secs_count_from_the_first_discover)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        fake f;

        fake_init(&f, c);
        f.serve = keep_secs;
        f.now = 1000 * FAKE_S; /* a process that begins later than the clock */
        fake_begin(&f, 1000 * FAKE_S);
        ck_assert_uint_eq(last_secs, 0);
        while (last_at < 66600 * FAKE_S) {
            uint64_t since;

            fake_run(&f, dhcpperf_engine_deadline(f.e));
            since = (last_at - 1000 * FAKE_S) / FAKE_S;
            ck_assert_msg(last_secs == (since < 65535 ? since : 65535), "secs %u after %u s",
                          last_secs, (unsigned)since);
        }
        ck_assert_uint_eq(last_secs, 65535);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* Octets that differ between the messages a and b, beyond secs. */
static void check_repetition(unsigned a, unsigned b)
{
    ck_assert_int_eq(cap.type[a], cap.type[b]);
    ck_assert_uint_eq(cap.pkt[a].len, cap.pkt[b].len);
    assert_mem_eq(cap.data[b], cap.data[a], OFF_SECS);
    assert_mem_eq(cap.data[b] + OFF_FLAGS, cap.data[a] + OFF_FLAGS, cap.pkt[a].len - OFF_FLAGS);
}

START_TEST(k_064_a_retransmission_differs_in_secs_alone)
    {
        static const int types[] = {DHCPPERF_DISCOVER, DHCPPERF_REQUEST};
        dhcpperf_client_config *c = fake_config(NULL);
        unsigned first;
        fake f;

        forget();
        cap.silent_type = types[_i];
        cap.silent = 3;
        begin(&f, c, 20 * FAKE_S); /* 4 s and 8 s, each at most one more */
        first = first_of(types[_i]);
        check_repetition(first, first + 1);
        check_repetition(first, first + 2);
        ck_assert_msg(types[_i] == DHCPPERF_REQUEST ||
                          memcmp(cap.data[first] + OFF_SECS, cap.data[first + 2] + OFF_SECS, 2) !=
                              0,
                      "secs stand still in a DISCOVER");
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* -- options ----------------------------------------------------------------------------------- */

START_TEST(k_120_discover_announces_a_size)
    {
        static const char *const settings[] = {"client.max-size=1000", NULL};
        uint16_t size;
        fake f;

        live(&f, NULL);
        ck_assert_int_eq(dhcpperf_msg_get_option_u16(parsed(&f, 0), DHCPPERF_OPT_MAX_SIZE, &size),
                         0);
        ck_assert_uint_eq(size, 1500);
        fake_fini(&f);
        live(&f, settings);
        ck_assert_int_eq(dhcpperf_msg_get_option_u16(parsed(&f, 0), DHCPPERF_OPT_MAX_SIZE, &size),
                         0);
        ck_assert_uint_eq(size, 1000);
        fake_fini(&f);
    }
END_TEST

START_TEST(k_121_discover_and_request_have_no_message_text)
    {
        unsigned k;
        fake f;

        live(&f, NULL);
        for (k = 0; k < cap.n; k++) {
            if (cap.type[k] == DHCPPERF_DISCOVER || cap.type[k] == DHCPPERF_REQUEST) {
                ck_assert_msg(!has(parsed(&f, k), DHCPPERF_OPT_MESSAGE), "message %u", k);
            }
        }
        fake_fini(&f);
    }
END_TEST

START_TEST(k_122_the_vendor_class_is_the_users)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        dhcpperf_bytes value;
        unsigned k;
        fake f;

        ck_assert_int_eq(
            dhcpperf_client_config_add_option(c, DHCPPERF_OPT_VENDOR_CLASS, "set-top-box"), 0);
        live_with(&f, c);
        for (k = 0; k < 2; k++) {
            ck_assert_int_eq(
                dhcpperf_msg_get_option(parsed(&f, k), DHCPPERF_OPT_VENDOR_CLASS, &value), 0);
            ck_assert_uint_eq(value.len, 11);
            assert_mem_eq(value.data, "set-top-box", 11);
        }
        ck_assert(!has(parsed(&f, first_of(DHCPPERF_RELEASE)), DHCPPERF_OPT_VENDOR_CLASS));
        fake_fini(&f);
    }
END_TEST

START_TEST(k_124_before_it_has_an_address_a_client_sends_from_none)
    {
        unsigned k;
        fake f;

        live(&f, NULL);
        for (k = 0; k < 2; k++) {
            ck_assert_uint_eq(fake_num(cap.pkt[k].src.ip), 0);
            ck_assert_uint_eq(cap.pkt[k].src.port, 68);
            ck_assert_uint_eq(cap.pkt[k].dst.port, 67);
        }
        fake_fini(&f);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, k_001_op_is_a_request);
    tcase_add_test(tc, k_002_the_hardware_address_stays_the_same);
    tcase_add_test(tc, k_003_hops_are_a_relay_agents);
    tcase_add_test(tc, k_004_yiaddr_and_siaddr_are_a_servers);
    tcase_add_test(tc, k_005_giaddr_is_a_relay_agents_and_constant);
    tcase_add_test(tc, k_006_cookie_type_and_end_are_always_there);
    tcase_add_test(tc, k_007_a_message_has_at_least_300_octets);
    tcase_add_test(tc, k_008_discover_has_no_ciaddr);
    tcase_add_test(tc, k_009_discover_and_inform_name_no_server);
    tcase_add_test(tc, k_010_an_offer_is_followed_by_a_request);
    tcase_add_test(tc, k_011_request_names_the_server_of_the_offer);
    tcase_add_test(tc, k_012_request_asks_for_the_address_offered);
    tcase_add_test(tc, k_013_a_selecting_request_has_no_ciaddr);
    tcase_add_test(tc, k_014_request_has_the_xid_of_the_offer);
    tcase_add_test(tc, k_019_request_goes_where_the_discover_went);
    tcase_add_test(tc, k_020_reserved_flags_are_zero);
    tcase_add_test(tc, k_021_no_size_below_576_is_announced);
    tcase_add_test(tc, k_022_a_client_identifier_has_at_least_two_octets);
    tcase_add_test(tc, k_023_an_option_occurs_once);
    tcase_add_test(tc, k_024_sname_and_file_are_zero);
    tcase_add_test(tc, k_025_option_82_is_a_relay_agents_and_last);
    tcase_add_test(tc, k_027_xids_differ_by_run_and_never_collide);
    tcase_add_test(tc, k_028_the_broadcast_flag_is_set_on_demand);
    tcase_add_test(tc, k_063_secs_count_from_the_first_discover);
    tcase_add_loop_test(tc, k_064_a_retransmission_differs_in_secs_alone, 0, 2);
    tcase_add_test(tc, k_120_discover_announces_a_size);
    tcase_add_test(tc, k_121_discover_and_request_have_no_message_text);
    tcase_add_test(tc, k_122_the_vendor_class_is_the_users);
    tcase_add_test(tc, k_124_before_it_has_an_address_a_client_sends_from_none);
}

HARNESS_MAIN("conformance/client_messages", tests)
