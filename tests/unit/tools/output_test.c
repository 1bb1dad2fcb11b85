/* SPDX-License-Identifier: MIT */
/* output_test.c - figures for people, and files that are replaced whole or not at all. */
#include "common/output.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/figures.h"
#include "support/harness.h"

START_TEST(times_have_three_digits_and_a_unit)
    {
        static const struct {
            double ns;
            const char *want;
        } v[] = {
            {0, "0"},
            {0.4, "0"},
            {1, "1 ns"},
            {999, "999 ns"},
            {999.6, "1.00 us"},
            {1234, "1.23 us"},
            {9996, "10.0 us"},
            {12345, "12.3 us"},
            {99960, "100 us"},
            {999400, "999 us"},
            {999600, "1.00 ms"},
            {1.5e6, "1.50 ms"},
            {999.6e6, "1.00 s"},
            {4e9, "4.00 s"},
            {63.21e9, "63.2 s"},
            {299e9, "299 s"},
            {300e9, "5 min"},
            {7200e9, "120 min"},
        };
        char buf[FIGURE_SIZE];

        figure_time(buf, v[_i].ns);
        ck_assert_msg(strcmp(buf, v[_i].want) == 0, "%d: %s instead of %s", _i, buf, v[_i].want);
    }
END_TEST

START_TEST(figures_of_no_samples_are_zero)
    {
        dhcpperf_hist *h = NULL;
        figures f;

        figures_of(&f, NULL);
        ck_assert_uint_eq(f.count, 0);
        ck_assert_int_eq(dhcpperf_hist_new(&h, 7, NULL), 0);
        figures_of(&f, h);
        ck_assert_uint_eq(f.max, 0);
        dhcpperf_hist_record(h, 5000);
        figures_of(&f, h);
        ck_assert_uint_eq(f.count, 1);
        ck_assert_uint_eq(f.min, 5000);
        ck_assert_uint_eq(f.p999, 5000);
        dhcpperf_hist_free(h);
    }
END_TEST

static char folder[64], path[96], error[400];

static void setup(void)
{
    snprintf(folder, sizeof folder, "output_test.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/doc", folder);
}

static void teardown(void)
{
    unlink(path);
    ck_assert_int_eq(rmdir(folder), 0); /* fails when a temporary file was left behind */
}

static void assert_content(const char *want)
{
    char text[64] = "";
    FILE *f = fopen(path, "r");

    ck_assert_ptr_nonnull(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    ck_assert_str_eq(text, want);
}

START_TEST(a_document_replaces_the_old_one_and_keeps_its_mode)
    {
        struct stat st;

        ck_assert_int_eq(output_write(path, "old", 3, error, sizeof error), 0);
        ck_assert_int_eq(chmod(path, 0640), 0);
        ck_assert_int_eq(output_write(path, "new!", 4, error, sizeof error), 0);
        assert_content("new!");
        ck_assert_int_eq(stat(path, &st), 0);
        ck_assert_int_eq(st.st_mode & 0777, 0640);
    }
END_TEST

START_TEST(a_failure_names_file_and_cause)
    {
        ck_assert_int_ne(output_write("/nonexistent/\033x", "new", 3, error, sizeof error), 0);
        ck_assert_ptr_nonnull(strstr(error, "cannot write '/nonexistent/\\x1bx': "));
        ck_assert_int_ne(output_write(folder, "new", 3, error, sizeof error), 0);
    }
END_TEST

START_TEST(a_device_is_written_and_not_replaced)
    {
        struct stat before, after;

        ck_assert_int_eq(stat("/dev/null", &before), 0);
        ck_assert_int_eq(output_write("/dev/null", "new", 3, error, sizeof error), 0);
        ck_assert_int_eq(stat("/dev/null", &after), 0);
        ck_assert(before.st_ino == after.st_ino && S_ISCHR(after.st_mode));
    }
END_TEST

START_TEST(what_a_link_leads_to_is_written_and_the_link_stays)
    {
        char link_path[112];
        struct stat st;

        snprintf(link_path, sizeof link_path, "%s/link", folder);
        ck_assert_int_eq(output_write(path, "something older", 15, error, sizeof error), 0);
        ck_assert_int_eq(symlink("doc", link_path), 0);
        ck_assert_int_eq(output_write(link_path, "new!", 4, error, sizeof error), 0);
        assert_content("new!");
        ck_assert_int_eq(lstat(link_path, &st), 0);
        ck_assert(S_ISLNK(st.st_mode));
        unlink(link_path);
    }
END_TEST

START_TEST(probing_leaves_nothing_behind)
    {
        output list[2] = {{path}, {"-"}};
        outputs o = {list, 2};
        char link_path[112];

        snprintf(link_path, sizeof link_path, "%s/link", folder);

        ck_assert_int_eq(output_write(path, "old", 3, error, sizeof error), 0);
        ck_assert_int_eq(outputs_probe(&o, error, sizeof error), 0);
        assert_content("old");
        list[1].path = "/nonexistent/doc";
        ck_assert_int_ne(outputs_probe(&o, error, sizeof error), 0);
        list[1].path = link_path; /* nothing would be created through it */
        ck_assert_int_eq(symlink("missing", link_path), 0);
        ck_assert_int_ne(outputs_probe(&o, error, sizeof error), 0);
        unlink(link_path);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, times_have_three_digits_and_a_unit, 0, 18);
    tcase_add_test(tc, figures_of_no_samples_are_zero);
    tcase_add_test(tc, a_document_replaces_the_old_one_and_keeps_its_mode);
    tcase_add_test(tc, a_failure_names_file_and_cause);
    tcase_add_test(tc, a_device_is_written_and_not_replaced);
    tcase_add_test(tc, what_a_link_leads_to_is_written_and_the_link_stays);
    tcase_add_test(tc, probing_leaves_nothing_behind);
}

HARNESS_MAIN("tools/output", tests)
