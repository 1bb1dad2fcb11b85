/* SPDX-License-Identifier: MIT */
/* options.c - the options a caller puts into DISCOVER and REQUEST, from their text forms. */
#include "client/dp_config.h"

#include <libdhcpperf/option.h>

#include "wire/dp_view.h"

/* Codes that only the engine knows how to fill, or that are no options. */
static int is_reserved(uint8_t code)
{
    return code == DHCPPERF_OPT_PAD || code == DHCPPERF_OPT_REQUESTED_IP ||
           code == DHCPPERF_OPT_OVERLOAD || code == DHCPPERF_OPT_MSG_TYPE ||
           code == DHCPPERF_OPT_SERVER_ID || code == DHCPPERF_OPT_RELAY_INFO ||
           code == DHCPPERF_OPT_END;
}

static int parse_option(dp_value *ret, uint8_t code, const char *text)
{
    int rc = dp_value_parse(ret, dhcpperf_opt_datatype(code), dhcpperf_opt_fields(code), text);

    /* Whether all stations and relays fit is known when they are; see dp_requests_prepare(). */
    return rc != 0 ? rc : dp_value_limit(ret, 1, 1);
}

/* Lengths that RFC 2132 forbids and nobody would notice (K-021, K-022). */
static int check_lengths(const dp_value *v, uint8_t code)
{
    static const dp_template_values smallest;
    uint8_t octets[DP_TEMPLATE_MAX];
    size_t len = dp_value_render(v, &smallest, octets);

    if (code == DHCPPERF_OPT_CLIENT_ID && len < 2) {
        return DHCPPERF_E_RANGE;
    }
    if (code == DHCPPERF_OPT_MAX_SIZE && len == 2 && dp_get16(octets) < DP_MIN_MAX_SIZE) {
        return DHCPPERF_E_RANGE;
    }
    return 0;
}

int dhcpperf_client_config_add_option(dhcpperf_client_config *c, uint8_t code, const char *text)
{
    dp_value value;
    int rc;

    if (c == NULL || text == NULL || is_reserved(code)) {
        return DHCPPERF_E_INVALID;
    }
    rc = parse_option(&value, code, text);
    rc = rc != 0 ? rc : check_lengths(&value, code);
    return rc != 0 ? rc : dp_client_config_put(c, code, &value);
}
