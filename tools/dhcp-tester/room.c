/* SPDX-License-Identifier: MIT */
/* room.c - every client is answered twice, each time as if the answer came alone: in trains they
 * need less. */
#include "dhcp-tester/room.h"

#include "common/figures.h"
#include "common/network.h"
#include "common/say.h"

enum {
    ANSWERS = 2,          /* OFFER and ACK */
    BY_ITSELF = 134217728 /* what a carrier asks for */
};

#define MOST_TO_ASK (UINT64_C(1) << 30)

uint64_t room_needed(double rate)
{
    return (uint64_t)(rate * ANSWERS * NETWORK_BYTES_PER_ANSWER);
}

uint32_t room_to_ask(double rate)
{
    uint64_t half = room_needed(rate) / 2;

    return half <= BY_ITSELF ? 0 : (uint32_t)(half < MOST_TO_ASK ? half : MOST_TO_ASK);
}

void room_check(double rate, uint64_t granted)
{
    static int is_said; /* the trials of a search differ in their rates only */
    char have[FIGURE_SIZE], need[FIGURE_SIZE], per_second[FIGURE_SIZE];

    if (is_said || granted >= room_needed(rate) || room_needed(rate) / 2 > MOST_TO_ASK) {
        return;
    }
    is_said = 1;
    say_warning("the receive buffer of %s does not hold a second's answers at %s clients/s, which "
                "may need %s: if the server stalls, answers are lost here; 'sysctl "
                "net.core.rmem_max=%llu' allows for them",
                figure_bytes(have, granted), figure_rate(per_second, rate),
                figure_bytes(need, room_needed(rate)), (unsigned long long)room_needed(rate) / 2);
}
