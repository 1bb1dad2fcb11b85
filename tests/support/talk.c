/* SPDX-License-Identifier: MIT */
/* talk.c - composing requests, reading replies. */
#include "support/talk.h"

#include <stdio.h>
#include <string.h>

dhcpperf_ip4 talk_ip(const char *text)
{
    dhcpperf_ip4 ip = {{0, 0, 0, 0}};

    if (text != NULL) {
        ck_assert_msg(dhcpperf_ip4_parse(&ip, text) == 0, "address %s", text);
    }
    return ip;
}

size_t talk_hex(const char *text, uint8_t *buf, size_t cap)
{
    size_t n = 0;
    unsigned v;
    int used;

    while (*text != '\0') {
        ck_assert_msg(n < cap && sscanf(text, "%2x%n", &v, &used) == 1 && used == 2, "hex %s",
                      text);
        buf[n++] = (uint8_t)v;
        text += 2;
    }
    return n;
}

void talk_set(talk *t, const char *key, const char *value)
{
    int rc = dhcpperf_server_config_set(t->config, key, value);

    ck_assert_msg(rc == 0, "%s=%s: %s", key, value, dhcpperf_strerror(rc));
}

void talk_prepare(talk *t)
{
    dhcpperf_mac mac = {{2, 0, 0, 0, 0xff, 1}};
    static const struct {
        uint8_t code;
        const char *text;
    } options[] = {{3, "10.0.0.1"}, {6, "192.0.2.1, 192.0.2.2"}, {15, "example.org"}};
    size_t i;

    memset(t, 0, sizeof *t);
    allocfail_init(&t->af, 0);
    t->now = SECOND;
    ck_assert_int_eq(dhcpperf_msg_new(&t->msg, &t->af.mem), 0);
    ck_assert_int_eq(dhcpperf_pool_new(&t->pool, talk_ip("10.0.0.0"), 24, &t->af.mem), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(t->pool, talk_ip("10.0.0.10"), talk_ip("10.0.0.19")),
                     0);
    for (i = 0; i < sizeof options / sizeof options[0]; i++) {
        ck_assert_int_eq(dhcpperf_pool_add_option(t->pool, options[i].code, options[i].text), 0);
    }
    ck_assert_int_eq(dhcpperf_server_config_new(&t->config, &t->af.mem), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_identity(t->config, talk_ip("10.0.0.1"), mac), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_max_held(t->config, 256), 0);
}

void talk_open(talk *t)
{
    int rc;

    ck_assert_int_eq(dhcpperf_server_config_add_pool(t->config, t->pool), 0);
    rc = dhcpperf_server_new(&t->server, t->config, &t->af.mem);
    ck_assert_msg(rc == 0, "server_new: %s", dhcpperf_strerror(rc));
    t->engine = dhcpperf_server_engine(t->server);
}

void talk_close(talk *t)
{
    dhcpperf_server_free(t->server);
    dhcpperf_server_config_free(t->config);
    dhcpperf_pool_free(t->pool);
    dhcpperf_msg_free(t->msg);
    ck_assert_msg(allocfail_is_clean(&t->af), "memory is left");
}

static void add_hex(dhcpperf_writer *w, uint8_t code, const char *hex)
{
    uint8_t buf[600];
    dhcpperf_bytes b = {buf, 0};

    if (hex != NULL) {
        b.len = talk_hex(hex, buf, sizeof buf);
        dhcpperf_writer_add_option(w, code, b);
    }
}

static void add_text(dhcpperf_writer *w, uint8_t code, const char *text)
{
    if (text != NULL) {
        dhcpperf_writer_add_text(w, code, text);
    }
}

static void add_options(dhcpperf_writer *w, const ask *a)
{
    uint8_t buf[600];
    dhcpperf_bytes b = {buf, 0};

    add_hex(w, DHCPPERF_OPT_CLIENT_ID, a->id);
    add_text(w, DHCPPERF_OPT_REQUESTED_IP, a->wish);
    add_text(w, DHCPPERF_OPT_SERVER_ID, a->server);
    add_text(w, DHCPPERF_OPT_LEASE_TIME, a->lease);
    if (a->list != NULL) {
        const char *p = a->list;
        unsigned code;
        int used;

        while (sscanf(p, "%u%n", &code, &used) == 1) {
            buf[b.len++] = (uint8_t)code;
            p += used;
            p += *p == ',';
        }
        dhcpperf_writer_add_option(w, DHCPPERF_OPT_PARAM_LIST, b);
    }
    if (a->max_size != 0) {
        dhcpperf_writer_add_u16(w, 57, (uint16_t)a->max_size);
    }
    if (a->more != NULL) {
        b.len = talk_hex(a->more, buf, sizeof buf);
        dhcpperf_writer_add_octets(w, b);
    }
    add_hex(w, DHCPPERF_OPT_RELAY_INFO, a->info);
}

static void add_header(dhcpperf_writer *w, const ask *a)
{
    uint8_t chaddr[16] = {2, 0, 0, 0, (uint8_t)(a->client >> 8), (uint8_t)a->client};
    dhcpperf_bytes b = {chaddr, 16};

    if (a->chaddr != NULL) {
        ck_assert_uint_eq(talk_hex(a->chaddr, chaddr, sizeof chaddr), 16);
    }
    dhcpperf_writer_set_raw(w, 28, b);
    if (a->htype != 0) {
        dhcpperf_writer_set_htype(w, a->htype == 99 ? 0 : (uint8_t)a->htype);
    }
    if (a->hlen != 0) {
        dhcpperf_writer_set_hlen(w, a->hlen == 99 ? 0 : (uint8_t)a->hlen);
    }
    dhcpperf_writer_set_op(w, a->op == 99 ? 0 : a->op == 0 ? 1 : (uint8_t)a->op);
    dhcpperf_writer_set_hops(w, (uint8_t)a->hops);
    dhcpperf_writer_set_secs(w, (uint16_t)a->secs);
    chaddr[0] = (uint8_t)(a->flags >> 8);
    chaddr[1] = (uint8_t)a->flags;
    b.len = 2;
    dhcpperf_writer_set_raw(w, 10, b);
    dhcpperf_writer_set_ciaddr(w, talk_ip(a->ciaddr));
    dhcpperf_writer_set_giaddr(w, talk_ip(a->giaddr));
    dhcpperf_writer_set_siaddr(w, talk_ip(a->siaddr));
}

void talk_compose(talk *t, const ask *a, uint8_t *buf, dhcpperf_pkt *pkt)
{
    static dhcpperf_writer *w; /* one for all: it holds nothing between messages */
    size_t len;
    int rc;

    if (w == NULL) {
        ck_assert_int_eq(dhcpperf_writer_new(&w, NULL), 0);
    }
    dhcpperf_writer_begin(w, buf, TALK_CAP, (dhcpperf_msg_type)a->type,
                          a->xid != 0 ? a->xid : ++t->xid);
    add_header(w, a);
    add_options(w, a);
    rc = dhcpperf_writer_finish(w, 300, &len);
    ck_assert_msg(rc == 0, "request: %s", dhcpperf_strerror(rc));
    if (a->cut != NULL) {
        len = 240 + talk_hex(a->cut, buf + 240, TALK_CAP - 240);
    }
    memset(pkt, 0, sizeof *pkt);
    pkt->data = buf;
    pkt->len = (uint16_t)(a->len != 0 ? a->len : len);
    pkt->cap = TALK_CAP;
    pkt->ts = t->now;
    pkt->src.ip = talk_ip(a->from);
    pkt->src.port = (uint16_t)(a->from_port != 0 ? a->from_port : 68);
    pkt->dst.ip = talk_ip(a->to != NULL ? a->to : "255.255.255.255");
    pkt->dst.port = 67;
    pkt->flags = a->to == NULL ? DHCPPERF_PKT_BCAST : 0;
}

void talk_send(talk *t, const ask *a)
{
    uint8_t buf[TALK_CAP];
    dhcpperf_pkt pkt;

    talk_compose(t, a, buf, &pkt);
    ck_assert_int_eq(dhcpperf_engine_recv(t->engine, &pkt, 1, t->now), 1);
}

void talk_raw(talk *t, const uint8_t *data, size_t len)
{
    dhcpperf_pkt pkt;
    uint8_t *copy = malloc(len > 0 ? len : 1); /* exact: a sanitizer sees a read past it */

    ck_assert_ptr_nonnull(copy);
    memcpy(copy, data, len);
    memset(&pkt, 0, sizeof pkt);
    pkt.data = copy;
    pkt.len = pkt.cap = (uint16_t)len;
    pkt.ts = t->now;
    pkt.dst.ip = talk_ip("255.255.255.255");
    ck_assert_int_eq(dhcpperf_engine_recv(t->engine, &pkt, 1, t->now), 1);
    free(copy);
}

int talk_hear(talk *t)
{
    int n;

    memset(&t->reply, 0, sizeof t->reply);
    memset(t->bytes, 0xee, sizeof t->bytes);
    t->reply.data = t->bytes;
    t->reply.cap = sizeof t->bytes;
    n = dhcpperf_engine_pull(t->engine, &t->reply, 1, t->now);
    ck_assert_int_ge(n, 0);
    if (n == 1) {
        dhcpperf_parse_error err;
        int rc = dhcpperf_msg_parse(t->msg, t->bytes, t->reply.len, DHCPPERF_PARSE_LENIENT, &err);

        ck_assert_msg(rc == 0, "reply is malformed at %zu", err.offset);
    }
    return n;
}

void talk_wait(talk *t, dhcpperf_dur d)
{
    t->now += d;
    ck_assert_int_ge(dhcpperf_engine_advance(t->engine, t->now), 0);
}

/* ---- comparing ------------------------------------------------------------------------------ */

static void field_text(talk *t, const char *name, char *buf, size_t cap)
{
    const uint8_t *b = t->bytes;
    dhcpperf_ip4 ip = t->reply.dst.ip;
    size_t cursor = 0, n = 0;
    uint8_t code;
    dhcpperf_bytes value;

    if (strcmp(name, "dst") == 0 || strcmp(name, "src") == 0) {
        const dhcpperf_endpoint *e = name[0] == 'd' ? &t->reply.dst : &t->reply.src;

        ip = e->ip;
        snprintf(buf, cap, "%u.%u.%u.%u:%u", ip.b[0], ip.b[1], ip.b[2], ip.b[3], e->port);
    } else if (strcmp(name, "order") == 0) {
        buf[0] = '\0';
        while (dhcpperf_msg_next_option(t->msg, &cursor, &code, &value) == 1) {
            n += (size_t)snprintf(buf + n, cap - n, "%s%u", n > 0 ? "," : "", code);
        }
    } else if (strcmp(name, "file") == 0) {
        snprintf(buf, cap, "%.127s", (const char *)b + 108);
    } else if (strcmp(name, "len") == 0) {
        snprintf(buf, cap, "%u", t->reply.len);
    } else if (strcmp(name, "flags") == 0) {
        snprintf(buf, cap, "%04x", (unsigned)(b[10] << 8 | b[11]));
    } else if (strcmp(name, "hops") == 0 || strcmp(name, "op") == 0) {
        snprintf(buf, cap, "%u", b[name[0] == 'h' ? 3 : 0]);
    } else if (strcmp(name, "secs") == 0) {
        snprintf(buf, cap, "%u", (unsigned)(b[8] << 8 | b[9]));
    } else if (strcmp(name, "xid") == 0) {
        snprintf(buf, cap, "%u", dhcpperf_msg_get_xid(t->msg));
    } else if (strlen(name) == 6 && strcmp(name + 2, "addr") == 0) {
        const uint8_t *a = b + (name[0] == 'c'   ? 12
                                : name[0] == 'y' ? 16
                                : name[0] == 's' ? 20
                                                 : 24);

        snprintf(buf, cap, "%u.%u.%u.%u", a[0], a[1], a[2], a[3]);
    } else {
        ck_abort_msg("no field %s", name);
    }
}

static void option_text(talk *t, uint8_t code, char *buf, size_t cap)
{
    dhcpperf_bytes value;
    char *from, *to;

    if (dhcpperf_msg_get_option(t->msg, code, &value) != 0) {
        snprintf(buf, cap, "(absent)");
        return;
    }
    if (code == 82 || code == 61) { /* octets, whatever they mean */
        size_t i;

        for (i = 0; i < value.len && 2 * i + 2 < cap; i++) {
            snprintf(buf + 2 * i, cap - 2 * i, "%02x", value.data[i]);
        }
        buf[2 * i] = '\0';
        return;
    }
    ck_assert_msg(dhcpperf_opt_format(code, value, buf, cap) >= 0, "option %u", code);
    for (from = to = buf; *from != '\0'; from++) {
        if (*from != ' ') {
            *to++ = *from;
        }
    }
    *to = '\0';
}

static void expect_word(talk *t, char *word, const char *file, int line)
{
    char got[2048], dump[2048], *value = strchr(word, '=');
    dhcpperf_bytes any;

    dhcpperf_msg_format(t->msg, dump, sizeof dump);
    if (word[0] == '!' || word[0] == '+') {
        int there = dhcpperf_msg_get_option(t->msg, (uint8_t)atoi(word + 1), &any) == 0;

        ck_assert_msg(there == (word[0] == '+'), "%s:%d: %s fails in %s", file, line, word, dump);
        return;
    }
    if (value == NULL) {
        const char *name = dhcpperf_msg_type_name(dhcpperf_msg_get_type(t->msg));

        ck_assert_msg(strcmp(name, word) == 0, "%s:%d: expected %s, got %s", file, line, word,
                      dump);
        return;
    }
    *value++ = '\0';
    if (word[0] >= '0' && word[0] <= '9') {
        option_text(t, (uint8_t)atoi(word), got, sizeof got);
    } else {
        field_text(t, word, got, sizeof got);
    }
    ck_assert_msg(strcmp(got, value) == 0, "%s:%d: %s is %s, expected %s, in %s", file, line, word,
                  got, value, dump);
}

/* Octets to a message, and its words. */
void talk_judge(talk *t, const char *words, const char *file, int line)
{
    char copy[2048], *word, *rest = copy;
    dhcpperf_parse_error err;
    int rc = dhcpperf_msg_parse(t->msg, t->bytes, t->reply.len, DHCPPERF_PARSE_LENIENT, &err);

    ck_assert_msg(rc == 0, "%s:%d: the reply is malformed at %zu", file, line, err.offset);
    snprintf(copy, sizeof copy, "%s", words);
    while ((word = strtok_r(rest, " ", &rest)) != NULL) {
        expect_word(t, word, file, line);
    }
}

void talk_expect(talk *t, const char *words, const char *file, int line)
{
    int heard = talk_hear(t);

    if (strcmp(words, "nothing") == 0) {
        char dump[1024] = "";

        if (heard) {
            dhcpperf_msg_format(t->msg, dump, sizeof dump);
        }
        ck_assert_msg(!heard, "%s:%d: expected silence, got %s", file, line, dump);
        return;
    }
    ck_assert_msg(heard, "%s:%d: expected %s, got nothing", file, line, words);
    talk_judge(t, words, file, line);
}

uint64_t talk_counter(const talk *t, dhcpperf_counter c)
{
    return dhcpperf_stats_counter(dhcpperf_server_stats(t->server), c);
}

uint64_t talk_exchange(const talk *t, dhcpperf_exchange x, dhcpperf_outcome o)
{
    return dhcpperf_stats_exchange(dhcpperf_server_stats(t->server), x, o);
}

const char *talk_bind(talk *t, unsigned client)
{
    static char text[16];
    dhcpperf_ip4 ip;

    SEND(t, .type = DHCPPERF_DISCOVER, .client = client);
    HEAR(t, "OFFER");
    ip = dhcpperf_msg_get_yiaddr(t->msg);
    dhcpperf_ip4_format(ip, text, sizeof text);
    SEND(t, .type = DHCPPERF_REQUEST, .client = client, .wish = text, .server = "10.0.0.1");
    HEAR(t, "ACK");
    ip = dhcpperf_msg_get_yiaddr(t->msg);
    dhcpperf_ip4_format(ip, text, sizeof text);
    return text;
}
