/* SPDX-License-Identifier: MIT */
/* identity.c - who a station is to the server: its hardware address and client identifier.
 *
 * Hardware addresses count up from a base, or stand in the caller's list; then a table leads from
 * an address to its station.  Identifiers are functions of the station's number, so that they are
 * the same in every run with the same settings (RFC 4361 section 6.1, K-123). */
#include "client/dp_client.h"

#include <string.h>

#include "base/dp_hash.h"
#include "base/dp_mem.h"

enum {
    ID_TYPE_DUID = 255,  /* RFC 4361 section 6.1 */
    DUID_LL = 3,         /* RFC 8415 section 11.4 */
    DUID_UUID = 4,       /* RFC 6355 */
    UUID_VERSION = 0x80, /* RFC 9562: made in a way of our own */
    UUID_VARIANT = 0x80,
    MIN_HLEN = sizeof(dhcpperf_mac),
    PURPOSE_TABLE = 0x6d6163,
    PURPOSE_IAID,
    PURPOSE_UUID
};

#define MAC_BITS UINT64_C(0xffffffffffff)

static uint64_t mac_num(dhcpperf_mac mac)
{
    uint64_t v = 0;
    unsigned i;

    for (i = 0; i < sizeof mac.b; i++) {
        v = v << 8 | mac.b[i];
    }
    return v;
}

/* -- hardware addresses ------------------------------------------------------------------------ */

int dhcpperf_client_config_set_macs(dhcpperf_client_config *c, const dhcpperf_mac *macs, uint32_t n)
{
    dhcpperf_mac *copy = NULL;

    if (c == NULL || (macs == NULL && n > 0)) {
        return DHCPPERF_E_INVALID;
    }
    if (n > DP_CLIENT_MAX_STATIONS) {
        return DHCPPERF_E_RANGE;
    }
    if (n > 0) {
        copy = DP_ARRAY(&c->mem, n, dhcpperf_mac);
        if (copy == NULL) {
            return DHCPPERF_E_NOMEM;
        }
        memcpy(copy, macs, n * sizeof *copy);
    }
    DP_FREE_ARRAY(&c->mem, c->macs, c->n_macs);
    c->macs = copy;
    c->n_macs = n;
    return 0;
}

/* Where the address is in the table, or where it would be put. */
static uint32_t *slot_of(const dhcpperf_client *cli, dhcpperf_mac mac)
{
    uint32_t at = (uint32_t)dp_hash_bytes(cli->mac_key, mac.b, sizeof mac.b) & cli->mac_mask;

    while (cli->mac_slots[at] != 0 &&
           memcmp(&cli->macs[cli->mac_slots[at] - 1], &mac, sizeof mac) != 0) {
        at = (at + 1) & cli->mac_mask;
    }
    return &cli->mac_slots[at];
}

/* At most half full, so that a search is short. */
static int index_macs(dhcpperf_client *cli)
{
    uint32_t n = cli->cfg.set.stations, size = 2, i;

    while (size < 2 * n) {
        size *= 2;
    }
    cli->macs = cli->cfg.macs;
    cli->mac_key = dp_draw(cli->cfg.set.seed, 0, PURPOSE_TABLE, 0);
    cli->mac_slots = DP_ARRAY(&cli->mem, size, uint32_t);
    if (cli->mac_slots == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    cli->mac_mask = size - 1;
    for (i = 0; i < n; i++) {
        uint32_t *slot = slot_of(cli, cli->macs[i]);

        if (*slot != 0) {
            return DHCPPERF_E_CONFLICT;
        }
        *slot = i + 1;
    }
    return 0;
}

int dp_identity_find_mac(const dhcpperf_client *cli, dhcpperf_mac mac, uint32_t *ret_station)
{
    uint64_t global = (mac_num(mac) - cli->mac_base) & MAC_BITS;

    if (cli->macs != NULL) {
        uint32_t slot = *slot_of(cli, mac);

        global = slot != 0 ? slot - 1 : DP_STATION_NONE;
    }
    return global < cli->cfg.set.stations ? dp_station_of_global(cli, (uint32_t)global, ret_station)
                                          : -1;
}

/* -- client identifiers ------------------------------------------------------------------------ */

static size_t put_mac_id(const dhcpperf_client *cli, dhcpperf_mac mac, uint8_t *p)
{
    uint32_t hlen = cli->cfg.set.hlen;

    p[0] = (uint8_t)cli->cfg.set.htype;
    memset(p + 1, 0, hlen);
    memcpy(p + 1, mac.b, hlen < sizeof mac.b ? hlen : sizeof mac.b);
    return 1 + hlen;
}

/* The DUID of a station without a memory: its link-layer address. */
static size_t put_duid_ll(const dhcpperf_client *cli, dhcpperf_mac mac, uint8_t *p)
{
    p[0] = ID_TYPE_DUID;
    memcpy(p + 1, mac.b + 2, 4); /* IAID: what tells one card of a host from the next */
    dp_put16(p + 5, DUID_LL);
    dp_put16(p + 7, (uint16_t)cli->cfg.set.htype);
    memcpy(p + 9, mac.b, sizeof mac.b);
    return 9 + sizeof mac.b;
}

/* One that outlives the link-layer address.  Both numbers are permutations of the station's, so
 * that no two stations share one. */
static size_t put_duid_uuid(const dhcpperf_client *cli, uint32_t station, uint8_t *p)
{
    const dp_uuids *u = &cli->uuids;
    uint8_t *uuid = p + 7;

    p[0] = ID_TYPE_DUID;
    dp_put32(p + 1, dp_permute32(&u->iaids, station));
    dp_put16(p + 5, DUID_UUID);
    dp_put32(uuid, dp_permute32(&u->lows, station));
    dp_put32(uuid + 4, (uint32_t)u->high);
    dp_put32(uuid + 8, (uint32_t)(u->high >> 32));
    dp_put32(uuid + 12, (uint32_t)u->low);
    uuid[6] = (uint8_t)(UUID_VERSION | (uuid[6] & 0x0f));
    uuid[8] = (uint8_t)(UUID_VARIANT | (uuid[8] & 0x3f));
    return 7 + 16;
}

size_t dp_identity_render(const dhcpperf_client *cli, const dp_template_values *v, uint8_t *buf)
{
    const dp_client_settings *set = &cli->cfg.set;

    if (cli->own_id != NULL) {
        return dp_value_render(&cli->own_id->value, v, buf);
    }
    switch ((dp_client_id)set->client_id) {
    case DP_CLIENT_ID_NONE:
        break;
    case DP_CLIENT_ID_MAC:
        return put_mac_id(cli, v->mac, buf);
    case DP_CLIENT_ID_DUID:
        return set->duid_seed != 0 ? put_duid_uuid(cli, v->station, buf)
                                   : put_duid_ll(cli, v->mac, buf);
    }
    return 0;
}

size_t dp_identity_client_id(const dhcpperf_client *cli, uint32_t i, uint8_t buf[255])
{
    dp_template_values v;

    dp_identity_values(cli, i, &v);
    return dp_identity_render(cli, &v, buf);
}

/* -- life -------------------------------------------------------------------------------------- */

static dp_uuids uuids_of(uint64_t seed)
{
    uint64_t low = dp_draw(seed, 0, PURPOSE_UUID, 1);

    return (dp_uuids){.iaids = dp_permutation_of(dp_draw(seed, 0, PURPOSE_IAID, 0)),
                      .lows = dp_permutation_of(low),
                      .high = dp_draw(seed, 0, PURPOSE_UUID, 0),
                      .low = low};
}

int dp_identity_prepare(dhcpperf_client *cli)
{
    const dp_client_settings *set = &cli->cfg.set;
    unsigned k;

    cli->mac_base = mac_num(set->mac_base);
    cli->uuids = uuids_of(set->duid_seed);
    for (k = 0; k < cli->cfg.n_options; k++) {
        if (cli->cfg.options[k].code == DHCPPERF_OPT_CLIENT_ID) {
            cli->own_id = &cli->cfg.options[k];
        }
    }
    if (set->hlen > 0 && set->hlen < MIN_HLEN) {
        return DHCPPERF_E_RANGE;
    }
    /* RFC 4390 section 2.1: without an address in chaddr only the identifier tells who it is. */
    if (set->hlen == 0 && cli->own_id == NULL && set->client_id != DP_CLIENT_ID_DUID) {
        return DHCPPERF_E_INVALID;
    }
    if (cli->cfg.n_macs == 0) {
        return 0;
    }
    return cli->cfg.n_macs < set->stations ? DHCPPERF_E_RANGE : index_macs(cli);
}

void dp_identity_fini(dhcpperf_client *cli)
{
    if (cli->mac_slots != NULL) {
        DP_FREE_ARRAY(&cli->mem, cli->mac_slots, cli->mac_mask + 1);
    }
}
