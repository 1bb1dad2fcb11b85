/* SPDX-License-Identifier: MIT */
/* notify.c - the protocol is a datagram of lines, stable and open to everybody: a library for it
 * would bring half a dozen others into a process that wants to have few, and a unit of Type=notify
 * would fail in a build without it.
 *
 * The socket is connected early, so that neither a changed user nor a filter of system calls is in
 * the way later. */
#include "config.h"

#include "common/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <libdhcpperf/pump.h>

enum {
    STATUS_MAX = 400
};

static int manager = -1; /* its socket */
static dhcpperf_dur patience;
static dhcpperf_ts next_sign;

/* A number of microseconds in the environment; 0 when there is none. */
static uint64_t read_number(const char *name)
{
    const char *text = getenv(name);
    char *end;
    unsigned long long n;

    if (text == NULL || text[0] < '0' || text[0] > '9') {
        return 0;
    }
    errno = 0;
    n = strtoull(text, &end, 10);
    return *end == '\0' && errno == 0 ? n : 0;
}

/* The watchdog may be meant for another process of the service. */
static dhcpperf_dur find_patience(void)
{
    uint64_t us = read_number("WATCHDOG_USEC"), pid = read_number("WATCHDOG_PID");

    if (us == 0 || us > UINT64_MAX / 1000 || (pid != 0 && pid != (uint64_t)getpid())) {
        return 0;
    }
    return us * 1000;
}

/* A path, or with @ in front a name outside of the file system; the length, 0 when it is neither.
 */
static socklen_t address_of(const char *name, struct sockaddr_un *ret)
{
    size_t len = strlen(name);

    memset(ret, 0, sizeof *ret);
    ret->sun_family = AF_UNIX;
    if ((name[0] != '/' && name[0] != '@') || name[1] == '\0' || len >= sizeof ret->sun_path) {
        return 0;
    }
    memcpy(ret->sun_path, name, len);
    if (name[0] == '@') {
        ret->sun_path[0] = '\0';
        return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
    }
    return (socklen_t)sizeof *ret;
}

static int connect_to(const char *name)
{
    static const struct timeval second = {1, 0};
    struct sockaddr_un sa;
    socklen_t len = address_of(name, &sa);
    int fd;

    if (len == 0) {
        errno = EAFNOSUPPORT;
        return -1;
    }
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && (connect(fd, (struct sockaddr *)&sa, len) != 0 ||
                    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof second) != 0)) {
        int saved = errno;

        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

int notify_open(void)
{
    const char *name = getenv("NOTIFY_SOCKET");
    int rc = 0;

    notify_close();
    if (name != NULL && name[0] != '\0') {
        manager = connect_to(name);
        rc = manager >= 0 ? 0 : -1;
    }
    if (manager >= 0) {
        patience = find_patience();
    }
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    unsetenv("WATCHDOG_PID");
    return rc;
}

void notify_close(void)
{
    if (manager >= 0) {
        close(manager);
    }
    manager = -1;
    patience = 0;
    next_sign = 0;
}

/* A line feed in a status would begin a statement of its own. */
static void join(char *text, size_t cap, const char *state, const char *status)
{
    size_t at;

    snprintf(text, cap, "%s%s%.*s", state, status != NULL ? "STATUS=" : "", STATUS_MAX - 1,
             status != NULL ? status : "");
    for (at = strlen(state); text[at] != '\0'; at++) {
        text[at] = (unsigned char)text[at] < ' ' ? ' ' : text[at];
    }
}

/* What changes the state of the service is worth a wait of up to a second, what does not is not. */
static void tell(const char *state, const char *status, int flags)
{
    char text[STATUS_MAX + 100];
    ssize_t rc;

    if (manager < 0) {
        return;
    }
    join(text, sizeof text, state, status);
    do {
        rc = send(manager, text, strlen(text), MSG_NOSIGNAL | flags);
    } while (rc < 0 && errno == EINTR);
}

void notify_ready(const char *status)
{
    tell("READY=1\n", status, 0);
}

void notify_reloading(const char *status)
{
    char state[64];

    /* The manager tells by the instant which READY is the answer to it. */
    snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%llu\n",
             (unsigned long long)(dhcpperf_clock_monotonic() / 1000));
    tell(state, status, 0);
}

void notify_stopping(const char *status)
{
    tell("STOPPING=1\n", status, 0);
}

dhcpperf_ts notify_alive(dhcpperf_ts now)
{
    if (patience == 0) {
        return DHCPPERF_NEVER;
    }
    if (now >= next_sign) {
        tell("WATCHDOG=1\n", NULL, MSG_DONTWAIT);
        next_sign = now + patience / 2;
    }
    return next_sign;
}
