/* SPDX-License-Identifier: MIT */
/* dp_view.h - what an engine needs of an arrival, found in one pass without touching a handle, so
 * that a burst can be looked at first (parse, hash, prefetch) and acted upon second.
 *
 * A plain message (no overload, no repeated option among those below) is described completely.  Any
 * other one that parses is marked DP_VIEW_COMPLEX: the engine then runs the full parser on its own
 * dhcpperf_msg and calls dp_view_from_msg(), which gives the same view with joined values. */
#ifndef DP_VIEW_H
#define DP_VIEW_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <libdhcpperf/message.h>

/* The options engines look at. */
#define DP_VIEW_MAP(X)                                                                             \
    X(SUBNET_MASK, 1)                                                                              \
    X(HOSTNAME, 12)                                                                                \
    X(REQUESTED_IP, 50)                                                                            \
    X(LEASE_TIME, 51)                                                                              \
    X(MSG_TYPE, 53)                                                                                \
    X(SERVER_ID, 54)                                                                               \
    X(PARAM_LIST, 55)                                                                              \
    X(MESSAGE, 56)                                                                                 \
    X(MAX_SIZE, 57)                                                                                \
    X(T1, 58)                                                                                      \
    X(T2, 59)                                                                                      \
    X(VENDOR_CLASS, 60)                                                                            \
    X(CLIENT_ID, 61)                                                                               \
    X(USER_CLASS, 77)                                                                              \
    X(RAPID_COMMIT, 80)                                                                            \
    X(RELAY_INFO, 82)                                                                              \
    X(AUTH, 90)                                                                                    \
    X(IPV6_ONLY, 108)                                                                              \
    X(SUBNET_SELECTION, 118)                                                                       \
    X(VENDOR_CLASSES, 124)                                                                         \
    X(OVERLOAD, 52)

/* One slot takes whatever no engine looks at, so that noting an option needs no branch: it is never
 * seen. */
typedef enum dp_view_slot {
    DP_V_OTHER,
#define DP_VIEW_ENUM(name, code) DP_V_##name,
    DP_VIEW_MAP(DP_VIEW_ENUM)
#undef DP_VIEW_ENUM
    DP_V_COUNT
} dp_view_slot;

enum {
    DP_VIEW_COMPLEX = 1u << 0,  /* overload or repeated options: use the full parser */
    DP_VIEW_NO_END = 1u << 1,   /* options were not closed (C-009: tolerated) */
    DP_VIEW_NO_COOKIE = 1u << 2 /* BOOTP with an all-zero vendor area: no options (C-054) */
};

/* Where a value is: its offset, and in the high half its length.  So a view is two cache lines, and
 * that of another message of the same shape a copy. */
typedef uint32_t dp_view_value;

typedef struct dp_view {
    const uint8_t *data; /* the payload, at least 240 octets */
    const uint8_t *base; /* what offsets count from: it, or a copy of all values */
    uint16_t len;
    uint8_t type;                 /* option 53 when it is one octet, else 0 */
    uint8_t flags;                /* DP_VIEW_* */
    uint32_t seen;                /* bit per dp_view_slot */
    dp_view_value at[DP_V_COUNT]; /* valid where seen */
} dp_view;

/* 0, or TRUNCATED (under 240 octets, option past the end), MALFORMED (hlen over 16, over 65,535
 * octets) or COOKIE (not DHCP).  On failure *v means nothing and *reterr (may be NULL) tells offset
 * and option.  A COMPLEX message may still be refused by the full parser: only that one looks into
 * overloaded fields. */
int dp_view_parse(dp_view *v, const uint8_t *data, size_t len, dhcpperf_parse_error *reterr);

/* The slot of an option, or -1 when a view does not have it. */
int dp_view_slot_of(uint8_t code);

/* The same from a parsed handle; values live as long as the handle's parse. */
void dp_view_from_msg(dp_view *v, const dhcpperf_msg *msg);

static inline int dp_view_has(const dp_view *v, dp_view_slot slot)
{
    return (int)((v->seen >> slot) & 1);
}

/* Of an option that is there: where its value is, and its length. */
static inline const uint8_t *dp_view_val(const dp_view *v, dp_view_slot slot)
{
    return v->base + (v->at[slot] & UINT16_MAX);
}

static inline dp_view_value dp_view_place(size_t off, size_t len)
{
    return (uint32_t)off | (uint32_t)len << 16;
}

static inline uint16_t dp_view_len(const dp_view *v, dp_view_slot slot)
{
    return (uint16_t)(v->at[slot] >> 16);
}

/* 1 and the value when the option is there with exactly 4 octets. */
static inline int dp_view_u32(const dp_view *v, dp_view_slot slot, uint32_t *ret)
{
    const uint8_t *p;

    if (!dp_view_has(v, slot) || dp_view_len(v, slot) != 4) {
        return 0;
    }
    p = dp_view_val(v, slot);
    *ret = ((uint32_t)p[0] << 24) | ((uint32_t)p[1] << 16) | ((uint32_t)p[2] << 8) | p[3];
    return 1;
}

static inline int dp_view_ip4(const dp_view *v, dp_view_slot slot, dhcpperf_ip4 *ret)
{
    if (!dp_view_has(v, slot) || dp_view_len(v, slot) != 4) {
        return 0;
    }
    memcpy(ret, dp_view_val(v, slot), 4);
    return 1;
}

/* Offsets of the fixed part (RFC 2131 section 2). */
enum {
    DP_OFF_OP = 0,
    DP_OFF_HTYPE = 1,
    DP_OFF_HLEN = 2,
    DP_OFF_HOPS = 3,
    DP_OFF_XID = 4,
    DP_OFF_SECS = 8,
    DP_OFF_FLAGS = 10,
    DP_OFF_CIADDR = 12,
    DP_OFF_YIADDR = 16,
    DP_OFF_SIADDR = 20,
    DP_OFF_GIADDR = 24,
    DP_OFF_CHADDR = 28,
    DP_OFF_SNAME = 44,
    DP_OFF_FILE = 108,
    DP_OFF_COOKIE = 236,
    DP_OFF_OPTIONS = 240
};

static inline uint32_t dp_get32(const uint8_t *p)
{
    return ((uint32_t)p[0] << 24) | ((uint32_t)p[1] << 16) | ((uint32_t)p[2] << 8) | p[3];
}

static inline void dp_put32(uint8_t *p, uint32_t v)
{
    p[0] = (uint8_t)(v >> 24);
    p[1] = (uint8_t)(v >> 16);
    p[2] = (uint8_t)(v >> 8);
    p[3] = (uint8_t)v;
}

static inline uint16_t dp_get16(const uint8_t *p)
{
    return (uint16_t)((p[0] << 8) | p[1]);
}

static inline void dp_put16(uint8_t *p, uint16_t v)
{
    p[0] = (uint8_t)(v >> 8);
    p[1] = (uint8_t)v;
}

/* Can it be the address of one host? */
static inline int dp_is_unicast(uint32_t ip)
{
    return ip != 0 && ip != UINT32_MAX && (ip >> 28) != 14;
}

#endif
