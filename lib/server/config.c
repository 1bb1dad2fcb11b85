/* SPDX-License-Identifier: MIT */
/* config.c - a server's configuration: settings as text and typed, pools, callbacks. */
#include "server/dp_faulty.h"

#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_settings.h"

const char *const dp_reply_to_names[] = {"auto", "rfc", "source", NULL};

#define SETTING(key, unit, def, help, type, field, lo, hi, names)                                  \
    {key, unit, def, help, type, offsetof(dp_server_settings, field), lo, hi, names},
static const dp_setting table[] = {
#include "server/settings.def"
};
#undef SETTING

enum {
    N_SETTINGS = sizeof table / sizeof table[0]
};

int dhcpperf_server_config_new(dhcpperf_server_config **ret, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_server_config *c;

    if (ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    c = DP_NEW(&m, dhcpperf_server_config);
    if (c == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    c->mem = m;
    c->share.of = 1;
    dp_settings_defaults(table, N_SETTINGS, &c->set);
    *ret = c;
    return 0;
}

void dhcpperf_server_config_free(dhcpperf_server_config *c)
{
    dhcpperf_mem m;

    if (c == NULL) {
        return;
    }
    m = c->mem;
    while (c->pools.n > 0) {
        dhcpperf_pool_free(c->pools.at[--c->pools.n]);
    }
    DP_FREE_ARRAY(&m, c->pools.at, c->pools.cap);
    dp_classes_fini(&c->classes, &m);
    dp_inform_fini(&c->inform, &m);
    DP_FREE_ARRAY(&m, c->before.at, c->before.cap);
    dhcpperf_fault_plan_free(c->faults);
    DP_FREE(&m, c);
}

int dhcpperf_server_config_set(dhcpperf_server_config *c, const char *key, const char *value)
{
    if (c == NULL || key == NULL || value == NULL) {
        return DHCPPERF_E_INVALID;
    }
    return dp_settings_set(table, N_SETTINGS, &c->set, key, value);
}

int dhcpperf_server_config_get(const dhcpperf_server_config *c, const char *key, char *buf,
                               size_t cap)
{
    if (c == NULL || key == NULL || (buf == NULL && cap > 0)) {
        return DHCPPERF_E_INVALID;
    }
    return dp_settings_get(table, N_SETTINGS, &c->set, key, buf, cap);
}

int dhcpperf_server_config_describe(unsigned index, const char **ret_key, const char **ret_unit,
                                    const char **ret_default, const char **ret_help)
{
    if (ret_key == NULL || ret_unit == NULL || ret_default == NULL || ret_help == NULL) {
        return DHCPPERF_E_INVALID;
    }
    return dp_settings_describe(table, N_SETTINGS, index, ret_key, ret_unit, ret_default, ret_help);
}

int dhcpperf_server_config_set_identity(dhcpperf_server_config *c, dhcpperf_ip4 server_id,
                                        dhcpperf_mac mac)
{
    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    c->set.server_id = server_id;
    c->set.mac = mac;
    return 0;
}

int dhcpperf_server_config_add_address(dhcpperf_server_config *c, dhcpperf_ip4 ip)
{
    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (c->owns == DP_OWN_MAX) {
        return DHCPPERF_E_FULL;
    }
    c->own[c->owns++] = ip;
    return 0;
}

int dhcpperf_server_config_add_pool(dhcpperf_server_config *c, const dhcpperf_pool *p)
{
    dhcpperf_pool *copy = NULL;
    int rc;

    if (c == NULL || p == NULL) {
        return DHCPPERF_E_INVALID;
    }
    rc = DP_GROW(c, pools, 1);
    if (rc == 0) {
        rc = dp_pool_clone(&copy, p, &c->mem);
    }
    if (rc == 0) {
        c->pools.at[c->pools.n++] = copy;
    }
    return rc;
}

int dhcpperf_server_config_set_seed(dhcpperf_server_config *c, uint64_t seed)
{
    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    c->set.seed = seed;
    return 0;
}

int dhcpperf_server_config_set_max_sessions(dhcpperf_server_config *c, uint32_t n)
{
    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    c->set.max_sessions = n;
    return 0;
}

int dhcpperf_server_config_set_max_held(dhcpperf_server_config *c, uint32_t replies)
{
    const dp_setting *s = dp_settings_find(table, N_SETTINGS, "held.max");

    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (replies < s->lo || replies > s->hi) {
        return DHCPPERF_E_RANGE;
    }
    c->set.max_held = replies;
    return 0;
}

int dhcpperf_server_config_set_offer_hold(dhcpperf_server_config *c, dhcpperf_dur d)
{
    const dp_setting *s = dp_settings_find(table, N_SETTINGS, "offer.hold");

    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (d < s->lo || d > s->hi) {
        return DHCPPERF_E_RANGE;
    }
    c->set.offer_hold = d;
    return 0;
}

int dhcpperf_server_config_set_service_time(dhcpperf_server_config *c, dhcpperf_dur d,
                                            dhcpperf_dur jitter)
{
    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (d > DHCPPERF_NEVER / 4 || jitter > d) {
        return DHCPPERF_E_RANGE;
    }
    c->set.service_time = d;
    c->set.service_jitter = jitter;
    return 0;
}

int dhcpperf_server_config_set_trace(dhcpperf_server_config *c, dhcpperf_trace_fn fn, void *user,
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

int dhcpperf_server_config_set_shard(dhcpperf_server_config *c, uint32_t index, uint32_t of)
{
    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (of == 0 || index >= of) {
        return DHCPPERF_E_RANGE;
    }
    c->share.index = index;
    c->share.of = of;
    return 0;
}

int dhcpperf_server_config_set_division(dhcpperf_server_config *c, const dhcpperf_server *like)
{
    const dp_parts *from;
    dp_part *at;

    if (c == NULL || like == NULL) {
        return DHCPPERF_E_INVALID;
    }
    from = &like->store.parts;
    at = from->n > 0 ? DP_ARRAY(&c->mem, from->n, dp_part) : NULL;
    if (at == NULL && from->n > 0) {
        return DHCPPERF_E_NOMEM;
    }
    if (from->n > 0) {
        memcpy(at, from->at, from->n * sizeof *at);
    }
    DP_FREE_ARRAY(&c->mem, c->before.at, c->before.cap);
    c->before = (dp_parts){at, from->n, from->n};
    return 0;
}

int dhcpperf_server_config_set_decide(dhcpperf_server_config *c, dhcpperf_server_decide_fn fn,
                                      void *user)
{
    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    c->decide = fn;
    c->decide_user = user;
    return 0;
}

int dhcpperf_server_config_set_lease_sink(dhcpperf_server_config *c, dhcpperf_lease_fn fn,
                                          void *user, int hold_ack)
{
    if (c == NULL || (fn == NULL && hold_ack)) {
        return DHCPPERF_E_INVALID;
    }
    c->sink = fn;
    c->sink_user = user;
    c->hold_ack = hold_ack != 0;
    return 0;
}

int dhcpperf_server_config_set_faults(dhcpperf_server_config *c, const dhcpperf_fault_plan *p)
{
    return c != NULL ? dp_fault_plan_replace(&c->faults, p, DHCPPERF_FAULT_SERVER, &c->mem)
                     : DHCPPERF_E_INVALID;
}
