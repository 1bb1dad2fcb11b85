/* SPDX-License-Identifier: MIT */
/* others.h - who serves DHCP on our links already. */
#ifndef SERVER_OTHERS_H
#define SERVER_OTHERS_H

#include <net/if.h>
#include <stddef.h>

#include <libdhcpperf/types.h>

enum {
    OTHERS_LINKS_MAX = 64
};

typedef struct others_link {
    char name[IFNAMSIZ];
} others_link;

typedef struct other {
    char link[IFNAMSIZ]; /* where it answered */
    dhcpperf_ip4 server; /* who it says it is, else where the answer came from */
} other;

/* Asks for an offer on each link, by broadcast like any client, twice, and waits for four
 * seconds; takes none.  1 when somebody has answered, 0 when nobody has, -1 with a sentence in
 * error. */
int others_look(const others_link *links, unsigned n, other *ret, char *error, size_t cap);

#endif
