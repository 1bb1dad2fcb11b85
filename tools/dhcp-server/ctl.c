/* SPDX-License-Identifier: MIT */
/* ctl.c - one request, one answer, and once more while there are further pages. */
#include "config.h"

#include "dhcp-server/ctl.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/say.h"
#include "dhcp-server/commands.h"

/* Its own words. */
typedef struct wish {
    const char *path; /* of the socket */
    int json, help;
    const char *timeout;
    int argc; /* the command and its arguments */
    char **argv;
} wish;

/* A command and what it takes, in capitals; what it does begins in column 30. */
static void print_words(const command_spec *c)
{
    const char *at = c->members;
    int column = printf("  %s", c->name);
    unsigned i;

    for (i = 0; *at != '\0'; i++) {
        size_t len = strcspn(at, " "), k;

        column += printf(i < c->needed ? " " : " [");
        for (k = 0; k < len; k++) {
            column += printf("%c", toupper((unsigned char)at[k]));
        }
        column += printf(i < c->needed ? "" : "]");
        at += len + (at[len] == ' ');
    }
    printf(column < 30 ? "%*s" : "\n%*s", column < 30 ? 30 - column : 30, "");
}

static void print_help(void)
{
    unsigned i;

    printf("Usage: dhcp-server ctl [FLAG...] COMMAND [VALUE...]\n\n"
           "Asks a server that was started with --control PATH, or tells it what to do.\n\n"
           "  --control PATH       the socket of the server (the variable DHCP_CONTROL)\n"
           "  --json               prints the answer as it came\n"
           "  --timeout DURATION   waits so long for an answer (default 10s)\n\n");
    for (i = 0; i < COMMANDS; i++) {
        print_words(&command_specs[i]);
        printf("%s\n", command_specs[i].help);
    }
    printf("\nA value may be written as NAME=VALUE, or as @FILE, which holds it.  Exit status: 0 "
           "done;\n"
           "1 refused, or no server answers; 2 wrong usage.  See dhcp-server(8).\n");
}

/* The value of a flag "--name VALUE" or "--name=VALUE", also with one dash; NULL when the word is
 * another one, "" when the value is missing. */
static const char *take_flag(const char *name, int argc, char **argv, int *inout_at)
{
    const char *word = argv[*inout_at], *value;
    size_t len = strlen(name), dashes = strspn(word, "-");

    word += dashes;
    if (dashes < 1 || dashes > 2 || strncmp(word, name, len) != 0) {
        return NULL;
    }
    if (word[len] == '=') {
        return word + len + 1;
    }
    if (word[len] != '\0') {
        return NULL;
    }
    value = *inout_at + 1 < argc ? argv[*inout_at + 1] : NULL;
    *inout_at += value != NULL;
    return value != NULL ? value : "";
}

static int is_switch(const char *word, const char *name)
{
    return word[0] == '-' &&
           (strcmp(word + 1, name) == 0 || (word[1] == '-' && strcmp(word + 2, name) == 0));
}

/* One flag, and its value; 0 when it is none. */
static int read_flag(wish *w, int argc, char **argv, int *inout_at)
{
    const char *word = argv[*inout_at], *value;

    if (is_switch(word, "json")) {
        w->json = 1;
    } else if (is_switch(word, "help") || strcmp(word, "-h") == 0) {
        w->help = 1;
    } else if ((value = take_flag("control", argc, argv, inout_at)) != NULL) {
        w->path = value;
    } else if ((value = take_flag("timeout", argc, argv, inout_at)) != NULL) {
        w->timeout = value;
    } else {
        return 0;
    }
    return 1;
}

/* Flags stand anywhere; what is left, in its order, is the command and its values.  After "--"
 * there are no flags. */
static int read_words(wish *w, int argc, char **argv)
{
    int i, only_values = 0;

    w->path = getenv("DHCP_CONTROL");
    w->timeout = "10s";
    w->argv = argv + 1; /* not further than what was read */
    for (i = 1; i < argc; i++) {
        if (only_values || argv[i][0] != '-') {
            w->argv[w->argc++] = argv[i];
        } else if (strcmp(argv[i], "--") == 0) {
            only_values = 1;
        } else if (!read_flag(w, argc, argv, &i)) {
            say_error("ctl has no flag '%s'; see dhcp-server ctl --help", argv[i]);
            return -1;
        }
    }
    return 0;
}

#ifdef HAVE_JANSSON

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "common/options.h"
#include "common/units.h"
#include "dhcp-server/control.h"
#include "dhcp-server/ctl_parts.h"

#include <libdhcpperf/pump.h>

enum {
    ANSWER_MAX = 64 << 20 /* octets; an answer is far shorter */
};

/* ---- the request ---------------------------------------------------------------------------- */

/* NULL when that is text and could be read, else why not. */
static const char *judge_text(FILE *f, const char *text, size_t len)
{
    return ferror(f)                      ? strerror(errno)
           : len > CONTROL_LINE_MAX       ? "it is longer than a request may be"
           : memchr(text, 0, len) != NULL ? "it is no text"
                                          : NULL;
}

/* The text of a file, or of standard input for "-"; NULL, and that is said. */
static char *read_file(const char *path)
{
    int is_input = strcmp(path, "-") == 0;
    FILE *f = is_input ? stdin : fopen(path, "re");
    char *text = f != NULL ? malloc(CONTROL_LINE_MAX + 2) : NULL;
    const char *why = strerror(errno);
    size_t len = 0;

    if (text != NULL) {
        len = fread(text, 1, CONTROL_LINE_MAX + 1, f);
        why = judge_text(f, text, len);
        text[len] = '\0';
    }
    if (f != NULL && !is_input) {
        fclose(f);
    }
    if (why != NULL) {
        say_error("cannot read '%s': %s", path, why);
        free(text);
        return NULL;
    }
    return text;
}

/* The name of member number i of those that the command takes, into buf; NULL when it has fewer. */
static const char *member(const command_spec *c, unsigned i, char *buf, size_t cap)
{
    const char *at = c->members;
    size_t len = strcspn(at, " ");

    for (; i > 0 && len > 0; i--) {
        at += len + (at[len] == ' ');
        len = strcspn(at, " ");
    }
    snprintf(buf, cap, "%.*s", (int)len, at);
    return len > 0 ? buf : NULL;
}

/* "NAME=VALUE" with a name that the command has: where the value begins; else NULL. */
static const char *take_name(const command_spec *c, const char *word, char *name, size_t cap)
{
    const char *equal = strchr(word, '=');

    if (equal == NULL || equal == word || (size_t)(equal - word) >= cap) {
        return NULL;
    }
    memcpy(name, word, (size_t)(equal - word));
    name[equal - word] = '\0';
    return options_is_listed(c->members, name) ? equal + 1 : NULL;
}

static int set_member(json_t *request, const char *name, const char *value)
{
    char *text = value[0] == '@' ? read_file(value + 1) : NULL;
    json_t *v = value[0] == '@' && text == NULL ? NULL : json_string(text != NULL ? text : value);

    if (v == NULL) {
        if (value[0] != '@') {
            say_error("'%s' is no UTF-8 text", value);
        } else if (text != NULL) {
            say_error("'%s' holds no UTF-8 text", value + 1);
        }
        free(text);
        return -1;
    }
    free(text);
    return json_object_set_new(request, name, v);
}

/* NULL, and that is said. */
static json_t *make_request(const wish *w, command_id id)
{
    const command_spec *c = &command_specs[id];
    json_t *request = json_pack("{s:s}", "command", c->name);
    char name[32];
    unsigned place = 0;
    int i, rc = 0;

    for (i = 1; i < w->argc && rc == 0; i++) {
        const char *value = take_name(c, w->argv[i], name, sizeof name);

        if (value == NULL && member(c, place++, name, sizeof name) != NULL) {
            value = w->argv[i];
        }
        if (value == NULL) {
            say_error("'%s' takes %s%s; '%s' is more than that", c->name,
                      *c->members != '\0' ? "only: " : "nothing", c->members, w->argv[i]);
            rc = -1;
        } else {
            rc = set_member(request, name, value);
        }
    }
    for (i = 0; rc == 0 && i < (int)c->needed; i++) {
        if (member(c, (unsigned)i, name, sizeof name) != NULL &&
            json_object_get(request, name) == NULL) {
            say_error("'%s' needs a value for %s; see dhcp-server ctl --help", c->name, name);
            rc = -1;
        }
    }
    if (rc != 0) {
        json_decref(request);
        return NULL;
    }
    return request;
}

/* ---- the conversation ----------------------------------------------------------------------- */

typedef struct talk {
    int fd;
    dhcpperf_ts end; /* of the patience */
    char *buf;
    size_t len, cap;
} talk;

/* 0 when the descriptor is ready, else -1 and errno. */
static int wait_for(const talk *t, short events)
{
    struct pollfd fd = {.fd = t->fd, .events = events};
    dhcpperf_ts now = dhcpperf_clock_monotonic();
    int rc = now < t->end ? poll(&fd, 1,
                                 (int)((t->end - now) / DHCPPERF_NS_PER_MS < 60000
                                           ? (t->end - now) / DHCPPERF_NS_PER_MS + 1
                                           : 60000))
                          : 0;

    if (rc == 0 && dhcpperf_clock_monotonic() >= t->end) {
        errno = ETIMEDOUT;
        return -1;
    }
    return rc < 0 && errno != EINTR ? -1 : 0;
}

/* While more wait to be let in than may, the system says so at once; there is nothing to poll. */
static int wait_to_call(const talk *t)
{
    const struct timespec ts = {0, 10000000};

    if (dhcpperf_clock_monotonic() >= t->end) {
        errno = ETIMEDOUT;
        return -1;
    }
    (void)nanosleep(&ts, NULL);
    return 0;
}

static int call(talk *t, const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int rc;

    if (strlen(path) >= sizeof at.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(at.sun_path, path, strlen(path) + 1);
    t->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (t->fd < 0) {
        return -1;
    }
    while ((rc = connect(t->fd, (struct sockaddr *)&at, sizeof at)) != 0 &&
           (errno == EAGAIN || errno == EINTR)) {
        if (wait_to_call(t) != 0) {
            return -1;
        }
    }
    return rc;
}

static int send_all(talk *t, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = send(t->fd, text, len, MSG_NOSIGNAL);

        if (n >= 0) {
            text += n;
            len -= (size_t)n;
        } else if (errno != EAGAIN && errno != EINTR) {
            return -1;
        } else if (wait_for(t, POLLOUT) != 0) {
            return -1;
        }
    }
    return 0;
}

/* One line into t->buf, NUL for its line feed. */
static int read_line(talk *t)
{
    for (;;) {
        ssize_t n;

        if (t->len + 1 >= t->cap) {
            char *wider = t->cap < ANSWER_MAX ? realloc(t->buf, t->cap * 2 + 4096) : NULL;

            if (wider == NULL) {
                errno = ENOMEM;
                return -1;
            }
            t->buf = wider;
            t->cap = t->cap * 2 + 4096;
        }
        n = recv(t->fd, t->buf + t->len, t->cap - t->len - 1, 0);
        if (n == 0) {
            errno = ECONNRESET;
            return -1;
        }
        if (n < 0 && errno != EAGAIN && errno != EINTR) {
            return -1;
        }
        if (n < 0 && wait_for(t, POLLIN) != 0) {
            return -1;
        }
        t->len += n > 0 ? (size_t)n : 0;
        if (n > 0 && t->buf[t->len - 1] == '\n') { /* nothing follows: we asked once */
            t->buf[t->len - 1] = '\0';
            return 0;
        }
    }
}

/* The answer, or NULL, and that is said. */
static json_t *ask(const wish *w, const json_t *request, dhcpperf_dur patience)
{
    talk t = {.fd = -1, .end = dhcpperf_clock_monotonic() + patience};
    char *text = json_dumps(request, 0), shown[160];
    json_t *answer = NULL;
    int rc = text != NULL ? call(&t, w->path) : -1;

    if (text == NULL) {
        errno = ENOMEM;
    }
    rc = rc != 0 ? rc : send_all(&t, text, strlen(text));
    rc = rc != 0 ? rc : send_all(&t, "\n", 1);
    rc = rc != 0 ? rc : read_line(&t);
    if (rc != 0) {
        options_escape(w->path, shown, sizeof shown);
        say_error("no answer from a server at '%s': %s", shown, strerror(errno));
    } else {
        answer = json_loads(t.buf, 0, NULL);
        if (!json_is_object(answer)) {
            say_error("what answers at '%s' is no dhcp-server", w->path);
            json_decref(answer);
            answer = NULL;
        } else if (w->json) {
            puts(t.buf);
        }
    }
    if (t.fd >= 0) {
        close(t.fd);
    }
    free(t.buf);
    free(text);
    return answer;
}

/* ---- the command ---------------------------------------------------------------------------- */

static int show(const wish *w, command_id id, const json_t *answer, int is_first)
{
    if (!json_is_true(json_object_get(answer, "ok"))) {
        const char *error = json_string_value(json_object_get(answer, "error"));

        if (!w->json) {
            say_error("%s", error != NULL ? error : "the server says no");
        }
        return EXIT_RUNTIME;
    }
    if (!w->json) {
        ctl_print(id, answer, is_first);
    }
    return 0;
}

/* All pages, unless a number of leases was asked for. */
static int do_it(const wish *w, command_id id, json_t *request, dhcpperf_dur patience)
{
    int pages = id == COMMAND_LEASES && json_object_get(request, "limit") == NULL;
    int status = 0, is_first = 1;
    json_t *answer, *after = NULL;

    if (pages) {
        json_object_set_new(request, "limit", json_integer(1000));
    }
    do {
        answer = ask(w, request, patience);
        status = answer != NULL ? show(w, id, answer, is_first) : EXIT_RUNTIME;
        after = json_object_get(answer, "after");
        pages = pages && status == 0 && json_is_string(after) &&
                json_object_set(request, "after", after) == 0;
        json_decref(answer);
        is_first = 0;
    } while (pages);
    return status;
}

static int run(const wish *w)
{
    dhcpperf_dur patience;
    const char *near;
    json_t *request;
    int id = command_find(w->argv[0]), status;

    if (id < 0) {
        near = command_near(w->argv[0]);
        say_error("ctl has no command '%s'%s%s%s", w->argv[0],
                  near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                  near != NULL ? "'?" : "; see dhcp-server ctl --help");
        return EXIT_USAGE;
    }
    if (units_parse_duration(w->timeout, "1ms..1h", &patience) != 0) {
        say_error("--timeout must be a duration from 1ms to 1h, not '%s'", w->timeout);
        return EXIT_USAGE;
    }
    request = make_request(w, (command_id)id);
    if (request == NULL) {
        return EXIT_USAGE;
    }
    status = do_it(w, (command_id)id, request, patience);
    json_decref(request);
    return status;
}

#else

static int run(const wish *w)
{
    (void)w;
    say_error("ctl is not in this build: it was made without the jansson library");
    return EXIT_USAGE;
}

#endif

int ctl_run(int argc, char **argv)
{
    wish w;

    memset(&w, 0, sizeof w);
    if (read_words(&w, argc, argv) != 0) {
        return EXIT_USAGE;
    }
    if (w.help) {
        print_help();
        return 0;
    }
    if (w.path == NULL || *w.path == '\0') {
        say_error(
            "ctl needs --control PATH, or the variable DHCP_CONTROL: the socket of the server");
        return EXIT_USAGE;
    }
    if (w.argc == 0) {
        say_error("ctl needs a command, such as stats; see dhcp-server ctl --help");
        return EXIT_USAGE;
    }
    return run(&w);
}
