/* SPDX-License-Identifier: MIT */
/* message.h - the DHCPv4 codec: reader and writer. */
#ifndef DHCPPERF_MESSAGE_H
#define DHCPPERF_MESSAGE_H

#include <libdhcpperf/memory.h>
#include <libdhcpperf/option.h>

DHCPPERF_BEGIN_DECLS

typedef enum dhcpperf_msg_type {
    DHCPPERF_DISCOVER = 1,
    DHCPPERF_OFFER,
    DHCPPERF_REQUEST,
    DHCPPERF_DECLINE,
    DHCPPERF_ACK,
    DHCPPERF_NAK,
    DHCPPERF_RELEASE,
    DHCPPERF_INFORM,
    DHCPPERF_MSG__FORCE_INT = 0x7fffffff
} dhcpperf_msg_type;
/* Reader: zero-copy index over bytes the caller keeps alive. */
typedef struct dhcpperf_msg dhcpperf_msg;
/* Writer: composes into bytes the caller provides. */
typedef struct dhcpperf_writer dhcpperf_writer;
enum {
    DHCPPERF_PARSE_LENIENT = 0,
    DHCPPERF_PARSE_STRICT = 1u << 0
}; /* STRICT adds RFC 2131 table-3/5 checks */
/* Where, option or -1, DHCPPERF_E_* ; FROZEN. */
typedef struct dhcpperf_parse_error {
    size_t offset;
    int option;
    int code;
} dhcpperf_parse_error;

/* -- reading -- */
/* One per thread, reused for ever; NOMEM. */
DHCPPERF_API int dhcpperf_msg_new(dhcpperf_msg **ret, const dhcpperf_mem *mem);
/* NULL is a no-op. */
DHCPPERF_API void dhcpperf_msg_free(dhcpperf_msg *msg);
/* Never allocates; TRUNCATED, MALFORMED. */
DHCPPERF_API int dhcpperf_msg_parse(dhcpperf_msg *msg, const uint8_t *data, size_t len,
                                    unsigned flags, dhcpperf_parse_error *reterr);
/* 1..8, 0 = BOOTP without option 53. */
DHCPPERF_API int dhcpperf_msg_get_type(const dhcpperf_msg *msg);
/* 1 request, 2 reply. */
DHCPPERF_API uint8_t dhcpperf_msg_get_op(const dhcpperf_msg *msg);
/* Host order. */
DHCPPERF_API uint32_t dhcpperf_msg_get_xid(const dhcpperf_msg *msg);
DHCPPERF_API uint16_t dhcpperf_msg_get_secs(const dhcpperf_msg *msg);
/* 0x8000 broadcast. */
DHCPPERF_API uint16_t dhcpperf_msg_get_flags(const dhcpperf_msg *msg);
DHCPPERF_API uint8_t dhcpperf_msg_get_hops(const dhcpperf_msg *msg);
DHCPPERF_API dhcpperf_ip4 dhcpperf_msg_get_ciaddr(const dhcpperf_msg *msg);
DHCPPERF_API dhcpperf_ip4 dhcpperf_msg_get_yiaddr(const dhcpperf_msg *msg);
DHCPPERF_API dhcpperf_ip4 dhcpperf_msg_get_siaddr(const dhcpperf_msg *msg);
DHCPPERF_API dhcpperf_ip4 dhcpperf_msg_get_giaddr(const dhcpperf_msg *msg);
/* Hlen bytes, at most 16. */
DHCPPERF_API dhcpperf_bytes dhcpperf_msg_get_chaddr(const dhcpperf_msg *msg);
/* RFC 3396 fragments joined; NOTFOUND. */
DHCPPERF_API int dhcpperf_msg_get_option(const dhcpperf_msg *msg, uint8_t code,
                                         dhcpperf_bytes *ret);
/* NOTFOUND, MALFORMED (wrong length). */
DHCPPERF_API int dhcpperf_msg_get_option_u8(const dhcpperf_msg *msg, uint8_t code, uint8_t *ret);
DHCPPERF_API int dhcpperf_msg_get_option_u16(const dhcpperf_msg *msg, uint8_t code, uint16_t *ret);
DHCPPERF_API int dhcpperf_msg_get_option_u32(const dhcpperf_msg *msg, uint8_t code, uint32_t *ret);
DHCPPERF_API int dhcpperf_msg_get_option_ip4(const dhcpperf_msg *msg, uint8_t code,
                                             dhcpperf_ip4 *ret);
/* Wire order; 1 / 0 at end. */
DHCPPERF_API int dhcpperf_msg_next_option(const dhcpperf_msg *msg, size_t *cursor,
                                          uint8_t *ret_code, dhcpperf_bytes *ret_value);
/* One-line dump; bytes needed, like snprintf. */
DHCPPERF_API int dhcpperf_msg_format(const dhcpperf_msg *msg, char *buf, size_t cap);

/* -- writing: errors stick; check once at finish -- */
DHCPPERF_API int dhcpperf_writer_new(dhcpperf_writer **ret, const dhcpperf_mem *mem);
DHCPPERF_API void dhcpperf_writer_free(dhcpperf_writer *w);
/* Zeroes the header, sets op/htype/cookie/53. */
DHCPPERF_API void dhcpperf_writer_begin(dhcpperf_writer *w, uint8_t *buf, size_t cap,
                                        dhcpperf_msg_type type, uint32_t xid);
/* Copies xid flags giaddr chaddr 82 as RFC 2131 says. */
DHCPPERF_API void dhcpperf_writer_reply_to(dhcpperf_writer *w, uint8_t *buf, size_t cap,
                                           dhcpperf_msg_type type, const dhcpperf_msg *request);
DHCPPERF_API void dhcpperf_writer_set_secs(dhcpperf_writer *w, uint16_t secs);
DHCPPERF_API void dhcpperf_writer_set_flags(dhcpperf_writer *w, uint16_t flags);
DHCPPERF_API void dhcpperf_writer_set_ciaddr(dhcpperf_writer *w, dhcpperf_ip4 ip);
DHCPPERF_API void dhcpperf_writer_set_yiaddr(dhcpperf_writer *w, dhcpperf_ip4 ip);
DHCPPERF_API void dhcpperf_writer_set_siaddr(dhcpperf_writer *w, dhcpperf_ip4 ip);
DHCPPERF_API void dhcpperf_writer_set_giaddr(dhcpperf_writer *w, dhcpperf_ip4 ip);
DHCPPERF_API void dhcpperf_writer_set_chaddr(dhcpperf_writer *w, uint8_t htype,
                                             dhcpperf_bytes addr);
/* Splits past 255 bytes (RFC 3396). */
DHCPPERF_API void dhcpperf_writer_add_option(dhcpperf_writer *w, uint8_t code,
                                             dhcpperf_bytes value);
DHCPPERF_API void dhcpperf_writer_add_u8(dhcpperf_writer *w, uint8_t code, uint8_t v);
DHCPPERF_API void dhcpperf_writer_add_u16(dhcpperf_writer *w, uint8_t code, uint16_t v);
DHCPPERF_API void dhcpperf_writer_add_u32(dhcpperf_writer *w, uint8_t code, uint32_t v);
DHCPPERF_API void dhcpperf_writer_add_ip4(dhcpperf_writer *w, uint8_t code, const dhcpperf_ip4 *ips,
                                          size_t n);
/* Wrong on purpose: fault injection and fuzz seeds. */
DHCPPERF_API void dhcpperf_writer_add_raw(dhcpperf_writer *w, uint8_t code, uint8_t claimed_len,
                                          dhcpperf_bytes bytes);
/* END + padding to min_len (300 for BOOTP); first stuck error: NOBUFS, INVALID. */
DHCPPERF_API int dhcpperf_writer_finish(dhcpperf_writer *w, size_t min_len, size_t *ret_len);

DHCPPERF_END_DECLS

#endif
