/* SPDX-License-Identifier: MIT */
/* server_faults.c - what a server does wrong on purpose is said loudly: nobody shall look for such
 * a fault elsewhere. */
#include "common/server_faults.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <libdhcpperf/error.h>

#include "common/config_file.h"
#include "common/faults.h"
#include "common/server_options.h"

static const fault_flags flags = {SERVER_FAULT, SERVER_FAULT_FILE, SERVER_DROP_RATE,
                                  SERVER_RESPONSE_DELAY, SERVER_BANDWIDTH};

/* ---- configuring ---------------------------------------------------------------------------- */

static int has_class(const options *o, const char *name)
{
    const config_node *list = o->file != NULL ? o->file->classes : NULL, *k, *called;

    for (k = list != NULL ? list->first : NULL; k != NULL; k = k->next) {
        called = k->kind == CONFIG_MAP ? config_find(k, "name") : NULL;
        if (called != NULL && called->kind == CONFIG_SCALAR && strcmp(called->text, name) == 0) {
            return 1;
        }
    }
    return 0;
}

int server_faults_judge(const dhcpperf_fault_plan *p, const options *o, int has_frames, char *error,
                        size_t cap)
{
    unsigned i, n = dhcpperf_fault_plan_count(p);

    for (i = 0; i < n; i++) {
        const char *class_ = dhcpperf_fault_plan_class(p, i);

        if (dhcpperf_fault_plan_needs_frames(p, i) == 1 && !has_frames) {
            snprintf(error, cap,
                     "the fault rule '%s' does what only frames can, a socket cannot: it takes "
                     "--interface",
                     dhcpperf_fault_plan_name(p, i));
            return -1;
        }
        if (class_ != NULL && !has_class(o, class_)) {
            snprintf(error, cap, "the fault rule '%s' is for the class '%s', which there is not",
                     dhcpperf_fault_plan_name(p, i), class_);
            return -1;
        }
    }
    return 0;
}

int server_faults_configure(dhcpperf_server_config *c, const options *o, int has_frames,
                            char *error, size_t cap)
{
    dhcpperf_fault_plan *p = NULL;
    int rc = faults_build(&p, o, &flags, DHCPPERF_FAULT_SERVER, error, cap);

    if (rc == 0 && p != NULL) {
        rc = server_faults_judge(p, o, has_frames, error, cap);
    }
    if (rc == 0 && p != NULL) {
        rc = dhcpperf_server_config_set_faults(c, p);
        if (rc != 0) {
            snprintf(error, cap, "faults: %s", dhcpperf_strerror(rc));
            rc = -1;
        }
    }
    dhcpperf_fault_plan_free(p);
    return rc;
}

/* ---- copies --------------------------------------------------------------------------------- */

/* One rule as text; NULL when memory is short. */
static char *text_of(const dhcpperf_fault_plan *p, unsigned rule)
{
    char *text = malloc(DHCPPERF_FAULT_TEXT_MAX + 1), *shorter;

    if (text == NULL ||
        dhcpperf_fault_plan_format_rule(p, rule, text, DHCPPERF_FAULT_TEXT_MAX + 1) < 0) {
        free(text);
        return NULL;
    }
    shorter = strdup(text);
    free(text);
    return shorter;
}

int server_faults_copy(server_faults *ret, const dhcpperf_server *s)
{
    const dhcpperf_fault_plan *p = dhcpperf_server_faults(s);
    unsigned n = p != NULL ? dhcpperf_fault_plan_count(p) : 0;

    memset(ret, 0, sizeof *ret);
    if (n == 0) {
        return 0;
    }
    ret->at = calloc(n, sizeof *ret->at);
    if (ret->at == NULL) {
        return -1;
    }
    for (; ret->n < n; ret->n++) {
        server_fault *f = &ret->at[ret->n];

        snprintf(f->name, sizeof f->name, "%s", dhcpperf_fault_plan_name(p, ret->n));
        f->hits = dhcpperf_fault_plan_hits(p, ret->n);
        f->armed = dhcpperf_fault_plan_is_armed(p, ret->n) == 1;
        f->text = text_of(p, ret->n);
        if (f->text == NULL) {
            server_faults_free(ret);
            return -1;
        }
    }
    return 0;
}

void server_faults_add(server_faults *into, const server_faults *from)
{
    unsigned i;

    for (i = 0; i < into->n && i < from->n; i++) {
        if (strcmp(into->at[i].text, from->at[i].text) == 0) {
            into->at[i].hits += from->at[i].hits;
        }
    }
}

void server_faults_free(server_faults *f)
{
    while (f->n > 0) {
        free(f->at[--f->n].text);
    }
    free(f->at);
    f->at = NULL;
}

/* ---- telling -------------------------------------------------------------------------------- */

void server_faults_announce(const dhcpperf_server *s, const char *prefix, FILE *out)
{
    server_faults f;
    unsigned i;

    if (dhcpperf_server_faults(s) == NULL) {
        return;
    }
    if (server_faults_copy(&f, s) != 0) {
        fprintf(out, "%sFAULTS ARE ON\n", prefix); /* memory is short for more words */
        return;
    }
    fprintf(out, "%sFAULTS ARE ON: %u rule%s\n", prefix, f.n, f.n == 1 ? "" : "s");
    for (i = 0; i < f.n; i++) {
        fprintf(out, "%s  %s\n", prefix, f.at[i].text);
    }
    fflush(out);
    server_faults_free(&f);
}

void server_faults_print(const server_faults *f, FILE *out)
{
    unsigned i;

    if (f->n == 0) {
        return;
    }
    fprintf(out, "FAULTS ARE ON: %u rule%s\n", f->n, f->n == 1 ? "" : "s");
    for (i = 0; i < f->n; i++) {
        fprintf(out, "%12" PRIu64 " hit%s  %s%s\n", f->at[i].hits, f->at[i].hits == 1 ? " " : "s",
                f->at[i].text, f->at[i].armed ? "" : "  (not armed)");
    }
}
