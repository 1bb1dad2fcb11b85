/* SPDX-License-Identifier: MIT */
/* fuzz_config.c - the input is a configuration file, read in both languages.  Whatever it holds, it
 * is understood or refused with one sentence that begins with the file's name, and what is
 * understood becomes a server's configuration or is refused likewise. */
#include <string.h>

#include "common/config_file.h"
#include "common/server_options.h"
#include "common/server_setup.h"
#include "fuzz/fuzz.h"

static void require_sentence(const char *text)
{
    REQUIRE(text[0] != '\0' && strchr(text, '\n') == NULL);
}

/* Behind the sentence about a rule of faults stand the rule and a mark below the place in it. */
static void require_sentence_or_place(const char *text)
{
    const char *rule = strchr(text, '\n'), *mark;

    REQUIRE(text[0] != '\0' && rule != text);
    if (rule != NULL) {
        mark = strchr(rule + 1, '\n');
        REQUIRE(mark != NULL && mark[1 + strspn(mark + 1, " ")] == '^');
        REQUIRE(strchr(mark + 1, '\n') == NULL);
    }
}

static void set_up(options *o)
{
    dhcpperf_server_config *c = NULL;
    server_setup s;

    if (server_setup_build(&s, o, NULL) != 0 || server_setup_configure(&s, o, &c) != 0) {
        require_sentence_or_place(s.error);
        return;
    }
    REQUIRE(s.pool_size > 0);
    dhcpperf_server_config_free(c);
}

static void read_as(config_format format, const char *text, size_t size)
{
    options o;
    config_file *f = calloc(1, sizeof *f);

    REQUIRE(f != NULL);
    REQUIRE(options_init(&o, "dhcp-server", server_option_specs, server_option_count) == 0);
    o.file = f; /* freed with the options */
    if (config_parse(f, "x", format, text, size) != 0 || config_apply(f, &o) != 0) {
        require_sentence(f->error);
        REQUIRE(strncmp(f->error, "x:", 2) == 0);
    } else {
        set_up(&o);
    }
    options_free(&o);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 4096) {
        return 0;
    }
    read_as(CONFIG_YAML, (const char *)data, size);
    read_as(CONFIG_KEY_VALUE, (const char *)data, size);
    return 0;
}
