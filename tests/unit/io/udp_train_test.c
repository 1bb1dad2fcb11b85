/* SPDX-License-Identifier: MIT */
/* udp_train_test.c - trains are earned: probes, their answers, their time-outs. */
#include "unit/io/fake_kernel.h"

#include <errno.h>
#include <string.h>

#include "base/dp_text.h"
#include "support/harness.h"

enum {
    LEN = 300,
    MS = 1000000
};

static const char *const probe_on[] = {"probe=on", NULL};
static const char *const probe_off[] = {"probe=off", NULL};

static void answer(uint32_t id)
{
    fk_arrival a = {fk_to_server(0), 67, LEN, LEN, id, 0};

    fk_arrive(&a);
}

static void train_from_server(uint32_t n)
{
    fk_arrival a = {fk_to_server(0), 67, n * LEN, LEN, 9000, 0};

    fk_arrive(&a);
}

static int standing(void)
{
    const dp_peer *p = dp_peers_find(&fk.u->peers, fk_to_server(0), 67);

    return p != NULL ? p->standing : -1;
}

static uint32_t longest_of(uint32_t from)
{
    uint32_t max = 0, i;

    for (i = from; i < fk.n_sent; i++) {
        max = fk.sent[i].of > max ? fk.sent[i].of : max;
    }
    return max;
}

START_TEST(two_of_the_first_messages_are_the_probe_and_the_rest_go_alone)
    {
        fk_open(NULL);
        (void)fk_send(1, 16, LEN, fk_to_server, 5);
        ck_assert_uint_eq(fk.n_sent, 16);
        ck_assert_uint_eq(fk.sent[0].of, 2);
        ck_assert_uint_eq(fk.sent[1].of, 2);
        ck_assert_uint_eq(fk.sent[2].of, 1);
        ck_assert_uint_eq(fk.n_sends, 15);
        ck_assert_uint_eq(fk.u->stats.probes, 1);
        ck_assert_uint_eq(fk.ops.deadline(fk.u), 5 + 150 * MS);
        (void)fk_send(17, 16, LEN, fk_to_server, 6);
        ck_assert_uint_eq(longest_of(16), 1);
        ck_assert_uint_eq(fk.u->stats.probes, 1);
        fk_close();
    }
END_TEST

START_TEST(a_peer_that_answers_both_has_earned_trains)
    {
        fk_open(NULL);
        (void)fk_send(1, 4, LEN, fk_to_server, 5);
        answer(2);
        answer(3);
        ck_assert_uint_eq(fk_receive(6), 2);
        ck_assert_int_eq(standing(), DP_PEER_PROBING);
        answer(1);
        (void)fk_receive(7);
        ck_assert_int_eq(standing(), DP_PEER_EARNED);
        ck_assert_uint_eq(fk.u->stats.peers_earned, 1);
        ck_assert_uint_eq(fk.ops.deadline(fk.u), DHCPPERF_NEVER);
        (void)fk_send(10, 50, LEN, fk_to_server, 8);
        ck_assert_uint_eq(longest_of(4), 50);
        fk_close();
    }
END_TEST

START_TEST(what_a_probe_lost_is_sent_again_alone_and_at_once)
    {
        dhcpperf_txdone done[8];
        uint32_t answered = (uint32_t)_i, i; /* bit 0: message 1, bit 1: message 2 */
        uint32_t lost = answered == 0 ? 2 : 1;

        fk_open(NULL);
        (void)fk_send(1, 2, LEN, fk_to_server, 5);
        answer(500); /* it is up */
        ck_assert_uint_eq(fk_fates(done, 8, 5), 2);
        for (i = 0; i < 2; i++) {
            if ((answered & (1u << i)) != 0) {
                answer(i + 1);
            }
        }
        (void)fk_receive(6);
        ck_assert_uint_eq(fk_fates(done, 8, 4 + 150 * MS), 0);
        ck_assert_uint_eq(fk.n_sent, 2);
        ck_assert_uint_eq(fk_fates(done, 8, 5 + 150 * MS), 0); /* no second fate */
        ck_assert_msg(fk.n_sent == 2 + lost, "answered %d: %u sent", _i, fk.n_sent);
        for (i = 2; i < fk.n_sent; i++) {
            ck_assert_msg(fk.sent[i].of == 1 && fk.sent[i].len == LEN, "answered %d", _i);
            ck_assert_msg((answered & (1u << (fk.sent[i].id - 1))) == 0, "answered %d", _i);
        }
        ck_assert_int_eq(standing(), DP_PEER_REFUSED);
        ck_assert_uint_eq(fk.u->stats.probe_resent, lost);
        ck_assert_uint_eq(fk.u->stats.peers_refused, 1);
        ck_assert_uint_eq(fk.ops.deadline(fk.u), DHCPPERF_NEVER);
        (void)fk_send(10, 50, LEN, fk_to_server, 8);
        ck_assert_uint_eq(longest_of(2), 1);
        fk_close();
    }
END_TEST

/* Nothing at all from a peer is no verdict on trains: it may not be up yet.  But not for ever. */
START_TEST(a_silent_peer_is_asked_three_times)
    {
        dhcpperf_txdone done[8];
        unsigned i;

        fk_open(NULL);
        for (i = 1; i <= 4; i++) {
            dhcpperf_ts now = i * 1000 * MS;

            (void)fk_send(10 * i, 2, LEN, fk_to_server, now);
            (void)fk_fates(done, 8, now + 150 * MS);
            ck_assert_uint_eq(fk.u->stats.probes, i < 3 ? i : 3);
            ck_assert_int_eq(standing(), i < 3 ? DP_PEER_UNKNOWN : DP_PEER_REFUSED);
        }
        fk_close();
    }
END_TEST

/* A busy machine looks at its socket late: what is there in time counts in time. */
START_TEST(an_answer_that_waits_to_be_read_is_not_too_late)
    {
        dhcpperf_txdone done[8];

        fk_open(NULL);
        (void)fk_send(1, 2, LEN, fk_to_server, 5);
        answer(1);
        answer(2);
        ck_assert_int_eq(fk.ops.tx_done(fk.u, done, 8, 900 * MS), 2);
        ck_assert_uint_eq(fk.n_sent, 2);
        (void)fk_receive(900 * MS);
        ck_assert_int_eq(standing(), DP_PEER_EARNED);
        ck_assert_uint_eq(fk.n_sent, 2);
        fk_close();
    }
END_TEST

/* Without this a retransmission sooner than the probe's end would earn trains from a server that
 * lost the probe. */
START_TEST(answers_to_retransmissions_of_the_engine_earn_nothing)
    {
        dhcpperf_txdone done[8];

        fk_open(NULL);
        (void)fk_send(1, 2, LEN, fk_to_server, 5);
        (void)fk_send(1, 2, LEN, fk_to_server, 100 * MS);
        ck_assert_uint_eq(fk.n_sent, 4);
        answer(1);
        answer(2);
        (void)fk_receive(101 * MS);
        (void)fk_fates(done, 8, 400 * MS);
        ck_assert_int_ne(standing(), DP_PEER_EARNED);
        ck_assert_uint_eq(fk.u->stats.probe_resent, 0); /* the engine did */
        fk_close();
    }
END_TEST

START_TEST(the_next_message_of_an_answered_transaction_does_not_spoil_the_probe)
    {
        fk_open(NULL);
        (void)fk_send(1, 2, LEN, fk_to_server, 5);
        answer(1); /* OFFER */
        (void)fk_receive(6);
        (void)fk_send(1, 1, LEN, fk_to_server, 7); /* REQUEST with the same transaction id */
        answer(2);
        (void)fk_receive(8);
        ck_assert_int_eq(standing(), DP_PEER_EARNED);
        fk_close();
    }
END_TEST

START_TEST(one_message_is_no_probe)
    {
        fk_open(NULL);
        (void)fk_send(1, 1, LEN, fk_to_server, 5);
        ck_assert_uint_eq(fk.u->stats.probes, 0);
        ck_assert_int_eq(standing(), DP_PEER_UNKNOWN);
        (void)fk_send(2, 2, LEN, fk_to_server, 5);
        ck_assert_uint_eq(fk.u->stats.probes, 1);
        fk_close();
    }
END_TEST

START_TEST(two_messages_with_one_transaction_id_need_two_answers)
    {
        dhcpperf_pkt pkts[2];
        unsigned i;

        fk_open(NULL);
        ck_assert_int_eq(fk.ops.tx_loan(fk.u, pkts, 2, LEN), 2);
        for (i = 0; i < 2; i++) {
            uint32_t id = 77;

            memcpy(pkts[i].data + 4, &id, 4);
            pkts[i].len = LEN;
            pkts[i].dst.ip = fk_to_server(0);
            pkts[i].dst.port = 67;
        }
        ck_assert_int_eq(fk.ops.tx_commit(fk.u, pkts, 2, 2, 5), 0);
        answer(77);
        (void)fk_receive(6);
        ck_assert_int_eq(standing(), DP_PEER_PROBING);
        answer(77);
        (void)fk_receive(6);
        ck_assert_int_eq(standing(), DP_PEER_EARNED);
        fk_close();
    }
END_TEST

START_TEST(answers_from_elsewhere_earn_nothing)
    {
        fk_arrival a = {dp_ip4_of(0x7f000002), 67, LEN, LEN, 1, 0};
        fk_arrival b = {fk_to_server(0), 68, LEN, LEN, 1, 0};

        fk_open(NULL);
        (void)fk_send(1, 2, LEN, fk_to_server, 5);
        fk_arrive(&a);
        fk_arrive(&b);
        a.first_id = b.first_id = 2;
        fk_arrive(&a);
        fk_arrive(&b);
        ck_assert_uint_eq(fk_receive(6), 4);
        ck_assert_int_eq(standing(), DP_PEER_PROBING);
        fk_close();
    }
END_TEST

START_TEST(a_peer_that_sent_a_train_has_earned_them)
    {
        fk_open(NULL);
        train_from_server(3);
        (void)fk_receive(4);
        (void)fk_send(1, 16, LEN, fk_to_server, 5);
        ck_assert_uint_eq(fk.sent[0].of, 16);
        ck_assert_uint_eq(fk.u->stats.probes, 0);
        fk_close();
    }
END_TEST

/* A server does not experiment on its clients: its last answer to them is answered by nobody. */
START_TEST(a_peer_that_spoke_first_is_not_probed)
    {
        fk_open(_i == 0 ? NULL : probe_on);
        answer(500);
        (void)fk_receive(4);
        (void)fk_send(1, 16, LEN, fk_to_server, 5);
        ck_assert_msg(fk.u->stats.probes == (uint64_t)_i, "case %d", _i);
        ck_assert_msg(fk.sent[0].of == (_i == 0 ? 1 : 2), "case %d", _i);
        fk_close();
    }
END_TEST

START_TEST(without_probes_only_a_train_earns)
    {
        fk_open(probe_off);
        (void)fk_send(1, 16, LEN, fk_to_server, 5);
        ck_assert_uint_eq(longest_of(0), 1);
        train_from_server(2);
        (void)fk_receive(6);
        (void)fk_send(20, 16, LEN, fk_to_server, 7);
        ck_assert_uint_eq(longest_of(0), 16);
        fk_close();
    }
END_TEST

/* The kernel may join what a raw-socket server sent alone: a lost probe weighs more. */
START_TEST(a_peer_that_lost_a_probe_stays_single_whatever_it_sends)
    {
        dhcpperf_txdone done[4];

        fk_open(NULL);
        (void)fk_send(1, 2, LEN, fk_to_server, 5);
        answer(500);
        (void)fk_fates(done, 4, 200 * MS);
        train_from_server(5);
        (void)fk_receive(201 * MS);
        ck_assert_int_eq(standing(), DP_PEER_REFUSED);
        fk_close();
    }
END_TEST

START_TEST(standing_does_not_depend_on_our_source_address)
    {
        dhcpperf_pkt pkts[8];
        unsigned i;

        fk_open(NULL);
        (void)fk_send(1, 2, LEN, fk_to_server, 5);
        answer(1);
        answer(2);
        (void)fk_receive(6);
        ck_assert_int_eq(fk.ops.tx_loan(fk.u, pkts, 8, LEN), 8);
        for (i = 0; i < 8; i++) {
            pkts[i].len = LEN;
            pkts[i].src.ip = dp_ip4_of(0x7f010101 + i / 4);
            pkts[i].dst.ip = fk_to_server(0);
            pkts[i].dst.port = 67;
        }
        ck_assert_int_eq(fk.ops.tx_commit(fk.u, pkts, 8, 8, 7), 0);
        ck_assert_uint_eq(fk.sent[2].of, 4);
        ck_assert_uint_eq(fk.sent[6].of, 4);
        fk_close();
    }
END_TEST

static dhcpperf_ip4 many(uint32_t id)
{
    return dp_ip4_of(0x7f010001 + id / 2);
}

START_TEST(peers_beyond_the_probes_at_hand_go_single_for_now)
    {
        dhcpperf_txdone done[256];

        fk_open(NULL);
        (void)fk_send(0, 100, LEN, many, 5);
        ck_assert_uint_eq(fk.n_sent, 100);
        ck_assert_uint_eq(fk.u->stats.probes, DP_UDP_PROBES);
        (void)fk_fates(done, 256, 5 + 150 * MS);
        ck_assert_uint_eq(fk.n_sent, 100 + 2 * DP_UDP_PROBES);
        ck_assert_uint_eq(fk.u->n_probes, 0);
        (void)fk_send(0, 100, LEN, many, 6);
        ck_assert_uint_eq(fk.u->stats.probes, 2 * DP_UDP_PROBES);
        fk_close();
    }
END_TEST

static int block;

static int blocking(uint32_t send, const fk_sent *first)
{
    (void)send;
    (void)first;
    return block;
}

START_TEST(a_full_socket_delays_the_second_sending_but_does_not_lose_it)
    {
        dhcpperf_txdone done[8];

        fk_open(NULL);
        (void)fk_send(1, 2, LEN, fk_to_server, 5);
        fk.verdict = blocking;
        block = EAGAIN;
        (void)fk_fates(done, 8, 200 * MS);
        ck_assert_uint_eq(fk.n_sent, 2);
        ck_assert_uint_eq(fk.ops.deadline(fk.u), 201 * MS);
        block = 0;
        (void)fk_fates(done, 8, 201 * MS);
        ck_assert_uint_eq(fk.n_sent, 4);
        fk_close();
    }
END_TEST

START_TEST(the_wait_begins_when_the_kernel_takes_the_probe)
    {
        dhcpperf_txdone done[8];

        fk_open(NULL);
        fk.verdict = blocking;
        block = EAGAIN;
        (void)fk_send(1, 2, LEN, fk_to_server, 5);
        ck_assert_uint_eq(fk.ops.deadline(fk.u), DHCPPERF_NEVER);
        block = 0;
        ck_assert_uint_eq(fk_fates(done, 8, 400 * MS), 2);
        ck_assert_uint_eq(fk.ops.deadline(fk.u), 550 * MS);
        fk_close();
    }
END_TEST

START_TEST(a_probe_the_kernel_refuses_goes_alone_and_is_not_sent_twice)
    {
        dhcpperf_txdone done[8];

        fk_open(NULL);
        fk.verdict = blocking;
        block = EPERM;
        (void)fk_send(1, 2, LEN, fk_to_server, 5);
        ck_assert_uint_eq(fk_fates(done, 8, 6), 2);
        ck_assert_int_eq(done[0].status, DHCPPERF_E_PERMISSION);
        ck_assert_uint_eq(fk.u->n_probes, 0);
        block = 0;
        (void)fk_fates(done, 8, 400 * MS);
        ck_assert_uint_eq(fk.n_sent, 0);
        fk_close();
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, two_of_the_first_messages_are_the_probe_and_the_rest_go_alone);
    tcase_add_test(tc, a_peer_that_answers_both_has_earned_trains);
    tcase_add_loop_test(tc, what_a_probe_lost_is_sent_again_alone_and_at_once, 0, 3);
    tcase_add_test(tc, a_silent_peer_is_asked_three_times);
    tcase_add_test(tc, an_answer_that_waits_to_be_read_is_not_too_late);
    tcase_add_test(tc, answers_to_retransmissions_of_the_engine_earn_nothing);
    tcase_add_test(tc, the_next_message_of_an_answered_transaction_does_not_spoil_the_probe);
    tcase_add_test(tc, one_message_is_no_probe);
    tcase_add_test(tc, two_messages_with_one_transaction_id_need_two_answers);
    tcase_add_test(tc, answers_from_elsewhere_earn_nothing);
    tcase_add_test(tc, a_peer_that_sent_a_train_has_earned_them);
    tcase_add_loop_test(tc, a_peer_that_spoke_first_is_not_probed, 0, 2);
    tcase_add_test(tc, without_probes_only_a_train_earns);
    tcase_add_test(tc, a_peer_that_lost_a_probe_stays_single_whatever_it_sends);
    tcase_add_test(tc, standing_does_not_depend_on_our_source_address);
    tcase_add_test(tc, peers_beyond_the_probes_at_hand_go_single_for_now);
    tcase_add_test(tc, a_full_socket_delays_the_second_sending_but_does_not_lose_it);
    tcase_add_test(tc, the_wait_begins_when_the_kernel_takes_the_probe);
    tcase_add_test(tc, a_probe_the_kernel_refuses_goes_alone_and_is_not_sent_twice);
}

HARNESS_MAIN("io/udp_train", tests)
