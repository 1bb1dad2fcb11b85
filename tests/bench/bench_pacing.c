/* SPDX-License-Identifier: MIT */
/* bench_pacing.c - how well a schedule is kept over UDP loopback, and what that costs: clients of
 * this process against a server of a child, for each pacing and rate.
 *
 *     bench_pacing [--json] [--reps N] [--ms N]
 *
 * Per row the median of the repetitions with the least and the greatest: the error of the rate over
 * the run, the share of windows of 100 ms that are exact to 0.05 %, the lag of first messages and
 * of all, and the processor time of the clients' process.  A window of batch pacing ends half a
 * tick after the instant, so that what came due on its last tick is in it.  Then the processor time
 * of dhcp-tester as a whole in batch pacing, when it is in the working directory.  Public API only.
 */
#ifdef HAVE_CONFIG_H
#include "config.h" /* _GNU_SOURCE */
#endif

#include <libdhcpperf/dhcpperf.h>

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum {
    REPS_MAX = 99,
    WINDOWS_MAX = 1000,
    WINDOW_MS = 100,
    TYPE_AT = 242 /* of option 53 in what the engine writes */
};

#define MS DHCPPERF_NS_PER_MS

typedef struct sending {
    dhcpperf_transport *inner;
    dhcpperf_ts began;  /* of the schedule */
    dhcpperf_dur shift; /* windows end that long after their instants */
    uint32_t windows[WINDOWS_MAX];
} sending;

typedef struct figures {
    double error;   /* of the rate over the run, per cent */
    double windows; /* exact to 0.05 %, per cent of them */
    double start_us, lag_us, core;
} figures;

static void must(const char *what, int rc)
{
    if (rc < 0) {
        fprintf(stderr, "bench_pacing: %s: %s\n", what, dhcpperf_strerror(rc));
        exit(EXIT_FAILURE);
    }
}

/* -- a carrier that looks at what leaves -- */

static int rx_burst(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    return dhcpperf_transport_rx(((sending *)self)->inner, pkts, max, now);
}

static void rx_done(void *self, dhcpperf_pkt *pkts, unsigned n)
{
    dhcpperf_transport_rx_done(((sending *)self)->inner, pkts, n);
}

static int tx_loan(void *self, dhcpperf_pkt *pkts, unsigned want, uint32_t len)
{
    return dhcpperf_transport_tx_loan(((sending *)self)->inner, pkts, want, len);
}

static int tx_commit(void *self, dhcpperf_pkt *pkts, unsigned n, unsigned fill, dhcpperf_ts now)
{
    sending *s = self;
    unsigned i;

    for (i = 0; i < fill; i++) {
        uint64_t window;

        if (pkts[i].data[TYPE_AT] != DHCPPERF_DISCOVER) {
            continue;
        }
        window = now < s->began + s->shift ? 0 : (now - s->began - s->shift) / (WINDOW_MS * MS);
        s->windows[window < WINDOWS_MAX ? window : WINDOWS_MAX - 1]++;
    }
    return dhcpperf_transport_tx_commit(s->inner, pkts, n, fill, now);
}

static int tx_done(void *self, dhcpperf_txdone *done, unsigned max, dhcpperf_ts now)
{
    return dhcpperf_transport_tx_done(((sending *)self)->inner, done, max, now);
}

static int wants_write(void *self)
{
    return dhcpperf_transport_wants_write(((sending *)self)->inner);
}

static int fd_of(void *self)
{
    return dhcpperf_transport_fd(((sending *)self)->inner);
}

static dhcpperf_ts deadline(void *self)
{
    return dhcpperf_transport_deadline(((sending *)self)->inner);
}

static const dhcpperf_transport_ops looking = {.size = sizeof looking,
                                               .rx_burst = rx_burst,
                                               .rx_done = rx_done,
                                               .tx_loan = tx_loan,
                                               .tx_commit = tx_commit,
                                               .tx_done = tx_done,
                                               .wants_write = wants_write,
                                               .fd = fd_of,
                                               .deadline = deadline};

static dhcpperf_transport *open_socket(void)
{
    dhcpperf_transport_config *c;
    dhcpperf_transport *t;

    must("transport", dhcpperf_transport_config_new(&c, NULL));
    must("bind", dhcpperf_transport_config_set(c, "bind", "127.0.0.1"));
    must("port", dhcpperf_transport_config_set(c, "port", "0"));
    must("open", dhcpperf_transport_open(&t, c, NULL, NULL));
    dhcpperf_transport_config_free(c);
    return t;
}

/* -- the server, in a child -- */

static dhcpperf_server *make_server(void)
{
    dhcpperf_ip4 network = {{10, 0, 0, 0}}, id = {{127, 0, 0, 1}};
    dhcpperf_ip4 first = {{10, 0, 0, 10}}, last = {{10, 31, 255, 250}};
    dhcpperf_mac mac = {{2, 0, 0x5e, 0, 0, 1}};
    dhcpperf_server_config *c;
    dhcpperf_server *server;
    dhcpperf_pool *pool;

    must("pool", dhcpperf_pool_new(&pool, network, 8, NULL));
    must("range", dhcpperf_pool_add_range(pool, first, last));
    must("config", dhcpperf_server_config_new(&c, NULL));
    must("identity", dhcpperf_server_config_set_identity(c, id, mac));
    must("pool", dhcpperf_server_config_add_pool(c, pool));
    must("reply-to", dhcpperf_server_config_set(c, "reply-to", "source"));
    must("server", dhcpperf_server_new(&server, c, NULL));
    dhcpperf_server_config_free(c);
    dhcpperf_pool_free(pool);
    return server;
}

/* Serves until it is killed; its port goes through the pipe. */
static void serve(int out)
{
    dhcpperf_transport *t = open_socket();
    dhcpperf_server *server = make_server();
    dhcpperf_endpoint at;
    dhcpperf_pump *pump;

    must("port", dhcpperf_transport_get_local(t, &at));
    must("pump", dhcpperf_pump_new(&pump, dhcpperf_server_engine(server), t, 0, NULL));
    if (write(out, &at.port, sizeof at.port) != (ssize_t)sizeof at.port) {
        exit(EXIT_FAILURE);
    }
    must("run", dhcpperf_pump_run(&pump, 1, DHCPPERF_NEVER, NULL));
}

static pid_t begin_server(uint16_t *ret_port)
{
    int ends[2];
    pid_t pid;

    if (pipe(ends) != 0 || (pid = fork()) < 0) {
        perror("bench_pacing");
        exit(EXIT_FAILURE);
    }
    if (pid == 0) {
        close(ends[0]);
        serve(ends[1]);
        _exit(EXIT_SUCCESS);
    }
    close(ends[1]);
    if (read(ends[0], ret_port, sizeof *ret_port) != (ssize_t)sizeof *ret_port) {
        fprintf(stderr, "bench_pacing: the server did not start\n");
        exit(EXIT_FAILURE);
    }
    close(ends[0]);
    return pid;
}

/* -- the clients -- */

static dhcpperf_client *make_clients(unsigned rate, unsigned ms, uint16_t port, uint16_t own_port)
{
    dhcpperf_ip4 loopback = {{127, 0, 0, 1}};
    dhcpperf_client_config *c;
    dhcpperf_client *client;
    dhcpperf_load *load;

    must("config", dhcpperf_client_config_new(&c, NULL));
    must("stations",
         dhcpperf_client_config_set_stations(c, (uint32_t)((uint64_t)rate * ms / 1000)));
    must("load", dhcpperf_load_new(&load, NULL));
    must("load", dhcpperf_load_add_rate(load, rate, rate, ms * MS, 0));
    must("load", dhcpperf_client_config_set_load(c, load));
    must("server", dhcpperf_client_config_set_server(c, loopback));
    must("ports", dhcpperf_client_config_set_ports(c, port, own_port));
    must("clients", dhcpperf_client_new(&client, c, NULL));
    dhcpperf_load_free(load);
    dhcpperf_client_config_free(c);
    return client;
}

static void wait_for(const dhcpperf_pump *pump)
{
    dhcpperf_ts wake = dhcpperf_pump_deadline(pump), now = dhcpperf_clock_monotonic();
    struct pollfd fd = {.fd = dhcpperf_pump_fd(pump),
                        .events = (short)((dhcpperf_pump_wants_read(pump) ? POLLIN : 0) |
                                          (dhcpperf_pump_wants_write(pump) ? POLLOUT : 0))};
    dhcpperf_dur left = wake > now ? wake - now : 0;
    struct timespec ts = {.tv_sec = (time_t)(left / DHCPPERF_NS_PER_S),
                          .tv_nsec = (long)(left % DHCPPERF_NS_PER_S)};

    if (left > 0) {
        (void)ppoll(&fd, 1, &ts, NULL);
    }
}

static double seconds_of(const struct rusage *u)
{
    return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) +
           (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e6;
}

static double cpu_s(void)
{
    struct rusage u;

    (void)getrusage(RUSAGE_SELF, &u);
    return seconds_of(&u);
}

static double p99_us(const dhcpperf_client *client, dhcpperf_series series)
{
    const dhcpperf_hist *h =
        dhcpperf_stats_hist(dhcpperf_client_stats(client), series, DHCPPERF_FROM_INTENDED);

    return h != NULL ? (double)dhcpperf_hist_quantile(h, 0.99) / 1e3 : 0;
}

/* What has not left by the end of the schedule, or of its last tick, is missing from the rate. */
static figures judge(const sending *s, const dhcpperf_client *client, unsigned rate, unsigned ms)
{
    double due = (double)rate * WINDOW_MS / 1000, left = 0;
    unsigned k, n = ms / WINDOW_MS, exact = 0;
    figures f;

    for (k = 0; k < n; k++) {
        double miss = (double)s->windows[k] - due;

        left += s->windows[k];
        miss = miss < 0 ? -miss : miss;
        /* In batches the start due at 0 is one too many in the first and missing in the last. */
        exact += miss <= due * 0.0005 || (s->shift > 0 && (k == 0 || k + 1 == n) && miss <= 1);
    }
    f.error = 100 * (left / (due * n) - 1);
    f.error = f.error < 0 ? -f.error : f.error;
    f.windows = 100.0 * exact / n;
    f.start_us = p99_us(client, DHCPPERF_S_START_LAG);
    f.lag_us = p99_us(client, DHCPPERF_S_SEND_LAG);
    return f;
}

static figures run_once(dhcpperf_pacing mode, dhcpperf_dur tick, unsigned rate, unsigned ms)
{
    uint16_t port;
    pid_t server = begin_server(&port);
    sending s = {.inner = open_socket()};
    dhcpperf_transport *t;
    dhcpperf_endpoint own;
    dhcpperf_client *client;
    dhcpperf_pump *pump;
    dhcpperf_ts ends;
    double cpu;
    figures f;

    must("port", dhcpperf_transport_get_local(s.inner, &own));
    client = make_clients(rate, ms, port, own.port);
    must("transport", dhcpperf_transport_new(&t, &looking, &s, NULL));
    must("pump", dhcpperf_pump_new(&pump, dhcpperf_client_engine(client), t, 0, NULL));
    must("pacing", dhcpperf_pump_set_pacing(pump, mode, tick));
    s.shift = tick / 2;
    cpu = cpu_s();
    s.began = dhcpperf_clock_monotonic();
    ends = s.began + ms * MS;
    must("begin", dhcpperf_client_begin(client, s.began));
    while (!dhcpperf_client_is_done(client) &&
           dhcpperf_clock_monotonic() < ends + 5 * DHCPPERF_NS_PER_S) {
        int moved = dhcpperf_pump_step(pump, dhcpperf_clock_monotonic());

        must("step", moved);
        if (moved == 0 || !dhcpperf_pump_wants_read(pump)) {
            wait_for(pump);
        }
    }
    cpu = cpu_s() - cpu;
    f = judge(&s, client, rate, ms);
    f.core = cpu / ((double)(dhcpperf_clock_monotonic() - s.began) / 1e9);
    dhcpperf_pump_free(pump);
    dhcpperf_transport_free(t);
    dhcpperf_transport_free(s.inner);
    dhcpperf_client_free(client);
    kill(server, SIGKILL);
    (void)waitpid(server, NULL, 0);
    return f;
}

/* -- the command, as a whole process -- */

enum {
    COMMAND_FACTOR = 5 /* it runs that much longer, so that its beginning counts for little */
};

static const char command[] = "./dhcp-tester";

/* Processor time of the command over what it took, its beginning included. */
static double run_command(unsigned rate, unsigned ms)
{
    char port_text[16], rate_text[16], length[24];
    struct rusage before, after;
    dhcpperf_ts began;
    uint16_t port;
    pid_t server = begin_server(&port), pid;
    double took, cpu;
    int status = -1;

    snprintf(port_text, sizeof port_text, "%u", (unsigned)port);
    snprintf(rate_text, sizeof rate_text, "%u", rate);
    snprintf(length, sizeof length, "%ums", ms);
    (void)getrusage(RUSAGE_CHILDREN, &before);
    began = dhcpperf_clock_monotonic();
    pid = fork();
    if (pid == 0) {
        execl(command, command, "--server", "127.0.0.1", "--port", port_text, "--quiet", "--rate",
              rate_text, "--duration", length, "--pacing", "batch", (char *)NULL);
        _exit(127);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
        fprintf(stderr, "bench_pacing: %s failed\n", command);
        exit(EXIT_FAILURE);
    }
    took = (double)(dhcpperf_clock_monotonic() - began) / 1e9;
    (void)getrusage(RUSAGE_CHILDREN, &after); /* the server is no child that has ended yet */
    cpu = seconds_of(&after) - seconds_of(&before);
    kill(server, SIGKILL);
    (void)waitpid(server, NULL, 0);
    return cpu / took;
}

/* -- rows -- */

static int ascending(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

typedef struct spread {
    double median, low, high;
} spread;

/* Of one member of the figures. */
static spread spread_of(const figures *f, unsigned n, size_t offset)
{
    double v[REPS_MAX];
    unsigned i;

    for (i = 0; i < n; i++) {
        memcpy(&v[i], (const char *)&f[i] + offset, sizeof v[i]);
    }
    qsort(v, n, sizeof v[0], ascending);
    return (spread){v[n / 2], v[0], v[n - 1]};
}

static void print_row(const char *mode, unsigned rate, const figures *f, unsigned reps, int json)
{
    spread e = spread_of(f, reps, offsetof(figures, error));
    spread w = spread_of(f, reps, offsetof(figures, windows));
    spread s = spread_of(f, reps, offsetof(figures, start_us));
    spread l = spread_of(f, reps, offsetof(figures, lag_us));
    spread c = spread_of(f, reps, offsetof(figures, core));

    if (json) {
        printf("{\"bench\": \"pacing\", \"pacing\": \"%s\", \"rate\": %u, \"rate_error_percent\": "
               "%.5f, \"windows_exact_percent\": %.1f, \"start_lag_p99_us\": %.1f, "
               "\"send_lag_p99_us\": %.1f, \"send_lag_p99_us_low\": %.1f, "
               "\"send_lag_p99_us_high\": %.1f, \"cores\": %.4f}\n",
               mode, rate, e.median, w.median, s.median, l.median, l.low, l.high, c.median);
    } else {
        printf("%-8s %7u/s  error %.4f %% (%.4f - %.4f)  windows exact %3.0f %% (%.0f - %.0f)\n"
               "  lag p99: starts %.1f us (%.1f - %.1f), all %.1f us (%.1f - %.1f)"
               "  processors %.4f (%.4f - %.4f)\n",
               mode, rate, e.median, e.low, e.high, w.median, w.low, w.high, s.median, s.low,
               s.high, l.median, l.low, l.high, c.median, c.low, c.high);
    }
    (void)fflush(stdout);
}

static const struct {
    const char *name;
    dhcpperf_pacing mode;
    unsigned rate, tick_us;
} rows[] = {
    {"precise", DHCPPERF_PACE_PRECISE, 1000, 0},  {"precise", DHCPPERF_PACE_PRECISE, 10000, 0},
    {"precise", DHCPPERF_PACE_PRECISE, 50000, 0}, {"batch", DHCPPERF_PACE_BATCH, 1000, 800},
    {"batch", DHCPPERF_PACE_BATCH, 10000, 800},   {"batch", DHCPPERF_PACE_BATCH, 50000, 800},
    {"batch", DHCPPERF_PACE_BATCH, 200000, 250},  {"auto", DHCPPERF_PACE_EARLIEST, 1000, 0},
    {"auto", DHCPPERF_PACE_EARLIEST, 10000, 0},   {"auto", DHCPPERF_PACE_EARLIEST, 50000, 0},
};

static const unsigned command_rates[] = {1000, 10000};

static void bench_command(unsigned reps, unsigned ms, int json)
{
    double core[REPS_MAX];
    unsigned i, k;

    if (access(command, X_OK) != 0) {
        fprintf(stderr, "bench_pacing: no %s here, so its processor time is not measured\n",
                command);
        return;
    }
    for (k = 0; k < sizeof command_rates / sizeof command_rates[0]; k++) {
        for (i = 0; i < reps; i++) {
            core[i] = run_command(command_rates[k], COMMAND_FACTOR * ms);
        }
        qsort(core, reps, sizeof core[0], ascending);
        printf(json ? "{\"bench\": \"pacing\", \"pacing\": \"batch\", \"what\": \"command\", "
                      "\"rate\": %u, \"cores\": %.4f, \"cores_low\": %.4f, \"cores_high\": "
                      "%.4f}\n"
                    : "command  %7u/s  batch, the whole process: processors %.4f (%.4f - %.4f)\n",
               command_rates[k], core[reps / 2], core[0], core[reps - 1]);
        (void)fflush(stdout);
    }
}

/* A number of the command line in 1..most. */
static unsigned number(const char *text, unsigned most)
{
    unsigned long v = strtoul(text, NULL, 10);

    if (v < 1 || v > most) {
        fprintf(stderr, "bench_pacing: '%s' is not from 1 to %u\n", text, most);
        exit(2);
    }
    return (unsigned)v;
}

int main(int argc, char **argv)
{
    unsigned reps = 5, ms = 1000, i, k;
    static figures f[sizeof rows / sizeof rows[0]][REPS_MAX];
    int json = 0, a;

    for (a = 1; a < argc; a++) {
        if (strcmp(argv[a], "--json") == 0) {
            json = 1;
        } else if (strcmp(argv[a], "--reps") == 0 && a + 1 < argc) {
            reps = number(argv[++a], REPS_MAX);
        } else if (strcmp(argv[a], "--ms") == 0 && a + 1 < argc) {
            ms = number(argv[++a], (WINDOWS_MAX - 1) * WINDOW_MS);
            ms = ms < WINDOW_MS ? WINDOW_MS : ms / WINDOW_MS * WINDOW_MS;
        } else {
            fprintf(stderr, "usage: bench_pacing [--json] [--reps N] [--ms N]\n");
            return 2;
        }
    }
    for (i = 0; i < reps; i++) { /* in turns, so that a slow minute touches all rows */
        for (k = 0; k < sizeof rows / sizeof rows[0]; k++) {
#ifdef __linux__
            (void)prctl(PR_SET_TIMERSLACK, rows[k].mode == DHCPPERF_PACE_BATCH ? 0UL : 1UL, 0UL,
                        0UL, 0UL);
#endif
            f[k][i] =
                run_once(rows[k].mode, rows[k].tick_us * DHCPPERF_NS_PER_US, rows[k].rate, ms);
        }
    }
    for (k = 0; k < sizeof rows / sizeof rows[0]; k++) {
        print_row(rows[k].name, rows[k].rate, f[k], reps, json);
    }
    bench_command(reps, ms, json);
    return 0;
}
