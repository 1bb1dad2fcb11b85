/* SPDX-License-Identifier: MIT */
/* server_reservations.c - the addresses that belong to one client each. */
#include "common/server_layout_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/network.h"
#include "common/units.h"

/* Keeps in mind who has a reservation on a shared network, for layout_judge_shared(). */
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
int layout_judge_shared(layout *x)
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
    if (!layout_is_inside(e, ip)) {
        return config_fail(x->file, line, "%s cannot be reserved: it is not in the subnet %s", text,
                           e->text);
    }
    if (memcmp(&ip, &x->defaults->own, sizeof ip) == 0) {
        return config_fail(x->file, line, "%s cannot be reserved: it is the server's own address",
                           text);
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): every client of a reservation was read */
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
        if (layout_is_inside(&x->at[i], ip)) {
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
int layout_take_reserve(layout *x, subnet_entry *e, unsigned line, const char *text)
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

int layout_take_reserves(layout *x, subnet_entry *e, const config_node *n)
{
    const config_node *item = n->kind == CONFIG_LIST ? n->first : n;

    for (; item != NULL; item = n->kind == CONFIG_LIST ? item->next : NULL) {
        const char *text = value_text(x->file, item);

        if (text == NULL || layout_take_reserve(x, e, item->line, text) != 0) {
            return -1;
        }
    }
    return 0;
}

int layout_take_reservation(layout *x, subnet_entry *e, const config_node *map)
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
