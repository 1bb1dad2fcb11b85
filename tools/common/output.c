/* SPDX-License-Identifier: MIT */
/* output.c - where documents go.
 *
 * Invariant: a regular file is replaced by rename(2) of a finished one in the same folder; pipes,
 * devices and what links lead to are written as they are, and so is what had to be opened early. */
#include "config.h"

#include "common/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/units.h"

#ifdef HAVE_JANSSON
static const int has_json = 1;
#else
static const int has_json = 0;
#endif

/* Files opened while the process still could; borrowed paths. */
static struct {
    const char *path;
    int fd;
} kept[16];
static unsigned n_kept;

static const char later_kinds[] = "csv|jsonl|hgrm|hlog|junit|tap|html";

static int parse_item(outputs *o, const char *item, char *error, size_t cap)
{
    const char *equal = strchr(item, '=');
    char kind[16], shown[128];

    options_escape(item, shown, sizeof shown);
    snprintf(kind, sizeof kind, "%.*s", equal != NULL ? (int)(equal - item) : 0, item);
    if (equal != NULL && units_find_word(later_kinds, kind) >= 0) {
        snprintf(error, cap, "--output %s is not in this build", shown);
        return -1;
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a kind has an = behind it */
    if (strcmp(kind, "json") != 0 || equal[1] == '\0') {
        snprintf(error, cap, "--output must be json=FILE, not '%s'", shown);
        return -1;
    }
    if (!has_json) {
        snprintf(error, cap, "--output %s needs the jansson library, which this build lacks",
                 shown);
        return -1;
    }
    o->json[o->n_json++].path = equal + 1;
    return 0;
}

int outputs_parse(outputs *o, const option_value *list, char *error, size_t cap)
{
    unsigned i;

    memset(o, 0, sizeof *o);
    o->json = calloc(list->n_items + 1, sizeof *o->json);
    if (o->json == NULL) {
        snprintf(error, cap, "out of memory");
        return -1;
    }
    for (i = 0; i < list->n_items; i++) {
        if (parse_item(o, list->items[i], error, cap) != 0) {
            return -1;
        }
    }
    return 0;
}

void outputs_free(outputs *o)
{
    free(o->json);
    o->json = NULL;
    o->n_json = 0;
}

static int fail_write(const char *path, char *error, size_t cap)
{
    char shown[160];
    int saved = errno;

    options_escape(path, shown, sizeof shown);
    snprintf(error, cap, "cannot write '%s': %s", shown, strerror(saved));
    return -1;
}

static int write_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return -1;
        }
        text += n;
        len -= (size_t)n;
    }
    return 0;
}

static int is_stdout(const char *path)
{
    return strcmp(path, "-") == 0 || strcmp(path, "/dev/stdout") == 0;
}

/* 1 when the path names something that must not be replaced: a pipe, a device, a link (which may
 * lead to a descriptor of ours, as those in /dev/fd do). */
static int is_special(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static int open_special(const char *path)
{
    struct stat st;
    int is_file = stat(path, &st) == 0 && S_ISREG(st.st_mode);

    return open(path, O_WRONLY | O_CLOEXEC | (is_file ? O_TRUNC : 0));
}

/* Opens a new file beside path; its name goes to *ret_name, to be freed. */
static int open_beside(const char *path, char **ret_name)
{
    size_t size = strlen(path) + sizeof ".XXXXXX";
    char *name = malloc(size);
    int fd;

    if (name == NULL) {
        return -1;
    }
    snprintf(name, size, "%s.XXXXXX", path);
    fd = mkstemp(name);
    if (fd < 0) {
        free(name);
        return -1;
    }
    *ret_name = name;
    return fd;
}

/* The mode a plain open() would have given, or that of the file to be replaced. */
static void give_mode(int fd, const char *path)
{
    struct stat st;
    mode_t mask, mode;

    if (stat(path, &st) == 0) {
        mode = st.st_mode & 0777;
    } else {
        mask = umask(0);
        umask(mask);
        mode = 0666 & ~mask;
    }
    (void)fchmod(fd, mode);
}

static int write_regular(const char *path, const char *text, size_t len)
{
    char *name = NULL;
    int fd = open_beside(path, &name), rc = -1, saved;

    if (fd < 0) {
        return -1;
    }
    give_mode(fd, path);
    if (write_all(fd, text, len) == 0 && fsync(fd) == 0) {
        rc = 0;
    }
    if (close(fd) != 0) {
        rc = -1;
    }
    if (rc == 0) {
        rc = rename(name, path);
    }
    saved = errno;
    if (rc != 0) {
        unlink(name);
    }
    free(name);
    errno = saved;
    return rc;
}

/* The descriptor of a file opened early, or -1. */
static int find_kept(const char *path)
{
    unsigned i;

    for (i = 0; i < n_kept; i++) {
        if (strcmp(kept[i].path, path) == 0) {
            return kept[i].fd;
        }
    }
    return -1;
}

/* From its beginning where it has one: a file whose name is gone is no place for a document. */
static int write_kept(int fd, const char *text, size_t len)
{
    struct stat st;

    if (fstat(fd, &st) != 0) {
        return -1;
    }
    if (!S_ISREG(st.st_mode)) {
        return write_all(fd, text, len);
    }
    if (st.st_nlink == 0) {
        errno = ENOENT;
        return -1;
    }
    if (lseek(fd, 0, SEEK_SET) != 0 || ftruncate(fd, 0) != 0 || write_all(fd, text, len) != 0) {
        return -1;
    }
    return fsync(fd);
}

int output_write(const char *path, const char *text, size_t len, char *error, size_t cap)
{
    int fd, rc;

    if (is_stdout(path)) {
        rc = fwrite(text, 1, len, stdout) == len && fflush(stdout) == 0 ? 0 : -1;
    } else if (find_kept(path) >= 0) {
        rc = write_kept(find_kept(path), text, len);
    } else if (is_special(path)) {
        fd = open_special(path);
        rc = fd < 0 ? -1 : write_all(fd, text, len);
        if (fd >= 0 && close(fd) != 0) {
            rc = -1;
        }
    } else {
        rc = write_regular(path, text, len);
    }
    return rc == 0 ? 0 : fail_write(path, error, cap);
}

int outputs_use_stdout(const outputs *o)
{
    unsigned i;

    for (i = 0; i < o->n_json; i++) {
        if (is_stdout(o->json[i].path)) {
            return 1;
        }
    }
    return 0;
}

static int probe(const char *path, char *error, size_t cap)
{
    char *name = NULL;
    struct stat st;
    int fd;

    if (is_stdout(path)) {
        return 0;
    }
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        return fail_write(path, error, cap);
    }
    if (is_special(path)) {
        return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0 ? 0 : fail_write(path, error, cap);
    }
    fd = open_beside(path, &name);
    if (fd < 0) {
        return fail_write(path, error, cap);
    }
    close(fd);
    unlink(name);
    free(name);
    return 0;
}

int outputs_probe(const outputs *o, char *error, size_t cap)
{
    unsigned i;

    for (i = 0; i < o->n_json; i++) {
        if (probe(o->json[i].path, error, cap) != 0) {
            return -1;
        }
    }
    return 0;
}

static int keep(const char *path, char *error, size_t cap)
{
    struct stat st;
    int fd, is_there = stat(path, &st) == 0;

    if (find_kept(path) >= 0) {
        return 0;
    }
    if (n_kept == sizeof kept / sizeof kept[0]) {
        errno = EMFILE;
        return fail_write(path, error, cap);
    }
    /* A pipe without a reader must not make everybody wait. */
    fd = open(path,
              O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY |
                  (is_there && S_ISFIFO(st.st_mode) ? O_NONBLOCK : 0),
              0666);
    if (fd < 0) {
        return fail_write(path, error, cap);
    }
    kept[n_kept].path = path;
    kept[n_kept++].fd = fd;
    return 0;
}

/* A document seen with the eyes of somebody else. */
typedef struct look {
    const char *path;
    int cannot_write;
} look;

static int look_at(void *user)
{
    look *l = user;
    char error[400];

    l->cannot_write = probe(l->path, error, sizeof error) != 0;
    return 0;
}

int outputs_keep(const outputs *o, const privileges *who, char *error, size_t cap)
{
    unsigned i;

    for (i = 0; i < o->n_json && who->changes_user; i++) {
        look l = {o->json[i].path, 0};

        if (privileges_try(who, look_at, &l) != 0) {
            snprintf(error, cap,
                     "cannot act as user %s: %s; start as that user, or say --keep-root", who->name,
                     strerror(errno));
            return -1;
        }
        if (l.cannot_write && keep(l.path, error, cap) != 0) {
            return -1;
        }
    }
    return 0;
}
