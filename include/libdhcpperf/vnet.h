/* SPDX-License-Identifier: MIT */
/* vnet.h - a network and a clock that exist only in memory. */
#ifndef DHCPPERF_VNET_H
#define DHCPPERF_VNET_H

#include <libdhcpperf/engine.h>

DHCPPERF_BEGIN_DECLS

/* A network and a clock that exist only in memory.  Runs as fast as the CPU; equal seed, equal
 * history. */
typedef struct dhcpperf_vnet dhcpperf_vnet;
/* A broadcast domain. */
typedef uint32_t dhcpperf_segment;
/* An engine's attachment to it. */
typedef uint32_t dhcpperf_port;
DHCPPERF_API int dhcpperf_vnet_new(dhcpperf_vnet **ret, uint64_t seed, const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_vnet_free(dhcpperf_vnet *net);
DHCPPERF_API int dhcpperf_vnet_add_segment(dhcpperf_vnet *net, dhcpperf_segment *ret);
/* Borrows the engine. */
DHCPPERF_API int dhcpperf_vnet_attach(dhcpperf_vnet *net, dhcpperf_segment seg, dhcpperf_engine *e,
                                      dhcpperf_port *ret);
DHCPPERF_API int dhcpperf_vnet_add_relay(dhcpperf_vnet *net, dhcpperf_segment clients,
                                         dhcpperf_segment servers, dhcpperf_ip4 giaddr,
                                         dhcpperf_ip4 server);
DHCPPERF_API int dhcpperf_vnet_set_delay(dhcpperf_vnet *net, dhcpperf_port p, dhcpperf_dur base,
                                         dhcpperf_dur jitter);
DHCPPERF_API int dhcpperf_vnet_set_loss(dhcpperf_vnet *net, dhcpperf_port p, double loss,
                                        double duplicate, double reorder);
DHCPPERF_API int dhcpperf_vnet_set_rate(dhcpperf_vnet *net, dhcpperf_port p, uint64_t bits_per_s,
                                        uint32_t queue_packets);
/* Pull the cable. */
DHCPPERF_API int dhcpperf_vnet_set_up(dhcpperf_vnet *net, dhcpperf_port p, int up);
DHCPPERF_API dhcpperf_ts dhcpperf_vnet_now(const dhcpperf_vnet *net);
/* Scripted act at an instant. */
DHCPPERF_API int dhcpperf_vnet_at(dhcpperf_vnet *net, dhcpperf_ts when,
                                  void (*fn)(void *user, dhcpperf_ts now), void *user);
DHCPPERF_API int dhcpperf_vnet_tap(dhcpperf_vnet *net,
                                   void (*fn)(void *user, dhcpperf_port from, dhcpperf_port to,
                                              const dhcpperf_pkt *pkt),
                                   void *user);
/* The next instant with an event: 1 / 0 none left. */
DHCPPERF_API int dhcpperf_vnet_step(dhcpperf_vnet *net);
/* Events processed. */
DHCPPERF_API int dhcpperf_vnet_run_until(dhcpperf_vnet *net, dhcpperf_ts when);
DHCPPERF_API int dhcpperf_vnet_run_while(dhcpperf_vnet *net, int (*cond)(void *user), void *user,
                                         dhcpperf_ts limit);
/* Running hash of (instant, port, bytes): equal runs, equal digest. */
DHCPPERF_API uint64_t dhcpperf_vnet_digest(const dhcpperf_vnet *net);

DHCPPERF_END_DECLS

#endif
