/* SPDX-License-Identifier: MIT */
/* lease_postgresql_test.c - leases in a database of PostgreSQL: what every store promises, what
 * happens when several servers share it, and when it is locked, damaged, somebody else's or gone.
 *
 * Run by tests/integration/lease_postgresql.test, which starts the server and gives the connection
 * in DHCPPERF_TEST_POSTGRESQL.  Each test has a schema of its own. */
#include "config.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libpq-fe.h>

#include "unit/tools/store_cases.h"

static char schema[32], where[400];

/* ---- by hand -------------------------------------------------------------------------------- */

static PGconn *by_hand(void)
{
    char text[400];
    PGconn *c;

    snprintf(text, sizeof text, "%s options='-csearch_path=%s -cclient_min_messages=warning'",
             getenv("DHCPPERF_TEST_POSTGRESQL"), schema);
    c = PQconnectdb(text);
    ck_assert_msg(PQstatus(c) == CONNECTION_OK, "%s", PQerrorMessage(c));
    return c;
}

static void sql(PGconn *c, const char *text)
{
    PGresult *r = PQexec(c, text);

    ck_assert_msg(PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK,
                  "%s: %s", text, PQerrorMessage(c));
    PQclear(r);
}

static void sql_once(const char *text)
{
    PGconn *c = by_hand();

    sql(c, text);
    PQfinish(c);
}

static int number(const char *question)
{
    PGconn *c = by_hand();
    PGresult *r = PQexec(c, question);
    int n;

    ck_assert_msg(PQresultStatus(r) == PGRES_TUPLES_OK, "%s", PQerrorMessage(c));
    n = atoi(PQgetvalue(r, 0, 0));
    PQclear(r);
    PQfinish(c);
    return n;
}

static void set_up(void)
{
    char text[80];

    strcpy(schema, "public");
    snprintf(text, sizeof text, "CREATE SCHEMA t%ld", (long)getpid());
    sql_once(text);
    snprintf(schema, sizeof schema, "t%ld", (long)getpid());
    snprintf(where, sizeof where, "%s options=-csearch_path=%s", getenv("DHCPPERF_TEST_POSTGRESQL"),
             schema);
    the_place.ops = &lease_store_postgresql;
    the_place.where = where;
}

static void tear_down(void)
{
    char text[80];

    snprintf(text, sizeof text, "DROP SCHEMA %s CASCADE", schema);
    sql_once(text);
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

static lease_store *open_as(const char *owner, const char *first, const char *last)
{
    lease_range range;
    lease_store_config c;
    lease_store *s = NULL;

    memset(&c, 0, sizeof c);
    c.where = where;
    c.owner = owner;
    c.n_ranges = 1;
    c.ranges = &range;
    ck_assert_int_eq(dhcpperf_ip4_parse(&range.first, first), 0);
    ck_assert_int_eq(dhcpperf_ip4_parse(&range.last, last), 0);
    store_error[0] = '\0';
    return the_place.ops->open(&s, &c, store_error, sizeof store_error) == 0 ? s : NULL;
}

static void says(const char *words)
{
    ck_assert_msg(strstr(store_error, words) != NULL, "'%s' does not say '%s'", store_error, words);
    ck_assert_ptr_null(strchr(store_error, '\n'));
}

/* ---- several servers ------------------------------------------------------------------------ */

START_TEST(several_servers_share_a_database)
    {
        lease_store *a = open_as("a", "10.0.0.0", "10.0.0.255"),
                    *b = open_as("b", "10.0.1.0", "10.0.1.255");
        lease_record ra = store_record(0, 7, 0), rb = store_record(1, 7, 0);
        seen *v;

        ck_assert_msg(a != NULL && b != NULL, "%s", store_error);
        store_put(a, &ra, 1);
        store_put(b, &rb, 1);
        store_commit(a);
        store_commit(b);
        v = store_load(a);
        ck_assert_uint_eq(v->report.foreign, 1);
        seen_expect(v, &ra, 1);
        seen_free(v);
        v = store_load(b);
        seen_expect(v, &rb, 1);
        seen_free(v);
        store_close(a);
        store_close(b);
    }
END_TEST

START_TEST(addresses_of_another_server_are_refused_and_it_is_named)
    {
        static const struct {
            const char *first, *last, *words;
        } v[] = {{"10.0.0.200", "10.0.2.0", "the addresses 10.0.0.200 to 10.0.0.255 are those of"},
                 {"10.0.0.0", "10.0.0.0", "the addresses 10.0.0.0 to 10.0.0.0 are"},
                 {"9.0.0.0", "10.0.0.9", "the addresses 10.0.0.0 to 10.0.0.9 are"},
                 {"0.0.0.1", "255.255.255.254", "the addresses 10.0.0.0 to 10.0.0.255 are"}};
        lease_store *s = open_as("upstairs", "10.0.0.0", "10.0.0.255");
        size_t i;

        store_close(s); /* a claim stays */
        for (i = 0; i < sizeof v / sizeof v[0]; i++) {
            ck_assert_ptr_null(open_as("downstairs", v[i].first, v[i].last));
            says(v[i].words);
            says("'upstairs'");
        }
        ck_assert_int_eq(number("SELECT count(*) FROM dhcpperf_range"), 1);
        s = open_as("downstairs", "10.0.1.0", "10.0.1.0");
        ck_assert_msg(s != NULL, "%s", store_error);
        store_close(s);
        /* The remedy that the sentence names. */
        sql_once("DELETE FROM dhcpperf_server WHERE name = 'upstairs'");
        s = open_as("downstairs", "10.0.0.0", "10.0.0.255");
        ck_assert_msg(s != NULL, "%s", store_error);
        store_close(s);
    }
END_TEST

START_TEST(a_server_may_change_its_own_ranges)
    {
        lease_store *s = open_as("a", "10.0.0.0", "10.0.0.255");

        store_close(s);
        s = open_as("a", "10.0.0.128", "10.0.1.127");
        ck_assert_msg(s != NULL, "%s", store_error);
        store_close(s);
        s = open_as("b", "10.0.0.0", "10.0.0.127");
        ck_assert_msg(s != NULL, "%s", store_error);
        store_close(s);
    }
END_TEST

START_TEST(two_processes_are_never_the_same_server)
    {
        int pipes[2], status;
        char octet;
        pid_t child;
        lease_store *s;

        ck_assert_int_eq(pipe(pipes), 0);
        child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            s = open_as("a", "10.0.0.0", "10.0.0.255");
            _exit(s != NULL && write(pipes[1], "+", 1) == 1 ? pause() : 1);
        }
        ck_assert_int_eq(read(pipes[0], &octet, 1), 1);
        ck_assert_ptr_null(open_as("a", "10.0.0.0", "10.0.0.255"));
        says("the server 'a' is connected to ");
        ck_assert_int_gt(atoi(strrchr(store_error, ' ')), 0);
        ck_assert_int_eq(kill(child, SIGKILL), 0);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        s = open_as("a", "10.0.0.0", "10.0.0.255"); /* waits until the database has noticed */
        ck_assert_msg(s != NULL, "%s", store_error);
        store_close(s);
    }
END_TEST

static pid_t in_child(int fd, lease_record *r)
{
    pid_t child = fork();

    ck_assert_int_ge(child, 0);
    if (child == 0) {
        lease_store *s = open_as("a", "10.0.0.0", "10.0.0.255");

        if (s == NULL || write(fd, "+", 1) != 1) {
            _exit(1);
        }
        store_put(s, r, 1);
        store_commit(s);
        _exit(0);
    }
    return child;
}

/* Whoever was killed in the middle of a commit must not write behind the back of the next one: the
 * next one is let in only when the database has done with the first. */
START_TEST(a_group_of_a_killed_server_never_comes_after_its_successor)
    {
        lease_record old = store_record(0, 1, 0), killed = store_record(0, 1, 1),
                     last = store_record(0, 1, 2);
        struct pollfd p = {-1, POLLIN, 0};
        int pipes[2], status;
        pid_t child;
        char octet;
        PGconn *c;
        seen *v;

        ck_assert_int_eq(pipe(pipes), 0);
        p.fd = pipes[0];
        child = in_child(pipes[1], &old);
        ck_assert_int_eq(read(pipes[0], &octet, 1), 1);
        ck_assert(waitpid(child, &status, 0) == child && status == 0);
        c = by_hand();
        sql(c, "BEGIN; SELECT * FROM dhcpperf_lease FOR UPDATE");
        child = in_child(pipes[1], &killed);
        ck_assert_int_eq(read(pipes[0], &octet, 1), 1);
        while (number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") ==
               0) {
            usleep(1000);
        }
        ck_assert_int_eq(kill(child, SIGKILL), 0);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        child = in_child(pipes[1], &last);
        ck_assert_msg(poll(&p, 1, 200) == 0, "it is let in while the first still writes");
        sql(c, "COMMIT");
        PQfinish(c);
        ck_assert_int_eq(read(pipes[0], &octet, 1), 1);
        ck_assert(waitpid(child, &status, 0) == child && status == 0);
        v = store_load(NULL);
        seen_expect(v, &last, 1);
        seen_free(v);
    }
END_TEST

START_TEST(servers_that_begin_at_once_make_the_tables_once)
    {
        pid_t children[8];
        char first[20];
        int i, status;

        for (i = 0; i < 8; i++) {
            children[i] = fork();
            ck_assert_int_ge(children[i], 0);
            if (children[i] == 0) {
                snprintf(first, sizeof first, "10.0.%d.0", i);
                _exit(open_as(first, first, first) != NULL ? 0 : 1);
            }
        }
        for (i = 0; i < 8; i++) {
            ck_assert_int_eq(waitpid(children[i], &status, 0), children[i]);
            ck_assert_int_eq(status, 0);
        }
        ck_assert_int_eq(number("SELECT count(*) FROM dhcpperf_range"), 8);
    }
END_TEST

/* ---- damage --------------------------------------------------------------------------------- */

START_TEST(a_damaged_row_is_named_and_put_aside)
    {
        static const struct {
            const char *change, *why;
        } v[] = {{"key = '\\x01'", "1 to 16 octets"},
                 {"key = NULL", "holds nothing"},
                 {"state = 9", "an unknown state"},
                 {"chaddr = decode(repeat('00', 17), 'hex')", "1 to 16 octets"},
                 {"htype = 256", "out of range"},
                 {"giaddr = 'fe80::1'", "out of range"},
                 {"starts = 'infinity'", "out of range"},
                 {"ends = '-infinity'", "out of range"},
                 {"ends = starts - interval '1 s'", "ends before"},
                 {"key_kind = 7", "unknown kind"}};
        static const char *const columns[] = {"state", "starts", "ends",   "last_seen", "key_kind",
                                              "htype", "key",    "chaddr", "giaddr"};
        char text[300];
        PGconn *c;
        seen *s;
        lease_store *store;
        size_t i;

        fill(10);
        c = by_hand();
        for (i = 0; i < sizeof columns / sizeof columns[0]; i++) {
            snprintf(text, sizeof text,
                     "ALTER TABLE dhcpperf_lease ALTER %s DROP NOT NULL,"
                     " DROP CONSTRAINT IF EXISTS dhcpperf_lease_%s_check",
                     columns[i], columns[i]);
            sql(c, text);
        }
        sql(c, "ALTER TABLE dhcpperf_lease DROP CONSTRAINT dhcpperf_lease_check");
        snprintf(text, sizeof text, "UPDATE dhcpperf_lease SET %s WHERE address = '10.0.0.4'",
                 v[_i].change);
        sql(c, text);
        PQfinish(c);
        s = store_load(NULL); /* only reading: named, but left where it is */
        ck_assert_uint_eq(s->n, 9);
        ck_assert_uint_eq(s->report.damaged, 1);
        ck_assert_msg(strstr(s->report.damage[0], v[_i].why) != NULL, "%d: %s", _i,
                      s->report.damage[0]);
        ck_assert_ptr_nonnull(strstr(s->report.damage[0], "10.0.0.4"));
        ck_assert_str_eq(s->report.quarantine, "");
        seen_free(s);
        store = store_open("", "");
        s = store_load(store);
        ck_assert_uint_eq(s->n, 9);
        ck_assert_uint_eq(s->report.damaged, 1);
        ck_assert_ptr_nonnull(strstr(s->report.quarantine, "dhcpperf_damaged"));
        store_close(store);
        seen_free(s);
        ck_assert_int_eq(number("SELECT count(*) FROM dhcpperf_lease"), 9);
        ck_assert_int_eq(
            number("SELECT count(*) FROM dhcpperf_damaged WHERE lease->>'address' = '10.0.0.4'"),
            1);
    }
END_TEST

START_TEST(a_store_of_another_version_is_refused)
    {
        fill(1);
        sql_once("UPDATE dhcpperf_schema SET version = 2");
        ck_assert_ptr_null(store_open("", ""));
        says("version 2; this program knows 1");
        ck_assert_ptr_null(store_open("", "r"));
        says("version 2; this program knows 1");
    }
END_TEST

/* ---- out of reach --------------------------------------------------------------------------- */

START_TEST(what_cannot_be_reached_is_refused_with_the_reason_and_without_the_password)
    {
        static const struct {
            const char *where, *words;
        } v[] = {{"host=/no/such/place password=secret", "/no/such/place"},
                 {"host=127.0.0.1 port=1 password=secret", "refused"},
                 {"hots=/tmp password=secret", "hots"},
                 {"//nobody:secret@127.0.0.1:1/leases", "refused"},
                 {"host=127.0.0.1 port=99999 password=secret", "99999"}};
        lease_store_config c;
        lease_store *s = NULL;

        memset(&c, 0, sizeof c);
        c.owner = "the test";
        c.where = v[_i].where;
        ck_assert_int_eq(the_place.ops->open(&s, &c, store_error, sizeof store_error), -1);
        ck_assert_ptr_null(s);
        says(v[_i].words);
        ck_assert_ptr_null(strstr(store_error, "secret"));
    }
END_TEST

START_TEST(a_database_that_is_not_there_is_refused)
    {
        char other[440];

        snprintf(other, sizeof other, "%s dbname=photographs", where);
        the_place.where = other;
        ck_assert_ptr_null(store_open("", ""));
        says("photographs");
        the_place.where = where;
    }
END_TEST

START_TEST(a_locked_table_is_refused)
    {
        PGconn *c;

        fill(2);
        c = by_hand();
        sql(c, "BEGIN; LOCK TABLE dhcpperf_schema");
        ck_assert_ptr_null(store_open("", ""));
        says("lock timeout");
        sql(c, "COMMIT");
        PQfinish(c);
        fill(2);
    }
END_TEST

/* The connection goes in the middle: before, while and after a group is written. */
START_TEST(a_lost_connection_fails_the_group_which_can_be_written_again)
    {
        static const char cut[] = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                  " WHERE pid <> pg_backend_pid()"
                                  " AND application_name = 'dhcp-server'";
        lease_record r[3] = {store_record(0, 1, 0), store_record(0, 2, 0), store_record(0, 3, 0)};
        lease_store *s = store_open("", "");
        seen *v;
        int rc;

        store_put(s, r, 1);
        store_commit(s);
        if (_i == 0) {
            sql_once(cut);
        }
        rc = the_place.ops->append(s, r + 1, 2, store_error, sizeof store_error);
        if (_i == 1) {
            sql_once(cut);
        }
        rc = rc != 0 ? rc : the_place.ops->commit(s, store_error, sizeof store_error);
        ck_assert_int_eq(rc, -1);
        says("cannot write to the lease store in ");
        store_close(s);
        s = store_open("", "");
        ck_assert_msg(s != NULL, "%s", store_error);
        store_put(s, r, 3);
        store_commit(s);
        store_put(s, r, 3); /* as when it had been there already */
        store_commit(s);
        v = store_load(s);
        seen_expect(v, r, 3);
        seen_free(v);
        store_close(s);
    }
END_TEST

/* ---- durable, and what it costs ------------------------------------------------------------- */

START_TEST(commits_are_durable_whatever_the_default_is)
    {
        PGconn *c = by_hand();
        lease_store *s;
        char text[300];

        snprintf(text, sizeof text,
                 "CREATE ROLE r%s LOGIN SUPERUSER; ALTER ROLE r%s SET synchronous_commit = off;"
                 " ALTER ROLE r%s SET default_transaction_isolation = serializable",
                 schema, schema, schema);
        sql(c, text);
        snprintf(where + strlen(where), sizeof where - strlen(where), " user=r%s", schema);
        s = store_open("", "");
        ck_assert_msg(s != NULL, "%s", store_error);
        /* What another session can see of it: the transaction it commits waits for its flush. */
        sql(c, "CREATE TABLE probe(setting text);"
               "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
               " INSERT INTO probe VALUES(current_setting('synchronous_commit') || ' ' ||"
               " current_setting('transaction_isolation')); RETURN NULL; END $$;"
               "CREATE TRIGGER note AFTER INSERT ON dhcpperf_lease"
               " FOR EACH STATEMENT EXECUTE FUNCTION note()");
        {
            lease_record r = store_record(0, 1, 0);

            store_put(s, &r, 1);
            store_commit(s);
        }
        store_close(s);
        ck_assert_int_eq(number("SELECT count(*) FROM probe WHERE setting = 'on read committed'"),
                         1);
        snprintf(text, sizeof text, "DROP OWNED BY r%s CASCADE; DROP ROLE r%s", schema, schema);
        sql(c, text);
        PQfinish(c);
    }
END_TEST

START_TEST(what_is_there_already_is_not_written_again)
    {
        int before;

        fill(100);
        before = number("SELECT sum(xmin::text::bigint % 1000000) FROM dhcpperf_lease");
        fill(100);
        ck_assert_int_eq(number("SELECT sum(xmin::text::bigint % 1000000) FROM dhcpperf_lease"),
                         before);
    }
END_TEST

START_TEST(a_group_larger_than_a_statement_is_one_transaction)
    {
        enum {
            MANY = 10000
        };
        lease_store *s = store_open("", "");
        lease_record r;
        unsigned i;
        seen *v;

        for (i = 0; i < MANY; i++) {
            r = store_record(i / 256, i % 256, 0);
            store_put(s, &r, 1);
        }
        ck_assert_int_eq(number("SELECT count(*) FROM dhcpperf_lease"), 0);
        store_commit(s);
        ck_assert_int_eq(number("SELECT count(*) FROM dhcpperf_lease"), MANY);
        v = store_load(s);
        ck_assert_uint_eq(v->n, MANY);
        seen_free(v);
        store_close(s);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, set_up, tear_down);
    store_cases(tc);
    tcase_add_test(tc, several_servers_share_a_database);
    tcase_add_test(tc, addresses_of_another_server_are_refused_and_it_is_named);
    tcase_add_test(tc, a_server_may_change_its_own_ranges);
    tcase_add_test(tc, two_processes_are_never_the_same_server);
    tcase_add_test(tc, a_group_of_a_killed_server_never_comes_after_its_successor);
    tcase_add_test(tc, servers_that_begin_at_once_make_the_tables_once);
    tcase_add_loop_test(tc, a_damaged_row_is_named_and_put_aside, 0, 10);
    tcase_add_test(tc, a_store_of_another_version_is_refused);
    tcase_add_loop_test(
        tc, what_cannot_be_reached_is_refused_with_the_reason_and_without_the_password, 0, 5);
    tcase_add_test(tc, a_database_that_is_not_there_is_refused);
    tcase_add_test(tc, a_locked_table_is_refused);
    tcase_add_loop_test(tc, a_lost_connection_fails_the_group_which_can_be_written_again, 0, 2);
    tcase_add_test(tc, commits_are_durable_whatever_the_default_is);
    tcase_add_test(tc, what_is_there_already_is_not_written_again);
    tcase_add_test(tc, a_group_larger_than_a_statement_is_one_transaction);
}

int main(void)
{
    if (getenv("DHCPPERF_TEST_POSTGRESQL") == NULL) {
        puts("1..0 # SKIP run by tests/integration/lease_postgresql.test");
        return 77;
    }
    return harness_run("tools/lease_postgresql", tests);
}
