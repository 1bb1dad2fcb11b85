/* SPDX-License-Identifier: MIT */
/* command_faults.c - the fault plan of a running server, over the control socket.
 *
 * Every worker has the same plan and its own hits; what is said of a rule is said of all of them.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/faults.h"
#include "common/json.h"
#include "common/near.h"
#include "common/server_faults.h"
#include "dhcp-server/commands_parts.h"

/* ---- looking -------------------------------------------------------------------------------- */

/* One rule, as the first worker has it; its hits are everybody's. */
typedef struct rule {
    size_t text; /* where it begins in the text */
    char name[DHCPPERF_FAULT_NAME_MAX + 1];
    int armed;
} rule;

typedef struct rules {
    question q; /* first */
    unsigned n;
    rule at[DHCPPERF_FAULT_RULES];
    uint64_t hits[WORKERS_MAX][DHCPPERF_FAULT_RULES];
    size_t used;
    char text[DHCPPERF_FAULT_TEXT_MAX + DHCPPERF_FAULT_RULES + 1];
} rules;

static void take_rule(rules *x, const dhcpperf_fault_plan *p, unsigned i)
{
    int len = dhcpperf_fault_plan_format_rule(p, i, x->text + x->used, sizeof x->text - x->used);

    if (len < 0) {
        return; /* there is room for the canonical text of every plan */
    }
    x->at[i].text = x->used;
    x->used += (size_t)len + 1;
    snprintf(x->at[i].name, sizeof x->at[i].name, "%s", dhcpperf_fault_plan_name(p, i));
    x->at[i].armed = dhcpperf_fault_plan_is_armed(p, i) == 1;
    x->n = i + 1;
}

static int look_part(job *j, worker *w)
{
    rules *x = (rules *)(void *)j;
    const dhcpperf_fault_plan *p = dhcpperf_server_faults(w->server);
    unsigned i, n = p != NULL ? dhcpperf_fault_plan_count(p) : 0;

    for (i = 0; i < n && i < DHCPPERF_FAULT_RULES; i++) {
        x->hits[w->index][i] = dhcpperf_fault_plan_hits(p, i);
        if (w->index == 0) {
            take_rule(x, p, i);
        }
    }
    return 0;
}

static void end_look(job *j, team *t)
{
    rules *x = (rules *)(void *)j;
    json_t *all = json_array();
    unsigned i, k;
    int rc = 0;

    for (i = 0; i < x->n; i++) {
        uint64_t hits = 0;

        for (k = 0; k < t->n; k++) {
            hits += x->hits[k][i];
        }
        rc |=
            json_array_append_new(all, json_pack("{s:s, s:o, s:o, s:b}", "name", x->at[i].name,
                                                 "rule", json_text(x->text + x->at[i].text), "hits",
                                                 json_count(hits), "armed", x->at[i].armed));
    }
    if (rc == 0) {
        control_answer(x->q.who, json_pack("{s:o}", "rules", all));
    } else {
        control_refuse(x->q.who, "out of memory");
        json_decref(all);
    }
    free(x);
}

void command_faults(team *t, caller who, const json_t *request)
{
    rules *x = command_new(who, sizeof *x, look_part, end_look);

    (void)request;
    if (x != NULL) {
        jobs_add(&t->jobs, &x->q.job);
    }
}

/* ---- arming --------------------------------------------------------------------------------- */

typedef struct arming {
    question q; /* first */
    int on;
    int rc[WORKERS_MAX];
    char near[WORKERS_MAX][DHCPPERF_FAULT_NAME_MAX + 1]; /* a rule whose name is nearly it */
    char name[];
} arming;

static void find_near(const dhcpperf_fault_plan *p, const char *name, char *ret)
{
    unsigned i, n = p != NULL ? dhcpperf_fault_plan_count(p) : 0;
    near_search s;

    near_begin(&s, name);
    for (i = 0; i < n; i++) {
        near_try(&s, dhcpperf_fault_plan_name(p, i));
    }
    snprintf(ret, DHCPPERF_FAULT_NAME_MAX + 1, "%s", s.best != NULL ? s.best : "");
}

static int arm_part(job *j, worker *w)
{
    arming *a = (arming *)(void *)j;
    const dhcpperf_fault_plan *p = dhcpperf_server_faults(w->server);
    int i = p != NULL ? dhcpperf_fault_plan_find(p, a->name) : DHCPPERF_E_NOTFOUND;

    if (i < 0) {
        find_near(p, a->name, a->near[w->index]);
    }
    a->rc[w->index] = i < 0 ? i : dhcpperf_server_arm_fault(w->server, (unsigned)i, a->on);
    return 0;
}

static void end_arm(job *j, team *t)
{
    arming *a = (arming *)(void *)j;
    char shown[100];

    (void)t;
    if (a->rc[0] == 0) {
        control_answer(a->q.who, json_object());
    } else {
        options_escape(a->name, shown, sizeof shown);
        control_refuse(a->q.who, "there is no fault rule '%s'%s%s%s", shown,
                       a->near[0][0] != '\0' ? "; did you mean '" : "", a->near[0],
                       a->near[0][0] != '\0' ? "'?" : "");
    }
    free(a);
}

static void arm(team *t, caller who, const json_t *request, int on)
{
    int is_wrong;
    const char *name = command_text(who, request, "rule", &is_wrong);
    arming *a;

    if (name == NULL) {
        if (!is_wrong) {
            control_refuse(who, "'rule' is to be the name of a fault rule");
        }
        return;
    }
    a = command_new(who, sizeof *a + strlen(name) + 1, arm_part, end_arm);
    if (a != NULL) {
        a->on = on;
        memcpy(a->name, name, strlen(name) + 1);
        jobs_add(&t->jobs, &a->q.job);
    }
}

void command_arm(team *t, caller who, const json_t *request)
{
    arm(t, who, request, 1);
}

void command_disarm(team *t, caller who, const json_t *request)
{
    arm(t, who, request, 0);
}

/* ---- another plan --------------------------------------------------------------------------- */

typedef struct change {
    question q;                /* first */
    dhcpperf_fault_plan *plan; /* NULL = no faults */
    int rc[WORKERS_MAX];
} change;

static int change_part(job *j, worker *w)
{
    change *c = (change *)(void *)j;

    c->rc[w->index] = dhcpperf_server_set_faults(w->server, c->plan, dhcpperf_clock_monotonic());
    return 0;
}

static void end_change(job *j, team *t)
{
    change *c = (change *)(void *)j;
    unsigned i;

    for (i = 0; i < t->n && c->rc[i] == 0; i++) {
    }
    if (i == t->n) {
        control_answer(c->q.who,
                       json_pack("{s:I}", "rules",
                                 c->plan != NULL ? (json_int_t)dhcpperf_fault_plan_count(c->plan)
                                                 : (json_int_t)0));
    } else {
        control_refuse(c->q.who, "worker %u keeps the plan it had: %s", i,
                       dhcpperf_strerror(c->rc[i]));
    }
    dhcpperf_fault_plan_free(c->plan);
    free(c);
}

void command_set_faults(team *t, caller who, const json_t *request)
{
    int is_wrong;
    const char *text = command_text(who, request, "plan", &is_wrong);
    dhcpperf_fault_plan *plan = NULL;
    char error[640];
    change *c;

    if (text == NULL) {
        if (!is_wrong) {
            control_refuse(who, "'plan' is to be the text of a fault plan");
        }
        return;
    }
    if (faults_parse(&plan, DHCPPERF_FAULT_SERVER, "plan", text, error, sizeof error) != 0) {
        control_refuse(who, "%s", error);
        return;
    }
    if (plan != NULL &&
        server_faults_judge(plan, t->in_force, t->setup->has_frames, error, sizeof error) != 0) {
        control_refuse(who, "%s", error);
        dhcpperf_fault_plan_free(plan);
        return;
    }
    c = command_new(who, sizeof *c, change_part, end_change);
    if (c == NULL) {
        dhcpperf_fault_plan_free(plan);
        return;
    }
    c->plan = plan;
    jobs_add(&t->jobs, &c->q.job);
}
