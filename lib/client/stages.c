/* SPDX-License-Identifier: MIT */
/* stages.c - when stations are told to start: the load profile laid over the stations.
 *
 * An open-loop start happens at its due time whatever became of those before; a closed-loop one
 * when a station that held a place in the window is through. */
#include "client/dp_client.h"

enum {
    PURPOSE_LOAD = 0x786966
};

void dp_stages_begin(dhcpperf_client *cli, dhcpperf_ts now)
{
    const dp_client_settings *set = &cli->cfg.set;

    cli->freed_at = now;
    dp_load_begin(&cli->load, cli->cfg.load, dp_draw(set->seed, set->shard_index, PURPOSE_LOAD, 0),
                  now);
}

bool dp_stages_go_on(const dhcpperf_client *cli)
{
    return cli->begun && !cli->stopping && cli->next_start < cli->n;
}

bool dp_stages_are_over(const dhcpperf_client *cli)
{
    return cli->next_start == cli->n || dp_load_is_over(&cli->load);
}

dhcpperf_ts dp_stages_next(const dhcpperf_client *cli)
{
    dhcpperf_ts due = dp_load_due(&cli->load);

    return due != DHCPPERF_NEVER ? due : dp_load_stage_end(&cli->load);
}

/* Starts the next station that the profile has not passed yet. */
static void start_next(dhcpperf_client *cli, dhcpperf_ts due)
{
    while (cli->next_start < cli->n) {
        uint32_t i = cli->next_start++;

        if (dp_fsm_run(cli, i, DP_CE_START, due, NULL)) {
            return;
        }
    }
}

bool dp_stages_on_due(dhcpperf_client *cli, dhcpperf_ts due)
{
    if (dp_load_due(&cli->load) == DHCPPERF_NEVER) {
        dp_load_advance(&cli->load, due);
        return false;
    }
    start_next(cli, due);
    dp_load_take(&cli->load);
    return true;
}

static bool is_closed_loop(const dp_load_iter *it)
{
    return !dp_load_is_over(it) && it->load->stages[it->stage].kind == DP_LOAD_CLOSED;
}

void dp_stages_fill_window(dhcpperf_client *cli)
{
    uint32_t window;
    dhcpperf_ts due;

    if (!cli->begun || cli->stopping || !is_closed_loop(&cli->load)) {
        return;
    }
    window = dp_load_window(&cli->load);
    due = cli->freed_at > cli->load.stage_start ? cli->freed_at : cli->load.stage_start;
    if (due >= dp_load_stage_end(&cli->load)) {
        return; /* the profile has moved on, whoever runs what is due will see it */
    }
    while (dp_station_active(cli) < window && cli->next_start < cli->n) {
        uint32_t i = cli->next_start++;

        if (!cli->stations[i].started) {
            (void)dp_fsm_run(cli, i, DP_CE_START, due, NULL);
        }
    }
}

void dp_stages_freed(dhcpperf_client *cli, dhcpperf_ts at)
{
    cli->freed_at = at > cli->freed_at ? at : cli->freed_at;
    dp_stages_fill_window(cli);
}
