/* SPDX-License-Identifier: MIT */
/* server_faults_test.c - what a server's plan may hold, and how it is told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/server_faults.h"
#include "common/server_options.h"
#include "support/harness.h"

static dhcpperf_fault_plan *parse(const char *text)
{
    dhcpperf_fault_plan *p = NULL;

    ck_assert_int_eq(dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_SERVER, text, NULL, NULL, NULL),
                     0);
    return p;
}

/* A server with one address, and this plan. */
static dhcpperf_server *serve(const char *text)
{
    dhcpperf_fault_plan *p = text != NULL ? parse(text) : NULL;
    dhcpperf_ip4 net = {{10, 0, 0, 0}}, one = {{10, 0, 0, 1}}, two = {{10, 0, 0, 2}};
    dhcpperf_mac mac = {{2, 0, 0, 0, 0, 1}};
    dhcpperf_server_config *c = NULL;
    dhcpperf_server *s = NULL;
    dhcpperf_pool *pool = NULL;

    ck_assert_int_eq(dhcpperf_pool_new(&pool, net, 24, NULL), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(pool, two, two), 0);
    ck_assert_int_eq(dhcpperf_server_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_identity(c, one, mac), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_pool(c, pool), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_faults(c, p), 0);
    ck_assert_int_eq(dhcpperf_server_new(&s, c, NULL), 0);
    dhcpperf_server_config_free(c);
    dhcpperf_pool_free(pool);
    dhcpperf_fault_plan_free(p);
    return s;
}

START_TEST(what_takes_frames_or_a_class_is_refused_without)
    {
        static const struct {
            const char *plan;
            int has_frames;
            const char *why; /* NULL = it is taken */
        } cases[] = {
            {"drop offer; nak renew", 0, NULL},
            {"odd: fragment 576", 1, NULL},
            {"odd: fragment 576", 0, "the fault rule 'odd' does what only frames can"},
            {"drop offer; conflict", 0, "the fault rule 'rule-2' does what only frames can"},
            {"rogue 10.9.9.9 10.9.9.10-10.9.9.20", 0, NULL},
            {"vip: drop class=phone", 0, "the fault rule 'vip' is for the class 'phone'"},
        };
        dhcpperf_fault_plan *p = parse(cases[_i].plan);
        char error[400] = "";
        options o;
        int rc;

        ck_assert_int_eq(options_init(&o, "dhcp-server", server_option_specs, server_option_count),
                         0);
        rc = server_faults_judge(p, &o, cases[_i].has_frames, error, sizeof error);
        ck_assert_int_eq(rc, cases[_i].why == NULL ? 0 : -1);
        ck_assert_msg(cases[_i].why == NULL || strstr(error, cases[_i].why) == error, "case %d: %s",
                      _i, error);
        options_free(&o);
        dhcpperf_fault_plan_free(p);
    }
END_TEST

START_TEST(copies_of_several_servers_add_up)
    {
        dhcpperf_server *s = serve("slow: delay 3ms on offer; drop ack p=10% armed=no");
        server_faults a, b;

        ck_assert_int_eq(server_faults_copy(&a, s), 0);
        ck_assert_int_eq(server_faults_copy(&b, s), 0);
        ck_assert_uint_eq(a.n, 2);
        ck_assert_str_eq(a.at[0].name, "slow");
        ck_assert_str_eq(a.at[0].text, "slow: delay 3ms on offer");
        ck_assert_str_eq(a.at[1].name, "rule-2");
        ck_assert_int_eq(a.at[0].armed, 1);
        ck_assert_int_eq(a.at[1].armed, 0);
        a.at[0].hits = 3;
        a.at[1].hits = 5;
        b.at[0].hits = 4;
        b.at[1].hits = 9;
        b.at[1].text[0]++; /* another rule, of a plan that came between */
        server_faults_add(&a, &b);
        ck_assert_uint_eq(a.at[0].hits, 7);
        ck_assert_uint_eq(a.at[1].hits, 5);
        b.n--;
        free(b.at[1].text);
        server_faults_add(&a, &b);
        ck_assert_uint_eq(a.at[0].hits, 11);
        server_faults_free(&a);
        server_faults_free(&b);
        dhcpperf_server_free(s);
    }
END_TEST

/* What a function writes. */
static char written[2000];

static FILE *begin_writing(void)
{
    FILE *out = tmpfile();

    ck_assert_ptr_nonnull(out);
    return out;
}

static void end_writing(FILE *out)
{
    size_t n;

    rewind(out);
    n = fread(written, 1, sizeof written - 1, out);
    written[n] = '\0';
    fclose(out);
}

START_TEST(faults_are_said_loudly)
    {
        dhcpperf_server *s = serve("slow: delay 3ms on offer; drop ack armed=no");
        server_faults f;
        FILE *out = begin_writing();

        server_faults_announce(s, "x: ", out);
        end_writing(out);
        ck_assert_str_eq(written, "x: FAULTS ARE ON: 2 rules\nx:   slow: delay 3ms on offer\n"
                                  "x:   drop on ack armed=no\n");
        ck_assert_int_eq(server_faults_copy(&f, s), 0);
        f.at[0].hits = 1;
        out = begin_writing();
        server_faults_print(&f, out);
        end_writing(out);
        ck_assert_str_eq(written, "FAULTS ARE ON: 2 rules\n"
                                  "           1 hit   slow: delay 3ms on offer\n"
                                  "           0 hits  drop on ack armed=no  (not armed)\n");
        server_faults_free(&f);
        dhcpperf_server_free(s);
    }
END_TEST

START_TEST(without_a_plan_nothing_is_said)
    {
        dhcpperf_server *s = serve(NULL);
        server_faults f;
        FILE *out = begin_writing();

        server_faults_announce(s, "x: ", out);
        ck_assert_int_eq(server_faults_copy(&f, s), 0);
        ck_assert_uint_eq(f.n, 0);
        server_faults_print(&f, out);
        end_writing(out);
        ck_assert_str_eq(written, "");
        server_faults_free(&f);
        dhcpperf_server_free(s);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, what_takes_frames_or_a_class_is_refused_without, 0, 6);
    tcase_add_test(tc, copies_of_several_servers_add_up);
    tcase_add_test(tc, faults_are_said_loudly);
    tcase_add_test(tc, without_a_plan_nothing_is_said);
}

HARNESS_MAIN("tools/server_faults", tests)
