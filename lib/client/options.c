/* SPDX-License-Identifier: MIT */
/* options.c - the options a caller puts into DISCOVER and REQUEST, from their text forms. */
#include "client/dp_config.h"

#include <libdhcpperf/option.h>

/* Codes that only the engine knows how to fill, or that are no options. */
static int is_reserved(uint8_t code)
{
    return code == DHCPPERF_OPT_PAD || code == DHCPPERF_OPT_REQUESTED_IP ||
           code == DHCPPERF_OPT_OVERLOAD || code == DHCPPERF_OPT_MSG_TYPE ||
           code == DHCPPERF_OPT_SERVER_ID || code == DHCPPERF_OPT_RELAY_INFO ||
           code == DHCPPERF_OPT_END;
}

static int parse_option(dp_template *ret, uint8_t code, const char *text)
{
    uint8_t octets[DP_TEMPLATE_MAX];
    size_t len;
    int rc;

    if (dp_template_is_one(text)) {
        rc = dp_template_parse(ret, text);
        return rc != 0 ? rc : dp_template_limit(ret, DP_CLIENT_MAX_STATIONS, UINT32_MAX);
    }
    rc = dhcpperf_opt_encode_text(code, text, octets, sizeof octets, &len);
    return rc != 0 ? rc : dp_template_literal(ret, octets, len);
}

int dhcpperf_client_config_add_option(dhcpperf_client_config *c, uint8_t code, const char *text)
{
    dp_template value;
    int rc;

    if (c == NULL || text == NULL || is_reserved(code)) {
        return DHCPPERF_E_INVALID;
    }
    rc = parse_option(&value, code, text);
    return rc != 0 ? rc : dp_client_config_put(c, code, &value);
}
