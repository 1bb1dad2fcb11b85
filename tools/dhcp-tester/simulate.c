/* SPDX-License-Identifier: MIT */
/* simulate.c - client engine, server engine, network and clock in one thread of one process.
 *
 * One segment; the server at 10.0.0.1 with addresses from 10.0.0.10 on unless --sim-server says
 * otherwise; 500 us of delay each way unless --sim-delay does.  Clients broadcast as on a link,
 * relay agents unicast.  Time is the network's: it jumps from event to event, so waiting costs
 * nothing. */
#include "dhcp-tester/simulate.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libdhcpperf/pump.h>
#include <libdhcpperf/vnet.h>

#include "common/say.h"
#include "common/server_faults.h"
#include "common/server_options.h"
#include "common/server_result.h"
#include "common/signals.h"
#include "common/units.h"
#include "dhcp-tester/clients.h"
#include "dhcp-tester/fan.h"
#include "dhcp-tester/part.h"
#include "dhcp-tester/progress.h"
#include "dhcp-tester/trace.h"

/* What the network adds to a payload. */
#define HEADERS 42

static const dhcpperf_ip4 server_ip = {{10, 0, 0, 1}}, first_ip = {{10, 0, 0, 10}},
                          relay_ip = {{172, 16, 0, 1}};

typedef struct simulation {
    plan *plan;
    const run_facts *run;
    options server_options;
    server_setup setup;
    outputs server_outputs;
    dhcpperf_server *server;
    part *parts; /* the workers' clients */
    part *list[WORKERS_MAX];
    gate gate;
    fan fan; /* of several */
    dhcpperf_vnet *net;
    progress progress;
    trace_log log;  /* of the server */
    unsigned looks; /* instants since the wall clock was looked at */
    dhcpperf_port server_port;
} simulation;

/* -- setting up -------------------------------------------------------------------------------- */

/* Says a failure of the embedded server's flags under the name the user knows them by. */
static int refuse_server(const char *why)
{
    say_error("--sim-server: %s", why);
    return EXIT_USAGE;
}

static int read_server_flags(simulation *x)
{
    /* Declined addresses are put aside: there must be others. */
    server_embedding embedding = {server_ip, first_ip,
                                  x->plan->clients * (x->plan->declines ? 2 : 1), x->plan->seed};
    options *o = &x->server_options;
    char error[400];

    if (options_init(o, "dhcp-server", server_option_specs, server_option_count) != 0 ||
        (x->plan->sim_server != NULL && options_read_line(o, x->plan->sim_server) != 0) ||
        options_read_file(o) != 0) {
        return refuse_server(o->error);
    }
    if (o->action >= 0) {
        return refuse_server("--help and --version belong to dhcp-server");
    }
    if (options_given(o, SERVER_LOG_FILE) || options_given(o, SERVER_GSO) ||
        options_given(o, SERVER_INTERFACE)) {
        return refuse_server("--log-file, --gso and --interface have no meaning in a simulation");
    }
    if (options_given(o, SERVER_WORKERS) || options_given(o, SERVER_CPUS) ||
        options_given(o, SERVER_STEER)) {
        return refuse_server("--workers, --cpus and --steer have no meaning in a simulation");
    }
    if (options_given(o, SERVER_LEASE_STORE) || options_given(o, SERVER_LEASE_SYNC) ||
        options_given(o, SERVER_LEASE_OWNER) || options_given(o, SERVER_PRELOAD) ||
        options_given(o, SERVER_DUMP_LEASES)) {
        return refuse_server("--lease-store, --lease-sync, --lease-owner, --preload and "
                             "--dump-leases have no meaning in a simulation");
    }
    if (units_ip4_number(o->values[SERVER_LISTEN].ip) == 0) {
        return refuse_server("--listen must be one address in a simulation, not 0.0.0.0");
    }
    if (outputs_parse(&x->server_outputs, &o->values[SERVER_OUTPUT], error, sizeof error) != 0 ||
        outputs_probe(&x->server_outputs, error, sizeof error) != 0) {
        return refuse_server(error);
    }
    return server_setup_build(&x->setup, o, &embedding) != 0 ? refuse_server(x->setup.error) : 0;
}

/* Fewer addresses than clients want; declined ones are put aside, so that each client uses up
 * several of them. */
static void warn_of_shortage(const simulation *x)
{
    const plan *p = x->plan;
    double wanted = p->decline_share < 1 ? p->clients / (1 - p->decline_share) : HUGE_VAL;

    if (p->leases && p->clients > x->setup.pool_size) {
        say_warning("%u clients for %u addresses: some cannot get one", (unsigned)p->clients,
                    (unsigned)x->setup.pool_size);
    } else if (p->leases && wanted > x->setup.pool_size) {
        say_warning(
            "%u clients that decline a share of %.3g use up more than the %u addresses: some "
            "may not get one",
            (unsigned)p->clients, p->decline_share, (unsigned)x->setup.pool_size);
    }
}

static int make_server(simulation *x)
{
    dhcpperf_server_config *c = NULL;
    int rc;

    if (server_setup_configure(&x->setup, &x->server_options, &c) != 0) {
        return refuse_server(x->setup.error);
    }
    rc = x->server_options.values[SERVER_VERBOSE].on
             ? dhcpperf_server_config_set_trace(c, trace_event, &x->log, TRACE_KINDS)
             : 0;
    if (rc == 0 && x->plan->queries) {
        rc = dhcpperf_server_config_set(c, "leasequery.enabled", "true");
    }
    rc = rc != 0 ? rc : dhcpperf_server_new(&x->server, c, NULL);
    dhcpperf_server_config_free(c);
    if (rc != 0) {
        say_error("cannot set up the embedded server: %s", dhcpperf_strerror(rc));
        return EXIT_RUNTIME;
    }
    server_faults_announce(x->server, "dhcp-tester: --sim-server: ", stderr);
    warn_of_shortage(x);
    return 0;
}

static int make_client(simulation *x, const options *o)
{
    plan *p = x->plan;
    clients_place place = {.has_server = p->relay, .server = x->setup.listen};

    if (p->concurrency_auto) {
        p->concurrency = 1024; /* no buffer and no cores to mind: what suits a quick look */
    }
    place.port = p->client_port > 0 ? (uint16_t)p->client_port : p->relay ? 67 : 68;
    place.first_relay = p->has_relay_ip ? p->relay_ip : relay_ip;
    place.shards = p->workers;
    place.has_pool = x->setup.has_pool;
    place.server_id = x->setup.listen;
    place.pool_first = x->setup.first;
    place.pool_last = x->setup.last;
    x->parts = calloc(p->workers, sizeof *x->parts);
    if (x->parts == NULL) {
        say_error("out of memory");
        return EXIT_RUNTIME;
    }
    gate_init(&x->gate, p->workers, NULL, NULL);
    for (place.shard = 0; place.shard < p->workers; place.shard++) {
        part *one = x->list[place.shard] = &x->parts[place.shard];
        int status;

        one->log = (trace_log){0, place.shard, place.shards};
        place.log = &one->log;
        status = clients_new(&one->client, p, o, &place);
        if (status != 0) {
            say_error("%s", p->error);
            return status;
        }
        one->gate = p->workers > 1 ? &x->gate : NULL;
    }
    return 0;
}

/* The engine that the network sees. */
static dhcpperf_engine *engine_of(const simulation *x)
{
    return x->plan->workers > 1 ? x->fan.engine : dhcpperf_client_engine(x->parts[0].client);
}

static int join_clients(simulation *x)
{
    dhcpperf_engine *engines[WORKERS_MAX];
    unsigned i;

    if (x->plan->workers == 1) {
        return 0;
    }
    for (i = 0; i < x->plan->workers; i++) {
        engines[i] = dhcpperf_client_engine(x->parts[i].client);
    }
    return fan_open(&x->fan, engines, x->plan->workers, x->plan->faults != NULL);
}

static void unplug(void *user, dhcpperf_ts now)
{
    const simulation *x = user;

    (void)now;
    dhcpperf_vnet_set_up(x->net, x->server_port, 0);
}

static void plug(void *user, dhcpperf_ts now)
{
    const simulation *x = user;

    (void)now;
    dhcpperf_vnet_set_up(x->net, x->server_port, 1);
}

/* An instant at which the run looks around. */
static void look(void *user, dhcpperf_ts now)
{
    (void)user;
    (void)now;
}

/* Delay, loss, outages and the server's limit, which is that of the way to it: all clients send
 * through one port and their messages have one length. */
static int shape_network(simulation *x, dhcpperf_port client)
{
    const plan *p = x->plan;
    uint32_t octets = dhcpperf_engine_msg_len(engine_of(x)) + HEADERS;
    unsigned i;
    int rc = dhcpperf_vnet_set_delay(x->net, x->server_port, p->sim_delay, 0);

    rc = rc != 0 ? rc : dhcpperf_vnet_set_delay(x->net, client, p->sim_delay, 0);
    rc = rc != 0 ? rc : dhcpperf_vnet_set_loss(x->net, x->server_port, p->sim_loss, 0, 0);
    rc = rc != 0 ? rc : dhcpperf_vnet_set_loss(x->net, client, p->sim_loss, 0, 0);
    if (rc == 0 && p->sim_limit > 0) {
        rc = dhcpperf_vnet_set_rate(x->net, client, (uint64_t)(p->sim_limit * octets * 8 + 0.5),
                                    p->sim_queue);
    }
    for (i = 0; rc == 0 && i < p->n_outages; i++) {
        rc = dhcpperf_vnet_at(x->net, p->outages[i].from, unplug, x);
        rc = rc != 0 ? rc : dhcpperf_vnet_at(x->net, p->outages[i].to, plug, x);
    }
    if (rc == 0 && p->stop_after != DHCPPERF_NEVER) {
        rc = dhcpperf_vnet_at(x->net, p->stop_after, look, x);
    }
    if (rc == 0 && p->search != NULL) {
        rc = dhcpperf_vnet_at(x->net, p->duration, look, x);
    }
    if (rc == 0 && p->warm_up > 0) {
        rc = dhcpperf_vnet_at(x->net, p->warm_up, look, x);
    }
    return rc;
}

static int make_network(simulation *x)
{
    dhcpperf_segment link;
    dhcpperf_port client;
    int rc = join_clients(x);

    rc = rc != 0 ? rc : dhcpperf_vnet_new(&x->net, x->plan->seed, NULL);
    rc = rc != 0 ? rc : dhcpperf_vnet_add_segment(x->net, &link);
    rc = rc != 0 ? rc
                 : dhcpperf_vnet_attach(x->net, link, dhcpperf_server_engine(x->server),
                                        &x->server_port);
    rc = rc != 0 ? rc : dhcpperf_vnet_attach(x->net, link, engine_of(x), &client);
    rc = rc != 0 ? rc : dhcpperf_vnet_add_address(x->net, x->server_port, x->setup.listen, 32);
    rc = rc != 0 ? rc : shape_network(x, client);
    if (rc != 0) {
        say_error("cannot set up the network: %s", dhcpperf_strerror(rc));
    }
    return rc != 0 ? EXIT_RUNTIME : 0;
}

/* -- running ----------------------------------------------------------------------------------- */

static double simulated(const simulation *x)
{
    return (double)dhcpperf_vnet_now(x->net) / 1e9;
}

static void count(const simulation *x, progress_figures *ret)
{
    unsigned i;

    memset(ret, 0, sizeof *ret);
    for (i = 0; i < x->plan->workers; i++) {
        progress_count(x->parts[i].client, ret);
    }
}

/* Signals and the progress line; the wall clock is a system call at worst, so not at each instant.
 */
static int look_around(simulation *x)
{
    progress_figures f;
    dhcpperf_ts now;
    unsigned i;

    if (signals_stops() > 1) {
        return 1;
    }
    for (i = 0; i < x->plan->workers && signals_stops() > 0; i++) {
        ending_stop(&x->parts[i].ending, x->parts[i].client);
    }
    now = x->progress.on ? dhcpperf_clock_monotonic() : 0;
    if (signals_take_snapshot() || progress_is_due(&x->progress, now)) {
        count(x, &f);
        progress_print(&x->progress, &f, simulated(x), now);
    }
    return 0;
}

/* 1 when all have come to their end.  Those looked at before a gate opened are looked at again. */
static int turn_all(simulation *x)
{
    dhcpperf_ts now = dhcpperf_vnet_now(x->net), wake = DHCPPERF_NEVER;
    unsigned i, over = 0, rounds = x->plan->workers > 1 ? 2 : 1;

    while (rounds-- > 0) {
        for (i = over = 0; i < x->plan->workers; i++) {
            over += x->parts[i].ending.phase == ENDING_OVER || part_turn(&x->parts[i], now, &wake);
        }
    }
    return over == x->plan->workers;
}

static int goes_on(void *user)
{
    simulation *x = user;

    if (turn_all(x)) {
        return 0;
    }
    if (++x->looks >= 256) {
        x->looks = 0;
        return !look_around(x);
    }
    return 1;
}

static int drive(simulation *x)
{
    progress_figures f;
    unsigned i;
    int rc = 0;

    if (signals_install(0) != 0) {
        say_error("cannot watch for signals: %s", strerror(errno));
        return EXIT_RUNTIME;
    }
    for (i = 0; rc == 0 && i < x->plan->workers; i++) {
        rc = part_begin(&x->parts[i], x->plan, dhcpperf_vnet_now(x->net), x->plan->release_at_end);
    }
    if (rc == 0) {
        progress_begin(&x->progress, x->plan->progress, x->plan->clients,
                       dhcpperf_clock_monotonic());
        rc = dhcpperf_vnet_run_while(x->net, goes_on, x, DHCPPERF_NEVER);
        count(x, &f);
        progress_end(&x->progress, &f, simulated(x));
    }
    if (rc < 0) {
        say_error("the simulation failed: %s", dhcpperf_strerror(rc));
    }
    return rc < 0 ? EXIT_RUNTIME : 0;
}

static int report_server(const simulation *x, double elapsed_s)
{
    server_result r;
    server_faults faults;
    char error[400];
    unsigned i;
    int status = 0;

    if (server_faults_copy(&faults, x->server) != 0) {
        say_error("out of memory");
        return EXIT_RUNTIME;
    }
    memset(&r, 0, sizeof r);
    r.faults = &faults;
    r.setup = &x->setup;
    r.run = x->run;
    r.stats = dhcpperf_server_stats(x->server);
    server_result_count(x->server, r.leases);
    r.port = x->setup.port;
    r.elapsed_s = elapsed_s;
    r.simulated_s = simulated(x);
    for (i = 0; i < x->server_outputs.n_json && status == 0; i++) {
        if (server_result_write_json(&r, x->server_outputs.json[i].path, error, sizeof error) !=
            0) {
            say_error("--sim-server: %s", error);
            status = EXIT_RUNTIME;
        }
    }
    server_faults_print(&faults, stderr);
    server_faults_free(&faults);
    return status;
}

static void fill_result(simulation *x, const merged *all, tester_result *ret)
{
    dhcpperf_dur warm_up = all->parts[0]->mark != NULL ? x->plan->warm_up : 0;

    memset(ret, 0, sizeof *ret);
    ret->plan = x->plan;
    ret->run = x->run;
    ret->all = all;
    ret->stats = all->stats;
    snprintf(ret->server, sizeof ret->server, "embedded");
    ret->elapsed_s = run_elapsed(x->run);
    ret->simulated_s = (double)(all->ending.counted_at - warm_up) / 1e9;
    ret->digest = dhcpperf_vnet_digest(x->net);
    result_settle(ret);
}

static int tell(simulation *x, const merged *all, report_fn report, void *user)
{
    tester_result r;
    int status;

    fill_result(x, all, &r);
    status = report_server(x, r.elapsed_s);
    status = report(user, &r) != 0 ? EXIT_RUNTIME : status;
    if (status == 0 && signals_stops() == 0 && !x->plan->may_be_silent && r.started > 0 &&
        dhcpperf_stats_counter(r.stats, DHCPPERF_C_RX_PACKETS) == 0) {
        say_error("no reply at all from the embedded server");
        status = EXIT_NO_REPLY;
    }
    return status;
}

static int finish(simulation *x, report_fn report, void *user)
{
    merged all;
    unsigned i;
    int status = EXIT_RUNTIME;

    for (i = 0; i < x->plan->workers; i++) {
        part_cut(&x->parts[i], dhcpperf_vnet_now(x->net));
    }
    if (merge_parts(&all, x->list, x->plan->workers) == 0) {
        status = tell(x, &all, report, user);
    } else {
        say_error("out of memory");
    }
    merge_free(&all);
    return status;
}

int simulate_run(plan *p, const options *o, const run_facts *run, report_fn report, void *user)
{
    simulation x;
    unsigned i;
    int status;

    memset(&x, 0, sizeof x);
    x.plan = p;
    x.run = run;
    status = read_server_flags(&x);
    status = status != 0 ? status : make_server(&x);
    status = status != 0 ? status : make_client(&x, o);
    status = status != 0 ? status : make_network(&x);
    status = status != 0 ? status : drive(&x);
    status = status != 0 ? status : finish(&x, report, user);
    dhcpperf_vnet_free(x.net);
    fan_close(&x.fan);
    for (i = 0; x.parts != NULL && i < p->workers; i++) {
        part_free(&x.parts[i]);
    }
    free(x.parts);
    dhcpperf_server_free(x.server);
    outputs_free(&x.server_outputs);
    options_free(&x.server_options);
    return status;
}
