/* SPDX-License-Identifier: MIT */
/* job_test.c - every worker does its part of a job once, in its own thread, and the main thread is
 * told when all have. */
#include "dhcp-server/job.h"

#include <poll.h>
#include <string.h>

#include "common/workers.h"
#include "dhcp-server/team.h"
#include "support/harness.h"

enum {
    TEAM = 4,
    JOBS = 500
};

static team t;
static _Thread_local unsigned me; /* 1 + the worker whose thread it is; 0 = the main thread */

typedef struct errand {
    job job; /* first */
    unsigned number;
    unsigned turns[TEAM];  /* that each worker asked for besides */
    unsigned parts[TEAM];  /* how often each worker did its own */
    unsigned by[TEAM];     /* in whose thread */
    unsigned done;         /* how often it was told */
    unsigned *inout_order; /* how many were told before */
} errand;

void team_tell(team *x, unsigned wishes)
{
    unsigned i;

    for (i = 0; i < x->n; i++) {
        mailbox_post(&x->boxes[i], wishes);
    }
}

/* Every third job takes a worker three turns. */
static int do_part(job *j, worker *w)
{
    errand *e = (errand *)(void *)j;

    if (e->number % 3 == 0 && e->turns[w->index]++ < 2) {
        return 1;
    }
    e->parts[w->index]++;
    e->by[w->index] = me;
    return 0;
}

static void end(job *j, team *x)
{
    errand *e = (errand *)(void *)j;

    ck_assert_ptr_eq(x, &t);
    ck_assert_uint_eq(e->number, *e->inout_order);
    e->done++;
    (*e->inout_order)++;
}

static void wait_for(mailbox *m)
{
    struct pollfd fd = {.fd = mailbox_fd(m), .events = POLLIN};

    (void)poll(&fd, 1, 10000);
    mailbox_clear(m);
}

static int work(void *user, unsigned index)
{
    unsigned wishes = 0;

    (void)user;
    me = 1 + index;
    while ((wishes & WORKER_STOP) == 0) {
        wait_for(&t.boxes[index]);
        wishes = mailbox_take(&t.boxes[index]);
        if ((wishes & WORKER_JOB) != 0) {
            while (jobs_do(&t.jobs, &t.workers[index])) {
            }
        }
    }
    return 0;
}

static void open_team(void)
{
    unsigned i;

    memset(&t, 0, sizeof t);
    t.n = TEAM;
    t.jobs.team = &t;
    ck_assert_int_eq(mailbox_open(&t.office), 0);
    for (i = 0; i < TEAM; i++) {
        t.workers[i].team = &t;
        t.workers[i].index = i;
        ck_assert_int_eq(mailbox_open(&t.boxes[i]), 0);
    }
}

static void close_team(void)
{
    unsigned i;

    for (i = 0; i < TEAM; i++) {
        mailbox_close(&t.boxes[i]);
    }
    mailbox_close(&t.office);
}

static errand *new_errands(unsigned *order)
{
    errand *all = calloc(JOBS, sizeof *all);
    unsigned i;

    ck_assert_ptr_nonnull(all);
    for (i = 0; i < JOBS; i++) {
        all[i].job.part = do_part;
        all[i].job.done = end;
        all[i].number = i;
        all[i].inout_order = order;
    }
    return all;
}

START_TEST(every_worker_does_every_job_once_and_they_end_in_order)
    {
        unsigned order = 0, i, k;
        errand *all = new_errands(&order);
        workers *threads;

        open_team();
        ck_assert_int_eq(workers_start(&threads, TEAM, "job", NULL, work, NULL), 0);
        for (i = 0; i < JOBS; i++) {
            jobs_add(&t.jobs, &all[i].job);
        }
        while (order < JOBS) {
            wait_for(&t.office);
            if ((mailbox_take(&t.office) & OFFICE_JOB) != 0) {
                jobs_collect(&t.jobs);
            }
        }
        team_tell(&t, WORKER_STOP);
        ck_assert_int_eq(workers_join(threads), 0);
        for (i = 0; i < JOBS; i++) {
            assert_fast(all[i].done == 1, "job %u was told %u times", i, all[i].done);
            for (k = 0; k < TEAM; k++) {
                assert_fast(all[i].parts[k] == 1 && all[i].by[k] == 1 + k,
                            "job %u: worker %u did it %u times, last in thread %u", i, k,
                            all[i].parts[k], all[i].by[k]);
            }
        }
        free(all);
        close_team();
    }
END_TEST

/* Some of the workers have done the first one, nobody the others. */
START_TEST(what_is_left_at_the_end_is_done_by_the_main_thread)
    {
        unsigned order = 0, i, k;
        errand *all = new_errands(&order);

        open_team();
        for (i = 0; i < 3; i++) {
            jobs_add(&t.jobs, &all[i].job);
        }
        ck_assert_int_eq(jobs_do(&t.jobs, &t.workers[1]), 1); /* and is left half done */
        while (jobs_do(&t.jobs, &t.workers[3])) {
        }
        jobs_collect(&t.jobs);
        ck_assert_uint_eq(order, 0);
        jobs_finish(&t.jobs);
        ck_assert_uint_eq(order, 3);
        for (i = 0; i < 3; i++) {
            for (k = 0; k < TEAM; k++) {
                ck_assert_uint_eq(all[i].parts[k], 1);
            }
        }
        jobs_finish(&t.jobs); /* nothing more */
        ck_assert_uint_eq(order, 3);
        free(all);
        close_team();
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, every_worker_does_every_job_once_and_they_end_in_order);
    tcase_add_test(tc, what_is_left_at_the_end_is_done_by_the_main_thread);
}

HARNESS_MAIN("tools/job", tests)
