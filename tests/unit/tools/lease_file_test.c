/* SPDX-License-Identifier: MIT */
/* lease_file_test.c - stores that are a text file: nothing is lost, nothing half is left behind,
 * damage is put aside. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/leases/lease_file.h"
#include "common/network.h"
#include "lease_samples.h"
#include "support/harness.h"

enum {
    MANY = 3000
};

static const lease_store_ops *const kinds[] = {&lease_store_csv, &lease_store_isc};

static char dir[64], path[128];
static lease_store *store;
static char error[LEASE_ERROR_MAX];
static lease_load_report report;

/* What the last loading told, by the number behind 10.0.0.0. */
static lease_sample told[MANY + 1];
static unsigned times_told[MANY + 1];

static void set_up(void)
{
    strcpy(dir, "/tmp/dhcpperf.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/leases", dir);
}

static void tear_down(void)
{
    char command[160];

    if (store != NULL) {
        store->ops->close(store);
        store = NULL;
    }
    snprintf(command, sizeof command, "rm -rf %s", dir);
    ck_assert_int_eq(system(command), 0);
}

/* The path with an ending. */
static const char *beside(const char *ending)
{
    static char name[160];

    snprintf(name, sizeof name, "%s%s", path, ending);
    return name;
}

static int try_open(const lease_store_ops *ops, int read_only, int fresh)
{
    lease_store_config config = {.where = path, .read_only = read_only, .fresh = fresh};

    return ops->open(&store, &config, error, sizeof error);
}

static void open_it(const lease_store_ops *ops)
{
    ck_assert_msg(try_open(ops, 0, 0) == 0, "%s", error);
}

static void close_it(void)
{
    store->ops->close(store);
    store = NULL;
}

static void append(const lease_record *r)
{
    ck_assert_msg(store->ops->append(store, r, 1, error, sizeof error) == 0, "%s", error);
}

static void commit(void)
{
    ck_assert_msg(store->ops->commit(store, error, sizeof error) == 0, "%s", error);
}

static void append_sample(const lease_store_ops *ops, uint32_t address, uint64_t draw,
                          lease_sample *ret)
{
    lease_sample_make(ret, address, draw, 1000);
    if (ops == &lease_store_isc) {
        ret->r.subnet = 0;
    }
    append(&ret->r);
}

static int note(void *user, const lease_record *r)
{
    uint32_t number = (uint32_t)r->ip.b[2] << 8 | r->ip.b[3];

    (void)user;
    ck_assert_uint_le(number, MANY);
    times_told[number]++;
    lease_sample_copy(&told[number], r);
    return 0;
}

static void load_it(void)
{
    memset(times_told, 0, sizeof times_told);
    ck_assert_msg(store->ops->load(store, note, NULL, &report, error, sizeof error) == 0, "%s",
                  error);
}

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");

    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    ck_assert_int_eq(fclose(f), 0);
}

static const char *read_file(const char *name)
{
    static char text[1 << 16];
    FILE *f = fopen(name, "r");
    size_t n;

    ck_assert_msg(f != NULL, "%s", name);
    n = fread(text, 1, sizeof text - 1, f);
    text[n] = '\0';
    fclose(f);
    return text;
}

static uint64_t size_of(const char *name)
{
    struct stat st;

    return stat(name, &st) == 0 ? (uint64_t)st.st_size : 0;
}

static int exists(const char *name)
{
    return access(name, F_OK) == 0;
}

/* ---- all is kept ---------------------------------------------------------------------------- */

static lease_sample wanted[MANY + 1];

/* Every address has been told once, as it was said last. */
static void check_all(uint64_t seed)
{
    uint32_t i;

    for (i = 1; i <= MANY; i++) {
        assert_fast(times_told[i] == (wanted[i].r.state != 0),
                    "address %u told %u times, seed %llu", i, times_told[i],
                    (unsigned long long)seed);
        assert_fast(times_told[i] == 0 || lease_record_equal(&told[i].r, &wanted[i].r),
                    "address %u, seed %llu: %s", i, (unsigned long long)seed,
                    lease_sample_text(&told[i].r));
    }
}

START_TEST(what_was_written_last_of_each_address_is_loaded)
    {
        const lease_store_ops *ops = kinds[_i];
        uint64_t seed = harness_seed(5), draw = 0;
        uint32_t round, i;

        memset(wanted, 0, sizeof wanted);
        for (round = 0; round < 3; round++) {
            open_it(ops);
            load_it();
            check_all(seed);
            for (i = 1; i <= MANY; i++) {
                if ((i * 7 + round) % 3 != 0) {
                    lease_sample_make(&wanted[i], i, seed + ++draw, 1000);
                    if (ops == &lease_store_isc) {
                        wanted[i].r.subnet = 0;
                    }
                    append(&wanted[i].r);
                }
            }
            commit();
            close_it();
        }
        open_it(ops);
        load_it();
        check_all(seed);
        ck_assert_uint_eq(report.damaged, 0);
        ck_assert_uint_eq(report.addresses, MANY);
        ck_assert_uint_eq(report.records, 3 * 2 * MANY / 3);
        /* and once more after it was written anew */
        ck_assert_int_eq(lease_file_rewrite((lease_file *)store, error, sizeof error), 0);
        load_it();
        check_all(seed);
        ck_assert_uint_eq(report.records, MANY);
    }
END_TEST

START_TEST(what_was_not_committed_may_be_lost_but_nothing_else)
    {
        const lease_store_ops *ops = kinds[_i];
        lease_sample s;

        open_it(ops);
        append_sample(ops, 1, 1, &s);
        commit();
        append_sample(ops, 2, 2, &s);
        close_it();
        open_it(ops);
        load_it();
        ck_assert_uint_eq(times_told[1], 1);
        ck_assert_uint_eq(times_told[2], 0);
    }
END_TEST

START_TEST(a_store_belongs_to_one_program)
    {
        lease_store *first;

        open_it(kinds[_i]);
        first = store;
        ck_assert_int_eq(try_open(kinds[_i], 0, 0), -1);
        ck_assert_ptr_nonnull(strstr(error, "is the lease store of another server, process "));
        store = first;
        ck_assert_int_eq(lease_file_rewrite((lease_file *)store, error, sizeof error), 0);
        ck_assert_int_eq(try_open(kinds[_i], 0, 0), -1); /* of the new file, too */
        store = first;
    }
END_TEST

/* ---- damage --------------------------------------------------------------------------------- */

static const char csv_head[] = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,"
                               "fqdn_rev,hostname,state,user_context\n";

static void write_csv(const char *lines)
{
    char text[4096];

    snprintf(text, sizeof text, "%s%s", csv_head, lines);
    write_file(path, text);
}

START_TEST(damage_is_named_put_aside_and_told_once)
    {
        const char *bad;

        write_csv("10.0.0.1,02:00:00:00:00:01,,60,1700000060,1,0,0,,0,\n"
                  "10.0.0.2,02:00:00:00:00:zz,,60,1700000060,1,0,0,,0,\n"
                  "10.0.0.3,02:00:00:00:00:03,,60,1700000060,1,0,0,,0,\n"
                  "\n"
                  "10.0.0.3,02:00:00:00:00:03,,60,1700000\n"
                  "10.0.0.4,02:00:00:00:00:04,,60,1700000060,1,0,0,pc4,0,\n");
        open_it(&lease_store_csv);
        load_it();
        ck_assert_uint_eq(report.damaged, 2);
        ck_assert_uint_eq(report.shown, 2);
        ck_assert_uint_eq(report.addresses, 3);
        ck_assert_ptr_nonnull(strstr(report.damage[0], "/leases:3: hwaddr '02:00:00:00:00:zz'"));
        ck_assert_ptr_nonnull(strstr(report.damage[1], "/leases:6: 5 columns instead of 11"));
        ck_assert_ptr_nonnull(strstr(report.quarantine, "/leases.bad"));
        ck_assert_uint_eq(times_told[3], 1); /* as it was before */
        bad = read_file(beside(".bad"));
        ck_assert_ptr_nonnull(strstr(bad, "/leases:3: hwaddr"));
        ck_assert_ptr_nonnull(
            strstr(bad, "\n10.0.0.2,02:00:00:00:00:zz,,60,1700000060,1,0,0,,0,\n"));
        ck_assert_ptr_nonnull(strstr(bad, "\n10.0.0.3,02:00:00:00:00:03,,60,1700000\n"));
        load_it();
        ck_assert_uint_eq(report.damaged, 0);
        ck_assert_uint_eq(report.addresses, 3);
        ck_assert_str_eq(report.quarantine, "");
        close_it();
        open_it(&lease_store_csv);
        load_it();
        ck_assert_uint_eq(report.damaged, 0);
    }
END_TEST

START_TEST(a_last_line_that_breaks_off_is_damage_and_the_next_is_not)
    {
        lease_sample s;

        write_csv("10.0.0.1,02:00:00:00:00:01,,60,1700000060,1,0,0,,0,\n"
                  "10.0.0.2,02:00:00:00:0");
        open_it(&lease_store_csv);
        append_sample(&lease_store_csv, 3, 3, &s); /* without having loaded */
        commit();
        load_it();
        ck_assert_uint_eq(report.damaged, 1);
        ck_assert_uint_eq(times_told[1] + times_told[3], 2);
        ck_assert_uint_eq(times_told[2], 0);
        ck_assert_ptr_nonnull(strstr(report.damage[0], "/leases:3: 2 columns"));
    }
END_TEST

START_TEST(a_last_line_without_its_end_counts_when_it_is_whole)
    {
        lease_sample s;

        write_csv("10.0.0.1,02:00:00:00:00:01,,60,1700000060,1,0,0,,0,");
        open_it(&lease_store_csv);
        load_it();
        ck_assert_uint_eq(times_told[1], 1);
        append_sample(&lease_store_csv, 3, 3, &s);
        commit();
        load_it();
        ck_assert_uint_eq(times_told[1] + times_told[3], 2);
        ck_assert_uint_eq(report.damaged, 0);
    }
END_TEST

START_TEST(a_declaration_that_breaks_off_is_damage_and_the_next_is_not)
    {
        write_file(path, "# comment\nserver-duid \"x\";\n"
                         "lease 10.0.0.1 {\n  ends never;\n  hardware ethernet 1:2:3:4:5:6;\n}\n"
                         "lease 10.0.0.2 {\n  ends never;\n  hardware eth"
                         "\nlease 10.0.0.3 {\n  ends never;\n  hardware ethernet 1:2:3:4:5:7;\n}\n"
                         "lease 10.0.0.4 {\n  ends never;\n  uid \"1");
        open_it(&lease_store_isc);
        load_it();
        ck_assert_uint_eq(report.damaged, 2);
        ck_assert_uint_eq(times_told[1] + times_told[3], 2);
        ck_assert_uint_eq(report.addresses, 2);
        ck_assert_ptr_nonnull(strstr(report.damage[0], "/leases:7: "));
        ck_assert_ptr_nonnull(strstr(report.damage[1], "/leases:14: "));
        load_it();
        ck_assert_uint_eq(report.damaged, 0);
        ck_assert_uint_eq(report.addresses, 2);
        ck_assert_ptr_nonnull(strstr(read_file(path), "\nserver-duid \"x\";\n")); /* stays */
    }
END_TEST

START_TEST(lines_may_end_as_on_other_systems)
    {
        char text[1024];

        snprintf(text, sizeof text,
                 "%.*s\r\n10.0.0.1,02:00:00:00:00:01,,60,1700000060,1,0,0,pc,0,\r\n"
                 "10.0.0.2,02:00:00:00:00:02,,60,1700000060,1,0,0,,0,\r\n\r\n",
                 (int)sizeof csv_head - 2, csv_head);
        write_file(path, text);
        open_it(&lease_store_csv);
        load_it();
        ck_assert_uint_eq(report.damaged, 0);
        ck_assert_uint_eq(report.addresses, 2);
        ck_assert_uint_eq(told[1].r.hostname.len, 2);
        ck_assert_ptr_null(strchr(read_file(path), '\r')); /* one kind of lines in a file */
        load_it();
        ck_assert_uint_eq(report.addresses, 2);
    }
END_TEST

START_TEST(noise_is_damage_and_takes_no_memory)
    {
        FILE *f;
        size_t i;

        write_csv("10.0.0.1,02:00:00:00:00:01,,60,1700000060,1,0,0,,0,\n");
        f = fopen(path, "a");
        ck_assert_ptr_nonnull(f);
        for (i = 0; i < 5 * LEASE_PIECE_MAX; i++) {
            fputc((int)(i * 7 % 251) == '\n' ? 'x' : (int)(i * 7 % 251), f);
        }
        fputs("\n10.0.0.2,02:00:00:00:00:02,,60,1700000060,1,0,0,,0,\n", f);
        ck_assert_int_eq(fclose(f), 0);
        open_it(&lease_store_csv);
        load_it();
        ck_assert_uint_eq(times_told[1] + times_told[2], 2);
        ck_assert_uint_ge(report.damaged, 1);
        ck_assert_uint_le(report.damaged, 6);
        ck_assert_ptr_nonnull(strstr(report.damage[0], "longer than"));
        ck_assert_uint_gt(size_of(beside(".bad")), 5 * LEASE_PIECE_MAX);
    }
END_TEST

START_TEST(damage_that_cannot_be_put_aside_stays_where_it_is)
    {
        uint64_t size;

        write_csv("10.0.0.2,zz\n");
        size = size_of(path);
        ck_assert_int_eq(mkdir(beside(".bad"), 0700), 0);
        open_it(&lease_store_csv);
        ck_assert_int_eq(store->ops->load(store, note, NULL, &report, error, sizeof error), -1);
        ck_assert_ptr_nonnull(strstr(error, "leases.bad': Is a directory"));
        ck_assert_uint_eq(size_of(path), size);
    }
END_TEST

START_TEST(who_only_reads_changes_nothing)
    {
        uint64_t size;

        write_csv("10.0.0.1,02:00:00:00:00:01,,60,1700000060,1,0,0,,0,\n10.0.0.2,zz");
        size = size_of(path);
        ck_assert_int_eq(chmod(path, 0444), 0);
        ck_assert_int_eq(try_open(&lease_store_csv, 1, 0), 0);
        load_it();
        ck_assert_uint_eq(report.damaged, 1);
        ck_assert_str_eq(report.quarantine, "");
        ck_assert_uint_eq(times_told[1], 1);
        ck_assert_uint_eq(size_of(path), size);
        ck_assert(!exists(beside(".bad")) && !exists(beside(".new")));
    }
END_TEST

static int stop_at_once(void *user, const lease_record *r)
{
    (void)user;
    (void)r;
    return 7;
}

START_TEST(a_caller_can_end_the_loading)
    {
        write_csv("10.0.0.1,02:00:00:00:00:01,,60,1700000060,1,0,0,,0,\n"
                  "10.0.0.2,02:00:00:00:00:02,,60,1700000060,1,0,0,,0,\n");
        open_it(&lease_store_csv);
        ck_assert_int_eq(store->ops->load(store, stop_at_once, NULL, &report, error, sizeof error),
                         7);
        ck_assert_uint_eq(report.addresses, 1);
    }
END_TEST

/* ---- files of Kea --------------------------------------------------------------------------- */

START_TEST(what_kea_left_beside_the_file_is_taken_in)
    {
        write_csv("10.0.0.1,02:00:00:00:00:01,,60,1700000060,1,0,0,new,0,\n"
                  "10.0.0.4,02:00:00:00:00:04,,0,1700000060,1,0,0,,0,\n");
        write_file(beside(".1"), "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,"
                                 "fqdn_fwd,fqdn_rev,hostname,state\n"
                                 "10.0.0.1,02:00:00:00:00:01,,60,1700000060,1,0,0,older,0\n"
                                 "10.0.0.2,02:00:00:00:00:02,,60,1700000060,1,0,0,older,0\n");
        write_file(beside(".2"), "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,"
                                 "fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id\n"
                                 "10.0.0.2,02:00:00:00:00:02,,60,1700000060,1,0,0,oldest,0,,0\n"
                                 "10.0.0.3,02:00:00:00:00:03,,60,1700000060,1,0,0,oldest,0,,0\n"
                                 "10.0.0.4,02:00:00:00:00:04,,60,1700000060,1,0,0,oldest,0,,0\n");
        open_it(&lease_store_csv);
        load_it();
        ck_assert_uint_eq(report.addresses, 3);
        ck_assert_uint_eq(report.damaged, 0);
        assert_mem_eq(told[1].r.hostname.data, "new", 3);
        assert_mem_eq(told[2].r.hostname.data, "older", 5);
        assert_mem_eq(told[3].r.hostname.data, "oldest", 6);
        ck_assert_uint_eq(times_told[4], 0); /* Kea deleted it */
        ck_assert(!exists(beside(".1")) && !exists(beside(".2")));
        load_it();
        ck_assert_uint_eq(report.addresses, 3);
        assert_mem_eq(told[2].r.hostname.data, "older", 5);
    }
END_TEST

START_TEST(what_kea_completed_stands_for_the_rest)
    {
        write_csv("");
        write_file(beside(".2"), "spoilt");
        write_file(beside(".completed"), "address,hwaddr,client_id,valid_lifetime,expire\n"
                                         "10.0.0.2,02:00:00:00:00:02,,60,1700000060\n");
        open_it(&lease_store_csv);
        load_it();
        ck_assert_uint_eq(report.addresses, 1);
        ck_assert_uint_eq(times_told[2], 1);
        ck_assert(!exists(beside(".2")) && !exists(beside(".completed")));
    }
END_TEST

START_TEST(columns_of_another_version_become_ours_before_something_is_appended)
    {
        lease_sample s;

        write_file(path, "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,"
                         "fqdn_rev,hostname,state,user_context,pool_id\n"
                         "10.0.0.2,02:00:00:00:00:02,,60,1700000060,1,0,0,pc2,0,,5\n");
        open_it(&lease_store_csv);
        append_sample(&lease_store_csv, 3, 3, &s);
        commit();
        ck_assert_int_eq(strncmp(read_file(path), csv_head, sizeof csv_head - 1), 0);
        load_it();
        ck_assert_uint_eq(report.addresses, 2);
        ck_assert_uint_eq(report.damaged, 0);
    }
END_TEST

/* ---- made small again ----------------------------------------------------------------------- */

/* So much is appended while the thread writes; then it is waited for, however slow it is. */
static void let_it_write(uint32_t *inout_rounds)
{
    const struct timespec ms = {0, 1000000};
    lease_rewrite *w = &((lease_file *)store)->rewrite;

    if (!w->is_running) {
        *inout_rounds = 0;
    } else if (++*inout_rounds > 10) {
        while (!atomic_load(&w->is_done)) {
            nanosleep(&ms, NULL);
        }
    }
}

START_TEST(a_file_that_grows_is_written_anew_while_it_is_appended_to)
    {
        const lease_store_ops *ops = kinds[_i];
        uint64_t seed = harness_seed(9), draw = 0, largest = 0, size;
        uint32_t i, shrunk = 0, round, meanwhile = 0;

        memset(wanted, 0, sizeof wanted);
        open_it(ops);
        for (round = 0; round < 400 && shrunk < 2; round++) {
            for (i = 0; i < 2000; i++) {
                uint32_t address = (uint32_t)(draw * 7919 % MANY) + 1;

                lease_sample_make(&wanted[address], address, seed + ++draw, 1000);
                if (ops == &lease_store_isc) {
                    wanted[address].r.subnet = 0;
                }
                append(&wanted[address].r);
            }
            commit();
            let_it_write(&meanwhile);
            ck_assert_msg(ops->compact(store, error, sizeof error) == 0, "%s", error);
            size = size_of(path);
            shrunk += size < largest;
            largest = size < largest ? 0 : size;
        }
        ck_assert_uint_eq(shrunk, 2);
        close_it(); /* perhaps in the middle of the next time */
        ck_assert(!exists(beside(".new")));
        open_it(ops);
        load_it();
        check_all(seed);
        ck_assert_uint_eq(report.damaged, 0);
    }
END_TEST

START_TEST(a_file_that_cannot_be_written_anew_stays_as_it_is)
    {
        lease_sample s;

        open_it(&lease_store_csv);
        append_sample(&lease_store_csv, 1, 1, &s);
        commit();
        ck_assert_int_eq(mkdir(beside(".new"), 0700), 0);
        ck_assert_int_eq(lease_file_rewrite((lease_file *)store, error, sizeof error), -1);
        ck_assert_ptr_nonnull(strstr(error, "leases.new': Is a directory"));
        append_sample(&lease_store_csv, 2, 2, &s);
        commit();
        load_it();
        ck_assert_uint_eq(report.addresses, 2);
    }
END_TEST

/* ---- killed meanwhile ----------------------------------------------------------------------- */

/* What the process that is killed was about to do, and had done. */
typedef struct progress {
    _Atomic uint32_t begun, committed;
} progress;

enum {
    KILLS = 25,
    HELD = 200 /* addresses that change in each round */
};

static void sample_of(const lease_store_ops *ops, uint32_t address, uint32_t round,
                      lease_sample *ret)
{
    lease_sample_make(ret, address, (uint64_t)round * HELD + address, 1000);
    if (ops == &lease_store_isc) {
        ret->r.subnet = 0;
    }
}

/* Until it is killed: changes, their commit, and all of them written anew. */
static void change_for_ever(const lease_store_ops *ops, progress *p)
{
    uint32_t round, i;
    lease_sample s;

    if (try_open(ops, 0, 0) != 0) {
        _exit(2);
    }
    for (round = atomic_load(&p->begun) + 1;; round++) {
        atomic_store(&p->begun, round);
        for (i = 1; i <= HELD; i++) {
            sample_of(ops, i, round, &s);
            if (ops->append(store, &s.r, 1, error, sizeof error) != 0) {
                _exit(3);
            }
        }
        if (ops->commit(store, error, sizeof error) != 0) {
            _exit(4);
        }
        atomic_store(&p->committed, round);
        if (lease_file_rewrite((lease_file *)store, error, sizeof error) != 0) {
            _exit(5);
        }
    }
}

/* As in the last round that was committed, or in one that had begun since: of several kills in a
 * row each may have left a part of one. */
static int is_of_round(const lease_store_ops *ops, uint32_t address, uint32_t from, uint32_t to)
{
    lease_sample s;

    for (; from <= to; from++) {
        sample_of(ops, address, from, &s);
        if (lease_record_equal(&told[address].r, &s.r)) {
            return 1;
        }
    }
    return 0;
}

static void check_rounds(const lease_store_ops *ops, const progress *p, int kill_number)
{
    uint32_t done = atomic_load(&p->committed), begun = atomic_load(&p->begun), i;

    for (i = 1; i <= HELD; i++) {
        assert_fast(times_told[i] == 1 || (done == 0 && times_told[i] == 0),
                    "kill %d, %s: address %u told %u times after round %u", kill_number, ops->kind,
                    i, times_told[i], done);
        assert_fast(times_told[i] == 0 || is_of_round(ops, i, done, begun),
                    "kill %d, %s: address %u is not as in rounds %u to %u: %s", kill_number,
                    ops->kind, i, done, begun, lease_sample_text(&told[i].r));
    }
}

START_TEST(who_is_killed_while_it_is_written_anew_loses_nothing)
    {
        const lease_store_ops *ops = kinds[_i];
        progress *p =
            mmap(NULL, sizeof *p, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        uint64_t chance = harness_seed((uint64_t)getpid());
        uint32_t before;
        int n, status;
        pid_t pid;

        ck_assert(p != MAP_FAILED);
        for (n = 0; n < KILLS; n++) {
            struct timespec wait = {0, 0};

            before = atomic_load(&p->begun);
            pid = fork();
            if (pid == 0) {
                change_for_ever(ops, p);
            }
            chance = chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            while (n % 2 == 0 && atomic_load(&p->begun) == before) { /* not before it works */
                sched_yield();
            }
            wait.tv_nsec = (long)((chance >> 33) % 12000000);
            nanosleep(&wait, NULL);
            ck_assert_int_eq(kill(pid, SIGKILL), 0);
            ck_assert_int_eq(waitpid(pid, &status, 0), pid);
            ck_assert_msg(WIFSIGNALED(status), "kill %d: status 0x%x", n, (unsigned)status);
            open_it(ops);
            load_it();
            check_rounds(ops, p, n);
            close_it();
        }
        ck_assert_uint_ge(atomic_load(&p->begun), KILLS / 2);
        (void)munmap(p, sizeof *p);
    }
END_TEST

/* ---- what the system refuses ---------------------------------------------------------------- */

START_TEST(a_full_disk_leaves_no_half_line)
    {
        const lease_store_ops *ops = kinds[_i];
        struct rlimit few = {20000, 20000};
        uint32_t i, committed = 0;
        lease_sample s;
        pid_t pid = fork(); /* the limit cannot be lifted again */
        int status;

        if (pid == 0) {
            if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &few) != 0) {
                _exit(1);
            }
            open_it(ops);
            for (i = 1; i <= MANY; i++) {
                lease_sample_make(&s, i, i, 1000);
                if (ops->append(store, &s.r, 1, error, sizeof error) != 0 ||
                    ops->commit(store, error, sizeof error) != 0) {
                    break;
                }
                committed = i;
            }
            close_it();
            ck_assert_uint_gt(committed, 10);
            ck_assert_uint_lt(committed, MANY);
            ck_assert_ptr_nonnull(strstr(error, "leases': File too large"));
            open_it(ops);
            load_it();
            ck_assert_uint_eq(report.damaged, 0);
            ck_assert_uint_eq(report.addresses, committed);
            ck_assert_uint_eq(times_told[committed], 1);
            _exit(0);
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_int_eq(status, 0);
    }
END_TEST

/* Opening fails with a sentence that names the place and the reason. */
static void check_refused(const lease_store_ops *ops, const char *why)
{
    ck_assert_int_eq(try_open(ops, 0, 0), -1);
    ck_assert_ptr_null(store);
    ck_assert_msg(strstr(error, path) != NULL && strstr(error, why) != NULL, "%s", error);
}

START_TEST(a_place_that_is_none_is_refused)
    {
        snprintf(path, sizeof path, "%s/no/leases", dir);
        check_refused(kinds[_i], "No such file or directory");
        snprintf(path, sizeof path, "%s", dir);
        check_refused(kinds[_i], "Is a directory");
        snprintf(path, sizeof path, "/dev/null");
        check_refused(kinds[_i], "not a regular file");
        snprintf(path, sizeof path, "%s/fifo", dir);
        ck_assert_int_eq(mkfifo(path, 0600), 0);
        check_refused(kinds[_i], "not a regular file");
        snprintf(path, sizeof path, "%s/notes", dir);
        write_file(path, "Dear diary\n");
        check_refused(&lease_store_csv, "it is not a lease file of Kea");
        check_refused(&lease_store_isc, "it is not a lease file of ISC dhcpd");
        snprintf(path, sizeof path, "%s/none", dir);
        ck_assert_int_eq(try_open(kinds[_i], 1, 0), -1);
        ck_assert_ptr_nonnull(strstr(error, "No such file"));
    }
END_TEST

START_TEST(a_file_that_is_taken_away_is_a_failure_and_begins_anew)
    {
        const lease_store_ops *ops = kinds[_i / 2];
        lease_sample s;

        open_it(ops);
        append_sample(ops, 1, 1, &s);
        commit();
        ck_assert_int_eq(_i % 2 == 0 ? unlink(path) : rename(path, beside(".old")), 0);
        append_sample(ops, 2, 2, &s);
        ck_assert_int_eq(ops->commit(store, error, sizeof error), -1);
        ck_assert_msg(strstr(error, "it was removed or renamed") != NULL, "%s", error);
        close_it();
        open_it(ops);
        append_sample(ops, 2, 2, &s);
        commit();
        close_it();
        open_it(ops);
        load_it();
        ck_assert_uint_eq(report.addresses, 1);
    }
END_TEST

/* ---- who had the store until this moment ---------------------------------------------------- */

static void (*before_lock)(void);

/* In the place of the system's: something happens between opening a file and locking it. */
int flock(int fd, int operation)
{
    void (*fn)(void) = before_lock;

    before_lock = NULL;
    if (fn != NULL) {
        fn();
    }
    return (int)syscall(SYS_flock, fd, operation);
}

#define CSV_LINE(n) "10.0.0." #n ",02:00:00:00:00:0" #n ",,3600,1900000000,1,0,0,,0,\n"

static void add_a_lease(void)
{
    FILE *f = fopen(path, "a");

    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(CSV_LINE(2), f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

static void write_it_anew(void)
{
    char name[sizeof path];

    strcpy(name, path);
    snprintf(path, sizeof path, "%s/other", dir);
    write_csv(CSV_LINE(1) CSV_LINE(2));
    ck_assert_int_eq(rename(path, name), 0);
    strcpy(path, name);
}

START_TEST(what_another_one_wrote_before_he_let_go_counts)
    {
        lease_sample s;

        write_csv(CSV_LINE(1));
        before_lock = _i == 0 ? add_a_lease : write_it_anew;
        open_it(&lease_store_csv);
        load_it();
        ck_assert_uint_eq(report.addresses, 2);
        append_sample(&lease_store_csv, 3, 1, &s);
        commit();
        close_it();
        open_it(&lease_store_csv);
        load_it();
        ck_assert_uint_eq(report.addresses, 3);
    }
END_TEST

START_TEST(a_place_without_permission_is_refused)
    {
        pid_t pid;
        int status;

        write_csv("");
        ck_assert_int_eq(chmod(path, 0400), 0);
        ck_assert_int_eq(chmod(dir, 0755), 0);
        pid = fork();
        if (pid == 0) {
            if (getuid() == 0 && setuid(65534) != 0) {
                _exit(1);
            }
            _exit(try_open(&lease_store_csv, 0, 0) == -1 &&
                          strstr(error, "leases': Permission denied") != NULL
                      ? 0
                      : 2);
        }
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_int_eq(status, 0);
    }
END_TEST

/* ---- dumps ---------------------------------------------------------------------------------- */

START_TEST(a_dump_takes_the_place_of_the_old_one_when_it_is_complete)
    {
        const lease_store_ops *ops = kinds[_i];
        lease_sample s;

        write_file(path, "old");
        ck_assert_int_eq(try_open(ops, 0, 1), 0);
        append_sample(ops, 1, 1, &s);
        ck_assert_str_eq(read_file(path), "old");
        close_it();
        ck_assert_str_eq(read_file(path), "old"); /* it was given up */
        ck_assert(!exists(beside(".new")));
        ck_assert_int_eq(try_open(ops, 0, 1), 0);
        append_sample(ops, 1, 1, &s);
        commit();
        close_it();
        ck_assert(!exists(beside(".new")));
        open_it(ops);
        load_it();
        ck_assert_uint_eq(report.addresses, 1);
        ck_assert(lease_record_equal(&told[1].r, &s.r));
    }
END_TEST

START_TEST(a_dump_replaces_only_files_that_nobody_uses)
    {
        const lease_store_ops *ops = kinds[_i];
        lease_store *used;
        char name[sizeof path];

        open_it(ops);
        used = store;
        ck_assert_int_eq(try_open(ops, 0, 1), -1);
        ck_assert_ptr_nonnull(strstr(error, "is the lease store of another server"));
        ck_assert(!exists(beside(".new")));
        store = used;
        close_it();
        ck_assert_int_eq(try_open(ops, 0, 1), 0); /* its lock file is there still */
        close_it();
        strcpy(name, path);
        snprintf(path, sizeof path, "%s", dir);
        ck_assert_int_eq(try_open(ops, 0, 1), -1);
        ck_assert_ptr_nonnull(strstr(error, "not a regular file"));
        ck_assert(!exists(beside(".new")));
        snprintf(path, sizeof path, "/dev/null");
        ck_assert_int_eq(try_open(ops, 0, 1), -1);
        ck_assert_ptr_nonnull(strstr(error, "not a regular file"));
        strcpy(path, name);
    }
END_TEST

/* ---- by name -------------------------------------------------------------------------------- */

static const struct {
    const char *text, *fallback, *kind, *where;
} names[] = {
    {"csv:x.csv", NULL, "csv", "x.csv"},
    {"csv:a:b", NULL, "csv", "a:b"},
    {"isc:/a", NULL, "isc", "/a"},
    {"memory", NULL, "memory", ""},
    {"/tmp/x", "csv", "csv", "/tmp/x"},
    {"a:b", "csv", "csv", "a:b"},
    {"-", "csv", "csv", "-"},
    {"isc:-", "csv", "isc", "-"},
    {"csv", NULL, NULL, "csv:FILE is right"},
    {"csv:", NULL, NULL, "csv:FILE is right"},
    {"memory:x", NULL, NULL, "has no place"},
    {"cvs:x", NULL, NULL, "there are memory, csv:FILE, isc:FILE"},
    {"", NULL, NULL, "unknown kind"},
    {"ldap:x", NULL, NULL, "'ldap': there is no such lease store: a directory"},
    {"ldap:x", "csv", NULL, "there is no such lease store"},
    {"mysql:x", NULL, NULL, "'mysql': there is no such lease store"},
    {"x\x1b[31m:y", NULL, NULL, "x\\x1b"},
};

START_TEST(stores_are_called_by_kind_and_place)
    {
        const lease_store_ops *ops = NULL;
        const char *where = NULL;
        int rc =
            lease_store_find(names[_i].text, names[_i].fallback, &ops, &where, error, sizeof error);

        if (names[_i].kind != NULL) {
            ck_assert_msg(rc == 0, "%s: %s", names[_i].text, error);
            ck_assert_str_eq(ops->kind, names[_i].kind);
            ck_assert_str_eq(where, names[_i].where);
        } else {
            ck_assert_msg(rc == -1 && strstr(error, names[_i].where) != NULL, "%s: %s",
                          names[_i].text, error);
        }
    }
END_TEST

START_TEST(passwords_are_not_shown)
    {
        static const struct {
            const char *text, *shown;
        } v[] = {{"csv:/var/lib/leases", "csv:/var/lib/leases"},
                 {"csv:/a//b:c@d", "csv:/a//b:***@d"}, /* rather too much */
                 {"postgresql:host=h password=secret dbname=d",
                  "postgresql:host=h password=*** dbname=d"},
                 {"postgresql:password = 'se cr\\'et' user=u", "postgresql:password=*** user=u"},
                 {"postgresql:password=s\\ ecret user=u", "postgresql:password=*** user=u"},
                 {"postgresql:sslpassword=secret", "postgresql:sslpassword=***"},
                 {"postgresql:passwordless", "postgresql:passwordless"},
                 {"postgresql://u:secret@h:5/d", "postgresql://u:***@h:5/d"},
                 {"postgresql://u:se@cret@h/d", "postgresql://u:***@h/d"},
                 {"postgresql://h:5432/d@x", "postgresql://h:5432/d@x"},
                 {"postgresql://u@h/d?password=secret&a=b", "postgresql://u@h/d?password=***&a=b"},
                 {"postgrespassword=", "postgrespassword=***"},
                 {"sqlite:\033[1m", "sqlite:\\x1b[1m"}};
        char shown[80], longest[2000];
        size_t i;

        for (i = 0; i < sizeof v / sizeof v[0]; i++) {
            lease_store_show(v[i].text, shown, sizeof shown);
            ck_assert_str_eq(shown, v[i].shown);
        }
        memset(longest, '/', sizeof longest);
        longest[sizeof longest - 1] = '\0';
        lease_store_show(longest, shown, sizeof shown);
        ck_assert_uint_lt(strlen(shown), sizeof shown);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, passwords_are_not_shown);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(tc, what_was_written_last_of_each_address_is_loaded, 0, 2);
    tcase_add_loop_test(tc, what_was_not_committed_may_be_lost_but_nothing_else, 0, 2);
    tcase_add_loop_test(tc, a_store_belongs_to_one_program, 0, 2);
    tcase_add_test(tc, damage_is_named_put_aside_and_told_once);
    tcase_add_test(tc, a_last_line_that_breaks_off_is_damage_and_the_next_is_not);
    tcase_add_test(tc, a_last_line_without_its_end_counts_when_it_is_whole);
    tcase_add_test(tc, a_declaration_that_breaks_off_is_damage_and_the_next_is_not);
    tcase_add_test(tc, lines_may_end_as_on_other_systems);
    tcase_add_test(tc, noise_is_damage_and_takes_no_memory);
    tcase_add_test(tc, damage_that_cannot_be_put_aside_stays_where_it_is);
    tcase_add_test(tc, who_only_reads_changes_nothing);
    tcase_add_test(tc, a_caller_can_end_the_loading);
    tcase_add_test(tc, what_kea_left_beside_the_file_is_taken_in);
    tcase_add_test(tc, what_kea_completed_stands_for_the_rest);
    tcase_add_test(tc, columns_of_another_version_become_ours_before_something_is_appended);
    tcase_add_loop_test(tc, a_file_that_grows_is_written_anew_while_it_is_appended_to, 0, 2);
    tcase_add_test(tc, a_file_that_cannot_be_written_anew_stays_as_it_is);
    tcase_add_loop_test(tc, who_is_killed_while_it_is_written_anew_loses_nothing, 0, 2);
    tcase_add_loop_test(tc, a_full_disk_leaves_no_half_line, 0, 2);
    tcase_add_loop_test(tc, a_place_that_is_none_is_refused, 0, 2);
    tcase_add_test(tc, a_place_without_permission_is_refused);
    tcase_add_loop_test(tc, a_file_that_is_taken_away_is_a_failure_and_begins_anew, 0, 4);
    tcase_add_loop_test(tc, what_another_one_wrote_before_he_let_go_counts, 0, 2);
    tcase_add_loop_test(tc, a_dump_takes_the_place_of_the_old_one_when_it_is_complete, 0, 2);
    tcase_add_loop_test(tc, a_dump_replaces_only_files_that_nobody_uses, 0, 2);
    tcase_add_loop_test(tc, stores_are_called_by_kind_and_place, 0,
                        (int)(sizeof names / sizeof names[0]));
}

HARNESS_MAIN("tools/lease_file", tests)
