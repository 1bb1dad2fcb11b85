/* SPDX-License-Identifier: MIT */
/* handover_test.c - arrivals at the wrong worker, with carriers and engines that are only played;
 * and memory that real engines of several workers do not share. */
#include "dhcp-server/handover.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libdhcpperf/client.h>
#include <libdhcpperf/memory.h>
#include <libdhcpperf/pump.h>
#include <libdhcpperf/server.h>

#include "support/harness.h"

enum {
    TEAM = 3,
    BUFFERS = 64,
    LEN = 300
};

/* A carrier with messages in store: each carries the number of its owner and its own number. */
typedef struct fake {
    uint8_t octets[BUFFERS][LEN];
    unsigned waiting; /* messages still to be delivered */
    unsigned next;
    unsigned lent; /* buffers not given back: those marked */
    uint8_t is_lent[BUFFERS];
    unsigned (*owner)(unsigned number);
    int closed;
} fake;

static fake fakes[TEAM];
static dhcpperf_transport *carriers[TEAM];
static dhcpperf_engine *engines[TEAM];
static mailbox boxes[TEAM];
static handover *between;

static int f_rx(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    fake *f = self;
    unsigned n = 0;

    while (n < max && f->waiting > 0 && f->lent < BUFFERS) {
        uint32_t number = f->next, at = 0;
        uint8_t *octets;

        while (f->is_lent[at]) {
            at++;
        }
        f->is_lent[at] = 1;
        octets = f->octets[at];
        memset(&pkts[n], 0, sizeof pkts[n]);
        memset(octets, (int)number, LEN);
        octets[0] = (uint8_t)f->owner(number);
        memcpy(octets + 1, &number, sizeof number);
        pkts[n].data = octets;
        pkts[n].len = pkts[n].cap = LEN;
        pkts[n].ts = now;
        pkts[n].src.port = (uint16_t)(1 + (f - fakes));
        f->next++;
        f->waiting--;
        f->lent++;
        n++;
    }
    return (int)n;
}

static void f_rx_done(void *self, dhcpperf_pkt *pkts, unsigned n)
{
    fake *f = self;
    unsigned i;

    for (i = 0; i < n; i++) {
        ck_assert(pkts[i].data >= f->octets[0] && pkts[i].data <= f->octets[BUFFERS - 1]);
        ck_assert(f->is_lent[(pkts[i].data - f->octets[0]) / LEN]);
        f->is_lent[(pkts[i].data - f->octets[0]) / LEN] = 0;
        memset(pkts[i].data, 0xee, LEN); /* whoever still reads it reads this */
    }
    ck_assert_uint_ge(f->lent, n);
    f->lent -= n;
}

static int f_none(void *self, dhcpperf_pkt *pkts, unsigned want, uint32_t len)
{
    (void)self;
    (void)pkts;
    (void)want;
    (void)len;
    return 0;
}

static int f_commit(void *self, dhcpperf_pkt *pkts, unsigned n, unsigned fill, dhcpperf_ts now)
{
    (void)self;
    (void)pkts;
    (void)n;
    (void)fill;
    (void)now;
    return 0;
}

static int f_done(void *self, dhcpperf_txdone *done, unsigned max, dhcpperf_ts now)
{
    (void)self;
    (void)done;
    (void)max;
    (void)now;
    return 0;
}

static void f_close(void *self)
{
    ((fake *)self)->closed++;
}

static int e_recv(void *self, dhcpperf_pkt *pkts, unsigned n, dhcpperf_ts now)
{
    (void)self;
    (void)pkts;
    (void)now;
    return (int)n;
}

static int e_pull(void *self, dhcpperf_pkt *pkts, unsigned max, dhcpperf_ts now)
{
    (void)self;
    (void)pkts;
    (void)max;
    (void)now;
    return 0;
}

static int e_owner(const void *self, const dhcpperf_pkt *pkt)
{
    (void)self;
    return pkt->data[0];
}

static void open_team(void)
{
    static const dhcpperf_transport_ops car_ops = {.size = sizeof car_ops,
                                                   .rx_burst = f_rx,
                                                   .rx_done = f_rx_done,
                                                   .tx_loan = f_none,
                                                   .tx_commit = f_commit,
                                                   .tx_done = f_done,
                                                   .close = f_close};
    static const dhcpperf_engine_ops eng_ops = {
        .size = sizeof eng_ops, .recv = e_recv, .pull = e_pull, .owner = e_owner};
    unsigned i;

    memset(fakes, 0, sizeof fakes);
    for (i = 0; i < TEAM; i++) {
        ck_assert_int_eq(mailbox_open(&boxes[i]), 0);
    }
    between = handover_new(TEAM, boxes);
    ck_assert_ptr_nonnull(between);
    for (i = 0; i < TEAM; i++) {
        dhcpperf_transport *inner;

        ck_assert_int_eq(dhcpperf_engine_new(&engines[i], &eng_ops, &fakes[i], NULL), 0);
        ck_assert_int_eq(dhcpperf_transport_new(&inner, &car_ops, &fakes[i], NULL), 0);
        ck_assert_int_eq(handover_carrier(between, i, inner, engines[i], &carriers[i]), 0);
    }
}

static void close_team(void)
{
    unsigned i;

    for (i = 0; i < TEAM; i++) {
        ck_assert_uint_eq(fakes[i].lent, 0);
        dhcpperf_transport_free(carriers[i]);
        ck_assert_int_eq(fakes[i].closed, 1);
        dhcpperf_engine_free(engines[i]);
        mailbox_close(&boxes[i]);
    }
    handover_free(between);
}

static unsigned in_turn(unsigned number)
{
    return number % TEAM;
}

static unsigned the_second(unsigned number)
{
    (void)number;
    return 1;
}

/* Reads once and gives back; messages, all of them the worker's own and intact.  Those from each
 * socket come in order. */
static unsigned read_once(unsigned i, unsigned max, uint32_t *next_of)
{
    dhcpperf_pkt pkts[128];
    int n = dhcpperf_transport_rx(carriers[i], pkts, max, 1), k;

    ck_assert_int_ge(n, 0);
    for (k = 0; k < n; k++) {
        unsigned from = pkts[k].src.port - 1u;
        uint32_t number;

        memcpy(&number, pkts[k].data + 1, sizeof number);
        assert_fast(pkts[k].data[0] == i, "worker %u got what is %u's", i, pkts[k].data[0]);
        assert_fast(pkts[k].len == LEN && pkts[k].data[LEN - 1] == (uint8_t)number,
                    "number %u is spoiled", number);
        assert_fast(number >= next_of[from], "number %u after %u", number, next_of[from]);
        next_of[from] = number + 1;
    }
    dhcpperf_transport_rx_done(carriers[i], pkts, (unsigned)n);
    return (unsigned)n;
}

START_TEST(every_message_comes_to_its_worker_once_and_in_order)
    {
        enum {
            EACH = 5000
        };
        uint32_t next_of[TEAM][TEAM] = {{0}};
        unsigned got[TEAM] = {0}, i, rounds, max = _i < 4 ? (unsigned)_i : 64;
        handover_counts sum = {0, 0, 0, 0};

        open_team();
        for (i = 0; i < TEAM; i++) {
            fakes[i].owner = in_turn;
            fakes[i].waiting = EACH;
        }
        for (rounds = 0; rounds < 4 * EACH; rounds++) {
            for (i = 0; i < TEAM; i++) {
                got[i] += read_once(i, max, next_of[i]);
            }
        }
        for (i = 0; i < TEAM; i++) {
            handover_counts c = handover_count(between, i);

            ck_assert_uint_eq(c.received, EACH);
            ck_assert_uint_eq(c.dropped, 0);
            ck_assert_msg(got[i] >= EACH - TEAM && got[i] <= EACH + TEAM, "%u of %u", got[i], i);
            sum.handed_over += c.handed_over;
            sum.taken_over += c.taken_over;
        }
        ck_assert_uint_eq(got[0] + got[1] + got[2], TEAM * EACH);
        ck_assert_uint_eq(sum.handed_over, sum.taken_over);
        ck_assert_msg(sum.handed_over > TEAM * EACH / 2, "only %u of them were handed over",
                      (unsigned)sum.handed_over);
        close_team();
    }
END_TEST

START_TEST(a_full_queue_drops_counts_and_recovers)
    {
        enum {
            EACH = 60000 /* more than any queue holds */
        };
        uint32_t next_of[TEAM][TEAM] = {{0}};
        unsigned taken = 0, n, i;
        handover_counts c;

        open_team();
        for (i = 0; i < TEAM; i++) {
            fakes[i].owner = the_second;
        }
        fakes[0].waiting = EACH;
        for (i = 0; i < EACH; i++) { /* the second reads nothing meanwhile */
            ck_assert_uint_eq(read_once(0, 64, next_of[0]), 0);
        }
        c = handover_count(between, 0);
        ck_assert_uint_eq(c.received, EACH);
        ck_assert_uint_gt(c.dropped, 0);
        ck_assert_uint_eq(c.handed_over + c.dropped, EACH);
        while ((n = read_once(1, 64, next_of[1])) > 0) {
            taken += n;
        }
        ck_assert_uint_eq(taken, c.handed_over);
        fakes[0].waiting = 10;
        ck_assert_uint_eq(read_once(0, 64, next_of[0]), 0);
        ck_assert_uint_eq(read_once(1, 64, next_of[1]), 10);
        close_team();
    }
END_TEST

static int is_woken(unsigned i)
{
    struct pollfd fd = {.fd = mailbox_fd(&boxes[i]), .events = POLLIN};

    return poll(&fd, 1, 0) == 1;
}

START_TEST(a_sleeper_is_woken_once_and_nobody_sleeps_over_a_message)
    {
        uint32_t next_of[TEAM][TEAM] = {{0}};

        open_team();
        fakes[0].owner = the_second;
        ck_assert(handover_may_sleep(between, 1));
        ck_assert(!is_woken(1));
        fakes[0].waiting = 5;
        (void)read_once(0, 64, next_of[0]);
        ck_assert(is_woken(1));
        mailbox_clear(&boxes[1]);
        handover_is_awake(between, 1);
        /* Awake, it is not disturbed; and it may not sleep before it has read. */
        fakes[0].waiting = 5;
        (void)read_once(0, 64, next_of[0]);
        ck_assert(!is_woken(1));
        ck_assert(!handover_may_sleep(between, 1));
        ck_assert_uint_eq(read_once(1, 64, next_of[1]), 10);
        ck_assert(handover_may_sleep(between, 1));
        close_team();
    }
END_TEST

/* ---- memory --------------------------------------------------------------------------------- */

enum {
    BLOCKS = 4096
};

/* What each worker allocated. */
typedef struct ledger {
    struct {
        uintptr_t first, last; /* lines */
        unsigned owner;
    } at[BLOCKS];
    unsigned n, owner;
} ledger;

static ledger book;

static void *noted_alloc(void *user, size_t size, size_t align)
{
    const dhcpperf_mem *m = dhcpperf_mem_lines();
    void *ptr = m->alloc(m->user, size, align);
    ledger *l = user;

    ck_assert_uint_lt(l->n, BLOCKS);
    l->at[l->n].first = (uintptr_t)ptr / 64;
    l->at[l->n].last = ((uintptr_t)ptr + size - 1) / 64;
    l->at[l->n++].owner = l->owner;
    return ptr;
}

static void noted_release(void *user, void *ptr, size_t size)
{
    const dhcpperf_mem *m = dhcpperf_mem_lines();
    ledger *l = user;
    unsigned i = 0;

    while (i < l->n && l->at[i].first != (uintptr_t)ptr / 64) {
        i++;
    }
    ck_assert_uint_lt(i, l->n);
    l->at[i] = l->at[--l->n];
    m->release(m->user, ptr, size);
}

static void *noted_resize(void *user, void *ptr, size_t old_size, size_t new_size, size_t align)
{
    void *moved = noted_alloc(user, new_size, align);

    if (ptr != NULL) {
        memcpy(moved, ptr, old_size < new_size ? old_size : new_size);
        noted_release(user, ptr, old_size);
    }
    return moved;
}

static dhcpperf_server *new_server(unsigned index, const dhcpperf_mem *mem)
{
    dhcpperf_server_config *c;
    dhcpperf_server *s;
    dhcpperf_pool *p;

    ck_assert_int_eq(dhcpperf_pool_new(&p, (dhcpperf_ip4){{10, 0, 0, 0}}, 16, NULL), 0);
    ck_assert_int_eq(
        dhcpperf_pool_add_range(p, (dhcpperf_ip4){{10, 0, 0, 1}}, (dhcpperf_ip4){{10, 0, 3, 77}}),
        0);
    ck_assert_int_eq(dhcpperf_server_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_server_config_set(c, "server-id", "10.0.255.1"), 0);
    ck_assert_int_eq(dhcpperf_server_config_add_pool(c, p), 0);
    ck_assert_int_eq(dhcpperf_server_config_set_shard(c, index, TEAM), 0);
    ck_assert_int_eq(dhcpperf_server_new(&s, c, mem), 0);
    dhcpperf_server_config_free(c);
    dhcpperf_pool_free(p);
    return s;
}

/* No line belongs to two workers. */
static void judge_lines(void)
{
    unsigned i, k;

    for (i = 0; i < book.n; i++) {
        for (k = 0; k < i; k++) {
            assert_fast(book.at[i].owner == book.at[k].owner ||
                            book.at[i].first > book.at[k].last ||
                            book.at[k].first > book.at[i].last,
                        "blocks %u and %u of workers %u and %u share a line", k, i,
                        book.at[k].owner, book.at[i].owner);
        }
    }
}

/* Octets of a worker's lines. */
static size_t size_of(unsigned owner)
{
    size_t lines = 0;
    unsigned i;

    for (i = 0; i < book.n; i++) {
        lines += book.at[i].owner == owner ? book.at[i].last - book.at[i].first + 1 : 0;
    }
    return lines * 64;
}

START_TEST(engines_of_several_workers_share_no_line)
    {
        dhcpperf_mem mem = {&book, noted_alloc, noted_resize, noted_release};
        dhcpperf_server *s[TEAM];
        unsigned i;

        memset(&book, 0, sizeof book);
        for (i = 0; i < TEAM; i++) {
            book.owner = i;
            s[i] = new_server(i, &mem);
        }
        ck_assert_uint_gt(book.n, TEAM * 5);
        judge_lines();
        for (i = 0; i < TEAM; i++) {
            dhcpperf_server_free(s[i]);
        }
        ck_assert_uint_eq(book.n, 0);
    }
END_TEST

enum {
    STATIONS = 1000,
    STATION = 64 /* octets that one has at least */
};

static dhcpperf_client *new_client(unsigned index, const dhcpperf_mem *mem)
{
    dhcpperf_client_config *c;
    dhcpperf_client *cli;

    ck_assert_int_eq(dhcpperf_client_config_new(&c, NULL), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_stations(c, STATIONS), 0);
    ck_assert_int_eq(dhcpperf_client_config_set_shard(c, index, TEAM), 0);
    ck_assert_int_eq(dhcpperf_client_new(&cli, c, mem), 0);
    dhcpperf_client_config_free(c);
    return cli;
}

/* Their stations, timers and statistics: all that they have comes from the allocator. */
START_TEST(client_engines_of_several_workers_share_no_line)
    {
        dhcpperf_mem mem = {&book, noted_alloc, noted_resize, noted_release};
        dhcpperf_client *c[TEAM];
        unsigned i;

        memset(&book, 0, sizeof book);
        for (i = 0; i < TEAM; i++) {
            book.owner = i;
            c[i] = new_client(i, &mem);
        }
        for (i = 0; i < TEAM; i++) {
            book.owner = i; /* what it takes while it works, if it took any, would be noted, too */
            ck_assert_int_eq(dhcpperf_client_begin(c[i], 1), 0);
            (void)dhcpperf_engine_advance(dhcpperf_client_engine(c[i]), DHCPPERF_NS_PER_S);
            ck_assert_msg(size_of(i) > dhcpperf_client_count(c[i]) * STATION,
                          "worker %u has %zu octets for %u stations", i, size_of(i),
                          (unsigned)dhcpperf_client_count(c[i]));
        }
        judge_lines();
        for (i = 0; i < TEAM; i++) {
            dhcpperf_client_free(c[i]);
        }
        ck_assert_uint_eq(book.n, 0);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_loop_test(tc, every_message_comes_to_its_worker_once_and_in_order, 1, 5);
    tcase_add_test(tc, a_full_queue_drops_counts_and_recovers);
    tcase_add_test(tc, a_sleeper_is_woken_once_and_nobody_sleeps_over_a_message);
    tcase_add_test(tc, engines_of_several_workers_share_no_line);
    tcase_add_test(tc, client_engines_of_several_workers_share_no_line);
}

HARNESS_MAIN("tools/handover", tests)
