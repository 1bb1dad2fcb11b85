/* SPDX-License-Identifier: MIT */
/* faults.c - one fault plan out of all places where faults can be asked for.
 *
 * --drop-rate is the first rule: what it drops no other rule sees, as if it had been lost on its
 * way.  --response-delay and --bandwidth are the last ones and act besides whatever rule acts on a
 * reply: they hold for every reply. */
#include "common/faults.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/config_file.h"
#include "common/fault_text.h"

/* The setting when the user gave it, or NULL. */
static const option_value *given(const options *o, int index)
{
    return index >= 0 && options_given(o, (unsigned)index) ? &o->values[index] : NULL;
}

/* How messages call a setting: as it was given. */
static void name_setting(const options *o, int index, char *buf, size_t cap)
{
    const char *name = o->specs[index].name;

    if (o->values[index].source == OPTION_FROM_ENVIRONMENT) {
        options_env_name(name, buf, cap);
    } else {
        snprintf(buf, cap, "--%s", name);
    }
}

/* A rule that stands for a flag. */
static int add_rule(fault_text *x, const options *o, int index, const char *rule)
{
    char label[80];

    name_setting(o, index, label, sizeof label);
    return fault_text_add(x, label, 0, 0, rule);
}

static int add_drop_rate(fault_text *x, const options *o, int index)
{
    const option_value *v = given(o, index);
    char rule[80];

    if (v == NULL || v->number <= 0) {
        return 0;
    }
    snprintf(rule, sizeof rule, "drop-rate: drop on any-request p=%.9f", v->number);
    return add_rule(x, o, index, rule);
}

static int add_delay(fault_text *x, const options *o, int index)
{
    const option_value *v = given(o, index);
    char rule[100];

    if (v == NULL || v->dur == 0) {
        return 0;
    }
    snprintf(rule, sizeof rule, "response-delay: delay %" PRIu64 "ns on any-reply also=yes",
             v->dur);
    return add_rule(x, o, index, rule);
}

static int add_bandwidth(fault_text *x, const options *o, int index)
{
    const option_value *v = given(o, index);
    char rule[100];

    if (v == NULL) {
        return 0;
    }
    snprintf(rule, sizeof rule, "bandwidth: bandwidth %" PRIu64 " on any-reply also=yes", v->count);
    return add_rule(x, o, index, rule);
}

static int add_flags(fault_text *x, const options *o, const fault_flags *flags)
{
    const option_value *rules = given(o, flags->rule), *files = given(o, flags->file);
    char label[80];
    unsigned i;
    int rc = 0;

    for (i = 0; rc == 0 && rules != NULL && i < rules->n_items; i++) {
        name_setting(o, flags->rule, label, sizeof label);
        rc = rules->source == OPTION_FROM_FILE
                 ? fault_text_add(x, o->file->path, rules->line, 1, rules->items[i])
                 : fault_text_add(x, label, 0, 0, rules->items[i]);
    }
    for (i = 0; rc == 0 && files != NULL && i < files->n_items; i++) {
        rc = fault_text_add_file(x, files->items[i]);
    }
    return rc;
}

/* In YAML "slow: delay 1s" is a map of one key: what was written is put together again. */
static int add_named(fault_text *x, const config_file *f, const config_node *n)
{
    char rule[4096];
    int used = snprintf(rule, sizeof rule, "%s: %s", n->key, n->text);

    if (used < 0 || (size_t)used >= sizeof rule) {
        snprintf(x->error, x->error_cap, "%s:%u: a rule has at most %zu characters here", f->path,
                 n->line, sizeof rule - 1);
        return -1;
    }
    return fault_text_add(x, f->path, n->line, 1, rule);
}

/* Some rules in one text, or a list or a map of these. */
static int add_part(fault_text *x, const config_file *f, const config_node *n)
{
    const config_node *item;
    int rc = 0;

    if (n->kind == CONFIG_SCALAR) {
        return n->key != NULL && n != f->faults ? add_named(x, f, n)
                                                : fault_text_add(x, f->path, n->line, 1, n->text);
    }
    for (item = n->first; rc == 0 && item != NULL; item = item->next) {
        if (item->kind == CONFIG_LIST || (item->kind == CONFIG_MAP && n->kind == CONFIG_MAP)) {
            snprintf(x->error, x->error_cap,
                     "%s:%u: 'faults' is a list of rules, each one text such as drop offer p=0.1",
                     f->path, item->line);
            return -1;
        }
        rc = add_part(x, f, item);
    }
    return rc;
}

/* Judges what was put together; NULL when that is nothing. */
static int judge(const fault_text *x, dhcpperf_fault_side side, dhcpperf_fault_plan **ret)
{
    const char *reason = "";
    size_t at = 0;
    int rc;

    *ret = NULL;
    if (x->text == NULL) {
        return 0;
    }
    rc = dhcpperf_fault_plan_parse(ret, side, x->text, &at, &reason, NULL);
    if (rc == 0 && dhcpperf_fault_plan_count(*ret) == 0) {
        dhcpperf_fault_plan_free(*ret);
        *ret = NULL;
    }
    if (rc == DHCPPERF_E_NOMEM) {
        snprintf(x->error, x->error_cap, "%s", dhcpperf_strerror(rc));
        return -1;
    }
    return rc == 0 ? 0 : fault_text_fail(x, at, reason);
}

int faults_build(dhcpperf_fault_plan **ret, const options *o, const fault_flags *flags,
                 dhcpperf_fault_side side, char *error, size_t error_cap)
{
    fault_text x;
    int rc;

    fault_text_init(&x, error, error_cap);
    rc = add_drop_rate(&x, o, flags->drop_rate);
    rc = rc != 0 ? rc : add_flags(&x, o, flags);
    rc = rc != 0 || o->file == NULL || o->file->faults == NULL
             ? rc
             : add_part(&x, o->file, o->file->faults);
    rc = rc != 0 ? rc : add_delay(&x, o, flags->response_delay);
    rc = rc != 0 ? rc : add_bandwidth(&x, o, flags->bandwidth);
    rc = rc != 0 ? rc : judge(&x, side, ret);
    fault_text_free(&x);
    return rc;
}

int faults_parse(dhcpperf_fault_plan **ret, dhcpperf_fault_side side, const char *label,
                 const char *text, char *error, size_t error_cap)
{
    fault_text x;
    int rc;

    fault_text_init(&x, error, error_cap);
    x.no_files = 1;
    rc = fault_text_add(&x, label, 0, 0, text);
    rc = rc != 0 ? rc : judge(&x, side, ret);
    fault_text_free(&x);
    return rc;
}
