/* SPDX-License-Identifier: MIT */
/* serve.c - one server engine on one UDP socket, in the main thread.
 *
 * What can be wrong with the flags is found out before the socket is opened: a busy port must not
 * hide it.  The socket is open and bound before the line "ready on ..." appears: whoever waits for
 * that line may send at once. */
#include "dhcp-server/serve.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libdhcpperf/pump.h>

#include "common/drive.h"
#include "common/memory.h"
#include "common/network.h"
#include "common/notify.h"
#include "common/say.h"
#include "common/server_options.h"
#include "common/signals.h"
#include "dhcp-server/log.h"
#include "dhcp-server/report.h"
#include "dhcp-server/team.h"

typedef struct serving {
    server_setup *setup;
    const outputs *outputs;
    const run_facts *run;
    dhcpperf_transport *transport;
    dhcpperf_server *server;
    dhcpperf_pump *pump;
    uint16_t port;
    int verbose;
    dhcpperf_ts began, next_look;
} serving;

void serve_say_ready(const server_setup *s, uint16_t port)
{
    char where[24];

    network_endpoint_text(s->listen, port, where);
    log_note("ready on %s", where);
    fprintf(stderr, "dhcp-server: ready on %s\n", where);
    fflush(stderr);
    notify_ready(where);
}

static int open_socket(serving *x, const options *o)
{
    network_socket s = {
        .bind = x->setup->listen, .port = x->setup->port, .gso = o->values[SERVER_GSO].text};
    dhcpperf_endpoint local;
    char error[400];
    int status = network_open(&s, &x->transport, error, sizeof error);

    if (status != 0) {
        say_error("%s", error);
        return status;
    }
    network_judge_trains(s.gso, x->transport);
    x->port = x->setup->port;
    if (dhcpperf_transport_get_local(x->transport, &local) == 0) {
        x->port = local.port;
    }
    return 0;
}

static int fail_to_make(int rc)
{
    say_error("cannot set up the server: %s", dhcpperf_strerror(rc));
    return EXIT_RUNTIME;
}

static int make_server(serving *x, dhcpperf_server_config *c)
{
    int rc = x->verbose ? dhcpperf_server_config_set_trace(c, log_event, NULL, ~UINT64_C(0)) : 0;

    rc = rc != 0 ? rc : dhcpperf_server_new(&x->server, c, NULL);
    return rc != 0 ? fail_to_make(rc) : 0;
}

/* With --port 0 the engine learns its port only now. */
static int settle_port(serving *x, dhcpperf_server_config *c)
{
    char text[16];
    int rc;

    if (x->port == x->setup->port) {
        return 0;
    }
    x->setup->port = x->port;
    snprintf(text, sizeof text, "%u", (unsigned)x->port);
    rc = dhcpperf_server_config_set(c, "port", text);
    dhcpperf_server_free(x->server);
    x->server = NULL;
    rc = rc != 0 ? rc : dhcpperf_server_new(&x->server, c, NULL);
    return rc != 0 ? fail_to_make(rc) : 0;
}

/* Finding and clearing a page takes longer than many replies.  No more than half of what there is,
 * as few clients may ever come. */
void serve_back_leases(dhcpperf_server *server, unsigned of)
{
    const uint64_t most = UINT64_C(512) << 20;
    uint64_t half = memory_available("") / 2, each = (half < most ? half : most) / of;

    if (each > 0) {
        (void)dhcpperf_server_prefault(server, (size_t)each);
    }
}

static int connect_them(serving *x)
{
    int rc = dhcpperf_pump_new(&x->pump, dhcpperf_server_engine(x->server), x->transport, 0, NULL);

    serve_back_leases(x->server, 1);
    return rc != 0 ? fail_to_make(rc) : 0;
}

static int report(const serving *x, int is_snapshot)
{
    server_result r;

    memset(&r, 0, sizeof r);
    r.setup = x->setup;
    r.run = x->run;
    r.stats = dhcpperf_server_stats(x->server);
    server_result_count(x->server, r.leases);
    r.port = x->port;
    r.elapsed_s = (double)(dhcpperf_clock_monotonic() - x->began) / 1e9;
    r.simulated_s = -1;
    r.is_snapshot = is_snapshot;
    if (dhcpperf_transport_stats(x->transport, &r.carrier, sizeof r.carrier) != 0) {
        r.carrier.size = 0;
    }
    return report_result(&r, x->outputs);
}

static int turn(void *user, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    serving *x = user;

    /* Under load the loop never sleeps: look at the signals now and then. */
    if (now >= x->next_look || signals_stops() > 0) {
        signals_clear();
        if (signals_stops() > 0) {
            return 1;
        }
        if (signals_take_reopen()) {
            log_reopen();
        }
        if (signals_take_snapshot()) {
            (void)report(x, 1);
        }
        if (x->verbose) {
            log_flush();
        }
        x->next_look = now + 50 * DHCPPERF_NS_PER_MS;
    }
    /* Asleep, signals wake the loop by themselves, but the log wants to be flushed. */
    *inout_wake = x->verbose ? x->next_look : DHCPPERF_NEVER;
    return 0;
}

static int drive(serving *x)
{
    int rc;

    x->began = dhcpperf_clock_monotonic();
    serve_say_ready(x->setup, x->port);
    rc = drive_pump(x->pump, turn, x);
    if (rc != 0) {
        int code = dhcpperf_transport_errno(x->transport);

        say_error("the server failed: %s",
                  rc == DHCPPERF_E_SYSTEM && code != 0 ? strerror(code) : dhcpperf_strerror(rc));
    }
    log_note("stopped");
    return rc != 0 ? EXIT_RUNTIME : 0;
}

static int serve_alone(server_setup *s, dhcpperf_server_config *c, const options *o,
                       const outputs *out, const run_facts *run)
{
    serving x;
    int status, reported = 0;

    memset(&x, 0, sizeof x);
    x.setup = s;
    x.outputs = out;
    x.run = run;
    x.verbose = o->values[SERVER_VERBOSE].on;
    status = make_server(&x, c);
    status = status != 0 ? status : open_socket(&x, o);
    status = status != 0 ? status : settle_port(&x, c);
    status = status != 0 ? status : connect_them(&x);
    if (status == 0) {
        status = drive(&x);
        reported = report(&x, 0);
    }
    dhcpperf_pump_free(x.pump);
    dhcpperf_transport_free(x.transport);
    dhcpperf_server_free(x.server);
    return status != 0 ? status : reported;
}

int serve_run(server_setup *s, dhcpperf_server_config *c, const options *o, const outputs *out,
              const run_facts *run)
{
    if (s->workers > 1) {
        return team_run(s, c, o, out, run);
    }
    if (s->cpus.n > 0 && workers_pin(s->cpus.at[0]) != 0) {
        say_error("cannot keep to processor %d: %s", s->cpus.at[0], strerror(errno));
        return EXIT_RUNTIME;
    }
    return serve_alone(s, c, o, out, run);
}
