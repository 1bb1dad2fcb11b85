/* SPDX-License-Identifier: MIT */
/* notify_test.c - what a service manager hears, on a socket of the test's own. */
#include "common/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <libdhcpperf/pump.h>

#include "support/harness.h"

static char dir[64], path[96];
static int listener;

/* A manager at the path, or at the name when it begins with @; its name goes to the environment. */
static void listen_at(const char *name)
{
    struct sockaddr_un sa;
    size_t len = strlen(name);

    memset(&sa, 0, sizeof sa);
    sa.sun_family = AF_UNIX;
    memcpy(sa.sun_path, name, len);
    if (name[0] == '@') {
        sa.sun_path[0] = '\0';
    }
    listener = socket(AF_UNIX, SOCK_DGRAM, 0);
    ck_assert_int_ge(listener, 0);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&sa,
                          name[0] == '@' ? (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)
                                         : (socklen_t)sizeof sa),
                     0);
    ck_assert_int_eq(setenv("NOTIFY_SOCKET", name, 1), 0);
}

static void setup(void)
{
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    snprintf(dir, sizeof dir, "/tmp/notify_test.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/manager", dir);
    listener = -1;
}

static void teardown(void)
{
    notify_close();
    if (listener >= 0) {
        close(listener);
    }
    unlink(path);
    rmdir(dir);
}

/* The next datagram, "" when there is none. */
static const char *heard(void)
{
    static char text[1024];
    ssize_t n = recv(listener, text, sizeof text - 1, MSG_DONTWAIT);

    text[n > 0 ? n : 0] = '\0';
    return text;
}

START_TEST(without_a_manager_nothing_is_said_and_nothing_fails)
    {
        ck_assert_int_eq(notify_open(), 0);
        notify_ready("ready");
        ck_assert_uint_eq(notify_alive(1), DHCPPERF_NEVER);
    }
END_TEST

START_TEST(the_manager_hears_states_with_a_line_for_people)
    {
        listen_at(path);
        ck_assert_int_eq(notify_open(), 0);
        notify_ready("serving 10 addresses");
        ck_assert_str_eq(heard(), "READY=1\nSTATUS=serving 10 addresses");
        notify_ready(NULL);
        ck_assert_str_eq(heard(), "READY=1\n");
        notify_stopping("draining");
        ck_assert_str_eq(heard(), "STOPPING=1\nSTATUS=draining");
        ck_assert_str_eq(heard(), "");
    }
END_TEST

START_TEST(a_reload_has_its_instant)
    {
        unsigned long long us = 0, before = dhcpperf_clock_monotonic() / 1000;
        char rest[32] = "";

        listen_at(path);
        ck_assert_int_eq(notify_open(), 0);
        notify_reloading("again");
        ck_assert_int_eq(
            sscanf(heard(), "RELOADING=1\nMONOTONIC_USEC=%llu\nSTATUS=%31s", &us, rest), 2);
        ck_assert_str_eq(rest, "again");
        ck_assert_uint_ge(us, before);
        ck_assert_uint_le(us, dhcpperf_clock_monotonic() / 1000);
    }
END_TEST

/* What is shown may come from a file name. */
START_TEST(a_status_cannot_begin_another_statement)
    {
        char large[600];

        memset(large, 'x', sizeof large);
        large[sizeof large - 1] = '\0';
        listen_at(path);
        ck_assert_int_eq(notify_open(), 0);
        notify_ready("a\nMAINPID=1\rb");
        ck_assert_str_eq(heard(), "READY=1\nSTATUS=a MAINPID=1 b");
        notify_ready(large);
        ck_assert_uint_lt(strlen(heard()), 500);
    }
END_TEST

START_TEST(a_name_outside_of_the_file_system_is_taken)
    {
        char name[64];

        snprintf(name, sizeof name, "@notify_test.%ld", (long)getpid());
        listen_at(name);
        ck_assert_int_eq(notify_open(), 0);
        notify_ready(NULL);
        ck_assert_str_eq(heard(), "READY=1\n");
    }
END_TEST

START_TEST(a_manager_that_is_not_there_is_an_error_and_then_silence)
    {
        static const struct {
            const char *name;
            int code;
        } v[] = {{"/nowhere/at/all", ENOENT}, {"relative", EAFNOSUPPORT}, {"@", EAFNOSUPPORT}};

        ck_assert_int_eq(setenv("NOTIFY_SOCKET", v[_i].name, 1), 0);
        ck_assert_msg(notify_open() == -1 && errno == v[_i].code, "%d: errno %d", _i, errno);
        notify_ready(NULL);
        ck_assert_msg(getenv("NOTIFY_SOCKET") == NULL, "%d: the variable is left", _i);
    }
END_TEST

START_TEST(signs_of_life_come_twice_in_the_time_that_the_manager_waits)
    {
        listen_at(path);
        setenv("WATCHDOG_USEC", "3000000", 1);
        ck_assert_int_eq(notify_open(), 0);
        ck_assert_uint_eq(notify_alive(10 * DHCPPERF_NS_PER_S), UINT64_C(11500000000));
        ck_assert_str_eq(heard(), "WATCHDOG=1\n");
        ck_assert_uint_eq(notify_alive(11 * DHCPPERF_NS_PER_S), UINT64_C(11500000000));
        ck_assert_str_eq(heard(), "");
        ck_assert_uint_eq(notify_alive(UINT64_C(11500000000)), UINT64_C(13000000000));
        ck_assert_str_eq(heard(), "WATCHDOG=1\n");
        ck_assert_msg(getenv("WATCHDOG_USEC") == NULL, "the variable is left");
    }
END_TEST

START_TEST(a_watchdog_of_somebody_else_is_not_ours)
    {
        static const struct {
            const char *us, *pid;
        } v[] = {{"3000000", "1"}, {"0", NULL}, {"x", NULL}, {"-1", NULL}, {"5s", NULL}};

        listen_at(path);
        setenv("WATCHDOG_USEC", v[_i].us, 1);
        if (v[_i].pid != NULL) {
            setenv("WATCHDOG_PID", v[_i].pid, 1);
        }
        ck_assert_int_eq(notify_open(), 0);
        ck_assert_msg(notify_alive(1) == DHCPPERF_NEVER, "%d: watched", _i);
    }
END_TEST

/* A manager that does not read must not stop the command. */
START_TEST(a_manager_that_is_behind_does_not_hold_anybody_up)
    {
        unsigned i;

        listen_at(path);
        setenv("WATCHDOG_USEC", "3000000", 1);
        ck_assert_int_eq(notify_open(), 0);
        for (i = 0; i < 10000; i++) {
            (void)notify_alive((i + 1) * 3 * DHCPPERF_NS_PER_S);
        }
        ck_assert_str_eq(heard(), "WATCHDOG=1\n");
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, without_a_manager_nothing_is_said_and_nothing_fails);
    tcase_add_test(tc, the_manager_hears_states_with_a_line_for_people);
    tcase_add_test(tc, a_reload_has_its_instant);
    tcase_add_test(tc, a_status_cannot_begin_another_statement);
    tcase_add_test(tc, a_name_outside_of_the_file_system_is_taken);
    tcase_add_loop_test(tc, a_manager_that_is_not_there_is_an_error_and_then_silence, 0, 3);
    tcase_add_test(tc, signs_of_life_come_twice_in_the_time_that_the_manager_waits);
    tcase_add_loop_test(tc, a_watchdog_of_somebody_else_is_not_ours, 0, 5);
    tcase_add_test(tc, a_manager_that_is_behind_does_not_hold_anybody_up);
}

HARNESS_MAIN("tools/notify", tests)
