/* SPDX-License-Identifier: MIT */
/* lease_queue_test.c - packed leases from one thread to another: all of them, in order, unharmed.
 */
#include "common/leases/lease_queue.h"

#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "lease_samples.h"
#include "support/harness.h"

enum {
    MANY = 100000,
    GRAIN = 1
};

static _Alignas(LEASE_QUEUE_LINE) uint8_t ring[LEASE_QUEUE_LEAST];
static lease_queue queue;
static uint64_t seed;

static void set_up(void)
{
    seed = harness_seed(3);
    memset(ring, 0xa5, sizeof ring);
    lease_queue_init(&queue, ring, sizeof ring);
}

/* The i-th lease, packed into the queue; 0 when there is no room. */
static int give(uint32_t i)
{
    lease_sample s;
    dhcpperf_lease l;
    uint8_t *to;

    lease_sample_make(&s, i + 1, seed, GRAIN);
    lease_record_to(&s.r, &l, 0);
    l.key.subnet = s.r.subnet - 1;
    to = lease_queue_room(&queue, lease_record_packed_size(&l));
    if (to == NULL) {
        return 0;
    }
    assert_fast(to >= ring && to + lease_record_packed_size(&l) <= ring + sizeof ring,
                "lease %u lies around the end", i);
    lease_record_pack(to, &l, i, 0);
    lease_queue_put(&queue, lease_record_packed_size(&l));
    return 1;
}

/* The next one is the i-th; 0 when there is none. */
static int take(uint32_t i)
{
    const uint8_t *at = lease_queue_get(&queue);
    lease_sample s;
    lease_record r;

    if (at == NULL) {
        return 0;
    }
    lease_record_unpack(&r, at);
    lease_sample_make(&s, i + 1, seed, GRAIN);
    assert_fast(r.seq == i && lease_record_equal(&r, &s.r), "lease %u, seed %llu: %s", i,
                (unsigned long long)seed, lease_sample_text(&r));
    return 1;
}

START_TEST(what_is_put_is_got_in_order_over_many_rounds_of_the_ring)
    {
        uint32_t given = 0, taken = 0, group, round;

        for (round = 0; taken < 20000; round++) {
            for (group = round * 7 % 13 + 1; group > 0 && give(given); group--) {
                given++;
            }
            (void)lease_queue_show(&queue);
            for (group = round * 5 % 11; group > 0 && take(taken); group--) {
                taken++;
            }
            lease_queue_release(&queue);
            assert_fast(lease_queue_used(&queue) <= sizeof ring, "too much in it");
        }
        ck_assert_uint_gt(given, taken);
    }
END_TEST

START_TEST(what_was_not_shown_is_not_there)
    {
        ck_assert(lease_queue_is_empty(&queue));
        ck_assert_int_eq(lease_queue_show(&queue), 0);
        ck_assert(give(0));
        ck_assert(lease_queue_is_empty(&queue));
        ck_assert(!take(0));
        ck_assert_int_eq(lease_queue_show(&queue), 1);
        ck_assert_int_eq(lease_queue_show(&queue), 0);
        ck_assert(!lease_queue_is_empty(&queue));
        ck_assert(take(0));
        ck_assert(lease_queue_is_empty(&queue));
    }
END_TEST

/* What was got is in use until it is given back. */
START_TEST(a_full_queue_takes_nothing_until_it_is_given_back)
    {
        uint32_t given = 0, taken;

        while (give(given)) {
            given++;
        }
        ck_assert_uint_gt(given, 5);
        ck_assert(!give(given));
        (void)lease_queue_show(&queue);
        for (taken = 0; take(taken); taken++) {
        }
        ck_assert_uint_eq(taken, given);
        ck_assert(!give(given));
        lease_queue_release(&queue);
        ck_assert_uint_eq(lease_queue_used(&queue), 0);
        ck_assert(give(given));
    }
END_TEST

static void *give_all(void *user)
{
    uint32_t i = 0;

    (void)user;
    while (i < MANY) {
        if (give(i)) {
            i++;
        } else {
            sched_yield();
        }
        (void)lease_queue_show(&queue);
    }
    return NULL;
}

START_TEST(two_threads_need_no_lock)
    {
        pthread_t giver;
        uint32_t i = 0;

        ck_assert_int_eq(pthread_create(&giver, NULL, give_all, NULL), 0);
        while (i < MANY) {
            if (take(i)) {
                i++;
            } else {
                lease_queue_release(&queue);
                sched_yield();
            }
            if (i % 7 == 0) {
                lease_queue_release(&queue);
            }
        }
        ck_assert_int_eq(pthread_join(giver, NULL), 0);
        ck_assert(lease_queue_is_empty(&queue));
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, NULL);
    tcase_add_test(tc, what_is_put_is_got_in_order_over_many_rounds_of_the_ring);
    tcase_add_test(tc, what_was_not_shown_is_not_there);
    tcase_add_test(tc, a_full_queue_takes_nothing_until_it_is_given_back);
    tcase_add_test(tc, two_threads_need_no_lock);
}

HARNESS_MAIN("tools/lease_queue", tests)
