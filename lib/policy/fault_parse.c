/* SPDX-License-Identifier: MIT */
/* fault_parse.c - the text of a fault plan, rule by rule.
 *
 * What was read so far is thrown away at the first failure: no part of a broken plan is ever in
 * force. */
#include <string.h>

#include "policy/dp_fault_text.h"

#define BAD_TYPE   "a message type is expected here, as in offer, ack, discover or any-reply"
#define TWO_SIDES  "a rule is about requests or about replies: write a second one for the others"
#define NO_COMMON  "this action and those before it act on different messages: write two rules"
#define DROP_ALONE "nothing is left of a message that is dropped: drop stands alone in its rule"
#define NAME_TAKEN "each rule has a name of its own"
#define NAME_OURS  "names such as rule-1 are those of rules without a name"

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

/* ---- names ----------------------------------------------------------------------------------- */

static void number_rule(dp_fault_rule *rule, unsigned n)
{
    dp_text t;

    dp_text_begin(&t, rule->number, sizeof rule->number);
    dp_text_str(&t, "rule-");
    dp_text_u64(&t, n);
}

/* Is it one of the names that rules get by themselves? */
static bool is_number(const char *name)
{
    static const char ours[] = "rule-";
    size_t n = sizeof ours - 1;

    return strncmp(name, ours, n) == 0 && name[n] != '\0' &&
           name[n + strspn(name + n, "0123456789")] == '\0';
}

/* "NAME:" when there is one. */
static int read_name(dp_fault_reader *r, dp_fault_rule *rule)
{
    const char *at;
    size_t n = 0;

    (void)dp_fault_word(r);
    at = r->p;
    while (is_name_char(at[n])) {
        n++;
    }
    if (n == 0 || at[n] != ':') {
        return 0;
    }
    if (n > DHCPPERF_FAULT_NAME_MAX) {
        return dp_fault_fail(r, at, DHCPPERF_E_RANGE, "a name has 31 characters at most");
    }
    memcpy(rule->name, at, n);
    rule->name[n] = '\0';
    if (strcmp(rule->name, rule->number) == 0) {
        rule->name[0] = '\0'; /* it would be called so anyway */
    } else if (is_number(rule->name)) {
        return dp_fault_fail(r, at, DHCPPERF_E_CONFLICT, NAME_OURS);
    } else if (dhcpperf_fault_plan_find(r->plan, rule->name) >= 0) {
        return dp_fault_fail(r, at, DHCPPERF_E_CONFLICT, NAME_TAKEN);
    }
    r->p = at + n + 1;
    return 0;
}

/* ---- messages -------------------------------------------------------------------------------- */

/* One type of the list behind "on"; all actions must be for it. */
static int read_type(dp_fault_reader *r, dp_fault_rule *rule)
{
    size_t n = dp_fault_word(r);
    uint32_t types = dp_fault_find_types(r->p, n), i;

    if (types == 0) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_TYPE);
    }
    for (i = 0; i < rule->n; i++) {
        unsigned verb = dp_fault_actions(r->plan, rule)[i].verb;

        if ((types & ~dp_fault_suits(verb, r->plan->side)) != 0) {
            return dp_fault_fail(r, r->p, DHCPPERF_E_RANGE, dp_fault_verb_of(verb)->suits);
        }
    }
    rule->types |= types;
    if ((rule->types & DP_FT_REQUESTS) != 0 && (rule->types & DP_FT_REPLIES) != 0) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_RANGE, TWO_SIDES);
    }
    r->p += n;
    return 0;
}

static int read_types(dp_fault_reader *r, dp_fault_rule *rule)
{
    int rc;

    if (!dp_fault_take(r, "on") && dp_fault_find_types(r->p, dp_fault_word(r)) == 0) {
        return 0;
    }
    rule->types = 0;
    do {
        rc = read_type(r, rule);
    } while (rc == 0 && dp_fault_take_char(r, ','));
    return rc;
}

/* ---- actions --------------------------------------------------------------------------------- */

/* Adds an action; rule->types is what all actions so far mean when nothing is said. */
static int take_action(dp_fault_reader *r, dp_fault_rule *rule, const dp_fault_action *a,
                       const char *at)
{
    uint32_t suits = dp_fault_suits(a->verb, r->plan->side), i;
    dp_fault_action *to;

    if (rule->n > 0 && a->verb == DP_FV_DROP) {
        return dp_fault_fail(r, at, DHCPPERF_E_RANGE, DROP_ALONE);
    }
    rule->types &= rule->n == 0 ? dp_fault_usual(a->verb, r->plan->side) : suits;
    for (i = 0; i < rule->n; i++) {
        suits &= dp_fault_suits(dp_fault_actions(r->plan, rule)[i].verb, r->plan->side);
    }
    if (suits == 0) {
        return dp_fault_fail(r, at, DHCPPERF_E_RANGE, NO_COMMON);
    }
    if (rule->types == 0) {
        rule->types = suits;
    }
    to = dp_fault_add_action(r->plan);
    if (to == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    *to = *a;
    rule->n++;
    rule->has_edits |= dp_fault_is_edit(a->verb);
    rule->only_edits &= dp_fault_is_edit(a->verb);
    return 0;
}

static int read_actions(dp_fault_reader *r, dp_fault_rule *rule)
{
    dp_fault_action a;
    const char *at;
    int rc;

    do {
        (void)dp_fault_word(r);
        at = r->p;
        if (rule->n > 0 && dp_fault_actions(r->plan, rule)[0].verb == DP_FV_DROP) {
            return dp_fault_fail(r, at, DHCPPERF_E_RANGE, DROP_ALONE);
        }
        rc = dp_fault_read_action(r, &a);
        rc = rc != 0 ? rc : take_action(r, rule, &a, at);
    } while (rc == 0 && dp_fault_take_char(r, ','));
    return rc;
}

/* ---- rules and the plan ---------------------------------------------------------------------- */

static int read_rule(dp_fault_reader *r)
{
    dhcpperf_fault_plan *p = r->plan;
    dp_fault_rule *rule = &p->rules[p->n];
    int rc;

    if (p->n == DHCPPERF_FAULT_RULES) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_FULL, "a plan has 64 rules at most");
    }
    memset(rule, 0, sizeof *rule);
    rule->first = p->n_actions;
    rule->types = UINT32_MAX;
    rule->only_edits = true;
    rule->since = DHCPPERF_NEVER;
    number_rule(rule, p->n + 1);
    rc = read_name(r, rule);
    rc = rc != 0 ? rc : read_actions(r, rule);
    rc = rc != 0 ? rc : read_types(r, rule);
    rc = rc != 0 ? rc : dp_fault_read_conditions(r, rule);
    if (rc == 0) {
        rule->armed = (rule->has & DP_FC_UNARMED) == 0;
        p->n++;
    }
    return rc;
}

/* "match first" or "match all", once. */
static int read_match(dp_fault_reader *r, const char *at, bool *inout_said)
{
    r->plan->match_all = dp_fault_take(r, "all");
    if ((!r->plan->match_all && !dp_fault_take(r, "first")) || !dp_fault_ends(r)) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX,
                             "match first: one rule acts on a message; match all: each that "
                             "matches");
    }
    if (*inout_said) {
        return dp_fault_fail(r, at, DHCPPERF_E_SYNTAX, "match is said once in a plan");
    }
    *inout_said = true;
    return 0;
}

/* Everything to the end of the line that nobody is to read. */
static void skip_comment(dp_fault_reader *r)
{
    if (*r->p == '#') {
        r->p += strcspn(r->p, "\n");
    }
}

static int read_plan(dp_fault_reader *r)
{
    bool said = false;
    const char *at;
    int rc = 0;

    while (rc == 0) {
        if (dp_fault_ends(r)) {
            skip_comment(r);
            if (*r->p == '\0') {
                break;
            }
            r->p++;
            continue;
        }
        at = r->p;
        rc = dp_fault_take(r, "match") ? read_match(r, at, &said) : read_rule(r);
    }
    return rc;
}

/* What is written must be short enough to be read again. */
static int check_length(dp_fault_reader *r)
{
    dp_text t;

    dp_text_begin(&t, NULL, 0);
    dp_fault_write_plan(&t, r->plan);
    return t.len <= DHCPPERF_FAULT_TEXT_MAX
               ? 0
               : dp_fault_fail(r, r->p, DHCPPERF_E_FULL,
                               "a plan has 65536 octets at most, written in full");
}

int dhcpperf_fault_plan_parse(dhcpperf_fault_plan **ret, dhcpperf_fault_side side, const char *text,
                              size_t *reterr_offset, const char **reterr_reason,
                              const dhcpperf_mem *mem)
{
    dp_fault_reader r = {.p = text, .at = text, .reason = ""};
    size_t len;
    int rc;

    if (ret == NULL || text == NULL ||
        (side != DHCPPERF_FAULT_SERVER && side != DHCPPERF_FAULT_CLIENT)) {
        return DHCPPERF_E_INVALID;
    }
    rc = dp_fault_plan_new(&r.plan, side, mem);
    if (rc != 0) {
        return rc;
    }
    len = strlen(text);
    rc = len <= DHCPPERF_FAULT_TEXT_MAX
             ? read_plan(&r)
             : dp_fault_fail(&r, text + DHCPPERF_FAULT_TEXT_MAX, DHCPPERF_E_FULL,
                             "a plan has 65536 octets at most");
    rc = rc != 0 ? rc : check_length(&r);
    if (rc == 0) {
        *ret = r.plan;
        return 0;
    }
    dhcpperf_fault_plan_free(r.plan);
    if (rc != DHCPPERF_E_NOMEM && reterr_offset != NULL) {
        *reterr_offset = (size_t)(r.at - text);
    }
    if (rc != DHCPPERF_E_NOMEM && reterr_reason != NULL) {
        *reterr_reason = r.reason;
    }
    return rc;
}
