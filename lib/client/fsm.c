/* SPDX-License-Identifier: MIT */
/* fsm.c - the state machine of a station and what its actions do to the accounts.
 *
 * Invariants: an exchange is in flight exactly while a station in SELECTING or REQUESTING has
 * tries > 0, and every way out of that settles it with one fate.  A timer is set only in those two
 * states and in INIT, and never while the message it would repeat is queued.  A station is in the
 * referee's table exactly while it is BOUND. */
#include "client/dp_client.h"

enum {
    NAK_BACKOFF_DOUBLINGS = 6,
    PURPOSE_JITTER = 1
};

/* RFC 2131 section 4.1: the cap of every back-off. */
#define NAK_BACKOFF_CAP (64 * DHCPPERF_NS_PER_S)
/* RFC 2131 section 3.1 (5): wait before starting over after a DECLINE. */
#define DECLINE_WAIT (10 * DHCPPERF_NS_PER_S)

const dp_client_cell dp_client_fsm[DP_N_STATES][DP_N_CLIENT_EVENTS] = {
#define X(state, event, act, to)                                                                   \
    [DHCPPERF_ST_##state][DP_CE_##event] = {.action = DP_CA_##act, .next = DHCPPERF_ST_##to},
#include "client/fsm.def"
#undef X
};

static dhcpperf_exchange exchange_of(const dp_station *st)
{
    return st->state == DHCPPERF_ST_SELECTING ? DHCPPERF_X_DISCOVER : DHCPPERF_X_REQUEST;
}

static bool in_flight(const dp_station *st)
{
    return st->tries > 0 &&
           (st->state == DHCPPERF_ST_SELECTING || st->state == DHCPPERF_ST_REQUESTING);
}

static bool is_active(unsigned state)
{
    return state == DHCPPERF_ST_INIT || state == DHCPPERF_ST_SELECTING ||
           state == DHCPPERF_ST_REQUESTING;
}

/* -- timers ------------------------------------------------------------------------------------ */

static dhcpperf_dur remaining(const dhcpperf_client *cli, const dp_station *st, dhcpperf_ts at)
{
    dhcpperf_ts end = dp_after(st->u.began, cli->cfg.set.timeout);

    return end == DHCPPERF_NEVER ? DHCPPERF_NEVER : dp_since(end, at);
}

/* The wait for an answer to transmission number `attempt`, drawn from who, which exchange, which
 * try: the same whenever it is asked for. */
static dhcpperf_dur try_wait(const dhcpperf_client *cli, const dp_station *st, unsigned attempt,
                             dhcpperf_ts at)
{
    dhcpperf_phase phase =
        st->state == DHCPPERF_ST_SELECTING ? DHCPPERF_PHASE_SELECTING : DHCPPERF_PHASE_REQUESTING;
    uint32_t i = (uint32_t)(st - cli->stations);
    uint64_t which = (uint64_t)st->attempt << 16 | (uint64_t)phase << 8 | (attempt & 255u);
    uint64_t random = dp_draw(cli->jitter_seed, dp_station_global(cli, i), PURPOSE_JITTER, which);

    return dhcpperf_retry_delay(&cli->cfg.retry, phase, attempt, remaining(cli, st, at), random);
}

dp_client_event dp_fsm_timer_event(const dhcpperf_client *cli, const dp_station *st, dhcpperf_ts at)
{
    dhcpperf_phase phase =
        st->state == DHCPPERF_ST_SELECTING ? DHCPPERF_PHASE_SELECTING : DHCPPERF_PHASE_REQUESTING;

    if (remaining(cli, st, at) == 0) {
        return DP_CE_STOP;
    }
    if (st->state == DHCPPERF_ST_INIT || try_wait(cli, st, st->tries + 1u, at) != DHCPPERF_NEVER) {
        return DP_CE_RETRY;
    }
    return cli->cfg.retry.phases[phase].then == DHCPPERF_GIVE_UP_RESTART ? DP_CE_RESTART
                                                                         : DP_CE_STOP;
}

/* A wait in INIT; never beyond the bound of the whole exchange. */
static void arm_init(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at, dhcpperf_dur wait)
{
    const dp_station *st = &cli->stations[i];
    dhcpperf_dur left = st->u.began != DHCPPERF_NEVER ? remaining(cli, st, at) : DHCPPERF_NEVER;

    dp_wheel_set(cli->wheel, i, dp_after(at, wait < left ? wait : left));
}

void dp_fsm_sent(dhcpperf_client *cli, uint32_t i, dp_station_tx tx, dhcpperf_ts now)
{
    const dp_station *st = &cli->stations[i];
    dhcpperf_dur wait;

    if (tx == DP_TX_EXCHANGE) {
        wait = try_wait(cli, st, st->tries, now);
        dp_wheel_set(cli->wheel, i, wait != DHCPPERF_NEVER ? dp_after(now, wait) : now);
    } else if (tx == DP_TX_DECLINE) {
        arm_init(cli, i, now, DECLINE_WAIT);
    } else if (tx == DP_TX_RELEASE) {
        dp_stages_freed(cli, now);
    }
}

/* -- actions ----------------------------------------------------------------------------------- */

static void new_attempt(dhcpperf_client *cli, dp_station *st)
{
    st->attempt = (uint16_t)((st->attempt + 1u) & cli->attempt_mask);
    st->past = ((unsigned)st->past << 2) & 255u;
    st->tries = 0;
}

/* The exchange in flight ends without an answer; one that comes all the same will be late. */
static void give_up(dhcpperf_client *cli, uint32_t i)
{
    dp_station *st = &cli->stations[i];

    if (in_flight(st)) {
        dhcpperf_exchange x = exchange_of(st);
        unsigned how = x == DHCPPERF_X_DISCOVER ? DP_PAST_DISCOVER_OPEN : DP_PAST_REQUEST_OPEN;

        dp_stats_settle(&cli->stats, x, DHCPPERF_OUT_UNANSWERED);
        st->past = ((st->past & 0xfcu) | how) & 0xffu;
    }
    st->tries = 0;
    st->tx = DP_TX_NONE;
    dp_wheel_cancel(cli->wheel, i);
}

/* Must run while st->state still says where the station comes from. */
static void forget_address(dhcpperf_client *cli, uint32_t i)
{
    dp_station *st = &cli->stations[i];

    if (st->state == DHCPPERF_ST_BOUND) {
        dp_referee_unbind(cli, i);
    }
    st->ip = st->server_id = 0;
    st->u.began = DHCPPERF_NEVER;
}

static void discover(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    dp_station *st = &cli->stations[i];

    if (st->state != DHCPPERF_ST_INIT || st->u.began == DHCPPERF_NEVER) {
        st->u.began = at;
        st->lag_t2 = 0;
        st->naks = 0;
        dp_stats_add(&cli->stats, DHCPPERF_C_STARTED, 1);
    }
    st->started = 1;
    st->ip = st->server_id = 0;
    new_attempt(cli, st);
    st->due = at;
    dp_station_enqueue(cli, i, DP_TX_EXCHANGE);
}

/* An answer ends the exchange in flight. */
static void answered(dhcpperf_client *cli, uint32_t i, dhcpperf_outcome fate,
                     dhcpperf_series series, dhcpperf_ts at)
{
    dp_station *st = &cli->stations[i];

    dp_stats_settle(&cli->stats, exchange_of(st), fate);
    if (fate == DHCPPERF_OUT_ANSWERED) {
        dp_stats_record(&cli->stats, series, DHCPPERF_FROM_INTENDED, dp_since(at, st->due));
        dp_stats_record(&cli->stats, series, DHCPPERF_FROM_ACTUAL, dp_since(at, st->sent));
    }
    st->tries = 0;
    st->tx = DP_TX_NONE;
    dp_wheel_cancel(cli->wheel, i);
}

static void select_offer(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at, const dp_answer *offer)
{
    dp_station *st = &cli->stations[i];

    answered(cli, i, DHCPPERF_OUT_ANSWERED, DHCPPERF_S_DISCOVER_OFFER, at);
    st->ip = offer->ip;
    st->server_id = offer->server_id;
    st->due = at;
    dp_station_enqueue(cli, i, DP_TX_EXCHANGE);
}

static void bind(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at, const dp_answer *ack)
{
    dp_station *st = &cli->stations[i];
    dhcpperf_ts first_sent = dp_after(st->u.began, st->lag_t2);

    answered(cli, i, DHCPPERF_OUT_ANSWERED, DHCPPERF_S_REQUEST_ACK, at);
    dp_stats_record(&cli->stats, DHCPPERF_S_FULL_BIND, DHCPPERF_FROM_INTENDED,
                    dp_since(at, st->u.began));
    dp_stats_record(&cli->stats, DHCPPERF_S_FULL_BIND, DHCPPERF_FROM_ACTUAL,
                    dp_since(at, first_sent));
    dp_stats_add(&cli->stats, DHCPPERF_C_BOUND, 1);
    st->naks = 0;
    st->ip = ack->ip; /* K-049: what the ACK says counts */
    st->due = at;
    st->u.lease[0] = ack->lease_s;
    st->u.lease[1] = ack->t1_s;
    st->lag_t2 = ack->t2_s;
    dp_referee_bind(cli, i, at);
}

/* K-053: at once after the first NAK in a row, then longer and longer. */
static dhcpperf_dur nak_wait(const dhcpperf_client *cli, unsigned naks)
{
    dhcpperf_dur first = cli->cfg.set.nak_backoff, wait;
    unsigned doublings = naks >= 2 ? naks - 2 : 0;

    if (naks < 2 || first >= NAK_BACKOFF_CAP) {
        return naks < 2 ? 0 : first;
    }
    wait = first << (doublings < NAK_BACKOFF_DOUBLINGS ? doublings : NAK_BACKOFF_DOUBLINGS);
    return wait < NAK_BACKOFF_CAP ? wait : NAK_BACKOFF_CAP;
}

static void refused(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    dp_station *st = &cli->stations[i];

    answered(cli, i, DHCPPERF_OUT_REFUSED, DHCPPERF_S_REQUEST_ACK, at);
    dp_stats_add(&cli->stats, DHCPPERF_C_NAKED, 1);
    st->ip = st->server_id = 0; /* K-050, K-051 */
    st->naks = st->naks < 255 ? (st->naks + 1u) & 255u : 255u;
    arm_init(cli, i, at, nak_wait(cli, st->naks));
}

static void hand_back(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at, dp_station_tx tx)
{
    dp_station *st = &cli->stations[i];

    dp_referee_unbind(cli, i);
    new_attempt(cli, st);
    st->due = at;
    st->u.began = DHCPPERF_NEVER;
    dp_station_enqueue(cli, i, tx); /* address and server stay until the message has left */
}

static void act(dhcpperf_client *cli, uint32_t i, dp_client_action action, dhcpperf_ts at,
                const dp_answer *answer)
{
    switch (action) {
    case DP_CA_IGNORE:
        break;
    case DP_CA_DISCOVER:
        discover(cli, i, at);
        break;
    case DP_CA_SELECT:
        select_offer(cli, i, at, answer);
        break;
    case DP_CA_BIND:
        bind(cli, i, at, answer);
        break;
    case DP_CA_REFUSED:
        refused(cli, i, at);
        break;
    case DP_CA_RESEND:
        dp_station_enqueue(cli, i, DP_TX_EXCHANGE);
        break;
    case DP_CA_GIVE_UP:
        give_up(cli, i);
        arm_init(cli, i, at, 0);
        break;
    case DP_CA_FAIL:
        give_up(cli, i);
        forget_address(cli, i);
        dp_stats_add(&cli->stats, DHCPPERF_C_GAVE_UP, 1);
        break;
    case DP_CA_RELEASE:
        hand_back(cli, i, at, DP_TX_RELEASE);
        break;
    case DP_CA_DECLINE:
        hand_back(cli, i, at, DP_TX_DECLINE);
        break;
    case DP_CA_VANISH:
        give_up(cli, i);
        forget_address(cli, i);
        break;
    }
}

bool dp_fsm_run(dhcpperf_client *cli, uint32_t i, dp_client_event event, dhcpperf_ts at,
                const dp_answer *answer)
{
    dp_station *st = &cli->stations[i];
    unsigned from = st->state;
    dp_client_cell cell = dp_client_fsm[from][event];

    if (cell.action == DP_CA_IGNORE) {
        return false;
    }
    act(cli, i, (dp_client_action)cell.action, at, answer);
    st->state = cell.next & 15u;
    cli->in_state[from]--;
    cli->in_state[cell.next]++;
    if (from != cell.next && dp_client_traces(cli, DHCPPERF_EV_STATE)) {
        dp_client_trace(cli, DHCPPERF_EV_STATE, i, at, NULL, 0, (int)from, cell.next, 0, NULL);
    }
    if (is_active(from) && !is_active(cell.next)) {
        dp_stages_freed(cli, at);
    }
    return true;
}
