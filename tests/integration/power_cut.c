/* SPDX-License-Identifier: MIT */
/* power_cut.c - what would be on the disk after a loss of power; loaded into a process in front of
 * the C library (LD_PRELOAD).
 *
 * SIGKILL takes nothing from the page cache, so that killing a process shows nothing about its
 * calls of fsync().  Here the disk is a folder of shadows: a file's octets come there when it is
 * synchronised, and the names of a folder when that folder is.  Nothing else ever does.  After the
 * process was killed, power_cut.sh makes the store's folder what the shadows say.
 *
 * POWER_CUT_STORE is the folder (one level, absolute), POWER_CUT_SHADOWS the other one.  With
 * POWER_CUT_LATE=1 the disk lies: what is synchronised comes there only when something else is. */
#include "config.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    PATH_LEN = 512
};

static const char *store, *shadows, *late;

__attribute__((constructor)) static void look(void)
{
    store = getenv("POWER_CUT_STORE");
    shadows = getenv("POWER_CUT_SHADOWS");
    late = getenv("POWER_CUT_LATE");
}

static void give_up(const char *what)
{
    fprintf(stderr, "power_cut: %s: %s\n", what, strerror(errno));
    abort();
}

/* Whole or not at all, whenever the process dies. */
static void replace(const char *path, const char *octets, size_t len)
{
    static char waits[PATH_LEN];
    char beside[PATH_LEN + 5], whole[PATH_LEN + 5];
    int fd;

    if (late != NULL) {
        snprintf(beside, sizeof beside, "%s.late", waits);
        if (waits[0] != '\0' && rename(beside, waits) != 0) {
            give_up(waits);
        }
        snprintf(waits, sizeof waits, "%s", path);
    }

    snprintf(beside, sizeof beside, "%s.new", path);
    fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    snprintf(whole, sizeof whole, "%s%s", path, late != NULL ? ".late" : "");
    if (fd < 0 || write(fd, octets, len) != (ssize_t)len || close(fd) != 0 ||
        rename(beside, whole) != 0) {
        give_up(path);
    }
}

/* All octets of the file behind the descriptor, which may be for writing only.  No second one is
 * opened without need: to close it would end the locks that this process has on the file. */
static size_t read_whole(int fd, const char *link, char *octets, size_t len)
{
    size_t used = 0;
    ssize_t n = pread(fd, octets, len, 0);
    int own = n < 0 ? open(link, O_RDONLY | O_CLOEXEC) : -1;

    while (used < len &&
           (n = pread(own >= 0 ? own : fd, octets + used, len - used, (off_t)used)) > 0) {
        used += (size_t)n;
    }
    if (own >= 0) {
        close(own);
    }
    return used;
}

static void shadow_file(int fd, const char *link, const struct stat *st)
{
    size_t len = (size_t)st->st_size;
    char path[PATH_LEN], *octets = malloc(len + 1);

    if (octets == NULL) {
        give_up("malloc");
    }
    snprintf(path, sizeof path, "%s/%lu", shadows, (unsigned long)st->st_ino);
    replace(path, octets, read_whole(fd, link, octets, len));
    free(octets);
}

static void shadow_names(void)
{
    static char list[65536];
    DIR *d = opendir(store);
    const struct dirent *e;
    char path[PATH_LEN];
    size_t used = 0;

    if (d == NULL) {
        give_up(store);
    }
    while ((e = readdir(d)) != NULL) {
        if (e->d_name[0] != '.') {
            used += (size_t)snprintf(list + used, sizeof list - used, "%lu %s\n",
                                     (unsigned long)e->d_ino, e->d_name);
        }
    }
    closedir(d);
    snprintf(path, sizeof path, "%s/names", shadows);
    replace(path, list, used);
}

static void synchronised(int fd)
{
    char link[64], path[PATH_LEN];
    struct stat st;
    size_t n;
    ssize_t len;

    if (store == NULL || shadows == NULL) {
        return;
    }
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    len = readlink(link, path, sizeof path - 1);
    if (len < 0 || fstat(fd, &st) != 0) {
        return;
    }
    path[len] = '\0';
    n = strlen(store);
    if (strncmp(path, store, n) != 0 || (path[n] != '/' && path[n] != '\0')) {
        return;
    }
    if (S_ISDIR(st.st_mode)) {
        shadow_names();
    } else {
        shadow_file(fd, link, &st);
    }
}

static int call(const char *name, int fd)
{
    int (*real)(int) = NULL;
    void *found = dlsym(RTLD_NEXT, name);
    int rc;

    memcpy(&real, &found, sizeof real);
    rc = real != NULL ? real(fd) : 0;
    if (rc == 0) {
        synchronised(fd);
    }
    return rc;
}

int fsync(int fd)
{
    return call("fsync", fd);
}

int fdatasync(int fd)
{
    return call("fdatasync", fd);
}
