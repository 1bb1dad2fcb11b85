/* SPDX-License-Identifier: MIT */
/* client.h - the client-simulation engine. */
#ifndef DHCPPERF_CLIENT_H
#define DHCPPERF_CLIENT_H

#include <libdhcpperf/engine.h>
#include <libdhcpperf/load.h>
#include <libdhcpperf/message.h>
#include <libdhcpperf/retry.h>
#include <libdhcpperf/stats.h>
#include <libdhcpperf/trace.h>

DHCPPERF_BEGIN_DECLS

typedef struct dhcpperf_client_config dhcpperf_client_config;
/* One engine simulating many stations. */
typedef struct dhcpperf_client dhcpperf_client;
/* -- configuration: mutable until it is given to dhcpperf_client_new(), which copies it -- */
/* Defaults = one RFC 2131 client. */
DHCPPERF_API int dhcpperf_client_config_new(dhcpperf_client_config **ret, const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_client_config_free(dhcpperf_client_config *c);
/* Any setting as text; NOKEY, SYNTAX, RANGE. */
DHCPPERF_API int dhcpperf_client_config_set(dhcpperf_client_config *c, const char *key,
                                            const char *value);
DHCPPERF_API int dhcpperf_client_config_get(const dhcpperf_client_config *c, const char *key,
                                            char *buf, size_t cap);
/* 1 / 0 past the end. */
DHCPPERF_API int dhcpperf_client_config_describe(unsigned index, const char **ret_key,
                                                 const char **ret_unit, const char **ret_default,
                                                 const char **ret_help);
DHCPPERF_API int dhcpperf_client_config_set_stations(dhcpperf_client_config *c, uint32_t n);
/* Disjoint stations and xids across threads/hosts. */
DHCPPERF_API int dhcpperf_client_config_set_shard(dhcpperf_client_config *c, uint32_t index,
                                                  uint32_t of);
/* Equal seed = equal packets. */
DHCPPERF_API int dhcpperf_client_config_set_seed(dhcpperf_client_config *c, uint64_t seed);
/* Station i uses base + i. */
DHCPPERF_API int dhcpperf_client_config_set_mac_base(dhcpperf_client_config *c, dhcpperf_mac base);
/* 0.0.0.0 = broadcast. */
DHCPPERF_API int dhcpperf_client_config_set_server(dhcpperf_client_config *c, dhcpperf_ip4 server);
/* Station blocks of `run` (0 = 64) share a relay for ever. */
DHCPPERF_API int dhcpperf_client_config_add_relays(dhcpperf_client_config *c, dhcpperf_ip4 first,
                                                   uint32_t count, uint32_t run,
                                                   const char *circuit_template,
                                                   const char *remote_template);
/* Copied. */
DHCPPERF_API int dhcpperf_client_config_set_retry(dhcpperf_client_config *c,
                                                  const dhcpperf_retry *r);
/* Copied. */
DHCPPERF_API int dhcpperf_client_config_set_load(dhcpperf_client_config *c, const dhcpperf_load *l);
/* May hold {station} {mac}. */
DHCPPERF_API int dhcpperf_client_config_add_option(dhcpperf_client_config *c, uint8_t code,
                                                   const char *text);
/* Bit mask of 1<<kind; 0 costs one test. */
DHCPPERF_API int dhcpperf_client_config_set_trace(dhcpperf_client_config *c, dhcpperf_trace_fn fn,
                                                  void *user, uint64_t kinds);
/* An edit function turns templates off: every message is composed in full. */
/* Last word on every outgoing message. */
typedef int (*dhcpperf_client_edit_fn)(void *user, uint32_t station, dhcpperf_msg_type type,
                                       dhcpperf_writer *w);
DHCPPERF_API int dhcpperf_client_config_set_edit(dhcpperf_client_config *c,
                                                 dhcpperf_client_edit_fn fn, void *user);
/* -- life -- */
/* Allocates everything it will ever need; NOMEM, INVALID. */
DHCPPERF_API int dhcpperf_client_new(dhcpperf_client **ret, const dhcpperf_client_config *c,
                                     const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_client_free(dhcpperf_client *cli);
/* Borrowed; same lifetime. */
DHCPPERF_API dhcpperf_engine *dhcpperf_client_engine(dhcpperf_client *cli);
/* Origin of the load profile; STATE if begun. */
DHCPPERF_API int dhcpperf_client_begin(dhcpperf_client *cli, dhcpperf_ts now);
/* No new starts; wait drain; optionally RELEASE all. */
DHCPPERF_API int dhcpperf_client_stop(dhcpperf_client *cli, dhcpperf_dur drain, int release);
DHCPPERF_API int dhcpperf_client_is_done(const dhcpperf_client *cli);
/* -- commands for single stations (take effect at the next pull) -- */
typedef enum dhcpperf_command {
    DHCPPERF_DO_START,
    DHCPPERF_DO_RENEW,
    DHCPPERF_DO_REBIND,
    DHCPPERF_DO_RELEASE,
    DHCPPERF_DO_DECLINE,
    DHCPPERF_DO_INFORM,
    DHCPPERF_DO_REBOOT,
    DHCPPERF_DO_VANISH,
    DHCPPERF_DO__FORCE_INT = 0x7fffffff
} dhcpperf_command;
/* STATE if the RFC 2131 machine forbids it, RANGE. */
DHCPPERF_API int dhcpperf_client_do(dhcpperf_client *cli, uint32_t station, dhcpperf_command what);
/* -- observation -- */
typedef enum dhcpperf_state {
    DHCPPERF_ST_IDLE,
    DHCPPERF_ST_INIT,
    DHCPPERF_ST_SELECTING,
    DHCPPERF_ST_REQUESTING,
    DHCPPERF_ST_BOUND,
    DHCPPERF_ST_RENEWING,
    DHCPPERF_ST_REBINDING,
    DHCPPERF_ST_INIT_REBOOT,
    DHCPPERF_ST_REBOOTING,
    DHCPPERF_ST_FAILED,
    DHCPPERF_ST__FORCE_INT = 0x7fffffff
} dhcpperf_state;
typedef struct dhcpperf_station {
    size_t size;
    dhcpperf_state state;
    uint32_t xid;
    dhcpperf_mac mac;
    dhcpperf_ip4 ip, server_id;
    dhcpperf_ts bound_at, t1_at, t2_at, expires_at;
    uint32_t attempts;
} dhcpperf_station;
DHCPPERF_API int dhcpperf_client_get_station(const dhcpperf_client *cli, uint32_t station,
                                             dhcpperf_station *ret, size_t ret_size);
/* Live, same thread; clone to keep. */
DHCPPERF_API const dhcpperf_stats *dhcpperf_client_stats(const dhcpperf_client *cli);
DHCPPERF_API const char *dhcpperf_state_name(dhcpperf_state s);

DHCPPERF_END_DECLS

#endif
