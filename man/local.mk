# man
dist_man_MANS += man/dhcpperf_frame.3
dist_man_MANS += man/dhcpperf_message.3
dist_man_MANS += man/dhcpperf_option.3
dist_man_MANS += man/dhcpperf_vnet.3
dist_man_MANS += man/dhcpperf_engine.3
dist_man_MANS += man/dhcpperf_error.3
dist_man_MANS += man/libdhcpperf.3
dist_man_MANS += man/dhcp-server.8
dist_man_MANS += man/dhcp-tester.1
dist_man_MANS += man/dhcpperf_retry.3
dist_man_MANS += man/dhcpperf_load.3
dist_man_MANS += man/dhcpperf_trace.3
dist_man_MANS += man/dhcpperf_stats.3
dist_man_MANS += man/dhcpperf_pump.3
dist_man_MANS += man/dhcpperf_transport.3
dist_man_MANS += man/dhcpperf-design.7
dist_man_MANS += man/dhcpperf_client.3
