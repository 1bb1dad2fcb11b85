/* SPDX-License-Identifier: MIT */
/* mem.c - the allocators over libc and the zeroing helpers.  The one file of the core that knows
 * malloc; everything else goes through a dhcpperf_mem. */
#include "base/dp_mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    LARGE = 4 << 20, /* bytes from which on large pages are asked for: two of the usual size */
    PAGE = 4096      /* where advice begins and ends; where pages are larger it may be refused */
};

#ifdef MADV_HUGEPAGE

/* Tables of millions of records are read in no order: with pages of 4 KiB every access would also
 * miss the translation cache, and every 4096 bytes first written cost a fault.  It is advice: where
 * the kernel gives no large pages, or refuses, nothing changes.  Blocks that are written only here
 * and there say that they want none. */
static void advise(void *ptr, size_t size, bool large)
{
    uintptr_t from = ((uintptr_t)ptr + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    uintptr_t to = ((uintptr_t)ptr + size) & ~(uintptr_t)(PAGE - 1);

    if (ptr != NULL && size >= LARGE) {
        (void)madvise((void *)from, to - from, large ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
    }
}
#else
static void advise(void *ptr, size_t size, bool large)
{
    (void)ptr;
    (void)size;
    (void)large;
}
#endif

size_t dp_mem_back(void *ptr, size_t size)
{
#ifdef MADV_POPULATE_WRITE /* Linux 5.14 */
    uintptr_t from = ((uintptr_t)ptr + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    uintptr_t to = ((uintptr_t)ptr + size) & ~(uintptr_t)(PAGE - 1);

    return from < to && madvise((void *)from, to - from, MADV_POPULATE_WRITE) == 0 ? to - from : 0;
#else
    (void)ptr;
    (void)size;
    return 0;
#endif
}

static void *libc_alloc(void *user, size_t size, size_t align)
{
    void *ptr;

    (void)user;
    if (align <= _Alignof(max_align_t)) {
        return malloc(size);
    }
    return posix_memalign(&ptr, align, size) == 0 ? ptr : NULL;
}

static void *libc_resize(void *user, void *ptr, size_t old_size, size_t new_size, size_t align)
{
    void *moved;

    if (align <= _Alignof(max_align_t)) {
        return realloc(ptr, new_size);
    }
    moved = libc_alloc(user, new_size, align);
    if (moved != NULL && ptr != NULL) {
        memcpy(moved, ptr, old_size < new_size ? old_size : new_size);
        free(ptr);
    }
    return moved;
}

static void libc_release(void *user, void *ptr, size_t size)
{
    (void)user;
    (void)size;
    free(ptr);
}

const dhcpperf_mem dp_mem_libc = {
    .user = NULL,
    .alloc = libc_alloc,
    .resize = libc_resize,
    .release = libc_release,
};

/* ---- whole lines ---------------------------------------------------------------------------- */

enum {
    LINE = 64
};

/* Room for a block whose lines are all its own, wherever libc puts it; 0 when there is none.  In
 * front of it lies what libc wants back. */
static size_t lines_room(size_t size, size_t align)
{
    size_t more = align + LINE + sizeof(void *);

    return size <= SIZE_MAX - more ? (size + LINE - 1) / LINE * LINE + align + sizeof(void *) : 0;
}

static void *lines_place(void *raw, size_t align)
{
    uintptr_t at;
    void **ptr;

    if (raw == NULL) {
        return NULL;
    }
    at = ((uintptr_t)raw + sizeof(void *) + align - 1) / align * align;
    ptr = (void **)(void *)((char *)raw + (at - (uintptr_t)raw));
    ptr[-1] = raw;
    return ptr;
}

static void *lines_alloc(void *user, size_t size, size_t align)
{
    size_t room;

    (void)user;
    align = align > LINE ? align : LINE;
    room = lines_room(size, align);
    return room != 0 ? lines_place(malloc(room), align) : NULL;
}

static void lines_release(void *user, void *ptr, size_t size)
{
    (void)user;
    (void)size;
    if (ptr != NULL) {
        free(((void **)ptr)[-1]);
    }
}

static void *lines_resize(void *user, void *ptr, size_t old_size, size_t new_size, size_t align)
{
    void *moved = lines_alloc(user, new_size, align);

    if (moved != NULL && ptr != NULL) {
        memcpy(moved, ptr, old_size < new_size ? old_size : new_size);
        lines_release(user, ptr, old_size);
    }
    return moved;
}

const dhcpperf_mem *dhcpperf_mem_lines(void)
{
    static const dhcpperf_mem lines = {
        .user = NULL,
        .alloc = lines_alloc,
        .resize = lines_resize,
        .release = lines_release,
    };

    return &lines;
}

/* ---- for all allocators --------------------------------------------------------------------- */

dhcpperf_mem dp_mem_pick(const dhcpperf_mem *mem)
{
    return mem != NULL ? *mem : dp_mem_libc;
}

static void *zalloc(const dhcpperf_mem *mem, size_t size, size_t align, bool large)
{
    bool is_libc = mem->alloc == libc_alloc, is_lines = mem->alloc == lines_alloc;
    size_t room;
    void *ptr;

    if (is_libc && align <= _Alignof(max_align_t)) {
        ptr = calloc(1, size); /* fresh pages are zero already and stay unbacked */
        advise(ptr, size, large);
        return ptr;
    }
    if (is_lines) { /* likewise */
        align = align > LINE ? align : LINE;
        room = lines_room(size, align);
        ptr = room != 0 ? lines_place(calloc(1, room), align) : NULL;
        advise(ptr, size, large);
        return ptr;
    }
    ptr = mem->alloc(mem->user, size, align);
    if (is_libc) {
        advise(ptr, size, large);
    }
    return ptr != NULL ? memset(ptr, 0, size) : NULL;
}

void *dp_mem_zalloc(const dhcpperf_mem *mem, size_t size, size_t align)
{
    return size != 0 ? zalloc(mem, size, align, true) : NULL;
}

void *dp_mem_zarray(const dhcpperf_mem *mem, size_t n, size_t size, size_t align)
{
    if (size != 0 && n > SIZE_MAX / size) {
        return NULL;
    }
    return dp_mem_zalloc(mem, n * size, align);
}

void *dp_mem_sparse(const dhcpperf_mem *mem, size_t n, size_t size, size_t align)
{
    if (n == 0 || size == 0 || n > SIZE_MAX / size) {
        return NULL;
    }
    return zalloc(mem, n * size, align, false);
}

void dp_mem_release(const dhcpperf_mem *mem, void *ptr, size_t size)
{
    if (ptr != NULL) {
        mem->release(mem->user, ptr, size);
    }
}
