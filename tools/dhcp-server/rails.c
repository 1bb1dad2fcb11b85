/* SPDX-License-Identifier: MIT */
/* rails.c - the interfaces that the server would answer on, and what is to be said of them.
 *
 * When it cannot be found out who else serves there, that is a refusal as well: the user can say
 * that it does not matter, nobody else can. */
#include "config.h"

#include "dhcp-server/rails.h"

#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "common/network.h"
#include "common/say.h"
#include "common/server_options.h"
#include "common/units.h"
#include "dhcp-server/others.h"

enum {
    BOOTPS = 67
};

/* Where the server would answer. */
typedef struct places {
    const server_setup *setup;
    others_link links[OTHERS_LINKS_MAX]; /* with a broadcast, up and not the loopback */
    unsigned n_links, n_too_many;
    dhcpperf_ip4 public;
    char public_on[IFNAMSIZ]; /* empty: nowhere */
} places;

static int is_ours(const places *p, const struct ifaddrs *at, dhcpperf_ip4 ip)
{
    uint32_t listen = units_ip4_number(p->setup->listen);

    if (p->setup->interface != NULL) {
        return strcmp(at->ifa_name, p->setup->interface) == 0;
    }
    return listen == 0 || units_ip4_number(ip) == listen;
}

static void note_link(places *p, const char *name)
{
    unsigned i;

    for (i = 0; i < p->n_links; i++) {
        if (strncmp(p->links[i].name, name, IFNAMSIZ) == 0) {
            return;
        }
    }
    if (p->n_links == OTHERS_LINKS_MAX) {
        p->n_too_many++;
        return;
    }
    snprintf(p->links[p->n_links++].name, IFNAMSIZ, "%s", name);
}

static void note_address(places *p, const struct ifaddrs *at)
{
    struct sockaddr_in sin;
    dhcpperf_ip4 ip;

    memcpy(&sin, at->ifa_addr, sizeof sin);
    memcpy(ip.b, &sin.sin_addr, sizeof ip.b);
    if (!is_ours(p, at, ip)) {
        return;
    }
    if (network_is_public(ip) && p->public_on[0] == '\0') {
        p->public = ip;
        snprintf(p->public_on, sizeof p->public_on, "%s", at->ifa_name);
    }
    if ((at->ifa_flags & IFF_LOOPBACK) == 0 && (at->ifa_flags & IFF_BROADCAST) != 0) {
        note_link(p, at->ifa_name);
    }
}

/* 0, or -1 with errno. */
static int find_places(places *p, const server_setup *s)
{
    struct ifaddrs *all, *at;

    memset(p, 0, sizeof *p);
    p->setup = s;
    if (getifaddrs(&all) != 0) {
        return -1;
    }
    for (at = all; at != NULL; at = at->ifa_next) {
        if ((at->ifa_flags & IFF_UP) == 0) {
            continue;
        }
        if (at->ifa_addr != NULL && at->ifa_addr->sa_family == AF_INET) {
            note_address(p, at);
        } else if (s->interface != NULL && strcmp(at->ifa_name, s->interface) == 0 &&
                   (at->ifa_flags & IFF_LOOPBACK) == 0) {
            note_link(p, at->ifa_name); /* may have no address at all */
        }
    }
    freeifaddrs(all);
    if (p->public_on[0] == '\0' && network_is_public(s->listen)) {
        p->public = s->listen; /* of no interface: the socket will say so, or frames carry it */
        snprintf(p->public_on, sizeof p->public_on, "%s",
                 s->interface != NULL ? s->interface : "this host");
    }
    return 0;
}

static int refuse_public(const places *p)
{
    char text[24];

    say_error("refused: %s on %s is a public address, where anybody could ask a server that "
              "misbehaves; --listen names another one, --allow-public takes it all the same",
              network_ip_text(p->public, text), p->public_on);
    return EXIT_REFUSED;
}

static int look_for_others(const places *p)
{
    char error[400], text[24];
    other who;
    int found;

    if (p->n_too_many > 0) {
        say_error("refused: more than %d links to look for other DHCP servers on; --listen or "
                  "--interface names one, --force-rogue does not look",
                  (int)OTHERS_LINKS_MAX);
        return EXIT_REFUSED;
    }
    found = p->n_links > 0 ? others_look(p->links, p->n_links, &who, error, sizeof error) : 0;
    if (found < 0) {
        say_error("refused: %s; --force-rogue does not look", error);
        return EXIT_REFUSED;
    }
    if (found > 0) {
        say_error(
            "refused: the DHCP server %s answers on %s, and clients there would take either's "
            "word; --force-rogue serves beside it",
            network_ip_text(who.server, text), who.link);
        return EXIT_REFUSED;
    }
    return 0;
}

int rails_judge(const server_setup *s, const options *o)
{
    places p;

    if (find_places(&p, s) != 0) {
        say_error("cannot list the interfaces: %s", strerror(errno));
        return EXIT_RUNTIME;
    }
    if (p.public_on[0] != '\0' && !o->values[SERVER_ALLOW_PUBLIC].on) {
        return refuse_public(&p);
    }
    if (s->port != BOOTPS || o->values[SERVER_FORCE_ROGUE].on) {
        return 0; /* clients ask at port 67 only */
    }
    return look_for_others(&p);
}
