/* SPDX-License-Identifier: MIT */
/* say.c - messages for people, always on standard error so that results can be piped. */
#include "common/say.h"

#include <stdarg.h>
#include <stdio.h>

static const char *name = "";
static int is_quiet, line_is_open;

void say_as(const char *command)
{
    name = command;
}

void say_quietly(int quiet)
{
    is_quiet = quiet;
}

void say_line_open(int open)
{
    line_is_open = open;
}

static void say(const char *kind, const char *format, va_list ap)
    __attribute__((format(printf, 2, 0)));

static void say(const char *kind, const char *format, va_list ap)
{
    if (line_is_open) {
        fputc('\n', stderr);
        line_is_open = 0;
    }
    fprintf(stderr, "%s: %s", name, kind);
    vfprintf(stderr, format, ap);
    fputc('\n', stderr);
}

void say_error(const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    say("", format, ap);
    va_end(ap);
}

void say_warning(const char *format, ...)
{
    va_list ap;

    if (is_quiet) {
        return;
    }
    va_start(ap, format);
    say("warning: ", format, ap);
    va_end(ap);
}

void say_warning_often(say_often *often, dhcpperf_ts now, const char *format, ...)
{
    char text[800], more[64] = "";
    va_list ap;

    if (now < often->not_before) {
        often->more++;
        return;
    }
    if (often->more > 0) {
        snprintf(more, sizeof more, " (and %lu more in the last minute)", often->more);
    }
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    say_warning("%s%s", text, more);
    often->more = 0;
    often->not_before = now + 60 * DHCPPERF_NS_PER_S;
}

void say_note(const char *format, ...)
{
    va_list ap;

    if (is_quiet) {
        return;
    }
    va_start(ap, format);
    say("", format, ap);
    va_end(ap);
}
