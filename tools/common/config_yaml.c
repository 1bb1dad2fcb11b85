/* SPDX-License-Identifier: MIT */
/* config_yaml.c - YAML into the tree, through libyaml's events.
 *
 * The subset that configuration needs: one document of maps, lists and scalars.  Anchors and
 * aliases are refused: they let a small file unfold into a huge one, and hide where a value was
 * written. */
#include "config.h"

#include "common/config_file.h"

#include <string.h>

#include "common/options.h"

#ifdef HAVE_YAML

#include <yaml.h>

typedef struct yaml_reader {
    config_file *file;
    yaml_parser_t parser;
    config_node *open[CONFIG_MAX_DEPTH]; /* maps and lists not ended yet */
    unsigned depth;
    char *key; /* of the value to come, in a map */
    unsigned key_line;
    int done;
} yaml_reader;

static unsigned line_of(const yaml_event_t *e)
{
    return (unsigned)e->start_mark.line + 1;
}

static int fail_syntax(yaml_reader *r)
{
    const yaml_parser_t *p = &r->parser;
    const char *context = p->context != NULL ? p->context : "";
    unsigned line = (unsigned)p->problem_mark.line + 1;

    if (p->error == YAML_MEMORY_ERROR) {
        return config_fail(r->file, 0, "out of memory");
    }
    if (p->error == YAML_READER_ERROR) {
        return config_fail(r->file, 0, "not YAML: %s at octet %zu", p->problem, p->problem_offset);
    }
    return config_fail(r->file, line, "not YAML: %s%s%s", context, context[0] != '\0' ? ", " : "",
                       p->problem != NULL ? p->problem : "cannot be read");
}

/* Hangs a value below what is open. */
static config_node *hang(yaml_reader *r, config_kind kind, const char *text, unsigned line)
{
    config_node *parent = r->depth > 0 ? r->open[r->depth - 1] : NULL, *n;

    n = config_add(r->file, parent, kind, r->key, text, r->key != NULL ? r->key_line : line);
    free(r->key);
    r->key = NULL;
    return n;
}

static int take_key(yaml_reader *r, const char *text, unsigned line)
{
    if (strcmp(text, "<<") == 0) {
        return config_fail(r->file, line, "'<<' is not understood: write the keys out");
    }
    r->key = strdup(text);
    r->key_line = line;
    return r->key != NULL ? 0 : config_fail(r->file, line, "out of memory");
}

static int take_scalar(yaml_reader *r, const yaml_event_t *e)
{
    const char *text = (const char *)e->data.scalar.value;
    const config_node *parent = r->depth > 0 ? r->open[r->depth - 1] : NULL;
    unsigned line = line_of(e);

    if (parent == NULL) {
        if (text[0] == '\0') { /* nothing but comments */
            r->file->root = config_add(r->file, NULL, CONFIG_MAP, NULL, NULL, line);
            return r->file->root != NULL ? 0 : -1;
        }
        return config_fail(r->file, line, "the file must be a map of keys and values");
    }
    if (strlen(text) != e->data.scalar.length) {
        return config_fail(r->file, line, "a text holds a zero octet");
    }
    if (parent->kind == CONFIG_MAP && r->key == NULL) {
        return take_key(r, text, line);
    }
    return hang(r, CONFIG_SCALAR, text, line) != NULL ? 0 : -1;
}

static int open_node(yaml_reader *r, config_kind kind, unsigned line)
{
    config_node *parent = r->depth > 0 ? r->open[r->depth - 1] : NULL, *n;

    if (parent == NULL && kind != CONFIG_MAP) {
        return config_fail(r->file, line, "the file must be a map of keys and values, not a list");
    }
    if (parent != NULL && parent->kind == CONFIG_MAP && r->key == NULL) {
        return config_fail(r->file, line, "a key must be a plain word");
    }
    if (r->depth == CONFIG_MAX_DEPTH) {
        return config_fail(r->file, line, "more than %d levels are nested", CONFIG_MAX_DEPTH);
    }
    n = hang(r, kind, NULL, line);
    if (n == NULL) {
        return -1;
    }
    r->open[r->depth++] = n;
    return 0;
}

static int take_event(yaml_reader *r, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        return r->file->root == NULL
                   ? 0
                   : config_fail(r->file, line_of(e), "a second document begins: only one is read");
    case YAML_SCALAR_EVENT:
        return e->data.scalar.anchor == NULL
                   ? take_scalar(r, e)
                   : config_fail(r->file, line_of(e), "anchors (&) are not understood");
    case YAML_MAPPING_START_EVENT:
        return e->data.mapping_start.anchor == NULL
                   ? open_node(r, CONFIG_MAP, line_of(e))
                   : config_fail(r->file, line_of(e), "anchors (&) are not understood");
    case YAML_SEQUENCE_START_EVENT:
        return e->data.sequence_start.anchor == NULL
                   ? open_node(r, CONFIG_LIST, line_of(e))
                   : config_fail(r->file, line_of(e), "anchors (&) are not understood");
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        r->depth--;
        return 0;
    case YAML_ALIAS_EVENT:
        return config_fail(r->file, line_of(e), "aliases (*) are not understood");
    case YAML_STREAM_END_EVENT:
        r->done = 1;
        return 0;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
        return 0;
    }
    return 0;
}

int config_parse_yaml(config_file *f, const char *text, size_t len)
{
    yaml_reader r;
    int rc = 0;

    memset(&r, 0, sizeof r);
    r.file = f;
    if (!yaml_parser_initialize(&r.parser)) {
        return config_fail(f, 0, "out of memory");
    }
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text, len);
    while (rc == 0 && !r.done) {
        yaml_event_t e;

        if (!yaml_parser_parse(&r.parser, &e)) {
            rc = fail_syntax(&r);
            break;
        }
        rc = take_event(&r, &e);
        yaml_event_delete(&e);
    }
    yaml_parser_delete(&r.parser);
    free(r.key);
    return rc;
}

int config_has_yaml(void)
{
    return 1;
}

#else

int config_parse_yaml(config_file *f, const char *text, size_t len)
{
    (void)text;
    (void)len;
    return config_fail(f, 0,
                       "this build lacks the libyaml library, so it reads no YAML: write the file "
                       "as key=value under a name without .yaml or .yml");
}

int config_has_yaml(void)
{
    return 0;
}

#endif
