/* SPDX-License-Identifier: MIT */
/* server_class_test.c - what a server knows of its clients beyond their names: classes, single
 * clients, links of several subnets, and what it tells relay agents about leases.  Tests that a
 * requirement asks for are named after it. */
#include <stdio.h>
#include <string.h>

#include "support/talk.h"

static talk t;

/* Option 60 as a TLV. */
#define ACME  "3c0461636d65"   /* acme */
#define ACME2 "3c0561636d6532" /* acme2 */

static void match(dhcpperf_class *c, uint8_t code, int subcode, int op, const char *text)
{
    dhcpperf_bytes value = {(const uint8_t *)text, text != NULL ? strlen(text) : 0};

    ck_assert_int_eq(dhcpperf_class_match(c, code, subcode, op, value), 0);
}

static dhcpperf_class *new_class(const char *name)
{
    dhcpperf_class *c = NULL;

    ck_assert_int_eq(dhcpperf_class_new(&c, name, &t.af.mem), 0);
    return c;
}

/* Gives it to the configuration. */
static void add_class(dhcpperf_class *c)
{
    ck_assert_int_eq(dhcpperf_server_config_add_class(t.config, c), 0);
    dhcpperf_class_free(c);
}

/* A class by its vendor class, with a domain name of its own. */
static void add_vendor(const char *name, const char *vendor, const char *domain)
{
    dhcpperf_class *c = new_class(name);

    match(c, 60, -1, DHCPPERF_MATCH_EXACT, vendor);
    ck_assert_int_eq(dhcpperf_class_add_option(c, 15, domain), 0);
    add_class(c);
}

static dhcpperf_pool *new_pool(const char *network, const char *first, const char *last)
{
    dhcpperf_pool *p = NULL;

    ck_assert_int_eq(dhcpperf_pool_new(&p, talk_ip(network), 24, &t.af.mem), 0);
    ck_assert_int_eq(dhcpperf_pool_add_range(p, talk_ip(first), talk_ip(last)), 0);
    return p;
}

static void add_pool(dhcpperf_pool *p)
{
    ck_assert_int_eq(dhcpperf_server_config_add_pool(t.config, p), 0);
    dhcpperf_pool_free(p);
}

static dhcpperf_bytes bytes(const void *data, size_t len)
{
    dhcpperf_bytes b = {data, len};

    return b;
}

/* ---- classes -------------------------------------------------------------------------------- */

START_TEST(s_058_the_vendor_class_is_compared_exactly)
    {
        talk_prepare(&t);
        add_vendor("short", "acme", "short.example");
        add_vendor("long", "acme2", "long.example");
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .more = ACME);
        HEAR(&t, "OFFER 15=short.example");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .more = ACME2);
        HEAR(&t, "OFFER 15=long.example");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .more = "3c0361636d"); /* acm */
        HEAR(&t, "OFFER 15=example.org");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 4, .more = "3c0441636d65"); /* Acme */
        HEAR(&t, "OFFER 15=example.org");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 5);
        HEAR(&t, "OFFER 15=example.org");
        talk_close(&t);
    }
END_TEST

START_TEST(a_class_is_what_all_its_conditions_say)
    {
        static const struct {
            const char *more, *info;
            int in;
        } cases[] = {
            {ACME, NULL, 0},
            {ACME2, "0103706f72", 0},                   /* circuit id "por" */
            {ACME2, "0105706f727437", 1},               /* "port7" */
            {ACME2, "0201aa0105706f727437", 1},         /* behind another sub-option */
            {ACME2, "0105706f7274370205aa", 0},         /* the last one runs over: none counts */
            {"3c0261633c036d6532", "0105706f727437", 1} /* RFC 3396: in pieces */
        };
        dhcpperf_class *c;

        talk_prepare(&t);
        c = new_class("both");
        match(c, 60, -1, DHCPPERF_MATCH_PREFIX, "acme");
        match(c, 60, -1, DHCPPERF_MATCH_EXACT, "acme2");
        match(c, 82, 1, DHCPPERF_MATCH_PREFIX, "port");
        ck_assert_int_eq(dhcpperf_class_add_option(c, 15, "class.example"), 0);
        add_class(c);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .more = cases[_i].more,
             .info = cases[_i].info, .giaddr = "10.0.0.1");
        ck_assert_int_eq(talk_hear(&t), 1);
        {
            dhcpperf_bytes domain;

            ck_assert_int_eq(dhcpperf_msg_get_option(t.msg, 15, &domain), 0);
            ck_assert_msg((domain.len == 13) == cases[_i].in, "case %d", _i);
        }
        talk_close(&t);
    }
END_TEST

START_TEST(the_first_class_that_matches_counts_alone)
    {
        dhcpperf_class *c;

        talk_prepare(&t);
        add_vendor("first", "acme", "first.example");
        c = new_class("everybody");
        ck_assert_int_eq(dhcpperf_class_add_option(c, 15, "second.example"), 0);
        ck_assert_int_eq(dhcpperf_class_add_option(c, 6, "192.0.2.66"), 0);
        add_class(c);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .more = ACME, .list = "15,6");
        HEAR(&t, "OFFER 15=first.example 6=192.0.2.1,192.0.2.2");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .list = "15,6");
        HEAR(&t, "OFFER 15=second.example 6=192.0.2.66 3=(absent)");
        talk_close(&t);
    }
END_TEST

START_TEST(user_classes_match_one_by_one_or_as_a_whole)
    {
        dhcpperf_class *c;

        talk_prepare(&t);
        c = new_class("ipxe");
        match(c, 77, -1, DHCPPERF_MATCH_EXACT, "iPXE");
        ck_assert_int_eq(dhcpperf_class_add_option(c, 67, "menu.ipxe"), 0);
        add_class(c);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .more = "4d0469505845");
        HEAR(&t, "OFFER 67=menu.ipxe");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .more = "4d0802aabb0469505845");
        HEAR(&t, "OFFER 67=menu.ipxe");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .more = "4d0802aabb0569505845");
        HEAR(&t, "OFFER !67"); /* no list: the last one runs over */
        talk_close(&t);
    }
END_TEST

START_TEST(any_option_can_tell_a_class)
    {
        dhcpperf_class *c;

        talk_prepare(&t);
        c = new_class("marked");
        match(c, 250, -1, DHCPPERF_MATCH_PRESENT, NULL);
        ck_assert_int_eq(dhcpperf_class_add_option(c, 15, "marked.example"), 0);
        add_class(c);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .more = "fa00");
        HEAR(&t, "OFFER 15=marked.example");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .more = "f900");
        HEAR(&t, "OFFER 15=example.org");
        talk_close(&t);
    }
END_TEST

START_TEST(a_class_has_lease_times_of_its_own)
    {
        dhcpperf_class *c;

        talk_prepare(&t);
        c = new_class("guests");
        match(c, 60, -1, DHCPPERF_MATCH_EXACT, "acme");
        ck_assert_int_eq(dhcpperf_class_set_lease(c, 300, 100, 400), 0);
        ck_assert_int_eq(dhcpperf_class_set_lease(c, 300, 400, 500), DHCPPERF_E_RANGE);
        add_class(c);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .more = ACME);
        HEAR(&t, "OFFER yiaddr=10.0.0.10 51=300 58=150");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .more = ACME, .wish = "10.0.0.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK 51=300");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .more = ACME, .lease = "1h");
        HEAR(&t, "OFFER 51=400");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .lease = "1h");
        HEAR(&t, "OFFER 51=3600");
        talk_close(&t);
    }
END_TEST

START_TEST(impossible_classes_are_refused)
    {
        dhcpperf_class *c = NULL;
        dhcpperf_server *s = NULL;
        uint8_t octets[256] = {0};
        char name[65];
        unsigned i;

        talk_prepare(&t);
        memset(name, 'x', 64);
        name[64] = '\0';
        ck_assert_int_eq(dhcpperf_class_new(&c, name, &t.af.mem), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_class_new(&c, "", &t.af.mem), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_class_new(NULL, "a", &t.af.mem), DHCPPERF_E_INVALID);
        c = new_class("a");
        ck_assert_int_eq(dhcpperf_class_match(c, 0, -1, 0, bytes("a", 1)), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_class_match(c, 255, -1, 0, bytes("a", 1)), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_class_match(c, 60, -2, 0, bytes("a", 1)), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_class_match(c, 60, 256, 0, bytes("a", 1)), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_class_match(c, 60, -1, 3, bytes("a", 1)), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_class_match(c, 60, -1, 0, bytes(NULL, 1)), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_class_match(c, 60, -1, 0, bytes(octets, 256)), DHCPPERF_E_RANGE);
        ck_assert_int_eq(dhcpperf_class_add_option(c, 51, "1h"), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_class_add_option(c, 6, "somewhere"), DHCPPERF_E_SYNTAX);
        ck_assert_int_eq(dhcpperf_server_config_add_class(t.config, c), 0);
        ck_assert_int_eq(dhcpperf_server_config_add_class(t.config, c), DHCPPERF_E_CONFLICT);
        dhcpperf_class_free(c);
        for (i = 1; i <= 255; i++) {
            int want = i < 255 ? 0 : DHCPPERF_E_FULL;

            snprintf(name, sizeof name, "class %u", i);
            c = new_class(name);
            ck_assert_int_eq(dhcpperf_server_config_add_class(t.config, c), want);
            dhcpperf_class_free(c);
        }
        ck_assert_int_eq(dhcpperf_pool_add_class_range(t.pool, talk_ip("10.0.0.30"),
                                                       talk_ip("10.0.0.39"), "nobody's"),
                         0);
        ck_assert_int_eq(dhcpperf_server_config_add_pool(t.config, t.pool), 0);
        ck_assert_int_eq(dhcpperf_server_new(&s, t.config, &t.af.mem), DHCPPERF_E_NOTFOUND);
        talk_close(&t);
    }
END_TEST

/* ---- ranges of classes ---------------------------------------------------------------------- */

/* .10 to .19 for everybody, .30 to .31 and .40 for class "phones". */
static void open_ranges(void)
{
    static const char *const ranges[][2] = {{"10.0.0.30", "10.0.0.31"}, {"10.0.0.40", "10.0.0.40"}};
    size_t i;

    talk_prepare(&t);
    add_vendor("phones", "acme", "phones.example");
    for (i = 0; i < 2; i++) {
        ck_assert_int_eq(dhcpperf_pool_add_class_range(t.pool, talk_ip(ranges[i][0]),
                                                       talk_ip(ranges[i][1]), "phones"),
                         0);
    }
    ck_assert_int_eq(
        dhcpperf_pool_add_class_range(t.pool, talk_ip("10.0.0.15"), talk_ip("10.0.0.16"), "phones"),
        DHCPPERF_E_CONFLICT);
    ck_assert_uint_eq(dhcpperf_pool_size(t.pool), 13);
    talk_open(&t);
}

static void bind_as(unsigned client, const char *more, const char *want)
{
    char words[64];

    SEND(&t, .type = DHCPPERF_DISCOVER, .client = client, .more = more);
    snprintf(words, sizeof words, "OFFER yiaddr=%s", want);
    HEAR(&t, words);
    SEND(&t, .type = DHCPPERF_REQUEST, .client = client, .more = more, .wish = want,
         .server = "10.0.0.1");
    snprintf(words, sizeof words, "ACK yiaddr=%s", want);
    HEAR(&t, words);
}

START_TEST(members_take_their_own_ranges_first_then_the_general_one)
    {
        open_ranges();
        bind_as(1, ACME, "10.0.0.30");
        bind_as(2, ACME, "10.0.0.31");
        bind_as(3, ACME, "10.0.0.40");
        bind_as(4, ACME, "10.0.0.10");
        bind_as(5, NULL, "10.0.0.11");
        talk_close(&t);
    }
END_TEST

START_TEST(others_never_get_an_address_of_a_class)
    {
        unsigned k;

        open_ranges();
        bind_as(100, ACME, "10.0.0.30");
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 100, .ciaddr = "10.0.0.30", .more = ACME);
        for (k = 0; k < 10; k++) {
            SEND(&t, .type = DHCPPERF_DISCOVER, .client = k,
                 .wish = k % 2 == 0 ? "10.0.0.31" : "10.0.0.30");
            HEAR(&t, "OFFER 15=example.org");
            ck_assert_uint_lt(dhcpperf_msg_get_yiaddr(t.msg).b[3], 20);
        }
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 11, .wish = "10.0.0.31");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_EXHAUSTED), 1);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 12, .wish = "10.0.0.31", .server = "10.0.0.1");
        HEAR(&t, "NAK"); /* free, but not for it */
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 12, .wish = "10.0.0.31", .server = "10.0.0.1",
             .more = ACME);
        HEAR(&t, "ACK");
        talk_close(&t);
    }
END_TEST

START_TEST(freed_addresses_of_a_class_go_round_in_it)
    {
        open_ranges();
        bind_as(1, ACME, "10.0.0.30");
        bind_as(2, ACME, "10.0.0.31");
        bind_as(3, ACME, "10.0.0.40");
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 3, .ciaddr = "10.0.0.40", .more = ACME);
        talk_wait(&t, SECOND);
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 1, .ciaddr = "10.0.0.30", .more = ACME);
        bind_as(4, ACME, "10.0.0.40"); /* free for longest */
        bind_as(5, ACME, "10.0.0.30");
        bind_as(6, NULL, "10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(whoever_leaves_the_class_loses_the_address)
    {
        open_ranges();
        bind_as(1, ACME, "10.0.0.30");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.30");
        HEAR(&t, "NAK");
        bind_as(1, NULL, "10.0.0.10");
        bind_as(2, ACME, "10.0.0.31");
        bind_as(3, ACME, "10.0.0.40");
        bind_as(4, ACME, "10.0.0.30"); /* it had been given back */
        talk_close(&t);
    }
END_TEST

START_TEST(a_reservation_in_the_range_of_a_class_is_kept_for_its_client)
    {
        static const uint8_t mac[] = {1, 2, 0, 0, 0, 0, 7};

        talk_prepare(&t);
        add_vendor("phones", "acme", "phones.example");
        ck_assert_int_eq(dhcpperf_pool_add_class_range(t.pool, talk_ip("10.0.0.30"),
                                                       talk_ip("10.0.0.31"), "phones"),
                         0);
        ck_assert_int_eq(dhcpperf_pool_reserve(t.pool, DHCPPERF_KEY_HARDWARE,
                                               bytes(mac, sizeof mac), talk_ip("10.0.0.30")),
                         0);
        talk_open(&t);
        bind_as(7, NULL, "10.0.0.30");
        bind_as(8, ACME, "10.0.0.31");
        bind_as(9, ACME, "10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(shards_share_every_range_of_a_class)
    {
        unsigned total = 0, index;

        for (index = 0; index < 2; index++) {
            unsigned n = 0, k;

            talk_prepare(&t);
            add_vendor("phones", "acme", "phones.example");
            ck_assert_int_eq(dhcpperf_pool_add_class_range(t.pool, talk_ip("10.0.0.30"),
                                                           talk_ip("10.0.0.39"), "phones"),
                             0);
            ck_assert_int_eq(dhcpperf_server_config_set_shard(t.config, index, 2), 0);
            talk_open(&t);
            for (k = 0; k < 30; k++) {
                SEND(&t, .type = DHCPPERF_DISCOVER, .client = k, .more = ACME);
                if (talk_hear(&t)) {
                    n += dhcpperf_msg_get_yiaddr(t.msg).b[3] >= 30;
                    total++;
                }
            }
            ck_assert_uint_eq(n, 5);
            talk_close(&t);
        }
        ck_assert_uint_eq(total, 20);
    }
END_TEST

/* ---- single clients ------------------------------------------------------------------------- */

START_TEST(options_of_a_client_beat_its_class_and_the_subnet)
    {
        static const uint8_t mac[] = {1, 2, 0, 0, 0, 0, 7}, id[] = {0, 'i', 'd'};

        talk_prepare(&t);
        add_vendor("phones", "acme", "phones.example");
        ck_assert_int_eq(dhcpperf_pool_reserve(t.pool, DHCPPERF_KEY_HARDWARE,
                                               bytes(mac, sizeof mac), talk_ip("10.0.0.77")),
                         0);
        ck_assert_int_eq(dhcpperf_pool_reserve(t.pool, DHCPPERF_KEY_CLIENT_ID, bytes(id, sizeof id),
                                               talk_ip("10.0.0.78")),
                         0);
        ck_assert_int_eq(dhcpperf_pool_reserve_option(t.pool, DHCPPERF_KEY_HARDWARE,
                                                      bytes(mac, sizeof mac), 12, "seven"),
                         0);
        ck_assert_int_eq(dhcpperf_pool_reserve_option(t.pool, DHCPPERF_KEY_HARDWARE,
                                                      bytes(mac, sizeof mac), 15, "own.example"),
                         0);
        ck_assert_int_eq(dhcpperf_pool_reserve_option(t.pool, DHCPPERF_KEY_HARDWARE,
                                                      bytes(mac, sizeof mac), 3, "10.0.0.12"),
                         0);
        ck_assert_int_eq(dhcpperf_pool_reserve_option(t.pool, DHCPPERF_KEY_CIRCUIT,
                                                      bytes(mac, sizeof mac), 15, "a.b"),
                         DHCPPERF_E_NOTFOUND);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 7, .more = ACME);
        HEAR(&t, "OFFER yiaddr=10.0.0.77 12=seven 15=own.example 3=10.0.0.12 "
                 "6=192.0.2.1,192.0.2.2 1=255.255.255.0 51=3600 58=1800 len=310");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 7, .wish = "10.0.0.77", .server = "10.0.0.1",
             .list = "15,12,3,1", .info = "0101aa", .giaddr = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.77 order=53,54,51,58,59,15,12,1,3,82 12=seven 82=0101aa");
        SEND(&t, .type = DHCPPERF_INFORM, .client = 7, .ciaddr = "10.0.0.77", .list = "12");
        HEAR(&t, "ACK 12=seven !51");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 8, .id = "006964", .more = ACME);
        HEAR(&t, "OFFER yiaddr=10.0.0.78 15=phones.example !12");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 9);
        HEAR(&t, "OFFER yiaddr=10.0.0.10 15=example.org !12");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 10);
        HEAR(&t, "OFFER yiaddr=10.0.0.11");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 11);
        HEAR(&t, "OFFER yiaddr=10.0.0.13"); /* .12 is a router */
        talk_close(&t);
    }
END_TEST

START_TEST(s_115_a_circuit_is_qualified_by_its_relay)
    {
        static const uint8_t circuit[] = {'c', '1'};
        dhcpperf_pool *other;

        talk_prepare(&t);
        other = new_pool("10.0.9.0", "10.0.9.10", "10.0.9.19");
        ck_assert_int_eq(dhcpperf_pool_reserve(t.pool, DHCPPERF_KEY_CIRCUIT, bytes(circuit, 2),
                                               talk_ip("10.0.0.50")),
                         0);
        ck_assert_int_eq(dhcpperf_pool_reserve(other, DHCPPERF_KEY_CIRCUIT, bytes(circuit, 2),
                                               talk_ip("10.0.9.50")),
                         0);
        add_pool(other);
        talk_open(&t);
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1", .info = "01026331");
        HEAR(&t, "OFFER yiaddr=10.0.0.50");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.0.1", .info = "01026331",
             .wish = "10.0.0.50", .server = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.0.50");
        /* the same circuit of another network's relay */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .giaddr = "10.0.9.1", .info = "01026331");
        HEAR(&t, "OFFER yiaddr=10.0.9.50");
        /* and of another relay on the same network, while the lease lasts */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .giaddr = "10.0.0.2", .info = "01026331");
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        /* nor when its client has renewed past the relay meanwhile */
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.50");
        HEAR(&t, "ACK yiaddr=10.0.0.50");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 6, .giaddr = "10.0.0.2", .info = "01026331");
        HEAR(&t, "OFFER yiaddr=10.0.0.11");
        /* opaque octets: no case, no text */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 4, .giaddr = "10.0.0.1", .info = "01024331");
        HEAR(&t, "OFFER yiaddr=10.0.0.12");
        /* a new device on the circuit */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 5, .giaddr = "10.0.0.1", .info = "01026331");
        HEAR(&t, "OFFER yiaddr=10.0.0.50");
        talk_close(&t);
    }
END_TEST

/* ---- links of several subnets --------------------------------------------------------------- */

/* 10.0.0.10 and .11, then 10.0.9.10 and .11 on the same link; 10.0.5.0/24 is elsewhere. */
static void prepare_link(void)
{
    dhcpperf_pool *p;

    talk_prepare(&t);
    ck_assert_int_eq(dhcpperf_pool_exclude(t.pool, talk_ip("10.0.0.12"), talk_ip("10.0.0.19")), 0);
    ck_assert_int_eq(dhcpperf_pool_set_shared(t.pool, "wire"), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_pool(t.config, t.pool), 0);
    p = new_pool("10.0.5.0", "10.0.5.10", "10.0.5.11");
    ck_assert_int_eq(dhcpperf_pool_set_shared(p, "another"), 0);
    add_pool(p);
    p = new_pool("10.0.9.0", "10.0.9.10", "10.0.9.11");
    ck_assert_int_eq(dhcpperf_pool_add_option(p, 3, "10.0.9.1"), 0);
    ck_assert_int_eq(dhcpperf_pool_set_lease(p, 600, 60, 900), 0);
    ck_assert_int_eq(dhcpperf_pool_set_shared(p, "wire"), 0);
    add_pool(p);
}

static void open_link(void)
{
    int rc = dhcpperf_server_new(&t.server, t.config, &t.af.mem);

    ck_assert_msg(rc == 0, "server_new: %s", dhcpperf_strerror(rc));
    t.engine = dhcpperf_server_engine(t.server);
}

START_TEST(a_link_is_served_from_its_first_subnet_with_a_free_address)
    {
        prepare_link();
        open_link();
        bind_as(1, NULL, "10.0.0.10");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .giaddr = "10.0.9.1");
        HEAR(&t, "OFFER yiaddr=10.0.0.11 1=255.255.255.0 3=10.0.0.1 51=3600");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 3, .giaddr = "10.0.0.1");
        HEAR(&t, "OFFER yiaddr=10.0.9.10 3=10.0.9.1 !6 51=600 58=300");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 3, .giaddr = "10.0.0.1", .wish = "10.0.9.10",
             .server = "10.0.0.1", .lease = "1h");
        HEAR(&t, "ACK yiaddr=10.0.9.10 3=10.0.9.1 51=600");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 4, .wish = "10.0.5.10");
        HEAR(&t, "OFFER yiaddr=10.0.9.11"); /* the wish is for another link */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 5);
        HEAR(&t, "nothing");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 5, .giaddr = "10.0.5.1");
        HEAR(&t, "OFFER yiaddr=10.0.5.10");
        talk_close(&t);
    }
END_TEST

START_TEST(a_client_has_one_address_on_a_link)
    {
        dhcpperf_lease l;
        uint8_t mac[] = {1, 2, 0, 0, 0, 0, 1};
        dhcpperf_key key = {.kind = DHCPPERF_KEY_HARDWARE, .bytes = {mac, sizeof mac}};

        prepare_link();
        open_link();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .wish = "10.0.9.11");
        HEAR(&t, "OFFER yiaddr=10.0.9.11");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.9.11", .server = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.9.11");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.1");
        HEAR(&t, "OFFER yiaddr=10.0.9.11");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.9.1");
        HEAR(&t, "OFFER yiaddr=10.0.9.11");
        for (key.subnet = 0; key.subnet < 3; key.subnet++) {
            int rc = dhcpperf_server_find_client(t.server, &key, &l, sizeof l);

            ck_assert_int_eq(rc, key.subnet == 1 ? DHCPPERF_E_NOTFOUND : 0);
        }
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_BOUND), 1);
        /* elsewhere it is somebody new */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.5.1");
        HEAR(&t, "OFFER yiaddr=10.0.5.10");
        talk_close(&t);
    }
END_TEST

START_TEST(s_068_the_wrong_network_is_judged_by_the_link)
    {
        prepare_link();
        talk_set(&t, "authoritative", "0");
        open_link();
        bind_as(1, NULL, "10.0.0.10");
        bind_as(2, NULL, "10.0.0.11");
        bind_as(3, NULL, "10.0.9.10");
        /* the server is in 10.0.0.0/24, the address in a sibling */
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 3, .wish = "10.0.9.10");
        HEAR(&t, "ACK yiaddr=10.0.9.10 3=10.0.9.1");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .wish = "10.0.0.10", .giaddr = "10.0.9.1");
        HEAR(&t, "ACK yiaddr=10.0.0.10 3=10.0.0.1");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 9, .wish = "10.0.9.11");
        HEAR(&t, "nothing"); /* right network, unknown client */
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 9, .wish = "10.0.5.10");
        HEAR(&t, "NAK");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 9, .wish = "198.51.100.23");
        HEAR(&t, "NAK");
        talk_close(&t);
    }
END_TEST

START_TEST(renewal_release_and_decline_find_the_sibling)
    {
        prepare_link();
        open_link();
        bind_as(1, NULL, "10.0.0.10");
        bind_as(2, NULL, "10.0.0.11");
        bind_as(3, NULL, "10.0.9.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 3, .ciaddr = "10.0.9.10", .to = "10.0.0.1",
             .from = "10.0.9.10");
        HEAR(&t, "ACK yiaddr=10.0.9.10 51=600");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 3, .ciaddr = "10.0.9.10",
             .giaddr = "10.0.0.1");
        HEAR(&t, "ACK yiaddr=10.0.9.10");
        SEND(&t, .type = DHCPPERF_INFORM, .client = 4, .ciaddr = "10.0.9.99", .giaddr = "10.0.0.1");
        HEAR(&t, "ACK 3=10.0.9.1 !51");
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 3, .ciaddr = "10.0.9.10", .to = "10.0.0.1");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RELEASED), 1);
        bind_as(3, NULL, "10.0.9.10"); /* remembered */
        SEND(&t, .type = DHCPPERF_DECLINE, .client = 3, .wish = "10.0.9.10", .server = "10.0.0.1",
             .giaddr = "10.0.0.1");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DECLINED), 1);
        bind_as(3, NULL, "10.0.9.11");
        talk_close(&t);
    }
END_TEST

START_TEST(a_reservation_holds_for_the_whole_link)
    {
        static const uint8_t mac[] = {1, 2, 0, 0, 0, 0, 7};
        dhcpperf_pool *p;

        prepare_link();
        p = new_pool("10.0.10.0", "10.0.10.10", "10.0.10.11");
        ck_assert_int_eq(dhcpperf_pool_set_shared(p, "wire"), 0);
        ck_assert_int_eq(dhcpperf_pool_reserve(p, DHCPPERF_KEY_HARDWARE, bytes(mac, sizeof mac),
                                               talk_ip("10.0.10.77")),
                         0);
        add_pool(p);
        open_link();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 7, .id = "00aabb");
        HEAR(&t, "OFFER yiaddr=10.0.10.77");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 8);
        HEAR(&t, "OFFER yiaddr=10.0.0.10");
        talk_close(&t);
    }
END_TEST

START_TEST(a_key_cannot_be_reserved_twice_on_a_link)
    {
        static const uint8_t mac[] = {1, 2, 0, 0, 0, 0, 7};
        dhcpperf_server *s = NULL;
        dhcpperf_pool *p;
        unsigned i;

        prepare_link();
        for (i = 0; i < 2; i++) {
            p = new_pool(i == 0 ? "10.0.20.0" : "10.0.21.0", i == 0 ? "10.0.20.1" : "10.0.21.1",
                         i == 0 ? "10.0.20.9" : "10.0.21.9");
            if (_i == 1) {
                ck_assert_int_eq(dhcpperf_pool_set_shared(p, "wire"), 0);
            }
            ck_assert_int_eq(dhcpperf_pool_reserve(p, DHCPPERF_KEY_HARDWARE, bytes(mac, sizeof mac),
                                                   talk_ip(i == 0 ? "10.0.20.7" : "10.0.21.7")),
                             0);
            add_pool(p);
        }
        ck_assert_int_eq(dhcpperf_server_new(&s, t.config, &t.af.mem),
                         _i == 1 ? DHCPPERF_E_CONFLICT : 0);
        dhcpperf_server_free(s);
        ck_assert_int_eq(dhcpperf_pool_set_shared(t.pool, ""), DHCPPERF_E_INVALID);
        ck_assert_int_eq(dhcpperf_pool_set_shared(t.pool, NULL), DHCPPERF_E_INVALID);
        talk_close(&t);
    }
END_TEST

/* ---- leasequery ----------------------------------------------------------------------------- */

static void open_query(void)
{
    dhcpperf_pool *p;

    talk_prepare(&t);
    talk_set(&t, "leasequery.enabled", "true");
    p = new_pool("10.0.9.0", "10.0.9.10", "10.0.9.11");
    add_pool(p);
    talk_open(&t);
}

/* A question without a client's own address. */
#define ASK(...) SEND(&t, .type = DHCPPERF_LEASEQUERY, .giaddr = "10.0.0.2", __VA_ARGS__)
#define NOBODY   "00000000000000000000000000000000"

START_TEST(s_119_leasequery_by_address)
    {
        open_query();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.0.2",
             .info = "0103706f72");
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.0.2", .info = "0103706f72",
             .wish = "10.0.0.10", .server = "10.0.0.1");
        HEAR(&t, "ACK");
        talk_wait(&t, 100 * SECOND);
        ASK(.ciaddr = "10.0.0.10", .chaddr = NOBODY, .hlen = 99, .htype = 99, .xid = 77);
        HEAR(&t, "LEASEACTIVE op=2 xid=77 ciaddr=10.0.0.10 yiaddr=0.0.0.0 giaddr=10.0.0.2 "
                 "dst=10.0.0.2:67 54=10.0.0.1 51=3500 58=1700 59=3050 91=100 82=0103706f72 !92 !61 "
                 "!3 !6");
        ck_assert_uint_eq(t.bytes[1], 1);
        ck_assert_uint_eq(t.bytes[2], 6);
        assert_mem_eq(t.bytes + 28, "\2\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0", 16);
        /* T1 is over */
        talk_wait(&t, 2000 * SECOND);
        ASK(.ciaddr = "10.0.0.10", .chaddr = NOBODY, .hlen = 99);
        HEAR(&t, "LEASEACTIVE 51=1500 !58 59=1050 91=2100");
        /* free, unknown */
        ASK(.ciaddr = "10.0.0.11", .chaddr = NOBODY, .hlen = 99);
        HEAR(&t, "LEASEUNASSIGNED ciaddr=10.0.0.11 54=10.0.0.1 !51 !91");
        ASK(.ciaddr = "192.0.2.9", .chaddr = NOBODY, .hlen = 99);
        HEAR(&t, "LEASEUNKNOWN ciaddr=192.0.2.9 54=10.0.0.1 !51");
        /* it ended */
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 1, .ciaddr = "10.0.0.10");
        ASK(.ciaddr = "10.0.0.10", .chaddr = NOBODY, .hlen = 99);
        HEAR(&t, "LEASEUNASSIGNED");
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_QUERY, DHCPPERF_OUT_ANSWERED), 5);
        ck_assert_uint_eq(dhcpperf_server_count(t.server, DHCPPERF_LEASE_RELEASED), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(s_119_leasequery_by_hardware_address)
    {
        open_query();
        bind_as(1, NULL, "10.0.0.10");
        ASK(.client = 1);
        HEAR(&t, "LEASEACTIVE ciaddr=10.0.0.10 51=3600 91=0 !92 !61");
        talk_wait(&t, 10 * SECOND);
        /* the same card in another subnet, and under another name */
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.9.1");
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.9.1", .wish = "10.0.9.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK");
        ASK(.client = 1);
        HEAR(&t, "LEASEACTIVE ciaddr=10.0.9.10 91=0 +92"); /* the latest */
        {
            dhcpperf_bytes all;

            ck_assert_int_eq(dhcpperf_msg_get_option(t.msg, 92, &all), 0);
            ck_assert_uint_eq(all.len, 8);
        }
        talk_wait(&t, 10 * SECOND);
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.0.10", .to = "10.0.0.1");
        HEAR(&t, "ACK");
        ASK(.client = 1);
        HEAR(&t, "LEASEACTIVE ciaddr=10.0.0.10 91=0 +92");
        ASK(.ciaddr = "10.0.9.10", .chaddr = NOBODY, .hlen = 99); /* names one of them */
        HEAR(&t, "LEASEACTIVE ciaddr=10.0.9.10 91=10 +92");
        ASK(.client = 1, .htype = 6);
        HEAR(&t, "LEASEUNKNOWN ciaddr=0.0.0.0");
        ck_assert_uint_eq(t.bytes[1], 6);
        ASK(.client = 2);
        HEAR(&t, "LEASEUNKNOWN !51 !92");
        talk_close(&t);
    }
END_TEST

START_TEST(s_119_leasequery_by_client_identifier)
    {
        open_query();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .id = "00aabbcc");
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .id = "00aabbcc", .wish = "10.0.0.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK");
        ASK(.id = "00aabbcc", .chaddr = NOBODY, .hlen = 99);
        HEAR(&t, "LEASEACTIVE ciaddr=10.0.0.10 61=00aabbcc");
        assert_mem_eq(t.bytes + 28, "\2\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0", 16);
        ASK(.client = 1); /* the card is known, too */
        HEAR(&t, "LEASEACTIVE ciaddr=10.0.0.10 61=00aabbcc");
        ASK(.id = "00aabbcd", .chaddr = NOBODY, .hlen = 99);
        HEAR(&t, "LEASEUNKNOWN 61=00aabbcd");
        /* what is asked for decides; the name always comes */
        ASK(.id = "00aabbcc", .chaddr = NOBODY, .hlen = 99, .list = "91,1");
        HEAR(&t, "LEASEACTIVE order=53,54,61,91");
        talk_close(&t);
    }
END_TEST

START_TEST(s_119_leasequery_without_a_relay_is_dropped)
    {
        open_query();
        bind_as(1, NULL, "10.0.0.10");
        SEND(&t, .type = DHCPPERF_LEASEQUERY, .client = 1, .from = "10.0.0.2");
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_QUERY), 1);
        ASK(.chaddr = NOBODY, .hlen = 99); /* asks for nothing */
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_QUERY), 2);
        ck_assert_uint_eq(talk_exchange(&t, DHCPPERF_X_QUERY, DHCPPERF_OUT_UNANSWERED), 2);
        talk_close(&t);
    }
END_TEST

START_TEST(s_119_leasequery_is_off_unless_enabled)
    {
        talk_prepare(&t);
        talk_open(&t);
        bind_as(1, NULL, "10.0.0.10");
        ASK(.client = 1);
        HEAR(&t, "nothing");
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_DROP_QUERY), 1);
        talk_close(&t);
    }
END_TEST

START_TEST(what_was_kept_of_a_client_goes_with_it)
    {
        dhcpperf_lease l;

        open_query();
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 1, .giaddr = "10.0.9.1",
             .info = "0103706f72");
        HEAR(&t, "OFFER yiaddr=10.0.9.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.9.1", .info = "0103706f72",
             .wish = "10.0.9.10", .server = "10.0.0.1");
        HEAR(&t, "ACK");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .giaddr = "10.0.9.1",
             .info = "0104706f7274", .ciaddr = "10.0.9.10");
        HEAR(&t, "ACK");
        ASK(.client = 1);
        HEAR(&t, "LEASEACTIVE 82=0104706f7274"); /* as it came last */
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 1, .ciaddr = "10.0.9.10", .to = "10.0.0.1");
        HEAR(&t, "ACK"); /* renewed past the relay */
        ASK(.client = 1);
        HEAR(&t, "LEASEACTIVE 82=0104706f7274");
        SEND(&t, .type = DHCPPERF_RELEASE, .client = 1, .ciaddr = "10.0.9.10", .to = "10.0.0.1");
        SEND(&t, .type = DHCPPERF_DISCOVER, .client = 2, .giaddr = "10.0.9.1", .wish = "10.0.9.10");
        HEAR(&t, "OFFER yiaddr=10.0.9.10");
        SEND(&t, .type = DHCPPERF_REQUEST, .client = 2, .giaddr = "10.0.9.1", .wish = "10.0.9.10",
             .server = "10.0.0.1");
        HEAR(&t, "ACK");
        ASK(.client = 2);
        HEAR(&t, "LEASEACTIVE ciaddr=10.0.9.10 !82");
        ASK(.client = 1);
        HEAR(&t, "LEASEUNKNOWN");
        /* a saved lease is found, too */
        ck_assert_int_eq(dhcpperf_server_find_lease(t.server, talk_ip("10.0.9.10"), &l, sizeof l),
                         0);
        {
            static const uint8_t mac[] = {1, 2, 0, 0, 0, 0, 5};

            l.ip = talk_ip("10.0.9.11");
            l.key.bytes = bytes(mac, sizeof mac);
            l.relay_info = bytes("\1\2ab", 4);
            ck_assert_int_eq(dhcpperf_server_import_lease(t.server, &l, t.now), 0);
        }
        ASK(.client = 5);
        HEAR(&t, "LEASEACTIVE ciaddr=10.0.9.11 82=01026162");
        talk_close(&t);
    }
END_TEST

START_TEST(an_answer_without_room_goes_without_relay_information)
    {
        char info[2 * 250 + 1], id[2 * 250 + 1];

        open_query();
        memset(info, '6', sizeof info - 1);
        memcpy(info, "01f8", 4);
        info[sizeof info - 1] = '\0';
        memset(id, '7', sizeof id - 1);
        id[sizeof id - 1] = '\0';
        SEND(&t, .type = DHCPPERF_DISCOVER, .id = id, .info = info, .giaddr = "10.0.0.2",
             .max_size = 1400);
        HEAR(&t, "OFFER");
        SEND(&t, .type = DHCPPERF_REQUEST, .id = id, .info = info, .giaddr = "10.0.0.2",
             .wish = "10.0.0.10", .server = "10.0.0.1", .max_size = 1400);
        HEAR(&t, "ACK");
        ASK(.ciaddr = "10.0.0.10", .chaddr = NOBODY, .hlen = 99, .max_size = 1400);
        HEAR(&t, "LEASEACTIVE +82 +61");
        ASK(.ciaddr = "10.0.0.10", .chaddr = NOBODY, .hlen = 99);
        HEAR(&t, "LEASEACTIVE !82 +61 51=3600 ciaddr=10.0.0.10");
        ck_assert_uint_le(t.reply.len, 548);
        ck_assert_uint_eq(talk_counter(&t, DHCPPERF_C_RELAY_INFO_LOST), 1);
        talk_close(&t);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, s_058_the_vendor_class_is_compared_exactly);
    tcase_add_loop_test(tc, a_class_is_what_all_its_conditions_say, 0, 6);
    tcase_add_test(tc, the_first_class_that_matches_counts_alone);
    tcase_add_test(tc, user_classes_match_one_by_one_or_as_a_whole);
    tcase_add_test(tc, any_option_can_tell_a_class);
    tcase_add_test(tc, a_class_has_lease_times_of_its_own);
    tcase_add_test(tc, impossible_classes_are_refused);
    tcase_add_test(tc, members_take_their_own_ranges_first_then_the_general_one);
    tcase_add_test(tc, others_never_get_an_address_of_a_class);
    tcase_add_test(tc, freed_addresses_of_a_class_go_round_in_it);
    tcase_add_test(tc, whoever_leaves_the_class_loses_the_address);
    tcase_add_test(tc, a_reservation_in_the_range_of_a_class_is_kept_for_its_client);
    tcase_add_test(tc, shards_share_every_range_of_a_class);
    tcase_add_test(tc, options_of_a_client_beat_its_class_and_the_subnet);
    tcase_add_test(tc, s_115_a_circuit_is_qualified_by_its_relay);
    tcase_add_test(tc, a_link_is_served_from_its_first_subnet_with_a_free_address);
    tcase_add_test(tc, a_client_has_one_address_on_a_link);
    tcase_add_test(tc, s_068_the_wrong_network_is_judged_by_the_link);
    tcase_add_test(tc, renewal_release_and_decline_find_the_sibling);
    tcase_add_test(tc, a_reservation_holds_for_the_whole_link);
    tcase_add_loop_test(tc, a_key_cannot_be_reserved_twice_on_a_link, 0, 2);
    tcase_add_test(tc, s_119_leasequery_by_address);
    tcase_add_test(tc, s_119_leasequery_by_hardware_address);
    tcase_add_test(tc, s_119_leasequery_by_client_identifier);
    tcase_add_test(tc, s_119_leasequery_without_a_relay_is_dropped);
    tcase_add_test(tc, s_119_leasequery_is_off_unless_enabled);
    tcase_add_test(tc, what_was_kept_of_a_client_goes_with_it);
    tcase_add_test(tc, an_answer_without_room_goes_without_relay_information);
}

HARNESS_MAIN("conformance/server_class", tests)
