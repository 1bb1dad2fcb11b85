/* SPDX-License-Identifier: MIT */
/* pump.c - moves packets between one engine and one carrier: arrivals are drained before anything
 * is pulled, so that answers to many arrivals can share trains.  It copies no packet, allocates at
 * _new only, and each step is bounded.  Time inside a step is the caller's `now` plus what has
 * passed since, never backwards. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <libdhcpperf/pump.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>

#include "base/dp_mem.h"
#include "drive/dp_pacing.h"
#include "engine/dp_engine.h"

enum {
    BURST_DEFAULT = 2048,
    BURST_MAX = 65536,
    RX_BURST = 512, /* messages received at once: what the engine reads is still in the cache */
    LOAN_MIN = 64,
    LOOK = 8,        /* messages lent to an engine that seems to have nothing to send */
    ROUNDS = 32,     /* bursts received in one step */
    FATES = 1024,    /* handed to the engine at once */
    STOP_MS = 100,   /* how often a flag is looked at */
    BLIND_US = 1000, /* how often a carrier without descriptor is looked at */
    IDLE_US = 50     /* between steps that an engine asks for and has nothing to do in */
};

struct dhcpperf_pump {
    dhcpperf_engine *engine;
    dhcpperf_transport *transport;
    dhcpperf_mem mem;
    unsigned burst;
    unsigned loan; /* how much to borrow next: follows what the engine fills */
    unsigned took; /* packets the engine took in this step: it may answer each */
    unsigned lent; /* the carrier lends no more than this at once; 0 = it has no such limit */
    bool filled;   /* the engine filled the last loan, so it may have more */
    bool starved;  /* the carrier lent nothing in the last step */
    unsigned idle; /* steps in a row that did nothing although they were due */
    dhcpperf_ts now;
    dp_pacing pacing;
    dhcpperf_pkt *pkts; /* on loan for sending */
    dhcpperf_pkt *in;   /* received */
    unsigned in_cap;
    unsigned in_n, in_at; /* of those, not yet taken by the engine: in_at .. in_n - 1 */
    dhcpperf_txdone *done;
};

static void release(dhcpperf_pump *p)
{
    dhcpperf_mem m = p->mem;

    DP_FREE_ARRAY(&m, p->pkts, p->burst);
    DP_FREE_ARRAY(&m, p->in, p->in_cap);
    DP_FREE_ARRAY(&m, p->done, FATES);
    DP_FREE(&m, p);
}

int dhcpperf_pump_new(dhcpperf_pump **ret, dhcpperf_engine *e, dhcpperf_transport *t,
                      unsigned burst, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_pump *p;

    if (ret == NULL || e == NULL || t == NULL || burst > BURST_MAX) {
        return DHCPPERF_E_INVALID;
    }
    p = DP_NEW(&m, dhcpperf_pump);
    if (p == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    p->mem = m;
    p->burst = burst != 0 ? burst : BURST_DEFAULT;
    p->loan = p->burst < LOAN_MIN ? p->burst : LOAN_MIN;
    p->pkts = DP_ARRAY(&m, p->burst, dhcpperf_pkt);
    p->in_cap = p->burst < RX_BURST ? p->burst : RX_BURST;
    p->in = DP_ARRAY(&m, p->in_cap, dhcpperf_pkt);
    p->done = DP_ARRAY(&m, FATES, dhcpperf_txdone);
    if (p->pkts == NULL || p->in == NULL || p->done == NULL) {
        release(p);
        return DHCPPERF_E_NOMEM;
    }
    p->engine = e;
    p->transport = t;
    dp_engine_borrow(e);
    *ret = p;
    return 0;
}

void dhcpperf_pump_free(dhcpperf_pump *p)
{
    if (p != NULL) {
        dhcpperf_transport_rx_done(p->transport, p->in + p->in_at, p->in_n - p->in_at);
        dp_engine_give_back(p->engine);
        release(p);
    }
}

int dhcpperf_pump_set_pacing(dhcpperf_pump *p, dhcpperf_pacing mode, dhcpperf_dur tick)
{
    return p != NULL ? dp_pacing_set(&p->pacing, mode, tick) : DHCPPERF_E_INVALID;
}

int dhcpperf_pump_fd(const dhcpperf_pump *p)
{
    return p != NULL ? dhcpperf_transport_fd(p->transport) : -1;
}

int dhcpperf_pump_wants_read(const dhcpperf_pump *p)
{
    return p != NULL && dp_pacing_reads(&p->pacing);
}

int dhcpperf_pump_wants_write(const dhcpperf_pump *p)
{
    return p != NULL ? dhcpperf_transport_wants_write(p->transport) : 0;
}

/* An engine that is due but cannot be lent a buffer waits for the carrier, not for time. */
dhcpperf_ts dhcpperf_pump_deadline(const dhcpperf_pump *p)
{
    dhcpperf_ts t, e;

    if (p == NULL) {
        return DHCPPERF_NEVER;
    }
    t = dhcpperf_transport_deadline(p->transport);
    e = dp_pacing_wake(&p->pacing, dhcpperf_engine_deadline(p->engine));
    if (p->starved && (dhcpperf_transport_wants_write(p->transport) || t != DHCPPERF_NEVER)) {
        return t;
    }
    return e < t ? e : t;
}

/* -- one step -- */

/* The caller's clock read at `start` was `now`; what is it at present? */
static dhcpperf_ts present(dhcpperf_pump *p, dhcpperf_ts now, dhcpperf_ts start)
{
    dhcpperf_ts t = now + (dhcpperf_clock_monotonic() - start);

    p->now = t > p->now ? t : p->now;
    return p->now;
}

/* Fates to the engine until none is left; count, or an error. */
static int collect(dhcpperf_pump *p)
{
    int n, total = 0;

    do {
        n = dhcpperf_transport_tx_done(p->transport, p->done, FATES, p->now);
        if (n < 0) {
            return n;
        }
        if (n > 0) {
            dhcpperf_engine_sent(p->engine, p->done, (unsigned)n, p->now);
        }
        total += n;
    } while (n == FATES);
    return total;
}

/* Offers the engine what it has not taken yet; packets taken, or an error. */
static int offer(dhcpperf_pump *p)
{
    unsigned left = p->in_n - p->in_at, taken;
    int rc = dhcpperf_engine_recv(p->engine, p->in + p->in_at, left, p->now);

    /* After an error the packets are gone: offering them again would meet it again. */
    taken = rc >= 0 && (unsigned)rc < left ? (unsigned)rc : left;
    dhcpperf_transport_rx_done(p->transport, p->in + p->in_at, taken);
    p->in_at += taken;
    p->took += taken;
    return rc < 0 ? rc : (int)taken;
}

/* A carrier that lends little at once has found that short bursts make good trains.  Then the peer
 * gets what it can work on early, instead of nothing and then a heap. */
static bool is_enough(const dhcpperf_pump *p, int received)
{
    return p->lent > 0 && (unsigned)received >= p->lent && p->pacing.mode == DHCPPERF_PACE_EARLIEST;
}

static int receive(dhcpperf_pump *p, dhcpperf_ts now, dhcpperf_ts start)
{
    int n, total = 0;
    unsigned round;

    (void)present(p, now, start);
    for (round = 0; round < ROUNDS; round++) {
        if (p->in_at == p->in_n) {
            p->in_at = p->in_n = 0;
            n = dhcpperf_transport_rx(p->transport, p->in, p->in_cap, present(p, now, start));
            if (n <= 0) {
                return n < 0 ? n : total;
            }
            p->in_n = (unsigned)n;
        }
        n = offer(p);
        if (n < 0) {
            return n;
        }
        total += n;
        if (p->in_at < p->in_n || p->in_n < p->in_cap || is_enough(p, total)) {
            break; /* it wants to be pulled first, or nothing more is waiting */
        }
    }
    return total;
}

/* How much to borrow.  A loan that is too short cuts trains in two; a long one costs more than it
 * brings where only a look at an engine is wanted that has nothing due. */
static unsigned loan(dhcpperf_pump *p, bool is_look, unsigned room)
{
    unsigned want;

    if (p->loan < p->took) {
        p->loan = p->took < p->burst ? p->took : p->burst;
    }
    p->took = 0;
    want = dp_pacing_loan(&p->pacing, is_look && p->loan > LOOK ? LOOK : p->loan);
    return want < room ? want : room;
}

/* The next loan is as this one turned out. */
static void learn(dhcpperf_pump *p, unsigned want, unsigned lent, unsigned fill)
{
    if (lent < want) {
        p->lent = lent;
    } else if (want > p->lent) {
        p->lent = 0;
    }
    if (fill == lent) {
        p->loan = p->loan * 2 < p->burst ? p->loan * 2 : p->burst;
    } else if (want > LOOK && fill < p->loan / 4 && p->loan > LOAN_MIN) {
        p->loan /= 2;
    }
}

/* Lends, pulls and commits once.  Messages sent, 0 when the engine has no more. */
static int pull_once(dhcpperf_pump *p, bool is_look, unsigned room, dhcpperf_ts now,
                     dhcpperf_ts start)
{
    unsigned want = loan(p, is_look, room);
    int lent, fill, rc;

    lent =
        dhcpperf_transport_tx_loan(p->transport, p->pkts, want, dhcpperf_engine_msg_len(p->engine));
    p->starved = lent == 0;
    if (lent <= 0) {
        return lent;
    }
    fill = dhcpperf_engine_pull(p->engine, p->pkts, (unsigned)lent, present(p, now, start));
    rc = dhcpperf_transport_tx_commit(p->transport, p->pkts, (unsigned)lent,
                                      fill > 0 ? (unsigned)fill : 0, present(p, now, start));
    learn(p, want, (unsigned)lent, fill > 0 ? (unsigned)fill : 0);
    p->filled = fill == lent;
    return fill < 0 ? fill : rc < 0 ? rc : fill;
}

static int send_due(dhcpperf_pump *p, bool has_fired, dhcpperf_ts now, dhcpperf_ts start)
{
    bool is_look = !has_fired && p->took == 0 && dhcpperf_engine_deadline(p->engine) > p->now;
    int n, rc, total = 0;

    /* No more than one burst before arrivals are looked at again: sent alone, messages take long.
     */
    while ((unsigned)total < p->burst) {
        n = pull_once(p, is_look, p->burst - (unsigned)total, now, start);
        if (n < 0) {
            return n;
        }
        rc = collect(p);
        if (rc < 0) {
            return rc;
        }
        if (n == 0) {
            break;
        }
        total += n;
        is_look = !p->filled;
    }
    return total;
}

int dhcpperf_pump_step(dhcpperf_pump *p, dhcpperf_ts now)
{
    dhcpperf_ts start;
    int in, out, rc;

    if (p == NULL) {
        return DHCPPERF_E_INVALID;
    }
    start = dhcpperf_clock_monotonic();
    in = receive(p, now, start);
    if (in < 0) {
        return in;
    }
    rc = dhcpperf_engine_advance(p->engine, present(p, now, start));
    if (rc < 0) {
        return rc;
    }
    out = send_due(p, rc > 0, now, start);
    if (out < 0) {
        return out;
    }
    p->idle = in + out + rc > 0 ? 0 : p->idle + 1;
    dp_pacing_note(&p->pacing, p->now, in + out > 0,
                   in >= (int)(ROUNDS * p->in_cap) || out >= (int)p->burst || p->in_at < p->in_n);
    return in + out;
}

/* -- the loop -- */

/* When this pump must be stepped again, if nothing arrives. */
static dhcpperf_ts wake_at(const dhcpperf_pump *p, dhcpperf_ts now)
{
    dhcpperf_ts t = dhcpperf_pump_deadline(p);

    /* A deadline may be early, so a due step may find nothing to do; but not twice, unless to wait
     * awake is what is wanted. */
    if (t <= now && p->idle > 1 && p->pacing.mode != DHCPPERF_PACE_PRECISE) {
        t = now + IDLE_US * DHCPPERF_NS_PER_US;
    }
    if ((dhcpperf_pump_fd(p) < 0 || p->in_at < p->in_n) &&
        t > now + BLIND_US * DHCPPERF_NS_PER_US) {
        t = now + BLIND_US * DHCPPERF_NS_PER_US;
    }
    return t;
}

static int sleep_until(struct pollfd *fds, unsigned n, dhcpperf_ts t, dhcpperf_ts now)
{
    dhcpperf_dur left = t > now ? t - now : 0;
    struct timespec ts = {.tv_sec = (time_t)(left / DHCPPERF_NS_PER_S),
                          .tv_nsec = (long)(left % DHCPPERF_NS_PER_S)};
    int rc;

#ifdef HAVE_PPOLL
    rc = ppoll(fds, n, t == DHCPPERF_NEVER ? NULL : &ts, NULL);
#else
    left = left < (dhcpperf_dur)3600 * DHCPPERF_NS_PER_S ? left
                                                         : (dhcpperf_dur)3600 * DHCPPERF_NS_PER_S;
    rc = poll(fds, n, (int)((left + DHCPPERF_NS_PER_MS - 1) / DHCPPERF_NS_PER_MS));
    (void)ts;
#endif
    return rc < 0 && errno != EINTR && errno != EAGAIN ? DHCPPERF_E_SYSTEM : 0;
}

/* Steps each pump once; packets moved by those that may have more to move before their next
 * instant, or the first error. */
static int step_all(dhcpperf_pump *const *pumps, unsigned n)
{
    int moved = 0, rc;
    unsigned i;

    for (i = 0; i < n; i++) {
        rc = dhcpperf_pump_step(pumps[i], dhcpperf_clock_monotonic());
        if (rc < 0) {
            return rc;
        }
        moved |= dp_pacing_reads(&pumps[i]->pacing) ? rc : 0;
    }
    return moved;
}

static dhcpperf_ts prepare_sleep(dhcpperf_pump *const *pumps, unsigned n, struct pollfd *fds,
                                 dhcpperf_ts until, const volatile int *stop, dhcpperf_ts now)
{
    dhcpperf_ts t = until, w;
    unsigned i;

    for (i = 0; i < n; i++) {
        fds[i].fd = dhcpperf_pump_fd(pumps[i]);
        /* While the engine takes nothing, arrivals are no reason to wake. */
        fds[i].events =
            (short)((pumps[i]->in_at == pumps[i]->in_n && dp_pacing_reads(&pumps[i]->pacing)
                         ? POLLIN
                         : 0) |
                    (dhcpperf_pump_wants_write(pumps[i]) ? POLLOUT : 0));
        fds[i].revents = 0;
        w = wake_at(pumps[i], now);
        t = w < t ? w : t;
    }
    if (stop != NULL && t > now + STOP_MS * DHCPPERF_NS_PER_MS) {
        t = now + STOP_MS * DHCPPERF_NS_PER_MS;
    }
    return t;
}

int dhcpperf_pump_run(dhcpperf_pump *const *pumps, unsigned n, dhcpperf_ts until,
                      volatile int *stop)
{
    struct pollfd *fds;
    dhcpperf_ts now;
    int rc = 0;
    unsigned i;

    if (pumps == NULL || n == 0) {
        return DHCPPERF_E_INVALID;
    }
    for (i = 0; i < n; i++) {
        if (pumps[i] == NULL) {
            return DHCPPERF_E_INVALID;
        }
    }
    fds = DP_ARRAY(&pumps[0]->mem, n, struct pollfd);
    if (fds == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    while (rc >= 0 && (stop == NULL || *stop == 0)) {
        now = dhcpperf_clock_monotonic();
        if (now >= until) {
            break;
        }
        rc = step_all(pumps, n);
        if (rc == 0) {
            now = dhcpperf_clock_monotonic();
            rc = sleep_until(fds, n, prepare_sleep(pumps, n, fds, until, stop, now), now);
        }
    }
    DP_FREE_ARRAY(&pumps[0]->mem, fds, n);
    return rc < 0 ? rc : 0;
}
