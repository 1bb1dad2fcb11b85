/* SPDX-License-Identifier: MIT */
/* vnet.h - a network and a clock that exist only in memory. */
#ifndef DHCPPERF_VNET_H
#define DHCPPERF_VNET_H

#include <libdhcpperf/engine.h>

DHCPPERF_BEGIN_DECLS

/* A network and a clock that exist only in memory.  It runs as fast as the CPU; equal seed and
 * equal calls give an equal history on every machine.  Nothing waits: a lease of a day is a few
 * events.
 *
 * Segments are broadcast domains with a switch in the middle; ports hang engines on them.  A
 * broadcast (destination 255.255.255.255 or DHCPPERF_PKT_BCAST) reaches every other port of the
 * segment.  A unicast goes to the port that owns its destination address
 * (dhcpperf_vnet_add_address), else to the port that last sent from that address, else to every
 * other port, as a switch floods. Raw frames (DHCPPERF_PKT_FRAME) are flooded.
 *
 * A port's link impairs what the port sends; set both ends for a two-way effect.  OPAQUE. */
typedef struct dhcpperf_vnet dhcpperf_vnet;
/* A broadcast domain; numbered from 0 in the order of creation. */
typedef uint32_t dhcpperf_segment;
/* An attachment to a segment; numbered from 0 in the order of creation. */
typedef uint32_t dhcpperf_port;
/* No port, or all of them. */
#define DHCPPERF_PORT_NONE UINT32_MAX

/* An empty network whose clock stands at 0.  NOMEM. */
DHCPPERF_API int dhcpperf_vnet_new(dhcpperf_vnet **ret, uint64_t seed, const dhcpperf_mem *mem);
/* Gives the engines back; packets in flight are forgotten. */
DHCPPERF_API void dhcpperf_vnet_free(dhcpperf_vnet *net);

/* -- topology; may be extended at any time, also from a scripted act -- */
/* NOMEM. */
DHCPPERF_API int dhcpperf_vnet_add_segment(dhcpperf_vnet *net, dhcpperf_segment *ret);
/* Hangs an engine on a segment.  The engine is borrowed until dhcpperf_vnet_free().  RANGE, NOMEM.
 */
DHCPPERF_API int dhcpperf_vnet_attach(dhcpperf_vnet *net, dhcpperf_segment seg, dhcpperf_engine *e,
                                      dhcpperf_port *ret);
/* Unicasts within ip/prefix_len on the port's segment go to this port, longest prefix first. RANGE,
 * NOMEM. */
DHCPPERF_API int dhcpperf_vnet_add_address(dhcpperf_vnet *net, dhcpperf_port p, dhcpperf_ip4 ip,
                                           unsigned prefix_len);
/* A relay agent (RFC 1542 section 4, without option 82) that is also the router between the two
 * segments: it relays broadcast requests to `server`, answers to its giaddr to the clients, and
 * passes unicasts for an address known on its other side unchanged.  It has a port on each side,
 * for impairments (ret_* may be NULL).  giaddr is its address on both.  RANGE, INVALID, NOMEM. */
DHCPPERF_API int dhcpperf_vnet_add_relay(dhcpperf_vnet *net, dhcpperf_segment clients,
                                         dhcpperf_segment servers, dhcpperf_ip4 giaddr,
                                         dhcpperf_ip4 server, dhcpperf_port *ret_clients,
                                         dhcpperf_port *ret_servers);

/* -- impairments of what a port sends; chance is drawn per port and packet -- */
/* Each packet takes base +- jitter, uniformly (default 0): jitter may reorder.  RANGE when jitter
 * is above base. */
DHCPPERF_API int dhcpperf_vnet_set_delay(dhcpperf_vnet *net, dhcpperf_port p, dhcpperf_dur base,
                                         dhcpperf_dur jitter);
/* Probabilities 0..1 that a packet is lost, arrives twice, or is held back by up to one more delay
 * (at least 1 ms) so that later ones overtake it.  RANGE. */
DHCPPERF_API int dhcpperf_vnet_set_loss(dhcpperf_vnet *net, dhcpperf_port p, double loss,
                                        double duplicate, double reorder);
/* Bits per second of the whole frame (42 octets of headers are added to a payload); 0 = no limit.
 * The link holds queue_packets, the one being sent included, and drops what comes beyond; 0 = no
 * limit.  NOMEM. */
DHCPPERF_API int dhcpperf_vnet_set_rate(dhcpperf_vnet *net, dhcpperf_port p, uint64_t bits_per_s,
                                        uint32_t queue_packets);
/* 0 pulls the cable: what the port sends, and what reaches it, is lost in silence. */
DHCPPERF_API int dhcpperf_vnet_set_up(dhcpperf_vnet *net, dhcpperf_port p, int up);

/* -- driving -- */
/* Packets per recv and pull, 1..65536 (default 256).  The history does not depend on it unless an
 * engine's does.  RANGE, NOMEM; REENTRANT from a callback. */
DHCPPERF_API int dhcpperf_vnet_set_burst(dhcpperf_vnet *net, unsigned burst);
/* Packets in flight at most (default 4,194,304); running fails with FULL beyond.  RANGE for 0. */
DHCPPERF_API int dhcpperf_vnet_set_max_packets(dhcpperf_vnet *net, uint32_t n);
DHCPPERF_API dhcpperf_ts dhcpperf_vnet_now(const dhcpperf_vnet *net);
/* Scripted act at an instant; acts of one instant run in the order they were given, before its
 * packets.  An instant in the past means now.  An act may call anything here except the running
 * functions.  NOMEM. */
typedef void (*dhcpperf_vnet_act_fn)(void *user, dhcpperf_ts now);
DHCPPERF_API int dhcpperf_vnet_at(dhcpperf_vnet *net, dhcpperf_ts when, dhcpperf_vnet_act_fn fn,
                                  void *user);
/* Sees every delivery just before the receiver does; one tap per network, NULL removes it. */
typedef void (*dhcpperf_vnet_tap_fn)(void *user, dhcpperf_port from, dhcpperf_port to,
                                     const dhcpperf_pkt *pkt);
DHCPPERF_API int dhcpperf_vnet_tap(dhcpperf_vnet *net, dhcpperf_vnet_tap_fn fn, void *user);
/* Runs the next instant that has an event: 1, or 0 when there is none left.
 *
 * The running functions fail with what a verb of an engine returned, with NOMEM, with FULL, with
 * LIVELOCK after 10,000 rounds at one instant, with REENTRANT from inside a callback;
 * dhcpperf_vnet_culprit() then names the port.  The network stays usable. */
DHCPPERF_API int dhcpperf_vnet_step(dhcpperf_vnet *net);
/* Runs every instant up to and including `when`, where the clock then stands (NEVER: until nothing
 * is left).  Deliveries, acts and timers processed, at most INT_MAX. */
DHCPPERF_API int dhcpperf_vnet_run_until(dhcpperf_vnet *net, dhcpperf_ts when);
/* Runs instants while cond() is not 0, at most to `limit`: 1 when the condition ended it, 0 when
 * nothing or no time was left. */
typedef int (*dhcpperf_vnet_cond_fn)(void *user);
DHCPPERF_API int dhcpperf_vnet_run_while(dhcpperf_vnet *net, dhcpperf_vnet_cond_fn cond, void *user,
                                         dhcpperf_ts limit);
/* The port that made the last running function fail; DHCPPERF_PORT_NONE. */
DHCPPERF_API dhcpperf_port dhcpperf_vnet_culprit(const dhcpperf_vnet *net);

/* -- observation -- */
/* Running hash of (instant, receiving port, bytes) of each delivery: equal runs, equal digest, on
 * every machine. */
DHCPPERF_API uint64_t dhcpperf_vnet_digest(const dhcpperf_vnet *net);
/* Where packets went.  At any time sent + duplicated + flooded = delivered + lost + overflowed +
 * unplugged + unreachable + in_flight.  Per port, deliveries count at the receiver, in flight and
 * all else at the sender, except that unplugged counts at the port whose cable was out.  GROWING.
 */
typedef struct dhcpperf_vnet_counts {
    size_t size;
    uint64_t sent;        /* packets that engines and relays sent */
    uint64_t duplicated;  /* second copies made by a link */
    uint64_t flooded;     /* further copies of broadcasts and unknown unicasts */
    uint64_t delivered;   /* given to an engine or a relay */
    uint64_t lost;        /* by chance */
    uint64_t overflowed;  /* by a full queue of a rate-limited link */
    uint64_t unplugged;   /* sent or received while the cable was out */
    uint64_t unreachable; /* nobody else on the segment, or addressed to the sender */
    uint64_t in_flight;   /* under way now */
} dhcpperf_vnet_counts;
/* Of one port, or of the network with DHCPPERF_PORT_NONE.  RANGE. */
DHCPPERF_API int dhcpperf_vnet_get_counts(const dhcpperf_vnet *net, dhcpperf_port p,
                                          dhcpperf_vnet_counts *ret, size_t ret_size);

DHCPPERF_END_DECLS

#endif
