/* SPDX-License-Identifier: MIT */
/* team.c - makes the workers: their engines, their sockets, and the queues between them.
 *
 * What can be wrong with the flags is found out before a socket is opened: a busy port must not
 * hide it. */
#include "dhcp-server/team.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <libdhcpperf/memory.h>

#include "common/memory.h"
#include "common/network.h"
#include "common/say.h"
#include "common/server_options.h"
#include "dhcp-server/log.h"

static int fail_to_make(int rc)
{
    say_error("cannot set up the server: %s", dhcpperf_strerror(rc));
    return EXIT_RUNTIME;
}

/* ---- engines -------------------------------------------------------------------------------- */

int team_configure(team *t, dhcpperf_server_config *c, unsigned index, int verbose)
{
    int rc = dhcpperf_server_config_set_trace(c, verbose ? log_event : NULL, NULL, ~UINT64_C(0));

    return rc != 0 ? rc : leases_configure(t->leases, c, index) != 0 ? DHCPPERF_E_NOMEM : 0;
}

static int make_server(team *t, dhcpperf_server_config *c, unsigned index)
{
    int rc;

    if (server_setup_share(t->setup, c, index) != 0) {
        say_error("%s", t->setup->error);
        return EXIT_USAGE;
    }
    rc = team_configure(t, c, index, t->verbose);
    if (rc != 0) {
        return fail_to_make(rc);
    }
    rc = dhcpperf_server_new(&t->workers[index].server, c, dhcpperf_mem_lines());
    if (rc == DHCPPERF_E_INVALID && t->n > 1) {
        say_error("--workers %u: the subnets have too few addresses for a part each", t->n);
        return EXIT_USAGE;
    }
    return rc != 0 ? fail_to_make(rc) : 0;
}

static int make_servers(team *t, dhcpperf_server_config *c)
{
    unsigned i;
    int rc = 0;

    for (i = 0; i < t->n && rc == 0; i++) {
        dhcpperf_server_free(t->workers[i].server);
        t->workers[i].server = NULL;
        rc = make_server(t, c, i);
    }
    return rc;
}

size_t team_memory_to_back(const team *t)
{
    const uint64_t most = UINT64_C(512) << 20;
    uint64_t half = memory_available("") / 2;

    return (size_t)((half < most ? half : most) / t->n);
}

static void back_leases(team *t)
{
    size_t each = team_memory_to_back(t);
    unsigned i;

    for (i = 0; i < t->n && each > 0; i++) {
        (void)dhcpperf_server_prefault(t->workers[i].server, each);
    }
}

/* ---- sockets -------------------------------------------------------------------------------- */

static int open_socket(const network_socket *s, dhcpperf_transport **ret)
{
    char error[400];
    int status = network_open(s, ret, error, sizeof error);

    if (status != 0) {
        say_error("%s", error);
    }
    return status;
}

/* The socket of the only worker, and with it the port. */
static int open_alone(team *t, const network_socket *s)
{
    dhcpperf_endpoint local;
    int status = open_socket(s, &t->workers[0].transport);

    if (status == 0 && dhcpperf_transport_get_local(t->workers[0].transport, &local) == 0) {
        t->port = local.port;
    }
    return status;
}

static int find_port(team *t, const network_socket *s)
{
    char error[400];
    int status = network_find_port(s, &t->port, error, sizeof error);

    if (status != 0) {
        say_error("%s", error);
    }
    return status;
}

/* The port, and once more the engines when they learn it only now. */
static int settle_port(team *t, dhcpperf_server_config *c, network_socket *s)
{
    char text[16];
    int status = t->n > 1 ? find_port(t, s) : open_alone(t, s);

    if (status != 0 || t->port == s->port) {
        return status;
    }
    s->port = t->setup->port = t->port;
    snprintf(text, sizeof text, "%u", (unsigned)t->port);
    status = dhcpperf_server_config_set(c, "port", text);
    return status != 0 ? fail_to_make(status) : make_servers(t, c);
}

/* The carrier of one of several workers: its socket, and what the others hand over to it. */
static int open_together(team *t, const network_socket *s, worker *w)
{
    dhcpperf_transport *own = NULL;
    int rc = open_socket(s, &own);

    if (rc != 0) {
        return rc;
    }
    rc = handover_carrier(t->between, w->index, own, dhcpperf_server_engine(w->server),
                          &w->transport);
    if (rc != 0) {
        dhcpperf_transport_free(own);
        return fail_to_make(rc);
    }
    return 0;
}

/* The kernel numbers the sockets in the order in which they are opened: it is the workers'. */
static int connect_them(team *t, const network_socket *s)
{
    unsigned i;
    int rc = 0;

    for (i = 0; i < t->n && rc == 0; i++) {
        worker *w = &t->workers[i];

        rc = t->n > 1 ? open_together(t, s, w) : 0;
        if (rc != 0) {
            return rc;
        }
        if (i == 0) {
            network_judge_trains(s->gso, w->transport);
        }
        rc = dhcpperf_pump_new(&w->pump, dhcpperf_server_engine(w->server), w->transport, 0,
                               dhcpperf_mem_lines());
    }
    return rc != 0 ? fail_to_make(rc) : 0;
}

/* ---- the whole ------------------------------------------------------------------------------ */

static int open_mailboxes(team *t)
{
    unsigned i;
    int rc = mailbox_open(&t->office);

    for (i = 0; i < t->n && rc == 0; i++) {
        rc = mailbox_open(&t->boxes[i]);
    }
    if (rc != 0) {
        say_error("cannot set up the workers: %s", strerror(errno));
        return EXIT_RUNTIME;
    }
    if (t->n > 1) {
        t->between = handover_new(t->n, t->boxes);
        return t->between == NULL ? fail_to_make(DHCPPERF_E_NOMEM) : 0;
    }
    return 0;
}

/* Some faults are about addresses on a link, and need to hear what is asked and said of them.  They
 * may come later: by a reload, or by who controls us. */
static int wants_arp(const team *t)
{
    const dhcpperf_fault_plan *p = dhcpperf_server_faults(t->workers[0].server);
    unsigned i, n = p != NULL ? dhcpperf_fault_plan_count(p) : 0;

    if (options_given(t->options, SERVER_CONTROL) || options_given(t->options, SERVER_CONFIG)) {
        return 1;
    }
    for (i = 0; i < n; i++) {
        if (dhcpperf_fault_plan_needs_frames(p, i) == 1) {
            return 1;
        }
    }
    return 0;
}

int team_make(team *t, dhcpperf_server_config *c)
{
    network_socket s = {.bind = t->setup->listen,
                        .interface = t->setup->interface,
                        .port = t->setup->port,
                        .gso = t->options->values[SERVER_GSO].text,
                        .own_lines = 1,
                        .workers = t->n,
                        .steer = t->options->values[SERVER_STEER].on};
    int status = open_mailboxes(t);

    status = status != 0 ? status : leases_new(&t->leases, t);
    status = status != 0 ? status : make_servers(t, c);
    s.arp = status == 0 && wants_arp(t);
    status = status != 0 ? status : settle_port(t, c, &s);
    if (status == 0) {
        back_leases(t);
        status = connect_them(t, &s);
    }
    return status;
}

team *team_new(server_setup *s, const options *o, const outputs *out, const run_facts *run)
{
    const dhcpperf_mem *m = dhcpperf_mem_lines();
    team *t = m->alloc(m->user, sizeof *t, MAILBOX_LINE);
    unsigned i;

    if (t == NULL) {
        (void)fail_to_make(DHCPPERF_E_NOMEM);
        return NULL;
    }
    memset(t, 0, sizeof *t);
    t->setup = s;
    t->options = t->in_force = o;
    t->outputs = out;
    t->run = run;
    t->n = s->workers;
    t->verbose = o->values[SERVER_VERBOSE].on;
    t->jobs.team = t;
    t->office.fds[0] = t->office.fds[1] = -1;
    for (i = 0; i < t->n; i++) {
        t->workers[i].team = t;
        t->workers[i].index = i;
        t->boxes[i].fds[0] = t->boxes[i].fds[1] = -1;
    }
    return t;
}

void team_free(team *t)
{
    const dhcpperf_mem *m = dhcpperf_mem_lines();
    unsigned i;

    if (t == NULL) {
        return;
    }
    for (i = 0; i < t->n; i++) {
        dhcpperf_pump_free(t->workers[i].pump);
        dhcpperf_transport_free(t->workers[i].transport);
        dhcpperf_server_free(t->workers[i].server);
        mailbox_close(&t->boxes[i]);
    }
    leases_free(t->leases);
    handover_free(t->between);
    mailbox_close(&t->office);
    m->release(m->user, t, sizeof *t);
}

void team_tell(team *t, unsigned wishes)
{
    unsigned i;

    for (i = 0; i < t->n; i++) {
        mailbox_post(&t->boxes[i], wishes);
    }
}

static int serve(void *user, unsigned index)
{
    return worker_serve(&((team *)user)->workers[index]);
}

int team_start(team *t, workers **ret)
{
    return workers_start(ret, t->n, "dhcp-server", &t->setup->cpus, serve, t);
}
