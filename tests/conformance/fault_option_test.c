/* SPDX-License-Identifier: MIT */
/* fault_option_test.c - a server that gets the options of its replies wrong, or their octets: F-015
 * to F-026, F-032, F-034 and F-037.  Each case is compared octet by octet with what the server says
 * otherwise. */
#include <stdio.h>
#include <string.h>

#include "support/faulted.h"

#define OFFERS (SAID(OFFER) | SAID(OTHER_OFFER) | SAID(RELAYED))
#define TAKEN  (SAID(ACK) | SAID(RELAYED_ACK))
#define ACKS   (TAKEN | SAID(RENEW) | SAID(REBIND) | SAID(REBOOT))
#define INFORM SAID(INFORM)
#define NAK    SAID(NAK)
#define ALL    ((1u << SAID_ALL) - 1)

START_TEST(f_015_the_message_type_is_wrong)
    {
        static const fault_case cases[] = {
            {"drop option 53 on offer", OFFERS, "-53"},
            {"set option 53 = hex: on ack", ACKS, "53="},
            {"set option 53 = hex:0505 on inform-ack", INFORM, "53=0505"},
            {"set option 53 = hex:00 on offer", OFFERS, "53=00"},
            {"set option 53 = hex:09 on nak", NAK, "53=09"},
            {"set option 53 = hex:ff on select-ack", TAKEN, "53=ff"},
            {"set option 53 = ACK on offer", OFFERS, "53=05"},
        };

        CASES(cases);
    }
END_TEST

START_TEST(f_016_the_server_identifier_is_wrong)
    {
        static const fault_case cases[] = {
            {"drop option 54 on offer", OFFERS, "-54"},
            {"set option 54 = 0.0.0.0 on offer", OFFERS, "54=00000000"},
            {"set option 54 = broadcast on offer", OFFERS, "54=0a0000ff"},
            {"set option 54 = 255.255.255.255 on ack", ACKS, "54=ffffffff"},
            {"set option 54 = hex:0a0000 on nak", NAK, "54=0a0000"},
            {"set option 54 = hex:0a00000100 on offer", OFFERS, "54=0a00000100"},
            {"set option 54 = 10.0.0.2 on select-ack", TAKEN, "54=0a000002"},
        };

        CASES(cases);
    }
END_TEST

START_TEST(f_017_the_lease_time_is_wrong)
    {
        static const fault_case cases[] = {
            {"drop option 51 on offer, ack", OFFERS | ACKS, "-51"},
            {"set option 51 = 0 on offer", OFFERS, "51=00000000"},
            {"set option 51 = 1s on select-ack", TAKEN, "51=00000001"},
            {"set option 51 = infinite on ack", ACKS, "51=ffffffff"},
            {"set option lease-time = hex:000e10 on offer", OFFERS, "51=000e10"},
        };

        CASES(cases);
    }
END_TEST

START_TEST(f_018_t1_and_t2_are_wrong)
    {
        static const fault_case cases[] = {
            {"drop option 58, drop option 59 on ack", ACKS, "-58 -59"},
            {"set option 58 = 50m, set option 59 = 40m on ack", ACKS, "58=00000bb8 59=00000960"},
            {"set option 59 = 2000h on select-ack", TAKEN, "59=006ddd00"},
            {"set option 58 = 0, set option 59 = 0 on ack", ACKS, "58=00000000 59=00000000"},
        };

        CASES(cases);
    }
END_TEST

#define SIX   "c0000201c0000202c0000203c0000204c0000205c0000206"
#define NINES SIX SIX SIX SIX SIX SIX SIX SIX SIX SIX "c0000201c0000202c0000203"

START_TEST(f_019_parameters_are_missing_or_of_impossible_length)
    {
        static const fault_case cases[] = {
            {"drop option 1 on offer", OFFERS, "-1"},
            {"drop option 3, drop option 6, drop option 15 on ack", ACKS, "-3 -6 -15"},
            {"set option 1 = hex:ffff on offer", OFFERS, "1=ffff"},
            {"set option 3 = hex:0a00000101 on inform-ack", INFORM, "3=0a00000101"},
            {"truncate option 6 0 on ack", ACKS, "6="},
            {"set option 15 = hex: on ack", ACKS, "15="},
            {"set option 6 = hex:" NINES " on renew-ack", SAID(RENEW), "6=" NINES},
        };

        CASES(cases);
    }
END_TEST

/* Bits in which two messages of one length differ. */
static unsigned bits_apart(const heard *a, const heard *b)
{
    unsigned n = 0;
    size_t i;

    ck_assert_uint_eq(a->len, b->len);
    for (i = 0; i < a->len; i++) {
        n += (unsigned)__builtin_popcount(a->bytes[i] ^ b->bytes[i]);
    }
    return n;
}

START_TEST(f_020_the_clients_identifier_comes_back_wrong_or_not)
    {
        static const fault_case cases[] = {
            {"drop option 61 on offer", SAID(OFFER), "-61"},
            {"set option 61 = hex:0102030405060709 on ack", ACKS, "61=0102030405060709"},
        };
        const faulted *plain, *got;

        CASES(cases);
        plain = fault_case_play(NULL);
        got = fault_case_play("flip option 61 bits 5 on renew-ack");
        ck_assert_uint_eq(got->t.xid, 1);
        ck_assert_uint_eq(bits_apart(&got->at[SAID_RENEW], &plain->at[SAID_RENEW]), 5);
        faulted_repeats("flip option 61 bits 5 on renew-ack", faulted_converse);
    }
END_TEST

START_TEST(f_021_option_82_comes_back_wrong)
    {
        static const fault_case cases[] = {
            {"drop option 82 on offer", SAID(RELAYED), "-82"},
            {"set option 82 = hex:020372656d010463697266 on ack relay=10.0.0.0/8",
             SAID(RELAYED_ACK), "82=020372656d010463697266"},
            {"truncate option 82 7 on offer", SAID(RELAYED), "82=020372656d0104"},
            {"append option 82 copy on ack", SAID(RELAYED_ACK), "+82=020372656d010463697263"},
            {"move option 82 first on offer", SAID(RELAYED), "^82"},
            {"sort option 82 on ack", SAID(RELAYED_ACK), "82=010463697263020372656d"},
            {"append option 82 = hex:010141 on offer nth=1", SAID(OFFER), "+82=010141"},
        };

        CASES(cases);
    }
END_TEST

/* All options but one, with what they say, in the order of their codes. */
static void list_options(const heard *h, unsigned except, char *buf, size_t cap)
{
    dhcpperf_bytes value;
    dhcpperf_msg *m;
    unsigned code;
    size_t i;

    ck_assert_int_eq(dhcpperf_msg_new(&m, NULL), 0);
    ck_assert_int_eq(dhcpperf_msg_parse(m, h->bytes, h->len, DHCPPERF_PARSE_LENIENT, NULL), 0);
    buf[0] = '\0';
    for (code = 1; code < 255; code++) {
        if (code == except || dhcpperf_msg_get_option(m, (uint8_t)code, &value) != 0) {
            continue;
        }
        snprintf(buf + strlen(buf), cap - strlen(buf), "%u:", code);
        for (i = 0; i < value.len; i++) {
            snprintf(buf + strlen(buf), cap - strlen(buf), "%02x", value.data[i]);
        }
    }
    dhcpperf_msg_free(m);
}

/* Who understands overload finds all options, some of them in the fields. */
static void is_overloaded(const char *plan, unsigned value)
{
    const faulted *plain = fault_case_play(NULL), *got = fault_case_play(plan);
    const heard *was = &plain->at[SAID_ACK], *is = &got->at[SAID_ACK];
    char want[2048], have[2048];

    list_options(was, 52, want, sizeof want);
    list_options(is, 52, have, sizeof have);
    ck_assert_str_eq(have, want);
    ck_assert_int_eq(is->bytes[108] != 0, (value & 1) != 0);
    ck_assert_int_eq(is->bytes[44] != 0, (value & 2) != 0);
    ck_assert_uint_eq(got->t.xid, 1);
    faulted_repeats(plan, faulted_converse);
}

START_TEST(f_022_options_are_overloaded_or_said_to_be)
    {
        static const fault_case cases[] = {
            {"set option 52 = hex:00 on offer", OFFERS, "+52=00"},
            {"set option 52 = hex:04 on ack", ACKS, "+52=04"},
            {"set option 52 = hex:ff on ack", ACKS, "+52=ff"},
            {"set option 52 = hex:01, set file = hex:0c03616263 on offer", OFFERS,
             "+52=01 @108=0c03616263"},
        };

        CASES(cases);
        is_overloaded("overload file on select-ack nth=1", 1);
        is_overloaded("overload sname on select-ack nth=1", 2);
        is_overloaded("overload both on select-ack nth=1", 3);
    }
END_TEST

START_TEST(f_023_options_of_requests_are_in_replies)
    {
        static const fault_case cases[] = {
            {"append option 55 = hex:01031c on offer", OFFERS, "+55=01031c"},
            {"append option 57 = 1500 on ack", ACKS, "+57=05dc"},
            {"append option 50 = own on select-ack nth=1", SAID(ACK), "+50=0a00000a"},
        };

        CASES(cases);
    }
END_TEST

START_TEST(f_024_the_text_of_a_nak_is_long_or_not_printable)
    {
        static const fault_case cases[] = {
            {"set option 56 = \"\\x1b[2J\\x0d\\x0a\" on nak", NAK, "56=1b5b324a0d0a"},
            {"set option 56 = hex:00ff80 on nak", NAK, "56=00ff80"},
        };
        char plan[700], change[700];
        fault_case full = {plan, NAK, change};

        CASES(cases);
        snprintf(plan, sizeof plan, "set option 56 = hex:%0510u on nak", 7);
        snprintf(change, sizeof change, "56=%0510u", 7);
        fault_case_holds(&full); /* 255 octets */
    }
END_TEST

/* The last option says that it is longer than the message. */
static void overruns(void)
{
    const faulted *plain = fault_case_play(NULL), *got = fault_case_play("overrun on offer nth=1");
    const heard *was = &plain->at[SAID_OFFER], *is = &got->at[SAID_OFFER];
    dhcpperf_msg *m;
    size_t last = is->len - 2;

    ck_assert_uint_lt(is->len, was->len);
    while (was->bytes[last] != 61) { /* the client's identifier is last */
        last--;
    }
    assert_mem_eq(is->bytes, was->bytes, last + 1);
    ck_assert_uint_eq(is->bytes[last + 1], 255);
    assert_mem_eq(is->bytes + last + 2, was->bytes + last + 2, is->len - last - 2);
    ck_assert_int_eq(dhcpperf_msg_new(&m, NULL), 0);
    ck_assert_int_eq(dhcpperf_msg_parse(m, is->bytes, is->len, DHCPPERF_PARSE_LENIENT, NULL),
                     DHCPPERF_E_TRUNCATED);
    dhcpperf_msg_free(m);
    ck_assert_uint_eq(got->t.xid, 1);
    faulted_repeats("overrun on offer nth=1", faulted_converse);
}

START_TEST(f_025_the_options_area_is_laid_out_wrong)
    {
        static const fault_case cases[] = {
            {"drop end on offer", OFFERS, "noend"},
            {"append octets hex:ff01020304 on ack", ACKS, "tail=ff01020304"},
            {"append option 51 = 30s on offer", OFFERS, "+51=0000001e"},
            {"split option 61 3 on ack", ACKS & ~SAID(RELAYED_ACK), "split=61/3"},
            {"append option 224 = hex:abcdef on offer", OFFERS, "+224=abcdef"},
            {"pad 2 on ack", ACKS, "pads=2"},
        };

        CASES(cases);
        overruns();
    }
END_TEST

START_TEST(f_026_the_message_has_an_unusual_length)
    {
        static const fault_case cases[] = {
            {"truncate 240 on offer", OFFERS, "len=240"},
            {"size 290 on nak", NAK, "size=290"},
            {"size 576 on offer", OFFERS, "size=576"},
            {"size 1472 on ack", ACKS, "size=1472"},
        };

        CASES(cases);
    }
END_TEST

START_TEST(f_032_an_inform_is_answered_as_if_there_were_a_lease)
    {
        static const fault_case cases[] = {
            {"set option 51 = 0 on inform-ack", INFORM, "+51=00000000"},
            {"set yiaddr = 10.0.0.66 on inform-ack", INFORM, "@16=0a000042"},
        };
        static faulted f;

        CASES(cases);
        faulted_prepare(&f, "drop on inform-ack");
        faulted_open(&f);
        faulted_converse(&f);
        ck_assert_uint_eq(f.n, SAID_ALL - 1);
        FAULTS(&f, 1);
        ck_assert_uint_eq(talk_counter(&f.t, DHCPPERF_C_DROP_FAULT), 1);
        ck_assert_uint_eq(talk_exchange(&f.t, DHCPPERF_X_INFORM, DHCPPERF_OUT_UNANSWERED), 1);
        faulted_close(&f);
        faulted_repeats("drop on inform-ack", faulted_converse);
    }
END_TEST

static void discover_twice(faulted *f)
{
    ASK(f, .type = DHCPPERF_DISCOVER, .client = 1, .list = "1");
    ASK(f, .type = DHCPPERF_DISCOVER, .client = 1, .list = "1", .more = "5000");
}

START_TEST(f_034_a_discover_is_answered_by_an_ack_or_an_offer_says_so)
    {
        static const fault_case cases[] = {
            {"append option 80 = hex: on offer", OFFERS, "+80="},
        };
        static faulted f;

        CASES(cases);
        faulted_prepare(&f, "commit"); /* nobody has asked, or there is no option 80 */
        faulted_open(&f);
        discover_twice(&f);
        ck_assert_uint_eq(f.n, 2);
        SAYS(&f, 0, "ACK yiaddr=10.0.0.10 51=3600 !80");
        SAYS(&f, 1, "ACK yiaddr=10.0.0.10 51=3600 !80");
        ck_assert_uint_eq(dhcpperf_server_count(f.t.server, DHCPPERF_LEASE_BOUND), 1);
        FAULTS(&f, 2);
        faulted_close(&f);
        faulted_repeats("commit", discover_twice);
        faulted_prepare(&f, "commit; append option 80 = hex: on rapid-ack");
        faulted_open(&f);
        discover_twice(&f);
        SAYS(&f, 0, "ACK +80");
        FAULTS(&f, 4);
        faulted_close(&f);
        faulted_prepare(&f, "commit count=1"); /* and no longer than that */
        faulted_open(&f);
        discover_twice(&f);
        SAYS(&f, 0, "ACK !80");
        SAYS(&f, 1, "OFFER");
        faulted_close(&f);
    }
END_TEST

START_TEST(f_037_bits_flip_and_messages_end_anywhere)
    {
        const faulted *plain, *got;
        char plan[64];
        unsigned k;

        plain = fault_case_play(NULL);
        for (k = 1; k <= 64; k += 9) {
            snprintf(plan, sizeof plan, "flip bits %u on renew-ack", k);
            got = fault_case_play(plan);
            ck_assert_uint_eq(bits_apart(&got->at[SAID_RENEW], &plain->at[SAID_RENEW]), k);
            ck_assert_uint_eq(got->t.xid, 1);
            faulted_repeats(plan, faulted_converse);
        }
        for (k = 0; k < plain->at[SAID_ACK].len; k += 13) {
            fault_case c = {plan, SAID(ACK), NULL};
            char change[32];

            snprintf(plan, sizeof plan, "truncate %u on select-ack nth=1", k);
            snprintf(change, sizeof change, "len=%u", k);
            c.change = change;
            fault_case_holds(&c);
        }
        got = fault_case_play("truncate random on any-reply");
        for (k = 0; k < SAID_ALL; k++) {
            ck_assert_uint_lt(got->at[k].len, plain->at[k].len);
            assert_mem_eq(got->at[k].bytes, plain->at[k].bytes, got->at[k].len);
        }
        ck_assert_uint_ne(got->at[0].len, got->at[1].len);
        faulted_repeats("truncate random on any-reply p=0.5", faulted_converse);
        faulted_repeats("flip bits 3 on any-reply p=0.5", faulted_converse);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, f_015_the_message_type_is_wrong);
    tcase_add_test(tc, f_016_the_server_identifier_is_wrong);
    tcase_add_test(tc, f_017_the_lease_time_is_wrong);
    tcase_add_test(tc, f_018_t1_and_t2_are_wrong);
    tcase_add_test(tc, f_019_parameters_are_missing_or_of_impossible_length);
    tcase_add_test(tc, f_020_the_clients_identifier_comes_back_wrong_or_not);
    tcase_add_test(tc, f_021_option_82_comes_back_wrong);
    tcase_add_test(tc, f_022_options_are_overloaded_or_said_to_be);
    tcase_add_test(tc, f_023_options_of_requests_are_in_replies);
    tcase_add_test(tc, f_024_the_text_of_a_nak_is_long_or_not_printable);
    tcase_add_test(tc, f_025_the_options_area_is_laid_out_wrong);
    tcase_add_test(tc, f_026_the_message_has_an_unusual_length);
    tcase_add_test(tc, f_032_an_inform_is_answered_as_if_there_were_a_lease);
    tcase_add_test(tc, f_034_a_discover_is_answered_by_an_ack_or_an_offer_says_so);
    tcase_add_test(tc, f_037_bits_flip_and_messages_end_anywhere);
}

HARNESS_MAIN("conformance/fault_option", tests)
