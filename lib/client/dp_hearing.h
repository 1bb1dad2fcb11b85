/* SPDX-License-Identifier: MIT */
/* dp_hearing.h - one answer in front of the referee, beside the message it answers. */
#ifndef DP_HEARING_H
#define DP_HEARING_H

#include "client/dp_client.h"

typedef struct dp_hearing {
    dhcpperf_client *cli;
    uint32_t i;
    dp_asked asked;
    dhcpperf_ts at;
    const dp_view *v;        /* the answer, */
    const dhcpperf_msg *msg; /* all of it */
    const dp_view *sent;     /* what it answers; NULL: an edit function had the last word */
} dp_hearing;

/* The longest answer (RFC 2132 section 9.10 counts the message, some readers the datagram: who
 * judges another takes the larger reading). */
static inline uint32_t dp_reply_limit(const dp_view *sent)
{
    uint32_t size = 0;

    if (dp_view_has(sent, DP_V_MAX_SIZE) && dp_view_len(sent, DP_V_MAX_SIZE) == 2) {
        size = dp_get16(dp_view_val(sent, DP_V_MAX_SIZE));
    }
    return size > DP_MIN_MAX_SIZE ? size : DP_MIN_MAX_SIZE;
}

static inline void dp_hearing_note(const dp_hearing *h, dp_rule rule, const dp_text *text)
{
    dp_referee_note(h->cli, rule, h->i, h->at, text);
}

/* "hops 3" */
void dp_hearing_note_number(const dp_hearing *h, dp_rule rule, const char *what, uint64_t n);

/* -- referee_options.c: what follows from the codes and lengths of the options alone -- */
void dp_hearing_check_options(const dp_hearing *h);

#endif
