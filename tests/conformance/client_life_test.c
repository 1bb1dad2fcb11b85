/* SPDX-License-Identifier: MIT */
/* client_life_test.c - the life of a client, each test named after its requirement: what is sent
 * when, from the first DISCOVER over renewals and reboots to the end of the lease. */
#include <libdhcpperf/client.h>

#include <stdio.h>
#include <string.h>

#include "support/harness.h"
#include "unit/client/fake.h"

enum {
    MESSAGES = 3000,
    OFF_SECS = 8,
    LEASE = 3600,
    SERVER = 0x0a000001,
    OTHER_SERVER = 0x0a000002
};

#define EVERYBODY UINT32_MAX /* 255.255.255.255 */

/* What a message is for, as its contents and destination tell (RFC 2131 table 5). */
typedef enum form {
    DISCOVER = 1,
    SELECT = 2,
    RENEW = 4,
    REBIND = 8,
    REBOOT = 16,
    INFORM = 32,
    RELEASE = 64,
    DECLINE = 128,
    ALL = 255
} form;

typedef struct sent {
    dhcpperf_ts at;
    form form;
    uint32_t xid, ciaddr, giaddr, wanted, server_id; /* wanted: option 50; 0 = absent */
    uint32_t src, dst;
    uint16_t secs, flags;
    uint8_t list[64];    /* option 55, its length first */
    uint8_t id[64];      /* option 61, its length first */
    unsigned parameters; /* options 51, 55, 57, 60 in it */
    size_t len;
    uint8_t data[400];
} sent;

/* What left, and how the server behaves. */
static struct {
    sent log[MESSAGES];
    unsigned n;
    unsigned answers;               /* forms that are answered */
    unsigned refuses;               /* those that are refused */
    uint32_t t1_s, t2_s, server_id; /* 0: left out; the usual one */
    dhcpperf_dur latency;
    void (*change)(fake_reply *r, const sent *s);
} net;

static form form_of(const dhcpperf_pkt *pkt, const dhcpperf_msg *m, const sent *s)
{
    switch (dhcpperf_msg_get_type(m)) {
    case DHCPPERF_DISCOVER:
        return DISCOVER;
    case DHCPPERF_INFORM:
        return INFORM;
    case DHCPPERF_RELEASE:
        return RELEASE;
    case DHCPPERF_DECLINE:
        return DECLINE;
    default:
        break;
    }
    if (s->ciaddr == 0) {
        return s->server_id != 0 ? SELECT : REBOOT;
    }
    return fake_num(pkt->dst.ip) == EVERYBODY ? REBIND : RENEW;
}

static uint32_t option_ip(const dhcpperf_msg *m, uint8_t code)
{
    dhcpperf_ip4 ip;

    return dhcpperf_msg_get_option_ip4(m, code, &ip) == 0 ? fake_num(ip) : 0;
}

static void copy_option(const dhcpperf_msg *m, uint8_t code, uint8_t ret[64])
{
    dhcpperf_bytes value;

    ret[0] = 0;
    if (dhcpperf_msg_get_option(m, code, &value) == 0 && value.len < 64) {
        ret[0] = (uint8_t)value.len;
        memcpy(ret + 1, value.data, value.len);
    }
}

static void note(const fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *m)
{
    static const uint8_t parameters[] = {51, 55, 57, 60};
    sent *s = &net.log[net.n];
    dhcpperf_bytes value;
    unsigned k;

    ck_assert_uint_lt(net.n++, MESSAGES);
    memset(s, 0, sizeof *s);
    s->at = f->now;
    s->xid = dhcpperf_msg_get_xid(m);
    s->ciaddr = fake_num(dhcpperf_msg_get_ciaddr(m));
    s->giaddr = fake_num(dhcpperf_msg_get_giaddr(m));
    s->wanted = option_ip(m, DHCPPERF_OPT_REQUESTED_IP);
    s->server_id = option_ip(m, DHCPPERF_OPT_SERVER_ID);
    s->src = fake_num(pkt->src.ip);
    s->dst = fake_num(pkt->dst.ip);
    s->secs = dhcpperf_msg_get_secs(m);
    s->flags = dhcpperf_msg_get_flags(m);
    copy_option(m, DHCPPERF_OPT_PARAM_LIST, s->list);
    copy_option(m, DHCPPERF_OPT_CLIENT_ID, s->id);
    for (k = 0; k < sizeof parameters; k++) {
        s->parameters += dhcpperf_msg_get_option(m, parameters[k], &value) == 0;
    }
    s->len = pkt->len;
    memcpy(s->data, pkt->data, pkt->len < sizeof s->data ? pkt->len : sizeof s->data);
    s->form = form_of(pkt, m, s);
}

static void serve(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *m)
{
    const sent *s;
    fake_reply r;

    note(f, pkt, m);
    s = &net.log[net.n - 1];
    if ((net.answers & s->form) == 0 || !fake_prepare(f, m, &r)) {
        return;
    }
    r.server_id = net.server_id != 0 ? net.server_id : SERVER;
    if ((net.refuses & s->form) != 0) {
        r.type = DHCPPERF_NAK;
        r.yiaddr = r.lease_s = 0;
    } else if (r.lease_s != 0) {
        r.t1_s = net.t1_s;
        r.t2_s = net.t2_s;
    }
    if (net.change != NULL) {
        net.change(&r, s);
    }
    fake_answer(f, &r, f->now + (net.latency != 0 ? net.latency : FAKE_MS));
}

/* A client, or several, begun at instant 0 with a server that answers everything. */
static void open_with(fake *f, const char *const *settings, const char *preset)
{
    dhcpperf_client_config *c = fake_config(settings);
    dhcpperf_retry *retry;

    memset(&net, 0, sizeof net);
    net.answers = ALL;
    ck_assert_int_eq(dhcpperf_retry_new(&retry, preset, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_retry(c, retry), 0);
    fake_init(f, c);
    f->serve = serve;
    f->lease_s = LEASE;
    dhcpperf_retry_free(retry);
    dhcpperf_client_config_free(c);
}

static void open_one(fake *f)
{
    open_with(f, NULL, "rfc2131");
}

static void close_it(fake *f)
{
    fake_check_balance(f, "life", 0);
    fake_fini(f);
}

/* Bound at 2 ms, its REQUEST left at 1 ms. */
static void bound(fake *f)
{
    fake_begin(f, FAKE_S);
    ck_assert_int_eq(fake_station(f, 0).state, DHCPPERF_ST_BOUND);
}

static void command(fake *f, dhcpperf_command what, dhcpperf_dur run)
{
    ck_assert_int_eq(dhcpperf_client_do(f->cli, 0, what), 0);
    fake_run(f, f->now + run);
}

/* The message of a form that is number `which` of them, or NULL. */
static const sent *message(form which_form, unsigned which)
{
    unsigned k;

    for (k = 0; k < net.n; k++) {
        if (net.log[k].form == which_form && which-- == 0) {
            return &net.log[k];
        }
    }
    return NULL;
}

static const sent *must(form which_form, unsigned which)
{
    const sent *s = message(which_form, which);

    ck_assert_msg(s != NULL, "no message %u of form %d was sent", which, (int)which_form);
    return s;
}

static unsigned count(form which_form)
{
    unsigned k, n = 0;

    for (k = 0; k < net.n; k++) {
        n += net.log[k].form == which_form;
    }
    return n;
}

static uint32_t own_ip(const fake *f)
{
    return f->pool + 1; /* as fake_prepare() gives it to station 0 */
}

/* -- contents that stay the same --------------------------------------------------------------- */

static void slow_offer(fake_reply *r, const sent *s)
{
    (void)r;
    net.latency = s->form == DISCOVER ? 2500 * FAKE_MS : FAKE_MS;
}

START_TEST(k_015_a_request_has_the_secs_of_its_discover)
    {
        fake f;

        open_one(&f);
        net.answers = 0; /* to the first one */
        fake_begin(&f, 2 * FAKE_S);
        net.answers = ALL;
        net.change = slow_offer;
        net.latency = 2500 * FAKE_MS;
        fake_run(&f, 20 * FAKE_S);
        ck_assert_uint_ge(must(DISCOVER, 1)->secs, 3);
        ck_assert_uint_eq(must(SELECT, 0)->at, must(DISCOVER, 1)->at + 2500 * FAKE_MS);
        ck_assert_uint_eq(must(SELECT, 0)->secs, must(DISCOVER, 1)->secs);
        close_it(&f);
    }
END_TEST

/* One of each kind of message: obtained, renewed, rebound, rebooted, informed about, given back. */
static void whole_life(fake *f, const char *const *settings)
{
    open_with(f, settings, "rfc2131");
    bound(f);
    command(f, DHCPPERF_DO_RENEW, FAKE_S);
    command(f, DHCPPERF_DO_REBIND, FAKE_S);
    command(f, DHCPPERF_DO_REBOOT, FAKE_S);
    command(f, DHCPPERF_DO_RELEASE, FAKE_S);
    command(f, DHCPPERF_DO_INFORM, FAKE_S);
    command(f, DHCPPERF_DO_START, FAKE_S);
    command(f, DHCPPERF_DO_DECLINE, FAKE_S);
    ck_assert_uint_eq(net.n, 10);
}

START_TEST(k_016_the_request_list_is_repeated)
    {
        static const form forms[] = {DISCOVER, SELECT, RENEW, REBIND, REBOOT, INFORM};
        static const char *const settings[] = {"inform.first=10.9.0.1", NULL};
        unsigned k;
        fake f;

        whole_life(&f, settings);
        ck_assert_uint_gt(must(DISCOVER, 0)->list[0], 0);
        for (k = 0; k < sizeof forms / sizeof forms[0]; k++) {
            ck_assert_mem_eq(must(forms[k], 0)->list, must(DISCOVER, 0)->list, 64);
        }
        close_it(&f);
    }
END_TEST

START_TEST(k_017_the_client_identifier_is_the_same_in_all_messages)
    {
        static const char *const settings[] = {"inform.first=10.9.0.1", NULL};
        unsigned k;
        fake f;

        whole_life(&f, settings);
        ck_assert_uint_eq(net.log[0].id[0], 7);
        for (k = 0; k < net.n; k++) {
            ck_assert_msg(memcmp(net.log[k].id, net.log[0].id, 64) == 0, "message %u", k);
        }
        close_it(&f);
    }
END_TEST

START_TEST(k_018_one_request_for_each_exchange_that_is_acknowledged)
    {
        fake f;

        open_one(&f);
        bound(&f);
        fake_run(&f, 10 * LEASE * FAKE_S);
        ck_assert_uint_eq(count(SELECT), 1);
        ck_assert_uint_ge(count(RENEW), 19);
        ck_assert_uint_eq(count(RENEW), fake_count(&f, DHCPPERF_C_RENEWED));
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RETRANSMITS), 0);
        close_it(&f);
    }
END_TEST

START_TEST(k_026_nothing_is_sent_in_bound_before_t1)
    {
        fake f;

        open_one(&f);
        bound(&f);
        fake_run(&f, FAKE_MS + LEASE / 2 * FAKE_S - 1);
        ck_assert_uint_eq(net.n, 2);
        fake_run(&f, f.now + 1);
        ck_assert_uint_eq(net.n, 3);
        close_it(&f);
    }
END_TEST

/* -- starting ---------------------------------------------------------------------------------- */

START_TEST(k_029_the_first_discover_waits_at_random)
    {
        static const char *const settings[] = {"stations=1000", "startup.jitter=10s", NULL};
        unsigned k, per_second[11] = {0};
        fake f;

        open_with(&f, settings, "rfc2131");
        fake_begin(&f, 20 * FAKE_S);
        ck_assert_uint_eq(count(DISCOVER), 1000);
        for (k = 0; k < net.n; k++) {
            if (net.log[k].form == DISCOVER) {
                assert_fast(net.log[k].at >= FAKE_S && net.log[k].at <= 10 * FAKE_S, "message %u",
                            k);
                per_second[net.log[k].at / FAKE_S]++;
            }
        }
        for (k = 1; k < 10; k++) { /* 111 each */
            ck_assert_msg(per_second[k] > 60 && per_second[k] < 170, "second %u: %u", k,
                          per_second[k]);
        }
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 1000);
        close_it(&f);
        open_one(&f); /* off unless asked for */
        fake_begin(&f, 0);
        ck_assert_uint_eq(must(DISCOVER, 0)->at, 0);
        close_it(&f);
    }
END_TEST

/* -- refusals ---------------------------------------------------------------------------------- */

static const struct {
    form form;
    dhcpperf_command command; /* 0 = START, which has been given */
} asked[] = {{SELECT, DHCPPERF_DO_START},
             {RENEW, DHCPPERF_DO_RENEW},
             {REBIND, DHCPPERF_DO_REBIND},
             {REBOOT, DHCPPERF_DO_REBOOT}};

START_TEST(k_050_a_nak_drops_the_address_and_starts_over)
    {
        form what = asked[_i].form;
        const sent *refused, *next;
        fake f;

        open_one(&f);
        if (what == SELECT) {
            net.refuses = what;
            fake_begin(&f, 2 * FAKE_MS);
        } else {
            bound(&f);
            net.refuses = what;
            command(&f, asked[_i].command, FAKE_MS);
        }
        refused = must(what, 0);
        ck_assert_msg(count(what) == 1, "case %d", _i);
        next = refused + 1;
        ck_assert_msg(net.n > (unsigned)(next - net.log), "case %d: nothing follows the NAK", _i);
        ck_assert_int_eq(next->form, DISCOVER);
        ck_assert_uint_eq(next->at, refused->at + FAKE_MS);
        assert_ip4_eq(fake_station(&f, 0).ip, "0.0.0.0");
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_NAKED), 1);
        net.refuses = 0;
        fake_run(&f, f.now + FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        close_it(&f);
    }
END_TEST

START_TEST(k_051_the_address_refused_is_not_asked_for_again)
    {
        fake f;

        open_one(&f);
        bound(&f);
        net.refuses = _i == 0 ? RENEW : REBOOT;
        net.answers = ALL & ~DISCOVER;
        command(&f, _i == 0 ? DHCPPERF_DO_RENEW : DHCPPERF_DO_REBOOT, FAKE_S);
        ck_assert_uint_eq(must(DISCOVER, 1)->wanted, 0);
        command(&f, DHCPPERF_DO_VANISH, 0);
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_REBOOT),
                         DHCPPERF_E_STATE); /* it is not even remembered */
        close_it(&f);
    }
END_TEST

START_TEST(k_052_starting_over_takes_another_xid)
    {
        fake f;

        open_one(&f);
        bound(&f);
        net.refuses = RENEW;
        command(&f, DHCPPERF_DO_RENEW, FAKE_S);
        ck_assert_uint_ne(must(DISCOVER, 1)->xid, must(DISCOVER, 0)->xid);
        ck_assert_uint_ne(must(DISCOVER, 1)->xid, must(RENEW, 0)->xid);
        close_it(&f);
    }
END_TEST

START_TEST(k_053_naks_in_a_row_are_answered_slower)
    {
        unsigned k;
        fake f;

        open_one(&f);
        bound(&f);
        net.refuses = RENEW | SELECT;
        command(&f, DHCPPERF_DO_RENEW, 600 * FAKE_S);
        ck_assert_uint_le(count(DISCOVER), 17);
        for (k = 1; k < 7; k++) { /* at once, then after 1, 2, 4 ... s */
            dhcpperf_dur gap = must(DISCOVER, k + 1)->at - must(DISCOVER, k)->at;

            ck_assert_msg(gap == (FAKE_S << (k - 1)) + 2 * FAKE_MS, "NAK %u", k + 1);
        }
        close_it(&f);
    }
END_TEST

/* -- reboots ----------------------------------------------------------------------------------- */

START_TEST(k_054_init_reboot_asks_for_the_address_remembered)
    {
        const sent *s;
        fake f;

        open_one(&f);
        bound(&f);
        command(&f, DHCPPERF_DO_VANISH, 60 * FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_IDLE);
        command(&f, DHCPPERF_DO_REBOOT, FAKE_S);
        s = &net.log[2];
        ck_assert_int_eq(s->form, REBOOT);
        ck_assert_uint_eq(s->wanted, own_ip(&f));
        ck_assert_uint_eq(s->ciaddr, 0);
        ck_assert_uint_eq(s->server_id, 0);
        ck_assert_uint_eq(s->dst, EVERYBODY);
        ck_assert_uint_eq(s->src, 0);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_BOUND), 2);
        ck_assert_uint_eq(count(DISCOVER), 1);
        close_it(&f);
    }
END_TEST

START_TEST(k_055_without_an_answer_the_lease_is_kept_or_not)
    {
        static const char *const keep[] = {"reboot.fallback=keep", NULL};
        dhcpperf_station before, after;
        fake f;

        open_with(&f, _i == 1 ? NULL : keep, "rfc2131");
        bound(&f);
        before = fake_station(&f, 0);
        net.answers = 0;
        if (_i == 2) { /* the lease is over by the time nobody has answered */
            command(&f, DHCPPERF_DO_VANISH, (LEASE - 10) * FAKE_S);
        }
        command(&f, DHCPPERF_DO_REBOOT, 200 * FAKE_S);
        ck_assert_uint_eq(count(REBOOT), 5);
        after = fake_station(&f, 0);
        if (_i == 0) {
            ck_assert_int_eq(after.state, DHCPPERF_ST_BOUND);
            ck_assert_uint_eq(after.expires_at, before.expires_at);
            ck_assert_uint_eq(after.t1_at, before.t1_at);
            ck_assert_mem_eq(&after.ip, &before.ip, sizeof after.ip);
            ck_assert_uint_eq(count(DISCOVER), 1);
            net.answers = ALL;
            fake_run(&f, before.t1_at);
            ck_assert_uint_eq(must(RENEW, 0)->at, before.t1_at);
        } else {
            ck_assert_int_eq(after.state, DHCPPERF_ST_SELECTING);
            ck_assert_uint_ge(count(DISCOVER), 2);
        }
        close_it(&f);
    }
END_TEST

/* -- declining --------------------------------------------------------------------------------- */

START_TEST(k_056_decline_names_address_and_server)
    {
        const sent *s;
        fake f;

        open_one(&f);
        bound(&f);
        command(&f, DHCPPERF_DO_DECLINE, FAKE_S);
        s = must(DECLINE, 0);
        ck_assert_uint_eq(s->wanted, own_ip(&f));
        ck_assert_uint_eq(s->server_id, SERVER);
        ck_assert_uint_eq(s->ciaddr, 0);
        ck_assert_uint_eq(s->dst, EVERYBODY);
        ck_assert_uint_eq(s->parameters, 0);
        ck_assert_uint_eq(s->secs, 0);
        ck_assert_uint_eq(s->flags, 0);
        close_it(&f);
    }
END_TEST

START_TEST(k_057_ten_seconds_pass_after_a_decline)
    {
        fake f;

        open_one(&f);
        bound(&f);
        command(&f, DHCPPERF_DO_DECLINE, 20 * FAKE_S);
        ck_assert_uint_eq(must(DISCOVER, 1)->at, must(DECLINE, 0)->at + 10 * FAKE_S);
        close_it(&f);
    }
END_TEST

static void same_address(fake_reply *r, const sent *s)
{
    (void)s;
    r->yiaddr = r->yiaddr != 0 ? 0x0a010077 : 0;
}

/* The ACK is looked at before the client is BOUND: never for a moment is it. */
static void never_bound(void *user, const dhcpperf_event *ev)
{
    ck_assert(ev->kind == DHCPPERF_EV_STATE);
    *(unsigned *)user += ev->to_state == DHCPPERF_ST_BOUND;
}

START_TEST(k_058_an_ack_is_checked_before_the_address_is_used)
    {
        static const char *const by_chance[] = {"decline.share=1", NULL};
        static const char *const by_conflict[] = {"conflict.decline=true", "stations=2", NULL};
        unsigned bound_times = 0, want = (unsigned)_i; /* the first holder of the conflict stays */
        dhcpperf_client_config *c = fake_config(_i == 0 ? by_chance : by_conflict);
        fake f;

        ck_assert_int_eq(dhcpperf_client_config_set_trace(c, never_bound, &bound_times,
                                                          UINT64_C(1) << DHCPPERF_EV_STATE),
                         0);
        memset(&net, 0, sizeof net);
        net.answers = ALL;
        net.change = _i == 0 ? NULL : same_address;
        fake_init(&f, c);
        f.serve = serve;
        dhcpperf_client_config_free(c);
        fake_begin(&f, 5 * FAKE_S);
        ck_assert_uint_eq(count(DECLINE), 1);
        ck_assert_uint_eq(must(DECLINE, 0)->wanted, _i == 0 ? own_ip(&f) : 0x0a010077);
        ck_assert_uint_eq(must(DECLINE, 0)->server_id, SERVER);
        ck_assert_uint_eq(bound_times, want);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), want);
        ck_assert_uint_eq(fake_violations(&f, "address-conflict"), want);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_REQUEST, DHCPPERF_OUT_ANSWERED), 1 + want);
        fake_run(&f, 15 * FAKE_S); /* K-057 */
        ck_assert_uint_eq(must(DISCOVER, 1 + want)->at, must(DECLINE, 0)->at + 10 * FAKE_S);
        close_it(&f);
    }
END_TEST

/* -- retransmission ---------------------------------------------------------------------------- */

START_TEST(k_059_the_lease_counts_from_the_request)
    {
        dhcpperf_station st;
        fake f;

        open_one(&f);
        net.latency = 3 * FAKE_S;
        fake_begin(&f, 10 * FAKE_S);
        st = fake_station(&f, 0);
        ck_assert_uint_eq(must(SELECT, 0)->at, 3 * FAKE_S);
        ck_assert_uint_eq(st.bound_at, 6 * FAKE_S);
        ck_assert_uint_eq(st.expires_at, (3 + LEASE) * FAKE_S);
        fake_run(&f, (3 + LEASE / 2) * FAKE_S);
        ck_assert_uint_eq(must(RENEW, 0)->at, (3 + LEASE / 2) * FAKE_S);
        close_it(&f);
    }
END_TEST

/* The waits between messages of a form: base, each within `slack`. */
static void check_waits(form which, const unsigned *base_ms, unsigned n, unsigned slack_ms)
{
    unsigned k;

    for (k = 0; k < n; k++) {
        dhcpperf_dur gap = must(which, k + 1)->at - must(which, k)->at;

        ck_assert_msg(gap >= (base_ms[k] - slack_ms) * FAKE_MS &&
                          gap <= (base_ms[k] + slack_ms) * FAKE_MS,
                      "wait %u is %llu ns", k, (unsigned long long)gap);
    }
}

static const unsigned rfc_waits[] = {4000, 8000, 16000, 32000};

/* Messages of a silent server's client with that seed. */
static void ask_silence(fake *f, unsigned seed, unsigned answers, dhcpperf_dur run)
{
    char text[32];
    const char *settings[] = {text, NULL};

    snprintf(text, sizeof text, "seed=%u", seed);
    open_with(f, settings, "rfc2131");
    net.answers = answers;
    fake_begin(f, run);
}

START_TEST(k_060_discover_is_repeated_after_4_8_16_32_64_seconds)
    {
        static const unsigned waits[] = {4000, 8000, 16000, 32000, 64000};
        dhcpperf_client_config *c = fake_config(NULL);
        dhcpperf_retry *retry;
        dhcpperf_dur gap;
        fake f;

        ck_assert_int_eq(dhcpperf_retry_new(&retry, "rfc2131", NULL), 0);
        ck_assert_int_eq(dhcpperf_retry_set_attempts(retry, DHCPPERF_PHASE_SELECTING, 7,
                                                     DHCPPERF_GIVE_UP_RESTART),
                         0);
        ck_assert_int_eq(dhcpperf_client_config_set_retry(c, retry), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_seed(c, (uint64_t)_i), 0);
        memset(&net, 0, sizeof net);
        fake_init(&f, c);
        f.serve = serve;
        dhcpperf_client_config_free(c);
        dhcpperf_retry_free(retry);
        fake_begin(&f, 250 * FAKE_S);
        check_waits(DISCOVER, waits, 5, 1000);
        gap = must(DISCOVER, 6)->at - must(DISCOVER, 5)->at;
        ck_assert_uint_ge(gap, 63 * FAKE_S);
        ck_assert_uint_le(gap, 65 * FAKE_S);
        close_it(&f);
    }
END_TEST

START_TEST(k_061_the_waits_grow)
    {
        unsigned k;
        fake f;

        ask_silence(&f, (unsigned)_i, 0, 130 * FAKE_S);
        for (k = 0; k < 3; k++) {
            dhcpperf_dur first = must(DISCOVER, k + 1)->at - must(DISCOVER, k)->at;
            dhcpperf_dur second = must(DISCOVER, k + 2)->at - must(DISCOVER, k + 1)->at;

            ck_assert_msg(second > first + first / 4, "wait %u", k);
        }
        close_it(&f);
    }
END_TEST

START_TEST(k_062_the_waits_are_random)
    {
        static const char *const settings[] = {"stations=100", NULL};
        unsigned k, early = 0, late = 0, broken = 0;
        fake f;

        open_with(&f, settings, "rfc2131");
        net.answers = 0;
        fake_begin(&f, 6 * FAKE_S);
        ck_assert_uint_eq(count(DISCOVER), 200);
        for (k = 100; k < 200; k++) {
            dhcpperf_ts at = must(DISCOVER, k)->at;

            early += at < 3500 * FAKE_MS;
            late += at > 4500 * FAKE_MS;
            broken += at % FAKE_S != 0;
        }
        ck_assert_uint_ge(early, 10); /* a quarter each */
        ck_assert_uint_ge(late, 10);
        ck_assert_uint_ge(broken, 99);
        close_it(&f);
    }
END_TEST

START_TEST(k_065_request_is_repeated_as_discover_is)
    {
        fake f;

        ask_silence(&f, (unsigned)_i, DISCOVER, 60 * FAKE_S);
        check_waits(SELECT, rfc_waits, 3, 1000);
        fake_run(&f, 100 * FAKE_S);
        check_waits(SELECT, rfc_waits, 4, 1000);
        close_it(&f);
    }
END_TEST

START_TEST(k_066_a_repeated_request_keeps_xid_address_and_server)
    {
        unsigned k;
        fake f;

        ask_silence(&f, 1, DISCOVER, 100 * FAKE_S);
        for (k = 1; k < 5; k++) {
            ck_assert_uint_eq(must(SELECT, k)->xid, must(SELECT, 0)->xid);
            ck_assert_uint_eq(must(SELECT, k)->wanted, own_ip(&f));
            ck_assert_uint_eq(must(SELECT, k)->server_id, SERVER);
        }
        close_it(&f);
    }
END_TEST

START_TEST(k_067_after_the_last_request_the_client_starts_over)
    {
        const sent *again;
        fake f;

        ask_silence(&f, 1, DISCOVER, 140 * FAKE_S);
        again = must(DISCOVER, 1);
        ck_assert_ptr_eq(again, &net.log[6]); /* one DISCOVER, five REQUESTs */
        ck_assert_uint_ge(again->at - (again - 1)->at, 63 * FAKE_S);
        ck_assert_uint_ne(again->xid, must(SELECT, 0)->xid);
        close_it(&f);
    }
END_TEST

START_TEST(k_069_a_scaled_schedule_keeps_its_proportions)
    {
        static const unsigned waits[] = {100, 200, 400, 800};
        dhcpperf_client_config *c = fake_config(NULL);
        dhcpperf_retry *retry;
        unsigned k, off = 0;
        fake f;

        ck_assert_int_eq(dhcpperf_retry_new(&retry, "rfc2131", NULL), 0);
        ck_assert_int_eq(dhcpperf_retry_set_backoff(retry, DHCPPERF_PHASE_SELECTING, 100 * FAKE_MS,
                                                    2.0, 1600 * FAKE_MS),
                         0);
        ck_assert_int_eq(dhcpperf_client_config_set_retry(c, retry), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_seed(c, (uint64_t)_i), 0);
        memset(&net, 0, sizeof net);
        fake_init(&f, c);
        f.serve = serve;
        dhcpperf_client_config_free(c);
        dhcpperf_retry_free(retry);
        fake_begin(&f, 3 * FAKE_S);
        check_waits(DISCOVER, waits, 4, 25); /* a quarter of the first; no floor of 1 s */
        for (k = 0; k < 4; k++) {
            off += must(DISCOVER, k + 1)->at - must(DISCOVER, k)->at != waits[k] * FAKE_MS;
        }
        ck_assert_uint_ge(off, 3);
        close_it(&f);
    }
END_TEST

/* -- renewing ---------------------------------------------------------------------------------- */

START_TEST(k_070_at_t1_a_request_with_ciaddr)
    {
        dhcpperf_station st;
        fake f;

        open_one(&f);
        f.lease_s = 16;
        net.t1_s = 4;
        net.t2_s = 10;
        bound(&f);
        net.answers = 0;
        fake_run(&f, 5 * FAKE_S);
        ck_assert_uint_eq(net.n, 3);
        ck_assert_uint_eq(net.log[2].at, 4 * FAKE_S + FAKE_MS);
        ck_assert_uint_eq(net.log[2].ciaddr, own_ip(&f));
        st = fake_station(&f, 0);
        ck_assert_int_eq(st.state, DHCPPERF_ST_RENEWING);
        ck_assert_uint_eq(st.t1_at, 4 * FAKE_S + FAKE_MS);
        ck_assert_uint_eq(st.t2_at, 10 * FAKE_S + FAKE_MS);
        ck_assert_uint_eq(st.expires_at, 16 * FAKE_S + FAKE_MS);
        ck_assert_uint_eq(st.lease_s, 16);
        close_it(&f);
    }
END_TEST

START_TEST(k_071_renewals_carry_neither_50_nor_54)
    {
        fake f;

        open_one(&f);
        bound(&f);
        net.answers = 0;
        fake_run(&f, LEASE * FAKE_S);
        ck_assert_uint_eq(must(RENEW, 0)->wanted, 0);
        ck_assert_uint_eq(must(RENEW, 0)->server_id, 0);
        ck_assert_uint_eq(must(REBIND, 0)->wanted, 0);
        ck_assert_uint_eq(must(REBIND, 0)->server_id, 0);
        close_it(&f);
    }
END_TEST

/* D-19: what the original description asks for, as a client's fault; no strict parser takes it. */
START_TEST(a_faulty_client_renews_with_50_and_54)
    {
        static const char *const settings[] = {"renew.with-50-54=true", NULL};
        static uint8_t room[FAKE_MAX_LEN];
        dhcpperf_pkt pkt = {.data = room, .cap = sizeof room};
        fake f;

        open_with(&f, settings, "rfc2131");
        bound(&f);
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_RENEW), 0);
        ck_assert_int_eq(dhcpperf_engine_pull(f.e, &pkt, 1, f.now), 1);
        ck_assert_int_eq(dhcpperf_msg_parse(f.msg, pkt.data, pkt.len, DHCPPERF_PARSE_LENIENT, NULL),
                         0);
        ck_assert_int_eq(dhcpperf_msg_get_type(f.msg), DHCPPERF_REQUEST);
        ck_assert_uint_eq(fake_num(dhcpperf_msg_get_ciaddr(f.msg)), own_ip(&f));
        ck_assert_uint_eq(option_ip(f.msg, DHCPPERF_OPT_REQUESTED_IP), own_ip(&f));
        ck_assert_uint_eq(option_ip(f.msg, DHCPPERF_OPT_SERVER_ID), SERVER);
        close_it(&f);
    }
END_TEST

/* A relayed client that renews, directly or not. */
static const sent *relayed_renewal(fake *f, const char *const *settings)
{
    dhcpperf_client_config *c = fake_config(settings);

    ck_assert_int_eq(
        dhcpperf_client_config_add_relays(c, fake_ip(0x0a090001), 1, 0, "port-{station}", NULL), 0);
    memset(&net, 0, sizeof net);
    net.answers = ALL;
    fake_init(f, c);
    f->serve = serve;
    dhcpperf_client_config_free(c);
    bound(f);
    command(f, DHCPPERF_DO_RENEW, FAKE_S);
    ck_assert_uint_eq(fake_count(f, DHCPPERF_C_RENEWED), 1);
    ck_assert_uint_eq(fake_count(f, DHCPPERF_C_VIOLATIONS), 0);
    return must(RENEW, 0);
}

START_TEST(k_072_a_renewal_is_unicast_to_the_leasing_server)
    {
        static const char *const direct[] = {"renew.direct=true", "server.address=10.0.0.9", NULL};
        static const char *const agent[] = {"server.address=10.0.0.9", NULL};
        const sent *s;
        fake f;

        open_one(&f);
        bound(&f);
        fake_run(&f, LEASE * FAKE_S);
        s = must(RENEW, 0);
        ck_assert_uint_eq(s->dst, SERVER);
        ck_assert_uint_eq(s->src, own_ip(&f));
        ck_assert_uint_eq(s->giaddr, 0);
        close_it(&f);
        s = relayed_renewal(&f, direct); /* past the relay */
        ck_assert_uint_eq(s->dst, SERVER);
        ck_assert_uint_eq(s->src, own_ip(&f));
        ck_assert_uint_eq(s->giaddr, 0);
        ck_assert_uint_eq(s->data[3], 0); /* hops */
        close_it(&f);
        s = relayed_renewal(&f, agent); /* or through it, as one who does not own the address */
        ck_assert_uint_eq(s->dst, 0x0a000009);
        ck_assert_uint_eq(s->src, 0x0a090001);
        ck_assert_uint_eq(s->giaddr, 0x0a090001);
        close_it(&f);
    }
END_TEST

START_TEST(k_073_copies_follow_after_half_the_time_left)
    {
        const dhcpperf_ts t1 = FAKE_MS + LEASE / 2 * FAKE_S, t2 = FAKE_MS + 3150 * FAKE_S;
        const dhcpperf_ts end = FAKE_MS + LEASE * FAKE_S;
        dhcpperf_ts at;
        unsigned k;
        fake f;

        open_one(&f);
        bound(&f);
        net.answers = 0;
        fake_run(&f, end - 1);
        for (k = 0, at = t1; at < t2; k++) {
            ck_assert_msg(must(RENEW, k)->at == at, "renewal %u at %llu", k,
                          (unsigned long long)must(RENEW, k)->at);
            ck_assert_uint_eq(must(RENEW, k)->xid, must(RENEW, 0)->xid);
            at += (t2 - at) / 2 > 60 * FAKE_S ? (t2 - at) / 2 : 60 * FAKE_S;
        }
        ck_assert_uint_eq(count(RENEW), k);
        for (k = 0, at = t2; at < end; k++) {
            ck_assert_msg(must(REBIND, k)->at == at, "rebinding %u at %llu", k,
                          (unsigned long long)must(REBIND, k)->at);
            at += (end - at) / 2 > 60 * FAKE_S ? (end - at) / 2 : 60 * FAKE_S;
        }
        ck_assert_uint_eq(count(REBIND), k);
        close_it(&f);
    }
END_TEST

START_TEST(k_074_at_t2_any_server_is_asked)
    {
        dhcpperf_station st;
        const sent *s;
        fake f;

        open_one(&f);
        bound(&f);
        net.answers = REBIND;
        net.server_id = OTHER_SERVER;
        fake_run(&f, FAKE_MS + 3151 * FAKE_S);
        s = must(REBIND, 0);
        ck_assert_uint_eq(s->at, FAKE_MS + 3150 * FAKE_S);
        ck_assert_uint_eq(s->dst, EVERYBODY);
        ck_assert_uint_eq(s->ciaddr, own_ip(&f));
        ck_assert_uint_ne(s->xid, must(RENEW, 0)->xid);
        st = fake_station(&f, 0);
        ck_assert_int_eq(st.state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(fake_num(st.server_id), OTHER_SERVER);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_REBOUND), 1);
        net.answers = ALL;
        fake_run(&f, st.t1_at); /* renews with the one that answered */
        ck_assert_uint_eq(net.log[net.n - 1].dst, OTHER_SERVER);
        close_it(&f);
    }
END_TEST

START_TEST(k_075_at_the_end_of_the_lease_the_address_is_given_up)
    {
        const dhcpperf_ts end = FAKE_MS + LEASE * FAKE_S;
        const sent *s;
        fake f;

        open_one(&f);
        bound(&f);
        net.answers = 0;
        fake_run(&f, end - 1);
        ck_assert_uint_eq(fake_num(fake_station(&f, 0).ip), own_ip(&f));
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_REBINDING);
        fake_run(&f, end);
        assert_ip4_eq(fake_station(&f, 0).ip, "0.0.0.0");
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_SELECTING);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_EXPIRED), 1);
        s = must(DISCOVER, 1);
        ck_assert_uint_eq(s->at, end);
        ck_assert_uint_eq(s->ciaddr, 0);
        net.answers = ALL;
        fake_run(&f, end + 10 * FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_STARTED), 2);
        close_it(&f);
    }
END_TEST

static const struct {
    uint32_t lease, t1, t2;
    uint32_t want_t1_ms, want_t2_ms;
} timers[] = {
    {800, 0, 0, 400000, 700000},
    {801, 0, 0, 400500, 700875},
    {800, 100, 200, 100000, 200000},
    {800, 100, 0, 100000, 700000},
    {800, 0, 500, 400000, 500000},
    {800, 200, 200, 400000, 700000},
    {800, 300, 200, 400000, 700000},
    {800, 100, 800, 400000, 700000},
    {800, 900, 0, 400000, 700000},
    {800, 0, 300, 400000, 700000},
    {1, 0, 0, 500, 875},
};

START_TEST(k_076_t1_and_t2_have_defaults_and_an_order)
    {
        dhcpperf_station st;
        fake f;

        open_one(&f);
        f.lease_s = timers[_i].lease;
        net.t1_s = timers[_i].t1;
        net.t2_s = timers[_i].t2;
        fake_begin(&f, 3 * FAKE_MS);
        st = fake_station(&f, 0);
        ck_assert_msg(st.t1_at == FAKE_MS + timers[_i].want_t1_ms * FAKE_MS, "case %d: T1", _i);
        ck_assert_msg(st.t2_at == FAKE_MS + timers[_i].want_t2_ms * FAKE_MS, "case %d: T2", _i);
        net.answers = 0;
        fake_run(&f, FAKE_MS + timers[_i].lease * FAKE_S);
        ck_assert_msg(must(RENEW, 0)->at == st.t1_at, "case %d: renewal", _i);
        ck_assert_msg(must(REBIND, 0)->at == st.t2_at, "case %d: rebinding", _i);
        close_it(&f);
    }
END_TEST

START_TEST(k_077_clients_do_not_renew_together)
    {
        static const char *const settings[] = {"stations=500", "lease.fuzz=10", NULL};
        unsigned k, tenths[10] = {0};
        dhcpperf_ts t1 = FAKE_MS + LEASE / 2 * FAKE_S, from = t1 - 180 * FAKE_S;
        fake f;

        open_with(&f, settings, "rfc2131");
        fake_begin(&f, FAKE_S);
        for (k = 0; k < 500; k++) {
            dhcpperf_station st = fake_station(&f, k);

            assert_fast(st.t1_at < st.t2_at && st.t2_at < st.expires_at, "station %u", k);
        }
        net.answers = ALL;
        fake_run(&f, t1 + 180 * FAKE_S);
        ck_assert_uint_eq(count(RENEW), 500);
        for (k = 0; k < net.n; k++) {
            if (net.log[k].form == RENEW) {
                assert_fast(net.log[k].at >= from, "message %u", k);
                tenths[(net.log[k].at - from) / (36 * FAKE_S) % 10]++;
            }
        }
        for (k = 0; k < 10; k++) { /* 50 each */
            ck_assert_msg(tenths[k] > 20 && tenths[k] < 90, "tenth %u: %u", k, tenths[k]);
        }
        close_it(&f);
    }
END_TEST

START_TEST(k_078_every_renewal_starts_the_lease_anew)
    {
        dhcpperf_ts at = FAKE_MS; /* the REQUEST that was acknowledged */
        unsigned k;
        fake f;

        open_one(&f);
        bound(&f);
        net.latency = 2 * FAKE_S;
        for (k = 0; k < 5; k++) {
            at += LEASE / 2 * FAKE_S;
            fake_run(&f, at + 10 * FAKE_S);
            ck_assert_msg(must(RENEW, k)->at == at, "renewal %u", k);
            ck_assert_uint_eq(fake_station(&f, 0).t2_at, at + 3150 * FAKE_S);
            ck_assert_uint_eq(fake_station(&f, 0).expires_at, at + LEASE * FAKE_S);
        }
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RENEWED), 5);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_RENEW, DHCPPERF_OUT_ANSWERED), 5);
        close_it(&f);
    }
END_TEST

START_TEST(k_079_an_infinite_lease_is_never_renewed)
    {
        fake f;

        open_one(&f);
        f.lease_s = UINT32_MAX;
        net.t1_s = 10; /* told all the same */
        net.t2_s = 20;
        bound(&f);
        fake_run(&f, UINT64_C(10) * 365 * 86400 * FAKE_S);
        ck_assert_uint_eq(net.n, 2);
        ck_assert_uint_eq(fake_station(&f, 0).t1_at, DHCPPERF_NEVER);
        close_it(&f);
    }
END_TEST

/* -- giving back ------------------------------------------------------------------------------- */

/* The RELEASE of a client that was BOUND, RENEWING or REBINDING. */
static const sent *release_from(fake *f, int from)
{
    open_one(f);
    bound(f);
    if (from != DHCPPERF_ST_BOUND) {
        net.answers = 0;
        command(f, from == DHCPPERF_ST_RENEWING ? DHCPPERF_DO_RENEW : DHCPPERF_DO_REBIND, FAKE_S);
    }
    ck_assert_int_eq(fake_station(f, 0).state, from);
    command(f, DHCPPERF_DO_RELEASE, 2 * LEASE * FAKE_S);
    ck_assert_uint_eq(count(RELEASE), 1);
    ck_assert_int_eq(net.log[net.n - 1].form, RELEASE);
    ck_assert_int_eq(fake_station(f, 0).state, DHCPPERF_ST_IDLE);
    ck_assert_uint_eq(fake_count(f, DHCPPERF_C_RELEASED), 1);
    return must(RELEASE, 0);
}

static const int holding[] = {DHCPPERF_ST_BOUND, DHCPPERF_ST_RENEWING, DHCPPERF_ST_REBINDING};

START_TEST(k_080_release_has_the_address_in_ciaddr)
    {
        const sent *s;
        fake f;

        s = release_from(&f, holding[_i]);
        ck_assert_uint_eq(s->ciaddr, own_ip(&f));
        close_it(&f);
    }
END_TEST

START_TEST(k_081_release_names_the_server)
    {
        const sent *s;
        fake f;

        s = release_from(&f, holding[_i]);
        ck_assert_uint_eq(s->server_id, SERVER);
        close_it(&f);
    }
END_TEST

START_TEST(k_082_release_has_no_configuration_options)
    {
        const sent *s;
        fake f;

        s = release_from(&f, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(s->parameters, 0);
        ck_assert_uint_eq(s->wanted, 0);
        close_it(&f);
    }
END_TEST

START_TEST(k_083_release_and_decline_have_no_secs_and_no_flags)
    {
        static const char *const settings[] = {"client.broadcast=true", NULL};
        fake f;

        open_with(&f, settings, "rfc2131");
        net.change = slow_offer;
        net.latency = 2500 * FAKE_MS;
        fake_begin(&f, 10 * FAKE_S);
        command(&f, DHCPPERF_DO_RELEASE, FAKE_S);
        command(&f, DHCPPERF_DO_START, 10 * FAKE_S);
        command(&f, DHCPPERF_DO_DECLINE, FAKE_S);
        ck_assert_uint_eq(must(DISCOVER, 0)->flags, DHCPPERF_FLAG_BROADCAST);
        ck_assert_uint_eq(must(RELEASE, 0)->secs, 0);
        ck_assert_uint_eq(must(RELEASE, 0)->flags, 0);
        ck_assert_uint_eq(must(DECLINE, 0)->secs, 0);
        ck_assert_uint_eq(must(DECLINE, 0)->flags, 0);
        close_it(&f);
    }
END_TEST

START_TEST(k_084_release_has_the_identifier_of_the_lease)
    {
        const sent *s;
        fake f;

        s = release_from(&f, DHCPPERF_ST_REBINDING);
        ck_assert_uint_eq(s->id[0], 7);
        ck_assert_mem_eq(s->id, must(SELECT, 0)->id, 64);
        close_it(&f);
    }
END_TEST

START_TEST(k_085_release_is_unicast_with_an_xid_of_its_own)
    {
        const sent *s;
        unsigned k;
        fake f;

        s = release_from(&f, holding[_i]);
        ck_assert_uint_eq(s->dst, SERVER);
        ck_assert_uint_eq(s->src, own_ip(&f));
        for (k = 0; &net.log[k] < s; k++) {
            ck_assert_uint_ne(net.log[k].xid, s->xid);
        }
        close_it(&f);
    }
END_TEST

/* -- INFORM ------------------------------------------------------------------------------------ */

START_TEST(k_086_inform_tells_its_address_and_asks_for_none)
    {
        static const char *const settings[] = {"inform.first=10.9.0.7", "lease.keep=true", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        const sent *s;
        dhcpperf_bytes value;
        fake f;

        ck_assert_int_eq(dhcpperf_client_config_add_option(c, DHCPPERF_OPT_LEASE_TIME, "1000"), 0);
        memset(&net, 0, sizeof net);
        net.answers = ALL;
        fake_init(&f, c);
        f.serve = serve;
        dhcpperf_client_config_free(c);
        bound(&f);
        command(&f, DHCPPERF_DO_RELEASE, FAKE_S);
        command(&f, DHCPPERF_DO_INFORM, FAKE_S);
        s = must(INFORM, 0);
        ck_assert_uint_eq(s->ciaddr, 0x0a090007);
        ck_assert_uint_eq(s->src, 0x0a090007);
        ck_assert_uint_eq(s->wanted, 0);
        ck_assert_uint_eq(s->server_id, 0);
        ck_assert_uint_ne(s->xid, must(RELEASE, 0)->xid);
        ck_assert_int_eq(dhcpperf_msg_parse(f.msg, s->data, s->len, DHCPPERF_PARSE_STRICT, NULL),
                         0);
        ck_assert_int_ne(dhcpperf_msg_get_option(f.msg, DHCPPERF_OPT_LEASE_TIME, &value), 0);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_IDLE);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_INFORM, DHCPPERF_OUT_ANSWERED), 1);
        close_it(&f);
    }
END_TEST

START_TEST(k_087_inform_is_given_up_after_about_a_minute)
    {
        static const char *const settings[] = {"inform.first=10.9.0.7", "server.address=10.0.0.1",
                                               NULL};
        dhcpperf_load *load;
        dhcpperf_client_config *c = fake_config(_i == 0 ? NULL : settings);
        fake f;

        if (_i == 0) {
            ck_assert_int_eq(dhcpperf_client_config_set(c, "inform.first", "10.9.0.7"), 0);
        }
        ck_assert_int_eq(dhcpperf_load_parse(&load, "pause 1000h", NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_load(c, load), 0);
        memset(&net, 0, sizeof net);
        fake_init(&f, c);
        f.serve = serve;
        dhcpperf_client_config_free(c);
        dhcpperf_load_free(load);
        fake_begin(&f, FAKE_S);
        command(&f, DHCPPERF_DO_INFORM, 600 * FAKE_S);
        ck_assert_uint_eq(net.n, count(INFORM));
        ck_assert_uint_ge(net.n, 4);
        ck_assert_uint_le(net.n, 5);
        ck_assert_uint_ge(net.log[3].at - net.log[0].at, 25 * FAKE_S);
        check_waits(INFORM, rfc_waits, 3, 1000);
        ck_assert_uint_eq(net.log[0].dst, _i == 0 ? EVERYBODY : SERVER);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_FAILED);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_INFORM, DHCPPERF_OUT_UNANSWERED), 1);
        close_it(&f);
    }
END_TEST

START_TEST(k_088_a_server_that_is_known_may_be_asked_alone)
    {
        static const char *const known[] = {"server.address=10.0.0.9", NULL};
        static const char *const fallback[] = {"server.address=10.0.0.9", "server.fallback=true",
                                               NULL};
        unsigned k, last;
        fake f;

        open_with(&f, _i == 0 ? known : fallback, "rfc2131");
        net.answers = 0;
        fake_begin(&f, 140 * FAKE_S);
        for (k = 0; k < 5; k++) {
            ck_assert_uint_eq(must(DISCOVER, k)->dst, 0x0a000009);
        }
        ck_assert_uint_eq(must(DISCOVER, 5)->dst, _i == 0 ? 0x0a000009 : EVERYBODY);
        net.answers = ALL;
        fake_run(&f, 300 * FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        last = count(SELECT) - 1;
        ck_assert_uint_eq(must(SELECT, last)->dst, _i == 0 ? 0x0a000009 : EVERYBODY); /* K-019 */
        command(&f, DHCPPERF_DO_RELEASE, FAKE_S);
        ck_assert_uint_eq(must(RELEASE, 0)->dst, _i == 0 ? 0x0a000009 : SERVER);
        close_it(&f);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, k_015_a_request_has_the_secs_of_its_discover);
    tcase_add_test(tc, k_016_the_request_list_is_repeated);
    tcase_add_test(tc, k_017_the_client_identifier_is_the_same_in_all_messages);
    tcase_add_test(tc, k_018_one_request_for_each_exchange_that_is_acknowledged);
    tcase_add_test(tc, k_026_nothing_is_sent_in_bound_before_t1);
    tcase_add_test(tc, k_029_the_first_discover_waits_at_random);
    tcase_add_loop_test(tc, k_050_a_nak_drops_the_address_and_starts_over, 0, 4);
    tcase_add_loop_test(tc, k_051_the_address_refused_is_not_asked_for_again, 0, 2);
    tcase_add_test(tc, k_052_starting_over_takes_another_xid);
    tcase_add_test(tc, k_053_naks_in_a_row_are_answered_slower);
    tcase_add_test(tc, k_054_init_reboot_asks_for_the_address_remembered);
    tcase_add_loop_test(tc, k_055_without_an_answer_the_lease_is_kept_or_not, 0, 3);
    tcase_add_test(tc, k_056_decline_names_address_and_server);
    tcase_add_test(tc, k_057_ten_seconds_pass_after_a_decline);
    tcase_add_loop_test(tc, k_058_an_ack_is_checked_before_the_address_is_used, 0, 2);
    tcase_add_test(tc, k_059_the_lease_counts_from_the_request);
    tcase_add_loop_test(tc, k_060_discover_is_repeated_after_4_8_16_32_64_seconds, 0, 50);
    tcase_add_loop_test(tc, k_061_the_waits_grow, 0, 50);
    tcase_add_test(tc, k_062_the_waits_are_random);
    tcase_add_loop_test(tc, k_065_request_is_repeated_as_discover_is, 0, 50);
    tcase_add_test(tc, k_066_a_repeated_request_keeps_xid_address_and_server);
    tcase_add_test(tc, k_067_after_the_last_request_the_client_starts_over);
    tcase_add_loop_test(tc, k_069_a_scaled_schedule_keeps_its_proportions, 0, 50);
    tcase_add_test(tc, k_070_at_t1_a_request_with_ciaddr);
    tcase_add_test(tc, k_071_renewals_carry_neither_50_nor_54);
    tcase_add_test(tc, a_faulty_client_renews_with_50_and_54);
    tcase_add_test(tc, k_072_a_renewal_is_unicast_to_the_leasing_server);
    tcase_add_test(tc, k_073_copies_follow_after_half_the_time_left);
    tcase_add_test(tc, k_074_at_t2_any_server_is_asked);
    tcase_add_test(tc, k_075_at_the_end_of_the_lease_the_address_is_given_up);
    tcase_add_loop_test(tc, k_076_t1_and_t2_have_defaults_and_an_order, 0,
                        sizeof timers / sizeof timers[0]);
    tcase_add_test(tc, k_077_clients_do_not_renew_together);
    tcase_add_test(tc, k_078_every_renewal_starts_the_lease_anew);
    tcase_add_test(tc, k_079_an_infinite_lease_is_never_renewed);
    tcase_add_loop_test(tc, k_080_release_has_the_address_in_ciaddr, 0, 3);
    tcase_add_loop_test(tc, k_081_release_names_the_server, 0, 3);
    tcase_add_test(tc, k_082_release_has_no_configuration_options);
    tcase_add_test(tc, k_083_release_and_decline_have_no_secs_and_no_flags);
    tcase_add_test(tc, k_084_release_has_the_identifier_of_the_lease);
    tcase_add_loop_test(tc, k_085_release_is_unicast_with_an_xid_of_its_own, 0, 3);
    tcase_add_test(tc, k_086_inform_tells_its_address_and_asks_for_none);
    tcase_add_loop_test(tc, k_088_a_server_that_is_known_may_be_asked_alone, 0, 2);
    tcase_add_loop_test(tc, k_087_inform_is_given_up_after_about_a_minute, 0, 2);
}

HARNESS_MAIN("conformance/client_life", tests)
