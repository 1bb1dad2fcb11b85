/* SPDX-License-Identifier: MIT */
/* lease_sql.h - what the stores in databases share. */
#ifndef TOOLS_LEASE_SQL_H
#define TOOLS_LEASE_SQL_H

#include "common/leases/lease_store.h"

/* What a record consists of, in this order everywhere; numbers first, then octets. */
enum {
    LEASE_IP,
    LEASE_STATE,
    LEASE_STARTS,
    LEASE_ENDS,
    LEASE_LAST_SEEN,
    LEASE_SUBNET,
    LEASE_KEY_KIND,
    LEASE_HTYPE,
    LEASE_GIADDR,
    LEASE_NUMBERS, /* how many of them */
    LEASE_KEY = LEASE_NUMBERS,
    LEASE_CHADDR,
    LEASE_HOSTNAME,
    LEASE_RELAY_INFO,
    LEASE_COLUMNS
};

/* The row of a record; octets stay where they are. */
typedef struct lease_row {
    int64_t numbers[LEASE_NUMBERS];
    dhcpperf_bytes octets[LEASE_COLUMNS]; /* from LEASE_KEY on */
} lease_row;

void lease_row_from(lease_row *ret, const lease_record *r);
/* 1 when the record is sound; else 0 and why not. */
int lease_row_to(const lease_row *row, lease_record *ret, const char **ret_why);

uint32_t lease_ip_number(dhcpperf_ip4 ip);
/* Of a number within 0..2^32 - 1. */
dhcpperf_ip4 lease_ip_of(int64_t number);

/* Rows that are to be moved away once all have been read. */
typedef struct lease_damage {
    struct {
        int64_t ip;
        const char *why; /* static */
    } * rows;
    size_t n, cap;
} lease_damage;

/* Also names it in the report, as "WHERE: the row of ADDRESS: why"; -1 without memory. */
int lease_damage_note(lease_damage *d, lease_load_report *report, const char *where, int64_t ip,
                      const char *why);
void lease_damage_free(lease_damage *d);

int lease_sql_fail_memory(char *error, size_t cap);

/* A copy with texts and ranges of its own; -1 without memory.  `before` is put in front of
 * `where`. */
int lease_config_copy(lease_store_config *ret, const lease_store_config *c, const char *before);
void lease_config_free(lease_store_config *c);

#endif
