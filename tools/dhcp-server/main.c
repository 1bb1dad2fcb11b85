/* SPDX-License-Identifier: MIT */
/* main.c - dhcp-server: flags, the service, the exit status. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/about.h"
#include "common/notify.h"
#include "common/output.h"
#include "common/run.h"
#include "common/say.h"
#include "common/server_options.h"
#include "common/server_setup.h"
#include "common/signals.h"
#include "dhcp-server/confine.h"
#include "dhcp-server/ctl.h"
#include "dhcp-server/log.h"
#include "dhcp-server/rails.h"
#include "dhcp-server/serve.h"

extern char **environ;

static void print_help(const options *o)
{
    printf("Usage: dhcp-server --start-ip ADDRESS --end-ip ADDRESS [FLAG...]\n\n"
           "Simulates a DHCP server: a target for tests, not a service for a network.\n"
           "Flags may have one dash or two, and are also taken from variables: DHCP_FLAG.\n");
    options_print_help(o, stdout);
    printf("\nDurations look like 500ms, 30s or 1h30m.\n"
           "Signals: TERM and INT end with a summary, USR1 writes one and goes on, HUP\n"
           "reads --config again and reopens the log file.  A running server is asked and\n"
           "told by dhcp-server ctl.  Exit status: 0 ended by a signal; 1 failure at run\n"
           "time; 2 wrong flags; 4 refused, as the address is public or another server is\n"
           "there.  See dhcp-server(8).\n");
}

static int run(server_setup *s, dhcpperf_server_config *c, const options *o, const outputs *out,
               const run_facts *facts)
{
    const option_value *log_file = &o->values[SERVER_LOG_FILE];
    char error[400], shown[160];
    int status;

    if (confine_choose(o) != 0) {
        return EXIT_USAGE;
    }
    if (outputs_probe(out, error, sizeof error) != 0) {
        say_error("%s", error);
        return EXIT_USAGE;
    }
    if (log_open(log_file->source != OPTION_FROM_NOWHERE ? log_file->text : NULL) != 0) {
        options_escape(log_file->text, shown, sizeof shown);
        say_error("cannot open the log file '%s': %s", shown, strerror(errno));
        return EXIT_USAGE;
    }
    log_limit((uint32_t)o->values[SERVER_LOG_LIMIT].count);
    status = rails_judge(s, o);
    if (status != 0) {
        return status;
    }
    if (notify_open() != 0) {
        say_warning("the service manager of NOTIFY_SOCKET hears nothing: %s", strerror(errno));
    }
    if (signals_install(1) != 0) {
        say_error("cannot watch for signals: %s", strerror(errno));
        return EXIT_RUNTIME;
    }
    return serve_run(s, c, o, out, facts);
}

int main(int argc, char **argv)
{
    options o;
    outputs out;
    server_setup s;
    dhcpperf_server_config *c = NULL;
    run_facts facts;
    char error[400];
    int status = 0;

    say_as("dhcp-server");
    run_begin(&facts, argc, argv);
    if (argc > 1 && strcmp(argv[1], "ctl") == 0) {
        status = ctl_run(argc - 1, argv + 1);
        return about_end_output() != 0 && status == 0 ? EXIT_RUNTIME : status;
    }
    kernel_look(&facts.kernel, NULL);
    memset(&out, 0, sizeof out);
    if (options_init(&o, "dhcp-server", server_option_specs, server_option_count) != 0) {
        say_error("%s", o.error);
        return EXIT_RUNTIME;
    }
    if (options_read(&o, argc, argv, environ, NULL) != 0) {
        say_error("%s", o.error);
        status = EXIT_USAGE;
    } else if (o.action == SERVER_HELP) {
        print_help(&o);
    } else if (o.action == SERVER_VERSION) {
        about_print("dhcp-server", stdout);
    } else if (outputs_parse(&out, &o.values[SERVER_OUTPUT], error, sizeof error) != 0) {
        say_error("%s", error);
        status = EXIT_USAGE;
    } else if (server_setup_build(&s, &o, NULL) != 0 || server_setup_configure(&s, &o, &c) != 0 ||
               server_setup_workers(&s, &o, c) != 0) {
        say_error("%s", s.error);
        status = EXIT_USAGE;
    } else {
        status = run(&s, c, &o, &out, &facts);
    }
    if (about_end_output() != 0 && status != EXIT_USAGE) {
        status = EXIT_RUNTIME;
    }
    log_close();
    dhcpperf_server_config_free(c);
    outputs_free(&out);
    options_free(&o);
    return status;
}
