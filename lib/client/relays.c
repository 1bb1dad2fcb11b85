/* SPDX-License-Identifier: MIT */
/* relays.c - the relay agents a fleet of clients is behind: which one serves a station, its giaddr
 * and the relay agent information (RFC 3046) it adds. */
#include "client/dp_client.h"

enum {
    SUBOPT_CIRCUIT_ID = 1 /* RFC 3046 section 2.0; remote-id is the next */
};

static const dp_relay_group *group_of(const dhcpperf_client *cli, uint32_t relay)
{
    const dp_relay_group *g = cli->cfg.groups;

    if (cli->cfg.n_groups == 0) {
        return NULL;
    }
    while (relay - g->base >= g->count) {
        g++;
    }
    return g;
}

uint32_t dp_station_giaddr(const dhcpperf_client *cli, uint32_t relay)
{
    const dp_relay_group *g = group_of(cli, relay);

    return g != NULL ? g->first + (relay - g->base) : 0;
}

size_t dp_relays_render(const dhcpperf_client *cli, const dp_template_values *v, uint8_t buf[255])
{
    const dp_relay_group *g = group_of(cli, v->relay);
    size_t len = 0;
    unsigned k;

    for (k = 0; g != NULL && k < 2; k++) {
        if (g->has[k]) {
            size_t n = dp_template_render(&g->ids[k], v, buf + len + 2);

            buf[len] = (uint8_t)(SUBOPT_CIRCUIT_ID + k);
            buf[len + 1] = (uint8_t)n;
            len += 2 + n;
        }
    }
    return len;
}

size_t dp_relays_info(const dhcpperf_client *cli, uint32_t i, uint8_t buf[255])
{
    dp_template_values v = dp_identity_values(cli, i);

    return dp_relays_render(cli, &v, buf);
}
