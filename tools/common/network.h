/* SPDX-License-Identifier: MIT */
/* network.h - names, routes and sockets, and what to tell a user when they fail. */
#ifndef TOOLS_NETWORK_H
#define TOOLS_NETWORK_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/transport.h>
#include <libdhcpperf/types.h>

/* All functions returning int: 0, or an exit status (see say.h) with a sentence in error. */

/* IPv4 address of a host name or an address. */
int network_resolve(const char *host, dhcpperf_ip4 *ret, char *error, size_t cap);
/* The local address the system would send from; fails when there is no route. */
int network_local_towards(dhcpperf_ip4 to, dhcpperf_ip4 *ret, char *error, size_t cap);
/* 1 when packets for this address arrive at this host. */
int network_is_local(dhcpperf_ip4 ip);

/* 1 for an address that is routed on the Internet: none of loopback, private networks, links,
 * carriers' networks, documentation, benchmarks, or no host's at all. */
int network_is_public(dhcpperf_ip4 ip);

/* What an interface is known by: its first IPv4 address. */
typedef struct network_link {
    dhcpperf_ip4 ip;
    unsigned prefix;
    dhcpperf_mac mac;
} network_link;

/* Of an interface without an address *ret still gets the hardware address. */
int network_interface(const char *name, network_link *ret, char *error, size_t cap);

typedef struct network_socket {
    dhcpperf_ip4 bind;
    const char *interface; /* frames on this one instead of UDP; NULL = UDP */
    int arp;               /* with it: ARP frames, too */
    uint16_t port;         /* 0 = a free one */
    const char *gso;
    int user_stamps;         /* arrivals are stamped when they are read, not by the kernel */
    uint32_t rcvbuf;         /* octets to ask for; 0 = as the carrier likes */
    int freebind;            /* allow an address this host lacks */
    unsigned workers;        /* that share the port; 0 and 1: the socket is alone */
    int steer;               /* with workers: dealt by hardware address */
    int own_lines;           /* what it works with is for one of several threads */
    const char *in_use_hint; /* said after "the address is in use"; NULL = no more to say */
} network_socket;

/* Opens the UDP carrier, or the packet carrier. */
int network_open(const network_socket *s, dhcpperf_transport **ret, char *error, size_t cap);
/* Warns when trains were demanded and the kernel has none; for one of all sockets. */
void network_judge_trains(const char *gso, const dhcpperf_transport *t);
/* Finds a port for workers to share: the one wished for, or a free one for 0.  Fails when anybody
 * has it, which sharing would hide. */
int network_find_port(const network_socket *s, uint16_t *ret, char *error, size_t cap);

/* "192.0.2.1" and "192.0.2.1:67" into buf of at least 24 bytes; returns buf. */
const char *network_ip_text(dhcpperf_ip4 ip, char *buf);
const char *network_endpoint_text(dhcpperf_ip4 ip, uint16_t port, char *buf);

/* Octets of receive buffer per answer: the kernel accounts 1280 for a message that arrived alone,
 * and of what has been read it keeps up to a quarter of the buffer accounted until all is read. */
enum {
    NETWORK_BYTES_PER_ANSWER = 1280 * 4 / 3
};

#endif
