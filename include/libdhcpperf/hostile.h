/* SPDX-License-Identifier: MIT */
/* hostile.h - a numbered corpus of malformed and hostile client messages, to test servers with. */
#ifndef DHCPPERF_HOSTILE_H
#define DHCPPERF_HOSTILE_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/error.h>
#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

/* No message is longer: the payload of an Ethernet frame. */
enum {
    DHCPPERF_HOSTILE_MAX = 1472
};

/* Whom messages are about.  GROWING: `size` is what the caller knows of it; members beyond that
 * and members that are 0 have the value said here. */
typedef struct dhcpperf_hostile_facts {
    size_t size;
    dhcpperf_ip4 server; /* identifier of the server under test; 192.0.2.1 */
    dhcpperf_ip4 giaddr; /* of the relay agent that messages come through; none */
    /* Addresses that the server may have given to others, which messages ask for, release and
     * decline: first to last; the rest of 192.0.2.0/24. */
    dhcpperf_ip4 first, last;
    /* Messages come from the hardware addresses mac, mac + 1, ...: 06:ba:dd:00:00:00. */
    dhcpperf_mac mac;
    uint32_t macs; /* how many; 65,536 */
    /* Hardware addresses victim, victim + 1, ... of clients whom the server knows by option 61:
     * some messages have one of them in chaddr, but never its client identifier, so a server that
     * goes by RFC 2131 section 4.2 does not mistake them. */
    dhcpperf_mac victim;
    uint32_t victims; /* how many; 0 = nobody's address is borrowed */
} dhcpperf_hostile_facts;

/* Writes message number n of a seed: always the same octets for the same facts, of one version of
 * the library.  The first dhcpperf_hostile_count() are made by hand, each of a kind; all numbers
 * beyond are mutations of these and of good messages.  `facts` may be NULL.  Its length, 0 to
 * DHCPPERF_HOSTILE_MAX; INVALID, NOBUFS (nothing was written; DHCPPERF_HOSTILE_MAX is enough for
 * any). */
DHCPPERF_API int dhcpperf_hostile_message(uint64_t seed, uint64_t n,
                                          const dhcpperf_hostile_facts *facts, uint8_t *buf,
                                          size_t cap);
/* How many are made by hand. */
DHCPPERF_API uint64_t dhcpperf_hostile_count(void);
/* Walks the kinds from index 0, in the order of their numbers: 1 and two static texts, the name
 * and what is wrong with such messages, the first number and how many there are; 0 past the end.
 * The last kind is "mutation", of which there is no end.  Any pointer may be NULL. */
DHCPPERF_API int dhcpperf_hostile_describe(unsigned index, const char **ret_kind,
                                           const char **ret_help, uint64_t *ret_first,
                                           uint64_t *ret_count);
/* The kind of message number n: "overload"; static. */
DHCPPERF_API const char *dhcpperf_hostile_kind(uint64_t n);

DHCPPERF_END_DECLS

#endif
