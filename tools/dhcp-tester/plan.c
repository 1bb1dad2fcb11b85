/* SPDX-License-Identifier: MIT */
/* plan.c - flags that depend on each other.
 *
 * A flag that would have no effect is refused, because somebody expects one.  Of two that exclude
 * each other the command line's wins over the environment's, which may have been set for another
 * purpose. */
#include "dhcp-tester/plan.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/run.h"
#include "common/units.h"
#include "dhcp-tester/answers.h"
#include "dhcp-tester/capacity.h"
#include "dhcp-tester/division.h"
#include "dhcp-tester/mischief.h"
#include "dhcp-tester/pacing.h"
#include "dhcp-tester/profile.h"
#include "dhcp-tester/scenario.h"
#include "dhcp-tester/tester_options.h"

static int fail(plan *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(plan *p, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(p->error, sizeof p->error, format, ap);
    va_end(ap);
    return -1;
}

static int typed(const options *o, unsigned index)
{
    return o->values[index].source == OPTION_FROM_COMMAND_LINE;
}

/* The first of the flags that was typed on the command line, or -1. */
static int first_typed(const options *o, const tester_option *list, unsigned n)
{
    unsigned i;

    for (i = 0; i < n; i++) {
        if (typed(o, list[i])) {
            return (int)list[i];
        }
    }
    return -1;
}

static int choose_mode(plan *p, const options *o)
{
    static const tester_option of_simulations[] = {TESTER_SIM_SERVER, TESTER_SIM_DELAY,
                                                   TESTER_SIM_LOSS,   TESTER_SIM_LIMIT,
                                                   TESTER_SIM_QUEUE,  TESTER_SIM_OUTAGE};
    static const tester_option of_networks[] = {TESTER_BIND, TESTER_GSO, TESTER_PACING,
                                                TESTER_TIMESTAMPS, TESTER_MAX_LAG};
    const option_value *mode = &o->values[TESTER_MODE];
    int i;

    p->server = options_given(o, TESTER_SERVER) ? o->values[TESTER_SERVER].text : NULL;
    if (mode->source == OPTION_FROM_NOWHERE) {
        p->mode = p->server != NULL ? PLAN_REALISTIC : PLAN_SIMULATION;
    } else if (strcmp(mode->text, "broadcast") == 0) {
        return fail(p, "--mode broadcast (real clients on a link) is not in this build");
    } else {
        p->mode = strcmp(mode->text, "realistic") == 0 ? PLAN_REALISTIC : PLAN_SIMULATION;
    }
    if (p->mode == PLAN_REALISTIC && p->server == NULL) {
        return fail(p, "--mode realistic needs --server HOST");
    }
    if (p->mode == PLAN_REALISTIC) {
        i = first_typed(o, of_simulations, sizeof of_simulations / sizeof of_simulations[0]);
        return i >= 0 ? fail(p, "--%s is for simulations, and --server makes this none",
                             tester_option_specs[i].name)
                      : 0;
    }
    if (p->server != NULL && o->values[TESTER_SERVER].source >= mode->source) {
        return fail(p, "--mode simulation has its server inside and takes no --server");
    }
    i = first_typed(o, of_networks, sizeof of_networks / sizeof of_networks[0]);
    if (i >= 0) {
        return fail(p,
                    "--%s has no meaning in a simulation, which uses no socket: --server HOST "
                    "makes it a test over the network",
                    tester_option_specs[i].name);
    }
    p->server = NULL;
    return 0;
}

int plan_is_open(const plan *p)
{
    return p->rate > 0 || p->profile != NULL;
}

/* A run that would go on for ever: clients who never give up do against a server that is not there.
 * Simulated hours cost little where the clock sets the pace; where nothing but the window does,
 * tens of millions of exchanges fit into one. */
static dhcpperf_dur default_stop(const plan *p)
{
    int is_short = p->mode == PLAN_REALISTIC || (p->takes_turns && pacing_peak(p) <= 0);

    return p->endless && is_short ? 60 * DHCPPERF_NS_PER_S : 3600 * DHCPPERF_NS_PER_S;
}

static int judge_load(plan *p, const options *o)
{
    const option_value *v = o->values;
    double n;

    p->rate = options_given(o, TESTER_RATE) && p->profile == NULL ? v[TESTER_RATE].number : 0;
    p->ramp = v[TESTER_RAMP].dur;
    p->poisson = v[TESTER_POISSON].on;
    p->duration = options_given(o, TESTER_DURATION) ? v[TESTER_DURATION].dur : DHCPPERF_NEVER;
    p->stop_after = DHCPPERF_NEVER;
    if (!p->plain) { /* the load goes on, the run is stopped */
        p->stop_after = p->duration;
        p->duration = DHCPPERF_NEVER;
    }
    if (p->rate > 0 && options_given(o, TESTER_CONCURRENCY)) {
        if (v[TESTER_RATE].source == v[TESTER_CONCURRENCY].source) {
            return fail(p, "--rate and --concurrency exclude each other: clients start by the "
                           "clock or when another has finished");
        }
        p->rate = v[TESTER_RATE].source > v[TESTER_CONCURRENCY].source ? p->rate : 0;
    }
    if (p->stop_after == DHCPPERF_NEVER && (p->endless || p->persists)) {
        p->stop_after = default_stop(p);
        p->stops_by_default = p->endless;
    }
    if (p->rate <= 0 && (p->ramp > 0 || p->poisson) && !options_given(o, TESTER_FIND_CAPACITY)) {
        return fail(p, "--%s needs --rate", p->ramp > 0 ? "ramp" : "poisson");
    }
    if (p->ramp > p->duration || p->ramp > p->stop_after) {
        return fail(p, "--ramp must not be longer than --duration");
    }
    p->concurrency_auto = !plan_is_open(p) && v[TESTER_CONCURRENCY].on;
    p->concurrency =
        plan_is_open(p) || p->concurrency_auto ? 0 : (uint32_t)v[TESTER_CONCURRENCY].count;
    if (options_given(o, TESTER_CLIENTS)) {
        p->clients = (uint32_t)v[TESTER_CLIENTS].count;
    } else if (p->rate > 0 && p->duration != DHCPPERF_NEVER) {
        /* The area under the ramp is half of its rectangle.  Poisson arrivals vary around the
         * mean: room for eight standard deviations. */
        n = p->rate * ((double)p->duration - (double)p->ramp / 2) / 1e9;
        n = p->poisson ? n + 8 * sqrt(n) + 8 : n;
        if (n > 16777216) {
            return fail(p,
                        "--rate %.10g for --duration %s starts %.0f clients, and there are "
                        "16777216 at most: lower one of them",
                        p->rate, v[TESTER_DURATION].text, floor(n));
        }
        p->clients = n < 1 ? 1 : (uint32_t)ceil(n - 1e-6);
        p->clients_follow = p->poisson;
    } else {
        p->clients =
            identity_default_clients(&p->identity, p->mode == PLAN_SIMULATION ? 10000 : 10);
    }
    return p->profile != NULL ? profile_judge_clients(p, o) : 0;
}

static int judge_identity(plan *p, const options *o)
{
    p->seed = options_given(o, TESTER_SEED) ? o->values[TESTER_SEED].count : run_fresh_seed();
    return identity_check_clients(&p->identity, p->clients, p->error, sizeof p->error);
}

static const tester_option retry_flags[] = {
    TESTER_RETRY_POLICY,    TESTER_MAX_DISCOVER_RETRIES, TESTER_MAX_REQUEST_RETRIES,
    TESTER_INITIAL_TIMEOUT, TESTER_MAX_TIMEOUT,          TESTER_BACKOFF_MULTIPLIER,
    TESTER_JITTER};

static int judge_retry(plan *p, const options *o)
{
    const option_value *v = o->values;
    unsigned i;

    p->retry = v[TESTER_RETRY].on;
    p->retry_policy =
        options_given(o, TESTER_RETRY_POLICY) ? v[TESTER_RETRY_POLICY].text : "rfc2131";
    for (i = 0; i < sizeof retry_flags / sizeof retry_flags[0]; i++) {
        if (!options_given(o, retry_flags[i])) {
            continue;
        }
        if (strcmp(p->retry_policy, "none") == 0 && retry_flags[i] != TESTER_RETRY_POLICY) {
            return fail(p, "--%s contradicts --retry-policy none",
                        tester_option_specs[retry_flags[i]].name);
        }
        if (options_given(o, TESTER_RETRY) && !v[TESTER_RETRY].on &&
            strcmp(p->retry_policy, "none") != 0) {
            return fail(p, "--%s contradicts --retry=false",
                        tester_option_specs[retry_flags[i]].name);
        }
        p->retry = 1;
    }
    if (strcmp(p->retry_policy, "none") == 0) {
        if (options_given(o, TESTER_RETRY) && v[TESTER_RETRY].on) {
            return fail(p, "--retry contradicts --retry-policy none");
        }
        p->retry = 0;
    }
    if (p->persists && !options_given(o, TESTER_RETRY) && !options_given(o, TESTER_RETRY_POLICY)) {
        p->retry = 1; /* the scenario is one of real clients */
    }
    p->timeout = v[TESTER_TIMEOUT].dur;
    p->whole_timeout =
        p->retry && options_given(o, TESTER_TIMEOUT) ? v[TESTER_TIMEOUT].dur : DHCPPERF_NEVER;
    return 0;
}

static int judge_relay(plan *p, const options *o)
{
    static const tester_option of_relays[] = {
        TESTER_RELAY_IP,   TESTER_RELAY_COUNT, TESTER_RELAY_STEP,
        TESTER_RELAY_RUN,  TESTER_RELAY_HOPS,  TESTER_RELAY_MAX_HOPS,
        TESTER_CIRCUIT_ID, TESTER_REMOTE_ID,   TESTER_RELAY_OPTION};
    const option_value *v = o->values;
    int i;

    p->relay = v[TESTER_RELAY].on;
    p->has_relay_ip = options_given(o, TESTER_RELAY_IP);
    p->relay_ip = v[TESTER_RELAY_IP].ip;
    p->relay_count = (uint32_t)v[TESTER_RELAY_COUNT].count;
    p->relay_step = (uint32_t)v[TESTER_RELAY_STEP].count;
    p->relay_run = (uint32_t)v[TESTER_RELAY_RUN].count;
    p->relay_hops = (uint32_t)v[TESTER_RELAY_HOPS].count;
    p->circuit_id = options_given(o, TESTER_CIRCUIT_ID) ? v[TESTER_CIRCUIT_ID].text : NULL;
    p->remote_id = options_given(o, TESTER_REMOTE_ID) ? v[TESTER_REMOTE_ID].text : NULL;
    i = first_typed(o, of_relays, sizeof of_relays / sizeof of_relays[0]);
    if (!p->relay && i >= 0) {
        return fail(p, "--%s needs --relay", tester_option_specs[i].name);
    }
    if (p->has_relay_ip && (p->relay_ip.b[0] == 0 || p->relay_ip.b[0] >= 224)) {
        return fail(p, "--relay-ip must be the address of a host, not '%s'",
                    v[TESTER_RELAY_IP].text);
    }
    if (p->relay && v[TESTER_RELAY_HOPS].count >= v[TESTER_RELAY_MAX_HOPS].count) {
        return fail(p, "--relay-hops must be less than --relay-max-hops, which is %u, not %u",
                    (unsigned)v[TESTER_RELAY_MAX_HOPS].count, (unsigned)p->relay_hops);
    }
    return 0;
}

/* What makes a run one to be believed. */
static int judge_witness(plan *p, const options *o)
{
    const option_value *v = o->values;

    p->user_stamps = strcmp(v[TESTER_TIMESTAMPS].text, "user") == 0;
    p->max_lag = options_given(o, TESTER_MAX_LAG) ? v[TESTER_MAX_LAG].dur : 0;
    p->require_valid = v[TESTER_REQUIRE_VALID].on;
    if (!pacing_has_schedule(p) && typed(o, TESTER_MAX_LAG)) {
        return fail(p, "--max-lag needs --rate, --profile or --arrivals: without them a client "
                       "starts when another has finished, and cannot be late");
    }
    return 0;
}

/* "1h..3h" */
static int read_outage(plan *p, const char *text)
{
    const char *dots = strstr(text, "..");
    char from[32], shown[64];
    plan_outage *out = &p->outages[p->n_outages];

    options_escape(text, shown, sizeof shown);
    if (p->n_outages == PLAN_OUTAGES) {
        return fail(p, "--sim-outage: there are at most %d", PLAN_OUTAGES);
    }
    if (dots == NULL || (size_t)(dots - text) >= sizeof from) {
        return fail(p, "--sim-outage must be FROM..TO, such as 1h..3h, not '%s'", shown);
    }
    memcpy(from, text, (size_t)(dots - text));
    from[dots - text] = '\0';
    if (dhcpperf_dur_parse(&out->from, from) != 0 || dhcpperf_dur_parse(&out->to, dots + 2) != 0 ||
        out->from >= out->to || out->to == DHCPPERF_NEVER) {
        return fail(p, "--sim-outage must be FROM..TO, such as 1h..3h, not '%s'", shown);
    }
    p->n_outages++;
    return 0;
}

static int judge_network(plan *p, const options *o)
{
    const option_value *v = o->values;
    unsigned i;

    p->sim_delay = v[TESTER_SIM_DELAY].dur;
    p->sim_loss = v[TESTER_SIM_LOSS].number;
    p->sim_limit = options_given(o, TESTER_SIM_LIMIT) ? v[TESTER_SIM_LIMIT].number : 0;
    p->sim_queue = (uint32_t)v[TESTER_SIM_QUEUE].count;
    if (typed(o, TESTER_SIM_QUEUE) && p->sim_limit <= 0) {
        return fail(p, "--sim-queue needs --sim-limit, at which packets wait");
    }
    for (i = 0; i < v[TESTER_SIM_OUTAGE].n_items; i++) {
        if (read_outage(p, v[TESTER_SIM_OUTAGE].items[i]) != 0) {
            return -1;
        }
    }
    return 0;
}

/* The addresses that clients have who ask for parameters only. */
static int judge_informers(plan *p, const options *o)
{
    const option_value *v = &o->values[TESTER_INFORM_BASE];
    uint64_t last = (uint64_t)units_ip4_number(v->ip) + p->clients - 1;

    if (options_given(o, TESTER_INFORM_BASE) && (v->ip.b[0] == 0 || last >> 24 >= 224)) {
        return fail(p,
                    "--inform-base must be the address of a host, with %u more after it, not '%s'",
                    (unsigned)p->clients - 1, v->text);
    }
    return 0;
}

static int judge_end(plan *p, const options *o)
{
    if (typed(o, TESTER_RENEW_DIRECT) && o->values[TESTER_RENEW_DIRECT].on && !p->relay) {
        return fail(p, "--renew-direct needs --relay: without relay agents renewals go directly");
    }
    if (p->queries && !p->relay) {
        return fail(
            p,
            "the scenario %s needs --relay: answers to leasequeries go to relay agents (RFC "
            "4388 section 6.3)",
            p->scenario_name);
    }
    p->renew_direct = o->values[TESTER_RENEW_DIRECT].on;
    if (p->renew_direct && !p->renews) {
        return fail(p, "--renew-direct has no meaning in the scenario %s, which renews nothing",
                    p->scenario_name);
    }
    if (o->values[TESTER_RAPID_COMMIT].on && !p->starts) {
        return fail(p,
                    "--rapid-commit has no meaning in the scenario %s, whose clients take no lease "
                    "(RFC 4039)",
                    p->scenario_name);
    }
    p->release_at_end = options_given(o, TESTER_RELEASE_AT_END)
                            ? o->values[TESTER_RELEASE_AT_END].on
                        : p->mode == PLAN_SIMULATION ? 0
                                                     : -1;
    return 0;
}

int plan_build(plan *p, const options *o)
{
    const option_value *v = o->values;

    memset(p, 0, sizeof *p);
    p->server_port = (uint16_t)v[TESTER_PORT].count;
    p->client_port = options_given(o, TESTER_CLIENT_PORT) ? (int)v[TESTER_CLIENT_PORT].count : -1;
    p->sim_server = options_given(o, TESTER_SIM_SERVER) ? v[TESTER_SIM_SERVER].text : NULL;
    p->has_bind = options_given(o, TESTER_BIND);
    p->bind = v[TESTER_BIND].ip;
    if (p->has_bind && p->bind.b[0] >= 224) { /* bind(2) takes it, and no answer can come there */
        return fail(p, "--bind must be an address of this host, not '%s'", v[TESTER_BIND].text);
    }
    p->gso = v[TESTER_GSO].text;
    p->progress = v[TESTER_PROGRESS].on;
    p->verbose = v[TESTER_VERBOSE].on;
    p->quiet = v[TESTER_QUIET].on;
    if (choose_mode(p, o) != 0 || identity_judge(&p->identity, o, p->error, sizeof p->error) != 0 ||
        scenario_build(p, o) != 0 || profile_judge(p, o) != 0 || judge_load(p, o) != 0 ||
        capacity_judge(p, o) != 0 || pacing_judge(p, o) != 0 || judge_network(p, o) != 0 ||
        judge_identity(p, o) != 0 || judge_informers(p, o) != 0 || judge_retry(p, o) != 0 ||
        judge_relay(p, o) != 0 || judge_end(p, o) != 0 || answers_judge(p, o) != 0 ||
        division_judge(p, o) != 0 || judge_witness(p, o) != 0 || mischief_judge(p, o) != 0) {
        return -1;
    }
    return outputs_parse(&p->outputs, &v[TESTER_OUTPUT], p->error, sizeof p->error);
}

void plan_free(plan *p)
{
    identity_free(&p->identity);
    outputs_free(&p->outputs);
    dhcpperf_fault_plan_free(p->faults);
    p->faults = NULL;
    dhcpperf_scenario_free(p->scenario);
    p->scenario = NULL;
    dhcpperf_load_free(p->profile);
    p->profile = NULL;
    dhcpperf_search_free(p->search);
    p->search = NULL;
}

/* -- towards the engine ------------------------------------------------------------------------ */

static int fail_engine(plan *p, const char *what, int rc)
{
    return fail(p, "%s: %s", what, dhcpperf_strerror(rc));
}

/* One wait of --timeout, or the policy with the single values laid over it. */
static int fill_retry_phase(plan *p, const options *o, dhcpperf_retry *r, dhcpperf_phase phase,
                            tester_option max_flag)
{
    const option_value *v = o->values;
    int fast = strcmp(p->retry_policy, "fast") == 0;
    dhcpperf_dur initial = fast ? 100 * DHCPPERF_NS_PER_MS : 4 * DHCPPERF_NS_PER_S;
    dhcpperf_dur cap = fast ? 1600 * DHCPPERF_NS_PER_MS : 64 * DHCPPERF_NS_PER_S;
    double factor =
        options_given(o, TESTER_BACKOFF_MULTIPLIER) ? v[TESTER_BACKOFF_MULTIPLIER].number : 2;
    unsigned max = options_given(o, max_flag) ? (unsigned)v[max_flag].count : 4;
    int rc;

    if (!p->retry) {
        rc = dhcpperf_retry_set_backoff(r, phase, p->timeout, 1, p->timeout);
        rc = rc != 0 ? rc : dhcpperf_retry_set_jitter(r, phase, 0, 0);
        rc = rc != 0 ? rc : dhcpperf_retry_set_attempts(r, phase, 1, DHCPPERF_GIVE_UP_STOP);
        return rc != 0 ? fail_engine(p, "--timeout", rc) : 0;
    }
    initial = options_given(o, TESTER_INITIAL_TIMEOUT) ? v[TESTER_INITIAL_TIMEOUT].dur : initial;
    if (options_given(o, TESTER_MAX_TIMEOUT)) {
        cap = v[TESTER_MAX_TIMEOUT].dur;
        if (initial > cap && !options_given(o, TESTER_INITIAL_TIMEOUT)) {
            initial = cap;
        }
    } else if (initial > cap) {
        cap = initial;
    }
    if (initial > cap) {
        return fail(p, "--initial-timeout must not be longer than --max-timeout");
    }
    rc = dhcpperf_retry_set_backoff(r, phase, initial, factor, cap);
    if (rc == 0 && !v[TESTER_JITTER].on) {
        rc = dhcpperf_retry_set_jitter(r, phase, 0, 0);
    }
    rc = rc != 0 ? rc : dhcpperf_retry_set_attempts(r, phase, max + 1, DHCPPERF_GIVE_UP_STOP);
    return rc != 0 ? fail_engine(p, "retransmission", rc) : 0;
}

static int configure_retry(plan *p, const options *o, dhcpperf_client_config *c)
{
    const char *preset = p->retry ? p->retry_policy : "none";
    dhcpperf_retry *r = NULL;
    int rc = dhcpperf_retry_new(&r, preset, NULL);

    if (rc != 0) {
        return fail_engine(p, "retransmission", rc);
    }
    rc = fill_retry_phase(p, o, r, DHCPPERF_PHASE_SELECTING, TESTER_MAX_DISCOVER_RETRIES);
    if (rc == 0) {
        rc = fill_retry_phase(p, o, r, DHCPPERF_PHASE_REQUESTING, TESTER_MAX_REQUEST_RETRIES);
    }
    if (rc == 0) {
        rc = dhcpperf_client_config_set_retry(c, r);
        rc = rc != 0 ? fail_engine(p, "retransmission", rc) : 0;
    }
    dhcpperf_retry_free(r);
    return rc;
}

static int configure_text(plan *p, dhcpperf_client_config *c, const char *key, const char *value)
{
    int rc = dhcpperf_client_config_set(c, key, value);

    return rc != 0 ? fail_engine(p, key, rc) : 0;
}

static int configure_all(plan *p, const options *o, dhcpperf_client_config *c)
{
    char text[64];
    int rc;

    rc = dhcpperf_client_config_set_stations(c, p->clients);
    rc = rc != 0 ? rc : dhcpperf_client_config_set_seed(c, p->seed);
    if (rc != 0) {
        return fail_engine(p, "--clients", rc);
    }
    if (p->whole_timeout != DHCPPERF_NEVER) {
        dhcpperf_dur_format(p->whole_timeout, text, sizeof text);
        if (configure_text(p, c, "exchange.timeout", text) != 0) {
            return -1;
        }
    }
    if (p->relay) {
        snprintf(text, sizeof text, "%u", (unsigned)p->relay_hops);
        if (configure_text(p, c, "relay.hops", text) != 0) {
            return -1;
        }
    }
    if (identity_configure(&p->identity, o, c, p->error, sizeof p->error) != 0) {
        return -1;
    }
    if (scenario_configure(p, o, c) != 0 || answers_configure(p, o, c) != 0) {
        return -1;
    }
    rc = mischief_configure(p, c);
    if (rc != 0) {
        return fail_engine(p, "--fault", rc);
    }
    return configure_retry(p, o, c);
}

int plan_configure(plan *p, const options *o, dhcpperf_client_config **ret)
{
    dhcpperf_client_config *c = NULL;
    int rc = dhcpperf_client_config_new(&c, NULL);

    if (rc != 0) {
        return fail_engine(p, "configuration", rc);
    }
    if (configure_all(p, o, c) != 0) {
        dhcpperf_client_config_free(c);
        return -1;
    }
    *ret = c;
    return 0;
}

/* One --relay-option; the sub-options circuit-id and remote-id have flags of their own. */
static int add_relay_option(plan *p, dhcpperf_client_config *c, const char *item)
{
    const char *equal = strchr(item, '=');
    char name[64], shown[160];
    int code, rc;

    options_escape(item, shown, sizeof shown);
    if (equal == NULL || equal == item || (size_t)(equal - item) >= sizeof name) {
        return fail(p,
                    "--relay-option must be NAME=VALUE, such as link-selection={giaddr/24} or "
                    "6=hex:0a0b, not '%s'",
                    shown);
    }
    memcpy(name, item, (size_t)(equal - item));
    name[equal - item] = '\0';
    code = dhcpperf_relay_subopt_code(name);
    if (code < 0) {
        return fail(p, "--relay-option '%s': option 82 has no sub-option of that name or number",
                    shown);
    }
    if ((code == 1 && p->circuit_id != NULL) || (code == 2 && p->remote_id != NULL)) {
        return fail(p, "--relay-option '%s' contradicts --%s: both give sub-option %d", shown,
                    code == 1 ? "circuit-id" : "remote-id", code);
    }
    rc = dhcpperf_client_config_add_relay_option(c, (uint8_t)code, equal + 1);
    if (rc == DHCPPERF_E_NOBUFS) {
        return fail(p, "--relay-option '%s' makes option 82 longer than 255 octets", shown);
    }
    if (rc == DHCPPERF_E_RANGE && strstr(equal, "{ip:") != NULL) {
        return fail(p, "--relay-option '%s' goes beyond 255.255.255.255 with %u relay agents",
                    shown, (unsigned)p->relay_count);
    }
    return rc != 0 ? fail(p,
                          "--relay-option '%s': the value does not fit the sub-option's data "
                          "type, or a brace begins no field",
                          shown)
                   : 0;
}

/* Why the relay agents cannot be. */
static int explain_relays(plan *p, int rc)
{
    const char *flag = p->circuit_id == NULL  ? "--remote-id"
                       : p->remote_id == NULL ? "--circuit-id"
                                              : "--circuit-id or --remote-id";

    switch (rc) {
    case DHCPPERF_E_SYNTAX:
        return fail(p,
                    "%s holds a brace that begins none of {station}, {relay}, {mac}, {giaddr}, "
                    "{ip:...}, {raw:...} and {hex:...}, or bad hexadecimal digits",
                    flag);
    case DHCPPERF_E_NOBUFS:
        return fail(p, "%s make%s option 82 longer than 255 octets", flag,
                    p->circuit_id != NULL && p->remote_id != NULL ? "" : "s");
    case DHCPPERF_E_RANGE:
        return fail(p, "--relay-count %u from --relay-ip on leaves the address space of hosts",
                    (unsigned)p->relay_count);
    default:
        return fail_engine(p, "--relay", rc);
    }
}

int plan_add_relays(plan *p, const options *o, dhcpperf_client_config *c, dhcpperf_ip4 first)
{
    const option_value *extra = &o->values[TESTER_RELAY_OPTION];
    /* The address of the last one, as a number that may not fit. */
    uint64_t last =
        (uint64_t)units_ip4_number(first) + (uint64_t)(p->relay_count - 1) * p->relay_step;
    unsigned i;
    int rc =
        last >> 24 >= 224
            ? DHCPPERF_E_RANGE
            : dhcpperf_client_config_add_relays_step(c, first, p->relay_step, p->relay_count,
                                                     p->relay_run, p->circuit_id, p->remote_id);

    if (rc != 0) {
        return explain_relays(p, rc);
    }
    for (i = 0; i < extra->n_items; i++) {
        if (add_relay_option(p, c, extra->items[i]) != 0) {
            return -1;
        }
    }
    return 0;
}

int plan_make_load(plan *p, dhcpperf_load **ret)
{
    dhcpperf_load *l = NULL;
    dhcpperf_dur rest = p->duration == DHCPPERF_NEVER ? DHCPPERF_NEVER : p->duration - p->ramp;
    int rc = p->profile != NULL ? dhcpperf_load_clone(&l, p->profile) : dhcpperf_load_new(&l, NULL);

    if (rc != 0 || p->profile != NULL) {
        /* as it is, or not at all */
    } else if (p->rate <= 0) {
        rc = dhcpperf_load_add_closed(l, p->concurrency, p->duration);
    } else {
        if (p->ramp > 0) {
            rc = dhcpperf_load_add_rate(l, 0, p->rate, p->ramp, p->poisson);
        }
        if (rc == 0 && rest > 0) {
            rc = dhcpperf_load_add_rate(l, p->rate, p->rate, rest, p->poisson);
        }
    }
    if (rc != 0) {
        dhcpperf_load_free(l);
        return fail_engine(p, "load profile", rc);
    }
    *ret = l;
    return 0;
}

void plan_describe_load(const plan *p, char *buf, size_t cap)
{
    char ramp[64] = "", scenario[48] = "";

    if (strcmp(p->scenario_name, "dora") != 0) {
        snprintf(scenario, sizeof scenario, "scenario %s, ", p->scenario_name);
    }
    if (p->at_once) {
        snprintf(buf, cap, "%sall at once", scenario);
        return;
    }
    if (p->profile != NULL) {
        size_t n = (size_t)snprintf(buf, cap, "%s", scenario);

        profile_describe(p, buf + n, cap - n);
        return;
    }
    if (p->rate <= 0) {
        snprintf(buf, cap, "%sconcurrency %u", scenario, (unsigned)p->concurrency);
        return;
    }
    if (p->ramp > 0) {
        char text[32];

        dhcpperf_dur_format(p->ramp, text, sizeof text);
        snprintf(ramp, sizeof ramp, " after a ramp of %s", text);
    }
    snprintf(buf, cap, "%s%.10g %s/s%s%s", scenario, p->rate, p->each_once ? "clients" : "turns",
             p->poisson ? " (Poisson)" : "", ramp);
}
