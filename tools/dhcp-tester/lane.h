/* SPDX-License-Identifier: MIT */
/* lane.h - one worker of a run over the network: a socket, the clients that speak through it, and
 * how they end.  Nothing of it is shared with another worker while it runs. */
#ifndef TESTER_LANE_H
#define TESTER_LANE_H

#include <libdhcpperf/pump.h>

#include "common/drive.h"
#include "dhcp-tester/clients.h"
#include "dhcp-tester/ending.h"
#include "dhcp-tester/progress.h"
#include "dhcp-tester/target.h"

typedef struct lane {
    const plan *plan;
    network_socket socket;
    dhcpperf_transport *transport;
    dhcpperf_client *client;
    dhcpperf_pump *pump;
    dhcpperf_ts began; /* what the engine's instants are told from */
    ending ending;
    dhcpperf_stats *mark; /* how the figures stood when those that count began; NULL = from 0 */
    dhcpperf_dur cpu;     /* processor time of the thread that drove it, while it did */
} lane;

/* Opens the socket.  0, or an exit status after saying why; in any case lane_close() ends it. */
int lane_open(lane *l, const plan *p, const network_socket *s);
/* Makes its clients; needs p->concurrency settled.  0, or an exit status after saying why. */
int lane_fill(lane *l, plan *p, const options *o, const target *t);
void lane_close(lane *l);

/* The clients may start from the instant `began` on.  0, or the error of the engine. */
int lane_begin(lane *l, const plan *p, dhcpperf_ts began, int release);
/* Drives it in the calling thread until `turn` says so; with lane_turn() among what that does.  0,
 * or the error of the pump. */
int lane_drive(lane *l, drive_turn_fn turn, void *user);
/* What there is to do between two steps: 1 when all is over.  *inout_wake as in drive_turn_fn. */
int lane_turn(lane *l, dhcpperf_ts now, dhcpperf_ts *inout_wake);

/* How far it is. */
void lane_figures(const lane *l, progress_figures *ret);
/* What its socket counted; size 0 when it keeps no count. */
void lane_carrier(const lane *l, dhcpperf_carrier_stats *ret);

#endif
