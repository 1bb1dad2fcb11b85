/* SPDX-License-Identifier: MIT */
/* options.c - the registry at work: judging values, the environment, and the sentences of refusal.
 *
 * Invariants: a value is judged when it is given, wherever it comes from; the command line wins
 * over the environment, that over the file, and that over the default; every failure is one
 * sentence that names the value, the flag and the form that would have been accepted. */
#include "common/options.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/config_file.h"
#include "common/near.h"
#include "common/options_parts.h"
#include "common/units.h"

int options_fail(options *o, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(o->error, sizeof o->error, format, ap);
    va_end(ap);
    return -1;
}

/* Octets of the UTF-8 character at text that a terminal only shows, or 0: it is cut off, overlong,
 * a surrogate or one of the control characters, which go on to U+009F. */
static unsigned printable(const unsigned char *text)
{
    static const unsigned long least[] = {0, 0, 0xa0, 0x800, 0x10000};
    unsigned n = text[0] < 0x80   ? 1
                 : text[0] < 0xc0 ? 0
                 : text[0] < 0xe0 ? 2
                 : text[0] < 0xf0 ? 3
                 : text[0] < 0xf8 ? 4
                                  : 0;
    unsigned long c;
    unsigned i;

    if (n < 2) {
        return text[0] >= 0x20 && text[0] < 0x7f && text[0] != '\\' ? n : 0;
    }
    c = text[0] & (0x7fU >> n);
    for (i = 1; i < n; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
        c = c << 6 | (text[i] & 0x3f);
    }
    return c >= least[n] && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff) ? n : 0;
}

void options_escape(const char *text, char *buf, size_t cap)
{
    size_t used = 0;

    while (*text != '\0' && used + 8 < cap) {
        unsigned n = printable((const unsigned char *)text);

        if (n == 0) {
            used += (size_t)snprintf(buf + used, cap - used, "\\x%02x", (unsigned char)*text++);
            continue;
        }
        memcpy(buf + used, text, n);
        used += n;
        text += n;
    }
    if (*text != '\0') {
        used += (size_t)snprintf(buf + used, cap - used, "...");
    }
    buf[used] = '\0';
}

int options_init(options *o, const char *command, const option_spec *specs, unsigned n)
{
    unsigned i;

    memset(o, 0, sizeof *o);
    o->command = command;
    o->specs = specs;
    o->n = n;
    o->action = -1;
    o->values = calloc(n, sizeof *o->values);
    if (o->values == NULL) {
        return options_fail(o, "out of memory");
    }
    for (i = 0; i < n; i++) {
        if (specs[i].init != NULL &&
            options_set(o, i, OPTION_FROM_DEFAULT, specs[i].name, specs[i].init) != 0) {
            return -1;
        }
    }
    return 0;
}

void options_free(options *o)
{
    unsigned i, k;

    for (i = 0; o->values != NULL && i < o->n; i++) {
        for (k = 0; k < o->values[i].n_items; k++) {
            free(o->values[i].items[k]);
        }
        free(o->values[i].items);
        free(o->values[i].text);
    }
    free(o->values);
    o->values = NULL;
    if (o->file != NULL) {
        config_free(o->file);
        free(o->file);
        o->file = NULL;
    }
}

int options_given(const options *o, unsigned index)
{
    return o->values[index].source >= OPTION_FROM_FILE;
}

/* -- names ------------------------------------------------------------------------------------- */

int options_find(const options *o, const char *name)
{
    unsigned i;

    for (i = 0; i < o->n; i++) {
        if (strcmp(o->specs[i].name, name) == 0) {
            return (int)i;
        }
    }
    return -1;
}

/* 1 when `word` of length n is one of the blank-separated words of `list`. */
static int is_listed(const char *list, const char *word, size_t n)
{
    while (list != NULL && *list != '\0') {
        size_t len = strcspn(list, " ");

        if (len == n && memcmp(list, word, n) == 0) {
            return 1;
        }
        list += len;
        list += strspn(list, " ");
    }
    return 0;
}

int options_is_listed(const char *list, const char *word)
{
    return is_listed(list, word, strlen(word));
}

int options_find_key(const options *o, const char *key)
{
    char plain[64];
    size_t i;
    unsigned k;

    for (i = 0; key[i] != '\0' && i + 1 < sizeof plain; i++) {
        plain[i] = key[i] == '_' ? '-' : key[i];
    }
    plain[i] = '\0';
    for (k = 0; k < o->n; k++) {
        if (o->specs[k].type != OPTION_ACTION &&
            (strcmp(o->specs[k].name, plain) == 0 ||
             is_listed(o->specs[k].keys, plain, strlen(plain)))) {
            return (int)k;
        }
    }
    return -1;
}

void options_env_name(const char *name, char *buf, size_t cap)
{
    size_t used = (size_t)snprintf(buf, cap, "DHCP_");

    for (; *name != '\0' && used + 1 < cap; name++) {
        buf[used++] = *name == '-' ? '_' : (char)toupper((unsigned char)*name);
    }
    buf[used] = '\0';
}

int options_fail_unknown(options *o, const char *word, const char *name)
{
    near_search near;
    char shown[128];
    unsigned i;

    near_begin(&near, name);
    for (i = 0; i < o->n; i++) {
        if (o->specs[i].type != OPTION_LATER) {
            near_try(&near, o->specs[i].name);
        }
    }
    options_escape(word, shown, sizeof shown);
    if (near.best != NULL) {
        return options_fail(o, "there is no flag '%s', did you mean --%s (see --help)", shown,
                            near.best);
    }
    return options_fail(o, "there is no flag '%s' (see --help)", shown);
}

/* -- values ------------------------------------------------------------------------------------ */

/* The allowed form of a value, as the end of a sentence "--x must be ...". */
void options_describe_form(const option_spec *s, char *buf, size_t cap)
{
    char lo[32] = "", hi[32] = "";

    if (s->range != NULL && strstr(s->range, "..") != NULL) {
        units_split_range(s->range, lo, hi, sizeof lo);
    }
    switch (s->type) {
    case OPTION_SWITCH:
        snprintf(buf, cap, "true or false");
        break;
    case OPTION_COUNT:
        snprintf(buf, cap, "a whole number from %s to %s", lo, hi);
        break;
    case OPTION_COUNT_OR_AUTO:
        snprintf(buf, cap, "auto or a whole number from %s to %s", lo, hi);
        break;
    case OPTION_NUMBER:
        snprintf(buf, cap, "a number from %s to %s", lo, hi);
        break;
    case OPTION_DURATION:
        snprintf(buf, cap, "a duration from %s to %s with its unit, such as 500ms, 30s or 1h30m",
                 lo, hi);
        break;
    case OPTION_ADDRESS:
        snprintf(buf, cap, "an IPv4 address such as 192.0.2.1");
        break;
    case OPTION_PREFIXED:
        snprintf(buf, cap, "an IPv4 address such as 192.0.2.1 or 192.0.2.1/24");
        break;
    case OPTION_NETMASK:
        snprintf(buf, cap, "a netmask such as 255.255.255.0 or 24");
        break;
    case OPTION_MAC:
        snprintf(buf, cap, "a MAC address such as 02:00:00:00:00:01");
        break;
    case OPTION_CHOICE:
        units_list_words(s->range, buf, cap);
        break;
    case OPTION_TEXT:
    case OPTION_LIST:
        snprintf(buf, cap, "%s", s->arg);
        break;
    case OPTION_ACTION:
    case OPTION_LATER:
        buf[0] = '\0';
        break;
    }
}

static int fail_form(options *o, const option_spec *s, const char *said_as, const char *text)
{
    char form[160], shown[160];

    options_describe_form(s, form, sizeof form);
    options_escape(text, shown, sizeof shown);
    return options_fail(o, "%s must be %s, not '%s'", said_as, form, shown);
}

static int parse_value(const option_spec *s, const char *text, option_value *v)
{
    v->on = 0;
    switch (s->type) {
    case OPTION_SWITCH:
        return units_parse_switch(text, &v->on);
    case OPTION_COUNT_OR_AUTO:
        if (strcmp(text, "auto") == 0) {
            v->on = 1;
            return 0;
        }
        return units_parse_count(text, s->range, &v->count);
    case OPTION_COUNT:
        return units_parse_count(text, s->range, &v->count);
    case OPTION_NUMBER:
        return units_parse_number(text, s->range, &v->number);
    case OPTION_DURATION:
        return units_parse_duration(text, s->range, &v->dur);
    case OPTION_ADDRESS:
        return dhcpperf_ip4_parse(&v->ip, text);
    case OPTION_PREFIXED:
        return units_parse_prefixed(text, &v->ip, &v->prefix);
    case OPTION_NETMASK:
        return units_parse_netmask(text, &v->prefix);
    case OPTION_MAC:
        return dhcpperf_mac_parse(&v->mac, text);
    case OPTION_CHOICE:
        v->on = units_find_word(s->range, text);
        return v->on < 0 ? -1 : 0;
    case OPTION_TEXT:
    case OPTION_LIST:
        return text[0] == '\0' ? -1 : 0;
    case OPTION_ACTION:
    case OPTION_LATER:
        break;
    }
    return -1;
}

static int append_item(option_value *v, const char *text)
{
    char **items = realloc(v->items, (v->n_items + 1) * sizeof *items);

    if (items == NULL) {
        return -1;
    }
    v->items = items;
    items[v->n_items] = strdup(text);
    if (items[v->n_items] == NULL) {
        return -1;
    }
    v->n_items++;
    return 0;
}

int options_set(options *o, unsigned index, option_source source, const char *said_as,
                const char *text)
{
    const option_spec *s = &o->specs[index];
    option_value *v = &o->values[index], fresh;
    char *copy;

    if (s->type == OPTION_LATER) {
        return options_fail(o, s->range == NULL ? "%s (%s) is not in this build" : "%s: %s",
                            said_as, s->help);
    }
    memset(&fresh, 0, sizeof fresh);
    if (parse_value(s, text, &fresh) != 0) {
        return fail_form(o, s, said_as, text);
    }
    if (source < v->source) {
        return 0; /* judged, but a stronger place has spoken */
    }
    copy = strdup(text);
    if (copy == NULL) {
        return options_fail(o, "out of memory");
    }
    fresh.text = copy;
    fresh.source = source;
    fresh.items = v->items;
    fresh.n_items = v->n_items;
    if (s->type == OPTION_LIST) {
        /* A list given at a stronger place replaces the weaker one. */
        if (source > v->source) {
            while (fresh.n_items > 0) {
                free(fresh.items[--fresh.n_items]);
            }
        }
        if (append_item(&fresh, text) != 0) {
            free(copy);
            v->items = fresh.items; /* what is left of them */
            v->n_items = fresh.n_items;
            return options_fail(o, "out of memory");
        }
    }
    free(v->text);
    *v = fresh;
    return 0;
}

int options_means_off(const char *text)
{
    static const char *const words[] = {"0", "0.0", "0ms", "0s", "false", "no", "off", "none"};
    size_t i;

    for (i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(words[i], text) == 0) {
            return 1;
        }
    }
    return 0;
}

/* -- environment ------------------------------------------------------------------------------- */

static const char *environment_value(char *const *envp, const char *name, size_t n)
{
    for (; *envp != NULL; envp++) {
        if (strncmp(*envp, name, n) == 0 && (*envp)[n] == '=' && (*envp)[n + 1] != '\0') {
            return *envp + n + 1;
        }
    }
    return NULL;
}

static int read_variable(options *o, unsigned index, const char *name, size_t n, const char *value)
{
    const option_spec *s = &o->specs[index];
    char said[128], shown[96];

    /* Kubernetes gives every pod NAME_PORT=udp://address:port for each Service: one called "dhcp"
     * would set our port. */
    if (strncmp(value, "udp://", 6) == 0 || strncmp(value, "tcp://", 6) == 0) {
        options_escape(value, shown, sizeof shown);
        return options_fail(
            o,
            "%.*s=%s looks like a variable that Kubernetes made from a Service, not like a "
            "value for --%s: set 'enableServiceLinks: false' in the pod or unset it",
            (int)n, name, shown, s->name);
    }
    if (s->type == OPTION_LATER && s->range == NULL && options_means_off(value)) {
        return 0;
    }
    if (s->type == OPTION_LATER) {
        snprintf(said, sizeof said, "the variable %.*s: --%s", (int)n, name, s->name);
    } else {
        snprintf(said, sizeof said, "%.*s (--%s)", (int)n, name, s->name);
    }
    return options_set(o, index, OPTION_FROM_ENVIRONMENT, said, value);
}

int options_read_environment(options *o, char *const *envp)
{
    unsigned i;

    for (i = 0; i < o->n; i++) {
        const option_spec *s = &o->specs[i];
        const char *list = s->env, *value;
        char name[64];
        int rc;

        if (s->type == OPTION_ACTION) {
            continue;
        }
        options_env_name(s->name, name, sizeof name);
        value = environment_value(envp, name, strlen(name));
        if (value != NULL) {
            rc = read_variable(o, i, name, strlen(name), value);
            if (rc != 0) {
                return rc;
            }
            continue; /* the flag's own variable wins over the older names */
        }
        while (list != NULL && *list != '\0') {
            size_t len = strcspn(list, " ");

            value = environment_value(envp, list, len);
            if (value != NULL) {
                rc = read_variable(o, i, list, len, value);
                if (rc != 0) {
                    return rc;
                }
                break;
            }
            list += len;
            list += strspn(list, " ");
        }
    }
    return 0;
}
