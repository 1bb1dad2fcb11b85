/* SPDX-License-Identifier: MIT */
/* mischief.c - the fault plan of a client engine at work.
 *
 * A rule acts on a message after it has been composed and accounted for: the station believes that
 * it was sent as it should be, and repeats it when nobody answers.  What answers a message that
 * surgery changed says nothing about the server, so the referee looks away: an attempt is marked
 * once for all its messages, and answers to the attempts just before it are not judged either. */
#include "client/dp_mischief.h"

#include <string.h>

#include "base/dp_mem.h"

enum {
    SUBOPT_CIRCUIT = 1, /* of option 82 */
    PATIENCE = 3        /* pulls in a row that may begin with a buffer too short */
};

/* -- life -------------------------------------------------------------------------------------- */

static bool has_edits(const dhcpperf_fault_plan *p)
{
    unsigned k;

    for (k = 0; k < p->n; k++) {
        if (p->rules[k].has_edits) {
            return true;
        }
    }
    return false;
}

static bool wants_circuit(const dhcpperf_fault_plan *p)
{
    unsigned k;

    for (k = 0; k < p->n; k++) {
        if ((p->rules[k].has & DP_FC_CIRCUIT) != 0) {
            return true;
        }
    }
    return false;
}

int dp_mischief_init(dhcpperf_client *cli)
{
    dp_mischief *m;
    int rc;

    if (cli->cfg.faults == NULL) {
        return 0;
    }
    if (cli->n == DP_CLIENT_MAX_STATIONS) {
        return DHCPPERF_E_RANGE; /* no cookie is left for messages of nobody */
    }
    m = cli->mischief = DP_NEW(&cli->mem, dp_mischief);
    if (m == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    rc = dp_faults_init(&m->rules, cli->cfg.faults, cli->cfg.set.seed, &cli->mem);
    if (rc != 0) {
        return rc;
    }
    m->wants_circuit = wants_circuit(m->rules.plan);
    m->touched = DP_ARRAY(&cli->mem, cli->n + 1, uint32_t);
    m->tampered = has_edits(m->rules.plan) ? DP_ARRAY(&cli->mem, cli->n + 1, uint32_t) : NULL;
    if (m->touched == NULL || (m->tampered == NULL && has_edits(m->rules.plan))) {
        return DHCPPERF_E_NOMEM;
    }
    return dp_strangers_init(cli);
}

void dp_mischief_fini(dhcpperf_client *cli)
{
    dp_mischief *m = cli->mischief;

    if (m == NULL) {
        return;
    }
    dp_strangers_fini(cli);
    DP_FREE_ARRAY(&cli->mem, m->tampered, m->tampered != NULL ? cli->n + 1 : 0);
    DP_FREE_ARRAY(&cli->mem, m->touched, m->touched != NULL ? cli->n + 1 : 0);
    dp_faults_fini(&m->rules);
    DP_FREE(&cli->mem, m);
    cli->mischief = NULL;
}

/* -- what becomes of a station's exchanges ------------------------------------------------------
 */

static void hit(dhcpperf_client *cli, unsigned rule, uint32_t i, dhcpperf_ts at)
{
    uint32_t acting = cli->acting;

    dp_stats_add(&cli->stats, DHCPPERF_C_FAULTS, 1);
    if (dp_client_traces(cli, DHCPPERF_EV_FAULT)) {
        cli->acting = i; /* in the middle of a message */
        dp_client_trace(cli, DHCPPERF_EV_FAULT, i, at, NULL, 0, 0, 0, (int)rule,
                        dhcpperf_fault_plan_name(cli->mischief->rules.plan, rule));
        cli->acting = acting;
    }
}

static uint32_t mark_of(const dhcpperf_client *cli, uint32_t i)
{
    return cli->stations[i].attempt + UINT32_C(1);
}

/* Whether surgery changed a message of the attempt that was `age` before the latest, or of one that
 * soon followed it. */
static bool is_tampered(const dhcpperf_client *cli, uint32_t i, unsigned age)
{
    const uint32_t *marks = cli->mischief->tampered;

    return marks != NULL && marks[i] != 0 &&
           ((marks[i] - mark_of(cli, i) + age) & cli->attempt_mask) < DP_PAST;
}

void dp_mischief_gave_up(dhcpperf_client *cli, uint32_t i)
{
    dp_stats_add(&cli->stats, DHCPPERF_C_SPOILED, cli->mischief->touched[i] == mark_of(cli, i));
}

/* -- what leaves by itself --------------------------------------------------------------------- */

/* Puts a message aside, to be sent so many times; false when there is no place. */
static bool put_aside(dhcpperf_client *cli, uint32_t i, const dhcpperf_pkt *pkt,
                      const uint8_t *octets, const dp_extra *how)
{
    dp_mischief *m = cli->mischief;
    dp_extra *x = m->extras;

    if (m->n_extras == DP_EXTRAS) {
        return false;
    }
    while (x->copies > 0) {
        x++;
    }
    memcpy(x->octets, octets, pkt->len);
    x->head = *pkt;
    x->head.data = NULL;
    x->due = how->due;
    x->gap = how->gap;
    x->copies = how->copies;
    x->is_copy = how->is_copy;
    x->station = i;
    if (x->is_copy) {
        x->head.cookie = DP_COOKIE_NOBODY;
    }
    m->n_extras++;
    return true;
}

/* The one that is due first, NULL = none. */
static dp_extra *first_extra(dp_mischief *m)
{
    dp_extra *first = NULL;
    unsigned k;

    for (k = 0; m->n_extras > 0 && k < DP_EXTRAS; k++) {
        dp_extra *x = &m->extras[k];

        if (x->copies > 0 && (first == NULL || x->due < first->due)) {
            first = x;
        }
    }
    return first;
}

static void next_copy(dp_mischief *m, dp_extra *x)
{
    x->copies--;
    x->due = dp_after(x->due, x->gap);
    m->n_extras -= x->copies == 0;
}

static void send_extra(dhcpperf_client *cli, dp_extra *x, dhcpperf_pkt *pkt, dhcpperf_ts now)
{
    uint8_t *data = pkt->data;
    uint16_t cap = pkt->cap;

    *pkt = x->head;
    pkt->data = data;
    pkt->cap = cap;
    pkt->ts = x->is_copy ? x->due : pkt->ts;
    memcpy(data, x->octets, pkt->len);
    if (x->is_copy) {
        dp_stats_add(&cli->stats, DHCPPERF_C_TX_PACKETS, 1);
        dp_stats_add(&cli->stats, DHCPPERF_C_TX_BYTES, pkt->len);
    }
    if (dp_client_traces(cli, DHCPPERF_EV_TX)) {
        dp_requests_trace(cli, x->station, pkt, now);
    }
    next_copy(cli->mischief, x);
}

/* Fills the buffer with what is due: 1, 0 = nothing is, -1 = it has no room. */
static int pull(dhcpperf_client *cli, dhcpperf_pkt *pkt, bool skip, dhcpperf_ts now)
{
    dp_extra *x = first_extra(cli->mischief);

    if (x == NULL || x->due > now) {
        return dp_strangers_pull(cli, pkt, skip, now);
    }
    if (pkt->cap >= x->head.len) {
        send_extra(cli, x, pkt, now);
        return 1;
    }
    if (skip) {
        dp_stats_add(&cli->stats, DHCPPERF_C_TX_ERRORS, 1);
        next_copy(cli->mischief, x);
    }
    return -1;
}

int dp_mischief_pull(dhcpperf_client *cli, dhcpperf_pkt *pkt, bool is_first, dhcpperf_ts now)
{
    dp_mischief *m = cli->mischief;
    bool skip = is_first && m->blocked == PATIENCE; /* this driver lends no longer ones */
    int rc = pull(cli, pkt, skip, now);

    m->blocked = rc < 0 && !skip ? m->blocked + is_first : 0;
    return rc;
}

dhcpperf_ts dp_mischief_deadline(const dhcpperf_client *cli)
{
    const dp_extra *x = first_extra(cli->mischief);
    dhcpperf_ts strange = dp_strangers_deadline(cli);

    return x != NULL && x->due < strange ? x->due : strange;
}

bool dp_mischief_is_even(const dhcpperf_client *cli)
{
    const dp_mischief *m = cli->mischief;
    unsigned k;

    for (k = 0; m->n_extras > 0 && k < DP_EXTRAS; k++) {
        if (m->extras[k].copies > 0 && m->extras[k].head.len > cli->msg_len) {
            return false;
        }
    }
    return m->strangers.n_jobs == 0;
}

bool dp_mischief_is_over(const dhcpperf_client *cli)
{
    return cli->mischief->n_extras == 0 && cli->mischief->strangers.n_jobs == 0;
}

/* -- which rules act --------------------------------------------------------------------------- */

static dhcpperf_bytes circuit_of(const dp_view *v)
{
    dhcpperf_bytes none = {NULL, 0};
    const uint8_t *p, *end;

    if (!dp_view_has(v, DP_V_RELAY_INFO)) {
        return none;
    }
    p = dp_view_val(v, DP_V_RELAY_INFO);
    end = p + dp_view_len(v, DP_V_RELAY_INFO);
    while (end - p >= 2 && end - p - 2 >= p[1]) {
        if (p[0] == SUBOPT_CIRCUIT) {
            return (dhcpperf_bytes){p + 2, p[1]};
        }
        p += 2 + p[1];
    }
    return none;
}

/* The rules that act on a message, a bit each. */
static uint64_t strike(dhcpperf_client *cli, unsigned type, uint32_t ip, const dp_view *v,
                       dhcpperf_ts now)
{
    dp_mischief *m = cli->mischief;
    uint8_t hlen = v->data[DP_OFF_HLEN];
    dp_fault_facts facts = {
        .now = now,
        .leases = dhcpperf_stats_counter(&cli->stats, DHCPPERF_C_BOUND),
        .chaddr = v->data + DP_OFF_CHADDR,
        .hlen = hlen < DP_CHADDR_LEN ? hlen : DP_CHADDR_LEN,
        .giaddr = dp_get32(v->data + DP_OFF_GIADDR),
        .ip = ip,
        .type = (uint8_t)type,
    };
    unsigned cursor = 0;
    uint64_t rules = 0;
    int rule;

    if (m->wants_circuit) {
        facts.circuit = circuit_of(v);
    }
    while ((rule = dp_faults_strike(&m->rules, &facts, &cursor)) >= 0) {
        rules |= UINT64_C(1) << rule;
    }
    return rules;
}

static const dp_fault_action *find_verb(const dhcpperf_fault_plan *p, const dp_fault_rule *r,
                                        dp_fault_verb verb)
{
    const dp_fault_action *a = dp_fault_actions(p, r);
    uint32_t k;

    for (k = 0; k < r->n; k++) {
        if (a[k].verb == verb) {
            return &a[k];
        }
    }
    return NULL;
}

/* -- requests ---------------------------------------------------------------------------------- */

static dp_fault_type type_of(const dp_station *st, dp_station_tx tx)
{
    switch (tx) {
    case DP_TX_RELEASE:
        return DP_FT_RELEASE;
    case DP_TX_DECLINE:
        return DP_FT_DECLINE;
    case DP_TX_NONE:
    case DP_TX_EXCHANGE:
        break;
    }
    switch ((dhcpperf_state)st->state) {
    case DHCPPERF_ST_REQUESTING:
        return DP_FT_SELECT;
    case DHCPPERF_ST_REBOOTING:
        return DP_FT_REBOOT;
    case DHCPPERF_ST_RENEWING:
        return DP_FT_RENEW;
    case DHCPPERF_ST_REBINDING:
        return DP_FT_REBIND;
    case DHCPPERF_ST_INFORMING:
        return DP_FT_INFORM;
    case DHCPPERF_ST_QUERYING:
        return DP_FT_LEASEQUERY;
    default:
        return DP_FT_DISCOVER;
    }
}

/* What surgery may put in: from the message itself, since the station may have let it go. */
static dp_fault_edit_facts facts_of(const dp_station *st, const dp_view *v)
{
    dp_fault_edit_facts x = {.own = dp_get32(v->data + DP_OFF_CIADDR), .server = st->server_id};

    if (x.own == 0) {
        (void)dp_view_u32(v, DP_V_REQUESTED_IP, &x.own);
    }
    (void)dp_view_u32(v, DP_V_SERVER_ID, &x.server);
    return x;
}

/* All surgery, one rule after the other, in the scratch buffer; the new length. */
static size_t operate(dhcpperf_client *cli, uint32_t i, uint64_t rules, const dhcpperf_pkt *pkt,
                      const dp_fault_edit_facts *x, dhcpperf_ts now)
{
    dp_mischief *m = cli->mischief;
    size_t len = pkt->len;
    unsigned rule, done;

    memcpy(m->scratch, pkt->data, len);
    for (rule = 0; rules >> rule != 0; rule++) {
        const dp_fault_rule *r = &m->rules.plan->rules[rule];

        if ((rules >> rule & 1) == 0 || !r->has_edits) {
            continue;
        }
        len = dp_faults_edit(&m->rules, rule, m->scratch, len, sizeof m->scratch, x, &done);
        if (done > 0) {
            m->tampered[i] = m->touched[i] = mark_of(cli, i);
        }
        if (done > 0 && r->only_edits) {
            hit(cli, rule, i, now);
        }
    }
    return len;
}

static bool copy(dhcpperf_client *cli, uint32_t i, const dp_fault_action *a,
                 const dhcpperf_pkt *pkt, dhcpperf_ts now)
{
    dp_extra how = {
        .due = dp_after(now, a->d), .gap = a->d, .copies = a->n > 0 ? a->n : 1, .is_copy = true};

    return put_aside(cli, i, pkt, cli->mischief->scratch, &how);
}

/* What the rules do beside surgery; whether one of them loses the message. */
static bool misbehave(dhcpperf_client *cli, uint32_t i, uint64_t rules, const dhcpperf_pkt *pkt,
                      dhcpperf_ts now)
{
    dp_mischief *m = cli->mischief;
    const dhcpperf_fault_plan *p = m->rules.plan;
    bool lost = false;
    unsigned rule;

    for (rule = 0; rules >> rule != 0; rule++) {
        const dp_fault_rule *r = &p->rules[rule];
        const dp_fault_action *a;
        bool could = true;

        if ((rules >> rule & 1) == 0 || r->only_edits) {
            continue;
        }
        if (find_verb(p, r, DP_FV_DROP) != NULL) {
            lost = true;
            m->touched[i] = mark_of(cli, i);
        }
        if ((a = find_verb(p, r, DP_FV_HOSTILE)) != NULL) {
            could = dp_strangers_add(cli, a, pkt);
        }
        if ((a = find_verb(p, r, DP_FV_DUPLICATE)) != NULL) {
            could = copy(cli, i, a, pkt, now) && could;
        }
        if (could) {
            hit(cli, rule, i, now);
        } else {
            dp_faults_take_back(&m->rules, rule);
        }
    }
    return lost;
}

/* A message that was composed does not leave. */
static void lose(dhcpperf_client *cli, const dhcpperf_pkt *pkt)
{
    dp_stats_add(&cli->stats, DHCPPERF_C_TX_PACKETS, UINT64_MAX); /* minus one */
    dp_stats_add(&cli->stats, DHCPPERF_C_TX_BYTES, UINT64_C(0) - pkt->len);
    dp_stats_add(&cli->stats, DHCPPERF_C_RELAYED,
                 UINT64_C(0) - (dp_get32(pkt->data + DP_OFF_GIADDR) != 0));
}

/* The message becomes what is in the scratch buffer; false when it has no room where it is. */
static bool replace(dhcpperf_client *cli, uint32_t i, dhcpperf_pkt *pkt, size_t len,
                    dhcpperf_ts now)
{
    dp_mischief *m = cli->mischief;
    dp_extra how = {.due = now, .copies = 1};

    dp_stats_add(&cli->stats, DHCPPERF_C_TX_BYTES, (uint64_t)len - pkt->len);
    if (len <= pkt->cap) {
        memcpy(pkt->data, m->scratch, len);
        pkt->len = (uint16_t)len;
        return true;
    }
    pkt->len = (uint16_t)len;
    if (!put_aside(cli, i, pkt, m->scratch, &how)) {
        dp_stats_add(&cli->stats, DHCPPERF_C_TX_ERRORS, 1);
    }
    return false;
}

bool dp_mischief_send(dhcpperf_client *cli, uint32_t i, dp_station_tx tx, dhcpperf_pkt *pkt,
                      dhcpperf_ts now)
{
    dp_mischief *m = cli->mischief;
    dp_fault_type type = type_of(&cli->stations[i], tx);
    dhcpperf_pkt changed = *pkt;
    dp_fault_edit_facts x;
    uint64_t rules;
    dp_view v;

    if (m->rules.wants_other) {
        dp_faults_remember(&m->rules, pkt->data, pkt->len);
    }
    if (!dp_faults_want(&m->rules, type) || dp_view_parse(&v, pkt->data, pkt->len, NULL) != 0) {
        return true;
    }
    x = facts_of(&cli->stations[i], &v);
    rules = strike(cli, type, x.own, &v, now);
    if (rules == 0) {
        return true;
    }
    changed.len = (uint16_t)operate(cli, i, rules, pkt, &x, now);
    if (misbehave(cli, i, rules, &changed, now)) {
        lose(cli, pkt);
        return false;
    }
    return replace(cli, i, pkt, changed.len, now);
}

/* -- answers ----------------------------------------------------------------------------------- */

/* What an answer is, by what the station is doing; -1 when it is none. */
static int type_of_answer(const dp_station *st, const dp_view *v)
{
    switch (v->type) {
    case 0:
        return DP_FT_BOOTP_REPLY;
    case DHCPPERF_OFFER:
        return DP_FT_OFFER;
    case DHCPPERF_NAK:
        return DP_FT_NAK;
    case DHCPPERF_LEASEUNASSIGNED:
    case DHCPPERF_LEASEUNKNOWN:
    case DHCPPERF_LEASEACTIVE:
        return DP_FT_QUERY_REPLY;
    case DHCPPERF_ACK:
        break;
    default:
        return -1;
    }
    switch ((dhcpperf_state)st->state) {
    case DHCPPERF_ST_SELECTING:
        return DP_FT_RAPID_ACK;
    case DHCPPERF_ST_REBOOTING:
        return DP_FT_REBOOT_ACK;
    case DHCPPERF_ST_RENEWING:
        return DP_FT_RENEW_ACK;
    case DHCPPERF_ST_REBINDING:
        return DP_FT_REBIND_ACK;
    case DHCPPERF_ST_INFORMING:
        return DP_FT_INFORM_ACK;
    default:
        return DP_FT_SELECT_ACK;
    }
}

bool dp_mischief_take(dhcpperf_client *cli, const dp_arrival *a, dhcpperf_ts at)
{
    dp_mischief *m = cli->mischief;
    uint32_t i = a->station, ip = dp_get32(a->view.data + DP_OFF_YIADDR);
    const dp_station *st = &cli->stations[i];
    unsigned age = (st->attempt - a->age) & cli->attempt_mask, rule;
    int type = type_of_answer(st, &a->view);
    uint64_t rules;

    cli->referee.looks_away = is_tampered(cli, i, age);
    if (!st->started || age >= DP_PAST || type < 0 || !dp_faults_want(&m->rules, (unsigned)type)) {
        return false;
    }
    ip = ip != 0 ? ip : dp_get32(a->view.data + DP_OFF_CIADDR);
    rules = strike(cli, (unsigned)type, ip, &a->view, at); /* answers can only be lost */
    for (rule = 0; rules >> rule != 0; rule++) {
        if ((rules >> rule & 1) != 0) {
            hit(cli, rule, i, at);
        }
    }
    if (rules != 0 && age == 0) {
        m->touched[i] = mark_of(cli, i);
    }
    return rules != 0;
}
