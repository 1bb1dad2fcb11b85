/* SPDX-License-Identifier: MIT */
/* lease_reader.h - a text file of leases, piece by piece, in memory that does not grow with it. */
#ifndef TOOLS_LEASE_READER_H
#define TOOLS_LEASE_READER_H

#include <stddef.h>
#include <stdint.h>

#include "common/leases/lease_form.h"

typedef struct lease_reader {
    const lease_form *form;
    lease_dialect dialect;
    int fd;
    char *buf;
    size_t from, to; /* what is in the buffer and not handed out yet */
    uint64_t offset; /* of buf[from] in the file */
    uint64_t left;   /* octets of the file still to be read */
    unsigned line;   /* of buf[from], from 1 */
} lease_reader;

/* One piece, in the buffer until the next call. */
typedef struct lease_extract {
    lease_piece is;
    const char *text;
    size_t len;
    uint64_t offset;
    unsigned line;
} lease_extract;

/* Opens the file, of which `limit` octets count.  1; 0 when there is no such file; -1 with a
 * sentence when it cannot be read or is of another form. */
int lease_reader_open(lease_reader *ret, const lease_form *form, const char *path, uint64_t limit,
                      char *error, size_t cap);
void lease_reader_close(lease_reader *x);
/* 1 with a piece; what it says is in the draft.  0 at the end; -1 with errno. */
int lease_reader_next(lease_reader *x, lease_extract *ret, lease_draft *d);

#endif
