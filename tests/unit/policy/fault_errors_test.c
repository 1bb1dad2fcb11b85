/* SPDX-License-Identifier: MIT */
/* fault_errors_test.c - broken fault plans: each is refused with the place of what is wrong and
 * with what would be right there, and nothing of it is kept. */
#include <string.h>

#include "policy/dp_fault_text.h"
#include "support/harness.h"

#define SERVER DHCPPERF_FAULT_SERVER
#define CLIENT DHCPPERF_FAULT_CLIENT

/* ---- what is not ------------------------------------------------------------------------------
 */

/* '|' stands before what is wrong, and is not part of the text.  The reason begins so. */
static const struct {
    dhcpperf_fault_side side;
    int rc;
    const char *text, *reason;
} bad[] = {
    /* plans and rules */
    {SERVER, DHCPPERF_E_SYNTAX, "|drup offer", "an action"},
    {SERVER, DHCPPERF_E_SYNTAX, "|Drop offer", "an action"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop\n  |dropp", "an action"},
    {SERVER, DHCPPERF_E_SYNTAX, "|on offer", "an action"},
    {SERVER, DHCPPERF_E_SYNTAX, "|, drop", "an action"},
    {SERVER, DHCPPERF_E_SYNTAX, "truncate 250, |", "an action"},
    {SERVER, DHCPPERF_E_SYNTAX, "truncate 250, |offer", "an action"},
    {SERVER, DHCPPERF_E_SYNTAX, "x: |", "an action"},
    {SERVER, DHCPPERF_E_SYNTAX, "|x y: drop", "an action"},
    {SERVER, DHCPPERF_E_SYNTAX, "match |some", "match first"},
    {SERVER, DHCPPERF_E_SYNTAX, "match all |drop", "match first"},
    {SERVER, DHCPPERF_E_SYNTAX, "match all; |match first", "match is said once"},
    {SERVER, DHCPPERF_E_CONFLICT, "a: drop; |a: drop", "each rule"},
    {SERVER, DHCPPERF_E_CONFLICT, "|rule-2: drop", "names such as"},
    {SERVER, DHCPPERF_E_RANGE, "|an-unreasonably-long-name-is-this: drop", "a name has 31"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop |\x01", "a message type or a condition"},
    /* messages */
    {SERVER, DHCPPERF_E_SYNTAX, "drop on |", "a message type"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop on |offers", "a message type"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop on offer,|", "a message type"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop on offer, |p=1", "a message type"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop |offers", "a message type or a condition"},
    {SERVER, DHCPPERF_E_RANGE, "drop on offer, |discover", "a rule is about requests or"},
    {SERVER, DHCPPERF_E_RANGE, "forget, |delay 3s", "this action and those before"},
    {SERVER, DHCPPERF_E_RANGE, "commit, |expire-offer", "this action and those before"},
    {SERVER, DHCPPERF_E_RANGE, "drop, |delay 3s", "nothing is left"},
    {SERVER, DHCPPERF_E_RANGE, "delay 3s, |drop", "nothing is left"},
    /* every action on the way in */
    {SERVER, DHCPPERF_E_SYNTAX, "drop option |offer nth=1", "an option is"},
    {SERVER, DHCPPERF_E_RANGE, "nak on |offer", "nak acts on"},
    {SERVER, DHCPPERF_E_RANGE, "nak on renew, |discover", "nak acts on"},
    {SERVER, DHCPPERF_E_RANGE, "exhaust on |renew", "exhaust acts on"},
    {SERVER, DHCPPERF_E_RANGE, "forget on |inform", "forget acts on"},
    {SERVER, DHCPPERF_E_RANGE, "withdraw on |select", "withdraw acts on"},
    {SERVER, DHCPPERF_E_RANGE, "expire-offer |discover", "expire-offer acts on"},
    {SERVER, DHCPPERF_E_SYNTAX, "same-address |offer", "an address is"},
    {SERVER, DHCPPERF_E_SYNTAX, "same-address |10.0.0", "an address is"},
    {SERVER, DHCPPERF_E_SYNTAX, "same-address |10.0.0.256", "an address is"},
    {SERVER, DHCPPERF_E_RANGE, "same-address |255.255.255.255", "this is the address of one"},
    {SERVER, DHCPPERF_E_RANGE, "commit on |request", "commit acts on"},
    {SERVER, DHCPPERF_E_SYNTAX, "stall |", "a time is"},
    {SERVER, DHCPPERF_E_SYNTAX, "stall |2", "a time is"},
    {SERVER, DHCPPERF_E_RANGE, "stall |0s",
     "a time is a number with a unit, as in 80ms or 1h30m, m"},
    {SERVER, DHCPPERF_E_RANGE, "stall |8760h1ns", "a time is"},
    {SERVER, DHCPPERF_E_RANGE, "stall |infinite", "a time is"},
    {SERVER, DHCPPERF_E_SYNTAX, "restart empty down |on offer", "a time is"},
    {SERVER, DHCPPERF_E_SYNTAX, "restart |full", "a message type or a condition"},
    {SERVER, DHCPPERF_E_RANGE, "restart on |ack", "restart acts on"},
    {SERVER, DHCPPERF_E_SYNTAX, "rogue |discover", "a rogue server has"},
    {SERVER, DHCPPERF_E_RANGE, "rogue |224.0.0.1 10.0.0.1-10.0.0.2", "this is the address of one"},
    {SERVER, DHCPPERF_E_SYNTAX, "rogue 10.9.9.9 |10.9.9.100", "a range is"},
    {SERVER, DHCPPERF_E_RANGE, "rogue 10.9.9.9 |10.9.9.100-10.9.9.99", "a range is"},
    {SERVER, DHCPPERF_E_SYNTAX, "rogue 10.9.9.9 |10.9.9.100-x", "a range is"},
    {SERVER, DHCPPERF_E_SYNTAX, "rogue 10.9.9.9 10.9.9.1-10.9.9.2 before |", "a time is"},
    {SERVER, DHCPPERF_E_SYNTAX, "reclaim |30s", "reclaim says"},
    {SERVER, DHCPPERF_E_SYNTAX, "reclaim quiet |long", "a time is"},
    /* on the way out */
    {SERVER, DHCPPERF_E_RANGE, "conflict on |nak", "conflict acts on"},
    {SERVER, DHCPPERF_E_SYNTAX, "delay |", "a delay is"},
    {SERVER, DHCPPERF_E_SYNTAX, "delay |long", "a delay is"},
    {SERVER, DHCPPERF_E_SYNTAX, "delay |3", "a time is"},
    {SERVER, DHCPPERF_E_RANGE, "delay 3s on |discover", "this acts on replies"},
    {SERVER, DHCPPERF_E_SYNTAX, "delay uniform |3s", "a span is"},
    {SERVER, DHCPPERF_E_RANGE, "delay uniform |3s..1s", "a span is"},
    {SERVER, DHCPPERF_E_SYNTAX, "delay uniform |3s..", "a time is"},
    {SERVER, DHCPPERF_E_SYNTAX, "delay normal 3s |offer", "a time is"},
    {SERVER, DHCPPERF_E_SYNTAX, "delay normal |offer", "a time is"},
    {SERVER, DHCPPERF_E_RANGE, "delay exponential |0s", "a time is"},
    {SERVER, DHCPPERF_E_SYNTAX, "delay samples |@rtt.txt", "a time is"},
    {SERVER, DHCPPERF_E_SYNTAX, "delay samples 1s |2", "a time is"},
    {SERVER, DHCPPERF_E_RANGE, "duplicate |0", "further copies"},
    {SERVER, DHCPPERF_E_RANGE, "duplicate |65", "further copies"},
    {SERVER, DHCPPERF_E_SYNTAX, "duplicate 2 after |ack", "a time is"},
    {SERVER, DHCPPERF_E_RANGE, "reorder |0", "a reply can be sent"},
    {SERVER, DHCPPERF_E_SYNTAX, "bandwidth |fast", "a bandwidth is"},
    {SERVER, DHCPPERF_E_RANGE, "bandwidth |63", "a bandwidth is"},
    {SERVER, DHCPPERF_E_RANGE, "bandwidth 1M queue |1", "a queue has 576"},
    {SERVER, DHCPPERF_E_SYNTAX, "bandwidth 1M |queues", "a message type or a condition"},
    {SERVER, DHCPPERF_E_SYNTAX, "limit |100", "a rate is"},
    {SERVER, DHCPPERF_E_RANGE, "limit |0/s", "a rate is"},
    {SERVER, DHCPPERF_E_RANGE, "limit |0.0001/s", "a rate is"},
    {SERVER, DHCPPERF_E_SYNTAX, "limit |.5/s", "a rate is"},
    {SERVER, DHCPPERF_E_RANGE, "limit 1/s burst |0", "a burst is"},
    {SERVER, DHCPPERF_E_SYNTAX, "limit 1/s queue |all", "a queue has 0"},
    {SERVER, DHCPPERF_E_RANGE, "forcerenew on |offer", "forcerenew acts on"},
    {SERVER, DHCPPERF_E_SYNTAX, "forcerenew after |later", "a time is"},
    {SERVER, DHCPPERF_E_SYNTAX, "to |everybody", "replies go to"},
    {SERVER, DHCPPERF_E_RANGE, "to port |0", "a port is"},
    {SERVER, DHCPPERF_E_RANGE, "to port |65536", "a port is"},
    {SERVER, DHCPPERF_E_RANGE, "to address |0.0.0.0", "this is the address of one"},
    {SERVER, DHCPPERF_E_SYNTAX, "from |broadcast", "replies come from"},
    {SERVER, DHCPPERF_E_SYNTAX, "from port |high", "a port is"},
    {SERVER, DHCPPERF_E_RANGE, "fragment |67", "fragments have"},
    /* surgery */
    {SERVER, DHCPPERF_E_SYNTAX, "set |= 3", "set takes"},
    {SERVER, DHCPPERF_E_SYNTAX, "set |ip = 3", "set takes"},
    {SERVER, DHCPPERF_E_SYNTAX, "set op |3", "a value follows"},
    {SERVER, DHCPPERF_E_SYNTAX, "set op = |", "a value of this field is a number"},
    {SERVER, DHCPPERF_E_RANGE, "set op = |256", "a value of this field is a number"},
    {SERVER, DHCPPERF_E_RANGE, "set secs = |65536", "a value of this field is a number"},
    {SERVER, DHCPPERF_E_RANGE, "set xid = |0x100000000", "a value of this field is a number"},
    {SERVER, DHCPPERF_E_SYNTAX, "set xid = |own", "a value of this field is a number"},
    {SERVER, DHCPPERF_E_SYNTAX, "set xid = |+x", "a value of this field is a number"},
    {SERVER, DHCPPERF_E_RANGE, "set xid = |+0", "a value of this field is a number"},
    {SERVER, DHCPPERF_E_RANGE, "set op = |hex:0102", "a field takes"},
    {SERVER, DHCPPERF_E_SYNTAX, "set op = |hex:1", "hexadecimal"},
    {SERVER, DHCPPERF_E_SYNTAX, "set yiaddr = |other-one", "a value of this field is an address"},
    {SERVER, DHCPPERF_E_SYNTAX, "set yiaddr = |1", "a value of this field is an address"},
    {SERVER, DHCPPERF_E_SYNTAX, "set chaddr = |02:00", "a value of this field is an address such"},
    {SERVER, DHCPPERF_E_SYNTAX, "set chaddr = |broadcast",
     "a value of this field is an address such"},
    {SERVER, DHCPPERF_E_SYNTAX, "set sname = |server", "a value of this field is text"},
    {SERVER, DHCPPERF_E_SYNTAX, "set sname = |+1", "a value of this field is text"},
    {SERVER, DHCPPERF_E_SYNTAX, "set sname = |\"abc", "text in quotes"},
    {SERVER, DHCPPERF_E_SYNTAX, "set sname = |\"abc\\\"\n\"", "text in quotes"},
    {SERVER, DHCPPERF_E_SYNTAX, "set file = \"a|\\n\"", "an escape is"},
    {SERVER, DHCPPERF_E_SYNTAX, "set file = \"a|\\x0\"", "an escape is"},
    {SERVER, DHCPPERF_E_RANGE,
     "set sname = |\"01234567890123456789012345678901234567890123456789012345678901234\"",
     "a field takes"},
    {SERVER, DHCPPERF_E_SYNTAX, "set option |= 3", "an option is"},
    {SERVER, DHCPPERF_E_SYNTAX, "set option |nonsense = 3", "an option is"},
    {SERVER, DHCPPERF_E_RANGE, "set option |0 = 3", "an option is"},
    {SERVER, DHCPPERF_E_RANGE, "set option |255 = 3", "an option is"},
    {SERVER, DHCPPERF_E_SYNTAX, "set option |256 = 3", "an option is"},
    {SERVER, DHCPPERF_E_SYNTAX, "set option 51 |3600", "a value follows"},
    {SERVER, DHCPPERF_E_SYNTAX, "set option 51 = |", "this is no value of that option"},
    {SERVER, DHCPPERF_E_SYNTAX, "set option 51 = |abc", "this is no value of that option"},
    {SERVER, DHCPPERF_E_SYNTAX, "set option 51 = |10.0.0.1", "this is no value of that option"},
    {SERVER, DHCPPERF_E_SYNTAX, "set option 54 = \"10.0.0.1|, 10.0.0.2\"",
     "this is no value of that option"},
    {SERVER, DHCPPERF_E_SYNTAX, "set option 6 = 10.0.0.1, |10.0.0.2", "an action"},
    {SERVER, DHCPPERF_E_SYNTAX, "set option 3 = |other", "this is no value of that option"},
    {SERVER, DHCPPERF_E_SYNTAX, "set option 3 = |hex:0g", "hexadecimal"},
    {SERVER, DHCPPERF_E_SYNTAX, "append |82 copy", "append takes"},
    {SERVER, DHCPPERF_E_SYNTAX, "append option |nonsense = 1", "an option is"},
    {SERVER, DHCPPERF_E_SYNTAX, "flip option |nonsense bits 1", "an option is"},
    {SERVER, DHCPPERF_E_SYNTAX, "truncate option |nonsense 1", "an option is"},
    {SERVER, DHCPPERF_E_SYNTAX, "split option |nonsense 1", "an option is"},
    {SERVER, DHCPPERF_E_SYNTAX, "move option |nonsense last", "an option is"},
    {SERVER, DHCPPERF_E_SYNTAX, "append option 82 |twice", "a value follows"},
    {SERVER, DHCPPERF_E_SYNTAX, "append octets |12", "hexadecimal"},
    {SERVER, DHCPPERF_E_RANGE, "append octets random |0", "random octets"},
    {SERVER, DHCPPERF_E_SYNTAX, "move |82 first", "move takes"},
    {SERVER, DHCPPERF_E_SYNTAX, "move option 82 |up", "an option is moved"},
    {SERVER, DHCPPERF_E_SYNTAX, "truncate |all", "a length of a message"},
    {SERVER, DHCPPERF_E_RANGE, "truncate |65508", "a length of a message"},
    {SERVER, DHCPPERF_E_RANGE, "truncate option 82 |255", "a length of an option"},
    {SERVER, DHCPPERF_E_SYNTAX, "flip |3", "flip says"},
    {SERVER, DHCPPERF_E_RANGE, "flip bits |0", "bits to flip"},
    {SERVER, DHCPPERF_E_RANGE, "flip option 82 bits |65", "bits to flip"},
    {SERVER, DHCPPERF_E_RANGE, "sort option |43", "sort takes"},
    {SERVER, DHCPPERF_E_SYNTAX, "sort |82", "sort takes"},
    {SERVER, DHCPPERF_E_RANGE, "split option 6 |0", "a part of an option"},
    {SERVER, DHCPPERF_E_RANGE, "split option 6 |255", "a part of an option"},
    {SERVER, DHCPPERF_E_SYNTAX, "split |6 4", "split takes"},
    {SERVER, DHCPPERF_E_SYNTAX, "overload |chaddr", "options are moved"},
    {SERVER, DHCPPERF_E_SYNTAX, "overrun |3", "a message type or a condition"},
    {SERVER, DHCPPERF_E_RANGE, "pad |256", "pads between"},
    {SERVER, DHCPPERF_E_RANGE, "size |0", "a size of a message"},
    {SERVER, DHCPPERF_E_RANGE, "size 300 on |discover", "this acts on what its own side"},
    /* conditions */
    {SERVER, DHCPPERF_E_SYNTAX, "drop |chance=1", "a message type or a condition"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop p|", "a condition goes on"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop p=1 |p=1", "each condition"},
    {SERVER, DHCPPERF_E_RANGE, "drop p=|1.2", "a probability is"},
    {SERVER, DHCPPERF_E_RANGE, "drop p=|101%", "a probability is"},
    {SERVER, DHCPPERF_E_RANGE, "drop p=|0.1234567891", "a probability is"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop p=|-1", "a probability is"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop p=|.", "a probability is"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop p=|1.", "a probability is"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop p=|50%%", "a probability is"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop p=|", "a probability is"},
    {SERVER, DHCPPERF_E_RANGE, "drop nth=|0", "this counts messages"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop every=|second", "this counts messages"},
    {SERVER, DHCPPERF_E_RANGE, "drop skip=|0", "this counts messages"},
    {SERVER, DHCPPERF_E_RANGE, "drop count=|4294967296", "this counts messages"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop burst=|-4", "this counts messages"},
    {SERVER, DHCPPERF_E_RANGE, "drop nth=3 |every=2", "nth means one"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop per=|relay", "counting is"},
    {SERVER, DHCPPERF_E_RANGE, "drop |per=client p=0.5", "per=client needs"},
    {SERVER, DHCPPERF_E_RANGE, "drop share=|200%", "a probability is"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop mac=|02:00", "a pattern has"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop mac=|02:00:*:*:*:1f:2f", "a pattern has"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop mac=|02:00:*:*:*:g0", "a pattern has"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop mac=|2:0:0:0:0:1", "a pattern has"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop class=|\"\"", "a class is"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop class=|", "a class is"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop class=|\"a\\x00\"", "a class is"},
    {SERVER, DHCPPERF_E_RANGE,
     "drop class=|0123456789012345678901234567890123456789012345678901234567890123", "a class is"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop relay=|10.0.0.0/33x", "a network is"},
    {SERVER, DHCPPERF_E_RANGE, "drop relay=|10.0.0.0/33", "a network is"},
    {SERVER, DHCPPERF_E_RANGE, "drop ip=|10.0.0.1/24", "a network is"},
    {SERVER, DHCPPERF_E_RANGE, "drop circuit=|\"\"", "a circuit is"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop circuit=\"|\\*\"", "an escape is"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop time=|10s", "a span is"},
    {SERVER, DHCPPERF_E_RANGE, "drop time=|20s..10s", "a span is"},
    {SERVER, DHCPPERF_E_RANGE, "drop time=|10s..10s", "a span is"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop time=|..10s", "a time is"},
    {SERVER, DHCPPERF_E_RANGE, "drop |cycle=1m", "a cycle repeats"},
    {SERVER, DHCPPERF_E_RANGE, "drop time=0s..1s cycle=|0s", "a time is"},
    {SERVER, DHCPPERF_E_RANGE, "drop |time=60s.. cycle=1m", "the window begins"},
    {SERVER, DHCPPERF_E_RANGE, "drop cycle=1m |time=50s..61s", "the window ends"},
    {SERVER, DHCPPERF_E_RANGE, "drop leases=|0", "this is a number of leases"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop also=|maybe", "a rule acts besides"},
    {SERVER, DHCPPERF_E_SYNTAX, "drop armed=|maybe", "a rule waits"},
    /* sides */
    {SERVER, DHCPPERF_E_SYNTAX, "|hostile all", "servers have no"},
    {CLIENT, DHCPPERF_E_SYNTAX, "|nak on renew", "clients can"},
    {CLIENT, DHCPPERF_E_SYNTAX, "|delay 3s", "clients can"},
    {CLIENT, DHCPPERF_E_RANGE, "duplicate on |offer", "this acts on what its own side"},
    {CLIENT, DHCPPERF_E_RANGE, "set op = 3 on |offer", "this acts on what its own side"},
    {CLIENT, DHCPPERF_E_RANGE, "hostile on |offer", "hostile acts on"},
    {CLIENT, DHCPPERF_E_RANGE, "hostile |9..3", "messages of the corpus"},
    {CLIENT, DHCPPERF_E_SYNTAX, "hostile |3..x", "messages of the corpus"},
    {CLIENT, DHCPPERF_E_RANGE, "hostile next |0", "messages of the corpus"},
    {CLIENT, DHCPPERF_E_RANGE, "hostile next |1000001", "messages of the corpus"},
    {CLIENT, DHCPPERF_E_RANGE, "drop offer |class=x", "only servers"},
};
enum {
    N_BAD = sizeof bad / sizeof bad[0]
};

START_TEST(what_is_wrong_is_told_with_its_place_and_what_would_be_right)
    {
        const char *mark = strchr(bad[_i].text, '|'), *reason = "";
        dhcpperf_fault_plan *p = NULL;
        char text[128];
        size_t at = SIZE_MAX, before = (size_t)(mark - bad[_i].text);
        int rc;

        memcpy(text, bad[_i].text, before);
        strcpy(text + before, mark + 1);
        rc = dhcpperf_fault_plan_parse(&p, bad[_i].side, text, &at, &reason, NULL);
        ck_assert_msg(rc == bad[_i].rc, "\"%s\": %d at %zu, %s", text, rc, at, reason);
        ck_assert_ptr_null(p);
        ck_assert_msg(at == before, "\"%s\": at %zu, not %zu", text, at, before);
        ck_assert_msg(strncmp(reason, bad[_i].reason, strlen(bad[_i].reason)) == 0,
                      "\"%s\": \"%s\", not \"%s\"", text, reason, bad[_i].reason);
        ck_assert_int_eq(dhcpperf_fault_plan_parse(&p, bad[_i].side, text, NULL, NULL, NULL), rc);
    }
END_TEST

/* Some rule of a table has it as a word. */
static int is_shown(const char *text, const char *word)
{
    size_t n = strlen(word);
    const char *p = text;

    while ((p = strstr(p, word)) != NULL) {
        if ((p == text || strchr(" |,;\n", p[-1]) != NULL) && strchr(" =|,\n", p[n]) != NULL) {
            return 1;
        }
        p++;
    }
    return 0;
}

/* A new action or condition comes with its broken forms. */
START_TEST(every_action_and_condition_has_its_broken_forms)
    {
        static const char *const conditions[] = {
            "p",     "nth",   "every", "skip",    "count", "burst", "per",    "share", "mac",
            "class", "relay", "ip",    "circuit", "time",  "cycle", "leases", "also",  "armed"};
        unsigned i, j;

        for (i = 0; i < DP_FV_COUNT; i++) {
            for (j = 0; j < N_BAD && !is_shown(bad[j].text, dp_fault_verb_of(i)->word); j++) {
            }
            ck_assert_msg(j < N_BAD, "%s", dp_fault_verb_of(i)->word);
        }
        for (i = 0; i < sizeof conditions / sizeof conditions[0]; i++) {
            for (j = 0; j < N_BAD && !is_shown(bad[j].text, conditions[i]); j++) {
            }
            ck_assert_msg(j < N_BAD, "%s", conditions[i]);
        }
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, what_is_wrong_is_told_with_its_place_and_what_would_be_right, 0, N_BAD);
    tcase_add_test(tc, every_action_and_condition_has_its_broken_forms);
}
HARNESS_MAIN("policy/fault_errors", tests)
