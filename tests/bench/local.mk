# tests/bench: not part of check.  `make bench` builds every program listed here and measures the
# table of rows.py with them; BENCHFLAGS are flags of run.py, such as --quick or --rows 'loop.*'.
# Each program also prints a table of its own.
BENCHES = \
	tests/bench/bench_client \
	tests/bench/bench_dora \
	tests/bench/bench_echo \
	tests/bench/bench_hist \
	tests/bench/bench_lease \
	tests/bench/bench_message \
	tests/bench/bench_pacing \
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

tests_bench_bench_pacing_SOURCES = tests/bench/bench_pacing.c
tests_bench_bench_pacing_CPPFLAGS = $(USER_CPPFLAGS)
tests_bench_bench_pacing_LDADD = libdhcpperf.la

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

# The servers' answers without a server: what generators meet in tests/bench/peers.py.
BENCH_HELPERS = tests/bench/responder
EXTRA_PROGRAMS += $(BENCH_HELPERS)
CLEANFILES += $(BENCH_HELPERS)
tests_bench_responder_SOURCES = tests/bench/responder.c
tests_bench_responder_LDADD =

BENCH_RUNNER = \
	tests/bench/compare.py \
	tests/bench/figures.py \
	tests/bench/lab.py \
	tests/bench/loopback.py \
	tests/bench/machine.py \
	tests/bench/peers.py \
	tests/bench/programs.py \
	tests/bench/rows.py \
	tests/bench/run.py \
	tests/bench/runner_test.py \
	tests/bench/servers.py
EXTRA_DIST += $(BENCH_RUNNER) tests/bench/bench_loopback.sh

.PHONY: bench
bench: all $(BENCHES) $(BENCH_HELPERS)
	@command -v python3 >/dev/null || { echo "make bench needs python3"; exit 1; }
	@python3 -B $(top_srcdir)/tests/bench/run.py --builddir '$(abs_top_builddir)' \
	  --srcdir '$(abs_top_srcdir)' --compiler '$(CC)' $(BENCHFLAGS)

# make bench-compare BASE=commit: this build beside that one's, in turns.
.PHONY: bench-compare
bench-compare: all $(BENCHES)
	@test -n '$(BASE)' || { echo "usage: make bench-compare BASE=commit [BENCHFLAGS=...]"; exit 2; }
	@python3 -B $(top_srcdir)/tests/bench/compare.py --builddir '$(abs_top_builddir)' \
	  --srcdir '$(abs_top_srcdir)' --configured "$$(./config.status --config)" \
	  $(BENCHFLAGS) '$(BASE)'

# How the runner reads and judges; no figure is measured.
dist_check_SCRIPTS += tests/bench/runner.test
TESTS += tests/bench/runner.test
