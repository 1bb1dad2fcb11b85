/* SPDX-License-Identifier: MIT */
/* drive.c - step while there is work, sleep when there is none: on the pump's descriptor, its
 * deadline, the turn's wish, and what else wakes it. */
#include "config.h"

#include "common/drive.h"

#include <poll.h>
#include <stddef.h>
#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif

/* Nanoseconds as poll's milliseconds, rounded up: never early, never a busy loop. */
static int as_ms(dhcpperf_dur d)
{
    dhcpperf_dur ms = d / DHCPPERF_NS_PER_MS + (d % DHCPPERF_NS_PER_MS != 0);

    return ms > 60000 ? 60000 : (int)ms;
}

static void sleep_until(dhcpperf_pump *pump, int wake_fd, dhcpperf_ts wake)
{
    dhcpperf_ts deadline = dhcpperf_pump_deadline(pump), now = dhcpperf_clock_monotonic();
    struct pollfd fds[2];
    int wait;

    if (wake < deadline) {
        deadline = wake;
    }
    if (deadline <= now) {
        return;
    }
    fds[0].fd = dhcpperf_pump_fd(pump);
    fds[0].events = (short)((dhcpperf_pump_wants_read(pump) ? POLLIN : 0) |
                            (dhcpperf_pump_wants_write(pump) ? POLLOUT : 0));
    fds[1].fd = wake_fd;
    fds[1].events = POLLIN;
    wait = deadline == DHCPPERF_NEVER ? -1 : as_ms(deadline - now);
#ifdef HAVE_PPOLL
    if (wait >= 0) {
        struct timespec ts = {(time_t)((deadline - now) / DHCPPERF_NS_PER_S),
                              (long)((deadline - now) % DHCPPERF_NS_PER_S)};

        if (wait < 60000) {
            ppoll(fds, 2, &ts, NULL);
            return;
        }
    }
#endif
    poll(fds, 2, wait);
}

int drive_pump_beside(dhcpperf_pump *pump, int wake_fd, drive_turn_fn turn, drive_idle_fn idle,
                      void *user)
{
    for (;;) {
        dhcpperf_ts wake = DHCPPERF_NEVER;
        int moved = dhcpperf_pump_step(pump, dhcpperf_clock_monotonic());

        if (moved < 0) {
            return moved;
        }
        if (turn(user, dhcpperf_clock_monotonic(), &wake)) {
            return 0;
        }
        if ((moved == 0 || !dhcpperf_pump_wants_read(pump)) && (idle == NULL || idle(user, 1))) {
            sleep_until(pump, wake_fd, wake);
            if (idle != NULL) {
                (void)idle(user, 0);
            }
        }
    }
}

int drive_pace(dhcpperf_pump *pump, dhcpperf_pacing pacing, dhcpperf_dur tick)
{
#ifdef HAVE_SYS_PRCTL_H
    if (pacing != DHCPPERF_PACE_BATCH) {
        (void)prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL); /* in ns */
    }
#endif
    return dhcpperf_pump_set_pacing(pump, pacing, tick);
}
