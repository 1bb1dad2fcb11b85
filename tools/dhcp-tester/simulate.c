/* SPDX-License-Identifier: MIT */
/* simulate.c - client engine, server engine, network and clock in one thread of one process.
 *
 * One segment; the server at 10.0.0.1 with addresses from 10.0.0.10 on unless --sim-server says
 * otherwise; 500 us of delay each way.  Clients broadcast as on a link, relay agents unicast.  Time
 * is the network's: it jumps from event to event, so waiting costs nothing. */
#include "dhcp-tester/simulate.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libdhcpperf/pump.h>
#include <libdhcpperf/vnet.h>

#include "common/say.h"
#include "common/server_options.h"
#include "common/server_result.h"
#include "common/signals.h"
#include "dhcp-tester/clients.h"
#include "dhcp-tester/progress.h"
#include "dhcp-tester/trace.h"

#define LINK_DELAY (500 * DHCPPERF_NS_PER_US)

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
    int draining;
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
    server_embedding embedding = {server_ip, first_ip, x->plan->clients, x->plan->seed};
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
    if (outputs_parse(&x->server_outputs, &o->values[SERVER_OUTPUT], error, sizeof error) != 0 ||
        outputs_probe(&x->server_outputs, error, sizeof error) != 0) {
        return refuse_server(error);
    }
    return server_setup_build(&x->setup, o, &embedding) != 0 ? refuse_server(x->setup.error) : 0;
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
    rc = rc != 0 ? rc : dhcpperf_server_new(&x->server, c, NULL);
    dhcpperf_server_config_free(c);
    if (rc != 0) {
        say_error("cannot set up the embedded server: %s", dhcpperf_strerror(rc));
        return EXIT_RUNTIME;
    }
    if (x->plan->clients > x->setup.pool_size) {
        say_warning("%u clients for %u addresses: some cannot get one", (unsigned)x->plan->clients,
                    (unsigned)x->setup.pool_size);
    }
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

static int make_network(simulation *x)
{
    dhcpperf_segment link;
    dhcpperf_port server, client;
    int rc = dhcpperf_vnet_new(&x->net, x->plan->seed, NULL);

    rc = rc != 0 ? rc : dhcpperf_vnet_add_segment(x->net, &link);
    rc = rc != 0 ? rc
                 : dhcpperf_vnet_attach(x->net, link, dhcpperf_server_engine(x->server), &server);
    rc = rc != 0 ? rc
                 : dhcpperf_vnet_attach(x->net, link, dhcpperf_client_engine(x->client), &client);
    rc = rc != 0 ? rc : dhcpperf_vnet_add_address(x->net, server, x->setup.listen, 32);
    rc = rc != 0 ? rc : dhcpperf_vnet_set_delay(x->net, server, LINK_DELAY, 0);
    rc = rc != 0 ? rc : dhcpperf_vnet_set_delay(x->net, client, LINK_DELAY, 0);
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
    if (signals_stops() > 1) {
        return 1;
    }
    if (signals_stops() > 0 && !x->draining) {
        x->draining = 1;
        dhcpperf_client_stop(x->client, x->plan->timeout, 0);
    }
    if (signals_take_snapshot()) {
        progress_print(&x->progress, x->client, simulated(x));
    }
    if (x->progress.on) {
        progress_tick(&x->progress, x->client, simulated(x), dhcpperf_clock_monotonic());
    }
    return 0;
}

static int goes_on(void *user)
{
    simulation *x = user;

    if (dhcpperf_client_is_done(x->client)) {
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
    int rc;

    if (signals_install(0) != 0) {
        say_error("cannot watch for signals: %s", strerror(errno));
        return EXIT_RUNTIME;
    }
    rc = dhcpperf_client_begin(x->client, dhcpperf_vnet_now(x->net));
    if (rc == 0) {
        progress_begin(&x->progress, x->plan->progress, x->plan->clients,
                       dhcpperf_clock_monotonic());
        rc = dhcpperf_vnet_run_while(x->net, goes_on, x, DHCPPERF_NEVER);
        progress_end(&x->progress, x->client, simulated(x));
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
    r.server = x->server;
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

static int finish(simulation *x, int (*report)(const tester_result *r))
{
    tester_result r;
    int status;

    memset(&r, 0, sizeof r);
    r.plan = x->plan;
    r.run = x->run;
    r.client = x->client;
    r.stats = dhcpperf_client_stats(x->client);
    snprintf(r.server, sizeof r.server, "embedded");
    r.elapsed_s = run_elapsed(x->run);
    r.simulated_s = simulated(x);
    r.digest = dhcpperf_vnet_digest(x->net);
    result_settle(&r);
    status = report_server(x, r.elapsed_s);
    status = report(&r) != 0 ? EXIT_RUNTIME : status;
    if (status == 0 && signals_stops() == 0 && r.started > 0 &&
        dhcpperf_stats_counter(r.stats, DHCPPERF_C_RX_PACKETS) == 0) {
        say_error("no reply at all from the embedded server");
        status = EXIT_NO_REPLY;
    }
    return status;
}

int simulate_run(plan *p, const options *o, const run_facts *run,
                 int (*report)(const tester_result *r))
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
    status = status != 0 ? status : finish(&x, report);
    dhcpperf_vnet_free(x.net);
    dhcpperf_client_free(x.client);
    dhcpperf_server_free(x.server);
    outputs_free(&x.server_outputs);
    options_free(&x.server_options);
    return status;
}
