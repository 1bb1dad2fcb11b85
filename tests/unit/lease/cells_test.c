/* SPDX-License-Identifier: MIT */
/* cells_test.c - strings in chained cells against plain copies. */
#include "lease/dp_cells.h"

#include <string.h>

#include "base/dp_rng.h"
#include "support/allocfail.h"
#include "support/harness.h"

enum {
    CELLS = 64,
    STRINGS = 40,
    LONGEST = 300
};

static dp_cells cells;
static allocfail af;

static struct {
    uint32_t name;
    size_t len;
    uint8_t data[LONGEST];
} model[STRINGS];

static void fresh(void)
{
    memset(model, 0, sizeof model);
    allocfail_init(&af, 0);
    ck_assert_int_eq(dp_cells_init(&cells, CELLS, &af.mem), 0);
}

static void done(void)
{
    dp_cells_fini(&cells, &af.mem);
    ck_assert_msg(allocfail_is_clean(&af), "memory is left");
}

static uint32_t cells_for(size_t len)
{
    return len == 0 ? 1 : (uint32_t)((len + DP_CELL_DATA - 1) / DP_CELL_DATA);
}

START_TEST(a_string_of_any_length_comes_back)
    {
        uint8_t in[2 * DP_CELL_DATA + 2], out[sizeof in];
        size_t len = (size_t)_i, split, k;

        fresh();
        for (k = 0; k < sizeof in; k++) {
            in[k] = (uint8_t)(k + 1);
        }
        for (split = 0; split <= len; split++) {
            uint32_t name = dp_cells_put(&cells, in, split, in + split, len - split);

            ck_assert_msg(name != 0, "length %d split %zu", _i, split);
            ck_assert_msg(cells.used == cells_for(len), "length %d takes %u cells", _i, cells.used);
            memset(out, 0, sizeof out);
            dp_cells_get(&cells, name, out, len);
            assert_mem_eq(out, in, len);
            ck_assert_msg(dp_cells_equal(&cells, name, in, len), "length %d split %zu", _i, split);
            if (len > 0) {
                out[len - 1] ^= 1;
                ck_assert_msg(!dp_cells_equal(&cells, name, out, len), "length %d last octet", _i);
            }
            dp_cells_drop(&cells, name);
            ck_assert_uint_eq(cells.used, 0);
        }
        done();
    }
END_TEST

START_TEST(strings_survive_their_neighbours_comings_and_goings)
    {
        uint64_t seed = harness_seed((uint64_t)_i + 1), step;
        uint32_t used = 0;

        fresh();
        for (step = 0; step < 5000; step++) {
            uint64_t r = dp_draw(seed, 0, 0, step);
            uint32_t k = (uint32_t)(r % STRINGS);
            uint8_t out[LONGEST];
            size_t b;

            if (model[k].name != 0) {
                dp_cells_get(&cells, model[k].name, out, model[k].len);
                assert_mem_eq(out, model[k].data, model[k].len);
                dp_cells_drop(&cells, model[k].name);
                used -= cells_for(model[k].len);
                model[k].name = 0;
            } else {
                model[k].len = (size_t)((r >> 32) % LONGEST);
                for (b = 0; b < model[k].len; b++) {
                    model[k].data[b] = (uint8_t)dp_draw(seed, step, 1, b);
                }
                model[k].name = dp_cells_put(&cells, model[k].data, model[k].len, NULL, 0);
                if (cells_for(model[k].len) > CELLS - used) {
                    ck_assert_msg(model[k].name == 0, "seed %d: more cells than there are", _i);
                } else {
                    ck_assert_msg(model[k].name != 0, "seed %d: refused with room", _i);
                    used += cells_for(model[k].len);
                }
            }
            ck_assert_msg(cells.used == used, "seed %d step %u: %u used, expected %u", _i,
                          (unsigned)step, cells.used, used);
        }
        done();
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, a_string_of_any_length_comes_back, 0, 2 * DP_CELL_DATA + 2);
    tcase_add_loop_test(tc, strings_survive_their_neighbours_comings_and_goings, 0, 10);
}

HARNESS_MAIN("lease/cells", tests)
