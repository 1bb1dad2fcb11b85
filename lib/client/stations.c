/* SPDX-License-Identifier: MIT */
/* stations.c - which station something concerns and when it may speak: the mapping between
 * stations, shards and xids, and the send queue.
 *
 * An xid is a keyed permutation of (attempt, station), so finding the station of an arrival takes
 * no table and no memory, xids in flight never collide, and their order tells nothing (RFC 2131
 * section 4.1: chosen so as to minimise the chance of a collision). */
#include "client/dp_client.h"

uint32_t dp_shard_stations(uint32_t total, uint32_t index, uint32_t of)
{
    uint32_t full = total / DP_CLIENT_RUN, tail = total % DP_CLIENT_RUN;
    uint32_t n = full > index ? ((full - index - 1) / of + 1) * DP_CLIENT_RUN : 0;

    return full % of == index ? n + tail : n;
}

int dp_station_of_global(const dhcpperf_client *cli, uint32_t global, uint32_t *ret_station)
{
    const dp_client_settings *set = &cli->cfg.set;
    uint32_t run = global / DP_CLIENT_RUN;

    if (set->shard_of == 1) {
        *ret_station = global;
        return 0;
    }
    *ret_station = run / set->shard_of * DP_CLIENT_RUN + global % DP_CLIENT_RUN;
    return (int)(run % set->shard_of);
}

uint32_t dp_station_xid(const dhcpperf_client *cli, uint32_t i)
{
    uint32_t moving = cli->stations[i].attempt & cli->attempt_mask;

    return dp_permute32(&cli->xids, moving << cli->index_bits | dp_station_global(cli, i));
}

int dp_station_of_xid(const dhcpperf_client *cli, uint32_t xid, uint32_t *ret_station,
                      uint32_t *ret_attempt)
{
    uint32_t plain = dp_unpermute32(&cli->xids, xid);
    uint32_t global = plain & ((UINT32_C(1) << cli->index_bits) - 1);
    uint32_t attempt = plain >> cli->index_bits;

    if (global >= cli->cfg.set.stations || attempt > cli->attempt_mask) {
        return -1;
    }
    *ret_attempt = attempt;
    return dp_station_of_global(cli, global, ret_station);
}

void dp_station_enqueue(dhcpperf_client *cli, uint32_t i, dp_station_tx tx)
{
    dp_station *st = &cli->stations[i];

    st->tx = tx & 3u;
    if (st->queued) {
        return;
    }
    st->queued = 1;
    st->next = 0;
    if (cli->queue_tail != 0) {
        cli->stations[cli->queue_tail - 1].next = i + 1;
    } else {
        cli->queue_head = i + 1;
    }
    cli->queue_tail = i + 1;
}

void dp_station_dequeue(dhcpperf_client *cli)
{
    dp_station *st = &cli->stations[cli->queue_head - 1];

    st->queued = 0;
    st->tx = DP_TX_NONE;
    cli->queue_head = st->next;
    if (cli->queue_head == 0) {
        cli->queue_tail = 0;
    } else {
        __builtin_prefetch(&cli->stations[cli->queue_head - 1], 1);
    }
}

uint32_t dp_station_peek(dhcpperf_client *cli)
{
    while (cli->queue_head != 0 && cli->stations[cli->queue_head - 1].tx == DP_TX_NONE) {
        dp_station_dequeue(cli); /* fell silent after it had queued */
    }
    return cli->queue_head != 0 ? cli->queue_head - 1 : DP_STATION_NONE;
}
