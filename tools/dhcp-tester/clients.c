/* SPDX-License-Identifier: MIT */
/* clients.c - from the plan to a client engine, the same way for every mode. */
#include "dhcp-tester/clients.h"

#include <stdio.h>

#include <libdhcpperf/memory.h>

#include "common/say.h"
#include "dhcp-tester/mischief.h"

/* The embedded server is known before anybody has asked it. */
static int name_server(const plan *p, dhcpperf_client_config *c, const clients_place *place)
{
    char text[16];
    int rc;

    if (p->faults == NULL || !place->has_pool) {
        return 0;
    }
    dhcpperf_ip4_format(place->server_id, text, sizeof text);
    rc = dhcpperf_client_config_set(c, "hostile.server", text);
    return rc != 0 || p->has_hostile_range
               ? rc
               : mischief_set_range(c, place->pool_first, place->pool_last);
}

static int fill_config(const plan *p, dhcpperf_client_config *c, const dhcpperf_load *load,
                       const clients_place *place)
{
    int rc = dhcpperf_client_config_set_ports(c, p->server_port, place->port);

    rc = rc != 0 ? rc : dhcpperf_client_config_set_load(c, load);
    if (rc == 0 && place->has_server) {
        rc = dhcpperf_client_config_set_server(c, place->server);
    }
    if (rc == 0 && place->want_broadcast) {
        rc = dhcpperf_client_config_set(c, "client.broadcast", "true");
    }
    if (rc == 0 && place->shards > 1) {
        rc = dhcpperf_client_config_set_shard(c, place->shard, place->shards);
        rc = rc != 0 ? rc : dhcpperf_client_config_set(c, "stages.wait", "true");
    }
    rc = rc != 0 ? rc : name_server(p, c, place);
    if (rc == 0 && p->verbose) {
        rc = dhcpperf_client_config_set_trace(c, trace_event, place->log, TRACE_KINDS);
    }
    return rc;
}

static void explain(plan *p, const clients_place *place, int rc)
{
    if (rc == DHCPPERF_E_RANGE && place->shards > 1) {
        snprintf(p->error, sizeof p->error,
                 "the scenario %s has fewer clients under way at a time than there are workers "
                 "(--workers %u): each needs one at least",
                 p->scenario_name, (unsigned)place->shards);
    } else {
        snprintf(p->error, sizeof p->error, "cannot set up %u clients: %s", (unsigned)p->clients,
                 dhcpperf_strerror(rc));
    }
}

static int make(dhcpperf_client **ret, plan *p, const options *o, const clients_place *place,
                uint32_t stations)
{
    dhcpperf_client_config *c = NULL;
    dhcpperf_load *load = NULL;
    int rc;

    if (plan_configure(p, o, &c) != 0 || plan_make_load(p, &load) != 0 ||
        (p->relay && plan_add_relays(p, o, c, place->first_relay) != 0)) {
        rc = EXIT_USAGE;
    } else {
        rc = fill_config(p, c, load, place);
        rc = rc != 0 ? rc : dhcpperf_client_config_set_stations(c, stations);
        /* In whole cache lines where each engine has a thread. */
        rc = rc != 0 ? rc
                     : dhcpperf_client_new(ret, c, place->shards > 1 ? dhcpperf_mem_lines() : NULL);
        if (rc != 0) {
            explain(p, place, rc);
            rc = rc == DHCPPERF_E_NOMEM ? EXIT_RUNTIME : EXIT_USAGE;
        }
    }
    dhcpperf_load_free(load);
    dhcpperf_client_config_free(c);
    return rc;
}

/* One client instead of all, since they differ in numbers only.  Its relay agent has the smallest
 * address a host can have: what does not fit with that does not fit with any. */
int clients_judge(plan *p, const options *o)
{
    clients_place place = {
        .has_server = 1, .server = {{127, 0, 0, 1}}, .port = 68, .first_relay = {{1, 0, 0, 0}}};
    uint32_t concurrency = p->concurrency;
    dhcpperf_client *cli = NULL;
    trace_log log = {0, 0, 0};
    int rc;

    place.log = &log;
    if (p->has_relay_ip) {
        place.first_relay = p->relay_ip;
    }
    p->concurrency = p->concurrency_auto ? 1 : concurrency;
    rc = make(&cli, p, o, &place, 1);
    p->concurrency = concurrency;
    dhcpperf_client_free(cli);
    return rc;
}

int clients_new(dhcpperf_client **ret, plan *p, const options *o, const clients_place *place)
{
    return make(ret, p, o, place, p->clients);
}
