/* SPDX-License-Identifier: MIT */
/* templates.c - prepared replies.  All replies of one shape, in one subnet, to one profile are the
 * same but for a few fields at fixed places: they are laid out once by the writer and copied.
 *
 * Invariants: a profile with held replies keeps its number; a template counts only while its
 * profile has the generation that it was made for; options 53, 54, 51, 58 and 59 come first, so
 * that their values are at the DP_AT_ offsets of every image. */
#include "server/dp_faulty.h"

#include <assert.h>
#include <string.h>

#include "base/dp_hash.h"
#include "base/dp_mem.h"
#include "base/dp_text.h"

enum {
    SETS_MIN = 64,
    SETS_MAX = 1024,
    ALL = 256 /* options: more than there are codes */
};

int dp_templates_init(dp_templates *t, uint32_t subnets, const dhcpperf_mem *mem)
{
    unsigned shape;

    memset(t, 0, sizeof *t);
    t->sets = SETS_MIN;
    while (t->sets < SETS_MAX && t->sets < 2 * subnets) {
        t->sets *= 2;
    }
    t->profiles = DP_ARRAY(mem, DP_PROFILE_SETS * DP_WAYS, dp_profile);
    t->at = DP_ARRAY(mem, t->sets * DP_WAYS, dp_template);
    for (shape = 0; shape <= DP_SHAPE_QUERY; shape++) {
        t->last[shape] = t->at;
    }
    return t->profiles != NULL && t->at != NULL ? 0 : DHCPPERF_E_NOMEM;
}

void dp_templates_fini(dp_templates *t, const dhcpperf_mem *mem)
{
    DP_FREE_ARRAY(mem, t->profiles, DP_PROFILE_SETS * DP_WAYS);
    DP_FREE_ARRAY(mem, t->at, t->sets * DP_WAYS);
}

/* ---- profiles -------------------------------------------------------------------------- */

static int profile_is(const dp_profile *c, unsigned class_, const uint8_t *list, size_t len)
{
    return c->generation != 0 && c->len == len && c->class_ == class_ &&
           dp_same(c->list, list, len);
}

static int find_profile(dp_templates *t, uint64_t seed, unsigned class_, const uint8_t *list,
                        size_t len)
{
    uint64_t hash = dp_hash_bytes(seed + class_, list, len);
    uint32_t first, w;
    dp_profile *c;

    first = (uint32_t)(hash >> 32) % DP_PROFILE_SETS * DP_WAYS;
    for (w = 0; w < DP_WAYS; w++) {
        c = &t->profiles[first + w];
        if (c->hash == hash && profile_is(c, class_, list, len)) {
            return (int)(first + w);
        }
    }
    t->hand++;
    for (w = 0; w < DP_WAYS; w++) {
        uint32_t i = first + (t->hand + w) % DP_WAYS;

        c = &t->profiles[i];
        if (c->refs == 0) {
            c->hash = hash;
            c->generation += c->generation == UINT32_MAX ? 2 : 1;
            c->class_ = (uint8_t)class_;
            c->len = (uint8_t)len;
            memcpy(c->list, list, len);
            return (int)i;
        }
    }
    return -1;
}

static inline __attribute__((always_inline)) int
profile_of(dp_templates *t, uint64_t seed, unsigned class_, const uint8_t *list, size_t len)
{
    int i = t->last_profile;

    len = len > UINT8_MAX ? UINT8_MAX : len; /* every code fits */
    if (!profile_is(&t->profiles[i], class_, list, len)) {
        i = find_profile(t, seed, class_, list, len);
        t->last_profile = i >= 0 ? i : t->last_profile;
    }
    return i;
}

int dp_profile_find(dp_templates *t, uint64_t seed, unsigned class_, const uint8_t *list,
                    size_t len)
{
    return profile_of(t, seed, class_, list, len);
}

__attribute__((noinline)) int dp_profile_find_it(dp_templates *t, uint64_t seed, unsigned class_,
                                                 const uint8_t *list, size_t len)
{
    return profile_of(t, seed, class_, list, len);
}

/* ---- laying out ----------------------------------------------------------------------------- */

static const char *nak_text(dp_nak why)
{
    switch (why) {
    case DP_NAK_NETWORK:
        return "address is not on this network";
    case DP_NAK_ADDRESS:
        return "address is not the client's";
    case DP_NAK_IN_USE:
        return "address is in use by another client";
    case DP_NAK_UNKNOWN:
        return "no record of this client";
    case DP_NAK_DECIDED:
        return "refused";
    case DP_NAK_LIMIT:
        return "too many leases behind this relay agent";
    }
    return "";
}

/* Where configured values come from: what belongs to the client alone beats what belongs to its
 * class, and that what belongs to the subnet. */
typedef struct sources {
    const dp_options *at[3];
    unsigned n;
    uint32_t mask;
    const uint64_t *only; /* codes that may be given, a bit for each; NULL = all */
    int no_ipv6_only;     /* option 108 goes with the echo */
} sources;

static sources sources_of(const dhcpperf_server *s, uint32_t subnet, const dp_profile *c,
                          const dp_options *own)
{
    const dp_subnet *sub = &s->store.subnet[subnet];
    sources from = {{NULL}, 0, sub->mask, NULL, s->set.ipv6_only_wait != 0};

    if (own != NULL) {
        from.at[from.n++] = own;
    }
    if (c->class_ != 0) {
        from.at[from.n++] = &s->classes.at[c->class_ - 1]->options;
    }
    from.at[from.n++] = &sub->pool->options;
    return from;
}

static int find_configured(const sources *from, uint8_t code, dhcpperf_bytes *ret)
{
    unsigned i;

    for (i = 0; i < from->n; i++) {
        if (dp_options_get(from->at[i], code, ret)) {
            return 1;
        }
    }
    return 0;
}

/* Adds a configured option; the number added. */
static unsigned add_configured(dhcpperf_server *s, const sources *from, uint8_t code)
{
    dhcpperf_bytes value;

    if ((from->only != NULL && (from->only[code / 64] >> (code % 64) & 1) == 0) ||
        (from->no_ipv6_only && code == DHCPPERF_OPT_IPV6_ONLY)) {
        return 0;
    }
    if (find_configured(from, code, &value)) {
        dhcpperf_writer_add_option(s->writer, code, value);
        return 1;
    }
    if (code == DHCPPERF_OPT_SUBNET_MASK) {
        dhcpperf_writer_add_u32(s->writer, code, from->mask);
        return 1;
    }
    return 0;
}

/* What was asked for and is configured, in the order of the request (RFC 2132 9.8), each once, the
 * mask before routers (3.3); at most `keep` options.  Their number. */
static unsigned add_requested(dhcpperf_server *s, const sources *from, const dp_profile *c,
                              unsigned keep)
{
    uint64_t asked[4] = {0}, done[4] = {0};
    unsigned i, n = 0;

    for (i = 0; i < c->len; i++) {
        asked[c->list[i] / 64] |= UINT64_C(1) << (c->list[i] % 64);
    }
    for (i = 0; i < c->len && n < keep; i++) {
        uint8_t code = c->list[i];

        if (code == DHCPPERF_OPT_ROUTER && (asked[0] & ~done[0] & 2) != 0) {
            done[0] |= 2;
            n += add_configured(s, from, DHCPPERF_OPT_SUBNET_MASK);
            if (n >= keep) {
                break;
            }
        }
        if ((done[code / 64] >> (code % 64) & 1) == 0) {
            done[code / 64] |= UINT64_C(1) << (code % 64);
            n += add_configured(s, from, code);
        }
    }
    return n;
}

/* Everything that is configured, for clients without a request list. */
static unsigned add_all(dhcpperf_server *s, const sources *from, unsigned keep)
{
    unsigned code, n = 0;

    for (code = DHCPPERF_OPT_SUBNET_MASK; code < DHCPPERF_OPT_END && n < keep; code++) {
        n += add_configured(s, from, (uint8_t)code);
    }
    return n;
}

/* siaddr and file (RFC 2131 table 3); where room is short the name goes as option 67, so that the
 * field can take options (C-052). */
static void set_boot(dhcpperf_server *s, uint32_t subnet, const sources *from, int file_as_option)
{
    const dhcpperf_pool *p = s->store.subnet[subnet].pool;
    dhcpperf_bytes file = {(const uint8_t *)s->set.boot_file, strlen(s->set.boot_file)}, other;

    if (p->has_boot) {
        file.data = p->boot_len > 0 ? p->bytes.at + p->boot_file : file.data;
        file.len = p->boot_len;
    }
    dhcpperf_writer_set_siaddr(s->writer, p->has_boot ? p->next_server : s->set.next_server);
    if (!file_as_option || file.len == 0 || find_configured(from, DHCPPERF_OPT_BOOT_FILE, &other)) {
        dhcpperf_writer_set_file(s->writer, file);
    } else {
        dhcpperf_writer_add_option(s->writer, DHCPPERF_OPT_BOOT_FILE, file);
    }
}

/* All options but the echo, with the values that the reply has; how many of them were configured
 * ones. */
static unsigned add_options(dhcpperf_server *s, const dp_reply *d, const dp_options *own,
                            unsigned keep, int file_as_option)
{
    dhcpperf_writer *w = s->writer;
    uint32_t t1 = 0, t2 = 0;
    const dp_profile *c;
    sources from;

    if (d->shape != DP_SHAPE_BOOTP) {
        dhcpperf_writer_add_u32(w, DHCPPERF_OPT_SERVER_ID, d->name);
    }
    if (d->shape == DP_SHAPE_NAK) {
        if (keep > 0) {
            dhcpperf_writer_add_str(w, 56, nak_text((dp_nak)d->profile));
        }
        return 1;
    }
    if (d->shape == DP_SHAPE_QUERY) {
        return 0;
    }
    if (d->shape == DP_SHAPE_LEASE || d->shape == DP_SHAPE_SHORT) {
        dhcpperf_writer_add_u32(w, DHCPPERF_OPT_LEASE_TIME, d->lease_s);
    }
    if (d->shape == DP_SHAPE_LEASE) {
        (void)dp_pool_t1_t2(s->store.subnet[d->subnet].pool, d->lease_s, &t1, &t2);
        dhcpperf_writer_add_u32(w, DHCPPERF_OPT_T1, t1);
        dhcpperf_writer_add_u32(w, DHCPPERF_OPT_T2, t2);
    }
    c = &s->templates.profiles[d->profile];
    from = sources_of(s, d->subnet, c, own);
    from.only = d->shape == DP_SHAPE_INFORM && s->inform.has_options ? s->inform.options : NULL;
    set_boot(s, d->subnet, &from, file_as_option);
    return c->len == 0 ? add_all(s, &from, keep) : add_requested(s, &from, c, keep);
}

static void build_template(dhcpperf_server *s, dp_template *t, const dp_reply *d)
{
    size_t len = 0;
    int rc;

    dhcpperf_writer_begin(s->writer, t->image, sizeof t->image, DHCPPERF_OFFER, 0);
    dhcpperf_writer_set_quirks(s->writer, DHCPPERF_WRITE_NO_OVERLOAD);
    (void)add_options(s, d, NULL, ALL, 0);
    rc = dhcpperf_writer_finish(s->writer, 0, &len);
    t->len = rc == 0 ? (uint16_t)(len - 1) : 0; /* without End */
    memset(t->image + t->len, 0, sizeof t->image - t->len);
    t->natural = (uint32_t)len;
    t->name = t->lease_s = 0; /* as the writer was told */
}

dp_template *dp_template_search(dhcpperf_server *s, uint64_t key)
{
    dp_templates *ts = &s->templates;
    const dp_reply d = {.subnet = (uint16_t)(key >> 16),
                        .profile = (uint16_t)(key >> 3) % (DP_PROFILE_SETS * DP_WAYS),
                        .shape = key % 8};
    uint32_t first, w;
    dp_template *t;

    first = ((uint32_t)(dp_mix64(key & UINT32_MAX) >> 32) & (ts->sets - 1)) * DP_WAYS;
    for (w = 0; w < DP_WAYS && ts->at[first + w].key != key; w++) {
    }
    if (w < DP_WAYS) {
        t = &ts->at[first + w];
    } else {
        for (w = 0; w < DP_WAYS && ts->at[first + w].key != 0; w++) {
        }
        t = &ts->at[first + (w < DP_WAYS ? w : ts->hand++ % DP_WAYS)];
        t->key = key;
        build_template(s, t, &d);
    }
    ts->last[d.shape] = t;
    return t;
}

/* The options of the client that the address is reserved for; NULL for most. */
static const dp_options *own_options(const dhcpperf_server *s, const dp_reply *d)
{
    if ((d->mark & DP_HELD_OWN) == 0) {
        return NULL;
    }
    return dp_pool_own_options(
        s->store.subnet[d->subnet].pool,
        dp_reply_ip(d, d->shape == DP_SHAPE_INFORM ? DP_OFF_CIADDR : DP_OFF_YIADDR));
}

uint32_t dp_own_length(dhcpperf_server *s, const dp_reply *d)
{
    size_t len = 0;

    dhcpperf_writer_begin(s->writer, NULL, 0, (dhcpperf_msg_type)d->type, 0);
    dhcpperf_writer_set_quirks(s->writer, DHCPPERF_WRITE_NO_OVERLOAD);
    (void)add_options(s, d, own_options(s, d), ALL, 0);
    (void)dhcpperf_writer_finish(s->writer, 0, &len); /* NOBUFS, and the length it would have */
    return (uint32_t)len;
}

/* ---- composing ------------------------------------------------------------------------------ */

/* What differs from reply to reply, on both sides of siaddr. */
static inline void patch(const dp_reply *d, uint8_t *buf)
{
    memcpy(buf, d->head, DP_OFF_SIADDR);
    memcpy(buf + DP_OFF_GIADDR, d->head + DP_OFF_GIADDR, DP_HEAD_LEN - DP_OFF_GIADDR);
    if (d->shape != DP_SHAPE_BOOTP) {
        buf[DP_AT_TYPE] = d->type;
    }
}

/* What often is as in the reply before: the server's name, and the times. */
static void patch_values(const dhcpperf_server *s, const dp_reply *d, uint8_t *buf)
{
    uint32_t t1, t2;

    dp_put32(buf + DP_AT_SERVER, d->name);
    if (d->shape == DP_SHAPE_LEASE || d->shape == DP_SHAPE_SHORT) {
        dp_put32(buf + DP_AT_LEASE, d->lease_s);
    }
    if (d->shape == DP_SHAPE_LEASE &&
        dp_pool_t1_t2(s->store.subnet[d->subnet].pool, d->lease_s, &t1, &t2)) {
        dp_put32(buf + DP_AT_T1, t1);
        dp_put32(buf + DP_AT_T2, t2);
    }
}

void dp_reply_add_echo(dhcpperf_server *s, const dp_reply *d, int with_relay_info)
{
    const uint8_t *echo = d->brief;
    dhcpperf_bytes value;
    size_t at = 0;

    if (d->echo != 0) {
        dp_cells_get(&s->held.cells, d->echo, s->echo_buf, d->echo_len);
        echo = s->echo_buf;
    }
    while (at < d->echo_len) {
        value.data = echo + at + 2;
        value.len = echo[at + 1];
        if (echo[at] != DHCPPERF_OPT_RELAY_INFO || with_relay_info) {
            dhcpperf_writer_add_option(s->writer, echo[at], value);
        }
        at += 2 + value.len;
    }
}

/* How much of a reply is tried. */
typedef struct ration {
    unsigned keep; /* options that were asked for */
    int file_as_option, relay_info;
} ration;

static int try_fit(dhcpperf_server *s, uint32_t held, uint8_t *buf, size_t cap, ration r,
                   unsigned *ret_n)
{
    const dp_reply *d = &s->held.reply[held];
    size_t limit = d->limit, len;
    int rc;

    dhcpperf_writer_begin(s->writer, buf, cap, (dhcpperf_msg_type)d->type, 0);
    dhcpperf_writer_set_limit(s->writer, limit < cap ? limit : cap);
    if (d->shape == DP_SHAPE_BOOTP || d->shape == DP_SHAPE_NAK) { /* RFC 2131 table 3 */
        dhcpperf_writer_set_quirks(s->writer, DHCPPERF_WRITE_NO_OVERLOAD);
    }
    *ret_n = add_options(s, d, own_options(s, d), r.keep, r.file_as_option);
    dp_reply_add_echo(s, d, r.relay_info);
    rc = dhcpperf_writer_finish(s->writer, d->len < cap ? d->len : cap, &len);
    return rc != 0 ? rc : (int)len;
}

/* Does not fit: overload first (the writer), also of the boot file's field, then leave out what was
 * asked for last, then the relay agent's information, whole (RFC 3046 2.2). */
static int compose_fitted(dhcpperf_server *s, uint32_t held, uint8_t *buf, size_t cap)
{
    ration r = {.keep = ALL, .relay_info = 1};
    unsigned n, most;
    int rc = try_fit(s, held, buf, cap, r, &n);

    if (rc < 0 && s->held.reply[held].shape != DP_SHAPE_BOOTP) {
        r.file_as_option = 1;
        rc = try_fit(s, held, buf, cap, r, &n);
    }
    for (most = n; rc < 0 && most-- > 0;) {
        r.keep = most;
        rc = try_fit(s, held, buf, cap, r, &n);
    }
    if (rc < 0) {
        dp_stats_add(&s->stats, DHCPPERF_C_RELAY_INFO_LOST, 1);
        r.relay_info = 0;
        rc = try_fit(s, held, buf, cap, r, &n);
    }
    return rc;
}

static inline __attribute__((always_inline)) int compose(dhcpperf_server *s, uint32_t held,
                                                         uint8_t *buf, size_t cap)
{
    const dp_reply *d = &s->held.reply[held];
    dp_template *t;
    int len;

    if ((d->mark & (DP_HELD_FIT | DP_HELD_PAST)) != 0) {
        if ((d->mark & DP_HELD_PAST) != 0) {
            return dp_past_compose(s, held, buf, cap);
        }
        len = d->shape < DP_SHAPE_ROGUE ? compose_fitted(s, held, buf, cap)
                                        : dp_rogue_compose(s, held, buf, cap);
        if (len > 0) {
            patch(d, buf); /* the values may be anywhere: overloaded */
        }
        return len;
    }
    t = dp_template_find(s, d->subnet, d->profile, (dp_shape)d->shape);
    if (d->len > cap) {
        return DHCPPERF_E_NOBUFS;
    }
    if (t->name != d->name || t->lease_s != d->lease_s) {
        patch_values(s, d, t->image);
        t->name = d->name;
        t->lease_s = d->lease_s;
    }
    memcpy(buf, t->image, d->len);
    patch(d, buf);
    if (d->echo != 0) {
        dp_cells_get(&s->held.cells, d->echo, buf + t->len, d->echo_len);
    } else if (d->echo_len > 0) {
        dp_copy_brief(buf + t->len, d->brief, d->echo_len);
    }
    buf[t->len + d->echo_len] = DHCPPERF_OPT_END;
    return d->len;
}

int dp_reply_compose(dhcpperf_server *s, uint32_t held, uint8_t *buf, size_t cap)
{
    return compose(s, held, buf, cap);
}

__attribute__((noinline)) int dp_reply_compose_it(dhcpperf_server *s, uint32_t held, uint8_t *buf,
                                                  size_t cap)
{
    return compose(s, held, buf, cap);
}
