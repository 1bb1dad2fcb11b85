/* SPDX-License-Identifier: MIT */
/* scenario.c - scenarios as data: presets, copies, reading and writing them as a whole.
 *
 * Invariants: only the last stage may be without end; a scenario that was parsed has a stage.  The
 * presets are texts in the language itself, so it can say all they do. */
#include <string.h>

#include "base/dp_mem.h"
#include "policy/dp_scenario.h"

enum {
    LINE_MAX = 1024, /* longest line with its NUL */
    KEY_MAX = 16     /* longest word that could be a key, with room */
};

/* Fills the population before the stage that matters. */
#define FILL "stage fill\ndo start\nload closed 64\n"

static const struct {
    const char *name, *help, *text;
} presets[] = {
    {"dora", "every client obtains one lease", "stage start\ndo start\n"},
    {"dora-release", "every client obtains a lease and gives it back",
     "hold 0s\nstage start\ndo start\n"},
    {"lifecycle", "leases are held: renewed, rebound, expired and obtained again",
     "keep yes\npersist yes\nstage start\ndo start\nstage live\nuntil never\n"},
    {"renew", "leases of a kept population are renewed again and again",
     "keep yes\n" FILL "stage renew\ndo renew\nrounds endless\nuntil never\n"},
    {"reboot", "all clients that hold a lease are switched off and on at once (INIT-REBOOT)",
     "keep yes\npersist yes\n" FILL "stage reboot\ndo reboot\nload all\n"},
    {"inform", "every client has an address and asks for parameters only",
     "stage inform\ndo inform\n"},
    {"decline", "a tenth of the addresses is found in use and declined",
     "decline 0.1\nstage start\ndo start\n"},
    {"discover-only", "every client asks for offers and takes none",
     "stage discover\ndo discover\n"},
    {"leasequery", "clients obtain leases, then the server is asked about each of them",
     FILL "stage leave\ndo vanish\nload all\nstage query\ndo query\n"},
    {"churn", "clients come and go; a tenth of them leaves without a word",
     "keep yes\npersist yes\nhold exponential 1m\nthen release 9, vanish 1\n"
     "pause exponential 1m\nstage start\ndo start\nstage live\nuntil never\n"},
    {"storm", "all clients start at once, as after an outage",
     "keep yes\npersist yes\nstage storm\ndo start\nload all\n"},
    {"mix", "clients renew, leave, come back and reboot at random, by weight",
     "keep yes\npersist yes\n" FILL
     "stage mix\ndo start, renew 60, release 15, reboot 5\nrounds endless\nuntil never\n"},
};

int dp_scenario_make(dhcpperf_scenario **ret, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_scenario *s = DP_NEW(&m, dhcpperf_scenario);

    if (s == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    s->mem = m;
    s->hold.mean = s->pause.mean = DHCPPERF_NEVER;
    s->then.weight[DP_DEED_RELEASE] = 1;
    memcpy(s->name, "scenario", sizeof "scenario");
    *ret = s;
    return 0;
}

void dhcpperf_scenario_free(dhcpperf_scenario *s)
{
    dhcpperf_mem m;
    unsigned i;

    if (s == NULL) {
        return;
    }
    for (i = 0; i < s->n; i++) {
        dhcpperf_load_free(s->stages[i].load);
    }
    m = s->mem;
    DP_FREE(&m, s);
}

int dp_scenario_copy(dhcpperf_scenario **ret, const dhcpperf_scenario *s, const dhcpperf_mem *mem)
{
    dhcpperf_mem m = dp_mem_pick(mem);
    dhcpperf_scenario *copy = DP_NEW(&m, dhcpperf_scenario);
    unsigned i;
    int rc = 0;

    if (copy == NULL) {
        return DHCPPERF_E_NOMEM;
    }
    *copy = *s;
    copy->mem = m;
    for (i = 0; i < s->n; i++) {
        copy->stages[i].load = NULL;
    }
    for (i = 0; rc == 0 && i < s->n; i++) {
        if (s->stages[i].load != NULL) {
            rc = dp_load_copy(&copy->stages[i].load, s->stages[i].load, &m);
        }
    }
    if (rc != 0) {
        dhcpperf_scenario_free(copy);
        return rc;
    }
    *ret = copy;
    return 0;
}

int dp_scenario_add_stage(dhcpperf_scenario *s, const char *name)
{
    dp_stage *stage = &s->stages[s->n];
    int rc;

    if (s->n == DP_SCENARIO_STAGES) {
        return DHCPPERF_E_NOBUFS;
    }
    memset(stage, 0, sizeof *stage);
    stage->rounds = 1;
    rc = dp_stage_read(s, stage, "stage", name, NULL);
    s->n += rc == 0;
    return rc;
}

int dhcpperf_scenario_new(dhcpperf_scenario **ret, const char *preset, const dhcpperf_mem *mem)
{
    unsigned i;
    int rc;

    if (ret == NULL || preset == NULL) {
        return DHCPPERF_E_INVALID;
    }
    for (i = 0; i < sizeof presets / sizeof presets[0]; i++) {
        if (strcmp(presets[i].name, preset) == 0) {
            rc = dhcpperf_scenario_parse(ret, presets[i].text, NULL, mem);
            return rc != 0 ? rc : dhcpperf_scenario_set(*ret, "name", preset);
        }
    }
    return DHCPPERF_E_NOKEY;
}

int dhcpperf_scenario_describe(unsigned index, const char **ret_name, const char **ret_help)
{
    if (ret_name == NULL || ret_help == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (index >= sizeof presets / sizeof presets[0]) {
        return 0;
    }
    *ret_name = presets[index].name;
    *ret_help = presets[index].help;
    return 1;
}

/* -- one setting ------------------------------------------------------------------------------- */

int dhcpperf_scenario_set(dhcpperf_scenario *s, const char *key, const char *value)
{
    if (s == NULL || key == NULL || value == NULL) {
        return DHCPPERF_E_INVALID;
    }
    return dp_scenario_read(s, key, value, NULL);
}

int dhcpperf_scenario_get(const dhcpperf_scenario *s, const char *key, char *buf, size_t cap)
{
    dp_text t;

    if (s == NULL || key == NULL || buf == NULL) {
        return DHCPPERF_E_INVALID;
    }
    dp_text_begin(&t, buf, cap);
    return dp_scenario_write(s, key, &t) ? dp_text_end(&t) : DHCPPERF_E_NOKEY;
}

static bool never_ends(const dp_stage *stage)
{
    return stage->until == DP_UNTIL_NEVER;
}

int dhcpperf_scenario_set_stage(dhcpperf_scenario *s, unsigned stage, const char *key,
                                const char *value)
{
    dp_until until;
    int rc;

    if (s == NULL || key == NULL || value == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (stage >= s->n) {
        return DHCPPERF_E_RANGE;
    }
    until = s->stages[stage].until;
    rc = dp_stage_read(s, &s->stages[stage], key, value, NULL);
    if (rc == 0 && stage + 1 < s->n && never_ends(&s->stages[stage])) {
        s->stages[stage].until = until;
        rc = DHCPPERF_E_STATE;
    }
    return rc;
}

int dhcpperf_scenario_get_stage(const dhcpperf_scenario *s, unsigned stage, const char *key,
                                char *buf, size_t cap)
{
    dp_text t;

    if (s == NULL || key == NULL || buf == NULL) {
        return DHCPPERF_E_INVALID;
    }
    if (stage >= s->n) {
        return DHCPPERF_E_RANGE;
    }
    dp_text_begin(&t, buf, cap);
    return dp_stage_write(&s->stages[stage], key, &t) ? dp_text_end(&t) : DHCPPERF_E_NOKEY;
}

unsigned dhcpperf_scenario_count(const dhcpperf_scenario *s)
{
    return s != NULL ? s->n : 0;
}

int dhcpperf_scenario_is_endless(const dhcpperf_scenario *s)
{
    return s != NULL && ((s->n > 0 && never_ends(&s->stages[s->n - 1])) ||
                         (s->hold.mean != DHCPPERF_NEVER && s->pause.mean != DHCPPERF_NEVER));
}

/* -- the whole text ---------------------------------------------------------------------------- */

/* Lines of `key value`, those that hold the default left out. */
static void write_life(const dhcpperf_scenario *s, const dhcpperf_scenario *plain, dp_text *t)
{
    char value[LINE_MAX], usual[LINE_MAX];
    const char *key;
    unsigned i;

    for (i = 0; (key = dp_scenario_key(i)) != NULL; i++) {
        (void)dhcpperf_scenario_get(s, key, value, sizeof value);
        (void)dhcpperf_scenario_get(plain, key, usual, sizeof usual);
        if (strcmp(value, usual) != 0) {
            dp_text_str(t, key);
            dp_text_char(t, ' ');
            dp_text_str(t, value);
            dp_text_char(t, '\n');
        }
    }
}

static void write_stage(const dp_stage *stage, const dp_stage *plain, dp_text *t)
{
    char value[64], usual[64];
    const char *key;
    unsigned i;

    for (i = 0; (key = dp_stage_key(i)) != NULL; i++) {
        dp_text v, u;

        dp_text_begin(&v, value, sizeof value);
        dp_text_begin(&u, usual, sizeof usual);
        (void)dp_stage_write(stage, key, &v);
        (void)dp_stage_write(plain, key, &u);
        if (v.len != u.len || strcmp(value, usual) != 0) {
            dp_text_str(t, key);
            dp_text_char(t, ' ');
            (void)dp_stage_write(stage, key, t);
            dp_text_char(t, '\n');
        }
    }
}

int dhcpperf_scenario_format(const dhcpperf_scenario *s, char *buf, size_t cap)
{
    dhcpperf_scenario plain = {.name = "scenario",
                               .hold.mean = DHCPPERF_NEVER,
                               .pause.mean = DHCPPERF_NEVER,
                               .then.weight[DP_DEED_RELEASE] = 1,
                               .stages[0].rounds = 1};
    dp_text t;
    unsigned i;

    if (s == NULL || (buf == NULL && cap > 0)) {
        return DHCPPERF_E_INVALID;
    }
    dp_text_begin(&t, buf, cap);
    write_life(s, &plain, &t);
    for (i = 0; i < s->n; i++) {
        write_stage(&s->stages[i], &plain.stages[0], &t);
    }
    return dp_text_end(&t);
}

/* A reading position in the text: one line, split into its two parts. */
typedef struct reader {
    const char *next;        /* what follows the line */
    const char *key, *value; /* where they stand in the text */
    char key_text[KEY_MAX], value_text[LINE_MAX];
    const char *pause; /* the line that sets it, or NULL */
} reader;

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Copies [from, to) without the blanks at its end; RANGE when it is too long. */
static int copy_part(char *ret, size_t cap, const char *from, const char *to)
{
    while (to > from && is_blank(to[-1])) {
        to--;
    }
    if ((size_t)(to - from) >= cap) {
        return DHCPPERF_E_RANGE;
    }
    memcpy(ret, from, (size_t)(to - from));
    ret[to - from] = '\0';
    return 0;
}

/* Splits the line at r->next; the key is empty when there is nothing on it. */
static int read_line(reader *r)
{
    const char *p = r->next, *end = p, *stop;
    int rc;

    while (*end != '\0' && *end != '\n') {
        end++;
    }
    r->next = *end == '\n' ? end + 1 : end;
    for (stop = p; stop < end && *stop != '#'; stop++) {
    }
    while (p < stop && is_blank(*p)) {
        p++;
    }
    r->key = p;
    while (p < stop && !is_blank(*p)) {
        p++;
    }
    rc = copy_part(r->key_text, sizeof r->key_text, r->key, p);
    if (rc != 0) {
        r->value = r->key;
        return DHCPPERF_E_NOKEY;
    }
    while (p < stop && is_blank(*p)) {
        p++;
    }
    r->value = p;
    return copy_part(r->value_text, sizeof r->value_text, p, stop);
}

/* Takes the line over; *ret_at is where a failure is. */
static int take_line(dhcpperf_scenario *s, reader *r, const char **ret_at)
{
    dp_stage *stage = s->n > 0 ? &s->stages[s->n - 1] : NULL;
    size_t at = 0;
    int rc;

    *ret_at = r->key;
    if (strcmp(r->key_text, "stage") == 0) {
        if (stage != NULL && never_ends(stage)) {
            return DHCPPERF_E_STATE;
        }
        rc = dp_scenario_add_stage(s, r->value_text);
        *ret_at = rc == DHCPPERF_E_NOBUFS ? r->key : r->value;
        return rc;
    }
    if (stage == NULL && strcmp(r->key_text, "pause") == 0) {
        r->pause = r->key;
    }
    rc = stage == NULL ? dp_scenario_read(s, r->key_text, r->value_text, &at)
                       : dp_stage_read(s, stage, r->key_text, r->value_text, &at);
    if (rc != DHCPPERF_E_NOKEY) {
        *ret_at = r->value + at;
    }
    return rc;
}

static int read_all(dhcpperf_scenario *s, reader *r, const char **ret_at)
{
    int rc;

    while (*r->next != '\0') {
        rc = read_line(r);
        *ret_at = r->value;
        if (rc == 0 && r->key_text[0] != '\0') {
            rc = take_line(s, r, ret_at);
        }
        if (rc != 0) {
            return rc;
        }
    }
    *ret_at = r->next;
    if (s->n == 0) {
        return DHCPPERF_E_STATE;
    }
    if (s->pause.mean != DHCPPERF_NEVER && s->hold.mean == DHCPPERF_NEVER) {
        *ret_at = r->pause;
        return DHCPPERF_E_STATE;
    }
    return 0;
}

int dhcpperf_scenario_parse(dhcpperf_scenario **ret, const char *text, size_t *reterr_offset,
                            const dhcpperf_mem *mem)
{
    dhcpperf_scenario *s;
    const char *at;
    reader r;
    int rc;

    if (ret == NULL || text == NULL) {
        return DHCPPERF_E_INVALID;
    }
    rc = dp_scenario_make(&s, mem);
    if (rc != 0) {
        return rc;
    }
    r.next = text;
    r.pause = NULL;
    rc = read_all(s, &r, &at);
    if (rc != 0) {
        dhcpperf_scenario_free(s);
        if (reterr_offset != NULL && rc != DHCPPERF_E_NOMEM) {
            *reterr_offset = (size_t)(at - text);
        }
        return rc;
    }
    *ret = s;
    return 0;
}
