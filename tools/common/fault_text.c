/* SPDX-License-Identifier: MIT */
/* fault_text.c - texts of several places made into one plan, and the way back for messages.
 *
 * The library reads no files, so what a plan takes from a file ("delay samples @rtt.txt") is put in
 * its place here.  Texts are kept apart by line feeds: none can go on in the next. */
#include "common/fault_text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/options.h"

enum {
    LARGEST_FILE = 1 << 20, /* far more than a plan can hold */
    SHOWN = 72,             /* characters of a line that a message shows */
    PATH_CAP = 4096
};

static int fail(const fault_text *x, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(const fault_text *x, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(x->error, x->error_cap, format, ap);
    va_end(ap);
    return -1;
}

void fault_text_init(fault_text *x, char *error, size_t error_cap)
{
    memset(x, 0, sizeof *x);
    x->error = error;
    x->error_cap = error_cap;
}

static void free_source(fault_source *s)
{
    free(s->label);
    free(s->folder);
    free(s->text);
}

void fault_text_free(fault_text *x)
{
    unsigned i;

    for (i = 0; i < x->n_sources; i++) {
        free_source(&x->sources[i]);
    }
    free(x->sources);
    free(x->pieces);
    free(x->text);
    memset(x, 0, sizeof *x);
}

/* ---- growing --------------------------------------------------------------------------------- */

/* Takes over the four texts, also when it fails. */
static int add_source(fault_text *x, fault_source s)
{
    fault_source *more = realloc(x->sources, (x->n_sources + 1) * sizeof *more);

    if (more == NULL || s.label == NULL || s.folder == NULL || s.text == NULL) {
        x->sources = more != NULL ? more : x->sources;
        free_source(&s);
        return fail(x, "out of memory");
    }
    x->sources = more;
    more[x->n_sources++] = s;
    return 0;
}

static int add_octets(fault_text *x, const char *text, size_t n)
{
    if (x->len + n + 1 > x->cap) {
        size_t cap = (x->len + n + 1) * 2;
        char *more = realloc(x->text, cap);

        if (more == NULL) {
            return fail(x, "out of memory");
        }
        x->text = more;
        x->cap = cap;
    }
    memcpy(x->text + x->len, text, n);
    x->len += n;
    x->text[x->len] = '\0';
    return 0;
}

/* What is added next is from there. */
static int add_piece(fault_text *x, unsigned source, size_t at)
{
    if (x->n_pieces == x->cap_pieces) {
        unsigned cap = x->cap_pieces > 0 ? x->cap_pieces * 2 : 16;
        fault_piece *more = realloc(x->pieces, cap * sizeof *more);

        if (more == NULL) {
            return fail(x, "out of memory");
        }
        x->pieces = more;
        x->cap_pieces = cap;
    }
    x->pieces[x->n_pieces++] = (fault_piece){.from = x->len, .at = at, .source = source};
    return 0;
}

/* ---- messages -------------------------------------------------------------------------------- */

/* Characters of n octets of UTF-8. */
static unsigned count_characters(const char *text, size_t n)
{
    unsigned characters = 0;
    size_t i;

    for (i = 0; i < n; i++) {
        characters += ((unsigned char)text[i] & 0xc0) != 0x80;
    }
    return characters;
}

/* A part of a line as it may be printed; tabs are blanks. */
static void show(const char *from, size_t n, char *buf, size_t cap)
{
    char *copy = strndup(from, n), *c;

    for (c = copy; c != NULL && *c != '\0'; c++) {
        *c = *c == '\t' || *c == '\r' ? ' ' : *c;
    }
    options_escape(copy != NULL ? copy : "", buf, cap);
    free(copy);
}

/* The line that holds the place, with a mark below: as much of it as fits a screen. */
static void mark(const fault_text *x, size_t used, const char *line, size_t len, size_t at)
{
    size_t from = at > SHOWN / 2 ? at - SHOWN / 2 : 0;
    char before[SHOWN * 4 + 16], after[SHOWN * 4 + 16];

    while (from > 0 && ((unsigned char)line[from] & 0xc0) == 0x80) {
        from--;
    }
    len = len > from + SHOWN ? from + SHOWN : len;
    show(line + from, at - from, before, sizeof before);
    show(line + at, len > at ? len - at : 0, after, sizeof after);
    snprintf(x->error + used, x->error_cap - used, "\n    %s%s\n    %*s^", before, after,
             (int)count_characters(before, strlen(before)), "");
}

static int fail_at(const fault_text *x, const fault_source *s, size_t at, const char *reason)
{
    unsigned lines = 0, column;
    size_t from = 0, len, i, used;
    int n;

    for (i = 0; i < at; i++) {
        if (s->text[i] == '\n') {
            lines++;
            from = i + 1;
        }
    }
    column = count_characters(s->text + from, at - from) + 1;
    if (s->line > 0 && !s->is_part) {
        n = snprintf(x->error, x->error_cap, "%.200s:%u:%u: %s", s->label, s->line + lines, column,
                     reason);
    } else if (s->line > 0) {
        n = snprintf(x->error, x->error_cap, "%.200s:%u: at character %u of the rule, %s", s->label,
                     s->line + lines, column, reason);
    } else if (lines > 0) {
        n = snprintf(x->error, x->error_cap, "%s, line %u, character %u: %s", s->label, lines + 1,
                     column, reason);
    } else {
        n = snprintf(x->error, x->error_cap, "%s, character %u: %s", s->label, column, reason);
    }
    len = strcspn(s->text + from, "\n");
    used = n > 0 ? (size_t)n : 0;
    if (used < x->error_cap) {
        mark(x, used, s->text + from, len, at - from);
    }
    return -1;
}

int fault_text_fail(const fault_text *x, size_t at, const char *reason)
{
    unsigned i = x->n_pieces;
    const fault_source *s;
    size_t len;

    while (i > 0 && x->pieces[i - 1].from > at) {
        i--;
    }
    if (i == 0) {
        return fail(x, "%s", reason);
    }
    s = &x->sources[x->pieces[i - 1].source];
    len = strlen(s->text);
    at = at - x->pieces[i - 1].from + x->pieces[i - 1].at;
    return fail_at(x, s, at < len ? at : len, reason);
}

/* ---- files ----------------------------------------------------------------------------------- */

static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? strndup(path, (size_t)(slash - path) + 1) : strdup("");
}

static char *shown_path(const char *path)
{
    char shown[200];

    options_escape(path, shown, sizeof shown);
    return strdup(shown);
}

/* The file's text as a source, the last one; `what` begins the sentence when that fails. */
static int add_file(fault_text *x, const char *path, const char *what)
{
    FILE *in = fopen(path, "re");
    char *text = in != NULL ? malloc(LARGEST_FILE + 1) : NULL, shown[200];
    size_t len = text != NULL ? fread(text, 1, LARGEST_FILE + 1, in) : 0;
    int code = errno, failed = in == NULL || text == NULL || ferror(in);

    if (in != NULL) {
        fclose(in);
    }
    options_escape(path, shown, sizeof shown);
    if (failed) {
        free(text);
        return fail(x, "%s '%s' cannot be read: %s", what, shown, strerror(code));
    }
    if (len > LARGEST_FILE || memchr(text, '\0', len) != NULL) {
        free(text);
        return fail(x, "%s '%s' is no text of at most 1 MiB", what, shown);
    }
    text[len] = '\0';
    return add_source(
        x, (fault_source){
               .label = shown_path(path), .folder = folder_of(path), .text = text, .line = 1});
}

/* ---- @FILE ----------------------------------------------------------------------------------- */

/* All words of the source added last, between blanks; a number alone is in seconds. */
static int add_words(fault_text *x, unsigned source)
{
    const char *text = x->sources[source].text;
    size_t at = 0, n, words = 0;

    for (;; at += n) {
        at += strspn(text + at, " \t\r\n,");
        if (text[at] == '#') {
            n = strcspn(text + at, "\n");
            continue;
        }
        n = strcspn(text + at, " \t\r\n,#");
        if (n == 0) {
            break;
        }
        if (add_octets(x, " ", words++ > 0) != 0 || add_piece(x, source, at) != 0) {
            return -1;
        }
        if (strspn(text + at, "0123456789abcdefghijklmnopqrstuvwxyz.") < n) {
            return fail_at(x, &x->sources[source], at,
                           "a file of samples has times and nothing else, as in 0.08 or 80ms");
        }
        if (add_octets(x, text + at, n) != 0 ||
            (strspn(text + at, "0123456789.") >= n && add_octets(x, "s", 1) != 0)) {
            return -1;
        }
    }
    return words > 0 ? 0 : fail(x, "there is nothing in '%s'", x->sources[source].label);
}

/* Puts the words of the file at text + at, which is an @, into the plan; the octets that named it.
 */
static int include(fault_text *x, unsigned source, size_t at, size_t *ret_n)
{
    const char *name = x->sources[source].text + at + 1;
    size_t n = strcspn(name, " \t\r\n,;#\"=");
    char path[PATH_CAP];

    *ret_n = 1 + n;
    if (name[0] == '"') {
        name++;
        n = strcspn(name, "\"\n");
        *ret_n = n + 3;
        if (name[n] != '"') {
            n = 0;
        }
    }
    if (n == 0 || n + strlen(x->sources[source].folder) >= sizeof path) {
        return fail_at(x, &x->sources[source], at, "the name of a file follows an @");
    }
    snprintf(path, sizeof path, "%s%.*s", name[0] != '/' ? x->sources[source].folder : "", (int)n,
             name);
    if (add_file(x, path, "the file of samples") != 0) {
        return -1;
    }
    return add_words(x, x->n_sources - 1);
}

/* Octets that are as they are: to the end of a quoted text or a comment, or one. */
static size_t plain_length(const char *text)
{
    size_t n = 1;

    if (text[0] == '#') {
        return strcspn(text, "\n");
    }
    if (text[0] != '"') {
        return 1;
    }
    while (text[n] != '\0' && text[n] != '\n' && text[n] != '"') {
        n += text[n] == '\\' && text[n + 1] != '\0' && text[n + 1] != '\n' ? 2 : 1;
    }
    return n + (text[n] == '"');
}

static int copy(fault_text *x, unsigned source)
{
    size_t at = 0, n;

    if (add_piece(x, source, 0) != 0) {
        return -1;
    }
    while (x->sources[source].text[at] != '\0') {
        const char *text = x->sources[source].text;

        if (text[at] == '@' && !x->no_files && (at == 0 || strchr(" \t=", text[at - 1]) != NULL)) {
            if (include(x, source, at, &n) != 0 || add_piece(x, source, at + n) != 0) {
                return -1;
            }
        } else {
            n = plain_length(text + at);
            if (add_octets(x, text + at, n) != 0) {
                return -1;
            }
        }
        at += n;
    }
    return add_octets(x, "\n", 1);
}

/* ---- all ------------------------------------------------------------------------------------- */

int fault_text_add(fault_text *x, const char *label, unsigned line, int is_part, const char *text)
{
    if (add_source(x, (fault_source){.label = strdup(label),
                                     .folder = line > 0 ? folder_of(label) : strdup(""),
                                     .text = strdup(text),
                                     .line = line,
                                     .is_part = is_part}) != 0) {
        return -1;
    }
    return copy(x, x->n_sources - 1);
}

int fault_text_add_file(fault_text *x, const char *path)
{
    return add_file(x, path, "the file of fault rules") != 0 ? -1 : copy(x, x->n_sources - 1);
}
