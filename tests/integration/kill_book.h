/* SPDX-License-Identifier: MIT */
/* kill_book.h - who was acknowledged which address until when, as the clients know it: kept outside
 * of the server that is killed, in a file too. */
#ifndef TESTS_KILL_BOOK_H
#define TESTS_KILL_BOOK_H

#include <stdio.h>

#include <libdhcpperf/types.h>

enum {
    BOOK_ADDRESSES = 65536 /* by their last two octets */
};

typedef struct book_entry {
    unsigned client;   /* number of the last one it was acknowledged to; 0 = nobody yet */
    int is_released;   /* he has sent RELEASE since */
    dhcpperf_ts until; /* from the sending of the request: the server cannot reckon with less */
} book_entry;

typedef struct book {
    FILE *journal;
    book_entry entries[BOOK_ADDRESSES];
    /* acknowledgements; of them, to a client other than the one before */
    unsigned long acks, changes;
    /* asked for after a restart and acknowledged again */
    unsigned long kept;
    /* what must never be: refused, silently forgotten or changed after a restart; given to another
     * client while it was held */
    unsigned long lost, twice;
} book;

/* NULL = no journal.  -1 when it cannot be written. */
int book_open(book *b, const char *journal);
/* -1 when not all of the journal could be written. */
int book_close(book *b);

/* The client was acknowledged the address by an answer that came now to a request sent then. */
void book_ack(book *b, unsigned client, dhcpperf_ip4 ip, dhcpperf_ts sent, dhcpperf_ts now,
              uint32_t lease_s);
void book_release(book *b, unsigned client, dhcpperf_ip4 ip);
/* 1 when the client has the address, and will for `margin` from now on. */
int book_holds(const book *b, unsigned client, dhcpperf_ip4 ip, dhcpperf_ts now,
               dhcpperf_dur margin);
void book_lost(book *b, unsigned client, dhcpperf_ip4 ip, const char *how);
/* Lines "ADDRESS CLIENT" of all that is held for `margin` to come. */
int book_list(const book *b, const char *path, dhcpperf_ts now, dhcpperf_dur margin);

#endif
