/* SPDX-License-Identifier: MIT */
/* lease_sqlite_test.c - leases in a file of SQLite: what every store promises, and what happens to
 * files that are damaged, locked, somebody else's, or on a full disk. */
#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "unit/tools/store_cases.h"

static char folder[64], file[96];

static void set_up(void)
{
    strcpy(folder, "/tmp/dhcpperf.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/leases.db", folder);
    the_place.ops = &lease_store_sqlite;
    the_place.where = file;
}

static void tear_down(void)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", ".lock"};
    char name[128];
    size_t i;

    for (i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        snprintf(name, sizeof name, "%s%s", file, suffixes[i]);
        (void)unlink(name);
    }
    ck_assert_msg(rmdir(folder) == 0, "something else was left in %s", folder);
}

/* ---- by hand -------------------------------------------------------------------------------- */

static sqlite3 *by_hand(void)
{
    sqlite3 *db;

    ck_assert_int_eq(sqlite3_open(file, &db), SQLITE_OK);
    return db;
}

static void sql(sqlite3 *db, const char *text)
{
    char *why = NULL;

    ck_assert_msg(sqlite3_exec(db, text, NULL, NULL, &why) == SQLITE_OK, "%s: %s", text, why);
}

static void sql_once(const char *text)
{
    sqlite3 *db = by_hand();

    sql(db, text);
    sqlite3_close(db);
}

static int64_t number(const char *question)
{
    sqlite3 *db = by_hand();
    sqlite3_stmt *q;
    int64_t n;

    ck_assert_int_eq(sqlite3_prepare_v2(db, question, -1, &q, NULL), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(q), SQLITE_ROW);
    n = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    return n;
}

static void fill(unsigned n)
{
    lease_store *s = store_open("", "");
    lease_record r;
    unsigned i;

    ck_assert_msg(s != NULL, "%s", store_error);
    for (i = 0; i < n; i++) {
        r = store_record(i / 256, i % 256, 0);
        store_put(s, &r, 1);
    }
    store_commit(s);
    store_close(s);
}

static void refused(const char *flags, const char *words)
{
    ck_assert_ptr_null(store_open("", flags));
    ck_assert_msg(strstr(store_error, words) != NULL, "'%s' does not say '%s'", store_error, words);
    ck_assert_msg(strstr(store_error, file) != NULL, "'%s' does not name the file", store_error);
}

/* ---- damage --------------------------------------------------------------------------------- */

START_TEST(a_damaged_row_is_named_and_put_aside)
    {
        static const struct {
            const char *change, *why;
        } v[] = {{"key = x'01'", "1 to 16 octets"},
                 {"key = 'text'", "another type"},
                 {"state = 9", "an unknown state"},
                 {"state = 1", "an unknown state"},
                 {"chaddr = zeroblob(17)", "1 to 16 octets"},
                 {"hostname = zeroblob(256)", "255 octets"},
                 {"relay_info = zeroblob(70000)", "255 octets"},
                 {"htype = 256", "out of range"},
                 {"giaddr = -1", "out of range"},
                 {"starts = 'soon'", "another type"},
                 {"ends = starts - 1", "ends before"},
                 {"key_kind = 7", "unknown kind"}};
        char text[200];
        seen *s;
        lease_store *store;

        fill(10);
        snprintf(text, sizeof text,
                 "PRAGMA ignore_check_constraints = ON; UPDATE lease SET %s WHERE ip = 167772164",
                 v[_i].change);
        sql_once(text);
        s = store_load(NULL); /* only reading: named, but left where it is */
        ck_assert_uint_eq(s->n, 9);
        ck_assert_uint_eq(s->report.damaged, 1);
        ck_assert_msg(strstr(s->report.damage[0], v[_i].why) != NULL, "%d: %s", _i,
                      s->report.damage[0]);
        ck_assert_ptr_nonnull(strstr(s->report.damage[0], "10.0.0.4"));
        ck_assert_str_eq(s->report.quarantine, "");
        ck_assert_int_eq(number("SELECT count(*) FROM lease"), 10);
        seen_free(s);
        store = store_open("", "");
        s = store_load(store);
        ck_assert_uint_eq(s->n, 9);
        ck_assert_uint_eq(s->report.damaged, 1);
        ck_assert_ptr_nonnull(strstr(s->report.quarantine, file));
        store_close(store);
        seen_free(s);
        ck_assert_int_eq(number("SELECT count(*) FROM lease"), 9);
        ck_assert_int_eq(number("SELECT count(*) FROM damaged WHERE ip = 167772164"), 1);
        s = store_load(NULL);
        ck_assert_uint_eq(s->report.damaged, 0);
        seen_free(s);
    }
END_TEST

START_TEST(many_damaged_rows_are_counted_and_ten_are_shown)
    {
        lease_store *store;
        seen *s;

        fill(400);
        sql_once(
            "PRAGMA ignore_check_constraints = ON; UPDATE lease SET key_kind = 9 WHERE ip % 2");
        store = store_open("", "");
        s = store_load(store);
        ck_assert_uint_eq(s->n, 200);
        ck_assert_uint_eq(s->report.damaged, 200);
        ck_assert_uint_eq(s->report.shown, LEASE_DAMAGE_SHOWN);
        store_close(store);
        seen_free(s);
        ck_assert_int_eq(number("SELECT count(*) FROM damaged"), 200);
    }
END_TEST

static void overwrite(long from, long octets)
{
    int fd = open(file, O_RDWR);
    char junk[4096];

    ck_assert_int_ge(fd, 0);
    memset(junk, 0x5a, sizeof junk);
    while (octets > 0) {
        long n = octets < (long)sizeof junk ? octets : (long)sizeof junk;

        ck_assert_int_eq(pwrite(fd, junk, (size_t)n, from), n);
        from += n;
        octets -= n;
    }
    close(fd);
}

static int nobody(void *user, const lease_record *r)
{
    (void)user;
    (void)r;
    return 0;
}

START_TEST(damaged_pages_are_refused)
    {
        lease_load_report report;
        lease_store *s;
        struct stat st;

        fill(2000);
        ck_assert_int_eq(stat(file, &st), 0);
        ck_assert_int_gt(st.st_size, 40 * 4096);
        overwrite(20 * 4096, 4096);
        s = store_open("", "");
        ck_assert_msg(s != NULL, "%s", store_error);
        ck_assert_int_eq(
            the_place.ops->load(s, nobody, NULL, &report, store_error, sizeof store_error), -1);
        ck_assert_msg(strstr(store_error, "damaged (") != NULL && strstr(store_error, file) != NULL,
                      "%s", store_error);
        ck_assert_ptr_null(strchr(store_error, '\n'));
        store_close(s);
    }
END_TEST

START_TEST(a_damaged_head_is_refused)
    {
        fill(10);
        overwrite(0, 100);
        refused("", "not a database of SQLite");
    }
END_TEST

START_TEST(a_file_of_something_else_is_refused_and_left_alone)
    {
        struct stat before, after;

        sql_once("CREATE TABLE photographs(taken)");
        ck_assert_int_eq(stat(file, &before), 0);
        refused("", "a database of something else");
        refused("r", "a database of something else");
        ck_assert_int_eq(stat(file, &after), 0);
        ck_assert_int_eq(after.st_size, before.st_size);
        ck_assert_int_eq(number("SELECT count(*) FROM sqlite_master"), 1);
    }
END_TEST

START_TEST(a_store_of_another_version_is_refused)
    {
        fill(1);
        sql_once("PRAGMA user_version = 2");
        refused("", "version 2; this program knows 1");
    }
END_TEST

START_TEST(what_cannot_be_opened_is_refused_with_the_reason)
    {
        the_place.where = "/tmp/no-such-folder/leases.db";
        ck_assert_ptr_null(store_open("", ""));
        ck_assert_msg(strstr(store_error, "No such file or directory") != NULL, "%s", store_error);
        the_place.where = "/tmp";
        ck_assert_ptr_null(store_open("", "r"));
        ck_assert_msg(strstr(store_error, "/tmp") != NULL, "%s", store_error);
        the_place.where = file;
    }
END_TEST

/* ---- locks ---------------------------------------------------------------------------------- */

START_TEST(a_lock_taken_later_fails_the_group_and_nothing_else)
    {
        lease_record r = store_record(1, 1, 0);
        lease_store *s;
        sqlite3 *db;
        seen *v;

        fill(1);
        s = store_open("", "");
        db = by_hand();
        sql(db, "BEGIN IMMEDIATE");
        ck_assert_int_eq(the_place.ops->append(s, &r, 1, store_error, sizeof store_error), -1);
        ck_assert_ptr_nonnull(strstr(store_error, "locked"));
        store_close(s);
        sql(db, "COMMIT");
        sqlite3_close(db);
        s = store_open("", "");
        store_put(s, &r, 1);
        store_commit(s);
        store_close(s);
        v = store_load(NULL);
        ck_assert_uint_eq(v->n, 2);
        seen_free(v);
    }
END_TEST

START_TEST(others_may_read_while_the_server_writes)
    {
        lease_record r = store_record(1, 1, 0);
        lease_store *s;

        fill(3);
        s = store_open("", "");
        store_put(s, &r, 1);
        ck_assert_int_eq(number("SELECT count(*) FROM leases"), 3); /* not half a group */
        store_commit(s);
        ck_assert_int_eq(number("SELECT count(*) FROM leases WHERE address = '10.0.1.1'"), 1);
        store_close(s);
    }
END_TEST

START_TEST(a_second_server_is_kept_out_until_the_first_is_gone)
    {
        int pipes[2], status;
        char octet;
        pid_t child;

        fill(1);
        ck_assert_int_eq(pipe(pipes), 0);
        child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            _exit(store_open("", "") != NULL && write(pipes[1], "+", 1) == 1 ? pause() : 1);
        }
        ck_assert_int_eq(read(pipes[0], &octet, 1), 1);
        refused("", "the lease store of another server, process ");
        ck_assert_int_eq(atoi(strrchr(store_error, ' ')), child);
        ck_assert_int_eq(number("SELECT count(*) FROM lease"), 1);
        ck_assert_int_eq(kill(child, SIGKILL), 0);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        fill(2);
    }
END_TEST

static const char *const odd_names[] = {":memory:", "file:leases?mode=memory"};

START_TEST(a_name_that_sqlite_would_take_for_memory_is_a_file)
    {
        char before[256], lock[64];

        ck_assert_ptr_nonnull(getcwd(before, sizeof before));
        ck_assert_int_eq(chdir(folder), 0);
        the_place.where = odd_names[_i];
        fill(3);
        fill(1);
        the_place.where = file;
        ck_assert_int_eq(rename(odd_names[_i], file), 0);
        snprintf(lock, sizeof lock, "%s.lock", odd_names[_i]);
        ck_assert_int_eq(unlink(lock), 0);
        ck_assert_int_eq(chdir(before), 0);
        ck_assert_int_eq(number("SELECT count(*) FROM lease"), 3);
    }
END_TEST

START_TEST(a_file_that_is_taken_away_is_a_failure_and_begins_anew)
    {
        lease_store *s = store_open("", "");
        lease_record r = store_record(0, 1, 0);
        char other[128], error[LEASE_ERROR_MAX];

        ck_assert_msg(s != NULL, "%s", store_error);
        store_put(s, &r, 1);
        store_commit(s);
        snprintf(other, sizeof other, "%s.old", file);
        ck_assert_int_eq(rename(file, other), 0);
        ck_assert_int_eq(s->ops->append(s, &r, 1, error, sizeof error), 0);
        ck_assert_int_eq(s->ops->commit(s, error, sizeof error), -1);
        ck_assert_msg(strstr(error, "it was removed or renamed") != NULL, "%s", error);
        store_close(s);
        ck_assert_int_eq(unlink(other), 0);
        fill(2);
        ck_assert_int_eq(number("SELECT count(*) FROM lease"), 2);
    }
END_TEST

/* ---- a full disk ---------------------------------------------------------------------------- */

START_TEST(a_full_disk_fails_the_group_and_what_was_committed_stays)
    {
        enum {
            FEW = 100,
            MANY = 20000
        };
        struct rlimit was, less;
        struct stat st;
        lease_record r;
        lease_store *s;
        unsigned i;
        seen *v;
        int rc = 0;

        fill(FEW);
        ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &was), 0);
        ck_assert_int_eq(stat(file, &st), 0);
        signal(SIGXFSZ, SIG_IGN);
        less = was;
        less.rlim_cur = (rlim_t)st.st_size + 200 * 1024;
        ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &less), 0);
        s = store_open("", "");
        for (i = FEW; rc == 0 && i < MANY; i++) {
            r = store_record(i / 256, i % 256, 0);
            rc = the_place.ops->append(s, &r, 1, store_error, sizeof store_error);
        }
        rc = rc != 0 ? rc : the_place.ops->commit(s, store_error, sizeof store_error);
        ck_assert_int_eq(rc, -1);
        ck_assert_msg(strstr(store_error, "File too large") != NULL ||
                          strstr(store_error, "full") != NULL,
                      "%s", store_error);
        store_close(s);
        ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &was), 0);
        v = store_load(NULL);
        ck_assert_uint_eq(v->n, FEW);
        seen_free(v);
        fill(MANY);
        v = store_load(NULL);
        ck_assert_uint_eq(v->n, MANY);
        seen_free(v);
    }
END_TEST

/* ---- durable -------------------------------------------------------------------------------- */

/* The methods of the file that the log is, with a look at what is done to it. */
static sqlite3_vfs watching;
static sqlite3_io_methods watched;
static const sqlite3_io_methods *plain;
static unsigned writes_since_sync, syncs, writes;

static int watch_write(sqlite3_file *f, const void *octets, int n, sqlite3_int64 at)
{
    writes++;
    writes_since_sync++;
    return plain->xWrite(f, octets, n, at);
}

static int watch_sync(sqlite3_file *f, int flags)
{
    syncs++;
    writes_since_sync = 0;
    return plain->xSync(f, flags);
}

static int watch_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out)
{
    sqlite3_vfs *real = vfs->pAppData;
    int rc = real->xOpen(real, name, f, flags, out);

    if (rc == SQLITE_OK && (flags & SQLITE_OPEN_WAL) != 0) {
        plain = f->pMethods;
        watched = *plain;
        watched.xWrite = watch_write;
        watched.xSync = watch_sync;
        f->pMethods = &watched;
    }
    return rc;
}

START_TEST(a_commit_returns_only_when_the_log_is_on_the_disk)
    {
        sqlite3_vfs *real = sqlite3_vfs_find(NULL);
        lease_store *s;
        lease_record r;
        unsigned i, before;

        watching = *real;
        watching.zName = "watching";
        watching.pAppData = real;
        watching.xOpen = watch_open;
        ck_assert_int_eq(sqlite3_vfs_register(&watching, 1), SQLITE_OK);
        s = store_open("", "");
        for (i = 0; i < 50; i++) {
            r = store_record(i % 256, i / 256, i);
            before = writes;
            store_put(s, &r, 1);
            store_commit(s);
            ck_assert_uint_gt(writes, before);
            ck_assert_msg(writes_since_sync == 0, "group %u: %u writes after the last sync", i,
                          writes_since_sync);
        }
        ck_assert_uint_ge(syncs, 50);
        store_close(s);
        sqlite3_vfs_unregister(&watching);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    store_cases(tc);
    tcase_add_loop_test(tc, a_damaged_row_is_named_and_put_aside, 0, 12);
    tcase_add_test(tc, many_damaged_rows_are_counted_and_ten_are_shown);
    tcase_add_test(tc, damaged_pages_are_refused);
    tcase_add_test(tc, a_damaged_head_is_refused);
    tcase_add_test(tc, a_file_of_something_else_is_refused_and_left_alone);
    tcase_add_test(tc, a_store_of_another_version_is_refused);
    tcase_add_test(tc, what_cannot_be_opened_is_refused_with_the_reason);
    tcase_add_test(tc, a_lock_taken_later_fails_the_group_and_nothing_else);
    tcase_add_test(tc, others_may_read_while_the_server_writes);
    tcase_add_test(tc, a_second_server_is_kept_out_until_the_first_is_gone);
    tcase_add_test(tc, a_file_that_is_taken_away_is_a_failure_and_begins_anew);
    tcase_add_loop_test(tc, a_name_that_sqlite_would_take_for_memory_is_a_file, 0,
                        (int)(sizeof odd_names / sizeof odd_names[0]));
    tcase_add_test(tc, a_full_disk_fails_the_group_and_what_was_committed_stays);
    tcase_add_test(tc, a_commit_returns_only_when_the_log_is_on_the_disk);
}

HARNESS_MAIN("tools/lease_sqlite", tests)
