/* SPDX-License-Identifier: MIT */
/* bench_dora.c - client engine against server engine in memory: no kernel, one thread.
 *
 * The packets of a burst are pulled from one engine into buffers and handed to the other as they
 * are.  Time stands still within a turn and moves 1 us between turns, so no timer ever fires.
 * Prints DORA per second of processor time: the median, lowest and highest of the runs.
 *
 *     bench_dora [--json] [--runs N] [STATIONS...]         (10000 100000 1000000) */
#include <libdhcpperf/dhcpperf.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    BURST = 512,
    SLOT = 320, /* adjacent and little more than a message, as carriers lend them */
    RUNS = 7,
    RUNS_MAX = 100,
    ENOUGH = 1000000 /* stations in all runs of a size: few are over in milliseconds */
};

static uint8_t arena[BURST][SLOT];
static dhcpperf_pkt pkts[BURST];

static void die(const char *what, int rc)
{
    fprintf(stderr, "bench_dora: %s: %s\n", what, dhcpperf_strerror(rc));
    exit(1);
}

static void must(const char *what, int rc)
{
    if (rc < 0) {
        die(what, rc);
    }
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void lend_buffers(void)
{
    unsigned i;

    for (i = 0; i < BURST; i++) {
        memset(&pkts[i], 0, sizeof pkts[i]);
        pkts[i].data = arena[i];
        pkts[i].cap = SLOT;
    }
}

/* Everything that `from` has to say goes to `to`; messages moved. */
static uint64_t move_all(dhcpperf_engine *from, dhcpperf_engine *to, dhcpperf_ts now)
{
    uint64_t moved = 0;
    int n, i;

    for (;;) {
        lend_buffers();
        n = dhcpperf_engine_pull(from, pkts, BURST, now);
        must("pull", n);
        if (n == 0) {
            return moved;
        }
        for (i = 0; i < n; i++) {
            pkts[i].ts = now;
        }
        must("recv", dhcpperf_engine_recv(to, pkts, (unsigned)n, now));
        moved += (uint64_t)n;
    }
}

static dhcpperf_server *new_server(uint32_t stations)
{
    dhcpperf_server_config *config;
    dhcpperf_server *server;
    dhcpperf_pool *pool;
    dhcpperf_ip4 network = {{10, 0, 0, 0}}, first = {{10, 0, 0, 10}}, last, id = {{10, 0, 0, 1}};
    dhcpperf_mac mac = {{2, 0, 0, 0, 0, 1}};
    uint32_t end = (UINT32_C(10) << 24) + 9 + stations;

    last.b[0] = (uint8_t)(end >> 24);
    last.b[1] = (uint8_t)(end >> 16);
    last.b[2] = (uint8_t)(end >> 8);
    last.b[3] = (uint8_t)end;
    must("pool_new", dhcpperf_pool_new(&pool, network, 8, NULL));
    must("pool_add_range", dhcpperf_pool_add_range(pool, first, last));
    must("server_config_new", dhcpperf_server_config_new(&config, NULL));
    must("set_identity", dhcpperf_server_config_set_identity(config, id, mac));
    must("add_pool", dhcpperf_server_config_add_pool(config, pool));
    must("server_new", dhcpperf_server_new(&server, config, NULL));
    dhcpperf_server_config_free(config);
    dhcpperf_pool_free(pool);
    return server;
}

static dhcpperf_client *new_client(uint32_t stations, uint32_t window)
{
    dhcpperf_client_config *config;
    dhcpperf_client *client;
    dhcpperf_load *load;
    dhcpperf_ip4 id = {{10, 0, 0, 1}};

    must("load_new", dhcpperf_load_new(&load, NULL));
    must("add_closed", dhcpperf_load_add_closed(load, window, DHCPPERF_NEVER));
    must("client_config_new", dhcpperf_client_config_new(&config, NULL));
    must("set_stations", dhcpperf_client_config_set_stations(config, stations));
    must("set_server", dhcpperf_client_config_set_server(config, id));
    must("set_load", dhcpperf_client_config_set_load(config, load));
    must("set", dhcpperf_client_config_set(config, "lease.keep", "false"));
    must("client_new", dhcpperf_client_new(&client, config, NULL));
    dhcpperf_client_config_free(config);
    dhcpperf_load_free(load);
    return client;
}

/* One run: all stations bind once.  Seconds per DORA. */
static double run(uint32_t stations, uint32_t window)
{
    dhcpperf_server *server = new_server(stations);
    dhcpperf_client *client = new_client(stations, window);
    dhcpperf_engine *c = dhcpperf_client_engine(client), *s = dhcpperf_server_engine(server);
    dhcpperf_ts now = DHCPPERF_NS_PER_S;
    double begun, took;

    must("client_begin", dhcpperf_client_begin(client, now));
    begun = seconds();
    while (!dhcpperf_client_is_done(client)) {
        if (move_all(c, s, now) + move_all(s, c, now) == 0) {
            fprintf(stderr, "bench_dora: the exchange has stopped\n");
            exit(1);
        }
        now += DHCPPERF_NS_PER_US;
    }
    took = seconds() - begun;
    if (dhcpperf_stats_counter(dhcpperf_client_stats(client), DHCPPERF_C_BOUND) != stations) {
        fprintf(stderr, "bench_dora: not every station is bound\n");
        exit(1);
    }
    dhcpperf_client_free(client);
    dhcpperf_server_free(server);
    return took / stations;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static void measure(uint32_t stations, unsigned wanted, int json)
{
    unsigned runs = ENOUGH / stations > wanted ? ENOUGH / stations : wanted, r;
    double each[RUNS_MAX];

    runs = runs > RUNS_MAX ? RUNS_MAX : runs;
    for (r = 0; r < runs; r++) {
        each[r] = run(stations, 4096);
    }
    qsort(each, runs, sizeof each[0], by_value);
    if (json) {
        printf("{\"bench\":\"dora_in_memory\",\"stations\":%" PRIu32
               ",\"dora_per_s\":%.0f,\"low\":%.0f,\"high\":%.0f}\n",
               stations, 1 / each[runs / 2], 1 / each[runs - 1], 1 / each[0]);
    } else {
        printf("%-28s %10" PRIu32 " stations  %10.0f DORA/s  (%.0f - %.0f)\n", "dora in memory",
               stations, 1 / each[runs / 2], 1 / each[runs - 1], 1 / each[0]);
    }
}

int main(int argc, char **argv)
{
    static const uint32_t usual[] = {10000, 100000, 1000000};
    unsigned runs = RUNS, sizes = 0;
    int i, json = 0;
    size_t k;

    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            json = 1;
        } else if (strcmp(argv[i], "--runs") == 0 && i + 1 < argc) {
            runs = (unsigned)strtoul(argv[++i], NULL, 10);
        } else if (strtoul(argv[i], NULL, 10) == 0 || strtoul(argv[i], NULL, 10) > 16000000) {
            fprintf(stderr, "usage: bench_dora [--json] [--runs N] [STATIONS...], of 1 to 16000000 "
                            "stations\n");
            return 2;
        } else {
            measure((uint32_t)strtoul(argv[i], NULL, 10), runs, json);
            sizes++;
        }
    }
    for (k = 0; k < sizeof usual / sizeof usual[0] && sizes == 0; k++) {
        measure(usual[k], runs, json);
    }
    return 0;
}
