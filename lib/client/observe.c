/* SPDX-License-Identifier: MIT */
/* observe.c - what can be seen of a client engine from outside: its stations, stages and numbers.
 */
#include "client/dp_mischief.h"

#include <string.h>

uint32_t dhcpperf_client_count(const dhcpperf_client *cli)
{
    return cli != NULL ? cli->n : 0;
}

uint32_t dhcpperf_client_count_in(const dhcpperf_client *cli, dhcpperf_state state)
{
    return cli != NULL && (unsigned)state < DP_N_STATES ? cli->in_state[state] : 0;
}

int dhcpperf_client_get_station(const dhcpperf_client *cli, uint32_t station, dhcpperf_station *ret,
                                size_t ret_size)
{
    dhcpperf_station out;
    const dp_station *st;

    if (cli == NULL || ret == NULL || ret_size < sizeof ret->size) {
        return DHCPPERF_E_INVALID;
    }
    if (station >= cli->n) {
        return DHCPPERF_E_RANGE;
    }
    st = &cli->stations[station];
    memset(&out, 0, sizeof out);
    out.size = sizeof out < ret_size ? sizeof out : ret_size;
    out.state = (dhcpperf_state)st->state;
    out.index = dp_station_global(cli, station);
    out.xid = st->started ? dp_station_xid(cli, station) : 0;
    out.mac = dp_station_mac(cli, out.index);
    out.ip = dp_ip4_of(st->ip);
    out.server_id = dp_ip4_of(st->server_id);
    out.giaddr = dp_ip4_of(dp_station_giaddr(cli, dp_station_relay(cli, out.index)));
    out.began_at = out.bound_at = out.t1_at = out.t2_at = out.expires_at = DHCPPERF_NEVER;
    out.attempts = st->tries;
    if (dp_fsm_holds_lease(st)) {
        out.lease_s = dp_lifetime_of(cli, station).lease_s;
        out.bound_at = st->state == DHCPPERF_ST_BOUND ? st->due : DHCPPERF_NEVER;
        out.t1_at = dp_lifetime_t1_at(cli, station);
        out.t2_at = dp_lifetime_t2_at(cli, station);
        out.expires_at = dp_lifetime_ends_at(cli, station);
    } else {
        out.began_at = st->u.began;
    }
    memset(ret, 0, ret_size);
    memcpy(ret, &out, out.size);
    return 0;
}

const dhcpperf_stats *dhcpperf_client_stats(const dhcpperf_client *cli)
{
    return cli != NULL ? &cli->stats : NULL;
}

const dhcpperf_fault_plan *dhcpperf_client_faults(const dhcpperf_client *cli)
{
    return cli != NULL && cli->mischief != NULL ? cli->mischief->rules.plan : NULL;
}

const char *dhcpperf_state_name(dhcpperf_state s)
{
    switch (s) {
    case DHCPPERF_ST_IDLE:
        return "IDLE";
    case DHCPPERF_ST_INIT:
        return "INIT";
    case DHCPPERF_ST_SELECTING:
        return "SELECTING";
    case DHCPPERF_ST_REQUESTING:
        return "REQUESTING";
    case DHCPPERF_ST_BOUND:
        return "BOUND";
    case DHCPPERF_ST_RENEWING:
        return "RENEWING";
    case DHCPPERF_ST_REBINDING:
        return "REBINDING";
    case DHCPPERF_ST_INIT_REBOOT:
        return "INIT_REBOOT";
    case DHCPPERF_ST_REBOOTING:
        return "REBOOTING";
    case DHCPPERF_ST_INFORMING:
        return "INFORMING";
    case DHCPPERF_ST_QUERYING:
        return "QUERYING";
    case DHCPPERF_ST_FAILED:
        return "FAILED";
    case DHCPPERF_ST__FORCE_INT:
        break;
    }
    return NULL;
}

int dhcpperf_client_get_stage(const dhcpperf_client *cli, unsigned index, dhcpperf_stage *ret,
                              size_t ret_size)
{
    const dp_stage_record *record;
    dhcpperf_stage out;

    if (cli == NULL || ret == NULL || ret_size < sizeof ret->size) {
        return DHCPPERF_E_INVALID;
    }
    if (index >= cli->cfg.scenario->n) {
        return 0;
    }
    record = &cli->stages.record[index];
    out.size = sizeof out < ret_size ? sizeof out : ret_size;
    out.name = cli->cfg.scenario->stages[index].name;
    out.began_at = record->began;
    out.ended_at = record->ended;
    out.given = record->given;
    out.lost = record->lost;
    memset(ret, 0, ret_size);
    memcpy(ret, &out, out.size);
    return 1;
}
