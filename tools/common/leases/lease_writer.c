/* SPDX-License-Identifier: MIT */
/* lease_writer.c - takes from all queues what is there, gives it to the store, makes it durable,
 * says so; sleeps when there is nothing.
 *
 * With ACKs waiting, a group is what came while the one before was made durable.  Without, a commit
 * waits a little for more.  When the store fails it is closed and opened again until that works;
 * what comes meanwhile is thrown away, as all leases will be written anew then. */
#include "common/leases/lease_writer.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <libdhcpperf/memory.h>
#include <libdhcpperf/pump.h>

#include "common/say.h"
#include "common/workers.h"

enum {
    BATCH = 256,     /* records given to the store at once */
    GROUP = 1 << 16, /* records after which a group is committed */
    LINGER_MS = 100, /* how long a commit waits for more when nobody waits for it */
    LOOK_MS = 5,     /* how often it looks meanwhile */
    TRY_MS = 1000,   /* until the next attempt to open the store, at first */
    TRY_MAX_S = 30,
    LAST_TRIES = 2, /* at the end */
    TELL_S = 60     /* how often trouble is told again */
};

/* One feed, from this side. */
typedef struct source {
    int is_trusted;   /* nothing is missing before its next record */
    uint64_t promise; /* changes that are safe with the next commit */
} source;

struct lease_writer {
    unsigned n;
    int is_ack;
    size_t queue;
    lease_feed *feeds;
    uint8_t *queues;
    mailbox *boxes;
    mailbox box;
    atomic_int sleeps, is_hurried, is_stopping;
    workers *thread;
    /* the thread's own */
    lease_store *store; /* NULL while it is not open */
    const lease_store_ops *ops;
    const lease_store_config *config;
    source sources[WORKERS_MAX];
    uint64_t pending;     /* records appended and not committed */
    dhcpperf_ts first_at; /* since then */
    int64_t oldest_ms;    /* when the oldest of them happened; INT64_MAX = none */
    dhcpperf_ts try_at;   /* when to open the store again */
    dhcpperf_dur try_in;
    dhcpperf_ts tell_at; /* when trouble may be told again */
    dhcpperf_ts compact_at;
    uint64_t missed_told;
    int was_down; /* since then nobody was told that it is up again */
    /* for everybody */
    _Atomic uint64_t written, groups, failures, tries;
    _Atomic int64_t behind_since_ms, worst_ms; /* 0 = not behind */
};

static const dhcpperf_dur second = DHCPPERF_NS_PER_S;

static int64_t wall_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* ---- making it ------------------------------------------------------------------------------ */

static int make(lease_writer *w)
{
    const dhcpperf_mem *m = dhcpperf_mem_lines();
    unsigned i;

    w->feeds = m->alloc(m->user, w->n * sizeof *w->feeds, LEASE_QUEUE_LINE);
    w->queues = m->alloc(m->user, w->n * w->queue, LEASE_QUEUE_LINE);
    if (w->feeds == NULL || w->queues == NULL || mailbox_open(&w->box) != 0) {
        return -1;
    }
    for (i = 0; i < w->n; i++) {
        lease_feed *f = &w->feeds[i];

        lease_feed_init(f, w->queues + i * w->queue, w->queue, w->is_ack);
        f->writer = &w->box;
        f->sleeps = &w->sleeps;
        f->box = &w->boxes[i];
        w->sources[i].is_trusted = 1;
    }
    return 0;
}

lease_writer *lease_writer_new(unsigned n, mailbox *boxes, size_t queue, int is_ack)
{
    const dhcpperf_mem *m = dhcpperf_mem_lines();
    lease_writer *w = m->alloc(m->user, sizeof *w, LEASE_QUEUE_LINE);

    if (w == NULL) {
        return NULL;
    }
    memset(w, 0, sizeof *w);
    w->n = n;
    w->boxes = boxes;
    w->queue = queue;
    w->is_ack = is_ack;
    w->box.fds[0] = w->box.fds[1] = -1;
    w->oldest_ms = INT64_MAX;
    atomic_init(&w->sleeps, 0);
    atomic_init(&w->is_hurried, 0);
    atomic_init(&w->is_stopping, 0);
    if (make(w) != 0) {
        lease_writer_free(w);
        return NULL;
    }
    return w;
}

static void end_thread(lease_writer *w)
{
    if (w->thread != NULL) {
        atomic_store(&w->is_stopping, 1);
        mailbox_post(&w->box, 0);
        (void)workers_join(w->thread);
        w->thread = NULL;
    }
}

void lease_writer_free(lease_writer *w)
{
    const dhcpperf_mem *m = dhcpperf_mem_lines();

    if (w == NULL) {
        return;
    }
    end_thread(w);
    mailbox_close(&w->box);
    if (w->feeds != NULL) {
        m->release(m->user, w->feeds, w->n * sizeof *w->feeds);
    }
    if (w->queues != NULL) {
        m->release(m->user, w->queues, w->n * w->queue);
    }
    m->release(m->user, w, sizeof *w);
}

lease_feed *lease_writer_feed(lease_writer *w, unsigned index)
{
    return &w->feeds[index];
}

/* ---- trouble -------------------------------------------------------------------------------- */

static uint64_t not_safe(lease_writer *w)
{
    uint64_t n = 0;
    unsigned i;

    for (i = 0; i < w->n; i++) {
        n += atomic_load(&w->feeds[i].told) - atomic_load(&w->feeds[i].committed);
    }
    return n;
}

/* At once, then once a minute. */
static int may_tell(lease_writer *w, dhcpperf_ts now)
{
    if (now < w->tell_at) {
        return 0;
    }
    w->tell_at = now + TELL_S * second;
    return 1;
}

static void tell_failure(lease_writer *w, const char *error, dhcpperf_ts now)
{
    uint64_t n = not_safe(w);

    if (may_tell(w, now)) {
        say_warning("the lease store fails: %s; %s, %llu change%s of leases %s not in it yet, "
                    "and it is tried again",
                    error, w->is_ack ? "ACKs are held back" : "the server goes on",
                    (unsigned long long)n, n == 1 ? "" : "s", n == 1 ? "is" : "are");
    }
}

static void wake_all(lease_writer *w)
{
    unsigned i;

    for (i = 0; i < w->n; i++) {
        mailbox_post(&w->boxes[i], 0);
    }
}

/* Less and less often, unless the end is near. */
static void put_off(lease_writer *w, dhcpperf_ts now)
{
    const dhcpperf_dur first = TRY_MS * DHCPPERF_NS_PER_MS, most = TRY_MAX_S * second;

    w->try_in = w->try_in == 0 ? first : 2 * w->try_in < most ? 2 * w->try_in : most;
    w->try_at = now + w->try_in;
    atomic_fetch_add(&w->tries, 1);
}

/* Nothing is promised from now on, until all was written anew. */
static void give_up_store(lease_writer *w, const char *error, dhcpperf_ts now)
{
    unsigned i;

    w->ops->close(w->store);
    w->store = NULL;
    w->pending = 0;
    w->oldest_ms = INT64_MAX;
    put_off(w, now);
    w->was_down = 1;
    atomic_fetch_add(&w->failures, 1);
    for (i = 0; i < w->n; i++) {
        w->sources[i].is_trusted = 0;
        w->sources[i].promise = atomic_load(&w->feeds[i].committed);
        atomic_store(&w->feeds[i].is_up, 0);
        atomic_fetch_add(&w->feeds[i].wanted, 1);
    }
    if (atomic_load(&w->behind_since_ms) == 0) {
        atomic_store(&w->behind_since_ms, wall_ms());
    }
    tell_failure(w, error, now);
    wake_all(w);
}

static void try_store(lease_writer *w, dhcpperf_ts now)
{
    char error[LEASE_ERROR_MAX];
    unsigned i;

    if (w->ops->open(&w->store, w->config, error, sizeof error) != 0) {
        w->store = NULL;
        put_off(w, now);
        tell_failure(w, error, now);
        return;
    }
    for (i = 0; i < w->n; i++) {
        atomic_store(&w->feeds[i].is_up, 1);
    }
    wake_all(w);
}

/* ---- taking --------------------------------------------------------------------------------- */

static void note_age(lease_writer *w, const lease_record *r)
{
    int64_t ms = r->state == DHCPPERF_LEASE_BOUND || r->state == DHCPPERF_LEASE_DECLINED ? r->starts
                                                                                         : r->ends;

    if (r->seq != 0 && ms < w->oldest_ms) {
        w->oldest_ms = ms;
        if (atomic_load_explicit(&w->behind_since_ms, memory_order_relaxed) == 0) {
            atomic_store_explicit(&w->behind_since_ms, ms, memory_order_relaxed);
        }
    }
}

static void note_promise(lease_writer *w, unsigned index, const lease_record *r)
{
    source *s = &w->sources[index];

    if (r->state == LEASE_MARK) {
        if (r->subnet == atomic_load(&w->feeds[index].wanted)) {
            s->is_trusted = 1;
            s->promise = r->seq;
        }
    } else if (r->seq != 0 && s->is_trusted) {
        s->promise = r->seq;
    }
}

/* What a feed has, up to a batch; n records, 0 when it was empty, -1 when the store failed. */
static int take_batch(lease_writer *w, unsigned index, dhcpperf_ts now)
{
    lease_queue *q = &w->feeds[index].queue;
    lease_record batch[BATCH];
    char error[LEASE_ERROR_MAX];
    const uint8_t *at;
    unsigned n = 0, taken = 0;
    int rc = 0;

    while (taken < BATCH && (at = lease_queue_get(q)) != NULL) {
        lease_record *r = &batch[n];

        lease_record_unpack(r, at);
        r->worker = index;
        note_promise(w, index, r);
        if (r->state != LEASE_MARK) {
            note_age(w, r);
            n++;
        }
        taken++;
    }
    if (n > 0 && w->store != NULL) {
        rc = w->ops->append(w->store, batch, n, error, sizeof error);
    }
    lease_queue_release(q);
    if (rc != 0) {
        give_up_store(w, error, now);
        return -1;
    }
    if (taken > 0 && w->store != NULL) {
        w->first_at = w->pending == 0 ? now : w->first_at;
        w->pending += taken;
        atomic_fetch_add_explicit(&w->written, n, memory_order_relaxed);
    }
    return (int)taken;
}

/* One batch of each; 1 when there was something. */
static int take_all(lease_writer *w, dhcpperf_ts now)
{
    unsigned i;
    int some = 0;

    for (i = 0; i < w->n; i++) {
        some |= take_batch(w, i, now) > 0;
    }
    return some;
}

/* ---- committing ----------------------------------------------------------------------------- */

static void note_lag(lease_writer *w)
{
    int64_t lag = w->oldest_ms != INT64_MAX ? wall_ms() - w->oldest_ms : 0;

    if (lag > atomic_load_explicit(&w->worst_ms, memory_order_relaxed)) {
        atomic_store(&w->worst_ms, lag);
    }
    w->oldest_ms = INT64_MAX;
    atomic_store(&w->behind_since_ms, 0);
}

static void pass_on(lease_writer *w)
{
    unsigned i;

    for (i = 0; i < w->n; i++) {
        lease_feed *f = &w->feeds[i];

        if (w->sources[i].promise != atomic_load_explicit(&f->committed, memory_order_relaxed)) {
            atomic_store(&f->committed, w->sources[i].promise);
            if (w->is_ack) {
                mailbox_post(f->box, 0);
            }
        }
    }
}

/* All engines' leases are in the store again. */
static void tell_recovery(lease_writer *w)
{
    unsigned i;

    for (i = 0; i < w->n; i++) {
        if (!w->sources[i].is_trusted) {
            return;
        }
    }
    w->was_down = 0;
    w->try_in = 0;
    w->tell_at = 0;
    say_warning("the lease store works again, and has all leases");
}

static void commit(lease_writer *w, dhcpperf_ts now)
{
    char error[LEASE_ERROR_MAX];

    if (w->ops->commit(w->store, error, sizeof error) != 0) {
        give_up_store(w, error, now);
        return;
    }
    w->pending = 0;
    atomic_fetch_add(&w->groups, 1);
    note_lag(w);
    pass_on(w);
    if (w->was_down) {
        tell_recovery(w);
    }
}

static int is_commit_due(const lease_writer *w, int is_idle, dhcpperf_ts now)
{
    return w->pending > 0 &&
           ((is_idle && (w->is_ack || atomic_load(&w->is_stopping))) || w->pending >= GROUP ||
            now - w->first_at >= LINGER_MS * DHCPPERF_NS_PER_MS);
}

static void compact(lease_writer *w, dhcpperf_ts now)
{
    char error[LEASE_ERROR_MAX];

    if (w->ops->compact == NULL || w->store == NULL || w->pending > 0 || now < w->compact_at) {
        return;
    }
    w->compact_at = now + LINGER_MS * DHCPPERF_NS_PER_MS;
    if (w->ops->compact(w->store, error, sizeof error) != 0 && may_tell(w, now)) {
        say_warning("%s; the lease store goes on as it is", error);
    }
}

/* ---- the thread ----------------------------------------------------------------------------- */

static int is_nothing_there(lease_writer *w)
{
    unsigned i;

    for (i = 0; i < w->n; i++) {
        if (!lease_queue_is_empty(&w->feeds[i].queue)) {
            return 0;
        }
    }
    return 1;
}

static void doze(lease_writer *w, int ms)
{
    struct pollfd fd = {.fd = mailbox_fd(&w->box), .events = POLLIN};

    (void)poll(&fd, 1, ms);
    mailbox_clear(&w->box);
}

/* Until somebody has something; now and then all the same, for the store's own sake. */
static void sleep_well(lease_writer *w)
{
    atomic_store(&w->sleeps, 1);
    if (is_nothing_there(w) && !atomic_load(&w->is_stopping)) {
        doze(w, TRY_MS);
    }
    atomic_store(&w->sleeps, 0);
}

static void tell_missed(lease_writer *w, dhcpperf_ts now)
{
    uint64_t missed = 0;
    unsigned i;

    for (i = 0; i < w->n; i++) {
        missed += atomic_load_explicit(&w->feeds[i].missed, memory_order_relaxed);
    }
    if (missed > w->missed_told && w->store != NULL && may_tell(w, now)) {
        w->missed_told = missed;
        say_warning("the lease store cannot keep up: %llu changes of leases were not queued; all "
                    "leases are written anew when there is time",
                    (unsigned long long)missed);
    }
}

static void turn(lease_writer *w)
{
    dhcpperf_ts now = dhcpperf_clock_monotonic();
    int some;

    if (w->store == NULL && (now >= w->try_at || atomic_load(&w->is_hurried))) {
        try_store(w, now);
    }
    some = take_all(w, now);
    now = dhcpperf_clock_monotonic();
    if (w->store != NULL && is_commit_due(w, !some, now)) {
        commit(w, now);
        compact(w, now);
        tell_missed(w, now);
    }
    if (some) {
        return;
    }
    if (w->pending > 0 && !w->is_ack) {
        doze(w, LOOK_MS);
    } else if (w->store == NULL) {
        doze(w, 10 * LOOK_MS);
    } else {
        compact(w, now);
        sleep_well(w);
    }
}

static int run(void *user, unsigned index)
{
    lease_writer *w = user;

    (void)index;
    while (!atomic_load(&w->is_stopping)) {
        turn(w);
    }
    while (w->store != NULL && (!is_nothing_there(w) || w->pending > 0)) {
        turn(w);
    }
    w->ops->close(w->store);
    w->store = NULL;
    return 0;
}

int lease_writer_start(lease_writer *w, lease_store *store, const lease_store_config *config)
{
    w->store = store;
    w->ops = store->ops;
    w->config = config;
    if (workers_start(&w->thread, 1, "lease-writer", NULL, run, w) != 0) {
        w->store = NULL;
        return -1;
    }
    return 0;
}

/* ---- the end -------------------------------------------------------------------------------- */

static int is_all_safe(lease_writer *w)
{
    unsigned i;

    for (i = 0; i < w->n; i++) {
        if (!lease_feed_is_whole(&w->feeds[i])) {
            return 0;
        }
    }
    return 1;
}

static void wait_a_little(void)
{
    const struct timespec ts = {0, 1000000};

    (void)nanosleep(&ts, NULL);
}

uint64_t lease_writer_stop(lease_writer *w, dhcpperf_server *const *servers, dhcpperf_dur limit,
                           int (*is_hurried)(void *user), void *user)
{
    dhcpperf_ts now = dhcpperf_clock_monotonic(), end = now + limit, wake;
    uint64_t tries = atomic_load(&w->tries);
    unsigned i;

    if (w->thread == NULL) {
        return 0;
    }
    atomic_store(&w->is_hurried, 1);
    mailbox_post(&w->box, 0);
    do {
        for (i = 0; i < w->n; i++) {
            wake = DHCPPERF_NEVER;
            lease_feed_turn(&w->feeds[i], servers[i], now, &wake);
        }
        wait_a_little();
        now = dhcpperf_clock_monotonic();
    } while (!is_all_safe(w) && now < end && (is_hurried == NULL || !is_hurried(user)) &&
             atomic_load(&w->tries) - tries < LAST_TRIES);
    end_thread(w);
    return not_safe(w);
}

void lease_writer_look(lease_writer *w, lease_figures *ret)
{
    int64_t since = atomic_load(&w->behind_since_ms);
    unsigned i;

    memset(ret, 0, sizeof *ret);
    ret->is_up = 1;
    for (i = 0; i < w->n; i++) {
        lease_feed *f = &w->feeds[i];

        ret->safe += atomic_load(&f->committed);
        ret->told += atomic_load(&f->told);
        ret->missed += atomic_load(&f->missed);
        ret->anew += atomic_load(&f->anew);
        ret->has_gap |= atomic_load(&f->has_gap);
        ret->is_up &= atomic_load(&f->is_up);
    }
    ret->written = atomic_load(&w->written);
    ret->groups = atomic_load(&w->groups);
    ret->failures = atomic_load(&w->failures);
    ret->worst_behind_s = (double)atomic_load(&w->worst_ms) / 1e3;
    if (ret->told > ret->safe && since != 0) {
        int64_t ms = wall_ms() - since;

        ret->behind_s = ms > 0 ? (double)ms / 1e3 : 0;
    }
}
