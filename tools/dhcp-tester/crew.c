/* SPDX-License-Identifier: MIT */
/* crew.c - orders to threads, one after another: open, fill, play.  The leading thread waits until
 * all have carried out an order; while they play it looks after the run. */
#include "dhcp-tester/crew.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "common/say.h"
#include "common/signals.h"

/* Wishes in a lane's mailbox; that of the leading thread is only ever woken. */
enum {
    WISH_OPEN = 1,
    WISH_FILL = 2,
    WISH_PLAY = 4,
    WISH_STOP = 8,   /* nobody starts anything */
    WISH_ABORT = 16, /* at once */
    WISH_LOOK = 32,  /* a gate is open */
    WISH_LEAVE = 64
};

#define LOOK_INTERVAL (100 * DHCPPERF_NS_PER_MS)

/* -- in a lane's thread ------------------------------------------------------------------------ */

/* Quiet before the last look, so that no wish is left behind with nobody awake. */
static unsigned take(mailbox *m)
{
    unsigned wishes = mailbox_take(m);

    if (wishes != 0) {
        mailbox_clear(m);
        wishes |= mailbox_take(m);
    }
    return wishes;
}

typedef struct shift {
    lane *lane;
    dhcpperf_ts next_show;
} shift;

static int work_turn(void *user, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    shift *s = user;
    lane *l = s->lane;
    unsigned wishes = take(&l->box);

    if ((wishes & WISH_ABORT) != 0) {
        return 1;
    }
    if ((wishes & WISH_STOP) != 0) {
        ending_stop(&l->part.ending, l->part.client);
    }
    if (now >= s->next_show) {
        lane_show(l);
        s->next_show = now + LOOK_INTERVAL;
    }
    *inout_wake = s->next_show;
    return part_turn(&l->part, now, inout_wake);
}

static int say_failure(const lane *l, int rc)
{
    if (rc == DHCPPERF_E_SYSTEM || rc == DHCPPERF_E_PERMISSION) {
        int code = dhcpperf_transport_errno(l->transport);

        say_error("the network failed: %s", code != 0 ? strerror(code) : dhcpperf_strerror(rc));
    } else if (rc != 0) {
        say_error("the run failed: %s", dhcpperf_strerror(rc));
    }
    return rc != 0 ? EXIT_RUNTIME : 0;
}

static int work(crew *c, lane *l)
{
    shift s = {l, 0};
    int rc = part_begin(&l->part, c->plan, c->began, c->release);

    rc = rc != 0 ? rc : lane_drive(l, mailbox_fd(&l->box), work_turn, &s);
    lane_show(l);
    return say_failure(l, rc);
}

/* One order carried out; who fails takes the others with him. */
static int carry_out(crew *c, lane *l, unsigned wishes)
{
    int status = (wishes & WISH_OPEN) != 0   ? lane_open(l)
                 : (wishes & WISH_FILL) != 0 ? lane_fill(l, c->options)
                                             : work(c, l);
    int expected = 0;
    unsigned i;

    if (status != 0 && atomic_compare_exchange_strong(&c->status, &expected, status)) {
        if ((wishes & WISH_PLAY) == 0) {
            say_error("%s", l->error);
        }
        for (i = 0; i < c->n && (wishes & WISH_PLAY) != 0; i++) {
            mailbox_post(&c->lanes[i].box, WISH_ABORT);
        }
    }
    atomic_fetch_add(&c->orders_done, 1);
    mailbox_post(&c->box, WISH_LOOK);
    return status;
}

static int serve(void *user, unsigned index)
{
    crew *c = user;
    lane *l = &c->lanes[index];
    struct pollfd fd = {.fd = mailbox_fd(&l->box), .events = POLLIN};

    for (;;) {
        unsigned wishes = take(&l->box);

        if ((wishes & WISH_LEAVE) != 0) {
            return 0;
        }
        if ((wishes & (WISH_OPEN | WISH_FILL | WISH_PLAY)) != 0) {
            (void)carry_out(c, l, wishes);
        } else {
            (void)poll(&fd, 1, -1);
        }
    }
}

static void wake_all(void *user)
{
    crew *c = user;
    unsigned i;

    for (i = 0; i < c->n; i++) {
        mailbox_post(&c->lanes[i].box, WISH_LOOK);
    }
}

/* -- in the leading thread --------------------------------------------------------------------- */

static void post_all(crew *c, unsigned wish)
{
    unsigned i;

    for (i = 0; i < c->n; i++) {
        mailbox_post(&c->lanes[i].box, wish);
    }
}

static void sleep_until(const crew *c, dhcpperf_ts wake)
{
    dhcpperf_ts now = dhcpperf_clock_monotonic();
    struct pollfd fds[2] = {{.fd = mailbox_fd(&c->box), .events = POLLIN},
                            {.fd = signals_fd(), .events = POLLIN}};
    dhcpperf_dur wait = wake > now ? (wake - now) / DHCPPERF_NS_PER_MS + 1 : 0;

    (void)poll(fds, 2, wake == DHCPPERF_NEVER ? -1 : wait > 60000 ? 60000 : (int)wait);
}

/* Gives an order to the lanes from `first` on and waits until they have carried it out. */
static int order(crew *c, unsigned first, unsigned n, unsigned wish, crew_look_fn look, void *user)
{
    int is_over = 0;
    unsigned i;

    atomic_store(&c->orders_done, 0);
    for (i = first; i < first + n; i++) {
        mailbox_post(&c->lanes[i].box, wish);
    }
    while (atomic_load(&c->orders_done) < n) {
        dhcpperf_ts wake = DHCPPERF_NEVER;

        if (look != NULL && !is_over && look(user, dhcpperf_clock_monotonic(), &wake)) {
            is_over = 1;
            post_all(c, WISH_ABORT);
        }
        sleep_until(c, wake);
        (void)take(&c->box);
    }
    return atomic_load(&c->status);
}

/* One lane, no thread. */
typedef struct alone {
    crew *crew;
    crew_look_fn look;
    void *user;
} alone;

static int alone_turn(void *user, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    alone *a = user;

    if (a->look(a->user, now, inout_wake)) {
        return 1;
    }
    return part_turn(&a->crew->lanes[0].part, now, inout_wake);
}

static int play_alone(crew *c, crew_look_fn look, void *user)
{
    alone a = {c, look, user};
    lane *l = &c->lanes[0];
    int rc = part_begin(&l->part, c->plan, c->began, c->release);

    rc = rc != 0 ? rc : lane_drive(l, signals_fd(), alone_turn, &a);
    return say_failure(l, rc);
}

/* -- public ------------------------------------------------------------------------------------ */

static int allocate(crew *c)
{
    size_t size = c->n * sizeof *c->lanes;
    unsigned i;

    c->lanes = aligned_alloc(_Alignof(lane), size);
    if (c->lanes == NULL) {
        say_error("out of memory");
        return EXIT_RUNTIME;
    }
    memset(c->lanes, 0, size);
    for (i = 0; i < c->n; i++) {
        lane *l = &c->lanes[i];

        l->plan = c->plan;
        l->index = i;
        l->of = c->n;
        l->box.fds[0] = l->box.fds[1] = -1;
        if (c->n > 1) {
            l->part.gate = &c->gate;
        }
    }
    return 0;
}

static int start_threads(crew *c)
{
    int rc = mailbox_open(&c->box);
    unsigned i;

    for (i = 0; rc == 0 && i < c->n; i++) {
        rc = mailbox_open(&c->lanes[i].box);
    }
    rc = rc != 0 ? rc : workers_start(&c->team, c->n, "dhcp-lane", &c->plan->cpus, serve, c);
    if (rc != 0) {
        say_error("cannot start %u workers: %s", c->n, strerror(errno));
    }
    return rc != 0 ? EXIT_RUNTIME : 0;
}

int crew_open(crew *c, const plan *p, const options *o, const target *t)
{
    unsigned i;
    int status;

    memset(c, 0, sizeof *c);
    c->n = p->workers;
    c->plan = p;
    c->options = o;
    c->box.fds[0] = c->box.fds[1] = -1;
    gate_init(&c->gate, c->n, wake_all, c);
    status = allocate(c);
    for (i = 0; status == 0 && i < c->n; i++) {
        c->lanes[i].target = t;
    }
    if (status == 0 && c->n > 1) {
        status = start_threads(c);
    }
    for (i = 0; status == 0 && i < c->n; i++) {
        /* One after another: the second would fail for the same reason as the first. */
        if (c->n > 1) {
            status = order(c, i, 1, WISH_OPEN, NULL, NULL);
        } else if ((status = lane_open(&c->lanes[i])) != 0) {
            say_error("%s", c->lanes[i].error);
        }
    }
    return status;
}

int crew_fill(crew *c)
{
    int status;

    if (c->n > 1) {
        return order(c, 0, c->n, WISH_FILL, NULL, NULL);
    }
    status = lane_fill(&c->lanes[0], c->options);
    if (status != 0) {
        say_error("%s", c->lanes[0].error);
    }
    return status;
}

int crew_play(crew *c, int release, crew_look_fn look, void *user)
{
    c->release = release;
    c->began = dhcpperf_clock_monotonic();
    return c->n > 1 ? order(c, 0, c->n, WISH_PLAY, look, user) : play_alone(c, look, user);
}

void crew_close(crew *c)
{
    unsigned i;

    if (c->team != NULL) {
        post_all(c, WISH_LEAVE);
        (void)workers_join(c->team);
    }
    for (i = 0; c->lanes != NULL && i < c->n; i++) {
        lane_close(&c->lanes[i]);
        mailbox_close(&c->lanes[i].box);
    }
    mailbox_close(&c->box);
    free(c->lanes);
}

void crew_stop(crew *c)
{
    c->is_stopped = 1;
    if (c->n > 1) {
        post_all(c, WISH_STOP);
    } else {
        ending_stop(&c->lanes[0].part.ending, c->lanes[0].part.client);
    }
}

int crew_goes_on(const crew *c)
{
    return !c->is_stopped && (c->n > 1 || c->lanes[0].part.ending.phase == ENDING_RUNNING);
}

static uint64_t shown(const _Atomic uint64_t *word)
{
    return atomic_load_explicit(word, memory_order_relaxed);
}

void crew_figures(crew *c, progress_figures *ret, uint64_t *ret_received, uint64_t *ret_unreachable)
{
    uint64_t received = 0, unreachable = 0;
    unsigned i;

    memset(ret, 0, sizeof *ret);
    for (i = 0; i < c->n; i++) {
        lane *l = &c->lanes[i];

        if (c->n == 1) {
            lane_show(l);
        }
        ret->bound += shown(&l->shown.bound);
        ret->failed += shown(&l->shown.failed);
        ret->started += shown(&l->shown.started);
        received += shown(&l->shown.received);
        unreachable += shown(&l->shown.unreachable);
    }
    if (ret_received != NULL) {
        *ret_received = received;
    }
    if (ret_unreachable != NULL) {
        *ret_unreachable = unreachable;
    }
}

/* The counts of all; of the buffers the smallest, of the trains the longest. */
static void add_carrier(dhcpperf_carrier_stats *sum, const dhcpperf_carrier_stats *c)
{
    sum->tx_trains += c->tx_trains;
    sum->tx_messages += c->tx_messages;
    sum->rx_trains += c->rx_trains;
    sum->rx_messages += c->rx_messages;
    sum->rx_dropped += c->rx_dropped;
    sum->tx_errors += c->tx_errors;
    sum->rcvbuf = c->rcvbuf < sum->rcvbuf ? c->rcvbuf : sum->rcvbuf;
    sum->train_max = c->train_max > sum->train_max ? c->train_max : sum->train_max;
    sum->sndbuf = c->sndbuf < sum->sndbuf ? c->sndbuf : sum->sndbuf;
    sum->peers += c->peers;
    sum->tx_train_msgs += c->tx_train_msgs;
    sum->rx_train_msgs += c->rx_train_msgs;
    sum->tx_calls += c->tx_calls;
    sum->rx_calls += c->rx_calls;
    sum->tx_again += c->tx_again;
    sum->unreachable += c->unreachable;
    sum->rx_truncated += c->rx_truncated;
    sum->probes += c->probes;
    sum->probe_resent += c->probe_resent;
    sum->peers_earned += c->peers_earned;
    sum->peers_refused += c->peers_refused;
    sum->peers_evicted += c->peers_evicted;
}

void crew_carrier(const crew *c, dhcpperf_carrier_stats *ret)
{
    dhcpperf_carrier_stats one;
    unsigned i;

    lane_carrier(&c->lanes[0], ret);
    for (i = 1; i < c->n && ret->size > 0; i++) {
        lane_carrier(&c->lanes[i], &one);
        add_carrier(ret, &one);
    }
}
