/* SPDX-License-Identifier: MIT */
/* fault_actions.c - what a rule does, as text: one reader for each first word.
 *
 * A first word may mean several actions ("drop", "drop option 54", "drop end"); the word behind it
 * tells which. */
#include <string.h>

#include <libdhcpperf/option.h>

#include "policy/dp_fault_text.h"
#include "wire/dp_message.h"

#define ANY_ACTION "an action is expected here, as in drop, delay 80ms or set option 51 = 0"
#define BAD_DELAY                                                                                  \
    "a delay is a time, or uniform A..B, normal MEAN DEVIATION, exponential MEAN or "              \
    "samples and times"
#define BAD_CODE     "an option is a name or a number from 1 to 254"
#define BAD_SET      "set takes a field, or option and its name, then = and a value"
#define BAD_EQUALS   "a value follows here, behind an equals sign"
#define BAD_APPEND   "append takes option N = VALUE, option N copy, or octets hex:0a0b or random N"
#define BAD_PLACE    "an option is moved first or last"
#define BAD_TARGET   "replies go to port N, to broadcast, to unicast or to address A"
#define BAD_SOURCE   "replies come from port N or from address A"
#define BAD_OVERLOAD "options are moved into file, sname or both"
#define BAD_SORT     "sort takes option 82, whose sub-options it puts in order"
#define BAD_ROGUE                                                                                  \
    "a rogue server has an address of its own, as in rogue 10.9.9.9 10.9.9.100-10.9.9.200"
#define BAD_UNICAST  "this is the address of one host, not 0.0.0.0, broadcast or multicast"
#define BAD_PORT     "a port is a number from 1 to 65535"
#define BAD_OPT_LEN  "a length of an option is 0 to 254 octets"
#define BAD_PART     "a part of an option has 1 to 254 octets"
#define BAD_LEN      "a length of a message is 0 to 65507 octets, or random"
#define BAD_SIZE     "a size of a message is 1 to 65507 octets"
#define BAD_BITS     "bits to flip are 1 to 64"
#define BAD_COPIES   "further copies are 1 to 64"
#define BAD_BEHIND   "a reply can be sent behind 1 to 64 others"
#define BAD_PADS     "pads between options are 1 to 255"
#define BAD_OCTETS   "random octets are 1 to 1500"
#define BAD_FRAGMENT "fragments have 68 to 65535 octets with their headers"
#define BAD_SPEED    "a bandwidth is bits per second from 64 to 1000G, as in 10M"
#define BAD_QUEUE    "a queue has 576 octets to 1G"
#define BAD_BURST    "a burst is 1 to 1000000 replies"
#define BAD_WAITING  "a queue has 0 to 1000000 replies"
#define NOT_CLIENT   "clients can drop, duplicate, hostile and all surgery, as in set option 51 = 0"
#define NOT_SERVER   "servers have no hostile messages: this is for clients"
#define BAD_HOSTILE  "messages of the corpus are a number, a range as in 3..9, all, or next 100"

enum {
    DEFAULT_QUEUE = 64000, /* octets of a BANDWIDTH */
    MAX_PAYLOAD = 65507    /* of an IPv4 datagram */
};

/* ---- pieces ---------------------------------------------------------------------------------- */

/* "after D", when it is there. */
static int read_after(dp_fault_reader *r, dp_fault_action *a)
{
    return dp_fault_take(r, "after") ? dp_fault_read_dur(r, 1, &a->d) : 0;
}

static int read_code(dp_fault_reader *r, dp_fault_action *a)
{
    char name[DP_FAULT_WORD];
    size_t n = dp_fault_word(r);
    int code = DHCPPERF_E_SYNTAX;

    if (n > 0 && n < sizeof name) {
        memcpy(name, r->p, n);
        name[n] = '\0';
        code = dhcpperf_opt_code(name);
    }
    if (code < 0) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_CODE);
    }
    if (code == DHCPPERF_OPT_PAD || code >= DHCPPERF_OPT_END) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_RANGE, BAD_CODE);
    }
    r->p += n;
    a->code = (uint8_t)code;
    return 0;
}

/* "= VALUE" */
static int read_equals(dp_fault_reader *r, dp_fault_action *a)
{
    if (!dp_fault_take_char(r, '=')) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_EQUALS);
    }
    return dp_fault_read_value(r, a);
}

/* Is a number next? */
static bool has_number(dp_fault_reader *r)
{
    return dp_fault_word(r) > 0 && *r->p >= '0' && *r->p <= '9';
}

static int read_count(dp_fault_reader *r, uint32_t hi, const char *reason, uint32_t *ret)
{
    *ret = 1;
    return has_number(r) ? dp_fault_read_u32(r, 1, hi, reason, ret) : 0;
}

static int read_host(dp_fault_reader *r, uint32_t *ret)
{
    const char *at;
    int rc;

    (void)dp_fault_word(r);
    at = r->p;
    rc = dp_fault_read_ip(r, ret);
    if (rc == 0 && !dp_is_unicast(*ret)) {
        return dp_fault_fail(r, at, DHCPPERF_E_RANGE, BAD_UNICAST);
    }
    return rc;
}

static int verb(dp_fault_action *a, dp_fault_verb v)
{
    a->verb = (uint8_t)v;
    return 0;
}

/* ---- on the way in --------------------------------------------------------------------------- */

static int read_nak(dp_fault_reader *r, dp_fault_action *a)
{
    a->flags = dp_fault_take(r, "unicast") ? DP_FAULT_FLAG : 0;
    return 0;
}

static int read_same_address(dp_fault_reader *r, dp_fault_action *a)
{
    return read_host(r, &a->ip[0]);
}

static int read_stall(dp_fault_reader *r, dp_fault_action *a)
{
    return dp_fault_read_dur(r, 1, &a->d);
}

static int read_restart(dp_fault_reader *r, dp_fault_action *a)
{
    if (!dp_fault_take(r, "empty")) {
        a->flags = dp_fault_take(r, "keep") ? DP_FAULT_FLAG : 0;
    }
    return dp_fault_take(r, "down") ? dp_fault_read_dur(r, 1, &a->d) : 0;
}

static int read_rogue(dp_fault_reader *r, dp_fault_action *a)
{
    int rc;

    if (!has_number(r)) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_ROGUE);
    }
    rc = read_host(r, &a->ip[0]);
    rc = rc != 0 ? rc : dp_fault_read_ips(r, &a->ip[1], &a->ip[2]);
    if (rc != 0) {
        return rc;
    }
    if (dp_fault_take(r, "before")) {
        a->how = DP_FR_BEFORE;
        return dp_fault_read_dur(r, 1, &a->d);
    }
    if (dp_fault_take(r, "after")) {
        a->how = DP_FR_AFTER;
        return dp_fault_read_dur(r, 1, &a->d);
    }
    return 0;
}

static int read_reclaim(dp_fault_reader *r, dp_fault_action *a)
{
    if (!dp_fault_take(r, "quiet")) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX,
                             "reclaim says how long a client must have been quiet, as in reclaim "
                             "quiet 30s");
    }
    return dp_fault_read_dur(r, 1, &a->d);
}

/* ---- on the way out -------------------------------------------------------------------------- */

static int read_samples(dp_fault_reader *r, dp_fault_action *a)
{
    dhcpperf_dur d, *at;
    int rc;

    a->how = DP_FD_SAMPLES;
    a->at = r->plan->n_durs;
    do {
        rc = dp_fault_read_dur(r, 0, &d);
        if (rc != 0) {
            return rc;
        }
        at = dp_fault_add_durs(r->plan, 1);
        if (at == NULL) {
            return DHCPPERF_E_NOMEM;
        }
        *at = d;
        a->len++;
    } while (has_number(r));
    return 0;
}

static int read_delay(dp_fault_reader *r, dp_fault_action *a)
{
    int rc;

    if (dp_fault_take(r, "uniform")) {
        a->how = DP_FD_UNIFORM;
        return dp_fault_read_durs(r, false, &a->d, &a->e);
    }
    if (dp_fault_take(r, "normal")) {
        a->how = DP_FD_NORMAL;
        rc = dp_fault_read_dur(r, 0, &a->d);
        return rc != 0 ? rc : dp_fault_read_dur(r, 0, &a->e);
    }
    if (dp_fault_take(r, "exponential")) {
        a->how = DP_FD_EXPONENTIAL;
        return dp_fault_read_dur(r, 1, &a->d);
    }
    if (dp_fault_take(r, "samples")) {
        return read_samples(r, a);
    }
    if (!has_number(r)) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_DELAY);
    }
    return dp_fault_read_dur(r, 0, &a->d);
}

static int read_duplicate(dp_fault_reader *r, dp_fault_action *a)
{
    int rc = read_count(r, 64, BAD_COPIES, &a->n);

    return rc != 0 ? rc : read_after(r, a);
}

static int read_reorder(dp_fault_reader *r, dp_fault_action *a)
{
    return read_count(r, 64, BAD_BEHIND, &a->n);
}

static int read_bandwidth(dp_fault_reader *r, dp_fault_action *a)
{
    int rc = dp_fault_read_number(r, 64, UINT64_C(1000000000000), BAD_SPEED, &a->rate);

    a->n = DEFAULT_QUEUE;
    if (rc == 0 && dp_fault_take(r, "queue")) {
        rc = dp_fault_read_u32(r, 576, 1000000000, BAD_QUEUE, &a->n);
    }
    return rc;
}

static int read_limit(dp_fault_reader *r, dp_fault_action *a)
{
    int rc = dp_fault_read_rate(r, &a->rate);

    a->n = 1;
    if (rc == 0 && dp_fault_take(r, "burst")) {
        rc = dp_fault_read_u32(r, 1, 1000000, BAD_BURST, &a->n);
    }
    if (rc == 0 && dp_fault_take(r, "queue")) {
        rc = dp_fault_read_u32(r, 0, 1000000, BAD_WAITING, &a->m);
    }
    return rc;
}

static int read_forcerenew(dp_fault_reader *r, dp_fault_action *a)
{
    a->flags = dp_fault_take(r, "broadcast") ? DP_FAULT_FLAG : 0;
    return read_after(r, a);
}

static int read_to(dp_fault_reader *r, dp_fault_action *a)
{
    if (dp_fault_take(r, "port")) {
        (void)verb(a, DP_FV_TO_PORT);
        return dp_fault_read_u32(r, 1, UINT16_MAX, BAD_PORT, &a->n);
    }
    if (dp_fault_take(r, "broadcast")) {
        return verb(a, DP_FV_TO_BROADCAST);
    }
    if (dp_fault_take(r, "unicast")) {
        return verb(a, DP_FV_TO_UNICAST);
    }
    if (dp_fault_take(r, "address")) {
        (void)verb(a, DP_FV_TO_ADDRESS);
        return read_host(r, &a->ip[0]);
    }
    return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_TARGET);
}

static int read_from(dp_fault_reader *r, dp_fault_action *a)
{
    if (dp_fault_take(r, "port")) {
        (void)verb(a, DP_FV_FROM_PORT);
        return dp_fault_read_u32(r, 1, UINT16_MAX, BAD_PORT, &a->n);
    }
    if (dp_fault_take(r, "address")) {
        (void)verb(a, DP_FV_FROM_ADDRESS);
        return dp_fault_read_ip(r, &a->ip[0]); /* any: 0.0.0.0 is wrong enough */
    }
    return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_SOURCE);
}

static int read_fragment(dp_fault_reader *r, dp_fault_action *a)
{
    return dp_fault_read_u32(r, 68, UINT16_MAX, BAD_FRAGMENT, &a->n); /* RFC 791: any host takes */
}

/* "N", "A..B", "all", "next N", or nothing, which is the next one. */
static int read_hostile(dp_fault_reader *r, dp_fault_action *a)
{
    if (dp_fault_take(r, "all")) {
        a->how = DP_FH_ALL;
        return 0;
    }
    if (dp_fault_take(r, "next") || !has_number(r)) {
        a->how = DP_FH_NEXT;
        return read_count(r, DP_FAULT_HOSTILE_NEXT, BAD_HOSTILE, &a->n);
    }
    a->how = DP_FH_NUMBERS;
    return dp_fault_read_numbers(r, UINT32_MAX, BAD_HOSTILE, &a->n, &a->m);
}

/* ---- surgery --------------------------------------------------------------------------------- */

static int read_set(dp_fault_reader *r, dp_fault_action *a)
{
    size_t n = dp_fault_word(r);
    int field = dp_fault_find_field(r->p, n), rc;

    if (dp_fault_take(r, "option")) {
        (void)verb(a, DP_FV_SET_OPTION);
        rc = read_code(r, a);
        return rc != 0 ? rc : read_equals(r, a);
    }
    if (field < 0) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_SET);
    }
    (void)verb(a, DP_FV_SET_FIELD);
    a->code = (uint8_t)field;
    r->p += n;
    return read_equals(r, a);
}

static int read_drop(dp_fault_reader *r, dp_fault_action *a)
{
    if (dp_fault_take(r, "end")) {
        return verb(a, DP_FV_DROP_END);
    }
    if (dp_fault_take(r, "option")) {
        (void)verb(a, DP_FV_DROP_OPTION);
        return read_code(r, a);
    }
    return verb(a, DP_FV_DROP);
}

static int read_append(dp_fault_reader *r, dp_fault_action *a)
{
    int rc;

    if (dp_fault_take(r, "octets")) {
        (void)verb(a, DP_FV_APPEND_OCTETS);
        if (dp_fault_take(r, "random")) {
            a->how = DP_FX_RANDOM;
            return dp_fault_read_u32(r, 1, 1500, BAD_OCTETS, &a->n);
        }
        return dp_fault_read_hex(r, a, DP_FAULT_VALUE_MAX);
    }
    if (!dp_fault_take(r, "option")) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_APPEND);
    }
    rc = read_code(r, a);
    if (rc == 0 && dp_fault_take(r, "copy")) {
        return verb(a, DP_FV_COPY_OPTION);
    }
    (void)verb(a, DP_FV_APPEND_OPTION);
    return rc != 0 ? rc : read_equals(r, a);
}

/* "option N" */
static int read_option_code(dp_fault_reader *r, dp_fault_action *a, const char *reason)
{
    if (!dp_fault_take(r, "option")) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, reason);
    }
    return read_code(r, a);
}

static int read_move(dp_fault_reader *r, dp_fault_action *a)
{
    int rc = read_option_code(r, a, "move takes option N first or last");

    if (rc != 0) {
        return rc;
    }
    if (dp_fault_take(r, "first")) {
        a->how = DP_FP_FIRST;
    } else if (dp_fault_take(r, "last")) {
        a->how = DP_FP_LAST;
    } else {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_PLACE);
    }
    return 0;
}

static int read_truncate(dp_fault_reader *r, dp_fault_action *a)
{
    int rc;

    if (dp_fault_take(r, "option")) {
        (void)verb(a, DP_FV_TRUNCATE_OPTION);
        rc = read_code(r, a);
        return rc != 0 ? rc : dp_fault_read_u32(r, 0, UINT8_MAX - 1, BAD_OPT_LEN, &a->n);
    }
    (void)verb(a, DP_FV_TRUNCATE);
    if (dp_fault_take(r, "random")) {
        a->how = DP_FX_RANDOM;
        return 0;
    }
    return dp_fault_read_u32(r, 0, MAX_PAYLOAD, BAD_LEN, &a->n);
}

static int read_flip(dp_fault_reader *r, dp_fault_action *a)
{
    int rc = 0;

    (void)verb(a, DP_FV_FLIP_BITS);
    if (dp_fault_take(r, "option")) {
        (void)verb(a, DP_FV_FLIP_OPTION);
        rc = read_code(r, a);
    }
    if (rc == 0 && !dp_fault_take(r, "bits")) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX,
                             "flip says how many: flip bits 3, or flip option 82 bits 3");
    }
    return rc != 0 ? rc : dp_fault_read_u32(r, 1, DP_FAULT_FLIPS, BAD_BITS, &a->n);
}

static int read_sort(dp_fault_reader *r, dp_fault_action *a)
{
    const char *at;
    int rc;

    if (!dp_fault_take(r, "option")) {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_SORT);
    }
    (void)dp_fault_word(r);
    at = r->p;
    rc = read_code(r, a);
    if (rc == 0 && a->code != DHCPPERF_OPT_RELAY_INFO) {
        return dp_fault_fail(r, at, DHCPPERF_E_RANGE, BAD_SORT);
    }
    return rc;
}

static int read_split(dp_fault_reader *r, dp_fault_action *a)
{
    int rc = read_option_code(r, a, "split takes option N and the octets of each part");

    return rc != 0 ? rc : dp_fault_read_u32(r, 1, UINT8_MAX - 1, BAD_PART, &a->n);
}

static int read_overload(dp_fault_reader *r, dp_fault_action *a)
{
    if (dp_fault_take(r, "file")) {
        a->how = DP_OVERLOAD_FILE;
    } else if (dp_fault_take(r, "sname")) {
        a->how = DP_OVERLOAD_SNAME;
    } else if (dp_fault_take(r, "both")) {
        a->how = DP_OVERLOAD_FILE | DP_OVERLOAD_SNAME;
    } else {
        return dp_fault_fail(r, r->p, DHCPPERF_E_SYNTAX, BAD_OVERLOAD);
    }
    return 0;
}

static int read_pad(dp_fault_reader *r, dp_fault_action *a)
{
    return dp_fault_read_u32(r, 1, UINT8_MAX, BAD_PADS, &a->n);
}

static int read_size(dp_fault_reader *r, dp_fault_action *a)
{
    return dp_fault_read_u32(r, 1, MAX_PAYLOAD, BAD_SIZE, &a->n);
}

/* ---- all ------------------------------------------------------------------------------------- */

/* By first word; a word that means several actions has a reader that tells them apart. */
static const struct {
    const char *word;
    dp_fault_verb verb;
    int (*read)(dp_fault_reader *r, dp_fault_action *a); /* NULL: the word is all */
} actions[] = {
    {"drop", DP_FV_DROP, read_drop},
    {"nak", DP_FV_NAK, read_nak},
    {"exhaust", DP_FV_EXHAUST, NULL},
    {"forget", DP_FV_FORGET, NULL},
    {"withdraw", DP_FV_WITHDRAW, NULL},
    {"expire-offer", DP_FV_EXPIRE_OFFER, NULL},
    {"same-address", DP_FV_SAME_ADDRESS, read_same_address},
    {"commit", DP_FV_COMMIT, NULL},
    {"stall", DP_FV_STALL, read_stall},
    {"restart", DP_FV_RESTART, read_restart},
    {"rogue", DP_FV_ROGUE, read_rogue},
    {"reclaim", DP_FV_RECLAIM, read_reclaim},
    {"conflict", DP_FV_CONFLICT, NULL},
    {"delay", DP_FV_DELAY, read_delay},
    {"duplicate", DP_FV_DUPLICATE, read_duplicate},
    {"reorder", DP_FV_REORDER, read_reorder},
    {"bandwidth", DP_FV_BANDWIDTH, read_bandwidth},
    {"limit", DP_FV_LIMIT, read_limit},
    {"forcerenew", DP_FV_FORCERENEW, read_forcerenew},
    {"to", DP_FV_TO_PORT, read_to},
    {"from", DP_FV_FROM_PORT, read_from},
    {"fragment", DP_FV_FRAGMENT, read_fragment},
    {"hostile", DP_FV_HOSTILE, read_hostile},
    {"set", DP_FV_SET_FIELD, read_set},
    {"append", DP_FV_APPEND_OPTION, read_append},
    {"move", DP_FV_MOVE_OPTION, read_move},
    {"truncate", DP_FV_TRUNCATE, read_truncate},
    {"flip", DP_FV_FLIP_BITS, read_flip},
    {"sort", DP_FV_SORT_OPTION, read_sort},
    {"split", DP_FV_SPLIT_OPTION, read_split},
    {"overload", DP_FV_OVERLOAD, read_overload},
    {"overrun", DP_FV_OVERRUN, NULL},
    {"pad", DP_FV_PAD, read_pad},
    {"size", DP_FV_SIZE, read_size},
};

int dp_fault_read_action(dp_fault_reader *r, dp_fault_action *a)
{
    const char *word;
    unsigned i;
    int rc = 0;

    (void)dp_fault_word(r);
    word = r->p;
    memset(a, 0, sizeof *a);
    for (i = 0; i < sizeof actions / sizeof actions[0]; i++) {
        if (dp_fault_take(r, actions[i].word)) {
            break;
        }
    }
    if (i == sizeof actions / sizeof actions[0]) {
        return dp_fault_fail(r, word, DHCPPERF_E_SYNTAX, ANY_ACTION);
    }
    a->verb = (uint8_t)actions[i].verb;
    if (dp_fault_suits(a->verb, r->plan->side) == 0) {
        return dp_fault_fail(r, word, DHCPPERF_E_SYNTAX,
                             r->plan->side == DHCPPERF_FAULT_CLIENT ? NOT_CLIENT : NOT_SERVER);
    }
    rc = actions[i].read != NULL ? actions[i].read(r, a) : 0;
    return rc;
}
