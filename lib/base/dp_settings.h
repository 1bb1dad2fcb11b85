/* SPDX-License-Identifier: MIT */
/* dp_settings.h - one table describes an engine's settings; text setters, getters, defaults and the
 * public _describe() all read it.  A typed setter writes the same field after dp_settings_check().
 */
#ifndef DP_SETTINGS_H
#define DP_SETTINGS_H

#include <stddef.h>
#include <stdint.h>

typedef enum dp_setting_type {
    DP_SET_U32,    /* uint32_t, lo..hi */
    DP_SET_U64,    /* uint64_t, lo..hi */
    DP_SET_BOOL,   /* int 0/1 */
    DP_SET_DUR,    /* dhcpperf_dur, text with units, lo..hi in ns */
    DP_SET_LEASE,  /* uint32_t seconds, text as a duration or "infinite" = 0xffffffff */
    DP_SET_IP4,    /* dhcpperf_ip4 */
    DP_SET_MAC,    /* dhcpperf_mac */
    DP_SET_CHANCE, /* uint64_t fixed point of a probability 0..1 (see dp_threshold) */
    DP_SET_ENUM,   /* int index into names, a NULL-ended list */
    DP_SET_TEXT    /* char[hi + 1], lo..hi bytes long */
} dp_setting_type;

typedef struct dp_setting {
    const char *key;  /* dotted lower case: "retry.selecting.initial" */
    const char *unit; /* "s", "ms", "stations", "" */
    const char *def;  /* default as text */
    const char *help; /* one sentence without the full stop */
    dp_setting_type type;
    size_t offset; /* of the field in the config object */
    uint64_t lo, hi;
    const char *const *names; /* DP_SET_ENUM only */
} dp_setting;

/* The setting of that name, or NULL. */
const dp_setting *dp_settings_find(const dp_setting *table, size_t n, const char *key);

/* Parses `value` into the field; 0, NOKEY, SYNTAX, RANGE.  The object is untouched on failure. */
int dp_settings_set(const dp_setting *table, size_t n, void *object, const char *key,
                    const char *value);

/* Formats the field; bytes written without NUL, NOKEY, NOBUFS. */
int dp_settings_get(const dp_setting *table, size_t n, const void *object, const char *key,
                    char *buf, size_t cap);

/* Writes every default into the object.  The table's defaults parse (unit test). */
void dp_settings_defaults(const dp_setting *table, size_t n, void *object);

/* Body of the public _describe functions: 1 and the texts, 0 past the end. */
int dp_settings_describe(const dp_setting *table, size_t n, unsigned index, const char **ret_key,
                         const char **ret_unit, const char **ret_default, const char **ret_help);

#endif
