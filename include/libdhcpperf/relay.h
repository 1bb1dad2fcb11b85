/* SPDX-License-Identifier: MIT */
/* relay.h - a relay agent between two segments (RFC 1542 section 4, RFC 3046): two engines, one for
 * each side, that share one set of rules. */
#ifndef DHCPPERF_RELAY_H
#define DHCPPERF_RELAY_H

#include <libdhcpperf/engine.h>
#include <libdhcpperf/trace.h>

DHCPPERF_BEGIN_DECLS

/* Mutable until it is given to dhcpperf_relay_new(), which copies it.  OPAQUE. */
typedef struct dhcpperf_relay_config dhcpperf_relay_config;
/* One relay agent.  OPAQUE. */
typedef struct dhcpperf_relay dhcpperf_relay;

/* -- configuration: the defaults are RFC 1542's, without option 82 -- */
/* INVALID, NOMEM. */
DHCPPERF_API int dhcpperf_relay_config_new(dhcpperf_relay_config **ret, const dhcpperf_mem *mem);
/* NULL is a no-op. */
DHCPPERF_API void dhcpperf_relay_config_free(dhcpperf_relay_config *c);
/* Any setting as text ("hops.max", "16"); dhcpperf_relay(3) lists them.  NOKEY, SYNTAX, RANGE. */
DHCPPERF_API int dhcpperf_relay_config_set(dhcpperf_relay_config *c, const char *key,
                                           const char *value);
/* The value as text: octets without NUL; NOKEY, NOBUFS. */
DHCPPERF_API int dhcpperf_relay_config_get(const dhcpperf_relay_config *c, const char *key,
                                           char *buf, size_t cap);
/* The index-th setting: 1 and four static texts, 0 past the end. */
DHCPPERF_API int dhcpperf_relay_config_describe(unsigned index, const char **ret_key,
                                                const char **ret_unit, const char **ret_default,
                                                const char **ret_help);
/* The address of the interface towards the clients, which becomes giaddr.  INVALID when it cannot
 * be the address of a host. */
DHCPPERF_API int dhcpperf_relay_config_set_giaddr(dhcpperf_relay_config *c, dhcpperf_ip4 giaddr);
/* A further address of the agent, at most 16: requests that carry it as giaddr are forged (RFC 3046
 * 2.1.1), replies that carry it are for this agent.  INVALID, FULL. */
DHCPPERF_API int dhcpperf_relay_config_add_address(dhcpperf_relay_config *c, dhcpperf_ip4 ip);
/* A server, or the next agent on the way; every request goes to each of them, at most 16.  INVALID,
 * FULL. */
DHCPPERF_API int dhcpperf_relay_config_add_server(dhcpperf_relay_config *c, dhcpperf_ip4 server);
/* What option 82 says when it is added, in any number: sub-option `code` with a value of text in
 * which {mac}, {relay} (the number set as "relay.number") and {hex:0a0b} are filled in; the same
 * code again replaces it.  Switches the adding on.  INVALID (0), SYNTAX (a brace that begins none
 * of them, or {station}), NOBUFS (over 255 octets in all), NOMEM. */
DHCPPERF_API int dhcpperf_relay_config_set_suboption(dhcpperf_relay_config *c, uint8_t code,
                                                     const char *text);
/* Events of the kinds whose bits 1 << dhcpperf_event_kind are set: RX, TX and IGNORED; NULL = none.
 */
DHCPPERF_API int dhcpperf_relay_config_set_trace(dhcpperf_relay_config *c, dhcpperf_trace_fn fn,
                                                 void *user, uint64_t kinds);

/* -- life -- */
/* Takes all memory the agent will ever need.  INVALID (no giaddr, no server), NOBUFS (option 82
 * over 255 octets), NOMEM. */
DHCPPERF_API int dhcpperf_relay_new(dhcpperf_relay **ret, const dhcpperf_relay_config *c,
                                    const dhcpperf_mem *mem);
/* Both engines must have been given back.  NULL is a no-op. */
DHCPPERF_API void dhcpperf_relay_free(dhcpperf_relay *r);
/* The side of the clients: takes requests, sends what servers answered.  Borrowed. */
DHCPPERF_API dhcpperf_engine *dhcpperf_relay_client_side(dhcpperf_relay *r);
/* The side of the servers: sends requests on, takes answers.  Borrowed.  Both sides belong to one
 * thread. */
DHCPPERF_API dhcpperf_engine *dhcpperf_relay_server_side(dhcpperf_relay *r);

/* What became of arrivals.  requests = forwarded + the drops up to `requests_full`, replies =
 * delivered + the drops behind it.  GROWING. */
typedef struct dhcpperf_relay_counts {
    size_t size;
    uint64_t requests;           /* arrivals at the clients' side */
    uint64_t forwarded;          /* sent on, to every server */
    uint64_t requests_malformed; /* not parseable, op not 1, or not for the agent */
    uint64_t requests_hops;      /* relayed too often */
    uint64_t requests_forged;    /* giaddr was one of the agent's own addresses */
    uint64_t requests_untrusted; /* brought option 82 that it must not, or that is discarded */
    uint64_t requests_early;     /* secs below the minimum */
    uint64_t requests_full;      /* no room to hold it, or too long to be held */
    uint64_t replies;            /* arrivals at the servers' side */
    uint64_t delivered;          /* sent to clients */
    uint64_t replies_malformed;  /* not parseable, or op not 2 */
    uint64_t replies_foreign;    /* giaddr was none of the agent's addresses */
    uint64_t replies_unknown;    /* nobody asked ("deliver" is "source"), or there is no address */
    uint64_t replies_full;       /* no room to hold it, or too long to be held */
    uint64_t info_added;         /* option 82 added or replaced */
    uint64_t info_omitted;       /* sent on without option 82 for want of room (RFC 3046 2.1) */
    uint64_t info_removed;       /* option 82 taken out of a reply */
} dhcpperf_relay_counts;
/* INVALID. */
DHCPPERF_API int dhcpperf_relay_get_counts(const dhcpperf_relay *r, dhcpperf_relay_counts *ret,
                                           size_t ret_size);

DHCPPERF_END_DECLS

#endif
