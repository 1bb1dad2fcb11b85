/* SPDX-License-Identifier: MIT */
/* capacity.c - the search of the library, played with trials of this command.
 *
 * Trials are alike but for their rate: the same clients from the first one on, fresh engines, a
 * fresh socket and other xids, so that nothing of one counts in the next. */
#include "dhcp-tester/capacity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/say.h"
#include "common/signals.h"
#include "dhcp-tester/document.h"
#include "dhcp-tester/trial.h"

enum {
    SILENT_TRIALS = 3 /* in a row, at rates that were answered before: the server is gone */
};

typedef struct capacity {
    plan *plan;
    dhcpperf_search *search;
    trial trial;
    double answered;      /* the highest rate of a trial with a reply; 0 = there was none yet */
    unsigned n_silent;    /* trials since then without one at that rate or a lower one */
    document **documents; /* of each trial that was reported, and of one that was cut off */
    unsigned n_documents;
    char server[80];
} capacity;

/* Clients whose start was due while the trial was measured. */
static uint64_t offered(const capacity *c, const tester_result *r)
{
    double before = ceil(c->trial.rate * (double)c->trial.warm_up / 1e9 - 1e-6);

    return r->plan->poisson ? dhcpperf_stats_counter(r->stats, DHCPPERF_C_STARTED)
                            : trial_clients(&c->trial) - (uint64_t)before;
}

static int keep_document(capacity *c, const tester_result *r)
{
    document **more;

    if (c->plan->outputs.n_json == 0) {
        return 0;
    }
    more = realloc(c->documents, (c->n_documents + 1) * sizeof *more);
    if (more == NULL) {
        say_error("out of memory");
        return EXIT_RUNTIME;
    }
    c->documents = more;
    more[c->n_documents++] = document_of(r);
    return 0;
}

/* Takes note of whether anybody answered.  A server that is too busy to answer at a rate is a
 * result, and the search goes on below; but one that answers nobody where it did before, again and
 * again, is gone, and nothing is found out about it any more. */
static void note_replies(capacity *c, uint64_t received)
{
    if (received > 0) {
        c->answered = fmax(c->answered, c->trial.rate);
        c->n_silent = 0;
    } else if (c->trial.rate <= c->answered) {
        c->n_silent++;
    }
}

/* Reports a trial to the search, unless it was cut off or nobody has ever answered. */
static int take(void *user, const tester_result *r)
{
    capacity *c = user;
    dhcpperf_search_measured m = {.size = sizeof m, .stats = r->stats, .invalid = r->invalid};
    int rc;

    snprintf(c->server, sizeof c->server, "%s", r->server);
    if (keep_document(c, r) != 0) {
        return EXIT_RUNTIME;
    }
    if (signals_stops() > 0) {
        return 0;
    }
    note_replies(c, dhcpperf_stats_counter(r->stats, DHCPPERF_C_RX_PACKETS));
    if (c->answered <= 0) {
        return 0;
    }
    m.offered = offered(c, r);
    m.leases = r->leases - r->all->ending.bound_after;
    rc = dhcpperf_search_report(c->search, &m);
    if (rc != 0) {
        say_error("the search failed: %s", dhcpperf_strerror(rc));
        return EXIT_RUNTIME;
    }
    return 0;
}

static int say_gone(const capacity *c)
{
    say_error("no reply at all from %s any more, in %u trials in a row at rates that it answered "
              "before, up to %.10g clients/s: did the server stop?",
              strcmp(c->server, "embedded") == 0 ? "the embedded server" : c->server, c->n_silent,
              c->answered);
    return EXIT_NO_REPLY;
}

static int do_trials(capacity *c, const options *o, const run_facts *run)
{
    dhcpperf_search_trial t;
    run_facts own;
    int status = 0, rc;

    while (status == 0 && signals_stops() == 0) {
        rc = dhcpperf_search_next(c->search, &t, sizeof t);
        if (rc < 0) {
            say_error("the search failed: %s", dhcpperf_strerror(rc));
            return EXIT_RUNTIME;
        }
        if (rc == 0) {
            return 0;
        }
        c->trial = (trial){t.rate_per_s, t.warm_up, t.length, t.number, c->answered > 0};
        run_begin(&own, run->argc, run->argv); /* its own time and processor time */
        status = trial_run(&c->trial, c->plan, o, &own, take, c);
        if (status == 0 && signals_stops() == 0 &&
            dhcpperf_search_get_trial(c->search, t.number - 1, &t, sizeof t) != 1) {
            say_error("no reply at all from %s", c->server); /* another try would be no other */
            return EXIT_NO_REPLY;
        }
        capacity_say_trial(c->search, t.number - 1);
        if (status == 0 && c->n_silent >= SILENT_TRIALS) {
            return say_gone(c);
        }
    }
    return status;
}

/* The document of the latest trial at the rate that is the answer, of the latest without one. */
static document *choose_document(const capacity *c)
{
    dhcpperf_search_answer a;
    dhcpperf_search_trial t;
    unsigned i;

    if (dhcpperf_search_get_answer(c->search, &a, sizeof a) == 0 && a.rate_per_s > 0) {
        for (i = a.trials; i-- > 0;) {
            if (dhcpperf_search_get_trial(c->search, i, &t, sizeof t) == 1 &&
                fabs(t.rate_per_s - a.rate_per_s) < 0.0005 && i < c->n_documents) {
                return c->documents[i];
            }
        }
    }
    return c->n_documents > 0 ? c->documents[c->n_documents - 1] : NULL;
}

static int tell(const capacity *c, capacity_cut cut)
{
    const outputs *to = &c->plan->outputs;
    document *d = choose_document(c);
    char error[400];
    unsigned i;
    int status = 0;

    if (!c->plan->quiet) {
        capacity_print(c->search, c->server, cut, outputs_use_stdout(to) ? stderr : stdout);
    }
    if (d != NULL) {
        document_add_capacity(d, c->search, capacity_limit(c->search, cut));
    }
    for (i = 0; d != NULL && i < to->n_json; i++) {
        if (document_write(d, to->json[i].path, error, sizeof error) != 0) {
            say_error("%s", error);
            status = EXIT_RUNTIME;
        }
    }
    return status;
}

int capacity_run(plan *p, const options *o, const run_facts *run)
{
    capacity c = {.plan = p, .search = p->search};
    dhcpperf_search_answer a;
    dhcpperf_search_trial first;
    int status, told = 0;
    unsigned i;

    status = do_trials(&c, o, run);
    if (status == 0 || dhcpperf_search_get_trial(c.search, 0, &first, sizeof first) == 1) {
        told = tell(&c, status == EXIT_NO_REPLY              ? CAPACITY_SILENT
                        : status != 0 || signals_stops() > 0 ? CAPACITY_STOPPED
                                                             : CAPACITY_WHOLE);
    }
    for (i = 0; i < c.n_documents; i++) {
        document_free(c.documents[i]);
    }
    free(c.documents);
    status = status != 0 ? status : told;
    if (status != 0 || signals_stops() > 0) {
        return status;
    }
    if (dhcpperf_search_get_answer(c.search, &a, sizeof a) != 0) {
        return EXIT_MISSED;
    }
    if (p->require_valid && a.end == DHCPPERF_SEARCH_GENERATOR) {
        return EXIT_NOT_VALID;
    }
    return a.confirmed ? 0 : EXIT_MISSED;
}
