/* SPDX-License-Identifier: MIT */
/* lease_sqlite_load.c - reading a database of leases, and putting aside what makes no sense in it.
 */
#include "config.h"

#include "common/leases/lease_store.h"

#ifdef HAVE_SQLITE3

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/leases/lease_sqlite_parts.h"

static dhcpperf_ip4 ip_of(int64_t n)
{
    dhcpperf_ip4 ip = {{(uint8_t)(n >> 24 & 255), (uint8_t)(n >> 16 & 255), (uint8_t)(n >> 8 & 255),
                        (uint8_t)(n & 255)}};

    return ip;
}

static dhcpperf_bytes bytes_of(sqlite3_stmt *q, int column)
{
    dhcpperf_bytes b;

    b.data = sqlite3_column_blob(q, column);
    b.len = (size_t)sqlite3_column_bytes(q, column);
    return b;
}

/* Whoever writes into the table by hand may write anything: a column of SQLite has no type. */
static int read_row(sqlite3_stmt *q, lease_record *r, const char **ret_why)
{
    static const int64_t most[] = {UINT32_MAX, 255, INT64_MAX, INT64_MAX, INT64_MAX,
                                   UINT32_MAX, 255, 255,       UINT32_MAX};
    int64_t n[KEY];
    int i;

    *ret_why = "a column holds something of another type";
    for (i = IP; i < KEY; i++) {
        n[i] = sqlite3_column_int64(q, i);
        if (sqlite3_column_type(q, i) != SQLITE_INTEGER &&
            (i != ENDS || sqlite3_column_type(q, i) != SQLITE_NULL)) {
            return 0;
        }
        if (n[i] < 0 || n[i] > most[i]) {
            *ret_why = "a number is out of range";
            return 0;
        }
    }
    for (i = KEY; i < N_COLUMNS; i++) {
        if (sqlite3_column_type(q, i) != SQLITE_BLOB) {
            return 0;
        }
    }
    memset(r, 0, sizeof *r);
    r->ip = ip_of(n[IP]);
    r->state = (int)n[STATE];
    r->starts = n[STARTS];
    r->ends = sqlite3_column_type(q, ENDS) == SQLITE_NULL ? LEASE_FOREVER : n[ENDS];
    r->last_seen = n[LAST_SEEN];
    r->subnet = (uint32_t)n[SUBNET];
    r->key_kind = (unsigned)n[KEY_KIND];
    r->htype = (uint8_t)n[HTYPE];
    r->giaddr = ip_of(n[GIADDR]);
    r->key = bytes_of(q, KEY);
    r->chaddr = bytes_of(q, CHADDR);
    r->hostname = bytes_of(q, HOSTNAME);
    r->relay_info = bytes_of(q, RELAY_INFO);
    return lease_record_is_sound(r, ret_why);
}

/* Rows to be moved away when the table has been read. */
typedef struct damage {
    struct {
        int64_t ip;
        const char *why;
    } * rows;
    size_t n, cap;
} damage;

static int note_damage(damage *d, int64_t ip, const char *why)
{
    if (d->n == d->cap) {
        size_t more = d->cap > 0 ? 2 * d->cap : 64;
        void *rows = realloc(d->rows, more * sizeof *d->rows);

        if (rows == NULL) {
            return -1;
        }
        d->rows = rows;
        d->cap = more;
    }
    d->rows[d->n].ip = ip;
    d->rows[d->n++].why = why;
    return 0;
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

static int quarantine(sqlite_store *s, const damage *d, lease_load_report *ret, char *error,
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
static int take_row(sqlite_store *s, sqlite3_stmt *q, damage *d, lease_load_fn fn, void *user,
                    lease_load_report *ret)
{
    int64_t ip = sqlite3_column_int64(q, IP);
    char address[16];
    const char *why;
    lease_record r;

    if (ip >= 0 && ip <= UINT32_MAX && !lease_store_is_ours(&s->config, ip_of(ip))) {
        ret->foreign++;
        return 0;
    }
    if (read_row(q, &r, &why)) {
        ret->records++;
        ret->addresses++;
        return fn(user, &r);
    }
    address[0] = '\0';
    (void)dhcpperf_ip4_format(ip_of(ip), address, sizeof address);
    lease_report_damage(ret, "%s: the row of %s: %s", s->config.where, address, why);
    return note_damage(d, ip, why);
}

static int load_rows(sqlite_store *s, damage *d, lease_load_fn fn, void *user,
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
    damage d = {NULL, 0, 0};
    int status;

    memset(ret, 0, sizeof *ret);
    if (check_pages(s, error, cap) != 0) {
        return -1;
    }
    (void)lease_sqlite_fail_memory(error, cap);
    status = load_rows(s, &d, fn, user, ret, error, cap);
    if (status == 0 && d.n > 0 && !s->config.read_only) {
        status = quarantine(s, &d, ret, error, cap);
    }
    free(d.rows);
    return status;
}

#endif
