/* SPDX-License-Identifier: MIT */
/* dp_client.h - the inside of the client engine, shared by its files:
 *
 *   config.c     what the caller asked for            replies.c    arrivals: one cause for each
 *   options.c    the options among it                 referee.c    answers held against the RFC
 *   identity.c   hardware addresses, client ids       fsm.c        the state machine, its actions
 *   relays.c     giaddrs, option 82                   client.c     life, verbs
 *   stations.c   shards, xids, send queue             stages.c     who is told to do what, when
 *   lifetimes.c  when leases are renewed and end      life.c       leaving and coming back
 *   requests.c   composing messages                   timers.c     how long stations wait
 *   commands.c   what single stations are told        observe.c    what can be seen of them
 *   mischief.c   a fault plan at work                 strangers.c  hostile messages besides
 */
#ifndef DP_CLIENT_H
#define DP_CLIENT_H

#include <libdhcpperf/client.h>

#include "base/dp_octets.h"
#include "base/dp_rng.h"
#include "base/dp_text.h"
#include "base/dp_wheel.h"
#include "client/dp_config.h"
#include "client/dp_referee.h"
#include "engine/dp_engine.h"
#include "stats/dp_stats.h"
#include "wire/dp_view.h"

#define DP_STATION_NONE UINT32_MAX
/* Of messages that are no station's. */
#define DP_COOKIE_NOBODY UINT64_MAX

enum {
    DP_N_STATES = DHCPPERF_ST_FAILED + 1,
    DP_CHUNK = 32, /* arrivals looked at before any is acted upon */
    DP_COOKIE_INDEX_BITS = 24,
    DP_COOKIE_DUE_BITS = 40,
    DP_SUBOPT_OVERRIDE = 11, /* of option 82: server identifier (RFC 5107 section 4) */
    DP_PAST = 4 /* attempts of which a late answer is still known, the latest included */
};

/* -- the state machine -- */
typedef enum dp_client_event {
    DP_CE_START,
    DP_CE_DELAY, /* START where clients wait before they speak (K-029) */
    DP_CE_PROBE, /* one DISCOVER, for the OFFER alone */
    DP_CE_OFFER,
    DP_CE_LOOK, /* an OFFER where no more is wanted */
    DP_CE_HOLD, /* an OFFER while others are awaited */
    DP_CE_ACK,
    DP_CE_TAKEN,
    DP_CE_NAK,
    DP_CE_PAUSE, /* advice to do without IPv4 */
    DP_CE_RETRY,
    DP_CE_RESTART,
    DP_CE_STOP,
    DP_CE_RESUME,
    DP_CE_RENEW,
    DP_CE_REBIND,
    DP_CE_EXPIRE,
    DP_CE_REBOOT,
    DP_CE_INFORM,
    DP_CE_QUERY,
    DP_CE_RELEASE,
    DP_CE_DECLINE,
    DP_CE_VANISH
} dp_client_event;

typedef enum dp_client_action {
    DP_CA_IGNORE,
    DP_CA_DELAY,    /* wait, then DISCOVER */
    DP_CA_DISCOVER, /* begin an exchange of a new xid */
    DP_CA_PROBE,    /* the same, for an OFFER that will not be taken */
    DP_CA_SELECT,   /* take the OFFER and ask for it */
    DP_CA_HOLD,     /* keep it while others are awaited */
    DP_CA_LEARN,    /* an answer that is all that was wanted */
    DP_CA_BIND,
    DP_CA_TURN_DOWN, /* ACK of an address in use: DECLINE it */
    DP_CA_REFUSED,   /* NAK: back off, then start over */
    DP_CA_PAUSE,     /* rest for a while, then start over */
    DP_CA_RESEND,
    DP_CA_GIVE_UP, /* out of tries: start over */
    DP_CA_FAIL,
    DP_CA_RENEW,
    DP_CA_REBIND,
    DP_CA_EXTEND, /* ACK of a renewal or rebinding */
    DP_CA_CEASE,  /* no more renewing; the lease goes on */
    DP_CA_EXPIRE,
    DP_CA_REBOOT,  /* wait, then ask for the address remembered */
    DP_CA_REQUEST, /* ask for it */
    DP_CA_RESUME,  /* go on with the lease remembered */
    DP_CA_INFORM,  /* INFORM or LEASEQUERY, by state */
    DP_CA_RELEASE,
    DP_CA_DECLINE,
    DP_CA_VANISH
} dp_client_action;

enum {
    DP_N_CLIENT_EVENTS = DP_CE_VANISH + 1
};

typedef struct dp_client_cell {
    uint8_t action, next; /* dp_client_action, dhcpperf_state */
} dp_client_cell;

extern const dp_client_cell dp_client_fsm[DP_N_STATES][DP_N_CLIENT_EVENTS];

/* -- stations -- */

/* What a station has in the send queue. */
typedef enum dp_station_tx {
    DP_TX_NONE,
    DP_TX_EXCHANGE, /* what the state sends */
    DP_TX_RELEASE,
    DP_TX_DECLINE
} dp_station_tx;

/* How an attempt that is over ended, two bits of `past` each. */
typedef enum dp_station_past {
    DP_PAST_SETTLED,       /* answered or refused to the end: anything more is a duplicate */
    DP_PAST_DISCOVER_OPEN, /* DISCOVER given up: an OFFER would be late */
    DP_PAST_REQUEST_OPEN,  /* anything else given up: its answer would be late */
    DP_PAST_DISCOVER_LATE  /* DISCOVER given up, and the late OFFER has come */
} dp_station_past;

/* One simulated client: one cache line, no pointer.  The octets between the bits keep compilers
 * from reading four octets of them just after one was written, for which processors have to wait.
 */
typedef struct dp_station {
    dp_timer timer;   /* next try or end of a wait; after firing, `due` says when it was due */
    dhcpperf_ts due;  /* of the exchange in flight; BOUND: when the ACK arrived */
    dhcpperf_ts sent; /* its first packet left; BOUND: the lease counts from here (K-059) */
    union {
        dhcpperf_ts began; /* first DISCOVER due (or REQUEST of a reboot); NEVER = not begun */
        uint32_t lease[2]; /* BOUND: lease and T1 in seconds */
        dhcpperf_ts again; /* RENEWING, REBINDING: when the copy in the queue was due */
    } u;
    uint32_t ip, server_id; /* offered or leased address and by whom; 0 = none */
    uint32_t next;          /* 1 + the station behind it in the send queue */
    uint32_t lag_t2;        /* first DISCOVER: sent - due in ns (saturates); BOUND: T2 in s */
    uint16_t attempt;       /* exchanges begun: the moving part of the xid */
    uint16_t secs;          /* as in the latest DISCOVER (K-015) */
    unsigned state : 4;     /* dhcpperf_state */
    unsigned tx : 2;        /* dp_station_tx */
    unsigned queued : 1;    /* linked into the send queue */
    unsigned started : 1;   /* has ever begun: the load profile passes it by */
    uint8_t tries;          /* packets of the exchange in flight, saturating */
    uint8_t past;           /* dp_station_past of the latest DP_PAST attempts */
    unsigned nakked : 1;    /* the latest REQUEST was refused; keep counts how many in a row */
    unsigned kept : 1;      /* its dp_keep has been written */
    unsigned only : 1;      /* wants an OFFER, not a lease */
    unsigned offered : 1;   /* holds an OFFER while others are awaited */
    unsigned resting : 1;   /* INIT: does without IPv4 for a while (RFC 8925) */
    unsigned returned : 1;  /* the latest message gave the lease back: it has no answer */
    unsigned unheard : 1;   /* the server given by address did not answer: broadcasts (K-088) */
} dp_station;

_Static_assert(sizeof(dp_station) == 64, "a station is one cache line");

/* -- stages -- */

/* What became of a stage. */
typedef struct dp_stage_record {
    dhcpperf_ts began, ended; /* NEVER = not yet */
    uint64_t given, lost;     /* turns: taken, and those for which no station was found */
} dp_stage_record;

typedef struct dp_stages {
    unsigned index;  /* of the stage in force; all of them = over */
    uint32_t cursor; /* the station whose turn is next */
    uint32_t round;  /* how often the cursor has begun at the first station */
    uint64_t turns;  /* left; > 0 for ever when endless */
    bool endless;
    bool renews;           /* renewals have places in the window */
    bool busy;             /* giving turns: not again inside */
    dhcpperf_ts end;       /* of the stage in force when it is timed, else NEVER */
    dhcpperf_ts lap_at;    /* due instant of the window's latest turns */
    uint32_t lap;          /* stations looked at for turns of that instant */
    dhcpperf_ts freed_at;  /* latest instant a place in the window became free or a turn was due */
    dhcpperf_ts resume_at; /* the window waits for that after all of them; else NEVER */
    dp_load_iter load;
    uint16_t able[DP_N_STATES]; /* deeds of the stage that a state allows, one bit each */
    dp_stage_record record[DP_SCENARIO_STAGES];
} dp_stages;

/* What a station needs beyond BOUND.  Apart, because a run that only obtains leases never touches
 * it: the pages stay unbacked. */
typedef struct dp_keep {
    dhcpperf_ts lease_from;       /* the lease below counts from here */
    dhcpperf_ts leave_at;         /* when it leaves, or comes back, by itself; 0 = no plan */
    uint32_t lease_s, t1_s, t2_s; /* RENEWING, REBINDING: the lease held; else the one remembered */
    uint32_t last_ip, last_server; /* remembered for a reboot; 0 = nothing */
    uint32_t score;                /* of the OFFER held */
    uint32_t naks;                 /* in a row, when dp_station.nakked */
    uint16_t late; /* dhcpperf_exchange of the latest DP_PAST attempts, 4 bits each; 0 = REQUEST */
    uint16_t laps; /* how often dp_station.attempt has begun again at 0 */
} dp_keep;

_Static_assert(sizeof(dp_keep) == 48, "what comes with keeping a lease");

/* What numbers stations in DUIDs of type UUID. */
typedef struct dp_uuids {
    dp_permutation iaids, lows;
    uint64_t high, low;
} dp_uuids;

/* -- messages prepared at new: what differs per station is patched in -- */
typedef struct dp_image {
    uint8_t *octets; /* msg_len of them, inside the engine's one block of images */
    uint16_t end;    /* options that differ in length begin here, else End stands here */
    uint16_t at_ip, at_server, at_id; /* values of 50, 54 and 61; 0 = absent */
    bool chaddr, ciaddr;              /* names the hardware address; the address */
} dp_image;

enum {
    DP_IMAGE_DISCOVER,
    DP_IMAGE_REQUEST,
    DP_IMAGE_DECLINE,
    DP_IMAGE_RELEASE,
    DP_IMAGE_RENEW, /* also to rebind */
    DP_IMAGE_REBOOT,
    DP_IMAGE_INFORM,
    DP_IMAGE_QUERY,
    DP_N_IMAGES
};

/* One arrival between the two passes of recv. */
typedef struct dp_arrival {
    dp_view view;
    uint32_t station;    /* NONE: no exchange of ours has such an xid */
    uint16_t age;        /* exchanges the station has begun since; 0 = the latest */
    dp_pattern *pattern; /* that it looked like when it had this generation, or NULL */
    uint32_t generation;
    int rc; /* of the parser */
} dp_arrival;

struct dhcpperf_client {
    struct dhcpperf_engine engine;
    dhcpperf_mem mem;
    dhcpperf_client_config cfg; /* own copy */
    dp_station *stations;
    dp_keep *keep; /* one per station */
    uint32_t n;    /* stations of this shard */
    uint32_t in_state[DP_N_STATES];
    uint32_t n_resting;              /* of those in INIT */
    uint32_t n_active;               /* have an exchange under way */
    uint32_t queue_head, queue_tail; /* 1 + station; 0 = empty */
    dp_wheel *wheel;
    dp_stages stages;
    dhcpperf_load *everybody; /* the profile "all" */
    bool leaves, comes_back;  /* stations do so by themselves */
    bool endless;             /* never done before it is stopped */

    uint64_t address_key, jitter_seed, retry_seed;
    dp_retry_first first_waits[DP_N_PHASES];
    dp_permutation xids;   /* (attempt, station) -> xid */
    unsigned index_bits;   /* of an xid before permutation */
    uint32_t attempt_mask; /* attempts are counted modulo this + 1 */
    uint64_t mac_base;
    const dhcpperf_mac *macs; /* of all stations, in place of the base; NULL = none */
    uint32_t *mac_slots;      /* address -> 1 + station among all shards, open addressing */
    uint32_t mac_mask;        /* slots - 1 */
    uint64_t mac_key;
    dp_uuids uuids;  /* for a client.duid-seed */
    uint32_t server; /* destination as a number */

    uint8_t *images;
    dp_image image[DP_N_IMAGES];
    uint32_t msg_len;
    bool varies;                    /* some option differs in length between stations */
    bool has_relay_info;            /* some relay adds option 82 */
    const dp_client_option *own_id; /* option 61 given by the caller, or NULL */
    dhcpperf_writer *writer;        /* images at new; every message with an edit function */
    dhcpperf_msg *msg;              /* for complex replies */

    struct dp_mischief *mischief; /* what it does wrong on purpose; NULL = nothing */
    dhcpperf_stats stats;
    dp_referee referee;
    dp_holders holders;
    dhcpperf_ts drain_at;
    uint32_t release_next; /* RELEASE cursor of stop() */
    bool begun, stopping, release, callback_failed;
    uint32_t acting; /* station in the middle of an arrival or a message: no commands; or NONE */
    dp_arrival chunk[DP_CHUNK];
};

/* -- stations.c -- */
uint32_t dp_shard_stations(uint32_t total, uint32_t index, uint32_t of);
/* Index among all shards from the one in this shard. */
static inline uint32_t dp_station_global(const dhcpperf_client *cli, uint32_t i)
{
    const dp_client_settings *set = &cli->cfg.set;

    if (set->shard_of == 1) {
        return i;
    }
    return (i / DP_CLIENT_RUN * set->shard_of + set->shard_index) * DP_CLIENT_RUN +
           i % DP_CLIENT_RUN;
}
/* The shard of a station among all, and its number there. */
int dp_station_of_global(const dhcpperf_client *cli, uint32_t global, uint32_t *ret_station);
uint32_t dp_station_xid(const dhcpperf_client *cli, uint32_t i);
/* How many there have been, in 24 bits at least and mostly 32: what chances are drawn by must not
 * come again as soon as the xids do. */
static inline uint64_t dp_station_attempts(const dhcpperf_client *cli, uint32_t i)
{
    const dp_station *st = &cli->stations[i];

    return st->kept ? cli->keep[i].laps * (cli->attempt_mask + UINT64_C(1)) + st->attempt
                    : st->attempt;
}
/* Where an xid belongs: its shard (-1: nobody's), and the station and attempt there. */
int dp_station_of_xid(const dhcpperf_client *cli, uint32_t xid, uint32_t *ret_station,
                      uint32_t *ret_attempt);
/* Puts a message into the send queue, at the end unless one of the station is there already. */
void dp_station_enqueue(dhcpperf_client *cli, uint32_t i, dp_station_tx tx);
/* The station whose message is next, or NONE; it stays queued. */
uint32_t dp_station_peek(dhcpperf_client *cli);
void dp_station_dequeue(dhcpperf_client *cli);
/* Stations with an exchange under way: what a closed-loop window limits. */
static inline uint32_t dp_station_active(const dhcpperf_client *cli)
{
    return cli->n_active;
}
/* The same and those that ask for more time: what has to end before a run is over. */
static inline uint32_t dp_station_busy(const dhcpperf_client *cli)
{
    return dp_station_active(cli) + cli->in_state[DHCPPERF_ST_RENEWING] +
           cli->in_state[DHCPPERF_ST_REBINDING];
}

/* -- identity.c -- */
static inline void dp_station_put_mac(const dhcpperf_client *cli, uint32_t global, uint8_t ret[6])
{
    uint64_t octets = dp_network64((cli->mac_base + global) << 16);

    memcpy(ret, cli->macs != NULL ? (const void *)&cli->macs[global] : (const void *)&octets, 6);
}

static inline dhcpperf_mac dp_station_mac(const dhcpperf_client *cli, uint32_t global)
{
    dhcpperf_mac mac;

    dp_station_put_mac(cli, global, mac.b);
    return mac;
}
/* Where a hardware address belongs: its shard (-1: nobody's), and the station there; O(1). */
int dp_identity_find_mac(const dhcpperf_client *cli, dhcpperf_mac mac, uint32_t *ret_station);

/* The hardware address field of an arrival is the one that a station sends; it is empty on links
 * that have no address to put there (RFC 4390). */
static inline bool dp_identity_is_chaddr(const dhcpperf_client *cli, const uint8_t *data,
                                         const dhcpperf_mac *mac)
{
    return data[DP_OFF_HLEN] == cli->cfg.set.hlen &&
           (cli->cfg.set.hlen == 0 || dp_equal6(data + DP_OFF_CHADDR, mac->b));
}

/* Value of option 61; its length, 0 = none. */
size_t dp_identity_render(const dhcpperf_client *cli, const dp_template_values *v, uint8_t *buf);
size_t dp_identity_client_id(const dhcpperf_client *cli, uint32_t i, uint8_t buf[255]);
/* RANGE, INVALID, CONFLICT (an address twice), NOMEM. */
int dp_identity_prepare(dhcpperf_client *cli);
void dp_identity_fini(dhcpperf_client *cli);

/* -- relays.c -- */
/* Relay number, or 0 when there is none. */
static inline uint32_t dp_station_relay(const dhcpperf_client *cli, uint32_t global)
{
    return cli->cfg.relays > 0 ? global / cli->cfg.relay_run % cli->cfg.relays : 0;
}
uint32_t dp_station_giaddr(const dhcpperf_client *cli, uint32_t relay);
/* Longest option 82 of any relay, 0 = none adds one; NOBUFS, RANGE. */
int dp_relays_limit(dhcpperf_client *cli, size_t *ret_len);
/* Value of the option 82 that the relay adds for this station; its length, 0 = it adds none. */
size_t dp_relays_render(const dhcpperf_client *cli, uint32_t i, const dp_template_values *v,
                        uint8_t buf[255]);
size_t dp_relays_info(const dhcpperf_client *cli, uint32_t i, uint8_t buf[255]);

/* What templates of the station are filled with. */
static inline void dp_identity_values(const dhcpperf_client *cli, uint32_t i,
                                      dp_template_values *ret)
{
    ret->station = dp_station_global(cli, i);
    ret->relay = dp_station_relay(cli, ret->station);
    ret->giaddr = cli->cfg.relays > 0 ? dp_station_giaddr(cli, ret->relay) : 0;
    dp_station_put_mac(cli, ret->station, ret->mac.b);
}

/* -- lifetimes.c -- */
typedef struct dp_lifetime {
    dhcpperf_ts from;
    uint32_t lease_s, t1_s, t2_s;
} dp_lifetime;

/* Of the lease held in BOUND, RENEWING and REBINDING, elsewhere of the one remembered. */
dp_lifetime dp_lifetime_of(const dhcpperf_client *cli, uint32_t i);
/* NEVER for a lease without end. */
dhcpperf_ts dp_lifetime_t1_at(const dhcpperf_client *cli, uint32_t i);
dhcpperf_ts dp_lifetime_t2_at(const dhcpperf_client *cli, uint32_t i);
dhcpperf_ts dp_lifetime_ends_at(const dhcpperf_client *cli, uint32_t i);
/* The station's dp_keep, to write to. */
dp_keep *dp_lifetime_touch(dhcpperf_client *cli, uint32_t i);
/* One more attempt: the next xid of the station. */
static inline void dp_station_count_attempt(dhcpperf_client *cli, uint32_t i)
{
    dp_station *st = &cli->stations[i];

    st->attempt = (uint16_t)((st->attempt + 1u) & cli->attempt_mask);
    if (st->attempt == 0) {
        dp_lifetime_touch(cli, i)->laps++;
    }
}
/* Into a station that becomes BOUND. */
void dp_lifetime_hold(dhcpperf_client *cli, uint32_t i, const dp_answer *ack, dhcpperf_ts from);
/* Out of a BOUND station into its dp_keep, and back. */
void dp_lifetime_keep(dhcpperf_client *cli, uint32_t i);
void dp_lifetime_restore(dhcpperf_client *cli, uint32_t i);
/* The lease held, and address and server too, for a reboot; nothing any more. */
void dp_lifetime_remember(dhcpperf_client *cli, uint32_t i);
void dp_lifetime_forget(dhcpperf_client *cli, uint32_t i);
/* The address remembered; the one to inform or to query about; 0 = none. */
uint32_t dp_lifetime_last_ip(const dhcpperf_client *cli, uint32_t i);
uint32_t dp_lifetime_inform_ip(const dhcpperf_client *cli, uint32_t i);

/* -- fsm.c, timers.c -- */

/* Runs one event that happened at `at`; false when the cell says IGNORE. */
bool dp_fsm_run(dhcpperf_client *cli, uint32_t i, dp_client_event event, dhcpperf_ts at,
                const dp_answer *answer);
/* The event of a timer that was due at `at`. */
dp_client_event dp_fsm_timer_event(const dhcpperf_client *cli, const dp_station *st,
                                   dhcpperf_ts at);
bool dp_fsm_holds_lease(const dp_station *st);
/* A wait for something that has not begun: after a lease or DECLINE, before the first message. */
bool dp_fsm_waits_to_begin(const dp_station *st);
/* What a station in a state that asks has in flight. */
dhcpperf_exchange dp_fsm_exchange(const dp_station *st);
/* A message left the send queue at `now`: sets the timer that follows it. */
void dp_fsm_sent(dhcpperf_client *cli, uint32_t i, dp_station_tx tx, dhcpperf_ts now);

/* -- stages.c -- */
/* The latency series to keep, as bits: START_LAG only where the clock starts stations. */
uint32_t dp_stages_series(const dhcpperf_client *cli);
/* Fills in the scenario and the profile that were not given; NOMEM. */
int dp_stages_prepare(dhcpperf_client *cli);
void dp_stages_begin(dhcpperf_client *cli, dhcpperf_ts now);
/* Whether some station may still have a turn. */
bool dp_stages_go_on(const dhcpperf_client *cli);
/* Whether nobody has a turn any more and nothing but exchanges in flight is waited for. */
bool dp_stages_are_over(const dhcpperf_client *cli);
/* When the stages next do something: give a turn, or go on to another stage. */
dhcpperf_ts dp_stages_next(const dhcpperf_client *cli);
/* Does that, at the instant dp_stages_next() named; true when a turn was due. */
bool dp_stages_on_due(dhcpperf_client *cli, dhcpperf_ts due);
/* Gives turns while the closed-loop window has room. */
void dp_stages_fill_window(dhcpperf_client *cli);
/* A place in the window became free at `at`. */
void dp_stages_freed(dhcpperf_client *cli, dhcpperf_ts at);

/* -- requests.c -- */
int dp_requests_prepare(dhcpperf_client *cli);
/* Composes what the station has queued; 0, NOBUFS (nothing changed) or CALLBACK. */
int dp_requests_compose(dhcpperf_client *cli, uint32_t i, dhcpperf_pkt *pkt, dhcpperf_ts now);
/* True for a renewal that passes the relay by (K-072). */
bool dp_requests_is_direct(const dhcpperf_client *cli, const dp_station *st);
/* Raises EV_TX for a composed packet. */
void dp_requests_trace(const dhcpperf_client *cli, uint32_t i, const dhcpperf_pkt *pkt,
                       dhcpperf_ts now);

/* Composes again what an answer answers, as it left; its length. */
uint32_t dp_requests_again(const dhcpperf_client *cli, uint32_t i, uint8_t *buf);

/* -- replies.c -- */
/* What one arrival turned out to be.  No member leaves a gap: it goes from hand to hand in two
 * registers, and what was written in pieces is slow to be read at once. */
typedef struct dp_verdict {
    const char *why;
    dhcpperf_counter cause; /* when it is not an answer */
    int is_answer;
} dp_verdict;

static const dp_verdict dp_is_answer = {.is_answer = true};
void dp_replies_look(dhcpperf_client *cli, dp_arrival *a, dhcpperf_pkt *pkt);
void dp_replies_act(dhcpperf_client *cli, dp_arrival *a, const dhcpperf_pkt *pkt, dhcpperf_ts now);

/* -- offers.c -- */
/* An OFFER that can be used, to a station in SELECTING: takes it, holds it or passes it over. */
dp_verdict dp_offers_choose(dhcpperf_client *cli, uint32_t i, const dp_answer *offer,
                            dhcpperf_ts at);
/* An ACK to the DISCOVER that was asked for (K-089), and what becomes of one that can be used. */
bool dp_offers_is_commit(const dhcpperf_client *cli, const dp_view *v);
dp_verdict dp_offers_commit(dhcpperf_client *cli, uint32_t i, dp_client_event event,
                            const dp_answer *ack, dhcpperf_ts at);
/* Advice to do without IPv4 that was asked for (K-090); lease_s becomes how long. */
bool dp_offers_is_ipv6_only(const dhcpperf_client *cli, const dp_view *v, dp_answer *ret);
dp_verdict dp_offers_pause(dhcpperf_client *cli, uint32_t i, const dp_answer *offer,
                           dhcpperf_ts at);
/* Makes a BOOTP reply (K-047) the answer that it stands for. */
void dp_offers_read_bootp(const dp_view *v, const dhcpperf_pkt *pkt, dp_answer *ret);

/* -- auth.c -- */
/* A FORCERENEW; fills a->station. */
dp_verdict dp_auth_judge(dhcpperf_client *cli, dp_arrival *a, const dhcpperf_pkt *pkt,
                         dhcpperf_ts at);
/* The shard a FORCERENEW is for; -1 when it is none, nobody's, or none would be obeyed. */
int dp_auth_owner(const dhcpperf_client *cli, const dhcpperf_pkt *pkt);

/* -- life.c -- */
/* What the scenario means for stations and for their retransmission. */
void dp_life_prepare(dhcpperf_client *cli);
/* K-029: the random wait of a client that boots. */
dhcpperf_dur dp_life_startup_wait(const dhcpperf_client *cli, uint32_t i);
/* When the station, which became BOUND coming from a state, leaves by itself.  Only if they do. */
dhcpperf_ts dp_life_leaves_at(dhcpperf_client *cli, uint32_t i, unsigned from, dhcpperf_ts at);
/* A BOUND station leaves if its time has come; false when not. */
bool dp_life_leave(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at);
/* The station has left: plans its return. */
void dp_life_rest(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at);
/* It asked something in the meantime: goes on with the rest it had planned, if it had. */
void dp_life_rest_on(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at);

/* -- commands.c -- */
/* The event that commands a deed, -1 = none does. */
int dp_client_event_of(dp_deed deed);
/* Commands a station at the instant `at`: 0, or STATE when it cannot do that now. */
int dp_client_command(dhcpperf_client *cli, uint32_t i, dp_client_event event, dhcpperf_ts at);

/* -- client.c -- */
/* Raises an event when somebody listens to its kind. */
void dp_client_trace(const dhcpperf_client *cli, dhcpperf_event_kind kind, uint32_t i,
                     dhcpperf_ts at, const dhcpperf_pkt *pkt, int msg_type, int from, int to,
                     int reason, const char *detail);

static inline bool dp_client_traces(const dhcpperf_client *cli, dhcpperf_event_kind kind)
{
    return dp_trace_wants(&cli->cfg.trace, kind) != 0;
}

static inline uint64_t dp_since(dhcpperf_ts later, dhcpperf_ts earlier)
{
    return later > earlier ? later - earlier : 0;
}

/* From a message to its answer.  The stamps are of different clocks and places: the kernel's at the
 * socket, ours in this process. */
static inline uint64_t dp_since_sent(dhcpperf_client *cli, dhcpperf_ts answer, dhcpperf_ts sent)
{
    if (answer < sent) {
        dp_stats_add(&cli->stats, DHCPPERF_C_STAMPS_CLAMPED, 1);
        return 0;
    }
    return answer - sent;
}

static inline dhcpperf_ts dp_after(dhcpperf_ts at, dhcpperf_dur wait)
{
    return wait > DHCPPERF_NEVER - at ? DHCPPERF_NEVER : at + wait;
}

#endif
