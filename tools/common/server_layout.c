/* SPDX-License-Identifier: MIT */
/* server_layout.c - subnets, reservations, classes and INFORM policy.
 *
 * A --subnet or --reserve of the command line is read into the same tree as a file, under the name
 * of the flag, so that one piece of code judges both and every sentence says where it applies. */
#include "common/server_layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/network.h"
#include "common/server_layout_parts.h"
#include "common/server_options.h"
#include "common/units.h"

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
    e = layout_new_entry(x);
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
    if (f != NULL && ((f->subnets != NULL && layout_take_subnets(x, f->subnets) != 0) ||
                      (f->classes != NULL && layout_take_classes(x, c, f->classes) != 0) ||
                      (f->inform != NULL && server_inform_add(f, f->inform, c) != 0))) {
        return -1;
    }
    if (layout_take_subnet_flags(x) != 0) {
        return -1;
    }
    x->file = f;
    if (f != NULL && f->reserve != NULL && layout_take_reserves(x, NULL, f->reserve) != 0) {
        return -1;
    }
    return layout_take_reserve_flags(x) != 0 ? -1 : layout_judge_shared(x);
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
