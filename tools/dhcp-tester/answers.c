/* SPDX-License-Identifier: MIT */
/* answers.c - flags on what clients do with the answers they get: which OFFER is taken, what else
 * is asked for than a plain OFFER. */
#include "dhcp-tester/answers.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dhcp-tester/tester_options.h"

static int fail(plan *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int fail(plan *p, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(p->error, sizeof p->error, format, ap);
    va_end(ap);
    return -1;
}

static int typed(const options *o, tester_option index)
{
    return o->values[index].source == OPTION_FROM_COMMAND_LINE;
}

int answers_judge(plan *p, const options *o)
{
    const option_value *v = o->values;
    const char *select = v[TESTER_OFFER_SELECT].text;
    int by_server = strcmp(select, "server") == 0;

    if (v[TESTER_OFFER_WAIT].dur == 0 && typed(o, TESTER_OFFER_SELECT) &&
        strcmp(select, "first") != 0) {
        return fail(p, "--offer-select needs --offer-wait: without it the first OFFER is taken "
                       "before another can come");
    }
    if (by_server && !options_given(o, TESTER_OFFER_SERVER)) {
        return fail(p, "--offer-select server needs --offer-server, the address of that server");
    }
    if (by_server &&
        (v[TESTER_OFFER_SERVER].ip.b[0] == 0 || v[TESTER_OFFER_SERVER].ip.b[0] >= 224)) {
        return fail(p, "--offer-server must be the address of a host, not '%s'",
                    v[TESTER_OFFER_SERVER].text);
    }
    if (!by_server && typed(o, TESTER_OFFER_SERVER)) {
        return fail(p, "--offer-server needs --offer-select server");
    }
    if (v[TESTER_XID_PER_TRY].on && typed(o, TESTER_XID_PER_TRY) && !p->retry) {
        return fail(p, "--xid-per-try needs --retry: without it there is one try");
    }
    return 0;
}

int answers_configure(plan *p, const options *o, dhcpperf_client_config *c)
{
    static const struct {
        tester_option flag;
        const char *key;
    } keys[] = {{TESTER_OFFER_WAIT, "offer.wait"},     {TESTER_OFFER_SELECT, "offer.select"},
                {TESTER_OFFER_SERVER, "offer.server"}, {TESTER_RAPID_COMMIT, "rapid-commit"},
                {TESTER_IPV6_ONLY, "ipv6-only"},       {TESTER_XID_PER_TRY, "xid.per-try"}};
    unsigned i;

    for (i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const option_value *v = &o->values[keys[i].flag];
        int rc =
            options_given(o, keys[i].flag)
                ? dhcpperf_client_config_set(c, keys[i].key,
                                             tester_option_specs[keys[i].flag].type == OPTION_SWITCH
                                                 ? (v->on ? "true" : "false")
                                                 : v->text)
                : 0;

        if (rc != 0) {
            snprintf(p->error, sizeof p->error, "--%s '%s': %s",
                     tester_option_specs[keys[i].flag].name, v->text, dhcpperf_strerror(rc));
            return -1;
        }
    }
    return 0;
}
