/* SPDX-License-Identifier: MIT */
/* workers.c - threads that begin together or not at all: each waits at a gate until the last one is
 * there, so that a failure half-way leaves nothing running that somebody would have to stop. */
#include "config.h"

#include "common/workers.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/options.h"

/* ---- processors ----------------------------------------------------------------------------- */

#ifdef __linux__

static int may_use(int cpu)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    return cpu < CPU_SETSIZE && sched_getaffinity(0, sizeof set, &set) == 0 &&
           CPU_ISSET((size_t)cpu, &set);
}

unsigned workers_available(void)
{
    cpu_set_t set;
    int n = 0;

    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0) {
        n = CPU_COUNT(&set);
    }
    return n > 0 ? (unsigned)n : 1;
}

int workers_pin(int cpu)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET((size_t)cpu, &set);
    return sched_setaffinity(0, sizeof set, &set); /* 0 is the calling thread */
}

#else

static int may_use(int cpu)
{
    (void)cpu;
    return 0; /* no way to keep to it */
}

unsigned workers_available(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);

    return n > 0 ? (unsigned)n : 1;
}

int workers_pin(int cpu)
{
    (void)cpu;
    errno = ENOSYS;
    return -1;
}

#endif

/* A number of up to four digits; -1 when there is none. */
static int take_number(const char **at)
{
    int n = 0, digits = 0;

    while (**at >= '0' && **at <= '9' && digits < 5) {
        n = n * 10 + (*(*at)++ - '0');
        digits++;
    }
    return digits >= 1 && digits <= 4 ? n : -1;
}

/* One processor to the list; 0, or -1 with a sentence. */
static int add_cpu(workers_cpus *cpus, int cpu, const char *shown, char *error, size_t cap)
{
    unsigned i;

    for (i = 0; i < cpus->n; i++) {
        if (cpus->at[i] == cpu) {
            snprintf(error, cap, "'%s' names processor %d twice", shown, cpu);
            return -1;
        }
    }
    if (cpus->n == WORKERS_MAX) {
        snprintf(error, cap, "'%s' names more than %d processors", shown, (int)WORKERS_MAX);
        return -1;
    }
    if (!may_use(cpu)) {
        snprintf(error, cap,
                 "'%s': processor %d is not one that this process may use (taskset -cp $$ "
                 "shows which)",
                 shown, cpu);
        return -1;
    }
    cpus->at[cpus->n++] = cpu;
    return 0;
}

int workers_parse_cpus(workers_cpus *ret, const char *text, char *error, size_t cap)
{
    const char *at = text;
    char shown[160];
    int first, last;

    ret->n = 0;
    options_escape(text, shown, sizeof shown);
    for (;;) {
        first = last = take_number(&at);
        if (*at == '-') {
            at++;
            last = take_number(&at);
        }
        if (first < 0 || last < first || (*at != ',' && *at != '\0')) {
            snprintf(error, cap, "'%s' is not a list of processors, such as 0,2-5", shown);
            return -1;
        }
        for (; first <= last; first++) {
            if (add_cpu(ret, first, shown, error, cap) != 0) {
                return -1;
            }
        }
        if (*at++ == '\0') {
            return 0;
        }
    }
}

/* ---- the team ------------------------------------------------------------------------------- */

enum gate {
    GATE_CLOSED,
    GATE_OPEN,
    GATE_OFF /* somebody could not be started: go home */
};

typedef struct worker {
    workers *team;
    pthread_t thread;
    unsigned index;
    int status;
} worker;

struct workers {
    workers_fn fn;
    void *user;
    workers_cpus cpus;
    char name[16];
    pthread_mutex_t lock;
    pthread_cond_t moved;
    enum gate gate;
    unsigned n;
    worker at[WORKERS_MAX];
};

static enum gate wait_at_gate(workers *w)
{
    enum gate gate;

    pthread_mutex_lock(&w->lock);
    while (w->gate == GATE_CLOSED) {
        pthread_cond_wait(&w->moved, &w->lock);
    }
    gate = w->gate;
    pthread_mutex_unlock(&w->lock);
    return gate;
}

static void move_gate(workers *w, enum gate to)
{
    pthread_mutex_lock(&w->lock);
    w->gate = to;
    pthread_cond_broadcast(&w->moved);
    pthread_mutex_unlock(&w->lock);
}

/* The system cuts names at 15 characters: rather the word than the number. */
static void take_name(const workers *w, unsigned index)
{
#ifdef __linux__
    char name[16], number[8];
    int digits = snprintf(number, sizeof number, "-%u", index);

    snprintf(name, sizeof name, "%.*s%s", (int)sizeof name - 1 - digits, w->name, number);
    (void)pthread_setname_np(pthread_self(), name);
#else
    (void)w;
    (void)index;
#endif
}

static void *body(void *arg)
{
    worker *me = arg;
    workers *w = me->team;

    take_name(w, me->index);
    if (w->cpus.n > 0) {
        (void)workers_pin(w->cpus.at[me->index % w->cpus.n]); /* it was allowed a moment ago */
    }
    if (wait_at_gate(w) == GATE_OPEN) {
        me->status = w->fn(w->user, me->index);
    }
    return NULL;
}

/* 0, or errno with those started in w->n. */
static int start_all(workers *w, unsigned n)
{
    sigset_t all, before;
    int err = 0;

    sigfillset(&all);
    sigdelset(&all, SIGSYS); /* tells of its own thread, see seccomp(2) */
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (w->n < n && err == 0) {
        worker *next = &w->at[w->n];

        next->team = w;
        next->index = w->n;
        err = pthread_create(&next->thread, NULL, body, next);
        w->n += err == 0;
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return err;
}

int workers_start(workers **ret, unsigned n, const char *name, const workers_cpus *cpus,
                  workers_fn fn, void *user)
{
    workers *w;
    int err;

    *ret = NULL;
    if (n < 1 || n > WORKERS_MAX) {
        errno = EINVAL;
        return -1;
    }
    w = calloc(1, sizeof *w);
    if (w == NULL) {
        return -1;
    }
    w->fn = fn;
    w->user = user;
    snprintf(w->name, sizeof w->name, "%s", name);
    if (cpus != NULL) {
        w->cpus = *cpus;
    }
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->moved, NULL);
    err = start_all(w, n);
    move_gate(w, err == 0 ? GATE_OPEN : GATE_OFF);
    if (err != 0) {
        (void)workers_join(w);
        errno = err;
        return -1;
    }
    *ret = w;
    return 0;
}

int workers_join(workers *w)
{
    int status = 0;
    unsigned i;

    if (w == NULL) {
        return 0;
    }
    for (i = 0; i < w->n; i++) {
        pthread_join(w->at[i].thread, NULL);
        status = status != 0 ? status : w->at[i].status;
    }
    pthread_cond_destroy(&w->moved);
    pthread_mutex_destroy(&w->lock);
    free(w);
    return status;
}
