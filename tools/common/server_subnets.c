/* SPDX-License-Identifier: MIT */
/* server_subnets.c - subnets and what is theirs. */
#include "common/server_layout_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/network.h"
#include "common/units.h"

int layout_is_inside(const subnet_entry *e, dhcpperf_ip4 ip)
{
    return (units_ip4_number(ip) & e->mask) == e->network;
}

static int take_shared(layout *x, subnet_entry *e, const config_node *n)
{
    const char *name = value_text(x->file, n);

    if (name == NULL) {
        return -1;
    }
    if (dhcpperf_pool_set_shared(e->pool, name) != 0) {
        return config_fail(x->file, n->line, "the name of a shared network has at most 63 octets");
    }
    snprintf(e->link, sizeof e->link, "%s", name);
    return 0;
}

static int take_lease(layout *x, subnet_entry *e, const config_node *n)
{
    uint32_t lease = x->defaults->lease_s, min = 0, max = 0;

    if (value_lease(x->file, n, &lease, &min, &max) != 0) {
        return -1;
    }
    return dhcpperf_pool_set_lease(e->pool, lease, min, max) == 0
               ? 0
               : config_fail(x->file, n->line, "these lease times are not possible");
}

static int take_router(layout *x, subnet_entry *e, const config_node *n)
{
    value_target to = {.pool = e->pool};
    char text[1024];

    return value_join(x->file, n, text, sizeof text) == 0
               ? value_option(x->file, n->line, "3", text, &to)
               : -1;
}

/* next-server and boot-file, which belong together. */
static int take_boot(layout *x, subnet_entry *e, const config_node *map)
{
    const config_node *server = config_find(map, "next-server");
    const config_node *name = config_find(map, "boot-file");
    const config_node *any = server != NULL ? server : name;
    dhcpperf_ip4 ip = {{0, 0, 0, 0}};

    if (any == NULL) {
        return 0;
    }
    if ((server != NULL && value_ip(x->file, server, &ip) != 0) ||
        (name != NULL && value_text(x->file, name) == NULL)) {
        return -1;
    }
    return dhcpperf_pool_set_boot(e->pool, ip, name != NULL ? name->text : NULL) == 0
               ? 0
               : config_fail(x->file, any->line, "the name of a boot file has at most 127 octets");
}

static int take_list(layout *x, subnet_entry *e, const config_node *list)
{
    const config_node *item;

    if (list->kind != CONFIG_LIST) {
        return config_fail(x->file, list->line,
                           "'%s' must be a list of maps such as {mac: M, ip: A}", list->key);
    }
    for (item = list->first; item != NULL; item = item->next) {
        if (layout_take_reservation(x, e, item) != 0) {
            return -1;
        }
    }
    return 0;
}

/* In this order whatever the order of the text: reservations are looked at last. */
static const struct {
    const char *key;
    int (*take)(layout *x, subnet_entry *e, const config_node *n);
} parts[] = {
    {"shared-network", take_shared},
    {"shared", take_shared},
    {"pools", layout_take_pools},
    {"range", layout_take_ranges},
    {"exclude", layout_take_exclude},
    {"router", take_router},
    {"lease", take_lease},
    {"reservations", take_list},
    {"reserve", layout_take_reserves},
};

enum {
    N_PARTS = sizeof parts / sizeof parts[0]
};

static const char subnet_keys[] = "subnet|shared-network|pools|range|exclude|router|options|"
                                  "option|lease|next-server|boot-file|reservations|reserve";

static int fill_subnet(layout *x, subnet_entry *e, const config_node *map)
{
    value_target to = {.pool = e->pool};
    const config_node *n;
    unsigned i;

    for (n = map->first; n != NULL; n = n->next) {
        if (units_find_word(subnet_keys, n->key) < 0 && strcmp(n->key, "shared") != 0) {
            return value_unknown(x->file, n, "a subnet", subnet_keys);
        }
    }
    if (x->defaults->add_options(x->defaults->user, e->pool, x->file->error,
                                 sizeof x->file->error) != 0) {
        return -1;
    }
    for (i = 0; i < N_PARTS; i++) {
        n = config_find(map, parts[i].key);
        if (n != NULL && parts[i].take(x, e, n) != 0) {
            return -1;
        }
    }
    if (take_boot(x, e, map) != 0) {
        return -1;
    }
    n = config_find(map, "options");
    if (n != NULL && value_options(x->file, n, &to) != 0) {
        return -1;
    }
    n = config_find(map, "option");
    return n != NULL ? value_assignments(x->file, n, &to) : 0;
}

subnet_entry *layout_new_entry(layout *x)
{
    if (x->n == x->cap) {
        unsigned cap = x->cap == 0 ? 16 : 2 * x->cap;
        subnet_entry *moved = realloc(x->at, cap * sizeof *moved);

        if (moved == NULL) {
            return NULL;
        }
        x->at = moved;
        x->cap = cap;
    }
    memset(&x->at[x->n], 0, sizeof x->at[0]);
    return &x->at[x->n++];
}

static int fail_overlap(layout *x, const subnet_entry *e, const subnet_entry *other)
{
    if (other->file == NULL) {
        return config_fail(x->file, e->line, "the subnet %s overlaps %s of --start-ip and --end-ip",
                           e->text, other->text);
    }
    if (other->file == x->file && other->line > 0) {
        return config_fail(x->file, e->line, "the subnet %s overlaps %s of line %u", e->text,
                           other->text, other->line);
    }
    return config_fail(x->file, e->line, "the subnet %s overlaps %s of %s", e->text, other->text,
                       other->file->path);
}

int layout_take_subnet(layout *x, const config_node *map)
{
    const config_node *n = map->kind == CONFIG_MAP ? config_find(map, "subnet") : NULL;
    subnet_entry *e;
    dhcpperf_ip4 network;
    uint32_t mask;
    unsigned prefix, i;
    char text[24];
    int rc;

    if (value_need_map(x->file, map, "a map with the key subnet") != 0) {
        return -1;
    }
    if (n == NULL) {
        return config_fail(x->file, map->line,
                           "a subnet needs the key 'subnet', as in subnet: "
                           "10.0.0.0/24");
    }
    if (value_text(x->file, n) == NULL ||
        value_subnet(x->file, n->line, n->text, 1, &network, &prefix) != 0) {
        return -1;
    }
    mask = UINT32_MAX << (32 - prefix); /* prefix is 1 to 32 */
    if (network.b[0] == 0 || (units_ip4_number(network) | ~mask) >> 24 >= 224) {
        return config_fail(x->file, n->line,
                           "'%s' holds addresses that no host has: those below 1.0.0.0 or from "
                           "224.0.0.0 on",
                           n->text);
    }
    e = layout_new_entry(x);
    if (e == NULL) {
        return config_fail(x->file, n->line, "out of memory");
    }
    e->network = units_ip4_number(network);
    e->mask = mask;
    e->file = x->file;
    e->line = n->line;
    snprintf(e->text, sizeof e->text, "%s/%u", network_ip_text(network, text), prefix);
    for (i = 0; i + 1 < x->n; i++) {
        if (((x->at[i].network ^ e->network) & x->at[i].mask & e->mask) == 0) {
            return fail_overlap(x, e, &x->at[i]);
        }
    }
    rc = dhcpperf_pool_new(&e->pool, network, prefix, NULL);
    return rc == 0 ? fill_subnet(x, e, map)
                   : config_fail(x->file, n->line, "%s", dhcpperf_strerror(rc));
}

int layout_take_subnets(layout *x, const config_node *list)
{
    const config_node *item;

    if (list->kind != CONFIG_LIST) {
        return config_fail(x->file, list->line, "'%s' must be a list of maps with the key subnet",
                           list->key);
    }
    for (item = list->first; item != NULL; item = item->next) {
        config_node *split = NULL;
        int rc;

        if (item->kind == CONFIG_SCALAR) {
            rc = layout_split_subnet(x->file, item->text, item->line, &split);
            rc = rc != 0 ? rc : layout_take_subnet(x, split);
            config_node_free(split);
        } else {
            rc = layout_take_subnet(x, item);
        }
        if (rc != 0) {
            return -1;
        }
    }
    return 0;
}
