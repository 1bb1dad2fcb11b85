/* SPDX-License-Identifier: MIT */
/* dp_sys.h - the calls of the hot path, behind pointers so that each error of the kernel can be
 * played. */
#ifndef DP_SYS_H
#define DP_SYS_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <sys/socket.h>

#if defined(HAVE_SENDMMSG) && defined(HAVE_RECVMMSG)
#define DP_HAVE_MMSG 1
typedef struct mmsghdr dp_mmsg;
#else
#define DP_HAVE_MMSG 0
typedef struct dp_mmsg {
    struct msghdr msg_hdr;
    unsigned int msg_len;
} dp_mmsg;
#endif

/* All return a count, or -1 and errno. */
typedef struct dp_sys {
    int (*send)(int fd, dp_mmsg *msgs, unsigned n);
    int (*recv)(int fd, dp_mmsg *msgs, unsigned n);
    int (*drain_errors)(int fd); /* error reports taken off the queue */
} dp_sys;

extern const dp_sys dp_sys_kernel; /* many messages a call */
extern const dp_sys dp_sys_single; /* one message a call */

#endif
