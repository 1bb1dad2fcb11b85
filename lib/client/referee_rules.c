/* SPDX-License-Identifier: MIT */
/* referee_rules.c - answers held against the RFC while load runs.
 *
 * An answer that looks like one judged before is passed by a few comparisons more: its addresses
 * can be, and options 61 and 82 came back as they were sent.  Everything else is looked at closely,
 * beside the message it answers, composed once more. */
#include "client/dp_client.h"

#include <string.h>

#include "client/dp_hearing.h"

enum {
    HLEN_ETHERNET = 6
};

/* With what the station would send: not for the usual case, which needs no memory. */
static __attribute__((noinline)) bool is_as_rendered(const dhcpperf_client *cli, uint32_t i,
                                                     const dp_view *v, dp_view_slot slot)
{
    uint8_t sent[UINT8_MAX];
    size_t len = slot == DP_V_RELAY_INFO ? dp_relays_info(cli, i, sent)
                                         : dp_identity_client_id(cli, i, sent);

    return dp_view_has(v, slot)
               ? dp_view_len(v, slot) == len && memcmp(dp_view_val(v, slot), sent, len) == 0
               : len == 0;
}

static bool is_client_id_as_sent(const dhcpperf_client *cli, uint32_t i, const dp_view *v)
{
    const uint8_t *id;

    if (cli->own_id == NULL && cli->cfg.set.client_id == DP_CLIENT_ID_MAC) {
        if (!dp_view_has(v, DP_V_CLIENT_ID)) {
            return false;
        }
        id = dp_view_val(v, DP_V_CLIENT_ID);
        return dp_view_len(v, DP_V_CLIENT_ID) == 1 + HLEN_ETHERNET &&
               id[0] == v->data[DP_OFF_HTYPE] && dp_equal6(id + 1, v->data + DP_OFF_CHADDR);
    }
    return is_as_rendered(cli, i, v, DP_V_CLIENT_ID);
}

static bool is_relay_info_as_sent(const dhcpperf_client *cli, uint32_t i, const dp_view *v,
                                  bool direct)
{
    if (!cli->has_relay_info || direct) {
        return !dp_view_has(v, DP_V_RELAY_INFO);
    }
    return is_as_rendered(cli, i, v, DP_V_RELAY_INFO);
}

static bool is_host(const dp_view *v, uint32_t ip)
{
    uint32_t mask;

    return !dp_view_u32(v, DP_V_SUBNET_MASK, &mask) || ~mask < 2 ||
           ((ip & ~mask) != 0 && (ip | mask) != UINT32_MAX);
}

/* May the answer to what the station sent have this ciaddr?  Says no too often. */
static bool is_ciaddr_right(uint32_t ciaddr, dp_asked asked, const dp_view *v, const dp_station *st)
{
    return ciaddr == 0 ||
           (v->type == DHCPPERF_ACK && ciaddr == st->ip &&
            (asked == DP_ASKED_RENEW || asked == DP_ASKED_REBIND || asked == DP_ASKED_INFORM));
}

/* What a pattern leaves out, for an answer that fits one.  May say no too often. */
static bool are_values_right(const dhcpperf_client *cli, uint32_t i, const dp_view *v,
                             dp_asked asked)
{
    const uint8_t *p = v->data;
    uint32_t server = 0, ip = dp_get32(p + DP_OFF_YIADDR);
    bool direct = cli->cfg.relays == 0 || dp_requests_is_direct(cli, &cli->stations[i]);

    if (v->type == DHCPPERF_NAK || cli->cfg.set.hlen != HLEN_ETHERNET ||
        (cli->referee.overrides && !direct)) {
        return false;
    }
    (void)dp_view_u32(v, DP_V_SERVER_ID, &server);
    return is_ciaddr_right(dp_get32(p + DP_OFF_CIADDR), asked, v, &cli->stations[i]) &&
           (direct ||
            dp_get32(p + DP_OFF_GIADDR) ==
                dp_station_giaddr(cli, dp_station_relay(cli, dp_station_global(cli, i)))) &&
           ip != server && is_host(v, ip) && (asked != DP_ASKED_INFORM || ip == 0) &&
           is_client_id_as_sent(cli, i, v) && is_relay_info_as_sent(cli, i, v, direct);
}

void dp_referee_check(dhcpperf_client *cli, uint32_t i, const dp_view *v, dp_asked asked,
                      dhcpperf_ts at)
{
    dp_referee *r = &cli->referee;
    dp_pattern *p = r->pattern != NULL ? r->pattern : dp_pattern_find(r, v->data, v->len);
    uint64_t broken;

    if (p != NULL && (p->judged >> asked & 1) != 0 && are_values_right(cli, i, v, asked) &&
        (p->broken[asked] == 0 || !dp_client_traces(cli, DHCPPERF_EV_VIOLATION))) {
        dp_referee_note_again(cli, p->broken[asked]);
        return;
    }
    if (r->looks_away) {
        return;
    }
    broken = dp_referee_check_closely(cli, i, v, asked, at);
    if (p == NULL && cli->cfg.edit == NULL) {
        p = dp_pattern_learn(r, v);
    }
    if (p != NULL) {
        p->judged |= 1u << asked;
        p->broken[asked] = broken;
    }
}

void dp_referee_prepare(dhcpperf_client *cli)
{
    const dp_image *image = &cli->image[DP_IMAGE_REQUEST];
    dp_referee *r = &cli->referee;
    unsigned k;
    dp_view v;

    for (k = 0; k < cli->cfg.n_relay_options; k++) {
        r->overrides = r->overrides || cli->cfg.relay_options[k].code == DP_SUBOPT_OVERRIDE;
    }
    if (dp_view_parse(&v, image->octets, cli->msg_len, NULL) != 0) {
        return;
    }
    if (dp_view_has(&v, DP_V_PARAM_LIST)) {
        const uint8_t *list = dp_view_val(&v, DP_V_PARAM_LIST);

        r->has_list = true;
        r->wants_timers = memchr(list, DHCPPERF_OPT_T1, dp_view_len(&v, DP_V_PARAM_LIST)) != NULL &&
                          memchr(list, DHCPPERF_OPT_T2, dp_view_len(&v, DP_V_PARAM_LIST)) != NULL;
    }
}
