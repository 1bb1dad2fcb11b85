/* SPDX-License-Identifier: MIT */
/* hostile_clients.c - messages that are well formed, of clients that ask for what is not theirs,
 * give away what others have, speak with another's hardware address, or for a server. */
#include "policy/dp_hostile.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum {
    OP_REPLY = 2
};

/* The good messages name addresses of others: each is one of these as it is. */
static void make_foreign_lease(dp_draft *d, uint32_t variant)
{
    static const dp_draft_base bases[] = {DP_DRAFT_SELECT, DP_DRAFT_REBOOT, DP_DRAFT_RENEW};

    dp_draft_begin(d, bases[variant % COUNT(bases)], 0);
}

static void make_foreign_release(dp_draft *d, uint32_t variant)
{
    dp_draft_begin(d, DP_DRAFT_RELEASE, (variant & 1) != 0 ? DHCPPERF_OPT_SERVER_ID : 0);
}

static void make_foreign_decline(dp_draft *d, uint32_t variant)
{
    dp_draft_begin(d, DP_DRAFT_DECLINE, (variant & 1) != 0 ? DHCPPERF_OPT_SERVER_ID : 0);
}

/* Another's hardware address; no client identifier, one that says nothing, or one's own. */
static void make_half_identity(dp_draft *d, uint32_t variant)
{
    dp_draft_base base = (dp_draft_base)(variant / 4 % DP_DRAFT_QUERY);
    uint8_t chaddr[6];

    dp_draft_begin(d, base, variant % 4 != 3 ? DHCPPERF_OPT_CLIENT_ID : 0);
    dp_draft_victim(d, chaddr);
    memcpy(d->at + DP_OFF_CHADDR, chaddr, sizeof chaddr);
    if (variant % 4 == 1) {
        dp_draft_option_of(d, DHCPPERF_OPT_CLIENT_ID, 1, 1);
    } else if (variant % 4 == 2) {
        dp_draft_option_of(d, DHCPPERF_OPT_CLIENT_ID, 7, 0);
    }
}

/* Each from an address that nobody has. */
static void make_inform(dp_draft *d, uint32_t variant)
{
    dp_draft_begin(d, DP_DRAFT_INFORM, 0);
    dp_put32(d->at + DP_OFF_CIADDR,
             variant < DP_N_BAD_IPS ? dp_draft_bad_ip(d, variant) : dp_draft_foreign_ip(d));
    if ((variant & 1) != 0) {
        dp_draft_option_of(d, DHCPPERF_OPT_LEASE_TIME, 4, 0xff);
    }
}

/* Asks for everything, nothing and nobody (RFC 4388 section 6.1), with and without a relay. */
static void make_query(dp_draft *d, uint32_t variant)
{
    uint32_t what = variant / 2 % (DP_N_BAD_IPS + 4);

    dp_draft_begin(d, DP_DRAFT_QUERY, 0);
    if ((variant & 1) != 0) {
        dp_put32(d->at + DP_OFF_GIADDR, dp_ip4_num(d->facts.server));
    }
    if (what < DP_N_BAD_IPS) {
        dp_put32(d->at + DP_OFF_CIADDR, dp_draft_bad_ip(d, what));
        return;
    }
    what -= DP_N_BAD_IPS;
    if (what != 3) { /* 3: by address, hardware address and identifier at once */
        memset(d->at + DP_OFF_CIADDR, 0, 4);
    }
    if (what == 1) {
        d->at[DP_OFF_HLEN] = 0;
    }
    if (what >= 2) {
        dp_draft_option_of(d, DHCPPERF_OPT_CLIENT_ID, what == 2 ? 255 : 1, 1);
    }
}

/* What a server would say, to a server; as a request and as a reply. */
static void make_reply(dp_draft *d, uint32_t variant)
{
    static const uint8_t types[] = {
        DHCPPERF_OFFER,           DHCPPERF_ACK,          DHCPPERF_NAK,         DHCPPERF_FORCERENEW,
        DHCPPERF_LEASEUNASSIGNED, DHCPPERF_LEASEUNKNOWN, DHCPPERF_LEASEACTIVE, 0};

    dp_draft_begin(d, DP_DRAFT_SELECT, DHCPPERF_OPT_MSG_TYPE);
    if (variant % 2 != 0) {
        d->at[DP_OFF_OP] = OP_REPLY;
    }
    variant /= 2;
    if (types[variant % COUNT(types)] != 0) {
        dp_draft_option(d, DHCPPERF_OPT_MSG_TYPE, &types[variant % COUNT(types)], 1);
    }
    dp_draft_option_of(d, DHCPPERF_OPT_LEASE_TIME, 4, 1);
    dp_put32(d->at + DP_OFF_YIADDR, dp_draft_foreign_ip(d));
}

/* Takes all addresses there are: every message from another client. */
static void make_starve(dp_draft *d, uint32_t variant)
{
    uint32_t who = (uint32_t)dp_draft_draw(d);

    dp_draft_begin(d, (variant & 1) != 0 ? DP_DRAFT_REBOOT : DP_DRAFT_DISCOVER,
                   DHCPPERF_OPT_CLIENT_ID);
    dp_put32(d->at + DP_OFF_CHADDR + 2, who);
    if ((variant & 2) != 0) {
        dp_draft_option(d, DHCPPERF_OPT_RAPID_COMMIT, NULL, 0);
    }
}

/* BOOTP, by the book and with a vendor area of anything. */
static void make_bootp(dp_draft *d, uint32_t variant)
{
    dp_draft_begin(d, DP_DRAFT_BOOTP, 0);
    if ((variant & 1) != 0) {
        dp_put32(d->at + DP_OFF_COOKIE, 0);
    }
    if ((variant & 2) != 0) {
        dp_draft_random(d, 60);
    }
    if ((variant & 4) != 0) {
        dp_put32(d->at + DP_OFF_CIADDR, dp_draft_foreign_ip(d));
    }
}

/* Options whose values are structures, with random octets in them. */
static void make_nonsense(dp_draft *d, uint32_t variant)
{
    static const uint8_t codes[] = {43, 60, 77, 81, 82, 90, 119, 120, 121, 122, 124, 125, 145, 249};
    uint8_t code = codes[variant % COUNT(codes)];
    size_t at;

    dp_draft_begin(d, (dp_draft_base)(variant % DP_DRAFT_QUERY), code);
    dp_draft_option(d, code, NULL, 0);
    at = d->len;
    dp_draft_random(d, dp_draft_below(d, 256));
    d->at[at - 1] = (uint8_t)(d->len - at);
}

const dp_hostile_kind dp_hostile_clients[] = {
    {"foreign-lease", "asks for the lease of another client, or to extend it", 96,
     make_foreign_lease},
    {"foreign-release", "gives the address of another client back", 64, make_foreign_release},
    {"foreign-decline", "declines the address of another client", 64, make_foreign_decline},
    {"half-identity", "has the hardware address of another client, but not its identifier", 168,
     make_half_identity},
    {"inform", "INFORMs from addresses that nobody was given", 256, make_inform},
    {"query", "leasequeries about nobody, nothing and everything", 2 * (DP_N_BAD_IPS + 4),
     make_query},
    {"reply", "says what only servers say", 16, make_reply},
    {"starve", "clients without number, each of which wants an address", 256, make_starve},
    {"bootp", "BOOTP with and without cookie, its vendor area full of anything", 32, make_bootp},
    {"nonsense", "options that have a structure, filled with anything", 14 * 16, make_nonsense},
    {NULL, NULL, 0, NULL},
};
