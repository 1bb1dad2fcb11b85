/* SPDX-License-Identifier: MIT */
/* lease_form.h - a form in which leases stand in a text file: how a file is cut into pieces, what a
 * piece says, and how a lease is written. */
#ifndef TOOLS_LEASE_FORM_H
#define TOOLS_LEASE_FORM_H

#include <stddef.h>

#include "common/leases/lease_record.h"

enum {
    LEASE_WRITTEN_MAX = 8192,  /* octets that one lease takes at most when it is written */
    LEASE_PIECE_MAX = 1 << 18, /* of a piece that is read; a longer one is damaged */
    LEASE_COLUMNS = 16
};

typedef enum lease_piece {
    LEASE_PIECE_NOTHING, /* of no meaning: blank, a comment */
    LEASE_PIECE_RECORD,
    LEASE_PIECE_END,    /* the address of the record has no lease any more */
    LEASE_PIECE_OTHER,  /* something else that belongs into the file */
    LEASE_PIECE_DAMAGED /* cannot be understood */
} lease_piece;

/* What a piece says, with room for its octets. */
typedef struct lease_draft {
    lease_record r;
    uint8_t key[LEASE_KEY_MAX + 1], chaddr[LEASE_CHADDR_MAX];
    uint8_t hostname[LEASE_TEXT_MAX], relay_info[LEASE_TEXT_MAX];
    int key_is_circuit; /* while it is being read */
    char why[192];      /* what is wrong with it, and what would be right */
} lease_draft;

/* What the beginning of a file says about the rest. */
typedef struct lease_dialect {
    signed char column[LEASE_COLUMNS]; /* where each column that we know stands, or -1 */
    unsigned columns;                  /* that each line has */
    int is_ours;                       /* what stands there may stay as it is among what we write */
} lease_dialect;

typedef struct lease_form {
    /* What a new file begins with. */
    const char *head;
    /* Octets of the first piece of text, line feed included; 0 = it does not end here. */
    size_t (*cut)(const char *text, size_t len);
    /* Judges the first piece of a file: 1 when the file is of this form.  *ret_is_lease: the piece
     * is to be parsed like the others. */
    int (*begin)(lease_dialect *ret, const char *piece, size_t len, int *ret_is_lease);
    /* Of an empty file. */
    void (*begin_empty)(lease_dialect *ret);
    lease_piece (*parse)(const lease_dialect *d, const char *piece, size_t len, lease_draft *ret);
    /* Writes a lease; octets written, at most LEASE_WRITTEN_MAX. */
    size_t (*write)(char *to, const lease_record *r);
    /* Endings of further files to be read before the file itself, in that order, NULL at the end;
     * the last one that is `instead` and exists is read alone. */
    const char *const *beside;
    const char *instead;
    const char *called; /* what a file of another form is not, for messages */
} lease_form;

extern const lease_form lease_form_csv, lease_form_isc;

/* An empty draft. */
void lease_draft_begin(lease_draft *d);
/* Once all was read: the key out of what is there, and a judgement. */
lease_piece lease_draft_end(lease_draft *d);
/* Notes a reason; returns DAMAGED. */
lease_piece lease_draft_fail(lease_draft *d, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
