/* SPDX-License-Identifier: MIT */
/* lease_isc.c - writes leases as ISC dhcpd does: a declaration for each change.
 *
 * What dhcpd has no word for stands in variables, which it keeps.  Relay agent information is taken
 * apart into options of the space "agent" when it can be put together again from them. */
#include "common/leases/lease_isc.h"

#include <string.h>

#include "common/leases/lease_text.h"

const lease_isc_hardware lease_isc_hardwares[] = {
    {1, "ethernet"}, {6, "token-ring"}, {8, "fddi"}, {32, "infiniband"}, {0, NULL}};

const lease_isc_agent lease_isc_agents[] = {
    {1, "circuit-id"}, {2, "remote-id"}, {3, "agent-id"}, {4, "DOCSIS-device-class"}, {0, NULL}};

/* ---- dates ---------------------------------------------------------------------------------- */

/* Days since 1970 as year, month and day, by eras of 400 years that begin in March. */
static void civil(int64_t days, int64_t *ret_year, unsigned *ret_month, unsigned *ret_day)
{
    int64_t z = days + 719468, era = z / 146097;
    unsigned in_era = (unsigned)(z - era * 146097);
    unsigned year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
    unsigned in_year = in_era - (365 * year + year / 4 - year / 100);
    unsigned month = (5 * in_year + 2) / 153;

    *ret_day = in_year - (153 * month + 2) / 5 + 1;
    *ret_month = month < 10 ? month + 3 : month - 9;
    *ret_year = (int64_t)year + era * 400 + (*ret_month <= 2);
}

static char *put_date(char *to, int64_t instant)
{
    int64_t s = instant < LEASE_ISC_LAST ? instant : LEASE_ISC_LAST;
    int64_t days = s / 86400, year;
    unsigned rest = (unsigned)(s % 86400), month, day;

    civil(days, &year, &month, &day);
    *to++ = (char)('0' + (days + 4) % 7); /* the first day was a Thursday */
    *to++ = ' ';
    to = lease_put_number(to, (uint64_t)year);
    *to++ = '/';
    to = lease_put_digits(to, month, 2);
    *to++ = '/';
    to = lease_put_digits(to, day, 2);
    *to++ = ' ';
    to = lease_put_digits(to, rest / 3600, 2);
    *to++ = ':';
    to = lease_put_digits(to, rest / 60 % 60, 2);
    *to++ = ':';
    return lease_put_digits(to, rest % 60, 2);
}

/* ---- octets --------------------------------------------------------------------------------- */

static char *put_quoted(char *to, dhcpperf_bytes b)
{
    size_t i;

    *to++ = '"';
    for (i = 0; i < b.len; i++) {
        unsigned c = b.data[i];

        if (c >= ' ' && c <= '~' && c != '"' && c != '\\') {
            *to++ = (char)c;
        } else {
            *to++ = '\\';
            *to++ = (char)('0' + (c >> 6));
            *to++ = (char)('0' + (c >> 3 & 7));
            *to++ = (char)('0' + (c & 7));
        }
    }
    *to++ = '"';
    return to;
}

static char *put_variable(char *to, const char *name, dhcpperf_bytes value)
{
    to = LEASE_PUT(to, "  set ");
    to = lease_put(to, name, strlen(name));
    to = LEASE_PUT(to, " = ");
    to = put_quoted(to, value);
    return LEASE_PUT(to, ";\n");
}

static char *put_hardware(char *to, const lease_record *r)
{
    const lease_isc_hardware *h = lease_isc_hardwares;

    while (h->name != NULL && h->type != r->htype) {
        h++;
    }
    to = LEASE_PUT(to, "  hardware ");
    if (h->name != NULL) {
        to = lease_put(to, h->name, strlen(h->name));
    } else {
        to = LEASE_PUT(to, "unknown-");
        to = lease_put_number(to, r->htype);
    }
    *to++ = ' ';
    to = lease_put_hex(to, r->chaddr, ':');
    return LEASE_PUT(to, ";\n");
}

/* A series of sub-options, none of them empty, and nothing behind. */
static int is_well_formed(dhcpperf_bytes info)
{
    size_t at = 0;

    while (info.len - at > 2 && info.data[at + 1] > 0 && info.data[at + 1] <= info.len - at - 2) {
        at += 2 + (size_t)info.data[at + 1];
    }
    return at == info.len;
}

static char *put_agent_options(char *to, dhcpperf_bytes info)
{
    size_t at;

    for (at = 0; at < info.len; at += 2 + (size_t)info.data[at + 1]) {
        const lease_isc_agent *a = lease_isc_agents;
        dhcpperf_bytes value = {info.data + at + 2, info.data[at + 1]};

        while (a->name != NULL && a->code != info.data[at]) {
            a++;
        }
        to = LEASE_PUT(to, "  option agent.");
        if (a->name != NULL) {
            to = lease_put(to, a->name, strlen(a->name));
        } else {
            to = LEASE_PUT(to, "unknown-");
            to = lease_put_number(to, info.data[at]);
        }
        *to++ = ' ';
        to = lease_put_hex(to, value, ':');
        to = LEASE_PUT(to, ";\n");
    }
    return to;
}

/* ---- a lease -------------------------------------------------------------------------------- */

static char *put_times(char *to, const lease_record *r)
{
    to = LEASE_PUT(to, "  starts ");
    to = put_date(to, r->starts / 1000);
    to = LEASE_PUT(to, ";\n  ends ");
    if (r->ends == LEASE_FOREVER) {
        to = LEASE_PUT(to, "never");
    } else {
        to = put_date(to, (r->ends + 999) / 1000);
    }
    to = LEASE_PUT(to, ";\n  cltt ");
    to = put_date(to, r->last_seen / 1000);
    return LEASE_PUT(to, ";\n");
}

static char *put_state(char *to, const lease_record *r)
{
    switch (r->state) {
    case DHCPPERF_LEASE_BOUND:
        return LEASE_PUT(to, "  binding state active;\n  next binding state free;\n");
    case DHCPPERF_LEASE_RELEASED:
        return LEASE_PUT(to, "  binding state released;\n  next binding state free;\n");
    case DHCPPERF_LEASE_DECLINED:
        return LEASE_PUT(to, "  binding state abandoned;\n  next binding state free;\n");
    default:
        return LEASE_PUT(to, "  binding state expired;\n  next binding state free;\n");
    }
}

static char *put_relay(char *to, const lease_record *r)
{
    char text[16];
    dhcpperf_bytes giaddr = {(const uint8_t *)text, 0};

    if ((r->giaddr.b[0] | r->giaddr.b[1] | r->giaddr.b[2] | r->giaddr.b[3]) != 0) {
        giaddr.len = (size_t)(lease_put_ip(text, r->giaddr) - text);
        to = put_variable(to, LEASE_ISC_GIADDR, giaddr);
    }
    if (is_well_formed(r->relay_info)) {
        return put_agent_options(to, r->relay_info);
    }
    return put_variable(to, LEASE_ISC_RELAY, r->relay_info);
}

static size_t write_lease(char *to, const lease_record *r)
{
    char *at = LEASE_PUT(to, "lease ");

    at = lease_put_ip(at, r->ip);
    at = LEASE_PUT(at, " {\n");
    at = put_times(at, r);
    at = put_state(at, r);
    if (r->chaddr.len > 0) {
        at = put_hardware(at, r);
    }
    if (r->key_kind == DHCPPERF_KEY_CLIENT_ID) {
        at = LEASE_PUT(at, "  uid ");
        at = put_quoted(at, r->key);
        at = LEASE_PUT(at, ";\n");
    } else if (r->key_kind == DHCPPERF_KEY_CIRCUIT) {
        at = put_variable(at, LEASE_ISC_CIRCUIT, r->key);
    }
    at = put_relay(at, r);
    if (r->hostname.len > 0) {
        at = LEASE_PUT(at, "  client-hostname ");
        at = put_quoted(at, r->hostname);
        at = LEASE_PUT(at, ";\n");
    }
    at = LEASE_PUT(at, "}\n");
    return (size_t)(at - to);
}

static const char *const beside[] = {NULL};

const lease_form lease_form_isc = {
    .head = "# Leases of dhcp-server(8) in the form of dhcpd.leases(5): the last one of an address "
            "counts.\n",
    .cut = lease_isc_cut,
    .begin = lease_isc_begin,
    .begin_empty = lease_isc_begin_empty,
    .parse = lease_isc_parse,
    .write = write_lease,
    .beside = beside,
    .called = "a lease file of ISC dhcpd",
};
