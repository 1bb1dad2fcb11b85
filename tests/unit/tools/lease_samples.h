/* SPDX-License-Identifier: MIT */
/* lease_samples.h - leases by number, of every shape that a record can have, for tests of stores.
 */
#ifndef TESTS_LEASE_SAMPLES_H
#define TESTS_LEASE_SAMPLES_H

#include "common/leases/lease_store.h"

/* A record with room of its own. */
typedef struct lease_sample {
    lease_record r;
    uint8_t key[LEASE_KEY_MAX], chaddr[LEASE_CHADDR_MAX];
    uint8_t hostname[LEASE_TEXT_MAX], relay_info[LEASE_TEXT_MAX];
} lease_sample;

/* Address 10.0.0.0 plus `address`, of which `draw` decides all the rest.  Instants are whole
 * multiples of `grain` milliseconds, and no lease is shorter: some stores know no finer ones. */
void lease_sample_make(lease_sample *ret, uint32_t address, uint64_t draw, int64_t grain);
/* A copy with room of its own. */
void lease_sample_copy(lease_sample *ret, const lease_record *r);
/* What stands in a record, for messages; in static memory. */
const char *lease_sample_text(const lease_record *r);

#endif
