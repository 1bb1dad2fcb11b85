/* SPDX-License-Identifier: MIT */
/* options.h - one registry of settings per command: what its flags, environment variables,
 * configuration keys, help and refusals are made of. */
#ifndef TOOLS_OPTIONS_H
#define TOOLS_OPTIONS_H

#include <stdint.h>
#include <stdio.h>

#include <libdhcpperf/types.h>

typedef enum option_type {
    OPTION_ACTION,        /* no value; reading the command line stops there: --help, --version */
    OPTION_SWITCH,        /* bare, =true or =false */
    OPTION_COUNT,         /* whole number in a range, k, M and G understood */
    OPTION_COUNT_OR_AUTO, /* the same, or the word auto */
    OPTION_NUMBER,        /* number with a fraction in a range, k, M and G understood */
    OPTION_DURATION,      /* 500ms, 30s, 1h30m in a range */
    OPTION_ADDRESS,       /* 192.0.2.1 */
    OPTION_PREFIXED,      /* 192.0.2.1 or 192.0.2.1/24 */
    OPTION_NETMASK,       /* 255.255.255.0 or 24 */
    OPTION_MAC,           /* 02:00:00:00:00:01 */
    OPTION_CHOICE,        /* one of the words of the range, separated by | */
    OPTION_TEXT,          /* anything but nothing */
    OPTION_LIST,          /* text; every use adds one */
    OPTION_LATER          /* known by name, refused: belongs to a later build */
} option_type;

typedef struct option_spec {
    const char *name; /* without dashes */
    char letter;      /* short form, or 0 */
    option_type type;
    const char *arg;   /* name of the value in the help */
    const char *range; /* "1..100M", "1ms..24h", "auto|on|off"; NULL where the type says it all;
                        * "never" of an OPTION_LATER that no build will have */
    const char *init;  /* default as a user would type it, or NULL: see the help text */
    const char *env;   /* variables besides DHCP_NAME, separated by blanks, or NULL */
    const char *keys;  /* configuration keys besides the name, separated by blanks, or NULL */
    const char *group; /* heading in the help */
    const char *help;  /* what it does; of OPTION_LATER: what it would do, or what to do instead */
} option_spec;

typedef enum option_source {
    OPTION_FROM_NOWHERE, /* no value at all */
    OPTION_FROM_DEFAULT,
    OPTION_FROM_FILE,
    OPTION_FROM_ENVIRONMENT,
    OPTION_FROM_COMMAND_LINE
} option_source;

typedef struct option_value {
    option_source source;
    unsigned line; /* in the file, when that is the source */
    char *text;    /* as given; the latest of a list */
    char **items;
    unsigned n_items; /* of a list, in the order given */
    int on;           /* SWITCH; COUNT_OR_AUTO: 1 = auto; CHOICE: index of the word */
    uint64_t count;   /* COUNT */
    double number;    /* NUMBER */
    dhcpperf_dur dur; /* DURATION */
    dhcpperf_ip4 ip;  /* ADDRESS, PREFIXED */
    unsigned prefix;  /* NETMASK; PREFIXED: 0 = none given */
    dhcpperf_mac mac; /* MAC */
} option_value;

typedef struct options {
    const char *command; /* for the messages */
    const option_spec *specs;
    unsigned n;
    option_value *values;     /* one per spec */
    struct config_file *file; /* of --config, once read; owned */
    int action;               /* index of the ACTION met, or -1 */
    char error[640]; /* one sentence after a failure, without the command and the full stop */
} options;

/* All functions returning int: 0, or -1 with o->error filled. */
int options_init(options *o, const char *command, const option_spec *specs, unsigned n);
void options_free(options *o);

/* Reads DHCP_* variables out of an environ-like array.  An empty value counts as unset. */
int options_read_environment(options *o, char *const *envp);
/* argv[0] is skipped.  Both -name and --name; reads on behind an ACTION only to find errors. */
int options_read_arguments(options *o, int argc, char *const *argv);
/* Splits a line into words (blanks; '...' and "..." keep them) and reads those as arguments. */
int options_read_line(options *o, const char *line);

/* Reads the file that --config names, if it names one; what it notes is said as warnings. */
int options_read_file(options *o);

/* How a command begins: arguments, then environment and file unless an ACTION was met.  A first
 * word out of `later_commands` ("analyze|probe") is refused as a sub-command of a later build. */
int options_read(options *o, int argc, char *const *argv, char *const *envp,
                 const char *later_commands);

/* Judges a value, and keeps it unless a stronger source gave one: the order of reading does not
 * matter.  `said_as` is how messages call it. */
int options_set(options *o, unsigned index, option_source source, const char *said_as,
                const char *text);

/* Index of the spec with that flag name or configuration key (- and _ alike), or -1. */
int options_find(const options *o, const char *name);
int options_find_key(const options *o, const char *key);

/* Whether a list of words separated by blanks holds the word. */
int options_is_listed(const char *list, const char *word);
/* Whether a value switches a feature off: what this build lacks may be off. */
int options_means_off(const char *text);

/* Whether the user gave it: file, environment or command line. */
int options_given(const options *o, unsigned index);

/* Writes "DHCP_NAME" for a flag name; buf of 64 bytes is enough for every registry. */
void options_env_name(const char *name, char *buf, size_t cap);

/* The flags by group. */
void options_print_help(const options *o, FILE *out);

/* Copies UTF-8 text; control characters, backslashes and what is no UTF-8 as \xNN, so that no
 * message can drive a terminal. */
void options_escape(const char *text, char *buf, size_t cap);

#endif
