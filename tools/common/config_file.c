/* SPDX-License-Identifier: MIT */
/* config_file.c - from a file to the settings of a command.
 *
 * Every key of the file is judged: it is a setting, a part that only dhcp-server reads, the other
 * command's section, or an error.  Values pass through the registry like those of flags, so a file
 * can say nothing that a flag cannot, and the two cannot disagree. */
#include "common/config_file.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/near.h"
#include "common/options.h"
#include "common/units.h"

enum {
    LARGEST_FILE = 256 << 20
};

/* -- reading ----------------------------------------------------------------------------------- */

config_format config_format_of(const char *path)
{
    const char *dot = strrchr(path, '.');

    return dot != NULL && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0)
               ? CONFIG_YAML
               : CONFIG_KEY_VALUE;
}

static int fail_read(config_file *f, int code)
{
    return config_fail(f, 0, "cannot read the configuration file: %s", strerror(code));
}

/* The whole file; works for pipes too. */
static int read_whole(config_file *f, const char *path, char **ret, size_t *ret_len)
{
    FILE *in = fopen(path, "re");
    size_t cap = 1 << 16, len = 0, got;
    char *text = NULL, *more;
    int rc = 0;

    if (in == NULL) {
        return fail_read(f, errno);
    }
    do {
        cap *= 2;
        more = cap <= LARGEST_FILE ? realloc(text, cap) : NULL;
        if (more == NULL) {
            rc = config_fail(f, 0,
                             cap > LARGEST_FILE ? "a file of this size is no configuration"
                                                : "out of memory");
            break;
        }
        text = more;
        got = fread(text + len, 1, cap - len, in);
        len += got;
    } while (got > 0 && len == cap);
    if (rc == 0 && ferror(in)) {
        rc = fail_read(f, errno);
    }
    fclose(in);
    if (rc != 0) {
        free(text);
        return -1;
    }
    *ret = text;
    *ret_len = len;
    return 0;
}

static int begin(config_file *f, const char *path)
{
    char shown[200];

    memset(f, 0, sizeof *f);
    options_escape(path, shown, sizeof shown);
    f->path = strdup(shown);
    if (f->path == NULL) {
        snprintf(f->error, sizeof f->error, "out of memory");
        return -1;
    }
    return 0;
}

static int parse(config_file *f, config_format format, const char *text, size_t len)
{
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): a file was read */
    const char *zero = memchr(text, '\0', len), *at;
    unsigned line = 1;
    int rc;

    if (zero != NULL && format == CONFIG_KEY_VALUE) {
        for (at = text; at < zero; at++) {
            line += *at == '\n';
        }
        return config_fail(f, line, "the line holds a zero octet: this is not a text file");
    }
    rc = format == CONFIG_YAML ? config_parse_yaml(f, text, len)
                               : config_parse_key_value(f, text, len);
    if (rc == 0 && f->root == NULL &&
        config_add(f, NULL, CONFIG_MAP, NULL, NULL, 1) == NULL) { /* an empty file */
        return -1;
    }
    return rc;
}

int config_parse(config_file *f, const char *path, config_format format, const char *text,
                 size_t len)
{
    return begin(f, path) != 0 ? -1 : parse(f, format, text, len);
}

int config_read(config_file *f, const char *path)
{
    char *text = NULL;
    size_t len = 0;
    int rc;

    if (begin(f, path) != 0 || read_whole(f, path, &text, &len) != 0) {
        return -1;
    }
    rc = parse(f, config_format_of(path), text, len);
    free(text);
    return rc;
}

/* -- plain keys -------------------------------------------------------------------------------- */

enum {
    LONGEST_KEY = 96
};

typedef struct config_walk {
    config_file *file;
    options *o;
    const char *own, *other; /* sections */
    int is_server;
    unsigned *lines; /* of each setting: where the file gave it, 0 = not yet */
} config_walk;

/* Parts of a file that are more than one value; only dhcp-server has them. */
static const char *const parts[] = {"subnets", "subnet", "classes", "inform",
                                    "reserve", "faults", "fault"};

enum {
    N_PARTS = sizeof parts / sizeof parts[0]
};

/* The only part that clients have, too, in their own section. */
static int is_faults(const char *key)
{
    return strcmp(key, "faults") == 0 || strcmp(key, "fault") == 0;
}

static int is_part(const char *key)
{
    unsigned i;

    for (i = 0; i < N_PARTS; i++) {
        if (strcmp(parts[i], key) == 0) {
            return 1;
        }
    }
    return 0;
}

/* Keys of the forms that people have, for settings that this build may lack: taken and noted,
 * because nothing that clients see depends on them. */
static const struct {
    const char *key, *name, *note;
} harmless[] = {
    {"logging.level", "log-level", "levels of logging are not in this build; --verbose logs all"},
    {"log-level", "log-level", "levels of logging are not in this build; --verbose logs all"},
    {"logging.live-stats", "live", "the full-screen view is not in this build"},
    {"live", "live", "the full-screen view is not in this build"},
};

enum {
    N_HARMLESS = sizeof harmless / sizeof harmless[0]
};

/* In "DHCP_START_IP" and "MAX_HOPS", as shells and systemd write them: "start-ip", "max-hops". */
static int is_shell_name(const char *key)
{
    int letters = 0;

    for (; *key != '\0'; key++) {
        if (islower((unsigned char)*key) || *key == '.') {
            return 0;
        }
        letters += isupper((unsigned char)*key) != 0;
    }
    return letters > 0;
}

static void lower_shell_name(const char *key, char *buf, size_t cap)
{
    size_t i;

    if (strncmp(key, "DHCP_", 5) == 0) {
        key += 5;
    }
    for (i = 0; key[i] != '\0' && i + 1 < cap; i++) {
        buf[i] = key[i] == '_' ? '-' : (char)tolower((unsigned char)key[i]);
    }
    buf[i] = '\0';
}

/* DHCP_POOL_START and other variables with a name of their own. */
static int find_variable(const options *o, const char *key)
{
    unsigned i;

    for (i = 0; i < o->n; i++) {
        if (o->specs[i].env != NULL && options_is_listed(o->specs[i].env, key)) {
            return (int)i;
        }
    }
    return -1;
}

/* The setting that a key means, or -1. */
static int find_setting(const config_walk *w, const char *key)
{
    char plain[LONGEST_KEY];
    size_t own = strlen(w->own);
    int index;

    if (is_shell_name(key)) {
        index = find_variable(w->o, key);
        lower_shell_name(key, plain, sizeof plain);
        return index >= 0 ? index : options_find_key(w->o, plain);
    }
    index = options_find_key(w->o, key);
    if (index < 0 && strncmp(key, w->own, own) == 0 && key[own] == '.') {
        index = options_find_key(w->o, key + own + 1);
    }
    if (index < 0 && strncmp(key, "logging.", 8) == 0) {
        index = options_find_key(w->o, key + 8);
    }
    return index;
}

/* Names that a mistyped key may have meant. */
static int fail_unknown(const config_walk *w, const config_node *n, const char *key)
{
    const char *dot = strrchr(key, '.'), *last = dot != NULL ? dot + 1 : key;
    char shown[LONGEST_KEY + 32];
    near_search near;
    unsigned i;

    near_begin(&near, last);
    for (i = 0; i < w->o->n; i++) {
        const option_spec *s = &w->o->specs[i];

        if (s->type != OPTION_LATER && s->type != OPTION_ACTION) {
            near_try(&near, s->name);
        }
    }
    for (i = 0; w->is_server && i < N_PARTS; i++) {
        near_try(&near, parts[i]);
    }
    if (dot == NULL) {
        near_try(&near, w->own);
        near_try(&near, w->other);
        near_try(&near, "logging");
    }
    options_escape(key, shown, sizeof shown);
    if (near.best != NULL) {
        return config_fail(w->file, n->line, "there is no key '%s', did you mean '%s'", shown,
                           near.best);
    }
    return config_fail(w->file, n->line, "there is no key '%s' for %s", shown, w->o->command);
}

static void note(config_file *f, const config_node *n, const char *key, const char *why)
{
    if (f->n_notes < CONFIG_MAX_NOTES) {
        snprintf(f->notes[f->n_notes++], sizeof f->notes[0], "%.160s:%u: '%.60s' has no effect: %s",
                 f->path, n->line, key, why);
    }
}

/* A setting that this build lacks: refused unless it changes nothing. */
static int take_missing(const config_walk *w, const config_node *n, const char *key, int index)
{
    const option_spec *s = index >= 0 ? &w->o->specs[index] : NULL;
    unsigned i;

    for (i = 0; i < N_HARMLESS; i++) {
        if (strcmp(s != NULL ? s->name : key, harmless[i].key) == 0) {
            note(w->file, n, key, harmless[i].note);
            return 0;
        }
    }
    if (s == NULL) {
        return fail_unknown(w, n, key);
    }
    if (s->range == NULL && options_means_off(n->text)) {
        return 0;
    }
    return config_fail(w->file, n->line,
                       s->range == NULL ? "'%s' (%s) is not in this build" : "'%s': %s", key,
                       s->help);
}

static int set_one(const config_walk *w, const config_node *n, const char *key, int index,
                   const char *text)
{
    char said[LONGEST_KEY + 240];

    if (text[0] == '\0') {
        return config_fail(w->file, n->line, "'%s' has no value", key);
    }
    snprintf(said, sizeof said, "%s:%u: %s", w->file->path, n->line, key);
    if (options_set(w->o, (unsigned)index, OPTION_FROM_FILE, said, text) != 0) {
        snprintf(w->file->error, sizeof w->file->error, "%s", w->o->error);
        return -1;
    }
    if (w->o->values[index].source == OPTION_FROM_FILE) {
        w->o->values[index].line = n->line;
    }
    return 0;
}

static int take_value(const config_walk *w, const config_node *n, const char *key)
{
    int index = find_setting(w, key);
    const option_spec *s;
    const config_node *item;

    if (index < 0 || w->o->specs[index].type == OPTION_LATER) {
        return n->kind == CONFIG_SCALAR ? take_missing(w, n, key, index) : fail_unknown(w, n, key);
    }
    s = &w->o->specs[index];
    if (strcmp(s->name, "config") == 0) {
        return config_fail(w->file, n->line, "'%s': a configuration file cannot name another", key);
    }
    if (w->lines[index] > 0) {
        return config_fail(w->file, n->line, "'%s' sets what line %u has set (--%s)", key,
                           w->lines[index], s->name);
    }
    w->lines[index] = n->line;
    if (n->kind == CONFIG_SCALAR) {
        return set_one(w, n, key, index, n->text);
    }
    if (s->type != OPTION_LIST) {
        return config_fail(w->file, n->line, "'%s' takes one value, not a list", key);
    }
    for (item = n->first; item != NULL; item = item->next) {
        if (item->kind != CONFIG_SCALAR) {
            return config_fail(w->file, item->line, "'%s' takes a list of plain values", key);
        }
        if (set_one(w, item, key, index, item->text) != 0) {
            return -1;
        }
    }
    return 0;
}

/* -- the parts of a server --------------------------------------------------------------------- */

static int take_part(const config_walk *w, const config_node *n, const char *key)
{
    config_file *f = w->file;
    const config_node **place = strcmp(key, "subnets") == 0 || strcmp(key, "subnet") == 0
                                    ? &f->subnets
                                : strcmp(key, "classes") == 0 ? &f->classes
                                : strcmp(key, "inform") == 0  ? &f->inform
                                : strcmp(key, "reserve") == 0 ? &f->reserve
                                                              : &f->faults;

    if (*place != NULL) {
        return config_fail(f, n->line, "'%s' is given twice, first in line %u", key,
                           (*place)->line);
    }
    *place = n;
    return 0;
}

/* -- the walk ---------------------------------------------------------------------------------- */

/* 1 when the key is the section, or inside it. */
static int is_inside(const char *key, const char *section)
{
    size_t n = strlen(section);

    return strncmp(key, section, n) == 0 && key[n] == '.';
}

static int take_map(const config_walk *w, const config_node *map, const char *prefix);

static int take_node(const config_walk *w, const config_node *n, const char *key)
{
    const char *bare = is_inside(key, w->own) ? key + strlen(w->own) + 1 : key;

    if (is_inside(key, w->other) || (n->kind != CONFIG_SCALAR && strcmp(key, w->other) == 0)) {
        return 0;
    }
    if (is_part(bare) && (w->is_server || bare == key)) {
        return w->is_server ? take_part(w, n, bare) : 0;
    }
    if (is_faults(bare)) {
        return take_part(w, n, bare);
    }
    return n->kind == CONFIG_MAP ? take_map(w, n, key) : take_value(w, n, key);
}

static int take_map(const config_walk *w, const config_node *map, const char *prefix)
{
    const config_node *n;
    char key[LONGEST_KEY];

    for (n = map->first; n != NULL; n = n->next) {
        int used =
            snprintf(key, sizeof key, "%s%s%s", prefix, prefix[0] != '\0' ? "." : "", n->key);

        if (used < 0 || (size_t)used >= sizeof key) {
            return config_fail(w->file, n->line, "a key has at most %d octets", LONGEST_KEY - 1);
        }
        if (take_node(w, n, key) != 0) {
            return -1;
        }
    }
    return 0;
}

int config_apply(config_file *f, options *o)
{
    int is_server = strcmp(o->command, "dhcp-server") == 0, rc;
    config_walk w = {f,
                     o,
                     is_server ? "server" : "client",
                     is_server ? "client" : "server",
                     is_server,
                     calloc(o->n, sizeof *w.lines)};

    if (w.lines == NULL) {
        return config_fail(f, 0, "out of memory");
    }
    rc = take_map(&w, f->root, "");
    free(w.lines);
    return rc;
}
