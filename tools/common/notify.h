/* SPDX-License-Identifier: MIT */
/* notify.h - telling a service manager how the command is: the datagrams of sd_notify(3).  Without
 * a manager all of this does nothing.  For the main thread. */
#ifndef TOOLS_NOTIFY_H
#define TOOLS_NOTIFY_H

#include <libdhcpperf/types.h>

/* Connects to the socket that NOTIFY_SOCKET names, and takes the variables of the protocol out of
 * the environment.  Call it before privileges are dropped.  0, also without a manager; or -1 with
 * errno, after which nothing is told. */
int notify_open(void);
void notify_close(void);

/* The command serves; also the end of a reload.  `status` is one line for people, as for the two
 * others, or NULL. */
void notify_ready(const char *status);
void notify_reloading(const char *status);
void notify_stopping(const char *status);

/* Says that the command is alive, when half of the manager's patience has passed since the last
 * time; lost when he is behind.  When to call it next: DHCPPERF_NEVER if nobody watches. */
dhcpperf_ts notify_alive(dhcpperf_ts now);

#endif
