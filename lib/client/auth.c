/* SPDX-License-Identifier: MIT */
/* auth.c - FORCERENEW (RFC 3203): a server's wish that a client renew at once.
 *
 * Its xid is the server's own, so the station is found by hardware address.  It is obeyed only by a
 * station that is BOUND, when it came by unicast and the caller's function vouches for it (K-091);
 * without such a function none is. */
#include "client/dp_client.h"

#include <string.h>

#include <libdhcpperf/error.h>

enum {
    OP_REPLY = 2,
    TYPE_VALUE = DP_OFF_OPTIONS + 2 /* of option 53 where it comes first, as it does */
};

static dp_verdict refused(dhcpperf_counter cause, const char *why)
{
    return (dp_verdict){.cause = cause, .why = why};
}

/* Its shard, or -1; the station there. */
static int find_station(const dhcpperf_client *cli, const uint8_t *data, uint32_t *ret)
{
    dhcpperf_mac mac;

    if (data[DP_OFF_OP] != OP_REPLY || data[DP_OFF_HLEN] != sizeof mac.b) {
        return -1;
    }
    memcpy(mac.b, data + DP_OFF_CHADDR, sizeof mac.b);
    return dp_identity_find_mac(cli, mac, ret);
}

int dp_auth_owner(const dhcpperf_client *cli, const dhcpperf_pkt *pkt)
{
    uint32_t i;

    if (cli->cfg.authenticate == NULL || pkt->len <= TYPE_VALUE ||
        pkt->data[DP_OFF_OPTIONS] != DHCPPERF_OPT_MSG_TYPE ||
        pkt->data[TYPE_VALUE] != DHCPPERF_FORCERENEW) {
        return -1;
    }
    return find_station(cli, pkt->data, &i);
}

static bool came_by_unicast(const dhcpperf_pkt *pkt)
{
    uint32_t to = dp_ip4_num(pkt->dst.ip);

    return (pkt->flags & DHCPPERF_PKT_BCAST) == 0 && (to == 0 || dp_is_unicast(to));
}

/* What the caller says of it; it may command other stations meanwhile. */
static bool is_authentic(dhcpperf_client *cli, uint32_t i)
{
    int yes;

    if (cli->cfg.authenticate == NULL) {
        return false;
    }
    cli->acting = i;
    yes = cli->cfg.authenticate(cli->cfg.authenticate_user, i, cli->msg);
    cli->acting = DP_STATION_NONE;
    return yes != 0;
}

dp_verdict dp_auth_judge(dhcpperf_client *cli, dp_arrival *a, const dhcpperf_pkt *pkt,
                         dhcpperf_ts at)
{
    uint32_t server = 0, ciaddr;
    dp_station *st;

    if (find_station(cli, a->view.data, &a->station) != (int)cli->cfg.set.shard_index) {
        a->station = DP_STATION_NONE;
        return refused(DHCPPERF_C_RX_UNMATCHED, "no such hardware address");
    }
    if (dhcpperf_msg_parse(cli->msg, pkt->data, pkt->len, DHCPPERF_PARSE_LENIENT, NULL) != 0) {
        return refused(DHCPPERF_C_RX_MALFORMED, "malformed");
    }
    dp_view_from_msg(&a->view, cli->msg);
    st = &cli->stations[a->station];
    ciaddr = dp_get32(a->view.data + DP_OFF_CIADDR);
    if (st->state == DHCPPERF_ST_RENEWING || st->state == DHCPPERF_ST_REBINDING) {
        return refused(DHCPPERF_C_RX_DUPLICATE, "renews already");
    }
    if (st->state != DHCPPERF_ST_BOUND || (ciaddr != 0 && ciaddr != st->ip)) {
        return refused(DHCPPERF_C_RX_UNMATCHED, "no lease to renew");
    }
    if (!came_by_unicast(pkt)) {
        return refused(DHCPPERF_C_RX_UNAUTHENTIC, "FORCERENEW that is not unicast");
    }
    (void)dp_view_u32(&a->view, DP_V_SERVER_ID, &server);
    if (server != st->server_id) {
        return refused(DHCPPERF_C_RX_WRONG_SERVER, "server did not give the lease");
    }
    if (!is_authentic(cli, a->station)) {
        return refused(DHCPPERF_C_RX_UNAUTHENTIC, "FORCERENEW that is not authentic");
    }
    dp_stats_add(&cli->stats, DHCPPERF_C_FORCED, 1);
    (void)dp_fsm_run(cli, a->station, DP_CE_RENEW, at, NULL);
    return dp_is_answer;
}
