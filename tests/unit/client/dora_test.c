/* SPDX-License-Identifier: MIT */
/* dora_test.c - the four-way exchange by the five verbs against a scripted server. */
#include "unit/client/fake.h"

#include <string.h>

#include "support/harness.h"

/* Runs a world of these settings for ten minutes. */
static void run(fake *f, const char *const *settings)
{
    dhcpperf_client_config *c = fake_config(settings);

    fake_init(f, c);
    dhcpperf_client_config_free(c);
    fake_begin(f, 600 * FAKE_S);
}

START_TEST(every_station_is_bound_with_four_packets)
    {
        const char *const settings[] = {"stations=1000", NULL};
        fake f;

        run(&f, settings);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_BOUND), 1000);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_TX_PACKETS), 2000);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_PACKETS), 2000);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_VIOLATIONS), 0);
        ck_assert_uint_eq(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND), 1000);
        ck_assert_int_eq(dhcpperf_client_is_done(f.cli), 1);
        fake_check_balance(&f, "run", 0);
        fake_fini(&f);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, every_station_is_bound_with_four_packets);
}

HARNESS_MAIN("client/dora", tests)
