/* SPDX-License-Identifier: MIT */
/* vectors.c - reads test vectors.  Vectors are small and few: plain stdio, loaded whole. */
#include "support/vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MAX_VECTORS = 400,
    VALUE_SPACE = 65536
};

char *vectors_read(const char *path, size_t *ret_len)
{
    FILE *f = fopen(path, "rb");
    size_t cap = 4096, len = 0, n;
    char *text = NULL, *bigger;

    while (f != NULL) {
        bigger = realloc(text, cap + 1);
        if (bigger == NULL) {
            break;
        }
        text = bigger;
        n = fread(text + len, 1, cap - len, f);
        len += n;
        if (len < cap) {
            text[len] = '\0';
            *ret_len = len;
            fclose(f);
            return text;
        }
        cap *= 2;
    }
    if (f != NULL) {
        fclose(f);
    }
    free(text);
    return NULL;
}

const char *vectors_path(const char *name)
{
    static char path[4096];
    const char *top = getenv("abs_top_srcdir");

    snprintf(path, sizeof path, "%s/tests/vectors/%s", top != NULL ? top : ".", name);
    return path;
}

static int digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *p = c != '\0' ? strchr(digits, c >= 'A' && c <= 'F' ? c + 32 : c) : NULL;

    return p != NULL ? (int)(p - digits) : -1;
}

long vectors_hex(const char *text, uint8_t *buf, size_t cap)
{
    size_t len = 0;

    while (*text != '\0') {
        unsigned long n = 1;
        int high, low;

        if (*text == '#') {
            text += strcspn(text, "\n");
            continue;
        }
        if (strchr(" \t\r\n", *text) != NULL) {
            text++;
            continue;
        }
        high = digit(text[0]);
        low = high >= 0 ? digit(text[1]) : -1;
        if (low < 0) {
            return -1;
        }
        text += 2;
        if (*text == '*') {
            char *end;

            n = strtoul(text + 1, &end, 10);
            text = end;
        }
        if (n > cap - len) {
            return -1;
        }
        memset(buf + len, high << 4 | low, n);
        len += n;
    }
    return (long)len;
}

long vectors_load_hex(const char *name, uint8_t *buf, size_t cap)
{
    size_t len;
    char *text = vectors_read(vectors_path(name), &len);
    long n = text != NULL ? vectors_hex(text, buf, cap) : -1;

    free(text);
    return n;
}

/* Cuts the next column out of *line and trims it; NULL when there is none. */
static char *column(char **line)
{
    char *from = *line, *bar, *end;

    if (from == NULL) {
        return NULL;
    }
    bar = strstr(from, " |");
    end = bar != NULL ? bar : from + strlen(from);
    *line = bar != NULL ? bar + 2 : NULL;
    while (end > from && end[-1] == ' ') {
        end--;
    }
    *end = '\0';
    return from + strspn(from, " ");
}

const option_vector *vectors_options(size_t *ret_n)
{
    static option_vector vectors[MAX_VECTORS];
    static uint8_t values[VALUE_SPACE];
    static size_t n;
    size_t used = 0, len;
    unsigned number = 0;
    char *text, *line, *next;

    *ret_n = n;
    if (n > 0) {
        return vectors;
    }
    text = vectors_read(vectors_path("options.txt"), &len); /* kept: the vectors point into it */
    for (line = text; line != NULL && *line != '\0'; line = next) {
        option_vector *v = &vectors[n];
        char *code, *hex, *canonical;
        long got;

        next = line + strcspn(line, "\n");
        if (*next == '\n') {
            *next++ = '\0';
        }
        number++;
        if (*line == '#' || *line == '\0') {
            continue;
        }
        code = column(&line);
        v->text = column(&line);
        hex = column(&line);
        canonical = column(&line);
        got = hex != NULL ? vectors_hex(hex, values + used, VALUE_SPACE - used) : -1;
        if (got < 0 || n + 1 == MAX_VECTORS) {
            fprintf(stderr, "options.txt:%u: not CODE | TEXT | HEX\n", number);
            return NULL;
        }
        v->code = (uint8_t)atoi(code);
        v->canonical = canonical != NULL ? canonical : v->text;
        v->value = values + used;
        v->len = (size_t)got;
        v->line = number;
        used += v->len;
        n++;
    }
    *ret_n = n;
    return n > 0 ? vectors : NULL;
}
