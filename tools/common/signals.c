/* SPDX-License-Identifier: MIT */
/* signals.c - handlers that only count and wake: a byte into a pipe ends the loop's wait, so no
 * signal is missed between looking and waiting. */
#include "common/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static int pipe_fds[2] = {-1, -1};
static volatile sig_atomic_t stops, first_stop, snapshot, reopen;
static int reopens_on_hup;

static void on_signal(int number)
{
    int saved = errno;
    ssize_t rc;

    if (number == SIGUSR1) {
        snapshot = 1;
    } else if (number == SIGHUP && reopens_on_hup) {
        reopen = 1;
    } else {
        if (first_stop == 0) {
            first_stop = number;
        }
        if (stops < 100) {
            stops++;
        }
    }
    rc = write(pipe_fds[1], "", 1); /* full: somebody was woken already */
    (void)rc;
    errno = saved;
}

/* nohup(1) ignores HUP. */
static int is_ignored(int number)
{
    struct sigaction old;

    return sigaction(number, NULL, &old) == 0 && old.sa_handler == SIG_IGN;
}

int signals_install(int hup_reopens)
{
    static const int watched[] = {SIGINT, SIGTERM, SIGUSR1, SIGHUP};
    struct sigaction act;
    unsigned i;

    reopens_on_hup = hup_reopens;
    if (pipe_fds[0] >= 0) {
        return 0; /* as before */
    }
    if (pipe(pipe_fds) != 0) {
        return -1;
    }
    for (i = 0; i < 2; i++) {
        if (fcntl(pipe_fds[i], F_SETFL, O_NONBLOCK) != 0 ||
            fcntl(pipe_fds[i], F_SETFD, FD_CLOEXEC) != 0) {
            return -1;
        }
    }
    memset(&act, 0, sizeof act);
    sigemptyset(&act.sa_mask);
    act.sa_handler = on_signal;
    act.sa_flags = SA_RESTART;
    for (i = 0; i < sizeof watched / sizeof watched[0]; i++) {
        if (watched[i] == SIGHUP && !hup_reopens && is_ignored(SIGHUP)) {
            continue;
        }
        if (sigaction(watched[i], &act, NULL) != 0) {
            return -1;
        }
    }
    act.sa_handler = SIG_IGN;
    /* A pipe without a reader, a file that may not grow: the writes fail, and that is told. */
    return sigaction(SIGXFSZ, &act, NULL) != 0 ? -1 : sigaction(SIGPIPE, &act, NULL);
}

int signals_fd(void)
{
    return pipe_fds[0];
}

void signals_clear(void)
{
    char room[64];

    while (read(pipe_fds[0], room, sizeof room) > 0) {
    }
}

int signals_stops(void)
{
    return (int)stops;
}

int signals_first_stop(void)
{
    return (int)first_stop;
}

int signals_take_snapshot(void)
{
    int was = (int)snapshot;

    snapshot = 0;
    return was;
}

int signals_take_reopen(void)
{
    int was = (int)reopen;

    reopen = 0;
    return was;
}
