/* SPDX-License-Identifier: MIT */
/* bench_client.c - what the client engine costs per message: it plays DORA against an inline
 * responder that patches prepared replies, and only the time inside its verbs is counted. */
#include <libdhcpperf/dhcpperf.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    BURST = 512,
    LEN = 300,
    RUNS = 5,
    WINDOW = 4096,
    OFFER = 0,
    ACK = 1
};

static uint8_t arena[BURST][LEN];
static dhcpperf_pkt pkts[BURST];
static dhcpperf_txdone done[BURST];
static uint8_t replies[2][LEN];
static size_t at_id[2]; /* where the value of option 61 is (RFC 6842) */

static void must(const char *what, int rc)
{
    if (rc < 0) {
        fprintf(stderr, "bench_client: %s: %s\n", what, dhcpperf_strerror(rc));
        exit(1);
    }
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* -- memory: what the engine clears is backed before anything is timed -- */

static void *backed_alloc(void *user, size_t size, size_t align)
{
    (void)user;
    return aligned_alloc(align < 16 ? 16 : align, (size + 63) / 64 * 64);
}

static void *backed_resize(void *user, void *ptr, size_t old_size, size_t new_size, size_t align)
{
    void *moved = backed_alloc(user, new_size, align);

    if (moved != NULL && ptr != NULL) {
        memcpy(moved, ptr, old_size < new_size ? old_size : new_size);
        free(ptr);
    }
    return moved;
}

static void backed_release(void *user, void *ptr, size_t size)
{
    (void)user;
    (void)size;
    free(ptr);
}

/* -- the responder -- */

static void prepare_replies(void)
{
    static const dhcpperf_msg_type types[] = {DHCPPERF_OFFER, DHCPPERF_ACK};
    static const uint8_t ethernet[7] = {1};
    const dhcpperf_bytes id = {ethernet, sizeof ethernet};
    dhcpperf_writer *w;
    size_t len;
    int k;

    must("writer_new", dhcpperf_writer_new(&w, NULL));
    for (k = 0; k < 2; k++) {
        dhcpperf_writer_begin(w, replies[k], LEN, types[k], 0);
        dhcpperf_writer_add_u32(w, DHCPPERF_OPT_SERVER_ID, 0x0a000001);
        dhcpperf_writer_add_u32(w, DHCPPERF_OPT_LEASE_TIME, 3600);
        dhcpperf_writer_add_u32(w, DHCPPERF_OPT_SUBNET_MASK, 0xff000000);
        dhcpperf_writer_add_u32(w, DHCPPERF_OPT_ROUTER, 0x0a000001);
        dhcpperf_writer_add_u32(w, DHCPPERF_OPT_T1, 1800);
        dhcpperf_writer_add_u32(w, DHCPPERF_OPT_T2, 3150);
        dhcpperf_writer_add_option(w, DHCPPERF_OPT_CLIENT_ID, id);
        must("finish", dhcpperf_writer_finish(w, LEN, &len));
        for (at_id[k] = 240; replies[k][at_id[k]] != DHCPPERF_OPT_CLIENT_ID; at_id[k]++) {
        }
        at_id[k] += 2;
    }
    dhcpperf_writer_free(w);
}

/* Turns a request into its reply in place: what follows the fixed part tells DISCOVER (option 53 is
 * the first) from REQUEST. */
static void respond(dhcpperf_pkt *pkt, dhcpperf_ts now)
{
    uint8_t keep[12], *p = pkt->data;
    int k = p[242] == DHCPPERF_DISCOVER ? OFFER : ACK;

    memcpy(keep, p + 4, 4);      /* xid */
    memcpy(keep + 4, p + 28, 6); /* chaddr */
    memcpy(p, replies[k], LEN);
    memcpy(p + 4, keep, 4);
    memcpy(p + 28, keep + 4, 6);
    memcpy(p + at_id[k] + 1, keep + 4, 6);
    p[16] = 10;
    memcpy(p + 17, keep + 7, 3); /* yiaddr from the hardware address */
    p[17] |= 0x40;
    pkt->len = LEN;
    pkt->ts = now;
}

typedef struct result {
    double dora_ns, verbs_ns; /* per DORA in all, per message inside the verbs */
} result;

static dhcpperf_client *new_client(uint32_t stations, const dhcpperf_mem *mem)
{
    dhcpperf_client_config *config;
    dhcpperf_client *client;
    dhcpperf_load *load;

    must("load_new", dhcpperf_load_new(&load, NULL));
    must("add_closed", dhcpperf_load_add_closed(load, WINDOW, DHCPPERF_NEVER));
    must("config_new", dhcpperf_client_config_new(&config, NULL));
    must("set_stations", dhcpperf_client_config_set_stations(config, stations));
    must("set_load", dhcpperf_client_config_set_load(config, load));
    must("set", dhcpperf_client_config_set(config, "lease.keep", "false"));
    must("client_new", dhcpperf_client_new(&client, config, mem));
    dhcpperf_client_config_free(config);
    dhcpperf_load_free(load);
    return client;
}

static result run(uint32_t stations)
{
    const dhcpperf_mem mem = {NULL, backed_alloc, backed_resize, backed_release};
    dhcpperf_client *client = new_client(stations, &mem);
    dhcpperf_engine *e = dhcpperf_client_engine(client);
    dhcpperf_ts now = DHCPPERF_NS_PER_S;
    double begun, inside = 0, since;
    result r;
    int n, i;

    must("begin", dhcpperf_client_begin(client, now));
    begun = seconds();
    while (!dhcpperf_client_is_done(client)) {
        for (i = 0; i < BURST; i++) {
            pkts[i].data = arena[i];
            pkts[i].cap = LEN;
        }
        since = seconds();
        must("advance", dhcpperf_engine_advance(e, now));
        n = dhcpperf_engine_pull(e, pkts, BURST, now);
        must("pull", n);
        for (i = 0; i < n; i++) {
            done[i].cookie = pkts[i].cookie;
            done[i].ts = now;
        }
        dhcpperf_engine_sent(e, done, (unsigned)n, now);
        inside += seconds() - since;
        now += DHCPPERF_NS_PER_US;
        for (i = 0; i < n; i++) {
            respond(&pkts[i], now);
        }
        since = seconds();
        must("recv", dhcpperf_engine_recv(e, pkts, (unsigned)n, now));
        inside += seconds() - since;
    }
    r.dora_ns = (seconds() - begun) * 1e9 / stations;
    r.verbs_ns = inside * 1e9 / stations / 4;
    if (dhcpperf_stats_counter(dhcpperf_client_stats(client), DHCPPERF_C_BOUND) != stations ||
        dhcpperf_stats_counter(dhcpperf_client_stats(client), DHCPPERF_C_VIOLATIONS) != 0) {
        fprintf(stderr, "bench_client: not every station is bound properly\n");
        exit(1);
    }
    dhcpperf_client_free(client);
    return r;
}

static int by_verbs(const void *a, const void *b)
{
    double x = ((const result *)a)->verbs_ns, y = ((const result *)b)->verbs_ns;

    return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
    static const uint32_t sizes[] = {10000, 100000, 1000000};
    uint32_t only = argc > 1 && argv[1][0] != '-' ? (uint32_t)strtoul(argv[1], NULL, 0) : 0;
    size_t i, k;

    prepare_replies();
    for (i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        result each[RUNS];

        if (only != 0 && only != sizes[i]) {
            continue;
        }
        for (k = 0; k < RUNS; k++) {
            each[k] = run(sizes[i]);
        }
        qsort(each, RUNS, sizeof each[0], by_verbs);
        printf(argc > 1 && only == 0 ? "{\"bench\":\"client\",\"stations\":%" PRIu32
                                       ",\"ns_per_message\":%.1f"
                                       ",\"low\":%.1f,\"high\":%.1f,\"dora_per_s\":%.0f}\n"
                                     : "client %10" PRIu32
                                       " stations  %6.1f ns/message (%.1f - %.1f)  %9.0f DORA/s\n",
               sizes[i], each[RUNS / 2].verbs_ns, each[0].verbs_ns, each[RUNS - 1].verbs_ns,
               1e9 / each[RUNS / 2].dora_ns);
    }
    return 0;
}
