/* SPDX-License-Identifier: MIT */
/* mem_test.c - the allocation helpers and the default allocator. */
#include "base/dp_mem.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "support/allocfail.h"
#include "support/harness.h"

static int is_zero(const uint8_t *p, size_t n)
{
    size_t i;

    for (i = 0; i < n; i++) {
        if (p[i] != 0) {
            return 0;
        }
    }
    return 1;
}

START_TEST(null_picks_libc_and_a_given_one_is_copied)
    {
        allocfail af;
        dhcpperf_mem m = dp_mem_pick(NULL);

        assert_mem_eq(&m, &dp_mem_libc, sizeof m);
        allocfail_init(&af, 0);
        m = dp_mem_pick(&af.mem);
        assert_mem_eq(&m, &af.mem, sizeof m);
    }
END_TEST

START_TEST(memory_is_zeroed_and_aligned_whatever_the_allocator_gives)
    {
        static const size_t aligns[] = {1, 8, 16, 64, 4096};
        size_t align = aligns[_i % 5], size = (size_t)_i * 37 + 1;
        allocfail af; /* fills its blocks with 0xa5 */
        uint8_t *p;

        allocfail_init(&af, 0);
        p = dp_mem_zalloc(&af.mem, size, align);
        ck_assert_ptr_nonnull(p);
        ck_assert_msg((uintptr_t)p % align == 0 && is_zero(p, size), "case %d", _i);
        dp_mem_release(&af.mem, p, size);
        ck_assert(allocfail_is_clean(&af));
        p = dp_mem_zalloc(&dp_mem_libc, size, align);
        ck_assert_ptr_nonnull(p);
        ck_assert_msg((uintptr_t)p % align == 0 && is_zero(p, size), "case %d, libc", _i);
        dp_mem_release(&dp_mem_libc, p, size);
    }
END_TEST

START_TEST(nothing_and_products_past_the_end_are_refused)
    {
        allocfail af;

        allocfail_init(&af, 0);
        ck_assert_ptr_null(dp_mem_zalloc(&af.mem, 0, 8));
        ck_assert_ptr_null(dp_mem_zarray(&af.mem, 0, 8, 8));
        ck_assert_ptr_null(dp_mem_zarray(&af.mem, 8, 0, 8));
        ck_assert_ptr_null(dp_mem_zarray(&af.mem, SIZE_MAX / 8 + 1, 8, 8));
        ck_assert_ptr_null(dp_mem_zarray(&af.mem, SIZE_MAX, SIZE_MAX, 8));
        ck_assert_ptr_null(dp_mem_zarray(&af.mem, (size_t)1 << 33, (size_t)1 << 33, 8));
        ck_assert_ptr_null(dp_mem_sparse(&af.mem, 0, 8, 8));
        ck_assert_ptr_null(dp_mem_sparse(&af.mem, 8, 0, 8));
        ck_assert_ptr_null(dp_mem_sparse(&af.mem, SIZE_MAX / 8 + 1, 8, 8));
        ck_assert_uint_eq(af.calls, 0);
    }
END_TEST

START_TEST(large_blocks_are_zeroed_and_usable_to_both_ends)
    {
        static const size_t aligns[] = {16, 64};
        const size_t size = ((size_t)9 << 20) + 5;
        uint8_t *p = dp_mem_zalloc(&dp_mem_libc, size, aligns[_i]);

        ck_assert_ptr_nonnull(p);
        ck_assert_uint_eq((uintptr_t)p % aligns[_i], 0);
        ck_assert(is_zero(p, size));
        memset(p, 0x5a, size);
        dp_mem_release(&dp_mem_libc, p, size);
        p = dp_mem_zalloc(&dp_mem_libc, size, aligns[_i]); /* mostly the same place */
        ck_assert_ptr_nonnull(p);
        ck_assert(is_zero(p, size));
        dp_mem_release(&dp_mem_libc, p, size);
    }
END_TEST

static size_t resident_pages(void *from, size_t size)
{
    unsigned char in[64];
    size_t i, n = 0;

    ck_assert_uint_le(size / 4096, sizeof in);
    ck_assert_int_eq(mincore(from, size, in), 0);
    for (i = 0; i < size / 4096; i++) {
        n += in[i] & 1;
    }
    return n;
}

/* One octet in each 64 KiB costs a page of 4 KiB each, even where the kernel prefers large ones. */
START_TEST(a_sparse_block_costs_what_is_written)
    {
        const size_t apart = 65536, n = 256, large = (size_t)2 << 20;
        uint8_t *p = dp_mem_sparse(&dp_mem_libc, n, apart, 16), *page;
        size_t i, before; /* 0, unless a tool has replaced calloc() by one that writes zeros */

        ck_assert_ptr_nonnull(p);
        page = (uint8_t *)(((uintptr_t)p + large - 1) / large * large);
        before = resident_pages(page + 4096, 15 * 4096);
        ck_assert(is_zero(p, 4096) && is_zero(p + n * apart - 4096, 4096));
        for (i = 0; i < n - large / apart; i++) {
            page[i * apart] = 1;
        }
        ck_assert_uint_eq(resident_pages(page + 4096, 15 * 4096), before);
        dp_mem_release(&dp_mem_libc, p, n * apart);
    }
END_TEST

/* Whole pages only: what lies at the edges may be somebody else's. */
START_TEST(pages_inside_a_block_are_backed_on_demand)
    {
        const size_t size = 64 * 4096;
        uint8_t *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        size_t got;

        ck_assert_ptr_ne(p, MAP_FAILED);
        ck_assert_int_eq(madvise(p, size, MADV_NOHUGEPAGE), 0);
        ck_assert_uint_eq(dp_mem_back(p + 1, 4096), 0);
        ck_assert_uint_eq(dp_mem_back(p, 4095), 0);
        ck_assert_uint_eq(dp_mem_back(p, 0), 0);
        ck_assert_uint_eq(resident_pages(p, size), 0);
        got = dp_mem_back(p + 1, 10 * 4096);
        if (got != 0) { /* as the system can */
            ck_assert_uint_eq(got, 9 * 4096);
            ck_assert_uint_eq(resident_pages(p, size), 9);
            p[4096] = 7;
            ck_assert_uint_eq(dp_mem_back(p, size), size);
            ck_assert_uint_eq(resident_pages(p, size), 64);
            ck_assert_uint_eq(p[4096], 7);
            ck_assert(is_zero(p + 2 * 4096, size - 2 * 4096));
        }
        ck_assert_int_eq(munmap(p, size), 0);
        ck_assert_uint_eq(dp_mem_back(p, size), 0); /* nothing there */
    }
END_TEST

START_TEST(failure_is_null_and_release_of_null_is_nothing)
    {
        allocfail af;

        allocfail_init(&af, 1);
        ck_assert_ptr_null(dp_mem_zalloc(&af.mem, 8, 8));
        dp_mem_release(&af.mem, NULL, 8);
        ck_assert(allocfail_is_clean(&af));
    }
END_TEST

START_TEST(the_default_allocator_resizes_and_keeps_the_contents)
    {
        static const size_t aligns[] = {8, 64, 256};
        size_t align = aligns[_i], i;
        const dhcpperf_mem *m = &dp_mem_libc;
        uint8_t *p = m->alloc(m->user, 100, align);

        ck_assert_ptr_nonnull(p);
        memset(p, 0x5a, 100);
        p = m->resize(m->user, p, 100, 10000, align);
        ck_assert_ptr_nonnull(p);
        ck_assert_uint_eq((uintptr_t)p % align, 0);
        for (i = 0; i < 100; i++) {
            ck_assert_msg(p[i] == 0x5a, "align %d octet %zu", _i, i);
        }
        p = m->resize(m->user, p, 10000, 50, align);
        ck_assert_ptr_nonnull(p);
        ck_assert_uint_eq(p[49], 0x5a);
        m->release(m->user, p, 50);
        p = m->resize(m->user, NULL, 0, 16, align);
        ck_assert_ptr_nonnull(p);
        m->release(m->user, p, 16);
    }
END_TEST

/* The lines that a block lies on: 0 when they are free, 1 when one of them is taken. */
static int take_lines(uint8_t *map, uintptr_t base, const void *ptr, size_t size)
{
    uintptr_t first = ((uintptr_t)ptr - base) / 64, last = ((uintptr_t)ptr + size - 1 - base) / 64;
    int taken = 0;

    for (; first <= last; first++) {
        taken |= map[first];
        map[first] = 1;
    }
    return taken;
}

START_TEST(blocks_in_whole_lines_share_none)
    {
        enum {
            BLOCKS = 200,
            WINDOW = 1 << 20
        };
        static uint8_t map[2 * WINDOW / 64];
        const dhcpperf_mem *m = dhcpperf_mem_lines();
        uint8_t *at[BLOCKS];
        uintptr_t base;
        unsigned i;

        for (i = 0; i < BLOCKS; i++) {
            size_t size = i * 7 % 300 + 1, align = (size_t)1 << i % 9;

            at[i] = i % 2 == 0 ? m->alloc(m->user, size, align) : dp_mem_zalloc(m, size, align);
            ck_assert_ptr_nonnull(at[i]);
            ck_assert_msg((uintptr_t)at[i] % align == 0 && (uintptr_t)at[i] % 64 == 0, "%u", i);
            ck_assert_msg(i % 2 == 0 || is_zero(at[i], size), "%u", i);
            memset(at[i], (int)i, size);
        }
        base = (uintptr_t)at[0] - WINDOW;
        for (i = 0; i < BLOCKS; i++) {
            if ((uintptr_t)at[i] >= base && (uintptr_t)at[i] < base + 2 * (uintptr_t)WINDOW - 512) {
                ck_assert_msg(!take_lines(map, base, at[i], i * 7 % 300 + 1), "%u shares", i);
            }
            ck_assert_msg(at[i][0] == (uint8_t)i, "%u was written to", i);
        }
        for (i = 0; i < BLOCKS; i++) {
            at[i] = m->resize(m->user, at[i], i * 7 % 300 + 1, 500, 8);
            ck_assert_msg(at[i] != NULL && at[i][i * 7 % 300] == (uint8_t)i, "%u", i);
            m->release(m->user, at[i], 500);
        }
        ck_assert_ptr_null(m->alloc(m->user, SIZE_MAX - 50, 8));
        ck_assert_ptr_null(dp_mem_zalloc(m, SIZE_MAX - 50, 8));
        m->release(m->user, NULL, 0);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, null_picks_libc_and_a_given_one_is_copied);
    tcase_add_test(tc, blocks_in_whole_lines_share_none);
    tcase_add_loop_test(tc, memory_is_zeroed_and_aligned_whatever_the_allocator_gives, 0, 25);
    tcase_add_test(tc, nothing_and_products_past_the_end_are_refused);
    tcase_add_loop_test(tc, large_blocks_are_zeroed_and_usable_to_both_ends, 0, 2);
    tcase_add_test(tc, pages_inside_a_block_are_backed_on_demand);
    tcase_add_test(tc, a_sparse_block_costs_what_is_written);
    tcase_add_test(tc, failure_is_null_and_release_of_null_is_nothing);
    tcase_add_loop_test(tc, the_default_allocator_resizes_and_keeps_the_contents, 0, 3);
}

HARNESS_MAIN("base/mem", tests)
