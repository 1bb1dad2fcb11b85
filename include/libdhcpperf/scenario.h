/* SPDX-License-Identifier: MIT */
/* scenario.h - what simulated clients do: the stages of a run, and the life of a station. */
#ifndef DHCPPERF_SCENARIO_H
#define DHCPPERF_SCENARIO_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/error.h>
#include <libdhcpperf/load.h>
#include <libdhcpperf/memory.h>
#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

/* Opaque.  Stages in order, in each of which stations are commanded one after the other as a load
 * profile says; and settings of what a station does by itself when it holds a lease.
 *
 * Settings of the life, before the first stage:
 *     name WORD                 for reports
 *     hold SPAN                 time between the ACK and leaving by itself; never (default)
 *     then DEED [W], ...        how it leaves: release (default), vanish, reboot or decline
 *     pause SPAN                time after a release or vanish until it starts again; never
 *                               (default)
 *     decline SHARE             0..1 of the ACKs whose address is found in use; 0 (default)
 *     keep yes|no               leases are renewed, rebound and expire; no (default)
 *     persist yes|no            after its last try a station starts over instead of failing; no
 *                               (default)
 * Settings of a stage:
 *     stage WORD                begins it: its name
 *     do DEED [W], ...          start, renew, rebind, reboot, release, inform, discover, query,
 *                               decline, vanish, wait; none (default): nobody is commanded
 *     load PROFILE              as in dhcpperf_load_parse(); default: the engine's own; all:
 *                               everybody at once
 *     rounds N                  how often each station has its turn; 1 (default), endless
 *     until END                 settled (default): all turns were given or the profile is over, and
 *                               nobody is in the middle of an exchange; given: the same without the
 *                               second half; a duration; never
 * SPAN is a duration, "exponential D" for random ones with the mean D, or never.  W is a weight, 1
 * to 1000, 1 when left out: a station whose turn it is does one of the deeds that its state allows,
 * drawn by weight.  A word has 1 to 31 letters, digits, '.', '_' or '-'. */
typedef struct dhcpperf_scenario dhcpperf_scenario;

/* One of the scenarios of dhcpperf_scenario_describe(); INVALID, NOKEY (no such name), NOMEM. */
DHCPPERF_API int dhcpperf_scenario_new(dhcpperf_scenario **ret, const char *preset,
                                       const dhcpperf_mem *mem);
/* Walks the presets from index 0: 1 and two static texts, 0 past the end, INVALID. */
DHCPPERF_API int dhcpperf_scenario_describe(unsigned index, const char **ret_name,
                                            const char **ret_help);
/* Reads one setting a line, as above; empty lines and what follows a '#' count for nothing.
 * INVALID, NOKEY (unknown setting), SYNTAX, RANGE, STATE (it contradicts itself: no stage, a stage
 * after one that never ends, a pause without hold), NOBUFS (over 16 stages), NOMEM.  All but
 * INVALID and NOMEM write the offset of the offending text to *reterr_offset (may be NULL). */
DHCPPERF_API int dhcpperf_scenario_parse(dhcpperf_scenario **ret, const char *text,
                                         size_t *reterr_offset, const dhcpperf_mem *mem);
/* As text that reads as an equal one; octets written without the NUL, NOBUFS, INVALID. */
DHCPPERF_API int dhcpperf_scenario_format(const dhcpperf_scenario *s, char *buf, size_t cap);
/* NULL is a no-op. */
DHCPPERF_API void dhcpperf_scenario_free(dhcpperf_scenario *s);

/* One setting of the life; a failure changes nothing.  INVALID, NOKEY, SYNTAX, RANGE. */
DHCPPERF_API int dhcpperf_scenario_set(dhcpperf_scenario *s, const char *key, const char *value);
/* Its value as text; octets written without the NUL, INVALID, NOKEY, NOBUFS. */
DHCPPERF_API int dhcpperf_scenario_get(const dhcpperf_scenario *s, const char *key, char *buf,
                                       size_t cap);
/* The same for a stage, which counts from 0, and whose name is "stage"; RANGE when there is no such
 * stage.  STATE: a stage that is not the last cannot go on for ever. */
DHCPPERF_API int dhcpperf_scenario_set_stage(dhcpperf_scenario *s, unsigned stage, const char *key,
                                             const char *value);
DHCPPERF_API int dhcpperf_scenario_get_stage(const dhcpperf_scenario *s, unsigned stage,
                                             const char *key, char *buf, size_t cap);
/* Stages. */
DHCPPERF_API unsigned dhcpperf_scenario_count(const dhcpperf_scenario *s);
/* 1 when it goes on until it is told to stop: its last stage never ends, or stations start again.
 */
DHCPPERF_API int dhcpperf_scenario_is_endless(const dhcpperf_scenario *s);

DHCPPERF_END_DECLS

#endif
