/* SPDX-License-Identifier: MIT */
/* server_inform.c - who gets an answer to INFORM, with what, how often. */
#include "common/server_layout.h"

#include <stdio.h>
#include <string.h>

#include "common/config_file.h"
#include "common/server_values.h"
#include "common/units.h"

static int set_key(config_file *f, dhcpperf_server_config *c, const config_node *n, const char *key,
                   const char *text)
{
    int rc = dhcpperf_server_config_set(c, key, text);

    return rc == 0 ? 0 : config_fail(f, n->line, "'%s': %s", n->key, dhcpperf_strerror(rc));
}

static int take_enabled(config_file *f, const config_node *n, dhcpperf_server_config *c)
{
    int on;

    return value_switch(f, n, &on) == 0 ? set_key(f, c, n, "inform.enabled", on ? "true" : "false")
                                        : -1;
}

static int take_rate(config_file *f, const config_node *n, dhcpperf_server_config *c)
{
    uint64_t rate;
    char text[32];

    if (value_text(f, n) == NULL) {
        return -1;
    }
    if (units_parse_count(n->text, "0..4294967295", &rate) != 0) {
        return config_fail(f, n->line,
                           "'rate' must be a whole number of answers a second, 0 for "
                           "any");
    }
    snprintf(text, sizeof text, "%u", (unsigned)rate);
    return set_key(f, c, n, "inform.rate", text);
}

static int add_subnet(config_file *f, unsigned line, const char *text, dhcpperf_server_config *c)
{
    dhcpperf_ip4 network;
    unsigned prefix;

    if (value_subnet(f, line, text, 1, &network, &prefix) != 0) {
        return -1;
    }
    return dhcpperf_server_config_add_inform_subnet(c, network, prefix);
}

static int add_mac(config_file *f, unsigned line, const char *text, dhcpperf_server_config *c)
{
    value_client client;
    dhcpperf_mac mac;

    if (value_client_parse(f, line, "mac", text, &client) != 0) {
        return -1;
    }
    memcpy(mac.b, client.bytes + 1, sizeof mac.b);
    return dhcpperf_server_config_add_inform_mac(c, mac);
}

static int add_option(config_file *f, unsigned line, const char *text, dhcpperf_server_config *c)
{
    int code = dhcpperf_opt_code(text);

    if (code < 1 || code > 254) {
        return config_fail(f, line, "there is no DHCP option of that name or number");
    }
    return dhcpperf_server_config_add_inform_option(c, (uint8_t)code);
}

static int take_list(config_file *f, const config_node *n, dhcpperf_server_config *c,
                     int (*add)(config_file *f, unsigned line, const char *text,
                                dhcpperf_server_config *c))
{
    value_list l;
    char text[128];
    unsigned line;
    int got, rc;

    value_list_begin(&l, n);
    while ((got = value_list_next(&l, f, text, sizeof text, &line)) > 0) {
        rc = add(f, line, text, c);
        if (rc != 0) {
            return f->error[0] != '\0' ? -1 : config_fail(f, line, "%s", dhcpperf_strerror(rc));
        }
    }
    return got;
}

int server_inform_add(config_file *f, const config_node *map, dhcpperf_server_config *c)
{
    static const char known[] = "enabled|rate|allow-subnets|allow-macs|allow-options";
    const config_node *n;

    if (value_need_map(f, map, "a map such as {rate: 100}") != 0) {
        return -1;
    }
    for (n = map->first; n != NULL; n = n->next) {
        int rc = 0;

        switch (units_find_word(known, n->key)) {
        case 0:
            rc = take_enabled(f, n, c);
            break;
        case 1:
            rc = take_rate(f, n, c);
            break;
        case 2:
            rc = take_list(f, n, c, add_subnet);
            break;
        case 3:
            rc = take_list(f, n, c, add_mac);
            break;
        case 4:
            rc = take_list(f, n, c, add_option);
            break;
        default:
            rc = value_unknown(f, n, "the part inform", known);
        }
        if (rc != 0) {
            return -1;
        }
    }
    return 0;
}
