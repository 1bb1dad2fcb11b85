/* SPDX-License-Identifier: MIT */
/* error.c - names and sentences of the one error list, and what this build can do. */
#include <libdhcpperf/error.h>
#include <libdhcpperf/version.h>

#include <stddef.h>

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

const char *dhcpperf_strerror(int code)
{
    switch (code) {
    case DHCPPERF_OK:
        return "no error";
#define SENTENCE(num, name, text)                                                                  \
    case DHCPPERF_E_##name:                                                                        \
        return text;
        DHCPPERF_ERROR_MAP(SENTENCE)
#undef SENTENCE
    default:
        return "unknown error";
    }
}

const char *dhcpperf_errname(int code)
{
    switch (code) {
    case DHCPPERF_OK:
        return "DHCPPERF_OK";
#define NAME(num, name, text)                                                                      \
    case DHCPPERF_E_##name:                                                                        \
        return "DHCPPERF_E_" #name;
        DHCPPERF_ERROR_MAP(NAME)
#undef NAME
    default:
        return NULL;
    }
}

int dhcpperf_is_fatal(int code)
{
    return code == DHCPPERF_E_NOMEM || code == DHCPPERF_E_CALLBACK;
}

const char *dhcpperf_version(void)
{
    return DHCPPERF_VERSION;
}

uint32_t dhcpperf_version_num(void)
{
    return DHCPPERF_VERSION_NUM;
}

const char *dhcpperf_feature(unsigned index)
{
    static const char *const features[] = {
#ifdef HAVE_SENDMMSG
        "sendmmsg",
#endif
#ifdef HAVE_RECVMMSG
        "recvmmsg",
#endif
#if defined(HAVE_DECL_UDP_SEGMENT) && HAVE_DECL_UDP_SEGMENT
        "gso",
#endif
#if defined(HAVE_DECL_UDP_GRO) && HAVE_DECL_UDP_GRO
        "gro",
#endif
#if defined(HAVE_DECL_IP_PKTINFO) && HAVE_DECL_IP_PKTINFO
        "pktinfo",
#endif
#if defined(HAVE_LINUX_IF_PACKET_H) && defined(HAVE_LINUX_VIRTIO_NET_H)
        "packet",
#endif
#if defined(HAVE_DECL_SO_TIMESTAMPNS) && HAVE_DECL_SO_TIMESTAMPNS
        "rx-timestamps",
#endif
#if defined(HAVE_DECL_SO_MEMINFO) && HAVE_DECL_SO_MEMINFO
        "meminfo",
#endif
        NULL,
    };

    return index < sizeof features / sizeof features[0] ? features[index] : NULL;
}
