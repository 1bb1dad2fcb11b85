/* SPDX-License-Identifier: MIT */
/* server_ranges.c - the addresses of a subnet that are leased. */
#include "common/server_layout_parts.h"

#include <stdio.h>
#include <string.h>

#include "common/server_values.h"
#include "common/units.h"

/* Whether a class of that name is described; only a file can do that. */
static int has_class(const layout *x, const char *name)
{
    const config_node *list = x->o->file != NULL ? x->o->file->classes : NULL, *item, *n;

    for (item = list != NULL ? list->first : NULL; item != NULL; item = item->next) {
        n = item->kind == CONFIG_MAP ? config_find(item, "name") : NULL;
        if (n != NULL && n->kind == CONFIG_SCALAR && strcmp(n->text, name) == 0) {
            return 1;
        }
    }
    return 0;
}

static int add_range(layout *x, subnet_entry *e, unsigned line, const char *text,
                     const char *class_name)
{
    dhcpperf_ip4 first, last;
    char shown[160];
    int rc;

    if (value_range(x->file, line, text, &first, &last) != 0) {
        return -1;
    }
    if (!layout_is_inside(e, first) || !layout_is_inside(e, last)) {
        return config_fail(x->file, line, "the range '%s' is not in the subnet %s", text, e->text);
    }
    if (class_name != NULL && !has_class(x, class_name)) {
        options_escape(class_name, shown, sizeof shown);
        return config_fail(x->file, line, "there is no class '%s'", shown);
    }
    rc = class_name != NULL ? dhcpperf_pool_add_class_range(e->pool, first, last, class_name)
                            : dhcpperf_pool_add_range(e->pool, first, last);
    if (rc == DHCPPERF_E_CONFLICT) {
        return config_fail(x->file, line, "the range '%s' overlaps an earlier one", text);
    }
    return rc == 0 ? 0
                   : config_fail(x->file, line, "the range '%s': %s", text, dhcpperf_strerror(rc));
}

int layout_take_ranges(layout *x, subnet_entry *e, const config_node *n)
{
    const config_node *item = n->kind == CONFIG_LIST ? n->first : n;

    for (; item != NULL; item = n->kind == CONFIG_LIST ? item->next : NULL) {
        const char *text = value_text(x->file, item), *comma, *name = NULL;
        char range[80];

        if (text == NULL) {
            return -1;
        }
        comma = strchr(text, ',');
        if (comma != NULL) {
            name = comma + 1 + strspn(comma + 1, " ");
            if (strncmp(name, "class=", 6) != 0 || name[6] == '\0') {
                return config_fail(
                    x->file, item->line,
                    "behind a range only class=NAME goes on; ranges are given one by "
                    "one");
            }
            name += 6;
        }
        snprintf(range, sizeof range, "%.*s", (int)strcspn(text, ","), text);
        if (add_range(x, e, item->line, range, name) != 0) {
            return -1;
        }
    }
    return 0;
}

int layout_take_pools(layout *x, subnet_entry *e, const config_node *list)
{
    const config_node *item, *n, *range, *class_name;

    if (list->kind != CONFIG_LIST) {
        return config_fail(x->file, list->line, "'pools' must be a list such as [{range: A-B}]");
    }
    for (item = list->first; item != NULL; item = item->next) {
        if (value_need_map(x->file, item, "a map such as {range: A-B}") != 0) {
            return -1;
        }
        for (n = item->first; n != NULL; n = n->next) {
            if (units_find_word("range|class", n->key) < 0) {
                return value_unknown(x->file, n, "a pool", "range|class");
            }
        }
        range = config_find(item, "range");
        class_name = config_find(item, "class");
        if (range == NULL) {
            return config_fail(x->file, item->line, "a pool needs a range");
        }
        if (value_text(x->file, range) == NULL ||
            (class_name != NULL && value_text(x->file, class_name) == NULL) ||
            add_range(x, e, range->line, range->text,
                      class_name != NULL ? class_name->text : NULL) != 0) {
            return -1;
        }
    }
    return 0;
}

int layout_take_exclude(layout *x, subnet_entry *e, const config_node *n)
{
    dhcpperf_ip4 first, last;
    value_list l;
    char text[80];
    unsigned line;
    int got;

    value_list_begin(&l, n);
    while ((got = value_list_next(&l, x->file, text, sizeof text, &line)) > 0) {
        if (value_range(x->file, line, text, &first, &last) != 0) {
            return -1;
        }
        if (dhcpperf_pool_exclude(e->pool, first, last) != 0) {
            return config_fail(x->file, line, "'%s' cannot be excluded: it is not in the subnet %s",
                               text, e->text);
        }
    }
    return got;
}
