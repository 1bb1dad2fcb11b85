/* SPDX-License-Identifier: MIT */
/* network.c - every failure names its cause and its remedy. */
#include "config.h"

#include "common/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/options.h"
#include "common/say.h"
#include "common/units.h"

const char *network_ip_text(dhcpperf_ip4 ip, char *buf)
{
    snprintf(buf, 16, "%u.%u.%u.%u", ip.b[0], ip.b[1], ip.b[2], ip.b[3]);
    return buf;
}

const char *network_endpoint_text(dhcpperf_ip4 ip, uint16_t port, char *buf)
{
    snprintf(buf, 24, "%u.%u.%u.%u:%u", ip.b[0], ip.b[1], ip.b[2], ip.b[3], (unsigned)port);
    return buf;
}

static struct sockaddr_in sockaddr_of(dhcpperf_ip4 ip, uint16_t port)
{
    struct sockaddr_in sa;

    memset(&sa, 0, sizeof sa);
    sa.sin_family = AF_INET;
    sa.sin_port = htons(port);
    memcpy(&sa.sin_addr, ip.b, 4);
    return sa;
}

int network_resolve(const char *host, dhcpperf_ip4 *ret, char *error, size_t cap)
{
    struct addrinfo hints, *found = NULL;
    struct sockaddr_in sa;
    char shown[160];
    int rc;

    options_escape(host, shown, sizeof shown);
    if (strchr(host, ':') != NULL) {
        snprintf(error, cap,
                 "--server must be a host name or an IPv4 address, not '%s' (the port "
                 "goes to --port)",
                 shown);
        return EXIT_USAGE;
    }
    memset(&hints, 0, sizeof hints);
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_DGRAM;
    rc = getaddrinfo(host, NULL, &hints, &found);
    if (rc != 0) {
        snprintf(error, cap, "--server '%s' has no IPv4 address: %s", shown,
                 rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc));
        return rc == EAI_AGAIN || rc == EAI_SYSTEM || rc == EAI_MEMORY ? EXIT_RUNTIME : EXIT_USAGE;
    }
    memcpy(&sa, found->ai_addr, sizeof sa);
    memcpy(ret->b, &sa.sin_addr, 4);
    freeaddrinfo(found);
    return 0;
}

int network_local_towards(dhcpperf_ip4 to, dhcpperf_ip4 *ret, char *error, size_t cap)
{
    struct sockaddr_in sa = sockaddr_of(to, 67);
    socklen_t len = sizeof sa;
    char text[24];
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), rc = 0;

    if (fd < 0 || connect(fd, (struct sockaddr *)&sa, sizeof sa) != 0 ||
        getsockname(fd, (struct sockaddr *)&sa, &len) != 0) {
        snprintf(error, cap, "cannot reach %s: %s (see 'ip route get %s')",
                 network_ip_text(to, text), strerror(errno), text);
        rc = EXIT_RUNTIME;
    } else {
        memcpy(ret->b, &sa.sin_addr, 4);
    }
    if (fd >= 0) {
        close(fd);
    }
    return rc;
}

int network_is_local(dhcpperf_ip4 ip)
{
    struct sockaddr_in sa = sockaddr_of(ip, 0);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), local;

    if (fd < 0) {
        return 0;
    }
    local = bind(fd, (struct sockaddr *)&sa, sizeof sa) == 0;
    close(fd);
    return local;
}

int network_is_public(dhcpperf_ip4 ip)
{
    static const struct {
        uint32_t network;
        unsigned prefix;
    } others[] = {
        {0x00000000, 8},  /* "this network" */
        {0x0a000000, 8},  /* RFC 1918 */
        {0x64400000, 10}, /* RFC 6598: carriers */
        {0x7f000000, 8},  /* loopback */
        {0xa9fe0000, 16}, /* RFC 3927: the link */
        {0xac100000, 12}, /* RFC 1918 */
        {0xc0000000, 24}, /* RFC 6890 */
        {0xc0000200, 24}, /* RFC 5737: documentation, as are the two others */
        {0xc0a80000, 16}, /* RFC 1918 */
        {0xc6120000, 15}, /* RFC 2544: benchmarks */
        {0xc6336400, 24}, {0xcb007100, 24}, {0xe0000000, 3}, /* groups, and what is reserved */
    };
    uint32_t n = units_ip4_number(ip);
    unsigned i;

    for (i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (n >> (32 - others[i].prefix) == others[i].network >> (32 - others[i].prefix)) {
            return 0;
        }
    }
    return 1;
}

/* What the system knows about an interface; 0 or errno. */
static int ask_interface(int fd, const char *name, unsigned long what, struct ifreq *ret)
{
    memset(ret, 0, sizeof *ret);
    if (strlen(name) >= sizeof ret->ifr_name) {
        return ENODEV;
    }
    memcpy(ret->ifr_name, name, strlen(name));
    return ioctl(fd, what, ret) == 0 ? 0 : errno;
}

static dhcpperf_ip4 ip_of(const struct sockaddr *sa)
{
    struct sockaddr_in sin;
    dhcpperf_ip4 ip;

    memcpy(&sin, sa, sizeof sin);
    memcpy(ip.b, &sin.sin_addr, sizeof ip.b);
    return ip;
}

/* 0 or errno. */
static int learn_link(int fd, const char *name, network_link *ret)
{
    struct ifreq r;
    uint32_t mask;
    int err;

#ifdef SIOCGIFHWADDR
    err = ask_interface(fd, name, SIOCGIFHWADDR, &r);
    if (err != 0) {
        return err;
    }
    memcpy(ret->mac.b, r.ifr_hwaddr.sa_data, sizeof ret->mac.b);
#endif
    err = ask_interface(fd, name, SIOCGIFADDR, &r);
    if (err != 0) {
        return err;
    }
    ret->ip = ip_of(&r.ifr_addr);
    err = ask_interface(fd, name, SIOCGIFNETMASK, &r);
    mask = units_ip4_number(ip_of(&r.ifr_addr));
    ret->prefix = err != 0 || mask == 0 ? 0 : 32 - (unsigned)__builtin_ctz(mask);
    return err;
}

int network_interface(const char *name, network_link *ret, char *error, size_t cap)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;
    char shown[160];

    memset(ret, 0, sizeof *ret);
    options_escape(name, shown, sizeof shown);
    err = fd < 0 ? errno : learn_link(fd, name, ret);
    if (fd >= 0) {
        close(fd);
    }
    if (err == ENODEV) {
        snprintf(error, cap, "--interface '%s': there is no such interface, see 'ip link'", shown);
    } else if (err == EADDRNOTAVAIL) {
        snprintf(error, cap,
                 "--interface '%s' has no IPv4 address for clients to know the server by: 'ip addr "
                 "add ADDRESS/LEN dev %s' gives it one, or --listen ADDRESS names another",
                 shown, shown);
    } else if (err != 0) {
        snprintf(error, cap, "--interface '%s': %s", shown, strerror(err));
    }
    return err == 0 ? 0 : err == ENODEV || err == EADDRNOTAVAIL ? EXIT_USAGE : EXIT_RUNTIME;
}

static int set(dhcpperf_transport_config *c, const char *key, const char *value)
{
    return dhcpperf_transport_config_set(c, key, value);
}

/* What only frames can fail for; 0 when it was something else. */
static int explain_interface(const char *interface, int rc, int code, char *error, size_t cap)
{
    const char *why = NULL;

    if (rc == DHCPPERF_E_PERMISSION && code == EPERM) {
        why = "frames need root or the capability CAP_NET_RAW; use sudo, or setcap "
              "cap_net_raw,cap_net_bind_service+ep on the command";
    } else if (rc == DHCPPERF_E_NOTFOUND) {
        why = "there is none of that name, see 'ip link'";
    } else if (rc == DHCPPERF_E_UNSUPPORTED) {
        why = code != 0 ? "it carries no Ethernet frames"
                        : "frames on interfaces are not in this build";
    } else {
        return 0;
    }
    snprintf(error, cap, "cannot open the interface '%s': %s", interface, why);
    return 1;
}

static void explain_open(const network_socket *s, int rc, int code, char *error, size_t cap)
{
    char where[24];

    network_endpoint_text(s->bind, s->port, where);
    if (s->interface != NULL && explain_interface(s->interface, rc, code, error, cap)) {
        return;
    }
    if (rc == DHCPPERF_E_PERMISSION) {
        snprintf(error, cap,
                 "cannot open UDP %s: ports below 1024 need root or the capability "
                 "CAP_NET_BIND_SERVICE; use a higher port, sudo, or setcap "
                 "cap_net_bind_service+ep on the command",
                 where);
    } else if (code == EADDRINUSE) {
        snprintf(error, cap,
                 "cannot open UDP %s: the address is in use, 'ss -lunp sport = :%u' names the "
                 "program that holds the port%s",
                 where, (unsigned)s->port, s->in_use_hint != NULL ? s->in_use_hint : "");
    } else if (code == EADDRNOTAVAIL) {
        snprintf(error, cap, "cannot open UDP %s: this host has no such address, see 'ip addr'",
                 where);
    } else {
        snprintf(error, cap, "cannot open UDP %s: %s", where,
                 code != 0 ? strerror(code) : dhcpperf_strerror(rc));
    }
}

/* A socket bound to one address may share its port with a server's on all addresses if both agree
 * (SO_REUSEADDR): the more specific one gets the packets.  Tried only when there is no other way,
 * because two sockets bound alike would steal from each other. */
static int open_somehow(const network_socket *s, dhcpperf_transport_config *c,
                        dhcpperf_transport **ret, int *ret_errno)
{
    const dhcpperf_mem *mem = s->workers > 1 || s->own_lines ? dhcpperf_mem_lines() : NULL;
    int rc = dhcpperf_transport_open(ret, c, mem, ret_errno), again;

    if (rc == 0 || s->interface != NULL || s->workers > 1 || *ret_errno != EADDRINUSE ||
        units_ip4_number(s->bind) == 0) {
        return rc;
    }
    again = set(c, "reuse", "addr");
    return again != 0 ? rc : dhcpperf_transport_open(ret, c, mem, ret_errno);
}

int network_open(const network_socket *s, dhcpperf_transport **ret, char *error, size_t cap)
{
    dhcpperf_transport_config *c = NULL;
    char text[16];
    int code = 0, rc = dhcpperf_transport_config_new(&c, NULL);

    if (rc == 0 && s->interface != NULL) {
        rc = set(c, "kind", "packet");
        rc = rc != 0 ? rc : set(c, "interface", s->interface);
        rc = rc != 0 ? rc : set(c, "arp", s->arp ? "on" : "off");
    }
    rc = rc != 0 ? rc : set(c, "bind", network_ip_text(s->bind, text));
    rc = rc != 0 ? rc : set(c, "gso", s->gso);
    rc = rc != 0 ? rc : set(c, "freebind", s->freebind ? "on" : "off");
    rc = rc != 0 ? rc : set(c, "timestamps", s->user_stamps ? "off" : "on");
    snprintf(text, sizeof text, "%u", (unsigned)s->port);
    rc = rc != 0 ? rc : set(c, "port", text);
    if (rc == 0 && s->workers > 1) {
        snprintf(text, sizeof text, "%u", s->steer ? s->workers : 0);
        rc = set(c, "reuse", "port");
        rc = rc != 0 ? rc : set(c, "steer", text);
    }
    snprintf(text, sizeof text, "%u", (unsigned)s->rcvbuf);
    rc = rc != 0 || s->rcvbuf == 0 ? rc : set(c, "rcvbuf", text);
    rc = rc != 0 ? rc : open_somehow(s, c, ret, &code);
    if (rc != 0) {
        explain_open(s, rc, code, error, cap);
    }
    dhcpperf_transport_config_free(c);
    return rc != 0 ? EXIT_RUNTIME : 0;
}

void network_judge_trains(const char *gso, const dhcpperf_transport *t)
{
    dhcpperf_carrier_stats c;

    if (strcmp(gso, "on") == 0 && dhcpperf_transport_stats(t, &c, sizeof c) == 0 &&
        c.train_max <= 1) {
        say_warning("--gso on: the kernel sends no trains here (UDP_SEGMENT), so every message "
                    "leaves alone, as with --gso off");
    }
}

int network_find_port(const network_socket *s, uint16_t *ret, char *error, size_t cap)
{
    network_socket alone = *s;
    dhcpperf_transport *t = NULL;
    dhcpperf_endpoint local;
    int status;

    alone.workers = 0;
    status = network_open(&alone, &t, error, cap);
    if (status == 0) {
        *ret = dhcpperf_transport_get_local(t, &local) == 0 ? local.port : s->port;
    }
    dhcpperf_transport_free(t);
    return status;
}
