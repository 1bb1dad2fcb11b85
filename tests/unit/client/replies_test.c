/* SPDX-License-Identifier: MIT */
/* replies_test.c - which arrivals count, and as what (conformance K-030 to K-049). */
#include "client/dp_client.h"

#include <stdio.h>
#include <string.h>

#include <libdhcpperf/frame.h>

#include "support/harness.h"
#include "unit/client/fake.h"

static dhcpperf_msg_type when; /* to which message */

typedef struct decoy_case {
    const char *name;
    dhcpperf_msg_type to, as; /* request it answers, type it claims */
    dhcpperf_counter cause;
    const char *rule; /* the referee's, or NULL */
} decoy_case;

static const decoy_case decoys[] = {
    {"K-030 xid of an OFFER", DHCPPERF_DISCOVER, DHCPPERF_OFFER, DHCPPERF_C_RX_UNMATCHED, NULL},
    {"K-031 chaddr of an OFFER", DHCPPERF_DISCOVER, DHCPPERF_OFFER, DHCPPERF_C_RX_UNMATCHED,
     "chaddr-changed"},
    {"K-032 op of an OFFER", DHCPPERF_DISCOVER, DHCPPERF_OFFER, DHCPPERF_C_RX_UNMATCHED,
     "op-not-reply"},
    {"K-033 server id of an OFFER", DHCPPERF_DISCOVER, DHCPPERF_OFFER, DHCPPERF_C_RX_UNUSABLE,
     "server-id-missing"},
    {"K-033 broadcast as server id of an OFFER", DHCPPERF_DISCOVER, DHCPPERF_OFFER,
     DHCPPERF_C_RX_UNUSABLE, "server-id-missing"},
    {"K-038 broadcast as yiaddr of an OFFER", DHCPPERF_DISCOVER, DHCPPERF_OFFER,
     DHCPPERF_C_RX_UNUSABLE, "address-missing"},
    {"broadcast as yiaddr of an ACK", DHCPPERF_REQUEST, DHCPPERF_ACK, DHCPPERF_C_RX_UNUSABLE,
     "address-missing"},
    {"K-034 NAK while SELECTING", DHCPPERF_DISCOVER, DHCPPERF_NAK, DHCPPERF_C_RX_UNMATCHED, NULL},
    {"K-044 ACK while SELECTING", DHCPPERF_DISCOVER, DHCPPERF_ACK, DHCPPERF_C_RX_UNMATCHED,
     "rapid-commit-unasked"},
    {"K-038 lease of an OFFER", DHCPPERF_DISCOVER, DHCPPERF_OFFER, DHCPPERF_C_RX_UNUSABLE,
     "lease-time-missing"},
    {"K-038 yiaddr of an OFFER", DHCPPERF_DISCOVER, DHCPPERF_OFFER, DHCPPERF_C_RX_UNUSABLE,
     "address-missing"},
    {"a client's type", DHCPPERF_DISCOVER, DHCPPERF_INFORM, DHCPPERF_C_RX_UNMATCHED,
     "message-type"},
    {"K-039 OFFER while REQUESTING", DHCPPERF_REQUEST, DHCPPERF_OFFER, DHCPPERF_C_RX_DUPLICATE,
     NULL},
    {"K-039 other server's OFFER", DHCPPERF_REQUEST, DHCPPERF_OFFER, DHCPPERF_C_RX_WRONG_SERVER,
     NULL},
    {"K-040 xid of an ACK", DHCPPERF_REQUEST, DHCPPERF_ACK, DHCPPERF_C_RX_UNMATCHED, NULL},
    {"K-041 chaddr of an ACK", DHCPPERF_REQUEST, DHCPPERF_ACK, DHCPPERF_C_RX_UNMATCHED,
     "chaddr-changed"},
    {"K-042 other server's ACK", DHCPPERF_REQUEST, DHCPPERF_ACK, DHCPPERF_C_RX_WRONG_SERVER,
     "server-id-changed"},
    {"other server's NAK", DHCPPERF_REQUEST, DHCPPERF_NAK, DHCPPERF_C_RX_WRONG_SERVER,
     "server-id-changed"},
    {"K-043 op of an ACK", DHCPPERF_REQUEST, DHCPPERF_ACK, DHCPPERF_C_RX_UNMATCHED, "op-not-reply"},
    {"K-033 server id of an ACK", DHCPPERF_REQUEST, DHCPPERF_ACK, DHCPPERF_C_RX_UNUSABLE,
     "server-id-missing"},
    {"lease of an ACK", DHCPPERF_REQUEST, DHCPPERF_ACK, DHCPPERF_C_RX_UNUSABLE,
     "lease-time-missing"},
    {"yiaddr of an ACK", DHCPPERF_REQUEST, DHCPPERF_ACK, DHCPPERF_C_RX_UNUSABLE, "address-missing"},
    {"K-041 hlen of an ACK", DHCPPERF_REQUEST, DHCPPERF_ACK, DHCPPERF_C_RX_UNMATCHED,
     "chaddr-changed"},
};

static void spoil(fake_reply *r, const decoy_case *d)
{
    r->type = d->as;
    if (strstr(d->name, "xid") != NULL) {
        r->xid ^= 0x10000;
    } else if (strstr(d->name, "chaddr") != NULL) {
        r->chaddr[5] ^= 1;
    } else if (strstr(d->name, "hlen") != NULL) {
        r->hlen = 5;
    } else if (strstr(d->name, " op ") != NULL) {
        r->op = 1;
    } else if (strstr(d->name, "server id") != NULL) {
        r->server_id = strstr(d->name, "broadcast") != NULL ? UINT32_MAX : 0;
    } else if (strstr(d->name, "other server") != NULL) {
        r->server_id ^= 0xff;
    } else if (strstr(d->name, "lease") != NULL) {
        r->lease_s = 0;
    } else if (strstr(d->name, "yiaddr") != NULL) {
        r->yiaddr = strstr(d->name, "broadcast") != NULL ? UINT32_MAX : 0;
    }
}

static const decoy_case *playing;

/* The decoy at once, the good answer 0.6 s later. */
static void decoy_first(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (!fake_prepare(f, msg, &r)) {
        return;
    }
    if (dhcpperf_msg_get_type(msg) == (int)playing->to) {
        fake_reply bad = r;

        spoil(&bad, playing);
        fake_answer(f, &bad, f->now + FAKE_MS);
        fake_answer(f, &r, f->now + 600 * FAKE_MS);
    } else {
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

static void one_station(fake *f, void (*serve)(fake *, const dhcpperf_pkt *, const dhcpperf_msg *),
                        dhcpperf_ts until)
{
    dhcpperf_client_config *c = fake_config(NULL);

    fake_init(f, c);
    dhcpperf_client_config_free(c);
    f->serve = serve;
    fake_begin(f, until);
}

START_TEST(a_decoy_is_counted_and_changes_nothing)
    {
        dhcpperf_station before, after;
        uint64_t violations;
        fake f;

        playing = &decoys[_i];
        one_station(&f, decoy_first, 0);
        fake_run(&f, playing->to == DHCPPERF_REQUEST ? FAKE_MS : 0);
        before = fake_station(&f, 0);
        fake_run(&f, f.now + 100 * FAKE_MS);
        after = fake_station(&f, 0);
        ck_assert_msg(before.state == after.state && before.xid == after.xid, "%s: state",
                      playing->name);
        ck_assert_msg(fake_count(&f, playing->cause) == 1, "%s: cause", playing->name);
        violations = fake_count(&f, DHCPPERF_C_VIOLATIONS);
        ck_assert_msg(violations == (playing->rule != NULL), "%s: %u violations", playing->name,
                      (unsigned)violations);
        if (playing->rule != NULL) {
            ck_assert_msg(fake_violations(&f, playing->rule) == 1, "%s: rule", playing->name);
        }
        fake_check_balance(&f, playing->name, 1);
        fake_run(&f, f.now + 3 * FAKE_S);
        ck_assert_msg(fake_station(&f, 0).state == DHCPPERF_ST_BOUND, "%s: not bound after all",
                      playing->name);
        ck_assert_msg(f.pulled[DHCPPERF_DISCOVER] == 1 && f.pulled[DHCPPERF_REQUEST] == 1,
                      "%s: sent again", playing->name); /* K-018 */
        fake_check_balance(&f, playing->name, 2);
        fake_fini(&f);
    }
END_TEST

/* K-035: damaged in every way, then good. */
static void damage(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    uint8_t good[300];
    fake_reply r;
    size_t cut;

    (void)pkt;
    if (!fake_prepare(f, msg, &r)) {
        return;
    }
    fake_answer(f, &r, f->now + 900 * FAKE_MS);
    memcpy(good, f->heap[0].data, sizeof good); /* the only one under way */
    for (cut = 0; cut < 300; cut += 7) {
        uint8_t data[300];

        memcpy(data, good, sizeof data);
        if (cut >= 240) { /* an option that runs past the end */
            data[240] = 53;
            data[241] = 255;
        }
        fake_inject(f, data, cut, f->now + FAKE_MS);
    }
}

START_TEST(damaged_answers_are_counted_and_survived)
    {
        fake f;

        one_station(&f, damage, 10 * FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_MALFORMED), 2 * 43);
        fake_check_balance(&f, "damaged", 0);
        fake_fini(&f);
    }
END_TEST

/* K-045: overload. */
static void split(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        r.split = 1;
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

START_TEST(overloaded_answers_are_understood)
    {
        dhcpperf_station st;
        fake f;

        one_station(&f, split, FAKE_S);
        st = fake_station(&f, 0);
        ck_assert_int_eq(st.state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(fake_num(st.server_id), f.server_id);
        ck_assert_uint_eq(st.lease_s, f.lease_s);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_VIOLATIONS), 0);
        fake_fini(&f);
    }
END_TEST

/* K-046. */
static void lengthy(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        r.min_len = r.type == DHCPPERF_OFFER ? 548 : 1472;
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

START_TEST(long_answers_are_accepted)
    {
        fake f;

        one_station(&f, lengthy, FAKE_S);
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        fake_fini(&f);
    }
END_TEST

/* K-036, K-037, K-049: two servers offer, each answers for itself, the ACK has other parameters. */
static void two_servers(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;
    dhcpperf_ip4 chosen = {{0}};

    (void)pkt;
    if (!fake_prepare(f, msg, &r)) {
        return;
    }
    if (r.type == DHCPPERF_OFFER) {
        fake_answer(f, &r, f->now + 2 * FAKE_MS);
        r.server_id += 1;
        r.yiaddr += 100;
        fake_answer(f, &r, f->now + FAKE_MS);
        return;
    }
    (void)dhcpperf_msg_get_option_ip4(msg, DHCPPERF_OPT_SERVER_ID, &chosen);
    ck_assert_uint_eq(fake_num(chosen), f->server_id + 1);
    (void)dhcpperf_msg_get_option_ip4(msg, DHCPPERF_OPT_REQUESTED_IP, &chosen);
    ck_assert_uint_eq(fake_num(chosen), r.yiaddr + 100);
    r.server_id += 1;
    r.yiaddr += 100;
    r.lease_s = 777;
    r.t1_s = 100;
    r.t2_s = 200;
    fake_answer(f, &r, f->now + 5 * FAKE_MS);
}

START_TEST(one_server_is_selected_and_its_ack_counts)
    {
        dhcpperf_station st;
        fake f;

        one_station(&f, two_servers, FAKE_S);
        st = fake_station(&f, 0);
        ck_assert_int_eq(st.state, DHCPPERF_ST_BOUND);
        ck_assert_uint_eq(fake_num(st.server_id), f.server_id + 1);
        ck_assert_uint_eq(st.lease_s, 777);
        /* K-059: from when the REQUEST was sent, 1 ms after the start. */
        ck_assert_uint_eq(st.bound_at, 6 * FAKE_MS);
        ck_assert_uint_eq(st.t1_at, FAKE_MS + 100 * FAKE_S);
        ck_assert_uint_eq(st.t2_at, FAKE_MS + 200 * FAKE_S);
        ck_assert_uint_eq(st.expires_at, FAKE_MS + 777 * FAKE_S);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_WRONG_SERVER), 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_VIOLATIONS), 0);
        fake_check_balance(&f, "two servers", 0);
        fake_fini(&f);
    }
END_TEST

/* -- T1 and T2 (K-076, K-079) -- */

static const struct {
    uint32_t lease, t1, t2;    /* s */
    uint32_t want_t1, want_t2; /* ms */
    int violation;
} timers[] = {
    {800, 0, 0, 400000, 700000, 0},
    {800, 100, 200, 100000, 200000, 0},
    {800, 100, 0, 100000, 700000, 0},
    {800, 0, 500, 400000, 500000, 0},
    {800, 200, 200, 400000, 700000, 1},
    {800, 300, 200, 400000, 700000, 1},
    {800, 100, 800, 400000, 700000, 1},
    {800, 900, 0, 400000, 700000, 1},
    {800, 0, 300, 400000, 700000, 0}, /* in order as told, but not with our half of the lease */
    {UINT32_MAX, 5, 4, UINT32_MAX, UINT32_MAX, 0},
    {2, 0, 0, 1000, 1750, 0},
    {7, 3, 0, 3000, 6125, 0},
};
static int timers_case;

static void with_timers(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        r.lease_s = timers[timers_case].lease;
        r.t1_s = timers[timers_case].t1;
        r.t2_s = timers[timers_case].t2;
        fake_answer(f, &r, f->now + FAKE_MS);
    }
}

static dhcpperf_ts lease_instant(uint32_t ms)
{
    return ms == UINT32_MAX ? DHCPPERF_NEVER : FAKE_MS + ms * FAKE_MS;
}

START_TEST(t1_and_t2_are_taken_when_in_order)
    {
        dhcpperf_station st;
        fake f;

        timers_case = _i;
        one_station(&f, with_timers, FAKE_S);
        st = fake_station(&f, 0);
        ck_assert_msg(st.state == DHCPPERF_ST_BOUND, "case %d", _i);
        ck_assert_msg(st.t1_at == lease_instant(timers[_i].want_t1), "case %d: T1 %llu", _i,
                      (unsigned long long)st.t1_at);
        ck_assert_msg(st.t2_at == lease_instant(timers[_i].want_t2), "case %d: T2 %llu", _i,
                      (unsigned long long)st.t2_at);
        ck_assert_msg(st.expires_at == (timers[_i].lease == UINT32_MAX
                                            ? DHCPPERF_NEVER
                                            : FAKE_MS + timers[_i].lease * FAKE_S),
                      "case %d", _i);
        ck_assert_msg(fake_violations(&f, "t1-t2-order") == (unsigned)timers[_i].violation,
                      "case %d: referee", _i);
        fake_fini(&f);
    }
END_TEST

/* Answers that come as Ethernet frames, some of them damaged. */
START_TEST(frames_are_unwrapped)
    {
        dhcpperf_client_config *c = fake_config(NULL);
        uint8_t room[600];
        dhcpperf_pkt pkt;
        unsigned round;
        fake f;

        fake_init(&f, c);
        fake_begin(&f, 0);
        for (round = 0; round < 2; round++) {
            memset(&pkt, 0, sizeof pkt);
            pkt.data = room + 100;
            pkt.cap = 500;
            pkt.len = f.heap[0].len;
            memcpy(pkt.data, f.heap[0].data, pkt.len);
            pkt.src.ip = fake_ip(f.server_id);
            pkt.src.port = 67;
            pkt.dst.ip = fake_ip(UINT32_MAX);
            pkt.dst.port = 68;
            f.n = 0;
            ck_assert_int_eq(dhcpperf_frame_wrap(&pkt, 0), 0);
            ck_assert_uint_ne(pkt.flags & DHCPPERF_PKT_FRAME, 0);
            if (round == 1) {
                dhcpperf_pkt bad = pkt;

                bad.len = 30;
                ck_assert_int_eq(dhcpperf_engine_recv(f.e, &bad, 1, f.now), 1);
                ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_MALFORMED), 1);
            }
            ck_assert_int_eq(dhcpperf_engine_recv(f.e, &pkt, 1, f.now), 1);
            fake_run(&f, f.now);
        }
        ck_assert_int_eq(fake_station(&f, 0).state, DHCPPERF_ST_BOUND);
        fake_check_balance(&f, "frames", 0);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

/* -- late, duplicate --------------------------------------------------------------------------- */

static void thrice(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_serve(f, pkt, msg);
    fake_serve(f, pkt, msg);
    fake_serve(f, pkt, msg);
}

START_TEST(duplicates_are_counted_as_such)
    {
        fake f;

        one_station(&f, thrice, FAKE_S);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_BOUND), 1);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_DUPLICATE), 4);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_VIOLATIONS), 0);
        fake_check_balance(&f, "thrice", 0);
        fake_fini(&f);
    }
END_TEST

static dhcpperf_client_config *impatient(dhcpperf_give_up then)
{
    dhcpperf_client_config *c = fake_config(NULL);
    dhcpperf_retry *r;
    unsigned p;

    ck_assert_int_eq(dhcpperf_retry_new(&r, "none", NULL), 0);
    for (p = DHCPPERF_PHASE_SELECTING; p <= DHCPPERF_PHASE_REQUESTING; p++) {
        ck_assert_int_eq(dhcpperf_retry_set_backoff(r, (dhcpperf_phase)p, FAKE_S, 1.0, FAKE_S), 0);
        ck_assert_int_eq(dhcpperf_retry_set_attempts(r, (dhcpperf_phase)p, 1, then), 0);
    }
    ck_assert_int_eq(dhcpperf_client_config_set_retry(c, r), 0);
    dhcpperf_retry_free(r);
    return c;
}

/* Answers come after it was given up, and twice. */
static void late_twice(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    int slow = dhcpperf_msg_get_type(msg) == (int)when;

    f->latency = slow ? 1500 * FAKE_MS : FAKE_MS;
    fake_serve(f, pkt, msg);
    if (slow) {
        fake_serve(f, pkt, msg);
    }
}

START_TEST(an_answer_after_giving_up_is_late_once)
    {
        dhcpperf_client_config *c = impatient(DHCPPERF_GIVE_UP_STOP);
        dhcpperf_exchange x = _i == 0 ? DHCPPERF_X_DISCOVER : DHCPPERF_X_REQUEST;
        fake f;

        when = _i == 0 ? DHCPPERF_DISCOVER : DHCPPERF_REQUEST;
        fake_init(&f, c);
        f.serve = late_twice;
        fake_begin(&f, 1300 * FAKE_MS);
        ck_assert_msg(fake_exchange(&f, x, DHCPPERF_OUT_UNANSWERED) == 1, "case %d", _i);
        fake_check_balance(&f, "given up", _i);
        fake_run(&f, 10 * FAKE_S);
        ck_assert_msg(fake_exchange(&f, x, DHCPPERF_OUT_UNANSWERED) == 0, "case %d", _i);
        ck_assert_msg(fake_exchange(&f, x, DHCPPERF_OUT_LATE) == 1, "case %d", _i);
        ck_assert_msg(fake_count(&f, DHCPPERF_C_RX_DUPLICATE) == 1, "case %d", _i);
        ck_assert_msg(fake_station(&f, 0).state == DHCPPERF_ST_FAILED, "case %d", _i);
        fake_check_balance(&f, "late", _i);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(an_answer_to_an_earlier_attempt_is_late_too)
    {
        dhcpperf_client_config *c = impatient(DHCPPERF_GIVE_UP_RESTART);
        fake f;

        when = DHCPPERF_DISCOVER; /* asks every second, is answered 1.5 s later */
        fake_init(&f, c);
        f.serve = late_twice;
        fake_begin(&f, 20 * FAKE_S + 700 * FAKE_MS);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_STARTED), 21);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_LATE), 20);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_UNANSWERED), 0);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_DUPLICATE), 20);
        fake_check_balance(&f, "late", 2);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(beyond_what_is_remembered_it_is_unmatched)
    {
        dhcpperf_client_config *c = impatient(DHCPPERF_GIVE_UP_RESTART);
        fake f;

        fake_init(&f, c);
        f.latency = 4500 * FAKE_MS; /* four attempts later */
        fake_begin(&f, 20 * FAKE_S + 700 * FAKE_MS);
        ck_assert_uint_eq(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_LATE), 0);
        ck_assert_uint_eq(fake_count(&f, DHCPPERF_C_RX_UNMATCHED), 17);
        fake_check_balance(&f, "too late", 0);
        fake_fini(&f);
        dhcpperf_client_config_free(c);
    }
END_TEST

START_TEST(the_second_nak_is_a_duplicate)
    {
        fake f;

        playing =
            &(const decoy_case){"", DHCPPERF_REQUEST, DHCPPERF_NAK, DHCPPERF_C_RX_DUPLICATE, NULL};
        one_station(&f, decoy_first, 590 * FAKE_MS); /* NAK at once; a good ACK much later */
        ck_assert_uint_ge(fake_exchange(&f, DHCPPERF_X_REQUEST, DHCPPERF_OUT_REFUSED), 1);
        fake_check_balance(&f, "nak", 1);
        fake_run(&f, 650 * FAKE_MS);
        /* That ACK answers what was refused before. */
        ck_assert_uint_ge(fake_count(&f, DHCPPERF_C_RX_DUPLICATE), 1);
        fake_check_balance(&f, "nak", 2);
        fake_fini(&f);
    }
END_TEST

/* -- the property ------------------------------------------------------------------------------ */

static uint64_t chaos_seed, chaos_n;
static unsigned chaos_rough; /* 1: misbehaves; 0: the storm is over */

static unsigned chance(unsigned below)
{
    return (unsigned)dp_below(dp_draw(chaos_seed, 1, 2, chaos_n++), below);
}

static void garbage(fake *f, dhcpperf_ts at)
{
    uint8_t data[400];
    size_t len = chance(400), k;

    for (k = 0; k < len; k++) {
        data[k] = (uint8_t)chance(256);
    }
    if (len >= 240 && chance(2) == 0) {
        memcpy(data + 236, "\x63\x82\x53\x63", 4);
        data[0] = 2;
    }
    fake_inject(f, data, len, at);
}

/* Loss, duplication, reordering, wrong types, servers and fields, and noise. */
static void chaos(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    static const dhcpperf_msg_type types[] = {DHCPPERF_OFFER, DHCPPERF_ACK, DHCPPERF_NAK,
                                              DHCPPERF_DISCOVER, (dhcpperf_msg_type)0};
    fake_reply r;
    unsigned copies;

    if (!chaos_rough) {
        fake_serve(f, pkt, msg);
        return;
    }
    if (!fake_prepare(f, msg, &r)) {
        return;
    }
    for (copies = chance(4); copies > 0; copies--) {
        fake_reply bad = r;

        switch (chance(12)) {
        case 0:
            bad.type = types[chance(5)];
            break;
        case 1:
            bad.server_id = chance(2) == 0 ? 0 : bad.server_id + chance(3);
            break;
        case 2:
            bad.lease_s = chance(3);
            break;
        case 3:
            bad.yiaddr = chance(2) == 0 ? 0 : bad.yiaddr + chance(3);
            break;
        case 4:
            bad.chaddr[chance(6)] ^= (uint8_t)chance(3);
            break;
        case 5:
            bad.xid = chance(2) == 0 ? bad.xid + chance(3) : (uint32_t)chance(UINT32_MAX);
            break;
        case 6:
            bad.split = 1;
            break;
        case 7:
            garbage(f, f->now + chance(1000000));
            break;
        case 8: /* what may come instead of an OFFER */
            memcpy(bad.more, chance(2) == 0 ? "\x50\x00\0\0\0\0" : "\x6c\x04\0\0\0\0", 6);
            bad.more_len = bad.more[0] == 0x50 ? 2 : 6;
            bad.type = bad.more[0] == 0x50 ? DHCPPERF_ACK : bad.type;
            break;
        case 9: /* of any station */
            bad.type = DHCPPERF_FORCERENEW;
            bad.chaddr[5] = (uint8_t)chance(200);
            break;
        default:
            break;
        }
        fake_answer(f, &bad, f->now + chance(3) * UINT64_C(700000000) + chance(1000000));
    }
}

static int vouch(void *user, uint32_t station, const dhcpperf_msg *msg)
{
    (void)user;
    (void)msg;
    return station % 2 == 0;
}

/* Everything that is off by default, by the bits of `which`. */
static void switch_on(dhcpperf_client_config *c, unsigned which)
{
    static const char *const settings[][2] = {{"offer.wait", "300ms"},  {"offer.select", "longest"},
                                              {"rapid-commit", "true"}, {"ipv6-only", "true"},
                                              {"bootp.accept", "true"}, {"xid.per-try", "true"}};
    unsigned k;

    for (k = 0; k < sizeof settings / sizeof settings[0]; k++) {
        if ((which >> k & 1) != 0) {
            ck_assert_int_eq(dhcpperf_client_config_set(c, settings[k][0], settings[k][1]), 0);
        }
    }
    if ((which & 1) != 0) {
        ck_assert_int_eq(dhcpperf_client_config_set_authenticate(c, vouch, NULL), 0);
    }
}

START_TEST(nothing_is_lost_or_counted_twice_in_chaos)
    {
        const char *const settings[] = {"stations=200", "nak.backoff=100ms", NULL};
        dhcpperf_client_config *c = fake_config(settings);
        dhcpperf_retry *retry;
        dhcpperf_load *load;
        unsigned step;
        fake f;

        chaos_seed = harness_seed((uint64_t)_i + 1);
        chaos_n = 0;
        chaos_rough = 1;
        switch_on(c, _i < 20 ? 0 : chance(64));
        ck_assert_int_eq(dhcpperf_retry_new(&retry, "fast", NULL), 0);
        ck_assert_int_eq(dhcpperf_load_parse(&load, "closed 40", NULL, NULL), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_retry(c, retry), 0);
        ck_assert_int_eq(dhcpperf_client_config_set_load(c, load), 0);
        fake_init(&f, c);
        f.serve = chaos;
        f.burst = 1 + chance(70);
        ck_assert_int_eq(dhcpperf_client_begin(f.cli, 0), 0);
        for (step = 0; step < 400; step++) {
            uint32_t i = chance(200);

            fake_run(&f, f.now + chance(100) * FAKE_MS);
            fake_check_balance(&f, "chaos", _i);
            (void)dhcpperf_client_do(f.cli, i, (dhcpperf_command)chance(4));
            fake_check_balance(&f, "chaos, command", _i);
        }
        chaos_rough = 0;
        fake_run(&f, f.now + 3600 * FAKE_S);
        while (dhcpperf_client_is_done(f.cli) == 0 && f.now < 2 * 3600 * FAKE_S) {
            fake_run(&f, f.now + FAKE_MS); /* some renewal may just be under way */
        }
        fake_check_balance(&f, "calm", _i);
        ck_assert_msg(dhcpperf_client_is_done(f.cli) == 1, "seed %d: not done", _i);
        ck_assert_msg(fake_exchange(&f, DHCPPERF_X_DISCOVER, DHCPPERF_OUT_IN_FLIGHT) == 0,
                      "seed %d", _i);
        ck_assert_msg(dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND) +
                              dhcpperf_client_count_in(f.cli, DHCPPERF_ST_IDLE) ==
                          200,
                      "seed %d: %u bound", _i, dhcpperf_client_count_in(f.cli, DHCPPERF_ST_BOUND));
        fake_fini(&f);
        dhcpperf_retry_free(retry);
        dhcpperf_load_free(load);
        dhcpperf_client_config_free(c);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, a_decoy_is_counted_and_changes_nothing, 0,
                        (int)(sizeof decoys / sizeof decoys[0]));
    tcase_add_test(tc, damaged_answers_are_counted_and_survived);
    tcase_add_test(tc, overloaded_answers_are_understood);
    tcase_add_test(tc, long_answers_are_accepted);
    tcase_add_test(tc, one_server_is_selected_and_its_ack_counts);
    tcase_add_loop_test(tc, t1_and_t2_are_taken_when_in_order, 0,
                        (int)(sizeof timers / sizeof timers[0]));
    tcase_add_test(tc, frames_are_unwrapped);
    tcase_add_test(tc, duplicates_are_counted_as_such);
    tcase_add_loop_test(tc, an_answer_after_giving_up_is_late_once, 0, 2);
    tcase_add_test(tc, an_answer_to_an_earlier_attempt_is_late_too);
    tcase_add_test(tc, beyond_what_is_remembered_it_is_unmatched);
    tcase_add_test(tc, the_second_nak_is_a_duplicate);
    tcase_add_loop_test(tc, nothing_is_lost_or_counted_twice_in_chaos, 0, 40);
}

HARNESS_MAIN("client/replies", tests)
