/* SPDX-License-Identifier: MIT */
/* udp_tx_test.c - loans, trains, queueing and fates of the UDP carrier over played system calls. */
#include "unit/io/fake_kernel.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "base/dp_rng.h"
#include "base/dp_text.h"
#include "support/harness.h"

enum {
    LEN = 300,
    MS = 1000000
};

static const char *const gso_on[] = {"gso=on", NULL};
static dhcpperf_txdone done[FK_SENT_MAX];

static dhcpperf_ip4 by_turns_of_4(uint32_t id)
{
    return dp_ip4_of(0x7f010001 + id % 4);
}

/* -- loans -- */

START_TEST(a_loan_is_of_adjacent_empty_buffers)
    {
        dhcpperf_pkt pkts[100];
        int i, n;

        fk_open(NULL);
        memset(pkts, 0xff, sizeof pkts);
        n = fk.ops.tx_loan(fk.u, pkts, 100, LEN);
        ck_assert_int_eq(n, 100);
        for (i = 0; i < n; i++) {
            ck_assert_ptr_eq(pkts[i].data, pkts[0].data + i * LEN);
            ck_assert_uint_eq(pkts[i].cap, LEN);
            ck_assert_uint_eq(pkts[i].len, 0);
            ck_assert_uint_eq(pkts[i].src.ip.b[0] | pkts[i].dst.port | pkts[i].flags, 0);
        }
        fk_close();
    }
END_TEST

START_TEST(one_loan_at_a_time)
    {
        dhcpperf_pkt pkts[4];

        fk_open(NULL);
        ck_assert_int_eq(fk.ops.tx_commit(fk.u, pkts, 1, 0, 0), DHCPPERF_E_STATE);
        ck_assert_int_eq(fk.ops.tx_loan(fk.u, pkts, 4, LEN), 4);
        ck_assert_int_eq(fk.ops.tx_loan(fk.u, pkts, 4, LEN), DHCPPERF_E_STATE);
        ck_assert_int_eq(fk.ops.tx_commit(fk.u, pkts, 4, 0, 0), 0);
        ck_assert_int_eq(fk.ops.tx_loan(fk.u, pkts, 4, LEN), 4);
        ck_assert_uint_eq(fk.n_sends, 0);
        fk_close();
    }
END_TEST

START_TEST(the_longest_datagram_fits_a_loan_and_a_longer_one_is_refused)
    {
        static const char *const small[] = {"burst=2", NULL};
        dhcpperf_pkt pkts[2];

        fk_open(small);
        ck_assert_int_eq(fk.ops.tx_loan(fk.u, pkts, 2, 65507), 1);
        ck_assert_uint_eq(pkts[0].cap, 65507);
        ck_assert_int_eq(fk.ops.tx_commit(fk.u, pkts, 1, 0, 0), 0);
        ck_assert_int_eq(fk.ops.tx_loan(fk.u, pkts, 2, 65508), DHCPPERF_E_INVALID);
        fk_close();
    }
END_TEST

static int verdict_errno;

static int always(uint32_t send, const fk_sent *first)
{
    (void)send;
    (void)first;
    return verdict_errno;
}

START_TEST(loans_dry_up_while_the_kernel_takes_nothing_and_come_back)
    {
        dhcpperf_pkt pkt;
        unsigned n;

        fk_open(gso_on);
        fk.verdict = always;
        verdict_errno = EAGAIN;
        n = fk_send(1, FK_SENT_MAX, LEN, fk_to_server, 5);
        ck_assert_uint_gt(n, 0);
        ck_assert_int_eq(fk.ops.tx_loan(fk.u, &pkt, 1, LEN), 0);
        ck_assert_int_eq(fk.ops.wants_write(fk.u), 1);
        ck_assert_uint_eq(fk_fates(done, FK_SENT_MAX, 6), 0);
        fk.verdict = NULL;
        ck_assert_uint_eq(fk_fates(done, FK_SENT_MAX, 7), n);
        ck_assert_int_eq(fk.ops.wants_write(fk.u), 0);
        ck_assert_uint_eq(fk.n_sent, n);
        ck_assert_int_eq(fk.ops.tx_loan(fk.u, &pkt, 1, LEN), 1);
        fk_close();
    }
END_TEST

/* -- trains -- */

START_TEST(a_burst_to_one_destination_is_trains_of_one_iovec)
    {
        fk_open(gso_on);
        ck_assert_uint_eq(fk_send(1, 200, LEN, fk_to_server, 5), 200);
        ck_assert_uint_eq(fk.n_sends, 2);
        ck_assert_uint_eq(fk.iovecs, 2);
        ck_assert_uint_eq(fk.sent[0].of, 128);
        ck_assert_uint_eq(fk.sent[199].of, 72);
        ck_assert_uint_eq(fk.u->stats.tx_trains, 2);
        ck_assert_uint_eq(fk.u->stats.tx_messages, 200);
        fk_close();
    }
END_TEST

START_TEST(the_train_setting_bounds_a_train)
    {
        static const char *const short_trains[] = {"gso=on", "train=64", NULL};

        fk_open(short_trains);
        fk.u->train_max = 64;
        ck_assert_uint_eq(fk_send(1, 200, LEN, fk_to_server, 5), 200);
        ck_assert_uint_eq(fk.n_sends, 4);
        ck_assert_uint_eq(fk.sent[0].of, 64);
        fk_close();
    }
END_TEST

START_TEST(a_train_is_no_longer_than_a_datagram)
    {
        fk_open(gso_on);
        ck_assert_uint_eq(fk_send(1, 100, 1400, fk_to_server, 5), 100);
        ck_assert_uint_eq(fk.sent[0].of, 46); /* 65507 / 1400 */
        ck_assert_uint_eq(fk.n_sent, 100);
        fk_close();
    }
END_TEST

START_TEST(interleaved_destinations_are_bucketed)
    {
        unsigned i;

        fk_open(gso_on);
        ck_assert_uint_eq(fk_send(0, 256, LEN, by_turns_of_4, 5), 256);
        ck_assert_uint_eq(fk.n_sends, 4);
        for (i = 0; i < 256; i++) {
            ck_assert_uint_eq(fk.sent[i].of, 64);
            ck_assert_mem_eq(fk.sent[i].dst.b, by_turns_of_4(fk.sent[i].id).b, 4);
            if (i % 64 > 0) {
                ck_assert_uint_gt(fk.sent[i].id, fk.sent[i - 1].id);
            }
        }
        fk_close();
    }
END_TEST

START_TEST(bursts_grow_while_destinations_interleave_and_shrink_again)
    {
        static dhcpperf_pkt pkts[2048];
        uint32_t lend;

        fk_open(gso_on);
        (void)fk_send(0, 256 + 512 + 1024 + 2048, LEN, by_turns_of_4, 5);
        (void)fk_fates(done, FK_SENT_MAX, 6);
        ck_assert_int_eq(fk.ops.tx_loan(fk.u, pkts, 2048, LEN), 2048);
        ck_assert_int_eq(fk.ops.tx_commit(fk.u, pkts, 2048, 0, 0), 0);
        (void)fk_send(0, 2048, LEN, fk_to_server, 5);
        lend = (uint32_t)fk.ops.tx_loan(fk.u, pkts, 2048, LEN);
        ck_assert_uint_lt(lend, 2048);
        fk_close();
    }
END_TEST

static dhcpperf_ip4 in_runs_of_64(uint32_t id)
{
    return dp_ip4_of(0x7f010001 + id / 64);
}

/* A burst that cuts a run in two is made up for: those after it end where runs end. */
START_TEST(bursts_come_to_end_where_runs_end)
    {
        unsigned i, odd = 0, n = 2048 - 35;

        fk_open(gso_on);
        ck_assert_uint_eq(fk_send(35, n, LEN, in_runs_of_64, 5), n);
        for (i = 0; i < n; i++) {
            odd += fk.sent[i].of != 64;
        }
        ck_assert_uint_eq(odd, 29 + 64); /* the run it began in, and the one that was cut */
        fk_close();
    }
END_TEST

START_TEST(lengths_that_vary_are_sent_whole)
    {
        dhcpperf_pkt pkts[6];
        unsigned i;

        fk_open(gso_on);
        ck_assert_int_eq(fk.ops.tx_loan(fk.u, pkts, 6, 0), 6);
        for (i = 0; i < 6; i++) {
            pkts[i].len = (uint16_t)(240 + 10 * (i / 3));
            pkts[i].cookie = i;
            pkts[i].dst.ip = fk_to_server(i);
            pkts[i].dst.port = 67;
            memset(pkts[i].data, 0, pkts[i].len);
            memcpy(pkts[i].data + 4, &i, 4);
        }
        ck_assert_int_eq(fk.ops.tx_commit(fk.u, pkts, 6, 6, 1), 0);
        ck_assert_uint_eq(fk.n_sent, 6);
        ck_assert_uint_eq(fk.n_sends, 2);
        for (i = 0; i < 6; i++) {
            ck_assert_uint_eq(fk.sent[i].id, i);
            ck_assert_uint_eq(fk.sent[i].len, 240 + 10 * (i / 3));
        }
        fk_close();
    }
END_TEST

START_TEST(gso_off_and_group_addresses_never_see_a_train)
    {
        static const char *const off[] = {"gso=off", NULL};
        unsigned i;

        fk_open(_i == 0 ? off : gso_on);
        for (i = 0; i < 3; i++) {
            dhcpperf_pkt pkts[8];
            static const uint32_t to[] = {0x7f000001, 0xffffffff, 0xe0000001};
            unsigned k;

            ck_assert_int_eq(fk.ops.tx_loan(fk.u, pkts, 8, LEN), 8);
            for (k = 0; k < 8; k++) {
                pkts[k].len = LEN;
                pkts[k].dst.ip = dp_ip4_of(to[i]);
                pkts[k].dst.port = 67;
            }
            ck_assert_int_eq(fk.ops.tx_commit(fk.u, pkts, 8, 8, 1), 0);
            ck_assert_msg(fk.sent[fk.n_sent - 1].of == (_i == 1 && i == 0 ? 8 : 1),
                          "case %d, address %u", _i, i);
        }
        fk_close();
    }
END_TEST

START_TEST(the_source_address_rides_on_trains_and_singles)
    {
        dhcpperf_pkt pkts[3];
        unsigned i;

        fk_open(gso_on);
        ck_assert_int_eq(fk.ops.tx_loan(fk.u, pkts, 3, LEN), 3);
        for (i = 0; i < 3; i++) {
            pkts[i].len = LEN;
            pkts[i].dst.ip = fk_to_server(i);
            pkts[i].dst.port = 67;
            pkts[i].src.ip = dp_ip4_of(i < 2 ? 0x7f010101 : 0x7f020202);
        }
        ck_assert_int_eq(fk.ops.tx_commit(fk.u, pkts, 3, 3, 1), 0);
        ck_assert_uint_eq(fk.n_sends, 2);
        assert_ip4_eq(fk.sent[1].src, "127.1.1.1");
        assert_ip4_eq(fk.sent[2].src, "127.2.2.2");
        fk_close();
    }
END_TEST

/* -- errors -- */

static int trains_with(uint32_t send, const fk_sent *first)
{
    (void)send;
    return first->of > 1 ? verdict_errno : 0;
}

START_TEST(a_route_that_takes_no_trains_gets_singles)
    {
        static const int errors[] = {EIO, EINVAL, EMSGSIZE, EOPNOTSUPP};
        unsigned i;

        fk_open(NULL);
        dp_peers_get(&fk.u->peers, fk_to_server(0), 67, 0)->standing = DP_PEER_EARNED;
        fk.verdict = trains_with;
        verdict_errno = errors[_i];
        ck_assert_uint_eq(fk_send(1, 200, LEN, fk_to_server, 5), 200);
        ck_assert_msg(fk.n_sent == 200, "errno case %d: %u of 200 went", _i, fk.n_sent);
        for (i = 0; i < 200; i++) {
            ck_assert_uint_eq(fk.sent[i].id, i + 1);
        }
        ck_assert_uint_eq(fk_fates(done, FK_SENT_MAX, 6), 200);
        ck_assert_int_eq(done[199].status, 0);
        ck_assert_uint_eq(fk.u->stats.peers_refused, 1);
        verdict_errno = EDOM; /* would be an error now: no more trains are tried */
        ck_assert_uint_eq(fk_send(1, 200, LEN, fk_to_server, 5), 200);
        ck_assert_uint_eq(fk.u->stats.tx_errors, 0);
        fk_close();
    }
END_TEST

START_TEST(no_buffers_is_tried_again_after_a_while)
    {
        fk_open(gso_on);
        fk.verdict = always;
        verdict_errno = ENOBUFS;
        ck_assert_uint_eq(fk_send(1, 10, LEN, fk_to_server, 5), 10);
        ck_assert_int_eq(fk.ops.wants_write(fk.u), 0); /* it is writable, that would spin */
        ck_assert_uint_eq(fk.ops.deadline(fk.u), 5 + MS);
        fk.verdict = NULL;
        ck_assert_uint_eq(fk_fates(done, 10, 6), 0);
        ck_assert_uint_eq(fk_fates(done, 10, 5 + MS), 10);
        ck_assert_uint_eq(fk.ops.deadline(fk.u), DHCPPERF_NEVER);
        fk_close();
    }
END_TEST

START_TEST(an_icmp_error_of_an_earlier_message_harms_no_later_one)
    {
        fk_open(gso_on);
        fk.pending_errors = 3;
        fk.verdict = NULL;
        ck_assert_int_eq(fk.ops.rx_burst(fk.u, &(dhcpperf_pkt){0}, 1, 1), 0);
        ck_assert_uint_eq(fk.u->stats.unreachable, 3);
        fk_close();
    }
END_TEST

static int refused_once(uint32_t send, const fk_sent *first)
{
    (void)send;
    (void)first;
    return fk.pending_errors > 0 ? ECONNREFUSED : 0;
}

START_TEST(a_send_that_meets_an_icmp_error_is_repeated)
    {
        fk_open(gso_on);
        fk.pending_errors = 2;
        fk.verdict = refused_once;
        ck_assert_uint_eq(fk_send(1, 10, LEN, fk_to_server, 5), 10);
        ck_assert_uint_eq(fk.n_sent, 10);
        ck_assert_uint_eq(fk_fates(done, 10, 6), 10);
        ck_assert_int_eq(done[0].status, 0);
        ck_assert_uint_eq(fk.u->stats.unreachable, 2);
        fk_close();
    }
END_TEST

START_TEST(a_message_the_kernel_refuses_fails_alone)
    {
        static const struct {
            int err, status;
        } cases[] = {{EPERM, DHCPPERF_E_PERMISSION},
                     {EACCES, DHCPPERF_E_PERMISSION},
                     {ENETUNREACH, DHCPPERF_E_SYSTEM},
                     {EINVAL, DHCPPERF_E_SYSTEM}};
        static const char *const off[] = {"gso=off", NULL};
        unsigned i, n;

        fk_open(off);
        fk.verdict = always;
        verdict_errno = cases[_i].err;
        (void)fk_send(1, 1, LEN, fk_to_server, 5);
        fk.verdict = NULL;
        (void)fk_send(2, 5, LEN, fk_to_server, 5);
        n = fk_fates(done, 10, 6);
        ck_assert_msg(n == 6, "case %d: %u fates", _i, n);
        for (i = 0; i < 6; i++) {
            ck_assert_msg(done[i].status == (i == 0 ? cases[_i].status : 0), "case %d fate %u", _i,
                          i);
            ck_assert_msg(done[i].cookie == i + 1, "case %d cookie %u", _i, i);
        }
        ck_assert_msg(fk.ops.sys_errno(fk.u) == cases[_i].err, "case %d", _i);
        ck_assert_uint_eq(fk.u->stats.tx_errors, 1);
        fk_close();
    }
END_TEST

START_TEST(fates_come_in_any_portion)
    {
        unsigned n, total = 0;

        fk_open(gso_on);
        (void)fk_send(1, 1000, LEN, by_turns_of_4, 5);
        do {
            n = fk_fates(done + total, 7, 6);
            total += n;
        } while (n > 0);
        ck_assert_uint_eq(total, 1000);
        fk_close();
    }
END_TEST

/* Whatever the kernel answers, each message has one fate, and went out if and only if that says
 * so. */
static uint64_t chaos_seed;
static uint32_t chaos_draws;

static int chaos(uint32_t send, const fk_sent *first)
{
    static const int errors[] = {EAGAIN, ENOBUFS, EINTR, EIO,         EINVAL,
                                 EPERM,  EPIPE,   EPIPE, ENETUNREACH, ENOMEM};
    uint64_t d = dp_draw(chaos_seed, 0, 7, chaos_draws++);

    (void)send;
    (void)first;
    return d % 3 == 0 ? errors[(d >> 8) % (sizeof errors / sizeof errors[0])] : 0;
}

static dhcpperf_ip4 by_chance(uint32_t id)
{
    return dp_ip4_of(0x7f000001 + (uint32_t)(dp_draw(chaos_seed, id, 8, 0) % 5));
}

START_TEST(every_message_has_exactly_one_fate)
    {
        enum {
            N = 3000
        };
        static uint8_t fates[N + 1], went[N + 1];
        unsigned sent = 0, reported = 0, i, n, rounds;
        dhcpperf_ts now = 1;

        chaos_seed = harness_seed((uint64_t)_i + 1);
        chaos_draws = 0;
        fk_open(gso_on);
        fk.verdict = chaos;
        memset(fates, 0, sizeof fates);
        memset(went, 0, sizeof went);
        for (rounds = 0; reported < N; rounds++) {
            ck_assert_msg(rounds < 100000, "seed %d: %u of %d reported", _i, reported, N);
            n = 1 + (unsigned)(dp_draw(chaos_seed, rounds, 9, 0) % 300);
            n = n < N - sent ? n : N - sent;
            if (n > 0) {
                sent += fk_send(sent + 1, n, LEN, by_chance, now);
            }
            n = fk_fates(done, 100, now);
            for (i = 0; i < n; i++) {
                ck_assert_msg(done[i].cookie >= 1 && done[i].cookie <= sent, "seed %d", _i);
                ck_assert_msg(fates[done[i].cookie] == 0, "seed %d: message %u has two fates", _i,
                              (unsigned)done[i].cookie);
                fates[done[i].cookie] = done[i].status == 0 ? 1 : 2;
            }
            reported += n;
            now += MS;
        }
        for (i = 0; i < fk.n_sent; i++) {
            ck_assert_msg(went[fk.sent[i].id]++ == 0, "seed %d: message %u went twice", _i,
                          fk.sent[i].id);
        }
        for (i = 1; i <= N; i++) {
            ck_assert_msg(went[i] == (fates[i] == 1), "seed %d: message %u, fate %u, sent %u", _i,
                          i, fates[i], went[i]);
        }
        ck_assert_msg(fk.u->stats.tx_messages == fk.n_sent, "seed %d", _i);
        ck_assert_msg(fk.u->stats.tx_messages + fk.u->stats.tx_errors == N, "seed %d", _i);
        fk_close();
    }
END_TEST

/* -- when a message left -- */

static dhcpperf_ts called[FK_SENT_MAX];

static dhcpperf_ts monotonic_now(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (dhcpperf_ts)t.tv_sec * 1000 * MS + (dhcpperf_ts)t.tv_nsec;
}

/* The kernel takes its time, and an answer may be stamped before it returns. */
static int slowly(uint32_t send, const fk_sent *first)
{
    dhcpperf_ts t = monotonic_now();

    (void)send;
    called[first->id] = t;
    while (monotonic_now() < t + 10000) {
    }
    return 0;
}

START_TEST(a_message_left_before_the_call_that_sent_it_and_not_after)
    {
        const char *const settings[] = {_i == 0 ? "gso=off" : "gso=on", NULL};
        dhcpperf_ts start, first;
        unsigned i, n;

        fk_open(settings);
        fk.verdict = slowly;
        start = first = monotonic_now();
        (void)fk_send(0, 256, LEN, fk_to_server, start);
        n = fk_fates(done, FK_SENT_MAX, monotonic_now());
        ck_assert_uint_eq(n, 256);
        for (i = 0; i < n; i++) {
            if (called[i] != 0) { /* the first of a train */
                first = called[i];
            }
            ck_assert_uint_le(done[i].ts, first);
            ck_assert_uint_ge(done[i].ts, start);
        }
        ck_assert(_i == 1 || done[n - 1].ts > start); /* four calls, four instants */
        fk_close();
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_loan_is_of_adjacent_empty_buffers);
    tcase_add_test(tc, one_loan_at_a_time);
    tcase_add_test(tc, the_longest_datagram_fits_a_loan_and_a_longer_one_is_refused);
    tcase_add_test(tc, loans_dry_up_while_the_kernel_takes_nothing_and_come_back);
    tcase_add_test(tc, a_burst_to_one_destination_is_trains_of_one_iovec);
    tcase_add_test(tc, the_train_setting_bounds_a_train);
    tcase_add_test(tc, a_train_is_no_longer_than_a_datagram);
    tcase_add_test(tc, interleaved_destinations_are_bucketed);
    tcase_add_test(tc, bursts_grow_while_destinations_interleave_and_shrink_again);
    tcase_add_test(tc, bursts_come_to_end_where_runs_end);
    tcase_add_loop_test(tc, a_message_left_before_the_call_that_sent_it_and_not_after, 0, 2);
    tcase_add_test(tc, lengths_that_vary_are_sent_whole);
    tcase_add_loop_test(tc, gso_off_and_group_addresses_never_see_a_train, 0, 2);
    tcase_add_test(tc, the_source_address_rides_on_trains_and_singles);
    tcase_add_loop_test(tc, a_route_that_takes_no_trains_gets_singles, 0, 4);
    tcase_add_test(tc, no_buffers_is_tried_again_after_a_while);
    tcase_add_test(tc, an_icmp_error_of_an_earlier_message_harms_no_later_one);
    tcase_add_test(tc, a_send_that_meets_an_icmp_error_is_repeated);
    tcase_add_loop_test(tc, a_message_the_kernel_refuses_fails_alone, 0, 4);
    tcase_add_test(tc, fates_come_in_any_portion);
    tcase_add_loop_test(tc, every_message_has_exactly_one_fate, 0, 40);
}

HARNESS_MAIN("io/udp_tx", tests)
