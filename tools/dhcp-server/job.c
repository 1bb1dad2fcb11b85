/* SPDX-License-Identifier: MIT */
/* job.c - one job after the other, each done by all workers at once.
 *
 * The first of the list is with the workers: it stands in `first` before they are told, and stays
 * there until the bits of all of them are gone.  So a worker that is asked finds the job meant. */
#include "dhcp-server/job.h"

#include <stddef.h>

#include "dhcp-server/team.h"

static void ask(jobs *all)
{
    team_tell(all->team, WORKER_JOB);
}

void jobs_add(jobs *all, job *j)
{
    atomic_init(&j->left, UINT64_MAX >> (64 - all->team->n));
    j->next = NULL;
    if (all->first != NULL) {
        all->last->next = j;
        all->last = j;
        return;
    }
    all->first = all->last = j;
    ask(all);
}

/* Takes the first one away when it is done. */
static job *take_done(jobs *all)
{
    job *j = all->first;

    if (j == NULL || atomic_load(&j->left) != 0) {
        return NULL;
    }
    all->first = j->next;
    return j;
}

void jobs_collect(jobs *all)
{
    job *j = take_done(all);

    if (j == NULL) {
        return;
    }
    if (all->first != NULL) {
        ask(all);
    }
    j->done(j, all->team);
}

int jobs_do(jobs *all, worker *w)
{
    uint64_t mine = UINT64_C(1) << w->index;
    job *j = all->first;

    if (j->part(j, w)) {
        return 1;
    }
    if (atomic_fetch_and(&j->left, ~mine) == mine) {
        mailbox_post(&w->team->office, OFFICE_JOB);
    }
    return 0;
}

void jobs_finish(jobs *all)
{
    team *t = all->team;
    job *j;
    unsigned i;

    while ((j = all->first) != NULL) {
        for (i = 0; i < t->n; i++) {
            while ((atomic_load(&j->left) >> i & 1) != 0) {
                (void)jobs_do(all, &t->workers[i]);
            }
        }
        j = take_done(all);
        j->done(j, t);
    }
}
