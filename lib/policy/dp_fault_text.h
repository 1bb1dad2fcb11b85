/* SPDX-License-Identifier: MIT */
/* dp_fault_text.h - the text of fault plans, shared by the files that read and write it.
 *
 * Every failure stands on the text that it is about and says what would be right there. */
#ifndef DP_FAULT_TEXT_H
#define DP_FAULT_TEXT_H

#include "policy/dp_fault.h"

enum {
    DP_FAULT_VALUE_MAX = 255,                     /* octets of a value */
    DP_FAULT_QUOTED = 4 * DP_FAULT_VALUE_MAX + 64 /* characters of its text, with the NUL */
};

/* Longest time in a plan, one year. */
#define DP_FAULT_MAX_DUR (8760 * 3600 * DHCPPERF_NS_PER_S)

/* -- fault_words.c -- */
typedef struct dp_fault_verb_info {
    const char *word;  /* the first one: what it is called */
    const char *suits; /* what would be right when it is given a message that it is not for */
    uint32_t types[2], usual[2]; /* messages by side: those it is for, and those meant when none is
                                  * named; 0 = this side cannot do it */
} dp_fault_verb_info;

const dp_fault_verb_info *dp_fault_verb_of(unsigned verb);
/* The same by side. */
uint32_t dp_fault_suits(unsigned verb, dhcpperf_fault_side side);
uint32_t dp_fault_usual(unsigned verb, dhcpperf_fault_side side);
/* Bits of the type or group of types that the word of n characters names; 0 = none. */
uint32_t dp_fault_find_types(const char *word, size_t n);
/* Appends "offer, ack". */
void dp_fault_write_types(dp_text *t, uint32_t types);

typedef enum dp_fault_kind { /* of a field's values */
    DP_FK_NUMBER,
    DP_FK_BITS, /* a number that is written in hexadecimal */
    DP_FK_ADDRESS,
    DP_FK_HARDWARE,
    DP_FK_TEXT
} dp_fault_kind;
typedef struct dp_fault_field_info {
    const char *word;
    uint8_t offset, width;
    uint8_t kind; /* dp_fault_kind */
} dp_fault_field_info;
const dp_fault_field_info *dp_fault_field_of(unsigned field);
/* A dp_fault_field, or -1. */
int dp_fault_find_field(const char *word, size_t n);

/* The word for a dp_fault_value that is one, or NULL; and the value of a word, or -1. */
const char *dp_fault_value_word(unsigned how);
int dp_fault_find_value(const char *word, size_t n);

/* -- fault_scan.c: the pieces of a plan's text -- */
typedef struct dp_fault_reader {
    dhcpperf_fault_plan *plan;
    const char *p;      /* what comes next */
    const char *at;     /* of a failure: the text it is about */
    const char *reason; /* and what would be right there; static */
} dp_fault_reader;

/* Notes a failure and gives `code` back. */
int dp_fault_fail(dp_fault_reader *r, const char *at, int code, const char *reason);
/* Is the rule over?  Blanks are skipped by this and all that follow. */
bool dp_fault_ends(dp_fault_reader *r);
/* Takes the character if it is next. */
bool dp_fault_take_char(dp_fault_reader *r, char c);
/* Length of the word that is next; 0 = something else is. */
size_t dp_fault_word(dp_fault_reader *r);
/* Takes the word if it is next. */
bool dp_fault_take(dp_fault_reader *r, const char *word);
/* 0, SYNTAX, RANGE.  `reason` is for both. */
int dp_fault_read_number(dp_fault_reader *r, uint64_t lo, uint64_t hi, const char *reason,
                         uint64_t *ret);
int dp_fault_read_u32(dp_fault_reader *r, uint32_t lo, uint32_t hi, const char *reason,
                      uint32_t *ret);
/* "N", which is both, or "A..B". */
int dp_fault_read_numbers(dp_fault_reader *r, uint32_t hi, const char *reason, uint32_t *ret_from,
                          uint32_t *ret_to);
/* At most DP_FAULT_MAX_DUR. */
int dp_fault_read_dur(dp_fault_reader *r, dhcpperf_dur lo, dhcpperf_dur *ret);
/* "A..B"; "A.." gives NEVER for B when it may be open. */
int dp_fault_read_durs(dp_fault_reader *r, bool may_be_open, dhcpperf_dur *ret_from,
                       dhcpperf_dur *ret_to);
int dp_fault_read_ip(dp_fault_reader *r, uint32_t *ret);
int dp_fault_read_ips(dp_fault_reader *r, uint32_t *ret_first, uint32_t *ret_last);
int dp_fault_read_prefix(dp_fault_reader *r, dp_fault_prefix *ret);
/* "0.1" or "10%" in 1/10^9. */
int dp_fault_read_share(dp_fault_reader *r, uint32_t *ret);
/* "1.5/s" in 1/1000. */
int dp_fault_read_rate(dp_fault_reader *r, uint64_t *ret);
/* A word, or text in quotes, as it is written: escapes are left in it.  *ret_at is where in the
 * plan it begins. */
int dp_fault_read_raw(dp_fault_reader *r, char *buf, size_t cap, const char *reason,
                      const char **ret_at, bool *ret_quoted);
/* The same as octets: \xNN, \\ and \" are what they stand for. */
int dp_fault_read_text(dp_fault_reader *r, uint8_t *buf, size_t cap, const char *reason,
                       size_t *ret_len);

/* -- fault_values.c -- */
/* The value behind a '=': what it is goes into the action, whose verb and code are known. */
int dp_fault_read_value(dp_fault_reader *r, dp_fault_action *a);
void dp_fault_write_value(dp_text *t, const dhcpperf_fault_plan *p, const dp_fault_action *a);
/* "hex:0a0b" into the plan. */
int dp_fault_read_hex(dp_fault_reader *r, dp_fault_action *a, size_t cap);
void dp_fault_write_hex(dp_text *t, const uint8_t *octets, size_t len);

/* -- fault_actions.c -- */
int dp_fault_read_action(dp_fault_reader *r, dp_fault_action *a);
/* -- fault_conditions.c -- */
/* All of them, to the end of the rule. */
int dp_fault_read_conditions(dp_fault_reader *r, dp_fault_rule *rule);
/* -- fault_format.c -- */
void dp_fault_write_plan(dp_text *t, const dhcpperf_fault_plan *p);

#endif
