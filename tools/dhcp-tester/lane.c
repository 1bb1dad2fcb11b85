/* SPDX-License-Identifier: MIT */
/* lane.c - from a socket to clients that have come to their end.  It looks at no signal and prints
 * nothing: those are matters of the whole run. */
#include "dhcp-tester/lane.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <libdhcpperf/memory.h>

#include "common/privileges.h"
#include "common/say.h"

int lane_open(lane *l)
{
    target_socket(l->target, l->plan, l->index, l->of, &l->socket);
    return network_open(&l->socket, &l->transport, l->error, sizeof l->error);
}

/* All sockets are open: a search will open others. */
static int forget_rights(lane *l)
{
    if (l->plan->trial == 0 && privileges_forget() != 0) {
        snprintf(l->error, sizeof l->error, "cannot give up capabilities: %s", strerror(errno));
        return EXIT_RUNTIME;
    }
    return 0;
}

int lane_fill(lane *l, const options *o)
{
    clients_place place = {.has_server = 1,
                           .server = l->target->server,
                           .first_relay = l->target->giaddr,
                           .shard = l->index,
                           .shards = l->of};
    plan own = *l->plan; /* for what it writes into it */
    dhcpperf_endpoint local;
    int status = forget_rights(l), rc = dhcpperf_transport_get_local(l->transport, &local);

    if (status != 0) {
        return status;
    }
    if (rc == 0) {
        place.port = local.port;
        /* K-028: a plain socket cannot receive unicast to an address it does not have yet. */
        place.want_broadcast = !own.relay;
        l->part.log = (trace_log){0, l->index, l->of};
        place.log = &l->part.log;
        status = clients_new(&l->part.client, &own, o, &place);
        if (status != 0) {
            snprintf(l->error, sizeof l->error, "%s", own.error);
            return status;
        }
        rc = dhcpperf_pump_new(&l->pump, dhcpperf_client_engine(l->part.client), l->transport, 0,
                               l->of > 1 ? dhcpperf_mem_lines() : NULL);
    }
    if (rc != 0) {
        snprintf(l->error, sizeof l->error, "cannot set up %u clients: %s", (unsigned)own.clients,
                 dhcpperf_strerror(rc));
    }
    return rc != 0 ? EXIT_RUNTIME : 0;
}

void lane_close(lane *l)
{
    dhcpperf_pump_free(l->pump);
    dhcpperf_transport_free(l->transport);
    part_free(&l->part);
}

static dhcpperf_dur thread_time(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (dhcpperf_dur)ts.tv_sec * DHCPPERF_NS_PER_S + (dhcpperf_dur)ts.tv_nsec;
}

int lane_drive(lane *l, int wake_fd, drive_turn_fn turn, void *user)
{
    dhcpperf_dur before = thread_time();
    int rc = drive_pace(l->pump, l->plan->pacing, l->plan->tick);

    rc = rc != 0 ? rc : drive_pump_beside(l->pump, wake_fd, turn, NULL, user);
    l->part.cpu += thread_time() - before;
    return rc;
}

static void show(_Atomic uint64_t *word, uint64_t value)
{
    atomic_store_explicit(word, value, memory_order_relaxed);
}

void lane_show(lane *l)
{
    progress_figures f = {0, 0, 0};
    dhcpperf_carrier_stats c;

    progress_count(l->part.client, &f);
    lane_carrier(l, &c);
    show(&l->shown.bound, f.bound);
    show(&l->shown.failed, f.failed);
    show(&l->shown.started, f.started);
    show(&l->shown.received, c.rx_messages);
    show(&l->shown.unreachable, c.unreachable);
}

void lane_carrier(const lane *l, dhcpperf_carrier_stats *ret)
{
    memset(ret, 0, sizeof *ret);
    if (dhcpperf_transport_stats(l->transport, ret, sizeof *ret) != 0) {
        memset(ret, 0, sizeof *ret);
    }
}
