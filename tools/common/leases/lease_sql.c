/* SPDX-License-Identifier: MIT */
/* lease_sql.c - records as rows, and what else both databases need. */
#include "common/leases/lease_sql.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int lease_sql_fail_memory(char *error, size_t cap)
{
    snprintf(error, cap, "out of memory");
    return -1;
}

/* ---- rows ----------------------------------------------------------------------------------- */

uint32_t lease_ip_number(dhcpperf_ip4 ip)
{
    return (uint32_t)ip.b[0] << 24 | (uint32_t)ip.b[1] << 16 | (uint32_t)ip.b[2] << 8 | ip.b[3];
}

dhcpperf_ip4 lease_ip_of(int64_t number)
{
    uint32_t n = (uint32_t)number;
    dhcpperf_ip4 ip = {{(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}};

    return ip;
}

void lease_row_from(lease_row *ret, const lease_record *r)
{
    ret->numbers[LEASE_IP] = lease_ip_number(r->ip);
    ret->numbers[LEASE_STATE] = r->state;
    ret->numbers[LEASE_STARTS] = r->starts;
    ret->numbers[LEASE_ENDS] = r->ends;
    ret->numbers[LEASE_LAST_SEEN] = r->last_seen;
    ret->numbers[LEASE_SUBNET] = r->subnet;
    ret->numbers[LEASE_KEY_KIND] = r->key_kind;
    ret->numbers[LEASE_HTYPE] = r->htype;
    ret->numbers[LEASE_GIADDR] = lease_ip_number(r->giaddr);
    ret->octets[LEASE_KEY] = r->key;
    ret->octets[LEASE_CHADDR] = r->chaddr;
    ret->octets[LEASE_HOSTNAME] = r->hostname;
    ret->octets[LEASE_RELAY_INFO] = r->relay_info;
}

int lease_row_to(const lease_row *row, lease_record *ret, const char **ret_why)
{
    static const int64_t most[LEASE_NUMBERS] = {UINT32_MAX, 255, INT64_MAX, INT64_MAX, INT64_MAX,
                                                UINT32_MAX, 255, 255,       UINT32_MAX};
    const int64_t *n = row->numbers;
    int i;

    for (i = 0; i < LEASE_NUMBERS; i++) {
        if (n[i] < 0 || n[i] > most[i]) {
            *ret_why = "a number is out of range";
            return 0;
        }
    }
    memset(ret, 0, sizeof *ret);
    ret->ip = lease_ip_of(n[LEASE_IP]);
    ret->state = (int)n[LEASE_STATE];
    ret->starts = n[LEASE_STARTS];
    ret->ends = n[LEASE_ENDS];
    ret->last_seen = n[LEASE_LAST_SEEN];
    ret->subnet = (uint32_t)n[LEASE_SUBNET];
    ret->key_kind = (unsigned)n[LEASE_KEY_KIND];
    ret->htype = (uint8_t)n[LEASE_HTYPE];
    ret->giaddr = lease_ip_of(n[LEASE_GIADDR]);
    ret->key = row->octets[LEASE_KEY];
    ret->chaddr = row->octets[LEASE_CHADDR];
    ret->hostname = row->octets[LEASE_HOSTNAME];
    ret->relay_info = row->octets[LEASE_RELAY_INFO];
    return lease_record_is_sound(ret, ret_why);
}

/* ---- damage --------------------------------------------------------------------------------- */

int lease_damage_note(lease_damage *d, lease_load_report *report, const char *where, int64_t ip,
                      const char *why)
{
    char address[16] = "";

    (void)dhcpperf_ip4_format(lease_ip_of(ip), address, sizeof address);
    lease_report_damage(report, "%s: the row of %s: %s", where, address, why);
    if (d->n == d->cap) {
        size_t more = d->cap > 0 ? 2 * d->cap : 64;
        void *rows = realloc(d->rows, more * sizeof *d->rows);

        if (rows == NULL) {
            return -1;
        }
        d->rows = rows;
        d->cap = more;
    }
    d->rows[d->n].ip = ip;
    d->rows[d->n++].why = why;
    return 0;
}

void lease_damage_free(lease_damage *d)
{
    free(d->rows);
}

/* ---- configuration -------------------------------------------------------------------------- */

static char *join(const char *before, const char *text)
{
    size_t len = strlen(before) + strlen(text) + 1;
    char *copy = malloc(len);

    if (copy != NULL) {
        snprintf(copy, len, "%s%s", before, text);
    }
    return copy;
}

int lease_config_copy(lease_store_config *ret, const lease_store_config *c, const char *before)
{
    lease_range *ranges = calloc(c->n_ranges + 1, sizeof *ranges);

    *ret = *c;
    ret->where = join(before, c->where);
    ret->owner = join("", c->owner != NULL ? c->owner : "");
    ret->ranges = ranges;
    if (ret->where == NULL || ret->owner == NULL || ranges == NULL) {
        lease_config_free(ret);
        return -1;
    }
    if (c->n_ranges > 0) {
        memcpy(ranges, c->ranges, c->n_ranges * sizeof *ranges);
    }
    return 0;
}

/* What is const to everybody else is ours to free. */
static void release(const void *p)
{
    free((void *)(uintptr_t)p);
}

void lease_config_free(lease_store_config *c)
{
    release(c->where);
    release(c->owner);
    release(c->ranges);
    c->where = c->owner = NULL;
    c->ranges = NULL;
}
