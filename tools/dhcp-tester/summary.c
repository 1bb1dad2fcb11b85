/* SPDX-License-Identifier: MIT */
/* summary.c - the result for people.
 *
 * The first line is a contract: scripts take the second word of the one line that holds its label,
 * over standard output and standard error together.  Nothing else may hold that label. */
#include <inttypes.h>
#include <stdio.h>

#include "common/figures.h"
#include "dhcp-tester/mischief.h"
#include "dhcp-tester/result.h"

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

static void print_head(const tester_result *r, FILE *out)
{
    char load[96], time[FIGURE_SIZE], wall[FIGURE_SIZE];
    const plan *p = r->plan;

    plan_describe_load(p, load, sizeof load);
    figure_time(wall, r->elapsed_s * 1e9);
    if (r->simulated_s >= 0) {
        figure_time(time, r->simulated_s * 1e9);
        fprintf(out,
                "Simulation: %u client%s against the embedded server, %s, seed %" PRIu64 ".\n"
                "Times and rates are simulated.\n\n",
                (unsigned)r->clients, plural(r->clients), load, p->seed);
        fprintf(out, "time             %s simulated, %s on the wall\n", time, wall);
    } else {
        fprintf(out, "%u client%s against %s, %s, seed %" PRIu64 ".\n\n", (unsigned)r->clients,
                plural(r->clients), r->server, load, p->seed);
        fprintf(out, "time             %s\n", wall);
    }
}

static uint64_t counter(const tester_result *r, dhcpperf_counter c)
{
    return dhcpperf_stats_counter(r->stats, c);
}

static void print_packets(const tester_result *r, FILE *out)
{
    fprintf(out,
            "packets          %" PRIu64 " sent, %" PRIu64 " received, %" PRIu64 " retransmitted\n",
            counter(r, DHCPPERF_C_TX_PACKETS), counter(r, DHCPPERF_C_RX_PACKETS), r->retries);
}

/* Of clients that do more than to obtain one lease each. */
static void print_lives(const tester_result *r, FILE *out)
{
    fprintf(out,
            "clients          %" PRIu64 ", %" PRIu64 " hold a lease at the end, %" PRIu64
            " failed\n"
            "leases           %" PRIu64 " obtained, %" PRIu64 " renewed, %" PRIu64
            " rebound, %" PRIu64 " expired, %" PRIu64 " refused\n",
            (uint64_t)r->clients, r->bound, r->failed, r->leases, counter(r, DHCPPERF_C_RENEWED),
            counter(r, DHCPPERF_C_REBOUND), counter(r, DHCPPERF_C_EXPIRED),
            counter(r, DHCPPERF_C_NAKED));
    print_packets(r, out);
}

static void print_stages(const tester_result *r, FILE *out)
{
    char from[FIGURE_SIZE], to[FIGURE_SIZE];
    dhcpperf_stage s;
    unsigned i;

    for (i = 0; merge_get_stage(r->all, i, &s) == 1; i++) {
        if (s.began_at == DHCPPERF_NEVER) {
            fprintf(out, "stage            %s: not reached\n", s.name);
            continue;
        }
        fprintf(out, "stage            %s: from %s ", s.name,
                figure_time(from, (double)(s.began_at - r->began)));
        if (s.ended_at != DHCPPERF_NEVER) {
            fprintf(out, "to %s", figure_time(to, (double)(s.ended_at - r->began)));
        } else {
            fprintf(out, "to the end");
        }
        fprintf(out, ", %" PRIu64 " turns", s.given);
        if (s.lost > 0) {
            fprintf(out, ", %" PRIu64 " turns that nobody could take", s.lost);
        }
        fputc('\n', out);
    }
}

/* The exchanges there were, a line each. */
static void print_exchanges(const tester_result *r, FILE *out)
{
    unsigned x, shown = 0;

    for (x = 0; x <= DHCPPERF_X_QUERY; x++) {
        dhcpperf_exchange kind = (dhcpperf_exchange)x;
        uint64_t n = dhcpperf_stats_exchange(r->stats, kind, DHCPPERF_OUT_STARTED);

        if (n == 0) {
            continue;
        }
        if (shown++ == 0) {
            fprintf(out, "\n%-17s%10s %10s %10s %8s %8s %10s\n", "exchanges", "number", "packets",
                    "answered", "late", "refused", "unanswered");
        }
        fprintf(out, "%-17s%10" PRIu64 " %10" PRIu64, dhcpperf_exchange_name(kind), n,
                dhcpperf_stats_exchange(r->stats, kind, DHCPPERF_OUT_PACKETS));
        if (kind == DHCPPERF_X_RELEASE || kind == DHCPPERF_X_DECLINE) {
            fprintf(out, " %10s\n", "-"); /* nobody answers those */
            continue;
        }
        fprintf(out, " %10" PRIu64 " %8" PRIu64 " %8" PRIu64 " %10" PRIu64 "\n",
                dhcpperf_stats_exchange(r->stats, kind, DHCPPERF_OUT_ANSWERED),
                dhcpperf_stats_exchange(r->stats, kind, DHCPPERF_OUT_LATE),
                dhcpperf_stats_exchange(r->stats, kind, DHCPPERF_OUT_REFUSED),
                dhcpperf_stats_exchange(r->stats, kind, DHCPPERF_OUT_UNANSWERED));
    }
    if (shown > 0) {
        fputc('\n', out);
    }
}

/* How long it took until shares of the clients had a lease. */
static void print_shares(const tester_result *r, FILE *out)
{
    static const char *const names[RESULT_SHARES] = {"50", "95", "99", "100"};
    char time[FIGURE_SIZE];
    unsigned i;

    fprintf(out, "\n%-17s%9s\n", "clients bound", "after");
    for (i = 0; i < RESULT_SHARES; i++) {
        fprintf(out, "%13s %%  %9s\n", names[i],
                r->to_bound_s[i] >= 0 ? figure_time(time, r->to_bound_s[i] * 1e9) : "never");
    }
    if (r->packets_per_bound >= 0) {
        fprintf(out, "                 %.2f packets sent for each client bound\n\n",
                r->packets_per_bound);
    }
}

static void print_clients(const tester_result *r, FILE *out)
{
    char rate[FIGURE_SIZE];

    fprintf(out, "clients          %" PRIu64 " started, %" PRIu64 " bound, %" PRIu64 " failed",
            r->started, r->bound, r->failed);
    if (r->ipv6_only > 0) {
        fprintf(out, ", %" PRIu64 " told to do without IPv4", r->ipv6_only);
    }
    if (r->unfinished > 0) {
        fprintf(out, ", %" PRIu64 " stopped on their way", r->unfinished);
    }
    if (r->started < r->clients) {
        fprintf(out, ", %" PRIu64 " not started", r->clients - r->started);
    }
    fprintf(out, "\nrate             %s DORA/s%s\n", figure_rate(rate, r->dora_per_s),
            r->simulated_s >= 0 ? " simulated" : "");
    print_packets(r, out);
}

/* One "name  12 this, 3 that" line; the first part opens it. */
typedef struct tally {
    FILE *out;
    const char *name;
    int parts;
} tally;

static void add_part(tally *t, uint64_t n, const char *what, const char *cause)
{
    if (n == 0) {
        return;
    }
    if (t->parts++ == 0) {
        fprintf(t->out, "%-17s", t->name);
    } else {
        fprintf(t->out, ", ");
    }
    fprintf(t->out, "%" PRIu64 " %s%s%s", n, what, cause[0] != '\0' ? " " : "", cause);
}

static void end_tally(tally *t)
{
    if (t->parts == 0) {
        fprintf(t->out, "%-17snone", t->name);
    }
    fputc('\n', t->out);
}

static void print_losses(const tester_result *r, FILE *out)
{
    static const char *const names[] = {"DISCOVER", "REQUEST", "renewal", "rebinding", "reboot",
                                        "RELEASE",  "DECLINE", "INFORM",  "leasequery"};
    static const struct {
        dhcpperf_counter counter;
        const char *what;
    } arrivals[] = {
        {DHCPPERF_C_RX_MALFORMED, "malformed"},
        {DHCPPERF_C_RX_UNUSABLE, "incomplete"},
        {DHCPPERF_C_RX_UNMATCHED, "for no exchange"},
        {DHCPPERF_C_RX_DUPLICATE, "duplicates"},
        {DHCPPERF_C_RX_WRONG_SERVER, "of another server"},
        {DHCPPERF_C_RX_NOT_TAKEN, "OFFERs not taken"},
        {DHCPPERF_C_RX_BOOTP, "of BOOTP"},
        {DHCPPERF_C_RX_UNAUTHENTIC, "not authentic"},
    };
    tally losses = {out, "losses", 0}, unused = {out, "answers unused", 0};
    unsigned x;

    for (x = 0; x < sizeof names / sizeof names[0]; x++) {
        dhcpperf_exchange kind = (dhcpperf_exchange)x;

        /* RELEASE and DECLINE have no answer to miss. */
        if (kind != DHCPPERF_X_RELEASE && kind != DHCPPERF_X_DECLINE) {
            add_part(&losses, dhcpperf_stats_exchange(r->stats, kind, DHCPPERF_OUT_UNANSWERED),
                     names[x], "unanswered");
        }
        add_part(&losses, dhcpperf_stats_exchange(r->stats, kind, DHCPPERF_OUT_REFUSED), names[x],
                 "refused (NAK)");
        add_part(&losses, dhcpperf_stats_exchange(r->stats, kind, DHCPPERF_OUT_LATE), names[x],
                 "answered too late");
        add_part(&losses, dhcpperf_stats_exchange(r->stats, kind, DHCPPERF_OUT_IN_FLIGHT), names[x],
                 "in flight at the end");
    }
    add_part(&losses, dhcpperf_stats_counter(r->stats, DHCPPERF_C_TX_ERRORS), "packets",
             "not sent");
    add_part(&losses, r->carrier.unreachable, "ICMP errors", "came back");
    end_tally(&losses);
    for (x = 0; x < sizeof arrivals / sizeof arrivals[0]; x++) {
        add_part(&unused, dhcpperf_stats_counter(r->stats, arrivals[x].counter), arrivals[x].what,
                 "");
    }
    if (unused.parts > 0) {
        end_tally(&unused);
    }
}

static void print_latency_row(FILE *out, const char *name, const char *from, const figures *f)
{
    char b[7][FIGURE_SIZE];

    fprintf(out, "%-17s%-9s%9s %9s %9s %9s %9s %9s %9s\n", name, from,
            figure_time(b[0], (double)f->min), figure_time(b[1], f->mean),
            figure_time(b[2], (double)f->p50), figure_time(b[3], (double)f->p95),
            figure_time(b[4], (double)f->p99), figure_time(b[5], (double)f->p999),
            figure_time(b[6], (double)f->max));
}

static void print_latency(const tester_result *r, FILE *out)
{
    static const struct {
        dhcpperf_series series;
        const char *name;
    } rows[] = {{DHCPPERF_S_DISCOVER_OFFER, "DISCOVER-OFFER"},
                {DHCPPERF_S_REQUEST_ACK, "REQUEST-ACK"},
                {DHCPPERF_S_FULL_BIND, "DORA"},
                {DHCPPERF_S_RENEW_ACK, "renewal-ACK"}};
    unsigned i, shown = 0;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        figures due, sent;

        figures_of(&due, dhcpperf_stats_hist(r->stats, rows[i].series, DHCPPERF_FROM_INTENDED));
        figures_of(&sent, dhcpperf_stats_hist(r->stats, rows[i].series, DHCPPERF_FROM_ACTUAL));
        if (due.count == 0 && sent.count == 0) {
            continue;
        }
        if (shown++ == 0) {
            fprintf(out, "\n%-17s%-9s%9s %9s %9s %9s %9s %9s %9s\n", "latency", "since", "min",
                    "mean", "p50", "p95", "p99", "p99.9", "max");
        }
        print_latency_row(out, rows[i].name, "due", &due);
        print_latency_row(out, "", "sent", &sent);
    }
    if (shown > 0) {
        fputc('\n', out);
    }
}

/* The rules of one level that were broken; how many. */
static unsigned print_verdicts(const tester_result *r, dhcpperf_level level, const char *heading,
                               FILE *out)
{
    dhcpperf_violation v;
    unsigned i, shown = 0;

    for (i = 0; merge_get_violation(r->all, i, &v) == 1; i++) {
        char example[256];

        if (v.count == 0 || v.level != level) {
            continue;
        }
        options_escape(v.example, example, sizeof example);
        fprintf(out, "%-17s%" PRIu64 " x %s %s (%s)%s%s\n", shown++ == 0 ? heading : "", v.count,
                v.id, v.rule, v.rfc, example[0] != '\0' ? ", first: " : "", example);
    }
    return shown;
}

static void print_violations(const tester_result *r, FILE *out)
{
    if (print_verdicts(r, DHCPPERF_LEVEL_MUST, "violations", out) == 0) {
        fprintf(out, "violations       none\n");
    }
    (void)print_verdicts(r, DHCPPERF_LEVEL_SHOULD, "remarks", out);
}

/* How well the schedule was kept. */
static void print_starts(const tester_result *r, FILE *out)
{
    char p50[FIGURE_SIZE], p99[FIGURE_SIZE], max[FIGURE_SIZE], limit[FIGURE_SIZE];
    figures f;

    figures_of(&f, dhcpperf_stats_hist(r->stats, DHCPPERF_S_START_LAG, DHCPPERF_FROM_INTENDED));
    if (r->max_lag > 0 && f.count > 0) {
        fprintf(out, "                 starts late by p50 %s, p99 %s, max %s; p99 may be %s\n",
                figure_time(p50, (double)f.p50), figure_time(p99, (double)f.p99),
                figure_time(max, (double)f.max), figure_time(limit, (double)r->max_lag));
    }
}

/* What was lost on this host: by whom. */
static void print_kernel(const tester_result *r, FILE *out)
{
    uint64_t others = kernel_lost_by_others(&r->before, &r->after, r->carrier.rx_dropped);
    uint64_t server = kernel_since(&r->before, &r->after, KERNEL_PEER_DROPS);
    uint64_t queues = kernel_since(&r->before, &r->after, KERNEL_SOFTNET_DROPS);
    const char *between = "";

    if ((others == KERNEL_ABSENT || others == 0) && (queues == KERNEL_ABSENT || queues == 0)) {
        return;
    }
    fprintf(out, "kernel           ");
    if (others != KERNEL_ABSENT && others > 0) {
        fprintf(out, "%" PRIu64 " datagrams or trains lost at full buffers of others on this host",
                others);
        if (server != KERNEL_ABSENT) {
            fprintf(out, ", %" PRIu64 " of them the server's", server);
        }
        between = ", ";
    }
    if (queues != KERNEL_ABSENT && queues > 0) {
        fprintf(out, "%s%" PRIu64 " packets at full queues of processors", between, queues);
    }
    fputc('\n', out);
}

static void print_generator(const tester_result *r, FILE *out)
{
    char lag[FIGURE_SIZE], buffer[FIGURE_SIZE], memory[FIGURE_SIZE];
    figures f;
    unsigned i;

    figures_of(&f, dhcpperf_stats_hist(r->stats, DHCPPERF_S_SEND_LAG, DHCPPERF_FROM_INTENDED));
    fprintf(out, "generator        %s\n", r->invalid != NULL ? "NOT VALID" : "kept up");
    for (i = 0; i < r->verdict.n; i++) {
        fprintf(out, "                 %s\n", r->verdict.at[i].text);
    }
    print_starts(r, out);
    fprintf(out, "                 send lag p99 %s, processor %.0f %%, memory %s\n",
            figure_time(lag, (double)f.p99), r->cpu_share * 100, figure_bytes(memory, r->memory));
    if (r->carrier.size > 0) {
        fprintf(out,
                "                 receive buffer %s, own drops %" PRIu64 ", %" PRIu64 " of %" PRIu64
                " messages sent in trains\n",
                figure_bytes(buffer, r->carrier.rcvbuf), r->carrier.rx_dropped,
                r->carrier.tx_train_msgs, r->carrier.tx_messages);
        print_kernel(r, out);
    }
}

static void print_workers(const tester_result *r, FILE *out)
{
    unsigned i;

    for (i = 0; i < r->all->n; i++) {
        const part *x = r->all->parts[i];
        const dhcpperf_stats *s = dhcpperf_client_stats(x->client);
        double share = result_cpu_share(r, i);

        fprintf(out, "%-17s%u: %u clients, %" PRIu64 " packets sent, %" PRIu64 " received",
                i == 0 ? "workers" : "", i, (unsigned)dhcpperf_client_count(x->client),
                dhcpperf_stats_counter(s, DHCPPERF_C_TX_PACKETS),
                dhcpperf_stats_counter(s, DHCPPERF_C_RX_PACKETS));
        if (share >= 0) {
            fprintf(out, ", processor %.0f %%", share * 100);
        }
        fputc('\n', out);
    }
}

void result_print(const tester_result *r, FILE *out)
{
    fprintf(out, "성공률: %.2f%% (success rate)\n\n", r->success_rate);
    print_head(r, out);
    if (r->plan->each_once) {
        print_clients(r, out);
    } else {
        print_lives(r, out);
    }
    if (!r->plan->plain) {
        print_stages(r, out);
    }
    if (r->plan->each_once && !r->plan->plain && !r->plan->declines) {
        print_shares(r, out);
    }
    if (!r->plan->each_once || r->plan->declines) {
        print_exchanges(r, out);
    }
    print_losses(r, out);
    mischief_print(r, out);
    print_latency(r, out);
    print_violations(r, out);
    print_generator(r, out);
    if (r->all->n > 1 && r->plan->verbose) {
        print_workers(r, out);
    }
    fflush(out);
}
