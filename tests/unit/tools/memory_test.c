/* SPDX-License-Identifier: MIT */
/* memory_test.c - what is available, from files as the kernel writes them. */
#include "common/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "support/harness.h"

static char root[64];

static void make_dir(const char *path)
{
    char full[256];

    snprintf(full, sizeof full, "%s%s", root, path);
    ck_assert_msg(mkdir(full, 0700) == 0, "%s", full);
}

static void write_file(const char *path, const char *text)
{
    char full[256];
    FILE *f;

    snprintf(full, sizeof full, "%s%s", root, path);
    f = fopen(full, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

static void setup(void)
{
    snprintf(root, sizeof root, "/tmp/memory_test.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(root));
    make_dir("/proc");
    make_dir("/proc/self");
    make_dir("/sys");
    make_dir("/sys/fs");
    make_dir("/sys/fs/cgroup");
    make_dir("/sys/fs/cgroup/a");
    make_dir("/sys/fs/cgroup/a/b");
}

static void teardown(void)
{
    char command[128];

    snprintf(command, sizeof command, "rm -r %s", root);
    ck_assert_int_eq(system(command), 0);
}

START_TEST(without_groups_it_is_what_the_kernel_says)
    {
        ck_assert_uint_eq(memory_available(root), 0);
        write_file("/proc/meminfo", "MemTotal:  9000 kB\nMemFree: 10 kB\n");
        ck_assert_uint_eq(memory_available(root), 0);
        write_file("/proc/meminfo", "MemTotal:  9000 kB\nMemAvailable:    4000 kB\n");
        ck_assert_uint_eq(memory_available(root), 4000 * 1024);
        write_file("/proc/self/cgroup", "2:memory:/a\n"); /* version 1 */
        ck_assert_uint_eq(memory_available(root), 4000 * 1024);
    }
END_TEST

START_TEST(the_narrowest_group_decides)
    {
        write_file("/proc/meminfo", "MemAvailable: 4000 kB\n");
        write_file("/proc/self/cgroup", "1:name=x:/\n0::/a/b\n");
        write_file("/sys/fs/cgroup/a/b/memory.max", "max\n");
        write_file("/sys/fs/cgroup/a/b/memory.current", "500\n");
        ck_assert_uint_eq(memory_available(root), 4000 * 1024);
        write_file("/sys/fs/cgroup/a/memory.max", "100000\n"); /* around it */
        write_file("/sys/fs/cgroup/a/memory.current", "40000\n");
        ck_assert_uint_eq(memory_available(root), 60000);
        write_file("/sys/fs/cgroup/memory.max", "1000\n"); /* as in a container */
        ck_assert_uint_eq(memory_available(root), 1000);
        write_file("/sys/fs/cgroup/memory.current", "1001\n");
        ck_assert_uint_eq(memory_available(root), 0);
    }
END_TEST

START_TEST(here_there_is_some)
    {
        ck_assert_uint_gt(memory_available(""), 0);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, without_groups_it_is_what_the_kernel_says);
    tcase_add_test(tc, the_narrowest_group_decides);
    tcase_add_test(tc, here_there_is_some);
}

HARNESS_MAIN("tools/memory", tests)
