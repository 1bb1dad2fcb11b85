/* SPDX-License-Identifier: MIT */
/* server_layout_parts.h - what the sources behind server_layout.h share. */
#ifndef TOOLS_SERVER_LAYOUT_PARTS_H
#define TOOLS_SERVER_LAYOUT_PARTS_H

#include "common/config_file.h"
#include "common/server_layout.h"
#include "common/server_values.h"

typedef struct subnet_entry {
    dhcpperf_pool *pool;
    uint32_t network, mask;
    const config_file *file; /* NULL: the pool of the command line, owned elsewhere */
    unsigned line;
    char text[24]; /* 10.0.0.0/24 */
    char link[64]; /* name of its shared network, or empty */
} subnet_entry;

/* A reservation on a shared network, where a client has one only. */
typedef struct shared_client {
    char link[64];
    value_client client;
    config_file *file;
    unsigned line;
} shared_client;

typedef struct layout {
    const options *o;
    const server_defaults *defaults;
    config_file *file;  /* what is being read, for the sentences */
    config_file *flags; /* one for each --subnet and --reserve */
    unsigned n_flags;
    subnet_entry *at;
    unsigned n, cap;
    shared_client *shared;
    unsigned n_shared, shared_cap;
} layout;

/* All functions returning int: 0, or -1 with x->file->error filled; when that is empty, or x->file
 * NULL, there was no memory. */

/* Room for one subnet more, or NULL. */
subnet_entry *layout_new_entry(layout *x);
int layout_is_inside(const subnet_entry *e, dhcpperf_ip4 ip);
/* Maps, or texts as for --subnet. */
int layout_take_subnets(layout *x, const config_node *list);
int layout_take_subnet(layout *x, const config_node *map);

/* "A-B" or "A-B,class=NAME", one or a list of them. */
int layout_take_ranges(layout *x, subnet_entry *e, const config_node *n);
/* [{range: A-B, class: NAME}] */
int layout_take_pools(layout *x, subnet_entry *e, const config_node *list);
int layout_take_exclude(layout *x, subnet_entry *e, const config_node *n);

/* {mac: M, ip: A, options: {...}} */
int layout_take_reservation(layout *x, subnet_entry *e, const config_node *map);
/* "MAC=IP" and the like, one or a list of them; e NULL = the subnet that holds the address. */
int layout_take_reserves(layout *x, subnet_entry *e, const config_node *n);
int layout_take_reserve(layout *x, subnet_entry *e, unsigned line, const char *text);
/* Refuses two reservations of a client on one wire, when all are read. */
int layout_judge_shared(layout *x);

int layout_take_classes(layout *x, dhcpperf_server_config *c, const config_node *list);

/* "10.0.0.0/24,range=A-B,class=NAME,option=N=V" as the map that a file would give. */
int layout_split_subnet(config_file *f, const char *text, unsigned line, config_node **ret);
int layout_take_subnet_flags(layout *x);
int layout_take_reserve_flags(layout *x);

#endif
