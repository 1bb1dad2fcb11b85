/* SPDX-License-Identifier: MIT */
/* server_values.c - reading and judging the values of server_values.h. */
#include "common/server_values.h"

#include <stdio.h>
#include <string.h>

#include "common/near.h"
#include "common/network.h"
#include "common/option_form.h"
#include "common/options.h"
#include "common/units.h"

enum {
    SHOWN = 160
};

static const char *show(const char *text, char *buf)
{
    options_escape(text, buf, SHOWN);
    return buf;
}

/* -- texts and lists --------------------------------------------------------------------------- */

const char *value_text(config_file *f, const config_node *n)
{
    if (n->kind != CONFIG_SCALAR) {
        config_fail(f, n->line, "'%s' takes one value, not a %s", n->key != NULL ? n->key : "item",
                    n->kind == CONFIG_LIST ? "list" : "map");
        return NULL;
    }
    if (n->text[0] == '\0') {
        config_fail(f, n->line, "'%s' has no value", n->key != NULL ? n->key : "item");
        return NULL;
    }
    return n->text;
}

void value_list_begin(value_list *l, const config_node *n)
{
    l->node = n;
    l->item = n->kind == CONFIG_LIST ? n->first : n;
    l->rest = NULL;
}

int value_list_next(value_list *l, config_file *f, char *buf, size_t cap, unsigned *ret_line)
{
    size_t len;

    if (l->rest == NULL) {
        if (l->item == NULL) {
            return 0;
        }
        l->rest = value_text(f, l->item);
        if (l->rest == NULL) {
            return -1;
        }
    }
    *ret_line = l->item->line;
    l->rest += strspn(l->rest, " ");
    len = strcspn(l->rest, ",");
    if (len >= cap) {
        return config_fail(f, l->item->line, "an item is longer than %zu octets", cap - 1);
    }
    memcpy(buf, l->rest, len);
    buf[len] = '\0';
    if (l->rest[len] == ',') {
        l->rest += len + 1;
    } else {
        l->rest = NULL;
        l->item = l->node->kind == CONFIG_LIST ? l->item->next : NULL;
    }
    while (len > 0 && buf[len - 1] == ' ') {
        buf[--len] = '\0';
    }
    return len > 0 ? 1 : config_fail(f, *ret_line, "the list has an empty item");
}

int value_join(config_file *f, const config_node *n, char *buf, size_t cap)
{
    const config_node *item = n->kind == CONFIG_LIST ? n->first : n;
    size_t used = 0;

    buf[0] = '\0';
    for (; item != NULL; item = n->kind == CONFIG_LIST ? item->next : NULL) {
        const char *text = value_text(f, item);

        if (text == NULL) {
            return -1;
        }
        used += (size_t)snprintf(buf + used, cap - used, "%s%s", used > 0 ? ", " : "", text);
        if (used >= cap) {
            return config_fail(f, item->line, "the value is longer than %zu octets", cap - 1);
        }
    }
    return used > 0 ? 0 : config_fail(f, n->line, "'%s' has no value", n->key);
}

/* -- addresses --------------------------------------------------------------------------------- */

int value_subnet(config_file *f, unsigned line, const char *text, unsigned shortest,
                 dhcpperf_ip4 *ret, unsigned *ret_prefix)
{
    char shown[SHOWN], right[24];
    uint32_t number, mask;

    if (units_parse_prefixed(text, ret, ret_prefix) != 0 || *ret_prefix < shortest ||
        *ret_prefix == 0) {
        return config_fail(f, line, "a subnet is written like 10.0.0.0/24, not '%s'",
                           show(text, shown));
    }
    number = units_ip4_number(*ret);
    mask = UINT32_MAX << (32 - *ret_prefix);
    if ((number & ~mask) != 0) {
        return config_fail(f, line, "'%s' has bits beyond its prefix, did you mean %s/%u", text,
                           network_ip_text(units_ip4_of(number & mask), right), *ret_prefix);
    }
    return 0;
}

int value_range(config_file *f, unsigned line, const char *text, dhcpperf_ip4 *ret_first,
                dhcpperf_ip4 *ret_last)
{
    size_t len = strcspn(text, "-");
    char first[32], last[32], shown[SHOWN];
    int ok = len < sizeof first && strlen(text) < len + 1 + sizeof last;

    if (ok) {
        size_t blanks = text[len] == '-' ? strspn(text + len + 1, " ") : 0;

        snprintf(first, sizeof first, "%.*s", (int)len, text);
        first[strcspn(first, " ")] = '\0';
        snprintf(last, sizeof last, "%s", text[len] == '-' ? text + len + 1 + blanks : first);
        ok = dhcpperf_ip4_parse(ret_first, first) == 0 && dhcpperf_ip4_parse(ret_last, last) == 0;
    }
    if (!ok) {
        return config_fail(f, line, "a range is written like 10.0.0.10-10.0.0.99, not '%s'",
                           show(text, shown));
    }
    if (units_ip4_number(*ret_last) < units_ip4_number(*ret_first)) {
        return config_fail(f, line, "the range '%s' ends below its beginning", text);
    }
    return 0;
}

int value_ip(config_file *f, const config_node *n, dhcpperf_ip4 *ret)
{
    const char *text = value_text(f, n);
    char shown[SHOWN];

    if (text == NULL) {
        return -1;
    }
    if (dhcpperf_ip4_parse(ret, text) != 0) {
        return config_fail(f, n->line, "'%s' must be an IPv4 address such as 192.0.2.1, not '%s'",
                           n->key, show(text, shown));
    }
    return 0;
}

int value_switch(config_file *f, const config_node *n, int *ret)
{
    const char *text = value_text(f, n);
    char shown[SHOWN];

    if (text == NULL) {
        return -1;
    }
    if (units_parse_switch(text, ret) != 0) {
        return config_fail(f, n->line, "'%s' must be true or false, not '%s'", n->key,
                           show(text, shown));
    }
    return 0;
}

/* -- lease times ------------------------------------------------------------------------------- */

int value_seconds(config_file *f, const config_node *n, uint32_t *ret)
{
    const char *text = value_text(f, n);
    char shown[SHOWN];
    dhcpperf_dur d;

    if (text == NULL) {
        return -1;
    }
    if (dhcpperf_dur_parse(&d, text) != 0 || d == 0 ||
        (d != DHCPPERF_NEVER &&
         (d % DHCPPERF_NS_PER_S != 0 || d / DHCPPERF_NS_PER_S >= UINT32_MAX))) {
        return config_fail(f, n->line,
                           "'%s' must be whole seconds with their unit, such as 30s or 1h30m, or "
                           "infinite, not '%s'",
                           n->key, show(text, shown));
    }
    *ret = d == DHCPPERF_NEVER ? UINT32_MAX : (uint32_t)(d / DHCPPERF_NS_PER_S);
    return 0;
}

int value_lease(config_file *f, const config_node *n, uint32_t *inout_default, uint32_t *ret_min,
                uint32_t *ret_max)
{
    const config_node *at;
    int has_min = 0, has_max = 0;

    if (n->kind == CONFIG_SCALAR) {
        if (value_seconds(f, n, inout_default) != 0) {
            return -1;
        }
    } else if (value_need_map(f, n, "a map of default, min and max, or one time") != 0) {
        return -1;
    }
    for (at = n->first; at != NULL; at = at->next) {
        int rc = strcmp(at->key, "default") == 0 ? value_seconds(f, at, inout_default)
                 : strcmp(at->key, "min") == 0   ? (has_min = 1, value_seconds(f, at, ret_min))
                 : strcmp(at->key, "max") == 0   ? (has_max = 1, value_seconds(f, at, ret_max))
                                               : value_unknown(f, at, "a lease", "default|min|max");

        if (rc != 0) {
            return -1;
        }
    }
    if (!has_min) {
        *ret_min = *inout_default < 60 ? *inout_default : 60;
    }
    if (!has_max) {
        *ret_max = *inout_default;
    }
    if (*ret_min > *inout_default || *inout_default > *ret_max) {
        return config_fail(
            f, n->line, "of lease times, min must not be longer than default, nor that than max");
    }
    return 0;
}

/* -- clients ----------------------------------------------------------------------------------- */

int value_octets(config_file *f, unsigned line, const char *text, uint8_t *buf, size_t cap,
                 size_t *ret_len)
{
    size_t len = strlen(text);
    char shown[SHOWN];

    if (strncmp(text, "hex:", 4) == 0) {
        /* A code without a structure of its own takes any octets. */
        if (dhcpperf_opt_encode_text(224, text, buf, cap, ret_len) != 0 || *ret_len == 0) {
            return config_fail(f, line, "octets are written like hex:0102, not '%s'",
                               show(text, shown));
        }
        return 0;
    }
    if (len > cap) {
        return config_fail(f, line, "'%s' is longer than %zu octets", show(text, shown), cap);
    }
    memcpy(buf, text, len);
    *ret_len = len;
    return 0;
}

/* Whether the text is hexadecimal digits alone, in pairs. */
static int is_hex(const char *text)
{
    size_t n = strspn(text, "0123456789abcdefABCDEF");

    return n > 0 && text[n] == '\0' && n % 2 == 0;
}

static int parse_mac(config_file *f, unsigned line, const char *text, value_client *ret)
{
    char shown[SHOWN];
    dhcpperf_mac mac;

    if (dhcpperf_mac_parse(&mac, text) != 0) {
        return config_fail(f, line, "a MAC address is written like 02:00:00:00:00:01, not '%s'",
                           show(text, shown));
    }
    if ((mac.b[0] & 1) != 0) {
        return config_fail(f, line, "'%s' is a group address, not the address of one card",
                           show(text, shown));
    }
    ret->kind = DHCPPERF_KEY_HARDWARE;
    ret->bytes[0] = 1; /* Ethernet */
    memcpy(ret->bytes + 1, mac.b, sizeof mac.b);
    ret->len = 1 + sizeof mac.b;
    return 0;
}

static int parse_client_id(config_file *f, unsigned line, const char *text, value_client *ret)
{
    char hex[2 * sizeof ret->bytes + 8], shown[SHOWN];

    if (is_hex(text) && strlen(text) + 5 < sizeof hex) {
        snprintf(hex, sizeof hex, "hex:%s", text);
        text = hex;
    }
    ret->kind = DHCPPERF_KEY_CLIENT_ID;
    if (dhcpperf_opt_encode_text(DHCPPERF_OPT_CLIENT_ID, text, ret->bytes, 255, &ret->len) != 0) {
        return config_fail(f, line,
                           "a client identifier is written like 0102ab, id:text or "
                           "mac:02:00:00:00:00:01, not '%s'",
                           show(text, shown));
    }
    return 0;
}

int value_client_parse(config_file *f, unsigned line, const char *what, const char *text,
                       value_client *ret)
{
    if (strcmp(what, "mac") == 0) {
        return parse_mac(f, line, text, ret);
    }
    if (strcmp(what, "client-id") == 0) {
        return parse_client_id(f, line, text, ret);
    }
    if (*text == '\0') {
        return config_fail(f, line, "a circuit id has at least one octet");
    }
    ret->kind = DHCPPERF_KEY_CIRCUIT;
    return value_octets(f, line, text, ret->bytes, 255, &ret->len);
}

/* -- options ----------------------------------------------------------------------------------- */

static int give(const value_target *to, uint8_t code, const char *text)
{
    if (to->class_ != NULL) {
        return dhcpperf_class_add_option(to->class_, code, text);
    }
    if (to->client != NULL) {
        dhcpperf_bytes key = {to->client->bytes, to->client->len};

        return dhcpperf_pool_reserve_option(to->pool, to->client->kind, key, code, text);
    }
    return dhcpperf_pool_add_option(to->pool, code, text);
}

int value_option(config_file *f, unsigned line, const char *name, const char *text,
                 const value_target *to)
{
    int code = dhcpperf_opt_code(name), rc;
    char shown[SHOWN], form[OPTION_FORM_CAP];

    if (code < 0) {
        return config_fail(f, line, "there is no DHCP option '%s'", show(name, shown));
    }
    rc = give(to, (uint8_t)code, text);
    if (rc == DHCPPERF_E_INVALID) {
        return config_fail(f, line, "option %d is decided by the server itself", code);
    }
    if (rc == DHCPPERF_E_NOMEM) {
        return config_fail(f, line, "out of memory");
    }
    return rc == 0 ? 0
                   : config_fail(f, line, "'%s' does not fit the data type of option %s%s",
                                 show(text, shown), name, option_form((uint8_t)code, form));
}

int value_options(config_file *f, const config_node *map, const value_target *to)
{
    const config_node *n;
    char text[1024];

    if (value_need_map(f, map, "a map such as domain-name: example.org") != 0) {
        return -1;
    }
    for (n = map->first; n != NULL; n = n->next) {
        if (value_join(f, n, text, sizeof text) != 0 ||
            value_option(f, n->line, n->key, text, to) != 0) {
            return -1;
        }
    }
    return 0;
}

int value_assignment(config_file *f, unsigned line, const char *text, const value_target *to)
{
    size_t len = strcspn(text, "=");
    char name[64], shown[SHOWN];

    if (text[len] == '\0' || len == 0 || len >= sizeof name || text[len + 1] == '\0') {
        return config_fail(f, line,
                           "an option is written like domain-name=example.org or 42=192.0.2.1, not "
                           "'%s'",
                           show(text, shown));
    }
    memcpy(name, text, len);
    name[len] = '\0';
    name[strcspn(name, " ")] = '\0';
    return value_option(f, line, name, text + len + 1 + strspn(text + len + 1, " "), to);
}

int value_assignments(config_file *f, const config_node *n, const value_target *to)
{
    const config_node *item = n->kind == CONFIG_LIST ? n->first : n;

    for (; item != NULL; item = n->kind == CONFIG_LIST ? item->next : NULL) {
        const char *text = value_text(f, item);

        if (text == NULL || value_assignment(f, item->line, text, to) != 0) {
            return -1;
        }
    }
    return 0;
}

/* -- keys -------------------------------------------------------------------------------------- */

int value_unknown(config_file *f, const config_node *n, const char *of, const char *known)
{
    char words[256], shown[SHOWN], *word, *rest = words;
    near_search near;

    snprintf(words, sizeof words, "%s", known);
    near_begin(&near, n->key);
    while ((word = strsep(&rest, "|")) != NULL) {
        near_try(&near, word);
    }
    if (near.best != NULL) {
        return config_fail(f, n->line, "%s has no '%s', did you mean '%s'", of, show(n->key, shown),
                           near.best);
    }
    units_list_words(known, words, sizeof words);
    return config_fail(f, n->line, "%s has no '%s': it takes %s", of, show(n->key, shown), words);
}

int value_need_map(config_file *f, const config_node *n, const char *what)
{
    return n->kind == CONFIG_MAP
               ? 0
               : config_fail(f, n->line, "'%s' must be %s", n->key != NULL ? n->key : "item", what);
}
