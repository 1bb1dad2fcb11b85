/* SPDX-License-Identifier: MIT */
/* oom.h - what the scenarios of the walk over failing allocations share.
 *
 * counted.h is generated from the list of exported functions: each becomes a macro that notes the
 * call, so that the test can tell which function nobody has called. */
#ifndef TESTS_OOM_H
#define TESTS_OOM_H

#include <libdhcpperf/dhcpperf.h>

#include "support/allocfail.h"
#include "support/harness.h"

#include "oom/counted.h"

extern allocfail oom_af;
extern const dhcpperf_mem *oom_mem;
extern unsigned oom_failures;

/* Makes a call again when memory was short, once. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        int rc_ = (call);                                                                          \
                                                                                                   \
        if (rc_ == DHCPPERF_E_NOMEM) {                                                             \
            oom_failures++;                                                                        \
            rc_ = (call);                                                                          \
        }                                                                                          \
        ck_assert_msg(rc_ >= 0, "allocation %u, %s: %s", (unsigned)oom_af.fail_at, #call,          \
                      dhcpperf_strerror(rc_));                                                     \
    } while (0)

/* A call that needs no memory: it must not fail, whatever else has. */
#define FINE(call)                                                                                 \
    do {                                                                                           \
        uint64_t calls_ = oom_af.calls;                                                            \
        int rc_ = (call);                                                                          \
                                                                                                   \
        ck_assert_msg(rc_ >= 0, "%s: %s", #call, dhcpperf_strerror(rc_));                          \
        ck_assert_msg(oom_af.calls == calls_, "%s took memory", #call);                            \
    } while (0)

/* Scenarios, by file. */
void oom_texts(void);
void oom_options(void);
void oom_reading(void);
void oom_writing(void);
void oom_frames(void);
void oom_statistics(void);
void oom_searches(void);
void oom_policies(void);
void oom_scenarios(void);
void oom_faults(void);
void oom_hostile(void);
void oom_servers(void);
void oom_leases(void);
void oom_clients(void);
void oom_relays(void);
void oom_network(void);
void oom_carriers(void);
void oom_quiet_run(void);

/* Shared by them. */
dhcpperf_ip4 oom_ip(unsigned c, unsigned d);
dhcpperf_bytes oom_bytes(const char *text);
dhcpperf_server *oom_server(void);
dhcpperf_client *oom_client(void);

#endif
