/* SPDX-License-Identifier: MIT */
/* step.c - preloaded, a time of day that is set forth and back by an hour, every STEP_MS
 * milliseconds.  Used by hardship.test. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

enum {
    HOUR = 3600
};

int clock_gettime(clockid_t clock, struct timespec *ret)
{
    static int (*real)(clockid_t, struct timespec *);
    static long every;
    struct timespec steady;
    long ms;
    int rc;

    if (real == NULL) {
        const char *text = getenv("STEP_MS");

        every = text != NULL ? atol(text) : 0;
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    }
    rc = real(clock, ret);
    if (rc == 0 && clock == CLOCK_REALTIME && every > 0 && real(CLOCK_MONOTONIC, &steady) == 0) {
        ms = (long)steady.tv_sec * 1000 + steady.tv_nsec / 1000000;
        ret->tv_sec += ms / every % 2 != 0 ? HOUR : -HOUR;
    }
    return rc;
}
