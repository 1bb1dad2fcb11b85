/* SPDX-License-Identifier: MIT */
/* realistic.c - the run as a whole: what can be refused is refused before the first packet, then
 * the clients play, signals and the progress line are looked after, and the figures are told. */
#include "dhcp-tester/realistic.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/privileges.h"
#include "common/say.h"
#include "common/signals.h"
#include "dhcp-tester/crew.h"
#include "dhcp-tester/pacing.h"
#include "dhcp-tester/room.h"
#include "dhcp-tester/target.h"

typedef struct realistic {
    plan *plan;
    const run_facts *run;
    target target;
    crew crew;
    progress progress;
    dhcpperf_ts next_look; /* at what costs a system call */
    int is_dead;           /* nobody listens there */
    kernel_counts before;
} realistic;

/* -- before the first packet ------------------------------------------------------------------- */

/* What the receive buffer holds bounds what may be in flight at once. */
static void settle_concurrency(realistic *x)
{
    plan *p = x->plan;
    dhcpperf_carrier_stats c;
    uint64_t fits;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    crew_carrier(&x->crew, &c);
    if (c.size == 0) {
        c.rcvbuf = 212992;
    }
    fits = (uint64_t)c.rcvbuf / NETWORK_BYTES_PER_ANSWER * p->workers;
    if (p->concurrency_auto) {
        uint64_t n = 4096 * (uint64_t)(cores > 0 ? cores : 1);

        n = n < fits ? n : fits;
        p->concurrency = n < p->workers ? p->workers : (uint32_t)n;
    } else if (p->rate <= 0 && p->concurrency > fits && p->clients > fits) {
        say_warning(
            "--concurrency %u is more than the receive buffer%s of %u bytes hold%s for sure "
            "(%u answers): raise net.core.rmem_max or lower it",
            (unsigned)p->concurrency, p->workers > 1 ? "s" : "", (unsigned)c.rcvbuf,
            p->workers > 1 ? "" : "s", (unsigned)fits);
    }
}

/* What the kernel did not grant: said once, with what happens instead. */
static void judge_socket(const realistic *x)
{
    dhcpperf_carrier_stats c;

    crew_carrier(&x->crew, &c);
    if (c.size == 0) {
        return;
    }
    if (x->plan->trial <= 1) {
        network_judge_trains(x->plan->gso, x->crew.lanes[0].transport);
    }
    if (x->plan->trial <= 1 && !x->plan->user_stamps && c.stamps == 0) {
        say_warning("the kernel does not stamp arrivals here: answers are timed when they are "
                    "read, as with --timestamps user, so latencies hold the time they waited");
    }
    room_check(pacing_peak(x->plan) / x->crew.n, c.rcvbuf);
}

/* -- the run ----------------------------------------------------------------------------------- */

static double seconds_of(const realistic *x, dhcpperf_ts now)
{
    return (double)(now - x->crew.began) / 1e9;
}

/* With retransmission the user expects patience: the server may be starting.  A trial has figures
 * only from the end of its warm-up on. */
static int nobody_listens(const realistic *x, dhcpperf_ts now, uint64_t received,
                          uint64_t unreachable)
{
    return !x->plan->retry && now - x->crew.began > x->plan->warm_up + DHCPPERF_NS_PER_S &&
           unreachable > 0 && received == 0;
}

/* Signals, the progress line, and whether it is in vain. */
static int look_around(realistic *x, dhcpperf_ts now)
{
    uint64_t received, unreachable;
    progress_figures f;

    signals_clear();
    if (signals_stops() > 1) {
        return 1;
    }
    if (signals_stops() > 0 && crew_goes_on(&x->crew)) {
        say_note("stopping: waiting for the answers under way, interrupt again to stop at once");
        crew_stop(&x->crew);
    }
    crew_figures(&x->crew, &f, &received, &unreachable);
    if (signals_take_snapshot() || progress_is_due(&x->progress, now)) {
        progress_print(&x->progress, &f, seconds_of(x, now), now);
    }
    if (x->next_look != 0 && nobody_listens(x, now, received, unreachable)) {
        x->is_dead = 1;
        return 1;
    }
    x->next_look = now + 100 * DHCPPERF_NS_PER_MS;
    return 0;
}

/* crew_look_fn: rarely, because it costs system calls. */
static int look(void *user, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    realistic *x = user;

    if ((now >= x->next_look || signals_stops() > 1 ||
         (signals_stops() > 0 && crew_goes_on(&x->crew))) &&
        look_around(x, now)) {
        return 1;
    }
    *inout_wake = x->next_look;
    return 0;
}

static int drive(realistic *x)
{
    const plan *p = x->plan;
    progress_figures f;
    dhcpperf_endpoint peer;
    int status;

    /* Until now a signal just ended the command, even in the middle of a slow look-up of a name. */
    if (signals_install(0) != 0) {
        say_error("cannot watch for signals: %s", strerror(errno));
        return EXIT_RUNTIME;
    }
    kernel_look(&x->before, target_peer(&x->target, p, &peer));
    progress_begin(&x->progress, p->progress, p->clients, dhcpperf_clock_monotonic());
    status = crew_play(&x->crew,
                       p->release_at_end < 0 ? x->target.server.b[0] != 127 : p->release_at_end,
                       look, x);
    crew_figures(&x->crew, &f, NULL, NULL);
    progress_end(&x->progress, &f, seconds_of(x, dhcpperf_clock_monotonic()));
    return status;
}

/* Why nothing came back: nothing left, nobody listens, or nobody knows. */
static int say_no_reply(const realistic *x, const tester_result *r)
{
    uint64_t errors = dhcpperf_stats_counter(r->stats, DHCPPERF_C_TX_ERRORS);
    int code = dhcpperf_transport_errno(x->crew.lanes[0].transport);
    char from[24];

    if (errors > 0 && errors == dhcpperf_stats_counter(r->stats, DHCPPERF_C_TX_PACKETS)) {
        say_error("nothing could be sent from %s to %s: %s",
                  network_ip_text(x->crew.lanes[0].socket.bind, from), r->server,
                  code != 0 ? strerror(code) : "the reason is not known");
        return EXIT_RUNTIME;
    }
    if (x->plan->may_be_silent) {
        return 0;
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
static void fill_result(realistic *x, const merged *all, tester_result *ret)
{
    dhcpperf_dur warm_up = all->parts[0]->mark != NULL ? x->plan->warm_up : 0;
    dhcpperf_endpoint peer;

    memset(ret, 0, sizeof *ret);
    ret->plan = x->plan;
    ret->run = x->run;
    ret->all = all;
    ret->stats = all->stats;
    ret->began = x->crew.began;
    network_endpoint_text(x->target.server, x->plan->server_port, ret->server);
    ret->elapsed_s = (double)(all->ending.counted_at - x->crew.began - warm_up) / 1e9;
    ret->simulated_s = -1;
    crew_carrier(&x->crew, &ret->carrier);
    ret->before = x->before;
    kernel_look(&ret->after, target_peer(&x->target, x->plan, &peer));
    result_settle(ret);
}

static int tell(realistic *x, const merged *all, report_fn report, void *user)
{
    tester_result r;
    int status;

    fill_result(x, all, &r);
    status = report(user, &r);
    if (status == 0 && signals_stops() == 0 &&
        (x->is_dead || dhcpperf_stats_counter(r.stats, DHCPPERF_C_TX_PACKETS) > 0) &&
        dhcpperf_stats_counter(r.stats, DHCPPERF_C_RX_PACKETS) == 0) {
        status = say_no_reply(x, &r);
    }
    return status;
}

static int finish(realistic *x, report_fn report, void *user)
{
    dhcpperf_ts now = dhcpperf_clock_monotonic();
    part *parts[WORKERS_MAX];
    merged all;
    unsigned i;
    int status;

    for (i = 0; i < x->crew.n; i++) {
        parts[i] = &x->crew.lanes[i].part;
        part_cut(parts[i], now);
    }
    if (merge_parts(&all, parts, x->crew.n) == 0) {
        status = tell(x, &all, report, user);
    } else {
        say_error("out of memory");
        status = EXIT_RUNTIME;
    }
    merge_free(&all);
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
    if (status != 0) {
        say_error("%s", p->error);
        return status;
    }
    status = target_find(&x.target, p);
    if (status != 0) {
        return status;
    }
    status = crew_open(&x.crew, p, o, &x.target);
    if (status == 0) {
        settle_concurrency(&x);
        judge_socket(&x);
        status = crew_fill(&x.crew);
    }
    if (status == 0 && p->trial == 0 && privileges_forget() != 0) {
        say_error("cannot give up capabilities: %s", strerror(errno));
        status = EXIT_RUNTIME;
    }
    status = status != 0 ? status : drive(&x);
    status = status != 0 ? status : finish(&x, report, user);
    crew_close(&x.crew);
    return status;
}
