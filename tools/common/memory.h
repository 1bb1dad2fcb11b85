/* SPDX-License-Identifier: MIT */
/* memory.h - how much memory there is to take. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdint.h>

/* Bytes that this process can take before others must give way: what the kernel calls available,
 * and what the limits of its control groups (version 2) leave.  `root` is where /proc and /sys
 * are: "" unless a test.  0 when nobody says. */
uint64_t memory_available(const char *root);

#endif
