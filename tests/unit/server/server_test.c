/* SPDX-License-Identifier: MIT */
/* server_test.c - the life of the engine and the contract of its verbs. */
#include "support/talk.h"

#include <string.h>

#include "server/dp_server.h"

static talk t;

static void open_default(void)
{
    talk_prepare(&t);
    talk_open(&t);
}

START_TEST(a_descriptor_is_shorter_than_a_reply)
    {
        ck_assert_uint_le(sizeof(dp_reply), 160);
    }
END_TEST

START_TEST(a_server_without_pools_is_refused)
    {
        dhcpperf_server *s = NULL;

        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_server_new(&s, t.config, &t.af.mem), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_server_new(NULL, t.config, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_server_new(&s, NULL, NULL), DHCPPERF_E_INVALID);
        ck_assert_ptr_null(s);
        talk_open(&t);
        talk_close(&t);
    }
END_TEST

START_TEST(contradictory_pools_are_refused)
    {
        static const uint8_t mac[] = {1, 2, 0, 0, 0, 0, 9};
        static const int want[] = {DHCPPERF_E_CONFLICT, DHCPPERF_E_CONFLICT, DHCPPERF_E_INVALID,
                                   DHCPPERF_E_RANGE};
        dhcpperf_server *s = NULL;
        dhcpperf_pool *other = NULL;
        int rc;

        talk_prepare(&t);
        ck_assert_int_eq(
            dhcpperf_pool_new(&other, talk_ip(_i == 2 ? "10.0.0.0" : "10.1.0.0"), 24, &t.af.mem),
            0);
        switch (_i) {
        case 0: /* an own address is reserved */
            ck_assert_int_eq(dhcpperf_pool_reserve(t.pool, DHCPPERF_KEY_HARDWARE,
                                                   (dhcpperf_bytes){mac, sizeof mac},
                                                   talk_ip("10.0.0.1")),
                             0);
            break;
        case 1: /* two catch-alls */
            ck_assert_int_eq(dhcpperf_pool_set_catch_all(t.pool, 1), 0);
            ck_assert_int_eq(dhcpperf_pool_set_catch_all(other, 1), 0);
            break;
        case 3:
            talk_set(&t, "service.jitter", "1ms");
            break;
        default:
            break;
        }
        ck_assert_int_eq(dhcpperf_server_config_add_pool(t.config, t.pool), 0);
        ck_assert_int_eq(dhcpperf_server_config_add_pool(t.config, other), 0);
        rc = dhcpperf_server_new(&s, t.config, &t.af.mem);
        ck_assert_msg(rc == want[_i], "case %d gives %d", _i, rc);
        dhcpperf_pool_free(other);
        talk_close(&t);
    }
END_TEST

START_TEST(any_allocation_may_fail_and_nothing_is_lost)
    {
        uint64_t n;
        int rc = DHCPPERF_E_NOMEM;

        talk_prepare(&t);
        talk_set(&t, "service.time", "1ms");
        ck_assert_int_eq(dhcpperf_server_config_add_pool(t.config, t.pool), 0);
        for (n = 1; rc != 0; n++) {
            dhcpperf_server *s = NULL;
            allocfail af;

            allocfail_init(&af, n);
            rc = dhcpperf_server_new(&s, t.config, &af.mem);
            ck_assert_msg(rc == 0 || rc == DHCPPERF_E_NOMEM, "allocation %u: %d", (unsigned)n, rc);
            ck_assert_msg((s != NULL) == (rc == 0), "allocation %u: handle", (unsigned)n);
            dhcpperf_server_free(s);
            ck_assert_msg(allocfail_is_clean(&af), "allocation %u leaks", (unsigned)n);
            ck_assert_uint_lt(n, 100);
        }
        ck_assert_uint_gt(n, 15);
        talk_close(&t);
    }
END_TEST

START_TEST(leases_are_backed_on_demand_and_no_more_than_asked)
    {
        dhcpperf_server_config *c = NULL;
        dhcpperf_server *s = NULL;
        dhcpperf_pool *pool = NULL;
        size_t all, part;

        ck_assert_int_eq(dhcpperf_server_config_new(&c, NULL), 0);
        ck_assert_int_eq(dhcpperf_pool_new(&pool, talk_ip("10.0.0.0"), 12, NULL), 0);
        ck_assert_int_eq(
            dhcpperf_pool_add_range(pool, talk_ip("10.0.0.2"), talk_ip("10.1.255.254")), 0);
        ck_assert_int_eq(dhcpperf_server_config_add_pool(c, pool), 0);
        ck_assert_int_eq(dhcpperf_server_new(&s, c, NULL), 0);
        part = dhcpperf_server_prefault(s, 1 << 20);
        ck_assert_uint_le(part, 1 << 20);
        all = dhcpperf_server_prefault(s, 0);
        if (all != 0) { /* as the system can */
            ck_assert_uint_gt(part, (1 << 20) - 16 * 4096);
            ck_assert_uint_gt(all, (size_t)131000 * 64);
            ck_assert_uint_eq(dhcpperf_server_prefault(s, SIZE_MAX), all);
        }
        ck_assert_uint_eq(dhcpperf_server_prefault(NULL, 0), 0);
        dhcpperf_server_free(s);
        dhcpperf_pool_free(pool);
        dhcpperf_server_config_free(c);
    }
END_TEST

START_TEST(no_verb_allocates)
    {
        uint64_t calls;
        unsigned k;

        talk_prepare(&t);
        talk_set(&t, "service.time", "1ms");
        talk_open(&t);
        calls = t.af.calls;
        for (k = 0; k < 300; k++) {
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = k % 14,
                 .id = k % 3 == 0 ? "00112233445566778899aabbccddeeff00112233" : NULL,
                 .info = "0104656565650204aabbccdd", .more = k % 5 == 0 ? "340102" : NULL,
                 .list = k % 2 != 0 ? "1,3,6" : "1,15");
            SEND(&t, .type = DHCPPERF_REQUEST, .client = k % 14, .wish = "10.0.0.12",
                 .server = "10.0.0.1");
            SEND(&t, .type = DHCPPERF_RELEASE, .client = k % 7, .ciaddr = "10.0.0.12");
            talk_wait(&t, k % 10 * SECOND);
            while (talk_hear(&t)) {
            }
        }
        ck_assert_uint_eq(t.af.calls, calls);
        talk_close(&t);
    }
END_TEST

START_TEST(a_reply_is_due_at_once_without_a_service_time)
    {
        open_default();
        ck_assert_uint_eq(dhcpperf_engine_deadline(t.engine), DHCPPERF_NEVER);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        ck_assert_uint_le(dhcpperf_engine_deadline(t.engine), t.now);
        HEAR(&t, "OFFER");
        ck_assert_uint_gt(dhcpperf_engine_deadline(t.engine), t.now); /* the hold of the offer */
        ck_assert_uint_le(dhcpperf_engine_deadline(t.engine), t.now + 30 * SECOND);
        talk_close(&t);
    }
END_TEST

START_TEST(a_slow_server_answers_later_within_its_jitter)
    {
        dhcpperf_ts sent, first = DHCPPERF_NEVER, last = 0;
        unsigned k, heard = 0;

        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_server_config_set_service_time(t.config, 50 * DHCPPERF_NS_PER_MS,
                                                                 20 * DHCPPERF_NS_PER_MS),
                         0);
        talk_open(&t);
        sent = t.now;
        for (k = 1; k <= 10; k++) {
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = k);
        }
        HEAR(&t, "nothing");
        while (heard < 10) {
            dhcpperf_ts next = dhcpperf_engine_deadline(t.engine);

            ck_assert_uint_lt(next, sent + SECOND);
            t.now = next > t.now ? next : t.now;
            while (talk_hear(&t)) {
                first = t.now < first ? t.now : first;
                last = t.now;
                heard++;
            }
        }
        ck_assert_uint_ge(first, sent + 30 * DHCPPERF_NS_PER_MS);
        ck_assert_uint_le(last, sent + 70 * DHCPPERF_NS_PER_MS);
        ck_assert_uint_gt(last - first, 10 * DHCPPERF_NS_PER_MS);
        {
            const dhcpperf_hist *h = dhcpperf_stats_hist(
                dhcpperf_server_stats(t.server), DHCPPERF_S_SERVICE, DHCPPERF_FROM_INTENDED);

            ck_assert_uint_eq(dhcpperf_hist_count(h), 10);
            ck_assert_uint_eq(dhcpperf_hist_max(h), last - sent);
        }
        talk_close(&t);
    }
END_TEST

START_TEST(held_replies_are_bounded_and_a_dropped_request_changes_nothing)
    {
        unsigned k;

        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_server_config_set_max_held(t.config, 3), 0);
        talk_open(&t);
        for (k = 1; k <= 5; k++) {
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = k);
        }
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_HELD), 2);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_OFFERED), 3);
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_STARTED), 5);
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_IN_FLIGHT), 3);
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_UNANSWERED), 2);
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 1, .ciaddr = "10.0.0.10");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_HELD), 2); /* needs no reply */
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        HEAR(&t, "OFFER yiaddr=10.0.0.11");
        HEAR(&t, "OFFER yiaddr=10.0.0.12");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_ANSWERED), 3);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 5);
        HEAR(&t, "OFFER yiaddr=10.0.0.13");
        talk_close(&t);
    }
END_TEST

START_TEST(what_there_is_to_echo_is_bounded_too)
    {
        char info[2 * 250 + 1];
        unsigned k, heard = 0;

        memset(info, 'a', sizeof info);
        info[sizeof info - 1] = '\0';
        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_server_config_set_max_held(t.config, 8), 0);
        talk_open(&t);
        for (k = 1; k <= 8; k++) { /* 9 cells each, 32 in all */
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = k, .info = info);
        }
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_HELD), 5);
        while (talk_hear(&t)) {
            heard++;
        }
        ck_assert_uint_eq(heard, 3);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 8, .info = info);
        HEAR(&t, "OFFER +82");
        talk_close(&t);
    }
END_TEST

START_TEST(back_pressure_keeps_replies_in_order)
    {
        unsigned k;

        open_default();
        for (k = 1; k <= 4; k++) {
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = k);
        }
        ck_assert_int_eq(dhcpperf_engine_pull(t.engine, &t.reply, 0, t.now), 0);
        for (k = 1; k <= 4; k++) {
            HEAR(&t, "OFFER");
            ck_assert_uint_eq(dhcpperf_msg_get_yiaddr(t.msg).b[3], 9 + k);
        }
        talk_close(&t);
    }
END_TEST

START_TEST(every_exchange_has_one_fate)
    {
        static const dhcpperf_exchange kinds[] = {
            DHCPPERF_X_DISCOVER, DHCPPERF_X_REQUEST, DHCPPERF_X_RENEW,   DHCPPERF_X_REBIND,
            DHCPPERF_X_REBOOT,   DHCPPERF_X_RELEASE, DHCPPERF_X_DECLINE, DHCPPERF_X_INFORM};
        size_t k;

        open_default();
        (void)talk_bind(&t, 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.11");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 5, .wish = "10.0.0.11");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = "10.0.0.1");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10");
        SEND(&t, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "10.0.0.10");
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 4, .ciaddr = "10.0.0.10");
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 1, .ciaddr = "10.0.0.10");
        SEND(&t, .type = DHCPPERF_DECLINE, .client = 1, .wish = "10.0.0.10");
        while (talk_hear(&t)) {
        }
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1);
        for (k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
            uint64_t fates = talk_exchange(&t, kinds[k], DHCPPERF_OUT_ANSWERED) +
                             talk_exchange(&t, kinds[k], DHCPPERF_OUT_REFUSED) +
                             talk_exchange(&t, kinds[k], DHCPPERF_OUT_UNANSWERED) +
                             talk_exchange(&t, kinds[k], DHCPPERF_OUT_IN_FLIGHT);

            ck_assert_uint_eq(fates, talk_exchange(&t, kinds[k], DHCPPERF_OUT_STARTED));
            ck_assert_uint_ge(fates, 1);
        }
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_REBOOT, DHCPPERF_OUT_ANSWERED), 1);
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_REBOOT, DHCPPERF_OUT_REFUSED), 1);
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_REBOOT, DHCPPERF_OUT_UNANSWERED), 1);
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_RELEASE, DHCPPERF_OUT_ANSWERED), 1);
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_RELEASE, DHCPPERF_OUT_UNANSWERED), 1);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_NAKED), 1);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_TX_PACKETS), 7);
        talk_close(&t);
    }
END_TEST

START_TEST(failed_sends_are_counted)
    {
        dhcpperf_txdone done[2] = {{.status = 0}, {.status = DHCPPERF_E_SYSTEM}};

        open_default();
        dhcpperf_engine_sent(t.engine, done, 2, t.now);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_TX_ERRORS), 1);
        talk_close(&t);
    }
END_TEST

/* ---- events --------------------------------------------------------------------------------- */

static struct {
    unsigned n[16];
    int reason, from_state, to_state;
    int rc; /* of a verb called from inside */
} seen;

static void listen(void *user, const dhcpperf_event *ev)
{
    talk *tk = user;

    ck_assert_uint_eq(ev->size, sizeof *ev);
    seen.n[ev->kind]++;
    seen.reason = ev->reason;
    if (ev->kind == DHCPPERF_EV_LEASE_GRANTED || ev->kind == DHCPPERF_EV_LEASE_ENDED) {
        seen.from_state = ev->from_state;
        seen.to_state = ev->to_state;
        assert_ip4_eq(ev->ip, "10.0.0.10");
    }
    seen.rc = dhcpperf_engine_pull(tk->engine, &tk->reply, 1, tk->now);
}

START_TEST(a_listener_hears_arrivals_replies_drops_and_leases)
    {
        talk_prepare(&t);
        ck_assert_int_eq(dhcpperf_server_config_set_trace(t.config, listen, &t, UINT64_MAX), 0);
        talk_open(&t);
        (void)talk_bind(&t, 1);
        ck_assert_uint_eq(seen.n[DHCPPERF_EV_RX], 2);
        ck_assert_uint_eq(seen.n[DHCPPERF_EV_TX], 2);
        ck_assert_uint_eq(seen.n[DHCPPERF_EV_LEASE_GRANTED], 1);
        ck_assert_int_eq(seen.from_state, DHCPPERF_LEASE_OFFERED);
        ck_assert_int_eq(seen.to_state, DHCPPERF_LEASE_BOUND);
        ck_assert_int_eq(seen.rc, DHCPPERF_E_REENTRANT);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .op = 2);
        ck_assert_uint_eq(seen.n[DHCPPERF_EV_IGNORED], 1);
        ck_assert_int_eq(seen.reason, DHCPPERF_C_DROP_OP);
        talk_wait(&t, 3600 * SECOND);
        ck_assert_uint_eq(seen.n[DHCPPERF_EV_LEASE_ENDED], 1);
        ck_assert_int_eq(seen.to_state, DHCPPERF_LEASE_EXPIRED);
        talk_close(&t);
    }
END_TEST

START_TEST(time_that_runs_backwards_is_clamped_and_counted)
    {
        open_default();
        (void)talk_bind(&t, 1);
        t.now -= SECOND / 2;
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2);
        t.now += SECOND / 2;
        HEAR(&t, "OFFER");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_TIME_CLAMPED), 1);
        talk_close(&t);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_descriptor_is_shorter_than_a_reply);
    tcase_add_test(tc, a_server_without_pools_is_refused);
    tcase_add_loop_test(tc, contradictory_pools_are_refused, 0, 4);
    tcase_add_test(tc, any_allocation_may_fail_and_nothing_is_lost);
    tcase_add_test(tc, leases_are_backed_on_demand_and_no_more_than_asked);
    tcase_add_test(tc, no_verb_allocates);
    tcase_add_test(tc, a_reply_is_due_at_once_without_a_service_time);
    tcase_add_test(tc, a_slow_server_answers_later_within_its_jitter);
    tcase_add_test(tc, held_replies_are_bounded_and_a_dropped_request_changes_nothing);
    tcase_add_test(tc, what_there_is_to_echo_is_bounded_too);
    tcase_add_test(tc, back_pressure_keeps_replies_in_order);
    tcase_add_test(tc, every_exchange_has_one_fate);
    tcase_add_test(tc, failed_sends_are_counted);
    tcase_add_test(tc, a_listener_hears_arrivals_replies_drops_and_leases);
    tcase_add_test(tc, time_that_runs_backwards_is_clamped_and_counted);
}

HARNESS_MAIN("server/server", tests)
