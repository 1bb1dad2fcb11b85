/* SPDX-License-Identifier: MIT */
/* job.h - something that the main thread wants done by every worker, each in its own thread, and
 * what it does when all of them have. */
#ifndef SERVER_JOB_H
#define SERVER_JOB_H

#include <stdatomic.h>

#include "dhcp-server/worker.h"

/* Put at the beginning of a larger one, which has the question and room for the answers. */
typedef struct job {
    int (*part)(struct job *j, worker *w);          /* in each worker's thread, until it says 0 */
    void (*done)(struct job *j, struct team *team); /* in the main thread, after all; may free it */
    _Atomic uint64_t left;                          /* a bit for each worker that has yet to */
    struct job *next;
} job;

/* The main thread's list; one job at a time is with the workers. */
typedef struct jobs {
    struct team *team;
    job *first, *last;
} jobs;

/* -- for the main thread -- */
/* Takes the job over, and asks the workers for it when those before it are done. */
void jobs_add(jobs *all, job *j);
/* After a worker posted OFFICE_JOB: calls `done` of what has become ready, asks for the next. */
void jobs_collect(jobs *all);
/* After the end of the workers' threads: does what is left in this one. */
void jobs_finish(jobs *all);

/* -- for a worker that got WORKER_JOB -- */
/* 1 when the worker is to come back soon for more of the same: no part may take long. */
int jobs_do(jobs *all, worker *w);

#endif
