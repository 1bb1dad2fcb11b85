/* SPDX-License-Identifier: MIT */
/* document.h - the result document as an object, for runs that have more to tell than one result.
 * Without jansson there are none: document_of() is NULL, and writing says so. */
#ifndef TESTER_DOCUMENT_H
#define TESTER_DOCUMENT_H

#include <libdhcpperf/search.h>

#include "dhcp-tester/result.h"

typedef struct json_t document;

/* A new document; NULL when out of memory, which document_write() says. */
document *document_of(const tester_result *r);
/* Adds what a search found; `limit` says why it found no more. */
void document_add_capacity(document *d, const dhcpperf_search *s, const char *limit);
/* 0, or -1 with a sentence in error. */
int document_write(document *d, const char *path, char *error, size_t cap);
/* NULL is a no-op. */
void document_free(document *d);

#endif
