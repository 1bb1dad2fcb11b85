/* SPDX-License-Identifier: MIT */
/* identity.c - who the clients are.
 *
 * Of two flags that say the same thing the command line's wins over the environment's and the
 * file's; two from one place are refused. */
#include "dhcp-tester/identity.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/option_form.h"
#include "dhcp-tester/macs.h"
#include "dhcp-tester/state.h"
#include "dhcp-tester/tester_options.h"

enum {
    SHOWN = 160
};

static int fail(char *error, size_t cap, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static int fail(char *error, size_t cap, const char *format, ...)
{
    va_list ap;

    va_start(ap, format);
    vsnprintf(error, cap, format, ap);
    va_end(ap);
    return -1;
}

/* -- hardware addresses ------------------------------------------------------------------------ */

/* Which of the three flags counts. */
static int choose_source(const options *o, tester_option *ret, char *error, size_t cap)
{
    static const tester_option flags[] = {TESTER_MAC_BASE, TESTER_MAC_RANGE, TESTER_MAC_FILE};
    tester_option best = TESTER_MAC_BASE;
    unsigned i;

    for (i = 1; i < sizeof flags / sizeof flags[0]; i++) {
        if (!options_given(o, flags[i])) {
            continue;
        }
        if (options_given(o, best) && o->values[flags[i]].source == o->values[best].source) {
            return fail(error, cap,
                        "--%s and --%s exclude each other: both say which hardware "
                        "addresses the clients have",
                        tester_option_specs[best].name, tester_option_specs[flags[i]].name);
        }
        if (o->values[flags[i]].source > o->values[best].source) {
            best = flags[i];
        }
    }
    *ret = best;
    return 0;
}

/* Up to where the first octet would change. */
static int judge_base(identity *id, const option_value *v, char *error, size_t cap)
{
    uint64_t low = 0;
    unsigned i;

    id->first = v->mac;
    if ((v->mac.b[0] & 1) != 0) {
        return fail(error, cap,
                    "--mac-base must be the address of one card, and '%s' is a group address",
                    v->text);
    }
    for (i = 1; i < sizeof v->mac.b; i++) {
        low = low << 8 | v->mac.b[i];
    }
    id->room = UINT64_C(0x10000000000) - low;
    return 0;
}

int identity_judge(identity *id, const options *o, char *error, size_t cap)
{
    tester_option source = TESTER_MAC_BASE;
    uint32_t n = 0;
    int rc;

    memset(id, 0, sizeof *id);
    if (choose_source(o, &source, error, cap) != 0) {
        return -1;
    }
    id->said_as = tester_option_specs[source].name;
    id->source = o->values[source].text;
    switch ((int)source) {
    case TESTER_MAC_FILE:
        rc = macs_read(id->source, &id->macs, &n, error, cap);
        id->room = n;
        break;
    case TESTER_MAC_RANGE:
        rc = macs_parse_range(id->source, &id->first, &id->room, error, cap);
        break;
    default:
        rc = judge_base(id, &o->values[source], error, cap);
        break;
    }
    if (rc == 0 && options_given(o, TESTER_STATE_FILE) &&
        strcmp(o->values[TESTER_CLIENT_ID].text, "duid") != 0) {
        rc = fail(error, cap,
                  "--state-file keeps what DUIDs are made of and needs --client-id "
                  "duid");
    }
    return rc;
}

void identity_free(identity *id)
{
    free(id->macs);
    id->macs = NULL;
}

uint32_t identity_default_clients(const identity *id, uint32_t usual)
{
    return id->macs != NULL || id->room < usual ? (uint32_t)id->room : usual;
}

int identity_check_clients(const identity *id, uint32_t clients, char *error, size_t cap)
{
    char shown[SHOWN];

    if (clients <= id->room) {
        return 0;
    }
    options_escape(id->source, shown, sizeof shown);
    return strcmp(id->said_as, "mac-base") == 0
               ? fail(error, cap,
                      "--mac-base '%s' leaves no room for %u addresses that count up from it",
                      shown, (unsigned)clients)
               : fail(error, cap, "--%s '%s' holds %llu addresses, too few for %u clients",
                      id->said_as, shown, (unsigned long long)id->room, (unsigned)clients);
}

/* -- options ----------------------------------------------------------------------------------- */

/* Flags of their own for options that real clients are told apart by. */
static const struct {
    tester_option flag;
    uint8_t code;
} shortcuts[] = {
    {TESTER_HOSTNAME, DHCPPERF_OPT_HOSTNAME},     {TESTER_PARAM_LIST, DHCPPERF_OPT_PARAM_LIST},
    {TESTER_MAX_SIZE, DHCPPERF_OPT_MAX_SIZE},     {TESTER_VENDOR_CLASS, DHCPPERF_OPT_VENDOR_CLASS},
    {TESTER_USER_CLASS, DHCPPERF_OPT_USER_CLASS}, {TESTER_FQDN, DHCPPERF_OPT_CLIENT_FQDN}};

enum {
    N_SHORTCUTS = sizeof shortcuts / sizeof shortcuts[0]
};

/* Puts an option into the messages; `said_as` and the escaped text say what is wrong with it. */
static int add_option(dhcpperf_client_config *c, uint8_t code, const char *text,
                      const char *said_as, const char *shown, char *error, size_t cap)
{
    int rc = dhcpperf_client_config_add_option(c, code, text);
    char form[OPTION_FORM_CAP];

    switch (rc) {
    case 0:
        return 0;
    case DHCPPERF_E_INVALID:
        return fail(error, cap, "--%s '%s': option %u is written by the client itself", said_as,
                    shown, code);
    case DHCPPERF_E_NOBUFS:
        return fail(error, cap, "--%s '%s': the value is longer than 255 octets", said_as, shown);
    case DHCPPERF_E_RANGE:
        if (code == DHCPPERF_OPT_CLIENT_ID) {
            return fail(error, cap, "--%s '%s': a client identifier has at least 2 octets", said_as,
                        shown);
        }
        break;
    case DHCPPERF_E_NOMEM:
        return fail(error, cap, "--%s: out of memory", said_as);
    default:
        break;
    }
    if (strchr(text, '{') != NULL || strchr(text, '}') != NULL) {
        return fail(
            error, cap,
            "--%s '%s': the value does not fit the option's data type, or a brace begins "
            "none of {station}, {relay}, {mac}, {giaddr}, {ip:...}, {raw:...} and {hex:...}",
            said_as, shown);
    }
    return fail(error, cap, "--%s '%s': the value does not fit the option's data type%s", said_as,
                shown, option_form(code, form));
}

/* "NAME=VALUE": the code, and where the value begins. */
static int split_item(const char *item, uint8_t *ret_code, const char **ret_value, char *error,
                      size_t cap)
{
    const char *equal = strchr(item, '=');
    char name[64], shown[SHOWN];
    int code;

    options_escape(item, shown, sizeof shown);
    if (equal == NULL || equal == item || (size_t)(equal - item) >= sizeof name) {
        return fail(error, cap,
                    "--option must be NAME=VALUE, such as hostname=host-{station} or "
                    "60=hex:0a0b, not '%s'",
                    shown);
    }
    memcpy(name, item, (size_t)(equal - item));
    name[equal - item] = '\0';
    code = dhcpperf_opt_code(name);
    if (code < 0) {
        return fail(error, cap, "--option '%s': there is no DHCP option of that name or number",
                    shown);
    }
    *ret_code = (uint8_t)code;
    *ret_value = equal + 1;
    return 0;
}

/* The flag that gives an option too, or NULL. */
static const option_value *find_rival(const options *o, uint8_t code, tester_option *ret_flag)
{
    unsigned i;

    if (code == DHCPPERF_OPT_CLIENT_ID && options_given(o, TESTER_CLIENT_ID)) {
        *ret_flag = TESTER_CLIENT_ID;
        return &o->values[TESTER_CLIENT_ID];
    }
    for (i = 0; i < N_SHORTCUTS; i++) {
        if (shortcuts[i].code == code && options_given(o, shortcuts[i].flag)) {
            *ret_flag = shortcuts[i].flag;
            return &o->values[shortcuts[i].flag];
        }
    }
    return NULL;
}

static int configure_item(const options *o, dhcpperf_client_config *c, const char *item,
                          char *error, size_t cap)
{
    const option_value *rival;
    tester_option flag = TESTER_OPTION;
    char shown[SHOWN];
    const char *value = NULL;
    uint8_t code = 0;

    if (split_item(item, &code, &value, error, cap) != 0) {
        return -1;
    }
    options_escape(item, shown, sizeof shown);
    rival = find_rival(o, code, &flag);
    if (rival != NULL && rival->source > o->values[TESTER_OPTION].source) {
        return 0;
    }
    if (rival != NULL && rival->source == o->values[TESTER_OPTION].source) {
        return fail(error, cap, "--option '%s' contradicts --%s: both give option %u", shown,
                    tester_option_specs[flag].name, code);
    }
    return add_option(c, code, value, "option", shown, error, cap);
}

static int configure_options(const options *o, dhcpperf_client_config *c, char *error, size_t cap)
{
    const option_value *items = &o->values[TESTER_OPTION];
    char shown[SHOWN];
    unsigned i;

    for (i = 0; i < N_SHORTCUTS; i++) {
        const option_value *v = &o->values[shortcuts[i].flag];

        if (options_given(o, shortcuts[i].flag)) {
            options_escape(v->text, shown, sizeof shown);
            if (add_option(c, shortcuts[i].code, v->text,
                           tester_option_specs[shortcuts[i].flag].name, shown, error, cap) != 0) {
                return -1;
            }
        }
    }
    for (i = 0; i < items->n_items; i++) {
        if (configure_item(o, c, items->items[i], error, cap) != 0) {
            return -1;
        }
    }
    return 0;
}

/* -- the client identifier --------------------------------------------------------------------- */

/* "text:TEMPLATE", which is of type 0 (RFC 2132 section 9.14), or "hex:TEMPLATE". */
static int configure_own_id(dhcpperf_client_config *c, const char *text, char *error, size_t cap)
{
    char shown[SHOWN], *whole;
    size_t room = strlen(text) + sizeof "{hex:00}";
    int rc;

    options_escape(text, shown, sizeof shown);
    if (strncmp(text, "hex:", 4) == 0) {
        return add_option(c, DHCPPERF_OPT_CLIENT_ID, text, "client-id", shown, error, cap);
    }
    if (strncmp(text, "text:", 5) != 0) {
        return fail(error, cap,
                    "--client-id must be none, mac, duid, text:TEMPLATE or hex:TEMPLATE, not '%s'",
                    shown);
    }
    whole = malloc(room);
    if (whole == NULL) {
        return fail(error, cap, "--client-id: out of memory");
    }
    snprintf(whole, room, "{hex:00}%s", text + 5);
    rc = add_option(c, DHCPPERF_OPT_CLIENT_ID, whole, "client-id", shown, error, cap);
    free(whole);
    return rc;
}

static int configure_id(const options *o, dhcpperf_client_config *c, char *error, size_t cap)
{
    const char *text = o->values[TESTER_CLIENT_ID].text;
    uint64_t seed;
    char number[24];
    int rc;

    if (strcmp(text, "none") != 0 && strcmp(text, "mac") != 0 && strcmp(text, "duid") != 0) {
        return configure_own_id(c, text, error, cap);
    }
    rc = dhcpperf_client_config_set(c, "client.id", text);
    if (rc == 0 && options_given(o, TESTER_STATE_FILE)) {
        if (state_open(o->values[TESTER_STATE_FILE].text, &seed, error, cap) != 0) {
            return -1;
        }
        snprintf(number, sizeof number, "%llu", (unsigned long long)seed);
        rc = dhcpperf_client_config_set(c, "client.duid-seed", number);
    }
    return rc != 0 ? fail(error, cap, "--client-id: %s", dhcpperf_strerror(rc)) : 0;
}

int identity_configure(const identity *id, const options *o, dhcpperf_client_config *c, char *error,
                       size_t cap)
{
    int rc = id->macs != NULL ? dhcpperf_client_config_set_macs(c, id->macs, (uint32_t)id->room)
                              : dhcpperf_client_config_set_mac_base(c, id->first);

    if (rc != 0) {
        return fail(error, cap, "--%s: %s", id->said_as, dhcpperf_strerror(rc));
    }
    return configure_id(o, c, error, cap) != 0 ? -1 : configure_options(o, c, error, cap);
}
