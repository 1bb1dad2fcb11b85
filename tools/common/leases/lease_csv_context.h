/* SPDX-License-Identifier: MIT */
/* lease_csv_context.h - the last column of Kea's lease file: a JSON object, here with what the
 * other columns have no place for. */
#ifndef TOOLS_LEASE_CSV_CONTEXT_H
#define TOOLS_LEASE_CSV_CONTEXT_H

#include <stddef.h>

#include "common/leases/lease_form.h"

/* What a record has that the other columns do not say. */
typedef struct lease_context {
    int64_t seen; /* in s, when it is not what the other columns suggest; else -1 */
    int is_released;
} lease_context;

/* Writes the object, or nothing when there is nothing to be said; behind it. */
char *lease_context_write(char *to, const lease_record *r, const lease_context *more);

/* Reads it into the draft: giaddr, htype, relay agent information, circuit id; the rest to *ret.
 * 1, or 0 when it is no JSON object, or has a value of ours that cannot be; why is in the draft. */
int lease_context_read(const char *text, size_t n, lease_draft *d, lease_context *ret);

#endif
