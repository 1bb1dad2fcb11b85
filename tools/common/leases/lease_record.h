/* SPDX-License-Identifier: MIT */
/* lease_record.h - one lease as stores know it: on the wall clock, apart from any engine; and the
 * short form in which it waits for the writer. */
#ifndef TOOLS_LEASE_RECORD_H
#define TOOLS_LEASE_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/server.h>

/* The end of a lease that has none. */
#define LEASE_FOREVER INT64_MAX

enum {
    LEASE_KEY_MAX = 255,   /* octets of a key */
    LEASE_CHADDR_MAX = 16, /* octets of a hardware address */
    LEASE_TEXT_MAX = 255   /* octets of a host name, of relay agent information */
};

/* Octets are borrowed: from whoever hands the record over, until he is called again.  Absent ones
 * have length 0.  Instants are milliseconds since 1970 UTC. */
typedef struct lease_record {
    dhcpperf_ip4 ip;
    dhcpperf_ip4 giaddr;       /* of the last relay; 0.0.0.0 = none */
    int state;                 /* dhcpperf_lease_state, but never OFFERED */
    uint32_t subnet;           /* number of its subnet, from 1 in the order of configuration; 0 =
                                * not known.  The address decides, not this number */
    unsigned key_kind;         /* dhcpperf_key_kind; 0 with an empty key: nobody's (DECLINED) */
    dhcpperf_bytes key;        /* HARDWARE: the hardware type in front, at most 17 octets */
    uint8_t htype;             /* of chaddr */
    dhcpperf_bytes chaddr;     /* at most LEASE_CHADDR_MAX */
    dhcpperf_bytes hostname;   /* option 12 as it came: any octets */
    dhcpperf_bytes relay_info; /* option 82, the sub-options */
    int64_t starts;            /* when it was last granted or extended */
    int64_t ends;              /* LEASE_FOREVER; of a free one: since when it is free */
    int64_t last_seen;         /* last message of the client */
    uint64_t seq;              /* the change this is, counted by its worker; 0 = none: it was read
                                * from a store, or is written anew */
    unsigned worker;           /* whose */
} lease_record;

/* 1 when every part of a record is of a possible size, kind and order: what a store has read is
 * asked before it is believed.  Else 0 and what is wrong with it in *ret_why. */
int lease_record_is_sound(const lease_record *r, const char **ret_why);

/* Two records say the same, whatever their seq and worker. */
int lease_record_equal(const lease_record *a, const lease_record *b);

/* -- between engine and record; `skew` is wall clock minus the engine's clock, in ns -- */
void lease_record_from(lease_record *ret, const dhcpperf_lease *l, int64_t skew);
/* Octets stay where they are. */
void lease_record_to(const lease_record *r, dhcpperf_lease *ret, int64_t skew);

/* -- the short form -- */
enum {
    LEASE_PACKED_HEAD = 56,
    LEASE_PACKED_MAX =
        (LEASE_PACKED_HEAD + LEASE_KEY_MAX + LEASE_CHADDR_MAX + 2 * LEASE_TEXT_MAX + 7) / 8 * 8
};
/* Octets that the lease takes, a multiple of 8, at most LEASE_PACKED_MAX. */
size_t lease_record_packed_size(const dhcpperf_lease *l);
/* Packs a lease as an engine tells it into that many octets.  What is longer than a record can be
 * (which no engine tells) is left out. */
void lease_record_pack(uint8_t *to, const dhcpperf_lease *l, uint64_t seq, int64_t skew);
/* The octets that a packed lease takes. */
size_t lease_record_size_at(const uint8_t *from);
/* A record that points into them. */
void lease_record_unpack(lease_record *ret, const uint8_t *from);

#endif
