/* SPDX-License-Identifier: MIT */
/* config.c - the client engine's configuration: plain settings through their table, and what a
 * table cannot hold (relays, options, policies, callbacks).  A setter either does all of its work
 * or leaves the object as it was. */
#include "client/dp_config.h"

#include <stddef.h>
#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_rng.h"
#include "base/dp_text.h"

const char *const dp_client_id_names[] = {"none", "mac", "duid", NULL};
const char *const dp_reboot_fallback_names[] = {"init", "keep", NULL};
const char *const dp_query_by_names[] = {"ip", "mac", "id", NULL};
const char *const dp_offer_select_names[] = {"first", "server", "longest", "previous", NULL};

const dp_setting dp_client_settings_table[] = {
#define X(key, unit, def, type, field, lo, hi, names, help)                                        \
    {key, unit, def, help, type, offsetof(dp_client_settings, field), lo, hi, names},
#include "client/settings.def"
#undef X
};

const size_t dp_client_settings_count =
    sizeof dp_client_settings_table / sizeof dp_client_settings_table[0];

/* RFC 2132 section 9.8: subnet mask, router, DNS, domain, broadcast, lease, T1, T2. */
static const uint8_t default_request_list[] = {1, 3, 6, 15, 28, 51, 58, 59};

int dp_client_config_grow(const dhcpperf_mem *mem, void **inout_array, unsigned n,
                          unsigned *inout_cap, size_t size)
{
    unsigned cap = *inout_cap > 0 ? *inout_cap * 2 : 4;
    void *bigger;

    if (n < *inout_cap) {
        return 0;
    }
    bigger = dp_mem_zarray(mem, cap, size, _Alignof(max_align_t));
    if (bigger == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    if (n > 0) {
        memcpy(bigger, *inout_array, n * size);
    }
    dp_mem_release(mem, *inout_array, *inout_cap * size);
    *inout_array = bigger;
    *inout_cap = cap;
    return 0;
}

int dp_client_config_put(dhcpperf_client_config *c, uint8_t code, const dp_value *value)
{
    void *array = c->options;
    unsigned i;
    int rc;

    for (i = 0; i < c->n_options; i++) {
        if (c->options[i].code == code) {
            c->options[i].value = *value;
            return 0;
        }
    }
    rc = dp_client_config_grow(&c->mem, &array, c->n_options, &c->cap_options, sizeof *c->options);
    c->options = array;
    if (rc == 0) {
        c->options[c->n_options].code = code;
        c->options[c->n_options].value = *value;
        c->n_options++;
    }
    return rc;
}

static int set_defaults(dhcpperf_client_config *c)
{
    dp_value list;
    int rc;

    dp_settings_defaults(dp_client_settings_table, dp_client_settings_count, &c->set);
    c->relay_run = DP_CLIENT_RUN;
    rc = dp_retry_init(&c->retry, "rfc2131", &c->mem);
    if (rc != 0) {
        return rc;
    }
    (void)dp_value_literal(&list, default_request_list, sizeof default_request_list);
    return dp_client_config_put(c, DHCPPERF_OPT_PARAM_LIST, &list);
}

int dhcpperf_client_config_new(dhcpperf_client_config **ret, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_client_config *c;
    int rc;

    if (ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    c = DP_NEW(&m, dhcpperf_client_config);
    if (c == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    c->mem = m;
    rc = set_defaults(c);
    if (rc != 0) {
        dhcpperf_client_config_free(c);
        return rc;
    }
    *ret = c;
    return 0;
}

void dp_client_config_fini(dhcpperf_client_config *c)
{
    DP_FREE_ARRAY(&c->mem, c->options, c->cap_options);
    DP_FREE_ARRAY(&c->mem, c->groups, c->cap_groups);
    DP_FREE_ARRAY(&c->mem, c->relay_options, c->cap_relay_options);
    DP_FREE_ARRAY(&c->mem, c->macs, c->n_macs);
    dhcpperf_load_free(c->load);
    dhcpperf_scenario_free(c->scenario);
    dhcpperf_fault_plan_free(c->faults);
    c->options = NULL;
    c->groups = NULL;
    c->relay_options = NULL;
    c->macs = NULL;
    c->load = NULL;
    c->scenario = NULL;
    c->faults = NULL;
}

void dhcpperf_client_config_free(dhcpperf_client_config *c)
{
    dhcpperf_mem m;

    if (c == NULL) {
        return;
    }
    m = c->mem;
    dp_client_config_fini(c);
    DP_FREE(&m, c);
}

int dp_client_config_copy(dhcpperf_client_config *ret, const dhcpperf_client_config *c,
                          const dhcpperf_mem *mem)
{
    *ret = *c;
    ret->mem = *mem;
    ret->options = DP_ARRAY(mem, c->n_options, dp_client_option);
    ret->cap_options = ret->options != NULL ? c->n_options : 0;
    ret->groups = DP_ARRAY(mem, c->n_groups, dp_relay_group);
    ret->cap_groups = ret->groups != NULL ? c->n_groups : 0;
    ret->relay_options = DP_ARRAY(mem, c->n_relay_options, dp_relay_option);
    ret->cap_relay_options = ret->relay_options != NULL ? c->n_relay_options : 0;
    ret->macs = DP_ARRAY(mem, c->n_macs, dhcpperf_mac);
    ret->n_macs = ret->macs != NULL ? c->n_macs : 0;
    ret->load = NULL;
    ret->scenario = NULL;
    ret->faults = NULL;
    if (ret->cap_options != c->n_options || ret->cap_groups != c->n_groups ||
        ret->cap_relay_options != c->n_relay_options || ret->n_macs != c->n_macs ||
        (c->load != NULL && dp_load_copy(&ret->load, c->load, mem) != 0) ||
        (c->scenario != NULL && dp_scenario_copy(&ret->scenario, c->scenario, mem) != 0) ||
        (c->faults != NULL && dp_fault_plan_copy(&ret->faults, c->faults, mem) != 0)) {
        dp_client_config_fini(ret);
        return DHCPPERF_E_NOMEM;
    }
    if (c->n_options > 0) {
        memcpy(ret->options, c->options, c->n_options * sizeof *c->options);
    }
    if (c->n_groups > 0) {
        memcpy(ret->groups, c->groups, c->n_groups * sizeof *c->groups);
    }
    if (c->n_macs > 0) {
        memcpy(ret->macs, c->macs, c->n_macs * sizeof *c->macs);
    }
    if (c->n_relay_options > 0) {
        memcpy(ret->relay_options, c->relay_options, c->n_relay_options * sizeof *c->relay_options);
    }
    return 0;
}

/* -- plain settings ---------------------------------------------------------------------------- */

int dhcpperf_client_config_set(dhcpperf_client_config *c, const char *key, const char *value)
{
    if (c == NULL || key == NULL || value == NULL) {
        return DHCPPERF_E_INVALID;
    }
    return dp_settings_set(dp_client_settings_table, dp_client_settings_count, &c->set, key, value);
}

int dhcpperf_client_config_get(const dhcpperf_client_config *c, const char *key, char *buf,
                               size_t cap)
{
    if (c == NULL || key == NULL || buf == NULL) {
        return DHCPPERF_E_INVALID;
    }
    return dp_settings_get(dp_client_settings_table, dp_client_settings_count, &c->set, key, buf,
                           cap);
}

int dhcpperf_client_config_describe(unsigned index, const char **ret_key, const char **ret_unit,
                                    const char **ret_default, const char **ret_help)
{
    if (ret_key == NULL || ret_unit == NULL || ret_default == NULL || ret_help == NULL) {
        return DHCPPERF_E_INVALID;
    }
    return dp_settings_describe(dp_client_settings_table, dp_client_settings_count, index, ret_key,
                                ret_unit, ret_default, ret_help);
}

/* A number goes the way of its text, so that both forms are held to the same limits. */
static int set_number(dhcpperf_client_config *c, const char *key, uint64_t value)
{
    char text[24];
    dp_text t;

    dp_text_begin(&t, text, sizeof text);
    dp_text_u64(&t, value);
    return dhcpperf_client_config_set(c, key, text);
}

int dhcpperf_client_config_set_stations(dhcpperf_client_config *c, uint32_t n)
{
    return set_number(c, "stations", n);
}

int dhcpperf_client_config_set_shard(dhcpperf_client_config *c, uint32_t index, uint32_t of)
{
    uint32_t before;
    int rc;

    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (index >= of) {
        return DHCPPERF_E_RANGE;
    }
    before = c->set.shard_of;
    rc = set_number(c, "shard.of", of);
    if (rc == 0) {
        rc = set_number(c, "shard.index", index);
    }
    if (rc != 0) {
        c->set.shard_of = before;
    }
    return rc;
}

int dhcpperf_client_config_set_seed(dhcpperf_client_config *c, uint64_t seed)
{
    return set_number(c, "seed", seed);
}

int dhcpperf_client_config_set_mac_base(dhcpperf_client_config *c, dhcpperf_mac base)
{
    char text[18];

    (void)dhcpperf_mac_format(base, text, sizeof text);
    return dhcpperf_client_config_set(c, "mac.base", text);
}

int dhcpperf_client_config_set_server(dhcpperf_client_config *c, dhcpperf_ip4 server)
{
    char text[16];

    (void)dhcpperf_ip4_format(server, text, sizeof text);
    return dhcpperf_client_config_set(c, "server.address", text);
}

int dhcpperf_client_config_set_ports(dhcpperf_client_config *c, uint16_t server, uint16_t client)
{
    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (server == 0 || client == 0) {
        return DHCPPERF_E_RANGE;
    }
    (void)set_number(c, "server.port", server);
    return set_number(c, "client.port", client);
}

/* -- what a table cannot hold ------------------------------------------------------------------ */

int dhcpperf_client_config_set_retry(dhcpperf_client_config *c, const dhcpperf_retry *r)
{
    if (c == NULL || r == NULL) {
        return DHCPPERF_E_INVALID;
    }
    c->retry = *r;
    return 0;
}

int dhcpperf_client_config_set_load(dhcpperf_client_config *c, const dhcpperf_load *l)
{
    dhcpperf_load *copy;
    int rc;

    if (c == NULL || l == NULL) {
        return DHCPPERF_E_INVALID;
    }
    rc = dp_load_copy(&copy, l, &c->mem);
    if (rc == 0) {
        dhcpperf_load_free(c->load);
        c->load = copy;
    }
    return rc;
}

int dhcpperf_client_config_set_scenario(dhcpperf_client_config *c, const dhcpperf_scenario *s)
{
    dhcpperf_scenario *copy;
    int rc;

    if (c == NULL || s == NULL) {
        return DHCPPERF_E_INVALID;
    }
    rc = dp_scenario_copy(&copy, s, &c->mem);
    if (rc == 0) {
        dhcpperf_scenario_free(c->scenario);
        c->scenario = copy;
        c->set.keep = s->keep;
        c->set.decline_share = dp_threshold(s->decline / 1e9);
    }
    return rc;
}

int dhcpperf_client_config_set_faults(dhcpperf_client_config *c, const dhcpperf_fault_plan *p)
{
    return c != NULL ? dp_fault_plan_replace(&c->faults, p, DHCPPERF_FAULT_CLIENT, &c->mem)
                     : DHCPPERF_E_INVALID;
}

int dhcpperf_client_config_set_trace(dhcpperf_client_config *c, dhcpperf_trace_fn fn, void *user,
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

int dhcpperf_client_config_set_edit(dhcpperf_client_config *c, dhcpperf_client_edit_fn fn,
                                    void *user)
{
    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    c->edit = fn;
    c->edit_user = user;
    return 0;
}

int dhcpperf_client_config_set_authenticate(dhcpperf_client_config *c,
                                            dhcpperf_client_authenticate_fn fn, void *user)
{
    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    c->authenticate = fn;
    c->authenticate_user = user;
    return 0;
}
