/* SPDX-License-Identifier: MIT */
/* config.c - a relay agent's configuration: plain settings through their table, addresses, servers
 * and sub-options.  A setter either does all of its work or leaves the object as it was. */
#include "relay/dp_relay.h"

#include <stddef.h>
#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_text.h"

const char *const dp_relay_existing_names[] = {"rfc",    "forward", "replace",
                                               "append", "discard", NULL};
const char *const dp_relay_deliver_names[] = {"rfc", "source", NULL};

static const dp_setting table[] = {
#define X(key, unit, def, type, field, lo, hi, names, help)                                        \
    {key, unit, def, help, type, offsetof(dp_relay_settings, field), lo, hi, names},
#include "relay/settings.def"
#undef X
};

enum {
    N_SETTINGS = sizeof table / sizeof table[0]
};

int dhcpperf_relay_config_new(dhcpperf_relay_config **ret, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_relay_config *c;

    if (ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    c = DP_NEW(&m, dhcpperf_relay_config);
    if (c == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    c->mem = m;
    dp_settings_defaults(table, N_SETTINGS, &c->set);
    *ret = c;
    return 0;
}

void dhcpperf_relay_config_free(dhcpperf_relay_config *c)
{
    dhcpperf_mem m;

    if (c != NULL) {
        m = c->mem;
        DP_FREE(&m, c);
    }
}

int dhcpperf_relay_config_set(dhcpperf_relay_config *c, const char *key, const char *value)
{
    if (c == NULL || key == NULL || value == NULL) {
        return DHCPPERF_E_INVALID;
    }
    return dp_settings_set(table, N_SETTINGS, &c->set, key, value);
}

int dhcpperf_relay_config_get(const dhcpperf_relay_config *c, const char *key, char *buf,
                              size_t cap)
{
    if (c == NULL || key == NULL || (buf == NULL && cap > 0)) {
        return DHCPPERF_E_INVALID;
    }
    return dp_settings_get(table, N_SETTINGS, &c->set, key, buf, cap);
}

int dhcpperf_relay_config_describe(unsigned index, const char **ret_key, const char **ret_unit,
                                   const char **ret_default, const char **ret_help)
{
    if (ret_key == NULL || ret_unit == NULL || ret_default == NULL || ret_help == NULL) {
        return DHCPPERF_E_INVALID;
    }
    return dp_settings_describe(table, N_SETTINGS, index, ret_key, ret_unit, ret_default, ret_help);
}

int dhcpperf_relay_config_set_giaddr(dhcpperf_relay_config *c, dhcpperf_ip4 giaddr)
{
    if (c == NULL || !dp_is_unicast(dp_ip4_num(giaddr))) {
        return DHCPPERF_E_INVALID;
    }
    c->giaddr = dp_ip4_num(giaddr);
    return 0;
}

/* One more address in an array of `cap`. */
static int add_address(uint32_t *array, unsigned *inout_n, unsigned cap, dhcpperf_ip4 ip)
{
    if (!dp_is_unicast(dp_ip4_num(ip))) {
        return DHCPPERF_E_INVALID;
    }
    if (*inout_n == cap) {
        return DHCPPERF_E_FULL;
    }
    array[(*inout_n)++] = dp_ip4_num(ip);
    return 0;
}

int dhcpperf_relay_config_add_address(dhcpperf_relay_config *c, dhcpperf_ip4 ip)
{
    return c != NULL ? add_address(c->own, &c->n_own, DP_RELAY_ADDRESSES, ip) : DHCPPERF_E_INVALID;
}

int dhcpperf_relay_config_add_server(dhcpperf_relay_config *c, dhcpperf_ip4 server)
{
    return c != NULL ? add_address(c->server, &c->n_server, DP_RELAY_SERVERS, server)
                     : DHCPPERF_E_INVALID;
}

/* {station} has no meaning here. */
static int names_station(const dp_template *t)
{
    unsigned i;

    for (i = 0; i < t->n; i++) {
        if (t->pieces[i].kind == DP_PIECE_STATION) {
            return 1;
        }
    }
    return 0;
}

int dhcpperf_relay_config_set_suboption(dhcpperf_relay_config *c, uint8_t code, const char *text)
{
    dhcpperf_relay_config before;
    dp_template value;
    unsigned i;
    int rc;

    if (c == NULL || text == NULL || code == 0) {
        return DHCPPERF_E_INVALID;
    }
    rc = dp_template_parse(&value, text);
    rc = rc != 0 ? rc : dp_template_limit(&value, UINT32_MAX, UINT32_MAX);
    if (rc == 0 && names_station(&value)) {
        rc = DHCPPERF_E_SYNTAX;
    }
    for (i = 0; rc == 0 && i < c->n_sub && c->sub[i].code != code; i++) {
    }
    if (rc == 0 && i == DP_RELAY_SUBOPTIONS) {
        rc = DHCPPERF_E_FULL;
    }
    if (rc != 0) {
        return rc;
    }
    before = *c;
    c->sub[i] = (dp_relay_suboption){.code = code, .value = value};
    c->n_sub += i == c->n_sub;
    c->set.info = 1;
    rc = dp_relay_info_check(c);
    if (rc != 0) {
        *c = before;
    }
    return rc;
}

int dhcpperf_relay_config_set_trace(dhcpperf_relay_config *c, dhcpperf_trace_fn fn, void *user,
                                    uint64_t kinds)
{
    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    c->trace.fn = fn;
    c->trace.user = user;
    c->trace.kinds = fn != NULL ? kinds : 0;
    return 0;
}

int dp_relay_is_own(const dhcpperf_relay_config *c, uint32_t ip)
{
    unsigned i;

    for (i = 0; i < c->n_own; i++) {
        if (c->own[i] == ip) {
            return 1;
        }
    }
    return ip == c->giaddr;
}
