/* SPDX-License-Identifier: MIT */
/* dp_referee.h - what the referee keeps: counts, examples, and the shapes of answers it has judged.
 */
#ifndef DP_REFEREE_H
#define DP_REFEREE_H

#include <stdbool.h>

#include <libdhcpperf/client.h>

#include "base/dp_text.h"
#include "wire/dp_view.h"

typedef enum dp_rule {
#define X(id, name, requirement, level, rfc) DP_RULE_##id,
#include "client/rules.def"
#undef X
    DP_N_RULES
} dp_rule;

_Static_assert(DP_N_RULES <= 64, "a set of rules is a word");

enum {
    DP_EXAMPLE_LEN = 192,    /* in words */
    DP_EXAMPLE_OCTETS = 576, /* of the answer */
    DP_PATTERN_LEN = 576,    /* answers longer than that are looked at closely, all of them */
    DP_PATTERNS = 8          /* a power of two */
};

/* The first answer that broke a rule. */
typedef struct dp_example {
    char words[DP_EXAMPLE_LEN];
    uint16_t len;
    uint8_t octets[DP_EXAMPLE_OCTETS];
} dp_example;

/* What an answer tells the machine. */
typedef struct dp_answer {
    uint32_t ip, server_id, lease_s, t1_s, t2_s;
} dp_answer;

/* What an answer answers: decides which fields and options it may have. */
typedef enum dp_asked {
    DP_ASKED_DISCOVER,
    DP_ASKED_REQUEST, /* in SELECTING */
    DP_ASKED_REBOOT,  /* REQUEST of INIT-REBOOT */
    DP_ASKED_RENEW,
    DP_ASKED_REBIND,
    DP_ASKED_INFORM
} dp_asked;

enum {
    DP_N_ASKED = DP_ASKED_INFORM + 1
};

/* How an answer looks that was judged.  One that equals it in every octet under the mask has the
 * same options with the same lengths at the same places and the same header but for addresses and
 * xid: what those can break is known, and so is where every value lies. */
typedef struct dp_pattern {
    uint32_t len;                /* 0 = unused */
    uint32_t generation;         /* changes with what it describes */
    unsigned judged;             /* set of dp_asked */
    uint64_t broken[DP_N_ASKED]; /* sets of dp_rule */
    dp_view view;                /* of any of them, but for the payload it is in */
    uint8_t octets[DP_PATTERN_LEN], mask[DP_PATTERN_LEN];
} dp_pattern;

typedef struct dp_referee {
    uint64_t counts[DP_N_RULES];
    dp_example *examples; /* DP_N_RULES of them */
    dp_pattern *patterns; /* DP_PATTERNS of them */
    const dp_view *view;  /* the arrival that is acted upon; NULL between arrivals */
    dp_pattern *pattern;  /* that describes it, or NULL */
    uint64_t broken;      /* set of dp_rule, by the arrival that is looked at closely */
    uint32_t generation;  /* of the latest pattern */
    bool plain;           /* the view says all about the arrival */
    bool looks_away;      /* it answers a message that was spoiled on purpose */
    bool has_list;        /* option 55 is sent, the same for all stations */
    bool wants_timers;    /* T1 and T2 are in it */
    bool overrides;       /* relay agents have themselves addressed as the server (RFC 5107) */
} dp_referee;

/* Stations that hold an address together with the one in its slot: 1 + station, 0 = none. */
typedef struct dp_holder_link {
    uint32_t next, prev;
} dp_holder_link;

typedef struct dp_holders {
    uint32_t *slots;       /* address -> station, tag in the high 8 bits, 0 = empty */
    dp_holder_link *links; /* one per station, untouched until addresses are held twice */
    uint32_t n_slots;
    uint32_t linked; /* stations that have a prev */
} dp_holders;

/* -- referee.c -- */
int dp_referee_init(dhcpperf_client *cli);
void dp_referee_fini(dhcpperf_client *cli);
/* That arrival, meant for station i, broke a rule at `at`; `text` says how, NULL = the name of the
 * rule says it all. */
void dp_referee_note(dhcpperf_client *cli, dp_rule rule, uint32_t i, dhcpperf_ts at,
                     const dp_text *text);
/* The same without example: those have one. */
void dp_referee_note_again(dhcpperf_client *cli, uint64_t broken);
/* "<what>10.0.0.1<between>10.0.0.2" */
void dp_referee_note_ips(dhcpperf_client *cli, dp_rule rule, uint32_t i, dhcpperf_ts at,
                         const char *what, uint32_t a, const char *between, uint32_t b);
/* An ACK gave the station its address, anew or again: a conflict while another's lease lasts. */
void dp_referee_bind(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at);
/* Whether `ip`, which an ACK would give the station, is in use: the same conflict. */
bool dp_referee_is_taken(dhcpperf_client *cli, uint32_t i, uint32_t ip, dhcpperf_ts at);

/* -- referee_rules.c -- */
/* Once the messages are prepared. */
void dp_referee_prepare(dhcpperf_client *cli);
/* Every rule for which the answer and what it answers are enough. */
void dp_referee_check(dhcpperf_client *cli, uint32_t i, const dp_view *v, dp_asked asked,
                      dhcpperf_ts at);

/* -- referee_patterns.c -- */
/* The pattern of an arrival that looks like one judged before, or NULL. */
dp_pattern *dp_pattern_find(const dp_referee *r, const uint8_t *data, size_t len);
/* What such an arrival holds. */
void dp_pattern_view(const dp_pattern *p, const uint8_t *data, dp_view *ret);
/* Remembers how a plain answer looks; NULL when it cannot. */
dp_pattern *dp_pattern_learn(dp_referee *r, const dp_view *v);

/* -- referee_close.c -- */
/* The same, however much the answer looks like one judged before; the set of rules broken by what
 * a pattern describes. */
uint64_t dp_referee_check_closely(dhcpperf_client *cli, uint32_t i, const dp_view *v,
                                  dp_asked asked, dhcpperf_ts at);
/* What must hold of an ACK that can be used, beside that. */
void dp_referee_check_ack(dhcpperf_client *cli, uint32_t i, const dp_view *v, dp_asked asked,
                          const dp_answer *ack, dhcpperf_ts at);

/* -- referee_table.c -- */
int dp_referee_table_init(dhcpperf_client *cli);
void dp_referee_table_fini(dhcpperf_client *cli);
/* Fetches the slot that hold will look at. */
void dp_referee_prefetch(const dhcpperf_client *cli, uint32_t ip);
/* The station holds its address from now on; another whose lease of it lasts at `at`, or NONE. */
uint32_t dp_referee_hold(dhcpperf_client *cli, uint32_t i, dhcpperf_ts at);
/* A station other than i whose lease of `ip` lasts at `at`, or NONE. */
uint32_t dp_referee_other(dhcpperf_client *cli, uint32_t i, uint32_t ip, dhcpperf_ts at);
/* The station lets its address go; before that changes. */
void dp_referee_unbind(dhcpperf_client *cli, uint32_t i);

#endif
