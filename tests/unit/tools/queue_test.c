/* SPDX-License-Identifier: MIT */
/* queue_test.c - packets from thread to thread: whole, in order, none twice, bounded. */
#include "common/queue.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "common/workers.h"
#include "support/harness.h"

enum {
    SIZE = 8192,
    LONGEST = 1500
};

static _Alignas(QUEUE_LINE) uint8_t memory[SIZE];
static queue q;

static void fill(uint8_t *octets, uint32_t len, uint32_t number)
{
    uint32_t i;

    for (i = 0; i < len; i++) {
        octets[i] = (uint8_t)(number * 31 + i * 7);
    }
}

/* Any length, the shortest and the longest among them. */
static uint32_t length_of(uint32_t number)
{
    return number % 17 == 0 ? 0 : number % 13 == 0 ? LONGEST : number * 7919 % LONGEST;
}

static int put(uint32_t number)
{
    static uint8_t octets[LONGEST];
    dhcpperf_pkt pkt;

    memset(&pkt, 0, sizeof pkt);
    pkt.len = (uint16_t)length_of(number);
    pkt.cap = LONGEST;
    pkt.data = octets;
    pkt.cookie = number;
    pkt.src.port = (uint16_t)number;
    fill(octets, pkt.len, number);
    return queue_put(&q, &pkt);
}

static int is_intact(const dhcpperf_pkt *pkt, uint32_t number)
{
    uint8_t want[LONGEST];

    fill(want, length_of(number), number);
    return pkt->cookie == number && pkt->src.port == (uint16_t)number &&
           pkt->len == length_of(number) && memcmp(pkt->data, want, pkt->len) == 0;
}

START_TEST(packets_come_out_whole_and_in_order_when_shown)
    {
        dhcpperf_pkt pkt;
        uint32_t next = 0, k, round;

        queue_init(&q, memory, SIZE);
        ck_assert_int_eq(queue_get(&q, &pkt), 0);
        for (round = 0; round < 5000; round++) {
            uint32_t first = next, n = round % 4;

            for (k = 0; k < n; k++) {
                assert_fast(put(next), "round %u: no room for number %u", round, next);
                next++;
            }
            assert_fast(!queue_get(&q, &pkt), "round %u: seen too early", round);
            ck_assert(queue_is_empty(&q));
            queue_show(&q);
            for (k = first; k < next; k++) {
                assert_fast(!queue_is_empty(&q) && queue_get(&q, &pkt) && is_intact(&pkt, k),
                            "round %u: number %u is not what was put", round, k);
            }
            assert_fast(!queue_get(&q, &pkt) && queue_is_empty(&q), "round %u: more", round);
            queue_release(&q);
        }
    }
END_TEST

START_TEST(a_full_queue_refuses_until_octets_are_given_back)
    {
        dhcpperf_pkt pkt;
        uint32_t n = 0, k;

        queue_init(&q, memory, SIZE);
        while (put(n)) {
            n++;
        }
        ck_assert_uint_gt(n, 4);
        queue_show(&q);
        for (k = 0; k < n; k++) {
            ck_assert(queue_get(&q, &pkt) && is_intact(&pkt, k));
            ck_assert_msg(!put(13), "its octets were overwritten while they were read");
        }
        queue_release(&q);
        ck_assert(put(13));
    }
END_TEST

START_TEST(what_is_longer_than_the_queue_is_refused)
    {
        static uint8_t octets[SIZE];
        dhcpperf_pkt pkt;

        memset(&pkt, 0, sizeof pkt);
        queue_init(&q, memory, SIZE);
        pkt.data = octets;
        pkt.len = SIZE - 2 * QUEUE_LINE;
        ck_assert_int_eq(queue_put(&q, &pkt), 1);
        queue_init(&q, memory, SIZE);
        pkt.len = SIZE;
        ck_assert_int_eq(queue_put(&q, &pkt), 0);
    }
END_TEST

enum {
    MANY = 50000
};

typedef struct counts {
    _Alignas(QUEUE_LINE) uint32_t refused;
    _Alignas(QUEUE_LINE) uint32_t wrong;
} counts;

static int give_or_take(void *user, unsigned index)
{
    counts *c = user;
    dhcpperf_pkt pkt;
    uint32_t k = 0, since = 0;

    while (k < MANY) {
        if (index == 0) {
            if (put(k)) {
                k++;
                since++;
            } else {
                c->refused++;
                sched_yield();
            }
            if (since == 5 || k == MANY || c->refused > 0) {
                queue_show(&q);
                since = 0;
            }
        } else if (queue_get(&q, &pkt)) {
            c->wrong += !is_intact(&pkt, k);
            k++;
            if (k % 3 == 0) {
                queue_release(&q);
            }
        } else {
            queue_release(&q);
            sched_yield();
        }
    }
    return 0;
}

START_TEST(two_threads_lose_and_spoil_nothing)
    {
        static counts c;
        workers *w;

        queue_init(&q, memory, SIZE);
        ck_assert_int_eq(workers_start(&w, 2, "queue", NULL, give_or_take, &c), 0);
        ck_assert_int_eq(workers_join(w), 0);
        ck_assert_uint_eq(c.wrong, 0);
        ck_assert_uint_gt(c.refused, 0); /* it was full now and then: the limit was tried */
        ck_assert(queue_is_empty(&q));
    }
END_TEST

START_TEST(each_side_writes_to_lines_of_its_own)
    {
        uintptr_t base = (uintptr_t)&q;
        uintptr_t at[] = {(uintptr_t)&q.given, (uintptr_t)&q.giver, (uintptr_t)&q.taken,
                          (uintptr_t)&q.taker, (uintptr_t)&q.mem};
        unsigned i;

        ck_assert_uint_eq(base % QUEUE_LINE, 0);
        for (i = 1; i < sizeof at / sizeof at[0]; i++) {
            ck_assert_msg((at[i - 1] - base) / QUEUE_LINE != (at[i] - base) / QUEUE_LINE, "%u", i);
        }
        ck_assert_uint_eq(sizeof q % QUEUE_LINE, 0);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, packets_come_out_whole_and_in_order_when_shown);
    tcase_add_test(tc, a_full_queue_refuses_until_octets_are_given_back);
    tcase_add_test(tc, what_is_longer_than_the_queue_is_refused);
    tcase_add_test(tc, two_threads_lose_and_spoil_nothing);
    tcase_add_test(tc, each_side_writes_to_lines_of_its_own);
}

HARNESS_MAIN("tools/queue", tests)
