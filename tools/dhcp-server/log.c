/* SPDX-License-Identifier: MIT */
/* log.c - one line an event, with the time of day in UTC.
 *
 * A file is appended to and never truncated; SIGHUP opens the name again, so that a rotation that
 * renamed the old file gets a new one. */
#include "dhcp-server/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/say.h"

static FILE *file; /* NULL = standard error */
static const char *file_path;

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
    file = fopen(path, "ae");
    return file != NULL ? 0 : -1;
}

void log_reopen(void)
{
    FILE *fresh;

    if (file_path == NULL) {
        return;
    }
    fresh = fopen(file_path, "ae");
    if (fresh == NULL) {
        say_error("cannot reopen the log file: %s; the old one stays in use", strerror(errno));
        return;
    }
    if (file != NULL) {
        fclose(file);
    }
    file = fresh;
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

static void write_time(void)
{
    struct timespec ts;
    struct tm tm;
    char text[32];

    clock_gettime(CLOCK_REALTIME, &ts);
    if (gmtime_r(&ts.tv_sec, &tm) != NULL) {
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &tm);
        fprintf(out(), "%s.%06ldZ ", text, ts.tv_nsec / 1000);
    }
}

void log_event(void *user, const dhcpperf_event *ev)
{
    char line[1024];

    (void)user;
    if (dhcpperf_event_format(ev, line, sizeof line) > 0) {
        write_time();
        fprintf(out(), "%s\n", line);
    }
}

void log_note(const char *format, ...)
{
    va_list ap;

    if (file == NULL) {
        return; /* standard error has said it already */
    }
    write_time();
    va_start(ap, format);
    vfprintf(file, format, ap);
    va_end(ap);
    fputc('\n', file);
    fflush(file);
}
