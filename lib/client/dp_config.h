/* SPDX-License-Identifier: MIT */
/* dp_config.h - what a client configuration holds. */
#ifndef DP_CLIENT_CONFIG_H
#define DP_CLIENT_CONFIG_H

#include <libdhcpperf/client.h>

#include "base/dp_settings.h"
#include "policy/dp_fault.h"
#include "policy/dp_load.h"
#include "policy/dp_retry.h"
#include "policy/dp_scenario.h"
#include "trace/dp_trace.h"
#include "wire/dp_message.h"
#include "wire/dp_value.h"

enum {
    DP_CLIENT_MAX_STATIONS = 1 << 24, /* a station's index shares a cookie with its due time */
    DP_CLIENT_MAX_SHARDS = 1024,
    DP_CLIENT_MAX_MESSAGE = 1472, /* what fits an Ethernet frame unfragmented */
    DP_CLIENT_RUN = 64            /* stations dealt together: to shards, and to relays */
};

typedef enum dp_client_id {
    DP_CLIENT_ID_NONE,
    DP_CLIENT_ID_MAC,
    DP_CLIENT_ID_DUID
} dp_client_id;

extern const char *const dp_client_id_names[];

typedef enum dp_reboot_fallback {
    DP_REBOOT_INIT,
    DP_REBOOT_KEEP
} dp_reboot_fallback;

extern const char *const dp_reboot_fallback_names[];

typedef enum dp_query_by {
    DP_QUERY_IP,
    DP_QUERY_MAC,
    DP_QUERY_ID
} dp_query_by;

extern const char *const dp_query_by_names[];

/* Which OFFER is taken when several have been awaited (K-037). */
typedef enum dp_offer_select {
    DP_OFFER_FIRST,
    DP_OFFER_SERVER,
    DP_OFFER_LONGEST,
    DP_OFFER_PREVIOUS
} dp_offer_select;

extern const char *const dp_offer_select_names[];

/* The fields of settings.def. */
typedef struct dp_client_settings {
    uint32_t stations, shard_index, shard_of;
    uint64_t seed;
    dhcpperf_mac mac_base;
    dhcpperf_ip4 server;
    uint32_t server_port, client_port;
    int broadcast, client_id;
    uint64_t duid_seed;
    uint32_t htype, hlen;
    uint32_t max_size, hops;
    dhcpperf_dur timeout, nak_backoff;
    uint32_t nak_max;
    int keep;
    uint32_t fuzz; /* percent */
    int renew_direct, renew_with_50_54, reboot_fallback, server_fallback;
    dhcpperf_dur startup_jitter;
    uint64_t decline_share; /* see dp_chance() */
    int conflict_decline;
    dhcpperf_ip4 inform_first;
    int query_by;
    dhcpperf_dur late_after;
    dhcpperf_dur offer_wait;
    int offer_select;
    dhcpperf_ip4 offer_server;
    int rapid_commit, ipv6_only, bootp_accept, xid_per_try, stages_wait;
    uint32_t hostile_rate;
    dhcpperf_ip4 hostile_server, hostile_first, hostile_last;
} dp_client_settings;

/* An option of DISCOVER and REQUEST. */
typedef struct dp_client_option {
    uint8_t code;
    dp_value value;
} dp_client_option;

/* A sub-option of option 82. */
typedef struct dp_relay_option {
    uint8_t code;
    bool is_flags; /* RFC 5010: whether the client sent by unicast, the value is not used */
    dp_value value;
} dp_relay_option;

/* Relays with evenly spaced giaddrs and the same sub-options. */
typedef struct dp_relay_group {
    uint32_t first; /* giaddr as a number */
    uint32_t step;
    uint32_t count;
    uint32_t base;    /* relays in the groups before */
    unsigned options; /* first of its sub-options, which lie together */
    unsigned n_options;
} dp_relay_group;

struct dhcpperf_client_config {
    dhcpperf_mem mem;
    dp_client_settings set;
    dp_client_option *options;
    unsigned n_options, cap_options;
    dp_relay_group *groups;
    unsigned n_groups, cap_groups;
    dp_relay_option *relay_options; /* of all groups, in their order */
    unsigned n_relay_options, cap_relay_options;
    uint32_t relays; /* of all groups */
    dhcpperf_mac *macs;
    uint32_t n_macs; /* 0: they count up from mac_base */
    uint32_t relay_run;
    struct dhcpperf_retry retry; /* its mem is not used */
    dhcpperf_load *load;         /* NULL: all at once */
    dhcpperf_scenario *scenario; /* NULL: every station starts once, as the load says */
    dhcpperf_fault_plan *faults; /* NULL: none */
    dp_trace trace;
    dhcpperf_client_edit_fn edit;
    void *edit_user;
    dhcpperf_client_authenticate_fn authenticate;
    void *authenticate_user;
};

/* A copy whose memory is all from *mem; NOMEM. */
int dp_client_config_copy(dhcpperf_client_config *ret, const dhcpperf_client_config *c,
                          const dhcpperf_mem *mem);
/* Gives back what a configuration owns, not the object. */
void dp_client_config_fini(dhcpperf_client_config *c);

/* Puts an option into the list in place of one with the same code; NOMEM. */
int dp_client_config_put(dhcpperf_client_config *c, uint8_t code, const dp_value *value);

/* Makes room for one more element in an array; the old one stays valid on failure.  NOMEM. */
int dp_client_config_grow(const dhcpperf_mem *mem, void **inout_array, unsigned n,
                          unsigned *inout_cap, size_t size);

/* The settings table, for the unit test that every default parses. */
extern const dp_setting dp_client_settings_table[];
extern const size_t dp_client_settings_count;

#endif
