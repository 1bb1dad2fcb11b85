/* SPDX-License-Identifier: MIT */
/* fault_words.c - the vocabulary of fault plans: actions and the messages they are for, message
 * types, fields and values. */
#include <string.h>

#include "policy/dp_fault_text.h"
#include "wire/dp_view.h"

static bool is_word(const char *a, const char *b, size_t n)
{
    return strncmp(a, b, n) == 0 && a[n] == '\0';
}

/* ---- actions --------------------------------------------------------------------------------- */

#define B(type)     DP_FT_BIT(DP_FT_##type)
#define BOTH        (DP_FT_REQUESTS | DP_FT_REPLIES)
#define HOLDERS     (DP_FT_REQUEST_ALL | B(RELEASE) | B(DECLINE) | B(DISCOVER) | B(BOOTP))
#define ENDERS      (B(REBOOT) | B(RENEW) | B(REBIND))
#define GIVERS      (B(OFFER) | DP_FT_ACK_ALL)
#define ON_REPLIES  "this acts on replies: offer, nak, ack and the like"
#define ON_MESSAGES "this acts on what its own side sends"

#define SERVER(word_, suits_, types_, usual_)                                                      \
    {                                                                                              \
        .word = (word_), .suits = (suits_), .types = {(types_), 0}, .usual = {(usual_), 0 }        \
    }
#define ON_REPLY(word_) SERVER(word_, ON_REPLIES, DP_FT_REPLIES, DP_FT_REPLIES)
#define ON_EITHER(word_)                                                                           \
    {                                                                                              \
        .word = (word_), .suits = ON_MESSAGES, .types = {DP_FT_REPLIES, DP_FT_REQUESTS},           \
        .usual = {                                                                                 \
            DP_FT_REPLIES,                                                                         \
            DP_FT_REQUESTS                                                                         \
        }                                                                                          \
    }

static const dp_fault_verb_info verbs[DP_FV_COUNT] = {
    [DP_FV_DROP] = {.word = "drop",
                    .suits = "drop acts on any message",
                    .types = {BOTH, BOTH},
                    .usual = {DP_FT_REQUESTS, DP_FT_REQUESTS}},
    [DP_FV_NAK] = SERVER("nak", "nak acts on select, reboot, renew and rebind", DP_FT_REQUEST_ALL,
                         DP_FT_REQUEST_ALL),
    [DP_FV_EXHAUST] = SERVER("exhaust", "exhaust acts on discover and bootp",
                             B(DISCOVER) | B(BOOTP), B(DISCOVER)),
    [DP_FV_FORGET] =
        SERVER("forget", "forget acts on discover, request, release, decline and bootp", HOLDERS,
               DP_FT_REQUEST_ALL),
    [DP_FV_WITHDRAW] =
        SERVER("withdraw", "withdraw acts on reboot, renew and rebind", ENDERS, ENDERS),
    [DP_FV_EXPIRE_OFFER] =
        SERVER("expire-offer", "expire-offer acts on select", B(SELECT), B(SELECT)),
    [DP_FV_SAME_ADDRESS] =
        SERVER("same-address", "same-address acts on discover", B(DISCOVER), B(DISCOVER)),
    [DP_FV_COMMIT] = SERVER("commit", "commit acts on discover", B(DISCOVER), B(DISCOVER)),
    [DP_FV_STALL] = SERVER("stall", "stall acts on requests", DP_FT_REQUESTS, DP_FT_REQUESTS),
    [DP_FV_RESTART] = SERVER("restart", "restart acts on requests", DP_FT_REQUESTS, DP_FT_REQUESTS),
    [DP_FV_ROGUE] = SERVER("rogue", "rogue acts on discover, select, reboot, renew and rebind",
                           DP_FT_REQUEST_ALL | B(DISCOVER), DP_FT_REQUEST_ALL | B(DISCOVER)),
    [DP_FV_RECLAIM] = SERVER("reclaim", "reclaim acts on requests", DP_FT_REQUESTS, B(DISCOVER)),
    [DP_FV_CONFLICT] = SERVER("conflict", "conflict acts on offer and ack", GIVERS, DP_FT_ACK_ALL),
    [DP_FV_DELAY] = ON_REPLY("delay"),
    [DP_FV_DUPLICATE] = ON_EITHER("duplicate"),
    [DP_FV_REORDER] = ON_REPLY("reorder"),
    [DP_FV_BANDWIDTH] = ON_REPLY("bandwidth"),
    [DP_FV_LIMIT] = ON_REPLY("limit"),
    [DP_FV_FORCERENEW] =
        SERVER("forcerenew", "forcerenew acts on ack", DP_FT_ACK_ALL, DP_FT_ACK_ALL),
    [DP_FV_TO_PORT] = ON_REPLY("to"),
    [DP_FV_TO_BROADCAST] = ON_REPLY("to"),
    [DP_FV_TO_UNICAST] = ON_REPLY("to"),
    [DP_FV_TO_ADDRESS] = ON_REPLY("to"),
    [DP_FV_FROM_PORT] = ON_REPLY("from"),
    [DP_FV_FROM_ADDRESS] = ON_REPLY("from"),
    [DP_FV_FRAGMENT] = ON_REPLY("fragment"),
    [DP_FV_HOSTILE] = {.word = "hostile",
                       .suits = "hostile acts on requests",
                       .types = {0, DP_FT_REQUESTS},
                       .usual = {0, DP_FT_REQUESTS}},
    [DP_FV_SET_FIELD] = ON_EITHER("set"),
    [DP_FV_SET_OPTION] = ON_EITHER("set"),
    [DP_FV_DROP_OPTION] = ON_EITHER("drop"),
    [DP_FV_APPEND_OPTION] = ON_EITHER("append"),
    [DP_FV_COPY_OPTION] = ON_EITHER("append"),
    [DP_FV_MOVE_OPTION] = ON_EITHER("move"),
    [DP_FV_TRUNCATE_OPTION] = ON_EITHER("truncate"),
    [DP_FV_FLIP_OPTION] = ON_EITHER("flip"),
    [DP_FV_SORT_OPTION] = ON_EITHER("sort"),
    [DP_FV_SPLIT_OPTION] = ON_EITHER("split"),
    [DP_FV_OVERLOAD] = ON_EITHER("overload"),
    [DP_FV_DROP_END] = ON_EITHER("drop"),
    [DP_FV_APPEND_OCTETS] = ON_EITHER("append"),
    [DP_FV_OVERRUN] = ON_EITHER("overrun"),
    [DP_FV_PAD] = ON_EITHER("pad"),
    [DP_FV_FLIP_BITS] = ON_EITHER("flip"),
    [DP_FV_TRUNCATE] = ON_EITHER("truncate"),
    [DP_FV_SIZE] = ON_EITHER("size"),
};

const dp_fault_verb_info *dp_fault_verb_of(unsigned verb)
{
    return &verbs[verb];
}

uint32_t dp_fault_suits(unsigned verb, dhcpperf_fault_side side)
{
    return verbs[verb].types[side == DHCPPERF_FAULT_CLIENT];
}

uint32_t dp_fault_usual(unsigned verb, dhcpperf_fault_side side)
{
    return verbs[verb].usual[side == DHCPPERF_FAULT_CLIENT];
}

/* ---- messages -------------------------------------------------------------------------------- */

static const char *const types[DP_FT_COUNT] = {
    [DP_FT_DISCOVER] = "discover",
    [DP_FT_SELECT] = "select",
    [DP_FT_REBOOT] = "reboot",
    [DP_FT_RENEW] = "renew",
    [DP_FT_REBIND] = "rebind",
    [DP_FT_INFORM] = "inform",
    [DP_FT_RELEASE] = "release",
    [DP_FT_DECLINE] = "decline",
    [DP_FT_LEASEQUERY] = "leasequery",
    [DP_FT_BOOTP] = "bootp",
    [DP_FT_OFFER] = "offer",
    [DP_FT_NAK] = "nak",
    [DP_FT_INFORM_ACK] = "inform-ack",
    [DP_FT_SELECT_ACK] = "select-ack",
    [DP_FT_REBOOT_ACK] = "reboot-ack",
    [DP_FT_RENEW_ACK] = "renew-ack",
    [DP_FT_REBIND_ACK] = "rebind-ack",
    [DP_FT_RAPID_ACK] = "rapid-ack",
    [DP_FT_QUERY_REPLY] = "query-reply",
    [DP_FT_BOOTP_REPLY] = "bootp-reply",
};

/* Larger ones first: a list is written with as few words as can be. */
static const struct {
    const char *word;
    uint32_t types;
} groups[] = {
    {"any-request", DP_FT_REQUESTS},
    {"any-reply", DP_FT_REPLIES},
    {"request", DP_FT_REQUEST_ALL},
    {"ack", DP_FT_ACK_ALL},
};
enum {
    N_GROUPS = sizeof groups / sizeof groups[0]
};

uint32_t dp_fault_find_types(const char *word, size_t n)
{
    unsigned i;

    for (i = 0; i < N_GROUPS; i++) {
        if (is_word(groups[i].word, word, n)) {
            return groups[i].types;
        }
    }
    for (i = 0; i < DP_FT_COUNT; i++) {
        if (is_word(types[i], word, n)) {
            return DP_FT_BIT(i);
        }
    }
    return 0;
}

static void write_type(dp_text *t, const char *word, unsigned *inout_n)
{
    dp_text_str(t, (*inout_n)++ > 0 ? ", " : "");
    dp_text_str(t, word);
}

/* The group that begins with the type and is in the set as a whole, or -1. */
static int find_group(uint32_t set, unsigned first)
{
    unsigned i;

    for (i = 0; i < N_GROUPS; i++) {
        uint32_t all = groups[i].types, lowest = all & (~all + 1);

        if (lowest == DP_FT_BIT(first) && (set & all) == all) {
            return (int)i;
        }
    }
    return -1;
}

void dp_fault_write_types(dp_text *t, uint32_t set)
{
    unsigned i, n = 0;
    int group;

    for (i = 0; i < DP_FT_COUNT; i++) {
        if ((set >> i & 1) == 0) {
            continue;
        }
        group = find_group(set, i);
        write_type(t, group >= 0 ? groups[group].word : types[i], &n);
        set &= group >= 0 ? ~groups[group].types : ~DP_FT_BIT(i);
    }
}

/* ---- fields and values ----------------------------------------------------------------------- */

static const dp_fault_field_info fields[DP_FF_COUNT] = {
    [DP_FF_OP] = {"op", DP_OFF_OP, 1, DP_FK_NUMBER},
    [DP_FF_HTYPE] = {"htype", DP_OFF_HTYPE, 1, DP_FK_NUMBER},
    [DP_FF_HLEN] = {"hlen", DP_OFF_HLEN, 1, DP_FK_NUMBER},
    [DP_FF_HOPS] = {"hops", DP_OFF_HOPS, 1, DP_FK_NUMBER},
    [DP_FF_XID] = {"xid", DP_OFF_XID, 4, DP_FK_BITS},
    [DP_FF_SECS] = {"secs", DP_OFF_SECS, 2, DP_FK_NUMBER},
    [DP_FF_FLAGS] = {"flags", DP_OFF_FLAGS, 2, DP_FK_BITS},
    [DP_FF_CIADDR] = {"ciaddr", DP_OFF_CIADDR, 4, DP_FK_ADDRESS},
    [DP_FF_YIADDR] = {"yiaddr", DP_OFF_YIADDR, 4, DP_FK_ADDRESS},
    [DP_FF_SIADDR] = {"siaddr", DP_OFF_SIADDR, 4, DP_FK_ADDRESS},
    [DP_FF_GIADDR] = {"giaddr", DP_OFF_GIADDR, 4, DP_FK_ADDRESS},
    [DP_FF_CHADDR] = {"chaddr", DP_OFF_CHADDR, 16, DP_FK_HARDWARE},
    [DP_FF_SNAME] = {"sname", DP_OFF_SNAME, 64, DP_FK_TEXT},
    [DP_FF_FILE] = {"file", DP_OFF_FILE, 128, DP_FK_TEXT},
    [DP_FF_COOKIE] = {"cookie", DP_OFF_COOKIE, 4, DP_FK_BITS},
};

const dp_fault_field_info *dp_fault_field_of(unsigned field)
{
    return &fields[field];
}

int dp_fault_find_field(const char *word, size_t n)
{
    unsigned i;

    for (i = 0; i < DP_FF_COUNT; i++) {
        if (is_word(fields[i].word, word, n)) {
            return (int)i;
        }
    }
    return -1;
}

static const char *const values[] = {
    [DP_FX_RANDOM] = "random",   [DP_FX_OTHER] = "other", [DP_FX_BROADCAST] = "broadcast",
    [DP_FX_NETWORK] = "network", [DP_FX_OWN] = "own",     [DP_FX_SERVER] = "server",
};
enum {
    N_VALUES = sizeof values / sizeof values[0]
};

const char *dp_fault_value_word(unsigned how)
{
    return how < N_VALUES ? values[how] : NULL;
}

int dp_fault_find_value(const char *word, size_t n)
{
    unsigned i;

    for (i = 0; i < N_VALUES; i++) {
        if (values[i] != NULL && is_word(values[i], word, n)) {
            return (int)i;
        }
    }
    return -1;
}
