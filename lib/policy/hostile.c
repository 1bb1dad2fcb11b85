/* SPDX-License-Identifier: MIT */
/* hostile.c - the numbers of the corpus: first the kinds made by hand, each with its variants, then
 * mutations.  What a message holds depends on its number, the seed and the facts alone. */
#include "policy/dp_hostile.h"

#include <string.h>

enum {
    MACS = 65536,
    DEFAULT_SERVER_LOW = 1 /* 192.0.2.1, and up to 192.0.2.254 for others (RFC 5737) */
};

#define DEFAULT_NET UINT32_C(0xc0000200)

static const dp_hostile_kind *const groups[] = {
    dp_hostile_header,
    dp_hostile_options,
    dp_hostile_clients,
    dp_hostile_shape,
};

static const char mutation[] = "mutation";

/* -- kinds ------------------------------------------------------------------------------------- */

/* Kind number `index`, and how many messages come before it; NULL past the end. */
static const dp_hostile_kind *kind_at(unsigned index, uint64_t *ret_before)
{
    unsigned g, k = 0;

    *ret_before = 0;
    for (g = 0; g < sizeof groups / sizeof *groups; g++) {
        const dp_hostile_kind *kind;

        for (kind = groups[g]; kind->name != NULL; kind++, k++) {
            if (k == index) {
                return kind;
            }
            *ret_before += kind->count;
        }
    }
    return NULL;
}

/* The kind of message n, which becomes its variant; NULL for mutations. */
static const dp_hostile_kind *kind_of(uint64_t n, uint32_t *ret_variant)
{
    unsigned g;

    for (g = 0; g < sizeof groups / sizeof *groups; g++) {
        const dp_hostile_kind *kind;

        for (kind = groups[g]; kind->name != NULL; kind++) {
            if (n < kind->count) {
                *ret_variant = (uint32_t)n;
                return kind;
            }
            n -= kind->count;
        }
    }
    return NULL;
}

uint64_t dhcpperf_hostile_count(void)
{
    uint64_t n;

    (void)kind_at(UINT32_MAX, &n);
    return n;
}

int dhcpperf_hostile_describe(unsigned index, const char **ret_kind, const char **ret_help,
                              uint64_t *ret_first, uint64_t *ret_count)
{
    static const dp_hostile_kind last = {
        mutation, "one of the messages above or a good one, with up to eight changes", 0, NULL};
    uint64_t first, before;
    const dp_hostile_kind *kind = kind_at(index, &first);
    uint64_t count = kind != NULL ? kind->count : UINT64_MAX - first;

    if (kind == NULL && (index == 0 || kind_at(index - 1, &before) == NULL)) {
        return 0;
    }
    kind = kind != NULL ? kind : &last;
    if (ret_kind != NULL) {
        *ret_kind = kind->name;
    }
    if (ret_help != NULL) {
        *ret_help = kind->help;
    }
    if (ret_first != NULL) {
        *ret_first = first;
    }
    if (ret_count != NULL) {
        *ret_count = count;
    }
    return 1;
}

const char *dhcpperf_hostile_kind(uint64_t n)
{
    uint32_t variant;
    const dp_hostile_kind *kind = kind_of(n, &variant);

    return kind != NULL ? kind->name : mutation;
}

/* -- messages ---------------------------------------------------------------------------------- */

static bool is_none(const void *octets, size_t n)
{
    static const uint8_t none[sizeof(dhcpperf_mac)];

    return memcmp(octets, none, n) == 0;
}

static void fill_in(dhcpperf_hostile_facts *f)
{
    static const dhcpperf_mac mac = {{0x06, 0xba, 0xdd, 0x00, 0x00, 0x00}};

    if (is_none(&f->server, sizeof f->server)) {
        f->server = dp_ip4_of(DEFAULT_NET + DEFAULT_SERVER_LOW);
    }
    if (is_none(&f->first, sizeof f->first) && is_none(&f->last, sizeof f->last)) {
        f->first = dp_ip4_of(DEFAULT_NET + DEFAULT_SERVER_LOW + 1);
        f->last = dp_ip4_of(DEFAULT_NET + 254);
    }
    if (is_none(&f->mac, sizeof f->mac)) {
        f->mac = mac;
    }
    if (f->macs == 0) {
        f->macs = MACS;
    }
}

void dp_hostile_make(dp_draft *d, uint64_t n)
{
    uint32_t variant = 0;
    const dp_hostile_kind *kind = kind_of(n, &variant);

    if (kind != NULL) {
        kind->make(d, variant);
    }
    if (kind != NULL && !d->is_closed) {
        dp_draft_close(d);
    }
}

int dhcpperf_hostile_message(uint64_t seed, uint64_t n, const dhcpperf_hostile_facts *facts,
                             uint8_t *buf, size_t cap)
{
    dp_draft d = {.seed = seed, .number = n};
    uint32_t variant;

    if (buf == NULL || (facts != NULL && facts->size < sizeof facts->size)) {
        return DHCPPERF_E_INVALID;
    }
    if (facts != NULL) {
        memcpy(&d.facts, facts, facts->size < sizeof d.facts ? facts->size : sizeof d.facts);
    }
    fill_in(&d.facts);
    if (dp_ip4_num(d.facts.first) > dp_ip4_num(d.facts.last)) {
        return DHCPPERF_E_INVALID;
    }
    if (kind_of(n, &variant) != NULL) {
        dp_hostile_make(&d, n);
    } else {
        dp_hostile_mutate(&d);
    }
    if (d.len > cap) {
        return DHCPPERF_E_NOBUFS;
    }
    if (d.len > 0) {
        memcpy(buf, d.at, d.len);
    }
    return (int)d.len;
}
