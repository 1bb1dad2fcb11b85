/* SPDX-License-Identifier: MIT */
/* hostile_test.c - the corpus of hostile messages: numbers, kinds, what each kind is about. */
#include "policy/dp_hostile.h"

#include <stdio.h>
#include <string.h>

#include "base/dp_hash.h"
#include "base/dp_text.h"
#include "support/harness.h"
#include "wire/dp_message.h"

enum {
    SEEDS = 3,
    MUTATIONS = 20000,
    VICTIMS = 1000
};

static const dhcpperf_hostile_facts facts = {
    .size = sizeof facts,
    .server = {{10, 9, 9, 1}},
    .first = {{10, 9, 9, 10}},
    .last = {{10, 9, 9, 250}},
    .mac = {{0x06, 1, 2, 3, 0xff, 0xfe}},
    .macs = 4,
    .victim = {{2, 0, 0, 0, 0, 0}},
    .victims = VICTIMS,
};

static size_t make(uint64_t seed, uint64_t n, uint8_t buf[DHCPPERF_HOSTILE_MAX])
{
    int len = dhcpperf_hostile_message(seed, n, &facts, buf, DHCPPERF_HOSTILE_MAX);

    assert_fast(len >= 0 && len <= DHCPPERF_HOSTILE_MAX, "number %llu: %d", (unsigned long long)n,
                len);
    return (size_t)len;
}

/* First number of a kind and how many there are. */
static uint64_t find(const char *name, uint64_t *ret_count)
{
    const char *kind;
    uint64_t first;
    unsigned i;

    for (i = 0; dhcpperf_hostile_describe(i, &kind, NULL, &first, ret_count) == 1; i++) {
        if (strcmp(kind, name) == 0) {
            return first;
        }
    }
    ck_abort_msg("no kind \"%s\"", name);
    return 0;
}

START_TEST(the_same_number_of_the_same_seed_is_the_same_message)
    {
        uint64_t n, last = dhcpperf_hostile_count() + MUTATIONS, other = 0;
        uint8_t a[DHCPPERF_HOSTILE_MAX], b[DHCPPERF_HOSTILE_MAX];

        for (n = 0; n < last; n++) {
            size_t len = make(7, n, a);

            memset(b, 0x5a, sizeof b);
            assert_fast(make(7, n, b) == len && memcmp(a, b, len) == 0, "number %llu",
                        (unsigned long long)n);
            other += make(8, n, b) != len || memcmp(a, b, len) != 0;
        }
        ck_assert_uint_gt(other, last * 9 / 10);
    }
END_TEST

/* What a seed means must not change unnoticed: somebody may have written the number down. */
START_TEST(the_corpus_is_the_one_it_was)
    {
        uint64_t n, hash = 0;
        uint8_t buf[DHCPPERF_HOSTILE_MAX];

        ck_assert_uint_eq(dhcpperf_hostile_count(), 10542);
        for (n = 0; n < dhcpperf_hostile_count() + 1000; n++) {
            hash = dp_hash_bytes(hash, buf, make(1, n, buf));
        }
        ck_assert_msg(hash == UINT64_C(0xf42ced028a2b1a07), "0x%016llx", (unsigned long long)hash);
    }
END_TEST

START_TEST(kinds_follow_each_other_without_a_gap)
    {
        const char *kind, *help;
        uint64_t first, count, next = 0;
        unsigned i;

        for (i = 0; dhcpperf_hostile_describe(i, &kind, &help, &first, &count) == 1; i++) {
            ck_assert_uint_eq(first, next);
            ck_assert_uint_gt(count, 0);
            ck_assert_uint_gt(strlen(help), 10);
            ck_assert_str_eq(dhcpperf_hostile_kind(first), kind);
            ck_assert_str_eq(dhcpperf_hostile_kind(first + count - 1), kind);
            next = first + count;
        }
        ck_assert_uint_gt(i, 40);
        ck_assert_str_eq(kind, "mutation");
        ck_assert_uint_eq(first, dhcpperf_hostile_count());
        ck_assert_uint_eq(next, UINT64_MAX);
        ck_assert_int_eq(dhcpperf_hostile_describe(i + 1, &kind, &help, &first, &count), 0);
        ck_assert_int_eq(dhcpperf_hostile_describe(0, NULL, NULL, NULL, NULL), 1);
    }
END_TEST

/* Two variants of a kind would be one too many: each number shows a server something of its own. */
START_TEST(hardly_a_message_is_there_twice)
    {
        uint64_t n, count = dhcpperf_hostile_count(), same = 0, k;
        uint64_t *hashes = calloc((size_t)count, sizeof *hashes);
        uint8_t buf[DHCPPERF_HOSTILE_MAX];

        ck_assert_ptr_nonnull(hashes);
        for (n = 0; n < count; n++) {
            hashes[n] = dp_hash_bytes(1, buf, make(1, n, buf));
        }
        for (n = 1; n < count; n++) {
            for (k = n > 64 ? n - 64 : 0; k < n; k++) {
                same += hashes[k] == hashes[n];
            }
        }
        free(hashes);
        ck_assert_uint_lt(same, 60);
    }
END_TEST

/* Nobody may come to speak for a client of the run: who has its hardware address has an identifier
 * of his own, or none, and who has a client's identifier does not exist. */
START_TEST(no_message_has_the_identity_of_a_victim)
    {
        uint64_t n, last = dhcpperf_hostile_count() + MUTATIONS, borrowed = 0;
        uint8_t buf[DHCPPERF_HOSTILE_MAX];
        dhcpperf_bytes id;
        dhcpperf_msg *msg = NULL;

        ck_assert_int_eq(dhcpperf_msg_new(&msg, NULL), 0);
        for (n = 0; n < last; n++) {
            size_t len = make((uint64_t)_i, n, buf);

            borrowed += len > 34 && memcmp(buf + DP_OFF_CHADDR, "\x02\0\0\0", 4) == 0;
            if (dhcpperf_msg_parse(msg, buf, len, DHCPPERF_PARSE_LENIENT, NULL) == 0 &&
                dhcpperf_msg_get_option(msg, DHCPPERF_OPT_CLIENT_ID, &id) == 0 && id.len == 7) {
                assert_fast(memcmp(id.data, "\x01\x02\0\0\0", 5) != 0, "seed %d number %llu", _i,
                            (unsigned long long)n);
            }
        }
        dhcpperf_msg_free(msg);
        ck_assert_uint_gt(borrowed, 100);
    }
END_TEST

static void fill_at_random(dhcpperf_hostile_facts *f, uint64_t seed)
{
    uint8_t *octets = (uint8_t *)f;
    size_t i;

    for (i = 0; i < sizeof *f; i++) {
        octets[i] = (uint8_t)dp_draw(seed, i, 0, 0);
    }
    f->size = sizeof *f;
}

/* Any facts will do, in a heap block of exactly the size that was said. */
START_TEST(nothing_is_written_past_the_end)
    {
        uint64_t seed = harness_seed((uint64_t)_i), n;
        dhcpperf_hostile_facts f;
        uint8_t all[DHCPPERF_HOSTILE_MAX], *exact;
        int len, rc;

        for (n = (uint64_t)_i; n < dhcpperf_hostile_count() + 4000; n += SEEDS) {
            fill_at_random(&f, seed + n);
            len = dhcpperf_hostile_message(seed, n, &f, all, sizeof all);
            if (dp_ip4_num(f.first) > dp_ip4_num(f.last)) {
                assert_fast(len == DHCPPERF_E_INVALID, "seed %llu", (unsigned long long)seed);
                continue;
            }
            assert_fast(len >= 0, "seed %llu: %d", (unsigned long long)seed, len);
            exact = malloc((size_t)len + 1);
            rc = dhcpperf_hostile_message(seed, n, &f, exact, (size_t)len);
            assert_fast(rc == len && memcmp(exact, all, (size_t)len) == 0, "seed %llu number %llu",
                        (unsigned long long)seed, (unsigned long long)n);
            free(exact);
            if (len > 0) {
                rc = dhcpperf_hostile_message(seed, n, &f, all, (size_t)len - 1);
                assert_fast(rc == DHCPPERF_E_NOBUFS, "%d", rc);
            }
        }
    }
END_TEST

/* Callers of an older library's facts, of none, and of nonsense. */
START_TEST(facts_may_be_few)
    {
        dhcpperf_hostile_facts f = facts;
        uint8_t a[DHCPPERF_HOSTILE_MAX], b[DHCPPERF_HOSTILE_MAX];
        uint64_t count, first = find("half-identity", &count);
        int len;

        len = dhcpperf_hostile_message(1, first, NULL, a, sizeof a);
        ck_assert_int_ge(len, 300);
        assert_mem_eq(a + DP_OFF_CHADDR, "\x06\xba\xdd\0", 4);
        f.size = offsetof(dhcpperf_hostile_facts, victim);
        len = dhcpperf_hostile_message(1, first, &f, a, sizeof a);
        assert_mem_eq(a + DP_OFF_CHADDR, f.mac.b, 3);
        f.victims = 0;
        f.size = sizeof f;
        ck_assert_int_eq(dhcpperf_hostile_message(1, first, &f, b, sizeof b), len);
        assert_mem_eq(a, b, (size_t)len);
        f.size = 3;
        ck_assert_int_eq(dhcpperf_hostile_message(1, 0, &f, a, sizeof a), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_hostile_message(1, 0, &facts, NULL, 0), DHCPPERF_E_INVALID);
    }
END_TEST

/* -- what the kinds are about -------------------------------------------------------------------
 */

/* Every value that an octet of the header has in a kind. */
static void collect(const char *kind, size_t at, bool seen[256])
{
    uint64_t count, first = find(kind, &count), n;
    uint8_t buf[DHCPPERF_HOSTILE_MAX];

    memset(seen, 0, 256 * sizeof *seen);
    for (n = first; n < first + count; n++) {
        if (make(1, n, buf) > at) {
            seen[buf[at]] = true;
        }
    }
}

START_TEST(fields_take_their_extremes)
    {
        bool seen[256];

        collect("op", DP_OFF_OP, seen);
        ck_assert(seen[0] && seen[2] && seen[3] && seen[255] && !seen[1]);
        collect("hlen", DP_OFF_HLEN, seen);
        ck_assert(seen[0] && seen[16] && seen[17] && seen[255] && !seen[6]);
        collect("hops", DP_OFF_HOPS, seen);
        ck_assert(seen[17] && seen[255]);
        collect("giaddr", DP_OFF_GIADDR, seen);
        ck_assert(seen[255] && seen[127] && seen[10] && seen[0]);
        collect("cookie", DP_OFF_COOKIE, seen);
        ck_assert(seen[0] && seen[255] && seen[0x62] && seen[53]);
        collect("chaddr", DP_OFF_CHADDR + 15, seen);
        ck_assert(seen[0] && seen[255]);
    }
END_TEST

/* The value of an option as it stands in the option field; its length or -1. */
static int value_at(const uint8_t *buf, size_t len, uint8_t code, size_t *ret_at)
{
    size_t at = DP_OFF_OPTIONS;

    while (at + 1 < len && buf[at] != DHCPPERF_OPT_END) {
        if (buf[at] == code) {
            *ret_at = at + 2;
            return buf[at + 1];
        }
        at += buf[at] == DHCPPERF_OPT_PAD ? 1 : 2u + buf[at + 1];
    }
    return -1;
}

/* How many messages of a kind have the option with that length. */
static unsigned count_length(const char *kind, uint8_t code, int length)
{
    uint64_t count, first = find(kind, &count), n;
    uint8_t buf[DHCPPERF_HOSTILE_MAX];
    unsigned found = 0;
    size_t at;

    for (n = first; n < first + count; n++) {
        found += value_at(buf, make(1, n, buf), code, &at) == length;
    }
    return found;
}

static const struct {
    const char *kind;
    uint8_t code;
    int length;
} lengths[] = {
    {"type-length", 53, 0},       {"type-length", 53, 2},      {"type-missing", 53, -1},
    {"client-id", 61, 0},         {"client-id", 61, 1},        {"client-id", 61, 255},
    {"parameter-list", 55, 0},    {"parameter-list", 55, 255}, {"max-size", 57, 0},
    {"max-size", 57, 3},          {"requested-ip", 50, 3},     {"server-id", 54, 5},
    {"relay-shape", 82, 255},     {"relay-shape", 82, 0},      {"split", 82, 1},
    {"missing", 61, -1},          {"overload", 52, 1},         {"lease-time", 51, 4},
    {"subnet-selection", 118, 8},
};

START_TEST(options_have_lengths_that_they_cannot_have)
    {
        ck_assert_msg(count_length(lengths[_i].kind, lengths[_i].code, lengths[_i].length) > 2,
                      "%s: option %u of %d octets", lengths[_i].kind, lengths[_i].code,
                      lengths[_i].length);
    }
END_TEST

START_TEST(overload_has_every_value)
    {
        uint64_t count, first = find("overload", &count), n;
        uint8_t buf[DHCPPERF_HOSTILE_MAX];
        bool seen[256] = {false};
        unsigned k, values = 0;
        size_t at;

        for (n = first; n < first + count; n++) {
            size_t len = make(1, n, buf);

            ck_assert_int_eq(value_at(buf, len, DHCPPERF_OPT_OVERLOAD, &at), 1);
            seen[buf[at]] = true;
        }
        for (k = 0; k < 256; k++) {
            values += seen[k];
        }
        ck_assert_uint_eq(values, 256);
    }
END_TEST

/* Each code overruns once by itself and with a length; no message of that kind parses. */
START_TEST(options_overrun_whatever_their_code)
    {
        uint64_t count, first = find("overrun", &count), n;
        uint8_t buf[DHCPPERF_HOSTILE_MAX];
        bool seen[256] = {false};
        dp_view v;
        size_t len, good = 0;
        unsigned k;

        for (n = first; n < first + count; n++) {
            len = make(1, n, buf);
            seen[buf[len - 1]] = true;
            good += dp_view_parse(&v, buf, len, NULL) == 0;
        }
        for (k = 1; k < 255; k++) {
            ck_assert_msg(seen[k], "code %u", k);
        }
        ck_assert_uint_eq(good, 0);
    }
END_TEST

START_TEST(messages_end_after_each_octet)
    {
        uint64_t count, first = find("cut", &count), n;
        unsigned shortest = 0, longest = 0;
        uint8_t buf[DHCPPERF_HOSTILE_MAX];

        ck_assert_uint_gt(count, 576);
        for (n = first; n < first + count; n++) {
            assert_fast(make(1, n, buf) == n - first, "number %llu", (unsigned long long)n);
        }
        first = find("size", &count);
        for (n = first; n < first + count; n++) {
            size_t len = make(1, n, buf);

            shortest += len == 1;
            longest += len == DHCPPERF_HOSTILE_MAX;
        }
        ck_assert_uint_eq(shortest, 5);
        ck_assert_uint_eq(longest, 5);
    }
END_TEST

/* Well-formed, and about an address of another client. */
START_TEST(others_are_robbed_in_good_form)
    {
        static const struct {
            const char *kind;
            uint8_t type;
        } kinds[] = {{"foreign-release", DHCPPERF_RELEASE},
                     {"foreign-decline", DHCPPERF_DECLINE},
                     {"foreign-lease", DHCPPERF_REQUEST}};
        uint32_t first_ip = dp_ip4_num(facts.first), last_ip = dp_ip4_num(facts.last), ip;
        uint8_t buf[DHCPPERF_HOSTILE_MAX];
        uint64_t count, first, n;
        unsigned k;
        dp_view v;

        for (k = 0; k < 3; k++) {
            first = find(kinds[k].kind, &count);
            for (n = first; n < first + count; n++) {
                ck_assert_int_eq(dp_view_parse(&v, buf, make(1, n, buf), NULL), 0);
                ck_assert_uint_eq(v.type, kinds[k].type);
                ip = dp_get32(buf + DP_OFF_CIADDR);
                (void)dp_view_u32(&v, DP_V_REQUESTED_IP, &ip);
                ck_assert_uint_ge(ip, first_ip);
                ck_assert_uint_le(ip, last_ip);
            }
        }
    }
END_TEST

/* Many mutations still get past the header, or a server would learn nothing from them. */
START_TEST(mutations_are_not_all_noise)
    {
        uint64_t n, first = dhcpperf_hostile_count();
        uint8_t buf[DHCPPERF_HOSTILE_MAX];
        unsigned parse = 0, types[256] = {0}, kinds = 0, k;
        dp_view v;

        for (n = first; n < first + MUTATIONS; n++) {
            if (dp_view_parse(&v, buf, make(1, n, buf), NULL) == 0) {
                parse++;
                types[v.type]++;
            }
        }
        for (k = 0; k < 256; k++) {
            kinds += types[k] > 0;
        }
        ck_assert_uint_gt(parse, MUTATIONS / 5 * 2);
        ck_assert_uint_lt(parse, MUTATIONS / 5 * 4);
        ck_assert_uint_gt(kinds, 40);
    }
END_TEST

/* Senders go round within their addresses, over the end of an octet. */
START_TEST(senders_are_those_that_were_said)
    {
        uint64_t count, first = find("foreign-lease", &count), n;
        uint8_t buf[DHCPPERF_HOSTILE_MAX];
        bool seen[4] = {false};

        for (n = first; n < first + count; n++) {
            uint32_t low;

            (void)make(1, n, buf);
            low = dp_get32(buf + DP_OFF_CHADDR + 2) - UINT32_C(0x0203fffe);
            ck_assert_uint_lt(low, 4);
            seen[low] = true;
        }
        ck_assert(seen[0] && seen[1] && seen[2] && seen[3]);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, the_same_number_of_the_same_seed_is_the_same_message);
    tcase_add_test(tc, the_corpus_is_the_one_it_was);
    tcase_add_test(tc, kinds_follow_each_other_without_a_gap);
    tcase_add_test(tc, hardly_a_message_is_there_twice);
    tcase_add_loop_test(tc, no_message_has_the_identity_of_a_victim, 0, SEEDS);
    tcase_add_loop_test(tc, nothing_is_written_past_the_end, 0, SEEDS);
    tcase_add_test(tc, facts_may_be_few);
    tcase_add_test(tc, fields_take_their_extremes);
    tcase_add_loop_test(tc, options_have_lengths_that_they_cannot_have, 0,
                        sizeof lengths / sizeof *lengths);
    tcase_add_test(tc, overload_has_every_value);
    tcase_add_test(tc, options_overrun_whatever_their_code);
    tcase_add_test(tc, messages_end_after_each_octet);
    tcase_add_test(tc, others_are_robbed_in_good_form);
    tcase_add_test(tc, mutations_are_not_all_noise);
    tcase_add_test(tc, senders_are_those_that_were_said);
}

HARNESS_MAIN("policy/hostile", tests)
