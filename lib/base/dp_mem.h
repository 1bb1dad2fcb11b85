/* SPDX-License-Identifier: MIT */
/* dp_mem.h - how library code allocates: through the handle's allocator, always with sizes. */
#ifndef DP_MEM_H
#define DP_MEM_H

#include <stddef.h>

#include <libdhcpperf/memory.h>

/* The allocator over libc, used wherever a caller gave NULL. */
extern const dhcpperf_mem dp_mem_libc;

/* A copy of *mem, or of dp_mem_libc when mem is NULL.  Handles keep the copy by value. */
dhcpperf_mem dp_mem_pick(const dhcpperf_mem *mem);

/* Zeroed memory of `size` bytes at `align` (a power of two); NULL when out of memory or size is 0.
 * Large libc blocks stay untouched until used, so a sparse table costs only what is written. */
void *dp_mem_zalloc(const dhcpperf_mem *mem, size_t size, size_t align);

/* n * size bytes, zeroed; NULL also when the product overflows. */
void *dp_mem_zarray(const dhcpperf_mem *mem, size_t n, size_t size, size_t align);

/* The same for a block of which only a little may ever be written, here and there: no large pages,
 * of which each would be cleared whole. */
void *dp_mem_sparse(const dhcpperf_mem *mem, size_t n, size_t size, size_t align);

/* Has pages behind those whole pages of a block that hold none yet.  Bytes that are backed now; 0
 * where the system cannot, or has no memory left. */
size_t dp_mem_back(void *ptr, size_t size);

/* Gives back `size` bytes; ptr may be NULL. */
void dp_mem_release(const dhcpperf_mem *mem, void *ptr, size_t size);

/* Zeroed object of a type, and its release. */
#define DP_NEW(mem, type)          ((type *)dp_mem_zalloc((mem), sizeof(type), _Alignof(type)))
#define DP_ARRAY(mem, n, type)     ((type *)dp_mem_zarray((mem), (n), sizeof(type), _Alignof(type)))
#define DP_FREE(mem, ptr)          dp_mem_release((mem), (ptr), sizeof *(ptr))
#define DP_FREE_ARRAY(mem, ptr, n) dp_mem_release((mem), (ptr), (size_t)(n) * sizeof *(ptr))

#endif
