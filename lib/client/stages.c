/* SPDX-License-Identifier: MIT */
/* stages.c - when stations are told what to do: the stages of the scenario in force, each a load
 * profile laid over the stations.
 *
 * Stations have their turns in the order of their numbers, as often as the stage has rounds.  In an
 * open-loop profile a turn is due at its instant whatever became of those before; in a closed-loop
 * one when a station that held a place in the window is through.  A station that can do none of the
 * stage's deeds is passed over.
 *
 * Invariants: stages only go forward; `turns` is what is left of the stage in force; everything but
 * the searching past stations that can do nothing is O(1). */
#include "client/dp_client.h"

#include <string.h>

enum {
    PURPOSE_LOAD = 0x786966,
    PURPOSE_DEED,
    AHEAD = 4,       /* stations fetched before their turn */
    MAX_LOOKS = 1024 /* stations passed over for one turn when rounds are endless */
};

/* Between two rounds that take no time: a clock that stands still would never be left. */
#define LAP_WAIT DHCPPERF_NS_PER_S

/* One profile's randomness is not another's: the stage is part of what is drawn for.  The shard is
 * not: all play one profile. */
static uint64_t load_seed(const dhcpperf_client *cli)
{
    return dp_draw(cli->cfg.set.seed, 0, PURPOSE_LOAD, cli->stages.index);
}

/* A turn belongs to the shard of the station whose turn it is. */
static dp_load_share share_of(const dp_client_settings *set)
{
    return (dp_load_share){set->shard_index, set->shard_of, set->stations, DP_CLIENT_RUN};
}

static const dp_stage *stage_of(const dhcpperf_client *cli)
{
    return &cli->cfg.scenario->stages[cli->stages.index];
}

static const dhcpperf_load *load_of(const dhcpperf_client *cli, const dp_stage *stage)
{
    return stage->load != NULL ? stage->load : stage->all ? cli->everybody : cli->cfg.load;
}

/* -- stages ------------------------------------------------------------------------------------ */

static bool allows(unsigned state, dp_deed deed)
{
    int event = dp_client_event_of(deed);

    return deed == DP_DEED_WAIT ||
           (event >= 0 && dp_client_fsm[state][event].action != DP_CA_IGNORE);
}

/* What each state allows of the stage's deeds. */
static void list_able(dhcpperf_client *cli, const dp_stage *stage)
{
    unsigned state, deed;

    memset(cli->stages.able, 0, sizeof cli->stages.able);
    for (state = 0; state < DP_N_STATES; state++) {
        for (deed = 0; deed < DP_N_DEEDS; deed++) {
            if (stage->deeds.weight[deed] != 0 && allows(state, (dp_deed)deed)) {
                cli->stages.able[state] |= (uint16_t)(1u << deed);
            }
        }
    }
}

/* Enters the stage at stages.index, at that instant. */
static void enter(dhcpperf_client *cli, dhcpperf_ts at)
{
    const dp_stage *stage = stage_of(cli);
    dp_load_share share = share_of(&cli->cfg.set);
    dp_stages *s = &cli->stages;

    s->cursor = s->lap = s->round = 0;
    s->record[s->index].began = s->freed_at = at;
    s->resume_at = DHCPPERF_NEVER;
    s->end = stage->until == DP_UNTIL_TIME ? dp_after(at, stage->length) : DHCPPERF_NEVER;
    s->endless = stage->rounds == 0;
    s->turns =
        dp_deeds_any(&stage->deeds) ? (uint64_t)cli->n * (s->endless ? 1 : stage->rounds) : 0;
    s->renews = (stage->deeds.weight[DP_DEED_RENEW] | stage->deeds.weight[DP_DEED_REBIND]) != 0;
    list_able(cli, stage);
    dp_load_begin(&s->load, load_of(cli, stage), load_seed(cli), at, &share);
}

static void leave(dhcpperf_client *cli, dhcpperf_ts at)
{
    dp_stages *s = &cli->stages;

    s->record[s->index].ended = at;
    s->index++;
    if (s->index < cli->cfg.scenario->n) {
        enter(cli, at);
    }
}

/* RANGE when a window has less than one place for each shard. */
static int judge_windows(const dhcpperf_client *cli)
{
    const dhcpperf_scenario *sc = cli->cfg.scenario;
    dp_load_share share = share_of(&cli->cfg.set);
    uint32_t sharers = dp_load_sharers(&share);
    unsigned i;

    for (i = 0; i < sc->n; i++) {
        if (dp_load_narrowest(load_of(cli, &sc->stages[i])) < sharers) {
            return DHCPPERF_E_RANGE;
        }
    }
    return 0;
}

static bool is_scheduled(const dhcpperf_load *l)
{
    unsigned i, closed = 0;

    for (i = 0; l != NULL && i < l->n; i++) {
        closed += l->stages[i].kind == DP_LOAD_CLOSED;
    }
    return l == NULL || closed < l->n; /* without a profile everybody starts at once */
}

uint32_t dp_stages_series(const dhcpperf_client *cli)
{
    const dhcpperf_scenario *sc = cli->cfg.scenario;
    bool scheduled = sc == NULL && is_scheduled(cli->cfg.load);
    unsigned i;

    for (i = 0; sc != NULL && i < sc->n; i++) {
        scheduled = scheduled || is_scheduled(load_of(cli, &sc->stages[i]));
    }
    return UINT32_C(1) << DHCPPERF_S_DISCOVER_OFFER | UINT32_C(1) << DHCPPERF_S_REQUEST_ACK |
           UINT32_C(1) << DHCPPERF_S_FULL_BIND | UINT32_C(1) << DHCPPERF_S_RENEW_ACK |
           UINT32_C(1) << DHCPPERF_S_SEND_LAG | (uint32_t)scheduled << DHCPPERF_S_START_LAG;
}

int dp_stages_prepare(dhcpperf_client *cli)
{
    dhcpperf_client_config *cfg = &cli->cfg;
    unsigned i;
    int rc = dhcpperf_load_new(&cli->everybody, &cli->mem);

    rc = rc != 0 ? rc : dhcpperf_load_add_burst(cli->everybody, cfg->set.stations);
    if (rc == 0 && cfg->load == NULL) {
        rc = dp_load_copy(&cfg->load, cli->everybody, &cli->mem);
    }
    if (rc == 0 && cfg->scenario == NULL) {
        rc = dhcpperf_scenario_new(&cfg->scenario, "dora", &cli->mem);
    }
    rc = rc != 0 ? rc : judge_windows(cli);
    for (i = 0; rc == 0 && i < DP_SCENARIO_STAGES; i++) {
        cli->stages.record[i].began = cli->stages.record[i].ended = DHCPPERF_NEVER;
    }
    return rc;
}

void dp_stages_begin(dhcpperf_client *cli, dhcpperf_ts now)
{
    enter(cli, now);
}

bool dp_stages_go_on(const dhcpperf_client *cli)
{
    return cli->begun && !cli->stopping && cli->stages.index < cli->cfg.scenario->n;
}

/* Whether nobody will have a turn any more. */
static bool all_given(const dhcpperf_client *cli)
{
    return cli->stages.turns == 0 || dp_load_is_over(&cli->stages.load);
}

/* Places taken in the window: exchanges under way, renewals only where they are what is paced. */
static uint32_t taken(const dhcpperf_client *cli)
{
    return cli->stages.renews ? dp_station_busy(cli) : dp_station_active(cli);
}

static bool is_settled(const dhcpperf_client *cli)
{
    return taken(cli) == 0 && cli->queue_head == 0;
}

bool dp_stages_are_over(const dhcpperf_client *cli)
{
    const dhcpperf_scenario *sc = cli->cfg.scenario;

    return cli->stages.index >= sc->n || (cli->stages.index + 1 == sc->n &&
                                          stage_of(cli)->until <= DP_UNTIL_GIVEN && all_given(cli));
}

/* Whether another stage follows and the caller says when. */
static bool waits_for_others(const dhcpperf_client *cli)
{
    return cli->cfg.set.stages_wait && cli->stages.index + 1 < cli->cfg.scenario->n &&
           stage_of(cli)->until <= DP_UNTIL_GIVEN;
}

/* When the stage in force ends, as far as that is known; NEVER. */
static dhcpperf_ts stage_end(const dhcpperf_client *cli)
{
    if (waits_for_others(cli)) {
        return DHCPPERF_NEVER;
    }
    switch (stage_of(cli)->until) {
    case DP_UNTIL_SETTLED:
        return all_given(cli) && is_settled(cli) ? cli->stages.freed_at : DHCPPERF_NEVER;
    case DP_UNTIL_GIVEN:
        return all_given(cli) ? cli->stages.freed_at : DHCPPERF_NEVER;
    case DP_UNTIL_TIME:
        return cli->stages.end;
    case DP_UNTIL_NEVER:
        break;
    }
    return DHCPPERF_NEVER;
}

/* When the profile does something next; NEVER once nobody will have a turn. */
static dhcpperf_ts load_next(const dhcpperf_client *cli)
{
    dhcpperf_ts due = dp_load_due(&cli->stages.load);

    if (all_given(cli)) {
        return DHCPPERF_NEVER;
    }
    return due != DHCPPERF_NEVER ? due : dp_load_stage_end(&cli->stages.load);
}

dhcpperf_ts dp_stages_next(const dhcpperf_client *cli)
{
    dhcpperf_ts end = stage_end(cli), due = load_next(cli);

    due = cli->stages.resume_at < due ? cli->stages.resume_at : due;
    return end < due ? end : due;
}

/* -- turns ------------------------------------------------------------------------------------- */

/* The deed of a station's turn: its only one, or drawn by weight; the same in any shard. */
static dp_deed draw_deed(const dhcpperf_client *cli, uint32_t i, unsigned able)
{
    const uint16_t *weight = stage_of(cli)->deeds.weight;
    uint64_t bits, at, sum = 0;
    unsigned deed;

    if ((able & (able - 1)) == 0) {
        return (dp_deed)__builtin_ctz(able);
    }
    for (deed = 0; deed < DP_N_DEEDS; deed++) {
        sum += (able & 1u << deed) != 0 ? weight[deed] : 0u;
    }
    bits = dp_draw(cli->cfg.set.seed, dp_station_global(cli, i), PURPOSE_DEED,
                   (uint64_t)cli->stages.index << 32 ^ cli->stages.round);
    at = dp_below(bits, sum);
    for (deed = 0; (able & 1u << deed) == 0 || at >= weight[deed]; deed++) {
        at -= (able & 1u << deed) != 0 ? weight[deed] : 0u;
    }
    return (dp_deed)deed;
}

/* Station i has its turn; false when it can do nothing. */
static bool give(dhcpperf_client *cli, uint32_t i, dhcpperf_ts due)
{
    unsigned able = cli->stages.able[cli->stations[i].state];
    dp_deed deed;

    while (able != 0) {
        deed = draw_deed(cli, i, able);
        if (deed == DP_DEED_WAIT ||
            dp_client_command(cli, i, (dp_client_event)dp_client_event_of(deed), due) == 0) {
            return true;
        }
        able &= ~(1u << deed); /* the state alone did not tell, as with a reboot to no address */
    }
    return false;
}

/* Whether some station can do something: saves the search when none can. */
static bool anybody(const dhcpperf_client *cli)
{
    unsigned state, able = 0;

    for (state = 0; state < DP_N_STATES; state++) {
        able |= cli->in_state[state] > 0 ? cli->stages.able[state] : 0u;
    }
    return able != 0;
}

/* The next station that can has its turn.  Where rounds are endless a turn for which nobody is
 * found soon is lost: the search must not take longer than what it is for. */
static bool take_turn(dhcpperf_client *cli, dhcpperf_ts due)
{
    dp_stages *s = &cli->stages;
    unsigned looks = 0;

    if (s->endless && !anybody(cli)) {
        return false;
    }
    while (s->turns > 0 && (!s->endless || looks++ < MAX_LOOKS)) {
        uint32_t i = s->cursor;

        s->round += i == 0;
        s->cursor = i + 1 < cli->n ? i + 1 : 0;
        s->lap++;
        s->turns -= s->endless ? 0 : 1;
        if (i + AHEAD < cli->n) {
            __builtin_prefetch(&cli->stations[i + AHEAD], 1);
        }
        if (give(cli, i, due)) {
            s->record[s->index].given++;
            return true;
        }
    }
    return false;
}

bool dp_stages_on_due(dhcpperf_client *cli, dhcpperf_ts due)
{
    dp_stages *s = &cli->stages;
    bool found;

    if (due >= stage_end(cli)) {
        leave(cli, due);
        return false;
    }
    if (due >= s->resume_at) {
        s->freed_at = due > s->freed_at ? due : s->freed_at;
        s->resume_at = DHCPPERF_NEVER;
        return false; /* who runs what is due fills the window */
    }
    if (dp_load_due(&s->load) == DHCPPERF_NEVER) {
        dp_load_advance(&s->load, due);
        return false;
    }
    s->busy = true;
    found = take_turn(cli, due);
    s->busy = false;
    s->record[s->index].lost += !found && s->turns > 0;
    s->freed_at = due > s->freed_at ? due : s->freed_at;
    dp_load_take(&s->load);
    return true;
}

static bool is_closed_loop(const dp_load_iter *it)
{
    return !dp_load_is_over(it) && it->load->stages[it->stage].kind == DP_LOAD_CLOSED;
}

/* Nobody has a second turn at one instant of a window: where there is nothing else to wait for, the
 * next round begins a while later. */
static bool may_give_at(const dhcpperf_client *cli, dp_stages *s, dhcpperf_ts due)
{
    if (due != s->lap_at) {
        s->lap_at = due;
        s->lap = 0;
        s->resume_at = DHCPPERF_NEVER;
    }
    if (s->lap < cli->n) {
        return true;
    }
    s->resume_at = all_given(cli) ? DHCPPERF_NEVER : dp_after(due, LAP_WAIT);
    return false;
}

void dp_stages_fill_window(dhcpperf_client *cli)
{
    dp_stages *s = &cli->stages;
    uint32_t window, given;
    dhcpperf_ts due;

    if (s->busy || !dp_stages_go_on(cli) || !is_closed_loop(&s->load)) {
        return;
    }
    window = dp_load_window(&s->load);
    due = s->freed_at > s->load.stage_start ? s->freed_at : s->load.stage_start;
    if (due >= dp_load_stage_end(&s->load) || due >= s->end) {
        return; /* the profile has moved on, whoever runs what is due will see it */
    }
    /* What is answered by nobody takes no place: at most a window full of it until it has left.
     * What is not even sent is over at once. */
    s->busy = true;
    for (given = 0; taken(cli) < window && (given < window || cli->queue_head == 0); given++) {
        if (!may_give_at(cli, s, due) || !take_turn(cli, due)) {
            break;
        }
    }
    s->busy = false;
}

void dp_stages_freed(dhcpperf_client *cli, dhcpperf_ts at)
{
    dp_stages *s = &cli->stages;

    s->freed_at = at > s->freed_at ? at : s->freed_at;
    dp_stages_fill_window(cli);
}

/* -- stages that shards go through together ---------------------------------------------------- */

int dhcpperf_client_stage_is_over(const dhcpperf_client *cli, unsigned *ret_index,
                                  dhcpperf_ts *ret_since)
{
    if (cli == NULL || !dp_stages_go_on(cli) || !waits_for_others(cli) || !all_given(cli) ||
        (stage_of(cli)->until == DP_UNTIL_SETTLED && !is_settled(cli))) {
        return 0;
    }
    if (ret_index != NULL) {
        *ret_index = cli->stages.index;
    }
    if (ret_since != NULL) {
        *ret_since = cli->stages.freed_at;
    }
    return 1;
}

int dhcpperf_client_next_stage(dhcpperf_client *cli, dhcpperf_ts at)
{
    dhcpperf_ts now = at;
    int rc;

    if (cli == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (!dp_stages_go_on(cli) || !waits_for_others(cli)) {
        return DHCPPERF_E_STATE;
    }
    rc = dp_engine_enter(&cli->engine, &now);
    if (rc == 0) {
        leave(cli, at > cli->stages.freed_at ? at : cli->stages.freed_at);
        dp_stages_fill_window(cli);
        dp_engine_leave(&cli->engine);
    }
    return rc;
}
