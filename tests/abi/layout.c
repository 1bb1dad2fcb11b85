/* SPDX-License-Identifier: MIT */
/* layout.c - prints where the members of the public structures are; layout.test compares it with
 * layout.txt.  Frozen structures never change.  Growing ones only gain members at their end: lines
 * may be added to layout.txt, none may change. */
#include <libdhcpperf/dhcpperf.h>

#include <stdio.h>

#define TYPE(type) printf("%s %zu\n", #type, sizeof(type))
#define FIELD(type, member)                                                                        \
    printf("  %s.%s %zu+%zu\n", #type, #member, offsetof(type, member),                            \
           sizeof(((type *)NULL)->member))

static void frozen(void)
{
    TYPE(dhcpperf_ip4);
    FIELD(dhcpperf_ip4, b);
    TYPE(dhcpperf_mac);
    FIELD(dhcpperf_mac, b);
    TYPE(dhcpperf_bytes);
    FIELD(dhcpperf_bytes, data);
    FIELD(dhcpperf_bytes, len);
    TYPE(dhcpperf_endpoint);
    FIELD(dhcpperf_endpoint, ip);
    FIELD(dhcpperf_endpoint, port);
    FIELD(dhcpperf_endpoint, mac);
    TYPE(dhcpperf_pkt);
    FIELD(dhcpperf_pkt, data);
    FIELD(dhcpperf_pkt, len);
    FIELD(dhcpperf_pkt, cap);
    FIELD(dhcpperf_pkt, ifindex);
    FIELD(dhcpperf_pkt, ts);
    FIELD(dhcpperf_pkt, cookie);
    FIELD(dhcpperf_pkt, src);
    FIELD(dhcpperf_pkt, dst);
    FIELD(dhcpperf_pkt, vlan);
    FIELD(dhcpperf_pkt, flags);
    TYPE(dhcpperf_txdone);
    FIELD(dhcpperf_txdone, cookie);
    FIELD(dhcpperf_txdone, ts);
    FIELD(dhcpperf_txdone, status);
    FIELD(dhcpperf_txdone, flags);
    TYPE(dhcpperf_mem);
    FIELD(dhcpperf_mem, user);
    FIELD(dhcpperf_mem, alloc);
    FIELD(dhcpperf_mem, resize);
    FIELD(dhcpperf_mem, release);
    TYPE(dhcpperf_parse_error);
    FIELD(dhcpperf_parse_error, offset);
    FIELD(dhcpperf_parse_error, option);
    FIELD(dhcpperf_parse_error, code);
    TYPE(dhcpperf_route);
    FIELD(dhcpperf_route, dest);
    FIELD(dhcpperf_route, router);
    FIELD(dhcpperf_route, width);
    TYPE(dhcpperf_auth);
    FIELD(dhcpperf_auth, replay);
    FIELD(dhcpperf_auth, info);
    FIELD(dhcpperf_auth, mac);
    FIELD(dhcpperf_auth, protocol);
    FIELD(dhcpperf_auth, algorithm);
    FIELD(dhcpperf_auth, rdm);
    TYPE(dhcpperf_key);
    FIELD(dhcpperf_key, kind);
    FIELD(dhcpperf_key, subnet);
    FIELD(dhcpperf_key, bytes);
}

static void growing(void)
{
    TYPE(dhcpperf_event);
    FIELD(dhcpperf_event, size);
    FIELD(dhcpperf_event, now);
    FIELD(dhcpperf_event, kind);
    FIELD(dhcpperf_event, station);
    FIELD(dhcpperf_event, xid);
    FIELD(dhcpperf_event, msg_type);
    FIELD(dhcpperf_event, from_state);
    FIELD(dhcpperf_event, to_state);
    FIELD(dhcpperf_event, reason);
    FIELD(dhcpperf_event, ip);
    FIELD(dhcpperf_event, pkt);
    FIELD(dhcpperf_event, detail);
    TYPE(dhcpperf_hostile_facts);
    FIELD(dhcpperf_hostile_facts, size);
    FIELD(dhcpperf_hostile_facts, server);
    FIELD(dhcpperf_hostile_facts, giaddr);
    FIELD(dhcpperf_hostile_facts, first);
    FIELD(dhcpperf_hostile_facts, last);
    FIELD(dhcpperf_hostile_facts, mac);
    FIELD(dhcpperf_hostile_facts, macs);
    FIELD(dhcpperf_hostile_facts, victim);
    FIELD(dhcpperf_hostile_facts, victims);
    TYPE(dhcpperf_station);
    FIELD(dhcpperf_station, size);
    FIELD(dhcpperf_station, state);
    FIELD(dhcpperf_station, xid);
    FIELD(dhcpperf_station, mac);
    FIELD(dhcpperf_station, ip);
    FIELD(dhcpperf_station, server_id);
    FIELD(dhcpperf_station, bound_at);
    FIELD(dhcpperf_station, t1_at);
    FIELD(dhcpperf_station, t2_at);
    FIELD(dhcpperf_station, expires_at);
    FIELD(dhcpperf_station, attempts);
    TYPE(dhcpperf_lease);
    FIELD(dhcpperf_lease, size);
    FIELD(dhcpperf_lease, state);
    FIELD(dhcpperf_lease, ip);
    FIELD(dhcpperf_lease, giaddr);
    FIELD(dhcpperf_lease, key);
    FIELD(dhcpperf_lease, htype);
    FIELD(dhcpperf_lease, chaddr);
    FIELD(dhcpperf_lease, relay_info);
    FIELD(dhcpperf_lease, hostname);
    FIELD(dhcpperf_lease, starts);
    FIELD(dhcpperf_lease, ends);
    FIELD(dhcpperf_lease, last_seen);
    FIELD(dhcpperf_lease, renewals);
    FIELD(dhcpperf_lease, xid);
    TYPE(dhcpperf_engine_ops);
    FIELD(dhcpperf_engine_ops, size);
    FIELD(dhcpperf_engine_ops, recv);
    FIELD(dhcpperf_engine_ops, pull);
    FIELD(dhcpperf_engine_ops, sent);
    FIELD(dhcpperf_engine_ops, msg_len);
    FIELD(dhcpperf_engine_ops, owner);
    FIELD(dhcpperf_engine_ops, deadline);
    FIELD(dhcpperf_engine_ops, advance);
    FIELD(dhcpperf_engine_ops, release);
    TYPE(dhcpperf_transport_ops);
    FIELD(dhcpperf_transport_ops, size);
    FIELD(dhcpperf_transport_ops, rx_burst);
    FIELD(dhcpperf_transport_ops, rx_done);
    FIELD(dhcpperf_transport_ops, tx_loan);
    FIELD(dhcpperf_transport_ops, tx_commit);
    FIELD(dhcpperf_transport_ops, tx_done);
    FIELD(dhcpperf_transport_ops, wants_write);
    FIELD(dhcpperf_transport_ops, stats);
    FIELD(dhcpperf_transport_ops, fd);
    FIELD(dhcpperf_transport_ops, sys_errno);
    FIELD(dhcpperf_transport_ops, close);
    FIELD(dhcpperf_transport_ops, deadline);
    FIELD(dhcpperf_transport_ops, get_local);
    TYPE(dhcpperf_carrier_stats);
    FIELD(dhcpperf_carrier_stats, size);
    FIELD(dhcpperf_carrier_stats, tx_trains);
    FIELD(dhcpperf_carrier_stats, tx_messages);
    FIELD(dhcpperf_carrier_stats, rx_trains);
    FIELD(dhcpperf_carrier_stats, rx_messages);
    FIELD(dhcpperf_carrier_stats, rx_dropped);
    FIELD(dhcpperf_carrier_stats, tx_errors);
    FIELD(dhcpperf_carrier_stats, rcvbuf);
    FIELD(dhcpperf_carrier_stats, train_max);
    FIELD(dhcpperf_carrier_stats, sndbuf);
    FIELD(dhcpperf_carrier_stats, peers);
    FIELD(dhcpperf_carrier_stats, tx_train_msgs);
    FIELD(dhcpperf_carrier_stats, rx_train_msgs);
    FIELD(dhcpperf_carrier_stats, tx_calls);
    FIELD(dhcpperf_carrier_stats, rx_calls);
    FIELD(dhcpperf_carrier_stats, tx_again);
    FIELD(dhcpperf_carrier_stats, unreachable);
    FIELD(dhcpperf_carrier_stats, rx_truncated);
    FIELD(dhcpperf_carrier_stats, probes);
    FIELD(dhcpperf_carrier_stats, probe_resent);
    FIELD(dhcpperf_carrier_stats, peers_earned);
    FIELD(dhcpperf_carrier_stats, peers_refused);
    FIELD(dhcpperf_carrier_stats, peers_evicted);
    FIELD(dhcpperf_carrier_stats, stamps);
    TYPE(dhcpperf_vnet_counts);
    FIELD(dhcpperf_vnet_counts, size);
    FIELD(dhcpperf_vnet_counts, sent);
    FIELD(dhcpperf_vnet_counts, duplicated);
    FIELD(dhcpperf_vnet_counts, flooded);
    FIELD(dhcpperf_vnet_counts, delivered);
    FIELD(dhcpperf_vnet_counts, lost);
    FIELD(dhcpperf_vnet_counts, overflowed);
    FIELD(dhcpperf_vnet_counts, unplugged);
    FIELD(dhcpperf_vnet_counts, unreachable);
    FIELD(dhcpperf_vnet_counts, in_flight);
    TYPE(dhcpperf_relay_counts);
    FIELD(dhcpperf_relay_counts, size);
    FIELD(dhcpperf_relay_counts, requests);
    FIELD(dhcpperf_relay_counts, forwarded);
    FIELD(dhcpperf_relay_counts, requests_malformed);
    FIELD(dhcpperf_relay_counts, requests_hops);
    FIELD(dhcpperf_relay_counts, requests_forged);
    FIELD(dhcpperf_relay_counts, requests_untrusted);
    FIELD(dhcpperf_relay_counts, requests_early);
    FIELD(dhcpperf_relay_counts, requests_full);
    FIELD(dhcpperf_relay_counts, replies);
    FIELD(dhcpperf_relay_counts, delivered);
    FIELD(dhcpperf_relay_counts, replies_malformed);
    FIELD(dhcpperf_relay_counts, replies_foreign);
    FIELD(dhcpperf_relay_counts, replies_unknown);
    FIELD(dhcpperf_relay_counts, replies_full);
    FIELD(dhcpperf_relay_counts, info_added);
    FIELD(dhcpperf_relay_counts, info_omitted);
    FIELD(dhcpperf_relay_counts, info_removed);
    TYPE(dhcpperf_search_trial);
    FIELD(dhcpperf_search_trial, size);
    FIELD(dhcpperf_search_trial, number);
    FIELD(dhcpperf_search_trial, step);
    FIELD(dhcpperf_search_trial, rate_per_s);
    FIELD(dhcpperf_search_trial, warm_up);
    FIELD(dhcpperf_search_trial, length);
    FIELD(dhcpperf_search_trial, verdict);
    FIELD(dhcpperf_search_trial, failed);
    FIELD(dhcpperf_search_trial, offered);
    FIELD(dhcpperf_search_trial, achieved_per_s);
    FIELD(dhcpperf_search_trial, loss);
    FIELD(dhcpperf_search_trial, reason);
    TYPE(dhcpperf_search_measured);
    FIELD(dhcpperf_search_measured, size);
    FIELD(dhcpperf_search_measured, stats);
    FIELD(dhcpperf_search_measured, offered);
    FIELD(dhcpperf_search_measured, leases);
    FIELD(dhcpperf_search_measured, invalid);
    TYPE(dhcpperf_search_answer);
    FIELD(dhcpperf_search_answer, size);
    FIELD(dhcpperf_search_answer, end);
    FIELD(dhcpperf_search_answer, rate_per_s);
    FIELD(dhcpperf_search_answer, confirmed);
    FIELD(dhcpperf_search_answer, runs);
    FIELD(dhcpperf_search_answer, held);
    FIELD(dhcpperf_search_answer, failed_per_s);
    FIELD(dhcpperf_search_answer, failed);
    FIELD(dhcpperf_search_answer, trials);
    FIELD(dhcpperf_search_answer, achieved_per_s);
    TYPE(dhcpperf_search_condition);
    FIELD(dhcpperf_search_condition, size);
    FIELD(dhcpperf_search_condition, text);
    FIELD(dhcpperf_search_condition, quantity);
    FIELD(dhcpperf_search_condition, is_latency);
    FIELD(dhcpperf_search_condition, is_least);
    FIELD(dhcpperf_search_condition, limit);
}

int main(void)
{
    puts("frozen");
    frozen();
    puts("growing");
    growing();
    return 0;
}
