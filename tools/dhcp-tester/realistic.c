/* SPDX-License-Identifier: MIT */
/* realistic.c - the run as a whole: what can be refused is refused before the first packet, then
 * the clients play, signals and the progress line are looked after, and the figures are told. */
#include "dhcp-tester/realistic.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/say.h"
#include "common/signals.h"
#include "dhcp-tester/lane.h"
#include "dhcp-tester/target.h"

typedef struct realistic {
    plan *plan;
    const run_facts *run;
    target target;
    lane lane;
    progress progress;
    dhcpperf_ts began;
    dhcpperf_ts next_look; /* at what costs a system call */
    int is_dead;           /* nobody listens there */
} realistic;

/* -- before the first packet ------------------------------------------------------------------- */

/* What the receive buffer holds bounds what may be in flight at once. */
static void settle_concurrency(realistic *x)
{
    plan *p = x->plan;
    dhcpperf_carrier_stats c;
    uint64_t fits;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    lane_carrier(&x->lane, &c);
    if (c.size == 0) {
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

/* -- the run ----------------------------------------------------------------------------------- */

static int nobody_listens(const realistic *x, dhcpperf_ts now)
{
    dhcpperf_carrier_stats c;

    /* With retransmission the user expects patience: the server may be starting. */
    if (x->plan->retry || now - x->began <= DHCPPERF_NS_PER_S) {
        return 0;
    }
    lane_carrier(&x->lane, &c);
    return c.unreachable > 0 && c.rx_messages == 0;
}

static void show_progress(realistic *x, dhcpperf_ts now)
{
    progress_figures f = {0, 0, 0};

    lane_figures(&x->lane, &f);
    progress_print(&x->progress, &f, (double)(now - x->began) / 1e9, now);
}

/* 1 when the run is to end at once. */
static int look_around(realistic *x, dhcpperf_ts now)
{
    signals_clear();
    if (signals_stops() > 1) {
        return 1;
    }
    if (signals_stops() > 0 && x->lane.ending.phase == ENDING_RUNNING) {
        say_note("stopping: waiting for the answers under way, interrupt again to stop at once");
        ending_stop(&x->lane.ending, x->lane.client);
    }
    if (signals_take_snapshot() || progress_is_due(&x->progress, now)) {
        show_progress(x, now);
    }
    if (x->next_look != 0 && nobody_listens(x, now)) {
        x->is_dead = 1;
        return 1;
    }
    x->next_look = now + 100 * DHCPPERF_NS_PER_MS;
    return 0;
}

static int turn(void *user, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    realistic *x = user;

    if ((now >= x->next_look || signals_stops() > 1 ||
         (signals_stops() > 0 && x->lane.ending.phase == ENDING_RUNNING)) &&
        look_around(x, now)) {
        return 1;
    }
    *inout_wake = x->next_look;
    return lane_turn(&x->lane, now, inout_wake);
}

static int say_failure(const lane *l, int rc)
{
    if (rc == DHCPPERF_E_SYSTEM || rc == DHCPPERF_E_PERMISSION) {
        int code = dhcpperf_transport_errno(l->transport);

        say_error("the network failed: %s", code != 0 ? strerror(code) : dhcpperf_strerror(rc));
    } else if (rc != 0) {
        say_error("the run failed: %s", dhcpperf_strerror(rc));
    }
    return rc != 0 ? EXIT_RUNTIME : 0;
}

static int drive(realistic *x)
{
    const plan *p = x->plan;
    progress_figures f = {0, 0, 0};
    int rc;

    /* Until now a signal just ended the command, even in the middle of a slow look-up of a name. */
    if (signals_install(0) != 0) {
        say_error("cannot watch for signals: %s", strerror(errno));
        return EXIT_RUNTIME;
    }
    x->began = dhcpperf_clock_monotonic();
    rc = lane_begin(&x->lane, p, x->began,
                    p->release_at_end < 0 ? x->target.server.b[0] != 127 : p->release_at_end);
    if (rc == 0) {
        progress_begin(&x->progress, p->progress, p->clients, x->began);
        rc = lane_drive(&x->lane, turn, x);
        lane_figures(&x->lane, &f);
        progress_end(&x->progress, &f, (double)(dhcpperf_clock_monotonic() - x->began) / 1e9);
    }
    return say_failure(&x->lane, rc);
}

/* Why nothing came back: nothing left, nobody listens, or nobody knows. */
static int say_no_reply(const realistic *x, const tester_result *r)
{
    uint64_t errors = dhcpperf_stats_counter(r->stats, DHCPPERF_C_TX_ERRORS);
    int code = dhcpperf_transport_errno(x->lane.transport);
    char from[24];

    if (errors > 0 && errors == dhcpperf_stats_counter(r->stats, DHCPPERF_C_TX_PACKETS)) {
        say_error("nothing could be sent from %s to %s: %s",
                  network_ip_text(x->lane.socket.bind, from), r->server,
                  code != 0 ? strerror(code) : "the reason is not known");
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

/* What is told of the run. */
static int fill_result(realistic *x, tester_result *ret, dhcpperf_stats **ret_interval)
{
    lane *l = &x->lane;
    dhcpperf_dur warm_up = l->mark != NULL ? x->plan->warm_up : 0;

    memset(ret, 0, sizeof *ret);
    ending_count(&l->ending, l->client, dhcpperf_clock_monotonic());
    ret->plan = x->plan;
    ret->run = x->run;
    ret->client = l->client;
    ret->stats = dhcpperf_client_stats(l->client);
    ret->ending = &l->ending;
    ret->began = x->began;
    network_endpoint_text(x->target.server, x->plan->server_port, ret->server);
    ret->elapsed_s = (double)(l->ending.counted_at - x->began - warm_up) / 1e9;
    ret->simulated_s = -1;
    lane_carrier(l, &ret->carrier);
    if (l->mark != NULL) {
        if (dhcpperf_stats_interval(ret_interval, ret->stats, l->mark) != 0) {
            say_error("out of memory");
            return EXIT_RUNTIME;
        }
        ret->stats = *ret_interval;
    }
    result_settle(ret);
    return 0;
}

static int finish(realistic *x, report_fn report, void *user)
{
    dhcpperf_stats *interval = NULL;
    tester_result r;
    int status = fill_result(x, &r, &interval);

    status = status != 0 ? status : report(user, &r);
    if (status == 0 && signals_stops() == 0 &&
        dhcpperf_stats_counter(r.stats, DHCPPERF_C_TX_PACKETS) > 0 &&
        dhcpperf_stats_counter(r.stats, DHCPPERF_C_RX_PACKETS) == 0) {
        status = say_no_reply(x, &r);
    }
    dhcpperf_stats_free(interval);
    return status;
}

int realistic_run(plan *p, const options *o, const run_facts *run, report_fn report, void *user)
{
    realistic x;
    int status;

    memset(&x, 0, sizeof x);
    x.plan = p;
    x.run = run;
    status = clients_judge(p, o);
    status = status != 0 ? status : target_find(&x.target, p);
    status = status != 0 ? status : lane_open(&x.lane, p, &x.target.socket);
    if (status == 0) {
        settle_concurrency(&x);
        status = lane_fill(&x.lane, p, o, &x.target);
    }
    status = status != 0 ? status : drive(&x);
    status = status != 0 ? status : finish(&x, report, user);
    lane_close(&x.lane);
    return status;
}
