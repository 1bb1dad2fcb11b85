/* SPDX-License-Identifier: MIT */
/* lease_sqlite_load.c - reading a database of leases, and putting aside what makes no sense in it.
 */
#include "config.h"

#include "common/leases/lease_store.h"

#ifdef HAVE_SQLITE3

#include <stdio.h>
#include <string.h>

#include "common/leases/lease_sqlite_parts.h"

/* Whoever writes into the table by hand may write anything: a column of SQLite has no type. */
static int read_row(sqlite3_stmt *q, lease_record *r, const char **ret_why)
{
    lease_row row;
    int i, type;

    *ret_why = "a column holds something of another type";
    for (i = 0; i < LEASE_NUMBERS; i++) {
        type = sqlite3_column_type(q, i);
        row.numbers[i] = sqlite3_column_int64(q, i);
        if (i == LEASE_ENDS && type == SQLITE_NULL) {
            row.numbers[i] = LEASE_FOREVER;
        } else if (type != SQLITE_INTEGER) {
            return 0;
        }
    }
    for (i = LEASE_NUMBERS; i < LEASE_COLUMNS; i++) {
        if (sqlite3_column_type(q, i) != SQLITE_BLOB) {
            return 0;
        }
        row.octets[i].data = sqlite3_column_blob(q, i);
        row.octets[i].len = (size_t)sqlite3_column_bytes(q, i);
    }
    return lease_row_to(&row, r, ret_why);
}

static int move_row(sqlite_store *s, sqlite3_stmt *copy, sqlite3_stmt *drop, int64_t ip,
                    const char *why, char *error, size_t cap)
{
    int rc;

    sqlite3_bind_text(copy, 1, why, -1, SQLITE_STATIC);
    sqlite3_bind_int64(copy, 2, ip);
    sqlite3_bind_int64(drop, 1, ip);
    rc = sqlite3_step(copy) != SQLITE_DONE ? sqlite3_errcode(s->db) : sqlite3_step(drop);
    sqlite3_reset(copy);
    sqlite3_reset(drop);
    return rc == SQLITE_DONE ? 0 : lease_sqlite_fail(s, rc, "move damaged rows of", error, cap);
}

static int quarantine(sqlite_store *s, const lease_damage *d, lease_load_report *ret, char *error,
                      size_t cap)
{
    static const char doing[] = "move damaged rows of";
    sqlite3_stmt *copy = NULL, *drop = NULL;
    size_t i;
    int rc, status = lease_sqlite_run(s, "BEGIN IMMEDIATE", doing, error, cap);

    if (status == 0) {
        rc = sqlite3_prepare_v2(s->db,
                                "INSERT INTO damaged SELECT strftime('%s', 'now'), ?, " COLUMNS
                                " FROM lease WHERE ip = ?",
                                -1, &copy, NULL);
        rc = rc != SQLITE_OK
                 ? rc
                 : sqlite3_prepare_v2(s->db, "DELETE FROM lease WHERE ip = ?", -1, &drop, NULL);
        status = rc == SQLITE_OK ? 0 : lease_sqlite_fail(s, rc, doing, error, cap);
    }
    for (i = 0; status == 0 && i < d->n; i++) {
        status = move_row(s, copy, drop, d->rows[i].ip, d->rows[i].why, error, cap);
    }
    sqlite3_finalize(copy);
    sqlite3_finalize(drop);
    status = status != 0 ? status : lease_sqlite_run(s, "COMMIT", doing, error, cap);
    if (status == 0) {
        snprintf(ret->quarantine, sizeof ret->quarantine, "%s (table damaged)", s->config.where);
    }
    return status;
}

/* One row: what `fn` says, or -1 without memory. */
static int take_row(sqlite_store *s, sqlite3_stmt *q, lease_damage *d, lease_load_fn fn, void *user,
                    lease_load_report *ret)
{
    int64_t ip = sqlite3_column_int64(q, LEASE_IP);
    const char *why;
    lease_record r;

    if (ip >= 0 && ip <= UINT32_MAX && !lease_store_is_ours(&s->config, lease_ip_of(ip))) {
        ret->foreign++;
        return 0;
    }
    if (read_row(q, &r, &why)) {
        ret->records++;
        ret->addresses++;
        return fn(user, &r);
    }
    return lease_damage_note(d, ret, s->config.where, ip, why);
}

static int load_rows(sqlite_store *s, lease_damage *d, lease_load_fn fn, void *user,
                     lease_load_report *ret, char *error, size_t cap)
{
    static const char doing[] = "read the lease store";
    sqlite3_stmt *q = NULL;
    int rc = sqlite3_prepare_v2(s->db, "SELECT " COLUMNS " FROM lease", -1, &q, NULL), status = 0;

    while (rc == SQLITE_OK && (rc = sqlite3_step(q)) == SQLITE_ROW && status == 0) {
        status = take_row(s, q, d, fn, user, ret);
        rc = SQLITE_OK;
    }
    if (status == 0 && rc != SQLITE_DONE) {
        status = lease_sqlite_fail(s, rc, doing, error, cap);
    }
    sqlite3_finalize(q);
    return status;
}

/* Structure is looked at before content, so that the first finding tells: what is wrong with single
 * rows is the business of read_row(). */
static int check_pages(sqlite_store *s, char *error, size_t cap)
{
    static const char doing[] = "read the lease store";
    char finding[200], *line;
    int64_t ignored;

    if (lease_sqlite_ask(s, "PRAGMA quick_check(1)", &ignored, finding, sizeof finding, doing,
                         error, cap) != 0) {
        return -1;
    }
    if (strcmp(finding, "ok") == 0 || strstr(finding, " value in ") != NULL ||
        strncmp(finding, "CHECK ", 6) == 0) {
        return 0;
    }
    line = strrchr(finding, '\n');
    return lease_sqlite_fail_damaged(s, doing, line != NULL ? line + 1 : finding, error, cap);
}

int lease_sqlite_load(lease_store *store, lease_load_fn fn, void *user, lease_load_report *ret,
                      char *error, size_t cap)
{
    sqlite_store *s = (sqlite_store *)(void *)store;
    lease_damage d = {NULL, 0, 0};
    int status;

    memset(ret, 0, sizeof *ret);
    if (check_pages(s, error, cap) != 0) {
        return -1;
    }
    (void)lease_sql_fail_memory(error, cap);
    status = load_rows(s, &d, fn, user, ret, error, cap);
    if (status == 0 && d.n > 0 && !s->config.read_only) {
        status = quarantine(s, &d, ret, error, cap);
    }
    lease_damage_free(&d);
    return status;
}

#endif
