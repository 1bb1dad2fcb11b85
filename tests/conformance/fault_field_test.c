/* SPDX-License-Identifier: MIT */
/* fault_field_test.c - a server that gets the fixed part of its replies wrong: F-004 to F-014. Each
 * case is compared octet by octet with what the server says otherwise. */
#include <string.h>

#include "support/faulted.h"

#define OFFERS (SAID(OFFER) | SAID(OTHER_OFFER) | SAID(RELAYED))
#define ACKS   (SAID(ACK) | SAID(RENEW) | SAID(REBIND) | SAID(REBOOT) | SAID(RELAYED_ACK))
#define ALL    ((1u << SAID_ALL) - 1)

START_TEST(f_004_op_is_wrong)
    {
        static const fault_case cases[] = {
            {"set op = 0 on offer", OFFERS, "@0=00"},
            {"set op = 1 on ack", ACKS, "@0=01"},
            {"set op = 3 on any-reply", ALL, "@0=03"},
        };

        CASES(cases);
    }
END_TEST

START_TEST(f_005_the_hardware_type_and_length_are_wrong)
    {
        static const fault_case cases[] = {
            {"set htype = 6 on offer", OFFERS, "@1=06"},
            {"set hlen = 0 on offer", OFFERS, "@2=00"},
            {"set hlen = 17 on select-ack", SAID(ACK) | SAID(RELAYED_ACK), "@2=11"},
            {"set hlen = 255 on nak", SAID(NAK), "@2=ff"},
        };

        CASES(cases);
    }
END_TEST

START_TEST(f_006_hops_and_secs_are_not_zero)
    {
        static const fault_case cases[] = {
            {"set hops = 3 on offer", OFFERS, "@3=03"},
            {"set secs = 258 on ack", ACKS, "@8=0102"},
            {"set hops = 255, set secs = 65535 on inform-ack", SAID(INFORM), "@3=ff @8=ffff"},
        };

        CASES(cases);
    }
END_TEST

START_TEST(f_007_the_transaction_is_another)
    {
        static const fault_case cases[] = {
            {"set xid = +1 on offer nth=1", SAID(OFFER), "@4=00000002"},
            {"set xid = 0 on nak", SAID(NAK), "@4=00000000"},
            /* the latest transaction of another client: of client 1's INFORM */
            {"set xid = other on offer nth=2", SAID(OTHER_OFFER), "@4=00000006"},
        };
        const faulted *plain, *got;

        CASES(cases);
        plain = fault_case_play(NULL);
        got = fault_case_play("set xid = random on renew-ack");
        ck_assert_uint_eq(got->at[SAID_RENEW].len, plain->at[SAID_RENEW].len);
        assert_mem_eq(got->at[SAID_RENEW].bytes, plain->at[SAID_RENEW].bytes, 4);
        ck_assert_int_ne(memcmp(got->at[SAID_RENEW].bytes + 4, plain->at[SAID_RENEW].bytes + 4, 4),
                         0);
        assert_mem_eq(got->at[SAID_RENEW].bytes + 8, plain->at[SAID_RENEW].bytes + 8,
                      plain->at[SAID_RENEW].len - 8);
        faulted_repeats("set xid = random on renew-ack", faulted_converse);
    }
END_TEST

START_TEST(f_008_flags_are_inverted_or_reserved)
    {
        static const fault_case cases[] = {
            {"set flags = 0x8000 on offer", OFFERS, "@10=8000"},
            {"set flags = 1 on ack", ACKS, "@10=0001"},
            {"set flags = 0x7fff on nak", SAID(NAK), "@10=7fff"},
        };

        CASES(cases);
    }
END_TEST

START_TEST(f_009_an_offer_has_a_ciaddr)
    {
        static const fault_case cases[] = {
            {"set ciaddr = 10.0.0.77 on offer", OFFERS, "@12=0a00004d"},
        };

        CASES(cases);
    }
END_TEST

START_TEST(f_010_yiaddr_is_nobodys_or_another_clients)
    {
        static const fault_case cases[] = {
            {"set yiaddr = 0.0.0.0 on offer", OFFERS, "@16=00000000"},
            {"set yiaddr = broadcast on offer", OFFERS, "@16=0a0000ff"},
            {"set yiaddr = network on ack", ACKS, "@16=0a000000"},
            {"set yiaddr = other on offer nth=3", SAID(RELAYED),
             "@16=00000000"}, /* a NAK has none */
            {"set yiaddr = +1 on select-ack nth=1", SAID(ACK), "@16=0a00000b"},
        };

        CASES(cases);
    }
END_TEST

#define A32 "4141414141414141414141414141414141414141414141414141414141414141"

START_TEST(f_011_the_boot_server_and_its_file_are_wrong)
    {
        static const fault_case cases[] = {
            {"set siaddr = 192.0.2.66 on offer", OFFERS, "@20=c0000242"},
            {"set sname = \"boot.example\" on ack", ACKS, "@44=626f6f742e6578616d706c65"},
            {"set sname = hex:" A32 A32 " on offer", OFFERS, "@44=" A32 A32},
            {"set file = hex:" A32 A32 A32 A32 " on offer", OFFERS, "@108=" A32 A32 A32 A32},
        };

        CASES(cases);
    }
END_TEST

START_TEST(f_012_the_relay_agent_is_another)
    {
        static const fault_case cases[] = {
            {"set giaddr = 0.0.0.0 on offer relay=10.0.0.0/24", SAID(RELAYED), "@24=00000000"},
            {"set giaddr = 10.0.0.8 on ack relay=10.0.0.9/32", SAID(RELAYED_ACK), "@24=0a000008"},
        };

        CASES(cases);
    }
END_TEST

START_TEST(f_013_the_hardware_address_is_anothers)
    {
        static const fault_case cases[] = {
            {"set chaddr = other on offer nth=2", SAID(OTHER_OFFER),
             "@28=02000000000100000000000000000000"},
            {"set chaddr = 02:00:00:00:00:99 on offer nth=1", SAID(OFFER), "@28=020000000099"},
            {"set chaddr = hex:020000000001ffffffffffffffffffff on ack mac=02:*:*:*:*:01",
             SAID(ACK) | SAID(RENEW) | SAID(REBIND) | SAID(REBOOT),
             "@28=020000000001ffffffffffffffffffff"},
        };

        CASES(cases);
    }
END_TEST

START_TEST(f_014_the_cookie_is_wrong_or_missing)
    {
        static const fault_case cases[] = {
            {"set cookie = hex:63825362 on offer", OFFERS, "@236=63825362"},
            {"set cookie = 0 on ack", ACKS, "@236=00000000"},
        };

        CASES(cases);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, f_004_op_is_wrong);
    tcase_add_test(tc, f_005_the_hardware_type_and_length_are_wrong);
    tcase_add_test(tc, f_006_hops_and_secs_are_not_zero);
    tcase_add_test(tc, f_007_the_transaction_is_another);
    tcase_add_test(tc, f_008_flags_are_inverted_or_reserved);
    tcase_add_test(tc, f_009_an_offer_has_a_ciaddr);
    tcase_add_test(tc, f_010_yiaddr_is_nobodys_or_another_clients);
    tcase_add_test(tc, f_011_the_boot_server_and_its_file_are_wrong);
    tcase_add_test(tc, f_012_the_relay_agent_is_another);
    tcase_add_test(tc, f_013_the_hardware_address_is_anothers);
    tcase_add_test(tc, f_014_the_cookie_is_wrong_or_missing);
}

HARNESS_MAIN("conformance/fault_field", tests)
