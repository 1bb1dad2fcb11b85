/* SPDX-License-Identifier: MIT */
/* document.c - "dhcpperf.result/1", the result for programs.
 *
 * Invariants: every key is always there; the document only grows; in each messages object
 * exchanges = answered + late + refused + unanswered + in_flight. */
#include "config.h"

#include "dhcp-tester/document.h"
#include "dhcp-tester/mischief.h"
#include "dhcp-tester/pacing.h"

#ifdef HAVE_JANSSON

#include <inttypes.h>
#include <string.h>

#include <libdhcpperf/version.h>

#include "common/json.h"
#include "dhcp-tester/pacing.h"

static json_t *counter(const tester_result *r, dhcpperf_counter c)
{
    return json_count(dhcpperf_stats_counter(r->stats, c));
}

static json_t *seconds(double s)
{
    return s >= 0 ? json_real(s) : json_null();
}

static json_t *instant(const tester_result *r, dhcpperf_ts at)
{
    return at != DHCPPERF_NEVER ? json_real((double)(at - r->began) / 1e9) : json_null();
}

static json_t *stages_array(const tester_result *r)
{
    json_t *list = json_array();
    dhcpperf_stage s;
    unsigned i;

    for (i = 0; merge_get_stage(r->all, i, &s) == 1; i++) {
        json_array_append_new(list,
                              json_pack("{s:s, s:o, s:o, s:o, s:o}", "name", s.name, "began_s",
                                        instant(r, s.began_at), "ended_s", instant(r, s.ended_at),
                                        "given", json_count(s.given), "lost", json_count(s.lost)));
    }
    return list;
}

static json_t *run_object(const tester_result *r)
{
    const plan *p = r->plan;
    json_t *o = json_object();
    char digest[20], load[512];

    json_object_set_new(o, "version", json_string(dhcpperf_version()));
    json_object_set_new(o, "seed", json_count(p->seed));
    json_object_set_new(o, "mode",
                        json_string(p->mode == PLAN_SIMULATION ? "simulation" : "realistic"));
    json_object_set_new(o, "server", json_text(r->server));
    json_object_set_new(o, "clients", json_count(r->clients));
    json_object_set_new(o, "scenario", json_string(p->scenario_name));
    json_object_set_new(o, "stages", stages_array(r));
    json_object_set_new(o, "workers", json_count(r->all->n));
    json_object_set_new(o, "concurrency",
                        plan_is_open(p) ? json_null() : json_count(p->concurrency));
    json_object_set_new(o, "rate", p->rate > 0 ? json_real(p->rate) : json_null());
    plan_describe_load(p, load, sizeof load);
    json_object_set_new(o, "load", json_text(load));
    json_object_set_new(o, "pacing",
                        p->mode == PLAN_SIMULATION ? json_null()
                                                   : json_string(pacing_name(p->pacing)));
    json_object_set_new(o, "started_at", json_instant(r->run->started_unix_ns));
    json_object_set_new(o, "elapsed_s", json_real(r->elapsed_s));
    json_object_set_new(o, "simulated_s",
                        r->simulated_s >= 0 ? json_real(r->simulated_s) : json_null());
    snprintf(digest, sizeof digest, "%016" PRIx64, r->digest);
    json_object_set_new(o, "digest", r->simulated_s >= 0 ? json_string(digest) : json_null());
    json_object_set_new(o, "command", json_words(r->run->argc, r->run->argv));
    json_object_set_new(o, "env", json_text(r->run->env));
    return o;
}

static json_t *totals_object(const tester_result *r)
{
    json_t *o = json_object();

    json_object_set_new(o, "started", json_count(r->started));
    json_object_set_new(o, "bound", json_count(r->bound));
    json_object_set_new(o, "failed", json_count(r->failed));
    json_object_set_new(o, "unfinished", json_count(r->unfinished));
    json_object_set_new(o, "ipv6_only", json_count(r->ipv6_only));
    json_object_set_new(o, "success_rate", json_real(r->success_rate));
    json_object_set_new(o, "dora_per_s", json_real(r->dora_per_s));
    json_object_set_new(o, "leases_obtained", json_count(r->leases));
    json_object_set_new(o, "renewed", counter(r, DHCPPERF_C_RENEWED));
    json_object_set_new(o, "rebound", counter(r, DHCPPERF_C_REBOUND));
    json_object_set_new(o, "expired", counter(r, DHCPPERF_C_EXPIRED));
    json_object_set_new(o, "naked", counter(r, DHCPPERF_C_NAKED));
    json_object_set_new(o, "time_to_bound_s",
                        json_pack("{s:o, s:o, s:o, s:o}", "p50", seconds(r->to_bound_s[0]), "p95",
                                  seconds(r->to_bound_s[1]), "p99", seconds(r->to_bound_s[2]),
                                  "p100", seconds(r->to_bound_s[3])));
    json_object_set_new(o, "packets_per_bound", seconds(r->packets_per_bound));
    json_object_set_new(o, "packets_sent", counter(r, DHCPPERF_C_TX_PACKETS));
    json_object_set_new(o, "packets_received", counter(r, DHCPPERF_C_RX_PACKETS));
    json_object_set_new(o, "relayed", counter(r, DHCPPERF_C_RELAYED));
    json_object_set_new(o, "retries", json_count(r->retries));
    json_object_set_new(o, "resident_bytes", json_count(r->memory));
    return o;
}

static json_t *messages_object(const tester_result *r)
{
    static const struct {
        const char *key;
        dhcpperf_outcome outcome;
    } fields[] = {
        {"exchanges", DHCPPERF_OUT_STARTED},
        {"packets", DHCPPERF_OUT_PACKETS},
        {"retransmits", DHCPPERF_OUT_RETRANSMITS},
        {"answered", DHCPPERF_OUT_ANSWERED},
        {"late", DHCPPERF_OUT_LATE},
        {"refused", DHCPPERF_OUT_REFUSED},
        {"unanswered", DHCPPERF_OUT_UNANSWERED},
        {"in_flight", DHCPPERF_OUT_IN_FLIGHT},
    };
    json_t *o = json_object();
    unsigned x, i;

    for (x = DHCPPERF_X_DISCOVER; x <= DHCPPERF_X_QUERY; x++) {
        json_t *m = json_object();

        for (i = 0; i < sizeof fields / sizeof fields[0]; i++) {
            json_object_set_new(m, fields[i].key,
                                json_count(dhcpperf_stats_exchange(r->stats, (dhcpperf_exchange)x,
                                                                   fields[i].outcome)));
        }
        json_object_set_new(o, dhcpperf_exchange_name((dhcpperf_exchange)x), m);
    }
    return o;
}

static json_t *latency_object(const tester_result *r)
{
    static const struct {
        const char *key;
        dhcpperf_series series;
    } rows[] = {{"discover_offer", DHCPPERF_S_DISCOVER_OFFER},
                {"request_ack", DHCPPERF_S_REQUEST_ACK},
                {"dora", DHCPPERF_S_FULL_BIND},
                {"renew_ack", DHCPPERF_S_RENEW_ACK}};
    json_t *o = json_object();
    unsigned i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        json_t *pair = json_object();

        json_object_set_new(
            pair, "intended",
            json_hist(dhcpperf_stats_hist(r->stats, rows[i].series, DHCPPERF_FROM_INTENDED)));
        json_object_set_new(
            pair, "actual",
            json_hist(dhcpperf_stats_hist(r->stats, rows[i].series, DHCPPERF_FROM_ACTUAL)));
        json_object_set_new(o, rows[i].key, pair);
    }
    return o;
}

static json_t *errors_object(const tester_result *r)
{
    uint64_t timeouts = 0;
    json_t *o = json_object();
    unsigned x;

    for (x = DHCPPERF_X_DISCOVER; x <= DHCPPERF_X_QUERY; x++) {
        if (x != DHCPPERF_X_RELEASE && x != DHCPPERF_X_DECLINE) {
            timeouts +=
                dhcpperf_stats_exchange(r->stats, (dhcpperf_exchange)x, DHCPPERF_OUT_UNANSWERED);
        }
    }
    json_object_set_new(o, "timeout", json_count(timeouts));
    json_object_set_new(o, "parse", counter(r, DHCPPERF_C_RX_MALFORMED));
    json_object_set_new(o, "network", counter(r, DHCPPERF_C_TX_ERRORS));
    json_object_set_new(o, "nak", counter(r, DHCPPERF_C_NAKED));
    json_object_set_new(o, "incomplete", counter(r, DHCPPERF_C_RX_UNUSABLE));
    json_object_set_new(o, "unmatched", counter(r, DHCPPERF_C_RX_UNMATCHED));
    json_object_set_new(o, "duplicate", counter(r, DHCPPERF_C_RX_DUPLICATE));
    json_object_set_new(o, "wrong_server", counter(r, DHCPPERF_C_RX_WRONG_SERVER));
    json_object_set_new(o, "not_taken", counter(r, DHCPPERF_C_RX_NOT_TAKEN));
    json_object_set_new(o, "bootp", counter(r, DHCPPERF_C_RX_BOOTP));
    json_object_set_new(o, "unauthentic", counter(r, DHCPPERF_C_RX_UNAUTHENTIC));
    json_object_set_new(o, "unreachable", json_count(r->carrier.unreachable));
    return o;
}

/* Per worker: its clients, what its engine counted, and its share of a processor. */
static json_t *workers_array(const tester_result *r)
{
    json_t *list = json_array();
    unsigned i;

    for (i = 0; i < r->all->n; i++) {
        const part *x = r->all->parts[i];
        const dhcpperf_stats *s = dhcpperf_client_stats(x->client);
        double share = result_cpu_share(r, i);

        json_array_append_new(
            list, json_pack("{s:o, s:o, s:o, s:o, s:o}", "clients",
                            json_count(dhcpperf_client_count(x->client)), "packets_sent",
                            json_count(dhcpperf_stats_counter(s, DHCPPERF_C_TX_PACKETS)),
                            "packets_received",
                            json_count(dhcpperf_stats_counter(s, DHCPPERF_C_RX_PACKETS)), "bound",
                            json_count(dhcpperf_stats_counter(s, DHCPPERF_C_BOUND)), "cpu_share",
                            share >= 0 ? json_real(share) : json_null()));
    }
    return list;
}

/* What makes the generator no witness, for programs. */
static json_t *reasons_array(const generator_verdict *v)
{
    json_t *list = json_array();
    unsigned i;

    for (i = 0; i < v->n; i++) {
        json_array_append_new(list, json_pack("{s:s, s:f, s:f, s:s}", "what",
                                              generator_fault_name(v->at[i].fault), "value",
                                              v->at[i].value, "limit", v->at[i].limit, "text",
                                              v->at[i].text));
    }
    return list;
}

/* How answers are timed: what was asked for, and what the kernel granted. */
static json_t *timestamps_object(const tester_result *r)
{
    int has_socket = r->carrier.size > 0;

    return json_pack(
        "{s:o, s:o}", "asked",
        has_socket ? json_string(r->plan->user_stamps ? "user" : "kernel") : json_null(), "granted",
        has_socket ? json_string(r->carrier.stamps != 0 ? "kernel" : "user") : json_null());
}

static json_t *generator_object(const tester_result *r)
{
    json_t *o = json_object();

    json_object_set_new(o, "valid", json_boolean(r->invalid == NULL));
    json_object_set_new(o, "reason", r->invalid != NULL ? json_string(r->invalid) : json_null());
    json_object_set_new(o, "reasons", reasons_array(&r->verdict));
    json_object_set_new(
        o, "send_lag_ns",
        json_hist(dhcpperf_stats_hist(r->stats, DHCPPERF_S_SEND_LAG, DHCPPERF_FROM_INTENDED)));
    json_object_set_new(
        o, "start_lag_ns",
        json_hist(dhcpperf_stats_hist(r->stats, DHCPPERF_S_START_LAG, DHCPPERF_FROM_INTENDED)));
    json_object_set_new(o, "max_lag_ns", r->max_lag > 0 ? json_count(r->max_lag) : json_null());
    json_object_set_new(o, "late_sends", counter(r, DHCPPERF_C_LATE_SENDS));
    json_object_set_new(o, "stamps_clamped", counter(r, DHCPPERF_C_STAMPS_CLAMPED));
    json_object_set_new(o, "time_clamped", counter(r, DHCPPERF_C_TIME_CLAMPED));
    json_object_set_new(o, "socket_drops", json_count(r->carrier.rx_dropped));
    json_object_set_new(o, "cpu_share", json_real(r->cpu_share));
    json_object_set_new(o, "workers", workers_array(r));
    json_object_set_new(o, "receive_buffer", json_count(r->carrier.rcvbuf));
    json_object_set_new(o, "train_max", json_count(r->carrier.train_max));
    json_object_set_new(o, "probe_resent", json_count(r->carrier.probe_resent));
    json_object_set_new(o, "timestamps", timestamps_object(r));
    json_object_set_new(
        o, "pacing",
        json_pack("{s:o, s:o}", "mode",
                  pacing_has_schedule(r->plan) ? json_string(pacing_name(r->plan->pacing))
                                               : json_null(),
                  "tick_ns", r->plan->tick > 0 ? json_count(r->plan->tick) : json_null()));
    return o;
}

/* Null without a socket. */
static json_t *kernel_object(const tester_result *r)
{
    return r->carrier.size > 0 ? json_kernel(&r->before, &r->after, r->carrier.rx_dropped)
                               : json_null();
}

/* The payload of an example, annotated: printable ASCII whatever came. */
static json_t *packet_text(dhcpperf_bytes packet)
{
    char text[32768]; /* a line for every option that fits into 576 octets */

    dhcpperf_msg_annotate(packet, text, sizeof text);
    return json_text(text);
}

/* The rules of one level that were broken. */
static json_t *verdicts_array(const tester_result *r, dhcpperf_level level)
{
    json_t *list = json_array();
    dhcpperf_violation v;
    unsigned i;

    for (i = 0; merge_get_violation(r->all, i, &v) == 1; i++) {
        if (v.count > 0 && v.level == level) {
            json_array_append_new(list,
                                  json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "rule", v.rule,
                                            "id", v.id, "level", dhcpperf_level_name(v.level),
                                            "rfc", v.rfc, "count", json_count(v.count), "example",
                                            json_text(v.example), "packet", packet_text(v.packet)));
        }
    }
    return list;
}

/* What clients did wrong on purpose; null when they behaved. */
static json_t *faults_object(const tester_result *r)
{
    const dhcpperf_fault_plan *faults = r->plan->faults;
    json_t *rules = faults != NULL ? json_array() : NULL;
    static char text[DHCPPERF_FAULT_TEXT_MAX + 1];
    unsigned i;

    if (faults == NULL) {
        return json_null();
    }
    for (i = 0; i < dhcpperf_fault_plan_count(faults); i++) {
        dhcpperf_fault_plan_format_rule(faults, i, text, sizeof text);
        json_array_append_new(
            rules, json_pack("{s:s, s:o, s:o}", "name", dhcpperf_fault_plan_name(faults, i), "rule",
                             json_text(text), "hits", json_count(mischief_hits(r, i))));
    }
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "rules", rules, "hits",
                     counter(r, DHCPPERF_C_FAULTS), "spoiled", counter(r, DHCPPERF_C_SPOILED),
                     "answers_lost", counter(r, DHCPPERF_C_RX_FAULTED), "hostile_sent",
                     counter(r, DHCPPERF_C_TX_HOSTILE), "hostile_answered",
                     counter(r, DHCPPERF_C_RX_HOSTILE));
}

document *document_of(const tester_result *r)
{
    json_t *doc = json_object();

    json_object_set_new(doc, "schema", json_string("dhcpperf.result/1"));
    json_object_set_new(doc, "run", run_object(r));
    json_object_set_new(doc, "totals", totals_object(r));
    json_object_set_new(doc, "messages", messages_object(r));
    json_object_set_new(doc, "latency_ns", latency_object(r));
    json_object_set_new(doc, "errors", errors_object(r));
    json_object_set_new(doc, "generator", generator_object(r));
    json_object_set_new(doc, "kernel", kernel_object(r));
    json_object_set_new(doc, "violations", verdicts_array(r, DHCPPERF_LEVEL_MUST));
    json_object_set_new(doc, "remarks", verdicts_array(r, DHCPPERF_LEVEL_SHOULD));
    json_object_set_new(doc, "faults", faults_object(r));
    return doc;
}

/* -- what a search found ----------------------------------------------------------------------- */

static json_t *unless_negative(double v)
{
    return v >= 0 ? json_real(v) : json_null();
}

/* What the conditions are about was in a trial, or in the median. */
static json_t *values_object(const dhcpperf_search *s, unsigned index)
{
    dhcpperf_search_condition c;
    json_t *o = json_object();
    double v = -1;
    unsigned i;

    for (i = 0; dhcpperf_search_get_condition(s, i, &c, sizeof c) == 1; i++) {
        if (dhcpperf_search_get_value(s, index, i, &v) == 1) {
            json_object_set_new(o, c.quantity, unless_negative(v));
        }
    }
    return o;
}

static json_t *condition_text(const dhcpperf_search *s, int index)
{
    dhcpperf_search_condition c;

    return index >= 0 && dhcpperf_search_get_condition(s, (unsigned)index, &c, sizeof c) == 1
               ? json_string(c.text)
               : json_null();
}

static json_t *trials_array(const dhcpperf_search *s)
{
    json_t *list = json_array();
    dhcpperf_search_trial t;
    unsigned i;

    for (i = 0; dhcpperf_search_get_trial(s, i, &t, sizeof t) == 1; i++) {
        json_t *o = json_object();

        json_object_set_new(o, "number", json_count(t.number));
        json_object_set_new(o, "step", json_string(dhcpperf_search_step_name(t.step)));
        json_object_set_new(o, "rate", json_real(t.rate_per_s));
        json_object_set_new(o, "offered", json_count(t.offered));
        json_object_set_new(o, "leases_per_s", json_real(t.achieved_per_s));
        json_object_set_new(o, "loss", unless_negative(t.loss));
        json_object_set_new(o, "values", values_object(s, i));
        json_object_set_new(o, "verdict", json_string(dhcpperf_search_verdict_name(t.verdict)));
        json_object_set_new(o, "missed", condition_text(s, t.failed));
        json_object_set_new(o, "reason", t.reason[0] != '\0' ? json_text(t.reason) : json_null());
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *conditions_array(const dhcpperf_search *s)
{
    json_t *list = json_array();
    dhcpperf_search_condition c;
    int i;

    for (i = 0; dhcpperf_search_get_condition(s, (unsigned)i, &c, sizeof c) == 1; i++) {
        json_array_append_new(list, condition_text(s, i));
    }
    return list;
}

void document_add_capacity(document *d, const dhcpperf_search *s, const char *limit)
{
    dhcpperf_search_answer a;
    json_t *o = json_object();

    if (dhcpperf_search_get_answer(s, &a, sizeof a) != 0) {
        memset(&a, 0, sizeof a);
    }
    json_object_set_new(o, "conditions", conditions_array(s));
    json_object_set_new(o, "rate", a.rate_per_s > 0 ? json_real(a.rate_per_s) : json_null());
    json_object_set_new(o, "confirmed", json_boolean(a.confirmed));
    json_object_set_new(o, "runs", json_count(a.runs));
    json_object_set_new(o, "runs_held", json_count(a.held));
    json_object_set_new(o, "leases_per_s",
                        a.rate_per_s > 0 ? json_real(a.achieved_per_s) : json_null());
    json_object_set_new(o, "values", values_object(s, DHCPPERF_SEARCH_MEDIAN));
    json_object_set_new(o, "limited_by", json_string(limit));
    json_object_set_new(o, "failed_rate",
                        a.failed_per_s > 0 ? json_real(a.failed_per_s) : json_null());
    json_object_set_new(o, "missed", condition_text(s, a.failed));
    json_object_set_new(o, "trials", trials_array(s));
    json_object_set_new(d, "capacity", o);
}

/* -- writing ----------------------------------------------------------------------------------- */

int document_write(document *d, const char *path, char *error, size_t cap)
{
    return json_write(json_incref(d), path, error, cap);
}

void document_free(document *d)
{
    json_decref(d);
}

int result_write_json(const tester_result *r, const char *path, char *error, size_t cap)
{
    return json_write(document_of(r), path, error, cap);
}

#else

int result_write_json(const tester_result *r, const char *path, char *error, size_t cap)
{
    (void)r;
    snprintf(error, cap, "cannot write '%s': this build lacks the jansson library", path);
    return -1;
}

/* Somebody asked for one, or these would not be called; there is nothing to write then. */
document *document_of(const tester_result *r)
{
    (void)r;
    return NULL;
}

void document_add_capacity(document *d, const dhcpperf_search *s, const char *limit)
{
    (void)d;
    (void)s;
    (void)limit;
}

int document_write(document *d, const char *path, char *error, size_t cap)
{
    (void)d;
    return result_write_json(NULL, path, error, cap);
}

void document_free(document *d)
{
    (void)d;
}

#endif
