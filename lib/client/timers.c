/* SPDX-License-Identifier: MIT */
/* timers.c - how long a station waits, and what the end of a wait means.
 *
 * Invariant: a timer is never set while the message it would repeat is queued, except that RENEWING
 * and REBINDING always end in time; BOUND has one only where leases are kept. */
#include "client/dp_fsm.h"

/* RFC 2131 section 3.1 (5): wait before starting over after a DECLINE. */
#define DECLINE_WAIT (10 * DHCPPERF_NS_PER_S)

/* When RENEWING or REBINDING is over. */
dhcpperf_ts dp_timers_phase_end(const dhcpperf_client *cli, const dp_station *st)
{
    uint32_t i = (uint32_t)(st - cli->stations);

    return st->state == DHCPPERF_ST_RENEWING ? dp_lifetime_t2_at(cli, i)
                                             : dp_lifetime_ends_at(cli, i);
}

static dhcpperf_dur remaining(const dhcpperf_client *cli, const dp_station *st, dhcpperf_ts at)
{
    dhcpperf_ts end = dp_fsm_is_keeping(st) ? dp_timers_phase_end(cli, st)
                                            : dp_after(st->u.began, cli->cfg.set.timeout);

    return end == DHCPPERF_NEVER ? DHCPPERF_NEVER : dp_since(end, at);
}

/* A lease without end has no T2 to halve the way to: its renewal, asked for by a command or by the
 * server, is repeated as any REQUEST. */
static dhcpperf_phase phase_of(const dp_station *st, dhcpperf_dur left)
{
    return dp_fsm_is_keeping(st) && left == DHCPPERF_NEVER
               ? DHCPPERF_PHASE_REQUESTING
               : (dhcpperf_phase)dp_state_kinds[st->state].phase;
}

/* Drawn from who, which exchange, which try: the same whenever it is asked for. */
static uint64_t jitter_of(const dhcpperf_client *cli, uint32_t i, dhcpperf_phase phase,
                          unsigned attempt)
{
    return dp_draw_once(cli->retry_seed, dp_station_global(cli, i),
                        dp_station_attempts(cli, i) << 16 | (uint64_t)phase << 8 |
                            (attempt & 255u));
}

/* The wait for an answer to transmission number `attempt`. */
static dhcpperf_dur try_wait(const dhcpperf_client *cli, const dp_station *st, unsigned attempt,
                             dhcpperf_ts at)
{
    dhcpperf_dur left = remaining(cli, st, at);
    dhcpperf_phase phase = phase_of(st, left);
    const dp_retry_first *first = &cli->first_waits[phase];
    uint32_t i = (uint32_t)(st - cli->stations);

    if (attempt == 1 && first->least != 0) {
        return dp_retry_first_delay(first, left,
                                    first->span > 1 ? jitter_of(cli, i, phase, attempt) : 0);
    }
    return dhcpperf_retry_delay(&cli->cfg.retry, phase, attempt, left,
                                jitter_of(cli, i, phase, attempt));
}

/* Nobody starts over for an OFFER, an INFORM or a query: there is nothing to go on from. */
static bool starts_over(const dhcpperf_client *cli, const dp_station *st)
{
    return !dp_fsm_is_keeping(st) && !st->only && st->state != DHCPPERF_ST_INFORMING &&
           st->state != DHCPPERF_ST_QUERYING &&
           cli->cfg.retry.phases[dp_state_kinds[st->state].phase].then == DHCPPERF_GIVE_UP_RESTART;
}

/* After the last try of a reboot (K-055). */
static bool may_resume(const dhcpperf_client *cli, const dp_station *st, dhcpperf_ts at)
{
    return st->state == DHCPPERF_ST_REBOOTING && cli->cfg.set.reboot_fallback == DP_REBOOT_KEEP &&
           at < dp_lifetime_ends_at(cli, (uint32_t)(st - cli->stations));
}

bool dp_fsm_waits_to_begin(const dp_station *st)
{
    return (st->state == DHCPPERF_ST_INIT || st->state == DHCPPERF_ST_INIT_REBOOT) &&
           st->u.began == DHCPPERF_NEVER;
}

dp_client_event dp_fsm_timer_event(const dhcpperf_client *cli, const dp_station *st, dhcpperf_ts at)
{
    if (st->state == DHCPPERF_ST_BOUND) {
        return DP_CE_RENEW;
    }
    if (cli->stopping && dp_fsm_waits_to_begin(st)) {
        return DP_CE_VANISH; /* nobody begins any more */
    }
    if (remaining(cli, st, at) == 0) {
        if (!dp_fsm_is_keeping(st)) {
            return DP_CE_STOP;
        }
        return st->state == DHCPPERF_ST_REBINDING ? DP_CE_EXPIRE
               : cli->stopping                    ? DP_CE_STOP
                                                  : DP_CE_REBIND;
    }
    if (st->state == DHCPPERF_ST_SELECTING && st->offered) {
        return DP_CE_OFFER; /* the wait for others is over */
    }
    if (!dp_state_kinds[st->state].asks ||
        try_wait(cli, st, st->tries + 1u, at) != DHCPPERF_NEVER) {
        return DP_CE_RETRY;
    }
    if (!starts_over(cli, st)) {
        return DP_CE_STOP;
    }
    return may_resume(cli, st, at) ? DP_CE_RESUME : DP_CE_RESTART;
}

/* A wait in INIT, or for OFFERs; never beyond the bound of the whole exchange. */
void dp_timers_wait(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at, dhcpperf_dur wait)
{
    const dp_station *st = &cli->stations[i];
    dhcpperf_dur left = st->u.began != DHCPPERF_NEVER
                            ? dp_since(dp_after(st->u.began, cli->cfg.set.timeout), at)
                            : DHCPPERF_NEVER;

    dp_wheel_set(cli->wheel, i, dp_after(at, wait < left ? wait : left));
}

void dp_timers_set(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    if (at != DHCPPERF_NEVER) {
        dp_wheel_set(cli->wheel, i, at);
    } else {
        dp_wheel_cancel(cli->wheel, i);
    }
}

/* T1 of the lease just obtained, or when its station leaves; it is BOUND when this is called. */
void dp_timers_bound(dhcpperf_client *cli, uint32_t i, unsigned from, dhcpperf_ts at)
{
    dhcpperf_ts t1 = DHCPPERF_NEVER, leave = DHCPPERF_NEVER;

    if (cli->cfg.set.keep) {
        t1 = dp_lifetime_t1_at(cli, i);
    }
    if (cli->leaves) {
        leave = dp_life_leaves_at(cli, i, from, at);
    }
    dp_timers_set(cli, i, t1 < leave ? t1 : leave);
}

/* The next copy of a renewal, or where no other is due before, the end of the phase: giving up
 * ends the copies, not the phase. */
static void arm_keeping(dhcpperf_client *cli, uint32_t i, dhcpperf_ts now)
{
    const dp_station *st = &cli->stations[i];
    dhcpperf_ts end = dp_timers_phase_end(cli, st), at;
    dhcpperf_dur wait = try_wait(cli, st, st->tries, now);

    at = wait != DHCPPERF_NEVER ? dp_after(now, wait) : end;
    if (end != DHCPPERF_NEVER && try_wait(cli, st, st->tries + 1u, at) == DHCPPERF_NEVER) {
        at = end;
    }
    dp_wheel_set(cli->wheel, i, at != DHCPPERF_NEVER ? at : now);
}

void dp_fsm_sent(dhcpperf_client *cli, uint32_t i, dp_station_tx tx, dhcpperf_ts now)
{
    const dp_station *st = &cli->stations[i];
    dhcpperf_dur wait;

    if (tx == DP_TX_EXCHANGE && dp_fsm_is_keeping(st)) {
        arm_keeping(cli, i, now);
    } else if (tx == DP_TX_EXCHANGE) {
        wait = try_wait(cli, st, st->tries, now);
        dp_wheel_set(cli->wheel, i, wait != DHCPPERF_NEVER ? dp_after(now, wait) : now);
    } else if (tx == DP_TX_DECLINE) {
        dp_timers_wait(cli, i, now, cli->stopping ? 0 : DECLINE_WAIT);
    } else if (tx == DP_TX_RELEASE) {
        dp_stages_freed(cli, now);
        dp_life_rest(cli, i, now);
    }
}
