/* SPDX-License-Identifier: MIT */
/* lease_sqlite_parts.h - what the parts of the SQLite store share; nobody else includes it. */
#ifndef TOOLS_LEASE_SQLITE_PARTS_H
#define TOOLS_LEASE_SQLITE_PARTS_H

#include <sqlite3.h>

#include "common/leases/lease_sql.h"

/* Of the table `lease`, in the order of lease_sql.h. */
#define COLUMNS                                                                                    \
    "ip, state, starts, ends, last_seen, subnet, key_kind, htype, giaddr, key, chaddr, hostname, " \
    "relay_info"

typedef struct sqlite_store {
    lease_store base;
    lease_store_config config; /* with texts and ranges of its own */
    sqlite3 *db;
    sqlite3_stmt *put;
    int lock;
    int in_group; /* a transaction is open */
} sqlite_store;

/* Sentences: about `doing` it to this file, which are also those of SQLite's code.  All -1. */
int lease_sqlite_fail(const sqlite_store *s, int rc, const char *doing, char *error, size_t cap);
int lease_sqlite_fail_damaged(const sqlite_store *s, const char *doing, const char *why,
                              char *error, size_t cap);

/* Statements without an answer. */
int lease_sqlite_run(sqlite_store *s, const char *sql, const char *doing, char *error, size_t cap);
/* The first column of the first row: as text, and as the number that it is. */
int lease_sqlite_ask(sqlite_store *s, const char *sql, int64_t *ret, char *text, size_t text_cap,
                     const char *doing, char *error, size_t cap);

int lease_sqlite_load(lease_store *store, lease_load_fn fn, void *user, lease_load_report *ret,
                      char *error, size_t cap);

#endif
