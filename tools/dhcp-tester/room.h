/* SPDX-License-Identifier: MIT */
/* room.h - receive buffers large enough for the answers of a server that stood still for a second
 * and then catches up: what is lost then would be lost by us. */
#ifndef TESTER_ROOM_H
#define TESTER_ROOM_H

#include <stdint.h>

/* Octets, as the kernel accounts them, of a second's answers to that many clients a second. */
uint64_t room_needed(double rate);
/* What to ask the kernel for, which grants twice that; 0 = what the carrier asks for by itself. */
uint32_t room_to_ask(double rate);
/* Warns, once, when `granted` octets of a socket do not hold a second's answers at that rate. */
void room_check(double rate, uint64_t granted);

#endif
