/* SPDX-License-Identifier: MIT */
/* server_flags.c - --subnet and --reserve of the command line, read into the tree of a file. */
#include "common/server_layout_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/server_options.h"

/* Whether a word between commas begins a new key rather than going on with the value before. */
static int begins_key(const char *word)
{
    size_t n = strspn(word, "abcdefghijklmnopqrstuvwxyz-.");

    return n > 0 && word[n] == '=' && strncmp(word, "class=", 6) != 0;
}

int layout_split_subnet(config_file *f, const char *text, unsigned line, config_node **ret)
{
    config_node *saved = f->root, *map;
    char *copy = strdup(text), *at = copy, *end, *next;
    int rc = copy != NULL ? 0 : config_fail(f, line, "out of memory");

    f->root = NULL;
    map = rc == 0 ? config_add(f, NULL, CONFIG_MAP, NULL, NULL, line) : NULL;
    f->root = saved;
    *ret = map;
    rc = map != NULL ? 0 : -1;
    for (; rc == 0 && at != NULL; at = next) {
        const char *key = NULL;

        for (end = strchr(at, ','); end != NULL && !begins_key(end + 1);) {
            end = strchr(end + 1, ',');
        }
        next = end != NULL ? end + 1 : NULL;
        if (end != NULL) {
            *end = '\0';
        }
        if (at != copy || begins_key(at)) {
            key = at;
            at = strchr(at, '=');
            *at++ = '\0';
        }
        if (key != NULL && *at == '\0') {
            rc = config_fail(f, line, "'%s' has no value", key);
            break;
        }
        rc = key != NULL ? config_add_value(f, map, key, at, line)
                         : -(config_add(f, map, CONFIG_SCALAR, "subnet", at, line) == NULL);
    }
    free(copy);
    return rc;
}

/* A file that stands for one flag in the sentences. */
static config_file *open_flag(layout *x, const char *name, const char *text)
{
    config_file *f = &x->flags[x->n_flags++];
    char shown[160], path[200];

    options_escape(text, shown, sizeof shown);
    snprintf(path, sizeof path, "--%s '%s'", name, shown);
    f->path = strdup(path);
    return f->path != NULL ? f : NULL;
}

static int take_subnet_flag(layout *x, const char *text)
{
    config_node *map = NULL;
    int rc;

    x->file = open_flag(x, "subnet", text);
    if (x->file == NULL) {
        return -1;
    }
    rc = layout_split_subnet(x->file, text, 0, &map);
    rc = rc != 0 ? rc : layout_take_subnet(x, map);
    config_node_free(map);
    return rc;
}

int layout_take_subnet_flags(layout *x)
{
    const option_value *subnet = &x->o->values[SERVER_SUBNET];
    unsigned i;

    for (i = 0; i < subnet->n_items; i++) {
        if (take_subnet_flag(x, subnet->items[i]) != 0) {
            return -1;
        }
    }
    return 0;
}

int layout_take_reserve_flags(layout *x)
{
    const option_value *v = &x->o->values[SERVER_RESERVE];
    unsigned i;

    for (i = 0; i < v->n_items; i++) {
        x->file = open_flag(x, "reserve", v->items[i]);
        if (x->file == NULL || layout_take_reserve(x, NULL, 0, v->items[i]) != 0) {
            return -1;
        }
    }
    return 0;
}
