/* SPDX-License-Identifier: MIT */
/* office.h - what the main thread does while the workers serve. */
#ifndef SERVER_OFFICE_H
#define SERVER_OFFICE_H

#include "dhcp-server/team.h"

/* Looks after the team until a signal to stop, or until a worker fails. */
void office_watch(team *t);

#endif
