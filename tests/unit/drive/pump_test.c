/* SPDX-License-Identifier: MIT */
/* pump_test.c - the pump between a played carrier and a played engine. */
#include <libdhcpperf/pump.h>

#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support/allocfail.h"
#include "support/harness.h"

enum {
    ARRIVALS_MAX = 100000,
    LEN = 300
};

#define MS DHCPPERF_NS_PER_MS

/* What happened, one letter a call: r(x) g(iven back) R(ecv) A(dvance) l(oan) p(ull) c(ommit)
 * d(one) S(ent). */
static char calls[4096];
static size_t n_calls;
static size_t stop_after; /* calls; 0 = never */
static volatile int stop;

static void note(char c)
{
    if (n_calls < sizeof calls - 1) {
        calls[n_calls++] = c;
        calls[n_calls] = '\0';
    }
    if (stop_after != 0 && n_calls > stop_after) {
        stop = 1;
    }
}

static struct {
    unsigned waiting;   /* packets to receive */
    unsigned out;       /* received and not given back */
    unsigned lend_max;  /* per loan */
    unsigned committed; /* without a fate yet */
    unsigned messages;
    int rx_error;
    int fd[2];
    int wants_write;
    dhcpperf_ts deadline;
    uint8_t data[4096];
} car;

static struct {
    unsigned received, due, pulled, sent, fired;
    dhcpperf_ts deadline, last, fired_at;
    int recv_error, pull_error;
    int backwards;
    int stops;      /* the loop, at its deadline */
    unsigned takes; /* at most, in one recv; 0 = all */
    uint32_t len;
} eng;

static int poll_in(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};

    return poll(&p, 1, 0) == 1;
}

static int c_rx(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    unsigned n = car.waiting < max ? car.waiting : max, i;
    char byte;

    (void)self;
    (void)now;
    note('r');
    if (car.rx_error != 0) {
        return car.rx_error;
    }
    for (i = 0; i < n; i++) {
        memset(&pkts[i], 0, sizeof pkts[i]);
        pkts[i].data = car.data;
        pkts[i].len = LEN;
    }
    car.waiting -= n;
    car.out += n;
    while (car.fd[0] > 0 && poll_in(car.fd[0]) && read(car.fd[0], &byte, 1) == 1) {
        car.waiting++;
    }
    return (int)n;
}

static void c_rx_done(void *self, dhcpperf_pkt *pkts, unsigned n)
{
    (void)self;
    (void)pkts;
    note('g');
    car.out -= n;
}

static int c_loan(void *self, dhcpperf_pkt *pkts, unsigned want, uint32_t len)
{
    unsigned n = want < car.lend_max ? want : car.lend_max;

    (void)self;
    note('l');
    ck_assert_uint_eq(len, eng.len);
    memset(pkts, 0, n * sizeof *pkts);
    return (int)n;
}

static int c_commit(void *self, dhcpperf_pkt *pkts, unsigned n, unsigned fill, dhcpperf_ts now)
{
    (void)self;
    (void)pkts;
    (void)now;
    note('c');
    ck_assert_uint_le(fill, n);
    car.committed += fill;
    car.messages += fill;
    return 0;
}

static int c_done(void *self, dhcpperf_txdone *done, unsigned max, dhcpperf_ts now)
{
    unsigned n = car.committed < max ? car.committed : max;

    (void)self;
    (void)now;
    note('d');
    memset(done, 0, n * sizeof *done);
    car.committed -= n;
    return (int)n;
}

static int c_wants_write(void *self)
{
    (void)self;
    return car.wants_write;
}

static int c_fd(void *self)
{
    (void)self;
    return car.fd[0] > 0 ? car.fd[0] : -1;
}

static dhcpperf_ts c_deadline(void *self)
{
    (void)self;
    return car.deadline;
}

static void saw(dhcpperf_ts now)
{
    eng.backwards |= now < eng.last;
    eng.last = now;
}

static int e_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    (void)self;
    note('R');
    saw(now);
    ck_assert_uint_eq(car.out, n);
    ck_assert_ptr_eq(pkts[0].data, car.data);
    n = eng.takes != 0 && n > eng.takes ? eng.takes : n;
    eng.received += n;
    return eng.recv_error != 0 ? eng.recv_error : (int)n;
}

static int e_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    unsigned n = eng.due < max ? eng.due : max;

    (void)self;
    (void)pkts;
    note('p');
    saw(now);
    if (eng.pull_error != 0) {
        return eng.pull_error;
    }
    eng.due -= n;
    eng.pulled += n;
    return (int)n;
}

static void e_sent(void *self, const dhcpperf_txdone *done, unsigned n, dhcpperf_ts now)
{
    (void)self;
    (void)done;
    note('S');
    saw(now);
    eng.sent += n;
}

static uint32_t e_len(const void *self)
{
    (void)self;
    return eng.len;
}

static dhcpperf_ts e_deadline(const void *self)
{
    (void)self;
    return eng.deadline;
}

static int e_advance(void *self, dhcpperf_ts now)
{
    (void)self;
    note('A');
    saw(now);
    if (now >= eng.deadline) {
        eng.fired++;
        eng.fired_at = now;
        eng.deadline = DHCPPERF_NEVER;
        stop = eng.stops;
        return 1;
    }
    return 0;
}

static dhcpperf_transport *transport;
static dhcpperf_engine *engine;
static dhcpperf_pump *pump;

static void open_pump(unsigned burst)
{
    static const dhcpperf_transport_ops car_ops = {.size = sizeof car_ops,
                                                   .rx_burst = c_rx,
                                                   .rx_done = c_rx_done,
                                                   .tx_loan = c_loan,
                                                   .tx_commit = c_commit,
                                                   .tx_done = c_done,
                                                   .wants_write = c_wants_write,
                                                   .fd = c_fd,
                                                   .deadline = c_deadline};
    static const dhcpperf_engine_ops eng_ops = {.size = sizeof eng_ops,
                                                .recv = e_recv,
                                                .pull = e_pull,
                                                .sent = e_sent,
                                                .msg_len = e_len,
                                                .deadline = e_deadline,
                                                .advance = e_advance};

    memset(&car, 0, sizeof car);
    memset(&eng, 0, sizeof eng);
    car.lend_max = 1000;
    car.deadline = eng.deadline = DHCPPERF_NEVER;
    eng.len = LEN;
    n_calls = 0;
    ck_assert_int_eq(dhcpperf_transport_new(&transport, &car_ops, &car, NULL), 0);
    ck_assert_int_eq(dhcpperf_engine_new(&engine, &eng_ops, &eng, NULL), 0);
    ck_assert_int_eq(dhcpperf_pump_new(&pump, engine, transport, burst, NULL), 0);
}

static void close_pump(void)
{
    dhcpperf_pump_free(pump);
    dhcpperf_transport_free(transport);
    dhcpperf_engine_free(engine);
}

/* -- one step -- */

START_TEST(a_step_drains_then_advances_then_pulls)
    {
        open_pump(0);
        car.waiting = 3;
        eng.due = 5;
        ck_assert_int_eq(dhcpperf_pump_step(pump, 1000), 8);
        ck_assert_str_eq(calls, "rRgAlpcdSlpcd");
        ck_assert_uint_eq(eng.sent, 5);
        close_pump();
    }
END_TEST

START_TEST(an_idle_step_moves_nothing)
    {
        open_pump(0);
        ck_assert_int_eq(dhcpperf_pump_step(pump, 1000), 0);
        ck_assert_str_eq(calls, "rAlpcd");
        close_pump();
    }
END_TEST

START_TEST(everything_is_drained_before_anything_is_pulled)
    {
        const char *last_recv, *first_pull;

        open_pump(100);
        car.waiting = 1050;
        eng.due = 10;
        ck_assert_int_eq(dhcpperf_pump_step(pump, 1000), 1060);
        ck_assert_uint_eq(eng.received, 1050);
        last_recv = strrchr(calls, 'R');
        first_pull = strchr(calls, 'p');
        ck_assert(last_recv < first_pull);
        ck_assert_uint_eq(car.out, 0);
        close_pump();
    }
END_TEST

START_TEST(short_bursts_are_answered_before_more_is_received)
    {
        open_pump(1000);
        car.lend_max = 100; /* less than the pump asks for, once its loans have grown */
        eng.due = 1000;
        ck_assert_int_eq(dhcpperf_pump_step(pump, 1000), 1000);
        car.waiting = 2000;
        ck_assert_int_eq(dhcpperf_pump_step(pump, 1000), 512);
        car.lend_max = 1000; /* and now long ones make the better trains */
        eng.due = 1000;
        (void)dhcpperf_pump_step(pump, 1000);
        car.waiting = 2000;
        ck_assert_int_eq(dhcpperf_pump_step(pump, 1000), 2000);
        close_pump();
    }
END_TEST

START_TEST(a_step_is_bounded_however_much_waits)
    {
        open_pump(10);
        car.waiting = ARRIVALS_MAX;
        eng.due = ARRIVALS_MAX;
        ck_assert_int_lt(dhcpperf_pump_step(pump, 1000), ARRIVALS_MAX);
        ck_assert_uint_gt(eng.received, 0);
        ck_assert_uint_gt(eng.pulled, 0);
        close_pump();
    }
END_TEST

START_TEST(arrivals_are_looked_at_between_bursts)
    {
        open_pump(64);
        eng.due = 1000;
        eng.deadline = 1000;
        ck_assert_int_eq(dhcpperf_pump_step(pump, 1000), 64);
        car.waiting = 3;
        ck_assert_int_eq(dhcpperf_pump_step(pump, 1000), 67);
        ck_assert_uint_eq(eng.received, 3);
        while (dhcpperf_pump_step(pump, 1000) > 0) {
        }
        ck_assert_uint_eq(eng.sent, 1000);
        close_pump();
    }
END_TEST

START_TEST(no_loan_ends_the_step_and_the_pump_waits_for_the_carrier)
    {
        open_pump(0);
        car.lend_max = 0;
        car.wants_write = 1;
        eng.due = 5;
        eng.deadline = DHCPPERF_NEVER - 1;
        ck_assert_int_eq(dhcpperf_pump_step(pump, 1000), 0);
        ck_assert_ptr_null(strchr(calls, 'p'));
        ck_assert_int_eq(dhcpperf_pump_wants_write(pump), 1);
        ck_assert_uint_eq(dhcpperf_pump_deadline(pump), DHCPPERF_NEVER);
        car.lend_max = 10;
        car.wants_write = 0;
        ck_assert_int_eq(dhcpperf_pump_step(pump, 2000), 5);
        close_pump();
    }
END_TEST

START_TEST(what_the_engine_does_not_take_is_offered_again_after_a_pull)
    {
        open_pump(0);
        car.waiting = 10;
        eng.takes = 6;
        ck_assert_int_eq(dhcpperf_pump_step(pump, 1000), 6);
        ck_assert_str_eq(calls, "rRgAlpcd");
        ck_assert_uint_eq(car.out, 4);
        n_calls = 0;
        ck_assert_int_eq(dhcpperf_pump_step(pump, 2000), 4);
        ck_assert_str_eq(calls, "RgAlpcd");
        ck_assert_uint_eq(car.out, 0);
        car.waiting = 10;
        (void)dhcpperf_pump_step(pump, 3000);
        close_pump();
        ck_assert_uint_eq(car.out, 0); /* what was never taken is given back */
    }
END_TEST

START_TEST(the_earlier_deadline_of_engine_and_carrier_counts)
    {
        open_pump(0);
        eng.deadline = 500;
        car.deadline = 400;
        ck_assert_uint_eq(dhcpperf_pump_deadline(pump), 400);
        car.deadline = 600;
        ck_assert_uint_eq(dhcpperf_pump_deadline(pump), 500);
        close_pump();
    }
END_TEST

START_TEST(time_never_runs_backwards_for_the_engine)
    {
        open_pump(0);
        car.waiting = 5000;
        (void)dhcpperf_pump_step(pump, 1000 * MS);
        car.waiting = 1;
        (void)dhcpperf_pump_step(pump, 10); /* a caller's clock that jumped */
        ck_assert_int_eq(eng.backwards, 0);
        ck_assert_uint_ge(eng.last, 1000 * MS);
        close_pump();
    }
END_TEST

START_TEST(an_error_of_carrier_or_engine_ends_the_step)
    {
        open_pump(0);
        car.waiting = 1;
        switch (_i) {
        case 0:
            car.rx_error = DHCPPERF_E_SYSTEM;
            break;
        case 1:
            eng.recv_error = DHCPPERF_E_SYSTEM;
            break;
        case 2:
            eng.pull_error = DHCPPERF_E_SYSTEM;
            break;
        }
        ck_assert_msg(dhcpperf_pump_step(pump, 1000) == DHCPPERF_E_SYSTEM, "case %d", _i);
        ck_assert_msg(car.out == 0, "case %d: packets were not given back", _i);
        if (_i == 2) {
            ck_assert_ptr_nonnull(strchr(calls, 'c')); /* the loan was */
        }
        close_pump();
    }
END_TEST

START_TEST(loans_follow_what_the_engine_fills)
    {
        const char *at = calls;
        unsigned pulls = 0;

        open_pump(0);
        (void)dhcpperf_pump_step(pump, 1000);
        eng.due = 100000;
        car.lend_max = 100000;
        (void)dhcpperf_pump_step(pump, 2000);
        n_calls = 0;
        eng.due = 2048;
        ck_assert_int_eq(dhcpperf_pump_step(pump, 3000), 2048);
        while ((at = strchr(at, 'p')) != NULL) {
            at++;
            pulls++;
        }
        ck_assert_uint_le(pulls, 4); /* 33 at the first loan's size */
        close_pump();
    }
END_TEST

START_TEST(a_pump_in_batches_goes_on_with_what_is_undone_and_then_waits_for_its_tick)
    {
        const dhcpperf_dur tick = 1000 * MS;

        open_pump(64);
        ck_assert_int_eq(dhcpperf_pump_set_pacing(pump, DHCPPERF_PACE_BATCH, tick), 0);
        eng.due = 100;
        ck_assert_int_eq(dhcpperf_pump_step(pump, 1000 * MS), 64);
        ck_assert_uint_lt(dhcpperf_pump_deadline(pump), 1000 * MS + tick);
        ck_assert_int_eq(dhcpperf_pump_step(pump, 1000 * MS), 36);
        ck_assert_int_eq(dhcpperf_pump_wants_read(pump), 0);
        ck_assert_uint_ge(dhcpperf_pump_deadline(pump), 1000 * MS + tick);
        ck_assert_int_eq(dhcpperf_pump_step(pump, 3000 * MS), 0);
        ck_assert_int_eq(dhcpperf_pump_wants_read(pump), 1); /* an arrival may wake it now */
        ck_assert_uint_eq(dhcpperf_pump_deadline(pump), DHCPPERF_NEVER);
        car.waiting = 10;
        eng.takes = 6;
        ck_assert_int_eq(dhcpperf_pump_step(pump, 5100 * MS), 6);
        ck_assert_uint_lt(dhcpperf_pump_deadline(pump), 6000 * MS);
        ck_assert_int_eq(dhcpperf_pump_set_pacing(NULL, DHCPPERF_PACE_BATCH, tick),
                         DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_pump_wants_read(NULL), 0);
        close_pump();
    }
END_TEST

static unsigned looks_of_loop(dhcpperf_pacing mode, dhcpperf_dur tick)
{
    dhcpperf_ts start = dhcpperf_clock_monotonic();
    unsigned looks = 0;
    const char *at;

    open_pump(0);
    ck_assert_int_eq(pipe(car.fd), 0);
    car.waiting = 1;
    ck_assert_int_eq(dhcpperf_pump_set_pacing(pump, mode, tick), 0);
    ck_assert_int_eq(dhcpperf_pump_run(&pump, 1, start + 200 * MS, NULL), 0);
    for (at = calls; (at = strchr(at, 'A')) != NULL; at++) {
        looks++;
    }
    close_pump();
    return looks;
}

/* After an arrival: batches wait for the tick, which is after the end; the others look again. */
START_TEST(the_loop_waits_for_the_tick_in_batches_only)
    {
        ck_assert_uint_eq(looks_of_loop(DHCPPERF_PACE_BATCH, 1000 * MS), 1);
        ck_assert_uint_ge(looks_of_loop(DHCPPERF_PACE_PRECISE, 0), 2);
        ck_assert_uint_ge(looks_of_loop(DHCPPERF_PACE_EARLIEST, 0), 2);
    }
END_TEST

START_TEST(new_survives_every_failed_allocation)
    {
        allocfail af;
        dhcpperf_pump *p = NULL;
        uint64_t n;
        int rc = DHCPPERF_E_NOMEM;

        open_pump(0);
        for (n = 1; rc == DHCPPERF_E_NOMEM; n++) {
            allocfail_init(&af, n);
            rc = dhcpperf_pump_new(&p, engine, transport, 8, &af.mem);
            if (rc == 0) {
                dhcpperf_pump_free(p);
            }
            ck_assert_msg(allocfail_is_clean(&af), "allocation %u", (unsigned)n);
        }
        ck_assert_uint_gt(n, 3);
        ck_assert_int_eq(dhcpperf_pump_new(&p, NULL, transport, 0, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_pump_new(&p, engine, NULL, 0, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_pump_step(NULL, 0), DHCPPERF_E_INVALID);
        close_pump();
    }
END_TEST

/* -- the loop -- */

/* The end is far away: a machine that holds the test up must not have the last word. */
START_TEST(the_loop_meets_a_deadline)
    {
        dhcpperf_ts start = dhcpperf_clock_monotonic();

        stop = 0;
        open_pump(0);
        ck_assert_int_eq(pipe(car.fd), 0);
        eng.deadline = start + 20 * MS;
        eng.stops = 1;
        ck_assert_int_eq(dhcpperf_pump_run(&pump, 1, start + 60000 * MS, &stop), 0);
        ck_assert_uint_eq(eng.fired, 1);
        ck_assert_uint_ge(eng.fired_at, start + 20 * MS);
        ck_assert_uint_lt(n_calls, 40); /* it slept in between */
        close_pump();
    }
END_TEST

START_TEST(the_loop_returns_at_its_end)
    {
        dhcpperf_ts start = dhcpperf_clock_monotonic();

        open_pump(0);
        ck_assert_int_eq(pipe(car.fd), 0);
        ck_assert_int_eq(dhcpperf_pump_run(&pump, 1, start + 40 * MS, NULL), 0);
        ck_assert_uint_ge(dhcpperf_clock_monotonic(), start + 40 * MS);
        ck_assert_uint_lt(n_calls, 40);
        close_pump();
    }
END_TEST

static void *stop_soon(void *arg)
{
    (void)arg;
    stop = 1;
    ck_assert_int_eq(write(car.fd[1], "x", 1), 1);
    return NULL;
}

START_TEST(the_loop_ends_when_told)
    {
        pthread_t other;

        stop = 0;
        open_pump(0);
        ck_assert_int_eq(pipe(car.fd), 0);
        ck_assert_int_eq(pthread_create(&other, NULL, stop_soon, NULL), 0);
        ck_assert_int_eq(dhcpperf_pump_run(&pump, 1, DHCPPERF_NEVER, &stop), 0);
        ck_assert_int_eq(pthread_join(other, NULL), 0);
        close_pump();
    }
END_TEST

/* An engine that is always due and never does anything must not burn a core. */
START_TEST(the_loop_does_not_spin_on_an_engine_that_is_only_due)
    {
        struct rusage before, after;
        dhcpperf_ts start = dhcpperf_clock_monotonic();
        long us;

        open_pump(0);
        ck_assert_int_eq(pipe(car.fd), 0);
        car.deadline = 1;
        (void)getrusage(RUSAGE_SELF, &before);
        ck_assert_int_eq(dhcpperf_pump_run(&pump, 1, start + 50 * MS, NULL), 0);
        (void)getrusage(RUSAGE_SELF, &after);
        us = (after.ru_utime.tv_sec - before.ru_utime.tv_sec) * 1000000 +
             (after.ru_utime.tv_usec - before.ru_utime.tv_usec);
        ck_assert_int_lt(us, 25000);
        close_pump();
    }
END_TEST

START_TEST(a_carrier_without_descriptor_is_looked_at_all_the_same)
    {
        dhcpperf_ts start = dhcpperf_clock_monotonic();

        stop = 0;
        stop_after = 18;
        open_pump(0);
        ck_assert_int_eq(dhcpperf_pump_run(&pump, 1, start + 60000 * MS, &stop), 0);
        ck_assert_uint_gt(n_calls, 18);
        stop_after = 0;
        close_pump();
    }
END_TEST

START_TEST(the_loop_returns_an_error)
    {
        open_pump(0);
        car.rx_error = DHCPPERF_E_SYSTEM;
        ck_assert_int_eq(dhcpperf_pump_run(&pump, 1, DHCPPERF_NEVER, NULL), DHCPPERF_E_SYSTEM);
        ck_assert_int_eq(dhcpperf_pump_run(NULL, 1, DHCPPERF_NEVER, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_pump_run(&pump, 0, DHCPPERF_NEVER, NULL), DHCPPERF_E_INVALID);
        close_pump();
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_step_drains_then_advances_then_pulls);
    tcase_add_test(tc, an_idle_step_moves_nothing);
    tcase_add_test(tc, everything_is_drained_before_anything_is_pulled);
    tcase_add_test(tc, short_bursts_are_answered_before_more_is_received);
    tcase_add_test(tc, a_step_is_bounded_however_much_waits);
    tcase_add_test(tc, arrivals_are_looked_at_between_bursts);
    tcase_add_test(tc, no_loan_ends_the_step_and_the_pump_waits_for_the_carrier);
    tcase_add_test(tc, what_the_engine_does_not_take_is_offered_again_after_a_pull);
    tcase_add_test(tc, the_earlier_deadline_of_engine_and_carrier_counts);
    tcase_add_test(tc, time_never_runs_backwards_for_the_engine);
    tcase_add_loop_test(tc, an_error_of_carrier_or_engine_ends_the_step, 0, 3);
    tcase_add_test(tc, loans_follow_what_the_engine_fills);
    tcase_add_test(tc, a_pump_in_batches_goes_on_with_what_is_undone_and_then_waits_for_its_tick);
    tcase_add_test(tc, the_loop_waits_for_the_tick_in_batches_only);
    tcase_add_test(tc, new_survives_every_failed_allocation);
    tcase_add_test(tc, the_loop_meets_a_deadline);
    tcase_add_test(tc, the_loop_returns_at_its_end);
    tcase_add_test(tc, the_loop_ends_when_told);
    tcase_add_test(tc, the_loop_does_not_spin_on_an_engine_that_is_only_due);
    tcase_add_test(tc, a_carrier_without_descriptor_is_looked_at_all_the_same);
    tcase_add_test(tc, the_loop_returns_an_error);
}

HARNESS_MAIN("drive/pump", tests)
