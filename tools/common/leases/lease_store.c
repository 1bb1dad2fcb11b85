/* SPDX-License-Identifier: MIT */
/* lease_store.c - the kinds of stores by name, and what all of them need. */
#include "config.h"

#include "common/leases/lease_store.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/options.h"

const lease_store_ops lease_store_memory = {
    .kind = "memory",
    .help = "nowhere: leases end with the server",
};

/* What is known by name, with what this build lacks; and those that no build will have. */
static const struct {
    const char *kind;
    const lease_store_ops *ops; /* NULL: not here, and why */
    const char *why;
} kinds[] = {
    {"memory", &lease_store_memory, NULL},
    {"csv", &lease_store_csv, NULL},
    {"isc", &lease_store_isc, NULL},
#ifdef HAVE_SQLITE3
    {"sqlite", &lease_store_sqlite, NULL},
#else
    {"sqlite", NULL, "this build lacks libsqlite3"},
#endif
#ifdef HAVE_LIBPQ
    {"postgresql", &lease_store_postgresql, NULL},
#else
    {"postgresql", NULL, "this build lacks libpq"},
#endif
    {"ldap", NULL,
     "a directory is no place for changes at this rate, and none is asked while a client waits; "
     "csv, sqlite and postgresql keep leases"},
    {"mysql", NULL,
     "no lease is looked up in a database while a client waits, so that several servers could not "
     "share one anyway; postgresql and sqlite keep leases"},
};

enum {
    N_KINDS = sizeof kinds / sizeof kinds[0]
};

const lease_store_ops *lease_store_kind(unsigned index)
{
    unsigned i;

    for (i = 0; i < N_KINDS; i++) {
        if (kinds[i].ops != NULL && index-- == 0) {
            return kinds[i].ops;
        }
    }
    return NULL;
}

static void list_kinds(char *buf, size_t cap)
{
    const lease_store_ops *ops;
    unsigned i;
    size_t len = 0;

    buf[0] = '\0';
    for (i = 0; (ops = lease_store_kind(i)) != NULL && len < cap; i++) {
        len +=
            (size_t)snprintf(buf + len, cap - len, "%s%s%s%s", i > 0 ? ", " : "", ops->kind,
                             ops->where != NULL ? ":" : "", ops->where != NULL ? ops->where : "");
    }
}

/* ---- names for people ----------------------------------------------------------------------- */

/* What follows a setting's equals sign: up to a blank, or within quotes. */
static const char *skip_value(const char *at)
{
    char quote = *at == '\'' ? *at++ : '\0';

    while (*at != '\0' && (quote != '\0' ? *at != quote : strchr(" \t\n&", *at) == NULL)) {
        at += at[0] == '\\' && at[1] != '\0' ? 2 : 1;
    }
    return quote != '\0' && *at == quote ? at + 1 : at;
}

/* "password = value": where it ends; else NULL. */
static const char *skip_password(const char *at)
{
    static const char key[] = "password";

    if (strncmp(at, key, sizeof key - 1) != 0) {
        return NULL;
    }
    at += sizeof key - 1;
    at += strspn(at, " \t\n");
    return *at == '=' ? skip_value(at + 1 + strspn(at + 1, " \t\n")) : NULL;
}

/* "//user:password@host": the colon, and the at sign in *ret_end; else NULL. */
static const char *find_userinfo(const char *at, const char **ret_end)
{
    size_t authority = strcspn(at, "/?#"), i;
    const char *colon = memchr(at, ':', authority);

    for (i = authority; i > 0 && at[i - 1] != '@'; i--) {
    }
    *ret_end = at + i - (i > 0);
    return i > 0 && colon != NULL && colon < *ret_end ? colon : NULL;
}

void lease_store_show(const char *text, char *buf, size_t cap)
{
    char plain[512];
    const char *end = text, *hidden = NULL;
    size_t used = 0;

    while (*text != '\0' && used + 16 < sizeof plain) {
        if (text == hidden) {
            used += (size_t)snprintf(plain + used, sizeof plain - used, ":***");
            text = end;
        } else if (hidden == NULL && strncmp(text, "//", 2) == 0) {
            hidden = find_userinfo(text + 2, &end);
            plain[used++] = *text++;
        } else if (skip_password(text) != NULL) {
            used += (size_t)snprintf(plain + used, sizeof plain - used, "password=***");
            text = skip_password(text);
        } else {
            plain[used++] = *text++;
        }
    }
    plain[used] = '\0';
    options_escape(plain, buf, cap);
}

/* ---- kinds by name -------------------------------------------------------------------------- */

static int fail_unknown(const char *text, char *error, size_t cap)
{
    char shown[160], list[200];

    lease_store_show(text, shown, sizeof shown);
    list_kinds(list, sizeof list);
    snprintf(error, cap, "'%s': unknown kind of lease store; there are %s", shown, list);
    return -1;
}

static int find_kind(const char *text, size_t len)
{
    unsigned i;

    for (i = 0; i < N_KINDS; i++) {
        if (strlen(kinds[i].kind) == len && memcmp(kinds[i].kind, text, len) == 0) {
            return (int)i;
        }
    }
    return -1;
}

int lease_store_find(const char *text, const char *fallback, const lease_store_ops **ret_ops,
                     const char **ret_where, char *error, size_t cap)
{
    const char *colon = strchr(text, ':');
    size_t len = colon != NULL ? (size_t)(colon - text) : strlen(text);
    int i = find_kind(text, len);
    const char *where = colon != NULL ? colon + 1 : "";

    if (i < 0 && fallback != NULL) {
        i = find_kind(fallback, strlen(fallback));
        where = text;
    }
    if (i < 0) {
        return fail_unknown(text, error, cap);
    }
    if (kinds[i].ops == NULL) {
        snprintf(error, cap, "'%s': there is no such lease store: %s", kinds[i].kind, kinds[i].why);
        return -1;
    }
    if (kinds[i].ops->where == NULL && *where != '\0') {
        snprintf(error, cap, "'%s': a lease store of this kind has no place", kinds[i].kind);
        return -1;
    }
    if (kinds[i].ops->where != NULL && *where == '\0') {
        snprintf(error, cap, "'%s': where? %s:%s is right", kinds[i].kind, kinds[i].kind,
                 kinds[i].ops->where);
        return -1;
    }
    *ret_ops = kinds[i].ops;
    *ret_where = where;
    return 0;
}

int lease_store_is_ours(const lease_store_config *config, dhcpperf_ip4 ip)
{
    size_t low = 0, high = config->n_ranges;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (memcmp(config->ranges[middle].last.b, ip.b, sizeof ip.b) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return config->n_ranges == 0 ||
           (low < config->n_ranges && memcmp(config->ranges[low].first.b, ip.b, sizeof ip.b) <= 0);
}

void lease_report_damage(lease_load_report *r, const char *format, ...)
{
    va_list ap;

    r->damaged++;
    if (r->shown < LEASE_DAMAGE_SHOWN) {
        va_start(ap, format);
        vsnprintf(r->damage[r->shown++], sizeof r->damage[0], format, ap);
        va_end(ap);
    }
}
