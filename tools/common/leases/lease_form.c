/* SPDX-License-Identifier: MIT */
/* lease_form.c - what the forms have in common: a lease that is being read. */
#include "common/leases/lease_form.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void lease_draft_begin(lease_draft *d)
{
    memset(&d->r, 0, sizeof d->r);
    d->r.key.data = d->key;
    d->r.chaddr.data = d->chaddr;
    d->r.hostname.data = d->hostname;
    d->r.relay_info.data = d->relay_info;
    d->key_is_circuit = 0;
}

lease_piece lease_draft_fail(lease_draft *d, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(d->why, sizeof d->why, format, ap);
    va_end(ap);
    return LEASE_PIECE_DAMAGED;
}

/* Without a circuit or a client identifier a client is his hardware address. */
static void settle_key(lease_draft *d)
{
    lease_record *r = &d->r;

    if (d->key_is_circuit) {
        r->key_kind = DHCPPERF_KEY_CIRCUIT;
    } else if (r->key.len > 0) {
        r->key_kind = DHCPPERF_KEY_CLIENT_ID;
    } else if (r->chaddr.len > 0) {
        r->key_kind = DHCPPERF_KEY_HARDWARE;
        d->key[0] = r->htype;
        memcpy(d->key + 1, d->chaddr, r->chaddr.len);
        r->key.len = 1 + r->chaddr.len;
    }
}

/* A lease that had no end has been free since it was heard of for the last time. */
static void settle_end(lease_record *r)
{
    int is_free = r->state == DHCPPERF_LEASE_RELEASED || r->state == DHCPPERF_LEASE_EXPIRED;

    if (is_free && r->ends == LEASE_FOREVER) {
        r->ends = r->last_seen > r->starts ? r->last_seen : r->starts;
    }
}

lease_piece lease_draft_end(lease_draft *d)
{
    const char *why;

    settle_key(d);
    settle_end(&d->r);
    if (!lease_record_is_sound(&d->r, &why)) {
        return lease_draft_fail(d, "%s", why);
    }
    return LEASE_PIECE_RECORD;
}
