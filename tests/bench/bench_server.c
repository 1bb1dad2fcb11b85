/* SPDX-License-Identifier: MIT */
/* bench_server.c - what the server engine costs per message: DISCOVERs go in by bursts, OFFERs come
 * out, REQUESTs go in, ACKs come out; then every client renews.  Only the time inside the verbs is
 * counted.  Clients come in a scattered order.  Also what a lease costs in resident memory. */
#include <libdhcpperf/dhcpperf.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
    BURST = 1024,
    SLOT = 576,
    RUNS = 5
};

typedef struct image {
    uint8_t octets[SLOT];
    size_t len;
} image;

static uint8_t in_arena[BURST][SLOT], out_arena[BURST][SLOT];
static dhcpperf_pkt in[BURST], out[BURST];
static image discover, request, renewal;
static dhcpperf_server *server;
static dhcpperf_engine *engine;
static dhcpperf_ts now;
static double spent; /* seconds inside the verbs */

static void must(const char *what, int rc)
{
    if (rc < 0) {
        fprintf(stderr, "bench_server: %s: %s\n", what, dhcpperf_strerror(rc));
        exit(1);
    }
}

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static size_t resident(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    unsigned long all = 0, pages = 0;

    if (f != NULL) {
        if (fscanf(f, "%lu %lu", &all, &pages) != 2) {
            pages = 0;
        }
        fclose(f);
    }
    return (size_t)pages * (size_t)sysconf(_SC_PAGESIZE);
}

static dhcpperf_ip4 ip_of(uint32_t n)
{
    dhcpperf_ip4 ip = {{(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}};

    return ip;
}

static void put32(uint8_t *p, uint32_t n)
{
    dhcpperf_ip4 ip = ip_of(n);

    memcpy(p, ip.b, 4);
}

/* -- requests: an image for all, a few octets for each -- */

static void compose(image *m, dhcpperf_msg_type type, int with_wish)
{
    static const uint8_t list[] = {1, 3, 6, 15, 51, 58, 59};
    dhcpperf_bytes b = {list, sizeof list};
    dhcpperf_ip4 id = {{10, 0, 0, 1}}, any = {{0, 0, 0, 0}};
    dhcpperf_writer *w;

    must("writer_new", dhcpperf_writer_new(&w, NULL));
    dhcpperf_writer_begin(w, m->octets, sizeof m->octets, type, 0);
    if (with_wish) {
        dhcpperf_writer_add_ip4(w, DHCPPERF_OPT_REQUESTED_IP, &any, 1); /* value at 245 */
        dhcpperf_writer_add_ip4(w, DHCPPERF_OPT_SERVER_ID, &id, 1);
    }
    dhcpperf_writer_add_option(w, DHCPPERF_OPT_PARAM_LIST, b);
    must("finish", dhcpperf_writer_finish(w, 300, &m->len));
    dhcpperf_writer_free(w);
}

static void fill(dhcpperf_pkt *p, uint8_t *buf, const image *m, uint32_t client)
{
    memcpy(buf, m->octets, m->len);
    put32(buf + 4, client ^ UINT32_C(0x5eed0000));
    put32(buf + 24, UINT32_C(0x0a000002)); /* one relay for all */
    buf[28] = 2;
    put32(buf + 30, client);
    memset(p, 0, sizeof *p);
    p->data = buf;
    p->cap = SLOT;
    p->len = (uint16_t)m->len;
    p->ts = now;
    p->src.ip = ip_of(UINT32_C(0x0a000002));
    p->src.port = 67;
    p->dst.ip = ip_of(UINT32_C(0x0a000001));
    p->dst.port = 67;
}

/* -- one burst in, one burst out -- */

static void swap(unsigned n)
{
    double begun;
    unsigned i, got = 0;
    int rc;

    for (i = 0; i < n; i++) {
        memset(&out[i], 0, sizeof out[i]);
        out[i].data = out_arena[i];
        out[i].cap = SLOT;
    }
    begun = seconds();
    must("recv", dhcpperf_engine_recv(engine, in, n, now));
    while (got < n && (rc = dhcpperf_engine_pull(engine, out + got, n - got, now)) > 0) {
        got += (unsigned)rc;
    }
    spent += seconds() - begun;
    now += DHCPPERF_NS_PER_US;
    if (got != n) {
        fprintf(stderr, "bench_server: %u replies to %u requests\n", got, n);
        exit(1);
    }
}

/* The k-th client of a burst that begins at `first`: scattered, each once. */
static uint32_t client_at(uint32_t first, uint32_t k, uint32_t clients)
{
    return (uint32_t)((uint64_t)(first + k) * UINT32_C(2654435761) % clients);
}

static void dora(uint32_t clients)
{
    uint32_t first, k, n;

    for (first = 0; first < clients; first += n) {
        n = clients - first < BURST ? clients - first : BURST;
        for (k = 0; k < n; k++) {
            fill(&in[k], in_arena[k], &discover, client_at(first, k, clients));
        }
        swap(n);
        for (k = 0; k < n; k++) {
            fill(&in[k], in_arena[k], &request, client_at(first, k, clients));
            memcpy(in_arena[k] + 245, out_arena[k] + 16, 4);
        }
        swap(n);
    }
}

static void renew(uint32_t clients, const uint8_t (*addresses)[4])
{
    uint32_t first, k, n;

    for (first = 0; first < clients; first += n) {
        n = clients - first < BURST ? clients - first : BURST;
        for (k = 0; k < n; k++) {
            uint32_t c = client_at(first * 7 + 3, k, clients);

            fill(&in[k], in_arena[k], &renewal, c);
            memcpy(in_arena[k] + 12, addresses[c], 4);
        }
        swap(n);
    }
}

/* -- runs -- */

static void new_server(uint32_t clients)
{
    dhcpperf_server_config *c;
    dhcpperf_pool *p;
    dhcpperf_mac mac = {{2, 0, 0, 0, 0, 1}};

    must("pool_new", dhcpperf_pool_new(&p, ip_of(UINT32_C(0x0a000000)), 8, NULL));
    must("add_range", dhcpperf_pool_add_range(p, ip_of(UINT32_C(0x0a00000a)),
                                              ip_of(UINT32_C(0x0a00000a) + clients - 1)));
    must("add_option", dhcpperf_pool_add_option(p, 3, "10.0.0.1"));
    must("add_option", dhcpperf_pool_add_option(p, 6, "192.0.2.53, 192.0.2.54"));
    must("config_new", dhcpperf_server_config_new(&c, NULL));
    must("set_identity", dhcpperf_server_config_set_identity(c, ip_of(UINT32_C(0x0a000001)), mac));
    must("add_pool", dhcpperf_server_config_add_pool(c, p));
    must("server_new", dhcpperf_server_new(&server, c, NULL));
    dhcpperf_server_config_free(c);
    dhcpperf_pool_free(p);
    engine = dhcpperf_server_engine(server);
}

static void bench(uint32_t clients, int json)
{
    double best_dora = 1e9, best_renew = 1e9;
    size_t before, lease_bytes = 0;
    uint8_t(*addresses)[4] = malloc((size_t)clients * 4);
    int run;

    if (addresses == NULL) {
        must("malloc", DHCPPERF_E_NOMEM);
    }
    for (run = 0; run < RUNS; run++) {
        uint64_t cursor = 0;
        dhcpperf_lease l;

        now = DHCPPERF_NS_PER_S;
        before = resident();
        new_server(clients);
        spent = 0;
        dora(clients);
        best_dora = spent < best_dora ? spent : best_dora;
        if (run == 0) {
            lease_bytes = (resident() - before) / clients;
        }
        while (dhcpperf_server_next_lease(server, &cursor, &l, sizeof l) == 1) {
            const uint8_t *mac = l.chaddr.data + 2;
            uint32_t c =
                (uint32_t)mac[0] << 24 | (uint32_t)mac[1] << 16 | (uint32_t)mac[2] << 8 | mac[3];

            memcpy(addresses[c], l.ip.b, 4);
        }
        spent = 0;
        renew(clients, (const uint8_t(*)[4])addresses);
        best_renew = spent < best_renew ? spent : best_renew;
        dhcpperf_server_free(server);
    }
    free(addresses);
    if (json) {
        printf("{\"bench\":\"server\",\"clients\":%" PRIu32 ",\"dora_per_s\":%.0f,"
               "\"ns_per_message\":%.1f,\"ns_per_renewal\":%.1f,\"bytes_per_lease\":%zu}\n",
               clients, clients / best_dora, best_dora * 1e9 / clients / 2,
               best_renew * 1e9 / clients, lease_bytes);
    } else {
        printf("server engine %10" PRIu32 " clients %9.0f DORA/s  %6.1f ns/message  %6.1f "
               "ns/renewal  %4zu octets/lease\n",
               clients, clients / best_dora, best_dora * 1e9 / clients / 2,
               best_renew * 1e9 / clients, lease_bytes);
    }
}

int main(int argc, char **argv)
{
    int json = argc > 1 && strcmp(argv[1], "--json") == 0;

    compose(&discover, DHCPPERF_DISCOVER, 0);
    compose(&request, DHCPPERF_REQUEST, 1);
    compose(&renewal, DHCPPERF_REQUEST, 0);
    bench(10000, json);
    bench(100000, json);
    bench(1000000, json);
    return 0;
}
