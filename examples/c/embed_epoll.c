/* SPDX-License-Identifier: MIT */
/* embed_epoll.c - a server inside a program with an epoll loop: the carrier's descriptor, a timer
 * for the deadline, and the program's own signals, all in one set.
 *
 *     embed_epoll [ADDRESS]          prints "ready ADDRESS PORT", serves until SIGINT or SIGTERM
 */
#include <libdhcpperf/dhcpperf.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

static void must(const char *what, int rc)
{
    if (rc < 0) {
        fprintf(stderr, "embed_epoll: %s: %s\n", what, dhcpperf_strerror(rc));
        exit(EXIT_FAILURE);
    }
}

static dhcpperf_server *make_server(void)
{
    dhcpperf_ip4 network = {{10, 0, 0, 0}};
    dhcpperf_ip4 first = {{10, 0, 0, 10}}, last = {{10, 0, 255, 250}};
    dhcpperf_server_config *config;
    dhcpperf_server *server;
    dhcpperf_pool *pool;

    must("pool", dhcpperf_pool_new(&pool, network, 8, NULL));
    must("range", dhcpperf_pool_add_range(pool, first, last));
    must("config", dhcpperf_server_config_new(&config, NULL));
    must("pool", dhcpperf_server_config_add_pool(config, pool));
    /* Unprivileged clients listen on any port: answer where they sent from. */
    must("reply-to", dhcpperf_server_config_set(config, "reply-to", "source"));
    must("server", dhcpperf_server_new(&server, config, NULL));
    dhcpperf_server_config_free(config);
    dhcpperf_pool_free(pool);
    return server;
}

static dhcpperf_transport *make_transport(const char *bind)
{
    dhcpperf_transport_config *config;
    dhcpperf_transport *transport;
    dhcpperf_endpoint local;
    char text[16];

    must("config", dhcpperf_transport_config_new(&config, NULL));
    must("bind", dhcpperf_transport_config_set(config, "bind", bind));
    must("port", dhcpperf_transport_config_set(config, "port", "0"));
    must("open", dhcpperf_transport_open(&transport, config, NULL, NULL));
    must("address", dhcpperf_transport_get_local(transport, &local));
    dhcpperf_ip4_format(local.ip, text, sizeof text);
    printf("ready %s %u\n", text, (unsigned)local.port);
    fflush(stdout);
    dhcpperf_transport_config_free(config);
    return transport;
}

static void watch(int set, int op, int fd, uint32_t events)
{
    struct epoll_event ev;

    memset(&ev, 0, sizeof ev);
    ev.events = events;
    ev.data.fd = fd;
    if (epoll_ctl(set, op, fd, &ev) != 0) {
        perror("embed_epoll: epoll_ctl");
        exit(EXIT_FAILURE);
    }
}

/* The deadline is on the monotonic clock, which is what the timer counts. */
static void arm(int timer, dhcpperf_ts deadline)
{
    struct itimerspec t;

    memset(&t, 0, sizeof t);
    if (deadline != DHCPPERF_NEVER) {
        t.it_value.tv_sec = (time_t)(deadline / DHCPPERF_NS_PER_S);
        t.it_value.tv_nsec = (long)(deadline % DHCPPERF_NS_PER_S);
        if (deadline == 0) {
            t.it_value.tv_nsec = 1; /* zero would disarm it */
        }
    }
    (void)timerfd_settime(timer, TFD_TIMER_ABSTIME, &t, NULL);
}

static void loop(dhcpperf_pump *pump, int signals)
{
    int set = epoll_create1(EPOLL_CLOEXEC), fd = dhcpperf_pump_fd(pump);
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    int done = 0, i, n;
    uint64_t fired;

    watch(set, EPOLL_CTL_ADD, fd, EPOLLIN);
    watch(set, EPOLL_CTL_ADD, timer, EPOLLIN);
    watch(set, EPOLL_CTL_ADD, signals, EPOLLIN);
    while (!done) {
        struct epoll_event ready[3];

        while ((n = dhcpperf_pump_step(pump, dhcpperf_clock_monotonic())) > 0) {
        }
        must("step", n);
        watch(set, EPOLL_CTL_MOD, fd,
              dhcpperf_pump_wants_write(pump) ? EPOLLIN | EPOLLOUT : EPOLLIN);
        arm(timer, dhcpperf_pump_deadline(pump));
        n = epoll_wait(set, ready, 3, -1);
        for (i = 0; i < n; i++) {
            done |= ready[i].data.fd == signals;
            if (ready[i].data.fd == timer) {
                (void)!read(timer, &fired, sizeof fired);
            }
        }
    }
    close(timer);
    close(set);
}

int main(int argc, char **argv)
{
    dhcpperf_transport *transport;
    dhcpperf_server *server;
    dhcpperf_pump *pump;
    sigset_t set;
    int signals;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);

    server = make_server();
    transport = make_transport(argc > 1 ? argv[1] : "127.0.0.1");
    must("pump", dhcpperf_pump_new(&pump, dhcpperf_server_engine(server), transport, 0, NULL));
    loop(pump, signals);
    printf("%u leases\n", (unsigned)dhcpperf_server_count(server, DHCPPERF_LEASE_BOUND));
    dhcpperf_pump_free(pump);
    dhcpperf_transport_free(transport);
    dhcpperf_server_free(server);
    close(signals);
    return EXIT_SUCCESS;
}
