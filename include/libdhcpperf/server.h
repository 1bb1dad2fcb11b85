/* SPDX-License-Identifier: MIT */
/* server.h - the server-simulation engine: sessions and leases. */
#ifndef DHCPPERF_SERVER_H
#define DHCPPERF_SERVER_H

#include <libdhcpperf/engine.h>
#include <libdhcpperf/message.h>
#include <libdhcpperf/pool.h>
#include <libdhcpperf/stats.h>
#include <libdhcpperf/trace.h>

DHCPPERF_BEGIN_DECLS

typedef struct dhcpperf_server_config dhcpperf_server_config;
typedef struct dhcpperf_server dhcpperf_server;
DHCPPERF_API int dhcpperf_server_config_new(dhcpperf_server_config **ret, const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_server_config_free(dhcpperf_server_config *c);
/* NOKEY, SYNTAX, RANGE. */
DHCPPERF_API int dhcpperf_server_config_set(dhcpperf_server_config *c, const char *key,
                                            const char *value);
DHCPPERF_API int dhcpperf_server_config_get(const dhcpperf_server_config *c, const char *key,
                                            char *buf, size_t cap);
DHCPPERF_API int dhcpperf_server_config_describe(unsigned index, const char **ret_key,
                                                 const char **ret_unit, const char **ret_default,
                                                 const char **ret_help);
DHCPPERF_API int dhcpperf_server_config_set_identity(dhcpperf_server_config *c,
                                                     dhcpperf_ip4 server_id, dhcpperf_mac mac);
/* Copied; chosen by giaddr, else by identity. */
DHCPPERF_API int dhcpperf_server_config_add_pool(dhcpperf_server_config *c, const dhcpperf_pool *p);
DHCPPERF_API int dhcpperf_server_config_set_seed(dhcpperf_server_config *c, uint64_t seed);
/* Bound on half-open transactions. */
DHCPPERF_API int dhcpperf_server_config_set_max_sessions(dhcpperf_server_config *c, uint32_t n);
DHCPPERF_API int dhcpperf_server_config_set_offer_hold(dhcpperf_server_config *c, dhcpperf_dur d);
/* A simulated slow server. */
DHCPPERF_API int dhcpperf_server_config_set_service_time(dhcpperf_server_config *c, dhcpperf_dur d,
                                                         dhcpperf_dur jitter);
DHCPPERF_API int dhcpperf_server_config_set_trace(dhcpperf_server_config *c, dhcpperf_trace_fn fn,
                                                  void *user, uint64_t kinds);
/* Static shares of pools and clients; see dhcpperf_engine_owner(). */
DHCPPERF_API int dhcpperf_server_config_set_shard(dhcpperf_server_config *c, uint32_t index,
                                                  uint32_t of);
/* 0 go on, 1 NAK, 2 stay silent. */
typedef int (*dhcpperf_server_decide_fn)(void *user, const dhcpperf_msg *request,
                                         dhcpperf_ip4 *inout_ip, uint32_t *inout_lease_s);
DHCPPERF_API int dhcpperf_server_config_set_decide(dhcpperf_server_config *c,
                                                   dhcpperf_server_decide_fn fn, void *user);
DHCPPERF_API int dhcpperf_server_new(dhcpperf_server **ret, const dhcpperf_server_config *c,
                                     const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_server_free(dhcpperf_server *s);
DHCPPERF_API dhcpperf_engine *dhcpperf_server_engine(dhcpperf_server *s);
DHCPPERF_API const dhcpperf_stats *dhcpperf_server_stats(const dhcpperf_server *s);
/* -- sessions and leases -- */
typedef enum dhcpperf_lease_state {
    DHCPPERF_LEASE_OFFERED = 1,
    DHCPPERF_LEASE_BOUND,
    DHCPPERF_LEASE_RELEASED,
    DHCPPERF_LEASE_EXPIRED,
    DHCPPERF_LEASE_DECLINED,
    DHCPPERF_LEASE__FORCE_INT = 0x7fffffff
} dhcpperf_lease_state;
typedef enum dhcpperf_key_kind {
    DHCPPERF_KEY_HARDWARE = 1,
    DHCPPERF_KEY_CLIENT_ID,
    DHCPPERF_KEY_CIRCUIT,
    DHCPPERF_KEY__FORCE_INT = 0x7fffffff
} dhcpperf_key_kind;
/* RFC 2131 4.2 identity, per subnet; hardware = htype + chaddr.  FROZEN. */
typedef struct dhcpperf_key {
    uint32_t kind, subnet;
    dhcpperf_bytes bytes;
} dhcpperf_key;
/* Borrowed. */
typedef struct dhcpperf_lease {
    size_t size;
    dhcpperf_lease_state state;
    dhcpperf_ip4 ip, giaddr;
    dhcpperf_key key;
    uint8_t htype;
    dhcpperf_bytes chaddr, relay_info, hostname;
    dhcpperf_ts starts, ends, last_seen;
    uint32_t renewals, xid;
} dhcpperf_lease;
/* Every change of a lease in order.  hold_ack: the ACK waits until dhcpperf_server_commit() covers
 * seq (persistence before answer). */
typedef int (*dhcpperf_lease_fn)(void *user, uint64_t seq, const dhcpperf_lease *lease);
DHCPPERF_API int dhcpperf_server_config_set_lease_sink(dhcpperf_server_config *c,
                                                       dhcpperf_lease_fn fn, void *user,
                                                       int hold_ack);
/* Beyond: counted drop. */
DHCPPERF_API int dhcpperf_server_config_set_max_held(dhcpperf_server_config *c, uint32_t replies);
/* All changes up to seq are safe. */
DHCPPERF_API int dhcpperf_server_commit(dhcpperf_server *s, uint64_t seq, dhcpperf_ts now);
/* NOTFOUND. */
DHCPPERF_API int dhcpperf_server_find_lease(const dhcpperf_server *s, dhcpperf_ip4 ip,
                                            dhcpperf_lease *ret, size_t ret_size);
/* NOTFOUND. */
DHCPPERF_API int dhcpperf_server_find_client(const dhcpperf_server *s, const dhcpperf_key *key,
                                             dhcpperf_lease *ret, size_t ret_size);
/* Address order; 1 / 0; stable under change. */
DHCPPERF_API int dhcpperf_server_next_lease(const dhcpperf_server *s, uint64_t *cursor,
                                            dhcpperf_lease *ret, size_t ret_size);
/* Revoke, force-expire, decline. */
DHCPPERF_API int dhcpperf_server_end_lease(dhcpperf_server *s, dhcpperf_ip4 ip,
                                           dhcpperf_lease_state why, dhcpperf_ts now);
/* Restart from saved state; CONFLICT. */
DHCPPERF_API int dhcpperf_server_import_lease(dhcpperf_server *s, const dhcpperf_lease *lease,
                                              dhcpperf_ts now);
DHCPPERF_API uint32_t dhcpperf_server_count(const dhcpperf_server *s, dhcpperf_lease_state state);

DHCPPERF_END_DECLS

#endif
