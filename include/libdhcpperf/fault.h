/* SPDX-License-Identifier: MIT */
/* fault.h - fault plans: rules that say what an engine does wrong on purpose, to which messages, to
 * whom and how often. */
#ifndef DHCPPERF_FAULT_H
#define DHCPPERF_FAULT_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/error.h>
#include <libdhcpperf/memory.h>
#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

/* Opaque.  Rules are text only, dhcpperf-fault(5): one a line or between ';', as in
 *     slow: delay normal 80ms 20ms on offer, ack p=30%
 *     set option 51 = 0 on inform-ack; drop option 54 on offer nth=1 per=client
 * An engine is given a plan by its configuration or while it runs, and keeps a copy whose hits and
 * armed rules are live.  All chance comes from the engine's seed. */
typedef struct dhcpperf_fault_plan dhcpperf_fault_plan;

/* Whose faults they are: each side has actions that the other has not. */
typedef enum dhcpperf_fault_side {
    DHCPPERF_FAULT_SERVER = 1,
    DHCPPERF_FAULT_CLIENT,
    DHCPPERF_FAULT__FORCE_INT = 0x7fffffff
} dhcpperf_fault_side;

enum {
    DHCPPERF_FAULT_RULES = 64,       /* at most in a plan */
    DHCPPERF_FAULT_TEXT_MAX = 65536, /* octets of its text, as written and in canonical form */
    DHCPPERF_FAULT_NAME_MAX = 31     /* octets of a rule's name */
};

/* Reads text of at most DHCPPERF_FAULT_TEXT_MAX octets; empty text is a plan without rules.
 * INVALID, SYNTAX, RANGE, FULL (over DHCPPERF_FAULT_RULES rules, or too long), CONFLICT (a name
 * that is taken), NOMEM.  All but INVALID and NOMEM write where in the text to *reterr_offset and
 * what would be right there to *reterr_reason, a static text (both may be NULL). */
DHCPPERF_API int dhcpperf_fault_plan_parse(dhcpperf_fault_plan **ret, dhcpperf_fault_side side,
                                           const char *text, size_t *reterr_offset,
                                           const char **reterr_reason, const dhcpperf_mem *mem);
/* As canonical text, one rule a line, that reads as an equal plan; octets written without the NUL,
 * NOBUFS, INVALID.  DHCPPERF_FAULT_TEXT_MAX and the NUL are always enough. */
DHCPPERF_API int dhcpperf_fault_plan_format(const dhcpperf_fault_plan *p, char *buf, size_t cap);
/* The same of one rule, without a newline; RANGE when there is no such rule. */
DHCPPERF_API int dhcpperf_fault_plan_format_rule(const dhcpperf_fault_plan *p, unsigned rule,
                                                 char *buf, size_t cap);
/* Frees the plan; NULL is a no-op. */
DHCPPERF_API void dhcpperf_fault_plan_free(dhcpperf_fault_plan *p);

/* Rules, numbered from 0 in the order of the text. */
DHCPPERF_API unsigned dhcpperf_fault_plan_count(const dhcpperf_fault_plan *p);
/* The name of a rule, "rule-1" for the first one when the text gave none; NULL when there is no
 * such rule.  Borrowed. */
DHCPPERF_API const char *dhcpperf_fault_plan_name(const dhcpperf_fault_plan *p, unsigned rule);
/* The number of the rule with this name; NOTFOUND, INVALID. */
DHCPPERF_API int dhcpperf_fault_plan_find(const dhcpperf_fault_plan *p, const char *name);
/* How often the rule has acted; 0 in a plan that no engine runs, or when there is no such rule. */
DHCPPERF_API uint64_t dhcpperf_fault_plan_hits(const dhcpperf_fault_plan *p, unsigned rule);
/* 1 when the rule may act, 0 when it waits to be armed; RANGE, INVALID. */
DHCPPERF_API int dhcpperf_fault_plan_is_armed(const dhcpperf_fault_plan *p, unsigned rule);
/* The class of clients that the rule is for; NULL when it is for any, or there is no such rule.
 * Borrowed. */
DHCPPERF_API const char *dhcpperf_fault_plan_class(const dhcpperf_fault_plan *p, unsigned rule);
/* 1 when the rule does what only a carrier of frames can: a source that is not a socket's,
 * fragments, ARP; else 0; RANGE, INVALID. */
DHCPPERF_API int dhcpperf_fault_plan_needs_frames(const dhcpperf_fault_plan *p, unsigned rule);

DHCPPERF_END_DECLS

#endif
