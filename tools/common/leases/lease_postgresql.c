/* SPDX-License-Identifier: MIT */
/* lease_postgresql.c - leases in a database of PostgreSQL, which several servers may share.
 *
 * A group goes out as one statement, whose arguments are a column each: one round trip, one
 * transaction, also of thousands of leases.  Whether a group of which the answer was lost is in the
 * database or not makes no difference: to write it again changes nothing. */
#include "config.h"

#include "common/leases/lease_store.h"

#ifdef HAVE_LIBPQ

#include <stdlib.h>
#include <string.h>

#include "common/leases/lease_postgresql_parts.h"

enum {
    ROWS = 4096 /* in one statement, at most */
};

static const char doing_write[] = "write to the lease store in";

/* The year 287,000: later ends are infinity, as the type knows none. */
#define LAST_MS   "9000000000000000"
#define STAMP(ms) "timestamptz 'epoch' + least(" ms ", " LAST_MS ") * interval '1 ms'"

/* Of several rows with one address the last counts.  What is there already is not written again,
 * else all rows would be when a store has been away.  In order of address, as two that write the
 * same rows would otherwise wait for each other. */
static const char put_sql[] =
    "INSERT INTO dhcpperf_lease AS old (address, state, starts, ends, last_seen, subnet, key_kind,"
    " htype, giaddr, key, chaddr, hostname, relay_info)"
    " SELECT DISTINCT ON (ip) inet '0.0.0.0' + ip, state, " STAMP(
        "starts") ","
                  " CASE WHEN ends > " LAST_MS
                  " THEN 'infinity' ELSE " STAMP("ends") " END, " STAMP(
                      "last_seen") ", subnet, key_kind, htype, inet '0.0.0.0' + giaddr, key, "
                                   "chaddr, hostname, relay_info"
                                   " FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::int8[], "
                                   "$5::int8[], $6::int8[],"
                                   " $7::int8[], $8::int8[], $9::int8[], $10::bytea[], "
                                   "$11::bytea[], $12::bytea[], $13::bytea[])"
                                   " WITH ORDINALITY AS r(ip, state, starts, ends, last_seen, "
                                   "subnet, key_kind, htype, giaddr,"
                                   " key, chaddr, hostname, relay_info, n)"
                                   " ORDER BY ip, n DESC"
                                   " ON CONFLICT (address) DO UPDATE SET state = excluded.state, "
                                   "starts = excluded.starts,"
                                   " ends = excluded.ends, last_seen = excluded.last_seen, subnet "
                                   "= excluded.subnet,"
                                   " key_kind = excluded.key_kind, htype = excluded.htype, giaddr "
                                   "= excluded.giaddr,"
                                   " key = excluded.key, chaddr = excluded.chaddr, hostname = "
                                   "excluded.hostname,"
                                   " relay_info = excluded.relay_info"
                                   " WHERE (old.*) IS DISTINCT FROM (excluded.*)";

/* ---- opening -------------------------------------------------------------------------------- */

static void reset_rows(pg_store *s)
{
    int i;

    for (i = 0; i < LEASE_COLUMNS; i++) {
        pg_array_reset(&s->columns[i], i >= LEASE_NUMBERS);
    }
    s->n_rows = 0;
}

static int list_ranges(pg_store *s)
{
    const lease_store_config *c = &s->config;
    size_t i;
    int status = 0;

    if (c->n_ranges == 0) {
        status = pg_array_add_number(&s->firsts, 0) != 0 ||
                 pg_array_add_number(&s->lasts, UINT32_MAX) != 0;
    }
    for (i = 0; status == 0 && i < c->n_ranges; i++) {
        status = pg_array_add_number(&s->firsts, lease_ip_number(c->ranges[i].first)) != 0 ||
                 pg_array_add_number(&s->lasts, lease_ip_number(c->ranges[i].last)) != 0;
    }
    pg_array_finish(&s->firsts);
    pg_array_finish(&s->lasts);
    return status;
}

static int prepare(pg_store *s, char *error, size_t cap)
{
    static const char sql[] = "PREPARE dhcpperf_put AS ";
    char whole[sizeof sql + sizeof put_sql];

    memcpy(whole, sql, sizeof sql - 1);
    memcpy(whole + sizeof sql - 1, put_sql, sizeof put_sql);
    return pg_run(s, whole, "open the lease store in", error, cap);
}

static int open_database(pg_store *s, char *error, size_t cap)
{
    if (pg_connect(s, error, cap) != 0) {
        return -1;
    }
    if (s->config.read_only) {
        return pg_look(s, error, cap);
    }
    return pg_claim(s, error, cap) != 0 ? -1 : prepare(s, error, cap);
}

static void pg_close(lease_store *store)
{
    pg_store *s = (pg_store *)(void *)store;
    int i;

    if (s == NULL) {
        return;
    }
    PQfinish(s->c);
    for (i = 0; i < LEASE_COLUMNS; i++) {
        pg_array_free(&s->columns[i]);
    }
    pg_array_free(&s->firsts);
    pg_array_free(&s->lasts);
    lease_config_free(&s->config);
    free(s);
}

static int pg_open(lease_store **ret, const lease_store_config *config, char *error, size_t cap)
{
    /* "postgresql://host/name" says the kind of store and is a connection as a whole. */
    const char *before = strncmp(config->where, "//", 2) == 0 ? "postgresql:" : "";
    pg_store *s = calloc(1, sizeof *s);

    if (s == NULL) {
        return lease_sql_fail_memory(error, cap);
    }
    s->base.ops = &lease_store_postgresql;
    reset_rows(s);
    if (lease_config_copy(&s->config, config, before) != 0 || list_ranges(s) != 0) {
        pg_close(&s->base);
        return lease_sql_fail_memory(error, cap);
    }
    if (open_database(s, error, cap) != 0) {
        pg_close(&s->base);
        return -1;
    }
    *ret = &s->base;
    return 0;
}

/* ---- writing -------------------------------------------------------------------------------- */

static int add_row(pg_store *s, const lease_record *r)
{
    lease_row row;
    int i, status = 0;

    lease_row_from(&row, r);
    for (i = 0; status == 0 && i < LEASE_NUMBERS; i++) {
        status = pg_array_add_number(&s->columns[i], row.numbers[i]);
    }
    for (; status == 0 && i < LEASE_COLUMNS; i++) {
        status = pg_array_add_bytes(&s->columns[i], row.octets[i]);
    }
    s->n_rows++;
    return status;
}

/* A transaction, for what does not fit into one statement. */
static int begin(pg_store *s, char *error, size_t cap)
{
    pg_arguments ranges = {.n = 0};
    PGresult *r;

    if (s->in_group) {
        return 0;
    }
    if (pg_run(s, "BEGIN", doing_write, error, cap) != 0) {
        return -1;
    }
    s->in_group = 1;
    if (!s->config.fresh) {
        return 0;
    }
    s->config.fresh = 0;
    pg_take_array(&ranges, &s->firsts);
    pg_take_array(&ranges, &s->lasts);
    r = pg_ask(s,
               "DELETE FROM dhcpperf_lease USING unnest($1::int8[], $2::int8[]) AS u(f, l)"
               " WHERE address BETWEEN inet '0.0.0.0' + u.f AND inet '0.0.0.0' + u.l",
               0, &ranges, doing_write, error, cap);
    PQclear(r);
    return r != NULL ? 0 : -1;
}

static int flush(pg_store *s, char *error, size_t cap)
{
    pg_arguments a = {.n = 0};
    PGresult *r;
    int i;

    if (s->n_rows == 0) {
        return 0;
    }
    for (i = 0; i < LEASE_COLUMNS; i++) {
        pg_array_finish(&s->columns[i]);
        pg_take_array(&a, &s->columns[i]);
    }
    r = pg_ask(s, "dhcpperf_put", 1, &a, doing_write, error, cap);
    PQclear(r);
    reset_rows(s);
    return r != NULL ? 0 : -1;
}

static int pg_append(lease_store *store, const lease_record *r, size_t n, char *error, size_t cap)
{
    pg_store *s = (pg_store *)(void *)store;
    size_t i;

    for (i = 0; i < n; i++) {
        if (s->n_rows == ROWS && (begin(s, error, cap) != 0 || flush(s, error, cap) != 0)) {
            return -1;
        }
        if (add_row(s, &r[i]) != 0) {
            return lease_sql_fail_memory(error, cap);
        }
    }
    return 0;
}

/* A single statement is a transaction by itself. */
static int pg_commit(lease_store *store, char *error, size_t cap)
{
    pg_store *s = (pg_store *)(void *)store;

    if (s->config.fresh && begin(s, error, cap) != 0) {
        return -1;
    }
    if (flush(s, error, cap) != 0) {
        return -1;
    }
    if (s->in_group && pg_run(s, "COMMIT", doing_write, error, cap) != 0) {
        return -1;
    }
    s->in_group = 0;
    return 0;
}

const lease_store_ops lease_store_postgresql = {
    .kind = "postgresql",
    .where = "CONNECTION",
    .help = "a database of PostgreSQL",
    .is_durable = 1,
    .is_shared = 1,
    .open = pg_open,
    .load = pg_load,
    .append = pg_append,
    .commit = pg_commit,
    .close = pg_close,
};

#endif
