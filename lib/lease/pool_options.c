/* SPDX-License-Identifier: MIT */
/* pool_options.c - configuration parameters of subnets, classes and single clients, kept as wire
 * values.
 *
 * Invariant: ascending by code, each code once.  A replaced value stays in the bytes unused. */
#include "lease/dp_pool.h"

#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_text.h"

enum {
    VALUE_MAX = 1024,   /* longest option value: it must fit a message */
    BOOT_FILE_MAX = 127 /* the field has room for that and its NUL */
};

/* Codes whose value is the server's decision, message by message. */
static int is_own_code(uint8_t code)
{
    return code == DHCPPERF_OPT_PAD || (code >= 50 && code <= 61) || code == 80 || code == 82 ||
           code == 90 || code == 118 || code == DHCPPERF_OPT_END;
}

static uint32_t place(const dp_options *o, uint8_t code)
{
    uint32_t i = 0;

    while (i < o->n && o->at[i].code < code) {
        i++;
    }
    return i;
}

static int grow(dp_options *o, size_t octets, const dhcpperf_mem *mem)
{
    int rc = dp_pool_grow(mem, (void **)(void *)&o->at, &o->cap, o->n + 1, sizeof *o->at);

    return rc != 0 ? rc
                   : dp_pool_grow(mem, (void **)(void *)&o->bytes.at, &o->bytes.cap,
                                  o->bytes.n + (uint32_t)octets, 1);
}

int dp_options_set(dp_options *o, uint8_t code, const char *text, const dhcpperf_mem *mem)
{
    uint8_t value[VALUE_MAX];
    size_t len;
    uint32_t i;
    int rc;

    if (text == NULL || is_own_code(code)) {
        return DHCPPERF_E_INVALID;
    }
    rc = dhcpperf_opt_encode_text(code, text, value, sizeof value, &len);
    if (rc != 0) {
        return rc == DHCPPERF_E_NOBUFS ? DHCPPERF_E_RANGE : rc;
    }
    rc = grow(o, len, mem);
    if (rc != 0) {
        return rc;
    }
    i = place(o, code);
    if (i == o->n || o->at[i].code != code) {
        memmove(o->at + i + 1, o->at + i, (o->n - i) * sizeof *o->at);
        o->n++;
    }
    o->at[i].code = code;
    o->at[i].len = (uint16_t)len;
    o->at[i].offset = o->bytes.n;
    if (len > 0) {
        memcpy(o->bytes.at + o->bytes.n, value, len);
    }
    o->bytes.n += (uint32_t)len;
    return 0;
}

int dhcpperf_pool_set_boot(dhcpperf_pool *p, dhcpperf_ip4 next_server, const char *boot_file)
{
    size_t len = boot_file != NULL ? strlen(boot_file) : 0;
    int rc;

    if (p == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (len > BOOT_FILE_MAX) {
        return DHCPPERF_E_RANGE;
    }
    rc = DP_GROW(p, bytes, len);
    if (rc != 0) {
        return rc;
    }
    p->has_boot = 1;
    p->next_server = next_server;
    p->boot_file = p->bytes.n;
    p->boot_len = (uint8_t)len;
    if (len > 0) {
        memcpy(p->bytes.at + p->bytes.n, boot_file, len);
        p->bytes.n += (uint32_t)len;
    }
    return 0;
}

int dp_options_get(const dp_options *o, uint8_t code, dhcpperf_bytes *ret)
{
    uint32_t i = place(o, code);

    if (i == o->n || o->at[i].code != code) {
        return 0;
    }
    ret->data = o->bytes.at + o->at[i].offset;
    ret->len = o->at[i].len;
    return 1;
}

int dp_options_clone(dp_options *ret, const dp_options *o, const dhcpperf_mem *mem)
{
    int rc;

    memset(ret, 0, sizeof *ret);
    if (o->n == 0) {
        return 0;
    }
    rc = dp_pool_grow(mem, (void **)(void *)&ret->at, &ret->cap, o->n, sizeof *o->at);
    if (rc == 0) {
        rc = dp_pool_grow(mem, (void **)(void *)&ret->bytes.at, &ret->bytes.cap, o->bytes.n, 1);
    }
    if (rc != 0) {
        dp_options_fini(ret, mem);
        return rc;
    }
    memcpy(ret->at, o->at, o->n * sizeof *o->at);
    ret->n = o->n;
    if (o->bytes.n > 0) {
        memcpy(ret->bytes.at, o->bytes.at, o->bytes.n);
        ret->bytes.n = o->bytes.n;
    }
    return 0;
}

void dp_options_fini(dp_options *o, const dhcpperf_mem *mem)
{
    DP_FREE_ARRAY(mem, o->at, o->cap);
    DP_FREE_ARRAY(mem, o->bytes.at, o->bytes.cap);
    memset(o, 0, sizeof *o);
}

int dp_pool_cut_routers(dhcpperf_pool *p, const dp_options *o)
{
    dhcpperf_bytes value;
    size_t i;
    int rc;

    if (!dp_options_get(o, DHCPPERF_OPT_ROUTER, &value)) {
        return 0;
    }
    rc = DP_GROW(p, cuts, value.len / 4);
    for (i = 0; i + 4 <= value.len && rc == 0; i += 4) {
        dhcpperf_ip4 ip;

        memcpy(&ip, value.data + i, 4);
        rc = dp_pool_cut(p, dp_ip4_num(ip));
    }
    return rc;
}

int dp_pool_set_option(dhcpperf_pool *p, dp_options *o, uint8_t code, const char *text)
{
    int rc = 0;

    if (code == DHCPPERF_OPT_ROUTER) { /* nothing may fail once the option is set */
        rc = DP_GROW(p, cuts, VALUE_MAX / 4);
    }
    rc = rc != 0 ? rc : dp_options_set(o, code, text, &p->mem);
    return rc != 0 || code != DHCPPERF_OPT_ROUTER ? rc : dp_pool_cut_routers(p, o);
}

int dhcpperf_pool_add_option(dhcpperf_pool *p, uint8_t code, const char *text)
{
    return p != NULL ? dp_pool_set_option(p, &p->options, code, text) : DHCPPERF_E_INVALID;
}
