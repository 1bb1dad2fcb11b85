/* SPDX-License-Identifier: MIT */
/* export.h - visibility and declaration macros. */
#ifndef DHCPPERF_EXPORT_H
#define DHCPPERF_EXPORT_H

#if defined(__GNUC__)
#define DHCPPERF_API               __attribute__((visibility("default")))
#define DHCPPERF_MUST_CHECK        __attribute__((warn_unused_result))
#define DHCPPERF_DEPRECATED_FOR(f) __attribute__((deprecated("use " #f)))
#else
#define DHCPPERF_API
#define DHCPPERF_MUST_CHECK
#define DHCPPERF_DEPRECATED_FOR(f)
#endif
#ifdef __cplusplus
#define DHCPPERF_BEGIN_DECLS extern "C" {
#define DHCPPERF_END_DECLS   }
#else
#define DHCPPERF_BEGIN_DECLS
#define DHCPPERF_END_DECLS
#endif

#endif
