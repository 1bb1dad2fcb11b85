/* SPDX-License-Identifier: MIT */
/* fuzz_leases.c - the input is a file of leases, read in each form that other servers write, too.
 * Whatever it holds, it falls into pieces; each is understood or refused with one sentence, and a
 * lease that was understood says the same after we wrote it. */
#include <string.h>

#include "common/leases/lease_form.h"
#include "fuzz/fuzz.h"

/* What a form has no room for: Kea wants the number of a subnet, and a lifetime that is not 0. */
static void forgive(lease_record *again, const lease_record *r)
{
    again->subnet = r->subnet == 0 ? 0 : again->subnet;
    if (r->ends - r->starts < 1000) {
        REQUIRE(again->starts <= r->starts && r->starts - again->starts <= 1000);
        again->starts = r->starts;
        again->ends = again->ends - r->ends <= 1000 ? r->ends : again->ends;
    }
}

/* What we write is read in our own dialect, one piece of exactly that length. */
static void write_and_read(const lease_form *form, const lease_record *r)
{
    static lease_draft again;
    lease_dialect ours;
    char *text, *exact;
    size_t n;

    text = malloc(LEASE_WRITTEN_MAX);
    REQUIRE(text != NULL);
    n = form->write(text, r);
    REQUIRE(n > 0 && n <= LEASE_WRITTEN_MAX);
    exact = realloc(text, n);
    REQUIRE(exact != NULL);
    form->begin_empty(&ours);
    REQUIRE(form->parse(&ours, exact, n, &again) == LEASE_PIECE_RECORD);
    forgive(&again.r, r);
    REQUIRE(lease_record_equal(&again.r, r));
    free(exact);
}

static void judge(const lease_form *form, const lease_draft *d, lease_piece is)
{
    const char *why;

    if (is == LEASE_PIECE_RECORD) {
        REQUIRE(lease_record_is_sound(&d->r, &why));
        write_and_read(form, &d->r);
    } else if (is == LEASE_PIECE_DAMAGED) {
        REQUIRE(d->why[0] != '\0' && strchr(d->why, '\n') == NULL);
    }
}

static size_t next_size(const lease_form *form, const char *text, size_t left)
{
    size_t n = form->cut(text, left);

    REQUIRE(n <= left);
    return n > 0 ? n : left;
}

static void read_as(const lease_form *form, const char *text, size_t left)
{
    static lease_draft d;
    lease_dialect dialect;
    int is_lease = 1;
    size_t n = next_size(form, text, left);

    if (!form->begin(&dialect, text, n, &is_lease)) {
        return;
    }
    if (!is_lease) {
        text += n;
        left -= n;
    }
    while (left > 0) {
        n = next_size(form, text, left);
        judge(form, &d, form->parse(&dialect, text, n, &d));
        text += n;
        left -= n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0) {
        read_as(&lease_form_csv, (const char *)data, size);
        read_as(&lease_form_isc, (const char *)data, size);
    }
    return 0;
}
