/* SPDX-License-Identifier: MIT */
/* server_layout.c - subnets, reservations, classes and INFORM policy.
 *
 * A --subnet or --reserve of the command line is read into the same tree as a file, under the name
 * of the flag, so that one piece of code judges both and every sentence says where it applies. */
#include "common/server_layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/config_file.h"
#include "common/network.h"
#include "common/server_options.h"
#include "common/server_values.h"
#include "common/units.h"

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

/* -- reservations ------------------------------------------------------------------------------ */

static int is_inside(const subnet_entry *e, dhcpperf_ip4 ip)
{
    return (units_ip4_number(ip) & e->mask) == e->network;
}

/* Keeps in mind who has a reservation on a shared network, for judge_shared(). */
static int note_shared(layout *x, const subnet_entry *e, unsigned line, const value_client *client)
{
    shared_client *k;

    if (e->link[0] == '\0') {
        return 0;
    }
    if (x->n_shared == x->shared_cap) {
        unsigned cap = x->shared_cap == 0 ? 16 : 2 * x->shared_cap;
        shared_client *moved = realloc(x->shared, cap * sizeof *moved);

        if (moved == NULL) {
            return config_fail(x->file, line, "out of memory");
        }
        x->shared = moved;
        x->shared_cap = cap;
    }
    k = &x->shared[x->n_shared++];
    memcpy(k->link, e->link, sizeof k->link);
    k->client = *client;
    k->file = x->file;
    k->line = line;
    return 0;
}

static int compare_shared(const void *a, const void *b)
{
    const shared_client *p = a, *q = b;
    int order = strcmp(p->link, q->link);

    order = order != 0 ? order : p->client.kind - q->client.kind;
    if (order == 0 && p->client.len != q->client.len) {
        order = p->client.len < q->client.len ? -1 : 1;
    }
    return order != 0 ? order : memcmp(p->client.bytes, q->client.bytes, p->client.len);
}

/* A client has one address on a wire, whatever the subnets there. */
static int judge_shared(layout *x)
{
    unsigned i;

    if (x->n_shared > 1) {
        qsort(x->shared, x->n_shared, sizeof *x->shared, compare_shared);
    }
    for (i = 1; i < x->n_shared; i++) {
        const shared_client *a = &x->shared[i - 1], *b = &x->shared[i];

        if (compare_shared(a, b) == 0) {
            x->file = b->file;
            return config_fail(x->file, a->file == b->file && a->line > b->line ? a->line : b->line,
                               "a client has two reservations on the shared network '%s'", a->link);
        }
    }
    return 0;
}

static int reserve(layout *x, subnet_entry *e, unsigned line, const value_client *client,
                   dhcpperf_ip4 ip)
{
    dhcpperf_bytes key = {client->bytes, client->len};
    char text[24];
    int rc;

    network_ip_text(ip, text);
    if (!is_inside(e, ip)) {
        return config_fail(x->file, line, "%s cannot be reserved: it is not in the subnet %s", text,
                           e->text);
    }
    if (memcmp(&ip, &x->defaults->own, sizeof ip) == 0) {
        return config_fail(x->file, line, "%s cannot be reserved: it is the server's own address",
                           text);
    }
    rc = dhcpperf_pool_reserve(e->pool, client->kind, key, ip);
    if (rc == DHCPPERF_E_CONFLICT) {
        return config_fail(x->file, line,
                           "%s cannot be reserved: the address or the client has a reservation in "
                           "%s already",
                           text, e->text);
    }
    if (rc == DHCPPERF_E_RANGE) {
        return config_fail(x->file, line,
                           "%s cannot be reserved: it is the network or broadcast address of %s",
                           text, e->text);
    }
    return rc == 0 ? note_shared(x, e, line, client)
                   : config_fail(x->file, line, "%s cannot be reserved: %s", text,
                                 dhcpperf_strerror(rc));
}

/* "MAC=IP", "id:CLIENT-ID=IP" or "circuit:TEXT=IP", without options. */
static int parse_reservation(layout *x, unsigned line, const char *text, value_client *client,
                             dhcpperf_ip4 *ret_ip)
{
    const char *equal = strrchr(text, '='), *what = "mac", *at = text;
    char key[600], shown[160];

    if (equal == NULL || equal == text || (size_t)(equal - text) >= sizeof key ||
        dhcpperf_ip4_parse(ret_ip, equal + 1 + strspn(equal + 1, " ")) != 0) {
        options_escape(text, shown, sizeof shown);
        return config_fail(x->file, line,
                           "a reservation is written like 02:00:00:00:00:01=10.0.0.5, "
                           "id:0102ab=10.0.0.5 or circuit:port-7=10.0.0.5, not '%s'",
                           shown);
    }
    if (strncmp(at, "id:", 3) == 0) {
        what = "client-id";
        at += 3;
    } else if (strncmp(at, "circuit:", 8) == 0) {
        what = "circuit-id";
        at += 8;
    } else if (strncmp(at, "mac:", 4) == 0) {
        at += 4;
    }
    snprintf(key, sizeof key, "%.*s", (int)(equal - at), at);
    while (key[0] != '\0' && key[strlen(key) - 1] == ' ') {
        key[strlen(key) - 1] = '\0';
    }
    return value_client_parse(x->file, line, what, key, client);
}

/* The subnet of an address, or NULL. */
static subnet_entry *find_subnet(const layout *x, dhcpperf_ip4 ip)
{
    unsigned i;

    for (i = 0; i < x->n; i++) {
        if (is_inside(&x->at[i], ip)) {
            return &x->at[i];
        }
    }
    return NULL;
}

static int begins_option(const char *text)
{
    return strncmp(text, "option=", 7) == 0;
}

/* The whole text, options behind commas included; e NULL = the subnet that holds the address. */
static int take_reserve(layout *x, subnet_entry *e, unsigned line, const char *text)
{
    char head[700], assignment[600], shown[24];
    value_client client;
    value_target to;
    dhcpperf_ip4 ip;
    size_t len = strcspn(text, ",");

    snprintf(head, sizeof head, "%.*s", (int)(len < sizeof head ? len : 0), text);
    if (parse_reservation(x, line, head, &client, &ip) != 0) {
        return -1;
    }
    e = e != NULL ? e : find_subnet(x, ip);
    if (e == NULL) {
        return config_fail(x->file, line,
                           "%s cannot be reserved: it is in no subnet of this server",
                           network_ip_text(ip, shown));
    }
    if (reserve(x, e, line, &client, ip) != 0) {
        return -1;
    }
    to = (value_target){.pool = e->pool, .client = &client};
    for (text += len; *text == ','; text += len) {
        text += 1 + strspn(text + 1, " ");
        if (!begins_option(text)) {
            return config_fail(x->file, line,
                               "behind a reservation only option=NAME=VALUE goes on");
        }
        len = strcspn(text, ",");
        while (text[len] == ',' && !begins_option(text + len + 1 + strspn(text + len + 1, " "))) {
            len += 1 + strcspn(text + len + 1, ","); /* a comma of the value */
        }
        snprintf(assignment, sizeof assignment, "%.*s", (int)len - 7, text + 7);
        if (value_assignment(x->file, line, assignment, &to) != 0) {
            return -1;
        }
    }
    return 0;
}

static int take_reserves(layout *x, subnet_entry *e, const config_node *n)
{
    const config_node *item = n->kind == CONFIG_LIST ? n->first : n;

    for (; item != NULL; item = n->kind == CONFIG_LIST ? item->next : NULL) {
        const char *text = value_text(x->file, item);

        if (text == NULL || take_reserve(x, e, item->line, text) != 0) {
            return -1;
        }
    }
    return 0;
}

/* {mac: M, ip: A, options: {...}} */
static int take_reservation(layout *x, subnet_entry *e, const config_node *map)
{
    static const char known[] = "mac|client-id|circuit-id|ip|options";
    const config_node *n, *who = NULL, *ip_node, *opts;
    value_client client;
    value_target to;
    dhcpperf_ip4 ip;

    if (value_need_map(x->file, map, "a list of maps such as {mac: M, ip: A}") != 0) {
        return -1;
    }
    for (n = map->first; n != NULL; n = n->next) {
        int i = units_find_word(known, n->key);

        if (i < 0) {
            return value_unknown(x->file, n, "a reservation", known);
        }
        if (i < 3 && who != NULL) {
            return config_fail(x->file, n->line,
                               "a reservation is for one of mac, client-id and circuit-id");
        }
        who = i < 3 ? n : who;
    }
    ip_node = config_find(map, "ip");
    if (who == NULL || ip_node == NULL) {
        return config_fail(x->file, map->line, "a reservation needs %s",
                           ip_node == NULL ? "an ip" : "a mac, a client-id or a circuit-id");
    }
    if (value_text(x->file, who) == NULL || value_ip(x->file, ip_node, &ip) != 0 ||
        value_client_parse(x->file, who->line, who->key, who->text, &client) != 0 ||
        reserve(x, e, ip_node->line, &client, ip) != 0) {
        return -1;
    }
    to = (value_target){.pool = e->pool, .client = &client};
    opts = config_find(map, "options");
    return opts != NULL ? value_options(x->file, opts, &to) : 0;
}

/* -- ranges ------------------------------------------------------------------------------------ */

/* Whether a class of that name is described; only a file can do that. */
static int has_class(const layout *x, const char *name)
{
    const config_node *list = x->o->file != NULL ? x->o->file->classes : NULL, *item, *n;

    for (item = list != NULL ? list->first : NULL; item != NULL; item = item->next) {
        n = item->kind == CONFIG_MAP ? config_find(item, "name") : NULL;
        if (n != NULL && n->kind == CONFIG_SCALAR && strcmp(n->text, name) == 0) {
            return 1;
        }
    }
    return 0;
}

static int add_range(layout *x, subnet_entry *e, unsigned line, const char *text,
                     const char *class_name)
{
    dhcpperf_ip4 first, last;
    char shown[160];
    int rc;

    if (value_range(x->file, line, text, &first, &last) != 0) {
        return -1;
    }
    if (!is_inside(e, first) || !is_inside(e, last)) {
        return config_fail(x->file, line, "the range '%s' is not in the subnet %s", text, e->text);
    }
    if (class_name != NULL && !has_class(x, class_name)) {
        options_escape(class_name, shown, sizeof shown);
        return config_fail(x->file, line, "there is no class '%s'", shown);
    }
    rc = class_name != NULL ? dhcpperf_pool_add_class_range(e->pool, first, last, class_name)
                            : dhcpperf_pool_add_range(e->pool, first, last);
    if (rc == DHCPPERF_E_CONFLICT) {
        return config_fail(x->file, line, "the range '%s' overlaps an earlier one", text);
    }
    return rc == 0 ? 0
                   : config_fail(x->file, line, "the range '%s': %s", text, dhcpperf_strerror(rc));
}

/* "A-B" or "A-B,class=NAME", one or a list of them. */
static int take_ranges(layout *x, subnet_entry *e, const config_node *n)
{
    const config_node *item = n->kind == CONFIG_LIST ? n->first : n;

    for (; item != NULL; item = n->kind == CONFIG_LIST ? item->next : NULL) {
        const char *text = value_text(x->file, item), *comma, *name = NULL;
        char range[80];

        if (text == NULL) {
            return -1;
        }
        comma = strchr(text, ',');
        if (comma != NULL) {
            name = comma + 1 + strspn(comma + 1, " ");
            if (strncmp(name, "class=", 6) != 0 || name[6] == '\0') {
                return config_fail(
                    x->file, item->line,
                    "behind a range only class=NAME goes on; ranges are given one by "
                    "one");
            }
            name += 6;
        }
        snprintf(range, sizeof range, "%.*s", (int)strcspn(text, ","), text);
        if (add_range(x, e, item->line, range, name) != 0) {
            return -1;
        }
    }
    return 0;
}

/* [{range: A-B, class: NAME}] */
static int take_pools(layout *x, subnet_entry *e, const config_node *list)
{
    const config_node *item, *n, *range, *class_name;

    if (list->kind != CONFIG_LIST) {
        return config_fail(x->file, list->line, "'pools' must be a list such as [{range: A-B}]");
    }
    for (item = list->first; item != NULL; item = item->next) {
        if (value_need_map(x->file, item, "a map such as {range: A-B}") != 0) {
            return -1;
        }
        for (n = item->first; n != NULL; n = n->next) {
            if (units_find_word("range|class", n->key) < 0) {
                return value_unknown(x->file, n, "a pool", "range|class");
            }
        }
        range = config_find(item, "range");
        class_name = config_find(item, "class");
        if (range == NULL) {
            return config_fail(x->file, item->line, "a pool needs a range");
        }
        if (value_text(x->file, range) == NULL ||
            (class_name != NULL && value_text(x->file, class_name) == NULL) ||
            add_range(x, e, range->line, range->text,
                      class_name != NULL ? class_name->text : NULL) != 0) {
            return -1;
        }
    }
    return 0;
}

static int take_exclude(layout *x, subnet_entry *e, const config_node *n)
{
    dhcpperf_ip4 first, last;
    value_list l;
    char text[80];
    unsigned line;
    int got;

    value_list_begin(&l, n);
    while ((got = value_list_next(&l, x->file, text, sizeof text, &line)) > 0) {
        if (value_range(x->file, line, text, &first, &last) != 0) {
            return -1;
        }
        if (dhcpperf_pool_exclude(e->pool, first, last) != 0) {
            return config_fail(x->file, line, "'%s' cannot be excluded: it is not in the subnet %s",
                               text, e->text);
        }
    }
    return got;
}

/* -- one subnet -------------------------------------------------------------------------------- */

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
        if (take_reservation(x, e, item) != 0) {
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
    {"shared-network", take_shared}, {"shared", take_shared},     {"pools", take_pools},
    {"range", take_ranges},          {"exclude", take_exclude},   {"router", take_router},
    {"lease", take_lease},           {"reservations", take_list}, {"reserve", take_reserves},
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

static subnet_entry *new_entry(layout *x)
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

static int take_subnet(layout *x, const config_node *map)
{
    const config_node *n = map->kind == CONFIG_MAP ? config_find(map, "subnet") : NULL;
    subnet_entry *e;
    dhcpperf_ip4 network;
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
    e = new_entry(x);
    if (e == NULL) {
        return config_fail(x->file, n->line, "out of memory");
    }
    e->network = units_ip4_number(network);
    e->mask = UINT32_MAX << (32 - prefix);
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

/* Maps, or texts as for --subnet. */
static int split_subnet(config_file *f, const char *text, unsigned line, config_node **ret);

static int take_subnets(layout *x, const config_node *list)
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
            rc = split_subnet(x->file, item->text, item->line, &split);
            rc = rc != 0 ? rc : take_subnet(x, split);
            config_node_free(split);
        } else {
            rc = take_subnet(x, item);
        }
        if (rc != 0) {
            return -1;
        }
    }
    return 0;
}

/* -- the command line -------------------------------------------------------------------------- */

/* Whether a word between commas begins a new key rather than going on with the value before. */
static int begins_key(const char *word)
{
    size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyz-.");

    return n > 0 && word[n] == '=' && strncmp(word, "class=", 6) != 0;
}

/* "10.0.0.0/24,range=A-B,class=NAME,option=N=V" as the map that a file would give. */
static int split_subnet(config_file *f, const char *text, unsigned line, config_node **ret)
{
    config_node *saved = f->root, *map;
    char *copy = strdup(text), *at = copy, *end, *next;
    int rc = copy != NULL ? 0 : config_fail(f, line, "out of memory");

    f->root = NULL;
    map = rc == 0 ? config_add(f, NULL, CONFIG_MAP, NULL, NULL, line) : NULL;
    f->root = saved;
    *ret = map;
    rc = map != NULL ? 0 : -1;
    for (; rc == 0 && at != NULL; at = next) {
        const char *key = NULL;

        for (end = strchr(at, ','); end != NULL && !begins_key(end + 1);) {
            end = strchr(end + 1, ',');
        }
        next = end != NULL ? end + 1 : NULL;
        if (end != NULL) {
            *end = '\0';
        }
        if (at != copy || begins_key(at)) {
            key = at;
            at = strchr(at, '=');
            *at++ = '\0';
        }
        rc = key != NULL ? config_add_value(f, map, key, at, line)
                         : -(config_add(f, map, CONFIG_SCALAR, "subnet", at, line) == NULL);
    }
    free(copy);
    return rc;
}

/* A file that stands for one flag in the sentences. */
static config_file *open_flag(layout *x, const char *name, const char *text)
{
    config_file *f = &x->flags[x->n_flags++];
    char shown[160], path[200];

    options_escape(text, shown, sizeof shown);
    snprintf(path, sizeof path, "--%s '%s'", name, shown);
    f->path = strdup(path);
    return f->path != NULL ? f : NULL;
}

static int take_subnet_flag(layout *x, const char *text)
{
    config_node *map = NULL;
    int rc;

    x->file = open_flag(x, "subnet", text);
    if (x->file == NULL) {
        return -1;
    }
    rc = split_subnet(x->file, text, 0, &map);
    rc = rc != 0 ? rc : take_subnet(x, map);
    config_node_free(map);
    return rc;
}

static int take_flags(layout *x)
{
    const option_value *subnet = &x->o->values[SERVER_SUBNET];
    unsigned i;

    for (i = 0; i < subnet->n_items; i++) {
        if (take_subnet_flag(x, subnet->items[i]) != 0) {
            return -1;
        }
    }
    return 0;
}

static int take_reserve_flags(layout *x)
{
    const option_value *v = &x->o->values[SERVER_RESERVE];
    unsigned i;

    for (i = 0; i < v->n_items; i++) {
        x->file = open_flag(x, "reserve", v->items[i]);
        if (x->file == NULL || take_reserve(x, NULL, 0, v->items[i]) != 0) {
            return -1;
        }
    }
    return 0;
}

/* -- classes ----------------------------------------------------------------------------------- */

/* "60" or "82.circuit-id": the option and its sub-option, or -1. */
static int parse_match_key(layout *x, unsigned line, const char *key, uint8_t *ret_code,
                           int *ret_sub)
{
    size_t len = strcspn(key, ".");
    char name[64], shown[160];
    uint64_t sub = 0;
    int code;

    options_escape(key, shown, sizeof shown);
    snprintf(name, sizeof name, "%.*s", (int)len, key);
    code = len < sizeof name ? dhcpperf_opt_code(name) : -1;
    if (code < 1 || code > 254) {
        return config_fail(x->file, line, "there is no DHCP option '%s' to match", shown);
    }
    *ret_code = (uint8_t)code;
    *ret_sub = -1;
    if (key[len] == '.') {
        *ret_sub = code == DHCPPERF_OPT_RELAY_INFO ? dhcpperf_relay_subopt_code(key + len + 1) : -1;
        if (*ret_sub < 0 && units_parse_count(key + len + 1, "0..255", &sub) == 0) {
            *ret_sub = (int)sub;
        }
        if (*ret_sub < 0) {
            return config_fail(x->file, line, "'%s' names no sub-option of option %d", shown, code);
        }
    }
    return 0;
}

/* Options that clients write freely are compared as they are; the others are written like their
 * values. */
static int parse_match_value(layout *x, unsigned line, uint8_t code, int sub, const char *text,
                             uint8_t *buf, size_t *ret_len)
{
    dhcpperf_opt_type type = dhcpperf_opt_datatype(code);
    char shown[160];

    if (sub >= 0 || code == DHCPPERF_OPT_USER_CLASS || type == DHCPPERF_OPTTYPE_STRING ||
        type == DHCPPERF_OPTTYPE_OPAQUE) {
        return value_octets(x->file, line, text, buf, 255, ret_len);
    }
    if (dhcpperf_opt_encode_text(code, text, buf, 255, ret_len) != 0) {
        options_escape(text, shown, sizeof shown);
        return config_fail(x->file, line, "'%s' does not fit the data type of option %d", shown,
                           (int)code);
    }
    return 0;
}

/* The value alone: exact; with * at its end: prefix; * alone: the option is there. */
static int add_match(layout *x, dhcpperf_class *k, unsigned line, const char *key, const char *text)
{
    uint8_t code = 0, buf[255];
    dhcpperf_bytes value = {buf, 0};
    size_t len = strlen(text);
    int sub = -1, op = DHCPPERF_MATCH_EXACT, rc = 0;
    char head[600];

    if (parse_match_key(x, line, key, &code, &sub) != 0) {
        return -1;
    }
    snprintf(head, sizeof head, "%s", text);
    if (strcmp(text, "*") == 0) {
        op = DHCPPERF_MATCH_PRESENT;
    } else if (len > 0 && len < sizeof head && text[len - 1] == '*') {
        op = DHCPPERF_MATCH_PREFIX;
        head[len - 1] = '\0';
    }
    if (op != DHCPPERF_MATCH_PRESENT) {
        rc = parse_match_value(x, line, code, sub, head, buf, &value.len);
    }
    if (rc != 0) {
        return -1;
    }
    rc = dhcpperf_class_match(k, code, sub, op, value);
    return rc == 0 ? 0
                   : config_fail(x->file, line, "'%s' cannot be matched: %s", key,
                                 dhcpperf_strerror(rc));
}

static int take_match(layout *x, dhcpperf_class *k, const config_node *n)
{
    const config_node *item;

    if (n->kind == CONFIG_SCALAR) {
        return config_fail(x->file, n->line, "'match' must be a map such as {60: PXEClient*}");
    }
    for (item = n->first; item != NULL; item = item->next) {
        const char *text = value_text(x->file, item);
        char key[64];
        size_t len;

        if (text == NULL) {
            return -1;
        }
        if (n->kind == CONFIG_MAP) {
            if (add_match(x, k, item->line, item->key, text) != 0) {
                return -1;
            }
            continue;
        }
        len = strcspn(text, "=");
        if (text[len] == '\0' || len == 0 || len >= sizeof key || text[len + 1] == '\0') {
            return config_fail(x->file, item->line,
                               "a match is written like 60=PXEClient* or 82.circuit-id=port-7");
        }
        memcpy(key, text, len);
        key[len] = '\0';
        key[strcspn(key, " ")] = '\0';
        text += len + 1;
        if (add_match(x, k, item->line, key, text + strspn(text, " ")) != 0) {
            return -1;
        }
    }
    return 0;
}

static int fill_class(layout *x, dhcpperf_class *k, const config_node *map)
{
    value_target to = {.class_ = k};
    uint32_t lease = x->defaults->lease_s, min = 0, max = 0;
    const config_node *n;

    for (n = map->first; n != NULL; n = n->next) {
        int rc = strcmp(n->key, "name") == 0      ? 0
                 : strcmp(n->key, "match") == 0   ? take_match(x, k, n)
                 : strcmp(n->key, "options") == 0 ? value_options(x->file, n, &to)
                 : strcmp(n->key, "option") == 0  ? value_assignments(x->file, n, &to)
                 : strcmp(n->key, "lease") == 0
                     ? value_lease(x->file, n, &lease, &min, &max)
                     : value_unknown(x->file, n, "a class", "name|match|options|option|lease");

        if (rc == 0 && strcmp(n->key, "lease") == 0 &&
            dhcpperf_class_set_lease(k, lease, min, max) != 0) {
            rc = config_fail(x->file, n->line, "these lease times are not possible");
        }
        if (rc != 0) {
            return -1;
        }
    }
    return 0;
}

static int take_class(layout *x, dhcpperf_server_config *c, const config_node *map)
{
    const config_node *name = map->kind == CONFIG_MAP ? config_find(map, "name") : NULL;
    dhcpperf_class *k = NULL;
    int rc;

    if (name == NULL) {
        return config_fail(x->file, map->line, "a class must be a map with a name and a match");
    }
    if (value_text(x->file, name) == NULL) {
        return -1;
    }
    if (config_find(map, "match") == NULL) {
        return config_fail(x->file, map->line, "the class '%s' has no match", name->text);
    }
    rc = dhcpperf_class_new(&k, name->text, NULL);
    if (rc != 0) {
        return config_fail(x->file, name->line, "the name of a class has at most 63 octets");
    }
    rc = fill_class(x, k, map);
    if (rc == 0) {
        rc = dhcpperf_server_config_add_class(c, k);
        rc = rc == DHCPPERF_E_CONFLICT
                 ? config_fail(x->file, name->line, "there is a class '%s' already", name->text)
             : rc == DHCPPERF_E_FULL
                 ? config_fail(x->file, name->line, "there are more than 255 classes")
             : rc != 0 ? config_fail(x->file, name->line, "%s", dhcpperf_strerror(rc))
                       : 0;
    }
    dhcpperf_class_free(k);
    return rc;
}

static int take_classes(layout *x, dhcpperf_server_config *c, const config_node *list)
{
    const config_node *item;

    if (list->kind != CONFIG_LIST) {
        return config_fail(x->file, list->line, "'classes' must be a list of maps with a name");
    }
    for (item = list->first; item != NULL; item = item->next) {
        if (take_class(x, c, item) != 0) {
            return -1;
        }
    }
    return 0;
}

/* -- all of it --------------------------------------------------------------------------------- */

int server_layout_has_subnets(const options *o)
{
    return o->values[SERVER_SUBNET].n_items > 0 || (o->file != NULL && o->file->subnets != NULL);
}

/* The pool of the command line, so that it can be reserved from and overlapped. */
static int add_own_pool(layout *x, dhcpperf_pool *pool, const server_defaults *d)
{
    subnet_entry *e;
    char text[24];

    if (pool == NULL) {
        return 0;
    }
    e = new_entry(x);
    if (e == NULL) {
        return -1;
    }
    e->pool = pool;
    e->network = d->pool_network;
    e->mask = UINT32_MAX << (32 - d->pool_prefix);
    snprintf(e->text, sizeof e->text, "%s/%u", network_ip_text(units_ip4_of(e->network), text),
             d->pool_prefix);
    return 0;
}

static int read_all(layout *x, dhcpperf_server_config *c)
{
    config_file *f = x->o->file;

    x->file = f;
    if (f != NULL && ((f->subnets != NULL && take_subnets(x, f->subnets) != 0) ||
                      (f->classes != NULL && take_classes(x, c, f->classes) != 0) ||
                      (f->inform != NULL && server_inform_add(f, f->inform, c) != 0))) {
        return -1;
    }
    if (take_flags(x) != 0) {
        return -1;
    }
    x->file = f;
    if (f != NULL && f->reserve != NULL && take_reserves(x, NULL, f->reserve) != 0) {
        return -1;
    }
    return take_reserve_flags(x) != 0 ? -1 : judge_shared(x);
}

static int add_pools(layout *x, dhcpperf_server_config *c, server_totals *t)
{
    unsigned i;

    for (i = 0; i < x->n; i++) {
        int rc = dhcpperf_server_config_add_pool(c, x->at[i].pool);

        if (rc != 0) {
            x->file = NULL;
            return -1;
        }
        t->addresses += dhcpperf_pool_size(x->at[i].pool);
        t->subnets += x->at[i].file != NULL;
    }
    return 0;
}

static void clean(layout *x)
{
    unsigned i;

    for (i = 0; i < x->n; i++) {
        if (x->at[i].file != NULL) {
            dhcpperf_pool_free(x->at[i].pool);
        }
    }
    for (i = 0; i < x->n_flags; i++) {
        config_free(&x->flags[i]);
    }
    free(x->flags);
    free(x->at);
    free(x->shared);
}

int server_layout_add(const options *o, const server_defaults *d, dhcpperf_pool *pool,
                      dhcpperf_server_config *c, server_totals *ret, char *error, size_t cap)
{
    unsigned n_flags = o->values[SERVER_SUBNET].n_items + o->values[SERVER_RESERVE].n_items;
    layout x = {.o = o, .defaults = d, .flags = calloc(n_flags + 1, sizeof *x.flags)};
    int rc = x.flags != NULL ? 0 : -1;

    memset(ret, 0, sizeof *ret);
    rc = rc != 0 ? rc : add_own_pool(&x, pool, d);
    rc = rc != 0 ? rc : read_all(&x, c);
    rc = rc != 0 ? rc : add_pools(&x, c, ret);
    if (rc != 0) {
        snprintf(error, cap, "%s",
                 x.file != NULL && x.file->error[0] != '\0' ? x.file->error : "out of memory");
    }
    clean(&x);
    return rc;
}
