/* SPDX-License-Identifier: MIT */
/* option_form_test.c - what is said of a value's form is true. */
#include "common/option_form.h"

#include <string.h>

#include <libdhcpperf/option.h>

#include "support/harness.h"

/* The first of "... or ...", if it is so. */
static void cut_alternatives(char *text)
{
    static const char *const ends[] = {" or ", ", text:"};
    size_t i;

    for (i = 0; i < 2; i++) {
        char *at = strstr(text, ends[i]);

        if (at != NULL) {
            *at = '\0';
        }
    }
}

START_TEST(every_example_is_a_value_of_its_option)
    {
        const size_t lead = strlen(", such as ");
        char text[OPTION_FORM_CAP];
        uint8_t octets[255];
        size_t len;

        (void)option_form((uint8_t)_i, text);
        if (strncmp(text, ", such as ", lead) == 0) {
            cut_alternatives(text + lead);
            ck_assert_msg(dhcpperf_opt_encode_text((uint8_t)_i, text + lead, octets, sizeof octets,
                                                   &len) == 0,
                          "option %d: %s", _i, text + lead);
        } else if (text[0] == '\0') {
            ck_assert_msg(dhcpperf_opt_datatype((uint8_t)_i) == DHCPPERF_OPTTYPE_STRING,
                          "option %d", _i);
        } else {
            ck_assert_ptr_nonnull(dhcpperf_opt_fields((uint8_t)_i));
            ck_assert_msg(strlen(text) < OPTION_FORM_CAP - 1, "option %d: %s", _i, text);
        }
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, every_example_is_a_value_of_its_option, 1, 255);
}

HARNESS_MAIN("tools/option_form", tests)
