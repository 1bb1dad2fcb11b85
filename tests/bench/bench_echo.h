/* SPDX-License-Identifier: MIT */
/* bench_echo.h - one echo case, and the two pairs that run it. */
#ifndef BENCH_ECHO_H
#define BENCH_ECHO_H

#include <stdint.h>

enum {
    ECHO_LEN = 300,
    ECHO_RUN = 64, /* messages in a row through one relay, and in a train unless told otherwise */
    ECHO_TRAIN_MAX = 128 /* as many as a Linux kernel takes at once */
};

typedef struct echo_case {
    const char *gso; /* on, auto, off */
    unsigned relays; /* client addresses 127.1.x.y, each a destination of the server */
    unsigned run;    /* messages in a row through one relay */
    unsigned train;  /* messages per train; 1 when off */
    unsigned window; /* messages under way */
    unsigned burst;  /* of our pump, 0 = its default */
    double seconds;  /* measured, after warming up */
    const char *key; /* one more setting of our carriers, or NULL */
    const char *value;
    volatile int *stop; /* shared by both sides */
    int compose;        /* the raw pair writes each message as an engine does */
} echo_case;

typedef struct echo_result {
    double per_s;
    double cpu_ns;  /* of both sides, per echo */
    uint64_t total; /* echoes, warming up included */
    uint64_t lost;  /* messages given up when nothing came back */
    uint64_t tx_messages, tx_trains;
} echo_result;

/* Source address of relay i: 127.1.0.1 and up, never ending in 0 or 255. */
uint32_t echo_relay(unsigned i);

/* Servers tell their port through *port (0 = not ready) and end when *stop is set. */
int raw_server(const echo_case *c, volatile int *port);
int raw_client(const echo_case *c, int port, echo_result *ret);
int our_server(const echo_case *c, volatile int *port);
int our_client(const echo_case *c, int port, echo_result *ret);

#endif
