/* SPDX-License-Identifier: MIT */
/* fuzz_control.c - the input is what somebody says on the control socket, line by line, to a server
 * of two workers.  Whatever a line holds, it is answered once: with an object, or with a sentence.
 * There is no socket, and the workers' parts of the jobs are done here. */
#include "config.h"

#include <stdarg.h>
#include <string.h>

#include "common/json.h"
#include "common/server_options.h"
#include "dhcp-server/commands.h"
#include "dhcp-server/numbers.h"
#include "dhcp-server/reload.h"
#include "dhcp-server/team.h"
#include "fuzz/fuzz.h"

enum {
    WORKERS = 2,
    LEASES = 20
};

static team t;
static unsigned answers; /* to the line in hand */

/* ---- instead of the rest of the server ------------------------------------------------------ */

void control_answer(caller who, json_t *members)
{
    char *text = json_dumps(members, 0);

    (void)who;
    REQUIRE(json_is_object(members) && text != NULL);
    answers++;
    free(text);
    json_decref(members);
}

void control_refuse(caller who, const char *format, ...)
{
    char text[700];
    va_list ap;

    (void)who;
    va_start(ap, format);
    vsnprintf(text, sizeof text, format, ap);
    va_end(ap);
    REQUIRE(text[0] != '\0' && strcmp(text, "out of memory") != 0);
    answers++;
}

void team_tell(team *x, unsigned wishes)
{
    (void)x;
    (void)wishes;
}

void numbers_ask(team *x, numbers_told_fn told, void *user)
{
    (void)x;
    told(user, json_object(), "");
}

void numbers_tell_snapshot(team *x)
{
    (void)x;
}

void reload_begin(team *x, reload_told_fn told, void *user)
{
    (void)x;
    told(user, "there is no file to read again");
}

/* ---- the server ----------------------------------------------------------------------------- */

static dhcpperf_ip4 address(unsigned last)
{
    dhcpperf_ip4 ip = {{10, 0, 0, (uint8_t)last}};

    return ip;
}

static void make_worker(unsigned index, dhcpperf_pool *pool)
{
    dhcpperf_server_config *c = NULL;
    dhcpperf_mac mac = {{2, 0, 0, 0, 0, 1}};
    worker *w = &t.workers[index];

    w->team = &t;
    w->index = index;
    REQUIRE(dhcpperf_server_config_new(&c, NULL) == 0);
    REQUIRE(dhcpperf_server_config_set_identity(c, address(1), mac) == 0);
    REQUIRE(dhcpperf_server_config_set_max_held(c, 64) == 0);
    REQUIRE(dhcpperf_server_config_add_pool(c, pool) == 0);
    REQUIRE(dhcpperf_server_config_set_shard(c, index, WORKERS) == 0);
    REQUIRE(dhcpperf_server_new(&w->server, c, NULL) == 0);
    dhcpperf_server_config_free(c);
}

/* A lease of 50 s that began with the clock; whichever worker has the address. */
static void put_lease(unsigned number)
{
    uint8_t key[7] = {1, 2, 0, 0, 0, 0, (uint8_t)number};
    dhcpperf_lease l;
    unsigned i;

    memset(&l, 0, sizeof l);
    l.size = sizeof l;
    l.state = DHCPPERF_LEASE_BOUND;
    l.ip = address(10 + number);
    l.key.kind = number % 2 == 0 ? DHCPPERF_KEY_HARDWARE : DHCPPERF_KEY_CLIENT_ID;
    l.key.bytes = (dhcpperf_bytes){key, sizeof key};
    l.htype = 1;
    l.chaddr = (dhcpperf_bytes){key + 1, 6};
    l.ends = dhcpperf_clock_monotonic() + 50 * DHCPPERF_NS_PER_S;
    for (i = 0; i < WORKERS; i++) {
        (void)dhcpperf_server_import_lease(t.workers[i].server, &l, dhcpperf_clock_monotonic());
    }
}

static void make_server(void)
{
    static options o;
    static server_setup setup;
    dhcpperf_pool *pool = NULL;
    unsigned i;

    REQUIRE(options_init(&o, "dhcp-server", server_option_specs, server_option_count) == 0);
    t.options = t.in_force = &o;
    t.setup = &setup;
    t.n = WORKERS;
    t.jobs.team = &t;
    t.office.fds[0] = t.office.fds[1] = -1; /* nobody is to be woken */
    REQUIRE(dhcpperf_pool_new(&pool, address(0), 24, NULL) == 0);
    REQUIRE(dhcpperf_pool_add_range(pool, address(10), address(90)) == 0);
    for (i = 0; i < WORKERS; i++) {
        make_worker(i, pool);
    }
    dhcpperf_pool_free(pool);
    for (i = 0; i < LEASES; i++) {
        put_lease(i);
    }
    REQUIRE(dhcpperf_server_count(t.workers[0].server, DHCPPERF_LEASE_BOUND) +
                dhcpperf_server_count(t.workers[1].server, DHCPPERF_LEASE_BOUND) ==
            LEASES);
}

/* ---- what is said --------------------------------------------------------------------------- */

static void say_line(const char *line, size_t len)
{
    caller who = {NULL, 0, 0};
    json_t *request;

    answers = 0;
    request = command_read(who, line, len);
    if (request != NULL) {
        json_object_del(request, "id");
        command_run(&t, who, request);
        json_decref(request);
        jobs_finish(&t.jobs);
    }
    REQUIRE(answers == 1);
}

/* The next input finds no faults and a server that serves. */
static void restore(void)
{
    unsigned i;

    for (i = 0; i < WORKERS; i++) {
        REQUIRE(dhcpperf_server_set_paused(t.workers[i].server, 0) == 0);
        REQUIRE(dhcpperf_server_set_faults(t.workers[i].server, NULL, dhcpperf_clock_monotonic()) ==
                0);
    }
    t.stop_is_wished = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *at = (const char *)data, *end = at + size;

    if (t.n == 0) {
        make_server();
    }
    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        size_t len = line_end != NULL ? (size_t)(line_end - at) : (size_t)(end - at);

        say_line(at, len);
        at += len + (line_end != NULL);
    }
    restore();
    return 0;
}
