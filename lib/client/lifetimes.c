/* SPDX-License-Identifier: MIT */
/* lifetimes.c - when a lease is to be renewed and when it ends, and where that is remembered: in
 * the station while it is BOUND, in its dp_keep beyond.
 *
 * T1 and T2 of 0 stand for the defaults of RFC 2131 section 4.4.5, half and seven eighths of the
 * lease, which need not be whole seconds. */
#include "client/dp_client.h"

#include <string.h>

enum {
    PURPOSE_FUZZ = 2
};

/* -- instants ---------------------------------------------------------------------------------- */

dp_lifetime dp_lifetime_of(const dhcpperf_client *cli, uint32_t i)
{
    const dp_station *st = &cli->stations[i];
    const dp_keep *keep = &cli->keep[i];

    if (st->state == DHCPPERF_ST_BOUND) {
        return (dp_lifetime){st->sent, st->u.lease[0], st->u.lease[1], st->lag_t2};
    }
    return (dp_lifetime){keep->lease_from, keep->lease_s, keep->t1_s, keep->t2_s};
}

static dhcpperf_dur duration(uint32_t s)
{
    return s == UINT32_MAX ? DHCPPERF_NEVER : s * DHCPPERF_NS_PER_S;
}

/* `t` earlier or later by up to lease.fuzz percent of it (K-077).  One draw serves T1 and T2, so
 * that they keep their order; `lease_from` makes it another one for each lease. */
static dhcpperf_dur fuzzy(const dhcpperf_client *cli, uint32_t i, const dp_lifetime *life,
                          dhcpperf_dur t, dhcpperf_dur limit)
{
    uint64_t range = t / 100 * cli->cfg.set.fuzz, random;

    if (range == 0) {
        return t;
    }
    random = dp_draw(cli->jitter_seed, dp_station_global(cli, i), PURPOSE_FUZZ, life->from);
    t = t - range + dp_below(random, 2 * range + 1);
    return t < limit ? t : limit;
}

static dhcpperf_dur plain_t1(const dp_lifetime *life)
{
    return life->t1_s != 0 ? duration(life->t1_s) : duration(life->lease_s) / 2;
}

static dhcpperf_dur plain_t2(const dp_lifetime *life)
{
    dhcpperf_dur lease = duration(life->lease_s);

    return life->t2_s != 0 ? duration(life->t2_s) : lease - lease / 8;
}

dhcpperf_ts dp_lifetime_t1_at(const dhcpperf_client *cli, uint32_t i)
{
    dp_lifetime life = dp_lifetime_of(cli, i);
    dhcpperf_dur t1 = plain_t1(&life), t2 = plain_t2(&life);

    if (life.lease_s == UINT32_MAX) {
        return DHCPPERF_NEVER; /* K-079 */
    }
    return dp_after(life.from, fuzzy(cli, i, &life, t1, t1 + (t2 - t1) / 2));
}

dhcpperf_ts dp_lifetime_t2_at(const dhcpperf_client *cli, uint32_t i)
{
    dp_lifetime life = dp_lifetime_of(cli, i);
    dhcpperf_dur t2 = plain_t2(&life), lease = duration(life.lease_s);

    if (life.lease_s == UINT32_MAX) {
        return DHCPPERF_NEVER;
    }
    return dp_after(life.from, fuzzy(cli, i, &life, t2, t2 + (lease - t2) / 2));
}

dhcpperf_ts dp_lifetime_ends_at(const dhcpperf_client *cli, uint32_t i)
{
    dp_lifetime life = dp_lifetime_of(cli, i);

    return dp_after(life.from, duration(life.lease_s));
}

/* -- memory ------------------------------------------------------------------------------------ */

dp_keep *dp_lifetime_touch(dhcpperf_client *cli, uint32_t i)
{
    cli->stations[i].kept = 1;
    return &cli->keep[i];
}

void dp_lifetime_hold(dhcpperf_client *cli, uint32_t i, const dp_answer *ack, dhcpperf_ts from)
{
    dp_station *st = &cli->stations[i];

    st->sent = from;
    st->u.lease[0] = ack->lease_s;
    st->u.lease[1] = ack->t1_s;
    st->lag_t2 = ack->t2_s;
}

void dp_lifetime_keep(dhcpperf_client *cli, uint32_t i)
{
    dp_lifetime life = dp_lifetime_of(cli, i);
    dp_keep *keep = dp_lifetime_touch(cli, i);

    keep->lease_from = life.from;
    keep->lease_s = life.lease_s;
    keep->t1_s = life.t1_s;
    keep->t2_s = life.t2_s;
}

void dp_lifetime_restore(dhcpperf_client *cli, uint32_t i)
{
    const dp_keep *keep = &cli->keep[i];
    dp_answer lease = {.lease_s = keep->lease_s, .t1_s = keep->t1_s, .t2_s = keep->t2_s};

    dp_lifetime_hold(cli, i, &lease, keep->lease_from);
    cli->stations[i].due = keep->lease_from;
}

void dp_lifetime_remember(dhcpperf_client *cli, uint32_t i)
{
    const dp_station *st = &cli->stations[i];
    dp_keep *keep = dp_lifetime_touch(cli, i);

    dp_lifetime_keep(cli, i);
    keep->last_ip = st->ip;
    keep->last_server = st->server_id;
}

void dp_lifetime_forget(dhcpperf_client *cli, uint32_t i)
{
    if (cli->stations[i].kept) {
        cli->keep[i].last_ip = cli->keep[i].last_server = 0;
    }
}

uint32_t dp_lifetime_last_ip(const dhcpperf_client *cli, uint32_t i)
{
    return cli->stations[i].kept ? cli->keep[i].last_ip : 0;
}

uint32_t dp_lifetime_inform_ip(const dhcpperf_client *cli, uint32_t i)
{
    uint32_t first = dp_ip4_num(cli->cfg.set.inform_first);

    return first != 0 ? first + dp_station_global(cli, i) : dp_lifetime_last_ip(cli, i);
}
