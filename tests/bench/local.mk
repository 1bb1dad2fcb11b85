# tests/bench: not part of check; `make bench` runs them and prints one table.
.PHONY: bench
bench:
EXTRA_PROGRAMS += tests/bench/bench_vnet
tests_bench_bench_vnet_SOURCES = tests/bench/bench_vnet.c
tests_bench_bench_vnet_LDADD = libdhcpperf.la
CLEANFILES += tests/bench/bench_vnet
bench: bench-vnet
.PHONY: bench-vnet
bench-vnet: tests/bench/bench_vnet
	$(builddir)/tests/bench/bench_vnet
