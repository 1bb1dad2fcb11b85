/* SPDX-License-Identifier: MIT */
/* lease_postgresql_claim.c - the tables, and which addresses are whose.
 *
 * Several servers may keep their leases in one database as long as no address is given by two of
 * them.  Each has a name and writes down its ranges; one that overlaps with those of another name
 * is refused.  A name stays when its server goes: its leases are still its own.
 *
 * While it is connected a server holds an advisory lock of its name, by the same connection that it
 * writes through.  So two processes never are the same server, and a process that was killed in the
 * middle of a group cannot write behind the back of the next one: the lock ends with the last thing
 * that the database did for it. */
#include "config.h"

#include "common/leases/lease_store.h"

#ifdef HAVE_LIBPQ

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libdhcpperf/pump.h>
#include <time.h>

#include "common/leases/lease_postgresql_parts.h"

#define TEXT(x)  #x
#define DIGIT(x) TEXT(x)
#define SCHEMA   1

enum {
    PREDECESSOR_MS = 2000, /* how long the connection of one that was killed may take to end */
    RETRY_MS = 5
};

static const char doing_open[] = "open the lease store in";

static const char schema[] =
    "CREATE TABLE dhcpperf_schema(version int NOT NULL);"
    "INSERT INTO dhcpperf_schema VALUES(" DIGIT(
        SCHEMA) ");"
                "CREATE TABLE dhcpperf_server("
                " id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                " name text NOT NULL UNIQUE,"
                " since timestamptz NOT NULL DEFAULT now());"
                "CREATE TABLE dhcpperf_range("
                " server int NOT NULL REFERENCES dhcpperf_server ON DELETE CASCADE,"
                " first_address inet NOT NULL, last_address inet NOT NULL,"
                " CHECK(first_address <= last_address));"
                "CREATE TABLE dhcpperf_lease("
                " address inet PRIMARY KEY CHECK(family(address) = 4 AND masklen(address) = 32),"
                " state smallint NOT NULL CHECK(state BETWEEN 2 AND 5),"
                " starts timestamptz NOT NULL CHECK(isfinite(starts)),"
                " ends timestamptz NOT NULL CHECK(ends >= starts)," /* infinity = never */
                " last_seen timestamptz NOT NULL CHECK(isfinite(last_seen)),"
                " subnet bigint NOT NULL CHECK(subnet BETWEEN 0 AND 4294967295),"
                " key_kind smallint NOT NULL CHECK(key_kind BETWEEN 0 AND 3),"
                " htype smallint NOT NULL CHECK(htype BETWEEN 0 AND 255),"
                " giaddr inet NOT NULL CHECK(family(giaddr) = 4),"
                " key bytea NOT NULL CHECK(length(key) <= 256),"
                " chaddr bytea NOT NULL CHECK(length(chaddr) <= 16),"
                " hostname bytea NOT NULL CHECK(length(hostname) <= 255),"
                " relay_info bytea NOT NULL CHECK(length(relay_info) <= 255))"
                " WITH (fillfactor = 70);" /* rows are changed in place again and again */
                "CREATE TABLE dhcpperf_damaged("
                " noticed timestamptz NOT NULL DEFAULT now(), reason text NOT NULL, lease jsonb "
                "NOT NULL);"
                /* For people. */
                "CREATE VIEW dhcpperf_leases AS SELECT host(address) AS address,"
                " CASE state WHEN 2 THEN 'bound' WHEN 3 THEN 'released' WHEN 4 THEN 'expired'"
                " ELSE 'declined' END AS state,"
                " CASE key_kind WHEN 1 THEN 'hardware' WHEN 2 THEN 'client-id' WHEN 3 THEN "
                "'circuit-id' END"
                " AS kind,"
                " encode(key, 'hex') AS client, encode(chaddr, 'hex') AS hardware,"
                " encode(hostname, 'escape') AS hostname, starts, ends FROM dhcpperf_lease;";

/* ---- the tables ----------------------------------------------------------------------------- */

/* The first row's first column as a number; -1 = failed, -2 = there is no row. */
static int64_t ask_number(pg_store *s, const char *sql, const pg_arguments *a, char *error,
                          size_t cap)
{
    PGresult *r = pg_ask(s, sql, 0, a, doing_open, error, cap);
    int64_t n = r == NULL ? -1 : PQntuples(r) == 0 ? -2 : strtoll(PQgetvalue(r, 0, 0), NULL, 10);

    PQclear(r);
    return n;
}

/* 1 = as we know them, 0 = not there. */
static int recognise(pg_store *s, char *error, size_t cap)
{
    pg_arguments none = {.n = 0};
    int64_t there =
        ask_number(s, "SELECT count(*) FROM pg_class WHERE oid = to_regclass('dhcpperf_schema')",
                   &none, error, cap);
    int64_t version;

    if (there <= 0) {
        return (int)there;
    }
    version = ask_number(s, "SELECT max(version) FROM dhcpperf_schema", &none, error, cap);
    if (version >= 0 && version != SCHEMA) {
        snprintf(error, cap, "%s has a lease store of version %" PRId64 "; this program knows %d",
                 s->shown, version, SCHEMA);
        return -1;
    }
    return version < 0 ? -1 : 1;
}

int pg_look(pg_store *s, char *error, size_t cap)
{
    int is_there = recognise(s, error, cap);

    if (is_there == 0) {
        snprintf(error, cap, "%s has no lease store", s->shown);
    }
    return is_there == 1 ? 0 : -1;
}

/* One server at a time comes this far: until COMMIT. */
static int set_up(pg_store *s, char *error, size_t cap)
{
    int is_there;

    if (pg_run(s, "BEGIN; SELECT pg_advisory_xact_lock(hashtext('dhcpperf'))", doing_open, error,
               cap) != 0) {
        return -1;
    }
    is_there = recognise(s, error, cap);
    return is_there != 0 ? is_there < 0 ? -1 : 0 : pg_run(s, schema, doing_open, error, cap);
}

/* ---- one process for each name -------------------------------------------------------------- */

static int fail_running(pg_store *s, const pg_arguments *server, char *error, size_t cap)
{
    int64_t pid = ask_number(s,
                             "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
                             " AND database = (SELECT oid FROM pg_database"
                             "  WHERE datname = current_database())"
                             " AND classid = 'dhcpperf_server'::regclass AND objid = $1::int::oid",
                             server, error, cap);

    if (pid != -1) {
        snprintf(error, cap,
                 "the server '%.100s' is connected to %s already (its process there is %" PRId64
                 ")",
                 s->config.owner, s->shown, pid);
    }
    return -1;
}

static int lock_name(pg_store *s, const pg_arguments *server, char *error, size_t cap)
{
    static const struct timespec pause = {0, RETRY_MS * 1000000L};
    dhcpperf_ts end = dhcpperf_clock_monotonic() + PREDECESSOR_MS * DHCPPERF_NS_PER_MS;
    int64_t got;

    while (
        (got = ask_number(
             s, "SELECT pg_try_advisory_lock('dhcpperf_server'::regclass::oid::int, $1::int)::int",
             server, error, cap)) == 0) {
        if (dhcpperf_clock_monotonic() > end) {
            return fail_running(s, server, error, cap);
        }
        (void)nanosleep(&pause, NULL);
    }
    return got == 1 ? 0 : -1;
}

/* ---- ranges --------------------------------------------------------------------------------- */

static int refuse_overlap(pg_store *s, const pg_arguments *claim, char *error, size_t cap)
{
    static const char sql[] =
        "SELECT o.name, host(greatest(r.first_address, n.f)), host(least(r.last_address, n.l))"
        " FROM (SELECT inet '0.0.0.0' + f AS f, inet '0.0.0.0' + l AS l"
        "  FROM unnest($2::int8[], $3::int8[]) AS u(f, l)) AS n"
        " JOIN dhcpperf_range AS r ON r.first_address <= n.l AND r.last_address >= n.f"
        " JOIN dhcpperf_server AS o ON o.id = r.server"
        " WHERE o.id <> $1::int ORDER BY greatest(r.first_address, n.f) LIMIT 1";
    PGresult *r = pg_ask(s, sql, 0, claim, doing_open, error, cap);
    int status = -1;

    if (r != NULL && PQntuples(r) == 0) {
        status = 0;
    } else if (r != NULL) {
        const char *name = PQgetvalue(r, 0, 0);

        snprintf(error, cap,
                 "the addresses %s to %s are those of the server '%.100s' in %s: give each server "
                 "its own, or, if that one is gone for good, DELETE FROM dhcpperf_server WHERE "
                 "name = '%.100s'",
                 PQgetvalue(r, 0, 1), PQgetvalue(r, 0, 2), name, s->shown, name);
    }
    PQclear(r);
    return status;
}

static int write_ranges(pg_store *s, const pg_arguments *claim, char *error, size_t cap)
{
    static const char sql[] = "WITH gone AS (DELETE FROM dhcpperf_range WHERE server = $1::int)"
                              " INSERT INTO dhcpperf_range"
                              " SELECT $1::int, inet '0.0.0.0' + f, inet '0.0.0.0' + l"
                              " FROM unnest($2::int8[], $3::int8[]) AS u(f, l)";
    PGresult *r = pg_ask(s, sql, 0, claim, doing_open, error, cap);

    PQclear(r);
    return r != NULL ? 0 : -1;
}

int pg_claim(pg_store *s, char *error, size_t cap)
{
    pg_arguments name = {.n = 0}, server = {.n = 0}, claim;
    char number[24];
    int64_t id;

    if (set_up(s, error, cap) != 0) {
        return -1;
    }
    pg_take_text(&name, s->config.owner);
    id = ask_number(s,
                    "INSERT INTO dhcpperf_server(name) VALUES($1) ON CONFLICT (name)"
                    " DO UPDATE SET since = now() RETURNING id",
                    &name, error, cap);
    if (id < 0) {
        return -1;
    }
    snprintf(number, sizeof number, "%" PRId64, id);
    pg_take_text(&server, number);
    claim = server;
    pg_take_array(&claim, &s->firsts);
    pg_take_array(&claim, &s->lasts);
    return lock_name(s, &server, error, cap) != 0 || refuse_overlap(s, &claim, error, cap) != 0 ||
                   write_ranges(s, &claim, error, cap) != 0 ||
                   pg_run(s, "COMMIT", doing_open, error, cap) != 0
               ? -1
               : 0;
}

#endif
