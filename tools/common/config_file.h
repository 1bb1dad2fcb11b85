/* SPDX-License-Identifier: MIT */
/* config_file.h - configuration files: one tree of keys and values, whether it was written as YAML
 * or as key=value, and the sentences "FILE:LINE: ..." about it. */
#ifndef TOOLS_CONFIG_FILE_H
#define TOOLS_CONFIG_FILE_H

#include <stddef.h>

struct options;

typedef enum config_kind {
    CONFIG_SCALAR,
    CONFIG_LIST,
    CONFIG_MAP
} config_kind;

/* A value with its key, if it is in a map.  Keys are unique in their map. */
typedef struct config_node {
    config_kind kind;
    unsigned line; /* 0 on the command line */
    char *key;     /* with - for _ unless all in capitals; NULL in lists and at the root */
    char *text;    /* of a scalar, never NULL there */
    struct config_node *first, *last, *next;
} config_node;

typedef enum config_format {
    CONFIG_YAML,
    CONFIG_KEY_VALUE
} config_format;

enum {
    CONFIG_MAX_DEPTH = 16,
    CONFIG_MAX_NOTES = 4
};

typedef struct config_file {
    char *path; /* as messages show it */
    config_node *root;
    /* What only dhcp-server understands; NULL = absent.  Inside the root. */
    const config_node *subnets, *classes, *inform, *reserve;
    const config_node *faults;         /* of the command; NULL = none.  Inside the root. */
    char notes[CONFIG_MAX_NOTES][320]; /* keys that were taken and change nothing */
    unsigned n_notes;
    char error[640]; /* one sentence after a failure */
} config_file;

/* All functions returning int: 0, or -1 with f->error filled. */
/* Format by the file's name: .yaml and .yml, else key=value. */
config_format config_format_of(const char *path);
int config_read(config_file *f, const char *path);
/* The same from memory. */
int config_parse(config_file *f, const char *path, config_format format, const char *text,
                 size_t len);
void config_free(config_file *f);

/* Hands the plain keys to the registry of a command, below everything that its user said, and skips
 * the other command's section. */
int config_apply(config_file *f, struct options *o);

/* "PATH:LINE: sentence"; -1. */
int config_fail(config_file *f, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* -- the tree, for the parsers and the readers -- */

/* Appends a child; key NULL in lists.  NULL with f->error filled: no memory, or the key is there
 * already. */
config_node *config_add(config_file *f, config_node *parent, config_kind kind, const char *key,
                        const char *text, unsigned line);
/* One line of key = value: some keys make a list of all their lines. */
int config_add_value(config_file *f, config_node *map, const char *key, const char *text,
                     unsigned line);
/* The child of that key, or NULL. */
config_node *config_find(const config_node *map, const char *key);
void config_node_free(config_node *n);

/* -- the two languages -- */

int config_parse_yaml(config_file *f, const char *text, size_t len);
int config_parse_key_value(config_file *f, const char *text, size_t len);
/* Whether the library behind the language was built in. */
int config_has_yaml(void);
int config_has_key_value(void);

#endif
