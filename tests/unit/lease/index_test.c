/* SPDX-License-Identifier: MIT */
/* index_test.c - records by hash, against a list of who is where. */
#include "lease/dp_index.h"

#include "base/dp_rng.h"
#include "support/allocfail.h"
#include "support/harness.h"

enum {
    RECORDS = 50,
    NAMES = 20
};

static allocfail af;
static dp_index ix;

/* Few buckets: names meet in them. */
static uint64_t hash_of(unsigned name)
{
    return (uint64_t)name << 32;
}

/* How often the walk of a name meets the record; names of the same bucket are met, too. */
static unsigned meets(unsigned name, uint32_t record)
{
    unsigned n = 0, steps = 0;
    uint32_t i;

    for (i = dp_index_first(&ix, hash_of(name)); i != DP_INDEX_NONE; i = dp_index_next(&ix, i)) {
        n += i == record;
        assert_fast(++steps <= RECORDS, "the chain of %u has no end", name);
    }
    return n;
}

START_TEST(a_record_is_where_it_was_put_last)
    {
        unsigned name_of[RECORDS], step, name;
        uint64_t seed = harness_seed(7);
        uint32_t i;

        allocfail_init(&af, 0);
        ck_assert_int_eq(dp_index_init(&ix, RECORDS, &af.mem), 0);
        for (i = 0; i < RECORDS; i++) {
            name_of[i] = NAMES;
        }
        for (step = 0; step < 3000; step++) {
            i = (uint32_t)dp_below(dp_draw(seed, step, 1, 0), RECORDS);
            name = (unsigned)dp_below(dp_draw(seed, step, 2, 0), NAMES + 3);
            if (name < NAMES) {
                dp_index_put(&ix, i, hash_of(name));
                name_of[i] = name;
            } else {
                dp_index_drop(&ix, i);
                name_of[i] = NAMES;
            }
            if (step % 50 == 0) {
                for (i = 0; i < RECORDS; i++) {
                    for (name = 0; name < NAMES; name++) {
                        assert_fast(meets(name, i) == (name_of[i] == name),
                                    "step %u: record %u, name %u", step, i, name);
                    }
                }
            }
        }
        dp_index_fini(&ix, &af.mem);
        ck_assert(allocfail_is_clean(&af));
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_test(tc, a_record_is_where_it_was_put_last);
}

HARNESS_MAIN("lease/index", tests)
