/* SPDX-License-Identifier: MIT */
/* udp_steer.c - which of several sockets on one port gets an arrival, decided in the kernel by the
 * client's hardware address: runs of 64 addresses, dealt in turn.
 *
 * The server's shards are dealt alike (dp_store_share_of()), so that what a client with six octets
 * of address sends arrives where its lease is; a train goes where its first message belongs.  It is
 * a short cut only: whoever gets what is another's hands it over. */
#include "io/dp_udp.h"

#if defined(__linux__)
#include <linux/filter.h>
#endif

#include "wire/dp_view.h"

#if defined(__linux__) && defined(SO_ATTACH_REUSEPORT_CBPF)

/* The machine has 32 bits and the address 48: high 16 and low 32, num = high * 2^32 + low.  So
 * num / 64 = high * 2^26 + low / 64, and modulo n each factor is below n <= 64. */
void dp_udp_steer(dp_udp *u)
{
    uint32_t n = u->config.steer;
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, DP_OFF_CHADDR),
        BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, n),
        BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, (UINT32_C(1) << 26) % n),
        BPF_STMT(BPF_MISC | BPF_TAX, 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, DP_OFF_CHADDR + 2),
        BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 6),
        BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0),
        BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, n),
        BPF_STMT(BPF_RET | BPF_A, 0),
    };
    struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};

    (void)setsockopt(u->fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program);
}

#else

void dp_udp_steer(dp_udp *u)
{
    (void)u;
}

#endif
