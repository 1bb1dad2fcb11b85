/* SPDX-License-Identifier: MIT */
/* responder.c - the least that answers DHCP: the server in front of which load generators meet
 * their own limits.
 *
 * One thread, recvmmsg() and sendmmsg() of up to 64 single messages, a plain socket without trains
 * (no UDP_GRO, no UDP_SEGMENT), no store: the address is made of the hardware address, and the
 * answer goes back to where the request came from.  At the end it says, as one line of JSON, what
 * it saw: an observer of the rate that does not belong to any generator.
 *
 *     responder ADDRESS PORT [SECONDS]       ends after SECONDS (120), or on TERM or INT */
#ifdef HAVE_CONFIG_H
#include "config.h" /* _GNU_SOURCE */
#endif

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
    BURST = 64,
    LEN = 300,       /* of every answer */
    SLOT = 2048,     /* of every request */
    FIXED = 240,     /* RFC 2131 2: octets up to and with the magic cookie */
    OPTION_ID = 61,  /* RFC 2132 9.14 */
    OPTION_TYPE = 53 /* RFC 2132 9.6 */
};

/* What follows the fixed part of every answer: type, server, lease time, mask, router. */
static const uint8_t given[] = {53, 1, 0, 54,  4, 0, 0, 0, 0, 51, 4, 0, 0, 14,
                                16, 1, 4, 255, 0, 0, 0, 3, 4, 0,  0, 0, 0};
enum {
    AT_TYPE = 2,
    AT_SERVER = 5,
    AT_ROUTER = 23
};

typedef struct seen {
    uint64_t discovers, requests, others, unsent;
    uint64_t first_ns, last_ns; /* of the DISCOVERs */
} seen;

static uint8_t in[BURST][SLOT], out[BURST][LEN];
static struct mmsghdr asked[BURST], answers[BURST];
static struct iovec in_iov[BURST], out_iov[BURST];
static struct sockaddr_in from[BURST];
static uint32_t self; /* in network order */
static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

static uint64_t now_ns(void)
{
    struct timespec t;

    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000U + (uint64_t)t.tv_nsec;
}

/* The value of an option and its length; NULL when there is none. */
static const uint8_t *find_option(const uint8_t *p, size_t len, uint8_t code, uint8_t *ret_len)
{
    size_t at = FIXED;

    while (at + 1 < len && p[at] != 255) {
        if (p[at] == 0) {
            at++;
        } else if (at + 2 + p[at + 1] > len) {
            return NULL;
        } else if (p[at] == code) {
            *ret_len = p[at + 1];
            return p + at + 2;
        } else {
            at += 2U + p[at + 1];
        }
    }
    return NULL;
}

/* Writes the answer to a request of that type.  The first 44 octets of a request serve as those of
 * the answer; a client identifier comes back (RFC 6842). */
static void compose(uint8_t *to, const uint8_t *p, size_t len, uint8_t type)
{
    uint8_t id_len = 0;
    const uint8_t *id = find_option(p, len, OPTION_ID, &id_len);
    uint8_t *at = to + FIXED + sizeof given;

    memset(to + 44, 0, LEN - 44);
    memcpy(to, p, 44);
    to[0] = 2;
    memset(to + 12, 0, 4);
    to[16] = 10;
    memcpy(to + 17, p + 31, 3); /* yiaddr: the end of the hardware address */
    to[17] |= 0x40;
    memcpy(to + 236, "\x63\x82\x53\x63", 4);
    memcpy(to + FIXED, given, sizeof given);
    to[FIXED + AT_TYPE] = type;
    memcpy(to + FIXED + AT_SERVER, &self, 4);
    memcpy(to + FIXED + AT_ROUTER, &self, 4);
    if (id != NULL && id_len <= 20) {
        *at++ = OPTION_ID;
        *at++ = id_len;
        memcpy(at, id, id_len);
        at += id_len;
    }
    *at = 255;
}

/* Answers to n requests; how many. */
static unsigned answer(unsigned n, seen *s)
{
    uint64_t now = now_ns();
    unsigned i, k = 0;

    for (i = 0; i < n; i++) {
        size_t len = asked[i].msg_len;
        uint8_t type_len = 0;
        const uint8_t *type = len > FIXED ? find_option(in[i], len, OPTION_TYPE, &type_len) : NULL;

        if (type == NULL || in[i][0] != 1 || (*type != 1 && *type != 3)) {
            s->others++;
            continue;
        }
        if (*type == 1) {
            s->first_ns = s->discovers++ == 0 ? now : s->first_ns;
            s->last_ns = now;
        } else {
            s->requests++;
        }
        compose(out[k], in[i], len, *type == 1 ? 2 : 5);
        answers[k].msg_hdr.msg_name = &from[i];
        k++;
    }
    return k;
}

static void send_all(int fd, unsigned n, seen *s)
{
    unsigned done = 0;
    int rc;

    while (done < n) {
        rc = sendmmsg(fd, answers + done, n - done, 0);
        if (rc <= 0) {
            s->unsent++;
            done++; /* the one that could not go */
        } else {
            done += (unsigned)rc;
        }
    }
}

static void lay_out(void)
{
    unsigned i;

    for (i = 0; i < BURST; i++) {
        in_iov[i] = (struct iovec){in[i], SLOT};
        out_iov[i] = (struct iovec){out[i], LEN};
        asked[i].msg_hdr.msg_iov = &in_iov[i];
        asked[i].msg_hdr.msg_iovlen = 1;
        asked[i].msg_hdr.msg_name = &from[i];
        answers[i].msg_hdr.msg_iov = &out_iov[i];
        answers[i].msg_hdr.msg_iovlen = 1;
        answers[i].msg_hdr.msg_namelen = sizeof from[i];
    }
}

static int serve(int fd, seen *s)
{
    unsigned i;
    int n;

    while (!stop) {
        for (i = 0; i < BURST; i++) {
            asked[i].msg_hdr.msg_namelen = sizeof from[i];
        }
        n = recvmmsg(fd, asked, BURST, MSG_WAITFORONE, NULL);
        if (n < 0 && errno != EINTR) {
            perror("responder: recvmmsg");
            return 1;
        }
        if (n > 0) {
            send_all(fd, answer((unsigned)n, s), s);
        }
    }
    return 0;
}

static int open_socket(const char *address, const char *port)
{
    struct sockaddr_in sin = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), big = 64 << 20;

    sin.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
    if (inet_pton(AF_INET, address, &sin.sin_addr) != 1) {
        fprintf(stderr, "responder: '%s' is not an IPv4 address\n", address);
        return -1;
    }
    self = sin.sin_addr.s_addr;
    if (fd < 0 || bind(fd, (struct sockaddr *)&sin, sizeof sin) != 0) {
        fprintf(stderr, "responder: %s port %s: %s\n", address, port, strerror(errno));
        return -1;
    }
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof big) != 0) {
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof big);
    }
    return fd;
}

int main(int argc, char **argv)
{
    struct sigaction act = {.sa_handler = on_signal}; /* no SA_RESTART: recvmmsg() is to end */
    seen s = {0};
    int fd, rc;

    if (argc < 3 || argc > 4) {
        fprintf(stderr, "usage: responder ADDRESS PORT [SECONDS]\n");
        return 2;
    }
    fd = open_socket(argv[1], argv[2]);
    if (fd < 0) {
        return 1;
    }
    (void)sigaction(SIGTERM, &act, NULL);
    (void)sigaction(SIGINT, &act, NULL);
    (void)sigaction(SIGALRM, &act, NULL);
    (void)alarm(argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 120);
    lay_out();
    fprintf(stderr, "responder: ready\n");
    rc = serve(fd, &s);
    printf("{\"discovers\":%" PRIu64 ",\"requests\":%" PRIu64 ",\"others\":%" PRIu64
           ",\"unsent\":%" PRIu64 ",\"first_ns\":%" PRIu64 ",\"last_ns\":%" PRIu64 "}\n",
           s.discovers, s.requests, s.others, s.unsent, s.first_ns, s.last_ns);
    (void)close(fd);
    return rc;
}
