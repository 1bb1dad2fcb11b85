/* SPDX-License-Identifier: MIT */
/* target.c - refused before the first packet, what the flags alone tell first: then the name, the
 * route, relay addresses that do not lead back here. */
#include "dhcp-tester/target.h"

#include <stdio.h>
#include <string.h>

#include "common/say.h"
#include "common/units.h"
#include "dhcp-tester/pacing.h"
#include "dhcp-tester/room.h"

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
static int judge_relays(const target *t, const plan *p)
{
    uint32_t first = units_ip4_number(t->giaddr), i;
    char text[24], from[24], prefix[32];

    if (p->has_bind) {
        return 0;
    }
    for (i = 0; i < p->relay_count; i++) {
        dhcpperf_ip4 ip = units_ip4_of(first + i * p->relay_step);

        if (network_is_local(ip)) {
            continue;
        }
        network_ip_text(t->giaddr, from);
        snprintf(prefix, sizeof prefix, p->relay_count > 1 ? "PREFIX" : "%s/32", from);
        say_error("the relay address %s is none of this host's, so answers would not come here: "
                  "'ip route add local %s dev lo' makes it one, or say --bind ADDRESS if the "
                  "server answers to the source",
                  network_ip_text(ip, text), prefix);
        return EXIT_RUNTIME;
    }
    return 0;
}

/* Whether clients renew from the addresses they lease. */
static int speaks_from_leases(const plan *p)
{
    return p->renews && (!p->relay || p->renew_direct);
}

/* Whether clients ask from addresses that they have. */
static int informs_directly(const plan *p)
{
    return p->informs && !p->relay;
}

/* The answer to an INFORM goes to the address in it: the first and the last are looked at. */
static int judge_informs(const plan *p)
{
    uint32_t first = units_ip4_number(p->inform_base), i;
    char text[24];

    if (p->has_bind || !informs_directly(p)) {
        return 0;
    }
    for (i = 0; i < 2; i++) {
        dhcpperf_ip4 ip = units_ip4_of(first + (i == 0 ? 0 : p->clients - 1));

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
static int choose_socket(target *t, const plan *p)
{
    dhcpperf_ip4 local;
    char error[320];
    int rc = network_local_towards(t->server, &local, error, sizeof error);

    if (rc != 0) {
        say_error("%s", error);
        return rc;
    }
    t->giaddr = p->has_relay_ip ? p->relay_ip : p->has_bind ? p->bind : local;
    memset(&t->socket, 0, sizeof t->socket);
    t->socket.gso = p->gso;
    t->socket.user_stamps = p->user_stamps;
    t->socket.rcvbuf = room_to_ask(pacing_peak(p) / p->workers);
    if (p->has_bind) {
        t->socket.bind = p->bind;
    } else if (speaks_from_leases(p) || informs_directly(p)) {
        /* One socket speaks and listens for all addresses of this host. */
        memset(&t->socket.bind, 0, sizeof t->socket.bind);
    } else if (p->relay && p->relay_count == 1) {
        t->socket.bind = t->giaddr;
    } else if (!p->relay) {
        t->socket.bind = local;
    } else {
        t->socket.in_use_hint = ": several relay agents share one socket on all addresses of this "
                                "host, and a DHCP server here is in its way; --client-port takes "
                                "another port, to which the server must answer";
    }
    if (p->client_port >= 0) {
        t->socket.port = (uint16_t)p->client_port;
    } else if (p->server_port == 67) {
        t->socket.port = p->relay ? 67 : 68;
    }
    return p->relay ? judge_relays(t, p) : judge_informs(p);
}

/* Several workers each need a port, or an address, of their own: answers tell them apart by
 * nothing else. */
static int judge_workers(target *t, const plan *p)
{
    unsigned last = t->socket.port + p->workers - 1;

    if (p->workers == 1 || t->socket.port == 0) {
        return 0;
    }
    if (p->client_port > 0) {
        if (last > 65535) {
            say_error("--workers %u need ports %d to %u, one each from --client-port on, and there "
                      "is none above 65535",
                      p->workers, p->client_port, last);
        }
        return last > 65535 ? EXIT_USAGE : 0;
    }
    t->by_relay = p->relay && !p->has_bind && p->relay_run == 64 && !speaks_from_leases(p) &&
                  (p->relay_count == p->workers ||
                   (p->relay_count >= p->workers && p->workers < p->workers_asked));
    if (t->by_relay) {
        return 0;
    }
    say_error("a server on port 67 answers %s at port %u, which only one of %u workers can have: "
              "say %s--client-port 0 if it answers to the source port",
              p->relay ? "relay agents" : "clients", (unsigned)t->socket.port, p->workers,
              p->relay ? "--relay-count as --workers (and --relay-run 64), or "
                       : "--relay with --relay-count as --workers, or ");
    return EXIT_USAGE;
}

void target_socket(const target *t, const plan *p, unsigned index, unsigned of, network_socket *ret)
{
    *ret = t->socket;
    if (of == 1) {
        return;
    }
    ret->own_lines = 1;
    if (t->by_relay) {
        ret->bind = units_ip4_of(units_ip4_number(t->giaddr) + index * p->relay_step);
    } else if (t->socket.port != 0) {
        ret->port = (uint16_t)(t->socket.port + index);
    }
}

const dhcpperf_endpoint *target_peer(const target *t, const plan *p, dhcpperf_endpoint *ret)
{
    int shares_port = units_ip4_number(t->socket.bind) == 0 && t->socket.port == p->server_port;

    memset(ret, 0, sizeof *ret);
    ret->ip = t->server;
    ret->port = p->server_port;
    return !shares_port && network_is_local(t->server) ? ret : NULL;
}

int target_find(target *ret, const plan *p)
{
    char error[400];
    int status;

    memset(ret, 0, sizeof *ret);
    status = network_resolve(p->server, &ret->server, error, sizeof error);
    if (status != 0) {
        say_error("%s", error);
        return status;
    }
    status = judge_target(p, ret->server);
    status = status != 0 ? status : choose_socket(ret, p);
    status = status != 0 ? status : judge_workers(ret, p);
    if (status == 0 && speaks_from_leases(p) && !p->has_bind && ret->server.b[0] != 127) {
        say_warning(
            "renewals leave from the leased addresses, so these must be this host's: 'ip "
            "route add local PREFIX dev lo' makes them so, and behind --relay they need not "
            "be");
    }
    return status;
}
