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
typedef enum dhcpperf_opt_type {
    DHCPPERF_OPTTYPE_OPAQUE,
    DHCPPERF_OPTTYPE_FLAG,
    DHCPPERF_OPTTYPE_U8,
    DHCPPERF_OPTTYPE_U16,
    DHCPPERF_OPTTYPE_U32,
    DHCPPERF_OPTTYPE_SECONDS,
    DHCPPERF_OPTTYPE_IP4,
    DHCPPERF_OPTTYPE_IP4_LIST,
    DHCPPERF_OPTTYPE_STRING,
    DHCPPERF_OPTTYPE_DOMAIN_LIST,
    DHCPPERF_OPTTYPE_ROUTE_LIST,
    DHCPPERF_OPTTYPE_SUBOPTIONS,
    DHCPPERF_OPTTYPE__FORCE_INT = 0x7fffffff
} dhcpperf_opt_type;
/* "lease-time"; NULL if unassigned. */
DHCPPERF_API const char *dhcpperf_opt_name(uint8_t code);
/* 0..255 from name or number; SYNTAX. */
DHCPPERF_API int dhcpperf_opt_code(const char *name);
/* OPAQUE when unknown. */
DHCPPERF_API dhcpperf_opt_type dhcpperf_opt_datatype(uint8_t code);
/* Text -> wire value; SYNTAX, NOBUFS. */
DHCPPERF_API int dhcpperf_opt_encode_text(uint8_t code, const char *text, uint8_t *buf, size_t cap,
                                          size_t *ret_len);
/* Wire value -> text; >=0 written, NOBUFS, MALFORMED. */
DHCPPERF_API int dhcpperf_opt_format(uint8_t code, dhcpperf_bytes value, char *buf, size_t cap);
/* Walk TLVs nested in an option value (82, 43, 124): start with *cursor = 0; 1 = got one, 0 = end;
 * MALFORMED */
DHCPPERF_API int dhcpperf_subopt_next(dhcpperf_bytes value, size_t *cursor, uint8_t *ret_code,
                                      dhcpperf_bytes *ret_value);

DHCPPERF_END_DECLS

#endif
