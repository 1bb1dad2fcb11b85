/* SPDX-License-Identifier: MIT */
/* faulted.c - the port beside a server that misbehaves, and changes to messages by hand. */
#include "support/faulted.h"

#include <stdio.h>
#include <string.h>

#include <libdhcpperf/frame.h>

/* ---- the port ------------------------------------------------------------------------------- */

static void keep(heard *h, const dhcpperf_pkt *pkt, dhcpperf_ts now)
{
    ck_assert_uint_le(pkt->len, sizeof h->bytes);
    h->when = now;
    h->pkt = *pkt;
    h->len = pkt->len;
    memcpy(h->bytes, pkt->data, pkt->len);
    h->pkt.data = h->bytes;
}

static int port_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    faulted *f = self;
    unsigned i;

    for (i = 0; i < n; i++) {
        ck_assert_uint_lt(f->n, FAULTED_MAX);
        keep(&f->at[f->n++], &pkts[i], now);
    }
    return (int)n;
}

static int port_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    faulted *f = self;
    unsigned n = 0;

    (void)now;
    for (; n < max && n < f->n_out; n++) {
        uint8_t *data = pkts[n].data;
        uint16_t cap = pkts[n].cap;

        pkts[n] = f->out[n].pkt;
        pkts[n].data = data;
        pkts[n].cap = cap;
        memcpy(data, f->out[n].bytes, f->out[n].len);
    }
    memmove(f->out, f->out + n, (f->n_out - n) * sizeof f->out[0]);
    f->n_out -= n;
    return (int)n;
}

static dhcpperf_ts port_deadline(const void *self)
{
    return ((const faulted *)self)->n_out > 0 ? 0 : DHCPPERF_NEVER;
}

static const dhcpperf_engine_ops port_ops = {
    .size = sizeof port_ops,
    .recv = port_recv,
    .pull = port_pull,
    .deadline = port_deadline,
};

/* ---- life ----------------------------------------------------------------------------------- */

dhcpperf_fault_plan *faulted_plan(const char *text, const dhcpperf_mem *mem)
{
    dhcpperf_fault_plan *p = NULL;
    const char *reason = "";
    size_t at = 0;
    int rc = dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_SERVER, text, &at, &reason, mem);

    ck_assert_msg(rc == 0, "'%s' at %zu: %s", text, at, reason);
    return p;
}

void faulted_prepare(faulted *f, const char *plan)
{
    memset(f, 0, sizeof *f);
    talk_prepare(&f->t);
    f->t.now = 0;
    if (plan != NULL) {
        f->plan = faulted_plan(plan, &f->t.af.mem);
        ck_assert_int_eq(dhcpperf_server_config_set_faults(f->t.config, f->plan), 0);
    }
}

void faulted_open(faulted *f)
{
    dhcpperf_segment seg;
    dhcpperf_port server, client;

    talk_open(&f->t);
    ck_assert_int_eq(dhcpperf_engine_new(&f->port, &port_ops, f, &f->t.af.mem), 0);
    ck_assert_int_eq(dhcpperf_vnet_new(&f->net, 1, &f->t.af.mem), 0);
    ck_assert_int_eq(dhcpperf_vnet_add_segment(f->net, &seg), 0);
    ck_assert_int_eq(dhcpperf_vnet_attach(f->net, seg, f->t.engine, &server), 0);
    ck_assert_int_eq(dhcpperf_vnet_attach(f->net, seg, f->port, &client), 0);
    ck_assert_int_eq(dhcpperf_vnet_add_address(f->net, server, talk_ip("10.0.0.1"), 32), 0);
}

void faulted_close(faulted *f)
{
    dhcpperf_vnet_free(f->net);
    dhcpperf_engine_free(f->port);
    dhcpperf_fault_plan_free(f->plan);
    talk_close(&f->t);
}

/* ---- time and packets ----------------------------------------------------------------------- */

static void run(faulted *f)
{
    int rc = dhcpperf_vnet_run_until(f->net, f->t.now);

    ck_assert_msg(rc >= 0, "the network fails: %s", dhcpperf_strerror(rc));
}

void faulted_send(faulted *f, const dhcpperf_pkt *pkt)
{
    ck_assert_uint_lt(f->n_out, FAULTED_OUT);
    keep(&f->out[f->n_out++], pkt, f->t.now);
    run(f);
}

void faulted_ask(faulted *f, const ask *a)
{
    uint8_t buf[TALK_CAP];
    dhcpperf_pkt pkt;

    talk_compose(&f->t, a, buf, &pkt);
    if (f->has_macs) {
        memcpy(pkt.src.mac.b, buf + 28, 6);
    }
    faulted_send(f, &pkt);
}

void faulted_wait(faulted *f, dhcpperf_dur d)
{
    f->t.now += d;
    run(f);
}

void faulted_says(faulted *f, unsigned k, const char *words, const char *file, int line)
{
    heard *h = &f->at[k];
    dhcpperf_pkt pkt = h->pkt;

    ck_assert_msg(k < f->n, "%s:%d: expected %s, heard %u packets only", file, line, words, f->n);
    if ((pkt.flags & DHCPPERF_PKT_FRAME) != 0) {
        ck_assert_msg(dhcpperf_frame_unwrap(&pkt, DHCPPERF_FRAME_ANY_PORT) == 0,
                      "%s:%d: a broken frame", file, line);
    }
    f->t.reply = pkt;
    memcpy(f->t.bytes, pkt.data, pkt.len);
    f->t.reply.data = f->t.bytes;
    talk_judge(&f->t, words, file, line);
}

uint64_t faulted_hits(const faulted *f, unsigned rule)
{
    return dhcpperf_fault_plan_hits(dhcpperf_server_faults(f->t.server), rule);
}

void faulted_counts(const faulted *f, uint64_t n, const char *file, int line)
{
    const dhcpperf_fault_plan *p = dhcpperf_server_faults(f->t.server);
    uint64_t hits = 0, counted = talk_counter(&f->t, DHCPPERF_C_FAULTS);
    unsigned i;

    for (i = 0; i < dhcpperf_fault_plan_count(p); i++) {
        hits += dhcpperf_fault_plan_hits(p, i);
    }
    ck_assert_msg(hits == n && counted == n,
                  "%s:%d: %u faults expected, rules tell of %u, the counter of %u", file, line,
                  (unsigned)n, (unsigned)hits, (unsigned)counted);
}

void faulted_repeats(const char *plan, void (*script)(faulted *f))
{
    static faulted a, b;
    unsigned i;

    faulted_prepare(&a, plan);
    faulted_open(&a);
    script(&a);
    faulted_prepare(&b, plan);
    faulted_open(&b);
    script(&b);
    ck_assert_msg(a.n == b.n, "%s: %u packets, then %u", plan, a.n, b.n);
    for (i = 0; i < a.n; i++) {
        ck_assert_msg(a.at[i].when == b.at[i].when && a.at[i].len == b.at[i].len &&
                          memcmp(a.at[i].bytes, b.at[i].bytes, a.at[i].len) == 0,
                      "%s: packet %u is not the same again", plan, i);
    }
    ck_assert_uint_eq(dhcpperf_vnet_digest(a.net), dhcpperf_vnet_digest(b.net));
    faulted_close(&a);
    faulted_close(&b);
}

/* ---- changes by hand ------------------------------------------------------------------------ */

enum {
    OPTIONS = 240,
    END = 255
};

/* Offset of the n-th option with that code, or of the End with code END. */
static size_t find(const image *m, unsigned code)
{
    size_t at = OPTIONS;

    while (at < m->len && m->bytes[at] != END && m->bytes[at] != code) {
        at += m->bytes[at] == 0 ? 1 : 2u + m->bytes[at + 1];
    }
    return at;
}

static int has(const image *m, unsigned code)
{
    size_t at = find(m, code);

    return at < m->len && m->bytes[at] == code;
}

static size_t end_of(const image *m)
{
    return find(m, END);
}

static void splice(image *m, size_t at, size_t old, const uint8_t *octets, size_t n)
{
    ck_assert_uint_le(m->len + n, sizeof m->bytes);
    memmove(m->bytes + at + n, m->bytes + at + old, m->len - at - old);
    memcpy(m->bytes + at, octets, n);
    m->len += n - old;
}

static size_t put_tlv(uint8_t *tlv, unsigned code, const char *hex)
{
    size_t n = talk_hex(hex, tlv + 2, UINT8_MAX);

    tlv[0] = (uint8_t)code;
    tlv[1] = (uint8_t)n;
    return n + 2;
}

static size_t take_tlv(image *m, unsigned code, uint8_t *tlv)
{
    size_t at = find(m, code), n = 2u + m->bytes[at + 1];

    ck_assert_msg(has(m, code), "the message has no option %u", code);
    memcpy(tlv, m->bytes + at, n);
    splice(m, at, n, tlv, 0);
    return n;
}

static void put_pads(image *m, unsigned n)
{
    static const uint8_t zeros[8];
    size_t at = OPTIONS;

    while (at < end_of(m)) {
        at += 2u + m->bytes[at + 1];
        if (m->bytes[at] == END) {
            return;
        }
        splice(m, at, 0, zeros, n);
        at += n;
    }
}

static void split(image *m, unsigned code, unsigned part)
{
    uint8_t tlv[257], parts[600];
    size_t at = find(m, code), n = take_tlv(m, code, tlv) - 2, from, k = 0;

    for (from = 0; from < n; from += part) {
        size_t len = n - from < part ? n - from : part;

        parts[k++] = (uint8_t)code;
        parts[k++] = (uint8_t)len;
        memcpy(parts + k, tlv + 2 + from, len);
        k += len;
    }
    splice(m, at, 0, parts, k);
}

static void change_option(image *m, const char *word)
{
    const char *value = strchr(word, '=');
    unsigned code = (unsigned)atoi(word + (word[0] < '0' || word[0] > '9'));
    uint8_t tlv[257];
    size_t n, at = find(m, code);

    switch (word[0]) {
    case '-':
        (void)take_tlv(m, code, tlv);
        return;
    case '+':
        n = put_tlv(tlv, code, value + 1);
        splice(m, end_of(m), 0, tlv, n);
        return;
    case '^':
        n = take_tlv(m, code, tlv);
        splice(m, OPTIONS, 0, tlv, n);
        return;
    case '$':
        n = take_tlv(m, code, tlv);
        splice(m, end_of(m), 0, tlv, n);
        return;
    default:
        n = put_tlv(tlv, code, value + 1);
        splice(m, at, has(m, code) ? 2u + m->bytes[at + 1] : 0, tlv, n);
    }
}

static void change(image *m, const char *word)
{
    unsigned a, b;
    int used;

    if (sscanf(word, "@%u=%n", &a, &used) == 1) {
        (void)talk_hex(word + used, m->bytes + a, sizeof m->bytes - a);
    } else if (sscanf(word, "len=%u", &a) == 1) {
        m->len = m->len < a ? m->len : a;
        m->least = a;
    } else if (sscanf(word, "size=%u", &a) == 1) {
        m->least = a;
    } else if (sscanf(word, "pads=%u", &a) == 1) {
        put_pads(m, a);
    } else if (sscanf(word, "split=%u/%u", &a, &b) == 2) {
        split(m, a, b);
    } else if (strcmp(word, "noend") == 0) {
        m->len = end_of(m);
    } else if (strncmp(word, "tail=", 5) == 0) {
        m->len += talk_hex(word + 5, m->bytes + m->len, sizeof m->bytes - m->len);
    } else {
        change_option(m, word);
    }
}

/* What is padded stays as long as it is, what is not has 300 octets at least (RFC 1542 2.1). */
void image_change(image *m, const char *words)
{
    char copy[2048], *word, *rest = copy;
    size_t end = end_of(m) + 1;

    m->least = end < m->len ? m->len : m->len < 300 ? m->len : 300;
    m->len = end;
    snprintf(copy, sizeof copy, "%s", words);
    while ((word = strtok_r(rest, " ", &rest)) != NULL) {
        change(m, word);
    }
    if (m->len < m->least) {
        memset(m->bytes + m->len, 0, m->least - m->len);
        m->len = m->least;
    }
}

/* ---- a conversation ------------------------------------------------------------------------- */

#define LIST   "1,3,6,15"
#define ID     "0102030405060708"
#define AGENT  "020372656d010463697263" /* remote id before circuit id */
#define SERVER "10.0.0.1"

void faulted_converse(faulted *f)
{
    ASK(f, .type = DHCPPERF_DISCOVER, .client = 1, .id = ID, .list = LIST);
    ASK(f, .type = DHCPPERF_REQUEST, .client = 1, .id = ID, .list = LIST, .wish = "10.0.0.10",
        .server = SERVER);
    ASK(f, .type = DHCPPERF_REQUEST, .client = 1, .id = ID, .list = LIST, .ciaddr = "10.0.0.10",
        .from = "10.0.0.10", .to = SERVER);
    ASK(f, .type = DHCPPERF_REQUEST, .client = 1, .id = ID, .list = LIST, .ciaddr = "10.0.0.10",
        .from = "10.0.0.10");
    ASK(f, .type = DHCPPERF_REQUEST, .client = 1, .id = ID, .list = LIST, .wish = "10.0.0.10");
    ASK(f, .type = DHCPPERF_INFORM, .client = 1, .id = ID, .list = LIST, .ciaddr = "10.0.0.10",
        .from = "10.0.0.10", .to = SERVER);
    ASK(f, .type = DHCPPERF_DISCOVER, .client = 2, .list = LIST);
    ASK(f, .type = DHCPPERF_REQUEST, .client = 3, .wish = "192.0.2.7", .server = SERVER);
    ASK(f, .type = DHCPPERF_DISCOVER, .client = 4, .list = LIST, .giaddr = "10.0.0.9",
        .from = "10.0.0.9", .to = SERVER, .info = AGENT);
    ASK(f, .type = DHCPPERF_REQUEST, .client = 4, .list = LIST, .giaddr = "10.0.0.9",
        .from = "10.0.0.9", .to = SERVER, .info = AGENT, .wish = "10.0.0.12", .server = SERVER);
}

const faulted *fault_case_play(const char *plan)
{
    static faulted f, said[2];
    faulted *to = &said[plan != NULL];

    faulted_prepare(&f, plan);
    faulted_open(&f);
    faulted_converse(&f);
    ck_assert_msg(f.n == SAID_ALL, "%s: %u replies", plan != NULL ? plan : "no plan", f.n);
    memcpy(to, &f, sizeof f);
    if (plan != NULL) {
        to->t.xid = (uint32_t)faulted_hits(&f, 0); /* of no use otherwise, once it is over */
        faulted_counts(&f, faulted_hits(&f, 0), plan, 0);
    }
    faulted_close(&f);
    return to;
}

static void compare(const fault_case *c, unsigned k, const heard *got, const heard *plain)
{
    image want;
    size_t i;

    memcpy(want.bytes, plain->bytes, sizeof want.bytes);
    want.len = plain->len;
    if ((c->replies >> k & 1) != 0) {
        image_change(&want, c->change);
        ck_assert_msg(want.len != plain->len || memcmp(want.bytes, plain->bytes, want.len) != 0,
                      "'%s': '%s' changes nothing in reply %u", c->plan, c->change, k);
    }
    ck_assert_msg(got->len == want.len, "'%s': reply %u has %zu octets, not %zu", c->plan, k,
                  got->len, want.len);
    for (i = 0; i < want.len; i++) {
        ck_assert_msg(got->bytes[i] == want.bytes[i], "'%s': reply %u, octet %zu is %02x, not %02x",
                      c->plan, k, i, got->bytes[i], want.bytes[i]);
    }
}

void fault_case_holds(const fault_case *c)
{
    const faulted *plain = fault_case_play(NULL), *got = fault_case_play(c->plan);
    unsigned k, n = 0;

    for (k = 0; k < SAID_ALL; k++) {
        compare(c, k, &got->at[k], &plain->at[k]);
        n += c->replies >> k & 1;
    }
    ck_assert_msg(got->t.xid == n, "'%s': %u hits, not %u", c->plan, got->t.xid, n);
    faulted_repeats(c->plan, faulted_converse);
}
