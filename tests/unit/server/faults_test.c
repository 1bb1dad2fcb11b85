/* SPDX-License-Identifier: MIT */
/* faults_test.c - a server's fault plan from inside: taken, changed and taken away while replies
 * wait; what rules are told about a message; the bounds of what is remembered. */
#include <stdio.h>
#include <string.h>

#include "server/dp_faulty.h"
#include "support/faulted.h"

#define MS     DHCPPERF_NS_PER_MS
#define SERVER "10.0.0.1"

static faulted f;

static void open_with(const char *plan)
{
    faulted_prepare(&f, plan);
    faulted_open(&f);
}

static void discover(unsigned client)
{
    ASK(&f, .type = DHCPPERF_DISCOVER, .client = client);
}

static void bind(unsigned client, const char *ip)
{
    discover(client);
    ASK(&f, .type = DHCPPERF_REQUEST, .client = client, .wish = ip, .server = SERVER);
}

static int set_plan(const char *text)
{
    dhcpperf_fault_plan *p = text != NULL ? faulted_plan(text, &f.t.af.mem) : NULL;
    int rc = dhcpperf_server_set_faults(f.t.server, p, f.t.now);

    dhcpperf_fault_plan_free(p);
    return rc;
}

/* Nothing is held, every exchange has an end, every profile is free. */
static void assert_settled(void)
{
    const dhcpperf_server *s = f.t.server;
    unsigned i;

    ck_assert_uint_eq(s->held.used, 0);
    ck_assert_uint_eq(s->held.longs, 0);
    ck_assert_uint_eq(s->held.cells.used, 0);
    for (i = 0; i < DP_PROFILE_SETS * DP_WAYS; i++) {
        ck_assert_uint_eq(s->templates.profiles[i].refs, 0);
    }
    for (i = 0; i < DP_N_EXCHANGES; i++) {
        ck_assert_uint_eq(s->stats.exchanges[i][DHCPPERF_OUT_IN_FLIGHT], 0);
        ck_assert_uint_eq(s->stats.exchanges[i][DHCPPERF_OUT_STARTED],
                          s->stats.exchanges[i][DHCPPERF_OUT_ANSWERED] +
                              s->stats.exchanges[i][DHCPPERF_OUT_REFUSED] +
                              s->stats.exchanges[i][DHCPPERF_OUT_UNANSWERED]);
    }
}

/* ---- taking plans --------------------------------------------------------------------------- */

START_TEST(a_server_without_a_plan_has_none_and_no_timers)
    {
        open_with(NULL);
        ck_assert_ptr_null(dhcpperf_server_faults(f.t.server));
        ck_assert_ptr_null(f.t.server->held.timer);
        ck_assert_int_eq(dhcpperf_server_arm_fault(f.t.server, 0, 1), DHCPPERF_E_RANGE);
        discover(1);
        ck_assert_uint_eq(f.n, 1);
        ck_assert_int_eq(set_plan("delay 1s on offer"), 0);
        ck_assert_ptr_nonnull(f.t.server->held.timer);
        discover(2);
        ck_assert_uint_eq(f.n, 1);
        faulted_wait(&f, SECOND);
        ck_assert_uint_eq(f.n, 2);
        assert_settled();
        faulted_close(&f);
    }
END_TEST

START_TEST(the_callers_plan_is_copied)
    {
        open_with(NULL);
        f.plan = faulted_plan("drop on offer", &f.t.af.mem);
        ck_assert_int_eq(dhcpperf_server_set_faults(f.t.server, f.plan, 0), 0);
        discover(1);
        ck_assert_uint_eq(faulted_hits(&f, 0), 1);
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(f.plan, 0), 0);
        ck_assert_int_eq(dhcpperf_server_arm_fault(f.t.server, 0, 0), 0);
        ck_assert_int_eq(dhcpperf_fault_plan_is_armed(dhcpperf_server_faults(f.t.server), 0), 0);
        ck_assert_int_eq(dhcpperf_fault_plan_is_armed(f.plan, 0), 1);
        discover(1);
        ck_assert_uint_eq(f.n, 1);
        faulted_close(&f);
    }
END_TEST

START_TEST(wrong_arguments_are_refused)
    {
        dhcpperf_fault_plan *p = NULL;
        const char *reason;
        size_t at;

        open_with("drop on offer");
        ck_assert_int_eq(dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_CLIENT, "drop on offer", &at,
                                                   &reason, &f.t.af.mem),
                         0);
        ck_assert_int_eq(dhcpperf_server_config_set_faults(f.t.config, p), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_server_config_set_faults(NULL, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_server_set_faults(f.t.server, p, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_server_set_faults(NULL, NULL, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_server_arm_fault(NULL, 0, 1), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_server_arm_fault(f.t.server, 1, 1), DHCPPERF_E_RANGE);
        ck_assert_ptr_null(dhcpperf_server_faults(NULL));
        ck_assert_uint_eq(dhcpperf_fault_plan_count(dhcpperf_server_faults(f.t.server)), 1);
        dhcpperf_fault_plan_free(p);
        faulted_close(&f);
    }
END_TEST

static int swaps(void *user, const dhcpperf_msg *request, dhcpperf_ip4 *inout_ip,
                 uint32_t *inout_lease_s)
{
    (void)user;
    (void)request;
    (void)inout_ip;
    (void)inout_lease_s;
    ck_assert_int_eq(dhcpperf_server_set_faults(f.t.server, NULL, 0), DHCPPERF_E_REENTRANT);
    ck_assert_int_eq(dhcpperf_server_arm_fault(f.t.server, 0, 0), DHCPPERF_E_REENTRANT);
    return 0;
}

START_TEST(a_plan_is_not_changed_from_inside)
    {
        faulted_prepare(&f, "delay 1ms on offer");
        ck_assert_int_eq(dhcpperf_server_config_set_decide(f.t.config, swaps, NULL), 0);
        faulted_open(&f);
        discover(1);
        faulted_wait(&f, MS);
        ck_assert_uint_eq(f.n, 1);
        faulted_close(&f);
    }
END_TEST

/* ---- changing plans ------------------------------------------------------------------------- */

START_TEST(what_waits_leaves_as_it_is_when_the_plan_goes)
    {
        open_with("delay 1s, duplicate 2 after 1s, set op = 9 on offer; "
                  "forcerenew after 5s; rogue 10.9.9.9 10.9.9.1-10.9.9.9 after 2s");
        bind(1, "10.0.0.10");
        ck_assert_uint_gt(f.t.server->held.longs, 0);
        ck_assert_int_eq(set_plan(_i == 0 ? NULL : "nak on renew"), 0);
        faulted_wait(&f, 10 * SECOND);
        ck_assert_uint_eq(f.n, 6);
        SAYS(&f, 0, "ACK op=2");
        SAYS(&f, 1, "OFFER op=2 54=10.0.0.1");
        SAYS(&f, 2, "OFFER op=2 54=10.0.0.1");
        SAYS(&f, 3, "OFFER 54=10.9.9.9"); /* at two seconds, too */
        SAYS(&f, 4, "OFFER op=2 54=10.0.0.1");
        SAYS(&f, 5, "FORCERENEW 54=10.0.0.1");
        WHEN(&f, 5, 5 * SECOND);
        assert_settled();
        faulted_close(&f);
    }
END_TEST

START_TEST(a_stall_ends_with_its_plan)
    {
        open_with("stall 1h on discover");
        discover(1);
        discover(2);
        ck_assert_uint_eq(f.n, 0);
        ck_assert_int_eq(set_plan("nak on renew"), 0);
        faulted_wait(&f, 1);
        ck_assert_uint_eq(f.n, 2);
        assert_settled();
        faulted_close(&f);
    }
END_TEST

START_TEST(windows_count_from_when_the_plan_is_taken)
    {
        open_with(NULL);
        faulted_wait(&f, 100 * SECOND);
        ck_assert_int_eq(set_plan("drop on offer time=2s..4s"), 0);
        faulted_wait(&f, SECOND);
        discover(1);
        faulted_wait(&f, 2 * SECOND);
        discover(2);
        faulted_wait(&f, 2 * SECOND);
        discover(3);
        ck_assert_uint_eq(f.n, 2);
        FAULTS(&f, 1);
        ck_assert_int_eq(dhcpperf_server_arm_fault(f.t.server, 0, 1), 0);
        discover(4); /* from here they count again */
        faulted_wait(&f, 3 * SECOND);
        discover(5);
        ck_assert_uint_eq(f.n, 3);
        FAULTS(&f, 2);
        faulted_close(&f);
    }
END_TEST

START_TEST(a_rule_waits_until_it_is_armed)
    {
        open_with("late: drop on offer count=2 armed=no");
        discover(1);
        ck_assert_uint_eq(f.n, 1);
        ck_assert_int_eq(dhcpperf_server_arm_fault(f.t.server, 0, 1), 0);
        discover(2);
        discover(3);
        discover(4);
        ck_assert_uint_eq(f.n, 2);
        ck_assert_int_eq(dhcpperf_server_arm_fault(f.t.server, 0, 1), 0); /* counted anew */
        discover(5);
        ck_assert_int_eq(dhcpperf_server_arm_fault(f.t.server, 0, 0), 0);
        discover(6);
        ck_assert_uint_eq(f.n, 3);
        FAULTS(&f, 3);
        faulted_close(&f);
    }
END_TEST

/* ---- another configuration ------------------------------------------------------------------ */

/* The configuration of the server once more, with another plan. */
static void reload(const char *text)
{
    dhcpperf_fault_plan *p = text != NULL ? faulted_plan(text, &f.t.af.mem) : NULL;
    dhcpperf_server_plan *plan = NULL;
    int rc;

    ck_assert_int_eq(dhcpperf_server_config_set_faults(f.t.config, p), 0);
    dhcpperf_fault_plan_free(p);
    ck_assert_int_eq(dhcpperf_server_prepare(&plan, f.t.config, &f.t.af.mem), 0);
    do {
        rc = dhcpperf_server_apply(f.t.server, plan, f.t.now);
    } while (rc == 1);
    ck_assert_int_eq(rc, 0);
    dhcpperf_server_plan_free(plan);
}

START_TEST(a_reload_takes_the_plan_of_the_new_configuration)
    {
        open_with(NULL);
        bind(1, "10.0.0.10");
        reload("drop on offer nth=2; set hops = 7 on offer");
        discover(2);
        discover(3);
        discover(4);
        ck_assert_uint_eq(f.n, 4);
        SAYS(&f, 2, "OFFER hops=7");
        ck_assert_uint_eq(faulted_hits(&f, 0), 1);
        reload("set hops = 7 on offer; drop on offer nth=2"); /* another order is another plan */
        ck_assert_uint_eq(faulted_hits(&f, 0), 0);
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_FAULTS), 3);
        faulted_close(&f);
    }
END_TEST

START_TEST(a_reload_of_the_same_plan_changes_nothing_of_it)
    {
        open_with("drop on offer nth=3; set hops = 7 on offer");
        discover(1);
        discover(2);
        reload("drop on offer nth=3\nset hops=7 on offer # the same");
        ck_assert_uint_eq(faulted_hits(&f, 1), 2);
        discover(3);
        ck_assert_uint_eq(f.n, 2); /* counted on */
        FAULTS(&f, 3);
        reload("drop on offer nth=4; set hops = 7 on offer");
        ck_assert_uint_eq(faulted_hits(&f, 1), 0);
        reload(NULL);
        ck_assert_ptr_null(dhcpperf_server_faults(f.t.server));
        discover(4);
        SAYS(&f, 2, "OFFER hops=0");
        faulted_close(&f);
    }
END_TEST

/* A reply that waits is cut as its rule says, with what the old configuration knows. */
START_TEST(replies_of_an_old_configuration_are_faulty_still)
    {
        static const char text[] = "delay 1s, set yiaddr = broadcast, duplicate after 1s on offer; "
                                   "rogue 10.9.9.9 10.9.9.1-10.9.9.9 after 3s";
        dhcpperf_pool *wider = NULL;

        open_with(text);
        discover(1);
        ck_assert_int_eq(dhcpperf_pool_new(&wider, talk_ip("172.16.0.0"), 16, &f.t.af.mem), 0);
        ck_assert_int_eq(
            dhcpperf_pool_add_range(wider, talk_ip("172.16.0.1"), talk_ip("172.16.0.9")), 0);
        ck_assert_int_eq(dhcpperf_server_config_add_pool(f.t.config, wider), 0);
        reload(text);
        faulted_wait(&f, 10 * SECOND);
        ck_assert_uint_eq(f.n, 3);
        SAYS(&f, 0, "OFFER yiaddr=10.0.0.255");
        SAYS(&f, 1, "OFFER yiaddr=10.0.0.255");
        SAYS(&f, 2, "OFFER 54=10.9.9.9 1=255.255.255.0");
        assert_settled();
        dhcpperf_pool_free(wider);
        faulted_close(&f);
    }
END_TEST

/* Leases that a dying server loses are not found again in the configuration to come. */
START_TEST(a_server_that_dies_during_a_reload_has_forgotten_all)
    {
        dhcpperf_server_plan *plan = NULL;
        uint32_t k;
        char ip[16];
        int rc;

        faulted_prepare(&f, "restart on inform");
        dhcpperf_pool_free(f.t.pool);
        ck_assert_int_eq(dhcpperf_pool_new(&f.t.pool, talk_ip("10.0.0.0"), 8, &f.t.af.mem), 0);
        ck_assert_int_eq(
            dhcpperf_pool_add_range(f.t.pool, talk_ip("10.1.0.0"), talk_ip("10.1.255.255")), 0);
        faulted_open(&f);
        for (k = 0; k < 4000; k++) {
            (void)snprintf(ip, sizeof ip, "10.1.%u.%u", k / 256, k % 256);
            bind(k + 1, ip);
            f.n = 0;
        }
        ck_assert_int_eq(dhcpperf_server_prepare(&plan, f.t.config, &f.t.af.mem), 0);
        ck_assert_int_eq(dhcpperf_server_apply(f.t.server, plan, f.t.now), 1);
        ASK(&f, .type = DHCPPERF_INFORM, .client = 9, .ciaddr = "10.0.0.99", .to = SERVER);
        ck_assert_uint_eq(dhcpperf_server_count(f.t.server, DHCPPERF_LEASE_BOUND), 0);
        do {
            rc = dhcpperf_server_apply(f.t.server, plan, f.t.now);
        } while (rc == 1);
        ck_assert_int_eq(rc, 0);
        dhcpperf_server_plan_free(plan);
        ck_assert_uint_eq(dhcpperf_server_count(f.t.server, DHCPPERF_LEASE_BOUND), 0);
        ASK(&f, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.1.0.0", .to = SERVER);
        ck_assert_uint_eq(f.n, 0); /* nobody knows it */
        faulted_close(&f);
    }
END_TEST

/* ---- what rules are told -------------------------------------------------------------------- */

static dhcpperf_class *make_class(const char *name, const char *prefix)
{
    dhcpperf_class *k = NULL;
    dhcpperf_bytes b = {(const uint8_t *)prefix, strlen(prefix)};

    ck_assert_int_eq(dhcpperf_class_new(&k, name, &f.t.af.mem), 0);
    ck_assert_int_eq(
        dhcpperf_class_match(k, DHCPPERF_OPT_VENDOR_CLASS, -1, DHCPPERF_MATCH_PREFIX, b), 0);
    return k;
}

START_TEST(rules_can_be_for_a_class_a_circuit_a_relay_or_an_address)
    {
        static const struct {
            const char *plan;
            unsigned dropped; /* which of four */
        } cases[] = {
            {"drop on discover class=phone", 1},       {"drop on offer class=phone", 1},
            {"drop on discover circuit=circ", 2},      {"drop on offer circuit=ci*", 2},
            {"drop on discover relay=10.0.0.8/29", 2}, {"drop on offer relay=10.0.0.0/8", 2},
            {"drop on discover ip=10.0.0.18/32", 4},   {"drop on offer ip=10.0.0.18/31", 4},
            {"drop on offer mac=02:*:*:*:*:01", 1},
        };
        dhcpperf_class *k;

        faulted_prepare(&f, cases[_i].plan);
        k = make_class("phone", "acme");
        ck_assert_int_eq(dhcpperf_server_config_add_class(f.t.config, k), 0);
        dhcpperf_class_free(k);
        faulted_open(&f);
        ASK(&f, .type = DHCPPERF_DISCOVER, .client = 1, .more = "3c0561636d6531");
        ASK(&f, .type = DHCPPERF_DISCOVER, .client = 2, .giaddr = "10.0.0.9", .from = "10.0.0.9",
            .to = SERVER, .info = "010463697263");
        ASK(&f, .type = DHCPPERF_DISCOVER, .client = 3, .wish = "10.0.0.17");
        ASK(&f, .type = DHCPPERF_DISCOVER, .client = 4, .wish = "10.0.0.18");
        ck_assert_uint_eq(f.n, 3);
        ck_assert_uint_eq((unsigned)(f.at[0].bytes[33] + f.at[1].bytes[33] + f.at[2].bytes[33]),
                          10 - cases[_i].dropped);
        FAULTS(&f, 1);
        faulted_close(&f);
    }
END_TEST

START_TEST(a_rule_waits_for_so_many_leases)
    {
        open_with("drop on discover leases=2");
        bind(1, "10.0.0.10");
        bind(2, "10.0.0.11");
        ck_assert_uint_eq(f.n, 4);
        discover(3);
        ck_assert_uint_eq(f.n, 4);
        FAULTS(&f, 1);
        faulted_close(&f);
    }
END_TEST

START_TEST(every_kind_of_request_has_its_word)
    {
        static const char *const plans[] = {
            "drop on discover", "drop on select",  "drop on reboot",     "drop on renew",
            "drop on rebind",   "drop on inform",  "drop on leasequery", "drop on bootp",
            "drop on release",  "drop on decline",
        };
        unsigned k;

        for (k = 0; k < sizeof plans / sizeof plans[0]; k++) {
            faulted_prepare(&f, plans[k]);
            talk_set(&f.t, "leasequery.enabled", "true");
            talk_set(&f.t, "bootp.enabled", "true");
            faulted_open(&f);
            bind(1, "10.0.0.10");
            ASK(&f, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10");
            ASK(&f, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = SERVER);
            ASK(&f, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10");
            ASK(&f, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "10.0.0.10", .to = SERVER);
            ASK(&f, .type = DHCPPERF_LEASEQUERY, .client = 1, .ciaddr = "10.0.0.10",
                .giaddr = "10.0.0.9", .to = SERVER, .from = "10.0.0.9");
            ASK(&f, .client = 9);
            ASK(&f, .type = DHCPPERF_RELEASE, .client = 1, .ciaddr = "10.0.0.10", .server = SERVER,
                .to = SERVER);
            bind(2, "10.0.0.12");
            ASK(&f, .type = DHCPPERF_DECLINE, .client = 2, .wish = "10.0.0.12", .server = SERVER);
            ck_assert_msg(faulted_hits(&f, 0) > 0, "'%s' never acts", plans[k]);
            ck_assert_msg(faulted_hits(&f, 0) <= 2, "'%s' acts %u times", plans[k],
                          (unsigned)faulted_hits(&f, 0));
            assert_settled();
            faulted_close(&f);
        }
    }
END_TEST

START_TEST(every_kind_of_reply_has_its_word)
    {
        static const char *const plans[] = {
            "set hops = 9 on offer",       "set hops = 9 on nak",
            "set hops = 9 on inform-ack",  "set hops = 9 on select-ack",
            "set hops = 9 on reboot-ack",  "set hops = 9 on renew-ack",
            "set hops = 9 on rebind-ack",  "set hops = 9 on rapid-ack",
            "set hops = 9 on query-reply", "set hops = 9 on bootp-reply",
        };
        unsigned k, i, n;

        for (k = 0; k < sizeof plans / sizeof plans[0]; k++) {
            faulted_prepare(&f, plans[k]);
            talk_set(&f.t, "leasequery.enabled", "true");
            talk_set(&f.t, "bootp.enabled", "true");
            talk_set(&f.t, "rapid-commit", "true");
            faulted_open(&f);
            bind(1, "10.0.0.10");
            ASK(&f, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10");
            ASK(&f, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = SERVER);
            ASK(&f, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10");
            ASK(&f, .type = DHCPPERF_INFORM, .client = 1, .ciaddr = "10.0.0.10", .to = SERVER);
            ASK(&f, .type = DHCPPERF_LEASEQUERY, .client = 1, .ciaddr = "10.0.0.10",
                .giaddr = "10.0.0.9", .to = SERVER, .from = "10.0.0.9");
            ASK(&f, .client = 9);
            ASK(&f, .type = DHCPPERF_DISCOVER, .client = 3, .more = "5000");
            ASK(&f, .type = DHCPPERF_REQUEST, .client = 4, .wish = "192.0.2.1", .server = SERVER);
            ck_assert_uint_eq(f.n, 10);
            for (n = i = 0; i < f.n; i++) {
                n += f.at[i].bytes[3] == 9;
            }
            ck_assert_msg(n == 1, "'%s' changes %u replies", plans[k], n);
            FAULTS(&f, 1);
            assert_settled();
            faulted_close(&f);
        }
    }
END_TEST

/* ---- waiting for commits -------------------------------------------------------------------- */

static uint64_t latest;

static int note_seq(void *user, uint64_t seq, const dhcpperf_lease *lease)
{
    (void)user;
    (void)lease;
    latest = seq;
    return 0;
}

START_TEST(acks_that_wait_for_their_commit_are_faulty_afterwards)
    {
        latest = 0;
        faulted_prepare(&f, "delay 2s, duplicate, set secs = 9 on select-ack");
        ck_assert_int_eq(dhcpperf_server_config_set_lease_sink(f.t.config, note_seq, NULL, 1), 0);
        faulted_open(&f);
        bind(1, "10.0.0.10");
        faulted_wait(&f, 10 * SECOND);
        ck_assert_uint_eq(f.n, 1);
        ck_assert_int_eq(dhcpperf_server_commit(f.t.server, latest, f.t.now), 0);
        faulted_wait(&f, 2 * SECOND - 1);
        ck_assert_uint_eq(f.n, 1);
        faulted_wait(&f, 1);
        ck_assert_uint_eq(f.n, 3);
        SAYS(&f, 1, "ACK secs=9");
        SAYS(&f, 2, "ACK secs=9");
        assert_settled();
        faulted_close(&f);
    }
END_TEST

START_TEST(a_server_that_dies_forgets_what_waits_for_a_commit)
    {
        latest = 0;
        faulted_prepare(&f, "reorder 9 on select-ack; restart on inform");
        ck_assert_int_eq(dhcpperf_server_config_set_lease_sink(f.t.config, note_seq, NULL, 1), 0);
        faulted_open(&f);
        bind(1, "10.0.0.10");
        ASK(&f, .type = DHCPPERF_INFORM, .client = 9, .ciaddr = "10.0.0.99", .to = SERVER);
        ck_assert_int_eq(dhcpperf_server_commit(f.t.server, latest, f.t.now), 0);
        faulted_wait(&f, 5 * SECOND);
        ck_assert_uint_eq(f.n, 1);
        assert_settled();
        ck_assert_uint_eq(f.t.server->faulty->n_behind, 0);
        faulted_close(&f);
    }
END_TEST

/* ---- bounds --------------------------------------------------------------------------------- */

START_TEST(copies_stop_where_there_is_no_room)
    {
        faulted_prepare(&f, "duplicate 64 after 1s");
        ck_assert_int_eq(dhcpperf_server_config_set_max_held(f.t.config, 100), 0);
        faulted_open(&f);
        discover(1);
        discover(2); /* 35 copies fit */
        discover(3); /* and then none */
        ck_assert_uint_eq(f.n, 3);
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_DROP_HELD), 0);
        faulted_wait(&f, 100 * SECOND);
        ck_assert_uint_eq(f.n, 3 + 64 + 35);
        assert_settled();
        faulted_close(&f);
    }
END_TEST

START_TEST(so_many_replies_are_overtaken_at_a_time)
    {
        unsigned k;

        faulted_prepare(&f, "reorder 60 on offer");
        dhcpperf_pool_free(f.t.pool);
        ck_assert_int_eq(dhcpperf_pool_new(&f.t.pool, talk_ip("10.0.0.0"), 16, &f.t.af.mem), 0);
        ck_assert_int_eq(
            dhcpperf_pool_add_range(f.t.pool, talk_ip("10.0.1.0"), talk_ip("10.0.1.255")), 0);
        faulted_open(&f);
        for (k = 0; k < DP_FAULTY_BEHIND + 5; k++) {
            discover(k + 1);
        }
        ck_assert_uint_eq(f.n, 5); /* the table is full */
        ck_assert_uint_eq(f.t.server->faulty->n_behind, DP_FAULTY_BEHIND);
        faulted_wait(&f, SECOND);
        ck_assert_uint_eq(f.n, DP_FAULTY_BEHIND + 5);
        ck_assert_uint_eq(f.t.server->faulty->n_behind, 0);
        assert_settled();
        faulted_close(&f);
    }
END_TEST

START_TEST(conflicts_are_those_of_the_latest_addresses)
    {
        static struct dp_faulty d;
        uint32_t k;

        memset(&d, 0, sizeof d);
        for (k = 1; k <= DP_FAULTY_CONFLICTS + 10; k++) {
            dp_faulty_conflict(&d, k);
            dp_faulty_conflict(&d, k); /* once is enough */
        }
        dp_faulty_conflict(&d, 0);
        ck_assert_uint_eq(d.n_conflicts, DP_FAULTY_CONFLICTS + 10);
        ck_assert_uint_eq(d.conflicts[9], DP_FAULTY_CONFLICTS + 10);
        ck_assert_uint_eq(d.conflicts[10], 11);
    }
END_TEST

/* A search goes on when there is room for more probes, whatever the number of leases. */
START_TEST(all_quiet_clients_are_looked_for)
    {
        const unsigned n = 3 * DP_FAULTY_PROBES + 7;
        char ip[16];
        unsigned k, asked = 0;

        faulted_prepare(&f, "reclaim quiet 10m on inform");
        dhcpperf_pool_free(f.t.pool);
        ck_assert_int_eq(dhcpperf_pool_new(&f.t.pool, talk_ip("10.0.0.0"), 16, &f.t.af.mem), 0);
        ck_assert_int_eq(
            dhcpperf_pool_add_range(f.t.pool, talk_ip("10.0.1.0"), talk_ip("10.0.2.255")), 0);
        faulted_open(&f);
        for (k = 0; k < n; k++) {
            (void)snprintf(ip, sizeof ip, "10.0.%u.%u", 1 + k / 256, k % 256);
            bind(k + 1, ip);
            f.n = 0;
        }
        faulted_wait(&f, 1200 * SECOND);
        ASK(&f, .type = DHCPPERF_INFORM, .client = 999, .ciaddr = "10.0.0.99", .to = SERVER);
        ASK(&f, .type = DHCPPERF_INFORM, .client = 999, .ciaddr = "10.0.0.99", .to = SERVER);
        faulted_wait(&f, 10 * SECOND);
        for (k = 0; k < f.n; k++) {
            asked += (f.at[k].pkt.flags & DHCPPERF_PKT_FRAME) != 0;
        }
        ck_assert_uint_eq(asked, n);
        ck_assert_uint_eq(dhcpperf_server_count(f.t.server, DHCPPERF_LEASE_BOUND), 0);
        FAULTS(&f, n);
        ck_assert_int_eq(f.t.server->faulty->sweep.is_on, 0);
        faulted_close(&f);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_server_without_a_plan_has_none_and_no_timers);
    tcase_add_test(tc, the_callers_plan_is_copied);
    tcase_add_test(tc, wrong_arguments_are_refused);
    tcase_add_test(tc, a_plan_is_not_changed_from_inside);
    tcase_add_loop_test(tc, what_waits_leaves_as_it_is_when_the_plan_goes, 0, 2);
    tcase_add_test(tc, a_stall_ends_with_its_plan);
    tcase_add_test(tc, windows_count_from_when_the_plan_is_taken);
    tcase_add_test(tc, a_rule_waits_until_it_is_armed);
    tcase_add_test(tc, a_reload_takes_the_plan_of_the_new_configuration);
    tcase_add_test(tc, a_reload_of_the_same_plan_changes_nothing_of_it);
    tcase_add_test(tc, replies_of_an_old_configuration_are_faulty_still);
    tcase_add_test(tc, a_server_that_dies_during_a_reload_has_forgotten_all);
    tcase_add_loop_test(tc, rules_can_be_for_a_class_a_circuit_a_relay_or_an_address, 0, 9);
    tcase_add_test(tc, a_rule_waits_for_so_many_leases);
    tcase_add_test(tc, every_kind_of_request_has_its_word);
    tcase_add_test(tc, every_kind_of_reply_has_its_word);
    tcase_add_test(tc, acks_that_wait_for_their_commit_are_faulty_afterwards);
    tcase_add_test(tc, a_server_that_dies_forgets_what_waits_for_a_commit);
    tcase_add_test(tc, copies_stop_where_there_is_no_room);
    tcase_add_test(tc, so_many_replies_are_overtaken_at_a_time);
    tcase_add_test(tc, conflicts_are_those_of_the_latest_addresses);
    tcase_add_test(tc, all_quiet_clients_are_looked_for);
}

HARNESS_MAIN("server/faults", tests)
