/* SPDX-License-Identifier: MIT */
/* reload.c - flags, variables and file are read as at the start, into objects of their own; each
 * worker gets a plan that nothing can be wrong with any more, and puts it in force between two
 * bursts.  What was there before is freed here, not where clients wait.
 *
 * Some settings are of use only at the start: they stay as they are, and who changes them is told.
 */
#include "dhcp-server/reload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libdhcpperf/memory.h>

#include "common/config_file.h"
#include "common/notify.h"
#include "common/say.h"
#include "common/server_options.h"
#include "dhcp-server/log.h"
#include "dhcp-server/team.h"

extern char **environ;

enum {
    ASKERS = 32 /* who may wait for one reload */
};

typedef struct asker {
    reload_told_fn told;
    void *user;
} asker;

/* Those who wait for the same one. */
typedef struct askers {
    asker at[ASKERS];
    unsigned n;
    int wanted; /* somebody asked, if only a signal */
} askers;

/* A configuration on its way into the engines. */
typedef struct attempt {
    job job; /* first */
    options options;
    server_setup setup;
    dhcpperf_server_config *config;
    dhcpperf_server_plan *plans[WORKERS_MAX];
    int rc[WORKERS_MAX]; /* of the workers */
} attempt;

struct reload {
    attempt *going, *in_force; /* NULL = none; that of the start */
    askers now, next;          /* of the one that goes on, and of the one after it */
};

/* ---- what cannot change --------------------------------------------------------------------- */

/* Used once, before the first request. */
static const unsigned fixed[] = {
    SERVER_LISTEN,      SERVER_INTERFACE,    SERVER_PORT,    SERVER_GSO,
    SERVER_WORKERS,     SERVER_CPUS,         SERVER_STEER,   SERVER_SEED,
    SERVER_USER,        SERVER_KEEP_ROOT,    SERVER_SECCOMP, SERVER_CONTROL,
    SERVER_DRAIN,       SERVER_LOG_FILE,     SERVER_OUTPUT,  SERVER_LEASE_SYNC,
    SERVER_LEASE_STORE, SERVER_LEASE_OWNER,  SERVER_PRELOAD, SERVER_DUMP_LEASES,
    SERVER_FORCE_ROGUE, SERVER_ALLOW_PUBLIC,
};

static int is_same(const option_value *a, const option_value *b)
{
    unsigned i;

    if ((a->text == NULL) != (b->text == NULL) || a->n_items != b->n_items) {
        return 0;
    }
    for (i = 0; i < a->n_items; i++) {
        if (strcmp(a->items[i], b->items[i]) != 0) {
            return 0;
        }
    }
    return a->text == NULL || strcmp(a->text, b->text) == 0;
}

/* Named once more with each reload, as long as the file says so. */
static void tell_fixed(const options *begun, const options *o)
{
    char place[200];
    size_t i;

    for (i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        const option_value *was = &begun->values[fixed[i]], *is = &o->values[fixed[i]];

        if (is_same(was, is)) {
            continue;
        }
        place[0] = '\0';
        if (is->source == OPTION_FROM_FILE) {
            snprintf(place, sizeof place, "%s:%u: ", o->file->path, is->line);
        }
        say_warning("%s--%s cannot change while the server runs: it stays %s", place,
                    o->specs[fixed[i]].name,
                    was->text != NULL && was->n_items <= 1 ? was->text : "as it was at the start");
    }
}

/* ---- reading -------------------------------------------------------------------------------- */

static void free_attempt(attempt *a)
{
    unsigned i;

    if (a == NULL) {
        return;
    }
    for (i = 0; i < WORKERS_MAX; i++) {
        dhcpperf_server_plan_free(a->plans[i]);
    }
    dhcpperf_server_config_free(a->config);
    options_free(&a->options);
    free(a);
}

/* Where it listens and how it is divided stay as they are. */
static int set_up(attempt *a, const team *t, const char **ret_error)
{
    server_setup *s = &a->setup;

    *ret_error = s->error;
    if (server_setup_build(s, &a->options, NULL) != 0) {
        return -1;
    }
    s->listen = t->setup->listen;
    s->interface = t->setup->interface;
    s->link = t->setup->link;
    s->has_frames = t->setup->has_frames;
    s->port = t->setup->port;
    s->seed = t->setup->seed;
    if (server_setup_configure(s, &a->options, &a->config) != 0) {
        return -1;
    }
    return server_setup_keep_workers(s, &a->options, a->config, t->setup);
}

static int read_again(attempt *a, const team *t, const char **ret_error)
{
    options *o = &a->options;

    *ret_error = o->error;
    if (options_init(o, "dhcp-server", server_option_specs, server_option_count) != 0 ||
        options_read(o, t->run->argc, t->run->argv, environ, NULL) != 0) {
        return -1;
    }
    if (set_up(a, t, ret_error) != 0) {
        return -1;
    }
    tell_fixed(t->options, o);
    return 0;
}

/* ---- preparing ------------------------------------------------------------------------------ */

static int prepare_one(attempt *a, team *t, unsigned index)
{
    int rc = 0;

    if (server_setup_share(&a->setup, a->config, index) != 0) {
        return DHCPPERF_E_INVALID;
    }
    if (t->n > 1) {
        rc = dhcpperf_server_config_set_division(a->config, t->workers[0].server);
    }
    rc = rc != 0 ? rc : team_configure(t, a->config, index, a->options.values[SERVER_VERBOSE].on);
    rc = rc != 0 ? rc : dhcpperf_server_prepare(&a->plans[index], a->config, dhcpperf_mem_lines());
    if (rc == 0 && team_memory_to_back(t) > 0) {
        (void)dhcpperf_server_plan_prefault(a->plans[index], team_memory_to_back(t));
    }
    return rc;
}

static int prepare_all(attempt *a, team *t, const char **ret_error)
{
    server_setup *s = &a->setup;
    unsigned i;
    int rc = 0;

    for (i = 0; i < t->n && rc == 0; i++) {
        rc = prepare_one(a, t, i);
    }
    if (rc == DHCPPERF_E_INVALID && t->n > 1) {
        snprintf(s->error, sizeof s->error,
                 "--workers %u: addresses stay with the worker that has them, and worker %u would "
                 "have none; start the server anew to divide them",
                 t->n, i - 1);
    } else if (rc != 0) {
        snprintf(s->error, sizeof s->error, "cannot set up the server: %s", dhcpperf_strerror(rc));
    } else {
        rc = leases_judge(t->leases, a->plans, s->error, sizeof s->error);
    }
    *ret_error = s->error;
    return rc;
}

/* ---- in the workers ------------------------------------------------------------------------- */

/* A sink that fails is no reason to have half of a configuration: the rest comes with the next
 * call. */
static int apply_part(job *j, worker *w)
{
    attempt *a = (attempt *)(void *)j;
    int rc = dhcpperf_server_apply(w->server, a->plans[w->index], dhcpperf_clock_monotonic());

    if (rc == 1 || rc == DHCPPERF_E_CALLBACK) {
        return 1;
    }
    a->rc[w->index] = rc;
    return 0;
}

/* ---- telling -------------------------------------------------------------------------------- */

static void add_asker(askers *all, reload_told_fn told, void *user)
{
    all->wanted = 1;
    if (told != NULL && all->n < ASKERS) {
        all->at[all->n++] = (asker){told, user};
    } else if (told != NULL) {
        told(user, "too many wait for a reload already");
    }
}

static void tell_askers(askers *all, const char *error)
{
    unsigned i;

    for (i = 0; i < all->n; i++) {
        all->at[i].told(all->at[i].user, error);
    }
    memset(all, 0, sizeof *all);
}

/* The reload is over; who is told that we end need not know. */
static void tell_manager(const team *t, const char *status)
{
    if (!t->is_stopping) {
        notify_ready(status);
    }
}

/* What an error shows below its sentence stays below it. */
static void refuse(team *t, const char *error)
{
    int sentence = (int)strcspn(error, "\n");

    t->reloads_refused++;
    say_error("%.*s; the configuration of before stays in force%s", sentence, error,
              error + sentence);
    log_note("%.*s; the configuration of before stays in force", sentence, error);
    tell_manager(t, "serving with the configuration of before: the file is not right");
    tell_askers(&t->reload->now, error);
}

static void begin_next(team *t)
{
    reload *r = t->reload;

    if (r->next.wanted) {
        r->now = r->next;
        memset(&r->next, 0, sizeof r->next);
        reload_begin(t, NULL, NULL);
    }
}

/* All workers have it; that they differ about it is not possible, and would be told. */
static void end_attempt(job *j, team *t)
{
    attempt *a = (attempt *)(void *)j;
    reload *r = t->reload;
    char error[200];
    unsigned i;

    r->going = NULL;
    for (i = 0; i < t->n && a->rc[i] == 0; i++) {
    }
    if (i < t->n) {
        snprintf(error, sizeof error, "worker %u did not take the configuration over: %s", i,
                 dhcpperf_strerror(a->rc[i]));
        free_attempt(a);
        refuse(t, error);
        begin_next(t);
        return;
    }
    for (i = 0; i < t->n; i++) {
        dhcpperf_server_plan_free(a->plans[i]); /* what was there before */
        a->plans[i] = NULL;
    }
    *t->setup = a->setup;
    t->in_force = &a->options;
    t->verbose = a->options.values[SERVER_VERBOSE].on;
    log_limit((uint32_t)a->options.values[SERVER_LOG_LIMIT].count);
    t->reloads++;
    free_attempt(r->in_force);
    r->in_force = a;
    say_note("the configuration of '%s' is in force", a->options.file->path);
    log_note("the configuration of '%s' is in force", a->options.file->path);
    tell_manager(t, NULL);
    tell_askers(&r->now, NULL);
    begin_next(t);
}

static void attempt_it(team *t)
{
    attempt *a = calloc(1, sizeof *a);
    const char *error = "out of memory";

    if (!t->is_stopping) {
        notify_reloading(NULL);
    }
    if (a == NULL || read_again(a, t, &error) != 0 || prepare_all(a, t, &error) != 0) {
        refuse(t, error);
        free_attempt(a);
        return;
    }
    a->job.part = apply_part;
    a->job.done = end_attempt;
    t->reload->going = a;
    jobs_add(&t->jobs, &a->job);
}

void reload_begin(team *t, reload_told_fn told, void *user)
{
    if (!options_given(t->options, SERVER_CONFIG)) {
        if (told != NULL) {
            told(user, "there is no file to read again: the server was started without --config");
        }
        return;
    }
    if (t->reload == NULL && (t->reload = calloc(1, sizeof *t->reload)) == NULL) {
        say_error("cannot read the configuration again: out of memory");
        if (told != NULL) {
            told(user, "out of memory");
        }
        return;
    }
    if (t->reload->going != NULL) {
        add_asker(&t->reload->next, told, user);
        return;
    }
    add_asker(&t->reload->now, told, user);
    attempt_it(t);
}

void reload_free(reload *r)
{
    if (r != NULL) {
        free_attempt(r->in_force);
        free(r);
    }
}
