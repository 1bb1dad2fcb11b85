/* SPDX-License-Identifier: MIT */
/* mailbox.c - a wish is in the word before the descriptor is written to: whoever is woken finds it,
 * and whoever looked a moment too early is woken. */
#include "config.h"

#include "common/mailbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/eventfd.h>
#endif

int mailbox_open(mailbox *m)
{
    atomic_init(&m->wishes, 0);
#ifdef __linux__
    m->fds[0] = m->fds[1] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return m->fds[0] >= 0 ? 0 : -1;
#else
    unsigned i;

    if (pipe(m->fds) != 0) {
        m->fds[0] = m->fds[1] = -1;
        return -1;
    }
    for (i = 0; i < 2; i++) {
        if (fcntl(m->fds[i], F_SETFL, O_NONBLOCK) != 0 ||
            fcntl(m->fds[i], F_SETFD, FD_CLOEXEC) != 0) {
            mailbox_close(m);
            return -1;
        }
    }
    return 0;
#endif
}

void mailbox_close(mailbox *m)
{
    if (m->fds[0] >= 0) {
        close(m->fds[0]);
    }
    if (m->fds[1] >= 0 && m->fds[1] != m->fds[0]) {
        close(m->fds[1]);
    }
    m->fds[0] = m->fds[1] = -1;
}

int mailbox_fd(const mailbox *m)
{
    return m->fds[0];
}

void mailbox_post(mailbox *m, unsigned wishes)
{
    static const uint64_t one = 1; /* what an eventfd counts in; eight bytes for a pipe */
    ssize_t rc;

    if (wishes != 0) {
        atomic_fetch_or(&m->wishes, wishes);
    }
    do {
        rc = write(m->fds[1], &one, sizeof one);
    } while (rc < 0 && errno == EINTR); /* EAGAIN: somebody has woken it already */
}

unsigned mailbox_take(mailbox *m)
{
    if (atomic_load_explicit(&m->wishes, memory_order_relaxed) == 0) {
        return 0;
    }
    return atomic_exchange(&m->wishes, 0);
}

void mailbox_clear(mailbox *m)
{
    uint64_t room[8];

    while (read(m->fds[0], room, sizeof room) > 0) {
    }
}
