/* SPDX-License-Identifier: MIT */
/* stats.h - histograms, counters, percentiles. */
#ifndef DHCPPERF_STATS_H
#define DHCPPERF_STATS_H

#include <stddef.h>
#include <stdint.h>

#include <libdhcpperf/error.h>
#include <libdhcpperf/memory.h>
#include <libdhcpperf/types.h>

DHCPPERF_BEGIN_DECLS

/* -- histogram: bounded relative error, single writer, never loses a sample --
 *
 * Opaque.  Log-linear buckets over all of uint64, laid out as HdrHistogram does with unit magnitude
 * 0: values below 2^(bits+1) have a bucket each, above that every power of two has 2^bits buckets
 * of equal width, so a value differs from any other of its bucket by less than 2^-bits of itself.
 * 2 and 3 significant digits of HdrHistogram are 7 and 10 bits (1, 4 and 5 digits: 4, 14, 17).
 * Memory is (65 - bits) * 2^bits counters of 8 bytes, all taken by dhcpperf_hist_new(): 58 KiB for
 * 2 digits, 440 KiB for 3; pages that no sample touches stay unbacked with the libc allocator. */
typedef struct dhcpperf_hist dhcpperf_hist;

enum {
    DHCPPERF_HIST_2_DIGITS = 7,
    DHCPPERF_HIST_3_DIGITS = 10,
    DHCPPERF_HIST_MAX_BITS = 17
};

/* precision_bits 1..17; INVALID, NOMEM. */
DHCPPERF_API int dhcpperf_hist_new(dhcpperf_hist **ret, unsigned precision_bits,
                                   const dhcpperf_mem *mem);
/* NULL is a no-op. */
DHCPPERF_API void dhcpperf_hist_free(dhcpperf_hist *h);
/* Counts a value once, O(1), no allocation, cannot fail.  A histogram holds 2^63-1 samples; what
 * goes beyond is not counted. */
DHCPPERF_API void dhcpperf_hist_record(dhcpperf_hist *h, uint64_t value);
/* Counts a value `count` times at the cost of one. */
DHCPPERF_API void dhcpperf_hist_record_n(dhcpperf_hist *h, uint64_t value, uint64_t count);
/* Adds all samples of `from`, of any precision: count, sum, min and max come out exact, and equal
 * precisions add bucket by bucket.  From a coarser one each bucket counts at its upper bound.
 * INVALID, RANGE (more than 2^63-1 samples; nothing was added). */
DHCPPERF_API int dhcpperf_hist_merge(dhcpperf_hist *into, const dhcpperf_hist *from);
/* Takes away the samples of an earlier state of the same histogram: what is left is the interval.
 * Count and sum are exact; min and max are exact to the bucket.  INVALID if `earlier` is not a
 * prefix (other precision, or more of anything); `from` is then as it was. */
DHCPPERF_API int dhcpperf_hist_subtract(dhcpperf_hist *from, const dhcpperf_hist *earlier);
/* An independent copy with the same allocator; cost follows the range of values seen.  INVALID,
 * NOMEM. */
DHCPPERF_API int dhcpperf_hist_clone(dhcpperf_hist **ret, const dhcpperf_hist *h);
/* Back to empty. */
DHCPPERF_API void dhcpperf_hist_reset(dhcpperf_hist *h);
DHCPPERF_API uint64_t dhcpperf_hist_count(const dhcpperf_hist *h);
/* As given to dhcpperf_hist_new(). */
DHCPPERF_API unsigned dhcpperf_hist_precision_bits(const dhcpperf_hist *h);
/* Exact; 0 when empty. */
DHCPPERF_API uint64_t dhcpperf_hist_min(const dhcpperf_hist *h);
/* Exact; 0 when empty. */
DHCPPERF_API uint64_t dhcpperf_hist_max(const dhcpperf_hist *h);
/* Exact sum / count; 0 when empty. */
DHCPPERF_API double dhcpperf_hist_mean(const dhcpperf_hist *h);
/* Of the population, each sample at the middle of its bucket; 0 when empty. */
DHCPPERF_API double dhcpperf_hist_stddev(const dhcpperf_hist *h);
/* The value of nearest rank ceil(q * count), at least 1: the upper bound of its bucket, but never
 * above max; exactly min at rank 1 and max at the last.  So never below the true value and at most
 * 2^-bits of it above.  q is clamped to 0..1 (NaN counts as 0); 0 when empty. */
DHCPPERF_API uint64_t dhcpperf_hist_quantile(const dhcpperf_hist *h, double q);
/* The same for n of them in any order, in one pass over the buckets.  INVALID. */
DHCPPERF_API int dhcpperf_hist_quantiles(const dhcpperf_hist *h, const double *q, uint64_t *ret,
                                         size_t n);
/* Samples <= value, for service levels and Prometheus le= buckets: exact at and beyond min and max
 * and at the upper bound of a bucket, elsewhere it counts the whole bucket of `value`. */
DHCPPERF_API uint64_t dhcpperf_hist_count_below(const dhcpperf_hist *h, uint64_t value);
/* Walks the buckets that are not empty, upwards: 1 and the bounds (both inclusive) and count, or 0
 * at the end.  *cursor starts at 0.  Any ret pointer may be NULL. */
DHCPPERF_API int dhcpperf_hist_next(const dhcpperf_hist *h, size_t *cursor, uint64_t *ret_lo,
                                    uint64_t *ret_hi, uint64_t *ret_count);
/* Portable, versioned bytes (dhcpperf_stats(3) gives the format); *ret_len is their number, also
 * when NOBUFS says that `cap` is too small.  buf may be NULL when cap is 0.  INVALID. */
DHCPPERF_API int dhcpperf_hist_encode(const dhcpperf_hist *h, uint8_t *buf, size_t cap,
                                      size_t *ret_len);
/* Reads the whole of buf.  Everything is checked before the memory of that precision is taken.
 * INVALID, TRUNCATED, MALFORMED, UNSUPPORTED (a version of the future), NOMEM. */
DHCPPERF_API int dhcpperf_hist_decode(dhcpperf_hist **ret, const uint8_t *buf, size_t len,
                                      const dhcpperf_mem *mem);

/* -- a named set of counters and histograms -- */

/* Plain counters.  Append only; numbers never change meaning (opaque set, growing enum).  The list
 * is lib/stats/counters.def. */
typedef enum dhcpperf_counter {
    DHCPPERF_C_TX_PACKETS,   /* messages handed to the carrier */
    DHCPPERF_C_TX_BYTES,     /* their DHCP payload octets */
    DHCPPERF_C_TX_ERRORS,    /* messages whose fate was an error (sent verb) */
    DHCPPERF_C_RX_PACKETS,   /* arrivals of any kind */
    DHCPPERF_C_RX_BYTES,     /* their DHCP payload octets */
    DHCPPERF_C_RX_MALFORMED, /* not parseable: short, no cookie, overrunning option */
    DHCPPERF_C_RX_UNMATCHED, /* parseable, but no exchange waits for it (xid, chaddr, op, type) */
    DHCPPERF_C_RX_DUPLICATE, /* answer to an exchange that was answered before */
    DHCPPERF_C_RX_WRONG_SERVER, /* answer of a server that was not selected */
    DHCPPERF_C_RX_UNUSABLE,     /* answer without server identifier, lease time or address */
    DHCPPERF_C_STARTED,         /* stations that began, each time from the first DISCOVER */
    DHCPPERF_C_BOUND,           /* leases obtained, each station each time; not renewals */
    DHCPPERF_C_RENEWED,         /* renewals acknowledged */
    DHCPPERF_C_REBOUND,         /* rebindings acknowledged */
    DHCPPERF_C_NAKED,           /* NAKs acted upon (client) or sent (server) */
    DHCPPERF_C_EXPIRED,         /* leases that ran out */
    DHCPPERF_C_RELEASED,        /* leases given back */
    DHCPPERF_C_DECLINED,        /* addresses refused as in use */
    DHCPPERF_C_RETRANSMITS,     /* packets after the first of an exchange */
    DHCPPERF_C_GAVE_UP,         /* stations that failed after the last try */
    DHCPPERF_C_LATE_SENDS,      /* messages that left after their due time */
    DHCPPERF_C_TIME_CLAMPED,    /* verbs whose time ran backwards */
    DHCPPERF_C_VIOLATIONS,      /* referee: answers that break a rule */
    DHCPPERF_C_RELAYED,         /* messages that carried a giaddr */
    DHCPPERF_C_OFFERS_EXPIRED,  /* server: offers never requested, address freed */
    DHCPPERF_C_DROP_OP,         /* server drops, by cause: op was not 1 */
    DHCPPERF_C_DROP_TYPE,       /* message type missing (BOOTP), unknown, or a server's own */
    DHCPPERF_C_DROP_IDENTITY,   /* no client identifier and no hardware address, or hlen over 16 */
    DHCPPERF_C_DROP_SUBNET,     /* no subnet serves the request */
    DHCPPERF_C_DROP_EXHAUSTED,  /* no free address */
    DHCPPERF_C_DROP_SERVER,     /* meant for another server */
    DHCPPERF_C_DROP_OWNER,      /* sender does not own the address */
    DHCPPERF_C_DROP_UNKNOWN,    /* no record of the client: silence (RFC 2131 4.3.2) */
    DHCPPERF_C_DROP_SESSIONS,   /* half-open transactions at their bound */
    DHCPPERF_C_DROP_HELD,       /* held replies at their bound */
    DHCPPERF_C_DROP_HOPS,       /* relayed too often, or relaying is off */
    DHCPPERF_C_DROP_DECIDED,    /* the caller's decide function said silence */
    DHCPPERF_C_RELAY_INFO_LOST, /* server: replies without room for option 82 (RFC 3046 2.2) */
    DHCPPERF_C_RX_NOT_TAKEN,    /* OFFERs compared with another, which was taken */
    DHCPPERF_C_RX_BOOTP,        /* replies without a message type that were not wanted */
    DHCPPERF_C_RX_UNAUTHENTIC,  /* FORCERENEWs not obeyed: not vouched for, or not unicast */
    DHCPPERF_C_FORCED,          /* FORCERENEWs obeyed */
    DHCPPERF_C_IPV6_ONLY,       /* stations told to do without IPv4 for a while (RFC 8925) */
    DHCPPERF_C_DROP_QUERY,      /* leasequery: not enabled, without giaddr, or asking for nothing */
    DHCPPERF_C_DROP_POLICY, /* server drops: a setting says no (secs, INFORM, leases per relay) */
    DHCPPERF_C_REMARKS,     /* referee: answers that fall short of what the RFCs recommend */
    DHCPPERF_C_STAMPS_CLAMPED,   /* instants that contradict each other, taken for equal: a message
                                  * that left before it was due, an answer that was there before */
    DHCPPERF_C_DROP_STALE,       /* ACKs that waited until their lease had ended or moved */
    DHCPPERF_C_DROP_RATE,        /* server drops: beyond rate.max */
    DHCPPERF_C_DROP_SOURCE_RATE, /* server drops: beyond source-rate.max */
    DHCPPERF_C_FAULTS,     /* messages that a rule of the fault plan acted on, for each rule */
    DHCPPERF_C_SPOILED,    /* exchanges without an answer that such a rule had touched */
    DHCPPERF_C_RX_FAULTED, /* arrivals that such a rule took away */
    DHCPPERF_C_TX_HOSTILE, /* hostile messages handed to the carrier; not among TX_PACKETS */
    DHCPPERF_C_RX_HOSTILE, /* their answers; not among RX_PACKETS */
    DHCPPERF_C_DISPLACED,  /* leases that ended because a new configuration has no place for them */
    DHCPPERF_C_DROP_FAULT, /* what a fault plan had dropped: requests, and replies held */
    DHCPPERF_C_DROP_PAUSED, /* server drops: it was told to be silent for a while */
    DHCPPERF_C__FORCE_INT = 0x7fffffff
} dhcpperf_counter;

/* Latency series. */
typedef enum dhcpperf_series {
    DHCPPERF_S_DISCOVER_OFFER,
    DHCPPERF_S_REQUEST_ACK,
    DHCPPERF_S_FULL_BIND, /* first DISCOVER to the ACK: "dora" */
    DHCPPERF_S_RENEW_ACK, /* in RENEWING */
    DHCPPERF_S_SEND_LAG,  /* actual minus due time of a send */
    DHCPPERF_S_SERVICE,   /* server: arrival to reply handed over */
    DHCPPERF_S_START_LAG, /* the part of SEND_LAG that is the schedule's: first messages of
                           * stations; absent when every stage of the load is closed-loop */
    DHCPPERF_S__FORCE_INT = 0x7fffffff
} dhcpperf_series;

/* Where a latency is measured from: the schedule (default of every report, free of coordinated
 * omission) or the instant the packet really left. */
enum {
    DHCPPERF_FROM_INTENDED = 0,
    DHCPPERF_FROM_ACTUAL = 1
};

/* What an exchange is about.  The unit is the exchange: first transmission to answer or giving up.
 */
typedef enum dhcpperf_exchange {
    DHCPPERF_X_DISCOVER,
    DHCPPERF_X_REQUEST, /* in REQUESTING */
    DHCPPERF_X_RENEW,
    DHCPPERF_X_REBIND,
    DHCPPERF_X_REBOOT,
    DHCPPERF_X_RELEASE,
    DHCPPERF_X_DECLINE,
    DHCPPERF_X_INFORM,
    DHCPPERF_X_QUERY, /* leasequery (RFC 4388) */
    DHCPPERF_X__FORCE_INT = 0x7fffffff
} dhcpperf_exchange;

/* The one fate of an exchange.  Always: started = answered + late + refused + unanswered + in
 * flight. On a server: received = answered + refused (NAK) + unanswered (dropped or silent) + held.
 */
typedef enum dhcpperf_outcome {
    DHCPPERF_OUT_STARTED,
    DHCPPERF_OUT_PACKETS,     /* packets sent for it, retransmissions included */
    DHCPPERF_OUT_RETRANSMITS, /* those after the first */
    DHCPPERF_OUT_ANSWERED,
    DHCPPERF_OUT_LATE,    /* answered after the exchange was given up */
    DHCPPERF_OUT_REFUSED, /* NAK */
    DHCPPERF_OUT_UNANSWERED,
    DHCPPERF_OUT_IN_FLIGHT,
    DHCPPERF_OUT__FORCE_INT = 0x7fffffff
} dhcpperf_outcome;

/* Opaque. */
typedef struct dhcpperf_stats dhcpperf_stats;

/* Number of exchanges (or packets) of that kind and outcome; 0 for values this build lacks. */
DHCPPERF_API uint64_t dhcpperf_stats_exchange(const dhcpperf_stats *s, dhcpperf_exchange kind,
                                              dhcpperf_outcome outcome);
/* 0 for counters this build lacks. */
DHCPPERF_API uint64_t dhcpperf_stats_counter(const dhcpperf_stats *s, dhcpperf_counter c);
/* Histogram of a series in ns, borrowed until the next verb of its engine; NULL if absent.
 * DHCPPERF_S_SEND_LAG, DHCPPERF_S_START_LAG and DHCPPERF_S_SERVICE have one histogram, found under
 * either `from`. */
DHCPPERF_API const dhcpperf_hist *dhcpperf_stats_hist(const dhcpperf_stats *s,
                                                      dhcpperf_series series, int from);
/* "tx_packets"; NULL past the end: use to enumerate from 0. */
DHCPPERF_API const char *dhcpperf_counter_name(dhcpperf_counter c);
/* "discover_offer"; NULL past the end. */
DHCPPERF_API const char *dhcpperf_series_name(dhcpperf_series s);
/* "discover"; NULL past the end. */
DHCPPERF_API const char *dhcpperf_exchange_name(dhcpperf_exchange x);
/* "answered"; NULL past the end. */
DHCPPERF_API const char *dhcpperf_outcome_name(dhcpperf_outcome o);
/* An empty set, for merging; INVALID, NOMEM. */
DHCPPERF_API int dhcpperf_stats_new(dhcpperf_stats **ret, const dhcpperf_mem *mem);
/* An independent copy: the way to hand numbers to another thread, and to keep a snapshot.  It uses
 * the allocator of `s`, which must stand being called from that thread.  INVALID, NOMEM. */
DHCPPERF_API int dhcpperf_stats_clone(dhcpperf_stats **ret, const dhcpperf_stats *s);
/* Adds a shard's numbers to a total; series that the total lacks are created.  INVALID, RANGE,
 * NOMEM: the total is then as it was. */
DHCPPERF_API int dhcpperf_stats_merge(dhcpperf_stats *into, const dhcpperf_stats *from);
/* Turns totals into the interval since `earlier`, a clone of the same set.  Exchanges in flight
 * stay what they are now; one that was given up and answered late counts as late where the answer
 * came and never makes the unanswered of an interval negative.  So the balance holds for totals,
 * not for intervals.  INVALID if that is not an earlier snapshot; `from` is then as it was. */
DHCPPERF_API int dhcpperf_stats_subtract(dhcpperf_stats *from, const dhcpperf_stats *earlier);
/* The interval as a new set: clone and subtract; INVALID, NOMEM. */
DHCPPERF_API int dhcpperf_stats_interval(dhcpperf_stats **ret, const dhcpperf_stats *now,
                                         const dhcpperf_stats *earlier);
/* NULL is a no-op; not for the sets that engines lend. */
DHCPPERF_API void dhcpperf_stats_free(dhcpperf_stats *s);

DHCPPERF_END_DECLS

#endif
