/* SPDX-License-Identifier: MIT */
/* dp_writer.h - the inside of the writer, shared by the files of lib/wire. */
#ifndef DP_WRITER_H
#define DP_WRITER_H

#include <stdbool.h>

#include "wire/dp_message.h"

enum {
    DP_GATHER_LEN = 65535 - DP_OFF_OPTIONS /* no UDP payload holds more */
};

struct dhcpperf_writer {
    uint8_t *buf; /* the caller's, written by finish only */
    size_t cap;
    size_t limit; /* 0 = none */
    unsigned quirks;
    int error;        /* first that stuck */
    bool has_raw;     /* gathered[] need not be TLVs */
    size_t len;       /* of gathered[] */
    size_t relay_len; /* of relay[] */
    dhcpperf_mem mem;
    uint8_t header[DP_OFF_OPTIONS];
    uint8_t gathered[DP_GATHER_LEN]; /* options in wire form, in order */
    uint8_t relay[DP_GATHER_LEN];    /* option 82 in wire form */
    uint8_t spare[DP_GATHER_LEN];    /* where overload sorts options anew */
};

/* Moves options from gathered[] into file and sname so that the message needs at most `room`
 * octets, and adds option 52.  false, and nothing changed, when that cannot be done. */
bool dp_writer_overload(dhcpperf_writer *w, size_t room);

#endif
