/* SPDX-License-Identifier: MIT */
/* allocfail.h - an allocator that counts, checks sized release, and fails the n-th request. */
#ifndef TESTS_ALLOCFAIL_H
#define TESTS_ALLOCFAIL_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/memory.h>

typedef struct allocfail {
    dhcpperf_mem mem;    /* give &af.mem to the library */
    uint64_t calls;      /* allocations asked for so far */
    uint64_t fail_at;    /* this one (1 = first) fails; 0 = none */
    uint64_t live;       /* blocks not yet released */
    size_t live_bytes;   /* and their bytes */
    size_t peak_bytes;   /* most that was live at once */
    uint64_t mismatches; /* releases whose size or pointer was not as allocated */
} allocfail;

/* Starts counting; fail_at 0 never fails. */
void allocfail_init(allocfail *af, uint64_t fail_at);

/* 1 when everything was given back with the right sizes. */
int allocfail_is_clean(const allocfail *af);

#endif
