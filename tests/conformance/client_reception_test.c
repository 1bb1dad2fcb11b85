/* SPDX-License-Identifier: MIT */
/* client_reception_test.c - which arrivals a client believes, each test named after its
 * requirement: it feeds what must not be believed and looks at the counter that shows it. */
#include <libdhcpperf/client.h>

#include <stdio.h>
#include <string.h>

#include "support/harness.h"
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
    tcase_add_test(tc, k_049_the_parameters_are_those_of_the_ack);
}

HARNESS_MAIN("conformance/client_reception", tests)
