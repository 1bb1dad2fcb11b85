/* SPDX-License-Identifier: MIT */
/* lease_postgresql_session.c - a connection that is never waited for without end: whatever does not
 * come in time is a failure like any other. */
#include "config.h"

#include "common/leases/lease_store.h"

#ifdef HAVE_LIBPQ

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include <libdhcpperf/pump.h>

#include "common/leases/lease_postgresql_parts.h"

enum {
    CONNECT_MS = 2500,
    ANSWER_MS = 10000,
    TYPE_TEXT = 25,
    TYPE_BYTEA_ARRAY = 1001,
    TYPE_INT8_ARRAY = 1016
};

/* ---- what goes wrong ------------------------------------------------------------------------ */

/* The first line: what follows are hints that repeat it. */
static void first_line(const char *text, char *buf, size_t cap)
{
    size_t n = strcspn(text, "\n");

    snprintf(buf, cap, "%.*s", (int)(n < 400 ? n : 400), text);
}

int pg_fail(pg_store *s, const PGresult *r, const char *doing, char *error, size_t cap)
{
    const char *why = r != NULL ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    char line[410];

    first_line(why != NULL ? why : PQerrorMessage(s->c), line, sizeof line);
    snprintf(error, cap, "cannot %s %s: %s", doing, s->shown,
             line[0] != '\0' ? line : "the connection was lost");
    return -1;
}

static int fail_time(const pg_store *s, const char *doing, char *error, size_t cap)
{
    snprintf(error, cap, "cannot %s %s: no answer in time", doing, s->shown);
    return -1;
}

/* ---- waiting -------------------------------------------------------------------------------- */

static dhcpperf_ts in_ms(unsigned ms)
{
    return dhcpperf_clock_monotonic() + ms * DHCPPERF_NS_PER_MS;
}

/* 1 = ready, 0 = too late. */
static int wait_until(const pg_store *s, short events, dhcpperf_ts end)
{
    struct pollfd p = {PQsocket(s->c), events, 0};
    dhcpperf_ts now;
    int rc;

    do {
        now = dhcpperf_clock_monotonic();
        if (now >= end) {
            return 0;
        }
        rc = poll(&p, 1, (int)((end - now) / DHCPPERF_NS_PER_MS) + 1);
    } while (rc == 0 || (rc < 0 && errno == EINTR));
    return rc > 0;
}

/* The next answer to what was asked, NULL when there is none left; *ret_status is -1 when it did
 * not come. */
static PGresult *next(pg_store *s, dhcpperf_ts end, int *ret_status, const char *doing, char *error,
                      size_t cap)
{
    int left;

    *ret_status = 0;
    while ((left = PQflush(s->c)) != 0 || PQisBusy(s->c)) {
        if (left < 0) {
            *ret_status = pg_fail(s, NULL, doing, error, cap);
            return NULL;
        }
        if (!wait_until(s, (short)(left > 0 ? POLLIN | POLLOUT : POLLIN), end)) {
            *ret_status = fail_time(s, doing, error, cap);
            return NULL;
        }
        if (!PQconsumeInput(s->c)) {
            *ret_status = pg_fail(s, NULL, doing, error, cap);
            return NULL;
        }
    }
    return PQgetResult(s->c);
}

/* ---- the connection ------------------------------------------------------------------------- */

/* Neither password nor other settings: what is shown ends up in logs. */
static void describe(pg_store *s)
{
    const char *name = PQdb(s->c), *host = PQhost(s->c), *port = PQport(s->c);

    if (name == NULL || name[0] == '\0') {
        snprintf(s->shown, sizeof s->shown, "the PostgreSQL database");
        return;
    }
    snprintf(s->shown, sizeof s->shown, "the PostgreSQL database '%.60s' at %.100s:%.10s", name,
             host != NULL && host[0] != '\0' ? host : "the local socket",
             port != NULL && port[0] != '\0' ? port : "5432");
}

static void say_nothing(void *user, const char *message)
{
    (void)user;
    (void)message;
}

static int finish_connecting(pg_store *s, const char *doing, char *error, size_t cap)
{
    dhcpperf_ts end = in_ms(CONNECT_MS);
    PostgresPollingStatusType is = PGRES_POLLING_WRITING;

    while (PQstatus(s->c) != CONNECTION_BAD && is != PGRES_POLLING_OK) {
        if (!wait_until(s, is == PGRES_POLLING_READING ? POLLIN : POLLOUT, end)) {
            return fail_time(s, doing, error, cap);
        }
        is = PQconnectPoll(s->c);
    }
    return PQstatus(s->c) == CONNECTION_OK ? 0 : pg_fail(s, NULL, doing, error, cap);
}

int pg_connect(pg_store *s, char *error, size_t cap)
{
    static const char doing[] = "connect to";
    const char *const keys[] = {"fallback_application_name", "tcp_user_timeout", "dbname", NULL};
    const char *const values[] = {"dhcp-server", "10000", s->config.where, NULL};

    s->c = PQconnectStartParams(keys, values, 1);
    if (s->c == NULL) {
        return lease_sql_fail_memory(error, cap);
    }
    describe(s);
    PQsetNoticeProcessor(s->c, say_nothing, NULL);
    if (finish_connecting(s, doing, error, cap) != 0) {
        return -1;
    }
    describe(s); /* of several hosts, the one that answered */
    if (PQsetnonblocking(s->c, 1) != 0) {
        return pg_fail(s, NULL, doing, error, cap);
    }
    /* Whoever holds a lock on our tables is not waited for long; a commit is durable whatever the
     * database's default is. */
    return pg_run(s,
                  "SELECT set_config('lock_timeout', '2s', false),"
                  " set_config('default_transaction_isolation', 'read committed', false),"
                  " set_config('synchronous_commit', 'on', false)"
                  " WHERE current_setting('synchronous_commit') IN ('off', 'local', 'on')",
                  doing, error, cap);
}

/* ---- questions ------------------------------------------------------------------------------ */

static void take(pg_arguments *a, Oid type, const void *value, size_t len, int format)
{
    a->types[a->n] = type;
    a->values[a->n] = value;
    a->lengths[a->n] = (int)len;
    a->formats[a->n++] = format;
}

void pg_take_text(pg_arguments *a, const char *text)
{
    take(a, TYPE_TEXT, text, 0, 0);
}

void pg_take_array(pg_arguments *a, const pg_array *array)
{
    take(a, array->is_bytes ? TYPE_BYTEA_ARRAY : TYPE_INT8_ARRAY, array->octets, array->len, 1);
}

/* Of all answers to what was sent: the first that is a failure, else the last. */
static PGresult *collect(pg_store *s, const char *doing, char *error, size_t cap)
{
    dhcpperf_ts end = in_ms(ANSWER_MS);
    PGresult *last = NULL, *r;
    int status;

    while ((r = next(s, end, &status, doing, error, cap)) != NULL) {
        ExecStatusType was = last != NULL ? PQresultStatus(last) : PGRES_TUPLES_OK;

        if (was != PGRES_TUPLES_OK && was != PGRES_COMMAND_OK) {
            PQclear(r);
        } else {
            PQclear(last);
            last = r;
        }
    }
    if (status == 0 && last == NULL) {
        status = pg_fail(s, NULL, doing, error, cap);
    }
    if (status == 0 && PQresultStatus(last) != PGRES_TUPLES_OK &&
        PQresultStatus(last) != PGRES_COMMAND_OK) {
        status = pg_fail(s, last, doing, error, cap);
    }
    if (status != 0) {
        PQclear(last);
        return NULL;
    }
    return last;
}

int pg_run(pg_store *s, const char *sql, const char *doing, char *error, size_t cap)
{
    PGresult *r;

    if (!PQsendQuery(s->c, sql)) {
        return pg_fail(s, NULL, doing, error, cap);
    }
    r = collect(s, doing, error, cap);
    PQclear(r);
    return r != NULL ? 0 : -1;
}

PGresult *pg_ask(pg_store *s, const char *sql, int is_prepared, const pg_arguments *a,
                 const char *doing, char *error, size_t cap)
{
    int sent =
        is_prepared
            ? PQsendQueryPrepared(s->c, sql, a->n, a->values, a->lengths, a->formats, 0)
            : PQsendQueryParams(s->c, sql, a->n, a->types, a->values, a->lengths, a->formats, 0);

    if (!sent) {
        (void)pg_fail(s, NULL, doing, error, cap);
        return NULL;
    }
    return collect(s, doing, error, cap);
}

int pg_send(pg_store *s, const char *sql, const pg_arguments *a, const char *doing, char *error,
            size_t cap)
{
    if (!PQsendQueryParams(s->c, sql, a->n, a->types, a->values, a->lengths, a->formats, 1) ||
        !PQsetSingleRowMode(s->c)) {
        return pg_fail(s, NULL, doing, error, cap);
    }
    return 0;
}

PGresult *pg_next_row(pg_store *s, int *ret_status, const char *doing, char *error, size_t cap)
{
    PGresult *r = next(s, in_ms(ANSWER_MS), ret_status, doing, error, cap), *end;
    int ignored;

    if (r == NULL || PQresultStatus(r) == PGRES_SINGLE_TUPLE) {
        return r;
    }
    if (PQresultStatus(r) != PGRES_TUPLES_OK) { /* which says that there are no more */
        *ret_status = pg_fail(s, r, doing, error, cap);
    }
    PQclear(r);
    end = next(s, in_ms(ANSWER_MS), &ignored, doing, error, cap);
    PQclear(end);
    return NULL;
}

#endif
