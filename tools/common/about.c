/* SPDX-License-Identifier: MIT */
/* about.c - version and features, of the library that is really running. */
#include "config.h"

#include "common/about.h"

#include <string.h>

#include <libdhcpperf/version.h>

#include "common/config_file.h"
#include "common/say.h"

void about_print(const char *command, FILE *out)
{
    const char *feature;
    unsigned i;

    fprintf(out, "%s %s", command, DHCPPERF_VERSION);
    if (strcmp(DHCPPERF_VERSION, dhcpperf_version()) != 0) {
        fprintf(out, " with libdhcpperf %s", dhcpperf_version());
    }
    fprintf(out, "\nfeatures:");
    for (i = 0; (feature = dhcpperf_feature(i)) != NULL; i++) {
        fprintf(out, " %s", feature);
    }
#ifdef HAVE_JANSSON
    fprintf(out, " json");
#endif
#ifdef HAVE_SQLITE3
    fprintf(out, " sqlite");
#endif
#ifdef HAVE_LIBPQ
    fprintf(out, " postgresql");
#endif
#ifdef HAVE_CAP_NG
    fprintf(out, " cap-ng");
#endif
#ifdef HAVE_SECCOMP
    fprintf(out, " seccomp");
#endif
    fprintf(out, "%s%s", config_has_yaml() ? " yaml" : "",
            config_has_key_value() ? " key-value" : "");
    fputc('\n', out);
}

int about_end_output(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) {
        return 0;
    }
    say_error("cannot write to standard output");
    return -1;
}
