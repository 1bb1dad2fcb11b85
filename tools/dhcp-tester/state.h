/* SPDX-License-Identifier: MIT */
/* state.h - what must be the same in the next run: the number that DUIDs are made of. */
#ifndef TESTER_STATE_H
#define TESTER_STATE_H

#include <stddef.h>
#include <stdint.h>

/* The number in the file, never 0; makes the file when there is none, for its owner alone, and
 * never half.  0, or -1 with one sentence in `error`: unreadable, of another program, damaged. */
int state_open(const char *path, uint64_t *ret_duid_seed, char *error, size_t cap);

#endif
