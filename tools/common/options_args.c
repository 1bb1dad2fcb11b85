/* SPDX-License-Identifier: MIT */
/* options_args.c - the command line: one dash or two, then getopt_long().
 *
 * Every word that begins with a dash is judged here first, by exact names, so getopt sees only what
 * is in the registry and words no errors of its own. */
#include "common/options.h"

#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "common/config_file.h"
#include "common/options_parts.h"
#include "common/say.h"
#include "common/units.h"

/* getopt_long() hands back this plus the index of the spec. */
enum {
    LONG_BASE = 1000
};

static int takes_word(const option_spec *s)
{
    return s->type != OPTION_ACTION && s->type != OPTION_SWITCH && s->type != OPTION_LATER;
}

static int find_letter(const options *o, char letter)
{
    unsigned i;

    for (i = 0; i < o->n; i++) {
        if (o->specs[i].letter == letter) {
            return (int)i;
        }
    }
    return -1;
}

/* Judges a bundle of short letters such as "vn".  A value may be attached when it begins with a
 * digit ("n1000"): a mistyped long name ("con") must not pass for -c with the value "on".
 * Returns 1 when the next word belongs to the bundle, 0 when not, -1 when it is no bundle. */
static int judge_bundle(const options *o, const char *letters)
{
    for (; *letters != '\0'; letters++) {
        int i = find_letter(o, *letters);

        if (i < 0) {
            return -1;
        }
        if (takes_word(&o->specs[i])) {
            return letters[1] == '\0' ? 1 : isdigit((unsigned char)letters[1]) ? 0 : -1;
        }
    }
    return 0;
}

/* Judges one word that begins with '-'.  Exact names of two letters and more become "--name";
 * getopt's abbreviations are refused here because nobody could add a flag later without breaking
 * somebody's script.  *ret_takes = the next word belongs to this one. */
static int normalise_word(options *o, const char *word, char **ret, int *ret_takes)
{
    const char *name = word + 1 + (word[1] == '-');
    size_t len = strcspn(name, "=");
    char plain[64];
    int index = -1;

    *ret_takes = 0;
    if (len >= 2 && len < sizeof plain) {
        memcpy(plain, name, len);
        plain[len] = '\0';
        index = options_find(o, plain);
    } else if (word[1] == '-') {
        return options_fail_unknown(o, word, name);
    }
    if (index < 0) {
        if (word[1] == '-' || len >= sizeof plain) {
            return options_fail_unknown(o, word, len < sizeof plain ? plain : "");
        }
        *ret_takes = judge_bundle(o, word + 1);
        if (*ret_takes < 0) {
            return options_fail_unknown(o, word, len >= 2 ? plain : "");
        }
        *ret = strdup(word);
        return *ret == NULL ? options_fail(o, "out of memory") : 0;
    }
    if (o->specs[index].type == OPTION_LATER) {
        snprintf(plain, sizeof plain, "--%s", o->specs[index].name);
        return options_set(o, (unsigned)index, OPTION_FROM_COMMAND_LINE, plain, "");
    }
    if (o->specs[index].type == OPTION_ACTION && name[len] == '=') {
        return options_fail(o, "--%s takes no value", o->specs[index].name);
    }
    *ret = malloc(strlen(name) + 3);
    if (*ret == NULL) {
        return options_fail(o, "out of memory");
    }
    sprintf(*ret, "--%s", name);
    *ret_takes = takes_word(&o->specs[index]) && name[len] != '=';
    return 0;
}

/* A copy of argv in which every known flag is spelled --name. */
static int normalise(options *o, int argc, char *const *argv, char **copy)
{
    int i, takes = 0, plain = 0, rc;

    for (i = 0; i < argc; i++) {
        if (i == 0 || takes || plain || argv[i][0] != '-' || argv[i][1] == '\0') {
            takes = 0;
            copy[i] = strdup(argv[i]);
            if (copy[i] == NULL) {
                return options_fail(o, "out of memory");
            }
        } else if (strcmp(argv[i], "--") == 0) {
            plain = 1;
            copy[i] = strdup("--");
            if (copy[i] == NULL) {
                return options_fail(o, "out of memory");
            }
        } else {
            rc = normalise_word(o, argv[i], &copy[i], &takes);
            if (rc != 0) {
                return rc;
            }
        }
    }
    return 0;
}

static int fail_stray(options *o, const char *word)
{
    char shown[128];

    options_escape(word, shown, sizeof shown);
    if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0) {
        return options_fail(
            o, "'%s' stands alone: a switch takes its value with '=', as in --progress=%s", word,
            word);
    }
    return options_fail(o, "'%s' is not a flag, and every setting is given by a flag (see --help)",
                        shown);
}

/* Fills getopt's tables from the registry. */
static void fill_tables(const options *o, struct option *longs, char *shorts)
{
    unsigned i;

    *shorts++ = ':'; /* we word the errors */
    for (i = 0; i < o->n; i++) {
        const option_spec *s = &o->specs[i];

        longs[i].name = s->name;
        longs[i].has_arg = takes_word(s)              ? required_argument
                           : s->type == OPTION_SWITCH ? optional_argument
                                                      : no_argument;
        longs[i].flag = NULL;
        longs[i].val = LONG_BASE + (int)i;
        if (s->letter != 0) {
            *shorts++ = s->letter;
            if (takes_word(s)) {
                *shorts++ = ':';
            }
        }
    }
    memset(&longs[o->n], 0, sizeof longs[0]);
    *shorts = '\0';
}

static int take_option(options *o, int index)
{
    const option_spec *s = &o->specs[index];
    char said[80];

    if (s->type == OPTION_ACTION) {
        if (o->action < 0) {
            o->action = index;
        }
        return 0;
    }
    snprintf(said, sizeof said, "--%s", s->name);
    return options_set(o, (unsigned)index, OPTION_FROM_COMMAND_LINE, said,
                       optarg != NULL ? optarg : "true");
}

static int fail_missing(options *o, int option)
{
    char form[160];
    int index = option >= LONG_BASE ? option - LONG_BASE : find_letter(o, (char)option);

    if (index < 0) {
        return options_fail(o, "a flag lacks its value (see --help)");
    }
    options_describe_form(&o->specs[index], form, sizeof form);
    return options_fail(o, "--%s lacks its value, which must be %s", o->specs[index].name, form);
}

static int read_normalised(options *o, int argc, char **argv, struct option *longs, char *shorts)
{
    int c, rc;

    fill_tables(o, longs, shorts);
    optind = 0; /* glibc and musl: start again, forgetting earlier scans */
    opterr = 0;
    for (;;) {
        c = getopt_long(argc, argv, shorts, longs, NULL);
        if (c == -1) {
            break;
        }
        if (c == ':') {
            return fail_missing(o, optopt);
        }
        if (c == '?') {
            char word[3] = {'-', (char)optopt, '\0'};

            return options_fail_unknown(
                o, optopt > 0 && optopt < LONG_BASE ? word : argv[optind - 1], "");
        }
        rc = take_option(o, c >= LONG_BASE ? c - LONG_BASE : find_letter(o, (char)c));
        if (rc != 0) {
            return rc;
        }
    }
    return optind < argc ? fail_stray(o, argv[optind]) : 0;
}

int options_read_arguments(options *o, int argc, char *const *argv)
{
    struct option *longs = calloc(o->n + 1, sizeof *longs);
    char *shorts = calloc(1, 2 * (size_t)o->n + 2);
    char **copy = calloc((size_t)argc + 1, sizeof *copy);
    int rc, i;

    if (longs == NULL || shorts == NULL || copy == NULL) {
        rc = options_fail(o, "out of memory");
        goto out;
    }
    rc = normalise(o, argc, argv, copy);
    if (rc == 0) {
        rc = read_normalised(o, argc, copy, longs, shorts);
    }
out:
    for (i = 0; copy != NULL && i < argc; i++) {
        free(copy[i]);
    }
    free(copy);
    free(shorts);
    free(longs);
    return rc;
}

int options_read_line(options *o, const char *line)
{
    size_t cap = strlen(line);
    char *room = malloc(cap + 1);
    char **argv = calloc(cap / 2 + 3, sizeof *argv);
    int argc, rc;

    if (room == NULL || argv == NULL) {
        rc = options_fail(o, "out of memory");
    } else {
        argv[0] = room + cap; /* an empty word */
        room[cap] = '\0';
        argc = units_split_words(line, room, argv + 1);
        rc = argc < 0 ? options_fail(o, "a quote is not closed")
                      : options_read_arguments(o, argc + 1, argv);
    }
    free(argv);
    free(room);
    return rc;
}

int options_read_file(options *o)
{
    int index = options_find(o, "config");
    unsigned i;

    if (index < 0 || o->specs[index].type == OPTION_LATER || o->values[index].text == NULL) {
        return 0;
    }
    o->file = calloc(1, sizeof *o->file);
    if (o->file == NULL) {
        return options_fail(o, "out of memory");
    }
    if (config_read(o->file, o->values[index].text) != 0 || config_apply(o->file, o) != 0) {
        return options_fail(o, "%s", o->file->error);
    }
    for (i = 0; i < o->file->n_notes; i++) {
        say_warning("%s", o->file->notes[i]);
    }
    return 0;
}

int options_read(options *o, int argc, char *const *argv, char *const *envp,
                 const char *later_commands)
{
    if (argc > 1 && later_commands != NULL && units_find_word(later_commands, argv[1]) >= 0) {
        return options_fail(o, "the sub-command '%s' is not in this build", argv[1]);
    }
    if (options_read_arguments(o, argc, argv) != 0) {
        return -1;
    }
    if (o->action >= 0) {
        return 0;
    }
    return options_read_environment(o, envp) != 0 ? -1 : options_read_file(o);
}
