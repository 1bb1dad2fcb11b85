/* SPDX-License-Identifier: MIT */
/* privileges.c - who is root becomes somebody else; who has capabilities without being root loses
 * them.
 *
 * Invariant: after privileges_drop() no program that this process might start gains anything
 * either (no_new_privs), and coming back to root has been tried in vain. */
#include "config.h"

#include "common/privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif
#ifdef HAVE_CAP_NG
#include <cap-ng.h>
#endif

#include "common/options.h"
#include "common/sanitized.h"

/* ---- who ------------------------------------------------------------------------------------ */

enum {
    NAME_MAX_LEN = 63,
    ID_NOBODY = 65534 /* the kernel's own word for it, where no user has the name */
};

/* Digits as an identifier; 0 when it is none that somebody may become. */
static int read_id(const char *text, unsigned *ret)
{
    unsigned long n;
    char *end;

    if (text == NULL || text[0] < '0' || text[0] > '9') {
        return 0;
    }
    errno = 0;
    n = strtoul(text, &end, 10);
    if (*end != '\0' || errno != 0 || n >= (unsigned)-1) {
        return 0;
    }
    *ret = (unsigned)n;
    return 1;
}

static void take_user(privileges *p, const struct passwd *user)
{
    p->uid = user->pw_uid;
    p->gid = user->pw_gid;
    p->has_groups = 1;
    snprintf(p->name, sizeof p->name, "%s", user->pw_name);
}

static void take_number(privileges *p, unsigned uid, unsigned gid)
{
    const struct passwd *user = getpwuid((uid_t)uid);

    if (user != NULL) {
        take_user(p, user);
        return;
    }
    p->uid = (uid_t)uid;
    p->gid = (gid_t)gid;
    p->has_groups = 0;
    snprintf(p->name, sizeof p->name, "%u", uid);
}

/* The files of whoever typed sudo are what the command works with. */
static void choose_default(privileges *p)
{
    static const char *const names[] = {"dhcpperf", "nobody"};
    unsigned uid, gid, i;

    if (read_id(getenv("SUDO_UID"), &uid) && read_id(getenv("SUDO_GID"), &gid) && uid != 0) {
        take_number(p, uid, gid);
        return;
    }
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct passwd *user = getpwnam(names[i]);

        if (user != NULL && user->pw_uid != 0) {
            take_user(p, user);
            return;
        }
    }
    take_number(p, ID_NOBODY, ID_NOBODY);
}

static int find_user(privileges *p, const char *name, char *error, size_t cap)
{
    const struct passwd *user = getpwnam(name);
    char shown[160];
    unsigned uid;

    if (user != NULL) {
        take_user(p, user);
    } else if (read_id(name, &uid)) {
        take_number(p, uid, uid);
    } else {
        options_escape(name, shown, sizeof shown);
        snprintf(error, cap, "--user: there is no user '%s' here, see 'getent passwd'", shown);
        return -1;
    }
    return 0;
}

static int find_group(privileges *p, const char *name, char *error, size_t cap)
{
    const struct group *group = getgrnam(name);
    char shown[160];
    unsigned gid;

    if (group != NULL) {
        p->gid = group->gr_gid;
    } else if (read_id(name, &gid)) {
        p->gid = (gid_t)gid;
    } else {
        options_escape(name, shown, sizeof shown);
        snprintf(error, cap, "--user: there is no group '%s' here, see 'getent group'", shown);
        return -1;
    }
    p->has_groups = 0;
    return 0;
}

/* NAME or NAME:GROUP. */
static int find_both(privileges *p, const char *text, char *error, size_t cap)
{
    const char *colon = strchr(text, ':');
    size_t len = colon != NULL ? (size_t)(colon - text) : strlen(text);
    char name[NAME_MAX_LEN + 1], shown[160];

    if (len == 0 || len > NAME_MAX_LEN || (colon != NULL && colon[1] == '\0')) {
        options_escape(text, shown, sizeof shown);
        snprintf(error, cap, "--user must be NAME or NAME:GROUP, not '%s'", shown);
        return -1;
    }
    memcpy(name, text, len);
    name[len] = '\0';
    if (find_user(p, name, error, cap) != 0 ||
        (colon != NULL && find_group(p, colon + 1, error, cap) != 0)) {
        return -1;
    }
    if (p->uid == 0) {
        snprintf(error, cap, "--user must not be root; --keep-root keeps all rights");
        return -1;
    }
    return 0;
}

static void name_myself(privileges *p)
{
    const struct passwd *user = getpwuid(geteuid());

    p->uid = geteuid();
    p->gid = getegid();
    if (user != NULL) {
        snprintf(p->name, sizeof p->name, "%s", user->pw_name);
    } else {
        snprintf(p->name, sizeof p->name, "%u", (unsigned)p->uid);
    }
}

/* In a namespace of users with one user only, root is some ordinary user of the outside, and there
 * is nobody else to become.  That user's number; 0 when root is root. */
static unsigned user_behind_root(void)
{
    FILE *f = fopen("/proc/self/uid_map", "re");
    unsigned inside, outside, n;
    int fields = 0, more = 0;

    if (f != NULL) {
        fields = fscanf(f, "%u %u %u", &inside, &outside, &n);
        more = fscanf(f, "%*u") != EOF;
        fclose(f);
    }
    return fields == 3 && !more && inside == 0 && n == 1 ? outside : 0;
}

int privileges_choose(privileges *ret, const char *user, int keep_root, char *error, size_t cap)
{
    privileges wanted;

    memset(ret, 0, sizeof *ret);
    name_myself(ret);
    if (keep_root) {
        if (user != NULL) {
            snprintf(error, cap, "--keep-root and --user exclude each other");
            return -1;
        }
        ret->keeps_all = 1;
        return 0;
    }
    if (user != NULL) {
        wanted = *ret;
        if (find_both(&wanted, user, error, cap) != 0) {
            return -1;
        }
        if (ret->uid != 0) {
            if (wanted.uid == ret->uid && wanted.gid == ret->gid) {
                return 0;
            }
            snprintf(error, cap, "--user %s: only root can become another user; this is %s",
                     wanted.name, ret->name);
            return -1;
        }
        *ret = wanted;
        ret->changes_user = 1;
    } else if (ret->uid == 0 && user_behind_root() == 0) {
        choose_default(ret);
        ret->changes_user = 1;
    }
    return 0;
}

/* ---- for a while ---------------------------------------------------------------------------- */

static int take_groups(const privileges *p)
{
    gid_t gid = p->gid;

    return p->has_groups ? initgroups(p->name, gid) : setgroups(1, &gid);
}

int privileges_try(const privileges *p, int (*fn)(void *user), void *user)
{
    gid_t groups[256], gid = getegid();
    uid_t uid = geteuid();
    int n, rc;

    if (!p->changes_user || p->keeps_all) {
        return fn(user);
    }
    n = getgroups((int)(sizeof groups / sizeof groups[0]), groups);
    if (n < 0 || take_groups(p) != 0 || setegid(p->gid) != 0) {
        return -1;
    }
    if (seteuid(p->uid) != 0) {
        rc = -1;
    } else {
        rc = fn(user);
        if (seteuid(uid) != 0) {
            abort(); /* neither one nor the other */
        }
    }
    if (setegid(gid) != 0 || setgroups((size_t)n, groups) != 0) {
        abort();
    }
    return rc;
}

/* Whether privileges_drop() left something to be forgotten. */
static int left_some;

/* ---- for good ------------------------------------------------------------------------------- */

static int forbid_gains(void)
{
#ifdef PR_SET_NO_NEW_PRIVS
    return prctl(PR_SET_NO_NEW_PRIVS, 1UL, 0UL, 0UL, 0UL);
#else
    return 0;
#endif
}

#ifdef HAVE_CAP_NG

static void choose_kept(enum privileges_kept kept)
{
    static const unsigned wanted[] = {CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_NET_RAW};
    int has[3];
    unsigned i;

    (void)capng_get_caps_process();
    for (i = 0; i < 3; i++) {
        has[i] = capng_have_capability(CAPNG_PERMITTED, wanted[i]);
    }
    capng_clear(CAPNG_SELECT_ALL);
    for (i = 0; i < 3 && kept == PRIVILEGES_SOCKETS; i++) {
        if (has[i]) {
            (void)capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, wanted[i]);
        }
    }
}

/* The bounding set limits what programs gain that are started later: none can gain anything any
 * more, so that it may stay where the right to lower it is missing. */
static int change(const privileges *p, enum privileges_kept kept)
{
    choose_kept(kept);
    if (p->changes_user) {
        return capng_change_id((int)p->uid, (int)p->gid,
                               (p->has_groups ? CAPNG_INIT_SUPP_GRP : CAPNG_DROP_SUPP_GRP) |
                                   CAPNG_CLEAR_BOUNDING | CAPNG_CLEAR_AMBIENT);
    }
    (void)capng_apply(CAPNG_SELECT_BOUNDS);
    return capng_apply(CAPNG_SELECT_CAPS);
}

int privileges_can_keep(void)
{
    return 1;
}

int privileges_forget(void)
{
    if (!left_some) {
        return 0;
    }
    capng_clear(CAPNG_SELECT_CAPS);
    return capng_apply(CAPNG_SELECT_CAPS) == 0 ? 0 : -1;
}

static int has_any(void)
{
    return capng_get_caps_process() != 0 ||
           capng_have_capabilities(CAPNG_SELECT_CAPS) != CAPNG_NONE;
}

#else

/* Whoever stops being root loses the capabilities with it, in all threads. */
static int change(const privileges *p, enum privileges_kept kept)
{
    (void)kept;
#ifdef PR_CAP_AMBIENT_CLEAR_ALL
    (void)prctl(PR_CAP_AMBIENT, (unsigned long)PR_CAP_AMBIENT_CLEAR_ALL, 0UL, 0UL, 0UL);
#endif
#ifdef PR_CAPBSET_DROP
    unsigned long i;

    for (i = 0; prctl(PR_CAPBSET_READ, i, 0UL, 0UL, 0UL) >= 0; i++) {
        (void)prctl(PR_CAPBSET_DROP, i, 0UL, 0UL, 0UL);
    }
#endif
    if (!p->changes_user) {
        return 0;
    }
    return take_groups(p) != 0 || setgid(p->gid) != 0 || setuid(p->uid) != 0 ? -1 : 0;
}

int privileges_can_keep(void)
{
    return 0;
}

int privileges_forget(void)
{
    return 0;
}

static int has_any(void)
{
    return 0;
}

#endif

/* Leak checkers look at their own process like a debugger. */
static void let_checkers_look(void)
{
#ifdef PR_SET_DUMPABLE
    if (IS_SANITIZED) {
        (void)prctl(PR_SET_DUMPABLE, 1UL, 0UL, 0UL, 0UL);
    }
#endif
}

int privileges_drop(const privileges *p, enum privileges_kept kept, char *error, size_t cap)
{
    if (p->keeps_all) {
        return 0;
    }
    errno = 0;
    if (forbid_gains() != 0 || change(p, kept) != 0) {
        snprintf(error, cap,
                 "cannot go on as user %s: %s; start it as that user, or say --keep-root", p->name,
                 errno != 0 ? strerror(errno) : "a capability is missing");
        return -1;
    }
    if ((p->changes_user && (setuid(0) == 0 || seteuid(0) == 0 || geteuid() != p->uid)) ||
        (kept == PRIVILEGES_NONE && has_any())) {
        snprintf(error, cap, "the rights of root are still there, which must not be");
        return -1;
    }
    left_some = kept != PRIVILEGES_NONE;
    let_checkers_look();
    return 0;
}
