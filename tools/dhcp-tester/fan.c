/* SPDX-License-Identifier: MIT */
/* fan.c - the verbs of several engines as those of one.  Fates come in the order in which packets
 * were pulled, as they do from the virtual network: each engine has cookies of its own, which say
 * nothing of whose they are. */
#include "dhcp-tester/fan.h"

#include <string.h>

/* Whose an arrival is.  All engines say the same of the stations' answers; those to hostile
 * messages are known to the engine alone that sent them, and it claims them. */
static int owner_of(const fan *f, const dhcpperf_pkt *pkt)
{
    int owner = dhcpperf_engine_owner(f->of[0], pkt);
    unsigned i;

    for (i = 1; f->has_faults && owner != 0 && i < f->n; i++) {
        if (dhcpperf_engine_owner(f->of[i], pkt) == (int)i) {
            return (int)i;
        }
    }
    return owner;
}

/* Runs of arrivals of one owner, in their order. */
static int fan_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    fan *f = self;
    unsigned i = 0;

    while (i < n) {
        int owner = owner_of(f, &pkts[i]);
        unsigned end = i + 1;
        int rc;

        while (end < n && owner_of(f, &pkts[end]) == owner) {
            end++;
        }
        rc = dhcpperf_engine_recv(f->of[owner], pkts + i, end - i, now);
        if (rc < 0) {
            return rc;
        }
        i = end;
    }
    return (int)n;
}

static int fan_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    fan *f = self;
    unsigned total = 0, i;

    max = max < FAN_BURST - f->waiting ? max : FAN_BURST - f->waiting;
    for (i = 0; i < f->n && total < max; i++) {
        int k, n = dhcpperf_engine_pull(f->of[i], pkts + total, max - total, now);

        if (n < 0) {
            return n;
        }
        for (k = 0; k < n; k++) {
            f->from[(f->first + f->waiting++) % FAN_BURST] = (uint8_t)i;
        }
        total += (unsigned)n;
    }
    return (int)total;
}

static void fan_sent(void *self, const dhcpperf_txdone *done, unsigned n, dhcpperf_ts now)
{
    fan *f = self;
    unsigned i = 0;

    while (i < n && f->waiting > 0) {
        unsigned who = f->from[f->first], start = i;

        while (i < n && f->waiting > 0 && f->from[f->first] == who) {
            f->first = (f->first + 1) % FAN_BURST;
            f->waiting--;
            i++;
        }
        dhcpperf_engine_sent(f->of[who], done + start, i - start, now);
    }
}

static uint32_t fan_msg_len(const void *self)
{
    const fan *f = self;

    uint32_t len = dhcpperf_engine_msg_len(f->of[0]);
    unsigned i;

    for (i = 1; i < f->n && len != 0; i++) { /* one of them may have something long to send */
        len = dhcpperf_engine_msg_len(f->of[i]) == len ? len : 0;
    }
    return len;
}

static dhcpperf_ts fan_deadline(const void *self)
{
    const fan *f = self;
    dhcpperf_ts first = DHCPPERF_NEVER;
    unsigned i;

    for (i = 0; i < f->n; i++) {
        dhcpperf_ts at = dhcpperf_engine_deadline(f->of[i]);

        first = at < first ? at : first;
    }
    return first;
}

static int fan_advance(void *self, dhcpperf_ts now)
{
    fan *f = self;
    int fired = 0;
    unsigned i;

    for (i = 0; i < f->n; i++) {
        int rc = dhcpperf_engine_advance(f->of[i], now);

        if (rc < 0) {
            return rc;
        }
        fired += rc;
    }
    return fired;
}

int fan_open(fan *f, dhcpperf_engine *const *engines, unsigned n, int has_faults)
{
    static const dhcpperf_engine_ops ops = {
        .size = sizeof ops,
        .recv = fan_recv,
        .pull = fan_pull,
        .sent = fan_sent,
        .msg_len = fan_msg_len,
        .deadline = fan_deadline,
        .advance = fan_advance,
    };

    memset(f, 0, sizeof *f);
    memcpy(f->of, engines, n * sizeof *engines);
    f->n = n;
    f->has_faults = has_faults;
    return dhcpperf_engine_new(&f->engine, &ops, f, NULL);
}

void fan_close(fan *f)
{
    dhcpperf_engine_free(f->engine);
    f->engine = NULL;
}
