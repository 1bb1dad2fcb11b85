# man
dist_man_MANS += man/dhcpperf_vnet.3
