/* SPDX-License-Identifier: MIT */
/* state.c - the file of --state-file: a line that says what it is, and one number.
 *
 * A new one is written beside its place and then linked there, which fails when another run was
 * quicker: the file is complete from its first moment, and all runs agree on it. */
#include "dhcp-tester/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/options.h"
#include "common/run.h"

#define HEADER "dhcp-tester state 1\n"
#define ENTRY  "duid-seed "

enum {
    MAX_STATE = 256,
    DIGITS = 16
};

static int fail(char *error, size_t cap, const char *path, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static int fail(char *error, size_t cap, const char *path, const char *format, ...)
{
    char shown[160], why[256];
    va_list ap;

    options_escape(path, shown, sizeof shown);
    va_start(ap, format);
    vsnprintf(why, sizeof why, format, ap);
    va_end(ap);
    snprintf(error, cap, "--state-file '%s' %s", shown, why);
    return -1;
}

/* Exactly what make_text() writes: anything else was not written by it. */
static int parse_text(const char *text, uint64_t *ret)
{
    const char *digits = text + strlen(HEADER) + strlen(ENTRY);

    if (strncmp(text, HEADER ENTRY, strlen(HEADER ENTRY)) != 0 ||
        strspn(digits, "0123456789abcdef") != DIGITS || strcmp(digits + DIGITS, "\n") != 0) {
        return -1;
    }
    *ret = strtoull(digits, NULL, 16);
    return *ret != 0 ? 0 : -1;
}

static void make_text(uint64_t seed, char *text, size_t cap)
{
    snprintf(text, cap, HEADER ENTRY "%0*llx\n", DIGITS, (unsigned long long)seed);
}

/* 1 = there is no such file. */
static int read_state(const char *path, uint64_t *ret, char *error, size_t cap)
{
    char text[MAX_STATE];
    ssize_t n;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0 && errno == ENOENT) {
        return 1;
    }
    n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (n < 0) {
        fail(error, cap, path, "cannot be read: %s", strerror(errno));
    }
    if (fd >= 0) {
        close(fd);
    }
    if (n < 0) {
        return -1;
    }
    text[n] = '\0';
    if (strncmp(text, HEADER, strlen(HEADER)) != 0) {
        return fail(error, cap, path,
                    "was not written by this version of dhcp-tester: name another file, which is "
                    "made when it is missing");
    }
    if (parse_text(text, ret) != 0) {
        return fail(error, cap, path,
                    "is damaged: restore it, or remove it and let the clients have new "
                    "identifiers");
    }
    return 0;
}

static uint64_t fresh_seed(void)
{
    uint64_t seed = run_fresh_seed();

    return seed != 0 ? seed : 1;
}

static int write_all(int fd, const char *text)
{
    size_t len = strlen(text);

    return write(fd, text, len) == (ssize_t)len && fsync(fd) == 0 ? 0 : -1;
}

/* 0 also when another run has made the file meanwhile. */
static int make_state(const char *path, char *error, size_t cap)
{
    size_t room = strlen(path) + sizeof ".XXXXXX";
    char text[MAX_STATE], *beside = malloc(room);
    int fd, rc = -1, code;

    if (beside == NULL) {
        return fail(error, cap, path, "cannot be made: out of memory");
    }
    snprintf(beside, room, "%s.XXXXXX", path);
    fd = mkstemp(beside); /* mode 0600 */
    if (fd >= 0) {
        make_text(fresh_seed(), text, sizeof text);
        rc = write_all(fd, text);
        rc = rc == 0 && link(beside, path) != 0 && errno != EEXIST ? -1 : rc;
        code = errno;
        close(fd);
        unlink(beside);
        errno = code;
    }
    if (rc != 0) {
        fail(error, cap, path, "cannot be made: %s", strerror(errno));
    }
    free(beside);
    return rc;
}

int state_open(const char *path, uint64_t *ret_duid_seed, char *error, size_t cap)
{
    int rc = read_state(path, ret_duid_seed, error, cap);

    if (rc != 1) {
        return rc;
    }
    if (make_state(path, error, cap) != 0) {
        return -1;
    }
    rc = read_state(path, ret_duid_seed, error, cap);
    return rc == 1 ? fail(error, cap, path, "vanished while it was being made") : rc;
}
