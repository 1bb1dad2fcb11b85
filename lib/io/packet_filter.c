/* SPDX-License-Identifier: MIT */
/* packet_filter.c - what the kernel lets through to a packet socket, as a program for its classic
 * filter.  A link carries more than DHCP: each frame that is none costs a few instructions there
 * and nothing here.  What a frame says beyond this is looked at when it is read. */
#include "io/dp_packet.h"

#if DP_HAVE_PACKET

#include <assert.h>

enum {
    ETH_TYPE = 12,
    IP_AT = 14,
    TAG_LEN = 4,
    TYPE_IP4 = 0x0800,
    TYPE_ARP = 0x0806,
    IP_FRAGMENT = 6,
    IP_PROTOCOL = 9,
    PROTO_UDP = 17,
    UDP_DESTINATION = 2,
    SERVER_PORT = 67,
    CLIENT_PORT = 68,
    /* Jumps to the end, set when it is known. */
    TAKE = 254,
    DROP = 255
};

typedef struct program {
    struct sock_filter *code;
    unsigned n;
} program;

static void emit(program *p, unsigned code, unsigned jt, unsigned jf, uint32_t k)
{
    assert(p->n < DP_PACKET_FILTER_MAX);
    p->code[p->n++] = (struct sock_filter){(uint16_t)code, (uint8_t)jt, (uint8_t)jf, k};
}

static void load(program *p, unsigned size_mode, uint32_t k)
{
    emit(p, BPF_LD | size_mode, 0, 0, k);
}

static void test(program *p, unsigned how, uint32_t k, unsigned jt, unsigned jf)
{
    emit(p, BPF_JMP | how | BPF_K, jt, jf, k);
}

/* Not what we sent ourselves; nor, unless all is wanted, what an interface that somebody else made
 * promiscuous hears. */
static void match_direction(program *p, bool promiscuous)
{
    load(p, BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE));
    test(p, BPF_JEQ, PACKET_OUTGOING, DROP, 0);
    if (!promiscuous) {
        test(p, BPF_JEQ, PACKET_OTHERHOST, DROP, 0);
    }
}

/* The kernel has taken the outer tag off; a frame without one says 0. */
static void match_vlan(program *p, uint32_t vlan)
{
    if (vlan != DP_PACKET_VLAN_ANY) {
        load(p, BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_VLAN_TAG));
        emit(p, BPF_ALU | BPF_AND | BPF_K, 0, 0, 0xfff);
        test(p, BPF_JEQ, vlan, 0, DROP);
    }
}

/* Leaves where the IP header begins in the index register. */
static void match_type(program *p, bool inner_tag, bool arp)
{
    emit(p, BPF_LDX | BPF_IMM, 0, 0, IP_AT);
    load(p, BPF_H | BPF_ABS, ETH_TYPE);
    if (inner_tag) {
        test(p, BPF_JEQ, 0x8100, 2, 0);
        test(p, BPF_JEQ, 0x88a8, 1, 0);
        test(p, BPF_JEQ, 0x9100, 0, 2);
        emit(p, BPF_LDX | BPF_IMM, 0, 0, IP_AT + TAG_LEN);
        load(p, BPF_H | BPF_ABS, ETH_TYPE + TAG_LEN);
    }
    if (arp) {
        test(p, BPF_JEQ, TYPE_ARP, TAKE, 0);
    }
    test(p, BPF_JEQ, TYPE_IP4, 0, DROP);
}

static void match_udp(program *p, uint32_t port)
{
    load(p, BPF_B | BPF_IND, IP_PROTOCOL);
    test(p, BPF_JEQ, PROTO_UDP, 0, DROP);
    load(p, BPF_H | BPF_IND, IP_FRAGMENT);
    test(p, BPF_JSET, 0x1fff, DROP, 0);
    load(p, BPF_B | BPF_IND, 0);
    emit(p, BPF_ALU | BPF_AND | BPF_K, 0, 0, 0xf);
    emit(p, BPF_ALU | BPF_LSH | BPF_K, 0, 0, 2);
    emit(p, BPF_ALU | BPF_ADD | BPF_X, 0, 0, 0);
    emit(p, BPF_MISC | BPF_TAX, 0, 0, 0);
    load(p, BPF_H | BPF_IND, UDP_DESTINATION);
    if (port == 0) {
        test(p, BPF_JEQ, SERVER_PORT, TAKE, 0);
        port = CLIENT_PORT;
    }
    test(p, BPF_JEQ, port, TAKE, DROP);
}

static void settle(uint8_t *jump, unsigned at, unsigned take)
{
    if (*jump == TAKE || *jump == DROP) {
        *jump = (uint8_t)((*jump == TAKE ? take : take + 1) - at - 1);
    }
}

unsigned dp_packet_filter(struct sock_filter *code, const dhcpperf_transport_config *c)
{
    program p = {code, 0};
    unsigned i, take;

    match_direction(&p, c->promisc != 0);
    match_vlan(&p, c->vlan);
    match_type(&p, c->vlan == DP_PACKET_VLAN_ANY, c->arp != 0);
    match_udp(&p, c->port);
    take = p.n;
    emit(&p, BPF_RET | BPF_K, 0, 0, UINT32_MAX);
    emit(&p, BPF_RET | BPF_K, 0, 0, 0);
    for (i = 0; i < take; i++) {
        if (BPF_CLASS(code[i].code) == BPF_JMP) {
            settle(&code[i].jt, i, take);
            settle(&code[i].jf, i, take);
        }
    }
    return p.n;
}

#endif
