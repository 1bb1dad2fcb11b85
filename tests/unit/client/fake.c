/* SPDX-License-Identifier: MIT */
/* fake.c - see fake.h.  Arrivals wait in a heap by (instant, order of queueing). */
#include "unit/client/fake.h"

#include <string.h>

#include "support/harness.h"

enum {
    MAX_BURST = 4096
};

uint32_t fake_num(dhcpperf_ip4 ip)
{
    return (uint32_t)ip.b[0] << 24 | (uint32_t)ip.b[1] << 16 | (uint32_t)ip.b[2] << 8 | ip.b[3];
}

dhcpperf_ip4 fake_ip(uint32_t n)
{
    dhcpperf_ip4 ip = {{(uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n}};

    return ip;
}

dhcpperf_client_config *fake_config(const char *const *settings)
{
    dhcpperf_client_config *c;
    char key[64];

    ck_assert_int_eq(dhcpperf_client_config_new(&c, NULL), 0);
    for (; settings != NULL && *settings != NULL; settings++) {
        const char *eq = strchr(*settings, '=');

        ck_assert_ptr_nonnull(eq);
        memcpy(key, *settings, (size_t)(eq - *settings));
        key[eq - *settings] = '\0';
        ck_assert_msg(dhcpperf_client_config_set(c, key, eq + 1) == 0, "%s refused", *settings);
    }
    return c;
}

void fake_init(fake *f, const dhcpperf_client_config *c)
{
    memset(f, 0, sizeof *f);
    ck_assert_int_eq(dhcpperf_client_new(&f->cli, c, NULL), 0);
    f->e = dhcpperf_client_engine(f->cli);
    ck_assert_int_eq(dhcpperf_msg_new(&f->msg, NULL), 0);
    ck_assert_int_eq(dhcpperf_writer_new(&f->w, NULL), 0);
    f->burst = 64;
    f->room = FAKE_MAX_LEN;
    f->latency = FAKE_MS;
    f->server_id = 0x0a000001;
    f->pool = 0x0a010000;
    f->lease_s = 3600;
    f->serve = fake_serve;
    f->digest = UINT64_C(0xcbf29ce484222325);
}

void fake_fini(fake *f)
{
    dhcpperf_client_free(f->cli);
    dhcpperf_msg_free(f->msg);
    dhcpperf_writer_free(f->w);
    free(f->heap);
}

/* -- arrivals -- */

static int before(const fake_arrival *a, const fake_arrival *b)
{
    return a->at < b->at || (a->at == b->at && a->seq < b->seq);
}

static void swap(fake *f, size_t i, size_t k)
{
    fake_arrival a = f->heap[i];

    f->heap[i] = f->heap[k];
    f->heap[k] = a;
}

static void inject(fake *f, const uint8_t *data, size_t len, uint32_t to, dhcpperf_ts at)
{
    size_t i = f->n++;

    ck_assert_uint_le(len, FAKE_MAX_LEN);
    if (f->n > f->cap) {
        f->cap = f->cap * 2 + 64;
        f->heap = realloc(f->heap, f->cap * sizeof *f->heap);
        ck_assert_ptr_nonnull(f->heap);
    }
    f->heap[i].at = at;
    f->heap[i].seq = f->seq++;
    f->heap[i].to = to;
    f->heap[i].len = (uint16_t)len;
    memcpy(f->heap[i].data, data, len);
    for (; i > 0 && before(&f->heap[i], &f->heap[(i - 1) / 2]); i = (i - 1) / 2) {
        swap(f, i, (i - 1) / 2);
    }
}

void fake_inject(fake *f, const uint8_t *data, size_t len, dhcpperf_ts at)
{
    inject(f, data, len, 0, at);
}

static fake_arrival take(fake *f)
{
    fake_arrival first = f->heap[0];
    size_t i = 0;

    f->heap[0] = f->heap[--f->n];
    for (;;) {
        size_t k = 2 * i + 1;

        if (k + 1 < f->n && before(&f->heap[k + 1], &f->heap[k])) {
            k++;
        }
        if (k >= f->n || !before(&f->heap[k], &f->heap[i])) {
            return first;
        }
        swap(f, i, k);
        i = k;
    }
}

/* -- the server -- */

int fake_prepare(const fake *f, const dhcpperf_msg *msg, fake_reply *r)
{
    dhcpperf_bytes chaddr = dhcpperf_msg_get_chaddr(msg), value;

    memset(r, 0, sizeof *r);
    switch (dhcpperf_msg_get_type(msg)) {
    case DHCPPERF_DISCOVER:
        r->type = DHCPPERF_OFFER;
        break;
    case DHCPPERF_REQUEST:
        r->type = DHCPPERF_ACK;
        break;
    case DHCPPERF_INFORM:
        r->type = DHCPPERF_ACK;
        break;
    case DHCPPERF_LEASEQUERY:
        r->type = DHCPPERF_LEASEUNASSIGNED;
        break;
    default:
        return 0;
    }
    r->op = 2;
    r->xid = dhcpperf_msg_get_xid(msg);
    r->htype = dhcpperf_msg_get_htype(msg);
    r->hlen = (uint8_t)chaddr.len;
    memcpy(r->chaddr, chaddr.data, sizeof r->chaddr);
    r->yiaddr =
        f->pool + ((uint32_t)r->chaddr[3] << 16 | (uint32_t)r->chaddr[4] << 8 | r->chaddr[5]) + 1;
    r->server_id = f->server_id;
    if (dhcpperf_msg_get_type(msg) == DHCPPERF_DISCOVER ||
        dhcpperf_msg_get_type(msg) == DHCPPERF_REQUEST) {
        r->lease_s = f->lease_s;
    } else {
        r->yiaddr = 0;
    }
    r->giaddr = fake_num(dhcpperf_msg_get_giaddr(msg));
    r->flags = dhcpperf_msg_get_flags(msg);
    if (dhcpperf_msg_get_option(msg, DHCPPERF_OPT_RELAY_INFO, &value) == 0) {
        memcpy(r->relay_info, value.data, value.len);
        r->relay_info_len = value.len;
    }
    if (dhcpperf_msg_get_option(msg, DHCPPERF_OPT_CLIENT_ID, &value) == 0) {
        memcpy(r->client_id, value.data, value.len);
        r->client_id_len = value.len;
    }
    r->min_len = 300;
    return 1;
}

/* One option in wire form at p. */
static uint8_t *put(uint8_t *p, uint8_t code, uint32_t v)
{
    p[0] = code;
    p[1] = 4;
    p[2] = (uint8_t)(v >> 24);
    p[3] = (uint8_t)(v >> 16);
    p[4] = (uint8_t)(v >> 8);
    p[5] = (uint8_t)v;
    return p + 6;
}

/* Overload by hand: 54 in sname, 51 in file, both closed. */
static void add_overload(uint8_t *data, const fake_reply *r)
{
    *put(data + 44, DHCPPERF_OPT_SERVER_ID, r->server_id) = DHCPPERF_OPT_END;
    *put(data + 108, DHCPPERF_OPT_LEASE_TIME, r->lease_s) = DHCPPERF_OPT_END;
}

/* A refusal has no lease (RFC 2131 table 3), and a relay must broadcast it (section 4.3.2). */
static fake_reply without_lease(const fake_reply *r)
{
    fake_reply nak = *r;

    nak.yiaddr = nak.lease_s = nak.t1_s = nak.t2_s = 0;
    nak.flags = r->giaddr != 0 ? DHCPPERF_FLAG_BROADCAST : r->flags;
    return nak;
}

size_t fake_compose(fake *f, const fake_reply *reply, uint8_t data[FAKE_MAX_LEN])
{
    static const uint8_t both[] = {DHCPPERF_OPT_OVERLOAD, 1, 3};
    fake_reply nak = without_lease(reply);
    const fake_reply *r = reply->type == DHCPPERF_NAK ? &nak : reply;
    dhcpperf_bytes mac = {r->chaddr, r->hlen}, value;
    size_t len;

    dhcpperf_writer_begin(f->w, data, FAKE_MAX_LEN, r->type, r->xid);
    dhcpperf_writer_set_flags(f->w, r->flags);
    dhcpperf_writer_set_op(f->w, r->op);
    dhcpperf_writer_set_chaddr(f->w, r->htype, mac);
    dhcpperf_writer_set_ciaddr(f->w, fake_ip(r->ciaddr));
    dhcpperf_writer_set_yiaddr(f->w, fake_ip(r->yiaddr));
    dhcpperf_writer_set_siaddr(f->w, fake_ip(r->siaddr));
    dhcpperf_writer_set_giaddr(f->w, fake_ip(r->giaddr));
    if (r->split) {
        value = (dhcpperf_bytes){both, sizeof both};
        dhcpperf_writer_add_octets(f->w, value);
    } else {
        if (r->server_id != 0) {
            dhcpperf_writer_add_u32(f->w, DHCPPERF_OPT_SERVER_ID, r->server_id);
        }
        if (r->lease_s != 0) {
            dhcpperf_writer_add_u32(f->w, DHCPPERF_OPT_LEASE_TIME, r->lease_s);
        }
    }
    if (r->type == DHCPPERF_NAK) {
        dhcpperf_writer_add_u16(f->w, DHCPPERF_OPT_MESSAGE, 0x6e6f);
    }
    if (r->t1_s != 0) {
        dhcpperf_writer_add_u32(f->w, DHCPPERF_OPT_T1, r->t1_s);
    }
    if (r->t2_s != 0) {
        dhcpperf_writer_add_u32(f->w, DHCPPERF_OPT_T2, r->t2_s);
    }
    if (r->client_id_len != 0) {
        value = (dhcpperf_bytes){r->client_id, r->client_id_len};
        dhcpperf_writer_add_option(f->w, DHCPPERF_OPT_CLIENT_ID, value);
    }
    if (r->more_len != 0) {
        value = (dhcpperf_bytes){r->more, r->more_len};
        dhcpperf_writer_add_octets(f->w, value);
    }
    if (r->relay_info_len != 0) {
        value = (dhcpperf_bytes){r->relay_info, r->relay_info_len};
        dhcpperf_writer_add_option(f->w, DHCPPERF_OPT_RELAY_INFO, value);
    }
    ck_assert_int_eq(dhcpperf_writer_finish(f->w, r->min_len, &len), 0);
    if (r->split) {
        add_overload(data, r);
    }
    return len;
}

void fake_answer(fake *f, const fake_reply *r, dhcpperf_ts at)
{
    uint8_t data[FAKE_MAX_LEN];

    inject(f, data, fake_compose(f, r, data), r->to, at);
}

void fake_serve(fake *f, const dhcpperf_pkt *pkt, const dhcpperf_msg *msg)
{
    fake_reply r;

    (void)pkt;
    if (fake_prepare(f, msg, &r)) {
        fake_answer(f, &r, f->now + f->latency);
    }
}

/* -- the crank -- */

static void mix(uint64_t *digest, const void *data, size_t len)
{
    const uint8_t *p = data;

    while (len-- > 0) {
        *digest = (*digest ^ *p++) * UINT64_C(0x100000001b3);
    }
}

/* Hands over everything that arrives at f->now. */
static void deliver(fake *f)
{
    static fake_arrival got[MAX_BURST];
    static dhcpperf_pkt pkts[MAX_BURST];
    unsigned n;

    while (f->n > 0 && f->heap[0].at <= f->now) {
        for (n = 0; n < f->burst && f->n > 0 && f->heap[0].at <= f->now; n++) {
            got[n] = take(f);
            memset(&pkts[n], 0, sizeof pkts[n]);
            pkts[n].data = got[n].data;
            pkts[n].len = got[n].len;
            pkts[n].cap = FAKE_MAX_LEN;
            pkts[n].dst.ip = fake_ip(got[n].to);
            pkts[n].ts = got[n].at;
        }
        ck_assert_int_eq(dhcpperf_engine_recv(f->e, pkts, n, f->now), (int)n);
    }
}

static uint16_t lend(const fake *f)
{
    uint32_t len = f->room != 0 ? f->room : dhcpperf_engine_msg_len(f->e);

    return len != 0 ? (uint16_t)len : FAKE_MAX_LEN;
}

/* One message that left. */
static void meet(fake *f, const dhcpperf_pkt *pkt)
{
    unsigned how = f->lax ? DHCPPERF_PARSE_LENIENT : DHCPPERF_PARSE_STRICT;
    int rc = dhcpperf_msg_parse(f->msg, pkt->data, pkt->len, how, NULL), type;

    mix(&f->digest, &f->now, sizeof f->now);
    mix(&f->digest, pkt->data, pkt->len);
    mix(&f->digest, &pkt->dst.ip, sizeof pkt->dst.ip);
    if (f->see != NULL) {
        f->see(f, pkt);
    }
    ck_assert_int_eq(f->lax ? 0 : rc, 0);
    if (rc == 0) {
        type = dhcpperf_msg_get_type(f->msg);
        f->pulled[type > 0 && type < 16 ? type : 0]++;
        f->serve(f, pkt, f->msg);
    }
}

static int collect(fake *f)
{
    static uint8_t room[MAX_BURST][FAKE_MAX_LEN];
    static dhcpperf_pkt pkts[MAX_BURST];
    static dhcpperf_txdone done[MAX_BURST];
    uint16_t cap = lend(f);
    unsigned i;
    int n;

    for (i = 0; i < f->burst; i++) {
        memset(&pkts[i], 0, sizeof pkts[i]);
        pkts[i].data = room[i];
        pkts[i].cap = cap;
    }
    n = dhcpperf_engine_pull(f->e, pkts, f->burst, f->now);
    ck_assert_int_ge(n, 0);
    for (i = 0; i < (unsigned)n; i++) {
        done[i] = (dhcpperf_txdone){.cookie = pkts[i].cookie, .ts = f->now};
    }
    dhcpperf_engine_sent(f->e, done, (unsigned)n, f->now);
    for (i = 0; i < (unsigned)n; i++) {
        meet(f, &pkts[i]);
    }
    return n;
}

void fake_run(fake *f, dhcpperf_ts until)
{
    for (;;) {
        dhcpperf_ts at = dhcpperf_engine_deadline(f->e);

        if (f->n > 0 && f->heap[0].at < at) {
            at = f->heap[0].at;
        }
        if (at > until) {
            f->now = until > f->now && until != DHCPPERF_NEVER ? until : f->now;
            return;
        }
        f->now = at > f->now ? at : f->now;
        deliver(f);
        ck_assert_int_ge(dhcpperf_engine_advance(f->e, f->now), 0);
        while (collect(f) > 0) {
        }
    }
}

void fake_begin(fake *f, dhcpperf_ts until)
{
    ck_assert_int_eq(dhcpperf_client_begin(f->cli, f->now), 0);
    fake_run(f, until);
}

/* -- numbers -- */

uint64_t fake_count(const fake *f, dhcpperf_counter c)
{
    return dhcpperf_stats_counter(dhcpperf_client_stats(f->cli), c);
}

uint64_t fake_exchange(const fake *f, dhcpperf_exchange x, dhcpperf_outcome o)
{
    return dhcpperf_stats_exchange(dhcpperf_client_stats(f->cli), x, o);
}

dhcpperf_station fake_station(const fake *f, uint32_t i)
{
    dhcpperf_station st;

    ck_assert_int_eq(dhcpperf_client_get_station(f->cli, i, &st, sizeof st), 0);
    return st;
}

uint64_t fake_violations(const fake *f, const char *rule)
{
    dhcpperf_violation v;
    unsigned i;

    for (i = 0; dhcpperf_client_get_violation(f->cli, i, &v, sizeof v) == 1; i++) {
        if (strcmp(v.rule, rule) == 0) {
            ck_assert_msg((v.count > 0) == (v.example[0] != '\0'), "%s: example and count", rule);
            return v.count;
        }
    }
    ck_abort_msg("no rule is called %s", rule);
}

void fake_check_exchanges(const fake *f, const char *where, int i)
{
    static const dhcpperf_exchange all[] = {
        DHCPPERF_X_DISCOVER, DHCPPERF_X_REQUEST, DHCPPERF_X_RENEW,
        DHCPPERF_X_REBIND,   DHCPPERF_X_REBOOT,  DHCPPERF_X_RELEASE,
        DHCPPERF_X_DECLINE,  DHCPPERF_X_INFORM,  DHCPPERF_X_QUERY};
    static const dhcpperf_state asking[] = {
        DHCPPERF_ST_SELECTING, DHCPPERF_ST_REQUESTING, DHCPPERF_ST_RENEWING, DHCPPERF_ST_REBINDING,
        DHCPPERF_ST_REBOOTING, DHCPPERF_ST_INFORMING,  DHCPPERF_ST_QUERYING};
    uint64_t flying = 0, stations = 0;
    unsigned k;

    for (k = 0; k < sizeof all / sizeof all[0]; k++) {
        uint64_t fates = fake_exchange(f, all[k], DHCPPERF_OUT_ANSWERED) +
                         fake_exchange(f, all[k], DHCPPERF_OUT_LATE) +
                         fake_exchange(f, all[k], DHCPPERF_OUT_REFUSED) +
                         fake_exchange(f, all[k], DHCPPERF_OUT_UNANSWERED) +
                         fake_exchange(f, all[k], DHCPPERF_OUT_IN_FLIGHT);

        ck_assert_msg(fates == fake_exchange(f, all[k], DHCPPERF_OUT_STARTED),
                      "%s %d: exchange %u does not balance", where, i, k);
        ck_assert_msg(fake_exchange(f, all[k], DHCPPERF_OUT_PACKETS) ==
                          fake_exchange(f, all[k], DHCPPERF_OUT_STARTED) +
                              fake_exchange(f, all[k], DHCPPERF_OUT_RETRANSMITS),
                      "%s %d: packets of exchange %u", where, i, k);
        flying += fake_exchange(f, all[k], DHCPPERF_OUT_IN_FLIGHT);
    }
    for (k = 0; k < sizeof asking / sizeof asking[0]; k++) {
        stations += dhcpperf_client_count_in(f->cli, asking[k]);
    }
    ck_assert_msg(flying <= stations, "%s %d: more in flight than stations that ask", where, i);
}

void fake_check_balance(const fake *f, const char *where, int i)
{
    static const dhcpperf_exchange answerable[] = {
        DHCPPERF_X_DISCOVER, DHCPPERF_X_REQUEST, DHCPPERF_X_RENEW, DHCPPERF_X_REBIND,
        DHCPPERF_X_REBOOT,   DHCPPERF_X_INFORM,  DHCPPERF_X_QUERY};
    uint64_t causes =
        fake_count(f, DHCPPERF_C_RX_MALFORMED) + fake_count(f, DHCPPERF_C_RX_UNMATCHED) +
        fake_count(f, DHCPPERF_C_RX_DUPLICATE) + fake_count(f, DHCPPERF_C_RX_WRONG_SERVER) +
        fake_count(f, DHCPPERF_C_RX_UNUSABLE) + fake_count(f, DHCPPERF_C_RX_NOT_TAKEN) +
        fake_count(f, DHCPPERF_C_RX_BOOTP) + fake_count(f, DHCPPERF_C_RX_UNAUTHENTIC) +
        fake_count(f, DHCPPERF_C_FORCED) + fake_count(f, DHCPPERF_C_RX_FAULTED);
    unsigned k;

    fake_check_exchanges(f, where, i);
    for (k = 0; k < sizeof answerable / sizeof answerable[0]; k++) {
        causes += fake_exchange(f, answerable[k], DHCPPERF_OUT_ANSWERED) +
                  fake_exchange(f, answerable[k], DHCPPERF_OUT_LATE) +
                  fake_exchange(f, answerable[k], DHCPPERF_OUT_REFUSED);
    }
    ck_assert_msg(causes == fake_count(f, DHCPPERF_C_RX_PACKETS),
                  "%s %d: an arrival has no cause or two", where, i);
}
