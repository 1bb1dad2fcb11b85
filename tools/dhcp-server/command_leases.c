/* SPDX-License-Identifier: MIT */
/* command_leases.c - leases looked at and ended over the control socket.
 *
 * A page is gathered by all workers at once, each from its own addresses, some hundred records in a
 * turn; the lowest addresses of all make the answer. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/json.h"
#include "common/network.h"
#include "common/units.h"
#include "dhcp-server/commands_parts.h"

enum {
    PAGE = 100,      /* leases of an answer unless told otherwise */
    PAGE_MAX = 1000, /* and at most */
    LOOKS = 500,     /* at leases in one turn of a worker */
    KEY_MAX = 256
};

/* A lease by itself. */
typedef struct copy {
    dhcpperf_lease lease; /* its octets are these: */
    uint8_t key[KEY_MAX], chaddr[16];
} copy;

static const char *const states[] = {NULL, "offered", "bound", "released", "expired", "declined"};
static const char *const kinds[] = {NULL, "hardware", "client-id", "circuit"};

enum {
    N_STATES = sizeof states / sizeof states[0],
    N_KINDS = sizeof kinds / sizeof kinds[0]
};

/* ---- copies --------------------------------------------------------------------------------- */

static void take(copy *to, const dhcpperf_lease *l)
{
    to->lease = *l;
    to->lease.key.bytes.len = l->key.bytes.len < KEY_MAX ? l->key.bytes.len : KEY_MAX;
    memcpy(to->key, l->key.bytes.data, to->lease.key.bytes.len);
    to->lease.chaddr.len = l->chaddr.len < 16 ? l->chaddr.len : 16;
    if (to->lease.chaddr.len > 0) {
        memcpy(to->chaddr, l->chaddr.data, to->lease.chaddr.len);
    }
}

static json_t *hex(const uint8_t *data, size_t len, const char *between)
{
    char text[3 * KEY_MAX + 1];
    size_t i, at = 0;

    text[0] = '\0';
    for (i = 0; i < len && i < KEY_MAX; i++) {
        at +=
            (size_t)snprintf(text + at, sizeof text - at, "%s%02x", i > 0 ? between : "", data[i]);
    }
    return json_string(text);
}

/* An engine's instant as the time of day; null for never. */
static json_t *instant(dhcpperf_ts when)
{
    struct timespec ts;
    uint64_t day, now = dhcpperf_clock_monotonic();

    if (when == DHCPPERF_NEVER) {
        return json_null();
    }
    clock_gettime(CLOCK_REALTIME, &ts);
    day = (uint64_t)ts.tv_sec * DHCPPERF_NS_PER_S + (uint64_t)ts.tv_nsec;
    return json_instant(when >= now ? day + (when - now)
                                    : day - (now - when < day ? now - when : day));
}

static json_t *describe(const copy *c)
{
    const dhcpperf_lease *l = &c->lease;
    char ip[24], giaddr[24];
    json_t *o = json_pack(
        "{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:s, s:I}", "ip", network_ip_text(l->ip, ip),
        "state", (int)l->state < N_STATES ? states[l->state] : "", "client",
        l->key.kind > 0 && l->key.kind < N_KINDS ? json_string(kinds[l->key.kind]) : json_null(),
        "id", hex(c->key, l->key.kind > 0 ? l->key.bytes.len : 0, ""), "hardware_address",
        hex(c->chaddr, l->chaddr.len, ":"), "starts", instant(l->starts), "ends", instant(l->ends),
        "last_seen", instant(l->last_seen), "renewals", (json_int_t)l->renewals, "giaddr",
        network_ip_text(l->giaddr, giaddr), "subnet", (json_int_t)l->key.subnet);

    return o;
}

/* ---- a page --------------------------------------------------------------------------------- */

/* What one worker has found. */
typedef struct found {
    copy *at;
    unsigned n;
    uint64_t cursor;
    int is_end; /* there are no more */
} found;

typedef struct page {
    question q; /* first */
    int state;  /* 0 = any */
    unsigned limit, workers;
    found of[];
} page;

/* One of them more than wanted tells that there are more. */
static int gather_part(job *j, worker *w)
{
    page *p = (page *)(void *)j;
    found *f = &p->of[w->index];
    dhcpperf_lease l;
    unsigned looks;

    for (looks = 0; looks < LOOKS && f->n <= p->limit && !f->is_end; looks++) {
        if (!dhcpperf_server_next_lease(w->server, &f->cursor, &l, sizeof l)) {
            f->is_end = 1;
        } else if (p->state == 0 || (int)l.state == p->state) {
            take(&f->at[f->n++], &l);
        }
    }
    return f->n <= p->limit && !f->is_end;
}

static void free_page(page *p)
{
    unsigned i;

    for (i = 0; i < p->workers; i++) {
        free(p->of[i].at);
    }
    free(p);
}

/* The lowest address that any of them has left; NULL when none has. */
static const copy *take_lowest(page *p, unsigned next[WORKERS_MAX])
{
    const copy *best = NULL;
    unsigned i, whose = 0;

    for (i = 0; i < p->workers; i++) {
        const copy *c = next[i] < p->of[i].n ? &p->of[i].at[next[i]] : NULL;

        if (c != NULL &&
            (best == NULL || units_ip4_number(c->lease.ip) < units_ip4_number(best->lease.ip))) {
            best = c;
            whose = i;
        }
    }
    next[whose] += best != NULL;
    return best;
}

static void end_page(job *j, team *t)
{
    page *p = (page *)(void *)j;
    unsigned next[WORKERS_MAX] = {0}, n = 0;
    json_t *all = json_array(), *more = json_null();
    const copy *c = NULL, *last = NULL;
    char ip[24];
    int rc = 0;

    (void)t;
    while (n < p->limit && (c = take_lowest(p, next)) != NULL) {
        rc |= json_array_append_new(all, describe(c));
        last = c;
        n++;
    }
    if (last != NULL && n == p->limit && take_lowest(p, next) != NULL) {
        more = json_string(network_ip_text(last->lease.ip, ip));
    }
    if (rc == 0) {
        control_answer(p->q.who, json_pack("{s:o, s:o}", "leases", all, "after", more));
    } else { /* a page with gaps would be a lie */
        control_refuse(p->q.who, "out of memory");
        json_decref(all);
        json_decref(more);
    }
    free_page(p);
}

static int read_state(caller who, const json_t *request, int *ret)
{
    int is_wrong, i;
    const char *text = command_text(who, request, "state", &is_wrong);
    char shown[100];

    *ret = 0;
    if (text == NULL || strcmp(text, "any") == 0) {
        return is_wrong ? -1 : 0;
    }
    for (i = 1; i < N_STATES; i++) {
        if (strcmp(text, states[i]) == 0) {
            *ret = i;
            return 0;
        }
    }
    options_escape(text, shown, sizeof shown);
    control_refuse(who,
                   "'state' is to be offered, bound, released, expired, declined or any, not '%s'",
                   shown);
    return -1;
}

static int refuse_limit(caller who, const json_t *v)
{
    char *text = json_is_string(v) ? NULL : json_dumps(v, JSON_ENCODE_ANY), shown[100];
    const char *said = json_is_string(v) ? json_string_value(v) : text;

    options_escape(said != NULL ? said : "", shown, sizeof shown);
    free(text);
    control_refuse(who, "'limit' is to be a number from 1 to %d, not '%s'", (int)PAGE_MAX, shown);
    return -1;
}

static int read_limit(caller who, const json_t *request, unsigned *ret)
{
    const json_t *v = json_object_get(request, "limit");
    uint64_t n = PAGE;

    if (json_is_integer(v)) {
        n = json_integer_value(v) > 0 ? (uint64_t)json_integer_value(v) : 0;
    } else if (json_is_string(v) && units_parse_count(json_string_value(v), "1..1000", &n) != 0) {
        n = 0;
    } else if (v != NULL && !json_is_string(v) && !json_is_null(v)) {
        n = 0;
    }
    if (n < 1 || n > PAGE_MAX) {
        return refuse_limit(who, v);
    }
    *ret = (unsigned)n;
    return 0;
}

void command_leases(team *t, caller who, const json_t *request)
{
    dhcpperf_ip4 after = {{0, 0, 0, 0}};
    unsigned limit, i;
    int state, rc = command_ip(who, request, "after", &after);
    page *p;

    if (rc < 0 || read_state(who, request, &state) != 0 || read_limit(who, request, &limit) != 0) {
        return;
    }
    p = command_new(who, sizeof *p + t->n * sizeof p->of[0], gather_part, end_page);
    if (p == NULL) {
        return;
    }
    p->state = state;
    p->limit = limit;
    p->workers = t->n;
    for (i = 0; i < t->n; i++) {
        p->of[i].cursor = rc == 0 ? (uint64_t)units_ip4_number(after) + 1 : 0;
        p->of[i].at = malloc((limit + 1) * sizeof *p->of[i].at);
        if (p->of[i].at == NULL) {
            control_refuse(who, "out of memory");
            free_page(p);
            return;
        }
    }
    jobs_add(&t->jobs, &p->q.job);
}

/* ---- one address ---------------------------------------------------------------------------- */

typedef struct about {
    question q; /* first */
    dhcpperf_ip4 ip;
    dhcpperf_lease_state why; /* of its end */
    int rc[WORKERS_MAX];      /* of each worker: the address is one of them's */
    copy found;
} about;

/* The address as the words of a sentence. */
static const char *name(const about *a, char buf[24])
{
    return network_ip_text(a->ip, buf);
}

static int find_part(job *j, worker *w)
{
    about *a = (about *)(void *)j;
    dhcpperf_lease l;

    a->rc[w->index] = dhcpperf_server_find_lease(w->server, a->ip, &l, sizeof l);
    if (a->rc[w->index] == 0) {
        take(&a->found, &l);
    }
    return 0;
}

/* What came of it at the one who has the address. */
static int result_of(const about *a, const team *t)
{
    unsigned i;

    for (i = 0; i < t->n; i++) {
        if (a->rc[i] != DHCPPERF_E_NOTFOUND) {
            return a->rc[i];
        }
    }
    return DHCPPERF_E_NOTFOUND;
}

static void end_find(job *j, team *t)
{
    about *a = (about *)(void *)j;
    char ip[24];

    if (result_of(a, t) == 0) {
        control_answer(a->q.who, json_pack("{s:o}", "lease", describe(&a->found)));
    } else {
        control_refuse(a->q.who, "%s has no lease", name(a, ip));
    }
    free(a);
}

void command_lease(team *t, caller who, const json_t *request)
{
    dhcpperf_ip4 ip;
    about *a;

    if (command_ip(who, request, "ip", &ip) != 0) {
        return;
    }
    a = command_new(who, sizeof *a, find_part, end_find);
    if (a != NULL) {
        a->ip = ip;
        jobs_add(&t->jobs, &a->q.job);
    }
}

static int end_part(job *j, worker *w)
{
    about *a = (about *)(void *)j;

    a->rc[w->index] =
        dhcpperf_server_end_lease(w->server, a->ip, a->why, dhcpperf_clock_monotonic());
    return 0;
}

static void end_end(job *j, team *t)
{
    about *a = (about *)(void *)j;
    int rc = result_of(a, t);
    char ip[24];

    if (rc == 0 || rc == DHCPPERF_E_CALLBACK) { /* it has ended; who keeps leases says the rest */
        control_answer(a->q.who, json_object());
    } else if (rc == DHCPPERF_E_STATE) {
        control_refuse(a->q.who, "the lease of %s has ended already", name(a, ip));
    } else {
        control_refuse(a->q.who, "%s has no lease", name(a, ip));
    }
    free(a);
}

static int read_why(caller who, const json_t *request, dhcpperf_lease_state *ret)
{
    int is_wrong;
    const char *text = command_text(who, request, "why", &is_wrong);
    char shown[100];
    int i;

    *ret = DHCPPERF_LEASE_EXPIRED;
    for (i = DHCPPERF_LEASE_RELEASED; text != NULL && i < N_STATES; i++) {
        if (strcmp(text, states[i]) == 0) {
            *ret = (dhcpperf_lease_state)i;
            return 0;
        }
    }
    if (text != NULL) {
        options_escape(text, shown, sizeof shown);
        control_refuse(who, "'why' is to be released, expired or declined, not '%s'", shown);
    }
    return text != NULL || is_wrong ? -1 : 0;
}

void command_end_lease(team *t, caller who, const json_t *request)
{
    dhcpperf_lease_state why;
    dhcpperf_ip4 ip;
    about *a;

    if (command_ip(who, request, "ip", &ip) != 0 || read_why(who, request, &why) != 0) {
        return;
    }
    a = command_new(who, sizeof *a, end_part, end_end);
    if (a != NULL) {
        a->ip = ip;
        a->why = why;
        jobs_add(&t->jobs, &a->q.job);
    }
}
