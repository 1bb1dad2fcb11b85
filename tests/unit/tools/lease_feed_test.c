/* SPDX-License-Identifier: MIT */
/* lease_feed_test.c - from an engine to the writer's queue, of which the test is the other end:
 * what is promised is there, and what found no room is made up for. */
#include "common/leases/lease_feed.h"

#include <poll.h>
#include <string.h>

#include "lease_engine.h"
#include "lease_samples.h"
#include "support/harness.h"

enum {
    ADDRESSES = 40000,
    SMALL = 1 << 14, /* octets: some 200 leases */
    LARGE = 1 << 19, /* more than a slice of all leases */
    HOUR_MS = 3600 * 1000
};

static const dhcpperf_ts BEGIN = 1000 * DHCPPERF_NS_PER_S;

static _Alignas(LEASE_QUEUE_LINE) uint8_t ring[LARGE];
static lease_feed feed;
static mailbox boxes[2];
static atomic_int sleeps;
static dhcpperf_server *server;
static dhcpperf_ts now, wake;

/* What came out of the queue. */
static struct {
    int state;
    int64_t starts;
} written[ADDRESSES + 1];
static uint64_t records, marks, promised;
static uint32_t wanted_told;

static void use_ring(size_t size)
{
    lease_feed_init(&feed, ring, size, 0);
    feed.writer = &boxes[0];
    feed.box = &boxes[1];
    feed.sleeps = &sleeps;
    (void)lease_feed_look_at_clock(&feed, now);
}

static void set_up(void)
{
    ck_assert_int_eq(mailbox_open(&boxes[0]), 0);
    ck_assert_int_eq(mailbox_open(&boxes[1]), 0);
    now = BEGIN;
    use_ring(SMALL);
    server = lease_engine_new(ADDRESSES, lease_feed_tell, &feed);
}

static void tear_down(void)
{
    dhcpperf_server_free(server);
    mailbox_close(&boxes[0]);
    mailbox_close(&boxes[1]);
}

static void turn(void)
{
    wake = DHCPPERF_NEVER;
    lease_feed_turn(&feed, server, now, &wake);
}

/* All that was shown; the number of records. */
static uint64_t drain(void)
{
    uint64_t before = records;
    const uint8_t *at;
    lease_record r;

    while ((at = lease_queue_get(&feed.queue)) != NULL) {
        lease_record_unpack(&r, at);
        if (r.state == LEASE_MARK) {
            marks++;
            wanted_told = r.subnet;
            promised = r.seq;
            continue;
        }
        records++;
        promised = r.seq > promised ? r.seq : promised;
        written[lease_engine_number(r.ip)].state = r.state;
        written[lease_engine_number(r.ip)].starts = r.starts;
    }
    lease_queue_release(&feed.queue);
    return records - before;
}

/* Turns, with somebody at the other end, until nothing is missing. */
static void mend(void)
{
    unsigned i;

    for (i = 0; i < 1000 && feed.state != LEASE_FEED_WHOLE; i++) {
        now += DHCPPERF_NS_PER_MS;
        turn();
        (void)drain();
    }
    ck_assert_int_eq(feed.state, LEASE_FEED_WHOLE);
    turn();
    (void)drain();
}

/* The store says of each address what the engine says. */
static void check_all(void)
{
    dhcpperf_lease l;
    unsigned i;

    for (i = 1; i <= ADDRESSES; i++) {
        int is = dhcpperf_server_find_lease(server, lease_engine_ip(i), &l, sizeof l) == 0
                     ? (int)l.state
                     : 0;

        assert_fast(is == written[i].state, "address %u: %d in the engine, %d in the store", i, is,
                    written[i].state);
    }
}

static void bind_all(unsigned n)
{
    unsigned i;

    for (i = 1; i <= n; i++) {
        lease_engine_bind(server, i, now);
    }
}

static void release(unsigned from, unsigned to)
{
    for (; from <= to; from++) {
        lease_engine_release(server, from, now);
    }
}

START_TEST(a_change_is_a_record_with_its_number)
    {
        struct pollfd p = {mailbox_fd(&boxes[0]), POLLIN, 0};

        bind_all(3);
        release(1, 3);
        ck_assert_uint_eq(drain(), 0); /* not before the end of the turn */
        turn();
        ck_assert_uint_eq(atomic_load(&feed.told), 3);
        ck_assert_int_eq(poll(&p, 1, 0), 0); /* the writer is awake */
        ck_assert_uint_eq(drain(), 3);
        ck_assert_uint_eq(promised, 3);
        ck_assert_uint_eq(marks, 0);
        check_all();
        ck_assert(wake == DHCPPERF_NEVER);
        atomic_store(&sleeps, 1);
        turn();
        ck_assert_int_eq(poll(&p, 1, 0), 0); /* for nothing new he is not woken */
        lease_engine_bind(server, 4, now);
        release(4, 4);
        turn();
        ck_assert_int_eq(poll(&p, 1, 0), 1);
    }
END_TEST

START_TEST(it_is_whole_when_all_is_safe)
    {
        bind_all(2);
        release(1, 2);
        turn();
        ck_assert(!lease_feed_is_whole(&feed));
        atomic_store(&feed.committed, 1);
        ck_assert(!lease_feed_is_whole(&feed));
        atomic_store(&feed.committed, 2);
        ck_assert(lease_feed_is_whole(&feed));
        atomic_store(&feed.wanted, 1);
        ck_assert(!lease_feed_is_whole(&feed));
    }
END_TEST

/* The policy: what is in the queue stays; the rest is counted, and all is written anew. */
START_TEST(a_full_queue_is_counted_and_made_up_for)
    {
        uint64_t first;

        bind_all(1000);
        release(1, 600);
        turn();
        ck_assert_uint_eq(atomic_load(&feed.told), 600);
        ck_assert_int_eq(atomic_load(&feed.has_gap), 1);
        ck_assert(wake < DHCPPERF_NEVER);
        first = drain();
        ck_assert_uint_gt(first, 50);
        ck_assert_uint_lt(first, 600);
        ck_assert_uint_eq(promised, first); /* the first ones, without a hole */
        ck_assert_uint_eq(atomic_load(&feed.missed), 600 - first);
        mend();
        ck_assert_uint_eq(marks, 1);
        ck_assert_uint_eq(promised, 600);
        ck_assert_uint_eq(atomic_load(&feed.anew), 1);
        ck_assert_int_eq(atomic_load(&feed.has_gap), 0);
        ck_assert_uint_eq(records, first + 1000);
        check_all();
        release(601, 601);
        turn();
        ck_assert_uint_eq(drain(), 1);
        ck_assert_uint_eq(promised, 601);
        ck_assert_uint_eq(atomic_load(&feed.missed), 600 - first);
    }
END_TEST

START_TEST(nothing_is_written_anew_while_the_store_is_down)
    {
        unsigned i;

        bind_all(10);
        atomic_store(&feed.is_up, 0);
        atomic_fetch_add(&feed.wanted, 1);
        for (i = 0; i < 10; i++) {
            now += DHCPPERF_NS_PER_S;
            turn();
            ck_assert_uint_eq(drain(), 0);
        }
        release(1, 2); /* neither queued nor lost */
        turn();
        ck_assert_uint_eq(drain(), 0);
        ck_assert_uint_eq(atomic_load(&feed.missed), 2);
        atomic_store(&feed.is_up, 1);
        mend();
        ck_assert_uint_eq(records, 10);
        ck_assert_uint_eq(wanted_told, 1);
        ck_assert_uint_eq(promised, 2);
        check_all();
    }
END_TEST

/* Behind the walk and in front of it; nothing of it is told with a number before the mark. */
START_TEST(what_changes_during_the_walk_is_there_in_the_end)
    {
        unsigned i, n;

        use_ring(LARGE);
        bind_all(ADDRESSES - 100);
        atomic_fetch_add(&feed.wanted, 1);
        for (i = 0; feed.state != LEASE_FEED_WHOLE || i == 0; i++) {
            ck_assert_uint_lt(i, 1000);
            now += DHCPPERF_NS_PER_MS;
            turn();
            (void)drain();
            n = 10 * i;
            if (i < 100) {
                release(n + 1, n + 5);                                 /* behind it */
                release(ADDRESSES - 100 - n - 4, ADDRESSES - 100 - n); /* in front of it */
                lease_engine_bind(server, ADDRESSES - 99 + i, now);    /* likewise, and new */
                release(ADDRESSES - 99 + i, ADDRESSES - 99 + i);
            }
            ck_assert(feed.state == LEASE_FEED_WHOLE || promised == 0);
        }
        turn();
        (void)drain();
        ck_assert_uint_gt(i, 10);
        ck_assert_uint_eq(marks, 1);
        ck_assert_uint_eq(atomic_load(&feed.missed), 0);
        ck_assert_uint_eq(promised, atomic_load(&feed.told));
        check_all();
    }
END_TEST

/* A store that is too slow for the changes is not given all leases at once again and again. */
START_TEST(a_walk_that_breaks_is_put_off_longer_each_time)
    {
        static const unsigned waits_ms[] = {100, 200, 400};
        unsigned i, at = 1;

        bind_all(ADDRESSES);
        atomic_fetch_add(&feed.wanted, 1);
        for (i = 0; i < 3; i++) {
            turn();
            (void)drain();
            ck_assert_int_eq(feed.state, LEASE_FEED_ANEW);
            while (feed.state == LEASE_FEED_ANEW && feed.cursor < 0x0a000000 + 1000 * (i + 1)) {
                turn();
                (void)drain();
            }
            for (; feed.state == LEASE_FEED_ANEW; at++) { /* nobody takes them */
                release(at, at);
            }
            ck_assert_int_eq(feed.state, LEASE_FEED_GAP);
            turn();
            (void)drain();
            now += (waits_ms[i] - 1) * DHCPPERF_NS_PER_MS;
            turn();
            ck_assert_int_eq(feed.state, LEASE_FEED_GAP);
            now += DHCPPERF_NS_PER_MS;
        }
        mend();
        ck_assert_uint_eq(promised, at - 1);
        ck_assert_uint_eq(atomic_load(&feed.anew), 1);
        check_all();
        ck_assert(feed.again_in == 100 * DHCPPERF_NS_PER_MS); /* forgotten */
    }
END_TEST

START_TEST(commits_are_passed_on_once)
    {
        feed.is_ack = 1;
        bind_all(2);
        release(1, 2);
        turn();
        ck_assert_uint_eq(feed.passed_on, 0);
        atomic_store(&feed.committed, 2);
        turn();
        ck_assert_uint_eq(feed.passed_on, 2);
    }
END_TEST

/* ---- the wall clock ------------------------------------------------------------------------- */

/* What the clock showed when it was looked at last is changed: so it was set since. */
static void set_clock(int64_t by_ms)
{
    feed.skew_due = now + DHCPPERF_NS_PER_MS;
    feed.skew -= by_ms * (int64_t)DHCPPERF_NS_PER_MS;
}

static int64_t wall_ms(void)
{
    return lease_skew(0) / (int64_t)DHCPPERF_NS_PER_MS;
}

START_TEST(when_the_clock_is_set_all_is_written_anew_by_it)
    {
        static const int64_t by_ms[] = {HOUR_MS, -HOUR_MS, 24 * HOUR_MS, -24 * HOUR_MS};
        int64_t by = by_ms[_i], began;

        bind_all(50);
        began = wall_ms();
        set_clock(by);
        release(1, 10);
        turn();
        ck_assert_uint_eq(drain(), 10);
        ck_assert_int_eq(feed.state, LEASE_FEED_WHOLE); /* not noticed yet */
        ck_assert_int_le(written[1].starts, began - by + 5000);
        ck_assert_int_ge(written[1].starts, began - by - 5000);
        now += DHCPPERF_NS_PER_MS; /* it looks again */
        turn();
        ck_assert_int_ne(feed.state, LEASE_FEED_WHOLE);
        mend();
        ck_assert_uint_eq(records, 60);
        ck_assert_uint_eq(promised, 10);
        ck_assert_int_le(written[1].starts, began + 5000); /* as the clock has it now */
        ck_assert_int_ge(written[1].starts, began - 5000);
        ck_assert_int_ge(written[50].starts, began - 5000);
        check_all();
    }
END_TEST

START_TEST(a_clock_that_is_slewed_costs_nothing)
    {
        static const int64_t by_ms[] = {500, -500};

        bind_all(5);
        set_clock(by_ms[_i]);
        now += DHCPPERF_NS_PER_MS; /* it looks again */
        turn();
        ck_assert_int_eq(feed.state, LEASE_FEED_WHOLE);
        ck_assert_uint_eq(drain(), 0);
    }
END_TEST

START_TEST(who_changed_leases_in_silence_has_all_written_anew)
    {
        bind_all(20);
        lease_feed_all_anew(&feed);
        mend();
        ck_assert_uint_eq(records, 20);
        ck_assert_uint_eq(marks, 1);
        check_all();
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_test(tc, a_change_is_a_record_with_its_number);
    tcase_add_test(tc, it_is_whole_when_all_is_safe);
    tcase_add_test(tc, a_full_queue_is_counted_and_made_up_for);
    tcase_add_test(tc, nothing_is_written_anew_while_the_store_is_down);
    tcase_add_test(tc, what_changes_during_the_walk_is_there_in_the_end);
    tcase_add_test(tc, a_walk_that_breaks_is_put_off_longer_each_time);
    tcase_add_test(tc, commits_are_passed_on_once);
    tcase_add_loop_test(tc, when_the_clock_is_set_all_is_written_anew_by_it, 0, 4);
    tcase_add_loop_test(tc, a_clock_that_is_slewed_costs_nothing, 0, 2);
    tcase_add_test(tc, who_changed_leases_in_silence_has_all_written_anew);
}

HARNESS_MAIN("tools/lease_feed", tests)
