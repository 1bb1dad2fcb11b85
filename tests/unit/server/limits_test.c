/* SPDX-License-Identifier: MIT */
/* limits_test.c - requests a second: of one source, of all, and what a source is. */
#include "support/talk.h"

#include <stdio.h>
#include <string.h>

#include <libdhcpperf/memory.h>

#include "server/dp_server.h"

static talk t;

static void open_with(const char *key, const char *value)
{
    talk_prepare(&t);
    talk_set(&t, key, value);
    talk_open(&t);
}

static uint64_t beyond(void)
{
    return talk_counter(&t, DHCPPERF_C_DROP_RATE);
}

static uint64_t beyond_source(void)
{
    return talk_counter(&t, DHCPPERF_C_DROP_SOURCE_RATE);
}

/* n DISCOVERs of one client; how many were answered. */
static unsigned answered(unsigned n, unsigned client)
{
    unsigned i, heard = 0;

    for (i = 0; i < n; i++) {
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = client);
        heard += talk_hear(&t) ? 1 : 0;
    }
    return heard;
}

START_TEST(without_a_limit_nothing_is_dropped)
    {
        talk_prepare(&t);
        talk_open(&t);
        ck_assert_uint_eq(answered(5000, 1), 5000);
        ck_assert_uint_eq(beyond() + beyond_source(), 0);
        talk_close(&t);
    }
END_TEST

START_TEST(all_together_have_one_second_s_worth_at_once_and_then_their_rate)
    {
        open_with("rate.max", "50");
        ck_assert_uint_eq(answered(70, 1), 50);
        ck_assert_uint_eq(beyond(), 20);
        talk_wait(&t, SECOND / 50 - 1);
        ck_assert_uint_eq(answered(1, 2), 0);
        talk_wait(&t, 1);
        ck_assert_uint_eq(answered(2, 2), 1);
        talk_wait(&t, SECOND / 2);
        ck_assert_uint_eq(answered(70, 3), 25);
        talk_wait(&t, 100 * SECOND);
        ck_assert_uint_eq(answered(70, 3), 50);
        ck_assert_uint_eq(beyond_source(), 0);
        talk_close(&t);
    }
END_TEST

/* A request that is dropped has been received and is unanswered, like any other. */
START_TEST(what_is_dropped_is_an_exchange_without_an_answer)
    {
        open_with("rate.max", "1");
        ck_assert_uint_eq(answered(3, 1), 1);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RX_PACKETS), 3);
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_STARTED), 3);
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_UNANSWERED), 2);
        talk_close(&t);
    }
END_TEST

START_TEST(clients_without_an_address_are_told_apart_by_hardware)
    {
        open_with("source-rate.max", "2");
        ck_assert_uint_eq(answered(5, 1), 2);
        ck_assert_uint_eq(answered(5, 2), 2);
        ck_assert_uint_eq(beyond_source(), 6);
        talk_wait(&t, SECOND / 2);
        ck_assert_uint_eq(answered(5, 1), 1);
        ck_assert_uint_eq(beyond(), 0);
        talk_close(&t);
    }
END_TEST

/* One machine with many hardware addresses is one source; behind a relay agent each client is. */
START_TEST(an_address_is_one_source_and_a_relay_agent_is_many)
    {
        unsigned i, heard = 0, relayed = 0, other = 0;

        open_with("source-rate.max", "3");
        for (i = 0; i < 9; i++) {
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = i, .from = "10.0.0.77",
                 .from_port = 6800);
            heard += talk_hear(&t) ? 1 : 0;
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .from = "10.0.0.8", .to = "10.0.0.1",
                 .giaddr = "10.0.0.8");
            relayed += talk_hear(&t) ? 1 : 0;
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .from = "10.0.0.9", .to = "10.0.0.1",
                 .giaddr = "10.0.0.9");
            other += talk_hear(&t) ? 1 : 0;
        }
        ck_assert_uint_eq(heard, 3);
        ck_assert_uint_eq(relayed, 3);
        ck_assert_uint_eq(other, 3);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .from = "10.0.0.8", .to = "10.0.0.1",
             .giaddr = "10.0.0.8");
        HEAR(&t, "OFFER");
        talk_close(&t);
    }
END_TEST

/* What a source has too much does not come out of the share of the others. */
START_TEST(a_flood_of_one_source_leaves_the_rate_of_the_others_alone)
    {
        unsigned i;

        talk_prepare(&t);
        talk_set(&t, "source-rate.max", "4");
        talk_set(&t, "rate.max", "20");
        talk_open(&t);
        for (i = 0; i < 10000; i++) {
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1000 + i, .from = "10.0.0.66");
            (void)talk_hear(&t);
        }
        ck_assert_uint_eq(beyond_source(), 9996);
        ck_assert_uint_eq(beyond(), 0);
        for (i = 0; i < 5; i++) {
            (void)talk_bind(&t, i);
        }
        ck_assert_uint_eq(beyond(), 0);
        talk_close(&t);
    }
END_TEST

/* Options are not looked at: a request that needs the whole parser is dropped before it. */
START_TEST(what_takes_the_whole_parser_is_limited_before_it)
    {
        unsigned i;

        open_with("rate.max", "2");
        for (i = 0; i < 4; i++) {
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .more = "3401030000");
            (void)talk_hear(&t);
        }
        ck_assert_uint_eq(beyond(), 2);
        talk_close(&t);
    }
END_TEST

/* More sources than the table has room for: nobody is refused for it, the busy ones stay known, and
 * nothing grows. */
START_TEST(more_sources_than_there_is_room_for_are_served)
    {
        uint8_t data[300] = {1, 1, 6};
        dhcpperf_pkt pkt = {.data = data, .len = sizeof data};
        dp_request r;
        dp_limits l;
        unsigned i, refused = 0;

        memset(&l, 0, sizeof l);
        memset(&r, 0, sizeof r);
        r.pkt = &pkt;
        r.view.data = data;
        ck_assert_int_eq(dp_limits_init(&l, 0, 2, 7, dhcpperf_mem_lines()), 0);
        for (i = 0; i < 1000000; i++) {
            data[DP_OFF_CHADDR] = (uint8_t)(i >> 16);
            data[DP_OFF_CHADDR + 1] = (uint8_t)(i >> 8);
            data[DP_OFF_CHADDR + 2] = (uint8_t)i;
            refused += dp_limits_judge(&l, &r, SECOND) != DP_CAUSE_NONE;
        }
        ck_assert_uint_eq(refused, 0);
        dp_limits_fini(&l);
    }
END_TEST

START_TEST(a_busy_source_is_not_forgotten_for_the_sake_of_fresh_ones)
    {
        uint8_t data[300] = {1, 1, 6};
        dhcpperf_pkt pkt = {.data = data, .len = sizeof data};
        dp_request r;
        dp_limits l;
        unsigned i, let_in = 0;

        memset(&l, 0, sizeof l);
        memset(&r, 0, sizeof r);
        r.pkt = &pkt;
        r.view.data = data;
        ck_assert_int_eq(dp_limits_init(&l, 0, 10, 7, dhcpperf_mem_lines()), 0);
        for (i = 0; i < 200000; i++) {
            memset(data + DP_OFF_CHADDR, 0, 16);
            if (i % 4 != 0) {
                data[DP_OFF_CHADDR] = (uint8_t)(1 + (i >> 16));
                data[DP_OFF_CHADDR + 1] = (uint8_t)(i >> 8);
                data[DP_OFF_CHADDR + 2] = (uint8_t)i;
            }
            let_in += dp_limits_judge(&l, &r, SECOND) == DP_CAUSE_NONE && i % 4 == 0;
        }
        ck_assert_uint_eq(let_in, 10);
        dp_limits_fini(&l);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, without_a_limit_nothing_is_dropped);
    tcase_add_test(tc, all_together_have_one_second_s_worth_at_once_and_then_their_rate);
    tcase_add_test(tc, what_is_dropped_is_an_exchange_without_an_answer);
    tcase_add_test(tc, clients_without_an_address_are_told_apart_by_hardware);
    tcase_add_test(tc, an_address_is_one_source_and_a_relay_agent_is_many);
    tcase_add_test(tc, a_flood_of_one_source_leaves_the_rate_of_the_others_alone);
    tcase_add_test(tc, what_takes_the_whole_parser_is_limited_before_it);
    tcase_add_test(tc, more_sources_than_there_is_room_for_are_served);
    tcase_add_test(tc, a_busy_source_is_not_forgotten_for_the_sake_of_fresh_ones);
}

HARNESS_MAIN("server/limits", tests)
