/* SPDX-License-Identifier: MIT */
/* office.h - what the main thread does while the workers serve. */
#ifndef SERVER_OFFICE_H
#define SERVER_OFFICE_H

#include "dhcp-server/team.h"

/* Looks after the team until it is to stop, or until a worker fails. */
void office_watch(team *t);
/* Has the workers send what was decided and end: until they have, until another signal, or until
 * `end`; the rest has to be told WORKER_STOP. */
void office_drain(team *t, dhcpperf_ts end);
/* Whether somebody has no patience: a signal came after the drain began. */
int office_is_hurried(const team *t);

#endif
