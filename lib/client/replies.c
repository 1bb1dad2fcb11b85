/* SPDX-License-Identifier: MIT */
/* replies.c - arrivals, in two passes: look at a chunk of them (parse, find the station by xid, ask
 * for its memory), then act on each.
 *
 * Every arrival is counted under exactly one cause: it answers an exchange (answered, refused or
 * late, each of which settles one), or it is malformed, unmatched, a duplicate, from the wrong
 * server or unusable.  Nothing but an answer changes a station. */
#include "client/dp_mischief.h"

#include <string.h>

#include <libdhcpperf/frame.h>

enum {
    OP_REPLY = 2,
    PURPOSE_DECLINE = 4
};

/* -- first pass -------------------------------------------------------------------------------- */

void dp_replies_look(dhcpperf_client *cli, dp_arrival *a, dhcpperf_pkt *pkt)
{
    uint32_t attempt;

    a->station = DP_STATION_NONE;
    a->rc = 0;
    if ((pkt->flags & DHCPPERF_PKT_FRAME) != 0) {
        a->rc = dhcpperf_frame_unwrap(pkt, 0);
    }
    if (a->rc == 0) {
        a->pattern = dp_pattern_find(&cli->referee, pkt->data, pkt->len);
        if (a->pattern != NULL) {
            a->generation = a->pattern->generation;
            dp_pattern_view(a->pattern, pkt->data, &a->view);
        } else {
            a->rc = dp_view_parse(&a->view, pkt->data, pkt->len, NULL);
        }
    }
    if (a->rc != 0 || dp_station_of_xid(cli, dp_get32(a->view.data + DP_OFF_XID), &a->station,
                                        &attempt) != (int)cli->cfg.set.shard_index) {
        a->station = DP_STATION_NONE;
        return;
    }
    a->age = (uint16_t)attempt; /* an age once the station is at hand */
    __builtin_prefetch(&cli->stations[a->station], 1);
    if (a->view.type == DHCPPERF_ACK) {
        dp_referee_prefetch(cli, dp_get32(a->view.data + DP_OFF_YIADDR));
    }
}

/* -- causes ------------------------------------------------------------------------------------ */

static dp_verdict not_ours(const char *why)
{
    return (dp_verdict){.cause = DHCPPERF_C_RX_UNMATCHED, .why = why};
}

static dp_verdict unusable(const char *why)
{
    return (dp_verdict){.cause = DHCPPERF_C_RX_UNUSABLE, .why = why};
}

static dp_verdict duplicate(void)
{
    return (dp_verdict){.cause = DHCPPERF_C_RX_DUPLICATE, .why = "answered before"};
}

static dp_verdict wrong_server(void)
{
    return (dp_verdict){.cause = DHCPPERF_C_RX_WRONG_SERVER, .why = "server was not selected"};
}

static dp_verdict bootp(void)
{
    return (dp_verdict){.cause = DHCPPERF_C_RX_BOOTP, .why = "BOOTP reply"};
}

static bool is_of_query(unsigned type)
{
    return type == DHCPPERF_LEASEUNASSIGNED || type == DHCPPERF_LEASEUNKNOWN ||
           type == DHCPPERF_LEASEACTIVE;
}

/* Whether a message of that type can answer something other than a DISCOVER. */
static bool may_answer(unsigned type, dhcpperf_exchange x)
{
    if (x == DHCPPERF_X_QUERY) {
        return is_of_query(type);
    }
    return type == DHCPPERF_ACK || (type == DHCPPERF_NAK && x != DHCPPERF_X_INFORM);
}

/* What the attempt in that slot was about, if it was no DISCOVER. */
static dhcpperf_exchange request_at(const dhcpperf_client *cli, uint32_t i, unsigned slot)
{
    unsigned x = cli->stations[i].kept ? cli->keep[i].late >> 4 * slot & 15u : 0;

    return x != 0 ? (dhcpperf_exchange)x : DHCPPERF_X_REQUEST;
}

/* An answer to an attempt that is over: `slot` 0 is the latest.  Only an exchange that was given up
 * can still be answered late, and only once. */
static dp_verdict judge_past(dhcpperf_client *cli, uint32_t i, unsigned type, unsigned slot)
{
    dp_station *st = &cli->stations[i];
    dp_station_past past = (dp_station_past)(st->past >> 2 * slot & 3u);
    bool is_offer = type == DHCPPERF_OFFER;
    dhcpperf_exchange x = is_offer ? DHCPPERF_X_DISCOVER : request_at(cli, i, slot);
    unsigned then = DP_PAST_SETTLED;

    if (past == DP_PAST_SETTLED || (is_offer && past != DP_PAST_DISCOVER_OPEN)) {
        return duplicate();
    }
    if (!is_offer && past != DP_PAST_REQUEST_OPEN) {
        return not_ours("no REQUEST was sent");
    }
    if (!is_offer && !may_answer(type, x)) {
        return not_ours("not the answer to what was sent");
    }
    if (is_offer) {
        then = DP_PAST_DISCOVER_LATE;
    }
    st->past = (uint8_t)((st->past & ~(3u << 2 * slot)) | then << 2 * slot);
    dp_stats_exchange(&cli->stats, x, DHCPPERF_OUT_UNANSWERED, UINT64_MAX); /* minus one */
    dp_stats_exchange(&cli->stats, x, DHCPPERF_OUT_LATE, 1);
    return dp_is_answer;
}

static void read_answer(const dp_view *v, dp_answer *ret)
{
    memset(ret, 0, sizeof *ret);
    ret->ip = dp_get32(v->data + DP_OFF_YIADDR);
    (void)dp_view_u32(v, DP_V_SERVER_ID, &ret->server_id);
    (void)dp_view_u32(v, DP_V_LEASE_TIME, &ret->lease_s);
}

/* K-076: T1 and T2 as given when they are in order, else the defaults: half and seven eighths of
 * the lease. */
static void read_timers(const dp_view *v, dp_answer *a)
{
    uint32_t t1 = a->lease_s / 2, t2 = a->lease_s - a->lease_s / 8;
    int has_t1, has_t2;

    if (a->lease_s == UINT32_MAX) {
        a->t1_s = a->t2_s = UINT32_MAX; /* K-079 */
        return;
    }
    has_t1 = dp_view_u32(v, DP_V_T1, &t1);
    has_t2 = dp_view_u32(v, DP_V_T2, &t2);
    if ((t1 > 0 || !has_t1) && t1 < t2 && (t2 < a->lease_s || !has_t2)) {
        a->t1_s = has_t1 ? t1 : 0;
        a->t2_s = has_t2 ? t2 : 0;
    }
}

/* What an OFFER or ACK must have to be used at all (K-033, K-038). */
static dp_verdict judge_content(dhcpperf_client *cli, uint32_t i, const dp_answer *a,
                                dhcpperf_ts at)
{
    if (!dp_is_unicast(a->server_id)) {
        dp_referee_note(cli, DP_RULE_SERVER_ID_MISSING, i, at, NULL);
        return unusable("no server identifier");
    }
    if (!dp_is_unicast(a->ip)) {
        dp_referee_note(cli, DP_RULE_NO_ADDRESS, i, at, NULL);
        return unusable("no address");
    }
    if (a->lease_s == 0) {
        dp_referee_note(cli, DP_RULE_LEASE_MISSING, i, at, NULL);
        return unusable("no lease time");
    }
    return dp_is_answer;
}

/* What the station in a state has asked. */
static dp_asked asked_by(const dp_station *st)
{
    switch ((dhcpperf_state)st->state) {
    case DHCPPERF_ST_REBOOTING:
        return DP_ASKED_REBOOT;
    case DHCPPERF_ST_RENEWING:
        return DP_ASKED_RENEW;
    case DHCPPERF_ST_REBINDING:
        return DP_ASKED_REBIND;
    default:
        return DP_ASKED_REQUEST;
    }
}

static dp_verdict judge_offer(dhcpperf_client *cli, uint32_t i, const dp_view *v, dhcpperf_ts at)
{
    dp_answer a;
    dp_verdict j;

    read_answer(v, &a);
    dp_referee_check(cli, i, v, DP_ASKED_DISCOVER, at);
    if (dp_is_unicast(a.server_id) && dp_offers_is_ipv6_only(cli, v, &a)) {
        return dp_offers_pause(cli, i, &a, at); /* it need not offer an address */
    }
    j = judge_content(cli, i, &a, at);
    return j.is_answer ? dp_offers_choose(cli, i, &a, at) : j;
}

static void note_server(dhcpperf_client *cli, uint32_t i, uint32_t server, dhcpperf_ts at)
{
    char buf[96];
    dp_text t;

    dp_text_begin(&t, buf, sizeof buf);
    dp_text_str(&t, "server ");
    dp_text_ip4(&t, dp_ip4_of(server));
    dp_text_str(&t, " answers a REQUEST to ");
    dp_text_ip4(&t, dp_ip4_of(cli->stations[i].server_id));
    dp_referee_note(cli, DP_RULE_SERVER_ID_CHANGED, i, at, &t);
}

/* K-042: in REBINDING and REBOOTING any server counts. */
static bool is_selected(const dp_station *st, uint32_t server)
{
    return server == st->server_id || st->state == DHCPPERF_ST_REBINDING ||
           st->state == DHCPPERF_ST_REBOOTING;
}

/* K-058: the check of the address before it is used, as far as it can be known here. */
static bool is_taken(dhcpperf_client *cli, uint32_t i, uint32_t ip, dhcpperf_ts at)
{
    const dp_client_settings *set = &cli->cfg.set;
    uint32_t who = dp_station_global(cli, i);

    if (set->decline_share != 0 &&
        dp_chance(dp_draw(cli->jitter_seed, who, PURPOSE_DECLINE, dp_station_attempts(cli, i)),
                  set->decline_share)) {
        return true;
    }
    return set->conflict_decline && dp_referee_is_taken(cli, i, ip, at);
}

/* The event of an ACK that can be used: a new address is looked at first. */
static dp_client_event event_of_ack(dhcpperf_client *cli, uint32_t i, const dp_answer *a,
                                    dhcpperf_ts at)
{
    const dp_client_settings *set = &cli->cfg.set;

    if (set->decline_share == 0 && !set->conflict_decline) {
        return DP_CE_ACK;
    }
    return !dp_fsm_holds_lease(&cli->stations[i]) && is_taken(cli, i, a->ip, at) ? DP_CE_TAKEN
                                                                                 : DP_CE_ACK;
}

static dp_verdict judge_ack(dhcpperf_client *cli, uint32_t i, const dp_view *v, dhcpperf_ts at)
{
    dp_asked asked = asked_by(&cli->stations[i]);
    dp_answer a;
    dp_verdict j;

    read_answer(v, &a);
    if (a.server_id != 0 && !is_selected(&cli->stations[i], a.server_id)) {
        note_server(cli, i, a.server_id, at); /* K-042 */
        return wrong_server();
    }
    dp_referee_check(cli, i, v, asked, at);
    if (cli->stations[i].state == DHCPPERF_ST_REBOOTING && dp_offers_is_ipv6_only(cli, v, &a)) {
        return dp_offers_pause(cli, i, &a, at); /* K-090 */
    }
    j = judge_content(cli, i, &a, at);
    if (j.is_answer) {
        dp_referee_check_ack(cli, i, v, asked, &a, at);
        read_timers(v, &a);
        (void)dp_fsm_run(cli, i, event_of_ack(cli, i, &a, at), at, &a);
    }
    return j;
}

/* K-044: an ACK that answers a DISCOVER. */
static dp_verdict judge_commit(dhcpperf_client *cli, uint32_t i, const dp_view *v, dhcpperf_ts at)
{
    dp_answer a;
    dp_verdict j;

    if (!is_of_query(v->type)) {
        dp_referee_check(cli, i, v, DP_ASKED_DISCOVER, at);
    }
    if (!dp_offers_is_commit(cli, v)) {
        return not_ours("no REQUEST was sent");
    }
    read_answer(v, &a);
    j = judge_content(cli, i, &a, at);
    if (j.is_answer) {
        dp_referee_check_ack(cli, i, v, DP_ASKED_DISCOVER, &a, at);
        read_timers(v, &a);
        j = dp_offers_commit(cli, i, event_of_ack(cli, i, &a, at), &a, at);
    }
    return j;
}

/* K-047. */
static dp_verdict judge_bootp(dhcpperf_client *cli, uint32_t i, const dp_view *v,
                              const dhcpperf_pkt *pkt, dhcpperf_ts at)
{
    const dp_station *st = &cli->stations[i];
    dp_answer a;
    dp_verdict j;

    if (!cli->cfg.set.bootp_accept || st->state != DHCPPERF_ST_SELECTING || st->tries == 0) {
        return bootp();
    }
    read_answer(v, &a);
    dp_offers_read_bootp(v, pkt, &a);
    j = judge_content(cli, i, &a, at);
    return j.is_answer ? dp_offers_commit(cli, i, event_of_ack(cli, i, &a, at), &a, at) : j;
}

/* A NAK without server identifier breaks the rules but still says no. */
static dp_verdict judge_nak(dhcpperf_client *cli, uint32_t i, const dp_view *v, dhcpperf_ts at)
{
    uint32_t max = cli->cfg.set.nak_max;
    dp_answer a;

    read_answer(v, &a);
    if (a.server_id == 0) {
        dp_referee_note(cli, DP_RULE_SERVER_ID_MISSING, i, at, NULL);
    } else if (!is_selected(&cli->stations[i], a.server_id)) {
        note_server(cli, i, a.server_id, at);
        return wrong_server();
    }
    dp_referee_check(cli, i, v, asked_by(&cli->stations[i]), at);
    (void)dp_fsm_run(cli, i, DP_CE_NAK, at, NULL);
    if (max != 0 && cli->keep[i].naks >= max && cli->stations[i].state == DHCPPERF_ST_INIT) {
        (void)dp_fsm_run(cli, i, DP_CE_STOP, at, NULL);
    }
    return dp_is_answer;
}

/* An OFFER of the selected server after the first: to a repeated DISCOVER it ought to offer the
 * same address. */
static dp_verdict repeated_offer(dhcpperf_client *cli, uint32_t i, const dp_view *v, dhcpperf_ts at)
{
    uint32_t ip = dp_get32(v->data + DP_OFF_YIADDR);

    if (ip != cli->stations[i].ip) {
        dp_referee_note_ips(cli, DP_RULE_OFFER_CHANGED, i, at, "offers ", ip, " after ",
                            cli->stations[i].ip);
    }
    return duplicate();
}

/* An answer that grants nothing: to an INFORM (K-086) or a leasequery. */
static dp_verdict judge_advice(dhcpperf_client *cli, uint32_t i, const dp_view *v, dhcpperf_ts at)
{
    uint32_t server = 0;

    if (cli->stations[i].tries == 0) {
        return not_ours("nothing was sent yet");
    }
    if (!may_answer(v->type, dp_fsm_exchange(&cli->stations[i]))) {
        return not_ours("not the answer to what was sent");
    }
    if (v->type == DHCPPERF_ACK) {
        (void)dp_view_u32(v, DP_V_SERVER_ID, &server);
        if (!dp_is_unicast(server)) {
            dp_referee_note(cli, DP_RULE_SERVER_ID_MISSING, i, at, NULL);
        }
        dp_referee_check(cli, i, v, DP_ASKED_INFORM, at);
    }
    (void)dp_fsm_run(cli, i, DP_CE_ACK, at, NULL);
    return dp_is_answer;
}

/* An answer to a REQUEST that followed no OFFER. */
static dp_verdict judge_request(dhcpperf_client *cli, uint32_t i, const dp_view *v, dhcpperf_ts at)
{
    if (cli->stations[i].tries == 0) {
        return not_ours("nothing was sent yet");
    }
    if (v->type == DHCPPERF_ACK) {
        return judge_ack(cli, i, v, at);
    }
    return v->type == DHCPPERF_NAK ? judge_nak(cli, i, v, at) : not_ours("no DISCOVER was sent");
}

/* An answer to the latest attempt, by what the station is doing. */
static dp_verdict judge_present(dhcpperf_client *cli, uint32_t i, const dp_view *v, dhcpperf_ts at)
{
    dp_station *st = &cli->stations[i];
    uint32_t server = 0;

    switch ((dhcpperf_state)st->state) {
    case DHCPPERF_ST_SELECTING:
        if (st->tries == 0 && !st->offered) {
            return not_ours("nothing was sent yet");
        }
        return v->type == DHCPPERF_OFFER ? judge_offer(cli, i, v, at)
                                         : judge_commit(cli, i, v, at); /* K-034 */
    case DHCPPERF_ST_REQUESTING:
        if (v->type == DHCPPERF_OFFER) { /* K-039 */
            (void)dp_view_u32(v, DP_V_SERVER_ID, &server);
            return server == st->server_id ? repeated_offer(cli, i, v, at) : wrong_server();
        }
        return judge_request(cli, i, v, at);
    case DHCPPERF_ST_BOUND:
        if (is_of_query(v->type) || (st->past & 3u) != DP_PAST_SETTLED) {
            break; /* a lease that goes on although nobody answered: late, if it comes at all */
        }
        (void)dp_view_u32(v, DP_V_SERVER_ID, &server);
        return server == st->server_id ? duplicate() : wrong_server();
    case DHCPPERF_ST_RENEWING:
    case DHCPPERF_ST_REBINDING:
    case DHCPPERF_ST_REBOOTING:
        return judge_request(cli, i, v, at);
    case DHCPPERF_ST_INFORMING:
    case DHCPPERF_ST_QUERYING:
        return judge_advice(cli, i, v, at);
    case DHCPPERF_ST_IDLE:
    case DHCPPERF_ST_INIT:
        if (st->returned && st->tx == DP_TX_NONE) {
            dp_referee_note(cli,
                            st->state == DHCPPERF_ST_IDLE ? DP_RULE_RELEASE_ANSWERED
                                                          : DP_RULE_DECLINE_ANSWERED,
                            i, at, NULL);
        }
        break;
    case DHCPPERF_ST_INIT_REBOOT:
    case DHCPPERF_ST_FAILED:
    case DHCPPERF_ST__FORCE_INT:
        break;
    }
    return judge_past(cli, i, v->type, 0);
}

/* K-048: an answer without hardware address is known by the client identifier that comes back; a
 * client on a link that has none takes whatever has its xid. */
static bool is_for(const dhcpperf_client *cli, uint32_t i, const dp_view *v)
{
    uint8_t id[UINT8_MAX];
    size_t len;

    if (!dp_view_has(v, DP_V_CLIENT_ID)) {
        return cli->cfg.set.hlen == 0;
    }
    len = dp_identity_client_id(cli, i, id);
    return dp_view_len(v, DP_V_CLIENT_ID) == len &&
           memcmp(dp_view_val(v, DP_V_CLIENT_ID), id, len) == 0;
}

/* An answer to an earlier copy of a DISCOVER whose every copy has its own xid (K-068). */
static bool is_outdated(const dhcpperf_client *cli, const dp_station *st, unsigned age)
{
    return cli->cfg.set.xid_per_try && st->state == DHCPPERF_ST_SELECTING && !st->offered &&
           age < st->tries + (st->tx == DP_TX_EXCHANGE ? 1u : 0u);
}

static bool is_answer_type(const dp_view *v)
{
    return v->type == DHCPPERF_OFFER || v->type == DHCPPERF_ACK || v->type == DHCPPERF_NAK;
}

/* What looks like an answer to the latest message, but no server may send it. */
static void check_kind(dhcpperf_client *cli, uint32_t i, const dp_view *v, dhcpperf_ts at)
{
    bool of_client = v->type == DHCPPERF_DISCOVER || v->type == DHCPPERF_REQUEST ||
                     v->type == DHCPPERF_DECLINE || v->type == DHCPPERF_RELEASE ||
                     v->type == DHCPPERF_INFORM;
    bool reply = v->data[DP_OFF_OP] == OP_REPLY;

    if (is_answer_type(v) && !reply) {
        dp_referee_note(cli, DP_RULE_OP, i, at, NULL);
    } else if (reply && (of_client || (v->type == 0 && dp_view_has(v, DP_V_SERVER_ID)))) {
        dp_referee_note(cli, DP_RULE_TYPE, i, at, NULL);
    }
}

/* Why no station here waits for an answer.  One to a station of another shard is of no use here:
 * who drives the shards asks dhcpperf_engine_owner() before, or gives each a place of its own. */
static const char *why_nobodys(const dhcpperf_client *cli, const dp_arrival *a)
{
    uint32_t station, attempt;

    return dp_station_of_xid(cli, dp_get32(a->view.data + DP_OFF_XID), &station, &attempt) < 0 ||
                   cli->cfg.set.shard_of == 1
               ? "no such xid in use"
               : "answer to a station of another shard";
}

static dp_verdict judge(dhcpperf_client *cli, dp_arrival *a, const dhcpperf_pkt *pkt,
                        dhcpperf_ts at)
{
    const dp_view *v = &a->view;
    uint32_t i = a->station;
    const dp_station *st = &cli->stations[i];
    dhcpperf_mac mac;
    unsigned age = (st->attempt - a->age) & cli->attempt_mask;
    bool is_bootp = !dp_view_has(v, DP_V_MSG_TYPE), is_chaddr, is_ours;

    if (!st->started || age >= DP_PAST) {
        return not_ours("no such xid in use");
    }
    if (is_of_query(v->type) && v->data[DP_OFF_OP] == OP_REPLY) { /* names who is asked about */
        return age == 0 ? judge_present(cli, i, v, at) : judge_past(cli, i, v->type, age);
    }
    dp_station_put_mac(cli, dp_station_global(cli, i), mac.b);
    is_chaddr = dp_identity_is_chaddr(cli, v->data, &mac);
    is_ours = v->data[DP_OFF_HLEN] != 0 ? is_chaddr : is_for(cli, i, v);
    if (!is_chaddr) {
        dp_referee_note(cli, DP_RULE_CHADDR, i, at, NULL);
    } else if (!is_ours) {
        dp_referee_note(cli, DP_RULE_CLIENT_ID_CHANGED, i, at, NULL);
    }
    if (!is_ours) {
        return not_ours("other hardware address"); /* K-031, K-041 */
    }
    if (v->data[DP_OFF_OP] != OP_REPLY || !is_answer_type(v)) {
        check_kind(cli, i, v, at);
        if (!is_bootp || v->data[DP_OFF_OP] != OP_REPLY) {
            return not_ours("not an answer");
        }
    }
    if (is_bootp) {
        return age == 0 ? judge_bootp(cli, i, v, pkt, at) : bootp();
    }
    if (age == 0) {
        return judge_present(cli, i, v, at);
    }
    return is_outdated(cli, st, age) ? not_ours("a later copy has another xid")
                                     : judge_past(cli, i, v->type, age);
}

/* -- second pass ------------------------------------------------------------------------------- */

/* Overload and repeated options need the full parser (K-045). */
static int look_closely(dhcpperf_client *cli, dp_arrival *a, const dhcpperf_pkt *pkt)
{
    int rc = dhcpperf_msg_parse(cli->msg, pkt->data, pkt->len, DHCPPERF_PARSE_LENIENT, NULL);

    if (rc == 0) {
        dp_view_from_msg(&a->view, cli->msg);
    }
    return rc;
}

/* The referee hears of an arrival; its pattern may have been displaced since it was found. */
static void look_at(dp_referee *r, const dp_arrival *a)
{
    r->view = &a->view;
    r->plain = (a->view.flags & DP_VIEW_COMPLEX) == 0;
    r->pattern = a->pattern != NULL && a->pattern->generation == a->generation ? a->pattern : NULL;
}

/* What answers a hostile message is nothing to do with the stations. */
static bool is_strange(dhcpperf_client *cli, const dp_arrival *a, const dhcpperf_pkt *pkt,
                       dhcpperf_ts at)
{
    cli->referee.looks_away = false;
    if (!dp_strangers_are_meant(cli, a->view.data)) {
        return false;
    }
    dp_stats_add(&cli->stats, DHCPPERF_C_RX_HOSTILE, 1);
    if (dp_client_traces(cli, DHCPPERF_EV_IGNORED)) {
        dp_client_trace(cli, DHCPPERF_EV_IGNORED, DP_STATION_NONE, at, pkt, a->view.type, 0, 0,
                        DHCPPERF_C_RX_HOSTILE, "answers a hostile message");
    }
    return true;
}

void dp_replies_act(dhcpperf_client *cli, dp_arrival *a, const dhcpperf_pkt *pkt, dhcpperf_ts now)
{
    dhcpperf_ts at = pkt->ts != 0 && pkt->ts < now ? pkt->ts : now;
    dp_verdict j;

    if (cli->mischief != NULL && a->rc == 0 && is_strange(cli, a, pkt, at)) {
        return;
    }
    look_at(&cli->referee, a);
    dp_stats_add(&cli->stats, DHCPPERF_C_RX_PACKETS, 1);
    dp_stats_add(&cli->stats, DHCPPERF_C_RX_BYTES, pkt->len);
    if (a->rc == 0 && a->view.type == DHCPPERF_FORCERENEW) {
        a->station = DP_STATION_NONE; /* its xid is the server's */
    }
    if (a->rc == 0 && a->station != DP_STATION_NONE && (a->view.flags & DP_VIEW_COMPLEX) != 0) {
        a->rc = look_closely(cli, a, pkt);
    }
    if (a->rc != 0) {
        j = (dp_verdict){.cause = DHCPPERF_C_RX_MALFORMED, .why = "malformed"};
    } else if (a->view.type == DHCPPERF_FORCERENEW) {
        j = dp_auth_judge(cli, a, pkt, at);
    } else if (a->station == DP_STATION_NONE) {
        j = not_ours(why_nobodys(cli, a));
    } else if (cli->mischief != NULL && dp_mischief_take(cli, a, at)) {
        j = (dp_verdict){.cause = DHCPPERF_C_RX_FAULTED, .why = "lost by a fault rule"};
    } else {
        j = judge(cli, a, pkt, at);
    }
    cli->referee.view = NULL;
    if (!j.is_answer) {
        dp_stats_add(&cli->stats, j.cause, 1);
        if (dp_client_traces(cli, DHCPPERF_EV_IGNORED)) {
            dp_client_trace(cli, DHCPPERF_EV_IGNORED, a->station, at, pkt,
                            a->rc == 0 ? a->view.type : 0, 0, 0, (int)j.cause, j.why);
        }
    } else if (dp_client_traces(cli, DHCPPERF_EV_RX)) {
        dp_client_trace(cli, DHCPPERF_EV_RX, a->station, at, pkt, a->view.type, 0, 0, 0, NULL);
    }
}
