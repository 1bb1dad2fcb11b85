/* SPDX-License-Identifier: MIT */
/* near.c - edit distance with a bound. */
#include "common/near.h"

#include <string.h>

/* Steps at most from a word to the name it is taken for; nor may they be more than half of the
 * word, or every short word would be near something. */
enum {
    NEAR = 2
};

/* Steps from a to b, at most `limit`: one row of the table. */
static unsigned distance(const char *a, const char *b, unsigned limit)
{
    unsigned row[64], i, j, n = (unsigned)strlen(b);

    if (strlen(a) >= 64 || n >= 64) {
        return limit;
    }
    for (j = 0; j <= n; j++) {
        row[j] = j;
    }
    for (i = 1; a[i - 1] != '\0'; i++) {
        unsigned corner = row[0];

        row[0] = i;
        for (j = 1; j <= n; j++) {
            unsigned best = corner + (a[i - 1] != b[j - 1]);

            corner = row[j];
            best = best < row[j] + 1 ? best : row[j] + 1;
            row[j] = best < row[j - 1] + 1 ? best : row[j - 1] + 1;
        }
    }
    return row[n] < limit ? row[n] : limit;
}

void near_begin(near_search *n, const char *word)
{
    n->word = word;
    n->best = NULL;
    n->steps = NEAR + 1;
}

void near_try(near_search *n, const char *name)
{
    unsigned d = distance(n->word, name, NEAR + 1);

    if (d < n->steps && 2 * d <= strlen(n->word)) {
        n->steps = d;
        n->best = name;
    }
}
