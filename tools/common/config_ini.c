/* SPDX-License-Identifier: MIT */
/* config_ini.c - key=value with sections into the tree, through inih.
 *
 * inih hands over keys and values but neither lines nor sections without keys: the reader that
 * feeds it counts the former and begins the latter.  Leading blanks are taken away there too,
 * because inih would join an indented line to the value above it. */
#include "config.h"

#include "common/config_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/options.h"

#ifdef HAVE_INIH

#include <ini.h>

typedef struct ini_feed {
    config_file *file;
    const char *at, *end;
    unsigned line;
    config_node *section; /* what keys are added to */
    int failed;
} ini_feed;

static int fail_feed(ini_feed *x, int rc)
{
    x->failed = x->failed || rc != 0;
    return rc;
}

/* "[subnet 10.0.0.0/24]" and "[class phones]" are items of the lists that YAML calls subnets and
 * classes; other sections are maps. */
static config_node *open_section(ini_feed *x, const char *name)
{
    static const struct {
        const char *word, *list, *key;
    } lists[] = {{"subnet", "subnets", "subnet"}, {"class", "classes", "name"}};
    size_t len = strcspn(name, " \t"), i;
    const char *rest = name + len + strspn(name + len, " \t");
    config_node *list, *item;

    for (i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        if (strlen(lists[i].word) != len || memcmp(lists[i].word, name, len) != 0) {
            continue;
        }
        if (*rest == '\0') {
            config_fail(x->file, x->line, "the section [%s] needs a name, as in [%s %s]",
                        lists[i].word, lists[i].word, i == 0 ? "10.0.0.0/24" : "phones");
            return NULL;
        }
        list = config_find(x->file->root, lists[i].list);
        if (list == NULL) {
            list = config_add(x->file, x->file->root, CONFIG_LIST, lists[i].list, NULL, x->line);
        }
        item = list != NULL ? config_add(x->file, list, CONFIG_MAP, NULL, NULL, x->line) : NULL;
        return item != NULL &&
                       config_add(x->file, item, CONFIG_SCALAR, lists[i].key, rest, x->line) != NULL
                   ? item
                   : NULL;
    }
    return config_add(x->file, x->file->root, CONFIG_MAP, name, NULL, x->line);
}

static int begin_section(ini_feed *x, const char *line, size_t len)
{
    const char *close = memchr(line, ']', len);
    char *name;

    if (close == NULL) {
        return 0; /* inih says so */
    }
    name = strndup(line + 1, (size_t)(close - line) - 1);
    x->section = name != NULL ? open_section(x, name) : NULL;
    free(name);
    return x->section != NULL ? 0 : -1;
}

/* ini_reader: one line, blanks in front removed; inih never tells of a section without keys, so
 * sections begin here. */
static char *read_line(char *to, int cap, void *user)
{
    ini_feed *x = user;
    const char *stop;
    size_t len;

    if (x->failed || x->at == x->end) {
        return NULL;
    }
    x->line++;
    stop = memchr(x->at, '\n', (size_t)(x->end - x->at));
    stop = stop != NULL ? stop + 1 : x->end;
    while (x->at < stop && (*x->at == ' ' || *x->at == '\t')) {
        x->at++;
    }
    len = (size_t)(stop - x->at);
    if (len + 1 > (size_t)cap) {
        fail_feed(x, config_fail(x->file, x->line, "the line is longer than %d octets", cap - 3));
        return NULL;
    }
    if (len > 0 && x->at[0] == '[' && fail_feed(x, begin_section(x, x->at, len)) != 0) {
        return NULL;
    }
    memcpy(to, x->at, len);
    to[len] = '\0';
    x->at = stop;
    return to;
}

/* value without the quotes that shells and people put around it. */
static char *unquote(const char *value)
{
    size_t len = strlen(value);

    if (len >= 2 && (value[0] == '"' || value[0] == '\'') && value[len - 1] == value[0]) {
        value++;
        len -= 2;
    }
    return strndup(value, len);
}

/* ini_handler: 0 = failure. */
static int take_pair(void *user, const char *section, const char *name, const char *value)
{
    ini_feed *x = user;
    char *text;

    (void)section;
    if (x->failed) {
        return 0;
    }
    if (value == NULL || name[0] == '\0') {
        return fail_feed(x, config_fail(x->file, x->line, "the line has no %s",
                                        value == NULL ? "value" : "key")) == 0;
    }
    text = unquote(value);
    if (text == NULL) {
        return fail_feed(x, config_fail(x->file, x->line, "out of memory")) == 0;
    }
    fail_feed(x, config_add_value(x->file, x->section, name, text, x->line));
    free(text);
    return !x->failed;
}

int config_parse_key_value(config_file *f, const char *text, size_t len)
{
    ini_feed x;
    int rc;

    memset(&x, 0, sizeof x);
    x.file = f;
    x.at = text;
    x.end = text + len;
#if HAVE_DECL_INI_MAX_LINE
    ini_use_stack = 0; /* its own limit is 200 octets */
    ini_max_line = 4096;
    ini_initial_alloc = 4096;
#endif
    if (config_add(f, NULL, CONFIG_MAP, NULL, NULL, 1) == NULL) {
        return -1;
    }
    x.section = f->root;
    rc = ini_parse_stream(read_line, &x, take_pair, &x);
    if (x.failed) {
        return -1;
    }
    if (rc > 0) {
        return config_fail(f, (unsigned)rc,
                           "the line is neither key = value, nor a [section], nor a comment");
    }
    return rc == 0 ? 0 : config_fail(f, 0, "out of memory");
}

int config_has_key_value(void)
{
    return 1;
}

#else

int config_parse_key_value(config_file *f, const char *text, size_t len)
{
    (void)text;
    (void)len;
    return config_fail(
        f, 0,
        "this build lacks the inih library, so it reads no key=value: write the file "
        "as YAML under a name that ends in .yaml");
}

int config_has_key_value(void)
{
    return 0;
}

#endif
