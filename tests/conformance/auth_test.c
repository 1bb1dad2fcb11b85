/* SPDX-License-Identifier: MIT */
/* auth_test.c - option 90 (RFC 3118): what a MAC is computed over, held against MACs that Python's
 * hmac module computed of the same octets. */
#include <libdhcpperf/message.h>

#include <string.h>

#include <libdhcpperf/error.h>

#include "support/harness.h"
#include "support/md5.h"

enum {
    CAP = 600,
    OFF_HOPS = 3,
    OFF_GIADDR = 24,
    AUTH_FIXED = 11
};

static const char key[] = "sixteen octets!!";

static dhcpperf_writer *w;
static dhcpperf_msg *msg;
static uint8_t data[CAP];
static size_t len;

static void setup(void)
{
    ck_assert_int_eq(dhcpperf_writer_new(&w, NULL), 0);
    ck_assert_int_eq(dhcpperf_msg_new(&msg, NULL), 0);
}

static void teardown(void)
{
    dhcpperf_writer_free(w);
    dhcpperf_msg_free(msg);
}

/* Protocol, algorithm, RDM, replay value, what stands before the MAC, and the MAC. */
typedef struct auth {
    uint8_t protocol;
    uint64_t replay;
    const char *prefix;
    size_t prefix_len;
    uint8_t mac[MD5_LEN];
} auth;

static void add_auth(const auth *a)
{
    uint8_t value[64] = {a->protocol, 1, 0};
    size_t at = AUTH_FIXED, k;

    for (k = 0; k < 8; k++) {
        value[3 + k] = (uint8_t)(a->replay >> (56 - 8 * k));
    }
    memcpy(value + at, a->prefix, a->prefix_len);
    at += a->prefix_len;
    memcpy(value + at, a->mac, MD5_LEN);
    dhcpperf_writer_add_option(w, DHCPPERF_OPT_AUTH, (dhcpperf_bytes){value, at + MD5_LEN});
}

static const struct {
    dhcpperf_msg_type type;
    uint32_t xid;
    int has_lease;
    auth auth;
    const char *mac; /* by Python: hmac.new(key, octets, hashlib.md5) */
} vectors[] = {
    {DHCPPERF_FORCERENEW,
     0xfeedf00d,
     0,
     {3, 5, "\x02", 1, {0}},
     "\xfb\xf3\x1b\x78\x50\xb8\x22\x98\x2f\xb1\xa2\x55\x96\xc3\xa8\x11"},
    {DHCPPERF_ACK,
     0x01020304,
     1,
     {1, UINT64_C(0x0123456789abcdef), "\x11\x22\x33\x44", 4, {0}},
     "\xc3\x3f\x71\x8f\xd7\xbf\x8d\x02\x60\x6c\x0d\xc4\xc7\xa5\x56\x2c"},
};

/* The vector as a server sends it; `between` runs before End. */
static void compose(int i, const uint8_t *mac, const char *relay_info)
{
    static const uint8_t chaddr[] = {2, 0, 0, 0, 0, 7};
    auth a = vectors[i].auth;

    memcpy(a.mac, mac, MD5_LEN);
    dhcpperf_writer_begin(w, data, CAP, vectors[i].type, vectors[i].xid);
    dhcpperf_writer_set_op(w, 2);
    dhcpperf_writer_set_chaddr(w, 1, (dhcpperf_bytes){chaddr, sizeof chaddr});
    dhcpperf_writer_add_u32(w, DHCPPERF_OPT_SERVER_ID, 0x0a000001);
    if (vectors[i].has_lease) {
        dhcpperf_writer_add_u32(w, DHCPPERF_OPT_LEASE_TIME, 3600);
    }
    add_auth(&a);
    if (relay_info != NULL) {
        dhcpperf_writer_add_option(
            w, DHCPPERF_OPT_RELAY_INFO,
            (dhcpperf_bytes){(const uint8_t *)relay_info, strlen(relay_info)});
    }
    ck_assert_int_eq(
        dhcpperf_writer_finish(w, relay_info != NULL ? 302 + strlen(relay_info) : 300, &len), 0);
}

/* HMAC-MD5 over what the library says. */
static void mac_of_message(uint8_t ret[MD5_LEN])
{
    uint8_t input[CAP];
    size_t n;

    ck_assert_int_eq(dhcpperf_msg_parse(msg, data, len, DHCPPERF_PARSE_LENIENT, NULL), 0);
    ck_assert_int_eq(dhcpperf_msg_get_auth_input(msg, input, len, &n), 0);
    hmac_md5(key, strlen(key), input, n, ret);
}

START_TEST(the_reference_computes_rfc_2202)
    {
        uint8_t got[MD5_LEN], eleven[MD5_LEN];

        memset(eleven, 0x0b, sizeof eleven);
        hmac_md5(eleven, sizeof eleven, "Hi There", 8, got);
        assert_mem_eq(got, "\x92\x94\x72\x7a\x36\x38\xbb\x1c\x13\xf4\x8e\xf8\x15\x8b\xfc\x9d",
                      MD5_LEN);
    }
END_TEST

START_TEST(k_092_a_mac_covers_the_message_without_what_relays_change)
    {
        const uint8_t *want = (const uint8_t *)vectors[_i].mac;
        uint8_t got[MD5_LEN];
        dhcpperf_auth a;

        compose(_i, want, NULL);
        mac_of_message(got);
        assert_mem_eq(got, want, MD5_LEN);
        ck_assert_int_eq(dhcpperf_msg_get_auth(msg, &a), 0);
        ck_assert_uint_eq(a.mac.len, MD5_LEN);
        assert_mem_eq(a.mac.data, want, MD5_LEN);
        ck_assert_uint_eq(a.protocol, vectors[_i].auth.protocol);
        ck_assert_uint_eq(a.algorithm, 1);
        ck_assert_uint_eq(a.rdm, 0);
        ck_assert(a.replay == vectors[_i].auth.replay);
        /* On its way through a relay agent, which also adds option 82. */
        compose(_i, want, "\x01\x04port");
        data[OFF_HOPS] = 3;
        data[OFF_GIADDR] = 10;
        mac_of_message(got);
        assert_mem_eq(got, want, MD5_LEN);
        /* Anything else is covered. */
        data[10] ^= 0x80;
        mac_of_message(got);
        ck_assert(memcmp(got, want, MD5_LEN) != 0);
    }
END_TEST

START_TEST(what_holds_no_mac_is_told_apart)
    {
        static const struct {
            uint8_t value[40];
            size_t len;
            int auth, input;
        } cases[] = {
            {{1, 1, 0}, 10, DHCPPERF_E_MALFORMED, DHCPPERF_E_MALFORMED},
            {{1, 1, 0}, 11, 0, DHCPPERF_E_UNSUPPORTED}, /* a DISCOVER's: the client can do it */
            {{1, 1, 0}, 30, 0, DHCPPERF_E_UNSUPPORTED}, /* one octet short */
            {{1, 2, 0}, 31, 0, DHCPPERF_E_UNSUPPORTED}, /* another algorithm */
            {{0, 0, 0}, 31, 0, DHCPPERF_E_UNSUPPORTED}, /* a token */
            {{3, 1, 0, [11] = 1}, 28, 0, DHCPPERF_E_UNSUPPORTED}, /* the nonce itself */
            {{3, 1, 0, [11] = 2}, 28, 0, 0},
        };
        uint8_t input[CAP];
        dhcpperf_auth a;
        size_t n;

        dhcpperf_writer_begin(w, data, CAP, DHCPPERF_ACK, 1);
        dhcpperf_writer_add_option(w, DHCPPERF_OPT_AUTH,
                                   (dhcpperf_bytes){cases[_i].value, cases[_i].len});
        ck_assert_int_eq(dhcpperf_writer_finish(w, 300, &len), 0);
        ck_assert_int_eq(dhcpperf_msg_parse(msg, data, len, DHCPPERF_PARSE_LENIENT, NULL), 0);
        ck_assert_msg(dhcpperf_msg_get_auth(msg, &a) == cases[_i].auth, "case %d", _i);
        ck_assert_msg(dhcpperf_msg_get_auth_input(msg, input, CAP, &n) == cases[_i].input,
                      "case %d: input", _i);
        ck_assert_msg(cases[_i].input != 0 ||
                          dhcpperf_msg_get_auth_input(msg, input, len - 1, &n) == DHCPPERF_E_NOBUFS,
                      "case %d: room", _i);
    }
END_TEST

START_TEST(a_mac_in_pieces_is_refused_and_none_is_not_found)
    {
        static const uint8_t value[27] = {1, 1, 0};
        uint8_t input[CAP];
        dhcpperf_auth a;
        size_t n;

        dhcpperf_writer_begin(w, data, CAP, DHCPPERF_ACK, 1);
        ck_assert_int_eq(dhcpperf_writer_finish(w, 300, &len), 0);
        ck_assert_int_eq(dhcpperf_msg_parse(msg, data, len, DHCPPERF_PARSE_LENIENT, NULL), 0);
        ck_assert_int_eq(dhcpperf_msg_get_auth(msg, &a), DHCPPERF_E_NOTFOUND);
        ck_assert_int_eq(dhcpperf_msg_get_auth_input(msg, input, CAP, &n), DHCPPERF_E_NOTFOUND);
        dhcpperf_writer_begin(w, data, CAP, DHCPPERF_ACK, 1);
        dhcpperf_writer_add_option(w, DHCPPERF_OPT_AUTH, (dhcpperf_bytes){value, 20});
        dhcpperf_writer_add_option(w, DHCPPERF_OPT_AUTH, (dhcpperf_bytes){value + 16, 11});
        ck_assert_int_eq(dhcpperf_writer_finish(w, 300, &len), 0);
        ck_assert_int_eq(dhcpperf_msg_parse(msg, data, len, DHCPPERF_PARSE_LENIENT, NULL), 0);
        ck_assert_int_eq(dhcpperf_msg_get_auth(msg, &a), 0);
        ck_assert_int_eq(dhcpperf_msg_get_auth_input(msg, input, CAP, &n), DHCPPERF_E_UNSUPPORTED);
        ck_assert_int_eq(dhcpperf_msg_get_auth(NULL, &a), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_msg_get_auth(msg, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_msg_get_auth_input(msg, NULL, CAP, &n), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_msg_get_auth_input(msg, input, CAP, NULL), DHCPPERF_E_INVALID);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, the_reference_computes_rfc_2202);
    tcase_add_loop_test(tc, k_092_a_mac_covers_the_message_without_what_relays_change, 0, 2);
    tcase_add_loop_test(tc, what_holds_no_mac_is_told_apart, 0, 7);
    tcase_add_test(tc, a_mac_in_pieces_is_refused_and_none_is_not_found);
}

HARNESS_MAIN("conformance/auth", tests)
