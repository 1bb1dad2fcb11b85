/* SPDX-License-Identifier: MIT */
/* workers.h - a team of threads, each kept to one processor when wished. */
#ifndef TOOLS_WORKERS_H
#define TOOLS_WORKERS_H

#include <stddef.h>

enum {
    WORKERS_MAX = 64
};

/* Processors by their numbers, ascending as given; n = 0: wherever the system likes. */
typedef struct workers_cpus {
    unsigned n;
    int at[WORKERS_MAX];
} workers_cpus;

/* "0,2-5".  0, or -1 with a sentence in error that begins with the text: not a list, a processor
 * twice, more than WORKERS_MAX, or one that this process may not use. */
int workers_parse_cpus(workers_cpus *ret, const char *text, char *error, size_t cap);
/* Processors this process may use, at least 1. */
unsigned workers_available(void);
/* Keeps the calling thread to one processor.  0, or -1 with errno. */
int workers_pin(int cpu);

typedef struct workers workers;
/* What a thread does; its exit status, 0 when all was well. */
typedef int (*workers_fn)(void *user, unsigned index);

/* Starts n threads (1 to WORKERS_MAX) named "name-0" and so on; number i runs on cpus->at[i % n]
 * (cpus may be NULL).  Signals stay with the caller's thread.  No thread enters fn unless all could
 * be started.  0, or -1 with errno. */
int workers_start(workers **ret, unsigned n, const char *name, const workers_cpus *cpus,
                  workers_fn fn, void *user);
/* Waits for all and frees; the first status by index that is not 0.  NULL gives 0. */
int workers_join(workers *w);

#endif
