/* SPDX-License-Identifier: MIT */
/* strangers.c - hostile messages besides those of the stations, and what answers them.
 *
 * Strangers have hardware addresses that no station of any shard has.  Some messages have another
 * one all the same, or none; their answers are known by the transaction id, as long as that is
 * among the latest ones.  Neither are counted among what stations send and receive. */
#include "client/dp_mischief.h"

#include <string.h>

#include "base/dp_mem.h"

enum {
    MACS = 65536
};

/* How far behind their instants they may be. */
#define CATCH_UP (100 * DHCPPERF_NS_PER_MS)

/* -- life -------------------------------------------------------------------------------------- */

static uint64_t number_of(const dhcpperf_mac *mac)
{
    uint64_t n = 0;
    unsigned k;

    for (k = 0; k < sizeof mac->b; k++) {
        n = n << 8 | mac->b[k];
    }
    return n;
}

static bool is_between(uint64_t n, uint64_t first, uint64_t count)
{
    return n >= first && n - first < count;
}

/* Whether some station has an address among those from `first` on. */
static bool meets(const dhcpperf_client *cli, uint64_t first)
{
    uint32_t k, stations = cli->cfg.set.stations;

    if (cli->macs == NULL) {
        return is_between(first, cli->mac_base, stations) || is_between(cli->mac_base, first, MACS);
    }
    for (k = 0; k < cli->cfg.n_macs; k++) {
        if (is_between(number_of(&cli->macs[k]), first, MACS)) {
            return true;
        }
    }
    return false;
}

/* Hardware addresses for strangers, the same in all shards: the first block that is free. */
static dhcpperf_mac choose_macs(const dhcpperf_client *cli)
{
    uint64_t first = UINT64_C(0x06badd000000);
    dhcpperf_mac mac;
    unsigned k;

    while (meets(cli, first)) { /* there are more blocks than stations */
        first += MACS;
    }
    for (k = sizeof mac.b; k-- > 0; first >>= 8) {
        mac.b[k] = (uint8_t)first;
    }
    return mac;
}

/* Stations whom a server knows by more than their hardware address, so that it can be borrowed. */
static uint32_t victims(const dhcpperf_client *cli)
{
    bool identified = cli->own_id != NULL || cli->cfg.set.client_id != DP_CLIENT_ID_NONE;

    return identified && cli->macs == NULL && cli->cfg.set.hlen == sizeof(dhcpperf_mac)
               ? cli->cfg.set.stations
               : 0;
}

static bool has_hostile(const dhcpperf_fault_plan *p)
{
    uint32_t k;

    for (k = 0; k < p->n_actions; k++) {
        if (p->actions[k].verb == DP_FV_HOSTILE) {
            return true;
        }
    }
    return false;
}

/* Who the server is and which addresses it gives, as far as the configuration tells: what a number
 * means must not depend on what was answered so far. */
static void name_server(const dhcpperf_client *cli, dhcpperf_hostile_facts *f)
{
    const dp_client_settings *set = &cli->cfg.set;
    uint32_t server = dp_ip4_num(set->hostile_server);

    server = server != 0 ? server : dp_ip4_num(set->server);
    server = dp_is_unicast(server) ? server : dp_ip4_num(set->offer_server);
    f->server = dp_ip4_of(server);
    f->first = set->hostile_first;
    f->last = set->hostile_last;
    if (server != 0 && dp_ip4_num(f->first) == 0 && dp_ip4_num(f->last) == 0) {
        f->first = dp_ip4_of((server & ~UINT32_C(0xff)) + 1);
        f->last = dp_ip4_of((server & ~UINT32_C(0xff)) + 254);
    }
}

int dp_strangers_init(dhcpperf_client *cli)
{
    const dp_client_settings *set = &cli->cfg.set;
    dp_strangers *s = &cli->mischief->strangers;

    s->facts.size = sizeof s->facts;
    if (!has_hostile(cli->mischief->rules.plan)) {
        return 0;
    }
    name_server(cli, &s->facts);
    s->facts.mac = choose_macs(cli);
    s->facts.macs = MACS;
    s->facts.victim = set->mac_base;
    s->facts.victims = victims(cli);
    s->gap = set->hostile_rate > 0 ? DHCPPERF_NS_PER_S * set->shard_of / set->hostile_rate : 0;
    if (dp_ip4_num(s->facts.first) > dp_ip4_num(s->facts.last)) {
        return DHCPPERF_E_RANGE;
    }
    s->xids = dp_mem_sparse(&cli->mem, DP_STRANGE_XIDS, sizeof *s->xids, _Alignof(uint32_t));
    return s->xids != NULL ? 0 : DHCPPERF_E_NOMEM;
}

void dp_strangers_fini(dhcpperf_client *cli)
{
    dp_strangers *s = &cli->mischief->strangers;

    DP_FREE_ARRAY(&cli->mem, s->xids, s->xids != NULL ? DP_STRANGE_XIDS : 0);
}

/* -- which messages -----------------------------------------------------------------------------
 */

/* The numbers that an action asks for. */
static dp_strange_job job_of(const dhcpperf_client *cli, const dp_fault_action *a)
{
    const dp_client_settings *set = &cli->cfg.set;
    dp_strange_job job = {.step = 1};

    switch ((dp_fault_hostile)a->how) {
    case DP_FH_NUMBERS:
        job.number = a->n;
        job.left = (uint64_t)a->m - a->n + 1;
        break;
    case DP_FH_ALL:
        job.left = dhcpperf_hostile_count();
        break;
    case DP_FH_NEXT: /* dealt out to the shards */
        job.step = set->shard_of;
        job.number = set->shard_index + cli->mischief->strangers.given * job.step;
        job.left = a->n;
        break;
    }
    return job;
}

static bool is_same_way(const dp_strange_job *a, const dp_strange_job *b)
{
    return memcmp(&a->head.dst, &b->head.dst, sizeof a->head.dst) == 0 &&
           dp_ip4_num(a->head.src.ip) == dp_ip4_num(b->head.src.ip) &&
           dp_ip4_num(a->giaddr) == dp_ip4_num(b->giaddr);
}

bool dp_strangers_add(dhcpperf_client *cli, const dp_fault_action *a, const dhcpperf_pkt *pkt)
{
    dp_strangers *s = &cli->mischief->strangers;
    dp_strange_job job = job_of(cli, a), *last = NULL;

    job.head = *pkt;
    job.head.data = NULL;
    job.head.cookie = DP_COOKIE_NOBODY;
    job.giaddr = dp_ip4_of(dp_get32(pkt->data + DP_OFF_GIADDR));
    if (s->n_jobs > 0) {
        last = &s->jobs[(s->first_job + s->n_jobs - 1) % DP_STRANGE_JOBS];
    }
    if (last != NULL && a->how == DP_FH_NEXT && is_same_way(last, &job) && last->step == job.step &&
        last->number + last->left * last->step == job.number) {
        last->left += job.left;
    } else if (s->n_jobs < DP_STRANGE_JOBS) {
        s->jobs[(s->first_job + s->n_jobs++) % DP_STRANGE_JOBS] = job;
    } else {
        return false;
    }
    s->given += a->how == DP_FH_NEXT ? job.left : 0;
    return true;
}

void dp_strangers_stop(dhcpperf_client *cli)
{
    cli->mischief->strangers.n_jobs = 0;
}

/* -- sending ----------------------------------------------------------------------------------- */

/* Where an xid may be: DP_STRANGE_WAYS places. */
static uint32_t *row_of(const dp_strangers *s, uint32_t xid)
{
    return &s->xids[dp_mix64(xid) % (DP_STRANGE_XIDS / DP_STRANGE_WAYS) * DP_STRANGE_WAYS];
}

static bool is_known(const dp_strangers *s, uint32_t xid)
{
    const uint32_t *row = row_of(s, xid);
    unsigned k;

    for (k = 0; k < DP_STRANGE_WAYS; k++) {
        if (row[k] == xid) {
            return true;
        }
    }
    return false;
}

static void sent(dhcpperf_client *cli, uint64_t number, dhcpperf_pkt *pkt, dhcpperf_ts now)
{
    dp_strangers *s = &cli->mischief->strangers;

    if (pkt->len >= DP_OFF_SECS) {
        uint32_t xid = dp_get32(pkt->data + DP_OFF_XID), *row = row_of(s, xid);

        memmove(row + 1, row, (DP_STRANGE_WAYS - 1) * sizeof *row);
        row[0] = xid;
    }
    dp_stats_add(&cli->stats, DHCPPERF_C_TX_HOSTILE, 1);
    if (dp_client_traces(cli, DHCPPERF_EV_TX)) {
        dp_client_trace(cli, DHCPPERF_EV_TX, DP_STATION_NONE, now, pkt, 0, 0, 0, 0,
                        dhcpperf_hostile_kind(number));
    }
}

/* Those of a rate keep to their instants, unless they are far behind. */
static void plan_next(dp_strangers *s, dhcpperf_ts now)
{
    if (s->gap > 0) {
        s->due = now - s->due > CATCH_UP ? now : s->due;
        s->due += s->gap;
    }
}

static void next_message(dp_strangers *s)
{
    dp_strange_job *job = &s->jobs[s->first_job];

    job->number += job->step;
    if (--job->left == 0) {
        s->first_job = (s->first_job + 1) % DP_STRANGE_JOBS;
        s->n_jobs--;
    }
}

int dp_strangers_pull(dhcpperf_client *cli, dhcpperf_pkt *pkt, bool skip, dhcpperf_ts now)
{
    dp_strangers *s = &cli->mischief->strangers;
    dp_strange_job *job = &s->jobs[s->first_job];
    uint8_t *data = pkt->data;
    uint16_t cap = pkt->cap;
    int len;

    if (s->n_jobs == 0 || s->due > now || (s->rests && cli->queue_head != 0)) {
        s->rests = false;
        return 0;
    }
    s->facts.giaddr = job->giaddr;
    len = dhcpperf_hostile_message(cli->cfg.set.seed, job->number, &s->facts, data, cap);
    if (len < 0) {
        if (skip) {
            dp_stats_add(&cli->stats, DHCPPERF_C_TX_ERRORS, 1);
            next_message(s);
        }
        return -1;
    }
    *pkt = job->head;
    pkt->data = data;
    pkt->cap = cap;
    pkt->len = (uint16_t)len;
    pkt->ts = s->gap > 0 ? s->due : now;
    s->rests = s->gap == 0; /* they never take more than every other place */
    plan_next(s, now);
    sent(cli, job->number, pkt, now);
    next_message(s);
    return 1;
}

dhcpperf_ts dp_strangers_deadline(const dhcpperf_client *cli)
{
    const dp_strangers *s = &cli->mischief->strangers;

    return s->n_jobs > 0 ? s->due : DHCPPERF_NEVER;
}

/* -- answers ----------------------------------------------------------------------------------- */

static bool is_stranger(const dp_strangers *s, const uint8_t *data)
{
    dhcpperf_mac mac;

    if (data[DP_OFF_HLEN] != sizeof mac) {
        return false;
    }
    memcpy(mac.b, data + DP_OFF_CHADDR, sizeof mac);
    return is_between(number_of(&mac), number_of(&s->facts.mac), s->facts.macs);
}

/* Whether the arrival may be for a station after all, whose transaction id happens to be the same.
 */
static bool is_for_station(const dhcpperf_client *cli, const uint8_t *data)
{
    uint32_t i, attempt;
    dhcpperf_mac mac;

    if (dp_station_of_xid(cli, dp_get32(data + DP_OFF_XID), &i, &attempt) !=
        (int)cli->cfg.set.shard_index) {
        return false;
    }
    dp_station_put_mac(cli, dp_station_global(cli, i), mac.b);
    return cli->stations[i].started && dp_identity_is_chaddr(cli, data, &mac);
}

bool dp_strangers_are_meant(const dhcpperf_client *cli, const uint8_t *data)
{
    const dp_strangers *s = &cli->mischief->strangers;
    uint32_t xid = dp_get32(data + DP_OFF_XID);

    if (s->xids == NULL) {
        return false;
    }
    return is_stranger(s, data) || (is_known(s, xid) && !is_for_station(cli, data));
}
