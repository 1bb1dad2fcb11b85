/* SPDX-License-Identifier: MIT */
/* engine_test.c - dispatch of the verbs: arguments, re-entrancy, time that never runs backwards. */
#include "engine/dp_engine.h"

#include <string.h>

#include "support/allocfail.h"
#include "support/harness.h"

typedef struct probe {
    dhcpperf_engine *engine;
    dhcpperf_ts saw[8];
    unsigned calls;
    int reenter; /* which verb the callback calls, 0 = none */
    int got;     /* and what that returned */
    int released;
    unsigned fates;
} probe;

static void called(probe *p, dhcpperf_ts now)
{
    dhcpperf_pkt pkt;

    p->saw[p->calls++ % 8] = now;
    memset(&pkt, 0, sizeof pkt);
    switch (p->reenter) {
    case 1:
        p->got = dhcpperf_engine_recv(p->engine, &pkt, 1, now);
        break;
    case 2:
        p->got = dhcpperf_engine_pull(p->engine, &pkt, 1, now);
        break;
    case 3:
        p->got = dhcpperf_engine_advance(p->engine, now);
        break;
    default:
        break;
    }
}

static int probe_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    (void)pkts;
    called(self, now);
    return (int)n;
}

static int probe_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    (void)pkts;
    called(self, now);
    return (int)max;
}

static void probe_sent(void *self, const dhcpperf_txdone *done, unsigned n, dhcpperf_ts now)
{
    (void)done;
    (void)now;
    ((probe *)self)->fates += n;
}

static int probe_advance(void *self, dhcpperf_ts now)
{
    called(self, now);
    return 5;
}

static uint32_t probe_len(const void *self)
{
    (void)self;
    return 320;
}

static int probe_owner(const void *self, const dhcpperf_pkt *pkt)
{
    (void)self;
    return (int)pkt->ifindex;
}

static dhcpperf_ts probe_deadline(const void *self)
{
    (void)self;
    return 99;
}

static void probe_release(void *self)
{
    ((probe *)self)->released++;
}

static const dhcpperf_engine_ops all_ops = {
    .size = sizeof all_ops,
    .recv = probe_recv,
    .pull = probe_pull,
    .sent = probe_sent,
    .msg_len = probe_len,
    .owner = probe_owner,
    .deadline = probe_deadline,
    .advance = probe_advance,
    .release = probe_release,
};

static probe p;

static void setup(void)
{
    memset(&p, 0, sizeof p);
    ck_assert_int_eq(dhcpperf_engine_new(&p.engine, &all_ops, &p, NULL), 0);
}

static void teardown(void)
{
    dhcpperf_engine_free(p.engine);
    ck_assert_int_eq(p.released, 1);
}

START_TEST(verbs_reach_the_functions_and_return_what_they_return)
    {
        dhcpperf_pkt pkts[3];
        dhcpperf_txdone done[2];

        memset(pkts, 0, sizeof pkts);
        memset(done, 0, sizeof done);
        pkts[0].ifindex = 7;
        ck_assert_int_eq(dhcpperf_engine_recv(p.engine, pkts, 3, 10), 3);
        ck_assert_int_eq(dhcpperf_engine_pull(p.engine, pkts, 2, 11), 2);
        ck_assert_int_eq(dhcpperf_engine_advance(p.engine, 12), 5);
        dhcpperf_engine_sent(p.engine, done, 2, 13);
        ck_assert_uint_eq(p.fates, 2);
        ck_assert_uint_eq(dhcpperf_engine_msg_len(p.engine), 320);
        ck_assert_uint_eq(dhcpperf_engine_deadline(p.engine), 99);
        ck_assert_int_eq(dhcpperf_engine_owner(p.engine, pkts), 7);
        ck_assert_uint_eq(p.saw[0], 10);
        ck_assert_uint_eq(p.saw[1], 11);
        ck_assert_uint_eq(p.saw[2], 12);
    }
END_TEST

START_TEST(time_that_runs_backwards_is_clamped_and_counted)
    {
        dhcpperf_engine_advance(p.engine, 1000);
        dhcpperf_engine_advance(p.engine, 999);
        dhcpperf_engine_pull(p.engine, NULL, 0, 0);
        dhcpperf_engine_advance(p.engine, 1001);
        ck_assert_uint_eq(p.saw[1], 1000);
        ck_assert_uint_eq(p.saw[2], 1000);
        ck_assert_uint_eq(p.saw[3], 1001);
        ck_assert_uint_eq(p.engine->clamped, 2);
    }
END_TEST

START_TEST(a_verb_from_inside_a_verb_is_refused)
    {
        dhcpperf_pkt pkt;
        int outer = _i / 3;

        memset(&pkt, 0, sizeof pkt);
        p.reenter = _i % 3 + 1;
        if (outer == 0) {
            dhcpperf_engine_recv(p.engine, &pkt, 1, 1);
        } else if (outer == 1) {
            dhcpperf_engine_pull(p.engine, &pkt, 1, 1);
        } else {
            dhcpperf_engine_advance(p.engine, 1);
        }
        ck_assert_msg(p.got == DHCPPERF_E_REENTRANT, "verbs %d: inner one returned %d", _i, p.got);
        ck_assert_uint_eq(p.calls, 1);
        p.reenter = 0; /* and it is open again afterwards */
        ck_assert_int_eq(dhcpperf_engine_advance(p.engine, 2), 5);
    }
END_TEST

START_TEST(null_is_refused_or_harmless)
    {
        dhcpperf_pkt pkt;
        dhcpperf_engine *e = NULL;

        memset(&pkt, 0, sizeof pkt);
        ck_assert_int_eq(dhcpperf_engine_recv(NULL, &pkt, 1, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_engine_recv(p.engine, NULL, 1, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_engine_recv(p.engine, NULL, 0, 0), 0);
        ck_assert_int_eq(dhcpperf_engine_pull(NULL, &pkt, 1, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_engine_pull(p.engine, NULL, 1, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_engine_advance(NULL, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_engine_owner(NULL, &pkt), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_engine_owner(p.engine, NULL), DHCPPERF_E_INVALID);
        ck_assert_uint_eq(dhcpperf_engine_deadline(NULL), DHCPPERF_NEVER);
        ck_assert_uint_eq(dhcpperf_engine_msg_len(NULL), 0);
        dhcpperf_engine_sent(NULL, NULL, 0, 0);
        dhcpperf_engine_free(NULL);
        ck_assert_int_eq(dhcpperf_engine_new(NULL, &all_ops, &p, NULL), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_engine_new(&e, NULL, &p, NULL), DHCPPERF_E_INVALID);
        ck_assert_ptr_null(e);
    }
END_TEST

START_TEST(recv_and_pull_are_needed_and_the_rest_has_defaults)
    {
        dhcpperf_engine_ops ops = {.size = sizeof ops, .recv = probe_recv};
        dhcpperf_txdone done;
        dhcpperf_engine *e = NULL;
        dhcpperf_pkt pkt;

        memset(&pkt, 0, sizeof pkt);
        memset(&done, 0, sizeof done);
        ck_assert_int_eq(dhcpperf_engine_new(&e, &ops, &p, NULL), DHCPPERF_E_INVALID);
        ops.recv = NULL;
        ops.pull = probe_pull;
        ck_assert_int_eq(dhcpperf_engine_new(&e, &ops, &p, NULL), DHCPPERF_E_INVALID);
        ck_assert_ptr_null(e);
        ops.recv = probe_recv;
        ck_assert_int_eq(dhcpperf_engine_new(&e, &ops, &p, NULL), 0);
        ck_assert_uint_eq(dhcpperf_engine_deadline(e), DHCPPERF_NEVER);
        ck_assert_uint_eq(dhcpperf_engine_msg_len(e), 0);
        ck_assert_int_eq(dhcpperf_engine_owner(e, &pkt), 0);
        ck_assert_int_eq(dhcpperf_engine_advance(e, 1), 0);
        dhcpperf_engine_sent(e, &done, 1, 1);
        dhcpperf_engine_free(e);
        ck_assert_int_eq(p.released, 0);
    }
END_TEST

START_TEST(the_engine_comes_from_the_callers_memory_and_goes_back)
    {
        dhcpperf_engine *e = NULL;
        allocfail af;

        allocfail_init(&af, 1);
        ck_assert_int_eq(dhcpperf_engine_new(&e, &all_ops, &p, &af.mem), DHCPPERF_E_NOMEM);
        ck_assert_ptr_null(e);
        ck_assert(allocfail_is_clean(&af));
        ck_assert_int_eq(dhcpperf_engine_new(&e, &all_ops, &p, &af.mem), 0);
        ck_assert_uint_eq(af.live, 1);
        dhcpperf_engine_free(e);
        ck_assert(allocfail_is_clean(&af));
        ck_assert_int_eq(p.released, 1);
        p.released = 0;
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, verbs_reach_the_functions_and_return_what_they_return);
    tcase_add_test(tc, time_that_runs_backwards_is_clamped_and_counted);
    tcase_add_loop_test(tc, a_verb_from_inside_a_verb_is_refused, 0, 9);
    tcase_add_test(tc, null_is_refused_or_harmless);
    tcase_add_test(tc, recv_and_pull_are_needed_and_the_rest_has_defaults);
    tcase_add_test(tc, the_engine_comes_from_the_callers_memory_and_goes_back);
}

HARNESS_MAIN("engine/engine", tests)
