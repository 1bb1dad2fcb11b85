/* SPDX-License-Identifier: MIT */
/* division.c - clients are dealt to workers in runs of 64, so there are never more workers than
 * runs; a closed loop needs a place for each. */
#include "dhcp-tester/division.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/say.h"
#include "dhcp-tester/tester_options.h"

enum {
    RUN = 64
};

static unsigned runs_of(const plan *p)
{
    return p->clients / RUN + (p->clients % RUN != 0);
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Each worker needs a client under way; how many there are is for the user to say, or for nobody.
 */
static int is_bounded(const plan *p, const options *o)
{
    return !plan_is_open(p) && !p->concurrency_auto && options_given(o, TESTER_CONCURRENCY);
}

/* As many as there are processors, and as can have something to do. */
static unsigned choose(const plan *p, const options *o)
{
    unsigned n = p->cpus.n > 0 ? p->cpus.n : workers_available();

    n = least(least(n, WORKERS_MAX), runs_of(p));
    return is_bounded(p, o) ? least(n, p->concurrency) : n;
}

/* What is the default for one of them may be too little for all. */
static void raise_concurrency(plan *p)
{
    if (p->concurrency > 0 && p->concurrency < p->workers) {
        p->concurrency = p->workers;
    }
}

int division_judge(plan *p, const options *o)
{
    const option_value *v = o->values;

    if (options_given(o, TESTER_CPUS) &&
        workers_parse_cpus(&p->cpus, v[TESTER_CPUS].text, p->error, sizeof p->error) != 0) {
        char why[sizeof p->error];

        snprintf(why, sizeof why, "%s", p->error);
        snprintf(p->error, sizeof p->error, "--cpus %.500s", why);
        return -1;
    }
    if (v[TESTER_WORKERS].on) {
        p->workers = p->workers_asked = choose(p, o);
        raise_concurrency(p);
        return 0;
    }
    p->workers_asked = (unsigned)v[TESTER_WORKERS].count;
    p->workers = least(p->workers_asked, runs_of(p));
    if (is_bounded(p, o) && p->concurrency < p->workers) {
        snprintf(p->error, sizeof p->error,
                 "--concurrency %u cannot be divided among %u workers: each needs one client under "
                 "way at least",
                 (unsigned)p->concurrency, p->workers);
        return -1;
    }
    raise_concurrency(p);
    return 0;
}

int division_begin(const plan *p)
{
    unsigned cpus = p->cpus.n > 0 ? p->cpus.n : workers_available();

    if (p->workers < p->workers_asked && p->search == NULL) { /* whose later trials have more */
        say_warning(
            "--workers %u: %u clients, dealt in runs of %d, are enough for %u: more are not "
            "started",
            p->workers_asked, (unsigned)p->clients, RUN, p->workers);
    }
    if (p->mode == PLAN_REALISTIC && p->workers > cpus) {
        say_warning("--workers %u is more than the %u processor%s that this run may use: workers "
                    "will wait for each other",
                    p->workers, cpus, cpus == 1 ? "" : "s");
    }
    if (p->cpus.n > 0 && (p->workers == 1 || p->mode == PLAN_SIMULATION) &&
        workers_pin(p->cpus.at[0]) != 0) {
        say_error("cannot keep to processor %d: %s", p->cpus.at[0], strerror(errno));
        return EXIT_RUNTIME;
    }
    return 0;
}
