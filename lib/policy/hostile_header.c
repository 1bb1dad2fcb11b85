/* SPDX-License-Identifier: MIT */
/* hostile_header.c - messages whose fixed fields are wrong, one field at a time (RFC 2131 section
 * 2); everything else in them is good. */
#include "policy/dp_hostile.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Number `variant` of the values of an octet, for each kind of message in turn. */
static void set_octet(dp_draft *d, size_t at, const uint8_t *values, uint32_t n, uint32_t variant)
{
    dp_draft_begin(d, (dp_draft_base)(variant / n), 0);
    d->at[at] = values[variant % n];
}

static void make_op(dp_draft *d, uint32_t variant)
{
    static const uint8_t values[] = {0, 2, 3, 127, 128, 255};

    set_octet(d, DP_OFF_OP, values, COUNT(values), variant);
}

static void make_htype(dp_draft *d, uint32_t variant)
{
    static const uint8_t values[] = {0, 6, 7, 20, 32, 127, 128, 255};

    set_octet(d, DP_OFF_HTYPE, values, COUNT(values), variant);
}

static void make_hlen(dp_draft *d, uint32_t variant)
{
    static const uint8_t values[] = {0, 1, 5, 7, 15, 16, 17, 18, 64, 128, 254, 255};

    set_octet(d, DP_OFF_HLEN, values, COUNT(values), variant);
}

static void make_hops(dp_draft *d, uint32_t variant)
{
    static const uint8_t values[] = {1, 3, 4, 16, 17, 255};

    set_octet(d, DP_OFF_HOPS, values, COUNT(values), variant);
}

static void make_xid(dp_draft *d, uint32_t variant)
{
    static const uint32_t values[] = {0, 1, 0x7fffffff, 0x80000000, 0xffffffff};

    dp_draft_begin(d, (dp_draft_base)(variant / COUNT(values)), 0);
    dp_put32(d->at + DP_OFF_XID, values[variant % COUNT(values)]);
}

static void make_secs(dp_draft *d, uint32_t variant)
{
    static const uint16_t values[] = {1, 255, 256, 32768, 65535};

    dp_draft_begin(d, (dp_draft_base)(variant / COUNT(values)), 0);
    dp_put16(d->at + DP_OFF_SECS, values[variant % COUNT(values)]);
}

static void make_flags(dp_draft *d, uint32_t variant)
{
    static const uint16_t values[] = {0x0001, 0x0080, 0x4000, 0x7fff, 0x8000, 0x8001, 0xffff};

    dp_draft_begin(d, (dp_draft_base)(variant / COUNT(values)), 0);
    dp_put16(d->at + DP_OFF_FLAGS, values[variant % COUNT(values)]);
}

static void set_address(dp_draft *d, size_t at, uint32_t variant)
{
    dp_draft_begin(d, (dp_draft_base)(variant / (DP_N_BAD_IPS + 1)), 0);
    variant %= DP_N_BAD_IPS + 1;
    dp_put32(d->at + at,
             variant < DP_N_BAD_IPS ? dp_draft_bad_ip(d, variant) : dp_draft_foreign_ip(d));
}

static void make_ciaddr(dp_draft *d, uint32_t variant)
{
    set_address(d, DP_OFF_CIADDR, variant);
}

static void make_yiaddr(dp_draft *d, uint32_t variant)
{
    set_address(d, DP_OFF_YIADDR, variant);
}

static void make_siaddr(dp_draft *d, uint32_t variant)
{
    set_address(d, DP_OFF_SIADDR, variant);
}

static void make_giaddr(dp_draft *d, uint32_t variant)
{
    set_address(d, DP_OFF_GIADDR, variant);
}

/* What is behind hlen ought to be zero, and what is before it the address of one host. */
static void make_chaddr(dp_draft *d, uint32_t variant)
{
    static const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t group[6] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0x01};

    dp_draft_begin(d, (dp_draft_base)(variant / 5), 0);
    switch (variant % 5) {
    case 0:
        memset(d->at + DP_OFF_CHADDR, 0, 16);
        break;
    case 1:
        memcpy(d->at + DP_OFF_CHADDR, everybody, sizeof everybody);
        break;
    case 2:
        memcpy(d->at + DP_OFF_CHADDR, group, sizeof group);
        break;
    case 3:
        memset(d->at + DP_OFF_CHADDR + 6, 0xff, 10);
        break;
    default:
        dp_put32(d->at + DP_OFF_CHADDR, (uint32_t)dp_draft_draw(d));
        break;
    }
}

/* Text fields without the NUL that closes them, and with what text should not hold. */
static void fill_text(dp_draft *d, size_t at, size_t len, uint32_t variant)
{
    static const char *const words[] = {"%s%n%x%99999d", "../../../etc/passwd", "\x1b[2J\x07\r\n",
                                        "'; DROP TABLE leases; --", "\xff\xfe\xf5\x80"};
    uint32_t n = COUNT(words) + 2;
    size_t i, word;

    dp_draft_begin(d, (dp_draft_base)(variant / n), 0);
    variant %= n;
    if (variant >= COUNT(words)) {
        memset(d->at + at, variant == COUNT(words) ? 0xff : 'A', len);
        return;
    }
    word = strlen(words[variant]);
    for (i = 0; i < len; i++) {
        d->at[at + i] = (uint8_t)words[variant][i % word];
    }
}

static void make_sname(dp_draft *d, uint32_t variant)
{
    fill_text(d, DP_OFF_SNAME, DP_OFF_FILE - DP_OFF_SNAME, variant);
}

static void make_file(dp_draft *d, uint32_t variant)
{
    fill_text(d, DP_OFF_FILE, DP_OFF_COOKIE - DP_OFF_FILE, variant);
}

static void make_cookie(dp_draft *d, uint32_t variant)
{
    static const uint32_t values[] = {0,          0xffffffff, 0x63535382,
                                      0x63825362, 0x62825363, 0x63825300};
    uint32_t n = COUNT(values) + 1;

    dp_draft_begin(d, (dp_draft_base)(variant / n), 0);
    if (variant % n < COUNT(values)) {
        dp_put32(d->at + DP_OFF_COOKIE, values[variant % n]);
    } else { /* the options begin where it should be */
        memmove(d->at + DP_OFF_COOKIE, d->at + DP_OFF_OPTIONS, d->len - DP_OFF_OPTIONS);
        d->len -= DP_OFF_OPTIONS - DP_OFF_COOKIE;
    }
}

const dp_hostile_kind dp_hostile_header[] = {
    {"op", "op is not BOOTREQUEST", DP_N_DRAFTS * 6, make_op},
    {"htype", "a hardware type that is not the link's", DP_N_DRAFTS * 8, make_htype},
    {"hlen", "a length that the hardware address does not have, or that chaddr has no room for",
     DP_N_DRAFTS * 12, make_hlen},
    {"hops", "relayed too often, or by nobody", DP_N_DRAFTS * 6, make_hops},
    {"xid", "a transaction id of all zeros, all ones or one bit", DP_N_DRAFTS * 5, make_xid},
    {"secs", "a client that has tried for hours, or gives the octets the wrong way round",
     DP_N_DRAFTS * 5, make_secs},
    {"flags", "reserved flags are set", DP_N_DRAFTS * 7, make_flags},
    {"ciaddr", "an own address that no client can have, or that another one has",
     DP_N_DRAFTS *(DP_N_BAD_IPS + 1), make_ciaddr},
    {"yiaddr", "the server's answer is filled in already", DP_N_DRAFTS *(DP_N_BAD_IPS + 1),
     make_yiaddr},
    {"siaddr", "a bootstrap server that the client has chosen itself",
     DP_N_DRAFTS *(DP_N_BAD_IPS + 1), make_siaddr},
    {"giaddr", "a relay agent that no relay agent is: the server itself, everybody, a client",
     DP_N_DRAFTS *(DP_N_BAD_IPS + 1), make_giaddr},
    {"chaddr", "a hardware address of nobody or everybody, or with octets behind it",
     DP_N_DRAFTS * 5, make_chaddr},
    {"sname", "a server name without NUL, or of octets that are no text", DP_N_DRAFTS * 7,
     make_sname},
    {"file", "a boot file without NUL, or of octets that are no text", DP_N_DRAFTS * 7, make_file},
    {"cookie", "the magic cookie is wrong or missing", DP_N_DRAFTS * 7, make_cookie},
    {NULL, NULL, 0, NULL},
};
