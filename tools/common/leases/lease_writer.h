/* SPDX-License-Identifier: MIT */
/* lease_writer.h - the one thread that writes what all engines tell it to the store, in groups. */
#ifndef TOOLS_LEASE_WRITER_H
#define TOOLS_LEASE_WRITER_H

#include "common/leases/lease_feed.h"
#include "common/leases/lease_store.h"

typedef struct lease_writer lease_writer;

/* How far the store is behind the engines. */
typedef struct lease_figures {
    int is_up;             /* the store takes leases */
    int has_gap;           /* all leases are to be written anew, or are being */
    uint64_t told;         /* changes of leases */
    uint64_t safe;         /* of them, in the store */
    uint64_t missed;       /* of them, for which there was no room */
    uint64_t written;      /* records, those that were written anew among them */
    uint64_t groups;       /* commits */
    uint64_t anew;         /* times that an engine's leases were all written anew */
    uint64_t failures;     /* of the store */
    double behind_s;       /* age of the oldest change that is not safe */
    double worst_behind_s; /* what it ever was when a change became safe */
} lease_figures;

/* n feeds for n engines, each to be woken through its box; with is_ack they are woken when ACKs may
 * leave.  `queue` octets for each are taken for what is on its way.  NULL without memory. */
lease_writer *lease_writer_new(unsigned n, mailbox *boxes, size_t queue, int is_ack);
void lease_writer_free(lease_writer *w);
lease_feed *lease_writer_feed(lease_writer *w, unsigned index);

/* Begins: the store, opened as `config` says and loaded, is the writer's from now on, and config
 * and what it points to must stay.  0, or -1 with errno: the store stays the caller's. */
int lease_writer_start(lease_writer *w, lease_store *store, const lease_store_config *config);

/* Ends: once no other thread has the engines, what is still missing is written, for `limit` at
 * most, or until is_hurried(user), which may be NULL; a store that fails is given up sooner.  Then
 * the store is closed. The number of changes that are not in it. */
uint64_t lease_writer_stop(lease_writer *w, dhcpperf_server *const *servers, dhcpperf_dur limit,
                           int (*is_hurried)(void *user), void *user);

/* At any time, from any thread; all 0 before it was started. */
void lease_writer_look(lease_writer *w, lease_figures *ret);

#endif
