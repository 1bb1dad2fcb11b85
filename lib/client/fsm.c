/* SPDX-License-Identifier: MIT */
/* fsm.c - the state machine of a station and what its actions do to the accounts.
 *
 * Invariants: an exchange is in flight exactly while a station in a state that asks has tries > 0,
 * and every way out of that settles it with one fate.  A station is in the referee's table exactly
 * while it is BOUND, RENEWING or REBINDING. */
#include "client/dp_fsm.h"
#include "client/dp_mischief.h"

enum {
    NAK_BACKOFF_DOUBLINGS = 6
};

/* RFC 2131 section 4.1: the cap of every back-off. */
#define NAK_BACKOFF_CAP (64 * DHCPPERF_NS_PER_S)
/* Before starting over when the policy gave up without waiting at all: time must pass. */
#define IDLE_WAIT DHCPPERF_NS_PER_S

const dp_client_cell dp_client_fsm[DP_N_STATES][DP_N_CLIENT_EVENTS] = {
#define X(state, event, act, to)                                                                   \
    [DHCPPERF_ST_##state][DP_CE_##event] = {.action = DP_CA_##act, .next = DHCPPERF_ST_##to},
#include "client/fsm.def"
#undef X
};

const dp_state_kind dp_state_kinds[DP_N_STATES] = {
    [DHCPPERF_ST_INIT] = {false, false, true, 0, 0},
    [DHCPPERF_ST_SELECTING] = {true, false, true, DHCPPERF_X_DISCOVER, DHCPPERF_PHASE_SELECTING},
    [DHCPPERF_ST_REQUESTING] = {true, false, true, DHCPPERF_X_REQUEST, DHCPPERF_PHASE_REQUESTING},
    [DHCPPERF_ST_BOUND] = {false, true, false, 0, 0},
    [DHCPPERF_ST_RENEWING] = {true, true, false, DHCPPERF_X_RENEW, DHCPPERF_PHASE_RENEWING},
    [DHCPPERF_ST_REBINDING] = {true, true, false, DHCPPERF_X_REBIND, DHCPPERF_PHASE_REBINDING},
    [DHCPPERF_ST_INIT_REBOOT] = {false, false, true, 0, 0},
    [DHCPPERF_ST_REBOOTING] = {true, false, true, DHCPPERF_X_REBOOT, DHCPPERF_PHASE_REBOOTING},
    [DHCPPERF_ST_INFORMING] = {true, false, true, DHCPPERF_X_INFORM, DHCPPERF_PHASE_INFORMING},
    [DHCPPERF_ST_QUERYING] = {true, false, true, DHCPPERF_X_QUERY, DHCPPERF_PHASE_INFORMING},
};

bool dp_fsm_holds_lease(const dp_station *st)
{
    return dp_state_kinds[st->state].holds;
}

dhcpperf_exchange dp_fsm_exchange(const dp_station *st)
{
    return (dhcpperf_exchange)dp_state_kinds[st->state].exchange;
}

static bool in_flight(const dp_station *st)
{
    return st->tries > 0 && dp_state_kinds[st->state].asks;
}

static bool is_active(const dp_station *st)
{
    return dp_state_kinds[st->state].active && !st->resting;
}

/* -- actions ----------------------------------------------------------------------------------- */

static void new_attempt(dhcpperf_client *cli, uint32_t i)
{
    dp_station *st = &cli->stations[i];

    dp_station_count_attempt(cli, i);
    st->past = (uint8_t)(st->past << 2);
    if (st->kept) {
        cli->keep[i].late = (uint16_t)(cli->keep[i].late << 4);
    }
    st->tries = 0;
    st->offered = 0;
    st->returned = 0;
}

/* Nothing of the station is under way any more. */
static void fall_silent(dhcpperf_client *cli, uint32_t i)
{
    dp_station *st = &cli->stations[i];

    st->tries = 0;
    st->tx = DP_TX_NONE;
    dp_wheel_cancel(cli->wheel, i);
}

/* The exchange in flight ends without an answer; one that comes all the same will be late. */
static void give_up(dhcpperf_client *cli, uint32_t i)
{
    dp_station *st = &cli->stations[i];

    if (in_flight(st)) {
        dhcpperf_exchange x = dp_fsm_exchange(st);
        unsigned how = x == DHCPPERF_X_DISCOVER ? DP_PAST_DISCOVER_OPEN : DP_PAST_REQUEST_OPEN;

        dp_stats_settle(&cli->stats, x, DHCPPERF_OUT_UNANSWERED);
        if (cli->mischief != NULL) {
            dp_mischief_gave_up(cli, i);
        }
        st->past = (uint8_t)((st->past & 0xfcu) | how);
        if (x != DHCPPERF_X_DISCOVER && x != DHCPPERF_X_REQUEST) {
            dp_keep *keep = dp_lifetime_touch(cli, i);

            keep->late = (uint16_t)((keep->late & 0xfff0u) | (unsigned)x);
        }
    }
    fall_silent(cli, i);
}

/* Must run while st->state still says where the station comes from. */
static void forget_address(dhcpperf_client *cli, uint32_t i)
{
    dp_station *st = &cli->stations[i];

    if (dp_state_kinds[st->state].holds) {
        dp_referee_unbind(cli, i);
    }
    st->ip = st->server_id = 0;
    st->u.began = DHCPPERF_NEVER;
}

/* A new exchange, due at `at`; the message is that of the next state. */
static void ask(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    dp_station *st = &cli->stations[i];

    st->started = 1;
    new_attempt(cli, i);
    st->due = at;
    dp_station_enqueue(cli, i, DP_TX_EXCHANGE);
}

static void discover(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at, bool only)
{
    dp_station *st = &cli->stations[i];

    if (st->state != DHCPPERF_ST_INIT || st->u.began == DHCPPERF_NEVER) {
        st->u.began = at;
        st->lag_t2 = 0;
        if (st->state != DHCPPERF_ST_INIT) {
            st->nakked = 0;
        }
        dp_stats_add(&cli->stats, DHCPPERF_C_STARTED, 1);
    }
    st->only = only;
    st->ip = st->server_id = 0;
    ask(cli, i, at);
}

static void delay(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    dp_station *st = &cli->stations[i];

    st->started = 1;
    st->nakked = 0;
    st->u.began = DHCPPERF_NEVER;
    dp_wheel_set(cli->wheel, i, dp_after(at, dp_life_startup_wait(cli, i)));
}

/* An answer ends the exchange in flight. */
static void settle(dhcpperf_client *cli, uint32_t i, dhcpperf_outcome fate)
{
    dp_stats_settle(&cli->stats, dp_fsm_exchange(&cli->stations[i]), fate);
    fall_silent(cli, i);
}

/* The same, with its latency. */
static void answered(dhcpperf_client *cli, uint32_t i, dhcpperf_series series, dhcpperf_ts at)
{
    const dp_station *st = &cli->stations[i];

    dp_stats_record(&cli->stats, series, DHCPPERF_FROM_INTENDED, dp_since(at, st->due));
    dp_stats_record(&cli->stats, series, DHCPPERF_FROM_ACTUAL, dp_since_sent(cli, at, st->sent));
    settle(cli, i, DHCPPERF_OUT_ANSWERED);
}

/* Takes an OFFER: without one, the one that is held. */
static void select_offer(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at, const dp_answer *offer)
{
    dp_station *st = &cli->stations[i];

    if (!st->offered) {
        answered(cli, i, DHCPPERF_S_DISCOVER_OFFER, at);
    }
    if (offer != NULL) {
        st->ip = offer->ip;
        st->server_id = offer->server_id;
    }
    st->offered = 0;
    st->due = at;
    dp_station_enqueue(cli, i, DP_TX_EXCHANGE);
}

/* K-037: the first OFFER settles the exchange; which one is taken is seen after the wait. */
static void hold_offer(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at, const dp_answer *offer)
{
    dp_station *st = &cli->stations[i];

    answered(cli, i, DHCPPERF_S_DISCOVER_OFFER, at);
    st->offered = 1;
    st->ip = offer->ip;
    st->server_id = offer->server_id;
    dp_timers_wait(cli, i, at, cli->cfg.set.offer_wait);
}

static void learn(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    if (cli->stations[i].state == DHCPPERF_ST_SELECTING) {
        answered(cli, i, DHCPPERF_S_DISCOVER_OFFER, at);
    } else {
        settle(cli, i, DHCPPERF_OUT_ANSWERED);
    }
    forget_address(cli, i);
}

/* An ACK ends the exchange in flight: a REQUEST, or a DISCOVER that it commits, of which an OFFER
 * may have told the latency before. */
static void end_by_ack(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    const dp_station *st = &cli->stations[i];

    if (st->state == DHCPPERF_ST_REQUESTING) {
        answered(cli, i, DHCPPERF_S_REQUEST_ACK, at);
    } else if (in_flight(st)) {
        settle(cli, i, DHCPPERF_OUT_ANSWERED);
    } else {
        fall_silent(cli, i);
    }
}

/* The ACK of an address ends the exchange; of one not asked for before also the whole bind. */
static void acknowledged(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at, const dp_answer *ack)
{
    dp_station *st = &cli->stations[i];
    dhcpperf_ts first_sent = dp_after(st->u.began, st->lag_t2);

    end_by_ack(cli, i, at);
    if (st->state != DHCPPERF_ST_REBOOTING) {
        dp_stats_record(&cli->stats, DHCPPERF_S_FULL_BIND, DHCPPERF_FROM_INTENDED,
                        dp_since(at, st->u.began));
        dp_stats_record(&cli->stats, DHCPPERF_S_FULL_BIND, DHCPPERF_FROM_ACTUAL,
                        dp_since(at, first_sent));
    }
    st->offered = 0;
    st->nakked = 0;
    st->ip = ack->ip; /* K-049: what the ACK says counts */
    st->server_id = ack->server_id;
}

static void bind(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at, const dp_answer *ack)
{
    dp_station *st = &cli->stations[i];

    acknowledged(cli, i, at, ack);
    dp_stats_add(&cli->stats, DHCPPERF_C_BOUND, 1);
    st->due = at;
    dp_lifetime_hold(cli, i, ack, st->sent);
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

/* K-050, K-051: the address is dropped, not even remembered. */
static void refused(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    dp_station *st = &cli->stations[i];
    dhcpperf_ts began = st->state == DHCPPERF_ST_REQUESTING ? st->u.began : DHCPPERF_NEVER;
    dp_keep *keep = dp_lifetime_touch(cli, i);

    settle(cli, i, DHCPPERF_OUT_REFUSED);
    dp_stats_add(&cli->stats, DHCPPERF_C_NAKED, 1);
    forget_address(cli, i);
    dp_lifetime_forget(cli, i);
    st->u.began = began;
    keep->naks = st->nakked ? keep->naks + 1 : 1;
    st->nakked = 1;
    dp_timers_wait(cli, i, at, nak_wait(cli, keep->naks));
}

static void resend(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    dp_station *st = &cli->stations[i];

    if (dp_fsm_is_keeping(
            st)) { /* its timer is needed for T2 or expiry, should the message not leave */
        st->u.again = at;
        dp_timers_set(cli, i, dp_timers_phase_end(cli, st));
    }
    if (cli->cfg.set.xid_per_try && st->state == DHCPPERF_ST_SELECTING) { /* K-068 */
        uint8_t tries = st->tries;

        new_attempt(cli, i);
        st->tries = tries;
    }
    dp_station_enqueue(cli, i, DP_TX_EXCHANGE);
}

/* Starting over, later when the policy did not wait at all: a clock that stands still while
 * messages flow would never be left. */
static void start_over(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    dp_station *st = &cli->stations[i];
    dhcpperf_ts began = st->state == DHCPPERF_ST_REBOOTING ? DHCPPERF_NEVER : st->u.began;
    bool waited = at > st->due;

    give_up(cli, i);
    st->unheard = cli->cfg.set.server_fallback != 0;
    st->u.began = began;
    dp_timers_wait(cli, i, at, waited ? 0 : IDLE_WAIT);
}

/* -- actions of those who have a lease --------------------------------------------------------- */

/* T1 or T2, or a command: asks for more time, until `end` at most. */
static void renew(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at, dhcpperf_ts end)
{
    if (cli->stations[i].state == DHCPPERF_ST_BOUND) {
        dp_lifetime_keep(cli, i);
    }
    give_up(cli, i);
    ask(cli, i, at);
    dp_timers_set(cli, i, end);
}

/* K-078: the new lease counts from the REQUEST of this exchange. */
static void extend(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at, const dp_answer *ack)
{
    dp_station *st = &cli->stations[i];

    if (st->state == DHCPPERF_ST_RENEWING) {
        answered(cli, i, DHCPPERF_S_RENEW_ACK, at);
        dp_stats_add(&cli->stats, DHCPPERF_C_RENEWED, 1);
    } else {
        settle(cli, i, DHCPPERF_OUT_ANSWERED);
        dp_stats_add(&cli->stats, DHCPPERF_C_REBOUND, 1);
    }
    st->nakked = 0;
    st->server_id = ack->server_id;
    st->due = at;
    if (st->ip != ack->ip) {
        dp_referee_unbind(cli, i);
        st->ip = ack->ip;
    }
    dp_lifetime_hold(cli, i, ack, st->sent);
    dp_referee_bind(cli, i, at);
}

static void cease(dhcpperf_client *cli, uint32_t i)
{
    give_up(cli, i);
    dp_lifetime_restore(cli, i);
}

/* K-075: the address is no longer used. */
static void expire(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    dp_stats_add(&cli->stats, DHCPPERF_C_EXPIRED, 1);
    give_up(cli, i);
    dp_lifetime_remember(cli, i);
    forget_address(cli, i);
    dp_timers_wait(cli, i, at, 0);
}

/* RFC 8925 section 3.2: no IPv4 for a while.  That is no exchange, so it takes no place in the
 * window and nobody need wait for its end. */
static void rest(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at, dhcpperf_dur wait)
{
    dp_station *st = &cli->stations[i];

    if (st->state == DHCPPERF_ST_SELECTING && in_flight(st)) {
        answered(cli, i, DHCPPERF_S_DISCOVER_OFFER, at);
    } else if (in_flight(st)) {
        settle(cli, i, DHCPPERF_OUT_ANSWERED);
    }
    dp_stats_add(&cli->stats, DHCPPERF_C_IPV6_ONLY, 1);
    forget_address(cli, i);
    st->offered = 0;
    st->resting = 1;
    cli->n_resting++;
    dp_timers_wait(cli, i, at, wait);
}

/* A client that is switched off and on again remembers what it had. */
static void reboot(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    dp_station *st = &cli->stations[i];

    give_up(cli, i);
    if (dp_state_kinds[st->state].holds) {
        dp_lifetime_remember(cli, i);
    }
    forget_address(cli, i);
    st->started = 1;
    st->only = 0;
    st->nakked = 0;
    st->ip = cli->keep[i].last_ip;
    dp_wheel_set(cli->wheel, i, dp_after(at, dp_life_startup_wait(cli, i)));
}

static void request_again(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    cli->stations[i].u.began = at;
    ask(cli, i, at);
}

/* RFC 2131 section 3.2 (3): no answer, but the lease lasts. */
static void resume(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    dp_station *st = &cli->stations[i];

    give_up(cli, i);
    st->ip = cli->keep[i].last_ip;
    st->server_id = cli->keep[i].last_server;
    dp_lifetime_restore(cli, i);
    dp_referee_bind(cli, i, at);
}

static void inform(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    dp_station *st = &cli->stations[i];

    st->ip = dp_lifetime_inform_ip(cli, i);
    st->server_id = 0;
    st->u.began = at;
    st->only = 0;
    ask(cli, i, at);
}

static void hand_back(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at, dp_station_tx tx)
{
    dp_station *st = &cli->stations[i];

    give_up(cli, i);
    if (dp_state_kinds[st->state].holds) {
        dp_referee_unbind(cli, i);
    }
    dp_lifetime_forget(cli, i);
    new_attempt(cli, i);
    st->returned = 1;
    st->due = at;
    st->u.began = DHCPPERF_NEVER;
    dp_station_enqueue(cli, i, tx); /* address and server stay until the message has left */
}

static void vanish(dhcpperf_client *cli, uint32_t i)
{
    give_up(cli, i);
    if (dp_state_kinds[cli->stations[i].state].holds) {
        dp_lifetime_remember(cli, i);
    }
    forget_address(cli, i);
    cli->stations[i].returned = 0;
}

/* -- the machine ------------------------------------------------------------------------------- */

static void act(dhcpperf_client *cli, uint32_t i, dp_client_action action, dhcpperf_ts at,
                const dp_answer *answer)
{
    switch (action) {
    case DP_CA_IGNORE:
        break;
    case DP_CA_DELAY:
        delay(cli, i, at);
        break;
    case DP_CA_DISCOVER:
        discover(cli, i, at, false);
        break;
    case DP_CA_PROBE:
        discover(cli, i, at, true);
        break;
    case DP_CA_SELECT:
        select_offer(cli, i, at, answer);
        break;
    case DP_CA_HOLD:
        hold_offer(cli, i, at, answer);
        break;
    case DP_CA_LEARN:
        learn(cli, i, at);
        break;
    case DP_CA_BIND:
        bind(cli, i, at, answer);
        break;
    case DP_CA_TURN_DOWN:
        acknowledged(cli, i, at, answer);
        hand_back(cli, i, at, DP_TX_DECLINE);
        break;
    case DP_CA_REFUSED:
        refused(cli, i, at);
        break;
    case DP_CA_PAUSE:
        rest(cli, i, at, answer->lease_s * DHCPPERF_NS_PER_S);
        break;
    case DP_CA_RESEND:
        resend(cli, i, at);
        break;
    case DP_CA_GIVE_UP:
        start_over(cli, i, at);
        break;
    case DP_CA_FAIL:
        give_up(cli, i);
        forget_address(cli, i);
        dp_stats_add(&cli->stats, DHCPPERF_C_GAVE_UP, 1);
        break;
    case DP_CA_RENEW:
        renew(cli, i, at, dp_lifetime_t2_at(cli, i));
        break;
    case DP_CA_REBIND:
        renew(cli, i, at, dp_lifetime_ends_at(cli, i));
        break;
    case DP_CA_EXTEND:
        extend(cli, i, at, answer);
        break;
    case DP_CA_CEASE:
        cease(cli, i);
        break;
    case DP_CA_EXPIRE:
        expire(cli, i, at);
        break;
    case DP_CA_REBOOT:
        reboot(cli, i, at);
        break;
    case DP_CA_REQUEST:
        request_again(cli, i, at);
        break;
    case DP_CA_RESUME:
        resume(cli, i, at);
        break;
    case DP_CA_INFORM:
        inform(cli, i, at);
        break;
    case DP_CA_RELEASE:
        hand_back(cli, i, at, DP_TX_RELEASE);
        break;
    case DP_CA_DECLINE:
        hand_back(cli, i, at, DP_TX_DECLINE);
        break;
    case DP_CA_VANISH:
        vanish(cli, i);
        break;
    }
}

bool dp_fsm_run(dhcpperf_client *cli, uint32_t i, dp_client_event event, dhcpperf_ts at,
                const dp_answer *answer)
{
    dp_station *st = &cli->stations[i];
    unsigned from = st->state;
    dp_client_cell cell;
    bool was_active = is_active(st), active;

    if (event == DP_CE_START && cli->cfg.set.startup_jitter != 0) {
        event = DP_CE_DELAY;
    }
    cell = dp_client_fsm[from][event];
    if (cell.action == DP_CA_IGNORE) {
        return false;
    }
    if (st->resting) { /* whatever ends it */
        st->resting = 0;
        cli->n_resting--;
    }
    act(cli, i, (dp_client_action)cell.action, at, answer);
    st->state = cell.next & 15u;
    active = is_active(st);
    cli->in_state[from]--;
    cli->in_state[cell.next]++;
    cli->n_active -= was_active;
    cli->n_active += active;
    if (cell.next == DHCPPERF_ST_BOUND && (cli->cfg.set.keep || cli->leaves)) {
        dp_timers_bound(cli, i, from, at);
    } else if (cell.action == DP_CA_VANISH) {
        dp_life_rest(cli, i, at);
    } else if (cell.action == DP_CA_LEARN) {
        dp_life_rest_on(cli, i, at);
    }
    if (from != cell.next && dp_client_traces(cli, DHCPPERF_EV_STATE)) {
        dp_client_trace(cli, DHCPPERF_EV_STATE, i, at, NULL, 0, (int)from, cell.next, 0, NULL);
    }
    if ((was_active && !active) ||
        (cli->stages.renews && dp_state_kinds[from].asks && cell.next == DHCPPERF_ST_BOUND)) {
        dp_stages_freed(cli, at);
    }
    return true;
}
