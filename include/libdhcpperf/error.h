/* SPDX-License-Identifier: MIT */
/* error.h - one list of failures: number, name, sentence. */
#ifndef DHCPPERF_ERROR_H
#define DHCPPERF_ERROR_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/export.h>

DHCPPERF_BEGIN_DECLS

#define DHCPPERF_ERROR_MAP(X)                                                                      \
    X(-1001, INVALID, "invalid argument")                                                          \
    X(-1002, STATE, "not allowed in the present state")                                            \
    X(-1003, REENTRANT, "called from inside its own callback")                                     \
    X(-1004, UNSUPPORTED, "not supported by this build")                                           \
    X(-1005, NOKEY, "unknown setting")                                                             \
    X(-1006, RANGE, "value outside the permitted range")                                           \
    X(-1007, SYNTAX, "text could not be understood")                                               \
    X(-1101, NOMEM, "out of memory")                                                               \
    X(-1102, NOBUFS, "output buffer too small")                                                    \
    X(-1103, FULL, "table or queue full")                                                          \
    X(-1201, TRUNCATED, "packet ends too early")                                                   \
    X(-1202, MALFORMED, "packet violates the format")                                              \
    X(-1203, CHECKSUM, "checksum mismatch")                                                        \
    X(-1204, NOTFOUND, "no such item")                                                             \
    X(-1205, COOKIE, "no DHCP magic cookie")                                                       \
    X(-1301, SYSTEM, "operating system error, see errno")                                          \
    X(-1302, PERMISSION, "privilege missing")                                                      \
    X(-1303, AGAIN, "would block")                                                                 \
    X(-1401, EXHAUSTED, "address pool exhausted")                                                  \
    X(-1402, CONFLICT, "address already in use")                                                   \
    X(-1501, CALLBACK, "a caller-supplied callback failed")                                        \
    X(-1502, LIVELOCK, "endless work at one instant")
typedef enum dhcpperf_error {
    DHCPPERF_OK = 0,
#define DHCPPERF_ERROR_ENUM_(num, name, text) DHCPPERF_E_##name = num,
    DHCPPERF_ERROR_MAP(DHCPPERF_ERROR_ENUM_)
#undef DHCPPERF_ERROR_ENUM_
    DHCPPERF_E__FORCE_INT = 0x7fffffff
} dhcpperf_error;
/* Static sentence, never NULL, also for unknown codes. */
DHCPPERF_API const char *dhcpperf_strerror(int code);
/* "DHCPPERF_E_NOMEM"; NULL if unknown. */
DHCPPERF_API const char *dhcpperf_errname(int code);
/* 1 when the handle must be freed (NOMEM mid-update, CALLBACK). */
DHCPPERF_API int dhcpperf_is_fatal(int code);

DHCPPERF_END_DECLS

#endif
