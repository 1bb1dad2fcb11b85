/* SPDX-License-Identifier: MIT */
/* control.c - connections: lines in, lines out.
 *
 * A connection has one request in hand at most: the next line is read when the answer to the one
 * before has been taken.  So whoever does not read is not read from, and what is kept for him is
 * one answer.  When all places are taken, the one who has asked nothing for longest makes room. */
#include "config.h"

#include "dhcp-server/control.h"

#include "common/say.h"
#include "common/server_options.h"
#include "dhcp-server/team.h"

#ifdef HAVE_JANSSON

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/json.h"
#include "dhcp-server/commands.h"

enum {
    BACKLOG = 16,
    DEAF_MS = 100
};

typedef struct visitor {
    int fd;         /* -1: the place is free */
    uint64_t visit; /* tells visitors of one place apart */
    char *in;       /* of CONTROL_LINE_MAX */
    size_t in_len;
    int has_said_all; /* nothing more will come */
    int is_asking;    /* a request is in hand */
    json_t *id;       /* of it, to be returned; NULL = none */
    char *out;        /* an answer that is being taken; NULL = none */
    size_t out_len, out_sent;
    dhcpperf_ts since; /* the last thing that happened */
    int leaves;        /* once the answer has been taken */
} visitor;

struct control {
    team *team;
    int fd;
    int is_deaf; /* the system lets nobody in for the moment */
    char *path;
    struct stat made; /* what stands at the path while it is ours */
    uint64_t visits;
    visitor at[CONTROL_MAX];
};

/* ---- one visitor ---------------------------------------------------------------------------- */

static void leave(visitor *v)
{
    close(v->fd);
    free(v->in);
    free(v->out);
    json_decref(v->id);
    memset(v, 0, sizeof *v);
    v->fd = -1;
}

/* As much of the answer as he takes. */
static void push(visitor *v, dhcpperf_ts now)
{
    while (v->out != NULL) {
        ssize_t n = send(v->fd, v->out + v->out_sent, v->out_len - v->out_sent, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return;
        }
        if (n < 0) {
            leave(v);
            return;
        }
        v->since = now;
        v->out_sent += (size_t)n;
        if (v->out_sent == v->out_len) {
            free(v->out);
            v->out = NULL;
        }
    }
    if (v->leaves) {
        leave(v);
    }
}

/* Gives the reference up. */
static void give(visitor *v, json_t *reply)
{
    static const char none[] = "{\"ok\": false, \"error\": \"out of memory\"}";
    char *text = reply != NULL ? json_dumps(reply, 0) : NULL;
    size_t len = text != NULL ? strlen(text) : sizeof none - 1;

    v->is_asking = 0;
    v->out = malloc(len + 1);
    if (v->out != NULL) {
        memcpy(v->out, text != NULL ? text : none, len);
        v->out[len] = '\n';
        v->out_len = len + 1;
        v->out_sent = 0;
    }
    free(text);
    json_decref(reply);
    if (v->out == NULL) {
        leave(v);
        return;
    }
    v->since = dhcpperf_clock_monotonic();
    push(v, v->since);
}

static visitor *find(caller who)
{
    visitor *v = &who.control->at[who.place];

    return v->fd >= 0 && v->visit == who.visit && v->is_asking ? v : NULL;
}

static void answer(caller who, int ok, json_t *members)
{
    visitor *v = find(who);
    json_t *reply;

    if (v == NULL) {
        json_decref(members); /* he did not wait for it */
        return;
    }
    reply = json_pack("{s:b}", "ok", ok);
    if (v->id != NULL) {
        json_object_set(reply, "id", v->id);
    }
    if (members == NULL || json_object_update(reply, members) != 0) {
        json_decref(reply);
        reply = NULL;
    }
    json_decref(members);
    give(v, reply);
}

void control_answer(caller who, json_t *members)
{
    answer(who, 1, members);
}

void control_refuse(caller who, const char *format, ...)
{
    char text[700];
    va_list ap;

    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    answer(who, 0, json_pack("{s:o}", "error", json_text(text)));
}

/* ---- what he says --------------------------------------------------------------------------- */

static int may_ask(const visitor *v)
{
    return v->fd >= 0 && !v->is_asking && v->out == NULL && !v->leaves;
}

static caller name(control *c, const visitor *v)
{
    return (caller){c, (unsigned)(v - c->at), v->visit};
}

static void ask(control *c, visitor *v, const char *line, size_t len)
{
    caller who = name(c, v);
    json_t *request;

    v->is_asking = 1;
    json_decref(v->id);
    v->id = NULL;
    request = command_read(who, line, len);
    if (request != NULL) {
        v->id = json_incref(json_object_get(request, "id"));
        json_object_del(request, "id");
        command_run(c->team, who, request);
        json_decref(request);
    }
}

static void refuse_length(control *c, visitor *v)
{
    v->is_asking = v->leaves = 1;
    control_refuse(name(c, v), "a request has at most %d octets", (int)CONTROL_LINE_MAX - 1);
}

static int is_blank(const char *line, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
            return 0;
        }
    }
    return 1;
}

/* The next line, from *inout_at on; 0 when it is not there yet. */
static int hear_line(control *c, visitor *v, size_t *inout_at)
{
    const char *line = v->in + *inout_at, *end = memchr(line, '\n', v->in_len - *inout_at);
    size_t len = end != NULL ? (size_t)(end - line) : v->in_len - *inout_at;

    if (end == NULL && len == CONTROL_LINE_MAX) {
        refuse_length(c, v);
        return 0;
    }
    if (end == NULL && (!v->has_said_all || len == 0)) {
        v->leaves = v->has_said_all;
        return 0;
    }
    *inout_at += len + (end != NULL);
    if (!is_blank(line, len)) {
        ask(c, v, line, len);
    }
    return 1;
}

/* The lines that are there, as far as he may ask now. */
static void hear(control *c, visitor *v)
{
    size_t at = 0;

    while (may_ask(v) && hear_line(c, v, &at)) {
    }
    if (v->fd < 0) {
        return;
    }
    memmove(v->in, v->in + at, v->in_len - at);
    v->in_len -= at;
    if (v->leaves && v->out == NULL && !v->is_asking) {
        leave(v);
    }
}

static void pull(visitor *v, dhcpperf_ts now)
{
    while (!v->has_said_all && v->in_len < CONTROL_LINE_MAX) {
        ssize_t n = recv(v->fd, v->in + v->in_len, CONTROL_LINE_MAX - v->in_len, 0);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return;
        }
        if (n < 0) {
            leave(v);
            return;
        }
        v->since = now;
        v->has_said_all = n == 0;
        v->in_len += (size_t)n;
    }
}

static void serve(control *c, visitor *v, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    const dhcpperf_dur slow = CONTROL_SLOW_S * DHCPPERF_NS_PER_S;

    if (v->out != NULL) {
        push(v, now);
    }
    if (may_ask(v)) {
        pull(v, now);
    }
    if (v->fd >= 0) {
        hear(c, v);
    }
    if (v->fd < 0 || v->out == NULL) {
        return;
    }
    if (now >= v->since + slow) {
        leave(v); /* what he asked for is there, and he does not take it */
    } else if (v->since + slow < *inout_wake) {
        *inout_wake = v->since + slow;
    }
}

/* ---- who comes ------------------------------------------------------------------------------ */

/* A free place, or that of who has been silent for longest; NULL when all have asked something. */
static visitor *find_place(control *c)
{
    visitor *best = NULL;
    unsigned i;

    for (i = 0; i < CONTROL_MAX; i++) {
        visitor *v = &c->at[i];

        if (v->fd < 0) {
            return v;
        }
        if (may_ask(v) && (best == NULL || v->since < best->since)) {
            best = v;
        }
    }
    return best;
}

/* Tells him, if he listens at once. */
static void send_away(int fd)
{
    static const char words[] = "{\"ok\": false, \"error\": \"all connections are in use\"}\n";
    ssize_t rc = send(fd, words, sizeof words - 1, MSG_NOSIGNAL | MSG_DONTWAIT);

    (void)rc;
    close(fd);
}

static void welcome(control *c, int fd, dhcpperf_ts now)
{
    visitor *v = find_place(c);
    char *in = v != NULL ? malloc(CONTROL_LINE_MAX) : NULL;

    if (in == NULL || fcntl(fd, F_SETFL, O_NONBLOCK) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        free(in);
        send_away(fd);
        return;
    }
    if (v->fd >= 0) {
        leave(v);
    }
    *v = (visitor){.fd = fd, .visit = ++c->visits, .in = in, .since = now};
}

unsigned control_watch(const control *c, struct pollfd *fds)
{
    unsigned n = 0, i;

    if (c == NULL) {
        return 0;
    }
    fds[n++] = (struct pollfd){.fd = c->is_deaf ? -1 : c->fd, .events = POLLIN};
    for (i = 0; i < CONTROL_MAX; i++) {
        const visitor *v = &c->at[i];

        /* Of whoever waits for an answer, nothing: that he hangs up would wake us again and again.
         */
        if (v->fd >= 0 && !v->is_asking) {
            fds[n++] = (struct pollfd){.fd = v->fd, .events = v->out != NULL ? POLLOUT : POLLIN};
        }
    }
    return n;
}

/* Whoever waits to be let in.  When the system has no descriptor to give, they would wake us again
 * and again. */
static void let_in(control *c, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    const dhcpperf_dur rest = DEAF_MS * DHCPPERF_NS_PER_MS;
    unsigned i;
    int fd = 0;

    for (i = 0; i < CONTROL_MAX && (fd = accept(c->fd, NULL, NULL)) >= 0; i++) {
        welcome(c, fd, now);
    }
    c->is_deaf = fd < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR &&
                 errno != ECONNABORTED;
    if (c->is_deaf && now + rest < *inout_wake) {
        *inout_wake = now + rest;
    }
}

void control_turn(control *c, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    unsigned i;

    if (c == NULL) {
        return;
    }
    let_in(c, now, inout_wake);
    for (i = 0; i < CONTROL_MAX; i++) {
        if (c->at[i].fd >= 0) {
            serve(c, &c->at[i], now, inout_wake);
        }
    }
}

/* ---- the socket ----------------------------------------------------------------------------- */

static int fail(const char *path, const char *why)
{
    char shown[160];

    options_escape(path, shown, sizeof shown);
    say_error("cannot be controlled at '%s': %s", shown, why);
    return EXIT_USAGE;
}

/* 0: somebody listens there; else -1 and errno, without waiting for who has too many callers. */
static int try_to_call(const struct sockaddr_un *at)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), rc, code;

    if (fd < 0) {
        return -1;
    }
    rc = connect(fd, (const struct sockaddr *)at, sizeof *at);
    code = errno;
    close(fd);
    errno = code;
    return rc == 0 || code == EAGAIN ? 0 : -1;
}

/* A socket that nobody listens at any more is in the way; anything else is somebody's, also a
 * socket of another type, or one that may not be called. */
static int make_room(const struct sockaddr_un *at)
{
    struct stat st;

    if (lstat(at->sun_path, &st) != 0) {
        return errno == ENOENT ? 0 : fail(at->sun_path, strerror(errno));
    }
    if (!S_ISSOCK(st.st_mode)) {
        return fail(at->sun_path, "there is something else, which is no socket");
    }
    if (try_to_call(at) == 0) {
        return fail(at->sun_path, "another process answers there");
    }
    if (errno == EPROTOTYPE) {
        return fail(at->sun_path, "there is a socket of another type");
    }
    if (errno != ECONNREFUSED) {
        return fail(at->sun_path, strerror(errno));
    }
    return unlink(at->sun_path) == 0 ? 0 : fail(at->sun_path, strerror(errno));
}

static int listen_at(control *c, const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    mode_t mask;
    int status, rc;

    if (strlen(path) >= sizeof at.sun_path) {
        return fail(path, "a socket's name is shorter");
    }
    memcpy(at.sun_path, path, strlen(path) + 1);
    status = make_room(&at);
    if (status != 0) {
        return status;
    }
    c->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mask = umask(0177); /* for nobody else, from the first moment on */
    rc = c->fd >= 0 ? bind(c->fd, (const struct sockaddr *)&at, sizeof at) : -1;
    (void)umask(mask);
    if (rc != 0 || listen(c->fd, BACKLOG) != 0) {
        return fail(path, strerror(errno));
    }
    c->path = strdup(path);
    if (c->path == NULL) {
        return fail(path, "out of memory");
    }
    return lstat(path, &c->made) == 0 ? 0 : fail(path, strerror(errno));
}

int control_open(control **ret, team *t)
{
    const option_value *path = &t->options->values[SERVER_CONTROL];
    control *c;
    unsigned i;
    int status;

    *ret = NULL;
    if (!options_given(t->options, SERVER_CONTROL)) {
        return 0;
    }
    c = calloc(1, sizeof *c);
    if (c == NULL) {
        return fail(path->text, "out of memory");
    }
    c->team = t;
    c->fd = -1;
    for (i = 0; i < CONTROL_MAX; i++) {
        c->at[i].fd = -1;
    }
    status = listen_at(c, path->text);
    if (status != 0) {
        control_close(c);
        return status;
    }
    *ret = c;
    return 0;
}

/* Somebody may have removed ours, and another server have made its own. */
static int is_still_there(const control *c)
{
    struct stat st;

    return lstat(c->path, &st) == 0 && st.st_dev == c->made.st_dev && st.st_ino == c->made.st_ino;
}

void control_close(control *c)
{
    unsigned i;

    if (c == NULL) {
        return;
    }
    for (i = 0; i < CONTROL_MAX; i++) {
        if (c->at[i].fd >= 0) {
            leave(&c->at[i]);
        }
    }
    if (c->path != NULL && is_still_there(c)) {
        (void)unlink(c->path); /* where the user who serves may */
    }
    if (c->fd >= 0) {
        close(c->fd);
    }
    free(c->path);
    free(c);
}

#else

int control_open(control **ret, team *t)
{
    *ret = NULL;
    if (!options_given(t->options, SERVER_CONTROL)) {
        return 0;
    }
    say_error("--control is not in this build: it was made without the jansson library");
    return EXIT_USAGE;
}

void control_close(control *c)
{
    (void)c;
}

unsigned control_watch(const control *c, struct pollfd *fds)
{
    (void)c;
    (void)fds;
    return 0;
}

void control_turn(control *c, dhcpperf_ts now, dhcpperf_ts *inout_wake)
{
    (void)c;
    (void)now;
    (void)inout_wake;
}

#endif
