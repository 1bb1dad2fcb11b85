/* SPDX-License-Identifier: MIT */
/* drive.h - one pump run to its end in a command's only thread. */
#ifndef TOOLS_DRIVE_H
#define TOOLS_DRIVE_H

#include <libdhcpperf/pump.h>

/* Called between steps.  Sets *inout_wake (DHCPPERF_NEVER at first) to an earlier instant when it
 * wants to be called again by then.  Nonzero ends the run. */
typedef int (*drive_turn_fn)(void *user, dhcpperf_ts now, dhcpperf_ts *inout_wake);

/* Steps the pump until `turn` says so.  0, or the error of the pump. */
int drive_pump(dhcpperf_pump *pump, drive_turn_fn turn, void *user);

#endif
