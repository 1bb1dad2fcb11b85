/* SPDX-License-Identifier: MIT */
/* fault_format.c - fault plans as canonical text: one rule a line, every word that is not the only
 * one possible, in the order of dhcpperf-fault(5).  Reading it gives an equal plan. */
#include "policy/dp_fault_text.h"
#include "wire/dp_message.h"

static void put_number(dp_text *t, const char *before, uint64_t n)
{
    dp_text_str(t, before);
    dp_text_u64(t, n);
}

static void put_dur(dp_text *t, const char *before, dhcpperf_dur d)
{
    dp_text_str(t, before);
    dp_text_dur(t, d);
}

static void put_ip(dp_text *t, const char *before, uint32_t ip)
{
    dp_text_str(t, before);
    dp_text_ip4(t, dp_ip4_of(ip));
}

/* value / 10^decimals without zeros at its end. */
static void put_decimal(dp_text *t, uint64_t value, unsigned decimals)
{
    for (; decimals > 0 && value % 10 == 0; decimals--) {
        value /= 10;
    }
    dp_text_fixed(t, value, decimals);
}

/* With the largest of k, M and G that loses nothing. */
static void put_count(dp_text *t, const char *before, uint64_t n)
{
    static const char units[] = "\0kMG";
    unsigned i = 0;

    for (; n != 0 && n % 1000 == 0 && i < 3; i++) {
        n /= 1000;
    }
    put_number(t, before, n);
    if (i > 0) {
        dp_text_char(t, units[i]);
    }
}

/* ---- actions --------------------------------------------------------------------------------- */

static void put_delay(dp_text *t, const dhcpperf_fault_plan *p, const dp_fault_action *a)
{
    uint32_t i;

    switch ((dp_fault_delay)a->how) {
    case DP_FD_FIXED:
        put_dur(t, " ", a->d);
        break;
    case DP_FD_UNIFORM:
        put_dur(t, " uniform ", a->d);
        put_dur(t, "..", a->e);
        break;
    case DP_FD_NORMAL:
        put_dur(t, " normal ", a->d);
        put_dur(t, " ", a->e);
        break;
    case DP_FD_EXPONENTIAL:
        put_dur(t, " exponential ", a->d);
        break;
    case DP_FD_SAMPLES:
        dp_text_str(t, " samples");
        for (i = 0; i < a->len; i++) {
            put_dur(t, " ", p->durs[a->at + i]);
        }
        break;
    }
}

static void put_rogue(dp_text *t, const dp_fault_action *a)
{
    put_ip(t, " ", a->ip[0]);
    put_ip(t, " ", a->ip[1]);
    put_ip(t, "-", a->ip[2]);
    if (a->how != DP_FR_WITH) {
        put_dur(t, a->how == DP_FR_BEFORE ? " before " : " after ", a->d);
    }
}

static void put_hostile(dp_text *t, const dp_fault_action *a)
{
    switch ((dp_fault_hostile)a->how) {
    case DP_FH_ALL:
        dp_text_str(t, " all");
        break;
    case DP_FH_NUMBERS:
        put_number(t, " ", a->n);
        if (a->m > a->n) {
            put_number(t, "..", a->m);
        }
        break;
    case DP_FH_NEXT:
        dp_text_str(t, " next");
        if (a->n > 1) {
            put_number(t, " ", a->n);
        }
        break;
    }
}

static void put_limit(dp_text *t, const dp_fault_action *a)
{
    dp_text_char(t, ' ');
    put_decimal(t, a->rate, 3);
    put_number(t, "/s burst ", a->n);
    put_number(t, " queue ", a->m);
}

/* What stands behind the first word of actions on the way in. */
static void put_decision(dp_text *t, const dp_fault_action *a)
{
    switch ((dp_fault_verb)a->verb) {
    case DP_FV_NAK:
        dp_text_str(t, a->flags != 0 ? " unicast" : "");
        break;
    case DP_FV_SAME_ADDRESS:
        put_ip(t, " ", a->ip[0]);
        break;
    case DP_FV_STALL:
        put_dur(t, " ", a->d);
        break;
    case DP_FV_RESTART:
        dp_text_str(t, a->flags != 0 ? " keep" : " empty");
        if (a->d > 0) {
            put_dur(t, " down ", a->d);
        }
        break;
    case DP_FV_ROGUE:
        put_rogue(t, a);
        break;
    case DP_FV_RECLAIM:
        put_dur(t, " quiet ", a->d);
        break;
    default: /* the word is all */
        break;
    }
}

/* The same of those on the way out. */
static void put_delivery(dp_text *t, const dhcpperf_fault_plan *p, const dp_fault_action *a)
{
    switch ((dp_fault_verb)a->verb) {
    case DP_FV_DELAY:
        put_delay(t, p, a);
        break;
    case DP_FV_DUPLICATE:
        put_number(t, " ", a->n);
        break;
    case DP_FV_REORDER:
    case DP_FV_FRAGMENT:
        put_number(t, " ", a->n);
        break;
    case DP_FV_BANDWIDTH:
        put_count(t, " ", a->rate);
        put_count(t, " queue ", a->n);
        break;
    case DP_FV_LIMIT:
        put_limit(t, a);
        break;
    case DP_FV_FORCERENEW:
        dp_text_str(t, a->flags != 0 ? " broadcast" : "");
        break;
    case DP_FV_TO_PORT:
    case DP_FV_FROM_PORT:
        put_number(t, " port ", a->n);
        break;
    case DP_FV_TO_BROADCAST:
        dp_text_str(t, " broadcast");
        break;
    case DP_FV_TO_UNICAST:
        dp_text_str(t, " unicast");
        break;
    case DP_FV_TO_ADDRESS:
    case DP_FV_FROM_ADDRESS:
        put_ip(t, " address ", a->ip[0]);
        break;
    case DP_FV_HOSTILE:
        put_hostile(t, a);
        break;
    default: /* the word is all */
        break;
    }
    if ((a->verb == DP_FV_DUPLICATE || a->verb == DP_FV_FORCERENEW) && a->d > 0) {
        put_dur(t, " after ", a->d);
    }
}

static void put_random(dp_text *t, const char *before, const dp_fault_action *a)
{
    if (a->how == DP_FX_RANDOM) {
        dp_text_str(t, " random");
    } else {
        put_number(t, before, a->n);
    }
}

static void put_octets(dp_text *t, const dhcpperf_fault_plan *p, const dp_fault_action *a)
{
    dp_text_str(t, " octets ");
    if (a->how == DP_FX_RANDOM) {
        put_number(t, "random ", a->n);
    } else {
        dp_fault_write_hex(t, a->len > 0 ? p->octets + a->at : NULL, a->len);
    }
}

/* Surgery on one option, behind "option N". */
static void put_option(dp_text *t, const dhcpperf_fault_plan *p, const dp_fault_action *a)
{
    put_number(t, " option ", a->code);
    switch ((dp_fault_verb)a->verb) {
    case DP_FV_SET_OPTION:
    case DP_FV_APPEND_OPTION:
        dp_text_str(t, " = ");
        dp_fault_write_value(t, p, a);
        break;
    case DP_FV_COPY_OPTION:
        dp_text_str(t, " copy");
        break;
    case DP_FV_MOVE_OPTION:
        dp_text_str(t, a->how == DP_FP_FIRST ? " first" : " last");
        break;
    case DP_FV_TRUNCATE_OPTION:
    case DP_FV_SPLIT_OPTION:
        put_number(t, " ", a->n);
        break;
    case DP_FV_FLIP_OPTION:
        put_number(t, " bits ", a->n);
        break;
    default: /* the option is all */
        break;
    }
}

/* Surgery on the message. */
static void put_edit(dp_text *t, const dhcpperf_fault_plan *p, const dp_fault_action *a)
{
    static const char *const fields[] = {"", " file", " sname", " both"};

    switch ((dp_fault_verb)a->verb) {
    case DP_FV_SET_FIELD:
        dp_text_char(t, ' ');
        dp_text_str(t, dp_fault_field_of(a->code)->word);
        dp_text_str(t, " = ");
        dp_fault_write_value(t, p, a);
        break;
    case DP_FV_OVERLOAD:
        dp_text_str(t, fields[a->how]);
        break;
    case DP_FV_DROP_END:
        dp_text_str(t, " end");
        break;
    case DP_FV_APPEND_OCTETS:
        put_octets(t, p, a);
        break;
    case DP_FV_FLIP_BITS:
        put_number(t, " bits ", a->n);
        break;
    case DP_FV_PAD:
    case DP_FV_SIZE:
        put_number(t, " ", a->n);
        break;
    case DP_FV_TRUNCATE:
        put_random(t, " ", a);
        break;
    case DP_FV_OVERRUN:
        break;
    default:
        put_option(t, p, a);
        break;
    }
}

static void put_action(dp_text *t, const dhcpperf_fault_plan *p, const dp_fault_action *a)
{
    dp_text_str(t, dp_fault_verb_of(a->verb)->word);
    if (dp_fault_is_edit(a->verb)) {
        put_edit(t, p, a);
    } else if (a->verb < DP_FV_CONFLICT) {
        put_decision(t, a);
    } else {
        put_delivery(t, p, a);
    }
}

/* ---- conditions ------------------------------------------------------------------------------ */

static void put_quoted(dp_text *t, const uint8_t *octets, size_t len, bool any_more)
{
    bool star = !any_more && len > 0 && octets[len - 1] == '*'; /* one that means itself */

    dp_text_char(t, '"');
    dp_text_escaped(t, octets, len - (star ? 1 : 0));
    dp_text_str(t, star ? "\\x2a\"" : any_more ? "*\"" : "\"");
}

static void put_mac(dp_text *t, const dp_fault_rule *r)
{
    unsigned i;

    dp_text_str(t, " mac=");
    for (i = 0; i < 6; i++) {
        dp_text_str(t, i > 0 ? ":" : "");
        if (r->mac_mask[i] == 0) {
            dp_text_char(t, '*');
        } else {
            dp_text_hex(t, r->mac[i], 2);
        }
    }
}

static void put_prefix(dp_text *t, const char *before, const dp_fault_prefix *x)
{
    unsigned len = 0;

    while (len < 32 && (x->mask << len) != 0) {
        len++;
    }
    put_ip(t, before, x->network);
    if (len < 32) {
        put_number(t, "/", len);
    }
}

static void put_counting(dp_text *t, const dp_fault_rule *r)
{
    if ((r->has & DP_FC_CHANCE) != 0) {
        dp_text_str(t, " p=");
        put_decimal(t, r->chance, 9);
    }
    if ((r->has & DP_FC_NTH) != 0) {
        put_number(t, " nth=", r->nth);
    }
    if ((r->has & DP_FC_EVERY) != 0) {
        put_number(t, " every=", r->every);
    }
    if ((r->has & DP_FC_SKIP) != 0) {
        put_number(t, " skip=", r->skip);
    }
    if ((r->has & DP_FC_COUNT) != 0) {
        put_number(t, " count=", r->count);
    }
    if ((r->has & DP_FC_BURST) != 0) {
        put_number(t, " burst=", r->burst);
    }
    dp_text_str(t, (r->has & DP_FC_PER_CLIENT) != 0 ? " per=client" : "");
}

static void put_who(dp_text *t, const dhcpperf_fault_plan *p, const dp_fault_rule *r)
{
    if ((r->has & DP_FC_SHARE) != 0) {
        dp_text_str(t, " share=");
        put_decimal(t, r->share, 7);
        dp_text_char(t, '%');
    }
    if ((r->has & DP_FC_MAC) != 0) {
        put_mac(t, r);
    }
    if ((r->has & DP_FC_CLASS) != 0) {
        dp_text_str(t, " class=");
        put_quoted(t, (const uint8_t *)r->class_, strlen(r->class_), false);
    }
    if ((r->has & DP_FC_RELAY) != 0) {
        put_prefix(t, " relay=", &r->relay);
    }
    if ((r->has & DP_FC_IP) != 0) {
        put_prefix(t, " ip=", &r->ip);
    }
    if ((r->has & DP_FC_CIRCUIT) != 0) {
        dp_text_str(t, " circuit=");
        put_quoted(t, r->circuit_len > 0 ? p->octets + r->circuit : NULL, r->circuit_len,
                   r->circuit_prefix);
    }
}

static void put_when(dp_text *t, const dp_fault_rule *r)
{
    if ((r->has & DP_FC_TIME) != 0) {
        put_dur(t, " time=", r->from);
        dp_text_str(t, "..");
        if (r->to != DHCPPERF_NEVER) {
            dp_text_dur(t, r->to);
        }
    }
    if ((r->has & DP_FC_CYCLE) != 0) {
        put_dur(t, " cycle=", r->cycle);
    }
    if ((r->has & DP_FC_LEASES) != 0) {
        put_number(t, " leases=", r->leases);
    }
    dp_text_str(t, (r->has & DP_FC_ALSO) != 0 ? " also=yes" : "");
    dp_text_str(t, (r->has & DP_FC_UNARMED) != 0 ? " armed=no" : "");
}

/* ---- rules and the plan ---------------------------------------------------------------------- */

static void put_rule(dp_text *t, const dhcpperf_fault_plan *p, const dp_fault_rule *rule)
{
    uint32_t i;

    if (rule->name[0] != '\0') {
        dp_text_str(t, rule->name);
        dp_text_str(t, ": ");
    }
    for (i = 0; i < rule->n; i++) {
        dp_text_str(t, i > 0 ? ", " : "");
        put_action(t, p, &dp_fault_actions(p, rule)[i]);
    }
    dp_text_str(t, " on ");
    dp_fault_write_types(t, rule->types);
    put_counting(t, rule);
    put_who(t, p, rule);
    put_when(t, rule);
}

int dhcpperf_fault_plan_format_rule(const dhcpperf_fault_plan *p, unsigned rule, char *buf,
                                    size_t cap)
{
    dp_text t;

    if (p == NULL || (buf == NULL && cap > 0)) {
        return DHCPPERF_E_INVALID;
    }
    if (rule >= p->n) {
        return DHCPPERF_E_RANGE;
    }
    dp_text_begin(&t, buf, cap);
    put_rule(&t, p, &p->rules[rule]);
    return dp_text_end(&t);
}

void dp_fault_write_plan(dp_text *t, const dhcpperf_fault_plan *p)
{
    unsigned i;

    dp_text_str(t, p->match_all ? "match all\n" : "");
    for (i = 0; i < p->n; i++) {
        put_rule(t, p, &p->rules[i]);
        dp_text_char(t, '\n');
    }
}

int dhcpperf_fault_plan_format(const dhcpperf_fault_plan *p, char *buf, size_t cap)
{
    dp_text t;

    if (p == NULL || (buf == NULL && cap > 0)) {
        return DHCPPERF_E_INVALID;
    }
    dp_text_begin(&t, buf, cap);
    dp_fault_write_plan(&t, p);
    return dp_text_end(&t);
}
