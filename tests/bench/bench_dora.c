/* SPDX-License-Identifier: MIT */
/* bench_dora.c - client engine against server engine in memory: no kernel, one thread.
 *
 * The packets of a burst are pulled from one engine into buffers and handed to the other as they
 * are.  Time stands still within a turn and moves 1 us between turns, so no timer ever fires.
 * Prints DORA per second of processor time: the median, lowest and highest of the runs; what a
 * station and a lease keep in memory, all in, where there are many; and how much more a DORA costs
 * with the last number of stations than with the first.  Timed runs have their memory backed
 * beforehand, as in every pass but the first: how fast a kernel, or the host of its machine, clears
 * pages is not what is asked.
 *
 *     bench_dora [--json] [--runs N] [STATIONS...]         (10000 100000 1000000 10000000) */
#include <libdhcpperf/dhcpperf.h>

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum {
    BURST = 512,
    SLOT = 320, /* adjacent and little more than a message, as carriers lend them */
    RUNS = 7,
    WINDOW = 4096,
    RUNS_MAX = 100,
    SIZES_MAX = 16,
    RUNS_LONG = 5,
    LONG = 5000000,   /* stations of a long run */
    ENOUGH = 1000000, /* stations in all runs of a size: few are over in milliseconds */
    MANY = 1000000,   /* stations from which on what an engine has anyhow does not matter */
    APART = 1 << 20   /* bytes: larger blocks go back to the system when they are freed */
};

typedef struct result {
    double seconds;                    /* of a DORA */
    double station_bytes, lease_bytes; /* resident: what goes when the engine goes */
} result;

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

/* Memory of this process that has pages behind it. */
static double resident(void)
{
    unsigned long long size = 0, pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");

    if (f == NULL || fscanf(f, "%llu %llu", &size, &pages) != 2) {
        fprintf(stderr, "bench_dora: /proc/self/statm cannot be read\n");
        exit(1);
    }
    fclose(f);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

/* The engines clear what they get from here; large pages as their own allocator would have. */
static void *backed_alloc(void *user, size_t size, size_t align)
{
    const size_t page = (size_t)2 << 20;
    void *ptr;

    (void)user;
    align = size >= 2 * page ? page : align < 16 ? 16 : align;
    if (posix_memalign(&ptr, align, size) != 0) {
        return NULL;
    }
#ifdef MADV_HUGEPAGE
    if (align == page) {
        (void)madvise(ptr, size, MADV_HUGEPAGE);
    }
#endif
    return ptr;
}

static void *backed_resize(void *user, void *ptr, size_t old_size, size_t new_size, size_t align)
{
    (void)user;
    (void)old_size;
    (void)align;
    return realloc(ptr, new_size);
}

static void backed_release(void *user, void *ptr, size_t size)
{
    (void)user;
    (void)size;
    free(ptr);
}

static const dhcpperf_mem backed = {
    .alloc = backed_alloc, .resize = backed_resize, .release = backed_release};

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

static dhcpperf_server *new_server(uint32_t stations, const dhcpperf_mem *mem)
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
    must("server_new", dhcpperf_server_new(&server, config, mem));
    dhcpperf_server_config_free(config);
    dhcpperf_pool_free(pool);
    return server;
}

static dhcpperf_client *new_client(uint32_t stations, uint32_t window, const dhcpperf_mem *mem)
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
    must("client_new", dhcpperf_client_new(&client, config, mem));
    dhcpperf_client_config_free(config);
    dhcpperf_load_free(load);
    return client;
}

/* One run: all stations bind once. */
static result run(uint32_t stations, uint32_t window, const dhcpperf_mem *mem)
{
    dhcpperf_server *server = new_server(stations, mem);
    dhcpperf_client *client = new_client(stations, window, mem);
    dhcpperf_engine *c = dhcpperf_client_engine(client), *s = dhcpperf_server_engine(server);
    dhcpperf_ts now = DHCPPERF_NS_PER_S;
    double begun, both, alone;
    result r;

    must("client_begin", dhcpperf_client_begin(client, now));
    begun = seconds();
    while (!dhcpperf_client_is_done(client)) {
        if (move_all(c, s, now) + move_all(s, c, now) == 0) {
            fprintf(stderr, "bench_dora: the exchange has stopped\n");
            exit(1);
        }
        now += DHCPPERF_NS_PER_US;
    }
    r.seconds = (seconds() - begun) / stations;
    if (dhcpperf_stats_counter(dhcpperf_client_stats(client), DHCPPERF_C_BOUND) != stations) {
        fprintf(stderr, "bench_dora: not every station is bound\n");
        exit(1);
    }
    both = resident();
    dhcpperf_server_free(server);
    alone = resident();
    dhcpperf_client_free(client);
    r.lease_bytes = (both - alone) / stations;
    r.station_bytes = (alone - resident()) / stations;
    return r;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static void say_memory(uint32_t stations, result r, int json)
{
    double gib = (double)stations / (1 << 30);

    if (json) {
        printf("{\"bench\":\"dora_memory\",\"stations\":%" PRIu32
               ",\"station_bytes\":%.1f,\"lease_bytes\":%.1f}\n",
               stations, r.station_bytes, r.lease_bytes);
    } else {
        printf("%-28s %10" PRIu32 " stations  %10.1f bytes/station (%.2f GiB)  %.1f bytes/lease "
               "(%.2f GiB)\n",
               "memory, all in", stations, r.station_bytes, r.station_bytes * gib, r.lease_bytes,
               r.lease_bytes * gib);
    }
}

/* Tells what a number of stations costs; the median time of a DORA. */
static double measure(uint32_t stations, unsigned wanted, int json)
{
    unsigned runs = ENOUGH / stations > wanted ? ENOUGH / stations : wanted, k;
    double each[RUNS_MAX];

    runs = runs > RUNS_MAX ? RUNS_MAX : runs;
    for (k = 0; k < runs; k++) {
        each[k] = run(stations, WINDOW, &backed).seconds;
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
    if (stations >= MANY) {
        say_memory(stations, run(stations, WINDOW, NULL), json);
    }
    fflush(stdout);
    return each[runs / 2];
}

static void say_growth(uint32_t from, uint32_t to, double ratio, int json)
{
    if (json) {
        printf("{\"bench\":\"dora_growth\",\"from\":%" PRIu32 ",\"to\":%" PRIu32
               ",\"ratio\":%.3f}\n",
               from, to, ratio);
    } else {
        printf("%-28s %10.2f times the cost, from %" PRIu32 " to %" PRIu32 " stations\n", "growth",
               ratio, from, to);
    }
}

int main(int argc, char **argv)
{
    uint32_t sizes[SIZES_MAX] = {10000, 100000, 1000000, 10000000};
    unsigned runs = 0, n = 0, k;
    double first = 0, last = 0;
    int i, json = 0;

    for (i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            json = 1;
        } else if (strcmp(argv[i], "--runs") == 0 && i + 1 < argc) {
            runs = (unsigned)strtoul(argv[++i], NULL, 10);
        } else if (strtoul(argv[i], NULL, 10) == 0 || strtoul(argv[i], NULL, 10) > 16000000 ||
                   n == SIZES_MAX) {
            fprintf(stderr,
                    "usage: bench_dora [--json] [--runs N] [STATIONS...], %d times 1 to "
                    "16000000 stations at most\n",
                    SIZES_MAX);
            return 2;
        } else {
            sizes[n++] = (uint32_t)strtoul(argv[i], NULL, 10);
        }
    }
    mallopt(M_MMAP_THRESHOLD, APART);
    n = n > 0 ? n : 4;
    for (k = 0; k < n; k++) {
        last = measure(sizes[k], runs > 0 ? runs : sizes[k] < LONG ? RUNS : RUNS_LONG, json);
        first = k == 0 ? last : first;
    }
    say_growth(sizes[0], sizes[n - 1], last / first, json);
    return 0;
}
