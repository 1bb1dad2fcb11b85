/* SPDX-License-Identifier: MIT */
/* message.h - the DHCPv4 codec: reader and writer.
 *
 * Both handles are made once and reused for ever; after _new nothing here allocates.  Numbers are
 * in host order, addresses are octets in wire order.  dhcpperf_message(3) tells the whole story. */
#ifndef DHCPPERF_MESSAGE_H
#define DHCPPERF_MESSAGE_H

#include <libdhcpperf/memory.h>
#include <libdhcpperf/option.h>

DHCPPERF_BEGIN_DECLS

/* Values of option 53 (RFC 2132 section 9.6 and its successors). */
typedef enum dhcpperf_msg_type {
    DHCPPERF_DISCOVER = 1,
    DHCPPERF_OFFER,
    DHCPPERF_REQUEST,
    DHCPPERF_DECLINE,
    DHCPPERF_ACK,
    DHCPPERF_NAK,
    DHCPPERF_RELEASE,
    DHCPPERF_INFORM,
    DHCPPERF_FORCERENEW,       /* RFC 3203 */
    DHCPPERF_LEASEQUERY,       /* RFC 4388 */
    DHCPPERF_LEASEUNASSIGNED,  /* RFC 4388 */
    DHCPPERF_LEASEUNKNOWN,     /* RFC 4388 */
    DHCPPERF_LEASEACTIVE,      /* RFC 4388 */
    DHCPPERF_BULKLEASEQUERY,   /* RFC 6926 */
    DHCPPERF_LEASEQUERYDONE,   /* RFC 6926 */
    DHCPPERF_ACTIVELEASEQUERY, /* RFC 7724 */
    DHCPPERF_LEASEQUERYSTATUS, /* RFC 7724 */
    DHCPPERF_TLS,              /* RFC 7724 */
    DHCPPERF_MSG__FORCE_INT = 0x7fffffff
} dhcpperf_msg_type;
/* Static name in capitals, "DISCOVER"; "BOOTP" for 0; NULL when unassigned. */
DHCPPERF_API const char *dhcpperf_msg_type_name(int type);

enum {
    DHCPPERF_FLAG_BROADCAST = 0x8000 /* the only defined bit of `flags` (RFC 2131 section 2) */
};

/* Reader: an index over bytes the caller keeps alive and unchanged.  OPAQUE. */
typedef struct dhcpperf_msg dhcpperf_msg;
/* Writer: gathers header and options, then composes into bytes the caller provides.  OPAQUE. */
typedef struct dhcpperf_writer dhcpperf_writer;

enum {
    DHCPPERF_PARSE_LENIENT = 0,
    /* Also refuse what RFC 2131 tables 3 and 5 forbid for the message's type, values that do not
     * fit their option, a missing End and an op that contradicts the type. */
    DHCPPERF_PARSE_STRICT = 1u << 0
};
/* Why parsing failed: offset into the payload, option code or -1, DHCPPERF_E_*.  FROZEN. */
typedef struct dhcpperf_parse_error {
    size_t offset;
    int option;
    int code;
} dhcpperf_parse_error;
/* What a lenient reader accepted although it is not right. */
enum {
    DHCPPERF_WARN_NO_END = 1u << 0,       /* a field of options was not closed (C-009) */
    DHCPPERF_WARN_BAD_VALUE = 1u << 1,    /* an option's value does not fit its type */
    DHCPPERF_WARN_BAD_OP = 1u << 2,       /* op is neither 1 nor 2 */
    DHCPPERF_WARN_BAD_OVERLOAD = 1u << 3, /* option 52 is not one octet of 1 to 3: ignored */
    DHCPPERF_WARN_TRAILING = 1u << 4,     /* octets other than pad behind End: ignored */
    DHCPPERF_WARN_SHORT = 1u << 5         /* less than the 300 octets of RFC 1542 2.1 */
};

/* -- reading -- */
/* One per thread, reused for ever; NOMEM, INVALID. */
DHCPPERF_API int dhcpperf_msg_new(dhcpperf_msg **ret, const dhcpperf_mem *mem);
/* NULL is a no-op. */
DHCPPERF_API void dhcpperf_msg_free(dhcpperf_msg *msg);
/* Indexes one UDP payload, borrowed until the next parse or free.  Never allocates, reads nothing
 * outside data[0..len).  0, or TRUNCATED (under 240 octets, an option past its field), MALFORMED
 * (hlen over 16, over 65,535 octets, STRICT's findings), COOKIE (not DHCP), INVALID.  After a
 * failure the handle is empty: getters give zeros and NOTFOUND.  reterr may be NULL. */
DHCPPERF_API int dhcpperf_msg_parse(dhcpperf_msg *msg, const uint8_t *data, size_t len,
                                    unsigned flags, dhcpperf_parse_error *reterr);
/* The payload as parsed; empty when there is none. */
DHCPPERF_API dhcpperf_bytes dhcpperf_msg_get_payload(const dhcpperf_msg *msg);
/* DHCPPERF_WARN_* found; O(length). */
DHCPPERF_API unsigned dhcpperf_msg_get_warnings(const dhcpperf_msg *msg);
/* Value of option 53; 0 = BOOTP (no option 53), or 53 is not one octet. */
DHCPPERF_API int dhcpperf_msg_get_type(const dhcpperf_msg *msg);
/* 0 when the message is BOOTP of RFC 951 with an empty vendor area, else 1. */
DHCPPERF_API int dhcpperf_msg_has_cookie(const dhcpperf_msg *msg);
/* 1 request, 2 reply, other values as they came. */
DHCPPERF_API uint8_t dhcpperf_msg_get_op(const dhcpperf_msg *msg);
/* ARP hardware type, 1 = Ethernet; unknown values as they came. */
DHCPPERF_API uint8_t dhcpperf_msg_get_htype(const dhcpperf_msg *msg);
/* 0..16. */
DHCPPERF_API uint8_t dhcpperf_msg_get_hlen(const dhcpperf_msg *msg);
DHCPPERF_API uint8_t dhcpperf_msg_get_hops(const dhcpperf_msg *msg);
DHCPPERF_API uint32_t dhcpperf_msg_get_xid(const dhcpperf_msg *msg);
DHCPPERF_API uint16_t dhcpperf_msg_get_secs(const dhcpperf_msg *msg);
/* All 16 bits; DHCPPERF_FLAG_BROADCAST is the one that means something. */
DHCPPERF_API uint16_t dhcpperf_msg_get_flags(const dhcpperf_msg *msg);
DHCPPERF_API dhcpperf_ip4 dhcpperf_msg_get_ciaddr(const dhcpperf_msg *msg);
DHCPPERF_API dhcpperf_ip4 dhcpperf_msg_get_yiaddr(const dhcpperf_msg *msg);
DHCPPERF_API dhcpperf_ip4 dhcpperf_msg_get_siaddr(const dhcpperf_msg *msg);
DHCPPERF_API dhcpperf_ip4 dhcpperf_msg_get_giaddr(const dhcpperf_msg *msg);
/* hlen octets, at most 16. */
DHCPPERF_API dhcpperf_bytes dhcpperf_msg_get_chaddr(const dhcpperf_msg *msg);
/* The field up to its first NUL or its end; empty when it holds options (RFC 2131 section 4.1). */
DHCPPERF_API dhcpperf_bytes dhcpperf_msg_get_sname(const dhcpperf_msg *msg);
DHCPPERF_API dhcpperf_bytes dhcpperf_msg_get_file(const dhcpperf_msg *msg);
/* 1 = file, 2 = sname, 3 = both hold options; 0 = neither. */
DHCPPERF_API unsigned dhcpperf_msg_get_overload(const dhcpperf_msg *msg);

/* All pieces of an option joined in aggregate order (RFC 3396), whatever their length; a value of
 * length 0 is present.  O(1).  NOTFOUND. */
DHCPPERF_API int dhcpperf_msg_get_option(const dhcpperf_msg *msg, uint8_t code,
                                         dhcpperf_bytes *ret);
/* Values of exactly 1, 2, 4 octets: NOTFOUND, MALFORMED (any other length, also of two joined). */
DHCPPERF_API int dhcpperf_msg_get_option_u8(const dhcpperf_msg *msg, uint8_t code, uint8_t *ret);
DHCPPERF_API int dhcpperf_msg_get_option_u16(const dhcpperf_msg *msg, uint8_t code, uint16_t *ret);
DHCPPERF_API int dhcpperf_msg_get_option_u32(const dhcpperf_msg *msg, uint8_t code, uint32_t *ret);
DHCPPERF_API int dhcpperf_msg_get_option_ip4(const dhcpperf_msg *msg, uint8_t code,
                                             dhcpperf_ip4 *ret);
/* Seconds as a duration; 0xffffffff is DHCPPERF_NEVER (RFC 2131 section 3.3); NOTFOUND, MALFORMED.
 */
DHCPPERF_API int dhcpperf_msg_get_option_dur(const dhcpperf_msg *msg, uint8_t code,
                                             dhcpperf_dur *ret);
/* Copies up to cap addresses; how many the option holds (>= 1); NOTFOUND, MALFORMED (not 4n). */
DHCPPERF_API int dhcpperf_msg_get_option_ip4s(const dhcpperf_msg *msg, uint8_t code,
                                              dhcpperf_ip4 *ips, size_t cap);
/* Option 61 of at least the 2 octets it must have (RFC 2132 9.14); NOTFOUND also when shorter. */
DHCPPERF_API int dhcpperf_msg_get_client_id(const dhcpperf_msg *msg, dhcpperf_bytes *ret);
/* Option 57, raised to 576 when less (RFC 2132 9.10); NOTFOUND, MALFORMED. */
DHCPPERF_API int dhcpperf_msg_get_max_size(const dhcpperf_msg *msg, uint16_t *ret);
/* Boot file: option 67, else the header field; likewise server name: 66, else sname; NOTFOUND. */
DHCPPERF_API int dhcpperf_msg_get_boot_file(const dhcpperf_msg *msg, dhcpperf_bytes *ret);
DHCPPERF_API int dhcpperf_msg_get_boot_server(const dhcpperf_msg *msg, dhcpperf_bytes *ret);
/* Every TLV as it came, not joined, in wire order: options, then file, then sname.  Start with
 * *cursor = 0; 1 = got one, 0 = no more. */
DHCPPERF_API int dhcpperf_msg_next_option(const dhcpperf_msg *msg, size_t *cursor,
                                          uint8_t *ret_code, dhcpperf_bytes *ret_value);
/* A route a client must install.  FROZEN. */
typedef struct dhcpperf_route {
    dhcpperf_ip4 dest;
    dhcpperf_ip4 router; /* 0.0.0.0 = on this link */
    uint8_t width;       /* prefix length of dest, 0..32 */
} dhcpperf_route;
/* The routes in force: option 121 alone when it is there, else 33 and then 3 (RFC 3442).  Start
 * with *cursor = 0; 1 = got one, 0 = no more, MALFORMED. */
DHCPPERF_API int dhcpperf_msg_next_route(const dhcpperf_msg *msg, size_t *cursor,
                                         dhcpperf_route *ret);
/* What option 90 says (RFC 3118 section 2).  Values are borrowed like those of any option.  FROZEN.
 */
typedef struct dhcpperf_auth {
    uint64_t replay;                  /* replay detection value; must grow with each message */
    dhcpperf_bytes info;              /* authentication information, by protocol */
    dhcpperf_bytes mac;               /* the HMAC-MD5 in it, 16 octets; empty when there is none */
    uint8_t protocol, algorithm, rdm; /* protocol 1: delayed (RFC 3118), 3: nonce (RFC 6704) */
} dhcpperf_auth;
/* NOTFOUND, MALFORMED (under 11 octets), INVALID. */
DHCPPERF_API int dhcpperf_msg_get_auth(const dhcpperf_msg *msg, dhcpperf_auth *ret);
/* The octets that the MAC of option 90 is computed over: the message with hops, giaddr and the MAC
 * zero, and without option 82 (RFC 3118 section 3 and 5.2).  Never longer than the message.
 * NOTFOUND, MALFORMED, UNSUPPORTED (no MAC of a known kind, or not in one piece in the options
 * field), NOBUFS (cap below the length of the message), INVALID. */
DHCPPERF_API int dhcpperf_msg_get_auth_input(const dhcpperf_msg *msg, uint8_t *buf, size_t cap,
                                             size_t *ret_len);
/* One line, "DISCOVER xid=... "; octets the whole text needs without NUL, like snprintf: cut and
 * terminated when that is cap or more. */
DHCPPERF_API int dhcpperf_msg_format(const dhcpperf_msg *msg, char *buf, size_t cap);
/* Every field and option on its own line; the same rule of length. */
DHCPPERF_API int dhcpperf_msg_dump(const dhcpperf_msg *msg, char *buf, size_t cap);
/* Any payload as hexadecimal octets with their meaning beside them, a line per field and option;
 * the same rule of length.  Nothing is required of the octets: they may be cut off. */
DHCPPERF_API int dhcpperf_msg_annotate(dhcpperf_bytes payload, char *buf, size_t cap);

/* -- writing: errors stick; check once at finish -- */
enum {
    DHCPPERF_WRITE_NO_END = 1u << 0,     /* leave End out: deliberately wrong */
    DHCPPERF_WRITE_NO_OVERLOAD = 1u << 1 /* never put options into file and sname */
};
/* One per thread, reused for ever; NOMEM, INVALID. */
DHCPPERF_API int dhcpperf_writer_new(dhcpperf_writer **ret, const dhcpperf_mem *mem);
/* NULL is a no-op. */
DHCPPERF_API void dhcpperf_writer_free(dhcpperf_writer *w);
/* A new message of zeros but op (by type), htype 1, hlen 6, xid and option 53; type 0 = BOOTP
 * without option 53.  buf is borrowed until finish and written only there; buf may be NULL with cap
 * 0 to learn the length. */
DHCPPERF_API void dhcpperf_writer_begin(dhcpperf_writer *w, uint8_t *buf, size_t cap,
                                        dhcpperf_msg_type type, uint32_t xid);
/* An answer: op 2; htype, hlen, chaddr, xid, flags, giaddr and option 82 of the request; ciaddr too
 * in an ACK; BROADCAST set in a NAK through a relay (RFC 2131 4.3.2); the size limit that option 57
 * asks for, 548 without it.  Option 61 is not echoed: add it (RFC 6842).  Nothing of the request is
 * borrowed. */
DHCPPERF_API void dhcpperf_writer_reply_to(dhcpperf_writer *w, uint8_t *buf, size_t cap,
                                           dhcpperf_msg_type type, const dhcpperf_msg *request);
/* The same header and every option in order of arrival, to be changed and written again. */
DHCPPERF_API void dhcpperf_writer_copy_of(dhcpperf_writer *w, uint8_t *buf, size_t cap,
                                          const dhcpperf_msg *msg);
DHCPPERF_API void dhcpperf_writer_set_op(dhcpperf_writer *w, uint8_t op);
/* Hardware type and address; over 16 octets INVALID sticks. */
DHCPPERF_API void dhcpperf_writer_set_chaddr(dhcpperf_writer *w, uint8_t htype,
                                             dhcpperf_bytes addr);
DHCPPERF_API void dhcpperf_writer_set_htype(dhcpperf_writer *w, uint8_t htype);
/* Any value, to be wrong on purpose; set_chaddr sets the right one. */
DHCPPERF_API void dhcpperf_writer_set_hlen(dhcpperf_writer *w, uint8_t hlen);
DHCPPERF_API void dhcpperf_writer_set_hops(dhcpperf_writer *w, uint8_t hops);
DHCPPERF_API void dhcpperf_writer_set_xid(dhcpperf_writer *w, uint32_t xid);
DHCPPERF_API void dhcpperf_writer_set_secs(dhcpperf_writer *w, uint16_t secs);
/* DHCPPERF_FLAG_BROADCAST or 0; the other bits are written as 0 (RFC 2131 section 2). */
DHCPPERF_API void dhcpperf_writer_set_flags(dhcpperf_writer *w, uint16_t flags);
DHCPPERF_API void dhcpperf_writer_set_ciaddr(dhcpperf_writer *w, dhcpperf_ip4 ip);
DHCPPERF_API void dhcpperf_writer_set_yiaddr(dhcpperf_writer *w, dhcpperf_ip4 ip);
DHCPPERF_API void dhcpperf_writer_set_siaddr(dhcpperf_writer *w, dhcpperf_ip4 ip);
DHCPPERF_API void dhcpperf_writer_set_giaddr(dhcpperf_writer *w, dhcpperf_ip4 ip);
/* Up to 63 and 127 octets without NUL, which keeps the field from being overloaded; INVALID. */
DHCPPERF_API void dhcpperf_writer_set_sname(dhcpperf_writer *w, dhcpperf_bytes name);
DHCPPERF_API void dhcpperf_writer_set_file(dhcpperf_writer *w, dhcpperf_bytes name);
/* Any octets over any of the first 240: to be wrong on purpose; INVALID past them. */
DHCPPERF_API void dhcpperf_writer_set_raw(dhcpperf_writer *w, size_t offset, dhcpperf_bytes bytes);
/* Longest payload; options that do not fit are put into file, then sname (option 52).  0 = no
 * limit but the buffer's. */
DHCPPERF_API void dhcpperf_writer_set_limit(dhcpperf_writer *w, size_t max_len);
/* The limit that a value of option 57 means: at least 576, less 28 for IP and UDP (C-053). */
DHCPPERF_API void dhcpperf_writer_set_max_size(dhcpperf_writer *w, uint16_t max_size);
/* DHCPPERF_WRITE_*, until the next begin. */
DHCPPERF_API void dhcpperf_writer_set_quirks(dhcpperf_writer *w, unsigned quirks);

/* Adds to what the message has of this code.  Over 255 octets the value is split (RFC 3396).
 * Option 82 is placed last whenever it was added (RFC 3046 2.1).  0, 52 and 255 are the writer's
 * own: INVALID. */
DHCPPERF_API void dhcpperf_writer_add_option(dhcpperf_writer *w, uint8_t code,
                                             dhcpperf_bytes value);
DHCPPERF_API void dhcpperf_writer_add_u8(dhcpperf_writer *w, uint8_t code, uint8_t v);
DHCPPERF_API void dhcpperf_writer_add_u16(dhcpperf_writer *w, uint8_t code, uint16_t v);
DHCPPERF_API void dhcpperf_writer_add_u32(dhcpperf_writer *w, uint8_t code, uint32_t v);
/* Whole seconds; DHCPPERF_NEVER is 0xffffffff, longer finite times are cut just below it. */
DHCPPERF_API void dhcpperf_writer_add_dur(dhcpperf_writer *w, uint8_t code, dhcpperf_dur d);
DHCPPERF_API void dhcpperf_writer_add_ip4(dhcpperf_writer *w, uint8_t code, const dhcpperf_ip4 *ips,
                                          size_t n);
/* The bytes of a C string, without its NUL. */
DHCPPERF_API void dhcpperf_writer_add_str(dhcpperf_writer *w, uint8_t code, const char *text);
/* A value in the text form of option.h; that form's errors stick. */
DHCPPERF_API void dhcpperf_writer_add_text(dhcpperf_writer *w, uint8_t code, const char *text);
/* Wrong on purpose: code, a length octet that need not be true, bytes.  Such a message is never
 * overloaded. */
DHCPPERF_API void dhcpperf_writer_add_raw(dhcpperf_writer *w, uint8_t code, uint8_t claimed_len,
                                          dhcpperf_bytes bytes);
/* Octets as they are into the options field (pads, an early End, noise); the same remark. */
DHCPPERF_API void dhcpperf_writer_add_octets(dhcpperf_writer *w, dhcpperf_bytes bytes);
/* Takes out every piece of a code added so far; STATE after add_raw and add_octets. */
DHCPPERF_API void dhcpperf_writer_remove_option(dhcpperf_writer *w, uint8_t code);
/* First error that stuck since begin, or 0. */
DHCPPERF_API int dhcpperf_writer_get_error(const dhcpperf_writer *w);
/* Composes header, options, End and zeros up to min_len (at least 300 is customary, RFC 1542 2.1).
 * 0 and the length; or the first stuck error: INVALID, NOBUFS, SYNTAX ...  With NOBUFS *ret_len is
 * the capacity or limit that would do, and nothing was written. */
DHCPPERF_API int dhcpperf_writer_finish(dhcpperf_writer *w, size_t min_len, size_t *ret_len);

DHCPPERF_END_DECLS

#endif
