/* SPDX-License-Identifier: MIT */
/* server_classes.c - classes: whom they hold and what those get. */
#include "common/server_layout_parts.h"

#include <stdio.h>
#include <string.h>

#include "common/option_form.h"
#include "common/units.h"

/* "60" or "82.circuit-id": the option and its sub-option, or -1. */
static int parse_match_key(layout *x, unsigned line, const char *key, uint8_t *ret_code,
                           int *ret_sub)
{
    size_t len = strcspn(key, ".");
    char name[64], shown[160];
    uint64_t sub = 0;
    int code;

    options_escape(key, shown, sizeof shown);
    snprintf(name, sizeof name, "%.*s", (int)len, key);
    code = len < sizeof name ? dhcpperf_opt_code(name) : -1;
    if (code < 1 || code > 254) {
        return config_fail(x->file, line, "there is no DHCP option '%s' to match", shown);
    }
    *ret_code = (uint8_t)code;
    *ret_sub = -1;
    if (key[len] == '.') {
        *ret_sub = code == DHCPPERF_OPT_RELAY_INFO ? dhcpperf_relay_subopt_code(key + len + 1) : -1;
        if (*ret_sub < 0 && units_parse_count(key + len + 1, "0..255", &sub) == 0) {
            *ret_sub = (int)sub;
        }
        if (*ret_sub < 0) {
            return config_fail(x->file, line, "'%s' names no sub-option of option %d", shown, code);
        }
    }
    return 0;
}

/* Options that clients write freely are compared as they are; the others are written like their
 * values. */
static int parse_match_value(layout *x, unsigned line, uint8_t code, int sub, const char *text,
                             uint8_t *buf, size_t *ret_len)
{
    dhcpperf_opt_type type = dhcpperf_opt_datatype(code);
    char shown[160], form[OPTION_FORM_CAP];

    if (sub >= 0 || code == DHCPPERF_OPT_USER_CLASS || type == DHCPPERF_OPTTYPE_STRING ||
        type == DHCPPERF_OPTTYPE_OPAQUE) {
        return value_octets(x->file, line, text, buf, 255, ret_len);
    }
    if (dhcpperf_opt_encode_text(code, text, buf, 255, ret_len) != 0) {
        options_escape(text, shown, sizeof shown);
        return config_fail(x->file, line, "'%s' does not fit the data type of option %d%s", shown,
                           (int)code, option_form(code, form));
    }
    return 0;
}

/* The value alone: exact; with * at its end: prefix; * alone: the option is there. */
static int add_match(layout *x, dhcpperf_class *k, unsigned line, const char *key, const char *text)
{
    uint8_t code = 0, buf[255];
    dhcpperf_bytes value = {buf, 0};
    size_t len = strlen(text);
    int sub = -1, op = DHCPPERF_MATCH_EXACT, rc = 0;
    char head[600];

    if (parse_match_key(x, line, key, &code, &sub) != 0) {
        return -1;
    }
    snprintf(head, sizeof head, "%s", text);
    if (strcmp(text, "*") == 0) {
        op = DHCPPERF_MATCH_PRESENT;
    } else if (len > 0 && len < sizeof head && text[len - 1] == '*') {
        op = DHCPPERF_MATCH_PREFIX;
        head[len - 1] = '\0';
    }
    if (op != DHCPPERF_MATCH_PRESENT) {
        rc = parse_match_value(x, line, code, sub, head, buf, &value.len);
    }
    if (rc != 0) {
        return -1;
    }
    rc = dhcpperf_class_match(k, code, sub, op, value);
    return rc == 0 ? 0
                   : config_fail(x->file, line, "'%s' cannot be matched: %s", key,
                                 dhcpperf_strerror(rc));
}

static int take_match(layout *x, dhcpperf_class *k, const config_node *n)
{
    const config_node *item;

    if (n->kind == CONFIG_SCALAR) {
        return config_fail(x->file, n->line, "'match' must be a map such as {60: PXEClient*}");
    }
    for (item = n->first; item != NULL; item = item->next) {
        const char *text = value_text(x->file, item);
        char key[64];
        size_t len;

        if (text == NULL) {
            return -1;
        }
        if (n->kind == CONFIG_MAP) {
            if (add_match(x, k, item->line, item->key, text) != 0) {
                return -1;
            }
            continue;
        }
        len = strcspn(text, "=");
        if (text[len] == '\0' || len == 0 || len >= sizeof key || text[len + 1] == '\0') {
            return config_fail(x->file, item->line,
                               "a match is written like 60=PXEClient* or 82.circuit-id=port-7");
        }
        memcpy(key, text, len);
        key[len] = '\0';
        key[strcspn(key, " ")] = '\0';
        text += len + 1;
        if (add_match(x, k, item->line, key, text + strspn(text, " ")) != 0) {
            return -1;
        }
    }
    return 0;
}

static int fill_class(layout *x, dhcpperf_class *k, const config_node *map)
{
    value_target to = {.class_ = k};
    uint32_t lease = x->defaults->lease_s, min = 0, max = 0;
    const config_node *n;

    for (n = map->first; n != NULL; n = n->next) {
        int rc = strcmp(n->key, "name") == 0      ? 0
                 : strcmp(n->key, "match") == 0   ? take_match(x, k, n)
                 : strcmp(n->key, "options") == 0 ? value_options(x->file, n, &to)
                 : strcmp(n->key, "option") == 0  ? value_assignments(x->file, n, &to)
                 : strcmp(n->key, "lease") == 0
                     ? value_lease(x->file, n, &lease, &min, &max)
                     : value_unknown(x->file, n, "a class", "name|match|options|option|lease");

        if (rc == 0 && strcmp(n->key, "lease") == 0 &&
            dhcpperf_class_set_lease(k, lease, min, max) != 0) {
            rc = config_fail(x->file, n->line, "these lease times are not possible");
        }
        if (rc != 0) {
            return -1;
        }
    }
    return 0;
}

static int take_class(layout *x, dhcpperf_server_config *c, const config_node *map)
{
    const config_node *name = map->kind == CONFIG_MAP ? config_find(map, "name") : NULL;
    dhcpperf_class *k = NULL;
    int rc;

    if (name == NULL) {
        return config_fail(x->file, map->line, "a class must be a map with a name and a match");
    }
    if (value_text(x->file, name) == NULL) {
        return -1;
    }
    if (config_find(map, "match") == NULL) {
        return config_fail(x->file, map->line, "the class '%s' has no match", name->text);
    }
    rc = dhcpperf_class_new(&k, name->text, NULL);
    if (rc != 0) {
        return config_fail(x->file, name->line, "the name of a class has at most 63 octets");
    }
    rc = fill_class(x, k, map);
    if (rc == 0) {
        rc = dhcpperf_server_config_add_class(c, k);
        rc = rc == DHCPPERF_E_CONFLICT
                 ? config_fail(x->file, name->line, "there is a class '%s' already", name->text)
             : rc == DHCPPERF_E_FULL
                 ? config_fail(x->file, name->line, "there are more than 255 classes")
             : rc != 0 ? config_fail(x->file, name->line, "%s", dhcpperf_strerror(rc))
                       : 0;
    }
    dhcpperf_class_free(k);
    return rc;
}

int layout_take_classes(layout *x, dhcpperf_server_config *c, const config_node *list)
{
    const config_node *item;

    if (list->kind != CONFIG_LIST) {
        return config_fail(x->file, list->line, "'classes' must be a list of maps with a name");
    }
    for (item = list->first; item != NULL; item = item->next) {
        if (take_class(x, c, item) != 0) {
            return -1;
        }
    }
    return 0;
}
