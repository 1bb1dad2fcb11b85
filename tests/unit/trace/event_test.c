/* SPDX-License-Identifier: MIT */
/* event_test.c - events to a listener and as lines of text. */
#include "trace/dp_trace.h"

#include <string.h>

#include <libdhcpperf/client.h>
#include <libdhcpperf/error.h>

#include "support/harness.h"

static const char *line(const dhcpperf_event *ev)
{
    static char buf[512];
    int n = dhcpperf_event_format(ev, buf, sizeof buf);

    ck_assert_int_ge(n, 0);
    ck_assert_uint_eq((size_t)n, strlen(buf));
    return buf;
}

START_TEST(an_event_becomes_one_logfmt_line)
    {
        dhcpperf_pkt pkt = {.len = 300};
        dhcpperf_event ev = {.size = sizeof ev,
                             .now = 4000102000,
                             .kind = DHCPPERF_EV_RX,
                             .station = 7,
                             .xid = 0x1b2c3d4e,
                             .msg_type = 2,
                             .ip = {{10, 0, 0, 7}},
                             .pkt = &pkt};

        ck_assert_str_eq(line(&ev), "t=4.000102000 ev=rx station=7 xid=0x1b2c3d4e type=OFFER "
                                    "ip=10.0.0.7 len=300");
        pkt.src.ip = (dhcpperf_ip4){{192, 0, 2, 1}};
        pkt.src.port = 67;
        pkt.dst.port = 68;
        ck_assert_str_eq(line(&ev), "t=4.000102000 ev=rx station=7 xid=0x1b2c3d4e type=OFFER "
                                    "ip=10.0.0.7 src=192.0.2.1:67 dst=0.0.0.0:68 len=300");
    }
END_TEST

START_TEST(states_reasons_and_details_have_names)
    {
        dhcpperf_event ev = {
            .size = sizeof ev, .kind = DHCPPERF_EV_STATE, .from_state = 2, .to_state = 3};

        ck_assert_str_eq(line(&ev),
                         "t=0.000000000 ev=state station=0 from=SELECTING to=REQUESTING");
        ev.to_state = 99;
        ck_assert_str_eq(line(&ev), "t=0.000000000 ev=state station=0 from=SELECTING to=99");
        ev.kind = DHCPPERF_EV_IGNORED;
        ev.reason = DHCPPERF_E_MALFORMED;
        ck_assert_str_eq(line(&ev), "t=0.000000000 ev=ignored station=0 reason=MALFORMED");
        ev.reason = 17;
        ev.detail = "say \"hi\"\n\\";
        ck_assert_str_eq(line(&ev), "t=0.000000000 ev=ignored station=0 reason=17 "
                                    "detail=\"say \\\"hi\\\"\\x0a\\\\\"");
        ev.station = UINT32_MAX;
        ev.detail = NULL;
        ck_assert_str_eq(line(&ev), "t=0.000000000 ev=ignored reason=17");
        ev.station = 0;
        ev.reason = -5;
        ev.detail = "";
        ck_assert_str_eq(line(&ev), "t=0.000000000 ev=ignored station=0 reason=-5 detail=\"\"");
    }
END_TEST

/* The formatter may not call the client, so it has names of its own: they must be the same. */
START_TEST(state_names_are_those_of_the_client)
    {
        dhcpperf_event ev = {.size = sizeof ev, .kind = DHCPPERF_EV_STATE};
        char want[128];
        int s;

        for (s = 0; dhcpperf_state_name((dhcpperf_state)s) != NULL; s++) {
            ev.from_state = ev.to_state = s;
            strcpy(want, "t=0.000000000 ev=state station=0 from=");
            strcat(want, dhcpperf_state_name((dhcpperf_state)s));
            strcat(want, " to=");
            strcat(want, dhcpperf_state_name((dhcpperf_state)s));
            ck_assert_str_eq(line(&ev), want);
        }
        ck_assert_int_gt(s, DHCPPERF_ST_FAILED);
    }
END_TEST

START_TEST(unknown_kinds_and_types_are_written_as_numbers)
    {
        dhcpperf_event ev = {.size = sizeof ev, .kind = (dhcpperf_event_kind)77, .msg_type = 200};

        ck_assert_str_eq(line(&ev), "t=0.000000000 ev=77 station=0 type=200");
        ck_assert_ptr_null(dhcpperf_event_kind_name((dhcpperf_event_kind)77));
        ck_assert_ptr_null(dhcpperf_event_kind_name((dhcpperf_event_kind)0));
        ck_assert_ptr_null(dhcpperf_event_kind_name((dhcpperf_event_kind)-1));
    }
END_TEST

/* Growing struct: an event of an older, shorter library is read as far as it goes. */
START_TEST(members_beyond_the_size_are_not_looked_at)
    {
        dhcpperf_event ev = {.kind = DHCPPERF_EV_TX,
                             .station = 1,
                             .xid = 2,
                             .msg_type = 1,
                             .detail = (const char *)8};
        dhcpperf_event *shorter;

        ev.pkt = (const dhcpperf_pkt *)8;
        ev.size = offsetof(dhcpperf_event, pkt);
        ck_assert_str_eq(line(&ev), "t=0.000000000 ev=tx station=1 xid=0x00000002 type=DISCOVER");
        ev.size = offsetof(dhcpperf_event, xid);
        shorter = malloc(ev.size);
        memcpy(shorter, &ev, ev.size);
        ck_assert_str_eq(line(shorter), "t=0.000000000 ev=tx station=1");
        free(shorter);
        ev.size = offsetof(dhcpperf_event, kind);
        ck_assert_int_eq(dhcpperf_event_format(&ev, NULL, 0), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_event_format(NULL, NULL, 0), DHCPPERF_E_INVALID);
    }
END_TEST

START_TEST(a_short_buffer_holds_the_beginning)
    {
        dhcpperf_event ev = {.size = sizeof ev, .kind = DHCPPERF_EV_TIMEOUT, .station = 123456};
        const char *whole = "t=0.000000000 ev=timeout station=123456";
        char buf[64];
        size_t cap;

        for (cap = 1; cap <= strlen(whole); cap++) {
            memset(buf, 'x', sizeof buf);
            ck_assert_int_eq(dhcpperf_event_format(&ev, buf, cap), DHCPPERF_E_NOBUFS);
            ck_assert_uint_eq(strlen(buf), cap - 1);
            ck_assert_int_eq(strncmp(buf, whole, cap - 1), 0);
            ck_assert_int_eq(buf[cap], 'x');
        }
        ck_assert_int_eq(dhcpperf_event_format(&ev, NULL, 0), DHCPPERF_E_NOBUFS);
        ck_assert_int_eq(dhcpperf_event_format(&ev, buf, strlen(whole) + 1), (int)strlen(whole));
    }
END_TEST

static unsigned heard;

static void listen(void *user, const dhcpperf_event *ev)
{
    ck_assert_ptr_eq(user, &heard);
    ck_assert_uint_eq(ev->size, sizeof *ev);
    heard |= 1u << ev->kind;
}

START_TEST(only_wanted_kinds_are_raised)
    {
        dp_trace t = {listen, &heard, 1u << DHCPPERF_EV_RX | 1u << DHCPPERF_EV_VIOLATION};
        dp_trace nobody = {NULL, NULL, 0};
        int kind;

        for (kind = DHCPPERF_EV_STATE; kind <= DHCPPERF_EV_VIOLATION; kind++) {
            dhcpperf_event ev = {.kind = (dhcpperf_event_kind)kind};

            ck_assert_int_eq(dp_trace_wants(&nobody, ev.kind), 0);
            if (dp_trace_wants(&t, ev.kind)) {
                dp_trace_emit(&t, &ev);
            }
            ck_assert_ptr_nonnull(dhcpperf_event_kind_name(ev.kind));
        }
        ck_assert_uint_eq(heard, t.kinds);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, an_event_becomes_one_logfmt_line);
    tcase_add_test(tc, states_reasons_and_details_have_names);
    tcase_add_test(tc, state_names_are_those_of_the_client);
    tcase_add_test(tc, unknown_kinds_and_types_are_written_as_numbers);
    tcase_add_test(tc, members_beyond_the_size_are_not_looked_at);
    tcase_add_test(tc, a_short_buffer_holds_the_beginning);
    tcase_add_test(tc, only_wanted_kinds_are_raised);
}

HARNESS_MAIN("trace/event", tests)
