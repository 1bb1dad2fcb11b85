/* SPDX-License-Identifier: MIT */
/* client.c - the client engine as its user sees it: life and the five verbs.
 *
 * Time moves only in begin, advance and pull, which run timers and the load profile in the order of
 * their due times, so a `now` far ahead gives the same history as many small steps.  What is due is
 * put into the send queue; pull empties the queue into the buffers it is lent. */
#include "client/dp_client.h"

#include <assert.h>
#include <string.h>

#include "base/dp_mem.h"
#include "client/dp_mischief.h"

#define COOKIE_INDEX_MASK ((UINT64_C(1) << DP_COOKIE_INDEX_BITS) - 1)
#define COOKIE_DUE_MASK   ((UINT64_C(1) << DP_COOKIE_DUE_BITS) - 1)
#define BROADCAST_IP      UINT32_MAX

enum {
    MAX_ATTEMPT = UINT16_MAX,
    FETCH_AHEAD = 2, /* answers */
    PURPOSE_XID = 0x786964,
    PURPOSE_ADDRESS,
    PURPOSE_RETRY = 0x727479
};

void dp_client_trace(const dhcpperf_client *cli, dhcpperf_event_kind kind, uint32_t i,
                     dhcpperf_ts at, const dhcpperf_pkt *pkt, int msg_type, int from, int to,
                     int reason, const char *detail)
{
    dhcpperf_event ev;

    memset(&ev, 0, sizeof ev);
    ev.now = at;
    ev.kind = kind;
    ev.station = i;
    if (i != DP_STATION_NONE) {
        ev.xid = dp_station_xid(cli, i);
        ev.ip = dp_ip4_of(cli->stations[i].ip);
    }
    ev.msg_type = msg_type;
    ev.from_state = from;
    ev.to_state = to;
    ev.reason = reason;
    ev.pkt = pkt;
    ev.detail = detail;
    dp_trace_emit(&cli->cfg.trace, &ev);
}

/* -- time -------------------------------------------------------------------------------------- */

static void on_timer(dhcpperf_client *cli, uint32_t i)
{
    dp_station *st = &cli->stations[i];
    dhcpperf_ts at = st->timer.due;
    int from = (int)st->state;

    if (cli->stopping && (st->state == DHCPPERF_ST_BOUND || st->state == DHCPPERF_ST_IDLE)) {
        return; /* nobody renews, leaves or comes back any more */
    }
    if (st->state == DHCPPERF_ST_IDLE) {
        (void)dp_client_command(cli, i, DP_CE_START, at);
    } else if (st->state != DHCPPERF_ST_BOUND || !dp_life_leave(cli, i, at)) {
        (void)dp_fsm_run(cli, i, dp_fsm_timer_event(cli, st, at), at, NULL);
    }
    if (dp_client_traces(cli, DHCPPERF_EV_TIMEOUT)) {
        dp_client_trace(cli, DHCPPERF_EV_TIMEOUT, i, at, NULL, 0, from, (int)st->state, 0, NULL);
    }
}

/* The time to drain is up: what is still in flight has failed. */
static void abandon(dhcpperf_client *cli)
{
    uint32_t i;

    for (i = 0; i < cli->n && dp_station_busy(cli) > 0; i++) {
        dp_client_event event =
            dp_fsm_waits_to_begin(&cli->stations[i]) ? DP_CE_VANISH : DP_CE_STOP;

        (void)dp_fsm_run(cli, i, event, cli->drain_at, NULL);
    }
}

/* What is due of the stages, or the end of draining; 1 when that counts as having happened. */
static int on_due(dhcpperf_client *cli, dhcpperf_ts due)
{
    if (!cli->stopping) {
        return dp_stages_on_due(cli, due);
    }
    abandon(cli);
    cli->drain_at = DHCPPERF_NEVER;
    return 1;
}

/* Fires everything due up to `now`, in order; the number of things that happened.  The stages are
 * never taken beyond a timer that is due before: what that frees belongs to the stage of then. */
static int run_due(dhcpperf_client *cli, dhcpperf_ts now)
{
    int fired = 0;

    if (!cli->begun) {
        return 0;
    }
    for (;;) {
        dhcpperf_ts due = DHCPPERF_NEVER;
        uint32_t i;

        if (dp_stages_go_on(cli)) {
            dp_stages_fill_window(cli);
            due = dp_stages_next(cli);
        } else if (cli->stopping) {
            due = cli->drain_at;
        }
        i = dp_wheel_pop(cli->wheel, due < now ? due : now);
        if (i != DP_WHEEL_NONE) {
            on_timer(cli, i);
            fired++;
        } else if (due > now || due == DHCPPERF_NEVER) {
            break;
        } else {
            fired += on_due(cli, due);
        }
    }
    return fired;
}

/* -- the verbs --------------------------------------------------------------------------------- */

/* All of an answer is about to be compared with the pattern it has: five cache lines. */
static void fetch(const uint8_t *data)
{
    __builtin_prefetch(data);
    __builtin_prefetch(data + 64);
    __builtin_prefetch(data + 128);
    __builtin_prefetch(data + 192);
    __builtin_prefetch(data + 256);
}

static int client_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    dhcpperf_client *cli = (dhcpperf_client *)self;
    unsigned done, chunk, k;

    for (done = 0; done < n; done += chunk) {
        chunk = n - done < DP_CHUNK ? n - done : DP_CHUNK;
        for (k = 0; k < chunk; k++) {
            if (k + FETCH_AHEAD < chunk) {
                fetch(pkts[done + k + FETCH_AHEAD].data);
            }
            dp_replies_look(cli, &cli->chunk[k], &pkts[done + k]);
        }
        for (k = 0; k < chunk; k++) {
            dp_replies_act(cli, &cli->chunk[k], &pkts[done + k], now);
        }
    }
    return (int)n;
}

/* Once everything in flight has ended, the next station that has a lease to give back. */
static bool queue_release(dhcpperf_client *cli)
{
    if (!cli->stopping || !cli->release || dp_station_busy(cli) > 0) {
        return false;
    }
    while (cli->release_next < cli->n) {
        if (dp_fsm_run(cli, cli->release_next++, DP_CE_RELEASE, cli->engine.now, NULL)) {
            return true;
        }
    }
    return false;
}

static int client_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    dhcpperf_client *cli = (dhcpperf_client *)self;
    unsigned n = 0;
    bool filled = false; /* since the last message: what falls silent at once must not go on */

    cli->stats.counters[DHCPPERF_C_TIME_CLAMPED] = cli->engine.clamped;
    if (cli->callback_failed) {
        cli->callback_failed = false;
        return DHCPPERF_E_CALLBACK;
    }
    (void)run_due(cli, now);
    while (n < max) {
        uint32_t i;
        dp_station_tx tx;
        int rc;

        if (cli->mischief != NULL && (rc = dp_mischief_pull(cli, &pkts[n], n == 0, now)) != 0) {
            if (rc < 0) {
                break; /* the next buffers will be longer */
            }
            n++;
            continue;
        }
        i = dp_station_peek(cli);
        if (i == DP_STATION_NONE) {
            if (!filled) {
                filled = true;
                dp_stages_fill_window(cli);
                continue;
            }
            if (queue_release(cli)) {
                continue;
            }
            break;
        }
        filled = false;
        tx = (dp_station_tx)cli->stations[i].tx;
        rc = dp_requests_compose(cli, i, &pkts[n], now);
        if (rc == DHCPPERF_E_NOBUFS) {
            return n > 0 ? (int)n : rc;
        }
        dp_station_dequeue(cli);
        dp_fsm_sent(cli, i, tx, now);
        if (rc != 0) { /* packets composed before it must not be lost for that */
            cli->callback_failed = n > 0;
            return n > 0 ? (int)n : rc;
        }
        if (cli->mischief != NULL && !dp_mischief_send(cli, i, tx, &pkts[n], now)) {
            continue;
        }
        if (dp_client_traces(cli, DHCPPERF_EV_TX)) {
            dp_requests_trace(cli, i, &pkts[n], now);
        }
        n++;
    }
    return (int)n;
}

/* A message left at `ts`; its cookie holds the station and the low bits of when it was due. */
static void left(dhcpperf_client *cli, uint64_t cookie, dhcpperf_ts ts)
{
    uint32_t i = (uint32_t)(cookie & COOKIE_INDEX_MASK);
    uint64_t due = cookie >> DP_COOKIE_INDEX_BITS, lag = (ts - due) & COOKIE_DUE_MASK;
    dp_station *st = &cli->stations[i];

    if (lag > COOKIE_DUE_MASK / 2) {
        dp_stats_add(&cli->stats, DHCPPERF_C_STAMPS_CLAMPED, 1);
        lag = 0; /* a hardware clock a little behind ours */
    }
    dp_stats_record(&cli->stats, DHCPPERF_S_SEND_LAG, DHCPPERF_FROM_INTENDED, lag);
    dp_stats_add(&cli->stats, DHCPPERF_C_LATE_SENDS, lag > cli->cfg.set.late_after);
    if (st->tries == 0 || ((st->due ^ due) & COOKIE_DUE_MASK) != 0) {
        return; /* a retransmission, or answered already */
    }
    st->sent = ts;
    if (st->state == DHCPPERF_ST_SELECTING && st->due == st->u.began) {
        st->lag_t2 = lag < UINT32_MAX ? (uint32_t)lag : UINT32_MAX;
        dp_stats_record(&cli->stats, DHCPPERF_S_START_LAG, DHCPPERF_FROM_INTENDED, lag);
    }
}

static void client_sent(void *self, const dhcpperf_txdone *done, unsigned n, dhcpperf_ts now)
{
    dhcpperf_client *cli = (dhcpperf_client *)self;
    unsigned k;

    for (k = 0; k < n; k++) {
        if (done[k].status != 0) {
            dp_stats_add(&cli->stats, DHCPPERF_C_TX_ERRORS, 1);
        } else if ((done[k].cookie & COOKIE_INDEX_MASK) < cli->n) {
            left(cli, done[k].cookie, done[k].ts != 0 && done[k].ts < now ? done[k].ts : now);
        }
    }
}

static uint32_t client_msg_len(const void *self)
{
    const dhcpperf_client *cli = (const dhcpperf_client *)self;

    return cli->cfg.edit == NULL && (cli->mischief == NULL || dp_mischief_is_even(cli))
               ? cli->msg_len
               : 0;
}

/* By xid; what is no answer of ours stays where it arrived, to be counted there. */
static int client_owner(const void *self, const dhcpperf_pkt *pkt)
{
    const dhcpperf_client *cli = (const dhcpperf_client *)self;
    uint32_t station, attempt;
    int shard = -1;

    if (cli->mischief != NULL && (pkt->flags & DHCPPERF_PKT_FRAME) == 0 &&
        pkt->len >= DP_OFF_OPTIONS && dp_strangers_are_meant(cli, pkt->data)) {
        return (int)cli->cfg.set.shard_index;
    }
    if (cli->cfg.set.shard_of > 1 && (pkt->flags & DHCPPERF_PKT_FRAME) == 0 &&
        pkt->len >= DP_OFF_SECS) {
        shard = dp_auth_owner(cli, pkt);
        if (shard < 0) {
            shard = dp_station_of_xid(cli, dp_get32(pkt->data + DP_OFF_XID), &station, &attempt);
        }
    }
    return shard >= 0 ? shard : (int)cli->cfg.set.shard_index;
}

static dhcpperf_ts client_deadline(const void *self)
{
    const dhcpperf_client *cli = (const dhcpperf_client *)self;
    dhcpperf_ts at, other = DHCPPERF_NEVER;

    if (!cli->begun) {
        return DHCPPERF_NEVER;
    }
    if (cli->queue_head != 0 || cli->callback_failed) {
        return cli->engine.now;
    }
    at = dp_wheel_deadline(cli->wheel);
    if (cli->mischief != NULL) {
        dhcpperf_ts extra = dp_mischief_deadline(cli);

        at = extra < at ? extra : at;
    }
    if (dp_stages_go_on(cli)) {
        other = dp_stages_next(cli);
    } else if (cli->stopping && dp_station_busy(cli) > 0) {
        other = cli->drain_at;
    } else if (cli->stopping && cli->release && cli->release_next < cli->n) {
        return cli->engine.now;
    }
    return at < other ? at : other;
}

static int client_advance(void *self, dhcpperf_ts now)
{
    return run_due((dhcpperf_client *)self, now);
}

static const dhcpperf_engine_ops client_ops = {
    .size = sizeof client_ops,
    .recv = client_recv,
    .pull = client_pull,
    .sent = client_sent,
    .msg_len = client_msg_len,
    .owner = client_owner,
    .deadline = client_deadline,
    .advance = client_advance,
};

/* -- life -------------------------------------------------------------------------------------- */

static void choose_keys(dhcpperf_client *cli)
{
    uint64_t seed = cli->cfg.set.seed;
    uint32_t attempts;

    cli->xids = dp_permutation_of(dp_draw(seed, 0, PURPOSE_XID, 0));
    cli->address_key = dp_draw(seed, 0, PURPOSE_ADDRESS, 0);
    cli->jitter_seed = seed;
    cli->retry_seed = dp_draw(seed, 0, PURPOSE_RETRY, 0);
    while ((UINT32_C(1) << cli->index_bits) < cli->cfg.set.stations) {
        cli->index_bits++;
    }
    attempts = UINT32_MAX >> cli->index_bits;
    cli->attempt_mask = attempts < MAX_ATTEMPT ? attempts : MAX_ATTEMPT;
}

static int allocate(dhcpperf_client *cli)
{
    uint32_t i;
    int rc = dp_stats_init(&cli->stats, dp_stages_series(cli), &cli->mem);

    if (rc == 0) {
        rc = dp_referee_init(cli);
    }
    if (rc == 0) {
        rc = dp_referee_table_init(cli);
    }
    if (rc == 0) {
        rc = dp_stages_prepare(cli);
    }
    if (rc == 0) {
        rc = dhcpperf_msg_new(&cli->msg, &cli->mem);
    }
    if (rc == 0) {
        rc = dhcpperf_writer_new(&cli->writer, &cli->mem);
    }
    if (rc != 0) {
        return rc;
    }
    dp_life_prepare(cli);
    for (i = 0; i < DP_N_PHASES; i++) {
        cli->first_waits[i] = dp_retry_first_of(&cli->cfg.retry, (dhcpperf_phase)i);
    }
    cli->wheel = DP_NEW(&cli->mem, dp_wheel);
    cli->stations = (dp_station *)dp_mem_zarray(&cli->mem, cli->n + 1, sizeof(dp_station), 64);
    cli->keep = DP_ARRAY(&cli->mem, cli->n + 1, dp_keep);
    if (cli->wheel == NULL || cli->stations == NULL || cli->keep == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    for (i = 0; i < cli->n; i++) {
        cli->stations[i].u.began = DHCPPERF_NEVER;
    }
    rc = dp_requests_prepare(cli);
    if (rc == 0) {
        dp_referee_prepare(cli);
        rc = dp_mischief_init(cli);
    }
    return rc;
}

int dhcpperf_client_new(dhcpperf_client **ret, const dhcpperf_client_config *c,
                        const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_client *cli;
    int rc;

    if (ret == NULL || c == NULL || c->set.shard_index >= c->set.shard_of ||
        (c->set.offer_select == DP_OFFER_SERVER && dp_ip4_num(c->set.offer_server) == 0)) {
        return DHCPPERF_E_INVALID;
    }
    cli = DP_NEW(&m, dhcpperf_client);
    if (cli == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    cli->mem = m;
    cli->n = dp_shard_stations(c->set.stations, c->set.shard_index, c->set.shard_of);
    cli->in_state[DHCPPERF_ST_IDLE] = cli->n;
    cli->drain_at = DHCPPERF_NEVER;
    cli->acting = DP_STATION_NONE;
    rc = dp_engine_init(&cli->engine, &client_ops, cli);
    if (rc == 0) {
        rc = dp_client_config_copy(&cli->cfg, c, &m);
    }
    if (rc == 0) {
        choose_keys(cli);
        cli->server = dp_ip4_num(cli->cfg.set.server);
        cli->server = cli->server != 0 ? cli->server : BROADCAST_IP;
        rc = dp_identity_prepare(cli);
    }
    if (rc == 0) {
        rc = allocate(cli);
    }
    if (rc != 0) {
        dhcpperf_client_free(cli);
        return rc;
    }
    *ret = cli;
    return 0;
}

void dhcpperf_client_free(dhcpperf_client *cli)
{
    dhcpperf_mem m;

    if (cli == NULL) {
        return;
    }
    assert(cli->engine.borrowers == 0);
    m = cli->mem;
    if (cli->stations != NULL) {
        dp_mem_release(&m, cli->stations, (cli->n + 1) * sizeof(dp_station));
    }
    DP_FREE_ARRAY(&m, cli->keep, cli->n + 1);
    if (cli->images != NULL) {
        DP_FREE_ARRAY(&m, cli->images, DP_N_IMAGES * cli->msg_len);
    }
    if (cli->wheel != NULL) {
        DP_FREE(&m, cli->wheel);
    }
    dp_mischief_fini(cli);
    dhcpperf_writer_free(cli->writer);
    dhcpperf_msg_free(cli->msg);
    dhcpperf_load_free(cli->everybody);
    dp_identity_fini(cli);
    dp_referee_fini(cli);
    dp_referee_table_fini(cli);
    dp_stats_fini(&cli->stats);
    dp_client_config_fini(&cli->cfg);
    DP_FREE(&m, cli);
}

dhcpperf_engine *dhcpperf_client_engine(dhcpperf_client *cli)
{
    return cli != NULL ? &cli->engine : NULL;
}

int dhcpperf_client_begin(dhcpperf_client *cli, dhcpperf_ts now)
{
    int rc;

    if (cli == NULL) {
        return DHCPPERF_E_INVALID;
    }
    rc = dp_engine_enter(&cli->engine, &now);
    if (rc != 0) {
        return rc;
    }
    if (cli->begun) {
        rc = DHCPPERF_E_STATE;
    } else {
        cli->begun = true;
        dp_wheel_init(cli->wheel, &cli->stations[0].timer, sizeof *cli->stations, cli->n, now);
        if (cli->mischief != NULL) {
            dp_faults_begin(&cli->mischief->rules, now);
        }
        dp_stages_begin(cli, now);
        (void)run_due(cli, now);
    }
    dp_engine_leave(&cli->engine);
    return rc;
}

/* Clients that only wait will not begin: those after a lease or before their first message, and
 * those that do without IPv4 for a while. */
static void wake_waiting(dhcpperf_client *cli, dhcpperf_ts now)
{
    uint32_t i;

    for (i = 0; i < cli->n &&
                (cli->in_state[DHCPPERF_ST_INIT] > 0 || cli->in_state[DHCPPERF_ST_INIT_REBOOT] > 0);
         i++) {
        if (dp_fsm_waits_to_begin(&cli->stations[i]) && cli->stations[i].tx == DP_TX_NONE) {
            (void)dp_fsm_run(cli, i, DP_CE_VANISH, now, NULL);
        }
    }
}

int dhcpperf_client_stop(dhcpperf_client *cli, dhcpperf_dur drain, int release)
{
    dhcpperf_ts now;
    int rc;

    if (cli == NULL) {
        return DHCPPERF_E_INVALID;
    }
    now = cli->engine.now;
    rc = dp_engine_enter(&cli->engine, &now);
    if (rc != 0) {
        return rc;
    }
    if (!cli->begun) {
        rc = DHCPPERF_E_STATE;
    } else {
        cli->stopping = true;
        cli->release = release != 0;
        cli->drain_at = dp_after(now, drain);
        if (cli->mischief != NULL) {
            dp_strangers_stop(cli);
        }
        wake_waiting(cli, now);
        (void)run_due(cli, now);
    }
    dp_engine_leave(&cli->engine);
    return rc;
}

int dhcpperf_client_is_done(const dhcpperf_client *cli)
{
    if (cli == NULL || !cli->begun || cli->queue_head != 0 || dp_station_busy(cli) > 0 ||
        (cli->mischief != NULL && !dp_mischief_is_over(cli))) {
        return 0;
    }
    if (cli->stopping) {
        return !cli->release || cli->release_next == cli->n;
    }
    return !cli->endless && dp_stages_are_over(cli) &&
           !(cli->leaves && cli->in_state[DHCPPERF_ST_BOUND] > 0);
}
