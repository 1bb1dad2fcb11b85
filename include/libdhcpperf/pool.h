/* SPDX-License-Identifier: MIT */
/* pool.h - one subnet of a simulated server: which addresses may be given, to whom, for how long,
 * and with which options. */
#ifndef DHCPPERF_POOL_H
#define DHCPPERF_POOL_H

#include <libdhcpperf/error.h>
#include <libdhcpperf/memory.h>
#include <libdhcpperf/option.h>
#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

/* One subnet.  Opaque; a server's configuration copies it. */
typedef struct dhcpperf_pool dhcpperf_pool;

/* How an address is chosen for a client without a record of its own and without a usable wish
 * (RFC 2131 4.3.1).  Both take addresses that nobody ever had first, then the one that has been
 * free for longest. */
typedef enum dhcpperf_alloc {
    DHCPPERF_ALLOC_SEQUENTIAL, /* unused addresses in ascending order */
    DHCPPERF_ALLOC_HASH,       /* the address that the client's identity hashes to, when unused */
    DHCPPERF_ALLOC__FORCE_INT = 0x7fffffff
} dhcpperf_alloc;

/* What a client is known by (RFC 2131 4.2). */
typedef enum dhcpperf_key_kind {
    DHCPPERF_KEY_HARDWARE = 1, /* hardware type octet, then chaddr */
    DHCPPERF_KEY_CLIENT_ID,    /* value of option 61 */
    DHCPPERF_KEY_CIRCUIT,      /* circuit id (option 82, sub-option 1); for reservations */
    DHCPPERF_KEY__FORCE_INT = 0x7fffffff
} dhcpperf_key_kind;

/* An empty subnet.  Bits of `network` beyond the prefix must be 0; prefix_len is 1..32.  The
 * network and the broadcast address of prefixes up to 30 are never given out.  RANGE, INVALID,
 * NOMEM. */
DHCPPERF_API int dhcpperf_pool_new(dhcpperf_pool **ret, dhcpperf_ip4 network, unsigned prefix_len,
                                   const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_pool_free(dhcpperf_pool *p);

/* Addresses for everybody, both ends included, inside the subnet; any number of ranges.  RANGE,
 * CONFLICT when it overlaps an earlier range, NOMEM. */
DHCPPERF_API int dhcpperf_pool_add_range(dhcpperf_pool *p, dhcpperf_ip4 first, dhcpperf_ip4 last);

/* Addresses for the clients of one class only (class.h), inside the subnet and apart from all other
 * ranges.  They get these before those for everybody; nobody else ever does.  `class_name` has 1 to
 * 63 octets; that there is such a class is looked at when a server is made.  INVALID, RANGE,
 * CONFLICT, NOMEM. */
DHCPPERF_API int dhcpperf_pool_add_class_range(dhcpperf_pool *p, dhcpperf_ip4 first,
                                               dhcpperf_ip4 last, const char *class_name);

/* Addresses that are never given dynamically, both ends included.  RANGE, NOMEM. */
DHCPPERF_API int dhcpperf_pool_exclude(dhcpperf_pool *p, dhcpperf_ip4 first, dhcpperf_ip4 last);

/* An address of the subnet, inside a range or not, for one client only.  `key` as in the comment
 * of `key_kind`, a dhcpperf_key_kind; copied.  INVALID for a key of impossible length, RANGE,
 * CONFLICT when the key or the address has a reservation, NOMEM. */
DHCPPERF_API int dhcpperf_pool_reserve(dhcpperf_pool *p, int key_kind, dhcpperf_bytes key,
                                       dhcpperf_ip4 ip);

/* A configuration parameter of the client that the key is reserved for, which beats those of its
 * class and of the subnet; otherwise as dhcpperf_pool_add_option().  NOTFOUND when nothing is
 * reserved for the key. */
DHCPPERF_API int dhcpperf_pool_reserve_option(dhcpperf_pool *p, int key_kind, dhcpperf_bytes key,
                                              uint8_t code, const char *text);

/* Default SEQUENTIAL.  INVALID. */
DHCPPERF_API int dhcpperf_pool_set_policy(dhcpperf_pool *p, dhcpperf_alloc policy);

/* Lease times in seconds, 0xffffffff = infinite; 1 <= min <= default <= max.  A client's wish
 * (option 51) is brought into min..max.  Without this call the server's settings apply.  RANGE. */
DHCPPERF_API int dhcpperf_pool_set_lease(dhcpperf_pool *p, uint32_t default_s, uint32_t min_s,
                                         uint32_t max_s);

/* T1 and T2 (options 58 and 59) as fractions of the lease, 0 < t1 < t2 < 1; default 0.5 and 0.875.
 * RANGE. */
DHCPPERF_API int dhcpperf_pool_set_t1_t2(dhcpperf_pool *p, double t1, double t2);

/* A configuration parameter, given to clients that ask for it (RFC 2131 4.3.1) and to those that
 * send no request list.  Text as for dhcpperf_opt_encode_text(); again = replaced.  The subnet mask
 * is known without.  Addresses of routers (option 3) are never given out.  INVALID for codes that
 * the server itself decides (0, 50 to 61, 80, 82, 90, 118, 255), SYNTAX, RANGE, NOMEM. */
DHCPPERF_API int dhcpperf_pool_add_option(dhcpperf_pool *p, uint8_t code, const char *text);

/* Where clients of this subnet go on booting, instead of the server's settings `next-server` and
 * `boot-file`: the address of the next bootstrap server (siaddr, 0.0.0.0 = none) and the name of
 * the boot file (the field `file`, at most 127 octets; NULL or empty = none).  RFC 2131 section 2.
 * INVALID, RANGE, NOMEM. */
DHCPPERF_API int dhcpperf_pool_set_boot(dhcpperf_pool *p, dhcpperf_ip4 next_server,
                                        const char *boot_file);
/* All pools of a server with the same name are one link (a shared network): a request for one of
 * them gets an address of the first that has a free one, in the order in which they were added, and
 * a client has one address on the link.  The options are those of the address's subnet.  INVALID
 * for a name that is empty or longer than 63 octets. */
DHCPPERF_API int dhcpperf_pool_set_shared(dhcpperf_pool *p, const char *link);

/* Whether the subnet also serves requests that no other subnet claims; default 0.  At most one pool
 * of a server. */
DHCPPERF_API int dhcpperf_pool_set_catch_all(dhcpperf_pool *p, int on);

/* Addresses that can be given: those of the ranges, minus exclusions, plus reservations. */
DHCPPERF_API uint32_t dhcpperf_pool_size(const dhcpperf_pool *p);

DHCPPERF_END_DECLS

#endif
