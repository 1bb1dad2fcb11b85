/* SPDX-License-Identifier: MIT */
/* lease_form_test.c - leases as text: what is written reads the same, and what is damaged is told.
 */
#include "common/leases/lease_form.h"

#include <stdio.h>
#include <string.h>

#include "common/leases/lease_text.h"
#include "common/network.h"
#include "lease_samples.h"
#include "support/harness.h"

enum {
    ROUNDS = 20000
};

static const lease_form *const forms[] = {&lease_form_csv, &lease_form_isc};
static const char *const form_names[] = {"csv", "isc"};

static char text[LEASE_WRITTEN_MAX + 64];
static lease_draft draft;

static lease_piece parse(const lease_form *f, const char *piece, size_t len)
{
    lease_dialect d;

    f->begin_empty(&d);
    return f->parse(&d, piece, len, &draft);
}

/* What the form has no place for, as it comes back. */
static void blur(const lease_form *f, lease_record *r)
{
    if (f == &lease_form_isc) {
        r->subnet = 0;
    }
}

START_TEST(what_is_written_reads_the_same)
    {
        const lease_form *f = forms[_i];
        uint64_t seed = harness_seed(11);
        size_t longest = 0;
        uint32_t i;

        for (i = 0; i < ROUNDS; i++) {
            lease_sample s;
            size_t len;
            unsigned char guard = 0x5a;

            lease_sample_make(&s, i + 1, seed, 1000);
            blur(f, &s.r);
            memset(text, guard, sizeof text);
            len = f->write(text, &s.r);
            assert_fast(len <= LEASE_WRITTEN_MAX && text[len] == guard, "%s %u: %zu octets",
                        form_names[_i], i, len);
            longest = len > longest ? len : longest;
            assert_fast(memchr(text, '\r', len) == NULL && memchr(text, '\0', len) == NULL,
                        "%s %u: octets that text has not", form_names[_i], i);
            assert_fast(f->cut(text, len) == len || f == &lease_form_isc, "%s %u: cut",
                        form_names[_i], i);
            assert_fast(parse(f, text, len) == LEASE_PIECE_RECORD, "%s %u, seed %llu: %s in %.*s",
                        form_names[_i], i, (unsigned long long)seed, draft.why, (int)len, text);
            if (!lease_record_equal(&draft.r, &s.r)) {
                char want[4096];

                snprintf(want, sizeof want, "%s", lease_sample_text(&s.r));
                ck_abort_msg("%s %u, seed %llu:\n%.*s\n%s\n%s", form_names[_i], i,
                             (unsigned long long)seed, (int)len, text, want,
                             lease_sample_text(&draft.r));
            }
        }
        ck_assert_uint_gt(longest, 1500); /* the long ones were among them */
    }
END_TEST

START_TEST(the_longest_lease_has_room)
    {
        static uint8_t octets[255];
        const lease_form *f = forms[_i];
        lease_record r;

        memset(octets, 0xff, sizeof octets);
        memset(&r, 0, sizeof r);
        r.ip = r.giaddr = (dhcpperf_ip4){{255, 255, 255, 255}};
        r.state = DHCPPERF_LEASE_RELEASED;
        r.subnet = UINT32_MAX;
        r.key_kind = DHCPPERF_KEY_CLIENT_ID;
        r.key = (dhcpperf_bytes){octets, 255};
        r.htype = 255;
        r.chaddr = (dhcpperf_bytes){octets, 16};
        r.hostname = r.relay_info = r.key;
        r.starts = INT64_MAX / 2000;
        r.ends = r.last_seen = INT64_MAX / 1500;
        ck_assert_uint_le(f->write(text, &r), LEASE_WRITTEN_MAX);
        r.key_kind = DHCPPERF_KEY_CIRCUIT;
        ck_assert_uint_le(f->write(text, &r), LEASE_WRITTEN_MAX);
    }
END_TEST

/* A client must not believe longer in its lease than a server that reads the file. */
START_TEST(ends_are_rounded_up)
    {
        const lease_form *f = forms[_i];
        lease_sample s;

        lease_sample_make(&s, 1, 3, 1000);
        s.r.state = DHCPPERF_LEASE_BOUND;
        s.r.starts = INT64_C(1700000000400);
        s.r.last_seen = s.r.starts;
        s.r.ends = INT64_C(1700003600400);
        ck_assert_int_eq(parse(f, text, f->write(text, &s.r)), LEASE_PIECE_RECORD);
        ck_assert_int_eq(draft.r.ends, INT64_C(1700003601000));
        if (f == &lease_form_csv) { /* the lifetime is what was granted */
            ck_assert_ptr_nonnull(strstr(text, ",3600,1700003601,"));
        }
    }
END_TEST

/* A line of Kea's with a lifetime of 0 says that there is no lease: that of a client who gave it
 * back at once must not look so. */
START_TEST(a_lease_that_ends_as_it_begins_is_one)
    {
        const lease_form *f = forms[_i];
        const int64_t second = f == &lease_form_csv ? 1000 : 0, ms = INT64_C(1700000000000);
        lease_sample s;

        lease_sample_make(&s, 1, 3, 1000);
        blur(f, &s.r);
        s.r.state = DHCPPERF_LEASE_RELEASED;
        s.r.starts = s.r.ends = s.r.last_seen = ms;
        ck_assert_int_eq(parse(f, text, f->write(text, &s.r)), LEASE_PIECE_RECORD);
        ck_assert_int_eq(draft.r.starts, ms - second);
        draft.r.starts += second;
        ck_assert(lease_record_equal(&draft.r, &s.r));
    }
END_TEST

/* ---- Kea ------------------------------------------------------------------------------------ */

static lease_piece parse_csv(const char *line)
{
    return parse(&lease_form_csv, line, strlen(line));
}

START_TEST(a_lease_is_a_line_as_kea_writes_it)
    {
        static const uint8_t key[] = {1, 2, 0, 0, 0, 0, 7}, host[] = "pc,7";
        lease_record r;
        size_t len;

        memset(&r, 0, sizeof r);
        r.ip = (dhcpperf_ip4){{192, 0, 2, 7}};
        r.state = DHCPPERF_LEASE_BOUND;
        r.subnet = 3;
        r.key_kind = DHCPPERF_KEY_CLIENT_ID;
        r.key = (dhcpperf_bytes){key, 7};
        r.htype = 1;
        r.chaddr = (dhcpperf_bytes){key + 1, 6};
        r.hostname = (dhcpperf_bytes){host, 4};
        r.starts = r.last_seen = INT64_C(1700000000000);
        r.ends = INT64_C(1700000600000);
        len = lease_form_csv.write(text, &r);
        text[len] = '\0';
        ck_assert_str_eq(text, "192.0.2.7,02:00:00:00:00:07,01:02:00:00:00:00:07,600,1700000600,3,"
                               "0,0,pc&#x2c7,0,\n");
        r.state = DHCPPERF_LEASE_RELEASED;
        r.last_seen = r.ends;
        len = lease_form_csv.write(text, &r);
        text[len] = '\0';
        ck_assert_str_eq(text, "192.0.2.7,02:00:00:00:00:07,01:02:00:00:00:00:07,600,1700000600,3,"
                               "0,0,pc&#x2c7,2,{\"dhcpperf\":{\"released\":true}}\n");
    }
END_TEST

START_TEST(what_kea_writes_is_understood)
    {
        static const uint8_t info[] = {1, 2, 0xaa, 0xbb};

        ck_assert_int_eq(parse_csv("192.0.2.5,2:0:0:0:0:5,ff:1:2,4294967295,5994967295,1,1,0,a.b,0,"
                                   "{ \"ISC\": { \"client-classes\": [ \"ALL\"&#x2c 1 ]&#x2c "
                                   "\"relay-agent-info\": { \"sub-options\": \"0x0102AABB\"&#x2c "
                                   "\"relay-id\": \"x\" } } }\r\n"),
                         LEASE_PIECE_RECORD);
        ck_assert_int_eq(draft.r.key_kind, DHCPPERF_KEY_CLIENT_ID);
        ck_assert_uint_eq(draft.r.key.len, 3);
        ck_assert_int_eq(draft.r.starts, INT64_C(1700000000000));
        ck_assert(draft.r.ends == LEASE_FOREVER);
        ck_assert_uint_eq(draft.r.relay_info.len, sizeof info);
        assert_mem_eq(draft.r.relay_info.data, info, sizeof info);
        ck_assert_int_eq(parse_csv("192.0.2.5,,,3600,1700003600,1,0,0,,1,\n"), LEASE_PIECE_RECORD);
        ck_assert_int_eq(draft.r.state, DHCPPERF_LEASE_DECLINED);
        ck_assert_uint_eq(draft.r.key_kind, 0);
        ck_assert_int_eq(parse_csv("192.0.2.5,2:0:0:0:0:5,,0,1700003600,1,0,0,,0,"),
                         LEASE_PIECE_END);
        ck_assert_int_eq(parse_csv("192.0.2.5,2:0:0:0:0:5,,60,1700003600,1,0,0,,3,"),
                         LEASE_PIECE_RECORD);
        ck_assert_int_eq(draft.r.state, DHCPPERF_LEASE_RELEASED);
        ck_assert_int_eq(draft.r.last_seen, draft.r.ends);
        /* Given back, without ever having had an end. */
        ck_assert_int_eq(parse_csv("192.0.2.5,2:0:0:0:0:5,,4294967295,5994967295,1,0,0,,3,"),
                         LEASE_PIECE_RECORD);
        ck_assert_int_eq(draft.r.ends, INT64_C(1700000000000));
        ck_assert_int_eq(draft.r.last_seen, draft.r.ends);
        ck_assert_int_eq(parse_csv("\n"), LEASE_PIECE_NOTHING);
        ck_assert_int_eq(parse_csv("\r\n"), LEASE_PIECE_NOTHING);
    }
END_TEST

/* One damaged cell each. */
#define CONTEXT(text) "192.0.2.5,02:00:00:00:00:05,,60,1700000060,1,0,0,,0," text
#define OCTETS_17     "01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f:10:11"
static const struct {
    const char *line, *why;
} damaged[] = {
    {"x", "1 columns instead of 11"},
    {"192.0.2.5,02:00:00:00:00:05,,60,1700000060,1,0,0,,0", "10 columns instead of 11"},
    {"192.0.2.5,02:00:00:00:00:05,,60,1700000060,1,0,0,,0,,", "12 columns instead of 11"},
    {"192.0.2,02:00:00:00:00:05,,60,1700000060,1,0,0,,0,", "address '192.0.2' is not"},
    {"192.0.2.256,02:00:00:00:00:05,,60,1700000060,1,0,0,,0,", "address '192.0.2.256' is not"},
    {"192.0.2.5.6,02:00:00:00:00:05,,60,1700000060,1,0,0,,0,", "address"},
    {",02:00:00:00:00:05,,60,1700000060,1,0,0,,0,", "address '' is not"},
    {"0.0.0.0,02:00:00:00:00:05,,60,1700000060,1,0,0,,0,", "0.0.0.0"},
    {"192.0.2.5,02:00:00:00:00:0g,,60,1700000060,1,0,0,,0,", "hwaddr '02:00:00:00:00:0g' is not"},
    {"192.0.2.5,020000000005,,60,1700000060,1,0,0,,0,", "hwaddr"},
    {"192.0.2.5," OCTETS_17 ",,60,1700000060,1,0,0,,0,", "hwaddr"},
    {"192.0.2.5,,,60,1700000060,1,0,0,,0,", "no client"},
    {"192.0.2.5,02:00:00:00:00:05,01,60,1700000060,1,0,0,,0,", "client identifier"},
    {"192.0.2.5,02:00:00:00:00:05,0x01,60,1700000060,1,0,0,,0,", "client_id '0x01' is not"},
    {"192.0.2.5,02:00:00:00:00:05,,-60,1700000060,1,0,0,,0,", "valid_lifetime '-60' is not"},
    {"192.0.2.5,02:00:00:00:00:05,,,1700000060,1,0,0,,0,", "valid_lifetime '' is not"},
    {"192.0.2.5,02:00:00:00:00:05,,4294967296,9700000060,1,0,0,,0,", "valid_lifetime"},
    {"192.0.2.5,02:00:00:00:00:05,,60,soon,1,0,0,,0,", "expire 'soon' is not"},
    {"192.0.2.5,02:00:00:00:00:05,,60,59,1,0,0,,0,", "expire '59' is not"},
    {"192.0.2.5,02:00:00:00:00:05,,60,99999999999999999999,1,0,0,,0,", "expire"},
    {"192.0.2.5,02:00:00:00:00:05,,60,1700000060,one,0,0,,0,", "subnet_id 'one' is not"},
    {"192.0.2.5,02:00:00:00:00:05,,60,1700000060,1,0,0,,4,", "state '4' is not 0 (bound)"},
    {"192.0.2.5,02:00:00:00:00:05,,60,1700000060,1,0,0,,a,", "state 'a' is not"},
    {CONTEXT("x"), "not a JSON object"},
    {CONTEXT("[]"), "not a JSON object"},
    {CONTEXT("{"), "not a JSON object"},
    {CONTEXT("{}x"), "not a JSON object"},
    {CONTEXT("{\"a\"}"), "not a JSON object"},
    {CONTEXT("{\"a\":}"), "not a JSON object"},
    {CONTEXT("{\"a\":\"\\u12\"}"), "not a JSON object"},
    {CONTEXT("{\"a\":\"x}"), "not a JSON object"},
    {CONTEXT("{\"a\":[1}"), "not a JSON object"},
    {CONTEXT("{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
             "]]]}"),
     "not a JSON object"},
    {CONTEXT("{\"ISC\":{\"relay-agent-info\":\"0x1\"}}"), "relay-agent-info '0x1' in the user"},
    {CONTEXT("{\"ISC\":{\"relay-agent-info\":\"\"}}"), "relay-agent-info"},
    {CONTEXT("{\"dhcpperf\":{\"giaddr\":\"10.0.0\"}}"), "giaddr '10.0.0' in the user context"},
    {CONTEXT("{\"dhcpperf\":{\"htype\":256}}"), "htype '256'"},
    {CONTEXT("{\"dhcpperf\":{\"circuit\":\"0g\"}}"), "circuit '0g'"},
    {CONTEXT("{\"dhcpperf\":{\"circuit\":\"\"}}"), "circuit id"},
    {CONTEXT("{\"dhcpperf\":{\"seen\":\"now\"}}"), "seen 'now'"},
};

START_TEST(a_damaged_line_is_told_with_the_place)
    {
        ck_assert_msg(parse_csv(damaged[_i].line) == LEASE_PIECE_DAMAGED, "%s", damaged[_i].line);
        ck_assert_msg(strstr(draft.why, damaged[_i].why) != NULL, "'%s' of %s", draft.why,
                      damaged[_i].line);
    }
END_TEST

/* Cut off anywhere, a line is damaged, or says the same but for what is missing at its end. */
START_TEST(a_line_that_breaks_off_never_says_something_else)
    {
        static const char line[] =
            CONTEXT("{\"ISC\":{\"relay-agent-info\":\"0x0102aabb\"}&#x2c\"dhcpperf\":{"
                    "\"giaddr\":\"10.0.0.1\"&#x2c\"seen\":1700000001}}");
        size_t n;

        ck_assert_int_eq(parse_csv(line), LEASE_PIECE_RECORD);
        for (n = 1; n < sizeof line - 1; n++) {
            lease_piece is = parse(&lease_form_csv, line, n);

            ck_assert_msg(is == LEASE_PIECE_DAMAGED || line[n - 1] == ',', "%zu: %.*s", n, (int)n,
                          line);
        }
    }
END_TEST

START_TEST(columns_are_found_by_their_names)
    {
        static const char head[] =
            "hostname,address,client_id,hwaddr,new,expire,valid_lifetime\r\n";
        static const char line[] = "pc,192.0.2.5,,02:00:00:00:00:05,what,1700000060,60\r\n";
        lease_dialect d;
        int is_lease = 1;

        ck_assert_int_eq(lease_form_csv.begin(&d, head, strlen(head), &is_lease), 1);
        ck_assert_int_eq(is_lease, 0);
        ck_assert_int_eq(d.is_ours, 0);
        ck_assert_int_eq(lease_form_csv.parse(&d, line, strlen(line), &draft), LEASE_PIECE_RECORD);
        ck_assert_uint_eq(draft.r.hostname.len, 2);
        ck_assert_int_eq(draft.r.ends - draft.r.starts, 60000);
        ck_assert_int_eq(draft.r.state, DHCPPERF_LEASE_BOUND);
        ck_assert_int_eq(lease_form_csv.begin(&d, "a,b,c\n", 6, &is_lease), 0);
        ck_assert_int_eq(lease_form_csv.begin(&d, "lease 10.0.0.1 {\n", 17, &is_lease), 0);
    }
END_TEST

/* ---- dhcpd ---------------------------------------------------------------------------------- */

static lease_piece parse_isc(const char *piece)
{
    return parse(&lease_form_isc, piece, strlen(piece));
}

START_TEST(a_lease_is_declared_as_dhcpd_does)
    {
        static const uint8_t key[] = {0, 'a', '"', 0xff}, mac[] = {2, 0, 0, 0, 0, 7};
        static const uint8_t info[] = {1, 2, 0xaa, 0xbb, 9, 1, 5};
        lease_record r;
        size_t len;

        memset(&r, 0, sizeof r);
        r.ip = (dhcpperf_ip4){{192, 0, 2, 7}};
        r.state = DHCPPERF_LEASE_BOUND;
        r.key_kind = DHCPPERF_KEY_CLIENT_ID;
        r.key = (dhcpperf_bytes){key, 4};
        r.htype = 1;
        r.chaddr = (dhcpperf_bytes){mac, 6};
        r.relay_info = (dhcpperf_bytes){info, 7};
        r.starts = r.last_seen = INT64_C(1709251199000); /* the last second of a 29 February */
        r.ends = INT64_C(1709251200000);
        len = lease_form_isc.write(text, &r);
        text[len] = '\0';
        ck_assert_str_eq(text, "lease 192.0.2.7 {\n"
                               "  starts 4 2024/02/29 23:59:59;\n"
                               "  ends 5 2024/03/01 00:00:00;\n"
                               "  cltt 4 2024/02/29 23:59:59;\n"
                               "  binding state active;\n"
                               "  next binding state free;\n"
                               "  hardware ethernet 02:00:00:00:00:07;\n"
                               "  uid \"\\000a\\042\\377\";\n"
                               "  option agent.circuit-id aa:bb;\n"
                               "  option agent.unknown-9 05;\n"
                               "}\n");
    }
END_TEST

START_TEST(what_dhcpd_writes_is_understood)
    {
        static const uint8_t info[] = {1, 2, 'a', 'b', 2, 2, 1, 2};

        ck_assert_int_eq(
            parse_isc("lease 192.0.2.9 {\n"
                      "  starts epoch 1700000000; # Tue Nov 14 22:13:20 2023\n"
                      "  ends never;\n  tstp never;\n  cltt 2 2023/11/14 22:13:21;\n"
                      "  binding state active;\n  next binding state free;\n"
                      "  rewind binding state expired;\n"
                      "  hardware unknown-200 2:0:0:0:0:9;\n"
                      "  uid 1:2:0:0:0:0:9;\n"
                      "  set vendor-class-identifier = \"a;}b\";\n"
                      "  on expiry { if not static { unset x; } }\n"
                      "  option agent.circuit-id \"ab\";\n  option agent.remote-id 1:2;\n"
                      "  client-hostname \"pc\\x41\\n\";\n}\n"),
            LEASE_PIECE_RECORD);
        ck_assert_int_eq(draft.r.starts, INT64_C(1700000000000));
        ck_assert_int_eq(draft.r.last_seen, INT64_C(1700000001000));
        ck_assert(draft.r.ends == LEASE_FOREVER);
        ck_assert_uint_eq(draft.r.htype, 200);
        ck_assert_uint_eq(draft.r.key.len, 7);
        ck_assert_uint_eq(draft.r.relay_info.len, sizeof info);
        assert_mem_eq(draft.r.relay_info.data, info, sizeof info);
        ck_assert_uint_eq(draft.r.hostname.len, 4);
        assert_mem_eq(draft.r.hostname.data, "pcA\n", 4);
        ck_assert_int_eq(parse_isc("lease 192.0.2.9 { binding state free; ends 1 2023/11/14 "
                                   "22:13:21; }"),
                         LEASE_PIECE_END);
        ck_assert_int_eq(parse_isc("lease 192.0.2.9 { starts 1 2023/11/14 22:13:21; ends 1 "
                                   "2023/11/15 22:13:21; binding state abandoned; }"),
                         LEASE_PIECE_RECORD);
        ck_assert_int_eq(draft.r.state, DHCPPERF_LEASE_DECLINED);
        ck_assert_int_eq(parse_isc("# nothing\n\n  # at all"), LEASE_PIECE_NOTHING);
        ck_assert_int_eq(parse_isc("server-duid \"\\000\\001\";"), LEASE_PIECE_OTHER);
        ck_assert_int_eq(parse_isc("host x { dynamic; hardware ethernet 1:2:3:4:5:6; }"),
                         LEASE_PIECE_OTHER);
    }
END_TEST

#define LEASE(body) "lease 192.0.2.9 { " body " }"
#define REST        "ends never; hardware ethernet 1:2:3:4:5:6;"
static const struct {
    const char *piece, *why;
} damaged_isc[] = {
    {"leese 192.0.2.9 { }", "'leese' where a lease was expected"},
    {"}", "'}' where a lease"},
    {"lease 192.0.2 { }", "'192.0.2' where an IPv4 address"},
    {"lease { }", "'{' where an IPv4 address"},
    {"lease 192.0.2.9 ;", "';' where {"},
    {"lease 192.0.2.9 { " REST, "it breaks off"},
    {"lease 192.0.2.9 { ends never", "it breaks off"},
    {"lease 192.0.2.9 { uid \"abc", "'abc' where a client identifier"},
    {"host x { dynamic;", "it breaks off"},
    {LEASE("hardware ethernet 1:2:3:4:5:6;"), "no 'ends'"},
    {LEASE(REST "starts soon;"), "'soon' where a date"},
    {LEASE(REST "starts 4 2023/13/14 22:13:21;"), "'2023/13/14' where a date"},
    {LEASE(REST "starts 4 2023/11/14 24:13:21;"), "'24:13:21' where a date"},
    {LEASE(REST "starts 4 2023/11/14;"), "';' where a date"},
    {LEASE(REST "starts epoch x;"), "'x' where a number of seconds"},
    {LEASE(REST "starts epoch 253402300800;"), "'253402300800' where a number of seconds"},
    {LEASE(REST "starts 6 10000/01/01 00:00:00;"), "'10000/01/01' where a date"},
    {LEASE(REST "binding status active;"), "'status' where the word state"},
    {LEASE(REST "binding state busy;"), "'busy' where active, free"},
    {LEASE("ends never; hardware carrier 1:2;"), "'carrier' where a type of hardware"},
    {LEASE("ends never; hardware ethernet 1:2:x;"), "'1:2:x' where a hardware address"},
    {LEASE("ends never; hardware ethernet 1:2:3:4:5:6:7:8:9:a:b:c:d:e:f:0:1;"), "where a hardware"},
    {LEASE(REST "uid 1:zz;"), "'1:zz' where a client identifier"},
    {LEASE(REST "uid 1;"), "client identifier has 2"},
    {LEASE(REST "client-hostname ;"), "';' where a name"},
    {LEASE(REST "option agent.circuit-id ;"), "';' where a string or octets"},
    {LEASE(REST "set dhcpperf-giaddr = \"10.0.0\";"), "dhcpperf-giaddr is not an IPv4"},
    {LEASE(REST "set dhcpperf-circuit;"), "';' where ="},
    {LEASE(REST "set dhcpperf-circuit = 0;"), "" /* one octet is a circuit id */},
};

START_TEST(a_damaged_declaration_is_told_with_the_place)
    {
        lease_piece is = parse_isc(damaged_isc[_i].piece);

        if (damaged_isc[_i].why[0] == '\0') {
            ck_assert_msg(is == LEASE_PIECE_RECORD, "%s: %s", damaged_isc[_i].piece, draft.why);
            return;
        }
        ck_assert_msg(is == LEASE_PIECE_DAMAGED, "%s", damaged_isc[_i].piece);
        ck_assert_msg(strstr(draft.why, damaged_isc[_i].why) != NULL, "'%s' of %s", draft.why,
                      damaged_isc[_i].piece);
    }
END_TEST

START_TEST(a_declaration_that_breaks_off_ends_where_the_next_begins)
    {
        static const char broken[] = "lease 192.0.2.1 {\n  uid \"ab";
        static const char whole[] = "lease 192.0.2.2 {\n  " REST "\n}\n";
        char both[256];
        size_t n;

        snprintf(both, sizeof both, "%s\n%s# and so on\n", broken, whole);
        n = lease_form_isc.cut(both, strlen(both));
        ck_assert_uint_eq(n, sizeof broken);
        ck_assert_int_eq(parse(&lease_form_isc, both, n), LEASE_PIECE_DAMAGED);
        n = lease_form_isc.cut(both + n, strlen(both + n));
        ck_assert_uint_eq(n, sizeof whole - 2); /* its line feed is a piece of nothing */
        /* no end in sight */
        ck_assert_uint_eq(lease_form_isc.cut(broken, strlen(broken)), 0);
        ck_assert_uint_eq(lease_form_isc.cut("# x", 3), 0);
        ck_assert_uint_eq(lease_form_isc.cut(" # x\nlease", 10), 5);
    }
END_TEST

START_TEST(a_file_of_another_kind_is_told)
    {
        static const char *const others[] = {"address,hwaddr\n", "hello;", "{ }", "<html>"};
        static const char *const ours[] = {"# comment\n", "lease 10.0.0.1 { }",
                                           "server-duid \"x\";", "  "};
        lease_dialect d;
        int is_lease;
        size_t i;

        for (i = 0; i < 4; i++) {
            ck_assert_msg(!lease_form_isc.begin(&d, others[i], strlen(others[i]), &is_lease), "%s",
                          others[i]);
            ck_assert_msg(lease_form_isc.begin(&d, ours[i], strlen(ours[i]), &is_lease), "%s",
                          ours[i]);
        }
    }
END_TEST

/* ---- text ----------------------------------------------------------------------------------- */

START_TEST(numbers_are_read_within_their_limits)
    {
        uint64_t v = 7;

        ck_assert(lease_get_number("0", 1, 0, &v) && v == 0);
        ck_assert(lease_get_number("18446744073709551615", 20, UINT64_MAX, &v) && v == UINT64_MAX);
        ck_assert(!lease_get_number("18446744073709551616", 20, UINT64_MAX, &v));
        ck_assert(!lease_get_number("4", 1, 3, &v));
        ck_assert(lease_get_number("255", 3, 255, &v) && v == 255);
        ck_assert(!lease_get_number("256", 3, 255, &v));
        ck_assert(!lease_get_number("", 0, 255, &v));
        ck_assert(!lease_get_number("+1", 2, 255, &v));
        ck_assert(!lease_get_number(" 1", 2, 255, &v));
    }
END_TEST

START_TEST(addresses_survive)
    {
        uint32_t i;

        for (i = 0; i < 256; i++) {
            dhcpperf_ip4 ip = {{(uint8_t)i, (uint8_t)(i * 7), (uint8_t)(255 - i), 9}}, got;
            char *end = lease_put_ip(text, ip), want[24];

            ck_assert(lease_get_ip(text, (size_t)(end - text), &got));
            assert_mem_eq(&got, &ip, 4);
            *end = '\0';
            ck_assert_str_eq(text, network_ip_text(ip, want));
        }
    }
END_TEST

/* A Kea file may say what a date cannot; and nothing of ours says that it began before 1970. */
START_TEST(what_cannot_be_said_is_said_as_nearly_as_possible)
    {
        lease_sample s;

        lease_sample_make(&s, 1, 1, 1000);
        s.r.starts = s.r.last_seen = INT64_C(1700000000000);
        s.r.ends = INT64_C(9000000000000000);
        ck_assert_int_eq(parse(&lease_form_isc, text, lease_form_isc.write(text, &s.r)),
                         LEASE_PIECE_RECORD);
        ck_assert_int_eq(draft.r.ends, INT64_C(253402300799000));
        s.r.starts = s.r.last_seen = s.r.ends = 0;
        s.r.state = DHCPPERF_LEASE_RELEASED;
        ck_assert_int_eq(parse(&lease_form_csv, text, lease_form_csv.write(text, &s.r)),
                         LEASE_PIECE_RECORD);
        ck_assert_int_eq(draft.r.starts, 0);
    }
END_TEST

START_TEST(what_is_shown_of_a_text_is_short_and_harmless)
    {
        lease_show(text, 8, "abc", 3);
        ck_assert_str_eq(text, "abc");
        lease_show(text, 8, "a\x1b\xff", 3);
        ck_assert_str_eq(text, "a..");
        lease_show(text, 8, "abcdefgh", 8);
        ck_assert_str_eq(text, "abcd...");
        lease_show(text, 8, "abcdefg", 7);
        ck_assert_str_eq(text, "abcdefg");
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, what_is_written_reads_the_same, 0, 2);
    tcase_add_loop_test(tc, the_longest_lease_has_room, 0, 2);
    tcase_add_loop_test(tc, ends_are_rounded_up, 0, 2);
    tcase_add_loop_test(tc, a_lease_that_ends_as_it_begins_is_one, 0, 2);
    tcase_add_test(tc, a_lease_is_a_line_as_kea_writes_it);
    tcase_add_test(tc, what_kea_writes_is_understood);
    tcase_add_loop_test(tc, a_damaged_line_is_told_with_the_place, 0,
                        (int)(sizeof damaged / sizeof damaged[0]));
    tcase_add_test(tc, a_line_that_breaks_off_never_says_something_else);
    tcase_add_test(tc, columns_are_found_by_their_names);
    tcase_add_test(tc, a_lease_is_declared_as_dhcpd_does);
    tcase_add_test(tc, what_dhcpd_writes_is_understood);
    tcase_add_loop_test(tc, a_damaged_declaration_is_told_with_the_place, 0,
                        (int)(sizeof damaged_isc / sizeof damaged_isc[0]));
    tcase_add_test(tc, a_declaration_that_breaks_off_ends_where_the_next_begins);
    tcase_add_test(tc, a_file_of_another_kind_is_told);
    tcase_add_test(tc, numbers_are_read_within_their_limits);
    tcase_add_test(tc, addresses_survive);
    tcase_add_test(tc, what_cannot_be_said_is_said_as_nearly_as_possible);
    tcase_add_test(tc, what_is_shown_of_a_text_is_short_and_harmless);
}

HARNESS_MAIN("tools/lease_form", tests)
