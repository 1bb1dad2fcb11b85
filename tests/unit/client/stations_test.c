/* SPDX-License-Identifier: MIT */
/* stations_test.c - who is who: shards, xids, relays, and the send queue. */
#include "client/dp_client.h"

#include <string.h>

#include "support/harness.h"

static dhcpperf_client *engine(uint32_t stations, uint32_t index, uint32_t of, uint64_t seed)
{
    dhcpperf_client_config *c;
    dhcpperf_client *cli;

    ck_assert_int_eq(dhcpperf_client_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_stations(c, stations), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_shard(c, index, of), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_seed(c, seed), 0);
    ck_assert_int_eq(dhcpperf_client_new(&cli, c, NULL), 0);
    dhcpperf_client_config_free(c);
    return cli;
}

START_TEST(shards_share_out_every_station_once)
    {
        static const struct {
            uint32_t total, of;
        } cases[] = {{1, 1},   {1, 4},    {63, 2},   {64, 2},    {65, 2},
                     {128, 3}, {1000, 3}, {4097, 7}, {10000, 16}};
        uint32_t total = cases[_i].total, of = cases[_i].of, shard, i, sum = 0;
        uint8_t *seen = calloc(total, 1);

        for (shard = 0; shard < of; shard++) {
            dhcpperf_client *cli = engine(total, shard, of, 1);

            sum += dhcpperf_client_count(cli);
            for (i = 0; i < dhcpperf_client_count(cli); i++) {
                uint32_t g = dp_station_global(cli, i), back, attempt;

                ck_assert_msg(g < total && seen[g] == 0, "case %d: station %u", _i, g);
                seen[g] = 1;
                ck_assert_msg(g / 64 % of == shard, "case %d: runs of 64", _i);
                ck_assert_msg(dp_station_of_xid(cli, dp_station_xid(cli, i), &back, &attempt) ==
                                      (int)shard &&
                                  back == i && attempt == 0,
                              "case %d: xid of station %u", _i, g);
            }
            dhcpperf_client_free(cli);
        }
        ck_assert_msg(sum == total, "case %d: %u stations in all", _i, sum);
        free(seen);
    }
END_TEST

START_TEST(a_million_stations_have_a_million_xids)
    {
        enum {
            N = 1000000
        };
        uint64_t *bits = calloc(UINT64_C(1) << 26, sizeof *bits); /* one bit per xid */
        dhcpperf_client *cli = engine(N, 0, 1, harness_seed(7));
        uint64_t bit;
        uint32_t i, k;

        for (k = 0; k < 3; k++) { /* three exchanges each: none may meet */
            for (i = 0; i < N; i++) {
                uint32_t xid, back, attempt;

                cli->stations[i].attempt = (uint16_t)(k * 1000);
                xid = dp_station_xid(cli, i);
                bit = UINT64_C(1) << xid % 64;
                ck_assert_msg((bits[xid / 64] & bit) == 0, "station %u, exchange %u", i, k);
                bits[xid / 64] |= bit;
                ck_assert_int_eq(dp_station_of_xid(cli, xid, &back, &attempt), 0);
                ck_assert_msg(back == i && attempt == k * 1000, "station %u", i);
            }
        }
        free(bits);
        dhcpperf_client_free(cli);
    }
END_TEST

START_TEST(xids_start_elsewhere_with_another_seed)
    {
        dhcpperf_client *a = engine(1000, 0, 1, 1), *b = engine(1000, 0, 1, 2);
        uint32_t i, equal = 0;

        for (i = 0; i < 1000; i++) {
            equal += dp_station_xid(a, i) == dp_station_xid(b, i);
        }
        ck_assert_uint_le(equal, 1);
        dhcpperf_client_free(a);
        dhcpperf_client_free(b);
    }
END_TEST

START_TEST(attempts_wrap_within_what_an_xid_can_hold)
    {
        static const uint32_t sizes[] = {1, 2, 65536, 65537, 1000000, 1u << 24};
        dhcpperf_client *cli = engine(sizes[_i], 0, 1, 3);
        uint64_t values = (uint64_t)(cli->attempt_mask + UINT64_C(1)) << cli->index_bits;
        uint32_t last = sizes[_i] - 1, back, attempt;

        ck_assert_msg((UINT64_C(1) << cli->index_bits) >= sizes[_i] && values <= UINT64_C(1) << 32,
                      "case %d", _i);
        ck_assert_msg(cli->attempt_mask >= 255, "case %d", _i);
        cli->stations[last].attempt = (uint16_t)cli->attempt_mask;
        ck_assert_int_eq(dp_station_of_xid(cli, dp_station_xid(cli, last), &back, &attempt), 0);
        ck_assert_msg(back == last && attempt == cli->attempt_mask, "case %d", _i);
        dhcpperf_client_free(cli);
    }
END_TEST

/* Chances are drawn by the count, which goes on where the xid's part of it begins again. */
START_TEST(attempts_are_counted_beyond_what_an_xid_can_hold)
    {
        dhcpperf_client *cli = engine(70, 0, 1, 1);
        uint64_t k;

        cli->attempt_mask = 255; /* as with 16,777,216 stations */
        for (k = 1; k <= 1000000; k++) {
            dp_station_count_attempt(cli, 69);
            assert_fast(dp_station_attempts(cli, 69) == k, "attempt %llu", (unsigned long long)k);
        }
        ck_assert_uint_le(cli->stations[69].attempt, 255);
        ck_assert_uint_eq(dp_station_attempts(cli, 68), 0);
        dhcpperf_client_free(cli);
    }
END_TEST

START_TEST(a_station_keeps_its_relay_in_runs)
    {
        dhcpperf_client_config *c;
        dhcpperf_client *cli;
        dhcpperf_ip4 first = {{10, 0, 255, 254}}, second = {{172, 16, 0, 1}};
        dhcpperf_station st;
        uint32_t i;

        ck_assert_int_eq(dhcpperf_client_config_new(&c, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_stations(c, 1000), 0);
        ck_assert_int_eq(dhcpperf_client_config_add_relays(c, first, 3, 16, NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_add_relays(c, second, 2, 16, "x", NULL), 0);
        ck_assert_int_eq(dhcpperf_client_new(&cli, c, NULL), 0);
        for (i = 0; i < 1000; i++) {
            uint32_t relay = i / 16 % 5;
            uint32_t want = relay < 3 ? 0x0a00fffe + relay : 0xac100001 + relay - 3;

            ck_assert_int_eq(dhcpperf_client_get_station(cli, i, &st, sizeof st), 0);
            ck_assert_msg(dp_ip4_num(st.giaddr) == want, "station %u", i);
        }
        dhcpperf_client_free(cli);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(hardware_addresses_carry_over_their_octets)
    {
        dhcpperf_client_config *c;
        dhcpperf_client *cli;
        dhcpperf_mac base = {{0x02, 0, 0, 0, 0xff, 0xfe}}, want = {{0x02, 0, 0, 1, 0, 1}};
        dhcpperf_station st;

        ck_assert_int_eq(dhcpperf_client_config_new(&c, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_stations(c, 10), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_mac_base(c, base), 0);
        ck_assert_int_eq(dhcpperf_client_new(&cli, c, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_get_station(cli, 3, &st, sizeof st), 0);
        ck_assert_mem_eq(st.mac.b, want.b, 6);
        dhcpperf_client_free(cli);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* The queue against an array; entries whose message was taken back are skipped. */
START_TEST(the_send_queue_is_first_in_first_out)
    {
        enum {
            N = 50
        };
        dhcpperf_client *cli = engine(N, 0, 1, 1);
        uint64_t seed = harness_seed((uint64_t)_i + 1), step;
        uint32_t model[N], n = 0, i, k;

        for (step = 0; step < 5000; step++) {
            uint64_t r = dp_draw(seed, 0, 0, step);

            i = (uint32_t)(r % N);
            switch ((r >> 32) % 4) {
            case 0:
            case 1:
                for (k = 0; k < n && model[k] != i; k++) {
                }
                if (k == n) {
                    model[n++] = i;
                }
                dp_station_enqueue(cli, i, DP_TX_EXCHANGE);
                break;
            case 2:
                cli->stations[i].tx = DP_TX_NONE; /* keeps its place until it is skipped */
                break;
            default:
                while (n > 0 && cli->stations[model[0]].tx == DP_TX_NONE) {
                    memmove(model, model + 1, --n * sizeof model[0]);
                }
                i = dp_station_peek(cli);
                ck_assert_msg(i == (n > 0 ? model[0] : DP_STATION_NONE), "seed %d step %u", _i,
                              (unsigned)step);
                if (n > 0) {
                    dp_station_dequeue(cli);
                    memmove(model, model + 1, --n * sizeof model[0]);
                }
                break;
            }
        }
        dhcpperf_client_free(cli);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, shards_share_out_every_station_once, 0, 9);
    tcase_add_test(tc, a_million_stations_have_a_million_xids);
    tcase_add_test(tc, xids_start_elsewhere_with_another_seed);
    tcase_add_loop_test(tc, attempts_wrap_within_what_an_xid_can_hold, 0, 6);
    tcase_add_test(tc, attempts_are_counted_beyond_what_an_xid_can_hold);
    tcase_add_test(tc, a_station_keeps_its_relay_in_runs);
    tcase_add_test(tc, hardware_addresses_carry_over_their_octets);
    tcase_add_loop_test(tc, the_send_queue_is_first_in_first_out, 0, 20);
}

HARNESS_MAIN("client/stations", tests)
