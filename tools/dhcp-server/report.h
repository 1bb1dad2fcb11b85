/* SPDX-License-Identifier: MIT */
/* report.h - what the server did, told where the user wants it. */
#ifndef SERVER_REPORT_H
#define SERVER_REPORT_H

#include "common/output.h"
#include "common/server_result.h"

/* Prints the summary and writes the documents; a snapshot goes to standard error, and only when
 * there is no document.  0 or an exit status; failures are said. */
int report_result(const server_result *r, const outputs *out);

#endif
