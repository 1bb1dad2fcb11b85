/* SPDX-License-Identifier: MIT */
/* pool_options.c - the configuration parameters of a subnet, kept as wire values.
 *
 * Invariant: ascending by code, each code once.  A replaced value stays in pool->bytes unused. */
#include "lease/dp_pool.h"

#include <string.h>

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

static int cut_routers(dhcpperf_pool *p, const uint8_t *value, size_t len)
{
    size_t i;
    int rc = 0;

    for (i = 0; i + 4 <= len && rc == 0; i += 4) {
        dhcpperf_ip4 ip;

        memcpy(&ip, value + i, 4);
        rc = dp_pool_cut(p, dp_ip4_num(ip));
    }
    return rc;
}

static uint32_t option_place(const dhcpperf_pool *p, uint8_t code)
{
    uint32_t i = 0;

    while (i < p->options.n && p->options.at[i].code < code) {
        i++;
    }
    return i;
}

int dhcpperf_pool_add_option(dhcpperf_pool *p, uint8_t code, const char *text)
{
    uint8_t value[VALUE_MAX];
    size_t len;
    uint32_t i;
    int rc;

    if (p == NULL || text == NULL || is_own_code(code)) {
        return DHCPPERF_E_INVALID;
    }
    rc = dhcpperf_opt_encode_text(code, text, value, sizeof value, &len);
    if (rc != 0) {
        return rc == DHCPPERF_E_NOBUFS ? DHCPPERF_E_RANGE : rc;
    }
    if ((rc = DP_GROW(p, bytes, len)) != 0 || (rc = DP_GROW(p, options, 1)) != 0 ||
        (code == DHCPPERF_OPT_ROUTER && (rc = cut_routers(p, value, len)) != 0)) {
        return rc;
    }
    i = option_place(p, code);
    if (i == p->options.n || p->options.at[i].code != code) {
        memmove(p->options.at + i + 1, p->options.at + i,
                (p->options.n - i) * sizeof *p->options.at);
        p->options.n++;
    }
    p->options.at[i].code = code;
    p->options.at[i].len = (uint16_t)len;
    p->options.at[i].offset = p->bytes.n;
    if (len > 0) {
        memcpy(p->bytes.at + p->bytes.n, value, len);
    }
    p->bytes.n += (uint32_t)len;
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

int dp_pool_get_option(const dhcpperf_pool *p, uint8_t code, dhcpperf_bytes *ret)
{
    uint32_t i = option_place(p, code);

    if (i == p->options.n || p->options.at[i].code != code) {
        return 0;
    }
    ret->data = p->bytes.at + p->options.at[i].offset;
    ret->len = p->options.at[i].len;
    return 1;
}
