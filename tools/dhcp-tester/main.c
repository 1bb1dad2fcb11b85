/* SPDX-License-Identifier: MIT */
/* main.c - dhcp-tester: flags, the run in its mode, the result, the exit status. */
#include <stdio.h>
#include <string.h>

#include <libdhcpperf/version.h>

#include "common/about.h"
#include "common/figures.h"
#include "common/privileges.h"
#include "common/run.h"
#include "common/say.h"
#include "common/signals.h"
#include "dhcp-tester/capacity.h"
#include "dhcp-tester/division.h"
#include "dhcp-tester/mischief.h"
#include "dhcp-tester/plan.h"
#include "dhcp-tester/realistic.h"
#include "dhcp-tester/result.h"
#include "dhcp-tester/simulate.h"
#include "dhcp-tester/tester_options.h"

extern char **environ;

static const char *const later_commands = "analyze|replay|probe|doctor|compare|merge";

static void print_help(const options *o)
{
    printf("Usage: dhcp-tester [FLAG...]\n\n"
           "Simulates DHCP clients that each obtain a lease, and reports how the server\n"
           "did.  Without --server everything happens in memory, against an embedded one.\n"
           "Flags may have one dash or two, and are also taken from variables: DHCP_FLAG.\n");
    options_print_help(o, stdout);
    printf("\nNumbers may end in k, M or G; durations look like 500ms, 30s or 1h30m.\n"
           "Exit status: 0 the run came to its end, whatever its result; 1 failure at run\n"
           "time; 2 wrong flags, nothing sent; 3 no capacity was found for certain; 5 no\n"
           "reply at all; 6 not valid, with --require-valid; 129, 130, 143 stopped by a\n"
           "signal.  See dhcp-tester(1).\n");
}

/* Why this run proves nothing of the server, on standard error: the summary may go elsewhere. */
static void warn_of_generator(const generator_verdict *v)
{
    unsigned i;

    for (i = 0; i < v->n; i++) {
        say_warning("the generator is not valid: %s", v->at[i].text);
    }
}

/* Whether a stage of which nothing came had turns to give: then no client could take any.  Not one
 * that an instant ended, perhaps before the first turn. */
static int had_turns(const tester_result *r, unsigned index, const dhcpperf_stage *s)
{
    char until[64];

    return s->lost > 0 || (s->ended_at != DHCPPERF_NEVER &&
                           dhcpperf_scenario_get_stage(r->plan->scenario, index, "until", until,
                                                       sizeof until) > 0 &&
                           (strcmp(until, "settled") == 0 || strcmp(until, "given") == 0));
}

static void warn_of_stages(const tester_result *r)
{
    dhcpperf_stage s;
    char deeds[256];
    unsigned i;

    for (i = 0; signals_stops() == 0 && merge_get_stage(r->all, i, &s) == 1; i++) {
        if (s.given == 0 && had_turns(r, i, &s) &&
            dhcpperf_scenario_get_stage(r->plan->scenario, i, "do", deeds, sizeof deeds) > 0 &&
            strcmp(deeds, "none") != 0) {
            say_warning("stage %s sent nothing: no client was in a state to do '%s'", s.name,
                        deeds);
        }
    }
}

/* The summary and the documents of a run that is over; *user tells whether it was valid. */
static int report(void *user, const tester_result *r)
{
    int *is_valid = user;
    char error[400];
    unsigned i;
    int status = 0;

    *is_valid = r->invalid == NULL;
    warn_of_generator(&r->verdict);
    warn_of_stages(r);
    if (!r->plan->quiet) {
        result_print(r, outputs_use_stdout(&r->plan->outputs) ? stderr : stdout);
    }
    for (i = 0; i < r->plan->outputs.n_json; i++) {
        if (result_write_json(r, r->plan->outputs.json[i].path, error, sizeof error) != 0) {
            say_error("%s", error);
            status = EXIT_RUNTIME;
        }
    }
    return status;
}

/* Before any thread and any socket: the rights to open these are given up once they are open, after
 * a search with the end of the process. */
static int give_up_root(const plan *p, const options *o)
{
    privileges who;
    char error[400];

    if (privileges_choose(&who, options_given(o, TESTER_USER) ? o->values[TESTER_USER].text : NULL,
                          o->values[TESTER_KEEP_ROOT].on, error, sizeof error) != 0) {
        say_error("%s", error);
        return EXIT_USAGE;
    }
    if (p->mode == PLAN_SIMULATION || !privileges_can_keep()) {
        return 0;
    }
    if (outputs_keep(&p->outputs, &who, error, sizeof error) != 0 ||
        privileges_drop(&who, PRIVILEGES_SOCKETS, error, sizeof error) != 0) {
        say_error("%s", error);
        return EXIT_RUNTIME;
    }
    return 0;
}

static int run(plan *p, const options *o, const run_facts *facts)
{
    char error[400], stop[FIGURE_SIZE];
    int status, is_valid = 1;

    if (outputs_probe(&p->outputs, error, sizeof error) != 0) {
        say_error("%s", error);
        return EXIT_USAGE;
    }
    mischief_announce(p);
    status = give_up_root(p, o);
    status = status != 0 ? status : division_begin(p);
    if (status != 0) {
        return status;
    }
    if (p->stops_by_default) {
        say_note("the scenario %s goes on for ever: it is stopped after %s%s, --duration sets "
                 "another time",
                 p->scenario_name, figure_time(stop, (double)p->stop_after),
                 p->mode == PLAN_SIMULATION ? " of simulated time" : "");
    }
    status = p->search != NULL            ? capacity_run(p, o, facts)
             : p->mode == PLAN_SIMULATION ? simulate_run(p, o, facts, report, &is_valid)
                                          : realistic_run(p, o, facts, report, &is_valid);
    if (status == 0 && signals_stops() > 0) {
        status = EXIT_SIGNAL + signals_first_stop();
    }
    if (status == 0 && !is_valid && p->require_valid) {
        status = EXIT_NOT_VALID;
    }
    return status;
}

int main(int argc, char **argv)
{
    options o;
    plan p;
    run_facts facts;
    int status = 0;

    say_as("dhcp-tester");
    run_begin(&facts, argc, argv);
    memset(&p, 0, sizeof p);
    if (options_init(&o, "dhcp-tester", tester_option_specs, tester_option_count) != 0) {
        say_error("%s", o.error);
        return EXIT_RUNTIME;
    }
    if (options_read(&o, argc, argv, environ, later_commands) != 0) {
        say_error("%s", o.error);
        status = EXIT_USAGE;
    } else if (o.action == TESTER_HELP) {
        print_help(&o);
    } else if (o.action == TESTER_VERSION) {
        about_print("dhcp-tester", stdout);
    } else if (plan_build(&p, &o) != 0) {
        say_error("%s", p.error);
        status = EXIT_USAGE;
    } else {
        say_quietly(p.quiet);
        status = run(&p, &o, &facts);
    }
    if (about_end_output() != 0 && status != EXIT_USAGE) {
        status = EXIT_RUNTIME;
    }
    plan_free(&p);
    options_free(&o);
    return status;
}
