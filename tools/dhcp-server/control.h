/* SPDX-License-Identifier: MIT */
/* control.h - the control socket: a Unix stream on which one line of JSON asks and one line
 * answers. dhcp-server(8) says what can be asked; commands.h does it.
 *
 * Everything is bounded: connections, the length of a line, requests in hand, and how long somebody
 * may take to read what he asked for. */
#ifndef SERVER_CONTROL_H
#define SERVER_CONTROL_H

#include <poll.h>
#include <stdint.h>

#include <libdhcpperf/types.h>

struct team;

enum {
    CONTROL_MAX = 16, /* connections at a time */
    CONTROL_FDS = CONTROL_MAX + 1,
    CONTROL_LINE_MAX = 64 << 10, /* octets of a request, its line feed included */
    CONTROL_SLOW_S = 5           /* without reading a part of what is there for him */
};

/* Opaque; what team->control is.  NULL, when nobody is to control the server, is allowed
 * everywhere. */
typedef struct control control;

/* Listens where --control says.  0 or an exit status; failures are said. */
int control_open(control **ret, struct team *t);
void control_close(control *c);

/* -- for the main thread's loop -- */
/* What to wait for, CONTROL_FDS at most; their number. */
unsigned control_watch(const control *c, struct pollfd *fds);
/* Accepts, reads, writes, as far as it goes without waiting. */
void control_turn(control *c, dhcpperf_ts now, dhcpperf_ts *inout_wake);

/* -- for the commands -- */

/* Who waits for an answer; may be gone by then. */
typedef struct caller {
    control *control;
    unsigned place;
    uint64_t visit;
} caller;

#ifdef HAVE_JANSSON
#include <jansson.h>

/* {"ok": true} and what `members` has, whose reference is given up; NULL: out of memory.  Once for
 * each request. */
void control_answer(caller who, json_t *members);
#endif
/* {"ok": false, "error": one sentence}, instead. */
void control_refuse(caller who, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
