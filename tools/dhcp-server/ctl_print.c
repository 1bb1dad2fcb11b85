/* SPDX-License-Identifier: MIT */
/* ctl_print.c - answers as text. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "common/options.h"
#include "dhcp-server/ctl_parts.h"

/* A member as text that cannot drive a terminal. */
static const char *text_of(const json_t *o, const char *member, char *buf, size_t cap)
{
    const char *s = json_string_value(json_object_get(o, member));

    options_escape(s != NULL ? s : "", buf, cap);
    return buf;
}

static long long number_of(const json_t *o, const char *member)
{
    return (long long)json_integer_value(json_object_get(o, member));
}

/* Its hardware address, or the identifier that it goes by. */
static const char *client_of(const json_t *lease, char *buf, size_t cap)
{
    const char *kind = json_string_value(json_object_get(lease, "client"));
    const char *hardware = json_string_value(json_object_get(lease, "hardware_address"));
    char id[600];

    if (kind == NULL) {
        snprintf(buf, cap, "nobody");
    } else if (strcmp(kind, "hardware") == 0 && hardware != NULL) {
        options_escape(hardware, buf, cap);
    } else {
        snprintf(buf, cap, "%s %s", strcmp(kind, "circuit") == 0 ? "circuit" : "id",
                 text_of(lease, "id", id, sizeof id));
    }
    return buf;
}

static const char *end_of(const json_t *lease, char *buf, size_t cap)
{
    if (json_is_null(json_object_get(lease, "ends"))) {
        snprintf(buf, cap, "never");
        return buf;
    }
    return text_of(lease, "ends", buf, cap);
}

static void print_leases(const json_t *answer, int is_first)
{
    const json_t *all = json_object_get(answer, "leases");
    char ip[32], state[32], end[64], client[620];
    size_t i;

    if (is_first) {
        printf("%-16s%-10s%-26s%s\n", "ADDRESS", "STATE", "ENDS", "CLIENT");
    }
    for (i = 0; i < json_array_size(all); i++) {
        const json_t *l = json_array_get(all, i);

        printf("%-16s%-10s%-26s%s\n", text_of(l, "ip", ip, sizeof ip),
               text_of(l, "state", state, sizeof state), end_of(l, end, sizeof end),
               client_of(l, client, sizeof client));
    }
}

static void print_lease(const json_t *answer)
{
    const json_t *l = json_object_get(answer, "lease");
    char text[620];

    printf("address     %s\n", text_of(l, "ip", text, sizeof text));
    printf("state       %s\n", text_of(l, "state", text, sizeof text));
    printf("client      %s\n", client_of(l, text, sizeof text));
    printf("hardware    %s\n", text_of(l, "hardware_address", text, sizeof text));
    printf("relay       %s\n", text_of(l, "giaddr", text, sizeof text));
    printf("granted     %s\n", text_of(l, "starts", text, sizeof text));
    printf("ends        %s\n", end_of(l, text, sizeof text));
    printf("last seen   %s\n", text_of(l, "last_seen", text, sizeof text));
    printf("renewals    %lld\n", number_of(l, "renewals"));
}

static void print_faults(const json_t *answer)
{
    const json_t *all = json_object_get(answer, "rules");
    char name[64], rule[2048];
    size_t i;

    if (json_array_size(all) == 0) {
        printf("no faults\n");
        return;
    }
    printf("%-20s%12s  %-7s%s\n", "RULE", "STRUCK", "ARMED", "TEXT");
    for (i = 0; i < json_array_size(all); i++) {
        const json_t *r = json_array_get(all, i);

        printf("%-20s%12lld  %-7s%s\n", text_of(r, "name", name, sizeof name), number_of(r, "hits"),
               json_is_true(json_object_get(r, "armed")) ? "yes" : "no",
               text_of(r, "rule", rule, sizeof rule));
    }
}

/* The summary came as text, line feeds and all. */
static void print_stats(const json_t *answer)
{
    const char *text = json_string_value(json_object_get(answer, "text"));

    fputs(text != NULL ? text : "", stdout);
}

void ctl_print(command_id command, const json_t *answer, int is_first)
{
    switch (command) {
    case COMMAND_STATS:
        print_stats(answer);
        break;
    case COMMAND_LEASES:
        print_leases(answer, is_first);
        break;
    case COMMAND_LEASE:
        print_lease(answer);
        break;
    case COMMAND_FAULTS:
        print_faults(answer);
        break;
    case COMMAND_SET_FAULTS:
        printf("%lld rule%s in force\n", number_of(answer, "rules"),
               number_of(answer, "rules") == 1 ? "" : "s");
        break;
    case COMMAND_RELOAD:
        printf("the configuration is in force\n");
        break;
    case COMMAND_PAUSE:
        printf("requests are dropped\n");
        break;
    case COMMAND_RESUME:
        printf("requests are served\n");
        break;
    case COMMAND_END_LEASE:
    case COMMAND_ARM:
    case COMMAND_DISARM:
    case COMMAND_SNAPSHOT:
    case COMMAND_STOP:
    case COMMANDS:
        printf("done\n");
        break;
    }
}
