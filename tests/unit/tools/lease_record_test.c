/* SPDX-License-Identifier: MIT */
/* lease_record_test.c - leases between an engine's clock and the wall's, and packed. */
#include "common/leases/lease_record.h"

#include <string.h>

#include "lease_samples.h"
#include "support/harness.h"

enum {
    ROUNDS = 20000
};

static const int64_t SKEW = INT64_C(1700000000123456789);

static _Alignas(8) uint8_t room[LEASE_PACKED_MAX];

START_TEST(what_is_packed_comes_out_the_same)
    {
        uint64_t seed = harness_seed(7);
        uint32_t i;

        for (i = 0; i < ROUNDS; i++) {
            lease_sample s;
            dhcpperf_lease l;
            lease_record got;
            size_t size;

            lease_sample_make(&s, i, seed, 1);
            s.r.last_seen = s.r.starts;
            lease_record_to(&s.r, &l, 0);
            l.key.subnet = s.r.subnet - 1;
            size = lease_record_packed_size(&l);
            assert_fast(size <= sizeof room && size % 8 == 0, "lease %u, seed %llu: size %zu", i,
                        (unsigned long long)seed, size);
            memset(room, 0xa5, sizeof room);
            lease_record_pack(room, &l, i, 0);
            assert_fast(lease_record_size_at(room) == size, "lease %u: size told", i);
            assert_fast(size == sizeof room || room[size] == 0xa5, "lease %u: too long", i);
            lease_record_unpack(&got, room);
            assert_fast(lease_record_equal(&got, &s.r) && got.seq == i,
                        "lease %u, seed %llu: packed %s", i, (unsigned long long)seed,
                        lease_sample_text(&s.r));
        }
    }
END_TEST

START_TEST(the_longest_lease_fits)
    {
        static uint8_t octets[255];
        dhcpperf_lease l;
        lease_record r;

        memset(&l, 0, sizeof l);
        l.state = DHCPPERF_LEASE_BOUND;
        l.key.kind = DHCPPERF_KEY_CLIENT_ID;
        l.key.bytes = (dhcpperf_bytes){octets, 255};
        l.chaddr = (dhcpperf_bytes){octets, 16};
        l.hostname = l.relay_info = l.key.bytes;
        ck_assert_uint_le(lease_record_packed_size(&l), LEASE_PACKED_MAX);
        lease_record_pack(room, &l, 1, 0);
        lease_record_unpack(&r, room);
        ck_assert_uint_eq(r.key.len, 255);
        ck_assert_uint_eq(r.relay_info.len, 255);
    }
END_TEST

START_TEST(an_end_is_rounded_up_and_a_beginning_down)
    {
        dhcpperf_lease l;
        lease_record r;

        memset(&l, 0, sizeof l);
        l.starts = 1999999;
        l.last_seen = 2000001;
        l.ends = 3000001;
        lease_record_from(&r, &l, 0);
        ck_assert_int_eq(r.starts, 1);
        ck_assert_int_eq(r.last_seen, 2);
        ck_assert_int_eq(r.ends, 4);
        lease_record_pack(room, &l, 1, 0);
        lease_record_unpack(&r, room);
        ck_assert_int_eq(r.starts, 1);
        ck_assert_int_eq(r.ends, 4);
    }
END_TEST

START_TEST(the_clocks_are_apart_by_the_skew)
    {
        lease_sample s;
        dhcpperf_lease l;
        lease_record r;

        lease_sample_make(&s, 1, 1, 1000);
        s.r.starts = INT64_C(1700000100000);
        s.r.ends = INT64_C(1700000200000);
        lease_record_to(&s.r, &l, SKEW);
        ck_assert_uint_eq(l.starts, UINT64_C(99876543211));
        ck_assert_uint_eq(l.ends, UINT64_C(199876543211));
        lease_record_from(&r, &l, SKEW);
        ck_assert_int_eq(r.starts, s.r.starts);
        ck_assert_int_eq(r.ends, s.r.ends);
    }
END_TEST

START_TEST(what_an_engine_cannot_say_is_the_nearest_that_it_can)
    {
        lease_sample s;
        dhcpperf_lease l;
        lease_record r;

        lease_sample_make(&s, 1, 1, 1);
        s.r.starts = 5; /* before the engine's clock began */
        s.r.ends = LEASE_FOREVER;
        lease_record_to(&s.r, &l, SKEW);
        ck_assert_uint_eq(l.starts, 0);
        ck_assert(l.ends == DHCPPERF_NEVER);
        lease_record_from(&r, &l, SKEW);
        ck_assert(r.ends == LEASE_FOREVER);
        s.r.ends = LEASE_FOREVER - 1; /* later than 64 bits of nanoseconds */
        lease_record_to(&s.r, &l, SKEW);
        ck_assert(l.ends != DHCPPERF_NEVER && l.ends > UINT64_C(1) << 62);
        lease_record_to(&s.r, &l, -SKEW);
        ck_assert(l.ends != DHCPPERF_NEVER && l.ends > UINT64_C(1) << 62);
    }
END_TEST

static const struct {
    const char *what;
    int state;
    unsigned kind;
    size_t key, chaddr, hostname, relay;
    int64_t starts, ends;
    int is_sound;
} cases[] = {
    {"as it should be", DHCPPERF_LEASE_BOUND, DHCPPERF_KEY_HARDWARE, 7, 6, 3, 3, 5, 6, 1},
    {"no address", DHCPPERF_LEASE_BOUND, DHCPPERF_KEY_HARDWARE, 7, 6, 3, 3, 5, 6, 0},
    {"offered", DHCPPERF_LEASE_OFFERED, DHCPPERF_KEY_HARDWARE, 7, 6, 0, 0, 5, 6, 0},
    {"state unknown", DHCPPERF_LEASE_DECLINED + 1, DHCPPERF_KEY_HARDWARE, 7, 6, 0, 0, 5, 6, 0},
    {"state 0", 0, DHCPPERF_KEY_HARDWARE, 7, 6, 0, 0, 5, 6, 0},
    {"nobody's", DHCPPERF_LEASE_BOUND, 0, 0, 6, 0, 0, 5, 6, 0},
    {"declined by nobody", DHCPPERF_LEASE_DECLINED, 0, 0, 0, 0, 0, 5, 6, 1},
    {"a key without kind", DHCPPERF_LEASE_DECLINED, 0, 3, 0, 0, 0, 5, 6, 0},
    {"kind unknown", DHCPPERF_LEASE_BOUND, 4, 7, 6, 0, 0, 5, 6, 0},
    {"hardware short", DHCPPERF_LEASE_BOUND, DHCPPERF_KEY_HARDWARE, 1, 0, 0, 0, 5, 6, 0},
    {"hardware long", DHCPPERF_LEASE_BOUND, DHCPPERF_KEY_HARDWARE, 18, 6, 0, 0, 5, 6, 0},
    {"identifier short", DHCPPERF_LEASE_BOUND, DHCPPERF_KEY_CLIENT_ID, 1, 6, 0, 0, 5, 6, 0},
    {"identifier long", DHCPPERF_LEASE_BOUND, DHCPPERF_KEY_CLIENT_ID, 256, 6, 0, 0, 5, 6, 0},
    {"circuit of one octet", DHCPPERF_LEASE_BOUND, DHCPPERF_KEY_CIRCUIT, 1, 6, 0, 0, 5, 6, 1},
    {"circuit empty", DHCPPERF_LEASE_BOUND, DHCPPERF_KEY_CIRCUIT, 0, 6, 0, 0, 5, 6, 0},
    {"chaddr long", DHCPPERF_LEASE_BOUND, DHCPPERF_KEY_CIRCUIT, 1, 17, 0, 0, 5, 6, 0},
    {"host name long", DHCPPERF_LEASE_BOUND, DHCPPERF_KEY_CIRCUIT, 1, 6, 256, 0, 5, 6, 0},
    {"relay long", DHCPPERF_LEASE_BOUND, DHCPPERF_KEY_CIRCUIT, 1, 6, 0, 256, 5, 6, 0},
    {"backwards", DHCPPERF_LEASE_BOUND, DHCPPERF_KEY_CIRCUIT, 1, 6, 0, 0, 7, 6, 0},
    {"before 1970", DHCPPERF_LEASE_BOUND, DHCPPERF_KEY_CIRCUIT, 1, 6, 0, 0, -1, 6, 0},
};

START_TEST(a_record_that_cannot_be_is_told)
    {
        static uint8_t octets[256];
        lease_record r;
        const char *why = "";

        memset(&r, 0, sizeof r);
        r.ip.b[3] = strcmp(cases[_i].what, "no address") != 0;
        r.state = cases[_i].state;
        r.key_kind = cases[_i].kind;
        r.key = (dhcpperf_bytes){octets, cases[_i].key};
        r.chaddr = (dhcpperf_bytes){octets, cases[_i].chaddr};
        r.hostname = (dhcpperf_bytes){octets, cases[_i].hostname};
        r.relay_info = (dhcpperf_bytes){octets, cases[_i].relay};
        r.starts = cases[_i].starts;
        r.ends = cases[_i].ends;
        ck_assert_msg(lease_record_is_sound(&r, &why) == cases[_i].is_sound, "%s", cases[_i].what);
        ck_assert_msg((why == NULL) == cases[_i].is_sound, "%s", cases[_i].what);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, what_is_packed_comes_out_the_same);
    tcase_add_test(tc, the_longest_lease_fits);
    tcase_add_test(tc, an_end_is_rounded_up_and_a_beginning_down);
    tcase_add_test(tc, the_clocks_are_apart_by_the_skew);
    tcase_add_test(tc, what_an_engine_cannot_say_is_the_nearest_that_it_can);
    tcase_add_loop_test(tc, a_record_that_cannot_be_is_told, 0,
                        (int)(sizeof cases / sizeof cases[0]));
}

HARNESS_MAIN("tools/lease_record", tests)
