/* SPDX-License-Identifier: MIT */
/* unpack.c - turns vectors in hex text into the binary seeds that libFuzzer reads:
 * unpack DIRECTORY FILE.hex ... */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/vectors.h"

int main(int argc, char **argv)
{
    static uint8_t octets[70000];
    char path[4096];
    int i;

    for (i = 2; i < argc; i++) {
        const char *slash = strrchr(argv[i], '/');
        size_t len;
        char *text = vectors_read(argv[i], &len);
        long n = text != NULL ? vectors_hex(text, octets, sizeof octets) : -1;
        FILE *f;

        free(text);
        snprintf(path, sizeof path, "%s/%s", argv[1], slash != NULL ? slash + 1 : argv[i]);
        f = n >= 0 ? fopen(path, "wb") : NULL;
        if (f == NULL || fwrite(octets, 1, (size_t)n, f) != (size_t)n || fclose(f) != 0) {
            fprintf(stderr, "unpack: %s\n", argv[i]);
            return 1;
        }
    }
    return argc > 1 ? 0 : 2;
}
