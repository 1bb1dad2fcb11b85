/* SPDX-License-Identifier: MIT */
/* hostile_options.c - messages whose options are wrong: the type of the message, lengths, the end
 * of a field, overloaded and split options, and values that no client ought to send (RFC 2132, RFC
 * 3046, RFC 3396). */
#include "policy/dp_hostile.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum {
    N_CODES = 254,    /* 1 to 254: all that have a length */
    SUB_LINK = 5,     /* sub-options of option 82: RFC 3527, */
    SUB_OVERRIDE = 11 /* RFC 5107 */
};

/* -- 53 ---------------------------------------------------------------------------------------- */

static void make_type(dp_draft *d, uint32_t variant)
{
    static const uint8_t values[] = {0,  2,  5,  6,  9,  10, 11,  12,  13,
                                     14, 15, 16, 17, 18, 19, 127, 128, 255};

    dp_draft_begin(d, (dp_draft_base)(variant / COUNT(values)), DHCPPERF_OPT_MSG_TYPE);
    dp_draft_option(d, DHCPPERF_OPT_MSG_TYPE, &values[variant % COUNT(values)], 1);
}

static void make_type_length(dp_draft *d, uint32_t variant)
{
    static const uint8_t lengths[] = {0, 2, 3, 4, 255};

    dp_draft_begin(d, (dp_draft_base)(variant / COUNT(lengths)), DHCPPERF_OPT_MSG_TYPE);
    dp_draft_option_of(d, DHCPPERF_OPT_MSG_TYPE, lengths[variant % COUNT(lengths)],
                       DHCPPERF_DISCOVER);
}

/* Two types in one message; those that differ, in either order. */
static void make_type_twice(dp_draft *d, uint32_t variant)
{
    uint8_t types[2] = {(uint8_t)(1 + variant / 8), (uint8_t)(1 + variant % 8)};

    dp_draft_begin(d, DP_DRAFT_REBOOT, DHCPPERF_OPT_MSG_TYPE);
    dp_draft_option(d, DHCPPERF_OPT_MSG_TYPE, &types[0], 1);
    dp_draft_option(d, DHCPPERF_OPT_MSG_TYPE, &types[1], 1);
}

/* -- lengths ----------------------------------------------------------------------------------- */

static void make_untyped(dp_draft *d, uint32_t variant)
{
    dp_draft_begin(d, (dp_draft_base)variant, DHCPPERF_OPT_MSG_TYPE);
}

static void make_missing(dp_draft *d, uint32_t variant)
{
    static const uint8_t codes[] = {DHCPPERF_OPT_REQUESTED_IP, DHCPPERF_OPT_SERVER_ID,
                                    DHCPPERF_OPT_CLIENT_ID, DHCPPERF_OPT_PARAM_LIST};

    dp_draft_begin(d, (dp_draft_base)(variant / COUNT(codes)), codes[variant % COUNT(codes)]);
}

/* The last option says that it is longer than the message. */
static void make_overrun(dp_draft *d, uint32_t variant)
{
    static const uint8_t more[] = {1, 2, 255};
    uint8_t code = (uint8_t)(1 + variant % N_CODES), head[2] = {code, 3};

    dp_draft_begin(d, (dp_draft_base)(variant % DP_N_DRAFTS), code);
    if (variant / N_CODES == 0) { /* nothing behind the code */
        dp_draft_octets(d, head, 1);
    } else {
        head[1] = more[variant / N_CODES - 1];
        dp_draft_octets(d, head, sizeof head);
        dp_draft_random(d, head[1] / 2u);
    }
    d->is_closed = true;
}

/* Lengths that most options cannot have. */
static void make_length(dp_draft *d, uint32_t variant)
{
    static const uint8_t lengths[] = {0, 1, 3, 5, 17, 255};
    uint8_t code = (uint8_t)(1 + variant % N_CODES);

    dp_draft_begin(d, (dp_draft_base)(variant % DP_N_DRAFTS), code);
    dp_draft_option(d, code, NULL, 0);
    variant /= N_CODES;
    d->at[d->len - 1] = lengths[variant];
    dp_draft_random(d, lengths[variant]);
}

/* -- the end of a field ------------------------------------------------------------------------ */

static void add_hostname(dp_draft *d)
{
    dp_draft_option_of(d, DHCPPERF_OPT_HOSTNAME, 4, 'h');
}

static void fill_up(dp_draft *d, uint8_t octet)
{
    dp_draft_fill(d, octet, sizeof d->at);
}

static void make_end(dp_draft *d, uint32_t variant)
{
    uint32_t how = variant % 8;

    dp_draft_begin(d, (dp_draft_base)(variant / 8), 0);
    switch (how) {
    case 0: /* none */
        d->is_closed = true;
        break;
    case 1: /* before anything else */
        memmove(d->at + DP_OFF_OPTIONS + 1, d->at + DP_OFF_OPTIONS, d->len - DP_OFF_OPTIONS);
        d->at[DP_OFF_OPTIONS] = DHCPPERF_OPT_END;
        d->len++;
        break;
    case 2: /* twice, with an option between */
        dp_draft_fill(d, DHCPPERF_OPT_END, 1);
        add_hostname(d);
        break;
    case 3: /* anything behind it */
        dp_draft_fill(d, DHCPPERF_OPT_END, 1);
        dp_draft_random(d, 200);
        d->is_closed = true;
        break;
    case 4:
        fill_up(d, DHCPPERF_OPT_PAD);
        d->is_closed = true;
        break;
    case 5:
        fill_up(d, DHCPPERF_OPT_END);
        d->is_closed = true;
        break;
    case 6: /* pads before each option */
        dp_draft_fill(d, DHCPPERF_OPT_PAD, 255);
        add_hostname(d);
        break;
    default: /* a code is the last octet */
        dp_draft_fill(d, DHCPPERF_OPT_PAD, sizeof d->at - d->len - 1);
        dp_draft_fill(d, DHCPPERF_OPT_HOSTNAME, 1);
        d->is_closed = true;
        break;
    }
}

/* -- overload and splitting -------------------------------------------------------------------- */

/* What stands in sname and file, which option 52 says to be options. */
static void fill_fields(dp_draft *d, uint32_t how)
{
    uint8_t *sname = d->at + DP_OFF_SNAME, *file = d->at + DP_OFF_FILE;

    switch (how) {
    case 0: /* nothing, without End */
        break;
    case 1: /* an option that runs out of its field */
        sname[60] = file[124] = DHCPPERF_OPT_HOSTNAME;
        sname[61] = file[125] = 200;
        break;
    case 2: /* option 52 again, and the type of another message */
        memcpy(sname, (const uint8_t[]){52, 1, 3, 53, 1, 7, 255}, 7);
        memcpy(file, (const uint8_t[]){52, 1, 3, 53, 1, 4, 255}, 7);
        break;
    default:
        memset(sname, 0xff, DP_OFF_FILE - DP_OFF_SNAME);
        memset(file, 0x01, DP_OFF_COOKIE - DP_OFF_FILE);
        break;
    }
}

static void make_overload(dp_draft *d, uint32_t variant)
{
    uint8_t value = (uint8_t)variant;

    dp_draft_begin(d, (dp_draft_base)(variant % DP_N_DRAFTS), 0);
    dp_draft_option(d, DHCPPERF_OPT_OVERLOAD, &value, 1);
    fill_fields(d, variant / 256);
}

/* One option in parts (RFC 3396), of any option, also of those that say what the message is. */
static void make_split(dp_draft *d, uint32_t variant)
{
    static const uint8_t codes[] = {50, 51, 52, 53, 54, 55, 57, 60, 61, 77, 82, 118};
    static const struct {
        uint16_t parts, len;
    } how[] = {{2, 1}, {2, 2}, {4, 1}, {255, 1}, {64, 0}, {2, 255}, {4, 255}, {5, 200}};
    uint8_t code = codes[variant % COUNT(codes)];
    uint32_t k;

    dp_draft_begin(d, (dp_draft_base)(variant % DP_N_DRAFTS), code);
    variant /= COUNT(codes);
    for (k = 0; k < how[variant].parts; k++) {
        dp_draft_option_of(d, code, how[variant].len, (uint8_t)(1 + k));
    }
}

/* -- 82 ---------------------------------------------------------------------------------------- */

/* An option 82 that says one thing of a sub-option and holds another. */
static void make_relay_info(dp_draft *d, uint32_t variant)
{
    static const uint8_t value_lengths[] = {0, 1, 4, 250};
    uint8_t value[UINT8_MAX] = {(uint8_t)(variant / COUNT(value_lengths)), 0};
    uint8_t len = value_lengths[variant % COUNT(value_lengths)];

    value[1] = (uint8_t)(len + (variant & 1));
    dp_put32(value + 2, dp_draft_bad_ip(d, variant % DP_N_BAD_IPS));
    dp_draft_begin(d, (dp_draft_base)(variant % DP_N_DRAFTS), DHCPPERF_OPT_RELAY_INFO);
    dp_put32(d->at + DP_OFF_GIADDR, dp_ip4_num(d->facts.server));
    dp_draft_option(d, DHCPPERF_OPT_RELAY_INFO, value, 2u + len);
}

/* Link selection and server identifier override with each address, with and without a relay. */
static void make_relay_address(dp_draft *d, uint32_t variant)
{
    uint8_t value[6] = {(variant & 1) != 0 ? SUB_LINK : SUB_OVERRIDE, 4};

    dp_put32(value + 2, dp_draft_bad_ip(d, variant / 4 % DP_N_BAD_IPS));
    dp_draft_begin(d, (dp_draft_base)(variant / 4 / DP_N_BAD_IPS), DHCPPERF_OPT_RELAY_INFO);
    if ((variant & 2) != 0) {
        dp_put32(d->at + DP_OFF_GIADDR, dp_ip4_num(d->facts.server));
    }
    dp_draft_option(d, DHCPPERF_OPT_RELAY_INFO, value, sizeof value);
}

static void make_relay_shape(dp_draft *d, uint32_t variant)
{
    uint8_t nested[UINT8_MAX];
    unsigned i;

    for (i = 0; i + 1 < sizeof nested; i += 2) { /* each says that it holds all the others */
        nested[i] = DHCPPERF_OPT_RELAY_INFO;
        nested[i + 1] = (uint8_t)(sizeof nested - 2 - i);
    }
    dp_draft_begin(d, (dp_draft_base)(variant / 6), DHCPPERF_OPT_RELAY_INFO);
    switch (variant % 6) {
    case 0:
        dp_draft_option(d, DHCPPERF_OPT_RELAY_INFO, nested, sizeof nested);
        break;
    case 1: /* empty sub-options */
        dp_draft_option_of(d, DHCPPERF_OPT_RELAY_INFO, 254, 0);
        break;
    case 2:
        dp_draft_option_of(d, DHCPPERF_OPT_RELAY_INFO, 255, 0xff);
        break;
    case 3: /* twice, other options between */
        dp_draft_option_of(d, DHCPPERF_OPT_RELAY_INFO, 3, 1);
        add_hostname(d);
        dp_draft_option_of(d, DHCPPERF_OPT_RELAY_INFO, 3, 2);
        break;
    case 4: /* nothing but a code */
        dp_draft_option_of(d, DHCPPERF_OPT_RELAY_INFO, 1, 1);
        break;
    default:
        dp_draft_option_of(d, DHCPPERF_OPT_RELAY_INFO, 0, 0);
        break;
    }
}

/* -- values ------------------------------------------------------------------------------------ */

static void make_client_id(dp_draft *d, uint32_t variant)
{
    static const uint8_t lengths[] = {0, 1, 2, 3, 254, 255};
    static const uint8_t types[] = {0, 1, 255};
    uint8_t value[UINT8_MAX];

    memset(value, types[variant % COUNT(types)], sizeof value);
    variant /= COUNT(types);
    dp_draft_begin(d, (dp_draft_base)(variant / COUNT(lengths)), DHCPPERF_OPT_CLIENT_ID);
    dp_draft_option(d, DHCPPERF_OPT_CLIENT_ID, value, lengths[variant % COUNT(lengths)]);
}

static void make_parameter_list(dp_draft *d, uint32_t variant)
{
    uint8_t all[UINT8_MAX];
    unsigned i;

    for (i = 0; i < sizeof all; i++) {
        all[i] = (uint8_t)(255 - i);
    }
    dp_draft_begin(d, (dp_draft_base)(variant / 6), DHCPPERF_OPT_PARAM_LIST);
    switch (variant % 6) {
    case 0:
        dp_draft_option(d, DHCPPERF_OPT_PARAM_LIST, NULL, 0);
        break;
    case 1:
        dp_draft_option(d, DHCPPERF_OPT_PARAM_LIST, all, sizeof all);
        break;
    case 2: /* twice */
        dp_draft_option(d, DHCPPERF_OPT_PARAM_LIST, all, sizeof all);
        dp_draft_option(d, DHCPPERF_OPT_PARAM_LIST, all, sizeof all);
        break;
    case 3:
        dp_draft_option_of(d, DHCPPERF_OPT_PARAM_LIST, 255, DHCPPERF_OPT_ROUTER);
        break;
    case 4: /* pads, which have no value */
        dp_draft_option_of(d, DHCPPERF_OPT_PARAM_LIST, 255, DHCPPERF_OPT_PAD);
        break;
    default: /* what the server writes itself */
        dp_draft_option(d, DHCPPERF_OPT_PARAM_LIST,
                        (const uint8_t[]){0, 50, 52, 53, 54, 55, 57, 61, 82, 255}, 10);
        break;
    }
}

static void make_max_size(dp_draft *d, uint32_t variant)
{
    static const uint16_t values[] = {0,   1,   20,  235, 236,  240,  241,   299,
                                      300, 575, 576, 577, 1472, 1500, 32768, 65535};
    static const uint8_t lengths[] = {0, 1, 3, 4, 255};
    uint32_t n = COUNT(values) + COUNT(lengths);
    uint8_t value[2];

    dp_draft_begin(d, (dp_draft_base)(variant / n), DHCPPERF_OPT_MAX_SIZE);
    variant %= n;
    if (variant < COUNT(values)) {
        dp_put16(value, values[variant]);
        dp_draft_option(d, DHCPPERF_OPT_MAX_SIZE, value, sizeof value);
    } else {
        dp_draft_option_of(d, DHCPPERF_OPT_MAX_SIZE, lengths[variant - COUNT(values)], 0);
    }
}

/* An address that no client can ask for, or an option of a length that no address has. */
static void set_option(dp_draft *d, uint8_t code, uint32_t variant)
{
    static const uint8_t lengths[] = {0, 1, 3, 5, 8, 255};
    uint32_t n = DP_N_BAD_IPS + COUNT(lengths);

    dp_draft_begin(d, (dp_draft_base)(variant / n), code);
    variant %= n;
    if (variant < DP_N_BAD_IPS) {
        dp_draft_option_ip(d, code, dp_draft_bad_ip(d, variant));
    } else {
        dp_draft_option_of(d, code, lengths[variant - DP_N_BAD_IPS], 10);
    }
}

static void make_requested_ip(dp_draft *d, uint32_t variant)
{
    set_option(d, DHCPPERF_OPT_REQUESTED_IP, variant);
}

static void make_server_id(dp_draft *d, uint32_t variant)
{
    set_option(d, DHCPPERF_OPT_SERVER_ID, variant);
}

static void make_subnet_selection(dp_draft *d, uint32_t variant)
{
    set_option(d, DHCPPERF_OPT_SUBNET_SELECTION, variant);
}

static void make_lease_time(dp_draft *d, uint32_t variant)
{
    static const uint32_t values[] = {0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff};
    uint8_t value[4];

    dp_draft_begin(d, (dp_draft_base)(variant / COUNT(values)), DHCPPERF_OPT_LEASE_TIME);
    dp_put32(value, values[variant % COUNT(values)]);
    dp_draft_option(d, DHCPPERF_OPT_LEASE_TIME, value, sizeof value);
}

static void make_many(dp_draft *d, uint32_t variant)
{
    uint32_t how = variant % 4;
    unsigned k;

    dp_draft_begin(d, (dp_draft_base)(variant / 4), 0);
    for (k = 0; k < 600; k++) {
        switch (how) {
        case 0: /* one code, hundreds of times */
            dp_draft_option_of(d, DHCPPERF_OPT_HOSTNAME, 0, 0);
            break;
        case 1: /* each code, over and over */
            dp_draft_option_of(d, (uint8_t)(1 + k % N_CODES), 1, (uint8_t)k);
            break;
        case 2: /* codes that mean nothing */
            dp_draft_option_of(d, (uint8_t)(224 + k % 31), k % 3, 0xff);
            break;
        default: /* every message type there is */
            dp_draft_option_of(d, DHCPPERF_OPT_MSG_TYPE, 1, (uint8_t)k);
            break;
        }
    }
}

const dp_hostile_kind dp_hostile_options[] = {
    {"type", "a message type that a server sends, or that nobody does", DP_N_DRAFTS * 18,
     make_type},
    {"type-length", "a message type that is not one octet", DP_N_DRAFTS * 5, make_type_length},
    {"type-twice", "two message types", 64, make_type_twice},
    {"type-missing", "a DHCP message without a type", DP_N_DRAFTS, make_untyped},
    {"missing", "without an option that such a message must have", DP_N_DRAFTS * 4, make_missing},
    {"overrun", "the last option is longer than what is left of the message", 4 * N_CODES,
     make_overrun},
    {"length", "an option of a length that it cannot have", 6 * N_CODES, make_length},
    {"end", "no End, an early one, several, or octets behind it", DP_N_DRAFTS * 8, make_end},
    {"overload", "option 52 of every value, over fields that are no options", 4 * 256,
     make_overload},
    {"split", "options in parts (RFC 3396), empty ones and more than 255 octets of them", 12 * 8,
     make_split},
    {"relay-info", "sub-options of option 82 that overrun it, of every code", 4 * 256,
     make_relay_info},
    {"relay-address", "a relay agent asks for a link or a server that it cannot have",
     DP_N_DRAFTS * 4 * DP_N_BAD_IPS, make_relay_address},
    {"relay-shape", "option 82 empty, nested, twice or full of nothing", DP_N_DRAFTS * 6,
     make_relay_shape},
    {"client-id", "client identifiers of no octet, one octet and 255", DP_N_DRAFTS * 18,
     make_client_id},
    {"parameter-list", "a request list of all codes, twice, of one code only, or empty",
     DP_N_DRAFTS * 6, make_parameter_list},
    {"max-size", "a maximum size that no message can keep to, or of a wrong length",
     DP_N_DRAFTS * 21, make_max_size},
    {"requested-ip", "asks for an address that no client can have", DP_N_DRAFTS * 22,
     make_requested_ip},
    {"server-id", "names a server that there is not", DP_N_DRAFTS * 22, make_server_id},
    {"subnet-selection", "names a subnet that there is not (RFC 3011)", DP_N_DRAFTS * 22,
     make_subnet_selection},
    {"lease-time", "wishes for a lease of no time, or for ever", DP_N_DRAFTS * 6, make_lease_time},
    {"many", "as many options as fit", DP_N_DRAFTS * 4, make_many},
    {NULL, NULL, 0, NULL},
};
