/* SPDX-License-Identifier: MIT */
/* lease_lock.c - a lock in a file of its own: the store itself may be replaced as a whole, and
 * libraries that lock it by other means must not meet this lock. */
#include "common/leases/lease_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

static void write_pid(int fd)
{
    char text[24];
    int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());

    /* Only for who finds it locked: the lock holds without it. */
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)len, 0) != len) {
        return;
    }
}

static long read_pid(int fd)
{
    char text[24];
    ssize_t len = pread(fd, text, sizeof text - 1, 0);

    text[len > 0 ? len : 0] = '\0';
    return strtol(text, NULL, 10);
}

int lease_lock_is_there(const char *path)
{
    char name[PATH_MAX];

    return (size_t)snprintf(name, sizeof name, "%s.lock", path) < sizeof name &&
           access(name, F_OK) == 0;
}

int lease_lock(const char *path, char *error, size_t cap)
{
    char name[PATH_MAX];
    long pid;
    int fd;

    if ((size_t)snprintf(name, sizeof name, "%s.lock", path) >= sizeof name) {
        snprintf(error, cap, "'%.80s...': the path is too long", path);
        return -1;
    }
    fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0) {
        snprintf(error, cap, "cannot open '%s': %s", name, strerror(errno));
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
        write_pid(fd);
        return fd;
    }
    pid = errno == EWOULDBLOCK ? read_pid(fd) : 0;
    if (pid > 0) {
        snprintf(error, cap, "'%s' is the lease store of another server, process %ld", path, pid);
    } else {
        snprintf(error, cap, "cannot lock '%s': %s", name, strerror(errno));
    }
    close(fd);
    return -1;
}
