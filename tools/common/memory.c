/* SPDX-License-Identifier: MIT */
/* memory.c - reads /proc/meminfo and the files of control groups; what is not there, or is no
 * number, limits nothing. */
#include "common/memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    PATH = 1024,
    LINE = 512
};

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* The line that begins with `head`, without it; 0 when there is none. */
static int find_line(const char *path, const char *head, char ret[LINE])
{
    FILE *f = fopen(path, "re");
    char line[LINE];
    int found = 0;

    while (f != NULL && !found && fgets(line, sizeof line, f) != NULL) {
        found = strncmp(line, head, strlen(head)) == 0;
    }
    if (f != NULL) {
        fclose(f);
    }
    if (found) {
        line[strcspn(line, "\n")] = '\0';
        snprintf(ret, LINE, "%s", line + strlen(head));
    }
    return found;
}

/* What the file says in one number; `otherwise` when it says no number. */
static uint64_t number_in(const char *dir, const char *name, uint64_t otherwise)
{
    char path[PATH + 32], text[LINE];
    uint64_t v;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    return find_line(path, "", text) && sscanf(text, "%" SCNu64, &v) == 1 ? v : otherwise;
}

/* What a group's limit leaves; "max" is none. */
static uint64_t left_in(const char *dir)
{
    uint64_t max = number_in(dir, "memory.max", UINT64_MAX);
    uint64_t used = number_in(dir, "memory.current", 0);

    return max == UINT64_MAX ? max : max > used ? max - used : 0;
}

/* The least that the process's group and those around it leave. */
static uint64_t left_in_groups(const char *root)
{
    char path[PATH], group[LINE], *end;
    uint64_t left = UINT64_MAX;

    snprintf(path, sizeof path, "%s/proc/self/cgroup", root);
    if (!find_line(path, "0::", group)) {
        return left;
    }
    for (;;) {
        snprintf(path, sizeof path, "%s/sys/fs/cgroup%s", root, group);
        left = least(left, left_in(path));
        end = strrchr(group, '/');
        if (end == NULL) {
            return left;
        }
        *end = '\0';
    }
}

uint64_t memory_available(const char *root)
{
    char path[PATH], text[LINE];
    uint64_t kib;

    snprintf(path, sizeof path, "%s/proc/meminfo", root);
    if (!find_line(path, "MemAvailable:", text) || sscanf(text, "%" SCNu64, &kib) != 1) {
        return 0;
    }
    return least(kib * 1024, left_in_groups(root));
}
