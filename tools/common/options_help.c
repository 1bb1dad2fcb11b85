/* SPDX-License-Identifier: MIT */
/* options_help.c - the registry as people read it, in 79 columns. */
#include "common/options.h"

#include <string.h>

/* Prints text in columns from `indent` to 79; the cursor stands at column `at`. */
static void print_wrapped(FILE *out, const char *text, int at, int indent)
{
    if (at >= indent) {
        fprintf(out, "\n%*s", indent, "");
        at = indent;
    } else {
        fprintf(out, "%*s", indent - at, "");
        at = indent;
    }
    while (*text != '\0') {
        int len = (int)strcspn(text, " ");

        if (at > indent && at + 1 + len > 79) {
            fprintf(out, "\n%*s", indent, "");
            at = indent;
        } else if (at > indent) {
            fputc(' ', out);
            at++;
        }
        fprintf(out, "%.*s", len, text);
        at += len;
        text += len;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

static void print_flag(const option_spec *s, FILE *out)
{
    char text[512];
    int at = s->letter != 0 ? fprintf(out, "  -%c, --%s", s->letter, s->name)
                            : fprintf(out, "      --%s", s->name);

    if (s->type == OPTION_SWITCH) {
        at += fprintf(out, "[=BOOL]");
    } else if (s->arg != NULL) {
        at += fprintf(out, " %s", s->arg);
    }
    if (s->init != NULL && strcmp(s->init, "false") != 0) {
        snprintf(text, sizeof text, "%s (default %s)", s->help, s->init);
    } else {
        snprintf(text, sizeof text, "%s", s->help);
    }
    print_wrapped(out, text, at, 30);
}

void options_print_help(const options *o, FILE *out)
{
    const char *group = "";
    unsigned i;

    for (i = 0; i < o->n; i++) {
        const option_spec *s = &o->specs[i];

        if (s->type == OPTION_LATER) {
            continue;
        }
        if (strcmp(group, s->group) != 0) {
            group = s->group;
            fprintf(out, "\n%s:\n", group);
        }
        print_flag(s, out);
    }
}
