/* SPDX-License-Identifier: MIT */
/* server_model_test.c - random histories of a server against a model that knows only addresses: who
 * has which until when, who was offered which, what is in quarantine, what is reserved.  Every
 * reply must be one that the model allows, and after every request both know the same leases. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "support/talk.h"

#define ACME "3c0461636d65" /* option 60: acme */

enum {
    STEPS = 1000,
    HISTORIES = 64,
    SPREAD = 37, /* odd: a few histories have all mixtures of features */
    CLIENTS = 12,
    LONG_ID = 255,
    HOLD_S = 5,
    ADDRESSES = 24,
    IN_CLASS = 1,
    KEY_HARDWARE = 100, /* keys: one of these and the number of the client */
    KEY_ID = 200,
    KEY_LONG_ID = 300,
    KEY_SHARED_ID = 400,
    KEY_WIDE = 500,
    KEY_CIRCUIT = 900,
    RESERVED_HARDWARE = KEY_HARDWARE + 3,
    RESERVED_ID = KEY_ID + 4
};

/* What a server can be like: bits of `features`. */
enum {
    F_CLASS = 1 << 0,
    F_SHARED = 1 << 1,
    F_RESERVED = 1 << 2,
    F_LIMIT = 1 << 3,
    F_SESSIONS = 1 << 4,
    F_RAPID = 1 << 5,
    F_NO_QUARANTINE = 1 << 6,
    F_HASH = 1 << 7,
    F_DECIDE = 1 << 8, /* somebody else has a say in which address and for how long */
    F_HOLD_ACK = 1 << 9,
    F_ALL = 1 << 10
};

enum {
    REMOTE_LIMIT = 2,
    MAX_SESSIONS = 2,
    QUARANTINE_S = 20
};

typedef struct address {
    uint32_t ip;
    int subnet, class_, reserved; /* reserved: a key, or 0 */
    int owner, held;              /* whose record it is; did that client have it leased? */
    int chaddr;                   /* hardware address of the latest client: see chaddr_of() */
    int holder, offered, remote;  /* keys; remote: number of the remote id, or 0 */
    dhcpperf_ts until, offered_until, quarantine;
    int rank; /* when free: 0 nobody ever had it, 1 never leased, 2 leased once */
    dhcpperf_ts freed;
} address;

/* A request as it was sent, to be sent once more. */
typedef struct sent {
    dhcpperf_pkt pkt;
    uint8_t bytes[1024];
} sent;

/* What was told of an address last. */
typedef struct kept {
    dhcpperf_lease lease;
    uint8_t key[256], chaddr[16];
} kept;

/* One random request. */
typedef struct act {
    int type, client, variant, in_class, circuit, remote, foreign, rapid, bootp;
    uint32_t wish, ciaddr, lease_s; /* lease_s 0 = no option 51 */
} act;

typedef struct model {
    talk t;
    unsigned features;
    uint64_t seed, draws;
    dhcpperf_dur quarantine;
    unsigned n;
    address at[ADDRESSES];
    kept kept[ADDRESSES];
    uint64_t seq;
    uint64_t digest; /* of all replies */
    int decided;     /* the latest request: not as the server would have it */
    act last;        /* for messages of failures */
    int step;
} model;

static model m;
static sent log_of_requests[STEPS];

/* A failure that can be found again. */
#define MUST(cond)                                                                                 \
    do {                                                                                           \
        if (!(cond)) {                                                                             \
            fail_at(#cond, __LINE__);                                                              \
        }                                                                                          \
    } while (0)

static void fail_at(const char *what, int line)
{
    char dump[1024] = "";

    if (m.t.reply.len > 0) {
        (void)dhcpperf_msg_format(m.t.msg, dump, sizeof dump);
    }
    ck_abort_msg("seed %" PRIu64
                 " features %x step %d line %d: %s fails; type %d bootp %d client %d "
                 "variant %d wish %08x ciaddr %08x class %d circuit %d remote %d foreign %d; %s",
                 m.seed, m.features, m.step, line, what, m.last.type, m.last.bootp, m.last.client,
                 m.last.variant, (unsigned)m.last.wish, (unsigned)m.last.ciaddr, m.last.in_class,
                 m.last.circuit, m.last.remote, m.last.foreign, dump);
}

/* splitmix64 */
static uint32_t draw(uint32_t n)
{
    uint64_t z = m.seed * UINT64_C(0x9e3779b97f4a7c15) + ++m.draws * UINT64_C(0xbf58476d1ce4e5b9);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ (z >> 31)) >> 20) % n;
}

static int one_in(uint32_t n)
{
    return draw(n) == 0;
}

static int has(unsigned feature)
{
    return (m.features & feature) != 0;
}

/* ---- callbacks ------------------------------------------------------------------------------ */

static address *find(uint32_t ip)
{
    unsigned i;

    for (i = 0; i < m.n; i++) {
        if (m.at[i].ip == ip) {
            return &m.at[i];
        }
    }
    return NULL;
}

static uint32_t number(dhcpperf_ip4 ip)
{
    return (uint32_t)ip.b[0] << 24 | (uint32_t)ip.b[1] << 16 | (uint32_t)ip.b[2] << 8 | ip.b[3];
}

/* Sometimes another address, another time, or no. */
static int decide(void *user, const dhcpperf_msg *request, dhcpperf_ip4 *inout_ip,
                  uint32_t *inout_lease_s)
{
    uint32_t ip;

    (void)user;
    if (dhcpperf_msg_get_type(request) == DHCPPERF_INFORM || !one_in(3)) {
        return 0;
    }
    m.decided = 1;
    if (one_in(2)) {
        ip = m.at[draw(m.n)].ip;
        inout_ip->b[2] = (uint8_t)(ip >> 8);
        inout_ip->b[3] = (uint8_t)ip;
        *inout_lease_s = 1 + draw(9);
        return 0;
    }
    return 1 + (int)draw(2);
}

static int keep(void *user, uint64_t seq, const dhcpperf_lease *l)
{
    kept *k = &m.kept[find(number(l->ip)) - m.at];

    (void)user;
    MUST(seq == m.seq + 1);
    m.seq = seq;
    k->lease = *l;
    memcpy(k->key, l->key.bytes.data, l->key.bytes.len);
    k->lease.key.bytes.data = k->key;
    memcpy(k->chaddr, l->chaddr.data, l->chaddr.len);
    k->lease.chaddr.data = k->chaddr;
    k->lease.relay_info = k->lease.hostname = (dhcpperf_bytes){NULL, 0};
    return 0;
}

/* ---- the server and the model of its addresses ---------------------------------------------- */

static void add_address(uint32_t ip, int subnet, int class_, int reserved)
{
    address *a = &m.at[m.n++];

    ck_assert_uint_le(m.n, ADDRESSES);
    memset(a, 0, sizeof *a);
    a->ip = ip;
    a->subnet = subnet;
    a->class_ = class_;
    a->reserved = a->owner = reserved;
    a->rank = reserved != 0;
}

static const char *ip_text(uint32_t ip)
{
    static char text[4][16];
    static unsigned which;
    char *to = text[which++ % 4];

    (void)snprintf(to, 16, "%u.%u.%u.%u", (unsigned)(ip >> 24), (unsigned)(ip >> 16 & 255),
                   (unsigned)(ip >> 8 & 255), (unsigned)(ip & 255));
    return to;
}

static void reserve(dhcpperf_pool *p, int kind, const char *hex, uint32_t ip)
{
    uint8_t key[32];
    dhcpperf_bytes b = {key, talk_hex(hex, key, sizeof key)};

    ck_assert_int_eq(dhcpperf_pool_reserve(p, kind, b, talk_ip(ip_text(ip))), 0);
}

static void describe_server(talk *t)
{
    dhcpperf_bytes acme = {(const uint8_t *)"acme", 4};
    dhcpperf_pool *second;
    dhcpperf_class *c;

    talk_prepare(t);
    ck_assert_int_eq(dhcpperf_pool_exclude(t->pool, talk_ip("10.0.0.13"), talk_ip("10.0.0.14")), 0);
    talk_set(t, "offer.hold", "5s");
    talk_set(t, "lease.time", "10s");
    talk_set(t, "lease.min", "1s");
    talk_set(t, "lease.max", "40s");
    talk_set(t, "decline.quarantine", has(F_NO_QUARANTINE) ? "0" : "20s");
    talk_set(t, "bootp.enabled", "true");
    if (has(F_RAPID)) {
        talk_set(t, "rapid-commit", "true");
    }
    if (has(F_LIMIT)) {
        talk_set(t, "remote-id.max-leases", "2");
    }
    if (has(F_SESSIONS)) {
        talk_set(t, "sessions.max", "2");
    }
    if (has(F_HASH)) {
        ck_assert_int_eq(dhcpperf_pool_set_policy(t->pool, DHCPPERF_ALLOC_HASH), 0);
    }
    if (has(F_DECIDE)) {
        ck_assert_int_eq(dhcpperf_server_config_set_decide(t->config, decide, NULL), 0);
    }
    ck_assert_int_eq(dhcpperf_server_config_set_lease_sink(t->config, keep, NULL, has(F_HOLD_ACK)),
                     0);
    if (has(F_CLASS)) {
        ck_assert_int_eq(dhcpperf_class_new(&c, "acme", &t->af.mem), 0);
        ck_assert_int_eq(dhcpperf_class_match(c, 60, -1, DHCPPERF_MATCH_EXACT, acme), 0);
        ck_assert_int_eq(dhcpperf_server_config_add_class(t->config, c), 0);
        dhcpperf_class_free(c);
        ck_assert_int_eq(dhcpperf_pool_add_class_range(t->pool, talk_ip("10.0.0.50"),
                                                       talk_ip("10.0.0.52"), "acme"),
                         0);
    }
    if (has(F_RESERVED)) {
        reserve(t->pool, DHCPPERF_KEY_HARDWARE, "01020000000003", 0x0a0000c8);
        reserve(t->pool, DHCPPERF_KEY_CLIENT_ID, "00aa04", 0x0a0000c9);
        reserve(t->pool, DHCPPERF_KEY_CIRCUIT, "65746830", 0x0a0000ca);
    }
    if (has(F_SHARED)) {
        ck_assert_int_eq(dhcpperf_pool_set_shared(t->pool, "wire"), 0);
        ck_assert_int_eq(dhcpperf_pool_new(&second, talk_ip("10.0.1.0"), 24, &t->af.mem), 0);
        ck_assert_int_eq(
            dhcpperf_pool_add_range(second, talk_ip("10.0.1.10"), talk_ip("10.0.1.12")), 0);
        ck_assert_int_eq(dhcpperf_pool_set_shared(second, "wire"), 0);
        ck_assert_int_eq(dhcpperf_server_config_add_pool(t->config, t->pool), 0);
        ck_assert_int_eq(dhcpperf_server_config_add_pool(t->config, second), 0);
        dhcpperf_pool_free(second);
        ck_assert_int_eq(dhcpperf_server_new(&t->server, t->config, &t->af.mem), 0);
        t->engine = dhcpperf_server_engine(t->server);
    } else {
        talk_open(t);
    }
}

static void describe_addresses(void)
{
    uint32_t ip;

    m.n = 0;
    for (ip = 10; ip < 20; ip++) {
        if (ip != 13 && ip != 14) {
            add_address(0x0a000000 + ip, 0, 0, 0);
        }
    }
    for (ip = 50; has(F_CLASS) && ip < 53; ip++) {
        add_address(0x0a000000 + ip, 0, IN_CLASS, 0);
    }
    if (has(F_RESERVED)) {
        add_address(0x0a0000c8, 0, 0, RESERVED_HARDWARE);
        add_address(0x0a0000c9, 0, 0, RESERVED_ID);
        add_address(0x0a0000ca, 0, 0, KEY_CIRCUIT);
    }
    for (ip = 10; has(F_SHARED) && ip < 13; ip++) {
        add_address(0x0a000100 + ip, 1, 0, 0);
    }
}

static address *record_of(int key)
{
    unsigned i;

    for (i = 0; i < m.n; i++) {
        if (m.at[i].owner == key) {
            return &m.at[i];
        }
    }
    return NULL;
}

/* ---- who a client is ------------------------------------------------------------------------ */

static int chaddr_of(const act *a)
{
    return a->variant == 4 ? KEY_WIDE + a->client : a->client;
}

static int own_key(const act *a)
{
    switch (a->variant) {
    case 1:
        return KEY_ID + a->client;
    case 2:
        return KEY_LONG_ID + a->client;
    case 3:
        return KEY_SHARED_ID + a->client % 3;
    case 4:
        return KEY_WIDE + a->client;
    default:
        return KEY_HARDWARE + a->client;
    }
}

/* dhcpperf_pool(3): whoever meets a reservation is taken for its client. */
static int key_of(const act *a)
{
    int own = own_key(a);
    const address *c = record_of(KEY_CIRCUIT);

    if (!has(F_RESERVED) || own == RESERVED_ID) {
        return own;
    }
    if (a->client == 3 && a->variant != 4) {
        return RESERVED_HARDWARE;
    }
    if (a->circuit || (a->ciaddr == c->ip && c->held && c->chaddr == chaddr_of(a))) {
        return KEY_CIRCUIT;
    }
    return own;
}

static int may_have(const act *a, const address *x, int key)
{
    return x->reserved != 0 ? x->reserved == key : x->class_ == 0 || a->in_class;
}

static int is_available(const act *a, const address *x)
{
    return x->reserved == 0 && may_have(a, x, 0) && x->holder == 0 && x->offered == 0 &&
           x->quarantine == 0;
}

/* ---- what happens to addresses -------------------------------------------------------------- */

static void make_free(address *x, int rank, dhcpperf_ts when)
{
    x->holder = x->offered = x->remote = 0;
    x->quarantine = 0;
    x->rank = rank;
    x->freed = when;
}

static void pass_time(void)
{
    unsigned i;

    for (i = 0; i < m.n; i++) {
        address *x = &m.at[i];

        if (x->holder != 0 && x->until <= m.t.now) {
            make_free(x, 2, x->until);
        } else if (x->offered != 0 && x->offered_until <= m.t.now) {
            make_free(x, x->held ? 2 : 1, x->offered_until);
        } else if (x->quarantine != 0 && x->quarantine <= m.t.now) {
            x->held = 0;
            make_free(x, 2, x->quarantine);
        }
    }
}

/* The record becomes the client's; what it had is free. */
static void claim(address *x, int key)
{
    address *old = record_of(key);

    if (old == x) {
        return;
    }
    if (old != NULL) {
        old->owner = old->held = 0;
        make_free(old, 1, m.t.now);
    }
    x->owner = key;
    x->held = 0;
}

static unsigned leases_behind(int remote)
{
    unsigned i, n = 0;

    for (i = 0; i < m.n; i++) {
        n += m.at[i].holder != 0 && m.at[i].remote == remote;
    }
    return n;
}

/* The remote id has all it may, and the client's lease is not among them. */
static int is_over_limit(const act *a, const address *record)
{
    return has(F_LIMIT) && a->remote != 0 && leases_behind(a->remote) >= REMOTE_LIMIT &&
           (record == NULL || record->holder == 0 || record->remote != a->remote);
}

static unsigned open_offers(void)
{
    unsigned i, n = 0;

    for (i = 0; i < m.n; i++) {
        n += m.at[i].offered != 0;
    }
    return n;
}

/* ---- replies -------------------------------------------------------------------------------- */

/* S-038, S-073, S-035, S-037, S-081: what nobody else may be given. */
static void check_may_be_given(const act *a, const address *x, int key)
{
    MUST(x != NULL); /* S-039: of the configured ones */
    MUST(may_have(a, x, key));
    MUST(x->holder == 0 || x->holder == key);
    MUST(x->offered == 0 || x->offered == key);
    MUST(x->quarantine == 0);
}

/* S-140: of those like it, never used ones first, then the one free for longest. */
static void check_reuse(const act *a, const address *x)
{
    unsigned i;

    for (i = 0; i < m.n; i++) {
        const address *y = &m.at[i];

        if (is_available(a, y) && y->subnet == x->subnet && y->class_ == x->class_) {
            MUST(x->rank < y->rank ||
                 (x->rank == y->rank && (x->rank == 0 || x->rank == 1 || x->freed <= y->freed)));
        }
    }
}

/* RFC 2131 4.3.1: current, previous, wished for, another. */
static void check_choice(const act *a, const address *x, int key)
{
    const address *record = record_of(key), *wish = find(a->wish);

    if (m.decided) {
        return;
    }
    if (record != NULL && may_have(a, record, key) &&
        (record->held || record->offered != 0 || record->reserved != 0)) {
        MUST(x == record); /* S-031, S-032, S-033 */
    } else if (wish != NULL && is_available(a, wish)) {
        MUST(x == wish); /* S-034 */
    } else if (record == NULL || !may_have(a, record, key)) {
        check_reuse(a, x);
    } else {
        MUST(x == record);
    }
}

/* S-056: silence only when there is no other way. */
static void check_silence(const act *a, int key)
{
    const address *record = record_of(key);
    unsigned i;

    if (m.decided || is_over_limit(a, record)) {
        return;
    }
    if (record != NULL && record->quarantine != 0) {
        return;
    }
    if (has(F_SESSIONS) && open_offers() >= MAX_SESSIONS && !(a->rapid && has(F_RAPID)) &&
        !a->bootp &&
        (record == NULL || (record->holder == 0 && record->offered == 0) ||
         !may_have(a, record, key))) {
        return;
    }
    MUST(record == NULL || !may_have(a, record, key));
    for (i = 0; i < m.n; i++) {
        MUST(!is_available(a, &m.at[i]));
    }
}

static uint32_t reply_u32(uint8_t code)
{
    dhcpperf_bytes b;

    MUST(dhcpperf_msg_get_option(m.t.msg, code, &b) == 0 && b.len == 4);
    return (uint32_t)b.data[0] << 24 | (uint32_t)b.data[1] << 16 | (uint32_t)b.data[2] << 8 |
           b.data[3];
}

static uint32_t yiaddr(void)
{
    const uint8_t *b = m.t.bytes + 16;

    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static void leased(const act *a, int key, uint32_t lease_s)
{
    address *x = find(yiaddr());
    int again; /* it boots once more: nothing is granted */

    check_may_be_given(a, x, key);
    again = a->bootp && x->holder == key && x->until == DHCPPERF_NEVER;
    claim(x, key);
    x->holder = key;
    x->offered = 0;
    x->held = 1;
    x->chaddr = chaddr_of(a);
    x->until = lease_s == UINT32_MAX ? DHCPPERF_NEVER : m.t.now + lease_s * SECOND;
    if ((a->remote != 0 || a->circuit) && !again) {
        x->remote = a->remote;
    }
}

static void offered(const act *a, int key)
{
    address *x = find(yiaddr());

    check_may_be_given(a, x, key);
    check_choice(a, x, key);
    claim(x, key);
    x->chaddr = chaddr_of(a);
    if (x->holder == 0) {
        x->offered = key;
        x->offered_until = m.t.now + HOLD_S * SECOND;
    }
}

static void after_discover(const act *a, int key, int heard)
{
    if (!heard) {
        check_silence(a, key);
    } else if (dhcpperf_msg_get_type(m.t.msg) == DHCPPERF_OFFER) {
        MUST(!(a->rapid && has(F_RAPID)));
        offered(a, key);
    } else {
        MUST(dhcpperf_msg_get_type(m.t.msg) == DHCPPERF_ACK && a->rapid && has(F_RAPID));
        check_choice(a, find(yiaddr()), key);
        leased(a, key, reply_u32(51));
    }
}

/* RFC 1534, RFC 951: whoever knows its address only wants to boot. */
static void after_bootp(const act *a, int key, int heard)
{
    if (a->ciaddr != 0) {
        MUST(heard && yiaddr() == 0);
    } else if (!heard) {
        check_silence(a, key);
    } else {
        check_choice(a, find(yiaddr()), key);
        leased(a, key, UINT32_MAX);
    }
}

static void after_request(const act *a, int key, int heard)
{
    address *record = record_of(key);
    uint32_t ip = a->wish != 0 && a->foreign >= 0 ? a->wish : a->ciaddr != 0 ? a->ciaddr : a->wish;
    int selecting = a->foreign >= 0, mine = record != NULL && record->ip == ip &&
                                            record->quarantine == 0 && may_have(a, record, key);

    if (a->foreign == 1) { /* S-061 */
        MUST(!heard);
        if (record != NULL && record->offered != 0) {
            make_free(record, record->held ? 2 : 1, m.t.now);
        }
        return;
    }
    if (heard && dhcpperf_msg_get_type(m.t.msg) == DHCPPERF_ACK) {
        MUST(yiaddr() == ip);
        MUST(selecting || (mine && record->held)); /* S-067, S-069, S-072, S-073 */
        leased(a, key, reply_u32(51));
        return;
    }
    if (heard) {
        MUST(dhcpperf_msg_get_type(m.t.msg) == DHCPPERF_NAK);
    } else {
        MUST(!selecting || m.decided); /* S-062, S-063 */
    }
    /* S-060, S-066, S-070, S-077, S-079 */
    MUST(!(mine && (record->held || (selecting && record->offered != 0))) || m.decided ||
         is_over_limit(a, record));
}

static void after_release(const act *a, int key)
{
    address *record = record_of(key);

    if (a->foreign != 1 && record != NULL && record->ip == a->ciaddr && record->holder != 0) {
        record->chaddr = chaddr_of(a);
        make_free(record, 2, m.t.now); /* S-086; S-087 and S-089 otherwise */
    }
}

static void after_decline(const act *a, int key)
{
    address *record = record_of(key);

    if (a->foreign == 1 || record == NULL || record->ip != a->wish ||
        (record->holder == 0 && record->offered == 0)) {
        return; /* S-082, S-083 */
    }
    record->chaddr = chaddr_of(a);
    if (record->reserved == 0) {
        record->owner = 0;
    }
    make_free(record, 2, m.t.now);
    record->held = m.quarantine != 0 && record->reserved != 0 ? record->held : 0;
    record->quarantine = m.quarantine != 0 ? m.t.now + m.quarantine : 0;
}

static void after(const act *a, int key, int heard)
{
    if (a->bootp) {
        after_bootp(a, key, heard);
        return;
    }
    switch (a->type) {
    case DHCPPERF_DISCOVER:
        after_discover(a, key, heard);
        break;
    case DHCPPERF_REQUEST:
        after_request(a, key, heard);
        break;
    case DHCPPERF_RELEASE:
        MUST(!heard); /* S-085 */
        after_release(a, key);
        break;
    case DHCPPERF_DECLINE:
        MUST(!heard); /* S-080 */
        after_decline(a, key);
        break;
    default: /* INFORM: S-090, S-092, S-097 */
        MUST(heard && yiaddr() == 0);
        break;
    }
}

/* S-076, S-141, S-142 and all that happened before: the same leases, to the same instant. */
static void compare_leases(void)
{
    uint32_t bound = 0;
    unsigned i;

    for (i = 0; i < m.n; i++) {
        const address *x = &m.at[i];
        dhcpperf_lease l;
        int rc = dhcpperf_server_find_lease(m.t.server, talk_ip(ip_text(x->ip)), &l, sizeof l);
        int is_bound = rc == 0 && l.state == DHCPPERF_LEASE_BOUND;

        MUST(is_bound == (x->holder != 0));
        MUST(!is_bound || l.ends == x->until);
        MUST((m.kept[i].lease.state == DHCPPERF_LEASE_BOUND) == is_bound); /* S-144 */
        MUST(!is_bound || m.kept[i].lease.ends == x->until);
        MUST((rc == 0 && l.state == DHCPPERF_LEASE_OFFERED) == (x->offered != 0));
        MUST((rc == 0 && l.state == DHCPPERF_LEASE_DECLINED) == (x->quarantine != 0));
        bound += x->holder != 0;
    }
    MUST(dhcpperf_server_count(m.t.server, DHCPPERF_LEASE_BOUND) == bound);
}

/* ---- random requests ------------------------------------------------------------------------ */

static uint32_t some_ip(void)
{
    static const uint32_t odd[] = {0x0a00000d, 0x0a000001, 0x0a0000ff, 0xc0000209, 0x0a000064};

    return one_in(8) ? odd[draw(sizeof odd / sizeof odd[0])] : m.at[draw(m.n)].ip;
}

/* Mostly the address that the client has or was offered. */
static uint32_t likely_ip(const act *a)
{
    act alone = *a;
    const address *record;

    alone.ciaddr = 0;
    record = record_of(key_of(&alone));
    return record != NULL && !one_in(4) ? record->ip : some_ip();
}

static act random_act(void)
{
    static const int types[] = {DHCPPERF_DISCOVER, DHCPPERF_DISCOVER, DHCPPERF_DISCOVER,
                                DHCPPERF_REQUEST,  DHCPPERF_REQUEST,  DHCPPERF_REQUEST,
                                DHCPPERF_REQUEST,  DHCPPERF_REQUEST,  DHCPPERF_RELEASE,
                                DHCPPERF_DECLINE,  DHCPPERF_INFORM};
    act a = {.type = types[draw(sizeof types / sizeof types[0])], .client = 1 + (int)draw(CLIENTS)};

    a.variant = one_in(2) ? 0 : (int)draw(5);
    a.in_class = has(F_CLASS) && !one_in(3);
    a.circuit = has(F_RESERVED) && one_in(6);
    a.remote = has(F_LIMIT) && !one_in(3) ? 1 + (int)draw(3) : 0;
    a.foreign = a.type == DHCPPERF_DISCOVER || a.type == DHCPPERF_INFORM ? -1 : -1 + (int)draw(2);
    a.foreign = a.foreign == 0 && one_in(8) ? 1 : a.foreign;
    a.rapid = a.type == DHCPPERF_DISCOVER && one_in(3);
    a.lease_s = one_in(3) ? 1 + draw(60) : 0;
    switch (a.type) {
    case DHCPPERF_DISCOVER:
        a.wish = one_in(2) ? some_ip() : 0;
        a.bootp = one_in(40);
        a.ciaddr = a.bootp && one_in(2) ? likely_ip(&a) : 0;
        break;
    case DHCPPERF_REQUEST:
        if (a.foreign >= 0) {
            a.wish = likely_ip(&a);
        } else if (one_in(2)) {
            a.wish = likely_ip(&a); /* INIT-REBOOT */
        } else {
            a.ciaddr = likely_ip(&a);
            a.circuit = one_in(2) ? a.circuit : 0;
        }
        break;
    case DHCPPERF_DECLINE:
        a.wish = likely_ip(&a);
        break;
    case DHCPPERF_RELEASE:
        a.ciaddr = likely_ip(&a);
        break;
    default:
        a.ciaddr = m.at[draw(m.n)].ip;
        break;
    }
    return a;
}

static const char *id_of(const act *a)
{
    static char text[2 * LONG_ID + 1];
    unsigned i;

    switch (a->variant) {
    case 1:
        (void)snprintf(text, sizeof text, "00aa%02x", (unsigned)a->client);
        return text;
    case 2:
        for (i = 0; i < LONG_ID; i++) {
            (void)snprintf(text + 2 * i, 3, "%02x", i == 0 ? 0 : (unsigned)a->client);
        }
        return text;
    case 3:
        (void)snprintf(text, sizeof text, "00ff%02x", (unsigned)(a->client % 3));
        return text;
    default:
        return NULL;
    }
}

static void compose(const act *a, uint8_t *buf, dhcpperf_pkt *pkt)
{
    char more[64], info[32], chaddr[33], wish[16], ciaddr[16], lease[16];
    ask q = {.type = a->type, .client = (unsigned)a->client, .id = id_of(a), .info = NULL};

    (void)snprintf(more, sizeof more, "%s%s", a->in_class ? ACME : "", a->rapid ? "5000" : "");
    (void)snprintf(info, sizeof info, "%s", a->circuit ? "010465746830" : "");
    if (a->remote != 0) {
        (void)snprintf(info + strlen(info), sizeof info - strlen(info), "0202bb%02x",
                       (unsigned)a->remote);
    }
    (void)snprintf(chaddr, sizeof chaddr, "020000000e%02x%020d", (unsigned)a->client, 7);
    (void)snprintf(wish, sizeof wish, "%s", ip_text(a->wish));
    (void)snprintf(ciaddr, sizeof ciaddr, "%s", ip_text(a->ciaddr));
    (void)snprintf(lease, sizeof lease, "%us", (unsigned)a->lease_s);
    q.more = more[0] != '\0' ? more : NULL;
    q.info = info[0] != '\0' ? info : NULL;
    q.giaddr = q.info != NULL ? "10.0.0.1" : NULL;
    q.wish = a->wish != 0 ? wish : NULL;
    q.ciaddr = a->ciaddr != 0 ? ciaddr : NULL;
    q.lease = a->lease_s != 0 ? lease : NULL;
    q.server = a->foreign == 1 ? "192.0.2.99" : a->foreign == 0 ? "10.0.0.1" : NULL;
    q.to = a->ciaddr != 0 && q.info == NULL ? "10.0.0.1" : NULL;
    if (a->variant == 4) {
        q.hlen = 16;
        q.chaddr = chaddr;
    }
    talk_compose(&m.t, &q, buf, pkt);
    if (a->bootp) { /* option 53 becomes pads */
        memset(buf + 240, 0, 3);
    }
}

/* Requests are judged by the model only where the server would take them at all. */
static int is_served(const act *a)
{
    int foreign_net =
        (a->ciaddr >> 16) != 0x0a00 || (!has(F_SHARED) && (a->ciaddr >> 8) != 0x0a0000);

    return a->ciaddr == 0 || !foreign_net;
}

static void digest_reply(void)
{
    size_t i;

    for (i = 0; i < m.t.reply.len; i++) {
        m.digest = (m.digest ^ m.t.bytes[i]) * UINT64_C(0x100000001b3);
    }
    m.digest = (m.digest ^ m.t.reply.dst.ip.b[3]) * UINT64_C(0x100000001b3);
}

static void record(const dhcpperf_pkt *pkt)
{
    sent *s = &log_of_requests[m.step];

    ck_assert_uint_le(pkt->len, sizeof s->bytes);
    s->pkt = *pkt;
    memcpy(s->bytes, pkt->data, pkt->len);
    s->pkt.data = s->bytes;
}

/* All requests of an instant in one burst: the same replies. */
static void replay(void)
{
    uint64_t before = m.digest;
    int from, to;

    talk_close(&m.t);
    m.seq = 0;
    m.digest = 0;
    describe_server(&m.t);
    for (from = 0; from < STEPS; from = to) {
        dhcpperf_pkt burst[STEPS];

        m.t.now = log_of_requests[from].pkt.ts;
        for (to = from; to < STEPS && log_of_requests[to].pkt.ts == m.t.now; to++) {
            burst[to - from] = log_of_requests[to].pkt;
        }
        ck_assert_int_eq(dhcpperf_engine_recv(m.t.engine, burst, (unsigned)(to - from), m.t.now),
                         to - from);
        while (talk_hear(&m.t)) {
            digest_reply();
        }
    }
    MUST(m.digest == before);
}

/* With hold_ack nothing is acknowledged before it is safe. */
static int hear_committed(const act *a)
{
    int heard = talk_hear(&m.t);

    if (!has(F_HOLD_ACK) || heard) {
        MUST(!heard || !has(F_HOLD_ACK) || a->type == DHCPPERF_INFORM || a->bootp ||
             dhcpperf_msg_get_type(m.t.msg) != DHCPPERF_ACK);
        return heard;
    }
    ck_assert_int_eq(dhcpperf_server_commit(m.t.server, m.seq, m.t.now), 0);
    return talk_hear(&m.t);
}

/* S-144: what was kept, put into a server that knows nothing. */
static void check_restart(void)
{
    dhcpperf_server *fresh = NULL;
    dhcpperf_lease l;
    unsigned i;

    ck_assert_int_eq(dhcpperf_server_new(&fresh, m.t.config, &m.t.af.mem), 0);
    for (i = 0; i < m.n; i++) {
        if (m.kept[i].lease.state != 0) {
            int rc = dhcpperf_server_import_lease(fresh, &m.kept[i].lease, m.t.now);

            MUST(rc == 0 || m.at[i].holder == 0);
        }
    }
    for (i = 0; i < m.n; i++) {
        int rc = dhcpperf_server_find_lease(fresh, talk_ip(ip_text(m.at[i].ip)), &l, sizeof l);
        int is_bound = rc == 0 && l.state == DHCPPERF_LEASE_BOUND;

        MUST(is_bound == (m.at[i].holder != 0));
        MUST(!is_bound || l.ends == m.at[i].until);
        MUST((rc == 0 && l.state == DHCPPERF_LEASE_DECLINED) == (m.at[i].quarantine != 0));
    }
    dhcpperf_server_free(fresh);
}

static void history(void)
{
    static uint8_t buf[TALK_CAP];

    for (m.step = 0; m.step < STEPS; m.step++) {
        act a;
        dhcpperf_pkt pkt;
        int key, heard;

        if (one_in(3)) {
            talk_wait(&m.t, draw(one_in(10) ? 40000 : 3000) * DHCPPERF_NS_PER_MS);
            pass_time();
        }
        a = m.last = random_act();
        m.decided = 0;
        key = key_of(&a);
        compose(&a, buf, &pkt);
        record(&pkt);
        ck_assert_int_eq(dhcpperf_engine_recv(m.t.engine, &pkt, 1, m.t.now), 1);
        heard = hear_committed(&a);
        if (heard) {
            digest_reply();
        }
        if (is_served(&a)) {
            after(&a, key, heard);
        } else {
            MUST(!heard || dhcpperf_msg_get_type(m.t.msg) == DHCPPERF_NAK || a.bootp);
        }
        compare_leases();
        MUST(!talk_hear(&m.t));
    }
}

START_TEST(random_histories_are_as_a_model_allows)
    {
        memset(&m, 0, sizeof m);
        m.seed = harness_seed(1) + (uint64_t)_i;
        m.features = (unsigned)(m.seed * SPREAD) % F_ALL;
        m.quarantine = has(F_NO_QUARANTINE) ? 0 : QUARANTINE_S * SECOND;
        describe_server(&m.t);
        describe_addresses();
        history();
        check_restart();
        if (!has(F_DECIDE | F_HOLD_ACK)) {
            replay();
        }
        talk_close(&m.t);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, random_histories_are_as_a_model_allows, 0, HISTORIES);
}

HARNESS_MAIN("sim/server-model", tests)
