/* SPDX-License-Identifier: MIT */
/* store_cases.h - what holds for every lease store, whatever it is made of: one set of tests, run
 * by each kind's own test program. */
#ifndef TESTS_STORE_CASES_H
#define TESTS_STORE_CASES_H

#include "common/leases/lease_store.h"
#include "support/harness.h"

/* The store under test, and an empty place for it: set by the program's fixture. */
typedef struct store_place {
    const lease_store_ops *ops;
    const char *where;
} store_place;
extern store_place the_place;

enum {
    SEEN_MAX = 32768
};

/* What a load told: records with octets of their own. */
typedef struct seen {
    size_t n, room;
    lease_record *records; /* ascending by address */
    uint8_t *octets;
    lease_load_report report;
    char error[LEASE_ERROR_MAX];
} seen;

/* A store with ranges "10.0.0.0-10.0.0.9 10.0.1.0-10.0.1.9", "" = all; flags are r(ead only) and
 * f(resh).  NULL and seen_error when it cannot be opened. */
lease_store *store_open(const char *ranges, const char *flags);
extern char store_error[LEASE_ERROR_MAX];
void store_close(lease_store *s);

/* A lease of 10.0.X.Y in all its parts; equal arguments, equal lease.  Octets are static and live
 * until 64 further calls. */
lease_record store_record(unsigned x, unsigned y, unsigned version);

/* Both must succeed. */
void store_put(lease_store *s, const lease_record *r, size_t n);
void store_commit(lease_store *s);

/* What is in a store that is open, or (NULL) in the place. */
seen *store_load(lease_store *s);
void seen_free(seen *v);
const lease_record *seen_at(const seen *v, const char *address);
/* Exactly these leases, in any order. */
void seen_expect(const seen *v, const lease_record *r, size_t n);

void store_cases(TCase *tc);

#endif
