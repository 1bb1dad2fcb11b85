/* SPDX-License-Identifier: MIT */
/* leases.c - leases that last.
 *
 * The order of things: engines are made with a feed each, sockets are opened, root is given up;
 * then the store is opened and loaded, by the user who will write to it; then the writer's thread
 * begins, and the server is ready.  At the end the workers stop first, and the writer last. */
#include "dhcp-server/leases.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/leases/lease_list.h"
#include "common/network.h"
#include "common/say.h"
#include "common/server_options.h"
#include "common/units.h"
#include "dhcp-server/confine.h"
#include "dhcp-server/log.h"
#include "dhcp-server/office.h"
#include "dhcp-server/preload.h"
#include "dhcp-server/team.h"

enum {
    QUEUE = 8 << 20, /* octets on their way to the writer, for each worker */
    NAME_CAP = 256
};

struct leases {
    team *team;
    const lease_store_ops *ops;      /* of --lease-store; not durable: there is no store */
    const lease_store_ops *dump_ops; /* NULL: no dump */
    const char *dump_where;
    char name[NAME_CAP];  /* of the store, for messages: csv:/var/lib/leases */
    char owner[NAME_CAP]; /* of this server, for stores that know several */
    int is_ack;
    uint64_t preload;
    lease_store *store; /* until the writer has it */
    lease_store_config config;
    lease_range *ranges;
    lease_writer *writer; /* NULL without a store */
    int is_started;
    dhcpperf_server *servers[WORKERS_MAX];
};

/* ---- flags ---------------------------------------------------------------------------------- */

static int find_store(const option_value *v, const char *flag, const char *fallback,
                      const lease_store_ops **ret_ops, const char **ret_where)
{
    char error[LEASE_ERROR_MAX];

    if (lease_store_find(v->text, fallback, ret_ops, ret_where, error, sizeof error) != 0) {
        say_error("--%s %s", flag, error);
        return EXIT_USAGE;
    }
    return 0;
}

static int judge_store(leases *x, const options *o)
{
    const option_value *v = &o->values[SERVER_LEASE_STORE];
    int status = find_store(v, "lease-store", NULL, &x->ops, &x->config.where);

    if (status != 0) {
        return status;
    }
    lease_store_show(v->text, x->name, sizeof x->name);
    x->is_ack = strcmp(o->values[SERVER_LEASE_SYNC].text, "ack") == 0;
    if (x->is_ack && !x->ops->is_durable) {
        say_error("--lease-sync ack needs a store that lasts, such as --lease-store csv:FILE");
        return EXIT_USAGE;
    }
    return 0;
}

/* What files can be written is a matter of who writes them. */
static void say_of_user(const char *flag, const char *error)
{
    const char *name = confine_name();

    say_error("%s%s%s%s%s", flag, error, name != NULL ? "; it is user " : "",
              name != NULL ? name : "", name != NULL ? " who serves (--user, --keep-root)" : "");
}

/* What cannot be written is told before the run, not after it: by the user who will write it, so
 * that root leaves nothing in his way. */
static int probe_dump(const leases *x)
{
    lease_store_config config = {.where = x->dump_where, .fresh = 1, .owner = x->owner};
    char error[LEASE_ERROR_MAX];
    lease_store *s;

    if (x->dump_ops == NULL) {
        return 0;
    }
    if (x->dump_ops->open(&s, &config, error, sizeof error) != 0) {
        say_of_user("--dump-leases: ", error);
        return EXIT_USAGE;
    }
    x->dump_ops->close(s);
    return 0;
}

static int judge_dump(leases *x, const options *o)
{
    int status;

    if (!options_given(o, SERVER_DUMP_LEASES)) {
        return 0;
    }
    status = find_store(&o->values[SERVER_DUMP_LEASES], "dump-leases", "csv", &x->dump_ops,
                        &x->dump_where);
    if (status == 0 && !x->dump_ops->is_durable) {
        say_error("--dump-leases: there is nothing to be seen in memory; name a file");
        status = EXIT_USAGE;
    }
    return status;
}

static int judge_preload(leases *x, const options *o)
{
    const server_setup *s = x->team->setup;

    x->preload = o->values[SERVER_PRELOAD].count;
    if (x->preload > s->pool_size) {
        say_error("--preload %llu: there are only %u addresses", (unsigned long long)x->preload,
                  (unsigned)s->pool_size);
        return EXIT_USAGE;
    }
    return 0;
}

/* Where it listens tells one server of a machine from the other. */
static void name_owner(leases *x, const options *o)
{
    char host[128] = "localhost", where[24];

    if (options_given(o, SERVER_LEASE_OWNER)) {
        options_escape(o->values[SERVER_LEASE_OWNER].text, x->owner, sizeof x->owner);
        return;
    }
    (void)gethostname(host, sizeof host - 1);
    host[sizeof host - 1] = '\0';
    network_endpoint_text(x->team->setup->listen, x->team->setup->port, where);
    snprintf(x->owner, sizeof x->owner, "%s %s", host, where);
}

static int fail_memory(void)
{
    say_error("cannot set up the lease store: out of memory");
    return EXIT_RUNTIME;
}

int leases_new(leases **ret, team *t)
{
    const options *o = t->options;
    leases *x = calloc(1, sizeof *x);
    int status;

    *ret = x;
    if (x == NULL) {
        return fail_memory();
    }
    x->team = t;
    name_owner(x, o);
    status = judge_store(x, o);
    status = status != 0 ? status : judge_preload(x, o);
    status = status != 0 ? status : judge_dump(x, o);
    if (status == 0 && x->ops->is_durable) {
        x->writer = lease_writer_new(t->n, t->boxes, QUEUE, x->is_ack);
        status = x->writer == NULL ? fail_memory() : 0;
    }
    return status;
}

void leases_free(leases *x)
{
    if (x == NULL) {
        return;
    }
    if (x->store != NULL) {
        x->ops->close(x->store);
    }
    lease_writer_free(x->writer);
    free(x->ranges);
    free(x);
}

int leases_configure(leases *x, dhcpperf_server_config *c, unsigned index)
{
    lease_feed *f = x != NULL && x->writer != NULL ? lease_writer_feed(x->writer, index) : NULL;
    int rc =
        f != NULL ? dhcpperf_server_config_set_lease_sink(c, lease_feed_tell, f, x->is_ack) : 0;

    return rc != 0 ? fail_memory() : 0;
}

/* ---- addresses ------------------------------------------------------------------------------ */

static int by_first(const void *a, const void *b)
{
    return memcmp(&((const lease_range *)a)->first, &((const lease_range *)b)->first,
                  sizeof(dhcpperf_ip4));
}

static size_t count_ranges(const leases *x)
{
    dhcpperf_ip4 first, last;
    size_t n = 0;
    uint32_t k;
    unsigned i;

    for (i = 0; i < x->team->n; i++) {
        for (k = 0; dhcpperf_server_get_range(x->servers[i], k, &first, &last) == 1; k++) {
            n++;
        }
    }
    return n;
}

/* Ranges that go on where the one before ends are one. */
static size_t join_ranges(lease_range *at, size_t n)
{
    size_t i, to = 0;

    for (i = 1; i < n; i++) {
        if (units_ip4_number(at[i].first) == units_ip4_number(at[to].last) + 1) {
            at[to].last = at[i].last;
        } else {
            at[++to] = at[i];
        }
    }
    return n > 0 ? to + 1 : 0;
}

/* All workers' addresses. */
static int find_ranges(leases *x)
{
    size_t n = count_ranges(x), at = 0;
    uint32_t k;
    unsigned i;

    x->ranges = calloc(n > 0 ? n : 1, sizeof *x->ranges);
    if (x->ranges == NULL) {
        return fail_memory();
    }
    for (i = 0; i < x->team->n; i++) {
        for (k = 0; at < n && dhcpperf_server_get_range(x->servers[i], k, &x->ranges[at].first,
                                                        &x->ranges[at].last) == 1;
             k++) {
            at++;
        }
    }
    qsort(x->ranges, at, sizeof *x->ranges, by_first);
    x->config.ranges = x->ranges;
    x->config.n_ranges = join_ranges(x->ranges, at);
    return 0;
}

/* The first address that is not among those that the store had at the start. */
static int find_strange(const leases *x, dhcpperf_ip4 first, dhcpperf_ip4 last, dhcpperf_ip4 *ret)
{
    uint64_t at = units_ip4_number(first);
    size_t i;

    for (i = 0; i < x->config.n_ranges; i++) { /* ascending, and never one right behind another */
        if (units_ip4_number(x->ranges[i].first) <= at &&
            units_ip4_number(x->ranges[i].last) >= at) {
            at = (uint64_t)units_ip4_number(x->ranges[i].last) + 1;
        }
    }
    if (at > units_ip4_number(last)) {
        return 0;
    }
    *ret = units_ip4_of((uint32_t)at);
    return 1;
}

int leases_judge(const leases *x, dhcpperf_server_plan *const *plans, char *error, size_t cap)
{
    dhcpperf_ip4 first, last, strange;
    char ip[24];
    uint32_t k;
    unsigned i;

    if (x == NULL || x->writer == NULL || !x->ops->is_shared) {
        return 0;
    }
    for (i = 0; i < x->team->n; i++) {
        for (k = 0; dhcpperf_server_plan_get_range(plans[i], k, &first, &last) == 1; k++) {
            if (find_strange(x, first, last, &strange)) {
                snprintf(error, cap,
                         "%s is not among the addresses that the lease store keeps for this server "
                         "alone since it was started: start it anew",
                         network_ip_text(strange, ip));
                return -1;
            }
        }
    }
    return 0;
}

/* ---- loading -------------------------------------------------------------------------------- */

static void say_damage(const lease_load_report *r)
{
    unsigned i;

    for (i = 0; i < r->shown; i++) {
        say_warning("damaged lease at %s", r->damage[i]);
    }
    if (r->damaged > 0) {
        say_warning("%llu damaged lease%s put aside in %s; the rest was loaded",
                    (unsigned long long)r->damaged, r->damaged == 1 ? " was" : "s were",
                    r->quarantine);
    }
}

static void say_left_out(const lease_list_report *r)
{
    uint64_t n = r->outside + r->refused;
    unsigned i;

    for (i = 0; i < r->shown; i++) {
        say_warning("not loaded: the lease of %s", r->why[i]);
    }
    if (n > r->shown) {
        say_warning("%llu more leases were not loaded", (unsigned long long)(n - r->shown));
    }
}

static int read_store(leases *x, lease_list *list)
{
    lease_load_report report;
    char error[LEASE_ERROR_MAX];
    int rc = x->ops->open(&x->store, &x->config, error, sizeof error);

    if (rc != 0) {
        x->store = NULL;
    } else {
        rc = x->ops->load(x->store, lease_list_add, list, &report, error, sizeof error);
    }
    if (rc == LEASE_NO_MEMORY) {
        return fail_memory();
    }
    if (rc != 0) {
        say_of_user("", error);
        return EXIT_RUNTIME;
    }
    say_damage(&report);
    return 0;
}

static int load_store(leases *x)
{
    dhcpperf_ts now = dhcpperf_clock_monotonic();
    lease_list list;
    lease_list_report report;
    int64_t skew = 0;
    unsigned i;
    int status;

    for (i = 0; i < x->team->n; i++) {
        skew = lease_feed_look_at_clock(lease_writer_feed(x->writer, i), now);
    }
    memset(&list, 0, sizeof list);
    x->config.owner = x->owner;
    status = find_ranges(x);
    status = status != 0 ? status : read_store(x, &list);
    if (status == 0) {
        lease_list_place(&list, x->servers, x->team->n, now, skew, &report);
        say_left_out(&report);
        log_note("%llu leases loaded from %s", (unsigned long long)report.placed, x->name);
    }
    lease_list_free(&list);
    return status;
}

static void preload(leases *x)
{
    uint64_t n = preload_leases(x->servers, x->team->n, x->preload, x->team->setup->lease_s,
                                dhcpperf_clock_monotonic());
    unsigned i;

    if (n < x->preload) {
        say_warning("--preload %llu: only %llu of these clients have a lease; there is no other "
                    "address for the rest",
                    (unsigned long long)x->preload, (unsigned long long)n);
    }
    for (i = 0; i < x->team->n; i++) {
        leases_all_anew(x, i);
    }
}

int leases_load(leases *x)
{
    unsigned i;
    int status;

    if (x == NULL) {
        return 0;
    }
    for (i = 0; i < x->team->n; i++) {
        x->servers[i] = x->team->workers[i].server;
    }
    status = probe_dump(x);
    status = status != 0 ? status : x->writer != NULL ? load_store(x) : 0;
    if (status == 0 && x->preload > 0) {
        preload(x);
    }
    return status;
}

/* ---- serving -------------------------------------------------------------------------------- */

int leases_start(leases *x)
{
    if (x == NULL || x->writer == NULL) {
        return 0;
    }
    if (lease_writer_start(x->writer, x->store, &x->config) != 0) {
        say_error("cannot start the writer of the lease store: %s", strerror(errno));
        return EXIT_RUNTIME;
    }
    x->store = NULL;
    x->is_started = 1;
    return 0;
}

void leases_turn(leases *x, worker *w, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    if (x != NULL && x->writer != NULL) {
        lease_feed_turn(lease_writer_feed(x->writer, w->index), w->server, now, inout_wake);
    }
}

void leases_all_anew(leases *x, unsigned index)
{
    if (x != NULL && x->writer != NULL) {
        lease_feed_all_anew(lease_writer_feed(x->writer, index));
    }
}

/* ---- the end -------------------------------------------------------------------------------- */

static int is_hurried(void *user)
{
    return office_is_hurried(user);
}

static int finish_store(leases *x, dhcpperf_ts end)
{
    dhcpperf_ts now = dhcpperf_clock_monotonic();
    uint64_t missing =
        lease_writer_stop(x->writer, x->servers, end > now ? end - now : 0, is_hurried, x->team);

    if (missing > 0) {
        say_error("the lease store lacks the latest %llu change%s of leases",
                  (unsigned long long)missing, missing == 1 ? "" : "s");
        return EXIT_RUNTIME;
    }
    return 0;
}

static int dump(leases *x)
{
    lease_store_config config = {.where = x->dump_where, .fresh = 1, .owner = x->owner};
    dhcpperf_ts now = dhcpperf_clock_monotonic();
    char error[LEASE_ERROR_MAX];
    lease_store *s;
    int rc;

    rc = x->dump_ops->open(&s, &config, error, sizeof error);
    if (rc == 0) {
        rc = lease_list_write(s, (const dhcpperf_server *const *)x->servers, x->team->n,
                              lease_skew(now), error, sizeof error);
        x->dump_ops->close(s);
    }
    if (rc != 0) {
        say_error("--dump-leases: %s", error);
        return EXIT_RUNTIME;
    }
    return 0;
}

int leases_finish(leases *x, dhcpperf_ts end)
{
    int status = 0, dumped = 0;

    if (x == NULL) {
        return 0;
    }
    if (x->is_started) {
        status = finish_store(x, end);
    }
    if (x->dump_ops != NULL) {
        dumped = dump(x);
    }
    return status != 0 ? status : dumped;
}

int leases_look(leases *x, const char **ret_store, int *ret_is_ack, lease_figures *ret)
{
    if (x == NULL || x->writer == NULL) {
        return 0;
    }
    *ret_store = x->name;
    *ret_is_ack = x->is_ack;
    lease_writer_look(x->writer, ret);
    return 1;
}
