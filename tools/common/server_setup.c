/* SPDX-License-Identifier: MIT */
/* server_setup.c - the pool of the command line and everything around it.
 *
 * The command line describes one subnet.  It serves every request that reaches the server and that
 * no other subnet claims, because a user who gives one pool wants it used. */
#include "common/server_setup.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/network.h"
#include "common/config_file.h"
#include "common/option_form.h"
#include "common/run.h"
#include "common/server_faults.h"
#include "common/server_layout.h"
#include "common/server_options.h"
#include "common/units.h"

/* Replies that may wait to be sent: more than a receive buffer of 128 MiB holds in trains, so that
 * a burst is answered late rather than dropped.  Only what is used takes memory. */
enum {
    MAX_HELD = 1 << 19
};

static int fail(server_setup *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(server_setup *s, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(s->error, sizeof s->error, format, ap);
    va_end(ap);
    return -1;
}

static int fail_of(server_setup *s, const options *o, unsigned index, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The same about a setting, with the place when a file gave it. */
static int fail_of(server_setup *s, const options *o, unsigned index, const char *format, ...)
{
    const option_value *v = &o->values[index];
    size_t used = 0;
    va_list ap;

    if (v->source == OPTION_FROM_FILE) {
        used = (size_t)snprintf(s->error, sizeof s->error, "%s:%u: ", o->file->path, v->line);
        used = used < sizeof s->error ? used : 0;
    }
    va_start(ap, format);
    vsnprintf(s->error + used, sizeof s->error - used, format, ap);
    va_end(ap);
    return -1;
}

static uint32_t mask_of(unsigned prefix)
{
    return prefix == 0 ? 0 : UINT32_MAX << (32 - prefix);
}

static uint32_t network_of(dhcpperf_ip4 ip, unsigned prefix)
{
    return units_ip4_number(ip) & mask_of(prefix);
}

/* Whether a host of that subnet may have the address: neither its network nor its broadcast address
 * (there are none from /31 on). */
static int is_host_of(uint32_t ip, uint32_t network, unsigned prefix)
{
    uint32_t mask = mask_of(prefix);

    if ((ip & mask) != network) {
        return 0;
    }
    return prefix >= 31 || (ip != network && ip != (network | ~mask));
}

/* The smallest subnet that holds all of them. */
static int smallest_subnet(const uint32_t *ips, unsigned n, uint32_t *ret_network)
{
    unsigned prefix, i;

    for (prefix = 30; prefix >= 1; prefix--) {
        uint32_t network = ips[0] & mask_of(prefix);

        for (i = 0; i < n && is_host_of(ips[i], network, prefix); i++) {
        }
        if (i == n) {
            *ret_network = network;
            return (int)prefix;
        }
    }
    return -1;
}

/* Flags that describe the pool are pointless without one. */
static int judge_no_pool(server_setup *s, const options *o)
{
    static const unsigned of_pool[] = {SERVER_NETMASK, SERVER_GATEWAY};
    size_t i;

    for (i = 0; i < sizeof of_pool / sizeof of_pool[0]; i++) {
        if (options_given(o, of_pool[i])) {
            return fail_of(s, o, of_pool[i],
                           "--%s needs --start-ip and --end-ip: it is not for the other subnets",
                           o->specs[of_pool[i]].name);
        }
    }
    return 0;
}

static int judge_range(server_setup *s, const options *o, const server_embedding *embedding)
{
    const option_value *v = o->values;
    int has_first = options_given(o, SERVER_START_IP), has_last = options_given(o, SERVER_END_IP);

    if (has_first != has_last) {
        return fail_of(s, o, has_first ? SERVER_START_IP : SERVER_END_IP,
                       "--%s needs --%s: a pool has two ends", has_first ? "start-ip" : "end-ip",
                       has_first ? "end-ip" : "start-ip");
    }
    if (has_first) {
        s->first = v[SERVER_START_IP].ip;
        s->last = v[SERVER_END_IP].ip;
    } else if (server_layout_has_subnets(o)) {
        return judge_no_pool(s, o);
    } else if (embedding != NULL) {
        s->first = embedding->first;
        s->last = units_ip4_of(units_ip4_number(embedding->first) + embedding->clients - 1);
    } else {
        return fail(s, "--start-ip and --end-ip must say which addresses to lease, such as "
                       "--start-ip 10.0.0.10 --end-ip 10.0.0.250");
    }
    s->has_pool = 1;
    if (units_ip4_number(s->last) < units_ip4_number(s->first)) {
        return fail_of(s, o, SERVER_END_IP, "--end-ip %s is below --start-ip %s",
                       v[SERVER_END_IP].text, v[SERVER_START_IP].text);
    }
    if (s->first.b[0] == 0 || s->last.b[0] >= 224) {
        return fail_of(s, o, s->first.b[0] == 0 ? SERVER_START_IP : SERVER_END_IP,
                       "--%s must be the address of a host, not '%s'",
                       s->first.b[0] == 0 ? "start-ip" : "end-ip",
                       v[s->first.b[0] == 0 ? SERVER_START_IP : SERVER_END_IP].text);
    }
    return 0;
}

static int judge_subnet(server_setup *s, const options *o, const server_embedding *embedding)
{
    const option_value *v = o->values;
    unsigned from_start = options_given(o, SERVER_START_IP) ? v[SERVER_START_IP].prefix : 0;
    unsigned given = options_given(o, SERVER_NETMASK) ? v[SERVER_NETMASK].prefix : from_start;
    uint32_t ips[4], network = 0;
    unsigned n = 0, i;
    char text[24];

    if (options_given(o, SERVER_NETMASK) && from_start != 0 && from_start != given) {
        return fail_of(s, o, SERVER_NETMASK, "--netmask %s contradicts --start-ip %s",
                       v[SERVER_NETMASK].text, v[SERVER_START_IP].text);
    }
    if (given == 0 && s->link.prefix != 0 &&
        is_host_of(units_ip4_number(s->first), network_of(s->listen, s->link.prefix),
                   s->link.prefix) &&
        is_host_of(units_ip4_number(s->last), network_of(s->listen, s->link.prefix),
                   s->link.prefix)) {
        given = s->link.prefix; /* its own subnet is what clients on its link are in */
    }
    ips[n++] = units_ip4_number(s->first);
    ips[n++] = units_ip4_number(s->last);
    if (options_given(o, SERVER_GATEWAY)) {
        ips[n++] = units_ip4_number(v[SERVER_GATEWAY].ip);
    }
    if (given == 0) {
        int prefix;

        if (embedding != NULL && !options_given(o, SERVER_START_IP)) {
            ips[n++] = units_ip4_number(s->listen);
        }
        prefix = smallest_subnet(ips, n, &network);
        if (prefix < 0) {
            return fail(s, "no subnet holds the pool and the gateway: give --netmask");
        }
        s->prefix = (unsigned)prefix;
    } else {
        network = ips[0] & mask_of(given);
        for (i = 1; i < n; i++) {
            if ((ips[i] & mask_of(given)) != network) {
                return fail_of(s, o, i == 1 ? SERVER_END_IP : SERVER_GATEWAY,
                               "--%s %s is outside the subnet %s/%u of --start-ip",
                               i == 1 ? "end-ip" : "gateway",
                               v[i == 1 ? SERVER_END_IP : SERVER_GATEWAY].text,
                               network_ip_text(units_ip4_of(network), text), given);
            }
        }
        s->prefix = given;
    }
    s->network = units_ip4_of(network);
    return 0;
}

/* A lease time of the command line in seconds. */
static int judge_seconds(server_setup *s, const options *o, unsigned index, uint32_t *ret)
{
    dhcpperf_dur d = o->values[index].dur;

    if (d == DHCPPERF_NEVER) {
        *ret = UINT32_MAX;
        return 0;
    }
    if (d % DHCPPERF_NS_PER_S != 0 || d / DHCPPERF_NS_PER_S >= UINT32_MAX) {
        return fail_of(s, o, index,
                       "--%s must be whole seconds up to 4294967294s, or infinite, not '%s'",
                       o->specs[index].name, o->values[index].text);
    }
    *ret = (uint32_t)(d / DHCPPERF_NS_PER_S);
    return 0;
}

/* A client may wish for a shorter lease, not for a longer one, unless the user says so. */
static int judge_lease(server_setup *s, const options *o)
{
    const option_value *v = o->values;

    if (judge_seconds(s, o, SERVER_LEASE_TIME, &s->lease_s) != 0) {
        return -1;
    }
    s->lease_min = s->lease_s < 60 ? s->lease_s : 60;
    s->lease_max = s->lease_s;
    if ((options_given(o, SERVER_MIN_LEASE) &&
         judge_seconds(s, o, SERVER_MIN_LEASE, &s->lease_min) != 0) ||
        (options_given(o, SERVER_MAX_LEASE) &&
         judge_seconds(s, o, SERVER_MAX_LEASE, &s->lease_max) != 0)) {
        return -1;
    }
    if (s->lease_min > s->lease_s) {
        return fail_of(s, o, SERVER_MIN_LEASE, "--min-lease %s is longer than --lease-time %s",
                       v[SERVER_MIN_LEASE].text, v[SERVER_LEASE_TIME].text);
    }
    if (s->lease_max < s->lease_s) {
        return fail_of(s, o, SERVER_MAX_LEASE, "--max-lease %s is shorter than --lease-time %s",
                       v[SERVER_MAX_LEASE].text, v[SERVER_LEASE_TIME].text);
    }
    return 0;
}

static int judge_rest(server_setup *s, const options *o, const server_embedding *embedding)
{
    const option_value *v = o->values;

    if (judge_lease(s, o) != 0) {
        return -1;
    }
    s->reply_to = v[SERVER_REPLY_TO].text;
    if (v[SERVER_REPLY_TO_SOURCE].on) {
        if (options_given(o, SERVER_REPLY_TO) && strcmp(s->reply_to, "source") != 0) {
            return fail_of(s, o, SERVER_REPLY_TO_SOURCE,
                           "--reply-to-source contradicts --reply-to %s", s->reply_to);
        }
        s->reply_to = "source";
    }
    s->relay = v[SERVER_RELAY].on;
    s->max_hops = options_given(o, SERVER_MAX_HOPS) ? (int)v[SERVER_MAX_HOPS].count : -1;
    if (!s->relay && s->max_hops >= 0) {
        return fail_of(s, o, SERVER_MAX_HOPS, "--max-hops needs --relay");
    }
    s->seed = options_given(o, SERVER_SEED) ? v[SERVER_SEED].count
              : embedding != NULL           ? embedding->seed
                                            : run_fresh_seed();
    return 0;
}

/* The server is known by the first address of its interface, unless the user names another. */
static int judge_interface(server_setup *s, const options *o)
{
    const option_value *v = &o->values[SERVER_INTERFACE];
    char why[400];
    int named = options_given(o, SERVER_LISTEN) && units_ip4_number(s->listen) != 0;

    if (!options_given(o, SERVER_INTERFACE)) {
        return 0;
    }
    s->interface = v->text;
    if (network_interface(v->text, &s->link, why, sizeof why) != 0 && !named) {
        return fail_of(s, o, SERVER_INTERFACE, "%s", why);
    }
    s->listen = named ? s->listen : s->link.ip;
    if (memcmp(&s->link.ip, &s->listen, sizeof s->listen) != 0) {
        s->link.prefix = 0; /* that of another address */
    }
    if (s->port == 0) {
        return fail_of(s, o, SERVER_PORT,
                       "--port 0 lets the system choose a port of UDP; --interface needs a number, "
                       "such as 67");
    }
    return 0;
}

int server_setup_build(server_setup *s, const options *o, const server_embedding *embedding)
{
    memset(s, 0, sizeof *s);
    s->has_frames = embedding != NULL || options_given(o, SERVER_INTERFACE);
    s->listen = embedding != NULL && !options_given(o, SERVER_LISTEN) ? embedding->listen
                                                                      : o->values[SERVER_LISTEN].ip;
    s->port = (uint16_t)o->values[SERVER_PORT].count;
    s->is_embedded = embedding != NULL;
    if (embedding == NULL && judge_interface(s, o) != 0) {
        return -1;
    }
    if (s->listen.b[0] >= 224) { /* bind(2) takes it, and it would be our server identifier */
        return fail_of(s, o, SERVER_LISTEN,
                       "--listen must be an address of this host or 0.0.0.0, not '%s'",
                       o->values[SERVER_LISTEN].text);
    }
    if (judge_range(s, o, embedding) != 0 || (s->has_pool && judge_subnet(s, o, embedding) != 0)) {
        return -1;
    }
    return judge_rest(s, o, embedding);
}

/* -- towards the engine ------------------------------------------------------------------------ */

static int fail_engine(server_setup *s, const char *what, int rc)
{
    return fail(s, "%s: %s", what, dhcpperf_strerror(rc));
}

/* The flag of its own that the user gave an option's value with, or NULL. */
static const char *find_flag(const options *o, int code)
{
    static const struct {
        int code;
        unsigned flag;
    } own[] = {
        {DHCPPERF_OPT_SUBNET_MASK, SERVER_NETMASK},
        {DHCPPERF_OPT_ROUTER, SERVER_GATEWAY},
        {DHCPPERF_OPT_DNS, SERVER_DNS1},
        {DHCPPERF_OPT_DNS, SERVER_DNS2},
    };
    size_t i;

    for (i = 0; i < sizeof own / sizeof own[0]; i++) {
        if (own[i].code == code && options_given(o, own[i].flag)) {
            return o->specs[own[i].flag].name;
        }
    }
    return NULL;
}

static int add_option(server_setup *s, const options *o, dhcpperf_pool *pool, const char *item)
{
    const char *equal = strchr(item, '='), *flag;
    char name[64], shown[160], form[OPTION_FORM_CAP];
    int code, rc;

    options_escape(item, shown, sizeof shown);
    if (equal == NULL || equal == item || (size_t)(equal - item) >= sizeof name) {
        return fail(s,
                    "--option must be NAME=VALUE, such as domain-name=example.org or "
                    "42=192.0.2.1, not '%s'",
                    shown);
    }
    memcpy(name, item, (size_t)(equal - item));
    name[equal - item] = '\0';
    code = dhcpperf_opt_code(name);
    if (code < 0) {
        return fail(s, "--option '%s': there is no DHCP option of that name or number", shown);
    }
    flag = find_flag(o, code);
    if (flag != NULL) {
        return fail(s, "--option '%s' contradicts --%s: both give option %d", shown, flag, code);
    }
    rc = dhcpperf_pool_add_option(pool, (uint8_t)code, equal + 1);
    if (rc == DHCPPERF_E_INVALID) {
        return fail(s, "--option '%s': option %d is decided by the server itself", shown, code);
    }
    return rc != 0 ? fail(s, "--option '%s': the value does not fit the option's data type%s",
                          shown, option_form((uint8_t)code, form))
                   : 0;
}

/* What every subnet gets: its own options win. */
static int add_options(server_setup *s, const options *o, dhcpperf_pool *pool)
{
    const option_value *v = o->values;
    char first[24], second[24], both[64];
    unsigned i;
    int rc = 0;

    if ((options_given(o, SERVER_DNS1) || options_given(o, SERVER_DNS2))) {
        int one = options_given(o, SERVER_DNS1), two = options_given(o, SERVER_DNS2);

        snprintf(both, sizeof both, "%s%s%s", one ? network_ip_text(v[SERVER_DNS1].ip, first) : "",
                 one && two ? "," : "", two ? network_ip_text(v[SERVER_DNS2].ip, second) : "");
        rc = dhcpperf_pool_add_option(pool, 6, both);
    }
    if (rc != 0) {
        return fail_engine(s, "--dns1, --dns2", rc);
    }
    for (i = 0; i < v[SERVER_OPTION].n_items; i++) {
        if (add_option(s, o, pool, v[SERVER_OPTION].items[i]) != 0) {
            return -1;
        }
    }
    return 0;
}

static int fill_pool(server_setup *s, const options *o, dhcpperf_pool *pool)
{
    int rc = dhcpperf_pool_add_range(pool, s->first, s->last);
    char text[24];

    if (rc == 0) {
        rc = dhcpperf_pool_exclude(pool, s->listen, s->listen);
        rc = rc == DHCPPERF_E_RANGE ? 0 : rc; /* our own address lies in another subnet */
    }
    rc = rc != 0 ? rc : dhcpperf_pool_set_catch_all(pool, 1);
    if (rc == 0 && options_given(o, SERVER_GATEWAY)) {
        rc = dhcpperf_pool_add_option(pool, DHCPPERF_OPT_ROUTER,
                                      network_ip_text(o->values[SERVER_GATEWAY].ip, text));
    }
    if (rc != 0) {
        return fail_engine(s, "--start-ip, --end-ip", rc);
    }
    return add_options(s, o, pool);
}

static int set_key(server_setup *s, dhcpperf_server_config *c, const char *key, const char *value)
{
    int rc = dhcpperf_server_config_set(c, key, value);

    return rc != 0 ? fail_engine(s, key, rc) : 0;
}

/* Flags whose texts are settings of the engine. */
static const struct {
    unsigned flag;
    const char *key;
} settings[] = {
    {SERVER_AUTHORITATIVE, "authoritative"},   {SERVER_RAPID_COMMIT, "rapid-commit"},
    {SERVER_QUARANTINE, "decline.quarantine"}, {SERVER_NEXT_SERVER, "next-server"},
    {SERVER_BOOT_FILE, "boot-file"},           {SERVER_OVERRIDE, "override"},
    {SERVER_LEASEQUERY, "leasequery.enabled"}, {SERVER_BOOTP, "bootp.enabled"},

    {SERVER_ECHO_CLIENT_ID, "echo-client-id"}, {SERVER_OFFER_REMAINING, "offer.remaining"},
};
/* Those that are numbers, whose suffixes the engine need not know. */
static const struct {
    unsigned flag;
    const char *key;
} counts[] = {
    {SERVER_MIN_SECS, "min-secs"},
    {SERVER_REMOTE_ID_LIMIT, "remote-id.max-leases"},
    {SERVER_MAX_CONCURRENT, "sessions.max"},
    {SERVER_RATE_LIMIT, "rate.max"},
    {SERVER_SOURCE_LIMIT, "source-rate.max"},
};

static int set_flag(server_setup *s, const options *o, dhcpperf_server_config *c, unsigned flag,
                    const char *key, const char *value)
{
    int rc = dhcpperf_server_config_set(c, key, value);
    char shown[160];

    options_escape(o->values[flag].text, shown, sizeof shown);
    if (flag == SERVER_BOOT_FILE && rc == DHCPPERF_E_RANGE) {
        return fail_of(s, o, flag, "--boot-file has at most 127 octets, '%s' has %u", shown,
                       (unsigned)strlen(value));
    }
    return rc != 0 ? fail_of(s, o, flag, "--%s cannot be '%s': %s", o->specs[flag].name, shown,
                             dhcpperf_strerror(rc))
                   : 0;
}

static int set_behaviour(server_setup *s, const options *o, dhcpperf_server_config *c)
{
    char text[32];
    uint32_t wait;
    size_t i;

    for (i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        const option_value *v = &o->values[settings[i].flag];
        int is_switch = o->specs[settings[i].flag].type == OPTION_SWITCH;

        if (options_given(o, settings[i].flag) &&
            set_flag(s, o, c, settings[i].flag, settings[i].key,
                     !is_switch ? v->text
                     : v->on    ? "true"
                                : "false") != 0) {
            return -1;
        }
    }
    for (i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        snprintf(text, sizeof text, "%llu", (unsigned long long)o->values[counts[i].flag].count);
        if (options_given(o, counts[i].flag) &&
            set_flag(s, o, c, counts[i].flag, counts[i].key, text) != 0) {
            return -1;
        }
    }
    if (options_given(o, SERVER_IPV6_ONLY)) {
        if (judge_seconds(s, o, SERVER_IPV6_ONLY, &wait) != 0) {
            return -1;
        }
        snprintf(text, sizeof text, "%lu", (unsigned long)wait);
        return set_flag(s, o, c, SERVER_IPV6_ONLY, "ipv6-only.wait", text);
    }
    return 0;
}

static int set_lease(server_setup *s, dhcpperf_server_config *c, const char *key, uint32_t seconds)
{
    char text[32];

    if (seconds == UINT32_MAX) {
        return set_key(s, c, key, "infinite");
    }
    snprintf(text, sizeof text, "%lus", (unsigned long)seconds);
    return set_key(s, c, key, text);
}

static int fill_config(server_setup *s, const options *o, dhcpperf_server_config *c)
{
    char text[64];
    int rc = set_key(s, c, "server-id", network_ip_text(s->listen, text));

    if (s->interface != NULL) { /* the frames that the engine makes itself are from there */
        (void)dhcpperf_mac_format(s->link.mac, text, sizeof text);
        rc = rc != 0 ? rc : set_key(s, c, "mac", text);
    }
    if (s->port != 0) { /* else it is known when the socket is open */
        snprintf(text, sizeof text, "%u", (unsigned)s->port);
        rc = rc != 0 ? rc : set_key(s, c, "port", text);
    }
    rc = rc != 0 ? rc : set_key(s, c, "reply-to", s->reply_to);
    rc = rc != 0 ? rc : set_key(s, c, "relay.enabled", s->relay ? "true" : "false");
    if (s->max_hops >= 0) {
        snprintf(text, sizeof text, "%d", s->max_hops);
        rc = rc != 0 ? rc : set_key(s, c, "relay.max-hops", text);
    }
    rc = rc != 0 ? rc : set_lease(s, c, "lease.time", s->lease_s);
    rc = rc != 0 ? rc : set_lease(s, c, "lease.min", s->lease_min);
    rc = rc != 0 ? rc : set_lease(s, c, "lease.max", s->lease_max);
    if (rc != 0 || set_behaviour(s, o, c) != 0) {
        return -1;
    }
    rc = dhcpperf_server_config_set_max_held(c, MAX_HELD);
    if (rc != 0) {
        return fail_engine(s, "held.max", rc);
    }
    rc = dhcpperf_server_config_set_offer_hold(c, o->values[SERVER_OFFER_TIMEOUT].dur);
    rc = rc != 0 ? rc : dhcpperf_server_config_set_seed(c, s->seed);
    return rc != 0 ? fail_engine(s, "--offer-timeout", rc) : 0;
}

typedef struct common_options {
    server_setup *s;
    const options *o;
} common_options;

static int add_common_options(void *user, dhcpperf_pool *pool, char *error, size_t cap)
{
    const common_options *x = user;
    int rc = add_options(x->s, x->o, pool);

    if (rc != 0) {
        snprintf(error, cap, "%s", x->s->error);
    }
    return rc;
}

static int fill_layout(server_setup *s, const options *o, dhcpperf_pool *pool,
                       dhcpperf_server_config *c)
{
    common_options common = {s, o};
    server_defaults d = {s->listen, s->lease_s,         units_ip4_number(s->network),
                         s->prefix, add_common_options, &common};
    server_totals totals;

    if (server_layout_add(o, &d, pool, c, &totals, s->error, sizeof s->error) != 0) {
        return -1;
    }
    s->pool_size = totals.addresses;
    s->subnets = totals.subnets;
    if (s->pool_size > 0) {
        return 0;
    }
    return s->has_pool
               ? fail(s, "no address is left to lease from --start-ip to --end-ip: those of "
                         "the network, the server and the gateway are never given")
               : fail(s, "no address is left to lease: no subnet has a range or a "
                         "reservation");
}

int server_setup_configure(server_setup *s, const options *o, dhcpperf_server_config **ret)
{
    dhcpperf_server_config *c = NULL;
    dhcpperf_pool *pool = NULL;
    int rc = s->has_pool ? dhcpperf_pool_new(&pool, s->network, s->prefix, NULL) : 0;

    rc = rc != 0 ? rc : dhcpperf_server_config_new(&c, NULL);
    if (rc != 0) {
        fail_engine(s, "configuration", rc);
    } else if ((s->has_pool && fill_pool(s, o, pool) != 0) || fill_config(s, o, c) != 0 ||
               fill_layout(s, o, pool, c) != 0 ||
               server_faults_configure(c, o, s->interface != NULL || s->is_embedded, s->error,
                                       sizeof s->error) != 0) {
        rc = -1;
    }
    dhcpperf_pool_free(pool);
    if (rc != 0) {
        dhcpperf_server_config_free(c);
        return -1;
    }
    *ret = c;
    return 0;
}
