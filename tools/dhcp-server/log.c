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
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/say.h"

static FILE *file; /* NULL = standard error */
static const char *file_path;
static int is_new; /* made by this process */

/* Lines that may still be written, and those that were not: the workers take, the main thread
 * gives. */
static struct {
    _Atomic uint32_t limit; /* a second; 0 = any */
    _Atomic int64_t left;
    _Atomic uint64_t left_out;
    dhcpperf_ts given_at, told_at;
} budget;

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

/* A line of our own, wherever the log is. */
static void write_line(const char *format, va_list ap) __attribute__((format(printf, 1, 0)));

static void write_line(const char *format, va_list ap)
{
    char line[1100];
    size_t at = put_time(line, sizeof line);
    int len = vsnprintf(line + at, sizeof line - at, format, ap);

    if (len >= 0) {
        fprintf(out(), "%s\n", line);
        fflush(out());
    }
}

static void write_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void write_note(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    write_line(format, ap);
    va_end(ap);
}

void log_limit(uint32_t lines)
{
    atomic_store(&budget.limit, lines);
    atomic_store(&budget.left, lines);
}

/* Whether a line is within the limit. */
static int take_line(void)
{
    if (budget.limit == 0 || atomic_fetch_sub(&budget.left, 1) > 0) {
        return 1;
    }
    atomic_fetch_add(&budget.left, 1);
    atomic_fetch_add(&budget.left_out, 1);
    return 0;
}

/* What has accrued since the last time, up to a second's lines. */
static void give_lines(dhcpperf_ts now)
{
    dhcpperf_dur since = now - budget.given_at;
    int64_t more = budget.limit, room = budget.limit - atomic_load(&budget.left);

    if (since < DHCPPERF_NS_PER_S) {
        more = (int64_t)(budget.limit * since / DHCPPERF_NS_PER_S);
    }
    if (more > 0) {
        atomic_fetch_add(&budget.left, more < room ? more : room);
        budget.given_at = now;
    }
}

static void tell_left_out(void)
{
    uint64_t n = atomic_exchange(&budget.left_out, 0);

    if (n > 0) {
        write_note("%llu lines left out: --log-limit %u", (unsigned long long)n,
                   (unsigned)budget.limit);
    }
}

void log_flush(dhcpperf_ts now)
{
    static say_often full;
    int failed = fflush(out()) != 0;

    if (failed || ferror(out())) {
        int code = errno;

        clearerr(out());
        say_warning_often(&full, now, "cannot write the log: %s", strerror(code));
    }
    if (budget.limit != 0) {
        give_lines(now);
        if (now >= budget.told_at + DHCPPERF_NS_PER_S) {
            tell_left_out();
            budget.told_at = now;
        }
    }
}

void log_close(void)
{
    tell_left_out();
    if (file != NULL) {
        fclose(file);
    }
    file = NULL;
}

/* One call for the whole line, so that those of several threads do not mix. */
void log_event(void *user, const dhcpperf_event *ev)
{
    char line[1100];
    size_t at;
    int len;

    (void)user;
    if (!take_line()) {
        return;
    }
    at = put_time(line, sizeof line);
    len = dhcpperf_event_format(ev, line + at, sizeof line - at - 1);
    if (len > 0) {
        line[at + (size_t)len] = '\n';
        fwrite(line, 1, at + (size_t)len + 1, out());
    }
}

void log_note(const char *format, ...)
{
    va_list ap;

    if (file == NULL) {
        return; /* standard error has said it already */
    }
    va_start(ap, format);
    write_line(format, ap);
    va_end(ap);
}
