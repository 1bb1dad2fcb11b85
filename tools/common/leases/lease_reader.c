/* SPDX-License-Identifier: MIT */
/* lease_reader.c - reads ahead by blocks and cuts them into pieces.
 *
 * A piece that does not end within LEASE_PIECE_MAX octets is handed out as damaged, so that nothing
 * in a file can take more memory than the buffer. */
#include "common/leases/lease_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/options.h"

enum {
    BUFFER = 4 * LEASE_PIECE_MAX
};

/* As much as there is room for; 0, or -1 with errno. */
static int fill(lease_reader *x)
{
    memmove(x->buf, x->buf + x->from, x->to - x->from);
    x->to -= x->from;
    x->from = 0;
    while (x->left > 0 && x->to < BUFFER) {
        size_t want = BUFFER - x->to < x->left ? BUFFER - x->to : (size_t)x->left;
        ssize_t got = read(x->fd, x->buf + x->to, want);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            x->left = 0;
        } else {
            x->to += (size_t)got;
            x->left -= (size_t)got;
        }
    }
    return 0;
}

/* Octets of the next piece, 0 at the end; -1 with errno. */
static ssize_t next_size(lease_reader *x)
{
    size_t n = x->form->cut(x->buf + x->from, x->to - x->from);

    if (n == 0 && x->left > 0 && x->to - x->from < LEASE_PIECE_MAX) {
        if (fill(x) != 0) {
            return -1;
        }
        n = x->form->cut(x->buf + x->from, x->to - x->from);
    }
    if (n == 0) {
        n = x->to - x->from;
    }
    return (ssize_t)(n < LEASE_PIECE_MAX ? n : LEASE_PIECE_MAX);
}

static unsigned count_lines(const char *text, size_t len)
{
    const char *end = text + len;
    unsigned n = 0;

    while (text < end && (text = memchr(text, '\n', (size_t)(end - text))) != NULL) {
        text++;
        n++;
    }
    return n;
}

/* The next piece, not parsed yet. */
static int extract(lease_reader *x, lease_extract *ret)
{
    ssize_t n = next_size(x);

    if (n <= 0) {
        return (int)n;
    }
    ret->text = x->buf + x->from;
    ret->len = (size_t)n;
    ret->offset = x->offset;
    ret->line = x->line;
    x->from += (size_t)n;
    x->offset += (size_t)n;
    x->line += count_lines(ret->text, ret->len);
    return 1;
}

static void judge(lease_reader *x, lease_extract *e, lease_draft *d)
{
    if (e->len < LEASE_PIECE_MAX) {
        e->is = x->form->parse(&x->dialect, e->text, e->len, d);
    } else {
        e->is = lease_draft_fail(d, "it is longer than %d octets", LEASE_PIECE_MAX);
    }
}

int lease_reader_next(lease_reader *x, lease_extract *ret, lease_draft *d)
{
    int rc = extract(x, ret);

    if (rc != 1) {
        return rc;
    }
    judge(x, ret, d);
    return 1;
}

/* Looks at the first piece, and takes it away when it is no lease. */
static int begin(lease_reader *x)
{
    int is_lease = 1;
    lease_extract first;
    ssize_t n = fill(x) == 0 ? next_size(x) : -1;

    if (n < 0) {
        return -1;
    }
    if (n == 0) {
        x->form->begin_empty(&x->dialect);
        return 1;
    }
    if (!x->form->begin(&x->dialect, x->buf + x->from, (size_t)n, &is_lease)) {
        return 0;
    }
    if (!is_lease) {
        (void)extract(x, &first);
    }
    return 1;
}

static int fail(lease_reader *x, const char *path, const char *why, char *error, size_t cap)
{
    char shown[400];

    options_escape(path, shown, sizeof shown);
    snprintf(error, cap, "cannot read '%s': %s", shown, why);
    lease_reader_close(x);
    return -1;
}

int lease_reader_open(lease_reader *ret, const lease_form *form, const char *path, uint64_t limit,
                      char *error, size_t cap)
{
    char why[120];
    int rc;

    memset(ret, 0, sizeof *ret);
    ret->form = form;
    ret->left = limit;
    ret->line = 1;
    ret->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (ret->fd < 0) {
        return errno == ENOENT ? 0 : fail(ret, path, strerror(errno), error, cap);
    }
    ret->buf = malloc(BUFFER);
    if (ret->buf == NULL) {
        return fail(ret, path, strerror(ENOMEM), error, cap);
    }
    rc = begin(ret);
    if (rc < 0) {
        return fail(ret, path, strerror(errno), error, cap);
    }
    if (rc == 0) {
        snprintf(why, sizeof why, "it is not %s", form->called);
        return fail(ret, path, why, error, cap);
    }
    return 1;
}

void lease_reader_close(lease_reader *x)
{
    if (x->fd >= 0) {
        close(x->fd);
    }
    free(x->buf);
    x->fd = -1;
    x->buf = NULL;
}
