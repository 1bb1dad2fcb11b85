/* SPDX-License-Identifier: MIT */
/* ctl_parts.h - what the files of "dhcp-server ctl" share; only with jansson. */
#ifndef SERVER_CTL_PARTS_H
#define SERVER_CTL_PARTS_H

#include <jansson.h>

#include "dhcp-server/commands.h"

/* An answer that is not a refusal, for people.  `is_first`: no page of the same came before. */
void ctl_print(command_id command, const json_t *answer, int is_first);

#endif
