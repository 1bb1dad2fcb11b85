/* SPDX-License-Identifier: MIT */
/* run.c - time, processor and memory of this process. */
#include "config.h"

#include "common/run.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <libdhcpperf/pump.h>

static uint64_t realtime(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (uint64_t)ts.tv_sec * DHCPPERF_NS_PER_S + (uint64_t)ts.tv_nsec;
}

static uint64_t cpu_time(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
    return (uint64_t)ts.tv_sec * DHCPPERF_NS_PER_S + (uint64_t)ts.tv_nsec;
}

/* Writing to a standard output that was closed must go on failing: hence read-only there. */
static void guard_streams(void)
{
    static const int modes[] = {O_RDWR, O_RDONLY, O_RDWR};
    int fd;

    for (fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd) {
            _exit(1);
        }
    }
}

void run_begin(run_facts *r, int argc, char *const *argv)
{
    const char *env = getenv("DHCP_ENV");

    guard_streams();
    r->argc = argc;
    r->argv = argv;
    r->env = env != NULL ? env : "";
    r->started_unix_ns = realtime();
    r->started = dhcpperf_clock_monotonic();
    r->cpu_ns = cpu_time();
    kernel_nothing(&r->kernel);
}

double run_elapsed(const run_facts *r)
{
    return (double)(dhcpperf_clock_monotonic() - r->started) / 1e9;
}

double run_cpu_share(const run_facts *r)
{
    dhcpperf_dur wall = dhcpperf_clock_monotonic() - r->started;

    return wall == 0 ? 0 : (double)(cpu_time() - r->cpu_ns) / (double)wall;
}

uint64_t run_peak_memory(void)
{
    struct rusage usage;

    if (getrusage(RUSAGE_SELF, &usage) != 0) {
        return 0;
    }
#ifdef __APPLE__
    return (uint64_t)usage.ru_maxrss;
#else
    return (uint64_t)usage.ru_maxrss * 1024;
#endif
}

uint64_t run_fresh_seed(void)
{
    uint64_t a = realtime(), b = (uint64_t)getpid();

    /* splitmix64's finaliser: neighbouring instants give unlike seeds. */
    a ^= b << 40;
    a = (a ^ (a >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    a = (a ^ (a >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (a ^ (a >> 31)) >> 11;
}
