/* SPDX-License-Identifier: MIT */
/* config_tree.c - the tree that both languages are read into. */
#include "common/config_file.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/options.h"
#include "common/units.h"

/* Whatever a file has in its keys and values, what is said is one line. */
int config_fail(config_file *f, unsigned line, const char *format, ...)
{
    char said[sizeof f->error];
    va_list ap;
    int used;

    if (line > 0) {
        used = snprintf(f->error, sizeof f->error, "%s:%u: ", f->path, line);
    } else {
        used = snprintf(f->error, sizeof f->error, "%s: ", f->path);
    }
    if (used < 0 || (size_t)used >= sizeof f->error) {
        return -1;
    }
    va_start(ap, format);
    vsnprintf(said, sizeof said, format, ap);
    va_end(ap);
    options_escape(said, f->error + used, sizeof f->error - (size_t)used);
    return -1;
}

config_node *config_find(const config_node *map, const char *key)
{
    config_node *n;

    for (n = map->first; n != NULL; n = n->next) {
        if (n->key != NULL && strcmp(n->key, key) == 0) {
            return n;
        }
    }
    return NULL;
}

/* Names in capitals, as shells have them, stay as they are. */
static char *plain_key(const char *key)
{
    char *plain = strdup(key), *at;
    int is_small = 0;

    for (; *key != '\0'; key++) {
        is_small |= islower((unsigned char)*key);
    }
    for (at = plain; at != NULL && is_small && *at != '\0'; at++) {
        if (*at == '_') {
            *at = '-';
        }
    }
    return plain;
}

static config_node *make_node(config_kind kind, const char *key, const char *text, unsigned line)
{
    config_node *n = calloc(1, sizeof *n);

    if (n == NULL) {
        return NULL;
    }
    n->kind = kind;
    n->line = line;
    n->key = key != NULL ? plain_key(key) : NULL;
    n->text = kind == CONFIG_SCALAR ? strdup(text) : NULL;
    if ((key != NULL && n->key == NULL) || (kind == CONFIG_SCALAR && n->text == NULL)) {
        config_node_free(n);
        return NULL;
    }
    return n;
}

config_node *config_add(config_file *f, config_node *parent, config_kind kind, const char *key,
                        const char *text, unsigned line)
{
    config_node *n = make_node(kind, key, text, line), *twin;
    char shown[96];

    if (n == NULL) {
        config_fail(f, line, "out of memory");
        return NULL;
    }
    twin = n->key != NULL ? config_find(parent, n->key) : NULL;
    if (twin != NULL) {
        options_escape(key, shown, sizeof shown);
        if (line > 0) {
            config_fail(f, line, "'%s' is given twice, first in line %u", shown, twin->line);
        } else {
            config_fail(f, 0, "'%s' is given twice", shown);
        }
        config_node_free(n);
        return NULL;
    }
    if (parent == NULL) {
        f->root = n;
    } else if (parent->last != NULL) {
        parent->last->next = n;
        parent->last = n;
    } else {
        parent->first = parent->last = n;
    }
    return n;
}

/* Keys of which each line adds one. */
static int is_repeatable(const char *key)
{
    return units_find_word("range|exclude|option|reserve|match|subnet|output|fault|faults", key) >=
           0;
}

int config_add_value(config_file *f, config_node *map, const char *key, const char *text,
                     unsigned line)
{
    config_node *list;

    if (strncmp(key, "lease.", 6) == 0) { /* the only nested keys of a section */
        list = config_find(map, "lease");
        list = list != NULL ? list : config_add(f, map, CONFIG_MAP, "lease", NULL, line);
        if (list != NULL && list->kind != CONFIG_MAP) {
            return config_fail(f, line, "'%s' beside 'lease': a lease is one time or has parts",
                               key);
        }
        return list != NULL ? config_add_value(f, list, key + 6, text, line) : -1;
    }
    list = config_find(map, key);
    if (!is_repeatable(key) || (list != NULL && list->kind != CONFIG_LIST)) {
        return config_add(f, map, CONFIG_SCALAR, key, text, line) != NULL ? 0 : -1;
    }
    if (list == NULL) {
        list = config_add(f, map, CONFIG_LIST, key, NULL, line);
    }
    return list != NULL && config_add(f, list, CONFIG_SCALAR, NULL, text, line) != NULL ? 0 : -1;
}

/* The depth is bounded by the parsers; lists may be long, so siblings take no stack. */
void config_node_free(config_node *n)
{
    while (n != NULL) {
        config_node *next = n->next;

        config_node_free(n->first);
        free(n->key);
        free(n->text);
        free(n);
        n = next;
    }
}

void config_free(config_file *f)
{
    config_node_free(f->root);
    free(f->path);
    memset(f, 0, sizeof *f);
}
