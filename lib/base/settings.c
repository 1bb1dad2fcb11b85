/* SPDX-License-Identifier: MIT */
/* settings.c - reading and writing config fields through their table. */
#include "base/dp_settings.h"

#include <string.h>

#include <libdhcpperf/error.h>
#include <libdhcpperf/types.h>

#include "base/dp_rng.h"
#include "base/dp_text.h"

const dp_setting *dp_settings_find(const dp_setting *table, size_t n, const char *key)
{
    size_t i;

    for (i = 0; i < n; i++) {
        if (strcmp(table[i].key, key) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

static int parse_enum(const dp_setting *s, const char *value, int *ret)
{
    int i;

    for (i = 0; s->names[i] != NULL; i++) {
        if (strcmp(s->names[i], value) == 0) {
            *ret = i;
            return 0;
        }
    }
    return DHCPPERF_E_SYNTAX;
}

static int parse_lease(const dp_setting *s, const char *value, uint32_t *ret)
{
    dhcpperf_dur d;
    int rc = dhcpperf_dur_parse(&d, value);

    if (rc != 0) {
        return rc;
    }
    if (d == DHCPPERF_NEVER) {
        *ret = UINT32_MAX;
        return 0;
    }
    d /= DHCPPERF_NS_PER_S;
    if (d < s->lo || d > s->hi) {
        return DHCPPERF_E_RANGE;
    }
    *ret = (uint32_t)d;
    return 0;
}

static int set_field(const dp_setting *s, void *field, const char *value)
{
    uint64_t u64;
    double d;
    int rc = DHCPPERF_E_SYNTAX;

    switch (s->type) {
    case DP_SET_U32:
        rc = dp_parse_count(value, UINT64_MAX, &u64);
        if (rc == 0 && (u64 < s->lo || u64 > s->hi)) {
            rc = DHCPPERF_E_RANGE;
        }
        if (rc == 0) {
            *(uint32_t *)field = (uint32_t)u64;
        }
        break;
    case DP_SET_U64:
        rc = dp_parse_u64(value, s->lo, s->hi, &u64);
        if (rc == 0) {
            *(uint64_t *)field = u64;
        }
        break;
    case DP_SET_BOOL:
        rc = dp_parse_bool(value, (int *)field);
        break;
    case DP_SET_DUR:
        rc = dhcpperf_dur_parse(&u64, value);
        if (rc == 0 && (u64 < s->lo || u64 > s->hi)) {
            rc = DHCPPERF_E_RANGE;
        }
        if (rc == 0) {
            *(dhcpperf_dur *)field = u64;
        }
        break;
    case DP_SET_LEASE:
        rc = parse_lease(s, value, (uint32_t *)field);
        break;
    case DP_SET_IP4:
        rc = dhcpperf_ip4_parse((dhcpperf_ip4 *)field, value);
        break;
    case DP_SET_MAC:
        rc = dhcpperf_mac_parse((dhcpperf_mac *)field, value);
        break;
    case DP_SET_CHANCE:
        rc = dp_parse_double(value, 0.0, 1.0, &d);
        if (rc == 0) {
            *(uint64_t *)field = dp_threshold(d);
        }
        break;
    case DP_SET_ENUM:
        rc = parse_enum(s, value, (int *)field);
        break;
    case DP_SET_TEXT:
        rc = strlen(value) >= s->lo && strlen(value) <= s->hi ? 0 : DHCPPERF_E_RANGE;
        if (rc == 0) {
            memcpy(field, value, strlen(value) + 1);
        }
        break;
    }
    return rc;
}

int dp_settings_set(const dp_setting *table, size_t n, void *object, const char *key,
                    const char *value)
{
    const dp_setting *s = dp_settings_find(table, n, key);

    if (s == NULL) {
        return DHCPPERF_E_NOKEY;
    }
    return set_field(s, (char *)object + s->offset, value);
}

static void put_field(dp_text *t, const dp_setting *s, const void *field)
{
    dp_u128 ppb;

    switch (s->type) {
    case DP_SET_U32:
        dp_text_u64(t, *(const uint32_t *)field);
        break;
    case DP_SET_U64:
        dp_text_u64(t, *(const uint64_t *)field);
        break;
    case DP_SET_BOOL:
        dp_text_str(t, *(const int *)field ? "true" : "false");
        break;
    case DP_SET_DUR:
        dp_text_dur(t, *(const dhcpperf_dur *)field);
        break;
    case DP_SET_LEASE:
        if (*(const uint32_t *)field == UINT32_MAX) {
            dp_text_str(t, "infinite");
        } else {
            dp_text_dur(t, *(const uint32_t *)field * DHCPPERF_NS_PER_S);
        }
        break;
    case DP_SET_IP4:
        dp_text_ip4(t, *(const dhcpperf_ip4 *)field);
        break;
    case DP_SET_MAC:
        dp_text_mac(t, *(const dhcpperf_mac *)field);
        break;
    case DP_SET_CHANCE:
        ppb = dp_wide_mul(*(const uint64_t *)field, UINT64_C(1000000000));
        dp_text_fixed(t, ppb.hi + (ppb.lo >> 63), 9);
        break;
    case DP_SET_ENUM:
        dp_text_str(t, s->names[*(const int *)field]);
        break;
    case DP_SET_TEXT:
        dp_text_str(t, (const char *)field);
        break;
    }
}

int dp_settings_get(const dp_setting *table, size_t n, const void *object, const char *key,
                    char *buf, size_t cap)
{
    const dp_setting *s = dp_settings_find(table, n, key);
    dp_text t;

    if (s == NULL) {
        return DHCPPERF_E_NOKEY;
    }
    dp_text_begin(&t, buf, cap);
    put_field(&t, s, (const char *)object + s->offset);
    return dp_text_end(&t);
}

void dp_settings_defaults(const dp_setting *table, size_t n, void *object)
{
    size_t i;

    for (i = 0; i < n; i++) {
        (void)set_field(&table[i], (char *)object + table[i].offset, table[i].def);
    }
}

int dp_settings_describe(const dp_setting *table, size_t n, unsigned index, const char **ret_key,
                         const char **ret_unit, const char **ret_default, const char **ret_help)
{
    if (index >= n) {
        return 0;
    }
    *ret_key = table[index].key;
    *ret_unit = table[index].unit;
    *ret_default = table[index].def;
    *ret_help = table[index].help;
    return 1;
}
