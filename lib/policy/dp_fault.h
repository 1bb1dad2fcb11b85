/* SPDX-License-Identifier: MIT */
/* dp_fault.h - what a fault plan holds, and what engines do with it.
 *
 *     fault.c         plans: memory, names, counters
 *     fault_words.c   the words of the language, and which action suits which message
 *     fault_parse.c   text to rules: see dp_fault_text.h
 *     fault_format.c  rules to canonical text
 *     fault_match.c   which rule acts on a message: conditions, counting, chance
 *     fault_time.c    how long a reply is held: delays, token buckets
 *     fault_edit.c    surgery on the octets of a message: see dp_fault_edit.h
 *
 * Engines hold a dp_faults, which is a plan of their own with everything that changes while it is
 * in force.  Memory is taken by dp_faults_init() only; time and chance come in as arguments or from
 * the seed.  An engine without a plan tests one pointer.
 *
 * For each message the engine fills in the facts and asks dp_faults_strike() until it says -1.  A
 * rule that it names acts: the engine goes through its actions (dp_fault_actions()), does those
 * that are its own business, and leaves surgery (rule->has_edits) to dp_faults_edit() once the
 * message is composed.
 */
#ifndef DP_FAULT_H
#define DP_FAULT_H

#include <stdbool.h>

#include <libdhcpperf/fault.h>

#include "base/dp_text.h"

/* Messages told apart. */
typedef enum dp_fault_type {
    DP_FT_DISCOVER,
    DP_FT_SELECT, /* the REQUEST states of RFC 2131 4.3.2 */
    DP_FT_REBOOT,
    DP_FT_RENEW,
    DP_FT_REBIND,
    DP_FT_INFORM,
    DP_FT_RELEASE,
    DP_FT_DECLINE,
    DP_FT_LEASEQUERY,
    DP_FT_BOOTP,
    DP_FT_OFFER, /* replies from here on */
    DP_FT_NAK,
    DP_FT_INFORM_ACK, /* ACKs by what they answer */
    DP_FT_SELECT_ACK,
    DP_FT_REBOOT_ACK,
    DP_FT_RENEW_ACK,
    DP_FT_REBIND_ACK,
    DP_FT_RAPID_ACK, /* to a DISCOVER */
    DP_FT_QUERY_REPLY,
    DP_FT_BOOTP_REPLY,
    DP_FT_COUNT
} dp_fault_type;

#define DP_FT_BIT(type)   (UINT32_C(1) << (type))
#define DP_FT_REQUESTS    (DP_FT_BIT(DP_FT_OFFER) - 1)
#define DP_FT_REPLIES     (DP_FT_BIT(DP_FT_COUNT) - DP_FT_BIT(DP_FT_OFFER))
#define DP_FT_REQUEST_ALL (DP_FT_BIT(DP_FT_INFORM) - DP_FT_BIT(DP_FT_SELECT))
#define DP_FT_ACK_ALL     (DP_FT_BIT(DP_FT_QUERY_REPLY) - DP_FT_BIT(DP_FT_SELECT_ACK))

typedef enum dp_fault_verb {
    /* on the way in: the message is not, or differently, decided upon */
    DP_FV_DROP,         /* also on the way out */
    DP_FV_NAK,          /* flag: unicast */
    DP_FV_EXHAUST,      /* as if no address were free */
    DP_FV_FORGET,       /* the client's record is lost first */
    DP_FV_WITHDRAW,     /* NAK, and the lease ends */
    DP_FV_EXPIRE_OFFER, /* the offer has just run out */
    DP_FV_SAME_ADDRESS, /* ip[0] for everybody */
    DP_FV_COMMIT,       /* DISCOVER is answered by an ACK without option 80 */
    DP_FV_STALL,        /* nothing is handled or sent for `d` */
    DP_FV_RESTART,      /* flag: leases are kept; then silence for `d` */
    DP_FV_ROGUE,   /* a second server ip[0] gives ip[1] to ip[2]; how: WITH, BEFORE, AFTER by d */
    DP_FV_RECLAIM, /* leases of clients quiet for `d`, when nobody answers ARP */
    /* on the way out: when, how often and where to */
    DP_FV_CONFLICT,   /* the address in it is found in use by ARP */
    DP_FV_DELAY,      /* dp_faults_delay() */
    DP_FV_DUPLICATE,  /* n more, each `d` after the one before */
    DP_FV_REORDER,    /* leaves behind the next n replies */
    DP_FV_BANDWIDTH,  /* dp_faults_pass() */
    DP_FV_LIMIT,      /* dp_faults_pass() */
    DP_FV_FORCERENEW, /* follows after `d`; flag: broadcast */
    DP_FV_TO_PORT,    /* n */
    DP_FV_TO_BROADCAST,
    DP_FV_TO_UNICAST,
    DP_FV_TO_ADDRESS,   /* ip[0] */
    DP_FV_FROM_PORT,    /* n */
    DP_FV_FROM_ADDRESS, /* ip[0] */
    DP_FV_FRAGMENT,     /* IP datagrams of n octets at most */
    /* of a client */
    DP_FV_HOSTILE, /* messages of the corpus besides; how: n to m, ALL, the NEXT n */
    /* surgery: dp_faults_edit() */
    DP_FV_SET_FIELD,
    DP_FV_SET_OPTION,
    DP_FV_DROP_OPTION,
    DP_FV_APPEND_OPTION,
    DP_FV_COPY_OPTION,
    DP_FV_MOVE_OPTION,
    DP_FV_TRUNCATE_OPTION,
    DP_FV_FLIP_OPTION,
    DP_FV_SORT_OPTION,
    DP_FV_SPLIT_OPTION,
    DP_FV_OVERLOAD,
    DP_FV_DROP_END,
    DP_FV_APPEND_OCTETS,
    DP_FV_OVERRUN,
    DP_FV_PAD,
    DP_FV_FLIP_BITS,
    DP_FV_TRUNCATE,
    DP_FV_SIZE,
    DP_FV_COUNT
} dp_fault_verb;

static inline bool dp_fault_is_edit(unsigned verb)
{
    return verb >= DP_FV_SET_FIELD;
}

/* Fields of the fixed part, for SET_FIELD. */
typedef enum dp_fault_field {
    DP_FF_OP,
    DP_FF_HTYPE,
    DP_FF_HLEN,
    DP_FF_HOPS,
    DP_FF_XID,
    DP_FF_SECS,
    DP_FF_FLAGS,
    DP_FF_CIADDR,
    DP_FF_YIADDR,
    DP_FF_SIADDR,
    DP_FF_GIADDR,
    DP_FF_CHADDR,
    DP_FF_SNAME,
    DP_FF_FILE,
    DP_FF_COOKIE,
    DP_FF_COUNT
} dp_fault_field;

/* How an action does it: of its verb, each starting at 0. */
typedef enum dp_fault_delay {
    DP_FD_FIXED,       /* d */
    DP_FD_UNIFORM,     /* d to e */
    DP_FD_NORMAL,      /* mean d, deviation e, never below 0 */
    DP_FD_EXPONENTIAL, /* mean d */
    DP_FD_SAMPLES      /* one of `len` durations from `at` on */
} dp_fault_delay;

typedef enum dp_fault_turn {
    DP_FR_WITH, /* both at once, ours first */
    DP_FR_BEFORE,
    DP_FR_AFTER
} dp_fault_turn;

typedef enum dp_fault_hostile {
    DP_FH_ALL, /* those made by hand */
    DP_FH_NUMBERS,
    DP_FH_NEXT
} dp_fault_hostile;

typedef enum dp_fault_value {
    DP_FX_OCTETS, /* `len` of them from `at` on */
    DP_FX_RANDOM,
    DP_FX_ADD,       /* n */
    DP_FX_SUBTRACT,  /* n */
    DP_FX_OTHER,     /* what the message before had, of another client */
    DP_FX_BROADCAST, /* of the subnet */
    DP_FX_NETWORK,
    DP_FX_OWN,   /* the address at hand */
    DP_FX_SERVER /* the server identifier */
} dp_fault_value;

typedef enum dp_fault_place {
    DP_FP_FIRST,
    DP_FP_LAST
} dp_fault_place;

enum {                 /* OVERLOAD: DP_OVERLOAD_* of wire/dp_message.h */
    DP_FAULT_FLAG = 1, /* the verb's flag */
    DP_FAULT_IPS = 3
};

/* One action.  What a member means is said beside its verb. */
typedef struct dp_fault_action {
    uint8_t verb, how, code, flags; /* code: an option, or a dp_fault_field */
    uint32_t n, m;
    uint32_t at, len; /* octets in plan->octets, or durations in plan->durs */
    uint32_t ip[DP_FAULT_IPS];
    uint64_t rate; /* BANDWIDTH: bits per second; LIMIT: replies per 1000 s */
    dhcpperf_dur d, e;
    /* running */
    dhcpperf_ts clock; /* until when a bucket's tokens are spent */
    uint32_t share;    /* engines that its bucket is divided among; 0 = one */
} dp_fault_action;

/* Conditions that a rule has. */
enum {
    DP_FC_CHANCE = 1 << 0,
    DP_FC_NTH = 1 << 1,
    DP_FC_EVERY = 1 << 2,
    DP_FC_SKIP = 1 << 3,
    DP_FC_COUNT = 1 << 4,
    DP_FC_BURST = 1 << 5,
    DP_FC_PER_CLIENT = 1 << 6,
    DP_FC_SHARE = 1 << 7,
    DP_FC_MAC = 1 << 8,
    DP_FC_CLASS = 1 << 9,
    DP_FC_RELAY = 1 << 10,
    DP_FC_IP = 1 << 11,
    DP_FC_CIRCUIT = 1 << 12,
    DP_FC_TIME = 1 << 13,
    DP_FC_CYCLE = 1 << 14,
    DP_FC_LEASES = 1 << 15,
    DP_FC_ALSO = 1 << 16, /* acts besides the first one that matches */
    DP_FC_UNARMED = 1 << 17
};

enum {
    DP_FAULT_FLIPS = 64,             /* most bits flipped at once */
    DP_FAULT_HOSTILE_NEXT = 1000000, /* most hostile messages at once, but those of a range */
    DP_FAULT_CLIENTS = 131072,       /* pairs of rule and client counted apart; the others as one */
    DP_FAULT_WORD = 64               /* longest class name, with the NUL */
};

#define DP_FAULT_BILLION UINT32_C(1000000000)

/* What is counted, of a rule or of one client. */
typedef struct dp_fault_count {
    uint64_t seen, struck; /* messages that met who and when; those of them that were struck */
    uint64_t burst;        /* messages still to be struck in a row */
} dp_fault_count;

typedef struct dp_fault_prefix {
    uint32_t network, mask;
} dp_fault_prefix;

typedef struct dp_fault_rule {
    char name[DHCPPERF_FAULT_NAME_MAX + 1]; /* empty = "rule-N", in `number` */
    char number[12];
    uint32_t types;    /* DP_FT_BITs: all requests or all replies */
    uint32_t has;      /* DP_FC_* */
    uint32_t first, n; /* of its actions */
    bool has_edits, only_edits;

    uint32_t chance, share; /* in 1/10^9 */
    uint64_t nth, every, skip, count, burst, leases;
    dhcpperf_dur from, to, cycle; /* to = NEVER: open */
    uint8_t mac[6], mac_mask[6];
    dp_fault_prefix relay, ip;
    char class_[DP_FAULT_WORD];
    uint32_t circuit, circuit_len; /* octets in plan->octets */
    bool circuit_prefix;           /* what follows them does not matter */

    /* running */
    bool armed;
    dhcpperf_ts since; /* windows count from there; NEVER = from the next message on */
    uint64_t hits;
    uint64_t draws, candidates; /* taken for actions; messages that met who and when */
    dp_fault_count counted;
} dp_fault_rule;

struct dhcpperf_fault_plan {
    dhcpperf_mem mem;
    dhcpperf_fault_side side;
    bool match_all;
    unsigned n;
    dp_fault_rule rules[DHCPPERF_FAULT_RULES];
    dp_fault_action *actions;
    uint8_t *octets;
    dhcpperf_dur *durs;
    uint32_t n_actions, n_octets, n_durs;       /* used */
    uint32_t cap_actions, cap_octets, cap_durs; /* allocated */
};

static inline const char *dp_fault_name(const dp_fault_rule *r)
{
    return r->name[0] != '\0' ? r->name : r->number;
}

/* Its actions, r->n of them. */
static inline dp_fault_action *dp_fault_actions(const dhcpperf_fault_plan *p,
                                                const dp_fault_rule *r)
{
    return p->actions + r->first;
}

/* -- fault.c -- */
/* An empty plan; NOMEM. */
int dp_fault_plan_new(dhcpperf_fault_plan **ret, dhcpperf_fault_side side, const dhcpperf_mem *mem);
/* A deep copy on another allocator, armed as the text says, nothing counted; NOMEM. */
int dp_fault_plan_copy(dhcpperf_fault_plan **ret, const dhcpperf_fault_plan *p,
                       const dhcpperf_mem *mem);
/* Puts a copy of the plan, or NULL, where *inout was, which is freed; INVALID when it is for the
 * other side, NOMEM.  After an error *inout is as it was. */
int dp_fault_plan_replace(dhcpperf_fault_plan **inout, const dhcpperf_fault_plan *p,
                          dhcpperf_fault_side side, const dhcpperf_mem *mem);
/* Appends room for one action, `n` octets or `n` durations; NULL when memory is short. */
dp_fault_action *dp_fault_add_action(dhcpperf_fault_plan *p);
uint8_t *dp_fault_add_octets(dhcpperf_fault_plan *p, size_t n);
dhcpperf_dur *dp_fault_add_durs(dhcpperf_fault_plan *p, size_t n);

/* -- a plan in force -- */

typedef struct dp_fault_client {
    uint64_t key; /* of rule and client; 0 = none */
    dp_fault_count counted;
    uint8_t rule;
} dp_fault_client;

typedef struct dp_faults {
    dhcpperf_mem mem;
    dhcpperf_fault_plan *plan; /* its own: what the public functions read */
    uint64_t seed;
    uint32_t types;                /* DP_FT_BITs that some rule is about */
    uint64_t by_type[DP_FT_COUNT]; /* bit per rule */
    uint64_t also;                 /* those that act besides the first one that matches */
    bool wants_other;              /* dp_faults_remember() is needed */
    uint8_t other[2][240];         /* of the latest message, and of one of another client */
    uint8_t n_other;
    dp_fault_client *clients; /* open addressing; NULL when no rule counts by client */
    uint32_t n_clients;
} dp_faults;

/* What a message is. */
typedef struct dp_fault_facts {
    dhcpperf_ts now;
    uint64_t leases;        /* granted so far */
    const uint8_t *chaddr;  /* hlen octets */
    const char *class_;     /* of the client; NULL = none */
    dhcpperf_bytes circuit; /* sub-option 1 of option 82; empty = none */
    uint32_t giaddr;
    uint32_t ip;  /* the address at hand: yiaddr, else ciaddr, else option 50 */
    uint8_t hlen; /* at most 16 */
    uint8_t type; /* dp_fault_type */
} dp_fault_facts;

/* Takes a copy of the plan and all memory.  NOMEM; then *f is empty. */
int dp_faults_init(dp_faults *f, const dhcpperf_fault_plan *p, uint64_t seed,
                   const dhcpperf_mem *mem);
/* Harmless for one that is all zero. */
void dp_faults_fini(dp_faults *f);
/* This engine is one of several that divide the clients: it has its part of each bucket. */
void dp_faults_share(dp_faults *f, uint32_t engines);
/* Windows of all rules that are armed count from here; without this, from the first message on. */
void dp_faults_begin(dp_faults *f, dhcpperf_ts now);
/* Lets a rule act from the next message on, with nothing counted yet, or lets it rest. */
void dp_faults_arm(dp_faults *f, unsigned rule, bool on);

/* Is there anything about such messages?  The first test, before the facts are gathered. */
static inline bool dp_faults_want(const dp_faults *f, unsigned type)
{
    return ((f->types >> type) & 1) != 0;
}

enum {
    DP_FAULT_FOUND = 1 << 8 /* in a cursor: the first rule that matches was named */
};

/* The next rule that acts on the message, or -1; *cursor is 0 before the first call.  The hit is
 * counted, unless surgery is all that the rule does: then dp_faults_edit() counts. */
int dp_faults_strike(dp_faults *f, const dp_fault_facts *x, unsigned *cursor);
/* Takes a hit back: the rule could do nothing to this message. */
void dp_faults_take_back(dp_faults *f, unsigned rule);
/* The next draw of the rule: 64 bits. */
uint64_t dp_faults_draw(dp_faults *f, unsigned rule);

/* -- fault_time.c -- */
/* How long a DELAY is, given 64 random bits. */
dhcpperf_dur dp_fault_delay_of(const dhcpperf_fault_plan *p, const dp_fault_action *a,
                               uint64_t bits);
/* The same with the next draw of the rule. */
dhcpperf_dur dp_faults_delay(dp_faults *f, unsigned rule, const dp_fault_action *a);
/* Of BANDWIDTH and LIMIT: may a reply of that many octets (payload) pass, and when?  false = it is
 * lost: the queue is full.  *ret_due is at least `due`, when it would leave without this. */
bool dp_fault_pass(dp_fault_action *a, size_t octets, dhcpperf_ts due, dhcpperf_ts *ret_due);

/* -- fault_edit.c -- */
/* What surgery may put in.  0 and NULL = unknown: the action that wants it is left out. */
typedef struct dp_fault_edit_facts {
    uint32_t network, broadcast; /* of the subnet; as numbers */
    uint32_t own, server;        /* the address at hand, the server identifier */
} dp_fault_edit_facts;

/* All surgery of a rule, in order, on a payload of `len` octets in a buffer of `cap` (which it may
 * never exceed): the new length.  *ret_done = actions that changed something; those that cannot be
 * done (an option that is not there, no room) are left out.  Anything may be in the octets. */
size_t dp_fault_edit(const dhcpperf_fault_plan *p, unsigned rule, uint8_t *octets, size_t len,
                     size_t cap, const dp_fault_edit_facts *x, const uint8_t *other, uint64_t bits,
                     unsigned *ret_done);
/* The same with what the plan remembers, the next draw of the rule, and its hit counted when
 * something was done and surgery is all that it does. */
size_t dp_faults_edit(dp_faults *f, unsigned rule, uint8_t *octets, size_t len, size_t cap,
                      const dp_fault_edit_facts *x, unsigned *ret_done);
/* For the value `other`: a message as it would leave without faults; when f->wants_other. */
void dp_faults_remember(dp_faults *f, const uint8_t *octets, size_t len);

#endif
