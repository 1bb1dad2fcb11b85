/* SPDX-License-Identifier: MIT */
/* log.h - the server's log: standard error, or a file that can be reopened. */
#ifndef SERVER_LOG_H
#define SERVER_LOG_H

#include <sys/types.h>

#include <stdint.h>

#include <libdhcpperf/trace.h>

/* NULL = standard error.  0, or -1 with errno. */
int log_open(const char *path);
/* After a rotation; a failure is said and the old file stays in use. */
void log_reopen(void);
void log_close(void);
/* Whether log_reopen() would work with the rights of now; 1 where nobody rotates anything. */
int log_can_reopen(void);
/* A file that log_open() made becomes that user's. */
void log_give_to(uid_t uid, gid_t gid);

/* A dhcpperf_trace_fn: one line with the time of day.  `user` is not used. */
void log_event(void *user, const dhcpperf_event *ev);
/* Something else worth a line. */
void log_note(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Hands buffered lines to the system, says when they cannot be written, and lets go of lines that
 * --log-limit keeps back: for the main thread, now and then. */
void log_flush(dhcpperf_ts now);

/* At most so many lines of log_event() a second, as many as that at once; 0 = any.  Lines left out
 * are counted, and told in a line of their own. */
void log_limit(uint32_t lines);

#endif
