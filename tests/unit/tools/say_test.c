/* SPDX-License-Identifier: MIT */
/* say_test.c - warnings that come back, on a standard error of the test's own. */
#include "common/say.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/harness.h"

#define S DHCPPERF_NS_PER_S

static int pipe_fds[2], real_stderr;

static void setup(void)
{
    ck_assert_int_eq(pipe(pipe_fds), 0);
    fflush(stderr);
    real_stderr = dup(STDERR_FILENO);
    ck_assert_int_ge(dup2(pipe_fds[1], STDERR_FILENO), 0);
    say_as("it");
}

/* What was said since the last time; whatever it is, nothing is left to be said. */
static const char *said(void)
{
    static char text[2000];
    ssize_t n;

    fflush(stderr);
    (void)!write(pipe_fds[1], "", 1);
    n = read(pipe_fds[0], text, sizeof text - 1);
    text[n > 0 ? n : 0] = '\0';
    return text;
}

static void teardown(void)
{
    fflush(stderr);
    dup2(real_stderr, STDERR_FILENO);
    close(real_stderr);
    close(pipe_fds[0]);
    close(pipe_fds[1]);
}

START_TEST(a_warning_that_comes_back_is_said_once_a_minute_with_its_count)
    {
        say_often often = {0, 0};
        unsigned i;

        say_warning_often(&often, 5 * S, "disk %d is full", 1);
        ck_assert_str_eq(said(), "it: warning: disk 1 is full\n");
        for (i = 0; i < 41; i++) {
            say_warning_often(&often, 6 * S + i * S, "disk %d is full", 2);
        }
        ck_assert_str_eq(said(), "");
        say_warning_often(&often, 65 * S, "disk %d is full", 3);
        ck_assert_str_eq(said(), "it: warning: disk 3 is full (and 41 more in the last minute)\n");
        say_warning_often(&often, 125 * S, "disk %d is full", 4);
        ck_assert_str_eq(said(), "it: warning: disk 4 is full\n");
    }
END_TEST

START_TEST(kinds_of_warnings_do_not_count_for_each_other)
    {
        say_often one = {0, 0}, other = {0, 0};

        say_warning_often(&one, 1, "one");
        say_warning_often(&other, 1, "other");
        ck_assert_str_eq(said(), "it: warning: one\nit: warning: other\n");
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, a_warning_that_comes_back_is_said_once_a_minute_with_its_count);
    tcase_add_test(tc, kinds_of_warnings_do_not_count_for_each_other);
}

HARNESS_MAIN("tools/say", tests)
