/* SPDX-License-Identifier: MIT */
/* identity.c - who a station is to the server: its hardware address and client identifier. */
#include "client/dp_client.h"

#include <string.h>

enum {
    HTYPE_ETHERNET = 1
};

static uint64_t mac_num(dhcpperf_mac mac)
{
    uint64_t v = 0;
    unsigned i;

    for (i = 0; i < sizeof mac.b; i++) {
        v = v << 8 | mac.b[i];
    }
    return v;
}

void dp_identity_prepare(dhcpperf_client *cli)
{
    cli->mac_base = mac_num(cli->cfg.set.mac_base);
}

void dp_identity_put_mac_id(uint8_t p[DP_MAC_ID_LEN], dhcpperf_mac mac)
{
    p[0] = HTYPE_ETHERNET;
    memcpy(p + 1, mac.b, sizeof mac.b);
}

size_t dp_identity_client_id(const dhcpperf_client *cli, uint32_t i, uint8_t buf[255])
{
    dp_template_values v = dp_identity_values(cli, i);

    if (cli->own_id != NULL) {
        return dp_value_render(&cli->own_id->value, &v, buf);
    }
    if (cli->cfg.set.client_id == DP_CLIENT_ID_NONE) {
        return 0;
    }
    dp_identity_put_mac_id(buf, v.mac);
    return DP_MAC_ID_LEN;
}
