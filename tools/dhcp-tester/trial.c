/* SPDX-License-Identifier: MIT */
/* trial.c - a plan with another load, put back afterwards. */
#include "dhcp-tester/trial.h"

#include <math.h>

#include "dhcp-tester/division.h"
#include "dhcp-tester/pacing.h"
#include "dhcp-tester/realistic.h"
#include "dhcp-tester/simulate.h"

uint32_t trial_clients(const trial *t)
{
    double n = ceil(t->rate * (double)(t->warm_up + t->length) / 1e9 - 1e-6);

    return n < 1 ? 1 : n > 16777216 ? 16777216 : (uint32_t)n;
}

/* Random arrivals vary around the mean: room for eight standard deviations, as far as there are
 * clients. */
static uint32_t room_for(const plan *p, const trial *t)
{
    double n = trial_clients(t), most = fmin(16777216, (double)p->identity.room);

    return p->poisson ? (uint32_t)fmin(n + 8 * sqrt(n) + 8, most) : (uint32_t)n;
}

/* An odd number: trials that follow each other share no xids, so what a late answer to one of them
 * says is not taken for news by the next. */
#define SEED_STEP UINT64_C(0x9e3779b97f4a7c15)

int trial_run(const trial *t, plan *p, const options *o, const run_facts *run, report_fn report,
              void *user)
{
    plan before = *p;
    int status;

    p->rate = t->rate;
    p->profile = NULL;
    pacing_settle(p, o);
    p->ramp = 0;
    p->concurrency = 0;
    p->concurrency_auto = 0;
    p->warm_up = t->warm_up;
    p->duration = t->warm_up + t->length;
    p->stop_after = DHCPPERF_NEVER;
    p->clients = room_for(p, t);
    p->clients_follow = 0;
    p->seed = (p->seed + t->number * SEED_STEP) & INT64_MAX; /* as far as documents can tell it */
    p->trial = t->number;
    p->may_be_silent = t->may_be_silent;
    (void)division_judge(p, o); /* as before, for as many clients as there are now */
    status = p->mode == PLAN_SIMULATION ? simulate_run(p, o, run, report, user)
                                        : realistic_run(p, o, run, report, user);
    *p = before;
    return status;
}
