/* SPDX-License-Identifier: MIT */
/* memory.h - the allocator a handle is given. */
#ifndef DHCPPERF_MEMORY_H
#define DHCPPERF_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/export.h>

DHCPPERF_BEGIN_DECLS

/* Allocator of one handle and everything it owns.  NULL anywhere = libc.  FROZEN. */
typedef struct dhcpperf_mem {
    void *user;
    void *(*alloc)(void *user, size_t size, size_t align); /* NULL on failure */
    void *(*resize)(void *user, void *ptr, size_t old_size, size_t new_size, size_t align);
    void (*release)(void *user, void *ptr, size_t size); /* size = as allocated */
} dhcpperf_mem;
/* libc's memory in whole lines of 64 octets: no two blocks have one in common.  For engines of
 * different threads.  Static. */
DHCPPERF_API const dhcpperf_mem *dhcpperf_mem_lines(void);

DHCPPERF_END_DECLS

#endif
