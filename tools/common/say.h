/* SPDX-License-Identifier: MIT */
/* say.h - what a command says on standard error, one line each, with its name in front. */
#ifndef TOOLS_SAY_H
#define TOOLS_SAY_H

#include <libdhcpperf/types.h>

/* Exit statuses, the same for both commands. */
enum {
    EXIT_OK = 0,
    EXIT_RUNTIME = 1,   /* run-time failure */
    EXIT_USAGE = 2,     /* usage or configuration error: nothing was sent */
    EXIT_MISSED = 3,    /* what was asked of the server was not reached */
    EXIT_REFUSED = 4,   /* by a safety rail: nothing was sent, or nobody served */
    EXIT_NO_REPLY = 5,  /* no reply at all */
    EXIT_NOT_VALID = 6, /* the generator is no witness, and --require-valid */
    EXIT_SIGNAL = 128   /* plus the signal that stopped the run */
};

void say_as(const char *command);
/* Keeps warnings and notes back; errors are always said. */
void say_quietly(int quiet);
/* A progress line without line feed stands on the terminal: end it before the next message. */
void say_line_open(int open);

void say_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void say_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A warning that comes back by itself: said once a minute at most.  What was kept back in between
 * is counted, and told with the next one.  One `often` for each kind of warning, at first all
 * zeros; for one thread at a time. */
typedef struct say_often {
    dhcpperf_ts not_before;
    unsigned long more;
} say_often;

void say_warning_often(say_often *often, dhcpperf_ts now, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void say_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
