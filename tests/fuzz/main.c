/* SPDX-License-Identifier: MIT */
/* main.c - runs a fuzz target without libFuzzer: every file given, or the target's corpus and the
 * test vectors, each as it is and in a few hundred variations drawn from a fixed seed.  Files whose
 * name ends in .hex hold octets as text (tests/support/vectors.h).  Every input is handed over in
 * an exact-size heap copy, so that a sanitizer sees any octet read outside it. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz/fuzz.h"
#include "support/vectors.h"

enum {
    VARIATIONS = 300,
    INPUT_MAX_LEN = 70000,
    PATH_LEN = 4096
};

static unsigned long inputs;

static uint64_t draw(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);

    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static void run(const uint8_t *data, size_t len)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);

    REQUIRE(copy != NULL);
    memcpy(copy, data, len);
    (void)LLVMFuzzerTestOneInput(copy, len);
    free(copy);
    inputs++;
}

/* The input, then copies with octets changed, cut, doubled or taken out. */
static void run_variations(uint8_t *data, size_t len)
{
    uint8_t *varied = malloc(INPUT_MAX_LEN * 2);
    uint64_t state = len;
    int i;

    REQUIRE(varied != NULL);
    run(data, len);
    for (i = 0; i < VARIATIONS; i++) {
        size_t n = len, k, at, run_len;

        memcpy(varied, data, len);
        for (k = draw(&state) % 5; k > 0 && n > 0; k--) {
            /* Most trouble lives near the end, where the options are. */
            at = draw(&state) % 3 != 0 && n > 64 ? n - 1 - draw(&state) % 64 : draw(&state) % n;
            run_len = 1 + draw(&state) % 8;
            run_len = run_len > n - at ? n - at : run_len;
            switch (draw(&state) % 4) {
            case 0:
                n = at;
                break;
            case 1:
                memmove(varied + at, varied + at + run_len, n - at - run_len);
                n -= run_len;
                break;
            case 2:
                memmove(varied + at + run_len, varied + at, n - at);
                n += run_len;
                break;
            default:
                varied[at] = (uint8_t)draw(&state);
                break;
            }
        }
        run(varied, n);
    }
    free(varied);
}

static int ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

static void run_path(const char *path);

static void run_directory(const char *path)
{
    struct dirent **entries;
    char name[PATH_LEN];
    int n = scandir(path, &entries, NULL, alphasort), i;

    for (i = 0; i < n; i++) {
        if (entries[i]->d_name[0] != '.') {
            snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
            run_path(name);
        }
        free(entries[i]);
    }
    if (n >= 0) {
        free(entries);
    }
}

static void run_path(const char *path)
{
    uint8_t *octets = malloc(INPUT_MAX_LEN);
    struct stat st;
    size_t len;
    char *text;

    REQUIRE(octets != NULL);
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        run_directory(path);
    } else {
        text = vectors_read(path, &len);
        if (text == NULL) {
            printf("Bail out! cannot read %s\n", path);
            exit(1);
        }
        if (ends_with(path, ".hex")) {
            long n = vectors_hex(text, octets, INPUT_MAX_LEN);

            if (n < 0) {
                printf("Bail out! %s is not hex\n", path);
                exit(1);
            }
            run_variations(octets, (size_t)n);
        } else if (len <= INPUT_MAX_LEN) {
            run_variations((uint8_t *)text, len);
        }
        free(text);
    }
    free(octets);
}

int main(int argc, char **argv)
{
    const char *top = getenv("abs_top_srcdir"), *name = strstr(argv[0], "fuzz_");
    char path[PATH_LEN];
    int i;

    /* Directories before it may bear the word, too: the last one counts. */
    for (; name != NULL && strstr(name + 1, "fuzz_") != NULL; name = strstr(name + 1, "fuzz_")) {
    }
    for (i = 1; i < argc; i++) {
        run_path(argv[i]);
    }
    if (argc == 1 && name != NULL) {
        top = top != NULL ? top : ".";
        snprintf(path, sizeof path, "%s/tests/fuzz/corpus/%s", top, name + strlen("fuzz_"));
        run_directory(path); /* need not be there: the vectors are messages */
        snprintf(path, sizeof path, "%s/tests/vectors", top);
        run_directory(path);
    }
    printf("1..1\n%s 1 - %s took %lu inputs\n", inputs > 0 ? "ok" : "not ok", name, inputs);
    return inputs > 0 ? 0 : 1;
}
