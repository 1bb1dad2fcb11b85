/* SPDX-License-Identifier: MIT */
/* life.c - what a station does by itself, as its scenario says: it keeps a lease for a while,
 * leaves, stays away and comes back.
 *
 * A station leaves from BOUND only: one whose time comes in the middle of a renewal leaves when
 * that is over.  Every chance is drawn from the seed, the station and the exchanges it has begun.
 */
#include "client/dp_client.h"

enum {
    PURPOSE_STARTUP = 3,
    PURPOSE_HOLD = 0x6c6966,
    PURPOSE_THEN,
    PURPOSE_PAUSE
};

static uint64_t draw(const dhcpperf_client *cli, uint32_t i, uint32_t purpose)
{
    return dp_draw(cli->cfg.set.seed, dp_station_global(cli, i), purpose,
                   dp_station_attempts(cli, i));
}

/* How long this time. */
static dhcpperf_dur length_of(const dhcpperf_client *cli, uint32_t i, const dp_span *span,
                              uint32_t purpose)
{
    dp_u128 d;

    if (!span->exponential) {
        return span->mean;
    }
    d = dp_wide_mul(dp_exponential(draw(cli, i, purpose)), span->mean);
    return d.hi >> 32 != 0 ? DHCPPERF_NEVER : d.hi << 32 | d.lo >> 32;
}

void dp_life_prepare(dhcpperf_client *cli)
{
    static const dhcpperf_phase phases[] = {DHCPPERF_PHASE_SELECTING, DHCPPERF_PHASE_REQUESTING,
                                            DHCPPERF_PHASE_REBOOTING};
    const dhcpperf_scenario *sc = cli->cfg.scenario;
    unsigned i;

    cli->leaves = sc->hold.mean != DHCPPERF_NEVER;
    cli->comes_back = sc->pause.mean != DHCPPERF_NEVER;
    cli->endless = dhcpperf_scenario_is_endless(sc) == 1;
    for (i = 0; sc->persist && i < sizeof phases / sizeof phases[0]; i++) {
        cli->cfg.retry.phases[phases[i]].then = DHCPPERF_GIVE_UP_RESTART;
    }
}

/* From 1 s (or a tenth, if that is less) up. */
dhcpperf_dur dp_life_startup_wait(const dhcpperf_client *cli, uint32_t i)
{
    dhcpperf_dur most = cli->cfg.set.startup_jitter, least = most / 10;
    uint64_t random = dp_draw(cli->jitter_seed, dp_station_global(cli, i), PURPOSE_STARTUP,
                              dp_station_attempts(cli, i));

    least = least < DHCPPERF_NS_PER_S ? least : DHCPPERF_NS_PER_S;
    return least + dp_below(random, most - least + 1);
}

dhcpperf_ts dp_life_leaves_at(dhcpperf_client *cli, uint32_t i, unsigned from, dhcpperf_ts at)
{
    dp_keep *keep = dp_lifetime_touch(cli, i);
    dhcpperf_dur hold;

    if (from != DHCPPERF_ST_RENEWING && from != DHCPPERF_ST_REBINDING) {
        hold = length_of(cli, i, &cli->cfg.scenario->hold, PURPOSE_HOLD);
        keep->leave_at = dp_after(at, hold);
    }
    return keep->leave_at;
}

/* How it leaves this time. */
static dp_deed then_of(const dhcpperf_client *cli, uint32_t i)
{
    const uint16_t *weight = cli->cfg.scenario->then.weight;
    uint64_t sum = 0, at;
    unsigned deed;

    for (deed = 0; deed < DP_N_DEEDS; deed++) {
        sum += weight[deed];
    }
    at = dp_below(draw(cli, i, PURPOSE_THEN), sum);
    for (deed = 0; at >= weight[deed]; deed++) {
        at -= weight[deed];
    }
    return (dp_deed)deed;
}

bool dp_life_leave(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    if (!cli->leaves || at < cli->keep[i].leave_at) {
        return false;
    }
    return dp_client_command(cli, i, (dp_client_event)dp_client_event_of(then_of(cli, i)), at) == 0;
}

void dp_life_rest(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    dhcpperf_dur pause;

    if (cli->comes_back && !cli->stopping) {
        pause = length_of(cli, i, &cli->cfg.scenario->pause, PURPOSE_PAUSE);
        dp_lifetime_touch(cli, i)->leave_at = dp_after(at, pause);
        dp_wheel_set(cli->wheel, i, dp_after(at, pause));
    }
}

void dp_life_rest_on(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    const dp_keep *keep = &cli->keep[i];

    if (cli->comes_back && !cli->stopping && cli->stations[i].kept && keep->leave_at != 0) {
        dp_wheel_set(cli->wheel, i, keep->leave_at > at ? keep->leave_at : at);
    }
}
