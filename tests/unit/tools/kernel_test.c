/* SPDX-License-Identifier: MIT */
/* kernel_test.c - /proc/net as the kernel writes it, and as nobody should. */
#include "common/kernel.h"

#include <stdio.h>
#include <string.h>

#include "support/harness.h"

static const char snmp[] =
    "Ip: Forwarding DefaultTTL\n"
    "Ip: 1 64\n"
    "Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors\n"
    "Udp: 11054152 12009 8973 11189119 8970 7 3\n"
    "UdpLite: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors\n"
    "UdpLite: 1 1 1 1 1 1 1\n";

START_TEST(udp_counts_are_found_by_their_names)
    {
        kernel_counts k;

        kernel_nothing(&k);
        kernel_parse_snmp(&k, snmp);
        ck_assert_uint_eq(k.at[KERNEL_IN_DATAGRAMS], 11054152);
        ck_assert_uint_eq(k.at[KERNEL_NO_PORTS], 12009);
        ck_assert_uint_eq(k.at[KERNEL_IN_ERRORS], 8973);
        ck_assert_uint_eq(k.at[KERNEL_RCVBUF_ERRORS], 8970);
        ck_assert_uint_eq(k.at[KERNEL_SNDBUF_ERRORS], 7);
        ck_assert_uint_eq(k.at[KERNEL_IN_CSUM_ERRORS], 3);
        ck_assert(k.at[KERNEL_SOFTNET_DROPS] == KERNEL_ABSENT);
        /* Another order, an older kernel that lacks some. */
        kernel_nothing(&k);
        kernel_parse_snmp(&k, "Udp: RcvbufErrors InErrors\nUdp: 5 6\n");
        ck_assert_uint_eq(k.at[KERNEL_RCVBUF_ERRORS], 5);
        ck_assert_uint_eq(k.at[KERNEL_IN_ERRORS], 6);
        ck_assert(k.at[KERNEL_SNDBUF_ERRORS] == KERNEL_ABSENT);
    }
END_TEST

static const struct {
    const char *text;
    uint64_t in_errors; /* what is found there */
} bad_snmp[] = {
    {"", KERNEL_ABSENT},
    {"\n\n\n", KERNEL_ABSENT},
    {"Udp:", KERNEL_ABSENT},
    {"Udp:\nUdp:\n", KERNEL_ABSENT},
    {"Udp: InErrors\n", KERNEL_ABSENT},           /* ends after the names */
    {"Udp: InErrors\nTcp: 5\n", KERNEL_ABSENT},   /* values of something else */
    {"Udp: InErrors\nUdp: -1\n", KERNEL_ABSENT},  /* no count */
    {"Udp: InErrors\nUdp: 5x\n", KERNEL_ABSENT},  /* no number */
    {"Udp: InErrors\nUdp: 0x5\n", KERNEL_ABSENT}, /* of another base */
    {"Udp: InErrors\nUdp: 18446744073709551616\n", KERNEL_ABSENT},
    {"Udp: InErrors\nUdp: 99999999999999999999999999\n", KERNEL_ABSENT},
    {"Udp: InErrorsX InError\nUdp: 1 2\n", KERNEL_ABSENT},
    {"Udp: NoPorts InErrors\nUdp: 4\n", KERNEL_ABSENT}, /* fewer values than names */
    {"Udp: NoPorts InErrors\nUdp: y 5 6\n", 5},         /* one bad value spoils no other */
    {"Udp: InErrors\nUdp: 5", 5},                       /* no line feed at the end */
    {"Udp:\tInErrors \nUdp:   5\t\n", 5},
};

START_TEST(a_bad_table_has_no_counts)
    {
        kernel_counts k;

        kernel_nothing(&k);
        kernel_parse_snmp(&k, bad_snmp[_i].text);
        ck_assert_msg(k.at[KERNEL_IN_ERRORS] == bad_snmp[_i].in_errors, "case %d", _i);
    }
END_TEST

static const struct {
    const char *text;
    uint64_t drops;
} softnet[] = {
    {"005c8b39 00000000 00000000\n005e8b48 00000000 00000004\n", 0},
    {"005c8b39 0000000a 00000000\n005e8b48 ffffffff 00000004\n", UINT64_C(0x100000009)},
    {"005c8b39 0000000a", 10}, /* an old kernel, one processor */
    {"", KERNEL_ABSENT},
    {"\n", KERNEL_ABSENT},
    {"005c8b39\n", KERNEL_ABSENT},
    {"005c8b39 0000000a\nrubbish\n", KERNEL_ABSENT}, /* half of the processors is no sum */
    {"005c8b39 -000000a\n", KERNEL_ABSENT},
};

START_TEST(processors_drops_add_up)
    {
        kernel_counts k;

        kernel_nothing(&k);
        kernel_parse_softnet(&k, softnet[_i].text);
        ck_assert_msg(k.at[KERNEL_SOFTNET_DROPS] == softnet[_i].drops, "case %d", _i);
    }
END_TEST

/* A line of /proc/net/udp: the address as it lies in this processor's memory. */
static void put_socket(char *text, size_t cap, const uint8_t ip[4], unsigned port, unsigned drops)
{
    uint32_t raw;

    memcpy(&raw, ip, 4);
    snprintf(text + strlen(text), cap - strlen(text),
             "  123: %08X:%04X 00000000:0000 07 00000000:00000000 00:00000000 00000000     0"
             "        0 345 2 0000000000000000 %u            \n",
             (unsigned)raw, port, drops);
}

START_TEST(the_sockets_of_one_place_are_told_apart)
    {
        static const uint8_t lo[4] = {127, 0, 0, 1}, other[4] = {127, 0, 0, 2}, any[4] = {0};
        dhcpperf_endpoint peer = {.ip = {{127, 0, 0, 1}}, .port = 6767};
        char text[2048] = "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when "
                          "retrnsmt   uid  timeout inode ref pointer drops            \n";
        kernel_counts k;

        kernel_nothing(&k);
        kernel_parse_sockets(&k, text, &peer);
        ck_assert(k.at[KERNEL_PEER_DROPS] == KERNEL_ABSENT); /* none is there */
        put_socket(text, sizeof text, other, 6767, 100);
        put_socket(text, sizeof text, lo, 6768, 100);
        kernel_parse_sockets(&k, text, &peer);
        ck_assert(k.at[KERNEL_PEER_DROPS] == KERNEL_ABSENT);
        put_socket(text, sizeof text, any, 6767, 7);
        kernel_parse_sockets(&k, text, &peer);
        ck_assert_uint_eq(k.at[KERNEL_PEER_DROPS], 7);
        put_socket(text, sizeof text, lo, 6767, 20); /* several share a port with SO_REUSEPORT */
        put_socket(text, sizeof text, lo, 6767, 30);
        kernel_parse_sockets(&k, text, &peer);
        ck_assert_uint_eq(k.at[KERNEL_PEER_DROPS], 50);
    }
END_TEST

static const char *const bad_sockets[] = {
    "",
    "1: 0100007F:1A6F\n",
    "1: 0100007F1A6F: 0 0 0 0 0 0 0 0 0 0 9\n",
    "1: 0100007F:1A6 0 0 0 0 0 0 0 0 0 0 9\n",
    "1: X100007F:1A6F 0 0 0 0 0 0 0 0 0 0 9\n",
    "1: 00000000:1A6F 0 0 0 0 0 0 0 0 0 0 nine\n",
    "1: 00000000000000000000000000000000:1A6F 0 0 0 0 0 0 0 0 0 0 9\n", /* IPv6 */
};

START_TEST(a_bad_socket_table_has_no_drops)
    {
        dhcpperf_endpoint peer = {.ip = {{127, 0, 0, 1}}, .port = 0x1a6f};
        kernel_counts k;

        kernel_nothing(&k);
        kernel_parse_sockets(&k, bad_sockets[_i], &peer);
        ck_assert_msg(k.at[KERNEL_PEER_DROPS] == KERNEL_ABSENT, "case %d", _i);
    }
END_TEST

START_TEST(counters_wrap_and_may_be_absent)
    {
        static const struct {
            uint64_t before, after, since;
        } v[] = {
            {5, 7, 2},
            {7, 7, 0},
            {UINT32_MAX, 4, 5},
            {UINT64_C(1) << 33, 4, KERNEL_ABSENT},
            {KERNEL_ABSENT, 4, KERNEL_ABSENT},
            {4, KERNEL_ABSENT, KERNEL_ABSENT},
        };
        kernel_counts a, b;
        unsigned i;

        for (i = 0; i < sizeof v / sizeof v[0]; i++) {
            kernel_nothing(&a);
            kernel_nothing(&b);
            a.at[KERNEL_RCVBUF_ERRORS] = v[i].before;
            b.at[KERNEL_RCVBUF_ERRORS] = v[i].after;
            ck_assert_msg(kernel_since(&a, &b, KERNEL_RCVBUF_ERRORS) == v[i].since, "case %u", i);
        }
        a.at[KERNEL_RCVBUF_ERRORS] = 10;
        b.at[KERNEL_RCVBUF_ERRORS] = 30;
        ck_assert_uint_eq(kernel_lost_by_others(&a, &b, 0), 20);
        ck_assert_uint_eq(kernel_lost_by_others(&a, &b, 15), 5);
        ck_assert_uint_eq(kernel_lost_by_others(&a, &b, 25), 0); /* ours began before the look */
        b.at[KERNEL_RCVBUF_ERRORS] = KERNEL_ABSENT;
        ck_assert(kernel_lost_by_others(&a, &b, 1) == KERNEL_ABSENT);
    }
END_TEST

START_TEST(what_went_wrong_has_words)
    {
        char text[KERNEL_TEXT];
        kernel_counts a, b;

        kernel_nothing(&a);
        b = a;
        ck_assert_str_eq(kernel_describe(text, &a, &b, 0), "");
        ck_assert_str_eq(kernel_describe(text, &a, &b, 7),
                         "7 datagrams or trains lost at our own full receive buffers");
        memset(&a, 0, sizeof a);
        b = a;
        b.at[KERNEL_IN_DATAGRAMS] = 1000; /* nothing wrong with those */
        ck_assert_str_eq(kernel_describe(text, &a, &b, 0), "");
        b.at[KERNEL_IN_ERRORS] = b.at[KERNEL_RCVBUF_ERRORS] = 12;
        ck_assert_str_eq(kernel_describe(text, &a, &b, 12),
                         "12 datagrams or trains lost at our own full receive buffers");
        ck_assert_str_eq(kernel_describe(text, &a, &b, 0),
                         "12 datagrams or trains lost at full receive buffers of others");
        b.at[KERNEL_NO_PORTS] = 4;
        ck_assert_str_eq(kernel_describe(text, &a, &b, 9),
                         "9 datagrams or trains lost at our own full receive buffers, 3 at those "
                         "of others, 4 to ports where nobody listens");
        memset(&b, 0xff, sizeof b);
        b.at[KERNEL_SOFTNET_DROPS] = 5;
        ck_assert_str_eq(kernel_describe(text, &a, &b, 0),
                         "5 packets at full queues of processors");
    }
END_TEST

START_TEST(every_description_has_room)
    {
        char text[KERNEL_TEXT];
        kernel_counts a, b;
        unsigned i;

        for (i = 0; i < KERNEL_COUNTS; i++) {
            a.at[i] = 0;
            b.at[i] = KERNEL_ABSENT - 1;
        }
        (void)kernel_describe(text, &a, &b, KERNEL_ABSENT / 2);
        ck_assert_msg(strlen(text) < KERNEL_TEXT - 1, "%s", text);
        ck_assert_ptr_nonnull(strstr(text, "packets at full queues of processors"));
    }
END_TEST

START_TEST(a_look_finds_what_there_is)
    {
        dhcpperf_endpoint peer = {.ip = {{127, 0, 0, 1}}, .port = 9};
        kernel_counts a, b;
        unsigned i;

        kernel_look(&a, NULL);
        ck_assert(a.at[KERNEL_PEER_DROPS] == KERNEL_ABSENT);
        kernel_look(&b, &peer);
        for (i = 0; i < KERNEL_PEER_DROPS; i++) {
            ck_assert_msg((a.at[i] == KERNEL_ABSENT) == (b.at[i] == KERNEL_ABSENT), "%s",
                          kernel_name((kernel_count)i));
            ck_assert_msg(a.at[i] == KERNEL_ABSENT || b.at[i] >= a.at[i], "%s",
                          kernel_name((kernel_count)i));
        }
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, udp_counts_are_found_by_their_names);
    tcase_add_loop_test(tc, a_bad_table_has_no_counts, 0,
                        (int)(sizeof bad_snmp / sizeof bad_snmp[0]));
    tcase_add_loop_test(tc, processors_drops_add_up, 0, (int)(sizeof softnet / sizeof softnet[0]));
    tcase_add_test(tc, the_sockets_of_one_place_are_told_apart);
    tcase_add_loop_test(tc, a_bad_socket_table_has_no_drops, 0,
                        (int)(sizeof bad_sockets / sizeof bad_sockets[0]));
    tcase_add_test(tc, counters_wrap_and_may_be_absent);
    tcase_add_test(tc, what_went_wrong_has_words);
    tcase_add_test(tc, every_description_has_room);
    tcase_add_test(tc, a_look_finds_what_there_is);
}

HARNESS_MAIN("tools/kernel", tests)
