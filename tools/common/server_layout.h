/* SPDX-License-Identifier: MIT */
/* server_layout.h - the subnets, reservations, classes and INFORM policy of a server: what
 * --config, --subnet and --reserve say about them, turned into objects of the library. */
#ifndef TOOLS_SERVER_LAYOUT_H
#define TOOLS_SERVER_LAYOUT_H

#include <libdhcpperf/server.h>

#include "common/options.h"

typedef struct server_defaults {
    dhcpperf_ip4 own;      /* of the server, never leased */
    uint32_t lease_s;      /* of subnets and classes without their own */
    uint32_t pool_network; /* of the command line's pool */
    unsigned pool_prefix;
    /* Gives every subnet the options of the command line; -1 with a sentence in error. */
    int (*add_options)(void *user, dhcpperf_pool *p, char *error, size_t cap);
    void *user;
} server_defaults;

typedef struct server_totals {
    uint32_t subnets, addresses;
} server_totals;

/* Whether there is any subnet besides the pool of the command line. */
int server_layout_has_subnets(const options *o);

/* Adds everything to c; `pool` is that of the command line, for --reserve, or NULL.  0, or -1 with
 * one sentence in error. */
int server_layout_add(const options *o, const server_defaults *d, dhcpperf_pool *pool,
                      dhcpperf_server_config *c, server_totals *ret, char *error, size_t cap);

/* The part "inform" of a file.  0, or -1 with f->error filled. */
struct config_file;
struct config_node;
int server_inform_add(struct config_file *f, const struct config_node *map,
                      dhcpperf_server_config *c);

#endif
