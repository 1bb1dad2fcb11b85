/* SPDX-License-Identifier: MIT */
/* bench_message.c - what one message costs: the common options indexed (the engines' view, also of
 * a form seen before), all of them indexed (reader), indexed and joined, composed (writer),
 * answered (reply_to), wrapped and unwrapped.
 *
 * Messages of 300 octets as clients and relays send them, parsed out of a few hundred different
 * buffers so that branch prediction learns the shape and not the octets.  Prints ns per message, in
 * processor time: the median, lowest and highest of the runs. */
#include <libdhcpperf/dhcpperf.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "wire/dp_forms.h"

enum {
    MESSAGES = 256,
    SLOT = 600,
    RUNS = 9,
    ROUNDS = 400
};

static uint8_t plain[MESSAGES][SLOT], split[MESSAGES][SLOT], out[SLOT];
static size_t plain_len[MESSAGES], split_len[MESSAGES];
static dp_forms forms;
static dhcpperf_msg *msg;
static dhcpperf_writer *writer;
static volatile uint64_t sink;

static double seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void must(int rc)
{
    if (rc != 0) {
        fprintf(stderr, "bench_message: %s\n", dhcpperf_strerror(rc));
        exit(1);
    }
}

/* A relayed REQUEST with what common clients put into it. */
static size_t compose(uint8_t *buf, unsigned i, int in_pieces)
{
    uint8_t mac[6] = {2, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i};
    dhcpperf_ip4 ip = {{10, 0, (uint8_t)(i >> 8), (uint8_t)i}};
    dhcpperf_bytes addr = {mac, sizeof mac};
    size_t len;

    dhcpperf_writer_begin(writer, buf, SLOT, DHCPPERF_REQUEST, 0x1000 + i);
    dhcpperf_writer_set_chaddr(writer, 1, addr);
    dhcpperf_writer_set_giaddr(writer, ip);
    dhcpperf_writer_add_text(writer, 61, "mac:02:00:00:00:00:01");
    dhcpperf_writer_add_ip4(writer, 50, &ip, 1);
    dhcpperf_writer_add_ip4(writer, 54, &ip, 1);
    dhcpperf_writer_add_u16(writer, 57, 1500);
    dhcpperf_writer_add_text(writer, 55, "1, 3, 6, 12, 15, 28, 42, 51, 58, 59, 119, 121");
    dhcpperf_writer_add_str(writer, 12, "station-0001");
    dhcpperf_writer_add_str(writer, 60, "MSFT 5.0");
    if (in_pieces) {
        dhcpperf_writer_add_text(writer, 61, "hex:0102");
    }
    dhcpperf_writer_add_text(writer, 82, "circuit-id:eth0/1, remote-id:hex:020000000001");
    must(dhcpperf_writer_finish(writer, 300, &len));
    return len;
}

static void view(unsigned i)
{
    dp_view v;

    must(dp_view_parse(&v, plain[i], plain_len[i], NULL));
    sink += v.seen + dp_view_len(&v, DP_V_CLIENT_ID);
}

/* What a server does with an arrival: all of these have one form. */
static void view_by_form(unsigned i)
{
    dp_view v;

    must(dp_forms_parse(&forms, &v, plain[i], plain_len[i]));
    sink += v.seen + dp_view_len(&v, DP_V_CLIENT_ID);
}

static void parse(unsigned i)
{
    must(dhcpperf_msg_parse(msg, plain[i], plain_len[i], 0, NULL));
    sink += (uint64_t)dhcpperf_msg_get_type(msg);
}

static void parse_joining(unsigned i)
{
    must(dhcpperf_msg_parse(msg, split[i], split_len[i], 0, NULL));
    sink += (uint64_t)dhcpperf_msg_get_type(msg);
}

static void parse_strict(unsigned i)
{
    must(dhcpperf_msg_parse(msg, plain[i], plain_len[i], DHCPPERF_PARSE_STRICT, NULL));
    sink += (uint64_t)dhcpperf_msg_get_type(msg);
}

/* An ACK with seven options from a request that was parsed before. */
static void answer(unsigned i)
{
    dhcpperf_ip4 ip = {{10, 0, 0, 1}};
    size_t len;

    dhcpperf_writer_reply_to(writer, out, sizeof out, DHCPPERF_ACK, msg);
    dhcpperf_writer_set_yiaddr(writer, ip);
    dhcpperf_writer_add_ip4(writer, 54, &ip, 1);
    dhcpperf_writer_add_u32(writer, 51, 3600 + i);
    dhcpperf_writer_add_u32(writer, 58, 1800);
    dhcpperf_writer_add_u32(writer, 59, 3150);
    dhcpperf_writer_add_u32(writer, 1, 0xffffff00);
    dhcpperf_writer_add_ip4(writer, 3, &ip, 1);
    dhcpperf_writer_add_ip4(writer, 6, &ip, 1);
    must(dhcpperf_writer_finish(writer, 300, &len));
    sink += out[250];
}

static void discover(unsigned i)
{
    static const uint8_t list[] = {1, 3, 6, 12, 15, 28, 42, 51, 58, 59, 119, 121};
    uint8_t mac[6] = {2, 0, 0, 0, (uint8_t)(i >> 8), (uint8_t)i};
    dhcpperf_bytes addr = {mac, sizeof mac}, params = {list, sizeof list};
    size_t len;

    dhcpperf_writer_begin(writer, out, sizeof out, DHCPPERF_DISCOVER, i);
    dhcpperf_writer_set_chaddr(writer, 1, addr);
    dhcpperf_writer_add_option(writer, 61, addr);
    dhcpperf_writer_add_option(writer, 55, params);
    dhcpperf_writer_add_u16(writer, 57, 1500);
    must(dhcpperf_writer_finish(writer, 300, &len));
    sink += out[250];
}

static void frame(unsigned i)
{
    dhcpperf_pkt p = {0};

    p.data = plain[i];
    p.len = (uint16_t)plain_len[i];
    p.cap = SLOT;
    p.src.port = 68;
    p.dst.port = 67;
    must(dhcpperf_frame_wrap(&p, 0));
    must(dhcpperf_frame_unwrap(&p, 0));
    memmove(plain[i], p.data, p.len);
    sink += p.len;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void measure(const char *name, void (*fn)(unsigned i), int json)
{
    double ns[RUNS];
    int run, round;
    unsigned i;

    for (run = 0; run < RUNS; run++) {
        double from = seconds();

        for (round = 0; round < ROUNDS; round++) {
            for (i = 0; i < MESSAGES; i++) {
                fn(i);
            }
        }
        ns[run] = (seconds() - from) * 1e9 / ((double)ROUNDS * MESSAGES);
    }
    qsort(ns, RUNS, sizeof ns[0], by_value);
    printf("%-24s %8.1f ns  (%.1f .. %.1f)\n", name, ns[RUNS / 2], ns[0], ns[RUNS - 1]);
    if (json) {
        printf("{\"bench\":\"message\",\"case\":\"%s\",\"ns\":%.2f,\"min\":%.2f,\"max\":%.2f}\n",
               name, ns[RUNS / 2], ns[0], ns[RUNS - 1]);
    }
}

int main(int argc, char **argv)
{
    int json = argc > 1 && strcmp(argv[1], "--json") == 0;
    unsigned i;

    must(dhcpperf_msg_new(&msg, NULL));
    must(dhcpperf_writer_new(&writer, NULL));
    for (i = 0; i < MESSAGES; i++) {
        plain_len[i] = compose(plain[i], i, 0);
        split_len[i] = compose(split[i], i, 1);
    }
    measure("view", view, json); /* the common options: what engines do with an arrival */
    measure("view, form known", view_by_form, json);
    measure("parse", parse, json);
    measure("parse, joining", parse_joining, json);
    measure("compose DISCOVER", discover, json);
    parse(0);
    measure("compose ACK by reply_to", answer, json);
    measure("wrap and unwrap", frame, json);
    for (i = 0; i < MESSAGES; i++) { /* strict refuses what a real SELECTING client never sends */
        plain_len[i] = compose(plain[i], i, 0);
    }
    measure("parse, strict", parse_strict, json);
    dhcpperf_msg_free(msg);
    dhcpperf_writer_free(writer);
    return 0;
}
