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

/* As many as there are processors, and as can have something to do. */
static unsigned choose(const plan *p)
{
    unsigned n = p->cpus.n > 0 ? p->cpus.n : workers_available();

    n = least(least(n, WORKERS_MAX), runs_of(p));
    if (!plan_is_open(p) && !p->concurrency_auto) {
        n = least(n, p->concurrency);
    }
    return n;
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
        p->workers = p->workers_asked = choose(p);
        return 0;
    }
    p->workers_asked = (unsigned)v[TESTER_WORKERS].count;
    p->workers = least(p->workers_asked, runs_of(p));
    if (!plan_is_open(p) && !p->concurrency_auto && p->concurrency < p->workers) {
        snprintf(p->error, sizeof p->error,
                 "--concurrency %u cannot be divided among %u workers: each needs one client under "
                 "way at least",
                 (unsigned)p->concurrency, p->workers);
        return -1;
    }
    return 0;
}

int division_begin(const plan *p)
{
    unsigned cpus = p->cpus.n > 0 ? p->cpus.n : workers_available();

    if (p->workers < p->workers_asked) {
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
