/* SPDX-License-Identifier: MIT */
/* log.c - one line an event, with the time of day in UTC.
 *
 * A file is appended to and never truncated; SIGHUP opens the name again, so that a rotation that
 * renamed the old file gets a new one. */
#include "config.h"

#include "dhcp-server/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/say.h"

static FILE *file; /* NULL = standard error */
static const char *file_path;
static int is_new; /* made by this process */

static FILE *out(void)
{
    return file != NULL ? file : stderr;
}

int log_open(const char *path)
{
    file_path = path;
    if (path == NULL) {
        return 0;
    }
    is_new = access(path, F_OK) != 0;
    file = fopen(path, "ae");
    return file != NULL ? 0 : -1;
}

/* The stream stays, and its descriptor gets the new file: other threads may be writing. */
void log_reopen(void)
{
    FILE *fresh;

    if (file == NULL) {
        return;
    }
    fresh = fopen(file_path, "ae");
    if (fresh == NULL) {
        say_error("cannot reopen the log file: %s; the old one stays in use", strerror(errno));
        return;
    }
    fflush(file);
    if (dup2(fileno(fresh), fileno(file)) < 0 || fcntl(fileno(file), F_SETFD, FD_CLOEXEC) != 0) {
        say_error("cannot reopen the log file: %s; the old one stays in use", strerror(errno));
    }
    fclose(fresh);
}

int log_can_reopen(void)
{
    struct stat st;
    int fd;

    if (file == NULL || fstat(fileno(file), &st) != 0 || !S_ISREG(st.st_mode)) {
        return 1;
    }
    fd = open(file_path, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0;
}

void log_give_to(uid_t uid, gid_t gid)
{
    if (file != NULL && is_new) {
        (void)fchown(fileno(file), uid, gid);
    }
}

void log_close(void)
{
    if (file != NULL) {
        fclose(file);
    }
    file = NULL;
}

void log_flush(void)
{
    fflush(out());
}

/* The time of day and a blank into buf; its length. */
static size_t put_time(char *buf, size_t cap)
{
    struct timespec ts;
    struct tm tm;
    char text[32];
    int len = 0;

    clock_gettime(CLOCK_REALTIME, &ts);
    if (gmtime_r(&ts.tv_sec, &tm) != NULL) {
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
        len = snprintf(buf, cap, "%s.%06ldZ ", text, ts.tv_nsec / 1000);
    }
    return len > 0 && (size_t)len < cap ? (size_t)len : 0;
}

/* One call for the whole line, so that those of several threads do not mix. */
void log_event(void *user, const dhcpperf_event *ev)
{
    char line[1100];
    size_t at = put_time(line, sizeof line);
    int len = dhcpperf_event_format(ev, line + at, sizeof line - at - 1);

    (void)user;
    if (len > 0) {
        line[at + (size_t)len] = '\n';
        fwrite(line, 1, at + (size_t)len + 1, out());
    }
}

void log_note(const char *format, ...)
{
    char line[1100];
    va_list ap;
    size_t at;
    int len;

    if (file == NULL) {
        return; /* standard error has said it already */
    }
    at = put_time(line, sizeof line);
    va_start(ap, format);
    len = vsnprintf(line + at, sizeof line - at, format, ap);
    va_end(ap);
    if (len >= 0) {
        fprintf(file, "%s\n", line);
        fflush(file);
    }
}
