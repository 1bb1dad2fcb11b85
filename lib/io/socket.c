/* SPDX-License-Identifier: MIT */
/* socket.c - options, errors and stamps of sockets of either kind. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "io/dp_socket.h"

#include <errno.h>
#include <sys/socket.h>

int dp_socket_set(int fd, int level, int name, int value)
{
    return setsockopt(fd, level, name, &value, sizeof value);
}

static uint32_t get_u32(int fd, int name)
{
    int value = 0;
    socklen_t len = sizeof value;

    return getsockopt(fd, SOL_SOCKET, name, &value, &len) == 0 && value > 0 ? (uint32_t)value : 0;
}

#if defined(SO_SNDBUFFORCE) || (defined(HAVE_DECL_SO_RCVBUFFORCE) && HAVE_DECL_SO_RCVBUFFORCE)
static bool force(int fd, int name, int size)
{
    return dp_socket_set(fd, SOL_SOCKET, name, size) == 0;
}
#endif

void dp_socket_ask_buffers(int fd, uint32_t rcvbuf, uint32_t sndbuf, dhcpperf_carrier_stats *inout)
{
    int rcv = (int)rcvbuf, snd = (int)sndbuf;

#if defined(HAVE_DECL_SO_RCVBUFFORCE) && HAVE_DECL_SO_RCVBUFFORCE
    rcv = rcv > 0 && force(fd, SO_RCVBUFFORCE, rcv) ? 0 : rcv;
#endif
#ifdef SO_SNDBUFFORCE
    snd = snd > 0 && force(fd, SO_SNDBUFFORCE, snd) ? 0 : snd;
#endif
    if (rcv > 0) {
        (void)dp_socket_set(fd, SOL_SOCKET, SO_RCVBUF, rcv);
    }
    if (snd > 0) {
        (void)dp_socket_set(fd, SOL_SOCKET, SO_SNDBUF, snd);
    }
    inout->rcvbuf = get_u32(fd, SO_RCVBUF);
    inout->sndbuf = get_u32(fd, SO_SNDBUF);
}

int dp_socket_error(int err)
{
    return err == EACCES || err == EPERM ? DHCPPERF_E_PERMISSION : DHCPPERF_E_SYSTEM;
}

bool dp_socket_is_full(int err)
{
    return err == EAGAIN || err == EWOULDBLOCK || err == ENOBUFS || err == ENOMEM;
}

dhcpperf_ts dp_socket_arrival(const struct timespec *stamp, const struct timespec *real,
                              dhcpperf_ts emptied, dhcpperf_ts now)
{
    int64_t age = (int64_t)(real->tv_sec - stamp->tv_sec) * (int64_t)DHCPPERF_NS_PER_S +
                  (real->tv_nsec - stamp->tv_nsec);

    if (age <= 0) {
        return now;
    }
    return (dhcpperf_ts)age < now - emptied ? now - (dhcpperf_ts)age : emptied;
}
