/* SPDX-License-Identifier: MIT */
/* auth.c - option 90 (RFC 3118, RFC 6704): what it says, and the octets its MAC is computed over.
 * There is no cryptography here: whoever knows the key computes the MAC. */
#include <libdhcpperf/message.h>

#include <string.h>

#include <libdhcpperf/error.h>

#include "wire/dp_message.h"

enum {
    FIXED_LEN = 11, /* protocol, algorithm, RDM and the replay detection value */
    MAC_LEN = 16,
    KEY_ID_LEN = 4, /* before the MAC of delayed authentication */
    KIND_LEN = 1,   /* before that of a FORCERENEW with a nonce */
    KIND_MAC = 2,
    PROTOCOL_DELAYED = 1, /* RFC 3118 section 5 */
    PROTOCOL_NONCE = 3,   /* RFC 6704 section 3.1.4 */
    ALGORITHM_HMAC_MD5 = 1
};

/* Where the MAC stands in the authentication information; its end is the end of that. */
static size_t mac_offset(const dhcpperf_auth *a)
{
    if (a->protocol == PROTOCOL_DELAYED) {
        return KEY_ID_LEN;
    }
    return a->protocol == PROTOCOL_NONCE && a->info.len > 0 && a->info.data[0] == KIND_MAC
               ? KIND_LEN
               : SIZE_MAX;
}

static void find_mac(dhcpperf_auth *a)
{
    size_t at = mac_offset(a);

    if (a->algorithm == ALGORITHM_HMAC_MD5 && at != SIZE_MAX && a->info.len == at + MAC_LEN) {
        a->mac.data = a->info.data + at;
        a->mac.len = MAC_LEN;
    }
}

int dhcpperf_msg_get_auth(const dhcpperf_msg *msg, dhcpperf_auth *ret)
{
    dhcpperf_bytes value;
    dhcpperf_auth a;

    if (msg == NULL || ret == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (dhcpperf_msg_get_option(msg, DHCPPERF_OPT_AUTH, &value) != 0) {
        return DHCPPERF_E_NOTFOUND;
    }
    if (value.len < FIXED_LEN) {
        return DHCPPERF_E_MALFORMED;
    }
    memset(&a, 0, sizeof a);
    a.protocol = value.data[0];
    a.algorithm = value.data[1];
    a.rdm = value.data[2];
    a.replay = (uint64_t)dp_get32(value.data + 3) << 32 | dp_get32(value.data + 7);
    a.info.data = value.data + FIXED_LEN;
    a.info.len = value.len - FIXED_LEN;
    find_mac(&a);
    *ret = a;
    return 0;
}

/* Copies the message without the option 82 of its options field; the length that is left.  RFC 3118
 * section 3: a relay agent appends it behind the option, so no MAC covers it. */
static size_t copy_without_relay_info(const dhcpperf_msg *msg, uint8_t *buf)
{
    const uint8_t *p = msg->data + DP_OFF_OPTIONS, *end = msg->data + msg->len;
    uint8_t *to = buf + DP_OFF_OPTIONS;

    memcpy(buf, msg->data, DP_OFF_OPTIONS);
    while (p < end && *p != DHCPPERF_OPT_END) {
        size_t len = *p == DHCPPERF_OPT_PAD ? 1 : 2 + (size_t)p[1]; /* parsed: it fits */

        if (*p != DHCPPERF_OPT_RELAY_INFO) {
            memcpy(to, p, len);
            to += len;
        }
        p += len;
    }
    memcpy(to, p, (size_t)(end - p));
    return (size_t)(to - buf) + (size_t)(end - p);
}

/* The MAC as an offset into the copy; 0 = not in one piece in the options field before option 82.
 */
static size_t mac_in_copy(const dhcpperf_msg *msg, const dhcpperf_auth *a, const uint8_t *copy,
                          size_t len)
{
    size_t at = (size_t)(a->info.data - msg->data) - FIXED_LEN - 2; /* the option in the message */
    const uint8_t *p = copy + DP_OFF_OPTIONS, *end = copy + len;

    if (a->info.data < msg->data + DP_OFF_OPTIONS + FIXED_LEN + 2 ||
        a->info.data >= msg->data + msg->len) {
        return 0; /* joined, or in an overloaded field */
    }
    while (p < end && *p != DHCPPERF_OPT_END) {
        if (*p == DHCPPERF_OPT_AUTH) {
            return (size_t)(p - copy) + (size_t)(a->mac.data - (msg->data + at));
        }
        p += *p == DHCPPERF_OPT_PAD ? 1 : 2 + (size_t)p[1];
    }
    return 0;
}

int dhcpperf_msg_get_auth_input(const dhcpperf_msg *msg, uint8_t *buf, size_t cap, size_t *ret_len)
{
    dhcpperf_auth a;
    size_t len, at;
    int rc;

    if (buf == NULL || ret_len == NULL) {
        return DHCPPERF_E_INVALID;
    }
    rc = dhcpperf_msg_get_auth(msg, &a);
    if (rc != 0) {
        return rc;
    }
    if (a.mac.len == 0) {
        return DHCPPERF_E_UNSUPPORTED;
    }
    if (cap < msg->len) {
        return DHCPPERF_E_NOBUFS;
    }
    len = copy_without_relay_info(msg, buf);
    at = mac_in_copy(msg, &a, buf, len);
    if (at == 0) {
        return DHCPPERF_E_UNSUPPORTED;
    }
    memset(buf + at, 0, a.mac.len);
    buf[DP_OFF_HOPS] = 0;
    dp_put32(buf + DP_OFF_GIADDR, 0);
    *ret_len = len;
    return 0;
}
