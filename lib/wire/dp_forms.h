/* SPDX-License-Identifier: MIT */
/* dp_forms.h - the same view as dp_view_parse() gives, sooner for messages of a form seen before.
 *
 * Most clients send the same options in the same order with the same lengths, again and again.  A
 * message that equals one seen before in all octets but the values has its values at the same
 * places: comparing 64 octets at a time is cheaper than going from option to option, where each
 * step waits for the length before it. */
#ifndef DP_FORMS_H
#define DP_FORMS_H

#include "wire/dp_view.h"

enum {
    DP_FORMS = 16,
    DP_FORM_STEP = 64, /* octets compared at once */
    DP_FORM_STEPS = 2
};

/* One form; all zero = none yet. */
typedef struct dp_form {
    uint16_t need;              /* octets of a message that can have it; 0 = no form */
    uint16_t at[DP_FORM_STEPS]; /* offsets compared; the steps may be the same or overlap */
    uint16_t misses;            /* messages of another form since this one was learnt */
    dp_view view;               /* but for the payload it is in */
    uint8_t octets[DP_FORM_STEPS][DP_FORM_STEP], mask[DP_FORM_STEPS][DP_FORM_STEP];
} dp_form;

/* Forms by what often goes with them.  All zero at first. */
typedef struct dp_forms {
    dp_form of[DP_FORMS];
} dp_forms;

/* As dp_view_parse(), without the place of an error. */
int dp_forms_parse(dp_forms *f, dp_view *v, const uint8_t *data, size_t len);
/* The same, and nothing is learnt. */
int dp_forms_look(const dp_forms *f, dp_view *v, const uint8_t *data, size_t len);

#endif
