/* SPDX-License-Identifier: MIT */
/* roundtrip_test.c - properties of reader and writer together over random messages (C-050): what is
 * written is what is read, re-encoding keeps every option, limits hold, and damaged copies of real
 * messages are parsed or refused without harm (C-051). */
#include <string.h>

#include <libdhcpperf/error.h>
#include <libdhcpperf/message.h>

#include "base/dp_rng.h"
#include "support/harness.h"
#include "wire/dp_view.h"

enum {
    CAP = 4096,
    MAX_OPTIONS = 24,
    ROUNDS = 1500
};

typedef struct model {
    unsigned n;
    struct {
        uint8_t code;
        size_t len;
        uint8_t value[700];
    } opt[MAX_OPTIONS];
} model;

static dhcpperf_writer *w;
static dhcpperf_msg *msg, *second;
static uint64_t seed, counter;

static void setup(void)
{
    ck_assert_int_eq(dhcpperf_writer_new(&w, NULL), 0);
    ck_assert_int_eq(dhcpperf_msg_new(&msg, NULL), 0);
    ck_assert_int_eq(dhcpperf_msg_new(&second, NULL), 0);
    counter = 0;
}

static void teardown(void)
{
    dhcpperf_writer_free(w);
    dhcpperf_msg_free(msg);
    dhcpperf_msg_free(second);
}

static uint64_t below(uint64_t bound)
{
    return dp_below(dp_draw(seed, 1, 1, counter++), bound);
}

/* Options 1..254 but 52 and 53, some repeated, most of them short. */
static void draw(model *m, unsigned max_options, size_t max_len)
{
    unsigned i;
    size_t k;

    m->n = (unsigned)below(max_options + 1);
    for (i = 0; i < m->n; i++) {
        do {
            m->opt[i].code =
                (uint8_t)(i > 0 && below(4) == 0 ? m->opt[below(i)].code : 1 + below(254));
        } while (m->opt[i].code == 52 || m->opt[i].code == 53);
        m->opt[i].len = below(3) == 0 ? below(max_len) : below(12);
        for (k = 0; k < m->opt[i].len; k++) {
            m->opt[i].value[k] = (uint8_t)below(256);
        }
    }
}

/* Everything random, the header too. */
static void write_model(const model *m, uint8_t *buf, size_t limit)
{
    uint8_t chaddr[16];
    dhcpperf_bytes addr = {chaddr, below(17)};
    dhcpperf_ip4 ip;
    size_t i;

    dhcpperf_writer_begin(w, buf, CAP, (dhcpperf_msg_type)(1 + below(18)),
                          (uint32_t)below(1u << 31));
    for (i = 0; i < sizeof chaddr; i++) {
        chaddr[i] = (uint8_t)below(256);
    }
    dhcpperf_writer_set_chaddr(w, (uint8_t)below(256), addr);
    dhcpperf_writer_set_secs(w, (uint16_t)below(65536));
    dhcpperf_writer_set_hops(w, (uint8_t)below(256));
    dhcpperf_writer_set_flags(w, (uint16_t)(below(2) << 15));
    for (i = 0; i < 4; i++) {
        ip.b[i] = (uint8_t)below(256);
    }
    dhcpperf_writer_set_yiaddr(w, ip);
    dhcpperf_writer_set_limit(w, limit);
    for (i = 0; i < m->n; i++) {
        dhcpperf_bytes v = {m->opt[i].value, m->opt[i].len};

        dhcpperf_writer_add_option(w, m->opt[i].code, v);
    }
}

/* Each code of the model reads as its values joined in the order they were added. */
static void check_model(const model *m, const dhcpperf_msg *got)
{
    static uint8_t joined[MAX_OPTIONS * 700];
    unsigned i, k;

    for (i = 0; i < m->n; i++) {
        dhcpperf_bytes v;
        size_t len = 0;

        for (k = 0; k < m->n; k++) {
            if (m->opt[k].code == m->opt[i].code) {
                memcpy(joined + len, m->opt[k].value, m->opt[k].len);
                len += m->opt[k].len;
            }
        }
        ck_assert_msg(dhcpperf_msg_get_option(got, m->opt[i].code, &v) == 0 && v.len == len &&
                          (len == 0 || memcmp(v.data, joined, len) == 0),
                      "seed %d option %d", (int)seed, m->opt[i].code);
    }
}

/* Both messages have the same header, type and joined options. */
static void check_same(const dhcpperf_msg *a, const dhcpperf_msg *b)
{
    unsigned code;

    assert_mem_eq(dhcpperf_msg_get_payload(a).data, dhcpperf_msg_get_payload(b).data, 44);
    for (code = 1; code < 255; code++) {
        dhcpperf_bytes va = {NULL, 0}, vb = {NULL, 0};
        int ra = dhcpperf_msg_get_option(a, (uint8_t)code, &va);
        int rb = dhcpperf_msg_get_option(b, (uint8_t)code, &vb);

        ck_assert_msg(code == 52 || (ra == rb && va.len == vb.len &&
                                     (va.len == 0 || memcmp(va.data, vb.data, va.len) == 0)),
                      "seed %d option %u", (int)seed, code);
    }
}

START_TEST(what_is_written_is_read)
    {
        static model m;
        uint8_t *buf = malloc(CAP);
        size_t len, round;

        seed = harness_seed((uint64_t)_i);
        for (round = 0; round < ROUNDS; round++) {
            int rc;

            draw(&m, MAX_OPTIONS, 300);
            write_model(&m, buf, 0);
            rc = dhcpperf_writer_finish(w, below(2) * 300, &len);
            if (rc == DHCPPERF_E_NOBUFS) {
                ck_assert_uint_gt(len, CAP);
                continue;
            }
            ck_assert_int_eq(rc, 0);
            ck_assert_int_eq(dhcpperf_msg_parse(msg, buf, len, 0, NULL), 0);
            check_model(&m, msg);
        }
        free(buf);
    }
END_TEST

START_TEST(overloaded_messages_keep_every_option_and_the_limit)
    {
        static model m;
        uint8_t *buf = malloc(CAP);
        size_t len, limit, round, overloaded = 0;

        seed = harness_seed(1000 + (uint64_t)_i);
        for (round = 0; round < ROUNDS; round++) {
            draw(&m, 12, 200);
            limit = 300 + below(400);
            write_model(&m, buf, limit);
            if (dhcpperf_writer_finish(w, 0, &len) != 0) {
                ck_assert_uint_gt(len, limit);
                continue;
            }
            ck_assert_msg(len <= limit, "seed %d round %zu", (int)seed, round);
            ck_assert_int_eq(dhcpperf_msg_parse(msg, buf, len, 0, NULL), 0);
            check_model(&m, msg);
            overloaded += dhcpperf_msg_get_overload(msg) != 0;
        }
        ck_assert_uint_gt(overloaded, ROUNDS / 20);
        free(buf);
    }
END_TEST

START_TEST(encoding_a_parsed_message_again_keeps_every_option)
    {
        static model m;
        uint8_t *buf = malloc(CAP), *again = malloc(2 * CAP), *third = malloc(2 * CAP);
        size_t len, len2, len3, round;

        seed = harness_seed(2000 + (uint64_t)_i);
        for (round = 0; round < ROUNDS; round++) {
            draw(&m, 10, 200);
            write_model(&m, buf, below(2) * 400);
            if (dhcpperf_writer_finish(w, 0, &len) != 0) {
                continue;
            }
            ck_assert_int_eq(dhcpperf_msg_parse(msg, buf, len, 0, NULL), 0);
            dhcpperf_writer_copy_of(w, again, 2 * CAP, msg);
            ck_assert_int_eq(dhcpperf_writer_finish(w, 0, &len2), 0);
            ck_assert_int_eq(dhcpperf_msg_parse(second, again, len2, 0, NULL), 0);
            check_same(msg, second);
            dhcpperf_writer_copy_of(w, third, 2 * CAP, second); /* canonical: the same octets */
            ck_assert_int_eq(dhcpperf_writer_finish(w, 0, &len3), 0);
            ck_assert_uint_eq(len2, len3);
            assert_mem_eq(third, again, len2);
        }
        free(buf);
        free(again);
        free(third);
    }
END_TEST

/* A message with some octets changed, cut to an exact-size heap copy. */
static uint8_t *damage(const uint8_t *from, size_t len, size_t *ret_len)
{
    size_t n = below(4) == 0 ? below(len + 1) : len, k;
    uint8_t *copy = malloc(n > 0 ? n : 1);

    memcpy(copy, from, n);
    for (k = below(6); k > 0 && n > 0; k--) {
        copy[below(2) == 0 ? below(n) : n - 1 - below(n < 60 ? n : 60)] = (uint8_t)below(256);
    }
    *ret_len = n;
    return copy;
}

START_TEST(c_051_damaged_messages_are_read_or_refused_and_view_agrees) /* C-051 */
    {
        static model m;
        uint8_t *buf = malloc(CAP), *copy;
        char text[64];
        size_t len, n, round, cursor;

        seed = harness_seed(3000 + (uint64_t)_i);
        for (round = 0; round < 4 * ROUNDS; round++) {
            dhcpperf_parse_error e = {0, 0, 0};
            dhcpperf_bytes v;
            dp_view quick, full;
            uint8_t code;
            int rc, rv;
            unsigned s;

            draw(&m, 10, 40);
            write_model(&m, buf, below(2) * 300);
            if (dhcpperf_writer_finish(w, 0, &len) != 0) {
                continue;
            }
            copy = damage(buf, len, &n);
            rc = dhcpperf_msg_parse(msg, copy, n, (unsigned)below(2), &e);
            if (rc != 0) {
                ck_assert_msg(e.code == rc && e.offset <= n, "seed %d round %zu", (int)seed, round);
            }
            rc = dhcpperf_msg_parse(msg, copy, n, 0, NULL);
            rv = dp_view_parse(&quick, copy, n, NULL);
            ck_assert_msg(rv == 0 ? rc == 0 || (quick.flags & DP_VIEW_COMPLEX) != 0 : rc == rv,
                          "seed %d round %zu", (int)seed, round);
            for (cursor = 0; dhcpperf_msg_next_option(msg, &cursor, &code, &v) == 1;) {
                ck_assert(v.data >= copy && v.data + v.len <= copy + n);
            }
            (void)dhcpperf_msg_dump(msg, text, sizeof text);
            if (rc == 0 && rv == 0 && (quick.flags & DP_VIEW_COMPLEX) == 0) {
                dp_view_from_msg(&full, msg);
                ck_assert_msg(quick.seen == full.seen && quick.type == full.type &&
                                  quick.flags == full.flags,
                              "seed %d round %zu", (int)seed, round);
                for (s = 0; s < DP_V_COUNT; s++) {
                    ck_assert(!dp_view_has(&quick, (dp_view_slot)s) ||
                              (dp_view_val(&quick, (dp_view_slot)s) ==
                                   dp_view_val(&full, (dp_view_slot)s) &&
                               dp_view_len(&quick, (dp_view_slot)s) ==
                                   dp_view_len(&full, (dp_view_slot)s)));
                }
            }
            free(copy);
        }
        free(buf);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, what_is_written_is_read, 0, 4);
    tcase_add_loop_test(tc, overloaded_messages_keep_every_option_and_the_limit, 0, 4);
    tcase_add_loop_test(tc, encoding_a_parsed_message_again_keeps_every_option, 0, 4);
    tcase_add_loop_test(tc, c_051_damaged_messages_are_read_or_refused_and_view_agrees, 0, 4);
}

HARNESS_MAIN("wire/roundtrip", tests)
