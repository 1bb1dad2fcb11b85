/* SPDX-License-Identifier: MIT */
/* kill_client.c - clients whose server is killed again and again, in the middle of its work or of
 * its start, and begins anew with what it has stored.
 *
 *     kill_client [--kills N] [--clients N] [--seed N] [--patience MS] [--faults N]
 *                 [--journal FILE] [--holders FILE] [--between COMMAND] -- SERVER FLAG...
 *
 * A few hundred clients in this process obtain, renew, reboot with and release leases, more of them
 * than there are addresses.  After each start every client that was acknowledged an address asks
 * for it as after a reboot (INIT-REBOOT), and must be acknowledged again; no address may ever be
 * acknowledged to a client while another has it.  What a client has is reckoned from the moment it
 * sent its request, so that the server cannot have ended it before.
 *
 * One line of figures at the end; status 0 when nothing was lost and nothing given twice. */
#include "config.h"

#include <libdhcpperf/dhcpperf.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif

#include "integration/kill_book.h"

enum {
    CLIENTS_MAX = 4000,
    DATAGRAM = 1500,
    START_MS = 20000, /* until a server must be ready */
    RETRY_MS = 60,
    THINK_MS = 12,
    LOAD_MS = 90,    /* between ready, or enough work, and kill, at most */
    WORK_MS = 60000, /* until a server must have done some work */
    SHORT_S = 2      /* the lease that a third of the clients wish for */
};
#define MARGIN (500 * DHCPPERF_NS_PER_MS) /* leases that end so soon are not asked for */

#define CHECK(call)                                                                                \
    do {                                                                                           \
        int rc_ = (call);                                                                          \
        if (rc_ < 0) {                                                                             \
            fprintf(stderr, "kill_client: %s: %s\n", #call, dhcpperf_strerror(rc_));               \
            exit(2);                                                                               \
        }                                                                                          \
    } while (0)

typedef enum act {
    THINKING, /* until `due` */
    DISCOVERING,
    REQUESTING, /* SELECTING */
    RENEWING,
    REBOOTING, /* by its own wish */
    VERIFYING  /* the same after a restart, and it must succeed */
} act;

typedef struct client {
    act doing;
    dhcpperf_ip4 ip; /* the last one acknowledged, or offered while REQUESTING */
    dhcpperf_ip4 had, server;
    uint32_t xid;
    unsigned tries;
    dhcpperf_ts first_sent, due;
} client;

typedef struct world {
    book book;
    client clients[CLIENTS_MAX];
    unsigned n, verifying;
    unsigned tries; /* for what must be answered */
    uint64_t chance;
    uint32_t xid;
    int fd;
    struct sockaddr_in server;
    dhcpperf_msg *msg;
    dhcpperf_writer *writer;
    /* the server */
    char **argv;
    char port[8];
    pid_t pid;
    int err; /* its stderr, a pipe */
    unsigned long starts, cut_starts, works;
    dhcpperf_dur start_time; /* that the latest start took */
} world;

static world x;

static void die(const char *what)
{
    fprintf(stderr, "kill_client: %s: %s\n", what, strerror(errno));
    exit(2);
}

static dhcpperf_ts clock_now(void)
{
    return dhcpperf_clock_monotonic();
}

static uint64_t draw(uint64_t below)
{
    x.chance = x.chance * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (x.chance >> 33) % below;
}

/* ---- messages ------------------------------------------------------------------------------- */

static unsigned number_of(const client *c)
{
    return (unsigned)(c - x.clients) + 1;
}

static void send_it(client *c, dhcpperf_msg_type type)
{
    static const dhcpperf_ip4 nowhere;
    uint8_t octets[DATAGRAM], mac[6] = {2, 0, 0, 0, 0, 0}, id[7] = {0, 'k', 'i', 'l', 'l', 0, 0};
    char name[24];
    dhcpperf_bytes b = {mac, sizeof mac};
    unsigned n = number_of(c);
    size_t len;

    mac[4] = id[5] = (uint8_t)(n >> 8);
    mac[5] = id[6] = (uint8_t)n;
    dhcpperf_writer_begin(x.writer, octets, sizeof octets, type, c->xid);
    dhcpperf_writer_set_chaddr(x.writer, 1, b);
    if (n % 3 == 0) {
        b.data = id;
        b.len = sizeof id;
        dhcpperf_writer_add_option(x.writer, DHCPPERF_OPT_CLIENT_ID, b);
    }
    if (c->doing == REQUESTING) {
        dhcpperf_writer_add_ip4(x.writer, DHCPPERF_OPT_SERVER_ID, &c->server, 1);
    }
    if (c->doing == REQUESTING || c->doing == REBOOTING || c->doing == VERIFYING) {
        dhcpperf_writer_add_ip4(x.writer, DHCPPERF_OPT_REQUESTED_IP, &c->ip, 1);
    }
    if (type == DHCPPERF_RELEASE) {
        dhcpperf_writer_add_ip4(x.writer, DHCPPERF_OPT_SERVER_ID, &c->server, 1);
    } else if (n % 3 == 1) {
        dhcpperf_writer_add_u32(x.writer, DHCPPERF_OPT_LEASE_TIME, SHORT_S);
    }
    if (type != DHCPPERF_RELEASE && n % 2 == 0) {
        snprintf(name, sizeof name, "client-%u", n);
        dhcpperf_writer_add_str(x.writer, DHCPPERF_OPT_HOSTNAME, name);
    }
    dhcpperf_writer_set_ciaddr(x.writer,
                               type == DHCPPERF_RELEASE || c->doing == RENEWING ? c->ip : nowhere);
    CHECK(dhcpperf_writer_finish(x.writer, 300, &len));
    /* A server that is not there is as good as one that does not answer. */
    (void)sendto(x.fd, octets, len, 0, (const struct sockaddr *)&x.server, sizeof x.server);
}

static dhcpperf_msg_type type_of(act doing)
{
    return doing == DISCOVERING ? DHCPPERF_DISCOVER : DHCPPERF_REQUEST;
}

static void begin(client *c, act doing, dhcpperf_ts now)
{
    c->doing = doing;
    c->xid = ++x.xid;
    c->tries = 1;
    c->first_sent = now;
    c->due = now + RETRY_MS * DHCPPERF_NS_PER_MS;
    send_it(c, type_of(doing));
}

static void think(client *c, dhcpperf_ts now)
{
    c->doing = THINKING;
    c->due = now + draw(THINK_MS * DHCPPERF_NS_PER_MS);
}

/* ---- answers -------------------------------------------------------------------------------- */

static void verified(client *c)
{
    if (c->doing == VERIFYING) {
        x.verifying--;
    }
}

static int is_same(dhcpperf_ip4 a, dhcpperf_ip4 b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static void acknowledged(client *c, dhcpperf_ip4 ip, dhcpperf_ts now)
{
    uint32_t lease_s = 0;
    unsigned n = number_of(c);

    CHECK(dhcpperf_msg_get_option_u32(x.msg, DHCPPERF_OPT_LEASE_TIME, &lease_s));
    CHECK(dhcpperf_msg_get_option_ip4(x.msg, DHCPPERF_OPT_SERVER_ID, &c->server));
    if (!is_same(ip, c->had) && book_holds(&x.book, n, c->had, now, 0)) {
        book_lost(&x.book, n, c->had, "it was acknowledged another address");
        book_release(&x.book, n, c->had);
    } else if (c->doing == VERIFYING) {
        x.book.kept++;
    }
    verified(c);
    book_ack(&x.book, n, ip, c->first_sent, now, lease_s);
    c->ip = c->had = ip;
    think(c, now);
}

static void refused(client *c, dhcpperf_ts now)
{
    unsigned n = number_of(c);

    /* A NAK to who asks for another address than it has takes nothing away. */
    if (book_holds(&x.book, n, c->ip, now, MARGIN)) {
        book_lost(&x.book, n, c->ip, "it was refused (NAK)");
        book_release(&x.book, n, c->ip);
    }
    verified(c);
    think(c, now);
}

static void hear(const uint8_t *octets, size_t len, dhcpperf_ts now)
{
    dhcpperf_bytes mac;
    client *c;
    unsigned n;
    int type;

    if (dhcpperf_msg_parse(x.msg, octets, len, DHCPPERF_PARSE_LENIENT, NULL) != 0) {
        return;
    }
    mac = dhcpperf_msg_get_chaddr(x.msg);
    n = mac.len == 6 ? (unsigned)mac.data[4] << 8 | mac.data[5] : 0;
    if (n == 0 || n > x.n || dhcpperf_msg_get_xid(x.msg) != x.clients[n - 1].xid) {
        return; /* an answer to what was given up */
    }
    c = &x.clients[n - 1];
    type = dhcpperf_msg_get_type(x.msg);
    if (type == DHCPPERF_OFFER && c->doing == DISCOVERING) {
        c->ip = dhcpperf_msg_get_yiaddr(x.msg);
        CHECK(dhcpperf_msg_get_option_ip4(x.msg, DHCPPERF_OPT_SERVER_ID, &c->server));
        begin(c, REQUESTING, now);
    } else if (type == DHCPPERF_ACK && c->doing >= REQUESTING) {
        acknowledged(c, dhcpperf_msg_get_yiaddr(x.msg), now);
    } else if (type == DHCPPERF_NAK && c->doing >= REQUESTING) {
        refused(c, now);
    }
}

static void hear_all(void)
{
    uint8_t octets[DATAGRAM];
    ssize_t len;

    while ((len = recv(x.fd, octets, sizeof octets, MSG_DONTWAIT)) >= 0 || errno == ECONNREFUSED) {
        if (len > 0) {
            hear(octets, (size_t)len, clock_now());
        }
    }
}

/* ---- what clients do ------------------------------------------------------------------------ */

static void release(client *c, dhcpperf_ts now)
{
    book_release(&x.book, number_of(c), c->ip);
    c->xid = ++x.xid;
    send_it(c, DHCPPERF_RELEASE);
    think(c, now);
}

static void choose(client *c, dhcpperf_ts now)
{
    uint64_t d = draw(100);

    if (!book_holds(&x.book, number_of(c), c->had, now, MARGIN)) {
        begin(c, DISCOVERING, now);
        return;
    }
    c->ip = c->had;
    if (d < 25) {
        release(c, now);
    } else if (d < 60) {
        begin(c, RENEWING, now);
    } else if (d < 75) {
        begin(c, REBOOTING, now);
    } else if (d < 85) {
        begin(c, DISCOVERING, now); /* it has forgotten what it has: the server has not */
    } else {
        think(c, now);
    }
}

static void again(client *c, dhcpperf_ts now)
{
    if (c->doing == VERIFYING && c->tries >= x.tries) {
        if (book_holds(&x.book, number_of(c), c->ip, now, 0)) {
            book_lost(&x.book, number_of(c), c->ip, "the server does not answer");
            book_release(&x.book, number_of(c), c->ip);
        }
        verified(c);
        think(c, now);
    } else if (c->doing == VERIFYING || c->tries < 3) {
        c->tries++;
        c->due = now + RETRY_MS * DHCPPERF_NS_PER_MS;
        send_it(c, type_of(c->doing));
    } else {
        think(c, now);
    }
}

static void act_all(dhcpperf_ts now)
{
    unsigned i;

    for (i = 0; i < x.n; i++) {
        client *c = &x.clients[i];

        if (now < c->due) {
            continue;
        }
        if (c->doing == THINKING) {
            choose(c, now);
        } else {
            again(c, now);
        }
        if (i % 16 == 15) {
            hear_all(); /* never let the socket fill up */
        }
    }
}

/* Everybody starts over; whoever has an address asks for it. */
static void verify_all(dhcpperf_ts now)
{
    unsigned i;

    x.verifying = 0;
    for (i = 0; i < x.n; i++) {
        client *c = &x.clients[i];

        if (book_holds(&x.book, i + 1, c->had, now, MARGIN)) {
            c->ip = c->had;
            begin(c, VERIFYING, now);
            x.verifying++;
        } else {
            think(c, now);
        }
        if (i % 16 == 15) {
            hear_all();
        }
    }
}

static void step(void)
{
    struct pollfd p = {x.fd, POLLIN, 0};

    (void)poll(&p, 1, 1);
    hear_all();
    act_all(clock_now());
}

/* ---- the server ----------------------------------------------------------------------------- */

static void choose_port(void)
{
    struct sockaddr_in a;
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0 ||
        getsockname(fd, (struct sockaddr *)&a, &len) != 0) {
        die("cannot find a port");
    }
    close(fd);
    x.server = a;
    snprintf(x.port, sizeof x.port, "%u", (unsigned)ntohs(a.sin_port));
}

static void launch(void)
{
    int pipes[2];

    if (pipe(pipes) != 0) {
        die("pipe");
    }
    x.pid = fork();
    if (x.pid < 0) {
        die("fork");
    }
    if (x.pid == 0) {
#ifdef HAVE_SYS_PRCTL_H
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
        (void)dup2(pipes[1], 2);
        (void)dup2(open("/dev/null", O_WRONLY), 1);
        close(pipes[0]);
        close(pipes[1]);
        execv(x.argv[0], x.argv);
        die(x.argv[0]);
    }
    close(pipes[1]);
    x.err = pipes[0];
    x.starts++;
}

static void end_server(int signal)
{
    char text[4096];
    ssize_t len;
    int status;

    if (kill(x.pid, signal) != 0 || waitpid(x.pid, &status, 0) != x.pid) {
        die("kill");
    }
    hear_all(); /* what it sent before its death was acknowledged */
    if (signal == SIGTERM && status != 0) {
        fprintf(stderr, "kill_client: the server ended with status 0x%x\n", (unsigned)status);
        while ((len = read(x.err, text, sizeof text)) > 0) {
            (void)!write(2, text, (size_t)len);
        }
        exit(2);
    }
    close(x.err);
}

/* Reads on until the line "ready on"; 0 = `ms` are over. */
static int wait_ready(int64_t ms)
{
    static const char line[] = "dhcp-server: ready on ";
    struct pollfd p = {x.err, POLLIN, 0};
    dhcpperf_ts end = clock_now() + (dhcpperf_dur)ms * DHCPPERF_NS_PER_MS, now;
    char text[8192];
    size_t used = 0;
    ssize_t len;

    while ((now = clock_now()) < end) {
        if (poll(&p, 1, (int)((end - now) / DHCPPERF_NS_PER_MS) + 1) <= 0) {
            continue;
        }
        len = read(x.err, text + used, sizeof text - 1 - used);
        if (len <= 0) {
            fprintf(stderr, "kill_client: the server does not start:\n%.*s", (int)used, text);
            exit(2);
        }
        used += (size_t)len;
        text[used] = '\0';
        if (strstr(text, line) != NULL) {
            return 1;
        }
        if (used == sizeof text - 1) {
            used = 0;
        }
    }
    return 0;
}

/* Sometimes it dies while it begins; 1 when it is ready. */
static int start_server(int may_cut)
{
    dhcpperf_ts began = clock_now();

    launch();
    if (may_cut && draw(8) == 0) {
        if (wait_ready((int64_t)(draw(x.start_time) / DHCPPERF_NS_PER_MS))) {
            return 1;
        }
        x.cut_starts++;
        end_server(SIGKILL);
        return 0;
    }
    if (!wait_ready(START_MS)) {
        fprintf(stderr, "kill_client: the server is not ready after %d s\n", START_MS / 1000);
        exit(2);
    }
    x.start_time = clock_now() - began;
    return 1;
}

/* Until everybody has been answered about what he had. */
static void finish_verifying(void)
{
    while (x.verifying > 0) {
        step();
    }
}

/* Until somebody was acknowledged what had been another's, and somebody what he asked for, however
 * long the machine takes for that. */
static void work(void)
{
    unsigned long acks = x.book.acks, changes = x.book.changes;
    dhcpperf_ts end = clock_now() + WORK_MS * DHCPPERF_NS_PER_MS;

    while (x.book.acks == acks || x.book.changes == changes) {
        if (clock_now() >= end) {
            fprintf(stderr, "kill_client: no address changed hands within %d s\n", WORK_MS / 1000);
            exit(2);
        }
        step();
    }
    x.works++;
}

/* One life of the server, with so many kills to come, this one's included.  It ends at any moment:
 * every other time only after work, and at least once so. */
static void live(unsigned long kills)
{
    int must_work = kills == 1 && x.works == 0;
    dhcpperf_ts end;

    if (!start_server(kills > 0 && !must_work)) {
        return;
    }
    verify_all(clock_now());
    if (kills == 0 || must_work || x.starts % 2 == 0) {
        finish_verifying();
    }
    if (kills > 0 && (must_work || x.starts % 2 == 0)) {
        work();
    }
    end = clock_now() + draw(LOAD_MS * DHCPPERF_NS_PER_MS);
    while (kills > 0 && clock_now() < end) {
        step();
    }
    end_server(kills == 0 ? SIGTERM : SIGKILL);
}

/* ---- main ----------------------------------------------------------------------------------- */

static void usage(void)
{
    fputs(
        "usage: kill_client [--kills N] [--clients N] [--seed N] [--patience MS] [--journal FILE]\n"
        "                   [--holders FILE] [--between COMMAND] -- SERVER FLAG...\n",
        stderr);
    exit(2);
}

typedef struct plan {
    unsigned long kills, faults; /* whichever comes first */
    const char *journal, *holders, *between;
} plan;

static int read_flags(plan *p, int argc, char **argv)
{
    int i;

    for (i = 1; i + 1 < argc && strcmp(argv[i], "--") != 0; i += 2) {
        const char *value = argv[i + 1];

        if (strcmp(argv[i], "--kills") == 0) {
            p->kills = strtoul(value, NULL, 10);
        } else if (strcmp(argv[i], "--clients") == 0) {
            x.n = (unsigned)strtoul(value, NULL, 10);
        } else if (strcmp(argv[i], "--seed") == 0) {
            x.chance = strtoull(value, NULL, 0);
        } else if (strcmp(argv[i], "--patience") == 0) {
            x.tries = (unsigned)strtoul(value, NULL, 10) / RETRY_MS;
        } else if (strcmp(argv[i], "--faults") == 0) {
            p->faults = strtoul(value, NULL, 10);
        } else if (strcmp(argv[i], "--journal") == 0) {
            p->journal = value;
        } else if (strcmp(argv[i], "--holders") == 0) {
            p->holders = value;
        } else if (strcmp(argv[i], "--between") == 0) {
            p->between = value;
        } else {
            usage();
        }
    }
    if (i + 1 >= argc || x.n == 0 || x.n > CLIENTS_MAX) {
        usage();
    }
    return i + 1;
}

static void open_socket(void)
{
    struct sockaddr_in a;
    int room = 8 << 20;

    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    x.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (x.fd < 0 || bind(x.fd, (struct sockaddr *)&a, sizeof a) != 0) {
        die("cannot open a socket");
    }
    (void)setsockopt(x.fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
}

/* The server's own flags and the port. */
static void compose(int argc, char **argv)
{
    static char flag[] = "--port";
    int i;

    x.argv = calloc((size_t)argc + 3, sizeof *x.argv);
    if (x.argv == NULL) {
        die("calloc");
    }
    for (i = 0; i < argc; i++) {
        x.argv[i] = argv[i];
    }
    x.argv[i++] = flag;
    x.argv[i] = x.port;
}

static int report(const plan *p)
{
    if (p->holders != NULL && book_list(&x.book, p->holders, clock_now(), MARGIN) != 0) {
        die(p->holders);
    }
    printf("starts=%lu cut-starts=%lu works=%lu acks=%lu changes=%lu kept=%lu lost=%lu twice=%lu\n",
           x.starts, x.cut_starts, x.works, x.book.acks, x.book.changes, x.book.kept, x.book.lost,
           x.book.twice);
    if (book_close(&x.book) != 0) {
        die(p->journal);
    }
    return x.book.lost > 0 || x.book.twice > 0;
}

int main(int argc, char **argv)
{
    plan p = {.kills = 1, .faults = ULONG_MAX};
    unsigned long i;
    int first;

    x.n = 400;
    x.chance = 1;
    x.tries = 250;
    x.start_time = 40 * DHCPPERF_NS_PER_MS;
    setvbuf(stdout, NULL, _IOLBF, 0);
    first = read_flags(&p, argc, argv);
    if (book_open(&x.book, p.journal) != 0) {
        die(p.journal);
    }
    CHECK(dhcpperf_msg_new(&x.msg, NULL));
    CHECK(dhcpperf_writer_new(&x.writer, NULL));
    choose_port();
    open_socket();
    compose(argc - first, argv + first);
    for (i = 0; i <= p.kills && x.book.lost + x.book.twice < p.faults; i++) {
        if (i > 0 && p.between != NULL && system(p.between) != 0) {
            fprintf(stderr, "kill_client: '%s' failed\n", p.between);
            exit(2);
        }
        live(p.kills - i);
    }
    free(x.argv);
    dhcpperf_writer_free(x.writer);
    dhcpperf_msg_free(x.msg);
    return report(&p);
}
