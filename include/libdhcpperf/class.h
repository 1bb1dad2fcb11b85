/* SPDX-License-Identifier: MIT */
/* class.h - kinds of clients, told apart by the options that they send, with parameters, lease
 * times and addresses of their own. */
#ifndef DHCPPERF_CLASS_H
#define DHCPPERF_CLASS_H

#include <stdint.h>

#include <libdhcpperf/error.h>
#include <libdhcpperf/memory.h>
#include <libdhcpperf/option.h>
#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

/* One class.  Opaque; a server's configuration copies it. */
typedef struct dhcpperf_class dhcpperf_class;

/* How an option is compared: always octet by octet. */
typedef enum dhcpperf_match {
    DHCPPERF_MATCH_EXACT,   /* the whole value (RFC 2131 4.3.1: no substrings) */
    DHCPPERF_MATCH_PREFIX,  /* the value begins with it */
    DHCPPERF_MATCH_PRESENT, /* the option is there; `value` is not looked at */
    DHCPPERF_MATCH__FORCE_INT = 0x7fffffff
} dhcpperf_match;

/* A class that matches every request until it has conditions.  `name` has 1 to 63 octets; copied.
 * INVALID, NOMEM. */
DHCPPERF_API int dhcpperf_class_new(dhcpperf_class **ret, const char *name,
                                    const dhcpperf_mem *mem);
/* NULL is a no-op. */
DHCPPERF_API void dhcpperf_class_free(dhcpperf_class *c);

/* A condition; a request is in the class when it meets all of them.  `code` is an option, 1 to 254;
 * `subcode` -1 = its value, 0 to 255 = the value of that sub-option in it (options 43 and 82: code,
 * length, value).  Option 77 may also match with one of its user classes (RFC 3004).  `op` is a
 * dhcpperf_match; `value` has at most 255 octets and is copied.  INVALID, RANGE, NOMEM. */
DHCPPERF_API int dhcpperf_class_match(dhcpperf_class *c, uint8_t code, int subcode, int op,
                                      dhcpperf_bytes value);

/* A configuration parameter of the class, which beats that of the subnet; otherwise as
 * dhcpperf_pool_add_option(). */
DHCPPERF_API int dhcpperf_class_add_option(dhcpperf_class *c, uint8_t code, const char *text);

/* Lease times of the class instead of those of the subnet, as for dhcpperf_pool_set_lease().
 * INVALID, RANGE. */
DHCPPERF_API int dhcpperf_class_set_lease(dhcpperf_class *c, uint32_t default_s, uint32_t min_s,
                                          uint32_t max_s);

DHCPPERF_END_DECLS

#endif
