/* SPDX-License-Identifier: MIT */
/* bench_echo.c - carrier and pump beside the least that two sockets can do: echoes a second of our
 * pair and of a raw pair, alternated, each side on a core of its own; medians and ratio.  "by cpu"
 * is the ratio of processor time per echo of both sides, which strangers on the machine disturb
 * less; "composing" is the ratio to a raw pair that writes every message, as engines must.
 *
 *     bench_echo [--json] [--reps N] [--seconds S] [--window N] [--run N] [--burst N] [--relays N]
 * [--gso on|auto|off]
 */
#ifdef HAVE_CONFIG_H
#include "config.h" /* _GNU_SOURCE */
#endif

#include "bench_echo.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    REPS_MAX = 101
};

typedef struct options {
    int json, reps;
    double seconds;
    unsigned window, run, train, burst, relays; /* relays 0 = all */
    const char *gso;                            /* NULL = all */
    const char *pair;                           /* NULL = both */
    const char *key, *value;                    /* --set */
} options;

/* What both sides of a trial see. */
typedef struct shared {
    int stop, port;
} shared;

typedef struct pair {
    const char *name;
    int (*server)(const echo_case *c, volatile int *port);
    int (*client)(const echo_case *c, int port, echo_result *ret);
} pair;

static const pair raw_pair = {"raw", raw_server, raw_client};
static const pair our_pair = {"ours", our_server, our_client};

uint32_t echo_relay(unsigned i)
{
    return (UINT32_C(127) << 24) + (1u << 16) + ((i / 250) << 8) + i % 250 + 1;
}

static void pin(unsigned cpu)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    (void)sched_setaffinity(0, sizeof set, &set); /* one core or no right: runs all the same */
}

/* Runs the server in a child on the second core, the client here on the first. */
static double cpu_s(const struct rusage *r)
{
    return (double)(r->ru_utime.tv_sec + r->ru_stime.tv_sec) +
           (double)(r->ru_utime.tv_usec + r->ru_stime.tv_usec) / 1e6;
}

static int trial(const pair *p, const echo_case *c, shared *sh, echo_result *ret)
{
    struct rusage before, after, server;
    int rc, status;
    pid_t pid;

    sh->stop = sh->port = 0;
    pid = fork();
    if (pid < 0) {
        return -1;
    }
    if (pid == 0) {
        pin(1);
        _exit(p->server(c, &sh->port) == 0 ? 0 : 1);
    }
    pin(0);
    while (*(volatile int *)&sh->port == 0 && waitpid(pid, &status, WNOHANG) == 0) {
        (void)sched_yield();
    }
    memset(ret, 0, sizeof *ret);
    (void)getrusage(RUSAGE_SELF, &before);
    rc = sh->port != 0 ? p->client(c, sh->port, ret) : -1;
    (void)getrusage(RUSAGE_SELF, &after);
    *(volatile int *)&sh->stop = 1;
    if (sh->port != 0) {
        (void)wait4(pid, &status, 0, &server);
        ret->cpu_ns = (cpu_s(&after) - cpu_s(&before) + cpu_s(&server)) * 1e9 /
                      (double)(ret->total > 0 ? ret->total : 1);
    }
    return rc;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *v, int n)
{
    qsort(v, (size_t)n, sizeof *v, by_value);
    return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

static int run_case(const options *o, const char *gso, unsigned relays, shared *sh)
{
    int off = strcmp(gso, "off") == 0, i;
    echo_case c = {gso,        relays, o->run,   off ? 1 : o->train, o->window, o->burst,
                   o->seconds, o->key, o->value, &sh->stop,          0};
    double raw[REPS_MAX] = {0}, our[REPS_MAX] = {0}, ratio[REPS_MAX], cpu[REPS_MAX];
    double same[REPS_MAX] = {0};
    echo_result r, mine = {0};
    uint64_t lost = 0;
    double m_raw, m_our, m_ratio, m_cpu, m_same;

    for (i = 0; i < o->reps; i++) {
        memset(&r, 0, sizeof r);
        if ((o->pair == NULL || strcmp(o->pair, "raw") == 0) && trial(&raw_pair, &c, sh, &r) != 0) {
            return -1;
        }
        raw[i] = r.per_s;
        lost += r.lost;
        if ((o->pair == NULL || strcmp(o->pair, "ours") == 0) &&
            trial(&our_pair, &c, sh, &mine) != 0) {
            return -1;
        }
        our[i] = mine.per_s;
        lost += mine.lost;
        ratio[i] = raw[i] > 0 ? our[i] / raw[i] : 0;
        cpu[i] = mine.cpu_ns > 0 ? r.cpu_ns / mine.cpu_ns : 0;
        if (o->pair == NULL) { /* the same work beside it: a raw pair that composes */
            c.compose = 1;
            if (trial(&raw_pair, &c, sh, &r) != 0) {
                return -1;
            }
            c.compose = 0;
            same[i] = our[i] / r.per_s;
        }
    }
    m_raw = median(raw, o->reps);
    m_our = median(our, o->reps);
    m_ratio = median(ratio, o->reps);
    m_cpu = median(cpu, o->reps);
    m_same = median(same, o->reps);
    printf("%-5s %6u %12.0f %12.0f %7.2f   %.2f - %.2f %6.2f %9.2f %8.1f %8llu\n", gso, relays,
           m_raw, m_our, m_ratio, ratio[0], ratio[o->reps - 1], m_cpu, m_same,
           mine.tx_trains ? (double)mine.tx_messages / (double)mine.tx_trains : 1.0,
           (unsigned long long)lost);
    if (o->json) {
        printf("{\"bench\":\"echo\",\"gso\":\"%s\",\"destinations\":%u,\"length\":%d,"
               "\"train\":%u,\"window\":%u,\"reps\":%d,\"raw_per_s\":%.0f,\"ours_per_s\":%.0f,"
               "\"ratio\":%.3f,\"ratio_min\":%.3f,\"ratio_max\":%.3f,\"ratio_cpu\":%.3f,"
               "\"ratio_composing\":%.3f,\"lost\":%llu}\n",
               gso, relays, ECHO_LEN, c.train, c.window, o->reps, m_raw, m_our, m_ratio, ratio[0],
               ratio[o->reps - 1], m_cpu, m_same, (unsigned long long)lost);
    }
    return fflush(stdout);
}

static int read_options(options *o, int argc, char **argv)
{
    int i;

    for (i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : NULL;

        if (strcmp(argv[i], "--json") == 0) {
            o->json = 1;
            continue;
        }
        if (value == NULL) {
            return -1;
        }
        if (strcmp(argv[i], "--reps") == 0) {
            o->reps = atoi(value);
        } else if (strcmp(argv[i], "--seconds") == 0) {
            o->seconds = atof(value);
        } else if (strcmp(argv[i], "--window") == 0) {
            o->window = (unsigned)atoi(value);
        } else if (strcmp(argv[i], "--run") == 0) {
            o->run = (unsigned)atoi(value);
        } else if (strcmp(argv[i], "--train") == 0) {
            o->train = (unsigned)atoi(value);
        } else if (strcmp(argv[i], "--burst") == 0) {
            o->burst = (unsigned)atoi(value);
        } else if (strcmp(argv[i], "--relays") == 0) {
            o->relays = (unsigned)atoi(value);
        } else if (strcmp(argv[i], "--gso") == 0) {
            o->gso = value;
        } else if (strcmp(argv[i], "--set") == 0 && i + 2 < argc) {
            o->key = value;
            o->value = argv[++i + 1];
        } else if (strcmp(argv[i], "--pair") == 0) {
            o->pair = value;
        } else {
            return -1;
        }
        i++;
    }
    return o->reps > 0 && o->reps <= REPS_MAX && o->seconds > 0 && o->window >= o->train &&
                   o->run > 0 && o->train > 1 && o->train <= ECHO_TRAIN_MAX
               ? 0
               : -1;
}

int main(int argc, char **argv)
{
    static const unsigned relays[] = {1, 100, 1000};
    static const char *const gso[] = {"on", "auto", "off"};
    options o = {.reps = 5, .seconds = 0.4, .window = 8192, .run = ECHO_RUN, .train = ECHO_RUN};
    shared *sh = mmap(NULL, sizeof *sh, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    size_t i, k;

    if (sh == MAP_FAILED || read_options(&o, argc, argv) != 0) {
        fprintf(
            stderr,
            "usage: bench_echo [--json] [--reps N] [--seconds S] [--window N] "
            "[--train N] [--relays N] [--gso on|auto|off] [--pair raw|ours] [--set KEY VALUE]\n");
        return 2;
    }
    printf("# echoes/s over UDP loopback, %d octets, window %u, trains of up to %u, median of %d\n",
           ECHO_LEN, o.window, o.train, o.reps);
    printf("%-5s %6s %12s %12s %7s   %-11s %6s %9s %8s %8s\n", "gso", "dests", "raw", "ours",
           "ratio", "min - max", "by cpu", "composing", "train", "lost");
    for (i = 0; i < sizeof gso / sizeof gso[0]; i++) {
        for (k = 0; k < sizeof relays / sizeof relays[0]; k++) {
            if ((o.gso != NULL && strcmp(o.gso, gso[i]) != 0) ||
                (o.relays != 0 && o.relays != relays[k])) {
                continue;
            }
            if (run_case(&o, gso[i], relays[k], sh) != 0) {
                fprintf(stderr, "bench_echo: gso=%s with %u relays failed\n", gso[i], relays[k]);
                return 1;
            }
        }
    }
    return 0;
}
