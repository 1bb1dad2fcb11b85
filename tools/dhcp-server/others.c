/* SPDX-License-Identifier: MIT */
/* others.c - a DISCOVER on every link, with the hardware address of the interface, and the wait for
 * an answer to it.  No REQUEST follows, so the offer returns to its server by itself. */
#include "config.h"

#include "dhcp-server/others.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libdhcpperf/message.h>
#include <libdhcpperf/option.h>
#include <libdhcpperf/pump.h>

#include "common/network.h"
#include "common/run.h"

enum {
    ASKS = 2,       /* a second apart */
    PATIENCE_S = 4, /* some servers try for three seconds whether an address is in use */
    CLIENT_PORT = 68,
    SERVER_PORT = 67,
    MESSAGE_MIN = 300,
    MESSAGE_MAX = 1500
};

typedef struct search {
    const others_link *links;
    unsigned n;
    struct pollfd fds[OTHERS_LINKS_MAX];
    uint32_t xid;
    dhcpperf_msg *msg;
    dhcpperf_writer *writer;
} search;

static int fail(const others_link *l, const char *what, char *error, size_t cap)
{
    snprintf(error, cap, "cannot look for other DHCP servers on %s: %s: %s", l->name, what,
             strerror(errno));
    return -1;
}

/* ---- a link --------------------------------------------------------------------------------- */

static int open_link(const others_link *l, char *error, size_t cap)
{
    struct sockaddr_in sa;
    const int one = 1;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    memset(&sa, 0, sizeof sa);
    sa.sin_family = AF_INET;
    sa.sin_port = htons(CLIENT_PORT);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof one) != 0) {
        (void)fail(l, "no socket", error, cap);
    } else if (
#ifdef SO_BINDTODEVICE
        setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, l->name, (socklen_t)strlen(l->name)) != 0 ||
#endif
        bind(fd, (struct sockaddr *)&sa, sizeof sa) != 0) {
        (void)fail(l, "port 68", error, cap);
    } else {
        return fd;
    }
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

/* ---- question and answer -------------------------------------------------------------------- */

static int ask(search *s, unsigned index, char *error, size_t cap)
{
    static const uint8_t wanted[] = {DHCPPERF_OPT_SUBNET_MASK, DHCPPERF_OPT_ROUTER};
    network_link link = {.prefix = 0};
    struct sockaddr_in to;
    char why[400];
    uint8_t buf[MESSAGE_MAX];
    size_t len = 0;
    ssize_t sent;

    (void)network_interface(s->links[index].name, &link, why, sizeof why); /* else zeros */
    dhcpperf_writer_begin(s->writer, buf, sizeof buf, DHCPPERF_DISCOVER, s->xid);
    dhcpperf_writer_set_flags(s->writer, DHCPPERF_FLAG_BROADCAST);
    dhcpperf_writer_set_chaddr(s->writer, 1, (dhcpperf_bytes){link.mac.b, sizeof link.mac.b});
    dhcpperf_writer_add_option(s->writer, DHCPPERF_OPT_PARAM_LIST,
                               (dhcpperf_bytes){wanted, sizeof wanted});
    dhcpperf_writer_add_str(s->writer, DHCPPERF_OPT_VENDOR_CLASS, "dhcp-server: who else serves?");
    if (dhcpperf_writer_finish(s->writer, MESSAGE_MIN, &len) != 0) {
        errno = EMSGSIZE;
        return fail(&s->links[index], "no question", error, cap);
    }
    memset(&to, 0, sizeof to);
    to.sin_family = AF_INET;
    to.sin_port = htons(SERVER_PORT);
    to.sin_addr.s_addr = htonl(INADDR_BROADCAST);
    sent = sendto(s->fds[index].fd, buf, len, 0, (struct sockaddr *)&to, sizeof to);
    /* A link that has just gone down has no server on it. */
    return sent < 0 && errno != ENETDOWN && errno != ENETUNREACH && errno != ENOBUFS
               ? fail(&s->links[index], "no question", error, cap)
               : 0;
}

/* 1 when an answer to our question was waiting there. */
static int hear(search *s, unsigned index, other *ret)
{
    uint8_t buf[MESSAGE_MAX];
    struct sockaddr_in from;
    socklen_t size = sizeof from;
    ssize_t n;

    while ((n = recvfrom(s->fds[index].fd, buf, sizeof buf, 0, (struct sockaddr *)&from, &size)) >=
           0) {
        size = sizeof from;
        if (dhcpperf_msg_parse(s->msg, buf, (size_t)n, DHCPPERF_PARSE_LENIENT, NULL) != 0 ||
            dhcpperf_msg_get_op(s->msg) != 2 || dhcpperf_msg_get_xid(s->msg) != s->xid) {
            continue; /* the answer to somebody else */
        }
        memcpy(ret->server.b, &from.sin_addr, sizeof ret->server.b);
        (void)dhcpperf_msg_get_option_ip4(s->msg, DHCPPERF_OPT_SERVER_ID, &ret->server);
        memcpy(ret->link, s->links[index].name, sizeof ret->link);
        return 1;
    }
    return 0;
}

/* Until then, or until somebody answers. */
static int listen_until(search *s, dhcpperf_ts until, other *ret)
{
    dhcpperf_ts now;
    unsigned i;

    while ((now = dhcpperf_clock_monotonic()) < until) {
        (void)poll(s->fds, s->n, (int)((until - now) / DHCPPERF_NS_PER_MS) + 1);
        for (i = 0; i < s->n; i++) {
            if (hear(s, i, ret)) {
                return 1;
            }
        }
    }
    return 0;
}

static int search_all(search *s, other *ret, char *error, size_t cap)
{
    dhcpperf_ts began;
    unsigned i, asked;

    for (i = 0; i < s->n; i++) {
        s->fds[i].events = POLLIN;
        s->fds[i].fd = open_link(&s->links[i], error, cap);
        if (s->fds[i].fd < 0) {
            return -1;
        }
    }
    began = dhcpperf_clock_monotonic();
    for (asked = 1; asked <= ASKS; asked++) {
        for (i = 0; i < s->n; i++) {
            if (ask(s, i, error, cap) != 0) {
                return -1;
            }
        }
        if (listen_until(s, began + (asked < ASKS ? asked : PATIENCE_S) * DHCPPERF_NS_PER_S, ret)) {
            return 1;
        }
    }
    return 0;
}

int others_look(const others_link *links, unsigned n, other *ret, char *error, size_t cap)
{
    search s;
    unsigned i;
    int found = -1;

    memset(&s, 0, sizeof s);
    s.links = links;
    s.n = n < OTHERS_LINKS_MAX ? n : OTHERS_LINKS_MAX;
    s.xid = (uint32_t)run_fresh_seed();
    for (i = 0; i < OTHERS_LINKS_MAX; i++) {
        s.fds[i].fd = -1;
    }
    if (dhcpperf_msg_new(&s.msg, NULL) != 0 || dhcpperf_writer_new(&s.writer, NULL) != 0) {
        snprintf(error, cap, "out of memory");
    } else {
        found = search_all(&s, ret, error, cap);
    }
    for (i = 0; i < s.n; i++) {
        if (s.fds[i].fd >= 0) {
            close(s.fds[i].fd);
        }
    }
    dhcpperf_writer_free(s.writer);
    dhcpperf_msg_free(s.msg);
    return found;
}
