/* SPDX-License-Identifier: MIT */
/* fake.h - a client engine, a scripted server and a clock, for the tests of the client engine.  It
 * drives the five verbs and nothing else: what the engine pulls goes to `serve`, which may queue
 * answers with fake_answer(); those arrive when the clock gets there. */
#ifndef TESTS_CLIENT_FAKE_H
#define TESTS_CLIENT_FAKE_H

#include <libdhcpperf/client.h>

enum {
    FAKE_MAX_LEN = 1500
};

#define FAKE_MS DHCPPERF_NS_PER_MS
#define FAKE_S  DHCPPERF_NS_PER_S

/* One answer, before it is composed. */
typedef struct fake_reply {
    dhcpperf_msg_type type;
    uint8_t op;
    uint32_t xid, yiaddr, server_id, giaddr; /* server_id 0: option 54 left out */
    uint32_t lease_s, t1_s, t2_s;            /* 0: option left out */
    uint32_t ciaddr, siaddr;
    uint8_t chaddr[6], htype, hlen;
    uint16_t flags; /* of a NAK through a relay: BROADCAST whatever this is */
    uint8_t relay_info[255], client_id[255];
    size_t relay_info_len, client_id_len; /* 0: left out */
    uint8_t more[64];                     /* options in wire form, behind the others */
    size_t more_len;
    size_t min_len; /* padded to this */
    uint32_t to;    /* address it was sent to; 0 = not known */
    int split;      /* 51 in file and 54 in sname (option 52) */
} fake_reply;

typedef struct fake_arrival {
    dhcpperf_ts at;
    uint64_t seq;
    uint32_t to;
    uint16_t len;
    uint8_t data[FAKE_MAX_LEN];
} fake_arrival;

typedef struct fake {
    dhcpperf_client *cli;
    dhcpperf_engine *e;
    dhcpperf_msg *msg;
    dhcpperf_writer *w;
    dhcpperf_ts now;
    unsigned burst;       /* packets per verb */
    dhcpperf_dur latency; /* of each answer of fake_serve() */
    uint32_t server_id, pool, lease_s;
    /* Called for each packet that left. */
    void (*serve)(struct fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg);
    /* Called before that, also for what cannot be parsed, which `lax` allows to leave. */
    void (*see)(struct fake *f, const dhcpperf_pkt *pkt);
    int lax;
    /* Octets of each buffer that is lent; 0: as much as the engine says that it needs. */
    unsigned room;
    void *user;
    uint64_t digest;     /* of every packet that left, and when */
    uint64_t pulled[16]; /* packets by message type */
    fake_arrival *heap;
    size_t n, cap;
    uint64_t seq;
} fake;

/* A world at instant 0 around an engine made of `c`, not begun; aborts the test on failure. */
void fake_init(fake *f, const dhcpperf_client_config *c);
void fake_fini(fake *f);

/* A well-behaved server: an address from the hardware address, a lease of f->lease_s. */
void fake_serve(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg);

/* What that server would say; 0 when it would keep silent. */
int fake_prepare(const fake *f, const dhcpperf_msg *msg, fake_reply *ret);
/* Composes an answer; its length.  A NAK has no address and no times, but a message. */
size_t fake_compose(fake *f, const fake_reply *r, uint8_t data[FAKE_MAX_LEN]);
/* Composes an answer and lets it arrive at an instant. */
void fake_answer(fake *f, const fake_reply *r, dhcpperf_ts at);
/* Lets any octets arrive. */
void fake_inject(fake *f, const uint8_t *data, size_t len, dhcpperf_ts at);

/* Turns the crank until nothing is left to happen up to and including `until`. */
void fake_run(fake *f, dhcpperf_ts until);
/* Begins at the clock's instant and runs. */
void fake_begin(fake *f, dhcpperf_ts until);

/* Numbers of the engine. */
uint64_t fake_count(const fake *f, dhcpperf_counter c);
uint64_t fake_exchange(const fake *f, dhcpperf_exchange x, dhcpperf_outcome o);
dhcpperf_station fake_station(const fake *f, uint32_t i);
uint64_t fake_violations(const fake *f, const char *rule);
/* Every exchange has one fate; aborts the test naming `where`. */
void fake_check_exchanges(const fake *f, const char *where, int i);
/* The same, and every arrival has one cause. */
void fake_check_balance(const fake *f, const char *where, int i);

/* "stations=3" and the like over the defaults, NULL-ended; aborts when one is refused. */
dhcpperf_client_config *fake_config(const char *const *settings);
uint32_t fake_num(dhcpperf_ip4 ip);
dhcpperf_ip4 fake_ip(uint32_t n);

#endif
