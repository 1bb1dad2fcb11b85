/* SPDX-License-Identifier: MIT */
/* commands_parts.h - the commands, by file; only with jansson. */
#ifndef SERVER_COMMANDS_PARTS_H
#define SERVER_COMMANDS_PARTS_H

#include "dhcp-server/commands.h"
#include "dhcp-server/team.h"

typedef void (*command_fn)(team *t, caller who, const json_t *request);

/* A question to all workers: the job, who asked, and what they were asked, which is larger. */
typedef struct question {
    job job; /* first */
    caller who;
} question;

/* A question of `size` octets, zeroed, for `part` and then `done`, which frees it; NULL, and the
 * caller has been told. */
void *command_new(caller who, size_t size, int (*part)(job *, worker *),
                  void (*done)(job *, team *));

/* A member that is text; NULL when it is absent, and, with *ret_is_wrong set and the caller told,
 * when it is something else. */
const char *command_text(caller who, const json_t *request, const char *member, int *ret_is_wrong);
/* A member that is an address; 0 and *ret, -1 and the caller told, 1 when it is absent. */
int command_ip(caller who, const json_t *request, const char *member, dhcpperf_ip4 *ret);

/* command_leases.c */
void command_leases(team *t, caller who, const json_t *request);
void command_lease(team *t, caller who, const json_t *request);
void command_end_lease(team *t, caller who, const json_t *request);

/* command_faults.c */
void command_faults(team *t, caller who, const json_t *request);
void command_arm(team *t, caller who, const json_t *request);
void command_disarm(team *t, caller who, const json_t *request);
void command_set_faults(team *t, caller who, const json_t *request);

#endif
