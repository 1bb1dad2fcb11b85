/* SPDX-License-Identifier: MIT */
/* client.h - the client-simulation engine: many stations, each an RFC 2131 client, behind the five
 * verbs of engine.h. */
#ifndef DHCPPERF_CLIENT_H
#define DHCPPERF_CLIENT_H

#include <libdhcpperf/engine.h>
#include <libdhcpperf/fault.h>
#include <libdhcpperf/load.h>
#include <libdhcpperf/message.h>
#include <libdhcpperf/retry.h>
#include <libdhcpperf/scenario.h>
#include <libdhcpperf/stats.h>
#include <libdhcpperf/trace.h>

DHCPPERF_BEGIN_DECLS

/* Mutable until it is given to dhcpperf_client_new(), which copies it.  Opaque. */
typedef struct dhcpperf_client_config dhcpperf_client_config;
/* One engine that simulates many stations.  Opaque. */
typedef struct dhcpperf_client dhcpperf_client;

/* -- configuration ------------------------------------------------------------------------------
 * The defaults are one RFC 2131 client that broadcasts: option 61 from the hardware address,
 * retransmission by "rfc2131", option 55 asking for 1, 3, 6, 15, 28, 51, 58 and 59, all stations
 * started at once.  A setter that fails leaves the configuration as it was. */

/* NOMEM. */
DHCPPERF_API int dhcpperf_client_config_new(dhcpperf_client_config **ret, const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_client_config_free(dhcpperf_client_config *c);

/* Any plain setting as text ("stations", "100000"); NOKEY, SYNTAX, RANGE. */
DHCPPERF_API int dhcpperf_client_config_set(dhcpperf_client_config *c, const char *key,
                                            const char *value);
/* Its value as text: octets written without the NUL; NOKEY, NOBUFS. */
DHCPPERF_API int dhcpperf_client_config_get(const dhcpperf_client_config *c, const char *key,
                                            char *buf, size_t cap);
/* Walks the settings from index 0: 1 and four static texts, 0 past the end. */
DHCPPERF_API int dhcpperf_client_config_describe(unsigned index, const char **ret_key,
                                                 const char **ret_unit, const char **ret_default,
                                                 const char **ret_help);

/* Stations of all shards together, 1 to 16,777,216; RANGE. */
DHCPPERF_API int dhcpperf_client_config_set_stations(dhcpperf_client_config *c, uint32_t n);
/* This engine is number `index` of `of` that play the stations together: runs of 64 stations are
 * dealt out in turn, so hardware addresses and xids never meet.  Everything else must be equal in
 * all of them, the seed and the instant of begin above all.  They share the load profiles: each
 * arrival, of Poisson stages too, is taken by one engine, the one whose station's turn it would be
 * among all, and windows are divided among those that have stations; dhcpperf_client_new() refuses
 * with RANGE when a window has less than one place for each.  RANGE. */
DHCPPERF_API int dhcpperf_client_config_set_shard(dhcpperf_client_config *c, uint32_t index,
                                                  uint32_t of);
/* Equal seed and equal arrivals: equal packets at equal instants.  It chooses the xids, the jitter
 * of retransmissions and Poisson gaps, not the hardware addresses. */
DHCPPERF_API int dhcpperf_client_config_set_seed(dhcpperf_client_config *c, uint64_t seed);
/* Station i has the hardware address base + i, as 48-bit numbers. */
DHCPPERF_API int dhcpperf_client_config_set_mac_base(dhcpperf_client_config *c, dhcpperf_mac base);
/* Gives station i the hardware address macs[i] instead; copied, n = 0 goes back to the base.  There
 * must be one for each station, and none twice: dhcpperf_client_new() refuses with RANGE and
 * CONFLICT.  RANGE (over 16,777,216), NOMEM. */
DHCPPERF_API int dhcpperf_client_config_set_macs(dhcpperf_client_config *c,
                                                 const dhcpperf_mac *macs, uint32_t n);
/* Where messages go; 0.0.0.0 = broadcast, marked DHCPPERF_PKT_BCAST. */
DHCPPERF_API int dhcpperf_client_config_set_server(dhcpperf_client_config *c, dhcpperf_ip4 server);
/* UDP ports of server and client (the source port, and for a carrier the one to listen on); RANGE
 * when one is 0. */
DHCPPERF_API int dhcpperf_client_config_set_ports(dhcpperf_client_config *c, uint16_t server,
                                                  uint16_t client);
/* Adds `count` relay agents with the giaddrs first, first + 1, ...; stations are dealt to all
 * relays in blocks of `run` (0 = 64) and stay with theirs for ever.  The templates become
 * circuit-id and remote-id of option 82; NULL = none.  They are texts with the fields of
 * add_option(); after "hex:" they are digits and fields.  `run` must be the same in every call.
 * INVALID, RANGE (no such addresses), SYNTAX (template), NOBUFS (option 82 over 255 octets), NOMEM.
 */
DHCPPERF_API int dhcpperf_client_config_add_relays(dhcpperf_client_config *c, dhcpperf_ip4 first,
                                                   uint32_t count, uint32_t run,
                                                   const char *circuit_template,
                                                   const char *remote_template);
/* The same with giaddrs first, first + step, first + 2 step, ...: relays in subnets of their own.
 */
DHCPPERF_API int dhcpperf_client_config_add_relays_step(dhcpperf_client_config *c,
                                                        dhcpperf_ip4 first, uint32_t step,
                                                        uint32_t count, uint32_t run,
                                                        const char *circuit_template,
                                                        const char *remote_template);
/* Puts a sub-option into the option 82 of the relays added last; the same code again replaces it.
 * The text is in the form of the sub-option's type and may hold the fields of add_option(), such as
 * "{giaddr/24}" or "{ip:192.0.2.0+256}" for link selection (5; RFC 3527: the subnet part only);
 * "true" gives one without octets (19, 152).  Server identifier override (11, RFC 5107) brings a
 * link selection of {giaddr/24} and the flags sub-option (10, RFC 5010), which follows each
 * message, unless they were given before.  INVALID (no relays yet), SYNTAX, RANGE, NOBUFS (option
 * 82 over 255 octets), NOMEM. */
DHCPPERF_API int dhcpperf_client_config_add_relay_option(dhcpperf_client_config *c, uint8_t code,
                                                         const char *text);
/* Replaces the retransmission policy; copied. */
DHCPPERF_API int dhcpperf_client_config_set_retry(dhcpperf_client_config *c,
                                                  const dhcpperf_retry *r);
/* Replaces the arrival profile; copied.  NOMEM. */
DHCPPERF_API int dhcpperf_client_config_set_load(dhcpperf_client_config *c, const dhcpperf_load *l);
/* What stations do; copied.  Sets lease.keep and decline.share, too.  Without a scenario each
 * starts once, as the load profile says, and keeps its lease.  NOMEM. */
DHCPPERF_API int dhcpperf_client_config_set_scenario(dhcpperf_client_config *c,
                                                     const dhcpperf_scenario *s);
/* Puts an option, in the text form of option.h, into every DISCOVER and REQUEST (option 61 into all
 * messages); the same code again replaces it.  Fields in braces are filled in for each station:
 *   {station}, {relay}, {mac}   numbers from 0, 02:00:00:00:00:01
 *   {giaddr}, {giaddr/24}       address of the relay, its subnet part
 *   {ip:192.0.2.0+256}          relay number times 256 (else 1) beyond an address
 *   {raw:station}, ...          any of these as octets: 4 of numbers and addresses, 6 of the MAC
 *   {hex:0a0b}                  octets; {{ and }} stand for braces
 * The result is octets as they stand when the type is text, when it is opaque or client-id and the
 * text does not begin with a notation of theirs ("u32:", "id:"), and when the text begins with
 * "text:", or with "hex:" for digits between the fields; else it is encoded by type and must be
 * text.  INVALID for the codes the engine writes itself (0, 50, 52, 53, 54, 82, 255), SYNTAX,
 * RANGE (also 61 under 2 octets, 57 under 576), NOBUFS (over 255 octets), NOMEM. */
DHCPPERF_API int dhcpperf_client_config_add_option(dhcpperf_client_config *c, uint8_t code,
                                                   const char *text);
/* What stations do wrong on purpose, dhcpperf-fault(5): a plan of the client's side, copied; NULL =
 * nothing.  Shards that are given the same plan apply it each on its own.  INVALID (a server's
 * plan), NOMEM. */
DHCPPERF_API int dhcpperf_client_config_set_faults(dhcpperf_client_config *c,
                                                   const dhcpperf_fault_plan *p);
/* Events of the kinds in the bit mask (1 << kind) go to fn; a mask of 0 costs one test per event.
 * The callback may use getters and dhcpperf_client_do() of this engine, never its verbs. */
DHCPPERF_API int dhcpperf_client_config_set_trace(dhcpperf_client_config *c, dhcpperf_trace_fn fn,
                                                  void *user, uint64_t kinds);
/* The last word on every outgoing message, before End and padding.  Nonzero: the message is not
 * sent and the verb returns CALLBACK.  With an edit function messages are composed one by one
 * instead of from prepared images, and dhcpperf_engine_msg_len() is 0. */
typedef int (*dhcpperf_client_edit_fn)(void *user, uint32_t station, dhcpperf_msg_type type,
                                       dhcpperf_writer *w);
DHCPPERF_API int dhcpperf_client_config_set_edit(dhcpperf_client_config *c,
                                                 dhcpperf_client_edit_fn fn, void *user);
/* Vouches for a FORCERENEW (RFC 3203) that came by unicast to a bound station from its server: 1 =
 * authentic, the station renews at once; 0 = it is counted and ignored.  message.h gives the octets
 * a MAC is computed over; the library holds no keys. */
typedef int (*dhcpperf_client_authenticate_fn)(void *user, uint32_t station,
                                               const dhcpperf_msg *msg);
/* Without such a function every FORCERENEW is counted and ignored.  NULL takes it away. */
DHCPPERF_API int dhcpperf_client_config_set_authenticate(dhcpperf_client_config *c,
                                                         dhcpperf_client_authenticate_fn fn,
                                                         void *user);

/* -- life ------------------------------------------------------------------------------------- */

/* Allocates everything the engine will ever need: 64 octets per station and 64 more that are
 * touched only when an address is held twice, or by those who renew, are refused or remember a
 * lease, beside a fixed part; for the referee's address table 8, and 8 with a fault plan.  NOMEM,
 * INVALID (shard; offer.select server without offer.server), RANGE (a window smaller than the
 * shards; a fault plan for 16,777,216 stations), NOBUFS (a message would not fit into 1472 octets).
 */
DHCPPERF_API int dhcpperf_client_new(dhcpperf_client **ret, const dhcpperf_client_config *c,
                                     const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_client_free(dhcpperf_client *cli);
/* What drivers run; borrowed, same lifetime. */
DHCPPERF_API dhcpperf_engine *dhcpperf_client_engine(dhcpperf_client *cli);
/* Origin of the load profile: nothing starts before.  STATE if begun, REENTRANT. */
DHCPPERF_API int dhcpperf_client_begin(dhcpperf_client *cli, dhcpperf_ts now);
/* No station starts any more.  Exchanges in flight may end for `drain` after the latest instant the
 * engine has seen (NEVER: as long as their own policy lasts) and are then counted unanswered; after
 * that, when `release` is nonzero, every bound station sends a RELEASE.  STATE before begin,
 * REENTRANT. */
DHCPPERF_API int dhcpperf_client_stop(dhcpperf_client *cli, dhcpperf_dur drain, int release);
/* 1 when nothing is in flight, nothing waits to be sent and nobody will start by himself.  Leases
 * that are kept do not count before their next renewal. */
DHCPPERF_API int dhcpperf_client_is_done(const dhcpperf_client *cli);

/* -- commands for single stations (take effect at the next pull) -- */
typedef enum dhcpperf_command {
    DHCPPERF_DO_START,   /* IDLE or FAILED: begin with a DISCOVER */
    DHCPPERF_DO_RELEASE, /* holding a lease: give it back (RFC 2131 section 4.4.6), then IDLE */
    DHCPPERF_DO_DECLINE, /* holding a lease: address found in use (3.1 (5)), INIT for 10 s */
    DHCPPERF_DO_VANISH, /* any but IDLE: fall silent without a word, then IDLE; remembers a lease */
    DHCPPERF_DO_RENEW,  /* BOUND: RENEWING now, T1 or not */
    DHCPPERF_DO_REBIND, /* BOUND, RENEWING: REBINDING now */
    DHCPPERF_DO_REBOOT, /* holding a lease, or IDLE or FAILED with one remembered: INIT-REBOOT */
    DHCPPERF_DO_INFORM, /* IDLE or FAILED: one INFORM (section 4.4.3), then IDLE */
    DHCPPERF_DO_DISCOVER, /* IDLE or FAILED: one DISCOVER, its OFFER is left alone, then IDLE */
    DHCPPERF_DO_QUERY,    /* IDLE or FAILED, with relays: one LEASEQUERY (RFC 4388), then IDLE */
    DHCPPERF_DO__FORCE_INT = 0x7fffffff
} dhcpperf_command;
/* `station` counts from 0 in this engine.  STATE if the machine forbids it now (also a reboot or an
 * INFORM of a station that has no address for it), or the engine has not begun or was stopped;
 * RANGE; REENTRANT never: callbacks may call it.  Inside an edit function
 * and a VIOLATION event the station concerned is in the middle of something and takes none: STATE.
 */
DHCPPERF_API int dhcpperf_client_do(dhcpperf_client *cli, uint32_t station, dhcpperf_command what);

/* Lets a rule of the fault plan act from the next message on, or rest.  RANGE (no such rule);
 * callbacks may call it. */
DHCPPERF_API int dhcpperf_client_arm_fault(dhcpperf_client *cli, unsigned rule, int on);

/* -- observation ------------------------------------------------------------------------------ */

/* RFC 2131 figure 5, and the two ends of a simulated life. */
typedef enum dhcpperf_state {
    DHCPPERF_ST_IDLE,       /* not started, or given back */
    DHCPPERF_ST_INIT,       /* waiting before the next DISCOVER */
    DHCPPERF_ST_SELECTING,  /* DISCOVER due or sent */
    DHCPPERF_ST_REQUESTING, /* REQUEST due or sent */
    DHCPPERF_ST_BOUND,
    DHCPPERF_ST_RENEWING,    /* past T1: REQUEST to the server of the lease due or sent */
    DHCPPERF_ST_REBINDING,   /* past T2: REQUEST to any server due or sent */
    DHCPPERF_ST_INIT_REBOOT, /* waiting before it asks for the address it remembers */
    DHCPPERF_ST_REBOOTING,   /* that REQUEST due or sent */
    DHCPPERF_ST_INFORMING,   /* INFORM due or sent */
    DHCPPERF_ST_QUERYING,    /* LEASEQUERY due or sent */
    DHCPPERF_ST_FAILED,      /* gave up */
    DHCPPERF_ST__FORCE_INT = 0x7fffffff
} dhcpperf_state;
/* One station.  GROWING: `size` comes back as the octets that carry meaning.  Instants are those of
 * the engine; DHCPPERF_NEVER = does not happen, also for an infinite lease. */
typedef struct dhcpperf_station {
    size_t size;
    dhcpperf_state state;
    uint32_t index; /* among all shards: what {station} shows */
    uint32_t xid;   /* of the latest exchange; 0 before the first */
    dhcpperf_mac mac;
    dhcpperf_ip4 ip, server_id, giaddr; /* 0.0.0.0 = none */
    dhcpperf_ts began_at;               /* first message due, of a lease or an INFORM; else NEVER */
    dhcpperf_ts bound_at; /* latest ACK, or where the lease counts from; NEVER unless BOUND */
    dhcpperf_ts t1_at, t2_at, expires_at; /* NEVER unless BOUND, RENEWING or REBINDING */
    uint32_t lease_s;                     /* 0 unless the same; 0xffffffff = infinite */
    uint32_t attempts;                    /* packets of the exchange in flight */
} dhcpperf_station;
/* Stations of this engine (this shard). */
DHCPPERF_API uint32_t dhcpperf_client_count(const dhcpperf_client *cli);
/* Stations of this engine in a state, O(1). */
DHCPPERF_API uint32_t dhcpperf_client_count_in(const dhcpperf_client *cli, dhcpperf_state state);
/* RANGE; INVALID when ret_size is smaller than the `size` member. */
DHCPPERF_API int dhcpperf_client_get_station(const dhcpperf_client *cli, uint32_t station,
                                             dhcpperf_station *ret, size_t ret_size);
/* One stage of the scenario.  GROWING.  A stage that was cut short by stop has no end. */
typedef struct dhcpperf_stage {
    size_t size;
    const char *name;               /* borrowed until free; "start" when no scenario was given */
    dhcpperf_ts began_at, ended_at; /* NEVER = not yet */
    uint64_t given;                 /* turns in which a station did something */
    uint64_t lost;                  /* turns for which no station was found that could */
} dhcpperf_stage;
/* Walks the stages from index 0: 1 and the stage, 0 past the end; INVALID. */
DHCPPERF_API int dhcpperf_client_get_stage(const dhcpperf_client *cli, unsigned index,
                                           dhcpperf_stage *ret, size_t ret_size);
/* With the setting stages.wait, for shards that go through the stages together: whether the stage
 * in force, another one following and its end not being an instant of its own, is over for the
 * stations of this engine, its index and since when (each may be NULL).  1 or 0. */
DHCPPERF_API int dhcpperf_client_stage_is_over(const dhcpperf_client *cli, unsigned *ret_index,
                                               dhcpperf_ts *ret_since);
/* Leaves that stage: the next one begins at the instant `at`, when the last shard was through. That
 * may be before what the engine has seen: turns due since then are late.  STATE unless the stage is
 * one that waits, REENTRANT. */
DHCPPERF_API int dhcpperf_client_next_stage(dhcpperf_client *cli, dhcpperf_ts at);
/* The fault plan in force, with hits; NULL = none.  Borrowed until free. */
DHCPPERF_API const dhcpperf_fault_plan *dhcpperf_client_faults(const dhcpperf_client *cli);
/* Live numbers of this engine; read between verbs, clone to keep. */
DHCPPERF_API const dhcpperf_stats *dhcpperf_client_stats(const dhcpperf_client *cli);
/* "SELECTING"; NULL for values this build lacks. */
DHCPPERF_API const char *dhcpperf_state_name(dhcpperf_state s);

/* How much a rule binds. */
typedef enum dhcpperf_level {
    DHCPPERF_LEVEL_MUST,   /* a MUST, or a value that a table of the RFC fixes: a violation */
    DHCPPERF_LEVEL_SHOULD, /* a SHOULD: a remark */
    DHCPPERF_LEVEL__FORCE_INT = 0x7fffffff
} dhcpperf_level;
/* "must" or "should"; NULL for values this build lacks. */
DHCPPERF_API const char *dhcpperf_level_name(dhcpperf_level level);

/* One rule of the referee, which holds every answer against RFC 2131 and its companions while load
 * runs.  GROWING. */
typedef struct dhcpperf_violation {
    size_t size;
    const char *rule;      /* "address-conflict"; static */
    const char *rfc;       /* "RFC 2131 section 3.1"; static */
    uint64_t count;        /* answers that broke it */
    const char *example;   /* the first of them in words, "" if none; borrowed until free */
    const char *id;        /* number of the requirement, "S-038"; static */
    dhcpperf_level level;  /* of the rule */
    dhcpperf_bytes packet; /* payload of the first answer, at most 576 octets of it (see
                              dhcpperf_msg_annotate()); empty if none; borrowed until free */
} dhcpperf_violation;
/* Walks the rules from index 0, by requirement: 1 and the rule, 0 past the end; INVALID. */
DHCPPERF_API int dhcpperf_client_get_violation(const dhcpperf_client *cli, unsigned index,
                                               dhcpperf_violation *ret, size_t ret_size);

DHCPPERF_END_DECLS

#endif
