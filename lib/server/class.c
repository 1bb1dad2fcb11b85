/* SPDX-License-Identifier: MIT */
/* class.c - classes of clients: how they are described, and which one a request is in.
 *
 * Invariant: the first class, in the order in which they were added, all of whose conditions hold;
 * it is looked for once per request and never when there are no classes. */
#include "server/dp_server.h"

#include <string.h>

#include "base/dp_mem.h"

enum {
    VALUE_MAX = 255 /* octets of a condition */
};

int dhcpperf_class_new(dhcpperf_class **ret, const char *name, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_class *c;

    if (ret == NULL || !dp_name_is_possible(name)) {
        return DHCPPERF_E_INVALID;
    }
    c = DP_NEW(&m, dhcpperf_class);
    if (c == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    c->mem = m;
    memcpy(c->name, name, strlen(name) + 1);
    *ret = c;
    return 0;
}

void dhcpperf_class_free(dhcpperf_class *c)
{
    dhcpperf_mem m;

    if (c == NULL) {
        return;
    }
    m = c->mem;
    dp_options_fini(&c->options, &m);
    DP_FREE_ARRAY(&m, c->conditions.at, c->conditions.cap);
    DP_FREE_ARRAY(&m, c->bytes.at, c->bytes.cap);
    DP_FREE(&m, c);
}

int dp_class_clone(dhcpperf_class **ret, const dhcpperf_class *k, const dhcpperf_mem *mem)
{
    dhcpperf_class *c = NULL;
    int rc = dhcpperf_class_new(&c, k->name, mem);

    if (rc != 0) {
        return rc;
    }
    c->has_lease = k->has_lease;
    c->lease_default = k->lease_default;
    c->lease_min = k->lease_min;
    c->lease_max = k->lease_max;
    if ((rc = dp_options_clone(&c->options, &k->options, &c->mem)) != 0 ||
        (rc = DP_GROW(c, conditions, k->conditions.n)) != 0 ||
        (rc = DP_GROW(c, bytes, k->bytes.n)) != 0) {
        dhcpperf_class_free(c);
        return rc;
    }
    if (k->conditions.n > 0) {
        memcpy(c->conditions.at, k->conditions.at, k->conditions.n * sizeof *c->conditions.at);
        c->conditions.n = k->conditions.n;
    }
    if (k->bytes.n > 0) {
        memcpy(c->bytes.at, k->bytes.at, k->bytes.n);
        c->bytes.n = k->bytes.n;
    }
    *ret = c;
    return 0;
}

int dhcpperf_class_match(dhcpperf_class *c, uint8_t code, int subcode, int op, dhcpperf_bytes value)
{
    dp_condition *k;
    int rc;

    if (c == NULL || code == DHCPPERF_OPT_PAD || code == DHCPPERF_OPT_END || subcode < -1 ||
        subcode > UINT8_MAX || op < DHCPPERF_MATCH_EXACT || op > DHCPPERF_MATCH_PRESENT) {
        return DHCPPERF_E_INVALID;
    }
    value.len = op == DHCPPERF_MATCH_PRESENT ? 0 : value.len;
    if (value.data == NULL && value.len > 0) {
        return DHCPPERF_E_INVALID;
    }
    if (value.len > VALUE_MAX) {
        return DHCPPERF_E_RANGE;
    }
    if ((rc = DP_GROW(c, conditions, 1)) != 0 || (rc = DP_GROW(c, bytes, value.len)) != 0) {
        return rc;
    }
    k = &c->conditions.at[c->conditions.n++];
    k->code = code;
    k->subcode = (int16_t)subcode;
    k->op = (uint8_t)op;
    k->len = (uint8_t)value.len;
    k->offset = c->bytes.n;
    if (value.len > 0) {
        memcpy(c->bytes.at + c->bytes.n, value.data, value.len);
        c->bytes.n += (uint32_t)value.len;
    }
    return 0;
}

int dhcpperf_class_add_option(dhcpperf_class *c, uint8_t code, const char *text)
{
    return c != NULL ? dp_options_set(&c->options, code, text, &c->mem) : DHCPPERF_E_INVALID;
}

int dhcpperf_class_set_lease(dhcpperf_class *c, uint32_t default_s, uint32_t min_s, uint32_t max_s)
{
    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (min_s < 1 || default_s < min_s || max_s < default_s) {
        return DHCPPERF_E_RANGE;
    }
    c->has_lease = 1;
    c->lease_default = default_s;
    c->lease_min = min_s;
    c->lease_max = max_s;
    return 0;
}

/* ---- which one ------------------------------------------------------------------------------ */

/* RFC 2131 4.3.1: octet by octet (S-058). */
static int value_meets(const dhcpperf_class *c, const dp_condition *k, const uint8_t *data,
                       size_t len)
{
    switch ((dhcpperf_match)k->op) {
    case DHCPPERF_MATCH_EXACT:
        return len == k->len && (len == 0 || memcmp(data, c->bytes.at + k->offset, len) == 0);
    case DHCPPERF_MATCH_PREFIX:
        return len >= k->len && (k->len == 0 || memcmp(data, c->bytes.at + k->offset, k->len) == 0);
    case DHCPPERF_MATCH_PRESENT:
        return 1;
    case DHCPPERF_MATCH__FORCE_INT:
        break;
    }
    return 0;
}

/* RFC 3004 4: the value may be a list of user classes, each with its length in front. */
static int user_class_meets(const dhcpperf_class *c, const dp_condition *k, dhcpperf_bytes value)
{
    size_t at;
    int found = 0;

    for (at = 0; at < value.len; at += 1 + (size_t)value.data[at]) {
        if (value.data[at] == 0 || value.data[at] > value.len - at - 1) {
            return 0; /* it is not */
        }
        found |= value_meets(c, k, value.data + at + 1, value.data[at]);
    }
    return found;
}

/* The first such sub-option of a value that is well-formed from end to end (S-105). */
static int find_suboption(dhcpperf_bytes value, uint8_t wanted, dhcpperf_bytes *ret)
{
    dhcpperf_bytes sub;
    size_t cursor = 0;
    uint8_t code;
    int rc, found = 0;

    while ((rc = dhcpperf_subopt_next(value, &cursor, &code, &sub)) == 1) {
        if (code == wanted && !found) {
            *ret = sub;
            found = 1;
        }
    }
    return rc == 0 && found;
}

static int find_value(dhcpperf_server *s, dp_request *r, uint8_t code, dhcpperf_bytes *ret)
{
    int slot = dp_view_slot_of(code);

    if (slot >= 0) {
        if (!dp_view_has(&r->view, (dp_view_slot)slot)) {
            return 0;
        }
        ret->data = dp_view_val(&r->view, (dp_view_slot)slot);
        ret->len = dp_view_len(&r->view, (dp_view_slot)slot);
        return 1;
    }
    return dp_server_parse_fully(s, r) == 0 && dhcpperf_msg_get_option(s->msg, code, ret) == 0;
}

static int meets(dhcpperf_server *s, dp_request *r, const dhcpperf_class *c, const dp_condition *k)
{
    dhcpperf_bytes value, sub = {NULL, 0};

    if (!find_value(s, r, k->code, &value)) {
        return 0;
    }
    if (k->subcode >= 0) {
        return find_suboption(value, (uint8_t)k->subcode, &sub) &&
               value_meets(c, k, sub.data, sub.len);
    }
    return value_meets(c, k, value.data, value.len) ||
           (k->code == DHCPPERF_OPT_USER_CLASS && user_class_meets(c, k, value));
}

static int is_in(dhcpperf_server *s, dp_request *r, const dhcpperf_class *c)
{
    uint32_t i;

    for (i = 0; i < c->conditions.n; i++) {
        if (!meets(s, r, c, &c->conditions.at[i])) {
            return 0;
        }
    }
    return 1;
}

uint8_t dp_server_class(dhcpperf_server *s, dp_request *r)
{
    uint32_t i;

    for (i = 0; i < s->classes.n; i++) {
        if (is_in(s, r, s->classes.at[i])) {
            return (uint8_t)(i + 1);
        }
    }
    return 0;
}

/* ---- configured ones ------------------------------------------------------------------------ */

uint32_t dp_classes_find(const dp_classes *c, const char *name)
{
    uint32_t i = 0;

    while (i < c->n && strcmp(c->at[i]->name, name) != 0) {
        i++;
    }
    return i < c->n ? i + 1 : 0;
}

int dp_classes_add(dp_classes *c, const dhcpperf_class *k, const dhcpperf_mem *mem)
{
    int rc;

    if (dp_classes_find(c, k->name) != 0) {
        return DHCPPERF_E_CONFLICT;
    }
    if (c->n == DP_CLASS_MAX) {
        return DHCPPERF_E_FULL;
    }
    rc = dp_pool_grow(mem, (void **)(void *)&c->at, &c->cap, c->n + 1, sizeof(*c->at));
    if (rc == 0) {
        rc = dp_class_clone(&c->at[c->n], k, mem);
        c->n += rc == 0;
    }
    return rc;
}

void dp_classes_fini(dp_classes *c, const dhcpperf_mem *mem)
{
    while (c->n > 0) {
        dhcpperf_class_free(c->at[--c->n]);
    }
    DP_FREE_ARRAY(mem, c->at, c->cap);
    c->at = NULL;
}

int dhcpperf_server_config_add_class(dhcpperf_server_config *c, const dhcpperf_class *k)
{
    return c != NULL && k != NULL ? dp_classes_add(&c->classes, k, &c->mem) : DHCPPERF_E_INVALID;
}
