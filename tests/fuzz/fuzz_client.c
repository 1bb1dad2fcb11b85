/* SPDX-License-Identifier: MIT */
/* fuzz_client.c - the input is a script of verbs for a client engine: let time pass, pull, report
 * fates, command stations, and deliver octets of the input or answers made of what was pulled, more
 * or less spoilt.  After each step every exchange has one fate and every arrival one cause.
 *
 * Made a second time as fuzz_mischief, where clients follow a fault plan. */
#include <libdhcpperf/client.h>

#include <string.h>

#include "fuzz/fuzz.h"

enum {
    STATIONS = 12,
    HELD = 8, /* requests that can be answered */
    CAP = 1500
};

#ifdef FUZZ_MISCHIEF
static const int mischief = 1;
#else
static const int mischief = 0;
#endif

typedef struct script {
    const uint8_t *p, *end;
} script;

typedef struct world {
    dhcpperf_client *cli;
    dhcpperf_engine *e;
    dhcpperf_ts now;
    uint8_t held[HELD][CAP];
    uint16_t len[HELD];
    uint64_t cookie[HELD];
    unsigned n;
} world;

static uint8_t next(script *s)
{
    return s->p < s->end ? *s->p++ : 0;
}

static uint64_t total(const world *w, dhcpperf_exchange x, dhcpperf_outcome o)
{
    return dhcpperf_stats_exchange(dhcpperf_client_stats(w->cli), x, o);
}

static uint64_t count(const world *w, dhcpperf_counter c)
{
    return dhcpperf_stats_counter(dhcpperf_client_stats(w->cli), c);
}

static void check(const world *w)
{
    static const dhcpperf_exchange all[] = {
        DHCPPERF_X_DISCOVER, DHCPPERF_X_REQUEST, DHCPPERF_X_RENEW,
        DHCPPERF_X_REBIND,   DHCPPERF_X_REBOOT,  DHCPPERF_X_INFORM,
        DHCPPERF_X_QUERY,    DHCPPERF_X_RELEASE, DHCPPERF_X_DECLINE};
    uint64_t causes = count(w, DHCPPERF_C_RX_MALFORMED) + count(w, DHCPPERF_C_RX_UNMATCHED) +
                      count(w, DHCPPERF_C_RX_DUPLICATE) + count(w, DHCPPERF_C_RX_WRONG_SERVER) +
                      count(w, DHCPPERF_C_RX_UNUSABLE) + count(w, DHCPPERF_C_RX_NOT_TAKEN) +
                      count(w, DHCPPERF_C_RX_BOOTP) + count(w, DHCPPERF_C_RX_UNAUTHENTIC) +
                      count(w, DHCPPERF_C_FORCED) + count(w, DHCPPERF_C_RX_FAULTED);
    uint32_t stations = 0;
    unsigned k;

    for (k = 0; k < sizeof all / sizeof all[0]; k++) {
        uint64_t answers = total(w, all[k], DHCPPERF_OUT_ANSWERED) +
                           total(w, all[k], DHCPPERF_OUT_LATE) +
                           total(w, all[k], DHCPPERF_OUT_REFUSED);

        REQUIRE(total(w, all[k], DHCPPERF_OUT_STARTED) ==
                answers + total(w, all[k], DHCPPERF_OUT_UNANSWERED) +
                    total(w, all[k], DHCPPERF_OUT_IN_FLIGHT));
        REQUIRE(total(w, all[k], DHCPPERF_OUT_IN_FLIGHT) <= STATIONS);
        causes += all[k] != DHCPPERF_X_RELEASE && all[k] != DHCPPERF_X_DECLINE ? answers : 0;
    }
    REQUIRE(causes == count(w, DHCPPERF_C_RX_PACKETS));
    for (k = 0; k <= DHCPPERF_ST_FAILED; k++) {
        stations += dhcpperf_client_count_in(w->cli, (dhcpperf_state)k);
    }
    REQUIRE(stations == STATIONS);
}

static void pull(world *w, unsigned max)
{
    dhcpperf_pkt pkts[HELD];
    unsigned k;
    int n;

    memset(pkts, 0, sizeof pkts);
    for (k = 0; k < max; k++) { /* as long as they are said to be, or too short for some */
        pkts[k].data = w->held[k];
        pkts[k].cap = mischief && max < 3 ? 300 : CAP;
    }
    n = dhcpperf_engine_pull(w->e, pkts, max, w->now);
    REQUIRE(n >= 0 && (unsigned)n <= max);
    w->n = (unsigned)n;
    for (k = 0; k < w->n; k++) {
        REQUIRE(mischief || (pkts[k].len >= 300 && pkts[k].len == dhcpperf_engine_msg_len(w->e)));
        REQUIRE(pkts[k].len <= pkts[k].cap);
        w->len[k] = pkts[k].len;
        w->cookie[k] = pkts[k].cookie;
    }
}

static void deliver(world *w, uint8_t *data, size_t len, dhcpperf_dur ago)
{
    dhcpperf_pkt pkt;
    uint8_t *exact = malloc(len > 0 ? len : 1); /* so that a read past the end is seen */

    REQUIRE(exact != NULL);
    memcpy(exact, data, len);
    memset(&pkt, 0, sizeof pkt);
    pkt.data = exact;
    pkt.len = pkt.cap = (uint16_t)len;
    pkt.ts = ago < w->now ? w->now - ago : w->now;
    REQUIRE(dhcpperf_engine_recv(w->e, &pkt, 1, w->now) == 1);
    free(exact);
}

/* The type of a good answer: an OFFER to a DISCOVER, LEASEACTIVE to a LEASEQUERY, else an ACK. */
static uint8_t answer_to(uint8_t type)
{
    return type == 1 ? 2 : type == 10 ? 13 : 5;
}

/* Makes an answer of the options below what else may come: 0 rapid commit, 1 advice to do without
 * IPv4, 2 a BOOTP reply, 3 FORCERENEW. */
static void unusual(uint8_t *data, unsigned which, unsigned server)
{
    static const uint8_t more[][7] = {
        {80, 0, 255}, {108, 4, 0, 0, 1, 0, 255}, {255}, {90, 1, 0, 255}};
    static const uint8_t types[][3] = {{53, 1, 5}, {53, 1, 2}, {0, 0, 0}, {53, 1, 9}};

    memcpy(data + 240, types[which], sizeof types[0]);
    memcpy(data + 255, more[which], sizeof more[0]);
    data[248] = (uint8_t)(1 + server);
}

/* An answer to a held request: header as asked, options from a few bits, some octets spoilt. */
static void answer(world *w, script *s)
{
    static const uint8_t options[] = {53, 1, 0, 54, 4, 10, 0, 0, 1, 51, 4, 0, 0, 14, 16, 255};
    uint8_t data[CAP], what = next(s), spoilt = next(s);
    unsigned k;

    if (w->n == 0) {
        return;
    }
    k = what % w->n;
    memcpy(data, w->held[k], 300);
    data[0] = 2;
    data[16] = 10;
    data[19] = (uint8_t)(what >> 4);
    memset(data + 240, 0, 60);
    memcpy(data + 240, options, sizeof options);
    data[242] = (what & 8) != 0 ? 6 : answer_to(w->held[k][242]);
    if ((spoilt & 1) != 0) {
        unusual(data, spoilt / 2 % 4, what >> 6);
    }
    for (; spoilt > 200; spoilt -= 10) {
        unsigned at = next(s) | (unsigned)(next(s) & 1) << 8;

        data[at % 300] ^= next(s);
    }
    deliver(w, data, 300, what);
}

static void step(world *w, script *s)
{
    uint8_t data[256];
    size_t len;
    unsigned k, n;

    switch (next(s) % 8) {
    case 0:
        w->now += (uint64_t)next(s) << (next(s) % 36);
        REQUIRE(dhcpperf_engine_advance(w->e, w->now) >= 0);
        break;
    case 1:
    case 2:
        pull(w, 1 + next(s) % HELD);
        break;
    case 3:
    case 4:
        answer(w, s);
        break;
    case 5:
        n = next(s);
        for (len = 0; len < n; len++) {
            data[len] = next(s);
        }
        deliver(w, data, len, 0);
        break;
    case 6:
        (void)dhcpperf_client_do(w->cli, next(s) % (STATIONS + 1u),
                                 (dhcpperf_command)(next(s) % 11));
        break;
    default:
        for (k = 0; k < w->n; k++) {
            dhcpperf_txdone done = {w->cookie[k], w->now, 0, 0};

            done.status = next(s) % 8 == 0 ? DHCPPERF_E_SYSTEM : 0;
            dhcpperf_engine_sent(w->e, &done, 1, w->now);
        }
        if (next(s) == 255) {
            (void)dhcpperf_client_stop(w->cli, next(s) * DHCPPERF_NS_PER_S, next(s) & 1);
        }
        break;
    }
}

/* Vouches for every other FORCERENEW. */
static int vouch(void *user, uint32_t station, const dhcpperf_msg *msg)
{
    (void)user;
    (void)msg;
    return station % 2 == 0;
}

static void add_faults(dhcpperf_client_config *c, uint8_t which)
{
    static const char *const plans[] = {
        "match all; drop p=0.2; flip bits 4 p=0.3; truncate random p=0.2; hostile p=0.2",
        "duplicate 5 after 100ms on any-request; drop on any-reply p=0.3",
        "set xid = other; set chaddr = other on request; append option 50 = own",
        "append octets random 900 on discover; overrun on request; drop end on any-request",
        "hostile all on discover count=1; hostile next 100 on renew, rebind",
        "split option 55 1, overload both, sort option 82, pad 3; size 10 on release, decline",
        "set option 53 = random per=client nth=2; drop option 61; append option 82 copy"};
    dhcpperf_fault_plan *p;

    REQUIRE(dhcpperf_fault_plan_parse(&p, DHCPPERF_FAULT_CLIENT,
                                      plans[which % (sizeof plans / sizeof plans[0])], NULL, NULL,
                                      NULL) == 0);
    REQUIRE(dhcpperf_client_config_set_faults(c, p) == 0);
    REQUIRE(dhcpperf_client_config_set(c, "hostile.rate", which >= 128 ? "0" : "1000") == 0);
    dhcpperf_fault_plan_free(p);
}

static dhcpperf_client *new_client(uint8_t how, uint8_t features, script *rest)
{
    static const char *const more[][2] = {{"offer.wait", "2s"},        {"offer.select", "longest"},
                                          {"rapid-commit", "true"},    {"ipv6-only", "true"},
                                          {"bootp.accept", "true"},    {"xid.per-try", "true"},
                                          {"offer.select", "previous"}};
    static const char *const loads[] = {"burst 12", "closed 3", "rate 1/s", "pause 1s; burst 3"};
    static const char *const presets[] = {"rfc2131", "fast", "none"};
    dhcpperf_ip4 giaddr = {{10, 9, 0, 1}};
    dhcpperf_client_config *c;
    dhcpperf_client *cli;
    dhcpperf_retry *retry;
    dhcpperf_load *load;
    unsigned k;

    REQUIRE(dhcpperf_client_config_new(&c, NULL) == 0);
    REQUIRE(dhcpperf_load_parse(&load, loads[how % 4], NULL, NULL) == 0);
    REQUIRE(dhcpperf_retry_new(&retry, presets[how / 4 % 3], NULL) == 0);
    REQUIRE(dhcpperf_client_config_set_stations(c, STATIONS) == 0);
    REQUIRE(dhcpperf_client_config_set_load(c, load) == 0);
    REQUIRE(dhcpperf_client_config_set_retry(c, retry) == 0);
    if ((how & 64) != 0) {
        REQUIRE(dhcpperf_client_config_add_relays(c, giaddr, 2, 2, "{station}", NULL) == 0);
    }
    for (k = 0; k < sizeof more / sizeof more[0]; k++) {
        if ((features >> k & 1) != 0) {
            REQUIRE(dhcpperf_client_config_set(c, more[k][0], more[k][1]) == 0);
        }
    }
    if ((features & 128) != 0) {
        REQUIRE(dhcpperf_client_config_set_authenticate(c, vouch, NULL) == 0);
    }
    if ((how & 128) != 0) {
        REQUIRE(dhcpperf_client_config_set(c, "exchange.timeout", "9s") == 0);
    }
    REQUIRE(dhcpperf_client_config_set(c, "inform.first", "10.3.0.0") == 0);
    if ((how & 16) != 0) {
        REQUIRE(dhcpperf_client_config_set(c, "reboot.fallback", "keep") == 0);
        REQUIRE(dhcpperf_client_config_set(c, "lease.fuzz", "50") == 0);
    }
    if ((how & 32) != 0) {
        REQUIRE(dhcpperf_client_config_set(c, "conflict.decline", "true") == 0);
        REQUIRE(dhcpperf_client_config_set(c, "startup.jitter", "20ms") == 0);
        REQUIRE(dhcpperf_client_config_set(c, "renew.direct", "true") == 0);
    }
    if (mischief) {
        add_faults(c, next(rest));
    }
    REQUIRE(dhcpperf_client_new(&cli, c, NULL) == 0);
    dhcpperf_client_config_free(c);
    dhcpperf_retry_free(retry);
    dhcpperf_load_free(load);
    return cli;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    script s = {data, data + size};
    static world w;
    unsigned steps;
    uint8_t how, features;

    memset(&w, 0, sizeof w);
    how = next(&s);
    features = next(&s);
    w.cli = new_client(how, features, &s);
    w.e = dhcpperf_client_engine(w.cli);
    REQUIRE(dhcpperf_client_begin(w.cli, 0) == 0);
    for (steps = 0; s.p < s.end && steps < 2000; steps++) {
        step(&w, &s);
        check(&w);
    }
    /* Left alone, everything comes to rest. */
    REQUIRE(dhcpperf_client_is_done(w.cli) >= 0);
    (void)dhcpperf_client_stop(w.cli, 0, 0);
    for (steps = 0; steps < (mischief ? 64 : 3); steps++) {
        pull(&w, HELD);
        w.now += mischief ? DHCPPERF_NS_PER_S : 0; /* copies come after */
    }
    check(&w);
    REQUIRE(dhcpperf_client_is_done(w.cli) == 1);
    dhcpperf_client_free(w.cli);
    return 0;
}
