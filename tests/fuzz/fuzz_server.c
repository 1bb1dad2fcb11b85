/* SPDX-License-Identifier: MIT */
/* fuzz_server.c - the input is a script of verbs for a server engine, or a single message when it
 * looks like one.  Whatever it says: replies are well-formed and go to requests only, addresses are
 * inside the pool and have one owner, every exchange has one fate.
 *
 *     0nnnnnnn                let n * n ms pass, then pull everything
 *     10nnnnnn nn, octets     deliver a message of that many octets
 *     1100xxxx                answer the last OFFER with a REQUEST
 *     1101nnnn                end the lease of the n-th address
 *     1110xxxx                commit all lease events
 *     1111nnnn                pull at most n replies
 *
 * The bits of the first octet choose the server: 1 ACKs wait for their commit, 2 slow, 4
 * authoritative, 8 a class with a range, 16 a link of two subnets, 32 leasequery.
 */
#include <libdhcpperf/dhcpperf.h>

#include <string.h>

#include "fuzz/fuzz.h"

enum {
    POOL = 30,
    CAP = 2048
};

typedef struct world {
    dhcpperf_server *server;
    dhcpperf_engine *engine;
    dhcpperf_ts now;
    uint64_t seq;
    uint8_t flavour; /* settings, by bits */
    uint8_t reply[CAP];
    size_t reply_len;
} world;

static dhcpperf_msg *msg;
static dhcpperf_writer *writer;

static const dhcpperf_ip4 server_id = {{10, 0, 0, 1}};

static int sink(void *user, uint64_t seq, const dhcpperf_lease *lease)
{
    world *w = user;

    REQUIRE(seq == w->seq + 1 && lease->key.bytes.len <= 255 && lease->chaddr.len <= 16);
    REQUIRE(lease->ip.b[0] == 10 && lease->ip.b[3] >= 10 && lease->ip.b[3] < 10 + POOL);
    w->seq = seq;
    return 0;
}

/* Everybody whose vendor class begins with a, or whose circuit id is there. */
static void add_class(dhcpperf_server_config *c, const char *name, uint8_t code, int subcode,
                      dhcpperf_match op)
{
    static const uint8_t a[] = {'a'};
    dhcpperf_class *k;

    REQUIRE(dhcpperf_class_new(&k, name, NULL) == 0);
    REQUIRE(dhcpperf_class_match(k, code, subcode, (int)op, (dhcpperf_bytes){a, 1}) == 0);
    REQUIRE(dhcpperf_class_match(k, 77, -1, DHCPPERF_MATCH_PREFIX, (dhcpperf_bytes){a, 0}) == 0);
    REQUIRE(dhcpperf_class_add_option(k, 15, "class.example.org") == 0);
    REQUIRE(dhcpperf_class_set_lease(k, 30, 1, 60) == 0);
    REQUIRE(dhcpperf_server_config_add_class(c, k) == 0);
    dhcpperf_class_free(k);
}

/* A second subnet, whose addresses end like those of the first. */
static void add_sibling(dhcpperf_server_config *c)
{
    dhcpperf_ip4 net = {{10, 0, 1, 0}}, first = {{10, 0, 1, 10}}, last = {{10, 0, 1, 9 + POOL}};
    dhcpperf_pool *p;

    REQUIRE(dhcpperf_pool_new(&p, net, 24, NULL) == 0);
    REQUIRE(dhcpperf_pool_add_range(p, first, last) == 0);
    REQUIRE(dhcpperf_pool_add_option(p, 3, "10.0.1.1") == 0);
    REQUIRE(dhcpperf_pool_set_shared(p, "wire") == 0);
    REQUIRE(dhcpperf_server_config_add_pool(c, p) == 0);
    dhcpperf_pool_free(p);
}

static void add_ranges(dhcpperf_pool *p, int classes)
{
    dhcpperf_ip4 first = {{10, 0, 0, 10}}, last = {{10, 0, 0, 9 + POOL}};

    if (classes) {
        last.b[3] = 10 + POOL / 2;
        REQUIRE(dhcpperf_pool_add_class_range(p, first, last, "phones") == 0);
        first.b[3] = last.b[3] + 1;
        last.b[3] = 9 + POOL;
    }
    REQUIRE(dhcpperf_pool_add_range(p, first, last) == 0);
}

static void open_world(world *w, uint8_t flavour)
{
    static const uint8_t mac[] = {1, 2, 0, 0, 0, 0, 7}, circuit[] = {1, 2};
    dhcpperf_ip4 net = {{10, 0, 0, 0}}, first = {{10, 0, 0, 12}};
    dhcpperf_mac own = {{2, 0, 0, 0, 0xff, 1}};
    dhcpperf_server_config *c;
    dhcpperf_pool *p;

    memset(w, 0, sizeof *w);
    w->now = DHCPPERF_NS_PER_S;
    w->flavour = flavour;
    REQUIRE(dhcpperf_pool_new(&p, net, 24, NULL) == 0);
    add_ranges(p, flavour & 8);
    REQUIRE(dhcpperf_pool_add_option(p, 6, "192.0.2.1, 192.0.2.2") == 0);
    REQUIRE(dhcpperf_pool_add_option(p, 15, "example.org") == 0);
    REQUIRE(dhcpperf_pool_set_catch_all(p, 1) == 0);
    REQUIRE(dhcpperf_pool_reserve(p, DHCPPERF_KEY_HARDWARE, (dhcpperf_bytes){mac, sizeof mac},
                                  first) == 0);
    REQUIRE(dhcpperf_pool_reserve_option(p, DHCPPERF_KEY_HARDWARE,
                                         (dhcpperf_bytes){mac, sizeof mac}, 12, "seven") == 0);
    first.b[3] = 13;
    REQUIRE(dhcpperf_pool_reserve(p, DHCPPERF_KEY_CIRCUIT,
                                  (dhcpperf_bytes){circuit, sizeof circuit}, first) == 0);
    REQUIRE(dhcpperf_server_config_new(&c, NULL) == 0);
    REQUIRE(dhcpperf_server_config_set_identity(c, server_id, own) == 0);
    REQUIRE(dhcpperf_server_config_set_max_held(c, 16) == 0);
    REQUIRE(dhcpperf_server_config_set_lease_sink(c, sink, w, flavour & 1) == 0);
    if ((flavour & 2) != 0) {
        REQUIRE(dhcpperf_server_config_set_service_time(c, 5000000, 4000000) == 0);
    }
    REQUIRE(dhcpperf_server_config_set(c, "authoritative", (flavour & 4) != 0 ? "1" : "0") == 0);
    if ((flavour & 8) != 0) {
        add_class(c, "phones", 60, -1, DHCPPERF_MATCH_PREFIX);
        add_class(c, "lines", 82, 1, DHCPPERF_MATCH_PRESENT);
    }
    if ((flavour & 16) != 0) {
        REQUIRE(dhcpperf_pool_set_shared(p, "wire") == 0);
    }
    if ((flavour & 64) != 0) {
        REQUIRE(dhcpperf_server_config_set(c, "rapid-commit", "1") == 0);
        REQUIRE(dhcpperf_server_config_set(c, "bootp.enabled", "1") == 0);
        REQUIRE(dhcpperf_server_config_set(c, "boot-file", "pxe/menu.cfg") == 0);
        REQUIRE(dhcpperf_server_config_set(c, "ipv6-only.wait", "300") == 0);
        REQUIRE(dhcpperf_server_config_set(c, "remote-id.max-leases", "2") == 0);
    }
    if ((flavour & 128) != 0) {
        REQUIRE(dhcpperf_server_config_set(c, "offer.remaining", "1") == 0);
        REQUIRE(dhcpperf_server_config_set(c, "inform.rate", "5") == 0);
        REQUIRE(dhcpperf_server_config_set(c, "min-secs", "1") == 0);
        REQUIRE(dhcpperf_server_config_add_inform_subnet(c, net, 8) == 0);
        REQUIRE(dhcpperf_server_config_add_inform_mac(c, own) == 0);
        REQUIRE(dhcpperf_server_config_add_inform_option(c, 6) == 0);
    }
    REQUIRE(dhcpperf_server_config_add_pool(c, p) == 0);
    if ((flavour & 16) != 0) {
        add_sibling(c);
    }
    REQUIRE(dhcpperf_server_config_set(c, "leasequery.enabled", (flavour & 32) != 0 ? "1" : "0") ==
            0);
    REQUIRE(dhcpperf_server_new(&w->server, c, NULL) == 0);
    dhcpperf_server_config_free(c);
    dhcpperf_pool_free(p);
    w->engine = dhcpperf_server_engine(w->server);
}

static void check_reply(world *w, const dhcpperf_pkt *pkt)
{
    dhcpperf_ip4 ip;
    int type;

    REQUIRE(pkt->len >= 300 && pkt->len <= pkt->cap && pkt->dst.port != 0);
    REQUIRE(dhcpperf_msg_parse(msg, pkt->data, pkt->len, DHCPPERF_PARSE_LENIENT, NULL) == 0);
    REQUIRE((dhcpperf_msg_get_warnings(msg) & DHCPPERF_WARN_NO_END) == 0);
    type = dhcpperf_msg_get_type(msg);
    ip = dhcpperf_msg_get_yiaddr(msg);
    REQUIRE(dhcpperf_msg_get_op(msg) == 2);
    REQUIRE(type == DHCPPERF_OFFER || type == DHCPPERF_ACK || type == DHCPPERF_NAK ||
            (type >= DHCPPERF_LEASEUNASSIGNED && type <= DHCPPERF_LEASEACTIVE && ip.b[0] == 0) ||
            (type == 0 && (w->flavour & 64) != 0 && pkt->len == 300));
    REQUIRE(type != DHCPPERF_NAK || ip.b[0] == 0);
    REQUIRE(type != DHCPPERF_OFFER || ip.b[0] == 10 || (w->flavour & 64) != 0);
    REQUIRE(ip.b[0] == 0 || (ip.b[3] >= 10 && ip.b[3] < 10 + POOL));
    memcpy(w->reply, pkt->data, pkt->len);
    w->reply_len = pkt->len;
}

static void pull(world *w, unsigned max)
{
    uint8_t buf[CAP];
    dhcpperf_pkt pkt;

    while (max-- > 0) {
        memset(&pkt, 0, sizeof pkt);
        pkt.data = buf;
        pkt.cap = sizeof buf;
        if (dhcpperf_engine_pull(w->engine, &pkt, 1, w->now) != 1) {
            return;
        }
        check_reply(w, &pkt);
    }
}

static void deliver(world *w, uint8_t *data, size_t len)
{
    dhcpperf_pkt pkt;

    memset(&pkt, 0, sizeof pkt);
    pkt.data = data;
    pkt.len = pkt.cap = (uint16_t)len;
    pkt.ts = w->now;
    pkt.src.port = 68;
    pkt.dst.ip = (dhcpperf_ip4){{255, 255, 255, 255}};
    pkt.flags = DHCPPERF_PKT_BCAST;
    REQUIRE(dhcpperf_engine_owner(w->engine, &pkt) == 0);
    REQUIRE(dhcpperf_engine_recv(w->engine, &pkt, 1, w->now) == 1);
}

/* An exact-size copy: a sanitizer sees a read past it. */
static void deliver_copy(world *w, const uint8_t *data, size_t len)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);

    REQUIRE(copy != NULL);
    memcpy(copy, data, len);
    deliver(w, copy, len);
    free(copy);
}

static void answer(world *w)
{
    uint8_t buf[CAP];
    dhcpperf_bytes id;
    dhcpperf_ip4 ip;
    size_t len;

    if (w->reply_len == 0 ||
        dhcpperf_msg_parse(msg, w->reply, w->reply_len, DHCPPERF_PARSE_LENIENT, NULL) != 0) {
        return;
    }
    ip = dhcpperf_msg_get_yiaddr(msg);
    dhcpperf_writer_begin(writer, buf, sizeof buf, DHCPPERF_REQUEST, dhcpperf_msg_get_xid(msg));
    dhcpperf_writer_set_raw(writer, 28, (dhcpperf_bytes){w->reply + 28, 16});
    dhcpperf_writer_set_htype(writer, w->reply[1]);
    dhcpperf_writer_set_hlen(writer, w->reply[2]);
    dhcpperf_writer_set_giaddr(writer, dhcpperf_msg_get_giaddr(msg));
    dhcpperf_writer_add_ip4(writer, DHCPPERF_OPT_REQUESTED_IP, &ip, 1);
    dhcpperf_writer_add_ip4(writer, DHCPPERF_OPT_SERVER_ID, &server_id, 1);
    if (dhcpperf_msg_get_option(msg, DHCPPERF_OPT_CLIENT_ID, &id) == 0) {
        dhcpperf_writer_add_option(writer, DHCPPERF_OPT_CLIENT_ID, id);
    }
    if (dhcpperf_writer_finish(writer, 300, &len) == 0) {
        deliver(w, buf, len);
    }
}

/* What is true after any history. */
static void check_world(world *w)
{
    static const dhcpperf_outcome fates[] = {DHCPPERF_OUT_ANSWERED, DHCPPERF_OUT_REFUSED,
                                             DHCPPERF_OUT_UNANSWERED, DHCPPERF_OUT_IN_FLIGHT};
    const dhcpperf_stats *st = dhcpperf_server_stats(w->server);
    uint64_t cursor = 0, listed[8] = {0};
    dhcpperf_lease l, same;
    int x, s;
    size_t k;

    for (x = DHCPPERF_X_DISCOVER; x <= DHCPPERF_X_QUERY; x++) {
        uint64_t sum = 0;

        for (k = 0; k < sizeof fates / sizeof fates[0]; k++) {
            sum += dhcpperf_stats_exchange(st, (dhcpperf_exchange)x, fates[k]);
        }
        REQUIRE(sum == dhcpperf_stats_exchange(st, (dhcpperf_exchange)x, DHCPPERF_OUT_STARTED));
    }
    while (dhcpperf_server_next_lease(w->server, &cursor, &l, sizeof l) == 1) {
        listed[l.state]++;
        if (l.state == DHCPPERF_LEASE_BOUND || l.state == DHCPPERF_LEASE_OFFERED) {
            uint8_t copy[256];
            dhcpperf_key key = l.key;

            memcpy(copy, l.key.bytes.data, l.key.bytes.len);
            key.bytes.data = copy;
            REQUIRE(dhcpperf_server_find_client(w->server, &key, &same, sizeof same) == 0);
            REQUIRE(memcmp(&same.ip, &l.ip, sizeof l.ip) == 0);
        }
    }
    for (s = DHCPPERF_LEASE_OFFERED; s <= DHCPPERF_LEASE_DECLINED; s++) {
        REQUIRE(listed[s] == dhcpperf_server_count(w->server, (dhcpperf_lease_state)s));
    }
}

static void play(world *w, const uint8_t *data, size_t size)
{
    size_t at = 0, len;

    while (at < size) {
        uint8_t verb = data[at++];
        dhcpperf_ip4 ip = {{10, 0, 0, (uint8_t)(10 + (verb & 15))}};

        if (verb < 0x80) {
            w->now += (dhcpperf_dur)verb * verb * DHCPPERF_NS_PER_MS;
            REQUIRE(dhcpperf_engine_advance(w->engine, w->now) >= 0);
            pull(w, 100);
        } else if (verb < 0xc0 && at < size) {
            len = (size_t)(verb & 0x3f) << 8 | data[at++];
            len = len < size - at ? len : size - at;
            deliver_copy(w, data + at, len);
            at += len;
        } else if (verb < 0xd0) {
            answer(w);
        } else if (verb < 0xe0) {
            (void)dhcpperf_server_end_lease(w->server, ip,
                                            (dhcpperf_lease_state)(3 + (verb & 15) % 3), w->now);
        } else if (verb < 0xf0) {
            REQUIRE(dhcpperf_server_commit(w->server, w->seq, w->now) == 0);
        } else {
            pull(w, verb & 15);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    world w;

    if (msg == NULL) {
        REQUIRE(dhcpperf_msg_new(&msg, NULL) == 0);
        REQUIRE(dhcpperf_writer_new(&writer, NULL) == 0);
    }
    open_world(&w, size > 0 && data[0] > 2 ? data[0] : 0);
    if (size >= 240 && size <= 65507 && (data[0] == 1 || data[0] == 2)) {
        deliver_copy(&w, data, size);
        pull(&w, 1);
        answer(&w);
    } else if (size > 1) {
        play(&w, data + 1, size - 1);
    }
    w.now += 10 * DHCPPERF_NS_PER_S;
    (void)dhcpperf_server_commit(w.server, w.seq, w.now);
    REQUIRE(dhcpperf_engine_advance(w.engine, w.now) >= 0);
    pull(&w, 100);
    check_world(&w);
    dhcpperf_server_free(w.server);
    return 0;
}
