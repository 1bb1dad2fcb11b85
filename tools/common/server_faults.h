/* SPDX-License-Identifier: MIT */
/* server_faults.h - the fault plan of a server: from its flags into its configuration, and what
 * became of it, for people and for the document. */
#ifndef TOOLS_SERVER_FAULTS_H
#define TOOLS_SERVER_FAULTS_H

#include <stdint.h>
#include <stdio.h>

#include <libdhcpperf/server.h>

#include "common/options.h"

/* Gives the configuration the plan of the flags and of the file.  `has_frames`: the server can send
 * whatever it likes.  0, or -1 with a sentence in error. */
int server_faults_configure(dhcpperf_server_config *c, const options *o, int has_frames,
                            char *error, size_t cap);
/* Refuses a plan with a rule that this server cannot do, or that is for a class that there is not;
 * of flags, or given while the server runs.  The same. */
int server_faults_judge(const dhcpperf_fault_plan *p, const options *o, int has_frames, char *error,
                        size_t cap);

/* One rule, as it is and as it was obeyed. */
typedef struct server_fault {
    char name[DHCPPERF_FAULT_NAME_MAX + 1];
    char *text; /* canonical */
    uint64_t hits;
    int armed;
} server_fault;

/* All zero = no plan. */
typedef struct server_faults {
    server_fault *at;
    unsigned n;
} server_faults;

/* What is in force, for the thread that has the server.  0, or -1 when memory is short. */
int server_faults_copy(server_faults *ret, const dhcpperf_server *s);
/* Adds the hits of another server with the same plan; a rule that it does not have stays as it is.
 */
void server_faults_add(server_faults *into, const server_faults *from);
void server_faults_free(server_faults *f);

/* "FAULTS ARE ON: 2 rules", and the rules, each line after `prefix`; nothing without a plan. */
void server_faults_announce(const dhcpperf_server *s, const char *prefix, FILE *out);
/* The same with hits, as a part of a summary. */
void server_faults_print(const server_faults *f, FILE *out);

#endif
