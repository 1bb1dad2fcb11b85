# man
dist_man_MANS += man/dhcpperf_vnet.3
dist_man_MANS += man/dhcpperf_engine.3
dist_man_MANS += man/dhcpperf_error.3
dist_man_MANS += man/libdhcpperf.3
dist_man_MANS += man/dhcp-server.8
dist_man_MANS += man/dhcp-tester.1
