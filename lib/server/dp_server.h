/* SPDX-License-Identifier: MIT */
/* dp_server.h - the inside of the server engine, shared by the files of lib/server.
 *
 *     receive.c    bytes to requests: two passes over chunks of a burst
 *     class.c      classes of clients, and which one a request is in
 *     limits.c     how many requests a second are looked at
 *     agent.c      what relay agents add, and the limit of leases for each
 *     inform.c     who may ask for parameters only
 *     decide.c     requests to decisions (RFC 2131 section 4.3): with discover.c and request.c,
 *                  record.c for whose record it is and grant.c for what is leased (dp_decide.h)
 *     replies.c    decisions to held replies: what is echoed and where it goes
 *     leasequery.c what relay agents ask about leases: RFC 4388
 *     held.c       held replies until their time, their commit and their pull
 *     templates.c  held replies to octets in the caller's buffers
 *     leases.c     events, and the public functions on leases
 *     plan.c       another configuration while serving
 *     faults*.c    what is done wrong on purpose, with rogue.c (dp_faulty.h)
 */
#ifndef DP_SERVER_H
#define DP_SERVER_H

#include <libdhcpperf/server.h>

#include "engine/dp_engine.h"
#include "lease/dp_index.h"
#include "lease/dp_move.h"
#include "lease/dp_store.h"
#include "stats/dp_stats.h"
#include "trace/dp_trace.h"
#include "wire/dp_forms.h"

enum {
    DP_CHUNK = 64,         /* requests looked at before the first is acted upon */
    DP_OWN_MAX = 16,       /* own addresses besides the server identifier */
    DP_CLASS_MAX = 255,    /* classes of clients: numbers fit one octet */
    DP_PROFILE_SETS = 256, /* profiles remembered: sets of DP_WAYS */
    DP_WAYS = 4,
    DP_TEMPLATE_MAX = 1000,   /* longest prepared image */
    DP_PAYLOAD_DEFAULT = 548, /* of the datagram of 576 octets that every client takes */
    DP_BOOT_FILE_MAX = 127,
    DP_ECHO_MAX = 2600 /* chaddr, option 61, one-time options, option 82 */
};

typedef enum dp_reply_to {
    DP_REPLY_AUTO,
    DP_REPLY_RFC,
    DP_REPLY_SOURCE
} dp_reply_to;

/* What relay agents say (option 82); what is absent is empty or 0. */
typedef struct dp_agent {
    dhcpperf_bytes circuit, remote; /* sub-options 1 and 2 */
    uint32_t link, server;          /* 5 (RFC 3527) and 11 (RFC 5107) */
    uint8_t own_port;               /* 19: the relay does not listen on port 67 (RFC 8357) */
} dp_agent;

/* A remote id with leases. */
typedef struct dp_remote {
    uint64_t hash;
    uint32_t leases, next; /* next of its chain or of the free ones: 1 + place, 0 = none */
} dp_remote;

/* How many leases each remote id has, told apart by 64 bits of hash; only with a limit. */
typedef struct dp_remotes {
    uint64_t seed;
    uint32_t limit; /* 0 = none: nothing is counted */
    uint32_t leases, buckets, fresh, free;
    uint32_t *bucket;
    dp_remote *at;
    uint32_t *of_lease; /* 1 + place, 0 = not counted */
} dp_remotes;

typedef struct dp_source {
    uint64_t hash;
    dhcpperf_ts full_at;
} dp_source;

/* Limits of requests a second: buckets of one second's tokens, kept as the instant at which they
 * would be full. */
typedef struct dp_limits {
    dhcpperf_mem mem;
    int on;                     /* one of them is there, or: */
    int paused;                 /* nothing at all is looked at */
    uint32_t rate, source_rate; /* 0 = none */
    dhcpperf_ts full_at;
    uint64_t seed;
    dp_source *source; /* sets of a few each; NULL without source_rate */
} dp_limits;

typedef struct dp_prefix {
    uint32_t network, mask;
} dp_prefix;

/* Who may send INFORM. */
typedef struct dp_inform {
    DP_GROWING(dp_prefix) subnets; /* none = all that are served */
    DP_GROWING(uint64_t) macs;     /* none = everybody; as numbers, ascending in a server */
    uint64_t options[4];           /* bit per code */
    int has_options;               /* only those; else all */
    dhcpperf_ts full_at;           /* of the bucket that inform.rate fills */
} dp_inform;

/* What text can set (settings.def). */
typedef struct dp_server_settings {
    dhcpperf_ip4 server_id;
    dhcpperf_mac mac;
    uint32_t port, client_port;
    int reply_to; /* dp_reply_to */
    int authoritative, echo_client_id, relay, rapid_commit, offer_remaining;
    int leasequery;
    dhcpperf_ip4 next_server;
    char boot_file[DP_BOOT_FILE_MAX + 1];
    uint32_t min_secs, ipv6_only_wait, inform_rate, remote_id_leases, rate, source_rate;
    int override, inform_enabled, bootp;
    uint32_t lease_default, lease_min, lease_max;
    dhcpperf_dur offer_hold, quarantine;
    uint32_t max_sessions, max_held, max_hops;
    dhcpperf_dur service_time, service_jitter;
    uint64_t seed;
} dp_server_settings;

typedef struct dp_condition {
    uint32_t offset; /* of the value in class->bytes */
    int16_t subcode; /* -1 = the option itself */
    uint8_t code, op, len;
} dp_condition;

struct dhcpperf_class {
    dhcpperf_mem mem;
    char name[DP_NAME_CAP];
    DP_GROWING(dp_condition) conditions;
    DP_GROWING(uint8_t) bytes;
    dp_options options;
    int has_lease; /* the three below were set */
    uint32_t lease_default, lease_min, lease_max;
};

/* Class number n is at[n - 1]; 0 is no class. */
typedef struct dp_classes {
    dhcpperf_class **at;
    uint32_t n, cap;
} dp_classes;

struct dhcpperf_server_config {
    dp_server_settings set; /* first: the settings table's object */
    dhcpperf_mem mem;
    DP_GROWING(dhcpperf_pool *) pools;
    dp_classes classes;
    dhcpperf_ip4 own[DP_OWN_MAX];
    unsigned owns;
    dp_share share;
    dp_parts before; /* how addresses were divided among the shares until now */
    dp_inform inform;
    dp_trace trace;
    dhcpperf_server_decide_fn decide;
    void *decide_user;
    dhcpperf_lease_fn sink;
    void *sink_user;
    int hold_ack;
    dhcpperf_fault_plan *faults; /* NULL = none */
};

/* ---- one arrival ---------------------------------------------------------------------------- */

#define DP_CAUSE_NONE DHCPPERF_C__FORCE_INT

/* Options that no template has; they travel with the echo. */
enum {
    DP_EXTRA_RAPID_COMMIT = 1 << 0,
    DP_EXTRA_IPV6_ONLY = 1 << 1,
    DP_EXTRA_SUBNET_SELECTION = 1 << 2,
    DP_EXTRAS_LEN = 2 + 6 + 6 /* octets of all of them */
};

typedef struct dp_request {
    dp_view view;
    dp_key key;
    const dhcpperf_pkt *pkt;
    dhcpperf_ts arrival;
    uint32_t xid, ciaddr, giaddr;
    uint32_t wish;    /* option 50, 0 = none */
    uint32_t local;   /* own address */
    uint32_t name;    /* option 54: it, or what the relay wants there */
    uint32_t subnet;  /* or DP_LEASE_NONE */
    uint32_t lease;   /* the client's record, or DP_LEASE_NONE */
    uint32_t guess;   /* probably the client's record, or DP_LEASE_NONE */
    uint16_t profile; /* known once there is room for a reply */
    dp_agent agent;   /* when there is an option 82 */
    uint8_t has_wish;
    uint8_t is_exchange; /* `exchange` is known */
    uint8_t parsed;      /* the server's message handle holds it */
    uint8_t extras;      /* dp_extra: options of this one reply */
    dhcpperf_exchange exchange;
    dhcpperf_counter cause; /* why it is dropped, or DP_CAUSE_NONE */
} dp_request;

/* ---- one held reply ------------------------------------------------------------------------- */

/* Shapes of replies; LEASE has options 51, 58 and 59, SHORT 51 only, INFORM none of them, QUERY
 * nothing but what travels with the echo, BOOTP neither 53 nor 54; the last two are of fault plans
 * and nobody's answer. */
typedef enum dp_shape {
    DP_SHAPE_LEASE,
    DP_SHAPE_SHORT,
    DP_SHAPE_INFORM,
    DP_SHAPE_NAK,
    DP_SHAPE_QUERY,
    DP_SHAPE_BOOTP, /* no template: laid out by the writer, like those that follow */
    DP_SHAPE_ROGUE, /* of a second server */
    DP_SHAPE_FORCERENEW
} dp_shape;

/* Why a request is refused: text of option 56. */
typedef enum dp_nak {
    DP_NAK_NETWORK,
    DP_NAK_ADDRESS,
    DP_NAK_IN_USE,
    DP_NAK_UNKNOWN,
    DP_NAK_DECIDED,
    DP_NAK_LIMIT
} dp_nak;

enum {
    DP_HELD_BCAST = 1 << 0, /* link-level broadcast */
    DP_HELD_FIT = 1 << 1,   /* does not fit as it is: the writer lays it out */
    DP_HELD_LONG = 1 << 2,  /* not of the common length */
    DP_HELD_OWN = 1 << 3,   /* the client has options of its own; also FIT */
    DP_HELD_EXTRA = 1 << 4, /* not the answer of its exchange, but one besides */
    DP_HELD_FAULT = 1 << 5, /* a fault plan knows more about it */
    DP_HELD_PAST = 1 << 7   /* decided under a configuration that is not in force any more */
};

enum {
    DP_HEAD_LEN = DP_OFF_SNAME, /* octets of the fields that replies differ in */
    DP_ECHO_SHORT = 56
};

/* A decided reply, composed when it is pulled. */
typedef struct dp_reply {
    uint8_t head[DP_HEAD_LEN]; /* as it will be, but for siaddr: that is the template's */
    uint32_t lease_s, name;    /* name: option 54 */
    uint32_t dst_ip, src_ip;   /* as numbers */
    uint32_t ifindex;
    uint16_t vlan[2];
    uint8_t mac[6]; /* of the destination */
    uint16_t dst_port;
    uint16_t len;     /* of the message with its padding */
    uint16_t limit;   /* longest payload, with DP_HELD_FIT */
    uint16_t profile; /* or dp_nak */
    uint16_t subnet;
    uint8_t type, shape, exchange, mark;
    uint16_t echo_len; /* options to be returned in wire form: they are in `brief`, */
    uint8_t past;      /* with DP_HELD_PAST: place in server->past */
    uint32_t echo;     /* unless this is not 0: their cells */
    dhcpperf_ts arrival;
    uint8_t brief[DP_ECHO_SHORT];
} dp_reply;

static inline uint32_t dp_reply_ip(const dp_reply *d, unsigned field)
{
    return dp_get32(d->head + field);
}

/* 1 to DP_ECHO_SHORT octets, without a call: two or more moves that may overlap. */
static inline void dp_copy_brief(uint8_t *to, const uint8_t *from, size_t n)
{
    if (n >= 16) {
        memcpy(to, from, 16);
        if (n > 32) {
            memcpy(to + 16, from + 16, 16);
        }
        if (n > 48) {
            memcpy(to + 32, from + 32, 16);
        }
        memcpy(to + n - 16, from + n - 16, 16);
    } else if (n >= 8) {
        memcpy(to, from, 8);
        memcpy(to + n - 8, from + n - 8, 8);
    } else if (n >= 4) {
        memcpy(to, from, 4);
        memcpy(to + n - 4, from + n - 4, 4);
    } else {
        to[0] = from[0];
        to[n / 2] = from[n / 2];
        to[n - 1] = from[n - 1];
    }
}

typedef struct dp_ring {
    uint32_t *at;
    uint32_t mask, head, tail;
} dp_ring;

/* What a reply waits for. */
typedef struct dp_wait {
    uint64_t seq; /* lease event to be saved */
    uint64_t who; /* whose it is: dp_server_holder() */
} dp_wait;

typedef struct dp_held {
    dp_reply *reply;
    uint32_t cap;
    uint32_t fresh, frees; /* never used from `fresh` on; stack of free ones */
    uint32_t *free;
    dp_ring ready;   /* to be pulled */
    dp_ring waiting; /* for their commit, ascending by seq; only with hold_ack */
    dp_wait *wait;
    dp_timer *timer; /* only with a service time or a fault plan */
    dhcpperf_mem timer_mem;
    dp_wheel wheel;
    dp_cells cells;
    uint32_t used;
    uint32_t longs; /* held replies with DP_HELD_LONG */
} dp_held;

/* ---- prepared replies ----------------------------------------------------------------------- */

/* What clients ask for: a request list (option 55), by clients of a class. */
typedef struct dp_profile {
    uint64_t hash;
    uint32_t refs;       /* held replies that mean it */
    uint32_t generation; /* counts the profiles that had this number; 0 = never used */
    uint8_t class_;      /* 0 = none */
    uint8_t len;
    uint8_t list[255];
} dp_profile;

typedef struct dp_template {
    uint64_t key;           /* what it is for: dp_template_key(); 0 = empty */
    uint16_t len;           /* octets of everything before the echo; 0 = too long for the image */
    uint32_t natural;       /* octets of the reply with End but without echo */
    uint32_t name, lease_s; /* of the reply made last: the values in the image */
    uint8_t image[DP_TEMPLATE_MAX]; /* zeros behind `len` */
} dp_template;

typedef struct dp_templates {
    dp_profile *profiles;
    dp_template *at;
    uint32_t sets;                         /* of DP_WAYS templates, a power of two */
    uint32_t hand;                         /* turns to choose whom to replace */
    int last_profile;                      /* the latest found: mostly the next one, too */
    dp_template *last[DP_SHAPE_QUERY + 1]; /* likewise, by shape */
} dp_templates;

/* ---- leasequery ----------------------------------------------------------------------------- */

/* The relay agent information that a client came with last. */
typedef struct dp_query_info {
    uint32_t name; /* of its cells; 0 = none */
    uint8_t len;
} dp_query_info;

typedef struct dp_query {
    int on; /* else all the rest is empty */
    uint32_t n;
    dp_query_info *info; /* by record */
    dp_index by_chaddr, by_id;
    dp_cells cells;
} dp_query;

/* ---- another configuration while serving ---------------------------------------------------- */

enum {
    DP_PASTS = 16 /* configurations that are over and have replies that were decided under them */
};

/* What such replies need to be composed. */
typedef struct dp_past {
    dhcpperf_mem mem;
    uint32_t refs; /* held replies that mean it */
    dp_server_settings set;
    dhcpperf_pool **pools; /* NULL: the place is free */
    uint32_t n_pools;
    dp_classes classes;
    dp_inform inform;
    dp_templates templates;
    dp_subnet *subnet; /* of the store */
} dp_past;

struct dhcpperf_server {
    dhcpperf_engine engine; /* first: what the verbs dispatch on */
    dhcpperf_mem mem;
    dhcpperf_mem conf_mem; /* of what dp_server_configure() makes */
    dp_server_settings set;
    dhcpperf_pool **pools;
    uint32_t n_pools;
    dp_classes classes;
    dhcpperf_ip4 own[DP_OWN_MAX];
    unsigned owns;
    dp_share share;
    uint32_t home, catch_all; /* subnets, or DP_LEASE_NONE */
    int reservations;         /* there are some, of any share */
    int some_own;             /* some of them have options of their own */
    int learns;               /* own addresses are those that requests come to */
    uint32_t kept;            /* the latest of them */
    dp_inform inform;
    dp_limits limits;
    dp_remotes remotes;
    dp_trace trace;
    dhcpperf_server_decide_fn decide;
    void *decide_user;
    dhcpperf_lease_fn sink;
    void *sink_user;
    int hold_ack;
    struct dp_faulty *faulty; /* NULL = no fault plan */
    uint64_t seq, committed;  /* of lease events */
    int failed;               /* a callback failed inside this verb */
    uint16_t pad;             /* the common length of replies */
    dp_store store;
    /* Getters of a const server tidy wheels and use scratch memory, which nobody can see. */
    struct dhcpperf_server *self_of_const;
    dp_store *store_of_const;
    dp_held *held_of_const;
    dp_held held;
    dp_query query;
    dp_templates templates;
    dhcpperf_stats stats;
    dhcpperf_msg *msg;
    dhcpperf_writer *writer;
    dp_forms forms; /* of requests */
    dp_request chunk[DP_CHUNK];
    uint8_t key_buf[256];
    uint8_t echo_buf[DP_ECHO_MAX];
    dp_past past[DP_PASTS];
};

/* A server that is nothing but what a configuration makes, to take the place of another's, and then
 * what was there before. */
struct dhcpperf_server_plan {
    dhcpperf_mem mem;
    dhcpperf_server *next;
    dhcpperf_server *server; /* whose leases are being moved; NULL = not begun, or done */
    int is_done;
    dp_timer *timer; /* of held replies, for a server that had no delays; NULL = has none, either */
    dp_past past[DP_PASTS]; /* what was left of configurations long over */
    dp_move move;
};

extern const char *const dp_reply_to_names[];

/* receive.c */
int dp_server_recv(dhcpperf_server *s, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now);
int dp_server_owner(const dhcpperf_server *s, const dhcpperf_pkt *pkt);
/* Counts and tells an arrival that gets no answer. */
void dp_server_drop(dhcpperf_server *s, const dp_request *r, dhcpperf_counter cause,
                    dhcpperf_ts now);
/* The full parser's view of the request in s->msg, once. */
int dp_server_parse_fully(dhcpperf_server *s, dp_request *r);

/* class.c */
/* The number of a class by its name, or 0. */
uint32_t dp_classes_find(const dp_classes *c, const char *name);
/* Adds a copy; CONFLICT (the name), FULL, NOMEM. */
int dp_classes_add(dp_classes *c, const dhcpperf_class *k, const dhcpperf_mem *mem);
void dp_classes_fini(dp_classes *c, const dhcpperf_mem *mem);
/* A deep copy on another allocator; NOMEM. */
int dp_class_clone(dhcpperf_class **ret, const dhcpperf_class *k, const dhcpperf_mem *mem);
/* The class that the request is in; 0 = none. */
uint8_t dp_server_class(dhcpperf_server *s, dp_request *r);

/* limits.c */
int dp_limits_init(dp_limits *l, uint32_t rate, uint32_t source_rate, uint64_t seed,
                   const dhcpperf_mem *mem);
void dp_limits_fini(dp_limits *l);
/* Everything is judged to be dropped, or as the limits say again. */
void dp_limits_pause(dp_limits *l, int on);
/* The cause for which a request with a readable head is dropped, or none. */
dhcpperf_counter dp_limits_judge(dp_limits *l, const dp_request *r, dhcpperf_ts now);

/* From a bucket of one second's tokens; 1 when there was one, or no limit. */
static inline int dp_take_token(dhcpperf_ts *inout_full_at, uint32_t rate, dhcpperf_ts now)
{
    dhcpperf_dur each;

    if (rate == 0) {
        return 1;
    }
    each = rate < DHCPPERF_NS_PER_S ? DHCPPERF_NS_PER_S / rate : 1;
    *inout_full_at = *inout_full_at < now ? now : *inout_full_at;
    if (*inout_full_at + each > now + DHCPPERF_NS_PER_S) {
        return 0;
    }
    *inout_full_at += each;
    return 1;
}

/* agent.c */
void dp_agent_read(const dp_view *v, dp_agent *ret);
int dp_remotes_init(dp_remotes *t, uint32_t limit, uint64_t seed, uint32_t leases,
                    const dhcpperf_mem *mem);
void dp_remotes_fini(dp_remotes *t, const dhcpperf_mem *mem);
/* 1 when the remote id has all it may, and the lease is not among them. */
int dp_remotes_is_full(const dp_remotes *t, dhcpperf_bytes remote, uint32_t lease);
/* The lease counts for the remote id (none when empty), or for nobody any more. */
void dp_remotes_add(dp_remotes *t, uint32_t lease, dhcpperf_bytes remote);
void dp_remotes_drop(dp_remotes *t, uint32_t lease);
/* The same as for lease `old` of another table with the same seed; both have limits. */
void dp_remotes_copy(dp_remotes *t, uint32_t lease, const dp_remotes *from, uint32_t old);

/* inform.c */
int dp_inform_copy(dp_inform *to, const dp_inform *from, const dhcpperf_mem *mem);
void dp_inform_fini(dp_inform *f, const dhcpperf_mem *mem);
/* 1 when an INFORM about the address may be answered now. */
int dp_inform_allows(dhcpperf_server *s, const dp_request *r, uint32_t ip, dhcpperf_ts now);

/* decide.c */
void dp_server_act(dhcpperf_server *s, dp_request *r, dhcpperf_ts now);

/* When a reply decided now leaves. */
dhcpperf_ts dp_server_due(const dhcpperf_server *s, const dp_reply *d, dhcpperf_ts now);
/* replies.c: 1 when there is room for a reply to the request, whatever it will be. */
int dp_server_can_hold(dhcpperf_server *s, dp_request *r);
/* The same.  What the path of every packet calls is called from there alone, so that it becomes
 * part of it; who comes by now and then has a copy. */
int dp_server_can_hold_it(dhcpperf_server *s, dp_request *r);
/* Holds a reply; it is dropped and counted when there is no room. */
void dp_server_reply(dhcpperf_server *s, dp_request *r, dhcpperf_msg_type type, uint32_t yiaddr,
                     uint32_t lease_s, dhcpperf_ts now);
/* RFC 8925 3.3: the client can do without an address here, and says so. */
static inline int dp_server_is_ipv6_only(const dhcpperf_server *s, const dp_request *r)
{
    return s->set.ipv6_only_wait != 0 && dp_view_has(&r->view, DP_V_PARAM_LIST) &&
           memchr(dp_view_val(&r->view, DP_V_PARAM_LIST), DHCPPERF_OPT_IPV6_ONLY,
                  dp_view_len(&r->view, DP_V_PARAM_LIST)) != NULL;
}
void dp_server_nak(dhcpperf_server *s, const dp_request *r, dp_nak why, dhcpperf_ts now);

/* A reply besides the answer to a request, of a shape without template, that goes where the answer
 * would go; the lengths and the place in the queue are still to come.  NULL when there is no room;
 * nothing is counted then. */
dp_reply *dp_server_begin_extra(dhcpperf_server *s, const dp_request *r, dhcpperf_msg_type type,
                                dp_shape shape, uint32_t yiaddr);
/* Queues a decided reply, or has it wait for its commit. */
void dp_server_queue(dhcpperf_server *s, dp_reply *d, dhcpperf_ts due, dhcpperf_ts now);

/* Holds an answer to a leasequery: 16 octets of chaddr, then options. */
void dp_server_answer(dhcpperf_server *s, const dp_request *r, dhcpperf_msg_type type, uint32_t ip,
                      uint8_t htype, uint8_t hlen, dhcpperf_bytes octets, dhcpperf_ts now);

/* leasequery.c */
/* For n records; NOMEM. */
int dp_query_init(dp_query *q, uint32_t n, const dhcpperf_mem *mem);
void dp_query_fini(dp_query *q, const dhcpperf_mem *mem);
/* The record is another client's from now on. */
void dp_query_forget(dhcpperf_server *s, uint32_t lease);
/* The record's client was heard of, with this relay agent information or without (NULL). */
void dp_query_remember(dhcpperf_server *s, uint32_t lease, dhcpperf_bytes relay_info);
/* 1 when the leasequery is to be answered. */
int dp_query_is_served(const dhcpperf_server *s, const dp_request *r);
void dp_server_query(dhcpperf_server *s, dp_request *r, dhcpperf_ts now);

/* held.c */
int dp_held_init(dp_held *h, uint32_t cap, int delays, int commits, const dhcpperf_mem *mem);
void dp_held_fini(dp_held *h, const dhcpperf_mem *mem);
/* Has timers from now on; NOMEM. */
int dp_held_add_timers(dp_held *h, dhcpperf_ts now, const dhcpperf_mem *mem);
/* A free slot, or DP_LEASE_NONE. */
static inline uint32_t dp_held_take(dp_held *h)
{
    if (h->frees > 0) {
        h->used++;
        return h->free[--h->frees];
    }
    if (h->fresh < h->cap) {
        h->used++;
        return h->fresh++;
    }
    return DP_LEASE_NONE;
}
static inline int dp_held_is_full(const dp_held *h)
{
    return h->used == h->cap;
}
/* Gives the slot and its echo back. */
static inline void dp_held_drop(dp_held *h, uint32_t i)
{
    if (h->reply[i].echo != 0) {
        dp_cells_drop(&h->cells, h->reply[i].echo);
    }
    h->free[h->frees++] = i;
    h->used--;
}
static inline int dp_ring_is_empty(const dp_ring *r)
{
    return r->head == r->tail;
}
static inline void dp_ring_push(dp_ring *r, uint32_t v)
{
    r->at[r->tail++ & r->mask] = v;
}
static inline uint32_t dp_ring_pop(dp_ring *r)
{
    return r->at[r->head++ & r->mask];
}
/* It may be pulled from `due` on. */
static inline void dp_held_queue(dp_held *h, uint32_t i, dhcpperf_ts due, dhcpperf_ts now)
{
    if (h->timer != NULL && due > now) {
        dp_wheel_set(&h->wheel, i, due);
    } else {
        dp_ring_push(&h->ready, i);
    }
}
/* It may be pulled once the event is committed. */
void dp_held_wait(dp_held *h, uint32_t i, dp_wait until);
/* The next one whose seq is at or before `committed`, or DP_LEASE_NONE. */
uint32_t dp_held_commit(dp_held *h, uint64_t committed);
/* Makes delayed replies ready; their number. */
unsigned dp_held_advance(dp_held *h, dhcpperf_ts now);
/* The next one to be pulled, or DP_LEASE_NONE. */
static inline uint32_t dp_held_next(dp_held *h)
{
    return dp_ring_is_empty(&h->ready) ? DP_LEASE_NONE : dp_ring_pop(&h->ready);
}
dhcpperf_ts dp_held_deadline(dp_held *h);

/* templates.c */
int dp_templates_init(dp_templates *t, uint32_t subnets, const dhcpperf_mem *mem);
void dp_templates_fini(dp_templates *t, const dhcpperf_mem *mem);
/* Number of a profile, remembered until all replies to it are gone; -1 when all places are taken by
 * profiles in use. */
int dp_profile_find(dp_templates *t, uint64_t seed, unsigned class_, const uint8_t *list,
                    size_t len);
int dp_profile_find_it(dp_templates *t, uint64_t seed, unsigned class_, const uint8_t *list,
                       size_t len);
/* Options of the template's own: where their values are in every image. */
enum {
    DP_AT_TYPE = 242,
    DP_AT_SERVER = 245,
    DP_AT_LEASE = 251,
    DP_AT_T1 = 257,
    DP_AT_T2 = 263
};
/* What a template is for in one number, never 0.  A profile of a NAK is its reason. */
static inline uint64_t dp_template_key(const dhcpperf_server *s, uint32_t subnet, unsigned profile,
                                       dp_shape shape)
{
    uint64_t generation = shape == DP_SHAPE_NAK ? 1 : s->templates.profiles[profile].generation;

    return generation << 32 | (uint64_t)subnet << 16 | profile << 3 | (unsigned)shape;
}
dp_template *dp_template_search(dhcpperf_server *s, uint64_t key);
static inline dp_template *dp_template_find(dhcpperf_server *s, uint32_t subnet, unsigned profile,
                                            dp_shape shape)
{
    uint64_t key = dp_template_key(s, subnet, profile, shape);
    dp_template *t = s->templates.last[shape];

    return t->key == key ? t : dp_template_search(s, key);
}
/* Octets of a reply with DP_HELD_OWN before padding, not counting the echo; END is counted. */
uint32_t dp_own_length(dhcpperf_server *s, const dp_reply *d);
/* Gives the writer the echoed options, option 82 only when wanted. */
void dp_reply_add_echo(dhcpperf_server *s, const dp_reply *d, int with_relay_info);
/* Composes a held reply; its length, or NOBUFS. */
int dp_reply_compose(dhcpperf_server *s, uint32_t held, uint8_t *buf, size_t cap);
int dp_reply_compose_it(dhcpperf_server *s, uint32_t held, uint8_t *buf, size_t cap);

/* server.c */
/* A composed reply: where it goes, and that it has left. */
void dp_server_address(const dhcpperf_server *s, uint32_t held, dhcpperf_pkt *pkt);
void dp_server_finish(dhcpperf_server *s, uint32_t held, const dhcpperf_pkt *pkt, dhcpperf_ts now);
/* A reply that cannot be composed, or is lost on purpose. */
void dp_server_give_up(dhcpperf_server *s, uint32_t held);
void dp_server_lose(dhcpperf_server *s, uint32_t held);

/* server.c */
/* An empty server; NULL when there is no memory. */
dhcpperf_server *dp_server_make(const dhcpperf_mem *mem);
/* All that follows from the configuration, except for what lasts as long as the engine; errors as
 * of dhcpperf_server_new().  What there is then is freed by the other one. */
int dp_server_configure(dhcpperf_server *s, const dhcpperf_server_config *c);
void dp_server_unconfigure(dhcpperf_server *s);
/* Replies may have to wait. */
int dp_server_delays(const dhcpperf_server_config *c);

/* plan.c */
void dp_past_fini(dp_past *p);
/* dp_reply_compose() for a reply with DP_HELD_PAST. */
int dp_past_compose(dhcpperf_server *s, uint32_t held, uint8_t *buf, size_t cap);

/* leases.c */
/* Ends an offer or a lease that there is; the sink is told. */
int dp_server_end(dhcpperf_server *s, uint32_t lease, dhcpperf_lease_state why, dhcpperf_ts now);
/* Tells the sink and the listener that a lease changed. */
void dp_server_lease_event(dhcpperf_server *s, uint32_t lease, const dp_request *r,
                           dhcpperf_event_kind kind, int from_state, dhcpperf_ts now);
/* Tells the sink, which there is, that the end of a lease moved with a repeated ACK. */
void dp_server_lease_moved(dhcpperf_server *s, uint32_t lease, const dp_request *r);
/* Ends what ran out up to now; its number. */
unsigned dp_server_expire(dhcpperf_server *s, dhcpperf_ts now);
/* The client's hardware address as the record has it. */
dhcpperf_bytes dp_server_chaddr(const dhcpperf_server *s, uint32_t lease);
/* Who has the address as a lease that has not ended at `now`, in one number that is the same
 * whatever happens to records and subnets in between; 0 = nobody. */
uint64_t dp_server_holder(dhcpperf_server *s, uint32_t ip, dhcpperf_ts now);

#endif
