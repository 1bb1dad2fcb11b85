/* SPDX-License-Identifier: MIT */
/* lease_file_load.c - reads the files of a store twice: first for where the last word on each
 * address stands, then for what it is.  So memory is a matter of the addresses, however long the
 * files are.
 *
 * Damage is put aside in the first reading.  Then the file is written anew without it, so that it
 * is told once; if it could not be put aside, it stays where it is. */
#include "config.h"

#include "common/leases/lease_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/leases/lease_last.h"
#include "common/leases/lease_reader.h"
#include "common/options.h"

/* ---- the files ------------------------------------------------------------------------------ */

static int add_source(lease_sources *s, const char *path, const char *ending)
{
    size_t a = strlen(path), b = strlen(ending);
    char *name = malloc(a + b + 1);

    if (name == NULL) {
        return -1;
    }
    memcpy(name, path, a);
    memcpy(name + a, ending, b + 1);
    if (*ending != '\0' && access(name, F_OK) != 0) {
        free(name);
        return 0;
    }
    s->path[s->n++] = name;
    return 0;
}

static int add_beside(lease_sources *s, const char *path)
{
    const char *const *ending = s->form->beside;
    unsigned had;

    for (; *ending != NULL; ending++) {
        had = s->n;
        if (add_source(s, path, *ending) != 0) {
            return -1;
        }
        if (s->n > had && s->form->instead != NULL && strcmp(*ending, s->form->instead) == 0) {
            while (had > 0) {
                free(s->path[--had]);
            }
            s->path[0] = s->path[s->n - 1];
            s->n = 1;
        }
    }
    s->some_beside = s->n > 0;
    return 0;
}

int lease_sources_find(lease_sources *ret, const lease_form *form, const char *path, uint64_t limit)
{
    memset(ret, 0, sizeof *ret);
    ret->form = form;
    ret->limit = limit;
    return add_beside(ret, path) != 0 ? -1 : add_source(ret, path, "");
}

void lease_sources_free(lease_sources *s)
{
    while (s->n > 0) {
        free(s->path[--s->n]);
    }
}

/* ---- one reading ---------------------------------------------------------------------------- */

/* What is done with a piece; nonzero ends the reading. */
typedef struct reading reading;
typedef int (*piece_fn)(reading *x, const lease_reader *from, const lease_extract *e);

struct reading {
    const lease_sources *s;
    unsigned file; /* being read */
    lease_draft draft;
    lease_last last;
    piece_fn piece;
    /* first reading */
    lease_load_report *report; /* NULL: damage is nobody's business */
    const char *quarantine;    /* NULL: stays where it is */
    int bad_fd;
    int rewrite; /* something is to be left out or in another form */
    /* second reading */
    lease_load_fn fn;
    void *user;
    int fd; /* being written */
    char *buf;
    size_t len;
    uint64_t size;
    char *error;
    size_t cap;
};

static int fail(reading *x, const char *what, const char *path)
{
    char shown[400];
    int code = errno;

    options_escape(path, shown, sizeof shown);
    snprintf(x->error, x->cap, "cannot %s '%s': %s", what, shown, strerror(code));
    return -1;
}

static int read_one(reading *x)
{
    const lease_sources *s = x->s;
    const char *path = s->path[x->file];
    lease_reader from;
    lease_extract e;
    int rc = lease_reader_open(&from, s->form, path, x->file + 1 == s->n ? s->limit : UINT64_MAX,
                               x->error, x->cap);

    if (rc <= 0) {
        return rc;
    }
    while ((rc = lease_reader_next(&from, &e, &x->draft)) == 1) {
        rc = x->piece(x, &from, &e);
        if (rc != 0) {
            break;
        }
    }
    if (rc == -1 && x->error[0] == '\0') {
        (void)fail(x, "read", path);
    }
    if (!from.dialect.is_ours) {
        x->rewrite = 1;
    }
    lease_reader_close(&from);
    return rc;
}

static int read_all(reading *x, piece_fn piece)
{
    int rc = 0;

    x->piece = piece;
    x->error[0] = '\0';
    for (x->file = 0; x->file < x->s->n && rc == 0; x->file++) {
        rc = read_one(x);
    }
    return rc;
}

static lease_place place_of(const reading *x, const lease_extract *e)
{
    return (lease_place){x->file, e->offset};
}

/* ---- first reading -------------------------------------------------------------------------- */

/* Text as it stands in the file, and where it was.  0 when it is safe there. */
static int put_aside(reading *x, const lease_extract *e)
{
    char head[800], shown[400];
    int n;

    if (x->bad_fd < 0) {
        x->bad_fd = open(x->quarantine, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    }
    options_escape(x->s->path[x->file], shown, sizeof shown);
    n = snprintf(head, sizeof head, "# %s:%u: %s\n", shown, e->line, x->draft.why);
    return x->bad_fd < 0 || lease_file_write_all(x->bad_fd, head, (size_t)n) != 0 ||
                   lease_file_write_all(x->bad_fd, e->text, e->len) != 0 ||
                   (e->text[e->len - 1] != '\n' && lease_file_write_all(x->bad_fd, "\n", 1) != 0)
               ? -1
               : 0;
}

/* Damage that cannot be put aside ends the loading: nothing is ever lost unsaid. */
static int note_damage(reading *x, const lease_extract *e)
{
    char shown[120];

    if (x->report == NULL) {
        return 0;
    }
    options_escape(x->s->path[x->file], shown, sizeof shown);
    lease_report_damage(x->report, "%s:%u: %s", shown, e->line, x->draft.why);
    if (x->quarantine == NULL) {
        return 0;
    }
    x->rewrite = 1;
    return put_aside(x, e) != 0 ? fail(x, "write", x->quarantine) : 0;
}

static int find_last(reading *x, const lease_reader *from, const lease_extract *e)
{
    (void)from;
    switch (e->is) {
    case LEASE_PIECE_RECORD:
    case LEASE_PIECE_END:
        if (x->report != NULL) {
            x->report->records++;
        }
        if (lease_last_put(&x->last, x->draft.r.ip, place_of(x, e)) != 0) {
            errno = ENOMEM;
            return fail(x, "read", x->s->path[x->file]);
        }
        return 0;
    case LEASE_PIECE_DAMAGED:
        return note_damage(x, e);
    case LEASE_PIECE_NOTHING:
    case LEASE_PIECE_OTHER:
        break;
    }
    return 0;
}

/* ---- second reading: loaded ----------------------------------------------------------------- */

static int hand_over(reading *x, const lease_reader *from, const lease_extract *e)
{
    (void)from;
    if (e->is != LEASE_PIECE_RECORD || !lease_last_is(&x->last, x->draft.r.ip, place_of(x, e))) {
        return 0;
    }
    x->size += e->len;
    x->report->addresses++;
    return x->fn(x->user, &x->draft.r);
}

static int end_quarantine(reading *x)
{
    int rc = 0;

    if (x->bad_fd >= 0) {
        rc = lease_file_sync(x->bad_fd) != 0 ? fail(x, "write", x->quarantine) : 0;
        close(x->bad_fd);
    }
    if (x->quarantine != NULL && x->report->damaged > 0) {
        snprintf(x->report->quarantine, sizeof x->report->quarantine, "%s", x->quarantine);
    }
    return rc;
}

int lease_file_load(lease_store *s, lease_load_fn fn, void *user, lease_load_report *ret,
                    char *error, size_t cap)
{
    lease_file *f = (lease_file *)s;
    lease_sources from;
    reading x;
    int rc;

    memset(ret, 0, sizeof *ret);
    memset(&x, 0, sizeof x);
    x.s = &from;
    x.report = ret;
    x.fn = fn;
    x.user = user;
    x.error = error;
    x.cap = cap;
    x.bad_fd = -1;
    x.quarantine = f->config.read_only ? NULL : f->bad_path;
    if (lease_sources_find(&from, f->form, f->path, f->size) != 0) {
        lease_sources_free(&from);
        snprintf(error, cap, "out of memory for the lease store");
        return -1;
    }
    rc = read_all(&x, find_last);
    if (end_quarantine(&x) != 0) {
        rc = -1;
    }
    rc = rc == 0 ? read_all(&x, hand_over) : rc;
    lease_last_free(&x.last);
    if (rc == 0) {
        f->base_size = x.size + strlen(f->form->head);
        if (!f->config.read_only && (x.rewrite || from.some_beside)) {
            rc = lease_file_rewrite(f, error, cap);
        }
    }
    lease_sources_free(&from);
    return rc;
}

/* ---- second reading: written anew ----------------------------------------------------------- */

enum {
    BUFFER = 1 << 20
};

static int flush(reading *x)
{
    if (lease_file_write_all(x->fd, x->buf, x->len) != 0) {
        return -1;
    }
    x->size += x->len;
    x->len = 0;
    return 0;
}

static int put(reading *x, const char *text, size_t n)
{
    if (x->len + n + 1 > BUFFER && flush(x) != 0) {
        return -1;
    }
    memcpy(x->buf + x->len, text, n);
    x->len += n;
    if (n > 0 && text[n - 1] != '\n') {
        x->buf[x->len++] = '\n';
    }
    return 0;
}

/* Leases in a form of somebody else's are written in ours. */
static int put_lease(reading *x, const lease_reader *from, const lease_extract *e)
{
    char text[LEASE_WRITTEN_MAX];

    if (from->dialect.is_ours) {
        return put(x, e->text, e->len);
    }
    return put(x, text, x->s->form->write(text, &x->draft.r));
}

static int write_anew(reading *x, const lease_reader *from, const lease_extract *e)
{
    int rc = 0;

    if (e->is == LEASE_PIECE_RECORD && lease_last_is(&x->last, x->draft.r.ip, place_of(x, e))) {
        rc = put_lease(x, from, e);
    } else if (e->is == LEASE_PIECE_OTHER) {
        rc = put(x, e->text, e->len);
    }
    return rc != 0 ? fail(x, "write", "the new lease file") : 0;
}

static int rewrite_to(reading *x, const char *to)
{
    x->fd = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
    if (x->fd < 0) {
        return fail(x, "write", to);
    }
    if (put(x, x->s->form->head, strlen(x->s->form->head)) != 0) {
        return fail(x, "write", to);
    }
    if (read_all(x, write_anew) != 0) {
        return -1;
    }
    return flush(x) != 0 || lease_file_sync(x->fd) != 0 ? fail(x, "write", to) : 0;
}

int lease_sources_rewrite(const lease_sources *s, const char *to, uint64_t *ret_size, char *error,
                          size_t cap)
{
    reading x;
    int rc;

    memset(&x, 0, sizeof x);
    x.s = s;
    x.bad_fd = x.fd = -1;
    x.error = error;
    x.cap = cap;
    x.buf = malloc(BUFFER + LEASE_PIECE_MAX + 1);
    if (x.buf == NULL) {
        snprintf(error, cap, "out of memory for the lease store");
        return -1;
    }
    rc = read_all(&x, find_last);
    rc = rc == 0 ? rewrite_to(&x, to) : rc;
    if (x.fd >= 0 && close(x.fd) != 0 && rc == 0) {
        rc = fail(&x, "write", to);
    }
    if (rc != 0) {
        (void)unlink(to);
    }
    *ret_size = x.size;
    free(x.buf);
    lease_last_free(&x.last);
    return rc;
}
