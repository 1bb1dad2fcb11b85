/* SPDX-License-Identifier: MIT */
/* fault_edit.c - surgery on a composed message: fields, its shape as a whole, and all actions of a
 * rule in their order.
 *
 * The zeros behind a message's end are set aside before the first cut and given back after the
 * last: a reply that loses an option stays as long as its server makes it. */
#include <string.h>

#include "base/dp_rng.h"
#include "policy/dp_fault_edit.h"
#include "policy/dp_fault_text.h"
#include "wire/dp_message.h"

enum {
    PAD = 0,
    END = 255,
    MAC_LEN = 6
};

/* ---- values ---------------------------------------------------------------------------------- */

/* The address that a word means; 0 = not known. */
static uint32_t address_of(unsigned how, const dp_fault_edit_facts *x)
{
    switch ((dp_fault_value)how) {
    case DP_FX_BROADCAST:
        return x->broadcast;
    case DP_FX_NETWORK:
        return x->network;
    case DP_FX_OWN:
        return x->own;
    case DP_FX_SERVER:
        return x->server;
    case DP_FX_OCTETS:
    case DP_FX_RANDOM:
    case DP_FX_ADD:
    case DP_FX_SUBTRACT:
    case DP_FX_OTHER:
        break;
    }
    return 0;
}

/* The octets of a value that does not depend on what they replace: those of the plan, or an address
 * in `buf`; NULL = not known. */
static const uint8_t *octets_of(const dhcpperf_fault_plan *p, const dp_fault_action *a,
                                const dp_fault_edit_facts *x, uint8_t buf[4], size_t *ret_len)
{
    uint32_t ip = address_of(a->how, x);

    if (a->how == DP_FX_OCTETS) {
        *ret_len = a->len;
        return a->len > 0 ? p->octets + a->at : buf;
    }
    *ret_len = 4;
    dp_put32(buf, ip);
    return ip != 0 ? buf : NULL;
}

/* ---- fields ---------------------------------------------------------------------------------- */

/* Adds to a number of up to 6 octets in network order; it wraps. */
static void step(uint8_t *to, size_t width, const dp_fault_action *a)
{
    uint64_t v = 0;
    size_t i;

    for (i = 0; i < width; i++) {
        v = v << 8 | to[i];
    }
    v = a->how == DP_FX_ADD ? v + a->n : v - a->n;
    for (i = width; i-- > 0; v >>= 8) {
        to[i] = (uint8_t)v;
    }
}

static void randomise(dp_edit *e, uint8_t *to, size_t width)
{
    size_t i;

    for (i = 0; i < width; i++) {
        to[i] = (uint8_t)dp_edit_random(e);
    }
}

static void change_field(dp_edit *e, const dhcpperf_fault_plan *p, const dp_fault_action *a,
                         const dp_fault_edit_facts *x, const uint8_t *other)
{
    const dp_fault_field_info *f = dp_fault_field_of(a->code);
    uint8_t *to = e->at + f->offset, buf[4];
    bool hardware = f->kind == DP_FK_HARDWARE;
    uint8_t hlen = hardware ? e->at[DP_OFF_HLEN] : UINT8_MAX;
    const uint8_t *from;
    size_t len = 0;

    if (a->how == DP_FX_RANDOM) {
        randomise(e, to, hlen < f->width ? hlen : f->width);
    } else if (a->how == DP_FX_ADD || a->how == DP_FX_SUBTRACT) {
        step(to, hardware ? MAC_LEN : f->width, a);
    } else {
        len = f->width;
        from = a->how != DP_FX_OTHER ? octets_of(p, a, x, buf, &len)
               : other != NULL       ? other + f->offset
                                     : NULL;
        if (from != NULL) {
            memcpy(to, from, len);
        }
    }
}

static bool set_field(dp_edit *e, const dhcpperf_fault_plan *p, const dp_fault_action *a,
                      const dp_fault_edit_facts *x, const uint8_t *other)
{
    const dp_fault_field_info *f = dp_fault_field_of(a->code);
    uint8_t before[DP_FILE_LEN];

    if ((size_t)f->offset + f->width > e->len) {
        return false;
    }
    memcpy(before, e->at + f->offset, f->width);
    change_field(e, p, a, x, other);
    return memcmp(before, e->at + f->offset, f->width) != 0;
}

/* ---- the options field ----------------------------------------------------------------------- */

static bool drop_end(dp_edit *e)
{
    size_t end = dp_edit_end(e, DP_EDIT_OPTIONS);

    return end < e->len && e->at[end] == END && dp_edit_splice(e, DP_EDIT_OPTIONS, end, 1, 0);
}

/* The message ends within its last option. */
static bool overrun(dp_edit *e)
{
    size_t at = DP_OFF_OPTIONS;
    dp_edit_tlv tlv, last = {.len = 0};

    while (dp_edit_next(e, DP_EDIT_OPTIONS, &at, &tlv)) {
        last = tlv;
    }
    if (last.code == 0) {
        return false;
    }
    e->len = last.at + 2 + last.len - (last.len == UINT8_MAX ? 1 : 0);
    e->at[last.at + 1] = UINT8_MAX;
    e->least = 0;
    return true;
}

static bool pad(dp_edit *e, size_t n)
{
    size_t at = DP_OFF_OPTIONS;
    dp_edit_tlv tlv;
    bool done = false;

    if (!dp_edit_next(e, DP_EDIT_OPTIONS, &at, &tlv)) {
        return false;
    }
    while (dp_edit_next(e, DP_EDIT_OPTIONS, &at, &tlv)) {
        if (!dp_edit_splice(e, DP_EDIT_OPTIONS, tlv.at, 0, n)) {
            break;
        }
        memset(e->at + tlv.at, PAD, n);
        at = tlv.at + n + 2 + tlv.len;
        done = true;
    }
    return done;
}

/* Behind the End, or where it would be. */
static bool append_octets(dp_edit *e, const dhcpperf_fault_plan *p, const dp_fault_action *a)
{
    size_t n = a->how == DP_FX_RANDOM ? a->n : a->len, at = e->len;

    if (n == 0 || n > e->cap - e->len) {
        return false;
    }
    e->len += n;
    if (a->how == DP_FX_RANDOM) {
        randomise(e, e->at + at, n);
    } else {
        memcpy(e->at + at, p->octets + a->at, n);
    }
    return true;
}

/* ---- overload (RFC 2131 4.1) ----------------------------------------------------------------- */

static bool is_empty(const uint8_t *p, size_t n)
{
    size_t i;

    for (i = 0; i < n && p[i] == 0; i++) {
    }
    return i == n;
}

/* Clients need these to know what they have before them; 82 goes last in the options field. */
static bool stays(uint8_t code)
{
    return code == DHCPPERF_OPT_MSG_TYPE || code == DHCPPERF_OPT_SERVER_ID ||
           code == DHCPPERF_OPT_OVERLOAD || code == DHCPPERF_OPT_RELAY_INFO;
}

/* Moves options into a field as far as they fit in front of an End. */
static void fill(dp_edit *e, size_t to, size_t room)
{
    size_t at = DP_OFF_OPTIONS, used = 0, size;
    dp_edit_tlv tlv;

    while (dp_edit_next(e, DP_EDIT_OPTIONS, &at, &tlv)) {
        size = 2 + tlv.len;
        if (stays(tlv.code) || used + size + 1 > room) {
            continue;
        }
        memcpy(e->at + to + used, e->at + tlv.at, size);
        used += size;
        dp_edit_remove(e, &tlv);
        at = tlv.at;
    }
    e->at[to + used] = END;
}

static bool overload(dp_edit *e, unsigned how)
{
    const uint8_t value = (uint8_t)how;
    bool file = (how & DP_OVERLOAD_FILE) != 0, sname = (how & DP_OVERLOAD_SNAME) != 0;

    if ((file && !is_empty(e->at + DP_OFF_FILE, DP_FILE_LEN)) ||
        (sname && !is_empty(e->at + DP_OFF_SNAME, DP_SNAME_LEN)) ||
        dp_edit_count(e, DHCPPERF_OPT_OVERLOAD) > 0 ||
        !dp_edit_insert(e, dp_edit_end(e, DP_EDIT_OPTIONS), DHCPPERF_OPT_OVERLOAD, &value, 1)) {
        return false;
    }
    if (file) {
        fill(e, DP_OFF_FILE, DP_FILE_LEN);
    }
    if (sname) {
        fill(e, DP_OFF_SNAME, DP_SNAME_LEN);
    }
    return true;
}

/* ---- the message ----------------------------------------------------------------------------- */

/* With its padding. */
static size_t whole(const dp_edit *e)
{
    return e->len > e->least ? e->len : e->least;
}

static bool truncate(dp_edit *e, const dp_fault_action *a)
{
    size_t all = whole(e), n = a->n;

    if (a->how == DP_FX_RANDOM) {
        n = all > 0 ? dp_below(dp_edit_random(e), all) : 0;
    }
    if (n >= all) {
        return false;
    }
    e->len = e->len < n ? e->len : n;
    e->least = n;
    return true;
}

static bool resize(dp_edit *e, size_t n)
{
    size_t before = whole(e);

    if (n > e->cap) {
        return false;
    }
    e->least = n;
    return whole(e) != before;
}

/* ---- all ------------------------------------------------------------------------------------- */

static bool cut(dp_edit *e, const dhcpperf_fault_plan *p, const dp_fault_action *a,
                const dp_fault_edit_facts *x, const uint8_t *other)
{
    const uint8_t *value;
    uint8_t buf[4];
    size_t len = 0;

    switch ((dp_fault_verb)a->verb) {
    case DP_FV_SET_FIELD:
        return set_field(e, p, a, x, other);
    case DP_FV_FLIP_BITS:
        return dp_edit_flip(e, e->at, e->len, a->n);
    case DP_FV_TRUNCATE:
        return truncate(e, a);
    case DP_FV_SIZE:
        return resize(e, a->n);
    case DP_FV_APPEND_OCTETS:
        return append_octets(e, p, a);
    default: /* options */
        break;
    }
    if (!e->has_options || e->len < DP_OFF_OPTIONS) {
        return false;
    }
    switch ((dp_fault_verb)a->verb) {
    case DP_FV_DROP_END:
        return drop_end(e);
    case DP_FV_OVERRUN:
        return overrun(e);
    case DP_FV_PAD:
        return pad(e, a->n);
    case DP_FV_OVERLOAD:
        return overload(e, a->how);
    default:
        break;
    }
    value = octets_of(p, a, x, buf, &len);
    return dp_edit_option(e, a, value, len);
}

static void begin(dp_edit *e, uint8_t *octets, size_t len, size_t cap, uint64_t bits)
{
    size_t end;

    e->at = octets;
    e->len = len;
    e->cap = cap;
    e->bits = bits;
    e->has_options = len >= DP_OFF_OPTIONS && dp_get32(octets + DP_OFF_COOKIE) == DP_COOKIE;
    e->least = len < DP_MIN_LEN ? len : DP_MIN_LEN;
    if (!e->has_options) {
        return;
    }
    end = dp_edit_end(e, DP_EDIT_OPTIONS);
    end += end < len && octets[end] == END ? 1 : 0;
    while (e->len > end && octets[e->len - 1] == PAD) {
        e->len--;
    }
    if (e->len < len) {
        e->least = len;
    }
}

size_t dp_fault_edit(const dhcpperf_fault_plan *p, unsigned rule, uint8_t *octets, size_t len,
                     size_t cap, const dp_fault_edit_facts *x, const uint8_t *other, uint64_t bits,
                     unsigned *ret_done)
{
    const dp_fault_rule *r = &p->rules[rule];
    unsigned done = 0;
    uint32_t i;
    dp_edit e;

    begin(&e, octets, len, cap, bits);
    for (i = 0; i < r->n; i++) {
        const dp_fault_action *a = &dp_fault_actions(p, r)[i];

        done += dp_fault_is_edit(a->verb) && cut(&e, p, a, x, other);
    }
    if (e.least > e.len) {
        memset(octets + e.len, PAD, e.least - e.len);
    }
    *ret_done = done;
    return whole(&e);
}

/* ---- with what a plan remembers -------------------------------------------------------------- */

static bool is_same_client(const uint8_t *a, const uint8_t *b)
{
    return memcmp(a + DP_OFF_CHADDR, b + DP_OFF_CHADDR, DP_CHADDR_LEN) == 0;
}

void dp_faults_remember(dp_faults *f, const uint8_t *octets, size_t len)
{
    if (len < sizeof f->other[0]) {
        return;
    }
    if (f->n_other > 0 && !is_same_client(f->other[0], octets)) {
        memcpy(f->other[1], f->other[0], sizeof f->other[1]);
        f->n_other = 2;
    }
    memcpy(f->other[0], octets, sizeof f->other[0]);
    f->n_other = f->n_other > 0 ? f->n_other : 1;
}

/* The latest message of another client than this one's, or NULL. */
static const uint8_t *find_other(const dp_faults *f, const uint8_t *octets, size_t len)
{
    unsigned i;

    for (i = 0; i < f->n_other && len >= sizeof f->other[0]; i++) {
        if (!is_same_client(f->other[i], octets)) {
            return f->other[i];
        }
    }
    return NULL;
}

size_t dp_faults_edit(dp_faults *f, unsigned rule, uint8_t *octets, size_t len, size_t cap,
                      const dp_fault_edit_facts *x, unsigned *ret_done)
{
    dp_fault_rule *r = &f->plan->rules[rule];

    len = dp_fault_edit(f->plan, rule, octets, len, cap, x, find_other(f, octets, len),
                        dp_faults_draw(f, rule), ret_done);
    r->hits += r->only_edits && *ret_done > 0;
    return len;
}
