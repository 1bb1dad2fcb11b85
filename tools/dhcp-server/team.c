/* SPDX-License-Identifier: MIT */
/* team.c - the main thread makes the workers, waits for signals, and tells what they did; it
 * answers nobody.  A worker answers its clients and touches nothing that another one writes, but
 * for the queues of handover.h and the mailboxes.
 *
 * Invariant: what belongs to a worker is touched by its thread only, from the start of the team to
 * its end; before and after, by the main thread only.  In between, numbers come as copies that the
 * worker gives away. */
#include "dhcp-server/team.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include <libdhcpperf/memory.h>
#include <libdhcpperf/pump.h>

#include "common/drive.h"
#include "common/mailbox.h"
#include "common/network.h"
#include "common/say.h"
#include "common/server_options.h"
#include "common/server_result.h"
#include "common/signals.h"
#include "common/workers.h"
#include "dhcp-server/handover.h"
#include "dhcp-server/log.h"
#include "dhcp-server/report.h"
#include "dhcp-server/serve.h"

/* Wishes to a worker. */
enum {
    WISH_STOP = 1,
    WISH_NUMBERS = 2
};

/* Wishes to the main thread. */
enum {
    WISH_COLLECT = 1, /* a worker has left its numbers */
    WISH_END = 2      /* a worker has ended by itself */
};

enum {
    FLUSH_MS = 50 /* how long a line of the log may wait */
};

/* What one worker did so far; given away whole. */
typedef struct numbers {
    dhcpperf_stats *stats;
    dhcpperf_carrier_stats carrier;
    server_worker worker;
} numbers;

/* Given away by who has no memory for its own: an answer all the same, as the main thread waits for
 * one of each worker. */
static numbers no_numbers;

typedef struct member {
    _Alignas(MAILBOX_LINE) struct team *team;
    unsigned index;
    dhcpperf_server *server;
    dhcpperf_transport *transport;
    dhcpperf_pump *pump;
    int failure, code; /* of the pump, and the system's word on it */
} member;

typedef struct team {
    server_setup *setup;
    const outputs *outputs;
    const run_facts *run;
    unsigned n;
    uint16_t port;
    int verbose;
    dhcpperf_ts began;
    handover *between;
    mailbox office; /* the main thread's */
    mailbox boxes[WORKERS_MAX];
    member members[WORKERS_MAX];
} team;

/* ---- a worker ------------------------------------------------------------------------------- */

static void free_numbers(numbers *n)
{
    const dhcpperf_mem *m = dhcpperf_mem_lines();

    if (n != NULL && n != &no_numbers) {
        dhcpperf_stats_free(n->stats);
        m->release(m->user, n, sizeof *n);
    }
}

/* For the thread that has the worker at the time; NULL when there is no memory. */
static numbers *take_numbers(const member *w)
{
    const dhcpperf_mem *m = dhcpperf_mem_lines();
    numbers *n = m->alloc(m->user, sizeof *n, MAILBOX_LINE);
    const workers_cpus *cpus = &w->team->setup->cpus;
    handover_counts counts = handover_count(w->team->between, w->index);

    if (n == NULL) {
        return NULL;
    }
    memset(n, 0, sizeof *n);
    if (dhcpperf_stats_clone(&n->stats, dhcpperf_server_stats(w->server)) != 0) {
        free_numbers(n);
        return NULL;
    }
    if (dhcpperf_transport_stats(w->transport, &n->carrier, sizeof n->carrier) != 0) {
        n->carrier.size = 0;
    }
    n->worker.cpu = cpus->n > 0 ? cpus->at[w->index % cpus->n] : -1;
    n->worker.received = counts.received;
    n->worker.handed_over = counts.handed_over;
    n->worker.taken_over = counts.taken_over;
    n->worker.dropped = counts.dropped;
    n->worker.exhausted = dhcpperf_stats_counter(n->stats, DHCPPERF_C_DROP_EXHAUSTED);
    n->worker.socket_drops = n->carrier.rx_dropped;
    server_result_count(w->server, n->worker.leases);
    return n;
}

static int turn(void *user, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    member *w = user;
    mailbox *box = &w->team->boxes[w->index];
    unsigned wishes = mailbox_take(box);

    (void)now;
    (void)inout_wake;
    if ((wishes & WISH_NUMBERS) != 0) {
        numbers *n = take_numbers(w);

        mailbox_answer(box, n != NULL ? n : &no_numbers);
        mailbox_post(&w->team->office, WISH_COLLECT);
    }
    return (wishes & WISH_STOP) != 0;
}

static int idle(void *user, int goes_to_sleep)
{
    member *w = user;

    if (goes_to_sleep) {
        return handover_may_sleep(w->team->between, w->index);
    }
    handover_is_awake(w->team->between, w->index);
    mailbox_clear(&w->team->boxes[w->index]);
    return 0;
}

static int serve(void *user, unsigned index)
{
    team *t = user;
    member *w = &t->members[index];

    w->failure = drive_pump_beside(w->pump, mailbox_fd(&t->boxes[index]), turn, idle, w);
    if (w->failure != 0) {
        w->code = dhcpperf_transport_errno(w->transport);
        mailbox_post(&t->office, WISH_END);
    }
    return w->failure != 0 ? EXIT_RUNTIME : 0;
}

/* ---- making them ---------------------------------------------------------------------------- */

static int fail_to_make(int rc)
{
    say_error("cannot set up the server: %s", dhcpperf_strerror(rc));
    return EXIT_RUNTIME;
}

/* Engines before sockets: what is wrong with the flags must not hide behind a busy port. */
static int make_server(team *t, dhcpperf_server_config *c, unsigned index)
{
    int rc;

    if (server_setup_share(t->setup, c, index) != 0) {
        say_error("%s", t->setup->error);
        return EXIT_USAGE;
    }
    rc = dhcpperf_server_new(&t->members[index].server, c, dhcpperf_mem_lines());
    if (rc == DHCPPERF_E_INVALID) {
        say_error("--workers %u: the subnets have too few addresses for a part each", t->n);
        return EXIT_USAGE;
    }
    return rc != 0 ? fail_to_make(rc) : 0;
}

static int make_servers(team *t, dhcpperf_server_config *c)
{
    int rc = t->verbose ? dhcpperf_server_config_set_trace(c, log_event, NULL, ~UINT64_C(0)) : 0;
    unsigned i;

    if (rc != 0) {
        return fail_to_make(rc);
    }
    for (i = 0; i < t->n; i++) {
        dhcpperf_server_free(t->members[i].server);
        t->members[i].server = NULL;
        rc = make_server(t, c, i);
        if (rc != 0) {
            return rc;
        }
    }
    return 0;
}

/* The port, and once more the engines when they learn it only now. */
static int settle_port(team *t, dhcpperf_server_config *c, network_socket *s)
{
    char error[400], text[16];
    int status = network_find_port(s, &t->port, error, sizeof error);

    if (status != 0) {
        say_error("%s", error);
        return status;
    }
    if (t->port == s->port) {
        return 0;
    }
    s->port = t->setup->port = t->port;
    snprintf(text, sizeof text, "%u", (unsigned)t->port);
    status = dhcpperf_server_config_set(c, "port", text);
    return status != 0 ? fail_to_make(status) : make_servers(t, c);
}

/* The kernel numbers the sockets in the order in which they are opened: it is the workers'. */
static int open_socket(team *t, const network_socket *s, unsigned index)
{
    member *w = &t->members[index];
    dhcpperf_engine *engine = dhcpperf_server_engine(w->server);
    dhcpperf_transport *socket = NULL;
    char error[400];
    int rc = network_open(s, &socket, error, sizeof error);

    if (rc != 0) {
        say_error("%s", error);
        return rc;
    }
    if (index == 0) {
        network_judge_trains(s->gso, socket);
    }
    rc = handover_carrier(t->between, index, socket, engine, &w->transport);
    if (rc != 0) {
        dhcpperf_transport_free(socket);
        return fail_to_make(rc);
    }
    rc = dhcpperf_pump_new(&w->pump, engine, w->transport, 0, dhcpperf_mem_lines());
    return rc != 0 ? fail_to_make(rc) : 0;
}

static int open_mailboxes(team *t)
{
    unsigned i;
    int rc = mailbox_open(&t->office);

    for (i = 0; i < t->n && rc == 0; i++) {
        rc = mailbox_open(&t->boxes[i]);
    }
    if (rc != 0) {
        say_error("cannot set up the workers: %s", strerror(errno));
        return EXIT_RUNTIME;
    }
    t->between = handover_new(t->n, t->boxes);
    return t->between == NULL ? fail_to_make(DHCPPERF_E_NOMEM) : 0;
}

static int make(team *t, dhcpperf_server_config *c, const options *o)
{
    network_socket s = {.bind = t->setup->listen,
                        .port = t->setup->port,
                        .gso = o->values[SERVER_GSO].text,
                        .workers = t->n,
                        .steer = o->values[SERVER_STEER].on};
    int status = open_mailboxes(t);
    unsigned i;

    status = status != 0 ? status : make_servers(t, c);
    status = status != 0 ? status : settle_port(t, c, &s);
    for (i = 0; i < t->n && status == 0; i++) {
        serve_back_leases(t->members[i].server, t->n);
        t->members[i].team = t;
        t->members[i].index = i;
        status = open_socket(t, &s, i);
    }
    return status;
}

static void unmake(team *t)
{
    unsigned i;

    for (i = 0; i < t->n; i++) {
        dhcpperf_pump_free(t->members[i].pump);
        dhcpperf_transport_free(t->members[i].transport);
        dhcpperf_server_free(t->members[i].server);
        free_numbers(mailbox_collect(&t->boxes[i]));
        mailbox_close(&t->boxes[i]);
    }
    handover_free(t->between);
    mailbox_close(&t->office);
}

/* ---- telling -------------------------------------------------------------------------------- */

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
    say_error("cannot tell what the workers did: out of memory");
    return EXIT_RUNTIME;
}

/* All numbers as one result; `given` is one for each worker. */
static int report(team *t, numbers *const *given, int is_snapshot)
{
    server_worker rows[WORKERS_MAX];
    dhcpperf_stats *total = NULL;
    server_result r;
    unsigned i, k;
    int rc = dhcpperf_stats_clone(&total, given[0]->stats);

    memset(&r, 0, sizeof r);
    for (i = 0; i < t->n; i++) {
        rc = rc != 0 || i == 0 ? rc : dhcpperf_stats_merge(total, given[i]->stats);
        rows[i] = given[i]->worker;
        add_carrier(&r.carrier, &given[i]->carrier);
        for (k = 0; k < SERVER_STATES; k++) {
            r.leases[k] += rows[i].leases[k];
        }
    }
    r.setup = t->setup;
    r.run = t->run;
    r.stats = total;
    r.port = t->port;
    r.elapsed_s = (double)(dhcpperf_clock_monotonic() - t->began) / 1e9;
    r.simulated_s = -1;
    r.is_snapshot = is_snapshot;
    r.workers = rows;
    r.n_workers = t->n;
    rc = rc != 0 ? fail_to_tell() : report_result(&r, t->outputs);
    dhcpperf_stats_free(total);
    return rc;
}

/* After the end of the threads. */
static int report_end(team *t)
{
    numbers *given[WORKERS_MAX] = {NULL};
    unsigned i, n = 0;
    int status;

    while (n < t->n && (given[n] = take_numbers(&t->members[n])) != NULL) {
        n++;
    }
    status = n == t->n ? report(t, given, 0) : fail_to_tell();
    for (i = 0; i < n; i++) {
        free_numbers(given[i]);
    }
    return status;
}

/* ---- the main thread ------------------------------------------------------------------------ */

/* A snapshot in the making: what has been collected so far. */
typedef struct snapshot {
    numbers *given[WORKERS_MAX];
    unsigned n, n_without; /* collected; of them without numbers */
    int wanted;
} snapshot;

static void ask_all(team *t, unsigned wish)
{
    unsigned i;

    for (i = 0; i < t->n; i++) {
        mailbox_post(&t->boxes[i], wish);
    }
}

static void drop_snapshot(snapshot *s)
{
    unsigned i;

    for (i = 0; i < WORKERS_MAX; i++) {
        free_numbers(s->given[i]);
    }
    memset(s, 0, sizeof *s);
}

/* Who asks again later may get it. */
static void say_no_snapshot(const snapshot *s)
{
    say_warning("no snapshot this time: out of memory for the figures of %u worker%s", s->n_without,
                s->n_without == 1 ? "" : "s");
}

/* What has been left since; the report when it is all. */
static void collect(team *t, snapshot *s)
{
    unsigned i;

    for (i = 0; i < t->n; i++) {
        if (s->given[i] == NULL && (s->given[i] = mailbox_collect(&t->boxes[i])) != NULL) {
            s->n++;
            s->n_without += s->given[i] == &no_numbers;
        }
    }
    if (s->n == t->n) {
        if (s->n_without == 0) {
            (void)report(t, s->given, 1);
        } else {
            say_no_snapshot(s);
        }
        drop_snapshot(s);
    }
}

static void wait_for_something(team *t)
{
    struct pollfd fds[2] = {{.fd = signals_fd(), .events = POLLIN},
                            {.fd = mailbox_fd(&t->office), .events = POLLIN}};

    (void)poll(fds, 2, t->verbose ? FLUSH_MS : -1);
    signals_clear();
    mailbox_clear(&t->office);
}

/* Until a signal to stop, or until a worker fails. */
static void watch(team *t)
{
    snapshot s;
    unsigned wishes = 0;

    memset(&s, 0, sizeof s);
    while (signals_stops() == 0 && (wishes & WISH_END) == 0) {
        if (signals_take_reopen()) {
            log_reopen();
        }
        s.wanted |= signals_take_snapshot();
        if (s.wanted == 1) {
            s.wanted = 2; /* asked for; who asks meanwhile gets the same one */
            ask_all(t, WISH_NUMBERS);
        }
        if (t->verbose) {
            log_flush();
        }
        wait_for_something(t);
        wishes = mailbox_take(&t->office);
        if ((wishes & WISH_COLLECT) != 0) {
            collect(t, &s);
        }
    }
    drop_snapshot(&s);
}

static void say_failures(const team *t)
{
    unsigned i;

    for (i = 0; i < t->n; i++) {
        const member *w = &t->members[i];

        if (w->failure != 0) {
            say_error("worker %u failed: %s", i,
                      w->failure == DHCPPERF_E_SYSTEM && w->code != 0
                          ? strerror(w->code)
                          : dhcpperf_strerror(w->failure));
        }
    }
}

static int run(team *t)
{
    workers *threads;
    int status, reported;

    t->began = dhcpperf_clock_monotonic();
    if (workers_start(&threads, t->n, "dhcp-server", &t->setup->cpus, serve, t) != 0) {
        say_error("cannot start %u workers: %s", t->n, strerror(errno));
        return EXIT_RUNTIME;
    }
    serve_say_ready(t->setup, t->port);
    watch(t);
    ask_all(t, WISH_STOP);
    status = workers_join(threads);
    say_failures(t);
    log_note("stopped");
    reported = report_end(t);
    return status != 0 ? status : reported;
}

int team_run(server_setup *s, dhcpperf_server_config *c, const options *o, const outputs *out,
             const run_facts *run_info)
{
    const dhcpperf_mem *m = dhcpperf_mem_lines();
    team *t = m->alloc(m->user, sizeof *t, MAILBOX_LINE);
    unsigned i;
    int status;

    if (t == NULL) {
        return fail_to_make(DHCPPERF_E_NOMEM);
    }
    memset(t, 0, sizeof *t);
    t->setup = s;
    t->outputs = out;
    t->run = run_info;
    t->n = s->workers;
    t->verbose = o->values[SERVER_VERBOSE].on;
    t->office.fds[0] = t->office.fds[1] = -1;
    for (i = 0; i < t->n; i++) {
        t->boxes[i].fds[0] = t->boxes[i].fds[1] = -1;
    }
    status = make(t, c, o);
    status = status != 0 ? status : run(t);
    unmake(t);
    m->release(m->user, t, sizeof *t);
    return status;
}
