/* SPDX-License-Identifier: MIT */
/* option.h - the option registry and the text forms of option values. */
#ifndef DHCPPERF_OPTION_H
#define DHCPPERF_OPTION_H

#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

/* Codes that programs name most; dhcpperf_opt_code() knows all of them. */
enum {
    DHCPPERF_OPT_PAD = 0,
    DHCPPERF_OPT_SUBNET_MASK = 1,
    DHCPPERF_OPT_ROUTER = 3,
    DHCPPERF_OPT_DNS = 6,
    DHCPPERF_OPT_HOSTNAME = 12,
    DHCPPERF_OPT_DOMAIN = 15,
    DHCPPERF_OPT_BROADCAST = 28,
    DHCPPERF_OPT_STATIC_ROUTES = 33,
    DHCPPERF_OPT_NTP = 42,
    DHCPPERF_OPT_VENDOR_INFO = 43,
    DHCPPERF_OPT_REQUESTED_IP = 50,
    DHCPPERF_OPT_LEASE_TIME = 51,
    DHCPPERF_OPT_OVERLOAD = 52,
    DHCPPERF_OPT_MSG_TYPE = 53,
    DHCPPERF_OPT_SERVER_ID = 54,
    DHCPPERF_OPT_PARAM_LIST = 55,
    DHCPPERF_OPT_MESSAGE = 56,
    DHCPPERF_OPT_MAX_SIZE = 57,
    DHCPPERF_OPT_T1 = 58,
    DHCPPERF_OPT_T2 = 59,
    DHCPPERF_OPT_VENDOR_CLASS = 60,
    DHCPPERF_OPT_CLIENT_ID = 61,
    DHCPPERF_OPT_BOOT_SERVER = 66,
    DHCPPERF_OPT_BOOT_FILE = 67,
    DHCPPERF_OPT_USER_CLASS = 77,
    DHCPPERF_OPT_RAPID_COMMIT = 80,
    DHCPPERF_OPT_CLIENT_FQDN = 81,
    DHCPPERF_OPT_RELAY_INFO = 82,
    DHCPPERF_OPT_AUTH = 90,
    DHCPPERF_OPT_LAST_TRANSACTION = 91,
    DHCPPERF_OPT_ASSOCIATED_IP = 92,
    DHCPPERF_OPT_IPV6_ONLY = 108,
    DHCPPERF_OPT_AUTO_CONFIGURE = 116,
    DHCPPERF_OPT_SUBNET_SELECTION = 118,
    DHCPPERF_OPT_DOMAIN_SEARCH = 119,
    DHCPPERF_OPT_ROUTES = 121,
    DHCPPERF_OPT_VI_VENDOR_CLASS = 124,
    DHCPPERF_OPT_VI_VENDOR_INFO = 125,
    DHCPPERF_OPT_FORCERENEW_NONCE = 145,
    DHCPPERF_OPT_END = 255
};
/* The shape of a value; dhcpperf_option(3) shows the text form of each.  New shapes are appended:
 * treat an unknown one as OPAQUE. */
typedef enum dhcpperf_opt_type {
    DHCPPERF_OPTTYPE_OPAQUE,        /* hex:0a0b, text:abc, ip:192.0.2.1, u8:1, u16:1, u32:1 */
    DHCPPERF_OPTTYPE_FLAG,          /* no octets: "true" */
    DHCPPERF_OPTTYPE_BOOL,          /* true, false */
    DHCPPERF_OPTTYPE_U8,            /* 255, 0xff */
    DHCPPERF_OPTTYPE_U16,           /* 65535 */
    DHCPPERF_OPTTYPE_U32,           /* 4294967295 */
    DHCPPERF_OPTTYPE_I32,           /* -3600 */
    DHCPPERF_OPTTYPE_SECONDS,       /* 3600, 1h30m, infinite */
    DHCPPERF_OPTTYPE_IP4,           /* 192.0.2.1 */
    DHCPPERF_OPTTYPE_IP4_LIST,      /* 192.0.2.1, 192.0.2.2 */
    DHCPPERF_OPTTYPE_IP4_LIST0,     /* the same, may be empty: "none" */
    DHCPPERF_OPTTYPE_IP4_LISTS,     /* 192.0.2.1, 192.0.2.2; 198.51.100.1 */
    DHCPPERF_OPTTYPE_IP4_MASK_LIST, /* 10.0.0.0/255.0.0.0, 10.0.0.0/8 */
    DHCPPERF_OPTTYPE_IP4_VIA_LIST,  /* 10.0.0.1 via 192.0.2.1 */
    DHCPPERF_OPTTYPE_STRING,        /* text, octets as \xNN */
    DHCPPERF_OPTTYPE_U8_LIST,       /* 1, 2 */
    DHCPPERF_OPTTYPE_U16_LIST,      /* 68, 296 */
    DHCPPERF_OPTTYPE_CODE_LIST,     /* 1, router, dns-servers */
    DHCPPERF_OPTTYPE_MSG_TYPE,      /* DISCOVER, 1 */
    DHCPPERF_OPTTYPE_DOMAIN,        /* example.org */
    DHCPPERF_OPTTYPE_DOMAIN_LIST,   /* example.org, example.net */
    DHCPPERF_OPTTYPE_SEARCH_LIST,   /* the same, compressed (RFC 3397) */
    DHCPPERF_OPTTYPE_ROUTE_LIST,    /* 10.0.0.0/8 via 192.0.2.1, default via 192.0.2.254 */
    DHCPPERF_OPTTYPE_CLIENT_ID,     /* mac:02:00:00:00:00:01, id:text, duid:IAID:hex, hex:01ab */
    DHCPPERF_OPTTYPE_FQDN,          /* flags=se host.example.org. */
    DHCPPERF_OPTTYPE_USER_CLASS,    /* gold, silver */
    DHCPPERF_OPTTYPE_SIP_SERVERS,   /* 192.0.2.1 or sip.example.org */
    DHCPPERF_OPTTYPE_SUBOPTIONS,    /* 1:hex:0102, 2:text */
    DHCPPERF_OPTTYPE_RELAY_INFO,    /* circuit-id:eth0/1, remote-id:hex:0102 */
    DHCPPERF_OPTTYPE_VI_CLASS,      /* 4491/docsis3.0; 311/hex:01 */
    DHCPPERF_OPTTYPE_VI_INFO,       /* 4491/1:hex:0102, 2:text */
    DHCPPERF_OPTTYPE_VSS,           /* vpn:red, vpn-id:000001:00000002, global */
    DHCPPERF_OPTTYPE_URI_LIST,      /* https://example.org/, https://example.net/ */
    DHCPPERF_OPTTYPE_RECORD,        /* fields between spaces, by option: dhcpperf_opt_fields() */
    DHCPPERF_OPTTYPE__FORCE_INT = 0x7fffffff
} dhcpperf_opt_type;
typedef enum dhcpperf_opt_status {
    DHCPPERF_OPT_ASSIGNED,   /* by IANA, pad and end included */
    DHCPPERF_OPT_UNASSIGNED, /* free, or removed by RFC 3679 */
    DHCPPERF_OPT_PRIVATE,    /* 224..254, site specific (RFC 3942) */
    DHCPPERF_OPT_STATUS__FORCE_INT = 0x7fffffff
} dhcpperf_opt_status;

/* -- the registry; static storage, O(1) -- */
/* "lease-time"; NULL if it has no name. */
DHCPPERF_API const char *dhcpperf_opt_name(uint8_t code);
/* 0..255 from a name, an alias or a decimal or 0x number; SYNTAX. */
DHCPPERF_API int dhcpperf_opt_code(const char *name);
DHCPPERF_API dhcpperf_opt_status dhcpperf_opt_get_status(uint8_t code);
/* OPAQUE when unknown. */
DHCPPERF_API dhcpperf_opt_type dhcpperf_opt_datatype(uint8_t code);
/* "ip4-list"; NULL if there is no such type. */
DHCPPERF_API const char *dhcpperf_opt_type_name(dhcpperf_opt_type type);
/* Fields of a RECORD in order, one letter each: b u8, s u16, l u32, q u64, i address, 6 IPv6
 * address, and last I addresses, d domain names, t text, x octets; NULL for other types. */
DHCPPERF_API const char *dhcpperf_opt_fields(uint8_t code);
/* The same two for the sub-options of option 82: "circuit-id". */
DHCPPERF_API const char *dhcpperf_relay_subopt_name(uint8_t code);
DHCPPERF_API int dhcpperf_relay_subopt_code(const char *name);

/* -- values and their text -- */
/* 0, or MALFORMED when the value cannot be one of this option: length or inner structure. */
DHCPPERF_API int dhcpperf_opt_check(uint8_t code, dhcpperf_bytes value);
/* Text -> wire value; SYNTAX, RANGE, or NOBUFS with the length needed in *ret_len.  "hex:0102" and
 * "text:abc" give any octets to any option. */
DHCPPERF_API int dhcpperf_opt_encode_text(uint8_t code, const char *text, uint8_t *buf, size_t cap,
                                          size_t *ret_len);
/* The same; on SYNTAX and RANGE *reterr_offset (may be NULL) is where in the text. */
DHCPPERF_API int dhcpperf_opt_encode_text_at(uint8_t code, const char *text, uint8_t *buf,
                                             size_t cap, size_t *ret_len, size_t *reterr_offset);
/* "NAME=VALUE" or "NUMBER=VALUE", and a bare name for a flag: the code and the wire value. */
DHCPPERF_API int dhcpperf_opt_parse_assignment(const char *text, uint8_t *ret_code, uint8_t *buf,
                                               size_t cap, size_t *ret_len, size_t *reterr_offset);
/* Wire value -> text that encodes to the same value (119 may be compressed differently); octets
 * written without NUL, NOBUFS, MALFORMED. */
DHCPPERF_API int dhcpperf_opt_format(uint8_t code, dhcpperf_bytes value, char *buf, size_t cap);
/* Walks TLVs nested in an option's value (82, 43, one enterprise of 125): start with *cursor = 0;
 * 1 = got one, 0 = end, MALFORMED.  No code is special: 0 and 255 have a length too (RFC 3046). */
DHCPPERF_API int dhcpperf_subopt_next(dhcpperf_bytes value, size_t *cursor, uint8_t *ret_code,
                                      dhcpperf_bytes *ret_value);
/* One sub-option by code, the first if there are several; NOTFOUND, MALFORMED. */
DHCPPERF_API int dhcpperf_subopt_find(dhcpperf_bytes value, uint8_t code, dhcpperf_bytes *ret);
/* A sub-option of 82 that is one address (5, 11): NOTFOUND also when it has another length. */
DHCPPERF_API int dhcpperf_relay_get_ip4(dhcpperf_bytes relay_info, uint8_t code, dhcpperf_ip4 *ret);
/* Walks the enterprises of 124 and 125 (RFC 3925); 1 / 0, MALFORMED. */
DHCPPERF_API int dhcpperf_enterprise_next(dhcpperf_bytes value, size_t *cursor,
                                          uint32_t *ret_enterprise, dhcpperf_bytes *ret_data);

DHCPPERF_END_DECLS

#endif
