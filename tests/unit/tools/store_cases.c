/* SPDX-License-Identifier: MIT */
/* store_cases.c - the promises of lease_store.h, one by one. */
#include "unit/tools/store_cases.h"

#include <stdio.h>
#include <string.h>

store_place the_place;
char store_error[LEASE_ERROR_MAX];

enum {
    ROOM = 1024, /* octets of one record at most */
    POOL = 64
};

/* ---- vocabulary ----------------------------------------------------------------------------- */

static dhcpperf_ip4 address(const char *text)
{
    dhcpperf_ip4 ip;

    ck_assert_msg(dhcpperf_ip4_parse(&ip, text) == 0, "%s", text);
    return ip;
}

static size_t read_ranges(const char *text, lease_range *ranges)
{
    size_t n = 0;
    char first[32], last[32];
    int used;

    while (sscanf(text, " %31[0-9.]-%31[0-9.]%n", first, last, &used) == 2) {
        ranges[n].first = address(first);
        ranges[n++].last = address(last);
        text += used;
    }
    return n;
}

lease_store *store_open(const char *ranges, const char *flags)
{
    lease_range list[16];
    lease_store_config c;
    lease_store *s = NULL;

    memset(&c, 0, sizeof c);
    c.where = the_place.where;
    c.owner = "the test";
    c.n_ranges = read_ranges(ranges, list);
    c.ranges = list;
    c.read_only = strchr(flags, 'r') != NULL;
    c.fresh = strchr(flags, 'f') != NULL;
    store_error[0] = '\0';
    if (the_place.ops->open(&s, &c, store_error, sizeof store_error) != 0) {
        ck_assert_msg(store_error[0] != '\0', "it fails without a word");
        return NULL;
    }
    return s;
}

static lease_store *must_open(const char *ranges, const char *flags)
{
    lease_store *s = store_open(ranges, flags);

    ck_assert_msg(s != NULL, "%s", store_error);
    return s;
}

void store_close(lease_store *s)
{
    the_place.ops->close(s);
}

/* Any octets, NUL and quotes among them. */
static dhcpperf_bytes noise(uint8_t *to, size_t n, unsigned seed)
{
    dhcpperf_bytes b = {to, n};
    size_t i;

    for (i = 0; i < n; i++) {
        to[i] = (uint8_t)(seed * 37 + i * 59);
    }
    return b;
}

lease_record store_record(unsigned x, unsigned y, unsigned version)
{
    static uint8_t pool[POOL][ROOM];
    static unsigned next;
    uint8_t *o = pool[next++ % POOL];
    unsigned n = x * 256 + y;
    lease_record r;

    memset(&r, 0, sizeof r);
    r.ip = (dhcpperf_ip4){{10, 0, (uint8_t)x, (uint8_t)y}};
    r.state = DHCPPERF_LEASE_BOUND;
    r.subnet = 1 + x;
    r.key_kind = n % 3 == 0 ? DHCPPERF_KEY_CLIENT_ID : DHCPPERF_KEY_HARDWARE;
    r.key = noise(o, n % 3 == 0 ? 2 + n % 254 : 7, n + version);
    r.htype = 1;
    r.chaddr = noise(o + 300, 6, n + version);
    r.hostname = noise(o + 320, n % 5 == 0 ? 0 : n % 64, n);
    r.relay_info = noise(o + 600, n % 7 == 0 ? n % 256 : 0, n);
    if (n % 7 == 0) {
        r.giaddr = (dhcpperf_ip4){{10, 0, (uint8_t)x, 254}};
    }
    r.starts = INT64_C(1700000000123) + version * 1000;
    r.ends = r.starts + 3600 * 1000 + n;
    r.last_seen = r.starts + 7;
    r.seq = n;
    r.worker = n % 4;
    return r;
}

void store_put(lease_store *s, const lease_record *r, size_t n)
{
    char error[LEASE_ERROR_MAX] = "";
    int rc = the_place.ops->append(s, r, n, error, sizeof error);

    ck_assert_msg(rc == 0, "%s", error);
}

void store_commit(lease_store *s)
{
    char error[LEASE_ERROR_MAX] = "";
    int rc = the_place.ops->commit(s, error, sizeof error);

    ck_assert_msg(rc == 0, "%s", error);
}

static void keep(uint8_t **at, dhcpperf_bytes *b)
{
    if (b->len > 0) {
        memcpy(*at, b->data, b->len);
    }
    b->data = *at;
    *at += b->len;
}

static int see(void *user, const lease_record *r)
{
    seen *v = user;
    lease_record *mine = &v->records[v->n];
    uint8_t *at = v->octets + v->n * ROOM;

    assert_fast(v->n < SEEN_MAX, "too many records");
    *mine = *r;
    keep(&at, &mine->key);
    keep(&at, &mine->chaddr);
    keep(&at, &mine->hostname);
    keep(&at, &mine->relay_info);
    v->n++;
    return 0;
}

static int by_address(const void *a, const void *b)
{
    return memcmp(&((const lease_record *)a)->ip, &((const lease_record *)b)->ip,
                  sizeof(dhcpperf_ip4));
}

seen *store_load(lease_store *s)
{
    lease_store *own = s == NULL ? must_open("", "r") : NULL;
    seen *v = calloc(1, sizeof *v);
    size_t i;
    int rc;

    ck_assert_ptr_nonnull(v);
    v->records = calloc(SEEN_MAX, sizeof *v->records);
    v->octets = malloc((size_t)SEEN_MAX * ROOM);
    ck_assert(v->records != NULL && v->octets != NULL);
    rc = the_place.ops->load(s != NULL ? s : own, see, v, &v->report, v->error, sizeof v->error);
    ck_assert_msg(rc == 0, "%s", v->error);
    store_close(own);
    qsort(v->records, v->n, sizeof *v->records, by_address);
    for (i = 1; i < v->n; i++) {
        assert_fast(by_address(&v->records[i - 1], &v->records[i]) < 0, "an address comes twice");
    }
    ck_assert_uint_eq(v->report.addresses, v->n);
    return v;
}

void seen_free(seen *v)
{
    free(v->records);
    free(v->octets);
    free(v);
}

const lease_record *seen_at(const seen *v, const char *text)
{
    lease_record r;

    memset(&r, 0, sizeof r);
    r.ip = address(text);
    return bsearch(&r, v->records, v->n, sizeof r, by_address);
}

void seen_expect(const seen *v, const lease_record *r, size_t n)
{
    const lease_record *is;
    char text[16];
    size_t i;

    for (i = 0; i < n; i++) {
        text[0] = '\0';
        (void)dhcpperf_ip4_format(r[i].ip, text, sizeof text);
        is = bsearch(&r[i], v->records, v->n, sizeof *r, by_address);
        assert_fast(is != NULL, "%s is not there", text);
        assert_fast(lease_record_equal(is, &r[i]), "%s came back as another lease", text);
    }
    ck_assert_uint_eq(v->n, n);
}

/* ---- the promises --------------------------------------------------------------------------- */

static void expect_place(const lease_record *r, size_t n)
{
    seen *v = store_load(NULL);

    seen_expect(v, r, n);
    seen_free(v);
}

START_TEST(a_new_store_is_empty_and_stays_so)
    {
        store_close(must_open("", ""));
        expect_place(NULL, 0);
    }
END_TEST

START_TEST(what_was_committed_is_there_again_octet_by_octet)
    {
        lease_record r[40];
        lease_store *s = must_open("", "");
        unsigned i;

        for (i = 0; i < 40; i++) {
            r[i] = store_record(0, i * 6, 0);
        }
        store_put(s, r, 40);
        store_commit(s);
        store_close(s);
        expect_place(r, 40);
    }
END_TEST

START_TEST(every_kind_of_lease_comes_back)
    {
        static uint8_t all[512];
        lease_record r[9];
        lease_store *s = must_open("", "");
        unsigned i;

        for (i = 0; i < 9; i++) {
            r[i] = store_record(3, 1 + i, 0);
        }
        r[0].ends = LEASE_FOREVER;
        r[1].state = DHCPPERF_LEASE_RELEASED;
        r[2].state = DHCPPERF_LEASE_EXPIRED;
        r[3].state = DHCPPERF_LEASE_DECLINED;
        r[3].key_kind = 0;
        r[3].key.len = r[3].chaddr.len = r[3].hostname.len = r[3].relay_info.len = 0;
        r[4].key_kind = DHCPPERF_KEY_CIRCUIT;
        r[4].key = noise(all, 255, 1);
        r[4].hostname = noise(all + 256, 255, 2);
        r[4].relay_info = r[4].hostname;
        r[5].starts = r[5].last_seen = 0;
        r[5].ends = 1;
        r[6].ends = r[6].starts;
        r[7].ip = (dhcpperf_ip4){{255, 255, 255, 254}};
        r[7].subnet = 0;
        r[8].chaddr = noise(all + 100, 16, 3);
        r[8].htype = 255;
        store_put(s, r, 9);
        store_commit(s);
        store_close(s);
        expect_place(r, 9);
    }
END_TEST

START_TEST(the_last_word_on_an_address_counts)
    {
        lease_record first = store_record(1, 1, 0), second = store_record(1, 1, 1),
                     third = store_record(1, 1, 2), pair[2];
        lease_store *s = must_open("", "");

        pair[0] = first;
        pair[1] = second;
        store_put(s, pair, 2);
        store_commit(s);
        expect_place(&second, 1);
        store_put(s, &first, 1);
        store_put(s, &third, 1);
        store_commit(s);
        expect_place(&third, 1);
        store_put(s, &second, 1);
        store_commit(s);
        store_close(s);
        expect_place(&second, 1);
    }
END_TEST

START_TEST(a_commit_of_nothing_is_well)
    {
        lease_record r = store_record(1, 1, 0);
        lease_store *s = must_open("", "");

        store_commit(s);
        store_put(s, &r, 1);
        store_commit(s);
        store_commit(s);
        store_close(s);
        expect_place(&r, 1);
    }
END_TEST

START_TEST(writing_anew_what_is_there_changes_nothing)
    {
        lease_record r[3] = {store_record(1, 1, 0), store_record(1, 2, 0), store_record(1, 3, 0)};
        lease_store *s;
        int i;

        for (i = 0; i < 3; i++) {
            s = must_open("", "");
            store_put(s, r, 3);
            store_commit(s);
            store_close(s);
        }
        expect_place(r, 3);
    }
END_TEST

START_TEST(leases_of_other_servers_are_neither_loaded_nor_touched)
    {
        lease_record r[4] = {store_record(1, 1, 0), store_record(1, 9, 0), store_record(1, 10, 0),
                             store_record(2, 5, 0)},
                     changed = store_record(1, 9, 1);
        lease_store *s = must_open("", "");
        seen *v;

        store_put(s, r, 4);
        store_commit(s);
        store_close(s);
        s = must_open("10.0.1.2-10.0.1.9 10.0.2.0-10.0.2.255", "");
        v = store_load(s);
        ck_assert_uint_eq(v->report.foreign, 2);
        ck_assert_ptr_nonnull(seen_at(v, "10.0.1.9"));
        ck_assert_ptr_nonnull(seen_at(v, "10.0.2.5"));
        ck_assert_uint_eq(v->n, 2);
        seen_free(v);
        store_put(s, &changed, 1);
        store_commit(s);
        store_close(s);
        r[1] = changed;
        expect_place(r, 4);
    }
END_TEST

START_TEST(a_fresh_store_replaces_its_own_addresses_by_its_commit)
    {
        lease_record r[3] = {store_record(1, 1, 0), store_record(1, 2, 0), store_record(2, 1, 0)};
        lease_store *s = must_open("", "");

        store_put(s, r, 3);
        store_commit(s);
        store_close(s);
        s = must_open("10.0.1.0-10.0.1.255", "f");
        r[1] = store_record(1, 3, 0);
        store_put(s, &r[1], 1);
        store_close(s);
        r[1] = store_record(1, 2, 0);
        expect_place(r, 3);
        s = must_open("10.0.1.0-10.0.1.255", "f");
        r[1] = store_record(1, 3, 0);
        store_put(s, &r[1], 1);
        store_commit(s);
        store_close(s);
        expect_place(r + 1, 2);
        s = must_open("10.0.1.0-10.0.1.255", "f");
        store_commit(s);
        store_close(s);
        expect_place(r + 2, 1);
    }
END_TEST

static int enough(void *user, const lease_record *r)
{
    (void)r;
    return --*(int *)user == 0 ? 42 : 0;
}

START_TEST(loading_ends_when_its_taker_says_so)
    {
        lease_record r[5];
        lease_store *s = must_open("", "");
        lease_load_report report;
        char error[LEASE_ERROR_MAX];
        int i, left = 3;

        for (i = 0; i < 5; i++) {
            r[i] = store_record(1, (unsigned)i, 0);
        }
        store_put(s, r, 5);
        store_commit(s);
        ck_assert_int_eq(the_place.ops->load(s, enough, &left, &report, error, sizeof error), 42);
        ck_assert_int_eq(left, 0);
        store_put(s, r, 1); /* the store is as good as before */
        store_commit(s);
        store_close(s);
        expect_place(r, 5);
    }
END_TEST

START_TEST(many_groups_leave_what_a_list_would)
    {
        enum {
            ADDRESSES = 2000,
            GROUPS = 60,
            EACH = 200
        };
        static unsigned version[ADDRESSES];
        static uint8_t octets[EACH][ROOM];
        static lease_record group[EACH];
        uint64_t chance = harness_seed(5);
        lease_store *s = must_open("", "");
        unsigned g, i, n;
        seen *v;

        for (g = 0; g < GROUPS; g++) {
            for (i = 0; i < EACH; i++) {
                uint8_t *at = octets[i];

                chance = chance * UINT64_C(6364136223846793005) + 1442695040888963407;
                n = (unsigned)(chance >> 33) % ADDRESSES;
                version[n] = g * EACH + i + 1;
                group[i] = store_record(n / 256, n % 256, version[n]);
                keep(&at, &group[i].key);
                keep(&at, &group[i].chaddr);
                keep(&at, &group[i].hostname);
                keep(&at, &group[i].relay_info);
            }
            store_put(s, group, EACH / 2);
            store_put(s, group + EACH / 2, EACH / 2);
            store_commit(s);
            if (the_place.ops->compact != NULL) {
                char error[LEASE_ERROR_MAX];

                ck_assert_int_eq(the_place.ops->compact(s, error, sizeof error), 0);
            }
        }
        store_close(s);
        v = store_load(NULL);
        for (n = i = 0; n < ADDRESSES; n++) {
            if (version[n] != 0) {
                lease_record want = store_record(n / 256, n % 256, version[n]);

                assert_fast(i < v->n && lease_record_equal(&v->records[i], &want),
                            "address %u, seed %llu", n, (unsigned long long)harness_seed(5));
                i++;
            }
        }
        ck_assert_uint_eq(v->n, i);
        seen_free(v);
    }
END_TEST

START_TEST(reading_only_needs_something_to_read)
    {
        ck_assert_ptr_null(store_open("", "r"));
        ck_assert_ptr_null(store_open("", "r")); /* nor did that make anything */
    }
END_TEST

void store_cases(TCase *tc)
{
    tcase_add_test(tc, a_new_store_is_empty_and_stays_so);
    tcase_add_test(tc, what_was_committed_is_there_again_octet_by_octet);
    tcase_add_test(tc, every_kind_of_lease_comes_back);
    tcase_add_test(tc, the_last_word_on_an_address_counts);
    tcase_add_test(tc, a_commit_of_nothing_is_well);
    tcase_add_test(tc, writing_anew_what_is_there_changes_nothing);
    tcase_add_test(tc, leases_of_other_servers_are_neither_loaded_nor_touched);
    tcase_add_test(tc, a_fresh_store_replaces_its_own_addresses_by_its_commit);
    tcase_add_test(tc, loading_ends_when_its_taker_says_so);
    tcase_add_test(tc, many_groups_leave_what_a_list_would);
    tcase_add_test(tc, reading_only_needs_something_to_read);
}
