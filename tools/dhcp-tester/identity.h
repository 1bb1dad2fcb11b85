/* SPDX-License-Identifier: MIT */
/* identity.h - who the clients are: the flags about hardware addresses, client identifiers and the
 * options by which servers tell clients apart. */
#ifndef TESTER_IDENTITY_H
#define TESTER_IDENTITY_H

#include <libdhcpperf/client.h>

#include "common/options.h"

/* Text is borrowed from the options. */
typedef struct identity {
    dhcpperf_mac first; /* without a list: of the first client, the others count up */
    uint64_t room;      /* addresses there are */
    dhcpperf_mac *macs; /* the list, or NULL; owned */
    const char *said_as;
    const char *source; /* text of the flag that gave them */
} identity;

/* All functions returning int: 0, or -1 with one sentence in `error`. */
/* Judges the flags; reads the list of hardware addresses. */
int identity_judge(identity *id, const options *o, char *error, size_t cap);
void identity_free(identity *id);
/* How many clients there are when nothing says so: all of a list, `usual` otherwise, but never more
 * than there are addresses. */
uint32_t identity_default_clients(const identity *id, uint32_t usual);
/* There is an address for everybody. */
int identity_check_clients(const identity *id, uint32_t clients, char *error, size_t cap);

/* Addresses, identifier and options of the clients; reads or makes the state file. */
int identity_configure(const identity *id, const options *o, dhcpperf_client_config *c, char *error,
                       size_t cap);

#endif
