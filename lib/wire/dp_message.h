/* SPDX-License-Identifier: MIT */
/* dp_message.h - the inside of the reader, shared by the files of lib/wire. */
#ifndef DP_MESSAGE_H
#define DP_MESSAGE_H

#include <stdbool.h>

#include <libdhcpperf/message.h>

#include "base/dp_text.h"
#include "wire/dp_view.h"

#define DP_COOKIE UINT32_C(0x63825363) /* RFC 2131 section 3: 99.130.83.99 */

enum {
    DP_CHADDR_LEN = 16,
    DP_SNAME_LEN = 64,
    DP_FILE_LEN = 128,
    DP_MIN_LEN = 300,      /* RFC 1542 section 2.1 */
    DP_MIN_MAX_SIZE = 576, /* RFC 2132 section 9.10 */
    DP_IP_UDP_LEN = 28,    /* counted by option 57 in the careful reading (C-053) */
    DP_SCRATCH_LEN = 65536 /* all values of the longest message together fit */
};

/* Values of option 52 (RFC 2132 section 9.3). */
enum {
    DP_OVERLOAD_FILE = 1,
    DP_OVERLOAD_SNAME = 2
};

/* One code: its value, in the payload when it came in one piece, else joined in the scratch. */
typedef struct dp_msg_entry {
    const uint8_t *data;
    uint32_t len;
    uint32_t pieces;
    uint8_t *join; /* of several: where the next one is copied to; NULL before the first */
} dp_msg_entry;

struct dhcpperf_msg {
    const uint8_t *data; /* never NULL: an empty handle reads a zero message */
    size_t len;          /* 0 when the handle is empty */
    uint64_t seen[4];    /* bit per code; entries are valid where set */
    bool has_cookie;
    bool no_end;       /* some field of options was not closed */
    bool repeated;     /* some code came in pieces */
    bool bad_overload; /* option 52 is there but says nothing */
    uint8_t overload;  /* DP_OVERLOAD_*, 0 when there is none */
    size_t joined;     /* octets of the scratch that values in pieces take */
    size_t end;        /* offset just behind the options field's End, or len */
    dp_msg_entry opt[256];
    uint8_t *scratch;
    dhcpperf_mem mem;
};

/* Fills *reterr (may be NULL) and gives `code` back. */
int dp_parse_failed(dhcpperf_parse_error *reterr, size_t offset, int option, int code);

/* Length, hlen and cookie.  *ret_plain_bootp: no cookie, but nothing else either (C-054). */
int dp_check_fixed_part(const uint8_t *data, size_t len, int *ret_plain_bootp,
                        dhcpperf_parse_error *reterr);

/* RFC 2131 tables 3 and 5 (and RFC 6842): 0 or MALFORMED. */
int dp_msg_check_strict(const dhcpperf_msg *msg, dhcpperf_parse_error *reterr);

/* Lowest code of an option whose value does not fit its type, or -1. */
int dp_msg_bad_value(const dhcpperf_msg *msg);

/* An option for people: "router" or "option-222", and its value, escaped where it is text. */
void dp_put_option_name(dp_text *t, uint8_t code);
void dp_put_option_value(dp_text *t, uint8_t code, dhcpperf_bytes value);

static inline bool dp_msg_has(const dhcpperf_msg *msg, unsigned code)
{
    return ((msg->seen[code >> 6] >> (code & 63)) & 1) != 0;
}

#endif
