/* SPDX-License-Identifier: MIT */
/* numbers.c - each worker copies what it counted, the main thread adds the copies up. */
#include "config.h"

#include "dhcp-server/numbers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/say.h"
#include "common/server_result.h"
#include "dhcp-server/report.h"

/* What one worker did so far. */
typedef struct numbers {
    dhcpperf_stats *stats; /* NULL when there was no memory for a copy */
    dhcpperf_carrier_stats carrier;
    server_worker worker;
    server_faults faults;
} numbers;

/* A job, and what came of it. */
typedef struct tally {
    job job;             /* first */
    struct asked *asked; /* by whom in particular; NULL = for the usual places */
    numbers of[];
} tally;

/* For the thread that has the worker at the time. */
static int take_part(job *j, worker *w)
{
    numbers *n = &((tally *)(void *)j)->of[w->index];
    const workers_cpus *cpus = &w->team->setup->cpus;

    if (dhcpperf_stats_clone(&n->stats, dhcpperf_server_stats(w->server)) != 0) {
        n->stats = NULL;
        return 0;
    }
    if (server_faults_copy(&n->faults, w->server) != 0) {
        dhcpperf_stats_free(n->stats);
        n->stats = NULL;
        return 0;
    }
    if (dhcpperf_transport_stats(w->transport, &n->carrier, sizeof n->carrier) != 0) {
        n->carrier.size = 0;
    }
    n->worker.cpu = cpus->n > 0 ? cpus->at[w->index % cpus->n] : -1;
    if (w->team->between != NULL) {
        handover_counts counts = handover_count(w->team->between, w->index);

        n->worker.received = counts.received;
        n->worker.handed_over = counts.handed_over;
        n->worker.taken_over = counts.taken_over;
        n->worker.dropped = counts.dropped;
    }
    n->worker.exhausted = dhcpperf_stats_counter(n->stats, DHCPPERF_C_DROP_EXHAUSTED);
    n->worker.socket_drops = n->carrier.rx_dropped;
    server_result_count(w->server, n->worker.leases);
    return 0;
}

static tally *new_tally(const team *t, void (*done)(job *, team *))
{
    tally *y = calloc(1, sizeof *y + t->n * sizeof y->of[0]);

    if (y != NULL) {
        y->job.part = take_part;
        y->job.done = done;
    }
    return y;
}

static void free_tally(tally *y, unsigned n)
{
    unsigned i;

    for (i = 0; i < n; i++) {
        dhcpperf_stats_free(y->of[i].stats);
        server_faults_free(&y->of[i].faults);
    }
    free(y);
}

static void add_carrier(dhcpperf_carrier_stats *into, const dhcpperf_carrier_stats *c)
{
    into->size = c->size;
    into->rx_dropped += c->rx_dropped;
    into->rcvbuf += c->rcvbuf;
    into->train_max = c->train_max > into->train_max ? c->train_max : into->train_max;
    into->tx_messages += c->tx_messages;
    into->tx_train_msgs += c->tx_train_msgs;
    into->rx_messages += c->rx_messages;
    into->rx_train_msgs += c->rx_train_msgs;
}

static int fail_to_tell(void)
{
    say_error("cannot tell what the server did: out of memory");
    return EXIT_RUNTIME;
}

/* All numbers as one result; the first worker's copy takes the others in.  `rows` is for the
 * workers and, like `store`, lasts as long as the result.  0, or NOMEM. */
static int add_up(const team *t, tally *y, server_worker rows[WORKERS_MAX], lease_result *store,
                  server_result *ret)
{
    unsigned i, k;
    int rc = 0;

    memset(ret, 0, sizeof *ret);
    for (i = 0; i < t->n; i++) {
        rc = rc != 0 || i == 0 ? rc : dhcpperf_stats_merge(y->of[0].stats, y->of[i].stats);
        rows[i] = y->of[i].worker;
        add_carrier(&ret->carrier, &y->of[i].carrier);
        if (i > 0) {
            server_faults_add(&y->of[0].faults, &y->of[i].faults);
        }
        for (k = 0; k < SERVER_STATES; k++) {
            ret->leases[k] += rows[i].leases[k];
        }
    }
    ret->setup = t->setup;
    ret->run = t->run;
    ret->stats = y->of[0].stats;
    ret->faults = &y->of[0].faults;
    ret->port = t->port;
    ret->elapsed_s = (double)(dhcpperf_clock_monotonic() - t->began) / 1e9;
    ret->simulated_s = -1;
    ret->workers = t->n > 1 ? rows : NULL;
    ret->n_workers = t->n > 1 ? t->n : 0;
    ret->reloads = t->reloads;
    ret->reloads_refused = t->reloads_refused;
    ret->store =
        leases_look(t->leases, &store->store, &store->is_ack, &store->figures) ? store : NULL;
    return rc;
}

static int tell(team *t, tally *y, int is_snapshot)
{
    server_worker rows[WORKERS_MAX];
    server_result r;
    lease_result store;

    if (add_up(t, y, rows, &store, &r) != 0) {
        return fail_to_tell();
    }
    r.is_snapshot = is_snapshot;
    return report_result(&r, t->outputs);
}

static unsigned count_without(const tally *y, unsigned n)
{
    unsigned i, without = 0;

    for (i = 0; i < n; i++) {
        without += y->of[i].stats == NULL;
    }
    return without;
}

/* Who asks again later may get it. */
static void end_snapshot(job *j, team *t)
{
    tally *y = (tally *)(void *)j;
    unsigned without = count_without(y, t->n);

    t->snapshot_is_due = 0;
    if (without == 0) {
        (void)tell(t, y, 1);
    } else {
        say_warning("no snapshot this time: out of memory for the figures of %u worker%s", without,
                    without == 1 ? "" : "s");
    }
    free_tally(y, t->n);
}

void numbers_tell_snapshot(team *t)
{
    tally *y;

    if (t->snapshot_is_due) {
        return;
    }
    y = new_tally(t, end_snapshot);
    if (y == NULL) {
        say_warning("no snapshot this time: out of memory");
        return;
    }
    t->snapshot_is_due = 1;
    jobs_add(&t->jobs, &y->job);
}

#ifdef HAVE_JANSSON

/* A tally for somebody. */
typedef struct asked {
    numbers_told_fn told;
    void *user;
} asked;

static void tell_him(const team *t, tally *y, const asked *who)
{
    server_worker rows[WORKERS_MAX];
    lease_result store;
    server_result r;
    json_t *document = NULL;
    char *summary = NULL;
    size_t len;
    FILE *out = open_memstream(&summary, &len);

    if (out != NULL && count_without(y, t->n) == 0 && add_up(t, y, rows, &store, &r) == 0) {
        r.is_snapshot = 1;
        server_result_print(&r, out);
        document = server_result_document(&r);
    }
    if (out == NULL || fclose(out) != 0) {
        json_decref(document);
        document = NULL;
    }
    who->told(who->user, document, document != NULL ? summary : NULL);
    free(summary);
}

static void end_question(job *j, team *t)
{
    tally *y = (tally *)(void *)j;

    tell_him(t, y, y->asked);
    free(y->asked);
    free_tally(y, t->n);
}

void numbers_ask(team *t, numbers_told_fn told, void *user)
{
    tally *y = new_tally(t, end_question);

    if (y != NULL) {
        y->asked = malloc(sizeof *y->asked);
    }
    if (y == NULL || y->asked == NULL) {
        free(y);
        told(user, NULL, NULL);
        return;
    }
    *y->asked = (asked){told, user};
    jobs_add(&t->jobs, &y->job);
}

#endif

int numbers_tell_end(team *t)
{
    tally *y = new_tally(t, NULL);
    unsigned i;
    int status;

    if (y == NULL) {
        return fail_to_tell();
    }
    for (i = 0; i < t->n; i++) {
        (void)take_part(&y->job, &t->workers[i]);
    }
    status = count_without(y, t->n) == 0 ? tell(t, y, 0) : fail_to_tell();
    free_tally(y, t->n);
    return status;
}
