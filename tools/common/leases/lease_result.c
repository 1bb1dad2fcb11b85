/* SPDX-License-Identifier: MIT */
/* lease_result.c - a line for people, an object for programs. */
#include "config.h"

#include "common/leases/lease_result.h"

#include <inttypes.h>

void lease_result_print(const lease_result *r, FILE *out)
{
    const lease_figures *f = &r->figures;

    fprintf(out, "store       %s, %s: %" PRIu64 " change%s", r->store,
            r->is_ack ? "before the ACK" : "behind", f->told, f->told == 1 ? "" : "s");
    if (f->safe == f->told) {
        fprintf(out, ", all safe");
    } else {
        fprintf(out, ", %" PRIu64 " not safe yet", f->told - f->safe);
        if (f->behind_s > 0) {
            fprintf(out, " for %.3g s", f->behind_s);
        }
    }
    fprintf(out, "; %" PRIu64 " group%s, at most %.3g s late", f->groups, f->groups == 1 ? "" : "s",
            f->worst_behind_s);
    if (f->missed > 0) {
        fprintf(out, "; %" PRIu64 " without room", f->missed);
    }
    if (f->failures > 0) {
        fprintf(out, "; failed %" PRIu64 " time%s", f->failures, f->failures == 1 ? "" : "s");
    }
    if (f->anew > 0) {
        fprintf(out, "; all written anew %" PRIu64 " time%s", f->anew, f->anew == 1 ? "" : "s");
    }
    fprintf(out, "%s\n", f->is_up ? "" : "; it fails");
}

#ifdef HAVE_JANSSON

#include "common/json.h"

struct json_t *lease_result_json(const lease_result *r)
{
    const lease_figures *f = r != NULL ? &r->figures : NULL;

    if (r == NULL) {
        return json_null();
    }
    return json_pack("{s:o, s:s, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:f, s:f}",
                     "name", json_text(r->store), "sync", r->is_ack ? "ack" : "behind", "up",
                     f->is_up, "complete", !f->has_gap, "changes", json_count(f->told), "safe",
                     json_count(f->safe), "behind", json_count(f->told - f->safe), "missed",
                     json_count(f->missed), "written", json_count(f->written), "groups",
                     json_count(f->groups), "written_anew", json_count(f->anew), "failures",
                     json_count(f->failures), "behind_s", f->behind_s, "worst_behind_s",
                     f->worst_behind_s);
}

#endif
