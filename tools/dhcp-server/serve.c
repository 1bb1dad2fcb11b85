/* SPDX-License-Identifier: MIT */
/* serve.c - the life of the server: made, serving, told about.
 *
 * Sockets are open and bound before the line "ready on ..." appears: whoever waits for that line
 * may send at once. */
#include "dhcp-server/serve.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/network.h"
#include "common/notify.h"
#include "common/say.h"
#include "common/server_faults.h"
#include "common/server_options.h"
#include "dhcp-server/confine.h"
#include "dhcp-server/control.h"
#include "dhcp-server/log.h"
#include "dhcp-server/numbers.h"
#include "dhcp-server/office.h"
#include "dhcp-server/reload.h"
#include "dhcp-server/team.h"

enum {
    SAVE_S = 1 /* how long the store may take at the end, whatever --drain says */
};

/* Tells whoever waits that requests are answered from now on. */
static void say_ready(const team *t)
{
    char where[24];

    network_endpoint_text(t->setup->listen, t->port, where);
    log_note("ready on %s", where);
    fprintf(stderr, "dhcp-server: ready on %s\n", where);
    fflush(stderr);
    notify_ready(where);
}

static void say_failures(const team *t)
{
    char who[24] = "the server";
    unsigned i;

    for (i = 0; i < t->n; i++) {
        const worker *w = &t->workers[i];

        if (t->n > 1) {
            snprintf(who, sizeof who, "worker %u", i);
        }
        if (w->failure != 0) {
            say_error("%s failed: %s", who,
                      w->failure == DHCPPERF_E_SYSTEM && w->code != 0
                          ? strerror(w->code)
                          : dhcpperf_strerror(w->failure));
        }
    }
}

/* Replies that there was no time for. */
static void say_unsent(const team *t)
{
    uint64_t n = 0;
    unsigned i;

    for (i = 0; i < t->n; i++) {
        n += worker_held(&t->workers[i]);
    }
    if (n > 0) {
        say_warning("%" PRIu64 " repl%s not sent: the end came before their time (--drain)", n,
                    n == 1 ? "y was" : "ies were");
    }
}

/* From the first request to the last report. */
static int run(team *t)
{
    dhcpperf_ts end, least;
    workers *threads;
    int status, saved, reported;

    status = leases_start(t->leases);
    if (status != 0) {
        return status;
    }
    t->began = dhcpperf_clock_monotonic();
    if (team_start(t, &threads) != 0) {
        say_error("cannot start %u worker%s: %s", t->n, t->n == 1 ? "" : "s", strerror(errno));
        return EXIT_RUNTIME;
    }
    server_faults_announce(t->workers[0].server, "dhcp-server: ", stderr);
    say_ready(t);
    office_watch(t);
    end = dhcpperf_clock_monotonic() + t->options->values[SERVER_DRAIN].dur;
    office_drain(t, end);
    team_tell(t, WORKER_STOP);
    status = workers_join(threads);
    jobs_finish(&t->jobs);
    say_failures(t);
    say_unsent(t);
    least = dhcpperf_clock_monotonic() + SAVE_S * DHCPPERF_NS_PER_S;
    saved = leases_finish(t->leases, end > least ? end : least);
    log_note("stopped");
    reported = numbers_tell_end(t);
    return status != 0 ? status : saved != 0 ? saved : reported;
}

int serve_run(server_setup *s, dhcpperf_server_config *c, const options *o, const outputs *out,
              const run_facts *run_info)
{
    team *t = team_new(s, o, out, run_info);
    int status;

    if (t == NULL) {
        return EXIT_RUNTIME;
    }
    status = team_make(t, c);
    status = status != 0 ? status : control_open(&t->control, t);
    status = status != 0 ? status : confine(o, out); /* before any thread is started */
    status = status != 0 ? status : leases_load(t->leases);
    status = status != 0 ? status : run(t);
    control_close(t->control);
    reload_free(t->reload);
    team_free(t);
    return status;
}
