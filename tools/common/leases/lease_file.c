/* SPDX-License-Identifier: MIT */
/* lease_file.c - a store that is one text file: opened, appended to, made durable.
 *
 * Changes are gathered in a buffer and written when it is full or when they are to be durable.
 * After an error what is not durable is cut off, so that no half line is left behind; the rest is
 * repaired when the file is opened again. */
#include "config.h"

#include "common/leases/lease_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/leases/lease_lock.h"
#include "common/leases/lease_reader.h"
#include "common/options.h"

enum {
    BUFFER = 1 << 20,
    MODE = 0640
};

/* ---- the system's part ---------------------------------------------------------------------- */

int lease_file_write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, data, len);

        if (n < 0 && errno != EINTR) {
            return -1;
        }
        if (n == 0) {
            errno = ENOSPC;
            return -1;
        }
        if (n > 0) {
            data += n;
            len -= (size_t)n;
        }
    }
    return 0;
}

int lease_file_sync(int fd)
{
    int rc;

    do {
#ifdef HAVE_FDATASYNC
        rc = fdatasync(fd);
#else
        rc = fsync(fd);
#endif
    } while (rc != 0 && errno == EINTR);
    return rc != 0 && (errno == EINVAL || errno == ENOTSUP) ? 0 : rc; /* a pipe, say */
}

void lease_file_sync_directory(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *dir =
        slash == NULL ? strdup(".") : strndup(path, slash == path ? 1 : (size_t)(slash - path));
    int fd;

    if (dir == NULL) {
        return;
    }
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(dir);
}

/* ---- opening -------------------------------------------------------------------------------- */

static int fail(const lease_file *f, const char *what, char *error, size_t cap)
{
    int code = errno;

    snprintf(error, cap, "cannot %s '%s': %s", what, f->shown, strerror(code));
    return -1;
}

static char *joined(const char *path, const char *ending)
{
    size_t size = strlen(path) + strlen(ending) + 1;
    char *to = malloc(size);

    if (to != NULL) {
        snprintf(to, size, "%s%s", path, ending);
    }
    return to;
}

static int prepare(lease_file *f, const lease_store_config *config)
{
    const char *path = config->where;

    f->config = *config;
    f->fd = f->lock = -1;
    options_escape(path, f->shown, sizeof f->shown);
    f->buf = malloc(BUFFER + LEASE_WRITTEN_MAX);
    if (config->fresh && strcmp(path, "-") == 0) {
        return f->buf != NULL ? 0 : -1;
    }
    f->path = strdup(path);
    f->new_path = joined(path, ".new");
    f->bad_path = joined(path, ".bad");
    return f->buf != NULL && f->path != NULL && f->new_path != NULL && f->bad_path != NULL ? 0 : -1;
}

static void put_head(lease_file *f)
{
    f->len = strlen(f->form->head);
    memcpy(f->buf, f->form->head, f->len);
}

/* What the path names may be replaced: a file, and none that a server keeps its leases in. */
static int judge_old(lease_file *f, char *error, size_t cap)
{
    struct stat st;

    if (stat(f->path, &st) == 0 && !S_ISREG(st.st_mode)) {
        snprintf(error, cap, "cannot write '%s': it is not a regular file", f->shown);
        return -1;
    }
    if (!lease_lock_is_there(f->path)) {
        return 0;
    }
    f->lock = lease_lock(f->path, error, cap);
    return f->lock < 0 ? -1 : 0;
}

/* For a dump: what is there stays until the new one is complete. */
static int open_fresh(lease_file *f, char *error, size_t cap)
{
    if (f->path != NULL && judge_old(f, error, cap) != 0) {
        return -1;
    }
    put_head(f);
    f->fd = f->path == NULL ? dup(STDOUT_FILENO)
                            : open(f->new_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, MODE);
    return f->fd < 0 ? fail(f, "write", error, cap) : 0;
}

/* The file is of this form, and how it begins and ends. */
static int look_at(lease_file *f, char *error, size_t cap)
{
    lease_reader x;
    char last = '\n';
    int rc;

    if (f->size > 0 && pread(f->fd, &last, 1, (off_t)f->size - 1) != 1) {
        return fail(f, "read", error, cap);
    }
    rc = lease_reader_open(&x, f->form, f->path, f->size, error, cap);
    if (rc == 0) {
        errno = ENOENT;
        return fail(f, "read", error, cap);
    }
    if (rc < 0) {
        return -1;
    }
    f->needs_feed = last != '\n';
    f->must_rewrite = f->size > 0 && !x.dialect.is_ours;
    lease_reader_close(&x);
    return 0;
}

/* A new file has its head before anybody relies on it. */
static int found_it(lease_file *f, char *error, size_t cap)
{
    put_head(f);
    if (lease_file_commit(&f->base, error, cap) != 0) {
        return -1;
    }
    lease_file_sync_directory(f->path);
    return 0;
}

/* The file as it is now, and its size. */
static int open_and_look(lease_file *f, char *error, size_t cap)
{
    int flags = f->config.read_only ? O_RDONLY : O_RDWR | O_CREAT | O_APPEND;
    struct stat st;

    if (f->fd >= 0) {
        close(f->fd);
    }
    f->fd = open(f->path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, MODE);
    if (f->fd < 0 || fstat(f->fd, &st) != 0) {
        return fail(f, "open", error, cap);
    }
    if (!S_ISREG(st.st_mode)) {
        snprintf(error, cap, "cannot open '%s': it is not a regular file", f->shown);
        return -1;
    }
    f->size = f->committed = f->base_size = (uint64_t)st.st_size;
    return 0;
}

/* Looked at before the lock, so that no lock is left beside what is no file; and once more when
 * nobody else writes it any more: who had it until now has added to it, or put a new one in its
 * place. */
static int open_existing(lease_file *f, char *error, size_t cap)
{
    if (open_and_look(f, error, cap) != 0) {
        return -1;
    }
    if (!f->config.read_only) {
        f->lock = lease_lock(f->path, error, cap);
        if (f->lock < 0 || open_and_look(f, error, cap) != 0) {
            return -1;
        }
    }
    if (f->size == 0 && !f->config.read_only) {
        return found_it(f, error, cap);
    }
    return look_at(f, error, cap);
}

int lease_file_open(lease_store **ret, const lease_store_ops *ops, const lease_form *form,
                    const lease_store_config *config, char *error, size_t cap)
{
    lease_file *f = calloc(1, sizeof *f);
    int rc;

    *ret = NULL;
    if (f == NULL) {
        snprintf(error, cap, "out of memory for the lease store");
        return -1;
    }
    f->base.ops = ops;
    f->form = form;
    atomic_init(&f->rewrite.is_done, 0);
    if (prepare(f, config) != 0) {
        snprintf(error, cap, "out of memory for the lease store");
        rc = -1;
    } else {
        rc = config->fresh ? open_fresh(f, error, cap) : open_existing(f, error, cap);
    }
    if (rc != 0) {
        lease_file_close(&f->base);
        return -1;
    }
    *ret = &f->base;
    return 0;
}

/* ---- writing -------------------------------------------------------------------------------- */

/* Half a line would be taken for damage: cut it off, if that can still be done. */
static int give_up(lease_file *f, char *error, size_t cap)
{
    int code = errno;

    if (f->path != NULL && ftruncate(f->fd, (off_t)f->committed) == 0) {
        f->size = f->committed;
    }
    f->len = 0;
    errno = code;
    return fail(f, "write", error, cap);
}

static int flush(lease_file *f, char *error, size_t cap)
{
    if (f->len > 0 && lease_file_write_all(f->fd, f->buf, f->len) != 0) {
        return give_up(f, error, cap);
    }
    f->size += f->len;
    f->len = 0;
    return 0;
}

/* What has to be right before the first change is appended. */
static int make_ready(lease_file *f, char *error, size_t cap)
{
    if (f->must_rewrite && lease_file_rewrite(f, error, cap) != 0) {
        return -1;
    }
    if (f->needs_feed) {
        f->buf[f->len++] = '\n';
        f->needs_feed = 0;
    }
    return 0;
}

int lease_file_append(lease_store *s, const lease_record *r, size_t n, char *error, size_t cap)
{
    lease_file *f = (lease_file *)s;
    size_t i;

    if ((f->must_rewrite || f->needs_feed) && make_ready(f, error, cap) != 0) {
        return -1;
    }
    for (i = 0; i < n; i++) {
        f->len += f->form->write(f->buf + f->len, &r[i]);
        if (f->len >= BUFFER && flush(f, error, cap) != 0) {
            return -1;
        }
    }
    return 0;
}

/* A dump takes the place of what was there. */
static int replace(lease_file *f, char *error, size_t cap)
{
    if (rename(f->new_path, f->path) != 0) {
        return fail(f, "write", error, cap);
    }
    f->is_replaced = 1;
    lease_file_sync_directory(f->path);
    return 0;
}

/* Whoever removes or renames the file takes what is written to it along: nobody would find it. */
static int is_in_place(const lease_file *f)
{
    struct stat ours, there;

    return f->path == NULL || f->config.fresh ||
           (fstat(f->fd, &ours) == 0 && stat(f->path, &there) == 0 && ours.st_dev == there.st_dev &&
            ours.st_ino == there.st_ino);
}

int lease_file_commit(lease_store *s, char *error, size_t cap)
{
    lease_file *f = (lease_file *)s;

    if (flush(f, error, cap) != 0) {
        return -1;
    }
    if (lease_file_sync(f->fd) != 0) {
        return give_up(f, error, cap);
    }
    if (!is_in_place(f)) {
        snprintf(error, cap,
                 "cannot write '%s': it was removed or renamed, or another file is there",
                 f->shown);
        return -1;
    }
    f->committed = f->size;
    return f->config.fresh && f->path != NULL ? replace(f, error, cap) : 0;
}

void lease_file_close(lease_store *s)
{
    lease_file *f = (lease_file *)s;

    if (f == NULL) {
        return;
    }
    lease_file_abandon(f);
    if (f->fd >= 0) {
        if (f->config.fresh && f->path != NULL && !f->is_replaced) {
            (void)unlink(f->new_path);
        }
        close(f->fd);
    }
    if (f->lock >= 0) {
        close(f->lock);
    }
    free(f->buf);
    free(f->path);
    free(f->new_path);
    free(f->bad_path);
    free(f);
}

/* ---- the kinds ------------------------------------------------------------------------------ */

static int open_csv(lease_store **ret, const lease_store_config *config, char *error, size_t cap)
{
    return lease_file_open(ret, &lease_store_csv, &lease_form_csv, config, error, cap);
}

static int open_isc(lease_store **ret, const lease_store_config *config, char *error, size_t cap)
{
    return lease_file_open(ret, &lease_store_isc, &lease_form_isc, config, error, cap);
}

const lease_store_ops lease_store_csv = {
    .kind = "csv",
    .where = "FILE",
    .help = "a lease file as Kea's memfile keeps it",
    .is_durable = 1,
    .open = open_csv,
    .load = lease_file_load,
    .append = lease_file_append,
    .commit = lease_file_commit,
    .compact = lease_file_compact,
    .close = lease_file_close,
};

const lease_store_ops lease_store_isc = {
    .kind = "isc",
    .where = "FILE",
    .help = "a lease file as ISC dhcpd keeps it",
    .is_durable = 1,
    .open = open_isc,
    .load = lease_file_load,
    .append = lease_file_append,
    .commit = lease_file_commit,
    .compact = lease_file_compact,
    .close = lease_file_close,
};
