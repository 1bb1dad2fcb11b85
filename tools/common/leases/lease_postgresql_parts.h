/* SPDX-License-Identifier: MIT */
/* lease_postgresql_parts.h - what the parts of the PostgreSQL store share; nobody else includes it.
 */
#ifndef TOOLS_LEASE_POSTGRESQL_PARTS_H
#define TOOLS_LEASE_POSTGRESQL_PARTS_H

#include <libpq-fe.h>

#include "common/leases/lease_sql.h"

/* ---- arrays as the server takes them in binary form ---- */

/* int8[] or bytea[]. */
typedef struct pg_array {
    uint8_t *octets;
    size_t len, cap;
    uint32_t n;
    int is_bytes;
} pg_array;

void pg_array_reset(pg_array *a, int is_bytes);
/* -1 without memory; the array is then as before. */
int pg_array_add_number(pg_array *a, int64_t number);
int pg_array_add_bytes(pg_array *a, dhcpperf_bytes b);
/* Writes the head; the octets are whole until the next add. */
void pg_array_finish(pg_array *a);
void pg_array_free(pg_array *a);

/* ---- questions and answers ---- */

enum {
    PG_ARGUMENTS = LEASE_COLUMNS + 1
};

typedef struct pg_store {
    lease_store base;
    lease_store_config config; /* with texts and ranges of its own */
    PGconn *c;
    char shown[256]; /* the database in words, without what is secret */
    int in_group;    /* a transaction is open */
    size_t n_rows;   /* that wait in the columns */
    pg_array columns[LEASE_COLUMNS];
    pg_array firsts, lasts; /* the ranges */
} pg_store;

/* What goes with a statement. */
typedef struct pg_arguments {
    int n;
    Oid types[PG_ARGUMENTS];
    const char *values[PG_ARGUMENTS];
    int lengths[PG_ARGUMENTS], formats[PG_ARGUMENTS];
} pg_arguments;

void pg_take_text(pg_arguments *a, const char *text);
void pg_take_array(pg_arguments *a, const pg_array *array);

/* Within some 2 s. */
int pg_connect(pg_store *s, char *error, size_t cap);

/* Several statements without an answer. */
int pg_run(pg_store *s, const char *sql, const char *doing, char *error, size_t cap);
/* One statement, or (is_prepared) the name of one; the answer in text, at least a row when
 * needs_row.  NULL = failed. */
PGresult *pg_ask(pg_store *s, const char *sql, int is_prepared, const pg_arguments *a,
                 const char *doing, char *error, size_t cap);
/* Rows one by one, in binary form: sends, then each call gives the next row, NULL when there are no
 * more or it failed (*ret_status -1). */
int pg_send(pg_store *s, const char *sql, const pg_arguments *a, const char *doing, char *error,
            size_t cap);
PGresult *pg_next_row(pg_store *s, int *ret_status, const char *doing, char *error, size_t cap);

/* A sentence about the connection or, when it is not NULL, this answer; -1. */
int pg_fail(pg_store *s, const PGresult *r, const char *doing, char *error, size_t cap);

/* ---- tables, and whose addresses are whose ---- */

/* Sees to the tables and to this server's claim on its addresses. */
int pg_claim(pg_store *s, char *error, size_t cap);
/* Only that the tables are there and known. */
int pg_look(pg_store *s, char *error, size_t cap);

int pg_load(lease_store *store, lease_load_fn fn, void *user, lease_load_report *ret, char *error,
            size_t cap);

#endif
