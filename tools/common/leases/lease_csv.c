/* SPDX-License-Identifier: MIT */
/* lease_csv.c - the lease file of Kea's memfile backend: a line of columns for each change.
 *
 * Kea knows whole seconds and no relay, and calls a free lease that remembers its client
 * expired-reclaimed.  A lifetime of 0 says that the address has no lease any more.  Ends are
 * rounded up: a server that reads the file must not believe a lease ended before the client does.
 */
#include "common/leases/lease_form.h"

#include <string.h>

#include "common/leases/lease_csv_context.h"
#include "common/leases/lease_text.h"

#define HEAD                                                                                       \
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,"   \
    "user_context\n"

enum {
    INFINITE = -1, /* as 32 bits */
    STATE_BOUND = 0,
    STATE_DECLINED = 1,
    STATE_RECLAIMED = 2,
    STATE_RELEASED = 3 /* Kea 2.7.5 and later */
};

typedef enum column {
    ADDRESS,
    HWADDR,
    CLIENT_ID,
    LIFETIME,
    EXPIRE,
    SUBNET,
    HOSTNAME,
    STATE,
    CONTEXT,
    COLUMNS
} column;

static const char *const names[COLUMNS] = {
    [ADDRESS] = "address",         [HWADDR] = "hwaddr", [CLIENT_ID] = "client_id",
    [LIFETIME] = "valid_lifetime", [EXPIRE] = "expire", [SUBNET] = "subnet_id",
    [HOSTNAME] = "hostname",       [STATE] = "state",   [CONTEXT] = "user_context",
};

_Static_assert((int)COLUMNS <= (int)LEASE_COLUMNS, "a dialect has room for all columns");

/* ---- writing -------------------------------------------------------------------------------- */

/* As Kea does it: octets that would be taken for something else as &#xNN. */
static char *put_escaped(char *to, dhcpperf_bytes text)
{
    size_t i;

    for (i = 0; i < text.len; i++) {
        uint8_t c = text.data[i];

        if (c > ' ' && c <= '~' && c != ',' && c != '&' && c != '"') {
            *to++ = (char)c;
        } else {
            to = LEASE_PUT(to, "&#x");
            to = lease_put_hex(to, (dhcpperf_bytes){&c, 1}, 0);
        }
    }
    return to;
}

static uint64_t seconds_up(int64_t ms)
{
    return ((uint64_t)ms + 999) / 1000;
}

/* The lifetime, which is never 0. */
static uint64_t lifetime_of(const lease_record *r)
{
    uint64_t s;

    if (r->ends == LEASE_FOREVER) {
        return UINT32_MAX;
    }
    s = ((uint64_t)(r->ends - r->starts) + 500) / 1000;
    return s == 0 ? 1 : s < UINT32_MAX ? s : UINT32_MAX - 1;
}

static unsigned state_of(const lease_record *r)
{
    return r->state == DHCPPERF_LEASE_BOUND      ? STATE_BOUND
           : r->state == DHCPPERF_LEASE_DECLINED ? STATE_DECLINED
                                                 : STATE_RECLAIMED;
}

/* When the client was heard of, for who reads the other columns only. */
static int64_t seen_by(int is_released, int64_t starts, int64_t ends)
{
    return is_released && ends != LEASE_FOREVER ? ends : starts;
}

static size_t write_lease(char *to, const lease_record *r)
{
    lease_context more = {.is_released = r->state == DHCPPERF_LEASE_RELEASED};
    uint64_t lifetime = lifetime_of(r);
    uint64_t expire =
        r->ends == LEASE_FOREVER ? (uint64_t)r->starts / 1000 + lifetime : seconds_up(r->ends);
    int64_t starts;
    char *at = lease_put_ip(to, r->ip);

    expire = expire > lifetime ? expire : lifetime; /* nothing began before 1970 */
    starts = (int64_t)(expire - lifetime);
    more.seen = r->last_seen / 1000;
    if (more.seen == seen_by(more.is_released, starts, (int64_t)expire)) {
        more.seen = -1;
    }
    *at++ = ',';
    at = lease_put_hex(at, r->chaddr, ':');
    *at++ = ',';
    if (r->key_kind == DHCPPERF_KEY_CLIENT_ID) {
        at = lease_put_hex(at, r->key, ':');
    }
    *at++ = ',';
    at = lease_put_number(at, lifetime);
    *at++ = ',';
    at = lease_put_number(at, expire);
    *at++ = ',';
    at = lease_put_number(at, r->subnet > 0 ? r->subnet : 1);
    at = LEASE_PUT(at, ",0,0,");
    at = put_escaped(at, r->hostname);
    *at++ = ',';
    *at++ = (char)('0' + state_of(r));
    *at++ = ',';
    at = lease_context_write(at, r, &more);
    *at++ = '\n';
    return (size_t)(at - to);
}

/* ---- reading -------------------------------------------------------------------------------- */

static size_t cut(const char *text, size_t len)
{
    const char *end = memchr(text, '\n', len);

    return end != NULL ? (size_t)(end - text) + 1 : 0;
}

/* Without its line feed, which may have a carriage return in front. */
static size_t bare(const char *line, size_t len)
{
    if (len > 0 && line[len - 1] == '\n') {
        len--;
    }
    return len > 0 && line[len - 1] == '\r' ? len - 1 : len;
}

static int find_name(const char *text, size_t n)
{
    int i;

    for (i = 0; i < COLUMNS; i++) {
        if (strlen(names[i]) == n && memcmp(names[i], text, n) == 0) {
            return i;
        }
    }
    return -1;
}

static int begin(lease_dialect *ret, const char *line, size_t len, int *ret_is_lease)
{
    size_t n = bare(line, len), from = 0, i;
    int k;

    *ret_is_lease = 0;
    memset(ret->column, -1, sizeof ret->column);
    ret->columns = 0;
    ret->is_ours = len == sizeof HEAD - 1 && memcmp(line, HEAD, len) == 0;
    for (i = 0; i <= n; i++) {
        if (i == n || line[i] == ',') {
            k = find_name(line + from, i - from);
            if (k >= 0 && ret->columns <= INT8_MAX) {
                ret->column[k] = (signed char)ret->columns;
            }
            ret->columns++;
            from = i + 1;
        }
    }
    return ret->column[ADDRESS] >= 0 && ret->column[HWADDR] >= 0 && ret->column[CLIENT_ID] >= 0 &&
           ret->column[LIFETIME] >= 0 && ret->column[EXPIRE] >= 0;
}

static void begin_empty(lease_dialect *ret)
{
    int is_lease;

    (void)begin(ret, HEAD, sizeof HEAD - 1, &is_lease);
}

/* The columns that mean something, in a line. */
typedef struct cells {
    const char *at[COLUMNS];
    size_t len[COLUMNS];
} cells;

static void note_cell(cells *c, const lease_dialect *d, unsigned number, const char *at, size_t len)
{
    unsigned k;

    for (k = 0; k < COLUMNS; k++) {
        if (d->column[k] == (int)number) {
            c->at[k] = at;
            c->len[k] = len;
        }
    }
}

/* Cuts the line at its commas; the number of cells. */
static unsigned find_cells(cells *c, const lease_dialect *d, const char *line, size_t n)
{
    unsigned number = 0;
    size_t from = 0;

    memset(c->len, 0, sizeof c->len);
    memset((void *)c->at, 0, sizeof c->at);
    for (;;) {
        const char *comma = memchr(line + from, ',', n - from);
        size_t to = comma != NULL ? (size_t)(comma - line) : n;

        if (d->is_ours) { /* without looking for it: 5 to 7 mean nothing but 5 */
            static const signed char known[] = {ADDRESS,  HWADDR, CLIENT_ID, LIFETIME,
                                                EXPIRE,   SUBNET, -1,        -1,
                                                HOSTNAME, STATE,  CONTEXT};
            if (number < sizeof known && known[number] >= 0) {
                c->at[known[number]] = line + from;
                c->len[known[number]] = to - from;
            }
        } else {
            note_cell(c, d, number, line + from, to - from);
        }
        number++;
        if (comma == NULL) {
            return number;
        }
        from = to + 1;
    }
}

static lease_piece fail_cell(lease_draft *d, const cells *c, column k, const char *right)
{
    char shown[48];

    lease_show(shown, sizeof shown, c->at[k], c->len[k]);
    return lease_draft_fail(d, "%s '%s' is not %s", names[k], shown, right);
}

/* The reverse of put_escaped(); 0 when it is longer than a host name can be. */
static int unescape(const char *text, size_t n, uint8_t *to, size_t cap, size_t *ret_len)
{
    size_t i = 0, len = 0;

    while (i < n) {
        int high =
            n - i >= 5 && memcmp(text + i, "&#x", 3) == 0 ? lease_hex_digit(text[i + 3]) : -1;
        int low = high >= 0 ? lease_hex_digit(text[i + 4]) : -1;

        if (len == cap) {
            return 0;
        }
        to[len++] = (uint8_t)(low >= 0 ? high * 16 + low : text[i]);
        i += low >= 0 ? 5 : 1;
    }
    *ret_len = len;
    return 1;
}

static lease_piece read_client(lease_draft *d, const cells *c)
{
    lease_record *r = &d->r;

    r->htype = 1;
    if (!lease_get_hex(c->at[HWADDR], c->len[HWADDR], ':', d->chaddr, LEASE_CHADDR_MAX,
                       &r->chaddr.len)) {
        return fail_cell(d, c, HWADDR, "1 to 16 octets like 02:00:00:00:00:01");
    }
    if (!lease_get_hex(c->at[CLIENT_ID], c->len[CLIENT_ID], ':', d->key, LEASE_KEY_MAX,
                       &r->key.len)) {
        return fail_cell(d, c, CLIENT_ID, "2 to 255 octets like 01:02:00:00:00:00:01");
    }
    if (!unescape(c->at[HOSTNAME], c->len[HOSTNAME], d->hostname, LEASE_TEXT_MAX,
                  &r->hostname.len)) {
        return fail_cell(d, c, HOSTNAME, "a name of at most 255 octets");
    }
    return LEASE_PIECE_RECORD;
}

/* The instants, and 1 in *ret_is_end when there is no lease any more. */
static lease_piece read_times(lease_draft *d, const cells *c, int *ret_is_end)
{
    uint64_t lifetime, expire;

    if (!lease_get_number(c->at[LIFETIME], c->len[LIFETIME], UINT32_MAX, &lifetime)) {
        return fail_cell(d, c, LIFETIME, "a number of seconds from 0 to 4294967295");
    }
    if (!lease_get_number(c->at[EXPIRE], c->len[EXPIRE], INT64_MAX / 1000, &expire) ||
        expire < lifetime) {
        return fail_cell(d, c, EXPIRE, "seconds since 1970, the lifetime and more");
    }
    d->r.starts = (int64_t)(expire - lifetime) * 1000;
    d->r.ends = lifetime == UINT32_MAX ? LEASE_FOREVER : (int64_t)expire * 1000;
    *ret_is_end = lifetime == 0;
    return LEASE_PIECE_RECORD;
}

static lease_piece read_state(lease_draft *d, const cells *c, int *ret_is_released)
{
    static const int states[] = {
        [STATE_BOUND] = DHCPPERF_LEASE_BOUND,
        [STATE_DECLINED] = DHCPPERF_LEASE_DECLINED,
        [STATE_RECLAIMED] = DHCPPERF_LEASE_EXPIRED,
        [STATE_RELEASED] = DHCPPERF_LEASE_RELEASED,
    };
    uint64_t state = STATE_BOUND, subnet = 0;

    if (c->len[STATE] > 0 &&
        !lease_get_number(c->at[STATE], c->len[STATE], STATE_RELEASED, &state)) {
        return fail_cell(d, c, STATE, "0 (bound), 1 (declined), 2 (expired) or 3 (released)");
    }
    if (c->len[SUBNET] > 0 &&
        !lease_get_number(c->at[SUBNET], c->len[SUBNET], UINT32_MAX, &subnet)) {
        return fail_cell(d, c, SUBNET, "a number from 0 to 4294967295");
    }
    d->r.state = states[state];
    d->r.subnet = (uint32_t)subnet;
    *ret_is_released = state == STATE_RELEASED;
    return LEASE_PIECE_RECORD;
}

static lease_piece read_context(lease_draft *d, const cells *c, int is_released)
{
    lease_record *r = &d->r;
    lease_context more;

    if (!lease_context_read(c->at[CONTEXT], c->len[CONTEXT], d, &more)) {
        return LEASE_PIECE_DAMAGED;
    }
    if (more.is_released && r->state == DHCPPERF_LEASE_EXPIRED) {
        r->state = DHCPPERF_LEASE_RELEASED;
    }
    is_released |= r->state == DHCPPERF_LEASE_RELEASED;
    r->last_seen = more.seen >= 0 ? more.seen * 1000 : seen_by(is_released, r->starts, r->ends);
    if (r->chaddr.len == 0) {
        r->htype = 0;
    }
    return LEASE_PIECE_RECORD;
}

static lease_piece parse(const lease_dialect *dialect, const char *line, size_t len, lease_draft *d)
{
    size_t n = bare(line, len);
    unsigned number;
    int is_end = 0, is_released = 0;
    cells c;
    lease_piece is;

    lease_draft_begin(d);
    if (n == 0) {
        return LEASE_PIECE_NOTHING;
    }
    number = find_cells(&c, dialect, line, n);
    if (number != dialect->columns) {
        return lease_draft_fail(d, "%u columns instead of %u", number, dialect->columns);
    }
    if (!lease_get_ip(c.at[ADDRESS], c.len[ADDRESS], &d->r.ip)) {
        return fail_cell(d, &c, ADDRESS, "an IPv4 address");
    }
    is = read_times(d, &c, &is_end);
    is = is == LEASE_PIECE_RECORD ? read_client(d, &c) : is;
    is = is == LEASE_PIECE_RECORD ? read_state(d, &c, &is_released) : is;
    is = is == LEASE_PIECE_RECORD ? read_context(d, &c, is_released) : is;
    if (is != LEASE_PIECE_RECORD) {
        return is;
    }
    return is_end ? LEASE_PIECE_END : lease_draft_end(d);
}

/* Kea's own compaction leaves the older part of the changes beside the file: what is done as
 * .completed, else .2 and then .1. */
static const char *const beside[] = {".2", ".1", ".completed", NULL};

const lease_form lease_form_csv = {
    .head = HEAD,
    .cut = cut,
    .begin = begin,
    .begin_empty = begin_empty,
    .parse = parse,
    .write = write_lease,
    .beside = beside,
    .instead = ".completed",
    .called = "a lease file of Kea",
};
