/* SPDX-License-Identifier: MIT */
/* commands.c - telling single stations what to do, as the stages of a scenario and callers do. */
#include "client/dp_mischief.h"

int dp_client_event_of(dp_deed deed)
{
    switch (deed) {
    case DP_DEED_START:
        return DP_CE_START;
    case DP_DEED_RELEASE:
        return DP_CE_RELEASE;
    case DP_DEED_DECLINE:
        return DP_CE_DECLINE;
    case DP_DEED_VANISH:
        return DP_CE_VANISH;
    case DP_DEED_RENEW:
        return DP_CE_RENEW;
    case DP_DEED_REBIND:
        return DP_CE_REBIND;
    case DP_DEED_REBOOT:
        return DP_CE_REBOOT;
    case DP_DEED_INFORM:
        return DP_CE_INFORM;
    case DP_DEED_DISCOVER:
        return DP_CE_PROBE;
    case DP_DEED_QUERY:
        return DP_CE_QUERY;
    case DP_DEED_WAIT:
    case DP_N_DEEDS:
        break;
    }
    return -1;
}

/* What the machine cannot see: whether the station has the address that the message would name. */
static bool is_able(const dhcpperf_client *cli, uint32_t i, dp_client_event event)
{
    const dp_station *st = &cli->stations[i];

    if (event == DP_CE_REBOOT && !dp_fsm_holds_lease(st)) {
        return dp_lifetime_last_ip(cli, i) != 0;
    }
    if (event == DP_CE_QUERY && cli->cfg.relays == 0) {
        return false; /* RFC 4388 section 6.3: answers go to giaddr */
    }
    if (event == DP_CE_INFORM || (event == DP_CE_QUERY && cli->cfg.set.query_by == DP_QUERY_IP)) {
        return dp_lifetime_inform_ip(cli, i) != 0;
    }
    return true;
}

int dp_client_command(dhcpperf_client *cli, uint32_t i, dp_client_event event, dhcpperf_ts at)
{
    const dp_station *st = &cli->stations[i];

    if (st->state == DHCPPERF_ST_IDLE && st->tx != DP_TX_NONE) {
        return DHCPPERF_E_STATE; /* its RELEASE has not left yet */
    }
    if (dp_client_fsm[st->state][event].action == DP_CA_IGNORE || !is_able(cli, i, event)) {
        return DHCPPERF_E_STATE;
    }
    if (st->state == DHCPPERF_ST_IDLE && cli->comes_back) {
        dp_wheel_cancel(cli->wheel, i);
    }
    (void)dp_fsm_run(cli, i, event, at, NULL);
    return 0;
}

static dp_deed deed_of(dhcpperf_command what)
{
    switch (what) {
    case DHCPPERF_DO_START:
        return DP_DEED_START;
    case DHCPPERF_DO_RELEASE:
        return DP_DEED_RELEASE;
    case DHCPPERF_DO_DECLINE:
        return DP_DEED_DECLINE;
    case DHCPPERF_DO_VANISH:
        return DP_DEED_VANISH;
    case DHCPPERF_DO_RENEW:
        return DP_DEED_RENEW;
    case DHCPPERF_DO_REBIND:
        return DP_DEED_REBIND;
    case DHCPPERF_DO_REBOOT:
        return DP_DEED_REBOOT;
    case DHCPPERF_DO_INFORM:
        return DP_DEED_INFORM;
    case DHCPPERF_DO_DISCOVER:
        return DP_DEED_DISCOVER;
    case DHCPPERF_DO_QUERY:
        return DP_DEED_QUERY;
    case DHCPPERF_DO__FORCE_INT:
        break;
    }
    return DP_N_DEEDS;
}

int dhcpperf_client_do(dhcpperf_client *cli, uint32_t station, dhcpperf_command what)
{
    int event = dp_client_event_of(deed_of(what));

    if (cli == NULL || event < 0) {
        return DHCPPERF_E_INVALID;
    }
    if (station >= cli->n) {
        return DHCPPERF_E_RANGE;
    }
    if (!cli->begun || cli->stopping || station == cli->acting) {
        return DHCPPERF_E_STATE;
    }
    return dp_client_command(cli, station, (dp_client_event)event, cli->engine.now);
}

int dhcpperf_client_arm_fault(dhcpperf_client *cli, unsigned rule, int on)
{
    if (cli == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (cli->mischief == NULL || rule >= cli->mischief->rules.plan->n) {
        return DHCPPERF_E_RANGE;
    }
    dp_faults_arm(&cli->mischief->rules, rule, on != 0);
    return 0;
}
