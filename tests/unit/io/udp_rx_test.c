/* SPDX-License-Identifier: MIT */
/* udp_rx_test.c - arrivals of the UDP carrier: trains split in place, slots lent and given back. */
#include "unit/io/fake_kernel.h"

#include <string.h>

#include "base/dp_rng.h"
#include "base/dp_text.h"
#include "support/harness.h"

static const char *const gso_on[] = {"gso=on", "slots=16", NULL};

static uint32_t id_of(const dhcpperf_pkt *p)
{
    uint32_t id;

    memcpy(&id, p->data + 4, sizeof id);
    return id;
}

START_TEST(a_train_is_split_in_place_with_a_short_tail)
    {
        fk_arrival a = {dp_ip4_of(0x7f010203), 67, 3 * 300 + 40, 300, 7, 0};
        dhcpperf_pkt p[8];
        unsigned i;

        fk_open(gso_on);
        fk_arrive(&a);
        ck_assert_int_eq(fk.ops.rx_burst(fk.u, p, 8, 1000), 4);
        for (i = 0; i < 4; i++) {
            ck_assert_ptr_eq(p[i].data, p[0].data + 300 * i);
            ck_assert_uint_eq(p[i].len, i < 3 ? 300 : 40);
            ck_assert_uint_eq(id_of(&p[i]), 7 + i);
            ck_assert_uint_eq(p[i].src.port, 67);
            assert_ip4_eq(p[i].src.ip, "127.1.2.3");
            assert_ip4_eq(p[i].dst.ip, "127.0.0.1");
            ck_assert_uint_eq(p[i].dst.port, fk.u->local.port);
            ck_assert_uint_le(p[i].ts, 1000);
        }
        ck_assert_uint_eq(fk.u->stats.rx_trains, 1);
        ck_assert_uint_eq(fk.u->stats.rx_messages, 4);
        fk.ops.rx_done(fk.u, p, 4);
        fk_close();
    }
END_TEST

/* The real-time clock was set forward by an hour between stamp and look. */
START_TEST(a_stamp_is_never_older_than_the_last_look_at_an_empty_socket)
    {
        const dhcpperf_ts hour = 3600 * DHCPPERF_NS_PER_S, start = 100 * hour;
        fk_arrival a = {dp_ip4_of(0x7f010203), 67, 300, 300, 7, 0};
        dhcpperf_pkt p[2];

        fk_open(gso_on);
        ck_assert_int_eq(fk.ops.rx_burst(fk.u, p, 2, start), 0);
        fk.aged_s = 3600;
        fk_arrive(&a);
        ck_assert_int_eq(fk.ops.rx_burst(fk.u, p, 2, start + DHCPPERF_NS_PER_MS), 1);
        ck_assert_uint_eq(p[0].ts, start);
        fk.ops.rx_done(fk.u, p, 1);
        fk.aged_s = 2;
        fk_arrive(&a); /* believable: two seconds of ten */
        ck_assert_int_eq(fk.ops.rx_burst(fk.u, p, 2, start + 10 * DHCPPERF_NS_PER_S), 1);
        ck_assert_uint_ge(p[0].ts, start + 7 * DHCPPERF_NS_PER_S);
        ck_assert_uint_le(p[0].ts, start + 9 * DHCPPERF_NS_PER_S);
        fk.ops.rx_done(fk.u, p, 1);
        fk_close();
    }
END_TEST

START_TEST(a_train_longer_than_the_burst_comes_in_parts)
    {
        fk_arrival a = {dp_ip4_of(0x7f010203), 67, 128 * 300, 300, 0, 0};
        dhcpperf_pkt p[128];
        unsigned got = 0;
        int n;

        fk_open(gso_on);
        fk_arrive(&a);
        while ((n = fk.ops.rx_burst(fk.u, p + got, 10, 1)) > 0) {
            got += (unsigned)n;
        }
        ck_assert_uint_eq(got, 128);
        for (n = 0; n < 128; n++) {
            ck_assert_uint_eq(id_of(&p[n]), (uint32_t)n);
        }
        fk.ops.rx_done(fk.u, p, 128);
        ck_assert_uint_eq(fk_receive(1), 0);
        fk_close();
    }
END_TEST

START_TEST(an_empty_datagram_is_a_packet_of_no_bytes)
    {
        fk_arrival a = {dp_ip4_of(0x7f010203), 67, 0, 0, 0, 0};
        dhcpperf_pkt p[2];

        fk_open(gso_on);
        fk_arrive(&a);
        ck_assert_int_eq(fk.ops.rx_burst(fk.u, p, 2, 1), 1);
        ck_assert_uint_eq(p[0].len, 0);
        fk.ops.rx_done(fk.u, p, 1);
        fk_close();
    }
END_TEST

START_TEST(a_cut_datagram_is_marked_and_counted)
    {
        fk_arrival a = {dp_ip4_of(0x7f010203), 67, 300, 300, 0, 1};
        dhcpperf_pkt p[2];

        fk_open(gso_on);
        fk_arrive(&a);
        ck_assert_int_eq(fk.ops.rx_burst(fk.u, p, 2, 1), 1);
        ck_assert_uint_eq(p[0].flags & DHCPPERF_PKT_TRUNC, DHCPPERF_PKT_TRUNC);
        ck_assert_uint_eq(fk.u->stats.rx_truncated, 1);
        fk.ops.rx_done(fk.u, p, 1);
        fk_close();
    }
END_TEST

START_TEST(a_caller_that_holds_every_slot_gets_no_more_until_it_gives_one_back)
    {
        fk_arrival a = {dp_ip4_of(0x7f010203), 67, 300, 300, 0, 0};
        dhcpperf_pkt p[32];
        unsigned i, got = 0;

        fk_open(gso_on);
        for (i = 0; i < 20; i++) {
            a.first_id = i;
            fk_arrive(&a);
        }
        for (i = 0; i < 4; i++) {
            got += (unsigned)fk.ops.rx_burst(fk.u, p + got, 32 - got, 1);
        }
        ck_assert_uint_eq(got, 16);
        fk.ops.rx_done(fk.u, &p[5], 1);
        ck_assert_int_eq(fk.ops.rx_burst(fk.u, &p[5], 1, 1), 1);
        ck_assert_uint_eq(id_of(&p[5]), 16);
        ck_assert_uint_eq(id_of(&p[6]), 6); /* what is held stays as it was */
        fk.ops.rx_done(fk.u, p, 16);
        ck_assert_uint_eq(fk_receive(1), 3);
        fk_close();
    }
END_TEST

/* Packets held and given back in any order: all arrive once, unharmed, and no slot is lost. */
START_TEST(slots_survive_any_order_of_giving_back)
    {
        enum {
            HELD_MAX = 200
        };
        static const uint32_t lens[] = {300, 600, 1200, 3000, 40, 1};
        uint64_t seed = harness_seed((uint64_t)_i + 1);
        dhcpperf_pkt held[HELD_MAX], tmp;
        unsigned n_held = 0, sent = 0, got = 0, round, k;

        fk_open(gso_on);
        for (round = 0; round < 400; round++) {
            uint64_t d = dp_draw(seed, round, 1, 0);
            int n;

            if (fk.n_arrivals - fk.next_arrival < 4 && round < 300) {
                fk_arrival a = {dp_ip4_of(0x7f010203), 67, lens[d % 6], 300, 0, 0};

                a.first_id = round * 1000;
                fk_arrive(&a);
                sent += a.len > 300 ? a.len / 300 : 1;
            }
            n = (int)((d >> 8) % 8);
            n = n < (int)(HELD_MAX - n_held) ? n : (int)(HELD_MAX - n_held);
            n = n > 0 ? fk.ops.rx_burst(fk.u, held + n_held, (unsigned)n, round) : 0;
            ck_assert_msg(n >= 0, "seed %d", _i);
            n_held += (unsigned)n;
            got += (unsigned)n;
            k = round < 300 ? (unsigned)((d >> 16) % 8) : n_held;
            for (; k > 0 && n_held > 0; k--) {
                unsigned at = (unsigned)(dp_draw(seed, round, 2, k) % n_held);

                tmp = held[at];
                held[at] = held[--n_held];
                fk.ops.rx_done(fk.u, &tmp, 1);
            }
        }
        while (n_held > 0) {
            fk.ops.rx_done(fk.u, &held[--n_held], 1);
        }
        got += fk_receive(500);
        ck_assert_msg(got == sent, "seed %d: %u of %u", _i, got, sent);
        for (round = 0, k = 0; round < fk.u->rx.slots.n; round++) {
            k += fk.u->rx.slots.bound[round] != DP_SLOT_NONE;
        }
        ck_assert_msg(fk.u->rx.slots.n_free + k == fk.u->rx.slots.n, "seed %d: slots are missing",
                      _i);
        fk_close();
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_train_is_split_in_place_with_a_short_tail);
    tcase_add_test(tc, a_stamp_is_never_older_than_the_last_look_at_an_empty_socket);
    tcase_add_test(tc, a_train_longer_than_the_burst_comes_in_parts);
    tcase_add_test(tc, an_empty_datagram_is_a_packet_of_no_bytes);
    tcase_add_test(tc, a_cut_datagram_is_marked_and_counted);
    tcase_add_test(tc, a_caller_that_holds_every_slot_gets_no_more_until_it_gives_one_back);
    tcase_add_loop_test(tc, slots_survive_any_order_of_giving_back, 0, 20);
}

HARNESS_MAIN("io/udp_rx", tests)
