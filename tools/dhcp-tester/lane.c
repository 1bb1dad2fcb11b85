/* SPDX-License-Identifier: MIT */
/* lane.c - from a socket to clients that have come to their end.  It looks at no signal and prints
 * no progress: those are matters of the whole run. */
#include "dhcp-tester/lane.h"

#include <string.h>
#include <time.h>

#include "common/say.h"

int lane_open(lane *l, const plan *p, const network_socket *s)
{
    char error[400];
    int status;

    memset(l, 0, sizeof *l);
    l->plan = p;
    l->socket = *s;
    status = network_open(&l->socket, &l->transport, error, sizeof error);
    if (status != 0) {
        say_error("%s", error);
    }
    return status;
}

int lane_fill(lane *l, plan *p, const options *o, const target *t)
{
    clients_place place = {.has_server = 1, .server = t->server, .first_relay = t->giaddr};
    dhcpperf_endpoint local;
    int status, rc = dhcpperf_transport_get_local(l->transport, &local);

    if (rc == 0) {
        place.port = local.port;
        /* K-028: a plain socket cannot receive unicast to an address it does not have yet. */
        place.want_broadcast = !p->relay;
        place.began = &l->began;
        status = clients_new(&l->client, p, o, &place);
        if (status != 0) {
            return status;
        }
        rc = dhcpperf_pump_new(&l->pump, dhcpperf_client_engine(l->client), l->transport, 0, NULL);
    }
    if (rc != 0) {
        say_error("cannot set up %u clients: %s", (unsigned)p->clients, dhcpperf_strerror(rc));
    }
    return rc != 0 ? EXIT_RUNTIME : 0;
}

void lane_close(lane *l)
{
    dhcpperf_pump_free(l->pump);
    dhcpperf_transport_free(l->transport);
    dhcpperf_client_free(l->client);
    dhcpperf_stats_free(l->mark);
}

int lane_begin(lane *l, const plan *p, dhcpperf_ts began, int release)
{
    l->began = began;
    ending_begin(&l->ending, p, began, release);
    return dhcpperf_client_begin(l->client, began);
}

static dhcpperf_dur thread_time(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (dhcpperf_dur)ts.tv_sec * DHCPPERF_NS_PER_S + (dhcpperf_dur)ts.tv_nsec;
}

int lane_drive(lane *l, drive_turn_fn turn, void *user)
{
    dhcpperf_dur before = thread_time();
    int rc = drive_pace(l->pump, l->plan->pacing, l->plan->tick);

    rc = rc != 0 ? rc : drive_pump(l->pump, turn, user);
    l->cpu += thread_time() - before;
    return rc;
}

/* When what was before no longer counts; NEVER when everything does, or it is already so. */
static dhcpperf_ts mark_at(const lane *l)
{
    return l->plan->warm_up == 0 || l->mark != NULL ? DHCPPERF_NEVER : l->began + l->plan->warm_up;
}

int lane_turn(lane *l, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    dhcpperf_ts wake;

    if (now >= mark_at(l)) {
        (void)dhcpperf_stats_clone(&l->mark, dhcpperf_client_stats(l->client));
    }
    if (ending_turn(&l->ending, l->client, now)) {
        return 1;
    }
    wake = mark_at(l);
    if (l->ending.phase == ENDING_RUNNING && l->ending.stop_at < wake) {
        wake = l->ending.stop_at;
    }
    *inout_wake = wake < *inout_wake ? wake : *inout_wake;
    return 0;
}

void lane_figures(const lane *l, progress_figures *ret)
{
    progress_count(l->client, ret);
}

void lane_carrier(const lane *l, dhcpperf_carrier_stats *ret)
{
    memset(ret, 0, sizeof *ret);
    if (dhcpperf_transport_stats(l->transport, ret, sizeof *ret) != 0) {
        ret->size = 0;
    }
}
