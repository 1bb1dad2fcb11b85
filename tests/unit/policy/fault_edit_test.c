/* SPDX-License-Identifier: MIT */
/* fault_edit_test.c - surgery: each action changes exactly what it says, octet by octet, and leaves
 * alone what it cannot do. */
#include <stdio.h>
#include <string.h>

#include "policy/dp_fault.h"
#include "support/harness.h"
#include "wire/dp_message.h"

enum {
    CAP = 1500,
    END = 255
};

/* An OFFER of 300 octets: 53, 54, 51, 6 with two addresses, 82 with sub-options 2 and 1. */
static const uint8_t tlvs[] = {53, 1, 2, 54, 4, 10, 0, 0,  1, 51, 4, 0,   0,   14, 16, 6,   8,  10,
                               0,  0, 2, 10, 0, 0,  3, 82, 7, 2,  2, 'r', 's', 1,  1,  'c', END};

static uint8_t msg[CAP + 64], before[CAP + 64];
static size_t len;
static unsigned done;
static dp_faults faults;
static dp_fault_edit_facts facts;

static void compose(void)
{
    memset(msg, 0xee, sizeof msg); /* nothing behind it may be relied on */
    memset(msg, 0, 300);
    msg[DP_OFF_OP] = 2;
    msg[DP_OFF_HTYPE] = 1;
    msg[DP_OFF_HLEN] = 6;
    dp_put32(msg + DP_OFF_XID, 0x12345678);
    dp_put32(msg + DP_OFF_YIADDR, 0x0a000007);
    msg[DP_OFF_CHADDR] = 2;
    msg[DP_OFF_CHADDR + 5] = 0x1f;
    dp_put32(msg + DP_OFF_COOKIE, DP_COOKIE);
    memcpy(msg + DP_OFF_OPTIONS, tlvs, sizeof tlvs);
    len = 300;
    memcpy(before, msg, sizeof msg);
}

static void plan_for(dhcpperf_fault_side side, const char *text)
{
    dhcpperf_fault_plan *p = NULL;
    const char *reason = "";
    size_t at = 0;

    ck_assert_msg(dhcpperf_fault_plan_parse(&p, side, text, &at, &reason, NULL) == 0,
                  "\"%s\" at %zu: %s", text, at, reason);
    dp_faults_fini(&faults);
    ck_assert_int_eq(dp_faults_init(&faults, p, 3, NULL), 0);
    dhcpperf_fault_plan_free(p);
}

/* Edits a new message of `size` octets, 300 or less, in a buffer of `cap`. */
static void edit_within(const char *actions, size_t size, size_t cap)
{
    plan_for(DHCPPERF_FAULT_SERVER, actions);
    compose();
    len = dp_faults_edit(&faults, 0, msg, size, cap, &facts, &done);
    ck_assert_msg(len <= cap, "%zu of %zu", len, cap);
    ck_assert_msg(memcmp(msg + cap, before + cap, sizeof msg - cap) == 0, "past the buffer");
}

static void edit(const char *actions)
{
    edit_within(actions, 300, CAP);
}

static void setup(void)
{
    memset(&facts, 0, sizeof facts);
    facts.network = 0x0a000000;
    facts.broadcast = 0x0a0000ff;
    facts.own = 0x0a000007;
    facts.server = 0x0a000001;
}

static void teardown(void)
{
    dp_faults_fini(&faults);
}

/* The options field as "53=02 54=0a000001 ... end", what is behind as "+N", pads as ".". */
static const char *shown(void)
{
    static char text[4096];
    size_t at = DP_OFF_OPTIONS, n = 0;
    unsigned i;

    text[0] = '\0';
    while (at < len && n < sizeof text - 600) {
        const char *blank = n > 0 ? " " : "";

        if (msg[at] == 0 && msg[at - 1] != END) {
            size_t pads = at;

            while (pads < len && msg[pads] == 0) {
                pads++;
            }
            if (pads == len) {
                break; /* padding */
            }
            n += (size_t)sprintf(text + n, "%s.%zu", blank, pads - at);
            at = pads;
            continue;
        }
        if (msg[at] == END) {
            n += (size_t)sprintf(text + n, "%send", blank);
            for (at++; at < len && msg[at] != 0; at++) {
                n += (size_t)sprintf(text + n, "+%02x", msg[at]);
            }
            break;
        }
        if (at + 2 + msg[at + 1] > len) {
            n += (size_t)sprintf(text + n, "%s%u overruns", blank, msg[at]);
            break;
        }
        n += (size_t)sprintf(text + n, "%s%u=", blank, msg[at]);
        for (i = 0; i < msg[at + 1]; i++) {
            n += (size_t)sprintf(text + n, "%02x", msg[at + 2 + i]);
        }
        at += 2u + msg[at + 1];
    }
    return text;
}

#define O53 "53=02"
#define O54 "54=0a000001"
#define O51 "51=00000e10"
#define O6  "6=0a0000020a000003"
#define O82 "82=02027273010163"

/* ---- options ----------------------------------------------------------------------------------
 */

static const struct {
    const char *actions, *options;
    unsigned done;
    size_t len;
} options[] = {
    {"set option 51 = 0", O53 " " O54 " 51=00000000 " O6 " " O82 " end", 1, 300},
    {"set option 51 = hex:0000", O53 " " O54 " 51=0000 " O6 " " O82 " end", 1, 300},
    {"set option 51 = hex:", O53 " " O54 " 51= " O6 " " O82 " end", 1, 300},
    {"set option 51 = 3600", O53 " " O54 " " O51 " " O6 " " O82 " end", 0, 300},
    {"set option 58 = 10", O53 " " O54 " " O51 " " O6 " " O82 " 58=0000000a end", 1, 300},
    {"set option 54 = own", O53 " 54=0a000007 " O51 " " O6 " " O82 " end", 1, 300},
    {"set option 54 = broadcast", O53 " 54=0a0000ff " O51 " " O6 " " O82 " end", 1, 300},
    {"set option 54 = network", O53 " 54=0a000000 " O51 " " O6 " " O82 " end", 1, 300},
    {"set option 54 = server", O53 " " O54 " " O51 " " O6 " " O82 " end", 0, 300},
    {"drop option 54", O53 " " O51 " " O6 " " O82 " end", 1, 300},
    {"drop option 53, drop option 54, drop option 51, drop option 6, drop option 82", "end", 5,
     300},
    {"drop option 58", O53 " " O54 " " O51 " " O6 " " O82 " end", 0, 300},
    {"append option 54 = 10.9.9.9", O53 " " O54 " " O51 " " O6 " " O82 " 54=0a090909 end", 1, 300},
    {"append option 82 copy", O53 " " O54 " " O51 " " O6 " " O82 " " O82 " end", 1, 300},
    {"append option 61 copy", O53 " " O54 " " O51 " " O6 " " O82 " end", 0, 300},
    {"append option 54 copy, drop option 54", O53 " " O51 " " O6 " " O82 " end", 2, 300},
    {"append option 54 copy, set option 54 = 10.9.9.9",
     O53 " 54=0a090909 " O51 " " O6 " " O82 " end", 2, 300},
    {"move option 82 first", O82 " " O53 " " O54 " " O51 " " O6 " end", 1, 300},
    {"move option 53 last", O54 " " O51 " " O6 " " O82 " " O53 " end", 1, 300},
    {"move option 82 last", O53 " " O54 " " O51 " " O6 " " O82 " end", 0, 300},
    {"move option 53 first", O53 " " O54 " " O51 " " O6 " " O82 " end", 0, 300},
    {"move option 50 first", O53 " " O54 " " O51 " " O6 " " O82 " end", 0, 300},
    {"append option 53 = 5, move option 53 last", O54 " " O51 " " O6 " " O82 " " O53 " 53=05 end",
     2, 300},
    {"append option 53 = 5, move option 53 first", O53 " 53=05 " O54 " " O51 " " O6 " " O82 " end",
     2, 300},
    {"truncate option 82 3", O53 " " O54 " " O51 " " O6 " 82=020272 end", 1, 300},
    {"truncate option 82 0", O53 " " O54 " " O51 " " O6 " 82= end", 1, 300},
    {"truncate option 82 7", O53 " " O54 " " O51 " " O6 " " O82 " end", 0, 300},
    {"sort option 82", O53 " " O54 " " O51 " " O6 " 82=01016302027273 end", 1, 300},
    {"sort option 82, sort option 82", O53 " " O54 " " O51 " " O6 " 82=01016302027273 end", 1, 300},
    {"truncate option 82 6, sort option 82", O53 " " O54 " " O51 " " O6 " 82=020272730101 end", 1,
     300},
    {"set option 82 = hex:ff0002000100, sort option 82",
     O53 " " O54 " " O51 " " O6 " 82=01000200ff00 end", 2, 300},
    {"set option 82 = hex:020001, sort option 82", O53 " " O54 " " O51 " " O6 " 82=020001 end", 1,
     300},
    {"split option 6 4", O53 " " O54 " " O51 " 6=0a000002 6=0a000003 " O82 " end", 1, 300},
    {"split option 6 3", O53 " " O54 " " O51 " 6=0a0000 6=020a00 6=0003 " O82 " end", 1, 300},
    {"split option 6 8", O53 " " O54 " " O51 " " O6 " " O82 " end", 0, 300},
    {"split option 6 4, drop option 6", O53 " " O54 " " O51 " " O82 " end", 2, 300},
    {"drop end", O53 " " O54 " " O51 " " O6 " " O82, 1, 300},
    {"drop end, drop end", O53 " " O54 " " O51 " " O6 " " O82, 1, 300},
    {"drop end, append option 12 = \"x\"", O53 " " O54 " " O51 " " O6 " " O82 " 12=78", 2, 300},
    {"append octets hex:deadbeef", O53 " " O54 " " O51 " " O6 " " O82 " end+de+ad+be+ef", 1, 300},
    {"append octets hex:dead, append option 12 = \"x\"",
     O53 " " O54 " " O51 " " O6 " " O82 " 12=78 end+de+ad", 2, 300},
    {"pad 3", O53 " .3 " O54 " .3 " O51 " .3 " O6 " .3 " O82 " end", 1, 300},
    {"pad 1, drop option 54", O53 " .2 " O51 " .1 " O6 " .1 " O82 " end", 2, 300},
    {"overrun", O53 " " O54 " " O51 " " O6 " 82 overruns", 1, 274},
    {"drop option 82, overrun", O53 " " O54 " " O51 " 6 overruns", 2, 265},
    {"size 400", O53 " " O54 " " O51 " " O6 " " O82 " end", 1, 400},
    {"size 300", O53 " " O54 " " O51 " " O6 " " O82 " end", 0, 300},
    {"size 1", O53 " " O54 " " O51 " " O6 " " O82 " end", 1, 275},
    {"size 280, drop option 82", O53 " " O54 " " O51 " " O6 " end", 2, 280},
    {"truncate 240", "", 1, 240},
    {"truncate 250", O53 " " O54 " 51 overruns", 1, 250},
    {"truncate 290", O53 " " O54 " " O51 " " O6 " " O82 " end", 1, 290},
    {"truncate 300", O53 " " O54 " " O51 " " O6 " " O82 " end", 0, 300},
    {"truncate 0", "", 1, 0},
    {"truncate 100, set option 51 = 0, drop end, pad 3, overrun, overload both", "", 1, 100},
    {"set cookie = 1, drop option 54", O53 " " O51 " " O6 " " O82 " end", 2, 300},
};

START_TEST(options_are_changed_as_said)
    {
        edit(options[_i].actions);
        ck_assert_msg(strcmp(shown(), options[_i].options) == 0, "%s: %s", options[_i].actions,
                      shown());
        ck_assert_msg(done == options[_i].done, "%s: %u done", options[_i].actions, done);
        ck_assert_msg(len == options[_i].len, "%s: %zu octets", options[_i].actions, len);
        if (len >= DP_OFF_COOKIE) {
            assert_mem_eq(msg, before, DP_OFF_COOKIE);
        }
    }
END_TEST

START_TEST(hits_tell_whether_anything_was_done)
    {
        edit("drop option 54");
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(faults.plan, 0), 1);
        compose();
        len = dp_faults_edit(&faults, 0, msg, len, CAP, &facts, &done);
        len = dp_faults_edit(&faults, 0, msg, len, CAP, &facts, &done); /* none is left */
        ck_assert_uint_eq(done, 0);
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(faults.plan, 0), 2);
        edit("drop option 54, delay 1s"); /* counted when it struck */
        ck_assert_uint_eq(done, 1);
        ck_assert_uint_eq(dhcpperf_fault_plan_hits(faults.plan, 0), 0);
    }
END_TEST

/* ---- fields -----------------------------------------------------------------------------------
 */

static const struct {
    const char *action;
    size_t at, n;
    uint8_t octets[16];
} fields[] = {
    {"set op = 3", DP_OFF_OP, 1, {3}},
    {"set htype = 7", DP_OFF_HTYPE, 1, {7}},
    {"set hlen = 255", DP_OFF_HLEN, 1, {255}},
    {"set hops = 9", DP_OFF_HOPS, 1, {9}},
    {"set hops = -1", DP_OFF_HOPS, 1, {255}},
    {"set xid = 0", DP_OFF_XID, 4, {0, 0, 0, 0}},
    {"set xid = +1", DP_OFF_XID, 4, {0x12, 0x34, 0x56, 0x79}},
    {"set xid = -305419897", DP_OFF_XID, 4, {0xff, 0xff, 0xff, 0xff}},
    {"set xid = hex:ff", DP_OFF_XID, 1, {0xff}},
    {"set secs = 258", DP_OFF_SECS, 2, {1, 2}},
    {"set flags = 0x8000", DP_OFF_FLAGS, 2, {0x80, 0}},
    {"set ciaddr = 10.0.0.9", DP_OFF_CIADDR, 4, {10, 0, 0, 9}},
    {"set yiaddr = 0.0.0.0", DP_OFF_YIADDR, 4, {0, 0, 0, 0}},
    {"set yiaddr = broadcast", DP_OFF_YIADDR, 4, {10, 0, 0, 255}},
    {"set yiaddr = network", DP_OFF_YIADDR, 4, {10, 0, 0, 0}},
    {"set yiaddr = +249", DP_OFF_YIADDR, 4, {10, 0, 1, 0}},
    {"set siaddr = server", DP_OFF_SIADDR, 4, {10, 0, 0, 1}},
    {"set giaddr = own", DP_OFF_GIADDR, 4, {10, 0, 0, 7}},
    {"set chaddr = 02:00:00:00:00:20", DP_OFF_CHADDR, 6, {2, 0, 0, 0, 0, 0x20}},
    {"set chaddr = +225", DP_OFF_CHADDR, 6, {2, 0, 0, 0, 1, 0}},
    {"set chaddr = hex:0200000000aa000000000000000000bb",
     DP_OFF_CHADDR,
     16,
     {2, 0, 0, 0, 0, 0xaa, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xbb}},
    {"set sname = \"ab\"", DP_OFF_SNAME, 2, {'a', 'b'}},
    {"set file = hex:ff", DP_OFF_FILE, 1, {0xff}},
    {"set cookie = 0x63825364", DP_OFF_COOKIE, 4, {0x63, 0x82, 0x53, 0x64}},
};

START_TEST(fields_are_set_and_nothing_else)
    {
        edit(fields[_i].action);
        ck_assert_msg(memcmp(msg + fields[_i].at, fields[_i].octets, fields[_i].n) == 0, "%s",
                      fields[_i].action);
        ck_assert_uint_eq(done, 1);
        ck_assert_uint_eq(len, 300);
        memcpy(msg + fields[_i].at, before + fields[_i].at, fields[_i].n);
        assert_mem_eq(msg, before, 300);
    }
END_TEST

START_TEST(a_field_that_is_so_already_was_not_changed)
    {
        edit("set op = 2, set giaddr = 0.0.0.0, set xid = 0x12345678, set sname = \"\"");
        ck_assert_uint_eq(done, 0);
        assert_mem_eq(msg, before, 300);
    }
END_TEST

START_TEST(what_is_not_known_is_left_alone)
    {
        memset(&facts, 0, sizeof facts);
        edit("set yiaddr = network, set yiaddr = broadcast, set siaddr = own, set siaddr = server, "
             "set xid = other, set option 54 = own, append option 50 = own");
        ck_assert_uint_eq(done, 0);
        assert_mem_eq(msg, before, 300);
    }
END_TEST

START_TEST(random_fields_are_random_and_follow_the_seed)
    {
        uint8_t first[300];

        edit("set xid = random, set chaddr = random, set file = random");
        ck_assert_uint_eq(done, 3);
        ck_assert_uint_ne(dp_get32(msg + DP_OFF_XID), 0x12345678);
        ck_assert_uint_eq(msg[DP_OFF_CHADDR + 6], 0); /* hlen is 6 */
        ck_assert_ptr_null(memchr(msg + DP_OFF_CHADDR, 0, 3));
        assert_mem_eq(msg + DP_OFF_SNAME, before + DP_OFF_SNAME, DP_SNAME_LEN);
        assert_mem_eq(msg + DP_OFF_COOKIE, before + DP_OFF_COOKIE, 300 - DP_OFF_COOKIE);
        memcpy(first, msg, 300);
        edit("set xid = random, set chaddr = random, set file = random");
        assert_mem_eq(msg, first, 300);
        compose();
        len = dp_faults_edit(&faults, 0, msg, len, CAP, &facts, &done); /* the next message */
        ck_assert_uint_ne(dp_get32(msg + DP_OFF_XID), dp_get32(first + DP_OFF_XID));
    }
END_TEST

/* "other" is the message before of another client. */
START_TEST(what_another_client_has_is_remembered)
    {
        plan_for(DHCPPERF_FAULT_SERVER, "set xid = other, set chaddr = other");
        ck_assert(faults.wants_other);
        compose();
        dp_faults_remember(&faults, msg, len);
        len = dp_faults_edit(&faults, 0, msg, len, CAP, &facts, &done);
        ck_assert_uint_eq(done, 0); /* no other yet */
        compose();
        msg[DP_OFF_CHADDR + 5] = 0x20;
        dp_put32(msg + DP_OFF_XID, 0xaabbccdd);
        dp_faults_remember(&faults, msg, len);
        compose();
        dp_faults_remember(&faults, msg, len);
        dp_faults_remember(&faults, msg, len);
        len = dp_faults_edit(&faults, 0, msg, len, CAP, &facts, &done);
        ck_assert_uint_eq(done, 2);
        ck_assert_uint_eq(dp_get32(msg + DP_OFF_XID), 0xaabbccdd);
        ck_assert_uint_eq(msg[DP_OFF_CHADDR + 5], 0x20);
        compose();
        msg[DP_OFF_CHADDR + 5] = 0x20;
        len = dp_faults_edit(&faults, 0, msg, len, CAP, &facts, &done);
        ck_assert_uint_eq(dp_get32(msg + DP_OFF_XID), 0x12345678);
        plan_for(DHCPPERF_FAULT_SERVER, "set xid = random, set option 54 = own");
        ck_assert(!faults.wants_other);
    }
END_TEST

/* ---- chance -----------------------------------------------------------------------------------
 */

static unsigned flipped(const uint8_t *a, const uint8_t *b, size_t n)
{
    unsigned bits = 0, bit;
    size_t i;

    for (i = 0; i < n; i++) {
        for (bit = 0; bit < 8; bit++) {
            bits += ((unsigned)(a[i] ^ b[i]) >> bit) & 1;
        }
    }
    return bits;
}

START_TEST(so_many_bits_are_flipped)
    {
        static const unsigned n[] = {1, 3, 64};
        unsigned i, k;
        char text[40];

        for (i = 0; i < 3; i++) {
            snprintf(text, sizeof text, "flip bits %u", n[i]);
            edit(text);
            for (k = 0; k < 1000; k++) {
                compose();
                len = dp_faults_edit(&faults, 0, msg, len, CAP, &facts, &done);
                ck_assert_uint_eq(flipped(msg, before, 275), n[i]); /* none in the padding */
                ck_assert_uint_eq(flipped(msg, before, 300), n[i]);
                ck_assert_uint_eq(len, 300);
            }
        }
    }
END_TEST

START_TEST(bits_of_an_option_are_flipped_within_it)
    {
        size_t at = DP_OFF_OPTIONS + 11; /* the value of 51 */

        edit("flip option 51 bits 3");
        ck_assert_uint_eq(done, 1);
        ck_assert_uint_eq(flipped(msg, before, 300), 3);
        ck_assert_uint_eq(flipped(msg + at, before + at, 4), 3);
        edit("flip option 51 bits 64"); /* no more than there are */
        ck_assert_uint_eq(flipped(msg, before, 300), 32);
        edit("set option 51 = hex:, flip option 51 bits 3");
        ck_assert_uint_eq(done, 1);
        edit("flip option 99 bits 3");
        ck_assert_uint_eq(done, 0);
    }
END_TEST

/* Every octet is a place where a message may end. */
START_TEST(random_truncation_reaches_every_octet)
    {
        static uint8_t seen[300];
        unsigned i, n = 0;

        edit("truncate random");
        for (i = 0; i < 10000; i++) {
            compose();
            len = dp_faults_edit(&faults, 0, msg, len, CAP, &facts, &done);
            assert_fast(len < 300 && done == 1, "%zu octets", len);
            n += !seen[len];
            seen[len] = 1;
        }
        ck_assert_uint_eq(n, 300);
    }
END_TEST

START_TEST(a_random_option_keeps_its_length)
    {
        edit("set option 82 = random");
        ck_assert_uint_eq(done, 1);
        ck_assert_uint_eq(msg[DP_OFF_OPTIONS + 26], 7);
        ck_assert_int_ne(memcmp(msg + DP_OFF_OPTIONS + 27, before + DP_OFF_OPTIONS + 27, 7), 0);
        assert_mem_eq(msg, before, DP_OFF_OPTIONS + 27);
        edit("set option 99 = random");
        ck_assert_uint_eq(msg[DP_OFF_OPTIONS + 34], 99);
        ck_assert_uint_eq(msg[DP_OFF_OPTIONS + 35], 4);
    }
END_TEST

START_TEST(random_octets_follow_the_end)
    {
        edit("append octets random 1000");
        ck_assert_uint_eq(done, 1);
        ck_assert_uint_eq(len, 1275);
        assert_mem_eq(msg, before, 275);
        ck_assert_ptr_null(memchr(msg + 275, 0xee, 3)); /* written over what lay there */
    }
END_TEST

/* ---- overload ---------------------------------------------------------------------------------
 */

static void assert_value(const dhcpperf_msg *m, uint8_t code, const char *hex)
{
    dhcpperf_bytes value;
    char text[64] = "";
    size_t i;

    ck_assert_msg(dhcpperf_msg_get_option(m, code, &value) == 0, "option %u", code);
    for (i = 0; i < value.len && i < 30; i++) {
        sprintf(text + 2 * i, "%02x", value.data[i]);
    }
    ck_assert_str_eq(text, hex);
}

START_TEST(overloaded_options_are_still_read)
    {
        static const char *const words[] = {"file", "sname", "both"};
        dhcpperf_msg *m = NULL;
        unsigned i;
        char text[40];

        ck_assert_int_eq(dhcpperf_msg_new(&m, NULL), 0);
        for (i = 0; i < 3; i++) {
            snprintf(text, sizeof text, "overload %s", words[i]);
            edit(text);
            ck_assert_uint_eq(done, 1);
            ck_assert_uint_eq(len, 300);
            ck_assert_int_eq(dhcpperf_msg_parse(m, msg, len, 0, NULL), 0);
            ck_assert_uint_eq(dhcpperf_msg_get_overload(m), i + 1);
            assert_value(m, 51, "00000e10");
            assert_value(m, 6, "0a0000020a000003");
            ck_assert_uint_eq(msg[i == 1 ? DP_OFF_SNAME : DP_OFF_FILE], 51);
            ck_assert_str_eq(shown() + strlen(O53 " " O54 " " O82 " "), i == 0   ? "52=01 end"
                                                                        : i == 1 ? "52=02 end"
                                                                                 : "52=03 end");
        }
        dhcpperf_msg_free(m);
    }
END_TEST

START_TEST(surgery_reaches_overloaded_options)
    {
        edit("overload file, set option 51 = 7, truncate option 6 4, append option 6 copy");
        ck_assert_uint_eq(done, 4);
        ck_assert_str_eq(shown(), O53 " " O54 " " O82 " 52=01 6=0a000002 end");
        ck_assert_int_eq(
            memcmp(msg + DP_OFF_FILE, "\x33\x04\0\0\0\x07\x06\x04\x0a\0\0\x02\xff\0", 14), 0);
        edit("overload file, drop option 51, drop option 6");
        ck_assert_uint_eq(done, 3);
        ck_assert_uint_eq(msg[DP_OFF_FILE], END);
        edit("overload sname, split option 6 1"); /* from 10 to 24 octets: there is room */
        ck_assert_uint_eq(done, 2);
        edit("overload file, move option 6 first");
        ck_assert_str_eq(shown(), O6 " " O53 " " O54 " " O82 " 52=01 end");
    }
END_TEST

/* What is in a field that is not overloaded is a name, whatever it looks like. */
START_TEST(a_field_without_options_is_no_place_for_them)
    {
        edit("set sname = hex:330400000e10, overload file, drop option 51");
        ck_assert_uint_eq(done, 3);
        ck_assert_int_eq(memcmp(msg + DP_OFF_SNAME, "\x33\x04\0\0\x0e\x10\0", 7), 0);
        edit("set file = hex:330400000e10, overload sname, drop option 51");
        ck_assert_uint_eq(done, 3);
        ck_assert_int_eq(memcmp(msg + DP_OFF_FILE, "\x33\x04\0\0\x0e\x10\0", 7), 0);
    }
END_TEST

/* Nothing of what was cut is left behind it. */
START_TEST(a_full_field_is_cleared_behind_a_cut)
    {
        char text[400] = "set file = hex:0c7e";
        unsigned i;

        for (i = 0; i < 126; i++) {
            strcat(text, "41");
        }
        strcat(text, ", append option 52 = 1, truncate option 12 3");
        edit(text);
        ck_assert_uint_eq(done, 3);
        ck_assert_int_eq(memcmp(msg + DP_OFF_FILE,
                                "\x0c\x03"
                                "AAA\0",
                                6),
                         0);
        for (i = 5; i < DP_FILE_LEN; i++) {
            ck_assert_uint_eq(msg[DP_OFF_FILE + i], 0);
        }
    }
END_TEST

/* 64 octets, of which 17 are taken: 255 of them go into the options field instead. */
START_TEST(an_option_that_outgrows_its_field_moves)
    {
        char text[600] = "overload sname, set option 6 = hex:";
        unsigned i;

        for (i = 0; i < 60; i++) {
            strcat(text, "0a000001");
        }
        edit_within(text, 275, 504); /* 262 are left of 275, and 242 more */
        ck_assert_uint_eq(done, 2);
        edit_within(text, 275, 503);
        ck_assert_uint_eq(done, 1);
        edit(text);
        ck_assert_uint_eq(done, 2);
        ck_assert_int_eq(memcmp(msg + DP_OFF_SNAME, "\x33\x04\0\0\x0e\x10\xff\0", 8), 0);
        ck_assert_uint_gt(len, 500);
    }
END_TEST

START_TEST(a_field_in_use_is_not_overloaded)
    {
        edit("set sname = \"x\", overload sname, overload both");
        ck_assert_uint_eq(done, 1);
        edit("overload file, overload sname"); /* once is enough */
        ck_assert_uint_eq(done, 1);
    }
END_TEST

/* ---- no room ----------------------------------------------------------------------------------
 */

/* The message without its padding has 275 octets. */
static const struct {
    const char *action;
    size_t need; /* capacity with which it can be done */
} needs[] = {
    {"append option 54 = 10.0.0.1", 281},
    {"append option 82 copy", 284},
    {"append octets hex:0102030405", 280},
    {"append octets random 25", 300},
    {"set option 56 = \"a text\"", 283},
    {"set option 53 = hex:00000000", 278},
    {"split option 6 1", 289},
    {"overload file", 278},
    {"size 301", 301},
    {"pad 6", 281}, /* the first of four */
};

START_TEST(nothing_is_done_without_room)
    {
        edit_within(needs[_i].action, 275, needs[_i].need - 1);
        ck_assert_uint_eq(done, 0);
        ck_assert_uint_eq(len, 275);
        assert_mem_eq(msg, before, 275);
        edit_within(needs[_i].action, 275, needs[_i].need);
        ck_assert_uint_eq(done, 1);
    }
END_TEST

/* ---- any octets --------------------------------------------------------------------------------
 */

START_TEST(a_message_without_options_has_none_to_change)
    {
        plan_for(
            DHCPPERF_FAULT_SERVER,
            "set option 51 = 0, drop end, append option 82 copy, pad 3, overrun, overload both");
        compose();
        memset(msg + DP_OFF_COOKIE, 0, 64);
        len = dp_faults_edit(&faults, 0, msg, 300, CAP, &facts, &done);
        ck_assert_uint_eq(done, 0);
        ck_assert_uint_eq(len, 300);
        len = dp_faults_edit(&faults, 0, msg, 3, CAP, &facts, &done);
        ck_assert_uint_eq(done, 0);
        ck_assert_uint_eq(len, 3);
        len = dp_faults_edit(&faults, 0, msg, 0, CAP, &facts, &done);
        ck_assert_uint_eq(len, 0);
        plan_for(DHCPPERF_FAULT_SERVER, "set op = 3, set chaddr = random, flip bits 3, size 9");
        len = dp_faults_edit(&faults, 0, msg, 1, CAP, &facts, &done);
        ck_assert_uint_eq(done, 3);
        ck_assert_uint_eq(len, 9);
    }
END_TEST

/* Pads before the End belong to the options; without an End nothing is kept free for one. */
START_TEST(octets_go_where_the_end_is_or_would_be)
    {
        plan_for(DHCPPERF_FAULT_SERVER, "append octets hex:aabb, append option 12 = \"x\"");
        compose();
        msg[DP_OFF_OPTIONS + 34] = 0;
        msg[DP_OFF_OPTIONS + 35] = 0;
        msg[DP_OFF_OPTIONS + 36] = END;
        len = dp_faults_edit(&faults, 0, msg, 300, CAP, &facts, &done);
        ck_assert_str_eq(shown(), O53 " " O54 " " O51 " " O6 " " O82 " .2 12=78 end+aa+bb");
        plan_for(DHCPPERF_FAULT_SERVER, "append octets hex:0d01aa");
        compose();
        msg[DP_OFF_OPTIONS + 34] = 0;
        len = dp_faults_edit(&faults, 0, msg, 300, CAP, &facts, &done);
        ck_assert_str_eq(shown(), O53 " " O54 " " O51 " " O6 " " O82 " 13=aa");
        ck_assert_uint_eq(len, 300);
    }
END_TEST

/* Without End, cut off in an option, with an End at once. */
START_TEST(broken_options_are_walked_as_far_as_they_go)
    {
        plan_for(DHCPPERF_FAULT_SERVER, "append option 12 = \"x\"");
        compose();
        len = DP_OFF_OPTIONS + 12; /* within 51 */
        len = dp_faults_edit(&faults, 0, msg, len, CAP, &facts, &done);
        ck_assert_uint_eq(done, 1);
        ck_assert_str_eq(shown(), O53 " " O54 " 12=78 51 overruns");
        compose();
        msg[DP_OFF_OPTIONS] = END;
        len = dp_faults_edit(&faults, 0, msg, len, CAP, &facts, &done);
        ck_assert_uint_eq(msg[DP_OFF_OPTIONS], 12);
        ck_assert_uint_eq(msg[DP_OFF_OPTIONS + 3], END);
        plan_for(DHCPPERF_FAULT_SERVER, "overrun, pad 3, move option 53 last");
        compose();
        msg[DP_OFF_OPTIONS] = END;
        len = dp_faults_edit(&faults, 0, msg, len, CAP, &facts, &done);
        ck_assert_uint_eq(done, 0);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, options_are_changed_as_said, 0,
                        (int)(sizeof options / sizeof options[0]));
    tcase_add_loop_test(tc, fields_are_set_and_nothing_else, 0,
                        (int)(sizeof fields / sizeof fields[0]));
    tcase_add_test(tc, hits_tell_whether_anything_was_done);
    tcase_add_test(tc, a_field_that_is_so_already_was_not_changed);
    tcase_add_test(tc, what_is_not_known_is_left_alone);
    tcase_add_test(tc, random_fields_are_random_and_follow_the_seed);
    tcase_add_test(tc, what_another_client_has_is_remembered);
    tcase_add_test(tc, so_many_bits_are_flipped);
    tcase_add_test(tc, bits_of_an_option_are_flipped_within_it);
    tcase_add_test(tc, random_truncation_reaches_every_octet);
    tcase_add_test(tc, a_random_option_keeps_its_length);
    tcase_add_test(tc, random_octets_follow_the_end);
    tcase_add_test(tc, overloaded_options_are_still_read);
    tcase_add_test(tc, surgery_reaches_overloaded_options);
    tcase_add_test(tc, a_field_without_options_is_no_place_for_them);
    tcase_add_test(tc, a_full_field_is_cleared_behind_a_cut);
    tcase_add_test(tc, an_option_that_outgrows_its_field_moves);
    tcase_add_test(tc, a_field_in_use_is_not_overloaded);
    tcase_add_loop_test(tc, nothing_is_done_without_room, 0, (int)(sizeof needs / sizeof needs[0]));
    tcase_add_test(tc, a_message_without_options_has_none_to_change);
    tcase_add_test(tc, octets_go_where_the_end_is_or_would_be);
    tcase_add_test(tc, broken_options_are_walked_as_far_as_they_go);
}
HARNESS_MAIN("policy/fault_edit", tests)
