/* SPDX-License-Identifier: MIT */
/* dp_scenario.h - what a scenario holds, for the engine that plays it. */
#ifndef DP_SCENARIO_H
#define DP_SCENARIO_H

#include <stdbool.h>

#include <libdhcpperf/scenario.h>

#include "base/dp_text.h"
#include "policy/dp_load.h"

enum {
    DP_SCENARIO_STAGES = 16,
    DP_SCENARIO_WORD = 32, /* with the NUL */
    DP_SCENARIO_MAX_WEIGHT = 1000,
    DP_SCENARIO_MAX_ROUNDS = 1000000000
};

/* What a station can be told to do, or does by itself. */
typedef enum dp_deed {
    DP_DEED_START,
    DP_DEED_RENEW,
    DP_DEED_REBIND,
    DP_DEED_REBOOT,
    DP_DEED_RELEASE,
    DP_DEED_INFORM,
    DP_DEED_DISCOVER,
    DP_DEED_QUERY,
    DP_DEED_DECLINE,
    DP_DEED_VANISH,
    DP_DEED_WAIT, /* its turn passes */
    DP_N_DEEDS
} dp_deed;

/* Deeds and their weights; 0 = not among them. */
typedef struct dp_deeds {
    uint16_t weight[DP_N_DEEDS];
} dp_deeds;

/* A time that is always the same, or random with that mean; NEVER = does not pass. */
typedef struct dp_span {
    dhcpperf_dur mean;
    bool exponential;
} dp_span;

typedef enum dp_until {
    DP_UNTIL_SETTLED,
    DP_UNTIL_GIVEN,
    DP_UNTIL_TIME,
    DP_UNTIL_NEVER
} dp_until;

typedef struct dp_stage {
    char name[DP_SCENARIO_WORD];
    dp_deeds deeds;
    dhcpperf_load *load; /* NULL: everybody at once, or the engine's own */
    bool all;            /* everybody at once */
    uint32_t rounds;     /* 0 = endless */
    dp_until until;
    dhcpperf_dur length; /* of DP_UNTIL_TIME */
} dp_stage;

struct dhcpperf_scenario {
    dhcpperf_mem mem;
    char name[DP_SCENARIO_WORD];
    dp_span hold, pause;
    dp_deeds then;
    uint32_t decline; /* in 1/10^9 */
    int keep, persist;
    unsigned n;
    dp_stage stages[DP_SCENARIO_STAGES];
};

/* An empty one; NOMEM. */
int dp_scenario_make(dhcpperf_scenario **ret, const dhcpperf_mem *mem);
/* A copy whose memory is all from *mem; NOMEM. */
int dp_scenario_copy(dhcpperf_scenario **ret, const dhcpperf_scenario *s, const dhcpperf_mem *mem);
/* Appends a stage of that name with all defaults; SYNTAX (name), NOBUFS. */
int dp_scenario_add_stage(dhcpperf_scenario *s, const char *name);

/* Whether there is any deed. */
bool dp_deeds_any(const dp_deeds *d);

/* -- scenario_values.c: one value as text -- */
/* Keys in the order they are written in; NULL past the end. */
const char *dp_scenario_key(unsigned index);
const char *dp_stage_key(unsigned index);
/* 0, NOKEY, SYNTAX, RANGE, NOMEM; nothing changed on failure.  *reterr_at (may be NULL) is the
 * offset of what is wrong in the value. */
int dp_scenario_read(dhcpperf_scenario *s, const char *key, const char *value, size_t *reterr_at);
int dp_stage_read(dhcpperf_scenario *s, dp_stage *stage, const char *key, const char *value,
                  size_t *reterr_at);
/* False when there is no such key. */
bool dp_scenario_write(const dhcpperf_scenario *s, const char *key, dp_text *t);
bool dp_stage_write(const dp_stage *stage, const char *key, dp_text *t);

#endif
