/* SPDX-License-Identifier: MIT */
/* referee_test.c - rules of the referee that a good answer keeps and a bad one breaks, and the
 * table of who holds which address. */
#include "client/dp_client.h"

#include <stdio.h>
#include <string.h>

#include "support/harness.h"
#include "unit/client/fake.h"

/* What the server of a case does to its answers. */
typedef void (*spoil_fn)(fake_reply *r);

static spoil_fn spoil;

static void spoilt(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        spoil(&r);
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

static void other_ack(fake_reply *r)
{
    r->yiaddr += r->type == DHCPPERF_ACK;
}

START_TEST(every_rule_is_listed_with_name_and_section)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        dhcpperf_violation v, other;
        const char *before = "";
        unsigned n, k;
        fake f;

        fake_init(&f, c);
        for (n = 0; dhcpperf_client_get_violation(f.cli, n, &v, sizeof v) == 1; n++) {
            ck_assert(strncmp(v.rfc, "RFC ", 4) == 0);
            ck_assert_msg(strncmp(v.id, "S-", 2) == 0 && strlen(v.id) == 5, "%s", v.rule);
            ck_assert_msg(strcmp(v.id, before) >= 0, "%s is out of order", v.rule);
            ck_assert_ptr_nonnull(dhcpperf_level_name(v.level));
            ck_assert_uint_eq(v.count, 0);
            ck_assert_str_eq(v.example, "");
            ck_assert_uint_eq(v.packet.len, 0);
            before = v.id;
            for (k = 0; k < n; k++) {
                ck_assert_int_eq(dhcpperf_client_get_violation(f.cli, k, &other, sizeof other), 1);
                ck_assert_str_ne(other.rule, v.rule);
            }
        }
        ck_assert_uint_eq(n, DP_N_RULES);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

static void first_example(void *user, const dhcpperf_event *ev)
{
    char *text = user;

    ck_assert_int_eq(ev->kind, DHCPPERF_EV_VIOLATION);
    if (text[0] == '\0') {
        strcpy(text, ev->detail);
    }
}

START_TEST(the_first_example_is_kept_and_all_are_told)
    {
        const char *const settings[] = {"stations=3", "seed=9", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        char text[256] = "", want[256];
        dhcpperf_violation v;
        unsigned i;
        fake f;

        ck_assert_int_eq(dhcpperf_client_config_set_trace(c, first_example, text,
                                                          UINT64_C(1) << DHCPPERF_EV_VIOLATION),
                         0);
        fake_init(&f, c);
        spoil = other_ack;
        f.serve = spoilt;
        fake_begin(&f, FAKE_S);
        ck_assert_uint_eq(fake_violations(&f, "ack-unlike-offer"), 3);
        snprintf(want, sizeof want,
                 "station 0, xid 0x%08x: ACK of 10.1.0.2, the OFFER was 10.1.0.1",
                 fake_station(&f, 0).xid);
        ck_assert_str_eq(text, want);
        for (i = 0; dhcpperf_client_get_violation(f.cli, i, &v, sizeof v) == 1; i++) {
            if (v.count > 0 && strcmp(v.rule, "ack-unlike-offer") == 0) {
                ck_assert_str_eq(v.example, want);
            }
        }
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* A server that has something to say to everything. */
static void answer_all(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    static fake_reply last;
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        last = r;
    } else {
        last.xid = dhcpperf_msg_get_xid(msg);
    }
    fake_answer(f, &last, f->now + FAKE_MS);
}

START_TEST(release_and_decline_have_no_answer)
    {
        static const dhcpperf_command commands[] = {DHCPPERF_DO_RELEASE, DHCPPERF_DO_DECLINE};
        static const char *const rules[] = {"release-answered", "decline-answered"};
        fake f;
        dhcpperf_client_config *c = fake_config(NULL);

        fake_init(&f, c);
        f.serve = answer_all;
        fake_begin(&f, FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, commands[_i]), 0);
        fake_run(&f, 2 * FAKE_S);
        ck_assert_uint_eq(fake_violations(&f, rules[_i]), 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_VIOLATIONS), 1);
        ck_assert_int_eq(fake_station(&f, 0).state, _i == 0 ? DHCPPERF_ST_IDLE : DHCPPERF_ST_INIT);
        fake_check_balance(&f, "no answer", _i);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* -- same address live twice ------------------------------------------------------------------- */

static void one_address(fake_reply *r)
{
    r->yiaddr = 0x0a010099;
}

/* Three stations are given one address; each is told of, except when the lease before has ended. */
static void give_to(fake *f, uint32_t i)
{
    ck_assert_int_eq(dhcpperf_client_do(f->cli, i, DHCPPERF_DO_START), 0);
    fake_run(f, f->now + FAKE_S);
    ck_assert_int_eq(fake_station(f, i).state, DHCPPERF_ST_BOUND);
}

static void begin_one_address(fake *f, dhcpperf_client_config *c)
{
    dhcpperf_load *load;

    ck_assert_int_eq(dhcpperf_load_parse(&load, "pause 1000h", NULL, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_load(c, load), 0);
    dhcpperf_load_free(load);
    fake_init(f, c);
    f->lease_s = 100;
    spoil = one_address;
    f->serve = spoilt;
    fake_begin(f, 0);
}

static void release(fake *f, uint32_t i)
{
    ck_assert_int_eq(dhcpperf_client_do(f->cli, i, DHCPPERF_DO_RELEASE), 0);
    fake_run(f, f->now + FAKE_S);
}

START_TEST(an_address_live_twice_is_a_conflict_until_it_ends)
    {
        const char *const settings[] = {"stations=5", "lease.keep=false", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        fake f;

        begin_one_address(&f, c);
        give_to(&f, 0);
        ck_assert_uint_eq(fake_violations(&f, "address-conflict"), 0);
        give_to(&f, 1);
        ck_assert_uint_eq(fake_violations(&f, "address-conflict"), 1);
        fake_run(&f, f.now + 200 * FAKE_S); /* both leases have run out */
        give_to(&f, 2);
        ck_assert_uint_eq(fake_violations(&f, "address-conflict"), 1);
        release(&f, 2);
        give_to(&f, 3); /* given back */
        ck_assert_uint_eq(fake_violations(&f, "address-conflict"), 1);
        release(&f, 0); /* of a lease that ended long ago: station 3 still holds it */
        give_to(&f, 4);
        ck_assert_uint_eq(fake_violations(&f, "address-conflict"), 2);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* Whoever of the holders lets go, the others still hold it. */
START_TEST(an_address_is_held_by_all_it_was_given_to)
    {
        const char *const settings[] = {"stations=6", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        uint32_t k;
        fake f;

        begin_one_address(&f, c);
        for (k = 0; k < 3; k++) {
            give_to(&f, k);
            ck_assert_uint_eq(fake_violations(&f, "address-conflict"), k);
        }
        for (k = 0; k < 2; k++) { /* the first or the last first */
            release(&f, _i == 0 ? k : 2 - k);
        }
        give_to(&f, 3);
        ck_assert_uint_eq(fake_violations(&f, "address-conflict"), 3);
        release(&f, _i == 0 ? 2 : 0);
        give_to(&f, 4);
        ck_assert_uint_eq(fake_violations(&f, "address-conflict"), 4);
        release(&f, 3);
        release(&f, 4);
        give_to(&f, 5);
        ck_assert_uint_eq(fake_violations(&f, "address-conflict"), 4);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* A server that gives everybody one address is found out for each, in linear time. */
START_TEST(one_address_for_all_stays_cheap)
    {
        const char *const settings[] = {"stations=30000", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        uint32_t k, n = 30000;
        fake f;

        fake_init(&f, c);
        for (k = 0; k < n; k++) {
            f.cli->stations[k].state = DHCPPERF_ST_BOUND;
            f.cli->stations[k].ip = 0x0a010099;
            f.cli->stations[k].u.lease[0] = k % 2 == 0 ? 10 : UINT32_MAX;
            dp_referee_bind(f.cli, k, (k + 1) * FAKE_MS);
        }
        ck_assert_uint_eq(fake_violations(&f, "address-conflict"), n - 1);
        for (k = 0; k < n; k++) {
            dp_referee_unbind(f.cli, k);
        }
        ck_assert_uint_eq(f.cli->holders.linked, 0);
        dp_referee_bind(f.cli, 0, 0);
        ck_assert_uint_eq(fake_violations(&f, "address-conflict"), n - 1);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* The table against a plain model: few addresses, so that chains are long and gaps are closed. */
START_TEST(the_address_table_equals_a_model)
    {
        enum {
            N = 64,
            ADDRESSES = 80
        };
        const char *const settings[] = {"stations=64", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        uint64_t seed = harness_seed((uint64_t)_i + 1), step, want = 0;
        uint32_t held[N] = {0}; /* the address of a station, 0 = none */
        dhcpperf_ts ends[N], now = 0;
        dhcpperf_client *cli;
        uint32_t k;
        fake f;

        fake_init(&f, c);
        cli = f.cli;
        for (step = 0; step < 5000; step++) {
            uint64_t r = dp_draw(seed, 0, 0, step);
            uint32_t i = (uint32_t)(r % N), a = (uint32_t)((r >> 16) % ADDRESSES) + 1;
            dp_station *st = &cli->stations[i];

            now += FAKE_S;
            if (held[i] != 0 && (r >> 40) % 8 != 0) {
                dp_referee_unbind(cli, i);
                held[i] = st->ip = 0;
            } else { /* anew, or a renewal of what it has */
                held[i] = st->ip = held[i] != 0 ? held[i] : a;
                st->state = DHCPPERF_ST_BOUND;
                st->sent = now;
                st->u.lease[0] = (r >> 48) % 4 == 0 ? UINT32_MAX : (uint32_t)((r >> 32) % 256);
                ends[i] =
                    st->u.lease[0] == UINT32_MAX ? DHCPPERF_NEVER : now + st->u.lease[0] * FAKE_S;
                for (k = 0; k < N; k++) {
                    if (k != i && held[k] == held[i] && now < ends[k]) {
                        want++;
                        break;
                    }
                }
                dp_referee_bind(cli, i, now);
            }
            ck_assert_msg(fake_violations(&f, "address-conflict") == want, "seed %d, step %u", _i,
                          (unsigned)step);
        }
        ck_assert_uint_gt(want, 100);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, every_rule_is_listed_with_name_and_section);
    tcase_add_test(tc, the_first_example_is_kept_and_all_are_told);
    tcase_add_loop_test(tc, release_and_decline_have_no_answer, 0, 2);
    tcase_add_test(tc, an_address_live_twice_is_a_conflict_until_it_ends);
    tcase_add_loop_test(tc, an_address_is_held_by_all_it_was_given_to, 0, 2);
    tcase_add_test(tc, one_address_for_all_stays_cheap);
    tcase_add_loop_test(tc, the_address_table_equals_a_model, 0, 20);
}

HARNESS_MAIN("client/referee", tests)
