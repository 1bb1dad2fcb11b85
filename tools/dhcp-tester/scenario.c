/* SPDX-License-Identifier: MIT */
/* scenario.c - a preset or a file, with the flags laid over it; every refusal says what would have
 * been right. */
#include "dhcp-tester/scenario.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/near.h"
#include "common/units.h"
#include "dhcp-tester/tester_options.h"

enum {
    MAX_FILE = 65536,
    SHOWN = 120 /* octets of somebody's text in a message */
};

static int fail(plan *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(plan *p, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(p->error, sizeof p->error, format, ap);
    va_end(ap);
    return -1;
}

#define WORD "a word of at most 31 letters, digits, '.', '_' and '-'"
#define SPAN "a duration such as 30m, 'exponential 30m', or never"

/* What every setting takes. */
static const struct {
    const char *key, *takes;
} settings[] = {
    {"name", WORD},
    {"hold", SPAN},
    {"then",
     "release, vanish, reboot and decline with weights up to 1000, as in 'release 9, vanish 1'"},
    {"pause", SPAN},
    {"decline", "a share from 0 to 1"},
    {"keep", "yes or no"},
    {"persist", "yes or no"},
    {"stage", WORD},
    {"do",
     "start, renew, rebind, reboot, release, inform, discover, query, decline, vanish and wait "
     "with weights up to 1000, as in 'renew 9, reboot 1'"},
    {"load", "a profile such as 'ramp 0..200/s 10s; hold', all, or default"},
    {"rounds", "a whole number up to 1G, or endless"},
    {"until", "settled, given, a duration, or never"},
};

static const char *takes(const char *key)
{
    unsigned i;

    for (i = 0; i + 1 < sizeof settings / sizeof settings[0]; i++) {
        if (strcmp(settings[i].key, key) == 0) {
            break;
        }
    }
    return settings[i].takes;
}

/* -- a file ------------------------------------------------------------------------------------ */

/* The line around an offset: its number, its text for a message, and its first word. */
typedef struct line_at {
    unsigned number;
    char shown[SHOWN], key[16];
} line_at;

static void find_line(const char *text, size_t offset, line_at *ret)
{
    size_t start = 0, i, n, word;
    char line[SHOWN / 4];

    ret->number = 1;
    for (i = 0; i < offset; i++) {
        if (text[i] == '\n') {
            ret->number++;
            start = i + 1;
        }
    }
    start += strspn(text + start, " \t");
    n = strcspn(text + start, "\r\n#");
    word = strcspn(text + start, " \t\r\n#");
    snprintf(ret->key, sizeof ret->key, "%.*s", (int)(word < 15 ? word : 15), text + start);
    n = n < sizeof line - 1 ? n : sizeof line - 1;
    memcpy(line, text + start, n);
    line[n] = '\0';
    options_escape(line, ret->shown, sizeof ret->shown);
}

static int refuse_text(plan *p, const char *name, const char *text, size_t offset, int rc)
{
    line_at at;

    find_line(text, offset, &at);
    switch (rc) {
    case DHCPPERF_E_NOKEY:
        return fail(
            p,
            "%s line %u: '%s' is no setting that belongs here; before the first stage there "
            "are name, hold, then, pause, decline, keep and persist, in a stage do, load, "
            "rounds and until",
            name, at.number, at.shown);
    case DHCPPERF_E_NOBUFS:
        return fail(p, "%s line %u: there are at most 16 stages", name, at.number);
    case DHCPPERF_E_STATE:
        if (strcmp(at.key, "stage") == 0) {
            return fail(p, "%s line %u: no stage can follow one that never ends", name, at.number);
        }
        if (strcmp(at.key, "pause") == 0) {
            return fail(p, "%s line %u: '%s' needs a hold, or nobody leaves who could come back",
                        name, at.number, at.shown);
        }
        return fail(p, "%s has no stage: 'stage NAME' begins one", name);
    default:
        return fail(p, "%s line %u: '%s' is not understood: %s takes %s", name, at.number, at.shown,
                    at.key, takes(at.key));
    }
}

static void list_presets(char *buf, size_t cap)
{
    const char *name, *help;
    size_t len = 0;
    unsigned i;

    buf[0] = '\0';
    for (i = 0; dhcpperf_scenario_describe(i, &name, &help) == 1 && len < cap; i++) {
        len += (size_t)snprintf(buf + len, cap - len, "%s%s", i > 0 ? ", " : "", name);
    }
}

static int refuse_name(plan *p, const char *given)
{
    char list[200], shown[SHOWN];
    const char *name, *help;
    near_search near;
    unsigned i;

    options_escape(given, shown, sizeof shown);
    near_begin(&near, given);
    for (i = 0; dhcpperf_scenario_describe(i, &name, &help) == 1; i++) {
        near_try(&near, name);
    }
    if (near.best != NULL) {
        return fail(p, "there is no scenario and no file '%s'; did you mean %s?", shown, near.best);
    }
    list_presets(list, sizeof list);
    return fail(p, "there is no scenario and no file '%s'; the scenarios are %s", shown, list);
}

static int read_file(plan *p, const char *path, char **ret)
{
    FILE *f = fopen(path, "r");
    char shown[SHOWN], *text;
    size_t n;

    if (f == NULL && errno == ENOENT) {
        return refuse_name(p, path);
    }
    options_escape(path, shown, sizeof shown);
    if (f == NULL) {
        return fail(p, "cannot read the scenario '%s': %s", shown, strerror(errno));
    }
    text = malloc(MAX_FILE + 1);
    n = text != NULL ? fread(text, 1, MAX_FILE + 1, f) : 0;
    if (text == NULL || ferror(f) || n > MAX_FILE || memchr(text, '\0', n) != NULL) {
        int code = errno;

        fclose(f);
        free(text);
        return n > 0
                   ? fail(p, "'%s' is no scenario: a text of at most %d octets is", shown, MAX_FILE)
                   : fail(p, "cannot read the scenario '%s': %s", shown, strerror(code));
    }
    fclose(f);
    text[n] = '\0';
    *ret = text;
    return 0;
}

static int load_file(plan *p, const char *path)
{
    char shown[SHOWN], *text = NULL;
    size_t at = 0;
    int rc = read_file(p, path, &text);

    if (rc != 0) {
        return rc;
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): a file was read */
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0) {
        memset(text, ' ', 3); /* the mark of UTF-8 that some editors write */
    }
    options_escape(path, shown, sizeof shown);
    rc = dhcpperf_scenario_parse(&p->scenario, text, &at, NULL);
    if (rc == DHCPPERF_E_NOMEM) {
        rc = fail(p, "out of memory");
    } else if (rc != 0) {
        rc = refuse_text(p, shown, text, at, rc);
    }
    free(text);
    return rc;
}

/* -- flags over it ----------------------------------------------------------------------------- */

static void get(const plan *p, const char *key, char *buf, size_t cap)
{
    if (dhcpperf_scenario_get(p->scenario, key, buf, cap) < 0) {
        buf[0] = '\0';
    }
}

static int has_hold(const plan *p)
{
    char hold[64];

    get(p, "hold", hold, sizeof hold);
    return strcmp(hold, "never") != 0;
}

/* A life setting of the flag's name. */
static int set_life(plan *p, const options *o, tester_option flag, const char *key)
{
    const char *text = o->values[flag].text;
    char shown[SHOWN];

    if (!options_given(o, flag) || dhcpperf_scenario_set(p->scenario, key, text) == 0) {
        return 0;
    }
    options_escape(text, shown, sizeof shown);
    return fail(p, "--%s must be %s, not '%s'", tester_option_specs[flag].name, takes(key), shown);
}

static int set_vanish_share(plan *p, const options *o)
{
    const option_value *v = &o->values[TESTER_VANISH_SHARE];
    unsigned weight = (unsigned)lround(v->number * 1000);
    char text[64];

    if (!options_given(o, TESTER_VANISH_SHARE)) {
        return 0;
    }
    if (!has_hold(p)) {
        return fail(p, "--vanish-share needs --hold: in the scenario %s nobody leaves by himself",
                    p->scenario_name);
    }
    if ((weight == 0 && v->number > 0) || (weight == 1000 && v->number < 1)) {
        return fail(p, "--vanish-share goes in steps of 0.001, and '%s' would mean %s", v->text,
                    weight == 0 ? "none" : "all");
    }
    if (weight == 0) {
        snprintf(text, sizeof text, "release");
    } else if (weight == 1000) {
        snprintf(text, sizeof text, "vanish");
    } else {
        snprintf(text, sizeof text, "release %u, vanish %u", 1000 - weight, weight);
    }
    return dhcpperf_scenario_set(p->scenario, "then", text) == 0 ? 0 : fail(p, "--vanish-share");
}

static int set_decline_share(plan *p, const options *o)
{
    char text[32];

    if (!options_given(o, TESTER_DECLINE_SHARE)) {
        return 0;
    }
    if (o->values[TESTER_DECLINE_SHARE].number >= 1 && !options_given(o, TESTER_DURATION)) {
        return fail(p,
                    "--decline-share 1 lets no client keep an address, so the run would not end: "
                    "say --duration, or a smaller share");
    }
    snprintf(text, sizeof text, "%.9f", o->values[TESTER_DECLINE_SHARE].number);
    return dhcpperf_scenario_set(p->scenario, "decline", text) == 0 ? 0
                                                                    : fail(p, "--decline-share");
}

static int set_mix(plan *p, const options *o)
{
    const char *text = o->values[TESTER_MIX].text;
    unsigned last = dhcpperf_scenario_count(p->scenario) - 1;
    char shown[SHOWN];

    if (!options_given(o, TESTER_MIX)) {
        return 0;
    }
    if (strcmp(p->scenario_name, "mix") != 0) {
        return fail(p, "--mix is for --scenario mix, not for %s", p->scenario_name);
    }
    if (strcmp(text, "none") != 0 &&
        dhcpperf_scenario_set_stage(p->scenario, last, "do", text) == 0) {
        return 0;
    }
    options_escape(text, shown, sizeof shown);
    return fail(p, "--mix must be %s, not '%s'", takes("do"), shown);
}

/* Where a scenario has everybody do it at once, a rate or a window that is asked for replaces that.
 */
static int set_load(plan *p, const options *o)
{
    unsigned last = dhcpperf_scenario_count(p->scenario) - 1;
    char load[256];

    if (!options_given(o, TESTER_RATE) && !options_given(o, TESTER_CONCURRENCY) &&
        !options_given(o, TESTER_PROFILE) && !options_given(o, TESTER_ARRIVALS)) {
        return 0;
    }
    if (dhcpperf_scenario_get_stage(p->scenario, last, "load", load, sizeof load) > 0 &&
        strcmp(load, "all") == 0) {
        (void)dhcpperf_scenario_set_stage(p->scenario, last, "load", "default");
    }
    return 0;
}

static int stage_is(const plan *p, unsigned stage, const char *key, const char *value)
{
    char text[256];

    return dhcpperf_scenario_get_stage(p->scenario, stage, key, text, sizeof text) > 0 &&
           strcmp(text, value) == 0;
}

static int has_deed(const plan *p, const char *deed)
{
    unsigned i, n = dhcpperf_scenario_count(p->scenario);
    char text[256];

    for (i = 0; i < n; i++) {
        if (dhcpperf_scenario_get_stage(p->scenario, i, "do", text, sizeof text) > 0 &&
            strstr(text, deed) != NULL) {
            return 1;
        }
    }
    return 0;
}

/* What the scenario as a whole means for the run. */
static void classify(plan *p)
{
    unsigned n = dhcpperf_scenario_count(p->scenario);
    char text[128];

    p->endless = dhcpperf_scenario_is_endless(p->scenario);
    p->takes_turns = stage_is(p, n - 1, "rounds", "endless");
    p->each_once = n == 1 && !p->endless && !has_hold(p) && stage_is(p, 0, "do", "start") &&
                   stage_is(p, 0, "rounds", "1");
    p->plain = p->each_once && stage_is(p, 0, "load", "default");
    get(p, "keep", text, sizeof text);
    p->keeps = strcmp(text, "yes") == 0;
    get(p, "persist", text, sizeof text);
    p->persists = strcmp(text, "yes") == 0;
    p->renews = p->keeps || has_deed(p, "renew") || has_deed(p, "rebind");
    p->informs = has_deed(p, "inform");
    p->queries = has_deed(p, "query");
    p->at_once = stage_is(p, n - 1, "load", "all");
    get(p, "then", text, sizeof text);
    p->reboots = has_deed(p, "reboot") || strstr(text, "reboot") != NULL;
    p->starts = has_deed(p, "start");
    p->leases = p->starts || has_deed(p, "discover");
    get(p, "decline", text, sizeof text);
    p->declines = strcmp(text, "0") != 0;
    (void)units_parse_number(text, "0..1", &p->decline_share);
}

int scenario_build(plan *p, const options *o)
{
    const option_value *given = &o->values[TESTER_SCENARIO];
    int rc = dhcpperf_scenario_new(&p->scenario, given->text, NULL);

    if (rc == DHCPPERF_E_NOKEY) {
        rc = load_file(p, given->text);
    } else if (rc != 0) {
        rc = fail(p, "the scenario: %s", dhcpperf_strerror(rc));
    }
    if (rc != 0) {
        return -1;
    }
    get(p, "name", p->scenario_name, sizeof p->scenario_name);
    if (set_life(p, o, TESTER_HOLD, "hold") != 0 || set_life(p, o, TESTER_PAUSE, "pause") != 0 ||
        set_vanish_share(p, o) != 0 || set_decline_share(p, o) != 0 || set_mix(p, o) != 0 ||
        set_load(p, o) != 0) {
        return -1;
    }
    if (options_given(o, TESTER_PAUSE) && !has_hold(p)) {
        return fail(p, "--pause needs --hold: in the scenario %s nobody leaves who could come back",
                    p->scenario_name);
    }
    classify(p);
    if (!p->leases && !p->informs && !p->queries) {
        return fail(p,
                    "the scenario %s sends nothing: none of its stages has the deed start, "
                    "discover, inform or query, and the others need a lease that start obtained",
                    given->text);
    }
    if (options_given(o, TESTER_INFORM_BASE) && !p->informs) {
        return fail(p, "--inform-base has no meaning in the scenario %s, which sends no INFORM",
                    p->scenario_name);
    }
    if (o->values[TESTER_LEASE_FUZZ].source == OPTION_FROM_COMMAND_LINE && !p->keeps) {
        return fail(p, "--lease-fuzz has no meaning in the scenario %s, which keeps no lease",
                    p->scenario_name);
    }
    if (o->values[TESTER_REBOOT_FALLBACK].source == OPTION_FROM_COMMAND_LINE && !p->reboots) {
        return fail(p, "--reboot-fallback has no meaning in the scenario %s, which reboots nobody",
                    p->scenario_name);
    }
    if (p->informs && p->mode == PLAN_REALISTIC && !options_given(o, TESTER_INFORM_BASE)) {
        return fail(p,
                    "the scenario %s needs --inform-base ADDRESS: the address that the first "
                    "client has and asks about",
                    p->scenario_name);
    }
    p->inform_base = o->values[TESTER_INFORM_BASE].ip;
    return 0;
}

/* -- towards the engine ------------------------------------------------------------------------ */

static int set_engine(plan *p, const options *o, tester_option flag, dhcpperf_client_config *c,
                      const char *key, const char *value)
{
    int rc = options_given(o, flag) ? dhcpperf_client_config_set(c, key, value) : 0;

    return rc == 0 ? 0 : fail(p, "--%s: %s", tester_option_specs[flag].name, dhcpperf_strerror(rc));
}

/* K-077: real clients do not renew together; a population kept for exact figures does as told. */
static int set_fuzz(plan *p, const options *o, dhcpperf_client_config *c)
{
    int given = options_given(o, TESTER_LEASE_FUZZ), rc;
    const char *usual = p->keeps && p->persists ? "5" : "0";

    rc = dhcpperf_client_config_set(c, "lease.fuzz",
                                    given ? o->values[TESTER_LEASE_FUZZ].text : usual);
    return rc == 0 ? 0 : fail(p, "--lease-fuzz: %s", dhcpperf_strerror(rc));
}

int scenario_configure(plan *p, const options *o, dhcpperf_client_config *c)
{
    const option_value *v = o->values;
    int rc = dhcpperf_client_config_set_scenario(c, p->scenario);

    if (rc != 0) {
        return fail(p, "the scenario: %s", dhcpperf_strerror(rc));
    }
    if (p->informs && !options_given(o, TESTER_INFORM_BASE) &&
        dhcpperf_client_config_set(c, "inform.first", "10.0.0.10") != 0) {
        return fail(p, "the scenario: inform.first");
    }
    if (set_fuzz(p, o, c) != 0) {
        return -1;
    }
    if (set_engine(p, o, TESTER_INFORM_BASE, c, "inform.first", v[TESTER_INFORM_BASE].text) != 0 ||
        set_engine(p, o, TESTER_STARTUP_JITTER, c, "startup.jitter",
                   v[TESTER_STARTUP_JITTER].text) != 0 ||
        set_engine(p, o, TESTER_REBOOT_FALLBACK, c, "reboot.fallback",
                   v[TESTER_REBOOT_FALLBACK].text) != 0) {
        return -1;
    }
    return set_engine(p, o, TESTER_RENEW_DIRECT, c, "renew.direct",
                      v[TESTER_RENEW_DIRECT].on ? "true" : "false");
}
