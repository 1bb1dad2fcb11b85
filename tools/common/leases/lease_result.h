/* SPDX-License-Identifier: MIT */
/* lease_result.h - what became of the leases that were to last, for summaries and documents. */
#ifndef TOOLS_LEASE_RESULT_H
#define TOOLS_LEASE_RESULT_H

#include <stdio.h>

#include "common/leases/lease_writer.h"

typedef struct lease_result {
    const char *store; /* what --lease-store said */
    int is_ack;
    lease_figures figures;
} lease_result;

/* A line of a summary. */
void lease_result_print(const lease_result *r, FILE *out);

/* The object "store" of a document; null for none.  Builds with jansson only. */
struct json_t;
struct json_t *lease_result_json(const lease_result *r);

#endif
