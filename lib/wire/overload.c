/* SPDX-License-Identifier: MIT */
/* overload.c - options in file and sname when the options field is too short (RFC 2132
 * section 9.3).
 *
 * Options stay in order as far as they fit: each goes to the first of options, file, sname that has
 * room for all of it (RFC 2131 section 4.1: one instance lies inside one field), but never before
 * an earlier piece of its own code, so that a reader joins the pieces in the right order.  Only a
 * value that fits nowhere whole is cut at a field's end (RFC 3396), and short values are never cut.
 * A field that the caller filled with text is left alone.  Option 82 stays in the options field. */
#include <string.h>

#include "wire/dp_writer.h"

enum {
    N_FIELDS = 3, /* options, file, sname: the order in which readers join */
    UNCUT_LEN = 8 /* values up to here are numbers, addresses and pairs of them */
};

typedef struct field {
    uint8_t *at;
    size_t cap;
    size_t used;
} field;

static bool is_zero(const uint8_t *p, size_t n)
{
    size_t i;

    for (i = 0; i < n && p[i] == 0; i++) {
    }
    return i == n;
}

static void place(field *f, uint8_t code, const uint8_t *value, size_t n)
{
    f->at[f->used] = code;
    f->at[f->used + 1] = (uint8_t)n;
    if (n > 0) {
        memcpy(f->at + f->used + 2, value, n);
    }
    f->used += 2 + n;
}

/* Puts one TLV somewhere at or after field *inout_first, which becomes where it (ended and) lies.
 */
static bool put(field *fields, unsigned *inout_first, const uint8_t *tlv)
{
    const uint8_t *value = tlv + 2;
    size_t left = tlv[1], room, n;
    unsigned f;

    for (f = *inout_first; f < N_FIELDS; f++) {
        if (fields[f].cap - fields[f].used >= 2 + left) {
            place(&fields[f], tlv[0], value, left);
            *inout_first = f;
            return true;
        }
    }
    if (left <= UNCUT_LEN) {
        return false;
    }
    for (f = *inout_first; f < N_FIELDS && left > 0; f++) {
        room = fields[f].cap - fields[f].used;
        if (room > 2) {
            n = left < room - 2 ? left : room - 2;
            place(&fields[f], tlv[0], value, n);
            value += n;
            left -= n;
            *inout_first = f;
        }
    }
    return left == 0;
}

static void close_field(uint8_t *to, size_t size, const field *f)
{
    memset(to, 0, size);
    memcpy(to, f->at, f->used);
    to[f->used] = DHCPPERF_OPT_END;
}

bool dp_writer_overload(dhcpperf_writer *w, size_t room)
{
    size_t kept = DP_OFF_OPTIONS + w->relay_len + 3 + 1; /* option 52 and End */
    uint8_t file[DP_FILE_LEN - 1], sname[DP_SNAME_LEN - 1];
    field fields[N_FIELDS] = {
        {w->spare, 0, 0},
        {file, is_zero(w->header + DP_OFF_FILE, DP_FILE_LEN) ? sizeof file : 0, 0},
        {sname, is_zero(w->header + DP_OFF_SNAME, DP_SNAME_LEN) ? sizeof sname : 0, 0}};
    unsigned first[256] = {0};
    size_t i;

    if (room <= kept) {
        return false;
    }
    fields[0].cap = room - kept < DP_GATHER_LEN - 3 ? room - kept : DP_GATHER_LEN - 3;
    for (i = 0; i < w->len; i += 2u + w->gathered[i + 1]) {
        if (!put(fields, &first[w->gathered[i]], w->gathered + i)) {
            return false;
        }
    }
    if (fields[1].used > 0) {
        close_field(w->header + DP_OFF_FILE, DP_FILE_LEN, &fields[1]);
    }
    if (fields[2].used > 0) {
        close_field(w->header + DP_OFF_SNAME, DP_SNAME_LEN, &fields[2]);
    }
    memcpy(w->gathered, w->spare, fields[0].used);
    w->gathered[fields[0].used] = DHCPPERF_OPT_OVERLOAD;
    w->gathered[fields[0].used + 1] = 1;
    w->gathered[fields[0].used + 2] = (uint8_t)((fields[1].used > 0 ? DP_OVERLOAD_FILE : 0) |
                                                (fields[2].used > 0 ? DP_OVERLOAD_SNAME : 0));
    w->len = fields[0].used + 3;
    return true;
}
