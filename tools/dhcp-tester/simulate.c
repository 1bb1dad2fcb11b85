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
#include <string.h>

#include <libdhcpperf/pump.h>
#include <libdhcpperf/vnet.h>

#include "common/say.h"
#include "common/server_options.h"
#include "common/server_result.h"
#include "common/signals.h"
#include "common/units.h"
#include "dhcp-tester/clients.h"
#include "dhcp-tester/ending.h"
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
    dhcpperf_client *client;
    dhcpperf_vnet *net;
    progress progress;
    dhcpperf_ts origin; /* of the traces */
    unsigned looks;     /* instants since the wall clock was looked at */
    ending ending;
    dhcpperf_stats *mark; /* how the figures stood when those that count began; NULL = from 0 */
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
    if (options_given(o, SERVER_LOG_FILE) || options_given(o, SERVER_GSO)) {
        return refuse_server("--log-file and --gso have no meaning in a simulation");
    }
    if (options_given(o, SERVER_WORKERS) || options_given(o, SERVER_CPUS) ||
        options_given(o, SERVER_STEER)) {
        return refuse_server("--workers, --cpus and --steer have no meaning in a simulation");
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
             ? dhcpperf_server_config_set_trace(c, trace_event, &x->origin, TRACE_KINDS)
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
    place.began = &x->origin;
    return clients_new(&x->client, p, o, &place);
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

/* What was before does not count. */
static void take_mark(void *user, dhcpperf_ts now)
{
    simulation *x = user;

    (void)now;
    (void)dhcpperf_stats_clone(&x->mark, dhcpperf_client_stats(x->client));
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
    uint32_t octets = dhcpperf_engine_msg_len(dhcpperf_client_engine(x->client)) + HEADERS;
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
    if (rc == 0 && p->warm_up > 0) {
        rc = dhcpperf_vnet_at(x->net, p->warm_up, take_mark, x);
    }
    return rc;
}

static int make_network(simulation *x)
{
    dhcpperf_segment link;
    dhcpperf_port client;
    int rc = dhcpperf_vnet_new(&x->net, x->plan->seed, NULL);

    rc = rc != 0 ? rc : dhcpperf_vnet_add_segment(x->net, &link);
    rc = rc != 0 ? rc
                 : dhcpperf_vnet_attach(x->net, link, dhcpperf_server_engine(x->server),
                                        &x->server_port);
    rc = rc != 0 ? rc
                 : dhcpperf_vnet_attach(x->net, link, dhcpperf_client_engine(x->client), &client);
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

/* Signals and the progress line; the wall clock is a system call at worst, so not at each instant.
 */
static int look_around(simulation *x)
{
    progress_figures f = {0, 0, 0};
    dhcpperf_ts now;

    if (signals_stops() > 1) {
        return 1;
    }
    if (signals_stops() > 0) {
        ending_stop(&x->ending, x->client);
    }
    now = x->progress.on ? dhcpperf_clock_monotonic() : 0;
    if (signals_take_snapshot() || progress_is_due(&x->progress, now)) {
        progress_count(x->client, &f);
        progress_print(&x->progress, &f, simulated(x), now);
    }
    return 0;
}

static int goes_on(void *user)
{
    simulation *x = user;

    if (ending_turn(&x->ending, x->client, dhcpperf_vnet_now(x->net))) {
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
    progress_figures f = {0, 0, 0};
    int rc;

    if (signals_install(0) != 0) {
        say_error("cannot watch for signals: %s", strerror(errno));
        return EXIT_RUNTIME;
    }
    ending_begin(&x->ending, x->plan, 0, x->plan->release_at_end);
    rc = dhcpperf_client_begin(x->client, dhcpperf_vnet_now(x->net));
    if (rc == 0) {
        progress_begin(&x->progress, x->plan->progress, x->plan->clients,
                       dhcpperf_clock_monotonic());
        rc = dhcpperf_vnet_run_while(x->net, goes_on, x, DHCPPERF_NEVER);
        progress_count(x->client, &f);
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
    char error[400];
    unsigned i;

    memset(&r, 0, sizeof r);
    r.setup = &x->setup;
    r.run = x->run;
    r.stats = dhcpperf_server_stats(x->server);
    server_result_count(x->server, r.leases);
    r.port = x->setup.port;
    r.elapsed_s = elapsed_s;
    r.simulated_s = simulated(x);
    for (i = 0; i < x->server_outputs.n_json; i++) {
        if (server_result_write_json(&r, x->server_outputs.json[i].path, error, sizeof error) !=
            0) {
            say_error("--sim-server: %s", error);
            return EXIT_RUNTIME;
        }
    }
    return 0;
}

static int fill_result(simulation *x, tester_result *ret, dhcpperf_stats **ret_interval)
{
    memset(ret, 0, sizeof *ret);
    ending_count(&x->ending, x->client, dhcpperf_vnet_now(x->net));
    ret->plan = x->plan;
    ret->run = x->run;
    ret->client = x->client;
    ret->stats = dhcpperf_client_stats(x->client);
    ret->ending = &x->ending;
    snprintf(ret->server, sizeof ret->server, "embedded");
    ret->elapsed_s = run_elapsed(x->run);
    ret->simulated_s =
        (double)(x->ending.counted_at - (x->mark != NULL ? x->plan->warm_up : 0)) / 1e9;
    ret->digest = dhcpperf_vnet_digest(x->net);
    if (x->mark != NULL) {
        if (dhcpperf_stats_interval(ret_interval, ret->stats, x->mark) != 0) {
            say_error("out of memory");
            return EXIT_RUNTIME;
        }
        ret->stats = *ret_interval;
    }
    result_settle(ret);
    return 0;
}

static int finish(simulation *x, report_fn report, void *user)
{
    dhcpperf_stats *interval = NULL;
    tester_result r;
    int status = fill_result(x, &r, &interval);

    if (status == 0) {
        status = report_server(x, r.elapsed_s);
        status = report(user, &r) != 0 ? EXIT_RUNTIME : status;
        if (status == 0 && signals_stops() == 0 && r.started > 0 &&
            dhcpperf_stats_counter(r.stats, DHCPPERF_C_RX_PACKETS) == 0) {
            say_error("no reply at all from the embedded server");
            status = EXIT_NO_REPLY;
        }
    }
    dhcpperf_stats_free(interval);
    return status;
}

int simulate_run(plan *p, const options *o, const run_facts *run, report_fn report, void *user)
{
    simulation x;
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
    dhcpperf_stats_free(x.mark);
    dhcpperf_vnet_free(x.net);
    dhcpperf_client_free(x.client);
    dhcpperf_server_free(x.server);
    outputs_free(&x.server_outputs);
    options_free(&x.server_options);
    return status;
}
