/* SPDX-License-Identifier: MIT */
/* allocfail.c - every block carries its size in front, so a wrong sized release is seen. */
#include "support/allocfail.h"

#include <stdlib.h>
#include <string.h>

typedef struct block {
    uint64_t magic;
    size_t size, align;
    void *start; /* what libc gave */
} block;

#define MAGIC UINT64_C(0x6a11f0cd5eed1eaf)

static void *counted_alloc(void *user, size_t size, size_t align)
{
    allocfail *af = user;
    void *start;
    block *b;
    uintptr_t at;

    af->calls++;
    if (af->calls == af->fail_at || size > SIZE_MAX - align - sizeof(block)) {
        return NULL;
    }
    start = malloc(size + align + sizeof(block));
    if (start == NULL) {
        return NULL;
    }
    at = ((uintptr_t)start + sizeof(block) + align - 1) / align * align;
    b = (block *)(at - sizeof(block));
    b->magic = MAGIC;
    b->size = size;
    b->align = align;
    b->start = start;
    af->live++;
    af->live_bytes += size;
    if (af->live_bytes > af->peak_bytes) {
        af->peak_bytes = af->live_bytes;
    }
    memset((void *)at, 0xa5, size); /* nobody may count on zeroes from an allocator */
    return (void *)at;
}

static void counted_release(void *user, void *ptr, size_t size)
{
    allocfail *af = user;
    block *b = (block *)((uintptr_t)ptr - sizeof(block));

    if (b->magic != MAGIC || b->size != size) {
        af->mismatches++;
        return;
    }
    b->magic = 0;
    af->live--;
    af->live_bytes -= size;
    free(b->start);
}

static void *counted_resize(void *user, void *ptr, size_t old_size, size_t new_size, size_t align)
{
    void *moved = counted_alloc(user, new_size, align);

    if (moved != NULL && ptr != NULL) {
        memcpy(moved, ptr, old_size < new_size ? old_size : new_size);
        counted_release(user, ptr, old_size);
    }
    return moved;
}

void allocfail_init(allocfail *af, uint64_t fail_at)
{
    memset(af, 0, sizeof *af);
    af->fail_at = fail_at;
    af->mem.user = af;
    af->mem.alloc = counted_alloc;
    af->mem.resize = counted_resize;
    af->mem.release = counted_release;
}

int allocfail_is_clean(const allocfail *af)
{
    return af->live == 0 && af->live_bytes == 0 && af->mismatches == 0;
}
