/* SPDX-License-Identifier: MIT */
/* lease_file_compact.c - the file without what is out of date.
 *
 * A thread of its own reads the file as it is now and writes a new one beside it, while changes go
 * on being appended to the old one.  When it is done, what was appended meanwhile is copied behind
 * it, and it takes the old one's place by a rename: at every moment the file under the name of the
 * store is complete.  What Kea had beside the file is in it then, and removed. */
#include "config.h"

#include "common/leases/lease_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LEAST = 16 << 20, /* octets: a smaller file is not worth the trouble */
    COPY = 1 << 18
};

/* ---- the new file --------------------------------------------------------------------------- */

static void *write_new_file(void *user)
{
    lease_rewrite *w = user;

    w->error[0] = '\0';
    w->failed = lease_sources_rewrite(&w->from, w->to, &w->size, w->error, sizeof w->error) != 0;
    atomic_store(&w->is_done, 1);
    return NULL;
}

static int begin(lease_file *f, int in_thread, char *error, size_t cap)
{
    lease_rewrite *w = &f->rewrite;

    if (lease_sources_find(&w->from, f->form, f->path, f->size) != 0) {
        lease_sources_free(&w->from);
        snprintf(error, cap, "out of memory for the lease store");
        return -1;
    }
    w->to = f->new_path;
    w->is_running = 1;
    atomic_store(&w->is_done, 0);
    w->has_thread = in_thread && pthread_create(&w->thread, NULL, write_new_file, w) == 0;
    if (!w->has_thread) {
        (void)write_new_file(w);
    }
    return 0;
}

/* What became of it; the sources are still there. */
static void join(lease_rewrite *w)
{
    if (w->has_thread) {
        (void)pthread_join(w->thread, NULL);
        w->has_thread = 0;
    }
    w->is_running = 0;
}

/* ---- its taking over ------------------------------------------------------------------------ */

static int fail(const lease_file *f, char *error, size_t cap)
{
    snprintf(error, cap, "cannot write '%s' anew: %s", f->shown, strerror(errno));
    return -1;
}

/* Octets of the old file from `at` on, behind the new one. */
static int copy_rest(const lease_file *f, int to, uint64_t at, uint64_t *inout_size)
{
    char *buf = malloc(COPY);
    int rc = buf != NULL ? 0 : -1;

    while (rc == 0 && at < f->size) {
        uint64_t left = f->size - at;
        ssize_t n = pread(f->fd, buf, left < COPY ? (size_t)left : COPY, (off_t)at);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        rc = n > 0 ? lease_file_write_all(to, buf, (size_t)n) : -1;
        at += n > 0 ? (uint64_t)n : 0;
        *inout_size += n > 0 ? (uint64_t)n : 0;
    }
    free(buf);
    return rc;
}

/* In that order: Kea reads .completed instead of .2 and .1, which must not come back when it goes.
 */
static void remove_beside(const lease_file *f)
{
    const char *const *ending;
    char *name = malloc(strlen(f->path) + 16);

    for (ending = f->form->beside; name != NULL && *ending != NULL; ending++) {
        sprintf(name, "%s%s", f->path, *ending);
        (void)unlink(name);
    }
    free(name);
}

static int take_over(lease_file *f, char *error, size_t cap)
{
    lease_rewrite *w = &f->rewrite;
    uint64_t size = w->size;
    int fd = open(w->to, O_RDWR | O_APPEND | O_CLOEXEC);

    if (fd < 0) {
        return fail(f, error, cap);
    }
    if (copy_rest(f, fd, w->from.limit, &size) != 0 || lease_file_sync(fd) != 0 ||
        rename(w->to, f->path) != 0) {
        (void)fail(f, error, cap);
        close(fd);
        (void)unlink(w->to);
        return -1;
    }
    lease_file_sync_directory(f->path);
    remove_beside(f);
    close(f->fd);
    f->fd = fd;
    f->size = f->committed = size;
    f->base_size = w->size;
    f->must_rewrite = 0;
    f->needs_feed = 0;
    return 0;
}

static int finish(lease_file *f, char *error, size_t cap)
{
    lease_rewrite *w = &f->rewrite;
    int rc;

    join(w);
    if (w->failed) {
        snprintf(error, cap, "%s", w->error);
        rc = -1;
    } else {
        rc = take_over(f, error, cap);
    }
    if (rc != 0) {
        f->base_size = f->size; /* not again at once */
    }
    lease_sources_free(&w->from);
    return rc;
}

int lease_file_rewrite(lease_file *f, char *error, size_t cap)
{
    return begin(f, 0, error, cap) != 0 ? -1 : finish(f, error, cap);
}

int lease_file_compact(lease_store *s, char *error, size_t cap)
{
    lease_file *f = (lease_file *)s;

    if (f->rewrite.is_running) {
        return atomic_load(&f->rewrite.is_done) ? finish(f, error, cap) : 0;
    }
    if (f->size < LEAST || f->size < 2 * f->base_size) {
        return 0;
    }
    return begin(f, 1, error, cap);
}

void lease_file_abandon(lease_file *f)
{
    if (f->rewrite.is_running) {
        join(&f->rewrite);
        (void)unlink(f->rewrite.to);
        lease_sources_free(&f->rewrite.from);
    }
}
