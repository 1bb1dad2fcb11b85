# Unit tests see lib/ and link the core; all other tests see what a user sees.
UNIT_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/lib -I$(top_srcdir)/tests
UNIT_LIBS = libtest-support.la libdhcpperf-core.la $(CHECK_LIBS) $(PTHREAD_LIBS) -lm
USER_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests
USER_LIBS = libtest-support.la libdhcpperf.la $(CHECK_LIBS) $(PTHREAD_LIBS) -lm

include tests/support/local.mk
if HAVE_CHECK
include tests/unit/base/local.mk
include tests/unit/wire/local.mk
include tests/unit/stats/local.mk
include tests/unit/trace/local.mk
include tests/unit/policy/local.mk
include tests/unit/lease/local.mk
include tests/unit/engine/local.mk
include tests/unit/client/local.mk
include tests/unit/server/local.mk
include tests/unit/io/local.mk
include tests/unit/drive/local.mk
include tests/unit/tools/local.mk
include tests/sim/local.mk
include tests/oom/local.mk
endif
include tests/abi/local.mk
include tests/conformance/local.mk
include tests/lint/local.mk
include tests/fuzz/local.mk
include tests/integration/local.mk
include tests/bench/local.mk
include tests/soak/local.mk

# Every Check program under valgrind; each test in a child of its own, as always, so that an error
# or a leak fails just that test.
.PHONY: check-valgrind check-long
check-valgrind: all
	@test -n "$(VALGRIND)" || { echo "check-valgrind needs valgrind"; exit 1; }
	@tests=; for t in $(TESTS); do \
	  case $$t in tests/unit/*|tests/sim/*|tests/oom/*) tests="$$tests $$t";; esac; \
	done; \
	CK_EXCLUDE_TAGS=slow CK_TIMEOUT_MULTIPLIER=30; export CK_EXCLUDE_TAGS CK_TIMEOUT_MULTIPLIER; \
	$(MAKE) $(AM_MAKEFLAGS) check TESTS="$$tests" \
	  LOG_COMPILER="$(LIBTOOL) --mode=execute $(VALGRIND) -q --error-exitcode=99 \
	    --leak-check=full --show-leak-kinds=definite --errors-for-leak-kinds=definite"

# The tests with threads and nothing else, for a build under ThreadSanitizer.
THREADED_TESTS =
THREADED_CASES =
if BUILD_TOOLS
THREADED_CASES += tests/integration/workers.test tests/integration/tester_workers.test
if HAVE_CHECK
THREADED_TESTS += \
	tests/unit/tools/handover_test \
	tests/unit/tools/queue_test \
	tests/unit/tools/workers_test
endif
endif
.PHONY: check-threads
check-threads: all
	$(MAKE) $(AM_MAKEFLAGS) check check_PROGRAMS='$(THREADED_TESTS)' \
	  TESTS='$(THREADED_TESTS) $(THREADED_CASES)'

# Which lines of lib/ the tests run that need neither network nor other programs.  No line is taken
# out of the count.
COVERAGE_LEAST = 95
.PHONY: coverage
if COVERAGE
coverage: all
	@test -n "$(GCOVR)" || { echo "coverage needs gcovr"; exit 1; }
	find . '(' -name '*.gcda' -o -name '*conftest.gcno' ')' -exec rm -f {} +
	@tests=; for t in $(TESTS); do \
	  case $$t in *.test|tests/integration/*) ;; *) tests="$$tests $$t";; esac; \
	done; \
	CK_TIMEOUT_MULTIPLIER=30 $(MAKE) $(AM_MAKEFLAGS) check TESTS="$$tests"
	$(GCOVR) --root $(top_srcdir) --object-directory . --filter '$(top_srcdir)/lib/' \
	  --exclude-unreachable-branches --sort-uncovered --print-summary \
	  --fail-under-line $(COVERAGE_LEAST)
else
coverage:
	@echo 'configure with --enable-coverage first' >&2; exit 1
endif

# Real clients in every situation, and the table of what they did: see tests/interop/README.
INTEROP = \
	tests/interop/README \
	tests/interop/TABLE.md \
	tests/interop/clients.py \
	tests/interop/expected/clients.txt \
	tests/interop/net.py \
	tests/interop/run.py \
	tests/interop/situations.py \
	tests/interop/watch.py
EXTRA_DIST += $(INTEROP)
.PHONY: check-interop
check-interop: all
	@$(MKDIR_P) tests/interop
	@python3 -B $(top_srcdir)/tests/interop/run.py --builddir '$(abs_top_builddir)' \
	  --srcdir '$(abs_top_srcdir)' --table tests/interop/TABLE.md; status=$$?; \
	  test $$status -eq 77 || exit $$status

# A server is killed at any moment, KILLS times for each kind of lease store.
.PHONY: check-kill
check-kill: all
	KILLS=$${KILLS:-200} $(MAKE) $(AM_MAKEFLAGS) check TESTS=tests/integration/kill.test \
	  check_PROGRAMS=tests/integration/kill_client check_LTLIBRARIES='$(POWER_CUT)'

# What takes longer than the tests of every day: see tests/long.sh.
check-long: all
	abs_top_builddir='$(abs_top_builddir)' abs_top_srcdir='$(abs_top_srcdir)' MAKE='$(MAKE)' \
	  $(SHELL) $(top_srcdir)/tests/long.sh
EXTRA_DIST += tests/long.sh

# SIGHUP every second under 20,000 clients a second: see tests/reload.sh.
.PHONY: check-reload
check-reload: all
	abs_top_builddir='$(abs_top_builddir)' abs_top_srcdir='$(abs_top_srcdir)' \
	  $(SHELL) $(top_srcdir)/tests/reload.sh
EXTRA_DIST += tests/reload.sh
CLEANFILES += reload.log

# Millions of packets and days of leases: see tests/soak.sh.
.PHONY: check-soak
check-soak: all tests/soak/month
	abs_top_builddir='$(abs_top_builddir)' abs_top_srcdir='$(abs_top_srcdir)' \
	  $(SHELL) $(top_srcdir)/tests/soak.sh
EXTRA_DIST += tests/soak.sh
CLEANFILES += soak.log
