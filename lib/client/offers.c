/* SPDX-License-Identifier: MIT */
/* offers.c - which of several OFFERs a station takes (K-037), and what may come instead of one: an
 * ACK that commits at once (RFC 4039), the advice to do without IPv4 (RFC 8925), and the reply of a
 * BOOTP server (RFC 1534).
 *
 * With offer.wait the first OFFER that can be used settles the exchange and is held: address and
 * server, always both of one OFFER (K-036), stand in the station.  A better one takes their place;
 * one that cannot be surpassed is taken at once. */
#include "client/dp_client.h"

enum {
    MIN_V6ONLY_WAIT_S = 300 /* RFC 8925 section 3.4 */
};

#define PERFECT UINT32_MAX /* no OFFER scores higher */

static uint32_t score_of(const dhcpperf_client *cli, uint32_t i, const dp_answer *offer)
{
    bool match = false;

    switch ((dp_offer_select)cli->cfg.set.offer_select) {
    case DP_OFFER_FIRST:
        break;
    case DP_OFFER_SERVER:
        match = offer->server_id == dp_ip4_num(cli->cfg.set.offer_server);
        break;
    case DP_OFFER_LONGEST:
        return offer->lease_s; /* one without end is perfect */
    case DP_OFFER_PREVIOUS:
        match = offer->ip == dp_lifetime_last_ip(cli, i);
        break;
    }
    return match ? PERFECT : 0;
}

/* Of what is held; only leases are compared by degrees. */
static uint32_t score_held(const dhcpperf_client *cli, uint32_t i)
{
    return cli->cfg.set.offer_select == DP_OFFER_LONGEST ? cli->keep[i].score : 0;
}

static void note_score(dhcpperf_client *cli, uint32_t i, uint32_t score)
{
    if (cli->cfg.set.offer_select == DP_OFFER_LONGEST) {
        dp_lifetime_touch(cli, i)->score = score;
    }
}

static dp_verdict passed_over(void)
{
    return (dp_verdict){.cause = DHCPPERF_C_RX_NOT_TAKEN, .why = "another OFFER was taken"};
}

dp_verdict dp_offers_choose(dhcpperf_client *cli, uint32_t i, const dp_answer *offer,
                            dhcpperf_ts at)
{
    dp_station *st = &cli->stations[i];
    uint32_t score;

    if (cli->cfg.set.offer_wait == 0 || st->only) {
        (void)dp_fsm_run(cli, i, st->only ? DP_CE_LOOK : DP_CE_OFFER, at, offer);
        return dp_is_answer;
    }
    score = score_of(cli, i, offer);
    if (!st->offered) {
        note_score(cli, i, score);
        (void)dp_fsm_run(cli, i, score == PERFECT ? DP_CE_OFFER : DP_CE_HOLD, at, offer);
        return dp_is_answer;
    }
    if (st->server_id == offer->server_id && st->ip == offer->ip) {
        return (dp_verdict){.cause = DHCPPERF_C_RX_DUPLICATE, .why = "answered before"};
    }
    if (score == PERFECT) {
        (void)dp_fsm_run(cli, i, DP_CE_OFFER, at, offer);
    } else if (score > score_held(cli, i)) {
        note_score(cli, i, score);
        st->ip = offer->ip;
        st->server_id = offer->server_id;
    }
    return passed_over(); /* this one, or the one held before */
}

dp_verdict dp_offers_commit(dhcpperf_client *cli, uint32_t i, dp_client_event event,
                            const dp_answer *ack, dhcpperf_ts at)
{
    bool held = cli->stations[i].offered;

    (void)dp_fsm_run(cli, i, cli->stations[i].only ? DP_CE_LOOK : event, at, ack);
    return held ? passed_over() : dp_is_answer;
}

dp_verdict dp_offers_pause(dhcpperf_client *cli, uint32_t i, const dp_answer *offer, dhcpperf_ts at)
{
    bool held = cli->stations[i].offered;

    (void)dp_fsm_run(cli, i, cli->stations[i].only ? DP_CE_LOOK : DP_CE_PAUSE, at, offer);
    return held ? passed_over() : dp_is_answer;
}

bool dp_offers_is_commit(const dhcpperf_client *cli, const dp_view *v)
{
    return cli->cfg.set.rapid_commit && v->type == DHCPPERF_ACK &&
           dp_view_has(v, DP_V_RAPID_COMMIT) && dp_view_len(v, DP_V_RAPID_COMMIT) == 0;
}

bool dp_offers_is_ipv6_only(const dhcpperf_client *cli, const dp_view *v, dp_answer *ret)
{
    uint32_t wait_s;

    if (!cli->cfg.set.ipv6_only || !dp_view_u32(v, DP_V_IPV6_ONLY, &wait_s)) {
        return false;
    }
    ret->lease_s = wait_s > MIN_V6ONLY_WAIT_S ? wait_s : MIN_V6ONLY_WAIT_S;
    return true;
}

void dp_offers_read_bootp(const dp_view *v, const dhcpperf_pkt *pkt, dp_answer *ret)
{
    uint32_t server = dp_get32(v->data + DP_OFF_SIADDR);

    if (!dp_is_unicast(ret->server_id)) {
        ret->server_id = dp_is_unicast(server) ? server : dp_ip4_num(pkt->src.ip);
    }
    ret->lease_s = ret->t1_s = ret->t2_s = UINT32_MAX;
}
