/* SPDX-License-Identifier: MIT */
/* refuse.c - preloaded, a kernel that refuses some socket options: those that REFUSE names, of
 * "timestamps", "trains" and "steering".  Used by capabilities.test. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

static int is_refused(const char *name)
{
    const char *list = getenv("REFUSE");

    return list != NULL && strstr(list, name) != NULL;
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t len)
{
    static int (*real)(int, int, int, const void *, socklen_t);

    if ((level == SOL_SOCKET && name == SO_TIMESTAMPNS && is_refused("timestamps")) ||
        (level == IPPROTO_UDP && name == UDP_SEGMENT && is_refused("trains")) ||
        (level == SOL_SOCKET && name == SO_ATTACH_REUSEPORT_CBPF && is_refused("steering"))) {
        errno = ENOPROTOOPT;
        return -1;
    }
    if (real == NULL) {
        *(void **)&real = dlsym(RTLD_NEXT, "setsockopt");
    }
    return real(fd, level, name, value, len);
}
