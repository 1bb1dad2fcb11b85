/* SPDX-License-Identifier: MIT */
/* realistic.c - one client engine on one UDP socket.
 *
 * Everything that can be refused is refused before the first packet, and what the flags alone tell
 * comes first: then the name, the route, relay addresses that do not lead back here, the socket. */
#include "dhcp-tester/realistic.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libdhcpperf/pump.h>

#include "common/drive.h"
#include "common/network.h"
#include "common/say.h"
#include "common/signals.h"
#include "common/units.h"
#include "dhcp-tester/clients.h"
#include "dhcp-tester/ending.h"
#include "dhcp-tester/progress.h"

typedef struct realistic {
    plan *plan;
    const run_facts *run;
    dhcpperf_ip4 server, giaddr;
    network_socket socket;
    dhcpperf_transport *transport;
    dhcpperf_client *client;
    dhcpperf_pump *pump;
    progress progress;
    dhcpperf_ts began;
    dhcpperf_ts next_look; /* at what costs a system call */
    ending ending;
    int is_dead; /* nobody listens there */
} realistic;

/* -- before the first packet ------------------------------------------------------------------- */

static int judge_target(const plan *p, dhcpperf_ip4 server)
{
    if (server.b[0] >= 224 || server.b[0] == 0) {
        say_error("--server must be one host, and '%s' is a %s address", p->server,
                  server.b[0] == 0    ? "nowhere"
                  : server.b[0] < 240 ? "group"
                                      : "broadcast or reserved");
        return EXIT_USAGE;
    }
    return 0;
}

/* Answers to relayed messages go to giaddr: they must arrive here.  With --bind the user says where
 * answers arrive. */
static int judge_relays(const realistic *x)
{
    uint32_t first = units_ip4_number(x->giaddr), i;
    char text[24], from[24], prefix[32];

    if (x->plan->has_bind) {
        return 0;
    }
    for (i = 0; i < x->plan->relay_count; i++) {
        dhcpperf_ip4 ip = units_ip4_of(first + i * x->plan->relay_step);

        if (network_is_local(ip)) {
            continue;
        }
        network_ip_text(x->giaddr, from);
        snprintf(prefix, sizeof prefix, x->plan->relay_count > 1 ? "PREFIX" : "%s/32", from);
        say_error("the relay address %s is none of this host's, so answers would not come here: "
                  "'ip route add local %s dev lo' makes it one, or say --bind ADDRESS if the "
                  "server answers to the source",
                  network_ip_text(ip, text), prefix);
        return EXIT_RUNTIME;
    }
    return 0;
}

/* Whether clients renew from the addresses they lease. */
static int speaks_from_leases(const realistic *x)
{
    return x->plan->renews && (!x->plan->relay || x->plan->renew_direct);
}

/* Whether clients ask from addresses that they have. */
static int informs_directly(const realistic *x)
{
    return x->plan->informs && !x->plan->relay;
}

/* The answer to an INFORM goes to the address in it: the first and the last are looked at. */
static int judge_informs(const realistic *x)
{
    uint32_t first = units_ip4_number(x->plan->inform_base), i;
    char text[24];

    if (x->plan->has_bind || !informs_directly(x)) {
        return 0;
    }
    for (i = 0; i < 2; i++) {
        dhcpperf_ip4 ip = units_ip4_of(first + (i == 0 ? 0 : x->plan->clients - 1));

        if (!network_is_local(ip)) {
            say_error("%s, by --inform-base the address of the %s client, is none of this host's, "
                      "so it can neither ask nor hear: 'ip route add local PREFIX dev lo' makes "
                      "the addresses of a prefix local, 127.0.0.0/8 is",
                      network_ip_text(ip, text), i == 0 ? "first" : "last");
            return EXIT_RUNTIME;
        }
    }
    return 0;
}

/* Local address and port.  A relay agent is spoken to on port 67 (RFC 2131 4.1), a client on 68;
 * with a server on another port nobody expects those, and any free port needs no privilege. */
static int choose_socket(realistic *x)
{
    const plan *p = x->plan;
    dhcpperf_ip4 local;
    char error[320];
    int rc = network_local_towards(x->server, &local, error, sizeof error);

    if (rc != 0) {
        say_error("%s", error);
        return rc;
    }
    x->giaddr = p->has_relay_ip ? p->relay_ip : p->has_bind ? p->bind : local;
    memset(&x->socket, 0, sizeof x->socket);
    x->socket.gso = p->gso;
    if (p->has_bind) {
        x->socket.bind = p->bind;
    } else if (speaks_from_leases(x) || informs_directly(x)) {
        /* One socket speaks and listens for all addresses of this host. */
        memset(&x->socket.bind, 0, sizeof x->socket.bind);
    } else if (p->relay && p->relay_count == 1) {
        x->socket.bind = x->giaddr;
    } else if (!p->relay) {
        x->socket.bind = local;
    } else {
        x->socket.in_use_hint = ": several relay agents share one socket on all addresses of this "
                                "host, and a DHCP server here is in its way; --client-port takes "
                                "another port, to which the server must answer";
    }
    if (p->client_port >= 0) {
        x->socket.port = (uint16_t)p->client_port;
    } else if (p->server_port == 67) {
        x->socket.port = p->relay ? 67 : 68;
    }
    return p->relay ? judge_relays(x) : judge_informs(x);
}

/* What the receive buffer holds bounds what may be in flight at once. */
static void settle_concurrency(realistic *x)
{
    plan *p = x->plan;
    dhcpperf_carrier_stats c;
    uint64_t fits;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    memset(&c, 0, sizeof c);
    if (dhcpperf_transport_stats(x->transport, &c, sizeof c) != 0) {
        c.rcvbuf = 212992;
    }
    fits = c.rcvbuf / NETWORK_BYTES_PER_ANSWER;
    if (p->concurrency_auto) {
        uint64_t n = 4096 * (uint64_t)(cores > 0 ? cores : 1);

        n = n < fits ? n : fits;
        p->concurrency = n < 1 ? 1 : (uint32_t)n;
    } else if (p->rate <= 0 && p->concurrency > fits && p->clients > fits) {
        say_warning("--concurrency %u is more than the receive buffer of %u bytes holds for sure "
                    "(%u answers): raise net.core.rmem_max or lower it",
                    (unsigned)p->concurrency, (unsigned)c.rcvbuf, (unsigned)fits);
    }
}

static int make_client(realistic *x, const options *o)
{
    clients_place place = {.has_server = 1, .server = x->server, .first_relay = x->giaddr};
    dhcpperf_endpoint local;
    int rc = dhcpperf_transport_get_local(x->transport, &local);

    if (rc != 0) {
        say_error("cannot set up %u clients: %s", (unsigned)x->plan->clients,
                  dhcpperf_strerror(rc));
        return EXIT_USAGE;
    }
    settle_concurrency(x);
    place.port = local.port;
    /* K-028: a plain socket cannot receive unicast to an address it does not have yet. */
    place.want_broadcast = !x->plan->relay;
    place.began = &x->began;
    if (speaks_from_leases(x) && !x->plan->has_bind && x->server.b[0] != 127) {
        say_warning(
            "renewals leave from the leased addresses, so these must be this host's: 'ip "
            "route add local PREFIX dev lo' makes them so, and behind --relay they need not "
            "be");
    }
    return clients_new(&x->client, x->plan, o, &place);
}

/* -- the run ----------------------------------------------------------------------------------- */

static int nobody_listens(const realistic *x, dhcpperf_ts now)
{
    dhcpperf_carrier_stats c;

    memset(&c, 0, sizeof c);
    /* With retransmission the user expects patience: the server may be starting. */
    return !x->plan->retry && now - x->began > DHCPPERF_NS_PER_S &&
           dhcpperf_transport_stats(x->transport, &c, sizeof c) == 0 && c.unreachable > 0 &&
           c.rx_messages == 0;
}

static int turn(void *user, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    realistic *x = user;
    double seconds = (double)(now - x->began) / 1e9;

    if (now >= x->next_look || (signals_stops() > 0 && x->ending.phase == ENDING_RUNNING) ||
        signals_stops() > 1) {
        signals_clear();
        if (signals_stops() > 1) {
            return 1;
        }
        if (signals_stops() > 0 && x->ending.phase == ENDING_RUNNING) {
            say_note("stopping: waiting for the answers under way, interrupt again to stop at "
                     "once");
            ending_stop(&x->ending, x->client);
        }
        if (signals_take_snapshot()) {
            progress_print(&x->progress, x->client, seconds);
        }
        if (x->next_look != 0 && nobody_listens(x, now)) {
            x->is_dead = 1;
            return 1;
        }
        progress_tick(&x->progress, x->client, seconds, now);
        x->next_look = now + 100 * DHCPPERF_NS_PER_MS;
    }
    if (ending_turn(&x->ending, x->client, now)) {
        return 1;
    }
    *inout_wake = x->next_look;
    if (x->ending.phase == ENDING_RUNNING && x->ending.stop_at < *inout_wake) {
        *inout_wake = x->ending.stop_at;
    }
    return 0;
}

static int drive(realistic *x)
{
    int rc = dhcpperf_pump_new(&x->pump, dhcpperf_client_engine(x->client), x->transport, 0, NULL);

    /* Until now a signal just ended the command, even in the middle of a slow look-up of a name. */
    if (signals_install(0) != 0) {
        say_error("cannot watch for signals: %s", strerror(errno));
        return EXIT_RUNTIME;
    }
    if (rc == 0) {
        x->began = dhcpperf_clock_monotonic();
        ending_begin(&x->ending, x->plan, x->began,
                     x->plan->release_at_end < 0 ? x->server.b[0] != 127 : x->plan->release_at_end);
        rc = dhcpperf_client_begin(x->client, x->began);
    }
    if (rc == 0) {
        progress_begin(&x->progress, x->plan->progress, x->plan->clients, x->began);
        rc = drive_pump(x->pump, turn, x);
        progress_end(&x->progress, x->client,
                     (double)(dhcpperf_clock_monotonic() - x->began) / 1e9);
    }
    if (rc == DHCPPERF_E_SYSTEM || rc == DHCPPERF_E_PERMISSION) {
        int code = dhcpperf_transport_errno(x->transport);

        say_error("the network failed: %s", code != 0 ? strerror(code) : dhcpperf_strerror(rc));
    } else if (rc != 0) {
        say_error("the run failed: %s", dhcpperf_strerror(rc));
    }
    return rc != 0 ? EXIT_RUNTIME : 0;
}

/* Why nothing came back: nothing left, nobody listens, or nobody knows. */
static int say_no_reply(const realistic *x, const tester_result *r)
{
    uint64_t errors = dhcpperf_stats_counter(r->stats, DHCPPERF_C_TX_ERRORS);
    int code = dhcpperf_transport_errno(x->transport);
    char from[24];

    if (errors > 0 && errors == dhcpperf_stats_counter(r->stats, DHCPPERF_C_TX_PACKETS)) {
        say_error("nothing could be sent from %s to %s: %s", network_ip_text(x->socket.bind, from),
                  r->server, code != 0 ? strerror(code) : "the reason is not known");
        return EXIT_RUNTIME;
    }
    if (r->carrier.unreachable > 0) {
        say_error("no server is listening at %s", r->server);
    } else {
        say_error("no reply at all from %s: is the server running, and do answers find their way "
                  "back%s?",
                  r->server,
                  x->plan->relay ? " (a relay agent is answered at its giaddr, mostly on port 67, "
                                   "see --client-port)"
                                 : "");
    }
    return EXIT_NO_REPLY;
}

static int finish(realistic *x, int (*report)(const tester_result *r))
{
    tester_result r;
    int status;

    memset(&r, 0, sizeof r);
    ending_count(&x->ending, x->client, dhcpperf_clock_monotonic());
    r.plan = x->plan;
    r.run = x->run;
    r.client = x->client;
    r.stats = dhcpperf_client_stats(x->client);
    r.ending = &x->ending;
    r.began = x->began;
    network_endpoint_text(x->server, x->plan->server_port, r.server);
    r.elapsed_s = (double)(x->ending.counted_at - x->began) / 1e9;
    r.simulated_s = -1;
    if (dhcpperf_transport_stats(x->transport, &r.carrier, sizeof r.carrier) != 0) {
        r.carrier.size = 0;
    }
    result_settle(&r);
    status = report(&r);
    if (status != 0 || signals_stops() > 0) {
        return status;
    }
    if (dhcpperf_stats_counter(r.stats, DHCPPERF_C_TX_PACKETS) > 0 &&
        dhcpperf_stats_counter(r.stats, DHCPPERF_C_RX_PACKETS) == 0) {
        return say_no_reply(x, &r);
    }
    return 0;
}

int realistic_run(plan *p, const options *o, const run_facts *run,
                  int (*report)(const tester_result *r))
{
    realistic x;
    char error[400];
    int status;

    memset(&x, 0, sizeof x);
    x.plan = p;
    x.run = run;
    status = clients_judge(p, o);
    if (status != 0) {
        return status;
    }
    status = network_resolve(p->server, &x.server, error, sizeof error);
    if (status != 0) {
        say_error("%s", error);
        return status;
    }
    status = judge_target(p, x.server);
    status = status != 0 ? status : choose_socket(&x);
    if (status != 0) {
        return status;
    }
    status = network_open(&x.socket, &x.transport, error, sizeof error);
    if (status != 0) {
        say_error("%s", error);
        return status;
    }
    status = make_client(&x, o);
    if (status == 0) {
        status = drive(&x);
        if (status == 0) {
            status = finish(&x, report);
        }
    }
    dhcpperf_pump_free(x.pump);
    dhcpperf_transport_free(x.transport);
    dhcpperf_client_free(x.client);
    return status;
}
