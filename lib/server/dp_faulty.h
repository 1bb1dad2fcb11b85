/* SPDX-License-Identifier: MIT */
/* dp_faulty.h - a server that misbehaves by a plan (fault.h).
 *
 *     faults.c          the plan in force: taken, changed, asked about, told
 *     faults_request.c  what is done to requests before they are decided upon
 *     faults_reply.c    what is done to replies when they are held
 *     faults_pull.c     what is done to replies when they leave: surgery, frames, fragments
 *     faults_arp.c      addresses found in use, and clients looked for
 *     faults_restart.c  a server that dies and comes back
 *     rogue.c           a second server, which knows nothing
 *
 * A server without a plan has no dp_faulty; then nothing here is called.  Invariant: memory is
 * taken when a plan is, never for a packet. */
#ifndef DP_FAULTY_H
#define DP_FAULTY_H

#include "policy/dp_fault.h"
#include "server/dp_decide.h"
#include "wire/dp_arp.h"
#include "wire/dp_frame.h"

enum {
    DP_FAULTY_ROGUES = 8,      /* rogue servers that answer one request */
    DP_FAULTY_BEHIND = 64,     /* replies that others overtake at a time */
    DP_FAULTY_CONFLICTS = 256, /* addresses found in use: the latest */
    DP_FAULTY_PROBES = 64,     /* quiet clients looked for at a time */
    DP_FAULTY_ARPS = 128,      /* frames that wait to be pulled */
    DP_FAULTY_COPIES = 64,     /* at most, of one reply */
    DP_FAULTY_DATAGRAM = 16384 /* longest payload that is sent in fragments */
};

/* What is done to a held reply when it leaves. */
typedef struct dp_faulty_reply {
    uint64_t edits;     /* rules with surgery, a bit for each */
    dhcpperf_dur delay; /* besides the service time */
    uint32_t from_ip;   /* 0 = as it is */
    uint16_t from_port; /* 0 = as it is */
    uint16_t fragment;  /* longest IP datagram; 0 = whatever it takes */
    uint8_t is_framed;  /* only a frame can be that wrong */
} dp_faulty_reply;

/* What rules want of the request at hand. */
typedef struct dp_faulty_order {
    int is_done;      /* it is not decided upon any more */
    int is_unicast;   /* a NAK is sent to the client alone */
    int commits;      /* to an ACK without option 80, which nobody asked for */
    int rapid_commit; /* then: the server's setting */
    dhcpperf_dur later;
    const dp_fault_action *rogues[DP_FAULTY_ROGUES];
    unsigned n_rogues;
} dp_faulty_order;

/* A reply that is overtaken. */
typedef struct dp_faulty_behind {
    uint32_t held;
    uint64_t turn; /* it leaves once that many have left */
} dp_faulty_behind;

/* Where frames come from and go to. */
typedef struct dp_faulty_link {
    uint32_t ifindex;
    uint16_t vlan[2];
} dp_faulty_link;

typedef struct dp_faulty_arp {
    dp_arp arp;
    dp_faulty_link link;
    int is_broadcast;
} dp_faulty_arp;

typedef struct dp_faulty_probe {
    uint32_t lease, ip;
    dhcpperf_ts until; /* 0 = none */
} dp_faulty_probe;

/* A search for quiet clients, one at a time. */
typedef struct dp_faulty_sweep {
    int is_on;
    unsigned rule;
    dhcpperf_dur quiet;
    uint32_t next; /* record to be looked at */
    dp_faulty_link link;
    dp_faulty_probe probes[DP_FAULTY_PROBES];
    unsigned n; /* probes under way */
} dp_faulty_sweep;

/* A datagram that leaves in pieces, octets from `at` on. */
typedef struct dp_faulty_pieces {
    uint8_t *octets; /* its Ethernet and IP header, then what is cut; NULL: no rule does that */
    size_t head, len, at, step;
    uint16_t id;
    dhcpperf_pkt pkt; /* as for the whole */
} dp_faulty_pieces;

struct dp_faulty {
    dhcpperf_mem mem;
    uint64_t text; /* hash of its canonical text; 0 = it has none in common with another one */
    dp_faults run;
    dp_faulty_reply *of; /* by held reply, valid with DP_HELD_FAULT */
    uint32_t cap;
    dhcpperf_ts still_until; /* nothing is taken or sent before */
    dhcpperf_ts down_until;  /* what comes before is lost */
    uint64_t left;           /* replies that have left */
    dp_faulty_order order;
    dp_faulty_behind behind[DP_FAULTY_BEHIND];
    unsigned n_behind;
    uint32_t conflicts[DP_FAULTY_CONFLICTS], n_conflicts; /* how many there ever were */
    dp_faulty_sweep sweep;
    dp_faulty_arp arps[DP_FAULTY_ARPS];
    uint32_t arp_head, arp_tail;
    dp_faulty_pieces pieces;
};

/* -- faults.c -- */
/* Whose plan it is. */
typedef struct dp_faulty_owner {
    uint64_t seed;
    dp_share share;
    uint32_t max_held;
} dp_faulty_owner;
/* A plan made ready for a server: all that can fail.  NOMEM. */
int dp_faulty_new(struct dp_faulty **ret, const dhcpperf_fault_plan *p,
                  const dp_faulty_owner *owner, const dhcpperf_mem *mem);
void dp_faulty_free(struct dp_faulty *f);
/* Puts it (NULL = none) in force, and the one that was there into its place.  One that says the
 * same as that in force changes nothing: its counts go on. */
void dp_faulty_exchange(dhcpperf_server *s, struct dp_faulty **inout, dhcpperf_ts now);
/* What the plan is asked about. */
dp_fault_facts dp_faulty_facts(const dhcpperf_server *s, const dp_request *r, unsigned type,
                               uint32_t ip, dhcpperf_ts now);
/* A rule has acted on a message: counted and told.  r and d are its request and reply, or NULL. */
void dp_faulty_tell(dhcpperf_server *s, unsigned rule, const dp_request *r, const dp_reply *d,
                    dhcpperf_ts now);
/* The next instant at which there is something to do, when replies and leases have theirs. */
dhcpperf_ts dp_faulty_deadline(const dhcpperf_server *s, dhcpperf_ts replies, dhcpperf_ts leases);
/* Does what is due; how much that was. */
unsigned dp_faulty_advance(dhcpperf_server *s, dhcpperf_ts now);

/* -- faults_request.c -- */
/* 1 while nothing is taken. */
static inline int dp_faulty_is_still(const struct dp_faulty *f, dhcpperf_ts now)
{
    return now < f->still_until;
}
/* Before the request is dropped or decided upon; 1 when nothing is to be done about it any more. */
int dp_faulty_act(dhcpperf_server *s, dp_request *r, dhcpperf_ts now);
/* After that. */
void dp_faulty_acted(dhcpperf_server *s, const dp_request *r, dhcpperf_ts now);

/* -- faults_reply.c -- */
/* Instead of queueing a reply that is ready to be held. */
void dp_faulty_hold(dhcpperf_server *s, const dp_request *r, dp_reply *d, dhcpperf_ts now);
/* How much later than usual a held reply leaves. */
static inline dhcpperf_dur dp_faulty_delay(const dhcpperf_server *s, const dp_reply *d)
{
    return (d->mark & DP_HELD_FAULT) != 0 ? s->faulty->of[d - s->held.reply].delay : 0;
}
/* A reply has left: those that it has overtaken may follow. */
void dp_faulty_left(dhcpperf_server *s, uint32_t held);

/* -- faults_pull.c -- */
int dp_faulty_pull(dhcpperf_server *s, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now);
/* 1 when frames wait that are no replies. */
static inline int dp_faulty_has_frames(const struct dp_faulty *f)
{
    return f->arp_head != f->arp_tail || f->pieces.at < f->pieces.len;
}

/* -- faults_arp.c -- */
void dp_faulty_conflict(struct dp_faulty *f, uint32_t ip);
/* Begins to look for quiet clients, unless a search is under way; the rule acts on each that is
 * not found. */
void dp_faulty_sweep_begin(dhcpperf_server *s, const dp_request *r, unsigned rule,
                           dhcpperf_dur quiet);
unsigned dp_faulty_sweep_go_on(dhcpperf_server *s, dhcpperf_ts now);
dhcpperf_ts dp_faulty_sweep_deadline(const struct dp_faulty *f);
/* 1 when the frame was one that was waited for, or got an answer. */
int dp_faulty_hear_arp(dhcpperf_server *s, const dhcpperf_pkt *pkt, dhcpperf_ts now);
/* The next frame that waits; 0 when there is none, or no room for it. */
int dp_faulty_pull_arp(dhcpperf_server *s, dhcpperf_pkt *pkt);

/* -- faults_restart.c -- */
/* All that a server forgets when it dies: replies and offers, and unless `keep` its leases. */
void dp_faulty_restart(dhcpperf_server *s, int keep, dhcpperf_ts now);

/* -- rogue.c -- */
/* 1 when the rogue server has something to say to the request, and there is room for it. */
int dp_rogue_hears(const dhcpperf_server *s, const dp_request *r, const dp_fault_action *a);
/* Holds its reply. */
void dp_rogue_answer(dhcpperf_server *s, const dp_request *r, const dp_fault_action *a,
                     dhcpperf_ts now);
/* Composes a held reply without template: a rogue server's, or a FORCERENEW; its length, or
 * NOBUFS. */
int dp_rogue_compose(dhcpperf_server *s, uint32_t held, uint8_t *buf, size_t cap);

#endif
