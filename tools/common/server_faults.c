/* SPDX-License-Identifier: MIT */
/* server_faults.c - what a server does wrong on purpose: the plan out of flags and files, judged by
 * what the carrier can do. */
#include <stdio.h>
#include <string.h>

#include "common/config_file.h"
#include "common/faults.h"
#include "common/server_options.h"
#include "common/server_setup.h"

static const fault_flags flags = {SERVER_FAULT, SERVER_FAULT_FILE, SERVER_DROP_RATE,
                                  SERVER_RESPONSE_DELAY, SERVER_BANDWIDTH};

/* What a socket cannot send is not done by halves. */
static int judge_frames(server_setup *s, const dhcpperf_fault_plan *p)
{
    unsigned i;

    for (i = 0; !s->has_frames && i < dhcpperf_fault_plan_count(p); i++) {
        if (dhcpperf_fault_plan_needs_frames(p, i) == 1) {
            snprintf(s->error, sizeof s->error,
                     "the fault rule '%s' needs frames, which a socket cannot send: give "
                     "--interface, or leave it out",
                     dhcpperf_fault_plan_name(p, i));
            return -1;
        }
    }
    return 0;
}

static int has_class(const config_node *classes, const char *name)
{
    const config_node *item, *found;

    for (item = classes != NULL ? classes->first : NULL; item != NULL; item = item->next) {
        found = item->kind == CONFIG_MAP ? config_find(item, "name") : NULL;
        if (found != NULL && found->kind == CONFIG_SCALAR && strcmp(found->text, name) == 0) {
            return 1;
        }
    }
    return 0;
}

/* A rule for nobody is a mistake. */
static int judge_classes(server_setup *s, const options *o, const dhcpperf_fault_plan *p)
{
    const config_node *classes = o->file != NULL ? o->file->classes : NULL;
    char shown[200];
    unsigned i;

    for (i = 0; i < dhcpperf_fault_plan_count(p); i++) {
        const char *name = dhcpperf_fault_plan_class(p, i);

        if (name != NULL && !has_class(classes, name)) {
            options_escape(name, shown, sizeof shown);
            snprintf(s->error, sizeof s->error,
                     "the fault rule '%s' is for the class '%s', and there is no such class",
                     dhcpperf_fault_plan_name(p, i), shown);
            return -1;
        }
    }
    return 0;
}

int server_faults_add(server_setup *s, const options *o, dhcpperf_server_config *c)
{
    dhcpperf_fault_plan *p = NULL;
    int rc = faults_build(&p, o, &flags, DHCPPERF_FAULT_SERVER, s->error, sizeof s->error);

    if (rc == 0 && p != NULL && judge_frames(s, p) == 0 && judge_classes(s, o, p) == 0) {
        rc = dhcpperf_server_config_set_faults(c, p);
        if (rc != 0) {
            snprintf(s->error, sizeof s->error, "faults: %s", dhcpperf_strerror(rc));
        }
    } else if (p != NULL) {
        rc = -1;
    }
    dhcpperf_fault_plan_free(p);
    return rc != 0 ? -1 : 0;
}
