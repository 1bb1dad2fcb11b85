/* SPDX-License-Identifier: MIT */
/* inform.c - who may ask for parameters without a lease (DHCPINFORM), how often, and for which. */
#include "server/dp_server.h"

#include <string.h>

#include "base/dp_mem.h"
#include "base/dp_text.h"

int dhcpperf_server_config_add_inform_subnet(dhcpperf_server_config *c, dhcpperf_ip4 network,
                                             unsigned prefix_len)
{
    dp_prefix p;
    int rc;

    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (prefix_len > 32) {
        return DHCPPERF_E_RANGE;
    }
    p.network = dp_ip4_num(network);
    p.mask = prefix_len > 0 ? UINT32_MAX << (32 - prefix_len) : 0;
    if ((p.network & ~p.mask) != 0) {
        return DHCPPERF_E_RANGE;
    }
    rc = DP_GROW(c, inform.subnets, 1);
    if (rc == 0) {
        c->inform.subnets.at[c->inform.subnets.n++] = p;
    }
    return rc;
}

static uint64_t mac_number(const uint8_t *octets)
{
    return (uint64_t)dp_get16(octets) << 32 | dp_get32(octets + 2);
}

int dhcpperf_server_config_add_inform_mac(dhcpperf_server_config *c, dhcpperf_mac mac)
{
    int rc;

    if (c == NULL) {
        return DHCPPERF_E_INVALID;
    }
    rc = DP_GROW(c, inform.macs, 1);
    if (rc == 0) {
        c->inform.macs.at[c->inform.macs.n++] = mac_number(mac.b);
    }
    return rc;
}

int dhcpperf_server_config_add_inform_option(dhcpperf_server_config *c, uint8_t code)
{
    if (c == NULL || code == DHCPPERF_OPT_PAD || code == DHCPPERF_OPT_END) {
        return DHCPPERF_E_INVALID;
    }
    c->inform.options[code / 64] |= UINT64_C(1) << (code % 64);
    c->inform.has_options = 1;
    return 0;
}

void dp_inform_fini(dp_inform *f, const dhcpperf_mem *mem)
{
    DP_FREE_ARRAY(mem, f->subnets.at, f->subnets.cap);
    DP_FREE_ARRAY(mem, f->macs.at, f->macs.cap);
}

/* Ascending shell sort: no recursion, no memory. */
static void sort(uint64_t *at, uint32_t n)
{
    uint32_t gap, i, k;

    for (gap = n / 2; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11) {
        for (i = gap; i < n; i++) {
            uint64_t v = at[i];

            for (k = i; k >= gap && at[k - gap] > v; k -= gap) {
                at[k] = at[k - gap];
            }
            at[k] = v;
        }
    }
}

int dp_inform_copy(dp_inform *to, const dp_inform *from, const dhcpperf_mem *mem)
{
    memcpy(to->options, from->options, sizeof to->options);
    to->has_options = from->has_options;
    if (from->subnets.n > 0) {
        to->subnets.at = DP_ARRAY(mem, from->subnets.n, dp_prefix);
        if (to->subnets.at == NULL) {
            return DHCPPERF_E_NOMEM;
        }
        to->subnets.n = to->subnets.cap = from->subnets.n;
        memcpy(to->subnets.at, from->subnets.at, from->subnets.n * sizeof *to->subnets.at);
    }
    if (from->macs.n > 0) {
        to->macs.at = DP_ARRAY(mem, from->macs.n, uint64_t);
        if (to->macs.at == NULL) {
            return DHCPPERF_E_NOMEM;
        }
        to->macs.n = to->macs.cap = from->macs.n;
        memcpy(to->macs.at, from->macs.at, from->macs.n * sizeof *to->macs.at);
        sort(to->macs.at, to->macs.n);
    }
    return 0;
}

static int is_known_mac(const dp_inform *f, const uint8_t *data)
{
    uint64_t mac = mac_number(data + DP_OFF_CHADDR);
    uint32_t lo = 0, hi = f->macs.n;

    if (f->macs.n == 0) {
        return 1;
    }
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;

        if (f->macs.at[mid] < mac) {
            lo = mid + 1;
        } else {
            hi = mid;
        }
    }
    return data[DP_OFF_HLEN] == sizeof(dhcpperf_mac) && lo < f->macs.n && f->macs.at[lo] == mac;
}

static int is_in_subnets(const dp_inform *f, uint32_t ip)
{
    uint32_t i;

    for (i = 0; i < f->subnets.n; i++) {
        if ((ip & f->subnets.at[i].mask) == f->subnets.at[i].network) {
            return 1;
        }
    }
    return f->subnets.n == 0;
}

int dp_inform_allows(dhcpperf_server *s, const dp_request *r, uint32_t ip, dhcpperf_ts now)
{
    return s->set.inform_enabled && is_known_mac(&s->inform, r->view.data) &&
           is_in_subnets(&s->inform, ip) &&
           dp_take_token(&s->inform.full_at, s->set.inform_rate, now);
}
