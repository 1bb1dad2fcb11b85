/* SPDX-License-Identifier: MIT */
/* server_values.h - the small values of a server's configuration: ranges, clients, options, lease
 * times, lists.  Failures name file and line. */
#ifndef TOOLS_SERVER_VALUES_H
#define TOOLS_SERVER_VALUES_H

#include <libdhcpperf/class.h>
#include <libdhcpperf/pool.h>

#include "common/config_file.h"

/* All functions returning int: 0, or -1 with f->error filled. */

/* The text of a scalar that is not empty; NULL on failure. */
const char *value_text(config_file *f, const config_node *n);
/* The texts of a list, or of one scalar with commas, one by one: start with *cursor = NULL and
 * *inout_rest = NULL; 1 = got one in buf, 0 = end, -1. */
typedef struct value_list {
    const config_node *node, *item;
    const char *rest;
} value_list;
void value_list_begin(value_list *l, const config_node *n);
int value_list_next(value_list *l, config_file *f, char *buf, size_t cap, unsigned *ret_line);
/* All of them in one text, with ", " between. */
int value_join(config_file *f, const config_node *n, char *buf, size_t cap);

/* "10.0.0.0/24" without bits beyond the prefix; prefixes from `shortest` on. */
int value_subnet(config_file *f, unsigned line, const char *text, unsigned shortest,
                 dhcpperf_ip4 *ret, unsigned *ret_prefix);
/* "10.0.0.10-10.0.0.99" or one address. */
int value_range(config_file *f, unsigned line, const char *text, dhcpperf_ip4 *ret_first,
                dhcpperf_ip4 *ret_last);
int value_ip(config_file *f, const config_node *n, dhcpperf_ip4 *ret);
int value_switch(config_file *f, const config_node *n, int *ret);
/* Whole seconds, or infinite. */
int value_seconds(config_file *f, const config_node *n, uint32_t *ret);
/* default, min and max of a map "lease"; what is not there follows from the rest. */
int value_lease(config_file *f, const config_node *n, uint32_t *inout_default, uint32_t *ret_min,
                uint32_t *ret_max);

/* Octets: hex:0102, or the text itself. */
int value_octets(config_file *f, unsigned line, const char *text, uint8_t *buf, size_t cap,
                 size_t *ret_len);

/* Whom something is reserved for. */
typedef struct value_client {
    int kind; /* a dhcpperf_key_kind */
    uint8_t bytes[256];
    size_t len;
} value_client;
/* "mac", "client-id" or "circuit-id" and its text. */
int value_client_parse(config_file *f, unsigned line, const char *what, const char *text,
                       value_client *ret);

/* What an option is given to; exactly one of pool and class is set. */
typedef struct value_target {
    dhcpperf_pool *pool;
    dhcpperf_class *class_;
    const value_client *client; /* NULL: the whole pool */
} value_target;
/* One option by name or number. */
int value_option(config_file *f, unsigned line, const char *name, const char *text,
                 const value_target *to);
/* A map of them. */
int value_options(config_file *f, const config_node *map, const value_target *to);
/* A list of NAME=VALUE, or one. */
int value_assignments(config_file *f, const config_node *n, const value_target *to);
int value_assignment(config_file *f, unsigned line, const char *text, const value_target *to);

/* Refuses a key that is none of `known` ("a|b|c"), with the nearest; `of` says of what. */
int value_unknown(config_file *f, const config_node *n, const char *of, const char *known);
/* -1 when n is not a map, with a sentence. */
int value_need_map(config_file *f, const config_node *n, const char *what);

#endif
