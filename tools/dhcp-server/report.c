/* SPDX-License-Identifier: MIT */
/* report.c - one result, all its forms. */
#include "dhcp-server/report.h"

#include "common/say.h"
#include "dhcp-server/log.h"

int report_result(const server_result *r, const outputs *out)
{
    char error[400];
    unsigned i;
    int status = 0;

    if (!r->is_snapshot) {
        server_result_print(r, outputs_use_stdout(out) ? stderr : stdout);
    } else if (out->n_json == 0) {
        server_result_print(r, stderr);
    }
    for (i = 0; i < out->n_json; i++) {
        if (server_result_write_json(r, out->json[i].path, error, sizeof error) != 0) {
            say_error("%s", error);
            log_note("%s", error);
            status = EXIT_RUNTIME;
        }
    }
    return status;
}
