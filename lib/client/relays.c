/* SPDX-License-Identifier: MIT */
/* relays.c - the relay agents a fleet of clients is behind: which one serves a station, its giaddr
 * and the relay agent information (RFC 3046) it adds.
 *
 * A relay that overrides the server identifier (RFC 5107) is in the way of renewals too, so it also
 * says which link its clients are on and whether a message came to it by unicast. */
#include <string.h>

#include "client/dp_client.h"
#include "wire/dp_option.h"

enum {
    SUBOPT_CIRCUIT_ID = 1, /* RFC 3046 section 2.0 */
    SUBOPT_REMOTE_ID = 2,
    SUBOPT_LINK_SELECTION = 5, /* RFC 3527 */
    SUBOPT_FLAGS = 10,         /* RFC 5010 */
    FLAG_UNICAST = 0x80
};

/* -- what the caller asked for ----------------------------------------------------------------- */

static dp_relay_option *find_option(const dhcpperf_client_config *c, const dp_relay_group *g,
                                    uint8_t code)
{
    unsigned k;

    for (k = 0; k < g->n_options; k++) {
        if (c->relay_options[g->options + k].code == code) {
            return &c->relay_options[g->options + k];
        }
    }
    return NULL;
}

/* Length of the option 82 of a group at most, for stations and relays below these numbers. */
static int limit_group(dhcpperf_client_config *c, const dp_relay_group *g, uint32_t stations,
                       uint32_t relays, size_t *ret_len)
{
    unsigned k;

    *ret_len = 0;
    for (k = 0; k < g->n_options; k++) {
        dp_relay_option *o = &c->relay_options[g->options + k];
        int rc = dp_value_limit(&o->value, stations, relays);

        if (rc != 0) {
            return rc;
        }
        *ret_len += 2u + (o->is_flags ? 1u : o->value.max_len);
    }
    /* RFC 3046 section 2: one length octet for all of it. */
    return *ret_len > UINT8_MAX ? DHCPPERF_E_NOBUFS : 0;
}

/* Adds a sub-option to the latest group, or puts it in place of the one with its code. */
static int put_option(dhcpperf_client_config *c, const dp_relay_option *o)
{
    dp_relay_group *g = &c->groups[c->n_groups - 1];
    dp_relay_option *old = find_option(c, g, o->code);
    void *array = c->relay_options;
    int rc;

    if (old != NULL) {
        *old = *o;
        return 0;
    }
    rc = dp_client_config_grow(&c->mem, &array, c->n_relay_options, &c->cap_relay_options,
                               sizeof *c->relay_options);
    c->relay_options = array;
    if (rc == 0) {
        c->relay_options[c->n_relay_options++] = *o;
        g->n_options++;
    }
    return rc;
}

static int parse_value(dp_value *ret, uint8_t code, const char *text)
{
    dhcpperf_opt_type type = dp_relay_subopt_type(code);

    return type == DHCPPERF_OPTTYPE_OPAQUE || type == DHCPPERF_OPTTYPE_STRING
               ? dp_value_parse_octets(ret, text)
               : dp_value_parse(ret, type, NULL, text);
}

static int add_option(dhcpperf_client_config *c, uint8_t code, const char *text)
{
    dp_relay_option o;
    int rc;

    memset(&o, 0, sizeof o);
    o.code = code;
    rc = parse_value(&o.value, code, text);
    return rc != 0 ? rc : put_option(c, &o);
}

/* What comes with an override (RFC 5107 section 4), unless the caller gave it. */
static int add_companions(dhcpperf_client_config *c)
{
    const dp_relay_group *g = &c->groups[c->n_groups - 1];
    dp_relay_option flags;
    int rc = 0;

    if (find_option(c, g, SUBOPT_LINK_SELECTION) == NULL) {
        rc = add_option(c, SUBOPT_LINK_SELECTION, "{giaddr/24}");
    }
    if (rc == 0 && find_option(c, g, SUBOPT_FLAGS) == NULL) {
        memset(&flags, 0, sizeof flags);
        flags.code = SUBOPT_FLAGS;
        flags.is_flags = true;
        rc = put_option(c, &flags);
    }
    return rc;
}

int dhcpperf_client_config_add_relay_option(dhcpperf_client_config *c, uint8_t code,
                                            const char *text)
{
    dp_relay_option old, *o;
    dp_relay_group *g;
    unsigned n_options, n;
    size_t len;
    int rc;

    if (c == NULL || text == NULL || c->n_groups == 0) {
        return DHCPPERF_E_INVALID;
    }
    g = &c->groups[c->n_groups - 1];
    n_options = g->n_options;
    n = c->n_relay_options;
    o = find_option(c, g, code);
    memset(&old, 0, sizeof old);
    if (o != NULL) {
        old = *o;
    }
    rc = add_option(c, code, text);
    if (rc == 0 && code == DP_SUBOPT_OVERRIDE) {
        rc = add_companions(c);
    }
    if (rc == 0) {
        rc = limit_group(c, g, DP_CLIENT_MAX_STATIONS, c->relays, &len);
    }
    if (rc != 0) {
        g->n_options = n_options;
        c->n_relay_options = n;
        o = find_option(c, g, code);
        if (o != NULL) {
            *o = old;
        }
    }
    return rc;
}

/* The addresses first, first + step, ... are all addresses. */
static bool spans(uint32_t first, uint32_t step, uint32_t count)
{
    return first != 0 && (uint64_t)step * (count - 1) <= UINT32_MAX - first;
}

int dhcpperf_client_config_add_relays_step(dhcpperf_client_config *c, dhcpperf_ip4 first,
                                           uint32_t step, uint32_t count, uint32_t run,
                                           const char *circuit_template,
                                           const char *remote_template)
{
    dp_relay_group *g;
    void *array;
    size_t len;
    int rc;

    if (c == NULL || count == 0 || step == 0) {
        return DHCPPERF_E_INVALID;
    }
    run = run != 0 ? run : DP_CLIENT_RUN;
    if (c->n_groups > 0 && run != c->relay_run) {
        return DHCPPERF_E_INVALID;
    }
    if (!spans(dp_ip4_num(first), step, count) || count > UINT32_MAX - c->relays) {
        return DHCPPERF_E_RANGE;
    }
    array = c->groups;
    rc = dp_client_config_grow(&c->mem, &array, c->n_groups, &c->cap_groups, sizeof *c->groups);
    c->groups = array;
    if (rc != 0) {
        return rc;
    }
    g = &c->groups[c->n_groups++];
    *g = (dp_relay_group){.first = dp_ip4_num(first),
                          .step = step,
                          .count = count,
                          .base = c->relays,
                          .options = c->n_relay_options};
    if (circuit_template != NULL) {
        rc = add_option(c, SUBOPT_CIRCUIT_ID, circuit_template);
    }
    if (rc == 0 && remote_template != NULL) {
        rc = add_option(c, SUBOPT_REMOTE_ID, remote_template);
    }
    if (rc == 0) {
        rc = limit_group(c, g, DP_CLIENT_MAX_STATIONS, c->relays + count, &len);
    }
    if (rc != 0) {
        c->n_relay_options = g->options;
        c->n_groups--;
        return rc;
    }
    c->relays += count;
    c->relay_run = run;
    return 0;
}

int dhcpperf_client_config_add_relays(dhcpperf_client_config *c, dhcpperf_ip4 first, uint32_t count,
                                      uint32_t run, const char *circuit_template,
                                      const char *remote_template)
{
    return dhcpperf_client_config_add_relays_step(c, first, 1, count, run, circuit_template,
                                                  remote_template);
}

/* -- what a relay adds ------------------------------------------------------------------------- */

static const dp_relay_group *group_of(const dhcpperf_client *cli, uint32_t relay)
{
    const dp_relay_group *g = cli->cfg.groups;

    if (cli->cfg.n_groups == 0) {
        return NULL;
    }
    while (relay - g->base >= g->count) {
        g++;
    }
    return g;
}

uint32_t dp_station_giaddr(const dhcpperf_client *cli, uint32_t relay)
{
    const dp_relay_group *g = group_of(cli, relay);

    return g != NULL ? g->first + (relay - g->base) * g->step : 0;
}

int dp_relays_limit(dhcpperf_client *cli, size_t *ret_len)
{
    size_t len;
    unsigned k;

    *ret_len = 0;
    for (k = 0; k < cli->cfg.n_groups; k++) {
        int rc = limit_group(&cli->cfg, &cli->cfg.groups[k], cli->cfg.set.stations, cli->cfg.relays,
                             &len);

        if (rc != 0) {
            return rc;
        }
        *ret_len = len > *ret_len ? len : *ret_len;
    }
    return 0;
}

/* What the client sends to its server's address, which with an override is the relay's
 * (RFC 2131 sections 4.4.4 and 4.4.5). */
static bool is_unicast(const dp_station *st)
{
    return st->tx == DP_TX_RELEASE || st->state == DHCPPERF_ST_RENEWING;
}

static size_t render_value(const dhcpperf_client *cli, const dp_relay_option *o, uint32_t i,
                           const dp_template_values *v, uint8_t *buf)
{
    if (o->is_flags) {
        *buf = is_unicast(&cli->stations[i]) ? FLAG_UNICAST : 0;
        return 1;
    }
    return dp_value_render(&o->value, v, buf);
}

size_t dp_relays_render(const dhcpperf_client *cli, uint32_t i, const dp_template_values *v,
                        uint8_t buf[255])
{
    const dp_relay_group *g = group_of(cli, v->relay);
    size_t len = 0;
    unsigned k;

    for (k = 0; g != NULL && k < g->n_options; k++) {
        const dp_relay_option *o = &cli->cfg.relay_options[g->options + k];
        size_t n = render_value(cli, o, i, v, buf + len + 2);

        buf[len] = o->code;
        buf[len + 1] = (uint8_t)n;
        len += 2 + n;
    }
    return len;
}

size_t dp_relays_info(const dhcpperf_client *cli, uint32_t i, uint8_t buf[255])
{
    dp_template_values v;

    dp_identity_values(cli, i, &v);
    return dp_relays_render(cli, i, &v, buf);
}
