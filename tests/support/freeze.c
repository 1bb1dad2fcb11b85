/* SPDX-License-Identifier: MIT */
/* freeze.c - verbs passed on, except for a while. */
#include "support/freeze.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum {
    LONGEST = 1500, /* octets of an arrival */
    BURST = 64
};

typedef struct waiting {
    dhcpperf_pkt pkt;
    uint8_t data[LONGEST];
} waiting;

struct freeze {
    dhcpperf_engine *inner, *engine;
    dhcpperf_ts from, to, now;
    waiting *queue;
    unsigned n, cap, waited;
};

static int is_frozen(const freeze *f, dhcpperf_ts at)
{
    return at >= f->from && at < f->to;
}

static void keep(freeze *f, const dhcpperf_pkt *pkt)
{
    waiting *w;

    if (f->n == f->cap) {
        f->cap = f->cap == 0 ? 1024 : f->cap * 2;
        f->queue = realloc(f->queue, f->cap * sizeof *f->queue);
        ck_assert_ptr_nonnull(f->queue);
    }
    ck_assert_uint_le(pkt->len, LONGEST);
    w = &f->queue[f->n++];
    w->pkt = *pkt;
    memcpy(w->data, pkt->data, pkt->len);
    f->waited++;
}

/* What waited arrives, in its order. */
static int thaw(freeze *f, dhcpperf_ts now)
{
    dhcpperf_pkt pkts[BURST];
    unsigned at, n, i;

    for (at = 0; at < f->n; at += n) {
        n = f->n - at < BURST ? f->n - at : BURST;
        for (i = 0; i < n; i++) {
            pkts[i] = f->queue[at + i].pkt;
            pkts[i].data = f->queue[at + i].data;
        }
        ck_assert_int_eq(dhcpperf_engine_recv(f->inner, pkts, n, now), (int)n);
    }
    f->n = 0;
    return (int)at;
}

static int freeze_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    freeze *f = self;
    unsigned i;

    f->now = now;
    if (!is_frozen(f, now)) {
        (void)thaw(f, now);
        return dhcpperf_engine_recv(f->inner, pkts, n, now);
    }
    for (i = 0; i < n; i++) {
        keep(f, &pkts[i]);
    }
    return (int)n;
}

static int freeze_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    freeze *f = self;

    f->now = now;
    if (is_frozen(f, now)) {
        return 0;
    }
    (void)thaw(f, now);
    return dhcpperf_engine_pull(f->inner, pkts, max, now);
}

static void freeze_sent(void *self, const dhcpperf_txdone *done, unsigned n, dhcpperf_ts now)
{
    dhcpperf_engine_sent(((freeze *)self)->inner, done, n, now);
}

static uint32_t freeze_msg_len(const void *self)
{
    return dhcpperf_engine_msg_len(((const freeze *)self)->inner);
}

static dhcpperf_ts freeze_deadline(const void *self)
{
    const freeze *f = self;
    dhcpperf_ts at = dhcpperf_engine_deadline(f->inner);

    return f->n > 0 || is_frozen(f, f->now) || is_frozen(f, at) ? f->to : at;
}

static int freeze_advance(void *self, dhcpperf_ts now)
{
    freeze *f = self;
    int n;

    f->now = now;
    if (is_frozen(f, now)) {
        return 0;
    }
    n = thaw(f, now);
    return n + dhcpperf_engine_advance(f->inner, now);
}

freeze *freeze_new(dhcpperf_engine *inner, dhcpperf_ts from, dhcpperf_ts to)
{
    static const dhcpperf_engine_ops ops = {
        .size = sizeof ops,
        .recv = freeze_recv,
        .pull = freeze_pull,
        .sent = freeze_sent,
        .msg_len = freeze_msg_len,
        .deadline = freeze_deadline,
        .advance = freeze_advance,
    };
    freeze *f = calloc(1, sizeof *f);

    ck_assert_ptr_nonnull(f);
    f->inner = inner;
    f->from = from;
    f->to = to;
    ck_assert_int_eq(dhcpperf_engine_new(&f->engine, &ops, f, NULL), 0);
    return f;
}

dhcpperf_engine *freeze_engine(freeze *f)
{
    return f->engine;
}

unsigned freeze_waited(const freeze *f)
{
    return f->waited;
}

void freeze_free(freeze *f)
{
    if (f != NULL) {
        dhcpperf_engine_free(f->engine);
        free(f->queue);
        free(f);
    }
}
