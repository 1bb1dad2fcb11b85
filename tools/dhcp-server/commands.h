/* SPDX-License-Identifier: MIT */
/* commands.h - what can be asked of a running server on its control socket. */
#ifndef SERVER_COMMANDS_H
#define SERVER_COMMANDS_H

typedef enum command_id {
#define COMMAND(id, name, members, needed, help) COMMAND_##id,
#include "dhcp-server/commands.def"
#undef COMMAND
    COMMANDS
} command_id;

typedef struct command_spec {
    const char *name;
    const char *members; /* besides "command" and "id", separated by blanks */
    unsigned needed;     /* of them, the first ones */
    const char *help;
} command_spec;

extern const command_spec command_specs[COMMANDS];

/* The command of that name, or -1. */
int command_find(const char *name);
/* The name that a mistyped one is nearest to, or NULL. */
const char *command_near(const char *name);

#ifdef HAVE_JANSSON
#include <jansson.h>

#include "dhcp-server/control.h"

struct team;

/* A line as a request: an object.  NULL, and the caller has been told. */
json_t *command_read(caller who, const char *line, size_t len);
/* Does what a request says, which has no "id" any more; the caller is answered now or later, once.
 */
void command_run(struct team *t, caller who, json_t *request);
#endif

#endif
