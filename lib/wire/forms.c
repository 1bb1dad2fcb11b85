/* SPDX-License-Identifier: MIT */
/* forms.c - views of messages that look like one seen before.
 *
 * Invariants: a form comes from a plain message with an End; under its mask are the cookie, every
 * octet in front of the End that is no value, the value of option 53, and the End.  So a message
 * that equals it there, and is long enough, has the view that dp_view_parse() would give. */
#include "wire/dp_forms.h"

#include <string.h>

#include <libdhcpperf/error.h>

#include "wire/dp_message.h"

enum {
    AT_TYPE = DP_OFF_OPTIONS + 2, /* mostly option 53 is the first */
    PATIENCE = 16                 /* messages of other forms before one of them is learnt */
};

typedef uint64_t pair __attribute__((vector_size(16)));

static inline pair load(const uint8_t *p)
{
    pair v;

    memcpy(&v, p, sizeof v);
    return v;
}

static inline pair differ(const dp_form *f, unsigned step, const uint8_t *data, unsigned i)
{
    return (load(data + f->at[step] + i) ^ load(f->octets[step] + i)) & load(f->mask[step] + i);
}

static inline pair differ_step(const dp_form *f, unsigned step, const uint8_t *data)
{
    return differ(f, step, data, 0) | differ(f, step, data, 16) | differ(f, step, data, 32) |
           differ(f, step, data, 48);
}

static inline int matches(const dp_form *f, const uint8_t *data, size_t len)
{
    pair any;

    if (f->need == 0 || len < f->need || len > UINT16_MAX || data[DP_OFF_HLEN] > DP_CHADDR_LEN) {
        return 0;
    }
    any = differ_step(f, 0, data);
    if (f->at[1] != f->at[0]) {
        any |= differ_step(f, 1, data);
    }
    return (any[0] | any[1]) == 0;
}

/* What goes with a form: the type of the message, and whether its client has an address. */
static inline unsigned kind_of(const uint8_t *data)
{
    return ((unsigned)data[AT_TYPE] % (DP_FORMS / 2)) +
           (data[DP_OFF_CIADDR] != 0 ? DP_FORMS / 2 : 0);
}

/* Offset of the End of a message that has one; *mask for all from the cookie to it. */
static size_t mark(const uint8_t *data, uint8_t *mask, size_t room)
{
    size_t p = DP_OFF_OPTIONS, next;

    memset(mask, 0xff, DP_OFF_OPTIONS - DP_OFF_COOKIE);
    while (p - DP_OFF_COOKIE < room) {
        mask[p - DP_OFF_COOKIE] = 0xff;
        if (data[p] == DHCPPERF_OPT_END) {
            break;
        }
        if (data[p] == DHCPPERF_OPT_PAD) {
            p++;
            continue;
        }
        next = p + 2 + data[p + 1];
        if (next - DP_OFF_COOKIE >= room) {
            return next;
        }
        mask[p + 1 - DP_OFF_COOKIE] = 0xff;
        if (data[p] == DHCPPERF_OPT_MSG_TYPE) {
            memset(mask + (p + 2 - DP_OFF_COOKIE), 0xff, data[p + 1]);
        }
        p = next;
    }
    return p;
}

static void learn(dp_form *f, const dp_view *v)
{
    uint8_t mask[DP_FORM_STEP * DP_FORM_STEPS] = {0};
    const uint8_t *data = v->data;
    size_t end, need = DP_OFF_COOKIE + DP_FORM_STEP;
    unsigned i;

    f->misses = 0;
    if (v->flags != 0 || v->len < need) {
        return;
    }
    end = mark(data, mask, sizeof mask);
    if (end >= DP_OFF_COOKIE + sizeof mask) {
        return;
    }
    need = end + 1 > need ? end + 1 : need;
    f->need = (uint16_t)need;
    f->at[0] = DP_OFF_COOKIE;
    f->at[1] = (uint16_t)(need - DP_FORM_STEP);
    for (i = 0; i < DP_FORM_STEPS; i++) {
        memcpy(f->octets[i], data + f->at[i], DP_FORM_STEP);
        memcpy(f->mask[i], mask + (f->at[i] - DP_OFF_COOKIE), DP_FORM_STEP);
    }
    f->view = *v;
}

static inline void view_of(const dp_form *f, dp_view *v, const uint8_t *data, size_t len)
{
    *v = f->view;
    v->data = v->base = data;
    v->len = (uint16_t)len;
}

int dp_forms_parse(dp_forms *forms, dp_view *v, const uint8_t *data, size_t len)
{
    dp_form *f;
    int rc;

    if (len < DP_OFF_COOKIE + DP_FORM_STEP) {
        return dp_view_parse(v, data, len, NULL);
    }
    f = &forms->of[kind_of(data)];
    if (matches(f, data, len)) {
        view_of(f, v, data, len);
        return 0;
    }
    rc = dp_view_parse(v, data, len, NULL);
    if (rc == 0 && (f->need == 0 || ++f->misses > PATIENCE)) {
        learn(f, v);
    }
    return rc;
}

int dp_forms_look(const dp_forms *forms, dp_view *v, const uint8_t *data, size_t len)
{
    const dp_form *f;

    if (len >= DP_OFF_COOKIE + DP_FORM_STEP) {
        f = &forms->of[kind_of(data)];
        if (matches(f, data, len)) {
            view_of(f, v, data, len);
            return 0;
        }
    }
    return dp_view_parse(v, data, len, NULL);
}
