# tests/bench: not part of check; `make bench` builds and runs every program listed here, each of
# which prints a table.  Add yours to BENCHES.  `make bench BENCHFLAGS=--json` adds JSON lines.
BENCHES = \
	tests/bench/bench_client \
	tests/bench/bench_dora \
	tests/bench/bench_echo \
	tests/bench/bench_hist \
	tests/bench/bench_lease \
	tests/bench/bench_message \
	tests/bench/bench_server \
	tests/bench/bench_vnet \
	tests/bench/bench_wheel
BENCHFLAGS =
EXTRA_PROGRAMS += $(BENCHES)
CLEANFILES += $(BENCHES)

tests_bench_bench_client_SOURCES = tests/bench/bench_client.c
tests_bench_bench_client_LDADD = libdhcpperf.la

tests_bench_bench_dora_SOURCES = tests/bench/bench_dora.c
tests_bench_bench_dora_LDADD = libdhcpperf.la

tests_bench_bench_echo_SOURCES = \
	tests/bench/bench_echo.c \
	tests/bench/bench_echo.h \
	tests/bench/bench_echo_ours.c \
	tests/bench/bench_echo_raw.c
tests_bench_bench_echo_CPPFLAGS = $(USER_CPPFLAGS)
tests_bench_bench_echo_LDADD = libdhcpperf.la

# White box: the store has no public form.
tests_bench_bench_lease_SOURCES = tests/bench/bench_lease.c
tests_bench_bench_lease_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_bench_bench_lease_LDADD = libdhcpperf-core.la $(PTHREAD_LIBS) -lm

tests_bench_bench_message_SOURCES = tests/bench/bench_message.c
tests_bench_bench_message_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_bench_bench_message_LDADD = libdhcpperf-core.la $(PTHREAD_LIBS) -lm

tests_bench_bench_server_SOURCES = tests/bench/bench_server.c
tests_bench_bench_server_LDADD = libdhcpperf.la

tests_bench_bench_vnet_SOURCES = tests/bench/bench_vnet.c
tests_bench_bench_vnet_LDADD = libdhcpperf.la

tests_bench_bench_hist_SOURCES = tests/bench/bench_hist.c
tests_bench_bench_hist_LDADD = libdhcpperf.la

# White box: the wheel has no public form.
tests_bench_bench_wheel_SOURCES = tests/bench/bench_wheel.c
tests_bench_bench_wheel_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_bench_bench_wheel_LDADD = libdhcpperf-core.la

.PHONY: bench
bench: all $(BENCHES)
	@for p in $(BENCHES); do \
	  echo "== $$p"; ./$$p $(BENCHFLAGS) || exit 1; \
	done
	@echo "== tests/bench/bench_loopback.sh"; abs_top_builddir='$(abs_top_builddir)' \
	  $(SHELL) $(top_srcdir)/tests/bench/bench_loopback.sh $(BENCHFLAGS)
EXTRA_DIST += tests/bench/bench_loopback.sh
