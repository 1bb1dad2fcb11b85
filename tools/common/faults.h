/* SPDX-License-Identifier: MIT */
/* faults.h - the fault plan of a command: what --fault, --fault-file, the part "faults" of a file,
 * --drop-rate, --response-delay and --bandwidth say, as the rules of one plan. */
#ifndef TOOLS_FAULTS_H
#define TOOLS_FAULTS_H

#include <stddef.h>

#include <libdhcpperf/fault.h>

#include "common/options.h"

/* Where the flags are in a command's registry; -1 = it has no such flag. */
typedef struct fault_flags {
    int rule, file, drop_rate, response_delay, bandwidth;
} fault_flags;

/* The plan, or NULL in *ret when no fault is asked for.  Rules of flags come first, then those of
 * --fault-file, then those of the configuration file.  What a bandwidth allows is divided by the
 * engines that serve together.  0, or -1 with a sentence in error, which two lines follow that show
 * the rule and the place in it. */
int faults_build(dhcpperf_fault_plan **ret, const options *o, const fault_flags *flags,
                 dhcpperf_fault_side side, char *error, size_t error_cap);
/* The same of a text that somebody gave while the command runs; `label` is how messages call it. */
int faults_parse(dhcpperf_fault_plan **ret, dhcpperf_fault_side side, const char *label,
                 const char *text, char *error, size_t error_cap);

#endif
