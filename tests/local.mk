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
include tests/lint/local.mk
include tests/fuzz/local.mk
include tests/integration/local.mk
include tests/bench/local.mk
