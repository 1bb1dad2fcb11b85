/* SPDX-License-Identifier: MIT */
/* referee_rules_test.c - every rule of the referee: an answer that breaks just it is caught with
 * that rule and no other, and so is the same answer when its shape is known; a good answer breaks
 * none. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <libdhcpperf/dhcpperf.h>

#include "support/harness.h"
#include "unit/client/fake.h"

enum {
    HTYPE = 1,
    HOPS = 3,
    SECS = 8,
    FLAGS = 10,
    CIADDR = 12,
    YIADDR = 16,
    SIADDR = 20,
    GIADDR = 24,
    CHADDR = 28,
    SNAME = 44,
    FILE_NAME = 108,
    OPTIONS = 240,
    STATIONS = 5
};

/* -- answers spoilt as octets ------------------------------------------------------------------ */

typedef struct answer {
    uint8_t data[FAKE_MAX_LEN];
    size_t len;
} answer;

/* Where an option is, or End; room behind it is zero up to the length. */
static uint8_t *find(answer *a, unsigned code)
{
    uint8_t *p = a->data + OPTIONS;

    while (*p != 255 && *p != code) {
        p += *p == 0 ? 1u : 2u + p[1];
    }
    return p;
}

static void insert(answer *a, uint8_t *at, const void *tlv, size_t n)
{
    size_t behind = (size_t)(find(a, 255) + 1 - at);

    memmove(at + n, at, behind);
    memcpy(at, tlv, n);
    if (a->data + a->len < at + n + behind) {
        a->len = (size_t)(at + n + behind - a->data);
    }
}

static void cut_out(answer *a, unsigned code)
{
    uint8_t *p = find(a, code), *end = find(a, 255);
    size_t n;

    ck_assert_msg(*p == code, "no option %u to cut out", code);
    n = 2u + p[1];
    memmove(p, p + n, (size_t)(end + 1 - p) - n);
    memset(end + 1 - n, 0, n);
}

/* In front of option 82, which has to be last. */
#define INSERT(a, ...)                                                                             \
    do {                                                                                           \
        static const uint8_t tlv[] = {__VA_ARGS__};                                                \
        insert((a), find((a), 82), tlv, sizeof tlv);                                               \
    } while (0)

/* -- one function per way to be wrong ---------------------------------------------------------- */

static void nothing(answer *a)
{
    (void)a;
}

static void op(answer *a)
{
    a->data[0] = 1;
}

static void htype(answer *a)
{
    a->data[HTYPE] = 6;
}

static void chaddr_padding(answer *a)
{
    a->data[CHADDR + 15] = 1;
}

static void hops(answer *a)
{
    a->data[HOPS] = 1;
}

static void secs(answer *a)
{
    a->data[SECS + 1] = 9;
}

static void broadcast(answer *a)
{
    a->data[FLAGS] ^= 0x80;
}

static void reserved_flag(answer *a)
{
    a->data[FLAGS + 1] = 1;
}

static void giaddr(answer *a)
{
    a->data[GIADDR + 3] ^= 1;
}

static void no_giaddr(answer *a)
{
    memset(a->data + GIADDR, 0, 4);
}

static void ciaddr(answer *a)
{
    a->data[CIADDR] = 10;
}

static void yiaddr(answer *a)
{
    a->data[YIADDR] = 10;
}

static void no_yiaddr(answer *a)
{
    memset(a->data + YIADDR, 0, 4);
}

static void siaddr(answer *a)
{
    a->data[SIADDR] = 10;
}

static void type(answer *a)
{
    find(a, 53)[2] = DHCPPERF_RELEASE;
}

static void no_type(answer *a)
{
    cut_out(a, 53);
}

static void no_server_id(answer *a)
{
    cut_out(a, 54);
}

static void long_server_id(answer *a)
{
    cut_out(a, 54);
    INSERT(a, 54, 8, 10, 0, 0, 1, 10, 0, 0, 2);
}

static void other_server_id(answer *a)
{
    find(a, 54)[5] ^= 1;
}

static void no_lease(answer *a)
{
    cut_out(a, 51);
}

static void t1_behind_t2(answer *a)
{
    find(a, 58)[4] = 255;
}

static void no_t2(answer *a)
{
    cut_out(a, 59);
}

static void requested_ip(answer *a)
{
    INSERT(a, 50, 4, 10, 0, 0, 9);
}

static void param_list(answer *a)
{
    INSERT(a, 55, 1, 1);
}

static void max_size(answer *a)
{
    INSERT(a, 57, 2, 5, 0xdc);
}

static void router_twice(answer *a)
{
    INSERT(a, 3, 4, 10, 1, 0, 1);
}

static void mask_twice(answer *a)
{
    insert(a, find(a, 3), "\1\4\377\377\0\0", 6);
}

static void no_end(answer *a)
{
    *find(a, 255) = 0;
}

static void octets_behind_end(answer *a)
{
    a->data[a->len - 1] = 7;
}

static void short_one(answer *a)
{
    a->len = (size_t)(find(a, 255) + 1 - a->data);
}

static void long_one(answer *a)
{
    a->len = 577;
}

static void mask_after_router(answer *a)
{
    cut_out(a, 1);
    INSERT(a, 1, 4, 255, 255, 0, 0);
}

static void no_client_id(answer *a)
{
    cut_out(a, 61);
}

static void other_client_id(answer *a)
{
    find(a, 61)[4] ^= 1;
}

static void client_id(answer *a)
{
    INSERT(a, 61, 2, 0, 1);
}

static void garbage_in_file(answer *a)
{
    a->data[FILE_NAME + 9] = 'x';
}

static void endless_sname(answer *a)
{
    memset(a->data + SNAME, 'x', 64);
}

static void boot_file(answer *a)
{
    strcpy((char *)a->data + FILE_NAME, "pxe");
}

static void lease_time(answer *a)
{
    INSERT(a, 51, 4, 0, 0, 14, 16);
}

static void no_message(answer *a)
{
    cut_out(a, 56);
}

static void network_address(answer *a)
{
    memcpy(find(a, 1) + 2, "\377\377\377\374", 4);
    a->data[YIADDR + 3] = (uint8_t)(4 * a->data[YIADDR + 3]);
}

static void broadcast_address(answer *a)
{
    memcpy(find(a, 1) + 2, "\377\377\377\374", 4);
    a->data[YIADDR + 3] = (uint8_t)(4 * a->data[YIADDR + 3] + 3);
}

static void own_address(answer *a)
{
    memcpy(find(a, 54) + 2, a->data + YIADDR, 4);
}

static void unasked(answer *a)
{
    INSERT(a, 42, 4, 10, 0, 0, 3);
}

static void out_of_order(answer *a)
{
    cut_out(a, 3);
    INSERT(a, 6, 4, 10, 0, 0, 2, 3, 4, 10, 1, 0, 1);
}

static void rapid_commit(answer *a)
{
    INSERT(a, 80, 0);
}

static void ipv6_only(answer *a)
{
    INSERT(a, 108, 4, 0, 0, 1, 44);
}

static void other_address(answer *a)
{
    a->data[YIADDR + 2] ^= 1;
}

static void no_relay_info(answer *a)
{
    cut_out(a, 82);
}

static void relay_info_cut(answer *a)
{
    uint8_t *p = find(a, 82);

    p[1]--;
    memmove(p + 2 + p[1], p + 3 + p[1], 2); /* End and the octet behind it */
}

static void other_relay_info(answer *a)
{
    find(a, 82)[4] ^= 1;
}

static void relay_info(answer *a)
{
    INSERT(a, 82, 3, 1, 1, 'c');
}

static void relay_info_first(answer *a)
{
    insert(a, find(a, 255), "\6\4\12\0\0\2", 6);
}

static void relay_info_twice(answer *a)
{
    uint8_t *p = find(a, 82), tlv[64];
    size_t n = 2u + p[1];

    memcpy(tlv, p, n);
    insert(a, p, tlv, n);
}

static void relay_info_in_file(answer *a)
{
    uint8_t *p = find(a, 82);

    memcpy(a->data + FILE_NAME, p, 2u + p[1]);
    a->data[FILE_NAME + 2 + p[1]] = 255;
    cut_out(a, 82);
    INSERT(a, 52, 1, 1);
}

/* -- cases ------------------------------------------------------------------------------------- */

typedef struct rule_case {
    const char *rule; /* NULL: allowed */
    void (*spoil)(answer *a);
    unsigned types; /* set of message types that are spoilt */
    const char *settings[2];
    bool relayed;
} rule_case;

#define O (1u << DHCPPERF_OFFER)
#define A (1u << DHCPPERF_ACK)
#define N (1u << DHCPPERF_NAK)

static const rule_case cases[] = {
    {NULL, nothing, O | A, {NULL}, false},
    {NULL, nothing, O | A, {NULL}, true},
    {NULL, nothing, O | A, {"client.broadcast=true"}, true},
    {NULL, nothing, O | A, {"client.id=none"}, true},
    {NULL, nothing, N, {NULL}, false},
    {NULL, nothing, N, {NULL}, true},
    {NULL, siaddr, O | A, {NULL}, false},
    {NULL, boot_file, O | A, {NULL}, false},
    {"op-not-reply", op, O, {NULL}, false},
    {"op-not-reply", op, A, {NULL}, false},
    {"chaddr-changed", htype, O, {NULL}, false},
    {"chaddr-changed", chaddr_padding, A, {NULL}, false},
    {"hops-not-zero", hops, O | A, {NULL}, true},
    {"hops-not-zero", hops, N, {NULL}, true},
    {"secs-not-zero", secs, O | A, {NULL}, false},
    {"flags-changed", broadcast, O | A, {NULL}, false},
    {"flags-changed", broadcast, O | A, {"client.broadcast=true"}, false},
    {"flags-changed", reserved_flag, O | A, {NULL}, false},
    {"flags-changed", broadcast, N, {NULL}, false},
    {"giaddr-changed", giaddr, O | A, {NULL}, true},
    {"giaddr-changed", no_giaddr, O | A, {NULL}, true},
    {NULL, giaddr, O | A, {NULL}, false}, /* of a relay agent between us */
    {"ciaddr-wrong", ciaddr, O | A, {NULL}, false},
    {"ciaddr-wrong", ciaddr, N, {NULL}, false},
    {"address-missing", no_yiaddr, O, {NULL}, false},
    {"address-missing", no_yiaddr, A, {NULL}, false},
    {"yiaddr-in-nak", yiaddr, N, {NULL}, false},
    {"siaddr-in-nak", siaddr, N, {NULL}, false},
    {"message-type", type, O, {NULL}, false},
    {"message-type", no_type, A, {NULL}, false},
    {"server-id-missing", no_server_id, O, {NULL}, false},
    {"server-id-missing", long_server_id, A, {NULL}, false},
    {"server-id-missing", no_server_id, N, {NULL}, false},
    {"server-id-changed", other_server_id, A, {NULL}, false},
    {"server-id-changed", other_server_id, N, {NULL}, false},
    {"lease-time-missing", no_lease, O, {NULL}, false},
    {"lease-time-missing", no_lease, A, {NULL}, false},
    {"t1-t2-order", t1_behind_t2, A, {NULL}, false},
    {"t1-t2-missing", no_t2, A, {NULL}, false},
    {"client-option", requested_ip, O | A, {NULL}, false},
    {"client-option", param_list, O | A, {NULL}, true},
    {"client-option", max_size, O | A, {NULL}, false},
    {"client-option", requested_ip, N, {NULL}, false},
    {"option-repeated", router_twice, O | A, {NULL}, false},
    {"option-repeated", mask_twice, O | A, {NULL}, true},
    {"end-not-last", no_end, O | A, {NULL}, false},
    {"end-not-last", octets_behind_end, O | A, {NULL}, false},
    {"under-300-octets", short_one, O | A, {NULL}, false},
    {"over-maximum-size", long_one, O | A, {"client.max-size=576"}, false},
    {NULL, long_one, O | A, {NULL}, false},
    {"mask-after-router", mask_after_router, O | A, {NULL}, false},
    {"client-id-missing", no_client_id, O | A, {NULL}, false},
    {"client-id-missing", no_client_id, N, {NULL}, false},
    {"client-id-changed", other_client_id, O | A, {NULL}, false},
    {"client-id-invented", client_id, O | A, {"client.id=none"}, false},
    {"file-or-sname", garbage_in_file, O | A, {NULL}, false},
    {"file-or-sname", endless_sname, O | A, {NULL}, false},
    {"file-or-sname", boot_file, N, {NULL}, false},
    {"option-in-nak", lease_time, N, {NULL}, false},
    {"nak-unexplained", no_message, N, {NULL}, false},
    {"address-of-no-host", network_address, O | A, {NULL}, false},
    {"address-of-no-host", broadcast_address, O | A, {NULL}, false},
    {"address-of-no-host", own_address, O | A, {NULL}, false},
    {"option-unasked", unasked, O | A, {NULL}, true},
    {"option-order", out_of_order, O | A, {NULL}, true},
    {"rapid-commit-unasked", rapid_commit, O, {NULL}, false},
    {"rapid-commit-unasked", rapid_commit, A, {NULL}, false},
    {"ipv6-only-unasked", ipv6_only, O | A, {NULL}, false},
    {"ack-unlike-offer", other_address, A, {NULL}, false},
    {"nak-without-broadcast", broadcast, N, {NULL}, true},
    {"relay-info-missing", no_relay_info, O | A, {NULL}, true},
    {"relay-info-changed", relay_info_cut, O | A, {NULL}, true},
    {"relay-info-changed", other_relay_info, O | A, {NULL}, true},
    {"relay-info-not-in-nak", no_relay_info, N, {NULL}, true},
    {"relay-info-not-in-nak", other_relay_info, N, {NULL}, true},
    {"relay-info-not-last", relay_info_first, O | A, {NULL}, true},
    {"relay-info-invented", relay_info, O | A, {NULL}, false},
    {"relay-info-twice", relay_info_twice, O | A, {NULL}, true},
    {"relay-info-overloaded", relay_info_in_file, O | A, {NULL}, true},
};

static const rule_case *playing;
static unsigned spoilt_answers;

/* A server without fault: mask, router and times, as asked for. */
static void serve_spoilt(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    static const uint8_t more[] = {1, 4, 255, 255, 0, 0, 3, 4, 10, 1, 0, 1};
    fake_reply r;
    answer a;

    (void)pkt;
    if (!fake_prepare(f, msg, &r)) {
        return;
    }
    if (r.type == DHCPPERF_ACK && (playing->types & N) != 0) {
        r.type = DHCPPERF_NAK;
    } else {
        r.t1_s = 1800;
        r.t2_s = 3150;
        memcpy(r.more, more, sizeof more);
        r.more_len = sizeof more;
    }
    a.len = fake_compose(f, &r, memset(a.data, 0, sizeof a.data));
    if ((playing->types >> r.type & 1) != 0) {
        playing->spoil(&a);
        spoilt_answers++;
    }
    fake_inject(f, a.data, a.len, f->now + FAKE_MS);
}

static dhcpperf_client_config *config_of(const rule_case *k)
{
    dhcpperf_client_config *c = fake_config(k->settings);
    dhcpperf_ip4 relay = {{10, 1, 255, 1}};
    dhcpperf_load *load;

    ck_assert_int_eq(dhcpperf_client_config_set_stations(c, STATIONS), 0);
    ck_assert_int_eq(dhcpperf_client_config_set(c, "nak.max", "1"), 0);
    ck_assert_int_eq(dhcpperf_load_parse(&load, "rate 10/s 500ms", NULL, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_load(c, load), 0);
    dhcpperf_load_free(load);
    if (k->relayed) {
        ck_assert_int_eq(dhcpperf_client_config_add_relays(c, relay, 1, 0, "c{station}", "r"), 0);
    }
    return c;
}

static void check_verdicts(const fake *f, const rule_case *k, const char *how)
{
    uint64_t must = 0, should = 0;
    dhcpperf_violation v;
    unsigned i;

    for (i = 0; dhcpperf_client_get_violation(f->cli, i, &v, sizeof v) == 1; i++) {
        bool meant = k->rule != NULL && strcmp(v.rule, k->rule) == 0;

        ck_assert_msg(v.count == (meant ? spoilt_answers : 0), "%s (case %d, %s): %u x %s: %s",
                      k->rule != NULL ? k->rule : "clean", (int)(k - cases), how, (unsigned)v.count,
                      v.rule, v.example);
        ck_assert_msg((v.count > 0) == (v.packet.len > 0), "%s: packet", v.rule);
        if (v.level == DHCPPERF_LEVEL_MUST) {
            must += v.count;
        } else {
            should += v.count;
        }
    }
    ck_assert_uint_eq(fake_count(f, DHCPPERF_C_VIOLATIONS), must);
    ck_assert_uint_eq(fake_count(f, DHCPPERF_C_REMARKS), should);
}

static void listen(void *user, const dhcpperf_event *ev)
{
    unsigned *heard = user;

    ck_assert_int_eq(ev->kind, DHCPPERF_EV_VIOLATION);
    (*heard)++;
}

/* Five stations one after the other, so that the later answers look like those judged before. */
START_TEST(each_rule_is_found_broken_alone)
    {
        const rule_case *k = &cases[_i];
        dhcpperf_client_config *c = config_of(k);
        unsigned heard = 0;
        fake f;

        playing = k;
        spoilt_answers = 0;
        fake_init(&f, c);
        f.serve = serve_spoilt;
        fake_begin(&f, 2 * FAKE_S);
        ck_assert_uint_ge(spoilt_answers, STATIONS);
        check_verdicts(&f, k, "counted");
        fake_check_balance(&f, "rules", _i);
        fake_fini(&f);

        /* With a listener every one of them is told. */
        spoilt_answers = 0;
        ck_assert_int_eq(
            dhcpperf_client_config_set_trace(c, listen, &heard, 1u << DHCPPERF_EV_VIOLATION), 0);
        fake_init(&f, c);
        f.serve = serve_spoilt;
        fake_begin(&f, 2 * FAKE_S);
        check_verdicts(&f, k, "told");
        ck_assert_uint_eq(heard, k->rule != NULL ? spoilt_answers : 0);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* -- what depends on what was asked ------------------------------------------------------------ */

static void other_ip(fake_reply *r)
{
    r->yiaddr ^= 1 << 12;
}

static void with_lease(fake_reply *r)
{
    r->lease_s = 3600;
}

static void with_ip(fake_reply *r)
{
    r->yiaddr = 0x0a010009;
}

static void unchanged(fake_reply *r)
{
    (void)r;
}

static const struct {
    const char *rule; /* NULL: none is broken */
    dhcpperf_command what;
    void (*change)(fake_reply *r);
} asked[] = {
    {NULL, DHCPPERF_DO_REBOOT, unchanged},
    {NULL, DHCPPERF_DO_RENEW, unchanged},
    {NULL, DHCPPERF_DO_REBIND, unchanged},
    {NULL, DHCPPERF_DO_INFORM, unchanged},
    {"reboot-changes-address", DHCPPERF_DO_REBOOT, other_ip},  /* S-066 */
    {"renewal-changes-address", DHCPPERF_DO_RENEW, other_ip},  /* S-070 */
    {"renewal-changes-address", DHCPPERF_DO_REBIND, other_ip}, /* S-070 */
    {"lease-in-inform-ack", DHCPPERF_DO_INFORM, with_lease},   /* S-091 */
    {"yiaddr-in-inform-ack", DHCPPERF_DO_INFORM, with_ip},     /* S-092 */
};

static void (*change)(fake_reply *r); /* NULL: not yet */

static void serve_changed(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        if (r.type == DHCPPERF_ACK && dhcpperf_msg_get_type(msg) != DHCPPERF_INFORM) {
            r.t1_s = 1800;
            r.t2_s = 3150;
        }
        if (change != NULL) {
            change(&r);
        }
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

/* That rule is broken that many times, and no other is. */
static void check_only(const fake *f, const char *rule, uint64_t times)
{
    dhcpperf_violation v;
    bool found = rule == NULL;
    unsigned i;

    for (i = 0; dhcpperf_client_get_violation(f->cli, i, &v, sizeof v) == 1; i++) {
        bool meant = rule != NULL && strcmp(v.rule, rule) == 0;

        found = found || meant;
        ck_assert_msg(v.count == (meant ? times : 0), "%s: %u x %s: %s",
                      rule != NULL ? rule : "clean", (unsigned)v.count, v.rule, v.example);
    }
    ck_assert_msg(found, "no rule %s", rule);
}

START_TEST(what_was_asked_decides)
    {
        static const char *const settings[] = {"stations=5", "inform.first=10.1.0.1", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        uint32_t i;
        fake f;

        change = NULL;
        fake_init(&f, c);
        f.serve = serve_changed;
        fake_begin(&f, FAKE_S);
        change = asked[_i].change;
        for (i = 0; i < STATIONS; i++) {
            if (asked[_i].what == DHCPPERF_DO_INFORM) {
                ck_assert_int_eq(dhcpperf_client_do(f.cli, i, DHCPPERF_DO_VANISH), 0);
            }
            ck_assert_int_eq(dhcpperf_client_do(f.cli, i, asked[_i].what), 0);
            fake_run(&f, f.now + FAKE_S / 10);
        }
        check_only(&f, asked[_i].rule, asked[_i].rule != NULL ? STATIONS : 0);
        fake_check_balance(&f, "asked", _i);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* To each DISCOVER two OFFERs of one server before the ACK; the second of another address if so. */
static void serve_twice(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        r.t1_s = 1800;
        r.t2_s = 3150;
        fake_answer(f, &r, f->now + (r.type == DHCPPERF_OFFER ? 1 : 9) * FAKE_MS);
        if (r.type == DHCPPERF_OFFER) {
            change(&r);
            fake_answer(f, &r, f->now + 5 * FAKE_MS);
        }
    }
}

START_TEST(s_031_a_second_offer_is_of_the_same_address)
    {
        static const char *const settings[] = {"stations=5", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        fake f;

        change = _i == 0 ? unchanged : other_ip;
        fake_init(&f, c);
        f.serve = serve_twice;
        fake_begin(&f, FAKE_S);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_BOUND), STATIONS);
        check_only(&f, _i == 0 ? NULL : "offer-changed", STATIONS);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

static void with_selection(fake_reply *r)
{
    static const uint8_t selection[] = {118, 4, 10, 1, 0, 0};

    memcpy(r->more, selection, sizeof selection);
    r->more_len = sizeof selection;
}

START_TEST(s_044_subnet_selection_comes_back)
    {
        static const char *const settings[] = {"stations=5", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        fake f;

        ck_assert_int_eq(dhcpperf_client_config_add_option(c, 118, "10.1.0.0"), 0);
        change = _i == 0 ? with_selection : unchanged;
        fake_init(&f, c);
        f.serve = serve_changed;
        fake_begin(&f, FAKE_S);
        check_only(&f, _i == 0 ? NULL : "subnet-selection-lost", 2 * STATIONS);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* A relay agent that has itself addressed as the server. */
START_TEST(s_109_the_server_id_is_what_the_relay_asks_for)
    {
        static const char *const settings[] = {"stations=5", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        dhcpperf_ip4 relay = {{10, 1, 255, 1}};
        fake f;

        ck_assert_int_eq(dhcpperf_client_config_add_relays(c, relay, 1, 0, "c{station}", NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_add_relay_option(c, 11, "10.1.255.1"), 0);
        change = unchanged;
        fake_init(&f, c);
        f.serve = serve_changed;
        f.server_id = _i == 0 ? fake_num(relay) : f.server_id;
        fake_begin(&f, FAKE_S);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_BOUND), STATIONS);
        check_only(&f, _i == 0 ? NULL : "server-id-not-overridden", 2 * STATIONS);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, each_rule_is_found_broken_alone, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_loop_test(tc, what_was_asked_decides, 0, (int)(sizeof asked / sizeof asked[0]));
    tcase_add_loop_test(tc, s_031_a_second_offer_is_of_the_same_address, 0, 2);
    tcase_add_loop_test(tc, s_044_subnet_selection_comes_back, 0, 2);
    tcase_add_loop_test(tc, s_109_the_server_id_is_what_the_relay_asks_for, 0, 2);
}

HARNESS_MAIN("client/referee-rules", tests)
