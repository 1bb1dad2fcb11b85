/* SPDX-License-Identifier: MIT */
/* mischief_test.c - clients with a fault plan: messages lost, sent twice and spoiled, answers lost,
 * and what the numbers and the referee make of it. */
#include "client/dp_mischief.h"

#include <string.h>

#include "support/harness.h"
#include "unit/client/fake.h"

enum {
    SEEN_MAX = 4096
};

static struct {
    dhcpperf_ts at;
    uint16_t len;
    uint8_t type;
    uint8_t data[FAKE_MAX_LEN];
} seen[SEEN_MAX];
static unsigned n_seen;

static void see(fake *f, const dhcpperf_pkt *pkt)
{
    ck_assert_uint_lt(n_seen, SEEN_MAX);
    seen[n_seen].at = f->now;
    seen[n_seen].len = pkt->len;
    seen[n_seen].type = pkt->data[DP_OFF_OPTIONS + 2];
    memcpy(seen[n_seen++].data, pkt->data, pkt->len);
}

static void plan(dhcpperf_client_config *c, const char *text)
{
    dhcpperf_fault_plan *p = NULL;
    const char *why = NULL;
    size_t at = 0;

    ck_assert_msg(dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_CLIENT, text, &at, &why, NULL) == 0,
                  "\"%s\" at %u: %s", text, (unsigned)at, why);
    ck_assert_int_eq(dhcpperf_client_config_set_faults(c, p), 0);
    dhcpperf_fault_plan_free(p);
}

static const char *const ten[] = {"stations=10", "lease.keep=false", NULL};

/* A world whose clients follow the plan, not begun. */
static void set_up(fake *f, const char *const *settings, const char *text)
{
    dhcpperf_client_config *c = fake_config(settings);

    if (text != NULL) {
        plan(c, text);
    }
    fake_init(f, c);
    f->lax = 1;
    f->see = see;
    n_seen = 0;
    dhcpperf_client_config_free(c);
}

static uint64_t hits(const fake *f, unsigned rule)
{
    return dhcpperf_fault_plan_hits(dhcpperf_client_faults(f->cli), rule);
}

/* -- plans ------------------------------------------------------------------------------------- */

START_TEST(a_plan_is_the_clients_own)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        dhcpperf_fault_plan *p = NULL;
        fake f;

        ck_assert_int_eq(
            dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_SERVER, "nak", NULL, NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_faults(c, p), DHCPPERF_E_INVALID);
        dhcpperf_fault_plan_free(p);
        ck_assert_int_eq(dhcpperf_client_config_set_faults(NULL, NULL), DHCPPERF_E_INVALID);
        plan(c, "drop on discover; drop on request");
        plan(c, "mine: drop on discover");
        fake_init(&f, c);
        ck_assert_uint_eq(dhcpperf_fault_plan_count(dhcpperf_client_faults(f.cli)), 1);
        ck_assert_str_eq(dhcpperf_fault_plan_name(dhcpperf_client_faults(f.cli), 0), "mine");
        fake_fini(&f);
        ck_assert_int_eq(dhcpperf_client_config_set_faults(c, NULL), 0);
        fake_init(&f, c);
        ck_assert_ptr_null(dhcpperf_client_faults(f.cli));
        ck_assert_int_eq(dhcpperf_client_arm_fault(f.cli, 0, 1), DHCPPERF_E_RANGE);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
        ck_assert_ptr_null(dhcpperf_client_faults(NULL));
    }
END_TEST

/* Nobody is touched, so nothing may differ from a run without a plan: not a packet, not an instant.
 */
START_TEST(a_plan_that_touches_nobody_changes_nothing)
    {
        static const char *const texts[] = {
            NULL,
            "drop p=0",
            "drop on decline",
            "set secs = 9 mac=06:*:*:*:*:*",
            "truncate 10 armed=no; hostile time=1h..2h; duplicate nth=1000",
            "drop on any-reply p=0"};
        uint64_t digest = 0, numbers = 0;
        unsigned k;
        fake f;

        for (k = 0; k < sizeof texts / sizeof *texts; k++) {
            set_up(&f, ten, texts[k]);
            f.lax = 0;
            fake_begin(&f, 3600 * FAKE_S);
            ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 10);
            ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_FAULTS), 0);
            ck_assert_msg(k == 0 || f.digest == digest, "\"%s\"", texts[k]);
            ck_assert_msg(k == 0 || fake_count(&f, DHCPPERF_C_TX_BYTES) == numbers, "\"%s\"",
                          texts[k]);
            digest = f.digest;
            numbers = fake_count(&f, DHCPPERF_C_TX_BYTES);
            fake_check_balance(&f, "untouched", (int)k);
            fake_fini(&f);
        }
    }
END_TEST

START_TEST(equal_seeds_have_equal_faults)
    {
        static const char *const seeds[][3] = {{"stations=200", "seed=1", NULL},
                                               {"stations=200", "seed=1", NULL},
                                               {"stations=200", "seed=2", NULL}};
        uint64_t digest[3], struck[3];
        unsigned k;
        fake f;

        for (k = 0; k < 3; k++) {
            set_up(&f, seeds[k],
                   "flip bits 3 p=0.2; drop p=0.2; duplicate 2 after 5ms p=0.2; hostile p=0.1");
            fake_begin(&f, 600 * FAKE_S);
            digest[k] = f.digest;
            struck[k] = fake_count(&f, DHCPPERF_C_FAULTS);
            ck_assert_uint_eq(struck[k], hits(&f, 0) + hits(&f, 1) + hits(&f, 2) + hits(&f, 3));
            fake_check_balance(&f, "seed", (int)k);
            fake_fini(&f);
        }
        ck_assert_uint_eq(digest[0], digest[1]);
        ck_assert_uint_eq(struck[0], struck[1]);
        ck_assert_uint_ne(digest[0], digest[2]);
    }
END_TEST

START_TEST(rules_are_armed_and_disarmed)
    {
        fake f;

        set_up(&f, ten, "loss: drop on discover armed=no");
        ck_assert_int_eq(dhcpperf_client_arm_fault(f.cli, 1, 1), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_client_arm_fault(NULL, 0, 1), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_client_arm_fault(f.cli, 0, 1), 0);
        ck_assert_int_eq(dhcpperf_fault_plan_is_armed(dhcpperf_client_faults(f.cli), 0), 1);
        fake_begin(&f, 10 * FAKE_MS);
        ck_assert_uint_eq(hits(&f, 0), 10);
        ck_assert_int_eq(dhcpperf_client_arm_fault(f.cli, 0, 0), 0);
        fake_run(&f, 60 * FAKE_S);
        ck_assert_uint_eq(hits(&f, 0), 10);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 10);
        fake_fini(&f);
    }
END_TEST

/* -- lost and sent twice ----------------------------------------------------------------------- */

START_TEST(a_lost_request_is_repeated_as_any)
    {
        static const char *const one[] = {"stations=1", "lease.keep=false", NULL};
        fake f;

        set_up(&f, one, "drop on discover nth=1; drop on select nth=1");
        fake_begin(&f, 60 * FAKE_S);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_BOUND), 1);
        ck_assert_uint_eq(n_seen, 2);
        ck_assert_uint_ge(seen[0].at, 3 * FAKE_S);
        ck_assert_uint_eq(seen[0].type, DHCPPERF_DISCOVER);
        ck_assert_uint_ge(seen[1].at, seen[0].at + 3 * FAKE_S);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_TX_PACKETS), 2);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_TX_BYTES), seen[0].len + seen[1].len);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_FAULTS), 2);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_SPOILED), 0);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_PACKETS), 2);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_ANSWERED), 1);
        fake_check_balance(&f, "lost", 0);
        fake_fini(&f);
    }
END_TEST

/* Nobody hears these clients: not the server's fault, and counted so. */
START_TEST(unanswered_exchanges_tell_whose_doing_they_are)
    {
        static const char *const rules[] = {"drop on discover mac=02:*:*:*:*:03",
                                            "drop on offer mac=02:*:*:*:*:03",
                                            "set op = 2 on discover mac=02:*:*:*:*:03"};
        const char *const settings[] = {"stations=10", "exchange.timeout=30s", "lease.keep=false",
                                        NULL};
        fake f;

        set_up(&f, settings, rules[_i]);
        fake_begin(&f, 3600 * FAKE_S);
        ck_assert_msg(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND) == (_i == 2 ? 10 : 9),
                      "%s", rules[_i]);
        ck_assert_msg(fake_count(&f, DHCPPERF_C_SPOILED) ==
                          fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_UNANSWERED),
                      "%s", rules[_i]);
        ck_assert_msg((fake_count(&f, DHCPPERF_C_SPOILED) > 0) == (_i != 2), "%s", rules[_i]);
        ck_assert_msg((fake_count(&f, DHCPPERF_C_RX_FAULTED) > 0) == (_i == 1), "%s", rules[_i]);
        fake_check_balance(&f, rules[_i], _i);
        fake_fini(&f);
    }
END_TEST

START_TEST(exchanges_that_nobody_touched_are_the_servers_own)
    {
        const char *const settings[] = {"stations=10", "exchange.timeout=30s", NULL};
        fake f;

        set_up(&f, settings, "drop on discover mac=02:*:*:*:*:03");
        f.lease_s = 0; /* no OFFER can be used */
        fake_begin(&f, 3600 * FAKE_S);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_BOUND), 0);
        ck_assert_uint_gt(fake_violations(&f, "lease-time-missing"), 0);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_UNANSWERED), 10);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_SPOILED), 1);
        fake_fini(&f);
    }
END_TEST

START_TEST(copies_leave_when_they_are_due)
    {
        static const char *const one[] = {"stations=1", "lease.keep=false", NULL};
        unsigned k;
        fake f;

        set_up(&f, one, "duplicate 3 after 10ms on discover; duplicate on select");
        f.latency = 100 * FAKE_MS;
        fake_begin(&f, 10 * FAKE_S);
        ck_assert_uint_eq(n_seen, 6);
        for (k = 0; k < 4; k++) {
            ck_assert_uint_eq(seen[k].at, k * 10 * FAKE_MS);
            ck_assert_uint_eq(seen[k].len, seen[0].len);
            assert_mem_eq(seen[k].data, seen[0].data, seen[0].len);
        }
        ck_assert_uint_eq(seen[4].at, 100 * FAKE_MS);
        ck_assert_uint_eq(seen[5].at, 100 * FAKE_MS);
        assert_mem_eq(seen[5].data, seen[4].data, seen[4].len);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_TX_PACKETS), 6);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_BOUND), 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_DUPLICATE), 4);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_LATE_SENDS), 0);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_VIOLATIONS), 0);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        fake_check_balance(&f, "copies", 0);
        fake_fini(&f);
    }
END_TEST

/* There is room for so many copies; rules that found none did not act. */
START_TEST(copies_have_bounds)
    {
        static const char *const many[] = {"stations=300", "lease.keep=false", NULL};
        fake f;

        set_up(&f, many, "duplicate after 1h on discover");
        fake_begin(&f, FAKE_S);
        ck_assert_uint_eq(hits(&f, 0), DP_EXTRAS);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_FAULTS), DP_EXTRAS);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 300);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 0);
        fake_run(&f, 2 * 3600 * FAKE_S);
        ck_assert_uint_eq(n_seen, 600 + DP_EXTRAS);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        fake_fini(&f);
    }
END_TEST

/* Whether message k has these octets somewhere. */
static bool holds(unsigned k, const char *octets)
{
    size_t n = strlen(octets), at;

    for (at = 0; at + n <= seen[k].len; at++) {
        if (memcmp(seen[k].data + at, octets, n) == 0) {
            return true;
        }
    }
    return false;
}

/* -- surgery ----------------------------------------------------------------------------------- */

START_TEST(surgery_changes_what_it_says_and_no_more)
    {
        uint32_t touched = 0;
        unsigned k;
        fake f;

        set_up(&f, ten, "set secs = 777, set option 12 = \"bent\" on discover mac=02:*:*:*:*:04");
        fake_begin(&f, 10 * FAKE_S);
        ck_assert_uint_eq(n_seen, 20);
        for (k = 0; k < n_seen; k++) {
            bool is_it = seen[k].type == DHCPPERF_DISCOVER && seen[k].data[DP_OFF_CHADDR + 5] == 4;

            ck_assert_uint_eq(dp_get16(seen[k].data + DP_OFF_SECS), is_it ? 777 : 0);
            ck_assert_int_eq(holds(k, "bent"), is_it);
            touched += is_it;
        }
        ck_assert_uint_eq(touched, 1);
        ck_assert_uint_eq(hits(&f, 0), 1);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 10);
        fake_fini(&f);
    }
END_TEST

/* What a rule cannot do it has not done. */
START_TEST(surgery_without_its_option_is_no_hit)
    {
        fake f;

        set_up(&f, ten, "drop option 99");
        fake_begin(&f, 10 * FAKE_S);
        ck_assert_uint_eq(hits(&f, 0), 0);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_FAULTS), 0);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 10);
        fake_fini(&f);
    }
END_TEST

/* Buffers are as long as messages usually are; who has grown beyond waits for a longer one. */
START_TEST(messages_may_grow_beyond_their_buffers)
    {
        unsigned k, grown = 0;
        fake f;

        set_up(&f, ten, "append octets random 700 on discover every=2");
        f.room = 0;
        ck_assert_uint_eq(dhcpperf_engine_msg_len(f.e), 300);
        fake_begin(&f, 10 * FAKE_S);
        ck_assert_uint_eq(dhcpperf_engine_msg_len(f.e), 300);
        ck_assert_uint_eq(n_seen, 20);
        for (k = 0; k < n_seen; k++) {
            grown += seen[k].len > 900;
            ck_assert(seen[k].len > 900 || seen[k].len == 300);
            ck_assert_uint_eq(seen[k].at == 0, seen[k].type == DHCPPERF_DISCOVER);
        }
        ck_assert_uint_eq(grown, 5);
        ck_assert_uint_eq(hits(&f, 0), 5);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_TX_PACKETS), 20);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_TX_ERRORS), 0);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 10);
        fake_fini(&f);
    }
END_TEST

/* A driver that never lends more than so much: what has no room is given up, not waited for. */
START_TEST(a_driver_without_room_is_not_waited_for)
    {
        fake f;

        set_up(&f, ten,
               "append octets random 700 on discover nth=3; hostile 9000 on discover nth=5");
        f.room = 300;
        fake_begin(&f, 60 * FAKE_S);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 10);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        ck_assert_uint_ge(fake_count(&f, DHCPPERF_C_TX_ERRORS), 1);
        fake_fini(&f);
    }
END_TEST

/* -- the referee ------------------------------------------------------------------------------- */

/* Changes that a good server copies, or answers otherwise than a good message. */
static const char *const spoiled[] = {
    "set flags = 0x8000",
    "set htype = 6",
    "drop option 61",
    "set option 61 = hex:0102030405",
    "set giaddr = 10.9.9.9",
    "append option 82 = hex:010161",
    "set chaddr = hex:020000000001aaaaaaaaaaaaaaaaaaaa",
    "set option 53 = hex:08",
};

START_TEST(answers_to_spoiled_messages_are_not_judged)
    {
        const char *const settings[] = {"stations=4", "exchange.timeout=20s", "lease.keep=false",
                                        NULL};
        char text[200];
        fake f;

        strcpy(text, spoiled[_i]);
        strcat(text, " on any-request mac=02:*:*:*:*:01");
        set_up(&f, settings, text);
        fake_begin(&f, 600 * FAKE_S);
        ck_assert_msg(hits(&f, 0) > 0, "%s", text);
        ck_assert_msg(fake_count(&f, DHCPPERF_C_VIOLATIONS) == 0, "%s", text);
        /* This server leaves T1 and T2 out, which is worth a remark. */
        ck_assert_msg(fake_count(&f, DHCPPERF_C_REMARKS) == 3, "%s", text);
        ck_assert_msg(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND) >= 3, "%s", text);
        fake_check_balance(&f, text, _i);
        fake_fini(&f);
    }
END_TEST

/* All stations get the same address; the spoiled ones neither accuse nor are accused. */
static void give_all_the_same(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        r.yiaddr = 0x0a0a0a0a;
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

START_TEST(addresses_got_by_spoiled_messages_accuse_nobody)
    {
        static const char *const two[] = {"stations=2", "lease.keep=false", NULL};
        static const char *const rules[] = {"set secs = 1 mac=02:*:*:*:*:00",
                                            "set secs = 1 mac=02:*:*:*:*:01", "set secs = 1 p=0"};
        fake f;

        set_up(&f, two, rules[_i]);
        f.serve = give_all_the_same;
        fake_begin(&f, 10 * FAKE_S);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 2);
        ck_assert_uint_eq(fake_violations(&f, "address-conflict"), _i == 2);
        fake_fini(&f);
    }
END_TEST

/* The station's next exchanges are judged again. */
START_TEST(the_referee_looks_again_after_a_while)
    {
        static const char *const one[] = {"stations=1", NULL};
        fake f;

        set_up(&f, one, "set secs = 1 on discover nth=1");
        f.lease_s = 100;
        fake_begin(&f, 40 * FAKE_S);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_VIOLATIONS), 0);
        f.server_id = 0x0a000002; /* the renewal is answered by another server */
        fake_run(&f, 60 * FAKE_S);
        ck_assert_uint_gt(fake_violations(&f, "server-id-changed"), 0);
        fake_fini(&f);
    }
END_TEST

static void answer_late(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        fake_answer(f, &r, f->now + 90 * FAKE_S);
    }
}

/* Answers that come when the station has gone on to other attempts. */
START_TEST(late_answers_to_spoiled_messages_are_not_judged_either)
    {
        static const char *const one[] = {"stations=1", NULL};
        fake f;

        set_up(&f, one,
               _i == 0 ? "set chaddr = hex:02000000000900000000000000000000 nth=1"
                       : "set chaddr = hex:02000000000900000000000000000000");
        f.serve = answer_late;
        fake_begin(&f, 400 * FAKE_S);
        ck_assert_msg((hits(&f, 0) == 1) == (_i == 0), "%d", _i);
        ck_assert_uint_eq(fake_violations(&f, "chaddr-changed"), 0);
        ck_assert_uint_gt(fake_count(&f, DHCPPERF_C_RX_UNMATCHED), 0);
        fake_fini(&f);
    }
END_TEST

/* -- told ------------------------------------------------------------------------------------- */

static unsigned told[3];
static fake *teller;

static void listen(void *user, const dhcpperf_event *ev)
{
    (void)user;
    if (ev->kind == DHCPPERF_EV_FAULT && strcmp(ev->detail, "loss") == 0) {
        told[0]++;
        ck_assert_int_eq(dhcpperf_client_do(teller->cli, ev->station, DHCPPERF_DO_VANISH),
                         DHCPPERF_E_STATE);
    } else if (ev->kind == DHCPPERF_EV_FAULT) {
        ck_assert_str_eq(ev->detail, "rule-2");
        told[1]++;
    } else if (ev->kind == DHCPPERF_EV_TX) {
        told[2]++;
    }
}

START_TEST(each_hit_is_told)
    {
        dhcpperf_client_config *c = fake_config(ten);
        fake f;

        plan(c, "match all; loss: drop on discover every=2; set secs = 3 on any-request every=3");
        ck_assert_int_eq(dhcpperf_client_config_set_trace(c, listen, NULL, UINT64_MAX), 0);
        fake_init(&f, c);
        f.lax = 1;
        f.see = see;
        n_seen = 0;
        teller = &f;
        memset(told, 0, sizeof told);
        fake_begin(&f, 60 * FAKE_S);
        ck_assert_uint_gt(told[0], 0);
        ck_assert_uint_gt(told[1], 0);
        ck_assert_uint_eq(told[0], hits(&f, 0));
        ck_assert_uint_eq(told[1], hits(&f, 1));
        ck_assert_uint_eq(told[2], n_seen);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_plan_is_the_clients_own);
    tcase_add_test(tc, a_plan_that_touches_nobody_changes_nothing);
    tcase_add_test(tc, equal_seeds_have_equal_faults);
    tcase_add_test(tc, rules_are_armed_and_disarmed);
    tcase_add_test(tc, a_lost_request_is_repeated_as_any);
    tcase_add_loop_test(tc, unanswered_exchanges_tell_whose_doing_they_are, 0, 3);
    tcase_add_test(tc, exchanges_that_nobody_touched_are_the_servers_own);
    tcase_add_test(tc, copies_leave_when_they_are_due);
    tcase_add_test(tc, copies_have_bounds);
    tcase_add_test(tc, surgery_changes_what_it_says_and_no_more);
    tcase_add_test(tc, surgery_without_its_option_is_no_hit);
    tcase_add_test(tc, messages_may_grow_beyond_their_buffers);
    tcase_add_test(tc, a_driver_without_room_is_not_waited_for);
    tcase_add_loop_test(tc, answers_to_spoiled_messages_are_not_judged, 0,
                        sizeof spoiled / sizeof *spoiled);
    tcase_add_loop_test(tc, addresses_got_by_spoiled_messages_accuse_nobody, 0, 3);
    tcase_add_test(tc, the_referee_looks_again_after_a_while);
    tcase_add_loop_test(tc, late_answers_to_spoiled_messages_are_not_judged_either, 0, 2);
    tcase_add_test(tc, each_hit_is_told);
}

HARNESS_MAIN("client/mischief", tests)
