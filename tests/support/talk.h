/* SPDX-License-Identifier: MIT */
/* talk.h - talking to a server engine: requests composed by the public writer go in by the verbs,
 * replies come out and are compared with a line of words. */
#ifndef TESTS_TALK_H
#define TESTS_TALK_H

#include <libdhcpperf/server.h>

#include "support/allocfail.h"
#include "support/harness.h"

#define SECOND DHCPPERF_NS_PER_S

enum {
    TALK_CAP = 4096
};

/* One request; what is not named is absent or 0.  Addresses are text, octets are hex. */
typedef struct ask {
    int type;           /* dhcpperf_msg_type */
    unsigned client;    /* chaddr 02:00:00:00:hi:lo */
    uint32_t xid;       /* 0 = the next */
    const char *id;     /* option 61 */
    const char *wish;   /* option 50 */
    const char *server; /* option 54 */
    const char *list;   /* option 55: "1,3,6" */
    const char *lease;  /* option 51: "30s", "infinite" */
    const char *info;   /* option 82 */
    const char *more;   /* TLVs as they are */
    const char *ciaddr, *giaddr;
    const char *from;   /* source address; default 0.0.0.0 */
    const char *to;     /* destination address; default 255.255.255.255 */
    const char *chaddr; /* all 16 octets */
    unsigned from_port; /* default 68 */
    unsigned max_size;  /* option 57 */
    unsigned flags, secs, hops;
    unsigned htype, hlen; /* default 1 and 6; 99 = 0 */
    unsigned op;          /* default 1; 99 = 0 */
    const char *siaddr;
    const char *cut; /* not NULL: octets written over the end of the message */
    size_t len;      /* not 0: length of the datagram */
} ask;

typedef struct talk {
    allocfail af;
    dhcpperf_pool *pool;            /* 10.0.0.0/24, .10 to .19, options 3, 6 and 15 */
    dhcpperf_server_config *config; /* 10.0.0.1 */
    dhcpperf_server *server;
    dhcpperf_engine *engine;
    dhcpperf_ts now;
    uint32_t xid;
    dhcpperf_pkt reply; /* the last one pulled */
    uint8_t bytes[TALK_CAP];
    dhcpperf_msg *msg; /* it, parsed */
} talk;

/* A configuration to be changed, then a server. */
void talk_prepare(talk *t);
void talk_open(talk *t);
/* Frees all; no memory may be left. */
void talk_close(talk *t);

void talk_set(talk *t, const char *key, const char *value);
dhcpperf_ip4 talk_ip(const char *text);
size_t talk_hex(const char *text, uint8_t *buf, size_t cap);

/* Composes the request into buf and pkt. */
void talk_compose(talk *t, const ask *a, uint8_t *buf, dhcpperf_pkt *pkt);
/* Delivers it. */
void talk_send(talk *t, const ask *a);
#define SEND(t, ...) talk_send((t), &(ask){__VA_ARGS__})
/* Delivers octets as they are. */
void talk_raw(talk *t, const uint8_t *data, size_t len);
/* Pulls the next reply; 0 when there is none. */
int talk_hear(talk *t);
/* Lets time pass. */
void talk_wait(talk *t, dhcpperf_dur d);

/* The next reply is as the words say: a type, fields like yiaddr=10.0.0.10 or dst=10.0.0.1:67,
 * option values like 51=1h (as formatted, without spaces), options absent like !61 or present like
 * +61, the order of options order=53,54,1.  "nothing" = there is none. */
void talk_expect(talk *t, const char *words, const char *file, int line);
/* The same of the reply that is in `bytes` and `reply`. */
void talk_judge(talk *t, const char *words, const char *file, int line);
#define HEAR(t, words) talk_expect((t), (words), __FILE__, __LINE__)

uint64_t talk_counter(const talk *t, dhcpperf_counter c);
uint64_t talk_exchange(const talk *t, dhcpperf_exchange x, dhcpperf_outcome o);

/* DISCOVER and REQUEST of a client, both answered; its address as text in static storage. */
const char *talk_bind(talk *t, unsigned client);

#endif
