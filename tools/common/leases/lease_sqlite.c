/* SPDX-License-Identifier: MIT */
/* lease_sqlite.c - leases in a database file of SQLite: one table, a row for each address.
 *
 * One transaction for each group.  The write-ahead log is synchronised by each commit, so that what
 * was confirmed survives a loss of power, and others may read while the server writes.  Another
 * server is kept out by a lock beside the file.  A row that makes no sense is moved to a table of
 * its own; a file whose pages make no sense is refused, as to go on without leases that were
 * acknowledged would give their addresses away. */
#include "config.h"

#include "common/leases/lease_store.h"

#ifdef HAVE_SQLITE3

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/leases/lease_lock.h"
#include "common/leases/lease_sqlite_parts.h"

enum {
    APPLICATION = 0x64686370, /* "dhcp": PRAGMA application_id */
    SCHEMA = 1,               /* PRAGMA user_version */
    BUSY_MS = 2000            /* how long another program may have the file to itself */
};

static const char schema[] =
    "CREATE TABLE lease("
    " ip INTEGER PRIMARY KEY CHECK(ip BETWEEN 0 AND 4294967295),"
    " state INTEGER NOT NULL CHECK(state BETWEEN 2 AND 5),"
    " starts INTEGER NOT NULL,"
    " ends INTEGER," /* NULL = never */
    " last_seen INTEGER NOT NULL,"
    " subnet INTEGER NOT NULL,"
    " key_kind INTEGER NOT NULL CHECK(key_kind BETWEEN 0 AND 3),"
    " htype INTEGER NOT NULL CHECK(htype BETWEEN 0 AND 255),"
    " giaddr INTEGER NOT NULL CHECK(giaddr BETWEEN 0 AND 4294967295),"
    " key BLOB NOT NULL CHECK(length(key) <= 256),"
    " chaddr BLOB NOT NULL CHECK(length(chaddr) <= 16),"
    " hostname BLOB NOT NULL CHECK(length(hostname) <= 255),"
    " relay_info BLOB NOT NULL CHECK(length(relay_info) <= 255));"
    "CREATE TABLE damaged(noticed INTEGER, reason TEXT, " COLUMNS ");"
    /* For people. */
    "CREATE VIEW leases AS SELECT"
    " printf('%d.%d.%d.%d', ip >> 24, ip >> 16 & 255, ip >> 8 & 255, ip & 255) AS address,"
    " CASE state WHEN 2 THEN 'bound' WHEN 3 THEN 'released' WHEN 4 THEN 'expired' ELSE 'declined'"
    " END AS state,"
    " CASE key_kind WHEN 1 THEN 'hardware' WHEN 2 THEN 'client-id' WHEN 3 THEN 'circuit-id' END"
    " AS kind,"
    " hex(key) AS client, hex(chaddr) AS hardware, CAST(hostname AS TEXT) AS hostname,"
    " datetime(starts / 1000, 'unixepoch') AS starts,"
    " coalesce(datetime(ends / 1000, 'unixepoch'), 'never') AS ends FROM lease;";

/* ---- what goes wrong ------------------------------------------------------------------------ */

int lease_sqlite_fail_damaged(const sqlite_store *s, const char *doing, const char *why,
                              char *error, size_t cap)
{
    snprintf(error, cap,
             "cannot %s '%s': the database is damaged (%s); 'sqlite3 FILE .recover' shows what can "
             "be saved of it, and without the file the server begins with no leases",
             doing, s->config.where, why);
    return -1;
}

int lease_sqlite_fail(const sqlite_store *s, int rc, const char *doing, char *error, size_t cap)
{
    int os = s->db != NULL ? sqlite3_system_errno(s->db) : 0;
    const char *why = s->db != NULL ? sqlite3_errmsg(s->db) : sqlite3_errstr(rc);

    switch (rc & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        snprintf(error, cap, "cannot %s '%s': another program has locked the database", doing,
                 s->config.where);
        break;
    case SQLITE_NOTADB:
        snprintf(error, cap, "cannot %s '%s': it is not a database of SQLite, or is damaged", doing,
                 s->config.where);
        break;
    case SQLITE_CORRUPT:
        return lease_sqlite_fail_damaged(s, doing, why, error, cap);
    default:
        snprintf(error, cap, "cannot %s '%s': %s%s%s", doing, s->config.where, why,
                 os != 0 ? ": " : "", os != 0 ? strerror(os) : "");
        break;
    }
    return -1;
}

/* ---- small questions ------------------------------------------------------------------------ */

int lease_sqlite_run(sqlite_store *s, const char *sql, const char *doing, char *error, size_t cap)
{
    int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);

    return rc == SQLITE_OK ? 0 : lease_sqlite_fail(s, rc, doing, error, cap);
}

/* The first column of the first row: as text, and as the number that it is. */
int lease_sqlite_ask(sqlite_store *s, const char *sql, int64_t *ret, char *text, size_t text_cap,
                     const char *doing, char *error, size_t cap)
{
    sqlite3_stmt *q = NULL;
    int rc = sqlite3_prepare_v2(s->db, sql, -1, &q, NULL);

    *ret = 0;
    text[0] = '\0';
    if (rc == SQLITE_OK && (rc = sqlite3_step(q)) == SQLITE_ROW) {
        const unsigned char *t = sqlite3_column_text(q, 0);

        snprintf(text, text_cap, "%s", t != NULL ? (const char *)t : "");
        *ret = sqlite3_column_int64(q, 0);
        rc = SQLITE_OK;
    }
    if (rc != SQLITE_OK && rc != SQLITE_DONE) {
        (void)lease_sqlite_fail(s, rc, doing, error, cap);
        sqlite3_finalize(q);
        return -1;
    }
    sqlite3_finalize(q);
    return 0;
}

static int ask_number(sqlite_store *s, const char *sql, int64_t *ret, char *error, size_t cap)
{
    char text[32];

    return lease_sqlite_ask(s, sql, ret, text, sizeof text, "open the lease store", error, cap);
}

/* ---- opening -------------------------------------------------------------------------------- */

static int set_up(sqlite_store *s, char *error, size_t cap)
{
    static const char doing[] = "set up the lease store";
    char sql[80], mode[32];
    int64_t ignored;

    snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d", APPLICATION,
             SCHEMA);
    return lease_sqlite_ask(s, "PRAGMA journal_mode = WAL", &ignored, mode, sizeof mode, doing,
                            error, cap) != 0 ||
                   lease_sqlite_run(s, "BEGIN IMMEDIATE", doing, error, cap) != 0 ||
                   lease_sqlite_run(s, schema, doing, error, cap) != 0 ||
                   lease_sqlite_run(s, sql, doing, error, cap) != 0 ||
                   lease_sqlite_run(s, "COMMIT", doing, error, cap) != 0
               ? -1
               : 0;
}

static int fail_other(const sqlite_store *s, char *error, size_t cap)
{
    snprintf(error, cap, "'%s' is a database of something else, not a lease store",
             s->config.where);
    return -1;
}

/* Whose file is it?  1 = ours, 0 = an empty one. */
static int recognise(sqlite_store *s, char *error, size_t cap)
{
    int64_t application, version, things;

    if (ask_number(s, "PRAGMA application_id", &application, error, cap) != 0 ||
        ask_number(s, "PRAGMA user_version", &version, error, cap) != 0 ||
        ask_number(s, "SELECT count(*) FROM sqlite_master", &things, error, cap) != 0) {
        return -1;
    }
    if (application == 0 && things == 0) {
        return 0;
    }
    if (application != APPLICATION) {
        return fail_other(s, error, cap);
    }
    if (version != SCHEMA) {
        snprintf(error, cap, "'%s' is a lease store of version %" PRId64 "; this program knows %d",
                 s->config.where, version, SCHEMA);
        return -1;
    }
    return 1;
}

static int prepare_writing(sqlite_store *s, int is_ours, char *error, size_t cap)
{
    static const char doing[] = "open the lease store";
    int rc;

    if (!is_ours && set_up(s, error, cap) != 0) {
        return -1;
    }
    /* FULL: each commit synchronises the log.  Where a plain fsync does not reach the disk, the
     * stronger one is taken.  A transaction at once shows whether writing is possible. */
    if (lease_sqlite_run(
            s,
            "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;"
            "PRAGMA journal_size_limit = 16777216; BEGIN IMMEDIATE; COMMIT",
            doing, error, cap) != 0) {
        return -1;
    }
    rc = sqlite3_prepare_v2(s->db,
                            "INSERT OR REPLACE INTO lease(" COLUMNS
                            ") VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                            -1, &s->put, NULL);
    return rc == SQLITE_OK ? 0 : lease_sqlite_fail(s, rc, doing, error, cap);
}

static int open_database(sqlite_store *s, char *error, size_t cap)
{
    int flags =
        s->config.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int rc = sqlite3_open_v2(s->config.where, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL), is_ours;

    if (rc != SQLITE_OK) {
        return lease_sqlite_fail(s, rc, "open the lease store", error, cap);
    }
    sqlite3_busy_timeout(s->db, BUSY_MS);
    is_ours = recognise(s, error, cap);
    if (is_ours < 0) {
        return -1;
    }
    if (!s->config.read_only) {
        return prepare_writing(s, is_ours, error, cap);
    }
    return is_ours ? 0 : fail_other(s, error, cap);
}

static void sqlite_close(lease_store *store)
{
    sqlite_store *s = (sqlite_store *)(void *)store;

    if (s == NULL) {
        return;
    }
    sqlite3_finalize(s->put);
    sqlite3_close(s->db);
    if (s->lock >= 0) {
        close(s->lock);
    }
    lease_config_free(&s->config);
    free(s);
}

/* SQLite takes a name with a colon in front, and, as many are built, one that looks like a URI, for
 * something else than a file of that name: for memory, even. */
static int has_meaning(const char *name)
{
    return name[0] == ':' || strncmp(name, "file:", 5) == 0;
}

static int sqlite_open(lease_store **ret, const lease_store_config *config, char *error, size_t cap)
{
    sqlite_store *s = calloc(1, sizeof *s);

    if (s == NULL) {
        return lease_sql_fail_memory(error, cap);
    }
    s->base.ops = &lease_store_sqlite;
    s->lock = -1;
    if (lease_config_copy(&s->config, config, has_meaning(config->where) ? "./" : "") != 0) {
        sqlite_close(&s->base);
        return lease_sql_fail_memory(error, cap);
    }
    if (!config->read_only) {
        s->lock = lease_lock(s->config.where, error, cap);
    }
    if ((s->lock < 0 && !config->read_only) || open_database(s, error, cap) != 0) {
        sqlite_close(&s->base);
        return -1;
    }
    *ret = &s->base;
    return 0;
}

/* ---- writing -------------------------------------------------------------------------------- */

/* What a store that begins empty replaces: its own addresses. */
static int clear(sqlite_store *s, char *error, size_t cap)
{
    static const char doing[] = "write to the lease store";
    char sql[96];
    size_t i;
    int status = 0;

    if (s->config.n_ranges == 0) {
        return lease_sqlite_run(s, "DELETE FROM lease", doing, error, cap);
    }
    for (i = 0; status == 0 && i < s->config.n_ranges; i++) {
        snprintf(sql, sizeof sql, "DELETE FROM lease WHERE ip BETWEEN %" PRIu32 " AND %" PRIu32,
                 lease_ip_number(s->config.ranges[i].first),
                 lease_ip_number(s->config.ranges[i].last));
        status = lease_sqlite_run(s, sql, doing, error, cap);
    }
    return status;
}

static int begin(sqlite_store *s, char *error, size_t cap)
{
    if (s->in_group) {
        return 0;
    }
    if (lease_sqlite_run(s, "BEGIN IMMEDIATE", "write to the lease store", error, cap) != 0) {
        return -1;
    }
    s->in_group = 1;
    if (s->config.fresh) {
        s->config.fresh = 0;
        return clear(s, error, cap);
    }
    return 0;
}

static int put(sqlite_store *s, const lease_record *r)
{
    sqlite3_stmt *q = s->put;
    lease_row row;
    int i, rc;

    lease_row_from(&row, r);
    for (i = 0; i < LEASE_NUMBERS; i++) {
        sqlite3_bind_int64(q, i + 1, row.numbers[i]);
    }
    if (r->ends == LEASE_FOREVER) {
        sqlite3_bind_null(q, LEASE_ENDS + 1);
    }
    for (i = LEASE_NUMBERS; i < LEASE_COLUMNS; i++) {
        const dhcpperf_bytes *b = &row.octets[i];

        sqlite3_bind_blob(q, i + 1, b->len > 0 ? (const void *)b->data : "", (int)b->len,
                          SQLITE_STATIC);
    }
    rc = sqlite3_step(q);
    sqlite3_reset(q);
    return rc;
}

static int sqlite_append(lease_store *store, const lease_record *r, size_t n, char *error,
                         size_t cap)
{
    sqlite_store *s = (sqlite_store *)(void *)store;
    size_t i;
    int rc;

    if (begin(s, error, cap) != 0) {
        return -1;
    }
    for (i = 0; i < n; i++) {
        rc = put(s, &r[i]);
        if (rc != SQLITE_DONE) {
            return lease_sqlite_fail(s, rc, "write to the lease store", error, cap);
        }
    }
    return 0;
}

/* Whoever removes or renames the file takes what is written to it along. */
static int judge_place(sqlite_store *s, char *error, size_t cap)
{
    int has_moved = 0;

    if (sqlite3_file_control(s->db, NULL, SQLITE_FCNTL_HAS_MOVED, &has_moved) != SQLITE_OK ||
        !has_moved) {
        return 0;
    }
    snprintf(error, cap,
             "cannot write to the lease store '%s': it was removed or renamed, or another file is "
             "there",
             s->config.where);
    return -1;
}

static int sqlite_commit(lease_store *store, char *error, size_t cap)
{
    sqlite_store *s = (sqlite_store *)(void *)store;

    if (s->config.fresh && begin(s, error, cap) != 0) { /* replaced by nothing */
        return -1;
    }
    if (!s->in_group) {
        return 0;
    }
    if (lease_sqlite_run(s, "COMMIT", "write to the lease store", error, cap) != 0) {
        return -1;
    }
    s->in_group = 0;
    return judge_place(s, error, cap);
}

const lease_store_ops lease_store_sqlite = {
    .kind = "sqlite",
    .where = "FILE",
    .help = "a database file of SQLite",
    .is_durable = 1,
    .open = sqlite_open,
    .load = lease_sqlite_load,
    .append = sqlite_append,
    .commit = sqlite_commit,
    .close = sqlite_close,
};

#endif
