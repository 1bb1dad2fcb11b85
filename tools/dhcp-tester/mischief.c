/* SPDX-License-Identifier: MIT */
/* mischief.c - fault plans of dhcp-tester: from the flags to the engines, and into the summary. */
#include "dhcp-tester/mischief.h"

#include <inttypes.h>
#include <stdlib.h>

#include "common/faults.h"
#include "common/say.h"
#include "common/units.h"
#include "dhcp-tester/tester_options.h"

/* -- flags ------------------------------------------------------------------------------------- */

static int judge_addresses(plan *p, const options *o)
{
    const option_value *first = &o->values[TESTER_HOSTILE_FIRST],
                       *last = &o->values[TESTER_HOSTILE_LAST];

    if (options_given(o, TESTER_HOSTILE_FIRST) != options_given(o, TESTER_HOSTILE_LAST)) {
        snprintf(p->error, sizeof p->error, "--hostile-first and --hostile-last go together");
        return -1;
    }
    if (units_ip4_number(first->ip) > units_ip4_number(last->ip)) {
        snprintf(p->error, sizeof p->error, "--hostile-first %s is beyond --hostile-last %s",
                 first->text, last->text);
        return -1;
    }
    p->has_hostile_range = options_given(o, TESTER_HOSTILE_FIRST);
    p->hostile_first = first->ip;
    p->hostile_last = last->ip;
    p->hostile_rate = (uint32_t)o->values[TESTER_HOSTILE_RATE].count;
    return 0;
}

int mischief_judge(plan *p, const options *o)
{
    static const fault_flags flags = {.rule = TESTER_FAULT,
                                      .file = TESTER_FAULT_FILE,
                                      .drop_rate = -1,
                                      .response_delay = -1,
                                      .bandwidth = -1};
    static const int hostile[] = {TESTER_HOSTILE_RATE, TESTER_HOSTILE_FIRST, TESTER_HOSTILE_LAST};
    unsigned i;

    if (faults_build(&p->faults, o, &flags, DHCPPERF_FAULT_CLIENT, p->error, sizeof p->error) !=
        0) {
        return -1;
    }
    for (i = 0; p->faults == NULL && i < sizeof hostile / sizeof hostile[0]; i++) {
        if (options_given(o, (unsigned)hostile[i])) {
            snprintf(p->error, sizeof p->error,
                     "--%s is about the hostile messages of a fault plan, and there is none: add "
                     "--fault 'hostile ...'",
                     o->specs[hostile[i]].name);
            return -1;
        }
    }
    return judge_addresses(p, o);
}

static int set_address(dhcpperf_client_config *c, const char *key, dhcpperf_ip4 ip)
{
    char text[16];

    dhcpperf_ip4_format(ip, text, sizeof text);
    return dhcpperf_client_config_set(c, key, text);
}

int mischief_set_range(dhcpperf_client_config *c, dhcpperf_ip4 first, dhcpperf_ip4 last)
{
    int rc = set_address(c, "hostile.first", first);

    return rc != 0 ? rc : set_address(c, "hostile.last", last);
}

int mischief_configure(const plan *p, dhcpperf_client_config *c)
{
    char rate[16];
    int rc;

    if (p->faults == NULL) {
        return 0;
    }
    snprintf(rate, sizeof rate, "%u", (unsigned)p->hostile_rate);
    rc = dhcpperf_client_config_set_faults(c, p->faults);
    rc = rc != 0 ? rc : dhcpperf_client_config_set(c, "hostile.rate", rate);
    return rc != 0 || !p->has_hostile_range
               ? rc
               : mischief_set_range(c, p->hostile_first, p->hostile_last);
}

/* -- words ------------------------------------------------------------------------------------- */

/* The rule in canonical text; as much of it as there is room for. */
static void describe(const dhcpperf_fault_plan *faults, unsigned rule, char *buf, size_t cap)
{
    if (dhcpperf_fault_plan_format_rule(faults, rule, buf, cap) < 0 && cap > 4) {
        snprintf(buf + cap - 4, 4, "...");
    }
}

void mischief_announce(const plan *p)
{
    unsigned n = p->faults != NULL ? dhcpperf_fault_plan_count(p->faults) : 0, i;
    char rule[400];

    for (i = 0; i < n; i++) {
        describe(p->faults, i, rule, sizeof rule);
        say_warning("clients misbehave on purpose, rule %u of %u: %s", i + 1, n, rule);
    }
}

uint64_t mischief_hits(const tester_result *r, unsigned rule)
{
    uint64_t hits = 0;
    unsigned i;

    for (i = 0; i < r->all->n; i++) {
        hits += dhcpperf_fault_plan_hits(dhcpperf_client_faults(r->all->parts[i]->client), rule);
    }
    return hits;
}

void mischief_print(const tester_result *r, FILE *out)
{
    const dhcpperf_fault_plan *faults = r->plan->faults;
    uint64_t spoiled = dhcpperf_stats_counter(r->stats, DHCPPERF_C_SPOILED);
    uint64_t lost = dhcpperf_stats_counter(r->stats, DHCPPERF_C_RX_FAULTED);
    uint64_t hostile = dhcpperf_stats_counter(r->stats, DHCPPERF_C_TX_HOSTILE);
    char rule[200];
    unsigned i;

    for (i = 0; faults != NULL && i < dhcpperf_fault_plan_count(faults); i++) {
        describe(faults, i, rule, sizeof rule);
        fprintf(out, "%-17s%" PRIu64 " x %s\n", i == 0 ? "faults" : "", mischief_hits(r, i), rule);
    }
    if (spoiled > 0) {
        fprintf(out, "                 %" PRIu64 " of the exchanges unanswered were touched\n",
                spoiled);
    }
    if (lost > 0) {
        fprintf(out, "                 %" PRIu64 " answers lost on purpose\n", lost);
    }
    if (hostile > 0) {
        fprintf(out,
                "hostile          %" PRIu64 " messages sent, %" PRIu64
                " answered; not among the packets above\n",
                hostile, dhcpperf_stats_counter(r->stats, DHCPPERF_C_RX_HOSTILE));
    }
}
