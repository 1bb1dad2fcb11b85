/* SPDX-License-Identifier: MIT */
/* client_reception_test.c - which arrivals a client believes, each test named after its
 * requirement: it feeds what must not be believed and looks at the counter that shows it. */
#include <libdhcpperf/client.h>

#include <stdio.h>
#include <string.h>

#include "support/harness.h"
#include "support/md5.h"
#include "unit/client/fake.h"

enum {
    OFF_OPTIONS = 240
};

#define GOOD_AFTER (600 * FAKE_MS) /* the decoy comes at once, the good answer then */

/* -- decoys ------------------------------------------------------------------------------------ */

/* Answers to messages of type `to`: one spoilt at once, the good one later. */
typedef struct decoy {
    int to;
    void (*spoil)(fake_reply *r);
    int only; /* the good answer to that message never comes */
} decoy;

static decoy playing;

static void decoy_first(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (!fake_prepare(f, msg, &r)) {
        return;
    }
    if (dhcpperf_msg_get_type(msg) == playing.to) {
        fake_reply bad = r;

        playing.spoil(&bad);
        fake_answer(f, &bad, f->now + FAKE_MS);
        if (!playing.only) {
            fake_answer(f, &r, f->now + GOOD_AFTER);
        }
    } else {
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

static void begin_with(fake *f, const char *const *settings,
                       void (*serve)(fake *, const dhcpperf_pkt *, const dhcpperf_msg *),
                       dhcpperf_ts until)
{
    dhcpperf_client_config *c = fake_config(settings);

    fake_init(f, c);
    dhcpperf_client_config_free(c);
    f->serve = serve;
    fake_begin(f, until);
}

/* The decoy changes nothing but one counter, and the good answer is taken as if it had come alone.
 */
static void deceive(int to, void (*spoil)(fake_reply *), dhcpperf_counter cause)
{
    dhcpperf_station before, after;
    fake f;

    playing = (decoy){.to = to, .spoil = spoil};
    begin_with(&f, NULL, decoy_first, to == DHCPPERF_REQUEST ? FAKE_MS : 0);
    before = fake_station(&f, 0);
    fake_run(&f, f.now + 100 * FAKE_MS);
    after = fake_station(&f, 0);
    ck_assert_int_eq(before.state,
                     to == DHCPPERF_REQUEST ? DHCPPERF_ST_REQUESTING : DHCPPERF_ST_SELECTING);
    ck_assert_mem_eq(&before, &after, sizeof before);
    ck_assert_msg(fake_count(&f, cause) == 1, "%s: %u", dhcpperf_counter_name(cause),
                  (unsigned)fake_count(&f, cause));
    fake_check_balance(&f, "after the decoy", 0);
    fake_run(&f, f.now + FAKE_S);
    ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
    ck_assert_uint_eq(f.pulled[DHCPPERF_DISCOVER], 1);
    ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], 1);
    ck_assert_uint_eq(fake_count(&f, cause), 1);
    fake_check_balance(&f, "in the end", 0);
    fake_fini(&f);
}

static void other_xid(fake_reply *r)
{
    r->xid ^= 0x10000;
}

static void other_chaddr(fake_reply *r)
{
    r->chaddr[5] ^= 1;
}

static void other_hlen(fake_reply *r)
{
    r->hlen = 5;
}

static void a_request(fake_reply *r)
{
    r->op = 1;
}

static void op_three(fake_reply *r)
{
    r->op = 3;
}

static void no_server_id(fake_reply *r)
{
    r->server_id = 0;
}

static void broadcast_server_id(fake_reply *r)
{
    r->server_id = UINT32_MAX;
}

static void nak(fake_reply *r)
{
    r->type = DHCPPERF_NAK;
}

static void ack(fake_reply *r)
{
    r->type = DHCPPERF_ACK;
}

static void offer(fake_reply *r)
{
    r->type = DHCPPERF_OFFER;
}

static void offer_of_another(fake_reply *r)
{
    r->type = DHCPPERF_OFFER;
    r->server_id++;
    r->yiaddr++;
}

static void no_lease(fake_reply *r)
{
    r->lease_s = 0;
}

static void no_yiaddr(fake_reply *r)
{
    r->yiaddr = 0;
}

static void broadcast_yiaddr(fake_reply *r)
{
    r->yiaddr = UINT32_MAX;
}

static void other_server(fake_reply *r)
{
    r->server_id++;
}

START_TEST(k_030_an_offer_of_another_xid_is_discarded)
    {
        deceive(DHCPPERF_DISCOVER, other_xid, DHCPPERF_C_RX_UNMATCHED);
    }
END_TEST

START_TEST(k_031_an_offer_for_another_chaddr_is_discarded)
    {
        deceive(DHCPPERF_DISCOVER, other_chaddr, DHCPPERF_C_RX_UNMATCHED);
        deceive(DHCPPERF_DISCOVER, other_hlen, DHCPPERF_C_RX_UNMATCHED);
    }
END_TEST

START_TEST(k_032_an_offer_that_is_no_reply_is_discarded)
    {
        deceive(DHCPPERF_DISCOVER, a_request, DHCPPERF_C_RX_UNMATCHED);
        deceive(DHCPPERF_DISCOVER, op_three, DHCPPERF_C_RX_UNMATCHED);
    }
END_TEST

START_TEST(k_033_an_answer_without_a_server_is_unusable)
    {
        deceive(DHCPPERF_DISCOVER, no_server_id, DHCPPERF_C_RX_UNUSABLE);
        deceive(DHCPPERF_DISCOVER, broadcast_server_id, DHCPPERF_C_RX_UNUSABLE);
        deceive(DHCPPERF_REQUEST, no_server_id, DHCPPERF_C_RX_UNUSABLE);
    }
END_TEST

START_TEST(k_034_ack_and_nak_are_discarded_while_selecting)
    {
        deceive(DHCPPERF_DISCOVER, nak, DHCPPERF_C_RX_UNMATCHED);
        deceive(DHCPPERF_DISCOVER, ack, DHCPPERF_C_RX_UNMATCHED);
    }
END_TEST

/* Forty answers damaged in forty ways, then a good one. */
static void damaged_first(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    uint8_t good[300];
    fake_reply r;
    unsigned k;

    (void)pkt;
    if (!fake_prepare(f, msg, &r)) {
        return;
    }
    fake_answer(f, &r, f->now + GOOD_AFTER);
    memcpy(good, f->heap[0].data, sizeof good); /* the only one under way */
    for (k = 0; k < 40; k++) {
        uint8_t data[300];

        memcpy(data, good, sizeof data);
        switch (k % 4) {
        case 0: /* too short for a header */
            fake_inject(f, data, 6 * k, f->now + k * FAKE_MS);
            continue;
        case 1: /* no cookie */
            data[236 + k % 3] ^= 0x40;
            break;
        case 2: /* an option that runs past the end */
            data[OFF_OPTIONS] = (uint8_t)(100 + k);
            data[OFF_OPTIONS + 1] = 255;
            break;
        default: /* a hardware address longer than its field */
            data[2] = (uint8_t)(17 + k);
            break;
        }
        fake_inject(f, data, sizeof data, f->now + k * FAKE_MS);
    }
}

START_TEST(k_035_malformed_replies_are_counted_and_survived)
    {
        fake f;

        begin_with(&f, NULL, damaged_first, 500 * FAKE_MS);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_MALFORMED), 40);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_SELECTING);
        fake_run(&f, 10 * FAKE_S);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_MALFORMED), 80);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        fake_check_balance(&f, "damaged", 0);
        fake_fini(&f);
    }
END_TEST

START_TEST(k_038_an_offer_without_lease_or_address_is_unusable)
    {
        deceive(DHCPPERF_DISCOVER, no_lease, DHCPPERF_C_RX_UNUSABLE);
        deceive(DHCPPERF_DISCOVER, no_yiaddr, DHCPPERF_C_RX_UNUSABLE);
        deceive(DHCPPERF_DISCOVER, broadcast_yiaddr, DHCPPERF_C_RX_UNUSABLE);
    }
END_TEST

START_TEST(k_039_offers_are_discarded_while_requesting)
    {
        deceive(DHCPPERF_REQUEST, offer, DHCPPERF_C_RX_DUPLICATE);
        deceive(DHCPPERF_REQUEST, offer_of_another, DHCPPERF_C_RX_WRONG_SERVER);
    }
END_TEST

START_TEST(k_040_after_an_ack_of_another_xid_the_client_asks_again)
    {
        fake f;

        playing = (decoy){.to = DHCPPERF_REQUEST, .spoil = other_xid, .only = 1};
        begin_with(&f, NULL, decoy_first, 2 * FAKE_S);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_UNMATCHED), 1);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_REQUESTING);
        ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], 1);
        fake_run(&f, 6 * FAKE_S);
        ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], 2);
        fake_check_balance(&f, "ACK of another xid", 0);
        fake_fini(&f);
    }
END_TEST

START_TEST(k_041_an_ack_for_another_chaddr_is_discarded)
    {
        deceive(DHCPPERF_REQUEST, other_chaddr, DHCPPERF_C_RX_UNMATCHED);
        deceive(DHCPPERF_REQUEST, other_hlen, DHCPPERF_C_RX_UNMATCHED);
    }
END_TEST

START_TEST(k_042_an_ack_of_a_server_not_selected_is_ignored)
    {
        deceive(DHCPPERF_REQUEST, other_server, DHCPPERF_C_RX_WRONG_SERVER);
    }
END_TEST

START_TEST(k_043_an_ack_that_is_no_reply_is_ignored)
    {
        deceive(DHCPPERF_REQUEST, a_request, DHCPPERF_C_RX_UNMATCHED);
    }
END_TEST

/* -- what must be understood ------------------------------------------------------------------- */

static void overloaded(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        r.split = 1;
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

/* Option 51 in two pieces of two octets (RFC 3396). */
static void in_pieces(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    static const uint8_t pieces[] = {51, 2, 0, 1, 51, 2, 0xe2, 0x40};
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        r.lease_s = 0;
        memcpy(r.more, pieces, sizeof pieces);
        r.more_len = sizeof pieces;
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

START_TEST(k_045_overloaded_and_split_options_are_understood)
    {
        dhcpperf_station st;
        fake f;

        begin_with(&f, NULL, overloaded, FAKE_S);
        st = fake_station(&f, 0);
        ck_assert_int_eq(st.state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(fake_num(st.server_id), f.server_id);
        ck_assert_uint_eq(st.lease_s, f.lease_s);
        fake_fini(&f);
        begin_with(&f, NULL, in_pieces, FAKE_S);
        st = fake_station(&f, 0);
        ck_assert_int_eq(st.state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(st.lease_s, 123456);
        fake_fini(&f);
    }
END_TEST

static size_t long_offer, long_ack;

static void lengthy(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        r.min_len = r.type == DHCPPERF_OFFER ? long_offer : long_ack;
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

START_TEST(k_046_replies_up_to_the_announced_size_are_accepted)
    {
        static const char *const least[] = {"client.max-size=0", NULL};
        fake f;

        long_offer = 548; /* a datagram of 576 octets */
        long_ack = 1472;  /* one of the 1500 announced */
        begin_with(&f, NULL, lengthy, FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        fake_fini(&f);
        long_ack = 548;
        begin_with(&f, least, lengthy, FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        fake_fini(&f);
    }
END_TEST

/* The ACK differs from the OFFER in everything it may differ in. */
static void other_terms(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        r.lease_s = r.type == DHCPPERF_ACK ? 777 : 3600;
        r.t1_s = r.type == DHCPPERF_ACK ? 100 : 1800;
        r.t2_s = r.type == DHCPPERF_ACK ? 200 : 3000;
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

START_TEST(k_049_the_parameters_are_those_of_the_ack)
    {
        dhcpperf_station st;
        fake f;

        begin_with(&f, NULL, other_terms, FAKE_S);
        st = fake_station(&f, 0);
        ck_assert_int_eq(st.state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(st.lease_s, 777);
        ck_assert_uint_eq(st.expires_at - st.t1_at, 677 * FAKE_S);
        ck_assert_uint_eq(st.expires_at - st.t2_at, 577 * FAKE_S);
        fake_fini(&f);
    }
END_TEST

/* -- several OFFERs ---------------------------------------------------------------------------- */

typedef struct rival {
    dhcpperf_dur after; /* the DISCOVER */
    uint32_t server, yiaddr, lease_s;
} rival;

/* Three servers; what the client asked for of which, and when. */
static const rival rivals[] = {{10 * FAKE_MS, 0x0a000001, 0x0a010005, 600},
                               {20 * FAKE_MS, 0x0a000002, 0x0a020005, 7200},
                               {30 * FAKE_MS, 0x0a000003, 0x0a030005, 1200}};

enum {
    RIVALS = sizeof rivals / sizeof rivals[0]
};

static struct {
    uint32_t server, ip;
    dhcpperf_ts at;
    unsigned n;
} asked;

static void three_servers(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    dhcpperf_ip4 server = {{0}}, ip = {{0}};
    fake_reply r;
    unsigned k;

    (void)pkt;
    if (!fake_prepare(f, msg, &r)) {
        return;
    }
    for (k = 0; k < RIVALS && r.type == DHCPPERF_OFFER; k++) {
        r.server_id = rivals[k].server;
        r.yiaddr = rivals[k].yiaddr;
        r.lease_s = rivals[k].lease_s;
        fake_answer(f, &r, f->now + rivals[k].after);
    }
    if (r.type == DHCPPERF_ACK) {
        (void)dhcpperf_msg_get_option_ip4(msg, DHCPPERF_OPT_SERVER_ID, &server);
        (void)dhcpperf_msg_get_option_ip4(msg, DHCPPERF_OPT_REQUESTED_IP, &ip);
        asked.server = r.server_id = fake_num(server);
        asked.ip = r.yiaddr = fake_num(ip);
        asked.at = f->now;
        asked.n++;
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

static const struct {
    const char *settings[5];
    unsigned want;    /* which of the three is taken */
    dhcpperf_ts at;   /* when it is asked */
    unsigned counted; /* OFFERs that came while others were compared, all but one */
} choices[] = {
    {{NULL}, 0, 10 * FAKE_MS, 0},
    {{"offer.wait=100ms", NULL}, 0, 110 * FAKE_MS, 2},
    {{"offer.wait=15ms", NULL}, 0, 25 * FAKE_MS, 1},
    {{"offer.wait=100ms", "offer.select=longest", NULL}, 1, 110 * FAKE_MS, 2},
    {{"offer.wait=100ms", "offer.select=server", "offer.server=10.0.0.3", NULL},
     2,
     30 * FAKE_MS,
     2},
    {{"offer.wait=100ms", "offer.select=server", "offer.server=10.0.0.1", NULL},
     0,
     10 * FAKE_MS,
     0},
    {{"offer.wait=100ms", "offer.select=server", "offer.server=10.0.0.9", NULL},
     0,
     110 * FAKE_MS,
     2},
    {{"offer.wait=100ms", "offer.select=previous", NULL}, 0, 110 * FAKE_MS, 2},
};

enum {
    CHOICES = sizeof choices / sizeof choices[0]
};

static void check_choice(fake *f, int i)
{
    const dhcpperf_hist *h = dhcpperf_stats_hist(dhcpperf_client_stats(f->cli),
                                                 DHCPPERF_S_DISCOVER_OFFER, DHCPPERF_FROM_INTENDED);
    dhcpperf_station st = fake_station(f, 0);

    ck_assert_msg(asked.n == 1, "choice %d: %u REQUESTs", i, asked.n);
    ck_assert_msg(asked.at == choices[i].at, "choice %d: asked at %u ms", i,
                  (unsigned)(asked.at / FAKE_MS));
    ck_assert_int_eq(st.state, DHCPPERF_ST_BOUND);
    ck_assert_uint_eq(fake_num(st.server_id), rivals[choices[i].want].server);
    /* The exchange was answered once, by the first. */
    ck_assert_uint_eq(fake_exchange(f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_ANSWERED), 1);
    ck_assert_uint_eq(dhcpperf_hist_count(h), 1);
    ck_assert_uint_eq(dhcpperf_hist_min(h), 10 * FAKE_MS);
    ck_assert_msg(fake_count(f, DHCPPERF_C_RX_NOT_TAKEN) == choices[i].counted,
                  "choice %d: %u not taken", i, (unsigned)fake_count(f, DHCPPERF_C_RX_NOT_TAKEN));
    /* Those that came later still are from servers that were not selected. */
    ck_assert_msg(fake_count(f, DHCPPERF_C_RX_WRONG_SERVER) == RIVALS - 1 - choices[i].counted,
                  "choice %d: late OFFERs", i);
    ck_assert_uint_eq(fake_count(f, DHCPPERF_C_RX_MALFORMED), 0);
    ck_assert_uint_eq(fake_count(f, DHCPPERF_C_VIOLATIONS), 0);
    fake_check_balance(f, "choice", i);
}

START_TEST(k_036_server_and_address_are_of_one_offer)
    {
        unsigned want = choices[_i].want;
        fake f;

        memset(&asked, 0, sizeof asked);
        begin_with(&f, choices[_i].settings, three_servers, FAKE_S);
        ck_assert_msg(asked.server == rivals[want].server && asked.ip == rivals[want].yiaddr,
                      "choice %d: asked %08x for %08x", _i, (unsigned)asked.server,
                      (unsigned)asked.ip);
        fake_fini(&f);
    }
END_TEST

START_TEST(k_037_one_server_is_selected_by_the_policy)
    {
        fake f;

        memset(&asked, 0, sizeof asked);
        begin_with(&f, choices[_i].settings, three_servers, FAKE_S);
        check_choice(&f, _i);
        fake_fini(&f);
    }
END_TEST

/* A client that had an address of the third server before asks it again. */
START_TEST(k_037_the_previous_address_is_preferred)
    {
        static const char *const settings[] = {"offer.wait=100ms", "offer.select=previous", NULL};
        fake f;

        memset(&asked, 0, sizeof asked);
        begin_with(&f, settings, fake_serve, FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        f.pool = rivals[2].yiaddr - 1;
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_RELEASE), 0);
        fake_run(&f, 2 * FAKE_S);
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_START), 0);
        fake_run(&f, 3 * FAKE_S);
        ck_assert_uint_eq(fake_num(fake_station(&f, 0).ip), rivals[2].yiaddr);
        f.serve = three_servers;
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_VANISH), 0);
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_START), 0);
        fake_run(&f, 4 * FAKE_S);
        ck_assert_uint_eq(asked.ip, rivals[2].yiaddr);
        ck_assert_uint_eq(asked.at, 3 * FAKE_S + 30 * FAKE_MS); /* nothing better can come */
        fake_check_balance(&f, "previous", 0);
        fake_fini(&f);
    }
END_TEST

START_TEST(an_offer_that_comes_twice_is_a_duplicate)
    {
        static const char *const settings[] = {"offer.wait=1s", NULL};
        fake f;

        playing = (decoy){.to = DHCPPERF_DISCOVER, .spoil = offer};
        begin_with(&f, settings, decoy_first, 5 * FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_DUPLICATE), 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_NOT_TAKEN), 0);
        fake_check_balance(&f, "twice", 0);
        fake_fini(&f);
    }
END_TEST

START_TEST(what_ends_the_wait_for_offers_leaves_nothing_behind)
    {
        static const char *const settings[] = {"offer.wait=1s", NULL};
        static const char *const bounded[] = {"offer.wait=10s", "exchange.timeout=2s", NULL};
        fake f;

        begin_with(&f, settings, fake_serve, 500 * FAKE_MS);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_SELECTING);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_IN_FLIGHT), 0);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 0);
        if (_i == 0) {
            ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_VANISH), 0);
            ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_IDLE);
            ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_START), 0);
            fake_run(&f, 5 * FAKE_S);
            ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
            ck_assert_uint_eq(f.pulled[DHCPPERF_DISCOVER], 2);
        } else if (_i == 1) {
            ck_assert_int_eq(dhcpperf_client_stop(f.cli, 100 * FAKE_MS, 0), 0);
            fake_run(&f, 5 * FAKE_S);
            ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_FAILED);
        } else {
            fake_fini(&f);
            begin_with(&f, bounded, fake_serve, 5 * FAKE_S);
            ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_FAILED);
            ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], 0);
        }
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        fake_check_balance(&f, "end of the wait", _i);
        fake_fini(&f);
    }
END_TEST

START_TEST(a_preferred_server_must_have_a_name)
    {
        static const char *const settings[] = {"offer.select=server", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        dhcpperf_client *cli;

        ck_assert_int_eq(dhcpperf_client_new(&cli, c, NULL), DHCPPERF_E_INVALID);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* -- answers other than an OFFER --------------------------------------------------------------- */

/* What the server says to a DISCOVER: a type and options; the plain OFFER follows 0.8 s later. */
static struct {
    int type;
    uint8_t options[16];
    size_t len;
    int alone;       /* nothing follows */
    uint32_t yiaddr; /* when not 0xffffffff */
} unusual;

static void unusual_first(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    if (dhcpperf_msg_get_type(msg) != DHCPPERF_DISCOVER || !fake_prepare(f, msg, &r)) {
        fake_serve(f, pkt, msg);
        return;
    }
    if (!unusual.alone) {
        fake_answer(f, &r, f->now + 800 * FAKE_MS);
    }
    r.type = (dhcpperf_msg_type)unusual.type;
    if (unusual.type == 0) {
        r.lease_s = 0;
        r.server_id = 0;
        r.client_id_len = 0;
        r.siaddr = 0x0a000007;
    }
    r.yiaddr = unusual.yiaddr != UINT32_MAX ? unusual.yiaddr : r.yiaddr;
    memcpy(r.more, unusual.options, unusual.len);
    r.more_len = unusual.len;
    fake_answer(f, &r, f->now + 5 * FAKE_MS);
}

static void play(int type, const void *options, size_t len)
{
    memset(&unusual, 0, sizeof unusual);
    unusual.type = type;
    memcpy(unusual.options, options, len);
    unusual.len = len;
    unusual.yiaddr = UINT32_MAX;
}

static const char *const rapid[] = {"rapid-commit=true", NULL};

/* The ACK is ignored and the OFFER behind it taken. */
static void check_ack_ignored(const char *const *settings, const void *options, size_t len)
{
    fake f;

    play(DHCPPERF_ACK, options, len);
    begin_with(&f, settings, unusual_first, 500 * FAKE_MS);
    ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_SELECTING);
    ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_UNMATCHED), 1);
    fake_run(&f, 2 * FAKE_S);
    ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
    ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], 1);
    fake_check_balance(&f, "ACK to a DISCOVER", 0);
    fake_fini(&f);
}

START_TEST(k_044_an_ack_to_a_discover_needs_rapid_commit_on_both_sides)
    {
        check_ack_ignored(NULL, "\x50\x00", 2);
        check_ack_ignored(rapid, "", 0);
        check_ack_ignored(rapid, "\x50\x01\x00", 3); /* no such option */
    }
END_TEST

static uint8_t option_80_in[16]; /* by message type: 1 = there, with length 0 */

static void note_rapid(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    dhcpperf_bytes value;
    int type = dhcpperf_msg_get_type(msg);

    if (dhcpperf_msg_get_option(msg, DHCPPERF_OPT_RAPID_COMMIT, &value) == 0) {
        ck_assert_uint_eq(value.len, 0);
        option_80_in[type] = 1;
    }
    unusual_first(f, pkt, msg);
}

START_TEST(k_089_rapid_commit_binds_at_once)
    {
        const dhcpperf_stats *s;
        dhcpperf_station st;
        fake f;

        play(DHCPPERF_ACK, "\x50\x00", 2);
        unusual.alone = 1;
        memset(option_80_in, 0, sizeof option_80_in);
        begin_with(&f, rapid, note_rapid, FAKE_S);
        st = fake_station(&f, 0);
        ck_assert_int_eq(st.state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(fake_num(st.server_id), f.server_id);
        ck_assert_uint_eq(st.bound_at, 5 * FAKE_MS);
        ck_assert_uint_eq(st.expires_at, f.lease_s * FAKE_S); /* from when the DISCOVER was sent */
        ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], 0);
        ck_assert_uint_eq(option_80_in[DHCPPERF_DISCOVER], 1);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_ANSWERED), 1);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_REQUEST, DHCPPERF_OUT_STARTED), 0);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_BOUND), 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_VIOLATIONS), 0);
        s = dhcpperf_client_stats(f.cli);
        ck_assert_uint_eq(
            dhcpperf_hist_max(dhcpperf_stats_hist(s, DHCPPERF_S_FULL_BIND, DHCPPERF_FROM_INTENDED)),
            5 * FAKE_MS);
        ck_assert_uint_eq(dhcpperf_hist_count(dhcpperf_stats_hist(s, DHCPPERF_S_DISCOVER_OFFER,
                                                                  DHCPPERF_FROM_INTENDED)),
                          0);
        fake_check_balance(&f, "rapid commit", 0);
        fake_fini(&f);
    }
END_TEST

START_TEST(k_089_an_offer_does_as_well)
    {
        fake f;

        play(DHCPPERF_OFFER, "", 0);
        unusual.alone = 1;
        memset(option_80_in, 0, sizeof option_80_in);
        begin_with(&f, rapid, note_rapid, FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], 1);
        ck_assert_uint_eq(option_80_in[DHCPPERF_REQUEST], 0); /* in the DISCOVER only */
        fake_fini(&f);
        memset(option_80_in, 0, sizeof option_80_in);
        begin_with(&f, NULL, note_rapid, FAKE_S);
        ck_assert_uint_eq(option_80_in[DHCPPERF_DISCOVER], 0);
        fake_fini(&f);
    }
END_TEST

/* An OFFER is held when the ACK of another server commits. */
START_TEST(k_089_a_commit_ends_the_wait_for_offers)
    {
        static const char *const settings[] = {"rapid-commit=true", "offer.wait=1s", NULL};
        fake f;

        playing = (decoy){.to = DHCPPERF_DISCOVER, .spoil = offer_of_another};
        begin_with(&f, settings, decoy_first, 500 * FAKE_MS);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_SELECTING);
        {
            dhcpperf_station st = fake_station(&f, 0);
            fake_reply r;

            memset(&r, 0, sizeof r);
            r.type = DHCPPERF_ACK;
            r.op = 2;
            r.xid = st.xid;
            r.htype = 1;
            r.hlen = 6;
            memcpy(r.chaddr, st.mac.b, 6);
            r.client_id[0] = 1;
            memcpy(r.client_id + 1, st.mac.b, 6);
            r.client_id_len = 7;
            r.yiaddr = 0x0a010099;
            r.server_id = 0x0a000009;
            r.lease_s = 60;
            memcpy(r.more, "\x50\x00", 2);
            r.more_len = 2;
            fake_answer(&f, &r, f.now + FAKE_MS);
        }
        fake_run(&f, 550 * FAKE_MS);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(fake_num(fake_station(&f, 0).ip), 0x0a010099);
        ck_assert_uint_eq(fake_num(fake_station(&f, 0).server_id), 0x0a000009);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_NOT_TAKEN), 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_VIOLATIONS), 0);
        fake_check_balance(&f, "commit", 0);
        fake_fini(&f);
    }
END_TEST

static const char *const no_ipv4[] = {"ipv6-only=true", NULL};

static int list_has_108[16]; /* by message type */

static void note_list(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    dhcpperf_bytes list;

    if (dhcpperf_msg_get_option(msg, DHCPPERF_OPT_PARAM_LIST, &list) == 0) {
        list_has_108[dhcpperf_msg_get_type(msg)] =
            memchr(list.data, DHCPPERF_OPT_IPV6_ONLY, list.len) != NULL;
    }
    unusual_first(f, pkt, msg);
}

START_TEST(k_090_option_108_stops_dhcp_for_a_while)
    {
        static const struct {
            const char *option;
            uint32_t yiaddr;
            dhcpperf_dur wait;
        } cases[] = {{"\x6c\x04\x00\x00\x00\x00", UINT32_MAX, 300 * FAKE_S},
                     {"\x6c\x04\x00\x00\x01\x2b", UINT32_MAX, 300 * FAKE_S},
                     {"\x6c\x04\x00\x00\x03\xe8", UINT32_MAX, 1000 * FAKE_S},
                     {"\x6c\x04\x00\x00\x03\xe8", 0, 1000 * FAKE_S}};
        fake f;

        play(DHCPPERF_OFFER, cases[_i].option, 6);
        unusual.alone = 1;
        unusual.yiaddr = cases[_i].yiaddr;
        begin_with(&f, no_ipv4, note_list, FAKE_S);
        ck_assert_int_eq(list_has_108[DHCPPERF_DISCOVER], 1);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_INIT);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_IPV6_ONLY), 1);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_ANSWERED), 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_VIOLATIONS), 0);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1); /* it rests, nothing is in flight */
        fake_run(&f, 5 * FAKE_MS + cases[_i].wait - 1);
        ck_assert_uint_eq(f.pulled[DHCPPERF_DISCOVER], 1);
        ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], 0);
        unusual.len = 0;
        unusual.yiaddr = UINT32_MAX;
        fake_run(&f, 5 * FAKE_MS + cases[_i].wait);
        ck_assert_uint_eq(f.pulled[DHCPPERF_DISCOVER], 2);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 0);
        fake_run(&f, f.now + FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        ck_assert_int_eq(list_has_108[DHCPPERF_REQUEST], 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_STARTED), 2);
        fake_check_balance(&f, "IPv6 only", _i);
        fake_fini(&f);
    }
END_TEST

/* Binds although an answer of that type holds the option. */
static void check_108_ignored(const char *const *settings, const char *option, size_t len)
{
    fake f;

    play(DHCPPERF_OFFER, option, len);
    unusual.alone = 1;
    begin_with(&f, settings, note_list, FAKE_S);
    ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
    ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_IPV6_ONLY), 0);
    fake_fini(&f);
}

static void ack_with_108(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        if (r.type == DHCPPERF_ACK) {
            memcpy(r.more, "\x6c\x04\x00\x00\x03\xe8", 6);
            r.more_len = 6;
        }
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

START_TEST(k_090_option_108_counts_only_where_it_was_asked_for)
    {
        fake f;

        check_108_ignored(NULL, "\x6c\x04\x00\x00\x03\xe8", 6);
        ck_assert_int_eq(list_has_108[DHCPPERF_DISCOVER], 0);
        check_108_ignored(no_ipv4, "\x6c\x02\x03\xe8", 4);
        check_108_ignored(no_ipv4, "\x6c\x05\x00\x00\x00\x03\xe8", 7);
        begin_with(&f, no_ipv4, ack_with_108, FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_IPV6_ONLY), 0);
        fake_fini(&f);
    }
END_TEST

START_TEST(k_090_an_ack_counts_while_rebooting)
    {
        fake f;

        begin_with(&f, no_ipv4, fake_serve, FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        f.serve = ack_with_108;
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_REBOOT), 0);
        fake_run(&f, 20 * FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_INIT);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_IPV6_ONLY), 1);
        ck_assert_uint_eq(fake_num(fake_station(&f, 0).ip), 0);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_REBOOT, DHCPPERF_OUT_ANSWERED), 1);
        fake_fini(&f);
    }
END_TEST

START_TEST(clients_that_rest_without_ipv4_make_room_and_stop)
    {
        const char *const settings[] = {"stations=5", "ipv6-only=true", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        dhcpperf_load *load;
        fake f;

        play(DHCPPERF_OFFER, "\x6c\x04\x00\x00\x03\xe8", 6);
        unusual.alone = 1;
        ck_assert_int_eq(dhcpperf_load_parse(&load, "closed 1", NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_load(c, load), 0);
        fake_init(&f, c);
        f.serve = unusual_first;
        fake_begin(&f, 10 * FAKE_S);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_IPV6_ONLY), 5);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        ck_assert_int_eq(dhcpperf_client_stop(f.cli, 2000 * FAKE_S, 0), 0);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_IDLE), 5);
        fake_run(&f, 5000 * FAKE_S);
        ck_assert_uint_eq(f.pulled[DHCPPERF_DISCOVER], 5);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_GAVE_UP), 0);
        fake_check_balance(&f, "resting", 0);
        fake_fini(&f);
        dhcpperf_load_free(load);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(k_047_a_bootp_reply_is_counted_or_a_lease_without_end)
    {
        static const char *const accept[] = {"bootp.accept=true", NULL};
        dhcpperf_station st;
        fake f;

        play(0, "", 0);
        begin_with(&f, NULL, unusual_first, 500 * FAKE_MS);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_SELECTING);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_BOOTP), 1);
        fake_run(&f, 2 * FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(fake_station(&f, 0).lease_s, f.lease_s);
        fake_check_balance(&f, "BOOTP refused", 0);
        fake_fini(&f);
        unusual.alone = 1;
        begin_with(&f, accept, unusual_first, 500 * FAKE_MS);
        st = fake_station(&f, 0);
        ck_assert_int_eq(st.state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(fake_num(st.ip), f.pool + 1);
        ck_assert_uint_eq(fake_num(st.server_id), 0x0a000007);
        ck_assert_uint_eq(st.lease_s, UINT32_MAX);
        ck_assert(st.t1_at == DHCPPERF_NEVER && st.expires_at == DHCPPERF_NEVER);
        ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], 0);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_BOOTP), 0);
        fake_check_balance(&f, "BOOTP taken", 0);
        fake_fini(&f);
        unusual.yiaddr = 0; /* says nothing */
        begin_with(&f, accept, unusual_first, 500 * FAKE_MS);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_UNUSABLE), 1);
        fake_fini(&f);
    }
END_TEST

/* -- who is meant ------------------------------------------------------------------------------ */

static int wrong_echo;

static void without_hlen(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        r.hlen = 0;
        r.htype = 32; /* InfiniBand, RFC 4390 */
        r.client_id[3] ^= (uint8_t)wrong_echo;
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

START_TEST(k_048_where_chaddr_cannot_tell_the_client_identifier_must_match)
    {
        fake f;

        wrong_echo = 1;
        begin_with(&f, NULL, without_hlen, 2 * FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_SELECTING);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_UNMATCHED), 1);
        fake_fini(&f);
        wrong_echo = 0;
        begin_with(&f, NULL, without_hlen, 2 * FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_UNMATCHED), 0);
        ck_assert_uint_eq(fake_violations(&f, "chaddr-changed"), 2); /* a server copies it */
        fake_check_balance(&f, "no chaddr", 0);
        fake_fini(&f);
    }
END_TEST

/* -- an xid for each try ----------------------------------------------------------------------- */

static struct {
    uint32_t xid[8];
    unsigned n, answer; /* which of them; n and beyond: none */
} copies;

static void answer_a_copy(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    if (dhcpperf_msg_get_type(msg) != DHCPPERF_DISCOVER) {
        fake_serve(f, pkt, msg);
        return;
    }
    ck_assert_uint_lt(copies.n, 8);
    copies.xid[copies.n++] = dhcpperf_msg_get_xid(msg);
    if (copies.n == 3 && fake_prepare(f, msg, &r)) {
        r.xid = copies.xid[copies.answer];
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

START_TEST(k_068_each_copy_of_a_discover_may_have_an_xid_of_its_own)
    {
        static const char *const settings[] = {"xid.per-try=true", NULL};
        fake f;

        memset(&copies, 0, sizeof copies);
        copies.answer = (unsigned)_i; /* the latest is 2 */
        begin_with(&f, settings, answer_a_copy, 15 * FAKE_S);
        ck_assert_uint_eq(copies.n, 3);
        ck_assert(copies.xid[0] != copies.xid[1] && copies.xid[1] != copies.xid[2] &&
                  copies.xid[0] != copies.xid[2]);
        ck_assert_int_eq(fake_station(&f, 0).state,
                         _i == 2 ? DHCPPERF_ST_BOUND : DHCPPERF_ST_SELECTING);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_UNMATCHED), _i == 2 ? 0 : 1);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_STARTED), 1);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_RETRANSMITS), 2);
        ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], _i == 2 ? 1 : 0);
        fake_check_balance(&f, "copies", _i);
        fake_fini(&f);
    }
END_TEST

/* By default all copies are one to the server, and any answer counts. */
START_TEST(k_068_otherwise_all_copies_share_one_xid)
    {
        fake f;

        memset(&copies, 0, sizeof copies);
        begin_with(&f, NULL, answer_a_copy, 15 * FAKE_S);
        ck_assert_uint_eq(copies.n, 3);
        ck_assert(copies.xid[0] == copies.xid[1] && copies.xid[1] == copies.xid[2]);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        fake_fini(&f);
    }
END_TEST

/* -- FORCERENEW -------------------------------------------------------------------------------- */

static const char secret[] = "sixteen octets!!";

/* A real check: HMAC-MD5 over what the library says. */
static int check_mac(void *user, uint32_t station, const dhcpperf_msg *msg)
{
    uint8_t input[FAKE_MAX_LEN], want[MD5_LEN];
    unsigned *calls = user;
    dhcpperf_auth a;
    size_t n;

    ck_assert_uint_eq(station, 1);
    (*calls)++;
    if (dhcpperf_msg_get_auth(msg, &a) != 0 ||
        dhcpperf_msg_get_auth_input(msg, input, sizeof input, &n) != 0) {
        return 0;
    }
    hmac_md5(secret, strlen(secret), input, n, want);
    return memcmp(want, a.mac.data, MD5_LEN) == 0;
}

/* FORCERENEW for station 1 with an xid of the server's own; `sign` adds a true MAC. */
static void force(fake *f, uint32_t to, int sign, uint32_t server)
{
    dhcpperf_station st = fake_station(f, 1);
    uint8_t input[FAKE_MAX_LEN], auth[] = {90, 28, 3, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2};
    fake_reply r;
    size_t n;

    memset(&r, 0, sizeof r);
    r.type = DHCPPERF_FORCERENEW;
    r.op = 2;
    r.xid = 0x0badcafe;
    r.htype = 1;
    r.hlen = 6;
    memcpy(r.chaddr, st.mac.b, 6);
    r.server_id = server;
    r.min_len = 300;
    r.to = to;
    memcpy(r.more, auth, sizeof auth);
    r.more_len = sizeof auth + MD5_LEN;
    if (sign) {
        fake_answer(f, &r, f->now + 3600 * FAKE_S); /* to have its octets */
        ck_assert_int_eq(dhcpperf_msg_parse(f->msg, f->heap[0].data, f->heap[0].len,
                                            DHCPPERF_PARSE_LENIENT, NULL),
                         0);
        ck_assert_int_eq(dhcpperf_msg_get_auth_input(f->msg, input, sizeof input, &n), 0);
        hmac_md5(secret, strlen(secret), input, n, r.more + sizeof auth);
        f->n = 0;
    }
    fake_answer(f, &r, f->now + FAKE_MS);
    fake_run(f, f->now + 10 * FAKE_MS);
}

static void three_bound(fake *f, unsigned *calls)
{
    static const char *const settings[] = {"stations=3", NULL};
    dhcpperf_client_config *c = fake_config(settings);

    if (calls != NULL) {
        ck_assert_int_eq(dhcpperf_client_config_set_authenticate(c, check_mac, calls), 0);
    }
    fake_init(f, c);
    dhcpperf_client_config_free(c);
    fake_begin(f, FAKE_S);
    ck_assert_uint_eq(dhcpperf_client_count_in(f->cli, DHCPPERF_ST_BOUND), 3);
    ck_assert_uint_eq(f->pulled[DHCPPERF_REQUEST], 3);
}

START_TEST(k_091_forcerenew_is_ignored_unless_authentic)
    {
        unsigned calls = 0;
        fake f;

        three_bound(&f, NULL);
        force(&f, f.pool + 2, 1, f.server_id); /* nobody could vouch for it */
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_UNAUTHENTIC), 1);
        ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], 3);
        fake_check_balance(&f, "no function", 0);
        fake_fini(&f);

        three_bound(&f, &calls);
        force(&f, f.pool + 2, 0, f.server_id);
        ck_assert_uint_eq(calls, 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_UNAUTHENTIC), 1);
        force(&f, UINT32_MAX, 1, f.server_id); /* broadcast */
        force(&f, 0xe0000001, 1, f.server_id); /* multicast */
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_UNAUTHENTIC), 3);
        force(&f, f.pool + 2, 1, f.server_id + 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_WRONG_SERVER), 1);
        ck_assert_uint_eq(calls, 1);
        ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], 3);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 3);
        fake_check_balance(&f, "ignored", 0);
        fake_fini(&f);
    }
END_TEST

START_TEST(k_091_an_authentic_forcerenew_renews)
    {
        unsigned calls = 0;
        fake f;

        three_bound(&f, &calls);
        force(&f, f.pool + 2, 1, f.server_id);
        ck_assert_uint_eq(calls, 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_FORCED), 1);
        ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], 4);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RENEWED), 1);
        ck_assert_int_eq(fake_station(&f, 1).state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(fake_station(&f, 1).expires_at,
                          FAKE_S + FAKE_MS + f.lease_s * FAKE_S); /* from the renewal */
        fake_check_balance(&f, "renewed", 0);
        /* A station without a lease has nothing to renew. */
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 1, DHCPPERF_DO_VANISH), 0);
        force(&f, f.pool + 2, 1, f.server_id);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_UNMATCHED), 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_FORCED), 1);
        fake_check_balance(&f, "no lease", 0);
        fake_fini(&f);
    }
END_TEST

/* -- what a station of another shard, or one that only looks, makes of it -----------------------
 */

START_TEST(a_forcerenew_goes_to_the_shard_of_its_hardware_address)
    {
        static const char *const halves[2][4] = {
            {"stations=256", "shard.of=2", "shard.index=0", NULL},
            {"stations=256", "shard.of=2", "shard.index=1", NULL}};
        unsigned calls = 0;
        int k;

        for (k = 0; k < 2; k++) {
            dhcpperf_client_config *c = fake_config(halves[k]);
            uint8_t data[300] = {2, 1, 6, 0, 0x0b, 0xad, 0xca, 0xfe, [30] = 0};
            dhcpperf_pkt pkt;
            uint32_t i;
            fake f;

            ck_assert_int_eq(dhcpperf_client_config_set_authenticate(c, check_mac, &calls), 0);
            fake_init(&f, c);
            memcpy(data + 236, "\x63\x82\x53\x63\x35\x01\x09\xff", 8);
            memset(&pkt, 0, sizeof pkt);
            pkt.data = data;
            pkt.len = pkt.cap = sizeof data;
            for (i = 0; i < 256; i++) { /* runs of 64 are dealt out in turn */
                data[28] = 2;
                data[33] = (uint8_t)i;
                ck_assert_msg(dhcpperf_engine_owner(f.e, &pkt) == (int)(i / 64 % 2),
                              "shard %d, station %u", k, (unsigned)i);
            }
            fake_fini(&f);
            dhcpperf_client_config_free(c);
        }
    }
END_TEST

START_TEST(a_forcerenew_while_renewing_is_a_duplicate)
    {
        unsigned calls = 0;
        fake f;

        three_bound(&f, &calls);
        f.latency = 100 * FAKE_MS;
        force(&f, f.pool + 2, 1, f.server_id);
        ck_assert_int_eq(fake_station(&f, 1).state, DHCPPERF_ST_RENEWING);
        f.n = 0; /* the ACK is lost */
        force(&f, f.pool + 2, 1, f.server_id);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_DUPLICATE), 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_FORCED), 1);
        ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], 4);
        fake_check_balance(&f, "twice", 0);
        fake_fini(&f);
    }
END_TEST

START_TEST(who_wants_an_offer_alone_takes_nothing_else)
    {
        static const char *const settings[] = {"rapid-commit=true", "ipv6-only=true",
                                               "bootp.accept=true", "offer.wait=1s", NULL};
        static const struct {
            int type;
            const char *options;
            size_t len;
        } cases[] = {{DHCPPERF_OFFER, "", 0},
                     {DHCPPERF_OFFER, "\x6c\x04\x00\x00\x03\xe8", 6},
                     {DHCPPERF_ACK, "\x50\x00", 2},
                     {0, "", 0}};
        dhcpperf_client_config *c = fake_config(settings);
        dhcpperf_load *load;
        fake f;

        play(cases[_i].type, cases[_i].options, cases[_i].len);
        unusual.alone = 1;
        ck_assert_int_eq(dhcpperf_load_parse(&load, "pause 1000h", NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_load(c, load), 0);
        fake_init(&f, c);
        f.serve = unusual_first;
        fake_begin(&f, 0);
        ck_assert_int_eq(dhcpperf_client_do(f.cli, 0, DHCPPERF_DO_DISCOVER), 0);
        fake_run(&f, 3000 * FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_IDLE);
        ck_assert_uint_eq(f.pulled[DHCPPERF_DISCOVER], 1);
        ck_assert_uint_eq(f.pulled[DHCPPERF_REQUEST], 0);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_ANSWERED), 1);
        fake_check_balance(&f, "only an OFFER", _i);
        fake_fini(&f);
        dhcpperf_load_free(load);
        dhcpperf_client_config_free(c);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, k_030_an_offer_of_another_xid_is_discarded);
    tcase_add_test(tc, k_031_an_offer_for_another_chaddr_is_discarded);
    tcase_add_test(tc, k_032_an_offer_that_is_no_reply_is_discarded);
    tcase_add_test(tc, k_033_an_answer_without_a_server_is_unusable);
    tcase_add_test(tc, k_034_ack_and_nak_are_discarded_while_selecting);
    tcase_add_test(tc, k_035_malformed_replies_are_counted_and_survived);
    tcase_add_test(tc, k_038_an_offer_without_lease_or_address_is_unusable);
    tcase_add_test(tc, k_039_offers_are_discarded_while_requesting);
    tcase_add_test(tc, k_040_after_an_ack_of_another_xid_the_client_asks_again);
    tcase_add_test(tc, k_041_an_ack_for_another_chaddr_is_discarded);
    tcase_add_test(tc, k_042_an_ack_of_a_server_not_selected_is_ignored);
    tcase_add_test(tc, k_043_an_ack_that_is_no_reply_is_ignored);
    tcase_add_test(tc, k_045_overloaded_and_split_options_are_understood);
    tcase_add_test(tc, k_046_replies_up_to_the_announced_size_are_accepted);
    tcase_add_loop_test(tc, k_036_server_and_address_are_of_one_offer, 0, CHOICES);
    tcase_add_loop_test(tc, k_037_one_server_is_selected_by_the_policy, 0, CHOICES);
    tcase_add_test(tc, k_037_the_previous_address_is_preferred);
    tcase_add_test(tc, an_offer_that_comes_twice_is_a_duplicate);
    tcase_add_loop_test(tc, what_ends_the_wait_for_offers_leaves_nothing_behind, 0, 3);
    tcase_add_test(tc, a_preferred_server_must_have_a_name);
    tcase_add_test(tc, k_044_an_ack_to_a_discover_needs_rapid_commit_on_both_sides);
    tcase_add_test(tc, k_089_rapid_commit_binds_at_once);
    tcase_add_test(tc, k_089_an_offer_does_as_well);
    tcase_add_test(tc, k_089_a_commit_ends_the_wait_for_offers);
    tcase_add_loop_test(tc, k_090_option_108_stops_dhcp_for_a_while, 0, 4);
    tcase_add_test(tc, k_090_option_108_counts_only_where_it_was_asked_for);
    tcase_add_test(tc, k_090_an_ack_counts_while_rebooting);
    tcase_add_test(tc, clients_that_rest_without_ipv4_make_room_and_stop);
    tcase_add_test(tc, k_047_a_bootp_reply_is_counted_or_a_lease_without_end);
    tcase_add_test(tc, k_048_where_chaddr_cannot_tell_the_client_identifier_must_match);
    tcase_add_loop_test(tc, k_068_each_copy_of_a_discover_may_have_an_xid_of_its_own, 0, 3);
    tcase_add_test(tc, k_068_otherwise_all_copies_share_one_xid);
    tcase_add_test(tc, a_forcerenew_goes_to_the_shard_of_its_hardware_address);
    tcase_add_test(tc, a_forcerenew_while_renewing_is_a_duplicate);
    tcase_add_loop_test(tc, who_wants_an_offer_alone_takes_nothing_else, 0, 4);
    tcase_add_test(tc, k_091_forcerenew_is_ignored_unless_authentic);
    tcase_add_test(tc, k_091_an_authentic_forcerenew_renews);
    tcase_add_test(tc, k_049_the_parameters_are_those_of_the_ack);
}

HARNESS_MAIN("conformance/client_reception", tests)
