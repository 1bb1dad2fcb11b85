# All code goes into the convenience library; the installed one is that plus the map.
# White-box tests link the core, everybody else the shared library.
noinst_LTLIBRARIES += libdhcpperf-core.la
lib_LTLIBRARIES += libdhcpperf.la

libdhcpperf_core_la_SOURCES =
libdhcpperf_core_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/lib
libdhcpperf_core_la_CFLAGS = $(AM_CFLAGS) $(DP_LIB_CFLAGS) $(DP_LTO_CFLAGS)

libdhcpperf_la_SOURCES =
libdhcpperf_la_LIBADD = libdhcpperf-core.la $(PTHREAD_LIBS)
libdhcpperf_la_LDFLAGS = $(DP_LTO_LDFLAGS) -no-undefined -version-info $(LT_VERSION_INFO)
libdhcpperf_la_DEPENDENCIES = libdhcpperf-core.la lib/libdhcpperf.map
if HAVE_VERSION_SCRIPT
libdhcpperf_la_LDFLAGS += -Wl,--version-script=$(top_srcdir)/lib/libdhcpperf.map
endif
EXTRA_DIST += lib/libdhcpperf.map

include lib/base/local.mk
include lib/wire/local.mk
include lib/stats/local.mk
include lib/trace/local.mk
include lib/policy/local.mk
include lib/lease/local.mk
include lib/engine/local.mk
include lib/client/local.mk
include lib/server/local.mk
include lib/relay/local.mk
include lib/io/local.mk
include lib/drive/local.mk
