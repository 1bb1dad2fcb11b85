/* SPDX-License-Identifier: MIT */
/* server.h - the server-simulation engine: a DHCPv4 server without sockets or a clock, its leases,
 * and the events by which they can be kept elsewhere. */
#ifndef DHCPPERF_SERVER_H
#define DHCPPERF_SERVER_H

#include <libdhcpperf/class.h>
#include <libdhcpperf/engine.h>
#include <libdhcpperf/fault.h>
#include <libdhcpperf/message.h>
#include <libdhcpperf/pool.h>
#include <libdhcpperf/stats.h>
#include <libdhcpperf/trace.h>

DHCPPERF_BEGIN_DECLS

/* -- configuration: mutable until it is given to dhcpperf_server_new(), which copies it -- */

/* Opaque. */
typedef struct dhcpperf_server_config dhcpperf_server_config;
/* One engine.  Opaque. */
typedef struct dhcpperf_server dhcpperf_server;

/* Every setting at its default, no pools.  INVALID, NOMEM. */
DHCPPERF_API int dhcpperf_server_config_new(dhcpperf_server_config **ret, const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_server_config_free(dhcpperf_server_config *c);

/* Any setting as text; dhcpperf_server(3) lists them.  NOKEY, SYNTAX, RANGE. */
DHCPPERF_API int dhcpperf_server_config_set(dhcpperf_server_config *c, const char *key,
                                            const char *value);
/* The value as text: octets without NUL; NOKEY, NOBUFS. */
DHCPPERF_API int dhcpperf_server_config_get(const dhcpperf_server_config *c, const char *key,
                                            char *buf, size_t cap);
/* The index-th setting: 1, or 0 past the end.  The texts are static. */
DHCPPERF_API int dhcpperf_server_config_describe(unsigned index, const char **ret_key,
                                                 const char **ret_unit, const char **ret_default,
                                                 const char **ret_help);

/* The server identifier (option 54) and the hardware address for links that have them.  Identifier
 * 0.0.0.0, the default: the address that each request was sent to; then requests that were
 * broadcast get no answer. */
DHCPPERF_API int dhcpperf_server_config_set_identity(dhcpperf_server_config *c,
                                                     dhcpperf_ip4 server_id, dhcpperf_mac mac);
/* A further address of the server, at most 16: accepted in option 54 of requests (RFC 2131 4.1) and
 * never given away.  FULL. */
DHCPPERF_API int dhcpperf_server_config_add_address(dhcpperf_server_config *c, dhcpperf_ip4 ip);
/* A subnet; copied; numbered from 0.  It serves requests whose giaddr is inside it, and those
 * without a relay when the server identifier is, or when it is the catch-all or the only one.
 * NOMEM. */
DHCPPERF_API int dhcpperf_server_config_add_pool(dhcpperf_server_config *c, const dhcpperf_pool *p);
/* A class of clients; copied.  Of several that a request is in, the one added first counts.
 * CONFLICT for a second one of the same name, FULL beyond 255, NOMEM. */
DHCPPERF_API int dhcpperf_server_config_add_class(dhcpperf_server_config *c,
                                                  const dhcpperf_class *k);
/* Who gets an answer to INFORM (RFC 2131 section 4.3.5), with what: addresses inside one of these
 * subnets (none added = those that are served; prefix_len is 0..32, bits of `network` beyond it are
 * 0), hardware addresses among these (none = everybody), configured options among these (none =
 * all).  The settings inform.enabled and inform.rate say whether at all and how often.  INVALID,
 * RANGE, NOMEM. */
DHCPPERF_API int dhcpperf_server_config_add_inform_subnet(dhcpperf_server_config *c,
                                                          dhcpperf_ip4 network,
                                                          unsigned prefix_len);
DHCPPERF_API int dhcpperf_server_config_add_inform_mac(dhcpperf_server_config *c, dhcpperf_mac mac);
DHCPPERF_API int dhcpperf_server_config_add_inform_option(dhcpperf_server_config *c, uint8_t code);
/* Equal seed and equal requests, equal replies. */
DHCPPERF_API int dhcpperf_server_config_set_seed(dhcpperf_server_config *c, uint64_t seed);
/* Bound on offers not yet requested; 0, the default, = as many as there are addresses. */
DHCPPERF_API int dhcpperf_server_config_set_max_sessions(dhcpperf_server_config *c, uint32_t n);
/* How long an offered address is held back; default 30 s.  RANGE. */
DHCPPERF_API int dhcpperf_server_config_set_offer_hold(dhcpperf_server_config *c, dhcpperf_dur d);
/* A simulated slow server: each reply takes d, more or less up to jitter <= d.  RANGE. */
DHCPPERF_API int dhcpperf_server_config_set_service_time(dhcpperf_server_config *c, dhcpperf_dur d,
                                                         dhcpperf_dur jitter);
/* Most replies decided but not yet pulled, default 65,536; further requests are dropped and counted
 * (DROP_HELD) without any other effect.  RANGE. */
DHCPPERF_API int dhcpperf_server_config_set_max_held(dhcpperf_server_config *c, uint32_t replies);
/* Events of the kinds whose bits 1 << dhcpperf_event_kind are set; NULL = none. */
DHCPPERF_API int dhcpperf_server_config_set_trace(dhcpperf_server_config *c, dhcpperf_trace_fn fn,
                                                  void *user, uint64_t kinds);
/* This engine is number `index` of `of` that divide clients and addresses once for all; arrivals go
 * to the one that dhcpperf_engine_owner() names.  RANGE. */
DHCPPERF_API int dhcpperf_server_config_set_shard(dhcpperf_server_config *c, uint32_t index,
                                                  uint32_t of);

/* Addresses that `like`, one of several engines, has divided among them stay with the engine that
 * they are for; only others are divided anew.  For a configuration that is to take the place of
 * like's, so that clients keep their leases when pools change.  An engine may be left without any,
 * which is INVALID then.  Reads nothing but what dhcpperf_server_apply() changes.  NOMEM. */
DHCPPERF_API int dhcpperf_server_config_set_division(dhcpperf_server_config *c,
                                                     const dhcpperf_server *like);

/* The caller's own word on DISCOVER, REQUEST and INFORM, before anything changes.  *inout_ip is the
 * address at hand; a DISCOVER may be given another one, which is offered when the client can have
 * it; a REQUEST given another one is refused.  *inout_lease_s is the lease time in seconds.
 * 0 = go on, 1 = NAK (silence for DISCOVER and INFORM), 2 = silence; negative = failure: the verb
 * reports CALLBACK.  The request is borrowed for the call. */
typedef int (*dhcpperf_server_decide_fn)(void *user, const dhcpperf_msg *request,
                                         dhcpperf_ip4 *inout_ip, uint32_t *inout_lease_s);
DHCPPERF_API int dhcpperf_server_config_set_decide(dhcpperf_server_config *c,
                                                   dhcpperf_server_decide_fn fn, void *user);

/* What the server does wrong on purpose; copied; NULL = nothing, the default.  INVALID for a plan
 * of clients, NOMEM. */
DHCPPERF_API int dhcpperf_server_config_set_faults(dhcpperf_server_config *c,
                                                   const dhcpperf_fault_plan *p);

/* -- life -- */

/* Takes all memory the engine will ever need; pages of addresses never given stay untouched.
 * INVALID (no pool, no address, subnets overlap), RANGE (over 2^28 addresses; jitter over service
 * time; not lease.min <= lease.time <= lease.max), CONFLICT (a key reserved twice on a link, an own
 * address reserved, two catch-alls), NOTFOUND (a range is for a class that the configuration does
 * not have), NOMEM. */
DHCPPERF_API int dhcpperf_server_new(dhcpperf_server **ret, const dhcpperf_server_config *c,
                                     const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_server_free(dhcpperf_server *s);
/* Has memory behind the lease tables before requests come, so that none waits for a page to be
 * found and cleared: all of them, or when they are larger than `limit` bytes (0 = no limit) the
 * part of the lowest addresses.  Bytes that have it now; 0 where the system cannot do that
 * (MADV_POPULATE_WRITE, Linux 5.14) or has too little: then pages come when they are written. */
DHCPPERF_API size_t dhcpperf_server_prefault(dhcpperf_server *s, size_t limit);
/* Borrowed; same lifetime. */
DHCPPERF_API dhcpperf_engine *dhcpperf_server_engine(dhcpperf_server *s);
/* Live numbers for the thread of the engine; clone to keep. */
DHCPPERF_API const dhcpperf_stats *dhcpperf_server_stats(const dhcpperf_server *s);

/* Has the server act as if it were not there: every request is dropped and counted (DROP_PAUSED).
 * Replies that were decided leave, leases end at their time, and all else goes on; 0 ends it.
 * INVALID. */
DHCPPERF_API int dhcpperf_server_set_paused(dhcpperf_server *s, int on);

/* -- another configuration while serving -- */

/* A configuration with all that it takes.  Opaque. */
typedef struct dhcpperf_server_plan dhcpperf_server_plan;

/* Does all that can fail, in any thread: takes the memory, finds the conflicts.  Errors are those
 * of dhcpperf_server_new(); there is no server yet that could be harmed. */
DHCPPERF_API int dhcpperf_server_prepare(dhcpperf_server_plan **ret,
                                         const dhcpperf_server_config *c, const dhcpperf_mem *mem);
/* NULL is a no-op.  A plan that was begun and not finished is freed in the thread of the engine,
 * which keeps the configuration it has, and before the server; else in any thread. */
DHCPPERF_API void dhcpperf_server_plan_free(dhcpperf_server_plan *p);
/* dhcpperf_server_prefault() for what the plan brings. */
DHCPPERF_API size_t dhcpperf_server_plan_prefault(dhcpperf_server_plan *p, size_t limit);
/* dhcpperf_server_get_range() for what the plan brings; after dhcpperf_server_apply(), for what the
 * server had before. */
DHCPPERF_API int dhcpperf_server_plan_get_range(const dhcpperf_server_plan *p, uint32_t index,
                                                dhcpperf_ip4 *ret_first, dhcpperf_ip4 *ret_last);
/* Puts the plan in force: leases, statistics and held replies stay, everything else is as in a
 * server made from the plan's configuration.  Takes no memory and little time: it moves a part of
 * the leases and returns 1 when it is to be called again, between other verbs, which go on under
 * the old configuration; 0 when the new one is in force.  Then the plan holds what the server had
 * before, to be freed.
 *
 * A lease keeps its time.  One whose address the new configuration does not have ends as EXPIRED;
 * one whose address is for somebody else there, or whose client has another one on the same link,
 * as DECLINED for as long as it would have lasted: both are told and counted (DISPLACED).  An offer
 * without a place ends silently.  Leases of before are not counted against a limit of
 * remote-id.max-leases that there was none of.
 *
 * STATE, and nothing has changed, for what a running server cannot change (its shard, hold_ack,
 * held.max) and while another plan is half applied; INVALID, REENTRANT; CALLBACK when the sink
 * failed: call again. */
DHCPPERF_API int dhcpperf_server_apply(dhcpperf_server *s, dhcpperf_server_plan *p,
                                       dhcpperf_ts now);

/* -- faults -- */

/* Another plan instead of the one in force (NULL = none); copied.  Its windows count from now, its
 * rules from nothing.  What the old one has decided stays: replies that it delayed or repeated
 * leave at their time, but without surgery.  Takes memory.  INVALID for a plan of clients; NOMEM,
 * and the old plan stays; REENTRANT in callbacks. */
DHCPPERF_API int dhcpperf_server_set_faults(dhcpperf_server *s, const dhcpperf_fault_plan *p,
                                            dhcpperf_ts now);
/* The plan in force, with live hits and armed rules, borrowed until it is replaced; NULL = none. */
DHCPPERF_API const dhcpperf_fault_plan *dhcpperf_server_faults(const dhcpperf_server *s);
/* Lets a rule of the plan in force act from now on, with nothing counted of what is limited (nth,
 * count...), or lets it rest.  RANGE when there is no such rule, INVALID; REENTRANT in callbacks.
 */
DHCPPERF_API int dhcpperf_server_arm_fault(dhcpperf_server *s, unsigned rule, int on);

/* -- leases -- */

typedef enum dhcpperf_lease_state {
    DHCPPERF_LEASE_OFFERED = 1, /* held back for the client */
    DHCPPERF_LEASE_BOUND,
    DHCPPERF_LEASE_RELEASED, /* free; the client gets it again when it comes back in time */
    DHCPPERF_LEASE_EXPIRED,  /* likewise */
    DHCPPERF_LEASE_DECLINED, /* out of use until it ends */
    DHCPPERF_LEASE__FORCE_INT = 0x7fffffff
} dhcpperf_lease_state;

/* A client of a subnet (RFC 2131 4.2); `kind` is a dhcpperf_key_kind.  FROZEN. */
typedef struct dhcpperf_key {
    uint32_t kind, subnet;
    dhcpperf_bytes bytes;
} dhcpperf_key;

/* One lease.  GROWING: `size` says how much of it is meant.  Octets are borrowed until the next
 * call on the server. */
typedef struct dhcpperf_lease {
    size_t size;
    dhcpperf_lease_state state;
    dhcpperf_ip4 ip, giaddr;
    dhcpperf_key key;
    uint8_t htype;
    dhcpperf_bytes chaddr;
    dhcpperf_bytes relay_info, hostname; /* options 82 and 12; only in events that a request made */
    dhcpperf_ts starts, ends;            /* NEVER = infinite; of a free one: since when */
    dhcpperf_ts last_seen;               /* last message of the client, to the millisecond */
    uint32_t renewals, xid;
} dhcpperf_lease;

/* Every change of a lease in order: BOUND (granted, renewed, or acknowledged again),
 * RELEASED, EXPIRED, DECLINED; offers are not told.  seq counts from 1.  Nonzero = failure: the
 * verb reports CALLBACK. */
typedef int (*dhcpperf_lease_fn)(void *user, uint64_t seq, const dhcpperf_lease *lease);
/* hold_ack: the ACK waits until dhcpperf_server_commit() covers its event (persistence before the
 * answer).  INVALID for hold_ack without a function. */
DHCPPERF_API int dhcpperf_server_config_set_lease_sink(dhcpperf_server_config *c,
                                                       dhcpperf_lease_fn fn, void *user,
                                                       int hold_ack);
/* All changes up to seq are safe.  An ACK whose lease ended or went to somebody else while it
 * waited is not sent but counted (DROP_STALE).  RANGE for a seq that was not told yet; REENTRANT in
 * callbacks. */
DHCPPERF_API int dhcpperf_server_commit(dhcpperf_server *s, uint64_t seq, dhcpperf_ts now);

/* The lease of an address; NOTFOUND when it has none.  Copies min(ret_size, known) octets; `size`
 * comes back as that. */
DHCPPERF_API int dhcpperf_server_find_lease(const dhcpperf_server *s, dhcpperf_ip4 ip,
                                            dhcpperf_lease *ret, size_t ret_size);
/* The lease of a client; NOTFOUND, INVALID for an impossible key. */
DHCPPERF_API int dhcpperf_server_find_client(const dhcpperf_server *s, const dhcpperf_key *key,
                                             dhcpperf_lease *ret, size_t ret_size);
/* All leases in address order, stable under change: start with *cursor = 0; 1 = got one, 0 = end.
 * Walks over addresses never given. */
DHCPPERF_API int dhcpperf_server_next_lease(const dhcpperf_server *s, uint64_t *cursor,
                                            dhcpperf_lease *ret, size_t ret_size);
/* Ends an offer or a lease as RELEASED, EXPIRED or DECLINED; the sink is told.  NOTFOUND, STATE
 * when it has ended, INVALID, REENTRANT, CALLBACK. */
DHCPPERF_API int dhcpperf_server_end_lease(dhcpperf_server *s, dhcpperf_ip4 ip,
                                           dhcpperf_lease_state why, dhcpperf_ts now);
/* Puts a saved lease back (BOUND, RELEASED, EXPIRED or DECLINED; key.subnet is ignored; a BOUND one
 * that ended before now is EXPIRED); the sink is not told.  Those that ended are used again in the
 * order in which they are put back: longest free first, then.  NOTFOUND when the address is not
 * this server's, CONFLICT when it or the client has another lease, FULL, INVALID, REENTRANT. */
DHCPPERF_API int dhcpperf_server_import_lease(dhcpperf_server *s, const dhcpperf_lease *lease,
                                              dhcpperf_ts now);
/* The index-th run of consecutive addresses that the engine gives or has reserved, ascending: 1, or
 * 0 past the end.  Of a shard, its own. */
DHCPPERF_API int dhcpperf_server_get_range(const dhcpperf_server *s, uint32_t index,
                                           dhcpperf_ip4 *ret_first, dhcpperf_ip4 *ret_last);
/* Leases of a state. */
DHCPPERF_API uint32_t dhcpperf_server_count(const dhcpperf_server *s, dhcpperf_lease_state state);

DHCPPERF_END_DECLS

#endif
