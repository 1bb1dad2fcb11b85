/* SPDX-License-Identifier: MIT */
/* faulted.h - a server with a fault plan on a virtual network, and one port from which requests are
 * sent and at which every packet it sends is seen, as it is and when.
 *
 *     faulted f;
 *     faulted_prepare(&f, "set op = 1 on offer");
 *     faulted_open(&f);
 *     ASK(&f, .type = DHCPPERF_DISCOVER, .client = 1);
 *     ck_assert_uint_eq(f.n, 1);
 *     faulted_close(&f); */
#ifndef TESTS_FAULTED_H
#define TESTS_FAULTED_H

#include <libdhcpperf/vnet.h>

#include "support/talk.h"

enum {
    FAULTED_CAP = 2048,
    FAULTED_MAX = 256, /* packets in one test */
    FAULTED_OUT = 64
};

/* A packet at the port. */
typedef struct heard {
    dhcpperf_ts when;
    dhcpperf_pkt pkt; /* data points to bytes */
    uint8_t bytes[FAULTED_CAP];
    size_t len;
} heard;

typedef struct faulted {
    talk t; /* pool, configuration and server */
    dhcpperf_fault_plan *plan;
    dhcpperf_vnet *net;
    dhcpperf_engine *port; /* the test's own */
    heard at[FAULTED_MAX];
    unsigned n;
    heard out[FAULTED_OUT]; /* to be sent */
    unsigned n_out;
    int has_macs; /* requests come with hardware addresses, as frames bring them */
} faulted;

/* A plan (NULL = none) and a configuration to be changed, then both on a network. */
void faulted_prepare(faulted *f, const char *plan);
void faulted_open(faulted *f);
/* Frees all; no memory may be left. */
void faulted_close(faulted *f);

dhcpperf_fault_plan *faulted_plan(const char *text, const dhcpperf_mem *mem);

/* Sends a request now; everything of this instant happens. */
void faulted_ask(faulted *f, const ask *a);
#define ASK(f, ...) faulted_ask((f), &(ask){__VA_ARGS__})
/* Sends a packet as it is. */
void faulted_send(faulted *f, const dhcpperf_pkt *pkt);
/* Lets time pass. */
void faulted_wait(faulted *f, dhcpperf_dur d);

/* What the words of talk_expect() say about packet k. */
void faulted_says(faulted *f, unsigned k, const char *words, const char *file, int line);
#define SAYS(f, k, words) faulted_says((f), (k), (words), __FILE__, __LINE__)
/* Packet k was heard at this instant. */
#define WHEN(f, k, instant) ck_assert_uint_eq((f)->at[k].when, (instant))

/* How often a rule has acted; all rules together are what the counter says. */
uint64_t faulted_hits(const faulted *f, unsigned rule);
/* The counter of all faults is this. */
void faulted_counts(const faulted *f, uint64_t n, const char *file, int line);
#define FAULTS(f, n) faulted_counts((f), (n), __FILE__, __LINE__)

/* Plays `script` with the plan twice with one seed: what is heard, and when, is the same. */
void faulted_repeats(const char *plan, void (*script)(faulted *f));

/* ---- surgery: what a packet would be, changed by hand --------------------------------------- */

typedef struct image {
    uint8_t bytes[FAULTED_CAP];
    size_t len, least; /* octets it is padded to */
} image;

/* Words, each one change: @8=0a0b octets at an offset; 51=0000 an option's value (in its place, or
 * last); -51 without it; +51=0000 another one last; ^51 it is first; $51 it is last; split=61/2;
 * pads=2; noend; tail=ff00 behind the End; len=250 cut; size=576 padded.  Otherwise a padded
 * message stays as long as it was. */
void image_change(image *m, const char *words);

/* ---- a conversation ------------------------------------------------------------------------- */

/* The replies of a server without faults, in this order. */
enum {
    SAID_OFFER, /* to client 1, which has option 61 and gets 10.0.0.10 */
    SAID_ACK,
    SAID_RENEW,
    SAID_REBIND,
    SAID_REBOOT,
    SAID_INFORM,
    SAID_OTHER_OFFER, /* to client 2 */
    SAID_NAK,         /* to client 3 */
    SAID_RELAYED,     /* an OFFER to client 4 behind 10.0.0.9, with option 82 */
    SAID_RELAYED_ACK,
    SAID_ALL
};
#define SAID(reply) (1u << SAID_##reply)

void faulted_converse(faulted *f);

/* Replies of the conversation that a plan of one rule changes, and how: words of image_change(), or
 * "random" (a comparison of the caller's own). */
typedef struct fault_case {
    const char *plan;
    unsigned replies; /* SAID() */
    const char *change;
} fault_case;

/* The plan changes these replies so, and nothing else; its hits are as many; once more it does the
 * same. */
void fault_case_holds(const fault_case *c);
#define CASES(table)                                                                               \
    do {                                                                                           \
        size_t case_;                                                                              \
        for (case_ = 0; case_ < sizeof(table) / sizeof(table)[0]; case_++) {                       \
            fault_case_holds(&(table)[case_]);                                                     \
        }                                                                                          \
    } while (0)

/* The conversation with a plan, without one when it is NULL: a copy of what was said. */
const faulted *fault_case_play(const char *plan);

#endif
