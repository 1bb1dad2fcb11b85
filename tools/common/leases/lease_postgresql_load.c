/* SPDX-License-Identifier: MIT */
/* lease_postgresql_load.c - reading this server's leases row by row, and putting aside what makes
 * no sense: the tables forbid it, but tables can be changed. */
#include "config.h"

#include "common/leases/lease_store.h"

#ifdef HAVE_LIBPQ

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/leases/lease_postgresql_parts.h"

static const char doing[] = "read the lease store in";

#define MS(column) "(extract(epoch FROM " column ") * 1000)::int8"

/* Numbers and octets in the order of lease_sql.h; what has no number is -1, which no number may be.
 */
static const char question[] =
    "SELECT l.address - inet '0.0.0.0', state::int8,"
    " CASE WHEN isfinite(starts) THEN " MS(
        "starts") " ELSE -1 END,"
                  " CASE WHEN ends = 'infinity' THEN 9223372036854775807"
                  " WHEN isfinite(ends) THEN " MS(
                      "ends") " ELSE -1 END,"
                              " CASE WHEN isfinite(last_seen) THEN " MS(
                                  "last_seen") " ELSE -1 END,"
                                               " subnet, key_kind::int8, htype::int8,"
                                               " CASE WHEN family(giaddr) = 4 THEN giaddr - inet "
                                               "'0.0.0.0' ELSE -1 END,"
                                               " key, chaddr, hostname, relay_info"
                                               " FROM unnest($1::int8[], $2::int8[]) AS u(f, l1)"
                                               " JOIN dhcpperf_lease AS l"
                                               " ON l.address BETWEEN inet '0.0.0.0' + u.f AND "
                                               "inet '0.0.0.0' + u.l1";

static int64_t get64(const uint8_t *at)
{
    uint64_t n = 0;
    int i;

    for (i = 0; i < 8; i++) {
        n = n << 8 | at[i];
    }
    return (int64_t)n;
}

static int read_row(const PGresult *r, lease_row *row, lease_record *ret, const char **ret_why)
{
    int i;

    *ret_why = "a column holds nothing";
    for (i = 0; i < LEASE_COLUMNS; i++) {
        const uint8_t *value = (const uint8_t *)PQgetvalue(r, 0, i);

        if (PQgetisnull(r, 0, i)) {
            return 0;
        }
        if (i < LEASE_NUMBERS) {
            row->numbers[i] = get64(value);
        } else {
            row->octets[i].data = value;
            row->octets[i].len = (size_t)PQgetlength(r, 0, i);
        }
    }
    return lease_row_to(row, ret, ret_why);
}

static int take_row(pg_store *s, const PGresult *r, lease_damage *d, lease_load_fn fn, void *user,
                    lease_load_report *ret)
{
    lease_row row = {.numbers = {0}};
    lease_record record;
    const char *why;

    if (!read_row(r, &row, &record, &why)) {
        return lease_damage_note(d, ret, s->shown, row.numbers[LEASE_IP], why);
    }
    ret->records++;
    ret->addresses++;
    return fn(user, &record);
}

/* Also when it ends early, all rows have to be taken from the connection. */
static int load_rows(pg_store *s, lease_damage *d, lease_load_fn fn, void *user,
                     lease_load_report *ret, char *error, size_t cap)
{
    pg_arguments a = {.n = 0};
    int taken = 0, status;
    PGresult *r;

    pg_take_array(&a, &s->firsts);
    pg_take_array(&a, &s->lasts);
    if (pg_send(s, question, &a, doing, error, cap) != 0) {
        return -1;
    }
    while ((r = pg_next_row(s, &status, doing, error, cap)) != NULL) {
        if (taken == 0) {
            taken = take_row(s, r, d, fn, user, ret);
        }
        PQclear(r);
    }
    return status != 0 ? status : taken;
}

static int count_foreign(pg_store *s, lease_load_report *ret, char *error, size_t cap)
{
    pg_arguments none = {.n = 0};
    PGresult *r = pg_ask(s, "SELECT count(*) FROM dhcpperf_lease", 0, &none, doing, error, cap);
    uint64_t ours = ret->addresses + ret->damaged, all;

    if (r == NULL) {
        return -1;
    }
    all = strtoull(PQgetvalue(r, 0, 0), NULL, 10);
    ret->foreign = all > ours ? all - ours : 0;
    PQclear(r);
    return 0;
}

static int move_row(pg_store *s, int64_t ip, const char *why, char *error, size_t cap)
{
    static const char sql[] =
        "WITH gone AS (DELETE FROM dhcpperf_lease WHERE address = inet '0.0.0.0' + $1::text::int8"
        " RETURNING *)"
        " INSERT INTO dhcpperf_damaged(reason, lease) SELECT $2, to_jsonb(gone) FROM gone";
    pg_arguments a = {.n = 0};
    char number[24];
    PGresult *r;

    snprintf(number, sizeof number, "%" PRId64, ip);
    pg_take_text(&a, number);
    pg_take_text(&a, why);
    r = pg_ask(s, sql, 0, &a, "move damaged rows in", error, cap);
    PQclear(r);
    return r != NULL ? 0 : -1;
}

static int quarantine(pg_store *s, const lease_damage *d, lease_load_report *ret, char *error,
                      size_t cap)
{
    size_t i;
    int status = pg_run(s, "BEGIN", "move damaged rows in", error, cap);

    for (i = 0; status == 0 && i < d->n; i++) {
        status = move_row(s, d->rows[i].ip, d->rows[i].why, error, cap);
    }
    status = status != 0 ? status : pg_run(s, "COMMIT", "move damaged rows in", error, cap);
    if (status == 0) {
        snprintf(ret->quarantine, sizeof ret->quarantine, "%s (table dhcpperf_damaged)", s->shown);
    }
    return status;
}

int pg_load(lease_store *store, lease_load_fn fn, void *user, lease_load_report *ret, char *error,
            size_t cap)
{
    pg_store *s = (pg_store *)(void *)store;
    lease_damage d = {NULL, 0, 0};
    int status;

    memset(ret, 0, sizeof *ret);
    (void)lease_sql_fail_memory(error, cap);
    status = load_rows(s, &d, fn, user, ret, error, cap);
    status = status != 0 ? status : count_foreign(s, ret, error, cap);
    if (status == 0 && d.n > 0 && !s->config.read_only) {
        status = quarantine(s, &d, ret, error, cap);
    }
    lease_damage_free(&d);
    return status;
}

#endif
