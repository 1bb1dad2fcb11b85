/* SPDX-License-Identifier: MIT */
/* lease_writer_test.c - the writer's thread with a store that fails, waits or is slow when told so:
 * what is called safe is in it, and in the end it has all leases. */
#include "common/leases/lease_writer.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <libdhcpperf/pump.h>

#include "lease_engine.h"
#include "support/harness.h"

enum {
    ADDRESSES = 3000,
    SMALL = 1 << 14, /* octets of a queue: some 200 leases */
    LARGE = 1 << 20
};

/* ---- the store ------------------------------------------------------------------------------ */

typedef enum trouble {
    NONE,
    NO_APPEND,
    NO_COMMIT,
    NO_OPEN
} trouble;

static struct {
    lease_store base;
    pthread_mutex_t lock; /* held: the store does not return */
    atomic_int trouble;
    atomic_int is_open, opened, commits;
    int pending[ADDRESSES + 1];   /* states appended */
    int committed[ADDRESSES + 1]; /* states that are safe */
} place = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* With any trouble it cannot be opened either. */
static int fails(trouble what, char *error, size_t cap)
{
    int is;

    pthread_mutex_lock(&place.lock);
    pthread_mutex_unlock(&place.lock);
    is = atomic_load(&place.trouble);
    if (is != NONE && (what == NO_OPEN || is == (int)what)) {
        snprintf(error, cap, "cannot write to 'place': it is broken");
        return -1;
    }
    return 0;
}

static int place_open(lease_store **ret, const lease_store_config *config, char *error, size_t cap)
{
    (void)config;
    if (fails(NO_OPEN, error, cap) != 0) {
        return -1;
    }
    memcpy(place.pending, place.committed, sizeof place.pending);
    atomic_store(&place.is_open, 1);
    atomic_fetch_add(&place.opened, 1);
    *ret = &place.base;
    return 0;
}

static int place_append(lease_store *s, const lease_record *r, size_t n, char *error, size_t cap)
{
    size_t i;

    (void)s;
    if (fails(NO_APPEND, error, cap) != 0) {
        return -1;
    }
    for (i = 0; i < n; i++) {
        place.pending[lease_engine_number(r[i].ip)] = r[i].state;
    }
    return 0;
}

static int place_commit(lease_store *s, char *error, size_t cap)
{
    (void)s;
    if (fails(NO_COMMIT, error, cap) != 0) {
        return -1;
    }
    memcpy(place.committed, place.pending, sizeof place.pending);
    atomic_fetch_add(&place.commits, 1);
    return 0;
}

static void place_close(lease_store *s)
{
    if (s != NULL) {
        atomic_store(&place.is_open, 0);
    }
}

static const lease_store_ops place_ops = {
    .kind = "place",
    .is_durable = 1,
    .open = place_open,
    .append = place_append,
    .commit = place_commit,
    .close = place_close,
};

/* ---- around it ------------------------------------------------------------------------------ */

static const lease_store_config config = {.where = "place"};
static lease_writer *writer;
static lease_feed *feed;
static dhcpperf_server *server;
static mailbox box;

static void begin(size_t queue, int is_ack)
{
    char error[LEASE_ERROR_MAX];
    lease_store *s;

    place.base.ops = &place_ops;
    ck_assert_int_eq(mailbox_open(&box), 0);
    writer = lease_writer_new(1, &box, queue, is_ack);
    ck_assert_ptr_nonnull(writer);
    feed = lease_writer_feed(writer, 0);
    (void)lease_feed_look_at_clock(feed, dhcpperf_clock_monotonic());
    server = lease_engine_new(ADDRESSES, lease_feed_tell, feed);
    ck_assert_int_eq(place_open(&s, &config, error, sizeof error), 0);
    ck_assert_int_eq(lease_writer_start(writer, s, &config), 0);
}

static void tear_down(void)
{
    lease_writer_free(writer);
    writer = NULL;
    dhcpperf_server_free(server);
    server = NULL;
    mailbox_close(&box);
}

static void turn(void)
{
    dhcpperf_ts wake = DHCPPERF_NEVER;

    lease_feed_turn(feed, server, dhcpperf_clock_monotonic(), &wake);
}

static lease_figures look(void)
{
    lease_figures f;

    lease_writer_look(writer, &f);
    return f;
}

static void nap(void)
{
    const struct timespec ms = {0, 1000000};

    nanosleep(&ms, NULL);
}

static void release(unsigned from, unsigned to)
{
    dhcpperf_ts now = dhcpperf_clock_monotonic();

    for (; from <= to; from++) {
        lease_engine_bind(server, from, now);
        lease_engine_release(server, from, now);
    }
    turn();
}

static void until_safe(void)
{
    lease_figures f = look();

    while (f.safe < f.told || f.has_gap) {
        nap();
        turn();
        f = look();
    }
}

/* The store has just what the engine has. */
static void check_all(unsigned n)
{
    unsigned i;

    for (i = 1; i <= ADDRESSES; i++) {
        int want = i <= n ? (int)DHCPPERF_LEASE_RELEASED : 0;

        assert_fast(place.committed[i] == want, "address %u: %d in the store", i,
                    place.committed[i]);
    }
}

START_TEST(what_is_told_becomes_safe)
    {
        lease_figures f;

        begin(LARGE, _i);
        ck_assert_uint_eq(look().told, 0);
        release(1, 1000);
        until_safe();
        f = look();
        ck_assert_uint_eq(f.told, 1000);
        ck_assert_uint_eq(f.safe, 1000);
        ck_assert_uint_eq(f.written, 1000);
        ck_assert_uint_eq(f.groups, (unsigned)atomic_load(&place.commits));
        ck_assert_uint_lt(f.groups, 100); /* together, not one by one */
        ck_assert_uint_eq(f.missed + f.anew + f.failures, 0);
        ck_assert(f.is_up && !f.has_gap);
        ck_assert(f.behind_s == 0);
        ck_assert_uint_eq(lease_writer_stop(writer, &server, DHCPPERF_NS_PER_S, NULL, NULL), 0);
        ck_assert(!atomic_load(&place.is_open));
        check_all(1000);
    }
END_TEST

START_TEST(who_waits_for_commits_is_woken_by_them)
    {
        struct pollfd p = {.events = POLLIN};

        begin(LARGE, 1);
        p.fd = mailbox_fd(&box);
        release(1, 1);
        ck_assert_int_eq(poll(&p, 1, 10000), 1);
        ck_assert_uint_eq(atomic_load(&feed->committed), 1);
        ck_assert_int_eq(place.committed[1], DHCPPERF_LEASE_RELEASED);
    }
END_TEST

START_TEST(while_the_store_takes_its_time_it_is_behind)
    {
        lease_figures f;

        begin(LARGE, 0);
        pthread_mutex_lock(&place.lock);
        release(1, 100);
        do {
            nap();
            f = look();
        } while (f.behind_s == 0);
        ck_assert_uint_eq(f.safe, 0);
        ck_assert_uint_eq(f.told, 100);
        ck_assert(f.is_up);
        pthread_mutex_unlock(&place.lock);
        until_safe();
        f = look();
        ck_assert(f.behind_s == 0);
        ck_assert(f.worst_behind_s > 0);
        check_all(100);
    }
END_TEST

/* The policy when the queue is full: the engine goes on, what is not queued is counted, and then
 * all leases are written anew. */
START_TEST(a_full_queue_stops_nobody_and_is_made_up_for)
    {
        lease_figures f;

        begin(SMALL, 0);
        pthread_mutex_lock(&place.lock);
        release(1, ADDRESSES);
        f = look();
        ck_assert_uint_eq(f.told, ADDRESSES);
        ck_assert_uint_gt(f.missed, ADDRESSES / 2);
        ck_assert_uint_lt(f.missed, ADDRESSES - 50);
        ck_assert_uint_eq(f.failures, 0);
        ck_assert(f.has_gap);
        pthread_mutex_unlock(&place.lock);
        until_safe();
        ck_assert_uint_eq(look().safe, ADDRESSES);
        ck_assert_uint_eq(look().missed, f.missed);
        ck_assert_uint_eq(look().anew, 1);
        check_all(ADDRESSES);
    }
END_TEST

START_TEST(a_store_that_fails_is_opened_again_and_gets_all)
    {
        static const trouble troubles[] = {NO_APPEND, NO_COMMIT};
        lease_figures f;

        begin(LARGE, _i / 2);
        release(1, 100);
        until_safe();
        atomic_store(&place.trouble, (int)troubles[_i % 2]);
        release(101, 200);
        do {
            nap();
            f = look();
        } while (f.is_up);
        ck_assert_uint_eq(f.safe, 100); /* nothing is promised that is not there */
        ck_assert_uint_eq(f.failures, 1);
        ck_assert(!atomic_load(&place.is_open));
        release(201, 300);
        ck_assert_uint_eq(look().told, 300);
        atomic_store(&place.trouble, NONE);
        ck_assert_uint_eq(lease_writer_stop(writer, &server, 10 * DHCPPERF_NS_PER_S, NULL, NULL),
                          0);
        f = look();
        ck_assert_uint_eq(f.safe, 300);
        ck_assert_uint_eq(f.anew, 1);
        ck_assert_int_eq(atomic_load(&place.opened), 2);
        check_all(300);
    }
END_TEST

/* What was in the queue when the store failed is thrown away: until all was written anew, a commit
 * of a part of that makes nothing safe. */
START_TEST(nothing_is_safe_before_all_was_written_anew)
    {
        int commits;

        begin(LARGE, 1);
        release(1, 100);
        until_safe();
        atomic_store(&place.trouble, NO_APPEND);
        release(101, ADDRESSES);
        while (look().is_up) {
            nap();
        }
        atomic_store(&place.trouble, NONE);
        while (!look().is_up) {
            nap();
        }
        commits = atomic_load(&place.commits);
        turn(); /* a part of them */
        while (atomic_load(&place.commits) == commits) {
            nap();
        }
        ck_assert(look().has_gap);
        ck_assert_uint_eq(look().safe, 100);
        until_safe();
        ck_assert_uint_eq(look().safe, ADDRESSES);
        check_all(ADDRESSES);
    }
END_TEST

/* In time, and without a wait for the end. */
START_TEST(what_a_store_lacks_at_the_end_is_told)
    {
        begin(LARGE, 0);
        release(1, 10);
        until_safe();
        atomic_store(&place.trouble, NO_APPEND);
        release(11, 17);
        ck_assert_uint_eq(lease_writer_stop(writer, &server, 600 * DHCPPERF_NS_PER_S, NULL, NULL),
                          7);
        check_all(10);
    }
END_TEST

static int is_hurried(void *user)
{
    ++*(int *)user;
    return 1;
}

START_TEST(who_is_hurried_does_not_wait_for_a_store_that_fails)
    {
        int asked = 0;

        begin(LARGE, 0);
        release(1, 10);
        until_safe();
        atomic_store(&place.trouble, NO_APPEND);
        release(11, 17);
        ck_assert_uint_eq(
            lease_writer_stop(writer, &server, 600 * DHCPPERF_NS_PER_S, is_hurried, &asked), 7);
        ck_assert_int_eq(asked, 1);
        check_all(10);
    }
END_TEST

START_TEST(the_last_changes_are_written_before_the_end)
    {
        begin(LARGE, _i);
        release(1, 500);
        ck_assert_uint_eq(lease_writer_stop(writer, &server, 10 * DHCPPERF_NS_PER_S, NULL, NULL),
                          0);
        check_all(500);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, NULL, tear_down);
    tcase_add_loop_test(tc, what_is_told_becomes_safe, 0, 2);
    tcase_add_test(tc, who_waits_for_commits_is_woken_by_them);
    tcase_add_test(tc, while_the_store_takes_its_time_it_is_behind);
    tcase_add_test(tc, a_full_queue_stops_nobody_and_is_made_up_for);
    tcase_add_loop_test(tc, a_store_that_fails_is_opened_again_and_gets_all, 0, 4);
    tcase_add_test(tc, nothing_is_safe_before_all_was_written_anew);
    tcase_add_test(tc, what_a_store_lacks_at_the_end_is_told);
    tcase_add_test(tc, who_is_hurried_does_not_wait_for_a_store_that_fails);
    tcase_add_loop_test(tc, the_last_changes_are_written_before_the_end, 0, 2);
}

HARNESS_MAIN("tools/lease_writer", tests)
