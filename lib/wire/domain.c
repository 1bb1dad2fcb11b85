/* SPDX-License-Identifier: MIT */
/* domain.c - domain names on the wire and as text: RFC 1035 names, the compressed lists of RFC 3397
 * and the names of option 81 (RFC 4702).
 *
 * Reading follows a pointer only to before the labels it ended, so every jump goes strictly
 * backwards and no input can make it loop; a name is at most 255 octets.  In text a dot separates
 * labels, and every octet that is not a letter, digit, '-' or '_' is written as \xNN. */
#include <string.h>

#include <libdhcpperf/error.h>

#include "wire/dp_option.h"

/* A name from text: labels behind their lengths, without the root. */
typedef struct wire_name {
    uint8_t octets[DP_NAME_MAX];
    size_t len;
    bool dot; /* the text ended with a dot, or was nothing else */
} wire_name;

/* One character of a label, escapes resolved; -1 when it is none. */
static int scan_label_char(dp_scan *s)
{
    const char *p = s->at;

    if (*p == '\\') {
        if (s->end - p >= 4 && p[1] == 'x' && dp_hex_digit(p[2]) >= 0 && dp_hex_digit(p[3]) >= 0) {
            s->at += 4;
            return dp_hex_digit(p[2]) << 4 | dp_hex_digit(p[3]);
        }
        return -1;
    }
    if ((uint8_t)*p <= 0x20 || *p == 0x7f || strchr(",;=:\"", *p) != NULL) {
        return -1;
    }
    s->at++;
    return (uint8_t)*p;
}

static int scan_name(dp_scan *s, wire_name *name)
{
    size_t label = 0; /* where the length of the open label lies */

    name->len = 0;
    name->dot = false;
    if (s->end - s->at == 1 && *s->at == '.') {
        s->at++;
        name->dot = true;
        return 0;
    }
    while (s->at < s->end) {
        int c;

        if (name->len == label) { /* a label begins; with the root the name must fit */
            if (*s->at == '.' || name->len + 1 >= DP_NAME_MAX) {
                return *s->at == '.' ? DHCPPERF_E_SYNTAX : DHCPPERF_E_RANGE;
            }
            name->octets[name->len++] = 0;
            name->dot = false;
        }
        if (*s->at == '.') {
            s->at++;
            label = name->len;
            name->dot = true;
            continue;
        }
        c = scan_label_char(s);
        if (c < 0) {
            return DHCPPERF_E_SYNTAX;
        }
        if (name->octets[label] == DP_LABEL_MAX || name->len + 1 >= DP_NAME_MAX) {
            return DHCPPERF_E_RANGE;
        }
        name->octets[label]++;
        name->octets[name->len++] = (uint8_t)c;
    }
    return name->len > 0 ? 0 : DHCPPERF_E_SYNTAX;
}

/* The labels at `at` of what was written spell the rest of `name` from `from` on. */
static bool same_suffix(const dp_out *o, size_t base, size_t at, const wire_name *name, size_t from)
{
    while (at < o->len && (o->buf[at] & DP_COMPRESSED) == DP_COMPRESSED) {
        at = base + ((size_t)(o->buf[at] & 0x3f) << 8 | o->buf[at + 1]);
    }
    while (from < name->len && at < o->len && o->buf[at] == name->octets[from] &&
           o->len - at > o->buf[at] &&
           memcmp(o->buf + at + 1, name->octets + from + 1, o->buf[at]) == 0) {
        from += 1u + name->octets[from];
        at += 1u + o->buf[at];
        while (at < o->len && (o->buf[at] & DP_COMPRESSED) == DP_COMPRESSED) {
            at = base + ((size_t)(o->buf[at] & 0x3f) << 8 | o->buf[at + 1]);
        }
    }
    return from == name->len && at < o->len && o->buf[at] == 0;
}

/* Where, relative to base, a pointer to the suffix can go; false when it was not written yet. */
static bool find_suffix(const dp_out *o, size_t base, const wire_name *name, size_t from,
                        size_t *ret)
{
    size_t at = base;

    if (o->len > o->cap) {
        return false;
    }
    while (at < o->len && at - base <= 0x3fff) {
        if ((o->buf[at] & DP_COMPRESSED) == DP_COMPRESSED) {
            at += 2;
        } else if (o->buf[at] == 0) {
            at++;
        } else {
            if (same_suffix(o, base, at, name, from)) {
                *ret = at - base;
                return true;
            }
            at += 1u + o->buf[at];
        }
    }
    return false;
}

static void put_name(dp_out *o, const wire_name *name, bool compress, size_t base)
{
    size_t written = o->len, target, i;
    dp_out before = *o; /* only whole earlier names are pointed at */

    before.len = written;
    for (i = 0; i < name->len; i += 1u + name->octets[i]) {
        if (compress && find_suffix(&before, base, name, i, &target)) {
            dp_out_number(o, (uint64_t)DP_COMPRESSED << 8 | target, 2);
            return;
        }
        dp_out_octets(o, name->octets + i, 1u + name->octets[i]);
    }
    dp_out_octet(o, 0);
}

int dp_encode_domain(dp_scan *s, dp_out *o, bool terminate, bool compress)
{
    wire_name name;
    int rc = scan_name(s, &name);

    if (rc != 0) {
        return rc;
    }
    if (terminate) {
        put_name(o, &name, compress, o->len);
    } else {
        dp_out_octets(o, name.octets, name.len);
        if (name.dot) {
            dp_out_octet(o, 0);
        }
    }
    return 0;
}

int dp_encode_domains(dp_scan *s, dp_out *o, bool compress)
{
    size_t base = o->len;
    wire_name name;
    dp_scan part;
    int rc = DHCPPERF_E_SYNTAX;

    while (dp_scan_until(s, ',', &part)) {
        rc = scan_name(&part, &name);
        if (rc != 0) {
            s->at = part.at;
            return rc;
        }
        put_name(o, &name, compress, base);
    }
    return rc;
}

/* ---- wire to text --------------------------------------------------------------------------- */

static void put_label(dp_text *t, const uint8_t *label, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        char c = (char)label[i];

        if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
            c == '-' || c == '_') {
            dp_text_char(t, c);
        } else {
            dp_text_str(t, "\\x");
            dp_text_hex(t, label[i], 2);
        }
    }
}

int dp_format_domain(dp_text *t, dhcpperf_bytes v, size_t *inout_at)
{
    size_t at = *inout_at, run = at, total = 1, labels = 0;
    bool jumped = false;

    for (;;) {
        size_t n;

        if (at >= v.len) {
            return DHCPPERF_E_MALFORMED;
        }
        n = v.data[at];
        if (n == 0) {
            break;
        }
        if ((n & DP_COMPRESSED) == DP_COMPRESSED) {
            if (v.len - at < 2) {
                return DHCPPERF_E_MALFORMED;
            }
            n = (n & 0x3f) << 8 | v.data[at + 1];
            if (n >= run) {
                return DHCPPERF_E_MALFORMED;
            }
            if (!jumped) {
                *inout_at = at + 2;
                jumped = true;
            }
            at = run = n;
            continue;
        }
        total += 1 + n;
        if (n > DP_LABEL_MAX || v.len - at - 1 < n || total > DP_NAME_MAX) {
            return DHCPPERF_E_MALFORMED;
        }
        dp_text_str(t, labels++ > 0 ? "." : "");
        put_label(t, v.data + at + 1, n);
        at += 1 + n;
    }
    dp_text_str(t, labels == 0 ? "." : "");
    if (!jumped) {
        *inout_at = at + 1;
    }
    return 0;
}

int dp_format_domains(dp_text *t, dhcpperf_bytes v)
{
    size_t at = 0;
    int rc = 0;

    while (at < v.len && rc == 0) {
        dp_text_str(t, at > 0 ? ", " : "");
        rc = dp_format_domain(t, v, &at);
    }
    return rc;
}

/* ---- option 81 ------------------------------------------------------------------------------ */

enum {
    FQDN_S = 1,
    FQDN_O = 2,
    FQDN_E = 4, /* the name is in wire form, else ASCII */
    FQDN_N = 8,
    FQDN_KNOWN = 15
};

static const char fqdn_letters[] = "soen"; /* from bit 0 up */

static int scan_fqdn_flags(dp_scan *s, uint8_t *ret)
{
    uint8_t flags = 0;
    uint64_t v;
    int rc;

    if (s->at < s->end && *s->at >= '0' && *s->at <= '9') {
        rc = dp_scan_number(s, 255, &v);
        *ret = (uint8_t)v;
        return rc;
    }
    for (; s->at < s->end && *s->at != ' '; s->at++) {
        const char *letter = strchr(fqdn_letters, *s->at);

        if (letter == NULL || *letter == '\0') {
            return DHCPPERF_E_SYNTAX;
        }
        flags |= (uint8_t)(1 << (letter - fqdn_letters));
    }
    *ret = flags;
    return 0;
}

int dp_encode_fqdn(dp_scan *s, dp_out *o)
{
    uint8_t flags = FQDN_S | FQDN_E;
    uint64_t rcode1 = 0, rcode2 = 0;
    int rc = 0;

    if (dp_scan_word(s, "flags=")) {
        rc = scan_fqdn_flags(s, &flags);
        if (rc == 0 && s->at < s->end && *s->at != ' ') {
            rc = DHCPPERF_E_SYNTAX;
        }
        dp_scan_trim(s);
    }
    if (rc == 0 && dp_scan_word(s, "rcodes=")) {
        rc = dp_scan_number(s, 255, &rcode1);
        if (rc == 0) {
            rc = dp_scan_char(s, '/') ? dp_scan_number(s, 255, &rcode2) : DHCPPERF_E_SYNTAX;
        }
        if (rc == 0 && s->at < s->end && *s->at != ' ') {
            rc = DHCPPERF_E_SYNTAX;
        }
        dp_scan_trim(s);
    }
    if (rc != 0) {
        return rc;
    }
    dp_out_octet(o, flags);
    dp_out_octet(o, (uint8_t)rcode1);
    dp_out_octet(o, (uint8_t)rcode2);
    if (dp_scan_empty(s)) {
        return 0;
    }
    return (flags & FQDN_E) != 0 ? dp_encode_domain(s, o, false, false) : dp_encode_string(s, o);
}

/* A name without pointers that need not end with the root (RFC 4702 section 2.3.1). */
static int format_partial(dp_text *t, dhcpperf_bytes v)
{
    size_t at = 0, n;

    while (at < v.len) {
        n = v.data[at];
        if (n > DP_LABEL_MAX || v.len - at - 1 < n || (n == 0 && at + 1 != v.len)) {
            return DHCPPERF_E_MALFORMED;
        }
        dp_text_str(t, at > 0 || n == 0 ? "." : "");
        put_label(t, v.data + at + 1, n);
        at += 1 + n;
    }
    /* What scan_name() would refuse: the root has to fit as well. */
    return v.len + (v.len > 0 && v.data[v.len - 1] == 0 && at == v.len ? 0u : 1u) > DP_NAME_MAX
               ? DHCPPERF_E_MALFORMED
               : 0;
}

int dp_format_fqdn(dp_text *t, dhcpperf_bytes v)
{
    dhcpperf_bytes name = {v.data + 3, v.len - 3};
    uint8_t flags = v.data[0];
    unsigned i;

    dp_text_str(t, "flags=");
    if (flags == 0 || (flags & ~FQDN_KNOWN) != 0) {
        dp_text_u64(t, flags);
    } else {
        for (i = 0; i < 4; i++) {
            if ((flags >> i & 1) != 0) {
                dp_text_char(t, fqdn_letters[i]);
            }
        }
    }
    if (v.data[1] != 0 || v.data[2] != 0) {
        dp_text_str(t, " rcodes=");
        dp_text_u64(t, v.data[1]);
        dp_text_char(t, '/');
        dp_text_u64(t, v.data[2]);
    }
    if (name.len == 0) {
        return 0;
    }
    dp_text_char(t, ' ');
    if ((flags & FQDN_E) != 0) {
        return format_partial(t, name);
    }
    dp_format_string(t, name, "=");
    return 0;
}
