/* SPDX-License-Identifier: MIT */
/* referee_table.c - who holds which address.
 *
 * The table is flat and open: a slot holds a station and eight bits of the address's hash, one slot
 * per address, so with two slots per station it cannot fill up.  Removal closes the gap behind it:
 * there are no tombstones.  An address that several stations hold has one of them in the slot and
 * the others behind it in a list, whose memory nobody touches until there is a conflict.
 *
 * A station is in the table while it holds an address, at most once.  One whose lease has run out
 * without a word may have been taken out: its leaving then finds nothing. */
#include "client/dp_client.h"

#include "base/dp_mem.h"

#define INDEX_MASK UINT32_C(0x00ffffff)
#define TAG_MASK   UINT32_C(0xff000000)

int dp_referee_table_init(dhcpperf_client *cli)
{
    dp_holders *t = &cli->holders;

    t->n_slots = 2 * (cli->n + 1);
    t->slots = DP_ARRAY(&cli->mem, t->n_slots, uint32_t);
    t->links = DP_ARRAY(&cli->mem, cli->n + 1, dp_holder_link);
    return t->slots != NULL && t->links != NULL ? 0 : DHCPPERF_E_NOMEM;
}

void dp_referee_table_fini(dhcpperf_client *cli)
{
    dp_holders *t = &cli->holders;

    if (t->slots != NULL) {
        DP_FREE_ARRAY(&cli->mem, t->slots, t->n_slots);
    }
    if (t->links != NULL) {
        DP_FREE_ARRAY(&cli->mem, t->links, cli->n + 1);
    }
}

/* -- slots ------------------------------------------------------------------------------------- */

static uint64_t hash_of(const dhcpperf_client *cli, uint32_t ip)
{
    return dp_mix64(cli->address_key ^ ip);
}

static uint32_t home_of(const dhcpperf_client *cli, uint64_t hash)
{
    return (uint32_t)((hash & UINT32_MAX) * cli->holders.n_slots >> 32);
}

/* The high bits; never zero, so that no slot in use looks empty. */
static uint32_t tag_of(uint64_t hash)
{
    return ((uint32_t)(hash >> 32) & TAG_MASK) | UINT32_C(0x01000000);
}

static uint32_t behind(const dp_holders *t, uint32_t at)
{
    return at + 1 < t->n_slots ? at + 1 : 0;
}

static uint32_t distance(const dp_holders *t, uint32_t from, uint32_t to)
{
    return to >= from ? to - from : to + t->n_slots - from;
}

void dp_referee_prefetch(const dhcpperf_client *cli, uint32_t ip)
{
    __builtin_prefetch(&cli->holders.slots[home_of(cli, hash_of(cli, ip))], 1);
}

/* Where the slot of this address is, or the empty one where it would be. */
static uint32_t find_slot(const dhcpperf_client *cli, uint32_t ip)
{
    const dp_holders *t = &cli->holders;
    uint64_t hash = hash_of(cli, ip);
    uint32_t at = home_of(cli, hash), tag = tag_of(hash);

    while (t->slots[at] != 0 && ((t->slots[at] & TAG_MASK) != tag ||
                                 cli->stations[t->slots[at] & INDEX_MASK].ip != ip)) {
        at = behind(t, at);
    }
    return at;
}

static void close_gap(dhcpperf_client *cli, uint32_t gap)
{
    dp_holders *t = &cli->holders;
    uint32_t at;

    for (at = behind(t, gap); t->slots[at] != 0; at = behind(t, at)) {
        uint32_t ip = cli->stations[t->slots[at] & INDEX_MASK].ip;
        uint32_t home = home_of(cli, hash_of(cli, ip));

        /* May move into the gap unless its home lies behind it. */
        if (distance(t, home, at) >= distance(t, gap, at)) {
            t->slots[gap] = t->slots[at];
            gap = at;
        }
    }
    t->slots[gap] = 0;
}

/* -- several holders of one address ------------------------------------------------------------ */

/* Puts station i behind the one in the slot. */
static void link_behind(dp_holders *t, uint32_t first, uint32_t i)
{
    uint32_t next = t->links[first].next;

    t->links[i].prev = first + 1;
    t->links[i].next = next;
    t->links[first].next = i + 1;
    if (next != 0) {
        t->links[next - 1].prev = i + 1;
    }
    t->linked++;
}

static void unlink_holder(dp_holders *t, uint32_t i)
{
    dp_holder_link link = t->links[i];

    t->links[link.prev - 1].next = link.next;
    if (link.next != 0) {
        t->links[link.next - 1].prev = link.prev;
    }
    t->links[i] = (dp_holder_link){0};
    t->linked--;
}

/* The station in the slot leaves; false when nobody takes its place there. */
static bool leave_slot(dhcpperf_client *cli, uint32_t at)
{
    dp_holders *t = &cli->holders;
    uint32_t i = t->slots[at] & INDEX_MASK, next = t->linked > 0 ? t->links[i].next : 0;

    if (next == 0) {
        close_gap(cli, at);
        return false;
    }
    t->links[i] = (dp_holder_link){0};
    t->links[next - 1].prev = 0;
    t->slots[at] = (t->slots[at] & TAG_MASK) | (next - 1);
    t->linked--;
    return true;
}

static bool is_live(const dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    return at < dp_lifetime_ends_at(cli, i);
}

/* A station other than i whose lease of the address in the slot lasts, or NONE.  Those whose lease
 * has run out are taken out on the way, so each is met once. */
static uint32_t other_holder(dhcpperf_client *cli, uint32_t at, uint32_t i, dhcpperf_ts now)
{
    dp_holders *t = &cli->holders;

    for (;;) {
        uint32_t held = t->slots[at] & INDEX_MASK, next;

        if (held != i) {
            if (is_live(cli, held, now)) {
                return held;
            }
            if (!leave_slot(cli, at)) {
                return DP_STATION_NONE;
            }
            continue;
        }
        next = t->linked > 0 ? t->links[i].next : 0;
        if (next == 0 || is_live(cli, next - 1, now)) {
            return next == 0 ? DP_STATION_NONE : next - 1;
        }
        unlink_holder(t, next - 1);
    }
}

/* -- coming and going -------------------------------------------------------------------------- */

uint32_t dp_referee_hold(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at)
{
    dp_holders *t = &cli->holders;
    uint32_t ip = cli->stations[i].ip, slot = find_slot(cli, ip), other = DP_STATION_NONE;

    if (t->slots[slot] != 0) {
        other = other_holder(cli, slot, i, at);
        slot = find_slot(cli, ip); /* taking somebody out may have moved what lies behind */
    }
    if (t->slots[slot] == 0) {
        t->slots[slot] = tag_of(hash_of(cli, ip)) | i;
    } else if ((t->slots[slot] & INDEX_MASK) != i && t->links[i].prev == 0) {
        link_behind(t, t->slots[slot] & INDEX_MASK, i);
    }
    return other;
}

uint32_t dp_referee_other(dhcpperf_client *cli, uint32_t i, uint32_t ip, dhcpperf_ts at)
{
    uint32_t slot = find_slot(cli, ip);

    return cli->holders.slots[slot] != 0 ? other_holder(cli, slot, i, at) : DP_STATION_NONE;
}

void dp_referee_unbind(dhcpperf_client *cli, uint32_t i)
{
    dp_holders *t = &cli->holders;
    uint32_t at;

    if (t->linked > 0 && t->links[i].prev != 0) {
        unlink_holder(t, i);
        return;
    }
    at = find_slot(cli, cli->stations[i].ip);
    if (t->slots[at] != 0 && (t->slots[at] & INDEX_MASK) == i) {
        (void)leave_slot(cli, at);
    }
}
