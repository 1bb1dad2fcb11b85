/* SPDX-License-Identifier: MIT */
/* server_result.c - summary and document of a server. */
#include "config.h"

#include "common/server_result.h"

#include <inttypes.h>
#include <string.h>

#include "common/figures.h"
#include "common/kernel.h"
#include "common/network.h"

/* What was dropped, by cause: the counter and how people call it. */
static const struct {
    dhcpperf_counter counter;
    const char *key, *words;
} drops[] = {
    {DHCPPERF_C_RX_MALFORMED, "malformed", "malformed"},
    {DHCPPERF_C_DROP_OP, "op", "not a request"},
    {DHCPPERF_C_DROP_TYPE, "type", "of no client's type"},
    {DHCPPERF_C_DROP_IDENTITY, "identity", "without identity"},
    {DHCPPERF_C_DROP_SUBNET, "subnet", "from no subnet of ours"},
    {DHCPPERF_C_DROP_EXHAUSTED, "exhausted", "without a free address"},
    {DHCPPERF_C_DROP_SERVER, "server", "meant for another server"},
    {DHCPPERF_C_DROP_OWNER, "owner", "not from the owner"},
    {DHCPPERF_C_DROP_UNKNOWN, "unknown", "of unknown clients"},
    {DHCPPERF_C_DROP_SESSIONS, "sessions", "beyond the half-open limit"},
    {DHCPPERF_C_DROP_HELD, "held", "beyond the reply limit"},
    {DHCPPERF_C_DROP_HOPS, "hops", "relayed too often"},
    {DHCPPERF_C_DROP_DECIDED, "decided", "by decision"},
    {DHCPPERF_C_DROP_QUERY, "query", "leasequeries not meant for us"},
    {DHCPPERF_C_DROP_POLICY, "policy", "by policy"},
    {DHCPPERF_C_DROP_STALE, "stale", "saved too late"},
    {DHCPPERF_C_DROP_RATE, "rate", "beyond the rate limit"},
    {DHCPPERF_C_DROP_SOURCE_RATE, "source_rate", "beyond the limit of their source"},
    {DHCPPERF_C_DROP_PAUSED, "paused", "while paused"},
    {DHCPPERF_C_DROP_FAULT, "fault", "by faults"},
};

static const struct {
    dhcpperf_lease_state state;
    const char *key;
} states[] = {
    {DHCPPERF_LEASE_BOUND, "bound"},       {DHCPPERF_LEASE_OFFERED, "offered"},
    {DHCPPERF_LEASE_RELEASED, "released"}, {DHCPPERF_LEASE_EXPIRED, "expired"},
    {DHCPPERF_LEASE_DECLINED, "declined"},
};

enum {
    N_DROPS = sizeof drops / sizeof drops[0],
    N_STATES = sizeof states / sizeof states[0]
};

void server_result_count(const dhcpperf_server *server, uint32_t leases[SERVER_STATES])
{
    unsigned i;

    memset(leases, 0, SERVER_STATES * sizeof *leases);
    for (i = 0; i < N_STATES; i++) {
        leases[states[i].state] = dhcpperf_server_count(server, states[i].state);
    }
}

static void print_messages(const dhcpperf_stats *s, FILE *out)
{
    unsigned x, shown = 0;

    for (x = DHCPPERF_X_DISCOVER; x <= DHCPPERF_X_QUERY; x++) {
        dhcpperf_exchange kind = (dhcpperf_exchange)x;
        uint64_t received = dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_STARTED);

        if (received == 0) {
            continue;
        }
        if (shown++ == 0) {
            fprintf(out, "%-12s%12s%12s%12s%12s%8s\n", "requests", "received", "answered",
                    "refused", "no answer", "held");
        }
        fprintf(out, "%-12s%12" PRIu64 "%12" PRIu64 "%12" PRIu64 "%12" PRIu64 "%8" PRIu64 "\n",
                dhcpperf_exchange_name(kind), received,
                dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_ANSWERED),
                dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_REFUSED),
                dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_UNANSWERED),
                dhcpperf_stats_exchange(s, kind, DHCPPERF_OUT_IN_FLIGHT));
    }
    if (shown == 0) {
        fprintf(out, "requests    none\n");
    }
}

static void print_drops(const dhcpperf_stats *s, FILE *out)
{
    unsigned i, shown = 0;

    fprintf(out, "dropped     ");
    for (i = 0; i < N_DROPS; i++) {
        uint64_t n = dhcpperf_stats_counter(s, drops[i].counter);

        if (n > 0) {
            fprintf(out, "%s%" PRIu64 " %s", shown++ == 0 ? "" : ", ", n, drops[i].words);
        }
    }
    fprintf(out, "%s\n", shown == 0 ? "none" : "");
}

static void print_reloads(const server_result *r, FILE *out)
{
    uint64_t displaced = dhcpperf_stats_counter(r->stats, DHCPPERF_C_DISPLACED);

    if (r->reloads + r->reloads_refused > 0) {
        fprintf(out,
                "reloads     %" PRIu64 " done, %" PRIu64 " refused, %" PRIu64
                " leases ended as there was no place for them\n",
                r->reloads, r->reloads_refused, displaced);
    }
}

static void print_service(const dhcpperf_stats *s, FILE *out)
{
    char b[4][FIGURE_SIZE];
    figures f;

    figures_of(&f, dhcpperf_stats_hist(s, DHCPPERF_S_SERVICE, DHCPPERF_FROM_ACTUAL));
    if (f.count > 0) {
        fprintf(out, "service     p50 %s, p99 %s, p99.9 %s, max %s\n",
                figure_time(b[0], (double)f.p50), figure_time(b[1], (double)f.p99),
                figure_time(b[2], (double)f.p999), figure_time(b[3], (double)f.max));
    }
}

/* What was lost in this network namespace, when anything was. */
static void print_kernel(const server_result *r, FILE *out)
{
    char text[KERNEL_TEXT];
    kernel_counts now;

    kernel_look(&now, NULL);
    if (*kernel_describe(text, &r->run->kernel, &now, r->carrier.rx_dropped) != '\0') {
        fprintf(out, "kernel      %s\n", text);
    }
}

static void print_workers(const server_result *r, FILE *out)
{
    unsigned i;

    if (r->workers == NULL) {
        return;
    }
    fprintf(out, "%-12s%12s%12s%12s%12s%12s%12s\n", "workers", "received", "handed over",
            "taken over", "queue full", "bound", "no address");
    for (i = 0; i < r->n_workers; i++) {
        const server_worker *w = &r->workers[i];
        char name[24];

        snprintf(name, sizeof name, w->cpu >= 0 ? "  %u on cpu %d" : "  %u", i, w->cpu);
        fprintf(out, "%-12s%12" PRIu64 "%12" PRIu64 "%12" PRIu64 "%12" PRIu64 "%12u%12" PRIu64 "\n",
                name, w->received, w->handed_over, w->taken_over, w->dropped,
                (unsigned)w->leases[DHCPPERF_LEASE_BOUND], w->exhausted);
    }
}

void server_result_print(const server_result *r, FILE *out)
{
    const dhcpperf_stats *s = r->stats;
    char first[24], last[24], network[24], where[24], time[FIGURE_SIZE], buffer[FIGURE_SIZE];
    unsigned i;

    fprintf(out, "%s on %s %s %s\n\n",
            r->is_snapshot ? "dhcp-server, still running," : "dhcp-server",
            network_endpoint_text(r->setup->listen, r->port, where),
            r->simulated_s >= 0 ? "for a simulated" : "for",
            figure_time(time, (r->simulated_s >= 0 ? r->simulated_s : r->elapsed_s) * 1e9));
    fprintf(out, "pool        ");
    if (r->setup->has_pool) {
        fprintf(out, "%s to %s in %s/%u, ", network_ip_text(r->setup->first, first),
                network_ip_text(r->setup->last, last), network_ip_text(r->setup->network, network),
                r->setup->prefix);
    }
    if (r->setup->subnets > 0) {
        fprintf(out, "%u subnets, ", (unsigned)r->setup->subnets);
    }
    fprintf(out, "%u addresses\n", (unsigned)r->setup->pool_size);
    fprintf(out, "leases      ");
    for (i = 0; i < N_STATES; i++) {
        fprintf(out, "%s%u %s", i == 0 ? "" : ", ", (unsigned)r->leases[states[i].state],
                states[i].key);
    }
    fprintf(out, "\n");
    if (r->store != NULL) {
        lease_result_print(r->store, out);
    }
    print_reloads(r, out);
    print_messages(s, out);
    print_drops(s, out);
    print_service(s, out);
    fprintf(out, "packets     %" PRIu64 " received, %" PRIu64 " sent, %" PRIu64 " not sent\n",
            dhcpperf_stats_counter(s, DHCPPERF_C_RX_PACKETS),
            dhcpperf_stats_counter(s, DHCPPERF_C_TX_PACKETS),
            dhcpperf_stats_counter(s, DHCPPERF_C_TX_ERRORS));
    if (r->carrier.size > 0) {
        fprintf(out,
                "socket      receive buffer %s, own drops %" PRIu64 ", %" PRIu64 " of %" PRIu64
                " messages sent in trains\n",
                figure_bytes(buffer, r->carrier.rcvbuf), r->carrier.rx_dropped,
                r->carrier.tx_train_msgs, r->carrier.tx_messages);
        print_kernel(r, out);
    }
    print_workers(r, out);
    server_faults_print(r->faults, out);
    fflush(out);
}

#ifdef HAVE_JANSSON

#include <libdhcpperf/version.h>

#include "common/json.h"

static json_t *run_object(const server_result *r)
{
    json_t *o = json_object();
    char text[24];

    json_object_set_new(o, "version", json_string(dhcpperf_version()));
    json_object_set_new(o, "seed", json_count(r->setup->seed));
    json_object_set_new(o, "listen", json_string(network_ip_text(r->setup->listen, text)));
    json_object_set_new(o, "port", json_integer(r->port));
    json_object_set_new(o, "reply_to", json_string(r->setup->reply_to));
    json_object_set_new(o, "started_at", json_instant(r->run->started_unix_ns));
    json_object_set_new(o, "elapsed_s", json_real(r->elapsed_s));
    json_object_set_new(o, "simulated_s",
                        r->simulated_s >= 0 ? json_real(r->simulated_s) : json_null());
    json_object_set_new(o, "snapshot", json_boolean(r->is_snapshot));
    json_object_set_new(o, "cpu_share", json_real(run_cpu_share(r->run)));
    json_object_set_new(o, "resident_bytes", json_count(run_peak_memory()));
    json_object_set_new(o, "command", json_words(r->run->argc, r->run->argv));
    json_object_set_new(o, "env", json_text(r->run->env));
    return o;
}

static json_t *messages_object(const dhcpperf_stats *s)
{
    static const struct {
        const char *key;
        dhcpperf_outcome outcome;
    } fields[] = {
        {"received", DHCPPERF_OUT_STARTED}, {"answered", DHCPPERF_OUT_ANSWERED},
        {"refused", DHCPPERF_OUT_REFUSED},  {"unanswered", DHCPPERF_OUT_UNANSWERED},
        {"held", DHCPPERF_OUT_IN_FLIGHT},
    };
    json_t *o = json_object();
    unsigned x, i;

    for (x = DHCPPERF_X_DISCOVER; x <= DHCPPERF_X_QUERY; x++) {
        json_t *m = json_object();

        for (i = 0; i < sizeof fields / sizeof fields[0]; i++) {
            json_object_set_new(
                m, fields[i].key,
                json_count(dhcpperf_stats_exchange(s, (dhcpperf_exchange)x, fields[i].outcome)));
        }
        json_object_set_new(o, dhcpperf_exchange_name((dhcpperf_exchange)x), m);
    }
    return o;
}

static json_t *drops_object(const dhcpperf_stats *s)
{
    json_t *o = json_object();
    unsigned i;

    for (i = 0; i < N_DROPS; i++) {
        json_object_set_new(o, drops[i].key,
                            json_count(dhcpperf_stats_counter(s, drops[i].counter)));
    }
    return o;
}

static json_t *leases_object(const uint32_t leases[SERVER_STATES])
{
    json_t *o = json_object();
    unsigned i;

    for (i = 0; i < N_STATES; i++) {
        json_object_set_new(o, states[i].key, json_count(leases[states[i].state]));
    }
    return o;
}

/* What the command line's pool is; null when there are only subnets of their own. */
static json_t *pool_address(const server_setup *s, dhcpperf_ip4 ip)
{
    char text[24];

    return s->has_pool ? json_string(network_ip_text(ip, text)) : json_null();
}

static json_t *pool_object(const server_setup *s)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "first", pool_address(s, s->first),
                     "last", pool_address(s, s->last), "network", pool_address(s, s->network),
                     "prefix", s->has_pool ? json_integer((int)s->prefix) : json_null(), "size",
                     json_count(s->pool_size), "lease_s", json_count(s->lease_s), "subnets",
                     json_count(s->subnets));
}

static json_t *packets_object(const dhcpperf_stats *s)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "received",
                     json_count(dhcpperf_stats_counter(s, DHCPPERF_C_RX_PACKETS)), "sent",
                     json_count(dhcpperf_stats_counter(s, DHCPPERF_C_TX_PACKETS)), "not_sent",
                     json_count(dhcpperf_stats_counter(s, DHCPPERF_C_TX_ERRORS)), "relayed",
                     json_count(dhcpperf_stats_counter(s, DHCPPERF_C_RELAYED)));
}

static json_t *socket_object(const dhcpperf_carrier_stats *c)
{
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "drops", json_count(c->rx_dropped),
                     "receive_buffer", json_count(c->rcvbuf), "train_max", json_count(c->train_max),
                     "tx_train_messages", json_count(c->tx_train_msgs), "rx_train_messages",
                     json_count(c->rx_train_msgs));
}

static json_t *workers_array(const server_result *r)
{
    json_t *all = json_array();
    unsigned i;

    for (i = 0; r->workers != NULL && i < r->n_workers; i++) {
        const server_worker *w = &r->workers[i];

        json_array_append_new(
            all,
            json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "cpu",
                      w->cpu >= 0 ? json_integer(w->cpu) : json_null(), "received",
                      json_count(w->received), "handed_over", json_count(w->handed_over),
                      "taken_over", json_count(w->taken_over), "dropped", json_count(w->dropped),
                      "exhausted", json_count(w->exhausted), "socket_drops",
                      json_count(w->socket_drops), "leases", leases_object(w->leases)));
    }
    return all;
}

static json_t *faults_array(const server_faults *f)
{
    json_t *all = json_array();
    unsigned i;

    for (i = 0; i < f->n; i++) {
        const server_fault *one = &f->at[i];

        json_array_append_new(all,
                              json_pack("{s:o, s:o, s:o, s:o}", "name", json_text(one->name),
                                        "rule", json_text(one->text), "hits", json_count(one->hits),
                                        "armed", json_boolean(one->armed)));
    }
    return all;
}

/* Null without a socket. */
static json_t *kernel_object(const server_result *r)
{
    kernel_counts now;

    if (r->carrier.size == 0) {
        return json_null();
    }
    kernel_look(&now, NULL);
    return json_kernel(&r->run->kernel, &now, r->carrier.rx_dropped);
}

/* Leases that a reload had no place for, too. */
static json_t *reloads_object(const server_result *r)
{
    return json_pack("{s:o, s:o, s:o}", "done", json_count(r->reloads), "refused",
                     json_count(r->reloads_refused), "displaced",
                     json_count(dhcpperf_stats_counter(r->stats, DHCPPERF_C_DISPLACED)));
}

json_t *server_result_document(const server_result *r)
{
    const dhcpperf_stats *s = r->stats;
    json_t *doc = json_object();

    json_object_set_new(doc, "schema", json_string("dhcpperf.server/1"));
    json_object_set_new(doc, "run", run_object(r));
    json_object_set_new(doc, "messages", messages_object(s));
    json_object_set_new(doc, "dropped", drops_object(s));
    json_object_set_new(doc, "leases", leases_object(r->leases));
    json_object_set_new(doc, "store", lease_result_json(r->store));
    json_object_set_new(doc, "pool", pool_object(r->setup));
    json_object_set_new(doc, "packets", packets_object(s));
    json_object_set_new(doc, "faults", faults_array(r->faults));
    json_object_set_new(
        doc, "service_ns",
        json_hist(dhcpperf_stats_hist(s, DHCPPERF_S_SERVICE, DHCPPERF_FROM_ACTUAL)));
    json_object_set_new(doc, "socket", socket_object(&r->carrier));
    json_object_set_new(doc, "kernel", kernel_object(r));
    json_object_set_new(doc, "workers", workers_array(r));
    if (json_object_set_new(doc, "reloads", reloads_object(r)) != 0) {
        json_decref(doc);
        doc = NULL;
    }
    return doc;
}

int server_result_write_json(const server_result *r, const char *path, char *error, size_t cap)
{
    return json_write(server_result_document(r), path, error, cap);
}

#else

int server_result_write_json(const server_result *r, const char *path, char *error, size_t cap)
{
    (void)r;
    snprintf(error, cap, "cannot write '%s': this build lacks the jansson library", path);
    return -1;
}

#endif
