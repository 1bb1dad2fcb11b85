/* SPDX-License-Identifier: MIT */
/* workers_test.c - teams of threads, lists of processors, and mailboxes between threads. */
#include "config.h"

#include "common/workers.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/mailbox.h"
#include "support/harness.h"

/* ---- lists of processors -------------------------------------------------------------------- */

/* The lowest processor that this process may use. */
static int allowed(void)
{
#ifdef __linux__
    cpu_set_t set;
    int cpu = 0;

    CPU_ZERO(&set);
    ck_assert_int_eq(sched_getaffinity(0, sizeof set, &set), 0);
    while (!CPU_ISSET((size_t)cpu, &set)) {
        cpu++;
    }
    return cpu;
#else
    return 0;
#endif
}

START_TEST(a_list_of_processors_is_read)
    {
        workers_cpus cpus;
        char text[32], error[400] = "";
        int cpu = allowed();

        snprintf(text, sizeof text, "%d-%d", cpu, cpu);
        ck_assert_msg(workers_parse_cpus(&cpus, text, error, sizeof error) == 0, "%s", error);
        ck_assert_uint_eq(cpus.n, 1);
        ck_assert_int_eq(cpus.at[0], cpu);
        ck_assert_uint_ge(workers_available(), 1);
    }
END_TEST

START_TEST(what_is_no_list_of_processors_is_refused_with_a_sentence)
    {
        static const struct {
            const char *text, *why;
        } v[] = {
            {"", "not a list"},     {"x", "not a list"},         {"0,", "not a list"},
            {",0", "not a list"},   {"5-2", "not a list"},       {"0-", "not a list"},
            {"-3", "not a list"},   {"0 1", "not a list"},       {"00000", "not a list"},
            {"9999", "is not one"}, {"1023-9999", "is not one"},
        };
        workers_cpus cpus;
        char error[400] = "";

        ck_assert_msg(workers_parse_cpus(&cpus, v[_i].text, error, sizeof error) != 0,
                      "%d: '%s' was taken", _i, v[_i].text);
        ck_assert_msg(strstr(error, v[_i].why) != NULL, "%d: %s", _i, error);
    }
END_TEST

START_TEST(a_processor_named_twice_is_refused)
    {
        workers_cpus cpus;
        char text[32], error[400] = "";
        int cpu = allowed();

        snprintf(text, sizeof text, "%d,%d", cpu, cpu);
        ck_assert_int_ne(workers_parse_cpus(&cpus, text, error, sizeof error), 0);
        ck_assert_msg(strstr(error, "twice") != NULL, "%s", error);
    }
END_TEST

/* ---- teams ---------------------------------------------------------------------------------- */

enum {
    TEAM = 5
};

typedef struct roll {
    atomic_uint calls[WORKERS_MAX];
    atomic_int wrong;
    int cpu; /* where all should be, -1 = anywhere */
} roll;

static int answer_the_roll(void *user, unsigned index)
{
    roll *r = user;
    sigset_t blocked;

    atomic_fetch_add(&r->calls[index], 1);
    pthread_sigmask(SIG_SETMASK, NULL, &blocked);
    if (!sigismember(&blocked, SIGTERM) || !sigismember(&blocked, SIGUSR1)) {
        atomic_fetch_add(&r->wrong, 1);
    }
#ifdef __linux__
    {
        char name[32] = "", want[32];

        snprintf(want, sizeof want, "team-%u", index);
        pthread_getname_np(pthread_self(), name, sizeof name);
        if (strcmp(name, want) != 0 || (r->cpu >= 0 && sched_getcpu() != r->cpu)) {
            atomic_fetch_add(&r->wrong, 1);
        }
    }
#endif
    return index == 0 ? 0 : (int)(10 + index);
}

START_TEST(each_worker_runs_once_with_its_number_and_without_signals)
    {
        workers_cpus cpus = {1, {allowed()}};
        roll r = {.cpu = _i == 0 ? -1 : cpus.at[0]};
        workers *w = NULL;
        sigset_t before, after;
        unsigned i;

        pthread_sigmask(SIG_SETMASK, NULL, &before);
        ck_assert_int_eq(
            workers_start(&w, TEAM, "team", _i == 0 ? NULL : &cpus, answer_the_roll, &r), 0);
        ck_assert_int_eq(workers_join(w), 11); /* the first that is not 0 */
        for (i = 0; i < WORKERS_MAX; i++) {
            ck_assert_uint_eq(atomic_load(&r.calls[i]), i < TEAM);
        }
        ck_assert_int_eq(atomic_load(&r.wrong), 0);
        pthread_sigmask(SIG_SETMASK, NULL, &after);
        ck_assert_int_eq(sigismember(&before, SIGTERM), sigismember(&after, SIGTERM));
    }
END_TEST

START_TEST(a_team_of_none_or_too_many_is_refused)
    {
        workers *w = NULL;

        ck_assert_int_eq(workers_start(&w, 0, "team", NULL, answer_the_roll, NULL), -1);
        ck_assert_int_eq(errno, EINVAL);
        ck_assert_int_eq(workers_start(&w, WORKERS_MAX + 1, "team", NULL, answer_the_roll, NULL),
                         -1);
        ck_assert_ptr_null(w);
        ck_assert_int_eq(workers_join(NULL), 0);
    }
END_TEST

/* ---- mailboxes ------------------------------------------------------------------------------ */

enum {
    ROUNDS = 2000,
    WISH_ANSWER = 1,
    WISH_STOP = 2
};

typedef struct pair {
    mailbox main, worker;
    uintptr_t heard; /* the worker's, until it has posted */
} pair;

static void wait_for(mailbox *m)
{
    struct pollfd fd = {.fd = mailbox_fd(m), .events = POLLIN};

    (void)poll(&fd, 1, 10000);
    mailbox_clear(m);
}

static int answer_until_stopped(void *user, unsigned index)
{
    pair *p = user;

    (void)index;
    for (;;) {
        unsigned wishes = mailbox_take(&p->worker);

        if ((wishes & WISH_ANSWER) != 0) {
            p->heard++;
            mailbox_post(&p->main, WISH_ANSWER);
        }
        if ((wishes & WISH_STOP) != 0) {
            return 0;
        }
        if (wishes == 0) {
            wait_for(&p->worker);
        }
    }
}

START_TEST(every_wish_is_heard_and_answered_once)
    {
        static pair p;
        workers *w = NULL;
        uintptr_t i;

        ck_assert_int_eq(mailbox_open(&p.main), 0);
        ck_assert_int_eq(mailbox_open(&p.worker), 0);
        ck_assert_int_eq(workers_start(&w, 1, "mail", NULL, answer_until_stopped, &p), 0);
        for (i = 1; i <= ROUNDS; i++) {
            mailbox_post(&p.worker, WISH_ANSWER);
            while (mailbox_take(&p.main) == 0) {
                wait_for(&p.main);
            }
            assert_fast(p.heard == i, "round %u", (unsigned)i);
        }
        mailbox_post(&p.worker, WISH_STOP);
        ck_assert_int_eq(workers_join(w), 0);
        mailbox_close(&p.main);
        mailbox_close(&p.worker);
    }
END_TEST

START_TEST(words_of_different_threads_are_on_lines_of_their_own)
    {
        static pair p;
        uintptr_t wishes = (uintptr_t)&p.worker.wishes, fds = (uintptr_t)&p.worker.fds;

        ck_assert_uint_eq(wishes % MAILBOX_LINE, 0);
        ck_assert_uint_ne(wishes / MAILBOX_LINE, fds / MAILBOX_LINE);
        ck_assert_uint_ge((uintptr_t)&p.worker, (uintptr_t)&p.main + 2 * (uintptr_t)MAILBOX_LINE);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_list_of_processors_is_read);
    tcase_add_loop_test(tc, what_is_no_list_of_processors_is_refused_with_a_sentence, 0, 11);
    tcase_add_test(tc, a_processor_named_twice_is_refused);
    tcase_add_loop_test(tc, each_worker_runs_once_with_its_number_and_without_signals, 0, 2);
    tcase_add_test(tc, a_team_of_none_or_too_many_is_refused);
    tcase_add_test(tc, every_wish_is_heard_and_answered_once);
    tcase_add_test(tc, words_of_different_threads_are_on_lines_of_their_own);
}

HARNESS_MAIN("tools/workers", tests)
