/* SPDX-License-Identifier: MIT */
/* ending.c - the phases of the end of a run. */
#include "dhcp-tester/ending.h"

#include <string.h>

#define MAX_DRAIN (10 * DHCPPERF_NS_PER_S)

void ending_begin(ending *e, const plan *p, dhcpperf_ts began, int release)
{
    memset(e, 0, sizeof *e);
    e->stop_at = p->stop_after == DHCPPERF_NEVER ? DHCPPERF_NEVER : began + p->stop_after;
    e->drain = p->timeout < MAX_DRAIN ? p->timeout : MAX_DRAIN;
    e->release = release;
    e->counted_at = DHCPPERF_NEVER;
    e->load_end = p->search != NULL ? began + p->duration : DHCPPERF_NEVER;
}

static uint64_t leases(const dhcpperf_client *client)
{
    return dhcpperf_stats_counter(dhcpperf_client_stats(client), DHCPPERF_C_BOUND);
}

static void note(ending *e, const dhcpperf_client *client)
{
    e->load_end = DHCPPERF_NEVER;
    e->bound_then = leases(client);
}

void ending_note(ending *e, const dhcpperf_client *client, dhcpperf_ts now)
{
    if (now >= e->load_end) {
        note(e, client);
    }
}

void ending_stop(ending *e, dhcpperf_client *client)
{
    if (e->phase == ENDING_RUNNING) {
        e->phase = ENDING_DRAINING;
        dhcpperf_client_stop(client, e->drain, 0);
    }
}

void ending_count(ending *e, const dhcpperf_client *client, dhcpperf_ts now)
{
    static const dhcpperf_state holding[] = {DHCPPERF_ST_BOUND, DHCPPERF_ST_RENEWING,
                                             DHCPPERF_ST_REBINDING};
    unsigned i;

    if (e->counted_at != DHCPPERF_NEVER) {
        return;
    }
    if (e->load_end != DHCPPERF_NEVER) {
        note(e, client); /* also when everybody was through before the end of the load */
    }
    e->counted_at = now;
    e->bound_after = leases(client) - e->bound_then;
    for (i = 0; i < sizeof holding / sizeof holding[0]; i++) {
        e->holding += dhcpperf_client_count_in(client, holding[i]);
    }
    e->failed = dhcpperf_client_count_in(client, DHCPPERF_ST_FAILED);
    e->busy = dhcpperf_client_count(client) - e->holding - e->failed -
              dhcpperf_client_count_in(client, DHCPPERF_ST_IDLE);
}

int ending_is_near(ending *e, dhcpperf_client *client, dhcpperf_ts now)
{
    if (e->phase == ENDING_RUNNING && now >= e->stop_at) {
        ending_stop(e, client);
    }
    return dhcpperf_client_is_done(client);
}

int ending_go_on(ending *e, dhcpperf_client *client)
{
    if (e->release && e->phase < ENDING_RELEASING) {
        e->phase = ENDING_RELEASING;
        dhcpperf_client_stop(client, 0, 1);
        return 0;
    }
    e->phase = ENDING_OVER;
    return 1;
}
