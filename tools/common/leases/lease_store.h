/* SPDX-License-Identifier: MIT */
/* lease_store.h - where leases are kept when the server is not running: one table of functions for
 * each kind of store.
 *
 * A store is used by one thread at a time: the one that loads it at start, then the writer's.  It
 * never sees an engine, and no reply waits for it but with --lease-sync ack.  What it holds is the
 * last state of each address; how it gets there is its own business.
 *
 * How it is called:
 *
 *     open, load?, (append* commit)*, compact? between commits, close
 *
 * When append or commit fails the store is closed.  It is opened again, and then every lease is
 * written anew: a store need not remember what it could not write, but must still be good after
 * half of a group was written.  A store that several servers share neither loads nor touches what
 * is outside of its `ranges`; one that belongs to a single server need not look at them. */
#ifndef TOOLS_LEASE_STORE_H
#define TOOLS_LEASE_STORE_H

#include <stddef.h>
#include <stdint.h>

#include "common/leases/lease_record.h"

enum {
    LEASE_ERROR_MAX = 640, /* room for a sentence, for `error` everywhere below */
    LEASE_DAMAGE_SHOWN = 10
};

/* Addresses that this server gives, first to last. */
typedef struct lease_range {
    dhcpperf_ip4 first, last;
} lease_range;

typedef struct lease_store_config {
    const char *where;         /* path or connection, what follows "kind:"; not empty */
    const char *owner;         /* what this server calls itself to others in the same store */
    const lease_range *ranges; /* ascending, disjoint; none = all addresses */
    size_t n_ranges;
    int read_only; /* load only: nothing in or beside the store may change, no quarantine either */
    int fresh;     /* begins empty: what was there stays until the first commit, which replaces all
                    * of it at once and is the last call but close: for dumps */
} lease_store_config;

/* What load found. */
typedef struct lease_load_report {
    uint64_t records;   /* read, whole and sound */
    uint64_t addresses; /* different ones among them: handed over */
    uint64_t foreign;   /* addresses of other servers, left alone */
    uint64_t damaged;   /* records that could not be read; they are in `quarantine` now */
    unsigned shown;     /* of them, here: a place and a reason each, as "FILE:7: ..." */
    char damage[LEASE_DAMAGE_SHOWN][256];
    char quarantine[512]; /* the file they were put into; "" when there is none */
} lease_load_report;

/* Notes a damaged record: counted, and shown while there is room. */
void lease_report_damage(lease_load_report *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Told the last state of each address once, in any order.  A positive number ends the loading,
 * which then returns that. */
typedef int (*lease_load_fn)(void *user, const lease_record *r);

/* An open store; each kind has its own behind it, this first. */
typedef struct lease_store {
    const struct lease_store_ops *ops;
} lease_store;

/* All functions: 0, or -1 with one sentence in error that names the store and the reason, without
 * the command and the full stop. */
typedef struct lease_store_ops {
    const char *kind;  /* the word before the colon */
    const char *where; /* what stands behind it, for the help: "FILE" */
    const char *help;  /* what it is, in a few words */
    int is_durable;    /* 0: there is nothing to open, all else is NULL */
    int is_shared;     /* by several servers: `ranges` are this one's alone while it is open */
    /* Makes what is not there yet.  Bounded in time: 5 s at most until it gives up. */
    int (*open)(lease_store **ret, const lease_store_config *config, char *error, size_t cap);
    /* A damaged record is named in the report, put into the quarantine, and never ends the
     * loading. */
    int (*load)(lease_store *s, lease_load_fn fn, void *user, lease_load_report *ret, char *error,
                size_t cap);
    /* One group, in order; nothing of it is kept after the call.  A record replaces what the store
     * has of its address. */
    int (*append)(lease_store *s, const lease_record *r, size_t n, char *error, size_t cap);
    /* Everything appended is durable when it returns: not even a loss of power undoes it. */
    int (*commit)(lease_store *s, char *error, size_t cap);
    /* Makes the store small again when that is worth it, else returns at once; called now and then
     * after a commit.  NULL when there is no need ever. */
    int (*compact)(lease_store *s, char *error, size_t cap);
    /* NULL is allowed.  What was not committed may be lost. */
    void (*close)(lease_store *s);
} lease_store_ops;

/* The kinds of this build, in the order of the manual; NULL past the end. */
const lease_store_ops *lease_store_kind(unsigned index);

/* Splits "kind:where" and finds the kind; "memory" has no colon.  *ret_where points into text.
 * `fallback` is the kind of a text without one, as for dumps; NULL = there is none.  0, or -1 with
 * a sentence: an unknown kind, one that this build lacks or that no build will have and why, no
 * path. */
int lease_store_find(const char *text, const char *fallback, const lease_store_ops **ret_ops,
                     const char **ret_where, char *error, size_t cap);

/* The same text for messages and documents: fit for a terminal, and with *** for passwords. */
void lease_store_show(const char *text, char *buf, size_t cap);

/* 1 when the address is in one of the ranges, or there are none. */
int lease_store_is_ours(const lease_store_config *config, dhcpperf_ip4 ip);

/* Each kind's table; of those that need a library, where HAVE_SQLITE3, HAVE_LIBPQ. */
extern const lease_store_ops lease_store_memory;
extern const lease_store_ops lease_store_csv;
extern const lease_store_ops lease_store_isc;
extern const lease_store_ops lease_store_sqlite;
extern const lease_store_ops lease_store_postgresql;

#endif
