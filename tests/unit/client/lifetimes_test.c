/* SPDX-License-Identifier: MIT */
/* lifetimes_test.c - what happens to leases beyond BOUND: order of instants, late answers, commands
 * that obtain nothing, and the memory that is left alone. */
#include "client/dp_client.h"

#include <string.h>

#include "support/harness.h"
#include "unit/client/fake.h"

enum {
    LEASE = 3600
};

/* Message types that the server does not answer, one bit each. */
static unsigned deaf;
static dhcpperf_pkt last_pkt;
static uint8_t last_data[FAKE_MAX_LEN];
static fake_reply last_reply;
static int has_reply;

static void serve(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    last_pkt = *pkt;
    memcpy(last_data, pkt->data, pkt->len);
    has_reply = fake_prepare(f, msg, &r);
    if (has_reply) {
        last_reply = r;
    }
    if (has_reply && (deaf & 1u << dhcpperf_msg_get_type(msg)) == 0) {
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

static void open_it(fake *f, const char *const *settings, const char *preset, int relayed)
{
    dhcpperf_client_config *c = fake_config(settings);
    dhcpperf_retry *retry;

    deaf = 0;
    ck_assert_int_eq(dhcpperf_retry_new(&retry, preset, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_retry(c, retry), 0);
    if (relayed) {
        ck_assert_int_eq(
            dhcpperf_client_config_add_relays(c, fake_ip(0x0a090001), 1, 0, "{station}", NULL), 0);
    }
    fake_init(f, c);
    f->serve = serve;
    f->lease_s = LEASE;
    dhcpperf_retry_free(retry);
    dhcpperf_client_config_free(c);
}

static void close_it(fake *f, const char *where, int i)
{
    fake_check_balance(f, where, i);
    fake_fini(f);
}

static void command(fake *f, dhcpperf_command what, dhcpperf_dur run)
{
    ck_assert_int_eq(dhcpperf_client_do(f->cli, 0, what), 0);
    fake_run(f, f->now + run);
}

/* -- instants ---------------------------------------------------------------------------------- */

typedef struct change {
    dhcpperf_ts at;
    int to;
} change;

static change changes[16];
static unsigned n_changes;

static void note_change(void *user, const dhcpperf_event *ev)
{
    (void)user;
    ck_assert_uint_lt(n_changes, 16);
    changes[n_changes++] = (change){.at = ev->now, .to = ev->to_state};
}

/* D-08: a clock that jumps over T1, T2 and the end takes them one after the other, each at its own
 * instant; what could not be sent in between is not sent afterwards. */
START_TEST(a_clock_that_jumps_misses_nothing)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        dhcpperf_pkt pkt = {.data = last_data, .cap = FAKE_MAX_LEN};
        dhcpperf_ts t0 = FAKE_MS, far = 2 * LEASE * FAKE_S;
        fake f;

        ck_assert_int_eq(dhcpperf_client_config_set_trace(c, note_change, NULL,
                                                          UINT64_C(1) << DHCPPERF_EV_STATE),
                         0);
        fake_init(&f, c);
        f.lease_s = LEASE;
        dhcpperf_client_config_free(c);
        fake_begin(&f, FAKE_S);
        n_changes = 0;
        if (_i == 0) {
            ck_assert_int_eq(dhcpperf_engine_advance(f.e, far), 4);
        }
        ck_assert_int_eq(dhcpperf_engine_pull(f.e, &pkt, 1, far), 1);
        ck_assert_uint_eq(n_changes, 4);
        ck_assert_int_eq(changes[0].to, DHCPPERF_ST_RENEWING);
        ck_assert_uint_eq(changes[0].at, t0 + LEASE / 2 * FAKE_S);
        ck_assert_int_eq(changes[1].to, DHCPPERF_ST_REBINDING);
        ck_assert_uint_eq(changes[1].at, t0 + 3150 * FAKE_S);
        ck_assert_int_eq(changes[2].to, DHCPPERF_ST_INIT);
        ck_assert_uint_eq(changes[2].at, t0 + LEASE * FAKE_S);
        ck_assert_int_eq(changes[3].to, DHCPPERF_ST_SELECTING);
        ck_assert_uint_eq(changes[3].at, t0 + LEASE * FAKE_S);
        ck_assert_uint_eq(pkt.ts, t0 + LEASE * FAKE_S); /* when it was due */
        ck_assert_int_eq(dhcpperf_engine_pull(f.e, &pkt, 1, far), 0);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_RENEW, DHCPPERF_OUT_STARTED), 0);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_REBIND, DHCPPERF_OUT_STARTED), 0);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_EXPIRED), 1);
        close_it(&f, "jump", _i);
    }
END_TEST

/* The same with a copy of a renewal in the queue: T2 does not wait until it has left. */
START_TEST(a_copy_that_did_not_leave_in_time_is_replaced)
    {
        dhcpperf_pkt pkt = {.data = last_data, .cap = FAKE_MAX_LEN};
        dhcpperf_ts copy, t2 = FAKE_MS + 3150 * FAKE_S;
        fake f;

        open_it(&f, NULL, "rfc2131", 0);
        fake_begin(&f, FAKE_S);
        deaf = 1u << DHCPPERF_REQUEST;
        fake_run(&f, FAKE_MS + (LEASE / 2 + 1) * FAKE_S);
        copy = FAKE_MS + (LEASE / 2 + 675) * FAKE_S; /* half of the way to T2 */
        ck_assert_int_eq(dhcpperf_engine_advance(f.e, copy), 1);
        if (_i == 0) {
            ck_assert_int_eq(dhcpperf_engine_pull(f.e, &pkt, 1, copy + FAKE_S), 1);
            ck_assert_uint_eq(pkt.ts, copy);
            ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_RENEWING);
        } else {
            ck_assert_int_eq(dhcpperf_engine_pull(f.e, &pkt, 1, t2 + FAKE_S), 1);
            ck_assert_uint_eq(pkt.ts, t2);
            ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_REBINDING);
            ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_RENEW, DHCPPERF_OUT_UNANSWERED), 1);
        }
        close_it(&f, "copy", _i);
    }
END_TEST

/* Nothing but time ends an exchange that waits for nothing. */
static dhcpperf_dur never(void *user, dhcpperf_phase p, unsigned attempt, dhcpperf_dur remaining,
                          uint64_t random)
{
    (void)user;
    (void)p;
    (void)attempt;
    (void)remaining;
    (void)random;
    return DHCPPERF_NEVER;
}

START_TEST(a_policy_that_never_waits_does_not_spin)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        dhcpperf_retry *retry;
        fake f;

        deaf = _i == 0 ? ~0u : 1u << DHCPPERF_REQUEST;
        ck_assert_int_eq(dhcpperf_retry_new(&retry, "rfc2131", NULL), 0);
        ck_assert_int_eq(dhcpperf_retry_set_function(retry, never, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_retry(c, retry), 0);
        fake_init(&f, c);
        f.serve = serve;
        dhcpperf_client_config_free(c);
        dhcpperf_retry_free(retry);
        fake_begin(&f, 10 * FAKE_S);
        ck_assert_uint_ge(f.pulled[DHCPPERF_DISCOVER], 5);
        ck_assert_uint_le(f.pulled[DHCPPERF_DISCOVER], 11);
        close_it(&f, "never", _i);
    }
END_TEST

START_TEST(a_lease_without_end_goes_on_when_a_renewal_is_not_answered)
    {
        fake f;

        open_it(&f, NULL, "rfc2131", 0);
        f.lease_s = UINT32_MAX;
        fake_begin(&f, FAKE_S);
        deaf = 1u << DHCPPERF_REQUEST;
        command(&f, _i == 0 ? DHCPPERF_DO_RENEW : DHCPPERF_DO_REBIND, 200 * FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(fake_station(&f, 0).expires_at, DHCPPERF_NEVER);
        ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], 6);
        ck_assert_uint_eq(fake_exchange(&f, _i == 0 ? DHCPPERF_X_RENEW : DHCPPERF_X_REBIND,
                                        DHCPPERF_OUT_UNANSWERED),
                          1);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        close_it(&f, "infinite", _i);
    }
END_TEST

/* -- accounts ---------------------------------------------------------------------------------- */

static const struct {
    dhcpperf_command command;
    dhcpperf_exchange exchange;
    int type;
    dhcpperf_dur until; /* it is given up */
} slow[] = {
    {DHCPPERF_DO_RENEW, DHCPPERF_X_RENEW, DHCPPERF_REQUEST, 3160 * FAKE_S},
    {DHCPPERF_DO_REBIND, DHCPPERF_X_REBIND, DHCPPERF_REQUEST, 3610 * FAKE_S},
    {DHCPPERF_DO_REBOOT, DHCPPERF_X_REBOOT, DHCPPERF_REQUEST, 200 * FAKE_S},
    {DHCPPERF_DO_INFORM, DHCPPERF_X_INFORM, DHCPPERF_INFORM, 200 * FAKE_S},
    {DHCPPERF_DO_QUERY, DHCPPERF_X_QUERY, DHCPPERF_LEASEQUERY, 200 * FAKE_S},
};

START_TEST(an_answer_after_giving_up_is_late_once)
    {
        static const char *const settings[] = {"inform.first=10.8.0.0", NULL};
        dhcpperf_exchange x = slow[_i].exchange;
        fake_reply r;
        fake f;

        open_it(&f, settings, "rfc2131", 1);
        fake_begin(&f, FAKE_S);
        if (x == DHCPPERF_X_INFORM || x == DHCPPERF_X_QUERY) {
            command(&f, DHCPPERF_DO_VANISH, FAKE_S);
        }
        deaf = 1u << slow[_i].type;
        command(&f, slow[_i].command, 10 * FAKE_MS);
        ck_assert_msg(has_reply, "case %d", _i);
        r = last_reply;
        deaf = ~0u;
        fake_run(&f, slow[_i].until);
        ck_assert_msg(fake_exchange(&f, x, DHCPPERF_OUT_UNANSWERED) == 1, "case %d", _i);
        r.xid ^= 1; /* of nobody */
        fake_answer(&f, &r, f.now + FAKE_MS);
        r.xid ^= 1;
        fake_answer(&f, &r, f.now + 2 * FAKE_MS);
        fake_answer(&f, &r, f.now + 3 * FAKE_MS);
        fake_run(&f, f.now + 10 * FAKE_MS);
        ck_assert_msg(fake_exchange(&f, x, DHCPPERF_OUT_UNANSWERED) == 0, "case %d", _i);
        ck_assert_msg(fake_exchange(&f, x, DHCPPERF_OUT_LATE) == 1, "case %d", _i);
        ck_assert_msg(fake_exchange(&f, DHCPPERF_X_REQUEST, DHCPPERF_OUT_LATE) == 0, "case %d", _i);
        ck_assert_msg(fake_count(&f, DHCPPERF_C_RX_DUPLICATE) == 1, "case %d", _i);
        close_it(&f, "late", _i);
    }
END_TEST

/* Also where the lease went on all the same. */
START_TEST(the_answer_to_a_reboot_that_was_given_up_is_late)
    {
        static const char *const settings[] = {"reboot.fallback=keep", NULL};
        fake_reply r;
        fake f;

        open_it(&f, settings, "rfc2131", 0);
        fake_begin(&f, FAKE_S);
        deaf = 1u << DHCPPERF_REQUEST;
        command(&f, DHCPPERF_DO_REBOOT, 10 * FAKE_MS);
        ck_assert(has_reply);
        r = last_reply;
        fake_run(&f, 200 * FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        fake_answer(&f, &r, f.now + FAKE_MS);
        fake_answer(&f, &r, f.now + 2 * FAKE_MS);
        fake_run(&f, f.now + 10 * FAKE_MS);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_REBOOT, DHCPPERF_OUT_LATE), 1);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_REBOOT, DHCPPERF_OUT_UNANSWERED), 0);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_DUPLICATE), 1);
        close_it(&f, "late reboot", 0);
    }
END_TEST

START_TEST(renewals_have_a_latency_of_their_own)
    {
        const dhcpperf_stats *s;
        fake f;

        open_it(&f, NULL, "rfc2131", 0);
        fake_begin(&f, FAKE_S);
        command(&f, DHCPPERF_DO_RENEW, FAKE_S);
        command(&f, DHCPPERF_DO_REBIND, FAKE_S);
        command(&f, DHCPPERF_DO_REBOOT, FAKE_S);
        s = dhcpperf_client_stats(f.cli);
        ck_assert_uint_eq(dhcpperf_hist_count(
                              dhcpperf_stats_hist(s, DHCPPERF_S_RENEW_ACK, DHCPPERF_FROM_INTENDED)),
                          1);
        ck_assert_uint_eq(
            dhcpperf_hist_max(dhcpperf_stats_hist(s, DHCPPERF_S_RENEW_ACK, DHCPPERF_FROM_ACTUAL)),
            FAKE_MS);
        ck_assert_uint_eq(dhcpperf_hist_count(dhcpperf_stats_hist(s, DHCPPERF_S_REQUEST_ACK,
                                                                  DHCPPERF_FROM_INTENDED)),
                          1);
        ck_assert_uint_eq(dhcpperf_hist_count(
                              dhcpperf_stats_hist(s, DHCPPERF_S_FULL_BIND, DHCPPERF_FROM_INTENDED)),
                          1);
        close_it(&f, "latency", 0);
    }
END_TEST

/* -- commands that obtain nothing -------------------------------------------------------------- */

START_TEST(a_probe_leaves_its_offer_alone)
    {
        fake f;

        open_it(&f, NULL, "rfc2131", 0);
        fake_begin(&f, FAKE_S);
        command(&f, DHCPPERF_DO_RELEASE, FAKE_S);
        command(&f, DHCPPERF_DO_DISCOVER, 600 * FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_IDLE);
        ck_assert_uint_eq(f.pulled[DHCPPERF_DISCOVER], 2);
        ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], 1);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_ANSWERED), 2);
        deaf = ~0u;
        command(&f, DHCPPERF_DO_DISCOVER, 600 * FAKE_S); /* five tries, and no starting over */
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_FAILED);
        ck_assert_uint_eq(f.pulled[DHCPPERF_DISCOVER], 7);
        deaf = 0;
        command(&f, DHCPPERF_DO_START, FAKE_S); /* an ordinary start is one again */
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        close_it(&f, "probe", 0);
    }
END_TEST

static int all_zero(const uint8_t *p, size_t n)
{
    while (n > 0 && *p == 0) {
        p++;
        n--;
    }
    return n == 0;
}

/* RFC 4388 section 6.1: by address, by hardware address or by client identifier, never by two. */
START_TEST(a_query_names_one_thing)
    {
        static const char *const by[] = {"query.by=ip", "query.by=mac", "query.by=id"};
        static const uint8_t mac[] = {2, 0, 0, 0, 0, 0};
        const char *settings[] = {by[_i], "inform.first=10.8.0.1", NULL};
        dhcpperf_bytes value;
        fake f;

        open_it(&f, settings, "rfc2131", 1);
        fake_begin(&f, FAKE_S);
        command(&f, DHCPPERF_DO_RELEASE, FAKE_S);
        command(&f, DHCPPERF_DO_QUERY, 0);
        ck_assert_int_eq(
            dhcpperf_msg_parse(f.msg, last_data, last_pkt.len, DHCPPERF_PARSE_STRICT, NULL), 0);
        ck_assert_int_eq(dhcpperf_msg_get_type(f.msg), DHCPPERF_LEASEQUERY);
        ck_assert_uint_eq(fake_num(dhcpperf_msg_get_giaddr(f.msg)), 0x0a090001);
        ck_assert_uint_eq(fake_num(dhcpperf_msg_get_ciaddr(f.msg)), _i == 0 ? 0x0a080001 : 0);
        ck_assert_uint_eq(last_data[1], _i == 1 ? 1 : 0); /* htype, hlen, chaddr */
        ck_assert_uint_eq(last_data[2], _i == 1 ? 6 : 0);
        if (_i == 1) {
            ck_assert_mem_eq(last_data + 28, mac, 6);
        } else {
            ck_assert_int_eq(all_zero(last_data + 28, 16), 1);
        }
        ck_assert_int_eq(dhcpperf_msg_get_option(f.msg, DHCPPERF_OPT_CLIENT_ID, &value) == 0,
                         _i == 2);
        ck_assert_int_eq(dhcpperf_msg_get_option(f.msg, DHCPPERF_OPT_PARAM_LIST, &value), 0);
        ck_assert_int_ne(dhcpperf_msg_get_option(f.msg, DHCPPERF_OPT_RELAY_INFO, &value), 0);
        fake_run(&f, f.now + FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_IDLE);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_QUERY, DHCPPERF_OUT_ANSWERED), 1);
        close_it(&f, "query", _i);
    }
END_TEST

START_TEST(what_needs_an_address_or_a_relay_is_refused_without)
    {
        fake f;

        open_it(&f, NULL, "rfc2131", 0);
        fake_begin(&f, FAKE_S);
        command(&f, DHCPPERF_DO_RELEASE, FAKE_S); /* given back: nothing to reboot with */
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_REBOOT), DHCPPERF_E_STATE);
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_INFORM), DHCPPERF_E_STATE);
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_QUERY), DHCPPERF_E_STATE);
        command(&f, DHCPPERF_DO_START, FAKE_S);
        command(&f, DHCPPERF_DO_VANISH, FAKE_S); /* remembered: both are possible */
        command(&f, DHCPPERF_DO_INFORM, FAKE_S);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_INFORM, DHCPPERF_OUT_ANSWERED), 1);
        ck_assert_uint_eq(fake_num(last_pkt.dst.ip), f.server_id); /* K-087: the one it knows */
        command(&f, DHCPPERF_DO_REBOOT, FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        close_it(&f, "refused", 0);
    }
END_TEST

/* -- memory and the end ------------------------------------------------------------------------ */

START_TEST(a_run_that_only_obtains_leases_leaves_the_second_array_alone)
    {
        static const char *const settings[] = {"stations=500", "lease.keep=false", NULL};
        static const dp_keep untouched;
        unsigned k;
        fake f;

        open_it(&f, settings, "rfc2131", 0);
        fake_begin(&f, 10 * LEASE * FAKE_S);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_BOUND), 500);
        ck_assert_uint_eq(dhcpperf_engine_deadline(f.e), DHCPPERF_NEVER);
        ck_assert_int_eq(dhcpperf_client_stop(f.cli, 0, 1), 0);
        fake_run(&f, f.now + FAKE_S);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RELEASED), 500);
        for (k = 0; k < 500; k++) {
            ck_assert_mem_eq(&f.cli->keep[k], &untouched, sizeof untouched);
        }
        close_it(&f, "second array", 0);
    }
END_TEST

/* Who loses its lease, or waits for its first message, while the engine stops does not begin. */
START_TEST(nobody_begins_while_the_engine_stops)
    {
        static const char *const jitter[] = {"startup.jitter=10s", NULL};
        fake f;

        open_it(&f, _i == 0 ? NULL : jitter, "rfc2131", 0);
        fake_begin(&f, FAKE_MS * 10);
        if (_i == 0) {
            deaf = ~0u;
            command(&f, DHCPPERF_DO_REBIND, FAKE_S);
        }
        ck_assert_int_eq(dhcpperf_client_stop(f.cli, DHCPPERF_NEVER, 1), 0);
        fake_run(&f, 2 * LEASE * FAKE_S);
        ck_assert_uint_eq(f.pulled[DHCPPERF_DISCOVER], _i == 0 ? 1 : 0);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_IDLE);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_EXPIRED), _i == 0 ? 1 : 0);
        close_it(&f, "stop", _i);
    }
END_TEST

/* Whoever only waits when the engine stops is gone at once: it holds nothing up and has not
 * failed, however short the time to drain. */
START_TEST(who_waits_when_the_engine_stops_has_not_failed)
    {
        static const char *const jitter[] = {"startup.jitter=10s", NULL};
        fake f;

        open_it(&f, _i == 0 ? jitter : NULL, "rfc2131", 0);
        fake_begin(&f, FAKE_S / 2);
        if (_i == 1) {
            command(&f, DHCPPERF_DO_DECLINE, FAKE_S);
        } else if (_i == 2) { /* the DECLINE is still to be sent */
            ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_DECLINE), 0);
        }
        ck_assert_int_eq(dhcpperf_client_stop(f.cli, 2 * FAKE_S, 0), 0);
        fake_run(&f, f.now + FAKE_MS);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_IDLE);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_GAVE_UP), 0);
        ck_assert_uint_eq(f.pulled[DHCPPERF_DECLINE], _i > 0);
        close_it(&f, "waiting", _i);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, a_clock_that_jumps_misses_nothing, 0, 2);
    tcase_add_loop_test(tc, a_copy_that_did_not_leave_in_time_is_replaced, 0, 2);
    tcase_add_loop_test(tc, a_policy_that_never_waits_does_not_spin, 0, 2);
    tcase_add_loop_test(tc, a_lease_without_end_goes_on_when_a_renewal_is_not_answered, 0, 2);
    tcase_add_loop_test(tc, an_answer_after_giving_up_is_late_once, 0,
                        sizeof slow / sizeof slow[0]);
    tcase_add_test(tc, the_answer_to_a_reboot_that_was_given_up_is_late);
    tcase_add_test(tc, renewals_have_a_latency_of_their_own);
    tcase_add_test(tc, a_probe_leaves_its_offer_alone);
    tcase_add_loop_test(tc, a_query_names_one_thing, 0, 3);
    tcase_add_test(tc, what_needs_an_address_or_a_relay_is_refused_without);
    tcase_add_test(tc, a_run_that_only_obtains_leases_leaves_the_second_array_alone);
    tcase_add_loop_test(tc, nobody_begins_while_the_engine_stops, 0, 2);
    tcase_add_loop_test(tc, who_waits_when_the_engine_stops_has_not_failed, 0, 3);
}

HARNESS_MAIN("client/lifetimes", tests)
