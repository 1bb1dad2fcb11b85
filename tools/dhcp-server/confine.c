/* SPDX-License-Identifier: MIT */
/* confine.c - root is needed for sockets alone; what comes from the network meets somebody who may
 * do nothing.
 *
 * Documents that this somebody could not write at the end are opened while root still can.  A log
 * stays open, but cannot be rotated by renaming then: that is said at once, not on the day of the
 * rotation. */
#include "dhcp-server/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/privileges.h"
#include "common/say.h"
#include "common/server_options.h"
#include "dhcp-server/log.h"
#include "dhcp-server/seccomp.h"

static privileges who;

int confine_choose(const options *o)
{
    const option_value *user = &o->values[SERVER_USER];
    const char *absent = seccomp_absent();
    char error[400];

    if (absent != NULL && strcmp(o->values[SERVER_SECCOMP].text, "on") == 0) {
        say_error("--seccomp on is not in this build: %s", absent);
        return EXIT_USAGE;
    }
    if (privileges_choose(&who, options_given(o, SERVER_USER) ? user->text : NULL,
                          o->values[SERVER_KEEP_ROOT].on, error, sizeof error) != 0) {
        say_error("%s", error);
        return EXIT_USAGE;
    }
    return 0;
}

const char *confine_name(void)
{
    return who.name;
}

/* What the user can do with files that are to be opened again, tried as the user. */
typedef struct trial {
    const option_value *config;
    int config_is_readable, log_is_reopened;
} trial;

static int is_readable(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0;
}

static int try_files(void *user)
{
    trial *t = user;

    t->config_is_readable =
        t->config->source == OPTION_FROM_NOWHERE || is_readable(t->config->text);
    t->log_is_reopened = log_can_reopen();
    return 0;
}

static int look_after_files(const options *o, const outputs *out)
{
    trial t = {&o->values[SERVER_CONFIG], 0, 0};
    char error[400];

    log_give_to(who.uid, who.gid);
    if (outputs_keep(out, &who, error, sizeof error) != 0) {
        say_error("%s", error);
        return EXIT_RUNTIME;
    }
    if (privileges_try(&who, try_files, &t) != 0) {
        say_error("cannot act as user %s: %s; start as that user, or say --keep-root", who.name,
                  strerror(errno));
        return EXIT_RUNTIME;
    }
    if (!t.log_is_reopened) {
        say_warning("user %s, who serves, cannot open the log file again: after a rotation SIGHUP "
                    "will go on with the old one (--user, --keep-root)",
                    who.name);
    }
    if (!t.config_is_readable) {
        say_warning("user %s, who serves, cannot read the file of --config: SIGHUP will not take "
                    "anything new from it (--user, --keep-root)",
                    who.name);
    }
    return 0;
}

/* A kernel without filters is none of the user's faults, unless one was asked for. */
static int filter_calls(const char *wish)
{
    int is_must = strcmp(wish, "on") == 0;
    char error[400];

    if (strcmp(wish, "off") == 0 || (!is_must && seccomp_absent() != NULL) ||
        seccomp_enter(error, sizeof error) == 0) {
        return 0;
    }
    if (!is_must) {
        say_warning("%s", error);
        return 0;
    }
    say_error("%s", error);
    return EXIT_RUNTIME;
}

int confine(const options *o, const outputs *out)
{
    char error[400];
    int status = who.changes_user ? look_after_files(o, out) : 0;

    if (status != 0) {
        return status;
    }
    if (privileges_drop(&who, PRIVILEGES_NONE, error, sizeof error) != 0) {
        say_error("%s", error);
        return EXIT_RUNTIME;
    }
    return filter_calls(o->values[SERVER_SECCOMP].text);
}
