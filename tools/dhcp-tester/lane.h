/* SPDX-License-Identifier: MIT */
/* lane.h - one worker of a run over the network: a socket, and the clients that speak through it.
 * Nothing of it is shared with another worker while it runs but a mailbox, a gate and the few words
 * that tell how far it is. */
#ifndef TESTER_LANE_H
#define TESTER_LANE_H

#include <libdhcpperf/pump.h>

#include "common/drive.h"
#include "common/mailbox.h"
#include "dhcp-tester/clients.h"
#include "dhcp-tester/part.h"
#include "dhcp-tester/progress.h"
#include "dhcp-tester/target.h"

/* How far a lane is, for other threads; written by its own. */
typedef struct lane_shown {
    _Alignas(MAILBOX_LINE) _Atomic uint64_t bound;
    _Atomic uint64_t failed, started, received, unreachable;
} lane_shown;

typedef struct lane {
    const plan *plan;
    const target *target;
    unsigned index, of;
    dhcpperf_transport *transport;
    dhcpperf_pump *pump;
    part part;
    network_socket socket;
    char error[640]; /* why it could not be set up */
    mailbox box;
    lane_shown shown;
} lane;

/* Opens the socket.  0, or an exit status with l->error filled. */
int lane_open(lane *l);
/* Makes its clients; needs the plan's concurrency settled.  0, or an exit status with l->error
 * filled. */
int lane_fill(lane *l, const options *o);
void lane_close(lane *l);

/* Drives its clients in the calling thread until `turn` says so; with part_turn() among what that
 * does.  wake_fd ends its sleep.  0, or the error of the pump. */
int lane_drive(lane *l, int wake_fd, drive_turn_fn turn, void *user);

/* For other threads. */
void lane_show(lane *l);
/* What its socket counted; size 0 when it keeps no count. */
void lane_carrier(const lane *l, dhcpperf_carrier_stats *ret);

#endif
