/* SPDX-License-Identifier: MIT */
/* commands.c - requests judged, and the commands that are about the server as a whole. */
#include "config.h"

#include "dhcp-server/commands.h"

#include <string.h>

#include "common/near.h"

const command_spec command_specs[COMMANDS] = {
#define COMMAND(id, name, members, needed, help) {name, members, needed, help},
#include "dhcp-server/commands.def"
#undef COMMAND
};

int command_find(const char *name)
{
    int i;

    for (i = 0; i < COMMANDS; i++) {
        if (strcmp(command_specs[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

const char *command_near(const char *name)
{
    near_search n;
    int i;

    near_begin(&n, name);
    for (i = 0; i < COMMANDS; i++) {
        near_try(&n, command_specs[i].name);
    }
    return n.best;
}

#ifdef HAVE_JANSSON

#include <stdio.h>
#include <stdlib.h>

#include "common/json.h"
#include "dhcp-server/commands_parts.h"
#include "dhcp-server/numbers.h"
#include "dhcp-server/reload.h"

/* ---- members -------------------------------------------------------------------------------- */

void *command_new(caller who, size_t size, int (*part)(job *, worker *),
                  void (*done)(job *, team *))
{
    question *q = calloc(1, size);

    if (q == NULL) {
        control_refuse(who, "out of memory");
        return NULL;
    }
    q->job.part = part;
    q->job.done = done;
    q->who = who;
    return q;
}

const char *command_text(caller who, const json_t *request, const char *member, int *ret_is_wrong)
{
    const json_t *v = json_object_get(request, member);

    *ret_is_wrong = 0;
    if (v == NULL || json_is_null(v)) {
        return NULL;
    }
    if (!json_is_string(v)) {
        control_refuse(who, "'%s' is to be text", member);
        *ret_is_wrong = 1;
        return NULL;
    }
    return json_string_value(v);
}

int command_ip(caller who, const json_t *request, const char *member, dhcpperf_ip4 *ret)
{
    char shown[100];
    int is_wrong;
    const char *text = command_text(who, request, member, &is_wrong);

    if (text == NULL) {
        return is_wrong ? -1 : 1;
    }
    if (dhcpperf_ip4_parse(ret, text) != 0) {
        options_escape(text, shown, sizeof shown);
        control_refuse(who, "'%s' is to be an address, such as 10.0.0.10, not '%s'", member, shown);
        return -1;
    }
    return 0;
}

/* Whether a list of words separated by blanks holds the word. */
static int is_member(const char *members, const char *word)
{
    return strcmp(word, "command") == 0 || options_is_listed(members, word);
}

static int judge_members(caller who, const command_spec *c, json_t *request)
{
    char name[32], shown[100];
    const char *key, *at = c->members;
    json_t *value;
    unsigned i;

    json_object_foreach(request, key, value)
    {
        if (!is_member(c->members, key)) {
            options_escape(key, shown, sizeof shown);
            control_refuse(who, "'%s' has no '%s'%s%s", c->name, shown,
                           *c->members != '\0' ? ", but: " : "", c->members);
            return -1;
        }
    }
    for (i = 0; i < c->needed; i++) {
        size_t len = strcspn(at, " ");

        snprintf(name, sizeof name, "%.*s", (int)len, at);
        if (json_object_get(request, name) == NULL) {
            control_refuse(who, "'%s' needs '%s'", c->name, name);
            return -1;
        }
        at += len + (at[len] == ' ');
    }
    return 0;
}

/* ---- the server as a whole ------------------------------------------------------------------ */

static void answer_stats(void *user, json_t *document, const char *text)
{
    caller *who = user;

    if (document == NULL) {
        control_refuse(*who, "out of memory");
    } else {
        control_answer(*who, json_pack("{s:o, s:o}", "stats", document, "text", json_text(text)));
    }
    free(who);
}

static caller *keep(caller who)
{
    caller *kept = malloc(sizeof *kept);

    if (kept == NULL) {
        control_refuse(who, "out of memory");
    } else {
        *kept = who;
    }
    return kept;
}

static void command_stats(team *t, caller who, const json_t *request)
{
    caller *kept = keep(who);

    (void)request;
    if (kept != NULL) {
        numbers_ask(t, answer_stats, kept);
    }
}

static void answer_reload(void *user, const char *error)
{
    caller *who = user;

    if (error != NULL) {
        control_refuse(*who, "%s", error);
    } else {
        control_answer(*who, json_object());
    }
    free(who);
}

static void command_reload(team *t, caller who, const json_t *request)
{
    caller *kept = keep(who);

    (void)request;
    if (kept != NULL) {
        reload_begin(t, answer_reload, kept);
    }
}

static int pause_part(job *j, worker *w)
{
    (void)j;
    (void)dhcpperf_server_set_paused(w->server, 1);
    return 0;
}

static int resume_part(job *j, worker *w)
{
    (void)j;
    (void)dhcpperf_server_set_paused(w->server, w->drains);
    return 0;
}

static void say_done(job *j, team *t)
{
    question *q = (question *)(void *)j;

    (void)t;
    control_answer(q->who, json_object());
    free(q);
}

static void pause_or_resume(team *t, caller who, int (*part)(job *, worker *))
{
    question *q = command_new(who, sizeof *q, part, say_done);

    if (q != NULL) {
        jobs_add(&t->jobs, &q->job);
    }
}

static void command_pause(team *t, caller who, const json_t *request)
{
    (void)request;
    pause_or_resume(t, who, pause_part);
}

static void command_resume(team *t, caller who, const json_t *request)
{
    (void)request;
    pause_or_resume(t, who, resume_part);
}

static void command_snapshot(team *t, caller who, const json_t *request)
{
    (void)request;
    numbers_tell_snapshot(t);
    control_answer(who, json_object());
}

static void command_stop(team *t, caller who, const json_t *request)
{
    (void)request;
    t->stop_is_wished = 1;
    control_answer(who, json_object());
}

static const command_fn functions[COMMANDS] = {
    [COMMAND_STATS] = command_stats,   [COMMAND_LEASES] = command_leases,
    [COMMAND_LEASE] = command_lease,   [COMMAND_END_LEASE] = command_end_lease,
    [COMMAND_FAULTS] = command_faults, [COMMAND_ARM] = command_arm,
    [COMMAND_DISARM] = command_disarm, [COMMAND_SET_FAULTS] = command_set_faults,
    [COMMAND_RELOAD] = command_reload, [COMMAND_PAUSE] = command_pause,
    [COMMAND_RESUME] = command_resume, [COMMAND_SNAPSHOT] = command_snapshot,
    [COMMAND_STOP] = command_stop,
};

json_t *command_read(caller who, const char *line, size_t len)
{
    json_error_t why;
    json_t *request = json_loadb(line, len, JSON_REJECT_DUPLICATES, &why);

    if (json_is_object(request)) {
        return request;
    }
    control_refuse(who, "a request is one line, such as {\"command\": \"stats\"}%s%s",
                   request == NULL ? ": " : "", request == NULL ? why.text : "");
    json_decref(request);
    return NULL;
}

void command_run(team *t, caller who, json_t *request)
{
    int is_wrong, id;
    const char *name = command_text(who, request, "command", &is_wrong), *near;
    char shown[100];

    if (name == NULL) {
        if (!is_wrong) {
            control_refuse(who, "a request names its 'command', such as {\"command\": \"stats\"}");
        }
        return;
    }
    id = command_find(name);
    if (id < 0) {
        near = command_near(name);
        options_escape(name, shown, sizeof shown);
        control_refuse(who, "there is no command '%s'%s%s%s", shown,
                       near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                       near != NULL ? "'?" : "");
        return;
    }
    if (judge_members(who, &command_specs[id], request) == 0) {
        functions[id](t, who, request);
    }
}

#endif
